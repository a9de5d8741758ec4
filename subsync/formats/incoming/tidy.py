"""Lines as they come from tools -> each text as often as it is said: roll-up captions and doubled exports mended."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import Ms
    from subsync.formats.incoming.shown import Line

_TOUCHING: Ms = 500
"""Between two captions that show the same line: roll-up captions follow one another at once."""
_FLASH: Ms = 100
"""Nothing is said in so short a time: YouTube's captions that only move a line up stay 10 ms."""


def tidied(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines without what is shown again but not said again.

    People do say things twice ("Yes." "Yes."). What is shown again is left out where the file shows that its captions
    roll, where a word in it lights up as it is said, and where both are shown at the same time.
    """
    lines = _undoubled(lines)
    rolls = _rolls(lines)
    out: list[Line] = []
    before: Line | None = None
    for line in lines:
        kept = line
        if before is not None and (_touch(before, line) or (rolls and _scrolled(before, line))):
            grown = _grown(out[-1], line) if rolls and out else None
            if grown is not None:
                out[-1], before = grown, line
                continue
            if rolls:
                asides = tuple(aside for aside in line.asides if aside not in before.asides)
                kept = replace(line, en=_without(before.en, line.en), zh=_without(before.zh, line.zh), asides=asides)
            elif _is_same(before, line) and (before.lit or line.lit or _are_together(before, line)):
                kept = replace(line, en=(), zh=(), asides=())
        before = line
        if kept.en or kept.zh or kept.asides:
            out.append(kept)
    return tuple(out)


def _undoubled(lines: Sequence[Line]) -> Sequence[Line]:
    """Lines of an export of two tracks of one language: in (nearly) every cue all of its lines stand twice."""
    english = [line.en for line in lines if line.en and line.start is not None]
    twice = sum(_is_twice(texts) for texts in english)
    if not english or twice < 0.9 * len(english):
        return lines
    return [replace(line, en=line.en[: len(line.en) // 2]) if _is_twice(line.en) else line for line in lines]


def _is_twice(texts: Sequence[str]) -> bool:
    half = len(texts) // 2
    return half > 0 and texts[:half] == texts[half:] and not texts[0].startswith(("-", "–", "—", ">"))


# --- captions that roll -----------------------------------------------------------------------------------------------


def _rolls(lines: Sequence[Line]) -> bool:
    """Whether captions repeat what they showed before.

    One that flashes by with the same text shows it, and three running of which each shows the one before and more;
    once, somebody may have said it twice ("I see", "I see the moon").
    """
    carried = False
    for before, line in pairwise(lines):
        carries = _touch(before, line) and (_scrolled(before, line) or _grown(before, line) is not None)
        if (carries and carried) or (_is_flash(before, line) and not _without(_texts(before), _texts(line))):
            return True
        carried = carries
    return False


def _is_flash(before: Line, line: Line) -> bool:
    shown = bool(line.en or line.zh) and line.start is not None
    return shown and _touch(before, line) and (line.end or 0) - (line.start or 0) <= _FLASH


def _scrolled(before: Line, line: Line) -> bool:
    """Whether a line was moved up to make room for another, after a pause, too."""
    return 0 < len(_without(_texts(before), _texts(line))) < len(_texts(line))


def _texts(line: Line) -> tuple[str, ...]:
    return (*line.asides, *line.en, *line.zh)


def _touch(before: Line, line: Line) -> bool:
    if before.end is None or line.start is None or before.start is None:
        return False
    return line.start - before.end <= _TOUCHING and line.start >= before.start


def _without(before: Sequence[str], lines: Sequence[str]) -> tuple[str, ...]:
    """Lines without those at their top that stood at the bottom of what was shown before."""
    longest = next((n for n in range(min(len(before), len(lines)), 0, -1) if [*before[-n:]] == [*lines[:n]]), 0)
    return tuple(lines[longest:])


def _grown(before: Line, line: Line) -> Line | None:
    """The later of two of which it is the earlier one with more words; ``None`` if it is another one."""
    one, two = " ".join(before.en), " ".join(line.en)
    if one and two != one and two.startswith(f"{one} ") and len(line.en) == len(before.en) == 1 and not line.zh:
        return replace(line, start=before.start, zh=before.zh, asides=(*before.asides, *line.asides))
    return None


# --- captions that stand there twice ----------------------------------------------------------------------------------


def _is_same(before: Line, line: Line) -> bool:
    return bool(line.en or line.zh) and (line.en, line.zh) == (before.en, before.zh)


_TOGETHER = 0.8
"""So much of the time of both: the captions of a speech that overlap pass on by half."""


def _are_together(a: Line, b: Line) -> bool:
    a_start, a_end, b_start, b_end = (time or 0 for time in (a.start, a.end, b.start, b.end))
    longer = max(a_end - a_start, b_end - b_start)
    return longer > 0 and min(a_end, b_end) - max(a_start, b_start) >= _TOGETHER * longer
