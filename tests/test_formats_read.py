"""Files are read back: by our own readers, which take anybody's, and by programs that will get them."""

from __future__ import annotations

import io
import itertools
import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import av
import pysrt
import pysubs2
import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from subsync.datatypes import (
    Alignment,
    Anchor,
    Bead,
    Cue,
    Engine,
    Finding,
    Media,
    Note,
    Paragraph,
    Section,
    Sentence,
    SyncResult,
    TimedSentence,
    TimedWord,
    Tracks,
    Unwritten,
    Word,
)
from subsync.errors import SubsyncError, UsageError
from subsync.formats import FORMATS, OPTIONAL, FormatOptions, all_files, read_cues, read_sync
from subsync.formats.anchors import anchors_md
from subsync.formats.ass import ass
from subsync.formats.chapters import (
    Chapter,
    chapters,
    chapters_ffmeta,
    chapters_json,
    chapters_txt,
    chapters_vtt,
    chapters_xml,
)
from subsync.formats.incoming import read_file
from subsync.formats.srt import read_srt, srt
from subsync.formats.sync_json import SavedSync, sync_json
from subsync.formats.text import by_script, unguarded
from subsync.formats.vtt import read_vtt, vtt

ENGLISH = [
    "a --> b",
    "<i>no</i> & <b",
    "AT&amp;T &lt;",
    r"{\an8}up {x}",
    "say 1",
    "WEBVTT",
    "NOTE x",
    "\u202eabc\u202c",
    "a 👩‍👩‍👧",
    "x --->",
]
CHINESE = ["你好 --> 再见", "<b>这是粗体</b>", "价格&amp;<", "第1章", "\u200f中文", "他说：“好”"]


@st.composite
def tracks(draw: st.DrawFn) -> tuple[Cue, ...]:
    """Cues apart from one another, to beyond a hundred hours, with lines that look like everything but text."""
    cues, at = [], draw(st.integers(0, 700_000_000))
    for _ in range(draw(st.integers(0, 5))):
        end = (at := at + draw(st.integers(1, 5000))) + draw(st.integers(1, 7000))
        en = tuple(draw(st.lists(st.sampled_from(ENGLISH), max_size=2)))
        zh = tuple(draw(st.lists(st.sampled_from(CHINESE), min_size=not en, max_size=2)))
        cues.append(Cue(at, end, en, zh))
        at = end
    return tuple(cues)


@given(tracks(), st.sampled_from(["en", "zh"]))
def test_what_is_written_is_read_again(cues: tuple[Cue, ...], top: Any) -> None:
    """No text whatever is lost, or moved to the other language, in either format."""
    for read in (read_srt(srt(cues, top)), read_vtt(vtt(cues, top)), read_vtt(vtt(cues, top, styled=True))):
        assert read == cues


@given(tracks())
def test_pysrt_reads_every_cue(cues: tuple[Cue, ...]) -> None:
    """It breaks lines wherever Python does, and drops what it does not understand."""
    read = pysrt.SubRipFile.from_string(srt(cues))

    assert [(c.start.ordinal, c.end.ordinal) for c in read] == [(c.start, c.end) for c in cues]
    assert [unguarded(c.text) for c in read] == ["\n".join(c.en + c.zh) for c in cues]


@given(st.text(), st.text())
def test_any_text_gives_a_file_that_others_read(en: str, zh: str) -> None:
    """Whatever breaks a line for one of them breaks no cue for another."""
    cues = (Cue(0, 1000, (en,), (zh,)), Cue(2000, 3000, ("end",), ()))

    for text in (srt(cues), vtt(cues)):
        assert "\r" not in text
        assert "\0" not in text
        assert read_cues(text)[-1] == Cue(2000, 3000, ("end",), ())
    assert pysrt.SubRipFile.from_string(srt(cues))[-1].text == "end"
    assert webvtt.from_string(vtt(cues), strict=True).captions[-1].text == "end"


