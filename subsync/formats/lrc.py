"""LRC, the lyrics of music players: a line for each cue, in the enhanced form a time for each word.

There is no standard. Minutes go on beyond 99 (players read as many digits as there are); two lines of one time are
shown together, which is how bilingual lyrics are kept; a time without text clears the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from subsync.formats.text import drawable, guarded, shown
from subsync.formats.words import worded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.datatypes import Cue, Ms, Note, SyncResult
    from subsync.formats.text import Top
    from subsync.formats.words import WordedCue

_SILENCE: Ms = 5000
"""After so long a line that is no longer said is cleared; between two cues of a talk players keep the line."""


def lrc(result: SyncResult, top: Top = "en") -> str:
    """Both languages, the two lines of a cue under one time."""
    cues, chinese = drawable(result.tracks.both), _Chinese(result.note)
    return _document(result, cues, (_plain(cue, chinese.line(cue), top) for cue in cues))


def karaoke_lrc(result: SyncResult, top: Top = "en") -> str:
    """The same with a time in front of each English word, which enhanced players (A2 extension) light up."""
    cues, chinese = drawable(result.tracks.both), _Chinese(result.note)
    return _document(result, cues, (_enhanced(item, chinese.line(item.cue), top) for item in worded(cues, result)))


def lrc_time(ms: Ms) -> str:
    """``3723006`` -> ``62:03.01``: minutes, seconds and hundredths, to the nearest."""
    minutes, rest = divmod(round(ms / 10), 6000)
    return f"{minutes:02}:{rest // 100:02}.{rest % 100:02}"


def _document(result: SyncResult, cues: Sequence[Cue], lines: Iterator[list[str]]) -> str:
    title = " ".join((result.note.title or "").split()).replace("]", ")")
    out = [f"[ti:{title}]"] if title else []
    out += [f"[length:{lrc_time(result.media.duration)}]", "[re:subsync]"]
    for k, (cue, texts) in enumerate(zip(cues, lines, strict=True)):
        out += [f"[{lrc_time(cue.start)}]{text}" for text in texts]
        following = cues[k + 1].start if k + 1 < len(cues) else result.media.duration
        if texts and following - cue.end >= _SILENCE:
            out.append(f"[{lrc_time(cue.end)}]")
    return "".join(f"{line}\n" for line in out).encode("utf-8", "replace").decode()


def _plain(cue: Cue, chinese: str, top: Top) -> list[str]:
    sides = [" ".join(shown(cue.en)), chinese]
    return [_guarded(side) for side in (sides if top == "en" else sides[::-1]) if side]


def _enhanced(item: WordedCue, chinese: str, top: Top) -> list[str]:
    words = [word for line in item.lines for word in line]
    english = " ".join(
        _guarded(word.text) if word.start is None else f"<{lrc_time(word.start)}>{_guarded(word.text)}"
        for word in words
    )
    ends = [word.end for word in words if word.end is not None]
    if ends:
        english += f" <{lrc_time(ends[-1])}>"
    sides = [english, _guarded(chinese)]
    return [side for side in (sides if top == "en" else sides[::-1]) if side]


class _Chinese:
    """The Chinese lines of a cue as one, with what the note has where they were wrapped: a space for a comma."""

    def __init__(self, note: Note) -> None:
        from subsync.cues.chinese import show_chinese

        self.shown = [show_chinese("".join(note.sentences[k].text for k in p.zh)) for p in note.paragraphs]

    def line(self, cue: Cue) -> str:
        joined: list[str] = []
        for line in shown(cue.zh):
            if joined:
                joined.append(self._gap(cue, joined[-1], line))
            joined.append(line)
        return "".join(joined)

    def _gap(self, cue: Cue, left: str, right: str) -> str:
        if cue.second is not None or (left[-1:].isascii() and right[:1].isascii()):
            return " "
        shown = "" if cue.paragraph is None else self.shown[cue.paragraph]
        return next((gap for gap in (" ", "、") if left + gap + right in shown), "")


def _guarded(text: str) -> str:
    """Text in which nothing looks like a time or a tag."""
    return guarded(text, "[<")
