"""What can go wrong in a night, made to go wrong: kills, full disks, bad media, two batches at once, Ctrl-C.

The work takes no time here but where `model` is marked; `bench/reliability.py` does the same at full size.
"""

from __future__ import annotations

import importlib
import io
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
import wave
import zipfile
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from batchwork import logged, note

from subsync.batch import read_manifest
from subsync.errors import AudioError
from subsync.sound import decode, probe

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "samples" / "tide-machine"


def garden(root: Path, count: int, body: str = "NAP {}") -> Path:
    (root / "cache").mkdir(parents=True)
    for i in range(count):
        note(root / "notes" / f"n{i:03}.md", source=f"s{i}.wav", body=body.format(i))
    return root


def start(root: Path) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join([str(HERE.parent), str(HERE)])
    env = os.environ | {"PYTHONPATH": paths}
    return subprocess.Popen([sys.executable, HERE / "batchrun.py", root], env=env, start_new_session=True)


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    with suppress(psutil.NoSuchProcess):
        found += psutil.Process(process.pid).children(recursive=True)
    return found


def outputs(root: Path, pattern: str = "*.srt") -> dict[str, bytes]:
    return {str(p.relative_to(root / "out")): p.read_bytes() for p in sorted((root / "out").rglob(pattern))}


def gone(processes: list[psutil.Process], seconds: float = 5) -> bool:
    return not psutil.wait_procs(processes, seconds)[1]


# --- kills ------------------------------------------------------------------------------------------------------------


def test_killed_at_random_moments_it_ends_as_if_undisturbed(tmp_path: Path) -> None:
    """Parent or worker, with SIGKILL: same bytes, no process and no temporary file left, nothing done in vain."""
    chance = random.Random(6)
    calm, hit = garden(tmp_path / "calm", 24), garden(tmp_path / "hit", 24)
    assert start(calm).wait(60) == 0
    kills = 0
    for round_ in range(6):
        process = start(hit)
        time.sleep(chance.uniform(0.3, 1.2))
        children = family(process)
        workers = [p for p in children if "run.process import serve" in " ".join(_words(p))]
        parent = round_ % 2 == 1 or not workers
        with suppress(psutil.NoSuchProcess):
            (psutil.Process(process.pid) if parent else chance.choice(workers)).kill()
            kills += 1
        if parent:
            process.wait(10)
            assert gone(children)
        else:
            assert process.wait(60) == 0
            shutil.rmtree(hit / "out")  # all is done: once more from the start
            (hit / "cache" / "log.txt").unlink()
            kills = 0
    assert start(hit).wait(60) == 0

    assert outputs(hit) == outputs(calm)
    assert len(outputs(calm)) == 24
    assert not [p for p in (hit / "out").rglob("*") if p.name.endswith((".tmp", "-wal", "-shm"))]
    assert len(logged(hit / "cache")) <= 24 + 2 * kills  # two workers were at something when their parent died
    assert {row.state for row in read_manifest(hit / "out")} == {"done"}


def _words(process: psutil.Process) -> list[str]:
    words: list[str] = []
    with suppress(psutil.Error):
        words += process.cmdline()
    return words


def test_two_batches_into_one_folder(tmp_path: Path) -> None:
    """Both come to their end, and every note is done."""
    root = garden(tmp_path, 12)
    processes = [start(root) for _ in range(2)]

    assert [process.wait(60) for process in processes] == [0, 0]
    assert len(outputs(root)) == 12
    assert {row.state for row in read_manifest(root / "out")} == {"done"}


# --- disks ------------------------------------------------------------------------------------------------------------


def test_a_full_disk_is_an_error_of_the_note_and_old_files_stay_whole(tmp_path: Path) -> None:
    """A limit on the size of files stands for the end of a disk: the kernel refuses in the middle of a write."""
    root = garden(tmp_path, 2, body="Text {}.")
    assert start(root).wait(60) == 0
    before = outputs(root)
    for i in range(2):
        note(root / "notes" / f"n{i:03}.md", source=f"s{i}.wav", body="FULL and long " * 20)

    done = start(root)
    code = done.wait(60)

    assert code == 1
    assert outputs(root) == before
    rows = read_manifest(root / "out")
    assert {(row.state, row.error_class) for row in rows} == {("failed", "StoreError")}
    assert all("Make room" in row.remedy for row in rows)
    for i in range(2):
        note(root / "notes" / f"n{i:03}.md", source=f"s{i}.wav", body=f"There is room again {i}.")
    assert start(root).wait(60) == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_folder_that_may_not_be_written_is_a_typed_error(tmp_path: Path) -> None:
    """Said before any work."""
    (tmp_path / "out").mkdir(mode=0o555)
    done = command(tmp_path, "batch", str(tmp_path), "-o", str(tmp_path / "out"))

    assert done.returncode == 1
    assert "out" in done.stderr


