"""Sound that the note does not have: what is worth a line, and what is a breath, a filler, a cough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from subsync.align.quiet import Quiet
from subsync.align.unwritten import unwritten
from subsync.align.when import Timing
from subsync.datatypes import Span, Unwritten

if TYPE_CHECKING:
    from subsync.datatypes import Ms

LOUD = Quiet((), ())


def found(
    speech: list[tuple[Ms, Ms]], *, words: tuple[tuple[Ms, Ms], ...] = (), duration: Ms, silence: Quiet = LOUD
) -> list[Unwritten]:
    timings = [Timing(k, "word", start, end, 1.0, "phones", 0.9) for k, (start, end) in enumerate(words)]
    return list(unwritten(timings, [Span(*s) for s in speech], duration, silence))


@pytest.mark.parametrize(("length", "listed"), [(999, False), (1000, True)])
def test_a_filler_is_not_listed(length: Ms, listed: bool) -> None:
    assert (found([(500, 500 + length)], duration=3000) == [Unwritten(500, 500 + length, "speech")]) == listed


@pytest.mark.parametrize(("gap", "listed"), [(1000, False), (1001, True)])
def test_between_two_words_there_has_to_be_room_for_it(gap: Ms, listed: bool) -> None:
    two = 500 + gap
    speech = found([(0, two + 500)], words=((0, 500), (two, two + 500)), duration=two + 500)
    assert speech == ([Unwritten(500, two, "speech")] if listed else [])


@pytest.mark.parametrize(("pause", "count"), [(1000, 1), (1001, 2)])
def test_speech_with_short_pauses_is_one_stretch(pause: Ms, count: int) -> None:
    assert len(found([(0, 1500), (1500 + pause, 3000 + pause)], duration=3000 + pause)) == count


@pytest.mark.parametrize(("length", "listed"), [(2999, False), (3000, True)])
def test_laughter_is_not_listed_and_music_is(length: Ms, listed: bool) -> None:
    assert found([], duration=length) == ([Unwritten(0, length, "other")] if listed else [])


@pytest.mark.parametrize(("quiet", "listed"), [(1999, True), (2000, False)])
def test_sound_that_is_quiet_for_half_of_the_time_is_none(quiet: Ms, listed: bool) -> None:
    assert (found([], duration=4000, silence=Quiet((1000,), (1000 + quiet,))) != []) == listed
