"""How sure is sure: the two numbers of ``align.whether`` that turn evidence into confidence, and two that refuse.

    python bench/fit/sureness.py [--versions 24]

The sample is spoilt as recordings are (rooms, crowds, music, hiss, telephone, codecs; see ``ear/noises.py``), each time
from another seed, and aligned with a note in which every fifth sentence has other words than are said. A sentence is
right where it starts within 200 ms of the truth, wrong where it starts elsewhere or is not said at all. ``LOOK`` is the
evidence below which nine in ten of the wrong ones lie, ``TRUST`` the least above which 99.5 % are right.

Of what no recogniser heard (sentences, and parts of those of which it heard another: the first two of ``REASONS``) it
also counts how many right ones fit less than a threshold, and how many wrong ones do not.
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
from unittest.mock import patch

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "ear"))
from noises import spoil

from subsync.align.whether import REASONS, believed, evidence
from subsync.listen.models import find_model
from subsync.note import parse_note
from subsync.run.session import Session
from subsync.run.settings import Settings
from subsync.sound import decode
from subsync.store import Cache

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from subsync.align.when import Timing
    from subsync.datatypes import Note

SAMPLES = Path(__file__).parent.parent.parent / "samples"
RATE = 16_000
RIGHT = 200
"""ms that a start may be off."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", type=int, default=24)
    asked = parser.parse_args()
    unheard: list[tuple[int, float, bool]] = []
    with tempfile.TemporaryDirectory() as folder:
        points = [p for seed in range(asked.versions) for p in measured(seed, Path(folder), unheard)]
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
    for row, what in enumerate(("sentences", "parts of sentences")):
        said, not_said = ([fit for k, fit, good in unheard if (k, good) == (row, kind)] for kind in (True, False))
        for threshold in (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4):
            refused, kept = sum(fit < threshold for fit in said), sum(fit >= threshold for fit in not_said)
            print(
                f"{what} that nobody heard, {threshold:.2f}: "
                f"refuses {refused} of {len(said)} said, keeps {kept} of {len(not_said)} not said"
            )


def measured(seed: int, folder: Path, unheard: list[tuple[int, float, bool]]) -> list[tuple[float, bool]]:
    """Evidence and rightness of the sentences that got times in one spoilt version.

    To ``unheard`` comes what no recogniser heard: which row of the table judges it, its fit, and whether it is said.
    """
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

    def watched(timings: Sequence[Timing], ranges: Sequence[range]) -> list[Timing]:
        unheard.extend(_unheard(note, timings, ranges, changed))
        return believed(timings, ranges)

    with session.sharing.spread(), patch("subsync.align.stage.believed", watched):
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


def _unheard(
    note: Note, timings: Sequence[Timing], ranges: Sequence[range], changed: set[str]
) -> list[tuple[int, float, bool]]:
    of = {k: sentence.text for sentence, own in zip(note.sentences, ranges, strict=True) for k in own}
    return [
        (row, passage.fit, of[passage.words[0]] not in changed)
        for row, reason in enumerate(REASONS[:2])
        for passage in reason.passages(timings, ranges)
    ]


def _changed(text: str, truth: list[dict[str, object]], rng: random.Random) -> tuple[str, set[str]]:
    """The note with every fifth sentence made of words from anywhere, so that it is not said, and those sentences.

    One that its neighbour repeats stays: without it, the neighbour is where it was, by all that can be heard.
    """
    vocabulary = re.findall(r"[a-z']{4,}", " ".join(str(row["text"]) for row in truth))
    changed = set()
    own = [
        row for k, row in enumerate(truth) if not any(_repeats(row, other) for other in truth[max(0, k - 1) : k + 2])
    ]
    for row in rng.sample(own, len(truth) // 5):
        words = rng.choices(vocabulary, k=len(str(row["text"]).split()))
        new = " ".join(words).capitalize() + "."
        changed.add(new)
        text = text.replace(str(row["text"]), new)
    return text, changed


def _repeats(row: dict[str, object], other: dict[str, object]) -> bool:
    """Whether another sentence has four words in a row of this one."""
    one, two = (re.findall(r"[a-z']+", str(each["text"]).lower()) for each in (row, other))
    grams = [{tuple(words[k : k + 4]) for k in range(len(words) - 3)} for words in (one, two)]
    return row is not other and bool(grams[0] & grams[1])


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
