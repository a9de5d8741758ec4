"""All ways to say known words in order, as states and moves between them, and the best way through.

Before, between and after the words there may be silence, and sound that is none of them. A word may be left out. Each
of these costs something, so that they are taken where the sound asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from subsync.datatypes import Ms
    from subsync.phones.pronounce import Phones
    from subsync.sound.cepstra import Floats

    Ints = NDArray[np.intp]

OTHER = -1
"""Stands for a tied state where sound outside the words is meant."""
_SILENCE = "SIL"


@dataclass(frozen=True, slots=True)
class Costs:
    """Log probabilities of what is not a word.

    Of 29 words that a speaker dropped in ten minutes of noisy talk, 16 are found missing with these costs, and 4 words
    that were said, in that and ten minutes of clean talk, are taken for missing. -40 to skip and -30 for other sound
    find 12 and lose 2.
    """

    silence: float = -5.0
    """To fall silent: a probability of 0.005 to 0.01."""
    other: float = -20.0
    """To begin with other sound."""
    skip: float = -30.0
    """To leave out a word. A spoken word of 10 frames gains about 45."""
    again: float = -40.0
    """To say a word once more, as people do while they think; notes rarely keep that. With -25 the end of a word before
    a pause was taken for a short word after it ("rude. It"); with -40 all is found that -25 finds."""


class Units(Protocol):
    """The states that phones are made of."""

    @property
    def moves(self) -> Mapping[str, Sequence[tuple[float, float]]]:
        """Phone -> log probabilities to stay in, and to leave, each of its states."""
        ...

    def triphone(self, phone: str, left: str, right: str, position: str) -> tuple[int, ...]:
        """The acoustic model's states of a phone between two others, at a position in its word."""
        ...


@dataclass(frozen=True)
class Lattice:
    """States in the order of the words, and moves sorted by where they lead."""

    tied: Ints
    """The acoustic model's state of each state, or ``OTHER``."""
    word: Ints
    """The word of each state; the number of words for silence and other sound."""
    source: Ints
    cost: Floats
    first: Ints
    """Index of the first move into each state, and the number of moves at the end."""
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    opening: Ints
    """The first state of the silence before each word, and the number of states at the end."""


@dataclass(slots=True)
class _Edge:
    """A state at which a word can begin or end, and the phones that may be on the other side."""

    state: int
    phone: str
    beside: frozenset[str]


@dataclass
class _Builder:
    units: Units
    costs: Costs
    words: int
    tied: list[int] = field(default_factory=list)
    word: list[int] = field(default_factory=list)
    leave: list[float] = field(default_factory=list)
    moves: list[tuple[int, int, float]] = field(default_factory=list)

    def add(self, tied: Iterable[int], phone: str, word: int) -> tuple[int, int]:
        """A phone's states, left to right; the first and the last of them."""
        first = len(self.tied)
        for k, (state, (stay, leave)) in enumerate(zip(tied, self.units.moves[phone], strict=True)):
            here = first + k
            self.tied.append(state)
            self.word.append(word)
            self.leave.append(leave)
            self.moves.append((here, here, stay))
            if k:
                self.move(here - 1, here)
        return first, len(self.tied) - 1

    def move(self, source: int, target: int, cost: float = 0.0) -> None:
        self.moves.append((source, target, self.leave[source] + cost))

    def pause(self) -> tuple[tuple[int, int], int]:
        """Silence, and other sound before or after it."""
        silence = self.add(self.units.triphone(_SILENCE, _SILENCE, _SILENCE, "s"), _SILENCE, self.words)
        other = len(self.tied)
        self.tied.append(OTHER)
        self.word.append(self.words)
        self.leave.append(0.0)
        self.moves.append((other, other, 0.0))
        self.move(silence[1], other, self.costs.other)
        self.move(other, silence[0], self.costs.silence)
        return silence, other

    def again(self, word: int, entries: Sequence[_Edge], exits: Sequence[_Edge]) -> None:
        """A pause of the word's own, after which it is said once more."""
        first, last = self.add(self.units.triphone(_SILENCE, _SILENCE, _SILENCE, "s"), _SILENCE, word)
        alone = [entry.state for entry in entries if _SILENCE in entry.beside]
        for leaving in (edge.state for edge in exits if _SILENCE in edge.beside):
            self.move(leaving, first, self.costs.again + self.costs.silence)
            for state in alone:
                self.move(leaving, state, self.costs.again)
        for state in alone:
            self.move(last, state)

    def say(
        self, word: int, readings: Sequence[Phones], before: frozenset[str], after: frozenset[str]
    ) -> tuple[list[_Edge], list[_Edge]]:
        """States of a word between any of the phones that may stand around it."""
        entries: list[_Edge] = []
        exits: list[_Edge] = []
        for phones in readings:
            tails: list[int] = []
            for k, phone in enumerate(phones):
                head, tail = k == 0, k == len(phones) - 1
                lefts = before if head else frozenset({phones[k - 1]})
                rights = after if tail else frozenset({phones[k + 1]})
                position = "s" if head and tail else "b" if head else "e" if tail else "i"
                copies = self._copies(phone, lefts, rights, position)
                spans = [(self.add(tied, phone, word), around) for tied, around in copies.items()]
                for (first, last), around in spans:
                    for source in tails:
                        self.move(source, first)
                    if head:
                        entries.append(_Edge(first, phone, frozenset(left for left, _ in around)))
                    if tail:
                        exits.append(_Edge(last, phone, frozenset(right for _, right in around)))
                tails = [last for (_, last), _ in spans]
        return entries, exits

    def _copies(
        self, phone: str, lefts: frozenset[str], rights: frozenset[str], position: str
    ) -> dict[tuple[int, ...], list[tuple[str, str]]]:
        """Tied states of a phone -> the neighbours for which the model has the same ones."""
        copies: dict[tuple[int, ...], list[tuple[str, str]]] = {}
        for left in sorted(lefts):
            for right in sorted(rights):
                tied = self.units.triphone(phone, left, right, position)
                copies.setdefault(tied, []).append((left, right))
        return copies


