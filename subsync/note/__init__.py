"""Markdown text -> Note, every piece with its place in the file.

``frontmatter`` reads the YAML at the top, ``markdown`` finds the blocks, ``pairs`` says which paragraph translates
which, ``reader`` does all of it, ``file`` opens the file. The parser is loaded when it is first asked for.
"""

from typing import TYPE_CHECKING

from subsync.note.file import read_note, require_english
from subsync.note.saved import note_from_json, note_to_json

if TYPE_CHECKING:
    from subsync.note.reader import parse_note

__all__ = ["note_from_json", "note_to_json", "parse_note", "read_note", "require_english"]


def __getattr__(name: str) -> object:
    if name != "parse_note":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from subsync.note.reader import parse_note

    return parse_note
