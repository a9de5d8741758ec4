"""The loop of a batch, with work that takes no time: what is done, what is told, what the next run does."""

from __future__ import annotations

import errno
import math
import os
import random
import signal
import sqlite3
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import batchwork
import pytest
from batchwork import logged, note
from sounds import tone, write_sound

from subsync.batch import (
    BatchOptions,
    Event,
    Found,
    Limits,
    Manifest,
    PlanOptions,
    Pool,
    Summary,
    discover,
    local_stages,
    plan,
    read_manifest,
    run_batch,
)
from subsync.batch.hosts import Hosts, host_of
from subsync.batch.manifest import Row, is_at_work
from subsync.batch.run import Stage, _Batch
from subsync.batch.work import Task, fetch_recording, inputs_of
from subsync.errors import FetchError, StoreError, UsageError, WorkerError
from subsync.listen.models import Model
from subsync.run.job import Job
from subsync.run.origins import Layers
from subsync.run.process import End
from subsync.run.progress import silent
from subsync.run.settings import Settings
from subsync.store import Cache, sha256_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.batch.plan import Item


@dataclass
class Garden:
    """A folder of notes, and batches over it."""

    root: Path
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cache.mkdir()

    @property
    def notes(self) -> Path:
        return self.root / "notes"

    @property
    def output(self) -> Path:
        return self.root / "out"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    def batch(
        self,
        names: Sequence[Path] = (),
        *,
        planned: PlanOptions | None = None,
        stop: threading.Event | None = None,
        listener: Any = None,
        processes: bool = False,
        **options: Any,
    ) -> Summary:
        chosen = replace(BatchOptions(jobs=2, wait=0.01, pause=(0.0, 0.0)), **options)
        with Manifest(self.output) as manifest:
            rows = manifest.rows()
            known = {row.note: Path(row.output) for row in rows}
            found = discover([str(name) for name in names or [self.notes]], self.output, known=known)
            todo = plan(found, Layers(), rows, options=planned, cache=Cache(self.cache))
            works = {"fetch": batchwork.fetch, "make": batchwork.make}
            stages = local_stages(chosen, **works)
            if not processes:
                stages = tuple(replace(stage, executor=batchwork.Here()) for stage in stages)
            self.events.clear()
            return run_batch(todo, manifest, stages, options=chosen, listener=listener or self.listen, stop=stop)

    def listen(self, event: Event) -> None:
        self.events.append(event)

    def told(self, kind: str) -> list[str]:
        return [Path(event.note).stem for event in self.events if event.kind == kind]

    def files(self) -> dict[str, bytes]:
        return {str(p.relative_to(self.output)): p.read_bytes() for p in sorted(self.output.rglob("*.srt"))}


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The weights on this machine, by name."""
    found = {"default": "tiny"}

    def find(name: str | None, **_: object) -> Model:
        return Model(str(name), Path("model"), found["default"], "path")

    monkeypatch.setattr(sys.modules["subsync.batch.plan"], "find_model", find)
    return found


@pytest.fixture
def garden(tmp_path: Path) -> Garden:
    return Garden(tmp_path)


# --- the notes of a batch ---------------------------------------------------------------------------------------------


def test_a_folder_gives_its_notes_with_a_source(tmp_path: Path) -> None:
    """Also those whose front matter cannot be read; not hidden folders, not the results."""
    for name in ("b.md", "deep/er/a.md", ".trash/old.md", "out/x.md"):
        note(tmp_path / name)
    (tmp_path / "diary.md").write_text("No front matter.\n")
    (tmp_path / "broken.md").write_text("---\nsource: [a\n---\n")
    (tmp_path / "list.txt").write_text("---\nsource: a\n---\n")

    found = discover([str(tmp_path)], tmp_path / "out")

    assert [str(f.note.relative_to(tmp_path)) for f in found] == ["b.md", "broken.md", "deep/er/a.md"]
    assert [str(f.place) for f in found] == [".", ".", "deep/er"]


def test_what_is_left_out_of_a_folder_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder that cannot be listed, and a link to a folder elsewhere that has notes."""
    for name in ("notes/a.md", "notes/locked/b.md", "other/c.md", "sound/talk.wav"):
        note(tmp_path / name)
    for name, where in (("linked", "../other"), ("sounds", "../sound"), ("again", "locked"), ("self", "self")):
        (tmp_path / "notes" / name).symlink_to(where)
    scandir = os.scandir

    def refused(path: Any) -> Any:
        if os.fspath(path) == str(tmp_path / "notes" / "locked"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refused)

    assert [f.note.name for f in discover([str(tmp_path / "notes")], tmp_path / "out")] == ["a.md"]
    assert [text.removeprefix(f"{tmp_path}/notes/") for text in caplog.messages] == [
        "linked: left out, it is a link to a folder; name it, too, for its notes",
        "locked: left out with all that is in it: Permission denied",
    ]


