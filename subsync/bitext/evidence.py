"""What in an English paragraph stands for what in its Chinese one: the matches on which pairing rests."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from subsync.text.glosses import EMPTY, HAN, read_glosses, stem
from subsync.text.quantities import Quantity, chinese_quantities, english_quantities
from subsync.text.words import CHINESE_PARTICLES, FILLERS, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from subsync.text.glosses import Glosses

    Floats: TypeAlias = NDArray[np.float64]
    Ints: TypeAlias = NDArray[np.int64]

_WORDS = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
_CONTRACTED = re.compile(r"(.+?)(?:['’](?:re|ve|ll|d|m|s)|(n['’]t))", re.IGNORECASE)
_LATIN_PIECE = re.compile(r"[a-z0-9]+", re.IGNORECASE | re.ASCII)
_LATIN_RUN = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*(?:['’.&+\-]?[a-z0-9]+)*", re.IGNORECASE | re.ASCII)

GRAMMAR = words_of(
    "i you he she it we they this that there here and or but so if what which who when where how why not no yes can "
    "will should may might must shall have do go get just like know mean right well very really more most some any all "
    "for with from about into out up down over off than then also too now one other thing way lot kind sort"
)
"""Words of grammar tell less than words of content even in a note so short that every word is rare in it."""
_HAN_GRAMMAR = CHINESE_PARTICLES | frozenset("它個个一能及上下中之其所以而但着著过過地得啊什")
_GRAMMAR_MASS = 0.3
# A character inside a longer word says less than one that stands alone: 会 in 峰会 is no "can". Chosen on the bench's
# gold among 0.2, 0.4 and 0.6, which differ little.
_INSIDE = 0.4
_SINGLE = 0.7
_MOST_ALIKE = 50
"""A word said more often than this in one paragraph pairs nothing and would make the matches grow with its square."""


@dataclass(frozen=True, slots=True)
class Token:
    """An English word or number at ``text[start:end]``."""

    start: int
    end: int
    text: str
    key: str
    """Its stem, or the acronym as it is; empty for a number."""
    quantity: Quantity | None = None


def english_tokens(text: str) -> list[Token]:
    """Numbers and words, contractions in two, fillers and words that tell nothing left out."""
    numbers = list(english_quantities(text))
    tokens = [Token(q.start, q.end, text[q.start : q.end], "", q) for q in numbers]
    taken = {i for q in numbers for i in range(q.start, q.end)}
    for match in _WORDS.finditer(text):
        if match.start() in taken:
            continue
        tokens += (Token(match.start(), match.end(), word, key) for word, key in _parts(match.group()))
    return sorted(tokens, key=lambda token: token.start)


@lru_cache(maxsize=16_384)
def _parts(word: str) -> tuple[tuple[str, str], ...]:
    """The words in a written one that tell anything, each with its key."""
    found = []
    if contracted := _CONTRACTED.fullmatch(word):
        word = contracted[1]
        if contracted[2]:
            found.append(("not", "not"))
    if word.lower() not in EMPTY and word.lower() not in FILLERS:
        found.append((word, word if word.isupper() and len(word) > 1 else stem(word)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Matches between one English and one Chinese text.

    A match says that English token ``token[k]`` may be rendered by the Chinese character at ``char[k]``, with a
    ``weight[k]`` of 0 to 1. Masses say how much it tells that a token or a character is matched at all.
    """

    en_at: Ints
    """Where each token starts in the English text."""
    en_mass: Floats
    zh_mass: Floats
    """One for each character of the Chinese text."""
    token: Ints
    char: Ints
    weight: Floats

    def coverage(
        self, en: Sequence[tuple[int, int]], zh: Sequence[tuple[int, int]], most: tuple[int, int]
    ) -> tuple[Floats, Floats]:
        """How much of each piece is matched by a run of pieces of the other language.

        Args:
            en: Half-open character ranges of the English pieces, ascending and apart.
            zh: The same for the Chinese.
            most: Longest run of English and of Chinese pieces.

        Returns:
            ``E[n, a, b]``, the mass of English piece ``a`` matched in the Chinese pieces ``b`` to ``b + n - 1``, and
            ``Z[m, a, b]``, the mass of Chinese piece ``b`` matched in the English pieces ``a`` to ``a + m - 1``. A run
            that would leave the text stops at its end; a run of 0 matches nothing.
        """
        token_piece, char_piece = _pieces(self.en_at, en), _pieces(np.arange(len(self.zh_mass)), zh)
        inside = (token_piece[self.token] >= 0) & (char_piece[self.char] >= 0)
        token, char, weight = self.token[inside], self.char[inside], self.weight[inside]
        e = _covered(token, char_piece[char], weight, (self.en_mass, token_piece), (len(en), len(zh)), most[1])
        z = _covered(char, token_piece[token], weight, (self.zh_mass, char_piece), (len(zh), len(en)), most[0])
        return e, z.transpose(0, 2, 1)


