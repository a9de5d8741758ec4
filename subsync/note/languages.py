"""The language of a line, and lines that have both (``Nobody did. 没有人。``)."""

from __future__ import annotations

import re
from math import log
from typing import TYPE_CHECKING

from subsync.text.scripts import HAN_RANGES, count_han, has_letters, is_chinese
from subsync.text.words import CHINESE_PARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subsync.datatypes import Lang
    from subsync.note.markdown import Line

HAN_PER_LETTER = 0.31
"""Of a Chinese translation to its English original: measured on the 102 pairs of an hour of podcast."""

_FULL_WIDTH = re.compile("[，。！？；：、]")


def line_lang(text: str) -> Lang | None:
    """The language of a line; ``None`` if it has no letters, which leaves it to its neighbours."""
    if _is_glossed(text):
        return "en"
    if is_chinese(text) or _IN_CHINESE.fullmatch(text):
        return "zh"
    if not has_letters(text):
        return "zh" if _FULL_WIDTH.search(text) else None
    # "OK。" is a translation, "OK." is not; more than a few words are English whatever their punctuation.
    return "zh" if _FULL_WIDTH.search(text) and len(text.split(maxsplit=3)) <= 3 else "en"


# "就是 garbage in, garbage out。", "先 fork 再 pull request。": it begins and ends in Chinese.
_IN_CHINESE = re.compile(rf"[^\w]*[{HAN_RANGES}].*[。！？；：，][”』」）]*\s*", re.DOTALL)
_GLOSS = re.compile(r"[(（\[【][^()（）\[\]【】\n]*[)）\]】]")


def _is_glossed(text: str) -> bool:
    """Whether a text is English but for what stands in brackets, as in ``It is everywhere (无处不在的) now``."""
    if not re.match(r"[^\w]*[A-Za-z]", text) or not count_han(text):
        return False
    bare = _GLOSS.sub("", text)
    return not count_han(bare) and len(re.findall(r"[A-Za-z]{2,}", bare)) > 1


# Between a letter of one script and the next letter of the other: what stands there says whether a sentence ends.
_HAN = f"[{HAN_RANGES}]"
_LATIN = rf"(?:(?!{_HAN})[^\W\d_])"
_CLOSERS = "\"'”’」』）】)*_\\]"
_OPENERS = "\"'“‘「『（【(*_\\["
_SEPARATOR = (
    r"(?:\s*(?:/{1,2}|／|\|{1,2}|｜{1,2}|[•·●◆※]|—+|–|[→⟶⇒➡»↔⇔]\ufe0f?|>{2}|:{2,3}|<?=>?|＝|<?-+>"
    r"|(?<=\s)[-~]+(?=\s))\s*|\t+|[^\S\n]{2,}|\u3000+)"
)
_SIGNS = rf"\s*[^\w\s{_CLOSERS}{_OPENERS}$€£¥#@&%+.!?…。！？，,]{{1,4}}\s*"
"""Between two whole sentences any sign parts them: a picture, a flag, a wave."""
_STOP = rf"[.!?…。！？]+[{_CLOSERS}]*"
_BETWEEN = re.compile(
    rf"(?:(?<={_HAN})|(?<=[A-Za-z\u00c0-\u024f\d%]))"
    rf"(?:(?P<stop>{_STOP})(?P<gap>{_SEPARATOR}|{_SIGNS}|\s*)|(?P<closed>[{_CLOSERS}]*)(?P<mark>{_SEPARATOR})|(?P<bracket>\s*[（(])|(?P<space>\s))"
    rf"(?P<open>[{_OPENERS}]*)(?=[\d$€£¥#@]*\s?(?:(?P<han>{_HAN})|(?P<latin>{_LATIN})))"
)


def parts(line: Line) -> Iterator[Line]:
    """A line cut where its language changes; whole if it is in one language, a word of the other or a name aside."""
    text = line.text
    cuts = list(_cuts(text))
    if not cuts:
        yield line
        return
    for start, end in cuts:
        yield line.cut(start, end, first=start == cuts[0][0])


