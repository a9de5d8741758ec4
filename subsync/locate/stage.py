"""Where each stretch of the note is in what was heard, and what is missing on either side.

Text against text, no sound: chained n-grams first, then an edit alignment in the small rectangles between them. What
matched falls into runs. A run must be credible where it stands: it has to carry more bits of evidence than chance would
find in the free space around it, or else the stray words of a passage that was never spoken would find partners
somewhere.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import log2
from typing import TYPE_CHECKING, Literal

import numpy as np

from subsync.datatypes import RecognizedWord
from subsync.locate import affine, chain
from subsync.text.tokens import tokenize
from subsync.text.words import PER_LETTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from subsync.datatypes import Ms, SpokenWord
    from subsync.text.tokens import Token


_ENOUGH = 40_000
"""A rectangle of this many pairs of tokens is aligned as it is (20 ms), a larger one is searched for anchors."""
_MOST = 1_000_000
"""A rectangle without anchors that is larger than this is only looked at around its two ends (17 bytes a pair)."""
_MARGIN = 8.0
"""Bits that a run must have beyond what chance finds in the free space around it: 1 in 256."""
_BREAK_AFTER = 4
"""More unmatched tokens than this, on either side, end a run."""
PIN_SLACK: Ms = 3000
"""How far from a pin its words may be heard: pins are written in whole seconds, by ear, often a moment early."""
PER_WORD: Ms = 600
"""By how much later each further word behind a pin may be heard: twice what one takes on average."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a word of the note was heard."""

    start: Ms
    end: Ms
    how: Literal["matched", "bridged"]
    """Heard as itself (or nearly), or standing between two that were."""
    likeness: float
    """Share of its tokens that were heard, 0 for a bridged word and for one that was only laid over the sound."""
    bits: float
    """Evidence in the match."""


@dataclass(frozen=True, slots=True)
class Located:
    """A stretch of the note and the stretch of recognised words that says it, both half-open."""

    words: tuple[int, int]
    heard: tuple[int, int]
    bits: float
    """Evidence in it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the note that was not found, and the room in which it would have to be."""

    words: tuple[int, int]
    heard: tuple[int, int]
    start: Ms
    end: Ms | None
    """``None`` for the end of the recording."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a note is in a transcript."""

    places: tuple[Place | None, ...]
    """One for each word of the note."""
    runs: tuple[Located, ...]
    gaps: tuple[Gap, ...]


def locate(
    words: Sequence[str],
    heard: Sequence[SpokenWord],
    *,
    pins: Mapping[int, Ms] | None = None,
    paragraphs: Iterable[int] = (),
) -> Location:
    """Find the words of a note among recognised words.

    Args:
        words: Of the note, in its order.
        heard: Of the recording, ascending.
        pins: Index of a word -> the time at which it has to start. What stands before a pinned word lies before that
            time and the rest after it.
        paragraphs: Words that begin one, if that is known: rather a whole one is not said than the end of one and the
            beginning of the next.

    Returns:
        A place for each word that was found, and the gaps.
    """
    note = tokenize(words)
    sound = tokenize([w.text for w in heard])
    evidence = _Evidence.weigh(words, note, [t.text for t in sound], frozenset(paragraphs))
    room = _room(note, sound, heard, pins or {})
    pairs = list(_aligned(evidence, room))
    sizes = (len(note), len(sound))
    runs = _credible(_runs(pairs), sizes)
    places = _places(words, heard, [_in_words(run, note, sound) for run in runs])
    return Location(
        places=places,
        runs=tuple(_located(run, note, sound) for run in runs),
        gaps=tuple(_gaps(places, heard)),
    )


# --- tokens -----------------------------------------------------------------------------------------------------------

_PRIOR_WEIGHT = 500
"""Tokens that the prior counts for. In an hour of talk (12 000 tokens) the text itself decides."""


def _prior_bits(token: str) -> float:
    """What a word of this length carries before anything was counted: the frequencies of running English, by length."""
    return (5.0, 5.0, 5.0, 5.5, 8.0, 9.5, 10.5, 11.5)[min(len(token), 7)]


