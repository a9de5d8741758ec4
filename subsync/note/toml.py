"""Front matter in TOML between two ``+++``, as Hugo and Zola have it."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from subsync.errors import NoteError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OPENING = re.compile(r"\ufeff?\+\+\+[ \t]*(?:\r\n|\r|\n)")
CLOSING = re.compile(r"(?:\A|(?<=[\r\n]))\+\+\+[ \t]*(?:\r\n|\r|\n|\Z)")
KEY = re.compile(r"\s*(?:#[^\r\n]*\s+)*(?:[\w.\"'-]+[ \t]*=|\[)")
"""What it begins with; else the fence is somebody's ornament."""
_AT = re.compile(r"(?P<problem>.*) \(at line (?P<line>\d+), column \d+\)")
_ONE = 'Keep the one recording that the note is about, as in source = "https://example.org/talk.mp3"'


class Values(NamedTuple):
    """What is read of it."""

    texts: Mapping[str, str | None]
    """``title`` and what names the recording."""
    choices: Mapping[str, str | list[str]]
    choices_line: int


def toml_values(body: str, path: str, source_keys: Sequence[str]) -> Values:
    """Read some keys; numbers, dates and truth values as they are written.

    Raises:
        NoteError: it is no TOML, or one of the keys is of another kind.
    """
    try:
        found = tomllib.loads(re.sub(r"\r\n?", "\n", body))
    except tomllib.TOMLDecodeError as exc:
        at = _AT.fullmatch(str(exc))
        problem, line = (at["problem"], int(at["line"]) + 1) if at else (str(exc), 1)
        message = f"the front matter is not valid TOML: {problem}"
        raise NoteError(message, 'Write text in quotes: title = "Part one"', path=path, line=line) from exc
    except RecursionError as exc:
        raise NoteError("the front matter nests too deep", "Take lists of lists out of it.", path=path, line=1) from exc
    texts = {}
    for key in ("title", *source_keys):
        if key in found:
            texts[key] = _text(key, found[key], path, _line_of(key, body))
    line = _line_of("subsync", body)
    return Values(texts, _choices(found.get("subsync", {}), path, line), line if "subsync" in found else 0)


def _text(key: str, value: Any, path: str, line: int) -> str | None:
    if key != "title" and isinstance(value, list):
        if len(value) != 1:
            raise NoteError(f"{key} is a list of {len(value)}, not one", _ONE, path=path, line=line)
        value = value[0]
    if isinstance(value, list | dict):
        raise NoteError(f"{key} is a list or a table, not a text", f'Write {key} = "..."', path=path, line=line)
    return _written(value).strip() or None


def _choices(table: Any, path: str, line: int) -> dict[str, str | list[str]]:
    def is_plain(value: Any) -> bool:
        return not isinstance(value, list | dict)

    if not isinstance(table, dict) or not all(
        is_plain(value) or (isinstance(value, list) and all(map(is_plain, value))) for value in table.values()
    ):
        remedy = "Write one `name = value` under [subsync] for each choice; `subsync config` lists the names."
        raise NoteError("subsync is not a table of choices", remedy, path=path, line=line)
    return {
        name: [_written(item) for item in value] if isinstance(value, list) else _written(value)
        for name, value in table.items()
    }


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _line_of(key: str, body: str) -> int:
    """Line of the file where a key or a table of that name stands; the opening fence is line 1."""
    lines = re.split(r"\r\n|\r|\n", body)
    pattern = re.compile(rf"\s*\[?\s*[\"']?{re.escape(key)}[\"']?\s*[]=.]")
    return next((k for k, line in enumerate(lines, 2) if pattern.match(line)), 1)
