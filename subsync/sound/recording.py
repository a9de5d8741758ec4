"""A recording: its samples, where there is speech in them, and what an acoustic model sees of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from subsync.errors import StoreError
from subsync.sound import cepstra
from subsync.sound.pcm import RATE, Pcm
from subsync.sound.speech import speech_spans, windows
from subsync.sound.views import cepstra_file

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from subsync.datatypes import Ms, Span


@dataclass(frozen=True)
class Recording(Pcm):
    """Decoded sound and what is known about it."""

    damaged: int = 0
    """Packets that could not be decoded and are silent here."""
    spoken: tuple[Span, ...] | None = field(default=None, compare=False, repr=False)
    """Where there is speech, if that is known."""

    @classmethod
    def of(cls, pcm: Path) -> Recording:
        """The recording that `decode` wrote to ``pcm`` before.

        Raises:
            StoreError: the file is gone.
        """
        try:
            return cls(pcm, pcm.stat().st_size // 2)
        except OSError as exc:
            raise StoreError(f"{pcm}: decoded sound cannot be read: {exc.strerror}", "Run again to decode it.") from exc

    @cached_property
    def speech(self) -> tuple[Span, ...]:
        """Where there is speech, ascending and apart; found at first use."""
        return speech_spans(self) if self.spoken is None else self.spoken

    def cepstra(self, start: Ms, end: Ms) -> NDArray[np.float32]:
        """Cepstra of the frames that lie between two times, clipped to the recording; computed at first use.

        Args:
            start: A multiple of 10 ms, where the first frame begins.
            end: Where the last one has ended.

        Returns:
            (frames, 13).
        """
        first = max(0, start) * RATE // cepstra.HOP
        count = (min(self.samples, end * RATE) - first * cepstra.HOP - cepstra.WIDTH) // cepstra.HOP + 1
        numbers = np.fromfile(
            cepstra_file(self), "<f4", max(0, count) * cepstra.COUNT, offset=4 * first * cepstra.COUNT
        )
        return numbers.reshape(-1, cepstra.COUNT)

    def windows(self, longest: Ms) -> tuple[Span, ...]:
        """Its speech in windows of at most ``longest`` ms, cut at pauses."""
        return windows(self, self.speech, longest=longest)
