"""Words that the sound did not confirm, but for which it leaves room in the midst of their sentence."""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from subsync.align.search import fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from subsync.align.search import FillOptions, Scene
    from subsync.align.windows import Timing
    from subsync.datatypes import Ms

DOUBT = 0.3
"""Acoustic score below which a word may just as well not be there."""
_SURE = 0.75
"""Acoustic score from which the sound outvotes the recogniser, as for whole windows in `ForceOptions.sure`."""
_APART: Ms = 500
"""A recogniser's times are good to 0.1 to 0.3 s: what is further off was heard elsewhere."""


def patched(
    words: Sequence[str],
    ranges: Sequence[range],
    timings: Sequence[Timing],
    rough: Mapping[int, Timing],
    scene: Scene,
    options: FillOptions,
) -> list[Timing]:
    """The timings, with words of half-found sentences that fit what sound is left between their neighbours.

    A word may have no room because one beside it took its place: then both are placed anew.

    Args:
        words: Of the note.
        ranges: For each sentence of the note the indices of its words.
        timings: Of some of them, ascending, as the sound has them.
        rough: The same by word, as they were before the sound was asked.
        scene: The recording.
        options: How many words are placed, and how exactly the sound has to fit.

    Returns:
        Timings, ascending. What was placed here has neither likeness nor acoustic score.
    """
    spoken = {t.word for t in timings}
    sentence = {k: own for own in ranges for k in own}
    doubted = set(_doubted(timings, sentence, rough))
    filled = fill(words, ranges, [t for t in timings if t.word not in doubted], scene, options)
    placed = {t.word: t for t in filled if t.word in spoken or not spoken.isdisjoint(sentence[t.word])}
    back = [t for t in timings if t.word not in placed]
    return sorted([*placed.values(), *back], key=lambda t: t.word)


def _doubted(timings: Sequence[Timing], sentence: Mapping[int, range], rough: Mapping[int, Timing]) -> Iterator[int]:
    """Words beside one that was left out, of times that nothing speaks for, if one of them was heard elsewhere."""
    by_word = {t.word: t for t in timings}
    for one, two in pairwise(timings):
        if two.word - one.word == 1 or sentence[one.word] != sentence[two.word]:
            continue
        own = sentence[one.word]
        before = takewhile(lambda k: _weak(by_word.get(k), rough), range(one.word, own.start - 1, -1))
        after = takewhile(lambda k: _weak(by_word.get(k), rough), range(two.word, own.stop))
        weak = [*before, *after]
        if any(_elsewhere(by_word[k], rough.get(k)) for k in weak):
            yield from weak


def _weak(timing: Timing | None, rough: Mapping[int, Timing]) -> bool:
    return timing is not None and ((timing.acoustic or 0) < DOUBT or _elsewhere(timing, rough.get(timing.word)))


def _elsewhere(timing: Timing, rough: Timing | None) -> bool:
    if rough is None or not rough.likeness or (timing.acoustic or 0) >= _SURE:
        return False
    return abs(timing.start - rough.start) > _APART
