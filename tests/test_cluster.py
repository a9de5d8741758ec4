"""A batch on a real Dask cluster: a scheduler and two workers, each a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import batchwork
import pytest
from batchwork import logged, note

from subsync.batch import BatchOptions, Manifest, Pool, Stage, cluster, discover, local_stages, plan, run_batch
from subsync.batch.cluster import Cluster, cluster_stages
from subsync.errors import UsageError
from subsync.run.origins import Layer, Layers
from subsync.store import Cache

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.batch import Event, Summary

pytest.importorskip("distributed")

SAMPLES = Path(__file__).parent.parent / "samples"


class Farm:
    """A scheduler and its workers."""

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.start("scheduler", "--host", host, "--port", "0", "--scheduler-file", str(self.file), "--no-dashboard")
        _until(self.file.exists)

    def start(self, what: str, *options: str, space: str = "", **environment: str) -> subprocess.Popen[bytes]:
        paths = os.pathsep.join([str(SAMPLES.parent), str(SAMPLES.parent / "tests"), os.environ.get("PYTHONPATH", "")])
        env = os.environ | {"PYTHONPATH": paths, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"} | environment
        with (self.folder / f"{what}-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [
                    *(["ip", "netns", "exec", space] if space else []),
                    sys.executable,
                    "-m",
                    f"distributed.cli.dask_{what}",
                    *options,
                ],
                env=env,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def worker(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        chosen = options or ("--nthreads", "2", "--resources", "subsync=1")
        common = ("--scheduler-file", str(self.file), "--no-dashboard", "--local-directory", str(self.folder))
        return self.start("worker", *common, *chosen, **environment)

    def close(self) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _until(condition: Any, seconds: float = 30) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.05)


@pytest.fixture
def farm(tmp_path: Path) -> Iterator[Farm]:
    (tmp_path / "farm").mkdir()
    made = Farm(tmp_path / "farm")
    yield made
    made.close()


@pytest.fixture
def garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SUBSYNC_OFFLINE", "1")
    (tmp_path / "cache").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "talk.wav").write_bytes(b"a sound")
    return tmp_path


def batch(garden: Path, stages: Sequence[Stage], output: str = "out", listener: Any = None) -> Summary:
    layers = Layers((Layer("test", {"model": "tiny.en"}),))
    with Manifest(garden / output) as manifest:
        found = discover([str(garden / "notes")], garden / output)
        planned = plan(found, layers, manifest.rows(), cache=Cache(garden / "cache"))
        events: list[Event] = []

        def listen(event: Event) -> None:
            events.append(event)

        options = BatchOptions(wait=0.01)
        return run_batch(planned, manifest, stages, options=options, listener=listener or listen)


def stages_on(cluster: Cluster) -> tuple[Stage, ...]:
    return (
        Stage("fetch", batchwork.bring, Pool(1)),
        Stage("cluster", batchwork.harvest, cluster),
        Stage("sync", batchwork.make, Pool(1)),
    )


def _wait_for_workers(farm: Farm | str, count: int) -> None:
    from distributed import Client

    connect: Any = Client
    where = {"address": farm} if isinstance(farm, str) else {"scheduler_file": str(farm.file)}
    with connect(**where, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def test_notes_are_worked_on_there_and_a_bad_one_harms_nobody(farm: Farm, garden: Path) -> None:
    """One that kills its worker is reported for itself, with what else fails; the others are done."""
    farm.worker()
    farm.worker()
    _wait_for_workers(farm, 2)
    for i in range(6):
        (garden / "notes" / f"t{i}.wav").write_bytes(b"%d" % i)
        body = {2: "DIE ALWAYS", 4: "BROKEN"}.get(i, f"Text {i}.")
        note(garden / "notes" / f"n{i}.md", source=f"t{i}.wav", body=body)

    summary = batch(garden, stages_on(Cluster.connect(str(farm.file))))

    kinds = {Path(shown).stem: failure for shown, failure in summary.failures}
    assert summary.counts == Counter(done=4, failed=2)
    assert {name: failure.kind for name, failure in kinds.items()} == {"n2": "WorkerError", "n4": "AudioError"}
    assert "its workers died" in kinds["n2"].message
    done = Counter(line.split()[0] for line in logged(garden / "cache"))
    assert (done["bring"], done["make"]) == (6, 4)
    # Two deaths are allowed here, and two attempts; Dask may blame one on a neighbour, who then has another try.
    assert 9 <= done["harvest-2-seen"] <= 13


def test_a_worker_that_is_killed_in_the_middle_costs_nothing_but_time(farm: Farm, garden: Path) -> None:
    """What it was at is done by the other."""
    workers = [farm.worker("--nthreads", "1", "--resources", "subsync=1", "--no-nanny") for _ in range(2)]
    _wait_for_workers(farm, 2)
    for i in range(4):
        (garden / "notes" / f"t{i}.wav").write_bytes(b"%d" % i)
        note(garden / "notes" / f"n{i}.md", source=f"t{i}.wav", body=f"NAP {i}")
    cache = garden / "cache"

    def kill() -> None:
        _until(lambda: sum(line.startswith("harvest") for line in logged(cache)) >= 2)
        workers[0].kill()

    killer = threading.Thread(target=kill)
    killer.start()
    summary = batch(garden, stages_on(Cluster.connect(str(farm.file))))
    killer.join()

    assert workers[0].wait(30) is not None
    assert summary.counts == Counter(done=4)


class Scheduler:
    """A client of a cluster whose workers never end with anything."""

    status = "running"

    def __init__(self, **workers: dict[str, int]) -> None:
        self.workers = {name: {"nthreads": 2, "resources": resources} for name, resources in workers.items()}
        self.asked: list[Any] = []

    def scheduler_info(self, n_workers: int) -> dict[str, Any]:
        return {"workers": dict(self.workers)} if self.status == "running" else {}

    def run(self, work: Any, *, workers: list[str], on_error: str) -> dict[str, Any]:
        return dict.fromkeys(workers, work())

    def submit(self, *_: Any, resources: Any, **__: Any) -> Future[Any]:
        self.asked.append(resources)
        return Future()

    def subscribe_topic(self, *_: Any) -> None:
        """Nobody tells anything."""

    cancel = subscribe_topic

    def close(self) -> None:
        self.status = "closed"


class Done(Future[Any]):
    """As a future of Dask's says it."""

    status = "finished"


