"""WebVTT, through webvtt-py.

webvtt-py 0.6.0 writes text as it comes ("Tom & Jerry < 3" loses its end when read back), so the escapes of the
standard are done here. No STYLE block and no settings unless asked for: ffmpeg empties files that have one (its ticket
9064), and players built on it ignore settings.
"""

from __future__ import annotations

import html
import re
from itertools import cycle, takewhile
from typing import TYPE_CHECKING

from subsync.datatypes import Cue
from subsync.errors import SubsyncError
from subsync.formats.text import ORDER, blocks, by_script, drawable, lines_of, shown
from subsync.text.variants import chinese_tag
from subsync.times import vtt_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from subsync.datatypes import Ms
    from subsync.formats.text import Top

_STYLE = """::cue(:lang(en)) { font-size: 85% }
::cue(:lang(zh)) { font-size: 100% }"""


def vtt(cues: Sequence[Cue], top: Top = "en", *, styled: bool = False) -> str:
    """Cues as a WebVTT file; ``styled`` with what only some players understand: ``<lang>``, a position, STYLE."""
    chinese = chinese_tag("".join(line for cue in cues for line in cue.zh)) if styled else ""
    marked = []
    for cue in drawable(cues):
        text = _spans(cue, top, chinese) if styled else [escaped(line) for line in lines_of(cue, top)]
        marked.append((cue.start, cue.end, _voiced(cue, text) if text else []))
    return document(marked, styled=styled)


def _voiced(cue: Cue, lines: Sequence[str]) -> list[str]:
    """Lines with their speaker; where two share the cue, the lines of each language are one's and the other's."""
    names = [cue.speaker, cue.second_speaker] if cue.second is not None else [cue.speaker]
    if None in names:
        return list(lines)
    if len(names) == 1:
        lines = ["\n".join(lines)]
    voices = [f"<v {escaped(name or '')}>{line}</v>" for name, line in zip(cycle(names), lines, strict=False)]
    return "\n".join(voices).split("\n")


def escaped(text: str) -> str:
    """Text as WebVTT has it: no raw ``&`` and ``<``, and ``>`` neither, which also keeps ``-->`` out."""
    return html.escape(text, quote=False)


def document(cues: Iterable[tuple[Ms, Ms, list[str]]], *, styled: bool = False) -> str:
    """A whole file of cues: start, end and lines as they stand there; those without lines are left out."""
    from webvtt import Caption, WebVTT
    from webvtt.models import Style

    settings = "line:85% align:center" if styled else None
    captions = [Caption(vtt_time(start), vtt_time(end), text, settings=settings) for start, end, text in cues if text]
    content: str = WebVTT(captions=captions, styles=[Style(_STYLE)] if styled else []).content
    return content.rstrip("\n") + "\n"


def _spans(cue: Cue, top: Top, chinese: str) -> list[str]:
    sides = {"en": ("en", cue.en), "zh": (chinese, cue.zh)}
    tagged = (sides[lang] for lang in ORDER[top])
    return [f"<lang {tag}>{escaped(line)}</lang>" for tag, lines in tagged for line in shown(lines)]


def read_vtt(text: str, *, path: str = "WebVTT") -> tuple[Cue, ...]:
    """The cues of anybody's WebVTT file, as a browser reads it: notes, styles, regions, settings and tags left out.

    Args:
        text: the file as decoded.
        path: its name, for messages.

    Returns:
        The cues in the order of the file, their times as they stand there; lines are sorted by their script.

    Raises:
        SubsyncError: no ``WEBVTT`` in front, or times that cannot be read.
    """
    if not re.match(r"\ufeff?WEBVTT(?:\s|$)", text):
        raise SubsyncError(
            f"{path}:1: no WEBVTT in the first line", "Is it a WebVTT file? It must start with that word."
        )
    cues = []
    for block in blocks(text, path)[1]:
        payload = "\n".join(takewhile(bool, block.lines))
        plain = html.unescape(re.sub(r"<[^>]*(?:>|$)", "", payload)).split("\n")
        cues.append(Cue(block.start, block.end, *by_script([line for part in plain if (line := part.strip())])))
    return tuple(cues)
