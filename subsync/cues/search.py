"""The cheapest cues of a paragraph, by dynamic programming.

A node is a place in the timed language together with the place in its translation that was reached there; an edge is a
cue, or a few cues that hold the same translation.
"""

from __future__ import annotations

import math
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from subsync.cues.clock import HANG
from subsync.cues.flow import FOREIGN, GLUED, Flow

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from subsync.cues.limits import CueOptions
    from subsync.cues.spoken import Passage
    from subsync.datatypes import Ms

# Costs of the search. They were set by reading the cues of an hour of fast talk between two people, in both languages,
# and by measuring: breaks (bench/breaks.py), reading speed, how much of its clause's time a Chinese character is shown.
_CUE = 1.2
"""The unit: one more cue."""
_SECOND_LINE = 0.3
"""Of either language."""
_EXTRA_LINE = 400.0
"""A line more than there may be."""
_LINE_BREAK = 4.0
"""A break between lines hurts less than one between cues, which takes the words off the screen."""
_END = 6.0
"""Times the cost of the break at which a cue ends."""
_TAIL = 3.0
"""The end of a sentence in the middle of a cue that begins inside that sentence and ends with another."""
_OPEN = 125.0
"""The end of a sentence in a cue that leaves another sentence open."""
_SHORT = 400.0
"""Being shorter than the minimum, in proportion."""
_COMFORT: Ms = 1500
"""A shorter cue flashes by (BBC guidelines: 0.3 s a word; five words)."""
_BRIEF = 0.5
"""Being shorter than comfortable, in proportion."""
_LONG = 20.0
"""Each second above the maximum."""
_TOO_FAST = 5.0
"""Not being read in time at all; so that a cue a little over the limit is worth mending."""
_FAST = 0.15
"""Times the square of the excess, in twentieths of the permitted reading speed."""
_UNREADABLE = 110.0
"""Being more than a quarter too fast: at 25 characters a second most viewers give up."""
_MUCH = 0.25
_EARLY: Ms = 125
"""A cue that is hard to read in time will come so much early if there is a pause (3 frames of 24)."""
_SILENCE: Ms = 1500
"""A pause as long as this parts cues: what comes after it is not to be read before it is said."""
_SILENT = 12.0
_PARTED = 1.0
"""Parting a clause in both languages: the halves of the Chinese, in its own order, need not say what those of the
English say."""
_SEAMS = 3
"""So many of the best places of the Chinese are looked at for each place of the English."""
_SLIP = 0.5
"""Each word that goes with the Chinese of the clause beside its own, where the edge of the clause is no place to end a
cue: links may be a word or two off."""
_SLIPS = 2
"""The most words."""
_HOLD = 1.2
"""Each further cue that holds the same Chinese."""
_UNSEEN = 2.0
"""Times the columns of Chinese, times the share of their clause in which they are not on the screen."""
_HELD = 0.05
"""The same for what later cues hold: it is better seen with the first of them."""
_ALONE = 3.0
"""A cue without Chinese in a paragraph that has Chinese."""
_UNFAIR = 2.3
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
    lattice = _Lattice(passage, edges, options)
    for i, nodes in enumerate(lattice.ways[:-1]):
        for k, node in nodes.items():
            lattice.go_on(i, k, node.cost)
            if lattice.held:
                lattice.hold(i, k, node.cost)
    return _walk_back(passage, lattice.ways)


class _Lattice:
    """The cheapest way that is known to each place."""

    def __init__(self, passage: Passage, edges: Edges, options: CueOptions) -> None:
        self.edges = edges
        self.seams = _seams(passage)
        self.held = _held(passage, edges)
        self.beside = _Beside(passage.other, options).cost
        self.away = _away(passage)
        self.alone = _ALONE if passage.other.pieces else 0.0
        self.longest = options.max_duration
        self.ways: list[dict[int, _Node]] = [{} for _ in range(len(passage.lead.pieces) + 1)]
        self.ways[0][0] = _Node(0.0, (0, 0), ())

    def go_on(self, i: int, k: int, cost: float) -> None:
        """A cue from a place, that was reached at a cost, to each place where both languages can be parted."""
        for j, own, duration in self.edges[i]:
            for end, parting in self.seams[j]:
                so_far = cost + own + parting
                known = self.ways[j].get(end)
                if known and known.cost <= so_far:  # nothing makes it cheaper
                    continue
                if end > k:
                    extra = self.away[j] - self.away[i] + self.beside(k, end, duration)
                    self._offer(_Node(so_far + extra, (i, k), (j,)), end)
                elif parting == 0.0:  # not inside a clause that has Chinese
                    self._offer(_Node(so_far + self.alone, (i, k), (j,)), end)

    def hold(self, i: int, k: int, cost: float) -> None:
        """A cue with the Chinese of a clause, and more cues that hold it to the clause's end."""
        for j, own, _ in self.edges[i]:
            rest = self.held.get(j)
            if rest and rest.end > k:
                extra = self.away[j] - self.away[i] + self.beside(k, rest.end, self.longest)
                whole = cost + own + rest.cost + rest.unseen + extra
                self._offer(_Node(whole, (i, k), (j, *rest.cuts)), rest.end)

    def _offer(self, node: _Node, end: int) -> None:
        nodes = self.ways[node.cuts[-1]]
        if end not in nodes or node.cost < nodes[end].cost:
            nodes[end] = node


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


