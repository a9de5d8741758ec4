"""How sure is sure: the two numbers of ``align.whether`` that turn evidence into confidence.

    python bench/fit/sureness.py [--versions 24]

The sample is spoilt as recordings are (rooms, crowds, music, hiss, telephone, codecs; see ``ear/noises.py``), each time
from another seed, and aligned with a note in which every fifth sentence has other words than are said. A sentence is
right where it starts within 200 ms of the truth, wrong where it starts elsewhere or is not said at all. ``LOOK`` is the
evidence below which nine in ten of the wrong ones lie, ``TRUST`` the least above which 99.5 % are right.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "ear"))
from noises import spoil

from subsync.align.whether import evidence
from subsync.listen.models import find_model
from subsync.note import parse_note
from subsync.run.session import Session
from subsync.run.settings import Settings
from subsync.sound import decode
from subsync.store import Cache

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLES = Path(__file__).parent.parent.parent / "samples"
RATE = 16_000
RIGHT = 200
"""ms that a start may be off."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=int, default=24)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        points = [p for seed in range(asked.versions) for p in measured(seed, Path(folder))]
    right = np.array([sure for sure, good in points if good])
    wrong = np.array([sure for sure, good in points if not good])
    print(f"{len(right)} right, {len(wrong)} wrong")
    for low in np.arange(0, 1, 0.1):
        own = [good for sure, good in points if low <= sure < low + 0.1]
        print(f"evidence {low:.1f} to {low + 0.1:.1f}: {sum(own)} of {len(own)} right")
    look = float(np.percentile(wrong, 90))
    steps = np.arange(look, 1, 0.01)
    trust = next((t for t in steps if (right >= t).sum() >= 0.995 * ((right >= t).sum() + (wrong >= t).sum())), 1.0)
    print(f"LOOK {look:.2f}  TRUST {trust:.2f}  right ones above TRUST {np.mean(right >= trust):.1%}")


def measured(seed: int, folder: Path) -> list[tuple[float, bool]]:
    """Evidence and rightness of the sentences that got times in one spoilt version."""
    rng = np.random.default_rng(seed)
    clean = decode(SAMPLES / "tide-machine.opus", folder / f"clean{seed}")
    samples = clean.read(0, clean.duration)
    truth = json.loads((SAMPLES / "tide-machine.truth.json").read_text(encoding="utf-8"))
    pool = [samples[int(t["start"] * RATE) : int(t["end"] * RATE)] for t in truth]
    heard, kind, below = spoil(samples, pool, rng)
    audio = folder / f"{seed}.wav"
    _write(audio, heard)
    text = (SAMPLES / "tide-machine.md").read_text(encoding="utf-8")
    text, changed = _changed(text, truth, random.Random(seed))
    note = parse_note(text, path=str(folder / "n.md"), sha256=f"{seed:064}")
    session = Session(Settings(model=str(find_model("tiny.en").path)), Cache(folder / "cache"), audio=audio)
    media = session.fetch(note)
    with session.spread():
        alignment = session.align(note, media, session.recognize(note, media))
    starts: dict[str, list[float]] = {}
    for row in truth:  # some sentences are said twice
        starts.setdefault(row["text"], []).append(row["start"] * 1000)
    found = [
        (evidence(timed.words), any(abs(timed.start - start) <= RIGHT for start in starts.get(sentence.text, ())))
        for sentence, timed in zip(note.sentences, alignment.sentences, strict=True)
        if timed.start is not None and (sentence.text in starts or sentence.text in changed)
    ]
    print(f"{seed}: {kind} {below:.0f} dB below: {sum(good for _, good in found)} of {len(found)} right", flush=True)
    return found


def _changed(text: str, truth: list[dict[str, object]], rng: random.Random) -> tuple[str, set[str]]:
    """The note with every fifth sentence made of words from anywhere, so that it is not said, and those sentences."""
    vocabulary = re.findall(r"[a-z']{4,}", " ".join(str(row["text"]) for row in truth))
    changed = set()
    for row in rng.sample(truth, len(truth) // 5):
        words = rng.choices(vocabulary, k=len(str(row["text"]).split()))
        new = " ".join(words).capitalize() + "."
        changed.add(new)
        text = text.replace(str(row["text"]), new)
    return text, changed


def _write(path: Path, samples: NDArray[np.float32]) -> None:
    import wave

    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        peak = max(1.0, float(np.abs(samples).max()) / 0.95)
        file.writeframes((samples / peak * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    main()
