"""What CommonMark does not know: wiki links, highlights, footnotes, callouts, fields, sounds in brackets.

It is masked before the inline rules run, character by character, so that no place moves. What is masked and had a
meaning for its reader is told as unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from subsync.datatypes import Unread
from subsync.note.formulas import without_marks
from subsync.note.heads import CLOCK, parse_time
from subsync.text.raised import footnote_marks, is_power
from subsync.text.scripts import HAN_RANGES, count_han
from subsync.text.words import SOUNDS
from subsync.times import IN_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from subsync.datatypes import UnreadKind

_FOOTNOTE_TEXT = re.compile(r"^\[\^[^\[\]\s]+\]:.*", re.MULTILINE | re.DOTALL)
_CALLOUT = re.compile(r"\A\[!(?P<kind>[^\[\]\n]+)\][+-]?[^\S\n]*(?P<title>[^\n]*)")
_BOX = re.compile(r"\A\[[ xX/\-<>!?*]\](?=\s)")
_DEFINED = re.compile(r"^[^\S\n]*[:：][^\S\n]+(?=\S)", re.MULTILINE)
_FIELD = re.compile(
    r"^[^\S\n]*(?:\*\*)?[\w][\w /-]{0,40}(?:\*\*)?::(?:\*\*)?(?:[^\S\n][^\n]*)?$"
    r"|[\[(][\w][\w /-]{0,40}::[^\[\]()\n]*[\])]"
    r"|`\$?=[^`\n]*`",
    re.MULTILINE,
)
_TAGS = re.compile(
    r"(?:^[^\S\n]*(?:\*{0,2}(?:[Tt]ags?|标签|標籤)[:：]\*{0,2}[^\S\n]*)?|(?<=[.!?…。！？”\"’])[^\S\n]+)(?:#(?:[^\W\d][\w/-]*|\[\[[^\[\]\n]*\]\])(?:[^\S\n]+(?=#)|[^\S\n]*$))+$",
    re.MULTILINE,
)
_NUMBERED = re.compile(rf"^[^\S\n]*\d{{1,5}}[^\S\n]*$(?=\n[^\S\n]*{CLOCK}[^\S\n]*-+>)", re.MULTILINE)
"""The number of a subtitle that was pasted with its times."""
_ITEM = re.compile(r"^[^\S\n]*\d{1,3}、[^\S\n]*(?=[\"'“‘*_]*[A-Za-z])", re.MULTILINE)
"""The number of an item, written in front of English as in Chinese."""
_FENCE = re.compile(r"^[^\S\n]*:{3,}[^\S\n]*$", re.MULTILINE)
_FENCE_TITLE = re.compile(
    r"^[^\S\n]*(?::{3,}[^\S\n]*[^\s:][^\n]*|(?:!!!|\?\?\?)\+?[^\S\n]+[a-z][\w-]*(?:[^\S\n]+\"[^\"\n]*\")?[^\S\n]*)$",
    re.MULTILINE,
)
"""A box of Pandoc's, VuePress's or MkDocs's begins, with its kind and its title, or ends."""
_ATTRIBUTES = re.compile(r"(?<=\S)[^\S\n]+\{(?:[#.][\w-]+[^\S\n]*)+\}[^\S\n]*$", re.MULTILINE)
"""The name or the class of a block, behind it."""
_SUBTITLES = re.compile(r"\AWEBVTT\b[^\n]*(?:\n(?:Kind|Language):[^\n]*)*")
"""The head of WebVTT that was pasted."""
_CITATION = re.compile(r"[^\S\n]?(?<!\[)\[(?:[^\[\]\n@]{0,40}\s)?-?@[^\W\d][^\[\]\n]*\]")
_REFERENCE = re.compile(
    r"^[^\S\n]*(?:\*{0,2}[^\s:：*]{1,10}(?:[ ][^\s:：*]{1,10})?[:：]\*{0,2}[^\S\n]*)?"
    r"(?:<?https?://[^\s<>，。]+>?|(?<=[:：\s*])\[[^\[\]\n]*\]\(https?://[^()\s]*\))[^\S\n]*$"
    r"|[^\S\n]*(?:\(\[(?!\W*\d+[:：])[^\[\]\n]*\]\([^()\s]*\)\)|\[[^\[\]\n]*\]\((?!https?:)[a-z][\w+.-]{2,}://[^()\s]*\))[^\S\n]*$",
    re.MULTILINE,
)
"""An address alone or behind a word and a colon, a link in brackets of its own at the end, or one into another program:
where a reader has it from."""
_CLOZE = re.compile(r"\{\{c\d+::(?P<kept>[^{}\n]*?)(?:::[^{}\n]*?)?\}\}")
_DATED = re.compile(r"[^\S\n]+[✅❌📅⏳🛫➕🔁]\ufe0f?[^\S\n]*\d{4}-\d\d-\d\d(?=\s|$)")
"""When a task was done, in a list of tasks."""
_PHONETIC = re.compile(r"[^\S\n]?[/\[](?=[^/\[\]\n]*[ˈˌːəɪʊɛæɔʃʒθðŋʌɑɒɜɡ])[\w ˈˌː.()-]{2,40}[/\]]")
"""A word in the letters of phoneticians."""
_GLOSSARY = re.compile(
    r"^[^\S\n]*(?:\d{1,3}[.、)][^\S\n]*)?[*_`=]{0,3}[A-Za-z][\w'’-]*(?: [\w'’-]+){0,2}[*_`=]{0,3}[^\S\n]*"
    r"(?:[/\[][^/\[\]\n]{1,40}[/\]][^\S\n]*)?"
    rf"[*_]{{0,2}}\b(?:n|v|vt|vi|adj|adv|prep|conj|phr|pron)\.[*_]{{0,2}}[^\S\n]*(?=[^\n]*[{HAN_RANGES}])[^\n]*$",
    re.MULTILINE,
)
"""A word of the text with what a dictionary says of it: ``drawer /drɔː/ n. 抽屉``."""
_MACRON_OR_CARON = "āēīōūǖǎěǐǒǔǚ"
_TONE = re.compile(f"[{_MACRON_OR_CARON}áàéèíìóòúùǘǜ]", re.IGNORECASE)
_PINYIN_LINE = re.compile(
    rf"(?=[^{_MACRON_OR_CARON}]*[{_MACRON_OR_CARON}])(?:[a-zü\s,.;:?!，。；：？！（）()'’“”\"-]|{_TONE.pattern})+",
    re.IGNORECASE,
)
_TONED = 0.5
"""Share of the words of a line of pinyin that have the mark of a tone; a neutral word may stand between them."""
_SUMMARY = re.compile(r"<summary>(?P<title>[^<\n]*)</summary>", re.IGNORECASE)
_READING = re.compile(r"<(rt|rp)>[^<\n]*</\1>", re.IGNORECASE)
"""How characters are read, above them."""
_TEMPLATE = re.compile(
    r"<%[^\n]*?%>|\{\{[^{}\n]*\}\}|\{%[^\n]*?%\}|^[^\S\n]*(?:\{:[^{}\n]*\}|\[TOC\]|\[\[_?toc_?\]\]|\?{1,2})[^\S\n]*$|\(\([0-9a-f-]{36}\)\)",
    re.MULTILINE | re.IGNORECASE,
)
_SHOWN_FORMULA = re.compile(r"\$\$[^$]+\$\$")
_WHICH = (
    r"(?:(?:参考|參考|中文|英文)?(?:译文|譯文|翻译|翻譯)|[直意][译譯]"
    r"|英文|英语|英語|英|原文|中文|中|汉语|漢語|译|譯|EN|ZH|CN|English|Chinese)"
)
_LANGUAGE = re.compile(
    r"(?:^|(?<=<br>)|(?<=<br/>)|(?<=<br />))[^\S\n]*(?:"
    rf"(?:\*\*)?{_WHICH}(?:\*\*[:：]|[:：](?:\*\*)?)"
    rf"|[^\w\s]*\s?(?:\*\*)?[\[【(（]?{_WHICH}(?:如下)?[:：]?[\]】)）]?(?:\*\*)?[:：]?(?=[^\S\n]*$)"
    r"|(?:[^，。！？\n]{1,4}[，！])?(?:以下|下面)[是为為][^，。！？\n]{0,12}(?:翻[译譯]|[译譯]文|[对對]照)[:：](?=[^\S\n]*$)"
    r"|(?:(?:Sure|Certainly|Of course)[!,.] )?Here(?:['’]s| is) (?:the|a|your) [\w -]{0,30}translation[\w -]{0,30}:"
    r"(?=[^\S\n]*$)"
    rf"|\*\*{_WHICH}\*\*(?=[^\S\n]+[^\sa-z])|(?:EN|ZH|CN)[^\S\n]+[-–—|](?=\s)"
    rf"|[\[【]{_WHICH}[\]】][:：]?|[(（](?:EN|ZH|CN|译|譯|译文|譯文)(?:[)）][:：]?|[:：](?=[^()（）\n]*[)）]))"
    rf"|(?:\*\*)?[Nn]otes?[:：](?:\*\*)?(?=[^\S\n]*[{HAN_RANGES}])|[\U0001f1e6-\U0001f1ff]{{2}})[^\S\n]*",
    re.MULTILINE,
)
"""What says which language follows."""


