"""Frames of any format, rate and channels -> mono at 16 kHz, in which whoever speaks in any channel is heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from subsync.sound.pcm import RATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from subsync.sound.pcm import Samples

_WEIGHTS = {"FL": 0.707, "FR": 0.707, "FC": 1.0, "LFE": 0.0}
"""Of the channels of more than two, as ITU-R BS.775 has them for stereo: dialogue is in the centre. All others have
half. What is only in a channel of weight 0 is heard all the same: see ``Mixer``."""
_CANCELLED = 10
"""Two voices, or one in a single channel, give a mean with an n-th of the power of the loudest of n channels or more,
give or take how alike they are. With a tenth of that, they cancel each other out."""
_ALONE = 0.01
"""Share of the loudest channel's power below which all others are silent: nothing is there to cancel it."""
_SWITCH = 2.0
"""Times the power that another channel needs to be taken instead of the one before."""


@dataclass
class Mixer:
    """Channels -> one, block by block; where they cancel each other, the loudest one.

    A cable that is turned round, or a voice that was made "wide", is clear in each channel and gone in their sum.
    """

    weights: NDArray[np.float32]
    cancelled: int = 0
    """Blocks in which they did."""
    _taken: int | None = None

    @classmethod
    def of(cls, channels: list[str]) -> Mixer:
        """For channels of these names."""
        weights = np.array([_WEIGHTS.get(name, 0.5) for name in channels], np.float32)
        if len(channels) < 3 or not weights.any():
            weights = np.ones(len(channels), np.float32)
        return cls(weights / weights.sum())

    def __call__(self, block: NDArray[np.float32]) -> Samples:
        """Mix a block: (channels, samples) -> (samples,)."""
        if len(block) == 1:
            alone: Samples = block[0]
            return alone
        mixed: Samples = self.weights @ block
        powers = [_power(channel) for channel in block]
        loudest = int(np.argmax(powers))
        if _power(mixed) * _CANCELLED * len(powers) >= powers[loudest]:
            self._taken = None
            return mixed
        if self._taken is None or powers[self._taken] * _SWITCH < powers[loudest]:
            self._taken = loudest
        self.cancelled += sorted(powers)[-2] > max(_AUDIBLE, powers[loudest] * _ALONE)
        taken: Samples = block[self._taken]
        return taken


def _power(samples: Samples) -> float:
    return float(np.dot(samples, samples)) / len(samples)


_AUDIBLE = 1e-7
"""Power, -70 dB of full scale: what is quieter is no loss."""


@dataclass
class Heard:
    """What was noticed while a recording was mixed down."""

    powers: list[float] = field(default_factory=list)
    """Of each second or so of the mix, before any gain."""
    cancelled: int = 0
    """Seconds in which channels cancelled each other."""

    @property
    def level(self) -> float:
        """How loud the louder parts are, in dB of full scale: one second in twenty, or at least one, is louder."""
        power = float(np.percentile(self.powers, 95, method="lower")) if self.powers else 0.0
        return 10 * float(np.log10(max(power, 1e-20)))


class Resampler:
    """Frames of one kind -> samples. Frames of 20 ms are gathered first: one by one they take half as long again."""

    def __init__(self, frame: Any, origin: int, gain: float, heard: Heard) -> None:
        """For frames like this one, the first of which stands at ``origin`` (samples at 16 kHz)."""
        import av

        self.layout = kind_of(frame)
        self.origin = origin
        """Where its first sample stands, in samples at 16 kHz."""
        self.taken = 0
        """Samples that went in since."""
        self._gain, self._heard = gain, heard
        self._fifo = av.AudioFifo()
        # Packed: PyAV 18 counts the planes of a frame up to a null pointer, which with 8 channels is not there.
        self._split = av.AudioResampler(format="flt", layout=frame.layout, rate=frame.rate)
        self._resampler = av.AudioResampler(format="s16p", layout="mono", rate=RATE * 1000)  # it rounds and clips
        self._mixer = Mixer.of([channel.name for channel in frame.layout.channels])

    @property
    def position(self) -> int:
        """Where the next sample will stand."""
        return self.origin + self.taken * RATE * 1000 // self.layout[2]

    def take(self, frame: Any) -> Iterator[NDArray[np.int16]]:
        """Put a frame in; what is ready comes out: 16 bit."""
        self.taken += frame.samples
        frame.pts = None
        self._fifo.write(frame)
        if self._fifo.samples >= self.layout[2]:
            yield from self.waiting()

    def waiting(self) -> Iterator[NDArray[np.int16]]:
        """What was gathered."""
        if self._fifo.samples:
            for split in self._split.resample(self._fifo.read()):
                yield from self._out(self._mixed(split))

    def rest(self) -> Iterator[NDArray[np.int16]]:
        """All that is left."""
        yield from self.waiting()
        yield from self._out(None)

    def _mixed(self, split: Any) -> Any:
        import av

        before = self._mixer.cancelled
        channels = np.ascontiguousarray(split.to_ndarray().reshape(split.samples, -1).T)
        mixed = np.nan_to_num(self._mixer(channels), posinf=0, neginf=0)
        self._heard.cancelled += self._mixer.cancelled - before
        self._heard.powers.append(_power(mixed))
        if self._gain != 1:
            mixed *= np.float32(self._gain)
        frame = av.AudioFrame.from_ndarray(mixed.reshape(1, -1), format="fltp", layout="mono")
        frame.sample_rate = split.sample_rate
        return frame

    def _out(self, frame: Any) -> Iterator[NDArray[np.int16]]:
        for out in self._resampler.resample(frame):
            yield out.to_ndarray()[0]


def kind_of(frame: Any) -> tuple[str, str, int]:
    """Format, channels and rate of a frame; parts of a chained file differ in them."""
    return frame.format.name, frame.layout.name, frame.rate
