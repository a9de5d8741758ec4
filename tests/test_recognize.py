"""From sound to words: nothing heard twice, nothing given up too soon, nothing believed that is a loop."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from time import sleep
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsync.datatypes import LaidWord, ListenerName, RecognizedWord, Span, Transcript
from subsync.errors import ModelError
from subsync.listen import (
    JSON,
    Heard,
    RecognizeOptions,
    WhisperRecognizer,
    coverage,
    transcript_from_json,
    transcript_to_json,
)
from subsync.listen.coverage import settle
from subsync.listen.models import Model, find_model
from subsync.sound import RATE, Recording, Samples, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from subsync.datatypes import Ms
    from subsync.listen.whisper import Whisper
    from subsync.store import Journal

SAMPLES = Path(__file__).parent.parent / "samples"


class Tape(Recording):
    """A recording whose samples are the two times of the stretch that was read."""

    def read(self, start: Ms, end: Ms) -> Samples:
        return np.array([start, end], np.float32)

    def windows(self, longest: Ms) -> tuple[Span, ...]:
        return tuple(Span(a, min(a + longest, self.duration)) for a in range(0, self.duration, longest))


def tape(*speech: Span, duration: Ms = 60_000) -> Tape:
    return Tape(Path("tape"), duration * RATE, spoken=speech)


@dataclass
class Ear:
    """A decoder that hears a word in each second, unless it is told otherwise; it keeps what it was asked."""

    hears: Callable[[Span, int], Heard | None] = lambda _window, _beam: None
    """What it makes of a window with a beam; ``None`` for the usual."""
    asked: list[tuple[Span, int, str]] = field(default_factory=list)

    def decode(self, windows: Sequence[Samples], *, beam: int, hint: str = "") -> list[Heard]:
        spans = [Span(*map(int, w)) for w in windows]
        self.asked += [(span, beam, hint) for span in spans]
        return [self.hears(span, beam) or heard(span) for span in spans]

    def align(self, samples: Samples, words: Sequence[str]) -> tuple[RecognizedWord, ...]:
        return tuple(RecognizedWord(word, n * 100, n * 100 + 100, 0.9) for n, word in enumerate(words))

    def encode(self, samples: Samples) -> Samples:
        return samples[:0]

    @property
    def beams(self) -> list[tuple[Ms, Ms, int]]:
        return [(span.start, span.end, beam) for span, beam, _ in self.asked]


def heard(window: Span, *, logprob: float = -0.3, repetition: float = 1.2, until: Ms = 10**9) -> Heard:
    """A word for each second of a window up to a time, its number as text."""
    seconds = range(-(-window.start // 1000), -(-min(window.end, until) // 1000))  # words that begin in it
    words = tuple(RecognizedWord(f"w{s}", s * 1000 - window.start, s * 1000 + 900 - window.start, 0.8) for s in seconds)
    return Heard(words, logprob, repetition)


@dataclass
class Notebook:
    """A journal in memory."""

    values: dict[int, JSON] = field(default_factory=dict)

    def get(self, index: int) -> JSON | None:
        return self.values.get(index)

    def put(self, index: int, value: JSON) -> None:
        self.values[index] = json.loads(json.dumps(value))


TALK = tape(Span(0, 60_000))
SMALL = RecognizeOptions(window=10_000, group=2)
USUAL = RecognizeOptions()


def recognizer(ear: Ear, options: RecognizeOptions = USUAL, sha256: str = "e" * 64) -> WhisperRecognizer:
    """The real one with another decoder."""
    return WhisperRecognizer(Model("ear", Path("ear"), sha256, "path"), options, lambda _model, _threads: ear)


def listen_to(
    ear: Ear, talk: Tape = TALK, options: RecognizeOptions = SMALL, book: Notebook | None = None
) -> Transcript:
    return recognizer(ear, options)(talk, journal=cast("Journal | None", book))


def texts(transcript: Transcript) -> list[str]:
    return [word.text for word in transcript.words]


ALL = [f"w{n}" for n in range(60)]


# --- in groups --------------------------------------------------------------------------------------------------------


def test_words_have_the_times_of_the_recording() -> None:
    """Windows count from their own start."""
    made = listen_to(Ear())

    assert texts(made) == ALL
    assert [word.start for word in made.words] == [n * 1000 for n in range(60)]
    assert (made.listener, made.duration, made.speech) == ("full", 60_000, TALK.speech)


def test_a_run_that_was_killed_goes_on_and_ends_with_the_same_words() -> None:
    """What is in the journal is not heard again."""
    first, book = Ear(), Notebook()

    def killed(window: Span, _beam: int) -> Heard | None:
        if window.start == 40_000:
            raise KeyboardInterrupt
        return None

    first.hears = killed
    with pytest.raises(KeyboardInterrupt):
        listen_to(first, book=book)
    second = Ear()
    resumed = listen_to(second, book=book)

    assert [start for start, _, _ in second.beams] == [40_000, 50_000]
    assert resumed == listen_to(Ear())
    assert listen_to(third := Ear(), book=book) == resumed
    assert third.asked == []


def test_groups_are_the_same_wherever_a_run_starts() -> None:
    """The journal's numbers are those of fixed groups."""
    book = Notebook()
    listen_to(Ear(), book=book)

    assert [[text for text, *_ in book.values[n]] for n in range(3)] == [ALL[:20], ALL[20:40], ALL[40:]]


