"""A note from file to files: nothing done twice, everything done that has to be, and never half a file."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import srt

from subsync.errors import AudioError, NothingToAlignError, StoreError, UsageError
from subsync.formats import FORMATS, read_sync
from subsync.run.job import Job, Outcome, apply_edits, run_job, write_files
from subsync.run.session import Session
from subsync.run.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.model

TINY = Settings(model="tiny.en")


@dataclass
class Watch:
    """A run, and what its stages told of their progress."""

    settings: Settings = TINY
    output: Path = Path("out")
    told: list[tuple[str, float, float | None]] = field(default_factory=list)

    @property
    def stages(self) -> set[str]:
        return {stage for stage, _, _ in self.told}

    @property
    def job(self) -> Job:
        return Job(Path("talk.md"), self.output, self.settings)

    def __call__(self) -> Outcome:
        def progress(stage: str, done: float, total: float | None) -> None:
            self.told.append((stage, done, total))

        return run_job(self.job, Session(Settings(model=self.settings.model), progress=progress))

    def correct(self, text: str) -> tuple[str, ...]:
        return apply_edits(self.job, text, Session(self.settings), path="edits.json")


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """When each file was written, and what is in it."""
    return {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in sorted(folder.iterdir())}


def written(before: Mapping[str, tuple[int, bytes]], after: Mapping[str, tuple[int, bytes]]) -> set[str]:
    """Suffixes of the files that are new or were written again."""
    return {name.split(".", 1)[1] for name in after if before.get(name, (0,))[0] != after[name][0]}


def read(folder: Path) -> list[tuple[int, str]]:
    """Start and text of each cue in the bilingual file."""
    cues = srt.parse((folder / "talk.en-zh.srt").read_text(encoding="utf-8"))
    return [(round(cue.start.total_seconds() * 1000), cue.content) for cue in cues]


def sentences(folder: Path) -> list[tuple[str, int | None]]:
    """The English sentences and when each starts."""
    document = json.loads((folder / "talk.sync.json").read_text(encoding="utf-8"))
    return [(s["text"], s["start_ms"]) for s in document["sentences"] if s["lang"] == "en"]


@pytest.fixture
def out(desk: Path) -> Path:
    """Where the results of the note on the desk are."""
    return desk / "out" / "talk"


def test_all_files_of_the_contract_are_written(out: Path) -> None:
    """And nothing else is left behind."""
    outcome = Watch()()

    suffixes = {*FORMATS, "review.html", "study.html"}
    assert {p.name for p in out.iterdir()} == {f"talk.{suffix}" for suffix in suffixes}
    assert set(outcome.files) == set(out.iterdir())
    assert outcome.fresh
    assert outcome.tally["placed"] == outcome.tally["sentences"] == 5
    assert outcome.shortcomings == ()


def bars_are_right(told: list[tuple[str, float, float | None]]) -> None:
    """A bar begins before the work, never goes back or beyond its end, and is full when the next one begins."""
    stages = {stage: [(done, total) for name, done, total in told if name == stage] for stage, _, _ in told}
    for stage, steps in stages.items():
        counts = [done for done, _ in steps]
        assert counts == sorted(counts), stage
        assert all(total is None or done <= total for done, total in steps), stage
        assert steps[-1] == (steps[-1][1], steps[-1][1]), stage
    assert steps_between(told, "pair", "cut") == []
    assert len({(done, total) for done, total in stages["align"] if total}) > 1  # it does not leap from none to all
    assert [total for done, total in stages["decode"][1:-1] if done] == [26_200] * (len(stages["decode"]) - 2)


def steps_between(told: list[tuple[str, float, float | None]], one: str, two: str) -> list[str]:
    """What told of its progress between the end of a stage and the beginning of another."""
    names = [stage for stage, _, _ in told]
    return names[len(names) - names[::-1].index(one) : names.index(two)]


def test_a_second_run_computes_nothing_and_touches_nothing(out: Path) -> None:
    """It says the same."""
    first = Watch()()
    before = state(out)
    again = Watch()

    second = again()

    assert state(out) == before
    assert second == replace(first, fresh=False)
    assert again.stages == set()


def test_a_run_without_cache_writes_identical_bytes(out: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And leaves the files that hold the same already; every stage tells how far it is."""
    Watch()()
    before = state(out)
    monkeypatch.setenv("SUBSYNC_CACHE", str(tmp_path / "another"))
    anew = Watch()

    assert anew().fresh
    assert anew.stages == {"decode", "recognize", "align", "pair", "cut"}
    bars_are_right(anew.told)
    assert state(out) == before


