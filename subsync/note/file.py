"""A note's file -> Note, or why there is nothing to align in it.

What parses is loaded when something is to be parsed: a note that was parsed before need not wait for it.
"""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from hashlib import sha256 as hash_of
from typing import TYPE_CHECKING, Protocol

from subsync.errors import NoteError, NothingToAlignError
from subsync.text.scripts import has_letters

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from subsync.datatypes import Note, Unread


_BEGINNING = 4096
"""Bytes in which a file that is no text has a zero."""


class Parse(Protocol):
    """Makes a note of its text, as ``parse_note`` does."""

    def __call__(self, text: str, *, path: str, sha256: str, source_keys: Sequence[str]) -> Note: ...  # noqa: D102


def read_note(path: Path, *, source_keys: Sequence[str] = (), parse: Parse | None = None) -> Note:
    """Read a note from a file; ``source_keys`` as in ``parse_front_matter``, ``parse`` as ``parse_note``.

    Raises:
        NoteError: the file cannot be read, is not UTF-8, or its front matter makes no sense.
    """
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise NoteError(
            f"the note cannot be read: {exc.strerror or exc}", "Check the path and its permissions.", path=str(path)
        ) from exc
    if b"\0" in data[:_BEGINNING] and not data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        remedy = "Give the note, a Markdown file; a recording is given with --audio FILE."
        raise NoteError("it is no text", remedy, path=str(path))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise NoteError(
            f"not UTF-8: byte 0x{data[exc.start]:02x} at offset {exc.start}",
            "Save the note with the encoding UTF-8.",
            path=str(path),
            line=data.count(b"\n", 0, exc.start) + 1,
        ) from exc
    if parse is None:
        from subsync.note.reader import parse_note

        parse = parse_note
    return parse(text, path=str(path), sha256=hash_of(data).hexdigest(), source_keys=source_keys)


def require_english(note: Note) -> None:
    """Refuse a note without a spoken text.

    Raises:
        NothingToAlignError: no sentence of ``note`` is English.
    """
    if any(sentence.lang == "en" and has_letters(sentence.text) for sentence in note.sentences):
        return
    hidden = [unread for unread in note.unread if unread.kind in _HOLDS_TEXT and has_letters(unread.text)]
    if hidden:
        there = "only Chinese ones; more" if note.paragraphs else "what it has"
        raise NothingToAlignError(
            f"the note has no English paragraph: {there} stands in {_named(hidden)}, which is not read",
            "Take the text out of it: without ``` around it, without spaces in front of its lines, outside of tables.",
            path=note.path,
            line=hidden[0].line,
        )
    raise NothingToAlignError(
        "the note has no English paragraph" + (", only Chinese ones" if note.paragraphs else ""),
        "Write the English transcript into the note, each paragraph followed by its Chinese translation.",
        path=note.path,
        line=note.paragraphs[0].line if note.paragraphs else 1,
    )


_HOLDS_TEXT = {"code block", "HTML block", "table", "comment", "callout title"}


def _named(unread: Sequence[Unread]) -> str:
    """``a code block``, ``3 code blocks and a table``."""
    counts = Counter(piece.kind for piece in unread)
    return " and ".join(f"{n} {kind}s" if n > 1 else f"one {kind}" for kind, n in counts.items())
