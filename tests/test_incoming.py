"""Subtitles that people have already become notes: of any encoding, from any tool, each text once."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Literal

import pytest
from fakes import Tools, note_of
from hypothesis import given
from hypothesis import strategies as st

from subsync.cues import CueOptions
from subsync.errors import SubsyncError, UsageError
from subsync.formats import FormatOptions, all_files
from subsync.formats.incoming import Line, merged, note_of_lines, read_file, scrambled, tidied
from subsync.formats.incoming.read import decoded
from subsync.formats.incoming.stops import ENDED, stopped, with_ends
from subsync.formats.incoming.turns import turns_of
from subsync.pipeline import SyncOptions, sync_note

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shell import Done

    from subsync.datatypes import Note, SyncResult
    from subsync.formats.text import Top

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
    assert chinese(note) == chinese(result.note)


@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_two_files_side_by_side_are_one_note(kind: str) -> None:
    result = sync_note(note_of(NOTE), Tools())
    files = all_files(result, "x")

    note = note_of(imported(files[f"x.zh.{kind}"], files[f"x.en.{kind}"]))

    assert english(note) == english(result.note)
    assert chinese(note) == chinese(result.note)
    assert all(p.en and p.zh for p in note.paragraphs)


def timed(*cues: tuple[float, float, str]) -> str:
    """Cues with their seconds."""
    return "WEBVTT\n\n" + "".join(f"00:{a:06.3f} --> 00:{b:06.3f}\n{text}\n\n" for a, b, text in cues)


@pytest.mark.parametrize(
    ("english_cues", "chinese_cues", "expected"),
    [
        (  # a cue of Chinese over two of English, wrapped elsewhere
            [(1, 2.5, "Let me be a little rude."), (2.6, 6.4, "It costs about $2,000 a year\nto keep it oiled.")],
            [(1, 6.4, "恕我冒昧 给它上油、买保险\n一年大约要花2000美元")],
            "恕我冒昧。给它上油、买保险，一年大约要花2000美元。",
        ),
        (  # two of Chinese beside one of English
            [(1, 6, "Because in a museum nobody may touch it.\nHere, every school class turns the handle.")],
            [(1, 3.3, "因为进了博物馆 谁都不许碰它"), (3.4, 6, "在这里 每个班的学生\n都能摇一摇手柄")],
            "因为进了博物馆，谁都不许碰它。在这里，每个班的学生都能摇一摇手柄。",
        ),
        (  # a stop that is shown takes the end beside it
            [(1, 4.2, "How good is it really?\nI mean, compared.")],
            [(1, 4.2, "它到底有多准呢？比方 比起来的话")],
            "它到底有多准呢？比方，比起来的话。",
        ),
        (  # cues of Chinese that meet inside of one of English, and of a sentence
            [(1, 5, "I am in the harbour office with Tomas, who looks after it.")],
            [(1, 3, "我和托马斯一起在港务办公室"), (3.1, 5, "他负责照看它")],
            "我和托马斯一起在港务办公室，他负责照看它。",
        ),
        (  # names in front take no time
            [(1, 2.6, "<v Tomas Novak>It is good."), (2.7, 5, "<v Tomas Novak>I like it very much.")],
            [(1, 5, "<v Tomas Novak>真的非常好 我很喜欢它的样子")],
            "真的非常好。我很喜欢它的样子。",
        ),
    ],
)  # fmt: skip
def test_the_times_of_two_files_say_where_a_sentence_of_chinese_ends(
    english_cues: list[tuple[float, float, str]], chinese_cues: list[tuple[float, float, str]], expected: str
) -> None:
    assert chinese(note_of(imported(timed(*english_cues), timed(*chinese_cues)))) == expected
    late = [(a + 0.2, b + 0.3, text) for a, b, text in chinese_cues]
    assert chinese(note_of(imported(timed(*english_cues), timed(*late)))) == expected


def test_a_sentence_without_chinese_takes_no_stop_from_another() -> None:
    one = timed(
        (1, 2.6, "So the wire is the sum."), (3.1, 8.2, "The wire is the sum, exactly.\nA pen draws the height.")
    )
    two = timed((1, 7.8, "没错 钢丝就是总和\n末端的一支笔会画出水位的高度"))

    assert chinese(note_of(imported(one, two))) == "没错，钢丝就是总和。末端的一支笔会画出水位的高度。"


def test_no_paragraph_ends_while_a_cue_of_chinese_is_shown() -> None:
    """The English that it is of may be the one behind."""
    many = [(2 * k, 2 * k + 1.9, "Ten words stand in this line of the text here.") for k in range(12)]
    zh = [(2 * k, 2 * k + 1.9, "这一行里站着十个词") for k in range(12)]
    together = [*zh[:7], (14, 17.9, "这一行里站着十个词 这里也是"), *zh[9:]]

    assert [len(p.en) for p in note_of(imported(timed(*many), timed(*zh))).paragraphs] == [8, 4]
    assert [len(p.en) for p in note_of(imported(timed(*many), timed(*together))).paragraphs] == [9, 3]


def test_chinese_alone_ends_its_sentences_with_its_cues() -> None:
    """Where cues hold more than a clause each, and before a pause; not before a word that goes on."""
    roomy = [
        (1, 5, "常有人问我 明明手机就能代替\n为什么还要留着这台机器"), (5.1, 6.5, "欢迎回到《慢仪器》"),
        (6.6, 9, "托马斯 我眼前的这是什么？"), (9.1, 12, "你看到的是24个黄铜轮\n和一根很长的钢丝"),
        (12.1, 14, "钢丝绕过所有的轮子"), (14.1, 16, "于是就把一切 加了起来"),
    ]  # fmt: skip
    clauses = [(1, 3, "常有人问我"), (3.1, 5, "为什么要留着它"), (6, 7, "我告诉他们"), (7.1, 9, "它给你的是道理")]

    assert chinese(note_of(imported(timed(*roomy)))) == (
        "常有人问我，明明手机就能代替，为什么还要留着这台机器。欢迎回到《慢仪器》。托马斯，我眼前的这是什么？"
        "你看到的是24个黄铜轮和一根很长的钢丝。钢丝绕过所有的轮子，于是就把一切，加了起来。"
    )
    assert chinese(note_of(imported(timed(*clauses)))) == "常有人问我，为什么要留着它。我告诉他们，它给你的是道理"


def test_chinese_with_its_own_stops_keeps_them_alone() -> None:
    one = timed((1, 3, "It is good."), (3.1, 5, "I like it."))

    assert chinese(note_of(imported(one, timed((1, 5, "它很好 真的，\n我喜欢它。"))))) == "它很好 真的，我喜欢它。"


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
    assert decoded(windows("Déjà vu là.".encode()).encode()) == "Déjà vu là."


def windows(data: bytes) -> str:
    """Bytes as Windows-1252 shows them, in which five are left out."""
    return "".join(chr(b) if b in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else bytes([b]).decode("cp1252") for b in data)


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-8"])
def test_chinese_that_was_read_as_western_is_mended(encoding: str) -> None:
    """Line by line: one that is in order stays, and one of two letters goes with the others."""
    text = "這是我們的一個輪子，他不是那個人的。" if encoding == "big5" else "这是我们的一个轮子，他不是那个人的。"
    lines = [f"{text}你", "好", text]
    for shown in ("latin-1", None):
        wrong = [line.encode(encoding).decode(shown) if shown else windows(line.encode(encoding)) for line in lines]
        assert decoded("\n".join(["Hello.", *wrong, "你好"]).encode()) == "\n".join(["Hello.", *lines, "你好"])
        assert decoded("\n".join(["Hello.", *wrong, "Déjà vu."]).encode()).split("\n")[1:4] == lines


def test_what_was_lost_of_mended_chinese_is_a_hole() -> None:
    """UTF-8 read as GBK, or as Windows-1252 without the five, which kept neither all of its bytes."""
    text = "常有人问我，为什么还要留着这台机器，我告诉他们。"
    for wrong in (text.encode().decode("gbk", "replace"), text.encode().decode("cp1252", "replace")):
        found = decoded(f"Hello.\n{wrong}\n".encode())
        assert re.fullmatch(re.sub("[要着台。]", "(.|\ufffd)", text), found.split("\n")[1]) is not None
        assert scrambled(found.split("\n")) == [found.split("\n")[1]]
    as_windows = "我们一个人都没有".encode().replace(b"\x80", "€".encode("gb18030")).decode("gb18030", "replace")
    assert decoded(as_windows.encode()) == "我们一个人都没�"
    mostly_lost = "着着着我们".encode().decode("cp1252", "replace")
    assert decoded(mostly_lost.encode()) == mostly_lost


@pytest.mark.parametrize(
    "text",
    [
        "« C’était au café », préférée et référée, Où ? Noël. ÇA VA, DÉJÀ VU À L’ÉCOLE…",
        "Fußgänger überqueren die Straße. ÄRGER, ÄPFEL, ÖL, größer.",
        "Tôi là người Việt, đường phố, nước, phở, không",
        "ATENÇÃO! NÃO FAÇA ISSO, IRMÃ» LIÇÕES",
        "at the café…” JOSÉ’S naïve",
        "ÁÁÁÁÁH! ¡¡¡¿¿¿Qué???",
        "İstanbul’da güneş ışığı. ÖĞRENCİ»",
        "Привет мир. Γειά σου.",
        "日本語のテキストです。 한국어 문장",
        "饕餮纹鼎 鼋鼍龟鳖 魑魅魍魎 蒹葭蒼蒼 觿韘璜璧琮 翯翾 涓涓",
    ],
)
def test_text_of_any_language_is_left_as_it_is(text: str) -> None:
    """In itself, and beside lines that are mended."""
    assert decoded(text.encode()) == text
    assert scrambled([text]) == []
    wrong = "\n".join(windows("我们告诉他们这是一个轮子。".encode(encoding)) for encoding in ("gbk", "utf-8"))
    assert decoded(f"{text}\n{wrong}".encode()) == f"{text}\n我们告诉他们这是一个轮子。\n我们告诉他们这是一个轮子。"


def test_what_stays_scrambled_is_told_in_a_line(
    tmp_path: Path, subsync: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lost = "常有人问我。".encode("gbk").decode("utf-8", "replace")
    korean = "안녕하세요 여러분".encode("euc-kr").decode("latin-1")
    (tmp_path / "talk.srt").write_text(srt_of("Only one wire.", lost, korean), encoding="utf-8")

    told = [line for line in subsync("import", "talk.srt", "--source", "x").err.split("\n") if "talk.srt" in line]
    assert len(told) == 1
    assert "2 of its texts look scrambled" in told[0]


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(UsageError, match="is no text"):
        read_file(b"\x00\x01\x02" * 9, path="x.srt")
    with pytest.raises(UsageError, match="20 MB are no subtitles"):
        read_file(b"a" * (20 * 1024**2 + 1), path="x.srt")
    with pytest.raises(UsageError, match="no text in it"):
        read_file(b"1\n00:00:01,000 --> 00:00:02,000\n\n", path="x.srt")


@pytest.mark.parametrize(("unit", "count"), [("你们\n", 9000), ("你们 ", 9000), ("[a\n", 20_000), ("1:", 60_000)])
def test_a_cue_without_end_is_looked_at_once(unit: str, count: int) -> None:
    """What is no file of cues, or a talk in one; from each place to the end it took minutes."""
    note = imported(srt_of(f"Hello.\n{unit * count}"))

    assert note.count(unit[0]) >= count


def test_of_a_video_no_more_is_read_than_tells_that_it_is_none(
    tmp_path: Path, subsync: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with (tmp_path / "talk.mkv").open("wb") as file:
        file.truncate(2**36)  # more than there is memory

    done = subsync("import", "talk.mkv")
    assert (done.code, "more than 20 MB are no subtitles" in done.err) == (2, True)


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


def test_line_ends_links_and_readings_of_characters_are_known() -> None:
    text = srt_of(r"C:\New is\Nthere: <a href='x'>one</a> wire.", "<ruby>漢<rt>kan</rt></ruby>字<rp>(</rp>")

    assert " ".join(english(note_of(imported(text)))) == r"C:\New is there: one wire."
    assert chinese(note_of(imported(text))) == "漢字"


def test_html_and_tags_are_taken_out_and_other_brackets_stay() -> None:
    text = srt_of('<font color="#ff0">Only</font> <i>one</i> &amp; a half<br/>wire, x &lt; 3. {\\an8}And <four>.')

    assert english(note_of(imported(text))) == ["Only one & a half wire, x < 3. And <four>."]


def test_speakers_and_sounds_are_kept() -> None:
    """A voice of WebVTT, a name with a colon, `>>`; sounds stand in the comment."""
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Mira>How many wheels?\n\n00:02.000 --> 00:03.000\n[Music]\n\n"
    text += "00:03.000 --> 00:04.000\nTomas: Twenty of them.\n\n00:04.500 --> 00:06.000\n>> And a wire.\n"
    note = imported(text)

    assert [p.speaker for p in note_of(note).paragraphs] == ["Mira", "Tomas", None]
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


# --- nothing is lost --------------------------------------------------------------------------------------------------


def touching(text: str) -> str:
    """The cues of ``srt_of`` with no time between them."""
    return re.sub(r"--> 00:00:(\d\d),000", lambda m: f"--> 00:00:{int(m[1]) + 1:02},000", text)


@pytest.mark.parametrize(
    "cues",
    [
        ["Are you sure?", "Yes.", "Yes."],
        ["No.", "No.", "No."],
        ["THAT", "THAT", "IS", "VERY", "VERY", "GOOD"],
        ["I see", "I see the moon.", "Yes", "Yes sir."],
        ["and", "and then we", "we turn", "the handle"],
        ["[Music]\nOne wheel", "One wheel turns."],
        ["Row, row, row\nRow, row, row\nyour boat.", "It floats."],
        ["- No.\n- No.", "Why?"],
    ],
)
def test_what_is_said_twice_is_there_twice(cues: list[str]) -> None:
    said = re.sub(r"\[\w+\]|(?m:^- )", "", " ".join(cues)).split()

    assert " ".join(english(note_of(imported(touching(srt_of(*cues)))))).split() == said


def test_chinese_that_is_said_twice_is_there_twice() -> None:
    assert chinese(note_of(imported(touching(srt_of("对", "对", "不对"))))) == "对，对，不对"


def test_plain_text_keeps_the_lines_that_come_back() -> None:
    text = "Mira: Is it good?\nTomas: Yes.\nMira: Is it old?\nTomas: Yes.\nMira: Thanks.\n"
    note = note_of(imported(text))

    assert [p.speaker for p in note.paragraphs] == ["Mira", "Tomas", "Mira", "Tomas", "Mira"]
    assert english(note) == ["Is it good?", "Yes.", "Is it old?", "Yes.", "Thanks."]


_WORDS = [
    "One",
    "wheel",
    "turns",
    "the",
    "wire",
    "and",
    "it",
    "adds",
    "all",
    "of",
    "them",
    "up",
    "while",
    "the",
    "moon",
    "is",
    "out",
    "over",
    "the",
    "harbour",
]
said_lines = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map(" ".join)


@given(st.lists(said_lines, min_size=2, max_size=6), st.sampled_from(["srt", "plain", "lrc", "gap"]))
def test_every_text_of_a_file_that_does_not_roll_is_in_the_note(texts: list[str], kind: str) -> None:
    """As often as it is there: an unlike cue between each two, so that none goes on from the one before."""
    cues = [cue for k, text in enumerate(texts) for cue in (text, f"{'ABCDEFGHI'[k]} pen.")]
    data = {
        "srt": touching(srt_of(*cues)),
        "gap": srt_of(*cues),
        "plain": "\n".join(cues),
        "lrc": "\n".join(f"[00:{3 * k:02}.00]{cue}" for k, cue in enumerate(cues)),
    }[kind]

    assert " ".join(english(note_of(imported(data)))) == " ".join(cues)


SYNTAX = (
    "==bright==",
    "%%hidden%%",
    "&amp;amp;",
    "&copy",
    "[[link]]",
    "a::b",
    "#tag",
    "{{c1::x}}",
    "~~no~~",
    "$x$",
    "^[f]",
)


@given(st.lists(st.sampled_from([*_WORDS, *SYNTAX]), min_size=1, max_size=8))
def test_what_the_reader_of_notes_takes_for_syntax_is_text(words: list[str]) -> None:
    shown = " ".join(html.unescape(word) for word in words)

    assert " ".join(english(note_of(imported(srt_of(f"We see {' '.join(words)} there."))))) == f"We see {shown} there."


def test_one_line_that_begins_with_a_time_makes_no_lyrics() -> None:
    text = srt_of("Good evening.", "[12:30] The meeting begins.", "It goes on.")

    assert english(note_of(imported(text))) == ["Good evening.", "[12:30] The meeting begins.", "It goes on."]
    assert (
        len(note_of(imported("A talk.\n\nIt began so:\n\n[12:30] The meeting begins.\n\nIt goes on.\n")).paragraphs)
        == 4
    )


def test_lines_without_a_time_belong_to_the_one_above() -> None:
    text = "A talk\n\n[00:00:05] People ask me why anybody\nwould keep it.\n常有人问我。\n\nI tell them.\n\n"
    text += "[00:01:10] It is old.\n"
    note = note_of(imported(text))

    assert " ".join(english(note)) == "A talk People ask me why anybody would keep it. I tell them. It is old."
    assert chinese(note) == "常有人问我。"


def test_a_line_of_spaces_ends_no_cue_of_webvtt() -> None:
    text = "WEBVTT\n\n00:00.000 --> 00:02.000\n \nOnly one wire.\n\n"
    text += "00:03.000 --> 00:05.000\nTwo wheels\n \nand pens.\n\nNOTE x\n"

    assert english(note_of(imported(text))) == ["Only one wire.", "Two wheels and pens."]


def test_captions_of_youtube_show_each_line_once() -> None:
    """A line moves up in a caption of 10 ms, and after a pause the old one still stands above; sounds, too."""
    text = "WEBVTT\n\n" + "\n\n".join(
        f"00:00:{start} --> 00:00:{end} align:start\n{shown}"
        for start, end, shown in (
            ("01.000", "02.990", " \none<00:00:01.500><c> wheel</c>"),
            ("02.990", "03.000", "one wheel\n "),
            ("03.000", "04.990", "one wheel\n[Music]"),
            ("04.990", "05.000", "[Music]\n "),
            ("09.000", "10.990", "[Music]\nturns<00:00:09.500><c> and</c>"),
            ("10.990", "11.000", "turns and\n "),
            ("15.000", "16.990", "turns and\nturns<00:00:15.500><c> and</c>"),
        )
    )
    note = imported(text)

    assert " ".join(english(note_of(note))) == "one wheel turns and turns and"
    assert note.count("[Music]") == 1


def test_a_word_that_lights_up_is_said_once() -> None:
    words = ["One", "wheel", "turns."]
    lit = [" ".join(f"<u>{w}</u>" if k == n else w for k, w in enumerate(words)) for n in range(3)]

    assert english(note_of(imported(touching(srt_of(*lit))))) == ["One wheel turns."]


def test_sounds_of_the_chinese_file_are_kept() -> None:
    note = imported(srt_of("One wheel turns."), srt_of("（笑声）\n一个轮子在转"))

    assert "0:00 （笑声）" in note
    assert chinese(note_of(note)) == "一个轮子在转。"


@pytest.mark.parametrize(
    "aside", ["[audience laughing\nand clapping]", "♪♪", "[Music] [Applause]", "♪ When the wind\nblows ♪"]
)
def test_descriptions_of_sounds_are_no_text(aside: str) -> None:
    note = imported(srt_of("One wheel.", aside))

    assert english(note_of(note)) == ["One wheel."]
    assert f"0:04 {' '.join(aside.split())}" in note


@pytest.mark.parametrize(
    ("cue", "said", "sounds"),
    [
        ("[door slams] That is oddly comforting.", "That is oddly comforting.", ["[door slams]"]),
        ("[phone ringing\nin distance] Who is it?", "Who is it?", ["[phone ringing in distance]"]),
        ("[Crowd cheering] 24 wheels.", "24 wheels.", ["[Crowd cheering]"]),
        ("[DOOR SLAMS] [dog barks] “Come in.”", "“Come in.”", ["[DOOR SLAMS]", "[dog barks]"]),
        ("(DOOR SLAMS) Come in.", "Come in.", ["(DOOR SLAMS)"]),
        ("Then it stops. [door opens]", "Then it stops.", ["[door opens]"]),
        ("- [door slams] Who is it?\n- [dog barks] Tom.", "Who is it? Tom.", ["[door slams]", "[dog barks]"]),
        (">> [footsteps] Who is it?", "Who is it?", ["[footsteps]"]),
        ("[narrator] Once upon a time.", "Once upon a time.", ["[narrator]"]),
        (
            "Who is it? [clears throat] Tom. (DOOR SLAMS) Hm.",
            "Who is it? Tom. Hm.",
            ["[clears throat]", "(DOOR SLAMS)"],
        ),
        ("[Mira laughs] So it is.", "So it is.", ["[Mira laughs]"]),
    ],
)
def test_sounds_beside_speech_are_not_said(cue: str, said: str, sounds: list[str]) -> None:
    """They stand in the comment, and the Chinese beside them stays the Chinese of what is said."""
    note = imported(srt_of("One wheel.\n一个轮子", cue))

    assert " ".join(english(note_of(note))) == f"One wheel. {said}"
    assert [line[5:] for line in note.split("\n") if re.match(r"0:04 [\[(]", line)] == sounds


def test_who_is_heard_is_another_speaker() -> None:
    """In small letters a role, behind a sound too, which ends no sentence; a name once where others come again."""
    cues = [
        "It stops. [door opens]",
        "[narrator] Once upon a time.",
        "[Mira] It is.",
        "[Tomas] So it is.",
        "[Mira] It is.",
    ]

    assert speakers(imported(srt_of(*cues))) == [
        (None, "It stops."), (None, "Once upon a time."),
        ("Mira", "It is."), ("Tomas", "So it is."), ("Mira", "It is."),
    ]  # fmt: skip


def test_sounds_of_chinese_are_not_said() -> None:
    note = imported(srt_of("[door slams] Come in.\n[关门声] 请进", "【旁白】从前有一个人"))

    assert chinese(note_of(note)) == "请进。【旁白】从前有一个人"
    assert "0:00 [关门声]" in note


@pytest.mark.parametrize(
    "cue",
    [
        "He [the mayor] said so.", "[It] was good.", "[the] Queen is here.", "[Over 30 days] it was wrong.",
        "[Mira] It is.", "[MISS JONES] It is.", "(two years later) He came back.", "(If you ask me) it is good.",
        "[President] Obama said so.", "[12:30] The meeting begins.", "It is so. [the mayor]", "[laughs] So it is.",
        "He said [dog barks] it.", "It is so. [the mayor] said so.",
    ],
)  # fmt: skip
def test_brackets_that_may_be_said_or_name_somebody_stay(cue: str) -> None:
    assert cue.replace("[laughs] ", "") in " ".join(english(note_of(imported(srt_of("One wheel.", cue)))))
    assert cue in re.sub(r"\\(.)", r"\1", imported(srt_of("One wheel.", cue)))


def test_brackets_amid_a_sentence_stay_where_a_cue_begins_with_them() -> None:
    cues = ["And then he met", "[former president] Obama.", "[former president] Obama."]

    assert english(note_of(imported(srt_of(*cues)))) == ["And then he met [former president] Obama.", "Obama."]


def test_sounds_in_round_brackets_are_known_from_those_alone() -> None:
    cue = "(phone ringing) Who is it?"

    assert english(note_of(imported(srt_of(cue)))) == [cue]
    assert english(note_of(imported(srt_of("(wind)", cue)))) == ["Who is it?"]


def test_the_old_time_of_a_paragraph_is_that_of_what_is_said() -> None:
    note = imported(timed((0, 3, "One wheel."), (6, 8, "♪ theme ♪"), (9, 11, "Welcome back.")))

    assert [line for line in note.split("\n") if line.startswith("0:")] == [
        "0:00 One wheel.", "0:06 ♪ theme ♪", "0:09 Welcome back.",
    ]  # fmt: skip


def test_sounds_of_plain_text_have_no_time() -> None:
    assert "0:00" not in imported("One wheel.\n\n[Music]\n")


# --- where Chinese goes -----------------------------------------------------------------------------------------------


def test_chinese_without_english_stays_in_its_place() -> None:
    """Who translated, what stands on the screen, what nobody translated: no part of the Chinese of a cue far away."""
    text = srt_of("本字幕由某某制作", "One wheel turns.\n一个轮子在转", "港务局旧址", "Thank you.\n谢谢")
    for note in (
        imported(text),
        imported(
            srt_of("", "One wheel turns.", "", "Thank you."),
            srt_of("本字幕由某某制作", "一个轮子在转", "港务局旧址", "谢谢"),
        ),
    ):
        paragraphs = [line for line in note.partition("---\n\n")[2].partition("<!--")[0].split("\n") if line]
        assert paragraphs == [
            "本字幕由某某制作",
            "One wheel turns.",
            "一个轮子在转。",
            "港务局旧址",
            "Thank you.",
            "谢谢。",
        ]


def test_a_line_of_a_chinese_file_is_chinese() -> None:
    note = note_of(
        imported(srt_of("It was 1906.", "This is GPT-4.", "OK.", "Fine."), srt_of("1906", "GPT-4", "OK", "好的"))
    )

    assert english(note) == ["It was 1906.", "This is GPT-4.", "OK.", "Fine."]
    assert chinese(note) == "1906。GPT-4。OK。好的。"


def test_a_style_of_ass_has_one_language() -> None:
    events = [("zh", "1906"), ("en", "In 1906."), ("zh", "好的"), ("en", "Fine.")]
    note = note_of(imported(ass_of(*((style, "", text) for style, text in events))))

    assert (english(note), chinese(note)) == (["In 1906.", "Fine."], "1906。好的。")


def test_chinese_over_two_cues_of_english_is_parted_at_its_lines() -> None:
    one = srt_of("It gives you an answer,", "and a reason.", seconds=1)
    two = "1\n00:00:00,000 --> 00:00:03,000\n它给你答案\n也给你道理\n"

    assert chinese(note_of(imported(one, two))) == "它给你答案，也给你道理。"


@pytest.mark.parametrize(
    ("cues", "expected"),
    [
        (["who looks after a machine.\n他负责照看\n一台机器"], "他负责照看一台机器。"),
        (["It gives an answer,\n它给你答案", "and a reason.\n也给你道理"], "它给你答案，也给你道理。"),
        (["Each wheel turns.\n每个轮子转动：", "One is the moon.\n一个是月亮"], "每个轮子转动：一个是月亮。"),
        (["the moon, the sun,\nand the rest.\n月亮 太阳\n和其余的"], "月亮，太阳，和其余的。"),
    ],
)
def test_stops_of_the_chinese_are_where_the_english_has_them(cues: list[str], expected: str) -> None:
    """A wrap is no comma, a colon has no stop behind it."""
    assert chinese(note_of(imported(srt_of(*cues)))) == expected


def test_both_languages_in_each_line_are_parted() -> None:
    text = "[00:01.00]People ask me why / 常有人问我\n[00:04.50]I tell them / 我告诉他们\n"
    note = note_of(imported(text))

    assert (english(note), chinese(note)) == (["People ask me why I tell them"], "常有人问我，我告诉他们")


def test_the_second_part_of_a_film_stands_behind_the_first() -> None:
    parts = srt_of("Part one begins.", "Part one ends.") + "\n" + srt_of("Part two begins.", "Part two ends.")

    assert english(note_of(imported(parts))) == [
        "Part one begins.",
        "Part one ends.",
        "Part two begins.",
        "Part two ends.",
    ]


# --- who speaks -------------------------------------------------------------------------------------------------------


def ass_of(*events: tuple[str, str, str]) -> str:
    """Style, name and text of each event, three seconds after the last."""
    return (
        "[Script Info]\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        + "".join(
            f"Dialogue: 0,0:00:{3 * (k // 2):02}.00,0:00:{3 * (k // 2) + 2:02}.00,{style},{name},0,0,0,,{text}\n"
            for k, (style, name, text) in enumerate(events)
        )
    )


def speakers(note: str) -> list[tuple[str | None, str]]:
    read = note_of(note)
    return [(p.speaker, " ".join(read.sentences[k].text for k in p.en)) for p in read.paragraphs]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("[SPEAKER_00]: ", "SPEAKER_00"), ("Speaker 1: ", "Speaker 1"), ("TOMAS (V.O.): ", "TOMAS"),
        ("[Tomas] ", "Tomas"), ("(Tomas) ", "Tomas"), ("Ángela: ", "Ángela"), ("- Tomas: ", "Tomas"),
        ("[Tomas, softly] ", "Tomas"), ("[Tomas] [door slams] ", "Tomas"),
        (">> TOMAS: ", "TOMAS"), ("DR. SMITH: ", "DR. SMITH"), ("\u200eTomas: ", "Tomas"), ("&lrm;Tomas: ", "Tomas"),
    ],
)  # fmt: skip
def test_labels_of_speakers_are_known(label: str, name: str) -> None:
    cues = [f"{label}How good is it?", "Mira: It is good.", f"{label}Good to hear."]

    assert speakers(imported(srt_of(*cues))) == [
        (name, "How good is it?"),
        ("Mira", "It is good."),
        (name, "Good to hear."),
    ]


def test_a_word_in_capitals_behind_the_mark_of_a_turn_is_a_name() -> None:
    """In captions that have nothing but capitals, too."""
    note = imported(srt_of("HOW GOOD IS IT?", ">> MARK: IT IS GOOD.", "WARNING: IT IS HOT."))

    assert speakers(note) == [(None, "HOW GOOD IS IT?"), ("MARK", "IT IS GOOD. WARNING: IT IS HOT.")]


def test_two_turns_in_one_line_have_a_dash_each() -> None:
    note = note_of(imported(srt_of("- How are you? - I'm fine - so far.\n- 你好吗？ - 我很好")))

    assert english(note) == ["How are you?", "I'm fine - so far."]
    assert [[note.sentences[k].text for k in p.zh] for p in note.paragraphs] == [["你好吗？"], ["我很好。"]]


@pytest.mark.parametrize("said", ["翻译：小王 校对", "English: it is hard.", "EN - it is.", "【中文】很难", "中文"])
def test_what_says_which_language_follows_in_notes_is_said(said: str) -> None:
    note = note_of(imported(srt_of(said)))

    assert re.findall(r"\w", "".join(s.text for s in note.sentences)) == re.findall(r"\w", said)


def test_ordinary_words_before_a_colon_speak_to_nobody() -> None:
    cues = ["Look: the moon is out.", "Remember: never touch it.", "Look: it turns.", "So it goes.", "On and on."]

    assert [p.speaker for p in note_of(imported(srt_of(*cues))).paragraphs] == [None]
    assert english(note_of(imported(srt_of(*cues)))) == cues


@pytest.mark.parametrize(
    ("cue", "name"),
    [
        ("MIRA: How good is it?", "MIRA"), ("- MIRA: How good is it?", "MIRA"), ("MAN: How good is it?", "MAN"),
        ("TOMAS (V.O.): “How good is it?”", "TOMAS"), ("<b>Mira:</b> How good is it?", "Mira"),
        ("- <font color=red>Mira</font>: How good is it?", "Mira"), ("**Mira:** How good is it?", "Mira"),
    ],
)  # fmt: skip
def test_one_label_that_is_surely_one_is_enough(cue: str, name: str) -> None:
    """Capitals before a sentence without, and what is set in bold."""
    said = "“How good is it?”" if "“" in cue else "How good is it?"

    assert speakers(imported(srt_of("One wheel.", cue))) == [(None, "One wheel."), (name, said)]


@pytest.mark.parametrize(
    "cue",
    [
        "WARNING: It is hot.", "USA: It is a big country.", "Mira: She said it.", "MIRA: IT IS GOOD.",
        "MIRA: and so on.", "<b>Warning:</b> It is hot.", "**Key point:** It is hot.",
    ],
)  # fmt: skip
def test_one_label_that_may_be_said_is_said(cue: str) -> None:
    said = re.sub(r"</?b>|\*\*", "", cue)

    assert speakers(imported(srt_of("One wheel.", cue))) == [(None, f"One wheel. {said}")]


def test_a_word_in_capitals_is_a_name_where_others_are_named_so() -> None:
    cues = ["MIRA: How good is it?", "TOMAS: It is good.", "MARK: So it is."]

    assert speakers(imported(srt_of(*cues))) == [
        ("MIRA", "How good is it?"), ("TOMAS", "It is good."), ("MARK", "So it is."),
    ]  # fmt: skip
    assert speakers(imported(srt_of(*cues[1:3]))) == [("TOMAS", "It is good. MARK: So it is.")]


@pytest.mark.parametrize("top", ["en", "zh"])
def test_a_label_in_both_languages_is_taken_from_both(top: str) -> None:
    """An ordinary word, too, where both have it; the Chinese keeps its own name."""
    pairs = [("Mark: How good is it?", "马克：它有多好？"), ("Host: It is good.", "主持人：很好。")]
    note = imported(srt_of(*("\n".join(pair if top == "en" else pair[::-1]) for pair in pairs)))

    assert speakers(note) == [("Mark", "How good is it?"), ("Host", "It is good.")]
    assert chinese(note_of(note)) == "它有多好？很好。"
    assert "**主持人：** 很好。" in note


def test_every_turn_is_a_paragraph() -> None:
    """Dashes and ``>>`` in both languages, in the middle of a line too."""
    text = srt_of(
        "- 它有多好？\n- 很好。\n- How good is it?\n- It is very good.", ">> FINE. >> THANKS.", "And on -5 it goes."
    )
    note = note_of(imported(text))

    assert english(note) == ["How good is it?", "It is very good.", "FINE.", "THANKS.", "And on -5 it goes."]
    assert [[note.sentences[k].text for k in p.zh] for p in note.paragraphs] == [["它有多好？"], ["很好。"], [], []]


def test_names_that_a_format_gives_become_labels_that_the_note_takes() -> None:
    voices = ["SPEAKER_00", "Novak, Mira", "Tomas (Guest)", "tomas", "米拉", "Dr. Jane O'Neil-Smith, PhD"]
    text = "WEBVTT\n\n" + "".join(
        f"00:{2 * k:02}.000 --> 00:{2 * k + 1:02}.000\n<v {name}>Sentence {k}.\n\n" for k, name in enumerate(voices)
    )
    taken = ["SPEAKER_00", "Novak Mira", "Tomas", "tomas", "米拉", "Dr. Jane O'Neil-Smith PhD"]

    assert speakers(imported(text)) == [(name, f"Sentence {k}.") for k, name in enumerate(taken)]
    assert "0:02 Novak, Mira: Sentence 1." in imported(text)  # the name as it was


def test_two_voices_of_a_cue_are_two_turns() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Mira>How good is it?\n<v Tomas>It is very good.\n它有多好？\n"

    assert speakers(imported(text)) == [("Mira", "How good is it?"), ("Tomas", "It is very good.")]


def test_layers_and_signs_that_move_are_shown_once() -> None:
    """Dialogue that comes twice is said twice, in a file with such signs, too."""
    said = [("Yes.", 0, 100), ("Yes.", 100, 200), ("It is.", 200, 250), ("OPEN", 200, 250), ("It is.", 200, 250)]
    sign = [("OPEN DAY", 300 + 4 * k, 304 + 4 * k) for k in range(20)]
    text = "[Events]\n" + "".join(
        f"Dialogue: 0,0:00:0{a / 100:.2f},0:00:0{b / 100:.2f},s,,0,0,0,,{{\\blur{k}}}{shown}\n"
        for k, (shown, a, b) in enumerate([*sign, *said])
    )

    assert " ".join(english(note_of(imported(text)))) == "Yes. Yes. It is. OPEN OPEN DAY"


@pytest.mark.parametrize(("lasts", "count"), [(100, 1), (110, 2)])
def test_a_sign_that_moves_has_an_event_of_two_frames_at_most(lasts: int, count: int) -> None:
    text = f"Dialogue: 0,0:00:01.00,0:00:02.00,s,,0,0,0,,A\nDialogue: 0,0:00:02.00,0:00:02.{lasts // 10},s,,0,0,0,,A\n"
    assert len(read_file(text.encode(), path="x")) == count


def test_what_fills_the_name_of_ass_is_no_speaker_and_a_drawing_no_text() -> None:
    text = ass_of(("d", "NTP", r"小心\N{\fs14}Watch out!"), ("d", "NTP", r"{\an7\p1}m 0 0 l 100 0{\p0}"))

    assert speakers(imported(text)) == [(None, "Watch out!")]


TALK = """---
title: Wheels
---
**{one}:** How many wheels are there, and what do they do?

