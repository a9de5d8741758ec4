"""Ogg files, one behind the other in one file: its links, and each as if it were a file."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a file that is a stream of its own: Ogg files may be chained, everything else is one link."""

    start: int
    end: int | None
    """Bytes; ``None``: to the end of the file."""


WHOLE = Link(0, None)


def links_of(path: Path) -> tuple[Link, ...]:
    """The links of a chained Ogg file; one for a file of any other kind.

    Ogg may be put together by concatenation (RFC 3533, section 4). FFmpeg goes on into the next link if its channels
    and rate are the same, with the times of the first, and gives up if they are not.
    """
    starts = [0]
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if file.read(4) != b"OggS":
            return (WHOLE,)
        headers = True  # the pages that begin the streams of a link stand together, before all others
        for place, first in _pages(file, size):
            if first and not headers:
                starts.append(place)
            headers = first
    return tuple(Link(start, end) for start, end in zip(starts, [*starts[1:], None], strict=True))


def _pages(file: Any, size: int) -> Iterator[tuple[int, bool]]:
    """Place of each page, and whether it is the first of a stream."""
    place = 0
    while place + 27 <= size:
        file.seek(place)
        head = file.read(27)
        if head[:5] != b"OggS\0":
            place = _next_page(file, place + 1)
            continue
        body = sum(file.read(head[26]))
        yield place, bool(head[5] & 2)
        place += 27 + head[26] + body


def _next_page(file: Any, place: int, piece: int = 1 << 16) -> int:
    """Where the next page begins behind damage; the end of the file if there is none."""
    while True:
        file.seek(place)
        read = file.read(piece + 4)
        found = read.find(b"OggS\0")
        if found >= 0:
            return place + int(found)
        if len(read) < piece + 4:
            return place + len(read)
        place += piece


def part_of(path: Path, link: Link) -> io.RawIOBase:
    """A link as if it were a file, to be read and closed."""
    return _Part(path, link)


class _Part(io.RawIOBase):
    def __init__(self, path: Path, link: Link) -> None:
        self._file = path.open("rb")
        self._start = link.start
        self._end = os.fstat(self._file.fileno()).st_size if link.end is None else link.end
        self._file.seek(self._start)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._end - self._file.tell())
        return self._file.read(left if size < 0 else min(size, left))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: self._start, os.SEEK_CUR: self._file.tell(), os.SEEK_END: self._end}[whence]
        return self._file.seek(max(self._start, base + offset)) - self._start

    def tell(self) -> int:
        return self._file.tell() - self._start

    def close(self) -> None:
        self._file.close()
        super().close()
