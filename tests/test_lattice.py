"""What a path through the words costs and what is made of it, on sound of which every frame is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from subsync.phones import Forced, ForceOptions, Pronounced, acoustics, aligner, ear, force, pronounced
from subsync.phones.lattice import OTHER, Costs, best_path, build
from subsync.sound import cepstra

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from subsync.datatypes import Ms

SOUNDS = ("SIL", "A", "B", "C")
FAR = -100.0
"""How a frame fits what it does not sound like."""


@dataclass(frozen=True)
class Plain:
    """Phones whose state costs nothing to stay in and nothing to leave."""

    @property
    def moves(self) -> Mapping[str, Sequence[tuple[float, float]]]:
        return dict.fromkeys(SOUNDS, ((0.0, 0.0),))

    def triphone(self, phone: str, left: str, right: str, position: str) -> tuple[int, ...]:
        return (SOUNDS.index(phone),)


def said(words: str, *frames: Mapping[str, float] | str) -> tuple[str, float]:
    """What each frame is taken for, and the score; phones are letters, ``-`` is silence and ``?`` other sound.

    A frame is a letter that it fits perfectly, or how it fits some.
    """
    lattice = build([[tuple(word)] for word in words.split()], Plain(), Costs())
    fits = []
    for frame in frames:
        fit = {frame: 0.0} if isinstance(frame, str) else frame
        known = {("SIL" if sound == "-" else sound): value for sound, value in fit.items()}
        fits.append([known.get("?" if tied == OTHER else SOUNDS[tied], FAR) for tied in lattice.tied.tolist()])
    found = best_path(lattice, np.array(fits, np.float32), [(0, len(lattice.tied))] * len(frames))
    assert found is not None
    path, score = found
    kinds = {OTHER: "?", 0: "-"}
    return "".join(kinds.get(int(lattice.tied[s]), SOUNDS[lattice.tied[s]]) for s in path), score


def test_words_that_follow_one_another_cost_nothing() -> None:
    assert said("A B C", "A", "A", "B", "C", "C") == ("AABCC", 0.0)
    assert said("A B", "-", "A", "B") == ("-AB", 0.0)


@pytest.mark.parametrize(("fit", "taken"), [(-4, "AAB"), (-6, "A-B")])
def test_silence_is_taken_where_it_fits_better_by_5(fit: float, taken: str) -> None:
    assert said("A B", "A", {"-": 0, "A": fit}, "B")[0] == taken


@pytest.mark.parametrize(("fit", "taken"), [(-19, "AAB"), (-21, "A?B")])
def test_other_sound_is_taken_where_it_fits_better_by_20(fit: float, taken: str) -> None:
    assert said("A B", "A", {"?": 0, "A": fit}, "B")[0] == taken


@pytest.mark.parametrize(("fit", "taken"), [(-9, "?A?"), (-11, "???")])
def test_a_word_is_left_out_where_that_fits_better_by_30(fit: float, taken: str) -> None:
    """Said, it is the end of it that costs 20: other sound begins."""
    assert said("A", "?", {"?": 0, "A": fit}, "?")[0] == taken


@pytest.mark.parametrize(("fit", "taken"), [(-39, "ABBBC"), (-41, "ABABC")])
def test_a_word_is_said_again_where_that_fits_better_by_40(fit: float, taken: str) -> None:
    assert said("AB C", "A", "B", {"A": 0, "B": fit}, "B", "C")[0] == taken


@pytest.mark.parametrize(("fit", "taken"), [(-44, "ABBBBC"), (-46, "AB-ABC")])
def test_after_a_pause_it_is_by_5_more(fit: float, taken: str) -> None:
    assert said("AB C", "A", "B", {"-": 0, "B": fit / 2}, {"A": 0, "B": fit / 2}, "B", "C")[0] == taken


def test_there_is_no_way_through_fewer_frames_than_a_word_has_phones() -> None:
    lattice = build([[("A", "B", "C")]], Plain(), Costs(skip=-np.inf))
    states = len(lattice.tied)
    assert best_path(lattice, np.zeros((2, states), np.float32), [(0, states)] * 2) is None


# --- windows ----------------------------------------------------------------------------------------------------------


def laid(
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    frames: Sequence[Mapping[str, float]],
    rough: Sequence[tuple[Ms, Ms] | None],
    **asked: object,
) -> Forced:
    """Words, a phone each, over frames of 10 ms without a sound whose level could tell an edge."""

    def listened(*_: object) -> aligner._Window:
        lattice = build([[(word,)] for word in words], Plain(), Costs())
        scores = np.array([[frame.get(sound, FAR) for sound in (*SOUNDS, "?")] for frame in frames], np.float32)
        return aligner._Window(tuple(range(len(words))), lattice, rough, scores, lattice.tied.astype(np.intp), 1.0)

    monkeypatch.setattr(aligner, "_listen", listened)
    texts = [Pronounced("word", ((word,),)) for word in words]
    options = ForceOptions(sure=0.0, enough=0.0)
    samples, seen = np.zeros(160 * len(frames), np.float32), np.zeros((len(frames), 13), np.float32)
    return force(samples, texts, coarse=rough, seen=seen, options=options, **asked)  # type: ignore[arg-type]


def start(forced: Forced, word: int = 0) -> Ms:
    found = forced.words[word]
    assert found
    return found.start


def test_a_word_begins_between_the_centres_of_the_frames_that_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame sees the 25 ms from its beginning."""
    frames = [{"A": 0.0, "B": -9.0}] * 20 + [{"A": -9.0, "B": 0.0}] * 20
    assert start(laid(monkeypatch, "AB", frames, [None, None]), 1) == 208


