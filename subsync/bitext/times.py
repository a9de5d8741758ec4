"""Give each Chinese sentence the time of the English that it translates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from subsync.datatypes import TimedSentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from subsync.datatypes import Alignment, Bead, Clause, Note, Status, TimedWord


def carry_times(note: Note, alignment: Alignment, beads: Iterable[Bead]) -> Alignment:
    """Time the Chinese by the English.

    A sentence lasts from the first to the last timed word of all clauses that its own clauses are linked to, so
    sentences that share a link share its time. It is ``aligned`` if any of those words is, ``interpolated`` if they
    were all placed between others, ``absent`` if none of them is in the recording or if it stands for no English:
    nothing tells when a sentence that nobody says would be said.

    Args:
        note: The note.
        alignment: With times for its English sentences; whatever it has for the Chinese ones is replaced.
        beads: Of the whole note.

    Returns:
        The same alignment with the Chinese sentences timed. Their confidence is the mean of the words' that gave the
        time (of all, for an absent one), times the mean confidence of the links.
    """
    words: defaultdict[int, list[TimedWord]] = defaultdict(list)
    trust: defaultdict[int, list[float]] = defaultdict(list)
    for bead in beads:
        for link in bead.links:
            spoken = [word for clause in link.en for word in _words(note, alignment, clause)]
            for sentence in sorted({clause.sentence for clause in link.zh}):
                words[sentence] += spoken
                trust[sentence].append(link.confidence)
    timed = tuple(
        _timed(words[k], trust[k]) if sentence.lang == "zh" else alignment.sentences[k]
        for k, sentence in enumerate(note.sentences)
    )
    return replace(alignment, sentences=timed)


def _words(note: Note, alignment: Alignment, clause: Clause) -> Iterable[TimedWord]:
    """Timed words of an English clause: a sentence's text is its words joined by single spaces."""
    start = 0
    for word, timed in zip(
        note.sentences[clause.sentence].words, alignment.sentences[clause.sentence].words, strict=True
    ):
        if clause.start < start + len(word.text) and start < clause.end:
            yield timed
        start += len(word.text) + 1


def _timed(words: Sequence[TimedWord], trust: Sequence[float]) -> TimedSentence:
    link = sum(trust) / len(trust) if trust else 0.0
    heard = [(w.start, w.end) for w in words if w.start is not None and w.end is not None]
    if not heard:
        sure = sum(w.confidence for w in words) / len(words) if words else 1.0
        return TimedSentence(None, None, "absent", sure * link)
    timed = [w for w in words if w.start is not None]
    status: Status = "aligned" if any(w.status == "aligned" for w in timed) else "interpolated"
    confidence = link * sum(w.confidence for w in timed) / len(timed)
    return TimedSentence(min(start for start, _ in heard), max(end for _, end in heard), status, confidence)
