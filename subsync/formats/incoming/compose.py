"""Lines -> a note: cues joined to paragraphs, the old times kept where nobody takes them for true."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from subsync.formats.anchors import escaped
from subsync.text.scripts import HAN_RANGES
from subsync.times import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.datatypes import Ms
    from subsync.formats.incoming.read import Line

_PAUSE: Ms = 2000
"""After so long a silence at the end of a sentence a paragraph begins."""
_WORDS = 80
"""So many, and it ends with its sentence: half a minute of talk, what one reads at a time."""
_ENDS = re.compile(r"[.!?…。！？][\"'”’」』）)\]]*$")


def note_of_lines(lines: Sequence[Line], *, title: str, source: str | None) -> str:
    """A note in our format.

    Args:
        lines: tidied, in order.
        title: of the note.
        source: address or path of the recording.

    Returns:
        Its text: front matter, paragraphs of English each followed by its Chinese, and one comment at the end with the
        old times and the descriptions of sounds. Times are no pins: ``sync`` finds them anew.
    """
    displayed = not any("。" in text for line in lines for text in line.zh)
    head = [f"title: {_quoted(title)}", *([f"source: {_quoted(source)}"] if source else [])]
    parts = ["---", *head, "---", ""]
    kept: list[str] = []
    for group in _paragraphs(lines):
        english = " ".join(text for line in group for text in line.en)
        chinese = _chinese(group, displayed=displayed)
        speaker = group[0].speaker
        for text, colon in ((english, ":"), (chinese, "：")):
            if text:
                parts += [(f"**{escaped(speaker)}{colon}** " if speaker else "") + _safe(text), ""]
        start = group[0].start
        if start is not None and (english or chinese):
            kept.append(f"{clock(start)} {(english or chinese)[:40]}")
        kept += [f"{clock(line.start or 0)} {aside}" for line in group for aside in line.asides]
    if kept:
        inside = "\n".join(kept).replace("--", "—")
        parts += [f"<!-- what was imported, with its old times:\n{inside}\n-->", ""]
    return "\n".join(parts)


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    group: list[Line] = []
    words = 0
    for line in lines:
        if group and _ends(group, words, line):
            yield group
            group, words = [], 0
        group.append(line)
        words += sum(len(text.split()) for text in line.en) + sum(len(text) // 2 for text in line.zh if not line.en)
    if group:
        yield group


def _ends(group: Sequence[Line], words: int, line: Line) -> bool:
    """Whether a paragraph ends before this line."""
    if line.start is None or (line.speaker and line.speaker != group[0].speaker):
        return True
    last = next((item for item in reversed(group) if item.en or item.zh), None)
    if last is None:
        return False
    text = (last.en or last.zh)[-1]
    pause = line.start - (last.end or line.start)
    return (bool(_ENDS.search(text)) and (pause >= _PAUSE or words >= _WORDS)) or words >= 4 * _WORDS


def _chinese(group: Sequence[Line], *, displayed: bool) -> str:
    """The Chinese of a paragraph as one text.

    Subtitles show a space for a comma and nothing for a full stop (``displayed``); there the stops are put back, at
    gaps and where the English ends a sentence, so that sentences can be told apart again.
    """
    text = ""
    for line in group:
        for k, part in enumerate(line.zh):
            gap = "，" if displayed and k else ""
            text += (gap if text and not re.search(r"[，。！？；：、…—]$", text) and gap else "") + part
        if displayed and text and line.en and _ENDS.search(line.en[-1]) and not re.search(r"[。！？…”]$", text):
            text += "。"
    if displayed:
        text = re.sub(rf"(?<=[{HAN_RANGES}]) +(?=[{HAN_RANGES}])", "，", text)
    return text


def _safe(text: str) -> str:
    """Text that Markdown shows as it is, and in which nothing at its beginning is taken for a list or a time."""
    return re.sub(r"^(\s*)(\d+)([.):：])", r"\1\2\\\3", re.sub(r"^([-+=])", r"\\\1", escaped(text)))


def _quoted(text: str) -> str:
    """A string that YAML reads as it is: JSON is YAML."""
    return json.dumps(text, ensure_ascii=False)
