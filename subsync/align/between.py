"""Between words that are said: what is left of their sentences, where noise hides its sound and there is time for it.

Wind, or another voice, may cover half of a sentence. Where the rest of it is said, and up to that, or to the next word
that is said, there is about as much sound as the missing words take, they are in it: a sentence begins where it does,
and not at the first of its words that can be told from the noise.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from subsync.align.room import MOST, shares
from subsync.align.when import Timing
from subsync.text.words import need

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.align.quiet import Quiet

_FEWEST = 4
"""Up to three words a speaker may well have left out, and something else of their length be said."""
_LEAST, _MOST = 0.55, 1.6
"""Sound that words take, in times of what they take on average: of stretches of four one in a hundred has less than the
first, one more than the second; longer ones are nearer to 1. Made again by ``bench/fit/pace.py``."""


def between(
    words: Sequence[str], timings: Sequence[Timing], ranges: Sequence[range], silence: Quiet
) -> Iterator[Timing]:
    """The timings, and times for what is missing between two of them, where that is all their own sentences'.

    Args:
        words: Of the note.
        timings: Of those that are believed, ascending and apart.
        ranges: For each sentence of the note the indices of its words.
        silence: Where the recording is quiet.
    """
    sentence = {k: number for number, own in enumerate(ranges) for k in own}
    yield from timings[:1]
    for one, two in pairwise(timings):
        lost = range(one.word + 1, two.word)
        own = {sentence[one.word], sentence[two.word]}
        if _FEWEST <= len(lost) <= MOST and own >= {sentence[k] for k in lost}:
            texts, sound = [words[k] for k in lost], list(silence.sound(one.end, two.start))
            if _LEAST * need(texts) <= sum(span.duration for span in sound) <= _MOST * need(texts):
                for k, text, span in zip(lost, texts, shares(texts, sound), strict=True):
                    yield Timing(k, text, span.start, span.end, 0.0, "its place")
        yield two