# --- what somebody else wrote -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "1\n00:00:01,000 --> 00:00:02,000\nHi\n你好\n\n2\n00:00:03,000 --> 00:00:04,500\nBye\n",
        "\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\nHi\r\n你好\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,500\r\nBye",
        "1\r00:00:01,000 --> 00:00:02,000\rHi\r你好\r\r2\r00:00:03,000 --> 00:00:04,500\rBye\r",
        (
            "\n\n1\n00:00:01.000-->00:00:02.000  X1:40 X2:600\n<i>Hi</i>\n\n{\\an8}你好\n"
            "2\n0:00:03,0 --> 0:00:04,5\n<font color='red'>Bye</font>"
        ),
        "00:01 --> 00:02\nHi\n你好\n\n00:03,000 --> 00:04,500\n\n\nBye\n\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n你好\n\n00:03.000 --> 00:04.500\nBye",
        (
            "\ufeffWEBVTT - title\r\nKind: captions\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n"
            "REGION\r\nid:a\r\n\r\nNOTE\r\nhello\r\n\r\n"
            "first\r\n00:00:01.000 --> 00:00:02.000 align:start\r\n<v Anna>Hi</v>\r\n<lang zh>你好</lang>\r\n\r\n"
            "NOTE x\r\n\r\n"
            "00:00:03.000 --> 00:00:04.500\r\n<00:00:03.500><c.a>Bye</c>\r\n\r\nno times\r\nhere\r\n"
        ),
        "WEBVTT\n00:01.000 --> 00:02.000\nHi\n你好\n00:03.000 --> 00:04.500\nBye\n\nbehind a blank line",
    ],
)
def test_files_of_others_are_read(text: str) -> None:
    assert read_cues(text) == (Cue(1000, 2000, ("Hi",), ("你好",)), Cue(3000, 4500, ("Bye",), ()))


def test_wrong_times_are_kept_for_the_checker() -> None:
    assert read_srt("1\n00:00:05,000 --> 00:00:02,000\n\n\n2\n00:00:01,000 --> 00:00:02,000\n2024\n") == (
        Cue(5000, 2000, (), ()),
        Cue(1000, 2000, ("2024",), ()),
    )


def test_a_number_is_text_where_cues_have_none() -> None:
    assert read_srt("00:01 --> 00:02\nIn\n1984\n00:03 --> 00:04\nx\n")[0].en == ("In", "1984")


def test_the_last_line_of_the_last_cue_is_no_number() -> None:
    assert read_srt("1\n00:01 --> 00:02\nIn\n2\n00:03 --> 00:04\nIn\n1984") == (
        Cue(1000, 2000, ("In",), ()),
        Cue(3000, 4000, ("In", "1984"), ()),
    )


def test_an_arrow_in_the_text_is_text() -> None:
    assert read_srt("1\n00:00:01,000 --> 00:00:02,000\nA --> B, 3 --> 4\n")[0].en == ("A --> B, 3 --> 4",)


@pytest.mark.parametrize(
    ("lines", "sides"),
    [
        (("Hi", "你好"), (("Hi",), ("你好",))),
        (("你好", "Hi"), (("Hi",), ("你好",))),
        (("2024!", "你好"), ((), ("2024!", "你好"))),
        (("Hi", "…", "你好", "100%"), (("Hi", "…"), ("你好", "100%"))),
        (("用 ChatGPT 写", "It says 你好 to you"), (("It says 你好 to you",), ("用 ChatGPT 写",))),
        (("1", "2"), (("1", "2"), ())),
        ((), ((), ())),
    ],
)
def test_lines_go_to_their_language(lines: tuple[str, ...], sides: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    assert by_script(lines) == sides


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1\n00:00:01,000 --> 00:00:62,000\nHi\n", r"talk:2: no times in '00:00:01,000 --> 00:00:62,000'"),
        ("1\n00:00:01,000 --> 00:00:02,000\nHi\n\n2\n00:00:xx,000 --> 00:00:04,000\n", "talk:6: no times"),
        ("WEBVTT\n\n00:01.000 --> soon 00:02\n", "talk:3: no times"),
        ("just some text\n", "talk: no cue in it"),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nHi", "talk:1: no WEBVTT in the first line"),
        ("WEBVTT\n\n00:01.000 --> 99:99.000\n", "talk:3: no times"),
    ],
)
def test_what_cannot_be_read_says_where(text: str, message: str) -> None:
    with pytest.raises(SubsyncError, match=message):
        read_cues(text, path="talk")


def test_an_empty_file_has_no_cues() -> None:
    assert read_cues("") == read_cues("\ufeff\n") == read_cues("WEBVTT") == ()


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for given_text in (text, f"WEBVTT\n\n{text}", f"1\n00:00:01,000 --> 00:00:02,000\n{text}"):
        try:
            cues = read_cues(given_text)
        except SubsyncError:
            continue
        assert all(line.strip() for c in cues for line in c.en + c.zh)


# --- ASS --------------------------------------------------------------------------------------------------------------


