"""Which script a text is in, and how wide it is on the screen."""

from __future__ import annotations

import re
import unicodedata

from subsync.text.words import CHINESE_PARTICLES, ENGLISH_PARTICLES

HAN_RANGES = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""Chinese characters, as the inside of a character class."""

_HAN = re.compile(f"[{HAN_RANGES}]")
_ALPHABETIC_WORD = re.compile(rf"(?:(?![{HAN_RANGES}])[^\W\d_])+(?:['’][^\W\d_]+)?")

_PARTICLE_WEIGHT = 3
"""What makes a sentence of either language counts three times, so that "It is 深度求索" is English and "我用 ChatGPT 和
Claude Code" Chinese."""
# A name ("OpenAI", "GPT") says little about the sentence it stands in.
_NAME_WEIGHT = 0.25

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
    chinese = sum(_PARTICLE_WEIGHT if char in CHINESE_PARTICLES else 1 for char in _HAN.findall(text))
    return chinese > sum(map(_english_weight, _ALPHABETIC_WORD.findall(text)))


def _english_weight(word: str) -> float:
    if word.replace("’", "'").lower() in ENGLISH_PARTICLES:
        return _PARTICLE_WEIGHT
    return 1 if word.islower() else _NAME_WEIGHT


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
