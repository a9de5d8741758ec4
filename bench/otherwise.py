"""What a user would do without subsync: faster-whisper's own word times, found in the note by an edit alignment."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from subsync.run.score import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from subsync.datatypes import Note
    from subsync.listen.models import Model


@dataclass(frozen=True)
class Heard:
    """A token and its time in seconds."""

    token: str
    start: float
    end: float


def transcribe(samples: NDArray[Any], model: Model, *, batched: bool, threads: int) -> list[Heard]:
    """faster-whisper with word times: batches of 8, greedy; or one window after the other, beam of 5 (its default)."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    whisper = WhisperModel(str(model.path), device="cpu", compute_type="int8", cpu_threads=threads)
    if batched:
        pipeline = BatchedInferencePipeline(whisper)
        segments, _ = pipeline.transcribe(samples, language="en", batch_size=8, beam_size=1, word_timestamps=True)
    else:
        segments, _ = whisper.transcribe(samples, language="en", word_timestamps=True)
    return [
        Heard(token, word.start, word.end)
        for segment in segments
        for word in segment.words or ()
        for token in tokens(word.word)
    ]


def diffed(note: Note, heard: Sequence[Heard], *, interpolate: bool) -> dict[str, Any]:
    """The note's words with the times of equal words that were heard, as far as ``subsync score`` reads a result.

    Args:
        note: What was said.
        heard: Tokens, ascending.
        interpolate: Share the time between two words that were found out among those between them.
    """
    from rapidfuzz.distance import Levenshtein

    words = [(k, word.text) for k, s in enumerate(note.sentences) for word in s.words]
    owners = [n for n, (_, text) in enumerate(words) for _ in tokens(text)]
    flat = [token for _, text in words for token in tokens(text)]
    found: dict[int, tuple[float, float]] = {}
    for op in Levenshtein.opcodes(flat, [h.token for h in heard]):
        if op.tag != "equal":
            continue
        for i, j in zip(range(op.src_start, op.src_end), range(op.dest_start, op.dest_end), strict=True):
            start, _ = found.get(owners[i], (heard[j].start, 0.0))
            found[owners[i]] = start, heard[j].end
    if interpolate:
        found |= dict(_between(found, len(words)))
    rows: list[list[dict[str, Any]]] = [[] for _ in note.sentences]
    for n, (k, text) in enumerate(words):
        first, last = found.get(n, (None, None))
        rows[k].append({"text": text, "start_ms": _ms(first), "end_ms": _ms(last)})
    return {
        "sentences": [
            {"lang": s.lang, "confidence": 1.0, "words": own} for s, own in zip(note.sentences, rows, strict=True)
        ]
    }


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def _between(found: dict[int, tuple[float, float]], count: int) -> Iterator[tuple[int, tuple[float, float]]]:
    known = sorted(found)
    for one, two in pairwise(known):
        step = (found[two][0] - found[one][1]) / max(1, two - one - 1)
        for n in range(one + 1, two):
            start = found[one][1] + step * (n - one - 1)
            yield n, (start, start + step)
    if known:
        for n in (*range(known[0]), *range(known[-1] + 1, count)):
            edge = found[known[0]][0] if n < known[0] else found[known[-1]][1]
            yield n, (edge, edge)
