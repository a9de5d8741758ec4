"""Subtitles that people have already become notes: of any encoding, from any tool, each text once."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from fakes import Tools, note_of
from hypothesis import given
from hypothesis import strategies as st

from subsync.errors import SubsyncError, UsageError
from subsync.formats import FormatOptions, all_files
from subsync.formats.incoming import merged, note_of_lines, read_file, tidied
from subsync.formats.incoming.read import decoded
from subsync.pipeline import sync_note

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shell import Done

    from subsync.datatypes import Note, SyncResult

NOTE = """---
title: Wires
---
How many wheels are there, and what do they do? I count twenty of them.

这里有多少个轮子，它们又是做什么的？我数出二十个。

Only one wire runs over all of them, and it is very long. 1. It adds up * what [they] do.

只有一根钢丝绕过所有的轮子，而且它很长。它把一切加了起来。
"""


def imported(*files: bytes | str) -> str:
    data = [file.encode() if isinstance(file, str) else file for file in files]
    return note_of_lines(merged([tidied(read_file(d, path="x.srt")) for d in data]), title="x", source=None)


def english(note: Note) -> list[str]:
    return [s.text for s in note.sentences if s.lang == "en"]


def chinese(note: Note) -> str:
    return "".join(s.text for s in note.sentences if s.lang == "zh")


def srt_of(*cues: str, seconds: int = 3) -> str:
    """Cues one behind the other, a second between."""
    return "\n".join(
        f"{k + 1}\n00:00:{k * (seconds + 1):02},000 --> 00:00:{k * (seconds + 1) + seconds:02},000\n{text}\n"
        for k, text in enumerate(cues)
    )


@pytest.mark.parametrize("suffix", ["en-zh.srt", "en-zh.vtt", "en-zh.ass", "lrc", "karaoke.vtt", "karaoke.lrc"])
def test_our_own_files_give_the_sentences_of_the_note(suffix: str) -> None:
    """Also those with stamps inside; Chinese gets its stops back where subtitles leave them out."""
    result = sync_note(note_of(NOTE), Tools())
    files = all_files(result, "x", FormatOptions(also=("en-zh.ass", "lrc", "karaoke.vtt", "karaoke.lrc")))

    note = note_of(imported(files[f"x.{suffix}"]))

    assert english(note) == english(result.note)
    assert re.sub(r"\W", "", chinese(note)) == re.sub(r"\W", "", chinese(result.note))


@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_two_files_side_by_side_are_one_note(kind: str) -> None:
    result = sync_note(note_of(NOTE), Tools())
    files = all_files(result, "x")

    note = note_of(imported(files[f"x.zh.{kind}"], files[f"x.en.{kind}"]))

    assert english(note) == english(result.note)
    assert re.sub(r"\W", "", chinese(note)) == re.sub(r"\W", "", chinese(result.note))
    assert all(p.en and p.zh for p in note.paragraphs)


def test_sync_of_what_was_imported_gives_the_same_times() -> None:
    """To the millisecond with tools that know the answer: the old times are no pins."""
    before = sync_note(note_of(NOTE), Tools())
    after = sync_note(note_of(imported(all_files(before, "x")["x.en-zh.srt"])), Tools())

    def times(result: SyncResult) -> list[tuple[str, int | None]]:
        return [
            (s.text, t.start)
            for s, t in zip(result.note.sentences, result.alignment.sentences, strict=True)
            if s.lang == "en"
        ]

    assert [text for text, _ in times(after)] == [text for text, _ in times(before)]
    assert all(p.pin is None for p in after.note.paragraphs)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"])
def test_encodings_are_told_apart(encoding: str) -> None:
    text = "這是我們的一個輪子，他不是那個人的。" if encoding == "big5" else "这是我们的一个轮子，他不是那个人的。"

    assert decoded(f"Hello.\r\n{text}\r\n".encode(encoding)) == f"Hello.\n{text}\n"


def test_a_western_encoding_and_text_that_was_read_wrongly_before() -> None:
    assert decoded("Café “déjà”.".encode("cp1252")) == "Café “déjà”."
    scrambled = "".join(
        chr(b) if b in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else bytes([b]).decode("cp1252") for b in "你好，世界".encode()
    )
    assert decoded(scrambled.encode()) == "你好，世界"
    assert decoded("Ça va à É.".encode()) == "Ça va à É."


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(UsageError, match="is no text"):
        read_file(b"\x00\x01\x02" * 9, path="x.srt")
    with pytest.raises(UsageError, match="20 MB are no subtitles"):
        read_file(b"a" * (20 * 1024**2 + 1), path="x.srt")
    with pytest.raises(UsageError, match="no text in it"):
        read_file(b"1\n00:00:01,000 --> 00:00:02,000\n\n", path="x.srt")


def test_roll_up_captions_show_each_line_once() -> None:
    """Two rows, of which the upper one was the lower one before."""
    rolled = srt_of("one wheel turns", "one wheel turns\nand the wire", "and the wire\nadds it up.").replace(
        ",000 -->", ",000 -->"
    )
    touching = re.sub(r"--> 00:00:(\d\d),000", lambda m: f"--> 00:00:{int(m[1]) + 1:02},000", rolled)

    assert "\none wheel turns and the wire adds it up\\.\n".replace("\\.", ".") in imported(touching)
    assert "one wheel turns one wheel turns and the wire" in imported(
        srt_of("one wheel turns", "one wheel turns\nand the wire", seconds=1)
        .replace("00:00:02,000 -->", "00:00:09,000 -->")
        .replace("--> 00:00:03", "--> 00:00:12")
    )


def test_captions_that_grow_word_by_word_are_one() -> None:
    grown = re.sub(
        r"--> 00:00:(\d\d),000",
        lambda m: f"--> 00:00:{int(m[1]) + 1:02},000",
        srt_of("One", "One wheel", "One wheel turns."),
    )

    assert english(note_of(imported(grown))) == ["One wheel turns."]


def test_doubled_lines_are_one() -> None:
    """Twice in one cue, and as two cues of one time, one for each language."""
    assert english(note_of(imported(srt_of("Only one wire.\nOnly one wire.\n只有一根钢丝。")))) == ["Only one wire."]
    dual = "1\n00:00:01,000 --> 00:00:03,000\nOnly one wire.\n\n2\n00:00:01,000 --> 00:00:03,000\n只有一根钢丝。\n"
    note = note_of(imported(dual))
    assert (english(note), chinese(note), len(note.paragraphs)) == (["Only one wire."], "只有一根钢丝。", 1)


def test_html_and_tags_are_taken_out_and_other_brackets_stay() -> None:
    text = srt_of('<font color="#ff0">Only</font> <i>one</i> &amp; a half<br/>wire, x &lt; 3. {\\an8}And <four>.')

    assert english(note_of(imported(text))) == ["Only one & a half wire, x < 3. And <four>."]


def test_speakers_and_sounds_are_kept() -> None:
    """A voice of WebVTT, a name with a colon, `>>`; sounds stand in the comment."""
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Mira>How many wheels?\n\n00:02.000 --> 00:03.000\n[Music]\n\n"
    text += "00:03.000 --> 00:04.000\nTomas: Twenty of them.\n\n00:04.500 --> 00:06.000\n>> And a wire.\n"
    note = imported(text)

    assert [p.speaker for p in note_of(note).paragraphs] == ["Mira", "Tomas"]
    assert english(note_of(note)) == ["How many wheels?", "Twenty of them.", "And a wire."]
    assert "0:02 [Music]" in note


def test_paragraphs_end_at_sentences() -> None:
    """After a long pause, or when there is enough of it; never inside a sentence."""
    pause = srt_of("One wheel.", "Two wheels").replace("00:00:04", "00:00:05").replace("00:00:07", "00:00:08")
    assert len(note_of(imported(pause)).paragraphs) == 2
    assert len(note_of(imported(pause.replace("00:00:05", "00:00:04"))).paragraphs) == 1
    assert len(note_of(imported(pause.replace("wheel.", "wheel"))).paragraphs) == 1
    many = srt_of(*["Ten words stand in this line of the text here."] * 12, seconds=1)
    assert [len(p.en) for p in note_of(imported(many)).paragraphs] == [8, 4]


def test_plain_text_in_two_files_is_laid_side_by_side() -> None:
    note = note_of(imported("One wheel.\n\nTwo wires.\n", "一个轮子。\n\n两根钢丝。\n"))

    assert [(len(p.en), len(p.zh)) for p in note.paragraphs] == [(1, 1), (1, 1)]


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf", "Co"]), max_size=30), max_size=5),
    st.booleans(),
)
def test_no_text_breaks_the_note(texts: list[str], plain: bool) -> None:
    """It is refused, or the note can be read and front matter stays what it is."""
    data = "\n\n".join(texts) if plain else srt_of(*texts)
    try:
        lines = merged([tidied(read_file(data.encode(), path="x"))])
        made = note_of_lines(lines, title='"]: \n --- x', source="a: b #c")
    except SubsyncError:
        return
    note = note_of(made)
    assert (note.title, note.source) == ('"]: \n --- x', "a: b #c")


@pytest.mark.parametrize(
    "hostile",
    [
        "--- ",
        "# Heading",
        "- item",
        "12:34 So it goes",
        "1. first",
        "> quoted",
        "<!-- x -->",
        "```",
        "[a](javascript:b)",
        "| a | b |",
    ],
)
def test_text_that_looks_like_markup_is_text(hostile: str) -> None:
    note = note_of(imported(srt_of(f"{hostile} and one wire.")))

    assert (note.sections, [p.pin for p in note.paragraphs]) == ((), [None])
    assert "and one wire." in " ".join(english(note))


def test_the_command_writes_a_note_and_never_over_one(
    tmp_path: Path, subsync: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talk.srt").write_text(srt_of("Only one wire."), encoding="utf-8")

    assert subsync("import", "talk.srt", "--source", "https://example.org/a.mp3").code == 0
    assert note_of((tmp_path / "talk.md").read_text(encoding="utf-8")).source == "https://example.org/a.mp3"
    again = subsync("import", "talk.srt")
    assert again.code == 2
    assert "is there already" in again.err


@pytest.mark.model
def test_a_round_trip_through_subtitles_gives_the_same_times(desk: Path, subsync: Callable[..., Done]) -> None:
    """The sample's opening: sync, SRT, import, sync again; every sentence within 20 ms."""
    assert subsync("sync", "talk.md", "--model", "tiny.en").code == 0
    there = "subsync-out/talk/talk.en-zh.srt"
    assert subsync("import", there, "--audio", "talk.wav", "-o", "again.md").code == 0
    assert subsync("sync", "again.md", "--model", "tiny.en").code == 0

    before, after = (
        [
            (s["text"], s["start_ms"], s["end_ms"])
            for s in json.loads((desk / f"subsync-out/{name}/{name}.sync.json").read_text(encoding="utf-8"))[
                "sentences"
            ]
            if s["lang"] == "en"
        ]
        for name in ("talk", "again")
    )
    assert [text for text, *_ in after] == [text for text, *_ in before]
    for (_, start, end), (_, was_start, was_end) in zip(after, before, strict=True):
        assert abs(start - was_start) <= 20
        assert abs(end - was_end) <= 20
