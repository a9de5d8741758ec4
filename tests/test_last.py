"""What the last run into a folder was: its note, which keeps the folder, and its choices, which hold."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from subsync.batch import discover
from subsync.errors import UsageError
from subsync.run.last import Run, keep_file, keep_run, last_audio, last_choices, outdated, see_own
from subsync.store import Cache

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shell import Done

TEXTS = {"a": "# A\n\nOne.\n", "b": "# B\n\nTwo.\n"}


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with two notes of one name."""
    for name, text in TEXTS.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.md").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made(vault: Path, path: str, text: str) -> Path:
    """A folder with results of a note, as far as they tell."""
    from hashlib import sha256

    folder = vault / "out" / "x"
    folder.mkdir(parents=True, exist_ok=True)
    head = {"path": path, "sha256": sha256(text.encode()).hexdigest()}
    (folder / "x.sync.json").write_text(f'{{"schema_version": 1,\n"note": {json.dumps(head)},\n"media": {{}}}}\n')
    return folder


@pytest.mark.parametrize("absolute", [True, False])
def test_results_of_another_note_are_not_written_over(vault: Path, absolute: bool) -> None:
    """Also if that note was edited since; its own run goes on, and one after it was moved away."""
    path = str(vault / "a" / "x.md") if absolute else "a/x.md"
    folder, cache = made(vault, path, "edited since"), Cache(vault / "cache")

    with pytest.raises(UsageError, match=r"another note of that name, .*a/x\.md\n.*-o"):
        see_own(folder, "x", vault / "b" / "x.md", cache)
    see_own(folder, "x", vault / "a" / "x.md", cache)
    (vault / "a" / "link.md").symlink_to(vault / "a" / "x.md")
    see_own(folder, "x", vault / "a" / "link.md", cache)
    (vault / "a" / "x.md").unlink()
    see_own(folder, "x", vault / "b" / "x.md", cache)


