"""A note, and a recording in which a tone stands for each of its sentences and another one for an advertisement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import av
import numpy as np
from fakes import Tools, note_of
from sounds import HZ, tone, write_sound

from subsync.datatypes import Alignment, Media, Ms, Note, SyncResult, TimedSentence, Transcript, Unwritten
from subsync.pipeline import sync_note

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

NOTE = """---
title: Wheels & "wires" 🛞
source: https://www.youtube.com/watch?v=dQw4w9WgXcQ
---
### Wheels / 轮子

**Mira:** How many wheels are there, and what do they do? I count twenty of them.

**Mira：** 这里有多少个轮子，它们又是做什么的？我数出二十个。

**Tomas:** Twenty &lt;four&gt;, says &#123;&#123;c1::the&#125;&#125; book --> of brass & iron.

**Tomas：** 黄铜和铁的有&lt;二十四&gt;个，书里这么说。

### Wires / 钢丝

Nobody says this paragraph.

没有人说这一段。

Only one wire runs over all of them, and it is long.
"""
SPEECH, ADVERT = 440, 1500
"""Hertz of the tones."""


@dataclass
class WithAdvert(Tools):
    """Twenty seconds of advertisement behind the first paragraph, five of music behind the second."""

    duration: Ms = 45_000

    def align(self, note: Note, media: Media, transcript: Transcript) -> Alignment:
        made = super().align(note, media, transcript)
        moved = tuple(
            _later(s, {0: 0, 1: 20_000}.get(n.paragraph, 25_000))
            for n, s in zip(note.sentences, made.sentences, strict=True)
        )
        ends = [
            max((s.end or 0 for s, n in zip(moved, note.sentences, strict=True) if n.paragraph == p)) for p in (0, 1)
        ]
        sounds = (
            Unwritten(ends[0] + 300, ends[0] + 20_300, "speech"),
            Unwritten(ends[1] + 400, ends[1] + 5000, "other"),
        )
        return replace(made, sentences=moved, unwritten=sounds)


def _later(sentence: TimedSentence, by: Ms) -> TimedSentence:
    if sentence.start is None or sentence.end is None:
        return sentence
    words = tuple(
        w if w.start is None or w.end is None else replace(w, start=w.start + by, end=w.end + by)
        for w in sentence.words
    )
    return replace(sentence, start=sentence.start + by, end=sentence.end + by, words=words)


def recorded(folder: Path, text: str = NOTE, *, name: str = "talk.opus", codec: str = "libopus") -> SyncResult:
    """The result of the note, with its recording."""
    result = sync_note(note_of(text), WithAdvert(absent=frozenset({2}), at=2000))
    sound = np.zeros(result.media.duration * HZ // 1000)
    for sentence in result.alignment.sentences:
        _put(sound, sentence.start, sentence.end, SPEECH)
    for other in result.alignment.unwritten:
        _put(sound, other.start, other.end, ADVERT)
    path = write_sound(folder / name, sound, codec)
    return replace(result, media=replace(result.media, path=path))


def _put(sound: NDArray[np.float64], start: Ms | None, end: Ms | None, hz: float) -> None:
    if start is not None and end is not None:
        sound[start * HZ // 1000 : end * HZ // 1000] = tone(end - start, hz=hz)


def heard(path: Path) -> NDArray[np.float64]:
    """The sound of a file at 48 kHz, mono, -1 to 1, as players hear it: FFmpeg cuts what the codec put in front."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=HZ)
    with av.open(str(path)) as container:
        blocks = [out.to_ndarray()[0] for frame in container.decode(audio=0) for out in resampler.resample(frame)]
        blocks += [out.to_ndarray()[0] for out in resampler.resample(None)]
    return np.concatenate(blocks) / 32768


def loud(sound: NDArray[np.float64], start: Ms, end: Ms, hz: float) -> float:
    """Amplitude of a tone in a stretch."""
    part = sound[start * HZ // 1000 : end * HZ // 1000]
    return float(2 * abs(np.mean(part * np.exp(-2j * np.pi * hz * np.arange(len(part)) / HZ)))) if len(part) else 0.0


def edges(sound: NDArray[np.float64], hz: float = SPEECH) -> tuple[Ms, Ms] | None:
    """When a tone begins and ends: the first and last of 5 ms in which it has half of its level."""
    on = [at for at in range(len(sound) * 1000 // HZ - 5) if loud(sound, at, at + 5, hz) > 0.15]
    return (on[0], on[-1] + 5) if on else None