def language_label(line: str) -> str:
    """What in front of a line says which language follows, and is not said; mostly nothing."""
    match = _LANGUAGE.match(line)
    return match[0].rstrip() if match else ""


_SOUND = "|".join(sorted(map(re.escape, SOUNDS), key=len, reverse=True))
_SOUNDS = re.compile(
    rf"\[[♪♫ ]*(?:[\w'’-]+[ _]){{0,3}}(?:{_SOUND})\b(?:[ _][\w'’-]+){{0,2}}(?:[ ]{CLOCK})?[♪♫ .!]*\](?![(:：])"
    rf"|\((?:(?:soft|loud|background|upbeat)[ ])?(?:{_SOUND})[.!]?\)|[（【](?:{_SOUND})[）】]|[♪♫🎵🎶]+",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"[^\S\n]?(?:【[\d:]+†[^【】\n]*】|【?:?(?:contentReference)?\[?oaicite:\d+[\]】]?(?:\{index=\d+\})?|\ue200cite[^\ue201\n]*\ue201)|"
    r"(?<=[^\s\]])[^\S\n]?(?:\[(?:note |nb |注|註|注释)?\d{1,3}(?:[,，–-][ ]?\d{1,3})*\])+(?![(:：\[])"
    r"|[^\S\n]?\[(?:citation needed|来源请求|來源請求)\]"
    r"|[^\S\n]*(?:\[[↩↑^]\ufe0e?\](?:\([^()\s]*\)|\[[^\[\]\n]*\])?|↩\ufe0e?)"
    r"|(?<=\S)[†‡]+"
    r"|<sup>(?:\s*<a\b[^<>]*>)?\s*[\[(]?(?:\d{1,3}|[*†‡]+|[a-z])[\])]?\s*(?:</a>\s*)?</sup>",
    re.IGNORECASE,
)
_CIRCLED = re.compile(r"(?<=[^\s\d])[①-⑳]")
_COUNTED = re.compile(r"(?:^|[：:；;、第])[^\S\n]*[①-⑳]", re.MULTILINE)
"""The circled numbers of a list, which are said: ``两个：①便宜；②好用``."""
_RAISED_TAG = re.compile(r"<(?P<tag>su[pb])>(?P<digit>\d)</su[pb]>", re.IGNORECASE)
_RAISED_DIGITS = {
    "sup": dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True)),
    "sub": dict(zip("0123456789", "₀₁₂₃₄₅₆₇₈₉", strict=True)),
}
_EMBED = re.compile(r"!\[\[[^\[\]\n]*\]\]")
_FOOTNOTE_MARK = re.compile(r"\[\^[^\[\]\s]+\]")
_FOOTNOTE = re.compile(r"\^\[[^\[\]\n]*\]")
_BLOCK_NAME = re.compile(r"(?<=\s)\^[\w-]+[^\S\n]*$", re.MULTILINE)
_WIKI_LINK = re.compile(r"(?<!!)\[\[(?:[^\[\]\n|]*\|)*[#@]?(?P<kept>[^\[\]\n|#]+)(?:#[^\[\]\n|]*)?\]\]")
_HIGHLIGHT = re.compile(r"(?P<sign>==|\^\^|(?<!\w)\+\+)(?=\S)(?P<kept>(?:(?!(?P=sign))[^\n])+)(?<=\S)(?P=sign)(?!\+)")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TURN = re.compile(
    r"(?<=[.!?…。！？”\"’」])[^\S\n]+(?=(?:[\[(][\d:.,→>–\s-]{4,32}[\])][^\S\n]*)?\*\*[^\W\d_][^*\n:：.!?。！？，]{0,40}(?:[:：]\*\*|\*\*[:：]))"
)
"""In front of who speaks, in bold type, amid a paragraph, perhaps with the time: there another turn begins."""
_IN_WORDS = re.compile(
    rf"^[^\S\n]*{CLOCK}[^\S\n]*\n(?P<said>[^\S\n]*(?=\d){IN_WORDS})"
    r"(?=[^\S\n]*(?:$|[^a-z\s]))",
    re.MULTILINE,
)
"""A time, and once more in words."""
_SENTENCE_END = re.compile(r"[.?!…。！？][\"'”’」』)）*_]*\s*\Z")
_CODE_SIGNS = re.compile(r"[{}\\=<>|]|;\s*$|\w\(|::|^\s*(?:#|//|\$ |>>>)", re.MULTILINE)