def test_a_link_that_leads_to_itself_does_not_keep_the_others_from_being_done(garden: Garden) -> None:
    note(garden.notes / "a.md")
    (garden.notes / "self.md").symlink_to("self.md")

    assert garden.batch().counts == {"done": 1, "failed": 1}
    (told,) = read_manifest(garden.output)[1:]
    assert "Too many levels of symbolic links" in told.message


@pytest.mark.parametrize(
    "source", ["{{url}}", '"{{ url }}"', "<% tp.file.title %>", "https://youtu.be/{{id}}", "[<%*u%>]"]
)
def test_a_template_in_a_folder_is_a_note_without_source(tmp_path: Path, source: str) -> None:
    """It failed in each batch. A placeholder in the text, or elsewhere in the front matter, makes no template."""
    note(tmp_path / "template.md", source=source)
    note(tmp_path / "toml.md").write_text(f"+++\nurl = '{source}'\n+++\nText.\n")
    note(tmp_path / "a.md", body="source: {{url}}", more="title: '{{title}}'\n")

    found = discover([str(tmp_path)], tmp_path / "out", source_keys=["url"])

    assert [f.note.name for f in found] == ["a.md"]


@pytest.mark.parametrize("bracket", ["{{", "<%"])
def test_a_line_of_opening_brackets_is_no_template_and_looked_at_once(tmp_path: Path, bracket: str) -> None:
    """From each of them to the end of the line it took two minutes."""
    note(tmp_path / "a.md", source=f"'{bracket * 60_000}'")
    assert [f.note.name for f in discover([str(tmp_path)], tmp_path / "out")] == ["a.md"]


def test_files_globs_and_standard_input_give_notes_once(tmp_path: Path) -> None:
    """In the order given."""
    a, b, c = (note(tmp_path / f"{name}.md") for name in "abc")

    found = discover([str(c), str(tmp_path / "[ab].md"), "-", str(c)], tmp_path / "out", stdin=[f"{b}\n", "\n"])

    assert [f.note for f in found] == [c, a, b]


def test_a_note_that_a_link_leads_to_has_its_own_name(tmp_path: Path) -> None:
    """Whichever comes first; a link that is named alone is the note."""
    (tmp_path / "notes").mkdir()
    link, real = tmp_path / "notes" / "a.md", note(tmp_path / "notes" / "sub" / "z.md")
    link.symlink_to(real)

    found = discover([str(tmp_path / "notes")], tmp_path / "out")
    alone = discover([str(link)], tmp_path / "out")

    assert [(f.note, f.place) for f in found] == [(real, Path("sub"))]
    assert [f.note for f in alone] == [link]


def test_a_name_with_nothing_behind_it_is_an_error(tmp_path: Path) -> None:
    """A typing error in a command must not look like an empty folder."""
    with pytest.raises(UsageError, match=r"nowhere.md: there is no such file"):
        discover([str(tmp_path / "nowhere.md")], tmp_path)


