"""The cache, content-addressed: a key is the SHA-256 of all that a result depends on, so that none is ever out of date.

::

    ROOT/<kind>/<key>.json      a value
    ROOT/<kind>/<key>.jsonl     a journal: values by number, added one by one
    ROOT/<kind>/<key>/          a folder that its owner fills (a download)
    ROOT/locks/<key>.lock       held while somebody works on that key
    ROOT/locks/<key>.use        held, by any number of runs, while they use what stands under it
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import stat
import weakref
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from subsync.store.files import errors_of, write_bytes
from subsync.store.system import lock_file
from subsync.store.values import Journal, canonical, seal, unseal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

log = logging.getLogger(__name__)

V = TypeVar("V")


def _default_root() -> Path:
    from platformdirs import user_cache_path

    named = os.environ.get("SUBSYNC_CACHE")
    return Path(named).expanduser().absolute() if named else user_cache_path("subsync")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the cache."""

    kind: str
    key: str
    path: Path
    size: int
    """Bytes."""
    used: float
    """When it was last used, seconds since 1970."""


class Hold:
    """Somebody uses what stands under a key."""

    def __init__(self, fd: int | None) -> None:
        """``fd`` is open and locked."""
        self.close = (lambda: None) if fd is None else weakref.finalize(self, os.close, fd)
        """Let go; so does the end of the process, whatever its reason."""


