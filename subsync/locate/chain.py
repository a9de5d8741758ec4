"""Where two long sequences of words run together: n-grams that both have, chained in order.

A seed is an n-gram that stands in both sequences and is rare enough to mean something. Seeds on one diagonal make a
run. Of all runs, the chain keeps those that can be had together (both sides ascending) and that carry the most
information, so a passage that is heard twice goes where the rest of the text puts it. What stays open between two runs
is searched again by itself: an n-gram that was ambiguous in the whole is often unique there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


Room: TypeAlias = "Sequence[tuple[int, int]]"
"""For each left token the half-open range of right tokens that it may be paired with."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the comparison: ``left[a0:a1]`` against ``right[b0:b1]``."""

    a0: int
    a1: int
    b0: int
    b1: int

    @property
    def area(self) -> int:
        """Pairs in it."""
        return (self.a1 - self.a0) * (self.b1 - self.b0)


@dataclass(frozen=True, slots=True)
class Run:
    """``left[a:a + length]`` equals ``right[b:b + length]``."""

    a: int
    b: int
    length: int


ORDERS = (4, 3, 2)
"""Lengths of the n-grams, one after the other in what is still open. Shorter ones are left to the edit alignment."""

MOST_PAIRS = 16
"""An n-gram that makes more pairs than this (four times on both sides) says little about the place and costs a lot."""

COMPANY_BITS = 0.1
"""For each doubling of what stands in step with a run: of two copies of a sentence the one in its place wins, not the
one that somebody quotes on top of the note or at its end."""
_APART, _OUT_OF_STEP = 20, 4
"""Tokens between such runs, misheard ones, and how many more of them one side may have."""

STEP_BITS = 60.0
"""What a run costs that is not in step with the one in front of it: two misheard words break a dozen n-grams, and a
talk that is heard twice has them whole in the other copy. What stands alone is found when the gap is searched again."""

ENTRY_BITS = 10.0
"""What a run must carry before it counts: about what a pair of uncommon words carries."""


def anchors(
    left: Sequence[int], right: Sequence[int], bits: Sequence[float], *, enough: int, room: Room | None = None
) -> list[Run]:
    """Find runs of equal tokens that can be had together.

    Args:
        left: Tokens as numbers.
        right: Tokens as numbers, the same number for the same token.
        bits: Information carried by each token number.
        enough: Area of a rectangle (pairs of tokens) that need not be searched for anchors any more.
        room: Where each left token may be; anywhere if not given.

    Returns:
        Runs, ascending and apart on both sides.
    """
    found: list[Run] = []
    todo = [(Box(0, len(left), 0, len(right)), 0)]
    while todo:
        box, level = todo.pop()
        if box.area <= enough:
            continue
        chain = _apart(_chained(list(_runs(left, right, box, ORDERS[level], room)), left, bits, ORDERS[level]))
        if not chain and level + 1 < len(ORDERS):
            todo.append((box, level + 1))
        found += chain
        if chain:
            todo += [(gap, level) for gap in gaps(box, chain)]
    return sorted(found, key=lambda run: run.a)


def gaps(box: Box, runs: Sequence[Run]) -> Iterator[Box]:
    """What lies before, between and after runs; empty rectangles included."""
    a, b = box.a0, box.b0
    for run in runs:
        yield Box(a, run.a, b, run.b)
        a, b = run.a + run.length, run.b + run.length
    yield Box(a, box.a1, b, box.b1)


def _runs(left: Sequence[int], right: Sequence[int], box: Box, order: int, room: Room | None) -> Iterator[Run]:
    """Seeds of one rectangle, merged along diagonals. ``length`` counts seeds here, not tokens."""
    places: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for i, gram in enumerate(_grams(left, box.a0, box.a1, order), box.a0):
        places[gram].append(i)
    others: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for j, gram in enumerate(_grams(right, box.b0, box.b1, order), box.b0):
        if gram in places:
            others[gram].append(j)
    both = ((places[gram], b) for gram, b in others.items())
    seeds = sorted((j - i, i) for a, b in both if len(a) * len(b) <= MOST_PAIRS for i in a for j in b)
    if room:
        seeds = [(d, i) for d, i in seeds if room[i][0] <= d + i and d + i + order <= room[i + order - 1][1]]
    k = 0
    while k < len(seeds):
        diagonal, i = seeds[k]
        n = 1
        while k + n < len(seeds) and seeds[k + n] == (diagonal, i + n):
            n += 1
        yield Run(i, diagonal + i, n)
        k += n


