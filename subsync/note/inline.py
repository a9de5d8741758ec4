"""The inline markup of a block: what of it is not read as it is written.

markdown-it does not say where in the source its inline tokens come from. So its inline rules run here behind a recorder
that notes which characters each of them consumed: what no rule took for markup is spoken, and stands in the file
exactly as it is read.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from subsync.text.scripts import HAN_RANGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    Rule: TypeAlias = Callable[[StateInline, bool], bool]
    Edit: TypeAlias = tuple[int, int, str]
    """A range of the source, and what it reads as."""


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


def edits(content: str, mask: str, env: dict[str, object]) -> list[Edit]:
    """What of ``content`` is not read as it is written, ascending.

    Line breaks are edits of their own and inside of no other.
    """
    recorder = _Recorder([], [])
    reader = inline_parser()
    if len(content) <= _LONGEST_PARAGRAPH:
        reader.inline.parse(content, reader, {**env, "recorder": recorder}, [])
    literal = []
    for token, start, end in recorder.delimiters:
        if token.type == "text" and token.content:
            literal.append((token.content, start, end))
        else:
            recorder.drop(start, end)
    for start, end in _left_over(literal, content):
        recorder.drop(start, end)
    for masked in re.finditer(f"{mask}+", content):
        recorder.drop(*masked.span())
    breaks = [match.start() for match in re.finditer("\n", content)]
    found = [(place, place + 1, "\n") for place in breaks]
    for start, end, reading in recorder.edits:
        inside = breaks[bisect_left(breaks, start) : bisect_left(breaks, end)]
        found += [(begin + 1, stop, reading) for begin, stop in pairwise([start - 1, *inside, end])]
    return sorted(found)


_CJK = re.compile(f"[{HAN_RANGES}，。！？、；：“”‘’（）《》「」『』【】…—]")
_ENDS = re.compile(r"(?:[.!?,;:。！？，；：\"'”’)）]|[^\W\d_]{3})\Z")


def _left_over(literal: list[tuple[str, int, int]], content: str) -> list[tuple[int, int]]:
    """Delimiters that CommonMark takes for text, but a writer did not mean as such.

    Beside Chinese punctuation ``*重点。*这`` is not emphasis, for want of a space; and a lone asterisk behind a word is
    the mark of a footnote.
    """
    found = []
    counts = Counter(mark for mark, _, _ in literal)
    for mark, start, end in literal:
        before, after = content[max(0, start - 1) : start], content[end : end + 1]
        is_chinese = bool(_CJK.match(before) or _CJK.match(after)) and counts[mark] > 1
        ends_a_word = _ENDS.search(content[max(0, start - 3) : start]) is not None and (not after or after.isspace())
        if is_chinese or (mark == "*" and ends_a_word):
            found.append((start, end))
    return found


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


@cache
def inline_parser() -> MarkdownIt:
    """CommonMark's inline rules with strike-through, recorded."""
    from markdown_it import MarkdownIt, rules_inline

    def image(state: StateInline, silent: bool) -> bool:  # noqa: ARG001, FBT001
        return rules_inline.image(state, True)  # noqa: FBT003 - its alternative text is not looked into

    parser = MarkdownIt("commonmark").enable("strikethrough")
    parser.inline.ruler2.disable("fragments_join")  # it would empty the tokens of unmatched delimiters
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
