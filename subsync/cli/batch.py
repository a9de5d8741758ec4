"""``subsync batch`` and ``subsync status``: many notes."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from subsync.cli.options import FOLDER, Command, json_option, layers_options, output_option, strict_option
from subsync.cli.sync import left_behind
from subsync.cli.terminal import echo, show_cursor
from subsync.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subsync.batch import BatchOptions, Plan, Stage, Summary
    from subsync.batch.manifest import Row
    from subsync.run.origins import Layers

_LOG = logging.getLogger("subsync")

LEFT = 141
"""What shells make of a program that SIGPIPE ended: 128 and the number of that signal."""


@click.command(cls=Command)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@output_option
@click.option("--jobs", type=click.IntRange(min=1), help="Notes at a time; as many as processors and memory allow.")
@click.option("--order", type=click.Choice(["quick", "given"]), default="quick", show_default=True, help="Which first.")
@click.option("--dry-run/--no-dry-run", default=False, help="Show what would be done, and do nothing.")
@click.option(
    "--retry-failed/--no-retry-failed", default=False, help="Try again also what failed for a reason that lasts."
)
@click.option("--only-changed/--force", "changed", default=True, help="What is new or has changed (as always), or all.")
@click.option("--fail-fast/--no-fail-fast", default=False, help="Stop at the first failure.")
@click.option("--memory", type=click.IntRange(min=64), metavar="MB", help="What one note may take; else a fair share.")
@click.option(
    "--time-limit", type=click.IntRange(min=1), default=360, show_default=True, metavar="MINUTES", help="For one note."
)
@click.option("--scheduler", metavar="ADDRESS|FILE", help="Recognise and align on this Dask cluster.")
@strict_option
@json_option
@layers_options
def batch(
    *,
    paths: tuple[str, ...],
    output: Path,
    jobs: int | None,
    order: Literal["quick", "given"],
    dry_run: bool,
    retry_failed: bool,
    changed: bool,
    fail_fast: bool,
    memory: int | None,
    time_limit: int,
    scheduler: str | None,
    strict: bool,
    as_json: bool,
    layers: Layers,
) -> int:
    """Do for many notes what `subsync sync` does for one.

    PATH is a note, a folder (all notes below it that have a source), a pattern, or - for a list on standard input.
    What is up to date stays as it is. Ctrl-C stops at once and loses nothing: run again to go on.

    Exits with 1 if some notes failed, with 75 if some have to wait because a site asked us to come back later, with
    141 if whoever reads the output has left before the end.

    On several machines, each with subsync, `pip install "distributed>=2026.3"`, the same versions and models:

    \b
    dask scheduler --scheduler-file s.json                             # on one
    dask worker tcp://ONE:8786 --nthreads 4 --resources "subsync=1"    # on each that works
    subsync batch notes/ --scheduler tcp://ONE:8786                    # where the notes are

    Dask trusts its network. On any other, give each machine a certificate of one authority and set this on all of them,
    SCHEDULER being WORKER where workers run and CLIENT where the batch does; the addresses begin with tls:// then.

    \b
    DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION=True
    DASK_DISTRIBUTED__COMM__TLS__CA_FILE=ca.pem
    DASK_DISTRIBUTED__COMM__TLS__SCHEDULER__CERT=me.pem
    DASK_DISTRIBUTED__COMM__TLS__SCHEDULER__KEY=me-key.pem
    """  # noqa: D301 - click's mark is the character itself
    from subsync.batch import BatchOptions, Limits, Manifest, PlanOptions, discover, plan, read_manifest, run_batch
    from subsync.batch.manifest import known_places
    from subsync.cli.live import listener

    rows = read_manifest(output)
    keys = layers.chosen().settings.source_keys
    found = discover(paths, output, stdin=sys.stdin, known=known_places(rows), source_keys=keys, apart=True)
    workers, threads = _shared_out(jobs, len(found))
    chosen = PlanOptions(order, retry_failed=retry_failed, force=not changed)
    planned = plan(found, layers, rows, options=chosen, threads=threads)
    if dry_run:
        _show(planned, as_json=as_json)
        return 0 if found else 3
    limits = Limits(memory * 1024**2 if memory else _fair_share(workers), time_limit * 60.0)
    options = BatchOptions(workers, limits, fail_fast=fail_fast, ask_closed=retry_failed)
    with (
        Manifest(output) as manifest,
        _stop_on_signals() as stop,
        listener(as_json=as_json) as told,
    ):
        stages = _stages(scheduler, options)
        try:
            summary = run_batch(planned, manifest, stages, options=options, listener=told, stop=stop)
        except BrokenPipeError:  # as `head` leaves: notes are left undone, which nobody may take for success
            _LOG.error("whoever reads the output has left; what was done is kept, run again to go on")
            sys.exit(LEFT)
    _tell(summary)
    return summary.exit_code or (4 if strict and summary.doubtful else 0)


def _stages(scheduler: str | None, options: BatchOptions) -> tuple[Stage, ...]:
    from subsync.batch import local_stages

    if scheduler is None:
        return local_stages(options)
    from subsync.batch.cluster import cluster_stages

    return cluster_stages(scheduler, options)


def _shared_out(jobs: int | None, notes: int) -> tuple[int, int]:
    """How many workers, and how many threads each has.

    Six notes of two minutes on two processors took 16 and 20 s in two workers of one thread, 20 and 26 s in one of two.
    """
    from subsync.store.system import free_memory, usable_processors

    cores = usable_processors()
    fitting = max(1, (free_memory() or cores * _WORKER) // _WORKER)
    workers = jobs or max(1, min(cores, fitting, notes))
    return workers, max(1, min(4, cores // workers))


_WORKER = 2 * 1000**3
"""Bytes. A worker with base.en takes some 0.7 GB; twice that and the system's own cache make it quick."""


