"""When paragraphs and sections are said: views of their sentences' times, for every writer that shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from subsync.datatypes import Alignment, Ms, Note, Paragraph, Status, TimedSentence


@dataclass(frozen=True, slots=True)
class Timespan:
    """When something of the note is said; both times are ``None`` if and only if it is absent."""

    start: Ms | None
    end: Ms | None
    status: Status
    confidence: float


def paragraph_span(paragraph: Paragraph, alignment: Alignment) -> Timespan:
    """From the first to the last of a paragraph's spoken sentences; its translation's where it has no English."""
    return _over([alignment.sentences[i] for i in paragraph.en or paragraph.zh])


def section_span(section: int, note: Note, alignment: Alignment) -> Timespan:
    """From the first to the last spoken sentence under a heading and the deeper headings that follow it.

    ``interpolated`` says that its beginning is not in the recording: the time is that of what is spoken first.
    """
    below = section_paragraphs(section, note)
    span = _over([alignment.sentences[i] for p in below for i in p.en])
    opening = next((p for p in below if p.en), None)
    if opening and span.status == "aligned" and alignment.sentences[opening.en[0]].status == "absent":
        return Timespan(span.start, span.end, "interpolated", span.confidence)
    return span


def section_paragraphs(section: int, note: Note) -> tuple[Paragraph, ...]:
    """The paragraphs under a heading, those under its sub-headings included."""
    level = note.sections[section].level
    last = next(
        (k for k in range(section + 1, len(note.sections)) if note.sections[k].level <= level), len(note.sections)
    )
    return tuple(p for p in note.paragraphs if p.section is not None and section <= p.section < last)


def _over(sentences: Iterable[TimedSentence]) -> Timespan:
    spoken = [s for s in sentences if s.status != "absent"]
    starts = [s.start for s in spoken if s.start is not None]
    ends = [s.end for s in spoken if s.end is not None]
    if not starts:
        return Timespan(None, None, "absent", 0.0)
    status: Status = "aligned" if any(s.status == "aligned" for s in spoken) else "interpolated"
    return Timespan(min(starts), max(ends), status, round(sum(s.confidence for s in spoken) / len(spoken), 3))
