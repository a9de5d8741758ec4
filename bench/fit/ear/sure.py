"""How often is the ear right where it is sure? ``sure.py FOLDER... --clean FOLDER``.

The phones of a recording are those that the first ear finds for its known words in the clean version, a frame away from
every edge.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np
from measure import case
from windows import Encoder

from subsync.phones import acoustics, ear
from subsync.phones.lattice import best_path

_STEPS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--clean", type=Path, required=True)
    parser.add_argument("--weights", type=Path, default=ear._WEIGHTS)  # noqa: SLF001
    options = parser.parse_args()
    encoder, net, model = Encoder(), ear.load(options.weights), acoustics.load()
    clean = case(options.clean, encoder)
    spoken = clean.lattice.tied >= 0
    scores = np.full((len(clean.first), len(spoken)), -5.0, np.float32)
    scores[:, spoken] = clean.first[:, clean.places]
    found = best_path(clean.lattice, scores, [(0, len(spoken))] * len(scores))
    assert found is not None
    phone = model.phone_of[np.maximum(clean.lattice.tied[found[0]], 0)]
    inside = np.r_[False, (phone[2:] == phone[:-2]) & (phone[1:-1] == phone[:-2]), False]
    inside &= phone != model.number["SIL"]
    owner = np.array([model.number[c.split()[0]] for c in net.classes])
    for folder in options.folders:
        one = case(folder, encoder)
        frames = min(len(phone), len(one.first))
        heard = net.posteriors(one.encoded, frames)
        sureness = net.hear(one.encoded, frames).sureness
        right = owner[heard.argmax(axis=1)] == phone[:frames]
        cells = []
        for low, high in pairwise(_STEPS):
            mine = inside[:frames] & (sureness >= low) & (sureness < high)
            share = right[mine].mean() if mine.any() else 0
            cells.append(f"{100 * mine.sum() / inside.sum():3.0f}% {100 * share:3.0f}")
        known = inside[:frames]
        print(f"{folder.name:18s} mean {sureness[known].mean():.2f}  right {100 * right[known].mean():.0f}  | ", end="")
        print(" | ".join(cells), flush=True)


if __name__ == "__main__":
    main()
