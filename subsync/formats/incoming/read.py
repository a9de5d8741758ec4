"""Files of any encoding and of many formats -> lines with rough times."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from subsync.errors import UsageError
from subsync.formats.decoding import decoded as decoded_bytes
from subsync.formats.incoming.kinds import TAKEN, shown_in
from subsync.formats.incoming.scrambled import mended
from subsync.formats.incoming.shown import line_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import Ms
    from subsync.formats.incoming.shown import Line

LARGEST = 20 * 1024**2
"""Bytes: subtitles of ten hours have two million. Of a file no more than one beyond need be read."""


def read_file(data: bytes, *, path: str) -> tuple[Line, ...]:
    """The lines of subtitles, of a transcript or of plain text; which format it is, its content says.

    Raises:
        UsageError: it is too large, no text, of a format that is not read, or has no text in it.
        SubsyncError: times that cannot be read.
    """
    if len(data) > LARGEST:
        raise UsageError(
            f"{path}: more than {LARGEST // 1024**2} MB are no subtitles", "Give the subtitle file, not the video."
        )
    tracks: dict[str, list[int]] = {}
    lines: list[Line] = []
    for shown in shown_in(decoded(data, path), path):
        if line := line_of(shown):
            tracks.setdefault(shown.track, []).append(len(lines))
            lines.append(line)
    for places in tracks.values():
        if _is_chinese_track([lines[place] for place in places]):
            for place in places:
                lines[place] = replace(lines[place], en=(), zh=(*lines[place].en, *lines[place].zh))
    if set(tracks) == {""} and all(line.start is not None for line in lines):  # in ASS signs may stand behind it all
        lines = [*_running(lines)]
    if not any(line.en or line.zh for line in lines):
        raise UsageError(f"{path}: there is no text in it", f"Is it the right file? What is read is {TAKEN}.")
    return tuple(lines)


def _is_chinese_track(lines: Sequence[Line]) -> bool:
    """Whether a file, or a style of one, is all Chinese, so that its ``OK``, ``GPT-4`` and ``1906`` are, too.

    A sentence of English has words in small letters; one in five may be quoted.
    """
    if any(line.start is None or (line.en and line.zh) for line in lines):
        return False
    english = sum(len(re.findall(r"\b[a-z]{2,}", " ".join(line.en))) > 1 for line in lines)
    return 4 * english < sum(bool(line.zh) for line in lines)


def _running(lines: Sequence[Line]) -> Sequence[Line]:
    """A file in its order, also where two parts of a film stand in it one behind the other: times begin again there.

    One language behind the other is no second part.
    """
    parts: list[list[Line]] = []
    latest = 0
    for line in lines:
        begins = not parts or (len(parts[-1]) > 1 and _begins_again(parts[-1], line, latest))
        latest = max(0 if begins else latest, line.start or 0)
        if begins:
            parts.append([])
        parts[-1].append(line)
    if len({any(line.en for line in part) for part in parts}) > 1:
        return lines
    shift, out = 0, []
    for part in parts:
        out += [replace(x, start=(x.start or 0) + shift, end=(x.end or 0) + shift) for x in part]
        shift = max(line.end or 0 for line in out)
    return out


def _begins_again(part: Sequence[Line], line: Line, latest: Ms) -> bool:
    first = part[0].start or 0
    return (line.start or 0) <= first < latest


def decoded(data: bytes, path: str = "") -> str:
    """Bytes as text with plain line ends; what was read wrongly and saved again before is mended.

    Raises:
        UsageError: it is no text.
    """
    try:
        text = decoded_bytes(data)
    except ValueError as error:
        raise UsageError(f"{path}: is no text: {error}", "Give the subtitle file, not the video.") from error
    return re.sub(r"\r\r\n|\r\n?", "\n", mended(re.sub("[\0\x1f]|^\ufeff", "", text)))
