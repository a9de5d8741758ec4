"""Sections that are the translation of another: all English under one heading, all Chinese under the next."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.datatypes import Lang, Section
    from subsync.note.passages import Passage

_SAYS: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(r".{0,8}(?:中文|[汉漢][语語]|[译譯]文|翻[译譯]|Chinese|Translation).{0,8}", re.IGNORECASE),
    "en": re.compile(r".{0,8}(?:英文|英[语語]|原文|English|Original|Transcript).{0,8}", re.IGNORECASE),
}
"""How a heading says in which language it is what stands beside it in the other."""
_OTHER: dict[Lang, Lang] = {"en": "zh", "zh": "en"}


def paired_sections(sections: Sequence[Section], passages: Sequence[Passage]) -> dict[int, int | None]:
    """Sections that are a translation, or what was translated, each with the one in front that it belongs to."""
    langs: dict[int | None, set[Lang]] = {}
    for passage in passages:
        langs.setdefault(passage.section, set()).add(passage.lang)
    found: dict[int, int | None] = {}
    for k, section in enumerate(sections):
        own = _with_parts(sections, k)
        lang = _only(langs, own)
        if lang is None or not _SAYS[lang].fullmatch(section.heading):
            continue
        before = next(_before(sections, k), None)
        others: list[int | None] = [None] if before is None else [*_with_parts(sections, before)]
        if _only(langs, others) != _OTHER[lang] or set(others) & found.keys():
            continue
        both = zip(own, others, strict=True) if len(own) == len(others) else ((one, others[0]) for one in own)
        found.update(both)
        if len(own) != len(others):
            found.update((one, others[0]) for one in others[1:] if one is not None)
    return found


def _with_parts(sections: Sequence[Section], k: int) -> list[int]:
    """A section and those under it."""
    level = sections[k].level
    return [k, *takewhile(lambda j: sections[j].level > level, range(k + 1, len(sections)))]


def _before(sections: Sequence[Section], k: int) -> Iterator[int]:
    """The section of the same level in front, under the same heading."""
    for j in range(k - 1, -1, -1):
        if sections[j].level < sections[k].level:
            return
        if sections[j].level == sections[k].level:
            yield j


def _only(langs: dict[int | None, set[Lang]], sections: Sequence[int | None]) -> Lang | None:
    """The language of some sections, if it is one."""
    there = {lang for section in sections for lang in langs.get(section, ())}
    return there.pop() if len(there) == 1 else None
