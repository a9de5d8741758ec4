"""Markdown -> blocks of spoken text, every character with its place in the file.

markdown-it finds the blocks; ``source`` and ``masks`` mask what CommonMark does not know, ``heads`` reads what stands
in front of a line, ``inline`` what is markup. What is left is spoken, and stands in the file exactly as it is read.
What was not read is told.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from subsync.datatypes import Unread
from subsync.note.heads import CLOCK, has_bare_times, head_of, lone_names, parse_time, tail_of
from subsync.note.inline import edits
from subsync.note.masks import ends_a_sentence, is_prose, mask_inline
from subsync.note.source import TIME_LINK, Source
from subsync.text.scripts import has_letters, is_chinese

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt, rules_block
    from markdown_it.token import Token

    from subsync.datatypes import Ms
    from subsync.note.heads import Head
    from subsync.note.inline import Edit


@dataclass(frozen=True, slots=True)
class Line:
    """What is spoken of one line of the file, or of a part of it."""

    text: str
    number: int
    """Counted from 1."""
    places: tuple[tuple[int, int, int], ...]
    """Pieces of ``text``: offset in it, first and last-plus-one character in the file."""
    speaker: str | None = None
    """From a label that cannot be anything else: ``**Brad:**``, ``Brad Gerstner (12:34):``."""
    pin: Ms | None = None

    def cut(self, start: int, end: int, *, first: bool) -> Line:
        """The part ``text[start:end]``; the first part keeps what stands in front of the line."""
        places = []
        for k in range(max(0, bisect_right(self.places, start, key=_offset) - 1), len(self.places)):
            offset, begin, stop = self.places[k]
            following = self.places[k + 1][0] if k + 1 < len(self.places) else len(self.text)
            low, high = max(offset, start), min(following, end)
            if offset >= end:
                break
            if low < high and stop - begin == following - offset:
                places.append((low - start, begin + low - offset, begin + high - offset))
            elif low < high:
                places.append((low - start, begin, stop))
        speaker, pin = (self.speaker, self.pin) if first else (None, None)
        return Line(self.text[start:end], self.number, tuple(places), speaker, pin)


def _offset(place: tuple[int, int, int]) -> int:
    return place[0]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (with a level) or a paragraph (without), wherever it stands: in a list, in a quotation, in a table."""

    level: int | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What a file has."""

    blocks: tuple[Block, ...]
    unread: tuple[Unread, ...]
    """What is neither a heading nor a paragraph, in order."""


def parse_page(text: str, *, skip: int = 0) -> Page:
    """The headings and paragraphs of ``text`` in order, and what else it has.

    Args:
        text: a whole file; line endings and a byte order mark may be any.
        skip: so many lines at its start are not Markdown (front matter).
    """
    source = Source.of(text, skip)
    env: dict[str, object] = {}
    tokens = _parser().parse("\n".join(source.lines), env)
    prose = [
        token.content for before, token in pairwise(tokens) if (before.type, token.type) == ("paragraph_open", "inline")
    ]
    bare_times, names = has_bare_times(prose, source.mask), lone_names(prose, source.mask)
    reader = _Reader(source, env, bare_times, names, list(source.comments))
    blocks = list(reader.blocks(tokens))
    first = next((k for k, block in enumerate(blocks[:-1]) if block.level is None), None)
    if first is not None and _are_chapters(blocks[first].lines):
        lines = blocks.pop(first).lines
        reader.unread.append(Unread(lines[0].number, "table", "\n".join(line.text for line in lines)))
    return Page(tuple(blocks), tuple(sorted(reader.unread, key=lambda unread: unread.line)))


_CHAPTERS, _TITLE, _APART = 3, 8, 10_000
"""Chapters of a list, words of their titles, ms between them; captions that were pasted follow each other faster."""


def _are_chapters(lines: Sequence[Line]) -> bool:
    """Whether a note's first paragraph is a list of chapters, as they are pasted from under a video."""
    found = [_CHAPTER.fullmatch(line.text) for line in lines]
    times = [
        line.pin if line.pin is not None else parse_time(match["time"] or "") if match else None
        for line, match in zip(lines, found, strict=True)
    ]
    pins = [time for time in times if time is not None]
    titles = [match["title"] for match in found if match]
    if len(lines) < _CHAPTERS or not len(pins) == len(titles) == len(lines):
        return False
    short = all(len(title.split()) <= _TITLE and not ends_a_sentence(title) for title in titles)
    return short and all(later - earlier >= _APART for earlier, later in pairwise(pins))


