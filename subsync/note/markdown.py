"""Markdown -> blocks of spoken text, every character with its place in the file.

markdown-it finds the blocks and the inline markup, but does not say where in the source its inline tokens come from.
So its inline rules run here behind a recorder that notes which characters each of them consumed: what no rule took for
markup is spoken, and stands in the file exactly as it is read. What CommonMark does not know (wiki links, highlights,
comments, footnotes, time stamps, speaker labels) is masked beforehand, character by character, so that no place moves.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from subsync.times import parse_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from subsync.datatypes import Ms

    Rule: TypeAlias = Callable[[StateInline, bool], bool]
    Edit: TypeAlias = tuple[int, int, str]  # source range, and what it reads as


@dataclass(frozen=True, slots=True)
class Line:
    """What is spoken of one line of the file."""

    text: str
    number: int
    """Counted from 1."""
    places: tuple[tuple[int, int, int], ...]
    """Pieces of ``text``: offset in it, first and last-plus-one character in the file."""
    speaker: str | None = None
    """From a label that cannot be anything else: ``**Brad:**``, ``Brad Gerstner (12:34):``."""
    pin: Ms | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (with a level) or a paragraph (without), wherever it stands: in a list, in a quotation."""

    level: int | None
    lines: tuple[Line, ...]


def parse_blocks(text: str, *, skip: int = 0) -> list[Block]:
    """The headings and paragraphs of ``text`` in order, without those that are code, HTML, tables or comments.

    Args:
        text: a whole file; line endings and a byte order mark may be any.
        skip: so many lines at its start are not Markdown (front matter).
    """
    source = _Source.of(text, skip)
    env: dict[str, object] = {}
    tokens = _parser().parse("\n".join(source.lines), env)
    found = []
    in_table = False
    for before, token in pairwise(tokens):
        in_table = before.type == "table_open" or (in_table and before.type != "table_close")
        if token.type == "inline" and not in_table:
            found.append(_block(before, token, source, env))
    return found


_SETEXT_LIMIT = 200  # A paragraph right above a "---" is a heading to CommonMark; nobody writes headings this long.


def _block(opening: Token, token: Token, source: _Source, env: dict[str, object]) -> Block:
    level = int(opening.tag[1]) if opening.type == "heading_open" else None
    if level and opening.markup in ("-", "=") and len(token.content) > _SETEXT_LIMIT:
        level = None
    assert token.map is not None, "block tokens have lines"
    return Block(level, tuple(_lines(token.content, token.map[0], source, env, is_heading=level is not None)))


# --- the file, with what is not Markdown masked -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Source:
    lines: list[str]
    starts: list[int]
    """Offset of each line in the file."""
    mask: str
    """A character that the file does not have; it stands for one that is not spoken."""

    @classmethod
    def of(cls, text: str, skip: int) -> _Source:
        mask = next(char for char in map(chr, range(0xE000, 0x110000)) if char not in text)
        lines, starts = [], [0]
        for match in re.finditer(r"([^\r\n]*)(\r\n|\r|\n|$)", text):
            lines.append(match[1])
            starts.append(match.end())
        lines[:skip] = [""] * skip
        if lines[0].startswith("\ufeff"):
            lines[0], starts[0] = lines[0][1:], 1
        lines = list(_without_comments([_without_marks(line, mask) for line in lines], mask))
        # Lines of white space or of comments only are blank, also where Unicode's white space is not Markdown's.
        return cls([line if line.replace(mask, "").strip() else "" for line in lines], starts, mask)


_CLOCK = r"(?:\d{1,3}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?"
# Our own timestamps, the comment with the link that goes with it. What `link` wrote is not a pin: it must not bind the
# next run.
_TIME_LINK = re.compile(rf"\[{_CLOCK}\]\([^()\s]*\)")
_MARK = re.compile(
    rf"(?:{_TIME_LINK.pattern}|(?<![\d:]){_CLOCK})?<!--\s*subsync\b[^\n]*?-->(?:\s*{_TIME_LINK.pattern})?"
)
_FENCE = re.compile(r"[\s>]*(?:[-*+]\s+)?(`{3,}(?=[^`]*$)|~{3,})")
_COMMENT_START = re.compile(r"`[^`]*`|<!--|(?<!\d)%%")
_COMMENT_ENDS = {"<!--": "-->", "%%": "%%"}


