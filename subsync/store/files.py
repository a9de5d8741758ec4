"""Files of ours: written whole or not at all, under names that are fit for any system.

Whatever happens to a process (killed, disk full, another one beside it), a file written here holds either what it held
before or what it was meant to hold.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import unicodedata
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from subsync.errors import StoreError
from subsync.store.system import flush_folder, lock_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedRandom

_FULL = "Make room on the disk, or choose another place (-o for outputs, SUBSYNC_CACHE for the cache)."
_FORBIDDEN = "Choose a place that you may write to (-o for outputs, SUBSYNC_CACHE for the cache)."
_REMEDIES = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EROFS: _FORBIDDEN,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.ENOTDIR: _FORBIDDEN,
}


@contextmanager
def errors_of(verb: str, path: Path) -> Iterator[None]:
    """Turn the system's errors into ours, with the path and what to do."""
    try:
        yield
    except OSError as exc:
        remedy = _REMEDIES.get(exc.errno or 0, "Check that path.")
        raise StoreError(f"cannot {verb} {path}: {exc.strerror or exc}", remedy) from exc


@contextmanager
def errors_of_scratch(output: Path) -> Iterator[None]:
    """Blame a full disk on the one that is full, where a block writes temporary files too and ``output`` has room.

    Raises:
        StoreError: there is no room for temporary files.
    """
    try:
        yield
    except Exception as exc:
        full = isinstance(exc, OSError) and exc.errno in {errno.ENOSPC, errno.EDQUOT}
        full = full or "disk is full" in str(exc)  # as SQLite says it
        if "temporary directory" not in str(exc) and (not full or disk_usage(output.parent).free < _ROOM):
            raise
        place = os.environ.get("TMPDIR", "/tmp")  # noqa: S108 - to be named, not used
        remedy = "Make room on that disk, or set TMPDIR to a folder on another one."
        raise StoreError(f"cannot write temporary files into {place}: No space left on device", remedy) from exc


_ROOM = 1024**2
"""Bytes. A disk with less is full for anything that needs temporary files."""


# --- files, whole or not at all ---------------------------------------------------------------------------------------


def encoded(text: str) -> bytes:
    r"""Text as it stands in our files: UTF-8.

    What the name of a file may have that is no UTF-8 (a lone surrogate in Python) becomes ``\udcb5``, which is how
    JSON writes it.
    """
    return text.encode("utf-8", errors="backslashreplace")


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8, line ends as they are. See ``encoded`` and ``write_bytes``."""
    write_bytes(path, encoded(text))


def write_bytes(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path``, making missing folders. See ``whole_file``."""
    with whole_file(path) as file:
        write_all(file.fileno(), data)


@contextmanager
def whole_file(path: Path, *, lasting: bool = True) -> Iterator[BufferedRandom]:
    """A file that gets its name when the block has ended well; a reader sees the old file or the new one, never a part.

    A new file gets the mode that the user's umask gives, a replaced one keeps its own. A symlink at ``path`` is
    replaced, not followed.

    Args:
        path: Missing folders are made.
        lasting: See that it is on the disk, so that a power cut does not take it. What is large, checked when it is
            read and made again where it is damaged need not wait for the disk.

    Yields:
        An empty file that can be read and written; others may read it under its ``name`` once it is flushed.

    Raises:
        StoreError: It cannot be written. The old file is whole and nothing else is left behind.
    """
    with errors_of("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary, fd = _opened(path)
        with open(temporary, "w+b", opener=lambda *_: fd) as file:
            try:
                if path.is_file() and not path.is_symlink():
                    os.fchmod(fd, stat.S_IMODE(path.stat().st_mode))
                yield file
                file.flush()
                if lasting:
                    os.fsync(fd)
                temporary.replace(path)
            except BaseException:  # Ctrl-C too. While the file is open and locked it is nobody else's
                temporary.unlink(missing_ok=True)
                raise
        if lasting:
            flush_folder(path.parent)


def _opened(path: Path) -> tuple[Path, int]:
    """The temporary file of a target, open for writing, empty, and nobody else's.

    One name per target, and a lock that dies with its holder: a second writer waits for the first, and what a killed
    one left behind is used again instead of staying for ever. What stands under that name and cannot be used (a link,
    a pipe, a file that may not be written) is removed; a folder stays, and another name is taken.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    while True:
        try:
            if not stat.S_ISREG(temporary.lstat().st_mode):
                temporary.unlink()
        except FileNotFoundError:
            pass
        except OSError:  # a folder
            temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            fd = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        except PermissionError:  # left by somebody who replaced a file that may only be read
            temporary.unlink()
            continue
        try:
            lock_file(fd)
            # While we waited, the holder has moved the file to its place (or removed it): then this is no longer ours.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(fd), os.lstat(temporary)):
                    os.ftruncate(fd, 0)
                    return temporary, fd
        except BaseException:  # Ctrl-C too: what was opened is closed, then it goes on
            os.close(fd)
            raise
        os.close(fd)


def write_all(fd: int, data: bytes) -> None:
    """Write all of it; the system may take less at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def see_writable(folder: Path) -> None:
    """See that files can be made in a folder, or it itself: before hours of work, not after them.

    Raises:
        StoreError: they cannot.
    """
    with errors_of("write into", folder):
        there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
        if not there.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        try:
            TemporaryFile(dir=there).close()  # it has no name; permissions tell a superuser nothing
        except FileNotFoundError as exc:  # as /proc says that it takes no files
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from exc


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal.

    Raises:
        StoreError: It cannot be read.
    """
    with errors_of("read", path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- names of outputs -------------------------------------------------------------------------------------------------

# learn.microsoft.com, "Naming Files, Paths, and Namespaces": reserved whatever follows the first dot.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\.|$)", re.IGNORECASE)
_UNFIT = re.compile("[/\\\\\x00-\x1f\x7f\ud800-\udfff]")
_LONGEST_STEM = 200
"""Bytes. File systems allow 255; the longest suffix, with that of its temporary file, takes 22."""


def stem_of(note_path: Path | str) -> str:
    """The name of a note's outputs: its file name without ``.md``, fit to be a name on any system.

    A name that is too long is cut and gets a digest of the whole, so that two of them stay two.
    """
    name = re.sub(r"\.md$", "", Path(note_path).name, flags=re.IGNORECASE)
    stem = _UNFIT.sub("_", unicodedata.normalize("NFC", name))
    if not stem.strip(". "):
        stem = "note"
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    if len(stem.encode()) > _LONGEST_STEM:
        digest = hashlib.sha256(stem.encode()).hexdigest()[:8]
        stem = stem.encode()[: _LONGEST_STEM - 9].decode(errors="ignore") + f"-{digest}"
    return stem


def output_folder(root: Path, stem: str) -> Path:
    """``root/stem``, resolved; it need not exist.

    Raises:
        StoreError: It is not inside ``root``, by its name or through a symlink.
    """
    with errors_of("use", root / stem):
        inside, folder = (Path(os.path.realpath(place)) for place in (root, root / stem))
    if folder == inside or not folder.is_relative_to(inside):
        raise StoreError(f"{root / stem} leads out of {root}: {folder}", "Remove that symlink, or choose another -o.")
    return folder
