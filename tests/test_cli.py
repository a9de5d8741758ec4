"""The commands as a shell sees them: exit codes, what goes to which stream, and options that mean what they say."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from subsync.cli import main
from subsync.cues.limits import PROFILES
from subsync.fetch import FetchOptions
from subsync.formats import FormatOptions
from subsync.formats.decoding import decoded
from subsync.pipeline import SyncOptions
from subsync.run.settings import CUES, FETCHING, HEARING, LINKS, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shell import Done

SAMPLES = Path(__file__).parent.parent / "samples"
BAD_SRT = "1\n00:00:01,000 --> 00:00:01,200\n{}\n\n2\n00:00:01,100 --> 00:00:03,000\nfine\n".format("long " * 12)
GOOD_SRT = "1\n00:00:01,000 --> 00:00:03,000\nThe tide waits for nobody.\n潮水不等人\n"


def commands() -> list[tuple[str, click.Command]]:
    return sorted(main.commands.items())


# --- help and options -------------------------------------------------------------------------------------------------


def test_help_names_every_command(subsync: Callable[..., Done]) -> None:
    """With a line about each, and how one begins."""
    done = subsync("--help")

    listed = done.out.partition("Commands:\n")[2]
    assert (done.code, done.err) == (0, "")
    assert [line.split()[0] for line in listed.splitlines() if line[2:3].strip()] == [name for name, _ in commands()]


@pytest.mark.parametrize("words", [(), *((name,) for name, _ in commands())])
@pytest.mark.parametrize("width", ["40", "80", "200"])
def test_help_shows_its_examples_one_a_line(
    words: tuple[str, ...], width: str, subsync: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they are written, however wide the terminal is; click's mark for that is no text."""
    monkeypatch.setenv("COLUMNS", width)
    written = dict(commands())[words[0]].help if words else main.help
    examples = [
        line.strip() for block in (written or "").split("\b\n")[1:] for line in block.split("\n\n")[0].split("\n")
    ]

    said = subsync(*words, "--help").out

    assert "\\b" not in said
    assert "\b" not in said
    assert examples or words
    assert [line for line in examples if line not in [shown.strip() for shown in said.splitlines()]] == []


@pytest.mark.parametrize("words", [("--help",), ("formats",), ("config",), ("sync", "none.md"), ("dance",)])
def test_no_colour_and_no_moving_picture_off_a_terminal(words: tuple[str, ...], subsync: Callable[..., Done]) -> None:
    done = subsync(*words)
    assert "\x1b" not in done.out + done.err


@pytest.mark.parametrize("words", [["-q", "check", "bad.srt"], ["check", "-q", "bad.srt"], ["check", "bad.srt", "-q"]])
def test_quiet_before_and_after_the_command(
    words: list[str], subsync: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Findings are data and stay; the words about them go."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.srt").write_text(BAD_SRT, encoding="utf-8")

    plain, quiet = subsync("check", "bad.srt"), subsync(*words)

    assert plain.err
    assert (quiet.out, quiet.err, quiet.code) == (plain.out, "", plain.code)


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_option_is_explained_within_a_terminal(subsync: Callable[..., Done], name: str) -> None:
    """`-h` will do."""
    done = subsync(name, "-h")

    command = dict(commands())[name]
    assert (done.code, done.err) == (0, "")
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))
    assert all(len(line) <= 100 for line in done.out.splitlines())


def test_profiles_are_those_that_there_are() -> None:
    """Each command that has the option; the list is written down twice because layout is not loaded for help."""
    choices = [
        tuple(option.type.choices)
        for _, command in commands()
        for option in command.params
        if option.name == "profile" and isinstance(option.type, click.Choice)
    ]

    assert len(choices) >= 2
    assert set(choices) == {tuple(PROFILES)}


@pytest.mark.parametrize("name", ["sync", "batch", "config", "apply"])
def test_every_setting_has_an_option_and_none_has_a_default_of_its_own(name: str) -> None:
    """What is not said is left to the settings, which have the defaults."""
    chosen = dict(commands())[name].make_context(name, [], resilient_parsing=True).params
    assert {chosen[field.name] for field in fields(Settings)} == {None, ()}


