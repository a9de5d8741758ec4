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

_NULLS = ("", "~", "null", "Null", "NULL")
_QUOTE = 'Put the value in quotes, as in title: "Part one: the beginning".'
_ONE = "Keep the one recording that the note is about, as in source: https://example.org/talk.mp3"


def parse_front_matter(text: str, *, path: str, source_keys: Sequence[str] = ()) -> FrontMatter:
    """Read ``source``, ``title`` and ``subsync`` from the front matter of ``text``; values are the strings written.

    Between ``---`` it is YAML, between ``+++`` TOML; ``key:: value`` on top is Logseq's. A ``---`` with no ``key:``
    under it is Markdown's horizontal rule. The source may be written as a link: its address is taken.

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
        return _properties(text, source_keys)
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
    found = (values.get(key) for key in keys)
    likely = (value for key, value in values.items() if key.casefold() in keys and _LIKE_AN_ADDRESS.search(value or ""))
    source = next(filter(None, (*found, *likely)), None)
    return FrontMatter(
        2 + len(_LINE_END.findall(body)), source and address_of(source), values.get("title"), choices, line
    )


_LIKE_AN_ADDRESS = re.compile(r"[/.\[]")
"""In what stands under ``Source`` or ``URL`` there may as well be the name of a podcast."""
_PROPERTIES = re.compile(r"\ufeff?(?:[ \t]*(?:[-*][ \t])?\w[\w/ -]*::(?:[ \t][^\r\n]*)?(?:\r\n|\r|\n|\Z))+")
_PROPERTY = re.compile(r"^[ \t]*(?:[-*][ \t])?(?P<key>\w[\w/ -]*)::[ \t]+(?P<value>[^\r\n]*\S)", re.MULTILINE)


def _properties(text: str, source_keys: Sequence[str]) -> FrontMatter:
    """What Logseq has on top of a page, and Dataview anywhere: ``source:: https://example.org/talk.mp3``."""
    block = _PROPERTIES.match(text)
    values = {match["key"].strip(): match["value"] for match in _PROPERTY.finditer(block[0])} if block else {}
    source = next((value for key in ("source", *source_keys) if (value := values.get(key))), None)
    return FrontMatter(source=source and address_of(source), title=values.get("title"))


