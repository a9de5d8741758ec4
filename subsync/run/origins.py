"""Where each choice of a user comes from.

The first of these that makes a choice decides::

command line > SUBSYNC_<NAME> > the note's `subsync:` > subsync.toml, pyproject.toml > user file > default
"""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from subsync.errors import NoteError, UsageError
from subsync.note.frontmatter import parse_front_matter
from subsync.run.settings import OWN, Settings, types

if TYPE_CHECKING:
    from collections.abc import Mapping

_OTHERS = frozenset({"cache", "offline"})
"""Names after SUBSYNC_ that are no settings."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The choices that stand in one place."""

    origin: str
    """As it is shown: a path, a variable's name, ``command line``."""
    choices: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choices that count, and the place of each."""

    settings: Settings
    origins: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layers:
    """The choices of a run, the note's left out."""

    above: tuple[Layer, ...] = ()
    """What goes before the note's, the strongest first."""
    below: tuple[Layer, ...] = ()

    def chosen(self, note: Layer | None = None) -> Chosen:
        """What holds for a note, or where there is none."""
        values: dict[str, Any] = {}
        origins = dict.fromkeys(types(), "default")
        for layer in reversed((*self.above, *([note] if note else []), *self.below)):
            values |= layer.choices
            origins |= dict.fromkeys(layer.choices, layer.origin)
        return Chosen(Settings(**values), origins)

    def as_last(self, choices: Mapping[str, Any]) -> Layers:
        """Where nothing is said on the command line, what the last run had: for commands that renew its results."""
        return replace(self, above=(*self.above[:1], Layer("the last run", choices), *self.above[1:]))

    def of_note(self, path: Path) -> Chosen:
        """What holds for the note at ``path``.

        Raises:
            NoteError: its front matter makes no sense.
        """
        return self.chosen(note_layer(_head(path), str(path)))


def layers(given: Mapping[str, Any], *, folder: Path | None = None, environ: Mapping[str, str] | None = None) -> Layers:
    """All layers but the note's.

    Args:
        given: What the command line says, by names of settings.
        folder: Where to look for a project's file, there and above; ``None`` for the working directory.
        environ: ``None`` for this process's.

    Raises:
        UsageError: a name is not known, a value not possible, or a file not TOML.
    """
    path, table = _project(folder or Path.cwd())
    below = [_table(path, table)] if path else []
    for layer in below:
        if refused := sorted(OWN & layer.choices.keys()):
            message = f"{layer.origin}: a settings file beside notes may not set {refused[0]}: it may be another's"
            raise UsageError(message, f"Take it out. {_elsewhere(refused[0])}")
    path, table = _user()
    below += [_table(path, table)] if path else []
    return Layers((Layer("command line", given), *_environment(os.environ if environ is None else environ)), (*below,))


def note_layer(text: str, path: str) -> Layer | None:
    """The choices in a note's front matter.

    Raises:
        NoteError: they make no sense, or are not for a note to make.
    """
    front = parse_front_matter(text, path=path)
    if not front.choices:
        return None
    try:
        choices = _read(front.choices, "")
    except UsageError as exc:
        raise NoteError(exc.message, exc.remedy, path=path, line=front.choices_line) from exc
    if refused := sorted(OWN & choices.keys()):
        message = f"a note may not set {refused[0]}: what is fetched and loaded, its reader decides"
        raise NoteError(message, _elsewhere(refused[0]), path=path, line=front.choices_line)
    return Layer(path, choices)


def _head(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", errors="replace")
    except OSError:
        return ""  # who reads the note itself will say so


# --- the layers -------------------------------------------------------------------------------------------------------


def _environment(environ: Mapping[str, str]) -> list[Layer]:
    found = []
    for key, text in environ.items():
        name = key.removeprefix("SUBSYNC_").lower()
        if key.startswith("SUBSYNC_") and name not in _OTHERS and text:  # scripts empty a variable to unset it
            found.append(Layer(key, _read({name: text}, f"{key}: ")))
    return found


def _project(folder: Path) -> tuple[Path | None, Any]:
    """The nearest file of a project that speaks of us."""
    for place in (folder.absolute(), *folder.absolute().parents):
        if (own := place / "subsync.toml").is_file():
            return own, _toml(own)
        if (shared := place / "pyproject.toml").is_file():
            tools = _toml(shared).get("tool")
            table = tools.get("subsync") if isinstance(tools, dict) else None  # what else is wrong there is not ours
            if table is not None:
                return shared, table
    return None, None


def _user_file() -> Path:
    from platformdirs import user_config_path

    return user_config_path("subsync") / "subsync.toml"


def _elsewhere(name: str) -> str:
    """Where a user may set what nobody else may."""
    option = f"--{name.replace('_', '-')}"
    return f"Give {option}, set SUBSYNC_{name.upper()}, or put it into {_user_file()}."


def _user() -> tuple[Path | None, Any]:
    path = _user_file()
    return (path, _toml(path)) if path.is_file() else (None, None)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise UsageError(f"{path}: cannot be read: {exc}", "Mend that file, or remove it.") from exc


def _table(path: Path, table: Any) -> Layer:
    if not isinstance(table, dict):
        raise UsageError(f"{path}: [tool.subsync] is not a table", "Mend that file.")
    choices = _read(table, f"{path}: ")
    for name in ("cookies", "model"):  # a path in a file is seen from there
        if (value := choices.get(name)) and (path.parent / str(value)).exists():
            choices[name] = str(path.parent / str(value))
    return Layer(str(path), choices)


# --- values -----------------------------------------------------------------------------------------------------------


def _read(given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Choices under the names of settings (dashes are as good as underscores) with values of their types."""
    choices = {}
    for key, value in given.items():
        name = key.replace("-", "_")
        kind = types().get(name)
        if kind is None:
            near = difflib.get_close_matches(name, types(), 1, 0.5)
            remedy = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(types())}."
            raise UsageError(f"{where}there is no setting {key}", remedy)
        choices[name] = _value(name, kind, value, where)
    return choices


def _value(name: str, kind: Any, value: Any, where: str) -> Any:
    text = str(value).strip()
    if kind is bool and text.lower() in _SWITCHES:
        return _SWITCHES[text.lower()]
    least = Settings.__dataclass_fields__[name].metadata["least"]
    if kind is int and text.isascii() and text.isdigit() and int(text) >= least:
        return int(text)
    if get_origin(kind) is tuple:
        items = value if isinstance(value, list) else text.split(",")
        return tuple(item for item in (str(item).strip() for item in items) if item)
    if get_origin(kind) is Literal and text in get_args(kind):
        return text
    if kind in (str, str | None) and not isinstance(value, list | dict) and text:
        return text
    if get_origin(kind) is Literal:
        wanted = f"one of {', '.join(get_args(kind))}"
    else:
        wanted = {bool: "true or false", int: f"a whole number from {least} up"}.get(kind, "a text")
    raise UsageError(f"{where}{name} is {value!r}, not {wanted}", f"Give {wanted}.")


_SWITCHES = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
