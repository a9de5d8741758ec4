"""Lines as they come from tools -> each text once: roll-up captions, doubled exports, two files side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import Ms
    from subsync.formats.incoming.read import Line

_TOUCHING: Ms = 500
"""Between two captions that show the same line: roll-up captions follow one another at once."""


def tidied(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines without what was shown before already."""
    out: list[Line] = []
    before: Line | None = None
    for line in lines:
        rolled = before is not None and _touch(before, line)
        if rolled and before is not None and out:
            grown = _grown(out[-1], line)
            if grown is not None:
                out[-1], before = grown, line
                continue
            en, zh = _without(before.en, line.en), _without(before.zh, line.zh)
        else:
            en, zh = line.en, line.zh
        before = line
        if en or zh or line.asides:
            out.append(replace(line, en=en, zh=zh))
    return tuple(out)


def merged(files: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
    """Two files of one recording, or two cues of one time: the Chinese goes to the English that it overlaps most.

    Plain text of two files is laid side by side, paragraph by paragraph.
    """
    everything = [line for lines in files for line in lines]
    if any(line.start is None for line in everything):
        return _side_by_side(files)
    ordered = sorted(everything, key=lambda line: (line.start or 0, line.end or 0))
    hosts = [line for line in ordered if line.en or not line.zh]
    if not any(line.en for line in hosts):
        return tuple(ordered)
    added: dict[int, list[str]] = {}
    first = 0
    for guest in (line for line in ordered if line.zh and not line.en):
        while first + 1 < len(hosts) and (hosts[first].end or 0) <= (guest.start or 0):
            first += 1
        near = range(max(0, first - 1), min(len(hosts), first + 8))
        best = max((k for k in near if hosts[k].en), key=lambda k: _overlap(hosts[k], guest), default=first)
        added.setdefault(best, []).extend(guest.zh)
    return tuple(replace(line, zh=(*line.zh, *added.get(k, ()))) for k, line in enumerate(hosts))


def _side_by_side(files: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
    if len(files) != 2 or len(files[0]) != len(files[1]):
        return tuple(line for lines in files for line in lines)
    return tuple(replace(a, en=(*a.en, *b.en), zh=(*a.zh, *b.zh)) for a, b in zip(*files, strict=True))


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
        return replace(line, start=before.start, speaker=before.speaker or line.speaker)
    return None


def _overlap(a: Line, b: Line) -> Ms:
    return min(a.end or 0, b.end or 0) - max(a.start or 0, b.start or 0)
