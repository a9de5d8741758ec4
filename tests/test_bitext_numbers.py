"""Numbers of the pairing that were chosen and not fitted: what each does, one at a time."""

from __future__ import annotations

import sys
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from test_bitext import TRADE, note_of

from subsync.bitext import PairOptions, links, pair, sounds
from subsync.bitext.evidence import Lexicon, english_tokens
from subsync.bitext.grid import Grid
from subsync.bitext.links import MOST_CELLS, Spoken, cells
from subsync.bitext.model import clause_features, sentence_features
from subsync.bitext.pair import Question, _ratio

if TYPE_CHECKING:
    from subsync.datatypes import Bead

RARE = (["A summit.", "Bread.", "Rain.", "We can."], ["峰会。", "面包。", "下雨。", "我们会。"])


def weights(lexicon: Lexicon, en: str, zh: str) -> list[float]:
    return [weight for *_, weight in lexicon.matches(en, zh)[1]]


def test_words_of_grammar_weigh_three_tenths() -> None:
    lexicon = Lexicon.of([], [])
    assert [lexicon._en_mass(token) for token in english_tokens("bread very")] == [1.0, 0.3]
    assert [lexicon._han_mass(char) for char in "面的"] == [1.0, 0.3]


def test_a_character_says_less_than_a_word_and_less_still_inside_one() -> None:
    lexicon = Lexicon.of(*RARE)
    whole = dict(lexicon._rendered("会"))["can"]
    assert weights(lexicon, "can", "会") == [pytest.approx(0.7 * whole)]
    assert weights(lexicon, "can", "峰会") == [pytest.approx(0.4 * 0.7 * whole)]


@pytest.mark.parametrize(("times", "found"), [(50, True), (51, False)])
def test_a_word_said_more_than_fifty_times_in_a_paragraph_pairs_nothing(times: int, found: bool) -> None:
    assert bool(weights(Lexicon.of(*RARE), "summit " * times, "峰会")) is found


@pytest.mark.parametrize(
    ("en", "zh"), [("We can.", "我们会。"), ("In 20 summits, 20,000 rain.", "二十个峰会，下雨两万次。"), ("", "雨。")]
)
def test_of_a_note_a_question_says_all_that_evidence_needs(en: str, zh: str) -> None:
    """Also of a word that the note has as a part of a number only, and of what the note does not have."""
    note = Lexicon.of([*RARE[0], "It took 20 thousand summits."], [*RARE[1], "用了两万次峰会。"])
    alone = Lexicon.alone(*note.rarity([en], [zh]), [zh])
    one, two = (astuple(lexicon.evidence([en], zh)) for lexicon in (note, alone))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    assert note.matches(en, zh) == alone.matches(en, zh)


