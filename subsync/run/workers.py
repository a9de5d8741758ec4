"""Calls spread over processes, for pure functions of arrays that hold Python's lock.

Processes are spawned: a fork would copy the threads of the recogniser in the middle of whatever they hold.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

from subsync.run.process import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from multiprocessing.popen_spawn_posix import Popen
    from multiprocessing.process import BaseProcess

_LOG = logging.getLogger(__name__)

A = TypeVar("A")
R = TypeVar("R")


class _Process(SpawnProcess):
    """A process that does not run the script that started it.

    The standard one imports the main script again. One that is not guarded by ``if __name__ == "__main__"`` would do
    there what it is doing here, and wait for the locks that are held here, for ever.
    """

    @staticmethod
    def _Popen(process_obj: BaseProcess) -> Popen:  # noqa: N802 - the standard library's name
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            return SpawnProcess._Popen(process_obj)  # noqa: SLF001 - what is overridden
        finally:
            sys.modules["__main__"] = main


class _Context(SpawnContext):
    Process = _Process


_AHEAD = 2
"""Calls for each process that wait while it works; each holds its arguments."""


@dataclass(frozen=True)
class Workers:
    """``count`` processes that start at the first call and end with `close`."""

    count: int

    def map(self, function: Callable[[A], R], items: Iterable[A], *, few: int = 0) -> Iterator[R]:
        """``map(function, items)``, in order, with a few calls under way at a time.

        Args:
            function: Of a module, or a ``partial`` of one. What it raises is raised here.
            items: Whatever can be pickled.
            few: So many items are not worth starting processes for, if none has started yet.
        """
        queue = iter(items)
        first = list(islice(queue, few + 1))
        if not self._useful or (len(first) <= few and "_pool" not in self.__dict__):
            yield from map(function, first)
            yield from map(function, queue)
            return
        waiting: deque[tuple[A, Future[R] | None]] = deque()
        for item in (item for part in (first, queue) for item in part):
            waiting.append((item, self._started(function, item)))
            if len(waiting) >= self.count * (_AHEAD + 1):
                yield self._result(function, *waiting.popleft())
        while waiting:
            yield self._result(function, *waiting.popleft())

    @property
    def _useful(self) -> bool:
        return self.count > 1 and not multiprocessing.current_process().daemon

    def close(self) -> None:
        """End the processes."""
        if "_pool" in self.__dict__:
            self._pool.shutdown(wait=True, cancel_futures=True)
            del self.__dict__["_pool"]

    def _started(self, function: Callable[[A], R], item: A) -> Future[R] | None:
        with suppress(BrokenProcessPool):
            return self._pool.submit(function, item)
        return None

    def _result(self, function: Callable[[A], R], item: A, future: Future[R] | None) -> R:
        """What a call gave; if its process died, it is made here."""
        if future is not None:
            try:
                return future.result()
            except BrokenProcessPool:
                _LOG.warning("a worker process died; going on without")
        return function(item)

    @cached_property
    def _pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.count, mp_context=_Context(), initializer=_alone)


def _alone() -> None:
    """One thread for each process: together they have all cores."""
    prepare()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
