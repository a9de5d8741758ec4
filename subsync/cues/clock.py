"""When cues come and go."""

from __future__ import annotations

from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.cues.limits import CueOptions
    from subsync.datatypes import Ms

_LATE: Ms = 300
"""How far a cue may be pushed behind its first word by one that needs its minimum: the reader hears it just before."""
_EARLY_FRAMES = 3
"""How far a cue that is hard to read in time may come before its first word (Netflix: within 3 frames of speech)."""
HANG: Ms = 1500
"""How long a cue that is hard to read in time may stay after its last word, if nothing follows (ITC Guidance on
Standards for Subtitling, 1999: no longer than 1.5 s)."""
_LAG: Ms = 250
"""How far a cue may come behind its first word so that the one in front can be read: a quarter of a second after the
voice is when readers look for it (Karamitroglou, A Proposed Set of Subtitling Standards in Europe, 1998)."""


class Speech(NamedTuple):
    """What is said under a cue."""

    start: Ms
    """Of its first word."""
    end: Ms
    """Of its last word."""
    reading: Ms
    """How long its text takes at the permitted reading speed."""


def set_times(spoken: Sequence[Speech], options: CueOptions, until: Ms | None = None) -> list[tuple[Ms, Ms]]:
    """When cues come and go.

    A cue comes with its first word and stays up to ``linger`` after its last, or 1.5 s if it takes so long to read. One
    that is too short borrows from the pause behind it, then from the pause in front of it, then pushes the next one by
    up to 0.3 s. One that cannot be read in time comes up to 3 frames early, out of a pause that the cue in front can
    spare. Where speech goes on without one, the edge between two cues moves by up to 3 frames or 0.25 s for the sake of
    the one that cannot be read in time. No cue stays beyond the end of the recording, where players stop, and burned-in
    pictures end: a short one at the end borrows from the pause in front of it, and is shorter than it should be if
    there is none.

    Args:
        spoken: what is said under each cue, ascending by start.
        options: limits.
        until: the end of the recording, if it is known.

    Returns:
        Start and end of each cue: ends are behind starts, nothing overlaps, gaps are ``gap`` or at least ``pause``.
    """
    frame = round(1000 / options.frame_rate)
    soonest = round(_EARLY_FRAMES * 1000 / options.frame_rate)
    starts: list[Ms] = []
    # Earliest starts that leave the cue in front a frame, its minimum, its reading time; and where that one pushes to.
    floor = free = spare = pushed = 0
    for speech, after in zip_longest(spoken, spoken[1:]):
        start = max(speech.start, pushed)
        leave = after.start - options.gap if after else speech.end + options.linger + options.min_duration
        if until is not None:
            start, leave = min(start, until - frame), min(leave, until)
        missing = max(0, start + options.min_duration - leave)
        borrowed = min(missing, max(0, start - free))
        pushed = leave + options.gap + min(missing - borrowed, _LATE)
        stands = min(leave, _stay(start, speech, options)) - start
        early = min(speech.reading - stands, start - spare, soonest)
        start = max(start - max(borrowed, early), floor)
        starts.append(start)
        floor = start + options.gap + frame
        free = max(speech.end, start + options.min_duration) + options.gap
        spare = max(free, start + speech.reading + options.gap)
    times = [
        (start, _at_most(_leave(start, speech, following, options), start + frame, until))
        for start, speech, following in zip_longest(starts, spoken, starts[1:])
    ]
    for k, (one, two) in enumerate(pairwise(spoken)):
        (start, leave), (come, end) = times[k : k + 2]
        if come - leave == options.gap:
            come = _edge((start, end), come, (one, two), options)
            times[k : k + 2] = (start, come - options.gap), (come, end)
    return times


def _at_most(end: Ms, least: Ms, until: Ms | None) -> Ms:
    """The end of a cue, not beyond that of the recording unless it would not be seen then."""
    return end if until is None else max(min(end, until), least)


def _edge(both: tuple[Ms, Ms], come: Ms, speech: tuple[Speech, Speech], options: CueOptions) -> Ms:
    """When the second of two cues that follow each other comes, ``both`` being from when to when the two stand.

    The one that can be read in time gives what it can spare; if neither can be, they are equally fast.
    """
    (one, two), (start, end) = speech, both
    read, left = start + one.reading + options.gap, end - two.reading
    if left < come < read:
        wanted = start + options.gap + (end - start - options.gap) * one.reading // (one.reading + two.reading)
    else:
        wanted = min(max(come, min(read, left)), max(read, left))
    early = two.start - round(_EARLY_FRAMES * 1000 / options.frame_rate)
    soonest = max(early, start + options.min_duration + options.gap, end - options.max_duration)
    latest = min(two.start + _LAG, end - options.min_duration, start + options.max_duration + options.gap)
    return min(max(wanted, min(soonest, come)), max(latest, come))


def _earliest(start: Ms, speech: Speech, options: CueOptions) -> Ms:
    return max(speech.end, start + options.min_duration)


def _readable(start: Ms, speech: Speech) -> Ms:
    """Until when a cue stays in order to be read."""
    return min(start + speech.reading, speech.end + HANG)


def _stay(start: Ms, speech: Speech, options: CueOptions) -> Ms:
    """Until when a cue stays if nothing follows."""
    return max(_earliest(start, speech, options) + options.linger, _readable(start, speech))


def _leave(start: Ms, speech: Speech, following: Ms | None, options: CueOptions) -> Ms:
    """When a cue goes after which another one comes."""
    latest, stay = start + options.max_duration, _stay(start, speech, options)
    if following is None:
        return min(stay, latest)
    near = following - _earliest(start, speech, options) < max(options.pause, options.linger + options.gap)
    unread = following - options.pause < _readable(start, speech) and following - options.gap <= speech.end + HANG
    if (near or unread) and following - options.gap <= latest:
        return following - options.gap
    return min(stay, following - options.pause, latest)
