"""The tools of a run: each stage once for the same input, whatever happens in between."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import tone, write_sound

from subsync.align.saved import alignment_from_json, alignment_to_json
from subsync.datatypes import Alignment, RecognizedWord, Status, TimedSentence, TimedWord, Transcript, Unwritten
from subsync.errors import AudioError, FetchError, NoteError
from subsync.listen import Heard, RecognizeOptions, WhisperRecognizer
from subsync.listen.models import Model, local_model
from subsync.locate import affine
from subsync.note import parse_note, reader
from subsync.phones import ear, pronounce
from subsync.run import remembered
from subsync.run.answers import STRETCH, Answers
from subsync.run.session import Session
from subsync.run.settings import Settings
from subsync.run.workers import Workers
from subsync.sound import decode, probe
from subsync.sound.container import length_of
from subsync.store import Cache
from subsync.text import cedict, glosses
from subsync.text.cedict import dictionary
from subsync.text.variants import read_variants

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from subsync.datatypes import Media, Note
    from subsync.listen.sparse import Stretch
    from subsync.phones import CoarseWord
    from subsync.sound import Samples

SAMPLE = Path(__file__).parent.parent / "samples" / "tide-machine.opus"


@dataclass
class Chatter:
    """A decoder that hears a word in every half second of whatever it is given."""

    patience: int = 1000
    """Windows after which it is killed."""
    windows: int = 0

    def decode(self, windows: Sequence[Samples], *, beam: int, hint: str = "") -> list[Heard]:
        self.windows += len(windows)
        if self.windows > self.patience:
            raise KeyboardInterrupt
        return [
            Heard(tuple(RecognizedWord(f"w{t}", t, t + 400, 0.9) for t in range(0, len(w) // 16, 500)), -0.2, 1.0)
            for w in windows
        ]

    def encode(self, samples: Samples) -> Samples:
        return np.zeros((len(samples) // 320 + 1, 384), np.float32)

    def align(self, samples: Samples, words: Sequence[str]) -> tuple[RecognizedWord, ...]:
        return ()


CHATTER = Model("chatter", Path("chatter"), "c" * 64, "path")


@dataclass
class Told:
    """What was told of the progress."""

    stages: list[str] = field(default_factory=list)

    def __call__(self, stage: str, done: float, total: float | None) -> None:
        self.stages.append(stage)


def session(root: Path, chatter: Chatter, told: Told | None = None, audio: Path | None = None) -> Session:
    """A session whose recogniser is the real one around another decoder."""
    recognizer = WhisperRecognizer(CHATTER, load=lambda _model, _threads: chatter)
    made = Session(Settings(recognition="full"), Cache(root), told or Told(), audio)
    vars(made)["_recognizer"] = recognizer
    return made


def note_in(folder: Path, *, source: str = "", body: str = "The tide waits.\n\n潮水等着。\n") -> Note:
    text = f"---\n{f'source: {source}' if source else 'title: x'}\n---\n{body}"
    return parse_note(text, path=str(folder / "n.md"), sha256="0" * 64)


NOTE = parse_note("Words.\n", path="n.md", sha256="0" * 64)


# --- fetch ------------------------------------------------------------------------------------------------------------


def test_the_source_is_looked_for_beside_the_note(tmp_path: Path) -> None:
    """Not in the folder where the command is typed."""
    path = write_sound(tmp_path / "talk.wav", tone(700))

    media = session(tmp_path / "cache", Chatter()).fetch(note_in(tmp_path, source="talk.wav"))

    assert (media.path, media.duration, media.url) == (path, 700, None)


def test_a_recording_of_the_users_is_looked_for_where_the_command_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And goes before the note's source."""
    (tmp_path / "here").mkdir()
    path = write_sound(tmp_path / "here" / "talk.wav", tone(700))
    monkeypatch.chdir(path.parent)

    media = session(tmp_path / "cache", Chatter(), audio=Path("talk.wav")).fetch(note_in(tmp_path, source="none.wav"))

    assert media.path == path