def test_an_output_that_is_a_file_is_a_typed_error(tmp_path: Path) -> None:
    """So is one below a file, which root cannot write either."""
    (tmp_path / "out").write_text("no folder")
    note(tmp_path / "n.md")
    done = command(tmp_path, "batch", str(tmp_path / "n.md"), "-o", str(tmp_path / "out"))

    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot make" in done.stderr
    assert "Choose another place with -o" in done.stderr
    assert (tmp_path / "out").read_text() == "no folder"


# --- the command, with the real work ----------------------------------------------------------------------------------


def environment(root: Path) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": str(HERE.parent),
        "SUBSYNC_CACHE": str(root / "cache"),
        "SUBSYNC_OFFLINE": "1",
        "no_proxy": "*",
        "HOME": str(root),
    }


def command(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "subsync", *words],
        env=environment(root),
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def served(opening: Path) -> Iterator[tuple[str, list[str]]]:
    """The opening of the sample from a server on this machine, and what was asked of it."""
    asked: list[str] = []
    body = (opening / "talk.wav").read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            if not self.path.startswith("/talk"):
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "audio/x-wav")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def sample(path: Path, text: str, source: str, more: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(re.sub(r"(?m)^source: .*$", f"source: {source}", text) + more, encoding="utf-8")
    return path


@pytest.mark.model
def test_two_batches_at_once_fetch_and_recognise_once(
    tmp_path: Path, opening: Path, served: tuple[str, list[str]]
) -> None:
    """One recording in two notes, two batches over one cache, a third beside them that fails: all that can be is done.

    And what comes out is what `subsync sync` makes of each note.
    """
    url, asked = served
    text = (opening / "talk.md").read_text(encoding="utf-8")
    sample(tmp_path / "a" / "talk.md", text, f"{url}/talk.wav")
    sample(tmp_path / "b" / "talk.md", text, f"{url}/talk.wav", more="\nOne more.\n")
    sample(tmp_path / "b" / "gone.md", text, f"{url}/gone.wav")
    words = ("--model", "tiny.en", "--allow-private", "--json")
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "subsync", "batch", "a", "b", "-o", f"out{i}", *words],
            env=environment(tmp_path), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for i in range(2)
    ]  # fmt: skip
    told = [process.communicate(timeout=120) for process in processes]
    gets = Counter(asked)
    again = command(tmp_path, "batch", "a", "b", "-o", "out0", *words)
    single = command(tmp_path, "sync", "a/talk.md", "-o", "single", "--model", "tiny.en", "--allow-private")
    status = command(tmp_path, "status", "-o", "out1")

    assert [process.returncode for process in processes] == [1, 1], told
    assert b"Traceback" not in told[0][1] + told[1][1]
    assert gets["/talk.wav"] == 2  # yt-dlp looks at the beginning, then loads: a single run asks twice as well
    assert len([*(tmp_path / "cache" / "words").iterdir()]) == 1
    assert again.stdout.count('"event": "current"') == 2
    assert Counter(asked)["/talk.wav"] == gets["/talk.wav"]
    assert status.stdout.count("done ") == 2
    assert "failed      b/gone.md: FetchError: cannot fetch" in status.stdout
    assert single.returncode == 0
    folders = [tmp_path / "out0" / "talk", tmp_path / "out1" / "talk", tmp_path / "single" / "talk"]
    first, second, alone = ({p.name: p.read_bytes() for p in folder.iterdir()} for folder in folders)
    assert {name for name in alone if first[name] != alone[name]} == set()
    assert {name for name in alone if second[name] != alone[name]} == set()
    assert len([*(tmp_path / "out0").glob("talk-*/talk/talk.sync.json")]) == 1


