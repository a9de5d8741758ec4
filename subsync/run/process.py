"""What a process that does the work sets for itself before anything else."""

from __future__ import annotations

import os

from subsync.store.system import spare_memory


def prepare() -> None:
    """Make results the same on any machine, and give memory back.

    With each number of threads OpenBLAS adds up in another order, and results differ in the last digit.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    spare_memory()
