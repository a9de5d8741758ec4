"""Commands about results find them wherever they are, and say so in JSON when asked."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from subsync.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shell import Done

ROOT = Path(__file__).parent.parent


def commands(group: click.Group, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command, those of groups too."""
    for own, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{own} ")
        else:
            yield name + own, command


def test_no_command_answers_in_text_where_json_is_asked_for() -> None:
    """Each of them takes ``--json``, and so hears of one before its name."""
    found = dict(commands(main))

    assert {"sync", "review", "cache prune", "formats"} <= set(found)
    assert [name for name, command in found.items() if "as_json" not in {p.name for p in command.params}] == []


@pytest.fixture
def folder(desk: Path, subsync: Callable[..., Done]) -> Path:
    """Where a batch has put the results of a note that lies deeper."""
    (desk / "notes" / "a").mkdir(parents=True)
    for name in ("talk.md", "talk.wav"):
        shutil.move(name, f"notes/a/{name}")
    assert subsync("batch", "notes", "--model", "tiny.en", "--jobs", "1").code == 0
    return desk / "subsync-out" / "a" / "talk"


@pytest.mark.model
def test_the_results_of_a_batch_are_found_by_the_note(folder: Path, subsync: Callable[..., Done]) -> None:
    """By review, report, study and publish, which make nothing a second time."""
    page, drawing = folder / "talk.review.html", folder / "talk.overview.svg"

    assert subsync("review", "notes/a/talk.md", "--no-open").out == f"{page}\n"
    assert subsync("--json", "review", "notes/a/talk.md", "--no-open").json == {"page": str(page)}
    assert subsync("report", "notes/a/talk.md").out == f"{drawing}\n"
    assert subsync("report", folder.parent, "--json").json == {"files": [str(drawing)]}
    assert subsync("report", drawing.with_name("talk.sync.json")).out == f"{drawing}\n"
    studied = subsync("study", "notes/a/talk.md", "--model", "tiny.en", "--no-open", "--json")
    assert studied.json["page"] == str(folder / "talk.study.html")
    assert studied.json["page"] in studied.json["files"]
    assert not Path("subsync-out/talk").exists()
    published = subsync("publish", "notes/a/talk.md", "--to", "html", "--json").json
    assert published["files"] == ["notes/a/talk.subsync.html", "notes/a/subsync.js", "notes/a/subsync.css"]
    assert [told["note"] for told in published["without_player"]] == ["notes/a/talk.md"]


@pytest.mark.model
def test_two_notes_of_one_name_are_not_written_over_each_other(folder: Path, subsync: Callable[..., Done]) -> None:
    """Into one folder of a site; beside the notes both have their place. Nothing is written where it is refused."""
    shutil.copytree(folder.parent, folder.parent.parent / "b")
    Path("notes/b").mkdir()
    text = Path("notes/a/talk.md").read_text(encoding="utf-8")
    Path("notes/b/talk.md").write_text(text.replace("talk.wav", "other.wav"), encoding="utf-8")

    to_html = ("--to", "html", "--site-folder", "site")
    refused = subsync("publish", "notes", *to_html)
    assert (refused.code, refused.out) == (2, "")
    assert "site/talk.subsync.html: is wanted by two notes, one of them notes/b/talk.md" in refused.err
    assert not Path("site").exists()
    assert [subsync("publish", "notes/a/talk.md", *to_html).code for _ in range(2)] == [0, 0]
    again = subsync("publish", "notes/b/talk.md", "-o", "subsync-out/b", *to_html)
    assert "site/talk.subsync.html: is of another note, a/talk.md, not of b/talk.md" in again.err
    assert "other.wav" not in Path("site/talk.subsync.html").read_text(encoding="utf-8")
    # Hugo goes by the path.
    files = subsync("publish", "notes", "--to", "hugo", "--site-folder", "site", "--json").json["files"]
    pages = [json.loads(Path(name).read_bytes())["page"] for name in files if name.endswith(".json")]
    assert pages == ["notes/a/talk.md", "notes/b/talk.md"]
    done = subsync("publish", "notes", "--to", "11ty", "--json")
    (told,) = [line for line in done.err.splitlines() if "without a player" in line]
    assert told.startswith("subsync: notes/a/talk.md: links without a player: its source talk.wav is no address on")
    assert "and so it is with 1 more" in told
    files = done.json["files"]
    assert files[1:4] == ["notes/_includes/subsync.njk", "notes/subsync.js", "notes/subsync.css"]
    assert files[::4] == ["notes/a/talk.11tydata.json", "notes/b/talk.11tydata.json"]
    data = [Path(f"notes/{name}/talk.11tydata.json").read_text(encoding="utf-8") for name in "ab"]
    assert ["other.wav" in text for text in data] == [False, True]