def test_progress_is_told_after_each_group() -> None:
    told: list[tuple[Ms, Ms]] = []

    recognizer(Ear(), SMALL)(TALK, progress=lambda done, total: told.append((done, total)))

    assert told == [(20_000, 60_000), (40_000, 60_000), (60_000, 60_000)]


def test_a_recording_without_speech_is_not_listened_to() -> None:
    """Whisper would make up something."""
    ear = Ear()
    silent = tape(duration=0)

    assert listen_to(ear, silent) == Transcript("full", 0, (), ())
    assert ear.asked == []


def test_settings_are_all_that_the_words_depend_on() -> None:
    """Not the number of threads, which differs from machine to machine."""
    few, many = (recognizer(Ear(), RecognizeOptions(threads=n)).settings() for n in (1, 4))
    others = [
        recognizer(Ear(), sha256="f" * 64).settings(),
        recognizer(Ear(), RecognizeOptions(window=20_000)).settings(),
        recognizer(Ear(), RecognizeOptions(group=6)).settings(),
    ]

    assert few == many
    assert len({json.dumps(settings) for settings in [few, *others]}) == 4


# --- another try ------------------------------------------------------------------------------------------------------


def test_speech_without_words_is_heard_again_in_smaller_pieces() -> None:
    """Whisper ends its text at a pause: here in the middle of a window of 30 s."""
    ear = Ear(lambda window, beam: heard(window, until=15_000) if beam == 1 and window.start == 0 else None)

    made = listen_to(ear, options=RecognizeOptions(window=30_000))

    again = ear.beams[2:]
    assert texts(made) == ALL
    assert {beam for _, _, beam in again} == {5}
    assert min(start for start, _, _ in again) in range(14_900, 15_400)
    assert max(end for _, end, _ in again) == 30_000
    assert all(end - start <= 10_000 for start, end, _ in again)


def test_what_stays_unheard_is_given_up() -> None:
    """After a third try in pieces of 5 s; the words around it are kept."""
    nothing = Heard((), -0.3, 1.0)
    ear = Ear(lambda window, _beam: nothing if 20_000 <= window.start < 30_000 else None)

    made = listen_to(ear)

    tries = [(start, end) for start, end, _ in ear.beams if 20_000 <= start < 30_000]
    assert texts(made) == ALL[:20] + ALL[30:]
    assert tries == [(20_000, 30_000), (20_000, 30_000), (20_000, 25_000), (25_000, 30_000)]


def test_silence_without_words_is_not_heard_again() -> None:
    """Nor is speech so short that it may be a laugh."""
    talk = tape(Span(0, 10_000), Span(14_000, 15_000), Span(30_000, 60_000))
    ear = Ear(lambda w, _: Heard((), -0.3, 1.0) if w.start in {10_000, 20_000} else None)

    made = listen_to(ear, talk)

    assert {beam for _, _, beam in ear.beams} == {1}
    assert texts(made) == ALL[:10] + ALL[30:]


def said(text: str, step: Ms = 300, length: Ms = 250) -> Heard:
    """Words that follow one another."""
    words = (RecognizedWord(t, n * step, n * step + length, 0.9) for n, t in enumerate(text.split()))
    return Heard(tuple(words), -0.2, 1.0)


