"""Makes the second ear's weights from packages alone: ``python bench/fit/ear/make.py OUT.npz --work FOLDER``.

Speaks, labels, spoils, encodes, learns; what is there already in the folder is not made again. With ``--without VOICE``
nothing of that voice is learnt from, and it is said how well it is heard then: leave ``OUT.npz`` alone in that case.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from labels import label
from train import Plan, chunks, classes, save, train
from voices import VOICES, Voice, load, speak
from voices import save as keep
from windows import MIXED, Encoder, Sentence, Window, listen
from windows import load as load_windows
from windows import save as save_windows

if TYPE_CHECKING:
    from collections.abc import Sequence

_SEED = 1
_HOURS = 6.0
_PARTS = 8


def _voice(folder: Path, voice: Voice) -> list[Sentence]:
    """A voice's sentences with their labels, from the folder or made now."""
    path = folder / f"{voice.name}.npz"
    if not path.is_file():
        keep(list(speak(voice, _SEED)), path)
    spoken = load(path)
    marked = folder / f"{voice.name}.labels.npz"
    if not marked.is_file():
        found = [label(s) for s in spoken]
        np.savez(marked, labels=np.concatenate(found), lengths=[len(f) for f in found])
    with np.load(marked) as file:
        labels = np.split(file["labels"], np.cumsum(file["lengths"])[:-1])
    return [Sentence(voice.name, s.samples, own) for s, own in zip(spoken, labels, strict=True)]


def _listen(folder: Path, sentences: Sequence[Sentence], hours: float, seed: int) -> list[Window]:
    """Windows of all voices, from the folder or made now."""
    path = folder / f"windows-{hours:g}-{seed}.npz"
    if not path.is_file():
        pool = [s.samples for s in sentences]
        save_windows(listen(sentences, pool, Encoder(threads=1), hours, np.random.default_rng(seed)), path)
    return load_windows(path)


def heard(net: torch.nn.Module, windows: Sequence[Window]) -> dict[str, float]:
    """Of the frames whose phone is known, how many are heard right, by kind of sound and dB."""
    names, of_label = classes()
    _, phone = np.unique([name.split()[0] for name in names], return_inverse=True)
    found: dict[str, list[np.ndarray]] = {}
    for window in windows:
        inputs, outputs = chunks([window], of_label)
        with torch.no_grad():
            best = net(inputs.float()).argmax(dim=3).numpy()
        wanted = outputs.numpy()
        level = (
            ""
            if window.kind == "clean"
            else " 2-8 dB"
            if window.below < 8
            else " 8-15 dB"
            if window.below < 15
            else " 15-22 dB"
        )
        found.setdefault(window.kind + level, []).append((phone[best] == phone[wanted])[wanted >= 0])
    return {kind: float(np.concatenate(right).mean()) for kind, right in sorted(found.items())}


def _split(windows: Sequence[Window], without: str) -> tuple[list[Window], list[Window]]:
    """Those to learn from and those to measure on: of the voice that is left out, else one in twenty."""
    if not without:
        return [w for k, w in enumerate(windows) if k % 20], list(windows[::20])
    other = [w for w in windows if not w.voice.startswith((without, MIXED))]
    return other, [w for w in windows if w.voice.startswith(without)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="folder for what is made on the way")
    parser.add_argument("--hours", type=float, default=_HOURS)
    parser.add_argument("--without", default="", help="a voice, or what some begin with, left out and measured")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(options.processes) as pool:
        sentences = [s for own in pool.map(partial(_voice, options.work), VOICES) for s in own]
        make = partial(_listen, options.work, sentences, options.hours / _PARTS)
        windows = [w for part in pool.map(make, range(_PARTS)) for w in part]
    torch.set_num_threads(1)  # the order in which two add up is not always the same
    mine, tests = _split(windows, options.without)
    net, share = train(mine, Plan(seed=_SEED))
    for kind, right in heard(net, tests).items():
        print(f"{kind:20s} {100 * right:.1f} % of frames right")
    save(net, share, options.out)


if __name__ == "__main__":
    main()
