"""How loud a recording is, coarsely enough to be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subsync.sound import Recording

PEAKS_PER_SECOND = 20
"""50 ms to a bar: half of what the page's nudge moves a sentence by. An hour takes 96 kB in the page."""

_BLOCK_SECONDS = 60


def peaks(recording: Recording, per_second: int = PEAKS_PER_SECOND) -> list[int]:
    """The loudest sample of every ``1000 / per_second`` ms, 0 to 255.

    255 is what only one in 200 bars exceeds, so that a knock at the microphone does not flatten the voices.

    Args:
        recording: decoded sound.
        per_second: bars per second, a divisor of 1000.
    """
    import numpy as np

    found = [np.zeros(0, np.float32)]
    for block in recording.blocks(_BLOCK_SECONDS * 1000):
        frame = 16_000 // per_second
        found.append(np.abs(np.pad(block, (0, -len(block) % frame))).reshape(-1, frame).max(axis=1))
    loudness = np.concatenate(found)
    top = float(np.quantile(loudness, 0.995)) if len(loudness) else 0.0
    scaled = np.minimum(255, np.round(loudness * (255 / (top or 1.0))))
    return [int(bar) for bar in scaled]
