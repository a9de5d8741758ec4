"""Which script a text is in, where its sentences end, how wide it is on the screen."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subsync.datatypes import Lang

_HAN_RANGES = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN = re.compile(f"[{_HAN_RANGES}]")
_ALPHABETIC_WORD = re.compile(rf"(?:(?![{_HAN_RANGES}])[^\W\d_])+(?:['’][^\W\d_]+)?")

# What makes a sentence of either language, and is hardly ever in a name quoted from it. Each counts three times, so
# that "It is 深度求索" is English and "我用 ChatGPT 和 Claude Code" Chinese.
_CHINESE_PARTICLES = frozenset(
    "的了是在我你他她们們这這那和有也就都不很与與把被给給说說要会會吗嗎呢吧么麼为為从從对對到"
)
_ENGLISH_PARTICLES = re.compile(
    r"an?|and|are|as|at|be|been|but|by|can|did|do|does|don't|for|from|had|has|have|he|her|his|how|if|i|i'm|in|is|it|it's"
    r"|its|me|my|no|not|of|on|or|our|she|so|that|that's|the|their|them|there|they|they're|this|to|was|we|we're|were|what"
    r"|when|who|why|will|with|your?|you're",
    re.IGNORECASE,
)
_PARTICLE_WEIGHT = 3
# A name ("OpenAI", "GPT") says little about the sentence it stands in.
_NAME_WEIGHT = 0.25

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
    rf"[。！？｡]+[。！？｡!?…]*|(?<=[{_HAN_RANGES}])[!?.]+|(?<![!?])[!?]+(?=\s|$)|(?<!…)…+(?=[\s”’」』]|$)"
)
_CARRIES_ON = re.compile(r"[，、；：,;:。！？…）)]")
"""Behind a closing mark these carry the sentence on: “恐慌。”，"""

_FULL_COLUMN = frozenset("“”‘’…—·")
"""Narrow or ambiguous in Unicode's East Asian Width, a full column in Chinese fonts."""


def has_letters(text: str) -> bool:
    """Whether there is anything to say in ``text`` but numbers: a letter of any script."""
    return any(map(str.isalpha, text))


def count_han(text: str) -> int:
    """How many Chinese characters ``text`` has."""
    return len(_HAN.findall(text))


def is_chinese(text: str) -> bool:
    """Whether ``text``, a block or a line, is Chinese rather than English.

    Letters decide, digits and punctuation do not: ``"2024年"`` is Chinese, ``"2024"`` is not. Chinese full of Latin
    names is Chinese, English with a Chinese name in it is English.
    """
    chinese = sum(_PARTICLE_WEIGHT if char in _CHINESE_PARTICLES else 1 for char in _HAN.findall(text))
    return chinese > sum(map(_english_weight, _ALPHABETIC_WORD.findall(text)))


def _english_weight(word: str) -> float:
    if _ENGLISH_PARTICLES.fullmatch(word.replace("’", "'")):
        return _PARTICLE_WEIGHT
    return 1 if word.islower() else _NAME_WEIGHT


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


def width(text: str) -> float:
    """Columns of ``text`` in a Chinese line: a full-width character has 1, a Latin one 0.5, a combining one 0."""
    return sum(map(_char_width, text))


def _char_width(char: str) -> float:
    if char in _FULL_COLUMN or unicodedata.east_asian_width(char) in "WF":
        return 0 if unicodedata.combining(char) else 1
    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Cf", "Cc"):
        return 0
    # Symbols from the arrows on are drawn as emoji or as wide as one, whatever their East Asian Width.
    return 1 if category == "So" and char >= "←" else 0.5
