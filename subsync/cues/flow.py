"""Pieces of text, the cost of a break after each, and how they are set in lines."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from subsync.text.scripts import HAN_RANGES, width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from subsync.datatypes import Lang

GLUED = 6.0
"""Cost of a break that nobody should see; finite, since a text without any other place still has to be shown."""
FOREIGN = 120.0
"""Cost of a line of Chinese with twice as many Latin characters as Han: it is taken for one more line of English."""

_HAN = re.compile(rf"[{HAN_RANGES}]")
_SHAPE = 0.4
"""How much the shape of two lines counts beside the break between them."""


@dataclass(frozen=True)
class Flow:
    """Pieces of text in reading order (English words, Chinese words) and how much a break between them hurts.

    Costs run from 0 (a sentence ends here) over about 1 (an ordinary place) to :data:`GLUED`.
    """

    pieces: tuple[str, ...]
    tails: tuple[str, ...]
    """What follows each piece on the same line and is swallowed by a line break: a space, 、 or nothing."""
    breaks: tuple[float, ...]
    """Cost of a break after each piece, 0 to :data:`GLUED`."""
    lang: Lang
    columns: int
    """How wide a line may be."""

    @property
    def measure(self) -> Callable[[str], float]:
        """How wide a text is: characters in English, columns of a full-width character in Chinese."""
        return len if self.lang == "en" else width

    @cached_property
    def _tail_widths(self) -> list[float]:
        return [0.0, *map(self.measure, self.tails)]

    @cached_property
    def _edges(self) -> list[float]:
        return [0.0, *accumulate(self.measure(p + t) for p, t in zip(self.pieces, self.tails, strict=True))]

    @cached_property
    def reach(self) -> list[int]:
        """For each piece, behind which piece a line that starts with it is full."""
        reach, end = [], 0
        for first in range(len(self.pieces)):
            end = max(end, first + 1)
            while end < len(self.pieces) and self.width(first, end + 1) <= self.columns:
                end += 1
            reach.append(end)
        return reach

    def width(self, first: int, last: int) -> float:
        """Columns of ``pieces[first:last]`` on one line."""
        return self._edges[last] - self._edges[first] - self._tail_widths[last]

    def share(self, first: int, last: int, middle: int) -> float:
        """How far into ``pieces[first:last]`` the piece ``middle`` starts, 0 to 1."""
        whole = self._edges[last] - self._edges[first]
        return (self._edges[middle] - self._edges[first]) / whole if whole else 0.0

    def lines(self, first: int, last: int) -> int:
        """How many lines ``pieces[first:last]`` need."""
        count = 0
        while first < last:
            first = self.reach[first]
            count += 1
        return count

    def lines_cost(self, first: int, last: int) -> float:
        """What is wrong with ``pieces[first:last]`` set in one line or two: the break, and lines that mislead."""
        middle = self.reach[first]
        if middle >= last:
            return self._foreign(first, last)
        earliest = self._earliest(first, last)
        if self._latin[first] == self._latin[last]:
            return min(self.breaks[earliest - 1 : middle])
        return min(self._break(first, m, last) for m in range(earliest, middle + 1))

    def _break(self, first: int, middle: int, last: int) -> float:
        return self.breaks[middle - 1] + self._foreign(first, middle) + self._foreign(middle, last)

    @cached_property
    def _latin(self) -> list[int]:
        """In Chinese, how many letters and digits that are no Han characters stand in front of each piece."""
        return self._count(lambda char: char.isalnum() and not _HAN.match(char))

    @cached_property
    def _han(self) -> list[int]:
        return self._count(lambda char: _HAN.match(char) is not None)

    def _count(self, kind: Callable[[str], bool]) -> list[int]:
        if self.lang == "en":
            return [0] * (len(self.pieces) + 1)
        return [0, *accumulate(sum(map(kind, piece)) for piece in self.pieces)]

    def _foreign(self, first: int, last: int) -> float:
        latin = self._latin[last] - self._latin[first]
        return FOREIGN if latin > 2 * (self._han[last] - self._han[first]) else 0.0

    def _earliest(self, first: int, last: int) -> int:
        """The first place for a break behind which the rest fits in a line."""
        edge = self._edges[last] - self._tail_widths[last] - self.columns
        return bisect_left(self._edges, edge, first + 1, self.reach[first])

    def fold(self, first: int, last: int) -> tuple[str, ...]:
        """Set ``pieces[first:last]`` in as few lines as they need, broken where it hurts least, rather bottom-heavy."""
        lines = []
        while first < last:
            end = min(self.reach[first], last)
            if self.lines(first, last) == 2:
                middles = range(self._earliest(first, last), end + 1)
                end = min(middles, key=lambda m: self._break(first, m, last) + self._shape(first, m, last))
            lines.append(self.line(first, end))
            first = end
        return tuple(lines)

    def line(self, first: int, last: int) -> str:
        """``pieces[first:last]`` on one line."""
        parts = zip(self.pieces[first:last], [*self.tails[first : last - 1], ""], strict=True)
        return "".join(p + t for p, t in parts)

    def _shape(self, first: int, middle: int, last: int) -> float:
        """A whole line of difference costs as much as an ordinary break, a little more if the upper one is longer."""
        upper, lower = self.width(first, middle), self.width(middle, last)
        uneven = (lower - upper if lower >= upper else 1.3 * (upper - lower)) / self.columns
        return _SHAPE * uneven + (min(upper, lower) < self.columns / 5)


def flow(parts: Iterable[tuple[str, str, float]], lang: Lang, columns: int) -> Flow:
    """A flow from pieces, each with its tail and the cost of a break after it."""
    pieces, tails, breaks = zip(*parts, strict=True) if (parts := list(parts)) else ((), (), ())
    return Flow(pieces, tails, breaks, lang, columns)


def join(flows: Sequence[Flow], lang: Lang, columns: int) -> Flow:
    """One flow after the other; all that have pieces are of this language and width."""
    return Flow(
        tuple(p for f in flows for p in f.pieces),
        tuple(t for f in flows for t in f.tails),
        tuple(b for f in flows for b in f.breaks),
        lang,
        columns,
    )


def split_hard(word: str, columns: int, measure: Callable[[str], float]) -> list[str]:
    """Cut a word that is wider than a line (an address, a string of emoji) into pieces that fit.

    A mark stays with the character that it changes: no piece starts with a combining or an invisible character.
    """
    if measure(word) <= columns:
        return [word]
    pieces = [""]
    for unit in re.findall(r"(?s).(?:\u200d.)*", word):
        clings = unicodedata.category(unit[0]) in {"Mn", "Me", "Mc", "Cf"}
        if pieces[-1] and measure(pieces[-1] + unit) > columns and not clings:
            pieces.append("")
        pieces[-1] += unit
    return pieces
