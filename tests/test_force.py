"""When known words are said, on speech that is put together here so that its edges are exact."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsync.phones import Forced, ForcedWord, force, pronounced
from subsync.phones.acoustics import load
from subsync.phones.lattice import OTHER, Costs, best_path, build
from subsync.sound.cepstra import COUNT, RATE, cepstra, features

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from subsync.datatypes import Ms

    Sound = NDArray[np.float32]
    Rough = tuple[Ms, Ms] | None

HARBOR = "The harbor was quiet before the storm."
DOCTOR = "My doctor walked to the market on Tuesday."
LETTER = "She wrote a long letter to her brother."
PARTY = "Nobody expected seven hundred people at the party."


@dataclass(frozen=True)
class Take:
    """A piece of a recording; ``text`` empty for silence."""

    text: str
    start: Ms
    end: Ms


@pytest.fixture(scope="session")
def say() -> Callable[[str], Sound]:
    """A voice at 16 kHz that says the same in the same way every time, with no silence around it."""
    from hibari import Hibari

    voice = Hibari()
    said: dict[str, Sound] = {}

    def speak(text: str) -> Sound:
        if text not in said:
            sound = voice(text, seed=1)
            places = np.arange(0, len(sound) - 1, voice.sample_rate / RATE)
            sound = np.interp(places, np.arange(len(sound)), sound).astype(np.float32)
            loud = np.flatnonzero(np.convolve(np.square(sound), np.ones(80) / 80, "same") > 1e-5)
            said[text] = sound[loud[0] : loud[-1]]
        return said[text]

    return speak


def recording(say: Callable[[str], Sound], *parts: str | Ms) -> tuple[Sound, list[Take]]:
    """Sentences and pauses (ms of faint noise), one after the other."""
    noise = np.random.default_rng(7)
    pieces: list[Sound] = []
    takes: list[Take] = []
    for part in parts:
        piece = say(part) if isinstance(part, str) else np.zeros(part * RATE // 1000, np.float32)
        begin = sum(map(len, pieces)) * 1000 // RATE
        pieces.append(piece)
        takes.append(Take(part if isinstance(part, str) else "", begin, begin + len(piece) * 1000 // RATE))
    whole = np.concatenate(pieces)
    return (whole + noise.normal(0, 1e-4, len(whole))).astype(np.float32), [t for t in takes if t.text]


def spread(take: Take) -> list[Rough]:
    """Rough times: the words share their sentence's time evenly."""
    words = take.text.split()
    edges = np.linspace(take.start, take.end, len(words) + 1).astype(int).tolist()
    return list(pairwise(edges))


def align(sound: Sound, text: str, coarse: Sequence[Rough] | None = None, **kwargs: Any) -> Forced:
    words = text.split()
    return force(sound, pronounced(words), coarse=coarse or [None] * len(words), **kwargs)


def at(forced: Forced, index: int) -> ForcedWord:
    word = forced.words[index]
    assert word is not None
    return word


# --- when -------------------------------------------------------------------------------------------------------------


def test_sentences_begin_and_end_where_the_voice_does(say: Callable[[str], Sound]) -> None:
    sound, takes = recording(say, 300, HARBOR, 900, DOCTOR, 300)
    forced = align(sound, f"{HARBOR} {DOCTOR}", [*spread(takes[0]), *spread(takes[1])])
    assert forced.method == "phones"
    assert forced.unheard == ()
    for take, first, last in ((takes[0], 0, 6), (takes[1], 7, 14)):
        assert abs(at(forced, first).start - take.start) <= 15
        assert abs(at(forced, last).end - take.end) <= 40


def test_a_long_pause_inside_a_sentence_is_in_no_word(say: Callable[[str], Sound]) -> None:
    sound, takes = recording(say, 200, "Seven hundred people", 1500, "came to the party", 200)
    forced = align(sound, "Seven hundred people came to the party")
    assert abs(at(forced, 2).end - takes[0].end) <= 40
    assert abs(at(forced, 3).start - takes[1].start) <= 15


