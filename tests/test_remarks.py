"""From how much on something is said of a recording and its note."""

from __future__ import annotations

import pytest

from subsync.align.remarks import Pin, another_recording, out_of_order, refuted, told
from subsync.datatypes import RecognizedWord
from subsync.locate import Location, locate
from subsync.locate.stage import Place

from test_locate import said, speech  # isort: skip
from fakes import note_of  # isort: skip


@pytest.mark.parametrize(("found", "another"), [(7, True), (8, False)])
def test_eight_words_of_a_hundred_are_the_least_that_a_note_and_its_recording_share(found: int, another: bool) -> None:
    """Halves of one podcast share at most five; the shorter text counts."""
    place = Place(0, 200, "matched", 1.0, 9.0)
    location = Location(places=(place,) * found + (None,) * (200 - found), runs=(), gaps=())
    heard = [RecognizedWord("tide", 0, 200, 0.9)] * 100
    assert bool(another_recording(["tide"] * 200, location, heard)) is another


@pytest.mark.parametrize(("misheard", "wrong"), [(9, True), (10, False)])
def test_a_pin_is_held_against_the_first_ten_words_behind_it(misheard: int, wrong: bool) -> None:
    """What is heard later says little about the first."""
    words = speech(300)
    heard = [word for k, word in enumerate(said(words)) if not 100 <= k < 100 + misheard]
    heard[100:100] = [RecognizedWord("zzyzx", 30_000 + 300 * k, 30_280 + 300 * k, 0.9) for k in range(misheard)]
    places = locate(words, heard).places
    assert [place is not None and place.how == "matched" for place in places[100 : 101 + misheard]][-1]
    pinned = locate(words, heard, pins={100: 0})
    assert bool(refuted([Pin(100, 0, 7)], words, pinned, heard)) is wrong


def test_a_pin_decides_where_its_words_are_said_twice_and_is_not_refuted_by_the_other_time() -> None:
    """Of a talk that the recording has twice each pin was told to be wrong, and kept."""
    words = speech(60)
    heard = said([*words, *speech(40, 5), *words])
    pins = [Pin(k, heard[k].start, k) for k in (0, 20, 40)]
    location = locate(words, heard, pins={pin.word: pin.time for pin in pins})
    assert refuted(pins, words, location, heard) == {}


@pytest.mark.parametrize("off", [-5000, 5000])
def test_a_pin_that_is_five_seconds_wrong_is_refuted_though_some_of_its_words_are_near(off: int) -> None:
    """Of the first ten words the last are within reach of it."""
    words = speech(200)
    heard = said(words)
    pin = Pin(100, heard[100].start + off, 7)
    location = locate(words, heard, pins={100: pin.time})
    assert refuted([pin], words, location, heard) == {100: heard[100].start}


def test_many_false_pins_are_told_in_one_sentence() -> None:
    pins = [Pin(k, 60_000 + 1000 * k, k + 1) for k in range(5)]
    false = {k: 30_000 + 1000 * k for k in range(5)}
    (sentence,) = told(pins, false)
    assert sentence == (
        "line 1: pinned to 1:00, but its words are heard at 0:30; as wrong are 4 more pins (lines 2, 3, 4, 5); "
        "none of them was used"
    )
    assert [sentence.partition(":")[0] for sentence in told(pins[:3], false)] == ["line 1", "line 2", "line 3"]


@pytest.mark.parametrize(("count", "told"), [(11, False), (12, True)])
def test_twelve_words_that_are_heard_elsewhere_are_worth_a_remark(count: int, told: bool) -> None:
    """About one spoken sentence."""
    words = speech(160, 3)
    passage = [f"qua{word}zi" for word in speech(count, 9)]
    note = note_of(f"{' '.join(words[:80])}.\n\n{' '.join(passage)}.\n\n{' '.join(words[80:])}.\n")
    heard = said([*words, *passage])
    location = locate([word.text for word in note.words], heard)
    assert bool([*out_of_order(note, location, heard)]) is told
