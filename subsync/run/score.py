"""How right an alignment is, measured against times that are known.

Conventions
    The truth is a list of sentences, each with its text and, if it is spoken, its start and end. Errors are signed, in
    ms: ours minus the truth's; figures are of their absolute values. Sentences are found by their words, so a
    different sentence split costs nothing.

Measures
    start, end: errors of the first word's start and the last word's end. Where the speaker changed the first or last
    two words (``said``), that edge has no exact truth and is left out.
    misplaced: an edge is off by more than 2 s.
    lost: spoken, but without a time. invented: not spoken, but with one.
    swallowed: ms of sound that the note does not have lying within words, where a word covers more than 0.5 s of it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from subsync.errors import SubsyncError, UsageError
from subsync.formats import read_cues

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from subsync.datatypes import Ms

MISPLACED: Ms = 2000
_SWALLOWED: Ms = 500


@dataclass(frozen=True, slots=True)
class TrueSentence:
    """What a sentence of the note is known to be."""

    text: str
    start: Ms | None
    """``None``: not spoken."""
    end: Ms | None
    said: str
    """The words as spoken."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known about a recording."""

    sentences: tuple[TrueSentence, ...]
    elsewhere: tuple[tuple[Ms, Ms], ...] = ()
    """Sound that the note does not have."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Absolute errors of one kind of edge, in ms."""

    signed: tuple[Ms, ...]

    def figures(self) -> dict[str, float]:
        """Count, mean, median, 95th percentile, greatest, share within 50 and 200 ms, and the median with its sign."""
        if not self.signed:
            return {"n": 0}
        from numpy import percentile

        sizes = sorted(map(abs, self.signed))
        return {
            "n": len(sizes),
            "mean_ms": round(sum(sizes) / len(sizes), 1),
            "median_ms": round(median(sizes), 1),
            "p95_ms": round(float(percentile(sizes, 95)), 1),
            "max_ms": sizes[-1],
            "within_50ms": round(sum(s <= 50 for s in sizes) / len(sizes), 4),
            "within_200ms": round(sum(s <= 200 for s in sizes) / len(sizes), 4),
            "bias_ms": round(median(self.signed), 1),
        }


@dataclass(frozen=True, slots=True)
class Score:
    """The measures of one result."""

    start: Errors
    end: Errors
    spoken: int
    misplaced: int
    lost: int
    absent: int
    invented: int
    swallowed: Ms
    doubted: int = 0
    """Of the misplaced ones, those whose confidence is below 0.5."""

    def figures(self) -> dict[str, Any]:
        """The score as it is printed."""
        return {
            "sentence_start": self.start.figures(),
            "sentence_end": self.end.figures(),
            "spoken": self.spoken,
            "misplaced": self.misplaced,
            "misplaced_and_doubted": self.doubted,
            "lost": self.lost,
            "absent": self.absent,
            "invented": self.invented,
            "swallowed_ms": self.swallowed,
        }


@dataclass(frozen=True, slots=True)
class _Timed:
    token: str
    start: Ms | None
    end: Ms | None
    confidence: float


def read_truth(text: str) -> Truth:
    """Truth from JSON or from an SRT or WebVTT file.

    JSON: a list of ``{"text", "start", "end", "said"?}`` with seconds or null, or an object with such lists as
    ``paragraphs[].sentences`` and optionally ``not_in_note: [{"start", "end"}]``. Subtitles: the English of each cue is
    a sentence.

    Raises:
        UsageError: It is neither.
    """
    remedy = "Give an SRT or WebVTT file, or JSON with sentences of text, start and end in seconds."
    if not text.lstrip("\ufeff \t\r\n").startswith(("[", "{")):
        try:
            cues = read_cues(text, path="truth")
        except SubsyncError as exc:
            raise UsageError(f"the truth is neither JSON nor SRT nor WebVTT: {exc.message}", remedy) from exc
        if not cues:
            raise UsageError("the truth is empty", remedy)
        return Truth(tuple(TrueSentence(words, c.start, c.end, words) for c in cues for words in [" ".join(c.en)]))
    try:
        value = json.loads(text)
        rows = value if isinstance(value, list) else [s for p in value["paragraphs"] for s in p["sentences"]]
        elsewhere = [] if isinstance(value, list) else value.get("not_in_note", [])
        return Truth(
            tuple(
                TrueSentence(r["text"], _ms(r.get("start")), _ms(r.get("end")), r.get("said", r["text"])) for r in rows
            ),
            tuple((round(x["start"] * 1000), round(x["end"] * 1000)) for x in elsewhere),
        )
    except (ValueError, KeyError, TypeError) as exc:
        raise UsageError(f"the truth cannot be read: {exc!r}", remedy) from exc