def test_ass_has_a_style_for_each_language() -> None:
    cues = (
        Cue(1004, 2006, ("Hello,", "you"), ("你好",)),
        Cue(3000, 4000, (), ("再见",)),
        Cue(5000, 6000, ("Bye",), ()),
    )
    read = pysubs2.SSAFile.from_string(ass(cues, "zh"))

    assert set(read.styles) == {"en", "zh"}
    assert [(e.start, e.end, e.style, e.text) for e in read] == [
        (1000, 2010, "zh", r"你好\N{\ren}Hello,\Nyou"),
        (3000, 4000, "zh", "再见"),
        (5000, 6000, "en", "Bye"),
    ]
    assert r"Hello,\Nyou\N{\rzh}你好" in ass(cues)


def test_text_is_no_command_in_ass() -> None:
    event = ass([Cue(0, 3, (r"{\b1}C:\Nice",), ())]).splitlines()[-1]

    assert event == "Dialogue: 0,0:00:00.00,0:00:00.01,en,,0,0,0,,\\{\\\u2060b1}C:\\\u2060Nice"


# --- chapters ---------------------------------------------------------------------------------------------------------


def section(heading: str, start: int | None, level: int = 2) -> Anchor:
    if start is None:
        return Anchor(heading, level, 1, "s", None, None, "absent", 0.0)
    return Anchor(heading, level, 1, "s", start, start + 1000, "aligned", 0.9)


MARKS = [Chapter("开场 =;#\\ é", 0, 15_000), Chapter("two", 15_000, 60_000), Chapter("三", 60_000, 90_000)]


def test_ffmpeg_reads_its_chapters() -> None:
    """A title on a line of its own begins no chapter, and times are milliseconds."""
    with av.open(io.BytesIO(chapters_ffmeta(MARKS).encode()), format="ffmetadata") as container:
        read = [(c["start"], c["end"], c["time_base"], c["metadata"]["title"]) for c in container.chapters()]

    assert read == [(c.start, c.end, Fraction(1, 1000), c.title) for c in MARKS]


def test_yt_dlp_reads_a_description() -> None:
    from yt_dlp.extractor.common import InfoExtractor

    read = InfoExtractor()._extract_chapters_from_description(chapters_txt(MARKS), 90)

    assert [(c["start_time"], c["title"]) for c in read] == [(0, MARKS[0].title), (15, "two"), (60, "三")]


def test_a_title_of_both_languages_is_two_in_matroska() -> None:
    titles = ["Tides / 潮汐", "潮汐 · Tides", "AI/机器学习", "GPT-4 模型", "only"]
    root = ET.fromstring(chapters_xml([Chapter(title, k, k + 1) for k, title in enumerate(titles)]))

    assert [
        [(d.findtext("ChapterString"), d.findtext("ChapterLanguage")) for d in atom.iter("ChapterDisplay")]
        for atom in root.iter("ChapterAtom")
    ] == [
        [("Tides", "eng"), ("潮汐", "chi")],
        [("潮汐", "chi"), ("Tides", "eng")],
        [("AI/机器学习", "chi")],
        [("GPT-4 模型", "chi")],
        [("only", "eng")],
    ]


def test_a_title_heading_above_all_sections_is_no_chapter() -> None:
    anchors = [
        section("The note", 0, 1),
        section("A", 0),
        section("a", 5000, 3),
        section("B", 20_000),
        section("C", 40_000),
    ]

    assert [c.title for c in chapters(anchors, 60_000)] == ["A", "B", "C"]
    assert [c.title for c in chapters(anchors[:1], 60_000)] == ["The note"]
    assert chapters([section("A", None), section("B", 90_000)], 60_000) == ()


def test_parts_that_are_too_few_give_way_to_their_sections() -> None:
    """YouTube takes no list of two."""
    anchors = [
        section("I", 0),
        section("a", 0, 3),
        section("b", 20_000, 3),
        section("II", 40_000),
        section("c", 40_000, 3),
    ]

    assert chapters_txt(chapters(anchors, 60_000)) == "0:00 a\n0:20 b\n0:40 c\n"


def test_a_title_has_only_what_xml_can_hold() -> None:
    """Two code points are no characters; joiners of emoji and marks of direction are."""
    (made,) = chapters([section("a\ufffe\uffff\x1b\u2028👩\u200d👧\u200f", 0)], 1000)

    assert made.title == "a 👩\u200d👧\u200f"
    assert ET.fromstring(chapters_xml([made])).findtext(".//ChapterString") == made.title


