"""Lyrics, karaoke, transcripts: each is read by a package or a program that somebody else wrote."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pylrc
import pysubs2
import pytest
import webvtt
from fakes import Tools, note_of
from hypothesis import given
from hypothesis import strategies as st
from praatio import textgrid as praat
from test_consumers import needs

from subsync.datatypes import Cue, TimedSentence
from subsync.formats import OPTIONAL, FormatOptions, all_files
from subsync.formats.karaoke import karaoke_ass, karaoke_vtt
from subsync.formats.lrc import karaoke_lrc, lrc, lrc_time
from subsync.formats.text import unguarded
from subsync.formats.transcripts import bcc_json, textgrid, transcript_json, transcript_vtt, tsv
from subsync.formats.words import worded
from subsync.pipeline import sync_note
from subsync.times import vtt_time

if TYPE_CHECKING:
    from pathlib import Path

    from subsync.datatypes import SyncResult

NOTE = """---
title: Wheels [and] wires
source: https://www.youtube.com/watch?v=dQw4w9WgXcQ
---
### Wheels

**Mira:** How many wheels are there, and what do they do? I count twenty of them.

**Mira：** 这里有多少个轮子，它们又是做什么的？我数出二十个。

**Tomas:** Twenty &lt;four&gt;, says "the book" --> <00:12.00> of brass.

**Tomas：** 黄铜的有二十四个 --> &lt;书&gt;里这么说。

### Wires

Nobody says this paragraph.

没有人说这一段。

