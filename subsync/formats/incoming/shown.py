"""What a file shows at once -> a line: markup taken out, languages apart, sounds beside."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from subsync.formats.incoming.names import is_sure, may_be_a_name
from subsync.formats.text import BREAK, are_chinese, unguarded
from subsync.note.languages import cut_by_language
from subsync.text.scripts import is_chinese

if TYPE_CHECKING:
    from collections.abc import Iterable

    from subsync.datatypes import Ms

VOICE = "\x1f"
"""Stands behind a name in front of a text, where the format itself says who speaks: no text has this character."""


class Shown(NamedTuple):
    """What a file shows at once, as it stands there; plain text has no times."""

    start: Ms | None
    end: Ms | None
    text: str
    track: str = ""
    """The style, where a file has several."""


_LAST: Ms = 5000
"""How long the last of them is shown, for want of anything behind it."""


def until_the_next(shown: Iterable[Shown]) -> list[Shown]:
    """Each that has a start alone until the next of its track begins."""
    found = [*shown]
    starts: dict[str, set[Ms]] = {}
    for one in found:
        starts.setdefault(one.track, set()).add(one.start or 0)
    following = {track: dict(pairwise(sorted(times))) for track, times in starts.items()}
    return [
        one._replace(end=following[one.track].get(one.start, one.start + _LAST))
        if one.end is None and one.start is not None
        else one
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """What stood on the screen at once; times are rough, or ``None`` in plain text."""

    start: Ms | None
    end: Ms | None
    en: tuple[str, ...]
    """Its English lines."""
    zh: tuple[str, ...]
    speaker: str = ""
    chinese_name: str = ""
    """What the speaker is called in Chinese, where that is another name."""
    asides: tuple[str, ...] = ()
    """Descriptions of sounds."""
    turn: bool = False
    """Somebody else speaks than before."""
    lit: bool = False
    """A part of it is marked, as players of songs mark the word that is being said."""
    held: bool = False
    """Chinese that began beside the line before goes on beside this one."""


_TAG = re.compile(
    r"<r[tp]\b[^<>]*>[^<>]*</r[tp]>"  # how a character is read
    r"|</?(?:[bius]|font|br|p|span|div|em|strong|ruby|rt|rp|c|v|lang|i)(?:[.\s/][^<>]*)?>|<a\s[^<>]*>|</a>|<[\d:.]+>"
    r"|\{\\[^{}]*\}|\{[A-Za-z]:[^{}]*\}",
    re.IGNORECASE,
)
_LIT = re.compile(r"[^\s>]\s*<(?:[bu]|font|c)\b[^<>]*>|</(?:[bu]|font|c)>\s*[^\s<]|[^\s>]\s*<\d[\d:.]*>", re.IGNORECASE)
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\x00-\x08\x0b-\x1e]")
"""Marks of direction and of no width, control characters: they hide what a line begins with."""
_NAMED = re.compile(r"<v(?:\.[\w.]*)?\s+([^<>]+)>", re.IGNORECASE)
_BOLD_END = r"(?:</(?:b|strong|font)>|\*\*|__)"
_BOLD = re.compile(
    r"^[^\S\n]*(?:[-–>]+[^\S\n]*)?(?:<(?:b|strong|font)\b[^<>\n]*>|\*\*|__)[^\S\n]*(?P<name>[^\W\d_][^\n:：<>*]{0,40}?)[^\S\n]*"
    rf"(?:[:：]{_BOLD_END}|{_BOLD_END}[:：])[^\S\n]*",
    re.MULTILINE | re.IGNORECASE,
)
"""A label that is set apart."""
_ASIDE = r"(?:[\[(（【][^\[\]()（）【】]{1,120}[\])）】]|♪[^♪]*♪|♪+)"
_ASIDES = re.compile(rf"(?:[-–>]+\s*)?{_ASIDE}(?:\s*{_ASIDE})*")


def line_of(shown: Shown) -> Line | None:
    """A line, or nothing where nothing can be seen."""
    text = BREAK.sub("\n", shown.text)
    lit = _LIT.search(_NAMED.sub("", text)) is not None
    text = _NAMED.sub(lambda voice: f"\n{voice_of(html.unescape(voice[1]))}", text)
    text = _BOLD.sub(_label, text)
    text = unguarded(_UNSEEN.sub("", html.unescape(_TAG.sub("", text))))
    text = re.sub(rf"{VOICE}\s+", VOICE, text)
    parts = [part for line in text.split("\n") for part in _parts(line)]
    if _ASIDES.fullmatch(" ".join(said for _, said in parts)):  # over several lines, too
        parts, asides = [], [" ".join(said for _, said in parts)]
    else:
        asides = [said for _, said in parts if _ASIDES.fullmatch(said)]
        parts = [part for part in parts if not _ASIDES.fullmatch(part[1])]
    chinese = are_chinese([said for _, said in parts])
    sides: tuple[list[str], list[str]] = ([], [])
    for (voice, said), side in zip(parts, chinese, strict=True):
        sides[side].append(voice + said)
    if not (parts or asides):
        return None
    return Line(shown.start, shown.end, tuple(sides[0]), tuple(sides[1]), asides=tuple(asides), lit=lit)


def _label(bold: re.Match[str]) -> str:
    """A label in bold as a voice, or as what it is without that."""
    name = bold["name"]
    return voice_of(name) if may_be_a_name(name) and is_sure(name) else f"{name}{'：' if is_chinese(name) else ': '}"


def voice_of(name: str) -> str:
    """A name that the format gives, as it stands in front of what is said."""
    return f"{' '.join(name.split())}{VOICE}" if name.strip() else ""


def _parts(line: str) -> list[tuple[str, str]]:
    """The voice and the text of a line; its pieces where both languages stand in it."""
    name, voice, said = line.rpartition(VOICE)
    pieces = [" ".join(piece.split()) for column in said.split("\t") for piece in cut_by_language(column)]
    return [(name + voice if k == 0 else "", piece) for k, piece in enumerate(filter(None, pieces))]
