"""Processes of this machine that work for a batch: each does one task at a time and may die without harm to others.

Not pebble, whose pool breaks for good when a worker is killed that has nothing to do (5.2.3: "Unexpected error within
the Pool"), and not the standard pool, which fails all that waits.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from subsync.errors import WorkerError
from subsync.run.process import End, Step, Worker
from subsync.store.system import resident

if TYPE_CHECKING:
    from subsync.errors import SubsyncError
    from subsync.run.process import Work


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take. ``None`` is no limit."""

    memory: int | None = None
    """Bytes of the worker's resident memory. The address space says little: CTranslate2 and onnxruntime reserve
    several times what they use."""
    seconds: float | None = None


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

    @property
    def lost(self) -> SubsyncError | None:
        """Why it does nothing any more; ``None`` as long as it works, or may work again."""
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


@dataclass(eq=False)
class _Desk:
    """A worker, and how long it has been at its task."""

    worker: Worker
    since: float = 0.0
    looked: float = 0.0
    """When its memory was measured."""

    @property
    def key(self) -> str | None:
        """Of its task."""
        return next(iter(self.worker.keys), None)


@dataclass
class Pool:
    """``size`` workers, started when they are first needed and then kept, with the models they have loaded."""

    size: int
    limits: Limits = field(default_factory=Limits)
    _desks: list[_Desk] = field(default_factory=list)

    @property
    def room(self) -> int:
        """How many tasks it would take now."""
        return self.size - sum(desk.key is not None for desk in self._desks)

    @property
    def pipes(self) -> list[Any]:
        """What to wait for until a worker has something to say."""
        return [desk.worker.pipe for desk in self._desks if desk.key is not None]

    @property
    def lost(self) -> None:
        """Never: a worker that has died is replaced."""
        return None

    @property
    def pids(self) -> dict[int, str | None]:
        """The processes, and what each is working on."""
        return {desk.worker.process.pid: desk.key for desk in self._desks}

    def submit(self, key: str, work: Work, task: Any) -> None:
        """Begin a task; only while there is room."""
        desk = next((desk for desk in self._desks if desk.worker.idle), None)
        if desk is None:
            self._desks = [desk for desk in self._desks if desk.key is not None]
            desk = _Desk(Worker.start())
            self._desks.append(desk)
        desk.since = desk.looked = time.monotonic()
        desk.worker.send(key, work, task)

    def poll(self) -> list[Step | End]:
        """What has happened since the last time; does not wait."""
        reports: list[Step | End] = []
        for desk in [*self._desks]:
            key = desk.key
            if key is None:
                continue
            reports += desk.worker.heard()
            if desk.key is not None and (error := self._exceeded(desk)):
                reports.append(End(key, error=error))
                desk.worker.kill()
            if desk.worker.dead:
                self._desks.remove(desk)
        return reports

    def _exceeded(self, desk: _Desk) -> WorkerError | None:
        limits = self.limits
        if limits.seconds is not None and time.monotonic() - desk.since > limits.seconds:
            return WorkerError(
                f"not done after {limits.seconds / 60:.3g} minutes",
                "Allow more with --time-limit, or cut the recording.",
            )
        if limits.memory is None or time.monotonic() - desk.looked < 0.2:
            return None
        desk.looked = time.monotonic()
        if (used := resident(desk.worker.process.pid)) > limits.memory:
            return WorkerError(
                f"it took {used / 1e6:.0f} MB of memory, more than the {limits.memory / 1e6:.0f} MB of a worker",
                "Allow more with --memory, run fewer --jobs, or take a smaller --model.",
            )
        return None

    def close(self) -> None:
        """End all workers at once, whatever they are doing."""
        while self._desks:
            self._desks.pop().worker.kill()
