"""Subtitles in markup -> what they show, and when: TTML, SAMI, and the XML of YouTube.

Only tags are looked for: a file that was cut off, or that no parser of XML takes, has its text as well, and nothing
that it may refer to is looked up.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, NamedTuple

from subsync.errors import UsageError
from subsync.formats.incoming.shown import Shown, until_the_next

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from subsync.datatypes import Ms


class _Tag(NamedTuple):
    name: str
    """In small letters, without its prefix; ``/p`` ends a ``p``."""
    values: Mapping[str, str]
    """Its attributes, by such names."""
    text: str
    """What stands behind it."""


def marked(text: str, path: str) -> list[Shown] | None:
    """What a file of one of these formats shows; ``None`` if it is of another.

    Raises:
        UsageError: a time cannot be read.
    """
    if not text.lstrip().startswith("<"):
        return None
    tags = (tag for tag in _tags(text) if tag.name[:1] not in "?!")
    root = next(tags, _Tag("", {}, ""))
    if root.name == "tt":
        return until_the_next(_of_ttml(root, _passages(tags, wrapped=True), path))
    if root.name == "sami":
        return until_the_next(_of_sami(_passages(tags, wrapped=True)))
    if root.name in {"timedtext", "transcript"}:
        return until_the_next(_of_youtube(_passages(tags, wrapped=False)))
    return None


_NAME = re.compile(r"[/?!]?(?:\w[\w.-]*:)?\w[\w.-]*")
_VALUE = re.compile(r"""(?<![\w.-])([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""")


def _tags(text: str) -> Iterator[_Tag]:
    """Tags in their order, comments left out. What only looks like a tag is text."""
    text = "".join(part.partition("-->")[2] for part in f"-->{text}".split("<!--"))
    tag, said = _Tag("", {}, ""), [""]
    for piece in text.split("<"):
        inside, closed, behind = piece.partition(">")
        match = _NAME.match(inside) if closed else None
        if match is None:
            said += ["<", piece]
            continue
        yield tag._replace(text="".join(said))
        name = re.sub(r"[\w.-]+:", "", match[0]).lower()
        values = {key.lower(): a or b or c for key, a, b, c in _VALUE.findall(inside.rstrip("/"), match.end())}
        tag, said = _Tag(name, values, ""), [behind]
        if inside.endswith("/"):
            yield tag
            tag = _Tag(f"/{name}", {}, "")
    yield tag._replace(text="".join(said))


_WHOLE = {"p", "text"}
_ENDING = {"/p", "/text", "sync", "div", "/div", "/body"}


def _passages(tags: Iterable[_Tag], *, wrapped: bool) -> Iterator[_Tag]:
    """Tags, those of a passage with all that is in it; ``wrapped``, line ends in it mean nothing."""
    held, texts = None, list[str]()
    for tag in tags:
        text = re.sub(r"\s+", " ", tag.text) if wrapped else tag.text
        if held is not None and tag.name in _WHOLE | _ENDING:
            yield held._replace(text="".join(texts))
            held = None
        if tag.name in _WHOLE:
            held, texts = tag, [text]
        elif held is None:
            yield tag
        elif tag.name not in {"rt", "rp"}:  # how a character is read
            texts.append(f"\n{text}" if tag.name == "br" else text)
    if held is not None:
        yield held._replace(text="".join(texts))


# --- YouTube ----------------------------------------------------------------------------------------------------------


def _of_youtube(tags: Iterable[_Tag]) -> Iterator[Shown]:
    """Srv3 and srv2 with milliseconds, srv1 with seconds; texts are escaped twice."""
    for tag in tags:
        if tag.name in _WHOLE:
            names, unit = (("t", "d"), 1) if "t" in tag.values else (("start", "dur"), 1000)
            start, long = (_ms(tag.values.get(name, ""), unit) for name in names)
            if start is not None:
                yield Shown(start, None if long is None else start + long, html.unescape(tag.text))


def _ms(value: str, unit: float) -> Ms | None:
    return round(float(value) * unit) if re.fullmatch(r"\d{1,12}(?:\.\d{1,12})?", value) else None


# --- SAMI -------------------------------------------------------------------------------------------------------------


def _of_sami(tags: Iterable[_Tag]) -> Iterator[Shown]:
    """A class of passages for each language; one that is blank ends what was shown."""
    now: Ms = 0
    for tag in tags:
        if tag.name == "sync":
            now = _ms(tag.values.get("start", ""), 1) or now
        elif tag.name == "p":
            yield Shown(now, None, tag.text, tag.values.get("class", ""))


# --- TTML -------------------------------------------------------------------------------------------------------------

_CLOCK = re.compile(r"(?:(\d{1,9}):)?(\d{1,2}):(\d{1,2}(?:\.\d{1,9})?)(?::(\d{1,4})(?:\.\d+)?)?")
_OFFSET = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)(h|ms|m|s|f|t|)")


def _of_ttml(root: _Tag, tags: Iterable[_Tag], path: str) -> Iterator[Shown]:
    """Times count from those of what is around; each language is a track."""
    units = _units(root.values)
    around: list[tuple[Ms, str]] = [(0, root.values.get("lang", ""))]
    for tag in tags:
        if tag.name in {"/body", "/div"} and len(around) > 1:
            around.pop()
        if tag.name not in {"body", "div", "p"}:
            continue
        outer, language = around[-1]
        begin, end, long = (_ttml_time(tag.values.get(name, ""), units, path) for name in ("begin", "end", "dur"))
        start = outer + (begin or 0)
        if tag.name == "p":
            until = outer + end if end is not None else start + long if long is not None else None
            yield Shown(start, until, tag.text, tag.values.get("lang", language))
        else:
            around.append((start, tag.values.get("lang", language)))


def _ttml_time(value: str, units: Mapping[str, float], path: str) -> Ms | None:
    if match := _OFFSET.fullmatch(value):
        return round(float(match[1]) * units[match[2]])
    if match := _CLOCK.fullmatch(value):
        hours, minutes, seconds, frames = (float(part or 0) for part in match.groups())
        return round(((hours * 60 + minutes) * 60 + seconds) * 1000 + frames * units["f"])
    if value:
        raise UsageError(f"{path}: no time in {value[:40]!r}", "Write it as 00:01:02.345, or as seconds: 62.345s.")
    return None


def _units(values: Mapping[str, str]) -> dict[str, float]:
    """How many milliseconds each unit of time has; W3C, "TTML1", 6.2: 30 frames a second unless they are given."""

    def numbers(name: str) -> list[float]:
        return [float(found) for found in re.findall(r"[1-9]\d{0,8}", values.get(name, ""))]

    rate, over, under = (*numbers("framerate")[:1], 30.0)[0], *(*numbers("frameratemultiplier"), 1.0, 1.0)[:2]
    frames = rate * over / under
    ticks = (*numbers("tickrate"), frames if "framerate" in values else 1.0)[0]
    return {"h": 3_600_000, "m": 60_000, "s": 1000, "": 1000, "ms": 1, "f": 1000 / frames, "t": 1000 / ticks}