def is_prose(text: str) -> bool:
    """Whether a piece that Markdown sets apart (an indented block, a title) reads like sentences of either language."""
    if _CODE_SIGNS.search(text):
        return False
    alnum = sum(map(str.isalnum, text))
    first = next((char for char in text if char.isalnum()), "a")
    return count_han(text) * 2 >= alnum > 0 or ((first.isupper() or first.isdigit()) and ends_a_sentence(text))


def ends_a_sentence(text: str) -> bool:
    """Whether a piece of text ends as sentences do, and titles do not."""
    return _SENTENCE_END.search(text) is not None


@dataclass(frozen=True, slots=True)
class Masked:
    """A block's text with what is not spoken masked."""

    text: str
    unread: tuple[Unread, ...]


@dataclass(slots=True)
class _Masking:
    """A text that is being masked."""

    text: str
    mask: str
    first: int
    """Line of the file on which it starts, from 1."""
    unread: list[Unread]

    def hide(self, spans: Iterable[tuple[int, int, UnreadKind | None]]) -> None:
        """Mask ranges, ascending and apart, and tell those of a kind; line breaks stay."""
        pieces, place, line, counted = [], 0, self.first, 0
        for start, end, kind in spans:
            hidden = self.text[start:end]
            line, counted = line + self.text.count("\n", counted, start), start
            pieces += [self.text[place:start], re.sub(r"[^\n]", self.mask, hidden)]
            place = end
            told = hidden.replace(self.mask, "").strip()
            if kind and told:
                self.unread.append(Unread(line, kind, told))
        self.text = "".join(pieces) + self.text[place:]

    def hide_all(self, pattern: re.Pattern[str], kind: UnreadKind | None) -> None:
        """Mask all that a pattern finds."""
        self.hide((*match.span(), kind) for match in pattern.finditer(self.text))


