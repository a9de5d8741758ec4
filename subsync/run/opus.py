"""A recording -> Opus in WebM, small enough to travel inside a page: eleven megabytes an hour."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from subsync.datatypes import Ms
    from subsync.sound import Recording

BIT_RATE = 24_000
"""Bits per second. Opus' authors recommend 16 to 20 kbit/s for wideband speech; 24 has room for two voices at once."""
_RATE = 16_000
_BLOCK: Ms = 10_000


def opus_webm(recording: Recording, *, progress: Callable[[float, float | None], object] | None = None) -> bytes:
    """The sound as it was aligned, on the same clock: what the pages' times are about.

    Args:
        recording: decoded sound, 16 kHz, one channel.
        progress: is told how many ms of how many are done.

    Returns:
        A WebM file; the same bytes for the same sound.
    """
    import av
    import numpy as np

    file = io.BytesIO()
    done = 0
    # bitexact: no random identifiers.
    with av.open(file, "w", format="webm", options={"fflags": "+bitexact"}) as container:
        track = container.add_stream("libopus", rate=_RATE, layout="mono", bit_rate=BIT_RATE)
        for block in recording.blocks(_BLOCK):
            samples = np.round(np.clip(block, -1, 1) * 32_767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts = _RATE, done
            done += len(samples)
            container.mux(track.encode(frame))
            if progress:
                progress(done // (_RATE // 1000), recording.duration)
        container.mux(track.encode(None))
    return file.getvalue()
