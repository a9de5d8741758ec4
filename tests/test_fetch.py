"""Fetching through the real yt-dlp from a server on this computer, and what it makes of all that goes wrong."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import re
import subprocess
import sys
import textwrap
import threading
import wave
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from subsync.errors import (
    AudioError,
    FetchError,
    MissingFileError,
    RateLimitedError,
    StoreError,
    SubsyncError,
    UsageError,
)
from subsync.fetch import Download, FetchOptions, YtDlpFetcher, canonical_url, fetch, is_intact, local_path
from subsync.fetch import vault as vault_
from subsync.fetch.failures import explained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from subsync.datatypes import Media, Ms
    from subsync.fetch import Progress


def wav(seconds: float = 1.0, level: int = 0) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(8000)
        out.writeframes(bytes([128 + level]) * int(8000 * seconds))
    return file.getvalue()


SOUND = wav(5)


def probe(path: Path) -> Ms:
    try:
        with wave.open(str(path)) as file:
            return int(file.getnframes() * 1000 / file.getframerate())
    except (wave.Error, EOFError) as exc:
        raise AudioError(f"{path.name} is not a WAV file") from exc


# --- a server that can misbehave --------------------------------------------------------------------------------------


@dataclass
class Site:
    """What a test server gives under each path, and what it was asked."""

    host: str
    port: int = 0
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Path and Range header of every request."""

    def url(self, path: str) -> str:
        return f"http://{self.host}:{self.port}{path}"


def give(handler: BaseHTTPRequestHandler, body: bytes, kind: str = "audio/x-wav", *, cut: int | None = None) -> None:
    """Answer with a body, or with the part that Range asks for; ``cut``: hang up after so many bytes."""
    match = re.fullmatch(r"bytes=(\d+)-(\d*)", handler.headers.get("Range") or "")
    start = int(match[1]) if match else 0
    if start >= len(body):
        handler.send_error(416)
        return
    handler.send_response(206 if match else 200)
    if match:
        handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body) - start))
    handler.end_headers()
    handler.wfile.write(body[start : len(body) if cut is None else start + cut])


def sound(handler: BaseHTTPRequestHandler) -> None:
    give(handler, SOUND)


def status(code: int) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: handler.send_error(code)


def redirect(to: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def in_turn(*answers: Callable[[BaseHTTPRequestHandler], None]) -> Callable[[BaseHTTPRequestHandler], None]:
    """The first answer to the first request, and so on; the last one for ever."""
    left = list(answers)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return answer


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is no news."""


@pytest.fixture
def sites(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Site]]:
    """Make a server that listens on an address of this computer."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    servers: list[Server] = []

    def make(host: str) -> Site:
        site = Site(host)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, self.headers.get("Range")))
                site.answers.get(self.path, status(404))(self)

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        server = Server((host, 0), Handler)
        site.port = server.server_port
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return site

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def site(sites: Callable[[str], Site]) -> Site:
    return sites("127.0.0.1")


@dataclass
class Run:
    """One user's fetching: a cache, options, and what was seen on the way."""

    root: Path
    options: FetchOptions = field(default_factory=lambda: FetchOptions(hosts=("127.0.0.1",), attempts=3))
    slept: list[float] = field(default_factory=list)
    progress: list[tuple[int, int | None]] = field(default_factory=list)

    def folder(self, url: str) -> Path:
        return self.root / "media" / hashlib.sha256(canonical_url(url).encode()).hexdigest()

    def __call__(self, url: str) -> Media:
        return fetch(
            url,
            note_dir=self.root,
            folder=self.folder(url),
            fetcher=YtDlpFetcher(self.options, self.slept.append),
            probe=probe,
            progress=lambda done, total: self.progress.append((done, total)),
        )


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path / "cache %(title)s $HOME ~")


def files_in(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file())


# --- what is fetched --------------------------------------------------------------------------------------------------


def test_a_recording_is_fetched_and_told_apart(site: Site, run: Run) -> None:
    site.answers["/talks/episode.wav"] = sound
    url = site.url("/talks/episode.wav")

    media = run(url + "#t=30")

    assert media.path.read_bytes() == SOUND
    assert media.sha256 == hashlib.sha256(SOUND).hexdigest()
    assert media.duration == 5000
    assert media.url == url
    assert media.path.parent == run.folder(url)
    assert json.loads((media.path.parent / "download.json").read_text()) == {
        "url": url,
        "title": "episode",
        "file": media.path.name,
        "bytes": len(SOUND),
        "sha256": media.sha256,
        "duration_ms": 5000,
    }
    assert is_intact(media.path.parent)
    assert run.slept == []


def test_the_second_time_nobody_is_asked(site: Site, run: Run) -> None:
    site.answers["/a.wav"] = sound
    first = run(site.url("/a.wav"))
    site.asked.clear()
    os.utime(first.path.parent, (0, 0))

    assert run(site.url("/a.wav").upper().replace("/A.WAV", "/a.wav")) == first
    assert site.asked == []
    assert first.path.parent.stat().st_mtime > 0  # it counts as used


@pytest.mark.parametrize("harm", ["shorter", "missing", "no card", "bad card"])
def test_a_damaged_download_is_fetched_again(site: Site, run: Run, harm: str) -> None:
    site.answers["/a.wav"] = sound
    media = run(site.url("/a.wav"))
    card = media.path.parent / "download.json"
    if harm == "shorter":
        media.path.write_bytes(SOUND[:100])
    elif harm == "missing":
        media.path.unlink()
    elif harm == "no card":
        card.unlink()
    else:
        card.write_text('{"file": ')
    assert not is_intact(media.path.parent)

    assert run(site.url("/a.wav")).path.read_bytes() == SOUND


def test_progress_is_told_in_bytes(site: Site, run: Run) -> None:
    site.answers["/a.wav"] = sound
    run(site.url("/a.wav"))

    done = [bytes_ for bytes_, _ in run.progress]
    assert done == sorted(done)
    assert run.progress[-1] == (len(SOUND), len(SOUND))
    assert len(run.progress) > 1


