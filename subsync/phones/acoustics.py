"""How well the sound fits each sound of English: the acoustic model of PocketSphinx's wheel, evaluated with numpy.

The wheel carries a phonetically tied model (42 phones, 137 053 triphones, 5126 tied states). PocketSphinx's own search
over it prunes, knows no word that may be missing and no time that a word should keep to; with the scores in an array,
``force`` can search as the task asks.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from subsync.sound.cepstra import COUNT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from subsync.sound.cepstra import Floats

_POSITIONS = "ibes"
_WEIGHT_STEP = 1024 * np.log(1.0001)
_SHARES = np.exp(np.arange(256) * -_WEIGHT_STEP).astype(np.float32)
"""What a mixture weight of the model's file means."""
# BLAS does a product of fewer than 2^18 multiplications in the calling thread: waking others for small matrices costs
# more than they save, ten times as much on a busy machine, and one thread always adds up in the same order.
_BLOCK, _COLUMNS = 64, 32
_FAR = 28.0
"""How far, in a stream, a density may be from the level of its frame, which is that of the phone that is most like it
on the whole. The best density is 0 to 18 above. Three streams fit into the exponents of float32."""
# What a number of float32 is e to, read as a whole number, is nearly a straight line: exact at powers of two, between
# them up to 6 % too large. The mean of that, 0.0573 of log2, is taken off. (Schraudolph, Neural Computation 11, 1999.)
# It puts a mixture's logarithm 0.03 off, and those of two phones differ by whole numbers; an exact one takes six times
# as long, which was a tenth of all the work.
_PER_UNIT = 2.0**23 / np.log(2)
_ONE = 2.0**23 * (127 - 0.0573)
_LEAST, _MOST = (np.float32(_ONE + sign * _FAR * _PER_UNIT) for sign in (-1, 1))


