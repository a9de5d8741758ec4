"""Numbers of the word links: what each does, one at a time, with matches that are made for it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from subsync.bitext import sounds, word_links
from subsync.bitext.evidence import Lexicon, english_tokens
from subsync.bitext.sounds import sounds_like


def linked(en: str, zh: str, *matches: tuple[int, int, float]) -> list[tuple[int, int]]:
    """Where the first word of a clause is linked to, if these are the places and scores of its matches."""
    tokens = english_tokens(en)
    lexicon: Any = SimpleNamespace(matches=lambda _en, _zh: (tokens, [(0, *match) for match in matches]))
    return [link.zh for link in word_links.link_words(lexicon, en, zh)]


@pytest.mark.parametrize(
    ("word", "score", "found"),
    [("wheel", 0.29, False), ("wheel", 0.3, True), ("very", 0.59, False), ("very", 0.6, True)],
)
def test_a_weak_match_is_none_and_of_grammar_a_middling_one(word: str, score: float, found: bool) -> None:
    assert bool(linked(word, "轮", (0, 1, score))) is found


@pytest.mark.parametrize(("second", "found"), [(0.89, True), (0.91, False)])
def test_a_link_is_a_tenth_better_than_one_to_elsewhere(second: float, found: bool) -> None:
    """Else either may be meant."""
    assert bool(linked("wheel", "轮一一一一一一一一轮", (0, 1, 1.0), (9, 10, second))) is found


@pytest.mark.parametrize(("score", "found"), [(1.2, [(0, 1)]), (1.4, []), (1.6, [(19, 20)])])
def test_a_match_at_the_other_end_of_the_clause_loses_three_tenths(score: float, found: list[tuple[int, int]]) -> None:
    """exp(-0.35 * 0.95) is 0.72: the orders of the languages differ, but not wholly."""
    assert linked("wheel" + " x" * 47 + " ", "一" * 20, (0, 1, 1.0), (19, 20, score)) == found


@pytest.mark.parametrize(("matches", "zh"), [([(24, 26), (24, 27)], "一" * 50), ([(2, 4), (2, 3)], "一" * 5)])
def test_a_character_more_counts_a_fiftieth_more(matches: list[tuple[int, int]], zh: str) -> None:
    """More than a place that is a hundredth of the clause better, less than one that is a tenth better."""
    assert linked("wheel", zh, *[(*match, 1.0) for match in matches]) == matches[1:]


@pytest.mark.parametrize(("gloss", "found"), [(0.7, [(0, 3)]), (0.85, []), (0.96, [(7, 10)])])
def test_a_sound_counts_nine_tenths_of_a_gloss(gloss: float, found: list[tuple[int, int]]) -> None:
    """Three characters of a gloss count 1.06 times."""
    assert sounds_like("Brandon", "布兰登") == 1.0
    assert linked("Brandon", "布兰登，，，，轮轮轮", (7, 10, gloss)) == found


def test_names_of_two_to_seven_characters_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[int] = set()

    def listened(_: str, chinese: str) -> float:
        asked.add(len(chinese))
        return 0.0

    monkeypatch.setattr(word_links, "sounds_like", listened)
    word_links.link_words(Lexicon.of([], []), "We met Christopher.", "我们见过克里斯托弗先生")
    assert asked == {2, 3, 4, 5, 6, 7}


def test_of_characters_with_several_readings_24_ways_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven characters of three readings have two thousand, and every name is held against every place."""
    tried: list[str] = []

    def alike(_: str, spoken: str) -> float:
        tried.append(spoken)
        return 0.0

    monkeypatch.setattr(sounds, "_spoken", lambda _: ("P", "T", "K"))
    monkeypatch.setattr(sounds, "_alike", alike)
    sounds_like.__wrapped__("Brandon", "布兰登顿")
    assert len(tried) == len(set(tried)) == 24
