"""Picture, sound, subtitles and chapters in one file: copied into Matroska, or drawn into an MP4 by FFmpeg.

Subtitles in Matroska are text: a player draws them with its own fonts, Chinese ones included; none has to come along.
"""

from __future__ import annotations

import heapq
import io
import shutil
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

from subsync.errors import AudioError, UsageError
from subsync.formats.ass import ass
from subsync.formats.chapters import chapters
from subsync.formats.media.sound import as_tag, chapter_marks
from subsync.formats.srt import srt
from subsync.sound.container import opened, opened_picture, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subsync.datatypes import SyncResult
    from subsync.formats.text import Top

_CHINESE = "Chinese / 中文"


@dataclass(frozen=True, slots=True)
class _Source:
    """A stream that is read, the track that it goes to, and the time at which the clock shows 0."""

    container: Any
    stream: Any
    track: Any
    origin: float


def mkv(result: SyncResult, top: Top, picture: Path | None, file: IO[bytes]) -> None:
    """Write picture and sound as they are, subtitles (both languages, the default; English; Chinese) and chapters.

    Args:
        result: what is said when.
        top: the language of the upper lines.
        picture: a video of the same length; ``None`` for the recording itself.
        file: open for reading and writing.

    Raises:
        AudioError: there is no picture, or it cannot be put into Matroska.
    """
    import av

    with ExitStack() as stack:
        sound, heard = stack.enter_context(opened(result.media.path))
        # A container of its own: two streams of one are read at different paces.
        seen, image = stack.enter_context(opened_picture(picture or result.media.path))
        copy = stack.enter_context(av.open(file, "w", format="matroska", options={"fflags": "+bitexact"}))
        if result.note.title:
            copy.metadata["title"] = as_tag(result.note.title)
        copy.set_chapters(chapter_marks(chapters(result.anchors, result.media.duration)))
        sources = [
            _Source(seen, image, copy.add_stream_from_template(image), origin_of(seen)),
            _Source(sound, heard, copy.add_stream_from_template(heard), origin_of(sound)),
        ]
        tracks = (("mul", f"English + {_CHINESE}", result.tracks.both), ("eng", "English", result.tracks.en),
                  ("chi", _CHINESE, result.tracks.zh))  # fmt: skip
        for k, (language, title, cues) in enumerate(tracks):
            if text := srt(cues, top):
                lines = stack.enter_context(av.open(io.BytesIO(text.encode()), format="srt"))
                track = copy.add_stream_from_template(lines.streams[0])
                track.metadata.update({"language": language, "title": title})
                track.disposition = av.stream.Disposition.default if k == 0 else av.stream.Disposition(0)
                sources.append(_Source(lines, lines.streams[0], track, 0.0))
        try:
            # Side by side in time, as a player reads them.
            for _, _, packet, source in heapq.merge(
                *map(_packets, range(len(sources)), sources), key=lambda item: item[:2]
            ):
                packet.stream = source.track
                copy.mux(packet)
        except (av.FFmpegError, ValueError) as exc:
            raise AudioError(
                f"{picture or result.media.path}: cannot be put into Matroska: {exc}", "Convert it to mp4 first."
            ) from exc


def _packets(number: int, source: _Source) -> Iterator[tuple[float, int, Any, _Source]]:
    for packet in source.container.demux(source.stream):
        if packet.dts is not None:
            shift = round(source.origin / float(packet.time_base))
            packet.dts -= shift
            packet.pts = None if packet.pts is None else packet.pts - shift
            yield float(packet.dts * packet.time_base), number, packet, source


def burned(result: SyncResult, top: Top, picture: Path | None, file: IO[bytes]) -> None:
    """Write an MP4 with the subtitles of both languages drawn into the picture, by an FFmpeg that has libass.

    Raises:
        UsageError: there is no such FFmpeg.
        AudioError: there is no picture, or FFmpeg fails.
    """
    program = _drawing_ffmpeg()
    with ExitStack() as stack:
        stack.enter_context(opened_picture(picture or result.media.path))
        _, heard = stack.enter_context(opened(result.media.path))
        track = heard.index
    with TemporaryDirectory() as folder:
        (Path(folder) / "lines.ass").write_text(ass(result.tracks.both, top), encoding="utf-8")
        command = [program, "-nostdin", "-v", "error", "-protocol_whitelist", "file"]
        command += ["-i", str((picture or result.media.path).absolute())]
        command += ["-protocol_whitelist", "file", "-i", str(result.media.path.absolute())]
        command += ["-map", "0:v:0", "-map", f"1:{track}", "-vf", "ass=lines.ass", "-c:v", "libx264"]
        command += ["-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", "-fflags", "+bitexact", "made.mp4"]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
            raise AudioError(f"ffmpeg could not draw the subtitles: {said[0]}", "Try --video instead.")
        with (Path(folder) / "made.mp4").open("rb") as made:
            shutil.copyfileobj(made, file)


def require_video(picture: Path, *, drawn: bool) -> None:
    """See that there can be a video, before hours of work: a picture, and what draws into it.

    Raises:
        UsageError: there is no such FFmpeg.
        AudioError: there is no picture.
    """
    with opened_picture(picture):
        pass
    if drawn:
        _drawing_ffmpeg()


def _drawing_ffmpeg() -> str:
    program = shutil.which("ffmpeg")
    asked = [program or "ffmpeg", "-hide_banner", "-filters"]
    if program is None or b" ass " not in subprocess.run(asked, capture_output=True, check=False).stdout:  # noqa: S603
        missing = "has no libass" if program else "is not installed"
        raise UsageError(
            f"ffmpeg {missing}, so subtitles cannot be drawn into a picture",
            "Install Debian's ffmpeg, or take --video: players draw the subtitles of the mkv themselves.",
        )
    return program
