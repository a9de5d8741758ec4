"""What systems do differently, behind one door: locks on open files, processes, memory.

Linux and macOS have all of it, or say that they have not. What Windows would need stands here too.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# --- files ------------------------------------------------------------------------------------------------------------


def lock_file(fd: int, *, shared: bool = False, wait: bool = True) -> bool:
    """Lock an open file among all processes until it is closed, whoever closes it, death included.

    Args:
        fd: Its descriptor.
        shared: With others who share it; nobody then has it alone.
        wait: Until it is free.

    Returns:
        Whether it is locked now; without ``wait`` it may not be.
    """
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(fd, kind if wait else kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def flush_folder(folder: Path) -> None:
    """Make new names in a folder last through a power cut."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def boot() -> str | None:
    """What is the same until the system starts anew, or ``None`` where the system does not tell."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:  # noqa: PTH123 - not on any disk
            return file.read().strip() or None
    except (OSError, ValueError):
        return None


# --- processes --------------------------------------------------------------------------------------------------------


def spawn(command: Sequence[str], environment: Mapping[str, str], *, inherits: int) -> subprocess.Popen[bytes]:
    """Start a program in a group of its own that has one more open file of ours, and is deaf to Ctrl-C from the start.

    Args:
        command: The program and its arguments.
        environment: All of its variables.
        inherits: The file's descriptor, the same there.
    """
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # which it inherits
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter
            command, stdin=subprocess.DEVNULL, env=environment, pass_fds=[inherits], process_group=0
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def stay_deaf() -> None:
    """In a program that ``spawn`` started: ignore Ctrl-C, of which the parent decides what it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def end_group(leader: int) -> None:
    """End a process that leads a group, and all others in it, at once; nothing where there are none."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def usable_processors() -> int:
    """Processors that this process may use: a container or ``taskset`` may give it fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load() -> float | None:
    """Processes that want a processor, on average of the last minute, or ``None`` where the system does not tell."""
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):
        return None


def free_memory() -> int | None:
    """Bytes that programs could still take, or ``None`` where the system does not tell."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:  # noqa: PTH123 - not a file on any disk
            lines = dict(line.split(":", 1) for line in file)
        return int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None


def resident(pid: int) -> int:
    """Bytes in memory of a process and those that it has started; 0 where the system does not tell."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:  # noqa: PTH123 - several times a second
            pages = int(file.read().split()[1])
        children: list[str] = []
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - the same
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:  # noqa: PTH123
                children += file.read().split()
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(resident(int(child)) for child in children)


_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # glibc's malloc.h
_HEAPS = 1
_LARGE = 8 * 1024**2
"""Bytes that are taken from the system alone, and given back to it alone. glibc by itself comes to 32 MB."""


def spare_memory() -> None:
    """Have the C library give memory back, where that is glibc; others are left alone.

    glibc gives every thread a heap of its own, in which what the recogniser frees remains. An hour of noisy talk took
    635 MB in all processes together with two heaps, with one 557, in the same time; with blocks of 4 MB as large, 543.
    Dask tells it to give back whatever is free at once (MALLOC_TRIM_THRESHOLD_), after which all of our work took a
    third longer.
    """
    with suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in (
            (_M_ARENA_MAX, _HEAPS),
            (_M_MMAP_THRESHOLD, _LARGE),
            (_M_TRIM_THRESHOLD, 2 * _LARGE),
        ):
            mallopt(option, value)


def give_back() -> None:
    """Have the C library return what was freed between blocks that are in use; where it is not glibc, nothing happens.

    After a stage that took much: the recogniser leaves 130 MB of holes behind it.
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