def mask_inline(content: str, mask: str, first: int, *, is_heading: bool = False) -> Masked:
    """Mask what is not spoken in a block that starts on line ``first`` of the file; ``<br>`` becomes a line break.

    A heading may be the name of a language.
    """

    def kept(match: re.Match[str]) -> str:
        if match.re is _WIKI_LINK and parse_time(match["kept"].strip()) is not None:
            return match[0]  # a time, which ``heads`` reads
        before, after = match.start("kept") - match.start(), match.end() - match.end("kept")
        return mask * before + match["kept"] + mask * after

    work = _Masking(content, mask, first, [])
    work.hide_all(_FOOTNOTE_TEXT, "footnote")
    if callout := _CALLOUT.match(work.text):
        title = callout["title"].strip()
        is_text = (is_prose(title) and ends_a_sentence(title)) or parse_time(title.strip("[]()（）【】*` ")) is not None
        work.hide([(0, callout.start("title") if is_text else callout.end(), None)])
        if title and not is_text:
            work.unread.append(Unread(first, "callout title", title))
    work.text = _CLOZE.sub(kept, work.text)
    work.hide((*match.span("said"), None) for match in _IN_WORDS.finditer(work.text))
    work.hide(part for match in _SUMMARY.finditer(work.text) for part in _summary(match))
    work.hide((start, end, "pronunciation") for start, end in _pinyin(work.text))
    for pattern, kind in _TOLD:
        if not (is_heading and pattern is _LANGUAGE):
            work.hide_all(pattern, kind)
    work.hide([(start, end, None) for start, end in footnote_marks(work.text)])
    work.text = _RAISED_TAG.sub(lambda match: _raised(match, mask), work.text)
    work.text, unsaid = without_marks(work.text, mask)
    work.hide((start, end, "formula") for start, end in unsaid)
    work.hide_all(_MARKS, None)
    if not _COUNTED.search(work.text):
        work.hide_all(_CIRCLED, None)
    for pattern in (_BREAK, _TURN):
        work.text = pattern.sub(lambda match: mask * (len(match[0]) - 1) + "\n", work.text)
    work.text = _HIGHLIGHT.sub(kept, _WIKI_LINK.sub(kept, work.text))
    return Masked(work.text, tuple(sorted(work.unread, key=lambda unread: unread.line)))