LOOPS: dict[str, Callable[[Span], Heard]] = {
    "compressible": lambda window: heard(window, repetition=2.5),
    "improbable": lambda window: heard(window, logprob=-1.1),
    "one word": lambda _: said("no, no. no No no no"),
    "a phrase": lambda _: said("So it is. so it is, So it is so it IS"),
    "no time": lambda _: said("and so it goes on", 0, 0),
}


@pytest.mark.parametrize("kind", LOOPS)
def test_words_that_run_in_a_circle_are_not_believed(kind: str) -> None:
    """They are thrown away and the window is heard again."""
    ear = Ear(lambda window, beam: LOOPS[kind](window) if beam == 1 and window.start == 10_000 else None)

    assert texts(listen_to(ear)) == ALL
    assert (10_000, 20_000, 5) in ear.beams


def test_somebody_who_says_a_word_three_times_is_believed() -> None:
    text = "No no no it is not so and that is that"

    made = listen_to(Ear(lambda w, _: said(text, 900, 800) if w.start == 10_000 else None))

    assert texts(made)[10:21] == text.split()


@pytest.mark.parametrize(
    ("again", "lengths", "kept"),
    [
        ("well I mean", [0, 0, 0], False),
        ("well I mean", [0, 0, 190], False),
        ("well I mean", [0, 0, 200], True),
        ("So, well, I mean.", [0, 0, 0, 150], False),
        ("I mean", [0, 0], False),
        ("I mean", [50, 58], False),
        ("I mean", [50, 59], True),
        ("I meant", [0, 0], True),
        ("mean", [0], True),
    ],
)
def test_what_is_said_again_in_no_time_was_said_once(again: str, lengths: list[Ms], kept: bool) -> None:
    """A phrase, three times as fast as people talk; a lone word may be stammered."""
    first = [RecognizedWord(w, 300 * n, 300 * n + 250, 0.9) for n, w in enumerate(["So,", "well,", "I", "mean."])]
    edges = accumulate(lengths, initial=1200)
    copy = [RecognizedWord(w, *span, 0.9) for w, span in zip(again.split(), pairwise(edges), strict=True)]
    rest = [RecognizedWord(f"w{n}", 1500 + 900 * n, 2300 + 900 * n, 0.9) for n in range(9)]
    made = Heard((*first, *copy, *rest), -0.2, 1.0)

    texts_made = texts(listen_to(Ear(lambda w, _: made if w.start == 10_000 else None)))

    assert texts_made[10 : 10 + 4 + len(copy) * kept] == [w.text for w in first] + [w.text for w in copy] * kept
    assert texts_made[10 + 4 + len(copy) * kept] == "w0"


@pytest.mark.parametrize(("count", "kept"), [(8, False), (9, True)])
def test_a_phrase_that_is_said_again_has_eight_words_at_most(count: int, kept: bool) -> None:
    phrase = [f"word{n}" for n in range(count)]
    once = [RecognizedWord(w, 500 * n, 500 * n + 400, 0.9) for n, w in enumerate(phrase)]
    again = [RecognizedWord(w, 5000 + 9 * n, 5000 + 9 * (n + 1), 0.9) for n, w in enumerate(phrase)]
    rest = [RecognizedWord(f"w{n}", 5500 + 900 * n, 6300 + 900 * n, 0.9) for n in range(5)]
    made = Heard((*once, *again, *rest), -0.2, 1.0)

    assert texts(listen_to(Ear(lambda w, _: made if w.start == 10_000 else None))).count("word3") == 1 + kept


def test_a_word_that_is_stretched_over_speech_hides_none() -> None:
    """Whisper lets the first word of a window begin with it: 8 s of "Well" are speech without words."""
    well = Heard((RecognizedWord("Well", 0, 8500, 0.9), RecognizedWord("yes.", 8500, 9900, 0.9)), -0.2, 1.0)
    ear = Ear(lambda window, beam: well if window.start == 30_000 and beam == 1 else None)

    listen_to(ear)

    assert any(start == 30_000 and end < 40_000 and beam == 5 for start, end, beam in ear.beams)


