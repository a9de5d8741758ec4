"""Calls spread over processes, for pure functions of arrays that hold Python's lock."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from collections import deque
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from itertools import chain, count, islice
from multiprocessing import connection
from typing import TYPE_CHECKING, TypeVar

from subsync.errors import WorkerError
from subsync.run.process import End, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from subsync.run.progress import Progress

_LOG = logging.getLogger(__name__)

A = TypeVar("A")
R = TypeVar("R")

_AHEAD = 2
"""Calls for each process that wait while it works; each holds its arguments."""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""For each process: together they have all cores."""


@dataclass(eq=False)
class Workers:
    """``size`` processes that start at the first call and end with `close`, or with this one."""

    size: int
    beside: bool = False
    """Whether one alone is of use, because this one does something else meanwhile."""
    _workers: list[Worker] = field(default_factory=list)
    _ended: dict[str, End] = field(default_factory=dict)
    """By key, those that somebody still waits for."""
    _wanted: set[str] = field(default_factory=set)
    _keys: Iterator[int] = field(default_factory=count)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def pids(self) -> list[int]:
        """The processes that have been started."""
        return [worker.process.pid for worker in self._workers]

    def begin(self, load: Callable[[None], None]) -> None:
        """Start the processes and let each load what the first calls will need, while this one does something else."""
        with self._lock:
            while self._useful and len(self._workers) < self.size:
                self._workers.append(Worker.start(_ONE_THREAD))
                self._workers[-1].send(str(next(self._keys)), _call, (load, None))

    def prepare(self, load: Callable[[None], None]) -> None:
        """Let each process that has started load what later calls will need."""
        with self._lock:
            for worker in self._workers:
                worker.send(str(next(self._keys)), _call, (load, None))

    def map(self, function: Callable[[A], R], items: Iterable[A], *, few: int = 0) -> Iterator[R]:
        """``map(function, items)``, in order, with a few calls under way at a time.

        Args:
            function: Of a module, or a ``partial`` of one. What it raises is raised here.
            items: Whatever can be pickled.
            few: So many items are not worth starting processes for, if none has started yet.

        Raises:
            CancelledError: `close` was called meanwhile, by another thread.
        """
        queue = iter(items)
        first = [] if self._workers else list(islice(queue, few + 1))  # to make an item may be work as well
        if not self._useful or (len(first) <= few and not self._workers):
            yield from map(function, chain(first, queue))
            return
        waiting: deque[tuple[A, str]] = deque()
        try:
            for item in chain(first, queue):
                waiting.append((item, self._send(function, item)))
                if len(waiting) >= self.size * (_AHEAD + 1):
                    yield self._result(function, *waiting.popleft())
            while waiting:
                yield self._result(function, *waiting.popleft())
        finally:
            with self._lock:
                for _, key in waiting:
                    self._wanted.discard(key)
                    self._ended.pop(key, None)

    @property
    def _useful(self) -> bool:
        return (self.size > 1 or self.beside) and not multiprocessing.current_process().daemon

    def close(self) -> None:
        """End the processes, and the waiting of those who wait for them."""
        with self._lock:
            while self._workers:
                self._workers.pop().kill()
            self._ended |= {key: End(key, error=CancelledError()) for key in self._wanted}
            self._wanted.clear()

    def _send(self, function: Callable[[A], R], item: A) -> str:
        with self._lock:
            key = str(next(self._keys))
            if len(self._workers) < self.size:
                self._workers.append(Worker.start(_ONE_THREAD))
            self._wanted.add(key)
            min(self._workers, key=lambda worker: len(worker.keys)).send(key, _call, (function, item))
            return key

    def _result(self, function: Callable[[A], R], item: A, key: str) -> R:
        """What a call gave; one that failed, or whose process died, is made here and fails here."""
        while (end := self._collected(key)) is None:
            connection.wait([worker.pipe for worker in self._workers], 0.1)
        if end.error is None:
            return end.value  # type: ignore[no-any-return]
        if isinstance(end.error, CancelledError):
            raise end.error
        if isinstance(end.error, WorkerError) and end.error.retryable:
            _LOG.warning("a worker process died; going on without")
        return function(item)

    def _collected(self, key: str) -> End | None:
        """How a call ended, if it has."""
        with self._lock:
            for worker in [*self._workers]:
                for report in worker.heard():
                    if isinstance(report, End) and report.key in self._wanted:
                        self._wanted.discard(report.key)
                        self._ended[report.key] = report
                if worker.dead:
                    self._workers.remove(worker)
            return self._ended.pop(key, None)


def _call(task: tuple[Callable[[A], R], A], _tell: Progress) -> R:
    function, item = task
    return function(item)
