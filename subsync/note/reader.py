"""Markdown text -> Note: sections, pairs of paragraphs, sentences and words, every piece with its place in the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from hashlib import sha256 as hash_of
from typing import TYPE_CHECKING

from subsync.datatypes import Note, Paragraph, Section, Sentence, Word
from subsync.errors import NoteError, NothingToAlignError
from subsync.note.frontmatter import parse_front_matter
from subsync.note.markdown import parse_blocks
from subsync.note.pairs import Size, pair_passages
from subsync.text.scripts import count_han, has_letters, is_chinese
from subsync.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from subsync.datatypes import Lang, Ms
    from subsync.note.markdown import Block, Line
    from subsync.note.pairs import Pair


def read_note(path: Path) -> Note:
    """Read a note from a file.

    Raises:
        NoteError: the file cannot be read, is not UTF-8, or its front matter makes no sense.
    """
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise NoteError(
            f"the note cannot be read: {exc.strerror or exc}", "Check the path and its permissions.", path=str(path)
        ) from exc
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise NoteError(
            f"not UTF-8: byte 0x{data[exc.start]:02x} at offset {exc.start}",
            "Save the note with the encoding UTF-8.",
            path=str(path),
            line=data.count(b"\n", 0, exc.start) + 1,
        ) from exc
    return parse_note(text, path=str(path), sha256=hash_of(data).hexdigest())


def parse_note(text: str, *, path: str, sha256: str) -> Note:
    """Parse a note.

    Args:
        text: the whole file as decoded, line endings and byte order mark as they are.
        path: for the result and for messages.
        sha256: of the file's bytes.

    Raises:
        NoteError: its front matter makes no sense.
    """
    front = parse_front_matter(text, path=path)
    sections, passages = _passages(parse_blocks(text, skip=front.lines))
    passages = _carry(_label_by_recurrence(passages))
    pairs = pair_passages([Size(passage.lang, passage.section, _size(passage)) for passage in passages])
    passages = _label_by_partner(passages, pairs)
    sentences, paragraphs = _assemble(passages, pairs)
    first_title = next((section.heading for section in sections if section.level == 1 and section.heading), None)
    return Note(
        path=path,
        text=text,
        sha256=sha256,
        title=front.title or first_title,
        source=front.source,
        sections=tuple(sections),
        paragraphs=tuple(paragraphs),
        sentences=tuple(sentences),
    )


def require_english(note: Note) -> None:
    """Refuse a note without a spoken text.

    Raises:
        NothingToAlignError: no sentence of ``note`` is English.
    """
    if any(sentence.lang == "en" and has_letters(sentence.text) for sentence in note.sentences):
        return
    raise NothingToAlignError(
        "the note has no English paragraph" + (", only Chinese ones" if note.paragraphs else ""),
        "Write the English transcript into the note, each paragraph followed by its Chinese translation.",
        path=note.path,
        line=note.paragraphs[0].line if note.paragraphs else 1,
    )


# --- passages: a paragraph in one language ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Passage:
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
        return not any(map(str.isalnum, self.text[self.start :]))


def _passages(blocks: Sequence[Block]) -> tuple[list[Section], list[_Passage]]:
    sections: list[Section] = []
    passages: list[_Passage] = []
    for block in blocks:
        first = block.lines[0]
        if block.level is not None:
            heading = " ".join(" ".join(line.text for line in block.lines).split())
            sections.append(Section(heading, block.level, first.number, first.pin))
            continue
        for lang, lines in _runs([line for line in block.lines if line.text.strip() or _is_labelled(line)]):
            text = "\n".join(line.text for line in lines)
            section = len(sections) - 1 if sections else None
            passages.append(_Passage(lang, section, lines, text, lines[0].speaker, lines[0].pin))
    return sections, passages


def _runs(lines: Sequence[Line]) -> Iterator[tuple[Lang, tuple[Line, ...]]]:
    """Cut a block where the language changes and before a label or a pin."""
    langs = [_line_lang(line.text) for line in lines]
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


_FULL_WIDTH = re.compile("[，。！？；：、]")


def _line_lang(text: str) -> Lang | None:
    """The language of a line; ``None`` if it has no letters, which leaves it to its neighbours."""
    if is_chinese(text):
        return "zh"
    if not has_letters(text):
        return "zh" if _FULL_WIDTH.search(text) else None
    # "OK。" is a translation, "OK." is not; more than a few words are English whatever their punctuation.
    return "zh" if _FULL_WIDTH.search(text) and len(text.split(maxsplit=3)) <= 3 else "en"


# --- speakers ---------------------------------------------------------------------------------------------------------

# Typed labels ("Brad Gerstner: So ...") look like prose ("Again: similar"). They count if they come back in the note or
# if the translation has one too, and if they can be a name.
_ENGLISH_LABEL = re.compile(
    r"\s*(?:\[(?P<square>[^\[\]\n]{1,40})\]\s*[:：]?|(?P<name>[A-Z][^\n:：,!?\[]{0,40})[:：](?!\d))\s*"
)
_CHINESE_LABEL = re.compile(
    r"\s*(?:[\[【](?P<square>[^\[\]【】\n]{1,40})[\]】]\s*[:：]?|(?P<name>[^\s:：，。！？、；“”「」]{1,24})[:：](?!\d))\s*"
)
_ENGLISH_NAME = re.compile(r"(?:[A-Z][\w’'-]*|Dr\.|Mr\.|Mrs\.|Ms\.)(?: (?:[A-Z][\w.’'-]*|\d+)){0,2}")
_NOT_A_NAME = re.compile(
    r"(?:again|also|and|anyway|applause|basically|because|but|chapter|chuckles|crosstalk|example|fact|finally|first|here"
    r"|however|ie|inaudible|instead|last|laughs|laughter|listen|look|maybe|meaning|meanwhile|music|namely|no|noise|note|now"
    r"|ok|okay|or|part|plus|point|remember|result|right|second|silence|similarly|so|step|still|sure|that|then|there"
    r"|therefore|third|this|thus|today|tomorrow|well|what|why|yeah|yes|yesterday|yet)\b.*",
    re.IGNORECASE,
)
_CHINESE_NAME = re.compile(
    r"(?![第首其所但因例比注另即而他她它我你这那再又同然]).{1,12}(?<![说道称想写讲的了是如以此下意先外样似果实声乐])"
)
# "答案很简单：" comes back too; of Chinese labels only those that say what somebody is are known without their partner.
_CHINESE_ROLE = re.compile(r".*(?:人|者|嘉宾|嘉賓|观众|觀眾|旁白|主播|先生|女士|教授|博士|·.*)|[A-Za-z]+\d*")


def _label(passage: _Passage) -> re.Match[str] | None:
    """What may be a speaker's label at the start of ``passage``."""
    pattern = _ENGLISH_LABEL if passage.lang == "en" else _CHINESE_LABEL
    return pattern.match(passage.text) if passage.speaker is None else None


