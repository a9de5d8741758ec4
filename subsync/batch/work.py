"""What a worker does for a note: fetch its recording, or make its files. Functions of a task, fit for any process."""

from __future__ import annotations

import json
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from subsync.batch.hosts import host_of
from subsync.errors import NoteError, StoreError
from subsync.run.code import code_of
from subsync.run.job import Job, run_job, stamp_of
from subsync.run.progress import silent
from subsync.run.session import Session
from subsync.store import Cache, sha256_of

if TYPE_CHECKING:
    from pathlib import Path

    from subsync.datatypes import Media
    from subsync.run.progress import Progress
    from subsync.run.settings import Settings


@dataclass(frozen=True, slots=True)
class Task:
    """A note to be worked on."""

    job: Job
    cache: Path
    source: str | None = None
    """Where its recording comes from: what the note says, or the file that was given by hand to its last run."""
    audio: Path | None = None
    """That file."""
    threads: int | None = None
    again: bool = False
    """Also if nothing has changed."""
    media: Media | None = None
    """Its recording, once it is here."""
    entries: tuple[tuple[str, str, Any], ...] = ()
    """Kind, key and value of what was computed elsewhere: for the cache."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A recording is here."""

    media: Media
    asked: bool
    """Whether it had to be downloaded."""


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a note are there."""

    inputs: dict[str, Any]
    outputs: dict[str, str]
    """SHA-256 by file name."""
    result: dict[str, Any]
    """Figures, shortcomings and the summary."""
    fresh: bool
    """Whether anything was computed."""


def fetch_recording(task: Task, tell: Progress) -> Fetched:
    """Bring a note's recording here; together with other batches of this user, one from each host at a time."""
    from subsync.note import read_note

    asked = []

    def noted(stage: str, done: float, total: float | None) -> None:
        asked.append(stage)
        tell(stage, done, total)

    session = _session(task, noted)
    note = read_note(task.job.note, source_keys=task.job.settings.source_keys, parse=session.parse)
    host = host_of(task.source)
    with session.cache.lock(session.cache.key("host", host)) if host else nullcontext():
        media = session.fetch(note)
    return Fetched(media, bool(asked))


def make_files(task: Task, tell: Progress) -> Made:
    """Do the whole job for a note whose recording is here."""
    session = _session(task, tell)
    tell("sync", 0, None)
    before = inputs_of(task)
    for kind, key, value in task.entries:
        with session.cache.lock(key):
            session.cache.put_json(kind, key, value)
    outcome = run_job(task.job, session, again=task.again)
    sync = next(path for path in outcome.files if path.name.endswith(".sync.json"))
    made = json.loads(sync.read_bytes())
    inputs = before | {"media_sha256": made["media"]["sha256"], "model_sha256": made["engine"]["model_sha256"]}
    outputs = {path.name: sha256_of(path) for path in outcome.files}
    figures = {
        **outcome.tally,
        "duration_ms": made["media"]["duration_ms"],
        "shortcomings": list(outcome.shortcomings),
        "summary": outcome.summary,
    }
    return Made(inputs, outputs, figures, outcome.fresh)


def inputs_of(task: Task) -> dict[str, Any]:
    """What a result is made from, as far as it can be told without work; another value of it is another result.

    Raises:
        NoteError: the note cannot be read.
        StoreError: the folder of its results cannot be used.
    """
    job = task.job
    edits = sha256_of(job.edits) if job.edits.is_file() else None
    try:
        note = sha256_of(job.note)
    except StoreError as exc:
        raise NoteError(
            f"the note cannot be read: {exc.message}", "Check the path and its permissions.", path=str(job.note)
        ) from exc
    return {
        "code": code_of("subsync"),
        "note_sha256": note,
        "edits_sha256": edits,
        "audio": _stamp(task),
        "settings": job.settings.of_result,
        **_beside(job),
    }


def _beside(job: Job) -> dict[str, Any]:
    """What else a result is made from, where it is: the list of stars for the cards, the user's own picture."""
    found: dict[str, Any] = {}
    if job.settings.cards == "starred" and job.stars.is_file():
        found["stars_sha256"] = sha256_of(job.stars)
    if job.picture:
        found["picture"] = stamp_of(job.picture)
    return found


def _stamp(task: Task) -> list[Any]:
    """A recording of the user's by size and time of change; a download by its address, since it does not change."""
    from subsync.errors import FetchError
    from subsync.fetch import local_path

    if host_of(task.source):
        return [task.source]
    try:
        path = local_path(task.source or "", task.job.note.parent)
        state = path.stat()
    except (FetchError, OSError):
        return []
    return [str(path), state.st_size, state.st_mtime_ns]


# --- a worker keeps its session, and the model in it ------------------------------------------------------------------


class _Heard(threading.local):
    """Passes on to whoever listens to the task of this thread."""

    progress: Progress = staticmethod(silent)

    def __call__(self, stage: str, done: float, total: float | None) -> None:
        self.progress(stage, done, total)


_HEARD = _Heard()


def kept_session(
    settings: Settings, cache: Path, tell: Progress, threads: int | None = None, audio: Path | None = None
) -> Session:
    """The session of this process for such settings, which tells ``tell`` about this thread's task."""
    _HEARD.progress = tell
    return _kept(settings, cache, threads, audio)


@lru_cache(maxsize=1)
def _kept(settings: Settings, cache: Path, threads: int | None, audio: Path | None) -> Session:
    if threads is None:
        return Session(settings, Cache(cache), _HEARD, audio)
    return Session(settings, Cache(cache), _HEARD, audio, threads=threads)


def _session(task: Task, tell: Progress) -> Session:
    return kept_session(task.job.settings, task.cache, tell, task.threads, task.audio)
