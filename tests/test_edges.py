"""Edges of words: at pauses the sound decides where there is a valley in it, between joined words the path stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsync.phones.edges import EdgeOptions, close_gaps, levels, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from subsync.datatypes import Ms

    Sound = NDArray[np.float32]

EARLY, LATE = 15, -10
"""By how much the path's starts are moved, and its ends, where the sound does not say."""


def bursts(*spans: tuple[Ms, Ms], pause: float = -80.0, voice: float = -20.0, length: Ms = 2400) -> Sound:
    """Noise at the level of a voice in some places and at that of a pause elsewhere, in dB of full scale."""
    noise = np.random.default_rng(5).normal(0, 1, length * 16)
    level = np.full(length * 16, 10 ** (pause / 20))
    for start, end in spans:
        level[start * 16 : end * 16] = 10 ** (voice / 20)
    return np.asarray(noise * level, np.float32)


def placed(sound: Sound, *spans: tuple[Ms, Ms]) -> list[tuple[Ms, Ms]]:
    """Of words after which a silence is a pause."""
    return place(sound, spans, ["one,"] * len(spans), [("N",)] * len(spans))


def near(found: Sequence[tuple[Ms, Ms]], wanted: Sequence[tuple[Ms, Ms]], by: Ms = 6) -> bool:
    pairs = zip((e for span in found for e in span), (e for span in wanted for e in span), strict=True)
    return all(abs(one - two) <= by for one, two in pairs)


def test_edges_at_pauses_move_to_the_rise_and_the_fall() -> None:
    assert near(placed(bursts((400, 900), (1200, 1700)), (370, 940), (1190, 1690)), [(400, 900), (1200, 1700)])


@pytest.mark.parametrize(("silent", "depth", "found"), [(190, 23, True), (150, 23, False), (190, 17, False)])
def test_no_word_begins_with_a_silence_longer_than_any_closure(silent: Ms, depth: float, found: bool) -> None:
    """The path has no pause between the words: it took it for the second one's soft beginning."""
    sound = bursts((400, 900), (900 + silent, 1500), pause=-20 - depth)
    (_, end), (start, _) = placed(sound, (400, 900), (900, 1500))
    assert near([(end, start)], [(900, 900 + silent * found)])


def test_a_silence_at_the_tail_of_a_word_may_be_a_voice_that_decays() -> None:
    (_, end), _ = placed(bursts((400, 900), (1100, 1500)), (400, 1100), (1100, 1500))
    assert end == 1100


@pytest.mark.parametrize(
    ("silence", "laugh", "word", "parted"),
    [
        (360, 1000, "one,", True),
        (330, 1000, "one,", False),
        (360, 770, "one,", False),  # of four characters: three times 260 ms and more is no word
        (360, 1000, "on—e", False),  # two words
        (360, 1000, "1,01", False),
    ],
)
def test_a_laugh_beyond_a_silence_is_no_part_of_a_word(silence: Ms, laugh: Ms, word: str, parted: bool) -> None:
    """Behind the word, and in front of it."""
    end = 700 + silence + laugh
    behind = place(bursts((400, 700), (700 + silence, end)), [(400, end)], [word], [("N",)])
    before = place(bursts((100, 100 + laugh), (100 + laugh + silence, 1900)), [(100, 1900)], [word], [("N",)])

    assert near(behind, [(400, 700 if parted else end)])
    assert near(before, [(100 + laugh + silence if parted else 100, 1900)])


def test_edges_between_joined_words_stay() -> None:
    (_, one), (two, _) = placed(bursts((400, 900)), (390, 640), (640, 905))
    assert (one, two) == (640, 640)


@pytest.mark.parametrize(("depth", "found"), [(23, True), (17, False)])
def test_a_start_follows_the_level_only_out_of_a_valley_of_20_db(depth: float, found: bool) -> None:
    """In music 17 dB below the voice nothing marks a pause: the path stands, less what it is early."""
    sound = bursts((400, 900), pause=-20 - depth)
    ((start, _),) = placed(sound, (360, 900))
    assert near([(start, 0)], [(400 if found else 360 + EARLY, 0)], by=8)


@pytest.mark.parametrize(("depth", "found"), [(15, True), (10, False)])
def test_an_end_follows_the_level_only_into_a_valley_of_12_db(depth: float, found: bool) -> None:
    sound = bursts((400, 900), pause=-20 - depth)
    ((_, end),) = placed(sound, (400, 940))
    assert near([(0, end)], [(0, 900 if found else 940 + LATE)], by=8)


