"""A recording by its name, as Obsidian finds it: anywhere in the vault, the folder that holds ``.obsidian``."""

from __future__ import annotations

import os
import unicodedata
from contextlib import suppress
from functools import cache
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from subsync.errors import MissingFileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_MOST = 200_000
"""Files of a vault that are looked at; one with more is no vault that Obsidian opens in any comfort."""


def in_vault(source: str, note_dir: Path) -> Path | None:
    """The file that a wiki link names which does not lie where a path would lead: its path from the vault, or its name.

    Args:
        source: what stands in the link.
        note_dir: the folder of the note, absolute.

    Raises:
        MissingFileError: several files of the vault have that name, or it has too many to look at them all.
    """
    vault = next((folder for folder in (note_dir, *note_dir.parents) if (folder / ".obsidian").is_dir()), None)
    wanted = [_folded(part) for part in PurePosixPath(source).parts]
    if vault is None or not wanted or ".." in wanted or source.startswith("/"):
        return None
    if (vault / source).is_file():
        return vault / source
    called = [*_files_called(wanted[-1], vault)]
    found = [path for path in called if path and [_folded(part) for part in path.parts[-len(wanted) :]] == wanted]
    if len(found) > 1:
        shown = ", ".join(sorted(path.relative_to(vault).as_posix() for path in found)[:5])
        raise MissingFileError(
            f"{source}: {len(found)} files in {vault} have that name: {shown}",
            "Write the path of the one that is meant, from the folder of the vault.",
            url=source,
        )
    if not found and None in called:
        raise MissingFileError(
            f"{source}: is not among the first {_MOST:,} files of {vault}; the others were not looked at",
            "Write its path from the folder of the vault, or give the file with --audio.",
            url=source,
        )
    return found[0] if found else None


def _files_called(name: str, vault: Path) -> Iterator[Path | None]:
    """The files of a vault that have a name; ``None`` behind them if not all were looked at."""
    count, folders = 0, [vault]
    while folders:
        folder = folders.pop()
        with suppress(OSError):
            files, inside = _listed(folder, folder.stat().st_mtime_ns)
            yield from files.get(name, ())
            count += sum(map(len, files.values()))
            folders += inside
        if count > _MOST:
            yield None
            return


@cache  # a batch of hundreds of notes whose recordings are missing asks for each
def _listed(folder: Path, _changed: int) -> tuple[Mapping[str, Sequence[Path]], Sequence[Path]]:
    """What a folder has had since it changed last: files by their names, and folders without .obsidian and .trash."""
    files: dict[str, list[Path]] = {}
    folders = []
    with os.scandir(folder) as entries:
        for entry in sorted(islice(entries, _MOST + 1), key=lambda entry: entry.name):
            if not entry.is_dir():
                files.setdefault(_folded(entry.name), []).append(folder / entry.name)
            elif not (entry.name.startswith(".") or entry.is_symlink()):
                folders.append(folder / entry.name)
    return files, folders


def _folded(name: str) -> str:
    """Obsidian tells neither case apart, nor the two ways to write an accent."""
    return unicodedata.normalize("NFC", name).casefold()
