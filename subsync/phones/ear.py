"""The second ear: which phone is said, from what Whisper's encoder makes of the sound.

The first ear (``acoustics``) looks at 25 ms of spectrum: very exact in silence, deaf under music and in a crowd. The
encoder of Whisper has learnt to hear a voice among other sounds; a small network on top of it tells phones apart, by
thirds, on the clock of the first ear, so that the two can be added. ``bench/fit/ear`` makes its weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from subsync.phones import acoustics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from subsync.sound.cepstra import Floats

ENCODER = "tiny.en"
"""The Whisper model whose encoder it listens to."""
_THIRDS = 3
_WEIGHTS = Path(__file__).with_name("ear.npz")
_PRIOR = 0.8
"""How much of the classes' shares in what was learnt is taken out again; all of it would favour the rarest."""
_FLOOR = -12.0
"""A phone is never less likely than that: noise may hide anything."""


@dataclass(frozen=True)
class Heard:
    """What the ear makes of some sound."""

    scores: Floats
    """Log likelihoods up to a constant of each frame: (10 ms frames, phones, 3 thirds), phones as ``acoustics`` has
    them; frame ``t`` is centred at sample ``160 t + 205``."""
    sureness: Floats
    """1 where one class has all the probability, 0 where all have the same: (frames,)."""

    def of_tied(self, tied: NDArray[np.integer]) -> Floats:
        """The scores of tied states of the first ear's model: (frames, states)."""
        model = acoustics.load()
        return np.asarray(self.scores[:, model.phone_of[tied], thirds()[tied]])


@dataclass(frozen=True)
class Ear:
    """The network: layers of a frame, twice of three frames, and out of it two halves of 10 ms."""

    classes: tuple[str, ...]
    """``SIL``, and each other phone with its third: ``AA 0``."""
    log_share: Floats
    """Log probability of each class where it learnt: (classes,)."""
    weights: tuple[Floats, ...]
    """(in, out) of each layer."""
    biases: tuple[Floats, ...]

    @cached_property
    def _class_of(self) -> NDArray[np.intp]:
        """The class of each third of each phone; noises are heard as silence: (phones, 3)."""
        number = {name: k for k, name in enumerate(self.classes)}
        silence = number["SIL"]
        return np.array(
            [[number.get(f"{phone} {third}", silence) for third in range(_THIRDS)] for phone in acoustics.load().phones]
        )

    def posteriors(self, encoded: Floats, frames: int) -> Floats:
        """Log probabilities of the classes.

        Args:
            encoded: What the encoder of tiny.en gave for a window: (20 ms frames, 384), the padding after the sound
                cut off or not.
            frames: How many of ``cepstra``'s frames the sound has.

        Returns:
            (frames, classes).
        """
        x = np.pad(encoded.astype(np.float32), ((2, 2), (0, 0)), mode="edge")
        first, *middle, last = zip(self.weights, self.biases, strict=True)
        x = np.maximum(x @ first[0] + first[1], 0)
        for weight, bias in middle:
            x = np.maximum(np.concatenate([x[:-2], x[1:-1], x[2:]], axis=1) @ weight + bias, 0)
        x = (x @ last[0] + last[1]).reshape(-1, len(self.classes))
        # The encoder's frame c answers for 2c - 2 and 2c - 1; what it did not see it knows nothing of.
        heard = np.zeros((frames, len(self.classes)), np.float32)
        heard[: len(x) - 2] = x[2 : 2 + frames]
        heard -= heard.max(axis=1, keepdims=True)
        return np.asarray(heard - np.log(np.exp(heard).sum(axis=1, keepdims=True)), np.float32)

    def hear(self, encoded: Floats, frames: int) -> Heard:
        """Scores for a lattice, and how sure they are.

        Args:
            encoded: (20 ms frames, 384), as for ``posteriors``.
            frames: How many of ``cepstra``'s frames the sound has.
        """
        posteriors = self.posteriors(encoded, frames)
        entropy = -(np.exp(posteriors) * posteriors).sum(axis=1)
        scores = np.maximum(posteriors, _FLOOR) - np.float32(_PRIOR) * self.log_share
        return Heard(scores[:, self._class_of], np.asarray(1 - entropy / np.log(len(self.classes)), np.float32))


@cache
def thirds() -> NDArray[np.int8]:
    """Which third of its phone each tied state of the first ear's model is."""
    model = acoustics.load()
    places = np.zeros(model.weights.shape[2], np.int8)
    for third in range(_THIRDS):
        places[model.states[:, third]] = third
    return places


@cache
def load(path: Path = _WEIGHTS) -> Ear:
    """Read the weights: 1 MB of file, 2.3 of memory, once per process."""
    with np.load(path) as file:
        layers = range(sum(name.startswith("weight") for name in file.files))
        return Ear(
            tuple(str(name) for name in file["classes"]),
            file["log_share"],
            tuple(file[f"weight{k}"].astype(np.float32) for k in layers),
            tuple(file[f"bias{k}"].astype(np.float32) for k in layers),
        )