def test_a_file_that_was_touched_is_written_again_alone(out: Path) -> None:
    """Changed or removed; the others stay as they are."""
    Watch()()
    before = state(out)
    (out / "talk.en.srt").write_text("mine", encoding="utf-8")
    (out / "talk.zh.vtt").unlink()
    again = Watch()

    assert again().fresh
    after = state(out)
    assert {name: data for name, (_, data) in after.items()} == {name: data for name, (_, data) in before.items()}
    assert written(before, after) == {"en.srt", "zh.vtt"}
    assert again.stages == {"pair", "cut"}


def test_a_changed_translation_is_written_and_nothing_is_heard_or_aligned_again(out: Path, desk: Path) -> None:
    """The recording and what is spoken are the same."""
    Watch()()
    note = desk / "talk.md"
    note.write_text(note.read_text(encoding="utf-8").replace("欢迎回到", "欢迎再来"), encoding="utf-8")
    again = Watch()

    assert again().fresh
    assert "欢迎再来" in (out / "talk.zh.srt").read_text(encoding="utf-8")
    assert again.stages == {"pair", "cut"}


def test_a_changed_setting_changes_the_files_that_it_concerns(out: Path) -> None:
    """And back again it is a matter of looking up."""
    Watch()()
    before = state(out)

    assert Watch(replace(TINY, top="zh"))().fresh
    after = state(out)
    assert written(before, after) == {"en-zh.srt", "en-zh.vtt"}
    assert all(text[0] > "\u3000" for _, text in read(out) if "\n" in text)

    Watch()()
    assert {n: d for n, (_, d) in state(out).items()} == {n: d for n, (_, d) in before.items()}


def test_more_formats_are_written_if_asked_for(out: Path) -> None:
    Watch(replace(TINY, also=("en-zh.ass",)))()

    assert (out / "talk.en-zh.ass").read_text(encoding="utf-8").startswith("[Script Info]")


