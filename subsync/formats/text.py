"""What all subtitle formats share: what the text inside a cue may hold, and how the files of others are taken apart."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from subsync.errors import SubsyncError
from subsync.text.scripts import has_letters, is_chinese
from subsync.times import parse_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from subsync.datatypes import Cue, Lang, Ms

Top: TypeAlias = Literal["en", "zh"]
"""The language of the upper lines of a bilingual cue."""
ORDER: Mapping[Top, tuple[Lang, Lang]] = {"en": ("en", "zh"), "zh": ("zh", "en")}
"""The languages of a bilingual cue from top to bottom."""

# A line of times, with or without errors in it; "A --> B" and "3 --> 4" are text.
_TIMES = re.compile(r"\d:\d[\d:., ]{0,40}-->|-->\s*\d+:\d")
_ARROW = re.compile(r"--\s?[>＞]")
_LINE_END = re.compile(r"\r\r\n|\r\n|\r|\n")
BREAK = re.compile(r"<(?i:br)\s*/?>|\[(?i:br)\]|(?<!:)\\N")
"""A line break that a program wrote as its own format has it; ``\\N`` is that of ASS, but behind a drive of Windows."""
_JOINER = "\u2060"
"""WORD JOINER: no width, no break. It keeps text from being read as syntax without changing what is seen."""


def lines_of(cue: Cue, top: Top) -> tuple[str, ...]:
    """The lines of a cue from top to bottom, none blank, no control characters."""
    return shown((*cue.en, *cue.zh) if top == "en" else (*cue.zh, *cue.en))


def shown(lines: Iterable[str]) -> tuple[str, ...]:
    """Some lines of a cue as ``lines_of`` has them."""
    return tuple(clean for line in lines for part in _parts(line) if (clean := part.strip()))


def drawable(cues: Sequence[Cue]) -> list[Cue]:
    """Cues in the order of their start, each of a millisecond at least: WebVTT wants an end after the start."""
    return sorted((replace(c, end=max(c.end, c.start + 1)) for c in cues), key=lambda c: (c.start, c.end))


def guarded(text: str, opening: str) -> str:
    """``text`` with a word joiner after each of the characters that open markup, and inside what looks like times."""
    text = re.sub(f"([{re.escape(opening)}])", rf"\1{_JOINER}", text)
    if "-->" in text:
        text = text.replace("-->", f"--{_JOINER}>").replace(":", f":{_JOINER}")
    return text


def unguarded(text: str) -> str:
    """Takes out what ``guarded`` put in."""
    return text.replace(_JOINER, "")


def by_script(lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lines of a cue that somebody wrote -> the English ones and the Chinese ones.

    A line without letters ("2024!") goes with the one above it, or with the one below if it is the first.
    """
    sides: tuple[list[str], list[str]] = ([], [])
    for line, chinese in zip(lines, are_chinese(lines), strict=True):
        sides[chinese].append(line)
    return tuple(sides[0]), tuple(sides[1])


def are_chinese(lines: Sequence[str]) -> list[bool]:
    """Which lines of a cue are Chinese."""
    known = [is_chinese(line) if has_letters(line) else None for line in lines]
    chinese = next((kind for kind in known if kind is not None), False)
    return [chinese := chinese if kind is None else kind for kind in known]


class Block(NamedTuple):
    """What stands in a file from one line of times to the next."""

    start: Ms
    end: Ms
    lines: list[str]


def blocks(text: str, path: str) -> tuple[list[str], list[Block]]:
    """A file that somebody else wrote -> the lines in front of the first cue, and what there is of each cue.

    Raises:
        SubsyncError: A line of times has none that can be read.
    """
    lines = [_plain_times(line) for line in _LINE_END.split(text.removeprefix("\ufeff"))]
    at = [n for n, line in enumerate(lines) if _TIMES.search(line)]
    found = []
    for n, until in zip(at, [*at[1:], len(lines)], strict=False):
        left, _, right = lines[n].partition("-->")
        start, end = _clock(left.strip()), _clock((right.split() or [""])[0])
        if start is None or end is None:
            raise SubsyncError(
                f"{path}:{n + 1}: no times in {lines[n].strip()[:80]!r}", "Write them as 00:01:02,345 --> 00:01:04,000."
            )
        found.append(Block(start, end, lines[n + 1 : until]))
    return lines[: at[0]] if at else lines, found


def one_line(text: str) -> str:
    """A name or a title without line breaks, control characters and halves of characters."""
    return " ".join("".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text).split())


def _clock(text: str) -> Ms | None:
    """A time as programs write it that know no standard: ``0:0:5,0``, ``00:00:05:000``."""
    return parse_clock(re.sub(r"(?<![\d.,])(\d)(?!\d)", r"0\1", re.sub(r":(\d{3})$", r".\1", text)))


def _plain_times(line: str) -> str:
    """Times as they were before a translator put wide digits, spaces or marks of direction into them."""
    if not _ARROW.search(line):
        return line
    plain = _ARROW.sub("-->", line)
    plain = "".join(c for c in unicodedata.normalize("NFKC", plain) if unicodedata.category(c) != "Cf")
    plain = re.sub(r"(?<=\d)\s*([:.,])\s*(?=\d)", r"\1", plain)
    return plain if _TIMES.search(plain) else line


def _parts(line: str) -> Iterator[str]:
    if line.isprintable():  # as nearly all are, so that they need not be looked at character by character
        yield line
        return
    for part in re.split(r"[\r\n\x0b\x0c\x85\u2028\u2029]", line):
        yield "".join(" " if c == "\t" else c for c in part if c == "\t" or unicodedata.category(c) != "Cc")
