"""A recording by its name, as Obsidian finds it: anywhere in the vault, the folder that holds ``.obsidian``."""

from __future__ import annotations

import os
import unicodedata
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from subsync.errors import MissingFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 200_000
"""Files of a vault that are looked at; one with more is no vault that Obsidian opens in any comfort."""


def in_vault(source: str, note_dir: Path) -> Path | None:
    """The file that a wiki link names which does not lie where a path would lead: its path from the vault, or its name.

    Args:
        source: what stands in the link.
        note_dir: the folder of the note, absolute.

    Raises:
        MissingFileError: several files of the vault have that name.
    """
    vault = next((folder for folder in (note_dir, *note_dir.parents) if (folder / ".obsidian").is_dir()), None)
    wanted = [_folded(part) for part in PurePosixPath(source).parts]
    if vault is None or not wanted or ".." in wanted or source.startswith("/"):
        return None
    if (vault / source).is_file():
        return vault / source
    found = [path for path in islice(_files(vault), _MOST) if _folded(path.name) == wanted[-1]]
    found = [path for path in found if [_folded(part) for part in path.parts[-len(wanted) :]] == wanted]
    if len(found) > 1:
        shown = ", ".join(path.relative_to(vault).as_posix() for path in found[:5])
        raise MissingFileError(
            f"{source}: {len(found)} files in {vault} have that name: {shown}",
            "Write the path of the one that is meant, from the folder of the vault.",
            url=source,
        )
    return found[0] if found else None


def _files(vault: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(vault):
        folders[:] = sorted(name for name in folders if not name.startswith("."))  # .obsidian, .trash
        yield from (Path(folder, name) for name in sorted(names))


def _folded(name: str) -> str:
    """Obsidian tells neither case apart, nor the two ways to write an accent."""
    return unicodedata.normalize("NFC", name).casefold()