def test_a_description_has_no_angle_brackets() -> None:
    """YouTube refuses them."""
    marks = [Chapter("<b>", 0, 15_000), Chapter("x > y", 15_000, 30_000), Chapter("z", 30_000, 45_000)]

    assert chapters_txt(marks) == "0:00 ‹b›\n0:15 x › y\n0:30 z\n"


@given(st.lists(st.tuples(st.text(max_size=8), st.integers(0, 99_999), st.integers(1, 6)), max_size=8))
def test_chapters_of_any_headings_are_valid_everywhere(sections: list[tuple[str, int, int]]) -> None:
    made = chapters([section(heading, start, level) for heading, start, level in sections], 100_000)

    assert all(a.start < a.end <= b.start for a, b in itertools.pairwise(made))
    assert all(c.title and c.start < c.end for c in made)
    assert bool(made) == bool(sections)
    assert len(webvtt.from_string(chapters_vtt(made), strict=True).captions) == len(made)
    assert len(json.loads(chapters_json(made))["chapters"]) == len(made)
    assert [e.text for e in ET.fromstring(chapters_xml(made)).iter("ChapterTimeStart")] == [
        c.start for c in webvtt.from_string(chapters_vtt(made)).captions
    ]
    lines = re.findall(
        r"^(?:(\[CHAPTER\])|TIMEBASE=1/1000|START=\d+|END=\d+|title=.+)$", chapters_ffmeta(made), re.MULTILINE
    )
    assert lines.count("[CHAPTER]") == len(made)


def test_the_list_of_anchors_is_as_deep_as_its_headings() -> None:
    """Two steps at once would make code of an item."""
    anchors = [section("a", 0, 3), section("b", 0, 1), section("c", 0, 4), section("d", None, 5), section("e", 0, 4)]
    paragraph = replace(section("", 1000, 0), paragraph=0, line=7, status="interpolated")

    assert anchors_md([*anchors, paragraph]) == (
        "- 0:00 a\n- 0:00 b\n  - 0:00 c\n    - (not in the recording) d\n  - 0:00 e\n    - 0:01 line 7 (approximate)\n"
    )
    assert anchors_md([]) == ""


# --- sync.json and all files ------------------------------------------------------------------------------------------


def a_result(**changes: Any) -> SyncResult:
    words = (Word("Hello", 0, 5), Word("there.", 6, 12))
    sentences = (
        Sentence(0, "en", "Hello there.", 0, 12, words),
        Sentence(0, "zh", "你好。", 14, 17),
        Sentence(1, "en", "Bye.", 19, 23),
    )
    paragraphs = (Paragraph(0, 0, 3, (0,), (1,)), Paragraph(1, 0, 7, (2,), ()))
    note = Note(
        "notes/a.md", "…", "ab" * 32, "Title", "https://e.example/a", (Section("H", 2, 1),), paragraphs, sentences
    )
    timed = (
        TimedSentence(
            100,
            900,
            "aligned",
            0.98765,
            (TimedWord("Hello", 100, 400, "aligned", 1.0), TimedWord("there.", 500, 900, "interpolated", 1 / 3)),
        ),
        TimedSentence(100, 900, "interpolated", 0.5),
        TimedSentence(None, None, "absent", 0.0, (TimedWord("Bye.", None, None, "absent", 0.0),)),
    )
    cue = Cue(100, 1000, ("Hello there.",), ("你好",), 0)
    result = SyncResult(
        note,
        Media(Path("talk.opus"), "cd" * 32, 5000),
        Engine("faster-whisper 1.2.1", "tiny.en", "ef" * 32, "subsync 0.1.0", "0.1.0"),
        Alignment(timed, (Unwritten(900, 5000, "speech"),), ("A remark.",)),
        (Bead(0, (0,), (1,), 0.91234),),
        Tracks((cue,), (replace(cue, zh=()),), (replace(cue, en=()),)),
        (section("H", 100),),
        (Finding("zh-cps", 1, 12.5, 9.0),),
    )
    return replace(result, **changes)


