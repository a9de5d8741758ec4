"""A file of sound -> 16 kHz mono samples on disk, and what is to be said about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from subsync.errors import AudioError
from subsync.sound.blocks import BLOCK, Blocks, threads
from subsync.sound.container import (
    REMEDY,
    Length,
    length_of,
    opened,
    origin_of,
    packets,
    tracks_remark,
)
from subsync.sound.links import WHOLE, Link, links_of
from subsync.sound.mixdown import Heard, Resampler, kind_of
from subsync.sound.pcm import RATE, Pcm
from subsync.sound.recording import Recording, keep_card
from subsync.sound.speech import probabilities, spans
from subsync.sound.views import block_cepstra, cepstra_path
from subsync.store import whole_file
from subsync.times import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from subsync.datatypes import Ms

_BLOCK: Ms = 60_000  # what is held in memory at a time: 2 MB of silence
_GAP: Ms = 100  # two to five codec frames: less is rounding of the container's clock, more is missing sound
_SHORT: Ms = 2000
"""By so much a recording ends before the end that its file states, before it is said to break off."""

_QUIET = -45.0
"""dB of full scale: a recording whose louder seconds are quieter is made louder. At -65 speech is still found as it is;
at -70, in 16 bit, it is ten steps high and no longer."""
_NOTHING = -100.0
"""dB: below this there is no sound, and the noise of an encoder would be made loud."""
_USUAL = -25.0
"""dB: up to where it is made louder; talk that was made for listening has about this level."""


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """How far decoding goes."""

    longest: Ms = 24 * 3_600_000
    """A recording longer than this is refused: 24 h are 2.8 GB of samples."""


def probe(path: Path, options: DecodeOptions = DecodeOptions()) -> Ms:
    """Duration of a file that holds sound which can be decoded.

    Raises:
        AudioError: it is no such file.
    """
    heard, total = False, 0
    for link in links_of(path) if path.is_file() else (WHOLE,):
        try:
            with opened(path, link) as (container, stream):
                heard = heard or next(_decoded(container, stream, _Notes()), None) is not None
            total += _measured(path, link, options.longest).best
        except AudioError:
            if not link.start and link.end is None:
                raise
    if not heard:
        raise AudioError(f"{path}: nothing in it can be decoded as sound", REMEDY)
    return max(1, total)


def decode(
    path: Path,
    pcm: Path,
    options: DecodeOptions = DecodeOptions(),
    *,
    progress: Callable[[Ms, Ms], None] | None = None,
) -> Recording:
    """Decode the sound of ``path`` into the raw file ``pcm``, which appears whole or not at all.

    Speech is found and cepstra are computed meanwhile, one block behind.

    Times stay on the media's clock: where packets are missing or damaged, silence of the same length stands. A
    recording that is too quiet to be heard is decoded a second time, louder by the same factor throughout.

    Args:
        path: A local file.
        pcm: Where the samples go.
        options: Limits.
        progress: Told the ms done and the ms there are (0 if the file does not say).

    Raises:
        AudioError: the file is not sound, or longer than allowed.
        StoreError: ``pcm`` cannot be written.
    """
    recording, heard = _decode(path, pcm, options, 1.0, progress)
    if _NOTHING < heard.level < _QUIET:
        gain = 2.0 ** np.floor((_USUAL - heard.level) / (20 * np.log10(2)))
        recording, _ = _decode(path, pcm, options, float(gain), progress)
    keep_card(recording)
    return recording


def _decode(
    path: Path, pcm: Path, options: DecodeOptions, gain: float, progress: Callable[[Ms, Ms], None] | None
) -> tuple[Recording, Heard]:
    links = links_of(path) if path.is_file() else (WHOLE,)
    notes, heard = _Notes(), Heard()
    samples = _resampled(_frames(path, links, options, notes), gain, heard)
    written = 0
    with (
        whole_file(pcm, lasting=False) as file,
        whole_file(cepstra_path(pcm), lasting=False) as views,
        threads() as pool,
    ):
        speech, seen = Blocks(probabilities, pool), Blocks(block_cepstra, pool)
        for chunk in samples:
            file.write(chunk.astype("<i2", copy=False).tobytes())
            before, written = written, written + len(chunk)
            if written > options.longest * RATE:
                raise _too_long(path, options)
            if progress and before // (RATE * 1000) != written // (RATE * 1000):
                progress(written // RATE, notes.total)
            if before // (BLOCK * RATE) != written // (BLOCK * RATE):
                file.flush()
                for blocks in (speech, seen):
                    blocks.reach(Pcm(Path(file.name), written))
                views.writelines(seen.ready())
        if not written:
            raise AudioError(f"{path}: nothing in it can be decoded as sound", REMEDY)
        file.flush()
        for blocks in (speech, seen):
            blocks.reach(Pcm(Path(file.name), written), whole=True)
        views.writelines(seen.rest())
        spoken = spans(speech.rest(), written // RATE)
    remarks = notes.remarks(written // RATE, heard, gain)
    return Recording(pcm, written, len(notes.damaged), spoken, remarks), heard


def _too_long(path: Path, options: DecodeOptions) -> AudioError:
    return AudioError(f"{path}: longer than {options.longest / 3_600_000:g} hours", "Cut the recording into parts.")


@dataclass
class _Notes:
    """What was noticed on the way."""

    declared: Ms = 0
    """How long the file says that it is; 0 if it does not."""
    total: Ms = 0
    """How long it is, by its packets."""
    uneven: bool = False
    """It is an MP3 whose bit rate changes, or several in one file."""
    tracks: str = ""
    at: float = 0.0
    """Where the frame at hand ends, in ms."""
    damaged: list[int] = field(default_factory=list)
    """Where a packet could not be decoded."""
    failed: list[Exception] = field(default_factory=list)
    """What could not be read."""
    lost: list[str] = field(default_factory=list)
    """Parts that could not be heard at all."""

    def remarks(self, length: Ms, heard: Heard, gain: float) -> tuple[str, ...]:
        said = [self.tracks, *self.lost]
        if self.damaged:
            many = len(self.damaged) > 1
            pieces, are = (f"{len(self.damaged)} pieces", "are") if many else ("a piece", "is")
            where = clock(self.damaged[0])
            said.append(f"{pieces} of the recording cannot be decoded and {are} silent here, at {where}")
            said[-1] += f" and up to {clock(self.damaged[-1])}" if self.damaged[-1] - self.damaged[0] > 1000 else ""
        if self.declared - max(self.total, length) > _SHORT:  # of sound that ends before its picture nothing is missing
            said.append(
                f"the recording breaks off at {clock(length)}: its file says that it is {clock(self.declared)} long"
            )
        elif self.failed:
            said.append(f"not all of the file can be read ({self.failed[0]})")
        if heard.cancelled:
            times = f"{heard.cancelled} of its {len(heard.powers)} seconds"
            said.append(f"the channels of the recording cancel each other out in {times}: the louder one was heard")
        if self.uneven:
            said.append(
                "this MP3 has no even bit rate or was joined from several: browsers jump to wrong moments in it, "
                "seconds away. Its pages play a copy as MP4, which loses nothing; links to the file are better with "
                "one, too (ffmpeg -i FILE.mp3 -c copy FILE.mp4)"
            )
        if gain != 1:
            said.append(f"the recording is very quiet: it was made {20 * np.log10(gain):.0f} dB louder to be heard")
        return tuple(filter(None, said))


class _Timed(NamedTuple):
    """A frame on its way."""

    frame: Any
    due: int | None
    """The sample at 16 kHz at which it should stand, if that is known."""
    slack: Ms
    """How much later than it comes that may be, before there is sound missing."""


def _frames(path: Path, links: tuple[Link, ...], options: DecodeOptions, notes: _Notes) -> Iterator[_Timed]:
    """The frames of a file, those of each link behind those of the one before."""
    base = 0
    for number, link in enumerate(links, 1):
        part = f"part {number} of {len(links)} of the file, from {clock(round(notes.at))}"
        try:
            length = _length(path, link, options)
            notes.declared += length.declared
            notes.total += length.best
            notes.uneven = notes.uneven or length.uneven
            with opened(path, link) as (container, stream):
                if number == 1:
                    notes.tracks = tracks_remark(container.streams.audio, stream)
                yield from _of_link(container, stream, notes, origin_of(container, link), base, length)
        except AudioError as exc:
            if len(links) == 1:
                raise
            notes.lost.append(f"{part}, cannot be heard ({exc.message.rpartition(': ')[2]})")
        else:
            if round(notes.at * RATE) <= base and len(links) > 1:
                notes.lost.append(f"{part}, cannot be heard (it is damaged)")
        base = round(notes.at * RATE)


def _length(path: Path, link: Link, options: DecodeOptions) -> Length:
    length = _measured(path, link, options.longest)
    if length.best > options.longest:
        raise _too_long(path, options)
    return length


def _measured(path: Path, link: Link, longest: Ms) -> Length:
    """The length of a link: all packets of an hour are read in 0.3 s, which need not be done for each question."""
    try:
        stat = path.stat()
    except OSError:
        stat = None  # `opened` says so
    return _measured_of(path, link, longest, stat and (stat.st_ino, stat.st_size, stat.st_mtime_ns))


def is_uneven(path: Path) -> bool:
    """Whether it is an MP3 in which browsers, which guess by the bit rate, jump to wrong moments.

    Raises:
        AudioError: it is no recording.
    """
    with opened(path) as (container, _):
        if container.format.name != "mp3":
            return False
    return _measured(path, WHOLE, DecodeOptions().longest).uneven


@lru_cache(maxsize=64)
def _measured_of(path: Path, link: Link, longest: Ms, _stamp: tuple[int, ...] | None) -> Length:
    with opened(path, link) as (container, _):
        return length_of(container, link, longest=longest)


def _of_link(container: Any, stream: Any, notes: _Notes, origin: float, base: int, length: Length) -> Iterator[_Timed]:
    end = max(length.declared, length.measured) * RATE
    opens = True
    damaged = len(notes.damaged)
    for frame in _decoded(container, stream, notes):
        due = None if frame.time is None else round((frame.time - origin) * RATE * 1000)
        lasts = frame.samples * 1000 / frame.rate
        if opens and due is not None and due + lasts * RATE <= 0:
            continue  # in front of a cut that was made without decoding: players do not show it
        opens = False
        if due is not None and due > end:
            due = None  # beyond the end: a damaged time
        start = notes.at if due is None else max(notes.at, (base + due) / RATE)
        notes.at = start + lasts
        slack = _GAP if len(notes.damaged) == damaged else 0
        damaged = len(notes.damaged)
        yield _Timed(frame, None if due is None else base + due, slack)


def _decoded(container: Any, stream: Any, notes: _Notes) -> Iterator[Any]:
    """Decoded frames; packets that fail are passed over, as players do, and noted."""
    import av

    for packet in packets(container, [stream], notes.failed):
        try:
            yield from packet.decode()
        except av.FFmpegError:
            notes.damaged.append(round(notes.at))


def _resampled(frames: Iterator[_Timed], gain: float, heard: Heard) -> Iterator[NDArray[np.int16]]:
    """16-bit mono samples at 16 kHz, with silence where the clock of the media jumps ahead or begins late."""
    stage: Resampler | None = None
    for frame, due, slack in frames:
        begins = stage is None
        if stage is None or stage.layout != kind_of(frame):  # chained Ogg files do change
            done = stage.position if stage else 0
            yield from stage.rest() if stage else ()
            stage = Resampler(frame, done, gain, heard)
        if due is not None and due - stage.position > (0 if begins else slack * RATE):
            yield from stage.waiting()
            for start in range(stage.position, due, _BLOCK * RATE):
                yield np.zeros(min(due - start, _BLOCK * RATE), np.int16)
            stage.origin, stage.taken = due, 0
        yield from stage.take(frame)
    if stage:
        yield from stage.rest()