def _pieces(at: Ints, ranges: Sequence[tuple[int, int]]) -> Ints:
    """Index of the range that each offset lies in, or -1."""
    starts = np.array([start for start, _ in ranges])
    ends = np.array([end for _, end in ranges])
    piece = np.searchsorted(starts, at, side="right") - 1
    return np.where((piece >= 0) & (at < ends[np.maximum(piece, 0)]), piece, -1)


def _covered(
    unit: Ints, other: Ints, weight: Floats, units: tuple[Floats, Ints], shape: tuple[int, int], most: int
) -> Floats:
    """Best match of each unit in every run of pieces of the other side, summed over the pieces of its own."""
    mass, piece = units
    rows, row = np.unique(unit, return_inverse=True)
    best = np.zeros((len(rows), shape[1] + most))
    np.maximum.at(best, (row, other), weight)
    out = np.zeros((most + 1, *shape))
    run = np.zeros((len(rows), shape[1]))
    for n in range(most):
        run = np.maximum(run, best[:, n : n + shape[1]])
        np.add.at(out[n + 1], piece[rows], run * mass[rows, None])
    return out


Rarity: TypeAlias = tuple[tuple[str, float | None], ...]
"""How rare words are; ``None`` for one that the note has in numbers only."""


class Lexicon:
    """What a whole note knows: its glosses, and how rare its words are."""

    def __init__(self, keys: Mapping[str, float], han: Mapping[str, float], zh: Sequence[str]) -> None:
        """Read the dictionary.

        Args:
            keys: How rare English words are, by their key.
            han: How rare characters are.
            zh: Chinese texts that will be asked about.
        """
        self._keys, self._han, self._chinese = keys, han, zh
        self._near = _by_prefix(keys)
        self._renders: dict[str, list[tuple[str, float]]] = {}

    @classmethod
    def of(cls, en: Iterable[str], zh: Iterable[str]) -> Lexicon:
        """Of all English and all Chinese sentences of a note."""
        chinese = list(zh)
        keys = _rarity([{token.key for token in english_tokens(text)} for text in dict.fromkeys(en)])
        return cls(keys, _rarity([set(text) for text in chinese]), chinese)

    @classmethod
    def alone(cls, words: Rarity, chars: Rarity, zh: Sequence[str]) -> Lexicon:
        """The same as far as it tells of texts of which it gave this rarity."""
        keys, han = ({key: rare for key, rare in side if rare is not None} for side in (words, chars))
        return cls(keys, han, zh)

    @cached_property
    def _glosses(self) -> Glosses:
        return read_glosses(self._chinese)

    @cached_property
    def _lengths(self) -> dict[str, list[int]]:
        """How long the words are that begin with a character."""
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for word in self._glosses:
            lengths[word[0]].add(len(word))
        return {first: sorted(several) for first, several in lengths.items()}

    def rarity(self, en: Iterable[str], zh: Iterable[str]) -> tuple[Rarity, Rarity]:
        """All that evidence between two texts takes from the rest of the note.

        How rare each word is that a part of the English may have, also where the whole takes it for a part of a number,
        and each character.
        """
        keys = {key for text in en for match in _WORDS.finditer(text) for _, key in _parts(match.group())}
        chars = {char for text in zh for char in text}
        return (
            tuple((key, self._keys.get(key)) for key in sorted(keys)),
            tuple((char, self._han.get(char)) for char in sorted(chars)),
        )

    def _rendered(self, word: str) -> list[tuple[str, float]]:
        """English keys of the note that a Chinese word may stand for."""
        if word not in self._renders:
            found: dict[str, float] = {}
            for key, weight in self._glosses[word].items():
                if key in self._keys:
                    found[key] = max(found.get(key, 0.0), weight)
                for near in self._near.get(key[:5], ()) if len(key) >= 5 else ():
                    if near != key and _same_beginning(near, key):
                        found[near] = max(found.get(near, 0.0), 0.6 * weight)
            self._renders[word] = list(found.items())
        return self._renders[word]

    def evidence(self, sentences: Sequence[str], zh: str) -> Evidence:
        """Match English sentences, joined by spaces, with a Chinese text."""
        tokens: list[Token] = []
        place = 0
        for text in sentences:
            tokens += (replace(t, start=t.start + place, end=t.end + place) for t in english_tokens(text))
            place += len(text) + 1
        numbers = list(chinese_quantities(zh))
        latin = _latin(zh)
        found = [*self._by_gloss(tokens, zh), *_by_quantity(tokens, numbers), *_by_latin(tokens, latin)]
        token = np.array([t for t, start, end, _ in found for _ in range(start, end)], dtype=np.int64)
        char = np.array([c for _, start, end, _ in found for c in range(start, end)], dtype=np.int64)
        weight = np.array([w for _, start, end, w in found for _ in range(start, end)])
        en_mass = np.array([self._en_mass(t) for t in tokens])
        zh_mass = np.array([self._han_mass(c) for c in zh])
        for start, end, _ in latin:
            zh_mass[start:end] = 2 / (end - start)
        for q in numbers:
            zh_mass[q.start : q.end] = 2 * q.weight / (q.end - q.start)
        return Evidence(np.array([t.start for t in tokens], dtype=np.int64), en_mass, zh_mass, token, char, weight)

    def matches(self, en: str, zh: str) -> tuple[list[Token], list[_Match]]:
        """Words of an English text, and what in a Chinese one may render each: token, characters, weight."""
        tokens = english_tokens(en)
        by_number = _by_quantity(tokens, list(chinese_quantities(zh)))
        return tokens, [*self._by_gloss(tokens, zh), *by_number, *_by_latin(tokens, _latin(zh))]

    def _en_mass(self, token: Token) -> float:
        if token.quantity:
            return token.quantity.weight
        return self._keys.get(token.key, 1.0) * (_GRAMMAR_MASS if token.key in GRAMMAR else 1.0)

    def _han_mass(self, char: str) -> float:
        if not HAN.match(char):
            return 0.0
        return self._han.get(char, 1.0) * (_GRAMMAR_MASS if char in _HAN_GRAMMAR else 1.0)

    def _by_gloss(self, tokens: Sequence[Token], zh: str) -> Iterator[_Match]:
        where: defaultdict[str, list[int]] = defaultdict(list)
        for i, token in enumerate(tokens):
            where[token.key].append(i)
        stems = self._glosses
        reach = 0
        for start in range(len(zh)):
            lengths = [n for n in self._lengths.get(zh[start], ()) if start + n <= len(zh)]
            words = [word for n in lengths if (word := zh[start : start + n]) in stems]
            longest = start + len(words[-1]) if words else 0
            for word in words:
                end = start + len(word)
                discount = (_INSIDE if end < longest or end <= reach else 1.0) * (_SINGLE if end == start + 1 else 1.0)
                for key, weight in self._rendered(word):
                    if key in where and len(said := where[key]) <= _MOST_ALIKE:
                        for i in said:
                            yield i, start, end, weight * discount
            reach = max(reach, longest)


