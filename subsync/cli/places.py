"""What a user names, a note or a folder -> where its results are. All commands about results ask here."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.batch import Found
    from subsync.run.job import Job
    from subsync.run.origins import Layers

_LOG = logging.getLogger("subsync")

PLACE = click.Path(path_type=Path, exists=True)
"""A note, or a folder."""


def found_notes(paths: tuple[str, ...], output: Path, layers: Layers) -> tuple[Found, ...]:
    """The notes that a user names, with the places where a batch or a single run has put their results."""
    from subsync.batch import discover, read_manifest
    from subsync.batch.manifest import known_places

    keys = layers.chosen().settings.source_keys
    return discover(paths, output, known=known_places(read_manifest(output)), source_keys=keys)


def place_of(place: Path, output: Path, layers: Layers) -> Path:
    """The folder with the newest results of a note; a folder is taken for one itself.

    Raises:
        NoteError: the note has no result.
    """
    from subsync.batch.discover import no_result

    if place.is_dir():
        return place
    (one,) = found_notes((str(place),), output, layers)
    saved = one.results()
    if saved is None:
        raise no_result(place, output)
    return saved.parent


def of_notes(found: Sequence[Path]) -> list[Path]:
    """Those of many results whose notes are not known to be gone; all where none would be left, somebody wants them."""
    from subsync.run.last import is_gone
    from subsync.store import Cache

    cache = Cache()
    kept = [path for path in found if not is_gone(path.parent, cache)] or list(found)
    for path in sorted({*found} - {*kept}):
        _LOG.info("%s: left out, its note is gone; remove that folder if you do not need it", path.parent)
    return kept


def job_of(one: Found, layers: Layers) -> Job:
    """The job that makes a note's results anew where they are, or makes them where a batch would."""
    saved = one.results()
    return renewing(one.note, saved.parent.parent if saved else one.output, layers)


def recording_of(job: Job, audio: Path | None) -> Path | None:
    """The recording that is given, or that was given by hand to the run whose results are made anew."""
    from subsync.note.frontmatter import parse_front_matter
    from subsync.run.last import last_audio
    from subsync.store import Cache

    if audio:
        return audio
    text = job.note.read_bytes().decode(errors="replace")
    front = parse_front_matter(text, path=str(job.note), source_keys=job.settings.source_keys)
    return last_audio(job.folder, job.note, front.source, Cache())


def renewing(note: Path, output: Path, layers: Layers) -> Job:
    """The job that makes results anew as the last run made them, formats that were asked for then included."""
    from subsync.run.job import Job
    from subsync.run.last import last_choices
    from subsync.store import Cache

    job = Job(note, output)
    before = last_choices(job.folder, Cache())
    return replace(job, settings=layers.as_last(before).of_note(note).settings)