def test_an_edge_with_no_rise_or_fall_in_reach_is_where_the_path_has_it() -> None:
    assert placed(bursts((400, 900)), (250, 1100)) == [(250 + EARLY, 1100 + LATE)]


@pytest.mark.parametrize(("path", "follows"), [(455, True), (465, False), (345, True), (335, False)])
def test_a_start_moves_60_ms_at_most(path: Ms, follows: bool) -> None:
    ((start, _),) = placed(bursts((400, 900)), (path, 900))
    assert (abs(start - 400) <= 6) == follows


@pytest.mark.parametrize(("path", "follows"), [(995, True), (1008, False), (850, True), (830, False)])
def test_an_end_moves_100_ms_back_and_60_on(path: Ms, follows: bool) -> None:
    """A room's echo is taken for the word."""
    ((_, end),) = placed(bursts((400, 900)), (400, path))
    assert (abs(end - 900) <= 6) == follows


@pytest.mark.parametrize("stop", ["P", "B", "T", "D", "K", "G", "CH", "JH"])
@pytest.mark.parametrize(("path", "follows"), [(300, True), (280, False)])
def test_a_start_of_a_stop_moves_110_ms_into_it(stop: str, path: Ms, follows: bool) -> None:
    """So much of the pause before "But" the path takes for its closure."""
    ((start, _),) = place(bursts((400, 900)), [(path, 900)], ["But,"], [(stop, "T")])
    assert (abs(start - 400) <= 6) == follows


@pytest.mark.parametrize("hiss", ["S", "Z", "SH", "ZH", "F", "TH"])
@pytest.mark.parametrize(("path", "follows"), [(935, True), (948, False), (850, True), (830, False)])
def test_the_end_of_a_hiss_moves_40_ms_back(hiss: str, path: Ms, follows: bool) -> None:
    """Over a telephone it is as quiet as the pause."""
    ((_, end),) = place(bursts((400, 900)), [(400, path)], ["ones,"], [("N", hiss)])
    assert (abs(end - 900) <= 6) == follows


def soft(onset: float, tail: float, *, pause: float) -> Sound:
    """A voice that is softer for 50 ms before and behind, by so many dB above the pause."""
    sound, time = bursts((450, 900), pause=pause), np.arange(2400 * 16) // 16
    sound = np.where((time >= 400) & (time < 450), bursts((400, 450), voice=pause + onset), sound)
    return np.where((time >= 900) & (time < 950), bursts((900, 950), voice=pause + tail), sound).astype(np.float32)


@pytest.mark.parametrize(("pause", "onset", "start"), [(-60, 3, 450), (-60, 7, 400), (-45, 3, 450), (-45, 7, 400)])
def test_a_start_is_looked_for_low_in_the_valley(pause: float, onset: float, start: Ms) -> None:
    """A soft onset belongs to the word."""
    ((found, _),) = placed(soft(onset, 0, pause=pause), (420, 930))
    assert near([(found, 0)], [(start, 0)], by=8)


@pytest.mark.parametrize(("pause", "tail", "end"), [(-60, 12, 900), (-60, 16, 950), (-35, 6, 900), (-35, 10, 950)])
def test_an_end_is_looked_for_higher(pause: float, tail: float, end: Ms) -> None:
    """A slow decay is the room's: a third of a deep valley, 8 dB of a flat one."""
    ((_, found),) = placed(soft(0, tail, pause=pause), (420, 940))
    assert near([(0, found)], [(0, end)], by=8)


