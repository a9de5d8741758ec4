"""What a path through the words costs, on phones of one state each and sound of which every frame is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from subsync.phones.lattice import OTHER, Costs, best_path, build

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SOUNDS = ("SIL", "A", "B", "C")
FAR = -100.0
"""How a frame fits what it does not sound like."""


@dataclass(frozen=True)
class Plain:
    """Phones whose state costs nothing to stay in and nothing to leave."""

    @property
    def moves(self) -> Mapping[str, Sequence[tuple[float, float]]]:
        return dict.fromkeys(SOUNDS, ((0.0, 0.0),))

    def triphone(self, phone: str, left: str, right: str, position: str) -> tuple[int, ...]:
        return (SOUNDS.index(phone),)


def said(words: str, *frames: Mapping[str, float] | str) -> tuple[str, float]:
    """What each frame is taken for, and the score; phones are letters, ``-`` is silence and ``?`` other sound.

    A frame is a letter that it fits perfectly, or how it fits some.
    """
    lattice = build([[tuple(word)] for word in words.split()], Plain(), Costs())
    fits = []
    for frame in frames:
        fit = {frame: 0.0} if isinstance(frame, str) else frame
        known = {("SIL" if sound == "-" else sound): value for sound, value in fit.items()}
        fits.append([known.get("?" if tied == OTHER else SOUNDS[tied], FAR) for tied in lattice.tied.tolist()])
    found = best_path(lattice, np.array(fits, np.float32), [(0, len(lattice.tied))] * len(frames))
    assert found is not None
    path, score = found
    kinds = {OTHER: "?", 0: "-"}
    return "".join(kinds.get(int(lattice.tied[s]), SOUNDS[lattice.tied[s]]) for s in path), score


def test_words_that_follow_one_another_cost_nothing() -> None:
    assert said("A B C", "A", "A", "B", "C", "C") == ("AABCC", 0.0)
    assert said("A B", "-", "A", "B") == ("-AB", 0.0)


@pytest.mark.parametrize(("fit", "taken"), [(-4, "AAB"), (-6, "A-B")])
def test_silence_is_taken_where_it_fits_better_by_5(fit: float, taken: str) -> None:
    assert said("A B", "A", {"-": 0, "A": fit}, "B")[0] == taken


@pytest.mark.parametrize(("fit", "taken"), [(-19, "AAB"), (-21, "A?B")])
def test_other_sound_is_taken_where_it_fits_better_by_20(fit: float, taken: str) -> None:
    assert said("A B", "A", {"?": 0, "A": fit}, "B")[0] == taken


@pytest.mark.parametrize(("fit", "taken"), [(-9, "?A?"), (-11, "???")])
def test_a_word_is_left_out_where_that_fits_better_by_30(fit: float, taken: str) -> None:
    """Said, it is the end of it that costs 20: other sound begins."""
    assert said("A", "?", {"?": 0, "A": fit}, "?")[0] == taken


@pytest.mark.parametrize(("fit", "taken"), [(-39, "ABBBC"), (-41, "ABABC")])
def test_a_word_is_said_again_where_that_fits_better_by_40(fit: float, taken: str) -> None:
    assert said("AB C", "A", "B", {"A": 0, "B": fit}, "B", "C")[0] == taken


@pytest.mark.parametrize(("fit", "taken"), [(-44, "ABBBBC"), (-46, "AB-ABC")])
def test_after_a_pause_it_is_by_5_more(fit: float, taken: str) -> None:
    assert said("AB C", "A", "B", {"-": 0, "B": fit / 2}, {"A": 0, "B": fit / 2}, "B", "C")[0] == taken


def test_there_is_no_way_through_fewer_frames_than_a_word_has_phones() -> None:
    lattice = build([[("A", "B", "C")]], Plain(), Costs(skip=-np.inf))
    states = len(lattice.tied)
    assert best_path(lattice, np.zeros((2, states), np.float32), [(0, states)] * 2) is None
