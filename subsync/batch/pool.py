"""Processes of this machine that work for a batch: each does one task at a time and may die without harm to others.

Not pebble, whose pool breaks for good when a worker is killed that has nothing to do (5.2.3: "Unexpected error within
the Pool"), and not the standard pool, which fails all that waits. Here each worker has a pipe of its own, so none can
take a lock with it into death, and who died is seen by the end of its pipe.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from subsync.errors import SubsyncError, WorkerError
from subsync.run.process import prepare

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from subsync.run.session import Progress

    Work: TypeAlias = Callable[..., Any]
    """A function of a module, so that a worker can import it: takes a task and a ``Progress``, gives a result."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take. ``None`` is no limit."""

    memory: int | None = None
    """Bytes of the worker's resident memory. The address space says little: CTranslate2 and onnxruntime reserve
    several times what they use."""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A task has got further, or has something to say."""

    key: str
    stage: str
    done: float = 0.0
    total: float | None = None
    log: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """A task is over."""

    key: str
    value: Any = None
    error: Exception | None = None


class Executor(Protocol):
    """Works on tasks elsewhere."""

    @property
    def room(self) -> int:
        """How many tasks it would take now."""
        ...

    @property
    def pipes(self) -> list[Any]:
        """What ``multiprocessing.connection.wait`` may wait for; empty where one can only ask."""
        ...

    def submit(self, key: str, work: Work, task: Any) -> None:
        """Begin a task; only while there is room."""
        ...

    def poll(self) -> list[Step | End]:
        """What has happened since the last time; does not wait."""
        ...

    def close(self) -> None:
        """End at once, whatever is being done."""
        ...


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    key: str | None = None
    since: float = 0.0
    looked: float = 0.0
    """When its memory was measured."""

    def kill(self) -> None:
        """With whatever it has started: it leads a process group."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        self.pipe.close()


@dataclass
class Pool:
    """``size`` workers, started when they are first needed and then kept, with the models they have loaded."""

    size: int
    limits: Limits = field(default_factory=Limits)
    _workers: list[_Worker] = field(default_factory=list)

    @property
    def room(self) -> int:
        """How many tasks it would take now."""
        return self.size - sum(worker.key is not None for worker in self._workers)

    @property
    def pipes(self) -> list[Any]:
        """What to wait for until a worker has something to say."""
        return [worker.pipe for worker in self._workers if worker.key is not None]

    @property
    def pids(self) -> dict[int, str | None]:
        """The processes, and what each is working on."""
        return {worker.process.pid or 0: worker.key for worker in self._workers}

    def submit(self, key: str, work: Work, task: Any) -> None:
        """Begin a task; only while there is room."""
        worker = next((w for w in self._workers if w.key is None and w.process.is_alive()), None)
        if worker is None:
            self._workers = [w for w in self._workers if w.key is not None or w.process.is_alive()]
            worker = _start()
            self._workers.append(worker)
        worker.key, worker.since = key, time.monotonic()
        with suppress(OSError):  # it has just died: `poll` will say so
            worker.pipe.send((work, task))

    def poll(self) -> list[Step | End]:
        """What has happened since the last time; does not wait."""
        reports: list[Step | End] = []
        for worker in [w for w in self._workers if w.key is not None]:
            reports += self._heard(worker)
            if worker.key is not None and (error := self._exceeded(worker)):
                reports.append(End(worker.key, error=error))
                self._drop(worker)
        return reports

    def _heard(self, worker: _Worker) -> list[Step | End]:
        reports: list[Step | End] = []
        try:
            while worker.key is not None and worker.pipe.poll():
                kind, *content = worker.pipe.recv()
                if kind == "step":
                    reports.append(Step(worker.key, *content))
                else:
                    reports.append(End(worker.key, *content))
                    worker.key = None
        except (EOFError, OSError):
            worker.process.join(5)
            reports.append(End(str(worker.key), error=_death(worker.process.exitcode)))
            self._drop(worker)
        return reports

    def _exceeded(self, worker: _Worker) -> WorkerError | None:
        limits = self.limits
        if limits.seconds is not None and time.monotonic() - worker.since > limits.seconds:
            return WorkerError(
                f"not done after {limits.seconds / 60:.3g} minutes",
                "Allow more with --time-limit, or cut the recording.",
            )
        if limits.memory is None or time.monotonic() - worker.looked < 0.2:
            return None
        worker.looked = time.monotonic()
        if (used := resident(worker.process.pid)) > limits.memory:
            return WorkerError(
                f"it took {used / 1e6:.0f} MB of memory, more than the {limits.memory / 1e6:.0f} MB of a worker",
                "Allow more with --memory, run fewer --jobs, or take a smaller --model.",
            )
        return None

    def _drop(self, worker: _Worker) -> None:
        worker.kill()
        self._workers.remove(worker)

    def close(self) -> None:
        """End all workers at once, whatever they are doing."""
        while self._workers:
            self._drop(self._workers[-1])