def test_a_correction_leaves_the_questions_about_other_paragraphs_as_they_were() -> None:
    """A word is as rare if it is said twenty-one times instead of twenty; not if it is said all the time."""

    def asked(deals: int) -> set[Question]:
        made = [
            ("deal" if k < deals else "long promise", "".join(chr(97 + (k // n) % 26) for n in (26, 1)))
            for k in range(300)
        ]
        known: dict[Question, tuple[Bead, ...]] = {}
        pair(note_of(*(([f"We made a {what} with {whom}."], ["我们做了。"]) for what, whom in made)), known=known)
        return {*known}

    before = asked(20)
    assert len(before) == 300
    assert {question.ratio for question in before} == {round(next(iter(before)).ratio, 2)}  # few letters change that
    assert len(asked(21) - before) == 1
    assert len(asked(150) - before) > 200


def strangeness(en: str, zh: str) -> float:
    evidence = Lexicon.of([en], [zh]).evidence([en], zh)
    _, features = sentence_features(evidence, [en], [zh], most=(1, 1), ratio=0.35)
    return float(features["strange"][1, 1, 0, 0])


def test_a_strange_length_counts_for_four_sigmas_at_most() -> None:
    assert strangeness("Bread.", "面包" * 100) == 16.0
    # 14 expected, 10.3 seen, 1.1 of 12.15 the variance
    assert strangeness("x" * 39, "好" * 10) == pytest.approx((10.3 - 14) ** 2 / (1.1 * 12.15))


@pytest.mark.parametrize(("letters", "han"), [(0, 0), (200, 50), (1000, 400)])
def test_two_hundred_letters_weigh_as_much_as_the_usual_ratio(letters: int, han: int) -> None:
    note = note_of((["x" * letters], ["好" * han])) if letters else note_of((["We go."], []))
    assert _ratio(note) == pytest.approx((han + 0.35 * 200) / (letters + 200))


def test_a_grid_of_160_sentences_to_160_is_weighed_at_once_and_no_larger_one() -> None:
    longest = PairOptions().longest_bead
    assert cells(longest, (160, 160)) <= MOST_CELLS < cells(longest, (161, 161))


def test_a_paragraph_with_far_more_sentences_on_one_side_has_beads_of_sixty_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, int]] = []

    def features(*args: object, most: tuple[int, int], **named: float) -> object:
        asked.append(most)
        return sentence_features(*args, most=most, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(sys.modules["subsync.bitext.pair"], "sentence_features", features)
    pair(note_of((["We go.", "We stay."], ["好。"] * 100)))
    assert asked == [(2, 60)]


def test_a_very_long_paragraph_is_seen_as_120_blocks_then_in_windows_of_60_sentences(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The blocks are few enough to be paired in one go; the windows are so long that what their ends lose is little."""
    asked: list[tuple[int, int]] = []

    def features(evidence: object, en: list[str], zh: list[str], **named: object) -> object:
        if len(asked) == 2:
            raise StopIteration
        asked.append((len(en), len(zh)))
        return sentence_features(evidence, en, zh, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(sys.modules["subsync.bitext.pair"], "sentence_features", features)
    with pytest.raises(RuntimeError, match="StopIteration"):  # that is what a generator makes of it
        pair(note_of(([f"It is {n}." for n in range(1000, 1240)], [f"这是{n}。" for n in range(1000, 1240)])))
    assert asked == [(120, 120), (60, 60)]


TALK = (
    [
        "Um, you know, I think that we sold bread where he was born, and it was a long way from the oven: a fire.",
        "What I know is they borrowed two million when the flour was cheap; then we gave up baking in the winter.",
        "Right, um, we left because the shop was closed and it rained, and then the tide came.",
    ],
    [
        "我想我们在他出生的地方卖面包；离烤箱很远：一场火。",
        "我知道的是，面粉便宜的时候他们借了两百万，后来我们冬天就不烤面包了。",
        "对，我们走了，因为店关了，还下了雨，然后潮水来了。",
    ],
)
"""Every kind of cut that a clause may end at."""


def test_probabilities_are_those_of_the_fitted_weights() -> None:
    """The weights were fitted together (``bench/fit/pairing.py`` measures them): another one of them is another model.

    Doubled or with its sign turned each changes a probability here: of beads of all shapes, and of links between
    clauses.
    """
    beads = pair(note_of(TRADE))
    assert [(len(b.en), len(b.zh), round(b.confidence, 2)) for b in beads] == [
        (1, 1, 0.85),
        (1, 0, 0.72),
        (1, 1, 0.86),
        (1, 1, 0.99),
        (1, 1, 0.98),
        (1, 1, 1.0),
    ]
    assert [[round(link.confidence, 3) for link in bead.links] for bead in pair(note_of(TALK))] == [
        [0.794, 0.79, 0.989],
        [0.638, 0.606, 0.939],
        [0.517, 0.449, 0.82, 0.914, 0.983],
    ]


@pytest.mark.parametrize(
    ("sentences", "may_be"), [((4, 4), True), ((5, 3), False), ((9, 2), True), ((2, 9), True), ((3, 9), False)]
)
def test_a_bead_has_four_sentences_to_four_or_many_to_two(sentences: tuple[int, int], may_be: bool) -> None:
    """Nine of them are one long sentence in the other language, or two."""
    en, zh = ["A summit."] * 9, ["峰会。"] * 9
    places = [(10 * k, 10 * k + 9) for k in range(9)], [(3 * k, 3 * k + 3) for k in range(9)]
    grid = Grid(Lexicon.of(en, zh).evidence(en, "".join(zh)), *places, most=(9, 9))
    assert grid.fits[(*sentences, 0, 0)] == may_be


def test_a_link_has_sixteen_pieces_of_english_and_four_of_chinese_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where that is twice the even share of both."""
    en, zh = " ".join(["Bread,"] * 20), "面包，" * 10
    seen = []

    def features(*given: Any, most: tuple[int, int], ratio: float) -> Any:
        seen.append(most)
        return clause_features(*given, most=most, ratio=ratio)

    monkeypatch.setattr(links, "clause_features", features)
    sides = [Spoken(0, "en", en, 0)], [Spoken(1, "zh", zh, 0)]
    links.link_clauses(Lexicon.of([en], [zh]).evidence([en], zh), *sides, weights=PairOptions().clauses, ratio=0.35)
    assert seen == [(16, 4)]


def test_a_consonant_that_stands_for_another_costs_less_than_half_of_a_wrong_one() -> None:
    same, near, wrong = (sounds._alike("CNF", heard) for heard in ("CNF", "SNF", "LNF"))
    assert same == 1.0
    assert (same + wrong) / 2 < near < same
