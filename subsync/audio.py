"""A file of sound -> 16 kHz mono samples on disk; where there is speech; where to cut.

Only files that start like one of a few audio containers are opened, and only through the file protocol: a playlist,
an HLS or ffconcat list or a URL in disguise would make the decoder read other files or the network.
Samples live on disk and are read in stretches, so memory does not grow with the length of the recording.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from subsync.datatypes import Span
from subsync.errors import AudioError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from subsync.datatypes import Ms

Samples: TypeAlias = NDArray[np.float32]
"""Mono sound at 16 kHz, -1 to 1."""

RATE = 16  # samples in a ms: what Whisper, Silero and PocketSphinx were all trained on

# FFmpeg's demuxers for what podcasts and video sites serve. None of them follows a reference to another file or host;
# measured with PyAV 18.1 (FFmpeg 8.1): ffconcat, HLS, http:, concat: and subfile: are refused, these all open.
_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,mp3,flac,wav,aac,mpegts"
_OPEN = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
_REMEDY = "Give a recording in m4a, mp4, webm, mkv, opus, ogg, mp3, flac, wav or aac."

_BLOCK: Ms = 60_000  # what is held in memory at a time: 4 MB of samples
_GAP: Ms = 100  # two to five codec frames: less is rounding of the container's clock, more is missing sound


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """How far decoding goes."""

    longest: Ms = 24 * 3_600_000
    """A recording longer than this is refused: 24 h are 2.8 GB of samples."""


@dataclass(frozen=True, slots=True)
class SpeechOptions:
    """When a stretch counts as speech."""

    threshold: float = 0.5
    """Speech starts at this probability; the value Silero VAD is tuned for."""
    release: float = 0.35
    """It ends below this one; Silero's default distance of 0.15."""
    pause: Ms = 160
    """A shorter silence does not end it; the default of faster-whisper's batched mode."""
    shortest: Ms = 100
    """A shorter burst is a click or a breath."""