_CHAPTER = re.compile(rf"\s*(?:(?P<time>{CLOCK})\s*[-–—|:]?\s*)?(?P<title>.*)")
_SETEXT_LIMIT = 200  # A paragraph right above a "---" is a heading to CommonMark; nobody writes headings this long.


def _is_text(heading: str) -> bool:
    """Whether what stands above a line is a paragraph all the same: long, or one that ends as titles do not."""
    if len(heading) > _SETEXT_LIMIT:
        return True
    return ends_a_sentence(heading) and ("\n" in heading or re.search(r"[.。][^\w\s]*\s*\Z", heading) is not None)


NO_SPACE = re.compile(r"#{2,6}(?=[^\s#])")
"""A heading as many type it in Chinese, without the space behind its marks; one mark alone is a tag's."""

_KINDS = {"code_block": "code block", "fence": "code block", "html_block": "HTML block"}


@dataclass(frozen=True, slots=True)
class _Reader:
    """What the blocks of one file share."""

    source: Source
    env: dict[str, object]
    bare_times: bool
    names: frozenset[str]
    unread: list[Unread]

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        """Blocks in order; what is not read goes to ``unread``."""
        table: list[Token] | None = None
        before: Token | None = None
        for token in tokens:
            if token.type == "table_open":
                table = []
            elif token.type == "table_close" and table is not None:
                yield from self._table(table)
                table = None
            elif table is not None:
                table.append(token)
            elif token.type == "inline" and before is not None:
                yield from self._blocks_of(before, token)
            elif token.type in _KINDS:
                told = token.content.replace(self.source.mask, "").strip()
                if told if token.type != "html_block" else _TAG.sub("", told).strip():
                    self._tell(token, _KINDS[token.type], told)
            before = token

    def _tell(self, token: Token, kind: str, text: str) -> None:
        line = (token.map or [0])[0] + 1
        self.unread.append(Unread(line, kind, text))  # type: ignore[arg-type]  # the values of _KINDS

    def _blocks_of(self, opening: Token, token: Token) -> Iterator[Block]:
        level = int(opening.tag[1]) if opening.type == "heading_open" else None
        if level and opening.markup in ("-", "=") and _is_text(token.content):
            level = None
        assert token.map is not None, "block tokens have lines"
        origins = self._origins(token.content, token.map[0])
        content = token.content
        if level is None and (marks := NO_SPACE.match(content)):
            head, (_, *below) = content.partition("\n")[0], origins
            masked = self.source.mask * marks.end() + head[marks.end() :]
            yield Block(marks.end(), tuple(self._lines(masked, origins[:1], is_heading=True)))
            if not below:
                return
            origins = [replace(origin, content=origin.content - len(head) - 1) for origin in below]
            content = content[len(head) + 1 :]
        yield Block(level, tuple(self._lines(content, origins, is_heading=level is not None)))

    # --- tables ---

    def _table(self, tokens: Sequence[Token]) -> Iterator[Block]:
        """The cells of a table with a column in each language, row by row; any other table is not read."""
        rows: list[list[Token]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(token)
        columns = _columns_read(rows)
        for number, row in enumerate(rows):
            cells = list(self._cells(row))
            read = [
                cell for k, cell in enumerate(cells) if k in columns and (number or ends_a_sentence(cell[0].content))
            ]
            for token, origin in read:
                yield Block(None, tuple(self._lines(token.content, [origin], is_heading=False)))
            left = " | ".join(cell[0].content for cell in cells if cell not in read).replace(self.source.mask, "")
            if left.strip(" |"):
                self._tell(row[0], "table", left)

    def _cells(self, row: Sequence[Token]) -> Iterator[tuple[Token, _Origin]]:
        """Cells that stand in the file as they are read: one with an escaped bar in it does not."""
        place = 0
        for token in row:
            assert token.map is not None, "cells have lines"
            number = token.map[0]
            line = self.source.lines[number]
            found = line.find(token.content, place)
            if found < 0:
                self._tell(token, "table", token.content)
                continue
            place = found + len(token.content)
            yield token, _Origin(0, self.source.starts[number] + found, number + 1)

    # --- lines ---

    def _lines(self, content: str, origins: Sequence[_Origin], *, is_heading: bool) -> Iterator[Line]:
        mask = self.source.mask
        masked = mask_inline(content, mask, origins[0].number, is_heading=is_heading)
        self.unread.extend(masked.unread)
        lines = masked.text.split("\n")
        heads: list[Head] = []
        for k, line in enumerate(lines):
            above = bool(heads) and heads[-1].pin is not None and heads[-1].length == len(lines[k - 1])
            heads.append(
                head_of(
                    line,
                    mask,
                    is_heading=is_heading,
                    bare_times=self.bare_times,
                    after_time=above,
                    names=self.names,
                )
            )
        for k, line in enumerate(lines):
            if (tail := tail_of(line[heads[k].length :])) is not None:  # of a text it may be where it ends
                start = heads[k].length + tail[0]
                lines[k] = line[:start] + mask * (len(line) - start)
                if is_heading and heads[k].pin is None:
                    heads[k] = replace(heads[k], pin=tail[1])
        text = "\n".join(mask * head.length + line[head.length :] for head, line in zip(heads, lines, strict=True))
        text = _INNER_TIME.sub(lambda match: mask * len(match[0]), text)
        pieces: list[Edit] = []
        place = start = 0
        unseen = iter(heads)
        for begin, end, reading in [*edits(text, mask, self.env), (len(text), len(text), "\n")]:
            if begin > place:
                pieces.append((place, begin, text[place:begin]))
            if reading == "\n":
                origin = origins[bisect_right(origins, start, key=lambda origin: origin.content) - 1]
                yield _line(pieces, origin, next(unseen))
                pieces, start = [], end
            elif reading and begin >= place:
                pieces.append((begin, end, reading))
            place = max(place, end)

    def _origins(self, content: str, first: int) -> list[_Origin]:
        """Block structure takes characters from both ends of a line and leaves its inside as it is."""
        origins = []
        at = 0
        for number, line in enumerate(content.split("\n"), first):
            inside = len(self.source.lines[number].rstrip()) - len(line.rstrip())
            origins.append(_Origin(at, self.source.starts[number] + inside, number + 1))
            at += len(line) + 1
        return origins


_INNER_TIME = re.compile(
    rf"{TIME_LINK.pattern}|\[\[[^\[\]|\n]*\|\s*{CLOCK}\s*\]\]|(?<=[\s。！？])\[{CLOCK}(?:\s*(?:-+>|→|[-–—])\s*{CLOCK})?\](?!\()"
)
"""A link that plays a moment, or a time in square brackets, inside a text: nobody says it."""


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a line of an inline token comes from."""

    content: int
    file: int
    number: int


def _line(pieces: list[Edit], origin: _Origin, head: Head) -> Line:
    places = []
    at = 0
    for begin, end, reading in pieces:
        places.append((at, origin.file + begin - origin.content, origin.file + end - origin.content))
        at += len(reading)
    return Line("".join(piece[2] for piece in pieces), origin.number, tuple(places), head.speaker, head.pin)


def _columns_read(rows: Sequence[Sequence[Token]]) -> set[int]:
    """The columns of a table that are a text, its translation, or their times; none if one of the two is missing."""
    found: dict[str, set[int]] = {"en": set(), "zh": set(), "time": set()}
    body = rows[1:]
    for column in range(max(map(len, rows), default=0)):
        cells = [row[column].content for row in body if column < len(row) and row[column].content.strip()]
        chinese = sum(map(is_chinese, cells))
        english = sum(has_letters(cell) and not is_chinese(cell) and len(cell.split()) > 1 for cell in cells)
        times = sum(parse_time(cell.strip(" []()`*")) is not None for cell in cells)
        for kind, count in (("en", english), ("zh", chinese), ("time", times)):
            if 2 * count > len(cells) > 0:
                found[kind].add(column)
    return set.union(*found.values()) if found["en"] and found["zh"] else set()


# --- blocks -----------------------------------------------------------------------------------------------------------

# "[Brad]: Yes." is a definition to CommonMark, which has no idea what an address looks like.
_DEFINITION = re.compile(r"\s*\[[^\]]+\]:[^\S\n]*(?:<|[/#.]|\w+:|[\w-]+\.\w)")
_NO_TEXT = re.compile(r"\s*<(?:script|style|pre|textarea|svg|iframe|!|\?)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>\n]*>")
_HTML_ENDS = ["paragraph", "reference", "blockquote"]
"""What an HTML block and a list interrupt, as in markdown-it's own table of rules."""
_NUMBER = re.compile(r"(\d{2,9})[.)]\s")
_LISTED = re.compile(r"^[\s>]*(\d{1,9})[.)]\s", re.MULTILINE)
"""The number of an item. One of two digits or more that has no neighbour ("1906. That is when") is a sentence's."""


_FIRST_LINES = 20
"""Lines of a block that are looked at to tell prose from code: each line of a paragraph may ask."""


def _paragraph_at(state: rules_block.StateBlock, start: int, end: int) -> str:
    """The lines from ``start`` up to a blank one, the first of them if they are many."""
    lines = []
    for number in range(start, min(end, start + _FIRST_LINES)):
        line = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
        if not line.strip():
            break
        lines.append(line)
    return "\n".join(lines)


@cache
def _parser() -> MarkdownIt:
    """CommonMark with tables, blocks alone.

    Prose is read wherever it stands: indented by four spaces, as Chinese paragraphs are, or in ``<p>``.
    """
    from markdown_it import MarkdownIt, rules_block

    def reference(state: rules_block.StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        definition = _DEFINITION.match(state.src, state.bMarks[start], state.eMarks[start])
        return definition is not None and rules_block.reference(state, start, end, silent)

    def code(state: rules_block.StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        return not (state.is_code_block(start) and is_prose(_paragraph_at(state, start, end))) and rules_block.code(
            state, start, end, silent
        )

    def html(state: rules_block.StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        if not state.src.startswith("<", state.bMarks[start] + state.tShift[start]):
            return False
        text = _paragraph_at(state, start, end)
        bare = _TAG.sub("", text)
        is_text = not _NO_TEXT.match(text) and any(map(is_prose, [bare, *bare.split("\n")]))
        return not is_text and rules_block.html_block(state, start, end, silent)

    def item(state: rules_block.StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        number = _NUMBER.match(state.src, state.bMarks[start] + state.tShift[start])
        if number:
            listed = state.env.setdefault("numbers", {int(found[1]) for found in _LISTED.finditer(state.src)})
            if not {int(number[1]) - 1, int(number[1]) + 1} & listed:
                return False
        return rules_block.list_block(state, start, end, silent)

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.disable(["inline", "text_join"])
    parser.block.ruler.at("reference", reference)
    parser.block.ruler.at("code", code)
    parser.block.ruler.at("html_block", html, {"alt": _HTML_ENDS})
    parser.block.ruler.at("list", item, {"alt": _HTML_ENDS})
    return parser
