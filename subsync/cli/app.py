"""The command itself: its sub-commands, and how errors become exit codes."""

from __future__ import annotations

import gc
import io
import json
import logging
import os
import re
import signal
import sys
from typing import TYPE_CHECKING, Any

import click

from subsync.cli.batch import LEFT, batch, status
from subsync.cli.care import cache, config, doctor, models
from subsync.cli.formats import formats
from subsync.cli.incoming import import_
from subsync.cli.notes import apply, link
from subsync.cli.options import loudness_options
from subsync.cli.pages import review, study
from subsync.cli.publish import publish
from subsync.cli.results import check, report, score
from subsync.cli.sync import sync
from subsync.cli.terminal import VisibleFormatter, echo, show_cursor, visible
from subsync.errors import LowQualityError, SubsyncError
from subsync.run.process import prepare

if TYPE_CHECKING:
    from types import FrameType

_LOG = logging.getLogger("subsync")

_HELP = """Bilingual subtitles and section anchors from a note and its recording.

\b
subsync sync note.md                    fetch what `source:` names, then do the job
subsync sync note.md --audio talk.m4a   the recording is already here
subsync batch notes/                    all notes of a folder; run it again for what is new
subsync link note.md                    show the note with timestamps under its headings
subsync review subsync-out/note         look at the result and correct it
subsync study note.md                   listen, read and practise
"""


def _before(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    """``--json`` before the command's name: ``options.json_option`` finds it there."""
    ctx.obj = value


class _Main(click.Group):
    """The group of all commands."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Say what there is to say on standard error, until an option wants it louder or less loud."""
        logging.basicConfig(stream=sys.stderr, force=True)
        for handler in logging.getLogger().handlers:
            handler.setFormatter(VisibleFormatter("subsync: %(message)s"))
        _LOG.setLevel(logging.INFO)
        return super().main(*args, **kwargs)


@click.group(cls=_Main, help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="subsync-notes", prog_name="subsync")
@click.option(
    "--json", is_flag=True, expose_value=False, callback=_before, help="Print JSON instead of text, errors too."
)
def main() -> None:
    """See ``_HELP``."""


main.params += loudness_options()
for command in (
    sync, batch, status, link, review, study, apply, check, report, score, formats, import_, publish,
    models, cache, config, doctor,
):  # fmt: skip
    main.add_command(command)


def run() -> None:
    """Entry point of the command."""
    _open_streams()
    prepare()
    if isinstance(sys.stdout, io.TextIOWrapper):  # terminals have any encoding, old file names none; JSON stays JSON
        sys.stdout.reconfigure(errors="backslashreplace")
    _obey({signal.SIGINT, signal.SIGTERM})
    try:
        code = _run()
        if code == 130 and sys.stdout is sys.__stdout__:  # the interpreter's own end would be one by a second signal
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.stdout.flush()
    except BrokenPipeError:  # a reader that has left, as `head` does
        code = _mute()
    except OSError as error:  # a full disk behind standard output
        _mute()
        code = _fail("OSError", f"cannot write the output: {error.strerror or error}", "Send it elsewhere.", 1)
    gc.freeze()  # all that is left goes with the process: not to be searched for rings once more, a tenth of a second
    sys.exit(code)


def _open_streams() -> None:
    """Where a shell has closed a stream (``>&-``), nobody reads it: no file of ours may get its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free, which is this one
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "r" if number == 0 else "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _run() -> int:  # noqa: PLR0911 - one for each way to end
    """Do what the command line asks for.

    Returns:
        The exit code.
    """
    try:
        code = main(prog_name="subsync", standalone_mode=False)
    except LowQualityError as error:  # the result is printed: a second document would make the output none at all
        return _fail(type(error).__name__, error.message, error.remedy, error.exit_code, as_json=False)
    except SubsyncError as error:
        return _fail(type(error).__name__, error.message, error.remedy, error.exit_code)
    except click.ClickException as error:
        remedy = _remedy(error.format_message())
        if _as_json():
            return _fail("UsageError", error.format_message(), remedy, error.exit_code)
        told = io.StringIO()
        error.show(file=told)
        sys.stderr.write(visible(told.getvalue()) + (f"  {remedy}\n" if remedy else ""))
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        show_cursor()
        return _fail("Interrupted", "interrupted; what was done is kept, run again to go on", "", 130)
    except SystemExit as end:  # what click makes of a reader that has left; all else it hands back
        return _mute() or (LEFT if end.code == LEFT else 0)
    except FileNotFoundError:
        if _here():
            raise
        return _fail("UsageError", "the working folder is not there any more", "Change into one that is: cd", 2)
    return code if isinstance(code, int) else 0


_REMEDIES = (
    (r"No such command '[^']+\.md'", "A note is synced with: subsync sync NOTE.md"),
    (r"unexpected extra arguments? \([^()]*\.md\)", "Several notes are for: subsync batch NOTE.md..."),
    (r"unexpected extra arguments? \([^()]*\.\w{2,4}\)", "The recording is given with --audio FILE."),
    (r"'NOTE': File .* is a directory", "All notes of a folder are synced with: subsync batch FOLDER"),
    (r"'(?:NOTE|--audio)': File 'https?:", "An address stands in the note, which has the text: source: https://..."),
)
"""What people try who know other programs, as click refuses it, and what to do instead."""


def _remedy(message: str) -> str:
    return next((remedy for pattern, remedy in _REMEDIES if re.search(pattern, message)), "")


def _fail(kind: str, message: str, remedy: str, code: int, *, as_json: bool = True) -> int:
    """Say why there is no result: to people always, to programs where they asked for JSON."""
    _LOG.error("%s", f"{message}\n  {remedy}" if remedy else message, exc_info=_LOG.isEnabledFor(logging.DEBUG))
    if as_json and _as_json():
        said = {"error": kind, "message": message, "remedy": remedy, "exit_code": code}
        echo(json.dumps(said, ensure_ascii=False))
    return code


def _as_json() -> bool:
    """Whether JSON was asked for; errors of the command line come before it has been understood."""
    return "--json" in sys.argv[1:]


def _mute() -> int:
    """Nobody reads any more: what is still to be written goes nowhere, at the end of the interpreter too."""
    if sys.stdout is sys.__stdout__:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _here() -> bool:
    try:
        os.getcwd()  # noqa: PTH109 - only whether it is there
    except OSError:
        return False
    return True


def _obey(signals: set[signal.Signals]) -> None:
    """Ctrl-C and SIGTERM: end in order at the first, at once at the second.

    In order: workers end, temporary files go, the cursor comes back.
    """
    heard: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        heard.append(number)
        if len(heard) > 1:
            show_cursor()
            os._exit(130)  # workers see that we have gone, and end
        raise KeyboardInterrupt

    for number in signals:
        signal.signal(number, end)