def _latin(zh: str) -> list[tuple[int, int, str]]:
    return [(m.start(), m.end(), m.group()) for m in _LATIN_RUN.finditer(zh)]


_Match: TypeAlias = tuple[int, int, int, float]
"""Token, first and last + 1 Chinese character, weight."""


def _by_quantity(tokens: Sequence[Token], numbers: Sequence[Quantity]) -> Iterator[_Match]:
    for i, token in enumerate(tokens):
        if token.quantity:
            yield from ((i, q.start, q.end, 1.0) for q in numbers if q.values & token.quantity.values)


def _by_latin(tokens: Sequence[Token], latin: Sequence[tuple[int, int, str]]) -> Iterator[_Match]:
    """Words that the Chinese keeps, in one piece or in two (``Deep Seek``), letter by letter."""
    written = [t.text.lower() for t in tokens]
    by_letter: defaultdict[str, list[int]] = defaultdict(list)
    for i, word in enumerate(written):
        by_letter[word[0]].append(i)
    for start, end, run in latin:
        pieces = [(start + m.start(), start + m.end(), m.group().lower()) for m in _LATIN_PIECE.finditer(run)]
        if len(pieces) > 1:
            pieces.append((start, end, "".join(piece for _, _, piece in pieces)))
        for first, last, word in pieces:
            for i in by_letter.get(word[0], ()):
                other = written[i]
                if word == other or stem(word) == tokens[i].key:
                    yield (i, first, last, 1.0)
                elif i + 1 < len(written) and other + written[i + 1] == word:
                    yield (i, first, last, 1.0)
                    yield (i + 1, first, last, 1.0)


def _rarity(sets: Sequence[set[str]]) -> dict[str, float]:
    """0.15 for what stands in every sentence of the note, 1 for what stands in one.

    To twentieths: a word that is said once more or less is nearly always as rare as it was, and so are the pairs of
    all paragraphs that have it.
    """
    counts = Counter(key for keys in sets for key in keys)
    top = math.log((len(sets) + 1) / 1.5)
    return {
        key: round(20 * max(0.15, math.log((len(sets) + 1) / (n + 0.5)) / top)) / 20 if top > 0 else 1.0
        for key, n in counts.items()
    }


def _by_prefix(keys: Iterable[str]) -> dict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        if len(key) >= 5:
            groups[key[:5]].append(key)
    return groups


def _same_beginning(a: str, b: str) -> bool:
    """Whether two words are of one root: ``crypto`` and ``cryptocurrency``, but not ``internet`` and ``internal``."""
    short, long = sorted((a, b), key=len)
    return long.startswith(short) or (len(short) > 6 and long.startswith(short[:-1]))
