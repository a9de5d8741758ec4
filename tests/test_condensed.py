"""Condensed sound: what is taken out, what stays, and one map for every time."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import av
import pytest
import srt
from carried import ADVERT, SPEECH, edges, heard, loud, recorded
from hypothesis import given
from hypothesis import strategies as st

from subsync.datatypes import Alignment, Span, TimedSentence, TimedWord, Unwritten
from subsync.errors import AudioError
from subsync.formats import FormatOptions, all_files, media_files
from subsync.formats.media.condense import TimeMap, condensed, map_json, time_map
from subsync.formats.sync_json import sync_json
from subsync.run.score import read_truth, score

if TYPE_CHECKING:
    from pathlib import Path

    from subsync.datatypes import SyncResult

OPTIONS = FormatOptions(also=("condensed.m4a",))


@st.composite
def maps(draw: st.DrawFn) -> TimeMap:
    at, kept = 0, list[Span]()
    for _ in range(draw(st.integers(1, 6))):
        start = at + draw(st.integers(0 if not kept else 1, 5000))
        at = start + draw(st.integers(1, 5000))
        kept.append(Span(start, at))
    return TimeMap(tuple(kept))


@given(maps(), st.data())
def test_a_time_of_the_condensed_sound_is_what_was_kept_before_it(where: TimeMap, data: st.DataObject) -> None:
    """To the millisecond; order is kept everywhere."""
    time = data.draw(st.integers(0, where.kept[-1].end + 1000))
    assert where(time) == sum(min(max(0, time - span.start), span.duration) for span in where.kept)

    a, b = sorted(data.draw(st.tuples(st.integers(0, 70_000), st.integers(0, 70_000))))
    assert 0 <= where(a) <= where(b) <= where.starts[-1]
    assert where(b) - where(a) <= b - a
    assert where(None) is None


def test_a_time_that_was_taken_out_is_where_the_next_stretch_begins() -> None:
    where = TimeMap((Span(1000, 2000), Span(5000, 6000)))

    assert [where(t) for t in (0, 1000, 1999, 2000, 3500, 5000, 5500, 9000)] == [
        0,
        0,
        999,
        1000,
        1000,
        1000,
        1500,
        2000,
    ]
    assert TimeMap(())(5) == 0


def said(*times: tuple[int, int], others: tuple[Unwritten, ...] = ()) -> Alignment:
    words = tuple(TimedWord("x", a, b, "aligned", 1.0) for a, b in times)
    return Alignment((TimedSentence(times[0][0], times[-1][1], "aligned", 1.0, words),), others)


def apart(*sentences: Alignment) -> Alignment:
    return Alignment(tuple(one for s in sentences for one in s.sentences), sentences[0].unwritten)


def test_pauses_of_a_second_stay_and_longer_ones_become_half_a_second() -> None:
    assert time_map(apart(said((1000, 2000)), said((3000, 4000))), 9000).kept == (Span(750, 4250),)
    assert time_map(apart(said((1000, 2000)), said((3001, 4000))), 9000).kept == (Span(750, 2250), Span(2751, 4250))
    assert time_map(said((100, 2000)), 2100).kept == (Span(0, 2100),)


def test_a_sentence_is_not_cut_where_its_speaker_hesitates() -> None:
    """What he says there ("um, you know") would be cut in two; an advertisement inside a sentence goes."""
    assert time_map(said((1000, 2000), (4500, 5000)), 9000).kept == (Span(750, 5250),)
    assert time_map(said((1000, 2000), (4501, 5000)), 9000).kept == (Span(750, 2250), Span(4251, 5250))
    advert = Unwritten(2300, 3900, "speech")
    cut = time_map(said((1000, 2000), (4000, 5000), others=(advert,)), 9000).kept
    assert cut == (Span(750, 2250), Span(3900, 5250))


def test_the_air_around_what_is_said_has_nobody_else_in_it() -> None:
    other = Unwritten(2100, 4900, "speech"), Unwritten(6050, 7000, "other")

    assert time_map(said((1000, 2000), (5000, 6000), others=other), 9000).kept == (Span(750, 2100), Span(4900, 6250))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[SyncResult, Path]:
    folder = tmp_path_factory.mktemp("condensed")
    result = recorded(folder)
    ((name, write),) = media_files(result, "talk", OPTIONS).items()
    with (folder / name).open("w+b") as file:
        write(file)
    return result, folder / name


def test_condensed_sound_has_every_sentence_and_no_advertisement(made: tuple[SyncResult, Path]) -> None:
    """Each sentence where the map says, to 20 ms; of the advertisement's tone nothing."""
    result, path = made
    sound = heard(path)
    after = condensed(result)

    assert len(sound) / 48 == pytest.approx(after.media.duration, abs=25)
    assert after.media.duration < 20_000 < result.media.duration
    for sentence in after.alignment.sentences:
        if sentence.start is not None and sentence.end is not None:
            found = edges(sound[(sentence.start - 100) * 48 : (sentence.end + 100) * 48])
            assert found is not None
            assert found[0] - 100 == pytest.approx(0, abs=20)
            assert found[1] - 100 == pytest.approx(sentence.end - sentence.start, abs=20)
    assert loud(sound, 0, after.media.duration, SPEECH) > 0.1
    loudest = max(loud(sound, at, at + 50, ADVERT) for at in range(0, after.media.duration - 50, 50))
    assert loudest < 0.02


