"""Sound -> what an acoustic model looks at: 13 cepstra every 10 ms, and how they change.

As PocketSphinx computes them for the model of its wheel (its ``feat.params``).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

RATE = 16_000
HOP = 160
"""Samples from frame to frame: 10 ms, as the model was trained."""
HOP_MS = HOP * 1000 // RATE
WIDTH = 410
"""Samples in a frame, 25.6 ms."""
_FFT = 512
_FILTERS = 25
COUNT = 13
"""Cepstra of a frame."""
_LOWEST_HZ, _HIGHEST_HZ = 130.0, 6800.0
_LIFTER = 22
_SHORTEST = 8  # frames; second differences look 3 frames to both sides
_LONG, _WARM = 2000, 1000
"""Frames in which the noise is followed in one go, and those before them after which it is what it would have been."""
_AT_ONCE = 512  # frames whose spectra fit into a processor's cache


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
    order = np.arange(COUNT)
    basis = np.cos(np.pi * order * (np.arange(_FILTERS)[:, None] + 0.5) / _FILTERS) * np.sqrt(2 / _FILTERS)
    basis[:, 0] /= np.sqrt(2)
    return np.asarray(basis * (1 + _LIFTER / 2 * np.sin(np.pi * order / _LIFTER)), np.float32)


def cepstra(samples: Floats) -> Floats:
    """Cepstra without steady noise.

    Args:
        samples: 16 kHz mono, -1 to 1.

    Returns:
        (frames, 13); frame ``t`` is centred at sample ``160 t + 205``.
    """
    count = (len(samples) - WIDTH) // HOP + 1
    if count < 1:
        return np.empty((0, COUNT), np.float32)
    power = _powers(samples, count)
    parts = -(-count // _LONG)
    padded = np.concatenate([np.repeat(power[:1], _WARM, axis=0), power, np.repeat(power[-1:], -count % _LONG, axis=0)])
    side_by_side = np.stack([padded[k * _LONG : (k + 1) * _LONG + _WARM] for k in range(parts)], axis=1)
    gains = _noise_gains(side_by_side)[_WARM:].transpose(1, 0, 2).reshape(-1, _FILTERS)[:count]
    return np.asarray(np.log(power * gains) @ _cosines(), np.float32)


def features(found: Floats) -> Floats:
    """Cepstra of a window around their mean where it is loud, with first and second differences.

    Args:
        found: (frames, 13).

    Returns:
        (frames, 3, 13); no frames for fewer than 8.
    """
    count = len(found)
    if count < _SHORTEST:
        return np.empty((0, 3, COUNT), np.float32)
    loud = found[:, 0] > 0
    level = found - (found[loud] if loud.any() else found).mean(axis=0)
    padded = np.pad(level, ((3, 3), (0, 0)), mode="edge")
    at = {k: padded[3 + k : 3 + k + count] for k in range(-3, 4)}
    return np.stack([level, at[2] - at[-2], at[3] - at[-1] - at[1] + at[-3]], axis=1)


def _powers(samples: Floats, count: int) -> Floats:
    """Energy in each filter: (frames, filters)."""
    window = np.hamming(WIDTH).astype(np.float32)
    power = np.empty((count, _FILTERS), np.float32)
    for first in range(0, count, _AT_ONCE):
        last = min(first + _AT_ONCE, count)
        begin = first * HOP
        sound = samples[max(0, begin - 1) : (last - 1) * HOP + WIDTH].astype(np.float32) * 32768
        sound[1:] -= 0.97 * sound[:-1]
        frames = np.lib.stride_tricks.sliding_window_view(sound[begin > 0 :], WIDTH)[::HOP]
        spectrum = np.fft.rfft(frames * window, _FFT)
        power[first:last] = (np.square(spectrum.real) + np.square(spectrum.imag)).astype(np.float32) @ _mel_filters()
    return power + np.float32(1e-4)


def _noise_gains(power: Floats) -> Floats:
    """What is left of each filter's energy without steady noise, the way the model's training audio was cleaned.

    A floor per filter follows the smoothed energy quickly down and slowly up; energy just after a peak is masked.

    Args:
        power: (frames, parts, filters), parts of a recording side by side.
    """
    smooth = np.empty_like(power)
    now = power[0]
    for t, one in enumerate(power):
        now = smooth[t] = 0.7 * now + 0.3 * one
    signal = np.maximum(smooth - _lower_envelope(smooth, power[0] / 20), 1)
    floor = _lower_envelope(signal, power[0] / 20)
    fading = -np.log(0.85) * np.arange(len(power))[:, None, None]
    peak = np.exp(np.maximum.accumulate(np.log(signal) + fading) - fading)
    before = 0.85 * np.concatenate([np.zeros_like(peak[:1]), peak[:-1]])
    masked = np.where(signal < 0.85 * before, 0.2 * before, signal)
    gains = np.clip(np.maximum(masked, floor) / smooth, 1 / 20, 20).astype(np.float32)
    around = np.abs(np.subtract.outer(np.arange(_FILTERS), np.arange(_FILTERS))) <= 4
    return np.asarray(gains @ (around / around.sum(axis=0)).astype(np.float32), np.float32)


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
