"""The second ear: on the clock of the first one, in its phones, and right where noise deafens that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from subsync.listen.models import local_model
from subsync.listen.whisper import Whisper
from subsync.phones import acoustics, ear, force, pronounced
from subsync.sound import cepstra, decode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from subsync.sound.cepstra import Floats

SAMPLES = Path(__file__).parent.parent / "samples"

SENTENCES = (
    "Welcome back to Slow Instruments. I'm in the harbour office with Tomas, who looks after a tide-predicting machine "
    "built in 1906."
)

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def whisper() -> Whisper:
    model = local_model(ear.ENCODER)
    assert model is not None
    return Whisper(model, 1)


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Floats:
    return decode(SAMPLES / "tide-machine.opus", tmp_path_factory.mktemp("sound") / "sample").read(15_000, 27_000)


def music(count: int, level: float) -> NDArray[np.float32]:
    """Chords and a beat without a pause."""
    time = np.arange(count) / cepstra.RATE
    chord = sum(np.sin(2 * np.pi * hz * time) for hz in (110, 220, 277, 330, 440, 554, 659)) / 7
    beat = np.random.default_rng(2).normal(0, 1, count) * np.exp(-8 * (time * 2 % 1))
    return np.asarray(level * (chord + 0.5 * beat), np.float32)


def test_it_knows_the_first_ears_phones_and_thirds() -> None:
    model = acoustics.load()
    thirds = ear.thirds()
    assert thirds[model.plain].tolist() == [[0, 1, 2]] * len(model.phones)
    heard = ear.load().hear(np.zeros((50, 384), np.float32), 98)
    assert heard.scores.shape == (98, len(model.phones), 3)
    some = model.plain[[5, 9]].ravel().astype(int)
    assert np.array_equal(heard.of_tied(some), heard.scores[:, [5, 9]].reshape(98, 6))


def test_what_was_not_encoded_is_unknown() -> None:
    """Frames beyond what the encoder gave have no opinion."""
    net = ear.load()
    posteriors = net.posteriors(np.random.default_rng(1).normal(0, 1, (20, 384)).astype(np.float32), 60)
    assert np.allclose(posteriors[50:], -np.log(len(net.classes)), atol=1e-4)
    assert not np.allclose(posteriors[:30], -np.log(len(net.classes)), atol=0.1)
    assert np.allclose(np.exp(posteriors).sum(axis=1), 1, atol=1e-4)


def heard(monkeypatch: pytest.MonkeyPatch, **classes: float) -> dict[str, float]:
    """Of one frame the scores of some phones' first thirds whose posteriors are given."""
    net, number = ear.load(), acoustics.load().number
    posteriors = np.full((1, len(net.classes)), -8.0, np.float32)
    for phone, value in classes.items():
        posteriors[0, net.classes.index(f"{phone} 0")] = value
    monkeypatch.setattr(ear.Ear, "posteriors", lambda *_: posteriors)
    scores = net.hear(np.zeros((1, 384), np.float32), 1).scores
    return {phone: float(scores[0, number[phone], 0]) for phone in classes}


def test_a_denial_costs_12_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise may hide anything."""
    fits = {value: heard(monkeypatch, AA=value)["AA"] for value in (-10.0, -11.0, -13.0, -30.0)}
    assert fits[-10.0] - fits[-11.0] == pytest.approx(1.0, abs=1e-4)
    assert fits[-11.0] - fits[-13.0] == pytest.approx(1.0, abs=1e-4)
    assert fits[-13.0] == fits[-30.0]


def test_a_rare_phone_is_favoured_but_not_by_all_of_its_rarity(monkeypatch: pytest.MonkeyPatch) -> None:
    net = ear.load()
    share = {phone: float(net.log_share[net.classes.index(f"{phone} 0")]) for phone in ("ZH", "T")}
    scores = heard(monkeypatch, ZH=-1.0, T=-1.0)
    rarity = share["T"] - share["ZH"]
    assert rarity > 1
    assert 0.5 * rarity < scores["ZH"] - scores["T"] < rarity


def test_both_ears_hear_the_same_phones_at_the_same_time(whisper: Whisper, speech: Floats) -> None:
    """In quiet, where the second is sure, the first agrees most often on the same frame."""
    seen = cepstra.cepstra(speech)
    model = acoustics.load()
    first = model.scores(cepstra.features(seen), model.plain.ravel()).reshape(len(seen), -1, 3).max(axis=2)
    heard = ear.load().hear(whisper.encode(speech), len(seen))
    second = heard.scores.max(axis=2)
    sure = heard.sureness > 0.8
    agree = {
        shift: float((np.roll(first.argmax(axis=1), shift) == second.argmax(axis=1))[sure].mean())
        for shift in range(-4, 5)
    }
    assert sure.mean() > 0.2
    best = max(agree.items(), key=lambda pair: pair[1])[0]
    assert abs(best) <= 1
    assert agree[0] > 1.2 * max(agree[-4], agree[4])


def test_under_loud_music_both_find_what_the_first_alone_loses(whisper: Whisper, speech: Floats) -> None:
    """Music as loud as the voice over eight seconds of the sample."""
    text = pronounced(SENTENCES.split())
    clean = speech[: 9 * cepstra.RATE]
    nobody = [None] * len(text)
    truth = force(clean, text, coarse=nobody)
    loud = clean + music(len(clean), 1.4 * float(np.sqrt(np.mean(np.square(clean)))))
    encoded = whisper.encode(loud)

    def off(encoded: Floats | None) -> float:
        found = force(loud, text, coarse=nobody, encoded=encoded)
        pairs = zip(truth.words, found.words, strict=True)
        return float(np.mean([min(500, abs(one.start - two.start)) if one and two else 500 for one, two in pairs]))

    assert truth.score > 0.7
    assert off(encoded) < 80
    assert off(encoded) < off(None)
