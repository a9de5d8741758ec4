"""How right subsync is, side by side with what a user would do otherwise: same model, same recording, same run.

    make bench                     the sample
    make bench BENCH=FOLDER        every recording below FOLDER whose truth is known (see material.py)

Prints Markdown. A sentence is misplaced where an edge is off by more than 2 s, lost where it is spoken and has no time,
invented where it is not spoken and has one; swallowed is sound outside the note that lies within words.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any

from material import Material, materials
from otherwise import diffed, transcribe

from subsync.bitext.clauses import OPENINGS, english_clauses
from subsync.cues import PROFILES
from subsync.cues.rules import check
from subsync.formats.sync_json import sync_json
from subsync.listen.models import find_model
from subsync.note import read_note
from subsync.pipeline import sync_note
from subsync.run.score import read_truth, score
from subsync.run.session import Session
from subsync.run.settings import Settings
from subsync.store import Cache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subsync.datatypes import SyncResult
    from subsync.run.score import TrueSentence, Truth

OURS = "subsync"
DIFFED = "faster-whisper, diffed, gaps filled"
LEFT = "faster-whisper, diffed, gaps left"
LIMITS = PROFILES["ted"]
"""What FBK's compliance figures use: 42 characters, 2 lines, 21 characters a second."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="tiny.en")
    asked = parser.parse_args()
    found = list(materials(asked.folder))
    if not found:
        raise SystemExit(f"{asked.folder}: no note with a recording and a truth below it")
    with tempfile.TemporaryDirectory() as folder:
        results = [(m, ours(m, asked.model, Cache(Path(folder)))) for m in found]
    tables = [sentences(results, asked.model), words(results, asked.model), confidence(results), cues(results)]
    print("\n\n".join(table for table in tables if table))


def ours(material: Material, model: str, cache: Cache) -> SyncResult:
    session = Session(Settings(model=model), cache, audio=material.audio)
    return sync_note(read_note(material.note), session)


def theirs(material: Material, result: SyncResult, model: str) -> dict[str, dict[str, Any]]:
    from subsync.sound import decode

    with tempfile.TemporaryDirectory() as folder:
        recording = decode(material.audio, Path(folder) / "sound")
        samples = recording.read(0, recording.duration)
    heard = transcribe(samples, find_model(model), batched=True, threads=os.cpu_count() or 1)
    return {
        DIFFED: diffed(result.note, heard, interpolate=True),
        LEFT: diffed(result.note, heard, interpolate=False),
    }


def sentences(results: list[tuple[Material, SyncResult]], model: str) -> str:
    rows = ["| recording | method | start median / p95 | end | misplaced | lost | invented | swallowed |"]
    rows.append("|---|---|---|---|---|---|---|---|")
    for material, result in results:
        if material.truth is None:
            continue
        truth = read_truth(material.truth.read_text(encoding="utf-8"))
        for method, document in {OURS: json.loads(sync_json(result)), **theirs(material, result, model)}.items():
            figures = score(document, truth).figures()
            start, end = (
                f"{figures[f'sentence_{edge}']['median_ms']:.0f} / {figures[f'sentence_{edge}']['p95_ms']:.0f} ms"
                for edge in ("start", "end")
            )
            rows.append(
                f"| {material.name} | {method} | {start} | {end} | {figures['misplaced']} of {figures['spoken']} "
                f"| {figures['lost']} | {figures['invented']} of {figures['absent']} "
                f"| {figures['swallowed_ms'] / 1000:.1f} s |"
            )
    return "\n".join(rows) if len(rows) > 2 else ""


def words(results: list[tuple[Material, SyncResult]], model: str) -> str:
    """Hand-labelled words of all recordings together."""
    errors: dict[str, list[tuple[float, float]]] = {}
    for material, result in results:
        if not material.words:
            continue
        for method, document in {OURS: json.loads(sync_json(result)), **theirs(material, result, model)}.items():
            mine = [w for s in document["sentences"] for w in s["words"]]
            for word, label in zip(mine, material.words, strict=True):
                if word["start_ms"] is not None:
                    off = word["start_ms"] - label["start"] * 1000, word["end_ms"] - label["end"] * 1000
                    errors.setdefault(method, []).append((abs(off[0]), abs(off[1])))
    if not errors:
        return ""
    rows = ["| hand-labelled words | start mean / median / within 50 ms | end |", "|---|---|---|"]
    for method, pairs in errors.items():
        edges = (
            f"{mean(e):.0f} / {median(e):.0f} ms / {sum(x <= 50 for x in e) / len(e):.0%}"
            for e in zip(*pairs, strict=True)
        )
        rows.append(f"| {method} ({len(pairs)} words) | {' | '.join(edges)} |")
    return "\n".join(rows)


