"""A file as lines, with comments and our own timestamps masked, character by character, so that no place moves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from subsync.datatypes import Unread
from subsync.note.heads import CLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Source:
    """A file, ready to be parsed."""

    lines: list[str]
    starts: list[int]
    """Offset of each line in the file."""
    mask: str
    """A character that the file does not have; it stands for one that is not spoken."""
    comments: tuple[Unread, ...]

    @classmethod
    def of(cls, text: str, skip: int) -> Source:
        """Read a file whose first ``skip`` lines are not Markdown."""
        mask = next(char for char in map(chr, range(0xE000, 0x110000)) if char not in text)
        lines, starts = [], [0]
        for match in re.finditer(r"([^\r\n]*)(\r\n|\r|\n|$)", text):
            lines.append(match[1])
            starts.append(match.end())
        lines[:skip] = [""] * skip
        if lines[0].startswith("\ufeff"):
            lines[0], starts[0] = lines[0][1:], 1
        comments: list[Unread] = []
        lines = list(_unboxed([_without_marks(line, mask) for line in lines], mask, comments))
        lines = list(_without_comments(lines, mask, comments))
        # Lines of white space or of comments only are blank, also where Unicode's white space is not Markdown's.
        return cls([line if line.replace(mask, "").strip() else "" for line in lines], starts, mask, tuple(comments))


# Our own timestamps, the comment with the link that goes with it. What `link` wrote is not a pin: it must not bind the
# next run.
TIME_LINK = re.compile(rf"\[{CLOCK}\]\([^()\s]*\)")
_MARK = re.compile(rf"(?:{TIME_LINK.pattern}|(?<![\d:]){CLOCK})?<!--\s*subsync\b[^\n]*?-->(?:\s*{TIME_LINK.pattern})?")
_FENCE = re.compile(r"[\s>]*(?:[-*+]\s+)?(`{3,}(?=[^`]*$)|~{3,})")
_COMMENT_START = re.compile(r"`[^`]*`|<!--|(?<!\d)%%")
_COMMENT_ENDS = {"<!--": "-->", "%%": "%%"}


def _without_marks(line: str, mask: str) -> str:
    return _MARK.sub(lambda match: mask * len(match[0]), line) if "<!--" in line else line


_BOX = re.compile(r"[\s>]*(`{3,}|~{3,})[^\S\n]*(?:ad-[\w-]+|col(?:-md)?)\s*")
_CHOICE = re.compile(r"[\s>]*(?:(?P<key>[a-zA-Z]+)[:=][^\S\n]*(?P<value>.*)|={3,}\s*)")
"""What a box is called and how it looks, on its first lines."""


def _unboxed(lines: list[str], mask: str, told: list[Unread]) -> Iterator[str]:
    """Mask the fences of boxes and columns: plugins of Obsidian's put text, not code, into ```` ```ad-quote ````."""
    boxes: list[str] = []
    code = ""
    is_head = False
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        closes = fence is not None and not line[fence.end() :].strip()
        hidden = len(line)
        if code:
            code = "" if fence and closes and fence[1].startswith(code) else code
        elif box := _BOX.fullmatch(line):
            boxes.append(box[1])
            is_head, hidden = True, box.start(1)
        elif fence and closes and boxes and fence[1].startswith(boxes[-1]):
            boxes.pop()
            is_head, hidden = False, fence.start(1)
        elif fence:
            code = fence[1]
        elif is_head and (choice := _CHOICE.fullmatch(line)):
            hidden = 0
            if choice["key"] == "title" and choice["value"].strip():
                told.append(Unread(number + 1, "callout title", choice["value"].strip()))
        else:
            is_head = False
        yield line[:hidden] + mask * (len(line) - hidden)


def _without_comments(lines: list[str], mask: str, comments: list[Unread]) -> Iterator[str]:
    """Mask ``<!-- -->`` and ``%% %%``, over several lines and blank ones too, but not inside of code."""
    last = {end: max((n for n, line in enumerate(lines) if end in line), default=-1) for end in ("-->", "%%")}
    fence = end = ""
    for number, line in enumerate(lines):
        opening = None if end else _FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence) and not line[opening.end() :].strip():
                fence = ""
            yield line
        elif opening:
            fence = opening[1]
            yield line
        else:
            was_open = end
            masked, end, texts = _mask_comments(line, end, mask, {end for end, place in last.items() if place > number})
            for text in texts:
                if was_open and comments and text is texts[0]:
                    comments[-1] = Unread(comments[-1].line, "comment", f"{comments[-1].text} {text}".strip())
                else:
                    comments.append(Unread(number + 1, "comment", text))
            yield masked


def _mask_comments(line: str, end: str, mask: str, later: set[str]) -> tuple[str, str, list[str]]:
    """``line`` with its comments masked, the end of the one that is still open, and what stands in them.

    ``later`` has the ends that do come on a later line.
    """
    pieces = []
    texts = []
    place = 0
    indent = len(line) - len(line.lstrip())
    last = {closing: line.rfind(closing) for closing in _COMMENT_ENDS.values()}
    while place < len(line):
        if end:
            stop = line.find(end, place)
            texts.append(line[place : stop if stop >= 0 else len(line)].replace(mask, "").strip())
            stop, end = (len(line), end) if stop < 0 else (stop + len(end), "")
            pieces.append(mask * (stop - place))
            place = stop
            continue
        start = _COMMENT_START.search(line, place)
        if start is None:
            break
        pieces.append(line[place : start.start()])
        place = start.end()
        closing = _COMMENT_ENDS.get(start[0])
        # "%%" inside of a line is a comment only if it ends there: it may be two per cent signs.
        alone = start[0] != "%%" or start.start() <= indent
        if closing and (last[closing] >= place or (alone and closing in later)):
            pieces.append(mask * len(start[0]))
            end = closing
        else:
            pieces.append(start[0])
    return "".join(pieces) + line[place:], end, texts
