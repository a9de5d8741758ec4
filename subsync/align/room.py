"""Room: what of the note may be said between two of its words that were heard, by how much sound there is for it."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from subsync.align.windows import Candidate
from subsync.datatypes import RecognizedWord, Span
from subsync.text.words import DRAWN_OUT, need

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from subsync.align.scene import Scene
    from subsync.datatypes import Ms, SpokenWord

MOST = 60
"""Words that nobody heard are tried between two that were up to this many at a time: 20 s of talk."""
_SLACK: Ms = 1500
"""By how much the sound there may be shorter than half or longer than twice of what they need."""


class Parts(NamedTuple):
    """Which sentence and which paragraph each word belongs to."""

    sentence: Mapping[int, int]
    paragraph: Mapping[int, int]


def filled(words: Sequence[str], parts: Parts, found: Sequence[Candidate], scene: Scene) -> Iterator[Candidate]:
    """The candidates, and the words between them for which there is about as much sound as they need.

    Where there is too much sound for all words between two sentences, or too little because some of them are not said,
    or something else was said between them, those beside the rest of their own are tried next to it: of paragraphs, if
    there is about as much sound as they need, else of sentences. Where there is none, a rough time may have taken it
    all: they are tried, too.
    """
    end = scene.recording.duration
    before, after = Candidate(-1, "", 0, 0, 0.0), Candidate(len(words), "", end, end, 0.0)
    for one, two in pairwise([before, *found, after]):
        if one.word + 1 < two.word:
            for part, room in _rooms(words, parts, one, two, scene):
                if 0 < len(part) <= MOST:
                    yield from _shared(words, part, room)
        if two is not after:
            yield two


def _rooms(
    words: Sequence[str], parts: Parts, one: Candidate, two: Candidate, scene: Scene
) -> list[tuple[Sequence[int], list[Span]]]:
    """The words between two candidates that are worth a try, all or a part, each with the sound that they may be in."""
    lost = range(one.word + 1, two.word)
    between = parts.sentence.get(one.word) != parts.sentence.get(two.word)
    tail, head = _beside(lost, parts.sentence)
    # What was heard right beside a sentence may be its own words, misheard.
    first, last = one.end + need([words[k] for k in tail]), two.start - need([words[k] for k in head])
    taken = clear(scene.heard, first, last)
    sound = list(_outside(taken, scene.silence.sound(one.end, two.start)))
    length = sum(s.duration for s in sound)

    def suits(*some: Sequence[int]) -> bool:
        needed = need([words[k] for part in some for k in part])
        return needed / 2 - _SLACK <= length <= 2 * needed + _SLACK

    beside = taken and sound and len(tail) + len(head) == len(lost)
    if suits(lost) and not beside:
        return [(lost, sound or [Span(two.start, two.start)])]
    wide = _beside(lost, parts.paragraph)
    if sound and len(tail) + len(head) < sum(map(len, wide)) and max(map(len, wide)) <= MOST and suits(*wide):
        tail, head = wide
    elif not between or not (
        beside
        or length > 2 * need([words[k] for k in lost])
        or 0 < need([words[k] for k in (*tail, *head)]) / 2 <= length
    ):
        return []
    return [(tail, _first(sound, _reach(words, tail))), (head, _last(sound, _reach(words, head)))]


def _beside(lost: range, part: Mapping[int, int]) -> tuple[list[int], list[int]]:
    """Of the words between two others, those of either's part of the text, if that is not the same."""
    one, two = part.get(lost.start - 1), part.get(lost.stop)
    if one == two:
        return [], []
    return [k for k in lost if part[k] == one], [k for k in lost if part[k] == two]


_CLEAR, _RUN = 0.85, 8
"""So many words in a row, heard with such a probability and none of them the note's, were said by somebody else."""
_BREATH: Ms = 1000
"""Sound that is shorter than this beside such words belongs to them."""


def clear(heard: Sequence[SpokenWord], start: Ms, end: Ms) -> list[Span]:
    """Where, between a word of the note and the next that was heard, something else was heard clearly."""
    low, high = (bisect_left(heard, edge, key=lambda w: w.start) for edge in (start, end))
    found: list[Span] = []
    for k in range(low, high - _RUN + 1):
        run = [w for w in heard[k : k + _RUN] if isinstance(w, RecognizedWord)]
        if sum(w.probability for w in run) < _RUN * _CLEAR:
            continue
        first, last = run[0].start, run[-1].end
        if last - first > DRAWN_OUT * need([w.text for w in run]):  # nobody knows where in it they are
            continue
        if first - start < _BREATH:
            first = start
        if found and first - found[-1].end < _BREATH:
            first = found.pop().start
        found.append(Span(first, end if end - last < _BREATH else last))
    return found


def _outside(taken: Sequence[Span], sound: Iterable[Span]) -> Iterator[Span]:
    """What is left of stretches of sound outside others; both ascend."""
    for span in sound:
        start = span.start
        for other in taken:
            if other.start < span.end and other.end > start:
                if other.start > start:
                    yield Span(start, other.start)
                start = max(start, other.end)
        if start < span.end:
            yield Span(start, span.end)


def _reach(words: Sequence[str], part: Sequence[int]) -> Ms:
    return need([words[k] for k in part]) * 3 // 2 + _SLACK // 2


def _first(sound: Sequence[Span], reach: Ms) -> list[Span]:
    """The first ``reach`` ms from where the sound begins."""
    edge = sound[0].start + reach
    return [Span(s.start, min(s.end, edge)) for s in sound if s.start < edge]


def _last(sound: Sequence[Span], reach: Ms) -> list[Span]:
    edge = sound[-1].end - reach
    return [Span(max(s.start, edge), s.end) for s in sound if s.end > edge]


def _shared(words: Sequence[str], part: Iterable[int], sound: Sequence[Span]) -> Iterator[Candidate]:
    """Words that may be said somewhere in stretches of sound."""
    part = list(part)
    for k, span in zip(part, shares([words[k] for k in part], sound), strict=True):
        yield Candidate(k, words[k], span.start, span.end, 0.0, firm=False)


def shares(texts: Sequence[str], sound: Sequence[Span]) -> Iterator[Span]:
    """Share stretches of sound, ascending and apart, out among words by their letters.

    Each word begins and ends in sound; one that begins where a stretch has ended begins with the next.
    """
    total, whole = sum(s.duration for s in sound), sum(map(len, texts))

    def at(letters: int, *, ends: bool) -> Ms:
        left = total * letters // whole
        for span in sound:
            if left < span.duration + ends:
                return span.start + left
            left -= span.duration
        return sound[-1].end

    for first, last in pairwise(accumulate(map(len, texts), initial=0)):
        start = at(first, ends=False)
        yield Span(start, max(start, at(last, ends=True)))
