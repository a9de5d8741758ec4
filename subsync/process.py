"""What a process that does the work sets for itself before anything else."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

_M_ARENA_MAX = -8
_HEAPS = 2


def prepare() -> None:
    """Make results the same on any machine, and give memory back.

    With each number of threads OpenBLAS adds up in another order, and results differ in the last digit. And glibc gives
    every thread a heap of its own, in which what the recogniser frees remains: an hour of talk took 700 MB in the
    largest process, with two heaps 570, in the same time. Other C libraries have no such heaps.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)
