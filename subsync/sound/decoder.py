"""A file of sound -> 16 kHz mono samples on disk.

Only files that start like one of a few audio containers are opened, and only through the file protocol: a playlist,
an HLS or ffconcat list or a URL in disguise would make the decoder read other files or the network.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from subsync.errors import AudioError
from subsync.sound.blocks import BLOCK, Blocks, threads
from subsync.sound.pcm import RATE, Pcm
from subsync.sound.recording import Recording
from subsync.sound.speech import probabilities, spans
from subsync.sound.views import block_cepstra, cepstra_path
from subsync.store import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from subsync.datatypes import Ms

# FFmpeg's demuxers for what podcasts and video sites serve. None of them follows a reference to another file or host;
# measured with PyAV 18.1 (FFmpeg 8.1): ffconcat, HLS, http:, concat: and subfile: are refused, these all open.
_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,mp3,flac,wav,aac,mpegts"
_OPEN = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
_REMEDY = "Give a recording in m4a, mp4, webm, mkv, opus, ogg, mp3, flac, wav or aac."

_BLOCK: Ms = 60_000  # what is held in memory at a time: 2 MB of silence
_GAP: Ms = 100  # two to five codec frames: less is rounding of the container's clock, more is missing sound


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """How far decoding goes."""

    longest: Ms = 24 * 3_600_000
    """A recording longer than this is refused: 24 h are 2.8 GB of samples."""


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

    Speech is found and cepstra are computed meanwhile, one block behind.

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
        written = 0
        with (
            whole_file(pcm, lasting=False) as file,
            whole_file(cepstra_path(pcm), lasting=False) as views,
            threads() as pool,
        ):
            speech, seen = Blocks(probabilities, pool), Blocks(block_cepstra, pool)
            for chunk in _resampled(_frames(container, stream, damaged), (container.start_time or 0) / 1e6, total):
                file.write(chunk.astype("<i2", copy=False).tobytes())
                before, written = written, written + len(chunk)
                if written > options.longest * RATE:
                    raise _too_long(path, options)
                if progress and before // (RATE * 1000) != written // (RATE * 1000):
                    progress(written // RATE, total)
                if before // (BLOCK * RATE) != written // (BLOCK * RATE):
                    file.flush()
                    for blocks in (speech, seen):
                        blocks.reach(Pcm(Path(file.name), written))
                    views.writelines(seen.ready())
            if not written:
                raise AudioError(f"{path}: nothing in it can be decoded as sound", _REMEDY)
            file.flush()
            for blocks in (speech, seen):
                blocks.reach(Pcm(Path(file.name), written), whole=True)
            views.writelines(seen.rest())
            spoken = spans(speech.rest(), written // RATE)
    return Recording(pcm, written, len(damaged), spoken)


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
