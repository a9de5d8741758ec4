"""Link the clauses of a bead, so that it can be cut at the same place in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from subsync.bitext.clauses import ANYWHERE, OPENINGS, PUNCTUATION, chinese_clauses, english_clauses
from subsync.bitext.lattice import most_probable
from subsync.bitext.model import Side, clause_features, en_length, scores, zh_length
from subsync.datatypes import Clause, Link

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from subsync.bitext.clauses import Kind, Piece
    from subsync.bitext.evidence import Evidence
    from subsync.bitext.model import ClauseWeights
    from subsync.datatypes import Lang

MOST_CELLS = 2_000_000
"""Runs that are weighed at once, at some 150 bytes each: 160 sentences to 160."""
_LONGEST = (16, 4)
"""English and Chinese pieces between two cuts. The gold's longest link has 34 words, its widest 3 Chinese clauses."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence of a bead."""

    index: int
    """Into ``Note.sentences``."""
    lang: Lang
    text: str
    place: int
    """Where it starts in the text that the evidence is about."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence."""

    sentence: Spoken
    piece: Piece

    @property
    def text(self) -> str:
        """What it says."""
        return self.sentence.text[self.piece.start : self.piece.end]


def parts(sentences: Sequence[Spoken], kinds: AbstractSet[Kind] = PUNCTUATION) -> list[Part]:
    """Cut sentences of one language, English ones at these kinds of places; the end of each is a cut, too."""
    out: list[Part] = []
    for sentence in sentences:
        pieces = english_clauses(sentence.text, kinds) if sentence.lang == "en" else chinese_clauses(sentence.text)
        out += (Part(sentence, piece) for piece in pieces)
    return out


def whole(en: Sequence[Part], zh: Sequence[Part], confidence: float) -> Link:
    """One link of all parts."""
    return Link(tuple(_clauses(en)), tuple(_clauses(zh)), confidence)


def _clauses(group: Sequence[Part]) -> Iterator[Clause]:
    """Clauses end at punctuation; a mere possibility of a cut that no link took is none."""
    start: int | None = None
    for k, part in enumerate(group):
        start = part.piece.start if start is None else start
        last = k + 1 == len(group) or group[k + 1].sentence is not part.sentence
        if last or part.piece.kind in PUNCTUATION:
            yield Clause(part.sentence.index, start, part.piece.end)
            start = None


def link_clauses(
    evidence: Evidence,
    en: Sequence[Spoken],
    zh: Sequence[Spoken],
    *,
    weights: ClauseWeights,
    ratio: float,
) -> list[Link]:
    """Cut both sides of a bead into clauses and link them.

    Args:
        evidence: Of texts in which the sentences lie.
        en: English sentences, at least one.
        zh: Chinese ones, at least one.
        weights: Of the features.
        ratio: Chinese length over English length in this note.

    Returns:
        Links in order. Clauses that cross stand in one link. ``Link.confidence`` is the link's probability, given the
        bead.
    """
    chinese = parts(zh)
    # A transcript without any punctuation may have hundreds of places: the likelier ones alone will do.
    for kinds in (ANYWHERE, OPENINGS, PUNCTUATION):
        english = parts(en, kinds)
        size = len(english), len(chinese)
        # Twice the even share, so that there is a pairing however unlike the two sides are in number.
        most = (
            min(size[0], max(_LONGEST[0], -(-2 * size[0] // size[1]))),
            min(size[1], max(_LONGEST[1], -(-2 * size[1] // size[0]))),
        )
        if min(size) > 1 and cells(most, size) <= MOST_CELLS:
            grid, features = clause_features(evidence, _side(english), _side(chinese), most=most, ratio=ratio)
            runs = most_probable(scores(grid, features, weights))
            return [whole(english[r.a : r.a + r.m], chinese[r.b : r.b + r.n], r.probability) for r in runs]
    return [whole(parts(en), chinese, 1.0)]


def cells(most: tuple[int, int], size: tuple[int, int]) -> int:
    """Runs that a grid of this size has."""
    return (most[0] + 1) * (most[1] + 1) * (size[0] + 1) * (size[1] + 1)


def _side(group: Sequence[Part]) -> Side:
    length = en_length if group[0].sentence.lang == "en" else zh_length
    places = [(p.sentence.place + p.piece.start, p.sentence.place + p.piece.end) for p in group]
    return Side(places, np.array([length(p.text) for p in group]), [p.piece.kind for p in group])
