"""What a reader should know about an alignment: pins that cannot be kept, text out of order, another recording."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from subsync.locate import PER_WORD, PIN_SLACK, locate
from subsync.times import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from subsync.datatypes import Ms, Note, SpokenWord
    from subsync.locate import Location, Place


@dataclass(frozen=True, slots=True)
class Pin:
    """A time that the writer put in front of a heading or a paragraph."""

    word: int
    """Index in ``Note.words`` of the first word it stands before."""
    time: Ms
    line: int


def sentence_words(note: Note) -> list[range]:
    """For each sentence of the note the indices of its words in ``note.words``."""
    ends = list(accumulate(len(s.words) for s in note.sentences))
    return [range(end - len(s.words), end) for s, end in zip(note.sentences, ends, strict=True)]


def pins(note: Note) -> list[Pin]:
    """All pins of the note, in its order; of two before the same word the paragraph's own."""
    ranges = sentence_words(note)
    found: dict[int, Pin] = {}
    opened: set[int] = set()
    for paragraph in note.paragraphs:
        if not paragraph.en:
            continue
        first = ranges[paragraph.en[0]].start
        section = None if paragraph.section in opened else paragraph.section
        if paragraph.pin is not None:
            found[first] = Pin(first, paragraph.pin, paragraph.line)
        elif section is not None and (time := note.sections[section].pin) is not None:
            found[first] = Pin(first, time, note.sections[section].line)
        if paragraph.section is not None:
            opened.add(paragraph.section)
    return list(found.values())


def usable(wanted: Sequence[Pin], duration: Ms) -> tuple[dict[int, Ms], list[str]]:
    """Pins that can be kept together, by word, and a sentence about each that runs backwards or behind the end."""
    kept: dict[int, Ms] = {}
    remarks = []
    last: Pin | None = None
    for pin in wanted:
        if pin.time >= duration:
            remarks.append(
                f"line {pin.line}: the pin {clock(pin.time)} is behind the end of the recording ({clock(duration)}) "
                "and was not used"
            )
        elif last and pin.time < last.time:
            remarks.append(
                f"line {pin.line}: the pin {clock(pin.time)} is before the pin {clock(last.time)} of line {last.line} "
                "above it and was not used"
            )
        else:
            kept[pin.word], last = pin.time, pin
    return kept, remarks


def refuted(
    wanted: Sequence[Pin],
    words: Sequence[str],
    location: Location,
    heard: Sequence[SpokenWord],
) -> dict[int, Ms]:
    """Pins whose words are heard at another time and not at theirs: by word, when they are heard.

    Args:
        wanted: Pins that were kept to.
        words: Of the note.
        location: Found with the pins.
        heard: Of the recording.
    """
    free = locate(words, heard).places if wanted else ()
    found = {}
    for pin in wanted:
        word, start = _heard_at(free, pin)
        if start is None or _agrees(pin, word, free):
            continue
        if not _agrees(pin, word, location.places):  # else it is said twice, and the pin decides
            found[pin.word] = start
    return found


_OPENING = 10
"""A few words may be misheard; what is heard later than the tenth says little about the first."""


def _heard_at(places: Sequence[Place | None], pin: Pin) -> tuple[int, Ms | None]:
    """The first word behind a pin that was heard, and when; ``None`` if none was."""
    for k, place in enumerate(places[pin.word : pin.word + _OPENING], pin.word):
        if place and place.how == "matched":
            return k, place.start
    return pin.word, None


def _agrees(pin: Pin, word: int, places: Sequence[Place | None]) -> bool:
    """Whether a word is heard as far behind a pin as it stands behind it."""
    place = places[word]
    if place is None or place.how != "matched":
        return False
    return -PIN_SLACK <= place.start - pin.time <= PIN_SLACK + (word - pin.word) * PER_WORD


def told(wanted: Sequence[Pin], false: Mapping[int, Ms]) -> Iterator[str]:
    """A sentence about each pin that the sound refutes, or one about all of them where they are many."""
    wrong = [pin for pin in wanted if pin.word in false]
    said = [
        f"line {p.line}: pinned to {clock(p.time)}, but its words are heard at {clock(false[p.word])}" for p in wrong
    ]
    if len(wrong) <= _FEW:
        yield from (f"{sentence}; the pin was not used" for sentence in said)
        return
    others = ", ".join(str(pin.line) for pin in wrong[1:])
    yield f"{said[0]}; as wrong are {len(wrong) - 1} more pins (lines {others}); none of them was used"


_FEW = 3
"""Pins that are told one by one; where more are wrong they are those of another cut of the recording."""


def out_of_order(note: Note, location: Location, heard: Sequence[SpokenWord]) -> Iterator[str]:
    """A sentence about each passage without a place that is heard elsewhere."""
    texts = [w.text for w in note.words]
    lost = [k for gap in location.gaps if gap.words[1] - gap.words[0] >= _PASSAGE for k in range(*gap.words)]
    lines = {
        k: note.paragraphs[s.paragraph].line
        for s, r in zip(note.sentences, sentence_words(note), strict=True)
        for k in r
    }
    for run in locate([texts[k] for k in lost], heard).runs:
        if run.words[1] - run.words[0] >= _PASSAGE:
            time = heard[run.heard[0]].start
            line = lines[lost[run.words[0]]]
            yield f"line {line}: heard at {clock(time)}, out of the note's order; left without times"


_PASSAGE = 12
"""Words from which a stretch is worth a remark: about one spoken sentence."""


def another_recording(words: Sequence[str], location: Location, heard: Sequence[SpokenWord]) -> str | None:
    """A sentence if the note and the recording have next to nothing in common."""
    if not heard:
        return "no speech was recognised in the recording; nothing is aligned"
    found = sum(p is not None for p in location.places)
    if found >= _COMMON * min(len(words), len(heard)):
        return None
    return (
        f"only {found} of {len(words)} words of the note are heard in the recording: it seems to be another one; "
        "nothing is aligned"
    )


_COMMON = 0.08
"""Share of the shorter text that has to be found. Halves of one podcast, one as note and the other as recording, share
at most 5 % (a passage that the teaser repeats); a note ten times as long as its recording shares over 80 %."""
