"""Markdown text -> Note: sections, pairs of paragraphs, sentences and words, every piece with its place in the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256 as hash_of
from typing import TYPE_CHECKING, Protocol

from subsync.datatypes import Note, Paragraph, Sentence, Word
from subsync.errors import NoteError, NothingToAlignError
from subsync.note.frontmatter import parse_front_matter
from subsync.note.markdown import parse_page
from subsync.note.pairs import Size, pair_passages
from subsync.note.passages import carried, is_remark, passages_of, size_of
from subsync.note.speakers import label_by_partner, label_by_recurrence
from subsync.text.scripts import has_letters
from subsync.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from subsync.datatypes import Unread
    from subsync.note.pairs import Pair
    from subsync.note.passages import Passage


class Parse(Protocol):
    """Makes a note of its text, as ``parse_note`` does."""

    def __call__(self, text: str, *, path: str, sha256: str, source_keys: Sequence[str]) -> Note: ...  # noqa: D102


def read_note(path: Path, *, source_keys: Sequence[str] = (), parse: Parse | None = None) -> Note:
    """Read a note from a file; ``source_keys`` as in ``parse_front_matter``, ``parse`` as ``parse_note``.

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
    make = parse or parse_note
    return make(text, path=str(path), sha256=hash_of(data).hexdigest(), source_keys=source_keys)


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
    page = parse_page(text, skip=front.lines)
    sections, passages = passages_of(page.blocks)
    passages = carried(label_by_recurrence(passages))
    pairs = pair_passages(
        [
            Size(
                p.lang,
                p.section,
                size_of(p),
                p.text[p.start :],
                is_remark=is_remark(p),
                lines=(p.lines[0].number, p.lines[-1].number),
                pin=p.pin,
            )
            for p in passages
        ]
    )
    passages = label_by_partner(passages, pairs)
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
        unread=page.unread,
    )


def require_english(note: Note) -> None:
    """Refuse a note without a spoken text.

    Raises:
        NothingToAlignError: no sentence of ``note`` is English.
    """
    if any(sentence.lang == "en" and has_letters(sentence.text) for sentence in note.sentences):
        return
    hidden = [unread for unread in note.unread if unread.kind in _HOLDS_TEXT and has_letters(unread.text)]
    if hidden and not note.paragraphs:
        raise NothingToAlignError(
            f"the note has no English paragraph: what it has stands in {_named(hidden)}, which is not read",
            "Take the text out of it: without ``` around it, without spaces in front of its lines, outside of tables.",
            path=note.path,
            line=hidden[0].line,
        )
    raise NothingToAlignError(
        "the note has no English paragraph" + (", only Chinese ones" if note.paragraphs else ""),
        "Write the English transcript into the note, each paragraph followed by its Chinese translation.",
        path=note.path,
        line=note.paragraphs[0].line if note.paragraphs else 1,
    )


_HOLDS_TEXT = {"code block", "HTML block", "table", "comment"}


def _named(unread: Sequence[Unread]) -> str:
    """``a code block``, ``3 code blocks and a table``."""
    counts = Counter(piece.kind for piece in unread)
    return " and ".join(f"{n} {kind}s" if n > 1 else f"one {kind}" for kind, n in counts.items())


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
