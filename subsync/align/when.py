"""When: the sound decides, window by window. The only place that knows a ladder of aligners.

Each window is laid over its sound by phones. Of what that makes nothing the recogniser's attention is asked, and where
that fails, too, the recogniser's rough times stand.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias

from subsync.align.where import longest
from subsync.align.windows import closes, windows
from subsync.phones.pronounce import pronounced_all
from subsync.store.recall import recalled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from subsync.align.scene import Scene
    from subsync.align.where import Placed
    from subsync.align.windows import Candidate, Window
    from subsync.datatypes import Ms, Span
    from subsync.phones import Forced, Pronounced
    from subsync.sound import Samples
    from subsync.sound.cepstra import Floats
    from subsync.store.recall import Known, Spread

_LOG = logging.getLogger(__name__)

By: TypeAlias = Literal["phones", "both ears", "attention", "recogniser", "its place"]
"""What a time comes from: the sound of its phones as the first ear hears it, or both do; or no such thing."""
SOUND: frozenset[By] = frozenset({"phones", "both ears"})


@dataclass(frozen=True, slots=True)
class Timing:
    """A word of the note and when it is said."""

    word: int
    """Index in the note."""
    text: str
    start: Ms
    end: Ms
    likeness: float
    """How well a recogniser heard it, 0 (not at all) to 1."""
    by: By
    fit: float = 0.0
    """How well the sound fits it, 0 to 1; 0 where its time is not from its phones."""


class Question(NamedTuple):
    """What is asked about a window. With its recording it decides the answer."""

    start: Ms
    end: Ms
    words: tuple[str, ...]
    coarse: tuple[tuple[Ms, Ms] | None, ...]
    """Rough times from the window's start; ``None`` for a mere guess."""
    both: bool
    """Whether the second ear is asked, too."""
    freely: bool
    """Whether words that fit badly near their rough times are looked for in the whole window. Not by the first ear
    where the second one is asked next: what it would find so nobody looks at."""


class Request(NamedTuple):
    """A question with its sound, as an aligner is asked it."""

    samples: Samples
    words: Sequence[Pronounced]
    coarse: Sequence[tuple[Ms, Ms] | None]
    seen: Floats
    """The samples' cepstra."""
    encoded: Floats | None = None
    """What the second ear listens to: given where the first one is not sure."""
    freely: bool = True


class Force(Protocol):
    """Lays known words over the sound of a window, by their phones."""

    def __call__(  # noqa: D102
        self,
        samples: Samples,
        words: Sequence[Pronounced],
        *,
        coarse: Sequence[tuple[Ms, Ms] | None],
        seen: Floats,
        encoded: Floats | None = None,
        freely: bool = True,
    ) -> Forced: ...


class Attention(Protocol):
    """Times of known words by a recogniser's attention, from the start of the samples."""

    def __call__(self, samples: Samples, words: Sequence[str]) -> Sequence[tuple[Ms, Ms]]: ...  # noqa: D102


class Told(Protocol):
    """Told how much sound words were laid over, of how much: the second ear may be asked about less than was said."""

    def __call__(self, done: float, total: float | None, /) -> None: ...  # noqa: D102


@dataclass(frozen=True)
class Acoustics:
    """What times words by their sound."""

    force: Force
    attention: Attention | None = None
    encode: Callable[[Samples], Floats] | None = None
    """What the second ear listens to, for a window that the first one is not sure of."""
    spread: Spread = map
    """How windows are shared among workers."""
    known: Known[Question, Forced] = field(default_factory=dict)
    """Answers from before, about this recording; new ones are added."""
    told: Told = lambda _done, _total: None


def when(words: Sequence[str], placed: Placed, scene: Scene, acoustics: Acoustics) -> list[Timing]:
    """Time the words of a note that may be said.

    Args:
        words: Of the note.
        placed: Which of them, and roughly when.
        scene: The recording.
        acoustics: What times them.

    Returns:
        Ascending and apart. A word that has a sound of which there is no trace is left out.
    """
    cut = list(windows(placed.candidates, scene.silence, scene.recording.duration))
    answers, both = _heard([_questions(words, window) for window in cut], scene, acoustics)
    methods: Counter[str] = Counter()
    found: list[Timing] = []
    for k, (window, forced) in enumerate(zip(cut, answers, strict=True)):
        timings = _by_phones(words, window, forced, "both ears" if k in both else "phones")
        if not timings:
            timings = _otherwise(words, window, scene, acoustics.attention)
        methods[forced.method if any(forced.words) else timings[0].by if timings else "nothing"] += 1
        found += (t for t in timings if t.word in window.own)
    _LOG.debug("windows timed by %s", ", ".join(f"{how}: {count}" for how, count in methods.most_common()))
    return list(_apart(found, scene.recording.duration))


