"""Section anchors, for programs and for people."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from subsync.times import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import Anchor


_DEEPEST = 7
"""Paragraphs stand below headings of all six levels."""


def anchors_json(anchors: Sequence[Anchor]) -> str:
    """A list of objects, one for each anchor, in the order of the note; times in ms or null."""
    entries = [
        {
            "heading": a.heading,
            "level": a.level,
            "line": a.line,
            "slug": a.slug,
            "paragraph": a.paragraph,
            "start_ms": a.start,
            "end_ms": a.end,
            "status": a.status,
            "confidence": a.confidence,
            "link": a.link,
        }
        for a in anchors
    ]
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


def anchors_md(anchors: Sequence[Anchor]) -> str:
    """A Markdown list of links, indented as the headings are deep; what is not in the recording says so."""
    above: list[int] = []
    lines = []
    for a in anchors:
        # Depth in the list, not the heading's level: an item indented by two steps at once would be code.
        level = a.level if a.paragraph is None else _DEEPEST
        above = [higher for higher in above if higher < level]
        lines.append(f"{'  ' * len(above)}- {timestamp(a)}{_label(a)}\n")
        above.append(level)
    return "".join(lines)


def timestamp(anchor: Anchor) -> str:
    """The moment of an anchor as a Markdown link, or as text where nothing plays it."""
    if anchor.start is None:
        return "(not in the recording)"
    time = clock(anchor.start)
    return f"[{time}]({_address(anchor.link)})" if anchor.link else time


def _label(anchor: Anchor) -> str:
    name = escaped(anchor.heading) if anchor.heading else f"line {anchor.line}"
    return f" {name} (approximate)" if anchor.status == "interpolated" else f" {name}"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is: Obsidian's ``==``, ``%%`` and ``::`` and entities are none either."""
    return re.sub(
        r"([\\`*_{}\[\]<>#|!$~^]|&(?=#?\w+;)|(?<==)=|=(?==)|(?<=%)%|%(?=%)|(?<=:):)", r"\\\1", re.sub(r"\s+", " ", text)
    )


def _address(link: str) -> str:
    """An address that cannot end the parentheses it stands in."""
    return re.sub(r"[\s<>()\[\]\\`\x00-\x1f\x7f]", lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), link)
