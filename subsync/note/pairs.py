"""Which English and Chinese passages of a note are one paragraph: by their order and by their lengths."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from math import log
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from subsync.datatypes import Lang


@dataclass(frozen=True, slots=True)
class Size:
    """A passage, a paragraph in one language, as far as pairing needs to know it."""

    lang: Lang
    section: int | None
    length: float
    """Above 0, in a unit in which a text and its translation have about the same."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Places of passages that belong together; either side may be empty."""

    en: tuple[int, ...]
    zh: tuple[int, ...]

    @property
    def first(self) -> int:
        """The place of its first passage."""
        return min(self.en + self.zh)


def pair_passages(passages: Sequence[Size]) -> list[Pair]:
    """Pair the passages of a note, in the order of their first members; each passage is in one pair.

    A translation may follow its original or go before it. Runs of several passages in one language are paired one to
    one with the run behind them where both have the same number. Where they have not, passages that fit nothing stay
    alone if the others fit well without them, else the two runs are one pair.
    """
    groups = [list(group) for _, group in groupby(range(len(passages)), key=lambda place: passages[place].section)]
    steps = [_Steps.of(group, passages) for group in groups]
    whole = _en_first(steps, default=True)
    found: list[Pair] = []
    for group, own in zip(groups, steps, strict=True):
        first = "en" if _en_first([own], default=whole) else "zh"
        runs = (tuple(run) for _, run in groupby(group, key=lambda place: passages[place].lang))
        for run in runs:
            partner = next(runs, ()) if passages[run[0]].lang == first else ()
            en, zh = (run, partner) if passages[run[0]].lang == "en" else (partner, run)
            found += _pair_runs(en, zh, passages)
    return sorted(found, key=lambda pair: pair.first)


# Over the 102 pairs of an hour of podcast the logarithm of the ratio of lengths strays by 0.17 (standard deviation),
# its mean size is 0.12; where a passage is held against its other neighbour the mean size is 1.42.
_SAME = 0.25
_CLEAR = 0.3


def _misfit(left: Iterable[int], right: Iterable[int], passages: Sequence[Size]) -> float:
    lengths = [sum(passages[place].length for place in side) for side in (left, right)]
    return abs(log(lengths[0] / lengths[1]))


@dataclass(frozen=True, slots=True)
class _Steps:
    """How well each passage of a section fits the one behind it, where the language changes."""

    to_zh: tuple[float, ...]
    to_en: tuple[float, ...]
    opens: int
    """1 if it opens with English and ends with Chinese, -1 the other way round, 0 if it opens and ends alike."""

    @classmethod
    def of(cls, group: Sequence[int], passages: Sequence[Size]) -> _Steps:
        steps: dict[Lang, list[float]] = {"en": [], "zh": []}
        for here, there in pairwise(group):
            if passages[here].lang != passages[there].lang:
                steps[passages[there].lang].append(_misfit([here], [there], passages))
        ends = (passages[group[0]].lang, passages[group[-1]].lang)
        return cls(tuple(steps["zh"]), tuple(steps["en"]), (ends == ("en", "zh")) - (ends == ("zh", "en")))


def _en_first(sections: Sequence[_Steps], *, default: bool) -> bool:
    """Whether a translation follows its original: by how well neighbours fit, else by how sections open."""
    to_zh = [step for section in sections for step in section.to_zh]
    to_en = [step for section in sections for step in section.to_en]
    if to_zh and to_en:
        evidence = fmean(to_en) - fmean(to_zh)
        if abs(evidence) > _CLEAR:
            return evidence > 0
    opens = sum(section.opens for section in sections)
    return opens > 0 if opens else default


def _pair_runs(en: Sequence[int], zh: Sequence[int], passages: Sequence[Size]) -> list[Pair]:
    """Pair a run of English passages with a run of Chinese ones."""
    if not (en and zh):
        return [Pair((place,), ()) for place in en] + [Pair((), (place,)) for place in zh]
    matched = list(zip(en, zh, strict=True)) if len(en) == len(zh) else _match(en, zh, passages)
    if not matched:
        return [Pair(tuple(en), tuple(zh))]
    taken = {place for pair in matched for place in pair}
    alone = _pair_runs([place for place in en if place not in taken], [], passages)
    alone += _pair_runs([], [place for place in zh if place not in taken], passages)
    return [Pair((left,), (right,)) for left, right in matched] + alone


_MATCH_CELLS = 40_000  # 200 by 200 passages: 0.1 s; longer runs with a translation missing are taken as a whole.


def _match(short: Sequence[int], long: Sequence[int], passages: Sequence[Size]) -> list[tuple[int, int]]:
    """The pairs of two runs of unequal length if the longer one has passages without partner, else nothing."""
    if len(short) > len(long):
        return [(left, right) for right, left in _match(long, short, passages)]
    if len(short) * len(long) > _MATCH_CELLS:
        return []
    # best[i][j]: the least misfit of the first i of the short run with i of the first j of the long one.
    best = [[0.0] * (len(long) + 1)]
    for i, left in enumerate(short, 1):
        row = [float("inf")] * (len(long) + 1)
        for j in range(i, len(long) + 1):
            row[j] = min(row[j - 1], best[-1][j - 1] + _misfit([left], [long[j - 1]], passages))
        best.append(row)
    matched: list[tuple[int, int]] = []
    j = len(long)
    for i in range(len(short), 0, -1):
        while best[i][j - 1] <= best[i][j]:
            j -= 1
        j -= 1
        matched.insert(0, (short[i - 1], long[j]))
    misfits = [_misfit([left], [right], passages) for left, right in matched]
    together = _misfit(short, long, passages)
    # One or two passages fit by chance, and short ones badly: held against how the runs fit as wholes.
    fits = max(misfits) <= together + 0.05 if len(short) <= 2 else fmean(misfits) <= max(_SAME, together)
    return matched if fits else []