def _heard(
    questions: Sequence[tuple[Question, Question]], scene: Scene, acoustics: Acoustics
) -> tuple[list[Forced], set[int]]:
    """What is heard in each window, and in which of them by both ears.

    Of each, a question for the first ear alone and one for both. The first is asked, and where it is not sure both are.
    In noise that is nearly everywhere: where a sample of the windows says so, the others are not asked twice.
    """
    bar = _Bar(acoustics.told)
    alone, both = ([pair[k] for pair in questions] for k in (0, 1))
    if acoustics.encode is None:
        return _answers([q._replace(freely=True) for q in alone], scene, acoustics, bar), set()
    whole = sum(map(_length, alone))
    found: dict[int, Forced] = {}

    def ask(which: Sequence[int], asked: Sequence[Question], later: Ms) -> None:
        found.update(zip(which, _answers([asked[k] for k in which], scene, acoustics, bar, later), strict=True))

    sample = range(0, len(questions), _EVERY) if whole > _SPARE else ()
    ask(sample, alone, 2 * whole - sum(_length(alone[k]) for k in sample))
    rest = [k for k in range(len(questions)) if k not in found]
    noisy = sum(found[k].score < _SURE for k in sample) >= _NOISY * len(sample)
    if not noisy:
        ask(rest, alone, whole)
    again = {*_unsure(alone, found), *(rest if noisy else ())}
    ask(sorted(again), both, 0)
    return [found[k] for k in range(len(questions))], again


@dataclass
class _Bar:
    """How far the ears are, in ms of sound."""

    told: Told
    done: Ms = 0

    def over(self, asked: Sequence[Question], answers: Iterable[Forced], later: Ms) -> Iterator[Forced]:
        """The answers as they come, each told; ``later``, so much may be asked about afterwards."""
        total = self.done + sum(map(_length, asked)) + later
        for each, answer in zip(asked, answers, strict=True):
            self.done += _length(each)
            self.told(self.done, total)
            yield answer


def _length(question: Question) -> Ms:
    return question.end - question.start


def _answers(
    questions: Sequence[Question], scene: Scene, acoustics: Acoustics, bar: _Bar, later: Ms = 0
) -> list[Forced]:
    """Only what was not asked before is laid over its sound."""

    def lay(unknown: Iterable[Question]) -> Iterable[Forced]:
        asked = list(unknown)
        said = pronounced_all(question.words for question in asked)
        requests = (_request(*each, scene, acoustics.encode) for each in zip(asked, said, strict=True))
        return bar.over(asked, acoustics.spread(partial(_ask, acoustics.force), requests), later)

    return recalled(questions, acoustics.known, lay)


def _ask(force: Force, request: Request) -> Forced:
    samples, words, coarse, seen, encoded, freely = request
    return force(samples, words, coarse=coarse, seen=seen, encoded=encoded, freely=freely)


_SURE = 0.8
"""Mean fit of a window's words below which the second ear is asked, too: one in four in a room, nearly all in music, a
crowd, a hall or over a telephone. With 0.85 half of a quiet hour is heard twice, and nothing in it gets better; with
0.75 the 95th percentile of starts under music 15 dB below the voice is 55 ms instead of 48."""
_SPARE: Ms = 60_000
"""So much sound is heard with both ears however sure the first one is, what it is least sure of first: a clip whole. Of
the words of real voices 93.6 % instead of 92.3 begin within 50 ms then; for an hour it is a second of work."""
_UNPLACED = 8
"""Words between two candidates for which there seemed to be no room: so many are laid over the sound all the same."""


_EVERY, _NOISY = 4, 0.75
"""Of every fourth window so large a part has to be less sure for the others to be heard with both ears at once, which
saves a third of the work under music and in a crowd. In a quiet room one in four is less sure."""


def _unsure(questions: Sequence[Question], answers: Mapping[int, Forced]) -> Iterator[int]:
    """The windows heard by the first ear that the second one is asked about, least sure first."""
    spared = 0
    for k in sorted(answers, key=lambda k: (answers[k].score, k)):
        if answers[k].score >= _SURE:
            spared += _length(questions[k])
            if spared > _SPARE:
                return
        yield k


def _indices(window: Window) -> list[int]:
    """The words of a window, and those between them that have no place unless they are too many."""
    between = (
        range(one.word, two.word if two.word - one.word <= _UNPLACED + 1 else one.word + 1)
        for one, two in pairwise(window.words)
    )
    return [*(k for indices in between for k in indices), window.words[-1].word]


