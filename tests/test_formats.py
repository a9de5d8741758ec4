"""Files that other people's programs read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pysubs2
import pytest
import srt as cdown_srt
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from subsync.datatypes import Anchor, Cue
from subsync.formats.anchors import anchors_json, anchors_md
from subsync.formats.ass import ass
from subsync.formats.chapters import (
    Chapter,
    chapters,
    chapters_ffmeta,
    chapters_json,
    chapters_txt,
    chapters_vtt,
    chapters_xml,
    youtube_remarks,
)
from subsync.formats.srt import srt
from subsync.formats.text import unguarded
from subsync.formats.vtt import read_vtt, vtt
from subsync.times import vtt_time

HOSTILE = [
    "a --> b",
    "<i>italic?</i>",
    "Tom & Jerry < 3 > 2",
    "&amp; is already escaped",
    r"{\an8}up",
    "1",
    "00:00:01,000 --> 00:00:02,000",
    "WEBVTT",
    "NOTE not a comment",
    "\u202eright to left\u202c",
    "👩‍👩‍👧 and e\u0301",
    "- >",
]

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40),
).map(lambda text: " ".join(text.split()))


@st.composite
def tracks(draw: st.DrawFn) -> tuple[Cue, ...]:
    """Cues apart from one another, up to a hundred hours."""
    cues, at = [], draw(st.integers(0, 360_000_000))
    for _ in range(draw(st.integers(0, 6))):
        at += draw(st.integers(1, 5000))
        end = at + draw(st.integers(1, 7000))
        cues.append(Cue(at, end, (draw(texts.filter(bool)),), tuple(draw(st.lists(texts.filter(bool), max_size=2)))))
        at = end
    return tuple(cues)


@given(tracks())
def test_srt_reads_back_with_a_foreign_parser(cues: tuple[Cue, ...]) -> None:
    """Times exactly, text letter for letter once the invisible guards are taken out."""
    read = list(cdown_srt.parse(srt(cues)))

    assert [(round(c.start.total_seconds() * 1000), round(c.end.total_seconds() * 1000)) for c in read] == [
        (c.start, c.end) for c in cues
    ]
    assert [unguarded(c.content) for c in read] == [unguarded("\n".join((*c.en, *c.zh))) for c in cues]
    assert [c.index for c in read] == list(range(1, len(cues) + 1))


@given(tracks())
def test_vtt_reads_back_with_a_foreign_parser(cues: tuple[Cue, ...]) -> None:
    """webvtt-py gives the text with its entities."""
    read = webvtt.from_string(vtt(cues)).captions

    assert [(c.start, c.end) for c in read] == [(vtt_time(c.start), vtt_time(c.end)) for c in cues]
    for caption, cue in zip(read, cues, strict=True):
        text = caption.raw_text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        assert text == "\n".join((*cue.en, *cue.zh))


@pytest.mark.parametrize("text", [text for text in HOSTILE if "{" not in text])
def test_pysubs2_shows_what_the_note_says(text: str) -> None:
    """No text is taken for markup, in neither format, by a reader that strips tags."""
    cues = (Cue(1000, 2000, (text,), ("中文",)), Cue(3000, 4000, ("next",), ()))

    for content, kind in ((srt(cues), "srt"), (vtt(cues), "vtt")):
        first, second = pysubs2.SSAFile.from_string(content, format_=kind)
        shown = unguarded(first.plaintext)
        assert "中文" in shown
        assert second.plaintext == "next"
        if kind == "srt":
            assert shown == f"{text}\n中文"


def test_braces_are_kept_from_being_commands() -> None:
    """A guard that is not seen stands behind them; pysubs2 drops braces whatever is in them."""
    assert "\n{\u2060\\an8}up\n" in srt([Cue(0, 1000, (r"{\an8}up",), ())])


def test_blank_lines_and_control_characters_do_not_end_a_cue() -> None:
    """They are dropped; what stands behind them stays."""
    cue = Cue(0, 1000, ("one\n\ntwo", "\x00three\x07", "  "), ("一\r\n\r\n二",))

    assert srt([cue]) == "1\n00:00:00,000 --> 00:00:01,000\none\ntwo\nthree\n一\n二\n\n"


def test_cues_without_text_are_not_written() -> None:
    """A player would show nothing."""
    cues = [Cue(0, 9, (), ()), Cue(0, 9, ("\x00",), ()), Cue(10, 20, ("b",), ())]

    assert srt(cues) == "1\n00:00:00,010 --> 00:00:00,020\nb\n\n"


def test_a_cue_without_time_keeps_its_text() -> None:
    """WebVTT wants an end behind the start; a millisecond is enough."""
    cue = Cue(5, 5, ("a",), ())

    assert srt([cue]) == "1\n00:00:00,005 --> 00:00:00,006\na\n\n"
    assert "00:00:00.005 --> 00:00:00.006\na\n" in vtt([cue])


def test_cues_are_written_in_the_order_of_their_start() -> None:
    """WebVTT asks for it."""
    cues = [Cue(500, 900, ("b",), ()), Cue(0, 400, ("a",), ())]

    assert [c.text for c in webvtt.from_string(vtt(cues)).captions] == ["a", "b"]


def test_either_language_can_stand_on_top() -> None:
    """English does unless asked otherwise, as in the name of the file."""
    cue = Cue(0, 1000, ("Hello",), ("你好",))

    assert "Hello\n你好" in srt([cue])
    assert "你好\nHello" in srt([cue], "zh")
    assert "你好\nHello" in vtt([cue], "zh")


def test_an_empty_track_is_a_valid_file() -> None:
    """A note that is not in its recording has one."""
    assert srt([]) == ""
    assert vtt([]) == "WEBVTT\n"
    assert webvtt.from_string(vtt([])).captions == []


def test_a_styled_file_is_only_written_when_asked_for() -> None:
    """ffmpeg loses the cues of a file with a STYLE block."""
    cue = Cue(0, 1000, ("Hello <b>",), ("你好",))
    styled = vtt([cue], styled=True)

    assert "STYLE" not in vtt([cue])
    assert "STYLE\n::cue(:lang(en))" in styled
    assert "<lang en>Hello &lt;b&gt;</lang>\n<lang zh-Hans>你好</lang>" in styled
    assert webvtt.from_string(styled)[0].text == "Hello &lt;b&gt;\n你好"


def test_traditional_chinese_is_called_so() -> None:
    """Browsers and libass choose the shapes of characters by it."""
    traditional, simplified = (Cue(0, 1000, ("Hello",), (text,)) for text in ("這裡有輪子", "这里有轮子"))

    assert "<lang zh-Hant>這裡有輪子</lang>" in vtt([traditional], styled=True)
    assert "Style: zh,Noto Sans CJK TC,60" in ass([traditional])
    assert "Style: zh,Noto Sans CJK SC,60" in ass([simplified])


# --- chapters and anchors ---------------------------------------------------------------------------------------------

YT_DLP_CHAPTER = re.compile(r"(?m)^\s*((?:\d+:)?\d{1,2}:\d{2})\b\W*\s(.+?)\s*$")
"""How yt-dlp finds chapters in a description."""


def section(heading: str, start: int | None, level: int = 3) -> Anchor:
    status = "absent" if start is None else "aligned"
    end = None if start is None else start + 1000
    return Anchor(heading, level, 1, "slug", start, end, status, 0.9, f"https://e.example/a#t={start}")  # type: ignore[arg-type]


def test_chapters_run_from_one_section_to_the_next() -> None:
    """Only those of the highest level, only those with a time."""
    anchors = [section("甲", 4000), section("sub", 9000, 4), section("乙", None), section("丙", 60_000)]

    made = chapters(anchors, 90_000)

    assert [(c.title, c.start, c.end) for c in made] == [("甲", 4000, 60_000), ("丙", 60_000, 90_000)]


def test_a_description_for_youtube_keeps_its_rules() -> None:
    """First at 0:00, none shorter than 10 s: the short opening and the short third one join their neighbours."""
    marks = [
        Chapter("a", 4000, 30_000),
        Chapter("b", 30_000, 60_000),
        Chapter("c", 60_000, 65_000),
        Chapter("d", 65_000, 3_700_000),
    ]

    text = chapters_txt(marks)

    assert text == "0:00 a\n0:30 b\n1:00 c\n"
    assert YT_DLP_CHAPTER.findall(text) == [("0:00", "a"), ("0:30", "b"), ("1:00", "c")]


def test_a_long_opening_gets_a_chapter_of_its_own() -> None:
    """So that the list starts at 0:00 and no section starts before it is spoken."""
    marks = [Chapter("a", 15_000, 30_000), Chapter("b", 30_000, 60_000)]

    assert chapters_txt(marks) == "0:00 Intro\n0:15 a\n0:30 b\n"


def test_too_few_chapters_say_why() -> None:
    """YouTube would ignore the list without a word."""
    assert chapters_txt([Chapter("a", 0, 60_000)]) == (
        "No chapters for YouTube: it wants 3 or more of at least 10 seconds, here are 1.\n"
    )


def test_what_youtube_does_not_get_is_said() -> None:
    """Which chapter joined its neighbour, or why there are none; nothing where the list is as the note has it."""
    short = [
        Chapter("a", 0, 30_000),
        Chapter("b", 30_000, 60_000),
        Chapter("c", 60_000, 65_000),
        Chapter("d", 65_000, 90_000),
    ]

    assert youtube_remarks(short) == ('YouTube takes no chapter under 10 seconds: "d" is part of "c" there',)
    assert youtube_remarks([*short[:2], Chapter("c", 60_000, 90_000)]) == ()
    assert youtube_remarks([*short[:2], Chapter("c", 60_000, 85_000), Chapter("d", 85_000, 90_000)]) == (
        'YouTube takes no chapter under 10 seconds: "d" is part of "c" there',
    )
    assert youtube_remarks(short[:1]) == (
        "no chapters for YouTube: it wants 3 or more of at least 10 seconds, here are 1",
    )
    assert youtube_remarks([]) == ()
    own = [
        Chapter("Intro", 0, 5_000),
        Chapter("a", 5_000, 30_000),
        *(Chapter("b", k, k + 30_000) for k in (30_000, 60_000)),
    ]
    assert youtube_remarks(own) == ('YouTube takes no chapter under 10 seconds: "a" is part of "Intro" there',)


@given(st.lists(st.integers(0, 600_000), max_size=12), st.integers(600_001, 700_000))
def test_what_youtube_gets_it_accepts(starts: list[int], duration: int) -> None:
    """Whatever the sections are."""
    made = chapters([section("x", s) for s in sorted(starts)], duration)
    lines = YT_DLP_CHAPTER.findall(chapters_txt(made))
    if not chapters_txt(made).startswith("No chapters"):
        at = [int(m) * 60 + int(s) for m, s in (time.split(":") for time, _ in lines)]
        assert at[0] == 0
        assert len(at) >= 3
        assert all(b - a >= 10 for a, b in zip(at, [*at[1:], duration // 1000], strict=True))


def test_chapter_titles_are_escaped_for_ffmpeg() -> None:
    """``=``, ``;``, ``#`` and the backslash are syntax; the unit is written because the default is nanoseconds."""
    assert chapters_ffmeta([Chapter(r"a=b; #1 \o/", 0, 1500)]) == (
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=a\\=b\\; \\#1 \\\\o/\n"
    )


