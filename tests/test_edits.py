"""Corrections from the review page: what the file may hold, and what they do to an alignment."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsync.align.constrain import constrain, pinned
from subsync.align.edits import Action, Edit, edits_json, parse_edits
from subsync.datatypes import Alignment, Ms, Note, Paragraph, Sentence, TimedSentence, TimedWord, Unwritten, Word
from subsync.errors import UsageError

Times = list[tuple[Ms, Ms] | None]
"""For each English sentence of four words its start and end; ``None`` if it is absent."""


def made(times: Times, unwritten: tuple[Unwritten, ...] = ()) -> tuple[Note, Alignment]:
    """One paragraph of English and Chinese sentences in turn: indices 0, 2, 4 ... are English."""
    sentences: list[Sentence] = []
    timed: list[TimedSentence] = []
    for k, span in enumerate(times):
        texts = [f"say{k}", "some", "more", "words."]
        words = tuple(Word(text, n, n + 1) for n, text in enumerate(texts))
        sentences += [Sentence(0, "en", " ".join(texts), 0, 1, words), Sentence(0, "zh", f"第{k}句。", 0, 1)]
        timed += [said(texts, span), TimedSentence(None, None, "absent", 0.0)]
    english = tuple(range(0, len(sentences), 2))
    chinese = tuple(range(1, len(sentences), 2))
    paragraphs = (Paragraph(0, None, 1, english, chinese),)
    return Note("n.md", "", "f" * 64, None, None, (), paragraphs, tuple(sentences)), Alignment(tuple(timed), unwritten)


def said(texts: list[str], span: tuple[Ms, Ms] | None) -> TimedSentence:
    if span is None:
        return TimedSentence(None, None, "absent", 0.0, tuple(TimedWord(t, None, None, "absent", 0.0) for t in texts))
    start, end = span
    edges = [start + (end - start) * n // len(texts) for n in range(len(texts) + 1)]
    words = tuple(TimedWord(t, a, b, "aligned", 0.8) for t, (a, b) in zip(texts, pairwise(edges), strict=True))
    return TimedSentence(start, end, "aligned", 0.8, words)


def spans(alignment: Alignment) -> list[tuple[Ms | None, Ms | None]]:
    return [(s.start, s.end) for s in alignment.sentences[::2]]


def edited(times: Times, *edits: Edit, unwritten: tuple[Unwritten, ...] = (), duration: Ms = 100_000) -> Alignment:
    return constrain(*made(times, unwritten), edits, duration=duration)


THREE: Times = [(1000, 3000), (3200, 5200), (6000, 8000)]


# --- the file ---------------------------------------------------------------------------------------------------------


def file_of(note: Note, *rows: dict[str, Any], version: int = 1) -> str:
    return json.dumps({"schema_version": version, "note": {"path": "n.md", "sha256": note.sha256}, "edits": rows})


def test_an_edits_file_is_read_back_as_it_was_written() -> None:
    note, _ = made(THREE)
    edits = (Edit(0, "start", 1100), Edit(2, "absent"), Edit(4, "pin", 9000))

    assert parse_edits(edits_json(note, edits), note, path="e.json") == edits


def test_edits_are_sorted_into_the_order_of_the_note() -> None:
    note, _ = made(THREE)
    late = {"sentence": 4, "text": note.sentences[4].text, "action": "start", "ms": 7000}
    soon = {"sentence": 0, "text": note.sentences[0].text, "action": "start", "ms": 500}

    assert [e.sentence for e in parse_edits(file_of(note, late, soon), note, path="e.json")] == [0, 4]


def test_a_sentence_is_found_again_by_its_text_after_the_note_was_changed() -> None:
    """Of two with the same text the nearer one."""
    note, _ = made(THREE)
    row = {"sentence": 0, "text": "say2 some more words.", "action": "absent"}

    assert parse_edits(file_of(note, row), note, path="e.json") == (Edit(4, "absent"),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not an edits file"),
        ("[]", "not an edits file"),
        ("[" * 100_000, "not an edits file"),
        ('{"schema_version": 1}', "'edits'"),
        ('{"schema_version": 1, "edits": [7]}', "not an edits file"),
        ('{"schema_version": 2, "edits": []}', "schema version 2"),
    ],
)
def test_what_is_no_edits_file_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        parse_edits(text, made(THREE)[0], path="e.json")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"action": "start"}, "with ms None"),
        ({"action": "start", "ms": -5}, "with ms -5"),
        ({"action": "start", "ms": 1.5}, "with ms 1.5"),
        ({"action": "start", "ms": True}, "with ms True"),
        ({"action": "absent", "ms": 5}, "action 'absent' with ms 5"),
        ({"action": "delete", "ms": 5}, "action 'delete'"),
        ({"action": "start", "ms": 500, "end_ms": 599}, "from 500 to 599 ms"),
        ({"action": "start", "ms": 500, "end_ms": "700"}, "from 500 to '700' ms"),
        ({"action": "absent", "sentence": "0"}, "sentence '0'"),
        ({"action": "absent", "text": "said by nobody"}, 'no English sentence of n.md is "said by nobody"'),
        ({"action": "absent", "text": "第0句。", "sentence": 1}, "no English sentence"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(row: dict[str, Any], reason: str) -> None:
    note, _ = made(THREE)

    with pytest.raises(UsageError, match=reason):
        parse_edits(file_of(note, {"sentence": 0, "text": note.sentences[0].text} | row), note, path="e.json")


def test_two_edits_of_one_sentence_are_refused() -> None:
    note, _ = made(THREE)
    row = {"sentence": 0, "text": note.sentences[0].text, "action": "absent"}

    with pytest.raises(UsageError, match="two edits of"):
        parse_edits(file_of(note, row, row), note, path="e.json")


def test_times_against_the_order_of_the_note_are_refused() -> None:
    """With both sentences named."""
    note, _ = made(THREE)
    rows = [{"sentence": k, "text": note.sentences[k].text, "action": "start", "ms": 9000 - k} for k in (0, 4)]

    with pytest.raises(UsageError, match=r'"say2 some more words." at 0:08 follows "say0 some more words." at 0:09'):
        parse_edits(file_of(note, *rows), note, path="e.json")


# --- what they do -----------------------------------------------------------------------------------------------------


def test_without_edits_nothing_changes() -> None:
    note, alignment = made(THREE)

    assert constrain(note, alignment, (), duration=100_000) is alignment


def test_edited_times_are_pins_of_the_paragraphs_they_open() -> None:
    note, _ = made(THREE)

    assert pinned(note, [Edit(0, "pin", 1500), Edit(2, "pin", 4000)]).paragraphs[0].pin == 1500
    assert pinned(note, [Edit(2, "start", 4000), Edit(0, "absent")]) == note


def test_a_nudge_moves_the_first_words_and_leaves_the_rest() -> None:
    """It is certain then; the sentences beside it are as they were."""
    _note, before = made(THREE)

    after = edited(THREE, Edit(2, "start", 3300))

    assert spans(after) == [(1000, 3000), (3300, 5200), (6000, 8000)]
    assert after.sentences[2].confidence == 1.0
    assert after.sentences[2].words[1:] == before.sentences[2].words[1:]
    assert (after.sentences[0], after.sentences[4]) == (before.sentences[0], before.sentences[4])


@pytest.mark.parametrize(("by", "nudged"), [(500, True), (501, False)])
def test_half_a_second_is_a_nudge_and_more_moves_the_sentence(by: Ms, nudged: bool) -> None:
    """Forwards and back."""
    for start in (10_000 + by, 10_000 - by):
        ((_, end),) = spans(edited([(10_000, 14_000)], Edit(0, "start", start)))
        assert end == (14_000 if nudged else start + 4000)


def test_a_nudge_back_takes_from_the_sentence_before() -> None:
    after = edited(THREE, Edit(2, "start", 2900))

    assert spans(after) == [(1000, 2900), (2900, 5200), (6000, 8000)]


def test_a_far_move_carries_the_sentence_along() -> None:
    """It keeps its length where there is room."""
    assert spans(edited([(1000, 3000), (3200, 5200)], Edit(2, "start", 50_000))) == [(1000, 3000), (50_000, 52_000)]


def test_sentences_that_are_overtaken_follow() -> None:
    """What stands before a corrected sentence in the note is said before it, what stands after it, after."""
    back = edited(THREE, Edit(4, "start", 2000))
    ahead = edited(THREE, Edit(0, "start", 7000))

    assert spans(back)[2] == (2000, 4000)
    assert all(end is not None and end <= 2000 for _, end in spans(back)[:2])
    assert spans(ahead)[0][0] == 7000
    assert [s.status for s in ahead.sentences[2::2]] == ["interpolated", "interpolated"]


def test_what_has_no_room_between_two_corrections_is_left_without_a_time() -> None:
    """And that is said."""
    after = edited(THREE, Edit(0, "start", 4000), Edit(4, "start", 4110))

    assert spans(after)[1] == (None, None)
    assert after.remarks == (
        'no room for "say1 some more words." between the corrected times around it; left without a time',
    )


def test_a_sentence_that_was_absent_is_laid_out_from_its_start() -> None:
    after = edited([(1000, 3000), None, (20_000, 22_000)], Edit(2, "start", 5000))

    assert after.sentences[2].start == 5000
    assert after.sentences[2].status == "aligned"
    assert [w.status for w in after.sentences[2].words] == ["aligned", "interpolated", "interpolated", "interpolated"]
    assert after.sentences[2].end == 5000 + 65 * len("say1somemorewords.")


def test_an_absent_sentence_leaves_its_sound_unwritten() -> None:
    after = edited(THREE, Edit(2, "absent"), unwritten=(Unwritten(9000, 12_000, "other"),))

    assert after.sentences[2] == said(["say1", "some", "more", "words."], None)
    assert after.unwritten == (Unwritten(3200, 5200, "speech"), Unwritten(9000, 12_000, "other"))


def test_sound_that_turns_out_to_be_a_sentence_is_written() -> None:
    """What is left of it on both sides stays."""
    after = edited([None], Edit(0, "start", 10_000), unwritten=(Unwritten(5000, 20_000, "speech"),))

    assert after.unwritten == (
        Unwritten(5000, 10_000, "speech"),
        Unwritten(after.sentences[0].end or 0, 20_000, "speech"),
    )


@pytest.mark.parametrize(("pin", "start"), [(3200, 3200), (5900, 3200), (6300, 6300)])
def test_a_pin_is_kept_to_where_the_sentence_was_not_found_near_it(pin: Ms, start: Ms) -> None:
    """An aligned time within three seconds of it is the better one."""
    assert spans(edited([(1000, 3000), (3200, 5200), (30_000, 31_000)], Edit(2, "pin", pin)))[1][0] == start


def test_a_time_beyond_the_end_is_refused() -> None:
    with pytest.raises(UsageError, match="the recording ends at 0:09"):
        edited(THREE, Edit(4, "start", 9500), duration=9500)


@pytest.mark.parametrize(("end", "ends"), [(5500, 5500), (4000, 4000), (3500, 3500)])
def test_a_corrected_end_is_where_it_was_put(end: Ms, ends: Ms) -> None:
    """The last word gives way, or all words; they stay in order within their sentence."""
    after = edited(THREE, Edit(2, "start", 3200, end))

    assert spans(after) == [(1000, 3000), (3200, ends), (6000, 8000)]
    times = [t for w in after.sentences[2].words for t in (w.start, w.end) if t is not None]
    assert times == sorted(times)
    assert times[-1] == ends


def test_an_end_beyond_the_next_start_is_cut_off_there() -> None:
    """And that is said."""
    after = edited(THREE, Edit(2, "start", 3200, 7000))

    assert spans(after)[1] == (3200, 6000)
    assert after.remarks == ('"say1 some more words." was put to end at 0:07, the next sentence starts at 0:06',)


def test_a_tenth_of_a_second_is_room_for_a_sentence() -> None:
    """In the file, before the next sentence and before the recording's end."""
    note, alignment = made(THREE)
    edits = (Edit(0, "start", 500, 600), Edit(2, "start", 600))

    assert parse_edits(edits_json(note, edits), note, path="e.json") == edits
    assert spans(constrain(note, alignment, (Edit(4, "start", 9400),), duration=9500))[2] == (9400, 9500)
    with pytest.raises(UsageError, match="100 ms apart"):
        parse_edits(edits_json(note, (Edit(0, "start", 500), Edit(2, "start", 599))), note, path="e.json")


