"""Markdown text -> Note: sections, pairs of paragraphs, sentences and words, every piece with its place in the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from subsync.datatypes import Note, Paragraph, Sentence, Unread, Word
from subsync.note.copies import copies_of
from subsync.note.frontmatter import parse_front_matter
from subsync.note.halves import paired_sections
from subsync.note.markdown import parse_page
from subsync.note.pairs import Size, pair_passages
from subsync.note.passages import carried, is_remark, passages_of, size_of
from subsync.note.speakers import label_by_partner, label_by_recurrence, parted_by_speaker
from subsync.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.datatypes import Section
    from subsync.note.pairs import Pair
    from subsync.note.passages import Passage


def parse_note(text: str, *, path: str, sha256: str, source_keys: Sequence[str] = ()) -> Note:
    """Parse a note.

    Args:
        text: the whole file as decoded, line endings and byte order mark as they are.
        path: for the result and for messages.
        sha256: of the file's bytes.
        source_keys: what else may name the recording in the front matter.

    Raises:
        NoteError: its front matter makes no sense.
    """
    front = parse_front_matter(text, path=path, source_keys=source_keys)
    found = _read(text, front.lines)
    first_title = next((section.heading for section in found.sections if section.level == 1 and section.heading), None)
    return Note(
        path=path, text=text, sha256=sha256, title=front.title or first_title, source=front.source, **found._asdict()
    )


class _Read(NamedTuple):
    """What stands below the front matter."""

    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    sentences: tuple[Sentence, ...]
    unread: tuple[Unread, ...]


@lru_cache(maxsize=4)  # corrected text is read to see that it says what it should, and then to be synced
def _read(text: str, skip: int) -> _Read:
    page = parse_page(text, skip=skip)
    sections, passages = passages_of(page.blocks)
    passages = carried(label_by_recurrence(passages))
    pairs = _paired(passages, sections)
    unread = page.unread
    if copies := copies_of(passages, pairs):
        told = [Unread(passages[k].lines[0].number, "repetition", passages[k].text) for k in sorted(copies)]
        unread = tuple(sorted((*unread, *told), key=lambda piece: piece.line))
        passages = [passage for k, passage in enumerate(passages) if k not in copies]
        pairs = _paired(passages, sections)
    passages = label_by_partner(passages, pairs)
    sentences, paragraphs = _assemble(passages, parted_by_speaker(passages, pairs))
    return _Read(tuple(sections), tuple(paragraphs), tuple(sentences), unread)


def _paired(passages: Sequence[Passage], sections: Sequence[Section]) -> list[Pair]:
    belongs = paired_sections(sections, passages)
    return pair_passages(
        [
            Size(
                p.lang,
                p.section if p.section is None else belongs.get(p.section, p.section),
                size_of(p),
                p.text[p.start :],
                is_remark=is_remark(p),
                lines=(p.lines[0].number, p.lines[-1].number),
                pin=p.pin,
            )
            for p in passages
        ]
    )


# --- sentences --------------------------------------------------------------------------------------------------------


def _assemble(passages: Sequence[Passage], pairs: Sequence[Pair]) -> tuple[list[Sentence], list[Paragraph]]:
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


def _sentences(passage: Passage, paragraph: int) -> Iterator[Sentence]:
    places = _Places.of(passage)
    for bounds in split_sentences(passage.text[passage.start :], passage.lang):
        start, end = (passage.start + bound for bound in bounds)
        words: tuple[Word, ...] = ()
        text = passage.text[start:end]
        if passage.lang == "en":
            words = tuple(
                Word(_DIVIDED.sub("", word[0]), *places.in_file(start + word.start(), start + word.end()))
                for word in _WORD.finditer(text)
            )
            text = " ".join(word.text for word in words)
        else:
            text = _LINE_BREAK.sub(_joint, text)
        yield Sentence(paragraph, passage.lang, text, *places.in_file(start, end), words)


_WORD = re.compile(r"(?:\S*[^\W\d_][-\u2010\u00ad]\s*\n\s*(?=[a-z])(?!(?:and|n?or|to)\b))*\S+")
"""With what was divided at the end of a line; "pre-" of "pre- and post-war" was not. Its hyphen stays: whether it is
that of "mid-dle" or of "well-known" nobody has said, unless it is a soft one."""
_DIVIDED = re.compile(r"\u00ad?\s*\n\s*")
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
    def of(cls, passage: Passage) -> _Places:
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