_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*<?(?P<kept>[^\s<>]+?)>?(?:\s+[\"'(].*)?\s*\)")
_WIKI_LINK = re.compile(r"!?\[\[(?P<kept>[^\[\]|#]+)(?:#[^\[\]|]*)?(?:\|[^\[\]]*)?\]\]")
_AUTOLINK = re.compile(r"<(?P<kept>[^<>\s]+)>")
_FRAME = re.compile(r"<iframe\b[^>]*?\bsrc=[\"'](?P<kept>[^\"'<>]+)[\"'].*", re.DOTALL)
_ADDRESS = re.compile(r"(?<![\w/])https?://[^\s<>\"'，。）]+", re.IGNORECASE)
_WITH_SPACES = re.compile(
    r"https?://[^\n<>\"]+\.(?:mp3|m4a|m4b|aac|ogg|opus|wav|flac|mp4|m4v|webm|mkv|mov)", re.IGNORECASE
)
"""An address of a file as people paste it, with the spaces of its name."""
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
    if len(found) == 1 and _WITH_SPACES.fullmatch(value):
        return value.replace(" ", "%20")
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
    ours = ("title", "subsync", *source_keys)
    for key, value in _top_level(body, path):
        if key.value not in ours and not (isinstance(value, yaml.ScalarNode) and key.value.casefold() in ours):
            continue
        line = _line(key.start_mark)
        if key.value in values or (key.value == "subsync" and choices_line):
            raise NoteError(f"{key.value} is given twice", "Keep one of the two.", path=path, line=line)
        if key.value == "subsync":
            choices, choices_line = _choices(value, path), line
            continue
        text = _only(value, key.value, path) if key.value in source_keys else value
        if not isinstance(text, yaml.ScalarNode):
            raise NoteError(f"{key.value} is a list or a mapping, not a text", _QUOTE, path=path, line=line)
        # Plain values only: "null" in quotes is a word.
        null = text.style is None and text.value in _NULLS
        values[key.value] = None if null else text.value.strip() or None
    return values, choices, choices_line


def _top_level(body: str, path: str) -> list[tuple[yaml.Node, yaml.Node]]:
    """Texts of the outermost mapping with their values; nothing in it has an anchor or nests too deep.

    Raises:
        NoteError: it is no such YAML.
    """
    import yaml

    class Bounded(yaml.SafeLoader):
        depth = 0

        def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
            event = self.peek_event()  # type: ignore[no-untyped-call]
            line = _line(event.start_mark)
            if event.anchor is not None:
                message = "anchors and aliases (& and *) are not read in front matter"
                raise NoteError(message, _QUOTE, path=path, line=line)
            if self.depth == _MAX_DEPTH and isinstance(event, yaml.CollectionStartEvent):
                message = f"the front matter nests more than {_MAX_DEPTH} deep"
                raise NoteError(message, _QUOTE, path=path, line=line)
            self.depth += 1
            node = super().compose_node(parent, index)
            self.depth -= 1
            return node

    try:
        roots = list(yaml.compose_all(body, Bounded))  # a line that only begins with the fence parts two documents
    except yaml.MarkedYAMLError as exc:
        # A quotation mark without partner is found at the end and lies where its context starts.
        mark = exc.context_mark if "end of stream" in str(exc.problem) else exc.problem_mark
        problem = f"the front matter is not valid YAML: {exc.problem}"
        raise NoteError(problem, _QUOTE, path=path, line=_line(mark)) from exc
    except yaml.reader.ReaderError as exc:
        line = len(_LINE_END.findall(body, 0, exc.position)) + 2
        message = f"the front matter has a character that YAML does not allow: U+{exc.character:04X}"
        raise NoteError(message, "Remove it.", path=path, line=line) from exc
    return [pair for root in roots if isinstance(root, yaml.MappingNode) for pair in root.value if _is_text(pair[0])]


def _is_text(node: yaml.Node) -> bool:
    return isinstance(node.value, str)


def _only(node: yaml.Node, name: str, path: str) -> yaml.Node:
    """The one item of a list, however deep (``[[talk.mp3]]`` is a list of a list to YAML); what is no list as it is."""
    import yaml

    line = _line(node.start_mark)
    if isinstance(node, yaml.MappingNode):
        remedy = f"Write an address or a path: {name}: https://example.org/talk.mp3"
        raise NoteError(f"{name} is a mapping, not a text", remedy, path=path, line=line)
    found = list(_texts(node))
    if len(found) != 1:
        raise NoteError(f"{name} is a list of {len(found)}, not one", _ONE, path=path, line=line)
    return found[0]


def _texts(node: yaml.Node) -> Iterator[yaml.Node]:
    if _is_text(node):
        yield node
        return
    for item in node.value:
        for part in item if isinstance(item, tuple) else (item,):  # of a mapping, a key with its value
            yield from _texts(part)


def _choices(node: yaml.Node, path: str) -> dict[str, str | list[str]]:
    import yaml

    def refuse(node: yaml.Node) -> NoteError:
        remedy = "Write one `name: value` under subsync: for each choice; `subsync config` lists the names."
        return NoteError("subsync is not a mapping of choices", remedy, path=path, line=_line(node.start_mark))

    if not isinstance(node, yaml.MappingNode):
        raise refuse(node)
    choices: dict[str, str | list[str]] = {}
    for key, value in node.value:
        items = value.value if isinstance(value, yaml.SequenceNode) else [value]
        for one in (key, *items):
            if not _is_text(one):
                raise refuse(one)
        if key.value in choices:
            line = _line(key.start_mark)
            raise NoteError(f"subsync: {key.value} is given twice", "Keep one of the two.", path=path, line=line)
        choices[key.value] = value.value if _is_text(value) else [item.value for item in items]
    return choices


def _line(mark: Any) -> int:  # PyYAML has two unrelated classes of marks
    """Line of the file: the opening fence is line 1, and marks count from 0."""
    return 1 if mark is None else int(mark.line) + 2
