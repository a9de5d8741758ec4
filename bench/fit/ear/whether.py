"""Is it said? Right words against others laid over the same sound: ``whether.py FOLDER... [--weights FILE]``.

Each word of a hand-labelled recording, and each five of them, in the time that it has (and 60 ms around it); against it
as many words from elsewhere in the recordings with about as many phones, in the same time.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from measure import case
from windows import Encoder

from subsync.phones import acoustics, ear
from subsync.phones.pronounce import pronunciations
from subsync.sound import cepstra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_AROUND = 0.06


def fit(rows: Floats, phones: Sequence[int], silence: int) -> float:
    """The best way through phones in a row, silence before and after: mean of what its frames give.

    Args:
        rows: (frames, phones).
        phones: Numbers; ``silence`` may stand between words and is optional.
        silence: Its number; its frames do not count.
    """
    states = [silence, *phones, silence]
    emit = rows[:, states]
    count = len(states)
    optional = np.array([s == silence for s in states])
    now = np.full(count, -1e9)
    now[:2] = emit[0, :2]
    back = np.zeros((len(rows), count), np.int8)
    for t in range(1, len(rows)):
        ways = np.stack([now, np.concatenate([[-1e9], now[:-1]]), np.concatenate([[-1e9, -1e9], now[:-2]])])
        ways[2, 2:][~optional[1:-1]] = -1e9
        back[t] = ways.argmax(axis=0)
        now = ways.max(axis=0) + emit[t]
    state = count - 1 if now[-1] > now[-2] else count - 2
    own = []
    for t in range(len(rows) - 1, -1, -1):
        if states[state] != silence:
            own.append(emit[t, state])
        state -= int(back[t, state]) if t else 0
    return float(np.mean(own)) if own else float(rows.min())


def area(right: Sequence[float], wrong: Sequence[float]) -> float:
    """How often a right one is above a wrong one."""
    order = np.concatenate([right, wrong]).argsort().argsort() + 1
    count = len(right)
    return float((order[:count].sum() - count * (count + 1) / 2) / (count * len(wrong)))


def kept(right: Sequence[float], wrong: Sequence[float], share: float) -> float:
    """Of the right ones, how many are above all but a share of the wrong ones."""
    return float(np.mean(np.array(right) > np.quantile(wrong, 1 - share)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--weights", type=Path, default=ear._WEIGHTS)  # noqa: SLF001
    options = parser.parse_args()
    encoder, net, model = Encoder(), ear.load(options.weights), acoustics.load()
    silence = model.number["SIL"]
    rng = np.random.default_rng(1)
    print("Area, right ones kept with 5 and 1 % of the wrong: by the second ear's p, its log p, the first ear's fit")
    for folder in options.folders:
        one = case(folder, encoder)
        frames = len(one.first)
        heard = net.posteriors(one.encoded, frames)
        log_p = np.full((frames, len(model.phones)), -30.0, np.float32)
        owner = np.array([model.number[c.split()[0]] for c in net.classes])
        for phone in np.unique(owner):
            log_p[:, phone] = np.logaddexp.reduce(heard[:, owner == phone], axis=1)
        plain = model.scores(cepstra.features(cepstra.cepstra(one.samples)), model.plain.ravel())
        plain = plain.reshape(frames, len(model.phones), 3).max(axis=2)
        plain -= plain.max(axis=1, keepdims=True)
        texts = [w["text"] for w in one.words]
        spoken = [[model.number[p] for p in pronunciations(t)[0]] for t in texts]
        for size in (1, 5):
            found: dict[str, tuple[list[float], list[float]]] = {k: ([], []) for k in ("p", "log p", "fit")}
            for k in range(len(texts) - size + 1):
                begin = int((one.words[k]["start"] - _AROUND) * 100)
                end = int((one.words[k + size - 1]["end"] + _AROUND) * 100)
                rows = slice(max(0, begin), min(frames, end))
                wanted = sum(len(s) for s in spoken[k : k + size])
                others = [
                    j
                    for j in range(len(texts) - size + 1)
                    if abs(j - k) >= size and abs(sum(map(len, spoken[j : j + size])) - wanted) <= size
                ]
                others = [j for j in others if texts[j].lower() != texts[k].lower()]
                if not others:
                    continue
                for which, at in ((0, k), (1, int(rng.choice(others)))):
                    phones = [p for s in spoken[at : at + size] for p in (*s, silence)][:-1]
                    found["p"][which].append(fit(np.exp(log_p[rows]), phones, silence))
                    found["log p"][which].append(fit(np.maximum(log_p[rows], -8), phones, silence))
                    found["fit"][which].append(fit(plain[rows], phones, silence))
            line = "   ".join(
                f"{area(*v):.3f} {100 * kept(*v, 0.05):3.0f} {100 * kept(*v, 0.01):3.0f}" for v in found.values()
            )
            print(f"{one.name:20s} {size} word{'s' if size > 1 else ' '} {len(found['p'][0]):4d}   {line}", flush=True)


if __name__ == "__main__":
    main()
