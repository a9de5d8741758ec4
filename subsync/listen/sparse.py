"""A recording and the note that it probably speaks -> a transcript, most of which nobody had to recognise.

A few windows are recognised and found in the note. What the note has between two of them is laid over the sound
between them by its phones: where that fits, those are the words that are said there. Where it does not (an
advertisement, a cut, another wording) more is recognised, down to all of it.
"""

from __future__ import annotations

import logging
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise, takewhile
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from subsync.datatypes import LaidWord, RecognizedWord, Span, Transcript
from subsync.locate import locate
from subsync.sound.cepstra import HOP_MS
from subsync.text.words import need

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from subsync.datatypes import Ms, SpokenWord
    from subsync.phones import CoarseWord
    from subsync.sound import Recording

_LOG = logging.getLogger(__name__)


Stretch: TypeAlias = tuple["Ms", "Ms", tuple[str, ...]]
"""From when to when there is sound that probably holds some words."""
Guess: TypeAlias = "Callable[[Sequence[Stretch]], Iterable[Sequence[CoarseWord | None]]]"
"""Lays words over the sound of several stretches, from where it begins."""

_WINDOW: Ms = 10_000
"""Longest window that is recognised. For each token Whisper's decoder looks at all of its window: in an hour of noisy
talk windows of 15 s took 19 s of processor, of 10 s 11, and of 8 s 12, since more of them were asked for."""
_EVERY = 9
"""One window in so many is recognised at first: 10 s in a minute and a half."""
_SHORT: Ms = 30_000
"""A recording that is no longer is recognised whole: that takes a second, and what stands in another order is found."""
_LONGEST: Ms = 100_000
"""Longest stretch that is laid over its sound in one go. In the first round windows are not as far apart: in a longer
one that lacks no word, something was heard that is not the note's."""
_RUN, _FITS = 8, -3.1
"""What the worst so many words in a row have to fit at least. Measured on 30 stretches of an hour of clean and of noisy
talk, 80 to 150 words each: with their own text no eight words in a row fit worse than -3.0 (5th percentile), with 15
words of another text among them the worst eight fit -3.2 at best (95th), with 15 words too many -3.9, with another text
throughout -4.7."""
_UNSAID = -8.0
"""What a word counts for that was not found in the sound."""
_BEYOND: Ms = 1500
"""More speech than this between two words is something that the note does not have."""
_BESIDE: Ms = 3000
"""So far around it all is recognised: the first words of a sentence behind it fit into it, too. In an hour with 15
insertions and cuts 3 sentences began in one before this and the limit above were set; none does since."""
_SLOW = 2.2
"""A text that has less than 1 / 2.2 or more than 2.2 times the sound that it needs is not tried."""
_HOLE = 16
"""So many words that do not fit, with about the time that they need, are mumbled or said a little otherwise. They are
laid where they are, for exact alignment to judge: to recognise the windows around them took 17 of 92 in a noisy hour.
Of 57 sentences of other text put in place of those that are said none is believed for that."""
_ABOUT = 1.5
"""Words that take up to so many times what they need are no more than that; with more, something else is said."""


def sparse_transcript(
    words: Sequence[str],
    recording: Recording,
    *,
    hear: Callable[[Sequence[Span]], list[RecognizedWord]],
    guess: Guess,
    progress: Callable[[Ms, Ms], None] | None = None,
) -> Transcript:
    """Find a note's words in a recording, listening to as little of it as possible.

    Args:
        words: Of the note, in its order.
        recording: What may hold them.
        hear: Recognises windows.
        guess: Lays words over sound.
        progress: Told the ms explained and the ms there are.

    Returns:
        Words that were recognised, and words of the note that nobody recognised but whose sound is there: those are
        `LaidWord`. ``heard`` says how much was recognised.
    """
    windows = recording.windows(_WINDOW)
    state = _State(words, recording, windows)
    every = 1 if recording.duration <= _SHORT else _EVERY
    todo = sorted({*range(0, len(windows), every), *range(len(windows))[-1:]})
    while todo:
        state.heard.update(todo)
        state.words += hear([windows[k] for k in todo])
        todo = state.look(guess)
        if progress:
            progress(sum(windows[k].duration for k in state.heard | state.settled | state.idle), recording.duration)
    heard = sum(windows[k].duration for k in state.heard)
    _LOG.debug("recognised %.0f of %.0f s", heard / 1000, sum(w.duration for w in windows) / 1000)
    spoken = state.spoken()
    return Transcript("sparse", recording.duration, tuple(spoken), recording.speech, heard)


class _Known(NamedTuple):
    """A word of the note that was located."""

    word: int
    start: Ms
    end: Ms


_APART, _PAUSE = 4, 3000
"""Words of a group are fewer than so many words of the note and ms from one to the next."""
_FEWEST = 4
"""A smaller group may be somebody else's: "So" at the beginning of another sentence."""


