"""What belongs together in a line of English: a small fitted model over parts of speech.

The parts of speech come from hibari's tagger (Penn Treebank tags, a third of a second for an hour of talk). The table
``english_breaks.tsv`` has the log-odds that a break between two words parts a unit (an article and its noun, a
preposition and its object, an auxiliary and its verb, a name, ...); ``bench/fit/english.py`` makes it.
"""

from __future__ import annotations

import gzip
import json
import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from subsync.text.words import FILLERS, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

PUNCTUATED = re.compile(r"(?:[.,;:!?…—–]|--)[\"'”’)\]]*$")
"""A word that ends in punctuation."""
_BE = words_of("am is are was were be been being 's 're 'm have has had 've 'd do does did")
"""Forms of be, have and do: the tags do not tell an auxiliary from a verb."""
_NARROWER = {
    "PRP": dict.fromkeys(words_of("me him us them"), "OBJ"),
    "IN": {
        "of": "OF",
        "to": "TO",
        "that": "THAT",
        **dict.fromkeys(words_of("because cuz if whether although though unless while until since than"), "SUB"),
    },
    "WDT": {"that": "THAT"},
}
"""The Treebank has one tag for "he" and "him", for "of", "in" and "because"; what they hold on to differs."""


class _Tagged(NamedTuple):
    """A word as the tagger sees it: ``you're`` is PRP and VBP."""

    first: str
    last: str
    begins: str
    """What the word begins with, in small letters: ``you``."""
    ends: str
    """What it ends with: ``'re``."""


@cache
def _hibari() -> tuple[Any, Any]:
    """Its tokenizer and its tagger, without lexicon and voices."""
    from hibari.g2p.tagger import Tagger
    from hibari.g2p.tokenize import Tokenizer

    assets = resources.files("hibari") / "assets"
    exceptions = json.loads((assets / "tokenizer_exceptions.json").read_text("utf-8"))
    tagger = Tagger(_taught(gzip.decompress((assets / "tagger.json.gz").read_bytes()).decode("utf-8")))
    tagger.predict = _Sums(tagger.weights, tagger.tags)
    return Tokenizer(exceptions), tagger


_ROW = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)":(\{[^{}]*\})')
"""A clue of the tagger and its weights, as they stand in its file."""


def _taught(text: str) -> dict[str, Any]:
    """The tagger's file, with the weights of a clue as they are written: of 79,000 a note asks for some hundreds."""
    head, _, rows = text.partition(',"weights":{')
    if not rows.endswith("}}}"):  # another version may write it otherwise
        table = json.loads(text)
        return {**table, "weights": {clue: json.dumps(row) for clue, row in table["weights"].items()}}
    weights = {json.loads(f'"{clue}"') if "\\" in clue else clue: row for clue, row in _ROW.findall(rows)}
    return {**json.loads(f"{head}}}"), "weights": weights}


class _Sums:
    """The tagger's choice, with the weights of a clue for all tags added up at once: a fifth of its time."""

    def __init__(self, weights: Mapping[str, str], tags: Sequence[str]) -> None:
        self._weights = weights
        self._tags = sorted(tags, reverse=True)  # of equals, the last by its letters
        self._places = {tag: k for k, tag in enumerate(self._tags)}
        self._rows: dict[str, NDArray[np.float64] | None] = {}

    def __call__(self, clues: Iterable[str]) -> str:
        rows = [row for clue in clues if (row := self._row(clue)) is not None]
        return self._tags[int(np.add.reduce(rows).argmax())] if rows else "NN"

    def _row(self, clue: str) -> NDArray[np.float64] | None:
        if clue not in self._rows:
            row = np.zeros(len(self._tags)) if (found := self._weights.get(clue)) else None
            for tag, weight in json.loads(found or "{}").items():
                assert row is not None
                row[self._places[tag]] = weight
            self._rows[clue] = row
        return self._rows[clue]


@lru_cache(maxsize=64)
def _tagged(words: tuple[str, ...]) -> list[_Tagged]:
    tokenizer, tagger = _hibari()
    tokens = [tokenizer.split(word) or [word] for word in words]
    flat = [token for parts in tokens for token in parts]
    tags = tagger(flat)
    found = []
    for start, end in pairwise(accumulate(map(len, tokens), initial=0)):
        spoken = [k for k in range(start, end) if any(c.isalnum() for c in flat[k])] or [start]
        a, b = spoken[0], spoken[-1]
        begins, ends = flat[a].lower(), flat[b].lower()
        found.append(_Tagged(_narrower(tags[a], begins), _narrower(tags[b], ends), begins, ends))
    return found


