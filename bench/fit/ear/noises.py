"""What recordings do to speech: rooms, other sounds, codecs. All made here, from a seed."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import soxr
from scipy.signal import butter, fftconvolve, lfilter, sosfilt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Rng = np.random.Generator

RATE = 16_000


def level(samples: Floats) -> float:
    """Root mean square of what is not silence."""
    loud = samples[np.abs(samples) > 0.02 * np.abs(samples).max(initial=1e-6)]
    return float(np.sqrt(np.mean(np.square(loud)))) if len(loud) else 1e-6


def under(speech: Floats, other: Floats, below: float) -> Floats:
    """A sound so many dB below speech."""
    rms = float(np.sqrt(np.mean(np.square(other)))) + 1e-9
    return speech + other * (level(speech) / rms * 10 ** (-below / 20))


# --- rooms ------------------------------------------------------------------------------------------------------------


def room(samples: Floats, rng: Rng) -> Floats:
    """A few early reflections and a decaying tail that is darker than the voice; the direct sound stays where it is."""
    seconds = float(np.exp(rng.uniform(np.log(0.12), np.log(1.0))))
    direct = rng.uniform(-2, 14)  # dB above all that follows
    time = np.arange(int(1.2 * seconds * RATE)) / RATE
    tail = rng.standard_normal(len(time)) * np.exp(-6.9 * time / seconds)
    tail[: int(rng.uniform(0.002, 0.02) * RATE)] = 0
    for at in rng.integers(40, min(len(tail), RATE // 25), 6):
        tail[at] += rng.choice([-1, 1]) * rng.uniform(1, 4)
    tail = lfilter([1 - (dark := rng.uniform(0, 0.7))], [1, -dark], tail)
    tail *= 10 ** (-direct / 20) / np.sqrt(np.square(tail).sum() + 1e-9)
    tail[0] = 1
    return np.asarray(fftconvolve(samples, tail)[: len(samples)], np.float32)


# --- other sounds -----------------------------------------------------------------------------------------------------


def crowd(length: int, pool: Sequence[Floats], rng: Rng) -> Floats:
    """Two to eight voices at once."""
    total = np.zeros(length, np.float32)
    for _ in range(int(rng.integers(2, 9))):
        parts: list[Floats] = []
        while sum(map(len, parts)) < length + RATE * 4:
            one = pool[int(rng.integers(len(pool)))]
            parts += [one / (level(one) + 1e-6), np.zeros(int(rng.uniform(0, 0.4) * RATE), np.float32)]
        line = np.concatenate(parts)
        begin = int(rng.integers(0, len(line) - length))
        total += line[begin : begin + length] * float(rng.uniform(0.5, 1.2))
    return room(total, rng) if rng.random() < 0.5 else total


def answers(length: int, pool: Sequence[Floats], rng: Rng) -> Floats:
    """Short words of others now and then."""
    total = np.zeros(length, np.float32)
    at = int(rng.uniform(0, 3) * RATE)
    while at < length:
        one = pool[int(rng.integers(len(pool)))]
        begin = int(rng.integers(0, max(1, len(one) - RATE // 2)))
        piece = one[begin : begin + int(rng.uniform(0.2, 0.9) * RATE)][: length - at]
        total[at : at + len(piece)] += piece
        at += int(rng.uniform(1.5, 6) * RATE)
    return total


_SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 3, 5, 7, 10), (0, 2, 4, 7, 9))


@dataclass(frozen=True)
class _Tone:
    """How an instrument sounds."""

    harmonics: int
    fall: float
    """Power with which the harmonics fall."""
    decay: float
    """Per second; 0 holds."""
    attack: float
    """Seconds."""
    vibrato: float

    def play(self, hz: float, seconds: float, rng: Rng) -> Floats:
        time = np.arange(max(8, int(seconds * RATE))) / RATE
        phase = 2 * np.pi * hz * time + self.vibrato * np.sin(2 * np.pi * 5.5 * time)
        kept = [h for h in range(1, self.harmonics + 1) if h * hz < 7600]
        wave = sum((np.sin(h * phase + rng.uniform(0, 6)) / h**self.fall for h in kept), np.zeros(len(time)))
        shape = np.minimum(1, time / self.attack) * np.exp(-self.decay * time) * np.minimum(1, (time[-1] - time) / 0.01)
        return np.asarray(wave * shape, np.float32)


def _tone(rng: Rng, *, held: bool) -> _Tone:
    return _Tone(
        int(rng.integers(1, 14)),
        float(rng.uniform(0.6, 2.2)),
        float(rng.uniform(0, 0.8) if held else rng.uniform(1, 7)),
        float(rng.uniform(0.004, 0.15 if held else 0.02)),
        float(rng.choice([0, 0, rng.uniform(0.2, 1.5)])),
    )


@dataclass
class _Band:
    """A piece of music as it is played."""

    total: Floats
    scale: tuple[int, ...]
    root: int
    beat: float
    """Seconds."""
    rng: Rng

    def add(self, at: float, sound: NDArray[np.floating], gain: float) -> None:
        begin = int(at * RATE)
        end = min(len(self.total), begin + len(sound))
        self.total[begin:end] += sound[: end - begin] * gain

    def hz(self, degree: int, octave: int) -> float:
        step = self.scale[degree % len(self.scale)]
        return float(110 * 2 ** (octave + degree // len(self.scale) + (self.root + step) / 12))

    def chord(self, at: float, degree: int, tone: _Tone, gain: float) -> None:
        for third in (0, 2, 4)[: int(self.rng.integers(2, 4))]:
            self.add(at, tone.play(self.hz(degree + third, 1), 4 * self.beat, self.rng), 0.4 * gain)

    def tune(self, at: float, degree: int, tone: _Tone, gain: float) -> None:
        for part in range(int(self.rng.integers(0, 4))):
            hz = self.hz(degree + int(self.rng.integers(0, 8)), 2)
            self.add(at + part * self.beat / 3, tone.play(hz, self.beat, self.rng), 0.4 * gain)

    def drums(self, at: float, gain: float, *, kick: bool) -> None:
        """Kick or snare, and hats."""
        time = np.arange(RATE // 6) / RATE
        if kick:
            self.add(at, np.sin(2 * np.pi * 50 * time + 6 * np.exp(-40 * time)) * np.exp(-12 * time), 1.5 * gain)
        else:
            self.add(at, self.rng.standard_normal(len(time)) * np.exp(-25 * time), 0.7 * gain)
        for part in range(int(self.rng.integers(1, 4))):
            hat = np.diff(self.rng.standard_normal(len(time) + 1)) * np.exp(-70 * time)
            self.add(at + part * self.beat / 2, hat, 0.25 * gain)


def music(length: int, rng: Rng) -> Floats:
    """Chords, bass, drums and a tune, each there or not, in one of several scales and tempos."""
    scale = _SCALES[int(rng.integers(len(_SCALES)))]
    total = np.zeros(length + 8 * RATE, np.float32)
    band = _Band(total, scale, int(rng.integers(0, 12)), 60 / float(rng.uniform(60, 150)), rng)
    chords, bass, drums, tune = rng.random(4) < (0.8, 0.7, 0.65, 0.6)
    gains = rng.uniform(0.3, 1.0, 4)
    pad, low, lead = _tone(rng, held=True), _tone(rng, held=False), _tone(rng, held=bool(rng.random() < 0.4))
    chords |= not (bass or drums or tune)
    degree = 0
    for step in range(int(length / RATE / band.beat) + 1):
        at = step * band.beat
        if step % 4 == 0:
            degree = int(rng.integers(0, len(scale)))
            if chords:
                band.chord(at, degree, pad, gains[0])
        if bass and rng.random() < 0.8:
            band.add(at, low.play(band.hz(degree, -1), band.beat, rng), gains[1])
        if drums:
            band.drums(at, gains[2], kick=step % 2 == 0)
        if tune:
            band.tune(at, degree, lead, gains[3])
    return total[:length] + np.float32(1e-5)


def steady(length: int, rng: Rng) -> Floats:
    """Noise of some colour, at times swelling, or a hum with its harmonics."""
    kind = rng.random()
    if kind < 0.25:
        time = np.arange(length) / RATE
        hum = [np.sin(2 * np.pi * h * 50 * (1.2 if kind < 0.12 else 1) * time) / h for h in range(1, 12)]
        return np.asarray(sum(hum) + 0.1 * rng.standard_normal(length), np.float32)
    noise = rng.standard_normal(length)
    if kind < 0.7:
        noise = lfilter([1], [1, -rng.uniform(0, 0.98)], noise)
    else:
        low = rng.uniform(50, 3000)
        band = butter(2, [low, min(7800, low * rng.uniform(1.5, 6))], "band", fs=RATE, output="sos")
        noise = sosfilt(band, noise)
    if rng.random() < 0.4:
        knots = np.exp(rng.normal(0, 0.7, length // RATE + 2))
        noise = noise * np.interp(np.arange(length) / RATE, np.arange(len(knots)), knots)
    return np.asarray(noise, np.float32)


# --- codecs -----------------------------------------------------------------------------------------------------------


def telephone(samples: Floats) -> Floats:
    """8 kHz, mu-law."""
    narrow = soxr.resample(samples, RATE, 8000)
    narrow = lfilter([1, -1], [1, -0.9], narrow)
    narrow = narrow / (np.abs(narrow).max() + 1e-9)
    steps = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    wide = soxr.resample(np.sign(steps) * np.expm1(np.abs(steps) * np.log(256)) / 255, 8000, RATE)
    return np.resize(wide.astype(np.float32), len(samples))


_CODECS = {
    "libopus": ("ogg", 48_000, (8_000, 12_000, 16_000, 24_000)),
    "libmp3lame": ("mp3", 16_000, (16_000, 24_000, 32_000)),
}


def coded(samples: Floats, rng: Rng) -> Floats:
    """Through opus or mp3 at a low rate; the codec's delay is taken out again."""
    name = list(_CODECS)[int(rng.integers(len(_CODECS)))]
    form, rate, rates = _CODECS[name]
    wave = soxr.resample(samples / (np.abs(samples).max() + 1e-9) * 0.8, RATE, rate).astype(np.float32)
    file = io.BytesIO()
    out: Any
    with av.open(file, "w", format=form) as out:
        stream: Any = out.add_stream(name, rate=rate, layout="mono")
        stream.bit_rate = int(rng.choice(rates))
        frame = av.AudioFrame.from_ndarray(np.round(wave * 32_767).astype(np.int16)[None], format="s16", layout="mono")
        frame.rate = rate
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate)
        for part in resampler.resample(frame):
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    file.seek(0)
    back: Any
    with av.open(file) as back:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        parts = [p.to_ndarray().ravel() for f in back.decode(audio=0) for p in resampler.resample(f)]
    got = np.concatenate(parts).astype(np.float32)
    return _in_step(samples, got)