def _groups(found: Iterable[_Known]) -> Iterator[list[_Known]]:
    """The located words that stand in groups: nearly nothing is missing in one on either side."""
    group: list[_Known] = []
    for known in found:
        if group and (known.word - group[-1].word >= _APART or known.start - group[-1].end >= _PAUSE):
            yield from [group] if len(group) >= _FEWEST else ()
            group = []
        group.append(known)
    yield from [group] if len(group) >= _FEWEST else ()


_PHRASE = 8
"""A group of fewer may be the same phrase at another place of the note: "the National Economic Council" is said twice
within a minute, and where the text alone cannot tell the two, a minute of talk between them seems to hold no word."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words of the note between two that were located, and the time between those."""

    first: int
    last: int
    span: Span
    windows: tuple[int, ...]
    """Those in it that nobody has heard."""
    loose: bool
    """Whether the words beside it are a phrase that may belong elsewhere."""


@dataclass
class _State:
    """What is known so far."""

    note: Sequence[str]
    recording: Recording
    windows: Sequence[Span]
    heard: set[int] = field(default_factory=set)
    settled: set[int] = field(default_factory=set)
    """Windows that need not be heard: their words are guessed."""
    idle: set[int] = field(default_factory=set)
    """Those that seem to hold nothing of the note. What is heard elsewhere may show that a phrase stood in the wrong
    place, and that they do."""
    words: list[RecognizedWord] = field(default_factory=list)
    guessed: list[LaidWord] = field(default_factory=list)

    @cached_property
    def _spoken(self) -> tuple[Sequence[Ms], Sequence[Ms], Sequence[Ms]]:
        """Where each stretch of speech starts and ends, and how much there is before each, and in all."""
        speech = self.recording.speech
        so_far = [*accumulate((s.duration for s in speech), initial=0)]
        return [s.start for s in speech], [s.end for s in speech], so_far

    def spoken(self) -> list[SpokenWord]:
        """What is said, as far as it is known, ascending."""
        every: list[SpokenWord] = [*self.words, *self.guessed]
        return sorted(every, key=lambda w: (w.start, w.end))

    def look(self, guess: Guess) -> list[int]:
        """Explain what can be explained, and name the windows to be heard next."""
        todo: set[int] = set()
        tried = []
        self.idle.clear()
        for stretch in self._stretches():
            if stretch.first < stretch.last and self._plausible(stretch):
                tried.append(stretch)
            elif stretch.first < stretch.last or (stretch.loose and stretch.span.duration <= _LONGEST):
                todo.update(_halved(stretch.windows))
            else:  # nothing of the note is missing here, by what is known now
                self.idle.update(stretch.windows)
        asked = [(s.span.start, s.span.end, tuple(self.note[s.first : s.last])) for s in tried]
        explained = []
        for stretch, found in zip(tried, guess(asked), strict=True):
            slow = set(self._drawn_out(stretch, found))
            laid = [None if k in slow else word for k, word in enumerate(found)]
            words = self._with_mumbled(stretch, laid, _fitting(laid))
            doubtful = self._doubtful(stretch, found, words)
            if doubtful:
                # What fits bounds the next stretches, so that part of the windows is enough; of all of them, half is.
                todo.update(doubtful if len(doubtful) < len(stretch.windows) else _halved(doubtful))
                continue
            explained.append(stretch)
            self.guessed += (
                LaidWord(self.note[stretch.first + k], stretch.span.start + w.start, stretch.span.start + w.end)
                for k, w in words.items()
            )
        self._replace(explained)
        return sorted(todo)

    def _stretches(self) -> Iterator[_Stretch]:
        """Stretches with windows that nobody has heard."""
        places = locate(self.note, self.spoken()).places
        found = [_Known(k, p.start, p.end) for k, p in enumerate(places) if p]
        last = _Known(len(self.note), self.recording.duration, self.recording.duration)
        groups = list(_groups(found))
        firm = [known for group in groups for known in group]
        short = {known.word for group in groups if len(group) < _PHRASE for known in group}
        unheard = [k for k in range(len(self.windows)) if k not in self.heard and k not in self.settled]
        for (a, _, end), (b, start, _) in pairwise([_Known(-1, 0, 0), *firm, last]):
            later = unheard[bisect_right(unheard, end, key=lambda k: self.windows[k].end) :]
            inside = tuple(takewhile(lambda k: self.windows[k].start < start, later))  # noqa: B023 - used at once
            if inside:
                first = -(-end // HOP_MS) * HOP_MS
                span = Span(first, max(first, start))
                loose = a in short or b in short
                yield _Stretch(a + 1, b, span, inside, loose and 0 <= a < b < len(self.note))

    def _plausible(self, stretch: _Stretch) -> bool:
        """Whether the text may take the time that there is."""
        takes = need(self.note[stretch.first : stretch.last])
        start, end = stretch.span.start, stretch.span.end
        sound = self._speech(start, end)
        return stretch.span.duration <= _LONGEST and takes / _SLOW <= sound <= _most(takes)

    def _drawn_out(self, stretch: _Stretch, found: Sequence[CoarseWord | None]) -> Iterator[int]:
        """Words that lie over far more sound than they need: that of an advertisement, which they fit somehow."""
        for run in _runs(len(found)):
            laid = [word for word in (found[k] for k in run) if word]
            if not laid:
                continue
            start, end = stretch.span.start + laid[0].start, stretch.span.start + laid[-1].end
            most = _most(need(self.note[stretch.first + k] for k in run))
            if end - start > most and self._speech(start, end) > most:
                yield from run

    def _speech(self, start: Ms, end: Ms) -> Ms:
        """How much speech there is between two times."""
        starts, ends, so_far = self._spoken
        first, last = bisect_right(ends, start), bisect_left(starts, end)
        if first >= last:
            return 0
        whole = so_far[last] - so_far[first]
        return whole - max(0, start - starts[first]) - max(0, ends[last - 1] - end)

    def _holes(self, stretch: _Stretch, count: int, fitting: dict[int, CoarseWord]) -> Iterator[tuple[range, Span]]:
        """The words between two that fit, and the time there; a laid word may end 30 ms beyond the stretch."""
        places = [-1, *fitting, count]
        edges = [0, *(edge for w in fitting.values() for edge in (w.start, w.end)), stretch.span.duration]
        start = stretch.span.start
        for (one, two), a, b in zip(pairwise(places), edges[::2], edges[1::2], strict=True):
            yield range(one + 1, two), Span(start + a, start + max(a, b))

    def _with_mumbled(
        self, stretch: _Stretch, laid: Sequence[CoarseWord | None], fitting: dict[int, CoarseWord]
    ) -> dict[int, CoarseWord]:
        """The words that fit, and a few in a row that do not where there is about the time for them."""
        words = dict(fitting)
        for lost, hole in self._holes(stretch, len(laid), fitting):
            if not 0 < len(lost) <= _HOLE:
                continue
            takes = need(self.note[stretch.first + k] for k in lost)
            if hole.duration <= _ABOUT * takes <= 2 * _ABOUT * self._speech(hole.start, hole.end):
                words |= {k: word for k in lost if (word := laid[k])}
        return dict(sorted(words.items()))

    def _doubtful(
        self, stretch: _Stretch, found: Sequence[CoarseWord | None], fitting: dict[int, CoarseWord]
    ) -> tuple[int, ...]:
        """The unheard windows in which words do not fit, or there is sound that is none of the words."""
        few = min(_RUN, len(found))  # as many words as are judged together
        holes = [
            hole
            for lost, hole in self._holes(stretch, len(found), fitting)
            if len(lost) >= few or (hole.duration > _BEYOND and self._speech(hole.start, hole.end) > _BEYOND)
        ]
        spans = {k: self.windows[k] for k in stretch.windows}
        return tuple(
            k for k, w in spans.items() if any(h.start - _BESIDE < w.end and h.end + _BESIDE > w.start for h in holes)
        )

    def _replace(self, explained: Sequence[_Stretch]) -> None:
        """What was recognised where the note's words fit was misheard: else it would have been located."""
        self.settled.update(k for stretch in explained for k in stretch.windows)
        spans = [stretch.span for stretch in explained]
        self.words.sort(key=lambda w: w.start)
        for span in spans:
            low, high = (bisect_left(self.words, edge, key=lambda w: w.start) for edge in (span.start, span.end))
            self.words[low:high] = [w for w in self.words[low:high] if w.end > span.end]


def _fitting(found: Sequence[CoarseWord | None]) -> dict[int, CoarseWord]:
    """The words that fit, by place, without those that stand among others that do not."""
    fits = [_UNSAID if word is None else word.fit for word in found]
    bad: set[int] = set()
    for run in _runs(len(fits)):
        if sum(fits[k] for k in run) < _FITS * len(run):
            bad.update(run)
    return {k: word for k, word in enumerate(found) if word and k not in bad}


def _runs(count: int) -> Iterator[range]:
    """The places of words that are judged together; of fewer, all."""
    return (range(k, min(k + _RUN, count)) for k in range(max(1, count - _RUN + 1)))


def _most(takes: Ms) -> float:
    """How much sound words may be in that take so much on average."""
    return takes * _SLOW + 1000


def _halved(windows: tuple[int, ...]) -> list[int]:
    """Every other one, the middle one first; all of a few."""
    return list(windows[1::2]) if len(windows) > 2 else list(windows)
