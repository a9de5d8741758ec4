"""A recording -> stretches of it, as samples and as m4a. Mono: what is cut is speech."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from subsync.errors import AudioError
from subsync.sound.container import opened, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from subsync.datatypes import Ms, Span
    from subsync.formats.chapters import Chapter

    Sound = NDArray[np.int16]

KHZ = 48
"""Samples in a ms: a whole number, so that stretches put side by side do not drift; and Opus's own rate."""
FADE: Ms = 10
"""At either end of a stretch: a cut inside a wave is a click, and 10 ms of fading are not heard as such."""
_GAP: Ms = 100
"""Less between two frames is rounding of the container's clock, more is missing sound (as in ``sound.decoder``)."""
_BLOCK: Ms = 1000


def stretches(recording: Path, spans: Sequence[Span]) -> Iterator[tuple[int, Sound]]:
    """The sound of each span, in the order of their starts, in one pass over the recording.

    Only what the spans that are being read need is held in memory.

    Yields:
        The index of the span, and its samples (48 kHz, mono); shorter where the recording ends before.

    Raises:
        AudioError: the recording cannot be read.
    """
    order = sorted(range(len(spans)), key=lambda k: (spans[k].start, spans[k].end))
    held: deque[Sound] = deque()
    first = last = 0  # where what is held begins and ends, in samples
    sound = _samples(recording)
    for k in order:
        begin, end = spans[k].start * KHZ, spans[k].end * KHZ
        while held and first + len(held[0]) <= begin:
            first += len(held.popleft())
        while last < end and (block := next(sound, None)) is not None:
            last += len(block)
            if last <= begin:
                first = last
            else:
                held.append(block)
        whole = np.concatenate(held) if held else np.zeros(0, np.int16)
        yield k, whole[max(0, begin - first) : max(0, end - first)]


def faded(sound: Sound, *, begin: bool = True, end: bool = True) -> Sound:
    """The same with its first 10 ms fading in and its last ones fading out."""
    length = min(FADE * KHZ, len(sound) // 2)
    if not length:
        return sound
    ramp = np.linspace(0, 1, length, endpoint=False)
    made = sound.astype(np.float64)
    if begin:
        made[:length] *= ramp
    if end:
        made[-length:] *= ramp[::-1]
    return made.astype(np.int16)


def write_m4a(
    file: IO[bytes],
    sound: Iterable[Sound],
    *,
    bits: int,
    marks: Sequence[Chapter] = (),
    tags: Mapping[str, str] | None = None,
) -> None:
    """Encode samples as AAC.

    Args:
        file: open for reading and writing.
        sound: 48 kHz, mono, any lengths.
        bits: a second.
        marks: chapters.
        tags: such as ``title``.
    """
    import av

    # bitexact: no random identifiers, so that the same sound makes the same file.
    with av.open(file, "w", format="ipod", options={"fflags": "+bitexact"}) as container:
        stream: Any = container.add_stream("aac", rate=KHZ * 1000, layout="mono")
        stream.bit_rate = bits
        stream.codec_context.flags |= 1 << 23  # AV_CODEC_FLAG_BITEXACT
        container.metadata.update({name: as_tag(value) for name, value in (tags or {}).items()})
        container.set_chapters(chapter_marks(marks))
        done = 0
        for piece in sound:
            for start in range(0, len(piece), _BLOCK * KHZ):
                block = np.ascontiguousarray(piece[start : start + _BLOCK * KHZ])
                frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="mono")
                frame.sample_rate, frame.pts, frame.time_base = KHZ * 1000, done, Fraction(1, KHZ * 1000)
                container.mux(stream.encode(frame))
                done += len(block)
        container.mux(stream.encode(None))


def as_tag(text: str) -> str:
    """A text that a file may hold: of an emoji that YAML spells as JSON does there are two halves, joined here."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def chapter_marks(marks: Sequence[Chapter]) -> list[Any]:
    """Chapters as PyAV takes them."""
    unit = Fraction(1, 1000)
    return [
        {"id": k, "start": c.start, "end": c.end, "time_base": unit, "metadata": {"title": c.title}}
        for k, c in enumerate(marks)
    ]


def _samples(recording: Path) -> Iterator[Sound]:
    """The whole recording in blocks, on the clock of the media: where packets are missing, silence stands."""
    import av

    with opened(recording) as (container, stream):
        origin = origin_of(container)
        resampler: Any = None
        kind: tuple[object, ...] = ()
        position = 0
        try:
            for frame in container.decode(stream):
                if kind != (frame.format.name, frame.layout.name, frame.rate):  # chained Ogg files do change
                    kind = (frame.format.name, frame.layout.name, frame.rate)
                    resampler = av.AudioResampler(format="s16", layout="mono", rate=KHZ * 1000)
                due = position if frame.time is None else round((frame.time - origin) * KHZ * 1000)
                missing = due - position
                if missing > _GAP * KHZ and (container.duration or 0) / 1000 * KHZ >= due:
                    for start in range(0, missing, _BLOCK * KHZ):
                        yield np.zeros(min(missing - start, _BLOCK * KHZ), np.int16)
                    position = due
                frame.pts = None
                for out in resampler.resample(frame):
                    block = out.to_ndarray()[0]
                    position += len(block)
                    yield block
        except av.FFmpegError as exc:
            raise AudioError(
                f"{recording}: cannot be decoded behind {position // KHZ // 1000} s: {exc.strerror}",
                "Convert it with another program, or get it again.",
            ) from exc


_PACKED = {"aac": ("m4a", "ipod"), "mp3": ("mp3", "mp3")}


def packed(recording: Path, file: IO[bytes]) -> str | None:
    """Copy AAC or MP3 as it is into a file of its own, without decoding.

    Returns:
        The suffix for it; ``None``, with nothing written, where the sound is something else, or begins late.
    """
    import av

    with opened(recording) as (source, stream):
        suffix, muxer = _PACKED.get(stream.codec_context.codec.canonical_name, (None, ""))
        starts_late = abs((stream.start_time or 0) * float(stream.time_base) - origin_of(source)) > _GAP / 1000
        if suffix is None or starts_late:
            return None
        with av.open(file, "w", format=muxer, options={"fflags": "+bitexact"}) as copy:
            track = copy.add_stream_from_template(stream)
            for packet in source.demux(stream):
                if packet.dts is not None:
                    packet.stream = track
                    copy.mux(packet)
    return suffix
