"""A result -> one HTML file that loads nothing but the recording.

Nothing of the note becomes markup: its text travels as JSON and reaches the page through ``textContent``. The policy
in the page allows the one script and the one style sheet that are in it, by their hashes, and no connection.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from subsync.pages.picture import overview, picture_svg
from subsync.pages.waveform import PEAKS_PER_SECOND
from subsync.spans import section_span
from subsync.text.urls import is_url, video_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from subsync.align.edits import Edit
    from subsync.datatypes import SyncResult

_SCRIPTS = ("transcript.js", "deck.js", "bench.js")
_STATUS = {"aligned": 0, "interpolated": 1, "absent": 2}
_VIDEO = {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".ts"}
"""What may hold a picture; a player for video plays sound alone as well."""


def review_html(
    result: SyncResult,
    *,
    peaks: Sequence[int],
    stem: str,
    recording: str | None,
    edits: Sequence[Edit] = (),
    per_second: int = PEAKS_PER_SECOND,
) -> str:
    """The review page of a result.

    Args:
        result: what to show.
        peaks: loudness of the recording, 0 to 255 each; may be empty.
        stem: name of the result's files, for the name under which edits are exported.
        recording: address of the recording from the page, a relative path with ``/`` and its special characters quoted
            as in URLs; ``None`` if the user shall choose a file.
        edits: corrections that the result has already; they are exported again with the new ones.
        per_second: how many ``peaks`` a second has.

    Returns:
        HTML, to be written as UTF-8.
    """
    script, style = _asset(*_SCRIPTS), _asset("page.css")
    data = _data(result) | {
        "stem": stem,
        "recording": recording,
        "peaks": base64.b64encode(bytes(peaks)).decode(),
        "perSecond": per_second,
        "edits": [
            {"sentence": e.sentence, "action": e.action} | ({} if e.time is None else {"ms": e.time}) for e in edits
        ],
    }
    parts = {
        "policy": _policy(script, style),
        "title": html.escape(_title(result)),
        "style": style,
        "picture": picture_svg(overview(result)),
        "data": _in_script(data),
        "script": script,
    }
    # In one pass: what is put in is not searched for further places.
    return re.sub(r"\{\{(\w+)\}\}", lambda place: parts[place[1]], _asset("page.html"))


def recording_address(recording: Path, folder: Path) -> str:
    """How a page in ``folder`` names a recording on the same machine."""
    return quote(os.path.relpath(recording, folder).replace(os.sep, "/"))


def served(page: str) -> str:
    """A review page as a server gives it out: its policy allows YouTube's player, which does not play in files."""
    script, style = _asset(*_SCRIPTS), _asset("page.css")
    return page.replace(_policy(script, style), _policy(script, style, youtube=True), 1)


def _policy(script: str, style: str, *, youtube: bool = False) -> str:
    player = "https://www.youtube.com" if youtube else ""
    rules = {
        "default-src": "'none'",
        "script-src": f"'sha256-{_hash(script)}' {player}",
        "style-src": f"'sha256-{_hash(style)}'",
        "media-src": "'self' blob: file:",
        "img-src": "data:",
        "frame-src": player or "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value.strip()}" for name, value in rules.items())


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _asset(*names: str) -> str:
    folder = files("subsync.pages") / "assets"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def _in_script(data: dict[str, Any]) -> str:
    """JSON that cannot end the script element it stands in, nor start a comment there."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A lone surrogate cannot be written as UTF-8; in JSON text it can only stand inside a string.
    return re.sub("[<>\u2028\u2029\ud800-\udfff]", lambda c: f"\\u{ord(c[0]):04x}", text)


def _title(result: SyncResult) -> str:
    return result.note.title or result.note.path


def _data(result: SyncResult) -> dict[str, Any]:
    note, source = result.note, result.note.source
    depth = {level: k for k, level in enumerate(sorted({s.level for s in note.sections}), 1)}
    timed = result.alignment.sentences
    spans = [section_span(k, note, result.alignment) for k in range(len(note.sections))]
    return {
        "title": _title(result),
        "note": {"path": note.path, "sha256": note.sha256},
        "youtube": video_id(source) if source and is_url(source) else None,
        "video": result.media.path.suffix.lower() in _VIDEO,
        "duration": result.media.duration,
        "sections": [
            [s.heading, depth[s.level], s.line, t.start, int(t.status == "interpolated")]
            for s, t in zip(note.sections, spans, strict=True)
        ],
        "paragraphs": [[p.section, p.speaker] for p in note.paragraphs],
        "rows": list(_rows(result)),
        "sentences": [
            [int(s.lang == "zh"), s.text, t.start, t.end, _STATUS[t.status], round(100 * t.confidence)]
            for s, t in zip(note.sentences, timed, strict=True)
        ],
        "cues": [[c.start, c.end, "\n".join(c.en), "\n".join(c.zh)] for c in result.tracks.both],
        "unwritten": [[u.start, u.end, u.kind] for u in result.alignment.unwritten],
        "remarks": list(result.alignment.remarks),
    }


def _rows(result: SyncResult) -> Iterator[list[Any]]:
    """What stands side by side: ``[paragraph, English sentences, Chinese sentences]``, every sentence once."""
    beads: dict[int, list[list[Any]]] = {}
    for bead in result.beads:
        beads.setdefault(bead.paragraph, []).append([bead.paragraph, list(bead.en), list(bead.zh)])
    for p in result.note.paragraphs:
        yield from beads.get(p.index) or [[p.index, list(p.en), list(p.zh)]]