# --- edges ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "settled"),
    [
        ((1000, 1500), (1000, 1500)),  # inside speech
        ((400, 1500), (1000, 1500)),  # begins in the pause
        ((1300, 1700), (1000, 1700)),  # the first one, late
        ((1700, 2100), (1700, 2100)),  # later than an onset may be
        ((2500, 3600), (2500, 3000)),  # runs on into the pause
        ((2900, 4600), (4000, 4600)),  # more in the next stretch than in this one
        ((3200, 3800), (3200, 3800)),  # all in a pause: nothing is known
    ],
)
def test_edges_are_moved_out_of_pauses(word: tuple[Ms, Ms], settled: tuple[Ms, Ms]) -> None:
    (made,) = settle([RecognizedWord("so", *word, 0.5)], (Span(1000, 3000), Span(4000, 5000)))

    assert (made.start, made.end) == settled


WORDS = st.lists(st.tuples(st.integers(0, 800), st.integers(0, 2500)), max_size=15)
SPEECH = st.lists(st.tuples(st.integers(1, 2000), st.integers(1, 4000)), max_size=8)


def laid(steps: list[tuple[Ms, Ms]]) -> list[tuple[Ms, Ms]]:
    at, found = 0, []
    for gap, length in steps:
        found.append((at + gap, at + gap + length))
        at += gap + length
    return found


@given(WORDS, SPEECH, st.integers(0, 10**6))
def test_settled_words_are_the_same_words_in_order(
    words: list[tuple[Ms, Ms]], speech: list[tuple[Ms, Ms]], shift: Ms
) -> None:
    """Whatever the speech; and the same a while later."""
    given_words = [RecognizedWord(f"w{n}", a, b, 0.5) for n, (a, b) in enumerate(laid(words))]
    spans = [Span(a, b) for a, b in laid(speech)]

    made = settle(given_words, spans)
    later = settle(
        [RecognizedWord(w.text, w.start + shift, w.end + shift, 0.5) for w in given_words],
        [Span(s.start + shift, s.end + shift) for s in spans],
    )

    assert [word.text for word in made] == [word.text for word in given_words]
    assert all(word.start <= word.end for word in made)
    assert all(a.start <= b.start for a, b in pairwise(made))
    assert [(w.start + shift, w.end + shift) for w in made] == [(w.start, w.end) for w in later]


# --- a stretch with a hint --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probability", "repetition", "words"), [(0.8, 1.2, 9), (0.39, 1.2, 0), (0.8, 2.5, 0)], ids=["ok", "unlike", "loop"]
)
def test_a_text_that_is_the_hints_alone_is_not_believed(probability: float, repetition: float, words: int) -> None:
    said = tuple(RecognizedWord("brass", n * 500, n * 500 + 400, probability) for n in range(9))
    ear = Ear(lambda _w, _b: Heard(said, -0.2, repetition))

    found = recognizer(ear).listen(np.array([0, 9000], np.float32), hint="brass wheels")

    assert len(found) == words
    assert ear.asked == [(Span(0, 9000), 5, "brass wheels")]


def test_nothing_heard_is_nothing() -> None:
    deaf = Ear(lambda _w, _b: Heard((), -0.3, 1.0))

    assert recognizer(deaf).listen(np.array([0, 500], np.float32)) == ()


# --- saved ------------------------------------------------------------------------------------------------------------

TRANSCRIPTS = st.builds(
    lambda listener, words, speech, share: Transcript(
        listener,
        600_000,
        tuple(LaidWord(text, a, b) if p is None else RecognizedWord(text, a, b, p) for (text, p), (a, b) in words),
        tuple(Span(a, b) for a, b in laid(speech)),
        share,
    ),
    st.sampled_from(get_args(ListenerName)),
    st.lists(
        st.tuples(
            st.tuples(st.text(), st.none() | st.floats(0, 1)),
            st.tuples(st.integers(0, 10**7), st.integers(0, 5000)).map(lambda t: (t[0], t[0] + t[1])),
        ),
        max_size=6,
    ),
    SPEECH,
    st.none() | st.integers(0, 600_000),
)


