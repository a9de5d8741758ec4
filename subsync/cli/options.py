"""Options that several commands share; those of ``Settings`` are made from its fields."""

from __future__ import annotations

import json
import logging
import os
import sys
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import click

from subsync.errors import UsageError
from subsync.run.settings import LINKS, Settings, group_of, types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.progress import ProgressColumn, TaskID

    from subsync.run.origins import Layers
    from subsync.run.progress import Progress


class _NotePath(click.Path):
    """A file that is there and is one: to read from a pipe that nobody writes to would take for ever."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = super().convert(value, param, ctx)
        if self.exists and not Path(os.fsdecode(path)).is_file():
            self.fail(f"{click.format_filename(path)!r} is no file but a pipe or a device.", param, ctx)
        return path


FOLDER = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
NOTE = _NotePath(path_type=Path, exists=True, dir_okay=False)

output_option = click.option(
    "-o",
    "--output",
    type=FOLDER,
    default=Path("subsync-out"),
    show_default=True,
    help="Folder of the results; each note has a folder of its name inside.",
)
audio_option = click.option("--audio", type=NOTE, help="The recording; nothing is fetched then.")
strict_option = click.option(
    "--strict/--no-strict", default=False, help="Exit with 4 if the result is below what is asked for."
)


def _or_before(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:  # noqa: FBT001 - click's signature
    """Options that stand before the command's name count as well."""
    return value or bool(ctx.find_root().obj)


json_option = click.option(
    "--json/--no-json", "as_json", default=False, callback=_or_before, help="Print JSON instead of text, errors too."
)


class Command(click.Command):
    """A command whose help has the settings under headings, and which takes ``-v`` and ``-q`` too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add what all commands have."""
        super().__init__(*args, **kwargs)
        self.params += loudness_options()

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options of the command first, then those of ``Settings``, group by group."""
        groups: dict[str, list[tuple[str, str]]] = {"Options": []}
        for param in self.get_params(ctx):
            if row := param.get_help_record(ctx):
                named = param.name in types() and param.default is None
                groups.setdefault(group_of(str(param.name)) if named else "Options", []).append(row)
        for name, rows in groups.items():
            with formatter.section(name):
                formatter.write_dl(rows)


def loudness_options() -> list[click.Parameter]:
    """``-v`` and ``-q``, before the command's name or after it; the last one counts."""

    def louder(_ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
        if value:
            logging.getLogger("subsync").setLevel(logging.DEBUG if param.name == "verbose" else logging.ERROR)

    return [
        click.Option(
            ["-v", "--verbose"], is_flag=True, expose_value=False, callback=louder, is_eager=True,
            help="Say more, and where an error came from.",
        ),
        click.Option(
            ["-q", "--quiet"], is_flag=True, expose_value=False, callback=louder, is_eager=True,
            help="Say nothing but errors.",
        ),
    ]  # fmt: skip


# --- settings ---------------------------------------------------------------------------------------------------------


def setting_option(name: str, **more: Any) -> Callable[[Any], Any]:
    """The option of one setting. One that is not given is ``None``, so that what a note or a file says can stand."""
    meaning = Settings.__dataclass_fields__[name].metadata
    kind, option = types()[name], f"--{name.replace('_', '-')}"
    more = {"help": meaning["help"], "default": None, "metavar": meaning["metavar"] or None} | more
    if kind is bool:
        return click.option(f"{option}/--{meaning['off'] or f'no-{option[2:]}'}", **more)
    if kind is int:
        return click.option(option, type=click.IntRange(min=meaning["least"]), **more)
    if get_origin(kind) is Literal:
        return click.option(option, type=click.Choice(get_args(kind)), **more)
    return click.option(option, multiple=get_origin(kind) is tuple, **more)


def layers_options(command: Callable[..., Any], names: Sequence[str] = ()) -> Callable[..., Any]:
    """Give a command options of ``Settings``, all or some; it gets them, with what stands elsewhere, as ``layers``."""

    @wraps(command)
    def gathered(**given: Any) -> Any:
        from subsync.run.origins import layers

        chosen = {name: given.pop(name) for name in list(given) if name in types()}
        said = {name: _parted(name, value) for name, value in chosen.items() if value not in (None, ())}
        return command(layers=layers(said), **given)

    for name in reversed(list(names or types())):
        gathered = setting_option(name)(gathered)
    return gathered


def _parted(name: str, value: Any) -> Any:
    """Several names may stand in one option, as in a variable; a regular expression has commas of its own."""
    if get_origin(types()[name]) is not tuple or name == "extractors":
        return value
    return tuple(part.strip() for text in value for part in text.split(",") if part.strip()) or value


def link_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command those options of ``Settings`` that say how links are written."""
    return layers_options(command, [name for name in types() if group_of(name) == LINKS])


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command about one NOTE the options of ``Settings``; it receives what holds for that note."""

    @wraps(command)
    def gathered(*, layers: Layers, note: Path, **given: Any) -> Any:
        return command(note=note, settings=layers.of_note(note).settings, **given)

    return layers_options(gathered)


# --- what people name, what they see ----------------------------------------------------------------------------------


def text_of(path: Path) -> str:
    """The text of a UTF-8 file that a user named.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as exc:
        raise UsageError(f"{path}: cannot be read: {exc}", "Check the path; the file has to be UTF-8.") from exc


def json_of(path: Path, remedy: str = "Run `subsync sync` for this note again.") -> Any:
    """The value in a file of JSON that a user named.

    Raises:
        UsageError: it cannot be read, or is none.
    """
    try:
        return json.loads(text_of(path))
    except ValueError as exc:
        raise UsageError(f"{path}: not JSON: {exc}", remedy) from exc


SHOWN_AFTER = 1.0
"""Seconds that a stage takes before it gets a bar."""


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """A bar for each stage on a terminal, nothing elsewhere."""
    from subsync.run.progress import silent

    if not sys.stderr.isatty() or not logging.getLogger("subsync").isEnabledFor(logging.INFO):
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    class Bars(Progress):
        def get_renderables(self) -> Iterator[Any]:
            yield self.make_tasks_table([task for task in self.tasks if (task.elapsed or 0) >= SHOWN_AFTER])

    columns: list[ProgressColumn] = [
        TextColumn("{task.description:<10}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    ]  # fmt: skip
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: float, total: float | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show
