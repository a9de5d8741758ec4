"""Quiet stretches, found in sound whose level is known in every millisecond."""

from __future__ import annotations

import numpy as np
import pytest

from subsync.align.quiet import quiet
from subsync.datatypes import Ms, Span

VOICE = -20.0  # dB of full scale


def found(*parts: tuple[Ms, float]) -> list[Span]:
    """The quiet stretches of sound that has so many ms of each level, in dB."""
    levels = np.concatenate([np.full(ms * 16, 10 ** (level / 20), np.float32) for ms, level in parts])
    made = quiet([levels])
    return [Span(start, end) for start, end in zip(made.starts, made.ends, strict=True)]


@pytest.mark.parametrize(("closure", "pauses"), [(55, []), (60, [Span(1005, 1065)])])
def test_the_closure_of_a_stop_is_no_pause_and_a_pause_is_found_to_5_ms(closure: Ms, pauses: list[Span]) -> None:
    assert found((1005, VOICE), (closure, -90), (1000, VOICE)) == pauses


@pytest.mark.parametrize(("above", "pause"), [(9, True), (11, False)])
def test_what_is_10_db_above_the_noise_is_still_quiet(above: float, pause: bool) -> None:
    """A fan 27 dB below the voice, and somebody breathes in."""
    noise = VOICE - 27
    assert (found((4000, VOICE), (1000, noise), (500, VOICE), (300, noise + above), (500, VOICE))[1:] != []) == pause


@pytest.mark.parametrize(("below", "pause"), [(23, True), (21, False)])
def test_where_there_is_no_noise_22_db_below_the_voice_are_quiet(below: float, pause: bool) -> None:
    assert (found((4000, VOICE), (1000, -90), (500, VOICE), (300, VOICE - below), (500, VOICE))[1:] != []) == pause


@pytest.mark.parametrize(("below", "pause"), [(13, True), (11, False)])
def test_music_12_db_below_the_voice_is_not_quiet(below: float, pause: bool) -> None:
    assert (found((4000, VOICE), (1000, VOICE - below), (4000, VOICE)) != []) == pause


def test_one_who_whispers_after_a_loud_voice_is_silent_for_less_than_six_seconds() -> None:
    """A sixth of the 16 s around has to be loud for a whisper to be nothing beside it."""
    (pause,) = found((10_000, VOICE), (20_000, VOICE - 30))
    assert pause.start == 10_000
    assert 15_000 < pause.end < 16_000


@pytest.mark.parametrize(("level", "silent"), [(-61.0, True), (-59.0, False)])
def test_below_60_db_of_full_scale_all_is_silence(level: float, silent: bool) -> None:
    assert found((3000, level)) == ([Span(0, 3000)] if silent else [])