**{one}：** 这里有多少个轮子，它们又是做什么的？

**{two}:** Only one wire runs over all of them, and it is very long.

**{two}：** 只有一根钢丝绕过所有的轮子，而且它很长。

**{one}:** Really?

**{one}：** 真的吗？

**{two}:** Really.

**{two}：** 真的。
"""


@given(
    names=st.lists(
        st.sampled_from(["Mira", "Mark", "Speaker 1", "Dr. Smith", "SPEAKER_00", "Ángela"]),
        min_size=2,
        max_size=2,
        unique=True,
    ),
    top=st.sampled_from(["en", "zh"]),
    suffix=st.sampled_from(["en-zh.srt", "en-zh.vtt", "en-zh.ass", "en.srt", "lrc"]),
    style=st.sampled_from(["off", "dash", "name"]),
)
def test_our_own_files_come_back_with_their_speakers(
    names: list[str], top: Top, suffix: str, style: Literal["off", "dash", "name"]
) -> None:
    """Without dashes and labels in the text, whichever language is above."""
    result = sync_note(
        note_of(TALK.format(one=names[0], two=names[1])), Tools(), SyncOptions(cues=CueOptions(speakers=style))
    )
    files = all_files(result, "x", FormatOptions(top=top, also=("en-zh.ass", "lrc")))
    made = imported(files[f"x.{suffix}"])

    assert " ".join(english(note_of(made))) == " ".join(english(result.note))
    if "zh" in suffix:
        assert re.sub(r"\W", "", chinese(note_of(made))) == re.sub(r"\W", "", chinese(result.note))
    if style == "name" or (style == "dash" and suffix.endswith(("vtt", "ass"))):
        assert [name for name, _ in speakers(made)] == [p.speaker for p in result.note.paragraphs]


# --- formats ----------------------------------------------------------------------------------------------------------

SAID = ["People ask me why.", "I tell them."]


HAND = {
    "whisper": """{"text": "x", "segments": [{"start": 0.0, "end": 4.8, "text": " People ask me why."},
        {"start": 4.8, "end": 9, "text": " I tell them."}]}""",
    "list": """[{"start": 0.0, "duration": 4.8, "text": "People ask me why."},
        {"start": 4.8, "duration": 2, "text": "I tell them."}]""",
    "json3": """{"events": [{"tStartMs": 0},
        {"tStartMs": 160, "dDurationMs": 900, "segs": [{"utf8": "People ask"}, {"utf8": " me why."}]},
        {"tStartMs": 2389, "segs": [{"utf8": "I tell them."}]}]}""",
    "srv3": """<?xml version="1.0" encoding="utf-8" ?><timedtext format="3"><head><ws id="0"/></head><body>
        <w t="0" id="1"/><p t="160" d="2000" w="1"><s ac="0">People</s><s t="300"> ask me</s><s> why.</s></p>
        <p t="900" d="10" w="1"/><p t="950" d="10" w="1" a="1">\n</p><p t="3000" d="2000">I tell them.</p></body>
        </timedtext>""",
    "srv1": """<?xml version="1.0" encoding="utf-8" ?><transcript><text start="0.16" dur="2">People ask
        me why.</text><text start="3" dur="2.5">I tell them.</text></transcript>""",
    "panel": "0:05\n5 seconds\nPeople ask me\n1:02\n1 minute, 2 seconds\nwhy.\n"
    "1:01:00\n1 hour, 1 minute\nI tell them.\n",
    "bcc": """{"body": [{"from": 0.66, "to": 3.2, "content": "People ask me why."},
        {"from": 3.2, "to": 5, "content": "I tell them."}]}""",
    "podcast": """{"segments": [{"startTime": 0.5, "endTime": 2.5, "body": "People ask me why."},
        {"startTime": 3.0, "endTime": 5.0, "body": "I tell them."}]}""",
    "tsv": "start\tend\ttext\n0\t4800\tPeople ask me why.\n4800\t9200\tI tell them.\n",
    "sbv": "0:00:01.000,0:00:03.000\nPeople ask\nme why.\n\n0:00:03.000,0:00:05.000\nI tell them.\n",
    "subviewer": "[INFORMATION]\n[SUBTITLE]\n00:00:01.00,00:00:03.00\nPeople ask[br]me why.\n\n"
    "00:00:03.00,00:00:05.00\nI tell them.\n",
    "arrow": "1\n00:00:01,000 -> 00:00:03,000\nPeople ask me why.\n\n2\n00:00:04,000 -> 00:00:05,000\nI tell them.\n",
    "ttml": """<?xml version="1.0"?>
        <tt xmlns="http://www.w3.org/ns/ttml"><body><div>
        <p begin="00:00:01.000" end="00:00:03.000">People ask<br/>me why.</p>
        <p begin="00:00:03.000" end="00:00:05.000">I tell them.</p></div></body></tt>""",
    "tt of a player": """<tt xmlns="http://www.w3.org/2006/10/ttaf1" ttp:tickRate="10000000"><head><styling/></head>
        <body><p begin="10000000t" end="30000000t"><span tts:fontStyle="italic">People ask</span><br />
        <span>me why.</span></p><div><div><p begin="3s" dur="2s">I tell them.</p></div></div>""",
    "sami": """<SAMI><HEAD><STYLE TYPE="text/css"><!-- .EN {Name: English;} --></STYLE></HEAD><BODY>
        <SYNC Start=1000><P Class=EN>People ask<br>me why.
        <SYNC Start=3000><P Class=EN>&nbsp;
        <SYNC Start=4000><P Class=EN>I tell them.</BODY></SAMI>""",
    "microdvd": "{1}{1}25.000\n{25}{75}People ask|me why.\n{75}{125}{y:i}I tell them.\n",
    "mpl2": "[10][30]People ask|me why.\n[30][50]/I tell them.\n",
    "loose times": "1\n0:0:1,0 --> 00:00:03:500\nPeople ask\nme why.\n\n2\n0:0:4,5 --> 0:00:05.0\nI tell them.\n",
    "whisper.cpp": "[00:00:00.000 --> 00:00:04.800]   People ask me why.\n"
    "[00:00:04.800 --> 00:00:09.200]   I tell them.\n",
    "paste": "0:00\nPeople ask me why.\n0:03\nI tell them.\n",
    "line ends": "1\r\r\n00:00:01,000 --> 00:00:03,000\r\r\nPeople ask\r\r\nme why.\r\r\n\r\r\n"
    "2\r\r\n00:00:04,000 --> 00:00:05,000\r\r\n{Y:i}I tell them.\r\r\n",
}


@pytest.mark.parametrize("text", HAND.values(), ids=HAND)
def test_what_people_have_at_hand_is_read(text: str) -> None:
    assert english(note_of(imported(text))) == SAID


def test_times_and_signs_of_the_xml_of_youtube_are_known() -> None:
    said = "Tom &amp;amp; I, it&#39;s x &lt; 3."
    text = f'<timedtext format="3"><p t="1" d="10"/><p t="61000" d="900">{said}</p></timedtext>'

    assert english(note_of(imported(text))) == ["Tom & I, it's x < 3."]
    assert "1:01 Tom & I" in imported(text)
    assert "1:01 So" in imported('<transcript><text start="61.2" dur="1">So it is.</text></transcript>')


def test_a_time_in_words_that_is_said_stays() -> None:
    assert english(note_of(imported("0:05\n9 seconds\n0:10\nis all\n0:12\nthat it takes.\n"))) == [
        "9 seconds is all that it takes."
    ]


@pytest.mark.parametrize("head", ["{}  0:{:02}  \n", "{} (00:{:02}):\n", "[00:00:{1:02}] {0}: "])
def test_transcripts_with_names_and_times_are_read(head: str) -> None:
    people = ["Speaker 1", "Mira Novak"]
    text = "\n\n".join(head.format(people[k], 12 * k) + SAID[k] for k in range(2))

    assert speakers(imported(text)) == [*zip(people, SAID, strict=True)]


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1]}',
        "---\ntitle: x\n---\nOne wheel.\n",
        "<!DOCTYPE html><p>Hi there</p>",
        "Scenarist_SCC V1.0\n\n00:00:00:22\t9425\n",
    ],
)
def test_syntax_is_not_taken_for_speech(text: str) -> None:
    with pytest.raises(UsageError, match=r"a format that is not read(?s:.*)Give SRT, WebVTT"):
        imported(text)


@given(
    st.sampled_from([text[:n] for text in HAND.values() for n in (12, 40, 90, 400)]),
    st.one_of(st.text(max_size=40), st.sampled_from(['"start": 1e999}]}', '"tStartMs": "x"}]}', "}{x", "\t²\t³\tx"])),
)
def test_a_broken_file_is_read_or_refused(begin: str, rest: str) -> None:
    """In a sentence that says so, whichever format it begins as."""
    try:
        imported((begin + rest).encode("utf-8", "replace"))
    except SubsyncError as error:
        assert error.remedy  # noqa: PT017


def test_what_stands_before_the_first_cue_is_kept() -> None:
    assert english(note_of(imported(f"A talk on wheels.\n\n{srt_of('One wheel.')}"))) == [
        "A talk on wheels.",
        "One wheel.",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{25}{75}One wheel.\n", "how many frames a second has"),
        ('<tt><body><div><p begin="00:000:01">x</p></div></body></tt>', "no time in '00:000:01'"),
        ("<tt><body>", "no text in it"),
    ],
)
def test_times_that_no_one_can_know_are_refused(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        imported(text)


def spans(text: str) -> list[tuple[int | None, int | None]]:
    return [(line.start, line.end) for line in read_file(text.encode(), path="x")]


@pytest.mark.parametrize(
    ("root", "begin", "ms"),
    [
        ("", "01:02:03.5", 3_723_500), ("", "02:03", 123_000), ("", "1.5h", 5_400_000), ("", "1.5m", 90_000),
        ("", "1.5s", 1500), ("", "12.5", 12_500), ("", "1500ms", 1500), ("", "00:00:01:15", 1500), ("", "45f", 1500),
        ("", "2t", 2000), ('ttp:frameRate="24"', "36f", 1500), ('ttp:frameRate="24"', "36t", 1500),
        ('ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"', "24f", 1001),
        ('ttp:frameRate="24" ttp:tickRate="1000"', "1500t", 1500),
        ('ttp:frameRate="0" ttp:tickRate="x"', "45f", 1500),
    ],
)  # fmt: skip
def test_times_of_ttml_are_read_in_every_unit(root: str, begin: str, ms: int) -> None:
    assert spans(f'<tt {root}><body><p begin="{begin}" dur="1s">x</p></body></tt>') == [(ms, ms + 1000)]


def test_times_of_ttml_count_from_those_of_what_is_around() -> None:
    """What has no end is shown until the next, the last for five seconds."""
    text = """<tt><body begin="1s"><div begin="10s"><p begin="1s" end="2s">x</p></div>
        <div><p begin="20s">x</p><p begin="21s">x</p></div></body></tt>"""

    assert spans(text) == [(12_000, 13_000), (21_000, 22_000), (22_000, 27_000)]


@pytest.mark.parametrize(
    "text",
    [
        """<tt><body><div xml:lang="en"><p begin="1s" end="2s">In 1906.</p><p begin="3s" end="4s">Fine.</p></div>
        <div xml:lang="zh"><p begin="1s" end="2s">1906</p><p begin="3s" end="4s">好的</p></div></body></tt>""",
        """<SAMI><BODY><SYNC Start=1000><P Class=E>In 1906.<P Class=Z>1906<SYNC Start=2000><P Class=E>&nbsp;
        <P Class=Z>&nbsp;<SYNC Start=3000><P Class=E>Fine.<P Class=Z>好的""",
    ],
)
def test_each_language_of_a_file_is_a_track(text: str) -> None:
    note = note_of(imported(text))

    assert (english(note), chinese(note)) == (["In 1906.", "Fine."], "1906。好的。")
    assert spans(text)[0] == (1000, 2000)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<tt><body><p begin="1s">x < 3 & y <!-- a <b> --><ruby>漢<rt>kan</rt></ruby> <x:y>z', "x < 3 & y 漢 z"),
        ('<timedtext><p t="1">line<br/>two\nthree</p></timedtext>', "line two three"),
    ],
)
def test_markup_that_no_parser_takes_has_its_text(text: str, said: str) -> None:
    (line,) = read_file(text.encode(), path="x")

    assert " ".join((*line.en, *line.zh)) == said


@pytest.mark.parametrize("text", ["Dialogue: a short history", "People write A --> B for this."])
def test_plain_text_may_look_like_a_format(text: str) -> None:
    assert english(note_of(imported(f"{text}\n\nI tell them.\n"))) == [text, "I tell them."]


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


# --- numbers ----------------------------------------------------------------------------------------------------------


def shown_at(*spans: tuple[int, int], lit: bool = False) -> tuple[Line, ...]:
    """The same line, again and again."""
    return tuple(Line(start, end, ("So it is.",), (), lit=lit) for start, end in spans)


@pytest.mark.parametrize(("gap", "count"), [(500, 1), (510, 2)])
def test_a_line_whose_words_light_up_is_one_if_it_is_there_at_once(gap: int, count: int) -> None:
    assert len(tidied(shown_at((0, 1000), (1000 + gap, 3000), lit=True))) == count


@pytest.mark.parametrize(("lasts", "count"), [(100, 1), (110, 2)])
def test_what_flashes_by_is_not_said_again(lasts: int, count: int) -> None:
    assert len(tidied(shown_at((0, 1000), (1000, 1000 + lasts)))) == count


@pytest.mark.parametrize(("start", "count"), [(200, 1), (210, 2)])
def test_a_line_that_stands_there_twice_for_four_fifths_of_its_time_is_said_once(start: int, count: int) -> None:
    assert len(tidied(shown_at((0, 1000), (start, 1000)))) == count


def test_times_that_know_no_standard_are_times() -> None:
    assert spans("0:0:1,5 --> 00:00:03:500\nSo.\n") == [(1500, 3500)]


def test_numbers_of_frames_and_tenths_are_times() -> None:
    assert spans("{0}{0} 23,976\n{24}{48}|/People ask\n{48}{}why.\n") == [(1001, 2002), (2002, 7002)]
    assert spans("[10][30]People ask\n[30][50]/why.\n") == [(1000, 3000), (3000, 5000)]


def test_the_last_line_of_lyrics_is_shown_for_five_seconds() -> None:
    lines = read_file(b"[00:01.00]So it is.\n[00:03.00]It is the sum.\n", path="a.lrc")
    assert [(line.start, line.end) for line in lines] == [(1000, 3000), (3000, 8000)]


@pytest.mark.parametrize(("others", "speaker"), [(16, "Mark"), (17, "")])
def test_words_of_the_language_are_names_where_a_fifth_of_the_lines_has_one(others: int, speaker: str) -> None:
    said = ["Mark: I think so.", "Hope: I do not.", "Mark: Then we agree.", "Hope: We never do.", *["It is."] * others]
    lines = turns_of([Line(1000 * k, 1000 * k + 900, (text,), ()) for k, text in enumerate(said)])
    assert lines[0].speaker == speaker


@pytest.mark.parametrize(("late", "known"), [(1500, True), (1510, False)])
def test_a_sentence_of_chinese_ends_with_its_cue_a_second_and_a_half_from_that_of_the_english(
    late: int, known: bool
) -> None:
    _, guest = with_ends([Line(0, 1000, ("It is so.",), ()), Line(0, 1000 + late, (), ("这是",))])
    assert guest.zh == ("这是" + ENDED * known,)


@pytest.mark.parametrize(
    ("text", "long", "end", "marked"),
    [
        ("这是 轮子", 4000, 2600, f"这是{ENDED}轮子"),  # a share of the cue, at most so much
        ("这是 轮子", 4000, 2610, "这是 轮子"),
        ("这 是 但是", 9000, 3630, f"这 是{ENDED}但是"),  # in front of a word that begins a clause only where that is
        ("这 是 但是", 9000, 3620, "这 是 但是"),  # nearer than the place before it by half a second
    ],
)
def test_a_sentence_of_chinese_ends_inside_of_a_cue_near_that_of_the_english(
    text: str, long: int, end: int, marked: str
) -> None:
    _, guest = with_ends([Line(0, end, ("It is so.",), ()), Line(0, long, (), (text,))])
    assert guest.zh == (marked,)


@pytest.mark.parametrize(("pause", "stop"), [(300, "。"), (290, "，")])
def test_chinese_alone_ends_its_sentence_before_a_pause(pause: int, stop: str) -> None:
    lines = stopped([Line(0, 1000, (), ("这是",)), Line(1000 + pause, 3000, (), ("轮子",))])
    assert lines[0].zh == (f"这是{stop}",)


@pytest.mark.parametrize(("start", "count"), [(800, 2), (790, 1)])
def test_chinese_that_lasts_a_fifth_beside_a_line_is_its_own(start: int, count: int) -> None:
    assert len(merged([[Line(0, 1000, ("So.",), ())], [Line(start, 1900, (), ("是",))]])) == count


@pytest.mark.parametrize(("count", "parted"), [(8, True), (9, False)])
def test_a_cue_is_parted_over_eight_lines_at_most(count: int, parted: bool) -> None:
    """What is shown all the time is not compared with all."""
    hosts = [Line(1000 * k, 1000 * k + 900, ("So.",), ()) for k in range(count)]
    lines = merged([hosts, [Line(0, 1000 * count, (), ("是",) * count)]])
    assert all(line.zh for line in lines) == parted


@pytest.mark.parametrize(
    ("lines", "mended"),
    [
        (["的我他山水火木石田土金银铜铁东西南北春"], [True]),  # 1.15 of 2
        (["的我山水火木石田土金银铜铁东西南北春夏"], [False]),
        (["的我"], [True]),  # of the frequent ones two
        (["的的"], [False]),
        (["我们他们我们他们", "山水火木石田土金鼋鼍"], [True, True]),  # 0.8 of 2
        (["我们他们我们他们", "山水火木石田土鼋鼍魉"], [True, False]),  # 0.7
    ],
)
def test_how_much_like_chinese_a_text_is_that_is_mended(lines: list[str], mended: list[bool]) -> None:
    wrong = [line.encode("gbk").decode("latin-1") for line in lines]
    expected = [line if good else bad for line, bad, good in zip(lines, wrong, mended, strict=True)]
    assert decoded("\n".join(wrong).encode()).split("\n") == expected


@pytest.mark.parametrize(("text", "mended"), [("我们都是着", True), ("我们都着", False)])
def test_how_much_of_a_line_may_be_lost(text: str, mended: bool) -> None:
    wrong = text.encode().decode("cp1252", "replace")
    assert decoded(wrong.encode()) == (f"{text[:-1]}\ufffd" if mended else wrong)