def build(readings: Sequence[Sequence[Phones]], units: Units, costs: Costs) -> Lattice:
    """Connect words to a lattice.

    Args:
        readings: Of each word, at least one, none empty.
        units: What its phones are made of: an acoustic model's three states or fewer.
        costs: Of silence, other sound and words left out.
    """
    count = len(readings)
    make = _Builder(units, costs, count)
    opening = [0]
    silence, other = make.pause()
    starts, exits = [silence[0], other], list[_Edge]()
    for k in range(count):
        before = frozenset({_SILENCE}).union(*({r[-1]} for r in readings[k - 1] if k))
        after = frozenset({_SILENCE}).union(*({r[0]} for r in (readings[k + 1] if k + 1 < count else ())))
        entries, now = make.say(k, readings[k], before, after)
        for entry in entries:
            if _SILENCE in entry.beside:
                make.move(silence[1], entry.state)
                make.move(other, entry.state)
                if not k:
                    starts.append(entry.state)
            for leaving in exits:
                if entry.phone in leaving.beside and leaving.phone in entry.beside:
                    make.move(leaving.state, entry.state)
        if costs.again > -np.inf:
            make.again(k, entries, now)
        opening.append(len(make.tied))
        exits, left_out = now, other
        silence, other = make.pause()
        make.move(left_out, other, costs.skip)
        for leaving in exits:
            if _SILENCE in leaving.beside:
                make.move(leaving.state, silence[0], costs.silence)
                make.move(leaving.state, other, costs.other)
    ends = (silence[1], other, *(e.state for e in exits if _SILENCE in e.beside))
    moves = sorted(make.moves, key=lambda move: (move[1], move[0]))
    first = np.searchsorted([m[1] for m in moves], np.arange(len(make.tied) + 1))
    return Lattice(
        np.array(make.tied, np.intp),
        np.array(make.word, np.intp),
        np.array([m[0] for m in moves], np.intp),
        np.array([m[2] for m in moves], np.float32),
        first.astype(np.intp),
        tuple(starts),
        ends,
        np.array([*opening, len(make.tied)], np.intp),
    )


def bands(
    lattice: Lattice, bounds: NDArray[np.floating], centres: NDArray[np.floating], reach: Ms
) -> list[tuple[int, int]]:
    """States that each frame may be in: those of words expected within reach, and the pauses around them.

    Args:
        lattice: Of some words.
        bounds: Between which times each of them is expected, in ms: (words, 2).
        centres: When the frames are, in ms.
        reach: How far from there a word is looked for.

    Returns:
        For each frame a half-open range of states, as ``best_path`` takes them; the first begins with the first state,
        the last one ends with the last.
    """
    latest = np.maximum.accumulate(bounds[:, 1]) + reach
    earliest = np.minimum.accumulate(bounds[::-1, 0])[::-1] - reach
    low = lattice.opening[np.searchsorted(latest, centres)]
    high = np.append(lattice.opening[1:], lattice.opening[-1])[np.searchsorted(earliest, centres, side="right")]
    low[0], high[-1] = 0, lattice.opening[-1]
    return list(zip(low.tolist(), high.tolist(), strict=True))