def test_the_version_is_that_of_the_package(subsync: Callable[..., Done]) -> None:
    from importlib.metadata import version

    assert subsync("--version").out == f"subsync, version {version('subsync-notes')}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("sync",),
        ("sync", "note.md", "--profile", "cinema"),
        ("sync", "note.md", "--top", "fr"),
        ("sync", "note.md", "--lead", "-1"),
        ("sync", "."),
        ("sync", "lost.md"),
        ("dance",),
        ("--loud",),
        ("check", "missing.srt"),
        ("report", "missing"),
        ("review", "missing"),
        ("score", "missing.json", "missing.srt"),
    ],
)
def test_a_command_that_makes_no_sense_ends_with_2(
    subsync: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """With a reason and nothing on standard output."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lost.md").write_text("---\nsource: gone.mp3\n---\n\n# A\n\nWords of it.\n", encoding="utf-8")

    done = subsync(*arguments)

    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err
    assert len(done.err.splitlines()) >= 2


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("talk.md",), "subsync sync NOTE.md"),
        (("sync", "talk.md", "talk.mp3"), "--audio FILE"),
        (("sync", "talk.md", "other.md"), "subsync batch NOTE.md..."),
        (("sync", "."), "subsync batch FOLDER"),
        (("sync", "https://example.org/talk"), "source: https"),
        (("sync", "talk.md", "--audio", "https://example.org/talk.mp3"), "source: https"),
    ],
)
def test_what_people_try_who_know_other_programs_is_answered_with_what_to_do(
    subsync: Callable[..., Done],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    remedy: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talk.md").write_text("The tide.\n", encoding="utf-8")
    done = subsync(*arguments)
    assert done.code == 2
    assert remedy in done.err.splitlines()[-1]
    assert remedy in json.loads(subsync(*arguments, "--json").out)["remedy"]


@pytest.mark.parametrize(
    ("option", "value"), [("--link-style", "{nonsense}"), ("--link-style", "a?t={seconds"), ("--also", "docx")]
)
def test_an_option_that_makes_no_sense_is_refused_before_the_work(
    subsync: Callable[..., Done], tmp_path: Path, option: str, value: str
) -> None:
    """Not after an hour of recognition; here not even the recording is there."""
    note = tmp_path / "note.md"
    note.write_text("---\nsource: none.wav\n---\nThe tide.\n", encoding="utf-8")

    assert subsync("sync", note, option, value).code == 2


def test_a_note_that_is_not_there_is_an_error_with_its_name(subsync: Callable[..., Done], tmp_path: Path) -> None:
    done = subsync("sync", tmp_path / "none.md")

    assert (done.code, done.out) == (2, "")
    assert f"{tmp_path / 'none.md'}' does not exist" in done.err


def test_a_note_with_nothing_to_align_ends_with_3(subsync: Callable[..., Done], tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("---\nsource: none.wav\n---\n\n潮水不等人。\n", encoding="utf-8")

    done = subsync("sync", note, "-o", tmp_path / "out")

    assert (done.code, done.out) == (3, "")
    assert done.err.startswith(f"subsync: {note}:5: the note has no English paragraph, only Chinese ones\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [("huge", "huge: no such model\n  Known names: "), ("./none", "./none: no such folder\n  Give the folder")],
)
def test_a_model_that_there_is_not_is_an_error(
    subsync: Callable[..., Done], opening: Path, tmp_path: Path, name: str, message: str
) -> None:
    done = subsync("sync", opening / "talk.md", "--model", name, "-o", tmp_path / "out")

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"subsync: {message}")
    assert not (tmp_path / "out").exists()


def test_a_site_that_asks_us_to_come_back_later_ends_with_75(
    subsync: Callable[..., Done], tmp_path: Path, slow: tuple[str, threading.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a script can wait and try again."""
    url, _ = slow
    monkeypatch.setattr("time.sleep", lambda _: None)
    (tmp_path / "note.md").write_text(f"---\nsource: {url}?busy\n---\nThe tide.\n", encoding="utf-8")

    done = subsync("sync", tmp_path / "note.md", "--allow-private", "-o", tmp_path / "out")

    assert (done.code, done.out) == (75, "")


def test_where_an_error_came_from_is_told_if_asked_for(subsync: Callable[..., Done], tmp_path: Path) -> None:
    """A traceback under -v, and only there."""
    (note := tmp_path / "note.md").write_text("---\nsource: [a\n---\nHello.\n")
    plain, before, after = (subsync(*words) for words in (["sync", note], ["-v", "sync", note], ["sync", note, "-v"]))

    assert "Traceback" not in plain.err
    for loud in (before, after):
        assert "Traceback" in loud.err
        assert plain.err.splitlines()[0] in loud.err


# --- check ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.srt"
    path.write_text(BAD_SRT, encoding="utf-8")
    return path


def test_what_breaks_a_rule_is_named_with_value_limit_and_source(subsync: Callable[..., Done], bad: Path) -> None:
    done = subsync("check", bad)

    assert done.code == 0
    assert f"{bad}:1: en-columns: 59 characters (limit 42; Netflix Timed Text Style Guide" in done.out
    assert f"{bad}:2: overlap: 100 ms" in done.out
    assert done.err.startswith("subsync: 1 files, ")


def test_findings_are_json_if_asked_for(subsync: Callable[..., Done], bad: Path) -> None:
    rows = subsync("check", "--json", bad).json

    assert {row["rule"] for row in rows} >= {"en-columns", "overlap", "min-duration"}
    keys = {"file", "cue", "time", "rule", "value", "limit", "unit", "source", "reason"}
    assert all(row.keys() == keys for row in rows)


def test_a_bad_break_says_what_it_parts(subsync: Callable[..., Done], tmp_path: Path) -> None:
    """The place of the break is not in the value."""
    path = tmp_path / "a.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:04,000\nShe opened the\nwindow again.\n", encoding="utf-8")

    assert subsync("check", path).out.endswith("): parts a determiner from its noun\n")
    assert [row["reason"] for row in subsync("check", path, "--json").json] == ["parts a determiner from its noun"]


