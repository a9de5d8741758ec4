"""Whole milliseconds <-> text. The only place that knows how a time is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subsync.datatypes import Ms


IN_WORDS = r"(?:(\d+) hours?,? ?)?(?:(\d+) minutes?,? ?)?(?:(\d+) seconds?)?"
"""A time as YouTube's panel says it once more for those who do not see it: ``1 minute, 2 seconds``. It may be empty."""


def _fields(ms: Ms) -> tuple[int, int, int, int]:
    if ms < 0:
        raise ValueError(f"a time before the start of the recording: {ms} ms")
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return hours, minutes, seconds, ms


def vtt_time(ms: Ms) -> str:
    """``3723004`` -> ``01:02:03.004``."""
    return "{:02}:{:02}:{:02}.{:03}".format(*_fields(ms))


def ass_time(ms: Ms) -> str:
    """``3723006`` -> ``1:02:03.01``: hundredths, to the nearest."""
    hours, minutes, seconds, rest = _fields(round(ms / 10) * 10)
    return f"{hours}:{minutes:02}:{seconds:02}.{rest // 10:02}"


def seconds(ms: Ms) -> str:
    """``3723004`` -> ``3723.004``."""
    return f"{ms // 1000}.{ms % 1000:03}"


def clock(ms: Ms) -> str:
    """``3723004`` -> ``1:02:03``, ``754999`` -> ``12:34``: for people, floored to the second."""
    hours, minutes, seconds, _ = _fields(ms)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def parse_clock(text: str) -> Ms | None:
    """``12:34``, ``1:02:03``, ``00:12:34.5`` -> ms; ``None`` for anything else (``12:60`` too)."""
    match = re.fullmatch(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,](\d{1,3}))?", text, re.ASCII)
    if not match:
        return None
    hours, minutes, seconds, fraction = match.groups()
    if int(seconds) > 59 or (hours is not None and int(minutes) > 59):
        return None
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int((fraction or "").ljust(3, "0"))
