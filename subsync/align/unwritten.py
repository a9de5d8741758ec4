"""Sound that the note does not have: speech and other sound outside its words."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from typing import TYPE_CHECKING

from subsync.datatypes import Span, Unwritten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.align.quiet import Quiet
    from subsync.align.when import Timing
    from subsync.datatypes import Ms

SPEECH: Ms = 1000
"""Shorter speech beside the note's is a filler or a repeated word."""
SOUND: Ms = 3000
"""Shorter sound that is no speech is laughter or a cough."""


def unwritten(timings: Sequence[Timing], speech: Sequence[Span], duration: Ms, silence: Quiet) -> Iterator[Unwritten]:
    """Speech and other sound outside the note's words.

    Args:
        timings: Of the words, ascending and apart.
        speech: Where there is speech, ascending and apart.
        duration: Of the recording.
        silence: Where it is quiet.
    """
    edges = [0]
    for one, two in itertools.pairwise(timings):
        if two.start - one.end > SPEECH:
            edges += [one.end, two.start]
    if timings:
        edges = [0, timings[0].start, *edges[1:], timings[-1].end]
    edges.append(max(duration, edges[-1]))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        done = start
        for span in [*_speech(speech, start, end, silence), Span(end, end)]:
            if span.start - done >= SOUND and silence.loud(done, span.start) * 2 > span.start - done:
                yield Unwritten(done, span.start, "other")
            if span.duration:
                yield Unwritten(span.start, span.end, "speech")
            done = span.end


def _speech(speech: Sequence[Span], start: Ms, end: Ms, silence: Quiet) -> Iterator[Span]:
    """Speech between two times, short pauses bridged, with ``SPEECH`` ms of sound or more in it."""
    voiced = [
        sound
        for span in speech[
            bisect_left(speech, start, key=lambda s: s.end) : bisect_left(speech, end, key=lambda s: s.start)
        ]
        for sound in silence.sound(max(start, span.start), min(end, span.end))
    ]
    first = 0
    for k in range(len(voiced)):
        if k + 1 < len(voiced) and voiced[k + 1].start - voiced[k].end <= SPEECH:
            continue
        if sum(s.duration for s in voiced[first : k + 1]) >= SPEECH:
            yield Span(voiced[first].start, voiced[k].end)
        first = k + 1