def test_podcast_chapters_are_in_seconds() -> None:
    """Version 1.2.0 of the namespace."""
    assert json.loads(chapters_json([Chapter("a", 1500, 2000, "https://e.example")])) == {
        "version": "1.2.0",
        "chapters": [{"startTime": 1.5, "endTime": 2.0, "title": "a", "url": "https://e.example"}],
    }


def test_chapter_files_hold_hostile_titles() -> None:
    """Each is read back."""
    title = "--> <script>&amp;]]>"
    mark = [Chapter(title, 0, 1500)]

    atom = ET.fromstring(chapters_xml(mark)).find(".//ChapterString")

    assert atom is not None
    assert atom.text == title
    assert webvtt.from_string(chapters_vtt(mark))[0].raw_text == "--&gt; &lt;script&gt;&amp;amp;]]&gt;"


def test_a_heading_of_several_lines_is_one_title() -> None:
    """A line break would start the next chapter."""
    assert chapters([section("a\nb\x00c", 0)], 10)[0].title == "a b c"


def test_anchors_are_a_list_of_links() -> None:
    """Indented by depth; what is not in the recording has no link and says so."""
    anchors = [section("甲 [1]", 754_999), section("乙", None, 4), replace(section("丙", 1000), link=None)]

    assert anchors_md(anchors) == (
        "- [12:34](https://e.example/a#t=754999) 甲 \\[1\\]\n  - (not in the recording) 乙\n- 0:01 丙\n"
    )
    assert [a["start_ms"] for a in json.loads(anchors_json(anchors))] == [754_999, None, 1000]


