"""When: one ladder, window by window, and words that are apart whatever it says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from subsync.align.quiet import Quiet
from subsync.align.scene import Scene
from subsync.align.when import Acoustics, Timing, _apart, when
from subsync.align.where import Placed
from subsync.align.windows import Candidate
from subsync.phones import Forced, ForcedWord, Pronounced, pronounced
from subsync.sound import RATE, Recording
from subsync.text.words import PER_LETTER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from subsync.align.when import By, Question, Told
    from subsync.datatypes import Ms
    from subsync.sound import Samples
    from subsync.sound.cepstra import Floats

WORDS = ["the", "brass", "wheel", "turns", "slowly."]
PLACED = Placed(
    tuple(Candidate(k, w, 1000 + 400 * k, 1400 + 400 * k, 1.0) for k, w in enumerate(WORDS)),
    (),
)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    samples = np.random.default_rng(1).normal(0, 0.05, 4000 * RATE)
    (tmp_path / "sound").write_bytes((samples * 32767).astype("<i2").tobytes())
    return Scene(Recording(tmp_path / "sound", len(samples)), Quiet((), ()), ())


@pytest.mark.parametrize("by", ["recogniser", "attention"])
def test_a_rough_time_gives_way_to_those_from_phones_however_wrong_it_is(by: By) -> None:
    """It lies beyond the next two words, and pushed them together to nothing; now it is itself without time."""
    rough = Timing(1, "not", 900, 1000, 1.0, by)
    firm = [Timing(k, "word", t, t + 150, 1.0, "phones", 0.9) for k, t in ((0, 200), (2, 400), (3, 600))]
    found = list(_apart([firm[0], rough, *firm[1:]], 4000))
    assert [found[k] for k in (0, 2, 3)] == firm
    assert (found[1].start, found[1].end) == (400, 400)
    late = replace(rough, start=100, end=380)
    assert list(_apart([firm[0], late], 4000))[1] == replace(late, start=350)
    assert list(_apart([firm[0], rough], 950))[1] == replace(rough, end=950)


class Ear:
    """Says the rough times, with a fit for each time it is asked."""

    def __init__(self, *fits: float | None, wide: Ms = 0) -> None:
        self.fits, self.wide = list(fits), wide
        self.encoded: list[bool] = []
        self.freely: list[bool] = []
        self.coarse: list[Sequence[tuple[Ms, Ms] | None]] = []

    def __call__(
        self,
        samples: Samples,
        words: Sequence[Pronounced],
        *,
        coarse: Sequence[tuple[Ms, Ms] | None],
        seen: Floats,
        encoded: Floats | None = None,
        freely: bool = True,
    ) -> Forced:
        assert len(words) == len(coarse)
        assert words == pronounced([word.text for word in words])
        self.encoded.append(encoded is not None)
        self.freely.append(freely)
        self.coarse.append(coarse)
        fit = self.fits.pop(0)
        if fit is None:
            return Forced((None,) * len(words), "none", 0.1)
        found = tuple(t and ForcedWord(t[0], t[1] + self.wide, fit) for t in coarse)
        return Forced(found, "phones", fit)


def run(scene: Scene, acoustics: Acoustics, placed: Placed = PLACED) -> list[Timing]:
    timings = when(WORDS, placed, scene, acoustics)
    edges = [edge for t in timings for edge in (t.start, t.end)]
    assert edges == sorted(edges)
    return timings


class Ears(Ear):
    """The first says how well each window fits, whose number its sound is; both say that it fits."""

    def __init__(self, fits: Sequence[float]) -> None:
        super().__init__()
        self.each = fits
        self.order: list[tuple[int, bool]] = []

    def __call__(self, samples: Samples, words: Sequence[Pronounced], **asked: Any) -> Forced:
        number, both = round(float(samples[len(samples) // 2]) * 32768), asked["encoded"] is not None
        assert asked["freely"] == both
        self.order.append((number, both))
        self.fits = [0.95 if both else self.each[number]]
        return super().__call__(samples, words, **asked)


def asked(
    tmp_path: Path,
    fits: Sequence[float],
    told: Told = lambda *_: None,
    known: dict[Question, Forced] | None = None,
) -> tuple[list[int], list[int]]:
    """Which of some windows, each a sentence of 15 s, the first ear is asked about alone, and which both are."""
    sound = np.repeat(np.arange(len(fits), dtype="<i2"), 20_000 * RATE)
    (tmp_path / "sound").write_bytes(sound.tobytes())
    starts, ends = (tuple(20_000 * k - off for k in range(1, len(fits))) for off in (4000, 0))
    scene = Scene(Recording(tmp_path / "sound", 20_000 * RATE * len(fits)), Quiet(starts, ends), ())
    words = WORDS * len(fits)
    placed = tuple(
        Candidate(k, w, t, t + 2800, 1.0)
        for k, w in enumerate(words)
        for t in [20_000 * (k // 5) + 500 + 3000 * (k % 5)]
    )
    ears = Ears(fits)
    acoustics = Acoustics(ears, encode=lambda samples: samples[:0], told=told, known={} if known is None else known)
    timings = when(words, Placed(placed, ()), scene, acoustics)
    assert len(timings) == len(words)
    both = sorted(number for number, both in ears.order if both)
    assert known or sorted({t.word // 5 for t in timings if t.by == "both ears"}) == both
    return sorted(number for number, both in ears.order if not both), both


QUIET = [0.95, 0.86, 0.82, 0.85, 0.83, 0.81]


def test_the_second_ear_is_asked_where_the_first_is_not_sure(tmp_path: Path) -> None:
    """However many windows those are."""
    assert asked(tmp_path, [0.95, *[0.79] * 7]) == ([*range(8)], [*range(8)])
    assert asked(tmp_path, [*[0.95] * 8, 0.79, 0.95]) == ([*range(10)], [0, 1, 2, 8])


def test_a_minute_is_heard_with_both_ears_what_the_first_is_least_sure_of(tmp_path: Path) -> None:
    assert asked(tmp_path, QUIET) == ([*range(6)], [2, 4, 5])


def test_what_is_not_longer_than_that_is_heard_with_both_at_once(tmp_path: Path) -> None:
    assert asked(tmp_path, [0.95, 0.7, 0.95]) == ([], [0, 1, 2])


@pytest.mark.parametrize(("sure", "alone"), [(2, [*range(16)]), (1, [0, 4, 8, 12])])
def test_in_noise_only_a_sample_is_heard_by_the_first_ear_alone(tmp_path: Path, sure: int, alone: list[int]) -> None:
    """If of three in four it is not sure; of those that it is sure of a minute is heard with both in any case."""
    fits = [0.79] * 16
    for k in range(sure):
        fits[4 * k] = 0.95
    assert asked(tmp_path, fits) == (alone, [*range(16)])


def test_what_the_second_ear_hears_counts(scene: Scene) -> None:
    ear = Ear(0.6)
    timings = run(scene, Acoustics(ear, encode=lambda samples: samples[:0]))
    assert {(t.by, t.fit) for t in timings} == {("both ears", 0.6)}
    assert ear.encoded == [True]


def test_words_are_looked_for_everywhere_by_the_ear_that_is_asked_last(scene: Scene) -> None:
    """Where there are two, by the second: see `Ears`."""
    one = Ear(0.79)
    run(scene, Acoustics(one))
    assert one.freely == [True]


@pytest.mark.parametrize(
    ("heard", "loose"), [((), {0, 2, 3, 4}), ((0,), {2, 3, 4}), ((2, 3), {0, 4}), (tuple(range(8)), set())]
)
def test_the_ends_of_sentences_that_nobody_heard_bind_only_the_first_ear(
    scene: Scene, heard: tuple[int, ...], loose: set[int]
) -> None:
    """Where both are asked there is noise, and what lays words roughly takes it for them."""
    words = ["It", "turned", "twice.", "“Yes.”", "The", "brass", "wheel", "turns"]
    laid = tuple(Candidate(k, w, 500 + 400 * k, 900 + 400 * k, float(k in heard)) for k, w in enumerate(words))
    ears = Ear(0.9, 0.9)
    for acoustics in (Acoustics(ears), Acoustics(ears, encode=lambda samples: samples[:0])):
        when(words, Placed(laid, ()), scene, acoustics)
    one, both = ears.coarse
    assert ears.encoded == [False, True]
    assert None not in one
    assert {k for k, time in enumerate(both) if time is None} == loose
    assert all(both[k] == one[k] for k in range(8) if k not in loose)


def test_without_a_second_ear_the_first_is_believed(scene: Scene) -> None:
    assert {t.by for t in run(scene, Acoustics(Ear(0.5)))} == {"phones"}


def test_where_no_ear_hears_anything_the_recognisers_attention_is_asked(scene: Scene) -> None:
    times = [(100 * k, 100 * k + 90) for k in range(5)]
    timings = run(scene, Acoustics(Ear(None, None), lambda *_: times, lambda samples: samples[:0]))
    assert {t.by for t in timings} == {"attention"}
    assert timings[1].start - timings[0].start == 100


@pytest.mark.parametrize("times", [[], [(0, 100)], [(300, 400), (0, 100), (1, 2), (3, 4), (5, 6)]])
def test_attention_that_cannot_be_is_not_believed(scene: Scene, times: list[tuple[Ms, Ms]]) -> None:
    """Too few times, or such as do not ascend: the recogniser's own stand."""
    timings = run(scene, Acoustics(Ear(None), lambda *_: times))
    assert {(t.by, t.fit) for t in timings} == {("recogniser", 0.0)}
    assert [t.start for t in timings] == [c.start for c in PLACED.candidates]


