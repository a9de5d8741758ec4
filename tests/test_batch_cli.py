"""The commands around batches: what they print, and their exit codes."""

from __future__ import annotations

import io
import json
import logging
import sys
from contextlib import redirect_stderr
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import batchwork
import pytest
from batchwork import note
from click.testing import CliRunner

from subsync.batch import Event, Manifest, local_stages
from subsync.cli import live, main
from subsync.errors import SubsyncError
from subsync.fetch.runtimes import Runtime
from subsync.listen.models import Model
from subsync.run.doctor import age_in_words, examine
from subsync.run.last import Run, keep_run, last_choices
from subsync.store import Cache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

    from subsync.batch import BatchOptions, Stage


@pytest.fixture(autouse=True)
def quick_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The commands as they are, with work that takes no time."""
    root, ours = logging.getLogger(), logging.getLogger("subsync")
    handlers, level = root.handlers[:], ours.level

    def stages(options: BatchOptions) -> tuple[Stage, ...]:
        works = local_stages(options, fetch=batchwork.fetch, make=batchwork.make)
        return tuple(replace(stage, executor=batchwork.Here()) for stage in works)

    def find(name: str | None, **_: object) -> Model:
        return Model(str(name), Path("model"), "tiny", "path")

    monkeypatch.setattr("subsync.batch.local_stages", stages)
    monkeypatch.setattr(sys.modules["subsync.batch.plan"], "find_model", find)
    monkeypatch.setattr("platformdirs.user_config_path", lambda _name: tmp_path / "nobody")
    monkeypatch.setenv("SUBSYNC_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cache").mkdir()
    yield
    root.handlers[:] = handlers
    ours.setLevel(level)


def subsync(*words: str, stdin: str = "") -> Result:
    return CliRunner().invoke(main, list(words), input=stdin, standalone_mode=False)


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def test_every_event_is_a_line_of_json() -> None:
    """From the plan to the summary, with all that a program needs."""
    note(Path("notes/a.md"))
    note(Path("notes/b.md"), body="BROKEN")

    result = subsync("batch", "notes", "--json", "--jobs", "1", "--order", "given")
    told = rows(result)

    assert result.return_value == 1
    assert [row["event"] for row in told if row["event"] not in {"start", "progress"}] == [
        "plan", "done", "failed", "summary",
    ]  # fmt: skip
    assert told[0] == {"event": "plan", "todo": 2, "current": 0, "failed": 0}
    assert [row for row in told if row["event"] == "failed"] == [
        {"event": "failed", "note": "notes/b.md", "stage": "recognize", "error": "AudioError"}
        | {"message": "not a recording", "remedy": "Give another."}
    ]
    assert told[-1].pop("seconds") >= 0
    assert told[-1] == {"event": "summary", "done": 1, "failed": 1, "exit_code": 1}


def test_plain_lines_and_a_summary_go_to_standard_error() -> None:
    """Nothing goes to standard output, which is for data."""
    note(Path("notes/a.md"))
    note(Path("notes/b.md"), body="BROKEN")

    result = subsync("batch", "notes")

    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[0] == "subsync: 2 notes to do, 0 up to date"
    assert "subsync: notes/a.md: done" in lines
    assert "subsync: failed: notes/b.md\n  AudioError: not a recording\n  Give another.\n" in result.stderr
    assert lines[-1].startswith("subsync: 1 done, 1 failed in ")


def test_a_dry_run_shows_and_does_nothing() -> None:
    """What, and why; not even a manifest is made."""
    note(Path("notes/a.md"))
    Path("notes/yaml.md").write_text("---\nsource: [a\n---\n")

    result = subsync("batch", "notes", "--dry-run")
    again = subsync("batch", "notes", "--dry-run", "--json")

    assert result.return_value == 0
    assert result.stdout.splitlines()[0] == "todo     notes/a.md: new"
    assert result.stdout.splitlines()[1].startswith(
        "failed   notes/yaml.md: notes/yaml.md:3: the front matter is not valid YAML"
    )
    assert [row["state"] for row in rows(again)] == ["todo", "failed"]
    assert rows(again)[0]["folder"].endswith("subsync-out/a")
    assert not Path("subsync-out").exists()


def test_a_dry_run_names_what_has_changed() -> None:
    """Text, settings, recordings or files: where all are done anew one wants to know why."""
    for name in ("a", "b", "c", "d", "e"):
        note(Path(f"notes/{name}.md"), source=f"{name}.wav")
    Path("notes/d.wav").write_bytes(b"one")
    subsync("batch", "notes")
    note(Path("notes/a.md"), body="Good morning.", source="a.wav")
    Path("subsync-out/b/b.srt").unlink()
    Path("subsync-out/c/c.srt").write_text("mine")
    Path("notes/d.wav").write_bytes(b"another")

    shown = subsync("batch", "notes", "--dry-run").stdout.splitlines()
    other = subsync("batch", "notes", "--dry-run", "--top", "zh", "--also", "lrc").stdout.splitlines()

    assert sorted(shown) == [
        "current  notes/e.md: up to date",
        "todo     notes/a.md: changed: text",
        "todo     notes/b.md: changed: b.srt is missing",
        "todo     notes/c.md: changed: c.srt was written to",
        "todo     notes/d.md: changed: recording",
    ]
    assert "todo     notes/a.md: changed: text, setting also, setting top" in other
    assert "todo     notes/e.md: changed: setting also, setting top" in other


def test_what_cannot_be_done_is_in_the_first_line_too() -> None:
    note(Path("notes/a.md"))
    Path("notes/yaml.md").write_text("---\nsource: [a\n---\n")

    lines = subsync("batch", "notes").stderr.splitlines()

    assert lines[0] == "subsync: 1 notes to do, 0 up to date, 1 that cannot be done"
    assert lines[-1].startswith("subsync: 1 done, 1 failed in ")


def test_what_is_done_is_done_again_only_by_force() -> None:
    note(Path("notes/a.md"))
    subsync("batch", "notes")

    states = [rows(subsync("batch", "notes", "--dry-run", "--json", *flag))[0]["state"] for flag in ((), *FLAGS)]

    assert states == ["current", "current", "todo"]


FLAGS = (("--only-changed",), ("--force",))


def test_status_tells_what_became_of_each() -> None:
    """After a batch; without one it says so."""
    with pytest.raises(SubsyncError, match="no batch has been here"):
        raise _error(subsync("status"))
    note(Path("notes/a.md"))
    note(Path("notes/b.md"), body="BROKEN")
    subsync("batch", "-", stdin="notes/a.md\nnotes/b.md\n")

    shown = subsync("status").stdout
    found = rows(subsync("status", "--json"))

    assert shown.splitlines() == [
        "done        notes/a.md",
        "failed      notes/b.md: AudioError: not a recording",
        "            Give another.",
    ]
    assert [row["state"] for row in found] == ["done", "failed"]
    assert found[0]["outputs"].keys() == {"a.srt"}


def test_status_leaves_notes_that_are_gone_out_of_its_counts() -> None:
    """Those that have results still are named with their folder; a link that leads nowhere has failed, not gone."""
    for name in ("a", "b", "moved", "removed"):
        note(Path(f"notes/{name}.md"), body="BROKEN" if name == "removed" else "Good evening.")
    Path("notes/nowhere.md").symlink_to("not-there.md")
    subsync("batch", "notes")
    Path("notes/moved.md").rename("elsewhere.md")
    Path("notes/removed.md").unlink()

    shown = subsync("status")

    lines = shown.stdout.splitlines()
    assert lines[:2] == ["done        notes/a.md", "done        notes/b.md"]
    assert lines[2] == "gone        notes/moved.md: its results are still in subsync-out/moved"
    assert lines[3].startswith("failed      notes/nowhere.md: NoteError")
    assert "removed" not in shown.stdout
    assert shown.stderr.splitlines()[-1] == "subsync: 2 done, 1 failed"
    assert [row["folder"] for row in rows(subsync("status", "--json")) if row["state"] == "gone"] == [
        "subsync-out/moved"
    ]


def test_status_tells_what_a_killed_batch_has_left() -> None:
    """While one is at work, and the lock that it holds says so, nothing is interrupted."""
    for name in ("a", "b", "c"):
        note(Path(f"notes/{name}.md"))
    subsync("batch", "notes", "--order", "given")
    with Manifest(Path("subsync-out")) as manifest:
        first, second, third = manifest.rows()
        manifest.put(replace(second, state="running", stage="align"), replace(third, state="pending", stage=""))
        with manifest.at_work(), manifest.at_work():
            during = subsync("status")
        after = subsync("status")

    assert first.state == "done"
    assert [line.split()[0] for line in during.stdout.splitlines()] == ["done", "running", "pending"]
    assert during.stderr.splitlines()[-1] == "subsync: 1 done, 1 pending, 1 running"
    assert "interrupted notes/b.md (align)" in after.stdout
    assert after.stderr.splitlines()[-2:] == [
        "subsync: 1 done, 1 interrupted, 1 pending",
        "subsync: no batch is at work, 2 notes are left: run it again to go on",
    ]


def _error(result: Result) -> BaseException:
    assert result.exception is not None
    return result.exception


def test_exit_codes() -> None:
    """As the manual has them."""
    note(Path("busy/a.md"), source="https://busy.example/a.mp3")
    note(Path("good/a.md"))
    Path("empty").mkdir()

    assert subsync("batch", "busy").return_value == 75
    assert subsync("batch", "good").return_value == 0
    assert subsync("batch", "empty").return_value == 3
    with pytest.raises(SubsyncError, match=r"nowhere: there is no such file") as caught:
        raise _error(subsync("batch", "nowhere"))
    assert caught.value.exit_code == 2


def test_settings_shows_values_and_where_they_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a note, too."""
    monkeypatch.setenv("SUBSYNC_LEAD", "3")
    note(Path("a.md"), more="subsync: {top: zh}\n")

    shown = dict(line.split("\t", 1) for line in subsync("config", "a.md", "--origin").stdout.splitlines())
    found = json.loads(subsync("config", "--json", "--profile", "ted").stdout)

    assert shown["lead"] == "3\tSUBSYNC_LEAD"
    assert shown["top"] == "zh\ta.md"
    assert shown["profile"] == "netflix\tdefault"
    assert (found["lead"], found["top"], found["profile"]) == (3, "en", "ted")