@given(TRANSCRIPTS)
def test_a_transcript_comes_back_as_it_was(transcript: Transcript) -> None:
    """To the last bit of each probability; what was heard stays apart from what was laid over the sound."""
    assert transcript_from_json(json.loads(json.dumps(transcript_to_json(transcript)))) == transcript


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        {"listener": "full", "duration": 1, "words": [["a", 1]], "speech": []},
        {"listener": "full", "duration": 1, "words": [["a", 1, 2, 0.5, 3]], "speech": []},
        {"listener": "nobody", "duration": 1, "words": [], "speech": []},
    ],
)
def test_what_is_no_transcript_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="not a transcript"):
        transcript_from_json(value)


def test_speech_that_runs_backwards_is_no_transcript() -> None:
    with pytest.raises(ValueError, match="not a transcript: not a stretch of time: 5 to 1 ms"):
        transcript_from_json({"listener": "full", "duration": 9, "words": [], "speech": [[5, 1]]})


# --- the real one -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whisper() -> WhisperRecognizer:
    return WhisperRecognizer(find_model("tiny.en"), RecognizeOptions())


@pytest.fixture(scope="module")
def opening(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """The first 13 s of the sample."""
    folder = tmp_path_factory.mktemp("opening")
    whole = decode(SAMPLES / "tide-machine.opus", folder / "whole.s16")
    part = folder / "part.s16"
    part.write_bytes(whole.pcm.read_bytes()[: 13_000 * 32])
    return Recording(part, part.stat().st_size // 2)


@pytest.mark.model
def test_the_embedded_model_hears_the_sample(whisper: WhisperRecognizer, opening: Recording) -> None:
    """The words of the first sentences, each within half a second of where it is said; twice the same."""
    _, start, _ = truth_of_first_sentence()

    made = whisper(opening)

    spoken = " ".join(texts(made)).lower()
    assert "machine that a telephone can replace" in spoken
    assert "this machine gives you a reason" in spoken
    assert abs(made.words[0].start - start) <= 500
    assert all(word.end <= made.duration for word in made.words)
    assert whisper(opening) == made


@pytest.mark.model
def test_known_words_are_found_in_their_order(whisper: WhisperRecognizer, opening: Recording) -> None:
    """All are returned, and those that are not said are improbable."""
    _, start, end = truth_of_first_sentence()
    words = [*truth_of_first_sentence()[0].split(), "Hippopotamus", "zebra"]

    timed = whisper.align_words(opening.read(start, end), words)

    assert [word.text for word in timed] == words
    assert all(a.start <= b.start for a, b in pairwise(timed))
    assert timed[-1].end <= end - start + 1000
    assert min(word.probability for word in timed[:-2]) > max(word.probability for word in timed[-2:])


@pytest.mark.model
def test_more_words_than_whisper_takes_at_a_time_are_not_given_times(
    whisper: WhisperRecognizer, opening: Recording
) -> None:
    """The first ones come back, as many as were written; nobody makes up the rest."""
    words = ["tide", "machine"] * 300

    timed = whisper.align_words(opening.read(0, 10_000), words)

    assert 100 < len(timed) < 450
    assert [word.text for word in timed] == words[: len(timed)]
    assert whisper.align_words(opening.read(0, 10_000), ["z" * 4000]) == ()


def truth_of_first_sentence() -> tuple[str, Ms, Ms]:
    line = json.loads((SAMPLES / "tide-machine.truth.json").read_text(encoding="utf-8"))[0]
    return line["text"], round(line["start"] * 1000), round(line["end"] * 1000)


@pytest.mark.model
def test_noise_is_not_made_into_the_hint(whisper: WhisperRecognizer) -> None:
    """Nobody said that."""
    noise = (np.random.default_rng(2).standard_normal(16_000 * 4) * 0.05).astype(np.float32)

    assert whisper.listen(noise, hint="People ask me why anybody would keep a machine.") == ()


def test_files_that_are_no_model_are_an_error(tmp_path: Path, opening: Recording) -> None:
    """With the folder's name and what to do."""
    for name in ("config.json", "model.bin", "tokenizer.json", "vocabulary.txt"):
        (tmp_path / name).write_text("{}")
    mine = WhisperRecognizer(Model("mine", tmp_path, "", "path"))

    with pytest.raises(ModelError, match="not a Whisper model that can be loaded"):
        mine(opening)


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "unheard"),
    [
        ([], True),
        ([(0, 500), (2599, 4000)], False),
        ([(0, 500), (2600, 4000)], True),  # 1.5 s, when each word may reach 0.3 s further
        ([(0, 500), (900, 4300)], True),  # a word counts for 1.5 s
        ([(0, 500), (900, 2600), (2600, 4000)], False),
        ([(0, 4000)], True),  # the first one lies at its end
        ([(2000, 3500)], True),
        ([(1700, 3200)], False),
    ],
)
def test_a_second_and_a_half_of_speech_without_a_word_is_heard_again(words: list[tuple[Ms, Ms]], unheard: bool) -> None:
    found = coverage._unheard(Span(0, 4300), [RecognizedWord("w", a, b, 0.9) for a, b in words], [Span(0, 4300)])
    assert bool(found) is unheard


