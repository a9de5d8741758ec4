"""Corrected text -> the note with those characters changed and no other.

A correction says which sentences become which text. What of it differs is looked up in the file, character by
character, so that emphasis, links, line ends and everything around it stay as they are. Then the note is read again: a
correction counts only if the note now says what was asked for and, everywhere else, what it said before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from subsync.errors import NoteError
from subsync.note.reader import parse_note

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subsync.datatypes import Note, Sentence


@dataclass(frozen=True, slots=True)
class Rewording:
    """Consecutive sentences of one language in one paragraph, and what they shall say."""

    sentence: int
    """Index of the first one into ``Note.sentences``, of the note as the writer saw it."""
    count: int
    """0 for new Chinese: ``text`` is an English sentence of a paragraph that has none, ``to`` is put behind it."""
    text: str
    """What they said: English joined by a space, Chinese by nothing."""
    to: str
    """May be fewer sentences, or more; nothing where Chinese goes."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Characters of a text that become others."""

    start: int
    """In code points."""
    old: str
    new: str

    @property
    def end(self) -> int:
        """Behind the last character that goes."""
        return self.start + len(self.old)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A note with corrections in it."""

    text: str
    patches: tuple[Patch, ...]
    """What was changed, ascending, in places of the text before."""
    refused: tuple[str, ...]
    """Corrections that do not fit, each with its reason, for people to read."""


# --- patches ----------------------------------------------------------------------------------------------------------


def patched(text: str, patches: Iterable[Patch]) -> str:
    """A text with patches applied; their order does not matter.

    Raises:
        ValueError: two of them overlap, or the text has something else at their places.
    """
    pieces: list[str] = []
    place = 0
    for patch in sorted(patches, key=lambda p: (p.start, p.end)):
        if patch.start < place or text[patch.start : patch.end] != patch.old:
            raise ValueError(f"{patch} does not fit: {text[patch.start : patch.end]!r} is there")
        pieces += [text[place : patch.start], patch.new]
        place = patch.end
    return "".join(pieces) + text[place:]


def moved(place: int, patches: Iterable[Patch]) -> int:
    """Where a place of the text before is in the text after."""
    by = 0
    for patch in sorted(patches, key=lambda p: p.start):
        if patch.end <= place:
            by += len(patch.new) - len(patch.old)
        elif patch.start < place:
            return patch.start + by
    return place + by


# --- corrections ------------------------------------------------------------------------------------------------------


def reword(note: Note, wanted: Sequence[Rewording]) -> Rewritten:
    """Put corrected text into a note.

    Args:
        note: as it is now; it may have changed since the corrections were made.
        wanted: corrections, in any order. One that is there already is left out in silence.
    """
    fitting: list[tuple[tuple[Patch, ...], Rewording, list[int]]] = []
    refused: list[str] = []
    taken: set[int] = set()
    for wish in wanted:
        places = _places(note, wish)
        if places is None:
            if not _is_there(note, wish.to):
                alone = "" if wish.count else " without Chinese"
                refused.append(f"{_short(wish.text)}: the note does not say this{alone} any more")
        elif not wish.count:
            fitting.append(((_translation(note, places[0], wish.to),), wish, places))
        elif taken & set(places):
            refused.append(f"{_short(wish.text)}: corrected twice; the first correction is taken")
        else:
            taken.update(places)
            one = (_patches(note, places, wish), wish, places)
            if not wish.to and _says(note, [whole := (_without_lines(note, places), wish, places)]):
                one = whole
            fitting.append(one)
    kept = fitting if _says(note, fitting) else []
    if not kept:  # one of them changes more than it should: find out which
        for one in fitting:
            if _says(note, [*kept, one]):
                kept.append(one)
            else:
                refused.append(f"{_short(one[1].text)}: this text cannot stand there and leave the rest as it is")
    patches = tuple(sorted((p for some, _, _ in kept for p in some), key=lambda p: p.start))
    return Rewritten(patched(note.text, patches), patches, tuple(refused))


def _places(note: Note, wish: Rewording) -> list[int] | None:
    """The sentences that are meant: those with this text that are nearest to where it was."""
    found: list[list[int]] = []
    count = max(1, wish.count)
    for paragraph in note.paragraphs:
        if not wish.count and paragraph.zh:  # it has a translation by now
            continue
        for side in (paragraph.en, paragraph.zh):
            for k in range(len(side) - count + 1):
                some = list(side[k : k + count])
                if _joined(note.sentences[n] for n in some) == wish.text:
                    found.append(some)
    return min(found, key=lambda some: abs(some[0] - wish.sentence), default=None)


def _joined(sentences: Iterable[Sentence]) -> str:
    some = list(sentences)
    return (" " if some and some[0].lang == "en" else "").join(s.text for s in some)


def _is_there(note: Note, text: str) -> bool:
    return any(
        text in _joined(note.sentences[n] for n in side) for p in note.paragraphs for side in (p.en, p.zh) if side
    )


def _says(note: Note, changes: Sequence[tuple[tuple[Patch, ...], Rewording, list[int]]]) -> bool:
    """Whether the note with these changes says what is wanted there, and what it said elsewhere."""
    if not changes:
        return True
    instead = {places[0]: wish.to for _, wish, places in changes if wish.count}
    gone = {n for _, _, places in changes for n in places[1:]}
    added = {note.sentences[places[0]].paragraph: wish.to for _, wish, places in changes if not wish.count}
    try:
        after = parse_note(
            patched(note.text, [p for patches, _, _ in changes for p in patches]), path=note.path, sha256=note.sha256
        )
    except (ValueError, NoteError):
        return False
    emptied = [note.sentences[n].lang for n, to in instead.items() if not to]
    if added or emptied:
        # New Chinese has to be taken for the translation of its paragraph, not for a remark; what is around Chinese
        # that goes shall not be paired otherwise.
        now, then = _pairs(after, {}, set(), {}), _pairs(note, instead, gone, added)
        if "en" in emptied or list(filter(any, now)) != list(filter(any, then)):
            return False
    return _gist(after, {}, set()) == _gist(note, instead, gone, added)


def _gist(note: Note, instead: dict[int, str], gone: set[int], added: dict[int, str] | None = None) -> list[object]:
    """All that a note says, however it is cut into sentences and paired: of that the parser makes up its own mind."""
    sides = _pairs(note, instead, gone, added or {})

    def side(section: int | None, lang: int) -> str:
        own = [s[lang] for s, p in zip(sides, note.paragraphs, strict=True) if p.section == section and s[lang]]
        return ("" if lang else " ").join(own)

    return [
        [(s.heading, s.level, s.pin) for s in note.sections],
        [p.pin for p in note.paragraphs if p.pin is not None],
        [(k, side(k, 0), side(k, 1)) for k in (None, *range(len(note.sections)))],
    ]


def _pairs(note: Note, instead: dict[int, str], gone: set[int], added: dict[int, str]) -> list[tuple[str, str]]:
    """English and Chinese of each paragraph."""

    def said(numbers: Iterable[int]) -> list[str]:
        return [instead.get(n, note.sentences[n].text) for n in numbers if n not in gone]

    return [(" ".join(said(p.en)), "".join(said(p.zh)) + added.get(p.index, "")) for p in note.paragraphs]


def _translation(note: Note, sentence: int, text: str) -> Patch:
    """A paragraph behind that of an English sentence, quoted or indented as that is."""
    last = max(note.sentences[n].end_char for n in note.paragraphs[note.sentences[sentence].paragraph].en)
    start = max(note.text.rfind(end, 0, last) for end in "\r\n") + 1
    end = last + len(re.split(r"[\r\n]", note.text[last:], maxsplit=1)[0])
    lead = re.match(r"[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?", note.text[start:end])
    indent = re.sub(r"[^\s>]", " ", lead[0]) if lead else ""
    newline = re.search(r"\r\n|\r|\n", note.text)
    br = newline[0] if newline else "\n"
    return Patch(end, "", f"{br}{indent.rstrip()}{br}{indent}{text}")


def _without_lines(note: Note, places: Sequence[int]) -> tuple[Patch, ...]:
    """Sentences gone with their lines and the blank ones above; none where something else stands in these lines."""
    first, last = note.sentences[places[0]], note.sentences[places[-1]]
    above = re.search(
        r"(?:(?:\r\n?|\n)[ \t>]*)+(?:[^\s:：]{1,40}[:：][*_]*|[-+*>])?[ \t*_]*\Z", note.text[: first.start_char]
    )
    below = re.match(r"[ \t*_]*(?=[\r\n]|\Z)", note.text[last.end_char :])
    if not above or not below:
        return ()
    return (Patch(above.start(), note.text[above.start() : last.end_char + below.end()], ""),)


# --- where a character of the text is in the file ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Unit:
    """A character as it is read, and its place in the file."""

    char: str
    start: int
    end: int


def _patches(note: Note, places: Sequence[int], wish: Rewording) -> tuple[Patch, ...]:
    """The fewest characters of the file whose change makes these sentences say something else."""
    units: list[_Unit] = []
    for n in places:
        sentence = note.sentences[n]
        if units and sentence.lang == "en":
            units.append(_gap(note.text, units[-1].end, sentence.start_char))
        units += _units(note.text, sentence)
    found: list[Patch] = []
    old = [u.char for u in units]
    for kind, i, j, a, b in SequenceMatcher(None, old, list(wish.to), autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        new = wish.to[a:b]
        if i == j:  # behind the character before, so that it is emphasised as that is
            at = units[i - 1].end if i else units[0].start
            found.append(Patch(at, "", new))
        for start, end in _runs(units[i:j]):
            found.append(Patch(start, note.text[start:end], new))
            new = ""
    return tuple(found)


def _runs(units: Sequence[_Unit]) -> Iterator[tuple[int, int]]:
    """Stretches of the file that some characters take; markup between them is none of theirs."""
    start = end = None
    for unit in units:
        if unit.start == unit.end:
            continue
        if end is not None and start is not None and unit.start != end:
            yield start, end
            start = None
        start, end = (unit.start if start is None else start), unit.end
    if start is not None and end is not None:
        yield start, end


def _units(text: str, sentence: Sentence) -> Iterator[_Unit]:
    if sentence.lang == "zh":
        yield from _found(text, sentence.text, sentence.start_char, sentence.end_char)
        return
    last = None
    for word in sentence.words:
        if last is not None:
            yield _gap(text, last, word.start_char)
        yield from _found(text, word.text, word.start_char, word.end_char)
        last = word.end_char


def _gap(text: str, start: int, end: int) -> _Unit:
    """The space between two words: the white space there, without the markup around it."""
    blank = re.search(r"\s+", text[start:end])
    return _Unit(" ", start + blank.start(), start + blank.end()) if blank else _Unit(" ", start, start)


_LINE_END = re.compile(r"(?<=[-\u2010])[ \t]*[\r\n]")


def _found(text: str, said: str, start: int, end: int) -> Iterator[_Unit]:
    """The characters of ``said`` in a stretch of the file, in order; what is in between is markup."""
    place = start
    for n, char in enumerate(said):
        at = text.find(char, place, end)
        if at < 0:  # written otherwise in the file, as an entity is: the rest is one piece
            yield _Unit(said[n:], place, end)
            return
        place = at + 1
        if _LINE_END.match(text, place, end):  # of a word that is divided there: without its hyphen it is not
            place = max(place, text.find(said[n + 1 : n + 2], place, end))
        yield _Unit(char, at, place)


def _short(text: str) -> str:
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'
