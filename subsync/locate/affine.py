"""Edit alignment of two short sequences of words, in bits, with cheap small gaps and one flat price for a long one.

A speaker drops or adds a word now and then; an editor cuts a paragraph, an advertisement breaks in. The first costs by
the word, the second is paid once however long it is, so a missing paragraph stays one block and does not hold on to
stray words of the other side: one common word earns less than the two long gaps beside it cost.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from subsync.store.recall import Known

    Matrix: TypeAlias = NDArray[np.float32]

UNLIKE = -3.0
"""Another word in its place: log2 of one word in eight. tiny.en does it to one in 17 of clean and of noisy talk; where
it hears worse than that, this must not be what breaks an alignment."""
EXTRA_OPEN, EXTRA = -2.0, -1.0
"""Words that only the recording has: fillers, repeated words. In an hour of talk with disfluencies there are some after
one word in 25 (4.6 bits to open a gap)."""
MISSING_OPEN, MISSING = -3.0, -2.0
"""Words that only the note has: what a recogniser drops, one place in 30 to 50, 1.5 words at a time."""
LONG = -12.0
"""A gap of any length. Two of them, one on each side, at either end of a run ask 24 bits more of what stands alone.

What is heard before the note begins or when it has ended costs nothing: of a talk that is heard twice a note is in one
of the two, not the first half of it here and the other there.
"""

INSIDE = -1.5
"""For a gap of any kind that begins inside a sentence: cuts and insertions are mostly made between sentences."""

WITHIN = INSIDE / 3
"""The same between two sentences of a paragraph: where one that nobody says begins, or ends, as the one that is said
beside it, it decides which of the two was heard. Any word is worth more, so that nothing depends on how much it is."""

EDGE = 1.0
"""Bits that a long gap at the very beginning or end of the note costs less: a sentence that is quoted once more on top
or at the end is left out there, and not where it continues what stands beside it."""

ALIKE = 0.55
"""Similarity from which two words may be one misheard: 2 % of the pairs of different words of a podcast reach it."""

JOINED_ALIKE = 0.75
"""The same for two words against one ("open source", "opensource"): any two words are a little like either of them."""

_NEVER = np.float32(-1000.0)
_DIAGONAL, _MISSING, _MISSING_LONG, _EXTRA, _EXTRA_LONG, _JOINED, _SPLIT = range(7)


@dataclass(frozen=True, slots=True)
class Pair:
    """Left token ``a`` stands where right token ``b`` does."""

    a: int
    b: int
    score: float
    """In bits; negative for a word that is unlike."""


_SOUNDS = (
    ("ph", "f"), ("gh", "g"), ("wh", "w"), ("ck", "k"), ("sch", "sh"), ("tch", "ch"), ("qu", "kw"), ("q", "k"),
    ("x", "ks"), ("ce", "se"), ("ci", "si"), ("cy", "si"), ("ch", "C"), ("c", "k"), ("z", "s"), ("y", "i"), ("ee", "i"),
    ("ea", "i"), ("oo", "u"), ("ou", "u"), ("v", "f"), ("kn", "n"), ("wr", "r"),
)  # fmt: skip


@lru_cache(maxsize=65_536)
def sound(text: str) -> str:
    """A rough phonetic spelling: what English writes in several ways becomes one (``grock`` and ``groq``)."""
    for written, said in _SOUNDS:
        text = text.replace(written, said)
    return "".join(c for i, c in enumerate(text) if i == 0 or c != text[i - 1])


def similarity(left: Sequence[str], right: Sequence[str]) -> Matrix:
    """How alike words are, 0 to 1: by letters or by sound, whichever is more."""
    if not left or not right:
        return np.zeros((len(left), len(right)), np.float32)
    written: Matrix = cdist(left, right, scorer=Indel.normalized_similarity, dtype=np.float32)
    spoken: Matrix = cdist(
        [*map(sound, left)], [*map(sound, right)], scorer=Indel.normalized_similarity, dtype=np.float32
    )
    alike: Matrix = np.maximum(written, spoken * np.float32(0.95))
    return alike


def scores(left: Sequence[str], right: Sequence[str], bits: Matrix, floor: float = ALIKE) -> Matrix:
    """Bits of evidence that right words are the left words.

    Args:
        left: Words.
        right: Words.
        bits: Information of each left word.
        floor: Similarity from which two words may be the same.

    Returns:
        One row for each left word. Equal words earn all their bits, similar ones a share, others ``UNLIKE``.
    """
    alike = similarity(left, right)
    share = np.clip((alike - floor) / (1 - floor), 0, 1)
    partly = UNLIKE + (np.minimum(bits, 11.0)[:, None] - UNLIKE) * share**0.75 * 0.75
    return np.where(alike >= 0.999, bits[:, None], partly).astype(np.float32)


class Left(NamedTuple):
    """The words of the note, and what is known about them: a value of JSON."""

    words: tuple[str, ...]
    bits: tuple[float, ...]
    """Information of each."""
    inside: tuple[float, ...]
    """``INSIDE`` before each word within a sentence, ``WITHIN`` or 0 before the first of one; one more for the end."""
    opens: bool = False
    """Whether the note begins with these words."""
    closes: bool = False
    """Whether it ends with them."""


def align(left: Left, right: Sequence[str], allowed: NDArray[np.bool_] | None = None) -> Sequence[Pair]:
    """Align two sequences from end to end.

    Args:
        left: Words of the note.
        right: Words that were heard.
        allowed: Which pairs may be made, one row for each word of the note; all if not given.

    Returns:
        Pairs in order. Where two words of one side are one of the other ("open source", "opensource"), two pairs share
        it.
    """
    if allowed is not None:
        return _aligned(left, right, allowed)
    question = (left, tuple(right))
    known = _known.get()
    if known is None:
        return _freely(*question)
    if (pairs := known.get(question)) is None:
        pairs = known[question] = _freely(*question)
    return pairs


Rectangle: TypeAlias = tuple[Left, tuple[str, ...]]
"""Two sequences, all that decides how they are aligned; a value of JSON."""
_known: ContextVar[Known[Rectangle, tuple[Pair, ...]] | None] = ContextVar("aligned before", default=None)


@contextmanager
def remembering(known: Known[Rectangle, tuple[Pair, ...]]) -> Iterator[None]:
    """Ask what was aligned by an earlier run first: beside a corrected word nearly all of a note is as it was."""
    token = _known.set(known)
    try:
        yield
    finally:
        _known.reset(token)


@lru_cache(maxsize=4096)
def _freely(left: Left, right: tuple[str, ...]) -> tuple[Pair, ...]:
    """A note is located anew each time more was heard, and most of what there was to align is as before."""
    return tuple(_aligned(left, right, None))


def _aligned(left: Left, right: Sequence[str], allowed: NDArray[np.bool_] | None) -> list[Pair]:
    words, bits = left.words, np.array(left.bits, np.float32)
    if not words or not right:
        return []
    one = scores(words, right, bits)
    two_words = [a + b for a, b in pairwise(words)]
    joined = scores(two_words, right, np.maximum(bits[:-1], bits[1:]), JOINED_ALIKE)
    split = scores(words, [a + b for a, b in pairwise(right)], bits, JOINED_ALIKE)
    if allowed is not None:
        one[~allowed] = _NEVER
        joined[~(allowed[:-1] & allowed[1:])] = _NEVER
        split[~(allowed[:, :-1] & allowed[:, 1:])] = _NEVER
    choice, origins = _fill(one, joined, split, left)
    return list(_trace(choice, origins, one, joined, split))[::-1]


def _fill(
    one: Matrix, joined: Matrix, split: Matrix, left: Left
) -> tuple[NDArray[np.int8], dict[int, NDArray[np.int32]]]:
    """Best ways to every corner, row by row: the last step of each, and where its gap began."""
    n, m = one.shape
    inside = np.array(left.inside, np.float32)
    columns = np.arange(m + 1, dtype=np.int32)
    choice = np.zeros((n + 1, m + 1), np.int8)
    origins = {kind: np.zeros((n + 1, m + 1), np.int32) for kind in (_MISSING, _MISSING_LONG, _EXTRA, _EXTRA_LONG)}
    ramp = (EXTRA * columns).astype(np.float32)
    short, long = np.full((2, m + 1), -np.inf, np.float32)
    rows = [short, short]
    for i in range(n + 1):
        options = np.full((7, m + 1), -np.inf, np.float32)
        if i == 0:
            options[_DIAGONAL, 0] = 0.0
        else:
            last = rows[-1]
            for kind, gap, start, step in ((_MISSING, short, MISSING_OPEN, MISSING), (_MISSING_LONG, long, LONG, 0.0)):
                edge = EDGE if left.opens and i == 1 and kind == _MISSING_LONG else 0.0
                opened = last + (np.float32(start + edge) + inside[i - 1])
                fresh = opened >= gap
                origins[kind][i] = np.where(fresh, i - 1, origins[kind][i - 1])
                gap = np.where(fresh, opened, gap) + np.float32(step)  # noqa: PLW2901 - kept below
                options[kind] = gap
            short, long = options[_MISSING], options[_MISSING_LONG]
            if left.closes and i == n:
                options[_MISSING_LONG] = long + np.float32(EDGE)
            options[_DIAGONAL, 1:] = last[:-1] + one[i - 1]
            if m > 1:
                options[_SPLIT, 2:] = last[:-2] + split[i - 1]
            if i > 1:
                options[_JOINED, 1:] = rows[-2][:-1] + joined[i - 2]
        base = options.max(axis=0) + inside[i]
        outside = (left.opens and i == 0) or (left.closes and i == n)
        short_gap, long_gap = base + np.float32(EXTRA_OPEN) - ramp, base + np.float32(0.0 if outside else LONG)
        for kind, ready, slope in ((_EXTRA, short_gap, ramp), (_EXTRA_LONG, long_gap, 0 * ramp)):
            best = np.maximum.accumulate(ready)
            origins[kind][i] = np.maximum.accumulate(np.where(ready >= best, columns, 0))
            options[kind, 1:] = best[:-1] + slope[1:]
        choice[i] = options.argmax(axis=0)
        rows = [rows[-1], options.max(axis=0)]
    return choice, origins


def _trace(
    choice: NDArray[np.int8], origins: dict[int, NDArray[np.int32]], one: Matrix, joined: Matrix, split: Matrix
) -> Iterator[Pair]:
    """Walk back from the far corner."""
    i, j = choice.shape[0] - 1, choice.shape[1] - 1
    while i or j:
        kind = int(choice[i, j])
        if kind in (_MISSING, _MISSING_LONG):
            i = int(origins[kind][i, j])
        elif kind in (_EXTRA, _EXTRA_LONG):
            j = int(origins[kind][i, j - 1])
        elif kind == _JOINED:
            score = float(joined[i - 2, j - 1]) / 2
            yield Pair(i - 1, j - 1, score)
            yield Pair(i - 2, j - 1, score)
            i, j = i - 2, j - 1
        elif kind == _SPLIT:
            score = float(split[i - 1, j - 2]) / 2
            yield Pair(i - 1, j - 1, score)
            yield Pair(i - 1, j - 2, score)
            i, j = i - 1, j - 2
        else:
            yield Pair(i - 1, j - 1, float(one[i - 1, j - 1]))
            i, j = i - 1, j - 1