def test_two_notes_of_one_name_have_two_folders_and_keep_them(tmp_path: Path) -> None:
    """Whatever the order in which they are named later, and whatever the case of their names."""
    first, second = note(tmp_path / "a" / "Talk.md"), note(tmp_path / "b" / "talk.md")
    out = tmp_path / "out"

    found = discover([str(first), str(second)], out)
    known = {str(f.note.resolve()): f.place for f in found}
    again = discover([str(second), str(first)], out, known=known)

    assert len({str(f.output / f.note.stem).casefold() for f in found}) == 2
    assert {(f.note, f.output) for f in again} == {(f.note, f.output) for f in found}
    assert discover([str(second)], out, known={str(first.resolve()): Path()})[0].place != Path()


# --- a run ------------------------------------------------------------------------------------------------------------


def test_all_is_done_and_the_second_run_does_nothing(garden: Garden) -> None:
    """It starts no process and touches no file."""
    for i in range(4):
        note(garden.notes / f"n{i}.md", body=f"Text {i}.")
    first = garden.batch()
    files, times = garden.files(), {p: p.stat().st_mtime_ns for p in garden.output.rglob("*.srt")}

    second = garden.batch()

    assert first.counts == Counter(done=4)
    assert first.exit_code == second.exit_code == 0
    assert second.counts == Counter(current=4)
    assert len(files) == 4
    assert sorted(logged(garden.cache)) == [f"make n{i}" for i in range(4)]
    assert {p: p.stat().st_mtime_ns for p in garden.output.rglob("*.srt")} == times
    assert {e.kind for e in garden.events} == {"plan", "current", "summary"}


@pytest.mark.parametrize("change", ["note", "output", "removed", "settings", "audio", "stars"])
def test_what_has_changed_is_done_again_and_nothing_else(garden: Garden, change: str) -> None:
    """Its text, its recording, its settings, or its files."""
    (garden.notes).mkdir()
    (garden.notes / "talk.wav").write_bytes(b"sound")
    (garden.notes / "other.wav").write_bytes(b"sound")
    first = note(garden.notes / "a.md", more="subsync:\n  cards: starred\n" if change == "stars" else "")
    other = note(garden.notes / "b.md", source="other.wav")
    garden.batch()
    match change:
        case "note":
            note(first, body="Another text.")
        case "output":
            (garden.output / "a" / "a.srt").write_text("edited")
        case "removed":
            (garden.output / "a" / "a.srt").unlink()
        case "settings":
            note(first, more="subsync:\n  top: zh\n")
        case "stars":
            (garden.output / "a" / "a.stars.json").write_text('{"texts": []}')
        case _:
            (garden.notes / "talk.wav").write_bytes(b"another sound")

    assert garden.batch().counts == Counter(done=1, current=1)
    assert garden.told("current") == [other.stem]


def test_a_result_is_known_by_the_picture_too(tmp_path: Path) -> None:
    """Where one is asked for; a video of another day under the same name is another one."""
    (picture := tmp_path / "film.mp4").write_bytes(b"one")
    seen = Settings(picture=str(picture), video=True)
    task = Task(Job(note(tmp_path / "a.md"), tmp_path / "out", seen), tmp_path / "cache")
    before = inputs_of(task)

    picture.write_bytes(b"another")

    assert inputs_of(task) != before
    unseen = replace(task, job=replace(task.job, settings=replace(seen, video=False)))
    assert "picture" not in inputs_of(unseen)


