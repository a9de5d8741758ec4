"""What a user names -> the notes of a batch, each with a folder of its own for its files."""

from __future__ import annotations

import glob
import hashlib
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from subsync.errors import NoteError, StoreError, UsageError
from subsync.note.frontmatter import parse_front_matter
from subsync.store import Cache, output_folder, stem_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """A note, and where its files go."""

    note: Path
    root: Path
    """The folder of all results."""
    place: Path
    """Where in it the folder of this note is."""

    @property
    def output(self) -> Path:
        """The folder in which its own will be."""
        return self.root / self.place

    def results(self) -> Path | None:
        """The ``NAME.sync.json`` of its newest result: where a batch puts it, or where `subsync sync` does."""
        stem = stem_of(self.note)
        there = [output_folder(place, stem) / f"{stem}.sync.json" for place in dict.fromkeys([self.output, self.root])]
        return max((path for path in there if path.is_file()), key=lambda path: path.stat().st_mtime_ns, default=None)


def no_result(note: Path, output: Path) -> NoteError:
    """What is said where nothing can be done without a result."""
    return NoteError("no result yet", f"Run first: subsync sync {note} -o {output}", path=str(note))


def discover(
    names: Iterable[str],
    output: Path,
    *,
    stdin: Iterable[str] = (),
    known: Mapping[str, Path] | None = None,
    source_keys: Sequence[str] = (),
    apart: bool = False,
) -> tuple[Found, ...]:
    """The notes that files, folders, globs and ``-`` (names on ``stdin``) stand for, each once, in the order given.

    Of a folder, all ``*.md`` below it whose front matter names a source, and those whose front matter cannot be read,
    so that they are named at the end. Hidden folders (``.obsidian``, ``.trash``) and ``output`` are left out. The
    folders of the results mirror those of the notes.

    Args:
        names: What the user gave.
        output: The folder of all results.
        stdin: Read for ``-``.
        known: Where the results of earlier batches are, by note: a note keeps its folder.
        source_keys: What else than ``source`` names a recording in front matter.
        apart: Not where `subsync sync` has put the results of another note, which would be written over.

    Raises:
        UsageError: there is nothing at a name.
    """
    notes: dict[Path, Path] = {}
    for name in _expanded(names, stdin):
        if not name:  # as of a variable that is not set; it would stand for the working folder
            raise UsageError("a name is empty", "Name a note or a folder; the working folder is a dot.")
        path = Path(name)
        if path.is_dir():
            for note in _below(path, os.path.realpath(output), source_keys):
                notes.setdefault(note, note.parent.relative_to(path))
        elif path.is_file() or path.is_symlink():  # one that leads nowhere is named in the end
            notes.setdefault(path, Path())
        elif path.exists():
            raise UsageError(f"{name}: no file but a pipe or a device", "Save it as a file, and name that.")
        else:
            raise UsageError(f"{name}: there is no such file or folder", "Check the path.")
    return _housed(notes, output, known or {}, apart=apart)


def _expanded(names: Iterable[str], stdin: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name == "-":
            yield from (line.strip() for line in stdin if line.strip())
        elif glob.has_magic(name) and not os.path.lexists(name):
            yield from sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - what the user wrote may be absolute
        else:
            yield name


def _below(folder: Path, output: str, source_keys: Sequence[str]) -> Iterator[Path]:
    def unlisted(error: OSError) -> None:
        _LOG.warning("%s: left out with all that is in it: %s", error.filename, error.strerror)

    for place, folders, files in os.walk(folder, onerror=unlisted):
        here = Path(place)
        folders[:] = sorted(f for f in folders if not f.startswith(".") and os.path.realpath(here / f) != output)
        for link in (here / name for name in folders if (here / name).is_symlink()):
            if any(link.glob("*.md")) and not Path(os.path.realpath(link)).is_relative_to(os.path.realpath(folder)):
                _LOG.warning("%s: left out, it is a link to a folder; name it, too, for its notes", link)
        for file in sorted(files):
            path = here / file
            if not file.lower().endswith(".md") or file.startswith("."):
                continue
            if path.exists() and not path.is_file():  # to read from a pipe would wait for somebody who writes
                _LOG.warning("%s: left out, it is no file but a pipe or a device", path)
            elif _has_source(path, source_keys):
                yield path


def _has_source(path: Path, source_keys: Sequence[str]) -> bool:
    """Whether to take a note: also when we cannot tell, so that somebody hears of it."""
    try:
        with path.open("rb") as file:
            head = file.read(128 * 1024)
        text = head.decode("utf-8", errors="replace")
        if _is_template(text, source_keys):
            return False
        source = parse_front_matter(text, path=str(path), source_keys=source_keys).source
        return source is not None and not _PLACEHOLDER.search(source)
    except (OSError, NoteError):
        return True


_PLACEHOLDER = re.compile(r"\{\{[^{}\n]*\}\}|<%[^%\n]*%>")
"""What Obsidian's templates, Templater and Hugo put a value in place of; no address has such brackets. Nothing inside
may open one again, or a line of them would be searched from each to its end."""


def _is_template(text: str, source_keys: Sequence[str]) -> bool:
    """Whether the source is left to be filled in; ``source: {{url}}`` is a mapping to YAML, and an error."""
    head = re.split(r"^(?:---|\+\+\+)\s*$", text, maxsplit=2, flags=re.MULTILINE)[1:2]
    keys = "|".join(map(re.escape, ("source", *source_keys)))
    values = re.findall(rf"^(?:{keys})\s*[:=](.*)$", "".join(head), re.MULTILINE)
    return any(map(_PLACEHOLDER.search, values))


def _housed(notes: Mapping[Path, Path], root: Path, known: Mapping[str, Path], *, apart: bool) -> tuple[Found, ...]:
    """Give each note a folder that no other has: where it was, its mirrored place, or one named by its path."""
    taken = {_folded(place / stem_of(real)): real for real, place in known.items() if _is_there(real)}
    own: dict[str, Path] = {}
    for note in notes:
        other = own.setdefault(os.path.realpath(note), note)
        if other.is_symlink() and not note.is_symlink():  # files are named after the note, not after a link to it
            own[os.path.realpath(note)] = note
    found = []
    for real, note in own.items():
        mirrored = notes[note]
        place = known.get(real, mirrored)
        foreign = apart and real not in known and _has_anothers(root / place, note)
        if foreign or taken.setdefault(_folded(place / stem_of(note)), real) != real:
            digest = hashlib.sha256(os.fsencode(real)).hexdigest()[:8]
            place = mirrored / f"{stem_of(note)}-{digest}"
            taken[_folded(place / stem_of(note))] = real
        found.append(Found(note, root, place))
    return tuple(found)


def _has_anothers(output: Path, note: Path) -> bool:
    """Whether `subsync sync` has put the results of another note of that name there."""
    from subsync.run.last import see_own

    try:
        see_own(output_folder(output, stem_of(note)), stem_of(note), note, Cache())
    except UsageError:
        return True
    except StoreError:
        return False  # who writes there will say so
    return False


def _is_there(real: str) -> bool:
    """Whether a note is still where it was: one that was moved, and has left a link or nothing, needs no place."""
    return os.path.lexists(real) and os.path.realpath(real) == real


def _folded(place: Path) -> str:
    """Some systems take ``Talk`` and ``talk`` for one name."""
    return os.path.normpath(place).casefold()