Only one wire runs over all of them.
"""


def a_result(text: str = NOTE, **tools: object) -> SyncResult:
    return sync_note(note_of(text), Tools(**({"absent": frozenset({2})} | tools)))  # type: ignore[arg-type]


def spoken_words(result: SyncResult) -> list[tuple[str, int]]:
    return [(w.text, w.start) for s in result.alignment.sentences for w in s.words if w.start is not None]


def test_words_of_cues_have_the_times_of_the_alignment() -> None:
    """All of them, in order; what is absent is in no cue."""
    result = a_result()
    found = [(w.text, w.start) for cue in worded(result.tracks.both, result) for line in cue.lines for w in line]

    assert found == spoken_words(result)


def test_a_word_that_was_shown_without_being_found_has_no_time() -> None:
    """Text that is no word of the paragraph, and a cue of no paragraph."""
    result = a_result()
    cue = Cue(0, 9000, ("How nonsense wheels",), (), 0)

    (known,), (alone,) = worded([cue], result), worded([Cue(0, 9000, ("How",), ())], result)

    assert [w.start is None for w in known.lines[0]] == [False, True, False]
    assert alone.lines[0][0].start is None


# --- lyrics -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ms", "text"), [(0, "00:00.00"), (3_723_006, "62:03.01"), (59_996, "01:00.00"), (36_000_000, "600:00.00")]
)
def test_times_of_lyrics_are_minutes_and_hundredths(ms: int, text: str) -> None:
    assert lrc_time(ms) == text


def test_lyrics_have_a_space_where_a_line_was_wrapped_at_a_comma() -> None:
    """The lines of a cue become one, and what the note has between them is shown as inside a line."""
    note = note_of(
        "People ask me why anybody would keep a machine that a telephone can replace.\n\n"
        "常有人问我，明明手机就能代替，为什么还要留着这台机器。\n\n"
        "You are looking at twenty-four brass wheels and one very long wire.\n\n"
        "你看到的是二十四个黄铜轮和一根很长的钢丝。\n"
    )
    result = sync_note(note, Tools())
    for text in (lrc(result), karaoke_lrc(result)):
        assert "常有人问我 明明手机就能代替 为什么还要留着这台机器" in text
        assert "你看到的是二十四个黄铜轮和一根很长的钢丝" in text


def test_lyrics_are_read_by_pylrc() -> None:
    """Both languages at the time of their cue; a time inside the text is text."""
    result = a_result()
    read = pylrc.parse(lrc(result))

    assert read.title == "Wheels [and) wires"
    shown = [(round(line.time * 100), unguarded(line.text)) for line in read if line.text]
    expected = []
    for cue in result.tracks.both:
        chinese = "".join(cue.zh).replace("轮子它们", "轮子 它们")  # a comma stands there in the note
        expected += [(round(cue.start / 10), side) for side in (" ".join(cue.en), chinese) if side]
    assert shown == expected
    assert any("<00:12.00>" in text for _, text in shown)


def test_lyrics_are_cleared_where_nothing_is_said_for_long() -> None:
    """At the end of a talk and before an advertisement, not between two sentences."""
    text = lrc(a_result(duration=100_000))
    cleared = re.findall(r"(?m)^\[(\d+:\d+\.\d+)\]$", text)

    assert cleared == [lrc_time(a_result().tracks.both[-1].end)]
    assert not re.findall(r"(?m)^\[\d+:\d+\.\d+\]$", lrc(a_result(duration=a_result().tracks.both[-1].end + 4999)))


def test_enhanced_lyrics_have_a_time_for_each_word() -> None:
    result = a_result()
    text = karaoke_lrc(result)

    stamps = re.findall(r"<(\d+:\d+\.\d+)>(?=\S)", text)
    assert stamps == [lrc_time(start) for _, start in spoken_words(result)]
    assert "<four>" not in text  # no text is taken for a time
    assert "<four>" in unguarded(text)


def test_chinese_may_come_first() -> None:
    lines = [line for line in lrc(a_result(), "zh").splitlines() if re.match(r"\[\d", line)]

    assert "这里" in lines[0]
    assert "How" in lines[1]


# --- karaoke ----------------------------------------------------------------------------------------------------------


def test_karaoke_in_webvtt_has_stamps_inside_the_cue_that_ascend() -> None:
    """As the standard wants it; the text without them is that of the subtitles."""
    result = a_result()
    read = webvtt.from_string(karaoke_vtt(result)).captions

    assert [c.text for c in read] == [
        c.text for c in webvtt.from_string(all_files(result, "x")["x.en-zh.vtt"]).captions
    ]
    seen = 0
    for caption in read:
        stamps = re.findall(r"<([\d:.]+)>", caption.raw_text)
        assert stamps == sorted(set(stamps))
        assert all(caption.start < stamp < caption.end for stamp in stamps)
        seen += len(stamps)
    starts = {vtt_time(cue.start) for cue in result.tracks.both}
    assert seen == sum(vtt_time(start) not in starts for _, start in spoken_words(result))


def test_karaoke_in_ass_lights_words_when_they_are_said() -> None:
    """Added up, the durations give each word's time to the hundredth, also at the end of a long cue."""
    result = a_result()
    events = [e for e in pysubs2.SSAFile.from_string(karaoke_ass(result)) if e.style == "en"]

    found = []
    for event in events:
        now = round(event.start / 10)
        for kind, length, text in re.findall(r"\{\\(k|kf)(\d+)\}((?:[^{\\]|\\[^k])*)", event.text):
            if kind == "kf":
                found.append(now)
            assert (kind == "k") == (not text)
            now += int(length)
    assert found == [round(start / 10) for _, start in spoken_words(result)]


def test_both_languages_of_karaoke_stand_above_one_another() -> None:
    """On layers of their own; the margin of the upper one clears the lines of the lower one."""
    result = a_result()
    events = pysubs2.SSAFile.from_string(karaoke_ass(result))
    first = {e.style: e for e in events if e.start == events[0].start}

    assert (first["zh"].layer, first["zh"].marginv) == (0, 50)
    assert (first["en"].layer, first["en"].marginv) == (1, 50 + 60 * len(result.tracks.both[0].zh))
    assert sum(map(int, re.findall(r"\\kf?(\d+)", first["zh"].text))) == pytest.approx(
        sum(map(int, re.findall(r"\\kf?(\d+)", first["en"].text))), abs=1
    )
    assert "".join(e.plaintext for e in events if e.style == "zh").replace("\n", "") == "".join(
        line for cue in result.tracks.both for line in cue.zh
    )