def test_findings_end_with_4_under_strict(subsync: Callable[..., Done], bad: Path, tmp_path: Path) -> None:
    """After all of them have been told; a file without any ends with 0."""
    (tmp_path / "good.srt").write_text(GOOD_SRT, encoding="utf-8")

    strict, good = subsync("check", bad, "--strict"), subsync("check", tmp_path / "good.srt", "--strict")

    assert strict.code == 4
    assert strict.out == subsync("check", bad).out
    assert (good.code, good.out) == (0, "")
    told = subsync("check", bad, "--strict", "--json")
    assert (told.code, {row["cue"] for row in told.json}) == (4, {1, 2})
    assert "findings" in told.err


def test_all_files_below_a_folder_are_checked(subsync: Callable[..., Done], bad: Path, tmp_path: Path) -> None:
    """Chapters are no subtitles."""
    (tmp_path / "deep").mkdir()
    shutil.copy(bad, tmp_path / "deep" / "b.srt")
    (tmp_path / "deep" / "a.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:03.000\nfine\n", encoding="utf-8")
    (tmp_path / "deep" / "a.chapters.vtt").write_text("WEBVTT\n\n00:00.000 --> 59:59.000\nOne\n", encoding="utf-8")

    done = subsync("check", tmp_path, "--json")

    assert done.err.startswith("subsync: 3 files")
    assert {Path(row["file"]).name for row in done.json} == {"bad.srt", "b.srt"}


def test_limits_are_those_of_the_profile(subsync: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text(GOOD_SRT, encoding="utf-8")

    assert [r["rule"] for r in subsync("check", tmp_path, "--json", "--profile", "vertical").json] == ["en-columns"]


@pytest.mark.parametrize("data", [b"\xff\xfe1\x00", b"1\n00:00:0x,000 --> 00:00:02,000\nhi\n"])
def test_a_file_that_cannot_be_read_is_an_error(subsync: Callable[..., Done], tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.srt").write_bytes(data)

    done = subsync("check", tmp_path)

    assert done.code in {1, 2}
    assert "a.srt" in done.err
    assert "Traceback" not in done.err


SIMPLIFIED = "1\n00:00:01,000 --> 00:00:03,000\nThe tide waits for nobody.\n潮水是不等人的，他们都知道这个。\n"
TRADITIONAL = "1\n00:00:01,000 --> 00:00:03,000\nThe tide waits for nobody.\n潮水是不等人的，他們都知道這個。\n"
WESTERN = "1\n00:00:01,000 --> 00:00:03,000\nThe café’s tide “waits” for nobody – don’t it?\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, name) for text in (SIMPLIFIED, TRADITIONAL) for name in ("utf-8", "utf-8-sig", "gb18030")),
        *((text, name) for text in (SIMPLIFIED, WESTERN) for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")),
        (SIMPLIFIED, "gbk"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "big5hkscs"),
        (WESTERN, "cp1252"),
        (WESTERN, "utf-8"),
    ],
)
def test_subtitles_are_read_in_the_encodings_that_people_have(text: str, encoding: str) -> None:
    """Letter for letter; with Windows' line ends, too."""
    assert decoded(text.encode(encoding)) == text.encode(encoding).decode(encoding)
    crlf = text.replace("\n", "\r\n")
    assert decoded(crlf.encode(encoding)).lstrip("\ufeff") == crlf


@given(st.text(min_size=1))
def test_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    """Whatever it says; zeros at every second place are UTF-16, which no text of UTF-8 has."""
    assume("\0" not in text and "\ufeff" not in text)
    assert decoded(text.encode()) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("潮汐表", "gbk"), ("港务办公室", "gbk"), ("黄铜齿轮", "gbk"), ("潮汐表", "big5"), ("港務辦公室", "big5")],
)
def test_a_few_chinese_words_are_enough_to_know_the_encoding(text: str, encoding: str) -> None:
    """Without one of the most frequent characters, among English."""
    assert decoded(f"The tide: {text}.\n".encode(encoding)) == f"The tide: {text}.\n"


@pytest.mark.parametrize("text", ["It’s “fine”.", "Schröder, déjà vu – £5…", "¡Hola, señor! ¿Qué?", "Ångström"])
def test_a_few_western_letters_are_no_chinese(text: str) -> None:
    assert decoded(text.encode("cp1252")) == text


def test_utf_16_without_a_mark_may_have_a_zero_elsewhere() -> None:
    """一 is U+4E00."""
    text = "1\r\n00:00:00,000 --> 00:00:02,000\r\n一二一，一个一。\r\n"
    assert decoded(text.encode("utf-16-le")) == decoded(text.encode("utf-16-be")) == text


