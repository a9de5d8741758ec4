"""A recording: its samples, where there is speech in them, and what an acoustic model sees of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from subsync.datatypes import Span
from subsync.errors import StoreError
from subsync.sound import cepstra
from subsync.sound.pcm import RATE, Pcm
from subsync.sound.speech import speech_spans, windows
from subsync.sound.views import cepstra_file, cepstra_path
from subsync.store import sha256_of, write_bytes
from subsync.store.system import boot
from subsync.store.values import seal, unseal

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from subsync.datatypes import Ms


@dataclass(frozen=True)
class Recording(Pcm):
    """Decoded sound and what is known about it."""

    damaged: int = 0
    """Packets that could not be decoded and are silent here."""
    spoken: tuple[Span, ...] | None = field(default=None, compare=False, repr=False)
    """Where there is speech, if that is known."""

    remarks: tuple[str, ...] = ()
    """What its listener should know: other tracks, damage, how it was made audible."""

    @classmethod
    def of(cls, pcm: Path) -> Recording:
        """The recording that `decode` wrote to ``pcm`` before.

        Raises:
            StoreError: the file is gone, or not as it was written.
        """
        views = cepstra_path(pcm)
        if not _is_as_it_was_seen(pcm):
            if not is_kept(pcm):
                remedy = "Run again to decode it."
                raise StoreError(f"{pcm}: decoded sound cannot be read: it is gone or damaged", remedy)
            if views.exists() and not is_kept(views):
                views.unlink()  # and computed anew when it is needed
            _see(pcm)
        card = unseal(_card_path(pcm).read_bytes())
        spoken = tuple(Span(start, end) for start, end in card["speech"])
        return cls(pcm, card["files"][pcm.suffix][0] // 2, card["damaged"], spoken, tuple(card["remarks"]))

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


# --- what is kept -----------------------------------------------------------------------------------------------------


def _card_path(path: Path) -> Path:
    return path.with_suffix(".json")


def keep_card(recording: Recording) -> None:
    """Write beside the samples what is known about them, and how to tell that they are as they were written.

    Raises:
        StoreError: it cannot be written, or the samples cannot be read.
    """
    files = [recording.pcm, cepstra_path(recording.pcm)]
    state = _state(recording.pcm)
    card = {
        "files": {file.suffix: [file.stat().st_size, sha256_of(file)] for file in files},
        "damaged": recording.damaged,
        "speech": [[span.start, span.end] for span in recording.speech],
        "remarks": recording.remarks,
        "seen": state,
    }
    write_bytes(_card_path(recording.pcm), seal(card))


def _state(pcm: Path) -> list[object] | None:
    """What changes when samples or cepstra are touched, or the system starts anew; ``None`` if that cannot be told."""
    states = [path.stat() for path in (pcm, cepstra_path(pcm)) if path.exists()]
    started = boot()
    return [started, [[state.st_size, state.st_mtime_ns] for state in states]] if started else None


def _see(pcm: Path) -> None:
    """Note that the files were found to be as they were written: 0.1 s for an hour of sound."""
    if state := _state(pcm):
        card = unseal(_card_path(pcm).read_bytes())
        with suppress(StoreError):  # that saves time, nothing else
            write_bytes(_card_path(pcm), seal({**card, "seen": state}))


def _is_as_it_was_seen(pcm: Path) -> bool:
    try:
        seen = unseal(_card_path(pcm).read_bytes()).get("seen")
        return bool(seen and seen == _state(pcm))
    except (OSError, ValueError, AttributeError):
        return False


def is_kept(path: Path) -> bool:
    """Whether samples, cepstra, or the card about them are as they were written, by length and checksum."""
    try:
        card = unseal(_card_path(path).read_bytes())
        if path == _card_path(path):
            return True
        size, digest = card["files"][path.suffix]
        return bool(path.stat().st_size == size and sha256_of(path) == digest)
    except (OSError, ValueError, LookupError, TypeError, StoreError):
        return False
