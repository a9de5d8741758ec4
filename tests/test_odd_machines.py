"""Machines as people have them: names that are no UTF-8, other locales, pipes, full disks, folders that have gone."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from subsync.batch import read_manifest
from subsync.store import Cache

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shell import Done

HERE = Path(__file__).parent.parent
OLD_NAME = os.fsdecode("潮水".encode("gbk"))
"""As it comes out of an archive that was packed under a Chinese Windows."""


def started(*words: str | Path, env: Mapping[str, str] | None = None, **more: object) -> subprocess.Popen[bytes]:
    """The command as a program of its own, in the working folder of the test."""
    environment = os.environ | {"PYTHONPATH": str(HERE), "SUBSYNC_OFFLINE": "1", "NO_COLOR": "1"} | dict(env or {})
    command = [sys.executable, "-P", "-m", "subsync", *map(str, words)]
    return subprocess.Popen(command, env=environment, **({"stdout": -1, "stderr": -1} | more))  # type: ignore[call-overload, no-any-return]


def ran(*words: str | Path, env: Mapping[str, str] | None = None, **more: object) -> tuple[int, bytes, bytes]:
    process = started(*words, env=env, **more)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.model
def test_names_that_are_no_utf_8_work_like_any_other(desk: Path) -> None:
    """The note's, its folder's and the recording's; its page names the recording, and a second run finds all of it."""
    folder = desk / "notes" / OLD_NAME
    folder.mkdir(parents=True)
    (desk / "talk.wav").rename(folder / f"{OLD_NAME}.wav")
    text = (desk / "talk.md").read_text(encoding="utf-8").replace("source: talk.wav\n", "")
    (folder / f"{OLD_NAME}.md").write_text(text, encoding="utf-8")
    (desk / "notes" / "broken.md").write_text("---\nsource: none.wav\n---\nHello.\n")
    note, sound = folder / f"{OLD_NAME}.md", folder / f"{OLD_NAME}.wav"

    code, out, err = ran("sync", note, "--audio", sound, "--model", "tiny.en", "--json")
    assert (code, b"Traceback" in err) == (0, False), err
    said = json.loads(out)
    assert said["note"] == str(note)
    made = [Path(path) for path in said["files"]]
    assert all(path.is_file() for path in made)
    page = next(path for path in made if path.name.endswith(".review.html"))
    assert b"%B3%B1%CB%AE.wav" in page.read_bytes()
    document = json.loads(next(path for path in made if path.name.endswith(".sync.json")).read_bytes())
    assert (document["note"]["path"], document["media"]["path"]) == (str(note), str(sound))

    shutil.copy(sound, folder / "talk.wav")
    note.write_text("---\nsource: talk.wav\n" + text.removeprefix("---\n"), encoding="utf-8")
    words = ("batch", "notes", "-o", "out", "--model", "tiny.en", "--json")
    code, out, err = ran(*words)
    states = {json.loads(line).get("note"): json.loads(line)["event"] for line in out.splitlines()}
    assert (code, states[f"notes/{OLD_NAME}/{OLD_NAME}.md"], states["notes/broken.md"]) == (1, "done", "failed"), err
    rows = {row.note: row for row in read_manifest(desk / "out")}
    assert rows[str(note.resolve())].output == OLD_NAME
    code, out, _ = ran(*words)
    assert (code, out.count(b'"event": "current"')) == (1, 1)
    code, out, _ = ran("status", "-o", "out")
    assert b"done" in out
    code, out, _ = ran("link", "notes", "-o", "out", "--write")
    assert (code, b"subsync:t" in note.read_bytes()) == (0, True)


# --- what is no file --------------------------------------------------------------------------------------------------


def test_a_pipe_among_the_notes_does_not_hang_a_batch(desk: Path) -> None:
    """It is left out, with a word; named by itself it is refused."""
    (desk / "notes").mkdir()
    os.mkfifo(desk / "notes" / "x.md")
    (desk / "notes" / "null.md").symlink_to("/dev/zero")
    shutil.copy("talk.md", "notes")
    shutil.copy("talk.wav", "notes")

    code, out, err = ran("batch", "notes", "--dry-run", "--json", "--model", "tiny.en")

    assert (code, [json.loads(line)["note"] for line in out.splitlines()]) == (0, ["notes/talk.md"])
    assert b"notes/x.md: left out, it is no file but a pipe" in err
    assert b"notes/null.md: left out" in err
    for words in (("sync", "notes/x.md"), ("batch", "notes/x.md"), ("link", "notes/x.md")):
        assert ran(*words)[0] == 2, words