def test_a_note_is_parsed_once_for_its_recording_and_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever fetches its recording keeps it for whoever makes its files."""
    write_sound(tmp_path / "talk.wav", tone(1000))
    task = Task(Job(note(tmp_path / "a.md"), tmp_path / "out", Settings()), tmp_path / "cache")
    fetch_recording(task, silent)

    def again(*_: object, **__: object) -> None:
        raise AssertionError("parsed again")

    monkeypatch.setattr("subsync.note.reader.parse_note", again)
    fetch_recording(task, silent)


def test_another_model_does_all_again(garden: Garden, models: dict[str, str]) -> None:
    """A better one, that was not at hand before."""
    note(garden.notes / "a.md")
    garden.batch()
    models["default"] = "base"

    assert garden.batch().counts == Counter(done=1)


def test_short_notes_come_first_unless_told_otherwise(garden: Garden) -> None:
    """So that there is soon something to look at."""
    note(garden.notes / "a.md", body="long " * 500)
    note(garden.notes / "b.md")
    note(garden.notes / "c.md", body="middle " * 20)

    garden.batch(jobs=1)
    quick = garden.told("done")
    garden.batch(jobs=1, planned=PlanOptions(order="given", force=True))

    assert quick == ["b", "c", "a"]
    assert garden.told("done") == ["a", "b", "c"]


def test_what_fails_is_named_and_harms_nobody(garden: Garden) -> None:
    """By the class of its error and what to do; a lasting failure is not tried again until it is asked for."""
    for name, body in [("bad", "BROKEN"), ("bug", "BUG"), ("good", "Hello.")]:
        note(garden.notes / f"{name}.md", body=body)
    note(garden.notes / "gone.md", source="https://gone.example/a.mp3")
    (garden.notes / "yaml.md").write_text("---\nsource: [a\n---\n")

    first = garden.batch(processes=True)
    kinds = {Path(shown).stem: failure.kind for shown, failure in first.failures}
    second = garden.batch(processes=True)
    again = garden.batch(planned=PlanOptions(retry_failed=True))

    assert kinds == {"bad": "AudioError", "bug": "WorkerError", "gone": "FetchError", "yaml": "NoteError"}
    assert all(failure.remedy for _, failure in first.failures)
    assert first.counts == second.counts - Counter(current=1) + Counter(done=1) == Counter(done=1, failed=4)
    assert (first.exit_code, second.exit_code, again.exit_code) == (1, 1, 1)
    assert Counter(logged(garden.cache)) == Counter({"make good": 1, "fetch gone": 2})
    row = next(row for row in read_manifest(garden.output) if row.shown.endswith("bad.md"))
    assert (row.state, row.error_class, row.message) == ("failed", "AudioError", "not a recording")


def test_a_note_that_is_mended_is_done(garden: Garden) -> None:
    """Its failure is remembered for the text that failed."""
    path = note(garden.notes / "a.md", body="BROKEN")
    garden.batch()
    note(path, body="Mended.")

    assert garden.batch().counts == Counter(done=1)
    (row,) = read_manifest(garden.output)
    assert (row.state, row.error_class, row.attempts) == ("done", "", 0)


def test_fail_fast_stops_at_the_first_failure(garden: Garden) -> None:
    """What was not begun is left for the next run."""
    note(garden.notes / "a.md", body="BROKEN")
    for i in range(5):
        note(garden.notes / f"b{i}.md")

    summary = garden.batch(jobs=1, fail_fast=True, planned=PlanOptions(order="given"))

    assert summary.counts == Counter(failed=1, pending=5)
    assert garden.batch().counts == Counter(failed=1, done=5)


@pytest.mark.parametrize("source", ["http://a.example:99999/x", "https://[::1/x", "a\\0b", "http://", "x" * 5000])
def test_a_source_that_makes_no_sense_harms_nobody(garden: Garden, source: str) -> None:
    """Whatever it is, the loop goes on."""
    note(garden.notes / "a.md", source=f'"{source}"')
    note(garden.notes / "b.md")

    assert garden.batch().counts.total() == 2
    assert "b" in garden.told("done")


@pytest.mark.parametrize("name", ["con", "a" * 252, "a..%2f..", " ", "-", "小说", "a\nb", "${HOME}"])
def test_names_of_all_kinds(garden: Garden, name: str) -> None:
    """All stay below the folder of the results."""
    note(garden.notes / "deep" / f"{name}.md")

    assert garden.batch().counts == Counter(done=1)
    assert len(garden.files()) == 1


def test_a_link_that_leads_out_of_the_results_is_not_followed(garden: Garden, tmp_path: Path) -> None:
    """The note fails, and nothing is written there."""
    note(garden.notes / "a.md")
    note(garden.notes / "b.md")
    (tmp_path / "elsewhere").mkdir()
    garden.output.mkdir()
    (garden.output / "a").symlink_to(tmp_path / "elsewhere")

    summary = garden.batch()

    assert summary.counts == Counter(done=1, failed=1)
    assert summary.failures[0][1].kind == "StoreError"
    assert [*(tmp_path / "elsewhere").iterdir()] == []


# --- processes that die -----------------------------------------------------------------------------------------------


def test_a_worker_that_dies_costs_its_own_note_one_attempt(garden: Garden) -> None:
    """The others do not notice; the note is tried again elsewhere."""
    for i in range(6):
        note(garden.notes / f"n{i}.md", body="DIE ONCE" if i == 2 else "NAP")

    assert garden.batch(processes=True).counts == Counter(done=6)
    assert garden.told("retry") == ["n2"]
    assert Counter(logged(garden.cache)) == Counter(f"make n{i}" for i in range(6))


def test_a_note_that_always_kills_its_worker_fails(garden: Garden) -> None:
    """After two attempts, by the name of the signal."""
    note(garden.notes / "a.md", body="DIE ALWAYS")
    note(garden.notes / "b.md")

    summary = garden.batch(processes=True)

    assert summary.counts == Counter(done=1, failed=1)
    assert [(f.kind, f.message) for _, f in summary.failures] == [
        ("WorkerError", f"its process ended by signal 11 ({signal.strsignal(signal.SIGSEGV)})")
    ]
    assert garden.told("retry") == ["a"]


def test_a_worker_that_dies_idle_is_replaced(tmp_path: Path) -> None:
    """pebble's pool ends for good there."""
    garden = Garden(tmp_path)
    found = [Found(note(garden.notes / f"{name}.md"), garden.output, Path()) for name in "ab"]
    first, second = plan(found, Layers(), cache=Cache(garden.cache)).todo
    pool = Pool(1)
    try:
        pool.submit("a", batchwork.make, first.task)
        ends = [_until_end(pool)]
        (pid,) = pool.pids
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
        pool.submit("b", batchwork.make, second.task)
        ends.append(_until_end(pool))
    finally:
        pool.close()

    assert [(end.key, end.error) for end in ends] == [("a", None), ("b", None)]


