"""Where: which words of the note were heard, and which may be said beside them. Text first, then room for text.

A word that is placed here on weak grounds has a likeness of 0, and its sound has to confirm it.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from subsync.align.remarks import another_recording, out_of_order, pins, refuted, sentence_words, told, usable
from subsync.align.room import Parts, clear, filled
from subsync.align.windows import Candidate, pieces
from subsync.datatypes import RecognizedWord
from subsync.locate import Location, Place, locate
from subsync.text.words import DRAWN_OUT, need

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from subsync.align.scene import Scene
    from subsync.datatypes import Ms, Note, SpokenWord
    from subsync.listen import Listener


@dataclass(frozen=True, slots=True)
class Placed:
    """Words of the note that were heard or may be said, ascending, with rough times."""

    candidates: tuple[Candidate, ...]
    remarks: tuple[str, ...]
    """What a reader should know, in sentences."""


def where(note: Note, scene: Scene, listener: Listener | None = None) -> Placed:
    """Find a note's words in what was heard, listening again where that leaves gaps.

    Args:
        note: What was said, in order, and perhaps more or less.
        scene: What was heard, and in what.
        listener: Recognises open gaps again.
    """
    words = tuple(w.text for w in note.words)
    ranges = sentence_words(note)
    wanted = pins(note)
    pinned, remarks = usable(wanted, scene.recording.duration)
    scene = replace(scene, heard=tuple(map(_unstretched, scene.heard)))
    paragraphs = {ranges[p.en[0]].start for p in note.paragraphs if p.en}
    location, heard = _found(words, paragraphs, scene, pinned, listener)
    kept = [pin for pin in wanted if pin.word in pinned]
    found_false: dict[int, Ms] = {}
    while false := refuted(kept, words, location, heard):
        found_false |= false
        kept = [pin for pin in kept if pin.word not in false]
        location, heard = _found(words, paragraphs, scene, {pin.word: pin.time for pin in kept}, listener)
    remarks += told(wanted, found_false)
    if wrong := another_recording(words, location, heard):
        return Placed((), (*remarks, wrong))
    remarks += out_of_order(note, location, heard)
    found = _firm(words, _unclaimed(_candidates(words, location.places), heard, scene.recording.duration), ranges)
    parts = Parts(
        {k: number for number, own in enumerate(ranges) for k in own},
        {k: s.paragraph for s, own in zip(note.sentences, ranges, strict=True) for k in own},
    )
    return Placed(tuple(filled(words, parts, found, replace(scene, heard=heard))), tuple(remarks))


_FEWEST = 3
"""A gap of fewer words is not worth another recognition."""
_PIECE: Ms = 28_000
"""What a listener is given at a time: Whisper hears 30 s."""
_WORTH: Ms = 5000
"""So much sound in a gap is two sentences, however much more text it has: beside them a paragraph may be missing. Of
four in a crowd 6 dB below the voice none was found otherwise."""
_LONGEST: Ms = 120_000
"""A gap with more sound than this was not overlooked by a recogniser: something else is said there."""


def _found(
    words: Sequence[str], paragraphs: set[int], scene: Scene, pinned: Mapping[int, Ms], listener: Listener | None
) -> tuple[Location, tuple[SpokenWord, ...]]:
    """Where the words are, and what was heard in the end."""
    location = locate(words, scene.heard, pins=pinned, paragraphs=paragraphs)
    if listener is None:
        return location, scene.heard
    heard = list(scene.heard)
    changed = False
    for gap in reversed(location.gaps):
        lost = words[slice(*gap.words)]
        end = scene.recording.duration if gap.end is None else gap.end
        sound = scene.silence.loud(gap.start, end)
        if len(lost) < _FEWEST or not min(need(lost) / 3, _WORTH) <= sound <= _LONGEST:
            continue
        found: list[RecognizedWord] = []
        for piece in pieces(gap.start, end, scene.silence, _PIECE):
            again = listener.listen(scene.recording.read(piece.start, piece.end), hint=" ".join(lost))
            found += (replace(w, start=w.start + piece.start, end=w.end + piece.start) for w in again)
        if locate(lost, found).runs:
            heard[slice(*gap.heard)] = map(_unstretched, found)
            changed = True
    if not changed:
        return location, scene.heard
    return locate(words, heard, pins=pinned, paragraphs=paragraphs), tuple(heard)


_PAUSED: Ms = 700
"""By so much longer than a word can be drawn out it seems to last at most, with the pause that it ends in."""


def longest(text: str) -> Ms:
    """How long a word can last."""
    return DRAWN_OUT * need([text]) + _PAUSED


def _unstretched(word: SpokenWord) -> SpokenWord:
    """Whisper lets the first word behind music or silence begin in it, up to 15 s early; it knows where words end."""
    if not isinstance(word, RecognizedWord):
        return word
    most = longest(word.text)
    return word if word.end - word.start <= most else replace(word, start=word.end - most)


def _candidates(words: Sequence[str], places: Sequence[Place | None]) -> list[Candidate]:
    return [
        Candidate(k, text, p.start, p.end, p.likeness)
        for k, (text, p) in enumerate(zip(words, places, strict=True))
        if p
    ]


def _unclaimed(found: Sequence[Candidate], heard: Sequence[SpokenWord], duration: Ms) -> Iterator[Candidate]:
    """The candidates but those that take something else for the word, where something else was heard clearly."""
    edges = [0, *(edge for c in found if c.likeness for edge in (c.start, c.end)), duration]
    taken = [span for start, end in zip(edges[::2], edges[1::2], strict=True) for span in clear(heard, start, end)]
    for candidate in found:
        near = bisect_left(taken, candidate.end, key=lambda span: span.start)
        if candidate.likeness or not near or taken[near - 1].end <= candidate.start:
            yield candidate


_TORN: Ms = 1000
"""A word or two that were heard this far from the rest of their sentence may have been heard in another sound."""
_ASTRAY: Ms = 600
"""A word that nobody heard, beside a longer hole in its sentence, may be on the wrong side of it."""


_BROAD: Ms = 300
"""A word that lasts so much longer than three times its letters lies over something else: words, or a pause."""
_ENDMOST = 3
"""So many words between such a one and an end of their sentence may be on the wrong side of a pause: 1 leaves more of
them there, 6 finds no more that were (``bench/fit/ends.py``)."""


def _firm(words: Sequence[str], candidates: Iterable[Candidate], ranges: Sequence[range]) -> list[Candidate]:
    """The candidates but strays, the rough times of those that are torn, astray or drawn out binding nobody."""
    found = list(candidates)
    torn = list(_torn(found, ranges))
    strays = set(_strays(words, found, torn))
    found = [c for c in found if c.word not in strays]
    loose = {
        *(c.word for group, _ in torn for c in group),
        *_astray(found, ranges),
        *_broad(words, found),
        *_drawn(found, ranges),
    }
    return [replace(c, firm=False) if c.word in loose else c for c in found]


def _torn(found: Sequence[Candidate], ranges: Sequence[range]) -> Iterator[tuple[Sequence[Candidate], bool]]:
    """Words at an end of a sentence, two at most, with a hole between them and its greater part; whether at its end."""
    for spoken in _sentences(found, ranges):
        for n in (1, 2):
            if len(spoken) > 2 * n and spoken[n].start - spoken[n - 1].end > _TORN:
                yield spoken[:n], False
            if len(spoken) > 2 * n and spoken[-n].start - spoken[-n - 1].end > _TORN:
                yield spoken[-n:], True


def _strays(
    words: Sequence[str], found: Sequence[Candidate], torn: Iterable[tuple[Sequence[Candidate], bool]]
) -> Iterator[int]:
    """Torn words that are somebody else's: what is missing between them and the sentence beside has no room there.

    An "a" that was heard right behind a sentence is not that of the fifteenth word of the next one.
    """
    place = {c.word: k for k, c in enumerate(found)}
    for group, ends in torn:
        k = place[group[-1].word] if ends else place[group[0].word] - 1
        if 0 <= k < len(found) - 1:
            one, two = found[k : k + 2]
            lost = words[one.word + 1 : two.word]
            if len(lost) >= _FEWEST and need(lost) > 2 * max(0, two.start - one.end):
                yield from (c.word for c in group)


def _broad(words: Sequence[str], found: Sequence[Candidate]) -> Iterator[int]:
    """Words drawn out over the sound of others, which have not half the room they need: the nearest two to them."""
    found = [c for c in found if c.likeness]
    for k, (one, two) in enumerate(pairwise(found)):
        if need(words[one.word + 1 : two.word]) <= 2 * (two.start - one.end):
            continue
        for beside in (found[max(0, k - 1) : k + 1][::-1], found[k + 1 : k + 3]):
            for n, c in enumerate(beside, 1):
                if _is_broad(c):
                    yield from (b.word for b in beside[:n])


def _drawn(found: Sequence[Candidate], ranges: Sequence[range]) -> Iterator[int]:
    """Words drawn out near an end of their sentence, and all from there to that end.

    In a crowd the pause between two sentences holds voices: laid over it, "So you take" begins right behind the last
    sentence, with a "take" that lasts two seconds.
    """
    for spoken in _sentences(found, ranges):
        for k in (k for k, c in enumerate(spoken) if _is_broad(c)):
            if k <= _ENDMOST:
                yield from (c.word for c in spoken[: k + 1])
            if k >= len(spoken) - 1 - _ENDMOST:
                yield from (c.word for c in spoken[k:])


def _sentences(found: Sequence[Candidate], ranges: Sequence[range]) -> Iterator[list[Candidate]]:
    by_word = {c.word: c for c in found}
    for own in ranges:
        yield [c for k in own if (c := by_word.get(k))]


def _is_broad(c: Candidate) -> bool:
    return c.end - c.start > DRAWN_OUT * need([c.text]) + _BROAD


def _astray(found: Sequence[Candidate], ranges: Sequence[range]) -> Iterator[int]:
    sentence = {k: own for own in ranges for k in own}
    for one, two in pairwise(found):
        if two.start - one.end > _ASTRAY and sentence[one.word] == sentence[two.word]:
            yield from (c.word for c in (one, two) if not c.likeness)