@needs("ffmpeg")
def test_karaoke_is_drawn_by_libass(tmp_path: Path) -> None:
    """Gold appears as the words are said: none at the start of a cue, more in its middle, most at its end."""
    result = a_result()
    cue = result.tracks.both[0]
    (tmp_path / "k.ass").write_text(karaoke_ass(result), encoding="utf-8")
    gold = []
    for at in (cue.start + 10, (cue.start + cue.end) // 2, spoken_end(result, cue)):
        command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"color=black:s=480x270:d={at / 1000 + 1}:r=50"]
        command += [
            "-vf",
            "ass=k.ass",
            "-ss",
            f"{at / 1000}",
            "-frames:v",
            "1",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-",
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        if b"No such filter: 'ass'" in done.stderr:
            pytest.skip("this ffmpeg has no libass")
        pixels = list(zip(done.stdout[::3], done.stdout[1::3], done.stdout[2::3], strict=True))
        gold.append(sum(r > 200 and 150 < g < 240 and b < 80 for r, g, b in pixels))

    assert gold[0] < 0.1 * gold[1]
    assert 0 < gold[1] < 0.8 * gold[2]


def spoken_end(result: SyncResult, cue: Cue) -> int:
    (item,) = [item for item in worded(result.tracks.both, result) if item.cue == cue]
    return max(word.end for line in item.lines for word in line if word.end is not None)


# --- transcripts ------------------------------------------------------------------------------------------------------


def test_a_podcasts_transcript_has_the_sentences_that_are_said() -> None:
    """With who says them, in seconds, in the order of the recording."""
    result = a_result()
    document = json.loads(transcript_json(result, "en"))

    assert document["version"] == "1.0.0"
    assert [s["body"] for s in document["segments"]] == [
        "How many wheels are there, and what do they do?",
        "I count twenty of them.",
        'Twenty <four>, says "the book" --> <00:12.00> of brass.',
        "Only one wire runs over all of them.",
    ]
    assert [s.get("speaker") for s in document["segments"]] == ["Mira", "Mira", "Tomas", None]
    first = result.alignment.sentences[0]
    assert first.start is not None
    assert (document["segments"][0]["startTime"], first.start / 1000) == (2.0, 2.0)
    assert len(json.loads(transcript_json(result, "zh"))["segments"]) == 3


def test_a_transcript_in_webvtt_names_the_speakers() -> None:
    """webvtt-py reads the voice; lines stay under the 65 characters that podcast apps ask for."""
    read = webvtt.from_string(transcript_vtt(a_result(), "en")).captions

    assert {c.voice for c in read} == {"Mira", "Tomas", None}
    assert read[0].text.startswith("How many wheels")
    assert all(len(line) <= 65 for c in read for line in c.text.split("\n"))
    assert "黄铜" in transcript_vtt(a_result(), "zh")


def test_a_speakers_name_cannot_break_out_of_its_tag() -> None:
    """Whatever a note's reader takes for a name."""
    result = a_result()
    named = tuple(replace(p, speaker="<b> & Co --> x\ny") for p in result.note.paragraphs)

    text = transcript_vtt(replace(result, note=replace(result.note, paragraphs=named)), "en")

    assert "<v &lt;b&gt; &amp; Co --&gt; x y>How many" in text


def test_bilibilis_subtitles_have_seconds_and_a_place() -> None:
    result = a_result()
    document = json.loads(bcc_json(result.tracks.both, "zh"))

    assert {entry["location"] for entry in document["body"]} == {2}
    assert [(e["from"], e["to"]) for e in document["body"]] == [
        (c.start / 1000, c.end / 1000) for c in result.tracks.both
    ]
    assert document["body"][0]["content"].startswith("这里")


def test_a_table_has_a_row_for_each_sentence() -> None:
    """Those that are absent, too, without times; nothing breaks a row."""
    result = a_result(NOTE.replace("Wires\n", "Wi\tres\n"))
    rows = list(csv.DictReader(io.StringIO(tsv(result)), delimiter="\t", quoting=csv.QUOTE_NONE))

    assert [row["text"] for row in rows] == [s.text for s in result.note.sentences]
    assert [row["status"] for row in rows if not row["start_ms"]] == ["absent", "absent"]
    assert {row["section"] for row in rows} == {"Wheels", "Wi res"}
    assert rows[0]["start_ms"] == "2000"


def grid_of(result: SyncResult, folder: Path) -> dict[str, list[tuple[float, float, str]]]:
    (folder / "x.TextGrid").write_text(textgrid(result), encoding="utf-8")
    read = praat.openTextgrid(str(folder / "x.TextGrid"), includeEmptyIntervals=True, reportingMode="error")
    return {name: [tuple(entry) for entry in read.getTier(name).entries] for name in read.tierNames}


def test_praat_gets_every_word_and_sentence(tmp_path: Path) -> None:
    """praatio reads it and finds no fault; intervals cover the recording from end to end."""
    result = a_result()
    tiers = grid_of(result, tmp_path)

    assert [(round(a * 1000), t) for a, _, t in tiers["words"] if t] == [(s, w) for w, s in spoken_words(result)]
    assert [t for _, _, t in tiers["sentences"] if t][2] == 'Twenty <four>, says "the book" --> <00:12.00> of brass.'
    assert len([t for _, _, t in tiers["Chinese"] if t]) == 3
    for tier in tiers.values():
        assert (tier[0][0], tier[-1][1]) == (0, result.media.duration / 1000)
        assert all(a[1] == b[0] for a, b in itertools.pairwise(tier))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=3, max_size=3))
