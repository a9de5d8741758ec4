"""Nights that go wrong, at full size: ``python bench/reliability.py garden|kills|fuzz|throughput``.

Recordings are pieces of the sample, served from this machine; the work is the real one, with the tiny.en weights.
Prints one JSON object with what was counted and measured, and exits with 1 if something is not as it should be.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections import Counter
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parent / "samples" / "tide-machine"


# --- a garden ---------------------------------------------------------------------------------------------------------


def recordings(folder: Path, count: int) -> list[str]:
    """Pieces of the sample of three sentences each; what is said in each."""
    from subsync.sound import decode

    folder.mkdir(parents=True)
    decode(SAMPLE.with_suffix(".opus"), folder / "all.s16")
    samples = (folder / "all.s16").read_bytes()
    truth = json.loads(SAMPLE.with_suffix(".truth.json").read_text(encoding="utf-8"))
    said = []
    for i in range(count):
        lines = truth[i % (len(truth) - 3) :][:3]
        start, end = max(0.0, lines[0]["start"] - 0.3), lines[-1]["end"] + 0.3 + i / 1000
        with wave.open(str(folder / f"r{i}.wav"), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(16_000)
            out.writeframes(samples[int(start * 16_000) * 2 : int(end * 16_000) * 2])
        said.append(" ".join(line["text"] for line in lines))
    (folder / "all.s16").unlink()
    return said


@contextmanager
def site(folder: Path) -> Iterator[tuple[str, Counter[str]]]:
    """Serve a folder; ``/cut/NAME`` hangs up in the middle, ``/text`` is no recording."""
    asked: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked[self.path] += 1
            path = folder / self.path.rsplit("/", 1)[-1]
            body = (
                b"This is no sound.\n" * 99
                if self.path == "/text.mp3"
                else path.read_bytes()
                if path.is_file()
                else None
            )
            if body is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "audio/x-wav")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body[: len(body) // 2] if self.path.startswith("/cut/") else body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def note(path: Path, source: str, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"---\ntitle: A talk\nsource: {source}\n---\n# Talk {path.stem}\n\n{body}\n\n这是译文。\n", encoding="utf-8"
    )
    return path


BROKEN = {
    "yaml": "NoteError",
    "nosource": "NoteError",
    "gone": "FetchError",
    "text": "FetchError",
    "cut": "FetchError",
    "empty": "NothingToAlignError",
    "unreadable": "NoteError",
    "full": "StoreError",
}
"""Kinds of broken notes and the error of each. Two more are done, with a remark: another episode, a huge heading."""


def broken(kind: str, path: Path, url: str, output: Path) -> None:
    """Make a note that cannot be done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    good = f"{url}/r0.wav"
    match kind:
        case "yaml":
            path.write_text("---\nsource: [a\n---\nHello there.\n", encoding="utf-8")
        case "nosource":
            path.write_text("---\ntitle: a\n---\nHello there.\n", encoding="utf-8")
        case "empty":
            path.write_text(f"---\nsource: {good}\n---\n", encoding="utf-8")
        case "unreadable":
            path.symlink_to(path.parent / f"nowhere-{path.stem}")
        case "full":  # a file where the folder should be: not even root can write there
            note(path, good, "Hello there.")
            output.mkdir(parents=True, exist_ok=True)
            (output / path.stem).write_text("in the way")
        case "episode":
            note(path, good, "Entirely other words were spoken in this episode about butterflies and cooking.")
        case "heading":
            note(path, good, "Hello there.")
            path.write_text(path.read_text(encoding="utf-8") + "\n# " + "word " * 20_000 + "\n", encoding="utf-8")
        case "cut":
            note(path, f"{url}/cut/r0.wav", "Hello there.")
        case _:
            note(path, f"{url}/{kind}.mp3", "Hello there.")


def command(root: Path, *words: str, output: str = "out") -> list[str]:
    options = ["-o", str(root / output), "--model", "tiny.en", "--allow-private", "--json"]
    return [sys.executable, "-m", "subsync", "batch", *words, *options]


def environment(root: Path, cache: str = "cache") -> dict[str, str]:
    paths = os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")])
    (root / "tmp").mkdir(exist_ok=True)
    return os.environ | {
        "PYTHONPATH": paths,
        "SUBSYNC_CACHE": str(root / cache),
        "SUBSYNC_OFFLINE": "1",
        "TMPDIR": str(root / "tmp"),
        "no_proxy": "*",
    }


