"""Decoded sound on disk, read in stretches, so that memory does not grow with the length of the recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from subsync.datatypes import Ms

Samples: TypeAlias = NDArray[np.float32]
"""Mono sound at 16 kHz, -1 to 1."""

RATE = 16  # samples in a ms: what Whisper, Silero and PocketSphinx were all trained on
_BLOCK: Ms = 60_000  # what is held in memory at a time: 4 MB of samples


@dataclass(frozen=True)
class Pcm:
    """A raw file of little-endian 16-bit samples, 16 kHz, mono."""

    pcm: Path
    samples: int

    @property
    def duration(self) -> Ms:
        """Its length in ms, rounded down."""
        return self.samples // RATE

    def read(self, start: Ms, end: Ms) -> Samples:
        """The samples from ``start`` to ``end``, clipped to the recording: shape (16 x ms,), -1 to 1."""
        first, last = max(0, start * RATE), min(self.samples, end * RATE)
        # Not a memory map: mapped pages count as resident memory until the system takes them back.
        raw = np.fromfile(self.pcm, "<i2", max(0, last - first), offset=first * 2)
        return raw.astype(np.float32) / np.float32(32768)

    def blocks(self, length: Ms = _BLOCK, start: Ms = 0, end: Ms | None = None) -> Iterator[Samples]:
        """The recording, or a stretch of it, in pieces of ``length`` ms, the last one shorter."""
        whole = -(-self.samples // RATE)
        last = whole if end is None else min(whole, end)
        for first in range(start, last, length):
            yield self.read(first, min(last, first + length))


def levels(samples: Samples) -> NDArray[np.float32]:
    """Level of every 10 ms in dB of full scale, -100 for silence: shape (samples / 160, rounded up)."""
    frame = 10 * RATE
    padded = np.pad(samples, (0, -len(samples) % frame)).reshape(-1, frame)
    power = np.mean(np.square(padded), axis=1)
    decibel: NDArray[np.float32] = (10 * np.log10(np.maximum(power, 1e-10))).astype(np.float32)
    return decibel