def test_no_order_of_times_breaks_praats_file(
    tmp_path_factory: pytest.TempPathFactory, times: list[tuple[int, int]]
) -> None:
    """Sentences at one time, inside each other or without length: each keeps an interval."""
    result = a_result("One.\n\nTwo.\n\nThree.\n")
    timed = tuple(
        TimedSentence(min(t), max(t), "aligned", 1.0, s.words)
        for t, s in zip(times, result.alignment.sentences, strict=True)
    )
    object.__setattr__(result.alignment, "sentences", timed)
    tier = grid_of(result, tmp_path_factory.mktemp("praat"))["sentences"]

    assert sorted(t for _, _, t in tier if t) == ["One.", "Three.", "Two."]
    assert all(a[1] == b[0] and a[0] < a[1] for a, b in itertools.pairwise(tier))


# --- all of them ------------------------------------------------------------------------------------------------------


def test_a_note_of_which_nothing_is_found_gives_files_all_the_same() -> None:
    nothing = a_result(absent=frozenset(range(4)))

    files = all_files(nothing, "x", FormatOptions(also=tuple(OPTIONAL)))

    assert json.loads(files["x.transcript.json"])["segments"] == []
    assert webvtt.from_string(files["x.karaoke.vtt"]).captions == []
    assert json.loads(files["x.en-zh.bcc.json"])["body"] == []


def test_a_note_without_chinese_gives_files_all_the_same() -> None:
    files = all_files(a_result("Only one wire.\n"), "x", FormatOptions(also=tuple(OPTIONAL)))

    assert "Only one wire." in files["x.lrc"]
    assert json.loads(files["x.zh.bcc.json"])["body"] == []


def test_subtitles_are_named_as_players_find_them() -> None:
    """By a language tag; `en-zh` would be the English of some region. Traditional Chinese is told apart."""
    files = all_files(a_result(), "x", FormatOptions(name_like="D:\\films/My talk [1080p].mkv"))

    assert {name for name in files if not name.startswith("x.")} == {
        "My talk [1080p].en.srt",
        "My talk [1080p].zh-Hans.srt",
        "My talk [1080p].mul.srt",
    }
    assert files["My talk [1080p].mul.srt"] == files["x.en-zh.srt"]
    traditional = "How many wheels?\n\n這裡有多少個輪子？\n"
    karaoke = all_files(a_result(traditional, absent=frozenset()), "x", FormatOptions(also=("karaoke.ass",)))
    assert "CJK TC" in karaoke["x.karaoke.ass"]
    assert "a.zh-Hant.srt" in all_files(
        a_result(traditional, absent=frozenset()), "x", FormatOptions(name_like="a.mp4")
    )
    assert "x.y.en.srt" in all_files(a_result(), "x", FormatOptions(name_like="x.y.mp4"))
