"""The whole job, as the drawing has it.

::

    note ─┬─▶ fetch ──▶ recognize ──▶ align ─┬─▶ cut ──▶ write subtitles
          └─▶ pair ──────────────────────────┤
                                             └─▶ anchor ──▶ write chapters and links

Each line of ``sync_note`` is a stage: a function from data to data in the module of its name. What touches the world
(network, disk, models) is behind ``Tools``, so that a test can hand in its own.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from subsync.align.constrain import constrain, pinned
from subsync.anchors import AnchorOptions, anchor
from subsync.bitext import carry_times, move_chinese, pair
from subsync.cues import CueOptions, check, cut
from subsync.datatypes import SyncResult

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from subsync.align.edits import Edit
    from subsync.datatypes import Alignment, Bead, Engine, Media, Note, Transcript
    from subsync.store.recall import Known, Spread

R = TypeVar("R")


class Tools(Protocol):
    """The stages that need more than data."""

    def engine(self, transcript: Transcript) -> Engine:
        """What recognised and what aligns, with versions."""
        ...

    def fetch(self, note: Note) -> Media:
        """Bring the note's recording to this machine."""
        ...

    def recognize(self, note: Note, media: Media) -> Transcript:
        """Words of the recording with rough times; the note says what they probably are."""
        ...

    def align(self, note: Note, media: Media, transcript: Transcript) -> Alignment:
        """Exact times for the note's own words."""
        ...


Memory: TypeAlias = "Callable[[str], AbstractContextManager[Known[Any, Any]]]"
"""What was answered before, by the name of a kind of question."""


class Aside(Protocol):
    """Begins some work, and gives what waits for its result."""

    def __call__(self, work: Callable[[], R], /) -> Callable[[], R]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """What a user can choose about the stages that only need data."""

    cues: CueOptions = field(default_factory=CueOptions)
    anchors: AnchorOptions = field(default_factory=AnchorOptions)


def sync_note(  # noqa: PLR0913
    note: Note,
    tools: Tools,
    options: SyncOptions | None = None,
    *,
    edits: Sequence[Edit] = (),
    watch: Callable[[str], AbstractContextManager[object]] = nullcontext,
    memory: Memory = lambda _: nullcontext({}),
    spread: Spread = map,
    aside: Aside = lambda work: work,
) -> SyncResult:
    """Time a note's English and Chinese against its recording.

    Args:
        note: The note.
        tools: The stages that need more than data.
        options: Choices about the others.
        edits: Corrections that a person made.
        watch: Entered, with its name, while one of the others is at work; the tools tell for themselves.
        memory: Entered, with the name of a kind of question, gives what was answered before: after a correction only
            the paragraphs that it touches are paired and cut again.
        spread: How those are shared among workers.
        aside: Pairs, which needs no sound, while the tools are at work; else that is done after them.
    """
    options = options or SyncOptions()
    media = tools.fetch(note)
    pairing = aside(partial(_paired, note, memory, spread))
    transcript = tools.recognize(note, media)
    aligned = constrain(note, tools.align(pinned(note, edits), media, transcript), edits, duration=media.duration)
    with watch("pair"):
        found = pairing()
    beads = move_chinese(note, found, {e.sentence: e.partner for e in edits if e.partner is not None})
    alignment = carry_times(note, aligned, beads)
    with watch("cut"), memory("cues") as known:
        tracks = cut(note, alignment, beads, options.cues, until=media.duration, known=known, spread=spread)
    anchors = anchor(note, alignment, options.anchors)
    with memory("breaks") as known:
        checks = check(tracks.both, options.cues, known=known, spread=spread)
    return SyncResult(note, media, tools.engine(transcript), alignment, beads, tracks, anchors, checks)


def _paired(note: Note, memory: Memory, spread: Spread) -> tuple[Bead, ...]:
    with memory("beads") as known:
        return pair(note, known=known, spread=spread)
