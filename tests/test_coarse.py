"""A minute of sound and its text: roughly when, and whether at all. On the sample, whose truth is known."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from subsync.phones import Pronounced, acoustics, coarse, pronounced
from subsync.phones.coarse import CoarseOptions
from subsync.sound import decode
from subsync.sound.cepstra import COUNT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from subsync.datatypes import Ms
    from subsync.phones.coarse import CoarseWord
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


# --- on made sound, of which each score is known ----------------------------------------------------------------------


class Laid:
    """Words over scores that are given, 30 ms each: phones that fit perfectly, or how well each fits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.module = importlib.import_module("subsync.phones.coarse")
        self.looked_at: list[float] = []
        """For each search the share of the states that it looked at."""
        best_path = self.module.best_path

        def counted(lattice: Any, fit: Any, within: Sequence[tuple[int, int]]) -> Any:
            looked_at = sum(high - low for low, high in within)
            self.looked_at.append(looked_at / len(lattice.tied) / len(within))
            return best_path(lattice, fit, within)

        monkeypatch.setattr(self.module, "best_path", counted)

    def __call__(
        self, words: Sequence[Pronounced], scores: Sequence[str | Mapping[str, float]]
    ) -> tuple[CoarseWord | None, ...]:
        number = acoustics.load().number
        made = np.full((len(scores), len(number) + 1), -100, np.float32)
        made[:, -1] = CoarseOptions().other_sound
        for row, score in zip(made, scores, strict=True):
            for phone, fit in ({score: 0.0} if isinstance(score, str) else score).items():
                row[number[phone]] = fit
        self.monkeypatch.setattr(self.module, "_scores", lambda *_: made)
        return coarse(np.zeros((3 * len(scores), COUNT), np.float32), words)


@pytest.fixture
def laid(monkeypatch: pytest.MonkeyPatch) -> Laid:
    return Laid(monkeypatch)


def word(*readings: str) -> Pronounced:
    return Pronounced("word", tuple(tuple(reading.split()) for reading in readings))


@pytest.mark.parametrize(("fit", "heard"), [(-8.0, True), (-10.0, False)])
def test_a_word_whose_sound_is_drowned_is_there_unless_it_fits_much_worse_than_nothing(
    laid: Laid, fit: float, heard: bool
) -> None:
    """Other sound costs 5 a score, 12 to begin, 25 for the word left out; scores count one and a half times."""
    drowned = [{phone: fit} for phone in ("B", "B", "IY", "IY", "T", "T")]
    one, two, three = laid([word("N"), word("B IY T"), word("M")], ["N", "N", *drowned, "M", "M"])
    assert one
    assert three
    assert (two is not None) == heard


@pytest.mark.parametrize(("place", "tried"), [(3, True), (4, False)])
def test_three_readings_of_a_word_are_tried(laid: Laid, place: int, tried: bool) -> None:
    readings = ["B AA T", "B AE T", "B AH T", "B AO T"][: place - 1]
    (found,) = laid([word(*readings, "B IY T")], ["B", "IY", "IY", "T"])
    assert (found is not None and found.fit == 0) == tried


def even(count: int, late: Ms = 0) -> tuple[list[Pronounced], list[str]]:
    """Words of a second each, which begin late and end in time."""
    phones = [phone for phone in sorted(acoustics.load().number) if phone.isalpha() and phone != "SIL"][:30]
    words = [phones[k % 30] for k in range(count)]
    length = count * 1000
    places = [min(count - 1, max(0, (30 * k - late) * count // (length - late))) for k in range(length // 30)]
    scores = ["SIL" if 30 * k < late else words[place] for k, place in enumerate(places)]
    return [word(phone) for phone in words], scores


def test_at_an_even_pace_words_are_looked_for_within_10_s(laid: Laid) -> None:
    """Which takes a fifth of the time in a hundred seconds."""
    words, scores = even(100)
    assert None not in laid(words, scores)
    (share,) = laid.looked_at
    assert 0.15 < share < 0.25


@pytest.mark.parametrize(("late", "searches"), [(7500, 1), (8500, 2)])
def test_words_more_than_8_s_from_an_even_pace_are_looked_for_everywhere(laid: Laid, late: Ms, searches: int) -> None:
    words, scores = even(100, late)
    assert None not in laid(words, scores)
    assert len(laid.looked_at) == searches