def _narrower(tag: str, word: str) -> str:
    return _NARROWER.get(tag, {}).get(word, tag)


def features(words: Sequence[str]) -> list[list[str]]:
    """For each word but the last, what is known of the break behind it.

    ``L`` and ``_R`` are the tags of the words around it, ``L_R`` both; ``K_L_`` and ``_R_S`` have the tag one further
    out (a contraction's other half, ``.`` beyond punctuation); ``=be`` is a form of be, have or do. Sounds of
    hesitation are looked through: a break beside the "uh" in "the uh market" parts "the" from "market".
    """
    seen = _Seen.of(words)
    return [seen.behind(i) for i in range(len(words) - 1)]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of words, those of hesitation left out."""

    said: Sequence[int]
    """How many others there are up to each word."""
    words: Sequence[str]
    tagged: Sequence[_Tagged]

    @classmethod
    def of(cls, words: Sequence[str]) -> _Seen:
        fluent = [word.lower() not in FILLERS for word in words]
        others = tuple(word for word, kept in zip(words, fluent, strict=True) if kept)
        return cls(list(accumulate(fluent)), others, _tagged(others))

    def behind(self, word: int) -> list[str]:
        """See ``features``."""
        i = self.said[word] - 1
        if not 0 <= i < len(self.words) - 1:
            return []
        left, right = self.tagged[i : i + 2]
        outer = "." if i == 0 or self._stops(i - 1) else self.tagged[i - 1].last
        beyond = "." if i + 2 == len(self.words) or self._stops(i + 1) else self.tagged[i + 2].first
        if left.first != left.last:
            outer = left.first
        if right.first != right.last:
            beyond = right.last
        a, b = left.last, right.first
        names = [a, f"_{b}", f"{a}_{b}", f"{outer}_{a}_", f"_{b}_{beyond}"]
        if left.ends in _BE:
            names += ["=be", f"=be_{b}"]
        if right.begins in _BE:
            names += ["_=be", f"{a}_=be"]
        return names

    def _stops(self, i: int) -> bool:
        return PUNCTUATED.search(self.words[i]) is not None


@cache
def _table() -> Mapping[str, float]:
    lines = (resources.files("subsync.cues") / "english_breaks.tsv").read_text("utf-8").splitlines()
    return {name: float(weight) for name, weight in (line.split("\t") for line in lines if not line.startswith("#"))}


def parted(words: Sequence[str]) -> list[float]:
    """For each word but the last, how probably a break behind it parts what belongs together, 0 to 1.

    Punctuation is not looked at: behind it, every break is good.
    """
    return [_chance(names) for names in features(words)]


def parted_behind(words: Sequence[str], i: int) -> float:
    """The same behind one word, without judging the others."""
    return _chance(_Seen.of(words).behind(i))


def _chance(names: Iterable[str]) -> float:
    table = _table()
    return 1 / (1 + math.exp(-(table["bias"] + sum(table.get(name, 0.0) for name in names))))


_UNITS = (
    # a pattern for LEFT_RIGHT tags, and what a break there parts
    (r"NNPS?_NNPS?", "a name"),
    (r"(PRP\$|POS)_", "a possessive from its noun"),
    (r"(P?DT|WDT)_", "a determiner from its noun"),
    (r"(CD|\$)_", "a number from what it counts"),
    (r"(JJ[RS]?|NNS?)_(JJ|NN|CD)", "an adjective or a noun from its noun"),
    (r"TO_", "to from its verb"),
    (r"MD_|(VB[DPZ]?|RB)_(VB|RB)", "an auxiliary from its verb"),
    (r"(PRP|EX)_", "a subject from its verb"),
    (r"\w+_RP", "a verb from its particle"),
    (r"VB\w?_PRP", "a verb from its pronoun"),
    (r"(CC|WRB|WP)_", "a conjunction from its clause"),
    (r"IN_", "a preposition or a conjunction from what follows"),
)


def unit(words: Sequence[str], i: int) -> str:
    """What a break behind word ``i`` parts, for a person to read; meant for breaks that :func:`parted` finds bad."""
    tagged = _tagged(tuple(words))
    tags = f"{tagged[i].last}_{tagged[i + 1].first}"
    return next((name for pattern, name in _UNITS if re.match(pattern, tags)), "words that belong together")
