"""Where a recording is quiet, to 5 ms: pauses between words, cut at the rise and fall of the voice.

A voice activity detector answers every 32 ms and rounds; the level of the sound itself says when a voice sets in. The
threshold follows the recording: what is well above its noise and not far below its voices counts as sound.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from subsync.datatypes import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from subsync.datatypes import Ms

_HOP: Ms = 5
_RATE = 16  # samples in a ms


@dataclass(frozen=True, slots=True)
class QuietOptions:
    """What counts as quiet.

    Measured on an hour of clean and an hour of reverberant, noisy talk whose sentence edges are known: edges of the
    nearest quiet stretch are off by 3 (p95 7 and 10) ms at starts and 2 (11) and 8 (69) ms at ends. 8 to 12 dB, 22
    to 30 dB, 4 to 12 s differ by a few ms; real voices in quiet rooms decay for long and want no more than 25 dB.
    """

    above_noise: float = 10.0
    """dB above the noise (the 5th percentile of the level around) that are still quiet."""
    below_voice: float = 22.0
    """dB below the voice (the 85th percentile) that are still quiet, where that is more."""
    from_voice: float = 12.0
    """dB below the voice that a level must be in any case: where nobody pauses, or music plays, nothing is quiet."""
    silence: float = -60.0
    """dB of full scale that are quiet whatever is around: steps of 16-bit sound with dither are at -90."""
    around: Ms = 8000
    """How far on both sides the percentiles look. 5 % of 16 s, 0.8 s, are paused by speakers in a hurry, too."""
    shortest: Ms = 60
    """A shorter dip is the closure of a stop consonant."""


@dataclass(frozen=True)
class Quiet:
    """The quiet stretches of a recording, ascending and apart."""

    starts: tuple[Ms, ...]
    ends: tuple[Ms, ...]

    def between(self, start: Ms, end: Ms) -> Iterator[Span]:
        """Those that have a part in ``start`` to ``end``, whole."""
        k = bisect_left(self.ends, start)
        while k < len(self.starts) and self.starts[k] <= end:
            yield Span(self.starts[k], self.ends[k])
            k += 1

    def sound(self, start: Ms, end: Ms) -> Iterator[Span]:
        """What is not quiet between ``start`` and ``end``."""
        for quiet in self.between(start, end):
            if quiet.start > start:
                yield Span(start, quiet.start)
            start = max(start, quiet.end)
        if end > start:
            yield Span(start, end)

    def loud(self, start: Ms, end: Ms) -> Ms:
        """How many ms of ``start`` to ``end`` are not quiet."""
        return sum(span.duration for span in self.sound(start, end))


def quiet(blocks: Iterable[NDArray[np.float32]], options: QuietOptions = QuietOptions()) -> Quiet:
    """Find the quiet stretches.

    Args:
        blocks: The samples of a recording, 16 kHz mono, in pieces of whole multiples of 5 ms (but for the last).
        options: What counts as quiet.
    """
    levels = np.concatenate([np.empty(0, np.float32), *map(_levels, blocks)])
    below = levels < _threshold(levels, options)
    steps = np.diff(np.concatenate([[0], below.astype(np.int8), [0]]))
    starts, ends = np.flatnonzero(steps == 1) * _HOP, np.flatnonzero(steps == -1) * _HOP
    long = ends - starts >= options.shortest
    return Quiet(tuple(starts[long].tolist()), tuple(ends[long].tolist()))


def _levels(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Level of every 5 ms in dB of full scale, -90 for silence."""
    frames = np.pad(samples, (0, -len(samples) % (_HOP * _RATE))).reshape(-1, _HOP * _RATE)
    levels: NDArray[np.float32] = 10 * np.log10(np.maximum(np.mean(np.square(frames), axis=1), np.float32(1e-9)))
    return levels


def _threshold(levels: NDArray[np.float32], options: QuietOptions) -> NDArray[np.float32]:
    """One for each level, following percentiles taken every second."""
    step, reach = 1000 // _HOP, options.around // _HOP
    centres = np.arange(0, max(1, len(levels)), step)
    marks = []
    for centre in centres:
        around = levels[max(0, centre - reach) : centre + reach]
        noise, voice = np.percentile(around, [5, 85]) if len(around) else (0.0, 0.0)
        edge = min(max(noise + options.above_noise, voice - options.below_voice), voice - options.from_voice)
        marks.append(max(edge, options.silence))
    threshold: NDArray[np.float32] = np.interp(np.arange(len(levels)), centres, marks).astype(np.float32)
    return threshold
