"""What a process that does the work sets for itself before anything else."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # glibc's malloc.h
_HEAPS = 2
_LARGE = 32 * 1024**2
"""Bytes. glibc comes to this size by itself, unless it is told another."""


def prepare() -> None:
    """Make results the same on any machine, and give memory back.

    With each number of threads OpenBLAS adds up in another order, and results differ in the last digit. And glibc gives
    every thread a heap of its own, in which what the recogniser frees remains: an hour of talk took 700 MB in the
    largest process, with two heaps 570, in the same time. Dask tells it to give back whatever is free at once
    (MALLOC_TRIM_THRESHOLD_), after which all of our work took a third longer. Other C libraries are left alone.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in (
            (_M_ARENA_MAX, _HEAPS),
            (_M_MMAP_THRESHOLD, _LARGE),
            (_M_TRIM_THRESHOLD, 2 * _LARGE),
        ):
            mallopt(option, value)
