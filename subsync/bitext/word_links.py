"""Which Chinese words stand for which English ones inside a clause: by glosses, numbers, names by sound, position.

Only what is sure is linked; more than one word in three stays without a link. Links compete: the best goes first, and
one that has an equal elsewhere waits until the place decides between them.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from subsync.bitext.evidence import GRAMMAR
from subsync.bitext.sounds import sounds_like
from subsync.datatypes import WordLink
from subsync.text.cedict import is_english_word
from subsync.text.glosses import HAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subsync.bitext.evidence import Lexicon, Token
    from subsync.datatypes import Clause, Link

_NAME = 0.9
"""What a name that sounds alike counts for; a gloss of one word counts for 1."""
_LEAST = 0.3
"""A weaker match is none. On the gold for building, with 0.2 the precision is lower, with 0.4 the recall."""
_GRAMMAR_LEAST = 0.6
"""Of words of grammar, which every second entry of the dictionary has."""
_AUXILIARIES = frozenset({"be", "have", "do", "will", "shall", "can", "may", "get", "let", "there", "am", "is", "are"})
"""What is 是, 有 or 会 in one clause is nothing in the next."""
_MARGIN = 0.1
"""By how much a link must be better than another one of its word to somewhere else."""
_PLACE = 0.35
"""How much is lost if a word stands at the other end of the clause: their orders differ, but not wholly."""
_WHOLE = 0.02
"""How much more each further character counts: 图书馆 goes before 图书."""
_LONGEST_NAME = 7
"""Chinese characters of a name: 克里斯托弗 has five."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """``en`` is rendered by ``zh``: half-open ranges of characters of the two texts."""

    en: tuple[int, int]
    zh: tuple[int, int]


def words_of(lexicon: Lexicon, texts: Sequence[str], links: Iterable[Link]) -> Iterator[WordLink]:
    """The word links inside links of clauses of some sentences, ascending by their English."""
    for link in links:
        en, zh = (_Text.of(texts, side, space) for side, space in ((link.en, " "), (link.zh, "")))
        if not en.text or not zh.text:
            continue
        for found in link_words(lexicon, en.text, zh.text):
            sentence, first = en.at(found.en[0])
            (other, start), (last, before) = zh.at(found.zh[0]), zh.at(found.zh[1] - 1)
            if other != last:  # no word goes on into the next sentence
                continue
            text = texts[sentence]
            end = first + found.en[1] - found.en[0]
            for word in range(text.count(" ", 0, first), text.count(" ", 0, end) + 1):
                yield WordLink(sentence, word, other, start, before + 1)


@dataclass(frozen=True, slots=True)
class _Text:
    """Clauses as one text."""

    text: str
    places: tuple[tuple[int, int, int], ...]
    """Where each clause begins in it, its sentence, and where it begins there."""

    @classmethod
    def of(cls, texts: Sequence[str], clauses: Sequence[Clause], space: str) -> _Text:
        parts = [texts[c.sentence][c.start : c.end] for c in clauses]
        starts = accumulate((len(text) + len(space) for text in parts), initial=0)
        places = ((at, c.sentence, c.start) for at, c in zip(starts, clauses, strict=False))
        return cls(space.join(parts), tuple(places))

    def at(self, place: int) -> tuple[int, int]:
        """The sentence that a character belongs to, and which of its characters it is."""
        at, sentence, start = self.places[bisect_right(self.places, place, key=lambda p: p[0]) - 1]
        return sentence, start + place - at


class _Candidate(NamedTuple):
    token: int
    start: int
    end: int
    score: float


def link_words(lexicon: Lexicon, en: str, zh: str) -> list[Rendered]:
    """Link the words of an English clause to those of its Chinese one.

    Args:
        lexicon: of the note.
        en: the English clause.
        zh: the Chinese one.

    Returns:
        Links, ascending by their English; a word has one at most. Neighbours may share a Chinese word ("last week" and
        上周).
    """
    tokens, matches = lexicon.matches(en, zh)
    found = [_Candidate(*match) for match in matches]
    firm = [c for c in found if c.score >= _least(tokens[c.token].key) and _fits(c, tokens[c.token])]
    firm = [c._replace(score=c.score * (1 + _WHOLE * (c.end - c.start))) for c in firm]
    placed = [_placed(c, tokens, len(en), len(zh)) for c in (*firm, *_names(tokens, zh))]
    chosen = sorted(_split(_chosen(placed), found), key=lambda c: tokens[c.token].start)
    return [Rendered((tokens[c.token].start, tokens[c.token].end), (c.start, c.end)) for c in chosen]


def _fits(c: _Candidate, token: Token) -> bool:
    """``not`` is 不 or 没 alone: what stands behind it renders another word, or none."""
    return token.key != "not" or c.end - c.start == 1


def _least(key: str) -> float:
    """The weakest match that is one."""
    return 2.0 if key in _AUXILIARIES else _GRAMMAR_LEAST if key in GRAMMAR else _LEAST


def _names(tokens: Sequence[Token], zh: str) -> Iterator[_Candidate]:
    """Words written large, and Chinese that sounds like them."""
    runs = [(m.start(), m.end()) for m in HAN.finditer(zh)]
    for k, token in enumerate(tokens):
        if not token.text[:1].isupper() or len(token.text) < 3 or token.quantity or token.key in GRAMMAR:
            continue
        for first, last in runs:
            for start in range(first, last - 1):
                for end in range(start + 2, min(last, start + _LONGEST_NAME) + 1):
                    likeness = sounds_like(token.text, zh[start:end])
                    if likeness > 0 and not (k == 0 and is_english_word(token.text.lower())):
                        yield _Candidate(k, start, end, _NAME * likeness)


def _placed(c: _Candidate, tokens: Sequence[Token], en: int, zh: int) -> _Candidate:
    token = tokens[c.token]
    apart = abs((token.start + token.end) / (2 * en) - (c.start + c.end) / (2 * zh))
    return c._replace(score=c.score * math.exp(-_PLACE * apart))


def _chosen(found: Sequence[_Candidate]) -> list[_Candidate]:
    """The best ones, no character and no word twice but for neighbours that share a word."""
    best: dict[tuple[int, int, int], _Candidate] = {}
    for c in found:
        key = c.token, c.start, c.end
        if key not in best or c.score > best[key].score:
            best[key] = c
    chosen: list[_Candidate] = []
    left = sorted(best.values(), key=lambda c: (-c.score, c.token, c.start, -c.end))
    while left:
        top = left.pop(0)
        unsure = any(top.score - c.score < _MARGIN * top.score for c in left if _rivals(c, top))
        if not unsure:
            chosen.append(top)
        left = [c for c in left if not _excluded(c, top)]
    return chosen


def _split(chosen: Sequence[_Candidate], found: Sequence[_Candidate]) -> Iterator[_Candidate]:
    """Where two words share a Chinese one whose parts render one of them each, each gets its part: 梨树, pear tree."""
    for c in chosen:
        (other,) = [o for o in chosen if o is not c and (o.start, o.end) == (c.start, c.end)][:1] or (None,)
        if other is None:
            yield c
            continue
        mine, its = (_parts(one, found) for one in (c, other))
        apart = [m for m in mine if any(m.end <= i.start or i.end <= m.start for i in its)]
        yield max(apart, key=lambda m: m.score, default=c)


def _parts(whole: _Candidate, found: Sequence[_Candidate]) -> list[_Candidate]:
    return [
        c
        for c in found
        if c.token == whole.token
        and whole.start <= c.start
        and c.end <= whole.end
        and c.end - c.start < whole.end - whole.start
    ]


def _rivals(c: _Candidate, top: _Candidate) -> bool:
    """Whether one word might be in two places, or one place might be two words'."""
    if c.token == top.token:
        return c.end <= top.start or top.end <= c.start
    return (c.start, c.end) == (top.start, top.end) and abs(c.token - top.token) > 1


def _excluded(c: _Candidate, top: _Candidate) -> bool:
    if c.token == top.token:
        return True
    shared = (c.start, c.end) == (top.start, top.end) and abs(c.token - top.token) == 1
    return not shared and c.start < top.end and top.start < c.end
