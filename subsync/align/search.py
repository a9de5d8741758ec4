"""Which words of the note were said, and roughly when: text first, then whatever else helps where that leaves a gap.

Whatever is placed here on weak grounds is marked with a likeness of 0, and has to be confirmed by its sound.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from subsync.align.windows import Timing, pieces
from subsync.datatypes import Span
from subsync.locate import PER_LETTER, LocateOptions, Location, Place, locate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from subsync.align.quiet import Quiet
    from subsync.datatypes import Ms, Note, RecognizedWord
    from subsync.listen import Listener
    from subsync.sound import Recording


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How words are searched for."""

    locate: LocateOptions = field(default_factory=LocateOptions)
    again_fewest: int = 3
    """A gap of fewer words is not worth another recognition."""
    again_piece: Ms = 28_000
    """What a listener is given at a time: Whisper hears 30 s."""
    again_longest: Ms = 120_000
    """A gap with more sound than this was not overlooked by a recogniser: something else is said there."""
    crumb_bits: float = 8.0
    """Two or three common words. With less, a stretch of a paragraph whose rest is missing was not spoken either."""
    torn: Ms = 1000
    """A word or two that were heard this far from the rest of their sentence may have been heard in another sound."""
    astray: Ms = 600
    """A word that nobody heard, beside a longer hole in its sentence, may be on the wrong side of it: its rough time
    binds it no more. In an hour of clean and of noisy talk that costs nothing."""


@dataclass(frozen=True, slots=True)
class FillOptions:
    """Which words that nobody heard are placed between two that were."""

    most: int
    """So many at a time."""
    slack: Ms
    """By how much the sound there may be shorter than half or longer than twice of what they need."""
    bold: bool = False
    """Whether they are placed on weaker grounds, too: where there is no sound (a rough time may have taken it all), and
    beside the rest of their sentence where there is too much."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A recording, where it is quiet, and what was heard in it."""

    recording: Recording
    silence: Quiet
    heard: tuple[RecognizedWord, ...]


def find(
    words: Sequence[str], scene: Scene, pins: Mapping[int, Ms], listener: Listener | None, options: SearchOptions
) -> tuple[Location, tuple[RecognizedWord, ...]]:
    """Locate words in what was heard, and listen again where that leaves gaps.

    Returns:
        Where the words are, and what was heard in the end.
    """
    location = locate(words, scene.heard, pins=pins, options=options.locate)
    if listener is None:
        return location, scene.heard
    heard = list(scene.heard)
    changed = False
    for gap in reversed(location.gaps):
        lost = words[slice(*gap.words)]
        end = scene.recording.duration if gap.end is None else gap.end
        sound = scene.silence.loud(gap.start, end)
        if len(lost) < options.again_fewest or not _need(lost) / 3 <= sound <= options.again_longest:
            continue
        found: list[RecognizedWord] = []
        for piece in pieces(gap.start, end, scene.silence, options.again_piece):
            again = listener.listen(scene.recording.read(piece.start, piece.end), hint=" ".join(lost))
            found += (replace(w, start=w.start + piece.start, end=w.end + piece.start) for w in again)
        if locate(lost, found, options=options.locate).runs:
            heard[slice(*gap.heard)] = found
            changed = True
    if not changed:
        return location, scene.heard
    return locate(words, heard, pins=pins, options=options.locate), tuple(heard)


def _need(words: Sequence[str]) -> Ms:
    """How long it takes to say words."""
    return PER_LETTER * sum(map(len, words))


def timings(
    note: Note, ranges: Sequence[range], places: Sequence[Place | None], options: SearchOptions
) -> list[Timing]:
    """Timings of the words that have a place, without crumbs: a few likely words at the edge of what is not spoken.

    Args:
        note: The note.
        ranges: For each of its sentences the indices of its words.
        places: Of its words.
        options: What is a crumb.
    """
    kept = list(places)
    for paragraph in note.paragraphs:
        own = [k for s in paragraph.en for k in ranges[s]]
        for first, last in _stretches([places[k] is not None for k in own]):
            evidence = sum(p.bits for k in own[first:last] if (p := places[k]))
            if last - first < len(own) and evidence < options.crumb_bits:
                for k in own[first:last]:
                    kept[k] = None
    found = [
        Timing(k, w.text, p.start, p.end, p.likeness)
        for k, (w, p) in enumerate(zip(note.words, kept, strict=True))
        if p
    ]
    loose = {*_torn(found, ranges, options.torn), *_astray(found, ranges, options.astray)}
    return [replace(t, firm=t.word not in loose) for t in found]