def run(root: Path, words: list[str], cache: str = "cache") -> tuple[int, list[dict[str, Any]], str]:
    done = subprocess.run(words, env=environment(root, cache), capture_output=True, text=True, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    found = (p for p in sorted(folder.rglob("*")) if p.is_file() and "manifest.sqlite" not in p.name)
    return {str(p.relative_to(folder)): (p.read_bytes(), p.stat().st_mtime_ns) for p in found}


def plant(root: Path, url: str, said: list[str], count: int, kinds: list[str]) -> list[str]:
    """``count`` good notes and one for each of ``kinds``; what to name to `subsync batch`."""
    for i in range(count):
        r = i % len(said)
        note(root / "notes" / f"part{i % 3}" / f"n{i:03}.md", f"{url}/r{r}.wav", said[r])
    for i, kind in enumerate(kinds):
        broken(kind, root / "bad" / f"{kind}-{i}.md", url, root / "out")
    named = sorted(str(p) for p in (root / "bad").glob("nosource-*")) if kinds else []
    return [str(root / "notes"), *([str(root / "bad")] if kinds else []), *named]


def garden(root: Path, count: int = 180, distinct: int = 20, kinds: list[str] | None = None) -> dict[str, Any]:
    """Good notes and broken ones: all good are done, each bad one is named, a second run touches nothing."""
    kinds = [*BROKEN, "episode", "heading"] * 2 if kinds is None else kinds
    said = recordings(root / "site", distinct)
    with site(root / "site") as (url, asked):
        words = command(root, *plant(root, url, said, count, kinds))
        began = time.monotonic()
        code, events, stderr = run(root, words)
        seconds = time.monotonic() - began
        before, requests = files(root / "out"), asked.total()
        began = time.monotonic()
        again, later, _ = run(root, words)
        second = time.monotonic() - began
    failed = {Path(e["note"]).stem: e["error"] for e in events if e["event"] == "failed"}
    expected = {f"{kind}-{i}": BROKEN[kind] for i, kind in enumerate(kinds) if kind in BROKEN}
    done = [e for e in events if e["event"] == "done"]
    problems = [
        *(["exit codes"] if (code, again) != (1 if expected else 0,) * 2 else []),
        *(["failures"] if failed != expected else []),
        *(["not all done"] if len(done) != count + len(kinds) - len(expected) else []),
        *(["second run"] if files(root / "out") != before or any(e["event"] == "done" for e in later) else []),
        *(["asked again"] if asked["/r0.wav"] > 2 else []),
        *left_over(root),
    ]
    return {
        "notes": count + len(kinds),
        "done": len(done),
        "failed": dict(Counter(failed.values())),
        "doubtful": sum(bool(e["shortcomings"]) for e in done),
        "seconds": round(seconds, 1),
        "second_run_seconds": round(second, 1),
        "requests": requests,
        "problems": problems,
        **({"stderr": stderr[-2000:], "differ": str(set(failed.items()) ^ set(expected.items()))} if problems else {}),
    }


# --- kills ------------------------------------------------------------------------------------------------------------


def left_over(root: Path) -> list[str]:
    """Files that nobody will use again: our temporary ones, and any in the temporary folder."""
    ours = [path for folder in ("out", "cache") for path in (root / folder).rglob("*.tmp")]
    return [str(path.relative_to(root)) for path in [*ours, *(root / "tmp").rglob("*")] if not path.is_dir()]


def kills(root: Path, moments: int = 50, count: int = 12) -> dict[str, Any]:
    """SIGKILL for parent and workers in turn at random moments; in the end all is as in an undisturbed run."""
    import psutil

    chance = random.Random(50)
    said = recordings(root / "site", 6)
    with site(root / "site") as (url, _):
        words = plant(root, url, said, count, [])
        run(root, command(root, *words, output="calm"), "calm-cache")
        hits: Counter[str] = Counter()
        orphans = 0
        while hits.total() < moments:
            process = subprocess.Popen(
                command(root, *words, "--jobs", "2"),
                env=environment(root),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.3, 4))
            if process.poll() is not None:
                shutil.rmtree(root / "out", ignore_errors=True)  # it came to its end: once more from the start
                shutil.rmtree(root / "cache", ignore_errors=True)
                continue
            children = psutil.Process(process.pid).children(recursive=True)
            workers = [
                child
                for child in children
                if child.is_running() and "run.process import serve" in " ".join(child.cmdline())
            ]
            if workers and hits.total() % 2:
                with suppress(psutil.NoSuchProcess):
                    chance.choice(workers).kill()
                    hits["worker"] += 1
                time.sleep(chance.uniform(0.1, 1))
                children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            process.kill()
            hits["parent"] += 1
            process.wait()
            orphans += len(psutil.wait_procs(children, 5)[1])
        code, *_ = run(root, command(root, *words))
    calm, hit = files(root / "calm"), files(root / "out")
    left = sorted({*left_over(root), *(hit.keys() - calm.keys())})
    differ = [
        name for name in calm if _same(calm[name][0], root / "calm") != _same(hit.get(name, (b"", 0))[0], root / "out")
    ]
    problems = [*(["exit code"] if code else []), *differ, *left, *(["orphans"] if orphans else [])]
    return {"kills": dict(hits), "files": len(calm), "orphans": orphans, "problems": problems}