def test_two_recordings_of_one_name_on_two_hosts_stay_two(sites: Callable[[str], Site], run: Run) -> None:
    one, two = sites("127.0.0.1"), sites("127.0.0.1")
    one.answers["/episode.wav"] = sound
    two.answers["/episode.wav"] = lambda handler: give(handler, wav(2, level=5))

    assert run(one.url("/episode.wav")).duration == 5000
    assert run(two.url("/episode.wav")).duration == 2000
    assert run(one.url("/episode.wav")).duration == 5000


def test_a_page_with_a_player_gives_its_recording_and_its_title_names_no_file(site: Site, run: Run) -> None:
    page = b"<html><head><title>../../../tmp/pwn</title></head><body><audio src='/a.wav'></audio></body></html>"
    site.answers = {"/page": lambda handler: give(handler, page, "text/html"), "/a.wav": sound}

    media = run(site.url("/page"))

    assert media.path.read_bytes() == SOUND
    assert files_in(run.root) == ["audio.wav", "download.json"]
    assert "pwn" in json.loads((media.path.parent / "download.json").read_text())["title"]


# --- what goes wrong on the way ---------------------------------------------------------------------------------------


def test_a_recording_that_is_not_there_is_asked_for_once(site: Site, run: Run) -> None:
    with pytest.raises(FetchError, match=r"(?s)cannot fetch http://127.*gone\.wav: it is not there.*--audio") as caught:
        run(site.url("/gone.wav"))

    assert not caught.value.retryable
    assert caught.value.url == site.url("/gone.wav")
    assert len(site.asked) == 1
    assert run.slept == []


def test_a_site_that_asks_to_wait_is_left_alone(site: Site, run: Run) -> None:
    site.answers["/a.wav"] = status(429)

    with pytest.raises(RateLimitedError, match="the site asks to wait") as caught:
        run(site.url("/a.wav"))

    assert caught.value.exit_code == 75
    assert len(site.asked) == 1
    assert run.slept == []


@pytest.mark.parametrize("code", [401, 403])
def test_a_site_that_refuses_is_asked_once(site: Site, run: Run, code: int) -> None:
    site.answers["/a.wav"] = status(code)

    with pytest.raises(FetchError, match=r"(?s)the site refuses.*pip install --upgrade") as caught:
        run(site.url("/a.wav"))

    assert not caught.value.retryable
    assert run.slept == []


def test_a_site_that_is_down_for_a_moment_is_asked_again_after_growing_waits(site: Site, run: Run) -> None:
    site.answers["/a.wav"] = in_turn(status(503), status(500), sound)

    assert run(site.url("/a.wav")).duration == 5000
    assert len(run.slept) == 2
    assert 1 <= run.slept[0] <= 3
    assert 2 <= run.slept[1] <= 6


def test_a_site_that_stays_down_is_given_up_and_may_be_tried_later(site: Site, run: Run) -> None:
    site.answers["/a.wav"] = status(503)

    with pytest.raises(FetchError, match=r"(?s)does not answer as it should.*503.*Run again") as caught:
        run(site.url("/a.wav"))

    assert caught.value.retryable
    assert not isinstance(caught.value, RateLimitedError)
    assert len(site.asked) == 3
    assert len(run.slept) == 2


def test_a_cut_download_goes_on_where_it_was(site: Site, run: Run) -> None:
    # The page is looked at first, which takes one answer.
    site.answers["/a.wav"] = in_turn(sound, lambda handler: give(handler, SOUND, cut=10_000), sound)

    assert run(site.url("/a.wav")).path.read_bytes() == SOUND
    assert "bytes=10000-" in [asked for _, asked in site.asked]
    assert len(run.slept) == 1


def test_a_download_cut_in_one_run_goes_on_in_the_next(site: Site, run: Run) -> None:
    run.options = FetchOptions(hosts=("127.0.0.1",), attempts=1)
    site.answers["/a.wav"] = in_turn(sound, lambda handler: give(handler, SOUND, cut=10_000))
    with pytest.raises(FetchError, match="does not answer as it should") as caught:
        run(site.url("/a.wav"))
    assert caught.value.retryable
    assert not run.folder(site.url("/a.wav")).exists()
    site.answers["/a.wav"] = sound

    assert run(site.url("/a.wav")).path.read_bytes() == SOUND
    assert "bytes=10000-" in [asked for _, asked in site.asked]
    assert files_in(run.root) == ["audio.wav", "download.json"]


def test_as_long_as_more_comes_a_cut_is_not_held_against_the_site(site: Site, run: Run) -> None:
    """Three attempts, but five cuts."""
    site.answers["/a.wav"] = lambda handler: give(handler, SOUND, cut=7000)

    assert run(site.url("/a.wav")).path.read_bytes() == SOUND
    assert len(run.slept) == len(SOUND) // 7000 == 5


def test_a_server_that_does_not_know_ranges_is_asked_from_the_start(site: Site, run: Run) -> None:
    def whole(handler: BaseHTTPRequestHandler) -> None:
        del handler.headers["Range"]
        give(handler, SOUND)

    site.answers["/a.wav"] = in_turn(sound, lambda handler: give(handler, SOUND, cut=10_000), whole)

    assert run(site.url("/a.wav")).path.read_bytes() == SOUND


def test_a_server_that_is_slow_to_start_is_asked_again(site: Site, run: Run) -> None:
    run.options = FetchOptions(hosts=("127.0.0.1",), attempts=3, timeout=1.0)
    over = threading.Event()

    def never(handler: BaseHTTPRequestHandler) -> None:
        over.wait(60)

    site.answers["/a.wav"] = in_turn(never, sound)
    try:
        assert run(site.url("/a.wav")).duration == 5000
    finally:
        over.set()
    assert len(run.slept) == 1


