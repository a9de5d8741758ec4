"""Functions of a recording, computed block by block in threads, each block as soon as its samples are on disk."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor, Future

    from subsync.datatypes import Ms
    from subsync.sound.pcm import Pcm

R = TypeVar("R")

BLOCK: Ms = 180_000
"""Work enough for a thread, and little to wait for at the end of a recording."""
MORE: Ms = 100
"""A function may look this far beyond its block."""


@dataclass
class Blocks(Generic[R]):
    """What a function of a recording and the start of a block gives for each block, in order."""

    function: Callable[[Pcm, Ms], R]
    pool: Executor
    _next: Ms = 0
    _waiting: deque[Future[R]] = field(default_factory=deque)

    def reach(self, recording: Pcm, *, whole: bool = False) -> None:
        """Begin with the blocks that are on disk; if that is the ``whole`` recording, with the last one too."""
        while self._next + BLOCK + MORE <= recording.duration or (whole and self._next < recording.duration):
            self._waiting.append(self.pool.submit(self.function, recording, self._next))
            self._next += BLOCK

    def ready(self) -> Iterator[R]:
        """Results that need not be waited for."""
        while self._waiting and self._waiting[0].done():
            yield self._waiting.popleft().result()

    def rest(self) -> Iterator[R]:
        """All results that were not yet given."""
        while self._waiting:
            yield self._waiting.popleft().result()


def over(recording: Pcm, function: Callable[[Pcm, Ms], R]) -> Iterator[R]:
    """Results for all blocks of a recording that is on disk."""
    with threads() as pool:
        blocks = Blocks(function, pool)
        blocks.reach(recording, whole=True)
        yield from blocks.rest()


def threads() -> ThreadPoolExecutor:
    """A pool for what works outside Python's lock."""
    return ThreadPoolExecutor(min(os.cpu_count() or 1, 4))
