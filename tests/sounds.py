"""Sounds for tests, written by PyAV: what somebody's recorder or a video site would have made."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from av.stream import Disposition

from subsync.sound import RATE, Recording

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from subsync.datatypes import Ms

HZ = 48_000
"""The rate of the files; the one that every codec takes."""


def tone(ms: Ms, *, hz: float = 440, level: float = 0.3, silent: tuple[Ms, Ms] = (0, 0)) -> NDArray[np.float64]:
    """A sine, with one silence in it."""
    made = level * np.sin(2 * np.pi * hz * np.arange(ms * HZ // 1000) / HZ)
    made[silent[0] * HZ // 1000 : silent[1] * HZ // 1000] = 0
    return made


def chords(ms: Ms) -> NDArray[np.float64]:
    """Music of a kind: a chord of three notes for each half second, each dying away."""
    moments = np.arange(HZ // 2) / HZ
    notes = np.random.default_rng(5).choice([220, 247, 262, 294, 330, 392, 440], (2 * ms // 1000, 3))
    beats = [sum(np.sin(2 * np.pi * hz * moments) for hz in chord) * np.exp(-3 * moments) * 0.2 for chord in notes]
    return np.concatenate(beats)


def write_sound(
    path: Path,
    samples: NDArray[np.float64],
    codec: str = "pcm_s16le",
    *,
    hole: tuple[Ms, Ms] | None = None,
    options: dict[str, str] | None = None,
    rate: int | None = None,
) -> Path:
    """Encode mono sound; the container is named by the suffix.

    Args:
        path: Where.
        samples: At 48 kHz.
        codec: FFmpeg's name of an encoder.
        hole: At this time the clock jumps ahead by so much, as where a stream was interrupted.
        options: Of the muxer.
        rate: Bits per second.
    """
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(codec, rate=HZ)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        if rate:
            stream.bit_rate = rate
        for start in range(0, len(samples), 960):
            piece = (np.clip(samples[start : start + 960], -1, 1) * 32767).astype("<i2").reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
            late = hole[1] * HZ // 1000 if hole and start >= hole[0] * HZ // 1000 else 0
            frame.sample_rate, frame.time_base, frame.pts = HZ, Fraction(1, HZ), start + late
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@dataclass(frozen=True)
class Track:
    """One of several tracks of sound."""

    channels: NDArray[np.float64]
    """(channels, samples) at 48 kHz."""
    layout: str = "mono"
    language: str = "und"
    default: bool = True
    start: Ms = 0
    """When its first sample is heard."""


def write_tracks(
    path: Path, *tracks: Track, codec: str = "aac", options: dict[str, str] | None = None, form: str = "s16"
) -> Path:
    """Encode tracks beside one another; the container is named by the suffix."""
    with av.open(str(path), "w", options=options or {}) as container:
        streams = []
        for track in tracks:
            stream = container.add_stream(codec, rate=HZ)
            assert isinstance(stream, av.AudioStream)
            stream.layout = track.layout
            stream.metadata["language"] = track.language
            stream.disposition = Disposition.default if track.default else Disposition(0)
            streams.append(stream)
        longest = max(track.channels.shape[1] for track in tracks)
        for start in range(0, longest, 960):
            for track, stream in zip(tracks, streams, strict=True):
                piece = track.channels[:, start : start + 960]
                if not piece.size:
                    continue
                wide = piece.astype("<f4") if form == "flt" else (np.clip(piece, -1, 1) * 32767).astype("<i2")
                frame = av.AudioFrame.from_ndarray(wide.T.reshape(1, -1), format=form, layout=track.layout)
                frame.sample_rate, frame.time_base = HZ, Fraction(1, HZ)
                frame.pts = start + track.start * HZ // 1000
                container.mux(stream.encode(frame))
        for stream in streams:
            container.mux(stream.encode(None))
    return path


def recording(path: Path, samples: NDArray[np.float64]) -> Recording:
    """Samples at 16 kHz as `decode` would leave them."""
    path.write_bytes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return Recording(path, len(samples))


def silence(path: Path, ms: Ms) -> Recording:
    """Decoded silence."""
    return recording(path, np.zeros(ms * RATE))
