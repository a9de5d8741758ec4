"""Where a word that stands beside a pause begins and ends, to 5 ms. The only place that moves an edge of the path.

The acoustic model sees 25 ms at a time and was taught frames, not edges: beside a pause it begins words some 20 ms
too early and ends them some 20 ms too late. The level of the sound knows better where there is a valley in it: where
the pause is clearly below the voice beside it. Music or a crowd fill the valley; there the path's edge stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from subsync.text.words import DRAWN_OUT, need

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from subsync.datatypes import Ms
    from subsync.phones.pronounce import Phones
    from subsync.sound.cepstra import Floats

_RATE = 16  # samples in a ms
_HOP_MS, _WIDTH_MS = 2.5, 10
"""A level for every 2.5 ms, of the 10 ms around it: two periods of a low voice."""


@dataclass(frozen=True, slots=True)
class Side:
    """What counts as voice on one side of a pause, and how far its edge may be from the path's.

    Fitted by ``bench/fit/edges.py``, which has the figures.
    """

    share: float
    """Voice is what is this share of the valley's depth above the pause, in dB."""
    least: float
    """And at least so many dB above it."""
    depth: float
    """A valley less deep than this, in dB, is no pause: what is in it is sound of its own."""
    early: Ms
    """By how much the path is early in the median: subtracted where the level does not say."""
    outwards: Ms
    """How far the edge may move away from its word."""
    inwards: Ms
    """How far it may move into it."""
    deepest: float = 40.0
    """dB below the voice that are silence whatever is below them: there a codec has its echoes, and nobody hears a
    word."""


@dataclass(frozen=True, slots=True)
class EdgeOptions:
    """How edges are placed."""

    start: Side = Side(share=0.0, least=5.0, depth=20.0, early=15, outwards=60, inwards=60)
    end: Side = Side(share=0.35, least=8.0, depth=12.0, early=-10, outwards=60, inwards=100)
    """A voice that stops decays, in a room for longer: its end is looked for higher up, and further back."""
    hiss: Ms = 40
    """How far the end of a word may move into it if that is a hiss: quieter than the voice, over a telephone hardly
    there, so that the level takes it for the pause. Over one the 95th percentile of ends is 108 ms so, 125 without."""
    sharp: float = 30.0
    """The start of a hiss is looked for where the high sounds are, and is silent so many dB below the voice. Over a
    telephone the 95th percentile of starts is 48 ms so, 54 where all sounds are; in music 10 dB below 26, 33. With 26
    or 34 dB either the telephone or the quiet studio is worse."""
    burst: Ms = 110
    """How far the start of a stop may move into it: the path may take so much of the pause for its closure, which
    nobody hears. With the 60 of other sounds "But" begins 55 ms early in a quiet studio, time after time."""
    pause: Ms = 50
    """A shorter silence is within the model's error and may be the closure of a stop."""
    closure: Ms = 170
    """A stop's closure takes 60 to 150 ms; between two words of a sentence a longer silence is a pause."""

    def ending_earlier(self, by: Ms) -> EdgeOptions:
        """The same for a path that ends words later by so much."""
        return replace(self, end=replace(self.end, early=self.end.early - by))


