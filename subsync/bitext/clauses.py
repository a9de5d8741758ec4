"""Where a sentence may be cut: at punctuation, and in English also before the words that open a clause."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from subsync.text.urls import ADDRESS
from subsync.text.words import FILLERS, words_of

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

Kind: TypeAlias = Literal["stop", "comma", "filler", "conjunction", "pronoun", "function", "after"]
"""What stands at a cut: ``. ? ! ; : —``; a comma, or one behind a filler ("you know,"); a word that joins clauses, a
subject that opens one, another small word; or the "that" and "is" behind which a clause may follow."""

PUNCTUATION: frozenset[Kind] = frozenset({"stop", "comma", "filler"})
OPENINGS: frozenset[Kind] = PUNCTUATION | {"conjunction", "pronoun"}
ANYWHERE: frozenset[Kind] = frozenset(get_args(Kind))


@dataclass(frozen=True, slots=True)
class Piece:
    """``text[start:end]``, without the white space around it."""

    start: int
    end: int
    kind: Kind
    """Of the cut at its end."""


_CLOSERS = "\"'”’）)\\]』」》】"
_ZH_CUT = re.compile(
    rf"(?:(?P<stop>[。？！；：…]|—+|[?!;:](?!\d)|\.(?=[\s{_CLOSERS}]|$))|(?P<comma>，|,(?!\d)))[。？！，…—?!{_CLOSERS}]*\s*"
)
_EN_CUT = re.compile(
    rf"(?P<stop>(?<!\b[A-Z])(?<!\b[MDSJ][rst])(?<!\bMrs)(?<!\bvs)\.(?=[{_CLOSERS}]*\s)|[?!…](?=[{_CLOSERS}]*\s)|[;:](?=\s)|\s*—+\s*|\s-+(?=\s))"
    rf"[{_CLOSERS}]*|(?P<comma>,)[{_CLOSERS}]*(?=\s)"
)
_WORD = re.compile(r"\S+")
_JOINING = words_of(
    "and but or because so when where which who whose if while though although until unless since whereas how why "
    "whether than as"
)
_SUBJECTS = words_of("i you we they he she it this these those")
_PREPOSITIONS = words_of("in on to for with of from at by into about through between")
_AUXILIARIES = words_of("be has have had can will would should could might may")
_HEDGES = words_of("just not really like") | FILLERS
_CONJUNCTIONS = _JOINING | words_of("that what then versus cause before after once except plus")
_PRONOUNS = _SUBJECTS | words_of("there let")
_FUNCTION = (_PREPOSITIONS | _AUXILIARIES | _HEDGES) | words_of(
    "under over among against during without across around up out is was are were do does did the a an both all "
    "almost saying getting going first one"
)
_AFTER = words_of("that is was are")
_DANGLING = (_JOINING | _SUBJECTS | _PREPOSITIONS | _AUXILIARIES | _HEDGES) | words_of(
    "nor a an the my your his her its our their very must been being let"
)
"""A clause does not end with these: they hold on to what follows."""
_FILLERS = re.compile(
    rf"\W*(?:(?:{'|'.join(sorted(FILLERS))}|you know|i mean|i think|right|like|well|and|so|but|okay|yeah)\b\W*)+",
    re.IGNORECASE,
)


def _bare(word: str) -> str:
    return re.sub(r"^\W+|\W+$|['’]\w+$", "", word.lower())


def _opening(word: str, previous: str) -> Kind | None:
    if previous in _DANGLING:
        return None
    if word in _CONJUNCTIONS:
        return "conjunction"
    if word in _PRONOUNS:
        return "pronoun"
    if previous in _AFTER:
        return "after"
    return "function" if word in _FUNCTION else None


def _trimmed(text: str, cuts: dict[int, Kind]) -> list[Piece]:
    """Pieces between cuts, empty ones left out."""
    pieces = []
    start = 0
    for cut in sorted({*cuts, len(text)}):
        part = text[start:cut]
        if stripped := part.strip():
            lead = len(part) - len(part.lstrip())
            pieces.append(Piece(start + lead, start + lead + len(stripped), cuts.get(cut, "stop")))
        start = cut
    return pieces or [Piece(0, len(text), "stop")]


def chinese_clauses(text: str) -> list[Piece]:
    """Cut a Chinese sentence at its punctuation; the list comma 、 does not cut, nor what stands in an address."""
    whole = ADDRESS.sub(lambda address: "x" * len(address[0]), text)
    return _trimmed(text, {m.end(): "stop" if m["stop"] else "comma" for m in _ZH_CUT.finditer(whole)})


def english_clauses(text: str, kinds: AbstractSet[Kind] = ANYWHERE) -> list[Piece]:
    """Cut an English sentence at its punctuation and at those places between words that are of these kinds."""
    cuts: dict[int, Kind] = {}
    start = 0
    for match in _EN_CUT.finditer(text):
        filler = match["comma"] and _FILLERS.fullmatch(text, start, match.end())
        cuts[match.end()] = "stop" if match["stop"] else "filler" if filler else "comma"
        start = match.end()
    for before, word in pairwise(_WORD.finditer(text) if kinds > PUNCTUATION else ()):
        if before.end() not in cuts and word.start() not in cuts:
            kind = _opening(_bare(word.group()), _bare(before.group()))
            if kind and kind in kinds:
                cuts[before.end()] = kind
    return _trimmed(text, cuts)
