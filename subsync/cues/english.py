"""English words as a flow, and where a line of English may break."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from subsync.cues.flow import GLUED, Flow, flow, split_hard

if TYPE_CHECKING:
    from collections.abc import Sequence


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ARTICLES = _words_of("a an the this these those my your his her its our their some any every each no another")
_PREPOSITIONS = _words_of(
    "of in on at to for with from by about into onto over under between through during without within against among "
    "around across behind beyond per than as like upon toward towards"
)
_AUXILIARIES = _words_of(
    "am is are was were be been being have has had do does did will would can could shall should may might must "
    "gonna not never cannot"
)
_SUBJECTS = _words_of("i you he she it we they who there")
_CONJUNCTIONS = _words_of(
    "and but or nor so because cause if when while although though that which who where whereas unless until since "
    "before after whether how what why"
)
_DEGREES = _words_of("very really just too more most quite pretty also even only kind sort lot all both such")
_SCALES = _words_of("hundred thousand million billion trillion percent")
_CATENATIVES = _words_of(
    "going want wants wanted need needs needed have has had used got trying try able supposed ought"
)
"""Belong to the infinitive that follows: going | to invest."""
_CONTRACTED = re.compile(r"(?:n't|'(?:m|re|ve|ll|d|s))$")
_WORD = re.compile(r"[^\W_](?:.*[^\W_])?")

_OPENINGS = _CONJUNCTIONS | _PREPOSITIONS | _AUXILIARIES
_NAME = 4.0

# What it costs to end a line with a word of each kind: Netflix (English guide, "line treatment") never parts article
# and noun, subject pronoun and verb, auxiliary or negation and verb; and breaks before conjunctions and prepositions.
_AFTER = (
    (_ARTICLES, 4.0),
    (_PREPOSITIONS, 3.0),
    (_AUXILIARIES, 2.8),
    (_CONJUNCTIONS, 2.8),
    (_SUBJECTS, 2.8),
    (_DEGREES, 2.2),
)
_BEFORE = ((_CONJUNCTIONS, 0.7), (_PREPOSITIONS, 1.0), (_SUBJECTS, 1.1), (_ARTICLES, 1.4), (_AUXILIARIES, 1.5))
_ORDINARY = 2.2
"""Between two words of content, which may be adjective and noun."""


def english(words: Sequence[str], columns: int, ends: frozenset[int] = frozenset()) -> Flow:
    """English words as a flow; a word wider than a line becomes several pieces (see :func:`split_hard`).

    Args:
        words: no white space inside.
        columns: characters of a line.
        ends: indices of words that end a sentence (a full stop may also belong to an abbreviation).
    """
    pieces: list[tuple[str, str, float]] = []
    for i, (word, after) in enumerate(zip_longest(words, words[1:], fillvalue="")):
        *parts, last = split_hard(word, columns, len)
        pieces += [(part, "", GLUED) for part in parts]
        pieces.append((last, " ", english_break(word, after) if after and i not in ends else 0.0))
    return flow(pieces, "en", columns)


@lru_cache(maxsize=65536)
def english_break(word: str, after: str) -> float:
    """What a break between two words costs, from the words alone."""
    bare = word.rstrip("\"'”’)]")
    if bare.endswith((",", ";", ":", "—", "–", "…", "?", "!", "--")):
        return 0.3 if bare.endswith(",") else 0.15
    left, right = _key(word), _key(after)
    kinds = (
        (word[:1].isupper() and after[:1].isupper() and "i" not in {left, right} and not bare.endswith("."), _NAME),
        (bare.endswith("-") and not bare.endswith("--"), 4.0),  # "open- source", as transcripts have it
        (_ends_in_digit(left) and right in _SCALES, 4.0),
        (_ends_in_digit(left) and right not in _OPENINGS, 3.5),
        (left in _SCALES and right not in _OPENINGS | _SUBJECTS, 2.8),
        (right == "to" and left in _CATENATIVES, 2.6),
    )
    return next((cost for holds, cost in kinds if holds), max(_cost_before(right), _cost_after(left)))


def _ends_in_digit(word: str) -> bool:
    return word[-1:].isdigit()


def _cost_before(word: str) -> float:
    if word == "of":  # "lot of", "part of": nearer to what stands before than other prepositions
        return 1.6
    if word in {"it", "you"}:  # as often what was done, or to whom, as who did it
        return 1.6
    return next((cost for words, cost in _BEFORE if word in words), _ORDINARY)


def _cost_after(word: str) -> float:
    if _CONTRACTED.search(word):
        return 2.8
    return next((cost for words, cost in _AFTER if word in words), 0.0)


def _key(word: str) -> str:
    found = _WORD.search(word)
    return found[0].lower().replace("’", "'") if found else ""
