"""Measuring against the truth."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsync.errors import UsageError
from subsync.run.score import Errors, read_truth, score

SENTENCES = [
    ("The wire is the sum.", 1000, 3000),
    ("It costs $2,000 a year.", 4000, 6000),
    ("Nobody says this.", None, None),
]


def sync_of(sentences: list[tuple[str, int | None, int | None]], confidence: float = 0.9) -> dict[str, Any]:
    """A document in which each word has an equal share of its sentence."""
    out = []
    for text, start, end in sentences:
        words = text.split()
        edges = [
            None if start is None or end is None else start + (end - start) * k // len(words)
            for k in range(len(words) + 1)
        ]
        timed = [{"text": w, "start_ms": a, "end_ms": b} for w, a, b in zip(words, edges[:-1], edges[1:], strict=True)]
        out.append({"lang": "en", "text": text, "confidence": confidence, "words": timed})
    return {"sentences": [*out, {"lang": "zh", "text": "钢丝", "confidence": 1.0, "words": []}]}


def truth_of(sentences: list[tuple[str, int | None, int | None]]) -> str:
    rows = [{"text": t, "start": a and a / 1000, "end": b and b / 1000} for t, a, b in sentences]
    return json.dumps(rows)


def test_the_truth_scores_without_error() -> None:
    """All found, nothing invented."""
    made = score(sync_of(SENTENCES), read_truth(truth_of(SENTENCES)))

    assert made.start.signed == (0, 0)
    assert made.end.signed == (0, 0)
    assert (made.spoken, made.misplaced, made.lost, made.absent, made.invented) == (2, 0, 0, 1, 0)


@given(st.integers(-900, 100_000))
def test_a_shift_is_the_error(shift: int) -> None:
    """Of every edge, with its sign; beyond 2 s it is a misplacement."""
    moved = [(t, None if a is None else a + shift, None if b is None else b + shift) for t, a, b in SENTENCES]

    made = score(sync_of(moved), read_truth(truth_of(SENTENCES)))

    assert made.start.signed == (shift, shift)
    assert made.misplaced == (2 if abs(shift) > 2000 else 0)
    assert made.doubted == 0


def test_lost_and_invented_sentences_are_counted() -> None:
    """A time for what is not spoken is worse than none for what is."""
    wrong = [(SENTENCES[0][0], None, None), SENTENCES[1], (SENTENCES[2][0], 7000, 8000)]

    made = score(sync_of(wrong), read_truth(truth_of(SENTENCES)))

    assert (made.lost, made.invented) == (1, 1)


def test_an_edge_that_the_speaker_changed_is_left_out() -> None:
    """It has no exact truth; the other edge has."""
    truth = [{"text": "The wire is the sum.", "start": 1, "end": 3, "said": "Uh, the wire is the sum."}]

    made = score(sync_of(SENTENCES[:1]), read_truth(json.dumps(truth)))

    assert made.start.signed == ()
    assert made.end.signed == (0,)


def test_a_word_over_an_advertisement_is_swallowing() -> None:
    """A fifth of the sentence lies over it for 2 s."""
    truth = {
        "paragraphs": [{"sentences": [{"text": "a b", "start": 0, "end": 1}]}],
        "not_in_note": [{"start": 3, "end": 9}],
    }

    made = score(sync_of([("a b", 0, 10_000)]), read_truth(json.dumps(truth)))

    assert made.swallowed == 2000 + 4000
    assert made.misplaced == 1


def test_misplacements_that_are_doubted_are_counted() -> None:
    """A user who looks at the doubtful ones finds them."""
    made = score(sync_of([(SENTENCES[0][0], 9000, 9900)], confidence=0.2), read_truth(truth_of(SENTENCES[:1])))

    assert (made.misplaced, made.doubted) == (1, 1)


def test_subtitles_can_be_the_truth() -> None:
    """Each cue is a sentence; several lines are one text."""
    srt = "\ufeff1\r\n00:00:01,000 --> 00:00:03,000\r\nThe wire\r\nis the sum.\r\n\r\n"

    assert score(sync_of(SENTENCES[:1]), read_truth(srt)).end.signed == (0,)


def test_figures_are_those_of_the_measure() -> None:
    """Ten errors, one of them large."""
    figures = Errors((-10, 10, 20, -20, 30, 40, 50, 60, 70, 1000)).figures()

    assert figures["median_ms"] == 35
    assert figures["mean_ms"] == 131
    assert figures["p95_ms"] == pytest.approx(581.5)
    assert figures["within_50ms"] == 0.7
    assert figures["bias_ms"] == 35


@pytest.mark.parametrize("text", ["", "hello", "{}", '[{"start": 1}]', '{"paragraphs": 3}'])
def test_what_is_no_truth_is_refused(text: str) -> None:
    """With what it should be."""
    with pytest.raises(UsageError, match=r"the truth (is neither|is empty|cannot be read)"):
        read_truth(text)


def test_what_is_no_result_is_refused() -> None:
    """A truth given twice, for one."""
    with pytest.raises(UsageError, match=r"not a sync\.json document"):
        score({"paragraphs": []}, read_truth(truth_of(SENTENCES)))
