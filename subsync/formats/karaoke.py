r"""Karaoke: the word that is being said lights up, in WebVTT by stamps inside the cue, in ASS by ``\kf``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from subsync.formats.ass import ass_escaped, head_of
from subsync.formats.text import ORDER, drawable, shown
from subsync.formats.vtt import document, escaped
from subsync.formats.words import worded
from subsync.times import ass_time, vtt_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import Cue, Ms, SyncResult
    from subsync.formats.text import Top
    from subsync.formats.words import CueWord, WordedCue

# --- WebVTT -----------------------------------------------------------------------------------------------------------


def karaoke_vtt(result: SyncResult, top: Top = "en") -> str:
    """Both languages, with a stamp in front of each English word: players style it by ``::cue(:past)``.

    A stamp has to lie inside its cue and behind the stamp before it (WebVTT, 4.2.2); a word for which that does not
    hold goes with the one in front.
    """
    marked = []
    for item in worded(drawable(result.tracks.both), result):
        sides = {"en": _stamped(item), "zh": [escaped(line) for line in shown(item.cue.zh)]}
        marked.append((item.cue.start, item.cue.end, [line for lang in ORDER[top] for line in sides[lang]]))
    return document(marked)


def _stamped(item: WordedCue) -> list[str]:
    reached, lines = item.cue.start, []
    for words in item.lines:
        line = []
        for word in words:
            stamp = ""
            if word.start is not None and reached < word.start < item.cue.end:
                stamp, reached = f"<{vtt_time(word.start)}>", word.start
            line.append(stamp + escaped(word.text))
        lines.append(" ".join(line))
    return lines


# --- ASS --------------------------------------------------------------------------------------------------------------

_SUNG, _WAITING = "&H0000D7FF", "&H00FFFFFF"
"""Colours as ASS writes them (alpha, blue, green, red): gold over white."""
_LINE_HEIGHT = {"en": 48, "zh": 60}
"""Font sizes of the two styles, which in ASS are the heights of a line."""
_MARGIN = 50


def karaoke_ass(result: SyncResult, top: Top = "en") -> str:
    r"""Both languages fill with colour as they are said: English by its words, Chinese evenly over the same time.

    Karaoke runs through an event from its beginning, so each language is an event of its own. They stand on different
    layers, between which players move nothing, and the upper one gets a margin that clears the lower one's lines.
    """
    head = head_of(result.tracks.both)
    head = re.sub(r"^(Style: (?:en|zh),[^,]*,\d+,)&H\w+,&H\w+", rf"\1{_SUNG},{_WAITING}", head, flags=re.MULTILINE)
    events = [line for item in worded(drawable(result.tracks.both), result) for line in _events(item, top)]
    return head + "".join(f"{line}\n" for line in events)


def _events(item: WordedCue, top: Top) -> list[str]:
    cue = item.cue
    chinese = shown(cue.zh)
    words = [word for line in item.lines for word in line]
    texts = {
        "en": _filled(item.lines, cue.start) if words else "",
        "zh": _evenly(chinese, cue.start, *_spoken(words, cue)) if chinese else "",
    }
    counts = {"en": len(item.lines), "zh": len(chinese)}
    margin, events = _MARGIN, []
    for layer, lang in enumerate(reversed(ORDER[top])):
        if texts[lang]:
            end = ass_time(max(cue.end, cue.start + 10))
            events.append(f"Dialogue: {layer},{ass_time(cue.start)},{end},{lang},,0,0,{margin},,{texts[lang]}")
            margin += counts[lang] * _LINE_HEIGHT[lang]
    return events


def _spoken(words: Sequence[CueWord], cue: Cue) -> tuple[Ms, Ms]:
    starts = [word.start for word in words if word.start is not None]
    ends = [word.end for word in words if word.end is not None]
    return (starts[0], ends[-1]) if starts and ends else (cue.start, cue.end)


def _filled(lines: Sequence[Sequence[CueWord]], start: Ms) -> str:
    r"""English with ``\kf`` for each word: the pause before it, then the word.

    Durations are differences of rounded times, so that hundredths do not add up to a drift.
    """
    now = _hundredths(start)
    out = []
    for line in lines:
        parts = []
        for word in line:
            tags = ""
            if word.start is not None and word.end is not None:
                begin, end = max(now, _hundredths(word.start)), max(now, _hundredths(word.end))
                tags = (rf"{{\k{begin - now}}}" if begin > now else "") + rf"{{\kf{end - begin}}}"
                now = end
            parts.append(tags + ass_escaped(word.text))
        out.append(" ".join(parts))
    return r"\N".join(out)


def _evenly(lines: Sequence[str], start: Ms, begin: Ms, end: Ms) -> str:
    """Chinese that fills from ``begin`` to ``end``, each character as long as the next."""
    total = max(1, sum(map(len, lines)))
    first, length = _hundredths(begin), max(0, _hundredths(end) - _hundredths(begin))
    done, out = 0, []
    for line in lines:
        line_start, done = done, done + len(line)
        share = length * done // total - length * line_start // total
        out.append(rf"{{\kf{share}}}{ass_escaped(line)}")
    wait = first - _hundredths(start)
    return (rf"{{\k{wait}}}" if wait > 0 else "") + r"\N".join(out)


def _hundredths(ms: Ms) -> int:
    return round(ms / 10)