def test_the_cache_is_listed_pruned_and_verified(tmp_path: Path) -> None:
    """A damaged entry is found, and removed if asked for."""
    cache = Cache(tmp_path / "cache")
    keys = [cache.key(i) for i in range(3)]
    for key in keys:
        cache.put_json("transcript", key, ["x" * 1000])
    cache.path("transcript", keys[0], ".json").write_text("damaged")

    listed = subsync("cache", "ls").stdout
    found = subsync("cache", "verify")
    removed = subsync("cache", "verify", "--remove")
    pruned = subsync("cache", "prune", "--max-mb", "0")

    assert listed.splitlines()[-1].endswith(f"in 3 entries of {tmp_path / 'cache'}")
    assert (found.return_value, removed.return_value) == (1, 0)
    assert keys[0] in found.stdout
    assert removed.stdout.startswith("removed: ")
    assert pruned.stdout.startswith("removed 2 entries, 0.0 MB")
    assert json.loads(subsync("cache", "ls", "--json").stdout) == []


def test_pruning_spares_what_cannot_be_made_anew(tmp_path: Path) -> None:
    """The choices of the last run, which `study` and `apply` go on with; also where they were used least recently."""
    cache = Cache(tmp_path / "cache")
    keep_run(Path("out"), Run(Path("a.md"), {"top": "zh"}), cache)
    cache.put_json("transcript", cache.key(1), ["x"])

    pruned = subsync("cache", "prune", "--max-mb", "0")

    assert pruned.stdout.startswith("removed 1 entries")
    assert last_choices(Path("out"), cache) == {"top": "zh"}


