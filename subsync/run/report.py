"""Results -> what a person reads at the end of a run, and the reasons why a result is below ``--strict``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from subsync.formats.chapters import chapters, youtube_remarks
from subsync.times import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from subsync.datatypes import Note, SyncResult, TimedSentence


@dataclass(frozen=True, slots=True)
class Tally:
    """A result in figures."""

    sentences: int
    """English sentences of the note."""
    placed: int
    """Those with a time."""
    doubtful: int
    """Those with a time and a confidence below 0.5."""
    words: int
    words_placed: int
    unwritten_speech: int
    """Milliseconds of speech that the note does not have."""
    unwritten_other: int
    """Milliseconds of other sound, music for one."""

    @property
    def share_placed(self) -> float:
        """Share of the English words that have a time, 0 to 1."""
        return self.words_placed / self.words if self.words else 0.0


def tally(result: SyncResult) -> Tally:
    """Count what was placed and what was not."""
    english = list(_english(result))
    placed = [timed for timed in english if timed.status != "absent"]
    words = [word for timed in english for word in timed.words]
    lengths = {"speech": 0, "other": 0}
    for sound in result.alignment.unwritten:
        lengths[sound.kind] += sound.end - sound.start
    return Tally(
        sentences=len(english),
        placed=len(placed),
        doubtful=sum(timed.confidence < 0.5 for timed in placed),
        words=len(words),
        words_placed=sum(word.status != "absent" for word in words),
        unwritten_speech=lengths["speech"],
        unwritten_other=lengths["other"],
    )


def shortcomings(result: SyncResult) -> tuple[str, ...]:
    """Why ``--strict`` would refuse a result; empty when it would not.

    Text that is simply not in the recording is no shortcoming: notes are cut and recordings too. Half of the text
    missing, or a fifth of what was placed in doubt, is.
    """
    count = tally(result)
    reasons = []
    if count.share_placed < 0.5:
        reasons.append(
            f"{count.share_placed:.0%} of the English words were found in the recording (at least 50% asked for)"
        )
    if count.placed and count.doubtful > 0.2 * count.placed:
        reasons.append(f"{count.doubtful} of {count.placed} placed sentences are doubtful (at most a fifth asked for)")
    return tuple(reasons)


def summary(result: SyncResult) -> str:
    """A result in a few lines."""
    count = tally(result)
    lines = [
        f"{count.placed} of {count.sentences} English sentences placed in {clock(result.media.duration)} of recording"
    ]
    if count.words_placed == 0:
        lines = ["Nothing of this note was found in the recording: it may be the recording of something else."]
    if count.doubtful:
        lines.append(f"{count.doubtful} of them are doubtful (confidence below 0.5): look at those first")
    missing = _missing(result.note, result.alignment.sentences)
    if missing and count.words_placed:
        lines.append(f"not in the recording: {', '.join(missing[:8])}{' …' if len(missing) > 8 else ''}")
    extra = [
        f"{clock(ms)} of {what}"
        for what, ms in (("speech", count.unwritten_speech), ("other sound", count.unwritten_other))
        if ms
    ]
    if extra and count.words_placed:
        lines.append(f"not in the note: {' and '.join(extra)}")
    lines += left_out(result.note)
    lines += result.alignment.remarks
    lines += youtube_remarks(chapters(result.anchors, result.media.duration))
    lines.append(f"{len(result.tracks.both)} bilingual cues, {len(result.checks)} remarks on them by the reading rules")
    return "\n".join(lines)


_QUOTED = 24
"""Characters of what was not read that a summary shows."""
_NAMED = 4
"""Places of each kind that a summary names; the rest is counted."""


def left_out(note: Note) -> list[str]:
    """A sentence about what of a note is in no file of ours: blocks that are no text, Chinese beside no English."""
    found: dict[str, list[tuple[int, str]]] = {}
    for unread in note.unread:
        found.setdefault(unread.kind, []).append((unread.line, unread.text))
    lines = [f"not read: {'; '.join(_places(kind, places) for kind, places in found.items())}"] if found else []
    lone = [(p.line, "".join(note.sentences[k].text for k in p.zh)) for p in note.paragraphs if not p.en]
    if lone and len(lone) < len(note.paragraphs):
        lines.append(f"not shown, for want of English beside it: {_places('Chinese paragraph', lone)}")
    return lines


def _places(kind: str, places: list[tuple[int, str]]) -> str:
    """``2 tables (line 10 "| Time | …", line 40 "…")``."""
    named = ", ".join(f'line {line} "{_short(text)}"' for line, text in places[:_NAMED])
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    count = "1 " + kind if len(places) == 1 else f"{len(places)} {kind}s"
    return f"{count} ({named}{more})"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"


def _english(result: SyncResult) -> Iterable[TimedSentence]:
    return (timed for s, timed in result.timed if s.lang == "en")


def _missing(note: Note, timed: tuple[TimedSentence, ...]) -> list[str]:
    """Paragraphs of which nothing was spoken, as ``line 40 ("In 1953 the …")``."""
    out = []
    for paragraph in note.paragraphs:
        if paragraph.en and all(timed[i].status == "absent" for i in paragraph.en):
            first = " ".join(word.text for word in note.sentences[paragraph.en[0]].words[:4])
            out.append(f'line {paragraph.line} ("{first} …")')
    return out