def _until_end(pool: Pool) -> Any:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for report in pool.poll():
            if hasattr(report, "value"):
                return report
        time.sleep(0.02)
    raise AssertionError("nothing ended")


def test_time_and_memory_are_limited(garden: Garden) -> None:
    """Each note has its own; none of these is tried twice."""
    note(garden.notes / "eats.md", body="EAT")
    note(garden.notes / "good.md", source="other.wav")
    summary = garden.batch(processes=True, limits=Limits(memory=300_000_000))
    note(garden.notes / "eats.md", body="SLEEP")
    slow = garden.batch(processes=True, limits=Limits(seconds=0.5))

    assert summary.counts == Counter(done=1, failed=1)
    assert "MB of memory" in summary.failures[0][1].message
    assert [failure.message for _, failure in slow.failures] == ["not done after 0.00833 minutes"]
    assert logged(garden.cache) == ["make good"]


def test_a_stop_ends_all_processes_and_keeps_the_manifest(garden: Garden) -> None:
    """At once, whatever is being done; the next run does the rest."""
    for i in range(4):
        note(garden.notes / f"n{i}.md", body="SLEEP" if i < 2 else "Hi.")
    stop = threading.Event()
    stages = []

    def listener(event: Event) -> None:
        stages.append(event.kind)
        if Counter(stages)["done"] == 2 and Counter(stages)["progress"] >= 3:
            stop.set()

    began = time.monotonic()
    summary = garden.batch(processes=True, jobs=3, stop=stop, listener=listener)

    assert summary.exit_code == 130
    assert summary.counts == Counter(done=2, pending=2)
    assert time.monotonic() - began < 10
    assert Counter(row.state for row in read_manifest(garden.output)) == Counter(done=2, pending=2)