def test_utf_8_that_was_cut_off_or_damaged_is_utf_8() -> None:
    """What can be read of it is read."""
    text = "只有一根钢丝绕过所有的轮子，而且它很长。" * 3
    assert decoded(text.encode()[:-1]) == text[:-1] + "\ufffd"
    with pytest.raises(ValueError, match="zeros"):
        decoded(b"\x00\x01\x02" * 9)


@pytest.mark.parametrize(("name", "encoding"), [("a.srt", "gbk"), ("a.SRT", "utf-16"), ("a.vtt", "big5")])
def test_check_and_score_read_what_people_have(
    subsync: Callable[..., Done], tmp_path: Path, name: str, encoding: str
) -> None:
    text = TRADITIONAL if encoding == "big5" else SIMPLIFIED
    if name.endswith("vtt"):
        text = "WEBVTT\n\n" + text.replace(",000", ".000")
    (tmp_path / name).write_bytes(text.encode(encoding))
    word = {"text": "tide", "start_ms": 1000, "end_ms": 3000, "status": "aligned", "confidence": 1.0}
    words = [word | {"text": text} for text in ("The", "tide", "waits", "for", "nobody.")]
    sentence = {"paragraph": 0, "lang": "en", "text": "The tide waits for nobody.", "words": words}
    (tmp_path / "n.sync.json").write_text(json.dumps({"sentences": [sentence | word | {"text": sentence["text"]}]}))

    checked = subsync("check", tmp_path, "--json", "--profile", "vertical")
    assert [row["rule"] for row in checked.json] == ["en-columns", "zh-columns", "zh-punctuation"]
    assert subsync("score", tmp_path / "n.sync.json", tmp_path / name, "--json").json["sentence_start"]["max_ms"] == 0


# --- a result ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def synced(desk: Path, subsync: Callable[..., Done]) -> Path:
    """The folder of the note's results."""
    done = subsync("-q", "sync", "talk.md", "--model", "tiny.en")
    assert (done.code, done.err) == (0, "")
    return desk / "subsync-out" / "talk"


@pytest.mark.model
def test_sync_prints_the_files_and_says_how_it_went(synced: Path, subsync: Callable[..., Done]) -> None:
    """Files on standard output, one a line; the summary on the other stream."""
    done = subsync("sync", "talk.md", "--model", "tiny.en")

    assert sorted(map(Path, done.out.splitlines())) == sorted(synced.iterdir())
    assert Path(done.out.splitlines()[0]).name == "talk.en.srt"
    assert done.err.startswith("subsync: 5 of 5 English sentences placed in 0:26 of recording\n")
    assert done.err.endswith("nothing has changed since the last run\n")