def test_a_corrected_end_goes_through_the_file() -> None:
    note, _ = made(THREE)
    edits = (Edit(2, "start", 3300, 4400),)

    assert parse_edits(edits_json(note, edits), note, path="e.json") == edits


@st.composite
def corrections(draw: st.DrawFn) -> tuple[Times, list[Edit]]:
    """Sentences in order, some absent, with corrections that a review page would let pass."""
    times: Times = []
    clock = 0
    for _ in range(draw(st.integers(1, 8))):
        start = clock + draw(st.integers(0, 5000))
        end = start + draw(st.integers(4, 6000))
        absent = draw(st.integers(0, 4)) == 0
        times.append(None if absent else (start, end))
        clock = clock if absent else end
    chosen = sorted(draw(st.sets(st.integers(0, len(times) - 1), min_size=1)))
    moments = sorted(draw(st.sets(st.integers(0, 300), min_size=len(chosen), max_size=len(chosen))))
    edits: list[Edit] = []
    for sentence, moment in zip(chosen, moments, strict=True):
        action: Action = draw(st.sampled_from(("start", "pin", "absent")))
        edits.append(Edit(2 * sentence, action, None if action == "absent" else 100 * moment))
    return times, edits


@given(corrections())
def test_corrections_are_obeyed_and_order_is_kept(case: tuple[Times, list[Edit]]) -> None:
    """Whatever is corrected: starts are exact, words ascend within sentences that span them, the file's end is kept."""
    times, edits = case
    duration = max([40_000, *(span[1] for span in times if span)])
    note, before = made(times)

    after = constrain(note, before, edits, duration=duration)

    for edit in edits:
        sentence = after.sentences[edit.sentence]
        if edit.action == "absent":
            assert sentence.status == "absent"
        elif edit.action == "start":
            assert (sentence.start, sentence.confidence) == (edit.time, 1.0)
        else:
            assert sentence.start is not None or "no room" in after.remarks[0]
    words = [w for s in after.sentences for w in s.words]
    placed = [(w.start, w.end) for w in words if w.start is not None and w.end is not None]
    assert all(start <= end for start, end in placed)
    assert all(one[1] <= other[0] for one, other in pairwise(placed))
    assert all(end <= duration for _, end in placed)
    assert [w.text for w in words] == [w.text for s in note.sentences for w in s.words]
    for sentence in after.sentences:
        own = [(w.start, w.end) for w in sentence.words if w.start is not None]
        assert (sentence.start, sentence.end) == ((own[0][0], own[-1][1]) if own else (None, None))
        assert (sentence.start is None) == (sentence.status == "absent")
