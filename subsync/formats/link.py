"""Anchors -> the note's text with timestamps in it, and back.

A timestamp is one line of its own: a link, and an HTML comment by which it is found again. ::

    ### A machine that adds
    [12:34](https://www.youtube.com/watch?v=ID&t=754s)<!-- subsync:t id=a-machine-that-adds -->

    You are looking at 24 brass wheels ...

The comment stands behind the link: in front it would open an HTML block, in which Markdown reads no link (CommonMark
0.31, 4.6). ``subsync:t+`` says that the blank line below is ours too: without it text right under the heading would
run into the link, and a rule ``---`` would make a heading of it. What was put in is taken out byte for byte.
"""

from __future__ import annotations

import difflib
import html
import re
from typing import TYPE_CHECKING, NamedTuple

from subsync.formats.anchors import timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from subsync.datatypes import Anchor

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""The line ends of Markdown. ``str.splitlines`` knows more of them, and would count other lines than editors do."""
_BOM = "\ufeff"
_CONTAINER = re.compile(r" {0,3}(?:> ?)*")
"""What a line must repeat to stand in the same quotation, or list item, as its neighbour."""
_MARK = re.compile(
    rf"{_CONTAINER.pattern}(?:\[[\d:]+\]\([^\s()<>]*\)|[\d:]+)<!-- subsync:t(?P<blank>\+?) id=\S+ -->[ \t]*"
)
_LIST_ITEM = re.compile(r"(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)")


def link_note(text: str, anchors: Sequence[Anchor]) -> str:
    """Put a timestamp under each heading, and before each paragraph, that has an anchor with a time.

    Timestamps that stand there already are replaced; nothing else changes. Doing it again changes nothing.

    Args:
        text: the note as decoded, line endings and byte order mark kept.
        anchors: of this text, or of the text without its timestamps: their lines are understood either way. One whose
            heading does not stand on its line (the note was edited since), or that stands where no line can be put
            in (in a list item), is left out.

    Returns:
        The note with timestamps.
    """
    if text.startswith(_BOM):
        return _BOM + link_note(text[1:], anchors)
    kept = _unmarked(text)
    lines = [line.text for line in kept]
    page = _Page(lines)
    above: dict[int, Anchor] = {}
    below: dict[int, Anchor] = {}
    for number, anchor in _placed(kept, page, anchors).items():
        if anchor.paragraph is None:
            below[page.headings[number] - 1] = anchor
        else:
            above[number] = anchor
    newline = _newline(lines)
    out: list[str] = []
    for number, line in enumerate(lines):
        if number in above:
            out.append(_mark(_container(line), above[number]) + (_ending(line) or newline))
        out.append(line)
        if number in below:
            out += _under(line, below[number], "".join(lines[number + 1 : number + 2]), newline)
    return "".join(out)


def unlink_note(text: str) -> str:
    """Take the timestamps of ``link_note`` out again, byte for byte."""
    if text.startswith(_BOM):
        return _BOM + unlink_note(text[1:])
    return "".join(line.text for line in _unmarked(text))


def note_diff(before: str, after: str, path: str) -> str:
    """What changes in a note, as a unified diff; empty if nothing does."""
    diff = difflib.unified_diff(_split(before), _split(after), f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in diff)


# --- marks ------------------------------------------------------------------------------------------------------------


class _Line(NamedTuple):
    """A line of the note's own."""

    text: str
    """With its ending."""
    number: int
    """From 0, in the text with timestamps."""


def _unmarked(text: str) -> list[_Line]:
    """The lines of a note that are not timestamps of ours."""
    lines = _split(text)
    # A note that explains timestamps in a code block keeps its example.
    code = _Page(lines).code if "<!-- subsync:t" in text else frozenset()
    kept: list[_Line] = []
    blank_is_ours = False
    for number, line in enumerate(lines):
        mark = None if number in code else _MARK.fullmatch(line.rstrip("\r\n"))
        if mark and not _ending(line) and kept:
            # The note ended without a newline; the one in front of the timestamp came with it.
            kept[-1] = _Line(kept[-1].text.rstrip("\r\n"), kept[-1].number)
        elif not mark and not (blank_is_ours and _is_blank(line)):
            kept.append(_Line(line, number))
        blank_is_ours = bool(mark and mark["blank"])
    return kept


