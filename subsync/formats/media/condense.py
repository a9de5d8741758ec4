"""Condensed sound: what the note does not have taken out, and one map by which every time follows.

Advertisements, music and pauses of more than a second go. The result with its times mapped is a result like any other,
so the same writers make its subtitles, lyrics and links.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property
from typing import IO, TYPE_CHECKING, TypeVar, overload

from subsync.datatypes import Anchor, Cue, Span, TimedSentence, TimedWord, Tracks
from subsync.errors import AudioError
from subsync.formats.chapters import chapters
from subsync.formats.media.sound import faded, stretches, write_m4a

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subsync.datatypes import Alignment, Ms, SyncResult

T = TypeVar("T", TimedSentence, TimedWord, Cue, Anchor)

_LONGEST_PAUSE: Ms = 1000
"""Learners' tools (Condenser, subs2cia) leave a second as it is; what is longer becomes twice ``_AIR``."""
_HESITATION: Ms = 2500
"""Inside a sentence so much stays: it may hold a speaker's "um, you know" or a word said twice, which are in no list
and would be cut in two. In an hour of talk five sentences had such a gap of 1 to 2.2 s, none of them mere silence."""
_AIR: Ms = 250
"""Kept around what is said, where nobody else speaks: the breath before and the room's sound after a word."""
_BITS = 64_000
_PART: Ms = 60_000
"""Held in memory at a time: 6 MB."""


@dataclass(frozen=True)
class TimeMap:
    """Which stretches of a recording are kept, one behind the other."""

    kept: tuple[Span, ...]
    """Ascending and apart."""

    @cached_property
    def starts(self) -> tuple[Ms, ...]:
        """Where each of them begins in the condensed sound; at the end its length."""
        out = [0]
        for span in self.kept:
            out.append(out[-1] + span.duration)
        return tuple(out)

    @cached_property
    def _begins(self) -> tuple[Ms, ...]:
        return tuple(span.start for span in self.kept)

    @overload
    def __call__(self, time: Ms) -> Ms: ...
    @overload
    def __call__(self, time: Ms | None) -> Ms | None: ...
    def __call__(self, time: Ms | None) -> Ms | None:
        """A time of the recording in the condensed sound; one that was taken out is where the next stretch begins."""
        if time is None:
            return None
        k = bisect_right(self._begins, time) - 1
        if k < 0:
            return 0
        return self.starts[k] + min(time, self.kept[k].end) - self.kept[k].start


def time_map(alignment: Alignment, duration: Ms) -> TimeMap:
    """What to keep of a recording: all that the note's words are, with some air, and the pauses of up to a second."""
    said = sorted(
        (max(0, word.start), min(word.end, duration), number)
        for number, sentence in enumerate(alignment.sentences)
        for word in sentence.words
        if word.start is not None and word.end is not None and word.start < duration
    )
    others = [(u.start, u.end) for u in alignment.unwritten if u.kind == "speech"]
    runs: list[tuple[Ms, Ms]] = []
    last = -1
    for start, end, number in said:
        pause = start - runs[-1][1] if runs else duration
        known = any(a < start and runs[-1][1] < b for a, b in others) if runs else False
        if runs and pause <= (_HESITATION if number == last and not known else _LONGEST_PAUSE):
            runs[-1] = runs[-1][0], max(runs[-1][1], end)
        else:
            runs.append((start, end))
        last = number
    return TimeMap(
        tuple(
            Span(
                max([0, start - _AIR, *(e for _, e in others if start - _AIR < e <= start)]),
                min([duration, end + _AIR, *(s for s, _ in others if end <= s < end + _AIR)]),
            )
            for start, end in runs
        )
    )


def condensed(result: SyncResult, name: str = "condensed.m4a") -> SyncResult:
    """A result whose times are those of its condensed sound.

    Args:
        result: on the clock of the recording.
        name: of the sound, which links lead to.
    """
    where = time_map(result.alignment, result.media.duration)

    def moved(one: T) -> T:
        return replace(one, start=where(one.start), end=where(one.end))

    tracks = (result.tracks.both, result.tracks.en, result.tracks.zh)
    sentences = tuple(replace(moved(s), words=tuple(map(moved, s.words))) for s in result.alignment.sentences)
    return replace(
        result,
        media=replace(result.media, duration=where.starts[-1]),
        alignment=replace(result.alignment, sentences=sentences, unwritten=()),
        tracks=Tracks(*(tuple(map(moved, track)) for track in tracks)),
        anchors=tuple(
            a if a.start is None else replace(moved(a), link=f"{name}#t={where(a.start) // 1000}")
            for a in result.anchors
        ),
    )


def map_json(result: SyncResult) -> str:
    """The map for programs: what is kept, from where to where in the recording, and where it begins now."""
    where = time_map(result.alignment, result.media.duration)
    rows = [
        {"start_ms": span.start, "end_ms": span.end, "at_ms": at}
        for span, at in zip(where.kept, where.starts, strict=False)
    ]
    kept = ",\n ".join(map(json.dumps, rows))
    return f'{{"duration_ms": {where.starts[-1]}, "kept": [\n {kept}\n]}}\n'


def condensed_sound(result: SyncResult, file: IO[bytes]) -> None:
    """Write the condensed sound with its chapters, as m4a.

    Raises:
        AudioError: nothing of the note is in the recording, or it cannot be read.
    """
    where = time_map(result.alignment, result.media.duration)
    if not where.kept:
        raise AudioError(
            f"{result.media.path}: nothing of the note is in it, so nothing is left to hear",
            "Check that note and recording belong together.",
        )
    after = condensed(result)
    parts = [part for span in where.kept for part in _parts(span)]
    spans = [span for span, _, _ in parts]
    pieces = (faded(sound, begin=parts[k][1], end=parts[k][2]) for k, sound in stretches(result.media.path, spans))
    tags = {"title": result.note.title} if result.note.title else {}
    write_m4a(file, pieces, bits=_BITS, marks=chapters(after.anchors, after.media.duration), tags=tags)


def _parts(span: Span) -> Iterator[tuple[Span, bool, bool]]:
    """A stretch in parts that fit into memory, and whether each of them is its first and its last."""
    for start in range(span.start, span.end, _PART):
        end = min(start + _PART, span.end)
        yield Span(start, end), start == span.start, end == span.end