def test_words_ascend_and_are_apart_and_inside_the_window(say: Callable[[str], Sound]) -> None:
    sound, _ = recording(say, 100, PARTY, 40, LETTER, 100)
    words = [w for w in align(sound, f"{PARTY} {LETTER}").words if w]
    edges = [edge for word in words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= len(sound) * 1000 // RATE
    assert all(30 <= word.end - word.start <= 900 for word in words)


def test_the_same_words_later_in_the_window_are_later_by_as_much(say: Callable[[str], Sound]) -> None:
    one, _ = recording(say, 300, DOCTOR, 300)
    two, _ = recording(say, 800, DOCTOR, 300)
    for a, b in zip(align(one, DOCTOR).words, align(two, DOCTOR).words, strict=True):
        assert a
        assert b
        assert abs(b.start - a.start - 500) <= 20


def test_it_agrees_with_pocketsphinx_where_that_has_no_trouble(say: Callable[[str], Sound]) -> None:
    import pocketsphinx

    sound, _ = recording(say, 300, LETTER, 300)
    decoder = pocketsphinx.Decoder(lm=None, loglevel="FATAL")
    decoder.set_align_text(LETTER.lower().rstrip("."))
    decoder.start_utt()
    decoder.process_raw((sound * 32767).astype("<i2").tobytes(), full_utt=True)
    decoder.end_utt()
    theirs = [s.start_frame * 10 for s in decoder.seg() if s.word[0].isalpha()]
    ours = [w.start for w in align(sound, LETTER).words if w]
    assert np.median(np.abs(np.subtract(ours, theirs))) <= 20


def test_a_phrase_said_twice_is_timed_where_the_rough_times_say(say: Callable[[str], Sound]) -> None:
    sound, takes = recording(say, 300, HARBOR, 600, HARBOR, 300)
    for take in takes:
        forced = align(sound, HARBOR, spread(take))
        assert abs(at(forced, 0).start - take.start) <= 30
        assert abs(at(forced, 6).end - take.end) <= 40


def test_rough_times_that_are_wrong_are_left_aside(say: Callable[[str], Sound]) -> None:
    sound, takes = recording(say, 300, DOCTOR, 4000)
    late: list[Rough] = [(5000 + 200 * k, 5200 + 200 * k) for k in range(8)]
    forced = align(sound, DOCTOR, late)
    assert forced.method == "phones, freely"
    assert abs(at(forced, 0).start - takes[0].start) <= 15


def test_numbers_find_the_words_they_were_said_in(say: Callable[[str], Sound]) -> None:
    sound, takes = recording(say, 300, "They paid seven hundred fifty dollars in twenty twenty four.", 300)
    forced = align(sound, "They paid $750 in 2024.")
    assert forced.unheard == ()
    assert at(forced, 2).end - at(forced, 2).start > 900
    assert abs(at(forced, 4).end - takes[0].end) <= 40


def test_the_same_window_gives_the_same_result(say: Callable[[str], Sound]) -> None:
    sound, _ = recording(say, 300, PARTY, 300)
    assert align(sound, PARTY) == align(sound, PARTY)


# --- whether ----------------------------------------------------------------------------------------------------------


def test_a_word_that_is_not_said_is_unheard_and_takes_no_room(say: Callable[[str], Sound]) -> None:
    sound, _ = recording(say, 300, LETTER, 300)
    plain = align(sound, LETTER)
    more = align(sound, LETTER.replace("long letter", "long magnificent letter"))
    assert more.unheard == (4,)
    assert more.words[4] is None
    for a, b in zip(more.words[:4] + more.words[5:], plain.words, strict=True):
        assert a
        assert b
        assert abs(a.start - b.start) <= 30
        assert abs(a.end - b.end) <= 30


@pytest.mark.parametrize("pause", [0, 250])
def test_a_word_that_is_said_twice_has_the_time_of_both(say: Callable[[str], Sound], pause: Ms) -> None:
    """People say a word again while they think; their note has it once."""
    sound, takes = recording(say, 300, "We walked to the market", pause, "market", 300)
    forced = align(sound, "We walked to the market")
    assert forced.unheard == ()
    assert abs(at(forced, 4).end - takes[1].end) <= 40
    assert at(forced, 4).start < takes[0].end - 200


def test_what_is_said_again_is_the_word_and_not_another(say: Callable[[str], Sound]) -> None:
    sound, takes = recording(say, 300, "We walked to the market", 250, "brother", 300)
    assert abs(at(align(sound, "We walked to the market"), 4).end - takes[0].end) <= 40


def test_speech_that_the_text_lacks_is_in_no_word(say: Callable[[str], Sound]) -> None:
    sound, takes = recording(say, 300, HARBOR, 150, PARTY, 150, DOCTOR, 300)
    forced = align(sound, f"{HARBOR} {DOCTOR}", [*spread(takes[0]), *spread(takes[2])])
    assert abs(at(forced, 6).end - takes[0].end) <= 60
    assert abs(at(forced, 7).start - takes[2].start) <= 60


def test_text_that_is_not_said_at_all_gets_no_times(say: Callable[[str], Sound]) -> None:
    sound, takes = recording(say, 300, HARBOR, 300)
    forced = align(sound, DOCTOR, [(0, takes[0].end)] * 8)
    assert forced.method == "none"
    assert forced.words == (None,) * 8
    assert forced.score < 0.4
    assert align(sound, HARBOR).score > 0.7


def test_text_moved_on_by_a_sentence_is_not_squeezed_in(say: Callable[[str], Sound]) -> None:
    """The first sentence is said, the second is not: it must not share the first one's time."""
    sound, takes = recording(say, 300, DOCTOR, 300)
    forced = align(sound, f"{DOCTOR} {PARTY}", [*spread(takes[0]), *[(takes[0].end, takes[0].end + 200)] * 8])
    assert forced.unheard == tuple(range(8, 16))
    assert abs(at(forced, 7).end - takes[0].end) <= 60


def test_a_word_that_was_said_otherwise_scores_lower_than_its_neighbours(say: Callable[[str], Sound]) -> None:
    sound, _ = recording(say, 300, LETTER, 300)
    forced = align(sound, LETTER.replace("brother", "village"))
    said = [w.score for w in forced.words[:-1] if w]
    last = forced.words[-1]
    assert last is None or last.score < min(0.5, *said)


# --- the other rungs --------------------------------------------------------------------------------------------------


# --- bad input --------------------------------------------------------------------------------------------------------


def _odd() -> dict[str, Sound]:
    noise = np.random.default_rng(3).normal(0, 0.1, 4 * RATE)
    time = np.arange(4 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * hz * time) * (1 + np.sin(4 * np.pi * time)) for hz in (220, 277, 330, 440))
    sounds = {
        "no samples": np.zeros(0),
        "one sample": np.zeros(1),
        "a tenth of a second": noise[: RATE // 10],
        "silence": np.zeros(4 * RATE),
        "noise": noise,
        "music": 0.1 * chord,
        "clipped": np.sign(noise),
    }
    return {name: np.asarray(sound, np.float32) for name, sound in sounds.items()}


@pytest.mark.parametrize("name", _odd())
@pytest.mark.parametrize("rough", [True, False])
def test_sound_without_speech_has_no_words(name: str, rough: bool) -> None:
    words = HARBOR.split()
    coarse: list[Rough] = [(500 * k, 500 * k + 500) if rough else None for k in range(len(words))]
    forced = force(_odd()[name], pronounced(words), coarse=coarse)
    assert forced.method == "none"
    assert forced.words == (None,) * len(words)
    assert forced.score < 0.4


@pytest.mark.parametrize("words", [[], ["—"], ["", "...", "中文"]])
def test_words_without_a_sound_have_no_times(words: list[str]) -> None:
    forced = force(_odd()["noise"], pronounced(words), coarse=[None] * len(words))
    assert forced == Forced((None,) * len(words), "none", 0.0)


def test_a_dash_between_words_has_no_time_and_is_not_missed(say: Callable[[str], Sound]) -> None:
    sound, _ = recording(say, 300, LETTER, 300)
    forced = align(sound, LETTER.replace("letter", "letter —"))
    assert forced.words[5] is None
    assert forced.unheard == ()


def test_more_words_than_frames_are_not_there() -> None:
    forced = align(_odd()["noise"][: RATE // 5], "word " * 40)
    assert forced.method == "none"


# --- the search and the model -----------------------------------------------------------------------------------------


def _every_path(lattice: Any, fit: Sound) -> float:
    """The best score over all sequences of states, one by one."""
    moves: dict[tuple[int, int], float] = {}
    for target in range(len(lattice.tied)):
        for k in range(lattice.first[target], lattice.first[target + 1]):
            moves[int(lattice.source[k]), target] = float(lattice.cost[k])
    scores = {(s,): float(fit[0, s]) for s in lattice.starts}
    for t in range(1, len(fit)):
        scores = {
            (*path, target): score + moves[path[-1], target] + float(fit[t, target])
            for (path, score), target in product(scores.items(), range(len(lattice.tied)))
            if (path[-1], target) in moves
        }
    return max(score for path, score in scores.items() if path[-1] in lattice.ends)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000))
def test_the_best_path_is_the_best_of_all(seed: int) -> None:
    lattice = build([[("AH",)]], load(), Costs())
    fit = np.random.default_rng(seed).normal(0, 8, (5, len(lattice.tied))).astype(np.float32)
    found = best_path(lattice, fit, [(0, len(lattice.tied))] * 5)
    assert found is not None
    assert found[1] == pytest.approx(_every_path(lattice, fit), abs=1e-2)


def test_there_is_no_path_in_too_few_frames() -> None:
    lattice = build([[("AH",)], [("B", "IY")]], load(), Costs())
    fit = np.zeros((2, len(lattice.tied)), np.float32)
    assert best_path(lattice, fit, [(0, len(lattice.tied))] * 2) is None


def test_a_word_between_silences_has_one_run_of_states_for_each_reading() -> None:
    lattice = build([[("T", "UW"), ("T", "AH")]], load(), Costs())
    assert (lattice.word == 0).sum() == 2 * 2 * 3 + 3  # and a pause of its own, before it is said again
    assert (lattice.tied == OTHER).sum() == 2


def test_sound_too_short_to_compare_has_no_features() -> None:
    assert features(cepstra(np.zeros(1500, np.float32))).shape == (0, 3, COUNT)
    assert features(cepstra(np.zeros(RATE, np.float32))).shape == (98, 3, COUNT)


def test_scores_do_not_depend_on_how_frames_are_grouped() -> None:
    observed = features(cepstra(_odd()["noise"]))
    model = load()
    tied = np.arange(0, 5126, 37)
    whole = model.scores(observed, tied)
    np.testing.assert_allclose(model.scores(observed[100:171], tied), whole[100:171], atol=1e-3)
    np.testing.assert_allclose(model.scores(observed, tied[::-1]), whole[:, ::-1], atol=1e-3)


def test_a_triphone_that_the_model_lacks_is_replaced_by_the_phone() -> None:
    model = load()
    missing = np.argwhere(model.triphones.max(axis=0) < 0)
    phone, left, right = (model.phones[k] for k in missing[0])
    plain = model.states[model.sequence_of[model.number[phone]]]
    assert model.triphone(phone, left, right, "i") == tuple(plain.tolist())