@dataclass(frozen=True)
class _Arcs:
    """The moves into a range of states, by how many lead there: to four states in five only one, but for staying."""

    stay: Floats
    source: NDArray[np.intp]
    """Of one other move into each state; where there is none, it costs too much."""
    cost: Floats
    joints: NDArray[np.intp]
    """The states that further moves lead into, from the first of the range."""
    sources: NDArray[np.intp]
    """Of those: (as many as any joint has, joints)."""
    costs: Floats

    @classmethod
    def of(cls, lattice: Lattice) -> _Arcs:
        """Of all states."""
        count = len(lattice.tied)
        target = np.repeat(np.arange(count), np.diff(lattice.first))
        staying = lattice.source == target
        stay = np.full(count, -np.inf, np.float32)
        np.maximum.at(stay, target[staying], lattice.cost[staying])  # or a word of one state is said again
        target, source, cost = target[~staying], lattice.source[~staying], lattice.cost[~staying]
        rank = np.arange(len(target)) - np.searchsorted(target, target)
        sources = np.zeros((max(rank, default=0) + 1, count), np.intp)
        costs = np.full(sources.shape, -np.inf, np.float32)
        sources[rank, target], costs[rank, target] = source, cost
        joints = np.unique(target[rank > 0])
        return cls(stay, sources[0], costs[0], joints, sources[1:, joints], costs[1:, joints])

    def into(self, low: int, high: int) -> _Arcs:
        """Of those from ``low`` to ``high``."""
        states, mine = slice(low, high), slice(*np.searchsorted(self.joints, [low, high]))
        return _Arcs(
            self.stay[states],
            self.source[states],
            self.cost[states],
            self.joints[mine] - low,
            np.ascontiguousarray(self.sources[:, mine]),
            np.ascontiguousarray(self.costs[:, mine]),
        )


def best_path(
    lattice: Lattice, fit: Sequence[Floats] | Floats, bands: Sequence[tuple[int, int]]
) -> tuple[Ints, float] | None:
    """The likeliest sequence of states (Viterbi, exact within the bands).

    Args:
        lattice: Of n states.
        fit: For each frame, log likelihoods of the states of its band.
        bands: For each frame the half-open range of states that are looked at; neither end ever falls.

    Returns:
        One state for each frame and the score; ``None`` if no path from a start to an end lies within the bands.
    """
    arcs = _Arcs.of(lattice)
    now = np.full(len(lattice.tied), -np.inf, np.float32)
    low, high = bands[0]
    starts = [s for s in lattice.starts if low <= s < high]
    now[starts] = fit[0][[s - low for s in starts]]
    history = [(low, now[low:high].copy())]
    left, here = low, arcs.into(low, high)
    for t in range(1, len(fit)):
        if bands[t] != bands[t - 1]:
            left, (low, high) = low, bands[t]
            here = arcs.into(low, high)
        reached = now[low:high] + here.stay
        moved = now[here.source]
        moved += here.cost
        np.maximum(reached, moved, out=reached)
        if len(here.joints):
            more = now[here.sources]
            more += here.costs
            reached[here.joints] = np.maximum(reached[here.joints], more.max(axis=0))
        reached += fit[t]
        now[left:low] = -np.inf
        now[low:high] = reached
        history.append((low, reached))
    state = max(lattice.ends, key=lambda s: now[s])
    score = float(now[state])
    if score == -np.inf:
        return None
    ways = _Ways(lattice.first.tolist(), lattice.source.tolist(), lattice.cost.tolist())
    path = np.empty(len(fit), np.intp)
    path[-1] = state
    for t in range(len(fit) - 2, -1, -1):
        path[t] = state = ways.before(state, *history[t])
    return path, score


class _Ways(NamedTuple):
    """A lattice's moves as lists, which one by one are read three times as fast."""

    first: list[int]
    source: list[int]
    cost: list[float]

    def before(self, state: int, low: int, scores: Floats) -> int:
        """The best of the states that lead to one, among those whose scores there are."""
        best, value, high = low, -np.inf, low + len(scores)
        for k in range(self.first[state], self.first[state + 1]):
            source = self.source[k]
            if low <= source < high and (score := scores.item(source - low) + self.cost[k]) > value:
                best, value = source, score
        return best
