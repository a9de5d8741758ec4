"""Files of any encoding and of five formats -> lines with rough times."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from subsync.errors import UsageError
from subsync.formats.text import by_script, unguarded
from subsync.text.scripts import count_han
from subsync.text.words import CHINESE_PARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subsync.datatypes import Ms

LARGEST = 20 * 1024**2
"""Bytes: subtitles of ten hours have two million."""


@dataclass(frozen=True, slots=True)
class Line:
    """What stood on the screen at once; times are rough, or ``None`` in plain text."""

    start: Ms | None
    end: Ms | None
    en: tuple[str, ...]
    """Its English lines."""
    zh: tuple[str, ...]
    speaker: str = ""
    asides: tuple[str, ...] = ()
    """Descriptions of sounds."""


def read_file(data: bytes, *, path: str) -> tuple[Line, ...]:
    """The lines of SubRip, WebVTT, ASS, LRC or plain text; which of them it is, its content says.

    Raises:
        UsageError: it is too large, no text, or has none in it.
        SubsyncError: times that cannot be read.
    """
    if len(data) > LARGEST:
        raise UsageError(
            f"{path}: {len(data) // 1024**2} MB are no subtitles", "Give the subtitle file, not the video."
        )
    text = decoded(data, path)
    if re.search(r"(?m)^\[Script Info\]|^Dialogue:", text):
        raw = _ass(text)
    elif re.search(r"(?m)^\s*\[\d+:\d\d(?:[.:]\d+)?\]", text):
        raw = _lrc(text)
    elif "-->" in text:
        raw = _cues(text, path)
    else:
        raw = ((None, None, block) for block in re.split(r"\n\s*\n", text))
    lines = tuple(line for start, end, shown in raw if (line := _line(start, end, shown)))
    if not any(line.en or line.zh for line in lines):
        raise UsageError(f"{path}: there is no text in it", "Is it the right file?")
    return lines


# --- encodings --------------------------------------------------------------------------------------------------------


def decoded(data: bytes, path: str = "") -> str:
    """Bytes as text with plain line ends: UTF-8, UTF-16, GB 18030, Big5 or Windows-1252.

    UTF-8 that was read wrongly and saved again before is mended.

    Raises:
        UsageError: it is no text.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _plain(_mended(data.decode(name, errors="replace")))
    if b"\0" in data:
        raise UsageError(f"{path}: is no text", "Give the subtitle file, not the video.")
    try:
        return _plain(_mended(data.decode("utf-8")))
    except UnicodeDecodeError:
        readings = [data.decode(name, errors="replace") for name in ("gb18030", "big5", "cp1252")]
        return _plain(max(readings, key=_likely))


def _likely(text: str) -> float:
    """How much a text looks like one: common Chinese characters count, what could not be read counts against it."""
    chinese = sum(char in CHINESE_PARTICLES for char in text) / max(1, count_han(text))
    return chinese - 10 * text.count("\ufffd") / max(1, len(text)) - (0 if count_han(text) else -0.01)


def _mended(text: str) -> str:
    """UTF-8 that was read as Windows-1252 and saved again (``ä½å¥½`` for 你好) as it was."""
    if not re.search("[\u00c2-\u00ef][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]", text):
        return text
    try:
        return b"".join(_byte(char) for char in text).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text  # it is what it looks like


