"""Text is found where it was heard, and only there."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsync.datatypes import RecognizedWord
from subsync.locate import Location, affine, chain, locate, remembering, stage
from subsync.text.tokens import _before, _compared, tokenize

if TYPE_CHECKING:
    from types import FrameType

SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "ke",
    "li",
    "mo",
    "nu",
    "pa",
    "re",
    "si",
    "to",
    "vu",
    "wa",
    "ye",
    "zi",
    "jo",
    "qua",
]


def vocabulary(seed: int, size: int = 400) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, 4))) for _ in range(size)]


def speech(count: int, seed: int = 1) -> list[str]:
    """Words with the frequencies of talk: a few of them everywhere, most of them rare."""
    rng = random.Random(seed)
    words = vocabulary(0)
    return [words[min(int(rng.paretovariate(0.7)) - 1, len(words) - 1)] for _ in range(count)]


def said(words: list[str], start: int = 0, each: int = 300) -> list[RecognizedWord]:
    return [RecognizedWord(w, start + k * each, start + k * each + each - 20, 0.9) for k, w in enumerate(words)]


def starts(location: Location) -> list[int | None]:
    return [p.start if p else None for p in location.places]


def test_a_text_is_found_in_its_own_words() -> None:
    words = speech(600)
    heard = said(words)
    location = locate(words, heard)
    assert [(p.start, p.end) for p in location.places if p] == [(h.start, h.end) for h in heard]
    assert all(p and p.how == "matched" and p.likeness == 1 for p in location.places)
    assert location.gaps == ()


@pytest.mark.parametrize("stop", [".", ""])
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("ends", [True, False])
def test_of_two_like_words_the_one_is_heard_whose_paragraph_is_said(ends: bool, known: bool, stop: str) -> None:
    """Between them the paragraph that begins, or ends, with the other one is not. It may have no full stops."""
    before, missing, after = ([*speech(30, seed)[:-1], f"harbour{stop}"] for seed in (1, 2, 3))
    yeah = f"Yeah{stop}"
    missing = [*missing, yeah] if ends else [yeah, *missing]
    before, after = ([*before, yeah], after) if ends else (before, [yeah, *after])
    own = len(before) - 1 if ends else len(before) + len(missing)
    paragraphs = (0, len(before), len(before) + len(missing)) if known else ()

    places = locate([*before, *missing, *after], said([*before, *after]), paragraphs=paragraphs).places

    assert bool(places[own]) == (known or not ends)
    assert sum(place is not None for place in places) == len(before) + len(after)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 300), st.integers(1, 10**7))
def test_shifting_what_was_heard_shifts_the_places(seed: int, count: int, shift: int) -> None:
    words = speech(count, seed)
    heard = said(words)
    later = [replace(h, start=h.start + shift, end=h.end + shift) for h in heard]
    here, there = locate(words, heard), locate(words, later)
    assert [s + shift for s in starts(here) if s is not None] == [s for s in starts(there) if s is not None]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 0.5))
def test_places_ascend_however_badly_it_was_heard(seed: int, noise: float) -> None:
    rng = random.Random(seed)
    words = speech(400, seed)
    heard = [w if rng.random() > noise else rng.choice(words) for w in words if rng.random() > noise / 4]
    location = locate(words, said(heard))
    found = [p for p in location.places if p]
    assert all(a.start <= a.end and a.start <= b.start for a, b in pairwise(found))


def test_places_and_gaps_are_all_there_is() -> None:
    words, other = speech(300, 1), speech(120, 99)
    location = locate([*words[:100], *other, *words[100:]], said(words))
    unplaced = [k for k, p in enumerate(location.places) if p is None]
    assert unplaced == [k for gap in location.gaps for k in range(*gap.words)]
    assert unplaced


def test_a_passage_that_was_not_spoken_has_no_places_and_moves_nothing() -> None:
    words, other = speech(400, 1), speech(150, 99)
    heard = said(words)
    location = locate([*words[:200], *other, *words[200:]], heard)
    assert starts(location)[:200] == [h.start for h in heard[:200]]
    assert starts(location)[350:] == [h.start for h in heard[200:]]
    assert starts(location)[200:350] == [None] * 150
    (gap,) = location.gaps
    assert gap.words == (200, 350)


def test_speech_that_the_note_does_not_have_moves_nothing() -> None:
    words, advert = speech(400, 1), speech(80, 99)
    heard = said([*words[:200], *advert, *words[200:]])
    location = locate(words, heard)
    assert starts(location) == [h.start for h in [*heard[:200], *heard[280:]]]


def test_a_missing_passage_beside_an_advertisement_does_not_hold_on_to_it() -> None:
    words, lost, advert = speech(400, 1), speech(150, 7), speech(80, 8)
    heard = said([*words[:200], *advert, *words[200:]])
    location = locate([*words[:200], *lost, *words[200:]], heard)
    assert starts(location)[:200] == [h.start for h in heard[:200]]
    assert starts(location)[350:] == [h.start for h in heard[280:]]
    assert starts(location)[202:348] == [None] * 146  # a common word at the very edge may be either's


def test_the_text_of_another_recording_is_not_found() -> None:
    assert set(starts(locate(speech(500, 1), said(speech(2000, 2))))) == {None}


def test_a_teaser_goes_to_the_front_and_its_repetition_to_its_own_place() -> None:
    teaser, first, second = speech(30, 5), speech(300, 1), speech(300, 2)
    words = [*teaser, *first, *teaser, *second]
    heard = said(words)
    assert starts(locate(words, heard)) == [h.start for h in heard]
    cut = heard[30:]  # the recording has no teaser
    location = locate(words, cut)
    assert starts(location)[:30] == [None] * 30
    assert starts(location)[30:] == [h.start for h in cut]


@pytest.mark.parametrize("size", [100, 500])
def test_a_talk_that_is_heard_twice_is_found_in_one_of_the_two(size: int) -> None:
    """As in lessons that play a dialogue again; in each of the two another word was misheard."""
    words = [f"{w}." if k % 10 == 9 else w for k, w in enumerate(speech(size, seed=3))]
    first, second = words.copy(), words.copy()
    first[3 * size // 4] = second[size // 4] = "zuzuzu"
    location = locate(words, said([*first, *second]), paragraphs=range(0, size, 20))
    assert len({(start or 0) >= size * 300 for start in starts(location)}) == 1


def test_a_word_that_two_sentences_end_with_stays_with_its_own() -> None:
    first, lost, last = speech(40, 1), speech(20, 7), speech(40, 2)
    heard = said([*first, "in.", *lost, "in.", *last])
    location = locate([*first, "in.", *last], heard)
    assert starts(location) == [h.start for h in [*heard[:41], *heard[62:]]]


def test_a_phrase_said_four_times_is_found_four_times() -> None:
    words = [
        "so",
        "far",
        "we",
        "have",
        "seen",
        "deals",
        "deals",
        "deals",
        "deals",
        "and",
        "the",
        "knowledge",
        "of",
        "it",
        "the",
        "knowledge",
        "of",
        "it",
        "and",
        "more",
    ]
    heard = said(words)
    assert starts(locate(words, heard)) == [h.start for h in heard]


@pytest.mark.parametrize(
    ("note", "heard"),
    [
        ("we like the open source model", "we like the opensource model"),
        ("we like the highdef picture today", "we like the high def picture today"),
        ("our friend Groq makes the chips", "our friend Grock makes the chips"),
        ("the Qwen model from China", "the Quen model from China"),
        ("they paid $750 billion last year", "they paid seven hundred and fifty dollars billion last year"),
    ],
)
def test_words_that_were_heard_differently_are_matched(note: str, heard: str) -> None:
    location = locate(note.split(), said(heard.split()))
    assert all(p and p.how == "matched" for p in location.places)
    assert location.places[-1] is not None
    assert location.places[-1].end == said(heard.split())[-1].end


def test_a_word_that_was_not_heard_is_bridged_where_there_is_room() -> None:
    words = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"]
    heard = [h for k, h in enumerate(said(words)) if k != 3]
    place = locate(words, heard).places[3]
    assert place is not None
    assert (place.how, place.likeness) == ("bridged", 0.0)
    assert heard[2].end <= place.start < place.end <= heard[3].start


def test_a_word_is_not_bridged_across_a_long_pause() -> None:
    words = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"]
    heard = said(words)
    heard = [*heard[:3], *(replace(h, start=h.start + 30_000, end=h.end + 30_000) for h in heard[4:])]
    location = locate(words, heard)
    assert starts(location)[3] is None
    assert [g.words for g in location.gaps] == [(3, 4)]


def test_a_pin_decides_between_two_places() -> None:
    phrase, first, second = speech(12, 5), speech(100, 1), speech(100, 2)
    heard = said([*first, *phrase, *second, *phrase])
    early, late = heard[100].start, heard[212].start
    assert starts(locate(phrase, heard, pins={0: early}))[0] == early
    assert starts(locate(phrase, heard, pins={0: late}))[0] == late


def test_pins_close_together_each_hold_their_words() -> None:
    words = speech(60, 3)
    heard = said(words)
    pins = {10: heard[10].start, 14: heard[14].start + 500, 16: heard[16].start - 500}
    assert starts(locate(words, heard, pins=pins)) == [h.start for h in heard]


def test_what_contradicts_a_pin_has_no_place() -> None:
    words = speech(60, 3)
    location = locate(words, said(words), pins={30: 60_000})
    assert starts(location)[:30] == [h.start for h in said(words)[:30]]
    assert starts(location)[30:] == [None] * 30


@pytest.mark.parametrize("words", [[], ["—"], ["one"], ["one", "two"]])
@pytest.mark.parametrize("heard", [[], ["…"], ["one"]])
def test_next_to_nothing_gives_a_plain_result(words: list[str], heard: list[str]) -> None:
    location = locate(words, said(heard))
    assert len(location.places) == len(words)
    assert sum(g.words[1] - g.words[0] for g in location.gaps) == sum(p is None for p in location.places)


def test_sparse_probes_of_a_recording_are_found() -> None:
    """Ten seconds in every minute: each probe is a run of its own."""
    words = speech(3000, 4)
    heard = said(words)
    probes = [h for h in heard if h.start % 60_000 < 10_000]
    location = locate(words, probes)
    found = [(p.start, heard[k].start) for k, p in enumerate(location.places) if p and p.how == "matched"]
    assert len(found) >= 0.99 * len(probes)
    assert sum(one != other for one, other in found) <= 2  # a common word at the very edge of a probe
    assert len(location.runs) == len({h.start // 60_000 for h in probes})


def test_a_rectangle_too_large_to_fill_is_looked_at_from_its_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    words, lost, advert = speech(200, 1), speech(300, 7), speech(300, 8)
    heard = said([*words[:100], *advert, *words[100:]])
    monkeypatch.setattr(stage, "_ENOUGH", 400)
    monkeypatch.setattr(stage, "_MOST", 1000)
    location = locate([*words[:100], *lost, *words[100:]], heard)
    assert starts(location)[:100] == [h.start for h in heard[:100]]
    assert starts(location)[400:] == [h.start for h in heard[400:]]


# --- chains and edits -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bits", "found"), [(11.0, 1), (12.5, 2)])
def test_a_run_out_of_step_says_more_than_the_step_costs(bits: float, found: int) -> None:
    """Six words of 11 bits say less than 60 and what every run costs, of 12.5 more."""
    runs = [chain.Run(0, 0, 5), chain.Run(20, 60, 5)]
    assert len(chain._chained(runs, range(26), [bits] * 26, 2)) == found


def test_a_chain_ascends_and_prefers_what_says_more() -> None:
    left = [1, 2, 3, 4, 5, 6, 7, 8]
    right = [5, 6, 7, 8, 1, 2, 3, 4]
    bits = [0.0, 9, 9, 9, 9, 2, 2, 2, 2]
    (run,) = chain.anchors(left, right, bits, enough=0)
    assert (run.a, run.b, run.length) == (0, 4, 4)


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), max_size=60), st.lists(st.integers(0, 6), max_size=60))
def test_anchors_are_equal_stretches_apart_from_each_other(left: list[int], right: list[int]) -> None:
    runs = chain.anchors(left, right, [8.0] * 7, enough=0)
    for run in runs:
        assert left[run.a : run.a + run.length] == right[run.b : run.b + run.length]
    for one, two in pairwise(runs):
        assert one.a + one.length <= two.a
        assert one.b + one.length <= two.b


def test_gaps_and_runs_tile_the_box() -> None:
    box = chain.Box(0, 10, 0, 12)
    gaps = list(chain.gaps(box, [chain.Run(2, 3, 4)]))
    assert gaps == [chain.Box(0, 2, 0, 3), chain.Box(6, 10, 7, 12)]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.sampled_from(["alpha", "beta", "gamma", "a", "of"]), max_size=8),
    st.lists(st.sampled_from(["alpha", "beta", "gamma", "a", "of"]), max_size=8),
)
def test_an_edit_alignment_ascends_and_equal_texts_are_paired_word_by_word(left: list[str], right: list[str]) -> None:
    pairs = affine.align(affine.Left(tuple(left), (6.0,) * len(left), (0.0,) * (len(left) + 1)), right)
    assert all((x.a <= y.a and x.b <= y.b and (x.a, x.b) != (y.a, y.b)) for x, y in pairwise(pairs))
    if left == right:
        assert [(p.a, p.b) for p in pairs] == [(k, k) for k in range(len(left))]


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [("qwen", "kwen", 0.9, 1), ("grock", "groq", 0.9, 1), ("tariffs", "terrorists", 0.4, 0.85), ("cat", "dog", 0, 0.4)],
)
def test_likeness_follows_sound(one: str, other: str, low: float, high: float) -> None:
    assert low <= float(affine.similarity([one], [other])[0, 0]) <= high


@pytest.mark.parametrize("size", [60, 600])
@pytest.mark.parametrize("outro", [0, 40])
@pytest.mark.parametrize("quoted", [1, 2])
def test_a_quotation_on_top_or_at_the_end_takes_no_time_from_the_passage_it_repeats(
    size: int, outro: int, quoted: int
) -> None:
    """In a note that is aligned as a whole and in one with anchors, whether the recording goes on or not."""
    words = [f"{w}." if k % 10 == 9 else w for k, w in enumerate(speech(size, seed=7))]
    others = vocabulary(5)[-outro:] if outro else []
    heard = said([*others, *words, *others])
    own = [w.start for w in heard[outro : outro + size]]
    n = 10 * quoted

    assert starts(locate([*words, *words[-n:]], heard)) == [*own, *[None] * n]
    assert starts(locate([*words[:n], *words], heard)) == [*[None] * n, *own]


# --- numbers ----------------------------------------------------------------------------------------------------------


def pairs(*scores: float, holes: dict[int, tuple[int, int]] | None = None) -> list[affine.Pair]:
    """Tokens one after the other, with unmatched ones of the note and of the recording in front of some."""
    found, a, b = [], 0, 0
    for k, score in enumerate(scores):
        before = (holes or {}).get(k, (0, 0))
        a, b = a + before[0], b + before[1]
        found.append(affine.Pair(a, b, score))
        a, b = a + 1, b + 1
    return found


def bits(found: list[affine.Pair]) -> list[float]:
    return [run.bits for run in stage._runs(found)]


def test_what_was_not_heard_and_what_only_was_heard_counts_against_a_run() -> None:
    assert bits(pairs(10, 10, holes={1: (1, 0)})) == [18.5]
    assert bits(pairs(10, 10, holes={1: (0, 1)})) == [19.25]


def test_a_hole_of_five_tokens_on_either_side_ends_a_run() -> None:
    assert bits(pairs(20, 20, holes={1: (4, 4)})) == [31.0]
    assert bits(pairs(20, 20, holes={1: (5, 0)})) == bits(pairs(20, 20, holes={1: (0, 5)})) == [20, 20]


def test_a_run_ends_where_it_has_lost_twenty_bits() -> None:
    assert bits(pairs(100, -10, -10, 30)) == [110]
    assert bits(pairs(100, -10, -10.5, 30)) == [100, 30]


@pytest.mark.parametrize(("evidence", "believed"), [(16.0, True), (15.9, False)])
def test_a_run_must_be_improbable_in_its_room(evidence: float, believed: bool) -> None:
    """256 places: 8 bits are to be expected, and 8 more are asked for."""
    run = stage._Run((affine.Pair(3, 3, evidence),), evidence)
    assert bool(stage._credible([run], (16, 16))) is believed


def test_a_rectangle_of_a_million_pairs_is_filled_and_a_larger_one_looked_at_200_tokens_deep() -> None:
    whole = chain.Box(0, 1000, 0, 1000)
    assert list(stage._ends(whole)) == [whole]
    assert list(stage._ends(chain.Box(0, 1000, 0, 1001))) == [
        chain.Box(0, 200, 0, 200),
        chain.Box(800, 1000, 801, 1001),
    ]


def test_a_pinned_word_is_heard_within_three_seconds() -> None:
    heard = said(["one"] * 61, each=500)
    note, sound = tokenize(["one"] * 2), tokenize(["one"] * 61)
    room = stage._room(note, sound, heard, {1: 15_000})
    assert room is not None
    assert (room[0], room[1][0]) == ((0, 36), 24)  # up to 18 s, and from 12 s on


@given(st.dictionaries(st.integers(0, 49), st.integers(0, 40_000), min_size=1, max_size=9))
def test_each_pin_bounds_what_stands_in_front_of_it_and_behind(pins: dict[int, int]) -> None:
    heard = said(["one"] * 61, each=500)
    note, sound = tokenize(["one"] * 50), tokenize(["one"] * 61)
    room = stage._room(note, sound, heard, pins)
    assert room is not None
    for place, (low, high) in enumerate(room):
        times = [
            word.start
            for word in heard
            if all(word.start >= time - stage.PIN_SLACK for pin, time in pins.items() if pin <= place)
            and all(word.start < time + stage.PIN_SLACK for pin, time in pins.items() if pin > place)
            and all(
                word.start < time + stage.PIN_SLACK + stage._PINNED * stage.PER_WORD
                for pin, time in pins.items()
                if 0 <= place - pin < stage._PINNED
            )
        ]
        assert [word.start for word in heard[low:high]] == times


def test_the_work_for_pins_grows_with_the_text_and_not_with_its_square() -> None:
    """54,000 words with 1,800 pins took 34 s."""

    def work(size: int) -> int:
        lines = 0

        def count(_frame: FrameType, event: str, _: object) -> Any:
            nonlocal lines
            lines += event == "line"
            return count

        heard, tokens = said(["one"] * size, each=500), tokenize(["one"] * size)
        before = sys.gettrace()
        sys.settrace(count)
        try:
            stage._room(tokens, tokens, heard, {k: 500 * k for k in range(0, size, 10)})
        finally:
            sys.settrace(before)
        return lines

    assert work(2000) < 2.2 * work(1000)


def test_another_word_in_its_place_costs_three_bits() -> None:
    assert float(affine.scores(["cat"], ["dog"], np.full(1, 9.0, np.float32))[0, 0]) == -3.0


def test_what_was_aligned_before_is_not_aligned_again_when_more_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at a recording knows more of it; the holes between words that were found before are as they were. So
    are nearly all where one word was corrected, though that makes another word a little rarer."""
    fill = Mock(wraps=affine._fill)
    monkeypatch.setattr(affine, "_fill", fill)
    words = speech(900)
    heard = said(words)
    often = max(words, key=words.count)
    for k in [k for k in range(20, 880) if words[k] == often][::4]:
        heard[k] = replace(heard[k], text="xyzzy")
    affine._freely.cache_clear()
    locate(words, heard[:600])
    before = fill.call_count
    found = locate(words, heard)
    assert before > 10
    assert fill.call_count - before <= 12
    rare = next(k for k in range(100, 900) if words[k] != often)
    corrected = [*words[:rare], often, *words[rare + 1 :]]
    before = fill.call_count
    locate(corrected, heard)
    assert fill.call_count - before <= 2
    affine._freely.cache_clear()
    assert locate(words, heard) == found


