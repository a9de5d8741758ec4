"""Spoken sentences -> which third of which phone each 10 ms frame is.

The voices know their phones, but neural ones only to 25 ms, with habits of their own for where a sound ends; a
voice's lead would be learnt. So the first ear, which is exact in silence, says when, within what the voice says: what
the two do not agree on to 60 ms is not used. Both ears then mean the same by an edge, and can be added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from subsync.phones import acoustics
from subsync.phones.lattice import Costs, best_path, build
from subsync.sound import cepstra

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from voices import Spoken

    Labels = NDArray[np.int16]

UNUSED = -1
_AGREED = 6  # frames
_PAUSE = 0.12  # a shorter space between two words may be no silence
_STRICT = Costs(silence=-5.0, other=-1e5, skip=-1e5)
"""All that is said is known: no word is left out, no other sound is heard."""


def count(samples: int) -> int:
    """Frames of ``cepstra`` in so many samples."""
    return max(0, (samples - cepstra.WIDTH) // cepstra.HOP + 1)


def label(spoken: Spoken, *, heard: bool = True) -> Labels:
    """Three times the number of the phone, plus the third: (frames,).

    Args:
        spoken: A sentence, clean.
        heard: Let the first ear say when; else the voice's own times count.
    """
    made = _made(spoken)
    if not heard:
        return made
    said = _heard(spoken)
    if said is None:
        return np.full(len(made), UNUSED, np.int16)
    agreed = np.zeros(len(made), bool)
    phones = np.where(made == UNUSED, -2, made // 3)
    for shift in range(-_AGREED, _AGREED + 1):
        moved = np.full(len(phones), -2)
        here = slice(max(0, shift), len(phones) + min(0, shift))
        there = slice(max(0, -shift), len(phones) + min(0, -shift))
        moved[here] = phones[there]
        agreed |= moved == said // 3
    silence = acoustics.load().number["SIL"]
    agreed |= (said // 3 == silence) & (made == UNUSED)
    return np.where(agreed, said, UNUSED).astype(np.int16)


def _made(spoken: Spoken) -> Labels:
    """By the voice's own times; short spaces between words are not used."""
    number = acoustics.load().number
    names, lengths = zip(*(phone for word in spoken.words for phone in word), strict=True)
    edges = np.concatenate([[0.0], np.cumsum(lengths)])
    centres = (np.arange(count(len(spoken.samples))) * cepstra.HOP + cepstra.WIDTH / 2) / cepstra.RATE
    which = np.clip(np.searchsorted(edges, centres, side="right") - 1, 0, len(names) - 1)
    span = np.maximum(np.diff(edges), 1e-6)
    third = np.clip((centres - edges[which]) / span[which] * 3, 0, 2).astype(int)
    result = np.array([number[name] for name in names])[which] * 3 + third
    short = np.array([n == "SIL" and n_length < _PAUSE for n, n_length in zip(names, lengths, strict=True)])
    return np.where(short[which], UNUSED, result).astype(np.int16)


def _heard(spoken: Spoken) -> Labels | None:
    """By the first ear, which knows the phones and decides only when."""
    model = acoustics.load()
    observed = cepstra.features(cepstra.cepstra(spoken.samples))
    readings = [[tuple(p for p, _ in word)] for word in spoken.words if word[0][0] != "SIL"]
    if not readings or not len(observed):
        return None
    lattice = build(readings, model, _STRICT)
    spoken_states = lattice.tied >= 0
    tied, places = np.unique(lattice.tied[spoken_states], return_inverse=True)
    scores = model.scores(observed, tied)
    fit = np.full((len(observed), len(lattice.tied)), -1e4, np.float32)
    fit[:, spoken_states] = scores[:, places]
    found = best_path(lattice, fit, [(0, len(lattice.tied))] * len(observed))
    if found is None:
        return None
    state = lattice.tied[found[0]]
    return (model.phone_of[state] * 3 + third_of(model)[state]).astype(np.int16)


def third_of(model: acoustics.AcousticModel) -> NDArray[np.int8]:
    """Which of the three states of its phone each tied state is."""
    thirds = np.zeros(model.weights.shape[2], np.int8)
    for third in range(3):
        thirds[model.states[:, third]] = third
    return thirds