def test_sync_json_is_what_the_contract_says() -> None:
    assert json.loads(sync_json(a_result())) == {
        "schema_version": 1,
        "note": {"path": "notes/a.md", "sha256": "ab" * 32, "title": "Title", "source": "https://e.example/a"},
        "media": {"path": "talk.opus", "sha256": "cd" * 32, "duration_ms": 5000},
        "engine": {
            "recognizer": "faster-whisper 1.2.1",
            "model": "tiny.en",
            "model_sha256": "ef" * 32,
            "aligner": "subsync 0.1.0",
            "version": "0.1.0",
        },
        "sections": [
            {
                "heading": "H",
                "level": 2,
                "line": 1,
                "start_ms": 100,
                "end_ms": 900,
                "status": "aligned",
                "confidence": 0.988,
            }
        ],
        "paragraphs": [
            {
                "index": 0,
                "section": 0,
                "en": [0],
                "zh": [1],
                "start_ms": 100,
                "end_ms": 900,
                "status": "aligned",
                "confidence": 0.988,
            },
            {
                "index": 1,
                "section": 0,
                "en": [2],
                "zh": [],
                "start_ms": None,
                "end_ms": None,
                "status": "absent",
                "confidence": 0.0,
            },
        ],
        "sentences": [
            {
                "paragraph": 0,
                "lang": "en",
                "text": "Hello there.",
                "start_char": 0,
                "end_char": 12,
                "start_ms": 100,
                "end_ms": 900,
                "status": "aligned",
                "confidence": 0.988,
                "words": [
                    {"text": "Hello", "start_ms": 100, "end_ms": 400, "status": "aligned", "confidence": 1.0},
                    {"text": "there.", "start_ms": 500, "end_ms": 900, "status": "interpolated", "confidence": 0.333},
                ],
            },
            {
                "paragraph": 0,
                "lang": "zh",
                "text": "你好。",
                "start_char": 14,
                "end_char": 17,
                "start_ms": 100,
                "end_ms": 900,
                "status": "interpolated",
                "confidence": 0.5,
                "words": [],
            },
            {
                "paragraph": 1,
                "lang": "en",
                "text": "Bye.",
                "start_char": 19,
                "end_char": 23,
                "start_ms": None,
                "end_ms": None,
                "status": "absent",
                "confidence": 0.0,
                "words": [{"text": "Bye.", "start_ms": None, "end_ms": None, "status": "absent", "confidence": 0.0}],
            },
        ],
        "beads": [{"paragraph": 0, "en": [0], "zh": [1], "confidence": 0.912, "links": []}],
        "unwritten": [{"start_ms": 900, "end_ms": 5000, "kind": "speech"}],
        "checks": [{"rule": "zh-cps", "cue": 1, "value": 12.5, "limit": 9.0}],
    }


def test_sync_json_has_an_entry_on_each_line() -> None:
    """So that the difference between two runs can be read."""
    text = sync_json(a_result())

    assert text == sync_json(a_result())
    assert text.endswith("]}\n")
    assert [line.lstrip()[:16] for line in text.splitlines() if "Hello there." in line] == ['{"paragraph": 0,']


def test_what_was_saved_is_what_was_known() -> None:
    result = a_result()
    saved = read_sync(sync_json(result))

    hello, there = saved.alignment.sentences[0].words
    assert isinstance(saved, SavedSync)
    assert (saved.title, saved.source) == ("Title", "https://e.example/a")
    assert (saved.media, saved.engine, saved.checks) == (result.media, result.engine, result.checks)
    assert (hello, there.confidence) == (result.alignment.sentences[0].words[0], 0.333)
    assert saved.alignment.sentences[1:] == result.alignment.sentences[1:]
    assert saved.alignment.unwritten == result.alignment.unwritten
    assert saved.beads == (Bead(0, (0,), (1,), 0.912),)


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ('"schema_version": 1', '"schema_version": 2', "schema version 2, not 1"),
        ('"schema_version": 1', '"version": 1', "x.json is not a sync.json"),
        ('"start_ms": 100, "end_ms": 400', '"start_ms": 500, "end_ms": 400', "damaged: ValueError from 500 to 400"),
        ('"start_ms": 100, "end_ms": 400', '"start_ms": null, "end_ms": 400', "damaged: ValueError aligned from None"),
        ('"start_ms": 100, "end_ms": 400', '"start_ms": 1.5, "end_ms": 400', "damaged: TypeError not whole"),
        (
            '"status": "absent", "confidence": 0.0, "words"',
            '"status": "lost", "confidence": 0.0, "words"',
            "no status: 'lost'",
        ),
        (
            '"start_ms": null, "end_ms": null',
            '"start_ms": null, "end_ms": 5',
            "damaged: ValueError absent from None to 5",
        ),
        ('"unwritten": [', '"unwritten": 3, "x": [', "damaged: TypeError"),
        ('"beads": [', '"bead": [', "damaged: KeyError 'beads'"),
        ('"recognizer"', '"recogniser"', "damaged: TypeError"),
        ('{"schema_version', '"schema_version', "not a sync.json"),
    ],
)
def test_a_damaged_file_is_refused(was: str, becomes: str, message: str) -> None:
    text = sync_json(a_result())
    assert was in text

    with pytest.raises(SubsyncError, match=message):
        read_sync(text.replace(was, becomes), path="x.json")


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda s: st.lists(s, max_size=3) | st.dictionaries(st.text(max_size=3), s, max_size=3),
    )
)
def test_any_other_json_is_refused(document: object) -> None:
    with pytest.raises(SubsyncError, match=r"not a sync\.json"):
        read_sync(json.dumps(document))


