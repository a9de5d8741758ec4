"""Two files of one recording, or two cues of one time -> one line with both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

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
    ordered = sorted((line for lines in files for line in lines), key=lambda x: (x.start or 0, x.end or 0))
    hosts = [line for line in ordered if line.en]
    guests: dict[int, list[Line]] = {}
    alone = []
    first = 0
    for guest in (line for line in ordered if not line.en):
        while first + 1 < len(hosts) and (hosts[first].end or 0) <= (guest.start or 0):
            first += 1
        near = range(max(0, first - 1), min(len(hosts), first + _NEAR))
        over = [k for k in near if _overlap(hosts[k], guest) > _SHARE * _shorter(hosts[k], guest)]
        if not over or not guest.zh:
            alone.append(guest)
        elif len(over) == len(guest.zh):  # a line for each
            for k, text in zip(over, guest.zh, strict=True):
                guests.setdefault(k, []).append(replace(guest, zh=(text,), asides=guest.asides if k == over[0] else ()))
        else:
            guests.setdefault(max(over, key=lambda k: _overlap(hosts[k], guest)), []).append(guest)
    together = [_together(host, guests.get(k, ())) for k, host in enumerate(hosts)]
    return tuple(sorted([*together, *alone], key=lambda line: line.start or 0))


def _together(host: Line, guests: Iterable[Line]) -> Line:
    """A cue with the Chinese of its time in order; where a cue of that ends stands a space, as inside a line."""
    parts = sorted([*([replace(host, asides=())] if host.zh else []), *guests], key=lambda line: line.start or 0)
    zh = [f" {text}" if k and n == 0 else text for k, line in enumerate(parts) for n, text in enumerate(line.zh)]
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