def confidence(results: list[tuple[Material, SyncResult]]) -> str:
    """What a confidence is worth: how many sentences of each tier start within 200 ms of the truth."""
    tiers = {"0.9 and more": (0.9, 1.1), "0.5 to 0.9": (0.5, 0.9), "below 0.5": (0.0, 0.5)}
    rows = ["| confidence | sentences | start within 200 ms |", "|---|---|---|"]
    starts: list[tuple[float, float]] = []
    for material, result in results:
        if material.truth:
            truth = read_truth(material.truth.read_text(encoding="utf-8"))
            starts += _starts(json.loads(sync_json(result)), truth)
    for name, (low, high) in tiers.items():
        own = [off for sure, off in starts if low <= sure < high]
        good = f"{sum(off <= 200 for off in own) / len(own):.1%}" if own else "-"
        rows.append(f"| {name} | {len(own)} | {good} |")
    return "\n".join(rows)


def _starts(document: dict[str, Any], truth: Truth) -> list[tuple[float, float]]:
    """Confidence and error of each sentence whose beginning has an exact truth."""
    known: dict[str, list[TrueSentence]] = {}
    for sentence in truth.sentences:
        known.setdefault(sentence.text, []).append(sentence)
    pairs = []
    for row in document["sentences"]:
        same = known.get(row["text"], [])
        if not same:
            continue
        sentence = same.pop(0)  # what is said twice stands twice in the note, in the same order
        if (
            row["start_ms"] is not None
            and sentence.start is not None
            and sentence.said.split()[:2] == sentence.text.split()[:2]
        ):
            pairs.append((row["confidence"], abs(row["start_ms"] - sentence.start)))
    return pairs


def cues(results: list[tuple[Material, SyncResult]]) -> str:
    names = ("en-columns", "zh-columns", "en-lines", "zh-lines", "min-duration", "max-duration", "overlap", "gap")
    rows = ["| recording | cues | over 20 / 25 cps | limits broken | FBK: cps / cpl / lpb | end at a boundary |"]
    rows.append("|---|---|---|---|---|---|")
    for material, result in results:
        both = result.tracks.both
        fast = [sum(map(len, c.en)) * 1000 / (c.end - c.start) for c in both if c.en]
        broken = sum(f.rule in names for f in result.checks)
        ted = dict.fromkeys(("en-cps", "en-columns", "en-lines"), 0)
        for finding in check(both, LIMITS):
            if finding.rule in ted:
                ted[finding.rule] += 1
        fbk = " / ".join(f"{1 - count / len(both):.1%}" for count in ted.values())
        shares = " / ".join(f"{sum(x > limit for x in fast) / len(fast):.1%}" for limit in (20, 25))
        rows.append(f"| {material.name} | {len(both)} | {shares} | {broken} | {fbk} | {at_boundary(result):.1%} |")
    return "\n".join(rows)


@dataclass(frozen=True)
class Said:
    """A word of the note in the order of the note."""

    text: str
    start: int | None
    end: int | None
    closes: bool
    """Whether a sentence or a clause ends with it."""


def at_boundary(result: SyncResult) -> float:
    """Share of bilingual cues that end with a sentence or clause, or in a pause of 200 ms.

    A clause ends at punctuation and before a conjunction or a subject, see ``bitext.clauses``.
    """
    words = list(said(result))
    good = after = 0
    for cue in result.tracks.both:
        for shown in " ".join(cue.en).split():
            after = next((k + 1 for k in range(after, len(words)) if words[k].text == shown), after)
        end = next((w.end for w in reversed(words[:after]) if w.end is not None), 0)
        start = next((w.start for w in words[after:] if w.start is not None), None)
        good += words[after - 1].closes or start is None or start - end >= 200
    return good / max(1, len(result.tracks.both))


def said(result: SyncResult) -> Iterator[Said]:
    for sentence, timed in zip(result.note.sentences, result.alignment.sentences, strict=True):
        ends = {piece.end for piece in english_clauses(sentence.text, OPENINGS)} if sentence.lang == "en" else set()
        at = 0
        for word in timed.words:
            at += len(word.text)
            yield Said(word.text, word.start, word.end, at in ends)
            at += 1


if __name__ == "__main__":
    main()
