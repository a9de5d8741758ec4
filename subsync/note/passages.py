"""Passages: a paragraph of a note in one language, with who speaks it and when."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from subsync.datatypes import Section
from subsync.note.languages import HAN_PER_LETTER, line_lang, parts
from subsync.text.scripts import count_han

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subsync.datatypes import Lang, Ms
    from subsync.note.markdown import Block, Line


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, or a part of one, in one language."""

    lang: Lang
    section: int | None
    lines: tuple[Line, ...]
    text: str
    """Its lines, joined by line breaks."""
    speaker: str | None
    pin: Ms | None
    start: int = 0
    """Where in ``text`` the spoken part starts, behind a speaker's label."""

    @property
    def is_empty(self) -> bool:
        """Whether it has nothing to say but perhaps a label."""
        return not any(map(str.isalnum, self.text[self.start :]))


def passages_of(blocks: Sequence[Block]) -> tuple[list[Section], list[Passage]]:
    """The headings of a note, and its paragraphs cut where the language or the speaker changes."""
    sections: list[Section] = []
    passages: list[Passage] = []
    for block in blocks:
        first = block.lines[0]
        if block.level is not None:
            heading = " ".join(" ".join(line.text for line in block.lines).split())
            sections.append(Section(heading, block.level, first.number, first.pin))
            continue
        pieces = [part for line in block.lines for part in parts(line)]
        for lang, lines in _runs([part for part in pieces if part.text.strip() or _is_labelled(part)]):
            text = "\n".join(line.text for line in lines)
            section = len(sections) - 1 if sections else None
            passages.append(Passage(lang, section, lines, text, lines[0].speaker, lines[0].pin))
    return sections, passages


def _runs(lines: Sequence[Line]) -> Iterator[tuple[Lang, tuple[Line, ...]]]:
    """Cut a block where the language changes and before a label or a pin."""
    langs = [line_lang(line.text) for line in lines]
    lang: Lang = next(filter(None, langs), "en")
    run: list[Line] = []
    spoken = False
    for line, own in zip(lines, langs, strict=True):
        if run and (_is_labelled(line) or (spoken and own not in (None, lang))):
            yield lang, tuple(run)
            run, spoken = [], False
        lang = own or lang
        run.append(line)
        spoken = spoken or own is not None
    if run:
        yield lang, tuple(run)


def _is_labelled(line: Line) -> bool:
    return line.speaker is not None or line.pin is not None


def carried(passages: Iterable[Passage]) -> list[Passage]:
    """Give the label or pin that stands alone to the passage behind it, and leave out passages that say nothing."""
    kept: list[Passage] = []
    waiting: Passage | None = None
    for passage in passages:
        if passage.is_empty:
            if passage.speaker or passage.pin is not None:
                waiting = passage
            continue
        if waiting and waiting.section == passage.section:
            speaker = passage.speaker or waiting.speaker
            pin = waiting.pin if passage.pin is None else passage.pin
            kept.append(replace(passage, speaker=speaker, pin=pin))
        else:
            kept.append(passage)
        waiting = None
    return kept


def size_of(passage: Passage) -> float:
    """Its length, counted in Han characters of the translation that it is or would have."""
    letters = sum(map(str.isalpha, passage.text))
    han = count_han(passage.text)
    return 1 + han + HAN_PER_LETTER * (letters - han)


_REMARK = re.compile(
    r"\s*(?:[\[【(（]\s*)?(?:(?:我|个人|個人|读者)的?)?"
    r"(?:批[注註]|笔记|筆記|[评評点點][论論评評]?|看法|想法|感想|感受|感悟|思考|随想|隨想|疑问|疑問|心得|体会|联想|备注|備註|[译譯]?[注註]|按语?|小结"
    r"|生[词詞]|[词詞][汇彙组組]|[单單][词詞]|短[语語]|[语語]法|知[识識]点|要[点點]|[标標][签籤]|vocabulary|vocab|tags?"
    r"|note to self|my (?:own )?(?:notes?|thoughts?|comments?|remarks?)|comments?|remarks?|thoughts?|todo)"
    r"\s*(?:[\]】)）]|[:：])",
    re.IGNORECASE,
)


_ONLY_A_LABEL = re.compile(r"[^\s，。！？；]{1,12}\s?[:：]\s*")


def is_remark(passage: Passage) -> bool:
    """Whether a passage says of itself that it is the reader's own: ``【批注】``, ``我的想法：``, ``My note:``.

    A label in Chinese that nothing follows (``托马斯：``) is no translation either.
    """
    text = passage.text[passage.start :]
    return _REMARK.match(text) is not None or (passage.lang == "zh" and _ONLY_A_LABEL.fullmatch(text) is not None)
