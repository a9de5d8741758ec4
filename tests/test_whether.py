"""Whether: each row of the table with what it believes and what it refuses, on either side of its threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fakes import note_of

from subsync.align.when import Timing, _as_recognised
from subsync.align.whether import LOOK, REASONS, TRUST, believed, confidence, evidence, whether
from subsync.align.windows import Candidate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.align.when import By


def said(fits: Sequence[float | None], heard: Sequence[float], *, by: By = "phones", length: int = 300) -> list[Timing]:
    """Words in a row; ``None`` is one without a time."""
    return [
        Timing(k, "word", 400 * k, 400 * k + length, likeness, by, fit)
        for k, (fit, likeness) in enumerate(zip(fits, heard, strict=True))
        if fit is not None
    ]


def kept(timings: Sequence[Timing], *sentences: int) -> list[int]:
    """The words that are believed, of sentences of so many words."""
    ranges, first = [], 0
    for count in sentences:
        ranges.append(range(first, first + count))
        first += count
    return [t.word for t in believed(timings, ranges)]


def test_every_row_has_a_test_here() -> None:
    assert len(REASONS) == 4
    assert len({reason.name for reason in REASONS}) == 4
    assert all(reason.source for reason in REASONS)


@pytest.mark.parametrize(("fit", "stays"), [(0.31, True), (0.29, False)])
def test_a_sentence_that_nobody_heard_is_believed_by_its_sound(fit: float, stays: bool) -> None:
    timings = said([0.9] * 4 + [fit] * 5 + [0.9] * 4, [1.0] * 4 + [0.0] * 5 + [1.0] * 4)
    assert (set(range(4, 9)) <= set(kept(timings, 4, 5, 4))) == stays


def test_what_has_no_time_speaks_against_those_beside_it() -> None:
    """Five words of which three have no trace in the sound."""
    timings = said([0.9] * 4 + [0.7, None, None, None, 0.7] + [0.9] * 4, [1.0] * 4 + [0.0] * 5 + [1.0] * 4)
    assert kept(timings, 4, 5, 4) == [0, 1, 2, 3, 9, 10, 11, 12]


@pytest.mark.parametrize(
    ("count", "fit", "stays"), [(3, 0.21, True), (3, 0.19, False), (9, 0.21, True), (9, 0.19, False)]
)
def test_words_of_a_heard_sentence_need_less(count: int, fit: float, stays: bool) -> None:
    timings = said([0.9] * 4 + [fit] * count + [0.9] * 4, [1.0] * 4 + [0.0] * count + [1.0] * 4)
    assert (set(range(4, 4 + count)) <= set(kept(timings, 8 + count))) == stays


@pytest.mark.parametrize(("count", "stays"), [(3, True), (4, False)])
def test_in_noise_up_to_three_are_believed_for_their_sentence(count: int, stays: bool) -> None:
    timings = said([0.9] * 4 + [0.15] * count + [0.9] * 4, [1.0] * 4 + [0.0] * count + [1.0] * 4, by="both ears")
    assert (kept(timings, 8 + count) == list(range(8 + count))) == stays


def test_in_the_midst_of_another_sentence_they_are_not() -> None:
    """Three words that are a sentence of their own."""
    timings = said([0.9] * 4 + [0.29] * 3 + [0.9] * 4, [1.0] * 4 + [0.0] * 3 + [1.0] * 4)
    assert kept(timings, 4, 3, 4) == [0, 1, 2, 3, 7, 8, 9, 10]


@pytest.mark.parametrize("by", ["phones", "both ears"])
def test_each_sentence_that_nobody_heard_is_judged_by_itself(by: By) -> None:
    """Of four that nobody heard two have no sound; the beginning and the end of those beside them do."""
    fits = [0.9] * 3 + [0.5] * 4 + [None, 0.1, 0.1, None, 0.6, 0.6, None, None, None] + [0.5] * 2 + [0.9] * 3
    timings = said(fits, [1.0] * 3 + [0.0] * 15 + [1.0] * 3, by=by)
    assert kept(timings, 7, 4, 2, 3, 5) == [*range(7), 11, 12, *range(16, 21)]


def test_the_first_words_of_a_sentence_are_its_own_beside_one_that_was_never_said() -> None:
    """As few of them as among its words need less, and not as many as the sentence in front lends them."""
    timings = said([0.9] * 4 + [None] * 6 + [0.21] * 3 + [0.9] * 4, [1.0] * 4 + [0.0] * 9 + [1.0] * 4)
    assert kept(timings, 4, 6, 7) == [0, 1, 2, 3, *range(10, 17)]


def test_a_last_sentence_that_nobody_heard_is_no_part_of_one_that_was() -> None:
    """Its last words have no time: all the same it ends where the note does, and not in a heard sentence."""
    timings = said([0.9] * 4 + [0.4] * 5 + [None] * 3, [1.0] * 4 + [0.0] * 8)
    assert kept(timings, 4, 8) == [0, 1, 2, 3]


@pytest.mark.parametrize(("likeness", "stays"), [(0.8, True), (0.75, False)])
def test_a_sentence_that_the_sound_denies_was_not_spoken(likeness: float, stays: bool) -> None:
    """Heard, more or less, but not a phone of it fits: 0.45 of the likeness is left."""
    timings = said([0.9] * 4 + [0.0] * 5, [1.0] * 4 + [likeness] * 5)
    assert (kept(timings, 4, 5) == list(range(9))) == stays


@pytest.mark.parametrize(("length", "stays"), [(20, True), (19, False)])
def test_a_word_without_room_is_squeezed_not_said(length: int, stays: bool) -> None:
    timings = [*said([0.9] * 4, [1.0] * 4), Timing(4, "word", 1600, 1600 + length, 1.0, "phones", 0.9)]
    assert (4 in kept(timings, 5)) == stays


def test_nothing_is_refused_of_nothing() -> None:
    assert believed([], []) == []


def test_confidence_grows_with_both_witnesses() -> None:
    def sure(by: By, fit: float, likeness: float) -> float:
        return confidence(Timing(0, "word", 0, 300, likeness, by, fit))

    assert sure("phones", 0.9, 0.0) == pytest.approx(0.9)
    assert sure("phones", 0.9, 1.0) == pytest.approx(0.945)
    assert sure("phones", 0.0, 1.0) == pytest.approx(0.45)
    assert sure("recogniser", 0.0, 1.0) == pytest.approx(0.45)
    assert sure("attention", 0.0, 1.0) == pytest.approx(0.7)


def test_a_sentence_is_as_sure_as_its_beginning() -> None:
    """That is its first three words."""
    note = note_of("# A\n\nOne two three four five six seven.\n")
    timings = said([0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9], [0.0] * 7)
    (sentence,) = whether(note, [range(7)], timings)
    assert sentence.confidence == pytest.approx(0.1 / LOOK * 0.7, abs=0.001)
    assert (sentence.start, sentence.end, sentence.status) == (0, 2700, "aligned")
    (absent,) = whether(note, [range(7)], [])
    assert (absent.start, absent.status, absent.confidence) == (None, "absent", 0.0)
    assert {w.status for w in absent.words} == {"absent"}


@pytest.mark.parametrize(("fit", "sureness"), [(LOOK, 0.7), (TRUST, 0.9), (1.0, 1.0), (0.0, 0.0)])
def test_evidence_is_worth_a_look_or_trust_at_its_two_marks(fit: float, sureness: float) -> None:
    note = note_of("# A\n\nOne two three four.\n")
    (sentence,) = whether(note, [range(4)], said([fit] * 4, [0.0] * 4))
    assert evidence(sentence.words) == pytest.approx(fit, abs=0.001)
    assert sentence.confidence == pytest.approx(sureness, abs=0.003)


def test_the_marks_are_where_the_fit_left_them() -> None:
    """An hour of talk whose words fit as they do in a room is trusted, one in a crowd is not."""
    assert 0.6 <= LOOK <= 0.75
    assert LOOK < TRUST <= 0.8


def test_a_word_of_which_the_sound_has_no_trace_is_worth_less_than_a_half() -> None:
    """Heard perfectly by the recogniser and not found among the phones there."""
    timing = _as_recognised(Candidate(0, "fox", 0, 300, 1.0))
    assert confidence(timing) == pytest.approx(0.45)
