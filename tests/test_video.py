"""Video files with subtitles in them, read by FFmpeg, MKVToolNix and PyAV."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
import srt as cdown_srt
import test_fetch
from carried import edges, heard, recorded
from test_consumers import needs
from test_fetch import SOUND, Site, give

from subsync.errors import AudioError, FetchError, UsageError
from subsync.formats import FormatOptions, media_files
from subsync.formats.srt import srt
from subsync.run.session import Session
from subsync.run.settings import Settings
from subsync.store import Cache

if TYPE_CHECKING:
    from pathlib import Path

    from subsync.datatypes import SyncResult


site, sites = test_fetch.site, test_fetch.sites  # fixtures


def filmed(folder: Path, name: str = "film.mp4") -> Path:
    """A grey picture of 45 s, 10 a second."""
    with av.open(str(folder / name), "w") as container:
        stream: Any = container.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        sound: Any = container.add_stream("aac", rate=48_000, layout="mono")
        for k in range(450):
            frame = av.VideoFrame.from_ndarray(np.full((180, 320, 3), 60, np.uint8), format="rgb24")
            frame.pts = k
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.int16), format="s16", layout="mono")
        silence.sample_rate, silence.pts = 48_000, 0
        container.mux(sound.encode(silence))
        container.mux(sound.encode(None))
    return folder / name


def written(result: SyncResult, suffix: str, path: Path, picture: Path | None) -> Path:
    options = FormatOptions(also=(suffix,), picture=picture)
    ((_, write),) = media_files(result, "talk", options).items()
    with path.open("w+b") as file:
        write(file)
    return path


@needs("ffprobe", "ffmpeg", "mkvmerge")
def test_a_matroska_file_has_picture_sound_subtitles_and_chapters(tmp_path: Path) -> None:
    """Nothing encoded anew; languages and titles set; both languages together are the default."""
    result = recorded(tmp_path)
    path = written(result, "mkv", tmp_path / "a.mkv", filmed(tmp_path))

    command = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_chapters", str(path)]
    report = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    streams = report["streams"]
    assert [s["codec_name"] for s in streams] == ["h264", "opus", "subrip", "subrip", "subrip"]
    tracks = [(s["tags"].get("language"), s["tags"]["title"], s["disposition"]["default"]) for s in streams[2:]]
    assert tracks == [
        ("mul", "English + Chinese / 中文", 1),
        ("eng", "English", 0),
        ("chi", "Chinese / 中文", 0),
    ]
    assert [c["tags"]["title"] for c in report["chapters"]] == ["Wheels / 轮子", "Wires / 钢丝"]
    assert [round(float(c["start_time"]) * 1000) for c in report["chapters"]] == [a.start for a in result.anchors]
    identified = json.loads(subprocess.run(["mkvmerge", "-J", str(path)], capture_output=True, check=True).stdout)
    assert [t["type"] for t in identified["tracks"]] == ["video", "audio", *["subtitles"] * 3]
    assert not identified["errors"]
    for k, cues in enumerate((result.tracks.both, result.tracks.en, result.tracks.zh)):
        command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", f"0:s:{k}", "-c", "copy", "-f", "srt", "-"]
        shown = subprocess.run(command, capture_output=True, check=True).stdout.decode()
        found, due = list(cdown_srt.parse(shown)), list(cdown_srt.parse(srt(cues)))
        assert [c.content for c in found] == [c.content for c in due]
        # What Opus has in front of its first sound (6.5 ms) moves all tracks alike.
        late = {(a.start - b.start, a.end - b.end) for a, b in zip(found, due, strict=True)}
        assert late == {(timedelta(milliseconds=7), timedelta(milliseconds=7))}
    first = result.alignment.sentences[0]
    sound = edges(heard(path)[: (first.end or 0) * 48 + 4800])
    assert sound is not None
    assert sound[0] == pytest.approx(first.start, abs=20)


def test_a_recording_without_a_picture_says_so(tmp_path: Path) -> None:
    result = recorded(tmp_path)

    with pytest.raises(AudioError, match=r"talk\.opus: is sound without a picture"):
        written(result, "mkv", tmp_path / "a.mkv", None)


@needs("ffmpeg")
def test_a_recording_with_a_picture_needs_no_other(tmp_path: Path) -> None:
    result = recorded(tmp_path)
    film = replace(result, media=replace(result.media, path=filmed(tmp_path)))

    with av.open(str(written(film, "mkv", tmp_path / "a.mkv", None))) as container:
        assert [s.type for s in container.streams] == ["video", "audio", *["subtitle"] * 3]


@needs("ffmpeg")
def test_subtitles_are_drawn_into_the_picture(tmp_path: Path) -> None:
    """White letters while something is said, none in the advertisement."""
    result = recorded(tmp_path)
    try:
        path = written(result, "burned.mp4", tmp_path / "a.mp4", filmed(tmp_path))
    except UsageError as error:
        pytest.skip(str(error))

    cue = result.tracks.both[0]
    white = {}
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            white[round(float(frame.time or 0) * 1000)] = int((frame.to_ndarray(format="gray") > 180).sum())
    assert min(white[at] for at in white if cue.start + 100 < at < cue.end - 100) > 20
    advert = result.alignment.unwritten[0]
    assert max(white[at] for at in white if advert.start + 2000 < at < advert.end - 500) == 0


def test_without_libass_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No ffmpeg, or one that was built without it."""
    result = recorded(tmp_path)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UsageError, match="ffmpeg is not installed"):
        written(result, "burned.mp4", tmp_path / "a.mp4", None)

    monkeypatch.setattr(shutil, "which", lambda _: "/bin/true")
    with pytest.raises(UsageError, match="ffmpeg has no libass"):
        written(result, "burned.mp4", tmp_path / "a.mp4", None)


