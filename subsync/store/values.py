"""JSON values on disk, each with its checksum: one by one, or numbered in a journal."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from typing import TYPE_CHECKING, Any

from subsync.store.files import errors_of, write_all, write_bytes
from subsync.store.system import flush_folder

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

log = logging.getLogger(__name__)

_HEAD = b'{"sha256":"'
_MIDDLE = b'","value":'
_END = b"}\n"


def canonical(value: object) -> str:
    """One text for one value, whatever order its keys came in."""
    return json.dumps(value, allow_nan=False, sort_keys=True, separators=(",", ":"))


def seal(value: object) -> bytes:
    """A line of JSON that carries the checksum of its own value."""
    return _sealed(canonical(value).encode())


def unseal(line: bytes) -> Any:
    """The value of a sealed line.

    Raises:
        ValueError: It is not what was written.
    """
    text = line[len(_HEAD) + 64 + len(_MIDDLE) : -len(_END)]
    if line != _sealed(text):
        raise ValueError("damaged")
    return json.loads(text)


def _sealed(text: bytes) -> bytes:
    return b"".join([_HEAD, hashlib.sha256(text).hexdigest().encode(), _MIDDLE, text, _END])


class Journal:
    """Values by number, each safe on disk as soon as ``put`` returns, for work that is done piece by piece.

    Lines that a crash left torn, or that were damaged since, are dropped when it is opened: their work is done again.
    """

    def __init__(self, path: Path) -> None:
        """Open or make the journal at ``path``.

        Raises:
            StoreError: It cannot be read or written.
        """
        self.path = path
        self._values: dict[int, Any] = {}
        with errors_of("read", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
        good = [line for line in lines if self._load(line)]
        if good != lines:
            log.warning("dropped %d damaged lines of %s", len(lines) - len(good), path)
            write_bytes(path, b"".join(good))
        with errors_of("write", path):
            self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
            flush_folder(path.parent)

    def _load(self, line: bytes) -> bool:
        try:
            index, value = unseal(line)
        except ValueError:
            return False
        self._values[index] = value
        return True

    def get(self, index: int) -> Any | None:
        """The value last put under that number, or ``None``."""
        return self._values.get(index)

    def put(self, index: int, value: object) -> None:
        """Keep a JSON value; it is on disk when this returns.

        Raises:
            StoreError: It cannot be written; the journal is as before.
        """
        line = seal([index, value])
        with errors_of("write", self.path):
            end = os.lseek(self._fd, 0, os.SEEK_END)
            try:
                write_all(self._fd, line)
                os.fsync(self._fd)
            except OSError:
                os.ftruncate(self._fd, end)
                raise
        self._load(line)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        """Use it in a ``with``."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        """Close it."""
        self.close()
