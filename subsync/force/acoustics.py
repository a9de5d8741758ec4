"""How well the sound fits each sound of English: the acoustic model of PocketSphinx's wheel, evaluated with numpy.

The wheel carries a phonetically tied model (42 phones, 137 053 triphones, 5126 tied states). PocketSphinx's own search
over it prunes, knows no word that may be missing and no time that a word should keep to; with the scores in an array,
``force`` can search as the task asks. Features and densities follow the model's ``feat.params``.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

RATE = 16_000
HOP = 160
"""Samples from frame to frame: 10 ms, as the model was trained."""
WIDTH = 410
"""Samples in a frame, 25.6 ms."""
_FFT = 512
_FILTERS = 25
_CEPSTRA = 13
_LOWEST_HZ, _HIGHEST_HZ = 130.0, 6800.0
_LIFTER = 22
_SHORTEST = 8  # frames; second differences look 3 frames to both sides


# --- features ---------------------------------------------------------------------------------------------------------


@cache
def _mel_filters() -> Floats:
    """Triangles of unit area, evenly spaced in mel, corners at whole bins: (bins, filters)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (_LOWEST_HZ, _HIGHEST_HZ))
    corners = 700 * (10 ** (np.linspace(low, high, _FILTERS + 2) / 2595) - 1)
    bin_hz = RATE / _FFT
    corners = np.floor(corners / bin_hz + 0.5) * bin_hz
    hz = np.arange(_FFT // 2 + 1)[:, None] * bin_hz
    left, middle, right = corners[:-2], corners[1:-1], corners[2:]
    triangles = np.minimum((hz - left) / (middle - left), (right - hz) / (right - middle)).clip(0)
    return np.asarray(triangles * 2 / (right - left), np.float32)


@cache
def _cosines() -> Floats:
    """Log filter energies -> liftered cepstra: (filters, cepstra)."""
    order = np.arange(_CEPSTRA)
    basis = np.cos(np.pi * order * (np.arange(_FILTERS)[:, None] + 0.5) / _FILTERS) * np.sqrt(2 / _FILTERS)
    basis[:, 0] /= np.sqrt(2)
    return np.asarray(basis * (1 + _LIFTER / 2 * np.sin(np.pi * order / _LIFTER)), np.float32)


def _noise_gains(power: Floats) -> Floats:
    """What is left of each filter's energy without steady noise, the way the model's training audio was cleaned.

    A floor per filter follows the smoothed energy quickly down and slowly up; energy just after a peak is masked.
    """
    smooth = np.empty_like(power)
    now = power[0]
    for t, one in enumerate(power):
        now = smooth[t] = 0.7 * now + 0.3 * one
    signal = np.maximum(smooth - _lower_envelope(smooth, power[0] / 20), 1)
    floor = _lower_envelope(signal, power[0] / 20)
    fading = -np.log(0.85) * np.arange(len(power))[:, None]
    peak = np.exp(np.maximum.accumulate(np.log(signal) + fading) - fading)
    before = 0.85 * np.concatenate([np.zeros((1, _FILTERS)), peak[:-1]])
    masked = np.where(signal < 0.85 * before, 0.2 * before, signal)
    gains = np.clip(np.maximum(masked, floor) / smooth, 1 / 20, 20).astype(np.float32)
    around = np.abs(np.subtract.outer(np.arange(_FILTERS), np.arange(_FILTERS))) <= 4
    return np.asarray(gains @ (around / around.sum(axis=0)), np.float32)


def _lower_envelope(values: Floats, start: Floats) -> Floats:
    """What follows values quickly down (half the way in a frame) and slowly up (a two-hundredth)."""
    envelope = np.empty_like(values)
    now = start.copy()
    off, down = np.empty_like(now), np.empty_like(now)
    for t, value in enumerate(values):
        np.subtract(value, now, out=off)
        np.multiply(off, 0.5, out=down)
        np.multiply(off, 0.005, out=off)
        np.minimum(off, down, out=off)
        np.add(now, off, out=now)
        envelope[t] = now
    return envelope


def features(samples: Floats) -> Floats:
    """Cepstra with first and second differences.

    Args:
        samples: 16 kHz mono, -1 to 1.

    Returns:
        (frames, 3, 13); frame ``t`` is centred at sample ``160 t + 205``. No frames for less than 0.1 s.
    """
    count = (len(samples) - WIDTH) // HOP + 1
    if count < _SHORTEST:
        return np.empty((0, 3, _CEPSTRA), np.float32)
    sound = samples.astype(np.float32) * 32768
    sound[1:] -= 0.97 * sound[:-1]
    frames = np.lib.stride_tricks.sliding_window_view(sound, WIDTH)[::HOP]
    spectrum = np.fft.rfft(frames * np.hamming(WIDTH).astype(np.float32), _FFT)
    power = (np.square(spectrum.real) + np.square(spectrum.imag)).astype(np.float32) @ _mel_filters() + 1e-4
    cepstra = np.log(power * _noise_gains(power)) @ _cosines()
    loud = cepstra[:, 0] > 0
    cepstra -= cepstra[loud].mean(axis=0) if loud.any() else cepstra.mean(axis=0)
    padded = np.pad(cepstra, ((3, 3), (0, 0)), mode="edge")
    at = {k: padded[3 + k : 3 + k + count] for k in range(-3, 4)}
    return np.stack([cepstra, at[2] - at[-2], at[3] - at[-1] - at[1] + at[-3]], axis=1)


_POSITIONS = "ibes"
_WEIGHT_STEP = 1024 * np.log(1.0001)
# BLAS does a product of fewer than 2^18 multiplications in the calling thread: waking others for small matrices costs
# more than they save, ten times as much on a busy machine, and one thread always adds up in the same order.
_BLOCK, _COLUMNS = 64, 32


# --- the model --------------------------------------------------------------------------------------------------------


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
    """Coefficients of (x, x squared, 1): (phones, 3 streams, 27, 128 densities)."""
    weights: NDArray[np.uint8]
    """Mixture weights, -log in steps of 0.1024: (3 streams, 128 densities, tied states)."""

    @cached_property
    def number(self) -> dict[str, int]:
        """Phone -> its number."""
        return {phone: k for k, phone in enumerate(self.phones)}

    @cached_property
    def phone_of(self) -> NDArray[np.int16]:
        """The phone that each tied state belongs to."""
        owner = np.zeros(self.weights.shape[2], np.int16)
        _, base, _, _ = known = np.nonzero(self.triphones >= 0)
        owner[self.states[self.sequence_of[self.triphones[known]]]] = base[:, None]
        plain = np.arange(len(self.phones))
        owner[self.states[self.sequence_of[plain]]] = plain[:, None]
        return owner

    def triphone(self, phone: str, left: str, right: str, position: str) -> NDArray[np.uint16]:
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
        return np.asarray(self.states[self.sequence_of[next(known, base)]])

    def scores(self, observed: Floats, tied: NDArray[np.integer]) -> Floats:
        """Log likelihoods.

        Args:
            observed: What ``features`` returned.
            tied: Numbers of tied states.

        Returns:
            (frames, states).
        """
        blocks = -(-len(observed) // _BLOCK)
        padded = np.pad(observed, ((0, blocks * _BLOCK - len(observed)), (0, 0), (0, 0)))
        mixed = np.concatenate([padded, np.square(padded), np.ones_like(padded[:, :, :1])], axis=2)
        streams = [np.ascontiguousarray(mixed[:, k]).reshape(blocks, _BLOCK, -1) for k in range(3)]
        near = np.empty((blocks, _BLOCK, self.densities.shape[3]), np.float32)
        result = np.empty((blocks, _BLOCK, len(tied)), np.float32)
        owners = self.phone_of[tied]
        for owner in np.unique(owners):
            mine = np.flatnonzero(owners == owner)
            parts = np.split(mine, range(_COLUMNS, len(mine), _COLUMNS))
            mixtures = [np.ones((blocks, _BLOCK, len(part)), np.float32) for part in parts]
            best = np.zeros((blocks, _BLOCK, 1), np.float32)
            for k, stream in enumerate(streams):
                np.matmul(stream, self.densities[owner, k], out=near)
                top = near.max(axis=2, keepdims=True)
                np.subtract(near, top, out=near)
                np.maximum(near, -60, out=near)  # further down float32 runs out of digits and gets slow
                np.exp(near, out=near)
                best += top
                for part, mixture in zip(parts, mixtures, strict=True):
                    share = np.exp(self.weights[k][:, tied[part]] * np.float32(-_WEIGHT_STEP))
                    np.multiply(mixture, near @ share, out=mixture)
            for part, mixture in zip(parts, mixtures, strict=True):
                result[:, :, part] = np.log(mixture) + best
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
    cells = count * streams * size * _CEPSTRA
    shape = (count, streams, size, _CEPSTRA)
    means = means[7 : 7 + cells].reshape(shape)
    variances = np.maximum(_arrays(folder / "variances")[1][7 : 7 + cells].reshape(shape), 1e-4)
    constant = -0.5 * (np.square(means) / variances + np.log(2 * np.pi * variances)).sum(axis=3, keepdims=True)
    densities = np.concatenate([means / variances, -0.5 / variances, constant], axis=3).transpose(0, 1, 3, 2)

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
        np.ascontiguousarray(densities, dtype=np.float32),
        weights.reshape(streams, size, tied),
    )