@dataclass(frozen=True)
class AcousticModel:
    """Phones as three tied states each, states as mixtures of Gaussians that all states of a phone share."""

    phones: tuple[str, ...]
    states: NDArray[np.uint16]
    """Sequences of three tied states: (sequences, 3)."""
    sequence_of: NDArray[np.int32]
    """Index into ``states`` of each phone and triphone; the plain phones come first."""
    triphones: NDArray[np.int32]
    """[position, phone, left, right] -> index into ``sequence_of``, -1 where the model has none."""
    stay: Floats
    """Log probability to stay in each state of a phone: (phones, 3)."""
    densities: Floats
    """Coefficients of (x, x squared, 1, level), for logarithms as the bits of float32: (phones, 3 streams, 28, 128
    densities)."""
    typical: Floats
    """Of (x, x squared, 1), one density for each phone, as wide as all of its: (3 streams, 27, phones)."""
    weights: NDArray[np.uint8]
    """Mixture weights, -log in steps of 0.1024: (3 streams, 128 densities, tied states)."""

    @cached_property
    def number(self) -> dict[str, int]:
        """Phone -> its number."""
        return {phone: k for k, phone in enumerate(self.phones)}

    @cached_property
    def plain(self) -> NDArray[np.uint16]:
        """The tied states of each phone between any others: (phones, 3)."""
        return self.states[self.sequence_of[: len(self.phones)]]

    @cached_property
    def phone_of(self) -> NDArray[np.int16]:
        """The phone that each tied state belongs to."""
        owner = np.zeros(self.weights.shape[2], np.int16)
        _, base, _, _ = known = np.nonzero(self.triphones >= 0)
        owner[self.states[self.sequence_of[self.triphones[known]]]] = base[:, None]
        owner[self.plain] = np.arange(len(self.phones))[:, None]
        return owner

    @cached_property
    def moves(self) -> dict[str, list[tuple[float, float]]]:
        """Phone -> log probabilities to stay in, and to leave, each of its states."""
        leave = np.log1p(-np.exp(self.stay))
        return {
            phone: list(zip(self.stay[k].tolist(), leave[k].tolist(), strict=True)) for phone, k in self.number.items()
        }

    def triphone(self, phone: str, left: str, right: str, position: str) -> tuple[int, ...]:
        """The three tied states of a phone between two others.

        Args:
            phone: In ARPAbet; so are its neighbours, ``SIL`` for silence.
            left: The phone before.
            right: The phone after.
            position: In its word: ``b`` at the beginning, ``e`` at the end, ``s`` alone, ``i`` inside.
        """
        base, before, after = self.number[phone], self.number[left], self.number[right]
        places = (_POSITIONS.index(place) for place in (position, *_POSITIONS))
        known = (index for place in places if (index := int(self.triphones[place, base, before, after])) >= 0)
        return tuple(self.states[self.sequence_of[next(known, base)]].tolist())

    def scores(self, observed: Floats, tied: NDArray[np.integer]) -> Floats:
        """Log likelihoods.

        Args:
            observed: (frames, 3, 13), what ``cepstra.features`` returned.
            tied: Numbers of tied states.

        Returns:
            (frames, states).
        """
        blocks = -(-len(observed) // _BLOCK)
        padded = np.pad(observed, ((0, blocks * _BLOCK - len(observed)), (0, 0), (0, 0)))
        mixed = np.concatenate([padded, np.square(padded), np.ones_like(padded[:, :, :1])], axis=2)
        level = np.stack([(mixed[:, k] @ typical).max(axis=1) for k, typical in enumerate(self.typical)], axis=1)
        mixed = np.concatenate([mixed, level[:, :, None]], axis=2)
        streams = [np.ascontiguousarray(mixed[:, k]).reshape(blocks, _BLOCK, -1) for k in range(3)]
        near = np.empty((blocks, _BLOCK, self.densities.shape[3]), np.float32)
        bits = np.empty(near.shape, np.int32)
        result = np.empty((blocks, _BLOCK, len(tied)), np.float32)
        owners = self.phone_of[tied]
        for owner in np.unique(owners):
            mine = np.flatnonzero(owners == owner)
            parts = np.split(mine, range(_COLUMNS, len(mine), _COLUMNS))
            mixtures = [np.ones((blocks, _BLOCK, len(part)), np.float32) for part in parts]
            for k, stream in enumerate(streams):
                np.matmul(stream, self.densities[owner, k], out=near)
                np.clip(near, _LEAST, _MOST, out=near)
                np.copyto(bits, near, casting="unsafe")
                for part, mixture in zip(parts, mixtures, strict=True):
                    np.multiply(mixture, bits.view(np.float32) @ _SHARES[self.weights[k][:, tied[part]]], out=mixture)
            for part, mixture in zip(parts, mixtures, strict=True):
                result[:, :, part] = np.log(mixture, out=mixture)
        result += level.sum(axis=1).reshape(blocks, _BLOCK, 1)
        return result.reshape(-1, len(tied))[: len(observed)]


def _arrays(path: Path) -> tuple[tuple[int, ...], Floats]:
    """Dimensions and numbers of one of the model's parameter files."""
    data = path.read_bytes()
    start = data.index(b"endhdr\n") + len(b"endhdr\n") + 4  # the byte order mark
    return struct.unpack_from("<7i", data, start), np.frombuffer(data, "<f4", offset=start)


@cache
def load() -> AcousticModel:
    """Read the model of the installed PocketSphinx: 30 MB of memory, once per process."""
    import pocketsphinx

    folder = Path(pocketsphinx.get_model_path("en-us/en-us"))
    (count, streams, size, *_), means = _arrays(folder / "means")
    cells = count * streams * size * COUNT
    shape = (count, streams, size, COUNT)
    means = means[7 : 7 + cells].reshape(shape)
    variances = np.maximum(_arrays(folder / "variances")[1][7 : 7 + cells].reshape(shape), 1e-4)
    constant = -0.5 * (np.square(means) / variances + np.log(2 * np.pi * variances)).sum(axis=3, keepdims=True)
    constant += _ONE / _PER_UNIT
    densities = np.concatenate([means / variances, -0.5 / variances, constant, -np.ones_like(constant)], axis=3)
    densities *= _PER_UNIT
    centre = means.mean(axis=2)
    spread = (variances + np.square(means)).mean(axis=2) - np.square(centre)
    level = -0.5 * (np.square(centre) / spread + np.log(2 * np.pi * spread)).sum(axis=2, keepdims=True)
    typical = np.concatenate([centre / spread, -0.5 / spread, level], axis=2).transpose(1, 2, 0)

    moves = _arrays(folder / "transition_matrices")[1][4 : 4 + count * 12].reshape(count, 3, 4)
    moves = moves / moves.sum(axis=2, keepdims=True)
    stay = np.log(np.maximum(moves[:, range(3), range(3)], 1e-4))

    data = (folder / "mdef").read_bytes()
    at = 12 + struct.unpack_from("<i", data, 8)[0]
    phones, triphones, _, _, tied, _, sequences, _, nodes, _ = struct.unpack_from("<10i", data, at)
    names = data[at + 40 :].split(b"\0", phones)[:phones]
    at += 40 + (sum(len(n) + 1 for n in names) + 3) // 4 * 4 + 8 * nodes
    entries = np.frombuffer(data, [("sequence", "<i4"), ("moves", "<i4"), ("where", "u1", 4)], triphones, at)
    states = np.frombuffer(data, "<u2", sequences * 3, at + 12 * triphones + 4).reshape(-1, 3)
    table = np.full((len(_POSITIONS), phones, phones, phones), -1, np.int32)
    table[tuple(entries["where"][phones:].T)] = np.arange(phones, triphones)
    weights = np.frombuffer((folder / "sendump").read_bytes()[-streams * size * tied :], np.uint8)
    return AcousticModel(
        tuple(n.decode() for n in names),
        states,
        entries["sequence"].astype(np.int32),
        table,
        stay.astype(np.float32),
        np.ascontiguousarray(densities.transpose(0, 1, 3, 2), dtype=np.float32),
        np.ascontiguousarray(typical, dtype=np.float32),
        weights.reshape(streams, size, tied),
    )
