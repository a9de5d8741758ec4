"""Text that some program read in the wrong encoding and saved again -> as it was, where that can be known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from subsync.formats.decoding import LOST, how_chinese

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BEHIND = r"[\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]"
"""What the bytes behind the first of a character of UTF-8 are in Windows-1252."""
_USUAL = r"[’”»›…–—\u00a0]"
"""Those of them that stand behind letters in text, too: ``JOSÉ’S``, ``the café…”``."""
_UTF8 = re.compile(rf"[\u00c2-\u00df](?!{_USUAL}){_BEHIND}|[\u00e0-\u00ef](?!{_USUAL}{{2}}){_BEHIND}{{2}}")
_PAIRS = re.compile(r"(?:[\u00a1-\u00ff]{2}){2,}|(?:[\u0080-\u00c6\u0152-\u2122][@-~\u00a1-\u00fe]){3,}")
"""Two bytes for each character, as GBK and Big5 have; in words of Western languages such letters stand alone."""
_PRETENCE = re.compile("[锛銆鈥鐨鍦锟涓浠鎴浜鏄\ue000-\uf8ff]")
"""What the stops, 的, 在, 一, 他, 我, 人 and 是 of UTF-8 begin with in GBK, where hardly anybody has written them."""
_SURE = 1.15
"""How much like Chinese a text is, of 2 at most (``how_chinese``); Chinese has 1.3 and more, Korean read as GBK 1.0,
and Chinese read wrongly 0.6 at most."""
_NO_CHINESE = 0.7
_LEAST = 2
"""So many of the most frequent characters have to be there: one may be chance."""
_HOLES = 0.2
"""So much of a line may be lost, and the rest is sure."""


class _Reading(NamedTuple):
    """How a text was read, and how it should have been."""

    wrong: str
    right: str
    signs: re.Pattern[str]
    """What the wrong one shows."""


_READINGS = (
    _Reading("cp1252", "utf-8", _UTF8),
    _Reading("cp1252", "gb18030", _PAIRS),
    _Reading("cp1252", "big5hkscs", _PAIRS),
    _Reading("gb18030", "utf-8", _PRETENCE),
)


def mended(text: str) -> str:
    """The text as it was before it was read in the wrong encoding (``ä½å¥½``, ``ÄãºÃ`` for 你好), if it was."""
    if not any(reading.signs.search(text) for reading in _READINGS):
        return text
    if _UTF8.search(text) and (whole := _again(text, _READINGS[0])) and LOST not in whole:
        return whole  # a text of which every byte fits, in any language
    lines = text.split("\n")
    for reading in _READINGS:
        if reading.signs.search(text):
            new = {
                k: found
                for k, line in enumerate(lines)
                if (found := _again(line, reading)) and _is_better(line, found, reading)
            }
            chinese = how_chinese("".join(new.values()))
            if chinese.score >= _SURE and chinese.frequent >= _LEAST:
                lines = [new.get(k, line) for k, line in enumerate(lines)]
    return "\n".join(lines)


def _again(text: str, reading: _Reading) -> str | None:
    """A text as it is in the right encoding; of UTF-8, where a first byte is known as one, with holes."""
    if text.isascii():
        return None
    try:
        data = b"".join(_bytes(text, reading.wrong))
    except UnicodeEncodeError:
        return None
    try:
        return data.decode(reading.right)
    except UnicodeDecodeError:
        return re.sub(f"{LOST}+", LOST, data.decode("utf-8", "replace")) if reading.right == "utf-8" else None


def _bytes(text: str, encoding: str) -> Iterable[bytes]:
    for char in text:
        if char == LOST:
            yield b"\xff"
        elif char == "€":
            yield b"\x80"  # in Windows' GBK, too
        else:
            try:
                yield char.encode(encoding)
            except UnicodeEncodeError:
                if encoding != "cp1252":
                    raise
                yield char.encode("latin-1")  # the five that Windows-1252 leaves out


def _is_better(line: str, found: str, reading: _Reading) -> bool:
    """Whether a line of Chinese came of one that was none, and hardly anything of it is lost.

    One without a sign of its own is Chinese throughout: of ``ATENÇÃO`` GBK makes ``ATEN敲O``.
    """
    was, now = how_chinese(line), how_chinese(found)
    whole = reading.signs.search(line) is not None or not re.search("[A-Za-z]", found)
    return whole and now.score > max(_NO_CHINESE, was.score) and found.count(LOST) <= _HOLES * len(found)


def scrambled(texts: Iterable[str]) -> Sequence[str]:
    """Those of the texts that still look like text in the wrong encoding, or have holes."""
    return [text for text in texts if LOST in text or _looks_scrambled(text)]


def _looks_scrambled(text: str) -> bool:
    strange = len({*_PRETENCE.findall(text)}) > 1 and how_chinese(text).score < _NO_CHINESE
    runs = re.findall(r"[\u00a1-\u00ff]{4,}", text)
    return strange or len(_UTF8.findall(text)) > 1 or any(len(set(run)) > 2 for run in runs)  # "ÁÁÁÁH!" is a scream
