"""What of a site's formats is taken, and streams in pieces: HLS and DASH, with no other program."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from sounds import tone, write_sound

from subsync.errors import FetchError
from subsync.fetch import FetchOptions, YtDlpFetcher, fetch
from subsync.fetch.formats import smallest_with_sound
from subsync.fetch.ytdlp import _Watch
from subsync.sound import decode, probe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from subsync.datatypes import Media

# --- which format -----------------------------------------------------------------------------------------------------


def offered(name: str, **facts: Any) -> dict[str, Any]:
    return {"format_id": name, "protocol": "https", "acodec": "aac", "vcodec": "h264"} | facts


LOW = offered("low", acodec="mp4a.40.5", vcodec="none", abr=48)
HIGH = offered("high", vcodec="none", abr=128)
PICTURE = offered("picture", acodec="none", filesize=10)
SMALL, LARGE = offered("small", filesize=1000), offered("large", filesize=9000)


@pytest.mark.parametrize(
    ("formats", "taken"),
    [
        ([LOW, HIGH, SMALL, LARGE], "high"),
        ([LOW, SMALL | {"vcodec": "none", "protocol": "m3u8"}, LARGE], "low"),
        ([HIGH | {"protocol": "m3u8_native"}, LARGE], "high"),
        ([HIGH | {"protocol": "http_dash_segments"}, LARGE], "high"),
        ([PICTURE, LARGE, SMALL], "small"),
        ([LARGE, SMALL | {"filesize": None, "filesize_approx": 2000}], "small"),
        ([offered("a", tbr=900), offered("b", tbr=300), PICTURE], "b"),
        ([offered("a", tbr=300), offered("b", filesize=7, tbr=900)], "a"),
        ([offered("a", height=720), offered("b", height=360)], "b"),
        ([offered("a"), offered("b")], "a"),
        ([offered("a", acodec=None, filesize=1), LARGE], "large"),
        ([offered("a", acodec=None, vcodec=None)], "a"),
        ([PICTURE, SMALL | {"protocol": "rtmp"}], None),
        ([], None),
    ],
)
def test_sound_alone_is_taken_else_the_smallest_that_has_sound(
    formats: list[dict[str, Any]], taken: str | None
) -> None:
    """By yt-dlp's own downloaders; the formats come with the worst first."""
    assert [f["format_id"] for f in smallest_with_sound({"formats": formats})] == ([taken] if taken else [])


