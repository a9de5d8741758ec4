"""Corrections of text and times together: into the note, and into its next results."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from subsync.align.edits import edits_json, parse_edits
from subsync.errors import UsageError
from subsync.note import parse_note
from subsync.run.corrections import correct, left_behind, merged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shell import Done

    from subsync.datatypes import Note

NOTE = "# One\n\nThe wire is the some. It adds. They move.\n\n钢丝是总和。它相加。它们动。\n"


def note(text: str = NOTE, sha256: str = "a") -> Note:
    return parse_note(text, path="n.md", sha256=sha256)


def file_of(*edits: dict[str, object], sha256: str = "a") -> str:
    return json.dumps({"schema_version": 1, "note": {"path": "n.md", "sha256": sha256}, "edits": edits})


SOME = {"sentence": 0, "count": 1, "action": "text", "text": "The wire is the some.", "to": "The wire is the sum."}


def test_text_and_times_are_corrected_together() -> None:
    """A time of a sentence that says something else now goes with it, and those behind a split keep their own."""
    split = SOME | {"to": "The wire. It is the sum."}
    times = [
        {"sentence": 0, "text": "The wire is the some.", "action": "start", "ms": 1000},
        {"sentence": 2, "text": "They move.", "action": "absent"},
    ]

    done = correct(note(), file_of(split, *times), path="e.json")

    assert done.text == NOTE.replace("wire is the some", "wire. It is the sum")
    assert [(e.sentence, e.action, e.time) for e in done.edits] == [(0, "start", 1000), (3, "absent", None)]
    assert done.refused == ()


def test_what_does_not_fit_a_changed_note_is_named() -> None:
    """And the rest is done."""
    changed = note(NOTE.replace("It adds", "It counts"), sha256="b")
    gone = {"sentence": 1, "text": "It adds.", "action": "start", "ms": 5000}

    done = correct(changed, file_of(SOME, gone), path="e.json")

    assert "the sum. It counts" in done.text
    assert done.edits == ()
    assert done.refused == ('"It adds.": the note has no such sentence any more, its time is left out',)


def test_the_same_corrections_twice_are_no_trouble() -> None:
    time = {"sentence": 0, "text": "The wire is the some.", "action": "start", "ms": 1000}
    once = correct(note(), file_of(SOME, time), path="e.json")

    again = correct(note(once.text, sha256="b"), file_of(SOME, time), path="e.json")

    assert (again.text, again.edits, again.refused) == (once.text, once.edits, ())


def test_chinese_that_is_taken_out_takes_what_was_said_of_it_along() -> None:
    """All of its paragraph; times of the English stay. Applied again there is nothing to do."""
    gone = {"sentence": 3, "count": 3, "action": "text", "text": "钢丝是总和。它相加。它们动。", "to": ""}
    pairing = {"sentence": 5, "action": "pair", "text": "它们动。", "with": 1, "with_text": "It adds."}
    time = {"sentence": 2, "text": "They move.", "action": "start", "ms": 9000}
    text = NOTE + "\nIt is long.\n\n它很长。\n"

    done = correct(note(text), file_of(gone, pairing, time), path="e.json")

    assert done.text == text.replace("\n\n钢丝是总和。它相加。它们动。", "")
    assert [(e.sentence, e.action, e.time) for e in done.edits] == [(2, "start", 9000)]
    again = correct(note(done.text, sha256="b"), file_of(gone, pairing, time), path="e.json")
    assert (again.text, again.edits, again.refused) == (done.text, done.edits, ())


def test_new_chinese_goes_beside_a_correction_of_its_english() -> None:
    """Once, also from two files; and times stay where they are."""
    text = NOTE + "\nOnly one some runs over all of them.\n\nIt is long.\n\n它很长。\n"
    said = {"sentence": 6, "action": "text", "text": "Only one some runs over all of them."}
    new = said | {"count": 0, "to": "只有一根钢丝绕过所有的轮子。"}
    reworded = said | {"count": 1, "to": "Only one wire runs over all of them."}
    time = {"sentence": 7, "text": "It is long.", "action": "start", "ms": 9000}
    rows = merged({"a": file_of(reworded, new), "b": file_of(time, new)}, note(text))

    once = correct(note(text), rows, path="e.json")
    again = correct(note(once.text, sha256="b"), rows, path="e.json")

    assert "Only one wire runs over all of them.\n\n只有一根钢丝绕过所有的轮子。\n\nIt is" in once.text
    assert [(e.sentence, e.time) for e in once.edits] == [(8, 9000)]
    assert (again.text, again.refused) == (once.text, ())


JOINED = {"sentence": 0, "count": 2, "action": "text", "text": "The wire is the some. It adds."}
JOINED |= {"to": "The wire is the some, it adds."}


@pytest.mark.parametrize(
    ("times", "kept"),
    [
        ({1: {"action": "start", "ms": 5000}}, []),
        ({1: {"action": "absent"}}, []),
        ({0: {"action": "absent"}, 1: {"action": "absent"}}, [(0, "absent", None, None)]),
        (
            {0: {"action": "start", "ms": 1000, "end_ms": 2000}, 1: {"action": "start", "ms": 5000, "end_ms": 6000}},
            [(0, "start", 1000, 6000)],
        ),
        ({1: {"action": "pin", "ms": 5000, "end_ms": 6000}}, [(0, "end", None, 6000)]),
    ],
)
def test_of_joined_sentences_the_first_start_counts_and_the_last_end(
    times: dict[int, dict[str, object]], kept: list[object]
) -> None:
    texts = ("The wire is the some.", "It adds.")
    rows = [{"sentence": k, "text": texts[k], **row} for k, row in times.items()]

    done = correct(note(), file_of(JOINED, *rows), path="e.json")

    after = note(done.text)
    assert [(e.sentence, e.action, e.time, e.end) for e in done.edits] == kept
    assert parse_edits(edits_json(after, done.edits), after, path="e.json") == done.edits


@pytest.mark.parametrize(
    ("time", "kept"),
    [
        ({"action": "start", "ms": 1000, "end_ms": 9000}, [(0, "start", 1000, None), (1, "end", None, 9000)]),
        ({"action": "absent"}, [(0, "absent", None, None), (1, "absent", None, None)]),
    ],
)
def test_of_a_split_sentence_the_last_part_has_the_end(time: dict[str, object], kept: list[object]) -> None:
    split = SOME | {"to": "The wire. It is the sum."}
    row = {"sentence": 0, "text": "The wire is the some.", **time}

    done = correct(note(), file_of(split, row), path="e.json")

    assert [(e.sentence, e.action, e.time, e.end) for e in done.edits] == kept


@pytest.mark.parametrize(
    "row",
    [
        {"count": 0, "to": " "},
        {"to": 5},
        {"count": -1},
        {"count": True},
        {"sentence": "0"},
        {"text": None},
        {"action": "dance"},
    ],
)
def test_rows_that_make_no_sense_are_refused(row: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"e\.json"):
        correct(note(), file_of(SOME | row), path="e.json")


@pytest.mark.model
def test_apply_shows_the_difference_and_writes_it_when_told_to(desk: Path, subsync: Callable[..., Done]) -> None:
    """The note has the corrected characters, through a symlink, the subtitles too; times are near what they were."""
    assert subsync("sync", "talk.md", "--model", "tiny.en").code == 0
    document = json.loads((desk / "subsync-out" / "talk" / "talk.sync.json").read_text(encoding="utf-8"))
    k, sentence = next((k, s) for k, s in enumerate(document["sentences"]) if s["lang"] == "en")
    word = sentence["text"].split()[-1]
    to = sentence["text"].replace(word, f"really {word}")
    (desk / "e.json").write_text(
        file_of(
            {"sentence": k, "count": 1, "action": "text", "text": sentence["text"], "to": to},
            sha256=document["note"]["sha256"],
        ),
        encoding="utf-8",
    )
    before = (desk / "talk.md").read_bytes()

    shown = subsync("apply", "talk.md", "e.json", "--model", "tiny.en")
    assert shown.code == 0
    assert shown.out.startswith("--- a/talk.md\n+++ b/talk.md\n")
    assert (desk / "talk.md").read_bytes() == before
    asked = subsync("apply", "talk.md", "e.json", "--model", "tiny.en", "--json")
    assert (asked.json["state"], asked.json["diff"]) == ("not written", shown.out)

    (desk / "talk.md").rename(desk / "kept elsewhere.md")
    (desk / "talk.md").symlink_to("kept elsewhere.md")
    written = subsync("apply", "talk.md", "e.json", "--write", "--model", "tiny.en")

    assert (written.code, (desk / "talk.md").is_symlink()) == (0, True)
    assert b"really " in (desk / "kept elsewhere.md").read_bytes()
    after = (desk / "talk.md").read_bytes()
    assert after.replace(b"really ", b"", 1) == before
    assert f"really {word}" in (desk / "subsync-out" / "talk" / "talk.en.srt").read_text(encoding="utf-8").replace(
        "\n", " "
    )


def test_a_pairing_is_kept_with_the_results() -> None:
    """It goes with its sentences through a split before it, and into the file that later runs obey."""
    split = SOME | {"to": "The wire. It is the sum."}
    pairing = {"sentence": 5, "action": "pair", "text": "它们动。", "with": 1, "with_text": "It adds."}

    done = correct(note(), file_of(split, pairing), path="e.json")

    after = note(done.text)
    (edit,) = done.edits
    assert edit.partner is not None
    assert (after.sentences[edit.sentence].text, after.sentences[edit.partner].text) == ("它们动。", "It adds.")
    assert parse_edits(edits_json(after, done.edits), after, path="e.json") == done.edits


def test_a_pairing_of_sentences_that_are_gone_is_named() -> None:
    pairing = {"sentence": 5, "action": "pair", "text": "它们动。", "with": 1, "with_text": "It adds."}

    done = correct(note(NOTE.replace("It adds", "It counts"), sha256="b"), file_of(pairing), path="e.json")

    assert done.edits == ()
    assert done.refused == ('"它们动。": the note has no such sentence any more, its pair is left out',)


def test_several_files_of_one_note_count_together() -> None:
    """On the same sentence the last one; a file that was made of another state of the note makes the whole lenient."""
    early = {"sentence": 0, "text": "The wire is the some.", "action": "start", "ms": 1000}
    late = early | {"ms": 1500}
    other = {"sentence": 2, "text": "They move.", "action": "absent"}
    gone = {"sentence": 3, "text": "Nobody says this.", "action": "absent"}

    both = merged({"a.json": file_of(early, other, gone, sha256="old"), "b.json": file_of(late)}, note())
    done = correct(note(), both, path="a.json, b.json")

    assert [(e.sentence, e.action, e.time) for e in done.edits] == [(0, "start", 1500), (2, "absent", None)]
    assert done.refused == ('"Nobody says this.": the note has no such sentence any more, its time is left out',)
    with pytest.raises(UsageError, match=r"b\.json: not an edits file"):
        merged({"a.json": file_of(late), "b.json": "[7]"}, note())
    for head in ('"x"', "[]", "null", "7"):
        with pytest.raises(UsageError, match=r"b\.json: not an edits file"):
            merged({"a.json": file_of(late), "b.json": f'{{"note": {head}, "edits": []}}'}, note())


def test_corrections_of_two_that_were_alike_and_are_one_now() -> None:
    """The nearer one stands, the other is named; nothing is refused."""
    said = {"text": "They move.", "action": "absent"}
    text = file_of(said | {"sentence": 9}, said | {"sentence": 2, "action": "start", "ms": 3000}, sha256="old")

    done = correct(note(), text, path="e.json")

    assert [(e.sentence, e.action) for e in done.edits] == [(2, "start")]
    assert done.refused == ('e.json: two edits of "They move."',)


def test_it_is_known_how_many_earlier_corrections_go() -> None:
    """A sentence that has another wording now is the same one."""
    done = correct(note(), file_of(SOME, time := {"sentence": 0, "text": SOME["text"], "action": "absent"}), path="e")

    kept = ["The wire is the some.", "The wire is the sum.", "It adds."]
    assert left_behind(kept, file_of(SOME, time), note(done.text), done.edits) == 1
