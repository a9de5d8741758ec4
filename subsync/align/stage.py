"""A note and its recording -> when each word is said, and which are not.

First where (``locate``: text against what a recogniser heard), then when (an acoustic aligner on the note's own words,
window by window). What is not found is listened to again before it is called absent. A word that is absent has no times
and takes no room.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

from subsync.align.patch import DOUBT, patched
from subsync.align.quiet import Quiet, QuietOptions, quiet
from subsync.align.remarks import another_recording, contradicted, out_of_order, pins, refuted, sentence_words, usable
from subsync.align.search import FillOptions, Scene, SearchOptions, fill, find
from subsync.align.search import timings as timed
from subsync.align.windows import Timing, Window, WindowOptions, cut, islands, settle
from subsync.datatypes import Alignment, Span, TimedSentence, TimedWord, Unwritten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from subsync.datatypes import Ms, Note, Status, Transcript
    from subsync.listen import Listener
    from subsync.sound import Recording, Samples
    from subsync.sound.cepstra import Floats


_LOG = logging.getLogger(__name__)


class ForcedWord(Protocol):
    """A word with times from the start of its window."""

    @property
    def start(self) -> Ms: ...  # noqa: D102 - a Protocol's members say what they are
    @property
    def end(self) -> Ms: ...  # noqa: D102
    @property
    def score(self) -> float: ...  # noqa: D102


class Forced(Protocol):
    """What an acoustic aligner made of a window: one entry for each word, ``None`` where it found nothing."""

    @property
    def words(self) -> Sequence[ForcedWord | None]: ...  # noqa: D102
    @property
    def unheard(self) -> Sequence[int]: ...  # noqa: D102
    @property
    def method(self) -> str: ...  # noqa: D102


class Aligner(Protocol):
    """Aligns known words with the sound of a window."""

    def __call__(  # noqa: D102
        self, samples: Samples, words: Sequence[str], *, coarse: Sequence[tuple[Ms, Ms] | None], seen: Floats
    ) -> Forced: ...


class Spread(Protocol):
    """``map``, or one that works in several processes."""

    def __call__(self, function: Callable[[Request], Forced], requests: Iterable[Request], /) -> Iterable[Forced]: ...  # noqa: D102


@dataclass(frozen=True)
class Acoustics:
    """What times words by their sound."""

    force: Aligner
    fallback: Aligner | None = None
    """Asked about windows of which ``force`` makes nothing."""
    spread: Spread = map
    """How windows are shared among workers."""


@dataclass(frozen=True, slots=True)
class AlignOptions:
    """How a note is aligned."""

    quiet: QuietOptions = field(default_factory=QuietOptions)
    search: SearchOptions = field(default_factory=SearchOptions)
    windows: WindowOptions = field(default_factory=WindowOptions)
    guessed: FillOptions = field(default_factory=lambda: FillOptions(most=8, slack=300))
    """What is placed by the length of the sound alone."""
    tried: FillOptions = field(default_factory=lambda: FillOptions(most=60, slack=1500, bold=True))
    """What is placed to be confirmed by acoustic alignment: up to 20 s of talk."""
    patched: FillOptions = field(default_factory=lambda: FillOptions(most=6, slack=100))
    """What is placed where the acoustic aligner failed, too: a foreign name between words of its sentence."""
    confirmed: float = 0.35
    """Mean acoustic score at which words that nobody heard are believed. Right texts of 2 to 40 words score 0.59 to
    0.99 in clean and in noisy talk, wrong ones of the same length 0 to 0.47, nine in ten of them below 0.33."""
    between: float = 0.2
    """The same for one to three words of a sentence of which others were heard: nearly all of those are said. Of 80
    that an hour of noisy talk is found to lack, it still lacks all."""
    doubtful: float = 0.35
    """Mean confidence below which a sentence was not spoken after all. One that was recognised has 0.45 or more."""
    shortest: Ms = 30
    """A word of less than three frames of 10 ms, one for each state of a single phone, is squeezed, not said."""
    unwritten_speech: Ms = 1000
    """Shorter speech beside the note's is a filler or a repeated word."""
    unwritten_sound: Ms = 3000
    """Shorter sound that is no speech is laughter or a cough."""


