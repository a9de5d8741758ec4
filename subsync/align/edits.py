"""Corrections that a person made on the review page: the edits file, and what it does to an alignment.

An edits file is JSON::

    {"schema_version": 1,
     "note":  {"path": "talk.md", "sha256": "..."},
     "edits": [{"sentence": 12, "text": "So the wire is the sum.", "action": "start", "ms": 45600},
               {"sentence": 13, "text": "The wire is the sum, exactly.", "action": "pin", "ms": 47000},
               {"sentence": 40, "text": "In 1953 the machine was moved.", "action": "absent"}]}

``sentence`` counts from 0 in ``sentences`` of ``sync.json`` and is an English one. ``start``: it begins exactly there.
With ``end_ms`` it ends there; ``end`` has that alone.
``pin``: it is said about there; an aligned time close by is kept. ``absent``: it is not in the recording. A sentence
is known by its ``text``, so edits outlive changes of the note elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from subsync.datatypes import Alignment, Span, TimedSentence, TimedWord, Unwritten
from subsync.errors import UsageError
from subsync.text.words import PER_LETTER
from subsync.times import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from subsync.datatypes import Ms, Note, Status

SCHEMA_VERSION = 1

Action: TypeAlias = Literal["start", "pin", "end", "absent", "pair"]

_PIN_SLACK: Ms = 3000
"""A pin is set by ear at a sounding recording; an aligned time this close to it is the better one. As in ``locate``."""
_REACH: Ms = 500
"""A start moved by no more than this is a nudge, and the rest of the sentence stays; two words' time at most."""
_SHORTEST: Ms = 100
"""Less time than this is no room for a sentence: "No." takes twice as long."""
_REMEDY = "Export the edits from the review page again."


@dataclass(frozen=True, slots=True)
class Edit:
    """A correction of one English sentence; a ``pair`` is one of a Chinese sentence."""

    sentence: int
    """Index into ``Note.sentences``."""
    action: Action
    time: Ms | None = None
    """``None`` if the sentence is absent or paired, or its end alone was corrected."""
    end: Ms | None = None
    """Where it ends, if that was corrected too; of a ``start``, ``pin`` or ``end`` alone."""
    partner: int | None = None
    """The English sentence that a Chinese one translates; of a ``pair`` alone."""


_Row: TypeAlias = tuple[int, str, Action, "Ms | None", "Ms | None"]
"""Of a time: sentence, text, action, start, end."""


# --- the file ---------------------------------------------------------------------------------------------------------


def parse_edits(text: str, note: Note, *, path: str) -> tuple[Edit, ...]:
    """Read an edits file.

    Args:
        text: the file's text.
        note: the note it is for; if that was changed since, sentences are found again by their text.
        path: for messages.

    Returns:
        Edits in the order of the note, one for a sentence, with ascending times.

    Raises:
        UsageError: it is no edits file, or its edits cannot all be kept.
    """
    edits, unfit = fitting_edits(text, note, path=path)
    if unfit:
        raise unfit[0]
    return edits


def fitting_edits(text: str, note: Note, *, path: str) -> tuple[tuple[Edit, ...], tuple[UsageError, ...]]:
    """Read an edits file as far as it fits the note; arguments as of ``parse_edits``.

    Returns:
        Edits as ``parse_edits`` gives them, and why each of the others is not among them.

    Raises:
        UsageError: it is no edits file.
    """
    try:
        data = json.loads(text)
        rows = [_row(row) for row in data["edits"] if row["action"] not in {"text", "pair"}]
        pairs = [_pair_row(row) for row in data["edits"] if row["action"] == "pair"]
        version = data["schema_version"]
    except (ValueError, KeyError, TypeError, RecursionError) as exc:
        raise UsageError(f"{path}: not an edits file: {exc}", _REMEDY) from exc
    if version != SCHEMA_VERSION:
        raise UsageError(f"{path}: schema version {version!r}, this program reads {SCHEMA_VERSION}", _REMEDY)
    unfit: list[UsageError] = []
    edits = _timed(rows, note, path, unfit) | _pairs(pairs, note, path, unfit)
    ordered = _ascending([edits[k] for k in sorted(edits)], note, path, unfit)
    return ordered, tuple(unfit)


def edits_json(note: Note, edits: Iterable[Edit]) -> str:
    """The text of an edits file."""
    rows = [
        {"sentence": e.sentence, "text": note.sentences[e.sentence].text, "action": e.action}
        | ({} if e.time is None else {"ms": e.time})
        | ({} if e.end is None else {"end_ms": e.end})
        | ({} if e.partner is None else {"with": e.partner, "with_text": note.sentences[e.partner].text})
        for e in edits
    ]
    head = {"schema_version": SCHEMA_VERSION, "note": {"path": note.path, "sha256": note.sha256}}
    return json.dumps(head | {"edits": rows}, ensure_ascii=False, indent=1) + "\n"