@pytest.mark.parametrize(("below", "start"), [(22, 400), (28, 450)])
def test_a_hiss_begins_less_than_25_db_below_the_voice(below: float, start: Ms) -> None:
    """Over a telephone what is softer, if there is anything, is the line."""
    sound = np.where(np.arange(2400 * 16) // 16 < 450, bursts((400, 450), voice=-20 - below), bursts((450, 900)))
    ((found, _),) = place(sound.astype(np.float32), [(420, 930)], ["so,"], [("S", "OW")])
    assert near([(found, 0)], [(start, 0)], by=8)


@pytest.mark.parametrize(("music", "follows"), [(745, True), (860, False)])
def test_what_is_beside_an_edge_for_200_ms_tells_pause_from_voice(music: Ms, follows: bool) -> None:
    """Music that stopped before that does not matter, neither in front of a word nor behind it."""
    sound = bursts((0, music), (1000, 1300), (2300 - music, 2400))
    ((start, end),) = placed(sound, (960, 1340))
    assert near([(start, end)], [(1000, 1300) if follows else (960 + EARLY, 1340 + LATE)])


def test_a_pause_of_70_ms_is_long_enough_to_be_heard() -> None:
    (_, end), (start, _) = placed(bursts((400, 650), (720, 1000)), (400, 656), (730, 1000))
    assert near([(end, start)], [(650, 720)])


@pytest.mark.parametrize(("silence", "pause"), [(49, False), (51, True)])
def test_a_short_silence_is_no_pause(silence: Ms, pause: bool) -> None:
    sound = bursts((400, 650), (700, 1000))
    (_, end), (start, _) = placed(sound, (400, 640), (640 + silence, 1000))
    assert ((end, start) != (640, 640 + silence)) == pause


def test_far_below_the_voice_all_is_silence() -> None:
    """What a codec leaves before a word 60 dB below it is not its beginning."""
    sound = bursts((400, 900), pause=-100)
    echo = bursts((360, 400), pause=-100, voice=-75)
    ((start, _),) = placed(sound + echo, (370, 900))
    assert near([(start, 0)], [(400, 0)])


def test_noise_in_a_pause_is_no_beginning() -> None:
    """Its loudest moments are not: the level has to pass what nine in ten of them have."""
    rng = np.random.default_rng(3)
    uneven = np.repeat(rng.choice([1.0, 3.5], 240, p=[0.85, 0.15]), 160).astype(np.float32)
    sound = bursts((400, 900), pause=-50) * np.where(np.arange(2400 * 16) // 16 < 400, uneven[: 2400 * 16], 1)
    ((start, _),) = placed(sound.astype(np.float32), (385, 900))
    assert near([(start, 0)], [(400, 0)], by=8)


@given(
    st.lists(st.integers(0, 2000), min_size=2, max_size=12, unique=True).filter(lambda edges: len(edges) % 2 == 0),
    st.lists(st.integers(0, 2000), min_size=4, max_size=4, unique=True),
)
def test_placed_words_still_ascend(edges: list[int], loud: list[int]) -> None:
    edges, loud = sorted(edges), sorted(loud)
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    after = [e for span in placed(bursts((loud[0], loud[1]), (loud[2], loud[3])), *spans) for e in span]
    assert len(after) == len(edges)
    assert after == sorted(after)
    assert all(abs(a - b) <= 100 for a, b in zip(after[1::2], edges[1::2], strict=True))
    assert all(a >= b - 60 for a, b in zip(after[::2], edges[::2], strict=True))


def test_no_words_have_no_edges() -> None:
    assert place(np.zeros(0, np.float32), [], [], []) == []


def test_levels_are_of_10_ms_around_every_2_5() -> None:
    sound = bursts((100, 200), length=300)
    found = levels(sound)
    assert len(found) == 120
    assert found[60] == pytest.approx(-20, abs=1.5)
    assert found[20] == pytest.approx(-80, abs=1.5)
    assert levels(np.zeros(160, np.float32)).tolist() == [-100.0] * 4


@pytest.mark.parametrize(
    ("phones", "gap", "expected"),
    [
        ((("HH", "ER"), ("F", "R")), 140, (600, 600)),  # "her friends": the friction is too soft to be heard
        ((("K", "AO", "Z", "D"), ("DH", "EH", "M")), 76, (638, 638)),  # both may be silent: in the middle
        ((("G", "UH", "D"), ("AE", "N", "D")), 90, (690, 690)),  # the closure of the first word's last stop
        ((("S", "IY"), ("EH", "N", "IY")), 90, (600, 690)),  # no sound of either is silent: a pause
        ((("S", "IY"), ("T", "UW")), 171, (600, 771)),  # no closure takes so long
    ],
)
def test_a_short_silence_belongs_to_the_sound_that_makes_it(
    phones: tuple[tuple[str, ...], tuple[str, ...]], gap: int, expected: tuple[int, int]
) -> None:
    (_, end), (start, _) = close_gaps(["one", "two"], phones, [(0, 600), (600 + gap, 2000)], EdgeOptions().closure)
    assert (end, start) == expected


def test_a_silence_after_punctuation_is_a_pause() -> None:
    """Even a short one, and even before a stop."""
    spans = [(0, 600), (700, 900)]
    assert close_gaps(["one,", "two"], [("N",), ("T",)], spans, EdgeOptions().closure) == spans
