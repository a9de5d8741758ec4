"""Little is recognised, and the words come out as if all had been."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsync.datatypes import LaidWord, RecognizedWord, Span
from subsync.listen.sparse import _WINDOW, _fitting, _groups, _Known, _State, sparse_transcript
from subsync.phones import CoarseWord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subsync.datatypes import Ms, Transcript
    from subsync.listen.sparse import Stretch
    from subsync.sound import Recording

SYLLABLES = ["ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "zu"]


def text(count: int, seed: int = 0) -> list[str]:
    """Words of two to four syllables, few of them twice."""
    dice = random.Random(seed)
    return ["".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))) for _ in range(count)]


@dataclass
class Talk:
    """A recording of known words, 65 ms a letter, and those who listen to it."""

    said: list[str]
    pause: tuple[int, Ms] = (0, 0)
    """Before which word the speaker is silent, and how long."""
    heard: list[Span] = field(default_factory=list)
    stretches: list[Span] = field(default_factory=list)
    """Those that words were laid over."""

    def __post_init__(self) -> None:
        now = 500
        self.words: list[RecognizedWord] = []
        for k, word in enumerate(self.said):
            now += self.pause[1] if k == self.pause[0] else 0
            end = now + 65 * len(word)
            self.words.append(RecognizedWord(word, now, end, 0.9))
            now = end + 20
        self.duration = now + 500
        before = self.words[self.pause[0] - 1].end if self.pause[0] else 500
        spans = [Span(500, before), Span(before + self.pause[1], now)]
        self.speech = tuple(span for span in spans if span.duration) if self.said else ()

    def windows(self, longest: Ms) -> tuple[Span, ...]:
        edges = [*range(0, self.duration, longest), self.duration] if self.said else []
        return tuple(Span(a, b) for a, b in pairwise(edges))

    def hear(self, windows: Sequence[Span]) -> list[RecognizedWord]:
        self.heard += windows
        return [w for span in windows for w in self.words if span.start <= (w.start + w.end) // 2 < span.end]

    def guess(self, stretches: Iterable[Stretch], /) -> Iterator[list[CoarseWord | None]]:
        """Each word where it is said next; one that is not said, nowhere."""
        for start, end, words in stretches:
            self.stretches.append(Span(start, end))
            left = [w for w in self.words if start - 100 <= w.start and w.end <= end + 100]
            found: list[CoarseWord | None] = []
            for word in words:
                k = next((k for k, w in enumerate(left[:40]) if w.text == word), None)
                found.append(None if k is None else CoarseWord(left[k].start - start, left[k].end - start, -1.0))
                left = left if k is None else left[k + 1 :]
            yield found


def transcribed(note: list[str], talk: Talk) -> Transcript:
    return sparse_transcript(note, cast("Recording", talk), hear=talk.hear, guess=talk.guess)


def test_of_a_note_that_is_spoken_as_it_is_a_seventh_is_recognised() -> None:
    """The rest of the words are the note's, at their times, and say that nobody recognised them."""
    words = text(1200)
    talk = Talk(words)

    made = transcribed(words, talk)

    assert [w.text for w in made.words] == words
    assert [w.start for w in made.words] == [w.start for w in talk.words]
    assert made.heard is not None
    assert made.heard <= 0.15 * talk.duration
    assert made.listener == "sparse"
    assert 0.8 < sum(isinstance(w, LaidWord) for w in made.words) / len(words) < 0.95


def test_another_text_is_recognised_throughout() -> None:
    """Nothing is guessed."""
    talk = Talk(text(600, seed=1))

    made = transcribed(text(600, seed=2), talk)

    assert sorted(talk.heard, key=lambda span: span.start) == list(talk.windows(_WINDOW))
    assert made.words == tuple(talk.words)


