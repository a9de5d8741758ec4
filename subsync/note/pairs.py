"""Which English and Chinese passages of a note are one paragraph: by their order, their lengths, their words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from math import log
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

from subsync.text.likeness import Likeness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from subsync.datatypes import Lang, Ms


@dataclass(frozen=True, slots=True)
class Size:
    """A passage, a paragraph in one language, as far as pairing needs to know it."""

    lang: Lang
    section: int | None
    """That of its original, where it stands in one that is the translation of another."""
    length: float
    """Above 0, in a unit in which a text and its translation have about the same."""
    text: str
    is_remark: bool = False
    """Whether it says of itself that it is the reader's own."""
    lines: tuple[int, int] | None = None
    """Its first and its last line in the file."""
    pin: Ms | None = None


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
    one with the run behind them where both have the same number and lengths that fit. Where they have not, and where a
    single passage stands behind a single one, what stands in them decides which belong together, and which stay alone:
    a remark, a paragraph without translation.
    """
    texts: dict[Lang, dict[int, str]] = {"en": {}, "zh": {}}
    for place, passage in enumerate(passages):
        texts[passage.lang][place] = passage.text
    by_section: dict[int | None, list[int]] = {}
    for place, passage in enumerate(passages):
        by_section.setdefault(passage.section, []).append(place)
    groups = [*by_section.values()]
    steps = [_Steps.of(group, passages) for group in groups]
    whole = _en_first(steps, default=True)
    runs: list[tuple[_Run, _Run]] = []
    for group, own in zip(groups, steps, strict=True):
        first: Lang = "en" if _en_first([own], default=whole) else "zh"
        runs += _beside(group, passages, first)
    likeness = cache(lambda: Likeness.of(texts["en"], texts["zh"], [passage.length for passage in passages]))
    matching = _Matching(passages, likeness, _is_annotated(runs, passages, likeness))
    found = [pair for en, zh in runs for pair in matching.runs(en, zh)]
    return sorted(found, key=lambda pair: pair.first)


_Run: TypeAlias = tuple[int, ...]
"""Places of passages in one language that follow one another."""


def _beside(group: Sequence[int], passages: Sequence[Size], first: Lang) -> Iterator[tuple[_Run, _Run]]:
    """The runs of a section, English and Chinese, each of the language that goes first with the one behind it."""
    runs = (tuple(run) for _, run in groupby(group, key=lambda place: passages[place].lang))
    for run in runs:
        partner = next(runs, ()) if passages[run[0]].lang == first else ()
        yield (run, partner) if passages[run[0]].lang == "en" else (partner, run)


_FEW = 3
"""Pairs of lone passages from which a note shows what its Chinese is."""


def _is_annotated(
    runs: Iterable[tuple[_Run, _Run]], passages: Sequence[Size], likeness: Callable[[], Likeness]
) -> bool:
    """Whether the Chinese of a note is what its reader says rather than a translation, as far as lone ones show."""
    lone = [(en, zh) for en, zh in runs if len(en) == len(zh) == 1 and not passages[zh[0]].is_remark]
    if len(lone) < _FEW:
        return False
    return 2 * sum(likeness().score(en, zh) > _DOUBT for en, zh in lone) < len(lone)


# Over the 102 pairs of an hour of podcast the logarithm of the ratio of lengths strays by 0.17 (standard deviation),
# its mean size is 0.12; where a passage is held against its other neighbour the mean size is 1.42.
_CLEAR = 0.3


def _misfit(left: Iterable[int], right: Iterable[int], passages: Sequence[Size]) -> float:
    lengths = [sum(passages[place].length for place in side) for side in (left, right)]
    return abs(log(lengths[0] / lengths[1]))


def _least_misfit(here: int, there: int, group: Sequence[int], passages: Sequence[Size]) -> float:
    """Of the two passages on either side of a change of language that are nearest to it, one or both.

    A line that says "translation" or explains a word may stand between a text and its translation.
    """
    sides = []
    for place, way in ((here, -1), (there, +1)):
        beyond = place + way
        both = group[0] <= beyond <= group[-1] and passages[beyond].lang == passages[place].lang
        sides.append([[place], [beyond], [place, beyond]] if both else [[place]])
    return min(_misfit(left, right, passages) for left in sides[0] for right in sides[1])


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
                steps[passages[there].lang].append(_least_misfit(here, there, group, passages))
        ends = (passages[group[0]].lang, passages[group[-1]].lang)
        return cls(tuple(steps["zh"]), tuple(steps["en"]), (ends == ("en", "zh")) - (ends == ("zh", "en")))


def _en_first(sections: Sequence[_Steps], *, default: bool) -> bool:
    """Whether a translation follows its original: by how well neighbours fit, else by how sections open."""
    to_zh = [step for section in sections for step in section.to_zh]
    to_en = [step for section in sections for step in section.to_en]
    if to_zh and to_en:
        evidence = median(to_en) - median(to_zh)  # a remark fits nothing
        if abs(evidence) > _CLEAR:
            return evidence > 0
    opens = sum(section.opens for section in sections)
    return opens > 0 if opens else default


_PLAIN = 0.6
"""A misfit of lengths up to which runs of as many passages are taken for pairs without a look at their words."""


@dataclass(frozen=True, slots=True)
class _Matching:
    """What pairing needs to know of all passages; their words are looked up when they are first asked for."""

    passages: Sequence[Size]
    likeness: Callable[[], Likeness]
    annotated: bool
    """Whether a lone passage is a remark unless its words say that it is a translation."""

    def runs(self, en: Sequence[int], zh: Sequence[int]) -> list[Pair]:
        """Pair a run of English passages with a run of Chinese ones."""
        if not (en and zh):
            return [Pair((place,), ()) for place in en] + [Pair((), (place,)) for place in zh]
        if len(en) == len(zh) > 1 and all(map(self._is_plain, en, zh)):
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
        alone = _ALONE
        if all([self.passages[place].is_remark for place in run].count(False) == 1 for run in (en, zh)):
            alone = -(_DOUBT if self.annotated else _UNLIKE) / 2
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

    def _gain(self, likeness: Likeness, en: Sequence[int], zh: Sequence[int], *, alone: float) -> float:
        if not (en and zh):
            return -alone
        remarks = [self.passages[place].is_remark for place in (*en, *zh)]
        score = likeness.score(en, zh) - _GROUPED * (len(en) - 1) - self._parted(zh)
        score += _BOUND * any(self._is_bound(left, right) for left in en for right in zh)
        return score - _REMARK * (any(remarks) and not all(remarks))

    def _parted(self, zh: Sequence[int]) -> float:
        """Against a translation in several passages: the smaller one is, the less likely it is a part of the whole.

        Where a text is cut is anybody's guess, so that a part of a hundredth is one in a hundred. A reader's word on it
        is short whatever it is about. Of English short turns do go into the translation of a long one beside them.
        """
        *smaller, _ = lengths = sorted(self.passages[place].length for place in zh)
        return sum(max(_GROUPED, log(sum(lengths) / length)) for length in smaller)

    def _is_bound(self, en: int, zh: int) -> bool:
        """Whether two passages say that they are one: by the same time, by standing in one block or on one line."""
        left, right = self.passages[en], self.passages[zh]
        if left.pin is not None and left.pin == right.pin:
            return True
        if left.lines is None or right.lines is None:
            return False
        return max(left.lines[0], right.lines[0]) - min(left.lines[1], right.lines[1]) <= 1


_SHAPES = ((1, 1), (1, 0), (0, 1), *((1, n) for n in range(2, 7)), *((n, 1) for n in range(2, 7)))
"""English and Chinese passages of a group."""
_BAND = 12
"""Passages by which the two runs may be out of step, beyond what they differ in number."""
_ALONE = 1.0
"""Against a passage that stays alone, in the unit of ``Likeness.score``."""
_UNLIKE = -4.0
"""``Likeness.score`` below which a lone passage is not the translation of the one before it, though there is no other:
the worst of the 129 right pairs of ``samples`` and an hour of podcast has -2.8, of 32 free translations -3.2."""
_DOUBT = -1.0
"""The same in a note whose Chinese is mostly its reader's: of twenty remarks one in ten is above it."""
_BOUND = 4.0
"""For passages that stand under one time or in one block: that is no place for a remark."""
_GROUPED = 1.0
"""Against each passage more in a group at least: most paragraphs are translated one by one."""
_REMARK = 9.0
"""Against a passage that calls itself a remark."""
_MATCH_CELLS = 40_000  # 200 by 200 passages; longer runs with a translation missing are taken as a whole.