@pytest.mark.model
@pytest.mark.usefixtures("synced")
def test_a_run_with_nothing_to_do_loads_nothing_that_computes() -> None:
    """It hashes what there is and says so: these libraries take longer to load than that."""
    code = (
        "import sys; from subsync.cli import main;"
        "main(['sync', 'talk.md', '--model', 'tiny.en'], standalone_mode=False);"
        "heavy = {'av', 'ctranslate2', 'faster_whisper', 'genanki', 'hibari', 'markdown_it', 'numpy', 'pocketsphinx',"
        "'sentencex', 'subsync.align', 'subsync.bitext', 'subsync.cues', 'subsync.note.reader', 'subsync.pages',"
        "'subsync.phones', 'yt_dlp'};"
        "print('loaded:', sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr.endswith("nothing has changed since the last run\nloaded: []\n")


@pytest.mark.model
def test_a_quiet_sync_says_nothing_but_its_files(synced: Path, subsync: Callable[..., Done]) -> None:
    done = subsync("-q", "sync", "talk.md", "--model", "tiny.en", "--top", "zh")

    assert (done.code, done.err) == (0, "")


@pytest.mark.model
def test_sync_gives_json_with_its_figures(synced: Path, subsync: Callable[..., Done]) -> None:
    """The same whether anything was computed or not."""
    first = subsync("sync", "talk.md", "--model", "tiny.en", "--json", "--strict", "--top", "zh")
    again = subsync("sync", "talk.md", "--model", "tiny.en", "--json", "--strict", "--top", "zh")

    assert (first.code, first.out) == (0, again.out)
    assert first.json["placed"] == first.json["sentences"] == 5
    assert first.json["shortcomings"] == []
    assert all(Path(path).is_file() for path in first.json["files"])


@pytest.mark.model
def test_a_link_goes_in_and_comes_out_again(synced: Path, desk: Path, subsync: Callable[..., Done]) -> None:
    """Shown first, then written, then nothing to do, then the note as it was."""
    note = desk / "talk.md"
    before = note.read_bytes()

    shown = subsync("link", "talk.md")
    assert note.read_bytes() == before
    assert [line for line in shown.out.splitlines() if line.startswith("+[")] == [
        "+[0:03](talk.wav#t=3)<!-- subsync:t id=开场 -->",
        "+[0:15](talk.wav#t=15)<!-- subsync:t id=一台会做加法的机器 -->",
    ]

    assert subsync("link", "talk.md", "--write").out == "talk.md\n"
    assert "[0:15](talk.wav#t=15)<!--" in note.read_text(encoding="utf-8")
    again = subsync("link", "talk.md", "--write")
    assert (again.out, again.err) == ("", "subsync: talk.md: nothing to change\n")

    assert subsync("link", "talk.md", "--remove").out.count("\n-[") == 2
    assert subsync("link", "talk.md", "--remove", "--write").code == 0
    assert note.read_bytes() == before


@pytest.mark.model
def test_a_link_is_written_through_a_symlink(synced: Path, desk: Path, subsync: Callable[..., Done]) -> None:
    """The vault has it; the name on the desk stays a symlink."""
    (desk / "vault").mkdir()
    (desk / "talk.md").rename(desk / "vault" / "other name.md")
    (desk / "talk.md").symlink_to("vault/other name.md")

    assert subsync("link", "talk.md", "--write").code == 0

    assert (desk / "talk.md").is_symlink()
    assert b"<!-- subsync:t" in (desk / "vault" / "other name.md").read_bytes()


@pytest.mark.model
def test_decoded_sound_that_was_cut_short_is_named(desk: Path, subsync: Callable[..., Done], tmp_path: Path) -> None:
    """It is removed only if that is asked for."""
    (sound,) = (tmp_path / "cache" / "sound").glob("*.s16")
    assert subsync("cache", "verify").code == 0
    sound.write_bytes(sound.read_bytes()[:-3200])

    named, again = subsync("cache", "verify"), subsync("cache", "verify", "--json")

    assert (named.code, named.out.splitlines()[0]) == (1, f"damaged: {sound}")
    assert (again.code, [row["path"] for row in again.json["damaged"]], sound.exists()) == (1, [str(sound)], True)
    assert (subsync("cache", "verify", "--remove").code, sound.exists()) == (0, False)


@pytest.mark.model
def test_timestamps_can_stand_beside_the_note(synced: Path, desk: Path, subsync: Callable[..., Done]) -> None:
    """For 11ty; the note stays as it is."""
    before = (desk / "talk.md").read_bytes()

    done = subsync("link", "talk.md", "--data")

    assert done.out == "talk.11tydata.json\n"
    assert "一台会做加法的机器" in json.dumps(
        json.loads((desk / "talk.11tydata.json").read_text("utf-8")), ensure_ascii=False
    )
    assert (desk / "talk.md").read_bytes() == before
    assert subsync("link", "talk.md", "--data", "--remove").code == 2


@pytest.fixture
def gardened(desk: Path, subsync: Callable[..., Done]) -> Path:
    """Two notes of one name in two folders, done by a batch, and one that was not done."""
    for name in ("a", "b"):
        (desk / "notes" / name).mkdir(parents=True)
        (desk / "talk.md").rename(desk / "notes" / name / "talk.md") if name == "b" else shutil.copy(
            "talk.md", "notes/a"
        )
        shutil.copy("talk.wav", desk / "notes" / name)
    assert subsync("batch", "notes", "-o", "out", "--model", "tiny.en", "--jobs", "1").code == 0
    (desk / "notes" / "new.md").write_text("---\nsource: new.wav\n---\n# New\n\nNothing yet.\n")
    return desk


def test_a_whole_garden_is_linked_checked_and_taken_back(gardened: Path, subsync: Callable[..., Done]) -> None:
    """Wherever the batch has put the results; twice is as good as once; a symlinked note stays one."""
    before = {path: path.read_bytes() for path in sorted(gardened.glob("notes/*/talk.md"))}
    (gardened / "notes" / "b" / "talk.md").rename(gardened / "elsewhere.md")
    (gardened / "notes" / "b" / "talk.md").symlink_to(gardened / "elsewhere.md")
    garden = ("link", "notes", "-o", "out")

    shown = subsync(*garden)
    assert (shown.code, re.findall("^--- (.*)", shown.out, re.MULTILINE)) == (0, ["a/a/talk.md", "a/b/talk.md"])
    assert {path: path.read_bytes() for path in before} == before
    checked = subsync(*garden, "--check", "--json")
    assert (checked.code, [row["state"] for row in checked.json]) == (
        4, ["without a result", "out of date", "out of date"]
    )  # fmt: skip

    written = subsync(*garden, "--write")
    assert (written.code, written.out) == (0, "notes/a/talk.md\nnotes/b/talk.md\n")
    assert "1 without a result, 2 written" in written.err
    linked = {path: path.read_bytes() for path in before}
    assert all(b"<!-- subsync:t" in text for text in linked.values())
    assert (gardened / "notes" / "b" / "talk.md").is_symlink()

    again = subsync(*garden, "--write", "--json")
    assert [row["state"] for row in json.loads(again.out)] == ["without a result"] + ["up to date"] * 2
    assert {path: path.read_bytes() for path in before} == linked
    assert subsync(*garden, "--check").code == 0

    assert subsync(*garden, "--remove", "--write").code == 0
    assert {path: path.read_bytes() for path in before} == before


def test_a_note_that_changed_is_named_and_the_others_are_linked(gardened: Path, subsync: Callable[..., Done]) -> None:
    path = gardened / "notes" / "a" / "talk.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")

    done = subsync("link", "notes", "-o", "out", "--write", "--json")

    rows = json.loads(done.out)
    assert (done.code, [row["state"] for row in rows]) == (1, ["without a result", "failed", "written"])
    assert "text has changed since it was aligned" in rows[1]["message"]
    assert rows[1]["remedy"] == "Run again: subsync sync notes/a/talk.md -o out/a"  # where the next one looks
    assert subsync("link", "notes/new.md", "-o", "out").code == 1
    shutil.rmtree(gardened / "out")
    assert subsync("link", "notes", "-o", "out").code == 3


