"""Subtitles that somebody has already -> a note in our format: read, tidied, composed."""

from subsync.formats.incoming.compose import note_of_lines
from subsync.formats.incoming.read import Line, read_file
from subsync.formats.incoming.tidy import merged, tidied

__all__ = ["Line", "merged", "note_of_lines", "read_file", "tidied"]