def _row(row: Any) -> _Row:
    index, text, action, time, end = row["sentence"], row["text"], row["action"], row.get("ms"), row.get("end_ms")
    if type(index) is not int or not isinstance(text, str):
        raise ValueError(f"sentence {index!r} with text {text!r}")
    if action == "absent" and time is None and end is None:
        return index, text, "absent", None, None
    if action == "end" and time is None and type(end) is int and end >= _SHORTEST:
        return index, text, "end", None, end
    if action not in {"start", "pin"} or type(time) is not int or time < 0:
        raise ValueError(f"action {action!r} with ms {time!r} for sentence {index}")
    if end is not None and (type(end) is not int or end - time < _SHORTEST):
        raise ValueError(f"from {time} to {end!r} ms for sentence {index}")
    return index, text, action, time, end


def _pair_row(row: Any) -> tuple[int, str, int, str]:
    sentence, text, partner, english = row["sentence"], row["text"], row["with"], row["with_text"]
    if (
        type(sentence) is not int
        or type(partner) is not int
        or not (isinstance(text, str) and isinstance(english, str))
    ):
        raise ValueError(f"sentence {sentence!r} with {partner!r}")
    return sentence, text, partner, english


def _timed(rows: Iterable[_Row], note: Note, path: str, unfit: list[UsageError]) -> dict[int, Edit]:
    """Each at the sentence that is meant; where the note has one of two that were alike, the nearer one's stays."""
    where: dict[str, list[int]] = {}
    for k, sentence in enumerate(note.sentences):
        if sentence.lang == "en":
            where.setdefault(sentence.text, []).append(k)
    found = []
    for index, said, action, time, end in rows:
        if said in where:
            nearest = min(where[said], key=lambda k: abs(k - index))
            found.append((abs(nearest - index), Edit(nearest, action, time, end)))
        else:
            unfit.append(UsageError(f"{path}: no English sentence of {note.path} is {_short(said)}", _REMEDY))
    edits: dict[int, Edit] = {}
    for _, edit in sorted(found, key=lambda pair: pair[0]):
        if edit.sentence in edits:
            said = note.sentences[edit.sentence].text
            unfit.append(UsageError(f"{path}: two edits of {_short(said)}", "Remove one of them."))
        edits.setdefault(edit.sentence, edit)
    return edits


def _pairs(
    rows: Iterable[tuple[int, str, int, str]], note: Note, path: str, unfit: list[UsageError]
) -> dict[int, Edit]:
    found: dict[int, Edit] = {}
    for sentence, text, partner, english in rows:
        ends = []
        for lang, said, index in (("zh", text, sentence), ("en", english, partner)):
            same = [k for k, s in enumerate(note.sentences) if s.lang == lang and s.text == said]
            if not same:
                unfit.append(UsageError(f"{path}: no sentence of {note.path} is {_short(said)}", _REMEDY))
                break
            ends.append(min(same, key=lambda k: abs(k - index)))
        else:
            found[ends[0]] = Edit(ends[0], "pair", partner=ends[1])
    return found


def _ascending(edits: Sequence[Edit], note: Note, path: str, unfit: list[UsageError]) -> tuple[Edit, ...]:
    """Without times that come before those of sentences further up."""
    kept: list[Edit] = []
    last: tuple[int, Ms] | None = None
    for edit in edits:
        if edit.time is not None:
            if last and edit.time - last[1] < _SHORTEST:
                one, before = note.sentences[last[0]].text, last[1]
                unfit.append(
                    UsageError(
                        f"{path}: {_short(note.sentences[edit.sentence].text)} at {clock(edit.time)} follows "
                        f"{_short(one)} at {clock(before)} in the note",
                        f"Sentences have to be in the note's order, {_SHORTEST} ms apart at least.",
                    )
                )
                continue
            last = edit.sentence, edit.time
        kept.append(edit)
    return tuple(kept)


def _short(text: str) -> str:
    return f'"{text if len(text) <= 40 else text[:39] + "…"}"'


# --- what they do -----------------------------------------------------------------------------------------------------


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
        if time > duration - _SHORTEST:
            text = _short(note.sentences[sentence].text)
            raise UsageError(f"{text} is put at {clock(time)}, the recording ends at {clock(duration)}", _REMEDY)
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
        f"no room for {_short(note.sentences[k].text)} between the corrected times around it; left without a time"
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
        if edit.time is None and edit.end - timed.start < _SHORTEST:  # it was found behind the end of what it was
            continue
        following = (s.start for k, s in enumerate(found) if k > edit.sentence and note.sentences[k].lang == "en")
        limit = next((start for start in following if start is not None), last)
        end = max(timed.start, min(edit.end, limit))
        if end < edit.end:
            text = _short(note.sentences[edit.sentence].text)
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
    if hi - lo < _SHORTEST * len({m.sentence for m in marks}):
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
            if cut.start - start >= _SHORTEST:
                yield replace(sound, start=start, end=cut.start)
            start = cut.end
    if sound.end - start >= _SHORTEST or start == sound.start:
        yield replace(sound, start=start)
