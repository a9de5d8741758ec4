"""Cookies of the user's: sent to the site they are for, and otherwise left alone; what settings say of fetching."""

from __future__ import annotations

import io
import threading
import wave
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from subsync.errors import UsageError
from subsync.fetch import FetchOptions, YtDlpFetcher
from subsync.fetch.ytdlp import _copied
from subsync.run.job import session_options
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


def test_cookies_are_copied_for_us_alone_and_never_written_back(tmp_path: Path) -> None:
    """yt-dlp dumps its jar into the file that it is given."""
    cookies = tmp_path / "cookies.txt"
    cookies.write_text("# Netscape HTTP Cookie File\n")
    with _copied(cookies) as option:
        copy = Path(option["cookiefile"])
        mode, text = copy.stat().st_mode & 0o777, copy.read_text()
        copy.write_text("changed")

    assert (mode, text) == (0o600, "# Netscape HTTP Cookie File\n")
    assert cookies.read_text() == "# Netscape HTTP Cookie File\n"
    assert not copy.exists()
    with pytest.raises(UsageError, match=r"gone.txt: cannot be read"), _copied(tmp_path / "gone.txt"):
        pass
    with _copied(None) as option:
        assert option == {}


def test_settings_say_what_may_be_fetched() -> None:
    """Hours and megabytes become what the fetcher counts in."""
    settings = Settings(
        model="m", hosts=("a.example",), cookies="c.txt", captions="never", max_hours=2, max_mb=3, allow_private=True
    )

    options = session_options(settings, threads=3)

    assert (options.model, options.captions, options.threads) == ("m", "never", 3)
    assert options.fetching == FetchOptions(
        hosts=("a.example",),
        allow_private=True,
        cookies=Path("c.txt"),
        captions=False,
        max_bytes=3 * 1024**2,
        max_duration=2 * 3_600_000,
    )
    assert settings.of_result.keys().isdisjoint({"hosts", "cookies", "max_hours", "max_mb", "allow_private"})