def _is_worker(process: Any) -> bool:
    return process.is_running() and "run.process import serve" in " ".join(process.cmdline())


def _same(data: bytes, folder: Path) -> bytes:
    """Without the names of the two caches and folders, which stand in some files."""
    name = folder.name.encode()
    return data.replace(b"calm-cache", b"cache").replace(b"/" + name + b"/", b"/x/")


# --- media, speed -----------------------------------------------------------------------------------------------------


def fuzz(root: Path, count: int = 500) -> dict[str, Any]:
    """Containers cut and with bits turned over, each decoded in a process with a memory limit."""
    code = """
import resource, sys
from pathlib import Path
from subsync.sound import decode
from subsync.errors import AudioError
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
for path in map(Path, sys.argv[2:]):
    try:
        decode(path, Path(sys.argv[1]) / "out.s16")
        print("heard", path.name)
    except AudioError:
        print("refused", path.name)
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
    chance = random.Random(500)
    whole = SAMPLE.with_suffix(".opus").read_bytes()[:80_000]
    paths = []
    for i in range(count):
        data = bytearray(whole)
        del data[chance.randrange(len(data)) if chance.random() < 0.5 else len(data) :]
        for _ in range(chance.choice([0, 1, 10, 300]) if data else 0):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        paths.append(root / f"{i}.{chance.choice(['opus', 'mp3', 'm4a', 'wav'])}")
        paths[-1].write_bytes(data)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, str(root), *map(str, paths)],
        env=environment(root),
        capture_output=True,
        text=True,
        check=False,
    )
    counts = Counter(line.split()[0] for line in done.stdout.splitlines())
    peak = done.stdout.rsplit("peak ", 1)[-1].strip()
    problems = [] if counts["heard"] + counts["refused"] == count and done.returncode == 0 else [done.stderr[-500:]]
    seconds = round(time.monotonic() - began, 1)
    return {**counts, "peak_mb": peak, "seconds": seconds, "problems": problems}


def throughput(root: Path, count: int = 24) -> dict[str, Any]:
    """The sample, some seconds longer or shorter, ``count`` times: one job with two threads, two with one, Dask."""
    (root / "notes").mkdir(parents=True)
    text = SAMPLE.with_suffix(".md").read_text(encoding="utf-8")
    from subsync.sound import decode

    decode(SAMPLE.with_suffix(".opus"), root / "all.s16")
    samples = (root / "all.s16").read_bytes()
    for i in range(count):
        with wave.open(str(root / "notes" / f"r{i}.wav"), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(16_000)
            out.writeframes(samples + bytes(3200 * i))
        (root / "notes" / f"n{i}.md").write_text(text.replace("tide-machine.opus", f"r{i}.wav"), encoding="utf-8")
    found: dict[str, Any] = {"notes": count, "processors": os.cpu_count(), "problems": []}
    notes = str(root / "notes")
    for name, jobs in (("jobs_1_threads_2", "1"), ("jobs_2_threads_1", "2")):
        found[name] = _timed(root, name, [notes, "--jobs", jobs], found["problems"])
    with _farm(root) as scheduler:
        found["dask_2_workers"] = _timed(root, "dask", [notes, "--scheduler", scheduler], found["problems"])
    return found


def _timed(root: Path, name: str, words: list[str], problems: list[str]) -> float:
    began = time.monotonic()
    code, _, stderr = run(root, command(root, *words, output=f"out-{name}"), f"cache-{name}")
    if code:
        problems.append(f"{name}: {stderr[-500:]}")
    return round(time.monotonic() - began, 1)


@contextmanager
def _farm(root: Path) -> Iterator[str]:
    file = root / "scheduler.json"
    where = ["--scheduler-file", str(file), "--no-dashboard"]
    options: list[list[str]] = [
        ["distributed.cli.dask_scheduler", "--port", "0", *where],
        *[
            [
                "distributed.cli.dask_worker",
                *where,
                "--nthreads",
                "1",
                "--resources",
                "subsync=1",
                "--local-directory",
                str(root),
            ]
        ]
        * 2,
    ]
    processes = []
    for words in options:
        processes.append(
            subprocess.Popen(
                [sys.executable, "-m", *words], env=environment(root, "cache-dask"), stderr=subprocess.DEVNULL
            )
        )
        while not file.exists():
            time.sleep(0.05)
    time.sleep(4)  # until the workers are there
    try:
        yield str(file)
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("night", choices=["garden", "kills", "fuzz", "throughput"])
    parser.add_argument("--folder", type=Path, help="work here and keep it")
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="subsync-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        result = globals()[chosen.night](folder)
    finally:
        if chosen.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps({"night": chosen.night, **result}, ensure_ascii=False, indent=1))
    return 1 if result["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