def test_where_the_speaker_says_something_else_all_is_recognised() -> None:
    """A minute in the middle was worded anew; around it the note's words fit."""
    words = text(1200)
    said = words[:500] + text(150, seed=3) + words[650:]
    talk = Talk(said)

    made = transcribed(words, talk)

    assert [w.text for w in made.words] == said
    assert all(isinstance(w, RecognizedWord) for w in made.words[510:640])
    assert made.heard is not None
    assert made.heard < 0.5 * talk.duration


def test_speech_that_the_note_does_not_have_need_not_be_recognised() -> None:
    """An advertisement between two words that are known to follow one another."""
    words = text(900)
    said = words[:450] + text(300, seed=4) + words[450:]

    made = transcribed(words, Talk(said))

    assert set(words) <= {w.text for w in made.words}


def said_twice(length: int, between: Ms) -> tuple[Talk, _State]:
    """A phrase, some 14 s after the beginning and again, all between those times unheard.

    Where it is said again the note has other words behind it: the text alone puts what was heard there to the first.
    """
    words, phrase = text(1000), text(length, seed=5)
    count = next(k for k in range(900) if Talk(words[:k]).duration > between)
    first, second = [*words[:30], *phrase, *words[30:count]], [*phrase, *words[-200:]]
    talk = Talk([*first, *second])
    note = [*first, *phrase, *text(30, seed=6), *second[length + 30 :]]
    again = talk.words[len(first)].start
    state = _State(note, cast("Recording", talk), talk.windows(_WINDOW))
    state.heard = {k for k, w in enumerate(state.windows) if w.start < talk.words[30].start or w.end > again}
    state.words = [w for k, w in enumerate(talk.words) if k < 30 or k >= len(first)]
    return talk, state


@pytest.mark.parametrize(("length", "between", "asked"), [(7, 90_000, True), (8, 90_000, False), (7, 125_000, False)])
def test_a_phrase_that_is_said_twice_hides_nothing_between(length: int, between: Ms, asked: bool) -> None:
    """A longer one is taken for what it is, and so is one beside more sound than a first round leaves unheard."""
    talk, state = said_twice(length, between)

    assert bool(state.look(talk.guess)) == asked
    assert bool(state.idle) != asked


def test_what_lies_behind_the_last_words_of_a_note_is_not_heard_for_their_sake() -> None:
    """A note may have a few minutes of a recording of hours, and end with a few words that were understood."""
    words = text(200)
    talk = Talk([*words, *text(150, seed=9)])
    state = _State(words, cast("Recording", talk), talk.windows(_WINDOW))
    state.heard = {k for k, w in enumerate(state.windows) if w.start < talk.words[200].start}
    state.words = [*talk.words[:100], *talk.words[195:200]]

    assert not state.look(talk.guess)
    assert len(state.idle) == len(state.windows) - len(state.heard) > 4


def test_what_seemed_to_hold_nothing_is_looked_at_again() -> None:
    """Once something of it was heard."""
    talk, state = said_twice(8, 90_000)
    state.look(talk.guess)
    middle = sorted(state.idle)[3]
    state.words += talk.hear([state.windows[middle]])
    state.heard.add(middle)

    state.look(talk.guess)

    assert len(state.guessed) > 100
    assert not state.idle


def test_what_the_note_has_and_nobody_says_is_not_guessed() -> None:
    """A paragraph was cut."""
    words = text(1200)

    made = transcribed(words, Talk(words[:500] + words[700:]))

    assert not set(words[520:680]) - set(words[:500] + words[700:]) & {w.text for w in made.words}


def test_no_stretch_is_laid_over_more_sound_than_can_be_done_in_one_go() -> None:
    """What was heard 90 s in is no text of the note, so that the next that is known stands 165 s apart."""
    words = text(1200)
    talk = Talk(words[:210] + text(60, seed=9) + words[270:])

    transcribed(words, talk)

    assert 60_000 < max(s.duration for s in talk.stretches) <= 100_000


@pytest.mark.parametrize(("share", "tried"), [(2, True), (3, False)])
def test_a_text_for_which_there_is_far_too_much_sound_is_not_tried(share: int, tried: bool) -> None:
    """Of the words between the first two windows that are heard, 75 s apart, the note has one in so many."""
    words = text(600)
    talk = Talk(words)

    transcribed(words[:40] + words[40:210:share] + words[210:], talk)

    assert any(s.start < 20_000 and s.duration > 60_000 for s in talk.stretches) == tried


