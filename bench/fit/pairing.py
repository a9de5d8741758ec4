"""How right is the pairing of the two languages on text that its weights were not fitted to, and what gives it that?

usage: python bench/fit/pairing.py [--fit] [--without]

``pairs/*.txt`` are our own texts, paired by hand: a bead on each line, English, a tab, Chinese; either may be empty.
Without options: the shipped weights on each text. ``--fit`` fits the weights of sentence beads anew, held near the
shipped ones, on all texts but the one that is measured (and never on ``kept.txt``). ``--without`` takes one piece of
evidence away at a time.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from subsync.bitext import PairOptions, SentenceWeights, pair
from subsync.bitext import evidence as matching
from subsync.bitext.lattice import forward, probabilities
from subsync.bitext.model import en_length, scores, sentence_features, zh_length
from subsync.note.reader import parse_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from subsync.bitext.grid import Grid
    from subsync.datatypes import Note

    Floats = NDArray[np.float64]

PAIRS = Path(__file__).parent / "pairs"
KEPT = "kept"
PENALTY = 0.5
"""Half of the squared weights, in nats."""


_NO_EN, _NO_ZH = 0.03, 0.10
"""Shares of beads that lose their English and their Chinese."""
_SEEDS = range(6)


class Gold(NamedTuple):
    """A text paired by hand."""

    note: Note
    beads: list[list[tuple[str, str]]]
    """Of each paragraph."""


def read(path: Path, thin: int | None = None) -> Gold:
    """One file of ``pairs/``; ``thin`` is a seed with which some beads lose a side, as in condensed notes."""
    chance = random.Random(thin)
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    paragraphs: list[list[tuple[str, str]]] = [[]]
    for line in lines:
        if line.strip():
            english, _, chinese = line.partition("\t")
            lost = chance.random() if thin is not None and english and chinese else 1.0
            pair_of = (
                "" if lost < _NO_EN else english.strip(),
                "" if _NO_EN <= lost < _NO_EN + _NO_ZH else chinese.strip(),
            )
            paragraphs[-1].append(pair_of)
        elif paragraphs[-1]:
            paragraphs.append([])
    paragraphs = [beads for beads in paragraphs if beads]
    texts = [f"{' '.join(e for e, _ in beads if e)}\n\n{''.join(z for _, z in beads)}" for beads in paragraphs]
    note = parse_note("## Text\n\n" + "\n\n".join(texts) + "\n", path=path.name, sha256="")
    assert len(note.paragraphs) == len(paragraphs), path
    return Gold(note, paragraphs)


def _letters(texts: Sequence[str]) -> list[int]:
    """For each letter and digit of the texts, in which of them it stands."""
    return [k for k, text in enumerate(texts) for c in text if c.isalnum()]


def _text(note: Note, sentences: Sequence[int]) -> str:
    return "".join(note.sentences[i].text for i in sentences)


@dataclass
class Score:
    """Sums over the letters of texts."""

    right: float = 0.0
    letters: int = 0
    beads: int = 0
    gold: int = 0

    @property
    def zh_right(self) -> float:
        """Of the English that is given to a Chinese character, the share that belongs to it."""
        return self.right / max(1, self.letters)

    @property
    def size(self) -> float:
        """How large the beads are beside those made by hand."""
        return self.gold / max(1, self.beads)


def measure(gold: Gold, options: PairOptions | None = None, score: Score | None = None) -> Score:
    """The pairing of a text beside the one by hand, letter by letter, so that a different split costs nothing."""
    score = score or Score()
    beads = pair(gold.note, options=options)
    for index, hand in enumerate(gold.beads):
        mine = [bead for bead in beads if bead.paragraph == index]
        en = list(zip(_letters([e for e, _ in hand]), _letters([_text(gold.note, b.en) for b in mine]), strict=True))
        zh = list(zip(_letters([z for _, z in hand]), _letters([_text(gold.note, b.zh) for b in mine]), strict=True))
        both, given, own = Counter(en), Counter(k for _, k in en), Counter(g for g, _ in en)
        for g, k in zh:
            if own[g]:
                score.letters += 1
                score.right += both[g, k] / given[k] if given[k] else 0.0
        score.beads += len({k for _, k in zh})
        score.gold += len({g for g, _ in zh})
    return score


class Example(NamedTuple):
    """A paragraph as the model sees it."""

    grid: Grid
    features: Mapping[str, Floats]
    runs: list[tuple[int, int, int, int]]
    """m, n, a, b of the beads by hand."""


def examples(gold: Gold) -> Iterator[Example]:
    """Paragraphs whose sentences are those of the beads, so that each bead is a run."""
    en = [e for beads in gold.beads for e, _ in beads]
    zh = [z for beads in gold.beads for _, z in beads]
    ratio = sum(map(zh_length, zh)) / sum(map(en_length, en))
    sentences = {lang: [s.text for s in gold.note.sentences if s.lang == lang] for lang in ("en", "zh")}
    lexicon = matching.Lexicon.of(sentences["en"], sentences["zh"])
    for paragraph, beads in zip(gold.note.paragraphs, gold.beads, strict=True):
        texts = tuple([gold.note.sentences[i].text for i in side] for side in (paragraph.en, paragraph.zh))
        runs = list(_runs(texts, beads))
        evidence = lexicon.evidence(texts[0], "".join(texts[1]))
        most = min(6, len(texts[0])), min(10, len(texts[1]))
        yield Example(*sentence_features(evidence, *texts, most=most, ratio=ratio), runs)


def _runs(texts: tuple[list[str], ...], beads: Sequence[tuple[str, str]]) -> Iterator[tuple[int, int, int, int]]:
    """Beads by hand as runs of sentences; several lone sentences of one side are one bead each."""
    a = b = 0
    for english, chinese in beads:
        m, n = _count(texts[0][a:], english), _count(texts[1][b:], chinese)
        yield from (
            [(m, n, a, b)]
            if m and n
            else [*((1, 0, a + k, b) for k in range(m)), *((0, 1, a, b + k) for k in range(n))]
        )
        a, b = a + m, b + n


def _count(sentences: Sequence[str], text: str) -> int:
    """How many sentences a text is."""
    length, count = sum(map(str.isalnum, text)), 0
    while length > 0:
        length -= sum(map(str.isalnum, sentences[count]))
        count += 1
    assert length == 0, text
    return count


def fit(paragraphs: Sequence[Example], start: SentenceWeights) -> SentenceWeights:
    """Weights that make the beads by hand most probable, held near ``start`` by ``PENALTY``."""
    from scipy.optimize import minimize

    names = [field.name for field in fields(SentenceWeights)]

    first = np.array([getattr(start, name) for name in names])

    def loss(values: Floats) -> tuple[float, Floats]:
        weights = replace(start, **dict(zip(names, map(float, values), strict=True)))
        total, slope = PENALTY / 2 * float((values - first) @ (values - first)), PENALTY * (values - first)
        for grid, features, runs in paragraphs:
            table = scores(grid, dict(features), weights)
            chance = probabilities(table)
            total -= sum(table[run] for run in runs) - forward(table)[-1, -1]
            for k, name in enumerate(names):
                full = np.broadcast_to(features[name], table.shape)
                slope[k] -= sum(full[run] for run in runs) - float((np.where(chance > 0, full, 0.0) * chance).sum())
        return float(total), slope

    found = minimize(loss, first, jac=True, method="L-BFGS-B")
    return replace(start, **{name: round(float(v), 2) for name, v in zip(names, found.x, strict=True)})


Texts = dict[str, list[Gold]]


def _report(name: str, texts: Texts, options: Callable[[str], PairOptions] | None = None) -> None:
    found = {}
    for title, golds in texts.items():
        chosen, score = options(title) if options else None, Score()
        for gold in golds:
            measure(gold, chosen, score)
        found[title] = score
    print(f"{name:28}", " ".join(f"{title} {s.zh_right:.3f} x{s.size:.2f}" for title, s in found.items()), flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--fit", action="store_true", help="fit on the other texts and measure on each")
    arguments.add_argument("--without", action="store_true", help="take one piece of evidence away at a time")
    chosen = arguments.parse_args()
    paths = sorted(PAIRS.glob("*.txt"))
    texts: Texts = {path.stem: [read(path, seed) for seed in (None, *_SEEDS)] for path in paths}
    whole = {title: golds[:1] for title, golds in texts.items()}
    _report("as shipped, whole texts", whole)
    _report("as shipped, thinned too", texts)
    if chosen.fit:
        seen = {title: [e for gold in golds for e in examples(gold)] for title, golds in texts.items() if title != KEPT}

        def without(title: str) -> PairOptions:
            rest = [example for other, some in seen.items() if other != title for example in some]
            return PairOptions(sentences=fit(rest, SentenceWeights()))

        _report("fitted on the other texts", texts, without)
        print(fit([example for some in seen.values() for example in some], SentenceWeights()))
    if chosen.without:
        for field in fields(SentenceWeights):
            weights = replace(SentenceWeights(), **{field.name: 0.0})
            fewer = dict.fromkeys(texts, PairOptions(sentences=weights))
            _report(f"without {field.name}", texts, fewer.__getitem__)
        for place, name in ((matching, "_by_quantity"), (matching, "_by_latin"), (matching.Lexicon, "_by_gloss")):
            kept = getattr(place, name)
            setattr(place, name, lambda *_: ())
            _report(f"without {name}", texts)
            setattr(place, name, kept)


if __name__ == "__main__":
    main()
