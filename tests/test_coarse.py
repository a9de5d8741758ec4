"""A minute of sound and its text: roughly when, and whether at all. On the sample, whose truth is known."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from subsync.phones import coarse, pronounced
from subsync.phones.coarse import CoarseOptions
from subsync.sound import decode
from subsync.sound.cepstra import COUNT

if TYPE_CHECKING:
    from subsync.sound import Recording
    from subsync.sound.cepstra import Floats

SAMPLES = Path(__file__).parent.parent / "samples"

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return decode(SAMPLES / "tide-machine.opus", tmp_path_factory.mktemp("sound") / "sample")


@pytest.fixture(scope="module")
def truth() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((SAMPLES / "tide-machine.truth.json").read_text(encoding="utf-8"))
    return rows


def stretch(recording: Recording, truth: list[dict[str, Any]], first: int, last: int) -> tuple[Floats, list[str], int]:
    """The sound of some sentences, their words, and when it begins, in ms."""
    start, end = round(truth[first]["start"] * 1000) - 200, round(truth[last - 1]["end"] * 1000) + 200
    start -= start % 10
    return recording.cepstra(start, end), " ".join(row["text"] for row in truth[first:last]).split(), start


def test_sentences_begin_where_they_begin(recording: Recording, truth: list[dict[str, Any]]) -> None:
    """Thirteen of them in one go, half a minute, within 100 ms; nothing is taken for unsaid."""
    seen, words, start = stretch(recording, truth, 2, 14)

    found = coarse(seen, pronounced(words))

    firsts = np.cumsum([0, *(len(row["text"].split()) for row in truth[2:13])])
    off = [
        abs(start + word.start - row["start"] * 1000)
        for k, row in zip(firsts, truth[2:14], strict=True)
        if (word := found[k])
    ]
    assert None not in found
    assert median(off) <= 50
    assert max(off) <= 150


def test_another_text_gives_itself_away(recording: Recording, truth: list[dict[str, Any]]) -> None:
    """Its worst eight words fit worse than those of the right one ever do."""

    def worst(seen: Floats, words: list[str]) -> float:
        fits = [-8.0 if word is None else word.fit for word in coarse(seen, pronounced(words))]
        return min(sum(fits[k : k + 8]) / 8 for k in range(len(fits) - 7))

    seen, words, _ = stretch(recording, truth, 2, 14)
    _, others, _ = stretch(recording, truth, 16, 28)

    assert worst(seen, words) > -3.1
    assert worst(seen, others) < -4
    assert worst(seen, words[:30] + others[:15] + words[45:]) < -3.1


def test_a_word_does_not_reach_over_what_the_text_lacks(recording: Recording, truth: list[dict[str, Any]]) -> None:
    """As if it were said before and after it: the text's own words were there, and others' sound was taken for them."""
    seen, words, _ = stretch(recording, truth, 16, 24)
    lacking = [w for k, row in enumerate(truth[16:24]) if k not in {3, 4} for w in row["text"].split()]

    found = [word for word in coarse(seen, pronounced(lacking)) if word]

    assert len(lacking) < len(words)
    assert max(word.end - word.start for word in found) <= 1500


def test_nothing_is_found_in_nothing() -> None:
    assert coarse(np.zeros((0, COUNT), np.float32), pronounced(["some", "words"])) == (None, None)
    assert coarse(np.zeros((100, COUNT), np.float32), pronounced([])) == ()
    assert coarse(np.zeros((100, COUNT), np.float32), pronounced(["—"])) == (None,)


def test_the_same_sound_gives_the_same_times(recording: Recording, truth: list[dict[str, Any]]) -> None:
    """In whatever process: runs that were interrupted end like the others."""
    seen, text, _ = stretch(recording, truth, 2, 8)
    words = pronounced(text)
    assert coarse(seen, words) == coarse(seen, words)


def test_a_text_that_is_far_from_an_even_pace_is_found_all_the_same(
    recording: Recording, truth: list[dict[str, Any]]
) -> None:
    """Near an even pace the path is the same as everywhere, and where that bends it, it is sought anew."""
    seen, text, _ = stretch(recording, truth, 2, 14)
    words = pronounced(text)
    everywhere = CoarseOptions(reach=10**6)

    assert coarse(seen, words, CoarseOptions(reach=4000, margin=1000)) == coarse(seen, words, everywhere)
    late = np.concatenate([np.zeros((3000, COUNT), np.float32), seen])  # half a minute of nothing before it
    assert coarse(late, words) == coarse(late, words, everywhere)
    assert coarse(late, words, CoarseOptions(margin=-(10**6))) != coarse(late, words, everywhere)