def _without_marks(line: str, mask: str) -> str:
    return _MARK.sub(lambda match: mask * len(match[0]), line) if "<!--" in line else line


def _without_comments(lines: list[str], mask: str) -> Iterator[str]:
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
            masked, end = _mask_comments(line, end, mask, {end for end, place in last.items() if place > number})
            yield masked


def _mask_comments(line: str, end: str, mask: str, later: set[str]) -> tuple[str, str]:
    """``line`` with its comments masked, and the end of the one that is still open (``later``: ends that do come)."""
    pieces = []
    place = 0
    indent = len(line) - len(line.lstrip())
    last = {closing: line.rfind(closing) for closing in _COMMENT_ENDS.values()}
    while place < len(line):
        if end:
            stop = line.find(end, place)
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
    return "".join(pieces) + line[place:], end


# --- inline: masks ----------------------------------------------------------------------------------------------------

_FOOTNOTE_TEXT = re.compile(r"^\[\^[^\[\]\s]+\]:.*", re.MULTILINE | re.DOTALL)
_WIKI_LINK = re.compile(r"(?<!!)\[\[(?:[^\[\]\n|]*\|)*#?(?P<kept>[^\[\]\n|#]+)(?:#[^\[\]\n|]*)?\]\]")
_HIGHLIGHT = re.compile(r"==(?=\S)(?P<kept>(?:(?!==)[^\n])+)(?<=\S)==")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_UNSPOKEN = re.compile(
    r"!\[\[[^\[\]\n]*\]\]"  # an embedded note or picture
    r"|\[\^[^\[\]\s]+\]|\^\[[^\[\]\n]*\]"  # a footnote's mark; a footnote
    r"|(?<=\s)\^[\w-]+[^\S\n]*$"  # a block's name
    r"|\A\[![\w-]+\][+-]?|\A\[[ xX]\](?=\s)",  # the kind of a callout; a box to tick
    re.MULTILINE,
)