def _name(label: re.Match[str]) -> str:
    return (label["square"] or label["name"]).strip()


def _is_name(name: str) -> bool:
    if re.search(r"[^\W\d_]", name) is None or _NOT_A_NAME.fullmatch(name):
        return False
    return bool(_ENGLISH_NAME.fullmatch(name) or (is_chinese(name) and _CHINESE_NAME.fullmatch(name)))


def _speak(passage: _Passage, label: re.Match[str]) -> _Passage:
    return replace(passage, speaker=_name(label), start=label.end())


def _label_by_recurrence(passages: Sequence[_Passage]) -> list[_Passage]:
    """Take labels that come twice or more."""
    labels = [_label(passage) for passage in passages]
    counts = Counter(_name(label) for label in labels if label)
    names = {name for name, count in counts.items() if count > 1 and _is_name(name)}
    known = {name for name in names if not is_chinese(name) or _CHINESE_ROLE.fullmatch(name)}
    return [
        _speak(passage, label) if label and _name(label) in known else passage
        for passage, label in zip(passages, labels, strict=True)
    ]


def _label_by_partner(passages: Sequence[_Passage], pairs: Iterable[Pair]) -> list[_Passage]:
    """Take labels that stand in both languages."""
    found = list(passages)
    for pair in pairs:
        if not (pair.en and pair.zh):
            continue
        first = [pair.en[0], pair.zh[0]]
        labels = {place: label for place in first if (label := _label(found[place])) and _is_name(_name(label))}
        if all(place in labels or found[place].speaker for place in first):
            for place, label in labels.items():
                found[place] = _speak(found[place], label)
    return found