def test_a_recognition_that_was_killed_goes_on(
    desk: Path, out: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Ctrl-C while it listens, then the same command again: the same files."""
    Watch()()
    expected = read(out)
    shutil.rmtree(out)
    monkeypatch.setenv("SUBSYNC_CACHE", str(tmp_path / "another"))

    def told(stage: str, done: float, total: float | None) -> None:
        if stage == "recognize":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_job(Watch().job, Session(Settings(model="tiny.en"), progress=told))
    assert not out.exists()
    again = Watch()

    again()

    assert "decode" not in again.stages
    assert read(out) == expected


# --- corrections ------------------------------------------------------------------------------------------------------


def edits_of(desk: Path, out: Path, *rows: dict[str, object]) -> str:
    note = json.loads((out / "talk.sync.json").read_text(encoding="utf-8"))["note"]
    return json.dumps({"schema_version": 1, "note": note, "edits": rows})


WELCOME = "Welcome back to Slow Instruments."


def row(out: Path, text: str, **action: object) -> dict[str, object]:
    document = json.loads((out / "talk.sync.json").read_text(encoding="utf-8"))
    (index,) = (n for n, s in enumerate(document["sentences"]) if s["text"] == text)
    return {"sentence": index, "text": text, **action}


def test_corrections_hold_for_every_further_run(desk: Path, out: Path) -> None:
    """They are kept beside the results, and a changed note does not lose them."""
    Watch()()
    Watch().correct(edits_of(desk, out, row(out, WELCOME, action="start", ms=15_300)))

    Watch()()
    assert dict(sentences(out))[WELCOME] == 15_300
    kept = Watch().job.edits.read_bytes()
    note = desk / "talk.md"
    note.write_text(note.read_text(encoding="utf-8").replace("### 开场", "### 开场白"), encoding="utf-8")
    Watch()()

    assert dict(sentences(out))[WELCOME] == 15_300
    assert Watch().job.edits.read_bytes() == kept


def test_a_corrected_sentence_that_is_edited_in_the_note_does_not_stop_later_runs(
    desk: Path, out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its correction is left out and named, the others hold, and it holds again with the old wording."""
    Watch()()
    (last,) = (text for text, start in sentences(out)[-1:])
    Watch().correct(edits_of(desk, out, row(out, WELCOME, action="start", ms=15_300), row(out, last, action="absent")))
    kept = Watch().job.edits.read_bytes()
    note = desk / "talk.md"
    before = note.read_text(encoding="utf-8")
    note.write_text(before.replace(WELCOME, "Welcome back to Slow Machines."), encoding="utf-8")

    Watch()()

    assert f'no English sentence of talk.md is "{WELCOME}"; that correction is left out' in caplog.text
    assert dict(sentences(out))[last] is None
    assert Watch().job.edits.read_bytes() == kept
    note.write_text(before, encoding="utf-8")
    Watch()()
    assert dict(sentences(out))[WELCOME] == 15_300


def test_earlier_corrections_that_are_not_in_a_file_go_and_are_counted(
    desk: Path, out: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Watch()()
    Watch().correct(edits_of(desk, out, row(out, WELCOME, action="start", ms=15_300)))
    assert "earlier" not in caplog.text

    Watch().correct(edits_of(desk, out))

    assert "1 earlier correction of times is not in edits.json: left out from now on" in caplog.text


def test_a_sentence_that_a_person_calls_absent_has_no_cue(desk: Path, out: Path) -> None:
    Watch()()
    Watch().correct(edits_of(desk, out, row(out, WELCOME, action="absent")))

    Watch()()

    assert dict(sentences(out))[WELCOME] is None
    assert "Welcome" not in (out / "talk.en.srt").read_text(encoding="utf-8")


def test_corrections_of_another_note_are_refused_and_change_nothing(desk: Path, out: Path) -> None:
    Watch()()
    before = state(out)
    text = edits_of(desk, out, {"sentence": 0, "text": "Somebody else said this.", "action": "absent"})

    with pytest.raises(UsageError, match="Somebody else said this"):
        Watch().correct(text)
    assert state(out) == before


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"{", b"[]"])
def test_a_kept_edits_file_that_was_damaged_is_named(desk: Path, out: Path, data: bytes) -> None:
    """It is the user's work: neither ignored nor overwritten."""
    Watch()()
    before = state(out)
    Watch().job.edits.write_bytes(data)

    with pytest.raises(UsageError, match=r"talk\.edits\.json"):
        Watch()()
    assert Watch().job.edits.read_bytes() == data
    assert {n: s for n, s in state(out).items() if n != "talk.edits.json"} == before


@pytest.mark.parametrize("picture", ["none.mp4", "talk.wav", "talk.md", None])
def test_a_picture_that_is_none_is_refused_before_the_work(
    desk: Path, out: Path, monkeypatch: pytest.MonkeyPatch, picture: str | None
) -> None:
    """Not after an hour of it: nothing is heard, and no file is written."""
    settings = replace(TINY, video=True, picture=picture)
    monkeypatch.setattr("subsync.pipeline.sync_note", lambda *_, **__: pytest.fail("worked first"))

    with pytest.raises((UsageError, AudioError), match=picture or r"talk\.wav: is sound without a picture"):
        Watch(settings)()
    assert not out.exists()