def align(
    note: Note,
    transcript: Transcript,
    *,
    recording: Recording,
    listener: Listener | None = None,
    acoustics: Acoustics | None = None,
    options: AlignOptions = AlignOptions(),
) -> Alignment:
    """Time the note's English words.

    Args:
        note: What was said, in order, and perhaps more or less.
        transcript: What a recogniser heard.
        recording: The sound.
        listener: Recognises open gaps again.
        acoustics: What times words by their sound. Without it times are as good as the recogniser's, except at pauses.
        options: How.

    Returns:
        Every sentence of the note; the Chinese ones have no times here. What a reader should know is in ``remarks``.
    """
    words = tuple(w.text for w in note.words)
    ranges = sentence_words(note)
    scene = Scene(recording, quiet(recording.blocks(), options.quiet), transcript.words)
    wanted = pins(note)
    pinned, remarks = usable(wanted, recording.duration)
    location, heard = find(words, scene, pinned, listener, options.search)
    kept = [pin for pin in wanted if pin.word in pinned]
    if false := refuted(kept, words, location, heard, options.search.locate):
        remarks += false.values()
        pinned = {word: time for word, time in pinned.items() if word not in false}
        location, heard = find(words, scene, pinned, listener, options.search)
    timings: list[Timing] = []
    if wrong := another_recording(words, location, heard):
        remarks.append(wrong)
    else:
        timings = timed(note, ranges, location.places, options.search)
        timings = fill(words, ranges, timings, scene, options.tried if acoustics else options.guessed)
        kept = [pin for pin in wanted if pin.word in pinned]
        remarks += contradicted(kept, words, heard, options.search.locate)
        remarks += out_of_order(note, location, heard, options.search.locate)
    if acoustics:
        rough = {t.word: t for t in timings}
        timings = list(_confirmed(_forced(timings, _Ear(words, scene, acoustics, options)), ranges, options))
        timings = patched(words, ranges, timings, rough, scene, options.patched)
    ends = frozenset(own[-1] for own in ranges if own)
    timings = settle(timings, scene.silence, ends=ends, options=options.windows)
    sentences = tuple(_sentences(note, ranges, timings))
    return Alignment(sentences, tuple(_unwritten(timings, transcript, scene.silence, options)), tuple(remarks))


# --- times from the sound ---------------------------------------------------------------------------------------------


class Request(NamedTuple):
    """What an aligner is asked."""

    samples: Samples
    words: list[str]
    coarse: list[tuple[Ms, Ms] | None]
    seen: Floats
    """The samples' cepstra."""


def _ask(aligner: Aligner, request: Request) -> Forced:
    return aligner(request.samples, request.words, coarse=request.coarse, seen=request.seen)


@dataclass(frozen=True)
class _Ear:
    """An acoustic aligner, and all it needs."""

    words: Sequence[str]
    scene: Scene
    acoustics: Acoustics
    options: AlignOptions

    def __call__(self, windows: Sequence[Window]) -> Iterator[list[Timing]]:
        """Times of each window's words from its sound. What neither it nor the recogniser heard is left out."""
        force, fallback, spread = self.acoustics.force, self.acoustics.fallback, self.acoustics.spread
        answers = spread(partial(_ask, force), map(self._request, windows))
        methods: Counter[str] = Counter()
        for window, answer in zip(windows, answers, strict=True):
            nothing = not any(answer.words)
            forced = _ask(fallback, self._request(window)) if fallback and nothing else answer
            methods[forced.method] += 1
            yield self._timings(window, forced)
        _LOG.debug("windows timed by %s", ", ".join(f"{how}: {count}" for how, count in methods.most_common()))

    def _indices(self, window: Window) -> list[int]:
        """Its words, and those between them that nobody heard unless they are too many."""
        most = self.options.guessed.most
        indices = [k for one, two in pairwise(window.words) for k in _with_unheard(one.word, two.word, most)]
        return [*indices, window.words[-1].word]

    def _request(self, window: Window) -> Request:
        rough = {t.word: t for t in window.words}
        indices = self._indices(window)
        return Request(
            self.scene.recording.read(window.span.start, window.span.end),
            [self.words[k] for k in indices],
            [_within(rough.get(k), window.span) for k in indices],
            self.scene.recording.cepstra(window.span.start, window.span.end),
        )

    def _timings(self, window: Window, forced: Forced) -> list[Timing]:
        rough = {t.word: t for t in window.words}
        found = []
        for k, word in zip(self._indices(window), forced.words, strict=True):
            timing = rough.get(k)
            if word is not None:
                start, end = window.span.start + word.start, window.span.start + word.end
                found.append(Timing(k, self.words[k], start, end, timing.likeness if timing else 0.0, word.score))
            elif timing and (timing.likeness or (timing.firm and not forced.unheard)):
                found.append(replace(timing, acoustic=0.0))
        return found


