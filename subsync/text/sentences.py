"""Where the sentences of either language end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from subsync.text.scripts import HAN_RANGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subsync.datatypes import Lang

_CLOSING = "\"'”’»」』﹂﹄)]）】》〉"
_CLOSERS = re.compile(f"[{re.escape(_CLOSING)}]*")

# The splitter keeps a quotation whole ('"Hey. You know." Then'); half a minute of quoted speech is too long for that,
# so it does not get to see the marks. Line breaks of the file mean nothing either, and the stops of other scripts make
# it take time quadratic in the length ("好。" repeated: 2 s for 40,000 characters, 9 s for 80,000).
_UNSEEN = re.compile(r"[^\w!#-/:-@\[-`{-~’…–—]")
_WESTERN_STOPS = str.maketrans("。！？", ".!?")

# Ends that sentencex 1.0.18 leaves out: its list of abbreviations has these words (Maine, Oklahoma, number, ...), and
# it knows neither "…" nor "?!" with a lower-case word behind it.
_OVERLOOKED = re.compile(
    rf"(?:\b(?:me|may|art|fed|ill|[Nn]o|[Oo]k|OK|[a-z]+\sI)\.|[a-z]…|[a-z]{{2}}[.?!](?=\))){_CLOSERS.pattern}(?=\s+[^\w\s]*[A-Z])"
    rf"|(?<![?!])[?!]{{2,}}{_CLOSERS.pattern}(?=\s)"
)

_CHINESE_END = re.compile(
    rf"[。！？｡]+[。！？｡!?…]*|(?<=[{HAN_RANGES}])[!?.]+|(?<![!?])[!?]+(?=\s|$)|(?<!…)…+(?=[\s”’」』]|$)"
)
_CARRIES_ON = re.compile(r"[，、；：,;:。！？…）)]")
"""Behind a closing mark these carry the sentence on: “恐慌。”，"""


def split_sentences(text: str, lang: Lang) -> tuple[tuple[int, int], ...]:
    """Half-open character ranges of the sentences of ``text``.

    They are in order, apart, without white space at the edges, never empty, and cover all that is not white space.
    A closing mark belongs to the sentence before it; punctuation alone is not a sentence unless there is nothing else.
    """
    ends = _chinese_ends(text) if lang == "zh" else _english_ends(text)
    ranges: list[tuple[int, int]] = []
    start = place = 0
    for end in (*ends, len(text)):
        piece = text[place:end]
        place = end
        if any(map(str.isalnum, piece)):
            ranges.append((start, end))
        elif ranges and piece.strip():
            ranges[-1] = (ranges[-1][0], end)
        elif not ranges:
            continue
        start = end
    return tuple(_trim(text, *bounds) for bounds in ranges or [(0, len(text))] if text[slice(*bounds)].strip())


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return end - len(piece.lstrip()), start + len(piece.rstrip())


def _english_ends(text: str) -> list[int]:
    from sentencex import segment

    ends = {match.end() for match in _OVERLOOKED.finditer(text)}
    place = 0
    for piece in segment("en", _UNSEEN.sub(" ", text.translate(_WESTERN_STOPS))):
        closers = _CLOSERS.match(text, place + len(piece.rstrip()))
        assert closers is not None, "matches the empty string"
        ends.add(closers.end())
        place += len(piece)
    return sorted(end for end in ends if _ends_english(text, end))


def _ends_english(text: str, end: int) -> bool:
    """Whether a sentence can end here: behind a full-width stop or before white space, not before "he asked"."""
    following = text[end : end + 80].lstrip()
    if following and not (text[end].isspace() or text[end - 1] in "。！？"):
        return False
    return not (text[end - 1 : end] in ('"', "”") and following[:1].islower())


def _chinese_ends(text: str) -> Iterator[int]:
    """Ends by the stops alone, which are unambiguous in Chinese (and sentencex would take quadratic time)."""
    open_marks = place = 0
    for match in _CHINESE_END.finditer(text):
        end = match.end()
        open_marks += text.count('"', place, end)
        while end < len(text) and text[end] in _CLOSING and (text[end] != '"' or open_marks % 2):
            open_marks += text[end] == '"'
            end += 1
        place = end
        if end == match.end() or not _CARRIES_ON.match(text, end):
            yield end