def _fair_share(workers: int) -> int | None:
    """Nine tenths of the free memory, divided; at least 1 GB, less is not enough for any model."""
    from subsync.store.system import free_memory

    free = free_memory()
    return None if free is None else max(1024**3, int(0.9 * free / workers))


@contextmanager
def _stop_on_signals() -> Iterator[threading.Event]:
    """Ctrl-C (or SIGTERM) once: stop in order. Twice: end at once."""
    stop = threading.Event()

    def heard(_number: int, _frame: object) -> None:
        if stop.is_set():
            show_cursor()
            os._exit(130)  # the workers see that their parent has gone, and end
        stop.set()

    before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _show(planned: Plan, *, as_json: bool) -> None:
    rows = [
        *((item, "todo", planned.reasons[item.key]) for item in planned.todo),
        *((item, "current", "up to date") for item in planned.current),
        *((item, "failed", failure.message) for item, failure in planned.failed),
    ]
    for item, state, why in rows:
        if as_json:
            row = {"note": item.row.shown, "state": state, "why": why, "folder": str(item.task.job.folder)}
            echo(json.dumps(row, ensure_ascii=False))
        else:
            echo(f"{state:<8} {item.row.shown}: {why}")


def _tell(summary: Summary) -> None:
    """The end, on standard error: what failed, why, and what to do."""
    for note, failure in summary.failures:
        _LOG.error("failed: %s\n  %s: %s\n  %s", note, failure.kind, failure.message, failure.remedy)
    for note, reasons in summary.doubtful:
        _LOG.warning("doubtful: %s\n  %s", note, "; ".join(reasons))
    for note, names in summary.outdated:
        _LOG.warning("older files: %s\n  %s", note, left_behind(names))
    counts = ", ".join(f"{n} {_WORDS[state]}" for state, n in sorted(summary.counts.items()))
    _LOG.info("%s in %s", counts or "no notes", f"{summary.seconds:.0f} s")
    if summary.lost:
        _LOG.error("%s", summary.lost)
    if summary.interrupted:
        _LOG.error("interrupted; what was done is kept, run again to go on")
    elif summary.counts["deferred"]:
        _LOG.error("a site asked us to come back later: run again in an hour, only those notes are left")


_WORDS = {
    "done": "done",
    "current": "up to date",
    "failed": "failed",
    "deferred": "put off",
    "pending": "not done",
}


@click.command(cls=Command)
@click.option("-o", "--output", type=FOLDER, default=Path("subsync-out"), show_default=True, help="Folder of a batch.")
@json_option
def status(*, output: Path, as_json: bool) -> None:
    """Show what became of each note of the last batches into OUTPUT.

    A note is `interrupted` if the batch that worked on it was killed, and `gone` if it was moved or removed and its
    results are still there.
    """
    from subsync.batch import read_manifest
    from subsync.batch.manifest import is_at_work
    from subsync.store import stem_of

    rows = read_manifest(output)
    if not rows:
        raise UsageError(f"{output}: no batch has been here", "Give the folder that `subsync batch -o` wrote into.")
    working = is_at_work(output)
    counts: Counter[str] = Counter()
    for row in rows:
        state, folder = _state(row, working=working), output / row.output / stem_of(row.shown)
        if state == "gone" and not folder.is_dir():
            continue  # nothing of it is left, here or there
        echo(json.dumps(_row(row, state, folder), ensure_ascii=False) if as_json else _line(row, state, folder))
        counts[state] += state != "gone"
    _LOG.info("%s", ", ".join(f"{n} {state}" for state, n in sorted(counts.items()) if n) or "no notes")
    if not working and (left := counts["interrupted"] + counts["pending"]):
        _LOG.info(
            "no batch is at work, %d %s left: run it again to go on", left, "note is" if left == 1 else "notes are"
        )


def _state(row: Row, *, working: bool) -> str:
    """What has become of a note as it is now: the row may be of a note that has gone, or of a run that was killed."""
    from subsync.batch.manifest import is_gone

    if is_gone(row):
        return "gone"
    return "interrupted" if row.state == "running" and not working else row.state


def _line(row: Row, state: str, folder: Path) -> str:
    why = ""
    if state == "gone":
        why = f": its results are still in {folder}"
    elif state in {"failed", "deferred"}:
        why = f": {row.error_class}: {row.message}\n            {row.remedy}"
    stage = f" ({row.stage})" if state in {"running", "interrupted", "pending"} and row.stage else ""
    return f"{state:<11} {row.shown}{stage}{why}"


def _row(row: Row, state: str, folder: Path) -> dict[str, object]:
    return {
        "note": row.shown,
        "state": state,
        "folder": str(folder),
        "stage": row.stage,
        "attempts": row.attempts,
        "error": row.error_class,
        "message": row.message,
        "remedy": row.remedy,
        "inputs": dict(row.inputs),
        "outputs": dict(row.outputs),
        "result": dict(row.result),
        "started": row.started,
        "ended": row.ended,
    }