def test_a_note_without_source_and_no_recording_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoteError, match=r"n\.md: the front matter names no source\n  Add `source: URL`.*--audio"):
        session(tmp_path, Chatter()).fetch(note_in(tmp_path))


def test_a_recording_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"talk\.wav: there is no such file"):
        session(tmp_path, Chatter()).fetch(note_in(tmp_path, source="talk.wav"))


def test_a_file_that_is_no_recording_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    """No weights are loaded for it."""
    (tmp_path / "talk.wav").write_text("no sound")

    with pytest.raises(AudioError, match=r"talk\.wav: cannot be read as sound"):
        Session(Settings(), Cache(tmp_path / "cache")).fetch(note_in(tmp_path, source="talk.wav"))


# --- recognize --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Media:
    """The sample: two minutes, ten windows, two groups."""
    cache = tmp_path_factory.mktemp("media")
    return session(cache, Chatter(), audio=SAMPLE).fetch(note_in(cache))


def test_the_same_recording_is_recognised_once(tmp_path: Path, media: Media) -> None:
    """Not by a second session either; nor is it decoded again."""
    first, second, told = Chatter(), Chatter(), Told()

    words = session(tmp_path, first).recognize(NOTE, media)
    again = session(tmp_path, second, told).recognize(NOTE, replace(media, path=Path("/moved/elsewhere.opus")))

    assert words == again
    assert first.windows > 8
    assert second.windows == 0
    assert told.stages == []


def test_a_run_that_was_killed_goes_on_where_it_was(tmp_path: Path, media: Media) -> None:
    """With the words of an uninterrupted one, and without decoding or hearing the first group again."""
    whole = Chatter()
    expected = session(tmp_path / "whole", whole).recognize(NOTE, media)
    with pytest.raises(KeyboardInterrupt):
        session(tmp_path / "killed", Chatter(patience=8)).recognize(NOTE, media)
    resumed, told = Chatter(), Told()

    words = session(tmp_path / "killed", resumed, told).recognize(NOTE, media)

    assert words == expected
    assert resumed.windows == whole.windows - 8
    assert set(told.stages) == {"recognize"}


def test_a_damaged_entry_is_made_again(tmp_path: Path, media: Media) -> None:
    """From the journal, if that is whole."""
    first = session(tmp_path, Chatter())
    words = first.recognize(NOTE, media)
    first.cache.path("transcript", first.transcript_key(media), ".json").write_bytes(b'{"sha256": 1}')
    again = Chatter()

    assert session(tmp_path, again).recognize(NOTE, media) == words
    assert again.windows == 0


def test_a_transcript_depends_on_the_sound_and_on_the_model(tmp_path: Path, media: Media) -> None:
    """Not on the name of the file."""
    here = session(tmp_path, Chatter())
    other = session(tmp_path, Chatter())
    vars(other)["_recognizer"] = WhisperRecognizer(replace(CHATTER, sha256="d" * 64))

    key = here.transcript_key(media)

    assert key == here.transcript_key(replace(media, path=Path("b.opus"), url="https://e.example/b"))
    assert key != here.transcript_key(replace(media, sha256="e" * 64))
    assert key != other.transcript_key(media)


def test_the_engine_says_what_made_a_result(tmp_path: Path) -> None:
    engine = session(tmp_path, Chatter()).engine(Transcript("sparse", 1000, (), (), 250))

    assert engine.recognizer.startswith("faster-whisper ")
    assert engine.recognizer.endswith("sparse: heard 25%")
    assert (engine.model, engine.model_sha256) == ("chatter", "c" * 64)
    assert "pocketsphinx" in engine.aligner


def test_loudness_is_measured_once(tmp_path: Path, media: Media) -> None:
    first, told = session(tmp_path, Chatter()), Told()

    peaks = first.peaks(media)

    assert max(peaks) == 255
    assert session(tmp_path, Chatter(), told).peaks(media) == peaks
    assert told.stages == []


# --- align ------------------------------------------------------------------------------------------------------------