@pytest.mark.model
def test_the_encoder_makes_a_frame_of_twenty_milliseconds(whisper: WhisperRecognizer, opening: Recording) -> None:
    assert [len(whisper.encode(opening.read(5000, 5000 + ms))) for ms in (1000, 2000)] == [50, 100]


def test_windows_of_fifteen_seconds_are_decoded_four_at_a_time_by_one_thread() -> None:
    """Longer windows lose words, more at a time take memory; how many threads there are, the session says."""
    batches: list[list[Ms]] = []
    threads: list[int] = []

    class Batched(Ear):
        def decode(self, windows: Sequence[Samples], *, beam: int, hint: str = "") -> list[Heard]:
            batches.append([int(end - start) for start, end in windows])
            return super().decode(windows, beam=beam, hint=hint)

    def load(_: Model, count: int) -> Ear:
        threads.append(count)
        return Batched()

    WhisperRecognizer(Model("ear", Path("ear"), "e" * 64, "path"), USUAL, load)(tape(Span(0, 85_000), duration=85_000))
    assert batches == [[15_000] * 4, [15_000, 10_000]]
    assert threads == [1]


def test_threads_that_ask_at_the_same_time_have_one_model() -> None:
    loaded: list[int] = []

    def load(_: Model, count: int) -> Ear:
        loaded.append(count)
        sleep(0.05)  # the other thread is here before it is done
        return Ear()

    ear = WhisperRecognizer(Model("ear", Path("ear"), "e" * 64, "path"), RecognizeOptions(threads=2), load)
    ear(tape(Span(0, 150_000), duration=150_000))
    assert loaded == [2]
    ear.unload()
    ear(tape(Span(0, 150_000), duration=150_000))
    assert loaded == [2, 2]


class StoppedError(Exception):
    """The model was asked what the test is about."""


@pytest.mark.model
def test_short_windows_are_seen_with_two_seconds_of_silence_and_as_a_second_at_least(
    whisper: WhisperRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the silence Whisper runs into loops, and less than a second of context makes it guess."""
    inner = cast("Whisper", whisper._decoder)._model
    seen: list[int] = []

    def encode(spectrum: NDArray[np.float32]) -> NDArray[np.float32]:
        seen.append(spectrum.shape[1])
        return np.zeros((1, 1, 1), np.float32)

    monkeypatch.setattr(inner, "encode", encode)
    for seconds, frames in ((0.5, 100), (3.0, 300)):
        _, lasting = cast("Whisper", whisper._decoder)._encode([np.zeros(int(seconds * 1000) * RATE, np.float32)])
        assert lasting == [frames]
    assert seen == [300, 500]


@pytest.mark.model
def test_ten_tokens_a_second_are_all_that_speech_can_have(
    whisper: WhisperRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a window of three seconds: behind the prompt, with ten more for a short one. The rest would be a loop."""
    inner = cast("Whisper", whisper._decoder)._model
    asked: list[int] = []

    def generate(_: object, prompts: list[list[int]], *, max_length: int, **__: object) -> None:
        asked.append(max_length - len(prompts[0]))
        raise StoppedError

    monkeypatch.setattr(inner, "model", SimpleNamespace(generate=generate, is_multilingual=False))
    monkeypatch.setattr(inner, "encode", lambda _: np.zeros((1, 1, 1), np.float32))
    with pytest.raises(StoppedError):
        whisper._decoder.decode([np.zeros(3000 * RATE, np.float32)], beam=1)
    assert asked == [10 + 10 * 3]