def _on(scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch, garden: Path, happens: Any) -> Summary:
    """How a batch of three notes ends on a cluster with which something happens once it has the first."""
    for i in range(3):
        (garden / "notes" / f"t{i}.wav").write_bytes(b"%d" % i)
        note(garden / "notes" / f"n{i}.md", source=f"t{i}.wav")
    monkeypatch.setattr(cluster, "_client", lambda _: scheduler)
    monkeypatch.setattr(cluster, "_PATIENCE", 0.0)
    monkeypatch.setattr(cluster, "_LOOK", 0.0)
    monkeypatch.setattr(cluster, "find_model", lambda *_, **__: SimpleNamespace(name="tiny.en", sha256="0"))

    def listen(event: Event) -> None:
        if event.kind == "start" and event.stage == "cluster":
            happens()

    return batch(garden, stages_on(Cluster.connect("tcp://cluster:8786")), listener=listen)


def test_a_cluster_that_has_lost_its_workers_ends_the_batch(garden: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waited for ever for one with room. What is left is done by the next run."""
    scheduler = Scheduler(one={})

    summary = _on(scheduler, monkeypatch, garden, scheduler.workers.clear)

    assert summary.counts == Counter(pending=3)
    assert (summary.exit_code, summary.failures) == (1, ())
    assert str(summary.lost) == (
        "the cluster has had no worker for 0 seconds\n  Start workers and run again: what was done is kept."
    )
    with Manifest(garden / "out") as manifest:
        assert [row.state for row in manifest.rows()] == ["pending"] * 3


def test_workers_that_take_no_notes_are_no_workers(garden: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was sent for the one that took them waited for ever on those that do not."""
    scheduler = Scheduler(able={"subsync": 1}, other={})

    summary = _on(scheduler, monkeypatch, garden, lambda: scheduler.workers.pop("able", None))

    assert scheduler.asked == [{"subsync": 1}]
    assert summary.counts == Counter(pending=3)


def test_a_scheduler_that_has_gone_ends_the_batch(garden: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was a traceback."""
    scheduler = Scheduler(one={})

    summary = _on(scheduler, monkeypatch, garden, scheduler.close)

    assert summary.counts == Counter(pending=3)
    assert str(summary.lost).startswith("the scheduler of the cluster has gone\n  Start it")


def test_what_a_lost_cluster_has_done_already_is_made(garden: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what would have needed it is left."""
    done = Done()
    done.set_result((("transcript", Cache.key("a note"), [1]),))
    scheduler = Scheduler(one={})
    futures = iter([done])

    def submit(*_: Any, **__: Any) -> Future[Any]:
        return next(futures, Future())

    monkeypatch.setattr(scheduler, "submit", submit)
    begun: list[str] = []

    def happens() -> None:
        begun.append("")
        if len(begun) > 1:
            scheduler.workers.clear()

    summary = _on(scheduler, monkeypatch, garden, happens)

    assert summary.counts == Counter(done=1, pending=2)


def test_what_cannot_work_is_said_at_once(farm: Farm, tmp_path: Path) -> None:
    """No scheduler, no worker: a batch must not hang."""
    with pytest.raises(UsageError, match=r"no Dask scheduler at tcp://127.0.0.1:9"):
        Cluster.connect("tcp://127.0.0.1:9")
    with pytest.raises(UsageError, match=r"has no workers\n  Start one on each machine: dask worker"):
        Cluster.connect(str(farm.file))


def test_workers_of_another_version_are_refused(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their results would differ, and their pickles break."""
    farm.worker()
    _wait_for_workers(farm, 1)
    own = sys.modules["subsync.batch.cluster"]
    monkeypatch.setattr(own, "version", lambda name: "9.9" if name == "numpy" else "1")

    with pytest.raises(UsageError, match=r"has other versions: .*numpy \d[\d.]+, here 9.9"):
        Cluster.connect(str(farm.file))


@pytest.fixture
def encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A certificate that signs itself, for all three sides, as `subsync batch --help` says it is set up."""
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl to make a certificate with")
    dask = pytest.importorskip("dask")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    asked = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=subsync -keyout"
    subprocess.run(["openssl", *asked.split(), str(key), "-out", str(certificate)], check=True, capture_output=True)
    comm = "DASK_DISTRIBUTED__COMM__"
    monkeypatch.setenv(f"{comm}REQUIRE_ENCRYPTION", "True")
    monkeypatch.setenv(f"{comm}TLS__CA_FILE", str(certificate))
    for side in ("SCHEDULER", "WORKER", "CLIENT"):
        monkeypatch.setenv(f"{comm}TLS__{side}__CERT", str(certificate))
        monkeypatch.setenv(f"{comm}TLS__{side}__KEY", str(key))
    dask.config.refresh()
    yield
    monkeypatch.undo()
    dask.config.refresh()


def test_a_cluster_that_encrypts_works_and_turns_strangers_away(
    encrypted: None, garden: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dask = pytest.importorskip("dask")
    (garden / "farm").mkdir()
    farm = Farm(garden / "farm", "tls://127.0.0.1")
    try:
        farm.worker()
        _wait_for_workers(farm, 1)
        address = json.loads(farm.file.read_text())["address"]
        (garden / "notes" / "t0.wav").write_bytes(b"0")
        note(garden / "notes" / "n0.md", source="t0.wav", body="Text.")
        summary = batch(garden, stages_on(Cluster.connect(address)))
        monkeypatch.undo()
        dask.config.refresh()
        with pytest.raises(UsageError, match="no Dask scheduler at tcp"):
            Cluster.connect(address.replace("tls", "tcp"))
    finally:
        farm.close()

    assert address.startswith("tls://")
    assert summary.counts == Counter(done=1)


@pytest.fixture
def space() -> Iterator[str]:
    """A network namespace with one cable to this one: 10.213.7.1 here, 10.213.7.2 there."""
    if shutil.which("ip") is None or _ip("netns", "add", "subsync-test"):
        pytest.skip("this machine does not let us make network namespaces")
    try:
        failed = [
            words
            for words in (
                "link add subsync-a type veth peer name subsync-b netns subsync-test",
                "addr add 10.213.7.1/30 dev subsync-a",
                "link set subsync-a up",
                "-n subsync-test addr add 10.213.7.2/30 dev subsync-b",
                "-n subsync-test link set subsync-b up",
                "-n subsync-test link set lo up",
            )
            if _ip(*words.split())
        ]
        if failed:
            pytest.skip(f"this machine does not let us lay a cable: {failed}")
        yield "subsync-test"
    finally:
        _ip("netns", "del", "subsync-test")


def _ip(*words: str) -> int:
    return subprocess.run(["ip", *words], capture_output=True, check=False).returncode


def _blind(farm: Farm) -> str:
    """A file that makes a worker see no file of ours."""
    path = farm.folder / "blind.py"
    path.write_text("import subsync.batch.cluster as cluster\ncluster._size = lambda path: -1\n")
    return str(path)


def test_a_worker_behind_a_network_is_sent_what_it_needs(space: str, garden: Path) -> None:
    """It has another network stack, and no file of ours."""
    (garden / "farm").mkdir()
    farm = Farm(garden / "farm", "0.0.0.0")
    try:
        port = json.loads(farm.file.read_text())["address"].rpartition(":")[2]
        here = f"tcp://127.0.0.1:{port}"
        chosen = ("--nthreads", "3", "--resources", "subsync=1", "--preload", _blind(farm), "--no-dashboard")
        farm.start("worker", f"tcp://10.213.7.1:{port}", *chosen, "--local-directory", str(farm.folder), space=space)
        _wait_for_workers(here, 1)
        for i in range(3):
            (garden / "notes" / f"t{i}.wav").write_bytes(b"%d" % i * 1000)
            note(garden / "notes" / f"n{i}.md", source=f"t{i}.wav", body=f"Text {i}.")
        summary = batch(garden, stages_on(Cluster.connect(here)))
    finally:
        farm.close()

    assert summary.counts == Counter(done=3)
    assert Counter(line.split()[0] for line in logged(garden / "cache"))["harvest-3-shipped"] == 3


@pytest.mark.model
def test_outputs_are_those_of_this_machine_also_where_nothing_is_shared(
    farm: Farm, garden: Path, opening: Path
) -> None:
    """The worker sees no file of ours: the recording is sent to it, and what it computes comes back."""
    for name in ("talk.md", "talk.wav"):
        (garden / "notes" / name).write_bytes((opening / name).read_bytes())
    theirs = garden / "theirs"
    farm.worker("--nthreads", "2", "--resources", "subsync=1", "--preload", _blind(farm), SUBSYNC_CACHE=str(theirs))
    _wait_for_workers(farm, 1)
    told: list[str] = []

    def listen(event: Event) -> None:
        told.append(f"{event.kind} {event.stage}")

    there = batch(garden, cluster_stages(str(farm.file), BatchOptions()), "out", listen)
    made = {p.name: p.read_bytes() for p in (garden / "out" / "talk").iterdir()}
    kinds = {p.name for p in (garden / "cache").iterdir()}
    (garden / "cache").rename(garden / "other")
    (garden / "out").rename(garden / "kept")
    (garden / "cache").mkdir()
    here = batch(garden, local_stages(BatchOptions()))

    assert there.counts == here.counts == Counter(done=1)
    assert {p.name: p.read_bytes() for p in (garden / "out" / "talk").iterdir()} == made
    assert "progress recognize" in told
    assert (theirs / "received").is_dir()
    assert "words" not in kinds  # nothing was recognised here the first time
    assert not [*(garden / "other").glob(".subsync-*")]
