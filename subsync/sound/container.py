"""A file of sound as its container has it: which track is heard, on which clock, how long it is, whether it is whole.

Only files that start like one of a few audio containers are opened, and only through the file protocol: a playlist,
an HLS or ffconcat list or a URL in disguise would make the decoder read other files or the network.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subsync.errors import AudioError
from subsync.sound.links import WHOLE, part_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.datatypes import Ms
    from subsync.sound.links import Link

# FFmpeg's demuxers for what podcasts and video sites serve and what telephones and recorders write. None of them
# follows a reference to another file or host; measured with PyAV 18.1 (FFmpeg 8.1): ffconcat, HLS, http:, concat: and
# subfile: are refused, these all open.
_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,mp3,flac,wav,aac,mpegts,asf,aiff,caf,amr,w64,ac3,flv,avi,mpeg"
_OPEN = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
REMEDY = (
    "Give a recording in m4a, mp4, webm, mkv, opus, ogg, mp3, flac, wav, aac, wma, aiff, caf, amr, flv, avi or mpg."
)


@contextmanager
def opened(path: Path, link: Link | None = None) -> Iterator[tuple[Any, Any]]:
    """The container and the audio stream that is heard: see ``heard_of``.

    Raises:
        AudioError: it is no file of sound, or pretends to be one.
    """
    with _container(path, link) as container:
        if not container.streams.audio:
            raise AudioError(f"{path}: has no sound", REMEDY)
        yield container, heard_of(container.streams.audio)


@contextmanager
def opened_picture(path: Path) -> Iterator[tuple[Any, Any]]:
    """The container and its moving picture; whether there is sound with it does not matter.

    Raises:
        AudioError: there is none: it is no such file, or has a cover alone.
    """
    from av.stream import Disposition

    with _container(path, None) as container:
        images = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
        if not images:
            raise AudioError(
                f"{path}: is sound without a picture", "Give the video of this recording with --picture FILE."
            )
        yield container, images[0]


def probe_picture(path: Path) -> Ms:
    """How long a file with a moving picture is, as it says itself, at least 1 ms.

    Raises:
        AudioError: there is no picture in it.
    """
    with opened_picture(path) as (container, _):
        return max(1, round((container.duration or 0) / 1000))


@contextmanager
def _container(path: Path, link: Link | None) -> Iterator[Any]:
    import av

    place = path.absolute()  # with its leading slash it cannot be taken for a URL
    if not place.is_file():
        raise AudioError(f"{path}: no such file", "Give the path of a recording on this machine.")
    _refuse_locked(place, path)
    part = part_of(place, link) if link and (link.start or link.end) else None
    try:
        container = av.open(
            part or str(place), format="ogg" if part else None, options=_OPEN, metadata_errors="replace"
        )
    except (av.FFmpegError, OSError) as exc:
        if part:
            part.close()
        unknown = "its format is not known here" if isinstance(exc, av.ArgumentError) else exc.strerror
        reason, remedy = _taken_for_sound(place) or (unknown, REMEDY)
        raise AudioError(f"{path}: cannot be read as sound: {reason}", remedy) from exc
    try:
        with container:
            yield container
    finally:
        if part:
            part.close()


_DOWNLOAD = "Download the recording itself: a site that asks to sign in, or an expired address, gives a page instead."
_NAMED = "Give the recording that it names."
_OTHERS = (
    (("<!doctype html", "<html", "<head", "<?xml"), "it is a web page", _DOWNLOAD),
    (("#extm3u", "[playlist]", "ffconcat", "rem ", 'file "', "<mpd"), "it is a list of recordings", _NAMED),
    (("pk\x03\x04", "rar!", "7z\xbc\xaf", "\x1f\x8b"), "it is an archive", "Unpack it first."),
    (("%pdf",), "it is a PDF", REMEDY),
    (
        ("version https://git-lfs", "[internetshortcut]"),
        "it only says where the recording is",
        "Fetch what it points to.",
    ),
)
"""How files begin that people take for recordings, what they are, and what to do."""


def _taken_for_sound(path: Path) -> tuple[str, str] | None:
    """What a file is that is no recording, and what to do about it, as far as its beginning tells."""
    try:
        with path.open("rb") as file:
            begin = file.read(256)
    except OSError:
        return None
    if not begin:
        return "it is empty", "Download or record it again."
    text = begin.decode("latin-1").removeprefix("ï»¿").lstrip().lower()
    return next(((kind, remedy) for starts, kind, remedy in _OTHERS if text.startswith(starts)), None)


# --- which track, and which clock -------------------------------------------------------------------------------------


def heard_of(tracks: Sequence[Any]) -> Any:
    """The track in which a note's English is said: no commentary, in English as far as is known, and the default one.

    In MP4 the first track is always marked as the default, whatever language it is in.
    """
    from av.stream import Disposition

    aside = Disposition.comment | Disposition.visual_impaired

    def rank(track: Any) -> tuple[bool, bool, bool, bool, bool]:
        language = (track.language or "und").lower()
        comments = track.disposition & aside or _COMMENTARY.search(track.metadata.get("title", ""))
        return (
            not comments,
            language in {"eng", "en", "und"},
            bool(track.disposition & Disposition.default),
            language in {"eng", "en"},
            not track.disposition & Disposition.dub,
        )

    return max(tracks, key=rank)  # the first of equals


_COMMENTARY = re.compile(r"\bcomment|\bdescri(?:ption|ptive|bed)\b|解说|评论音轨", re.IGNORECASE)


def tracks_remark(tracks: Sequence[Any], heard: Any) -> str:
    """What to say of a file with several tracks of sound; empty for one with a single track."""
    if len(tracks) == 1:
        return ""

    def name(track: Any) -> str:
        said = [s for s in (track.language, track.metadata.get("title")) if s and s != "und"]
        return f"{tracks.index(track) + 1} ({', '.join(said)})" if said else str(tracks.index(track) + 1)

    others = ", ".join(name(track) for track in tracks if track is not heard)
    return f"of the {len(tracks)} tracks of sound in this file number {name(heard)} was heard, not {others}"


def origin_of(container: Any, link: Link = WHOLE) -> float:
    """The container's time, in seconds, at which a player's clock shows 0, or the link before has ended.

    Browsers keep the times of MP4, Matroska and Ogg unless they are negative (Chromium's ``ffmpeg_demuxer.cc``, and
    measured in it: sound that starts 1.4 s late is heard 1.4 s late). A transport stream begins at some time of its
    broadcaster's, which all players take for 0; what MP3 and AAC say is the filling of their first frame.
    """
    start = (container.start_time or 0) / 1e6
    name = container.format.name
    if link.start:
        return float(start)
    if name.startswith(("mov", "matroska")) or (name == "ogg" and start <= _DUMPED):
        return min(0.0, start)
    return float(start)


_DUMPED = 60.0
"""Seconds. An Ogg file that begins later was taken out of a running stream and has that one's clock; an editor's cut
begins some seconds late."""


# --- how long ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Length:
    """How long a file is."""

    declared: Ms
    """As it says itself; 0 if it does not."""
    measured: Ms
    """By the times of its packets."""
    uneven: bool = False
    """It is an MP3 whose bit rate changes, or several in one file."""

    @property
    def best(self) -> Ms:
        """What it says, where that is about what was measured: it knows how much of the last frame is filling."""
        return self.declared if self.declared and abs(self.declared - self.measured) <= _ROUNDED else self.measured


_ROUNDED: Ms = 250
"""The filling of codecs at both ends, and the rounding of containers."""
_APART = 1.0
"""Seconds that two packets which follow one another are apart at most; farther, and one of the times is damaged or a
stream was interrupted: it counts if the next one goes on from there."""


def length_of(container: Any, link: Link, *, longest: Ms) -> Length:
    """Read all packets of a container and see when the last one ends.

    FFmpeg guesses the length of raw AAC and MP3 from the bit rate of the beginning (6 s of rising bit rate: 16 and
    18 s), a file whose recorder was cut off says nothing or 0, and one that was cut says what it was before.

    Args:
        container: Just opened.
        link: Which part of a file it is.
        longest: A time beyond this is damaged.
    """
    declared = round(container.duration / 1000) if container.duration else 0
    origin, end = origin_of(container, link), 0.0
    last: dict[int, float] = {}
    sizes: Counter[int] = Counter()
    is_mp3 = container.format.name == "mp3"
    streams = [s for s in container.streams if s.type in {"audio", "video"}]
    ticks = {s.index: float(s.time_base) for s in streams}  # as a fraction it takes twice as long as reading
    for packet in packets(container, streams):
        pts, index = packet.pts, packet.stream_index
        if is_mp3:
            sizes[packet.size] += 1
        if pts is None:
            continue
        tick = ticks[index]
        start = pts * tick - origin
        stop = start + (packet.duration or 0) * tick
        before = last.get(index)
        last[index] = stop
        if before is not None and abs(start - before) <= _APART and stop * 1000 <= longest:
            end = max(end, before, stop)
        elif before is None:
            end = max(end, min(stop, _APART))
    if abs(declared - 1000 * (origin + end)) < abs(declared - 1000 * end):  # it says when it ends on its own clock
        declared = max(0, declared - round(1000 * origin))
    table = _table_fits(Path(container.name)) if is_mp3 else None
    if not table and container.format.name in {"mp3", "aac"}:
        declared = 0
    return Length(declared, round(end * 1000), uneven=table is False or _is_uneven(sizes))


def _is_uneven(sizes: Counter[int]) -> bool:
    """Whether packets differ by more than the byte that evens out a constant bit rate; one in fifty may be odd."""
    usual = max(sizes, key=lambda size: sizes[size] + sizes[size + 1], default=0)
    return sizes[usual] + sizes[usual + 1] < 0.98 * sizes.total()


def _table_fits(path: Path) -> bool | None:
    """Whether the table that an MP3 begins with is about all of the file, and not the first of several in it.

    Without such a table, for which the answer is ``None``, its length is a guess of FFmpeg's from the bit rate.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(10)
        begin = 0
        if head[:3] == b"ID3":  # whose length has seven bits in a byte
            begin = 10 + sum((byte & 127) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=False))
        file.seek(begin)
        frame = file.read(_FIRST_FRAME)
    for mark, at in ((b"Xing", 12), (b"Info", 12), (b"VBRI", 10)):
        if (place := frame.find(mark)) < 0:
            continue
        table = frame[place : place + 20]
        if mark == b"VBRI" or int.from_bytes(table[4:8]) & 3 == 3:  # frames and bytes are there
            return size - begin <= _SAME_FILE * int.from_bytes(table[at : at + 4])
        return True
    return None


