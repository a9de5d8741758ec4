"""Subtitles that somebody has already -> a note in our format: read, tidied, merged, parted by speakers, composed."""

from subsync.formats.incoming.compose import note_of_lines
from subsync.formats.incoming.merge import merged
from subsync.formats.incoming.read import LARGEST, read_file
from subsync.formats.incoming.scrambled import scrambled
from subsync.formats.incoming.shown import Line
from subsync.formats.incoming.tidy import tidied

__all__ = ["LARGEST", "Line", "merged", "note_of_lines", "read_file", "scrambled", "tidied"]