def _forced(timings: Sequence[Timing], ear: _Ear) -> list[Timing]:
    """Times from the sound, window by window.

    Rough times may put a cut at the wrong one of two pauses, so that a word is on one side and its sound on the other.
    Where a word beside a cut is not heard, the two windows are tried as one.
    """
    options = ear.options
    windows = list(cut(timings, ear.scene.silence, ear.scene.recording.duration, options.windows))
    alone = list(zip(windows, ear(windows), strict=True))
    pairs = [joint for one, two in pairwise(alone) if (joint := _joint(one, two, options.windows))]
    together = dict(zip((joint.span for joint in pairs), ear(pairs), strict=True))
    done: list[tuple[Window, list[Timing]]] = []
    for window, found in alone:
        joint = _joint(done[-1], (window, found), options.windows) if done else None
        if joint:
            # Three windows that become one are rare enough to be tried here.
            both = together.get(joint.span) or next(ear([joint]))
            if _evidence(both) > _evidence(done[-1][1]) + _evidence(found):
                done[-1] = (joint, both)
                continue
        done.append((window, found))
    return [timing for _, found in done for timing in found]


def _joint(one: tuple[Window, list[Timing]], two: tuple[Window, list[Timing]], options: WindowOptions) -> Window | None:
    """Two windows as one, if they are near and a word beside the cut between them was not heard."""
    (before, earlier), (after, found) = one, two
    span = Span(before.span.start, max(before.span.end, after.span.end))
    near = after.span.start - before.span.end <= options.apart and span.duration <= 2 * options.longest
    if near and not (_heard(before.words[-1], earlier) and _heard(after.words[0], found)):
        return Window((*before.words, *after.words), span)
    return None


def _heard(word: Timing, found: Sequence[Timing]) -> bool:
    return any(t.word == word.word and t.acoustic is not None and t.acoustic > DOUBT for t in found)


def _evidence(found: Sequence[Timing]) -> float:
    return sum(t.acoustic or 0.0 for t in found)


def _with_unheard(first: int, last: int, most: int) -> range:
    """From a word up to the next one that was heard, with those between them unless they are too many."""
    return range(first, last if last - first <= most + 1 else first + 1)


_BETWEEN = 3
"""Words at most that are taken for said because their sentence is."""


def _within(timing: Timing | None, span: Span) -> tuple[Ms, Ms] | None:
    """A word's rough time from the start of a window; a mere guess is none."""
    if timing is None or not timing.firm:
        return None
    return max(0, timing.start - span.start), max(0, timing.end - span.start)