def test_an_address_cannot_break_out_of_its_link() -> None:
    """A template of the user's or a file's name may hold anything."""
    evil = replace(section("a", 0), link="x) [click](javascript:alert(1)")

    assert anchors_md([evil]) == "- [0:00](x%29%20%5Bclick%5D%28javascript:alert%281%29) a\n"


# --- speakers ---------------------------------------------------------------------------------------------------------

ALONE = Cue(0, 2000, ("Is it late?",), ("晚了吗？",), 0, "Ann")
SHARED = Cue(2083, 4000, ("-Not yet.", "-Good."), ("-还没有", "-好"), 1, "Bob & Co, Ltd", 2, "Ann")


def test_webvtt_names_the_speakers() -> None:
    text = vtt([ALONE, SHARED])
    assert "<v Ann>Is it late?\n晚了吗？</v>" in text
    bob = "<v Bob &amp; Co, Ltd>"
    assert f"{bob}-Not yet.</v>\n<v Ann>-Good.</v>\n{bob}-还没有</v>\n<v Ann>-好</v>" in text
    assert [cue.en for cue in read_vtt(text)] == [ALONE.en, SHARED.en]
    assert "<v" not in vtt([Cue(0, 2000, ("Is it late?",), (), 0)])


def test_ass_has_an_actor_and_a_colour_for_each_speaker() -> None:
    one, two = [line for line in ass([ALONE, SHARED]).splitlines() if line.startswith("Dialogue")]
    assert ",en,Ann,0,0,0,,Is it late?" in one
    assert ",en,Bob & Co Ltd & Ann,0,0,0,,{\\1c&H00FFFF&}-Not yet.\\N-Good." in two
    assert "{\\rzh}{\\1c&H00FFFF&}-还没有\\N-好" in two
    five = [Cue(n * 2000, n * 2000 + 1000, ("Yes.",), (), n, f"Speaker {n}") for n in range(5)]
    assert [ass(five).count(colour) for colour in ("&H00FFFF&", "&HFFFF00&", "&H00FF00&")] == [1, 1, 1]
