"""``subsync publish``: a note's moments for the site that shows it."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

from subsync.cli.options import Command, json_option, link_options, output_option
from subsync.cli.places import found_notes
from subsync.cli.terminal import echo
from subsync.errors import SubsyncError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.pages.publish import Site, SiteFiles
    from subsync.run.origins import Layers

_Told: TypeAlias = dict[str, "str | None"]
"""A note, what is to be said of it, and what would help."""
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
    help="Where it is; FOLDER, or the folder of NOTE, unless given.",
)
@output_option
@json_option
@link_options
def publish(
    *, place: str, site: Site, site_folder: Path | None, output: Path, as_json: bool, layers: Layers
) -> int | None:
    """Write what a site needs to play NOTE, or all notes of FOLDER that have results in OUTPUT.

    That is data, an include, one script and one style. Headings and paragraphs become moments that play in the page;
    without script they are links, and nothing is loaded from another site before a click.

    What is wrong with a note of FOLDER does not keep the others from being published; the exit code is 1 then.
    """
    from subsync.store import write_text

    files: dict[Path, str] = {}
    failed: list[_Told] = []
    silent: list[_Told] = []
    root = site_folder or (Path(place) if Path(place).is_dir() else Path(place).parent)
    for note, made in _published(place, output, layers, site):
        if isinstance(made, SubsyncError):
            _LOG.error("%s", made)
            failed.append({"note": str(note), "message": made.message, "remedy": made.remedy})
            continue
        silent += made.silent
        own, shared = _folders(note, site, root, given=site_folder is not None)
        for target, text in {
            **{own / name: text for name, text in made.files.own.items()},
            **{shared / name: text for name, text in made.files.shared.items()},
        }.items():
            if files.setdefault(target, text) != text:
                raise UsageError(
                    f"{target}: is wanted by two notes, one of them {note}",
                    "Rename one of them, or give them a --site-folder each.",
                )
    if not files and not failed:
        raise UsageError(f"{place}: no note in it has results in {output}", f"Run first: subsync batch {place}")
    for target, text in files.items():
        write_text(target, text)
    written = list(map(str, files))
    if as_json:
        echo(json.dumps({"files": written, "failed": failed, "without_player": silent}, ensure_ascii=False))
    elif written:
        echo("\n".join(written))
    _tell(silent)
    if written:
        _LOG.info("%s", _HINTS[site])
    return 1 if failed else None


def _tell(silent: Sequence[_Told]) -> None:
    """Why notes have no player, a line for each reason: a garden may have hundreds of notes on files."""
    for remedy in dict.fromkeys(told["remedy"] for told in silent):
        first, *others = (told for told in silent if told["remedy"] == remedy)
        more = f", and so it is with {len(others)} more (--json names all)" if others else ""
        _LOG.warning("%s: %s%s. %s", first["note"], first["message"], more, remedy)


@dataclass(frozen=True, slots=True)
class _Made:
    """What a site gets of a note."""

    files: SiteFiles
    silent: list[_Told]
    """Why it has no player, if it has none."""


def _folders(note: Path, site: Site, root: Path, *, given: bool) -> tuple[Path, Path]:
    """Where a note's own files belong, and those that all notes of the site share."""
    if site == "11ty":
        return note.parent, root
    if site == "html" and not given:  # a page looks for its script beside it
        return note.parent, note.parent
    return root, root


def _published(place: str, output: Path, layers: Layers, site: Site) -> Iterator[tuple[Path, _Made | SubsyncError]]:
    """Each note with its files, or with what is wrong with it; of a folder only those that have results.

    Raises:
        SubsyncError: one note was named, and there is something wrong with it.
    """
    from subsync.batch.discover import no_result
    from subsync.batch.link import anchors_of, page_of
    from subsync.note import read_note
    from subsync.pages.publish import site_files, without_player

    for one in found_notes((place,), output, layers):
        try:
            settings = layers.of_note(one.note).settings
            note = read_note(one.note, source_keys=settings.source_keys)
            if saved := one.results():
                anchors = anchors_of(note, saved, replace(settings.anchors, paragraphs=True))
                why = without_player(note.source)
                silent: list[_Told] = [{"note": str(one.note), "message": why[0], "remedy": why[1]}] if why else []
                yield one.note, _Made(site_files(page_of(one.note), note, anchors, site), silent)
            elif not Path(place).is_dir():
                raise no_result(one.note, output)
        except SubsyncError as error:
            if not Path(place).is_dir():
                raise
            yield one.note, error