def test_a_result_is_made_again_for_another_picture(desk: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the same name too."""
    monkeypatch.setattr("subsync.run.job.media_files", lambda *_: {})
    monkeypatch.setattr("subsync.formats.media.video.require_video", lambda *_, **__: None)
    (desk / "film.mp4").write_bytes(b"one")
    film = replace(TINY, video=True, picture="film.mp4")

    assert [Watch(film)().fresh, Watch(film)().fresh] == [True, False]
    (desk / "film.mp4").write_bytes(b"another")
    assert Watch(film)().fresh


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_an_output_that_cannot_be_written_is_an_error_with_the_place(desk: Path) -> None:
    """A read-only place; the kernel's own is one for everybody."""
    with pytest.raises(
        StoreError, match=r"cannot (write|write into|use) /sys/.*\n  Choose a place that you may write to \(-o"
    ):
        Watch(output=Path("/sys/subsync-test"))()


def test_an_output_that_is_a_file_is_an_error_and_stays(desk: Path) -> None:
    (desk / "out").write_text("mine")

    with pytest.raises(StoreError, match=r"cannot (read|write) .*out/talk"):
        Watch()()
    assert (desk / "out").read_text() == "mine"


def test_files_are_the_old_ones_or_the_new_ones_where_one_cannot_be_written(desk: Path, out: Path) -> None:
    """A folder has the name of a file: an error, and every other file is whole."""
    Watch()()
    (out / "talk.en-zh.vtt").unlink()
    (out / "talk.en-zh.vtt").mkdir()
    note = desk / "talk.md"
    note.write_text(note.read_text(encoding="utf-8").replace("欢迎回到", "欢迎再来"), encoding="utf-8")

    with pytest.raises(StoreError, match=r"cannot write .*talk\.en-zh\.vtt"):
        Watch()()

    for path in out.glob("*.srt"):
        assert list(srt.parse(path.read_text(encoding="utf-8")))
    read_sync((out / "talk.sync.json").read_text(encoding="utf-8"))
    assert not list(out.glob("*.tmp"))
    (out / "talk.en-zh.vtt").rmdir()
    Watch()()
    assert "欢迎再来" in (out / "talk.en-zh.vtt").read_text(encoding="utf-8")


def test_a_note_without_english_is_refused_before_the_recording_is_looked_at(desk: Path) -> None:
    (desk / "talk.md").write_text("---\nsource: none.wav\n---\n潮水不等人。\n", encoding="utf-8")

    with pytest.raises(NothingToAlignError, match="no English paragraph, only Chinese ones"):
        Watch()()
    assert not (desk / "out").exists()


def test_a_format_that_there_is_not_is_refused_before_anything_is_written(desk: Path) -> None:
    with pytest.raises(UsageError, match=r"no format 'docx'\n  Beside those"):
        Watch(replace(TINY, also=("docx",)))()
    assert not (desk / "out").exists()


def test_a_result_is_known_by_the_recording_too(desk: Path, out: Path) -> None:
    """The same file name with other sound in it is other sound."""
    Watch()()
    before = sentences(out)
    data = (desk / "talk.wav").read_bytes()
    (desk / "talk.wav").write_bytes(data[:44] + bytes(32_000 * 2) + data[44:])  # two seconds later; the header is old

    assert Watch()().fresh
    shifts = [b - a for (_, a), (_, b) in zip(before, sentences(out), strict=True) if a is not None and b is not None]
    assert len(shifts) >= 4
    assert all(abs(shift - 2000) <= 150 for shift in shifts)


def test_texts_are_written_under_their_names_and_the_same_ones_are_left(tmp_path: Path) -> None:
    """The mtime of a file that holds the same already stays, for those who watch it."""
    files = {"a.srt": "1\n", "b.srt": "2\r\n"}
    first = write_files(files, tmp_path / "new")
    os.utime(first[0], (1, 1))

    assert write_files({**files, "b.srt": "3\n"}, tmp_path / "new") == first
    assert first[0].stat().st_mtime == 1
    assert [p.read_bytes() for p in first] == [b"1\n", b"3\n"]


def test_a_job_knows_its_places(tmp_path: Path) -> None:
    job = Job(Path("notes/A talk.MD"), tmp_path)

    assert (job.stem, job.folder) == ("A talk", tmp_path.resolve() / "A talk")
    assert job.edits == job.folder / "A talk.edits.json"


def test_a_link_that_leads_out_of_the_output_is_refused(tmp_path: Path) -> None:
    (tmp_path / "talk").symlink_to("/")

    with pytest.raises(StoreError, match="leads out of"):
        _ = Job(Path("talk.md"), tmp_path).folder
