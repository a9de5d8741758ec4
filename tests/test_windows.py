"""Windows to lay words over: in pauses where there are any, bounded whatever the sound is."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsync.align.quiet import Quiet
from subsync.align.windows import LONGEST, Candidate, Window, islands, pause_between, pieces, windows
from subsync.datatypes import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import Ms


def talk(count: int, *, each: Ms = 300, start: Ms = 1000, firm: bool = True, stop: str = "") -> list[Candidate]:
    """Words one after the other without a pause."""
    return [
        Candidate(k, "word" + stop, start + k * each, start + (k + 1) * each, 1.0 if firm else 0.0, firm=firm)
        for k in range(count)
    ]


def quiet(*spans: tuple[Ms, Ms]) -> Quiet:
    return Quiet(tuple(a for a, _ in spans), tuple(b for _, b in spans))


def own(found: Sequence[Window]) -> list[int]:
    return [k for window in found for k in window.own]


def test_18_minutes_without_a_pause_are_cut_into_windows_of_bounded_length_and_words() -> None:
    """Music fills all pauses; each word belongs to one window, and beside a cut, for 1.5 s, to its neighbour too."""
    words = talk(3600)
    found = list(windows(words, quiet(), 1_100_000))
    assert own(found) == list(range(3600))
    assert max(w.words[-1].end - w.words[0].start for w in found) <= 15_000 + 2 * 1500
    assert max(w.span.duration for w in found) <= 15_000 + 2 * 1500 + 1000
    for one, two in pairwise(found):
        beyond = [w.word for w in one.words if w.word in two.own]
        assert beyond == [*two.own][:5]
        assert {w.word for w in two.words} & set(one.own)


def test_a_text_that_nobody_can_say_so_fast_is_cut_by_its_words() -> None:
    """5,000 words laid over 20 s: 90 at once, six more on either side."""
    found = list(windows(talk(5000, each=4), quiet(), 30_000))
    assert own(found) == list(range(5000))
    assert max(len(w.own) for w in found) == 90
    assert max(len(w.words) for w in found) == 90 + 2 * 6


def test_one_word_over_five_minutes_has_a_window_of_bounded_length() -> None:
    (window,) = windows([Candidate(0, "so", 1000, 301_000, 1.0)], quiet(), 400_000)
    assert window.span.duration <= 2 * LONGEST + 400


def test_a_cut_is_in_a_pause_and_at_the_end_of_a_sentence_by_preference() -> None:
    words = talk(80)
    pause = (words[40].end - 60, words[41].start + 100)
    one, two = windows(words, quiet(pause), 60_000)
    assert (one.own, two.own) == (range(41), range(41, 80))
    assert (one.words[-1].word, two.words[0].word) == (40, 41)
    assert pause[0] <= two.span.start <= one.span.end <= pause[1]


@pytest.mark.parametrize("away", [-1, 1])
def test_a_cut_does_not_part_a_sentence_from_its_first_or_last_word(away: int) -> None:
    """A rough time has it on the wrong side of the pause between two sentences: then no window puts it right."""
    words = talk(76)
    words[40] = replace(words[40], text="word.")
    pauses: list[tuple[Ms, Ms]] = []
    for last, length in ((30, 200), (40 + away, 400)):
        edge = words[last].end
        words[last + 1 :] = [replace(w, start=w.start + length, end=w.end + length) for w in words[last + 1 :]]
        pauses.append((edge, edge + length))
    one, two = windows(words, quiet(*pauses), 60_000)
    assert (one.own, two.own) == (range(31), range(31, 76))


def test_a_guess_is_not_cut_from_its_neighbours_where_something_else_will_do() -> None:
    words = [*talk(30), *(Candidate(k, "x", 1000 + k * 300, 1300 + k * 300, 0.0, firm=False) for k in range(30, 33))]
    words += [Candidate(k, "word", 1000 + k * 300, 1300 + k * 300, 1.0) for k in range(33, 63)]
    found = list(windows(words, quiet(), 60_000))
    assert not {w.own.start for w in found} & {30, 31, 32, 33}


def test_words_far_apart_are_not_in_one_window() -> None:
    words = [Candidate(0, "a", 0, 300, 1.0), Candidate(1, "b", 2801, 3000, 1.0)]
    assert [len(i) for i in islands(words)] == [1, 1]
    assert [len(i) for i in islands([words[0], Candidate(1, "b", 2799, 3000, 1.0)])] == [2]


@pytest.mark.parametrize(("early", "found"), [(400, True), (401, False)])
def test_a_pause_is_looked_for_within_reach_of_rough_times(early: Ms, found: bool) -> None:
    one, two = Candidate(0, "one", 500, 1200 + early, 1.0), Candidate(1, "two", 1200 + early, 3000, 1.0)
    assert (pause_between(quiet((1000, 1200)), one, two) is not None) == found
    one, two = Candidate(0, "one", 500, 1500, 1.0), Candidate(1, "two", 1500, 3000, 1.0)
    assert (pause_between(quiet((1500 + early, 2000)), one, two) is not None) == found


def test_a_pause_that_touches_a_short_word_on_its_far_side_is_not_the_one_between() -> None:
    """The longer one before the word ends 10 ms into its rough time: the word would be laid into the window before."""
    short, next_ = Candidate(0, "Yeah.", 3370, 3610, 1.0), Candidate(1, "So", 3850, 4100, 1.0)
    assert pause_between(quiet((2680, 3380), (3610, 3850)), short, next_) == Span(3610, 3850)
    last, short = Candidate(0, "so.", 2800, 3120, 1.0), Candidate(1, "Yeah.", 3360, 3600, 1.0)
    assert pause_between(quiet((3120, 3360), (3590, 4290)), last, short) == Span(3120, 3360)


SECONDS_24 = 80  # words of 300 ms: one cut must be between the 30th and the 50th, or one before and one behind


def cuts(*pauses: tuple[int, Ms], stops: Sequence[int] = (), guessed: Sequence[int] = ()) -> list[int]:
    """Where 24 s of talk are cut that have pauses of so many ms after some words and full stops after some."""
    now, words, quiets = 1000, [], []
    for k in range(SECONDS_24):
        text, firm = "word." if k in stops else "word", k not in guessed
        words.append(Candidate(k, text, now, now + 300, float(firm), firm=firm))
        now += 300
        if length := dict(pauses).get(k):
            quiets.append((now, now + length))
            now += length
    return [w.own.start for w in windows(words, quiet(*quiets), 60_000)][1:]


@pytest.mark.parametrize(("dip", "found"), [(119, False), (120, True)])
def test_a_dip_of_the_voice_is_no_pause_to_cut_at(dip: Ms, found: bool) -> None:
    assert (cuts((33, dip)) == [34]) == found


def test_one_cut_in_a_short_pause_at_the_end_of_a_sentence_is_better_than_two_in_long_ones() -> None:
    """In the midst of a sentence it is not, even if it is longer."""
    long = ((19, 500), (59, 500))
    assert cuts(*long, (39, 120), stops=(19, 39, 59)) == [40]
    assert cuts(*long, (39, 400), stops=(19, 59)) == [20, 60]


def test_one_cut_where_nobody_pauses_is_better_than_two_in_the_midst_of_sentences() -> None:
    assert len(cuts((19, 120), (59, 120))) == 1
    assert cuts((19, 500), (59, 500), stops=(19,)) == [20, 60]


def test_a_guess_is_cut_from_its_neighbours_rather_than_two_sentences_in_their_midst() -> None:
    guessed = range(25, 56)
    assert len(cuts(stops=(19,), guessed=guessed)) == 1
    assert cuts((59, 120), stops=(19,), guessed=guessed) == [20, 60]


def test_a_window_has_200_ms_of_the_pauses_around_it() -> None:
    (window,) = windows(talk(3), quiet((0, 1000), (1900, 4000)), 4000)
    assert window.span == Span(800, 2100)


@pytest.mark.parametrize(("off", "found"), [(800, True), (801, False)])
def test_the_pauses_around_an_utterance_are_looked_for_within_800_ms(off: Ms, found: bool) -> None:
    """Of its rough times; on the far side of its first and last word they are others."""
    words = talk(2, each=2000, start=3000)
    for before, after in (((0, 3000 - off), (7000 + off, 9000)), ((3000 + off, 4000), (5500, 7000 - off))):
        (window,) = windows(words, quiet(before, after), 9000)
        assert (window.span == Span(max(0, before[1] - 200) // 10 * 10, min(after[0] + 200, after[1]))) == found
        assert (window.span == Span(3000 - 400, 7000 + 400)) != found


@given(
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 3000), st.booleans()), min_size=1, max_size=60),
    st.lists(st.integers(0, 60_000), max_size=20, unique=True),
)
def test_every_word_is_in_one_window(gaps: list[tuple[int, int, bool]], edges: list[int]) -> None:
    now, words = 0, []
    for k, (gap, length, firm) in enumerate(gaps):
        now += gap
        words.append(Candidate(k, "word", now, now + length, 1.0 if firm else 0.0, firm=firm))
        now += length
    edges = sorted(edges)
    silence = quiet(*zip(edges[::2], edges[1::2], strict=False))
    found = list(windows(words, silence, now + 500))
    assert own(found) == list(range(len(words)))
    assert all(w.span.end <= now + 500 and w.span.duration <= 2 * LONGEST + 1000 for w in found)
    assert all(set(w.own) <= {c.word for c in w.words} for w in found)


@given(st.integers(0, 200_000), st.integers(1000, 30_000))
def test_pieces_cover_a_stretch(end: int, longest: int) -> None:
    found = list(pieces(0, end, quiet((5000, 5300)), longest))
    assert found[0].start == 0
    assert found[-1].end == end
    assert all(a.end == b.start for a, b in pairwise(found))
    assert max(p.duration for p in found) <= longest