@pytest.mark.parametrize("url", ["https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://pod.example/a.mp3"])
def test_without_a_network_it_is_said_soon(run: Run, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Not after minutes of trying again: two tries, and one more of yt-dlp for each player."""
    import socket

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    run.options = FetchOptions()

    with pytest.raises(FetchError, match="its name cannot be looked up") as caught:
        run(url)

    assert caught.value.retryable
    assert "has a network" in caught.value.remedy
    assert 0 < sum(run.slept) < 25


def test_a_host_that_does_not_listen_may_be_tried_later(sites: Callable[[str], Site], run: Run) -> None:
    import socket

    with socket.socket() as taken:  # bound and not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/a.wav"
        with pytest.raises(FetchError, match="does not answer as it should") as caught:
            run(url)

    assert caught.value.retryable
    assert len(run.slept) == 2


def test_a_page_without_a_recording_is_an_error(site: Site, run: Run) -> None:
    site.answers["/page"] = lambda handler: give(handler, b"<html><body>words</body></html>", "text/html")

    with pytest.raises(FetchError, match=r"(?s)there is no recording that we know of.*--audio"):
        run(site.url("/page"))
    assert run.slept == []


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.wav", SOUND)
    return file.getvalue()


@pytest.mark.parametrize("body", [b"not found, but politely" * 50, zipped(), SOUND[:20]])
def test_what_is_only_called_a_recording_is_refused_and_not_kept(site: Site, run: Run, body: bytes) -> None:
    site.answers["/a.mp3"] = lambda handler: give(handler, body, "audio/mpeg")
    with pytest.raises(FetchError, match=r"what http://127.* gives is not a recording: audio.mp3 is not a WAV file"):
        run(site.url("/a.mp3"))
    assert files_in(run.root) == []

    site.answers["/a.mp3"] = sound  # mended
    assert run(site.url("/a.mp3")).path.read_bytes() == SOUND


def test_several_recordings_on_one_page_are_not_guessed_among(site: Site, run: Run) -> None:
    feed = "".join(
        f"<item><title>{n}</title><enclosure url='{site.url(f'/{n}.wav')}' type='audio/x-wav'/></item>"
        for n in range(3)
    )
    feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>All</title>{feed}</channel></rss>"
    players = "".join(f"<div><audio src='/{n}.wav'></audio></div>" for n in range(3))
    site.answers = {f"/{n}.wav": sound for n in range(3)}
    site.answers["/feed"] = lambda handler: give(handler, feed.encode(), "application/rss+xml")
    site.answers["/page"] = lambda handler: give(handler, f"<html>{players}</html>".encode(), "text/html")

    for path in ("/feed", "/page"):
        with pytest.raises(FetchError, match=r"(?s)there are several recordings at .*Give the address of the one"):
            run(site.url(path))
    assert files_in(run.root) == []


@pytest.mark.parametrize("told", [True, False])
def test_a_recording_that_is_too_big_is_left(site: Site, run: Run, told: bool) -> None:
    def untold(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "audio/x-wav")
        handler.end_headers()
        handler.wfile.write(SOUND)

    site.answers["/a.wav"] = sound if told else untold
    run.options = FetchOptions(hosts=("127.0.0.1",), max_bytes=20_000)

    with pytest.raises(FetchError, match=r"refused to fetch .*: it is bigger than 0 MB"):
        run(site.url("/a.wav"))
    assert run.slept == []
    assert not run.folder(site.url("/a.wav")).exists()


@pytest.mark.parametrize(
    ("info", "reason"),
    [
        ({"duration": 13 * 3600.0}, "it is 13.0 hours long"),
        ({"is_live": True}, "the broadcast .* is not over"),
        ({"live_status": "is_upcoming"}, "the broadcast .* is not over"),
    ],
)
def test_what_is_too_long_or_not_over_is_left(info: dict[str, object], reason: str) -> None:
    from subsync.fetch.ytdlp import _check_before

    with pytest.raises(FetchError, match=reason):
        _check_before("https://pod.example/a", FetchOptions(), info, incomplete=False)
    _check_before("https://pod.example/a", FetchOptions(), {"duration": None, "live_status": "was_live"})


def test_a_disk_that_is_full_is_an_error_of_ours(site: Site, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource
    import signal

    site.answers["/a.wav"] = sound
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(StoreError, match=r"(?s)cannot keep what .*Make room"):
            run(site.url("/a.wav"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_cache_that_cannot_be_made_is_an_error_of_ours(site: Site, run: Run) -> None:
    run.root.write_text("x")

    with pytest.raises(StoreError, match=r"(?s)cannot keep the download in .*SUBSYNC_CACHE"):
        run(site.url("/a.wav"))


def test_an_end_by_the_user_leaves_what_came_for_the_next_run(site: Site, run: Run) -> None:
    site.answers["/a.wav"] = sound

    def interrupt(done: int, total: int | None) -> None:
        if done > 5000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(
            site.url("/a.wav"),
            note_dir=run.root,
            folder=run.folder(site.url("/a.wav")),
            fetcher=YtDlpFetcher(run.options, run.slept.append),
            probe=probe,
            progress=interrupt,
        )

    assert run(site.url("/a.wav")).path.read_bytes() == SOUND
    assert any(asked and asked != "bytes=0-" for _, asked in site.asked)


def test_a_fetcher_that_brings_nothing_is_not_believed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.wav").write_bytes(SOUND)

    def bring(name: str) -> None:
        def fetcher(url: str, folder: Path, *, progress: Progress) -> Download:
            (folder / "empty.wav").touch()
            return Download(folder / name, "A talk")

        fetch("https://pod.example/a", note_dir=tmp_path, folder=run.root / "a", fetcher=fetcher, probe=probe)

    for name in ("missing.wav", "empty.wav", str(tmp_path / "elsewhere.wav")):
        with pytest.raises(FetchError, match="is not a recording: nothing has come"):
            bring(name)
    assert (tmp_path / "elsewhere.wav").exists()


FETCH_IN_ANOTHER_PROCESS = """
    import sys, wave
    from pathlib import Path
    from subsync.fetch import FetchOptions, YtDlpFetcher, fetch
    from subsync.store import Cache

    def probe(path):
        with wave.open(str(path)) as file:
            return file.getnframes() * 1000 // file.getframerate()

    root, url = Path(sys.argv[1]), sys.argv[2]
    cache = Cache(root)
    with cache.lock(cache.key(url)):
        media = fetch(
            url,
            note_dir=root,
            folder=cache.path("media", cache.key(url)),
            fetcher=YtDlpFetcher(FetchOptions(hosts=("127.0.0.1",))),
            probe=probe,
            progress=lambda done, total: print(done, flush=True),
        )
    print(media.duration, media.sha256)
"""


def another_process(root: Path, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(FETCH_IN_ANOTHER_PROCESS), str(root), url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_runs_at_once_download_a_recording_once(site: Site, tmp_path: Path) -> None:
    site.answers["/a.wav"] = sound
    processes = [another_process(tmp_path, site.url("/a.wav")) for _ in range(2)]
    said = [process.communicate()[0].splitlines() for process in processes]

    assert [lines[-1] for lines in said] == [f"5000 {hashlib.sha256(SOUND).hexdigest()}"] * 2
    assert sorted(len(lines) > 1 for lines in said) == [False, True]
    assert len(site.asked) == 2  # one to look, one to download


def test_a_run_that_was_killed_is_gone_on_with(site: Site, tmp_path: Path) -> None:
    over = threading.Event()

    def stall(handler: BaseHTTPRequestHandler) -> None:
        give(handler, SOUND, cut=20_000)
        handler.wfile.flush()
        over.wait(60)

    site.answers["/a.wav"] = in_turn(sound, stall, sound)
    first = another_process(tmp_path, site.url("/a.wav"))
    assert first.stdout is not None
    while int(first.stdout.readline()) < 15_000:
        pass
    first.kill()
    first.communicate()
    over.set()
    assert not [name for name in files_in(tmp_path) if name == "download.json"]

    second, _ = another_process(tmp_path, site.url("/a.wav")).communicate()

    assert second.splitlines()[-1] == f"5000 {hashlib.sha256(SOUND).hexdigest()}"
    assert [asked for _, asked in site.asked if asked and asked != "bytes=0-"]
    assert [name for name in files_in(tmp_path) if not name.endswith(".lock")] == ["audio.wav", "download.json"]


# --- where we do not go -----------------------------------------------------------------------------------------------


def test_addresses_of_this_computer_and_its_network_are_refused_unasked(site: Site, run: Run) -> None:
    site.answers["/a.wav"] = sound
    run.options = FetchOptions()

    for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"):
        with pytest.raises(FetchError, match=r"refused to fetch .*(private address|is this computer)"):
            run(f"http://{host}:{site.port}/a.wav")
    assert site.asked == []


def test_private_addresses_may_be_allowed(site: Site, run: Run) -> None:
    site.answers["/a.wav"] = sound
    run.options = FetchOptions(allow_private=True)

    assert run(site.url("/a.wav")).duration == 5000


def test_the_address_that_a_name_has_counts_not_the_name(site: Site, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A public name that resolves to this computer: the connection is made and nothing is asked on it."""
    import socket

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **kw: real("127.0.0.1", *rest, **kw))
    site.answers["/a.wav"] = sound
    run.options = FetchOptions()

    for scheme in ("http", "https"):
        with pytest.raises(FetchError, match=r"refused to fetch .*: pod\.example has the private address 127\.0\.0\.1"):
            run(f"{scheme}://pod.example:{site.port}/a.wav")
    assert site.asked == []


