"""Processes of this machine that work for us: one way to start them, to give them work, and to end them.

Each is a fresh interpreter at the other end of a pipe of its own, so none can take a lock with it into death, and who
died is seen by the end of its pipe. It does not run the script that started it, as ``multiprocessing`` does: one that
is not guarded by ``if __name__ == "__main__"`` would do there what it is doing here. It is not forked: a fork would
copy the threads of the recogniser in the middle of whatever they hold, and CTranslate2 hangs (its issue 1414). Ctrl-C
does not reach it; when its pipe is closed, be it by our own death, it ends at once.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, TypeAlias

from subsync.errors import SubsyncError, WorkerError
from subsync.store.system import end_group, spare_memory, spawn, stay_deaf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from subsync.run.progress import Progress

    Work: TypeAlias = Callable[..., Any]
    """A function of a module, so that a worker can import it: takes a task and a ``Progress``, gives a result."""


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


def prepare() -> None:
    """Make results the same on any machine, give memory back, waste no time: before all else in a process that works.

    With each number of threads OpenBLAS adds up in another order, and results differ in the last digit.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # onnxruntime 1.32 reports its use to its makers, and leaves a file `.ses` in the temporary folder at its import.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    # oneDNN keeps what it has compiled for the last 1024 shapes, over 1 MB for each length of a window.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")
    gc.set_threshold(_RARELY)
    spare_memory()


_RARELY = 50_000
"""How many new objects there are before those that hold one another are looked for. A note of an hour is some hundred
thousand that stay: looking among them after every 700, as Python does, is an eighth of a run after a correction."""


# --- where the work is given out --------------------------------------------------------------------------------------


@dataclass(eq=False)
class Worker:
    """A process that does one task after the other."""

    process: subprocess.Popen[bytes]
    pipe: Connection[Any, Any]
    """Ready when it has something to say."""
    keys: deque[str] = field(default_factory=deque)
    """Of the tasks that it has been given and that are not over, in their order."""

    @classmethod
    def start(cls, environment: Mapping[str, str] | None = None) -> Worker:
        """Start one, with these variables in its environment beside ours."""
        ours, theirs = Pipe()
        code = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from subsync.run.process import serve; serve()"
        process = spawn(
            [sys.executable, "-P", "-c", code, json.dumps(sys.path), str(theirs.fileno())],
            {"OPENBLAS_NUM_THREADS": "1", **os.environ, **(environment or {})},
            inherits=theirs.fileno(),
        )
        theirs.close()
        worker = cls(process, ours)
        weakref.finalize(worker, _end, process, ours)
        return worker

    def send(self, key: str, work: Work, task: Any) -> None:
        """Give it a task. If it has just died, ``heard`` says so."""
        packed = pickle.dumps((work, task))
        self.keys.append(key)
        with suppress(OSError):
            self.pipe.send((key, packed))

    def heard(self) -> list[Step | End]:
        """What it has said since the last time; does not wait. Tasks end with an error when it has died."""
        reports: list[Step | End] = []
        try:
            while self.pipe.poll():
                report = self.pipe.recv()
                if isinstance(report, End):
                    self.keys.popleft()
                reports.append(report)
        except (EOFError, OSError):
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
            death = _death(self.process.poll())
            reports += [End(key, error=death) for key in self.keys]
            self.kill()
        return reports

    @property
    def idle(self) -> bool:
        """Whether it has nothing to do and is there to do more."""
        return not self.keys and self.process.poll() is None

    @property
    def dead(self) -> bool:
        """Whether it has ended, and `heard` has said so."""
        return self.pipe.closed

    def kill(self) -> None:
        """End it and whatever it has started, at once."""
        self.keys.clear()
        _end(self.process, self.pipe)


def _end(process: subprocess.Popen[bytes], pipe: Connection[Any, Any]) -> None:
    if process.poll() is None:
        end_group(process.pid)
        process.kill()
        process.wait()
    pipe.close()


def _death(code: int | None) -> WorkerError:
    how = f"by signal {-code} ({signal.strsignal(-code)})" if code and code < 0 else f"with code {code}"
    remedy = "Run again; if it dies again, there may be too little memory (fewer --jobs) or a fault in the recording."
    return WorkerError(f"its process ended {how}", remedy, retryable=True)


# --- in the worker ----------------------------------------------------------------------------------------------------


def serve() -> None:
    """Do what comes through the pipe, until nobody is there any more."""
    stay_deaf()
    pipe: Connection[Any, Any] = Connection(int(sys.argv[2]))
    tasks: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(pipe, tasks), daemon=True).start()
    prepare()
    sending = threading.Lock()

    def send(report: Step | End) -> None:
        with sending, suppress(OSError):  # the parent has gone, which ends us
            pipe.send(report)

    logger = logging.getLogger("subsync")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    while True:
        key, packed = tasks.get()
        logger.handlers = [_Sender(partial(_say, key, send))]
        try:
            work, task = pickle.loads(packed)  # noqa: S301 - our parent's
            send(End(key, *attempt(work, task, teller(partial(_tell, key, send)))))
        except Exception as exc:  # noqa: BLE001 - what cannot be unpacked here, or packed up to be sent back
            send(End(key, error=WorkerError(f"{type(exc).__name__}: {exc}", _REPORT)))


def _receive(pipe: Connection[Any, Any], tasks: queue.SimpleQueue[tuple[str, bytes]]) -> None:
    """Take what comes, so that who sends need not wait; when nobody is there any more, end all that we have started.

    At once: threads of onnxruntime and libgomp have been seen to hang at the regular end.
    """
    with suppress(EOFError, OSError):
        while True:
            tasks.put(pipe.recv())
    end_group(os.getpid())


_REPORT = "This is a fault of subsync: please report it."


def attempt(work: Work, task: Any, tell: Progress) -> tuple[Any, Exception | None]:
    """Do a task: its result, or why there is none. What one note does must not end the others."""
    try:
        return work(task, tell), None
    except MemoryError as exc:
        return None, WorkerError(f"out of memory: {exc}", "Run fewer --jobs, or take a smaller --model.")
    except SubsyncError as exc:
        return None, exc
    except Exception as exc:  # not all errors can be pickled
        logging.getLogger("subsync").exception("a fault of subsync's own")
        return None, WorkerError(f"{type(exc).__name__}: {exc}", _REPORT)


def teller(send: Callable[[str, float, float | None], None]) -> Progress:
    """Pass on the first word of each stage and then four a second, which is all that a person can see."""
    last: dict[str, float] = {}

    def tell(stage: str, done: float, total: float | None) -> None:
        now = time.monotonic()
        if now - last.get(stage, 0.0) >= 0.25 or done == total:
            last[stage] = now
            send(stage, done, total)

    return tell


def _tell(key: str, send: Callable[[Step], None], stage: str, done: float, total: float | None) -> None:
    send(Step(key, stage, done, total))


def _say(key: str, send: Callable[[Step], None], text: str) -> None:
    send(Step(key, "", log=text))


class _Sender(logging.Handler):
    """Hands on what is logged."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__()
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        self._say(self.format(record))
