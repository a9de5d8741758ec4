"""How well a run of English pieces and a run of Chinese pieces go together: features, and the weights fitted to them.

Both models are conditional log-linear (see ``lattice``); their weights maximise the likelihood of pairings made by
hand, penalised by half their squares. Those of clause links were fitted on 522 links of a podcast note; 4-fold
cross-validation gives 0.958 for the share of the English of a Chinese character that belongs to it. Those of sentence
beads come from 255 beads of the same note, and what a lone sentence costs from texts of other kinds
(``bench/fit/pairing.py`` has them and measures: condensed talk, technical prose, figures, an interview kept apart, also
with a tenth of the Chinese left out). Marks at the ends of sentences, how much of a lone Chinese sentence is matched
elsewhere, many-to-many beads, and names by their sound changed nothing there and are gone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypeAlias, get_args

import numpy as np

from subsync.bitext.clauses import Kind
from subsync.bitext.grid import Grid
from subsync.text.words import FILLERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from subsync.bitext.evidence import Evidence

    Floats: TypeAlias = NDArray[np.float64]
    Features: TypeAlias = dict[str, Floats]

Range: TypeAlias = tuple[int, int]

_UNSAID = re.compile(rf"\b(?:{'|'.join(sorted(FILLERS))}|you know|i mean)\b|[\W_]", re.IGNORECASE)
_VARIANCE = 1.1
"""Of the Chinese length, per character: mean over the beads of the same note, with 0.334 Chinese for a letter."""


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """Log-odds of sentence beads."""

    en_matched: float = 1.46
    """Per mass of English matched in the run's Chinese."""
    zh_matched: float = 0.72
    strange: float = -0.34
    """Per squared sigma of length."""
    more_en: float = -2.47
    """Per English sentence after the first."""
    more_zh: float = -3.44
    lone_en: float = -1.0
    """An English sentence without Chinese, and per mass of it."""
    lone_en_mass: float = 0.36
    lone_zh: float = -2.0
    """A Chinese sentence without English."""


@dataclass(frozen=True, slots=True)
class ClauseWeights:
    """Log-odds of clause links inside a bead."""

    en_matched: float = 1.7
    zh_matched: float = 1.25
    strange: float = -0.34
    link: float = 3.22
    """Per link."""
    tiny: float = -1.51
    """Fewer than three Chinese characters."""
    stop: float = 1.94
    """The English is cut at this kind of place."""
    comma: float = 2.05
    filler: float = 1.2
    conjunction: float = 0.67
    pronoun: float = -0.67
    function: float = -0.9
    after: float = -1.09
    zh_stop: float = 0.32
    """The Chinese is cut at a stop rather than a comma."""
    both_stop: float = 0.58


def en_length(text: str) -> float:
    """Letters and digits, without the fillers that no translator writes down."""
    return float(len(_UNSAID.sub("", text)))


def zh_length(text: str) -> float:
    """Letters and digits, those of the ASCII half."""
    return sum(0.5 if c.isascii() else 1.0 for c in text if c.isalnum())


def scores(grid: Grid, features: Features, weights: SentenceWeights | ClauseWeights) -> Floats:
    """Weighted sum of the features, ``-inf`` for runs that cannot be."""
    total = np.where(grid.fits, 0.0, -np.inf)
    for field in fields(weights):
        if field.name in features:
            total = total + getattr(weights, field.name) * features[field.name]
    return total


def sentence_features(
    evidence: Evidence, en: Sequence[str], zh: Sequence[str], *, most: tuple[int, int], ratio: float
) -> tuple[Grid, Features]:
    """Features of sentence beads.

    Args:
        evidence: Of the English sentences joined by spaces and the Chinese ones joined by nothing.
        en: Sentences.
        zh: Sentences.
        most: Longest run of English and of Chinese sentences.
        ratio: Chinese length over English length in this note.
    """
    en_at, zh_at = ranges(en, " "), ranges(zh, "")
    grid = Grid(evidence, en_at, zh_at, most)
    ms, ns = grid.counts
    both = (ms > 0) & (ns > 0)
    by_en, by_zh = grid.covered()
    en_mass = np.array(
        [evidence.en_mass[(evidence.en_at >= start) & (evidence.en_at < end)].sum() for start, end in en_at]
    )
    lengths = np.array([en_length(text) + 1 for text in en]), np.array([zh_length(text) + 0.3 for text in zh])
    return grid, {
        "en_matched": by_en,
        "zh_matched": by_zh,
        "strange": grid.strangeness(*lengths, ratio=ratio, spread=_VARIANCE),
        "more_en": np.maximum(ms - 1, 0) * both,
        "more_zh": np.maximum(ns - 1, 0) * both,
        "lone_en": (ns == 0) * 1.0,
        "lone_en_mass": grid.en_sum(en_mass) * (ns == 0),
        "lone_zh": (ms == 0) * 1.0,
    }


@dataclass(frozen=True, slots=True)
class Side:
    """The pieces of one language of a bead."""

    places: list[Range]
    """Character ranges in the text that the evidence is about."""
    lengths: Floats
    kinds: list[str]
    """Of the cuts at their ends."""


def clause_features(
    evidence: Evidence, en: Side, zh: Side, *, most: tuple[int, int], ratio: float
) -> tuple[Grid, Features]:
    """Features of clause links.

    Args:
        evidence: Of texts in which the bead lies.
        en: Its English pieces.
        zh: Its Chinese ones.
        most: Longest run of English and of Chinese pieces.
        ratio: Chinese length over English length in this note.
    """
    grid = Grid(evidence, en.places, zh.places, most, lone=False)
    by_en, by_zh = grid.covered()
    # A bead has its own ratio; that of the note, worth 30 letters, keeps the ratio of a short bead in bounds.
    ratio = float((zh.lengths.sum() + ratio * 30) / (en.lengths.sum() + 30))
    # The end of the bead is no cut that could be left out.
    kinds, zh_kinds = np.array([*en.kinds[:-1], ""]), np.array([*zh.kinds[:-1], ""])
    zh_stop = grid.at_zh_end((zh_kinds == "stop") * 1.0)
    cuts: Features = {kind: grid.at_en_end((kinds == kind) * 1.0) for kind in get_args(Kind)}
    return grid, {
        **cuts,
        "en_matched": by_en,
        "zh_matched": by_zh,
        "strange": grid.strangeness(en.lengths + 0.5, zh.lengths + 0.2, ratio=ratio, spread=_VARIANCE),
        "link": np.ones((1, 1, 1, 1), dtype=np.float64),
        "tiny": (grid.zh_sum(zh.lengths) < 3).astype(np.float64),
        "zh_stop": zh_stop,
        "both_stop": cuts["stop"] * zh_stop,
    }


def ranges(texts: Sequence[str], joiner: str) -> list[Range]:
    """Where each text stands in all of them joined."""
    out, start = [], 0
    for text in texts:
        out.append((start, start + len(text)))
        start += len(text) + len(joiner)
    return out