@pytest.mark.parametrize("host", ["127.0.0.2", "2130706434", "127.2", "localhost"])
def test_a_redirect_from_an_allowed_host_to_a_private_one_is_refused(
    sites: Callable[[str], Site], run: Run, host: str
) -> None:
    allowed, hidden = sites("127.0.0.1"), sites("127.0.0.1" if host == "localhost" else "127.0.0.2")
    hidden.answers["/a.wav"] = sound
    allowed.answers["/a.wav"] = redirect(f"http://{host}:{hidden.port}/a.wav")

    with pytest.raises(FetchError, match=r"refused to fetch .*(private address 127.0.0.2|is this computer)") as caught:
        run(allowed.url("/a.wav"))

    assert not caught.value.retryable
    assert hidden.asked == []
    assert files_in(run.root) == []


def test_a_redirect_between_looking_and_downloading_is_refused_too(sites: Callable[[str], Site], run: Run) -> None:
    allowed, hidden = sites("127.0.0.1"), sites("127.0.0.2")
    hidden.answers["/a.wav"] = sound
    allowed.answers["/a.wav"] = in_turn(sound, redirect(hidden.url("/a.wav")))

    with pytest.raises(FetchError, match=r"refused to fetch .*private address 127.0.0.2"):
        run(allowed.url("/a.wav"))
    assert hidden.asked == []


def test_a_redirect_to_an_allowed_host_is_followed(site: Site, run: Run) -> None:
    site.answers = {"/old": redirect(site.url("/a.wav")), "/a.wav": sound}

    assert run(site.url("/old")).duration == 5000


@pytest.mark.parametrize("to", ["ftp://127.0.0.1/a.wav", "file:///etc/passwd", "data:audio/x-wav,abc"])
def test_a_redirect_to_another_kind_of_address_is_not_followed(site: Site, run: Run, to: str) -> None:
    site.answers["/a.wav"] = redirect(to)

    with pytest.raises(FetchError, match=r"(leads to an address of the kind ftp:|HTTP Error 302)") as caught:
        run(site.url("/a.wav"))
    assert not caught.value.retryable
    assert files_in(run.root) == []


@pytest.mark.parametrize("hosts", [("youtube.com",), ("YouTube.COM.",), (".youtube.com",)])
def test_only_the_named_hosts_and_those_below_them_are_asked_in_any_case(hosts: tuple[str, ...]) -> None:
    options = FetchOptions(hosts=hosts)

    refused = options.door("notyoutube.com", "93.184.215.14")
    assert str(refused) == f"notyoutube.com is not among the allowed hosts: {hosts[0]}"
    assert refused is not None
    assert refused.setting == "hosts"
    for host in ("youtube.com", "www.YouTube.com", "m.youtube.com."):
        assert options.door(host, "93.184.215.14") is None
    with pytest.raises(FetchError, match=r"(?s)pod.example is not among the allowed hosts.*--hosts \(or SUBSYNC_HOSTS"):
        YtDlpFetcher(options)._check_host("https://pod.example/a.wav")