def test_an_alignment_is_made_once_and_depends_on_note_and_pins(tmp_path: Path, media: Media) -> None:
    """The note's text is not kept twice: it comes back with the note's own words."""
    tools = session(tmp_path, Chatter())
    words = tools.recognize(NOTE, media)
    note = note_in(tmp_path, body="w500 w1000 w1500 w2000 w2500 w3000 w3500 w4000 w4500 w5000.\n")
    pin = replace(note, paragraphs=(replace(note.paragraphs[0], pin=3000),))

    def entries() -> int:
        return len(list((tmp_path / "alignment").iterdir()))

    made = tools.align(note, media, words)
    assert entries() == 1
    assert session(tmp_path, Chatter()).align(note, media, words) == made
    assert entries() == 1
    tools.align(pin, media, words)
    assert entries() == 2
    tools.align(replace(note, sha256="1" * 64, path="elsewhere.md", sections=()), media, words)
    assert entries() == 2


def test_lines_that_move_move_in_the_remarks_too() -> None:
    """`link --write` puts a line above a paragraph: nothing is aligned anew, and what is said of it stays true."""
    before, after = (note_in(Path(), body=body) for body in ("# A\n\nOne.\n\nTwo.\n", "# A\n\n\n\nOne.\n\nTwo.\n"))
    timed = tuple(
        TimedSentence(0, 9, "aligned", 1.0, (TimedWord(s.text, 0, 9, "aligned", 1.0),)) for s in before.sentences
    )
    made = Alignment(
        timed, (), ("line 6: heard at 0:10", "the pin of line 8 is before line 6", "line 77, that is none")
    )

    found = alignment_from_json(after, json.loads(json.dumps(alignment_to_json(before, made))))

    assert [p.line for p in before.paragraphs] == [6, 8]
    assert found.remarks == ("line 8: heard at 0:10", "the pin of line 10 is before line 8", "line 77, that is none")
    assert found.sentences == timed


STATUS: st.SearchStrategy[Status] = st.sampled_from(["aligned", "interpolated"])


IN_BOTH = note_in(Path(), body="One two three. Four five.\n\n一二三。四五。\n\nSix.\n")


@st.composite
def alignments(draw: st.DrawFn) -> tuple[Note, Alignment]:
    note, timed = IN_BOTH, []
    for sentence in note.sentences:
        words = []
        for word in sentence.words:
            if draw(st.booleans()):
                words.append(TimedWord(word.text, None, None, "absent", 0.0))
                continue
            start = draw(st.integers(0, 10**8))
            words.append(
                TimedWord(word.text, start, start + draw(st.integers(0, 999)), draw(STATUS), draw(st.floats(0, 1)))
            )
        timed.append(
            TimedSentence(words[0].start if words else None, None, draw(STATUS), draw(st.floats(0, 1)), tuple(words))
        )
    kinds = st.sampled_from(["speech", "other"])
    unwritten = draw(st.lists(st.builds(Unwritten, st.integers(0, 999), st.integers(999, 9999), kinds), max_size=3))
    return note, Alignment(tuple(timed), tuple(unwritten), tuple(draw(st.lists(st.text(), max_size=2))))


@given(alignments())
def test_an_alignment_comes_back_as_it_was(made: tuple[Note, Alignment]) -> None:
    """Through JSON, to the last bit."""
    note, alignment = made

    assert alignment_from_json(note, json.loads(json.dumps(alignment_to_json(note, alignment)))) == alignment


def test_an_alignment_of_another_note_is_not_taken_for_this_ones() -> None:
    """Its sentences do not fit."""
    one, other = (note_in(Path(), body=body) for body in ("One two.\n", "One two. Three.\n"))
    alignment = Alignment(
        (TimedSentence(0, 9, "aligned", 1.0, tuple(TimedWord(w.text, 0, 9, "aligned", 1.0) for w in one.words)),), ()
    )

    with pytest.raises(ValueError, match="zip"):
        alignment_from_json(other, alignment_to_json(one, alignment))


def test_samples_of_the_chatter_are_counted_in_ms() -> None:
    """The tests' own ruler: 16 samples in a ms."""
    (heard,) = Chatter().decode([np.zeros(16 * 1000, np.float32)], beam=1)

    assert [(w.start, w.end) for w in heard.words] == [(0, 400), (500, 900)]