@pytest.mark.parametrize(("price", "first"), [(0.5, False), (1.5, True)])
def test_leaving_out_the_beginning_of_a_note_costs_a_bit_less(price: float, first: bool) -> None:
    """A sentence twice in the note and once in the recording; the gap in front has its own price."""
    words = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel")
    inside = (-price, *[-5.0] * 7, *[0.0] * 9)
    left = affine.Left(words * 2, (9.0,) * 16, inside, opens=True)
    assert [pair.a for pair in affine.align(left, words)] == list(range(8) if first else range(8, 16))


@pytest.mark.parametrize(("each", "found"), [(5.25, True), (4.75, False)])
def test_an_anchor_carries_ten_bits(each: float, found: bool) -> None:
    assert bool(chain.anchors([0, 1], [0, 1], [each, each], enough=0)) is found


@pytest.mark.parametrize(("room", "placed"), [(24, False), (25, True), (2250, True), (2251, False)])
def test_an_unheard_word_has_half_to_three_times_the_time_that_it_takes(room: int, placed: bool) -> None:
    """Ten letters with the space take 650 ms; what is recognised on either side may be wrong by 300 ms together."""
    places: list[stage.Place | None] = [
        stage.Place(0, 1000, "matched", 1.0, 9.0),
        None,
        stage.Place(1000 + room, 3000 + room, "matched", 1.0, 9.0),
    ]
    stage._bridge(places, ["the", "elephants", "run"], 0, 2)
    assert bool(places[1]) is placed