def test_all_that_is_to_be_done_is_in_the_manifest_from_the_beginning(garden: Garden) -> None:
    """A batch that is killed then leaves word of what it has not begun, and of the lock that it held nothing."""
    for i in range(3):
        note(garden.notes / f"n{i}.md")
    seen: list[tuple[Counter[str], bool]] = []

    def listener(event: Event) -> None:
        if event.kind == "start" and not seen:
            seen.append((Counter(row.state for row in read_manifest(garden.output)), is_at_work(garden.output)))

    garden.batch(listener=listener)

    assert seen == [(Counter(running=1, pending=2), True)]
    assert not is_at_work(garden.output)


# --- hosts ------------------------------------------------------------------------------------------------------------


def test_a_host_that_asks_to_wait_is_left_alone(garden: Garden) -> None:
    """Its notes are deferred, also in the next run; the others are done."""
    for i in range(3):
        note(garden.notes / f"busy{i}.md", source=f"https://busy.example/{i}.mp3")
    note(garden.notes / "good.md", source="https://good.example/a.mp3")

    first, second = garden.batch(), garden.batch()
    third = garden.batch(ask_closed=True)

    assert first.counts == Counter(done=1, deferred=3)
    assert second.counts == Counter(current=1, deferred=3)
    assert (first.exit_code, second.exit_code, third.exit_code) == (75, 75, 75)
    assert Counter(line.split()[0] for line in logged(garden.cache) if "busy" in line) == Counter(fetch=2)


def test_a_download_that_is_cut_is_tried_again(garden: Garden) -> None:
    """As often as is allowed."""
    note(garden.notes / "a.md", source="https://flaky.example/a.mp3")

    assert garden.batch().counts == Counter(done=1)
    assert logged(garden.cache) == ["fetch a", "fetch a", "make a"]


def test_one_recording_in_two_notes_is_fetched_once(garden: Garden) -> None:
    """By whichever of its addresses; what cannot be had is asked for once, too."""
    note(garden.notes / "a.md", source="https://youtu.be/dQw4w9WgXcQ")
    note(garden.notes / "b.md", source="https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3")
    note(garden.notes / "c.md", source="https://gone.example/a.mp3")
    note(garden.notes / "d.md", source="https://gone.example/a.mp3")

    assert garden.batch().counts == Counter(done=2, failed=2)
    assert Counter(line.split()[0] for line in logged(garden.cache)) == Counter(fetch=2, make=2)


def test_one_recording_in_two_folders_is_worked_on_by_one_note_at_a_time(garden: Garden) -> None:
    """The other finds in the cache what the first has computed, instead of waiting for it in a worker of its own."""
    for name, source in (("a.md", "talk.wav"), ("deep/b.md", "../talk.wav"), ("deep/c.md", "../not-there.wav")):
        note(garden.notes / name, source=source)
    (garden.notes / "talk.wav").touch()

    planned = plan(discover([str(garden.notes)], garden.output), Layers(), cache=Cache(garden.cache))

    sources = {item.task.job.note.stem: item.source for item in planned.todo}
    assert sources["a"] == sources["b"] == str((garden.notes / "talk.wav").resolve())
    assert sources["c"] != sources["a"]


def test_one_host_is_asked_for_one_recording_at_a_time() -> None:
    """With a wait between, but none on this machine."""
    hosts = Hosts(pause=(0.1, 0.1))
    hosts.begin("a.example")
    while_busy = hosts.may_ask("a.example"), hosts.may_ask("b.example")
    hosts.end("a.example")
    at_rest = hosts.may_ask("a.example")
    time.sleep(0.12)
    hosts.begin("127.0.0.1")
    hosts.end("127.0.0.1")

    assert while_busy == (False, True)
    assert not at_rest
    assert hosts.may_ask("a.example")
    assert hosts.may_ask("127.0.0.1")