def test_the_same_bytes_are_read_through_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By this run or another, under this name or another; other bytes under the same name are looked at anew."""
    monkeypatch.setattr("subsync.sound.decoder.length_of", look := Mock(wraps=length_of))
    note = parse_note("---\nsource: a.wav\n---\nText.\n", path=str(tmp_path / "note.md"), sha256="0" * 64)
    one, other = write_sound(tmp_path / "a.wav", tone(700)), tmp_path / "b.wav"
    found = [session(tmp_path / "cache", Chatter()).fetch(note).duration for _ in range(3)]
    one.rename(other)
    found.append(session(tmp_path / "cache", Chatter(), audio=other).fetch(note).duration)
    assert found == [700] * 4
    assert look.call_count == 1
    write_sound(one, tone(900))
    assert session(tmp_path / "cache", Chatter()).fetch(note).duration == 900


def test_a_recording_is_measured_and_decoded_with_one_look_at_its_packets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subsync.sound.decoder.length_of", look := Mock(wraps=length_of))
    path = write_sound(tmp_path / "a.wav", tone(700))
    assert probe(path) == decode(path, tmp_path / "a.s16").duration == 700
    assert look.call_count == 1


def test_when_a_note_is_done_no_worker_is_left(tmp_path: Path) -> None:
    """What its words were aligned by serves its paragraphs, too; the next note starts others."""
    made = session(tmp_path / "cache", Chatter(), audio=SAMPLE)
    note = parse_note("The tide.\n", path=str(tmp_path / "note.md"), sha256="0" * 64)
    workers = Workers(2)
    vars(made.sharing)["workers"] = workers
    assert list(workers.map(abs, range(6))) == list(range(6))
    assert len(workers.pids) == 2
    media = made.fetch(note)
    with made.sharing.spread() as spread:
        made.align(note, media, made.recognize(note, media))
        assert len(workers.pids) == 2
        assert list(spread(abs, [-1])) == [1]
    assert workers.pids == []
    assert list(workers.map(abs, range(6))) == list(range(6))
    workers.close()


def test_a_few_groups_of_paragraphs_start_no_process(tmp_path: Path) -> None:
    """Beside a corrected word there are one or two."""
    made = session(tmp_path / "cache", Chatter(), audio=SAMPLE)
    vars(made.sharing)["workers"] = Workers(2)
    with made.sharing.spread() as spread:
        assert set(spread(process_of, range(20))) == {os.getpid()}
        assert os.getpid() not in set(spread(process_of, range(21)))


def process_of(_: int) -> int:
    return os.getpid()


def has_read(module: str) -> bool:
    return module in sys.modules


TAGGER = "hibari.g2p.tagger"
"""What reads parts of speech, to cut English."""


@pytest.mark.parametrize("corrected", [False, True])
def test_a_note_is_paired_beside_its_sound(tmp_path: Path, corrected: bool) -> None:
    """By a process that ends then, but for a correction's: that goes on to cut, and has read what that takes."""
    made = beside_session(tmp_path)
    media = made.fetch(note_in(tmp_path))
    if corrected:
        made.cache.put_json("answers", made._answers_key("windows", media), {})
    with made.sharing.spread() as spread:
        with made.beside(note_in(tmp_path), media) as aside:
            (pid,) = made.sharing.aside.pids
            assert set(aside(lambda: list(spread(process_of, range(3))))()) == {pid}
            cut = set(spread(process_of, range(3)))
            assert cut == ({pid} if corrected else {os.getpid()})
            assert not corrected or set(spread(has_read, [TAGGER])) == {True}
        assert made.sharing.aside.pids == []


@pytest.mark.parametrize("why", ["one core", "aligned"])
def test_what_nothing_is_beside_is_done_when_it_is_asked_for(tmp_path: Path, why: str) -> None:
    """In this process: another one would take longer to start."""
    made = beside_session(tmp_path, threads=1 if why == "one core" else 2)
    note = note_in(tmp_path)
    media = made.fetch(note)
    if why == "aligned":
        made.cache.put_json("alignment", made._alignment_key(note, media), {})
    done = []
    with made.sharing.spread() as spread, made.beside(note, media) as aside:
        paired = aside(lambda: done.append(set(spread(process_of, range(3)))))
        assert done == []
        paired()
    assert done == [{os.getpid()}]
    assert made.sharing.aside.pids == []