# --- in pieces --------------------------------------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[tuple[str, dict[str, tuple[str, bytes]]]]:
    """An address, and what it gives under each path: kind and body."""
    pages: dict[str, tuple[str, bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = pages.get(self.path, ("", b""))
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", pages
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(tmp_path: Path) -> Callable[[str], Media]:
    options = FetchOptions(hosts=("127.0.0.1",), attempts=1)
    return lambda url: fetch(
        url,
        note_dir=tmp_path,
        folder=tmp_path / "cache" / "a",
        fetcher=YtDlpFetcher(options, sleep=lambda _: None),
        probe=probe,
    )


def playlist(*lines: str) -> tuple[str, bytes]:
    return "application/vnd.apple.mpegurl", "\n".join(["#EXTM3U", *lines, ""]).encode()


@pytest.mark.parametrize("kind", ["ts", "aac"])
def test_a_stream_in_pieces_is_put_together(
    tmp_path: Path, site: tuple[str, dict[str, tuple[str, bytes]]], run: Callable[[str], Media], kind: str
) -> None:
    """HLS: a list of qualities, a list of pieces, the pieces."""
    root, pages = site
    stream = write_sound(tmp_path / f"a.{kind}", tone(6000, silent=(4000, 5000)), "aac").read_bytes()
    middle = len(stream) // 2 // 188 * 188 if kind == "ts" else stream.index(stream[:2], len(stream) // 2)
    pages["/talk.m3u8"] = playlist('#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"', "low.m3u8")
    pages["/low.m3u8"] = playlist(
        "#EXT-X-TARGETDURATION:3", "#EXTINF:3,", f"0.{kind}", "#EXTINF:3,", f"1.{kind}", "#EXT-X-ENDLIST"
    )
    pages[f"/0.{kind}"], pages[f"/1.{kind}"] = (("video/mp2t", part) for part in (stream[:middle], stream[middle:]))

    media = run(f"{root}/talk.m3u8")

    assert media.path.read_bytes() == stream
    assert abs(media.duration - 6000) <= 100
    assert abs(decode(media.path, tmp_path / "a.s16").duration - 6000) <= 100


def test_a_dash_stream_is_put_together(
    tmp_path: Path, site: tuple[str, dict[str, tuple[str, bytes]]], run: Callable[[str], Media]
) -> None:
    """Its beginning, then its fragments."""
    root, pages = site
    options = {"movflags": "empty_moov+default_base_moof", "frag_duration": "1000000"}
    stream = write_sound(tmp_path / "a.mp4", tone(6000), "aac", options=options).read_bytes()
    first = stream.index(b"moof") - 4
    middle = stream.index(b"moof", len(stream) // 2) - 4
    pages["/talk.mpd"] = (
        "application/dash+xml",
        b"""<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT6S"><Period>
        <AdaptationSet mimeType="audio/mp4" contentType="audio"><Representation id="a" bandwidth="64000"
        codecs="mp4a.40.2"><SegmentTemplate initialization="init.mp4" media="$Number$.mp4" startNumber="0" duration="3"
        timescale="1"/></Representation></AdaptationSet></Period></MPD>""",
    )
    for name, part in (("init", stream[:first]), ("0", stream[first:middle]), ("1", stream[middle:])):
        pages[f"/{name}.mp4"] = ("audio/mp4", part)

    media = run(f"{root}/talk.mpd")

    assert media.path.read_bytes() == stream
    assert abs(media.duration - 6000) <= 100


@pytest.mark.parametrize("key", ['METHOD=SAMPLE-AES,URI="key"', 'METHOD=SAMPLE-AES,URI="skd://key"'])
def test_a_stream_that_needs_another_program_is_not_given_to_it(
    tmp_path: Path,
    site: tuple[str, dict[str, tuple[str, bytes]]],
    run: Callable[[str], Media],
    monkeypatch: pytest.MonkeyPatch,
    key: str,
) -> None:
    """ffmpeg would read whatever the list names, this computer's files among it."""
    root, pages = site
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "ffmpeg"
    program.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/called\necho "ffmpeg version 7.0"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    pages["/talk.m3u8"] = playlist(
        "#EXT-X-TARGETDURATION:3", f"#EXT-X-KEY:{key}", "#EXTINF:3,", "file:///etc/passwd", "#EXT-X-ENDLIST"
    )

    with pytest.raises(FetchError):
        run(f"{root}/talk.m3u8")
    called = tmp_path / "called"
    assert not called.exists() or "passwd" not in called.read_text()
    assert not called.exists() or root not in called.read_text()


def test_a_fragment_that_would_fill_the_memory_is_given_up() -> None:
    """yt-dlp reads each into memory; all of them together may be large."""
    watch = _Watch("https://pod.example/a", FetchOptions(), lambda *_: None)
    for index in range(10):
        for done in (0, 30_000_000):
            watch({"fragment_index": index, "downloaded_bytes": index * 60_000_000 + done})
    watch({"downloaded_bytes": 900_000_000})  # no fragment

    with pytest.raises(FetchError, match="one of its fragments is bigger than 67 MB"):
        watch({"fragment_index": 9, "downloaded_bytes": 9 * 60_000_000 + 70_000_000})


# --- pages of podcasts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["enclosure", "og:audio", "audio"])
def test_a_page_of_an_episode_gives_its_recording(
    tmp_path: Path, site: tuple[str, dict[str, tuple[str, bytes]]], run: Callable[[str], Media], shape: str
) -> None:
    """A feed with one enclosure; a page as xiaoyuzhoufm.com has them, for which yt-dlp has no extractor."""
    root, pages = site
    sound = write_sound(tmp_path / "a.m4a", tone(3000), "aac").read_bytes()
    pages["/media/talk.m4a"] = ("audio/mp4", sound)
    where = f"{root}/media/talk.m4a"
    body = {
        "enclosure": f"<?xml version='1.0'?><rss version='2.0'><channel><title>All</title><item><title>Tides</title>"
        f"<enclosure url='{where}' type='audio/mp4'/></item></channel></rss>",
        "og:audio": f'<html><head><title>Tides</title><meta property="og:audio" content="{where}"/></head></html>',
        "audio": f'<html><head><title>Tides</title></head><body><audio src="{where}"></audio></body></html>',
    }[shape]
    pages["/episode/1"] = ("application/rss+xml" if shape == "enclosure" else "text/html", body.encode())

    media = run(f"{root}/episode/1")

    assert media.path.read_bytes() == sound
