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
    from collections.abc import Iterator, Mapping, Sequence

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


_CONFIGURED = {"hugo": ("hugo.*", "config.*", "config/_default"), "quartz": ("quartz.config.*",)}
"""By what a site's own folder is known."""


@click.command(cls=Command)
@click.argument("place", metavar="NOTE|FOLDER", type=click.Path(exists=True))
@click.option("--to", "site", type=click.Choice(list(_HINTS)), required=True, help="What makes the site.")
@click.option(
    "--site-folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where it is; FOLDER, or the folder of NOTE, unless given or, of Hugo and Quartz, known by its configuration.",
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
    target = _Target(site, Path(place), site_folder)
    for note, made in _published(target, output, layers):
        if isinstance(made, SubsyncError):
            _LOG.error("%s", made)
            failed.append({"note": str(note), "message": made.message, "remedy": made.remedy})
            continue
        silent += made.silent
        for path, text in target.files(note, made.files).items():
            if files.setdefault(path, text) != text:
                raise UsageError(
                    f"{path}: is wanted by two notes, one of them {note}",
                    "Rename one of them, or publish each into a --site-folder of its own.",
                )
    if not files and not failed:
        raise UsageError(f"{place}: no note in it has results in {output}", f"Run first: subsync batch {place}")
    _see_own(files)
    for path, text in files.items():
        write_text(path, text)
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


def _see_own(files: Mapping[Path, str]) -> None:
    """See that nothing is written over what belongs to another note, which may have been published earlier.

    Raises:
        UsageError: it would be.
    """
    from subsync.pages.publish import published_page

    for path, text in files.items():
        ours = published_page(text)
        try:
            theirs = published_page(path.read_bytes().decode(errors="replace")) if ours else None
        except OSError:  # mostly, that it is not there; whoever writes there says what else it is
            continue
        if theirs not in {None, ours}:
            raise UsageError(
                f"{path}: is of another note, {theirs}, not of {ours}",
                "Rename one of the two, or publish it into a --site-folder of its own. If the other is gone, delete "
                "that file.",
            )


@dataclass(frozen=True, slots=True)
class _Target:
    """The site that is published to."""

    kind: Site
    place: Path
    """The note, or the folder of notes, that the user named."""
    folder: Path | None
    """Where the site is, if the user said so."""

    def files(self, note: Path, made: SiteFiles) -> dict[Path, str]:
        """What is to be written for a note, and where."""
        own = shared = self.folder or self._site()
        if self.kind == "11ty":
            own = note.parent
        elif not self.folder and self.kind == "html":  # a page looks for its script beside it
            own = shared = note.parent
        places = ((own, made.own), (shared, made.shared))
        return {folder / name: text for folder, texts in places for name, text in texts.items()}

    def _site(self) -> Path:
        """Where a site is whose user did not say so: of Hugo and Quartz around content, else where the notes are."""
        from subsync.batch.link import absolute

        folder = self.place if self.place.is_dir() else self.place.parent
        here = absolute(folder)
        above = (one.parent for one in (here, *here.parents) if one.name == "content")
        marks = _CONFIGURED.get(self.kind, ())
        return next((root for root in above if any(any(root.glob(mark)) for mark in marks)), folder)

    def page(self, note: Path) -> str:
        """What the site knows a note by."""
        from subsync.batch.link import absolute, page_of

        if self.kind != "hugo":
            return page_of(note)
        # Hugo goes by the path below its content, which a site may keep in a folder of any name.
        above = absolute(note).parent
        if self.folder and (site := absolute(self.folder)) in above.parents:
            return page_of(note, site / above.relative_to(site).parts[0])
        content = (folder for folder in (above, *above.parents) if folder.name == "content")
        return page_of(note, next(content, self.place if self.place.is_dir() else None))


@dataclass(frozen=True, slots=True)
class _Made:
    """What a site gets of a note."""

    files: SiteFiles
    silent: list[_Told]
    """Why it has no player, if it has none."""


def _published(target: _Target, output: Path, layers: Layers) -> Iterator[tuple[Path, _Made | SubsyncError]]:
    """Each note with its files, or with what is wrong with it; of a folder only those that have results.

    Raises:
        SubsyncError: one note was named, and there is something wrong with it.
    """
    from subsync.batch.discover import no_result
    from subsync.batch.link import anchors_of
    from subsync.note import read_note
    from subsync.pages.publish import site_files, without_player

    for one in found_notes((str(target.place),), output, layers):
        try:
            settings = layers.of_note(one.note).settings
            note = read_note(one.note, source_keys=settings.source_keys)
            if saved := one.results():
                anchors = anchors_of(one, note, saved, replace(settings.anchors, paragraphs=True))
                why = without_player(note.source)
                silent: list[_Told] = [{"note": str(one.note), "message": why[0], "remedy": why[1]}] if why else []
                yield one.note, _Made(site_files(target.page(one.note), note, anchors, target.kind), silent)
            elif not target.place.is_dir():
                raise no_result(one.note, output)
        except SubsyncError as error:
            if not target.place.is_dir():
                raise
            yield one.note, error
