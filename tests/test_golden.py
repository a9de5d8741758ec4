"""The sample, from note and recording to files, with the real model: what is committed is what comes out.

``make golden`` writes the expected files anew. Texts must agree to the letter. Times may differ by 50 ms: the 8-bit
kernels of the recogniser differ between processors, and a rough time can decide between two pauses.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import srt

from subsync import Session, Settings, all_files, read_note, sync_note
from subsync.store import Cache

if TYPE_CHECKING:
    from subsync.datatypes import SyncResult

SAMPLES = Path(__file__).parent.parent / "samples"
EXPECTED = SAMPLES / "expected"
COMPARED = ("en-zh.srt", "en.srt", "zh.srt", "anchors.md")

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def result(heard: Path) -> SyncResult:
    """What this run of the tests made of it, with nothing known before."""
    os.chdir(SAMPLES.parent)
    return sync_note(read_note(Path("samples/tide-machine.md")), Session(Settings(model="tiny.en"), Cache(heard)))


def test_the_expected_files_come_out(result: SyncResult) -> None:
    """Cue by cue."""
    files = all_files(result, "tide-machine")
    if os.environ.get("GOLDEN") == "write":
        EXPECTED.mkdir(exist_ok=True)
        for suffix in COMPARED:
            (EXPECTED / f"tide-machine.{suffix}").write_text(files[f"tide-machine.{suffix}"], encoding="utf-8")

    for suffix in COMPARED:
        expected = (EXPECTED / f"tide-machine.{suffix}").read_text(encoding="utf-8")
        if suffix.endswith(".md"):
            assert files[f"tide-machine.{suffix}"] == expected
            continue
        made, wanted = (list(srt.parse(text)) for text in (files[f"tide-machine.{suffix}"], expected))
        assert [cue.content for cue in made] == [cue.content for cue in wanted]
        for cue, goal in zip(made, wanted, strict=True):
            assert abs((cue.start - goal.start).total_seconds()) <= 0.05
            assert abs((cue.end - goal.end).total_seconds()) <= 0.05


def test_sentences_are_where_they_are_said(result: SyncResult) -> None:
    """Against the truth by construction: every spoken sentence starts within 100 ms, the teaser in both places."""
    truth = json.loads((SAMPLES / "tide-machine.truth.json").read_text(encoding="utf-8"))
    timed = [
        (s.text, t.start)
        for s, t in zip(result.note.sentences, result.alignment.sentences, strict=True)
        if s.lang == "en" and t.start is not None
    ]

    assert [text for text, _ in timed] == [line["text"] for line in truth]
    assert max(abs(start - line["start"] * 1000) for (_, start), line in zip(timed, truth, strict=True)) <= 100


def test_what_is_not_spoken_has_no_time(result: SyncResult) -> None:
    """The paragraph about 1953 is in the note alone, the advertisement in the recording alone."""
    absent = [
        s.text
        for s, t in zip(result.note.sentences, result.alignment.sentences, strict=True)
        if s.lang == "en" and t.status == "absent"
    ]
    advertisement = (57_900, 67_500)

    assert [text[:7] for text in absent] == ["In 1953"]
    assert any(
        u.kind == "speech" and u.start <= advertisement[0] + 1000 and u.end >= advertisement[1] - 1000
        for u in result.alignment.unwritten
    )
    assert not any(
        word.start is not None
        and word.end is not None
        and word.start < advertisement[1]
        and word.end > advertisement[0]
        for s in result.alignment.sentences
        for word in s.words
    )
