"""What a process sets for itself."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from subsync.run.process import prepare
from subsync.store.system import give_back

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


class Malloc:
    """Notes what it is told, as glibc would be."""

    def __init__(self) -> None:
        self.told: dict[int, int] = {}

    def mallopt(self, option: int, value: int) -> int:
        self.told[option] = value
        return 1

    def malloc_trim(self, left: int) -> int:
        self.left = left
        return 1


def test_malloc_is_told_all_that_others_may_have_told_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few heaps, and no eager giving back: M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of malloc.h."""
    library = Malloc()
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: library)
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    prepare()
    assert library.told == {-8: 2, -3: 32 << 20, -1: 64 << 20}
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


def test_a_library_without_mallopt_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what the user has set stays."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    prepare()
    give_back()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"


def test_a_library_reports_nothing_and_leaves_no_file(tmp_path: Path) -> None:
    """onnxruntime writes down who it is for its makers when it is imported."""
    code = "from subsync.run.process import prepare; prepare(); import onnxruntime"
    env = {key: value for key, value in os.environ.items() if key != "ORT_DISABLE_TELEMETRY"} | {
        "TMPDIR": str(tmp_path)
    }
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    assert list(tmp_path.iterdir()) == []


def test_what_was_freed_is_given_back_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Malloc()
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: library)
    give_back()
    assert library.left == 0