@pytest.mark.model
def test_a_note_that_cannot_be_read_does_not_keep_the_others_from_being_published(
    folder: Path, subsync: Callable[..., Done]
) -> None:
    """It is named, and the exit code says that not all is done; alone it is an error."""
    assert folder.is_dir()
    Path("notes/b.md").write_bytes(b"---\nsource: a.wav\n---\nThe tide \xff\xfe.\n")
    shutil.copytree(folder, folder.parent.parent / "c")
    Path("notes/c.md").write_text("---\nsource: a.wav\n---\nAnother text.\n", encoding="utf-8")
    (folder.parent.parent / "c" / "talk.sync.json").rename(folder.parent.parent / "c" / "c.sync.json")

    done = subsync("publish", "notes", "--to", "html", "--json")

    assert done.code == 1
    assert done.json["files"] == ["notes/a/talk.subsync.html", "notes/a/subsync.js", "notes/a/subsync.css"]
    assert [f["note"] for f in done.json["failed"]] == ["notes/b.md", "notes/c.md"]
    assert all(Path(name).is_file() for name in done.json["files"])
    assert "notes/b.md" in done.err
    assert subsync("publish", "notes/b.md", "--to", "html").code == 1
    assert subsync("publish", "notes/c.md", "--to", "html").code == 1


@pytest.mark.parametrize("command", [("review",), ("report",), ("publish", "--to", "html"), ("link",)])
def test_a_note_without_a_result_says_what_to_run(
    subsync: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "note.md").write_text("---\nsource: a.wav\n---\nThe tide.\n", encoding="utf-8")

    done = subsync(*command, "note.md", "--json")

    assert done.code != 0
    assert done.json["message"].endswith("no result yet")
    assert done.json["remedy"] == "Run first: subsync sync note.md -o subsync-out"


def test_the_cache_is_tidied_up_in_json(
    subsync: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from subsync.store import Cache

    monkeypatch.setenv("SUBSYNC_CACHE", str(tmp_path))
    path = Cache().path("media", Cache.key("k"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sound")

    assert subsync("cache", "verify", "--json").json == {"entries": 1, "damaged": []}
    assert subsync("--json", "cache", "prune", "--max-mb", "0").json == {"removed": [str(path)], "bytes": 5}
    assert subsync("cache", "prune", "--json").json == {"removed": [], "bytes": 0}


def test_formats_are_listed_in_json(subsync: Callable[..., Done]) -> None:
    from subsync.formats import OPTIONAL

    assert subsync("formats", "--json").json == {suffix: one.about for suffix, one in OPTIONAL.items()}


def test_git_ignores_what_was_installed_for_the_tests(tmp_path: Path) -> None:
    """Also where it is a link to somebody's folder of them."""
    if not shutil.which("git"):
        pytest.skip("git not installed (Debian: git)")
    shutil.copy(ROOT / ".gitignore", tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "node_modules").symlink_to("/usr/lib")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)

    shown = subprocess.run(
        ["git", "status", "--short", "-uall"], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert shown.stdout == "?? .gitignore\n"
