"""Markdown text -> Note, every piece with its place in the file.

``frontmatter`` reads the YAML at the top, ``markdown`` finds the blocks, ``pairs`` says which paragraph translates
which, ``reader`` does all of it.
"""

from subsync.note.reader import parse_note, read_note, require_english
from subsync.note.saved import note_from_json, note_to_json

__all__ = ["note_from_json", "note_to_json", "parse_note", "read_note", "require_english"]
