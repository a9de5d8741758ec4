"""What corrections do to an alignment: edited sentences are where they were put, the words beside them give way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from subsync.align.edits import REMEDY, SHORTEST, short
from subsync.datatypes import Alignment, Span, TimedSentence, TimedWord, Unwritten
from subsync.errors import UsageError
from subsync.text.words import PER_LETTER
from subsync.times import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from subsync.align.edits import Edit
    from subsync.datatypes import Ms, Note, Status

_PIN_SLACK: Ms = 3000
"""A pin is set by ear at a sounding recording; an aligned time this close to it is the better one. As in ``locate``."""
_REACH: Ms = 500
"""A start moved by no more than this is a nudge, and the rest of the sentence stays; two words' time at most."""


def pinned(note: Note, edits: Iterable[Edit]) -> Note:
    """The note with the edited times as pins, for the aligner: those of sentences that open a paragraph."""
    times = {e.sentence: e.time for e in edits if e.time is not None}
    paragraphs = tuple(replace(p, pin=times.get(p.en[0], p.pin)) if p.en else p for p in note.paragraphs)
    return replace(note, paragraphs=paragraphs)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A word that has a time."""

    sentence: int
    word: int
    """Within its sentence."""
    start: Ms
    end: Ms
    status: Status
    confidence: float


def constrain(note: Note, alignment: Alignment, edits: Sequence[Edit], *, duration: Ms) -> Alignment:
    """Make an alignment obey edits: an edited sentence starts exactly where it was put, with a confidence of 1.

    Words beside it give way, so that all stay in order; what has no room left between two edits becomes absent, with a
    remark. Chinese sentences are left as they are: their times are carried over from the English ones.

    Args:
        note: what is aligned.
        alignment: its alignment; English words in ascending order.
        edits: as ``parse_edits`` gives them.
        duration: of the recording, in ms.

    Raises:
        UsageError: an edit is beyond the end of the recording.
    """
    if not edits:
        return alignment
    absent = {e.sentence for e in edits if e.action == "absent"}
    fixed = {e.sentence: e.time for e in edits if e.time is not None and _counts(e, e.time, alignment)}
    for sentence, time in fixed.items():
        if time > duration - SHORTEST:
            text = short(note.sentences[sentence].text)
            raise UsageError(f"{text} is put at {clock(time)}, the recording ends at {clock(duration)}", REMEDY)
    segments = _segments(note, alignment, absent, fixed)
    last = max([duration, *(s.end for s in alignment.sentences if s.end is not None)])
    edges = [0, *fixed.values(), last]
    settled = [m for seg, (lo, hi) in zip(segments, pairwise(edges), strict=True) for m in _settled(seg, fixed, lo, hi)]
    own: dict[int, list[_Mark]] = {}
    for mark in settled:
        own.setdefault(mark.sentence, []).append(mark)
    sentences = tuple(
        timed if note.sentences[k].lang == "zh" else _sentence(timed, own.get(k, []), fixed=k in fixed)
        for k, timed in enumerate(alignment.sentences)
    )
    sentences, cut = _with_ends(note, sentences, edits, last)
    crowded = [
        f"no room for {short(note.sentences[k].text)} between the corrected times around it; left without a time"
        for k, (before, after) in enumerate(zip(alignment.sentences, sentences, strict=True))
        if before.start is not None and after.start is None and k not in absent
    ]
    unwritten = _unwritten(alignment, sentences, absent)
    return Alignment(sentences, unwritten, (*alignment.remarks, *crowded, *cut))


def _with_ends(
    note: Note, sentences: tuple[TimedSentence, ...], edits: Sequence[Edit], last: Ms
) -> tuple[tuple[TimedSentence, ...], list[str]]:
    """Sentences with a corrected end end there, or where the next one starts; and a remark where that cut one off."""
    found, remarks = list(sentences), []
    for edit in edits:
        timed = found[edit.sentence]
        if edit.end is None or timed.start is None:
            continue
        if edit.time is None and edit.end - timed.start < SHORTEST:  # it was found behind the end of what it was
            continue
        following = (s.start for k, s in enumerate(found) if k > edit.sentence and note.sentences[k].lang == "en")
        limit = next((start for start in following if start is not None), last)
        end = max(timed.start, min(edit.end, limit))
        if end < edit.end:
            text = short(note.sentences[edit.sentence].text)
            remarks.append(f"{text} was put to end at {clock(edit.end)}, the next sentence starts at {clock(limit)}")
        found[edit.sentence] = _ending(timed, end)
    return tuple(found), remarks


def _ending(timed: TimedSentence, end: Ms) -> TimedSentence:
    """A sentence with another end: its last word gives way, or all of them where that would be turned round."""
    marks = [
        _Mark(0, n, w.start, w.end, w.status, w.confidence)
        for n, w in enumerate(timed.words)
        if w.start is not None and w.end is not None
    ]
    if marks and end > marks[-1].start:
        marks = [*marks[:-1], replace(marks[-1], end=end)]
    elif marks:
        marks = _spread(marks, marks[0].start, end)
    words = list(timed.words)
    for mark in marks:
        words[mark.word] = replace(words[mark.word], start=mark.start, end=mark.end, status=mark.status)
    return replace(timed, end=end, words=tuple(words))


def _counts(edit: Edit, time: Ms, alignment: Alignment) -> bool:
    """Whether an edit has to be enforced; a pin near which its sentence was found has done its work."""
    found = alignment.sentences[edit.sentence].start
    return edit.action == "start" or found is None or abs(found - time) > _PIN_SLACK


def _segments(note: Note, alignment: Alignment, absent: set[int], fixed: Mapping[int, Ms]) -> list[list[_Mark]]:
    """The words that have a time, cut before every fixed sentence; those are at their new place already."""
    segments: list[list[_Mark]] = [[]]
    for k, timed in enumerate(alignment.sentences):
        if note.sentences[k].lang == "zh" or k in absent:
            continue
        marks = [
            _Mark(k, n, w.start, w.end, w.status, w.confidence)
            for n, w in enumerate(timed.words)
            if w.start is not None and w.end is not None
        ]
        if k in fixed:
            segments.append(_moved(marks, fixed[k]) if marks else _laid_out(k, timed.words, fixed[k]))
        else:
            segments[-1] += marks
    return segments


def _laid_out(sentence: int, words: Sequence[TimedWord], start: Ms) -> list[_Mark]:
    """A sentence that had no time, as fast as people speak."""
    edges = accumulate((PER_LETTER * max(2, len(w.text)) for w in words), initial=start)
    return [_Mark(sentence, n, a, b, "interpolated", 0.0) for n, (a, b) in enumerate(pairwise(edges))]


def _moved(marks: list[_Mark], start: Ms) -> list[_Mark]:
    """A sentence with another start: its first words give way if it is a nudge, else it moves as a whole."""
    by = start - marks[0].start
    if -_REACH <= by <= 0:
        return [replace(marks[0], start=start), *marks[1:]]
    need = 0
    for n, mark in enumerate(marks, 1):
        need += mark.end - mark.start
        if 0 < by <= _REACH and 0 < need <= 2 * (mark.end - start):
            return _spread(marks[:n], start, mark.end) + marks[n:]
    return [replace(m, start=m.start + by, end=m.end + by, status="interpolated", confidence=0.0) for m in marks]


def _settled(marks: list[_Mark], fixed: Mapping[int, Ms], lo: Ms, hi: Ms) -> list[_Mark]:
    """The words between two fixed times, in order within them."""
    own = sum(m.sentence in fixed for m in marks)
    if own:
        marks = _give_way(marks, own, lo)
    return _stay_before(marks, own, lo, hi)


def _give_way(marks: list[_Mark], own: int, lo: Ms) -> list[_Mark]:
    """Make room for the first ``own`` words, which were moved, among those that follow."""
    if own == len(marks) or marks[own - 1].end <= marks[own].start:
        return marks
    need = sum(m.end - m.start for m in marks[:own])
    for n in range(own, len(marks)):
        if 2 * (marks[n].start - lo) >= need:
            return _spread(marks[:n], lo, min(marks[n].start, lo + need)) + marks[n:]
        need += marks[n].end - marks[n].start
    return _spread(marks, lo, lo + need)


def _stay_before(marks: list[_Mark], own: int, lo: Ms, hi: Ms) -> list[_Mark]:
    """Squeeze what reaches beyond ``hi``; words from the last one back, until no one is faster than double."""
    if not marks or marks[-1].end <= hi:
        return marks
    need = 0
    for n in range(len(marks) - 1, -1, -1):
        need += marks[n].end - marks[n].start
        if n >= own and 2 * (hi - marks[n].start) >= need:
            if n == len(marks) - 1:
                return [*marks[:n], replace(marks[n], end=hi)]
            return marks[:n] + _spread(marks[n:], max(marks[n].start, hi - need), hi)
    if hi - lo < SHORTEST * len({m.sentence for m in marks}):
        marks = marks[:own]
    return _spread(marks, lo if own else max(lo, hi - need), hi)


def _spread(marks: Sequence[_Mark], lo: Ms, hi: Ms) -> list[_Mark]:
    """Words one after the other from ``lo`` to ``hi``, each with its share."""
    if not marks:
        return []
    shares = list(accumulate((max(1, m.end - m.start) for m in marks), initial=0))
    edges = pairwise(lo + (hi - lo) * share // shares[-1] for share in shares)
    return [
        replace(m, start=a, end=b, status="interpolated", confidence=0.0)
        for m, (a, b) in zip(marks, edges, strict=True)
    ]


def _sentence(timed: TimedSentence, marks: Sequence[_Mark], *, fixed: bool) -> TimedSentence:
    """A sentence with the words' new times."""
    if not marks:
        words = tuple(TimedWord(w.text, None, None, "absent", 0.0) for w in timed.words)
        return TimedSentence(None, None, "absent", 0.0, words)
    new = list(timed.words)
    for mark in marks:
        new[mark.word] = TimedWord(timed.words[mark.word].text, mark.start, mark.end, mark.status, mark.confidence)
    if fixed:
        new[marks[0].word] = replace(new[marks[0].word], status="aligned", confidence=1.0)
        return TimedSentence(marks[0].start, marks[-1].end, "aligned", 1.0, tuple(new))
    if tuple(new) == timed.words:
        return timed
    status: Status = "aligned" if any(w.status == "aligned" for w in new) else "interpolated"
    confidence = round(sum(w.confidence for w in new) / len(new), 3)
    return TimedSentence(marks[0].start, marks[-1].end, status, confidence, tuple(new))


