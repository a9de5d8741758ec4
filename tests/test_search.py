"""What a cue costs, number by number, and which cues are looked at.

Flows are made by hand here, each piece with the cost of the break after it, so that every sum can be done on paper.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import pytest

from subsync.cues import search as cost_of
from subsync.cues.flow import Flow, flow, join
from subsync.cues.limits import CueOptions
from subsync.cues.search import Edge, Shown, Spans, lead_edges, search
from subsync.cues.spoken import Passage, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

NETFLIX = CueOptions()
NEVER = 10**9
CUE = 1.2


def en(*pieces: tuple[str, float], columns: int = 42) -> Flow:
    return flow([(text, " ", cost) for text, cost in pieces], "en", columns)


def zh(*pieces: tuple[str, float]) -> Flow:
    return flow([(text, "", cost) for text, cost in pieces], "zh", 16)


def words(*breaks: float) -> Flow:
    """Words of nine letters."""
    return en(*(("x" * 9, cost) for cost in breaks))


def passage(
    lead: Flow,
    other: Flow | None = None,
    units: Sequence[tuple[int, int, int, int]] = (),
    *,
    each: int = 1000,
    pauses: Sequence[int] = (),
) -> Passage:
    """Pieces that last ``each`` ms; ``pauses`` are those in front of the first pieces."""
    size = len(lead.pieces)
    before = [*pauses, *[0] * (size - len(pauses))]
    starts = [n * each + pause for n, pause in enumerate(accumulate(before))]
    found = [Unit(*unit) for unit in units] or [Unit(0, size, 0, len(other.pieces) if other else 0)]
    return Passage(lead, starts, [start + each for start in starts], found, other or join((), "zh", 1))


def span(spoken: Passage, i: int = 0, j: int | None = None, until: int = NEVER) -> tuple[float, int]:
    cost, duration = Spans(spoken, until, NETFLIX).span(i, len(spoken.lead.pieces) if j is None else j)
    return round(cost, 6), duration


def edges(spoken: Passage) -> list[list[Edge]]:
    return lead_edges(spoken, Spans(spoken, NEVER, NETFLIX))


# --- a cue for itself -------------------------------------------------------------------------------------------------


def test_a_cue_costs_its_unit_and_a_second_line_with_its_break() -> None:
    assert span(passage(words(1.0, 0.0))) == (CUE, 2500)
    assert span(passage(words(1.0, 1.0, 0.5, 1.0, 0.0))) == (CUE + 0.3 + 4.0 * 0.5, 5500)


def test_a_silence_of_a_second_and_a_half_parts_cues() -> None:
    assert span(passage(words(1.0, 0.0), pauses=[0, 1500]))[0] == CUE + 12.0
    assert span(passage(words(1.0, 0.0), pauses=[0, 1499]))[0] == CUE


def test_a_sentence_left_open_costs_more_than_a_tail() -> None:
    two = words(1.0, 0.0, 1.0, 0.0)
    assert span(passage(two), 0, 3)[0] == CUE + 125.0
    assert span(passage(two), 1, 4)[0] == CUE + 3.0
    assert span(passage(two), 0, 4)[0] == CUE
    assert span(passage(two), 2, 4)[0] == CUE


@pytest.mark.parametrize(
    ("ms", "cost"),
    [(999, 0.5 / 1500), (500, 0.5 / 3), (333, 0.5 * (1 - 833 / 1500)), (250, 0.25 + 400 * (1 - 750 / 833))],
)
def test_a_short_cue_flashes_by(ms: int, cost: float) -> None:
    assert span(passage(en(("yes", 0.0)), each=ms)) == (round(CUE + cost, 6), ms + 500)


def test_a_cue_beyond_the_maximum_costs_by_the_second() -> None:
    assert span(passage(en(("yes", 0.0)), each=7000))[0] == CUE
    assert span(passage(en(("yes", 0.0)), each=8500))[0] == CUE + 20.0 * 2.5


@pytest.mark.parametrize(
    ("excess", "cost"),
    [(1.0, 0.0), (1.1, 5.0 + 0.15 * 4), (1.25, 5.0 + 0.15 * 25), (1.3, 5.0 + 0.15 * 36 + 110.0)],
)
def test_reading_speed(excess: float, cost: float) -> None:
    assert cost_of._speed_cost(20 * excess, 1000, 20.0) == pytest.approx(cost)


def test_a_cue_after_a_pause_is_reckoned_as_if_it_came_three_frames_early() -> None:
    lead = en(("y", 0.0), ("x" * 40, 0.0), ("z", 0.0))  # takes 2 s
    spoken = Passage(lead, [0, 2208, 4166], [2000, 4083, 5000], [Unit(0, 3, 0, 0)], join((), "zh", 1))
    assert span(spoken, 1, 2) == (CUE, 1875)
    nearer = Passage(lead, [0, 2207, 4165], [2000, 4082, 5000], [Unit(0, 3, 0, 0)], join((), "zh", 1))
    assert span(nearer, 1, 2)[0] > CUE + 5
    shorter = Passage(lead, [0, 3000, 4957], [2000, 4874, 6000], [Unit(0, 3, 0, 0)], join((), "zh", 1))
    assert span(shorter, 1, 2)[0] > CUE + 5


def test_a_cue_that_is_hard_to_read_may_stay_where_nothing_follows() -> None:
    long = en(("x" * 40, 0.0))  # takes 2 s
    assert span(passage(long, each=800)) == (CUE, 2000)
    assert span(passage(long, each=400))[1] == 1900
    assert span(passage(long, each=800), until=1500)[1] == 1417


# --- where cues may end -----------------------------------------------------------------------------------------------


def test_an_edge_costs_six_times_its_break_and_a_clauses_end_little() -> None:
    whole = passage(words(1.0, 0.0), each=2000)
    assert [edge.cost for edge in edges(whole)[0]] == [pytest.approx(CUE + 6.0), CUE]
    clauses = passage(words(1.0, 0.0), zh(("好", 0.5), ("好", 0.5)), [(0, 1, 0, 1), (1, 2, 1, 2)], each=2000)
    assert edges(clauses)[0][0].cost == pytest.approx(CUE + 6.0 * 0.6)


def test_places_that_part_what_belongs_together_are_looked_at_only_where_there_is_a_reason() -> None:
    def ends(cost: float, spoken: Passage | None = None) -> list[int]:
        return [edge.j for edge in edges(spoken or passage(words(cost, 1.0, 0.0)))[0]]

    assert ends(2.29) == [1, 2, 3]
    assert ends(2.3) == [2, 3]
    assert ends(0, passage(words(2.3, 1.0, 0.0), pauses=[0, 1500])) == [1, 2, 3]
    two = [(0, 1, 0, 1), (1, 3, 1, 2)]
    assert ends(0, passage(words(2.3, 1.0, 0.0), zh(("好", 0.5), ("好", 0.5)), two)) == [1, 2, 3]
    assert edges(passage(words(2.3, 1.0, 0.0), zh(("好", 0.5), ("好", 0.5)), two, each=2000))[0][
        0
    ].cost == pytest.approx(CUE + 6.0 * 2.3)
    assert [edge.j for edge in edges(passage(words(3.0, 3.0, 3.0)))[0]] == [1, 2, 3]


def test_where_no_cue_ends_none_begins() -> None:
    found = edges(passage(words(2.3, 1.0, 0.0)))
    assert [bool(starting) for starting in found] == [True, False, True]


# --- the translation --------------------------------------------------------------------------------------------------


def test_lines_of_the_translation() -> None:
    beside = cost_of._Beside(zh(*[("好" * 8, 0.5)] * 8), NETFLIX)
    assert beside.cost(0, 2, 7000) == 0.0
    assert beside.cost(0, 4, 7000) == pytest.approx(0.3 + 4.0 * 0.5)
    assert beside.cost(0, 6, 9000) == 400.0
    assert beside.cost(0, 8, 9000) == 800.0


def test_a_line_of_latin_is_a_line_more_and_not_weighed_as_a_break() -> None:
    beside = cost_of._Beside(zh(("Pitchbook", 1.0), ("好" * 15, 0.5)), NETFLIX)
    assert beside.cost(0, 2, 7000) == pytest.approx(0.3 + 4.0 * 1.0 + 120.0)


def test_english_that_nothing_translates_costs_by_the_line() -> None:
    spoken = passage(words(1.0, 1.0, 0.0), zh(("好", 0.5)), [(0, 1, 0, 1), (1, 3, 1, 1)])
    assert cost_of._away(spoken) == [0.0, 0.0, 4.0 * 9 / 42, 4.0 * 19 / 42]


def test_a_clause_is_parted_at_the_best_places_of_its_chinese() -> None:
    chinese = zh(("好", 1.0), ("好", 0.5), ("好", 2.0), ("好", 0.1), ("好", 0.5))
    seams = cost_of._seams(passage(words(1.0, 0.0), chinese))

    def cost(k: int, own: float) -> float:
        unseen = k / 5 * 0.5 + (1 - k / 5) * 0.5
        return 1.0 + 6.0 * own + 2.0 * unseen * 5

    assert seams[2] == [(5, 0.0)]
    assert [k for k, _ in seams[1]] == [4, 2, 1]
    assert [c for _, c in seams[1]] == pytest.approx([cost(4, 0.1), cost(2, 0.5), cost(1, 1.0)])


@pytest.mark.parametrize(("english", "chinese", "parted"), [(0.0, 0.1, 0.2), (0.5, 0.1, 0.5), (3.0, 0.1, 1.0)])
def test_parting_a_clause_costs_less_at_a_place_that_both_languages_like(
    english: float, chinese: float, parted: float
) -> None:
    spoken = passage(words(english, 0.0), zh(("好", chinese), ("好", 0.5)))
    unseen = 0.5 * 0.5 + 0.5 * 0.5
    ((_, cost),) = cost_of._seams(spoken)[1]
    assert cost == pytest.approx(parted + 6.0 * chinese + 2.0 * unseen * 2)


def test_a_word_or_two_may_go_with_the_clause_beside_their_own_where_it_ends_badly() -> None:
    def seams(edge: float) -> list[list[tuple[int, float]]]:
        lead = words(1.0, 1.0, 1.0, 1.0, edge, 1.0, 1.0, 0.0)
        return cost_of._seams(passage(lead, zh(("好", 0.5), ("好", 0.5)), [(0, 5, 0, 1), (5, 8, 1, 2)]))

    assert seams(2.3)[1:] == [[], [], [(1, 1.0)], [(1, 0.5)], [(1, 0.0)], [(1, 0.5)], [(1, 1.0)], [(2, 0.0)]]
    assert seams(2.2)[1:] == [[], [], [], [], [(1, 0.0)], [], [], [(2, 0.0)]]


def test_chinese_that_later_cues_hold_is_better_seen_with_the_first() -> None:
    spoken = passage(words(1.0, 1.0, 0.0), zh(("好" * 10, 0.5)))
    held = cost_of._held(spoken, edges(spoken))
    assert sorted(held) == [1, 2]
    last, before = edges(spoken)[2][0], edges(spoken)[1][1]
    assert (held[2].cuts, held[2].end, held[1].cuts) == ((3,), 1, (3,))
    assert (held[2].cost, held[1].cost) == pytest.approx((1.2 + last.cost, 1.2 + before.cost))
    assert held[2].unseen == pytest.approx(0.05 * (1 - 20 / 30) * 10)


def test_english_alone_costs_more_in_a_paragraph_that_has_chinese() -> None:
    units = [(0, 1, 0, 1), (1, 2, 1, 1)]
    alone = passage(words(0.0, 0.0), zh(("好", 0.5)), units, each=2500)
    lattice = cost_of._Lattice(alone, edges(alone), NETFLIX)
    lattice.go_on(1, 1, 0.0)
    assert lattice.ways[2][1].cost == CUE + 3.0
    english = passage(words(0.0, 0.0), each=2500)
    lattice = cost_of._Lattice(english, edges(english), NETFLIX)
    lattice.go_on(0, 0, 0.0)
    assert lattice.ways[2][0].cost == CUE


# --- the whole --------------------------------------------------------------------------------------------------------


def test_the_cheapest_cues_cover_everything_in_order() -> None:
    lead, other = words(1.0, 0.0, 1.0, 0.0), zh(("好" * 9, 0.0), ("好" * 9, 0.0))
    spoken = passage(lead, other, [(0, 2, 0, 1), (2, 4, 1, 2)], each=1500)
    found = search(spoken, edges(spoken), NETFLIX)
    assert found == [Shown(spoken, 0, 4, 0, 2)]
    apart = passage(lead, other, [(0, 2, 0, 1), (2, 4, 1, 2)], each=1500, pauses=[0, 0, 1500])
    found = search(apart, edges(apart), NETFLIX)
    assert [cue[1:] for cue in found] == [(0, 2, 0, 1), (2, 4, 1, 2)]
    assert all(a.j == b.i and a.q == b.p for a, b in pairwise(found))