@dataclass(frozen=True)
class Recording:
    """Decoded sound: a raw file of little-endian 16-bit samples, 16 kHz, mono."""

    pcm: Path
    samples: int
    damaged: int = 0
    """Packets that could not be decoded and are silent here."""

    @classmethod
    def of(cls, pcm: Path) -> Recording:
        """The recording that `decode` wrote to ``pcm`` before.

        Raises:
            StoreError: the file is gone.
        """
        try:
            return cls(pcm, pcm.stat().st_size // 2)
        except OSError as exc:
            raise StoreError(f"{pcm}: decoded sound cannot be read: {exc.strerror}", "Run again to decode it.") from exc

    @property
    def duration(self) -> Ms:
        """Its length in ms, rounded down."""
        return self.samples // RATE

    def read(self, start: Ms, end: Ms) -> Samples:
        """The samples from ``start`` to ``end``, clipped to the recording: shape (16 x ms,), -1 to 1."""
        first, last = max(0, start * RATE), min(self.samples, end * RATE)
        # Not a memory map: mapped pages count as resident memory until the system takes them back.
        raw = np.fromfile(self.pcm, "<i2", max(0, last - first), offset=first * 2)
        return raw.astype(np.float32) / np.float32(32768)

    def blocks(self, length: Ms = _BLOCK, start: Ms = 0, end: Ms | None = None) -> Iterator[Samples]:
        """The recording, or a stretch of it, in pieces of ``length`` ms, the last one shorter."""
        whole = -(-self.samples // RATE)
        last = whole if end is None else min(whole, end)
        for first in range(start, last, length):
            yield self.read(first, min(last, first + length))

    @cached_property
    def speech(self) -> tuple[Span, ...]:
        """Where there is speech, ascending and apart; found at first use."""
        return speech_spans(self)

    def windows(self, longest: Ms) -> tuple[Span, ...]:
        """Its speech in windows of at most ``longest`` ms, cut at pauses."""
        return windows(self, self.speech, longest=longest)


# --- reading files ----------------------------------------------------------------------------------------------------


def probe(path: Path) -> Ms:
    """Duration of a file that holds sound which can be decoded.

    Raises:
        AudioError: it is no such file.
    """
    with opened(path) as (container, stream):
        if next(_frames(container, stream, []), None) is None:
            raise AudioError(f"{path}: nothing in it can be decoded as sound", _REMEDY)
        declared = container.duration / 1000 if container.duration else 0
        # A cut Matroska file does not say, and for raw AAC and MP3 FFmpeg guesses from the bit rate of the beginning
        # (6 s of rising bit rate: 16 and 18 s): the last packet knows.
        if not declared or container.format.name in {"aac", "mp3"}:
            ends = [float((p.pts + (p.duration or 0)) * p.time_base) for p in container.demux(stream) if p.pts]
            declared = max(ends, default=0.0) * 1000
        return max(1, round(declared))


def decode(
    path: Path,
    pcm: Path,
    options: DecodeOptions = DecodeOptions(),
    *,
    progress: Callable[[Ms, Ms], None] | None = None,
) -> Recording:
    """Decode the first audio stream of ``path`` into the raw file ``pcm``, which appears whole or not at all.

    Times stay on the media's clock: where packets are missing or damaged, silence of the same length stands.

    Args:
        path: A local file.
        pcm: Where the samples go.
        options: Limits.
        progress: Told the ms done and the ms there are (0 if the file does not say).

    Raises:
        AudioError: the file is not sound, or longer than allowed.
        StoreError: ``pcm`` cannot be written.
    """
    with opened(path) as (container, stream):
        total = round((container.duration or 0) / 1000)
        if total > options.longest:
            raise _too_long(path, options)
        damaged: list[object] = []
        with _written_whole(pcm) as file:
            written = 0
            for chunk in _resampled(_frames(container, stream, damaged), (container.start_time or 0) / 1e6, total):
                file.write(chunk.astype("<i2", copy=False).tobytes())
                before, written = written, written + len(chunk)
                if written > options.longest * RATE:
                    raise _too_long(path, options)
                if progress and before // (RATE * 1000) != written // (RATE * 1000):
                    progress(written // RATE, total)
            if not written:
                raise AudioError(f"{path}: nothing in it can be decoded as sound", _REMEDY)
    return Recording(pcm, written, len(damaged))


def _too_long(path: Path, options: DecodeOptions) -> AudioError:
    return AudioError(f"{path}: longer than {options.longest / 3_600_000:g} hours", "Cut the recording into parts.")


@contextmanager
def opened(path: Path) -> Iterator[tuple[Any, Any]]:
    """The container and its first audio stream.

    Raises:
        AudioError: it is no file of sound, or pretends to be one.
    """
    import av

    place = path.absolute()  # with its leading slash it cannot be taken for a URL
    if not place.is_file():
        raise AudioError(f"{path}: no such file", "Give the path of a recording on this machine.")
    try:
        container = av.open(str(place), options=_OPEN, metadata_errors="replace")
    except (av.FFmpegError, OSError) as exc:
        raise AudioError(f"{path}: cannot be read as sound: {exc.strerror}", _REMEDY) from exc
    with container:
        if not container.streams.audio:
            raise AudioError(f"{path}: has no sound", _REMEDY)
        yield container, container.streams.audio[0]


def _frames(container: Any, stream: Any, damaged: list[object]) -> Iterator[Any]:
    """Decoded frames; packets that fail are passed over, as players do, and noted in ``damaged``."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            if (packet := next(packets, None)) is None:
                return
            yield from packet.decode()
        except av.FFmpegError as exc:
            damaged.append(exc)


def _resampled(frames: Iterator[Any], origin: float, total: Ms) -> Iterator[NDArray[np.int16]]:
    """16-bit mono samples at 16 kHz, with silence where the clock of the media jumps ahead."""
    stage: _Resampler | None = None
    for frame in frames:
        layout = (frame.format.name, frame.layout.name, frame.rate)
        if stage is None or stage.layout != layout:  # chained Ogg files do change
            done = stage.position if stage else 0
            yield from stage.rest() if stage else ()
            stage = _Resampler(layout, done)
        due = stage.position if frame.time is None else round((frame.time - origin) * RATE * 1000)
        # A time beyond the end that the file itself states is a damaged time.
        if due - stage.position > _GAP * RATE and due <= total * RATE:
            yield from stage.waiting()
            for start in range(stage.position, due, _BLOCK * RATE):
                yield np.zeros(min(due - start, _BLOCK * RATE), np.int16)
            stage.origin, stage.taken = due, 0
        yield from stage.take(frame)
    if stage:
        yield from stage.rest()


class _Resampler:
    """Frames of one kind -> samples. Frames of 20 ms are gathered first: one by one they take half as long again."""

    def __init__(self, layout: tuple[str, str, int], origin: int) -> None:
        import av

        self.layout = layout
        self.origin = origin
        """Where its first sample stands, in samples at 16 kHz."""
        self.taken = 0
        """Samples that went in since."""
        self._fifo = av.AudioFifo()
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE * 1000)

    @property
    def position(self) -> int:
        """Where the next sample will stand."""
        return self.origin + self.taken * RATE * 1000 // self.layout[2]

    def take(self, frame: Any) -> Iterator[NDArray[np.int16]]:
        self.taken += frame.samples
        frame.pts = None
        self._fifo.write(frame)
        if self._fifo.samples >= self.layout[2]:
            yield from self.waiting()

    def waiting(self) -> Iterator[NDArray[np.int16]]:
        """What was gathered."""
        if self._fifo.samples:
            yield from self._out(self._fifo.read())

    def rest(self) -> Iterator[NDArray[np.int16]]:
        """All that is left."""
        yield from self.waiting()
        yield from self._out(None)

    def _out(self, frame: Any) -> Iterator[NDArray[np.int16]]:
        return (out.to_ndarray()[0] for out in self._resampler.resample(frame))


@contextmanager
def _written_whole(path: Path) -> Iterator[Any]:
    """A file that gets its name only when the block has ended well."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            with part.open("wb") as file:
                yield file
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as exc:
        raise StoreError(f"{path}: cannot be written: {exc.strerror}", "Make room or choose another folder.") from exc


# --- speech and pauses ------------------------------------------------------------------------------------------------


def speech_spans(recording: Recording, options: SpeechOptions = SpeechOptions()) -> tuple[Span, ...]:
    """Where there is speech, ascending and apart.

    Against 542 sentences of known time a span that begins with a sentence begins 15 ms late, one that ends with it
    ends 35 ms late (medians).
    """
    found: list[tuple[Ms, Ms]] = []
    start: Ms | None = None
    quiet: Ms | None = None
    for step, probability in enumerate(_speech_probabilities(recording)):
        now = step * _STEP
        if probability >= options.threshold:
            start, quiet = (now if start is None else start), None
        elif start is not None and probability < options.release:
            quiet = now if quiet is None else quiet
            if now + _STEP - quiet >= options.pause:
                found.append((start, quiet))
                start = quiet = None
    if start is not None:
        found.append((start, recording.duration if quiet is None else quiet))
    return tuple(Span(a, min(b, recording.duration)) for a, b in found if b - a >= options.shortest)


_STEP: Ms = 32  # Silero's window of 512 samples


_LISTENED: Ms = _STEP * 1875 * 10  # ten minutes at a time, so that there is work for several threads
_LEAD: Ms = _STEP * 250  # 8 s before them, after which the network's memory is what it would be in one go


def _speech_probabilities(recording: Recording) -> Iterator[float]:
    """Silero's probability of speech for every 32 ms.

    The same whatever number of threads there are. A block of a minute is all that each of them holds.
    """
    starts = range(0, max(1, recording.duration), _LISTENED)
    with ThreadPoolExecutor(min(os.cpu_count() or 1, 4)) as threads:
        for found in threads.map(lambda start: _listened(recording, start), starts):
            yield from found


def _listened(recording: Recording, start: Ms) -> list[float]:
    """The probabilities of ten minutes. The network's memory is handed on from block to block."""
    from faster_whisper.vad import get_vad_model

    run = get_vad_model().session.run
    h = c = np.zeros((1, 1, 128), np.float32)
    context = np.zeros(64, np.float32)  # it sees the last 4 ms of the window before
    size = _STEP * RATE
    lead = min(start, _LEAD)
    found: list[float] = []
    for block in recording.blocks(_STEP * 1875, start - lead, start + _LISTENED):
        steps = np.pad(_levelled(block), (0, -len(block) % size)).reshape(-1, size)
        before = np.vstack([context, steps[:-1, -64:]])
        out, h, c = run(None, {"input": np.hstack([before, steps]), "h": h, "c": c})
        context = steps[-1, -64:]
        found += out.ravel().tolist()
    return found[lead // _STEP :]


def _levelled(samples: Samples) -> Samples:
    """The same sound with quiet passages made louder.

    Silero misses quiet voices: of a recording at -37 dB it found 9 of 23 s of speech, levelled 17 s; on an hour at a
    good level the result is the same to 0.02 %.
    """
    level = levels(samples)
    middles = np.arange(100, max(101, len(level)), 200)  # every 2 s, from the loud part of the 8 s around
    loud = np.array([np.percentile(level[max(0, m - 400) : m + 400], 90) for m in middles])
    gain = np.interp(np.arange(len(samples)) / (10 * RATE), middles, np.clip(_LEVEL - loud, 0, _GAIN))
    return np.clip(samples * 10 ** (gain / 20), -1, 1).astype(np.float32)


_LEVEL = -20.0  # dB of full scale that loud speech is brought to
_GAIN = 18.0  # dB at most: more finds no more, and silence must stay silent


def pauses(recording: Recording, speech: tuple[Span, ...]) -> tuple[Span, ...]:
    """What lies between the speech, with the silence before the first and after the last of it."""
    edges = [0, *(edge for span in speech for edge in (span.start, span.end)), recording.duration]
    return tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b)


def windows(recording: Recording, speech: tuple[Span, ...], *, longest: Ms = 30_000) -> tuple[Span, ...]:
    """Stretches of at most ``longest`` ms that hold all speech and are cut at pauses, long ones by preference.

    Whisper's cost is one encoder pass per window however short it is, so the windows are few and full: the cheapest
    chain of cuts is found by dynamic programming. Where nobody pauses, the cut is at the quietest moment.
    """
    pieces = [piece for span in speech for piece in _split(recording, span, min(_PIECE, longest // 4))]
    best: list[tuple[float, int]] = [
        (0.0, 0)
    ]  # cheapest way to have windows end after piece i, and where its last one begins
    for last, piece in enumerate(pieces):
        pause = pieces[last + 1].start - piece.end if last + 1 < len(pieces) else _LONG_PAUSE
        cut = _CUT * max(0.0, 1 - pause / _GOOD_PAUSE)
        ways = []
        for first in range(last, -1, -1):
            if piece.end - pieces[first].start + 2 * _MARGIN > longest:
                break
            ways.append((best[first][0] + 1 + cut, first))
            if first and pieces[first].start - pieces[first - 1].end >= _LONG_PAUSE:
                break
        best.append(min(ways))
    chain: list[Span] = []
    last = len(pieces)
    while last:
        first = best[last][1]
        before = pieces[first - 1].end if first else -pieces[first].start
        after = pieces[last].start if last < len(pieces) else 2 * recording.duration - pieces[-1].end
        start = pieces[first].start - min(_MARGIN, (pieces[first].start - before) // 2)
        end = pieces[last - 1].end + min(_MARGIN, (after - pieces[last - 1].end) // 2)
        chain.append(Span(start, end))
        last = first
    return tuple(reversed(chain))


_MARGIN: Ms = 200  # of silence around a window, where there is that much: a word cut off at its edge is lost
_LONG_PAUSE: Ms = 2000  # a window does not span it: after such a silence Whisper tends to have ended its text
_GOOD_PAUSE: Ms = 500  # a cut here costs nothing; sentences are 0.3 to 0.7 s apart
_CUT = 0.5  # what a cut where nobody pauses costs, in windows
_PIECE: Ms = 5000  # speech longer than this without a pause is offered a cut in every such stretch


def _split(recording: Recording, span: Span, length: Ms) -> list[Span]:
    """``span`` in pieces of about ``length``, at most twice as long, cut at the quietest moments."""
    count = span.duration // length
    if count < 2:
        return [span]
    width = 10  # averaged over 100 ms: a gap between words, not one between two periods of a voice
    smooth = np.convolve(levels(recording.read(span.start, span.end)), np.full(width, 1 / width), "same")
    edges = [span.start]
    for i in range(1, count):
        middle = span.duration * i // count
        low = (middle - length // 2) // 10
        edges.append(span.start + 10 * (low + int(np.argmin(smooth[low : low + length // 10]))))
    return [Span(a, b) for a, b in pairwise([*edges, span.end])]


def levels(samples: Samples) -> NDArray[np.float32]:
    """Level of every 10 ms in dB of full scale, -100 for silence: shape (samples / 160, rounded up)."""
    frame = 10 * RATE
    padded = np.pad(samples, (0, -len(samples) % frame)).reshape(-1, frame)
    power = np.mean(np.square(padded), axis=1)
    decibel: NDArray[np.float32] = (10 * np.log10(np.maximum(power, 1e-10))).astype(np.float32)
    return decibel
