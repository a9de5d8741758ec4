"""How likely a Chinese text is the translation of an English one: by what stands in them, and by their lengths.

The words of the Chinese text are looked up in CC-CEDICT; a translation has many whose glosses stand in the English
text, a remark on it has few. Numbers and names in Latin letters count likewise. All is added up as a log-likelihood
ratio (translation against unrelated, natural logarithm): above 0 a translation is likelier.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from math import log, sqrt
from typing import TYPE_CHECKING

from subsync.text.glosses import EMPTY, HAN, LONGEST_WORD, read_glosses, stem
from subsync.text.quantities import chinese_quantities, english_quantities
from subsync.text.words import CHINESE_PARTICLES, ENGLISH_PARTICLES, READERS, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

_RENDERED = 0.5
"""Share of a translation's words with a gloss that stands in the original: 0.46 to 0.58 in ``samples``."""
_MASS, _CHANCE = 8, 0.08
"""Before anything is counted: of so many passages, so many have a word by chance."""
_STRAY, _WIDE = 0.2, 1.2
"""Standard deviation of the logarithm of the ratio of lengths: of a translation, and of any two paragraphs."""
_ASIDE = 3.0
"""Against a passage that has what readers say of a text, and the other has not: of 129 translations one
has, and of twenty remarks that were written without knowing the list nine."""
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_ENGLISH_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Likeness:
    """The passages of a note, ready to be compared."""

    english: Mapping[int, AbstractSet[object]]
    """Passage -> stems of its words, its words in Latin letters, its numbers."""
    chinese: Mapping[int, Sequence[AbstractSet[object]]]
    """Passage -> for each of its words what would render it, as in ``english``."""
    asides: Mapping[int, Sequence[AbstractSet[object]]]
    """Passage -> for each thing in it that readers say of a text, stems of what would be its original."""
    lengths: Sequence[float]
    """In a unit in which a text and its translation have about the same."""
    _said_in: Mapping[object, AbstractSet[int]]
    """What stands in ``english`` -> the passages in which it does."""
    _chances: dict[AbstractSet[object], float] = field(default_factory=dict)

    @classmethod
    def of(cls, english: Mapping[int, str], chinese: Mapping[int, str], lengths: Sequence[float]) -> Likeness:
        """Look up the words of ``chinese`` (index of a passage -> its text)."""
        stems = read_glosses(chinese.values())
        said = {k: _said(text) for k, text in english.items()}
        said_in: defaultdict[object, set[int]] = defaultdict(set)
        for k, things in said.items():
            for thing in things:
                said_in[thing].add(k)
        return cls(
            said,
            {k: list(_units(text, stems)) for k, text in chinese.items()},
            {k: list(_asides(text)) for k, text in chinese.items()},
            lengths,
            dict(said_in),
        )

    def score(self, en: Sequence[int], zh: Sequence[int]) -> float:
        """How much likelier it is that passages ``zh`` translate ``en`` than that they have nothing to do with it."""
        said = frozenset[object]().union(*(self.english[k] for k in en))
        total = 0.0
        for k in zh:
            for unit in self.chinese[k]:
                chance = self._chance(unit)
                total += log(_RENDERED / chance) if unit & said else log((1 - _RENDERED) / (1 - chance))
            total -= _ASIDE * any(said.isdisjoint(stems) for stems in self.asides[k])
        left, right = (sum(self.lengths[k] for k in side) for side in (en, zh))
        # A short phrase may become a long one, but two characters do not translate forty words.
        stray = _STRAY + 1 / sqrt(min(left, sqrt(left * right)))
        misfit = log(left / right)
        return total + log(_WIDE / stray) - misfit**2 / 2 * (stray**-2 - _WIDE**-2)

    def _chance(self, unit: AbstractSet[object]) -> float:
        """Share of the note's English passages that would render a word by chance."""
        if (known := self._chances.get(unit)) is not None:
            return known
        count = len(set[int]().union(*(self._said_in.get(thing, ()) for thing in unit)))
        self._chances[unit] = min(0.4, (count + _MASS * _CHANCE) / (len(self.english) + _MASS))
        return self._chances[unit]


def _asides(text: str) -> Iterator[frozenset[str]]:
    """What readers say of a text, each with the stems of what it would translate."""
    for pattern, words in _READERS.items():
        if pattern.search(text):
            yield words


_READERS = {re.compile(chinese): frozenset(map(stem, words_of(english))) for chinese, english in READERS.items()}


def _said(text: str) -> frozenset[object]:
    """Stems, Latin words and numbers of an English text."""
    words = [word for word in _ENGLISH_WORD.findall(text) if word.lower() not in EMPTY]
    found: set[object] = {stem(word) for word in words if word.lower() not in ENGLISH_PARTICLES}
    found |= {word.lower() for word in words if not word.islower()}
    return frozenset(found.union(*(quantity.values for quantity in english_quantities(text) if quantity.weight > 1)))


def _units(text: str, stems: Mapping[str, Mapping[str, float]]) -> Iterator[frozenset[object]]:
    """What may render each word of a Chinese text: of words of the dictionary, the longest first."""
    for word in _LATIN.findall(text):
        yield frozenset({word.lower(), stem(word)})
    for quantity in chinese_quantities(text):
        if quantity.weight > 1:
            yield frozenset(quantity.values)
    for run in HAN.findall(text):
        yield from _words(run, stems)


def _words(run: str, stems: Mapping[str, Mapping[str, float]]) -> Iterator[frozenset[object]]:
    place = 0
    while place < len(run):
        longest = (run[place : place + n] for n in range(min(LONGEST_WORD, len(run) - place), 0, -1))
        word = next((piece for piece in longest if piece in stems), run[place])
        place += len(word)
        if word not in CHINESE_PARTICLES and (glosses := _content(stems.get(word, {}))):
            yield glosses


def _content(glosses: Iterable[str]) -> frozenset[object]:
    return frozenset(gloss for gloss in glosses if gloss not in ENGLISH_PARTICLES)
