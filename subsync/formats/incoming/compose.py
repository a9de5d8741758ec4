"""Lines -> a note: cues joined to paragraphs, the old times kept where nobody takes them for true."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from subsync.formats.anchors import escaped
from subsync.formats.incoming.stops import ENDS, stopped
from subsync.formats.incoming.turns import turns_of
from subsync.note.heads import head_of
from subsync.note.masks import language_label
from subsync.text.words import SOUNDS
from subsync.times import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.datatypes import Ms
    from subsync.formats.incoming.shown import Line

_PAUSE: Ms = 2000
"""After so long a silence at the end of a sentence a paragraph begins."""
_WORDS = 80
"""So many, and it ends with its sentence: half a minute of talk, what one reads at a time."""


def note_of_lines(lines: Sequence[Line], *, title: str, source: str | None) -> str:
    """A note in our format.

    Args:
        lines: tidied, in order.
        title: of the note.
        source: address or path of the recording.

    Returns:
        Its text: front matter, paragraphs of English each followed by its Chinese, and one comment at the end with the
        old times, the descriptions of sounds, and names that no label can have. Times are no pins: ``sync`` finds them
        anew.
    """
    lines = stopped(turns_of(lines))
    head = [f"title: {_quoted(title)}", *([f"source: {_quoted(source)}"] if source else [])]
    parts = ["---", *head, "---", ""]
    kept: list[str] = []
    for group in _paragraphs(lines):
        english = " ".join(text for line in group for text in line.en)
        chinese = "".join(text for line in group for text in line.zh).removesuffix("，")
        speaker = _label(group[0].speaker)
        for text, label in ((english, f"{speaker}:"), (chinese, f"{_label(group[0].chinese_name) or speaker}：")):
            if text:
                parts += [(f"**{label}** " if speaker else "") + _safe(text), ""]
        said = next((line for line in group if line.en or line.zh), group[0])
        told = [(line.start or 0, _timed(line, aside)) for line in group for aside in line.asides]
        named = "" if speaker == group[0].speaker else f"{group[0].speaker}: "
        if (english or chinese) and (named or said.start is not None):
            told.append((said.start or 0, _timed(said, f"{named}{(english or chinese)[:40]}")))
        kept += [text for _, text in sorted(told, key=lambda one: one[0])]
    if kept:
        inside = "\n".join(kept).replace("--", "—")
        parts += [f"<!-- what was imported, with its old times:\n{inside}\n-->", ""]
    return "\n".join(parts)


def _timed(line: Line, text: str) -> str:
    return text if line.start is None else f"{clock(line.start)} {text}"


def _label(name: str) -> str:
    """A name as the reader of notes takes it in front of a passage: words of letters; nothing if it takes none."""
    words = re.sub(r"[^\w.’'·-]+", " ", re.sub(r"\s*[(（][^()（）]*[)）]", "", name)).split()
    label = " ".join(words[:4])
    return label if head_of(f"**{label}:** x", "\ue000").speaker == label else ""


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    group: list[Line] = []
    words = 0
    for line in lines:
        if group and _ends(group, words, line):
            yield group
            group, words = [], 0
        group.append(line)
        words += sum(len(text.split()) for text in line.en) + sum(len(text) // 2 for text in line.zh if not line.en)
    if group:
        yield group


def _ends(group: Sequence[Line], words: int, line: Line) -> bool:
    """Whether a paragraph ends before this line."""
    if line.start is None or line.turn or (line.speaker and line.speaker != group[0].speaker):
        return True
    if line.held:
        return words >= 4 * _WORDS
    last = next((item for item in reversed(group) if item.en or item.zh), None)
    if last is None:
        return False
    text = (last.en or last.zh)[-1]
    if bool(line.en) != bool(last.en) and (line.en or line.zh) and (not last.en or ENDS.search(text)):
        return True  # Chinese alone is a title, a sign, or who translated
    pause = line.start - (last.end or line.start)
    return (bool(ENDS.search(text)) and (pause >= _PAUSE or words >= _WORDS)) or words >= 4 * _WORDS


_SOUND = re.compile(rf"\\\[((?:{'|'.join(map(re.escape, SOUNDS))}))\\\]", re.IGNORECASE)


def _safe(text: str) -> str:
    """Text that Markdown shows as it is, and that nobody takes for a list, or for one behind a time or a language.

    Sounds in brackets stay what they are: the reader of notes knows that nobody says them.
    """
    text = _SOUND.sub(r"[\1]", escaped(text))
    if label := language_label(text):  # "翻译：" says who translated
        text = re.sub(r"\w(?=\W*$)", lambda last: f"&#{ord(last[0])};", label) + text[len(label) :]
    return re.sub(r"^(\s*)(\d+)([.):：])", r"\1\2\\\3", re.sub(r"^([-+=])", r"\\\1", text))


def _quoted(text: str) -> str:
    """A string that YAML reads as it is: JSON is YAML."""
    return json.dumps(text, ensure_ascii=False)
