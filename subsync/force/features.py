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
WIDTH = 410
"""Samples in a frame, 25.6 ms."""
_FFT = 512
_FILTERS = 25
CEPSTRA = 13
_LOWEST_HZ, _HIGHEST_HZ = 130.0, 6800.0
_LIFTER = 22
_SHORTEST = 8  # frames; second differences look 3 frames to both sides


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
    order = np.arange(CEPSTRA)
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
        return np.empty((0, 3, CEPSTRA), np.float32)
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