@pytest.mark.parametrize(("unheard", "placed"), [(4, True), (5, False)])
def test_four_words_between_two_runs_are_placed_unheard_and_no_more(unheard: int, placed: bool) -> None:
    """Five words that nobody heard end a run: they may as well have been left out."""
    words = ["fox"] * (unheard + 2)
    heard = [RecognizedWord("fox", start, start + 250, 0.9) for start in (0, 250 + 260 * unheard)]
    places = stage._places(words, heard, [{0: [(0, 9.0)]}, {unheard + 1: [(1, 9.0)]}])
    assert [bool(place) for place in places[1:-1]] == [placed] * unheard


def test_beside_a_corrected_word_what_an_earlier_run_aligned_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gives the same places, and only the rectangle that holds the word is aligned again; with pins all is."""
    vocabulary = [f"{a}{b}{c}ton" for a in "bdfgk" for b in "aeiou" for c in "lmnrst"]
    words = [vocabulary[k * 7 % len(vocabulary)] for k in range(600)]
    heard = [RecognizedWord(w, 300 * k, 300 * k + 250, 0.9) for k, w in enumerate(words) if k % 29]
    corrected = ["harbour" if k == 450 else word for k, word in enumerate(words)]
    known: dict[affine.Rectangle, tuple[affine.Pair, ...]] = {}
    with remembering(known):
        first = locate(words, heard)
    assert first == locate(words, heard)
    kept = len(known)
    aligned = Mock(wraps=affine._freely)
    monkeypatch.setattr(affine, "_freely", aligned)
    with remembering(known):
        assert locate(words, heard) == first
        assert (aligned.call_count, len(known)) == (0, kept)
        again = locate(corrected, heard)
        assert aligned.call_count == len(known) - kept < kept / 2
        locate(words, heard, pins={300: 90_000})
        assert len(known) - kept == aligned.call_count
    assert again == locate(corrected, heard)


@given(
    st.sampled_from(["km", "m^2", "iv", "VIII", "I", "4", "4th", "may", "May", "ph.d.", "the", "it's", "mg,", "v"]),
    st.sampled_from(["3", "1", "½", "Henry", "Chapter", "March", "july", "the", "$5", "2½,", "(12", "km", ""]),
)
def test_the_word_in_front_is_left_out_only_where_it_changes_nothing(word: str, front: str) -> None:
    words = (front, word)
    assert _compared(word, _before(words, 1)) == _compared(word, front)
    assert _before(("the", "word"), 1) == ""
