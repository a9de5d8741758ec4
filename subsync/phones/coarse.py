"""A minute of sound and the text that it probably holds -> roughly when each word is said, and whether.

A tenth of the cost of exact alignment: a score every 30 ms, phones without their neighbours, one state each. It finds
words to some 50 ms, which is where exact alignment starts from, and it gives itself away where the text is another one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from subsync.phones import acoustics
from subsync.phones.lattice import Costs, bands, best_path, build
from subsync.sound import cepstra

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from subsync.datatypes import Ms
    from subsync.phones.lattice import Ints, Lattice
    from subsync.phones.pronounce import Pronounced
    from subsync.sound.cepstra import Floats

_STEP = 3
"""Frames of 10 ms to a score. The shortest phones take 30 ms."""
_HOP = _STEP * cepstra.HOP_MS
_MOST = 3
"""Readings of a word that are tried."""


@dataclass(frozen=True, slots=True)
class CoarseOptions:
    """How words are laid over sound, roughly."""

    costs: Costs = field(default_factory=lambda: Costs(silence=-3.0, other=-12.0, skip=-25.0, again=-math.inf))
    """No word is said again: between two sayings an advertisement was hidden, and the words before it in that."""
    other_sound: float = -5.0
    """Log likelihood, per score, of sound that is no word, against the phone that fits best."""
    weight: float = 1.5
    """What a score counts for against the costs; neighbouring frames know little that it does not."""
    reach: Ms = 10_000
    """How far from where it would be at an even pace a word is looked for at first: in 75 s of talk, all of which is in
    the text, none is further away than 7 s."""
    margin: Ms = 2000
    """A path that comes so near to that may have been bent by it: then it is looked for everywhere."""


@dataclass(frozen=True, slots=True)
class CoarseWord:
    """When a word is said, from the start of the sound, and how well its phones fit (0 is best)."""

    start: Ms
    end: Ms
    fit: float


def coarse(
    seen: Floats, words: Sequence[Pronounced], options: CoarseOptions = CoarseOptions()
) -> tuple[CoarseWord | None, ...]:
    """Find roughly when known words are said.

    Args:
        seen: Cepstra of the sound: (frames, 13).
        words: What ``pronounced`` gave for them.
        options: How.

    Returns:
        One for each word, ascending; ``None`` for a word that has no sound or was not heard.
    """
    which = [k for k, word in enumerate(words) if word.readings]
    result: list[CoarseWord | None] = [None] * len(words)
    observed = cepstra.features(seen)[::_STEP]
    if not which or not len(observed):
        return tuple(result)
    lattice = build([words[k].readings[:_MOST] for k in which], _plain(), options.costs)
    scores = _scores(observed, options)
    found = _laid(lattice, scores, _expected([words[k].text for k in which], len(scores)), options)
    if found is None:
        return tuple(result)
    path, _ = found
    said = lattice.word[path]
    for k, index in enumerate(which):
        mine = np.flatnonzero(said == k)
        if len(mine):
            own = float(scores[mine, lattice.tied[path[mine]]].mean())
            result[index] = CoarseWord(round(mine[0] * _HOP), round((mine[-1] + 1) * _HOP), own)
    return tuple(result)


def _laid(
    lattice: Lattice, scores: Floats, expected: NDArray[np.floating], options: CoarseOptions
) -> tuple[Ints, float] | None:
    """The best path near an even pace; where it comes to the edge of that, the best of all."""
    bounds = np.stack([expected, expected], axis=1)
    times = np.arange(len(scores), dtype=np.float32) * _HOP
    near, inside = (bands(lattice, bounds, times, reach) for reach in (options.reach, options.reach - options.margin))
    found = _best(lattice, scores, near, options)
    if found and all(low <= state < high for state, (low, high) in zip(found[0].tolist(), inside, strict=True)):
        return found
    return _best(lattice, scores, [(0, len(lattice.tied))] * len(scores), options)


def _best(
    lattice: Lattice, scores: Floats, within: Sequence[tuple[int, int]], options: CoarseOptions
) -> tuple[Ints, float] | None:
    weighed = scores * np.float32(options.weight)
    fits = (row[lattice.tied[low:high]] for row, (low, high) in zip(weighed, within, strict=True))
    return best_path(lattice, list(fits), within)


def _expected(words: Sequence[str], count: int) -> NDArray[np.floating]:
    """When each word is in the middle of being said if each letter takes the same time, in ms."""
    letters = np.array([len(word) + 1 for word in words])
    return np.asarray((letters.cumsum() - letters / 2) / letters.sum() * count * _HOP)


def _scores(observed: Floats, options: CoarseOptions) -> Floats:
    """How well each score's frame fits each phone, against the one that fits best, and, last, what is no word."""
    model = acoustics.load()
    scores = model.scores(observed, model.plain.ravel()).reshape(len(observed), len(model.phones), -1).max(axis=2)
    scores -= scores.max(axis=1, keepdims=True)
    return np.pad(scores, ((0, 0), (0, 1)), constant_values=options.other_sound)


@dataclass(frozen=True)
class _Plain:
    """Phones of one state each, whatever stands beside them."""

    number: Mapping[str, int]

    @property
    def moves(self) -> Mapping[str, Sequence[tuple[float, float]]]:
        return dict.fromkeys(self.number, ((0.0, 0.0),))

    def triphone(self, phone: str, left: str, right: str, position: str) -> tuple[int, ...]:  # noqa: ARG002 - of all
        return (self.number[phone],)


@cache
def _plain() -> _Plain:
    return _Plain(acoustics.load().number)
