"""Notes as JSON: what was made of a file's text, which itself is not kept."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from subsync.datatypes import Note, Paragraph, Section, Sentence, Unread, Word

if TYPE_CHECKING:
    from collections.abc import Mapping


def note_to_json(note: Note) -> Any:
    """All of a note but its path, its text and the digest of that."""
    return {
        "title": note.title,
        "source": note.source,
        "sections": [astuple(section) for section in note.sections],
        "paragraphs": [astuple(paragraph) for paragraph in note.paragraphs],
        "sentences": [
            [s.paragraph, s.lang, s.text, s.start_char, s.end_char, [_word_to_json(word) for word in s.words]]
            for s in note.sentences
        ],
        "unread": [astuple(unread) for unread in note.unread],
    }


def _word_to_json(word: Word) -> Any:
    return [word.text, word.start_char, word.end_char]  # an hour has ten thousand, for which ``astuple`` takes 0.1 s


def note_from_json(value: Mapping[str, Any], *, text: str, path: str, sha256: str) -> Note:
    """What ``note_to_json`` made of a note of the same text."""
    return Note(
        path=path,
        text=text,
        sha256=sha256,
        title=value["title"],
        source=value["source"],
        sections=tuple(Section(*section) for section in value["sections"]),
        paragraphs=tuple(
            Paragraph(index, section, line, tuple(en), tuple(zh), *rest)
            for index, section, line, en, zh, *rest in value["paragraphs"]
        ),
        sentences=tuple(
            Sentence(paragraph, lang, own, start, end, tuple(Word(*word) for word in words))
            for paragraph, lang, own, start, end, words in value["sentences"]
        ),
        unread=tuple(Unread(*unread) for unread in value["unread"]),
    )