def _grams(tokens: Sequence[int], first: int, last: int, order: int) -> Iterator[tuple[int, ...]]:
    """Each ``order`` tokens in a row of ``tokens[first:last]``."""
    return zip(*(tokens[first + k : max(first, last - order + 1) + k] for k in range(order)), strict=False)


def _chained(runs: list[Run], left: Sequence[int], bits: Sequence[float], order: int) -> list[Run]:
    """The runs, ascending on both sides, whose information adds up to the most.

    Works in the coordinates of seeds, so two runs may share up to ``order - 1`` tokens (a word said twice does that).
    """
    lone = [sum(bits[t] for t in left[r.a : r.a + r.length + order - 1]) - ENTRY_BITS for r in runs]
    groups = _company(runs)
    lengths: dict[int, int] = defaultdict(int)
    for run, group in zip(runs, groups, strict=True):
        lengths[group] += run.length
    weight = [own + COMPANY_BITS * log2(lengths[group]) for own, group in zip(lone, groups, strict=True)]
    latest: dict[int, int] = {}  # group -> the run of it whose chain is worth the most
    ends = sorted({r.b + r.length for r in runs})
    tree: list[tuple[float, int]] = [(0.0, -1)] * (len(ends) + 1)  # maxima of prefixes (a Fenwick tree)
    total: list[float] = [0.0] * len(runs)
    before: list[int] = [-1] * len(runs)
    closing = sorted(range(len(runs)), key=lambda k: runs[k].a + runs[k].length)
    closed = 0
    for k in sorted(range(len(runs)), key=lambda k: runs[k].a):
        while closed < len(runs) and runs[closing[closed]].a + runs[closing[closed]].length <= runs[k].a:
            done = closing[closed]
            slot = bisect_right(ends, runs[done].b + runs[done].length)
            while slot < len(tree):
                tree[slot] = max(tree[slot], (total[done] - STEP_BITS, done))
                slot += slot & -slot
            group = groups[done]
            if group not in latest or total[done] >= total[latest[group]]:
                latest[group] = done
            closed += 1
        best, slot = (0.0, -1), bisect_right(ends, runs[k].b)
        while slot:
            best = max(best, tree[slot])
            slot -= slot & -slot
        near = latest.get(groups[k], -1)
        if near >= 0 and runs[near].b + runs[near].length <= runs[k].b:
            best = max(best, (total[near], near))
        before[k], total[k] = best[1], best[0] + weight[k]
    k = max(range(len(runs)), key=total.__getitem__, default=-1)
    chain = []
    while k >= 0 and total[k] > 0:
        chain.append(Run(runs[k].a, runs[k].b, runs[k].length + order - 1))
        k = before[k]
    return chain[::-1]


def _company(runs: Sequence[Run]) -> list[int]:
    """For each run one that stands for all that are about in step with it: those that continue one another."""
    parent = list(range(len(runs)))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    latest: dict[int, int] = {}  # diagonal -> the last run on it
    for k in sorted(range(len(runs)), key=lambda k: runs[k].a):
        diagonal = runs[k].b - runs[k].a
        for near in range(diagonal - _OUT_OF_STEP, diagonal + _OUT_OF_STEP + 1):
            other = latest.get(near)
            if other is not None and 0 <= runs[k].a - (runs[other].a + runs[other].length) <= _APART:
                parent[root(k)] = root(other)
        latest[diagonal] = k
    return [root(k) for k in range(len(runs))]


def _apart(chain: list[Run]) -> list[Run]:
    """Take tokens that two neighbours share away from both: which of them has it is for the edit alignment to say."""
    head = [0] * len(chain)
    tail = [0] * len(chain)
    for k, (one, two) in enumerate(pairwise(chain)):
        shared = max(one.a + one.length - two.a, one.b + one.length - two.b, 0)
        tail[k], head[k + 1] = shared, shared
    trimmed = (Run(run.a + h, run.b + h, run.length - h - t) for run, h, t in zip(chain, head, tail, strict=True))
    return [run for run in trimmed if run.length > 0]
