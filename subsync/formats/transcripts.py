"""Transcripts for podcast apps (Podcasting 2.0), Bilibili's subtitles, a table, and Praat's annotation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from subsync.formats.text import drawable, lines_of, one_line
from subsync.formats.vtt import document, escaped
from subsync.times import seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from subsync.datatypes import Cue, Lang, Ms, Note, SyncResult
    from subsync.formats.text import Top


def transcript_json(result: SyncResult, lang: Lang) -> str:
    """Podcasting 2.0 JSON, version 1.0.0: a segment for each sentence that is in the recording, times in seconds."""
    segments: list[dict[str, Any]] = []
    for sentence, timed in result.timed:
        if sentence.lang == lang and timed.start is not None and timed.end is not None:
            speaker = _speaker(result.note, sentence.paragraph)
            times = {"startTime": timed.start / 1000, "endTime": timed.end / 1000, "body": sentence.text}
            segments.append(({"speaker": speaker} if speaker else {}) | times)
    segments.sort(key=lambda segment: segment["startTime"])
    return _json({"version": "1.0.0", "segments": segments})


def transcript_vtt(result: SyncResult, lang: Lang) -> str:
    """WebVTT with ``<v NAME>`` wherever the note says who speaks; lines are those of the cues, under 65 characters."""
    marked = []
    for cue in drawable(result.tracks.en if lang == "en" else result.tracks.zh):
        lines = [escaped(line) for line in lines_of(cue, lang)]
        speaker = _speaker(result.note, cue.paragraph)
        if lines and speaker:
            lines = [f"<v {escaped(speaker)}>{lines[0]}", *lines[1:]]
            lines[-1] += "</v>"
        marked.append((cue.start, cue.end, lines))
    return document(marked)


def bcc_json(cues: Sequence[Cue], top: Top) -> str:
    """Bilibili's BCC: times in seconds, ``location`` 2 is the lower middle, the rest is its own default look."""
    body = [
        {"from": cue.start / 1000, "to": cue.end / 1000, "location": 2, "content": "\n".join(lines)}
        for cue in drawable(cues)
        if (lines := lines_of(cue, top))
    ]
    look = {"font_size": 0.4, "font_color": "#FFFFFF", "background_alpha": 0.5, "background_color": "#9C27B0"}
    return _json({**look, "Stroke": "none", "body": body})


def tsv(result: SyncResult) -> str:
    """A table with a row for each sentence, in the order of the note; what is not in the recording has no times."""
    rows = [("start_ms", "end_ms", "lang", "status", "confidence", "speaker", "section", "text")]
    for sentence, timed in result.timed:
        section = result.note.paragraphs[sentence.paragraph].section
        rows.append(
            (
                "" if timed.start is None else str(timed.start),
                "" if timed.end is None else str(timed.end),
                sentence.lang,
                timed.status,
                f"{timed.confidence:.3f}",
                _speaker(result.note, sentence.paragraph) or "",
                "" if section is None else result.note.sections[section].heading,
                sentence.text,
            )
        )
    return "".join("\t".join(map(one_line, row)) + "\n" for row in rows)


# --- Praat ------------------------------------------------------------------------------------------------------------

_Interval = tuple["Ms", "Ms", str]


def textgrid(result: SyncResult) -> str:
    """Praat's TextGrid with tiers for English words, English sentences and Chinese sentences.

    The intervals of a tier have to cover the recording without a hole or an overlap: what is silent is an empty one,
    what would begin inside the one before it begins at its end, and none is shorter than a millisecond.
    """
    sentences = list(result.timed)
    tiers = {
        "words": [(w.start, w.end, w.text) for s, t in sentences if s.lang == "en" for w in t.words],
        "sentences": [(t.start, t.end, s.text) for s, t in sentences if s.lang == "en"],
        "Chinese": [(t.start, t.end, s.text) for s, t in sentences if s.lang == "zh"],
    }
    full = {name: _covering(spans) for name, spans in tiers.items()}
    end = max([result.media.duration, *(tier[-1][1] for tier in full.values() if tier)])
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {seconds(end)}"]
    lines += ["tiers? <exists>", f"size = {len(full)}", "item []:"]
    for n, (name, spans) in enumerate(full.items(), start=1):
        tier = spans if spans and spans[-1][1] == end else [*spans, (spans[-1][1] if spans else 0, end, "")]
        lines += [f"    item [{n}]:", '        class = "IntervalTier"', f'        name = "{name}"']
        lines += ["        xmin = 0", f"        xmax = {seconds(end)}", f"        intervals: size = {len(tier)}"]
        for k, (start, until, text) in enumerate(tier, start=1):
            quoted = one_line(text).replace('"', '""')
            lines += [f"        intervals [{k}]:", f"            xmin = {seconds(start)}"]
            lines += [f"            xmax = {seconds(until)}", f'            text = "{quoted}"']
    return "\n".join(lines) + "\n"


def _covering(spans: Iterable[tuple[Ms | None, Ms | None, str]]) -> list[_Interval]:
    """Intervals from 0 on, one beside the other, the last one ending with the last span."""
    timed = sorted((start, end, text) for start, end, text in spans if start is not None and end is not None)
    reached, out = 0, []
    for start, end, text in timed:
        if start > reached:
            out.append((reached, start, ""))
        begin = max(start, reached)
        reached = max(end, begin + 1)
        out.append((begin, reached, text))
    return out


# --- all of them ------------------------------------------------------------------------------------------------------


def _speaker(note: Note, paragraph: int | None) -> str | None:
    name = None if paragraph is None else note.paragraphs[paragraph].speaker
    return one_line(name) if name else None


def _json(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace").decode() + "\n"
