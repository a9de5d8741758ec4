"""Alignments as JSON."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from subsync.datatypes import Alignment, TimedSentence, TimedWord, Unwritten

if TYPE_CHECKING:
    from subsync.datatypes import Note


def alignment_to_json(note: Note, alignment: Alignment) -> Any:
    """Times, states and confidences; the text is the note's. With the lines of the note, which the remarks name."""
    return {
        "sentences": [
            [s.start, s.end, s.status, s.confidence, [[w.start, w.end, w.status, w.confidence] for w in s.words]]
            for s in alignment.sentences
        ],
        "unwritten": [[u.start, u.end, u.kind] for u in alignment.unwritten],
        "remarks": list(alignment.remarks),
        "lines": _lines(note),
    }


def alignment_from_json(note: Note, value: Any) -> Alignment:
    """What ``alignment_to_json`` made of an alignment of the same words; they may stand on other lines meanwhile."""
    lines = dict(zip(value["lines"], _lines(note), strict=True))
    return Alignment(
        sentences=tuple(
            TimedSentence(
                start,
                end,
                status,
                confidence,
                tuple(TimedWord(word.text, *timed) for word, timed in zip(sentence.words, words, strict=True)),
            )
            for sentence, (start, end, status, confidence, words) in zip(
                note.sentences, value["sentences"], strict=True
            )
        ),
        unwritten=tuple(Unwritten(*sound) for sound in value["unwritten"]),
        remarks=tuple(re.sub(r"\bline (\d+)", partial(_moved, lines), remark) for remark in value["remarks"]),
    )


def _lines(note: Note) -> list[int]:
    return [*(section.line for section in note.sections), *(paragraph.line for paragraph in note.paragraphs)]


def _moved(lines: dict[int, int], place: re.Match[str]) -> str:
    line = int(place[1])
    return f"line {lines.get(line, line)}"