def _mark(container: str, anchor: Anchor, flag: str = "") -> str:
    # "--" inside a comment ends it for Markdown readers before CommonMark 0.31.
    name = re.sub(r"[^\w-]+|-{2,}", "-", anchor.slug).strip("-") or "-"
    return f"{container}{timestamp(anchor)}<!-- subsync:t{flag} id={name} -->"


def _under(line: str, anchor: Anchor, following: str, newline: str) -> list[str]:
    """The lines to put in below a heading's last line."""
    container, ending = _container(line), _ending(line)
    if not ending:
        return [newline + _mark(container, anchor)]
    if _is_blank(following):
        return [_mark(container, anchor) + ending]
    return [_mark(container, anchor, "+") + ending, container.rstrip() + ending]


# --- places -----------------------------------------------------------------------------------------------------------


class _Page:
    """Where the blocks of a note are. Lines count from 0."""

    def __init__(self, lines: Sequence[str]) -> None:
        from markdown_it import MarkdownIt

        from subsync.note.markdown import NO_SPACE

        self.lines = lines
        self.headings: dict[int, int] = {}
        """First line of each heading -> the line after it."""
        self.paragraphs: set[int] = set()
        code: set[int] = set(range(front := _front_matter(lines)))
        text = "".join([*(_ending(line) for line in lines[:front]), *lines[front:]])
        # Blocks are all that is asked for; what stands inside them is not parsed.
        for token in MarkdownIt("commonmark").disable("inline").parse(text):
            first, last = token.map or (0, 0)
            if token.type == "heading_open":
                self.headings[first] = last
            elif token.type == "paragraph_open":
                self.paragraphs.update(range(first, last))
                if NO_SPACE.match(lines[first].removeprefix(_container(lines[first]))):
                    self.headings[first] = first + 1
            elif token.type in {"fence", "code_block", "html_block"}:
                code.update(range(first, last))
        self.code = frozenset(code)

    def holds(self, anchor: Anchor, number: int) -> bool:
        """Whether an anchor's heading, or paragraph, is at a line, and a timestamp can stand beside it."""
        if number not in (self.headings if anchor.paragraph is None else self.paragraphs):
            return False
        content = self.lines[number].removeprefix(_container(self.lines[number]))
        if content[:1].isspace() or _LIST_ITEM.match(content):
            return False
        # Whatever markup a heading has, its letters are all there, in order.
        there = iter(html.unescape("".join(self.lines[number : self.headings.get(number, number)])))
        return anchor.paragraph is not None or all(c in there for c in anchor.heading if c.isalnum())


def _placed(kept: Sequence[_Line], page: _Page, anchors: Sequence[Anchor]) -> Mapping[int, Anchor]:
    """Line of the note without timestamps, from 0 -> the anchor that belongs there."""
    plain_number = {line.number: k for k, line in enumerate(kept)}
    as_it_is: dict[int, Anchor] = {}
    without: dict[int, Anchor] = {}
    for anchor in anchors:
        if anchor.start is None:
            continue
        for found, number in ((as_it_is, plain_number.get(anchor.line - 1, -1)), (without, anchor.line - 1)):
            if page.holds(anchor, number):
                found.setdefault(number, anchor)
    return max(as_it_is, without, key=len)


def _container(line: str) -> str:
    found = _CONTAINER.match(line)
    assert found is not None, "matches the empty string"
    return found[0]


_FRONT_MATTER = {"---": ("---", "..."), "+++": ("+++",)}
"""How YAML and TOML in front of a note begin, and end."""


def _front_matter(lines: Sequence[str]) -> int:
    """The number of lines that the front matter takes."""
    ends = _FRONT_MATTER.get(lines[0].rstrip(), ()) if lines else ()
    return next((k + 1 for k, line in enumerate(lines) if k and line.rstrip() in ends), 0)


def _split(text: str) -> list[str]:
    return _LINES.findall(text)


def _ending(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _newline(lines: Sequence[str]) -> str:
    return next((ending for line in lines if (ending := _ending(line))), "\n")


def _is_blank(line: str) -> bool:
    return not line.strip("> \t\r\n")