def score(sync: dict[str, Any], truth: Truth) -> Score:
    """Measure a ``sync.json`` document against the truth.

    Raises:
        UsageError: It is no such document.
    """
    try:
        words = list(_words(sync))
    except (KeyError, TypeError) as exc:
        raise UsageError(
            f"not a sync.json document: {exc!r}", "Give the NAME.sync.json that `subsync sync` wrote."
        ) from exc
    starts, ends = [], []
    misplaced = lost = invented = doubted = 0
    for sentence, own in zip(truth.sentences, _by_sentence(truth, words), strict=True):
        timed = [w for w in own if w.start is not None]
        if sentence.start is None or sentence.end is None:
            invented += bool(timed)
            continue
        if not timed:
            lost += 1
            continue
        off = (timed[0].start or 0) - sentence.start, (timed[-1].end or 0) - sentence.end
        if max(map(abs, off)) > MISPLACED:
            misplaced += 1
            doubted += sum(w.confidence for w in own) / len(own) < 0.5
        said, written = tokens(sentence.said), tokens(sentence.text)
        if said[:2] == written[:2]:
            starts.append(off[0])
        if said[-2:] == written[-2:]:
            ends.append(off[1])
    spoken = sum(s.start is not None for s in truth.sentences)
    swallowed = sum(_overlaps(words, truth.elsewhere))
    return Score(
        Errors(tuple(starts)),
        Errors(tuple(ends)),
        spoken,
        misplaced,
        lost,
        len(truth.sentences) - spoken,
        invented,
        swallowed,
        doubted,
    )


def tokens(text: str) -> list[str]:
    """Words without case and punctuation."""
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "").replace("'", "")
    return re.findall(r"[^\W_]+", text)


def _words(sync: dict[str, Any]) -> Iterable[_Timed]:
    for sentence in sync["sentences"]:
        if sentence["lang"] == "en":
            for word in sentence["words"]:
                for token in tokens(word["text"]):
                    yield _Timed(token, word["start_ms"], word["end_ms"], sentence["confidence"])


def _by_sentence(truth: Truth, words: Sequence[_Timed]) -> list[list[_Timed]]:
    """The words of ours that are those of each true sentence, by an optimal edit alignment of the two texts."""
    from rapidfuzz.distance import Levenshtein

    texts = [tokens(s.text) for s in truth.sentences]
    owners = [k for k, text in enumerate(texts) for _ in text]
    own: list[list[_Timed]] = [[] for _ in texts]
    flat = [token for text in texts for token in text]
    for op in Levenshtein.opcodes(flat, [w.token for w in words]):
        if op.tag == "equal":
            for i, j in zip(range(op.src_start, op.src_end), range(op.dest_start, op.dest_end), strict=True):
                own[owners[i]].append(words[j])
    return own


def _overlaps(words: Iterable[_Timed], elsewhere: Sequence[tuple[Ms, Ms]]) -> Iterable[Ms]:
    for word in words:
        if word.start is None or word.end is None:
            continue
        for start, end in elsewhere:
            overlap = min(word.end, end) - max(word.start, start)
            if overlap > _SWALLOWED:
                yield overlap


def _ms(seconds: float | None) -> Ms | None:
    return None if seconds is None else round(seconds * 1000)
