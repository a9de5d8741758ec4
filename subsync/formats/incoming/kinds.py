"""The formats in which people have subtitles -> what each shows, and when."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from subsync.errors import UsageError
from subsync.formats.incoming.markup import marked
from subsync.formats.incoming.shown import Shown, until_the_next, voice_of
from subsync.formats.text import blocks
from subsync.note.heads import has_bare_times, head_of
from subsync.times import IN_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from subsync.datatypes import Ms
    from subsync.formats.text import Block

TAKEN = (
    "SRT, WebVTT, ASS, LRC, SBV, TTML, SAMI, MicroDVD, MPL2, the TSV and JSON of Whisper, the XML and JSON of "
    "YouTube, the JSON of Bilibili and of podcasts, and plain text"
)

_EVENT = re.compile(r"^Dialogue:[^,\n]*,\s*\d+:\d\d:\d\d", re.MULTILINE)
_RANGED = re.compile(r"^[^\S\n]*\[[\d:.,]+\s*-->\s*[\d:.,]+\]", re.MULTILINE)
_CLOCK = r"\d+:\d\d(?::\d\d)?[.,]\d{1,3}"
_OTHER_ARROW = re.compile(rf"^([^\S\n]*{_CLOCK})[^\S\n]*(?:,|->|—>|–>|→)[^\S\n]*({_CLOCK}[^\S\n]*)$", re.MULTILINE)
"""Times as SBV and SubViewer have them, or with an arrow that somebody mistyped."""
_COUNTED = re.compile(r"\s*(?:\{\d{1,9}\}\{\d{0,9}\}|\[\d{1,9}\]\[\d{0,9}\])")
_NO_TEXT = re.compile(
    r"\s*(?:\{\s*\"[^\"\n]*\"\s*:|\[\s*\{\s*\"|<(?:!doctype|\?xml|html|head|body|svg)\b|Scenarist_SCC|---\n[\w-]+:|%PDF-|\{\\rtf)",
    re.IGNORECASE,
)
"""How files begin whose text cannot be told from their syntax."""


def shown_in(text: str, path: str) -> Iterable[Shown]:
    """What a file shows; which format it has, its content says.

    Raises:
        UsageError: it is of a format that is not read.
        SubsyncError: times that cannot be read.
    """
    if _EVENT.search(text):
        return _joined(_events(text))
    if _COUNTED.match(text):
        return _counted(text, path)
    found = _from_json(text) or _from_table(text) or marked(text, path)
    if found is not None:
        return found
    if _NO_TEXT.match(text):
        raise UsageError(f"{path}: is of a format that is not read: {text.split(maxsplit=1)[0][:20]}", f"Give {TAKEN}.")
    text = _OTHER_ARROW.sub(r"\1 --> \2", text)
    head, cues = ([], []) if _RANGED.search(text) else blocks(text, path)
    if cues:
        return _cues(head, cues)
    return _stamped(text) or [Shown(None, None, block) for block in re.split(r"\n\s*\n", text)]


# --- cues -------------------------------------------------------------------------------------------------------------


_SAYS = re.compile(r"[^\W\d_]{2}")


def _cues(head: Sequence[str], found: Sequence[Block]) -> Iterator[Shown]:
    vtt = any(line.startswith("WEBVTT") for line in head)
    numbered = not vtt and bool(head) and head[-1].strip().isdigit()
    if not vtt and head and (title := [line for line in head if _SAYS.search(line) and not line.startswith("[")]):
        yield Shown(0, found[0].start, "\n".join(title))
    for k, block in enumerate(found):
        lines = block.lines
        if vtt:  # a line of spaces ends no cue there: YouTube's have one
            lines = list(takewhile(bool, lines))
        elif numbered and k + 1 < len(found) and lines and lines[-1].strip().isdigit():
            lines = lines[:-1]
        yield Shown(block.start, block.end, "\n".join(lines))


_DRAWING = re.compile(r"\{[^{}]*\\p[1-9][^{}]*\}.*?(?=\{[^{}]*\\p0|$)", re.DOTALL)
_FILLER = "NTP"
"""What a program for subtitles of films writes into the field for the name, whoever speaks."""


def _events(text: str) -> Iterator[Shown]:
    """The events of ASS."""
    fields = ["Layer", "Start", "End", "Style", "Name", "MarginL", "MarginR", "MarginV", "Effect", "Text"]
    events = text.partition("[Events]")[2] or text
    if named := re.search(r"(?m)^Format:(.*)$", events):
        fields = [{"Actor": "Name"}.get(field.strip(), field.strip()) for field in named[1].split(",")]
    for line in re.findall(r"(?m)^Dialogue:(.*)$", events):
        values = dict(zip(fields, line.split(",", len(fields) - 1), strict=False))
        start, end = _time(values.get("Start", "")), _time(values.get("End", ""))
        shown = _DRAWING.sub("", values.get("Text", "").replace(r"\{", "\ue000"))
        shown = re.sub(r"\{[^{}]*\}", "", shown).replace("\ue000", "{").replace(r"\h", " ")
        lines = re.split(r"\\[Nn]", shown)
        name = values.get("Name", "").strip()
        names = [] if name in ("", _FILLER) else name.split(" & ")
        if len(names) > 1 and len(lines) % len(names) == 0:  # two share the cue, as we write it
            lines = [voice_of(names[k % len(names)]) + said for k, said in enumerate(lines)]
        elif names:
            lines[0] = voice_of(name) + lines[0]
        yield Shown(start, end, "\n".join(lines), values.get("Style", ""))


_FRAME: Ms = 100
"""An event of two frames at most: a sign that moves has one for each place."""


def _joined(events: Iterable[Shown]) -> list[Shown]:
    """Events without the layers of one text, as a glow has them, and a single one of what is set frame by frame."""
    found: list[Shown] = []
    places: dict[str, int] = {}
    for event in events:
        before = found[places[event.text]] if event.text in places else None
        if before is not None and (before.start, before.end) == (event.start, event.end):
            continue
        if before is not None and before.end == event.start and (event.end or 0) - (event.start or 0) <= _FRAME:
            found[places[event.text]] = before._replace(end=event.end)
            continue
        places[event.text] = len(found)
        found.append(event)
    return found


# --- stamps -----------------------------------------------------------------------------------------------------------

_STAMPS = re.compile(r"\s*((?:\[\d+:\d\d(?:[.:]\d+)?\])+)(.*)")
_ABOUT = re.compile(r"\s*\[(?:ti|ar|al|au|by|re|ve|la|length|offset|tool|id|hash|sign|total|kana|#):?[^\[\]]*\]\s*")
"""What LRC says of itself."""


def _stamped(text: str) -> list[Shown]:
    """Lyrics, and transcripts with times in front of their passages; nothing if few of them have one.

    What has no time belongs to the one above.
    """
    parts = [part.split("\n") for part in re.split(r"\n\s*\n", text)]
    bare = has_bare_times(("\n".join(part) for part in parts), "\ue000")
    passages: list[tuple[list[Ms], list[str]]] = [([0], [])]
    stamped = opened = 0
    for part in parts:
        passages.append((passages[-1][0], []))
        opened += bool(_stamp(part[0], bare=bare)[0])
        for line in part:
            times, said = _stamp(line, bare=bare)
            stamped += bool(times)
            if times:
                passages.append((times, []))
            elif not any(passages[-1][1]) and _in_words(line) == passages[-1][0][-1] > 0:
                continue
            if not _ABOUT.fullmatch(line):
                passages[-1][1].append(said)
    lines = sum(bool(line.strip()) for part in parts for line in part)
    if stamped < min(2, lines) or (2 * opened < len(parts) and 4 * stamped < lines):
        return []
    shown = until_the_next(Shown(time, None, "\n".join(said)) for times, said in passages for time in times)
    return sorted(shown, key=lambda one: one.start or 0)


def _stamp(line: str, *, bare: bool) -> tuple[list[Ms], str]:
    """The times in front of a line, and the rest of it, behind the voice that stands there."""
    if stamps := _STAMPS.match(line):
        return [_time(one) or 0 for one in re.findall(r"\[([\d:.]+)\]", stamps[1])], stamps[2]
    head = head_of(f"{line} ", "\ue000", bare_times=bare)
    if head.pin is None:
        return [], line
    return [head.pin], voice_of(head.speaker or "") + line[head.length :]


def _in_words(line: str) -> Ms | None:
    match = re.fullmatch(IN_WORDS, line.strip())
    return ((int(match[1] or 0) * 60 + int(match[2] or 0)) * 60 + int(match[3] or 0)) * 1000 if match else None


def _time(text: str) -> Ms | None:
    match = re.fullmatch(r"\s*(?:(\d+):)?(\d+):(\d+)(?:[.:,](\d{1,3}))?\s*", text)
    if not match:
        return None
    hours, minutes, seconds, rest = match.groups()
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int((rest or "0").ljust(3, "0"))


# --- data -------------------------------------------------------------------------------------------------------------

_KEYS = (
    ("segments", "startTime", "endTime", "body"),  # Podcasting 2.0
    ("segments", "start", "end", "text"),  # Whisper; a list of such without a name is youtube-transcript-api's
    ("body", "from", "to", "content"),  # Bilibili
)


def _from_json(text: str) -> list[Shown]:
    if not text.lstrip().startswith(("{", "[")):
        return []
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return []
    data = data if isinstance(data, dict) else {"segments": data}
    shown = [_event(entry) for entry in _entries(data, "events")]  # YouTube
    for name, start, end, said in _KEYS:
        for entry in _entries(data, name):
            if isinstance(entry.get(said), str) and start in entry:
                begin = _ms(entry[start], 1000)
                until = _ms(entry.get(end), 1000) or begin + _ms(entry.get("duration"), 1000)
                shown.append(Shown(begin, until, voice_of(str(entry.get("speaker") or "")) + entry[said]))
    return [one for one in shown if one.text.strip()]


def _entries(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = data.get(name)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _event(entry: Mapping[str, Any]) -> Shown:
    said = "".join(str(one.get("utf8", "")) for one in _entries(entry, "segs"))
    start = _ms(entry.get("tStartMs"), 1)
    return Shown(start, start + _ms(entry.get("dDurationMs"), 1), said)


def _ms(value: object, unit: Ms) -> Ms:
    """A number of seconds or of milliseconds; 0 for what is none, or is longer than a year."""
    return round(unit * value) if isinstance(value, (int, float)) and 0 <= unit * value < 3.2e10 else 0


def _from_table(text: str) -> list[Shown]:
    """Whisper's table and our own: milliseconds, a column that is named ``text``."""
    columns = text.split("\n", 1)[0].split("\t")
    if "text" not in columns or not {"start", "start_ms"} & set(columns):
        return []
    shown, now = [], 0
    for row in csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE):
        start, end = (row.get(name) or row.get(f"{name}_ms") or "" for name in ("start", "end"))
        now = int(start) if start.isdecimal() else now  # a sentence without a time stands behind the one in front
        said = voice_of(row.get("speaker") or "") + (row["text"] or "")
        shown.append(Shown(now, int(end) if end.isdecimal() else now, said))
    return shown


_MICRODVD = re.compile(r"^\{(\d{1,9})\}\{(\d{0,9})\}(.*)$", re.MULTILINE)
_MPL2 = re.compile(r"^\[(\d{1,9})\]\[(\d{0,9})\](.*)$", re.MULTILINE)


def _counted(text: str, path: str) -> list[Shown]:
    """Lines with their times as numbers: MPL2 counts tenths of a second, MicroDVD frames.

    Raises:
        UsageError: the first line does not say how many frames a second has.
    """
    found, unit = _MPL2.findall(text), 100.0
    if not text.lstrip().startswith("["):
        (_, _, first), *found = _MICRODVD.findall(text)
        if not re.fullmatch(r"\s*[1-9]\d?(?:[.,]\d{1,9})?\s*", first):
            raise UsageError(
                f"{path}: does not say how many frames a second has",
                "Write a line like {1}{1}25.000 in front, with the number of the video.",
            )
        unit = 1000 / float(first.replace(",", "."))
    return until_the_next(
        Shown(round(unit * int(start)), round(unit * int(end)) if end else None, re.sub(r"(?:^|\|)/?", "\n", said))
        for start, end, said in found
    )
