"""``sync.json``: all that is known about a note and its recording, for programs. Schema version 1.

Times are whole ms or null, ``start_char``/``end_char`` count code points of the note file, byte order mark and
carriage returns included. One sentence, bead or finding to a line, so that a difference between two runs can be read.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subsync.datatypes import Alignment, Bead, Engine, Finding, Media, TimedSentence, TimedWord, Unwritten, WordLink
from subsync.errors import NoteError, SubsyncError
from subsync.spans import paragraph_span, section_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from subsync.datatypes import Ms, Note, Status, SyncResult
    from subsync.spans import Timespan

SCHEMA_VERSION = 1


def sync_json(result: SyncResult) -> str:
    """The whole result as one JSON object."""
    note, media = result.note, result.media
    head = {
        "schema_version": SCHEMA_VERSION,
        "note": {"path": note.path, "sha256": note.sha256, "title": note.title, "source": note.source},
        "media": {"path": str(media.path), "sha256": media.sha256, "duration_ms": media.duration},
        "engine": asdict(result.engine),
    }
    lists = {
        "sections": _sections(result),
        "paragraphs": _paragraphs(result),
        "sentences": _sentences(result),
        "beads": (
            {
                "paragraph": b.paragraph,
                "en": list(b.en),
                "zh": list(b.zh),
                "confidence": round(b.confidence, 3),
                "links": [w._asdict() for w in b.words],
            }
            for b in result.beads
        ),
        "unwritten": ({"start_ms": u.start, "end_ms": u.end, "kind": u.kind} for u in result.alignment.unwritten),
        "checks": (_check(finding) for finding in result.checks),
    }
    parts = [f"{_json(key)}: {_json(value)}" for key, value in head.items()]
    parts += [f"{_json(key)}: {_lines(entries)}" for key, entries in lists.items()]
    return "{" + ",\n".join(parts) + "}\n"


def _sections(result: SyncResult) -> Iterator[dict[str, Any]]:
    for k, section in enumerate(result.note.sections):
        place = {"heading": section.heading, "level": section.level, "line": section.line}
        yield place | _timed(section_span(k, result.note, result.alignment))


def _paragraphs(result: SyncResult) -> Iterator[dict[str, Any]]:
    for p in result.note.paragraphs:
        place = {"index": p.index, "section": p.section, "en": list(p.en), "zh": list(p.zh)}
        yield place | _timed(paragraph_span(p, result.alignment))


def _sentences(result: SyncResult) -> Iterator[dict[str, Any]]:
    for sentence, timed in result.timed:
        yield {
            "paragraph": sentence.paragraph,
            "lang": sentence.lang,
            "text": sentence.text,
            "start_char": sentence.start_char,
            "end_char": sentence.end_char,
            "start_ms": timed.start,
            "end_ms": timed.end,
            "status": timed.status,
            "confidence": round(timed.confidence, 3),
            "words": [
                {
                    "text": w.text,
                    "start_ms": w.start,
                    "end_ms": w.end,
                    "status": w.status,
                    "confidence": round(w.confidence, 3),
                }
                for w in timed.words
            ],
        }


def _check(finding: Finding) -> dict[str, Any]:
    entry = {"rule": finding.rule, "cue": finding.cue, "value": finding.value, "limit": finding.limit}
    return entry | ({"reason": finding.reason} if finding.reason else {})


def _timed(span: Timespan) -> dict[str, Any]:
    return {"start_ms": span.start, "end_ms": span.end, "status": span.status, "confidence": span.confidence}


def _lines(entries: Iterable[Any]) -> str:
    rows = [_json(entry) for entry in entries]
    return "[\n " + ",\n ".join(rows) + "\n]" if rows else "[]"


def _json(value: Any) -> str:
    # A lone surrogate, which front matter or a file name may have, cannot be encoded; JSON writes it as \\ud800.
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace").decode("utf-8")


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SavedSync:
    """What ``sync.json`` keeps of a result; with the note's file it is enough to make anchors and links again."""

    title: str | None
    source: str | None
    media: Media
    engine: Engine
    texts: tuple[str, ...]
    """Of the sentences."""
    alignment: Alignment
    """Without remarks."""
    beads: tuple[Bead, ...]
    """Without links of clauses."""
    checks: tuple[Finding, ...]

    def alignment_of(self, note: Note, output: Path) -> Alignment:
        """The alignment of the note as it is now, which may have got timestamps since.

        Args:
            note: as it is now.
            output: where its results are, for the remedy.

        Raises:
            NoteError: its sentences are not those that were aligned.
        """
        if tuple(s.text for s in note.sentences) != self.texts:
            raise NoteError(
                "the note's text has changed since it was aligned",
                f"Run again: subsync sync {note.path} -o {output}",
                path=note.path,
            )
        return self.alignment


def read_sync(text: str, *, path: str = "sync.json") -> SavedSync:
    """Read what ``sync_json`` wrote.

    Args:
        text: the file as decoded.
        path: its name, for messages.

    Raises:
        SubsyncError: it is something else, damaged, or of another version of the schema.
    """
    remedy = "Run `subsync sync` for this note again."
    try:
        document = json.loads(text)
        version = document["schema_version"]
    except (ValueError, KeyError, TypeError, RecursionError) as exc:
        raise SubsyncError(f"{path} is not a sync.json", remedy) from exc
    if version != SCHEMA_VERSION:
        raise SubsyncError(f"{path} has schema version {version!r}, not {SCHEMA_VERSION}", remedy)
    try:
        return _saved(document)
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise SubsyncError(f"{path} is damaged: {type(exc).__name__} {exc}", remedy) from exc


def _saved(document: dict[str, Any]) -> SavedSync:
    note, media = document["note"], document["media"]
    return SavedSync(
        title=note["title"],
        source=note["source"],
        media=Media(Path(media["path"]), media["sha256"], _ms(media["duration_ms"])),
        engine=Engine(**document["engine"]),
        texts=tuple(s["text"] for s in document["sentences"]),
        alignment=Alignment(
            tuple(_timed_sentence(s) for s in document["sentences"]),
            tuple(Unwritten(_ms(u["start_ms"]), _ms(u["end_ms"]), u["kind"]) for u in document["unwritten"]),
        ),
        beads=tuple(map(_bead, document["beads"])),
        checks=tuple(
            Finding(c["rule"], c["cue"], c["value"], c["limit"], c.get("reason", "")) for c in document["checks"]
        ),
    )


def _bead(entry: dict[str, Any]) -> Bead:
    words = tuple(WordLink(**link) for link in entry.get("links", ()))  # files of older versions have none
    return Bead(entry["paragraph"], tuple(entry["en"]), tuple(entry["zh"]), entry["confidence"], (), words)


def _timed_sentence(entry: dict[str, Any]) -> TimedSentence:
    words = tuple(TimedWord(word["text"], *_times(word)) for word in entry["words"])
    return TimedSentence(*_times(entry), words)


def _times(entry: dict[str, Any]) -> tuple[Ms | None, Ms | None, Status, float]:
    start, end, status = entry["start_ms"], entry["end_ms"], entry["status"]
    if status not in {"aligned", "interpolated", "absent"}:
        raise ValueError(f"no status: {status!r}")
    if (status == "absent") != (start is None) or (start is None) != (end is None):
        raise ValueError(f"{status} from {start} to {end}")
    if start is not None and not 0 <= _ms(start) <= _ms(end):
        raise ValueError(f"from {start} to {end} ms")
    return start, end, status, float(entry["confidence"])


def _ms(value: object) -> Ms:
    if not isinstance(value, int):
        raise TypeError(f"not whole milliseconds: {value!r}")
    return value
