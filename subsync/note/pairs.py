"""Which English and Chinese passages of a note are one paragraph: by their order, their lengths, their words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from math import log
from statistics import fmean
from typing import TYPE_CHECKING

from subsync.text.likeness import Likeness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from subsync.datatypes import Lang


@dataclass(frozen=True, slots=True)
class Size:
    """A passage, a paragraph in one language, as far as pairing needs to know it."""

    lang: Lang
    section: int | None
    length: float
    """Above 0, in a unit in which a text and its translation have about the same."""
    text: str
    is_remark: bool = False
    """Whether it says of itself that it is the reader's own."""


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
    one with the run behind them where both have the same number and lengths that fit. Where they have not, what stands
    in them decides which belong together, and which stay alone: a remark, a paragraph without translation.
    """
    texts: dict[Lang, dict[int, str]] = {"en": {}, "zh": {}}
    for place, passage in enumerate(passages):
        texts[passage.lang][place] = passage.text
    matching = _Matching(
        passages, cache(lambda: Likeness.of(texts["en"], texts["zh"], [passage.length for passage in passages]))
    )
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
            found += matching.runs(en, zh)
    return sorted(found, key=lambda pair: pair.first)


# Over the 102 pairs of an hour of podcast the logarithm of the ratio of lengths strays by 0.17 (standard deviation),
# its mean size is 0.12; where a passage is held against its other neighbour the mean size is 1.42.
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


_PLAIN = 0.6
"""A misfit of lengths up to which passages that alternate are taken for pairs without a look at their words."""


@dataclass(frozen=True, slots=True)
class _Matching:
    """What pairing needs to know of all passages; their words are looked up when they are first asked for."""

    passages: Sequence[Size]
    likeness: Callable[[], Likeness]

    def runs(self, en: Sequence[int], zh: Sequence[int]) -> list[Pair]:
        """Pair a run of English passages with a run of Chinese ones."""
        if not (en and zh):
            return [Pair((place,), ()) for place in en] + [Pair((), (place,)) for place in zh]
        if len(en) == len(zh) and all(map(self._is_plain, en, zh)):
            return [Pair((left,), (right,)) for left, right in zip(en, zh, strict=True)]
        if len(en) * len(zh) > _MATCH_CELLS:
            return [Pair(tuple(en), tuple(zh))]
        return list(self._groups(en, zh))

    def _is_plain(self, en: int, zh: int) -> bool:
        return (
            self.passages[zh].is_remark == self.passages[en].is_remark and _misfit([en], [zh], self.passages) <= _PLAIN
        )

    def _groups(self, en: Sequence[int], zh: Sequence[int]) -> Iterator[Pair]:
        """The likeliest way to group two runs, in order: pairs, a paragraph against some, passages that stay alone."""
        likeness = self.likeness()
        usual = len(zh) / len(en)
        room = _BAND + abs(len(en) - len(zh))
        alone = len(en) == len(zh) == 1 and not any(self.passages[place].is_remark for place in (*en, *zh))
        best: dict[tuple[int, int], tuple[float, int, int]] = {(0, 0): (0.0, 0, 0)}
        for i in range(len(en) + 1):
            for j in range(len(zh) + 1):
                if (i, j) == (0, 0) or abs(i * usual - j) > room:
                    continue
                choices = []
                for m, n in _SHAPES:
                    before = best.get((i - m, j - n))
                    if before is not None:
                        gain = self._gain(likeness, en[i - m : i], zh[j - n : j], alone=alone)
                        choices.append((before[0] + gain, m, n))
                if choices:
                    best[i, j] = max(choices)
        found = []
        i, j = len(en), len(zh)
        while i or j:
            _, m, n = best[i, j]
            found.append(Pair(tuple(en[i - m : i]), tuple(zh[j - n : j])))
            i, j = i - m, j - n
        return reversed(found)

    def _gain(self, likeness: Likeness, en: Sequence[int], zh: Sequence[int], *, alone: bool) -> float:
        if not (en and zh):
            return -_ALONE * (_ONLY if alone else 1)
        remarks = [self.passages[place].is_remark for place in (*en, *zh)]
        score = likeness.score(en, zh) - _GROUPED * (len(en) + len(zh) - 2)
        return score - _REMARK * (any(remarks) and not all(remarks))


_SHAPES = ((1, 1), (1, 0), (0, 1), *((1, n) for n in range(2, 7)), *((n, 1) for n in range(2, 7)))
"""English and Chinese passages of a group."""
_BAND = 12
"""Passages by which the two runs may be out of step, beyond what they differ in number."""
_ALONE = 1.0
"""Against a passage that stays alone, in the unit of ``Likeness.score``."""
_ONLY = 4.0
"""So many times as much where a passage has no neighbour in its run that could take its place."""
_GROUPED = 1.0
"""Against each passage more in a group: most paragraphs are translated one by one."""
_REMARK = 9.0
"""Against a passage that calls itself a remark."""
_MATCH_CELLS = 40_000  # 200 by 200 passages; longer runs with a translation missing are taken as a whole.