def resident(pid: int | None) -> int:
    """Bytes in memory of a process and those that it has started; 0 where the system does not tell."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123 - several times a second
            pages = int(file.read().split()[1])
        children: list[str] = []
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - the same
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:  # noqa: PTH123
                children += file.read().split()
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(resident(int(child)) for child in children)


def _death(code: int | None) -> WorkerError:
    how = f"by signal {-code} ({signal.strsignal(-code)})" if code and code < 0 else f"with code {code}"
    remedy = "Run again; if it dies again, there may be too little memory (fewer --jobs) or a fault in the recording."
    return WorkerError(f"its process ended {how}", remedy, retryable=True)


def _start() -> _Worker:
    # What is set here, the worker has before it imports anything. Dask's workers have one thread for OpenBLAS, too.
    # CTranslate2 has its own threads, and the same sums whatever their number.
    prepare()
    # Forked after a model was loaded, CTranslate2 hangs (its issue 1414).
    ours, theirs = get_context("spawn").Pipe()
    # No daemon: those may not start the processes of the acoustic aligner.
    process = get_context("spawn").Process(target=_serve, args=(theirs, os.getpid()), daemon=False)
    process.start()
    theirs.close()
    return _Worker(process, ours)


# --- in the worker ----------------------------------------------------------------------------------------------------


def _serve(pipe: Connection, parent: int) -> None:
    """Do one task after the other, until nobody asks any more."""
    prepare()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what Ctrl-C ends, the parent decides
    os.setpgrp()
    threading.Thread(target=_die_with, args=(parent,), daemon=True).start()
    sending = threading.Lock()

    def send(*message: Any) -> None:
        with sending:
            pipe.send(message)

    logger = logging.getLogger("subsync")
    logger.handlers, logger.propagate = [_Sender(send)], False
    logger.setLevel(logging.INFO)
    with suppress(EOFError, ConnectionError):
        while True:
            work, task = pipe.recv()
            send("end", *_done(work, task, teller(send)))
    os.killpg(0, signal.SIGKILL)  # threads of onnxruntime and libgomp have been seen to hang at the regular end


def _done(work: Work, task: Any, tell: Progress) -> tuple[Any, Exception | None]:
    try:
        return work(task, tell), None
    except MemoryError as exc:
        return None, WorkerError(f"out of memory: {exc}", "Run fewer --jobs, or take a smaller --model.")
    except SubsyncError as exc:
        return None, exc
    except Exception as exc:  # what one note does must not end the others, and not all errors can be pickled
        logging.getLogger("subsync").exception("a fault of subsync's own")
        return None, WorkerError(f"{type(exc).__name__}: {exc}", "This is a fault of subsync: please report it.")


def teller(send: Callable[..., None]) -> Progress:
    """Pass on the first word of each stage and then four a second, which is all that a person can see."""
    last: dict[str, float] = {}

    def tell(stage: str, done: float, total: float | None) -> None:
        now = time.monotonic()
        if now - last.get(stage, 0.0) >= 0.25 or done == total:
            last[stage] = now
            send("step", stage, done, total)

    return tell


class _Sender(logging.Handler):
    def __init__(self, send: Callable[..., None]) -> None:
        super().__init__()
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        self._send("step", "", 0.0, None, self.format(record))


def _die_with(parent: int) -> None:
    """End this process and what it has started when its parent has gone, even if that was killed."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os.killpg(0, signal.SIGKILL)
