"""A text that stands twice in a note, once with its translation and once without: it is said once.

Which of the two is heard the sound cannot say, and with the wrong one all Chinese would be lost.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from subsync.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.note.pairs import Pair
    from subsync.note.passages import Passage

_OWN = 0.8
"""Share of a run of passages without translation that has to stand elsewhere with one."""
_WHOLE = 0.6
"""Share of all that is translated that the run has to be: a refrain is said again, a transcript is not."""
_FEWEST = 3
"""Sentences with a translation; with fewer, one that is said twice would be all of them."""


def copies_of(passages: Sequence[Passage], pairs: Sequence[Pair]) -> set[int]:
    """Places of the English passages that are a copy of those with a translation."""
    translated = {place for pair in pairs if pair.zh for place in pair.en}
    said = [sentence for place in translated for sentence in _sentences(passages[place])]
    keys = {key for key, _ in said}
    found: set[int] = set()
    if len(said) < _FEWEST:
        return found
    lone = [place for place, passage in enumerate(passages) if passage.lang == "en" and place not in translated]
    for _, numbered in groupby(enumerate(lone), key=lambda item: item[1] - item[0]):
        run = [place for _, place in numbered]
        own = [sentence for place in run for sentence in _sentences(passages[place])]
        again = sum(words for key, words in own if key in keys)
        if again >= max(_OWN * sum(words for _, words in own), _WHOLE * sum(words for _, words in said)):
            found.update(run)
    return found


def _sentences(passage: Passage) -> Iterator[tuple[str, int]]:
    """The letters of each sentence, and how many words it has."""
    spoken = passage.text[passage.start :]
    for start, end in split_sentences(spoken, passage.lang):
        sentence = spoken[start:end]
        yield "".join(filter(str.isalnum, sentence)).casefold(), len(sentence.split())
