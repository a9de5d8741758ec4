"""Whether a Chinese word sounds like an English name: 布兰登 and Brandon.

Chinese writes foreign names in syllables of its own. What survives are the consonants, roughly: b and p, d and t, l and
r become one another, and r and l at the end of a syllable may go. Both are written in classes of consonants, and those
are compared.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, product

from rapidfuzz.distance import Levenshtein

from subsync.text.cedict import readings

_ENGLISH = re.compile(
    r"(?P<F>ph|[vf]+|w(?=[aeiou]))|(?P<S>sch|sh|s+|x|z|c(?=[eiy]))|(?P<C>t?ch|j|g(?=[eiy]))|(?P<K>ck|qu?|[ck]+|gu?)"
    r"|(?P<P>[bp]+)|(?P<T>th|[dt]+)|(?P<H>h(?=[aeiouy]))|(?P<M>m+)|(?P<N>n+)|(?P<L>[lr]+)"
)
_PINYIN = re.compile(
    r"(?P<C>zh|ch|[jqcz])|(?P<S>sh|[xs])|(?P<P>[bp])|(?P<T>[dt])|(?P<K>[gk](?!$))|(?P<F>[fw])|(?P<H>h)|(?P<M>m)"
    r"|(?P<N>ng?)|(?P<L>[lr])"
)
_ALIKE = {"CS", "CK", "CT", "HK", "FH", "FP", "MN", "SH"}
"""Classes that stand for one another: Geneva is 日内瓦, Gage 盖奇, Hugo 雨果."""
_NEARLY = 0.6
"""What is taken off the cost of a letter that stands for another one of these, or of an L that is not written."""
_ENOUGH = 0.72
"""So much of the longer one's consonants must agree."""
_MOST = 24
"""Readings of a word that are tried: a few characters have two or three."""


@lru_cache(maxsize=1024)
def _name(name: str) -> tuple[str, int]:
    """The classes of an English name's consonants, and its syllables: ``PLNTN`` and 2 for Brandon."""
    return _classes(_ENGLISH, name.lower()), len(re.findall(r"[aeiouy]+", name.lower()))


@lru_cache(maxsize=8192)
def _spoken(character: str) -> tuple[str, ...]:
    """The classes of consonants in each reading of a Chinese character."""
    return tuple(_classes(_PINYIN, reading) for reading in readings().get(character, ()))


def _classes(pattern: re.Pattern[str], text: str) -> str:
    return "".join(match.lastgroup or "" for match in pattern.finditer(text))


@lru_cache(maxsize=8192)
def sounds_like(name: str, chinese: str) -> float:
    """How alike an English name and some Chinese characters sound: 0 to 1, 0 where they do not.

    Args:
        name: one word in Latin letters.
        chinese: two characters or more.
    """
    english, syllables = _name(name)
    if len(english) < 2 or not syllables - 1 <= len(chinese) <= len(english) + syllables:
        return 0.0
    ways = [_spoken(character) for character in chinese]
    if not all(ways):
        return 0.0
    best = max(_alike(english, "".join(way)) for way in islice(product(*ways), _MOST))
    return best if best >= _ENOUGH else 0.0


def _alike(english: str, spoken: str) -> float:
    longer = max(len(english), len(spoken))
    distance = Levenshtein.distance(english, spoken)
    # Where not even letters that are all nearly alike were enough, it is not looked at which they are.
    if not spoken or 1 - (1 - _NEARLY) * distance / longer < _ENOUGH:
        return 0.0
    cost = float(distance)
    for op in Levenshtein.editops(english, spoken):
        if op.tag == "replace" and "".join(sorted(english[op.src_pos] + spoken[op.dest_pos])) in _ALIKE:
            cost -= _NEARLY
        elif op.tag == "delete" and english[op.src_pos] == "L":
            cost -= _NEARLY  # Harlan is 哈伦: an r that closes a syllable is not written
    return 1 - cost / longer