class Spans:
    """What a cue of the leading language costs for itself: how long it stands, its lines, sentences and silences.

    Each is reckoned once for all tracks that the language leads.
    """

    def __init__(self, passage: Passage, until: Ms, options: CueOptions) -> None:
        """``until`` is when the next passage starts."""
        starts, ends = passage.starts, passage.ends
        pauses = [b - a for a, b in zip(ends, starts[1:], strict=False)]
        self.passage = passage
        self.options = options
        self.leave = [ms - options.gap for ms in (*starts[1:], until)]
        self.early = [_EARLY, *(max(0, min(_EARLY, pause - options.gap)) for pause in pauses)]
        self.sentence_ends = [cost == 0.0 for cost in passage.lead.breaks]
        self.sentences = [0, *accumulate(self.sentence_ends)]
        self.silences = [0, 0, *accumulate(pause >= _SILENCE for pause in pauses)]
        self.known: dict[tuple[int, int], tuple[float, Ms]] = {}

    def full(self, i: int) -> int:
        """Behind which piece a cue that starts with piece ``i`` is full."""
        lead = self.passage.lead
        for _ in range(self.options.lines):
            i = lead.reach[i] if i < len(lead.pieces) else i
        return i

    def span(self, i: int, j: int) -> tuple[float, Ms]:
        """What ``pieces[i:j]`` cost in a cue, and how long it can stand."""
        if (i, j) not in self.known:
            self.known[i, j] = self._span(i, j)
        return self.known[i, j]

    def _span(self, i: int, j: int) -> tuple[float, Ms]:
        lead, starts, ends = self.passage.lead, self.passage.starts, self.passage.ends
        cost = _CUE + (self.silences[j] - self.silences[i + 1]) * _SILENT
        if j > lead.reach[i]:
            cost += _SECOND_LINE + _LINE_BREAK * min(GLUED, lead.lines_cost(i, j))
        if self.sentences[j - 1] > self.sentences[i]:
            if not self.sentence_ends[j - 1]:
                cost += _OPEN
            elif i and not self.sentence_ends[i - 1]:
                cost += _TAIL
        spoken, cps = ends[j - 1] - starts[i], self.options.cps(lead.lang)
        stays = max(spoken + self.options.linger, min(spoken + HANG, int(1000 * lead.width(i, j) / cps)))
        duration = max(1, min(stays, self.leave[j - 1] - starts[i]))
        cost += _duration_cost(duration, spoken, self.options)
        cost += _speed_cost(lead.width(i, j), duration + self.early[i], cps)
        return cost, duration


def lead_edges(passage: Passage, spans: Spans) -> Edges:
    """The cues that can start with each piece of the leading language; ``spans`` are of its text and times.

    None where no cue ends in front of the piece.
    """
    size = len(passage.lead.pieces)
    clause_ends = {u.b for u in passage.units if u.p < u.q}
    end_costs = _end_costs(passage, clause_ends)
    looked_at = clause_ends | {j for j in range(1, size) if spans.silences[j + 1] > spans.silences[j]}
    fair = [j in looked_at or cost < _UNFAIR for j, cost in enumerate(end_costs, start=1)]

    def edge(i: int, j: int) -> Edge:
        cost, duration = spans.span(i, j)
        return Edge(j, cost + _END * end_costs[j - 1], duration)

    edges: Edges = [[] for _ in range(size)]
    reached = {0}
    for i in range(size):
        if i in reached:
            within = range(i + 1, spans.full(i) + 1)
            edges[i] = [edge(i, j) for j in within if fair[j - 1]] or [edge(i, j) for j in within]
            reached.update(found.j for found in edges[i])
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
    cost = _BRIEF * (1 - duration / _COMFORT) if duration < _COMFORT else 0.0
    if duration < options.min_duration:
        cost += _SHORT * (1 - duration / options.min_duration)
    return cost


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
            if not edges[i]:
                continue
            cost, cuts = min(
                (_HOLD + cost, (j,)) if j == b else (_HOLD + cost + held[j].cost, (j, *held[j].cuts))
                for j, cost, *_ in edges[i]
                if j <= b
            )
            unseen = (1 - passage.lead.share(a, b, i)) * passage.other.width(p, q)
            held[i] = _Hold(cost, cuts, q, _HELD * unseen)
    return held
