"""``subsync publish``: a note's moments for the site that shows it."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subsync.cli.options import Command, json_option, link_options, output_option
from subsync.cli.places import found_notes
from subsync.cli.terminal import echo
from subsync.errors import UsageError

if TYPE_CHECKING:
    from subsync.pages.publish import Site
    from subsync.run.origins import Layers

_LOG = logging.getLogger("subsync")
_HINTS = {
    "11ty": 'Put {% include "subsync.njk" %} into the template of notes; copy subsync.js and subsync.css as they are '
    "(addPassthroughCopy).",
    "hugo": "Put {{< subsync >}} into the note, where the list of moments shall stand.",
    "quartz": "Put what NAME.subsync.html holds into the note, where the list of moments shall stand.",
    "html": "Put what NAME.subsync.html holds into the page, where the list of moments shall stand.",
}


@click.command(cls=Command)
@click.argument("place", metavar="NOTE|FOLDER", type=click.Path(exists=True))
@click.option("--to", "site", type=click.Choice(list(_HINTS)), required=True, help="What makes the site.")
@click.option(
    "--site-folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where it is; the note's folder unless given.",
)
@output_option
@json_option
@link_options
def publish(*, place: str, site: Site, site_folder: Path | None, output: Path, as_json: bool, layers: Layers) -> None:
    """Write what a site needs to play NOTE, or all notes of FOLDER that have results in OUTPUT.

    That is data, an include, one script and one style. Headings and paragraphs become moments that play in the page;
    without script they are links, and nothing is loaded from another site before a click.
    """
    from subsync.batch.discover import no_result
    from subsync.batch.link import anchors_of
    from subsync.note import read_note
    from subsync.pages.publish import site_files
    from subsync.store import write_text

    files: dict[Path, str] = {}
    for one in found_notes((place,), output, layers):
        saved = one.results()
        if saved is None:
            if Path(place).is_dir():
                continue
            raise no_result(one.note, output)
        settings = layers.of_note(one.note).settings
        note = read_note(one.note, source_keys=settings.source_keys)
        anchors = anchors_of(note, saved, replace(settings.stages.anchors, paragraphs=True))
        for name, text in site_files(one.note.stem, note, anchors, site).items():
            target = (site_folder or one.note.parent) / name
            if files.setdefault(target, text) != text:
                raise UsageError(
                    f"{target}: is wanted by two notes, one of them {one.note}",
                    "Rename one of them, or give them a --site-folder each.",
                )
    if not files:
        raise UsageError(f"{place}: no note in it has results in {output}", f"Run first: subsync batch {place}")
    for target, text in files.items():
        write_text(target, text)
    written = list(map(str, files))
    echo(json.dumps({"files": written}, ensure_ascii=False) if as_json else "\n".join(written))
    _LOG.info("%s", _HINTS[site])