def test_doctor_finds_what_is_old_and_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """yt-dlp by its own date; 1 only if something will fail."""
    monkeypatch.setattr("subsync.run.doctor.version", lambda _name: "2026.10.26")
    monkeypatch.setattr("subsync.run.doctor.available_models", lambda **_: (Model("tiny.en", tmp_path, "0", "path"),))
    fresh = {f.what: f for f in examine(output=tmp_path / "out", today=date(2026, 11, 1))}
    stale = {f.what: f for f in examine(output=tmp_path / "out", today=date(2027, 3, 1))}

    assert (fresh["yt-dlp"].state, stale["yt-dlp"].state) == ("good", "poor")
    assert stale["yt-dlp"].found == "2026.10.26, 126 days old"
    assert "pip install --upgrade" in stale["yt-dlp"].mend
    assert (fresh["models"].state, fresh["models"].found) == ("poor", "tiny.en")
    assert subsync("doctor").return_value == 0
    monkeypatch.setattr("subsync.run.doctor.available_models", lambda **_: ())
    result = subsync("doctor", "--json")
    assert result.return_value == 1
    assert next(f for f in json.loads(result.stdout) if f["what"] == "models")["state"] == "bad"


def test_doctor_says_bad_where_a_youtube_note_cannot_be_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A runtime that is too old and scripts of another release are as bad as none."""

    def found() -> dict[str, str]:
        findings = {f.what: f for f in examine(output=tmp_path / "out")}
        return {what: findings[what].state for what in ("JavaScript runtime", "yt-dlp-ejs")}

    assert found() == {"JavaScript runtime": "good", "yt-dlp-ejs": "good"}
    old = Runtime("node", "/usr/bin/node", "20.1.0", new_enough=False)
    for runtimes, scripts in (((), (None, "0.8.0")), ((old,), ("0.7.2", "0.8.0"))):
        monkeypatch.setattr("subsync.run.doctor.found_runtimes", lambda runtimes=runtimes: runtimes)
        monkeypatch.setattr("subsync.run.doctor.solver_scripts", lambda scripts=scripts: scripts)
        assert found() == {"JavaScript runtime": "bad", "yt-dlp-ejs": "bad"}
        assert subsync("doctor").stdout.count('pip install --upgrade "yt-dlp[default,deno]"') >= 2
    monkeypatch.setattr("subsync.run.doctor.found_runtimes", lambda: (old, replace(old, name="deno", new_enough=True)))
    monkeypatch.setattr("subsync.run.doctor.solver_scripts", lambda: ("0.8.3", "0.8.0"))
    assert found() == {"JavaScript runtime": "good", "yt-dlp-ejs": "good"}


def test_an_age_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the largest unit of which there are two."""
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)

    assert [age_in_words(1_000_000.0 - s) for s in (5, 600, 86_400, 300_000, -9)] == [
        "just now", "10 minutes ago", "24 hours ago", "3 days ago", "just now",
    ]  # fmt: skip


def test_the_live_table_tells_stage_speed_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal."""
    from rich.console import Console

    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    view = live._View(began=100.0)
    view.take(Event("plan", facts={"todo": 4, "current": 0}))
    view.take(Event("start", "notes/a.md", "recognize"))
    now[0] = 110.0
    view.take(Event("progress", "notes/a.md", "recognize", {"done": 50_000, "total": 200_000}))
    view.take(Event("done", "notes/b.md"))
    out = io.StringIO()
    with redirect_stderr(out):
        Console(file=out, width=100).print(view.table())

    assert "notes/a.md  recognize  25%   5.0x   0:30 left" in out.getvalue()
    assert "1 of 4 notes (1 done)  0:30 left" in out.getvalue()