def test_a_mere_guess_gets_no_time_where_no_ear_hears_anything(scene: Scene) -> None:
    guess = Candidate(2, "wheel", 1800, 2200, 0.0, firm=False)
    placed = Placed((*PLACED.candidates[:2], guess, *PLACED.candidates[3:]), ())
    assert [t.word for t in run(scene, Acoustics(Ear(None)), placed)] == [0, 1, 3, 4]


def test_what_was_only_laid_over_sound_that_does_not_fit_gets_no_time(scene: Scene) -> None:
    """Neither by its rough time nor by the recogniser's attention: nobody ever heard it."""
    laid = tuple(Candidate(k, w, 1000 + 400 * k, 1400 + 400 * k, float(k > 1)) for k, w in enumerate(WORDS))
    assert [t.word for t in run(scene, Acoustics(Ear(None)), Placed(laid, ()))] == [2, 3, 4]
    times = [(100 * k, 100 * k + 90) for k in range(3)]
    attention = run(scene, Acoustics(Ear(None), lambda *_: times), Placed(laid, ()))
    assert [(t.word, t.by) for t in attention] == [(k, "attention") for k in (2, 3, 4)]


@pytest.mark.parametrize(("more", "by"), [(0, "attention"), (1, "recogniser")])
def test_attention_that_draws_a_word_out_over_what_others_say_is_not_believed(scene: Scene, more: Ms, by: str) -> None:
    """Three times what its letters take and 0.7 s is the most that a word can last."""
    last = 3 * PER_LETTER * len(WORDS[4]) + 700 + more
    times = [*((100 * k, 100 * k + 90) for k in range(4)), (400, 400 + last)]
    timings = run(scene, Acoustics(Ear(None, None), lambda *_: times, lambda samples: samples[:0]))
    assert {t.by for t in timings} == {by}