@pytest.mark.parametrize(("more", "heard"), [(3, False), (5, True)])
def test_speech_between_two_words_that_is_none_of_them_is_recognised(more: int, heard: bool) -> None:
    """From one and a half seconds on: five words, not three."""
    words, others = text(1200), text(more, seed=4)
    talk = Talk(words[:100] + others + words[100:])

    made = transcribed(words, talk)

    assert (set(others) <= {w.text for w in made.words}) == heard


def test_a_pause_between_two_words_is_nothing_to_listen_to() -> None:
    words = text(1200)
    talk, same = Talk(words, pause=(100, 4000)), Talk(words)

    assert [w.text for w in transcribed(words, talk).words] == [w.text for w in transcribed(words, same).words]
    assert len(talk.heard) == len(same.heard)


@pytest.mark.parametrize(("before", "also"), [(2000, True), (4000, False)])
def test_what_is_said_within_three_seconds_of_such_speech_is_recognised_too(before: Ms, also: bool) -> None:
    """It begins so long behind the end of a window."""
    words = text(1200)
    first = next(k for k, w in enumerate(Talk(words).words) if w.start >= 40_000 + before)
    talk = Talk(words[:first] + text(8, seed=4) + words[first:])

    transcribed(words, talk)

    assert (Span(30_000, 40_000) in talk.heard) == also


@pytest.mark.parametrize(("unsaid", "fit"), [(2, 6), (3, 0)])
def test_of_eight_words_two_may_be_missing_in_the_sound(unsaid: int, fit: int) -> None:
    word = CoarseWord(0, 300, -1.0)
    assert len(_fitting([*[None] * unsaid, *[word] * (8 - unsaid)])) == fit


@pytest.mark.parametrize(("slower", "heard"), [(2, False), (4, True)])
def test_words_that_are_drawn_out_over_other_speech_are_not_guessed(slower: int, heard: bool) -> None:
    """Ten words of a minute and a half lie, and fit, over the sound of an advertisement beside them."""
    words = text(400)
    talk = Talk(words)
    drawn = range(100, 110)
    now = 500
    for k, word in enumerate(words):
        end = now + 65 * len(word) * (slower if k in drawn else 1)
        talk.words[k] = RecognizedWord(word, now, end, 0.9)
        now = end + 20
    talk.duration, talk.speech = now + 500, (Span(500, now),)

    transcribed(words, talk)

    over = Span(talk.words[drawn[0]].start, talk.words[drawn[-1]].end)
    assert any(w.start < over.end - 1000 and over.start + 1000 < w.end for w in talk.heard) == heard


@pytest.mark.parametrize(
    ("badly", "pace", "heard"),
    [(16, 1.0, False), (17, 1.0, True), (10, 1.4, False), (10, 1.6, True), (10, 0.55, False), (10, 0.45, True)],
)
def test_a_few_words_that_fit_badly_where_there_is_about_the_time_for_them_are_not_heard(
    badly: int, pace: float, heard: bool
) -> None:
    """They are mumbled, and laid where they are. With too much or too little time for them something else is said."""
    words = text(400)
    talk = Talk(words)
    mumbled = range(100, 100 + badly)
    now = 500
    for k, word in enumerate(words):
        end = now + round(65 * len(word) * (pace if k in mumbled else 1))
        talk.words[k] = RecognizedWord(word, now, end, 0.9)
        now = end if k in mumbled else end + 20
    talk.duration, talk.speech = now + 500, (Span(500, now),)
    whole = talk.guess

    def guess(stretches: Iterable[Stretch], /) -> Iterator[list[CoarseWord | None]]:
        asked = list(stretches)
        for (_, _, said), found in zip(asked, whole(asked), strict=True):
            yield [
                replace(w, fit=-3.2) if w and word in words[100 : 100 + badly] else w
                for word, w in zip(said, found, strict=True)
            ]

    sparse_transcript(words, cast("Recording", talk), hear=talk.hear, guess=guess)

    over = Span(talk.words[mumbled[0]].start, talk.words[mumbled[-1]].end)
    assert any(w.start < over.end and over.start < w.end for w in talk.heard) == heard


