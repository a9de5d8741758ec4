"""A minute of sound and the text that it probably holds -> roughly when each word is said, and whether.

A tenth of the cost of exact alignment: a score every 30 ms, phones without their neighbours, one state each. It finds
words to some 50 ms, which is where exact alignment starts from, and it gives itself away where the text is another one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from subsync.phones import acoustics
from subsync.phones.lattice import Costs, Lattice, best_path
from subsync.phones.pronounce import pronunciations
from subsync.sound import cepstra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import Ms
    from subsync.phones.pronounce import Phones
    from subsync.sound.cepstra import Floats

_STEP = 3
"""Frames of 10 ms to a score. The shortest phones take 30 ms."""
_MOST = 3
"""Readings of a word that are tried."""


@dataclass(frozen=True, slots=True)
class CoarseOptions:
    """How words are laid over sound, roughly."""

    costs: Costs = field(default_factory=lambda: Costs(silence=-3.0, other=-12.0, skip=-25.0))
    other_sound: float = -5.0
    """Log likelihood, per score, of sound that is no word, against the phone that fits best."""
    weight: float = 1.5
    """What a score counts for against the costs; neighbouring frames know little that it does not."""


@dataclass(frozen=True, slots=True)
class CoarseWord:
    """When a word is said, from the start of the sound, and how well its phones fit (0 is best)."""

    start: Ms
    end: Ms
    fit: float


def coarse(
    seen: Floats, words: Sequence[str], options: CoarseOptions = CoarseOptions()
) -> tuple[CoarseWord | None, ...]:
    """Find roughly when known words are said.

    Args:
        seen: Cepstra of the sound: (frames, 13).
        words: As the note writes them.
        options: How.

    Returns:
        One for each word, ascending; ``None`` for a word that has no sound or was not heard.
    """
    readings = [pronunciations(word, previous=words[k - 1] if k else "")[:_MOST] for k, word in enumerate(words)]
    which = [k for k, some in enumerate(readings) if some]
    result: list[CoarseWord | None] = [None] * len(words)
    observed = cepstra.features(seen)[::_STEP]
    if not which or not len(observed):
        return tuple(result)
    lattice = _build([readings[k] for k in which], options.costs)
    fit = _fit(observed, lattice, options)
    found = best_path(lattice, fit * np.float32(options.weight), [(0, len(lattice.tied))] * len(fit))
    if found is None:
        return tuple(result)
    path, _ = found
    said = lattice.word[path]
    hop = 1000 * cepstra.HOP * _STEP / cepstra.RATE
    for k, index in enumerate(which):
        mine = np.flatnonzero(said == k)
        if len(mine):
            own = float(fit[mine, path[mine]].mean())
            result[index] = CoarseWord(round(mine[0] * hop), round((mine[-1] + 1) * hop), own)
    return tuple(result)


_SILENCE, _OTHER = 0, -1


def _fit(observed: Floats, lattice: Lattice, options: CoarseOptions) -> Floats:
    """How well each score's frame fits each state, against the phone that fits best: (scores, states)."""
    model = acoustics.load()
    scores = model.scores(observed, model.plain.ravel()).reshape(len(observed), len(model.phones), -1).max(axis=2)
    scores -= scores.max(axis=1, keepdims=True)
    fit = np.full((len(observed), len(lattice.tied)), options.other_sound, np.float32)
    spoken = lattice.tied != _OTHER
    fit[:, spoken] = scores[:, lattice.tied[spoken]]
    return fit


def _build(readings: Sequence[Sequence[Phones]], costs: Costs) -> Lattice:
    """Words in a row, each in its readings, with silence and other sound between them and around."""
    model = acoustics.load()
    tied: list[int] = []
    word: list[int] = []
    moves: list[tuple[int, int, float]] = []

    def add(phone: int, owner: int, entries: Sequence[tuple[int, float]]) -> int:
        here = len(tied)
        tied.append(phone)
        word.append(owner)
        moves.append((here, here, 0.0))
        moves.extend((source, here, cost) for source, cost in entries)
        return here

    count = len(readings)
    silence = model.number["SIL"]
    opening = [0]
    quiet, other = add(silence, count, []), add(_OTHER, count, [(0, costs.other)])
    moves.append((other, quiet, costs.silence))
    starts, exits = [quiet, other], list[int]()
    for k, ways in enumerate(readings):
        entries = [(quiet, 0.0), (other, 0.0), *((e, 0.0) for e in exits)]
        ends = []
        for phones in ways:
            head = here = add(model.number[phones[0]], k, entries)
            for phone in phones[1:]:
                here = add(model.number[phone], k, [(here, 0.0)])
            ends.append(here)
            if not k:
                starts.append(head)
        opening.append(len(tied))
        left_out = other
        quiet = add(silence, count, [(e, costs.silence) for e in ends])
        other = add(_OTHER, count, [*((e, costs.other) for e in ends), (quiet, costs.other), (left_out, costs.skip)])
        moves.append((other, quiet, costs.silence))
        exits = ends
    moves.sort(key=lambda move: (move[1], move[0]))
    first = np.searchsorted([m[1] for m in moves], np.arange(len(tied) + 1))
    return Lattice(
        np.array(tied, np.int32),
        np.array(word, np.int32),
        np.array([m[0] for m in moves], np.int32),
        np.array([m[2] for m in moves], np.float32),
        first.astype(np.int32),
        tuple(starts),
        (quiet, other, *exits),
        np.array([*opening, len(tied)], np.int32),
    )
