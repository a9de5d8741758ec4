"""Pair the sentences of a note's English and Chinese paragraphs, then the clauses inside each pair."""

from __future__ import annotations

from dataclasses import astuple, dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from subsync.bitext.evidence import Evidence, Lexicon
from subsync.bitext.lattice import Run, most_probable
from subsync.bitext.links import MOST_CELLS, Spoken, cells, link_clauses, parts, whole
from subsync.bitext.model import ClauseWeights, SentenceWeights, en_length, ranges, scores, sentence_features, zh_length
from subsync.bitext.word_links import words_of
from subsync.datatypes import Bead, Clause, Link
from subsync.store.recall import in_groups, recalled
from subsync.text.glosses import read_glosses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subsync.bitext.evidence import Rarity
    from subsync.datatypes import Note, Paragraph
    from subsync.store.recall import Known, Spread

_BLOCKS = 120
"""Blocks that a side of a very long paragraph is cut into for a first look."""
_WIDEST = 60
"""Sentences of one side in a bead, if it has so many more of them than the other."""
_WINDOW = 60
"""Sentences of a very long paragraph that are paired for a second look."""
_USUAL_RATIO = 0.35
"""Chinese characters per English letter; 0.334 in the bench's note, between 0.29 and 0.42 in translations of novels."""
_RATIO_MASS = 200
"""English letters after which a note's own ratio counts as much as the usual one."""


@dataclass(frozen=True, slots=True)
class PairOptions:
    """How to pair."""

    sentences: SentenceWeights = field(default_factory=SentenceWeights)
    clauses: ClauseWeights = field(default_factory=ClauseWeights)
    longest_bead: tuple[int, int] = (6, 10)
    """English and Chinese sentences; the gold of the bench has one bead of 2 to 9."""


class Question(NamedTuple):
    """What is asked about a paragraph, and all that decides the answer."""

    en: tuple[str, ...]
    zh: tuple[str, ...]
    ratio: float
    """Chinese length over English length in the note, to hundredths: a correction leaves it as it is."""
    words: Rarity
    """Of its English in the note."""
    chars: Rarity
    """Of its Chinese."""
    options: tuple[object, ...]
    """``PairOptions`` as a value."""


def pair(
    note: Note,
    *,
    options: PairOptions | None = None,
    known: Known[Question, tuple[Bead, ...]] | None = None,
    spread: Spread = map,
) -> tuple[Bead, ...]:
    """Say which Chinese translates which English.

    Args:
        note: Its paragraphs give the pairs of texts; nothing is paired across paragraphs.
        options: Weights and limits.
        known: Paragraphs that were paired before, in places of their own sentences; new ones are added.
        spread: How those are shared among workers.

    Returns:
        Beads in the order of the note. In each paragraph they hold every sentence of either language once.
        ``Bead.confidence`` is the probability of the bead under the model, ``Link.confidence`` that of the link and its
        bead together. The clauses of ``Bead.links`` hold all of the bead's text but the white space between them.
    """
    options = options or PairOptions()
    lexicon = Lexicon.of(*([s.text for s in note.sentences if s.lang == lang] for lang in ("en", "zh")))
    ratio = round(_ratio(note), 2)
    chosen = astuple(options)
    questions = []
    for paragraph in note.paragraphs:
        en, zh = (tuple(note.sentences[k].text for k in side) for side in (paragraph.en, paragraph.zh))
        around = (ratio, *lexicon.rarity(en, zh)) if en and zh else (0.0, (), ())
        questions.append(Question(en, zh, *around, chosen))
    found = recalled(
        questions,
        {} if known is None else known,
        lambda unknown: in_groups(spread, partial(_paired, options), unknown, _GROUP),
    )
    return tuple(_placed(bead, own) for own, beads in zip(note.paragraphs, found, strict=True) for bead in beads)


_GROUP = 8
"""Paragraphs whose Chinese is looked up together: to search the dictionary takes 20 ms."""


def _paired(options: PairOptions, questions: Sequence[Question]) -> list[tuple[Bead, ...]]:
    """The beads of some paragraphs."""
    read_glosses(text for question in questions for text in question.zh)
    found = []
    for question in questions:
        lexicon = Lexicon.alone(question.words, question.chars, question.zh)
        work = _Work((*question.en, *question.zh), lexicon, question.ratio, options)
        found.append(tuple(work.beads(len(question.en))))
    return found


def _ratio(note: Note) -> float:
    """Chinese length over English length; a note that is translated in part, or not at all, keeps the usual ratio."""
    both = [p for p in note.paragraphs if p.en and p.zh]
    english = sum(en_length(note.sentences[i].text) for p in both for i in p.en)
    chinese = sum(zh_length(note.sentences[j].text) for p in both for j in p.zh)
    return (chinese + _USUAL_RATIO * _RATIO_MASS) / (english + _RATIO_MASS)