@pytest.mark.parametrize("way", ["redirect", "player", "refresh"])
def test_neither_redirect_nor_page_leads_away_from_the_named_hosts(
    sites: Callable[[str], Site], run: Run, way: str
) -> None:
    """Both addresses would do as such; it is not what the user named."""
    named, other = sites("127.0.0.1"), sites("127.0.0.2")
    other.answers["/a.wav"] = sound
    page = {
        "player": f"<html><audio src='{other.url('/a.wav')}'></audio></html>",
        "refresh": f'<html><meta http-equiv="refresh" content="0;url={other.url("/a.wav")}"></html>',
    }
    named.answers["/a"] = (
        redirect(other.url("/a.wav"))
        if way == "redirect"
        else lambda handler: give(handler, page[way].encode(), "text/html")
    )
    run.options = FetchOptions(hosts=("127.0.0.1",), allow_private=True)

    with pytest.raises(FetchError, match=r"127\.0\.0\.2 is not among the allowed hosts: 127\.0\.0\.1"):
        run(named.url("/a"))
    assert other.asked == []


@pytest.mark.parametrize(
    ("host", "address", "admitted"),
    [
        ("pod.example", "93.184.215.14", True),
        ("pod.example", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("pod.example", "10.1.2.3", False),
        ("pod.example", "169.254.169.254", False),
        ("pod.example", "100.64.0.1", False),
        ("pod.example", "0.0.0.0", False),
        ("pod.example", "224.0.0.1", False),
        ("pod.example", "fe80::1%eth0", False),
        ("pod.example", "fec0::1", False),
        ("pod.example", "fd00::1", False),
        ("pod.example", "::ffff:192.168.1.1", False),
        ("pod.example", "::", False),
        ("pod.example", "::1", False),
        ("pod.example", "64:ff9b::7f00:1", False),
        ("pod.example", "64:ff9b::5db8:d70e", True),
        ("pod.example", "64:ff9b:1::5db8:d70e", False),
        ("pod.example", "2002:7f00:1::", False),
        ("pod.example", "::127.0.0.1", False),
        ("pod.example", "2606:2800::5efe:10.0.0.1", False),
        ("pod.example", "2606:2800::200:5efe:10.0.0.1", False),
        ("pod.example", "2606:2800::5efe:93.184.215.14", True),
        ("pod.example", "2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("pod.example", None, True),
        ("x.localhost.", None, False),
        ("LOCALHOST", None, False),
        ("127.1", None, False),
        ("2130706433", None, False),
        ("0x7f.1", None, False),
        ("64:ff9b::a00:1", None, False),
    ],
)
def test_only_public_addresses_are_let_in(host: str, address: str | None, admitted: bool) -> None:
    """Also where an address of IPv4 is wrapped into one of IPv6, which a gateway or this system unwraps."""
    assert (FetchOptions().door(host, address) is None) == admitted


# --- that the guard is there ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("yt_dlp.networking._urllib.UrllibRH", "_create_instance"),
        ("yt_dlp.YoutubeDL", "build_request_director"),
        ("yt_dlp.YoutubeDL", "get_output_path"),
    ],
)
def test_a_yt_dlp_that_has_renamed_what_we_override_fetches_nothing(
    site: Site, run: Run, monkeypatch: pytest.MonkeyPatch, owner: str, name: str
) -> None:
    """As any release of it may: the method is there under another name, and what calls it calls that."""
    import importlib

    module, _, attribute = owner.rpartition(".")
    kind = getattr(importlib.import_module(module), attribute)
    renamed(monkeypatch, kind, name)
    site.answers["/a.wav"] = sound
    run.options = FetchOptions(allow_private=name == "get_output_path")

    with pytest.raises(FetchError, match=r"(?s)yt-dlp .* is not as we know it, so .*Update subsync"):
        YtDlpFetcher(run.options)._once(site.url("/a.wav"), run.root.parent, lambda *_: None)
    assert site.asked == []


def renamed(monkeypatch: pytest.MonkeyPatch, kind: type, name: str) -> None:
    """Give a method another name, in the source of its class and of those above it."""
    import inspect

    for each in kind.__mro__[:-1]:
        for method, function in list(vars(each).items()):
            if not inspect.isfunction(function) or name not in (*function.__code__.co_names, method):
                continue
            names = tuple("other" + n if n == name else n for n in function.__code__.co_names)
            changed = type(function)(
                function.__code__.replace(co_names=names),
                function.__globals__,
                function.__name__,
                function.__defaults__,
                function.__closure__,
            )
            changed.__kwdefaults__ = function.__kwdefaults__
            monkeypatch.setattr(each, "other" + name if method == name else method, changed, raising=False)
        if name in vars(each):
            monkeypatch.delattr(each, name)