@pytest.mark.parametrize("later", [0.0, 0.3])
def test_ctrl_c_does_not_wait_for_the_pairing(tmp_path: Path, later: float) -> None:
    """Of ten hours it takes half a minute; nor for what it has yet to give to processes."""
    made = beside_session(tmp_path)
    note = note_in(tmp_path)
    media = made.fetch(note)

    def interrupted() -> None:
        with made.sharing.spread() as spread, made.beside(note, media) as aside:

            def work() -> list[None]:
                time.sleep(later)
                return list(spread(time.sleep, [4] * 30))

            aside(work)
            raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert time.monotonic() - began < 30
    assert made.sharing.aside.pids == made.sharing.workers.pids == []


def test_what_fails_beside_fails_where_its_result_is_asked_for(tmp_path: Path) -> None:
    made = beside_session(tmp_path)
    note = note_in(tmp_path)
    media = made.fetch(note)
    with made.beside(note, media) as aside:
        paired = aside(lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            paired()


def beside_session(folder: Path, *, threads: int = 2) -> Session:
    write_sound(folder / "talk.wav", tone(700))
    listening = session(folder / "cache", Chatter(), audio=folder / "talk.wav")
    made = replace(listening, threads=threads)
    vars(made)["_recognizer"] = listening._recognizer
    return made


def test_when_the_words_have_their_times_nothing_that_listens_is_left_in_memory(tmp_path: Path) -> None:
    """Nor while they are aligned, unless somebody asks it; then it is loaded again, once."""
    loads: list[Chatter] = []

    def load(_model: Model, _threads: int) -> Chatter:
        loads.append(Chatter())
        return loads[-1]

    made = session(tmp_path / "cache", Chatter(), audio=SAMPLE)
    recognizer = vars(made)["_recognizer"] = WhisperRecognizer(CHATTER, load=load)
    ear = vars(made)["_ear"] = WhisperRecognizer(CHATTER, load=load)
    note = parse_note("The tide.\n", path=str(tmp_path / "note.md"), sha256="0" * 64)
    media = made.fetch(note)
    words = made.recognize(note, media)
    assert len(loads) == 1
    ear.encode(np.zeros(16_000, np.float32))
    made.align(note, media, words)
    for one in (recognizer, ear):
        before = len(loads)
        for _ in range(2):
            one.encode(np.zeros(16_000, np.float32))
        assert len(loads) == before + 1


@pytest.mark.parametrize(("count", "closed"), [(100, 0), (101, 1)])
def test_workers_that_have_laid_hours_of_words_end_while_the_rest_is_heard(
    tmp_path: Path, count: int, closed: int
) -> None:
    """Two of them have 140 MB, which the recogniser needs; of less there is nothing to be gained."""
    write_sound(tmp_path / "talk.wav", tone(700))
    recording = decode(tmp_path / "talk.wav", tmp_path / "talk.s16")
    made = Session(Settings(), Cache(tmp_path / "cache"))
    workers = vars(made.sharing)["workers"] = Mock(map=lambda _function, items, **_few: [() for _ in items])
    stretches = [(k, 400 + k, ("tide",)) for k in range(0, 10 * count, 10)]
    assert made._laid_over(recording, ["tide"], Answers(STRETCH, {}), stretches) == [()] * count
    assert workers.close.call_count == closed


def test_one_call_at_a_time_has_one_thread_to_work_with(tmp_path: Path) -> None:
    """A recording is heard by as many as there are cores; to listen again, and to the second ear, one is enough."""
    loads: list[int] = []

    def load(_model: Model, threads: int) -> Chatter:
        loads.append(threads)
        return Chatter()

    made = replace(session(tmp_path / "cache", Chatter(), audio=SAMPLE), threads=2)
    vars(made)["_recognizer"] = WhisperRecognizer(CHATTER, RecognizeOptions(threads=2), load=load)
    vars(made)["_model"] = CHATTER
    note = parse_note("The tide.\n", path=str(tmp_path / "note.md"), sha256="0" * 64)
    media = made.fetch(note)
    words = made.recognize(note, media)
    assert loads == [2]
    made._alone.listen(np.zeros(16_000, np.float32))
    assert loads == [2, 1]
    made.align(note, media, words)
    assert not made._alone._loaded
    assert made._ear is None or made._ear.options.threads == 1
    if taught := local_model(ear.ENCODER):
        vars(made)["_model"] = taught
        del vars(made)["_ear"]
        assert made._ear is made._alone


EVERYTHING = """---
title: Tides
subsync-audio: tide.m4a
---
# [00:10] The harbour

**Ann:** The tide waits. It 🌊 never "does".

**安：** 潮水等着。它从不。

```
code
```

[01:00] Alone, she said.
"""


def test_what_was_aligned_to_place_words_is_kept(tmp_path: Path, media: Media, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where words are heard and where they are timed; another process does not align it again."""
    note = parse_note("The tide waits, and it never does.\n", path="n.md", sha256="0" * 64)
    aligned = Mock(wraps=affine._aligned)
    monkeypatch.setattr(affine, "_aligned", aligned)
    calls = []
    for _ in range(2):
        affine._freely.cache_clear()
        made = replace(session(tmp_path, Chatter()), settings=Settings(recognition="sparse"))
        vars(made)["_recognizer"] = WhisperRecognizer(CHATTER, load=lambda _model, _threads: Chatter())
        words = made._heard([w.text for w in note.words], media, made.transcript_key(media))
        calls.append(aligned.call_count)
        affine._freely.cache_clear()
        made._aligned(note, media, words)
        calls.append(aligned.call_count)
    assert 0 < calls[0] < calls[1] == calls[3]


def test_of_a_corrected_note_the_dictionary_is_not_searched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor in another process: what it says of the note's Chinese is kept, one entry for each note."""
    pairs = [(f"The tide comes {n} times.", f"潮水来了{n}次。") for n in (2, 3, 4)]
    text = "\n\n".join(part for pair in pairs for part in pair)
    path = str(tmp_path / "n.md")
    monkeypatch.setattr(glosses, "_looked_up", glosses._LookedUp())
    Session(Settings(), Cache(tmp_path)).parse(text, path=path, sha256="1" * 64, source_keys=())
    monkeypatch.setattr(glosses, "_looked_up", glosses._LookedUp())
    reader._read.cache_clear()
    searched = Mock(wraps=dictionary)
    monkeypatch.setattr(glosses, "dictionary", searched)
    corrected = text.replace("comes 3", "came 3")
    note = Session(Settings(), Cache(tmp_path)).parse(corrected, path=path, sha256="2" * 64, source_keys=())
    assert note == parse_note(corrected, path=path, sha256="2" * 64)
    assert searched.call_count == 0
    more = corrected.replace("潮水来了4次", "海水来了4次")
    Session(Settings(), Cache(tmp_path)).parse(more, path=path, sha256="3" * 64, source_keys=())
    assert searched.call_count == 1
    assert len(list((tmp_path / "glosses").iterdir())) == 1
    assert not dictionary.cache_info().currsize, "16 MB, while hours of sound are worked on"


def test_what_was_taken_out_of_the_dictionary_is_not_taken_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another process: of characters, words to cut Chinese into, and common words of English; of any note."""

    def asked() -> list[object]:
        answers: list[object] = []
        with remembered.dictionary(Cache(tmp_path)):
            answers += [read_variants("关后"), "灯塔" in cedict.simplified_words(), "灯" in cedict.simplified_words()]
            answers += [cedict.is_english_word(word) for word in ("question", "brad")]
        return answers

    monkeypatch.setattr(cedict, "_taken", cedict._Taken())
    cedict.simplified_words.cache_clear()
    before = asked()
    assert before == [{"關": "关", "後": "后"}, True, False, True, False]
    monkeypatch.setattr(cedict, "_taken", cedict._Taken())
    cedict.simplified_words.cache_clear()
    with monkeypatch.context() as context:
        context.setattr(cedict, "dictionary", lambda: pytest.fail("it is unpacked once more"))
        assert asked() == before
    cedict.is_english_word("summary")
    with remembered.dictionary(Cache(tmp_path)):
        cedict.is_english_word("brandon")
    (kept,) = (tmp_path / "dictionary").iterdir()
    assert "brandon" in kept.read_text(encoding="utf-8")


def test_what_workers_took_out_of_the_dictionary_is_known_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first correction after a run in which they paired and cut a note asks for it, in another process."""
    monkeypatch.setattr(cedict, "_taken", cedict._Taken(common={"summary": True}))
    cedict.simplified_words.cache_clear()
    made = session(tmp_path / "cache", Chatter(), audio=SAMPLE)
    vars(made.sharing)["workers"] = Workers(2)
    with made.sharing.spread() as spread:
        assert list(spread(is_a_word, ["灯塔", "灯"] * 11)) == [True, False] * 11
    with monkeypatch.context() as context:
        context.setattr(cedict, "dictionary", lambda: pytest.fail("it is unpacked once more"))
        assert "灯塔" in cedict.simplified_words()
    assert cedict.is_english_word("summary")


def is_a_word(word: str) -> bool:
    return word in cedict.simplified_words()


def test_answers_about_english_words_do_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cedict, "_taken", cedict._Taken(common=dict.fromkeys(map(str, range(19_999)), False)))
    assert cedict.is_english_word("question")
    assert len(cedict.learned()[2]) == 20_000
    assert cedict.is_english_word("summary")
    assert cedict.learned()[2] == {"summary": True}


def test_a_note_is_parsed_once_as_long_as_its_file_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it lies; and it comes back as it was."""
    monkeypatch.setattr("subsync.note.parse_note", parse := Mock(wraps=parse_note))

    def parsed(path: str = "a.md", sha256: str = "0" * 64, keys: Sequence[str] = ("subsync-audio",)) -> Note:
        return session(tmp_path, Chatter()).parse(EVERYTHING, path=path, sha256=sha256, source_keys=keys)

    whole = parse_note(EVERYTHING, path="a.md", sha256="0" * 64, source_keys=["subsync-audio"])
    assert whole.source == "tide.m4a"
    assert whole.unread
    assert any(p.pin for p in whole.paragraphs)
    assert any(p.speaker for p in whole.paragraphs)
    assert [parsed(), parsed(), parsed("b.md")] == [whole, whole, replace(whole, path="b.md")]
    assert parse.call_count == 1
    assert parsed(sha256="1" * 64) == replace(whole, sha256="1" * 64)
    assert parsed(keys=()) == replace(whole, source=None)
    assert parse.call_count == 3


def test_what_reads_unknown_words_is_loaded_once_for_a_note_that_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stretch of it they stand in; for one that was corrected the others are not looked at."""
    loaded: list[None] = []

    @cache
    def lexicon() -> Callable[..., str]:
        loaded.append(None)
        return lambda _letters, *, normalize_text: "" if normalize_text else "bɑ"

    monkeypatch.setattr(pronounce, "_reader", lexicon)
    write_sound(tmp_path / "talk.wav", tone(700))
    recording = decode(tmp_path / "talk.wav", tmp_path / "talk.s16")
    session = Session(Settings(), Cache(tmp_path / "cache"))

    def lay(note: list[str], known: Answers[Stretch, Sequence[CoarseWord | None]], word: str) -> None:
        session._laid_over(recording, note, known, [(0, 2000, (word,))])

    for word in (note := ["zubliquark", "flomaxity"]):
        lay(note, Answers(STRETCH, {}), word)
    assert len(loaded) == 1

    lay(["grizzlomer", "pontifaxel"], Answers(STRETCH, {"another": []}), "grizzlomer")
    assert {"grizzlomer"} == {"grizzlomer", "pontifaxel"} & pronounce.learned().keys()
