"""Word starts of hand-labelled recordings by either ear and by both: ``measure.py FOLDER... [--weights FILE]``.

Each recording in one go, no recogniser, no search for where: a folder has ``audio.*`` and ``words.json``.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from windows import SIZE, Encoder

from subsync.phones import acoustics, ear
from subsync.phones.edges import place
from subsync.phones.lattice import OTHER, Costs, best_path, build
from subsync.phones.pronounce import pronunciations
from subsync.sound import cepstra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_WINDOW, _OVERLAP = 28.0, 4.0
_FRAME = 320
"""Samples to a frame of the encoder."""
_OTHER_FIRST, _OTHER_SECOND = -5.0, -4.0


def decode(path: Path) -> Floats:
    """16 kHz mono."""
    import av

    with av.open(path) as file:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=cepstra.RATE)
        frames = [*file.decode(audio=0), None]
        return np.concatenate([p.to_ndarray().ravel() for f in frames for p in resampler.resample(f)])


def encode(samples: Floats, encoder: Encoder) -> Floats:
    """All of a recording in windows that overlap, each frame from where it has most around it: (20 ms frames, 384)."""
    hop, length = (int(seconds * cepstra.RATE) for seconds in (_WINDOW - _OVERLAP, _WINDOW))
    result = np.zeros((len(samples) // _FRAME + 1, SIZE), np.float32)
    cut = int(_OVERLAP * cepstra.RATE) // _FRAME // 2
    for begin in range(0, max(1, len(samples) - int(_OVERLAP * cepstra.RATE)), hop):
        part = encoder(samples[begin : begin + length])
        skip = cut if begin else 0
        first = begin // _FRAME + skip
        part = part[skip:][: len(result) - first]
        result[first : first + len(part)] = part
    return result


@dataclass(frozen=True)
class Case:
    """A recording, its words, and what both ears make of the words' states."""

    name: str
    words: list[dict[str, Any]]
    samples: Floats
    encoded: Floats
    lattice: Any
    readings: list[Any]
    tied: NDArray[np.intp]
    places: NDArray[np.intp]
    first: Floats


def case(folder: Path, encoder: Encoder) -> Case:
    """Read a recording."""
    words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    samples = decode(next(folder.glob("audio.*")))
    texts = [w["text"] for w in words]
    readings = [pronunciations(t, previous=texts[k - 1] if k else "") for k, t in enumerate(texts)]
    model = acoustics.load()
    lattice = build(readings, model, Costs())
    spoken = lattice.tied != OTHER
    tied, places = np.unique(lattice.tied[spoken], return_inverse=True)
    observed = cepstra.features(cepstra.cepstra(samples))
    first = model.scores(observed, np.concatenate([tied, model.plain.ravel()]))
    first -= first[:, len(tied) :].max(axis=1, keepdims=True)
    return Case(
        folder.name, words, samples, encode(samples, encoder), lattice, readings, tied, places, first[:, : len(tied)]
    )


def second(one: Case, net: ear.Ear) -> tuple[Floats, Floats]:
    """Scores of the tied states against the phone that fits best, and sureness."""
    heard = net.hear(one.encoded, len(one.first))
    best = heard.scores.max(axis=(1, 2))
    return heard.of_tied(one.tied) - best[:, None], heard.sureness


def align(one: Case, scores: Floats, other: float | Floats) -> list[tuple[int, int] | None]:
    """Times of the words in ms."""
    fit = np.empty((len(scores), len(one.lattice.tied)), np.float32)
    spoken = one.lattice.tied != OTHER
    fit[:, spoken] = scores[:, one.places]
    fit[:, ~spoken] = np.broadcast_to(np.asarray(other, np.float32), (len(scores),))[:, None]
    found = best_path(one.lattice, fit, [(0, fit.shape[1])] * len(fit))
    if found is None:
        return [None] * len(one.words)
    path = found[0]
    said = one.lattice.word[path]
    times: list[tuple[int, int] | None] = []
    for k in range(len(one.words)):
        mine = np.flatnonzero(said == k)
        times.append((_edge(fit, path, mine[0]), _edge(fit, path, mine[-1] + 1)) if len(mine) else None)
    return times


def _edge(fit: Floats, path: NDArray[np.intp], frame: int) -> int:
    share = 0.5
    if 0 < frame < len(path):
        before, after = path[frame - 1 : frame + 1].tolist()
        earlier, later = (float(fit[k, after] - fit[k, before]) for k in (frame - 1, frame))
        if earlier < 0 < later:
            share = earlier / (earlier - later)
    return max(0, round((frame - 1 + share) * 10 + 12.8125))


def settled(one: Case, times: list[tuple[int, int] | None]) -> list[tuple[int, int] | None]:
    """With edges placed at pauses."""
    heard = [k for k, t in enumerate(times) if t]
    path = [t for t in times if t]
    spans = place(one.samples, path, [one.words[k]["text"] for k in heard], [one.readings[k][0] for k in heard])
    result: list[tuple[int, int] | None] = [None] * len(times)
    for k, span in zip(heard, spans, strict=True):
        result[k] = span
    return result


def errors(one: Case, times: Sequence[tuple[int, int] | None]) -> tuple[NDArray[np.float64], int]:
    """Starts less the labels in ms, and how many words were lost."""
    off = [t[0] - 1000 * w["start"] for t, w in zip(times, one.words, strict=True) if t]
    return np.array(off), sum(t is None for t in times)


def row(off: NDArray[np.float64], lost: int) -> str:
    """Within 25, within 50 ms of all words; mean, median of the error; lead; lost."""
    count = len(off) + lost
    away = np.abs(off)
    return (
        f"{100 * (away <= 25).sum() / count:5.0f} {100 * (away <= 50).sum() / count:4.0f} "
        f"{away.mean():6.0f} {np.median(away):5.0f} {np.median(off):6.0f} {lost:4d}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--weights", type=Path, default=ear._WEIGHTS)  # noqa: SLF001
    parser.add_argument("--mix", type=float, nargs="*", default=[0.5, 1.0, 2.0])
    parser.add_argument("--settle", action="store_true", help="with edges placed at pauses")
    options = parser.parse_args()
    encoder, net = Encoder(), ear.load(options.weights)
    print("                                  <=25 <=50   mean   med   lead lost")
    for folder in options.folders:
        one = case(folder, encoder)
        scores, _ = second(one, net)
        ways = {"first": (one.first, _OTHER_FIRST), "second": (scores, _OTHER_SECOND)}
        for weight in options.mix:
            ways[f"first + {weight} second"] = (one.first + weight * scores, _OTHER_FIRST + weight * _OTHER_SECOND)
        for name, (fit, other) in ways.items():
            times = align(one, fit, other)
            times = settled(one, times) if options.settle else times
            print(f"{one.name:18s} {name:16s}{row(*errors(one, times))}", flush=True)


if __name__ == "__main__":
    main()
