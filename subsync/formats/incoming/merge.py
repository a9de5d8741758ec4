"""Two files of one recording, or two cues of one time -> one line with both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from subsync.formats.incoming.stops import PARTED, with_ends

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from subsync.datatypes import Ms
    from subsync.formats.incoming.shown import Line

_SHARE = 0.2
"""Of the shorter of two cues, how much the other has to last beside it: those of neighbours overlap a little."""
_NEAR = 8
"""Cues of one language that overlap one of the other."""


def merged(files: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
    """The Chinese goes to the English that it overlaps most; what overlaps none stays a line of its own.

    Plain text of two files is laid side by side, paragraph by paragraph.
    """
    if any(line.start is None for lines in files for line in lines):
        return _side_by_side(files)
    ordered = with_ends(sorted((line for lines in files for line in lines), key=lambda x: (x.start or 0, x.end or 0)))
    hosts = [line for line in ordered if line.en]
    guests: dict[int, list[Line]] = {}
    held: set[int] = set()
    alone = []
    first = 0
    for guest in (line for line in ordered if not line.en):
        while first + 1 < len(hosts) and (hosts[first].end or 0) <= (guest.start or 0):
            first += 1
        near = range(max(0, first - 1), min(len(hosts), first + _NEAR))
        over = [k for k in near if _overlap(hosts[k], guest) > _SHARE * _shorter(hosts[k], guest)]
        covered = [k for k in over if 2 * _overlap(hosts[k], guest) > (hosts[k].end or 0) - (hosts[k].start or 0)]
        if not over or not guest.zh:
            alone.append(guest)
            continue
        held.update(covered[1:])
        if not 1 < len(covered) == len(guest.zh):
            covered = [max(over, key=lambda k: _overlap(hosts[k], guest))]
        for k, part in zip(covered, _parted(guest, len(covered)), strict=True):
            guests.setdefault(k, []).append(part)
    together = [replace(_together(host, guests.get(k, ())), held=k in held) for k, host in enumerate(hosts)]
    return tuple(sorted([*together, *alone], key=lambda line: line.start or 0))


def _parted(guest: Line, count: int) -> Iterable[Line]:
    """A cue of Chinese, or a line of it for each of the cues beside which it stands."""
    if count == 1:
        return [guest]
    return [
        replace(guest, zh=(text + PARTED * (k + 1 < count),), asides=() if k else guest.asides)
        for k, text in enumerate(guest.zh)
    ]


def _together(host: Line, guests: Iterable[Line]) -> Line:
    """A cue with the Chinese of its time in order."""
    parts = sorted([*([replace(host, asides=())] if host.zh else []), *guests], key=lambda line: line.start or 0)
    zh = [
        text + PARTED * (n + 1 == len(line.zh) and k + 1 < len(parts))
        for k, line in enumerate(parts)
        for n, text in enumerate(line.zh)
    ]
    return replace(host, zh=tuple(zh), asides=(*host.asides, *(aside for line in parts for aside in line.asides)))


def _side_by_side(files: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
    if len(files) != 2 or len(files[0]) != len(files[1]):
        return tuple(line for lines in files for line in lines)
    return tuple(
        replace(a, en=(*a.en, *b.en), zh=(*a.zh, *b.zh), asides=(*a.asides, *b.asides))
        for a, b in zip(*files, strict=True)
    )


def _overlap(a: Line, b: Line) -> Ms:
    return min(a.end or 0, b.end or 0) - max(a.start or 0, b.start or 0)


def _shorter(a: Line, b: Line) -> Ms:
    return min((a.end or 0) - (a.start or 0), (b.end or 0) - (b.start or 0))
