"""The cheapest cues of a paragraph, by dynamic programming.

A node is a place in the timed language together with the place in its translation that was reached there; an edge is a
cue, or a few cues that hold the same translation.
"""

from __future__ import annotations

import math
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from subsync.cues.flow import FOREIGN, GLUED, Flow

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from subsync.cues.limits import CueOptions
    from subsync.cues.spoken import Passage
    from subsync.datatypes import Ms

# Costs of the search. They were set by reading the cues of an hour of fast talk between two people, in both languages,
# and by measuring: breaks (bench/breaks.py), reading speed, how much of its clause's time a Chinese character is shown.
_CUE = 1.5
"""The unit: one more cue."""
_SECOND_LINE = 0.3
"""Of either language."""
_EXTRA_LINE = 100.0
"""A line more than there may be."""
_LINE_BREAK = 2.6
"""A break between lines hurts less than one between cues, which takes the words off the screen."""
_END = 3.2
"""Times the cost of the break at which a cue ends."""
_TAIL = 3.0
"""The end of a sentence in the middle of a cue that begins inside that sentence and ends with another."""
_OPEN = 42.0
"""The end of a sentence in a cue that leaves another sentence open."""
_SHORT = 90.0
"""Being shorter than the minimum, in proportion."""
_COMFORT: Ms = 1500
"""A shorter cue flashes by (BBC guidelines: 0.3 s a word; five words)."""
_BRIEF = 0.5
"""Being shorter than comfortable, in proportion."""
_LONG = 20.0
"""Each second above the maximum."""
_TOO_FAST = 4.0
"""Not being read in time at all; so that a cue a little over the limit is worth mending."""
_FAST = 0.2
"""Times the square of the excess, in twentieths of the permitted reading speed."""
_UNREADABLE = 40.0
"""Being more than a quarter too fast: at 25 characters a second most viewers give up."""
_MUCH = 0.25
_EARLY: Ms = 125
"""A cue that is hard to read in time will come so much early if there is a pause (3 frames of 24)."""
_SILENCE: Ms = 1500
"""A pause as long as this parts cues: what comes after it is not to be read before it is said."""
_SILENT = 12.0
_PARTED = 2.5
"""Parting a clause in both languages: the halves of the Chinese, in its own order, need not say what those of the
English say."""
_SEAMS = 3
"""So many of the best places of the Chinese are looked at for each place of the English."""
_SLIP = 0.5
"""Each word that goes with the Chinese of the clause beside its own, where the edge of the clause is no place to end a
cue: links may be a word or two off."""
_SLIPS = 2
"""The most words."""
_HOLD = 0.6
"""Each further cue that holds the same Chinese."""
_UNSEEN = 1.4
"""Times the columns of Chinese, times the share of their clause in which they are not on the screen."""
_HELD = 0.1
"""The same for what later cues hold: it is better seen with the first of them."""
_ALONE = 3.0
"""A cue without Chinese in a paragraph that has Chinese."""
_UNFAIR = 1.9
"""Places that cost more, with a chance of a fifth to part what belongs together, are not looked at unless there is no
other, a clause ends there, or a silence follows."""
_AWAY = 4.0
"""Each line of English that nothing translates, next to Chinese that says something else."""
_CLAUSE_END = 0.6
"""The most that ending a cue with a clause costs, unless the words say that no clause ends there: links may be a word
or two off."""


class Shown(NamedTuple):
    """A cue whose times are not yet set: ``lead.pieces[i:j]`` with ``other.pieces[p:q]``."""

    passage: Passage
    i: int
    j: int
    p: int
    q: int


class Edge(NamedTuple):
    """A cue of the leading language: where it ends, what that costs, and how long it can stand."""

    j: int
    cost: float
    duration: Ms


Edges: TypeAlias = list[list[Edge]]


class _Node(NamedTuple):
    """The cheapest way to a place: its cost, the node before, and where the cues between the two end."""

    cost: float
    before: tuple[int, int]
    cuts: tuple[int, ...]


class _Hold(NamedTuple):
    """The cues from a place inside a clause to its end, which hold the Chinese of the cue in front."""

    cost: float
    cuts: tuple[int, ...]
    end: int
    """Where the Chinese of the clause ends."""
    unseen: float
    """What it costs to start holding here."""