def _placed(bead: Bead, paragraph: Paragraph) -> Bead:
    """A bead of the sentences of a paragraph as one of those of its note."""
    place = (*paragraph.en, *paragraph.zh)

    def clauses(side: Iterable[Clause]) -> tuple[Clause, ...]:
        return tuple(Clause(place[c.sentence], c.start, c.end) for c in side)

    return Bead(
        paragraph.index,
        tuple(place[k] for k in bead.en),
        tuple(place[k] for k in bead.zh),
        bead.confidence,
        tuple(Link(clauses(link.en), clauses(link.zh), link.confidence) for link in bead.links),
        tuple(word._replace(en=place[word.en], zh=place[word.zh]) for word in bead.words),
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """A paragraph to be paired."""

    sentences: Sequence[str]
    """English ones, then Chinese ones; what is found is about their places in here."""
    lexicon: Lexicon
    ratio: float
    options: PairOptions

    def beads(self, english: int) -> Iterator[Bead]:
        """Its beads; so many of its sentences are English."""
        yield from self._beads(range(english), range(english, len(self.sentences)))

    def _beads(self, en: Sequence[int], zh: Sequence[int]) -> Iterator[Bead]:
        if not en or not zh:
            yield from (self._lone((i,), (), 1.0) for i in en)
            yield from (self._lone((), (j,), 1.0) for j in zh)
            return
        texts = self._texts(en), self._texts(zh)
        if self._too_large(en, zh):
            for some_en, some_zh in self._stretches(en, zh):
                yield from self._beads(some_en, some_zh)
            return
        evidence, runs = self._runs(texts, self._most(en, zh))
        english = [
            Spoken(i, "en", text, place)
            for i, text, (place, _) in zip(en, texts[0], ranges(texts[0], " "), strict=True)
        ]
        chinese = [
            Spoken(j, "zh", text, place) for j, text, (place, _) in zip(zh, texts[1], ranges(texts[1], ""), strict=True)
        ]
        for run in runs:
            mine, its = english[run.a : run.a + run.m], chinese[run.b : run.b + run.n]
            ids = tuple(s.index for s in mine), tuple(s.index for s in its)
            if mine and its:
                links = self._links(evidence, mine, its, run.probability)
                words = tuple(words_of(self.lexicon, self.sentences, links))
                yield Bead(0, *ids, run.probability, links, words)
            else:
                yield self._lone(*ids, run.probability)

    def _texts(self, sentences: Sequence[int]) -> list[str]:
        return [self.sentences[k] for k in sentences]

    def _most(self, en: Sequence[object], zh: Sequence[object]) -> tuple[int, int]:
        """Longest run; where one side has far more sentences, because the other is not punctuated, twice its share."""
        longest, size = self.options.longest_bead, (len(en), len(zh))
        wide = [min(_WIDEST, -(-2 * size[k] // size[1 - k])) for k in (0, 1)]
        return min(size[0], max(longest[0], wide[0])), min(size[1], max(longest[1], wide[1]))

    def _too_large(self, en: Sequence[int], zh: Sequence[int]) -> bool:
        return cells(self._most(en, zh), (len(en), len(zh))) > MOST_CELLS

    def _runs(self, texts: tuple[list[str], list[str]], most: tuple[int, int]) -> tuple[Evidence, list[Run]]:
        most = min(most[0], len(texts[0])), min(most[1], len(texts[1]))
        evidence = self.lexicon.evidence(texts[0], "".join(texts[1]))
        grid, features = sentence_features(evidence, *texts, most=most, ratio=self.ratio)
        return evidence, most_probable(scores(grid, features, self.options.sentences))

    def _stretches(self, en: Sequence[int], zh: Sequence[int]) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
        """Cut a very long paragraph where sentences of both languages end together.

        Blocks of sentences, paired as if they were sentences, say roughly what lies opposite to what. A window of
        the paragraph that ends at such a place is good but for its end: it is cut at the last bead of its first two
        thirds.
        """
        a = b = 0
        ends = self._rough_ends(en, zh)
        for i, j in ends:
            if (i, j) != ends[-1] and max(i - a, j - b) < _WINDOW:
                continue
            window = en[a:i], zh[b:j]
            if not all(window) or self._too_large(*window):
                yield from self._stretches(*window) if all(window) else [window]
                a, b = i, j
                continue
            _, runs = self._runs((self._texts(window[0]), self._texts(window[1])), self._most(*window))
            cuts = [(run.a + run.m, run.b + run.n) for run in runs]
            m, n = max((c for c in cuts if 3 * c[0] <= 2 * (i - a) and 3 * c[1] <= 2 * (j - b)), default=cuts[-1])
            yield en[a : a + m], zh[b : b + n]
            a, b = a + m, b + n
        yield en[a:], zh[b:]

    def _rough_ends(self, en: Sequence[int], zh: Sequence[int]) -> list[tuple[int, int]]:
        """English and Chinese sentences before the end of each run of blocks."""
        sizes = [-(-len(side) // _BLOCKS) for side in (en, zh)]
        blocks = [[side[k : k + n] for k in range(0, len(side), n)] for side, n in zip((en, zh), sizes, strict=True)]
        english = [" ".join(self._texts(block)) for block in blocks[0]]
        chinese = ["".join(self._texts(block)) for block in blocks[1]]
        _, runs = self._runs((english, chinese), self.options.longest_bead)
        return [(min(len(en), (r.a + r.m) * sizes[0]), min(len(zh), (r.b + r.n) * sizes[1])) for r in runs]

    def _lone(self, en: tuple[int, ...], zh: tuple[int, ...], probability: float) -> Bead:
        """A bead with one side. Its one link holds the clauses."""
        english = [Spoken(i, "en", self.sentences[i], 0) for i in en]
        chinese = [Spoken(j, "zh", self.sentences[j], 0) for j in zh]
        link = whole(parts(english), parts(chinese), probability)
        return Bead(0, en, zh, probability, (link,))

    def _links(self, evidence: Evidence, en: list[Spoken], zh: list[Spoken], probability: float) -> tuple[Link, ...]:
        links = link_clauses(evidence, en, zh, weights=self.options.clauses, ratio=self.ratio)
        return tuple(replace(link, confidence=link.confidence * probability) for link in links)