def cut_by_language(text: str) -> list[str]:
    """The parts of a line that has both languages, without what parts them; else the line."""
    return [text[start:end] for start, end in _cuts(text)] or [text]


def _cuts(text: str) -> list[tuple[int, int]]:
    """Ranges of the parts of a line with both languages, without what parts them; none if it has one language."""
    if not (count_han(text) > 0 and re.search(r"[A-Za-z]", text)):
        return []
    stretches = _stretches(text)
    langs = [line_lang(text[a:b]) for a, b in stretches]
    merged: list[tuple[int, int, Lang | None]] = []
    for (start, end), lang in zip(stretches, langs, strict=True):
        if merged and lang in (None, merged[-1][2]):
            merged[-1] = (merged[-1][0], end, merged[-1][2])
        else:
            merged.append((start, end, lang))
    if len(merged) < 2 or not all(_is_whole(text[a:b], lang) for a, b, lang in merged):
        merged = _in_two(text)
    return [(a, b) for a, b, _ in merged]


def _is_whole(text: str, lang: Lang | None) -> bool:
    """Whether a part can be text or translation rather than a name or a word from the other language."""
    if lang == "zh":
        return is_chinese(text)
    return re.search(r"[a-z]{2}|\bOK\b", text) is not None


def _stretches(text: str) -> list[tuple[int, int]]:
    """Ranges between places where a sentence, or what a mark sets apart, ends and the script changes."""
    found = []
    start = 0
    for match in _BETWEEN.finditer(text):
        if (match["stop"] is None and match["mark"] is None) or not _changes(text, match):
            continue
        behind = match.end("stop") if match["stop"] else match.end("closed")
        found.append((start, behind))
        start = match.start("open")
    return [*found, (start, len(text))] if found else []


_BEFORE = 40
"""Characters in front of a place in which the letter before it is looked for: numbers and marks may stand between."""


def _changes(text: str, match: re.Match[str]) -> bool:
    nearest = text[max(0, match.start() - _BEFORE) : match.start()]
    before = next((char for char in reversed(nearest) if char.isalpha()), "")
    return bool(re.match(_HAN, before)) != (match["han"] is not None)


_LEAST_WORDS = 4
_NEAR = 0.7
"""How far the logarithm of the ratio of lengths may be from that of a translation, where nothing parts the two."""


_GLOSS_ENDS = re.compile(r"(?<![.!?…。！？)）])[)）]+[.!?…,;][\s\"'”’*_]*\Z")
"""A bracket that the sentence around it goes on behind explains a word of it."""


def _in_two(text: str) -> list[tuple[int, int, Lang | None]]:
    """A line with all of its English on one side of a space or a bracket and all of its Chinese on the other.

    Without a stop or a mark between them the two must be about as long as a text and its translation, and the Chinese
    no mere name.
    """
    places = [match for match in _BETWEEN.finditer(text) if _changes(text, match)]
    if len(places) != 1:
        return []
    match = places[0]
    end = match.end("stop") if match["stop"] else match.end("closed") if match["closed"] else match.start()
    left, right = (0, end), (match.start("open") if not match["bracket"] else match.start("bracket"), len(text))
    sides = sorted((left, right), key=lambda side: count_han(text[slice(*side)]))
    english, chinese = (text[slice(*side)] for side in sides)
    han, letters = count_han(chinese), sum(char.isalpha() for char in english)
    if (
        count_han(english)
        or not _is_whole(english, "en")
        or len(re.findall(r"[A-Za-z]{2,}", chinese)) > han / 4
        or not han
    ):
        return []
    if match["stop"] is None and match["mark"] is None:
        if match["bracket"] and _GLOSS_ENDS.search(text):
            return []
        is_sentence = any(char in CHINESE_PARTICLES for char in chinese) or han >= 10
        alike = letters and abs(log(han / (HAN_PER_LETTER * letters))) <= _NEAR
        if not (is_sentence and alike and len(english.split()) >= _LEAST_WORDS):
            return []
    return [(*side, line_lang(text[slice(*side)])) for side in (left, right)]
