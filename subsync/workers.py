"""Calls spread over processes, for pure functions of arrays that hold Python's lock.

Processes are spawned: a fork would copy the threads of the recogniser in the middle of whatever they hold.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

_LOG = logging.getLogger(__name__)

A = TypeVar("A")
R = TypeVar("R")

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
            few: So many items are not worth starting processes for.
        """
        queue = iter(items)
        first = list(islice(queue, few + 1))
        if self.count < 2 or len(first) <= few or multiprocessing.current_process().daemon:
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
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.count, mp_context=context, initializer=_alone)


def _alone() -> None:
    """One thread for each process: together they have all cores."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
