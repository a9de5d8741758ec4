"""SubRip, through pysrt: LF, UTF-8, a blank line behind each cue.

There is no standard. What players agree on: text ends at a blank line; ``<`` and ``{`` may open markup. pysrt writes
what it is given, so both are taken care of here: blank lines are dropped, and a word joiner, which is not seen, stands
behind such a character.
"""

from __future__ import annotations

import re
from io import StringIO
from itertools import zip_longest
from typing import TYPE_CHECKING

from subsync.datatypes import Cue
from subsync.errors import SubsyncError
from subsync.formats.text import BREAK, blocks, by_script, drawable, guarded, lines_of, unguarded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.formats.text import Top

_MARKUP = re.compile(r"</?\s*(?:[bius]|font)(?:\s[^<>]*)?>|\{\\[^{}]*\}", re.IGNORECASE)
"""What players take for markup: four letters, fonts, and the commands of ASS."""


def srt(cues: Sequence[Cue], top: Top = "en") -> str:
    """Cues as a SubRip file."""
    from pysrt import SubRipFile, SubRipItem, SubRipTime

    items: list[SubRipItem] = []
    for cue in drawable(cues):
        if text := "\n".join(guarded(line, "<{") for line in lines_of(cue, top)):
            times = SubRipTime.from_ordinal(cue.start), SubRipTime.from_ordinal(cue.end)
            items.append(SubRipItem(len(items) + 1, *times, text))
    out = StringIO()
    SubRipFile(items=items).write_into(out, eol="\n")
    return out.getvalue()


def read_srt(text: str, *, path: str = "SubRip") -> tuple[Cue, ...]:
    """The cues of anybody's SubRip file: with or without byte order mark, numbers, hours and blank lines.

    All text between two lines of times belongs to the first of them, also behind a blank line: players disagree there,
    and text that one of them shows is text. Markup is left out.

    Args:
        text: the file as decoded.
        path: its name, for messages.

    Returns:
        The cues in the order of the file, their times as they stand there; lines are sorted by their script.

    Raises:
        SubsyncError: times that cannot be read, or text without any.
    """
    head, found = blocks(text, path)
    if not found and any(line.strip() for line in head):
        raise SubsyncError(
            f"{path}: no cue in it", "Is it a SubRip file? Times stand as 00:01:02,345 --> 00:01:04,000."
        )
    numbered = bool(head) and head[-1].strip().isdigit()
    cues = []
    for block, following in zip_longest(found, found[1:]):
        number = numbered and following and block.lines and block.lines[-1].strip().isdigit()
        shown = BREAK.sub("\n", _MARKUP.sub("", "\n".join(block.lines[:-1] if number else block.lines))).split("\n")
        lines = [line for part in shown if (line := unguarded(part).strip())]
        cues.append(Cue(block.start, block.end, *by_script(lines)))
    return tuple(cues)
