"""Work for batches in tests, in a module that a worker process can import, and a garden of notes to work on."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from subsync.batch import cluster
from subsync.batch.work import Fetched, Made, Task, inputs_of
from subsync.datatypes import Media
from subsync.errors import AudioError, FetchError, RateLimitedError
from subsync.run.process import End, Step, attempt
from subsync.store import Cache, sha256_of, write_text

if TYPE_CHECKING:
    from pathlib import Path

    from subsync.batch.cluster import Parcel
    from subsync.errors import SubsyncError
    from subsync.run.process import Work
    from subsync.run.progress import Progress


@dataclass
class Here:
    """An executor that works in this very process, when a task is submitted."""

    reports: list[Step | End] = field(default_factory=list)
    pipes: list[Any] = field(default_factory=list)
    lost: SubsyncError | None = None

    @property
    def room(self) -> int:
        return 0 if self.reports else 1

    def submit(self, key: str, work: Work, task: Any) -> None:
        def tell(stage: str, done: float, total: float | None) -> None:
            self.reports.append(Step(key, stage, done, total))

        value, error = attempt(work, task, tell)
        self.reports.append(End(key, value, error))

    def poll(self) -> list[Step | End]:
        reports, self.reports = self.reports, []
        return reports

    def close(self) -> None:
        """Nothing is left."""


def note(path: Path, *, source: str = "talk.wav", body: str = "Good evening.", more: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\nsource: {source}\n{more}---\n# A talk\n\n{body}\n", encoding="utf-8")
    return path


def log(task: Task, what: str) -> None:
    """One line for each thing that was really done, beside the cache."""
    with (task.cache / "log.txt").open("a", encoding="utf-8") as file:
        file.write(f"{what} {task.job.note.stem}\n")


def logged(cache: Path) -> list[str]:
    path = cache / "log.txt"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def fetch(task: Task, tell: Progress) -> Fetched:
    """Obeys the host: gone.example has nothing, busy.example wants us to wait, flaky.example fails once."""
    log(task, "fetch")
    tell("fetch", 1, 2)
    source = task.source or ""
    if "gone.example" in source:
        raise FetchError(f"cannot fetch {source}: it is not there", "Check it.", url=source)
    if "busy.example" in source:
        raise RateLimitedError(f"cannot fetch {source}: the site asks to wait", "Run again in an hour.", url=source)
    mark = task.cache / f"{task.job.note.stem}.tried"
    if "flaky.example" in source and not mark.exists():
        mark.touch()
        raise FetchError(f"cannot fetch {source}: cut", "Run again.", url=source, retryable=True)
    return Fetched(Media(task.cache / "sound", "m", 60_000), asked=True)


def bring(task: Task, tell: Progress) -> Fetched:
    """A recording that needs no fetching."""
    log(task, "bring")
    path = task.job.note.parent / (task.source or "")
    return Fetched(Media(path, sha256_of(path), 1000), asked=False)


def harvest(parcel: Parcel, sound: bytes | None, threads: int) -> tuple[tuple[str, str, Any], ...] | None:
    """In a worker of a cluster; obeys the note's text."""
    if sound is None and cluster._size(str(parcel.media.path)) != parcel.size:
        return None
    log(parcel.task, f"harvest-{threads}-{'shipped' if sound else 'seen'}")
    text = parcel.note.text
    if "DIE ALWAYS" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "NAP" in text:
        time.sleep(1)
    if "BROKEN" in text:
        raise AudioError("not a recording", "Give another.")
    return (("transcript", Cache.key(parcel.note.sha256), [len(text)]),)


def make(task: Task, tell: Progress) -> Made:
    """Obeys the note's text."""
    before = inputs_of(task)
    text = task.job.note.read_text(encoding="utf-8")
    tell("recognize", 0, 1000)
    for kind, key, value in task.entries:
        Cache(task.cache).put_json(kind, key, value)
    _suffer(task, text)
    tell("recognize", 1000, 1000)
    if "FULL" not in text:
        log(task, "make")
    made = hashlib.sha256(text.encode()).hexdigest()
    path = task.job.folder / f"{task.job.stem}.srt"
    write_text(path, made)
    outputs = {path.name: hashlib.sha256(made.encode()).hexdigest()}
    return Made(before | {"media_sha256": "m", "model_sha256": "tiny"}, outputs, {"duration_ms": 1000}, fresh=True)


def _suffer(task: Task, text: str) -> None:
    died = task.cache / f"{task.job.note.stem}.died"
    if "SLEEP" in text:
        time.sleep(60)
    if "NAP" in text:
        time.sleep(0.05)
    if "DIE ONCE" in text and not died.exists():
        died.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if "DIE ALWAYS" in text:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "EAT" in text:
        eaten = bytearray(os.urandom(1) * 400_000_000)
        time.sleep(60)
        del eaten
    if "FULL" in text:  # no file may grow beyond 40 bytes
        resource.setrlimit(resource.RLIMIT_FSIZE, (40, resource.RLIM_INFINITY))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if "BROKEN" in text:
        raise AudioError("not a recording", "Give another.")
    if "BUG" in text:
        raise ZeroDivisionError("a bug")