_FIRST_FRAME = 4096
"""Bytes in which the first frame's table begins; what is not sound may stand in front of it."""
_SAME_FILE = 1.1
"""A file that is so much larger than its table says has more in it than that is about; tags are a few percent."""


_STUBBORN = 50
"""Errors in a row without a packet between them, after which a file is taken to be at its end."""


def packets(container: Any, streams: Sequence[Any], failed: list[Exception] | None = None) -> Iterator[Any]:
    """The packets of some streams, going on after what cannot be read; errors go to ``failed``.

    A generator of PyAV's that has raised is finished, while FFmpeg goes on where it was.
    """
    import av

    in_a_row = 0
    while in_a_row < _STUBBORN:
        try:
            for packet in container.demux(streams):
                in_a_row = 0
                yield packet
        except av.FFmpegError as exc:
            in_a_row += 1
            if failed is not None and in_a_row == 1:
                failed.append(exc)
        else:
            return


# --- MP4 files that cannot be heard, and why --------------------------------------------------------------------------

_INDEX = 64 * 1024**2
"""Bytes of an index that are looked through; one of ten hours has 8 MB."""


def _refuse_locked(place: Path, path: Path) -> None:
    """Say of an MP4 file that it has no index or is encrypted, where FFmpeg finds invalid data or hears noise.

    Raises:
        AudioError: it is so.
    """
    with place.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        at, kinds = 0, set()
        while at + 8 <= size:
            file.seek(at)
            head = file.read(16)
            length, kind = int.from_bytes(head[:4]), head[4:8]
            if not at and kind != b"ftyp":
                return
            kinds.add(kind)
            if kind == b"moov":
                index = file.read(min(_INDEX, max(0, length - 16)))
                if b"sinf" in index and b"frma" in index:  # ISO/IEC 14496-12, 8.12: what a protected track was before
                    message = (
                        f"{path}: is protected against copying (DRM), and cannot be heard without its shop's player"
                    )
                    raise AudioError(message, "Get a copy without protection, and give it with --audio.")
            length = int.from_bytes(head[8:16]) if length == 1 else length or size - at
            at += max(8, length)
    if kinds and b"moov" not in kinds:
        message = f"{path}: has no index (the part called moov): its recording or download broke off"
        raise AudioError(message, "Get the file anew, or have it mended by a program such as untrunc.")
