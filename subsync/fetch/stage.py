"""What a source needs, and whether what came is a recording.

A path or a ``file:`` URL is looked up; an address is downloaded once: into ``FOLDER.partial``, which is kept for the
next try, and then renamed to ``FOLDER``, so that ``FOLDER`` is always whole. What counts as success is the file that is
there and can be heard, never what the downloader says: yt-dlp returns normally from several kinds of failure.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias
from urllib.parse import unquote, urlsplit

from subsync.datatypes import Media
from subsync.errors import AudioError, FetchError, MissingFileError, StoreError
from subsync.fetch.vault import in_vault
from subsync.store import sha256_of, write_text
from subsync.text.urls import canonical_url, is_url, redacted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from subsync.datatypes import Ms

Progress: TypeAlias = "Callable[[int, int | None], None]"
"""Called with bytes so far and bytes in all, ``None`` where the site does not say."""


@dataclass(frozen=True, slots=True)
class Download:
    """What a fetcher brought."""

    path: Path
    title: str | None


class Fetcher(Protocol):
    """Brings a recording from an address."""

    def __call__(self, url: str, folder: Path, *, progress: Progress) -> Download:
        """Put the recording into ``folder``, going on with what an earlier try left there; raise ``FetchError``."""
        ...


def _no_progress(_done: int, _total: int | None) -> None:
    """Tell nobody."""


def fetch(
    source: str,
    *,
    note_dir: Path,
    folder: Path,
    fetcher: Fetcher,
    probe: Callable[[Path], Ms],
    progress: Progress = _no_progress,
) -> Media:
    """Have the recording that a note names on this machine.

    Args:
        source: An http(s) address, a ``file:`` URL, or a path, which may be relative to ``note_dir``.
        note_dir: The folder of the note.
        folder: Where the download of this address is or will be, one folder for each ``canonical_url``; the caller
            holds a lock on it. A file of the user's stays where it is.
        fetcher: What downloads; not called if the download is there.
        probe: Gives the duration of a recording, or raises ``AudioError``.
        progress: Called while bytes come in.

    Raises:
        FetchError: It cannot be had, or what came is no recording.
        AudioError: The user's file is no recording.
        StoreError: ``folder`` cannot be written.
    """
    if not is_url(source):
        return _local(local_path(source, note_dir), probe)
    try:
        url = canonical_url(source)
    except ValueError as exc:
        shown = redacted(source)
        raise FetchError(f"cannot fetch {shown}: {exc}", "Check the note's source.", url=shown) from exc
    try:
        if not is_intact(folder, hashed=False):
            _download(url, folder, fetcher=fetcher, probe=probe, progress=progress)
        card = json.loads((folder / _CARD).read_bytes())
    except OSError as exc:
        remedy = "Make room on that disk, or choose another folder with SUBSYNC_CACHE."
        raise StoreError(f"cannot keep the download in {folder}: {exc.strerror or exc}", remedy) from exc
    with suppress(OSError):  # a cache that cannot be written can still be read
        os.utime(folder)  # it forgets first what was not used for longest
    return Media(folder / card["file"], card["sha256"], card["duration_ms"], url)


# --- a file of the user's ---------------------------------------------------------------------------------------------


def local_path(source: str, note_dir: Path) -> Path:
    """The file that a path or a ``file:`` URL names, absolute; in a vault of Obsidian's also by its name alone.

    Raises:
        MissingFileError: There is no such file, or there are several.
        FetchError: It is an address of another kind.
    """
    scheme = re.match(r"([a-z][a-z0-9+.-]+):", source, re.IGNORECASE)
    if scheme and scheme[1].lower() == "file":
        parts = urlsplit(source)
        if parts.netloc not in {"", "localhost"}:
            raise FetchError(f"it is on another computer: {source}", "Copy the file to this one.", url=source)
        name = unquote(parts.path)
    elif scheme and source.startswith("//", scheme.end()):
        shown = redacted(source)
        remedy = "Download it by other means and give the file with --audio."
        raise FetchError(f"cannot fetch {shown}: only http, https and file are known", remedy, url=shown)
    else:
        name = os.path.expanduser(source)  # noqa: PTH111 - Path.expanduser raises for a file called "~x"
    path = note_dir.absolute() / name
    try:
        what = None if path.is_file() else "it is a folder" if path.is_dir() else "there is no such file"
    except OSError as exc:
        what = str(exc.strerror)
    else:
        if what and not path.is_dir() and not scheme and (found := in_vault(name, note_dir.absolute())):
            return found
    if what:
        raise MissingFileError(f"{path}: {what}", "Check the note's source, or give the file with --audio.", url=source)
    return path


def _local(path: Path, probe: Callable[[Path], Ms]) -> Media:
    try:
        digest = sha256_of(path)
    except StoreError as exc:
        raise FetchError(exc.message, "Check who may read it.") from exc
    try:
        return Media(path, digest, probe(path))
    except OSError as exc:
        raise FetchError(f"cannot read {path}: {exc.strerror or exc}", "Check who may read it.") from exc


# --- a download -------------------------------------------------------------------------------------------------------

_CARD = "download.json"
CAPTIONS = "captions.json3"
"""Beside the recording, where the site has captions with the times of words."""


def captions_of(media: Media) -> str | None:
    """The captions that came with a download, as YouTube's json3."""
    path = media.path.with_name(CAPTIONS)
    return path.read_text(encoding="utf-8") if media.url and path.is_file() else None


def is_intact(folder: Path, *, hashed: bool = True) -> bool:
    """Whether a download is there, and as it was; without ``hashed`` only its size is compared."""
    try:
        card = json.loads((folder / _CARD).read_bytes())
        path = folder / card["file"]
        return bool(path.stat().st_size == card["bytes"] and (not hashed or sha256_of(path) == card["sha256"]))
    except (FileNotFoundError, NotADirectoryError, ValueError, LookupError, TypeError):
        return False


def _download(url: str, folder: Path, *, fetcher: Fetcher, probe: Callable[[Path], Ms], progress: Progress) -> None:
    partial = folder.with_name(f"{folder.name}.partial")
    partial.mkdir(parents=True, exist_ok=True)
    download = fetcher(url, partial, progress=progress)
    path = download.path
    try:
        duration = _heard(path, partial, probe)
    except AudioError as exc:
        shutil.rmtree(partial)  # or the next try would find it finished
        shown = redacted(url)
        remedy = "Check the note's source, or give a file with --audio."
        raise FetchError(f"what {shown} gives is not a recording: {exc.message}", remedy, url=shown) from exc
    card = {
        "url": redacted(url),
        "title": download.title,
        "file": path.name,
        "bytes": path.stat().st_size,
        "sha256": sha256_of(path),
        "duration_ms": duration,
    }
    _flush(path)
    write_text(partial / _CARD, json.dumps(card, indent=1))  # that has the names in the folder on the disk, too
    if folder.exists():  # damaged
        shutil.rmtree(folder)
    partial.rename(folder)


def _heard(path: Path, partial: Path, probe: Callable[[Path], Ms]) -> Ms:
    if path.parent.resolve() != partial.resolve() or not path.is_file() or not path.stat().st_size:
        raise AudioError("nothing has come")
    return probe(path)


def _flush(path: Path) -> None:
    """Have a file that others wrote on the disk."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
