"""Calls spread over processes come back as if they had been made here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from subsync.run.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def two() -> Iterator[Workers]:
    workers = Workers(2)
    yield workers
    workers.close()


def square(number: int) -> int:
    return number * number


def where(_: int) -> int:
    return os.getpid()


def half(number: int) -> float:
    return 1 / number


def dies_elsewhere(here: int) -> str:
    if os.getpid() != here:
        os._exit(9)
    return "here"


def test_results_come_in_the_order_of_the_items(two: Workers) -> None:
    """Whoever is done first."""
    assert list(two.map(square, range(50))) == [n * n for n in range(50)]


def test_the_work_is_done_elsewhere(two: Workers) -> None:
    """Not in this process, which holds the recogniser."""
    assert os.getpid() not in set(two.map(where, range(20)))


def test_a_few_items_start_no_process() -> None:
    """Two minutes of talk would wait longer for them than for the work."""
    workers = Workers(2)
    assert set(workers.map(where, range(5), few=5)) == {os.getpid()}
    assert workers.pids == []


def leaves_nothing(_: None) -> None:
    pass


def leaves_a_mark(_: None) -> None:
    (Path(os.environ["MARKS"]) / str(os.getpid())).touch()


def test_what_processes_begin_with_is_done_once_in_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is nobody's result; one process alone would be this one, which loads what it needs when it needs it."""
    monkeypatch.setenv("MARKS", str(tmp_path))
    workers = Workers(2)

    workers.begin(leaves_a_mark)
    workers.begin(leaves_a_mark)
    Workers(1).begin(leaves_a_mark)

    assert list(workers.map(square, range(6), few=9)) == [0, 1, 4, 9, 16, 25]
    assert len(workers.pids) == 2
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(map(str, workers.pids))
    workers.close()


def test_one_worker_is_this_process() -> None:
    """As where a batch has given each core its own note."""
    assert set(Workers(1).map(where, range(5))) == {os.getpid()}


def test_one_beside_this_process_does_its_work_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is told to load is loaded before the next call, and nothing is where it has not started."""
    monkeypatch.setenv("MARKS", str(tmp_path))
    workers = Workers(1, beside=True)
    workers.prepare(leaves_a_mark)
    assert workers.pids == []
    assert set(workers.map(where, range(5))) == {*workers.pids}
    workers.prepare(leaves_a_mark)
    assert list(workers.map(square, [3], few=9)) == [9]
    assert [int(file.name) for file in tmp_path.iterdir()] == workers.pids
    workers.close()


def test_who_waits_for_processes_that_are_ended_waits_no_more() -> None:
    """In a thread of its own; after Ctrl-C the rest of the work is not done in this process instead."""
    workers = Workers(1, beside=True)
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(lambda: list(workers.map(nap, range(3))))
        while not workers.pids:
            time.sleep(0.01)
        workers.close()
        with pytest.raises(CancelledError):
            found.result(timeout=30)
    workers.close()
    assert workers.pids == []


@pytest.mark.parametrize("few", [0, 50])
def test_items_are_taken_as_they_are_needed(two: Workers, few: int) -> None:
    """Each may be a megabyte of sound, and half a second of listening to make, in which processes had nothing to do."""
    two.begin(leaves_nothing)
    taken = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    assert next(two.map(where, items(), few=few)) in two.pids
    assert len(taken) < 10


def test_an_error_is_raised_here(two: Workers) -> None:
    """With its own type."""
    with pytest.raises(ZeroDivisionError):
        list(two.map(half, [1, 0, 2]))


def test_a_process_that_dies_costs_nothing_but_time() -> None:
    """What it was to do is done here."""
    workers = Workers(2)
    assert list(workers.map(dies_elsewhere, [os.getpid()] * 6)) == ["here"] * 6
    workers.close()


def test_a_script_without_a_guard_is_run_once(tmp_path: Path) -> None:
    """The standard library would run it again in each process, and that would wait for the first."""
    script = tmp_path / "script.py"
    script.write_text(
        "from math import sqrt\n"
        "from subsync.run.workers import Workers\n"
        "print('once')\n"
        "workers = Workers(2)\n"
        "print(list(workers.map(sqrt, [1, 4, 9])))\n"
        "workers.close()\n"
    )

    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout == "once\n[1.0, 2.0, 3.0]\n"


def nap(_: int) -> int:
    """Longer than a machine that stands still for a while."""
    time.sleep(600)
    return os.getpid()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_processes_end_with_the_one_that_started_them(number: signal.Signals) -> None:
    """Whatever it died of, in the middle of their work; Ctrl-C, which a terminal sends to all, is not for them."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from subsync.run.workers import Workers\n"
        "from test_workers import nap\n"
        "workers = Workers(2)\n"
        "calls = [workers._send(nap, n) for n in range(4)]\n"
        "print(*workers.pids, flush=True)\n"
        "workers._result(nap, 0, calls[0])\n"
    )
    here = str(Path(__file__).parent)
    with subprocess.Popen(
        [sys.executable, "-c", code, here], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as script:
        assert script.stdout
        workers = [psutil.Process(int(pid)) for pid in script.stdout.readline().split()]
        assert len(workers) == 2
        for worker in workers:
            worker.send_signal(signal.SIGINT)  # also while it is still starting
        time.sleep(1)
        alive = all(worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE for worker in workers)
        script.send_signal(number)
        _, said = script.communicate()

    assert alive
    assert psutil.wait_procs(workers, 10)[1] == []
    assert said.count("Traceback") == (number == signal.SIGINT)


def test_a_call_that_nobody_waits_for_leaves_nothing_behind(two: Workers) -> None:
    """Its result is dropped when it comes."""
    calls = two.map(square, range(100))
    next(calls)
    calls.close()  # type: ignore[attr-defined]  # what the end of a `for` does to a generator

    assert list(two.map(square, range(20))) == [n * n for n in range(20)]
    assert (two._ended, two._wanted) == ({}, set())