def _torn(found: Sequence[Timing], ranges: Sequence[range], hole: Ms) -> Iterator[int]:
    """Words at either end of a sentence, two at most, with a hole between them and its greater part."""
    by_word = {t.word: t for t in found}
    for own in ranges:
        spoken = [t for k in own if (t := by_word.get(k))]
        for n in (1, 2):
            if len(spoken) > 2 * n and spoken[n].start - spoken[n - 1].end > hole:
                yield from (t.word for t in spoken[:n])
            if len(spoken) > 2 * n and spoken[-n].start - spoken[-n - 1].end > hole:
                yield from (t.word for t in spoken[-n:])


def _astray(found: Sequence[Timing], ranges: Sequence[range], hole: Ms) -> Iterator[int]:
    """Words beside a hole in their sentence that nobody heard: they may have been laid on the wrong side of it."""
    sentence = {k: own for own in ranges for k in own}
    for one, two in pairwise(found):
        if two.start - one.end > hole and sentence[one.word] == sentence[two.word]:
            yield from (t.word for t in (one, two) if not t.likeness)


def _stretches(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Maximal half-open stretches of true ones."""
    first = None
    for k, flag in enumerate([*flags, False]):
        if flag and first is None:
            first = k
        elif not flag and first is not None:
            yield first, k
            first = None


def fill(
    words: Sequence[str], ranges: Sequence[range], found: Sequence[Timing], scene: Scene, options: FillOptions
) -> list[Timing]:
    """Place words between those that were found, where there is about as much sound as they need.

    Args:
        words: Of the note.
        ranges: For each sentence of the note the indices of its words.
        found: Timings of some of them, ascending.
        scene: The recording.
        options: How many, and how exactly the sound has to fit.
    """
    sentence = {k: number for number, own in enumerate(ranges) for k in own}
    duration = scene.recording.duration
    filled: list[Timing] = []
    before, after = Timing(-1, "", 0, 0, 0.0), Timing(len(words), "", duration, duration, 0.0)
    for one, two in pairwise([before, *found, after]):
        lost = range(one.word + 1, two.word)
        sound = list(scene.silence.sound(one.end, two.start))
        need, length = _need([words[k] for k in lost]), sum(s.duration for s in sound)
        if length > 2 * need + options.slack and options.bold and sentence.get(one.word) != sentence.get(two.word):
            tail = [k for k in lost if sentence[k] == sentence.get(one.word)]
            head = [k for k in lost if sentence[k] == sentence.get(two.word)]
            for part, ahead in ((tail, False), (head, True)):
                if 0 < len(part) <= options.most:
                    reach = _need([words[k] for k in part]) * 3 // 2 + options.slack // 2
                    filled += _placed(words, part, _nearest(sound, reach, ahead=ahead))
        elif (
            0 < len(lost) <= options.most
            and (sound or options.bold)
            and need / 2 - options.slack <= length <= 2 * need + options.slack
        ):
            filled += _placed(words, lost, sound or [Span(two.start, two.start)])
        filled.append(two)
    return filled[:-1]


def _nearest(sound: Sequence[Span], reach: Ms, *, ahead: bool) -> list[Span]:
    """The last ``reach`` ms of sound if the words stand ahead of what follows it, else the first."""
    edge = sound[-1].end - reach if ahead else sound[0].start + reach
    return [
        Span(max(s.start, edge), s.end) if ahead else Span(s.start, min(s.end, edge))
        for s in sound
        if (s.end > edge if ahead else s.start < edge)
    ]


def _placed(words: Sequence[str], lost: Sequence[int], sound: Sequence[Span]) -> Iterator[Timing]:
    """Share stretches of sound out among words by their letters."""
    for k, span in zip(lost, _shared([len(words[k]) for k in lost], sound), strict=True):
        yield Timing(k, words[k], span.start, span.end, 0.0, firm=False)


def _shared(letters: Sequence[int], sound: Sequence[Span]) -> Iterator[Span]:
    """Share stretches of sound out among words by their letters."""
    total, whole = sum(s.duration for s in sound), sum(letters)

    def at(share: int) -> Ms:
        left = total * share // whole
        for span in sound:
            if left <= span.duration:
                return span.start + left
            left -= span.duration
        return sound[-1].end

    for before, after in pairwise(accumulate(letters, initial=0)):
        yield Span(at(before), at(after))
