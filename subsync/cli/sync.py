"""``subsync sync``: the main job."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import click

from subsync.cli.options import (
    NOTE,
    Command,
    audio_option,
    json_option,
    output_option,
    progress_bars,
    settings_options,
    strict_option,
)
from subsync.cli.terminal import echo
from subsync.errors import LowQualityError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from subsync.run.job import Job, Outcome
    from subsync.run.settings import Settings

_LOG = logging.getLogger("subsync")


@click.command(cls=Command)
@click.argument("note", type=NOTE)
@output_option
@audio_option
@click.option("--force/--no-force", default=False, help="Write all files again, also if nothing has changed.")
@strict_option
@json_option
@settings_options
def sync(
    *, note: Path, output: Path, audio: Path | None, force: bool, strict: bool, as_json: bool, settings: Settings
) -> None:
    """Make subtitles, chapters and anchors for NOTE.

    Writes into OUTPUT/NAME/ the English, Chinese and bilingual subtitles (.srt and .vtt), the chapters, the section
    anchors, a page to review them, and NAME.sync.json with every time and how sure it is.
    """
    from subsync.run.job import Job

    do(Job(note, output, settings), audio, strict=strict, as_json=as_json, again=force)


def do(job: Job, audio: Path | None, *, strict: bool, as_json: bool, again: bool = False) -> None:
    """Run a job and say what came out.

    Raises:
        LowQualityError: with ``strict``, the result is below what one would publish.
    """
    outcome = ran(job, audio, again=again)
    if as_json:
        echo(json.dumps(_as_json(job, outcome), ensure_ascii=False))
    else:
        _LOG.info("%s", summed_up(outcome))
        echo("\n".join(map(str, outcome.files)))
    if strict and outcome.shortcomings:
        raise LowQualityError("; ".join(outcome.shortcomings), "Look at the doubtful places, or try a larger --model.")


def ran(job: Job, audio: Path | None, *, again: bool = False) -> Outcome:
    """Run a job, with its bars."""
    from subsync.run.job import run_job
    from subsync.run.session import Session

    with progress_bars() as progress:
        return run_job(job, Session(job.settings, progress=progress, audio=audio), again=again)


def summed_up(outcome: Outcome) -> str:
    """What came out, for people."""
    lines = [outcome.summary]
    if not outcome.fresh:
        lines.append("nothing has changed since the last run")
    if outcome.outdated:
        lines.append(left_behind(outcome.outdated))
    return "\n".join(lines)


_NAMED = 4
"""Files that are named; the others are counted."""


def left_behind(names: Sequence[str]) -> str:
    """What is said of files that an earlier run wrote and this one did not: their text or times are not these."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    these, them = (
        ("1 file of an earlier run is", "it")
        if len(names) == 1
        else (f"{len(names)} files of an earlier run are", "them")
    )
    return (
        f"{these} older than this result: {', '.join(names[:_NAMED])}{more}; to renew {them} give that run's options "
        f"or command again (--also …, study --with-sound, report), or remove {them}"
    )


def _as_json(job: Job, outcome: Outcome) -> dict[str, object]:
    return {
        "note": str(job.note),
        "files": [str(path) for path in outcome.files],
        "shortcomings": list(outcome.shortcomings),
        "outdated": list(outcome.outdated),
        **outcome.tally,
    }
