"""The command itself: its sub-commands, and how errors become exit codes."""

from __future__ import annotations

import io
import logging
import sys

import click

from subsync.cli.batch import batch, status
from subsync.cli.care import cache, config, doctor, models
from subsync.cli.notes import apply, link
from subsync.cli.results import check, report, review, score
from subsync.cli.sync import sync
from subsync.errors import SubsyncError
from subsync.run.process import prepare

_LOG = logging.getLogger("subsync")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="subsync-notes", prog_name="subsync")
@click.option("-v", "--verbose", is_flag=True, help="Say more, and where an error came from.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def main(*, verbose: bool, quiet: bool) -> None:
    r"""Bilingual subtitles and section anchors from a note and its recording.

    \b
    subsync sync note.md                    fetch what `source:` names, then do the job
    subsync sync note.md --audio talk.m4a   the recording is already here
    subsync batch notes/                    all notes of a folder; run it again for what is new
    subsync link note.md                    show the note with timestamps under its headings
    subsync review subsync-out/note         look at the result and correct it
    """
    logging.basicConfig(format="subsync: %(message)s", stream=sys.stderr, force=True)
    _LOG.setLevel(logging.DEBUG if verbose else logging.ERROR if quiet else logging.INFO)


for command in (sync, batch, status, link, review, apply, check, report, score, models, cache, config, doctor):
    main.add_command(command)


def run() -> None:
    """Entry point of the command."""
    prepare()
    if isinstance(sys.stdout, io.TextIOWrapper):  # terminals have any encoding, old file names none; JSON stays JSON
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = main(standalone_mode=False)
    except SubsyncError as error:
        _LOG.error("%s", error, exc_info=_LOG.isEnabledFor(logging.DEBUG))
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _LOG.error("interrupted; what was done is kept, run again to go on")
        sys.exit(130)
    except SystemExit:  # what click makes of a reader that has left, as `head` does; all else it hands back
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
