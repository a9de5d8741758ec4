"""The cepstra of a recording, in a file beside its samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subsync.sound import cepstra
from subsync.sound.blocks import BLOCK, MORE, over
from subsync.sound.pcm import RATE
from subsync.store import whole_file

if TYPE_CHECKING:
    from pathlib import Path

    from subsync.datatypes import Ms
    from subsync.sound.pcm import Pcm

_LEAD: Ms = 10_000
"""Sound before a block, after which the floor of the noise is what it would be in one go."""


def cepstra_path(pcm: Path) -> Path:
    """Where the cepstra of some samples are."""
    return pcm.with_suffix(".mfc")


def cepstra_file(recording: Pcm) -> Path:
    """The file, which is written if it is not there or older than the samples.

    Raises:
        StoreError: it cannot be written.
    """
    path = cepstra_path(recording.pcm)
    if not path.exists() or path.stat().st_mtime_ns < recording.pcm.stat().st_mtime_ns:
        with whole_file(path, lasting=False) as file:
            file.writelines(over(recording, block_cepstra))
    return path


def block_cepstra(recording: Pcm, start: Ms) -> bytes:
    """Cepstra of the frames that begin in a block."""
    lead = min(start, _LEAD)
    hops = BLOCK * RATE // cepstra.HOP
    first = lead * RATE // cepstra.HOP
    found = cepstra.cepstra(recording.read(start - lead, start + BLOCK + MORE))
    return found[first : first + hops].astype("<f4").tobytes()