def test_words_that_overlap_meet_in_the_middle_and_end_with_the_recording(scene: Scene) -> None:
    timings = run(scene, Acoustics(Ear(0.9, wide=200)))
    assert timings[0].end == timings[1].start == 1500
    assert timings[-1].end <= scene.recording.duration
    late = Placed((Candidate(0, "the", 3900, 9000, 1.0),), ())
    (last,) = when(WORDS, late, scene, Acoustics(Ear(None)))
    assert last.end == scene.recording.duration


def test_words_without_room_between_two_that_were_heard_are_laid_over_the_sound_too(scene: Scene) -> None:
    asked: list[Sequence[Pronounced]] = []

    def force(samples: Samples, words: Sequence[Pronounced], **_: object) -> Forced:
        asked.append(words)
        return Forced((None,) * len(words), "none", 0.0)

    far = Placed((PLACED.candidates[0], PLACED.candidates[4]), ())
    when(WORDS, far, scene, Acoustics(force))
    many = ["w"] * 12
    when(many, Placed((Candidate(0, "w", 0, 300, 1.0), Candidate(10, "w", 600, 900, 1.0)), ()), scene, Acoustics(force))
    assert [len(words) for words in asked] == [5, 2]


def test_how_much_sound_is_done_is_told_up_to_all_of_it(tmp_path: Path) -> None:
    """The second ear may be asked about all that the first has heard; that it is not lets the bar leap, not shrink."""
    told: list[tuple[float, float | None]] = []

    assert asked(tmp_path, QUIET, lambda *step: told.append(step)) == ([*range(6)], [2, 4, 5])

    shares = [done / (total or 1) for done, total in told]
    assert len(shares) == 9
    assert shares == sorted(shares)
    assert shares[5:] == pytest.approx([1 / 2, 7 / 9, 8 / 9, 1.0], abs=0.02)


def test_where_one_ear_is_all_there_is_what_it_heard_is_all(scene: Scene) -> None:
    told: list[tuple[float, float | None]] = []

    run(scene, Acoustics(Ear(0.6), told=lambda *step: told.append(step)))

    ((done, total),) = told
    assert done == total


def test_what_was_known_before_is_not_told_as_done(scene: Scene) -> None:
    known: dict[Question, Forced] = {}
    told: list[tuple[float, float | None]] = []

    for _ in range(2):
        ear = Ear(0.6)
        run(
            scene, Acoustics(ear, encode=lambda samples: samples[:0], known=known, told=lambda *step: told.append(step))
        )

    (window,) = known
    assert told == [(window.end - window.start, window.end - window.start)]


def test_where_most_is_known_what_is_told_ends_with_all(tmp_path: Path) -> None:
    """After a correction; two of eight windows were not asked about before."""
    known: dict[Question, Forced] = {}
    asked(tmp_path, [0.79, *[0.95] * 7], known=known)
    for question in [q for q in known if q.start < 30_000]:
        del known[question]
    told: list[tuple[float, float | None]] = []
    asked(tmp_path, [0.79, *[0.95] * 7], lambda *step: told.append(step), known)
    assert told[-1][0] == told[-1][1]
