"""The whole job, as the drawing has it.

::

    note ──▶ fetch ──▶ recognize ──▶ align ──▶ pair ──▶ cut ──▶ write subtitles
                                       └──▶ anchor ──▶ write chapters and links

Each line of ``sync_note`` is a stage: a function from data to data in the module of its name. What touches the world
(network, disk, models) is behind ``Tools``, so that a test can hand in its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from subsync.anchors import AnchorOptions, anchor
from subsync.bitext import carry_times, pair
from subsync.cues import CueOptions, cut
from subsync.datatypes import SyncResult
from subsync.rules import check

if TYPE_CHECKING:
    from subsync.datatypes import Alignment, Engine, Media, Note, Transcript


class Tools(Protocol):
    """The stages that need more than data."""

    @property
    def engine(self) -> Engine:
        """What recognises and aligns, with versions."""
        ...

    def fetch(self, note: Note) -> Media:
        """Bring the note's recording to this machine."""
        ...

    def recognize(self, media: Media) -> Transcript:
        """Words of the recording with rough times."""
        ...

    def align(self, note: Note, media: Media, transcript: Transcript) -> Alignment:
        """Exact times for the note's own words."""
        ...


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """What a user can choose about the stages that only need data."""

    cues: CueOptions = field(default_factory=CueOptions)
    anchors: AnchorOptions = field(default_factory=AnchorOptions)


def sync_note(note: Note, tools: Tools, options: SyncOptions | None = None) -> SyncResult:
    """Time a note's English and Chinese against its recording."""
    options = options or SyncOptions()
    media = tools.fetch(note)
    transcript = tools.recognize(media)
    aligned = tools.align(note, media, transcript)
    beads = pair(note)
    alignment = carry_times(note, aligned, beads)
    tracks = cut(note, alignment, beads, options.cues)
    anchors = anchor(note, alignment, options.anchors)
    checks = check(tracks.both, options.cues)
    return SyncResult(note, media, tools.engine, alignment, beads, tracks, anchors, checks)