def _unwritten(alignment: Alignment, new: Sequence[TimedSentence], absent: set[int]) -> tuple[Unwritten, ...]:
    """Sound outside the note: also what an absent sentence was mistaken for, without what sentences have moved to."""
    spans = [Unwritten(t.start, t.end, "speech") for k in absent if (t := _span(alignment.sentences[k]))]
    moved = [t for k, s in enumerate(new) if s is not alignment.sentences[k] and (t := _span(s))]
    if not spans and not moved:
        return alignment.unwritten
    rest = [piece for u in (*alignment.unwritten, *spans) for piece in _without(u, moved)]
    return tuple(sorted(rest, key=lambda u: u.start))


def _span(timed: TimedSentence) -> Span | None:
    return None if timed.start is None or timed.end is None else Span(timed.start, timed.end)


def _without(sound: Unwritten, cuts: Iterable[Span]) -> Iterator[Unwritten]:
    """What is left of a stretch after taking others out; crumbs fall under the table."""
    start = sound.start
    for cut in sorted(cuts, key=lambda c: c.start):
        if cut.end > start and cut.start < sound.end:
            if cut.start - start >= SHORTEST:
                yield replace(sound, start=start, end=cut.start)
            start = cut.end
    if sound.end - start >= SHORTEST or start == sound.start:
        yield replace(sound, start=start)