def _in_step(samples: Floats, got: Floats) -> Floats:
    """Moved to where it fits best within 0.15 s, and of the same length."""
    span = min(len(samples), len(got), 8 * RATE)
    a, b = samples[:span], got[:span]
    size = 1 << (2 * span - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size)), size)
    reach = RATE * 15 // 100
    late = int(np.argmax(np.concatenate([product[-reach:], product[:reach]]))) - reach
    moved = got[late:] if late > 0 else np.concatenate([np.zeros(-late, np.float32), got])
    return np.pad(moved, (0, max(0, len(samples) - len(moved))))[: len(samples)]


# --- all together -----------------------------------------------------------------------------------------------------

KINDS = ("clean", "crowd", "music", "steady", "answers")
_SHARES = (0.17, 0.28, 0.31, 0.16, 0.08)


def spoil(speech: Floats, pool: Sequence[Floats], rng: Rng) -> tuple[Floats, str, float]:
    """Speech as somebody recorded it.

    Returns:
        Samples; the kind of sound under it; how many dB below.
    """
    kind = str(rng.choice(KINDS, p=_SHARES))
    below = float(rng.uniform(2, 22))
    heard = room(speech, rng) if rng.random() < (0.3 if kind == "clean" else 0.4) else speech
    if kind == "crowd":
        heard = under(heard, crowd(len(heard), pool, rng), below)
    elif kind == "music":
        heard = under(heard, music(len(heard), rng), below)
    elif kind == "steady":
        heard = under(heard, steady(len(heard), rng), below)
    elif kind == "answers":
        other = answers(len(heard), pool, rng)
        heard = heard + other * (level(heard) / level(other) * 10 ** (-max(0.0, below - 2) / 20))
    heard = under(heard, rng.standard_normal(len(heard)).astype(np.float32), float(rng.uniform(28, 60)))
    draw = rng.random()
    if draw < 0.1:
        heard = telephone(heard)
    elif draw < 0.22:
        heard = coded(heard, rng)
    return heard * float(0.9 / (np.abs(heard).max() + 1e-9) * 10 ** rng.uniform(-1.2, 0)), kind, below
