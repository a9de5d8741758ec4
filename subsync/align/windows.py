"""Rough word times and the quiet of a recording -> stretches to align, and edges of words at pauses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from subsync.datatypes import Span
from subsync.sound.cepstra import HOP_MS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.align.quiet import Quiet
    from subsync.datatypes import Ms


@dataclass(frozen=True, slots=True)
class Timing:
    """What is known about a spoken word of the note."""

    word: int
    """Index in the note."""
    text: str
    start: Ms
    end: Ms
    likeness: float
    """How well a recogniser heard it, 0 (not at all) to 1."""
    acoustic: float | None = None
    """How well the sound fits it, 0 to 1; ``None`` if nobody has looked."""
    firm: bool = True
    """Whether its times are more than a guess."""

    @property
    def closes(self) -> bool:
        """Whether a sentence may end with it."""
        return self.text.rstrip("\"')]”’»").endswith((".", "?", "!", "…", ":", ";"))


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """How the words are cut into windows."""

    longest: Ms = 15_000
    """An acoustic aligner's time grows with the window and so does what one error can upset."""
    hole: Ms = 2500
    """Words further apart are not in one window; pauses within an utterance are rarely longer."""
    pause: Ms = 120
    """The shortest quiet stretch to cut at."""
    reach: Ms = 400
    """How far a rough time may be from the pause that it means. Recognised times are good to 0.1 to 0.3 s."""
    near: Ms = 60
    """The same for a time that comes from the sound, and for words within a sentence. On talk whose edges are known,
    those of acoustic alignment are within 45 ms of the pause's nine times in ten; further off is another sound."""
    apart: Ms = 1000
    """Words further apart may have two pauses between them, with other sound in the middle."""
    closure: Ms = 170
    """Within a sentence a shorter silence between two words of known sound may be the closure of a stop."""
    inside: Ms = 250
    """A pause of this length is never inside a word; the closure of a stop takes 60 to 150 ms."""
    margin: Ms = 200
    """Silence kept around a window, where there is that much."""


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive spoken words and the stretch of the recording that holds them and, as far as known, nothing else."""

    words: tuple[Timing, ...]
    span: Span


def pause_between(quiet: Quiet, left: Ms, right: Ms, *, reach: Ms, floor: Ms, ceiling: Ms) -> Span | None:
    """The quiet stretch that a boundary between two words means: long and near, ``None`` if there is none within reach.

    ``floor`` and ``ceiling`` bound it: the beginning of the word before and the end of the word after.
    """
    low, high = min(left, right), max(left, right)
    best: tuple[float, Span] | None = None
    for span in quiet.between(max(low - reach, floor), min(high + reach, ceiling)):
        distance = max(0, low - span.end, span.start - high)
        score = min(span.duration, 500) - distance
        if best is None or score > best[0]:
            best = (score, span)
    return best[1] if best else None


def islands(timings: Sequence[Timing], hole: Ms) -> Iterator[tuple[Timing, ...]]:
    """Split where two words are further apart than ``hole``."""
    first = 0
    for k, (one, two) in enumerate(pairwise(timings)):
        if two.start - one.end > hole:
            yield tuple(timings[first : k + 1])
            first = k + 1
    if timings:
        yield tuple(timings[first:])


def cut(timings: Sequence[Timing], quiet: Quiet, duration: Ms, options: WindowOptions) -> Iterator[Window]:
    """Cut words into windows at pauses, at the ends of sentences by preference.

    Args:
        timings: The spoken words, ascending.
        quiet: Where the recording is quiet.
        duration: Of the recording.
        options: Limits.
    """
    for island in islands(timings, options.hole):
        edges = _cuts(island, quiet, options)
        for (a, before), (b, after) in pairwise(edges):
            words = island[a:b]
            start = max(before.start, before.end - options.margin) if before else words[0].start - options.reach
            end = min(after.end, after.start + options.margin) if after else words[-1].end + options.reach
            start = max(0, start) // HOP_MS * HOP_MS  # where a frame begins
            yield Window(words, Span(start, max(start, min(duration, end))))


def _cuts(island: Sequence[Timing], quiet: Quiet, options: WindowOptions) -> list[tuple[int, Span | None]]:
    """Where to cut, index of the word after the cut and the pause; no two further apart than allowed."""
    head = pause_between(
        quiet, island[0].start, island[0].start, reach=2 * options.reach, floor=0, ceiling=island[0].end
    )
    tail = pause_between(
        quiet,
        island[-1].end,
        island[-1].end,
        reach=2 * options.reach,
        floor=island[-1].start,
        ceiling=island[-1].end + 10_000,
    )
    places: list[tuple[int, Span | None, float]] = [(0, head, 0.0)]
    for k, (one, two) in enumerate(pairwise(island)):
        pause = pause_between(quiet, one.end, two.start, reach=options.reach, floor=one.start, ceiling=two.end)
        guessed = not (one.firm and two.firm)
        if guessed or pause is None or pause.duration < options.pause:
            continue
        off = max(0, min(one.end, two.start) - pause.end, pause.start - max(one.end, two.start))
        cost = 1.0 - min(pause.duration, 500) / 1000 - (0.5 if one.closes else 0.0) + off / options.reach
        places.append((k + 1, pause, cost))
    places.append((len(island), tail, 0.0))
    best = [(0.0, -1)]
    for b in range(1, len(places)):
        ways = []
        for a in range(b - 1, -1, -1):
            length = island[places[b][0] - 1].end - island[places[a][0]].start
            if length > options.longest and a < b - 1:
                break
            ways.append((best[a][0] + places[b][2] + 0.5 + max(0.0, length / options.longest - 1) * 10, a))
        best.append(min(ways))
    chain, b = [], len(places) - 1
    while b >= 0:
        chain.append(places[b][:2])
        b = best[b][1]
    return chain[::-1]


def pieces(start: Ms, end: Ms, quiet: Quiet, longest: Ms) -> Iterator[Span]:
    """Cut a stretch into pieces of at most ``longest`` ms, each at the longest pause of its second half."""
    while end - start > longest:
        pauses = quiet.between(start + longest // 2, start + longest - 1)
        pause = max(pauses, key=lambda q: q.duration, default=None)
        edge = start + longest if pause is None else min(start + longest, (pause.start + pause.end) // 2)
        yield Span(start, edge)
        start = edge
    yield Span(start, end)


def settle(timings: Sequence[Timing], quiet: Quiet, *, ends: frozenset[int], options: WindowOptions) -> list[Timing]:
    """Move edges of words to the edges of the pauses beside them, and pauses out of words.

    Args:
        timings: Spoken words, ascending.
        quiet: Where the recording is quiet.
        ends: Words (indices in the note) after which a sentence ends: there a pause is looked for further away.
        options: Limits.

    Returns:
        The same words, ascending and apart.
    """
    settled = list(timings)
    for k in range(len(settled) + 1):
        one = settled[k - 1] if k else None
        two = settled[k] if k < len(settled) else None
        tail, head = _beside(one, two, quiet, ends, options)
        if one and tail and tail.start > one.start:
            settled[k - 1] = replace(one, end=tail.start)
        if two and head and head.end < two.end:
            settled[k] = replace(two, start=head.end)
    return [_without_silence(t, quiet, options.inside) for t in _apart(settled)]


def _beside(
    one: Timing | None, two: Timing | None, quiet: Quiet, ends: frozenset[int], options: WindowOptions
) -> tuple[Span | None, Span | None]:
    """The pauses after one word and before the next: mostly the same."""

    def reach(*words: Timing | None) -> Ms:
        return options.reach if any(t and t.acoustic is None for t in words) else options.near

    def after(word: Timing, ceiling: Ms) -> Span | None:
        return pause_between(quiet, word.end, word.end, reach=reach(word), floor=word.start, ceiling=ceiling)

    def before(word: Timing, floor: Ms) -> Span | None:
        return pause_between(quiet, word.start, word.start, reach=reach(word), floor=floor, ceiling=word.end)

    if one is None or two is None:
        return (after(one, one.end + options.hole) if one else None, before(two, 0) if two else None)
    if two.start - one.end > options.apart:
        return after(one, two.start), before(two, one.end)
    closes = one.word in ends
    within = reach(one, two) if closes else options.near
    pause = pause_between(quiet, one.end, two.start, reach=within, floor=one.start, ceiling=two.end)
    if pause and not closes and one.acoustic and two.acoustic and pause.duration < options.closure:
        return None, None
    return pause, pause


def _apart(timings: Sequence[Timing]) -> list[Timing]:
    """Overlaps are cut in the middle."""
    apart = list(timings)
    for k in range(1, len(apart)):
        one, two = apart[k - 1], apart[k]
        if one.end > two.start:
            middle = min(max((one.end + two.start) // 2, one.start), two.end)
            apart[k - 1], apart[k] = replace(one, end=middle), replace(two, start=middle)
    return apart


def _without_silence(timing: Timing, quiet: Quiet, longest: Ms) -> Timing:
    """Cut a word down to its longest loud piece if a pause of ``longest`` lies inside it."""
    inside = [
        q
        for q in quiet.between(timing.start, timing.end)
        if min(q.end, timing.end) - max(q.start, timing.start) >= longest
    ]
    if not inside:
        return timing
    edges = [timing.start, *(edge for q in inside for edge in (q.start, q.end)), timing.end]
    pieces = [(b - a, -a) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]
    if not pieces:
        return timing
    length, start = max(pieces)
    return replace(timing, start=-start, end=-start + length)
