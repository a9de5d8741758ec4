"""The YAML or TOML in front of a note, as far as we need it: two strings, and a mapping of choices."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from subsync.errors import NoteError
from subsync.note import toml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import yaml


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says about the recording; empty if there is none."""

    lines: int = 0
    """How many lines of the file it takes, its fences included."""
    source: str | None = None
    title: str | None = None
    choices: Mapping[str, str | list[str]] = field(default_factory=dict)
    """What stands under ``subsync:``, every value as it is written."""
    choices_line: int = 0


# Real front matter has a few hundred characters. The caps keep YAML made to exhaust memory or the stack from doing so.
_MAX_CHARS = 64 * 1024
_MAX_DEPTH = 50

_OPENING = re.compile(r"\ufeff?---[ \t]*(?:\r\n|\r|\n)")
_CLOSING = re.compile(r"(?:\A|(?<=[\r\n]))(?:---|\.\.\.)[ \t]*(?:\r\n|\r|\n|\Z)")
_KEY = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*[ \t]*(?:[^\s:#][^:\r\n]*:(?=\s|\Z)|\{)")
_LINE_END = re.compile(r"\r\n|\r|\n")

_OURS = ("title", "subsync")
_NULLS = ("", "~", "null", "Null", "NULL")
_QUOTE = 'Put the value in quotes, as in title: "Part one: the beginning".'
_ONE = "Keep the one recording that the note is about, as in source: https://example.org/talk.mp3"


def parse_front_matter(text: str, *, path: str, source_keys: Sequence[str] = ()) -> FrontMatter:
    """Read ``source``, ``title`` and ``subsync`` from the front matter of ``text``; values are the strings written.

    Between ``---`` it is YAML, between ``+++`` TOML. A ``---`` with no ``key:`` under it is Markdown's horizontal rule.
    The source may be written as a link: its address is taken.

    Args:
        text: The note, or its beginning.
        path: For messages.
        source_keys: What else may name the recording where there is no ``source``, the first that does.

    Raises:
        NoteError: the YAML or TOML is not valid, too large, nested too deep, uses anchors or aliases, is not closed, or
            gives a key twice, ``title`` as something other than a string, a source as something other than a string or
            a list of one, or ``subsync`` as anything but a mapping of strings and lists of strings.
    """
    is_toml = toml.OPENING.match(text) is not None
    opening = (toml.OPENING if is_toml else _OPENING).match(text)
    if opening is None:
        return FrontMatter()
    closing = (toml.CLOSING if is_toml else _CLOSING).search(text, opening.end())
    empty = closing is not None and not text[opening.end() : closing.start()].strip()
    if not empty and not (toml.KEY if is_toml else _KEY).match(text, opening.end()):
        return FrontMatter()
    if closing is None:
        raise NoteError(
            "the front matter that starts here has no end",
            f"Put a line with {'+++' if is_toml else '---'} under the last key.",
            path=path,
            line=1,
        )
    body = text[opening.end() : closing.start()]
    if len(body) > _MAX_CHARS:
        raise NoteError(
            f"the front matter has {len(body)} characters; at most {_MAX_CHARS} are read",
            "Move long texts below the front matter.",
            path=path,
            line=1,
        )
    keys = ("source", *source_keys)
    values, choices, line = toml.toml_values(body, path, keys) if is_toml else _values(body, path, keys)
    source = next((address_of(value) for key in keys if (value := values.get(key))), None)
    return FrontMatter(2 + len(_LINE_END.findall(body)), source, values.get("title"), choices, line)


_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*<?(?P<kept>[^\s<>]+?)>?(?:\s+[\"'(].*)?\s*\)")
_WIKI_LINK = re.compile(r"!?\[\[(?P<kept>[^\[\]|#]+)(?:#[^\[\]|]*)?(?:\|[^\[\]]*)?\]\]")
_AUTOLINK = re.compile(r"<(?P<kept>[^<>\s]+)>")
_FRAME = re.compile(r"<iframe\b[^>]*?\bsrc=[\"'](?P<kept>[^\"'<>]+)[\"'].*", re.DOTALL)
_ADDRESS = re.compile(r"(?<![\w/])https?://[^\s<>\"'，。）]+", re.IGNORECASE)
_NO_SCHEME = re.compile(
    r"(?:[\w-]+\.)?(?:youtube\.com|youtu\.be|bilibili\.com|b23\.tv|vimeo\.com|soundcloud\.com|apple\.com|xiaoyuzhoufm\.com)/",
    re.IGNORECASE,
)


def address_of(value: str) -> str:
    """The address or path in a source: of ``[name](url)``, ``<url>``, ``[[talk.mp3|name]]``, the only one in a text."""
    value = value.strip()
    for form in (_LINK, _WIKI_LINK, _AUTOLINK, _FRAME):
        if match := form.fullmatch(value):
            return address_of(match["kept"])
    found = _ADDRESS.findall(value)
    if len(found) == 1 and " " in value:
        return str(found[0]).rstrip(".,;)")
    return f"https://{value}" if _NO_SCHEME.match(value) else value


def _values(
    body: str, path: str, source_keys: Sequence[str]
) -> tuple[dict[str, str | None], dict[str, str | list[str]], int]:
    import yaml

    values: dict[str, str | None] = {}
    choices: dict[str, str | list[str]] = {}
    choices_line = 0
    try:
        events = yaml.parse(body)
        for key, first in _top_level(events, path, (*_OURS, *source_keys)):
            line = _line(key.start_mark)
            if key.value == "subsync":
                if choices_line:
                    raise NoteError("subsync is given twice", "Keep one of the two.", path=path, line=line)
                choices, choices_line = _choices(first, events, path), line
                continue
            if key.value in values:
                raise NoteError(f"{key.value} is given twice", "Keep one of the two.", path=path, line=line)
            value = _only(first, events, key.value, path) if key.value in source_keys else first
            if not isinstance(value, yaml.ScalarEvent):
                raise NoteError(f"{key.value} is a list or a mapping, not a text", _QUOTE, path=path, line=line)
            # Plain values only: "null" in quotes is a word.
            null = value.style is None and value.value in _NULLS
            values[key.value] = None if null else value.value.strip() or None
    except yaml.MarkedYAMLError as exc:
        # A quotation mark without partner is found at the end and lies where its context starts.
        mark = exc.context_mark if "end of stream" in str(exc.problem) else exc.problem_mark
        problem = f"the front matter is not valid YAML: {exc.problem}"
        raise NoteError(problem, _QUOTE, path=path, line=_line(mark)) from exc
    except yaml.reader.ReaderError as exc:
        line = len(_LINE_END.findall(body, 0, exc.position)) + 2
        raise NoteError(
            f"the front matter has a character that YAML does not allow: U+{exc.character:04X}",
            "Remove it.",
            path=path,
            line=line,
        ) from exc
    return values, choices, choices_line


def _only(first: yaml.Event, events: Iterator[yaml.Event], name: str, path: str) -> yaml.Event:
    """The one item of a list, however deep (``[[talk.mp3]]`` is a list of a list to YAML); what is no list as it is."""
    import yaml

    if not isinstance(first, yaml.SequenceStartEvent):
        if isinstance(first, yaml.MappingStartEvent):
            remedy = f"Write an address or a path: {name}: https://example.org/talk.mp3"
            raise NoteError(f"{name} is a mapping, not a text", remedy, path=path, line=_line(first.start_mark))
        return first
    found: list[yaml.ScalarEvent] = []
    depth = 1
    while depth:
        event = next(events)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH or getattr(event, "anchor", None):
            raise NoteError(f"{name} is not a text", _ONE, path=path, line=_line(event.start_mark))
        if isinstance(event, yaml.ScalarEvent):
            found.append(event)
    if len(found) != 1:
        raise NoteError(f"{name} is a list of {len(found)}, not one", _ONE, path=path, line=_line(first.start_mark))
    return found[0]


def _choices(first: yaml.Event, events: Iterator[yaml.Event], path: str) -> dict[str, str | list[str]]:
    """Read the mapping that starts with ``first``."""
    import yaml

    def refuse(event: yaml.Event) -> NoteError:
        remedy = "Write one `name: value` under subsync: for each choice; `subsync config` lists the names."
        return NoteError("subsync is not a mapping of choices", remedy, path=path, line=_line(event.start_mark))

    if not isinstance(first, yaml.MappingStartEvent):
        raise refuse(first)
    choices: dict[str, str | list[str]] = {}
    while not isinstance(key := next(events), yaml.MappingEndEvent):
        value = next(events)
        if not isinstance(key, yaml.ScalarEvent) or key.anchor or getattr(value, "anchor", None):
            raise refuse(key)
        if key.value in choices:
            line = _line(key.start_mark)
            raise NoteError(f"subsync: {key.value} is given twice", "Keep one of the two.", path=path, line=line)
        if isinstance(value, yaml.ScalarEvent):
            choices[key.value] = value.value
        elif isinstance(value, yaml.SequenceStartEvent):
            items: list[str] = []
            while not isinstance(item := next(events), yaml.SequenceEndEvent):
                if not isinstance(item, yaml.ScalarEvent) or item.anchor:
                    raise refuse(item)
                items.append(item.value)
            choices[key.value] = items
        else:
            raise refuse(value)
    return choices


def _line(mark: Any) -> int:  # PyYAML has two unrelated classes of marks
    """Line of the file: the opening fence is line 1, and marks count from 0."""
    return 1 if mark is None else int(mark.line) + 2


def _top_level(
    events: Iterator[yaml.Event], path: str, ours: Sequence[str]
) -> Iterator[tuple[yaml.ScalarEvent, yaml.Event]]:
    """Our keys of the outermost mapping, each with the event that starts its value.

    Who takes more of ``events`` for a value takes all of that value.
    """
    import yaml

    depth = 0
    key: yaml.Event | None = None
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if not isinstance(event, yaml.NodeEvent):
            continue
        _check(event, depth, path)
        if depth == 1 and key is None:
            key = event
        elif depth == 1:
            taken, key = key, None
            if isinstance(taken, yaml.ScalarEvent) and taken.value in ours:
                yield taken, event
                if isinstance(event, yaml.SequenceStartEvent) or taken.value == "subsync":
                    continue  # who took the value has taken it to its end
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1


def _check(event: yaml.NodeEvent, depth: int, path: str) -> None:
    import yaml

    line = _line(event.start_mark)
    if event.anchor is not None:
        raise NoteError("anchors and aliases (& and *) are not read in front matter", _QUOTE, path=path, line=line)
    if depth == _MAX_DEPTH and isinstance(event, yaml.CollectionStartEvent):
        raise NoteError(f"the front matter nests more than {_MAX_DEPTH} deep", _QUOTE, path=path, line=line)
