"""The last run into a folder of results: of which note and recording it was, with which choices and files.

Kept in the cache, so what is not known there is taken from the folder itself as far as that tells.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subsync.errors import UsageError
from subsync.run.kinds import KINDS
from subsync.run.settings import types
from subsync.store import sha256_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from subsync.store import Cache

_HEAD = 64 * 1024
"""Bytes of ``sync.json`` in which its second line, the note, ends; the whole of an hour has ten megabytes."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run that has ended well leaves to those after it."""

    note: Path
    choices: Mapping[str, Any]
    files: Sequence[str] = ()
    """Names of what it wrote."""
    mark: str = ""
    """Of what they tell; another one is another result."""
    audio: Path | None = None
    """The recording, where it was given by hand …"""
    source: str | None = None
    """… to a note with this source."""


def keep_run(folder: Path, run: Run, cache: Cache) -> None:
    """Remember a run."""
    known = _known(folder, cache) or {}
    left = {name: mark for name, mark in known.get("files", {}).items() if (folder / name).is_file()}
    made = {
        "path": str(run.note),
        "note": os.path.realpath(run.note),
        "choices": dict(run.choices),
        "files": left | dict.fromkeys(run.files, run.mark),
        "mark": run.mark,
        "audio": str(run.audio.absolute()) if run.audio else None,
        "source": run.source,
    }
    if known != made:
        cache.put_json("last", _key(folder), made)


def keep_file(path: Path, cache: Cache) -> None:
    """Remember a file that another command made of the last run's result, which is beside it."""
    if known := _known(path.parent, cache):
        known["files"][path.name] = known["mark"]
        cache.put_json("last", _key(path.parent), known)


def outdated(folder: Path, cache: Cache) -> tuple[str, ...]:
    """Files that are there still and tell of another result: of runs with more formats, and of other commands."""
    known = _known(folder, cache) or {}
    files = sorted(known.get("files", {}).items())
    return tuple(name for name, mark in files if mark != known["mark"] and (folder / name).is_file())


def is_gone(folder: Path, cache: Cache) -> bool:
    """Whether the note that the results in a folder are of was moved or removed, as far as that is known."""
    note = (_known(folder, cache) or {}).get("note")
    return note is not None and not os.path.lexists(note)


def last_choices(folder: Path, cache: Cache) -> dict[str, Any]:
    """The settings that the results in a folder were made with, or nothing where that is not known."""
    choices = (_known(folder, cache) or {}).get("choices", {})
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in choices.items() if name in types()
    }


def last_audio(folder: Path, note: Path, source: str | None, cache: Cache) -> Path | None:
    """The recording that was given by hand to the last run of a note, if it is still there.

    It was given because the source could not be had or is another recording; where the note has another source now,
    that one has not been tried.
    """
    known = _known(folder, cache) or {}
    audio = known.get("audio")
    if not audio or known["source"] != source or known["note"] != os.path.realpath(note):
        return None
    path = Path(audio)
    return path if path.is_file() else None


def see_own(folder: Path, stem: str, note: Path, cache: Cache) -> None:
    """See that a folder has no results of another note, which would be written over.

    A note that is not where it was any more has been moved, perhaps to here; its results may be taken over.

    Raises:
        UsageError: it has.
    """
    made = _made_of(folder / f"{stem}.sync.json")
    other = _other(made, folder, note, _known(folder, cache) or {}) if made else None
    if other:
        raise UsageError(
            f"{folder}: has the results of another note of that name, {other}",
            f"Choose another folder for those of {note} with -o, or remove that one.",
        )


def _other(made: Mapping[str, str], folder: Path, note: Path, known: Mapping[str, Any]) -> Path | None:
    """The note that results are of, if it is there and is surely another one."""
    named = Path(made["path"])
    if known.get("path") == made["path"]:
        places = [Path(known["note"])]
    elif named.is_absolute():
        places = [named]
    else:  # it was named from a working folder that we do not know
        places = [Path.cwd() / named, folder.parent.parent / named]
    there = [place for place in places if place.is_file()]
    if not there or any(place.samefile(note) for place in there if note.exists()):
        return None
    if len(places) > 1 and _may_be(named, note):
        there = [place for place in there if sha256_of(place) == made["sha256"] != sha256_of(note)]
    return there[0] if there else None


def _may_be(named: Path, note: Path) -> bool:
    """Whether a note is called so from some working folder."""
    parts = Path(os.path.normpath(named)).parts
    parts = parts[sum(part == os.pardir for part in parts) :]
    return any(place.parts[-len(parts) :] == parts for place in (note.absolute(), note.resolve()))


def _made_of(sync: Path) -> dict[str, str] | None:
    """What a ``sync.json`` says of its note; ``None`` where it does not."""
    try:
        with sync.open("rb") as file:
            lines = file.read(_HEAD).split(b"\n")
        note = json.loads(b"{" + next(line for line in lines if line.startswith(b'"note":')).rstrip(b",") + b"}")[
            "note"
        ]
        return {"path": str(note["path"]), "sha256": str(note["sha256"])}
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return None


def _known(folder: Path, cache: Cache) -> dict[str, Any] | None:
    made: dict[str, Any] | None = cache.get_json("last", _key(folder))
    return made


def _key(folder: Path) -> str:
    return KINDS["last"].key("last", os.path.realpath(folder))