@pytest.mark.parametrize(
    ("source", "host"),
    [
        ("https://youtu.be/dQw4w9WgXcQ", "youtube.com"),
        ("https://m.youtube.com/watch?v=dQw4w9WgXcQ", "youtube.com"),
        ("https://www.Example.org:8080/a.mp3", "example.org"),
        ("talk.mp3", None),
        ("https://[::1/a.mp3", None),
        (None, None),
    ],
)
def test_the_host_of_a_source(source: str | None, host: str | None) -> None:
    """All names of YouTube are one."""
    assert host_of(source) == host


class Busy:
    """An executor that has room and never comes to an end with anything."""

    pipes: ClassVar[list[Any]] = []
    lost = None
    room = 1

    def __init__(self, stop: threading.Event, turns: int) -> None:
        self.stop, self.turns = stop, turns

    def submit(self, key: str, work: Any, task: Any) -> None:
        """It takes for ever."""

    def poll(self) -> list[Any]:
        self.turns -= 1
        if self.turns <= 0:
            self.stop.set()
        return []

    def close(self) -> None:
        """Nothing is left."""


def test_those_that_wait_cost_nothing_while_nothing_happens(garden: Garden, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of two thousand looked at all of them ten times a second."""
    for n in range(40):
        note(garden.notes / f"n{n}.md", source=f"https://good.example/{n}.mp3")
    looked: list[str] = []
    stop, real = threading.Event(), _Batch._may_begin

    def may_begin(self: _Batch, index: int, item: Item) -> bool:
        looked.append(item.key)
        return real(self, index, item)

    monkeypatch.setattr(_Batch, "_may_begin", may_begin)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    planned = plan(discover([str(garden.notes)], garden.output), Layers(), cache=Cache(garden.cache))
    with Manifest(garden.output) as manifest:
        stages = (
            Stage("fetch", batchwork.fetch, Busy(stop, 200)),
            Stage("sync", batchwork.make, Busy(stop, 200)),
        )
        summary = run_batch(planned, manifest, stages, stop=stop)

    assert summary.counts == {"pending": 40}
    assert 40 <= len(looked) <= 2 * 40


class Restarting(Busy):
    """Its only worker dies at the first task, and another is there ten turns later: what Dask does by itself."""

    def __init__(self, stop: threading.Event, turns: int) -> None:
        super().__init__(stop, turns)
        self.begun: list[str] = []

    def submit(self, key: str, work: Any, task: Any) -> None:
        self.begun.append(key)
        self.room = 0

    def poll(self) -> list[Any]:
        super().poll()
        if len(self.begun) == 1 and self.turns % 10 == 0:
            self.room = 1
        if len(self.begun) == 1 and self.turns == 199:
            return [End(self.begun[0], error=WorkerError("its worker died", retryable=True))]
        return []


def test_a_note_begins_when_there_is_room_again_whatever_made_it(
    garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All workers of a cluster had died at once and come back: the note that waited for them waited for ever."""
    note(garden.notes / "a.md", source="https://good.example/a.mp3")
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    planned = plan(discover([str(garden.notes)], garden.output), Layers(), cache=Cache(garden.cache))
    stop = threading.Event()
    workers = Restarting(stop, 200)
    with Manifest(garden.output) as manifest:
        stages = Stage("fetch", batchwork.fetch, workers), Stage("sync", batchwork.make, Busy(stop, 200))
        run_batch(planned, manifest, stages, options=BatchOptions(wait=0.0, pause=(0.0, 0.0)), stop=stop)

    assert len(workers.begun) == 2


def test_those_that_wait_for_a_host_begin_when_its_pause_is_over() -> None:
    hosts = Hosts(pause=(5.0, 5.0))
    assert hosts.wakes() == math.inf
    hosts.begin("a.example")
    hosts.end("a.example")
    assert 4.0 < hosts.wakes() - time.monotonic() <= 5.0
    hosts.begin("b.example")
    hosts.end("b.example", asked=False)
    assert 4.0 < hosts.wakes() - time.monotonic() <= 5.0


def test_a_host_that_asks_to_come_back_later_is_left_alone_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = Hosts(pause=(0.0, 0.0))
    monkeypatch.setattr(time, "time", lambda: 1000.0)
    assert hosts.shut("a.example") == 4600.0
    for now, closed in ((4599.0, True), (4601.0, False)):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        assert hosts.is_closed("a.example") == closed


@pytest.mark.parametrize(("way", "wait", "rest"), [(0.5, 2.5, 5.0), (1.5, 7.5, 10.0)])
def test_how_patient_a_batch_is(
    garden: Garden, monkeypatch: pytest.MonkeyPatch, way: float, wait: float, rest: float
) -> None:
    """A note is tried twice, five seconds between, more or less; a host has a rest of five to ten."""
    note(garden.notes / "a.md", source="https://good.example/a.mp3")
    (item,) = plan(discover([str(garden.notes)], garden.output), Layers(), cache=Cache(garden.cache)).todo
    monkeypatch.setattr(random, "uniform", lambda low, high: low if way == 0.5 else high)
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    with Manifest(garden.output) as manifest:
        stages = local_stages(BatchOptions())
        batch = _Batch(manifest, stages, BatchOptions(), garden.listen, threading.Event())
        for attempt in (1, 2):
            item.attempts = attempt
            batch._failed(0, item, FetchError("the site does not answer", "Wait.", url="x", retryable=True))
        batch.hosts.end("good.example")

    assert [(event.kind, event.facts.get("seconds")) for event in garden.events] == [("retry", wait), ("failed", None)]
    assert batch.hosts.wakes() == 100.0 + rest


def test_the_length_of_a_recording_is_guessed_from_the_text(garden: Garden) -> None:
    """15 characters a second."""
    path = note(garden.notes / "a.md", body="It is so. " * 900)
    (item,) = plan(discover([str(garden.notes)], garden.output), Layers(), cache=Cache(garden.cache)).todo
    assert round(item.length) == round(path.stat().st_size / 15 * 1000)


# --- the manifest -----------------------------------------------------------------------------------------------------


def test_the_manifest_tells_stage_and_times(garden: Garden) -> None:
    """For whoever asks what became of a note."""
    note(garden.notes / "a.md", source="https://good.example/a.mp3")
    garden.batch()
    with Manifest(garden.output) as manifest:
        (row,) = manifest.rows()

    assert (row.state, row.stage) == ("done", "recognize")
    assert set(row.outputs) == {"a.srt"}
    assert row.inputs["note_sha256"] == sha256_of(garden.notes / "a.md")
    assert row.ended is not None


def test_many_may_open_a_new_manifest_at_once(tmp_path: Path) -> None:
    """SQLite does not wait where the mode of a file is changed."""
    for round_ in range(10):
        failures: list[Exception] = []
        start = threading.Barrier(4)

        def opened(folder: Path, start: threading.Barrier = start, failures: list[Exception] = failures) -> None:
            start.wait()
            try:
                Manifest(folder).close()
            except StoreError as exc:
                failures.append(exc)

        threads = [threading.Thread(target=opened, args=(tmp_path / str(round_),)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []


def test_a_manifest_of_a_newer_subsync_is_left_alone(tmp_path: Path) -> None:
    """And a damaged one is an error that says what to do."""
    with Manifest(tmp_path) as manifest:
        manifest._db.execute("PRAGMA user_version=9")
    with pytest.raises(StoreError, match="newer subsync"):
        Manifest(tmp_path)
    (tmp_path / "manifest.sqlite").write_bytes(b"not a database, not at all" * 100)
    with Manifest(tmp_path / "b") as manifest:
        manifest.put(Row("a.md", "a.md", "."))
    with sqlite3.connect(tmp_path / "b" / "manifest.sqlite") as db:
        db.execute("UPDATE notes SET inputs = '{'")
    with pytest.raises(StoreError, match="damaged manifest can be removed"):
        read_manifest(tmp_path / "b")
    with pytest.raises(StoreError, match="damaged manifest can be removed"):
        Manifest(tmp_path)
