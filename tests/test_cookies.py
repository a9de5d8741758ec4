"""Cookies of the user's: sent to the site they are for, and otherwise left alone; what settings say of fetching."""

from __future__ import annotations

import io
import threading
import wave
from copy import copy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from subsync.errors import UsageError
from subsync.fetch import FetchOptions, YtDlpFetcher
from subsync.fetch.guard import guarded
from subsync.fetch.ytdlp import _cookies
from subsync.run.settings import Settings


def test_cookies_are_sent_and_their_file_is_not_touched(tmp_path: Path) -> None:
    """Although the site sets others."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(8000)
        out.writeframes(bytes(8000))
    got: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            got.append(self.headers.get("Cookie"))
            self.send_response(200)
            self.send_header("Content-Type", "audio/x-wav")
            self.send_header("Set-Cookie", "theirs=1; Max-Age=9999")
            self.send_header("Content-Length", str(len(file.getvalue())))
            self.end_headers()
            self.wfile.write(file.getvalue())

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    cookies = tmp_path / "cookies.txt"
    cookies.write_text("# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tmine\tsecret\n")
    before = cookies.read_bytes(), cookies.stat().st_mtime_ns
    (tmp_path / "folder").mkdir()
    fetcher = YtDlpFetcher(FetchOptions(allow_private=True, cookies=cookies))
    try:
        fetcher(f"http://127.0.0.1:{server.server_port}/a.wav", tmp_path / "folder", progress=lambda *_: None)
    finally:
        server.shutdown()
        server.server_close()

    assert got
    assert all(cookie is not None and "mine=secret" in cookie for cookie in got)
    assert (cookies.read_bytes(), cookies.stat().st_mtime_ns) == before


def test_no_file_of_ours_ever_holds_a_cookie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """yt-dlp writes its jar back to where it was read from; a killed process would leave a copy in a folder."""
    cookies = tmp_path / "cookies.txt"
    cookies.write_bytes(b"# Netscape HTTP Cookie File\r\npod.example\tFALSE\t/\tFALSE\t4102444800\tmine\tsecret\r\n")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "no such folder"))
    option = _cookies(cookies)

    with guarded({**option, "quiet": True, "cachedir": False}, FetchOptions().door, tmp_path) as ydl:
        assert [(cookie.name, cookie.value) for cookie in ydl.cookiejar] == [("mine", "secret")]
        theirs = copy(next(iter(ydl.cookiejar)))
        theirs.name = "theirs"
        ydl.cookiejar.set_cookie(theirs)

    assert "theirs" in option["cookiefile"].getvalue()
    assert [path.name for path in tmp_path.iterdir()] == ["cookies.txt"]
    assert b"theirs" not in cookies.read_bytes()
    assert _cookies(None) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [(None, "cannot be read: No such file"), ("[{'name': 'a'}]", "is not a cookies.txt in the format of Netscape")],
)
def test_what_is_no_file_of_cookies_is_said(tmp_path: Path, text: str | None, said: str) -> None:
    """Before anybody is asked for anything."""
    if text:
        (tmp_path / "c.txt").write_text(text)
    fetcher = YtDlpFetcher(FetchOptions(cookies=tmp_path / "c.txt"))

    with pytest.raises(UsageError, match=rf"c\.txt: {said}"):
        fetcher("https://pod.example/a.wav", tmp_path, progress=lambda *_: None)


def test_settings_say_what_may_be_fetched() -> None:
    """Hours and megabytes become what the fetcher counts in."""
    settings = Settings(
        model="m",
        hosts=("a.example",),
        extractors=("default", "vk"),
        cookies="c.txt",
        captions="never",
        max_hours=2,
        max_mb=3,
        allow_private=True,
    )

    assert settings.fetching == FetchOptions(
        hosts=("a.example",),
        extractors=("default", "vk"),
        allow_private=True,
        cookies=Path("c.txt"),
        captions=False,
        max_bytes=3 * 1024**2,
        max_duration=2 * 3_600_000,
    )
    assert settings.fetching.allows("youtube")
    assert settings.fetching.allows("VK")
    assert not FetchOptions().allows("vk")
    assert settings.of_result.keys().isdisjoint(
        {"hosts", "extractors", "cookies", "max_hours", "max_mb", "allow_private"}
    )