def place(
    samples: NDArray[np.float32],
    spans: Sequence[tuple[Ms, Ms]],
    words: Sequence[str],
    phones: Sequence[Phones],
    options: EdgeOptions = EdgeOptions(),
) -> list[tuple[Ms, Ms]]:
    """Put the edges of words where the sound has them.

    Args:
        samples: 16 kHz mono, the window that holds the words.
        spans: Of the words as the path has them, from the window's start, ascending and apart.
        words: As written; after punctuation a silence is a pause.
        phones: The reading of each.
        options: How.

    Returns:
        The same words, ascending and apart.
    """
    level, sharp = levels(samples), levels(np.diff(samples, prepend=samples[:1]))
    hissing, closed = replace(options.start, deepest=options.sharp), replace(options.start, inwards=options.burst)
    voiced = (_voiced(level, span, word, options) for span, word in zip(spans, words, strict=True))
    edges = [0, *(edge for span in voiced for edge in span), len(samples) // _RATE]
    placed = list(edges)
    for k in range(0, len(edges), 2):
        end, start = edges[k], edges[k + 1]
        if start - end < options.pause:
            continue
        if k:
            hiss = phones[k // 2 - 1][-1] in _HISSES
            last = replace(options.end, inwards=options.hiss) if hiss else options.end
            placed[k] = max(min(_end(level, edges[k - 1], end, start, last), start), placed[k - 1])
        if k + 2 < len(edges):
            first = phones[k // 2][0]
            sound = sharp if first in _HISSES else level
            side = hissing if first in _HISSES else closed if first in _STOPS else options.start
            placed[k + 1] = max(_start(sound, end, start, edges[k + 2], side), placed[k])
    inner = placed[1:-1]
    return close_gaps(words, phones, list(zip(inner[::2], inner[1::2], strict=True)), options.closure)


def levels(samples: NDArray[np.float32]) -> Floats:
    """Level in dB of full scale, -100 for silence, of the 10 ms around every 2.5 ms."""
    hop, width = round(_HOP_MS * _RATE), _WIDTH_MS * _RATE
    total = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    first = np.arange(0, len(samples), hop) - width // 2
    low, high = np.clip(first, 0, len(samples)), np.clip(first + width, 0, len(samples))
    power = (total[high] - total[low]) / np.maximum(high - low, 1)
    return np.asarray(10 * np.log10(np.maximum(power, 1e-10)), np.float32)


_AROUND: Ms = 200
"""How much of the pause and of the word, next to the edge, is looked at."""
_RIM: Ms = 20
"""Of the pause, beside the path's edges, that is not: the edge itself is there."""
_VOICED = 85
"""The percentile of a word's level that is its voice: a vowel of an unstressed syllable reaches it."""
_LOUD = 75
"""The percentile of a pause's level that noise in it rarely passes for long; up to a quarter may be the word's."""


def _threshold(pause: Floats, voice: Floats, side: Side) -> float | None:
    """The level between pause and voice, ``None`` if there is no valley."""
    if not len(pause) or not len(voice):
        return None
    top = float(np.percentile(voice, _VOICED))
    floor = max(float(np.median(pause)), top - side.deepest)
    if top - floor < side.depth:
        return None
    return max(floor + max(side.least, side.share * (top - floor)), float(np.percentile(pause, _LOUD)) + 1)


def _voiced(level: Floats, span: tuple[Ms, Ms], word: str, options: EdgeOptions) -> tuple[Ms, Ms]:
    """A word without the silence at its head that is longer than any closure: a pause that the path took for its sound.

    The model takes the noise of a room for a soft friction ("The") as readily as for silence. A silence at its tail may
    be a voice that decays or a hiss, and stays. What lies beyond a still longer silence inside, and is too long for the
    letters, is a laugh or a chair; as short as the word, it may be the word said twice.
    """
    start, end = span
    mine = _between(level, start + _RIM, end)
    if not len(mine):
        return span
    loud = np.flatnonzero(mine > mine.max() - options.start.depth)
    silent = _RIM + round(float(loud[0]) * _HOP_MS)
    start += silent if silent > options.closure else 0
    pauses = np.diff(loud) * _HOP_MS
    if len(pauses) and pauses.max() > 2 * options.closure and _ONE_WORD.fullmatch(word):
        place = int(pauses.argmax())
        before, after = (span[0] + _RIM + round(float(at) * _HOP_MS) for at in loud[place : place + 2])
        own, other = sorted(((start, before), (after, end)), key=lambda part: part[1] - part[0])
        if other[1] - other[0] > DRAWN_OUT * need([word]):
            return own
    return start, end


_ONE_WORD = re.compile(r"\W*[^\W\d_]+(?:['’][^\W\d_]+)?\W*")
"""Numbers, and words with a dash, are several, and have pauses between them."""


def _between(level: Floats, start: Ms, end: Ms) -> Floats:
    return level[max(0, round(start / _HOP_MS)) : max(0, round(end / _HOP_MS))]


def _start(level: Floats, before: Ms, start: Ms, end: Ms, side: Side) -> Ms:
    pause = _between(level, max(before + _RIM, start - _RIM - _AROUND), start - _RIM)
    threshold = _threshold(pause, _between(level, start, min(end, start + _AROUND)), side)
    return _crossing(level, threshold, +1, start + side.early, (start - side.outwards, min(end, start + side.inwards)))


def _end(level: Floats, start: Ms, end: Ms, after: Ms, side: Side) -> Ms:
    pause = _between(level, end + _RIM, min(after - _RIM, end + _RIM + _AROUND))
    threshold = _threshold(pause, _between(level, max(start, end - _AROUND), end), side)
    return _crossing(level, threshold, -1, end + side.early, (max(start, end - side.inwards), end + side.outwards))


def _crossing(level: Floats, threshold: float | None, way: int, wanted: Ms, bounds: tuple[Ms, Ms]) -> Ms:
    """Where the level rises (+1) or falls (-1) through the threshold, nearest to where it is wanted."""
    low, high = bounds
    otherwise = min(max(wanted, low + 1), high - 1)
    if threshold is None:
        return otherwise
    first = max(0, round(low / _HOP_MS))
    loud = level[first : round(high / _HOP_MS)] >= threshold
    steps = np.flatnonzero(np.diff(loud.astype(np.int8)) == way) + 1
    if not len(steps):
        return otherwise
    times = (first + steps) * _HOP_MS
    return round(float(times[np.argmin(np.abs(times - wanted))]))


_HISSES = frozenset({"S", "Z", "SH", "ZH", "F", "TH"})
_STOPS = frozenset({"P", "B", "T", "D", "K", "G", "CH", "JH"})
_SOFT = frozenset({"F", "TH", "V", "DH", "HH"})


def close_gaps(
    words: Sequence[str], phones: Sequence[Phones], spans: Sequence[tuple[Ms, Ms]], closure: Ms
) -> list[tuple[Ms, Ms]]:
    """Give the short silence between two words to the one whose sound it is: a stop's closure, a soft friction.

    The acoustic model takes either for silence. Whoever labels speech by hand does not.
    """
    edges = [edge for span in spans for edge in span]
    for k in range(len(words) - 1):
        end, start = edges[2 * k + 1], edges[2 * k + 2]
        if not 0 < start - end <= closure or not words[k][-1:].isalnum():
            continue
        closing, opening = phones[k][-1] in _STOPS, phones[k + 1][0] in _STOPS | _SOFT
        if closing or opening:
            middle = (start + end) // 2 if closing and opening else start if closing else end
            edges[2 * k + 1] = edges[2 * k + 2] = middle
    return list(zip(edges[::2], edges[1::2], strict=True))
