"""Tools of the pipeline that know the answer, and what of a note's text they let through."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from subsync.datatypes import Alignment, Engine, Media, TimedSentence, TimedWord, Transcript
from subsync.note import parse_note
from subsync.phones import Forced, ForcedWord, Pronounced
from subsync.phones.edges import place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import Cue, Ms, Note
    from subsync.sound import Samples
    from subsync.sound.cepstra import Floats


def note_of(text: str) -> Note:
    """A note without a file."""
    return parse_note(text, path="n.md", sha256="0" * 64)


@dataclass
class Tools:
    """A recording in which the words of a note follow one another, a pause after each sentence."""

    at: Ms = 2000
    per_letter: Ms = 60
    pause: Ms = 400
    absent: frozenset[int] = frozenset()
    """Paragraphs that are not in it."""
    duration: Ms = 600_000
    asked: list[str] = field(default_factory=list)

    def engine(self, _: Transcript) -> Engine:
        return Engine("none", "none", "", "none", "0")

    def fetch(self, note: Note) -> Media:
        self.asked.append("fetch")
        return Media(Path("talk.opus"), "a" * 64, self.duration, note.source)

    def recognize(self, _: Note, media: Media) -> Transcript:
        self.asked.append("recognize")
        return Transcript("full", media.duration, (), ())

    def align(self, note: Note, media: Media, transcript: Transcript) -> Alignment:
        self.asked.append("align")
        now, timed = self.at, []
        for sentence in note.sentences:
            if sentence.lang == "zh" or sentence.paragraph in self.absent:
                words = tuple(TimedWord(w.text, None, None, "absent", 0.0) for w in sentence.words)
                timed.append(TimedSentence(None, None, "absent", 0.0, words))
                continue
            spoken = []
            for word in sentence.words:
                end = now + 80 + self.per_letter * len(word.text)
                spoken.append(TimedWord(word.text, now, end, "aligned", 0.9))
                now = end
            timed.append(TimedSentence(spoken[0].start, spoken[-1].end, "aligned", 0.9, tuple(spoken)))
            now += self.pause
        return Alignment(tuple(timed), ())


def letters(text: str) -> str:
    """What is left when all that display may change is gone."""
    return "".join(filter(str.isalnum, text))


def english(cues: Sequence[Cue]) -> str:
    return "".join("".join(cue.en).replace(" ", "") for cue in cues)


def chinese(cues: Sequence[Cue]) -> str:
    """Lines that are held over several cues of English once; where there is none nothing is held."""
    lines = [key[1] for key, _ in groupby((not cue.en and n, cue.zh) for n, cue in enumerate(cues))]
    return letters("".join("".join(line) for line in lines))


def spoken(note: Note, absent: frozenset[int] = frozenset()) -> tuple[str, str]:
    """The English words and the Chinese letters of the paragraphs that are spoken."""
    paragraphs = [p for p in note.paragraphs if p.en and p.index not in absent]
    en = "".join(w.text for i in sorted(i for p in paragraphs for i in p.en) for w in note.sentences[i].words)
    return en, letters("".join(note.sentences[i].text for p in paragraphs for i in p.zh))


def bursts(
    samples: Samples,
    words: Sequence[Pronounced],
    *,
    coarse: Sequence[tuple[Ms, Ms] | None],
    seen: Floats,
    encoded: object = None,
    freely: bool = True,
) -> Forced:
    """An aligner for bursts of noise: what was heard is said where the sound beside it rises and falls."""
    heard = [k for k, time in enumerate(coarse) if time]
    spans = place(samples, [t for t in coarse if t], ["one,"] * len(heard), [("N",)] * len(heard))
    found = dict(zip(heard, (ForcedWord(*span, 0.9) for span in spans), strict=True))
    lost = tuple(k for k in range(len(words)) if k not in found)
    return Forced(tuple(found.get(k) for k in range(len(words))), "phones", 0.9 * len(found) / len(words), lost)