def _mask_inline(content: str, mask: str) -> str:
    """``content`` with the markup masked that CommonMark does not know; ``<br>`` becomes a line break of its length."""

    def keep(match: re.Match[str]) -> str:
        before, after = match.start("kept") - match.start(), match.end() - match.end("kept")
        return mask * before + match["kept"] + mask * after

    content = _FOOTNOTE_TEXT.sub(lambda match: re.sub(r"[^\n]", mask, match[0]), content)
    content = _UNSPOKEN.sub(lambda match: mask * len(match[0]), content)
    content = _BREAK.sub(lambda match: mask * (len(match[0]) - 1) + "\n", content)
    return _HIGHLIGHT.sub(keep, _WIKI_LINK.sub(keep, content))


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands in front of a line and is not spoken."""

    length: int
    speaker: str | None
    pin: Ms | None


_PIN = re.compile(
    rf"(?P<around>\*\*|__|)(?:\[(?P<square>{_CLOCK})(?:\s*(?:-->|[-–—~])\s*{_CLOCK})?\](?:\([^()\s]*\))?"
    rf"|[(（](?P<round>{_CLOCK})[)）]|(?P<bare>{_CLOCK})(?=(?P=around)\s*(?:[-–—|](?:\s|$)|$)))(?P=around)"
    r"(?:\s*[-–—|:：]+(?=\s|$))?\s*"
)
# A name of one to four words, perhaps in a wiki link (masked by now).
_MASKED = "[\ue000-\uf8ff]*"
_NAME = rf"{_MASKED}(?P<name>[^\W\d_][\w.’'-]{{,24}}(?:[ ·][\w.’'-]{{1,24}}){{,3}}){_MASKED}"
_AHEAD = rf"[\[(（]{_CLOCK}[\])）]"
_LABELS = (
    re.compile(rf"(?P<mark>[*_]{{1,3}}){_NAME}\s*(?:[:：]\s*(?P=mark)|(?P=mark)\s*(?:[:：]|(?={_AHEAD})))\s*"),
    re.compile(rf"(?![a-z]){_NAME}\s*(?={_AHEAD}\s*(?:[:：]|$))"),  # "Brad (12:34):" needs no bold type
)
_LONGEST_CHINESE_NAME = 12  # "英伟达首席执行官黄仁勋" has 11; longer ones are sentences.


def _head(line: str, mask: str, *, is_heading: bool) -> _Head:
    place = len(line) - len(line.lstrip(" \t" + mask))
    speaker = pin = None
    while True:
        stamp = _PIN.match(line, place) if pin is None else None
        time = parse_clock(stamp["square"] or stamp["round"] or stamp["bare"]) if stamp else None
        labels = (label.match(line, place) for label in _LABELS) if speaker is None and not is_heading else ()
        label = next(filter(None, labels), None)
        name = label["name"] if label else ""
        if stamp and time is not None:
            place, pin = stamp.end(), time
        elif label and (name.isascii() or len(name) <= _LONGEST_CHINESE_NAME or " " in name):
            place, speaker = label.end(), name
        else:
            return _Head(place, speaker, pin)


def _lines(content: str, first: int, source: _Source, env: dict[str, object], *, is_heading: bool) -> Iterator[Line]:
    """The lines of an inline token that starts on line ``first`` (from 0) of the file."""
    origins = _origins(content, first, source)
    lines = _mask_inline(content, source.mask).split("\n")
    heads = [_head(line, source.mask, is_heading=is_heading) for line in lines]
    masked = "\n".join(source.mask * head.length + line[head.length :] for head, line in zip(heads, lines, strict=True))
    masked = _TIME_LINK.sub(lambda match: source.mask * len(match[0]), masked)
    pieces: list[Edit] = []
    place = start = 0
    unseen = iter(heads)
    for begin, end, reading in [*_edits(masked, source.mask, env), (len(masked), len(masked), "\n")]:
        if begin > place:
            pieces.append((place, begin, masked[place:begin]))
        if reading == "\n":
            origin = origins[bisect_right(origins, start, key=lambda origin: origin.content) - 1]
            yield _line(pieces, origin, next(unseen))
            pieces, start = [], end
        elif reading and begin >= place:
            pieces.append((begin, end, reading))
        place = max(place, end)


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a line of an inline token comes from."""

    content: int
    file: int
    number: int


def _origins(content: str, first: int, source: _Source) -> list[_Origin]:
    """Block structure takes characters from both ends of a line and leaves its inside as it is."""
    origins = []
    at = 0
    for number, line in enumerate(content.split("\n"), first):
        inside = len(source.lines[number].rstrip()) - len(line.rstrip())
        origins.append(_Origin(at, source.starts[number] + inside, number + 1))
        at += len(line) + 1
    return origins


def _line(pieces: list[Edit], origin: _Origin, head: _Head) -> Line:
    places = []
    at = 0
    for begin, end, reading in pieces:
        places.append((at, origin.file + begin - origin.content, origin.file + end - origin.content))
        at += len(reading)
    return Line("".join(piece[2] for piece in pieces), origin.number, tuple(places), head.speaker, head.pin)


# --- inline: markup ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Recorder:
    """What the inline rules found in one inline token."""

    edits: list[Edit]
    delimiters: list[tuple[Token, int, int]]
    """One text token each, which becomes a tag if it finds its partner."""

    def drop(self, start: int, end: int) -> None:
        self.edits.append((start, end, ""))


# Five hours of speech have 300,000 letters. The inline rules take 30 µs for a bracket in brackets, five minutes for
# 10 MB of them; nothing is lost if the markup of such a line is read as it is written.
_LONGEST_PARAGRAPH = 300_000


def _edits(content: str, mask: str, env: dict[str, object]) -> list[Edit]:
    """What is not read as it is written: ascending; line breaks are edits of their own and inside of no other."""
    recorder = _Recorder([], [])
    parser = _parser()
    if len(content) <= _LONGEST_PARAGRAPH:
        parser.inline.parse(content, parser, {**env, "recorder": recorder}, [])
    for token, start, end in recorder.delimiters:
        if token.type != "text" or not token.content:
            recorder.drop(start, end)
    for masked in re.finditer(f"{mask}+", content):
        recorder.drop(*masked.span())
    breaks = [match.start() for match in re.finditer("\n", content)]
    edits = [(place, place + 1, "\n") for place in breaks]
    for start, end, reading in recorder.edits:
        inside = breaks[bisect_left(breaks, start) : bisect_left(breaks, end)]
        edits += [(begin + 1, stop, reading) for begin, stop in pairwise([start - 1, *inside, end])]
    return sorted(edits)


