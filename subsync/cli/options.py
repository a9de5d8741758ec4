"""Options that several commands share."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from subsync.run.origins import Layers
    from subsync.run.progress import Progress

FOLDER = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)

PROFILE_NAMES = ("netflix", "bbc", "ted", "vertical")
"""The keys of `layout.PROFILES`, which is not loaded for `--help`; a test compares them."""

output_option = click.option(
    "-o",
    "--output",
    type=FOLDER,
    default=Path("subsync-out"),
    show_default=True,
    help="Folder of the results; each note has a folder of its name inside.",
)
audio_option = click.option("--audio", type=FILE, help="The recording; nothing is fetched then.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
strict_option = click.option("--strict", is_flag=True, help="Exit with 4 if the result is below what is asked for.")

# One for each field of `settings.Settings`, which has the defaults. An option that is not given is None, so that what
# a note or a file says can stand.
_SETTINGS = (
    click.option(
        "--model",
        metavar="NAME|FOLDER",
        help="Whisper weights. Default: base.en if they can be had, else the embedded tiny.en.",
    ),
    click.option(
        "--recognition",
        type=click.Choice(["sparse", "full"]),
        help="Recognise as little as it takes to find the note (the default), or all of the recording.",
    ),
    click.option(
        "--profile",
        type=click.Choice(PROFILE_NAMES),
        help="Whose limits the cues keep; netflix unless given.",
    ),
    click.option("--top", type=click.Choice(["en", "zh"]), help="The language of the upper lines; en unless given."),
    click.option(
        "--chinese-display/--chinese-as-written",
        default=None,
        help="Show Chinese as subtitles do (a space for 。 and ，, the default), or with all its punctuation.",
    ),
    click.option("--styled-vtt", is_flag=True, default=None, help="WebVTT with <lang> spans and styles."),
    click.option(
        "--also",
        multiple=True,
        metavar="SUFFIX",
        help="Write this format too: en-zh.ass, chapters.xml. May be given several times.",
    ),
    click.option("--embed", is_flag=True, default=None, help="Write a copy of the sound with the chapters in it too."),
    click.option(
        "--link-style",
        metavar="STYLE|TEMPLATE",
        help="youtube (default), youtube+fragment, media-extended, media-notes, bilibili, podcast, or a template "
        "with {url} {id} {seconds} {ms} {time} {and}.",
    ),
    click.option("--lead", type=click.IntRange(min=0), metavar="SECONDS", help="Let links start earlier."),
    click.option("--paragraphs", is_flag=True, default=None, help="Anchors for paragraphs too."),
    click.option("--embeddings", is_flag=True, default=None, help="Pair the languages with a sentence encoder too."),
    click.option("--allow-private", is_flag=True, default=None, help="Fetch from this machine and its network too."),
    click.option(
        "--captions",
        type=click.Choice(["auto", "only", "never"]),
        help="Use a site's automatic captions instead of recognising: where they suffice (default), always, never.",
    ),
    click.option(
        "--hosts",
        multiple=True,
        metavar="HOST",
        help="Fetch from this host and those below it alone (a YouTube video needs youtube.com and googlevideo.com).",
    ),
    click.option(
        "--extractors",
        multiple=True,
        metavar="NAME",
        help="Extractors of yt-dlp that may be used; `default` stands for YouTube, Bilibili, podcasts, plain files ….",
    ),
    click.option("--cookies", metavar="FILE", help="A cookies.txt to fetch with; it is never written to."),
    click.option("--max-hours", type=click.IntRange(min=1), help="Longest recording to fetch; 12 unless given."),
    click.option("--max-mb", type=click.IntRange(min=1), help="Largest file to fetch; 2048 unless given."),
)


def layers_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of ``Settings``; it receives them, with what stands elsewhere, as ``layers``."""

    @wraps(command)
    def gathered(**given: Any) -> Any:
        from subsync.run.origins import layers
        from subsync.run.settings import Settings

        names = {field.name for field in fields(Settings)}
        chosen = {name: given.pop(name) for name in list(given) if name in names}
        said = {name: value for name, value in chosen.items() if value not in (None, ())}
        return command(layers=layers(said), **given)

    for option in reversed(_SETTINGS):
        gathered = option(gathered)
    return gathered


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command about one NOTE the options of ``Settings``; it receives what holds for that note."""

    @wraps(command)
    def gathered(*, layers: Layers, note: Path, **given: Any) -> Any:
        return command(note=note, settings=layers.of_note(note).settings, **given)

    return layers_options(gathered)


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """A bar for each stage on a terminal, nothing elsewhere."""
    from subsync.run.progress import silent

    if not sys.stderr.isatty() or not logging.getLogger("subsync").isEnabledFor(logging.INFO):
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:<10}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: float, total: float | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show
