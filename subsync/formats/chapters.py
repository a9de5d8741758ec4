"""Chapters: WebVTT, YouTube description, Podcasting 2.0, FFmpeg metadata, Matroska."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from subsync.formats.text import one_line
from subsync.formats.vtt import document, escaped
from subsync.text.scripts import has_letters, is_chinese
from subsync.times import clock, vtt_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import Anchor, Ms

_SHORTEST: Ms = 10_000
"""YouTube ignores the whole list if one chapter is shorter."""
_FEWEST = 3
"""YouTube ignores shorter lists."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stretch of the recording with a name."""

    title: str
    start: Ms
    end: Ms
    link: str | None = None


def chapters(anchors: Sequence[Anchor], duration: Ms) -> tuple[Chapter, ...]:
    """The sections of one level, from each to the next; those without a time are left out.

    Of the highest level that divides the recording: a single heading above all others is the title of the note.
    """
    timed = [a for a in anchors if a.start is not None and a.paragraph is None and a.start < duration]
    level = _dividing_level([a.level for a in timed])
    chosen = sorted((a for a in timed if a.level == level), key=lambda a: a.start or 0)
    chosen = [a for k, a in enumerate(chosen) if not k or a.start != chosen[k - 1].start]
    starts = [a.start or 0 for a in chosen]
    return tuple(
        Chapter(_one_line(a.heading), start, end, a.link)
        for a, start, end in zip(chosen, starts, [*starts[1:], duration], strict=False)
    )


def chapters_vtt(marks: Sequence[Chapter]) -> str:
    """A WebVTT file of ``kind="chapters"``."""
    return document((c.start, c.end, [escaped(c.title)]) for c in marks)


def chapters_txt(marks: Sequence[Chapter]) -> str:
    """Lines for a YouTube description; the reason instead if YouTube would ignore them.

    YouTube wants the first at 0:00, at least three, each of 10 s or more: a first chapter that starts later gets an
    opening one in front, and what is too short joins its neighbour.
    """
    merged, _ = _long_enough(marks)
    if len(merged) < _FEWEST:
        return f"No chapters for YouTube: {_too_few(merged)}.\n"
    # Angle brackets are not allowed in a description.
    return "".join(f"{clock(c.start)} {c.title}\n" for c in merged).translate({ord("<"): "‹", ord(">"): "›"})


def youtube_remarks(marks: Sequence[Chapter]) -> tuple[str, ...]:
    """Why the list for YouTube is not simply the chapters; empty if it is, or if there are none."""
    merged, joined = _long_enough(marks)
    if marks and len(merged) < _FEWEST:
        return (f"no chapters for YouTube: {_too_few(merged)}",)
    return tuple(
        f'YouTube takes no chapter under {_SHORTEST // 1000} seconds: "{title}" is part of "{kept}" there'
        for title, kept in joined
    )


def _too_few(merged: Sequence[Chapter]) -> str:
    return f"it wants {_FEWEST} or more of at least 10 seconds, here are {len(merged)}"


def chapters_json(marks: Sequence[Chapter]) -> str:
    """Podcasting 2.0 JSON chapters, version 1.2.0; times in seconds."""
    entries = [
        {"startTime": c.start / 1000, "endTime": c.end / 1000, "title": c.title} | ({"url": c.link} if c.link else {})
        for c in marks
    ]
    return json.dumps({"version": "1.2.0", "chapters": entries}, ensure_ascii=False, indent=1) + "\n"


def chapters_ffmeta(marks: Sequence[Chapter]) -> str:
    """FFMETADATA1; without TIMEBASE the unit would be nanoseconds."""
    head = [";FFMETADATA1"]
    for c in marks:
        title = re.sub(r"([=;#\\])", r"\\\1", c.title)
        head += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={c.start}", f"END={c.end}", f"title={title}"]
    return "\n".join(head) + "\n"


def chapters_xml(marks: Sequence[Chapter]) -> str:
    """Matroska chapters, for ``mkvmerge --chapters``; a title of both languages is shown in the viewer's."""
    root = ET.Element("Chapters")
    edition = ET.SubElement(root, "EditionEntry")
    for c in marks:
        atom = ET.SubElement(edition, "ChapterAtom")
        ET.SubElement(atom, "ChapterTimeStart").text = vtt_time(c.start)
        ET.SubElement(atom, "ChapterTimeEnd").text = vtt_time(c.end)
        for title in _languages(c.title):
            display = ET.SubElement(atom, "ChapterDisplay")
            ET.SubElement(display, "ChapterString").text = title
            ET.SubElement(display, "ChapterLanguage").text = "chi" if is_chinese(title) else "eng"
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _dividing_level(levels: Sequence[int]) -> int:
    """The highest level that makes a list for YouTube; failing that, that makes a list; failing that, that there is."""
    enough = (level for fewest in (_FEWEST, 2, 1) for level in sorted(set(levels)) if levels.count(level) >= fewest)
    return next(enough, 0)


def _long_enough(marks: Sequence[Chapter]) -> tuple[list[Chapter], list[tuple[str, str]]]:
    """Chapters as YouTube takes them: from 0:00, none shorter than 10 s. And the titles that gave way, to which."""
    joined: list[tuple[str, str]] = []
    ours = Chapter("Intro", 0, marks[0].start) if marks and marks[0].start >= 1000 else None
    merged = [ours] if ours else []
    for chapter in marks:
        if not merged or merged[-1].end - merged[-1].start >= _SHORTEST:
            merged.append(chapter)
        elif merged[-1] is ours:  # it gives way; of two of the note's own the second
            merged[-1] = replace(merged[-1], title=chapter.title, end=chapter.end)
        else:
            merged[-1] = replace(merged[-1], end=chapter.end)
            joined.append((chapter.title, merged[-1].title))
    if len(merged) > 1 and merged[-1].end - merged[-1].start < _SHORTEST:
        last = merged.pop()
        merged[-1] = replace(merged[-1], end=last.end)
        joined.append((last.title, merged[-1].title))
    return merged, joined


def _languages(title: str) -> tuple[str, ...]:
    """The two titles of ``Tides / 潮汐``; a title that is not such a pair is one."""
    for separator in re.finditer(r"\s+[/|｜／·—–-]+\s+", title):
        sides = title[: separator.start()], title[separator.end() :]
        if all(map(has_letters, sides)) and is_chinese(sides[0]) != is_chinese(sides[1]):
            return sides
    return (title,)


def _one_line(text: str) -> str:
    """A title without line breaks and without what XML cannot hold: control characters and two that are none."""
    return one_line(re.sub("[\ufffe\uffff]", " ", text)) or "…"
