"""Commands that read or write notes beside their results: timestamps in them, corrections of their times."""

from __future__ import annotations

import json
import logging
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subsync.cli.options import (
    FILE,
    Command,
    audio_option,
    json_option,
    layers_options,
    link_options,
    output_option,
    strict_option,
    text_of,
)
from subsync.cli.places import found_notes, job_of, recording_of
from subsync.cli.sync import do
from subsync.cli.terminal import echo
from subsync.errors import LowQualityError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from subsync.batch import Found
    from subsync.batch.link import Linked
    from subsync.run.job import Job
    from subsync.run.origins import Layers

_LOG = logging.getLogger("subsync")


@click.command(cls=Command)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@output_option
@click.option("--write/--no-write", default=False, help="Write into the notes; without it the difference is shown.")
@click.option("--check/--no-check", default=False, help="Write and show nothing; exit with 4 if any is out of date.")
@click.option("--remove/--no-remove", default=False, help="Take the timestamps out again.")
@click.option(
    "--data/--no-data", default=False, help="Write NAME.11tydata.json beside each note and leave the note alone."
)
@json_option
@link_options
def link(
    *,
    paths: tuple[str, ...],
    output: Path,
    write: bool,
    check: bool,
    remove: bool,
    data: bool,
    as_json: bool,
    layers: Layers,
) -> int:
    """Put timestamps into notes, one marked line under each heading.

    PATH is a note or a folder of notes. Uses the results that `subsync sync` or `subsync batch` wrote into OUTPUT.
    Doing it again changes nothing; a new alignment changes its own lines only.
    """
    from subsync.batch.link import link_notes

    if remove and data:
        raise UsageError("--remove and --data exclude each other", "Delete the .11tydata.json files by hand.")
    if write and check:
        raise UsageError("--write and --check exclude each other", "Check first, then write.")
    notes = found_notes(paths, output, layers)
    rows = []
    for one in link_notes(notes, layers, "remove" if remove else "data" if data else "link", output=output):
        if one.error and len(notes) == 1:
            raise one.error
        name = _name_below(paths, one.note)
        rows.append(_linked(one, name, write=not check and (write or data), show=not (check or as_json)))
    if as_json:
        echo(json.dumps(rows, ensure_ascii=False))
    counts = Counter(row["state"] for row in rows)
    if len(rows) != 1:
        _LOG.info("%s", ", ".join(f"{n} {state}" for state, n in sorted(counts.items())) or "no notes")
    if check and counts["out of date"]:
        raise LowQualityError(f"{counts['out of date']} out of date", "Write them: subsync link --write")
    if counts["failed"]:
        return 1
    return 3 if counts["without a result"] == len(rows) else 0


def _name_below(paths: tuple[str, ...], note: Path) -> str:
    """A note's name in a difference: from the folder that was named, where `patch` finds it; else its own."""
    named = (note.relative_to(path) for path in map(Path, paths) if path.is_dir() and note.is_relative_to(path))
    return next(named, Path(note.name)).as_posix()


def _linked(one: Linked, name: str, *, write: bool, show: bool) -> dict[str, object]:
    """Write a note, or show what would change; what became of it."""
    from subsync.formats.link import note_diff
    from subsync.store import write_text

    row: dict[str, object] = {"note": str(one.note)}
    if one.error is not None:
        state = "failed" if one.result else "without a result"
        (_LOG.error if one.result else _LOG.info)("%s", one.error if one.result else one.error.message)
        return row | {"state": state, "message": one.error.message, "remedy": one.error.remedy}
    if one.after == one.before:
        _LOG.log(logging.INFO if show else logging.DEBUG, "%s: nothing to change", one.note)
        return row | {"state": "up to date"}
    more, less = one.changed
    if write:
        write_text(one.path, one.after)
        if show:
            shown = one.note if one.path == one.note.resolve() else one.path
            echo(str(shown))
            _LOG.debug("%s: %d lines more, %d less", shown, more, less)
    elif show:
        echo(note_diff(one.before, one.after, name), nl=False)
    else:
        _LOG.info("%s: out of date", one.note)
    return row | {"state": "written" if write else "out of date", "lines_added": more, "lines_removed": less}


@click.command(cls=Command)
@click.argument("note", metavar="NOTE|FOLDER", type=click.Path(exists=True))
@click.argument("edits", type=FILE, nargs=-1, required=True)
@output_option
@audio_option
@click.option(
    "--write/--no-write", default=False, help="Write corrected text into the note; without it the difference is shown."
)
@strict_option
@json_option
@layers_options
def apply(
    *,
    note: str,
    edits: tuple[Path, ...],
    output: Path,
    audio: Path | None,
    write: bool,
    strict: bool,
    as_json: bool,
    layers: Layers,
) -> None:
    """Re-align NOTE with the corrections in EDITS, as exported from its review page, and write all files again.

    Of a FOLDER of notes, each file of corrections finds its own; several of one note count together, and on the same
    sentence the last one. They take the place of those that were applied before, since the page exports all there are.
    Corrected times are kept beside the results, and later runs of `subsync sync` obey them too. Corrected text goes
    into the note with --write: those characters change and no other.
    """
    notes = found_notes((note,), output, layers)
    files: dict[Found, dict[str, str]] = {}
    for path in edits:
        text = text_of(path)
        files.setdefault(_edited(notes, text, path), {})[str(path)] = text
    for one, texts in files.items():
        job = job_of(one, layers)
        if _applied(job, texts, write=write, as_json=as_json):
            do(job, recording_of(job, audio), strict=strict, as_json=as_json)


def _applied(job: Job, texts: Mapping[str, str], *, write: bool, as_json: bool) -> bool:
    """Keep the corrections of a note, or show what they would change; whether they are kept."""
    from subsync.formats.link import note_diff
    from subsync.note import read_note
    from subsync.run.corrections import correct, merged
    from subsync.run.job import apply_edits
    from subsync.run.remembered import recollect
    from subsync.run.session import Session

    session = Session(job.settings)
    recollect(job.note, session.cache)
    before = read_note(job.note, source_keys=job.settings.source_keys, parse=session.parse)
    path = ", ".join(texts)
    text = merged(texts, before) if len(texts) > 1 else texts[path]
    done = correct(before, text, path=path)
    for reason in done.refused:
        _LOG.warning("left out: %s", reason)
    if done.text != before.text and not write:
        diff = note_diff(before.text, done.text, job.note.name)
        said = {"note": str(job.note), "state": "not written", "diff": diff, "refused": done.refused}
        echo(json.dumps(said, ensure_ascii=False) if as_json else diff, nl=as_json)
        _LOG.info("nothing is written yet; --write corrects the note and aligns it again")
        return False
    apply_edits(job, text, session, path=path)
    return True


def _edited(notes: tuple[Found, ...], text: str, path: Path) -> Found:
    """The note that a file of corrections is for, by its name."""
    if len(notes) == 1:
        return notes[0]
    try:
        named = Path(json.loads(text)["note"]["path"])
    except (ValueError, KeyError, TypeError) as exc:
        raise UsageError(f"{path}: does not say of which note it is", "Export it from the review page again.") from exc
    same = [one for one in notes if one.note.name == named.name]
    exact = [one for one in same if os.path.realpath(one.note) == os.path.realpath(named)]
    if len(exact or same) != 1:
        raise UsageError(
            f"{path}: is for {named}, and {len(same)} notes there have that name", "Name that note instead of a folder."
        )
    return (exact or same)[0]
