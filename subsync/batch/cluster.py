"""A Dask cluster that recognises and aligns for a batch: the same functions, on other machines.

What a worker computes goes into the cache of the machine that runs the batch, under the same keys as ever, and there
the files are made as always: out of a cache that has everything, in a second. So outputs are the same to the letter
wherever the work was done, workers need no folder in common with us, and one that is cut off from the scheduler and
goes on can harm nothing. A recording that the workers do not see under its path is sent to them.
"""

from __future__ import annotations

import logging
import platform
import secrets
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import Pipe
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subsync.batch.pool import Pool
from subsync.batch.run import Stage
from subsync.batch.work import fetch_recording, kept_session, make_files
from subsync.errors import ModelError, SubsyncError, UsageError, WorkerError
from subsync.fetch import CAPTIONS, captions_of
from subsync.listen.models import find_model
from subsync.run.code import code_of
from subsync.run.job import edits_of
from subsync.run.process import End, Step, prepare, teller
from subsync.store import Cache, write_bytes, write_text

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from subsync.align.edits import Edit
    from subsync.batch.run import BatchOptions
    from subsync.batch.work import Task
    from subsync.datatypes import Media, Note
    from subsync.run.process import Work

log = logging.getLogger(__name__)

RESOURCE = "subsync"
"""``dask worker --resources "subsync=1"`` takes one note at a time. Where any worker has it, those that have not get
no notes."""
_PATIENCE = 60.0
"""Seconds without any worker before the batch gives up: as many as a machine takes to start again."""
_LOOK = 2.0
"""Seconds between two looks at who is there."""
_RUN_AGAIN = "and run again: what was done is kept."
_PACKAGES = ("subsync-notes", "faster-whisper", "ctranslate2", "pocketsphinx", "numpy", "av", "distributed")
"""Those on which a result, or its journey, depends."""