def test_another_way_to_send_requests_is_found(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A handler beside ours, for whatever ours does not take."""
    from yt_dlp import YoutubeDL
    from yt_dlp.networking._urllib import UrllibRH

    build = YoutubeDL.build_request_director
    monkeypatch.setattr(
        YoutubeDL, "build_request_director", lambda self, rhs, *more: build(self, [*rhs, UrllibRH], *more)
    )

    with pytest.raises(FetchError, match="a request over http went on"):
        YtDlpFetcher()._once("https://pod.example/a.wav", run.root.parent, lambda *_: None)


# --- that a page cannot fill the memory -------------------------------------------------------------------------------


def endless(handler: BaseHTTPRequestHandler) -> None:
    """A page that goes on until nobody listens."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while True:
        handler.wfile.write(b"<p>more</p>" * 10_000)


def bomb(encoding: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """A page of 200 MB in 200 kB."""
    import zlib

    packer = zlib.compressobj(wbits={"gzip": 31, "deflate": 15, "raw": -15}[encoding])
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Encoding", encoding.replace("raw", "deflate"))
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    return answer


@pytest.mark.parametrize("kind", ["endless", "long", "gzip", "deflate", "raw", "error", "redirect"])
def test_a_page_that_would_fill_the_memory_is_given_up(site: Site, run: Run, kind: str) -> None:
    """Whatever its header says, packed or not, and whichever status it has."""

    def long(handler: BaseHTTPRequestHandler) -> None:
        give(handler, b"<html>" + bytes(3_000_000), "text/html")

    def failed(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(404 if kind == "error" else 302)
        handler.send_header("Location", "/b")
        handler.end_headers()
        while True:
            handler.wfile.write(bytes(100_000))

    answers = {"endless": endless, "long": long, "error": failed, "redirect": failed}
    site.answers["/a"] = answers[kind] if kind in answers else bomb(kind)
    run.options = FetchOptions(hosts=("127.0.0.1",), max_bytes=2_000_000)

    with pytest.raises(FetchError, match=r"it is not there|a page of it is larger than 2 MB\n.*--max-mb"):
        run(site.url("/a"))
    assert run.slept == []


def test_however_large_a_recording_may_be_a_page_is_not(site: Site, run: Run) -> None:
    """200 MB where 2 GB are allowed; a page of 12 MB, as a long feed, is read."""
    site.answers["/a"] = bomb("gzip")
    run.options = FetchOptions(hosts=("127.0.0.1",))
    with pytest.raises(FetchError, match="a page of it is larger than 34 MB"):
        run(site.url("/a"))

    page = b"<html><body><audio src='/a.wav'></audio>" + b" " * 12_000_000 + b"</body></html>"
    site.answers = {"/b": lambda handler: give(handler, page, "text/html"), "/a.wav": sound}
    assert run(site.url("/b")).duration == 5000


def test_what_is_packed_is_unpacked(site: Site, run: Run) -> None:
    """With or without zlib's header; what we did not ask for is an error."""
    import gzip
    import zlib

    page = f"<html><body><audio src='{site.url('/a.wav')}'></audio></body></html>".encode()
    raw = zlib.compressobj(wbits=-15)
    for name, body in (
        ("gzip", gzip.compress(page)),
        ("deflate", zlib.compress(page)),
        ("deflate", raw.compress(page) + raw.flush()),
        ("identity, gzip", gzip.compress(page)),
    ):
        run.root = run.root.with_name(f"{len(body)} {name}")

        def packed(handler: BaseHTTPRequestHandler, name: str = name, body: bytes = body) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/html")
            handler.send_header("Content-Encoding", name)
            handler.end_headers()
            handler.wfile.write(body)

        site.answers = {"/page": packed, "/a.wav": sound}
        assert run(site.url("/page")).duration == 5000
    site.answers["/page2"] = lambda handler: packed(handler, "br", b"x")
    with pytest.raises(FetchError, match="packed as br, which we did not ask for"):
        run(site.url("/page2"))


def test_a_proxy_of_the_users_is_used_and_private_hosts_are_not_asked_for_through_it(
    site: Site, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", site.url(""))
    site.answers["http://pod.example/a.wav"] = sound
    site.answers["http://pod.example/b.wav"] = redirect("http://192.168.1.1/b.wav")
    run.options = FetchOptions()

    assert run("http://pod.example/a.wav").duration == 5000
    with pytest.raises(FetchError, match=r"private address 192\.168\.1\.1"):
        run("http://pod.example/b.wav")
    assert {path for path, _ in site.asked} == {"http://pod.example/a.wav", "http://pod.example/b.wav"}


@pytest.mark.parametrize(
    ("url", "extractor"),
    [("https://pod.example/a.wav", "generic"), ("https://www.youtube.com/watch?v=abcdefghijk", "youtube")],
)
def test_an_extractor_that_is_not_allowed_is_not_asked_and_the_setting_is_named(
    run: Run, url: str, extractor: str
) -> None:
    run.options = FetchOptions(extractors=("vimeo",))

    with pytest.raises(
        FetchError, match=rf"(?s)yt-dlp's extractor {extractor}, which is not.*--extractors \(or SUBSYNC_EX"
    ):
        run(url)


def test_an_extractor_that_another_hands_over_to_and_that_is_not_allowed_is_named() -> None:
    from yt_dlp.utils import DownloadError

    said = "ERROR: No suitable extractor (ArteTV) found for URL https://www.arte.tv/x"
    with pytest.raises(FetchError, match=r"(?s)it needs yt-dlp's extractor ArteTV, which is not among .*--extractors"):
        raise explained(DownloadError(said), "https://pod.example/page", [])


def test_all_extractors_may_be_allowed(site: Site, run: Run) -> None:
    site.answers["/a.wav"] = sound
    run.options = FetchOptions(allow_private=True, extractors=("all",))

    assert run(site.url("/a.wav")).duration == 5000
    assert run.options.allows("vk")


def test_the_names_of_the_default_extractors_exist() -> None:
    from yt_dlp.extractor import list_extractor_classes

    names = {extractor.IE_NAME for extractor in list_extractor_classes()}
    assert set(FetchOptions().allowed) <= names


@pytest.mark.parametrize(
    "url",
    [
        "https://youtu.be/abcdefghijk",
        "https://www.bilibili.com/video/BV1xx411c7mD?p=2",
        "https://soundcloud.com/someone/a-talk",
        "https://vimeo.com/1234567",
        "https://podcasts.apple.com/us/podcast/a-talk/id1234567890?i=1000123456789",
        "https://www.xiaoyuzhoufm.com/episode/0123456789abcdef01234567",
        "https://www.ximalaya.com/sound/12345678",
        "https://cdn.pod.example/a/talk.mp3",
        "https://www.bbc.co.uk/sounds/play/m0000001",
        "https://www.ted.com/talks/someone_a_talk",
    ],
)
def test_sites_that_people_keep_notes_of_are_allowed(url: str) -> None:
    from subsync.fetch.ytdlp import _check_extractor

    _check_extractor(url, FetchOptions())
    with pytest.raises(FetchError, match="not among the allowed extractors"):
        _check_extractor(url, FetchOptions(extractors=("none",)))


def test_a_name_of_an_extractor_that_is_no_expression_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"extractors: '\(' is not a regular expression"):
        FetchOptions(extractors=("default", "(")).allowed  # noqa: B018 - it is what raises


# --- what is said and what is not -------------------------------------------------------------------------------------


def test_nothing_is_printed_and_secrets_of_an_address_are_not_told(
    site: Site, run: Run, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG, logger="subsync")  # which a command that was told to be quiet may have silenced
    site.answers["/a.wav?token=s3cret&v=1"] = in_turn(status(503), sound)
    url = site.url("/a.wav?token=s3cret&v=1")

    media = run(url)
    with pytest.raises(FetchError, match=r"token=\*\*\*&v=1") as caught:
        run(site.url("/gone.wav?token=s3cret&v=1"))

    assert media.url == url
    assert capfd.readouterr() == ("", "")
    assert "yt-dlp" in caplog.text
    assert "s3cret" not in caplog.text
    assert "s3cret" not in f"{caught.value} {caught.value.url}"
    assert "s3cret" not in (media.path.parent / "download.json").read_text()


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("[youtube] abc: This content isn't available, try again later. The current session has been", "asks to wait"),
        ("[youtube] abc: Sign in to confirm you’re not a bot. Use --cookies-from-browser", "asks to wait"),
        ("[youtube] abc: X. YouTube is requiring a captcha challenge before playback", "asks to wait"),
        ("[youtube] abc: Private video. Sign in if you've been granted access to this video", "it is private"),
        ("[youtube] abc: This video is available to this channel's members on level: X. Join this channel", "members"),
        ("[youtube] abc: Sign in to confirm your age. This video may be inappropriate", "only for adults"),
        ("[youtube] abc: The uploader has not made this video available in your country", "blocked here"),
        ("[generic] abc: This video is DRM protected", "protected against copying"),
        ("[youtube] abc: This live event will begin in 3 hours.", "not out yet"),
        ("[youtube] abc: Premieres in 12 hours", "not out yet"),
        ("[youtube] abc: Video unavailable. This video has been removed by the uploader", "not there any more"),
        ("[youtube] abc: The account associated with this video has been terminated", "not there any more"),
        ("[youtube] abc: Requested format is not available. Use --list-formats", "no sound that we can fetch"),
        ("[BiliBili] abc: No video formats found!", "no sound that we can fetch"),
        ("[vimeo] abc: This video is only available for registered users", "it needs an account"),
        ("[x] abc: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: expired", "cannot prove who it is"),
        ("[youtube] abc: Unable to extract initial player response", "no longer understands the site"),
        ("Unsupported URL: https://pod.example/private-video", "no recording that we know of"),
        ("[generic] deleted: HTTP words that nobody knows https://pod.example/removed", "yt-dlp failed"),
        ("\x1b[0;31mERROR:\x1b[0m \r[download] Got error: Connection reset. Giving up", "does not answer as it should"),
    ],
)
def test_each_answer_of_the_sites_has_its_meaning(said: str, meaning: str) -> None:
    from yt_dlp.utils import DownloadError

    error = explained(DownloadError(f"ERROR: {said}"), "https://pod.example/x", [])

    assert isinstance(error, FetchError)
    assert meaning in error.message
    assert error.remedy
    assert "\x1b" not in error.message
    assert isinstance(error, RateLimitedError) == (meaning == "asks to wait")
    assert error.retryable == (meaning in {"asks to wait", "does not answer as it should"})


def test_a_missing_runtime_for_scripts_is_found_in_the_warnings() -> None:
    from yt_dlp.utils import DownloadError

    error = explained(
        DownloadError("ERROR: [youtube] abc: Something new"),
        "https://pod.example/x",
        ["[youtube] No supported JavaScript runtime could be found. Only deno is enabled by default"],
    )

    assert "yt-dlp cannot run the player's script" in error.message
    assert 'pip install --upgrade "yt-dlp[default,deno]"' in error.remedy


@pytest.mark.parametrize("bug", [TypeError("x"), AttributeError("x"), ValueError("x"), RecursionError("x")])
def test_a_bug_in_an_extractor_is_an_error_for_this_source_alone(
    run: Run, monkeypatch: pytest.MonkeyPatch, bug: Exception
) -> None:
    from yt_dlp.extractor.generic import GenericIE

    def fail(*_: object) -> None:
        raise bug

    monkeypatch.setattr(GenericIE, "_real_extract", fail)
    run.options = FetchOptions()
    with pytest.raises(FetchError, match=r"(?s)yt-dlp failed \(x\).*pip install --upgrade"):
        run("https://pod.example/a.wav")


# --- files of the user's ----------------------------------------------------------------------------------------------


def local(source: str, note_dir: Path) -> Media:
    def no_fetcher(url: str, folder: Path, *, progress: Progress) -> Download:
        raise AssertionError(url)

    return fetch(source, note_dir=note_dir, folder=note_dir / "unused", fetcher=no_fetcher, probe=probe)


@pytest.mark.parametrize(
    "form",
    [
        "talks/潮 1%.wav",
        "./talks/潮 1%.wav",
        "{root}/talks/潮 1%.wav",
        "file://{root}/talks/%E6%BD%AE%201%25.wav",
        "file:talks/%E6%BD%AE%201%25.wav",
        "FILE://localhost{root}/talks/%E6%BD%AE%201%25.wav",
    ],
)
def test_a_file_of_the_users_is_taken_where_it_is(tmp_path: Path, form: str) -> None:
    (tmp_path / "talks").mkdir()
    path = tmp_path / "talks" / "潮 1%.wav"
    path.write_bytes(SOUND)

    media = local(form.format(root=tmp_path), tmp_path)

    assert media.path.samefile(path)
    assert media.path.is_absolute()
    assert (media.sha256, media.duration, media.url) == (hashlib.sha256(SOUND).hexdigest(), 5000, None)
    assert files_in(tmp_path) == ["潮 1%.wav"]


def test_a_file_in_the_home_folder_may_be_named_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.wav").write_bytes(SOUND)
    (tmp_path / "~nobody.wav").write_bytes(SOUND)

    assert local_path("~/a.wav", tmp_path / "notes") == tmp_path / "a.wav"
    assert local_path("~nobody.wav", tmp_path) == tmp_path / "~nobody.wav"


def test_a_recording_in_a_vault_is_found_by_its_name(tmp_path: Path) -> None:
    """As Obsidian finds what a wiki link names; of several that are called alike none is taken for the one meant."""
    vault, note_dir = tmp_path / "vault", tmp_path / "vault" / "notes" / "deep"
    for name in (".obsidian/x", ".trash/talk one.mp3", "notes/deep/here.mp3", "media/Talk one.mp3", "media/here.mp3",
                 "a/two.mp3", "b/two.mp3", "../outside.mp3"):  # fmt: skip
        (vault / name).parent.mkdir(parents=True, exist_ok=True)
        (vault / name).write_bytes(SOUND)

    assert local_path("talk one.mp3", note_dir) == vault / "media" / "Talk one.mp3"
    assert local_path("here.mp3", note_dir) == note_dir / "here.mp3"
    assert local_path("a/two.mp3", note_dir) == vault / "a" / "two.mp3"
    with pytest.raises(MissingFileError, match=r"2 files in .* have that name: a/two.mp3, b/two.mp3"):
        local_path("two.mp3", note_dir)
    for gone in ("outside.mp3", "../media/here.mp3", "file:two.mp3", "/two.mp3", "media"):
        with pytest.raises(MissingFileError, match="there is no such file"):
            local_path(gone, note_dir)
    (vault / ".obsidian").rename(tmp_path / "closed")
    with pytest.raises(MissingFileError, match="there is no such file"):
        local_path("talk one.mp3", note_dir)


def test_a_vault_is_listed_once_and_what_comes_later_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch asks for the recording of each of its notes."""
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / "media").mkdir()
    listed = []
    scandir = os.scandir

    def noted(folder: Path) -> Any:
        listed.append(folder.name)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", noted)
    for name in ("a.mp3", "b.mp3"):
        with pytest.raises(MissingFileError, match="there is no such file"):
            local_path(name, tmp_path / "notes")
    assert listed == [tmp_path.name, "media"]

    os.utime(tmp_path / "media", ns=(0, 0))  # a clock is coarser than the two lines between
    (tmp_path / "media" / "b.mp3").write_bytes(SOUND)
    assert local_path("b.mp3", tmp_path / "notes") == tmp_path / "media" / "b.mp3"
    assert listed == [tmp_path.name, "media", "media"]


@pytest.mark.parametrize(
    ("files", "said"), [(200_000, "there is no such file"), (200_001, "not among the first 200,000 files")]
)
def test_what_is_left_of_a_huge_vault_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int, said: str
) -> None:
    (tmp_path / ".obsidian").mkdir()
    monkeypatch.setattr(vault_, "_listed", lambda folder, _changed: ({"a.mp3": [folder / "a.mp3"] * files}, []))

    with pytest.raises(MissingFileError, match=said):
        local_path("d.mp3", tmp_path)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("gone.wav", "gone.wav: there is no such file"),
        ("a\x00b.wav", "there is no such file"),
        ("x" * 5000, "File name too long"),
        (".", "it is a folder"),
        ("file:///nowhere/a.wav", "/nowhere/a.wav: there is no such file"),
        ("file://nas/talks/a.wav", "it is on another computer"),
        ("ftp://pod.example/a.wav", "only http, https and file are known"),
        ("rtmp://u:p@pod.example/a.wav", r"cannot fetch rtmp://\*\*\*@pod.example"),
        ("http:///a.wav", "it is not an http"),
        ("http://[::1/a.wav", "Invalid IPv6 URL"),
        ("http://pod.example:port/a.wav", "Port could not be cast"),
    ],
)
def test_a_source_that_cannot_be_is_an_error_with_what_to_do(tmp_path: Path, source: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason) as caught:
        local(source, tmp_path)
    assert caught.value.remedy


def test_a_file_of_the_users_that_is_no_recording_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("words")

    with pytest.raises(AudioError, match=r"a\.wav is not a WAV file"):
        local("a.wav", tmp_path)


def test_a_file_that_may_not_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(SOUND)

    def forbidden(path: Path) -> Ms:
        raise PermissionError(13, "Permission denied", str(path))

    with pytest.raises(FetchError, match=r"cannot read .*a\.wav: Permission denied"):
        fetch("a.wav", note_dir=tmp_path, folder=tmp_path, fetcher=YtDlpFetcher(), probe=forbidden)


def test_a_file_whose_bytes_cannot_be_read_is_an_error_of_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not of the cache: the remedy is about the user's file."""
    (tmp_path / "a.wav").write_bytes(SOUND)

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", forbidden)
    with pytest.raises(FetchError, match=r"cannot read .*a\.wav: Permission denied\n  Check who may read it"):
        fetch("a.wav", note_dir=tmp_path, folder=tmp_path, fetcher=YtDlpFetcher(), probe=lambda _: 1)


def test_every_error_here_has_an_exit_code_for_the_command_line() -> None:
    kinds = (FetchError, MissingFileError, RateLimitedError, StoreError)
    assert [kind.exit_code for kind in kinds] == [1, 2, 75, 1]
    assert issubclass(RateLimitedError, SubsyncError)


def test_of_a_huge_folder_no_more_is_listed_than_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_, "_MOST", 3)
    for n in range(10):
        (tmp_path / f"{n}.mp3").touch()

    files, _ = vault_._listed(tmp_path, 0)

    assert len(files) == 4
    assert None in [*vault_._files_called("a.mp3", tmp_path)]