def _recorded(rule: Rule, note: Callable[[StateInline, int, _Recorder], None]) -> Rule:
    def run(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the signature of a rule
        start = state.pos
        if not rule(state, silent):
            return False
        if not silent:
            note(state, start, state.env["recorder"])
        return True

    return run


def _note_delimiters(state: StateInline, start: int, recorder: _Recorder) -> None:
    end = state.pos
    # "**重点。**这" is not emphasis to CommonMark, for want of a space; but nobody speaks two asterisks.
    if state.src.startswith("**", start):
        recorder.drop(start, end)
        return
    for token in reversed(state.tokens):
        if end <= start:
            break
        recorder.delimiters.append((token, end - len(token.content), end))
        end -= len(token.content)


def _note_escape(state: StateInline, start: int, recorder: _Recorder) -> None:
    if state.tokens[-1].content != state.src[start : state.pos]:
        recorder.drop(start, start + 1)


def _note_code(state: StateInline, start: int, recorder: _Recorder) -> None:
    if not state.pending:  # which has the back ticks if they have no partner
        width = len(state.tokens[-1].markup)
        recorder.drop(start, start + width)
        recorder.drop(state.pos - width, state.pos)


def _note_link(state: StateInline, start: int, recorder: _Recorder) -> None:
    recorder.drop(start, start + 1)
    recorder.drop(state.md.helpers.parseLinkLabel(state, start, disableNested=True), state.pos)


def _note_autolink(state: StateInline, start: int, recorder: _Recorder) -> None:
    recorder.drop(start, start + 1)
    recorder.drop(state.pos - 1, state.pos)


def _note_unspoken(state: StateInline, start: int, recorder: _Recorder) -> None:
    recorder.drop(start, state.pos)


def _note_entity(state: StateInline, start: int, recorder: _Recorder) -> None:
    recorder.edits.append((start, state.pos, state.tokens[-1].content.replace("\n", " ")))


# "[Brad]: Yes." is a definition to CommonMark, which has no idea what an address looks like.
_DEFINITION = re.compile(r"\s*\[[^\]]+\]:[^\S\n]*(?:<|[/#.]|\w+:|[\w-]+\.\w)")


@cache
def _parser() -> MarkdownIt:
    """CommonMark with tables and strike-through; blocks alone, inline by request and recorded."""
    from markdown_it import MarkdownIt, rules_block, rules_inline

    def reference(state: rules_block.StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        definition = _DEFINITION.match(state.src, state.bMarks[start], state.eMarks[start])
        return definition is not None and rules_block.reference(state, start, end, silent)

    def image(state: StateInline, silent: bool) -> bool:  # noqa: ARG001, FBT001
        return rules_inline.image(state, True)  # noqa: FBT003 - its alternative text is not looked into

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.core.ruler.disable(["inline", "text_join"])
    parser.inline.ruler2.disable("fragments_join")  # it would empty the tokens of unmatched delimiters
    parser.block.ruler.at("reference", reference)
    at = parser.inline.ruler.at
    at("escape", _recorded(rules_inline.escape, _note_escape))
    at("backticks", _recorded(rules_inline.backtick, _note_code))
    at("strikethrough", _recorded(rules_inline.strikethrough.tokenize, _note_delimiters))
    at("emphasis", _recorded(rules_inline.emphasis.tokenize, _note_delimiters))
    at("link", _recorded(rules_inline.link, _note_link))
    at("autolink", _recorded(rules_inline.autolink, _note_autolink))
    at("entity", _recorded(rules_inline.entity, _note_entity))
    at("html_inline", _recorded(rules_inline.html_inline, _note_unspoken))
    at("image", _recorded(image, _note_unspoken))
    return parser