def cluster_stages(address: str, options: BatchOptions) -> tuple[Stage, ...]:
    """Fetching here, recognition and alignment there, the files here.

    Args:
        address: ``tcp://host:8786``, ``tls://host:8786``, or the path of a scheduler file.
        options: Of the batch; its limits hold for the work here, a worker there has those that Dask gives it.

    Raises:
        UsageError: distributed is not installed, nobody answers, nobody can work, or versions differ.
    """
    return (
        Stage("fetch", fetch_recording, Pool(2, options.limits)),
        Stage("cluster", harvest, Cluster.connect(address)),
        Stage("sync", make_files, Pool(max(1, options.jobs // 2), options.limits)),  # a tenth of the work
    )


# --- in a worker of the cluster ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parcel:
    """A note on its way to a worker."""

    task: Task
    note: Note
    edits: tuple[Edit, ...]
    media: Media
    captions: str | None
    model_sha256: str
    size: int
    """Of the recording, in bytes."""
    mark: str
    """A file in our cache: who sees it shares the cache with us."""
    topic: str
    key: str


def harvest(parcel: Parcel, sound: bytes | None, threads: int) -> tuple[tuple[str, str, Any], ...] | None:
    """Recognise and align one note; the entries of the cache in which that is, or ``None`` to ask for the recording.

    Raises:
        SubsyncError: as the stages do; another model stands here under that name.
    """
    from subsync.align.constrain import pinned

    prepare()
    task, media = parcel.task, parcel.media
    cache = Cache(task.cache) if _size(parcel.mark) >= 0 else Cache()
    if sound is not None:
        media = _received(cache, parcel, sound)
    elif _size(str(media.path)) != parcel.size:
        return None
    settings = task.job.settings
    session = kept_session(settings, cache.root, teller(_sender(parcel)), threads)
    if (ours := find_model(settings.model, stamps=cache.root / "stamps").sha256) != parcel.model_sha256:
        raise ModelError(
            f"the model of {platform.node()} has SHA-256 {ours[:12]}…, that of the batch {parcel.model_sha256[:12]}…",
            "Install the same weights on all machines, or name them with --model.",
        )
    note = pinned(parcel.note, parcel.edits)
    with session.sharing.spread():
        session.align(note, media, session.recognize(note, media))
    session.peaks(media)
    return tuple(session.entries(note, media))


def _received(cache: Cache, parcel: Parcel, sound: bytes) -> Media:
    media = parcel.media
    path = cache.path("received", media.sha256) / f"audio{media.path.suffix}"
    if not path.is_file() or path.stat().st_size != len(sound):
        write_bytes(path, sound)
    if parcel.captions is not None:
        write_text(path.with_name(CAPTIONS), parcel.captions)
    return replace(media, path=path)


def _sender(parcel: Parcel) -> Any:
    from distributed import get_worker

    worker = get_worker()

    def send(*content: Any) -> None:
        worker.log_event(parcel.topic, [parcel.key, *content])

    return send


def _versions() -> dict[str, str]:
    found = {"python": ".".join(platform.python_version_tuple()[:2]), "subsync's code": code_of("subsync")[:12]}
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _size(path: str) -> int:
    with suppress(OSError):
        return Path(path).stat().st_size
    return -1


# --- where the batch runs ---------------------------------------------------------------------------------------------


@dataclass
class Cluster:
    """An ``Executor`` of the notes that Dask workers recognise and align."""

    client: Any
    topic: str = field(default_factory=lambda: f"subsync-{secrets.token_hex(8)}")
    marks: dict[Path, Path] = field(default_factory=dict)
    sent: dict[str, tuple[Work, Parcel]] = field(default_factory=dict)
    futures: dict[str, Any] = field(default_factory=dict)
    ended: deque[End] = field(default_factory=deque)
    steps: deque[Step] = field(default_factory=deque)
    workers: dict[str, Any] = field(default_factory=dict)
    bell: tuple[Connection, Connection] = field(default_factory=lambda: Pipe(duplex=False))
    """Rung when a task has ended, so that the next can begin at once."""
    picky: bool = False
    """Whether there was a worker that takes notes one at a time: then only such ones count."""
    looked: float = 0.0
    alone_since: float | None = None
    lost: WorkerError | None = None
    """Why nobody does anything any more."""

    @classmethod
    def connect(cls, address: str) -> Cluster:
        """Find the scheduler, and see that somebody there can work."""
        client = _client(address)
        cluster = cls(client)
        try:
            cluster.look()
        except BaseException:  # Ctrl-C too: the connection is nobody else's
            client.close()
            raise
        if not cluster.workers:
            client.close()
            remedy = f'Start one on each machine: dask worker {address} --nthreads 4 --resources "{RESOURCE}=1"'
            raise UsageError(f"the scheduler at {address} has no workers", remedy)
        client.subscribe_topic(cluster.topic, cluster.heard)
        return cluster

    def look(self) -> None:
        """See who is there; those who are new have to have what we have.

        Raises:
            UsageError: versions differ.
        """
        self.looked = time.monotonic()
        known = self.client.scheduler_info(n_workers=-1).get("workers", {})  # a closed client has none
        able = {address: worker for address, worker in known.items() if worker["resources"].get(RESOURCE)}
        self.picky = self.picky or bool(able)
        there = able if self.picky else known
        if new := [address for address in there if address not in self.workers]:
            ours = _versions()
            for address, theirs in self.client.run(_versions, workers=new, on_error="return").items():
                if not isinstance(theirs, dict):
                    continue  # it has just left
                if different := [f"{n} {theirs.get(n)}, here {v}" for n, v in ours.items() if theirs.get(n) != v]:
                    message = f"the worker {address} has other versions: {'; '.join(different)}"
                    raise UsageError(message, "Install the same on all machines: results depend on it.")
        self.workers = there
        if there:
            self.alone_since = None
        else:
            self.alone_since = self.alone_since or time.monotonic()

    @property
    def slots(self) -> int:
        """How many notes can be worked on at a time."""
        return sum(int(worker["resources"].get(RESOURCE, 1)) for worker in self.workers.values())

    @property
    def threads(self) -> int:
        """For each note; Dask gives its workers OMP_NUM_THREADS=1, so it has to be said."""
        return max(
            1, min((w["nthreads"] // int(w["resources"].get(RESOURCE, 1)) for w in self.workers.values()), default=1)
        )

    @property
    def room(self) -> int:
        """How many tasks it would take now. None waits there: Dask blames a death on all that a worker had."""
        return self.slots - len(self.futures) if self._is_connected() else 0

    def _is_connected(self) -> bool:
        return bool(self.client.status == "running")

    @property
    def pipes(self) -> list[Any]:
        """What to wait for; of a cluster that is lost it says nothing."""
        return [self.bell[0]]

    def submit(self, key: str, work: Work, task: Task) -> None:
        """Begin a task; only while there is room."""
        try:
            self.sent[key] = (work, self._parcel(key, task))
            self._send(key)
        except SubsyncError as exc:
            self.ended.append(End(key, error=exc))

    def _send(self, key: str, sound: Any = None) -> None:
        work, parcel = self.sent[key]
        self.futures[key] = self.client.submit(
            work,
            parcel,
            sound,
            self.threads,
            key=f"subsync-{secrets.token_hex(8)}",
            pure=False,
            resources={RESOURCE: 1} if self.picky else None,
        )
        self.futures[key].add_done_callback(self._ring)

    def _ring(self, _future: Any) -> None:
        with suppress(OSError):  # the batch has ended
            self.bell[1].send_bytes(b"done")

    def _parcel(self, key: str, task: Task) -> Parcel:
        from subsync.note import read_note, require_english

        note = read_note(task.job.note, source_keys=task.job.settings.source_keys)
        require_english(note)
        settings = task.job.settings
        model = find_model(settings.model, stamps=task.cache / "stamps")
        assert task.media is not None
        named = replace(task, job=replace(task.job, settings=replace(settings, model=settings.model or model.name)))
        captions = captions_of(task.media)
        edits = edits_of(task.job, note)
        size = task.media.path.stat().st_size
        mark = str(self._mark(task.cache))
        return Parcel(named, note, edits, task.media, captions, model.sha256, size, mark, self.topic, key)

    def _mark(self, cache: Path) -> Path:
        if cache not in self.marks:
            self.marks[cache] = cache / f".{self.topic}"
            write_text(self.marks[cache], "")
        return self.marks[cache]

    def heard(self, event: tuple[float, list[Any]]) -> None:
        """A worker has got further; called in a thread of Dask's."""
        key, *content = event[1]
        self.steps.append(Step(key, *content))

    def poll(self) -> list[Step | End]:
        """What has happened since the last time; does not wait."""
        while self.bell[0].poll():
            self.bell[0].recv_bytes()
        if time.monotonic() - self.looked > _LOOK:
            self._look_again()
            self._see_if_lost()
        reports: list[Step | End] = []
        while self.steps:
            reports.append(self.steps.popleft())
        while self.ended:
            reports.append(self.ended.popleft())
        for key, future in [*self.futures.items()]:
            # Those of a connection that broke are cancelled at once, while it is being made again.
            if future.done() and (self._is_connected() or not future.cancelled()):
                end = _end(key, future)
                if end.error is None and end.value is None:
                    failed = self._send_sound(key)
                    if failed is None:
                        continue
                    end = failed
                reports.append(end)
                del self.futures[key], self.sent[key]
        return reports

    def _send_sound(self, key: str) -> End | None:
        """Send a task once more, with its recording; how it ended if that cannot be done."""
        try:
            sound = self.sent[key][1].media.path.read_bytes()
            self._send(key, self.client.scatter(sound, hash=False))
        except (OSError, TimeoutError) as exc:
            remedy = "See that the file and the workers are there, and run again."
            return End(key, error=WorkerError(f"the recording could not be sent: {exc}", remedy, retryable=True))
        return None

    def _see_if_lost(self) -> None:
        if self.client.status == "closed":
            self.lost = WorkerError("the scheduler of the cluster has gone", f"Start it and its workers {_RUN_AGAIN}")
        elif self.alone_since is not None and time.monotonic() - self.alone_since > _PATIENCE:
            message = f"the cluster has had no worker for {_PATIENCE:.0f} seconds"
            self.lost = WorkerError(message, f"Start workers {_RUN_AGAIN}")

    def _look_again(self) -> None:
        try:
            self.look()
        except UsageError as exc:  # one that came later: what it computes stands under other keys and is not used
            log.warning("%s", exc)
        except OSError:
            pass

    def close(self) -> None:
        """Take back what was not begun; what was, ends by itself and harms nothing."""
        for mark in self.marks.values():
            mark.unlink(missing_ok=True)
        if self.client.status != "closed":
            with suppress(OSError, TimeoutError):
                self.client.cancel([*self.futures.values()])
        self.client.close()
        for end in self.bell:
            end.close()


def _client(address: str) -> Any:
    try:
        import distributed
    except ImportError as exc:
        raise UsageError("distributed is not installed", "pip install 'distributed>=2026.3'") from exc
    where = {"scheduler_file": address} if Path(address).is_file() else {"address": address}
    connect: Any = distributed.Client
    try:
        return connect(**where, timeout="5s", set_as_default=False)
    except (OSError, ValueError, TypeError) as exc:
        remedy = "Start it with `dask scheduler`, and give its address or the file of its --scheduler-file."
        raise UsageError(f"no Dask scheduler at {address}: {exc}", remedy) from exc


def _end(key: str, future: Any) -> End:
    from distributed import KilledWorker

    if future.status == "finished":
        return End(key, future.result())
    if future.status == "error":
        error = future.exception()
        if isinstance(error, KilledWorker):
            message = f"its workers died, the last of them {error.last_worker.address}"
            remedy = "See their logs; they may have had too little memory."
            # Once more: Dask blames a death on all notes that its worker had been given.
            return End(key, error=WorkerError(message, remedy, retryable=True))
        if isinstance(error, SubsyncError):
            return End(key, error=error)
        return End(key, error=WorkerError(f"{type(error).__name__}: {error}", "See the logs of the cluster."))
    message = "the cluster has lost it"  # the scheduler was away for a moment, or somebody cancelled it
    return End(key, error=WorkerError(message, "See that the scheduler runs, and run again.", retryable=True))
