"""Chinese of subtitles, which show a space for a comma and nothing for a full stop -> Chinese with its stops."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from subsync.formats.incoming.shown import VOICE
from subsync.text.scripts import HAN_RANGES
from subsync.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.datatypes import Ms
    from subsync.formats.incoming.shown import Line

ENDED = "\x19"
"""Stands in Chinese where the times say that a sentence ends. No text has these characters."""
PARTED = "\x18"
"""Where cues of the Chinese meet inside a line, or one is parted over two lines."""

ENDS = re.compile(r"[.!?…。！？][\"'”’」』）)\]]*$")
"""A text that ends with its sentence."""
_STOPS = "，。！？；：、…—,.!?;:"
_STOPPED = re.compile(rf"(?:[{_STOPS}][”’」』》）]?|{ENDED}){PARTED}?$")
_SHOWN_STOP = re.compile(r"(?<=[！？…])(?![！？…])[”’」』》）]?")
_SPACE = re.compile(rf"(?<=[{HAN_RANGES}”’」』》）]) +(?=[{HAN_RANGES}“‘「『《（])")
"""A space that stands for a stop; one beside Latin letters and figures may be there for the looks."""
_NEAR: Ms = 1500
_SHARE = 0.15
"""Two ends further apart are not those of one sentence: in time, and inside of a cue of Chinese as a share of it. Where
a sentence ends inside of a cue is known from its letters alone: ``没错 钢丝就是总和`` is no two sentences beside two of
one length."""
_PAUSE: Ms = 300
"""Cues that follow one another stand two frames apart, and cues before a pause half a second (``CueOptions.pause``)."""
_LINKS = re.compile(
    "而|但|可是|不过|不過|然而|因为|因為|所以|于是|於是|因此|如果|要是|那么|那麼|否则|否則|虽然|雖然|尽管|儘管|即使|然后|然後|并且|並且|甚至|只要"
    "|就能|就会|就會|就可以"
)
"""What begins a clause: in front of it stands a comma, where a full stop would leave it alone."""
_LINKED: Ms = 500
"""So much nearer to the end of a sentence has a place to be that is in front of one."""
_GOES_ON = re.compile("[都也还還又和的地得了着著过過吗嗎呢吧在]")
"""What hardly begins one."""


# --- where the English says that a sentence ends ----------------------------------------------------------------------


class _Place(NamedTuple):
    """Where a stop may have stood in Chinese."""

    time: float
    line: int
    text: int
    """Which of its Chinese texts."""
    start: int
    end: int
    """The spaces that stand there."""
    near: float
    """How far from it the end of a sentence may be."""
    linked: bool
    """Before a word that begins a clause."""


def with_ends(lines: Sequence[Line]) -> list[Line]:
    """Lines with ``ENDED`` in their Chinese where a sentence of the English ends, which may be in another line."""
    ends = [time for line in lines for time in _english_ends(line)]
    places = sorted(place for k, line in enumerate(lines) for place in _places(k, line))
    chosen = {place for end in ends for place in _chosen(places, end)}
    zh = [list(line.zh) for line in lines]
    for place in sorted(chosen, key=lambda place: place[1:], reverse=True):
        text = zh[place.line][place.text]
        zh[place.line][place.text] = text[: place.start] + ENDED + text[place.end :]
    return [replace(line, zh=tuple(texts)) for line, texts in zip(lines, zh, strict=True)]


def _chosen(places: Sequence[_Place], end: float) -> list[_Place]:
    """The place that is nearest to an end, if that is near enough."""
    first, after = (bisect_left(places, end + way, key=lambda place: place.time) for way in (-_NEAR, _NEAR + 1))
    place = min(places[first:after], key=lambda place: abs(place.time - end) + _LINKED * place.linked, default=None)
    return [place] if place and abs(place.time - end) <= place.near else []


def _english_ends(line: Line) -> Iterator[float]:
    text = " ".join(said.rpartition(VOICE)[2] for said in line.en)
    if line.start is None or line.end is None or not text:
        return
    for _, end in split_sentences(text, "en"):
        if ENDS.search(text[:end]):
            yield line.start + (line.end - line.start) * end / len(text)


def _places(k: int, line: Line) -> Iterator[_Place]:
    if line.start is None or line.end is None:
        return
    long = line.end - line.start
    whole, said = sum(_said(text.rpartition(VOICE)[2]) for text in line.zh), 0
    for n, text in enumerate(line.zh):
        behind = text.rfind(VOICE) + 1  # a name takes no time
        inside = (match.span() for pattern in (_SPACE, _SHOWN_STOP) for match in pattern.finditer(text, behind))
        for start, end in sorted({*inside, (len(text), len(text))}):
            said += _said(text[behind:start])
            behind = start
            share = said / max(1, whole)
            near = _NEAR if share == 1 else min(_NEAR, _SHARE * long)
            ahead = (text, end) if end < len(text) else ("".join(line.zh[n + 1 : n + 2]), 0)
            begin = end if text[start:end].strip() else start  # a stop that is shown stays
            yield _Place(line.start + long * share, k, n, begin, end, near, linked=_LINKS.match(*ahead) is not None)


def _said(text: str) -> int:
    return len(re.findall(r"\w", text))


# --- which stop it was ------------------------------------------------------------------------------------------------


def stopped(lines: Sequence[Line]) -> list[Line]:
    """Lines with their Chinese as one text each, which has its stops, as far as they can be known.

    They can from English that has some. Where a line is wrapped there was mostly none.
    """
    if any("。" in text for line in lines for text in line.zh):
        return [replace(line, zh=("".join(map(_shown, line.zh)),) if line.zh else ()) for line in lines]
    told = any(ENDS.search(text) for line in lines for text in line.en)
    roomy = _is_roomy(lines)
    out: list[Line] = []
    last = None  # place of the Chinese in front
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        out.append(replace(line, zh=(_inside(line),) if line.zh else ()))
        if line.zh:
            last = len(out) - 1
        elif line.turn or line.speaker:
            last = None
        elif not line.en:
            continue
        if last is not None:
            text = out[last].zh[0]
            if line.en and told:
                text = _closed(text, _as_english(line.en[-1], inside=text.endswith(PARTED)))
            else:
                text = _closed(text, "，" if told or not _rests(line, following, roomy=roomy) else "。")
            out[last] = replace(out[last], zh=(text,))
    return [replace(line, zh=tuple(_marked(text) for text in line.zh)) for line in out]


def _inside(line: Line) -> str:
    """The Chinese of a line as one text, a comma where it was wrapped at one.

    As it mostly was where there is a stop in it beside: who wraps at stops has others where there are none.
    """
    spaced = any(map(_SPACE.search, line.zh))
    english = line.en if len(line.en) == len(line.zh) else ()
    parts = []
    for k, (text, part) in enumerate(pairwise(line.zh)):
        comma = (
            _LINKS.match(part) or (spaced and not _GOES_ON.match(part)) or (english and english[k].endswith((",", ";")))
        )
        parts.append(_closed(text, "，" if comma else ""))
    return _SPACE.sub("，", "".join([*parts, *line.zh[-1:]]))


def _closed(text: str, stop: str) -> str:
    """A text with a stop behind it, unless one is there or is known."""
    return text if _STOPPED.search(text) else text + stop


def _as_english(english: str, *, inside: bool) -> str:
    if ENDS.search(english):
        return "，" if inside else "。"  # inside of a cue of the Chinese the times have said where sentences end
    return "，" if re.search(r"[,;:—–-]$", english) else ""


def _marked(text: str) -> str:
    """Marks as the stops for which they stand."""
    text = re.sub(rf"(?<![{_STOPS}]){ENDED}", "。", text).replace(ENDED, "")
    return re.sub(rf"(?<![{_STOPS}]){PARTED}+(?![{_STOPS}]|$)", "，", text).replace(PARTED, "")


def _shown(text: str) -> str:
    """The text without marks."""
    text = text.replace(ENDED, "")
    return re.sub(rf"(?<=[A-Za-z0-9]){PARTED}+(?=[A-Za-z0-9])", " ", text).replace(PARTED, "")


def _is_roomy(lines: Sequence[Line]) -> bool:
    """Whether cues hold whole sentences: most have a stop inside of them, or two lines, and so end where one ends.

    Where each has a clause alone its end may be anything.
    """
    chinese = [line.zh for line in lines if line.zh]
    return 2 * sum(len(texts) > 1 or _SPACE.search(texts[0]) is not None for texts in chinese) > len(chinese)


def _rests(line: Line, following: Line | None, *, roomy: bool) -> bool:
    """Whether a sentence of Chinese without English ends with its cue."""
    if following is None:
        return roomy
    if line.end is None or following.start is None or _LINKS.match("".join(following.zh[:1])):
        return False
    return roomy or following.turn or following.start - line.end >= _PAUSE
