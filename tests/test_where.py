"""Where: rough times that bind, and such as do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from fakes import note_of

from subsync.align.quiet import Quiet
from subsync.align.scene import Scene
from subsync.align.where import _firm, where
from subsync.align.windows import Candidate
from subsync.datatypes import LaidWord, RecognizedWord
from subsync.sound import RATE, Recording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from subsync.datatypes import Ms, SpokenWord
    from subsync.listen import Listener
    from subsync.sound import Samples

TEXT = "Lighthouse keepers counted ships along the northern harbour."
WORDS = TEXT.split()


def heard(*starts: Ms, length: Ms = 300, probability: float = 0.9) -> list[SpokenWord]:
    return [RecognizedWord(w, s, s + length, probability) for w, s in zip(WORDS, starts, strict=True)]


def found(
    tmp_path: Path, words: list[SpokenWord], text: str = TEXT, duration: Ms = 90_000, listener: Listener | None = None
) -> list[Candidate]:
    (tmp_path / "sound").write_bytes(np.zeros(duration * RATE, "<i2").tobytes())
    scene = Scene(Recording(tmp_path / "sound", duration * RATE), Quiet((), ()), tuple(words))
    return list(where(note_of(f"# A\n\n{text}\n"), scene, listener).candidates)


EVEN = [1000 + 400 * k for k in range(8)]


def test_a_word_stretched_over_music_begins_where_it_can_be_said(tmp_path: Path) -> None:
    """Whisper lets the first word behind 75 s of music begin in it; it knows where the word ends."""
    words = heard(*(75_000 + t for t in EVEN))
    words[0] = RecognizedWord(WORDS[0], 59_850, words[0].end, 0.9)
    first = found(tmp_path, words)[0]
    assert first.end == 76_300
    assert 76_300 - 3000 <= first.start <= 76_300 - 1500


@pytest.mark.parametrize(("length", "cut"), [(2600, False), (2700, True)])
def test_a_word_may_be_drawn_out(tmp_path: Path, length: Ms, cut: bool) -> None:
    """Ten letters take 0.65 s on average: three times that and 0.7 s are left to them."""
    words = heard(*(20_000 + t for t in EVEN))
    words[0] = RecognizedWord("Lighthouse", words[0].end - length, words[0].end, 0.9)
    assert (found(tmp_path, words)[0].start > words[0].start) == cut


def test_only_what_was_heard_is_drawn_out(tmp_path: Path) -> None:
    """A word that was laid over the sound begins where its phones do."""
    words = heard(*(20_000 + t for t in EVEN))
    words[0] = LaidWord("Lighthouse", words[0].end - 3000, words[0].end)
    assert found(tmp_path, words)[0].start == words[0].start


@pytest.mark.parametrize(("probability", "likeness"), [(0.9, 1.0), (0.0, 1.0), (None, 0.0)])
def test_likeness_counts_what_was_heard_however_improbable(
    tmp_path: Path, probability: float | None, likeness: float
) -> None:
    words = heard(*EVEN)
    one = words[4]
    words[4] = (
        LaidWord(one.text, one.start, one.end)
        if probability is None
        else RecognizedWord(one.text, one.start, one.end, probability)
    )
    assert found(tmp_path, words)[4].likeness == likeness


@pytest.mark.parametrize(("hole", "binds"), [(990, True), (1010, False)])
def test_a_lone_word_far_from_its_sentence_binds_nobody(tmp_path: Path, hole: Ms, binds: bool) -> None:
    late = [EVEN[0], *(t + hole - 100 for t in EVEN[1:])]
    assert found(tmp_path, heard(*late))[0].firm == binds


@pytest.mark.parametrize(("hole", "binds"), [(590, True), (610, False)])
def test_what_nobody_heard_beside_a_hole_binds_nobody(tmp_path: Path, hole: Ms, binds: bool) -> None:
    """It was laid over the sound, perhaps on the wrong side of the hole."""
    starts = [*EVEN[:4], *(t + hole - 100 for t in EVEN[4:])]
    words = heard(*starts)
    words[4] = LaidWord(WORDS[4], words[4].start, words[4].end)
    four = found(tmp_path, words)[4]
    assert (four.likeness, four.firm) == (0.0, binds)


@pytest.mark.parametrize(
    ("room", "length", "firm"),
    [
        (100, 1870, [False, False, True]),
        (640, 1870, [False, False, True]),
        (660, 1870, [True, True, True]),  # half of what the four words between need
        (100, 1850, [True, True, True]),  # eight letters take 0.52 s on average: three times that and 0.3 s are left
    ],
)
def test_a_word_drawn_out_over_words_without_room_binds_nobody(
    tmp_path: Path, room: Ms, length: Ms, firm: list[bool]
) -> None:
    """Nor does the short one between; what comes behind it was heard where it is."""
    start = 3050 + room
    spans = {k: (1000 + 350 * k, 1300 + 350 * k) for k in range(6)}
    spans |= {10: (start, start + 200), 11: (start + 200, start + 200 + length)}
    spans |= {k: (spans[11][1] + 350 * n, spans[11][1] + 350 * n + 300) for n, k in enumerate(range(12, 19))}
    assert firm_ones(tmp_path, spans) == {*spans} - {
        k for k, stays in zip((10, 11, 12), firm, strict=True) if not stays
    }


def test_a_word_drawn_out_before_words_without_room_binds_nobody(tmp_path: Path) -> None:
    """It may stand on either side of them."""
    spans = {k: (1000 + 350 * k, 1300 + 350 * k) for k in range(5)}
    spans |= {5: (2800, 4800), **{k: (4850 + 350 * n, 5150 + 350 * n) for n, k in enumerate(range(10, 19))}}
    assert firm_ones(tmp_path, spans) == {*spans} - {5}


LONGER = (
    "In those long years lighthouse keepers counted ships along the old northern harbour and sent word to the town."
)


def firm_ones(tmp_path: Path, spans: Mapping[int, tuple[Ms, Ms]]) -> set[int]:
    """The words of a long sentence that were heard whose times bind."""
    own = LONGER.split()
    words: list[SpokenWord] = [RecognizedWord(own[k], *span, 0.9) for k, span in spans.items()]
    return {c.word for c in found(tmp_path, words, LONGER) if c.firm and c.word in spans}


@pytest.mark.parametrize(
    ("drawn", "length", "loose"),
    [
        (0, 890, {0}),
        (2, 890, {0, 1, 2}),
        (3, 890, {0, 1, 2, 3}),
        (4, 890, set()),
        (7, 890, set()),
        (8, 890, {8, 9, 10, 11}),
        (11, 890, {11}),
        (3, 880, set()),  # three letters take 0.19 s on average: three times that and 0.3 s are left
    ],
)
@pytest.mark.parametrize("likeness", [0.0, 1.0])
def test_near_a_word_drawn_out_over_a_pause_the_end_of_its_sentence_binds_nobody(
    drawn: int, length: Ms, loose: set[int], likeness: float
) -> None:
    """Heard or laid over the sound: the pause between it and the next sentence may be where that begins or ends."""
    words, now = list[Candidate](), 1000
    for k in range(36):
        lasts = length if k == 12 + drawn else 250
        words.append(Candidate(k, "out", now, now + lasts, likeness))
        now += lasts
    kept = _firm(["out"] * 36, words, [range(12), range(12, 24), range(24, 36)])
    assert {c.word - 12 for c in kept if not c.firm} == loose


def test_what_was_not_heard_is_tried_where_there_is_about_as_much_sound_as_it_needs(tmp_path: Path) -> None:
    words = heard(*EVEN)
    candidates = found(tmp_path, [*words[:3], *words[5:]])
    assert [c.word for c in candidates] == list(range(8))
    assert [c.firm for c in candidates[3:5]] == [False, False] or candidates[3].likeness == 0.0


LONG = "Lighthouse keepers counted ships along every foggy evening before sunrise came over the northern harbour."
OTHERS = ["please", "subscribe", "because", "tickets", "are", "available", "only", "today"]


def tried(tmp_path: Path, probability: float, spoken: int, pace: Ms = 400) -> list[Candidate]:
    """Of a sentence whose middle nobody understood; after some seconds somebody else is heard."""
    own = LONG.split()
    words = [RecognizedWord(w, 1000 + 400 * k, 1300 + 400 * k, 0.9) for k, w in enumerate(own[:4])]
    words += [RecognizedWord(w, 6000 + pace * k, 5990 + pace * (k + 1), probability) for k, w in enumerate(OTHERS)][
        :spoken
    ]
    words += [RecognizedWord(w, 10_000 + 400 * k, 10_300 + 400 * k, 0.9) for k, w in enumerate(own[-4:])]
    return [c for c in found(tmp_path, list(words), LONG, 12_000) if not c.firm]


def test_nothing_of_the_note_is_where_something_else_was_clearly_heard(tmp_path: Path) -> None:
    candidates = tried(tmp_path, 0.86, 8)
    assert [c.word for c in candidates] == list(range(4, 11))
    assert candidates[-1].end <= 6000


@pytest.mark.parametrize(("probability", "spoken", "pace"), [(0.84, 8, 400), (0.9, 7, 400), (0.9, 8, 1500)])
def test_what_was_heard_unclearly_may_be_the_note(tmp_path: Path, probability: float, spoken: int, pace: Ms) -> None:
    """With little sureness, only a few words, or stretched over more time than they take."""
    assert tried(tmp_path, probability, spoken, pace)[-1].end > 7000


def test_a_sentence_begins_beside_itself_and_not_before_somebody_else(tmp_path: Path) -> None:
    """Its first words were misheard; between it and the sentence before it others were understood."""
    text = f"{TEXT} I um first thing every morning they wrote those numbers down."
    own = text.split()
    words = heard(*EVEN)
    words += [RecognizedWord(w, 6000 + 400 * k, 6390 + 400 * k, 0.95) for k, w in enumerate(OTHERS)]
    misheard = ["A", "am", *own[10:]]
    words += [RecognizedWord(w, 10_500 + 400 * k, 10_800 + 400 * k, 0.95) for k, w in enumerate(misheard)]
    candidates = {c.word: c for c in found(tmp_path, words, text, 18_000)}
    assert candidates[10].likeness
    assert [candidates[k].firm for k in (8, 9)] == [False, False]
    assert 10_000 <= candidates[8].start < candidates[9].end <= candidates[10].start


class Deaf:
    """Understands nothing, and remembers how many ms it was given at a time."""

    def __init__(self) -> None:
        self.asked: list[Ms] = []

    def listen(self, samples: Samples, *, hint: str = "") -> tuple[RecognizedWord, ...]:
        assert hint
        self.asked.append(len(samples) // RATE)
        return ()


def parted(
    tmp_path: Path, lost: int, room: Ms, between: Sequence[SpokenWord] = (), listener: Listener | None = None
) -> list[Candidate]:
    """The candidates for ``lost`` words of five letters inside a sentence, ``room`` ms from 4 s on being theirs."""
    own = [*WORDS[:4], *["gulls"] * lost, *WORDS[4:]]
    words: list[SpokenWord] = [RecognizedWord(w, 2400 + 400 * k, 2800 + 400 * k, 0.9) for k, w in enumerate(WORDS[:4])]
    words += between
    words += [RecognizedWord(w, 4000 + room + 400 * k, 4400 + room + 400 * k, 0.9) for k, w in enumerate(WORDS[4:])]
    candidates = found(tmp_path, words, " ".join(own), 4000 + room + 1600, listener)
    assert {0, 1, 2, 3, *range(4 + lost, 8 + lost)} <= {c.word for c in candidates}
    return [c for c in candidates if 4 <= c.word < 4 + lost]


@pytest.mark.parametrize(
    ("lost", "room", "asked"),
    [
        (2, 5000, []),  # two words are not worth it
        (3, 5000, [5000]),
        (60, 4950, []),  # a quarter of the time that they need
        (60, 5050, [5050]),  # two sentences of them may be said, whatever is not
        (8, 27_900, [27_900]),
        (8, 29_000, [28_000, 1000]),  # Whisper hears 30 s at a time
        (8, 119_900, [28_000, 28_000, 28_000, 28_000, 7900]),
        (8, 120_100, []),  # so much was not overlooked: something else is said there
    ],
)
def test_a_gap_is_heard_again_if_it_has_some_words_and_not_too_much_sound(
    tmp_path: Path, lost: int, room: Ms, asked: list[Ms]
) -> None:
    ear = Deaf()
    parted(tmp_path, lost, room, listener=ear)
    assert ear.asked == asked


@pytest.mark.parametrize(
    ("lost", "room", "tried"),
    [
        (60, 60 * 325, True),
        (61, 61 * 325, False),  # more than 20 s of talk are not shared out by letters: they would be anywhere
        (40, 20 * 325 - 1450, True),
        (40, 20 * 325 - 1550, False),  # 1.5 s less than the hastiest speaker takes
        (10, 20 * 325 + 1450, True),
        (10, 20 * 325 + 1550, False),  # 1.5 s more than the slowest takes
    ],
)
def test_words_that_nobody_heard_are_tried_if_they_are_not_many_and_the_room_fits(
    tmp_path: Path, lost: int, room: Ms, tried: bool
) -> None:
    assert len(parted(tmp_path, lost, room)) == (lost if tried else 0)


@pytest.mark.parametrize(("breath", "room"), [(950, False), (1050, True)])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_breath_beside_what_somebody_else_says_is_his(tmp_path: Path, at: int, breath: Ms, room: bool) -> None:
    """Before, between or behind words of his, which are so slow that no eight have the breath among them."""
    starts = [4000 + 1150 * k + (breath if k >= 8 * at else 0) for k in range(16)]
    others = [RecognizedWord(w, start, start + 1150, 0.95) for w, start in zip(OTHERS * 2, starts, strict=True)]
    candidates = parted(tmp_path, 10, 16 * 1150 + breath, others)
    first = 4000 + 1150 * 8 * at
    assert len(candidates) == (10 if room else 0)
    assert all(first <= c.start <= c.end <= first + breath for c in candidates)


@pytest.mark.parametrize(("room", "tried"), [(1000, True), (950, False)])
def test_beside_a_sentence_that_nobody_says_the_next_one_keeps_its_beginning(
    tmp_path: Path, room: Ms, tried: bool
) -> None:
    """Six words of it were misheard, and there is half the sound that they take, or less."""
    rest = LONG.split()[1:9]
    text = f"{TEXT} Gulls{' gulls' * 39}. Boats{' boats' * 5} {' '.join(rest)}."
    words = heard(*EVEN, length=400)
    start = words[-1].end + room
    words += [RecognizedWord(w, start + 400 * k, start + 400 * (k + 1), 0.9) for k, w in enumerate(rest)]
    candidates = [c for c in found(tmp_path, words, text, start + 3200) if not c.likeness]
    assert [c.word for c in candidates] == (list(range(48, 54)) if tried else [])
    assert all(start - room <= c.start <= c.end <= start for c in candidates)


PARAGRAPHS = (
    f"{TEXT}\n\n{'Gulls' + ' gulls' * 59}.\n\nBoats{' boats' * 5}. Lighthouse again and again keepers counted ships."
)
"""The second paragraph is not said, and of the third nobody heard the first sentence."""


@pytest.mark.parametrize(
    ("room", "tried"),
    [(100, True), (2 * 31 * 65 + 1450, True), (2 * 31 * 65 + 1550, False)],
)
def test_beside_a_paragraph_that_nobody_says_the_next_one_keeps_its_first_sentence(
    tmp_path: Path, room: Ms, tried: bool
) -> None:
    """If there is about as much sound as it takes."""
    assert [c.word for c in beside(tmp_path, room, PARAGRAPHS)] == (list(range(68, 74)) if tried else [])


@pytest.mark.parametrize(("count", "tried"), [(50, 60), (51, 4)])
def test_of_a_paragraph_with_too_much_to_try_the_sentence_is_tried_alone(
    tmp_path: Path, count: int, tried: int
) -> None:
    """Its first four words were misheard, too."""
    text = PARAGRAPHS.replace("Boats", f"Boats{' boats' * count}").replace("Lighthouse again", AGAIN)
    assert len(beside(tmp_path, 12_000, text)) == tried


AGAIN = "Cries of hungry birds lighthouse again"


def beside(tmp_path: Path, room: Ms, text: str) -> list[Candidate]:
    """What is tried in ``room`` ms before the last sentence of the text, which was heard."""
    rest = ["Lighthouse", "again", "and", "again", "keepers", "counted", "ships."]
    words = heard(*EVEN, length=400)
    start = words[-1].end + room
    words += [RecognizedWord(w, start + 400 * k, start + 400 * (k + 1), 0.9) for k, w in enumerate(rest)]
    candidates = [c for c in found(tmp_path, words, text, start + 400 * len(rest)) if not c.likeness]
    assert all(words[7].end <= c.start <= c.end <= start for c in candidates)
    return candidates


@pytest.mark.parametrize("ends", [False, True])
@pytest.mark.parametrize(("lost", "room", "stays"), [(3, 480, False), (3, 490, True), (2, 0, True)])
def test_a_word_that_leaves_no_room_for_those_before_it_is_somebody_elses(
    ends: bool, lost: int, room: Ms, stays: bool
) -> None:
    """Heard right beside another sentence, more than a second from the rest of its own; half of what three words need
    is room enough, and two may have been left out."""
    words = [*WORDS, *["gulls"] * 10]
    ranges = [range(8), range(8, 18)]
    own = range(8 + lost, 18)
    starts = dict(zip(range(8), EVEN, strict=True))
    starts |= {own[0]: 4200 + room, **{k: 6500 + 400 * n for n, k in enumerate(own[1:])}}
    if ends:  # the same from behind
        words, ranges = words[::-1], [range(10), range(10, 18)]
        starts = {17 - k: 20_000 - start for k, start in reversed(starts.items())}
    spoken = [Candidate(k, words[k], start, start + 400, 1.0) for k, start in starts.items()]
    lone = 17 - own[0] if ends else own[0]
    kept = _firm(words, spoken, ranges)
    assert [c.word for c in kept] == [k for k in starts if stays or k != lone]
    assert all(c.firm == (c.word != lone) for c in kept)


def test_nothing_heard_is_said(tmp_path: Path) -> None:
    (tmp_path / "sound").write_bytes(b"\0\0" * 16_000)
    scene = Scene(Recording(tmp_path / "sound", 16_000), Quiet((), ()), ())
    placed = where(note_of(f"# A\n\n{TEXT}\n"), scene)
    assert placed.candidates == ()
    assert placed.remarks == ("no speech was recognised in the recording; nothing is aligned",)


def test_words_that_nobody_heard_have_half_as_much_time_again_as_they_need_and_three_quarters_of_a_second(
    tmp_path: Path,
) -> None:
    """Next to the rest of their sentence, where half a minute is left before the next one: there they are laid."""
    text = f"{TEXT} Everybody cheered loudly when evening finally arrived downtown."
    said = heard(*EVEN)[:-1]
    said += [RecognizedWord(w, 40_000 + 400 * k, 40_300 + 400 * k, 0.9) for k, w in enumerate(text.split()[8:])]
    last = found(tmp_path, said, text)[7]
    assert (last.text, last.start) == ("harbour.", said[6].end)
    assert last.end - last.start == 65 * 8 * 3 // 2 + 750
