"""A result -> what both pages show of it, as plain values for JSON."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from subsync.spans import section_span
from subsync.text.urls import canonical_url, is_url, video_id
from subsync.text.variants import is_traditional, read_variants

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from subsync.datatypes import SyncResult, TimedSentence

_STATUS = {"aligned": 0, "interpolated": 1, "absent": 2}
_VIDEO = {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".ts"}
"""What may hold a picture; a player for video plays sound alone as well."""


def recording_address(recording: Path, folder: Path) -> str:
    """How a page in ``folder`` names a recording on the same machine."""
    return quote(os.fsencode(os.path.relpath(recording, folder).replace(os.sep, "/")))


def title_of(result: SyncResult) -> str:
    """What a page calls a note."""
    return result.note.title or result.note.path


def youtube_id(result: SyncResult) -> str | None:
    """The video that a note is about."""
    source = result.note.source
    return video_id(source) if source and is_url(source) else None


def page_data(result: SyncResult, *, stem: str, recording: str | None) -> dict[str, Any]:
    """Sections, paragraphs, rows, sentences and their times."""
    note = result.note
    depth = {level: k for k, level in enumerate(sorted({s.level for s in note.sections}), 1)}
    spans = [section_span(k, note, result.alignment) for k in range(len(note.sections))]
    chinese = "".join(s.text for s in note.sentences if s.lang == "zh")
    variants = read_variants(chinese)
    return {
        "title": title_of(result),
        "stem": stem,
        # What the browser keeps of a note is filed under this: the same after a new alignment, not for another note.
        "key": f"{stem}:{result.media.sha256[:16]}",
        "note": {"path": note.path, "sha256": note.sha256},
        "recording": recording,
        "youtube": youtube_id(result),
        "source": _shareable(note.source),
        "video": result.media.path.suffix.lower() in _VIDEO,
        "duration": result.media.duration,
        "zh": "zh-Hant" if is_traditional(chinese, variants) else "zh-Hans",
        "variants": list(variants.items()),
        "sections": [
            [s.heading, depth[s.level], s.line, t.start, int(t.status == "interpolated")]
            for s, t in zip(note.sections, spans, strict=True)
        ],
        "paragraphs": [[p.section, p.speaker] for p in note.paragraphs],
        "rows": list(_rows(result)),
        "links": _links(result),
        "sentences": [
            [int(s.lang == "zh"), s.text, t.start, t.end, _STATUS[t.status], round(100 * t.confidence)]
            for s, t in zip(note.sentences, result.alignment.sentences, strict=True)
        ],
        "unwritten": [[u.start, u.end, u.kind] for u in result.alignment.unwritten],
    }


def _links(result: SyncResult) -> dict[int, list[int]]:
    """English sentence -> word, Chinese sentence, start and end in its text, of each link one after the other."""
    found: dict[int, list[int]] = {}
    for bead in result.beads:
        for en, *rest in bead.words:
            found.setdefault(en, []).extend(rest)
    return found


def word_times(timed: TimedSentence) -> list[int | None] | None:
    """Start and end of each word, in ms from the start of its sentence; ``None`` where nothing has a time."""
    if timed.start is None:
        return None
    return [None if t is None else t - timed.start for w in timed.words for t in (w.start, w.end)]


def _shareable(source: str | None) -> str | None:
    """The address of a recording as it may be handed on; ``None`` for files and for what is no address."""
    if not source or not is_url(source):
        return None
    try:
        return canonical_url(source)
    except ValueError:
        return None


def _rows(result: SyncResult) -> Iterator[list[Any]]:
    """What stands side by side: ``[paragraph, English sentences, Chinese sentences]``, every sentence once."""
    beads: dict[int, list[list[Any]]] = {}
    for bead in result.beads:
        beads.setdefault(bead.paragraph, []).append([bead.paragraph, list(bead.en), list(bead.zh)])
    for p in result.note.paragraphs:
        yield from beads.get(p.index) or [[p.index, list(p.en), list(p.zh)]]