def _in_phrase(bits: float) -> float:
    """What a word carries among its neighbours, less than it carries alone: "you know", "at the end of the day"."""
    return bits * min(1.0, bits / 12)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Both token sequences, as text and as numbers, and the information in each."""

    left: list[str]
    right: list[str]
    left_ids: list[int]
    right_ids: list[int]
    bits: list[float]
    """By number."""
    inside: tuple[float, ...]
    """Before each token of the note, and at the end: what a gap costs there for not being between two sentences, or, if
    those are known, two paragraphs."""

    @classmethod
    def weigh(
        cls, words: Sequence[str], note: Sequence[Token], right: list[str], paragraphs: frozenset[int] = frozenset()
    ) -> _Evidence:
        left = [t.text for t in note]
        closed = {k for k, word in enumerate(words) if word.rstrip("\"')]”’»").endswith((".", "?", "!", "…"))}
        inside = (0.0, *(_begins(one.word, two.word, closed, paragraphs) for one, two in pairwise(note)), 0.0)
        counts = Counter(left)
        number = {token: k for k, token in enumerate(counts | Counter(right))}
        total = len(left) + _PRIOR_WEIGHT
        chances = ((counts[t] + _PRIOR_WEIGHT * 2 ** -_prior_bits(t)) / total for t in number)
        bits = [round(_in_phrase(-log2(chance)), 1) for chance in chances]
        return cls(left, right, [number[t] for t in left], [number[t] for t in right], bits, inside[: len(note) + 1])


def _begins(one: int, two: int, closed: set[int], paragraphs: frozenset[int]) -> float:
    """What a gap costs that begins between these words, one after the other or one and the same."""
    if one == two or (one not in closed and two not in paragraphs):
        return affine.INSIDE
    return affine.WITHIN if paragraphs and two not in paragraphs else 0.0


def _room(
    note: Sequence[Token],
    sound: Sequence[Token],
    heard: Sequence[SpokenWord],
    pins: Mapping[int, Ms],
) -> list[tuple[int, int]] | None:
    """Which recognised tokens the pins leave to each token of the note: none before the last pin or after the next."""
    if not pins:
        return None
    owners, times = [t.word for t in note], [heard[t.word].start for t in sound]
    firsts = [(bisect_left(owners, word), pin) for word, pin in sorted(pins.items())]
    low, high = [0] * (len(note) + 1), [len(sound)] * (len(note) + 1)
    for first, pin in firsts:
        low[first] = max(low[first], bisect_left(times, pin - PIN_SLACK))
        high[first] = min(high[first], bisect_left(times, pin + PIN_SLACK))
    behind = accumulate(low[:-1], max)
    ahead = [*accumulate(reversed(high[1:]), min)][::-1]
    room = list(zip(behind, ahead, strict=True))
    for first, pin in firsts:
        soon = bisect_left(times, pin + PIN_SLACK + _PINNED * PER_WORD)
        for place in range(first, min(first + _PINNED, len(note))):
            room[place] = room[place][0], min(room[place][1], soon)
    return room


_PINNED = 12
"""So many tokens after a pin are held to it: they are said there and not at some later time."""


def _aligned(evidence: _Evidence, room: list[tuple[int, int]] | None) -> Iterator[affine.Pair]:
    """Pairs of tokens, ascending."""
    left, right = evidence.left_ids, evidence.right_ids
    runs = chain.anchors(left, right, evidence.bits, enough=_ENOUGH, room=room)
    whole = chain.Box(0, len(left), 0, len(right))
    for gap, run in zip(chain.gaps(whole, runs), [*runs, None], strict=True):
        for part in _ends(gap):
            rows, columns = slice(part.a0, part.a1), slice(part.b0, part.b1)
            stretch = affine.Left(
                tuple(evidence.left[rows]),
                tuple(evidence.bits[t] for t in left[rows]),
                evidence.inside[part.a0 : part.a1 + 1],
                opens=part.a0 == 0,
                closes=part.a1 == len(left),
            )
            for pair in affine.align(stretch, evidence.right[columns], _allowed(room, part)):
                yield affine.Pair(part.a0 + pair.a, part.b0 + pair.b, pair.score)
        if run:
            for k in range(run.length):
                yield affine.Pair(run.a + k, run.b + k, evidence.bits[left[run.a + k]])


def _allowed(room: list[tuple[int, int]] | None, part: chain.Box) -> NDArray[np.bool_] | None:
    if not room or not part.area:
        return None
    low, high = np.array(room[part.a0 : part.a1]).T[:, :, None]
    columns = np.arange(part.b0, part.b1)
    allowed: NDArray[np.bool_] = (low <= columns) & (columns < high)
    return allowed


def _ends(gap: chain.Box) -> Iterator[chain.Box]:
    """The rectangle, or its two corners if it is too large to be filled."""
    if gap.area <= _MOST:
        yield gap
        return
    side = int(_ENOUGH**0.5)
    a, b = min(side, (gap.a1 - gap.a0) // 2), min(side, (gap.b1 - gap.b0) // 2)
    yield chain.Box(gap.a0, gap.a0 + a, gap.b0, gap.b0 + b)
    yield chain.Box(gap.a1 - a, gap.a1, gap.b1 - b, gap.b1)


# --- runs -------------------------------------------------------------------------------------------------------------

_LOST = 1.5
"""Bits against a run for each token of the note in it that was not heard; half for one that only was heard."""
_DROP = 20.0
"""A run ends where it has lost this many bits since its best point: past that, chance is the better explanation."""


@dataclass(frozen=True, slots=True)
class _Run:
    pairs: tuple[affine.Pair, ...]
    bits: float


def _runs(pairs: Sequence[affine.Pair]) -> list[_Run]:
    """Stretches of pairs that hold together: no long hole on either side, none that loses more than it earns."""
    runs: list[_Run] = []
    current: list[affine.Pair] = []
    total = best = 0.0
    length = 0  # of the current run up to its best point

    def close() -> None:
        if length:
            runs.append(_Run(tuple(current[:length]), best))

    for pair in pairs:
        if current:
            holes = max(0, pair.a - current[-1].a - 1), max(0, pair.b - current[-1].b - 1)
            total -= _LOST * (holes[0] + holes[1] / 2)
            if max(holes) > _BREAK_AFTER or total < best - _DROP or total <= 0:
                close()
                current, total, best, length = [], 0.0, 0.0, 0
        if not current and pair.score <= 0:
            continue
        current.append(pair)
        total += pair.score
        if total > best and pair.score > 0:
            best, length = total, len(current)
    close()
    return runs


def _credible(runs: Sequence[_Run], sizes: tuple[int, int]) -> list[_Run]:
    """The runs that chance does not explain.

    The strongest come first; each is judged in the room that the ones before it left: in ``n`` free tokens against
    ``m``, chance has about ``n * m`` places to start, so a run of log2(n * m) bits is to be expected there once.
    """
    kept: list[tuple[int, int, int, int, int]] = [(-1, 0, -1, 0, -1), (sizes[0], sizes[0], sizes[1], sizes[1], -1)]
    for k in sorted(range(len(runs)), key=lambda k: -runs[k].bits):
        first, last = runs[k].pairs[0], runs[k].pairs[-1]
        item = (first.a, last.a + 1, first.b, last.b + 1, k)
        at = bisect_left(kept, item)
        n, m = kept[at][0] - max(0, kept[at - 1][1]), kept[at][2] - max(0, kept[at - 1][3])
        if runs[k].bits >= log2(max(1, n) * max(1, m)) + _MARGIN:
            insort(kept, item)
    accepted = {item[4] for item in kept}
    return [run for k, run in enumerate(runs) if k in accepted]


def _located(run: _Run, note: Sequence[Token], sound: Sequence[Token]) -> Located:
    first, last = run.pairs[0], run.pairs[-1]
    return Located(
        (note[first.a].word, note[last.a].word + 1), (sound[first.b].word, sound[last.b].word + 1), round(run.bits, 1)
    )


# --- places -----------------------------------------------------------------------------------------------------------

_SLACK = 300
"""ms by which recognised times may be wrong, taken from both sides of a hole."""


def _in_words(run: _Run, note: Sequence[Token], sound: Sequence[Token]) -> dict[int, list[tuple[int, float]]]:
    """Word of the note -> recognised words that say it, each with the score of the pair."""
    words: dict[int, list[tuple[int, float]]] = {}
    for pair in run.pairs:
        words.setdefault(note[pair.a].word, []).append((sound[pair.b].word, pair.score))
    return words


def _places(
    words: Sequence[str], heard: Sequence[SpokenWord], runs: Sequence[dict[int, list[tuple[int, float]]]]
) -> tuple[Place | None, ...]:
    places: list[Place | None] = [None] * len(words)
    for run in runs:
        for word, partners in run.items():
            good = [j for j, score in partners if score > 0]
            used = good or [j for j, _ in partners]
            # What was laid over the sound because the note has it says where and not whether.
            likeness = sum(isinstance(heard[j], RecognizedWord) for j in good) / len(partners)
            places[word] = Place(
                heard[min(used)].start,
                heard[max(used)].end,
                "matched" if good else "bridged",
                round(likeness, 2),
                round(sum(score for _, score in partners), 1),
            )
        _bridge(places, words, min(run), max(run))
    for one, two in pairwise(runs):
        if min(two) - max(one) <= _MOST_BRIDGED + 1:
            _bridge(places, words, max(one), min(two))
    return tuple(places)


_MOST_BRIDGED = 4
"""Words between two runs that may be placed unheard."""


def _bridge(places: list[Place | None], words: Sequence[str], first: int, last: int) -> None:
    """Place the words between two that were heard, where the time between them is about what they take."""
    for i, j in pairwise([k for k in range(first, last + 1) if places[k]]):
        if j == i + 1:
            continue
        left, right = places[i], places[j]
        assert left is not None
        assert right is not None
        room, letters = right.start - left.end, [len(w) + 1 for w in words[i + 1 : j]]
        need = PER_LETTER * sum(letters)
        if need / 2 - _SLACK <= room <= 3 * need + _SLACK:
            edges = [left.end + max(0, room) * sum(letters[:k]) // sum(letters) for k in range(len(letters) + 1)]
            for k in range(i + 1, j):
                places[k] = Place(edges[k - i - 1], edges[k - i], "bridged", 0.0, 0.0)


def _gaps(places: Sequence[Place | None], heard: Sequence[SpokenWord]) -> Iterator[Gap]:
    """Stretches of words without a place."""
    i = 0
    while i < len(places):
        if places[i]:
            i += 1
            continue
        j = next((k for k in range(i, len(places)) if places[k]), len(places))
        before, after = (places[i - 1] if i else None), (places[j] if j < len(places) else None)
        start, end = before.end if before else 0, after.start if after else None
        h0 = bisect_left(heard, start, key=lambda w: w.start)
        h1 = len(heard) if end is None else bisect_left(heard, end, key=lambda w: w.start)
        yield Gap((i, j), (h0, max(h0, h1)), start, None if end is None else max(start, end))
        i = j
