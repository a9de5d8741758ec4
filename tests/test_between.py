"""Between words that are said: what noise hides of their sentences has the time that is left for it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from fakes import note_of
from hypothesis import given
from hypothesis import strategies as st

from subsync.align.between import between
from subsync.align.quiet import Quiet
from subsync.align.room import shares
from subsync.align.when import Timing
from subsync.align.whether import whether
from subsync.datatypes import Span
from subsync.text.words import PER_LETTER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import Ms

LOUD = Quiet((), ())
WORD = "word"
NEED = PER_LETTER * len(WORD)


def timed(word: int, start: Ms, end: Ms) -> Timing:
    return Timing(word, WORD, start, end, 1.0, "phones", 0.9)


def filled(room: Ms, lost: int, *sentences: int, silence: Quiet = LOUD) -> list[Timing]:
    """A word that ends at 1 s, lost ones, and one that begins ``room`` ms later; sentences of so many words."""
    ranges, first = [], 0
    for count in sentences:
        ranges.append(range(first, first + count))
        first += count
    assert first == lost + 2
    around = [timed(0, 800, 1000), timed(lost + 1, 1000 + room, 1200 + room)]
    return list(between([WORD] * first, around, ranges, silence))


def test_the_end_of_one_sentence_and_the_beginning_of_the_next_share_what_is_between() -> None:
    """By their letters; nobody is sure of it, and it is marked as a guess."""
    one, *lost, two = filled(6 * NEED, 6, 5, 3)
    assert (one.word, two.word) == (0, 7)
    assert [(t.word, t.start, t.end) for t in lost] == [
        (1 + k, 1000 + k * NEED, 1000 + (k + 1) * NEED) for k in range(6)
    ]
    assert {(t.by, t.fit, t.likeness) for t in lost} == {("its place", 0.0, 0.0)}


def test_such_a_word_is_a_guess() -> None:
    note = note_of("---\ntitle: x\n---\nWord word word word word word.\n")
    (sentence,) = whether(note, [range(6)], filled(4 * NEED, 4, 6))
    assert [w.status for w in sentence.words] == ["aligned", *["interpolated"] * 4, "aligned"]
    assert {w.confidence for w in sentence.words[1:5]} == {0.0}
    assert sentence.status == "aligned"
    assert sentence.confidence < 0.5


@pytest.mark.parametrize(("count", "placed"), [(3, 0), (4, 4), (60, 60), (61, 0)])
def test_three_words_may_have_been_left_out_and_more_than_sixty_would_be_anywhere(count: int, placed: int) -> None:
    assert len(filled(count * NEED, count, count + 2)) == 2 + placed


@pytest.mark.parametrize(("share", "placed"), [(0.54, 0), (0.56, 8), (1.59, 8), (1.61, 0)])
def test_there_has_to_be_about_the_time_that_they_take(share: float, placed: int) -> None:
    """Where there is less they were not said, where there is more something else was."""
    assert len(filled(round(share * 8 * NEED), 8, 10)) == 2 + placed


def test_what_is_quiet_is_no_time_to_say_them_in() -> None:
    """Nor does a word begin or end in it."""
    pause = Quiet((1000 + 4 * NEED,), (3000 + 4 * NEED,))
    _, *lost, _ = filled(8 * NEED + 2000, 8, 10, silence=pause)
    assert [t.start for t in lost] == [1000 + k * NEED + (2000 if k >= 4 else 0) for k in range(8)]
    assert all(t.end - t.start == NEED for t in lost)
    assert len(filled(8 * NEED, 8, 10, silence=Quiet((1000,), (1000 + 5 * NEED,)))) == 2


def test_a_sentence_of_which_nothing_is_said_gets_no_time() -> None:
    """Another one of its length may be said there."""
    assert len(filled(8 * NEED, 8, 1, 8, 1)) == 2
    assert len(filled(8 * NEED, 8, 4, 2, 4)) == 2


def test_nothing_stands_between_nothing() -> None:
    assert list(between([WORD] * 9, [], [range(9)], LOUD)) == []
    assert list(between([WORD] * 9, [timed(4, 0, 200)], [range(9)], LOUD)) == [timed(4, 0, 200)]


def spans(lengths: Sequence[tuple[int, int]]) -> list[Span]:
    found, now = [], 0
    for pause, length in lengths:
        found.append(Span(now + pause, now + pause + length))
        now += pause + length
    return found


@given(
    st.lists(st.text("ab", min_size=1, max_size=9), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(1, 500), st.integers(1, 3000)), min_size=1, max_size=5).map(spans),
)
def test_words_share_all_of_the_sound_by_their_letters(texts: list[str], sound: list[Span]) -> None:
    """To a ms, in order, none in a pause, however sound and words are cut."""
    found = list(shares(texts, sound))
    assert (found[0].start, found[-1].end) == (sound[0].start, sound[-1].end)
    assert all(one.end <= two.start for one, two in pairwise(found))
    total, letters = sum(s.duration for s in sound), sum(map(len, texts))
    for text, span in zip(texts, found, strict=True):
        heard = sum(max(0, min(span.end, s.end) - max(span.start, s.start)) for s in sound)
        assert abs(heard - total * len(text) / letters) <= 1
        assert any(s.start <= span.start < s.end for s in sound) or heard == 0
        assert any(s.start < span.end <= s.end for s in sound) or heard == 0