@dataclass(frozen=True, slots=True)
class Cache:
    """Results under keys, shared by all runs of this user; safe for several at once."""

    root: Path = field(default_factory=_default_root)
    """``$SUBSYNC_CACHE``, or the cache folder of this system."""

    @staticmethod
    def key(*parts: object) -> str:
        """SHA-256 over the parts, which must be JSON values: numbers, strings, lists, dictionaries."""
        return hashlib.sha256(canonical(parts).encode()).hexdigest()

    def path(self, kind: str, key: str, suffix: str = "") -> Path:
        """Where an entry is or will be. ``suffix`` starts with a dot."""
        if not re.fullmatch(r"[a-z][a-z0-9-]*", kind) or kind == "locks" or not re.fullmatch(r"[0-9a-f]{64}", key):
            raise ValueError(f"not a place in the cache: {kind!r}, {key!r}")
        return self.root / kind / f"{key}{suffix}"

    def get_json(self, kind: str, key: str) -> Any | None:
        """The value put there, or ``None`` where there is none; a damaged one is removed.

        Raises:
            StoreError: It is there and cannot be read.
        """
        path = self.path(kind, key, ".json")
        with errors_of("read", path):
            try:
                value = unseal(path.read_bytes())
            except FileNotFoundError:
                return None
            except ValueError:
                log.warning("removed a damaged cache entry: %s", path)
                path.unlink(missing_ok=True)
                return None
        touch(path)
        return value

    def put_json(self, kind: str, key: str, value: object) -> None:
        """Keep a JSON value (tuples come back as lists).

        Raises:
            StoreError: It cannot be written.
        """
        write_bytes(self.path(kind, key, ".json"), seal(value))

    def cached(
        self,
        kind: str,
        key: str,
        make: Callable[[], V],
        *,
        load: Callable[[Any], V],
        save: Callable[[V], object],
        lock: str | None = None,
    ) -> V:
        """A value, made if it is not there yet, by one run alone.

        Args:
            kind: Of the entry.
            key: What the value depends on.
            make: Makes it.
            load: From JSON.
            save: To JSON.
            lock: Another key to be locked instead of its own, where several values are made of one thing.

        Raises:
            StoreError: The cache cannot be read, or not be written where it has to be.
        """
        if (saved := self.get_json(kind, key)) is None:
            with self.lock(lock or key):
                if (saved := self.get_json(kind, key)) is None:
                    value = make()
                    self.put_json(kind, key, save(value))
                    return value
        return load(saved)

    def journal(self, kind: str, key: str) -> Journal:
        """Open the journal of a key; hold ``lock(key)`` meanwhile."""
        return Journal(self.path(kind, key, ".jsonl"))

    def _lock_path(self, key: str) -> Path:
        return self.root / "locks" / f"{key}.lock"

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Work on a key alone, among all processes and threads; wait for others.

        Raises:
            StoreError: The cache cannot be written.
        """
        from filelock import FileLock, Timeout

        path = self._lock_path(key)
        lock = FileLock(path)
        with errors_of("lock", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(blocking=False)
            except Timeout:
                log.info("it is being worked on already, in this run or another; waiting (%s)", path)
                lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def hold(self, key: str) -> Hold:
        """Keep what stands under a key from being removed while it is used by its path, as long as this lives.

        Any number of runs may hold one key. It is taken inside ``lock(key)``, or before what is there is looked at.
        """
        path = self.root / "locks" / f"{key}.use"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError:  # a cache that cannot be written can still be read, and nobody can remove anything from it
            return Hold(None)
        lock_file(fd, shared=True)
        return Hold(fd)

    def entries(self) -> tuple[Entry, ...]:
        """All that is in the cache, the least recently used first.

        Raises:
            StoreError: It cannot be read.
        """
        with errors_of("read", self.root):
            found = [_entry(path) for path in self.root.glob("*/*") if re.match(r"[0-9a-f]{64}(?![^.])", path.name)]
        return tuple(sorted((e for e in found if e and e.kind != "locks"), key=lambda e: (e.used, e.path)))

    def prune(self, max_bytes: int, *, spared: Collection[str] = ()) -> tuple[Entry, ...]:
        """Remove the least recently used until at most ``max_bytes`` are left; return what was removed.

        What somebody is working on stays, so more may be left.

        Args:
            max_bytes: Of all that is there.
            spared: Kinds that stay.

        Raises:
            StoreError: Something cannot be removed.
        """
        entries = self.entries()
        size = sum(entry.size for entry in entries)
        removed = []
        for entry in entries:
            if size <= max_bytes:
                break
            if entry.kind not in spared and self.remove(entry):
                size -= entry.size
                removed.append(entry)
        return tuple(removed)

    def remove(self, entry: Entry) -> bool:
        """Remove an entry unless somebody is working on it or holds it; return whether it has gone."""
        from filelock import FileLock, Timeout

        path = self._lock_path(entry.key)
        with errors_of("remove", entry.path), suppress(Timeout):
            path.parent.mkdir(exist_ok=True)
            with FileLock(path).acquire(blocking=False):
                if self._is_held(entry.key):
                    return False
                if entry.path.is_dir():
                    shutil.rmtree(entry.path)
                else:
                    entry.path.unlink(missing_ok=True)
                return True
        return False

    def _is_held(self, key: str) -> bool:
        try:
            fd = os.open(self.root / "locks" / f"{key}.use", os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            return not lock_file(fd, wait=False)
        finally:
            os.close(fd)

    def verify(self, checks: Mapping[str, Callable[[Path], bool]]) -> tuple[Entry, ...]:
        """The damaged entries; nothing is removed. Reads everything.

        Args:
            checks: For a kind of entries that are no values of JSON, whether one is as it was written.

        Raises:
            StoreError: Something cannot be read.
        """
        return tuple(e for e in self.entries() if not _is_whole(e.path, checks.get(e.kind)))


def touch(path: Path) -> None:
    """Note that an entry was used now. A cache that cannot be written can still be read."""
    with suppress(OSError):
        os.utime(path)


def _entry(path: Path) -> Entry | None:
    """``None`` if it has gone meanwhile."""
    try:
        files = [p.stat() for p in path.rglob("*")] if path.is_dir() else []
        own = path.stat()
    except FileNotFoundError:
        return None
    size = sum(s.st_size for s in files if stat.S_ISREG(s.st_mode)) if path.is_dir() else own.st_size
    return Entry(path.parent.name, path.name.split(".", 1)[0], path, size, own.st_mtime)


def _is_whole(path: Path, check: Callable[[Path], bool] | None) -> bool:
    """Whether an entry is as it was written. An unfinished download and a file of no known kind count as whole."""
    with errors_of("read", path):
        if path.suffix == ".partial":
            return True
        if check is not None:
            return check(path)
        if path.suffix not in {".json", ".jsonl"}:
            return True
        try:
            for line in path.read_bytes().splitlines(keepends=True):
                unseal(line)
        except ValueError:
            return False
        return True