def test_a_title_that_cannot_be_encoded_is_written_all_the_same() -> None:
    """YAML front matter can name half of a surrogate pair."""
    result = a_result(note=replace(a_result().note, title="a\ud800b"))

    assert json.loads(sync_json(result).encode())["note"]["title"] == "a\ud800b"


def test_all_files_of_the_contract_are_there() -> None:
    files = all_files(a_result(), "talk")

    assert set(files) == {
        *(f"talk.{lang}.{kind}" for lang in ("en", "zh", "en-zh") for kind in ("srt", "vtt")),
        *("talk.anchors.json", "talk.anchors.md", "talk.sync.json"),
        *(f"talk.chapters.{kind}" for kind in ("vtt", "txt", "json", "ffmeta")),
    }
    assert all(text.endswith("\n") and "\r" not in text for text in files.values())
    assert "Hello there.\n你好\n" in files["talk.en-zh.srt"]


def test_other_formats_are_written_if_asked_for() -> None:
    files = all_files(a_result(), "talk", FormatOptions(top="zh", also=tuple(OPTIONAL)))

    texts = [suffix for suffix, how in OPTIONAL.items() if how.text]
    brought = [suffix for how in OPTIONAL.values() for suffix in how.brings]
    assert len(texts) > 10
    assert {f"talk.{suffix}" for suffix in (*FORMATS, *texts)} <= set(files)
    assert set(files) <= {f"talk.{suffix}" for suffix in (*FORMATS, *texts, *brought)}
    assert "你好\nHello there.\n" in files["talk.en-zh.vtt"]
    assert r"你好\N{\ren}Hello there." in files["talk.en-zh.ass"]
    with pytest.raises(UsageError, match="no format 'docx'"):
        all_files(a_result(), "talk", FormatOptions(also=("docx",)))


def test_nothing_found_gives_files_all_the_same() -> None:
    empty = a_result(tracks=Tracks((), (), ()), anchors=(section("H", None),))
    files = all_files(empty, "talk")

    assert read_cues(files["talk.en-zh.srt"]) == read_cues(files["talk.en-zh.vtt"]) == ()
    assert files["talk.anchors.md"] == "- (not in the recording) H\n"
    assert files["talk.chapters.txt"].startswith("No chapters for YouTube")


@pytest.mark.parametrize(
    "times",
    [
        "00：00：01，500 --> 00：00：04，000",
        "００:００:０１,５００ --＞ ００:００:０４,０００",
        "00: 00: 01, 500 -- > 00: 00: 04, 000",
        "\u200f00:00:01,500 --> 00:00:04,000",
    ],
)
def test_times_that_a_translator_spoilt_are_times(times: str) -> None:
    text = f"1\n{times}\nNobody did.\n没有人。\n"
    assert read_srt(text) == (Cue(1500, 4000, ("Nobody did.",), ("没有人。",)),)
    assert read_file(text.encode(), path="talk.srt")[0].start == 1500


@pytest.mark.parametrize("sign", [r"\N", "<br />", "<BR>"])
def test_a_line_break_of_another_format_is_one(sign: str) -> None:
    """Converters leave them in SubRip; the English before it is no Chinese."""
    text = f"1\n00:00:01,000 --> 00:00:04,000\nNobody did.{sign}没有人。\n"
    assert read_srt(text) == (Cue(1000, 4000, ("Nobody did.",), ("没有人。",)),)
    (line,) = read_file(text.encode(), path="talk.srt")
    assert (line.en, line.zh) == (("Nobody did.",), ("没有人。",))


def test_carriage_returns_that_were_doubled_leave_no_number_in_the_text() -> None:
    text = "1\n00:00:01,000 --> 00:00:04,000\nOne.\n\n2\n00:00:05,000 --> 00:00:06,000\nTwo.\n"
    assert [cue.en for cue in read_srt(text.replace("\n", "\r\r\n"))] == [("One.",), ("Two.",)]
