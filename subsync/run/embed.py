"""A recording -> a copy of its sound: with chapters in it, for players that read no other file, or with an index.

Nothing is decoded or encoded: packets go from one container to the other.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from subsync.errors import AudioError
from subsync.formats.media.sound import chapter_marks
from subsync.sound import opened, packets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from subsync.formats.chapters import Chapter

_CONTAINERS = {"aac": ("m4a", "ipod"), "alac": ("m4a", "ipod"), "mp3": ("mp3", "mp3")}
_ANY = ("mka", "matroska")
"""Codec -> suffix and FFmpeg's muxer. Ogg is none of them: PyAV 18.1 shifted a late chapter there by a second."""


def suffix_with_chapters(recording: Path) -> str:
    """What the copy of a recording has to be called: ``m4a``, ``mp3``, or ``mka`` for all that fits into neither.

    Raises:
        AudioError: it is no recording.
    """
    with opened(recording) as (_, stream):
        return _CONTAINERS.get(stream.codec_context.codec.canonical_name, _ANY)[0]


def embed_chapters(recording: Path, marks: Sequence[Chapter], file: IO[bytes]) -> None:
    """Write the sound of a recording, its tags and the chapters into ``file``, which can be read and sought.

    Raises:
        AudioError: the recording cannot be read, or its sound cannot be put into the container.
    """
    import av

    with opened(recording) as (source, stream):
        _, muxer = _CONTAINERS.get(stream.codec_context.codec.canonical_name, _ANY)
        try:
            # bitexact: no random identifiers, so that the same recording makes the same file.
            with av.open(file, "w", format=muxer, options={"fflags": "+bitexact"}) as copy:
                track = copy.add_stream_from_template(stream)
                copy.metadata.update({**source.metadata, **stream.metadata})
                copy.set_chapters(chapter_marks(marks))
                for packet in source.demux(stream):
                    if packet.dts is not None:  # the last one is empty and only says that the end is reached
                        packet.stream = track
                        copy.mux(packet)
        except (av.FFmpegError, ValueError) as exc:
            raise AudioError(
                f"{recording}: chapters cannot be put into it: {exc}", "Convert it to m4a, mp3 or mka first."
            ) from exc


def indexed_copy(recording: Path, file: IO[bytes]) -> None:
    """Write the sound of a recording, on its clock, as MP4, which says where in it each moment is.

    Raises:
        AudioError: the recording cannot be read, or its sound cannot be put into the container.
    """
    import av

    with opened(recording) as (source, stream):
        try:
            with av.open(file, "w", format="mp4", options={"fflags": "+bitexact"}) as copy:
                track = copy.add_stream_from_template(stream)
                filling = stream.start_time or 0  # of the encoder, in front of what is counted
                for packet in packets(source, [stream]):
                    if packet.dts is not None:
                        packet.pts, packet.dts, packet.stream = packet.pts - filling, packet.dts - filling, track
                        copy.mux(packet)
        except (av.FFmpegError, ValueError) as exc:
            raise AudioError(f"{recording}: cannot be copied into MP4: {exc}", "Convert it to m4a first.") from exc
