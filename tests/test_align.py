"""A note and its sound: what was said gets its time, what was not gets none."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from fakes import bursts

from subsync.align import Acoustics, align
from subsync.datatypes import (
    Alignment,
    Note,
    Paragraph,
    RecognizedWord,
    Section,
    Sentence,
    Span,
    Transcript,
    Word,
)
from subsync.sound import RATE, Recording
from subsync.text.tokens import _tokenized

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from subsync.datatypes import Ms

WORDS = [
    "tide",
    "moon",
    "harbour",
    "engine",
    "weather",
    "brass",
    "pulley",
    "model",
    "island",
    "captain",
    "curve",
    "paper",
    "ink",
    "needle",
    "ocean",
    "station",
    "theory",
    "gravity",
    "planet",
    "record",
    "survey",
    "cable",
    "bridge",
    "winter",
    "summer",
    "signal",
    "pattern",
    "kettle",
    "window",
    "garden",
    "letter",
    "mountain",
    "river",
    "the",
    "of",
    "and",
    "to",
    "in",
    "that",
    "it",
    "is",
    "was",
    "for",
    "with",
    "on",
    "as",
    "at",
    "by",
    "this",
    "from",
    "or",
    "an",
    "which",
    "one",
    "had",
    "not",
    "but",
    "what",
    "all",
    "were",
    "when",
]


def text(count: int, seed: int) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choice(WORDS) for _ in range(count)) + "."


def note_of(
    paragraphs: Sequence[Sequence[str]], pins: dict[int, Ms] | None = None, sections: Sequence[Section] = ()
) -> Note:
    """A note of English paragraphs, each with a Chinese sentence after it."""
    body = ""
    sentences: list[Sentence] = []
    built: list[Paragraph] = []
    for index, texts in enumerate(paragraphs):
        en = []
        for sentence in texts:
            words = []
            start = len(body)
            for word in sentence.split():
                words.append(Word(word, len(body), len(body) + len(word)))
                body += word + " "
            en.append(len(sentences))
            sentences.append(Sentence(index, "en", sentence, start, len(body), tuple(words)))
        sentences.append(Sentence(index, "zh", "译文。", len(body), len(body) + 3))
        body += "译文。\n"
        section = 0 if sections else None
        built.append(
            Paragraph(index, section, index + 1, tuple(en), (len(sentences) - 1,), pin=(pins or {}).get(index))
        )
    return Note("note.md", body, "", None, None, tuple(sections), tuple(built), tuple(sentences))


@dataclass
class Stage:
    """Sound as it is put together: a burst of noise for each word, silence between sentences."""

    path: Path
    now: Ms = 0

    def __post_init__(self) -> None:
        self.pieces: list[NDArray[np.float32]] = []
        self.heard: list[RecognizedWord] = []
        self.speech: list[Span] = []
        self.times: list[Span] = []
        self.rng = np.random.default_rng(1)

    def noise(self, ms: Ms, level: float) -> None:
        self.pieces.append((self.rng.standard_normal(ms * RATE) * level).astype(np.float32))
        self.now += ms

    def silence(self, ms: Ms) -> None:
        self.noise(ms, 0.0005)

    def music(self, ms: Ms) -> None:
        for _ in range(ms // 500):
            self.noise(350, 0.05)
            self.noise(150, 0.01)

    def say(self, sentence: str, *, heard: bool = True, blur: Ms = 40) -> Span:
        """Speak a sentence; what is recognised of it is off by up to ``blur`` ms."""
        first = self.now
        for word in sentence.split():
            start = self.now
            self.noise(40 + 45 * len(word), 0.1)
            self.times.append(Span(start, self.now))
            shift = int(self.rng.integers(-blur, blur + 1)) if blur else 0
            if heard:
                self.heard.append(RecognizedWord(word, max(0, start + shift), max(0, self.now + shift), 0.9))
        self.speech.append(Span(first, self.now))
        span = Span(first, self.now)
        self.silence(400)
        return span

    def recording(self) -> Recording:
        samples = np.concatenate([np.zeros(0, np.float32), *self.pieces])
        self.path.write_bytes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        return Recording(self.path, len(samples))

    def transcript(self) -> Transcript:
        heard = sorted(self.heard, key=lambda w: w.start)
        return Transcript("full", self.now, tuple(heard), tuple(self.speech))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = Stage(tmp_path / "sound.pcm")
    made.silence(500)
    return made


def run(stage: Stage, note: Note, listener: object = None) -> Alignment:
    return align(
        note,
        stage.transcript(),
        recording=stage.recording(),
        acoustics=Acoustics(bursts),
        listener=listener,  # type: ignore[arg-type] # a fake
    )


def english(note: Note, alignment: Alignment) -> list[tuple[Ms | None, Ms | None]]:
    return [(t.start, t.end) for s, t in zip(note.sentences, alignment.sentences, strict=True) if s.lang == "en"]


def consistent(note: Note, alignment: Alignment) -> None:
    """What holds for any result."""
    assert len(alignment.sentences) == len(note.sentences)
    last = 0
    for sentence, timed in zip(note.sentences, alignment.sentences, strict=True):
        assert [w.text for w in timed.words] == [w.text for w in sentence.words]
        for word in timed.words:
            assert (word.start is None) == (word.end is None) == (word.status == "absent")
            assert 0 <= word.confidence <= 1
            if word.start is not None and word.end is not None:
                assert last <= word.start <= word.end
                last = word.end
        assert (timed.start is None) == (timed.status == "absent")


def near(one: Ms | None, other: Ms, by: Ms = 10) -> bool:
    return one is not None and abs(one - other) <= by


def test_sentences_start_and_end_where_the_voice_does(stage: Stage) -> None:
    texts = [[text(12, k), text(9, 100 + k)] for k in range(8)]
    spans = [stage.say(s) for p in texts for s in p]
    note = note_of(texts)
    alignment = run(stage, note)
    consistent(note, alignment)
    for span, (start, end) in zip(spans, english(note, alignment), strict=True):
        assert near(start, span.start)
        assert near(end, span.end)
    assert alignment.unwritten == ()
    assert alignment.remarks == ()
    assert not _tokenized.cache_info().currsize, "what text was compared by is let go of"


def test_a_paragraph_that_is_not_spoken_is_absent_and_takes_no_room(stage: Stage) -> None:
    texts = [[text(12, k), text(9, 100 + k)] for k in range(8)]
    spans = [stage.say(s) for k, p in enumerate(texts) for s in p if k != 3]
    note = note_of(texts)
    alignment = run(stage, note)
    consistent(note, alignment)
    times = english(note, alignment)
    assert times[6:8] == [(None, None), (None, None)]
    for span, (start, end) in zip(spans, times[:6] + times[8:], strict=True):
        assert near(start, span.start)
        assert near(end, span.end)


def test_a_sentence_that_breaks_off_is_split(stage: Stage) -> None:
    whole = text(24, 1)
    part = " ".join(whole.split()[:10])
    stage.say(text(12, 5))
    span = stage.say(part)
    stage.say(text(12, 6))
    note = note_of([[text(12, 5)], [whole], [text(12, 6)]])
    alignment = run(stage, note)
    consistent(note, alignment)
    words = alignment.sentences[2].words
    assert [w.status == "absent" for w in words] == [False] * 10 + [True] * 14
    assert near(words[9].end, span.end)
    assert alignment.sentences[2].status == "aligned"


def test_an_advertisement_and_music_are_listed_and_never_inside_a_word(stage: Stage) -> None:
    texts = [[text(12, k), text(9, 100 + k)] for k in range(6)]
    music = stage.now
    stage.music(6000)
    stage.silence(600)
    for sentence in (s for p in texts[:3] for s in p):
        stage.say(sentence)
    advert = stage.say(text(30, 77))
    for sentence in (s for p in texts[3:] for s in p):
        stage.say(sentence)
    note = note_of(texts)
    alignment = run(stage, note)
    consistent(note, alignment)
    first, second = alignment.unwritten
    assert (first.kind, second.kind) == ("other", "speech")
    assert first.start <= music + 100
    assert near(first.end, music + 6000, 700)
    assert near(second.start, advert.start, 500)
    assert near(second.end, advert.end, 500)
    for word in (w for s in alignment.sentences for w in s.words):
        assert word.start is not None
        assert word.end is not None
        assert word.end <= advert.start + 10 or word.start >= advert.end - 10


def test_removing_paragraphs_of_the_note_does_not_move_the_others(stage: Stage) -> None:
    texts = [[text(12, k)] for k in range(12)]
    for (sentence,) in texts:
        stage.say(sentence)
    full, part = note_of(texts), note_of([p for k, p in enumerate(texts) if k not in (2, 3, 7)])
    whole = english(full, run(stage, full))
    assert english(part, run(stage, part)) == [t for k, t in enumerate(whole) if k not in (2, 3, 7)]


def test_what_the_recogniser_missed_is_listened_to_again(stage: Stage) -> None:
    texts = [[text(12, k)] for k in range(6)]
    spans = []
    missed: list[RecognizedWord] = []
    for k, (sentence,) in enumerate(texts):
        before = len(stage.heard)
        spans.append(stage.say(sentence))
        if k == 3:
            missed, stage.heard = stage.heard[before:], stage.heard[:before]
    note = note_of(texts)
    assert english(note, run(stage, note))[3] == (None, None)

    hints = []

    class Listener:
        def listen(self, samples: NDArray[np.float32], *, hint: str = "") -> tuple[RecognizedWord, ...]:
            hints.append(hint)
            # The gap begins where the word before it was recognised to end.
            origin = stage.heard[before_gap].end
            return tuple(replace(w, start=w.start - origin, end=w.end - origin) for w in missed)

    before_gap = sum(len(s.split()) for (s,) in texts[:3]) - 1
    start, end = english(note, run(stage, note, listener=Listener()))[3]
    assert near(start, spans[3].start)
    assert near(end, spans[3].end)
    assert hints == [texts[3][0]]


@pytest.mark.parametrize(("late", "said"), [(12_000, "the pin was not used"), (600_000, "behind the end")])
def test_a_pin_that_the_sound_refutes_is_not_used_and_reported_once(stage: Stage, late: int, said: str) -> None:
    """Its words are heard at another time and not at the pin's, or the recording is over by then."""
    texts = [[text(12, k)] for k in range(6)]
    spans = [stage.say(s) for (s,) in texts]
    wrong = note_of(texts, pins={2: spans[2].start + late})
    alignment = run(stage, wrong)
    (remark,) = alignment.remarks
    assert remark.startswith("line 3: ")
    assert said in remark
    assert late > 60_000 or f"heard at 0:{spans[2].start // 1000:02}" in remark
    assert all(near(start, span.start) for span, (start, _) in zip(spans, english(wrong, alignment), strict=True))
    right = note_of(texts, pins={4: spans[4].start // 1000 * 1000})
    assert run(stage, right).remarks == ()


def test_a_pin_of_a_section_holds_its_first_paragraph(stage: Stage) -> None:
    phrase = text(10, 50)
    stage.say(text(40, 1))
    stage.say(phrase)
    stage.say(text(40, 2))
    span = stage.say(phrase)
    note = note_of([[phrase]], sections=[Section("Again", 3, 1, pin=span.start)])
    alignment = run(stage, note)
    assert near(english(note, alignment)[0][0], span.start)


def test_pins_that_run_backwards_are_reported(stage: Stage) -> None:
    texts = [[text(12, k)] for k in range(4)]
    spans = [stage.say(s) for (s,) in texts]
    note = note_of(texts, pins={1: spans[1].start, 2: 0})
    alignment = run(stage, note)
    assert [r for r in alignment.remarks if "line 3" in r and "line 2" in r]
    assert all(near(start, span.start) for span, (start, _) in zip(spans, english(note, alignment), strict=True))


def test_the_recording_of_another_note_gives_nothing_and_says_so(stage: Stage) -> None:
    for k in range(10):
        stage.say(text(15, k))
    note = note_of([[text(15, 500 + k)] for k in range(10)])
    alignment = run(stage, note)
    consistent(note, alignment)
    assert {t.status for t in alignment.sentences} == {"absent"}
    assert len(alignment.remarks) == 1
    assert "another one" in alignment.remarks[0]
    assert [u.kind for u in alignment.unwritten] == ["speech"]


@pytest.mark.parametrize("what", ["silence", "music", "half a second", "nothing"])
def test_sound_without_speech_aligns_nothing(stage: Stage, what: str) -> None:
    if what == "silence":
        stage.silence(20_000)
    elif what == "music":
        stage.music(20_000)
    elif what == "nothing":
        stage.pieces, stage.now = [], 0
    note = note_of([[text(12, 1)], [text(12, 2)]])
    alignment = run(stage, note)
    consistent(note, alignment)
    assert {t.status for t in alignment.sentences} == {"absent"}
    assert alignment.remarks == ("no speech was recognised in the recording; nothing is aligned",)
    assert [u.kind for u in alignment.unwritten] == (["other"] if what == "music" else [])


def test_a_note_ten_times_as_long_as_the_recording_is_aligned_where_it_is_spoken(stage: Stage) -> None:
    texts = [[text(12, k)] for k in range(60)]
    spans = [stage.say(s) for (s,) in texts[20:26]]
    note = note_of(texts)
    alignment = run(stage, note)
    consistent(note, alignment)
    times = english(note, alignment)
    assert [k for k, (start, _) in enumerate(times) if start is not None] == list(range(20, 26))
    assert all(near(start, span.start) for span, (start, _) in zip(spans, times[20:26], strict=True))


def test_a_passage_out_of_order_is_left_out_and_reported(stage: Stage) -> None:
    texts = [[text(20, k)] for k in range(8)]
    spans = {k: stage.say(texts[k][0]) for k in (0, 1, 5, 2, 3, 4, 6, 7)}
    note = note_of(texts)
    alignment = run(stage, note)
    consistent(note, alignment)
    times = english(note, alignment)
    assert times[5] == (None, None)
    assert all(near(times[k][0], span.start) for k, span in spans.items() if k != 5)
    (remark,) = alignment.remarks
    assert remark.startswith("line 6: heard at 0:")


def test_chinese_sentences_have_no_times_yet(stage: Stage) -> None:
    stage.say(text(12, 1))
    note = note_of([[text(12, 1)]])
    chinese = run(stage, note).sentences[1]
    assert (chinese.start, chinese.end, chinese.status, chinese.words) == (None, None, "absent", ())