def _confirmed(timings: Sequence[Timing], ranges: Sequence[range], options: AlignOptions) -> Iterator[Timing]:
    """Leave out what the sound does not confirm: words that nobody heard, doubtful sentences, words without room."""
    heard = [-1, *(t.word for t in timings if t.likeness), timings[-1].word + 1 if timings else 0]
    refused: set[int] = set()
    sentence = {k: own for own in ranges for k in own}
    by_word = {t.word: t for t in timings}
    for one, two in pairwise(heard):
        stretch = range(one + 1, two)
        scores = [t.acoustic for k in stretch if (t := by_word.get(k)) and t.acoustic is not None]
        among = 0 < len(stretch) <= _BETWEEN and sentence[stretch[-1]] in {sentence.get(one), sentence.get(two)}
        if scores and sum(scores) < (options.between if among else options.confirmed) * len(stretch):
            refused.update(stretch)
    for own in ranges:
        found = [_confidence(t) for k in own if (t := by_word.get(k)) and k not in refused]
        if found and sum(found) < options.doubtful * len(found):
            refused.update(own)
    done = 0
    kept = [t for t in timings if t.word not in refused]
    for k, timing in enumerate(kept):
        # A word that the sound does not have keeps its rough time, as far as its neighbours leave it room.
        ahead = next((t.start for t in kept[k + 1 : k + 2]), timing.end)
        start, end = max(done, timing.start), min(timing.end, ahead) if timing.acoustic == 0 else timing.end
        if end - start >= options.shortest or timing.acoustic is None:
            yield replace(timing, start=start, end=max(start, end))
            done = max(start, end)


# --- the result -------------------------------------------------------------------------------------------------------


def _sentences(note: Note, ranges: Sequence[range], timings: Sequence[Timing]) -> Iterator[TimedSentence]:
    by_word = {t.word: t for t in timings}
    for sentence, indices in zip(note.sentences, ranges, strict=True):
        words = tuple(_timed(word.text, by_word.get(k)) for k, word in zip(indices, sentence.words, strict=True))
        spoken = [w for w in words if w.start is not None]
        if not spoken:
            yield TimedSentence(None, None, "absent", 0.0, words)
            continue
        status: Status = "aligned" if any(w.status == "aligned" for w in spoken) else "interpolated"
        confidence = min(_mean(words), _mean(words[:_LEADING]))
        yield TimedSentence(spoken[0].start, spoken[-1].end, status, round(confidence, 3), words)


_LEADING = 3
"""A sentence is where its first words are."""


def _mean(words: Sequence[TimedWord]) -> float:
    return sum(w.confidence for w in words) / len(words)


def _timed(text: str, timing: Timing | None) -> TimedWord:
    if timing is None:
        return TimedWord(text, None, None, "absent", 0.0)
    status: Status = "aligned" if timing.likeness or timing.acoustic else "interpolated"
    return TimedWord(text, timing.start, timing.end, status, round(_confidence(timing), 3))


def _confidence(timing: Timing) -> float:
    """Two witnesses, the recogniser and the acoustic aligner; the second knows more about times.

    Alone, the recogniser is good for 0.7, and for less than one half against the other's word.
    """
    if timing.acoustic is None:
        return 0.7 * timing.likeness
    return 1 - (1 - timing.acoustic) * (1 - 0.45 * timing.likeness)


def _unwritten(
    timings: Sequence[Timing], transcript: Transcript, silence: Quiet, options: AlignOptions
) -> Iterator[Unwritten]:
    """Speech and other sound outside the note's words."""
    edges = [0]
    for island in islands(timings, options.unwritten_speech):
        edges += [island[0].start, island[-1].end]
    edges.append(max(transcript.duration, edges[-1]))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        done = start
        for span in [*_speech(transcript.speech, start, end, silence, options.unwritten_speech), Span(end, end)]:
            if span.start - done >= options.unwritten_sound and silence.loud(done, span.start) * 2 > span.start - done:
                yield Unwritten(done, span.start, "other")
            if span.duration:
                yield Unwritten(span.start, span.end, "speech")
            done = span.end


def _speech(speech: Sequence[Span], start: Ms, end: Ms, silence: Quiet, shortest: Ms) -> Iterator[Span]:
    """Speech between two times, short pauses bridged, with ``shortest`` ms of sound or more in it."""
    voiced = [
        sound
        for span in speech[
            bisect_left(speech, start, key=lambda s: s.end) : bisect_left(speech, end, key=lambda s: s.start)
        ]
        for sound in silence.sound(max(start, span.start), min(end, span.end))
    ]
    first = 0
    for k in range(len(voiced)):
        if k + 1 < len(voiced) and voiced[k + 1].start - voiced[k].end <= shortest:
            continue
        if sum(s.duration for s in voiced[first : k + 1]) >= shortest:
            yield Span(voiced[first].start, voiced[k].end)
        first = k + 1
