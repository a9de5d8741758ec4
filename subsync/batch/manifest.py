"""What became of each note, kept in the folder of the results, so that another run, or a killed one, knows.

SQLite in WAL mode: a commit is whole or not there, whatever happens to the process, and two runs may write at once.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from subsync.errors import StoreError
from subsync.store.files import errors_of
from subsync.store.system import lock_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import TracebackType
    from typing import Self

NAME = "manifest.sqlite"
_LOCK = "manifest.lock"
"""Held by all batches that work into a folder. Not the manifest itself: SQLite loses its own locks on a file that is
closed by another hand (sqlite.org, "How To Corrupt", 2.2)."""

State: TypeAlias = Literal["pending", "running", "done", "failed", "deferred"]

_SCHEMA = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS notes (
    note TEXT PRIMARY KEY,          -- real path
    shown TEXT NOT NULL,            -- as the user gave it
    output TEXT NOT NULL,           -- the folder in which its own is, from that of the manifest
    state TEXT NOT NULL,
    stage TEXT NOT NULL,            -- reached last
    attempts INTEGER NOT NULL,      -- since it was last done
    error_class TEXT NOT NULL,
    message TEXT NOT NULL,
    remedy TEXT NOT NULL,
    inputs TEXT NOT NULL,           -- JSON: hashes of all that the result was made from, versions among it
    outputs TEXT NOT NULL,          -- JSON: SHA-256 by file name
    result TEXT NOT NULL,           -- JSON: the result in figures
    started REAL, ended REAL        -- seconds since 1970
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hosts (host TEXT PRIMARY KEY, closed_until REAL NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of a note."""

    note: str
    shown: str
    output: str
    state: State = "pending"
    stage: str = ""
    attempts: int = 0
    error_class: str = ""
    message: str = ""
    remedy: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    started: float | None = None
    ended: float | None = None


_COLUMNS = tuple(Row.__dataclass_fields__)
_JSON = ("inputs", "outputs", "result")


class Manifest:
    """The rows of a folder of results."""

    def __init__(self, folder: Path, *, frozen: bool = False) -> None:
        """Open or make the manifest of ``folder``; ``frozen``, open one that nobody can write now, and look at it.

        Raises:
            StoreError: it cannot be read or written, or a newer subsync made it.
        """
        self.path = folder / NAME
        if frozen:  # SQLite would make files beside it
            with self._errors():
                self._db = sqlite3.connect(f"{self.path.absolute().as_uri()}?immutable=1", uri=True)
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise StoreError(f"cannot make {folder}: {exc.strerror}", "Choose another place with -o.") from exc
        with self._errors():
            self._db = sqlite3.connect(self.path, timeout=60, isolation_level=None)
            self._to_wal()
            self._db.execute("PRAGMA synchronous=NORMAL")
            (schema,) = self._db.execute("PRAGMA user_version").fetchone()
            if schema > _SCHEMA:
                raise StoreError(f"{self.path}: made by a newer subsync", "Update subsync, or choose another -o.")
            self._db.executescript(f"{_TABLES} PRAGMA user_version={_SCHEMA};")

    def _to_wal(self) -> None:
        """Two batches that begin at once may both find it in the old mode, and SQLite does not wait for this lock."""
        for _ in range(200):
            try:
                self._db.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as exc:
                if "locked" not in str(exc):
                    raise
                time.sleep(0.05)
            else:
                return

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, ValueError) as exc:  # of JSON, too
            remedy = "See that there is room and that you may write there; a damaged manifest can be removed."
            raise StoreError(f"{self.path}: {exc}", remedy) from exc

    def rows(self) -> tuple[Row, ...]:
        """All that is known, by path."""
        with self._errors():
            found = self._db.execute(f"SELECT {', '.join(_COLUMNS)} FROM notes ORDER BY note").fetchall()  # noqa: S608
            return tuple(
                Row(**{c: json.loads(v) if c in _JSON else _read(v) for c, v in zip(_COLUMNS, values, strict=True)})
                for values in found
            )

    def put(self, *rows: Row) -> None:
        """Keep rows, all or none; they are on disk when this returns."""
        values = [
            [
                json.dumps(dict(getattr(row, c)), sort_keys=True) if c in _JSON else _kept(getattr(row, c))
                for c in _COLUMNS
            ]
            for row in rows
        ]
        marks = ", ".join("?" * len(_COLUMNS))
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(f"INSERT OR REPLACE INTO notes ({', '.join(_COLUMNS)}) VALUES ({marks})", values)  # noqa: S608
            self._db.execute("COMMIT")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While this lasts, and no longer than this process, ``is_at_work`` says so. Several batches may be."""
        path = self.path.with_name(_LOCK)
        with errors_of("lock", path):
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            lock_file(fd, shared=True)
            yield
        finally:
            os.close(fd)

    def closed_hosts(self) -> dict[str, float]:
        """Until when each host is left alone that asked us to wait."""
        with self._errors():
            return dict(self._db.execute("SELECT host, closed_until FROM hosts WHERE closed_until > ?", (time.time(),)))

    def close_host(self, host: str, until: float) -> None:
        """Leave a host alone."""
        with self._errors():
            self._db.execute("INSERT OR REPLACE INTO hosts VALUES (?, ?)", (host, until))

    def close(self) -> None:
        """Close the file."""
        with self._errors():
            self._db.close()

    def __enter__(self) -> Self:
        """Use it in a ``with``."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        """Close it."""
        self.close()


def _kept(value: Any) -> Any:
    """SQLite's texts are UTF-8; names of files need not be, and are kept as bytes then."""
    if not isinstance(value, str):
        return value
    data = os.fsencode(value)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data
    return value


def _read(value: Any) -> Any:
    return os.fsdecode(value) if isinstance(value, bytes) else value


def known_places(rows: Iterable[Row]) -> dict[str, Path]:
    """Where the results of each note are, by its real path, from the folder of the manifest."""
    return {row.note: Path(row.output) for row in rows}


def is_at_work(folder: Path) -> bool:
    """Whether a batch works into a folder of results now: one that was killed does not."""
    try:
        fd = os.open(folder / _LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not lock_file(fd, wait=False)
    finally:
        os.close(fd)


def is_gone(row: Row) -> bool:
    """Whether a note was moved or removed; a link that leads nowhere is not gone, it fails."""
    return not os.path.lexists(row.note) and not os.path.lexists(row.shown)


def read_manifest(folder: Path) -> tuple[Row, ...]:
    """What is known in a folder of results, or nothing where there was no batch; nothing is made."""
    if not (folder / NAME).is_file():
        return ()
    with Manifest(folder, frozen=not os.access(folder, os.W_OK)) as manifest:
        return manifest.rows()
