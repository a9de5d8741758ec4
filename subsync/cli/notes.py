"""Commands that read or write a note beside its results: timestamps in it, corrections of its times."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import click

from subsync.cli.options import (
    FILE,
    NOTE,
    Command,
    audio_option,
    json_option,
    output_option,
    settings_options,
    strict_option,
)
from subsync.cli.sync import do
from subsync.cli.terminal import echo
from subsync.errors import NoteError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from subsync.datatypes import Anchor, Note
    from subsync.run.settings import Settings

_LOG = logging.getLogger("subsync")


@click.command(cls=Command)
@click.argument("note", type=NOTE)
@output_option
@click.option("--write", is_flag=True, help="Write into the note; without it the difference is shown.")
@click.option("--remove", is_flag=True, help="Take the timestamps out again.")
@click.option("--data", is_flag=True, help="Write NAME.11tydata.json beside the note and leave the note alone.")
@settings_options
def link(*, note: Path, output: Path, write: bool, remove: bool, data: bool, settings: Settings) -> None:
    """Put timestamps into NOTE, one marked line under each heading.

    Uses the results that `subsync sync NOTE` wrote into OUTPUT. Doing it again changes nothing; a new alignment
    changes its own lines only.
    """
    from subsync.formats.link import data_file, link_note, note_diff, unlink_note
    from subsync.note import read_note
    from subsync.store import write_bytes, write_text

    if remove and data:
        raise UsageError("--remove and --data exclude each other", "Delete the .11tydata.json file by hand.")
    before = read_note(note, source_keys=settings.source_keys)
    if data:
        path = note.with_name(f"{note.stem}.11tydata.json")
        write_text(path, data_file(_anchors(before, note, output, settings)))
        echo(str(path))
        return
    after = unlink_note(before.text) if remove else link_note(before.text, _anchors(before, note, output, settings))
    if after == before.text:
        _LOG.info("%s: nothing to change", note)
    elif write:
        write_bytes(note, after.encode())
        echo(str(note))
    else:
        echo(note_diff(before.text, after, note.name), nl=False)


def _anchors(note: Note, path: Path, output: Path, settings: Settings) -> tuple[Anchor, ...]:
    """The anchors of a note by the times of its last result."""
    from subsync.anchors import anchor
    from subsync.formats import read_sync
    from subsync.store import output_folder, stem_of

    stem = stem_of(path)
    saved = output_folder(output, stem) / f"{stem}.sync.json"
    if not saved.is_file():
        raise NoteError(
            f"no result yet: {saved} is not there", f"Run first: subsync sync {path} -o {output}", path=str(path)
        )
    result = read_sync(saved.read_text(encoding="utf-8"), path=str(saved))
    return anchor(note, result.alignment_of(note), settings.stages.anchors)


@click.command(cls=Command)
@click.argument("note", type=NOTE)
@click.argument("edits", type=FILE)
@output_option
@audio_option
@click.option("--write", is_flag=True, help="Write corrected text into the note; without it the difference is shown.")
@strict_option
@json_option
@settings_options
def apply(
    *,
    note: Path,
    edits: Path,
    output: Path,
    audio: Path | None,
    write: bool,
    strict: bool,
    as_json: bool,
    settings: Settings,
) -> None:
    """Re-align NOTE with the corrections in EDITS, as exported from its review page, and write all files again.

    Corrected times are kept beside the results, and later runs of `subsync sync` obey them too. Corrected text goes
    into the note with --write: those characters change and no other.
    """
    from subsync.formats.link import note_diff
    from subsync.note import read_note
    from subsync.run.corrections import correct
    from subsync.run.job import Job, apply_edits

    try:
        text = edits.read_text(encoding="utf-8")
    except (OSError, ValueError) as exc:
        raise UsageError(f"{edits}: cannot be read: {exc}", "Export the edits from the review page again.") from exc
    before = read_note(note, source_keys=settings.source_keys)
    done = correct(before, text, path=str(edits))
    for reason in done.refused:
        _LOG.warning("left out: %s", reason)
    if done.text != before.text and not write:
        click.echo(note_diff(before.text, done.text, note.name), nl=False)
        _LOG.info("nothing is written yet; --write corrects the note and aligns it again")
        return
    job = Job(note, output, settings)
    apply_edits(job, text, path=str(edits))
    do(job, audio, strict=strict, as_json=as_json)
