"""What a process sets for itself."""

from __future__ import annotations

import ctypes
import gc
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from subsync.run.process import prepare
from subsync.store.system import give_back

if TYPE_CHECKING:
    from pathlib import Path


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
    """One heap, and no eager giving back: M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of malloc.h."""
    library = Malloc()
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: library)
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    prepare()
    assert library.told == {-8: 1, -3: 8 << 20, -1: 16 << 20}
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


def test_a_library_without_mallopt_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what the user has set stays."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    prepare()
    give_back()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"


def test_what_refers_to_itself_is_looked_for_rarely_but_is() -> None:
    """A note's words stay: to go through them over and over for nothing is an eighth of a run."""
    prepare()
    looked: list[str] = []

    def notice(phase: str, _info: object) -> None:
        looked.append(phase)

    gc.collect()
    gc.callbacks.append(notice)
    try:
        few = [[n] for n in range(40_000)]
        assert not looked
        many = [[n] for n in range(60_000)]
        assert looked
    finally:
        gc.callbacks.remove(notice)
    assert len(few) < len(many)


def test_a_library_reports_nothing_and_leaves_no_file(tmp_path: Path) -> None:
    """onnxruntime writes down who it is for its makers when it is imported."""
    code = "from subsync.run.process import prepare; prepare(); import onnxruntime"
    env = {key: value for key, value in os.environ.items() if key != "ORT_DISABLE_TELEMETRY"} | {
        "TMPDIR": str(tmp_path)
    }
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.model
@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="only glibc tells how much is in use")
def test_windows_of_many_lengths_leave_nothing_behind() -> None:
    """What oneDNN compiles for one is not kept for long: over 1 MB for each."""
    code = """
import ctypes
import numpy as np
from subsync.run.process import prepare
prepare()
from subsync.listen import WhisperRecognizer
from subsync.listen.models import find_model

class Use(ctypes.Structure):
    _fields_ = [(f"field{k}", ctypes.c_size_t) for k in range(10)]

mallinfo = ctypes.CDLL(None).mallinfo2
mallinfo.restype = Use
ear = WhisperRecognizer(find_model("tiny.en"))
used = []
for k in range(40):
    ear.encode(np.zeros(100_000 + 640 * k, np.float32))
    used.append(mallinfo().field7)
print(used[-1] - used[19])
"""
    env = {key: value for key, value in os.environ.items() if key != "ONEDNN_PRIMITIVE_CACHE_CAPACITY"}
    done = subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True)
    assert int(done.stdout) < 6_000_000


def test_what_was_freed_is_given_back_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Malloc()
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: library)
    give_back()
    assert library.left == 0