@pytest.mark.parametrize(
    ("off", "loss", "there"),
    [(480, 0.5, True), (560, 0.5, False), (600, 3.0, True), (600, 1.0, False), (960, 50.0, True), (1060, 50.0, False)],
)
def test_half_a_second_from_its_rough_time_a_word_is_at_no_cost_and_beyond_a_second_it_is_not(
    monkeypatch: pytest.MonkeyPatch, off: Ms, loss: float, there: bool
) -> None:
    """Between the two it costs 0.02 a ms, in each frame. The word fits perfectly there, and here with some loss."""
    here = 500
    frames = [{"SIL": 0.0}] * 200
    frames[here // 10] = {"A": -loss, "SIL": 0.0}
    frames[(here + off) // 10] = {"A": 0.0, "SIL": 0.0}
    found = start(laid(monkeypatch, "A", frames, [(here, here)]))
    assert abs(found - here - off * there) < 40


def test_both_ears_end_a_word_12_ms_earlier_where_the_sound_does_not_say(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [*[{"SIL": 0.0}] * 30, *[{"A": 0.0}] * 30, *[{"SIL": 0.0}] * 40]
    one, both = (laid(monkeypatch, "A", frames, [None], encoded=encoded).words[0] for encoded in (None, 1))
    assert one
    assert both
    assert (both.start, both.end) == (one.start, one.end - 12)


@pytest.mark.parametrize(
    ("near", "free", "method"),
    [
        (0.76, 0.99, "phones"),
        (0.74, 0.99, "phones, freely"),
        (0.6, 0.64, "phones"),
        (0.6, 0.66, "phones, freely"),
        (0.37, 0.3, "phones"),
        (0.35, 0.3, "none"),
    ],
)
def test_rough_times_are_left_aside_where_words_fit_badly_near_them_and_better_without(
    monkeypatch: pytest.MonkeyPatch, near: float, free: float, method: str
) -> None:
    """Better by 0.05; from 0.75 on nobody asks, and below 0.36 nothing is believed."""

    def found(*_: object, near: bool, scores: Mapping[bool, float] = {True: near, False: free}) -> Forced:
        return Forced((None,), "phones" if near else "phones, freely", scores[near])

    monkeypatch.setattr(aligner, "_listen", lambda *_: None)
    monkeypatch.setattr(aligner, "_by_phones", found)
    seen = np.zeros((50, 13), np.float32)
    ask = partial(force, np.zeros(8000, np.float32), pronounced(["word"]), coarse=[(0, 400)], seen=seen)
    assert ask().method == method
    assert ask(freely=False).method == ("phones" if near > 0.36 else "none")


def test_a_word_is_as_sure_as_words_are_said_that_fit_so() -> None:
    """Where one in twenty fits worse in clean talk, three in four that fit so are said; in noise, every other."""
    assert aligner._score(np.array([-1.1])) == pytest.approx(0.75, abs=0.02)
    assert aligner._score(np.array([-2.0])) == pytest.approx(0.5, abs=0.02)
    assert aligner._score(np.array([-5.4])) < 0.03


def both_ears(monkeypatch: pytest.MonkeyPatch, first: float, second: float) -> tuple[float, float]:
    """What a frame of a word is worth that one ear and the other deny by so much, and one that is none of the words."""

    def scored(_: object, observed: np.ndarray, tied: np.ndarray) -> np.ndarray:
        scores = np.zeros((len(observed), len(tied)), np.float32)
        scores[:, : len(tied) - acoustics.load().plain.size] = first
        return scores

    class Deaf:
        scores = np.zeros((50, 42, 3), np.float32)

        def hear(self, *_: object) -> Deaf:
            return self

        def of_tied(self, tied: np.ndarray) -> np.ndarray:
            return np.full((50, len(tied)), second, np.float32)

    monkeypatch.setattr(acoustics.AcousticModel, "scores", scored)
    monkeypatch.setattr(ear, "load", Deaf)
    seen = np.zeros((50, 3, 13), np.float32)
    window = aligner._listen(seen, np.zeros(1, np.float32), (0,), [(("T", "UW"),)], [None], ForceOptions())
    return float(window.scores[9, 0]), float(window.scores[9, -1])


def test_where_both_ears_are_asked_one_counts_as_much_as_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """And both as much as one alone."""
    assert both_ears(monkeypatch, -6.0, 0.0)[0] == both_ears(monkeypatch, 0.0, -6.0)[0] == -3.0
    assert both_ears(monkeypatch, -6.0, -6.0)[0] == -6.0


@pytest.mark.parametrize(("denied", "word"), [(-8.9, True), (-9.1, False)])
def test_a_frame_that_both_ears_deny_by_more_than_9_is_rather_no_word(
    monkeypatch: pytest.MonkeyPatch, denied: float, word: bool
) -> None:
    for first, second in ((denied, 0.0), (0.0, denied), (denied + 5, -5.0)):
        said, other = both_ears(monkeypatch, first, second)
        assert (said > other) == word


def test_sound_unlike_any_speech_has_scores_all_the_same() -> None:
    scores = acoustics.load().scores(np.full((3, 3, 13), 1000.0, np.float32), np.arange(0, 5126, 37))
    assert np.isfinite(scores).all()


def test_a_likelihood_is_right_to_a_tenth() -> None:
    """Against a mixture of Gaussians as the model's files have it, computed in double precision."""
    model = acoustics.load()
    observed = cepstra.features(cepstra.cepstra(np.random.default_rng(1).normal(0, 0.1, 8000).astype(np.float32)))
    tied = np.arange(0, 5126, 31)
    x = np.concatenate([observed, np.square(observed), np.ones_like(observed[:, :, :1])], axis=2).astype(np.float64)
    exact = np.zeros((len(observed), len(tied)))
    for column, state in enumerate(tied):
        for stream in range(3):
            log = x[:, stream] @ _natural(model.densities[model.phone_of[state], stream, :27])
            shares = -model.weights[stream, :, state].astype(np.float64) * 1024 * np.log(1.0001)
            exact[:, column] += np.logaddexp.reduce(log + shares, axis=1)
    off = model.scores(observed, tied) - exact
    assert np.abs(off).max() < 0.1
    assert abs(off.mean()) < 0.005


def _natural(coefficients: NDArray[np.float32]) -> NDArray[np.float64]:
    """Of natural logarithms, from those of the bits of a float."""
    found = coefficients.astype(np.float64)
    found[26] -= 2**23 * (127 - 0.0573)
    return np.asarray(found * np.log(2) / 2**23)


def test_no_product_of_the_model_is_large_enough_to_wake_another_thread() -> None:
    """BLAS does fewer than 2^18 multiplications, or as many, where it is called; much smaller ones would cost time."""
    densities = acoustics.load().densities.shape[3]
    assert 2**17 < acoustics._BLOCK * acoustics._COLUMNS * densities <= 2**18
