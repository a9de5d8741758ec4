"""Whether: what is believed of the times that were found, and how sure it is. One table, a row for each reason."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np

from subsync.align.when import SOUND, Timing
from subsync.datatypes import TimedSentence, TimedWord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from subsync.datatypes import Ms, Note, Status


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the note that are believed or refused together."""

    words: tuple[int, ...]
    """Their indices in the note."""
    timings: tuple[Timing, ...]
    """Of those that have a time."""

    @property
    def fit(self) -> float:
        """Mean fit of all words, one without a time counting 0."""
        return sum(t.fit for t in self.timings) / len(self.words)

    @property
    def sureness(self) -> float:
        """Mean confidence of the words that have a time."""
        return sum(map(confidence, self.timings)) / len(self.timings)

    @property
    def shortest(self) -> Ms:
        """The time of its shortest word."""
        return min(t.end - t.start for t in self.timings)


@dataclass(frozen=True, slots=True)
class Reason:
    """A row of the table: passages whose measure is below the threshold are not believed."""

    name: str
    passages: Callable[[Sequence[Timing], Sequence[range]], Iterable[Passage]]
    measure: Callable[[Passage], float]
    threshold: float
    source: str
    """Where the threshold comes from."""


def _words(timings: Sequence[Timing], _ranges: Sequence[range]) -> Iterator[Passage]:
    return (Passage((t.word,), (t,)) for t in timings)


def _unheard(timings: Sequence[Timing], ranges: Sequence[range], *, among: bool) -> Iterator[Passage]:
    """Words that no recogniser heard, between two that one did: those of each sentence by themselves.

    Beside a sentence that was never said may stand the beginning of one that was: the one must not be refused, nor the
    other believed, for its neighbour.
    """
    sentence = {k: own for own in ranges for k in own}
    heard = [-1, *(t.word for t in timings if t.likeness), len(sentence)]
    by_word = {t.word: t for t in timings}
    for one, two in pairwise(heard):
        for own, words in groupby(range(one + 1, two), sentence.__getitem__):
            part = tuple(words)
            found = tuple(t for k in part if (t := by_word.get(k)))
            if found and (own in {sentence.get(one), sentence.get(two)}) == among:
                yield Passage(part, found)


_FEW = 3
"""Words at most that are taken for said in noise because their sentence is."""


def _unheard_alone(timings: Sequence[Timing], ranges: Sequence[range]) -> Iterator[Passage]:
    return _unheard(timings, ranges, among=False)


def _unheard_among(timings: Sequence[Timing], ranges: Sequence[range]) -> Iterator[Passage]:
    return _unheard(timings, ranges, among=True)


def _heard_sentences(timings: Sequence[Timing], ranges: Sequence[range]) -> Iterator[Passage]:
    """The sentences of which a recogniser heard something; the others have been judged by their sound."""
    by_word = {t.word: t for t in timings}
    for own in ranges:
        found = tuple(t for k in own if (t := by_word.get(k)))
        if any(t.likeness for t in found):
            yield Passage(tuple(own), found)


REASONS = (
    Reason(
        "nobody heard it, and its sound does not confirm it",
        _unheard_alone,
        lambda p: p.fit,
        0.3,
        "of 1,120 right sentences by ten voices, in quiet, in music, in a crowd, in a hall and over a telephone, 7 fit "
        "less; of 201 that were put in or put in place of others 3 fit better",
    ),
    Reason(
        "nobody heard it in its sentence, and there is no trace of its sound",
        _unheard_among,
        lambda p: 1.0 if len(p.words) <= _FEW and any(t.by == "both ears" for t in p.timings) else p.fit,
        0.2,
        "nearly all words whose sentence is said are said: of 474 stretches of more than three 21 fit less than 0.3 in "
        "the sounds named above, 5 less than this. In noise the fit of three words says too little",
    ),
    Reason(
        "its sentence was not spoken after all",
        _heard_sentences,
        lambda p: p.sureness,
        0.35,
        "a sentence that was recognised has 0.45 or more",
    ),
    Reason(
        "it is squeezed, not said",
        _words,
        lambda p: p.shortest,
        20,
        "three frames of 10 ms, one for each state of a single phone, whose edges may lie up to half a frame inside",
    ),
)
"""Applied in this order, each to what the ones before it left."""


def believed(timings: Sequence[Timing], ranges: Sequence[range]) -> list[Timing]:
    """The timings for whose words no reason speaks against.

    Args:
        timings: Ascending.
        ranges: For each sentence of the note the indices of its words.
    """
    left = list(timings)
    for reason in REASONS:
        refused = {k for p in reason.passages(left, ranges) if reason.measure(p) < reason.threshold for k in p.words}
        left = [t for t in left if t.word not in refused]
    return left


def confidence(timing: Timing) -> float:
    """How sure it is that a word is said at its time, 0 to 1.

    Two witnesses, the recogniser and the sound of its phones; the second knows more about times. Alone, the recogniser
    is good for 0.7, and for less than one half where the sound speaks against it.
    """
    if timing.by == "attention":
        return 0.7 * timing.likeness
    return 1 - (1 - timing.fit) * (1 - 0.45 * timing.likeness)


_LEADING = 3
"""A sentence is where its first words are."""


def whether(note: Note, ranges: Sequence[range], timings: Sequence[Timing]) -> tuple[TimedSentence, ...]:
    """Every sentence of the note with its state and confidence; the Chinese ones have no times here.

    Args:
        note: The note.
        ranges: For each of its sentences the indices of its words.
        timings: Ascending and apart.
    """
    by_word = {t.word: t for t in timings}
    return tuple(
        _sentence([_word(w.text, by_word.get(k)) for k, w in zip(own, sentence.words, strict=True)])
        for sentence, own in zip(note.sentences, ranges, strict=True)
    )


def _word(text: str, timing: Timing | None) -> TimedWord:
    if timing is None:
        return TimedWord(text, None, None, "absent", 0.0)
    status: Status = "aligned" if timing.likeness or timing.by in SOUND else "interpolated"
    return TimedWord(text, timing.start, timing.end, status, round(confidence(timing), 3))


def _sentence(words: Sequence[TimedWord]) -> TimedSentence:
    spoken = [w for w in words if w.start is not None]
    if not spoken:
        return TimedSentence(None, None, "absent", 0.0, tuple(words))
    status: Status = "aligned" if any(w.status == "aligned" for w in spoken) else "interpolated"
    return TimedSentence(spoken[0].start, spoken[-1].end, status, round(_trust(evidence(words)), 3), tuple(words))


LOOK, TRUST = 0.7, 0.75
"""Evidence below which nine in ten of the sentences lie that are not where they are said to be, and from which 99.5 %
are: made again by ``bench/fit/sureness.py``."""


def evidence(words: Sequence[TimedWord]) -> float:
    """What speaks for the time of a sentence: its words, absent ones counting 0, and its first ones by themselves."""
    return min(_mean(words), _mean(words[:_LEADING]))


def _trust(found: float) -> float:
    """Evidence as confidence: 0.7 is worth a look, 0.9 can be trusted in any sound."""
    return float(np.interp(found, [0, LOOK, TRUST, 1], [0, 0.7, 0.9, 1]))


def _mean(words: Sequence[TimedWord]) -> float:
    return sum(w.confidence for w in words) / len(words)
