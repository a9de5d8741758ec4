"""From how much on something is said of a recording and its note."""

from __future__ import annotations

import pytest

from subsync.align.remarks import Pin, another_recording, contradicted, out_of_order
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


@pytest.mark.parametrize(("misheard", "told"), [(9, True), (10, False)])
def test_a_pin_is_held_against_the_first_ten_words_behind_it(misheard: int, told: bool) -> None:
    """What is heard later says little about the first."""
    words = speech(300)
    heard = [word for k, word in enumerate(said(words)) if not 100 <= k < 100 + misheard]
    heard[100:100] = [RecognizedWord("zzyzx", 30_000 + 300 * k, 30_280 + 300 * k, 0.9) for k in range(misheard)]
    places = locate(words, heard).places
    assert [place is not None and place.how == "matched" for place in places[100 : 101 + misheard]][-1]
    assert bool([*contradicted([Pin(100, 0, 7)], words, heard)]) is told


@pytest.mark.parametrize(("count", "told"), [(11, False), (12, True)])
def test_twelve_words_that_are_heard_elsewhere_are_worth_a_remark(count: int, told: bool) -> None:
    """About one spoken sentence."""
    words = speech(160, 3)
    passage = [f"qua{word}zi" for word in speech(count, 9)]
    note = note_of(f"{' '.join(words[:80])}.\n\n{' '.join(passage)}.\n\n{' '.join(words[80:])}.\n")
    heard = said([*words, *passage])
    location = locate([word.text for word in note.words], heard)
    assert bool([*out_of_order(note, location, heard)]) is told