def test_a_single_word_is_no_place() -> None:
    """The first word of a lost passage is said again behind it: the passage is looked for all the same."""
    words = text(1200)
    words[300] = words[460] = "so"

    made = transcribed(words, Talk(words))

    assert [w.text for w in made.words] == words


def test_a_recording_without_speech_is_not_listened_to() -> None:
    talk = Talk([])

    assert transcribed(text(50), talk).words == ()
    assert talk.heard == []


@given(st.integers(0, 100), st.integers(0, 900), st.integers(0, 400), st.integers(0, 300))
@settings(max_examples=25)
def test_whatever_was_cut_or_put_in_no_window_is_heard_twice_and_none_is_forgotten(
    seed: int, at: int, cut: int, put: int
) -> None:
    """And all that is said of the note is found, in order."""
    words = text(1000, seed)
    said = words[:at] + text(put, seed + 1000) + words[at + cut :]
    talk = Talk(said)

    made = transcribed(words, talk)

    assert len(talk.heard) == len(set(talk.heard))
    assert [w.start for w in made.words] == sorted(w.start for w in made.words)
    missing = set(words[:at] + words[at + cut :]) - {w.text for w in made.words}
    assert len(missing) <= 8


@pytest.mark.parametrize(("size", "believed"), [(3, False), (4, True), (7, True)])
def test_fewer_than_four_words_together_may_be_somebody_elses(size: int, believed: bool) -> None:
    found = [_Known(n, 300 * n, 300 * n + 250) for n in range(size)]
    assert list(_groups(found)) == ([found] if believed else [])


@pytest.mark.parametrize(("skipped", "pause", "together"), [(2, 2999, True), (3, 50, False), (0, 3000, False)])
def test_words_are_together_that_follow_one_another_in_note_and_sound(skipped: int, pause: Ms, together: bool) -> None:
    """Two words of the note may be missing between them, and the speaker may pause for less than three seconds."""
    found = [_Known(0, 0, 250), _Known(1, 300, 550)]
    place, now = 2 + skipped, 550 + pause
    found += [_Known(place, now, now + 250), _Known(place + 1, now + 300, now + 550)]
    assert list(_groups(found)) == ([found] if together else [])


@pytest.mark.parametrize(("badly", "fit"), [(7, 40), (8, 32)])
def test_eight_words_in_a_row_that_fit_badly_are_another_text(badly: int, fit: int) -> None:
    """Seven may be said in a noise."""
    found = [CoarseWord(0, 300, -3.2 if 20 <= k < 20 + badly else -1.0) for k in range(40)]
    assert len(_fitting(found)) == fit


@pytest.mark.parametrize(("words", "whole"), [(60, True), (80, False)])
def test_a_recording_of_half_a_minute_is_recognised_whole(words: int, whole: bool) -> None:
    """It costs nothing, and what stands in another order than it is said in can be named."""
    said = text(words)
    talk = Talk(said)
    assert (talk.duration <= 30_000) == whole

    transcribed(said, talk)

    assert (len(talk.heard) == len(talk.windows(_WINDOW))) == whole


@given(
    st.lists(st.integers(1, 9), max_size=8),
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted),
)
def test_speech_between_two_times_is_what_of_each_stretch_lies_there(steps: list[int], between: list[int]) -> None:
    edges = [sum(steps[: k + 1]) for k in range(len(steps) // 2 * 2)]
    talk = Talk([])
    talk.speech = tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True))
    spoken = {ms for span in talk.speech for ms in range(span.start, span.end)}
    assert _State([], cast("Recording", talk), ())._speech(*between) == len(spoken & {*range(*between)})
