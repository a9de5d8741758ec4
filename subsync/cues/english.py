"""English words as a flow, and where a line of English may break."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from subsync.cues.flow import GLUED, Flow, flow, split_hard
from subsync.cues.grammar import parted, parted_behind, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN = 0.8
"""Between two words that no punctuation parts and that do not belong together."""
_TEARS = GLUED - _PLAIN
"""More, if they do; in proportion to how sure that is."""
_COMMA = 0.3
_STOP = 0.15
"""Behind other punctuation inside a sentence."""
_AGAIN = 0.4
"""Before a speaker's second try: "you have a good | you have a good eye"."""
_LONGEST_TRY = 5
_LEANS = 1.6
"""At least, behind a contraction or a form of be ("it's | great")."""
_OF = 1.2
"""At least, before an "of": it stands nearer to what is in front than other prepositions."""
_HEDGE = re.compile(r"(?:kind|sort) of", re.IGNORECASE)
"""One word in all but writing ("he kind of | left")."""
_LEANING = re.compile(r".+['’](?:m|re|ve|ll|d|s)|am|is|are|was|were|be|been", re.IGNORECASE)
_CLOSERS = "\"'”’)]"
_TITLE = re.compile(r"(?:Mr|Mrs|Ms|Dr|St|Prof|Sen|Gov|vs|No|[A-Z])\.$")


def english(words: Sequence[str], columns: int, ends: frozenset[int] = frozenset()) -> Flow:
    """English words as a flow; a word wider than a line becomes several pieces (see :func:`split_hard`).

    Args:
        words: no white space inside.
        columns: characters of a line.
        ends: indices of words that end a sentence (a full stop may also belong to an abbreviation).
    """
    pieces: list[tuple[str, str, float]] = []
    costs = english_breaks(tuple(words))
    for i, (word, cost) in enumerate(zip_longest(words, costs, fillvalue=0.0)):
        *parts, last = split_hard(str(word), columns, len)
        pieces += [(part, "", GLUED) for part in parts]
        pieces.append((last, " ", 0.0 if i in ends else float(cost)))
    return flow(pieces, "en", columns)


@lru_cache(maxsize=1024)
def english_breaks(words: tuple[str, ...]) -> tuple[float, ...]:
    """What a break costs behind each word but the last."""
    return tuple(_cost(words, i, chance) for i, chance in enumerate(parted(words)))


def _cost(words: Sequence[str], i: int, chance: float) -> float:
    bare, after = words[i].rstrip(_CLOSERS), words[i + 1].lstrip(_CLOSERS + "“‘(")
    if bare.endswith((".", "?", "!")) and not _TITLE.fullmatch(bare) and not after[:1].islower():
        return 0.0
    if bare.endswith((",", ";", ":", "—", "–", "…", "?", "!", "--")):
        return _COMMA if bare.endswith(",") else _STOP
    if bare.endswith("-"):  # "open- source", as transcripts have it
        return _PLAIN + _TEARS
    if bare.endswith(".") and not _TITLE.fullmatch(bare):
        return _STOP
    if _HEDGE.fullmatch(f"{bare} {after}"):
        return _PLAIN + _TEARS
    leans = _LEANS if _LEANING.fullmatch(bare) else _OF if after.lower() == "of" else 0.0
    cost = max(_PLAIN + _TEARS * chance, leans)
    return min(cost, _AGAIN) if _begins_again(words, i + 1) else cost


def _begins_again(words: Sequence[str], i: int) -> bool:
    """Whether the words from ``i`` on say once more what stands in front of them, two words or more."""
    return any(
        [word.lower() for word in words[i : i + n]] == [word.lower() for word in words[i - n : i]]
        for n in range(2, min(_LONGEST_TRY, i) + 1)
    )


def bad_break(words: tuple[str, ...], i: int) -> tuple[float, str]:
    """How probably a break behind word ``i`` parts what belongs together, and what that is."""
    chance = max(0.0, (_cost(words, i, parted_behind(words, i)) - _PLAIN) / _TEARS)
    return chance, unit(words, i) if chance else ""
