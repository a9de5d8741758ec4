"""The loop of a batch: notes in, files and a manifest out, whatever happens to single ones."""

from __future__ import annotations

import math
import random
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from multiprocessing import connection
from typing import TYPE_CHECKING, Any

from subsync.batch.events import Event, Listener, nobody
from subsync.batch.hosts import Hosts
from subsync.batch.plan import Failure, Item, Plan
from subsync.batch.pool import Limits, Pool
from subsync.batch.work import Fetched, Made, fetch_recording, make_files
from subsync.errors import FetchError, RateLimitedError
from subsync.run.last import outdated
from subsync.run.process import End, Step
from subsync.store import Cache

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from subsync.batch.manifest import Manifest, State
    from subsync.batch.pool import Executor
    from subsync.datatypes import Media
    from subsync.errors import SubsyncError
    from subsync.run.process import Work


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a batch goes about it."""

    jobs: int = 1
    """Notes that are worked on at a time, each in a process of its own."""
    limits: Limits = field(default_factory=Limits)
    """Of each note."""
    attempts: int = 2
    """How often a note is tried in all, where the failure may pass. Downloads try for themselves as well."""
    wait: float = 5.0
    """Seconds before the second try; doubled for each further one."""
    fail_fast: bool = False
    """Stop at the first failure."""
    pause: tuple[float, float] = (5.0, 10.0)
    """Shortest and longest wait between two downloads from one host (yt-dlp's wiki advises these)."""
    ask_closed: bool = False
    """Ask hosts too that told an earlier batch to come back later than now."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the work, and who does it."""

    name: str
    work: Work
    executor: Executor


@dataclass(frozen=True, slots=True)
class Summary:
    """How a batch ended."""

    counts: Counter[str]
    """Notes by ``done``, ``current``, ``failed``, ``deferred``, ``pending``."""
    failures: tuple[tuple[str, Failure], ...]
    """By note as the user gave it."""
    doubtful: tuple[tuple[str, tuple[str, ...]], ...]
    """Done, but below what ``--strict`` asks for, and why; also those of earlier batches."""
    outdated: tuple[tuple[str, tuple[str, ...]], ...]
    """Done, and beside the result are files that an earlier run with more formats wrote of another one: their names."""
    seconds: float
    interrupted: bool
    lost: SubsyncError | None = None
    """Why what is pending was left for the next run, if nobody was left to do it."""

    @property
    def exit_code(self) -> int:
        """130 interrupted, 1 some failed or were left, 75 some have to wait, 3 there were none, 0 all is done."""
        if self.interrupted:
            return 130
        if self.counts["failed"] or self.lost:
            return 1
        if self.counts["deferred"]:
            return 75
        return 0 if sum(self.counts.values()) else 3


def local_stages(options: BatchOptions, *, fetch: Work = fetch_recording, make: Work = make_files) -> tuple[Stage, ...]:
    """All the work on this machine: downloads beside the computing, which they do not slow down."""
    return (
        Stage("fetch", fetch, Pool(min(4, options.jobs + 1), options.limits)),
        Stage("sync", make, Pool(options.jobs, options.limits)),
    )


def run_batch(
    planned: Plan,
    manifest: Manifest,
    stages: Sequence[Stage],
    *,
    options: BatchOptions | None = None,
    listener: Listener = nobody,
    stop: threading.Event | None = None,
) -> Summary:
    """Do what is planned, as far as it can be done.

    Args:
        planned: What to do.
        manifest: Is told what becomes of each note, at once.
        stages: Who fetches and who computes, in this order; they are closed at the end.
        options: How to go about it.
        listener: Is told what happens.
        stop: Once set, the batch ends within a second; what was begun is done by the next run.

    Raises:
        StoreError: the manifest cannot be written.
    """
    batch = _Batch(manifest, tuple(stages), options or BatchOptions(), listener, stop or threading.Event())
    with ExitStack() as stack:
        stack.enter_context(manifest.at_work())
        for stage in stages:
            stack.callback(stage.executor.close)
        batch.take(planned)
        batch.work()
    return batch.end()


class _Batch:
    def __init__(
        self,
        manifest: Manifest,
        stages: tuple[Stage, ...],
        options: BatchOptions,
        listener: Listener,
        stop: threading.Event,
    ) -> None:
        self.manifest, self.stages, self.options = manifest, stages, options
        self.listener, self.stop = listener, stop
        self.hosts = Hosts(options.pause, {} if options.ask_closed else manifest.closed_hosts())
        self.waiting: list[list[Item]] = [[] for _ in stages]
        self.running: dict[str, tuple[int, Item]] = {}
        self.at: dict[str, str] = {}  # the part of a stage that each is in
        self.here: dict[str, Media] = {}  # sources that have been fetched
        self.dead: dict[str, Exception] = {}  # sources that cannot be
        self.counts: Counter[str] = Counter()
        self.failures: list[tuple[str, Failure]] = []
        self.doubtful: list[tuple[str, tuple[str, ...]]] = []
        self.outdated: list[tuple[str, tuple[str, ...]]] = []
        self.began = time.monotonic()
        self.failing = False
        self.lost: SubsyncError | None = None
        self.changed = True
        """Whether somebody may begin who could not before."""
        self.room: list[int] = []
        """Of each stage, when it was looked at last: the workers of a cluster go and come back by themselves."""
        self.wakes = 0.0
        """When that may be for no other reason than that time has passed."""

    # --- begin and end ---

    def take(self, planned: Plan) -> None:
        facts: dict[str, Any] = {
            "todo": len(planned.todo),
            "current": len(planned.current),
            "failed": len(planned.failed),
        }
        self.tell("plan", None, **facts)
        for item in planned.current:
            self.counts["current"] += 1
            self._doubt(item, item.row.result)
            self.tell("current", item)
        for item, failure in planned.failed:
            self._fail(item, "plan", failure)
        self.manifest.put(*(item.row for item in planned.todo))  # a run that is killed leaves word of all that is left
        for item in planned.todo:
            self.waiting[0 if item.host or len(self.stages) > 2 else 1].append(item)

    def work(self) -> None:
        while (self.running or any(self.waiting)) and not self._stopping():
            self._submit()
            self._wait()
            for stage in self.stages:
                for report in stage.executor.poll():
                    if report.key in self.running:
                        self._heard(*self.running[report.key], report)
            self._leave()

    def _leave(self) -> None:
        """What would need somebody who is gone is left for the next run; what is beyond that is done."""
        for index, stage in enumerate(self.stages):
            if stage.executor.lost is None:
                continue
            self.lost = stage.executor.lost
            left = [item for at, item in self.running.values() if at <= index]
            for item in [*left, *(item for queue in self.waiting[: index + 1] for item in queue)]:
                self._settle(item, "pending", self.at.get(item.key, ""))
            self.running = {key: (at, item) for key, (at, item) in self.running.items() if at > index}
            self.waiting[: index + 1] = [[] for _ in range(index + 1)]

    def end(self) -> Summary:
        for item in [*(item for _, item in self.running.values()), *(i for queue in self.waiting for i in queue)]:
            self._settle(item, "pending", self.at.get(item.key, ""))
        seconds = time.monotonic() - self.began
        summary = Summary(
            self.counts,
            tuple(self.failures),
            tuple(self.doubtful),
            tuple(self.outdated),
            seconds,
            self.stop.is_set(),
            self.lost,
        )
        facts: dict[str, Any] = dict(self.counts)
        if self.lost:
            facts |= _told(Failure.of(self.lost))
        self.tell("summary", None, **facts, seconds=round(seconds, 1), exit_code=summary.exit_code)
        return summary

    def _stopping(self) -> bool:
        return self.stop.is_set() or (self.failing and self.options.fail_fast)

    def _wait(self) -> None:
        """Until something happens, or it is time to look at limits, waits and ``stop`` again."""
        pipes = [pipe for stage in self.stages for pipe in stage.executor.pipes]
        if pipes:
            connection.wait(pipes, 0.1)
        else:
            time.sleep(0.05)

    # --- who is next ---

    def _submit(self) -> None:
        if not self.changed and time.monotonic() < self.wakes and self._rooms() == self.room:
            return  # a batch of thousands looks at all that wait when something has happened, not ten times a second
        self.changed = False
        for index, stage in enumerate(self.stages):
            for item in tuple(self.waiting[index]):
                if stage.executor.room <= 0:
                    break
                if self._may_begin(index, item):
                    self.waiting[index].remove(item)
                    self._begin(index, item)
        self.room = self._rooms()
        now = time.monotonic()
        again = (item.ready for queue in self.waiting for item in queue if item.ready > now)
        self.wakes = min(self.hosts.wakes(), min(again, default=math.inf))

    def _rooms(self) -> list[int]:
        return [stage.executor.room for stage in self.stages]

    def _may_begin(self, index: int, item: Item) -> bool:
        """Whether an item may begin a stage now; one that need not, or must not, is moved away."""
        if index == 0 and (item.source in self.here or item.source in self.dead or self.hosts.is_closed(item.host)):
            self.waiting[0].remove(item)
            if item.source in self.here:
                item.task = replace(item.task, media=self.here[item.source])
                self.waiting[1].append(item)
            elif item.source in self.dead:
                self._fail(item, "fetch", Failure.of(self.dead[item.source]))
            else:
                self._defer(item, f"{item.host} has asked us to come back later", "Run again in an hour.")
            return False
        if time.monotonic() < item.ready or any(other.source == item.source for _, other in self.running.values()):
            return False  # one recording in two notes: the second finds in the cache what the first has computed
        return index != 0 or item.host is None or self.hosts.may_ask(item.host)

    def _begin(self, index: int, item: Item) -> None:
        stage = self.stages[index]
        item.attempts += 1
        self.running[item.key] = (index, item)
        if index == 0 and item.host:
            self.hosts.begin(item.host)
        item.row = replace(
            item.row, state="running", stage=stage.name, attempts=item.attempts, started=item.row.started or time.time()
        )
        self.manifest.put(item.row)
        self._enter(item, stage.name)
        stage.executor.submit(item.key, stage.work, item.task)

    def _enter(self, item: Item, part: str) -> None:
        """A new part of the work begins."""
        if self.at.get(item.key) == part:
            return
        self.at[item.key] = part
        self.tell("start", item, part, length_ms=round(item.length), attempt=item.attempts)

    # --- what has happened ---

    def _heard(self, index: int, item: Item, report: Step | End) -> None:
        if isinstance(report, Step):
            if report.log:
                self.tell("log", item, self.at[item.key], text=report.log)
            else:
                self._enter(item, report.stage)
                self.tell("progress", item, report.stage, done=report.done, total=report.total)
            return
        del self.running[item.key]
        self.changed = True
        if index == 0 and item.host:
            self.hosts.end(item.host, asked=not isinstance(report.value, Fetched) or report.value.asked)
        if report.error is not None:
            self._failed(index, item, report.error)
        elif index + 1 < len(self.stages):
            if isinstance(report.value, Fetched):
                self.here[item.source] = report.value.media
                item.length = report.value.media.duration
                item.task = replace(item.task, media=report.value.media)
            else:
                item.task = replace(item.task, entries=report.value)
            item.attempts = 0
            self.waiting[index + 1].append(item)
        else:
            self._made(item, report.value)

    def _made(self, item: Item, made: Made) -> None:
        row = replace(item.row, inputs=made.inputs, outputs=made.outputs, result=made.result, attempts=0)
        item.row = row
        self._doubt(item, made.result)
        self._settle(item, "done", self.at[item.key], fresh=made.fresh, **made.result)

    def _doubt(self, item: Item, result: Mapping[str, Any]) -> None:
        if reasons := result.get("shortcomings"):
            self.doubtful.append((item.row.shown, tuple(reasons)))
        if left := outdated(item.task.job.folder, Cache(item.task.cache)):
            self.outdated.append((item.row.shown, left))

    def _failed(self, index: int, item: Item, error: Exception) -> None:
        stage = self.stages[index].name
        if isinstance(error, RateLimitedError) and item.host:
            self.manifest.close_host(item.host, self.hosts.shut(item.host))
            self._defer(item, error.message, error.remedy)
        elif getattr(error, "retryable", False) and item.attempts < self.options.attempts:
            pause = self.options.wait * 2 ** (item.attempts - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
            item.ready = time.monotonic() + pause
            self.waiting[index].append(item)
            failure = Failure.of(error)
            self.tell("retry", item, stage, error=failure.kind, message=failure.message, seconds=round(pause, 1))
        else:
            if isinstance(error, FetchError) and index == 0:
                self.dead[item.source] = error
            self._fail(item, stage, Failure.of(error))

    def _fail(self, item: Item, stage: str, failure: Failure) -> None:
        self.failing = True
        failure = failure.of_note(item.task.job)
        self.failures.append((item.row.shown, failure))
        item.row = replace(
            item.row,
            error_class=failure.kind,
            message=failure.message,
            remedy=failure.remedy,
            result={"lasting": failure.lasting},
        )
        self._settle(item, "failed", self.at.get(item.key, stage), **_told(failure))

    def _defer(self, item: Item, message: str, remedy: str) -> None:
        item.row = replace(item.row, error_class=RateLimitedError.__name__, message=message, remedy=remedy)
        self._settle(item, "deferred", "fetch", message=message, remedy=remedy)

    def _settle(self, item: Item, state: State, part: str, **facts: Any) -> None:
        """This note has come to its end in this run."""
        item.row = replace(item.row, state=state, stage=part, ended=time.time())
        self.manifest.put(item.row)
        self.counts[state] += 1
        self.tell(state, item, part, **facts)

    def tell(self, kind: Any, item: Item | None, stage: str = "", **facts: Any) -> None:
        self.listener(Event(kind, item.row.shown if item else "", stage, facts))


def _told(failure: Failure) -> dict[str, str]:
    return {"error": failure.kind, "message": failure.message, "remedy": failure.remedy}