def test_links_in_a_note_do_not_align_it_anew(gardened: Path, subsync: Callable[..., Done]) -> None:
    """They are no text of the note; its other files are written anew, for they have its lines."""
    cache = gardened.parent / "cache"
    before = set(cache.glob("alignment/*"))
    assert before
    assert subsync("link", "notes", "-o", "out", "--write").code == 0

    assert subsync("batch", "notes/a", "-o", "out/a", "--model", "tiny.en", "--jobs", "1").code == 0

    assert set(cache.glob("alignment/*")) == before


def test_corrections_find_their_note_in_a_folder(gardened: Path, subsync: Callable[..., Done]) -> None:
    """And the results that the batch has made; those of a note that has another's name are told apart."""
    result = json.loads((gardened / "out" / "a" / "talk" / "talk.sync.json").read_bytes())
    start = result["sentences"][0]["start_ms"] + 40
    edits = {
        "schema_version": 1,
        "note": {"path": str(gardened / "notes" / "a" / "talk.md"), "sha256": result["note"]["sha256"]},
        "edits": [{"sentence": 0, "text": result["sentences"][0]["text"], "action": "start", "ms": start}],
    }
    (gardened / "edits.json").write_text(json.dumps(edits))

    done = subsync("apply", "notes", "edits.json", "-o", "out", "--model", "tiny.en")

    assert done.code == 0, done.err
    made = json.loads((gardened / "out" / "a" / "talk" / "talk.sync.json").read_bytes())
    assert made["sentences"][0]["start_ms"] == start
    assert not (gardened / "out" / "talk").exists()
    edits["note"] = {"path": "talk.md"}
    (gardened / "edits.json").write_text(json.dumps(edits))
    unclear = subsync("apply", "notes", "edits.json", "-o", "out", "--model", "tiny.en")
    assert (unclear.code, "2 notes there have that name" in unclear.err) == (2, True)


@pytest.mark.model
def test_sync_writes_all_files_again_if_it_is_forced(synced: Path, subsync: Callable[..., Done]) -> None:
    """Without, what is as it was left is not touched."""
    assert "nothing has changed" in subsync("sync", "talk.md", "--model", "tiny.en").err
    again = subsync("sync", "talk.md", "--model", "tiny.en", "--force")
    assert (again.code, "nothing has changed" in again.err) == (0, False)


def test_every_switch_can_be_switched_off() -> None:
    """What a settings file or an alias has switched on, too. Loudness has two of its own."""
    flags = {
        option.name
        for _, command in commands()
        for option in command.params
        if isinstance(option, click.Option) and option.is_flag and not option.secondary_opts
    }
    assert flags == {"verbose", "quiet"}


@pytest.mark.parametrize("name", ["sync", "batch", "link", "config"])
def test_help_groups_what_may_be_set(name: str, subsync: Callable[..., Done]) -> None:
    """Each command lists those that matter to it; `link` writes links and hears nothing."""
    said = subsync(name, "--help").out
    for group in (HEARING, CUES, LINKS, FETCHING):
        assert (f"\n{group}:\n" in said) == (name != "link" or group == LINKS)
    assert said.count("--link-style") == 1


def test_the_settings_agree_with_what_the_stages_say_of_themselves() -> None:
    """Where a room has defaults of its own for those who use it as a library."""
    settings = Settings()
    assert settings.fetching == FetchOptions()
    assert settings.stages == SyncOptions()
    assert settings.formats == FormatOptions()


@pytest.mark.parametrize("speakers", ["off", "dash", "name"])
def test_how_speakers_are_shown_reaches_the_cues(speakers: Literal["off", "dash", "name"]) -> None:
    assert Settings(speakers=speakers).stages.cues.speakers == speakers


