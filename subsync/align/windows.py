"""Rough word times and the quiet of a recording -> stretches to lay words over, none too long in any sound."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from subsync.datatypes import Span
from subsync.sound.cepstra import HOP_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subsync.align.quiet import Quiet
    from subsync.datatypes import Ms


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word of the note that was heard or may be said, and roughly when."""

    word: int
    """Index in the note."""
    text: str
    start: Ms
    end: Ms
    likeness: float
    """How well a recogniser heard it, 0 (not at all) to 1."""
    firm: bool = True
    """Whether its time is more than a guess."""

    @property
    def closes(self) -> bool:
        """Whether a sentence may end with it."""
        return closes(self.text)


def closes(text: str) -> bool:
    """Whether a sentence may end with a word."""
    return text.rstrip("\"')]”’»").endswith((".", "?", "!", "…", ":", ";"))


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive candidates and the stretch of the recording that holds them."""

    words: tuple[Candidate, ...]
    span: Span
    own: range
    """Indices in the note of the words that it answers for; the others are there so that none is cut in two."""


LONGEST: Ms = 15_000
"""Between the first and the last own word of a window. An aligner's time and memory grow with it, and so does what one
error can upset."""
MOST_WORDS = 90
"""Own words of a window: six a second, as fast as anybody talks."""
OVERLAP: Ms = 1500
"""Beyond a cut where nobody pauses, three or four words more are laid over the sound."""
MOST_BEYOND = 6
"""So many of them at most."""
_HOLE: Ms = 2500
"""Words further apart are not in one window; pauses within an utterance are rarely longer."""
_PAUSE: Ms = 120
"""The shortest quiet stretch to cut at."""
_REACH: Ms = 400
"""How far a rough time may be from the pause that it means. Recognised times are good to 0.1 to 0.3 s."""
_MARGIN: Ms = 200
"""Silence kept around a window, where there is that much."""
_AROUND: Ms = 2 * _REACH
"""How far around its first and last word the pauses at an utterance's ends are looked for."""
_WINDOW, _OPEN, _GUESSED, _PARTED = 0.5, 1.5, 1.0, 0.5
"""What a window costs, a cut where nobody pauses, and one beside a word whose time is a guess; one in a pause costs 0
to 1. And one that parts the first or the last word of a sentence from it: people pause there less often than a rough
time puts a short word on the wrong side of the pause between two sentences, and no window could put it right. Over a
telephone the 95th percentile of ends is 108 ms so, 128 without."""


class _Cut(NamedTuple):
    """A place to cut: before a word, in a pause or, where there is none, anywhere."""

    before: int
    pause: Span | None
    cost: float


def pause_between(quiet: Quiet, one: Candidate, two: Candidate) -> Span | None:
    """The quiet stretch that the boundary between two words means: long and near, ``None`` if there is none.

    Its middle lies between the beginning of the one and the end of the other: rough times touch a word's own pause,
    and the pause on the far side of a short word is not the one between the two.
    """
    low, high = min(one.end, two.start), max(one.end, two.start)
    near = quiet.between(max(low - _REACH, one.start), min(high + _REACH, two.end))
    return _meant((q for q in near if 2 * one.start <= q.start + q.end <= 2 * two.end), low, high)


def _meant(pauses: Iterable[Span], low: Ms, high: Ms) -> Span | None:
    """The longest that is near ``low`` to ``high``."""

    def worth(span: Span) -> Ms:
        return min(span.duration, 500) - max(0, low - span.end, span.start - high)

    return max(pauses, key=worth, default=None)


def islands(words: Sequence[Candidate], hole: Ms = _HOLE) -> Iterator[tuple[Candidate, ...]]:
    """Split where two words are further apart than ``hole``."""
    first = 0
    for k, (one, two) in enumerate(pairwise(words)):
        if two.start - one.end > hole:
            yield tuple(words[first : k + 1])
            first = k + 1
    if words:
        yield tuple(words[first:])