def search(passage: Passage, edges: Edges, options: CueOptions) -> list[Shown]:
    """The cheapest cues of a passage; ``edges`` are those of its leading language."""
    seams = _seams(passage)
    held = _held(passage, edges)
    beside = _Beside(passage.other, options).cost
    away = _away(passage)
    size = len(passage.lead.pieces)
    ways: list[dict[int, _Node]] = [{} for _ in range(size + 1)]
    ways[0][0] = _Node(0.0, (0, 0), ())

    def offer(i: int, k: int, cost: float, cuts: tuple[int, ...], end: int) -> None:
        known = ways[cuts[-1]].get(end)
        if known is None or cost < known.cost:
            ways[cuts[-1]][end] = _Node(cost, (i, k), cuts)

    for i in range(size):
        for k, node in ways[i].items():
            for j, cost, duration in edges[i]:
                so_far = node.cost + cost
                for end, parting in seams[j]:
                    if end > k:
                        extra = parting + away[j] - away[i] + beside(k, end, duration)
                        offer(i, k, so_far + extra, (j,), end)
                    elif parting == 0.0:  # not inside a clause that has Chinese
                        offer(i, k, so_far + (_ALONE if passage.other.pieces else 0.0), (j,), end)
                hold = held.get(j)
                if hold and hold.end > k:
                    extra = away[j] - away[i] + beside(k, hold.end, options.max_duration)
                    offer(i, k, so_far + hold.cost + hold.unseen + extra, (j, *hold.cuts), hold.end)
    return _walk_back(passage, ways)


def _walk_back(passage: Passage, ways: list[dict[int, _Node]]) -> list[Shown]:
    shown: list[Shown] = []
    j, q = len(passage.lead.pieces), len(passage.other.pieces)
    while j:
        node = ways[j][q]
        i, k = node.before
        shown += [Shown(passage, a, b, k, q) for a, b in reversed(list(pairwise((i, *node.cuts))))]
        j, q = i, k
    shown.reverse()
    return shown


def lead_edges(passage: Passage, until: Ms, options: CueOptions) -> Edges:
    """The cues that can start with each piece of the leading language; ``until`` is when the next passage starts."""
    lead, starts, ends = passage.lead, passage.starts, passage.ends
    size = len(lead.pieces)
    cps, gap = options.cps(lead.lang), options.gap
    leave = [ms - gap for ms in (*starts[1:], until)]
    early = [_EARLY, *(max(0, min(_EARLY, b - a - gap)) for a, b in zip(ends, starts[1:], strict=False))]
    clause_ends = {u.b for u in passage.units if u.p < u.q}
    end_costs = _end_costs(passage, clause_ends)
    looked_at = clause_ends | {j for j in range(1, size) if starts[j] - ends[j - 1] >= _SILENCE}
    sentence_ends = [cost == 0.0 for cost in lead.breaks]
    sentences = [0, *accumulate(sentence_ends)]
    silences = [0, 0, *accumulate(b - a >= _SILENCE for a, b in zip(ends, starts[1:], strict=False))]

    def edge(i: int, j: int) -> Edge:
        cost = _CUE + _END * end_costs[j - 1] + (silences[j] - silences[i + 1]) * _SILENT
        if j > lead.reach[i]:
            cost += _SECOND_LINE + _LINE_BREAK * min(GLUED, lead.lines_cost(i, j))
        if sentences[j - 1] > sentences[i] and not sentence_ends[j - 1]:
            cost += _OPEN
        elif sentences[j - 1] > sentences[i] and i and not sentence_ends[i - 1]:
            cost += _TAIL
        duration = max(1, min(ends[j - 1] + options.linger, leave[j - 1]) - starts[i])
        cost += _duration_cost(duration, ends[j - 1] - starts[i], options)
        cost += _speed_cost(lead.width(i, j), duration + early[i], cps)
        return Edge(j, cost, duration)

    edges = []
    for i in range(size):
        full = i
        for _ in range(options.lines):
            full = lead.reach[full] if full < size else size
        fair = [j for j in range(i + 1, full + 1) if end_costs[j - 1] < _UNFAIR or j in looked_at]
        edges.append([edge(i, j) for j in fair or range(i + 1, full + 1)])
    return edges


def _end_costs(passage: Passage, clause_ends: AbstractSet[int]) -> list[float]:
    """What it costs to end a cue after each piece; a clause's end is a good place unless the words object."""
    return [
        min(cost, _CLAUSE_END) if j in clause_ends and cost < _UNFAIR else cost
        for j, cost in enumerate(passage.lead.breaks, start=1)
    ]