_TOLD: tuple[tuple[re.Pattern[str], UnreadKind | None], ...] = (
    (_BOX, None),
    (_NUMBERED, None),
    (_ITEM, None),
    (_FENCE, None),
    (_FENCE_TITLE, "callout title"),
    (_ATTRIBUTES, None),
    (_READING, None),
    (_SUBTITLES, None),
    (_CITATION, "reference"),
    (_REFERENCE, "reference"),
    (_DATED, "field"),
    (_GLOSSARY, "glossary line"),
    (_PHONETIC, "pronunciation"),
    (_TEMPLATE, "field"),
    (_SHOWN_FORMULA, "formula"),
    (_LANGUAGE, None),
    (_FIELD, "field"),
    (_TAGS, "tag"),
    (_SOUNDS, "sound"),
    (_DEFINED, None),
    (_EMBED, "embed"),
    (_FOOTNOTE_MARK, None),
    (_FOOTNOTE, "footnote"),
    (_BLOCK_NAME, None),
)


def _summary(match: re.Match[str]) -> Iterator[tuple[int, int, UnreadKind | None]]:
    """What is hidden of a title that folds what is below it: all, or the tags around a sentence of the text."""
    title = match["title"].strip()
    if is_prose(title) and ends_a_sentence(title):
        yield match.start(), match.start("title"), None
        yield match.end("title"), match.end(), None
    else:
        yield (*match.span(), "callout title")


def _pinyin(text: str) -> Iterator[tuple[int, int]]:
    """The lines of a text that say how Chinese is read, which nobody says beside it."""
    start = 0
    for line in text.split("\n"):
        if _PINYIN_LINE.fullmatch(line):
            words = line.split()
            if len(words) > 1 and sum(_TONE.search(word) is not None for word in words) >= _TONED * len(words):
                yield start, start + len(line)
        start += len(line) + 1


def _raised(match: re.Match[str], mask: str) -> str:
    """A tag around a digit that is a power or an index becomes what it looks like, of the same length."""
    digit = _RAISED_DIGITS[match["tag"].lower()].get(match["digit"])
    before = match.string[max(0, match.start() - 12) : match.start()].replace(mask, "")
    if digit is None or not is_power(before):
        return match[0]
    return mask * len("<sup>") + digit + mask * len("</sup>")
