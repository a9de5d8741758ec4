"""Edges of words beside pauses: the numbers of ``phones.edges``, one changed at a time.

    python bench/fit/edges.py [--versions 8]

The sample's sentences, each with half a second around it, as it is and spoilt as recordings are (``ear/noises.py``),
laid over their sound. Prints the median and 95th percentile of what starts and ends are off, in ms, for the numbers
that ship and with each of them changed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "ear"))
from noises import spoil

from subsync.phones.aligner import ForceOptions, force
from subsync.phones.edges import EdgeOptions
from subsync.phones.pronounce import pronounced
from subsync.sound import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

SAMPLES = Path(__file__).parent.parent.parent / "samples"
RATE = 16_000
AROUND = 0.5  # s


@dataclass(frozen=True)
class Sentence:
    """A sentence in its window, edges in ms from the window's start."""

    samples: NDArray[np.float32]
    words: list[str]
    start: float
    end: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=int, default=8)
    asked = parser.parse_args()
    sentences = [s for seed in range(asked.versions) for s in spoilt(seed)]
    print(f"{len(sentences)} sentences\n| | start median / p95 | end |\n|---|---|---|")
    for name, options in variants():
        print(f"| {name} | {' | '.join(figures(sentences, options))} |", flush=True)


def variants() -> Iterator[tuple[str, EdgeOptions]]:
    """What ships, the path alone, and each number changed: of both sides, and of hisses and stops."""
    ships = EdgeOptions()
    yield "as it ships", ships
    yield "the path alone", EdgeOptions(replace(ships.start, depth=1e9), replace(ships.end, depth=1e9))
    changes = {
        "share": (0.5, 2.0),
        "least": (0.5, 2.0),
        "depth": (0.5, 1.5),
        "early": (0.0, 2.0),
        "outwards": (0.5, 2.0),
    }
    for side in ("start", "end"):
        for number, factors in changes.items():
            for factor in factors:
                old = getattr(ships, side)
                new = replace(old, **{number: type(getattr(old, number))(getattr(old, number) * factor)})
                yield f"{side}.{number} {getattr(new, number):g}", replace(ships, **{side: new})
    for number in ("hiss", "sharp", "burst"):
        for factor in (0.5, 2.0):
            value = type(getattr(ships, number))(getattr(ships, number) * factor)
            yield f"{number} {value:g}", replace(ships, **{number: value})


def spoilt(seed: int) -> list[Sentence]:
    """The sample's sentences; version 0 is as it was recorded."""
    with tempfile.TemporaryDirectory() as folder:
        recording = decode(SAMPLES / "tide-machine.opus", Path(folder) / "sound")
        samples = recording.read(0, recording.duration)
    truth = json.loads((SAMPLES / "tide-machine.truth.json").read_text(encoding="utf-8"))
    if seed:
        pool = [samples[int(t["start"] * RATE) : int(t["end"] * RATE)] for t in truth]
        samples = spoil(samples, pool, np.random.default_rng(seed))[0]
    found = []
    for row in truth:
        first = max(0.0, row["start"] - AROUND)
        window = samples[int(first * RATE) : int((row["end"] + AROUND) * RATE)].astype(np.float32)
        edges = ((row[edge] - first) * 1000 for edge in ("start", "end"))
        found.append(Sentence(window, row["text"].split(), *edges))
    return found


def figures(sentences: list[Sentence], options: EdgeOptions) -> Iterator[str]:
    starts, ends = [], []
    for one in sentences:
        forced = force(
            one.samples, pronounced(one.words), coarse=[None] * len(one.words), options=ForceOptions(edges=options)
        )
        if (first := forced.words[0]) and (last := forced.words[-1]):
            starts.append(abs(first.start - one.start))
            ends.append(abs(last.end - one.end))
    for off in (starts, ends):
        yield f"{np.median(off):.0f} / {np.percentile(off, 95):.0f}"


if __name__ == "__main__":
    main()
