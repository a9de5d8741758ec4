"""``subsync publish``: a note's moments for the site that shows it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subsync.cli.options import Command, output_option
from subsync.errors import NoteError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subsync.pages.publish import Site

_LOG = logging.getLogger("subsync")
_HINTS = {
    "11ty": 'Put {% include "subsync.njk" %} into the template of notes; copy subsync.js and subsync.css as they are '
    "(addPassthroughCopy).",
    "hugo": "Put {{< subsync >}} into the note, where the list of moments shall stand.",
    "quartz": "Put what NAME.subsync.html holds into the note, where the list of moments shall stand.",
    "html": "Put what NAME.subsync.html holds into the page, where the list of moments shall stand.",
}


@click.command(cls=Command)
@click.argument("place", metavar="NOTE|FOLDER", type=click.Path(path_type=Path, exists=True))
@click.option("--to", "site", type=click.Choice(list(_HINTS)), required=True, help="What makes the site.")
@click.option(
    "--site-folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where it is; the note's folder unless given.",
)
@output_option
def publish(*, place: Path, site: Site, site_folder: Path | None, output: Path) -> None:
    """Write what a site needs to play NOTE, or all notes of FOLDER that have results in OUTPUT.

    That is data, an include, one script and one style. Headings and paragraphs become moments that play in the page;
    without script they are links, and nothing is loaded from another site before a click.
    """
    from subsync.anchors import AnchorOptions, anchor
    from subsync.formats import read_sync
    from subsync.note import read_note
    from subsync.pages.publish import site_files
    from subsync.store import output_folder, stem_of, write_text

    done = 0
    for path in _notes(place):
        stem = stem_of(path)
        saved = output_folder(output, stem) / f"{stem}.sync.json"
        if not saved.is_file():
            if place.is_file():
                raise NoteError(
                    f"no result yet: {saved} is not there", f"Run first: subsync sync {path}", path=str(path)
                )
            continue
        note = read_note(path)
        times = read_sync(saved.read_text(encoding="utf-8"), path=str(saved)).alignment_of(note)
        anchors = anchor(note, times, AnchorOptions(paragraphs=True))
        for name, text in site_files(stem, note, anchors, site).items():
            target = (site_folder or path.parent) / name
            write_text(target, text)
            click.echo(str(target))
        done += 1
    if not done:
        raise UsageError(f"{place}: no note in it has results in {output}", f"Run first: subsync batch {place}")
    _LOG.info("%s", _HINTS[site])


def _notes(place: Path) -> Iterator[Path]:
    yield from [place] if place.is_file() else sorted(place.rglob("*.md"))