def _questions(words: Sequence[str], window: Window) -> tuple[Question, Question]:
    """What one ear is asked about a window, and what both are."""
    rough = {c.word: c for c in window.words}
    indices = _indices(window)
    coarse = tuple(_within(rough.get(k), window.span) for k in indices)
    texts = tuple(words[k] for k in indices)
    alone = Question(window.span.start, window.span.end, texts, coarse, both=False, freely=False)
    loose = _unheard_ends(words, window)
    coarse = tuple(None if k in loose else c for k, c in zip(indices, coarse, strict=True))
    return alone, alone._replace(coarse=coarse, both=True, freely=True)


def _unheard_ends(words: Sequence[str], window: Window) -> set[int]:
    """The first and the last words of sentences, but those that were heard.

    In noise what lays words roughly puts them on the wrong side of the pause beside them too often to be a guide.
    """
    return {
        c.word
        for c in window.words
        if not c.likeness and (not c.word or closes(words[c.word - 1]) or closes(words[c.word]))
    }


def _request(
    question: Question, words: Sequence[Pronounced], scene: Scene, encode: Callable[[Samples], Floats] | None
) -> Request:
    samples = scene.recording.read(question.start, question.end)
    seen = scene.recording.cepstra(question.start, question.end)
    encoded = encode(samples) if encode and question.both else None
    return Request(samples, words, question.coarse, seen, encoded, question.freely)


def _within(candidate: Candidate | None, span: Span) -> tuple[Ms, Ms] | None:
    """A word's rough time from the start of a window; a mere guess is none."""
    if candidate is None or not candidate.firm:
        return None
    return max(0, candidate.start - span.start), max(0, candidate.end - span.start)


def _by_phones(words: Sequence[str], window: Window, forced: Forced, by: By) -> list[Timing]:
    """What was heard by its phones; beside it a recognised word of which there is no trace keeps its rough time."""
    if not any(forced.words):
        return []
    rough = {c.word: c for c in window.words}
    found = []
    for k, word in zip(_indices(window), forced.words, strict=True):
        candidate = rough.get(k)
        likeness = candidate.likeness if candidate else 0.0
        if word is not None:
            start, end = window.span.start + word.start, window.span.start + word.end
            found.append(Timing(k, words[k], start, end, likeness, by, word.score))
        elif candidate and likeness:
            found.append(_as_recognised(candidate))
    return found


def _as_recognised(candidate: Candidate) -> Timing:
    return Timing(candidate.word, candidate.text, candidate.start, candidate.end, candidate.likeness, "recogniser")


def _otherwise(words: Sequence[str], window: Window, scene: Scene, attention: Attention | None) -> list[Timing]:
    """Times of a window that its phones do not fit: by attention, else as they were recognised.

    Attention shares out the whole window among the words. Where much else is said in it, some last longer than a word
    can: then nothing is known by it.
    """
    recognised = [_as_recognised(c) for c in window.words if c.firm and c.likeness]
    if attention is None or not recognised:
        return recognised
    texts = [words[t.word] for t in recognised]
    times = attention(scene.recording.read(window.span.start, window.span.end), texts)
    edges = [edge for time in times for edge in time]
    if len(times) < len(recognised) or edges != sorted(edges):
        return recognised
    if any(end - start > longest(text) for text, (start, end) in zip(texts, times, strict=True)):
        return recognised
    shift = window.span.start
    return [
        replace(t, start=shift + start, end=shift + end, by="attention")
        for t, (start, end) in zip(recognised, times, strict=True)
    ]


def _apart(timings: Sequence[Timing], duration: Ms) -> Iterator[Timing]:
    """No word begins before the one before it has ended, and none ends after its recording.

    Times from phones stand; a rough time beside them gives way, and two that overlap meet in the middle.
    """
    edges = [[min(t.start, duration), min(t.end, duration)] for t in timings]
    later = duration
    for timing, own in zip(reversed(timings), reversed(edges), strict=True):
        if timing.by in SOUND:
            later = own[0]
        else:
            own[:] = [min(edge, later) for edge in own]
    for (k, one), (j, two) in pairwise(enumerate(timings)):
        end, start = edges[k][1], edges[j][0]
        if end <= start:
            continue
        firm = [t.by in SOUND for t in (one, two)]
        middle = end if firm == [True, False] else start if firm == [False, True] else (start + end) // 2
        middle = min(max(middle, edges[k][0]), edges[j][1])
        edges[k][1] = edges[j][0] = middle
    done = 0
    for timing, (start, end) in zip(timings, edges, strict=True):
        begin = max(done, start)
        done = max(begin, end)
        yield timing if (begin, done) == (timing.start, timing.end) else replace(timing, start=begin, end=done)