def windows(words: Sequence[Candidate], quiet: Quiet, duration: Ms) -> Iterator[Window]:
    """Cut words into windows, in pauses and at the ends of sentences by preference.

    Each has ``LONGEST`` ms and ``MOST_WORDS`` words at most, whatever the sound is. Where nobody pauses, neighbours
    overlap.

    Args:
        words: Candidates, ascending.
        quiet: Where the recording is quiet.
        duration: Of the recording.
    """
    for island in islands(words):
        for one, two in pairwise(_chain(island, quiet)):
            first, last = one.before, two.before
            if one.pause is None and first:
                first = _beyond(island, first, -1)
            if two.pause is None and last < len(island):
                last = _beyond(island, last, +1)
            own = island[one.before : two.before]
            start = _edge(one.pause, island[first].start - _REACH, ahead=False)
            end = _edge(two.pause, island[last - 1].end + _REACH, ahead=True)
            start = min(max(0, start, own[0].start - 2 * LONGEST), duration) // HOP_MS * HOP_MS  # where a frame begins
            end = min(duration, end, max(start, own[0].start) + 2 * LONGEST)
            yield Window(island[first:last], Span(start, max(start, end)), range(own[0].word, own[-1].word + 1))


def _edge(pause: Span | None, otherwise: Ms, *, ahead: bool) -> Ms:
    if pause is None:
        return otherwise
    return min(pause.end, pause.start + _MARGIN) if ahead else max(pause.start, pause.end - _MARGIN)


def _beyond(island: Sequence[Candidate], cut: int, way: int) -> int:
    """The cut, moved by the words that are said within the overlap."""
    moved, edge = cut, island[cut].start
    while 0 < moved < len(island) and abs(moved - cut) < MOST_BEYOND:
        word = island[moved if way > 0 else moved - 1]
        if (word.end - edge if way > 0 else edge - word.start) > OVERLAP:
            break
        moved += way
    return moved


def _chain(island: Sequence[Candidate], quiet: Quiet) -> list[_Cut]:
    """The cheapest cuts of which no two are further apart than allowed, by dynamic programming."""
    cuts = [*_cuts(island, quiet)]
    best = [(0.0, 0)]  # what the way to each costs, and which it is
    before = [-1]
    low = 0
    for b in range(1, len(cuts)):
        last = island[cuts[b].before - 1]
        while low < b - 1 and _too_long(island[cuts[low].before], last):
            low += 1
        cost, a = min(best[low:])
        best.append((cost + cuts[b].cost + _WINDOW, b))
        before.append(a)
    chain, b = [], len(cuts) - 1
    while b >= 0:
        chain.append(cuts[b])
        b = before[b]
    return chain[::-1]


def _too_long(first: Candidate, last: Candidate) -> bool:
    return last.end - first.start > LONGEST or last.word - first.word >= MOST_WORDS


def _cuts(island: Sequence[Candidate], quiet: Quiet) -> Iterator[_Cut]:
    first, last = island[0], island[-1]
    before = quiet.between(max(0, first.start - _AROUND), min(first.start + _AROUND, first.end))
    yield _Cut(0, _meant(before, first.start, first.start), 0.0)
    for k, (one, two) in enumerate(pairwise(island)):
        pause = pause_between(quiet, one, two)
        if pause is None or pause.duration < _PAUSE or not (one.firm and two.firm):
            yield _Cut(k + 1, None, _OPEN + (0.0 if one.firm and two.firm else _GUESSED) - (0.5 if one.closes else 0.0))
            continue
        off = max(0, min(one.end, two.start) - pause.end, pause.start - max(one.end, two.start))
        parted = not one.closes and ((k > 0 and island[k - 1].closes) or two.closes)
        cost = 1.0 - min(pause.duration, 500) / 1000 - (0.5 if one.closes else 0.0) + off / _REACH
        yield _Cut(k + 1, pause, cost + _PARTED * parted)
    after = quiet.between(max(last.end - _AROUND, last.start), last.end + _AROUND)
    yield _Cut(len(island), _meant(after, last.end, last.end), 0.0)


def pieces(start: Ms, end: Ms, quiet: Quiet, longest: Ms) -> Iterator[Span]:
    """Cut a stretch into pieces of at most ``longest`` ms, each at the longest pause of its second half."""
    while end - start > longest:
        pauses = quiet.between(start + longest // 2, start + longest - 1)
        pause = max(pauses, key=lambda q: q.duration, default=None)
        middle = start + longest if pause is None else (pause.start + pause.end) // 2
        edge = min(start + longest, max(middle, start + max(1, longest // 2)))
        yield Span(start, edge)
        start = edge
    yield Span(start, end)