def _carry(passages: Iterable[_Passage]) -> list[_Passage]:
    """Give the label or pin that stands alone to the passage behind it, and leave out passages that say nothing."""
    kept: list[_Passage] = []
    waiting: _Passage | None = None
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


_HAN_PER_LETTER = 0.31
"""Of a Chinese translation to its English original: measured on the 102 pairs of an hour of podcast."""


def _size(passage: _Passage) -> float:
    """Its length, counted in Han characters of the translation that it is or would have."""
    letters = sum(map(str.isalpha, passage.text))
    han = count_han(passage.text)
    return 1 + han + _HAN_PER_LETTER * (letters - han)


# --- sentences --------------------------------------------------------------------------------------------------------


def _assemble(passages: Sequence[_Passage], pairs: Sequence[Pair]) -> tuple[list[Sentence], list[Paragraph]]:
    home = {place: index for index, pair in enumerate(pairs) for place in pair.en + pair.zh}
    sentences: list[Sentence] = []
    own: dict[int, range] = {}
    for place, passage in enumerate(passages):
        before = len(sentences)
        sentences += _sentences(passage, home[place])
        own[place] = range(before, len(sentences))
    paragraphs = []
    for index, pair in enumerate(pairs):
        members = [passages[place] for place in pair.en + pair.zh]
        earliest = passages[min(pair.en + pair.zh)]
        paragraphs.append(
            Paragraph(
                index=index,
                section=earliest.section,
                line=earliest.lines[0].number,
                en=tuple(number for place in pair.en for number in own[place]),
                zh=tuple(number for place in pair.zh for number in own[place]),
                speaker=next((member.speaker for member in members if member.speaker), None),
                pin=next((member.pin for member in members if member.pin is not None), None),
            )
        )
    return sentences, paragraphs


def _sentences(passage: _Passage, paragraph: int) -> Iterator[Sentence]:
    places = _Places.of(passage)
    for bounds in split_sentences(passage.text[passage.start :], passage.lang):
        start, end = (passage.start + bound for bound in bounds)
        words: tuple[Word, ...] = ()
        text = passage.text[start:end]
        if passage.lang == "en":
            spans = (match.span() for match in re.finditer(r"\S+", text))
            words = tuple(Word(text[a:b], *places.in_file(start + a, start + b)) for a, b in spans)
            text = " ".join(word.text for word in words)
        else:
            text = _LINE_BREAK.sub(_joint, text)
        yield Sentence(paragraph, passage.lang, text, *places.in_file(start, end), words)


_LINE_BREAK = re.compile(r"\s*\n\s*")


def _joint(match: re.Match[str]) -> str:
    """What a line break in Chinese stands for: a space between two Latin words, else nothing."""
    around = match.string[match.start() - 1 : match.start()], match.string[match.end() : match.end() + 1]
    return " " if all(char.isascii() and char.isalnum() for char in around) else ""


@dataclass(frozen=True, slots=True)
class _Places:
    """Offsets in a passage's text -> offsets in the file."""

    starts: list[int]
    ranges: list[tuple[int, int, bool]]
    """For each piece: its range in the file, and whether the file has it character by character."""

    @classmethod
    def of(cls, passage: _Passage) -> _Places:
        starts: list[int] = []
        ranges: list[tuple[int, int, bool]] = []
        at = 0
        for line in passage.lines:
            offsets = [*(offset for offset, _, _ in line.places), len(line.text)]
            for (offset, begin, end), following in zip(line.places, offsets[1:], strict=True):
                starts.append(at + offset)
                ranges.append((begin, end, end - begin == following - offset))
            at += len(line.text) + 1
        return cls(starts, ranges)

    def in_file(self, start: int, end: int) -> tuple[int, int]:
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, end - 1) - 1
        begin, _, verbatim = self.ranges[first]
        left = begin + (start - self.starts[first] if verbatim else 0)
        begin, stop, verbatim = self.ranges[last]
        return left, begin + end - self.starts[last] if verbatim else stop