def _duration_cost(duration: Ms, spoken: Ms, options: CueOptions) -> float:
    if spoken > options.max_duration:
        return _LONG * (1 + (spoken - options.max_duration) / 1000)
    short = max(0.0, 1 - duration / options.min_duration)
    return _SHORT * short + _BRIEF * max(0.0, 1 - duration / _COMFORT)


def _speed_cost(columns: float, duration: Ms, cps: float) -> float:
    excess = columns * 1000 / duration / cps - 1
    if excess <= 0:
        return 0.0
    return _TOO_FAST + _FAST * (20 * excess) ** 2 + (_UNREADABLE if excess > _MUCH else 0.0)


class _Beside:
    """What the translation in a cue costs."""

    def __init__(self, other: Flow, options: CueOptions) -> None:
        self.other = other
        self.options = options
        self.known: dict[tuple[int, int], tuple[float, float, float]] = {}

    def cost(self, k: int, end: int, duration: Ms) -> float:
        """Cost of ``other.pieces[k:end]`` in a cue that stands for ``duration``."""
        layout, foreign, columns = self.known.get((k, end)) or self._layout(k, end)
        return layout + foreign + _speed_cost(columns, duration, self.options.zh_cps)

    def _layout(self, k: int, end: int) -> tuple[float, float, float]:
        lines = self.other.lines(k, end)
        cost = _EXTRA_LINE * max(0, lines - self.options.lines)
        breaks = 0.0
        if lines <= 2:
            breaks = self.other.lines_cost(k, end)
            cost += _SECOND_LINE * (lines - 1) + _LINE_BREAK * (breaks % FOREIGN)
        self.known[k, end] = cost, breaks - breaks % FOREIGN, self.other.width(k, end)
        return self.known[k, end]


def _away(passage: Passage) -> list[float]:
    """What it costs, summed up to each place, to show English that nothing translates with the Chinese next to it."""
    away = [0.0]
    for a, b, p, q in passage.units:
        line = math.inf if p < q else passage.lead.columns / _AWAY
        away += [away[a] + passage.lead.width(a, j) / line for j in range(a + 1, b + 1)]
    return away


def _seams(passage: Passage) -> list[list[tuple[int, float]]]:
    """For each place in the leading language, the places in the other where both can be parted, and the cost."""
    lead, other = passage.lead, passage.other
    seams: list[list[tuple[int, float]]] = [[]]
    for a, b, p, q in passage.units:
        for j in range(a + 1, b):
            if p == q:
                seams.append([(p, 0.0)])
                continue
            share = lead.share(a, b, j)
            parted = sorted(
                (_part_cost(passage, (j, share), (k, other.share(p, q, k)), other.width(p, q)), k)
                for k in range(p + 1, q)
            )
            slipped = [
                (k, _SLIP * words)
                for k, edge, words in ((p, a, j - a), (q, b, b - j))
                if words <= _SLIPS and edge and lead.breaks[edge - 1] >= _UNFAIR
            ]
            seams.append([*slipped, *((k, cost) for cost, k in parted[:_SEAMS])])
        seams.append([(q, 0.0)])
    return seams


def _part_cost(passage: Passage, left: tuple[int, float], right: tuple[int, float], columns: float) -> float:
    """What it costs to part a clause, at places with the share of it that comes in front, in each language."""
    (j, en), (k, zh) = left, right
    en_break, zh_break = passage.lead.breaks[j - 1], passage.other.breaks[k - 1]
    unseen = zh * (1 - en) + (1 - zh) * en
    return _PARTED * max(0.2, min(1.0, max(en_break, zh_break))) + _END * zh_break + _UNSEEN * unseen * columns


def _held(passage: Passage, edges: Edges) -> dict[int, _Hold]:
    """For each place inside a clause, how best to go on to its end while its Chinese stays."""
    held: dict[int, _Hold] = {}
    for a, b, p, q in passage.units:
        for i in range(b - 1, a if p < q else b, -1):
            cost, cuts = min(
                (_HOLD + cost, (j,)) if j == b else (_HOLD + cost + held[j].cost, (j, *held[j].cuts))
                for j, cost, *_ in edges[i]
                if j <= b
            )
            unseen = (1 - passage.lead.share(a, b, i)) * passage.other.width(p, q)
            held[i] = _Hold(cost, cuts, q, _HELD * unseen)
    return held
