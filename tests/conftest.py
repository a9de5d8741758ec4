"""What several rooms' tests share: the sample's opening, and a cache in which it was recognised already."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import socket
import sys
import tempfile
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from hypothesis import settings
from shell import Done

from subsync.cli import run
from subsync.run.job import Job, run_job
from subsync.run.session import Session
from subsync.run.settings import Settings
from subsync.sound import decode
from subsync.store import Cache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# The same examples in every run, and no deadlines: a test says nothing about the speed of the machine, or about luck.
# `pytest --hypothesis-profile=explore` looks for new ones.
settings.register_profile("explore", deadline=None, max_examples=300)
settings.load_profile("ci")

LONGEST = (
    "test_reliability.py", "test_browser.py", "test_odd_machines.py", "test_study.py", "test_odd_results.py",
    "test_fetch.py", "test_cluster.py", "test_publish.py", "test_bad_input.py", "test_audio.py", "test_cli.py",
    "test_review.py", "test_epub.py", "test_wheel.py", "test_places.py", "test_note.py", "test_job.py",
)  # fmt: skip
"""The files that take longest, with the longest first: two workers that begin with them end together."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep xdist from handing out the files with the most tests first: those are quick ones."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONGEST)))


SAMPLES = Path(__file__).parent.parent / "samples"
OPENING = 26_200  # ms: after the fifth sentence of the recording


@pytest.fixture(autouse=True, scope="session")
def _cache_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or fills the user's cache."""
    before = os.environ.get("SUBSYNC_CACHE")
    os.environ["SUBSYNC_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["SUBSYNC_CACHE"]
    else:
        os.environ["SUBSYNC_CACHE"] = before


@pytest.fixture(autouse=True, scope="session")
def _offline() -> Iterator[None]:
    """As if the cable were out: a connection goes to this machine or nowhere."""
    real = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family == socket.AF_INET and not socket.inet_aton(address[0]).startswith(b"\x7f"):
            raise OSError(errno.ENETUNREACH, f"a test asks the network: {address}")
        if self.family == socket.AF_INET6 and address[0] != "::1":
            raise OSError(errno.ENETUNREACH, f"a test asks the network: {address}")
        real(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


def _once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first worker of a run makes, and the others find."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder = root / name
    with FileLock(root / f"{name}.lock"):
        if not folder.exists():
            making = Path(tempfile.mkdtemp(dir=root))
            make(making)
            making.rename(folder)
    return folder


@pytest.fixture(scope="session")
def opening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``talk.md`` and ``talk.wav``: the first 26 s of the sample and their text."""
    return _once(tmp_path_factory, "opening", _write_opening)


def _write_opening(folder: Path) -> None:
    whole = decode(SAMPLES / "tide-machine.opus", folder / "whole.s16")
    with wave.open(str(folder / "talk.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(whole.pcm.read_bytes()[: OPENING * 32])
    whole.pcm.unlink()
    text = (SAMPLES / "tide-machine.md").read_text(encoding="utf-8")
    text = text[: text.index("**Tomas:** You are looking")].replace("tide-machine.opus", "talk.wav")
    (folder / "talk.md").write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def recognised(opening: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that has all that the opening and tiny.en give. Copy it to change it."""

    def sync(root: Path) -> None:
        job = Job(opening / "talk.md", tmp_path_factory.mktemp("out"), Settings(model="tiny.en"))
        run_job(job, Session(Settings(model="tiny.en"), Cache(root)))

    return _once(tmp_path_factory, "recognised", sync)


@pytest.fixture(scope="session")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that has all that the whole sample and tiny.en give. Copy it to change it."""

    def sync(root: Path) -> None:
        job = Job(SAMPLES / "tide-machine.md", tmp_path_factory.mktemp("out"), Settings(model="tiny.en"))
        run_job(job, Session(Settings(model="tiny.en"), Cache(root)))

    return _once(tmp_path_factory, "heard", sync)


@pytest.fixture
def desk(opening: Path, recognised: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder with the opening in it, who has synced it elsewhere before: nothing is recognised anew."""
    shutil.copytree(recognised, tmp_path / "cache")
    monkeypatch.setenv("SUBSYNC_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "desk"
    shutil.copytree(opening, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def subsync(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Done]]:
    """The command in this process, with its catcher."""
    root, ours = logging.getLogger(), logging.getLogger("subsync")
    handlers, level = root.handlers[:], ours.level

    def shell(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["subsync", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run()
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, out, err)

    yield shell
    root.handlers[:] = handlers
    ours.setLevel(level)