@pytest.mark.parametrize(
    "words", [("--json", "sync", "n.md"), ("sync", "n.md", "--json"), ("sync", "none.md", "--json")]
)
def test_an_error_is_json_where_json_was_asked_for(
    words: tuple[str, ...], subsync: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On standard output, with the exit code; people read it on standard error as ever."""
    monkeypatch.chdir(tmp_path)
    Path("n.md").write_text("---\ntitle: x\n---\nHello there.\n")

    done = subsync(*words)

    said = json.loads(done.out)
    missing = "none.md" in words
    assert (done.code, said["exit_code"]) == ((2, 2) if missing else (1, 1))
    assert said["error"] == ("UsageError" if missing else "NoteError")
    assert said["message"].splitlines()[0] in done.err


@pytest.mark.parametrize("command", ["link", "batch"])
def test_an_empty_name_is_not_the_working_folder(
    subsync: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """As of a variable in a script that is not set."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "note.md").write_text("---\nsource: a.wav\n---\n# A\n\nWords.\n", encoding="utf-8")

    done = subsync(command, "")

    assert (done.code, done.out) == (2, "")
    assert "a name is empty" in done.err


def test_a_link_without_a_result_says_what_to_run_first(subsync: Callable[..., Done], tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# One\n\nThe tide.\n", encoding="utf-8")

    done = subsync("link", note, "-o", tmp_path / "out")

    assert done.code == 1
    assert f"Run first: subsync sync {note} -o {tmp_path / 'out'}" in done.err


@pytest.mark.model
def test_corrections_are_applied_and_kept(synced: Path, desk: Path, subsync: Callable[..., Done]) -> None:
    document = json.loads((synced / "talk.sync.json").read_text(encoding="utf-8"))
    first = document["sentences"][0]
    row = {"sentence": 0, "text": first["text"], "action": "start", "ms": first["start_ms"] + 200}
    edits = {"schema_version": 1, "note": document["note"], "edits": [row]}
    (desk / "edits.json").write_text(json.dumps(edits), encoding="utf-8")

    done = subsync("apply", "talk.md", "edits.json", "--model", "tiny.en", "--json")

    assert done.code == 0
    assert done.json["placed"] == 5
    after = json.loads((synced / "talk.sync.json").read_text(encoding="utf-8"))
    assert after["sentences"][0]["start_ms"] == first["start_ms"] + 200
    assert (synced / "talk.edits.json").is_file()


@pytest.mark.parametrize("data", [b"\xff", b"{}", b""])
def test_edits_that_are_none_end_with_2(subsync: Callable[..., Done], tmp_path: Path, data: bytes) -> None:
    (tmp_path / "note.md").write_text("The tide.\n", encoding="utf-8")
    (tmp_path / "edits.json").write_bytes(data)

    done = subsync("apply", tmp_path / "note.md", tmp_path / "edits.json", "-o", tmp_path / "out")

    assert done.code == 2
    assert "edits.json" in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.model
def test_a_result_is_measured_drawn_and_shown(synced: Path, desk: Path, subsync: Callable[..., Done]) -> None:
    """By score, report and review."""
    truth = [line for line in json.loads((SAMPLES / "tide-machine.truth.json").read_text("utf-8")) if line["end"] < 26]
    (desk / "truth.json").write_text(json.dumps(truth), encoding="utf-8")

    figures = subsync("score", synced / "talk.sync.json", "truth.json", "--json")
    assert figures.code == 0
    assert set(figures.json) == {
        line.split()[0] for line in subsync("score", synced / "talk.sync.json", "truth.json").out.splitlines()
    }
    assert figures.json["misplaced"] == 0

    assert subsync("report", synced, "--png").out.splitlines() == [
        str(synced / "talk.overview.svg"),
        str(synced / "talk.overview.png"),
    ]
    assert (synced / "talk.overview.png").read_bytes().startswith(b"\x89PNG")
    assert subsync("review", synced, "--no-open").out == f"{synced / 'talk.review.html'}\n"
    assert subsync("check", synced).code == 0


@pytest.mark.parametrize(
    ("result", "truth"),
    [
        ("[", "[]"),
        ("[]", "[]"),
        ('{"sentences": 1}', "[]"),
        ('{"sentences": []}', "no truth"),
        ('{"sentences": []}', "[1]"),
    ],
)
def test_what_is_no_result_or_no_truth_ends_with_2(
    subsync: Callable[..., Done], tmp_path: Path, result: str, truth: str
) -> None:
    (tmp_path / "a.json").write_text(result, encoding="utf-8")
    (tmp_path / "b.json").write_text(truth, encoding="utf-8")

    done = subsync("score", tmp_path / "a.json", tmp_path / "b.json")

    assert (done.code, done.out) == (2, "")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"media": {}}'])
def test_a_result_that_cannot_be_drawn_is_an_error(subsync: Callable[..., Done], tmp_path: Path, text: str) -> None:
    (tmp_path / "a.sync.json").write_text(text, encoding="utf-8")

    done = subsync("report", tmp_path)

    assert (done.code, done.out) in {(1, ""), (2, "")}
    assert "a.sync.json" in done.err
    assert "Traceback" not in done.err


def test_models_on_this_machine_are_listed(subsync: Callable[..., Done]) -> None:
    text, rows = subsync("models"), subsync("models", "--json").json

    assert text.out.startswith("tiny.en\tpackage\t/")
    assert rows[0]["name"] == "tiny.en"
    assert len(rows[0]["sha256"]) == 64
    assert Path(rows[0]["path"]).is_dir()


# --- another process --------------------------------------------------------------------------------------------------


@pytest.fixture
def slow() -> Iterator[tuple[str, threading.Event]]:
    """The address of a recording that never comes (or is refused, as ``?busy``), and when it was asked for."""
    asked, over = threading.Event(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            if self.path.endswith("?busy"):
                self.send_error(429)
            else:
                over.wait(30)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/talk.wav", asked
    over.set()
    server.shutdown()
    server.server_close()


def started(*arguments: str, cwd: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "subsync", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(SAMPLES.parent)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_ctrl_c_ends_with_130_and_one_line(tmp_path: Path, slow: tuple[str, threading.Event]) -> None:
    """Here while it waits for a server. No traceback, nothing half written."""
    url, asked = slow
    (tmp_path / "note.md").write_text(f"---\nsource: {url}\n---\nThe tide.\n", encoding="utf-8")
    process = started("sync", "note.md", "--allow-private", "--model", "tiny.en", cwd=tmp_path)
    assert asked.wait(60)

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "subsync: interrupted; what was done is kept, run again to go on"
    assert "Traceback" not in err
    assert not (tmp_path / "subsync-out").exists()


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_name_that_the_terminal_cannot_show_is_no_reason_to_stop(tmp_path: Path, options: tuple[str, ...]) -> None:
    """As a Chinese one in a Latin-1 locale, or one in GBK in a UTF-8 locale. JSON stays what it is."""
    (tmp_path / "潮汐.srt").write_text(BAD_SRT, encoding="utf-8")
    process = started("check", ".", *options, cwd=tmp_path, PYTHONIOENCODING="latin-1:strict")

    out, err = process.communicate(timeout=60)

    assert process.returncode == 0, err
    assert (json.loads(out)[0]["file"] == "潮汐.srt") if options else out.startswith("\\u6f6e\\u6c50.srt:1: ")


def test_a_cache_that_cannot_be_used_is_an_error(
    subsync: Callable[..., Done], opening: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the place, and the name of the variable that chooses another."""
    monkeypatch.setenv("SUBSYNC_CACHE", "/sys/subsync-test")

    done = subsync("sync", opening / "talk.md", "-o", tmp_path / "out")

    assert (done.code, done.out) == (1, "")
    assert "/sys/subsync-test" in done.err
    assert "SUBSYNC_CACHE" in done.err
    assert "Traceback" not in done.err


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    """As `subsync check DIR | head -n 1` does."""
    (tmp_path / "a.srt").write_text(BAD_SRT * 3000, encoding="utf-8")
    process = started("check", "a.srt", cwd=tmp_path)
    assert process.stdout
    assert process.stderr

    with process, process.stdout, process.stderr:
        assert process.stdout.readline().startswith("a.srt:1: ")
        process.stdout.close()
        assert process.wait(timeout=60) == 0
        assert process.stderr.read() == ""


def test_a_batch_whose_reader_leaves_early_does_not_end_as_done(tmp_path: Path) -> None:
    """As `subsync batch notes --json | head -n 1` does: notes are left."""
    for name in "abc":
        (tmp_path / f"{name}.md").write_text(f"---\nsource: {name}.wav\n---\n# A\n\nWords.\n", encoding="utf-8")
    process = started("batch", ".", "--json", "--jobs", "1", cwd=tmp_path)
    assert process.stdout
    assert process.stderr

    with process, process.stdout, process.stderr:
        process.stdout.close()
        assert process.wait(timeout=60) == 141
        assert "run again to go on" in process.stderr.read()


@pytest.mark.parametrize("closed", [">&-", "<&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_one_that_nobody_reads(tmp_path: Path, closed: str) -> None:
    """And no file of ours gets its number."""
    (tmp_path / "a.srt").write_text(BAD_SRT, encoding="utf-8")
    command = f"{sys.executable} -m subsync check a.srt {closed}"

    done = subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert "Traceback" not in done.stdout + done.stderr
    assert (tmp_path / "a.srt").read_text(encoding="utf-8") == BAD_SRT


def test_names_in_one_option_may_be_parted_by_commas() -> None:
    from subsync.cli.options import _parted

    assert _parted("card_types", ("cloze, listening", "reading")) == ("cloze", "listening", "reading")
    assert _parted("extractors", ("a{1,2}",)) == ("a{1,2}",)
    assert _parted("top", "zh") == "zh"
