"""What a person reads at the end, and what --strict refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from subsync.datatypes import (
    Alignment,
    Engine,
    Media,
    Note,
    Paragraph,
    Sentence,
    Status,
    SyncResult,
    TimedSentence,
    TimedWord,
    Tracks,
    Unread,
    Unwritten,
    Word,
)
from subsync.note import parse_note
from subsync.run.report import left_out, shortcomings, summary, tally


def result(*sentences: tuple[Status, float], unwritten: tuple[Unwritten, ...] = ()) -> SyncResult:
    """One paragraph to each sentence, four words to each, one second to each."""
    words = tuple(Word(text, 0, 1) for text in ("a", "b", "c", "d"))
    written = tuple(Sentence(k, "en", "a b c d", 0, 1, words) for k in range(len(sentences)))
    timed = []
    for k, (status, confidence) in enumerate(sentences):
        start, end = (None, None) if status == "absent" else (k * 1000, k * 1000 + 900)
        own = tuple(TimedWord(w.text, start, end, status, confidence) for w in words)
        timed.append(TimedSentence(start, end, status, confidence, own))
    paragraphs = tuple(Paragraph(k, None, 10 + k, (k,), ()) for k in range(len(sentences)))
    note = Note("n.md", "", "", None, None, (), paragraphs, written)
    alignment = Alignment(tuple(timed), unwritten)
    engine = Engine("r", "m", "", "a", "0")
    return SyncResult(note, Media(Path("a.opus"), "", 754_000), engine, alignment, (), Tracks((), (), ()), ())


def test_a_good_result_has_no_shortcomings() -> None:
    """A cut paragraph is none: notes are cut, recordings too."""
    made = result(("aligned", 0.9), ("absent", 0.0), ("aligned", 0.95))

    assert shortcomings(made) == ()
    assert summary(made).splitlines()[:2] == [
        "2 of 3 English sentences placed in 12:34 of recording",
        'not in the recording: line 11 ("a b c d …")',
    ]


def test_the_recording_of_something_else_is_said_in_one_sentence() -> None:
    """And refused by --strict."""
    made = result(("absent", 0.0), ("absent", 0.0), unwritten=(Unwritten(0, 700_000, "speech"),))

    assert summary(made).splitlines()[0] == (
        "Nothing of this note was found in the recording: it may be the recording of something else."
    )
    assert shortcomings(made) == ("0% of the English words were found in the recording (at least 50% asked for)",)


def test_doubtful_places_are_named_and_limited() -> None:
    """One of four is more than a fifth."""
    made = result(("aligned", 0.9), ("aligned", 0.9), ("aligned", 0.9), ("interpolated", 0.2))

    assert tally(made).doubtful == 1
    assert "1 of them are doubtful" in summary(made)
    assert shortcomings(made) == ("1 of 4 placed sentences are doubtful (at most a fifth asked for)",)


@pytest.mark.parametrize(("speech", "other", "line"), [(5000, 0, "0:05 of speech"), (0, 61_000, "1:01 of other sound")])
def test_what_the_note_lacks_is_counted(speech: int, other: int, line: str) -> None:
    """By kind."""
    sounds = (Unwritten(0, speech, "speech"), Unwritten(0, other, "other"))

    assert f"not in the note: {line}" in summary(result(("aligned", 0.9), unwritten=sounds))


def test_remarks_of_the_aligner_are_passed_on() -> None:
    """A pin that the recording contradicts, for one."""
    made = result(("aligned", 0.9))
    made = replace(made, alignment=replace(made.alignment, remarks=("line 3: pinned to 0:10, heard at 0:42",)))

    assert "line 3: pinned to 0:10, heard at 0:42" in summary(made)


def test_what_was_not_read_is_named() -> None:
    """And counted where there is much of it."""
    kinds = [*[Unread(9 + k, "table", f"| cell {k} | and some more text") for k in range(6)], Unread(7, "comment", "x")]
    made = result(("aligned", 0.9))
    made = replace(made, note=replace(made.note, unread=tuple(kinds)))

    assert (
        'not read: 6 tables (line 9 "| cell 0 | and some more…", line 10 "| cell 1 | and some more…", '
        'line 11 "| cell 2 | and some more…", line 12 "| cell 3 | and some more…" and 2 more); 1 comment (line 7 "x")'
    ) in summary(made).splitlines()
    assert "not read" not in summary(result(("aligned", 0.9)))


def test_chinese_beside_no_english_is_named() -> None:
    """Where the note has English at all."""
    note = parse_note("One is here.\n\n一在这里。\n\n我的想法：很好。\n", path="n.md", sha256="")

    assert left_out(note) == [
        'not shown, for want of English beside it: 1 Chinese paragraph (line 5 "我的想法：很好。")'
    ]
    assert left_out(parse_note("一在这里。\n", path="n.md", sha256="")) == []
