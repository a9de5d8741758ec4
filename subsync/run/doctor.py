"""What is installed, how fresh it is, and what to run to mend it."""

from __future__ import annotations

import os
import re
import shutil
import time
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Literal, TypeAlias

from subsync.fetch.runtimes import found_runtimes, solver_scripts
from subsync.listen.models import DEFAULT, INSTALL_TINY, available_models
from subsync.store import Cache
from subsync.store.system import free_memory, load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

State: TypeAlias = Literal["good", "poor", "bad"]

_STALE = 90
"""Days. yt-dlp itself warns of a release that is older; sites change faster than that."""
_ROOM = 2 * 1000**3
"""Bytes. An hour of sound takes 60 MB as it comes and 115 MB decoded."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: State
    """``poor``: works, with less. ``bad``: something will fail."""
    found: str
    mend: str = ""
    """What to do, if it is not good."""


def examine(*, output: Path, cache: Cache | None = None, today: date | None = None) -> tuple[Finding, ...]:
    """Look at this installation; nothing is asked of the network."""
    cache = cache or Cache()
    return (
        _ytdlp(today or date.today()),  # noqa: DTZ011 - the user's own calendar
        _runtime(),
        _scripts(),
        _models(),
        *_disks(cache.root, output),
        _processors(),
        _memory(),
        _cluster(),
    )


_UPDATE = 'pip install --upgrade "yt-dlp[default,deno]"'


def _ytdlp(today: date) -> Finding:
    installed = version("yt-dlp")
    match = re.match(r"(\d{4})\.(\d{1,2})\.(\d{1,2})", installed)
    if match is None:
        return Finding("yt-dlp", "poor", installed, f"not a release; if fetching fails: {_UPDATE}")
    age = (today - date(*map(int, match.groups()))).days
    return Finding("yt-dlp", "good" if age <= _STALE else "poor", f"{installed}, {age} days old", _UPDATE)


def _runtime() -> Finding:
    """YouTube gives its formats only to those who can run its player's scripts."""
    found = found_runtimes()
    if not found:
        return Finding("JavaScript runtime", "bad", "none", f"no YouTube note can be fetched; it comes with {_UPDATE}")
    said = ", ".join(f"{runtime.name} {runtime.version} ({runtime.path})" for runtime in found)
    if not any(runtime.new_enough for runtime in found):
        mend = f"too old for YouTube's scripts, whose notes cannot be fetched; a newer one comes with {_UPDATE}"
        return Finding("JavaScript runtime", "bad", said, mend)
    return Finding("JavaScript runtime", "good", said)


def _scripts() -> Finding:
    installed, wanted = solver_scripts()
    if installed is None:
        return Finding("yt-dlp-ejs", "bad", "not installed", f"no YouTube note can be fetched: {_UPDATE}")
    fits = installed.split(".")[:2] == wanted.split(".")[:2]
    return Finding("yt-dlp-ejs", "good" if fits else "bad", installed, f"yt-dlp wants {wanted}: {_UPDATE}")


def _models() -> Finding:
    found = available_models(stamps=Cache().root / "stamps")
    names = ", ".join(model.name for model in found)
    if not found:
        return Finding("models", "bad", "none", f"{INSTALL_TINY}, or connect to the network once")
    if DEFAULT not in names:
        return Finding(
            "models", "poor", names, f"{DEFAULT} has half the errors: `subsync sync --model {DEFAULT}` online"
        )
    return Finding("models", "good", names)


def _disks(*places: Path) -> Iterator[Finding]:
    for place in places:
        there = next(p for p in (place.absolute(), *place.absolute().parents) if p.exists())
        free = shutil.disk_usage(there).free
        writable = os.access(there, os.W_OK)
        state: State = "bad" if not writable else "good" if free > _ROOM else "poor"
        said = f"{place}: {free / 1e9:.1f} GB free" if writable else f"{place}: you may not write there"
        mend = "make room (`subsync cache prune`), or choose another place with -o or SUBSYNC_CACHE"
        yield Finding("disk", state, said, mend)


def _processors() -> Finding:
    count, wanting = os.cpu_count() or 1, load()
    if wanting is None:
        return Finding("processors", "good", f"{count}")
    busy = wanting > 1.5 * count
    return Finding(
        "processors", "poor" if busy else "good", f"{count}, load {wanting:.1f}", "other programs are at work"
    )


def _memory() -> Finding:
    free = free_memory()
    if free is None:
        return Finding("memory", "good", "not known on this system")
    state: State = "good" if free > 2e9 else "poor"
    return Finding("memory", state, f"{free / 1e9:.1f} GB free", "run with --jobs 1, or with a smaller --model")


def _cluster() -> Finding:
    try:
        return Finding("distributed", "good", version("distributed"))
    except PackageNotFoundError:
        return Finding("distributed", "good", "not installed (only for --scheduler)")


def age_in_words(seconds_since_1970: float) -> str:
    """How long ago something was, roughly."""
    seconds = max(0.0, time.time() - seconds_since_1970)
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit} ago"
    return "just now"