def test_condensed_sound_has_chapters(made: tuple[SyncResult, Path]) -> None:
    """An MP4 file has a chapter at every time, so its first begins with the sound."""
    result, path = made
    with av.open(str(path)) as container:
        found = [
            (round(c["start"] * float(c["time_base"] or 0) * 1000), c["metadata"]["title"])
            for c in container.chapters()
        ]
        assert container.metadata["title"] == result.note.title

    assert found == [(k and a.start, a.heading) for k, a in enumerate(condensed(result).anchors)]


def test_subtitles_lyrics_and_links_follow_the_condensed_sound(made: tuple[SyncResult, Path]) -> None:
    """By the same map; the map itself is there for programs."""
    result, _ = made
    files = all_files(result, "talk", OPTIONS)
    where = time_map(result.alignment, result.media.duration)

    for lang in ("en", "zh", "en-zh"):
        before, after = (list(srt.parse(files[f"talk.{part}{lang}.srt"])) for part in ("", "condensed."))
        assert [c.content for c in after] == [c.content for c in before]
        for a, b in zip(after, before, strict=True):
            assert round(a.start.total_seconds() * 1000) == where(round(b.start.total_seconds() * 1000))
            assert round(a.end.total_seconds() * 1000) == where(round(b.end.total_seconds() * 1000))
    assert re.findall(r"\]\((.*?)\)", files["talk.condensed.anchors.md"]) == [
        f"talk.condensed.m4a#t={a.start // 1000}" for a in condensed(result).anchors if a.start is not None
    ]
    assert "[length:00:" in files["talk.condensed.lrc"]
    kept = json.loads(files["talk.condensed.map.json"])
    assert [(row["start_ms"], row["end_ms"]) for row in kept["kept"]] == [(s.start, s.end) for s in where.kept]
    assert [row["at_ms"] for row in kept["kept"]] + [kept["duration_ms"]] == list(where.starts)


def test_times_of_condensed_sound_are_right_by_score(made: tuple[SyncResult, Path]) -> None:
    """The command that measures results finds no sentence off its place."""
    after = condensed(made[0])
    truth = [
        {"text": s.text, "start": t.start / 1000, "end": (t.end or 0) / 1000}
        for s, t in zip(after.note.sentences, after.alignment.sentences, strict=True)
        if t.start is not None and s.lang == "en"
    ]

    figures = score(json.loads(sync_json(after)), read_truth(json.dumps(truth))).figures()

    assert (figures["misplaced"], figures["lost"], figures["invented"]) == (0, 0, 0)


def test_a_recording_without_the_note_says_so(tmp_path: Path) -> None:
    result = recorded(tmp_path)
    nothing = replace(result, alignment=Alignment((), ()))

    ((_, write),) = media_files(nothing, "talk", OPTIONS).items()
    with (
        (tmp_path / "x").open("w+b") as file,
        pytest.raises(AudioError, match=r"talk\.opus: nothing of the note is in it"),
    ):
        write(file)
    assert json.loads(map_json(nothing)) == {"duration_ms": 0, "kept": []}


def test_the_same_result_gives_the_same_bytes(made: tuple[SyncResult, Path], tmp_path: Path) -> None:
    result, path = made
    ((_, write),) = media_files(result, "talk", OPTIONS).items()
    with (tmp_path / "again").open("w+b") as file:
        write(file)

    assert (tmp_path / "again").read_bytes() == path.read_bytes()
