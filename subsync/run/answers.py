"""What was worked out about a recording before, bit by bit: after a correction only what it touches is done again.

A cached alignment answers for a whole note, and one other word makes it another note. Nearly all of its time goes into
questions about short stretches of sound, which are the same beside a correction. Their answers are kept as well, in one
entry for each recording and kind of question; an entry has what its last run used, so that it does not grow.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from subsync.cues import Speech
from subsync.cues.stage import Laid
from subsync.datatypes import Bead, Clause, Link, WordLink
from subsync.listen.saved import word_from_json, word_to_json
from subsync.locate import Pair
from subsync.phones import CoarseWord, Forced, ForcedWord
from subsync.store import Cache

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from subsync.cues.stage import Cut
    from subsync.datatypes import Ms, RecognizedWord
    from subsync.listen import WhisperRecognizer
    from subsync.sound import Samples

Q = TypeVar("Q")
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Shape(Generic[A]):
    """How answers are written as JSON."""

    save: Callable[[A], object]
    load: Callable[[Any], A]


@dataclass
class Answers(Generic[Q, A]):
    """Answers by question, which is a JSON value. Implements ``subsync.store.recall.Known``."""

    shape: Shape[A]
    before: dict[str, Any]
    """What was kept: digest of a question -> its answer."""
    used: dict[str, Any] = field(default_factory=dict)
    """What was asked for or added since: what is worth keeping."""

    def get(self, question: Q, /) -> A | None:
        """The answer from before, if there is one."""
        digest = Cache.key(question)
        if digest in self.before:
            self.used[digest] = self.before[digest]
        return self.shape.load(self.used[digest]) if digest in self.used else None

    def __setitem__(self, question: Q, answer: A, /) -> None:
        """Add an answer."""
        self.used[Cache.key(question)] = self.shape.save(answer)

    @property
    def changed(self) -> bool:
        """Whether what is worth keeping is not what was kept."""
        return self.used.keys() != self.before.keys()


def _forced_to_json(forced: Forced) -> object:
    words = [word and [word.start, word.end, word.score] for word in forced.words]
    return [words, forced.method, forced.score, forced.unheard]


def _forced_from_json(value: Any) -> Forced:
    words, method, score, unheard = value
    return Forced(tuple(word and ForcedWord(*word) for word in words), method, score, tuple(unheard))


WINDOW: Shape[Forced] = Shape(_forced_to_json, _forced_from_json)
"""Of words laid over the sound of a window."""
STRETCH: Shape[Sequence[CoarseWord | None]] = Shape(
    lambda found: [word and [word.start, word.end, word.fit] for word in found],
    lambda value: tuple(word and CoarseWord(*word) for word in value),
)
"""Of words laid roughly over a minute or two."""
WORDS: Shape[tuple[RecognizedWord, ...]] = Shape(
    lambda words: [word_to_json(word) for word in words], lambda value: tuple(map(word_from_json, value))
)
"""Of a piece that was listened to again."""
PAIRS: Shape[tuple[Pair, ...]] = Shape(
    lambda pairs: [[pair.a, pair.b, pair.score] for pair in pairs],
    lambda value: tuple(Pair(*pair) for pair in value),
)
"""Of words of a note that were aligned with recognised ones."""


def _beads_to_json(beads: Sequence[Bead]) -> object:
    def clauses(side: Sequence[Clause]) -> object:
        return [[c.sentence, c.start, c.end] for c in side]

    return [
        [b.en, b.zh, b.confidence, [[clauses(k.en), clauses(k.zh), k.confidence] for k in b.links], b.words]
        for b in beads
    ]


def _beads_from_json(value: Any) -> tuple[Bead, ...]:
    def clauses(side: Any) -> tuple[Clause, ...]:
        return tuple(Clause(*clause) for clause in side)

    return tuple(
        Bead(
            0,
            tuple(en),
            tuple(zh),
            confidence,
            tuple(Link(clauses(k_en), clauses(k_zh), sure) for k_en, k_zh, sure in links),
            tuple(WordLink(*word) for word in words),
        )
        for en, zh, confidence, links, words in value
    )


def _cut_from_json(value: Any) -> Cut:
    both, en, zh = (tuple(Laid(Speech(*speech), tuple(en), tuple(zh)) for speech, en, zh in track) for track in value)
    return both, en, zh


OF_NOTES: dict[str, Shape[Any]] = {
    "beads": Shape(_beads_to_json, _beads_from_json),
    "cues": Shape(lambda cut: cut, _cut_from_json),
    "breaks": Shape(lambda breaks: breaks, lambda value: tuple((chance, what) for chance, what in value)),
}
"""About the paragraphs of a note, see ``subsync.pipeline.Memory``."""


@dataclass(frozen=True)
class Remembering:
    """A recogniser that is not asked the same thing twice; for pieces, so that their samples may be digested."""

    recognizer: WhisperRecognizer
    known: Answers[Any, tuple[RecognizedWord, ...]]

    def listen(self, samples: Samples, *, hint: str = "") -> tuple[RecognizedWord, ...]:
        """As ``WhisperRecognizer.listen``."""
        return self._asked(["listen", _digest(samples), hint], lambda: self.recognizer.listen(samples, hint=hint))

    def attention(self, samples: Samples, words: Sequence[str]) -> list[tuple[Ms, Ms]]:
        """Times by attention, where the phones of English do not fit."""
        question = ["attention", _digest(samples), list(words)]
        return [(w.start, w.end) for w in self._asked(question, lambda: self.recognizer.align_words(samples, words))]

    def _asked(self, question: object, ask: Callable[[], tuple[RecognizedWord, ...]]) -> tuple[RecognizedWord, ...]:
        if (answer := self.known.get(question)) is None:
            answer = self.known[question] = ask()
        return answer


def _digest(samples: Samples) -> str:
    return hashlib.sha256(samples.tobytes()).hexdigest()