def _byte(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1")  # the five that Windows-1252 leaves out


def _plain(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff")).replace("\0", "")


# --- formats ----------------------------------------------------------------------------------------------------------

_Raw = tuple["Ms | None", "Ms | None", str]


def _cues(text: str, path: str) -> Iterator[_Raw]:
    from subsync.formats.text import blocks

    head, found = blocks(text, path)
    vtt = text.startswith("WEBVTT")
    numbered = not vtt and bool(head) and head[-1].strip().isdigit()
    for k, block in enumerate(found):
        lines = block.lines
        if vtt:
            ends = next((n for n, line in enumerate(lines) if not line.strip()), len(lines))
            lines = lines[:ends]
        elif numbered and k + 1 < len(found) and lines and lines[-1].strip().isdigit():
            lines = lines[:-1]
        yield block.start, block.end, "\n".join(lines)


def _ass(text: str) -> Iterator[_Raw]:
    fields = ["Layer", "Start", "End", "Style", "Name", "MarginL", "MarginR", "MarginV", "Effect", "Text"]
    events = text.partition("[Events]")[2] or text
    if named := re.search(r"(?m)^Format:(.*)$", events):
        fields = [field.strip() for field in named[1].split(",")]
    for line in re.findall(r"(?m)^Dialogue:(.*)$", events):
        values = dict(zip(fields, line.split(",", len(fields) - 1), strict=False))
        start, end = _time(values.get("Start", "")), _time(values.get("End", ""))
        shown = re.sub(r"\{[^{}]*\}", "", values.get("Text", "").replace(r"\{", "\ue000"))
        shown = shown.replace("\ue000", "{").replace(r"\N", "\n").replace(r"\n", "\n").replace(r"\h", " ")
        name = values.get("Name", "").strip()
        yield start, end, f"<v {name}>{shown}" if name else shown


def _lrc(text: str) -> Iterator[_Raw]:
    found: list[tuple[Ms, str]] = []
    for line in text.split("\n"):
        stamps = re.match(r"\s*((?:\[\d+:\d\d(?:[.:]\d+)?\])+)(.*)", line)
        if stamps:
            shown = re.sub(r"<\d+:\d\d[.:]\d+>", "", stamps[2])
            found += [(_time(stamp) or 0, shown) for stamp in re.findall(r"\[([\d:.]+)\]", stamps[1])]
    found.sort(key=lambda item: item[0])
    times = sorted({time for time, _ in found})
    following = dict(pairwise(times))
    for time, shown in found:
        yield time, following.get(time, time + 5000), shown


def _time(text: str) -> Ms | None:
    match = re.fullmatch(r"\s*(?:(\d+):)?(\d+):(\d+)(?:[.:,](\d{1,3}))?\s*", text)
    if not match:
        return None
    hours, minutes, seconds, rest = match.groups()
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int((rest or "0").ljust(3, "0"))


# --- what is shown ----------------------------------------------------------------------------------------------------

_TAG = re.compile(
    r"</?(?:[bius]|font|br|p|span|div|em|strong|ruby|rt|rp|c|v|lang|i)(?:[.\s/][^<>]*)?>|<[\d:.]+>|\{\\[^{}]*\}",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"[\[(（【♪][^\[\]()（）【】♪]{1,60}[\])）】♪]")
_SPEAKER = re.compile(r"(?:[-–—]\s*)?(?:>>+\s*)?([A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3})\s*[:：]\s+(?=\S)")


def _line(start: Ms | None, end: Ms | None, shown: str) -> Line | None:
    voice = re.search(r"<v[.\w]*\s+([^<>]+)>", shown)
    text = re.sub(r"<br\s*/?>", "\n", shown, flags=re.IGNORECASE)
    text = unguarded(html.unescape(_TAG.sub("", text)).replace("\u00a0", " "))
    speaker = " ".join(html.unescape(voice[1]).split()) if voice else ""
    lines: list[str] = []
    asides: list[str] = []
    for part in text.split("\n"):
        whole = " ".join(part.split())
        if _ASIDE.fullmatch(whole):
            asides.append(whole)
            continue
        if not speaker and not lines and (named := _SPEAKER.match(whole)):
            speaker, whole = named[1], whole[named.end() :]
        if whole and whole not in lines:  # an export of two tracks may have a line twice
            lines.append(re.sub(r"^>>+\s*", "", whole))
    en, zh = by_script(lines)
    return Line(start, end, en, zh, speaker, tuple(asides)) if lines or asides else None