@pytest.mark.model
def test_ctrl_c_stops_and_a_killed_batch_goes_on(tmp_path: Path, opening: Path) -> None:
    """Once: within 5 s, 130, all kept. Then SIGKILL in the middle of the next; the one after ends as it should."""
    shutil.copy(opening / "talk.wav", tmp_path)
    for i in range(2):
        text = (opening / "talk.md").read_text(encoding="utf-8")
        sample(tmp_path / "notes" / f"n{i}.md", text, "../talk.wav", more=f"\nOne more, {i}.\n")
    words = [sys.executable, "-m", "subsync", "batch", "notes", "--model", "tiny.en", "--json"]

    def begun() -> tuple[subprocess.Popen[bytes], list[psutil.Process]]:
        process = subprocess.Popen(words, env=environment(tmp_path), cwd=tmp_path, stdout=subprocess.PIPE)
        assert process.stdout is not None
        for line in process.stdout:
            if b'"stage": "recognize"' in line or b'"stage": "decode"' in line:
                break
        return process, family(process)

    process, children = begun()
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    took = time.monotonic() - began
    states = Counter(row.state for row in read_manifest(tmp_path / "subsync-out"))
    killed, others = begun()
    killed.kill()
    killed.communicate()
    last = subprocess.run(words, env=environment(tmp_path), cwd=tmp_path, capture_output=True, check=False)

    assert process.returncode == 130
    assert took < 5
    assert children
    assert gone(children)
    assert gone(others)
    assert states == Counter(pending=2)
    assert last.returncode == 0
    assert not [*(tmp_path / "subsync-out").rglob("*.tmp")]
    assert len([*(tmp_path / "cache" / "words").iterdir()]) == 1


@pytest.mark.model
def test_a_garden_with_weeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All good notes are done, each broken one is named by its class, and a second run touches nothing."""
    monkeypatch.syspath_prepend(str(HERE.parent / "bench"))
    bench = importlib.import_module("reliability")
    kinds = [
        kind for kind in (*bench.BROKEN, "episode", "heading") if kind != "cut"
    ]  # that one waits between its tries

    found = bench.garden(tmp_path, count=2, distinct=2, kinds=kinds)

    assert found["problems"] == []
    assert found["done"] == 4
    assert found["failed"] == {"NoteError": 3, "FetchError": 2, "NothingToAlignError": 1, "StoreError": 1}
    assert found["doubtful"] >= 1


# --- media ------------------------------------------------------------------------------------------------------------


def _wav(seconds: float = 2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(bytes(2 * int(16_000 * seconds)))
    return file.getvalue()


def _zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("a.wav", _wav())
    return file.getvalue()


def corpus(count: int, seed: int, port: int, secret: Path) -> Iterator[tuple[str, bytes]]:
    """Files that are not what they seem, then good ones cut and with bits turned over."""
    chance = random.Random(seed)
    base = f"http://127.0.0.1:{port}/x.ts"
    yield "playlist.m4a", f"#EXTM3U\n{base}\n".encode()
    yield "hls.m4a", f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{base}\n#EXT-X-ENDLIST\n".encode()
    yield "hls.mp3", f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{secret}\n#EXT-X-ENDLIST\n".encode()
    yield "concat.m4a", f"ffconcat version 1.0\nfile '{secret}'\n".encode()
    yield "concat.wav", f"ffconcat version 1.0\nfile '{base}'\n".encode()
    yield "dash.mp4", f'<?xml version="1.0"?><MPD><BaseURL>{base}</BaseURL></MPD>'.encode()
    yield "zip.mp3", _zipped()
    yield "text.opus", "这不是声音。\n".encode() * 100
    yield "empty.ogg", b""
    yield "zeros.flac", bytes(100_000)
    whole = SAMPLE.with_suffix(".opus").read_bytes()[:20_000], _wav()
    for i in range(count):
        data = bytearray(chance.choice(whole))
        if chance.random() < 0.5:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.choice([0, 1, 10, 200]) if data else 0):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(6)
        yield f"fuzz{i}.{chance.choice(['opus', 'wav', 'mp3', 'm4a'])}", bytes(data)


def test_broken_media_are_errors_and_open_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A typed error or a recording; no connection to the server that they name, and bounded memory."""
    connections: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def handle(self) -> None:
            connections.append(self.client_address)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    secret = tmp_path / "secret.wav"
    secret.write_bytes(_wav(3))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused, heard = [], []
    for name, data in corpus(60, 6, server.server_port, secret):
        path = tmp_path / name
        path.write_bytes(data)
        try:
            probe(path)
            decode(path, tmp_path / "out.s16")
            heard.append(name)
        except AudioError:
            refused.append(name)
        path.unlink()
    server.shutdown()
    server.server_close()

    assert connections == []
    assert refused[:10] == [name for name, _ in list(corpus(0, 6, 1, secret))]
    assert len(refused) > 15
    assert len(heard) > 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # KB