# --- the picture from a site ------------------------------------------------------------------------------------------


def variants(folder: Path, heights: tuple[int, ...]) -> dict[str, bytes]:
    """A stream in several sizes, as sites have it: a playlist of playlists, and two seconds of each as MPEG-TS."""
    made = {}
    rows = ["#EXTM3U"]
    for height in heights:
        path = folder / f"{height}.ts"
        with av.open(str(path), "w", format="mpegts") as container:
            image: Any = container.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
            image.width, image.height, image.pix_fmt = 64, height, "yuv420p"
            sound: Any = container.add_stream("aac", rate=48_000, layout="mono")
            for k in range(20):
                frame = av.VideoFrame.from_ndarray(np.full((height, 64, 3), 60, np.uint8), format="rgb24")
                frame.pts = k
                container.mux(image.encode(frame))
            container.mux(image.encode(None))
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 96_000), np.int16), format="s16", layout="mono")
            silence.sample_rate, silence.pts = 48_000, 0
            container.mux(sound.encode(silence))
            container.mux(sound.encode(None))
        rows += [f'#EXT-X-STREAM-INF:BANDWIDTH={height}000,RESOLUTION=64x{height},CODECS="avc1.42c00a,mp4a.40.2"']
        rows += [f"{height}.m3u8"]
        made[f"/{height}.ts"] = path.read_bytes()
        ends = f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2.0,\n{height}.ts\n#EXT-X-ENDLIST\n"
        made[f"/{height}.m3u8"] = ends.encode()
    made["/talk.m3u8"] = ("\n".join(rows) + "\n").encode()
    return made


@pytest.mark.parametrize(("asked", "taken"), [(None, 720), (400, 360), (100, 240)])
def test_of_a_sites_pictures_the_best_is_taken_that_is_not_too_high(
    tmp_path: Path, site: Site, asked: int | None, taken: int
) -> None:
    """720 lines unless more or fewer are asked for; the sound is the smallest; nothing is asked for twice."""
    for path, body in variants(tmp_path, (240, 360, 720, 1080)).items():
        site.answers[path] = lambda handler, body=body, path=path: give(  # type: ignore[misc]
            handler, body, "video/mp2t" if path.endswith(".ts") else "application/vnd.apple.mpegurl"
        )
    settings = Settings(hosts=("127.0.0.1",))
    settings = settings if asked is None else replace(settings, video_height=asked)
    session = Session(settings, Cache(tmp_path / "cache"))
    note = replace(recorded(tmp_path).note, source=site.url("/talk.m3u8"))

    media = session.fetch(note)
    picture = session.picture(media)

    assert picture is not None
    with av.open(str(picture)) as container:
        assert container.streams.video[0].height == taken
    pieces = [path for path, _ in site.asked if path.endswith(".ts")]
    assert pieces == ["/240.ts", f"/{taken}.ts"]
    assert session.picture(media) == picture
    assert [path for path, _ in site.asked if path.endswith(".ts")] == pieces
    result = replace(recorded(tmp_path), media=media)
    with av.open(str(written(result, "mkv", tmp_path / "a.mkv", picture))) as container:
        assert (container.streams.video[0].height, len(container.streams.audio)) == (taken, 1)


def test_a_picture_alone_will_do_and_a_file_of_the_users_is_not_asked_for(tmp_path: Path, site: Site) -> None:
    """Sites have picture and sound apart; a cover is no picture."""
    with av.open(str(filmed(tmp_path))) as film, av.open(str(tmp_path / "silent.mp4"), "w") as silent:
        track = silent.add_stream_from_template(film.streams.video[0])
        for packet in film.demux(film.streams.video[0]):
            if packet.dts is not None:
                packet.stream = track
                silent.mux(packet)
    result = recorded(tmp_path)
    session = Session(Settings(), Cache(tmp_path / "cache"))

    with av.open(str(written(result, "mkv", tmp_path / "a.mkv", tmp_path / "silent.mp4"))) as container:
        assert [s.type for s in container.streams] == ["video", "audio", *["subtitle"] * 3]
    assert session.picture(replace(result.media, url=None)) is None
    assert site.asked == []


def test_a_site_that_has_sound_alone_says_so(tmp_path: Path, site: Site) -> None:
    site.answers["/talk.wav"] = lambda handler: give(handler, SOUND)
    session = Session(Settings(hosts=("127.0.0.1",)), Cache(tmp_path / "cache"))
    media = replace(recorded(tmp_path).media, url=site.url("/talk.wav"))

    with pytest.raises(FetchError, match=r"there is no picture at http://127"):
        session.picture(media)
