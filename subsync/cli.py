"""Arguments in, exit code out. The only catcher of errors, and the only place that prints.

Data go to standard output, messages and progress to standard error.
"""

from __future__ import annotations

import json
import logging
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subsync.errors import LowQualityError, SubsyncError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subsync.session import Progress

_LOG = logging.getLogger("subsync")

output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("subsync-out"),
    show_default=True,
    help="Folder of the results; each note has a folder of its name inside.",
)
model_option = click.option(
    "--model",
    metavar="NAME|FOLDER",
    help="Whisper weights. Default: base.en if they can be had, else the embedded tiny.en.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="subsync-notes", prog_name="subsync")
@click.option("-v", "--verbose", is_flag=True, help="Say more, and where an error came from.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def main(*, verbose: bool, quiet: bool) -> None:
    r"""Bilingual subtitles and section anchors from a note and its recording.

    \b
    subsync sync note.md                    fetch what `source:` names, then do the job
    subsync sync note.md --audio talk.m4a   the recording is already here
    """
    logging.basicConfig(format="subsync: %(message)s", stream=sys.stderr)
    _LOG.setLevel(logging.DEBUG if verbose else logging.ERROR if quiet else logging.INFO)


@main.command()
@click.argument("note", type=click.Path(path_type=Path))
@output_option
@click.option("--audio", type=click.Path(path_type=Path), help="The recording; nothing is fetched then.")
@model_option
@click.option("--strict", is_flag=True, help="Exit with 4 if the result is below what one would publish.")
@click.option("--allow-private", is_flag=True, help="Fetch from this machine and its network too.")
@json_option
def sync(
    note: Path, output: Path, audio: Path | None, model: str | None, *, strict: bool, allow_private: bool, as_json: bool
) -> None:
    """Make subtitles, chapters and anchors for NOTE.

    Writes into OUTPUT/NAME/ the English, Chinese and bilingual subtitles (.srt and .vtt), the chapters, the section
    anchors, and NAME.sync.json with every time and how sure it is.
    """
    from dataclasses import asdict

    from subsync.formats import all_files
    from subsync.note import read_note
    from subsync.pipeline import sync_note
    from subsync.report import shortcomings, summary, tally
    from subsync.session import Session, SessionOptions, write_files
    from subsync.store import output_folder, stem_of

    stem = stem_of(note)
    with _progress() as progress:
        session = Session(SessionOptions(audio, model, allow_private), progress=progress)
        result = sync_note(read_note(note), session)
    paths = write_files(all_files(result, stem), output_folder(output, stem))
    reasons = shortcomings(result)
    if as_json:
        print(
            json.dumps(
                {"note": str(note), "files": [str(p) for p in paths], "shortcomings": reasons} | asdict(tally(result))
            )
        )
    else:
        _LOG.info("%s", summary(result))
        print("\n".join(map(str, paths)))
    if strict and reasons:
        raise LowQualityError("; ".join(reasons), "Look at the doubtful places, or try a larger --model.")


@main.command()
@json_option
def models(*, as_json: bool) -> None:
    """List the Whisper weights on this machine."""
    from dataclasses import asdict

    from subsync.models import available_models

    found = available_models()
    if as_json:
        print(json.dumps([asdict(model) | {"path": str(model.path)} for model in found]))
    for model in [] if as_json else found:
        print(f"{model.name}\t{model.source}\t{model.path}")


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar for each stage on a terminal, nothing elsewhere."""
    from subsync.session import silent

    if not sys.stderr.isatty() or not _LOG.isEnabledFor(logging.INFO):
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:<10}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, object] = {}

        def show(stage: str, done: float, total: float | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type] # rich's own id type

        yield show


def run() -> None:
    """Entry point of the command."""
    try:
        main(standalone_mode=False)
    except SubsyncError as error:
        _LOG.error("%s", error, exc_info=_LOG.isEnabledFor(logging.DEBUG))
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _LOG.error("interrupted; what was done is kept, run again to go on")
        sys.exit(130)
