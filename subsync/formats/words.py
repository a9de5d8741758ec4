"""When each word of a cue is said: cues have lines of text, the alignment has words; here they meet again."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from subsync.formats.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.datatypes import Cue, Ms, SyncResult


class CueWord(NamedTuple):
    """A word of a line as it is shown; its times are ``None`` where it was not found in the recording."""

    text: str
    start: Ms | None
    end: Ms | None


class WordedCue(NamedTuple):
    """A cue and the words of its English lines."""

    cue: Cue
    lines: tuple[tuple[CueWord, ...], ...]


def worded(cues: Sequence[Cue], result: SyncResult) -> Iterator[WordedCue]:
    """Cues with the times of their English words, ascending and inside the cue.

    The words of a paragraph's cues are words of that paragraph, in order, so each is looked for behind the one before
    it. What is only shown (a piece of a word wider than a line, a dash) has no time.
    """
    left = _words_of_paragraphs(result)
    for cue in cues:
        reached, lines = cue.start, []
        for n, line in enumerate(shown(cue.en)):
            paragraph = cue.second if n and cue.second is not None else cue.paragraph
            waiting = left.get(paragraph, []) if paragraph is not None else []
            words = []
            for k, text in enumerate(line.split()):
                said = text.removeprefix("-") if k == 0 and cue.second is not None else text
                place = next((at for at, word in enumerate(waiting) if word.text == said), None)
                start = end = None
                if place is not None:
                    _, start, end = waiting[place]
                    del waiting[: place + 1]
                if start is not None and end is not None:
                    start = reached = min(max(start, reached), cue.end)
                    end = min(max(end, start), cue.end)
                words.append(CueWord(text, start, end))
            lines.append(tuple(words))
        yield WordedCue(cue, tuple(lines))


def _words_of_paragraphs(result: SyncResult) -> dict[int | None, list[CueWord]]:
    found: dict[int | None, list[CueWord]] = defaultdict(list)
    for paragraph in result.note.paragraphs:
        for sentence in paragraph.en:
            found[paragraph.index] += [
                CueWord(word.text, word.start, word.end) for word in result.alignment.sentences[sentence].words
            ]
    return found