def test_a_relative_name_in_results_may_have_been_given_elsewhere(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In another folder, or on another machine: what is not sure is no reason to refuse."""
    folder, cache = made(vault, "x.md", TEXTS["a"]), Cache(vault / "cache")
    (vault / "x.md").write_text("a third one")

    see_own(folder, "x", vault / "a" / "x.md", cache)
    monkeypatch.chdir(vault / "b")
    see_own(folder, "x", vault / "a" / "x.md", cache)
    monkeypatch.chdir(vault / "a")
    with pytest.raises(UsageError, match="another note"):
        see_own(folder, "x", vault / "b" / "x.md", cache)

    keep_run(folder, Run(vault / "b" / "x.md", {}), cache)  # of other results, since they name another path
    see_own(folder, "x", vault / "a" / "x.md", cache)


def test_a_note_that_was_named_from_its_own_folder_is_known(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    monkeypatch.chdir(vault / "a")
    folder, cache = made(vault, "x.md", "edited since"), Cache(vault / "cache")
    keep_run(folder, Run(Path("x.md"), {}), cache)

    monkeypatch.chdir(vault / "b")
    with pytest.raises(UsageError, match=r"a/x\.md"):
        see_own(folder, "x", Path("x.md"), cache)
    (vault / "a" / "x.md").rename(vault / "moved.md")
    see_own(folder, "x", Path("x.md"), cache)


def test_a_batch_gives_a_note_another_folder_than_the_one_with_anothers_results(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUBSYNC_CACHE", str(vault / "cache"))
    folder = made(vault, "b/x.md", "edited since")

    first, second = discover(["a/x.md", "b/x.md"], vault / "out", apart=True)

    assert second.output / "x" == folder
    assert first.output / "x" != folder


@pytest.mark.parametrize("text", ["", "{", "[]", '"note": 7', '{"schema_version": 1,\n"note": {"path": 1},\n'])
def test_a_damaged_result_is_nobodys(vault: Path, text: str) -> None:
    folder = made(vault, "a/x.md", "")
    (folder / "x.sync.json").write_text(text)

    see_own(folder, "x", vault / "b" / "x.md", Cache(vault / "cache"))


def test_choices_are_kept_with_their_types(vault: Path) -> None:
    """A setting that there was once is passed over."""
    cache = Cache(vault / "cache")
    keep_run(vault / "out", Run(vault / "a" / "x.md", {"also": ["lrc"], "top": "zh", "gone": 1}), cache)

    assert last_choices(vault / "out", cache) == {"also": ("lrc",), "top": "zh"}
    assert last_choices(vault / "elsewhere", cache) == {}


@pytest.mark.model
def test_pages_and_corrections_keep_the_settings_and_formats_of_the_last_run(
    desk: Path, subsync: Callable[..., Done]
) -> None:
    """Study finds nothing to do, apply renews the lyrics too, and what the command line says still counts."""
    folder = desk / "subsync-out" / "talk"
    assert subsync("sync", "talk.md", "--model", "tiny.en", "--top", "zh", "--also", "lrc").code == 0
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}

    studied = subsync("study", "talk.md", "--no-open")

    assert "nothing has changed" in studied.err
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    document = json.loads((folder / "talk.sync.json").read_text(encoding="utf-8"))
    k, sentence = next((k, s) for k, s in enumerate(document["sentences"]) if s["text"].startswith("Welcome"))
    edit = {"sentence": k, "text": sentence["text"], "action": "absent"}
    (desk / "e.json").write_text(json.dumps({"schema_version": 1, "note": document["note"], "edits": [edit]}))

    assert subsync("apply", "talk.md", "e.json").code == 0

    time = edit | {"action": "start", "ms": 15_300}
    (desk / "f.json").write_text(json.dumps({"schema_version": 1, "note": document["note"], "edits": [time]}))
    (desk / "g.json").write_text(json.dumps({"schema_version": 1, "note": document["note"], "edits": []}))
    assert subsync("apply", "talk.md", "f.json", "e.json", "g.json").err.count("earlier") == 0

    assert "Welcome" not in (folder / "talk.lrc").read_text(encoding="utf-8")
    cue = (folder / "talk.en-zh.srt").read_text(encoding="utf-8").split("\n")[2]
    assert not cue.isascii()
    assert subsync("study", "talk.md", "--no-open", "--top", "en").code == 0
    assert (folder / "talk.en-zh.srt").read_text(encoding="utf-8").split("\n")[2].isascii()


def test_files_of_an_earlier_run_are_known_until_they_are_renewed_or_gone(vault: Path) -> None:
    """Those of the same result are as good as the others, whoever wrote them."""
    folder, note, cache = vault / "out", vault / "a" / "x.md", Cache(vault / "cache")
    folder.mkdir()
    for name in ("x.srt", "x.lrc", "x.apkg"):
        (folder / name).touch()

    def ran(files: list[str], mark: str) -> tuple[str, ...]:
        keep_run(folder, Run(note, {}, files, mark), cache)
        return outdated(folder, cache)

    assert ran(["x.srt", "x.lrc", "x.apkg"], "one") == ()
    assert ran(["x.srt"], "one") == ()
    assert ran(["x.srt"], "two") == ("x.apkg", "x.lrc")
    assert ran(["x.srt", "x.lrc"], "two") == ("x.apkg",)
    (folder / "x.apkg").unlink()
    assert ran(["x.srt"], "two") == ()
    keep_file(folder / "x.srt", cache)
    (folder / "x.svg").touch()
    keep_file(folder / "x.svg", cache)
    assert ran(["x.srt"], "two") == ()
    assert ran(["x.srt", "x.lrc"], "three") == ("x.svg",)
    keep_file(vault / "unknown" / "x.svg", cache)  # nothing is known of that folder


@pytest.mark.model
def test_a_plain_run_names_the_files_of_an_earlier_one_that_have_the_old_text(
    desk: Path, subsync: Callable[..., Done]
) -> None:
    """They are left as they are: to remove them is the user's."""
    folder, note = desk / "subsync-out" / "talk", desk / "talk.md"
    more = ("--also", "lrc", "--also", "en-zh.ass", "--name-like", "film.mkv")
    assert "older" not in subsync("sync", "talk.md", "--model", "tiny.en", *more).err
    assert "older" not in subsync("sync", "talk.md", "--model", "tiny.en").err
    assert subsync("report", str(folder)).code == 0
    assert subsync("study", "talk.md", "--model", "tiny.en", "--with-sound", "--no-open").code == 0
    old = (folder / "talk.lrc").read_bytes()
    note.write_text(note.read_text(encoding="utf-8").replace("欢迎", "大家好，欢迎"), encoding="utf-8")

    done = subsync("sync", "talk.md", "--model", "tiny.en")
    said = subsync("--json", "sync", "talk.md", "--model", "tiny.en")

    assert (
        "7 files of an earlier run are older than this result: film.en.srt, film.mul.srt, film.zh-Hans.srt, "
        "talk.en-zh.ass and 3 more; to renew them give that run's options or command again (--also …, "
        "study --with-sound, report), or remove them" in done.err
    )
    assert said.json["outdated"][-3:] == ["talk.lrc", "talk.overview.svg", "talk.study.sound.html"]
    assert (folder / "talk.lrc").read_bytes() == old
    batch = subsync("batch", "talk.md", "--model", "tiny.en", "--jobs", "1")
    assert "older files: talk.md\n  7 files of an earlier run" in batch.err
    assert "older files" in subsync("batch", "talk.md", "--model", "tiny.en", "--jobs", "1").err
    assert subsync("report", str(folder)).code == 0
    assert subsync("study", "talk.md", "--model", "tiny.en", "--with-sound", "--no-open").code == 0
    assert "older" not in subsync("sync", "talk.md", "--model", "tiny.en", *more).err
    assert "older" not in subsync("batch", "talk.md", "--model", "tiny.en", "--jobs", "1").err


def test_a_recording_that_was_given_by_hand_holds_for_its_note_and_source(vault: Path) -> None:
    """As long as it is there."""
    folder, note, cache, audio = vault / "out", vault / "a" / "x.md", Cache(vault / "cache"), vault / "talk.wav"
    audio.touch()
    keep_run(folder, Run(note, {}, audio=audio, source="https://gone.example/1"), cache)

    assert last_audio(folder, note, "https://gone.example/1", cache) == audio
    assert last_audio(folder, note, "https://gone.example/2", cache) is None
    assert last_audio(folder, vault / "b" / "x.md", "https://gone.example/1", cache) is None
    assert last_audio(vault / "elsewhere", note, "https://gone.example/1", cache) is None
    audio.unlink()
    assert last_audio(folder, note, "https://gone.example/1", cache) is None


@pytest.mark.model
def test_a_recording_that_was_given_by_hand_is_kept_to(desk: Path, subsync: Callable[..., Done]) -> None:
    """The remedy of a batch is one that helps: the next batch, study and apply ask nobody for the recording."""
    note = desk / "talk.md"
    note.write_text(note.read_text(encoding="utf-8").replace("talk.wav", "not-there.wav"), encoding="utf-8")
    batch = ("batch", "talk.md", "-o", "out", "--model", "tiny.en", "--jobs", "1")
    failed = subsync(*batch)
    remedy = "Check the note's source, or give the file once: subsync sync talk.md --audio FILE -o out."
    assert (failed.code, failed.err.count(remedy)) == (1, 1)
    assert remedy in subsync("status", "-o", "out").out

    sync = ("sync", "talk.md", "-o", "out", "--model", "tiny.en")
    assert subsync(*sync, "--audio", "talk.wav").code == 0

    assert subsync(*batch).code == 0
    assert "1 up to date" in subsync(*batch).err
    assert "nothing has changed" in subsync("study", "talk.md", "-o", "out", "--no-open").err
    (desk / "e.json").write_text(json.dumps({"schema_version": 1, "edits": []}))
    assert subsync("apply", "talk.md", "e.json", "-o", "out").code == 0
    assert subsync(*sync).code == 2, "one that is named by nobody is not guessed"
    assert subsync(*batch).code == 0
    (desk / "talk.wav").rename("gone.wav")
    assert subsync(*batch).code == 1


@pytest.mark.model
def test_a_recording_that_the_source_names_is_not_kept_as_given(desk: Path, subsync: Callable[..., Done]) -> None:
    """A source that is changed counts."""
    assert subsync("sync", "talk.md", "--model", "tiny.en", "--audio", "talk.wav").code == 0

    assert last_audio(desk / "subsync-out" / "talk", desk / "talk.md", "talk.wav", Cache()) is None


@pytest.mark.model
def test_a_second_note_of_a_name_is_refused_before_the_work(desk: Path, subsync: Callable[..., Done]) -> None:
    assert subsync("sync", "talk.md", "--model", "tiny.en").code == 0
    (desk / "b").mkdir()
    shutil.copy("talk.wav", "b")
    (desk / "b" / "talk.md").write_text((desk / "talk.md").read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")

    refused = subsync("sync", "b/talk.md", "--model", "tiny.en")

    assert (refused.code, refused.out) == (2, "")
    assert "has the results of another note of that name" in refused.err
    shutil.move("talk.md", "gone.md")
    assert subsync("sync", "b/talk.md", "--model", "tiny.en").code == 0