# --- output -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("--help",), ("config",), ("models", "--json"), ("cache", "ls")])
def test_standard_output_on_a_full_disk_is_an_error_of_one_line(desk: Path, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        code, _, err = ran(*words, stdout=full)

    assert (code, b"Traceback" in err, b"Exception ignored" in err) == (1, False, False), err
    assert err.startswith(b"subsync: cannot write the output: No space left on device")


def test_a_reader_that_leaves_is_no_error(desk: Path) -> None:
    """As `head` does."""
    read, write = os.pipe()
    os.close(read)
    code, _, err = ran("config", stdout=write)
    os.close(write)
    assert (code, err) == (0, b"")


@pytest.mark.parametrize("place", ["file", "file/out", "talk.wav/a/b", "/dev/full/out", "/proc/out"])
def test_a_place_that_cannot_be_written_is_told_before_the_work(
    desk: Path, subsync: Callable[..., Done], place: str
) -> None:
    """Not after an hour of it: there is no recording here that could be heard. In /proc the superuser may do anything,
    by its permissions, and makes no file.
    """
    if place.startswith("/proc") and not Path("/proc/self").exists():
        pytest.skip("there is no /proc")
    (desk / "file").touch()
    (desk / "talk.wav").write_bytes(b"no sound")

    for words in (("sync", "talk.md"), ("batch", "talk.md")):
        done = subsync(*words, "-o", place, "--model", "tiny.en")
        assert (done.code, done.out, "Traceback" in done.err) == (1, "", False)
        assert place in done.err
        assert "-o" in done.err


def test_the_working_folder_may_have_gone(desk: Path) -> None:
    """What needs none works; the others say so."""
    (desk / "gone").mkdir()
    script = 'cd gone && rmdir ../gone && exec "$@"'
    where = {**os.environ, "PYTHONPATH": str(HERE)}
    for words, wanted in ((["--help"], 0), (["sync", str(desk / "talk.md")], 2), (["config"], 2)):
        command = ["sh", "-c", script, "sh", sys.executable, "-P", "-m", "subsync", *words]
        done = subprocess.run(command, env=where, capture_output=True, text=True, check=False)
        assert (done.returncode, "Traceback" in done.stderr) == (wanted, False), done.stderr
        if wanted:
            assert "the working folder is not there any more" in done.stderr
        (desk / "gone").mkdir()


def locales(folder: Path) -> list[dict[str, str]]:
    """Those that can be had here: GBK is compiled from Debian's sources of locales, if they are there."""
    found = [{"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}]
    if shutil.which("localedef") and Path("/usr/share/i18n/locales/zh_CN").exists():
        made = subprocess.run(
            ["localedef", "-i", "zh_CN", "-f", "GBK", str(folder / "zh_CN.GBK")], capture_output=True, check=False
        )
        if (folder / "zh_CN.GBK").exists():
            assert made.returncode in {0, 1}  # 1: with warnings
            found.append({"LC_ALL": "zh_CN.GBK", "LOCPATH": str(folder), "PYTHONUTF8": "0"})
    return found


@pytest.mark.model
def test_a_locale_that_is_not_utf_8_changes_no_file(desk: Path, tmp_path: Path) -> None:
    """Ours are UTF-8 everywhere, and the libraries' too."""
    assert ran("sync", "talk.md", "--model", "tiny.en", "-o", "plain")[0] == 0
    plain = {path.name: path.read_bytes() for path in (desk / "plain" / "talk").iterdir()}
    for number, locale in enumerate(locales(tmp_path)):
        cache = {"SUBSYNC_CACHE": str(tmp_path / f"cache{number}")}
        shutil.copytree(tmp_path / "cache", cache["SUBSYNC_CACHE"])
        shutil.rmtree(tmp_path / f"cache{number}" / "result")
        code, out, err = ran("sync", "talk.md", "--model", "tiny.en", "-o", f"o{number}", env=locale | cache)
        assert (code, b"Traceback" in err) == (0, False), (locale, err)
        made = {path.name: path.read_bytes() for path in (desk / f"o{number}" / "talk").iterdir()}
        assert made.keys() == plain.keys()
        assert [name for name in made if made[name] != plain[name]] == []
        assert out.count(b"\n") == len(made)


def test_windows_is_told_in_one_line() -> None:
    """Instead of a traceback about a module that it has not."""
    code = "import sys; sys.platform = 'win32'; import subsync.cli"
    done = subprocess.run([sys.executable, "-c", code], cwd=HERE, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "Linux and macOS" in done.stderr
    assert "WSL" in done.stderr


# --- other runs, Ctrl-C -----------------------------------------------------------------------------------------------


def on_a_terminal(*words: str) -> tuple[subprocess.Popen[bytes], int]:
    """The command with a terminal for its messages, in a group of its own; and the terminal's other end."""
    screen, line = pty.openpty()
    process = started(*words, stdout=subprocess.DEVNULL, stderr=line, start_new_session=True, env={"TERM": "xterm"})
    os.close(line)
    return process, screen


def seen(screen: int, until: bytes, seconds: float = 60) -> bytes:
    """What has come to a terminal, up to some words or its end."""
    text = b""
    end = time.monotonic() + seconds
    while until not in text and time.monotonic() < end:
        if not select.select([screen], [], [], 0.5)[0]:
            continue
        try:
            piece = os.read(screen, 4096)
        except OSError:  # nobody is there any more
            break
        if not piece:
            break
        text += piece
    return text


@pytest.mark.model
@pytest.mark.parametrize("command", ["sync", "batch"])
def test_ctrl_c_twice_ends_at_once_and_gives_the_cursor_back(desk: Path, command: str, tmp_path: Path) -> None:
    """No process, no traceback and no temporary file is left; the second comes while the first is being obeyed."""
    shutil.rmtree(tmp_path / "cache")
    process, screen = on_a_terminal(command, "talk.md", "--model", "tiny.en")
    shown = seen(screen, b"\x1b[?25l")
    assert b"\x1b[?25l" in shown  # the cursor is hidden
    children = psutil.Process(process.pid).children(recursive=True)
    for _ in range(2):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.05)
    shown += seen(screen, b"never")
    process.wait(20)
    os.close(screen)

    assert process.returncode == 130
    assert b"Traceback" not in shown
    assert shown.rfind(b"\x1b[?25h") > shown.rfind(b"\x1b[?25l")
    assert psutil.wait_procs(children, 10)[1] == []
    assert list(desk.rglob("*.tmp")) == []


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_is_how_serving_ends(desk: Path, sign: signal.Signals) -> None:
    """Nothing was interrupted; and the port is free again."""
    (desk / "talk").mkdir()
    (desk / "talk" / "talk.review.html").write_text("<p>A page.</p>")
    for _ in range(2):
        words = ("review", "talk", "--serve", "--no-open", "--port", "0")
        process = started(*words, start_new_session=True, env={"PYTHONUNBUFFERED": "1"})
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"http://127.0.0.1:")
        process.send_signal(sign)
        _, err = process.communicate(timeout=30)
        assert (process.returncode, b"Traceback" in err, b"interrupted" in err) == (0, False, False), err


@pytest.mark.model
def test_pruning_while_a_sync_runs_spares_what_it_uses(desk: Path, tmp_path: Path) -> None:
    """It ended a run with a traceback."""
    shutil.rmtree(tmp_path / "cache")
    process = started("sync", "talk.md", "--model", "tiny.en")
    cache = Cache(tmp_path / "cache")
    pruned = 0
    while process.poll() is None:
        cache.prune(0)
        pruned += 1
        time.sleep(0.02)
    _, err = process.communicate()

    assert (process.returncode, b"Traceback" in err) == (0, False), err
    assert pruned > 5


def test_a_result_folder_that_may_only_be_read_can_be_looked_at(desk: Path) -> None:
    """What is in it was made by somebody else, or lies on a disk that cannot be written."""
    (desk / "notes").mkdir()
    (desk / "notes" / "n.md").write_text("---\nsource: none.wav\n---\nHello there.\n")
    assert ran("batch", "notes", "-o", "out", "--model", "tiny.en")[0] == 1
    before = {path.name: path.read_bytes() for path in (desk / "out").iterdir()}
    with (desk / "reader.py").open("w") as file:
        file.write(
            "import os, sqlite3\n"
            "os.access = lambda path, mode: not mode & os.W_OK\n"
            "real = sqlite3.connect\n"
            "def connect(path, *args, **more):\n"
            "    if not more.get('uri'):\n"
            "        raise sqlite3.OperationalError('attempt to write a readonly database')\n"
            "    return real(path, *args, **more)\n"
            "sqlite3.connect = connect\n"
            "from subsync.cli import run\n"
            "run()\n"
        )
    for words in (["status", "-o", "out"], ["batch", "notes", "-o", "out", "--dry-run", "--model", "tiny.en"]):
        where = os.environ | {"PYTHONPATH": str(HERE)}
        done = subprocess.run([sys.executable, "reader.py", *words], env=where, capture_output=True, check=False)
        assert (done.returncode, b"none.wav" in done.stdout) == (0, True), done.stderr
    assert {path.name: path.read_bytes() for path in (desk / "out").iterdir()} == before
