"""`subsync study`: pages that are made, opened and served from the command line."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from subsync.pages import server
from subsync.run.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shell import Done

pytestmark = pytest.mark.model


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[server.PageServer]:
    """The servers that were started; none of them waits for a request."""
    started: list[server.PageServer] = []

    def note(self: server.PageServer) -> None:
        started.append(self)

    monkeypatch.setattr(server.PageServer, "serve_forever", note)
    return started


def study(subsync: Callable[..., Done], *arguments: str) -> Done:
    return subsync("study", *arguments, "--no-open", "--model", "tiny.en")


def test_a_note_gets_its_page(desk: Path, subsync: Callable[..., Done]) -> None:
    """What is missing is made; the page's path is the last word."""
    done = study(subsync, "talk.md")

    assert done.code == 0
    assert done.out.splitlines()[-1] == str(desk / "subsync-out" / "talk" / "talk.study.html")
    assert (desk / "subsync-out" / "talk" / "talk.study.html").is_file()
    assert study(subsync, "subsync-out/talk").out == "subsync-out/talk/talk.study.html\n"


def test_the_copy_of_a_recording_that_has_one_is_played(
    desk: Path, subsync: Callable[..., Done], served: list[server.PageServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In both pages, which know the recording itself too, and where one is served."""
    monkeypatch.setattr(Session, "playable", lambda _, media: media.path.with_name("copy.mp4"))
    study(subsync, "talk.md", "--serve")
    for kind in ("study", "review"):
        page = (desk / "subsync-out" / "talk" / f"talk.{kind}.html").read_text(encoding="utf-8")
        assert all(f'":"../../{name}"' in page for name in ("copy.mp4", "talk.wav"))
    assert served[0].recording == desk / "copy.mp4"


def test_a_garden_gets_a_page_over_its_notes(desk: Path, subsync: Callable[..., Done]) -> None:
    assert study(subsync, "talk.md").code == 0

    done = study(subsync, "subsync-out")

    assert (done.code, done.out) == (0, "subsync-out/index.html\n")
    assert '"page":"talk/talk.study.html"' in (desk / "subsync-out" / "index.html").read_text(encoding="utf-8")


def test_a_note_that_has_gone_is_not_in_the_page_over_its_garden(desk: Path, subsync: Callable[..., Done]) -> None:
    """Nor drawn with the others; a result that is alone, or named, is what somebody wants to see."""
    assert study(subsync, "talk.md").code == 0
    assert study(subsync, "subsync-out").code == 0
    (desk / "talk.md").rename("moved.md")
    assert "gone" not in study(subsync, "subsync-out").err

    assert study(subsync, "moved.md").code == 0
    done = study(subsync, "subsync-out")

    page = (desk / "subsync-out" / "index.html").read_text(encoding="utf-8")
    assert '"page":"moved/moved.study.html"' in page
    assert "talk/talk.study.html" not in page
    assert "subsync-out/talk: left out, its note is gone" in done.err
    assert subsync("report", "subsync-out").out == "subsync-out/moved/moved.overview.svg\n"
    assert subsync("report", "subsync-out/talk").out.endswith("talk.overview.svg\n")


def test_the_sound_is_put_into_a_page_beside_it(desk: Path, subsync: Callable[..., Done]) -> None:
    """The page without it stays as it was: the next run has nothing to do."""
    done = study(subsync, "talk.md", "--with-sound")

    assert done.code == 0
    folder = desk / "subsync-out" / "talk"
    sizes = [(folder / f"talk.study{middle}.html").stat().st_size for middle in ("", ".sound")]
    assert 26 * 24_000 / 8 * 0.7 < sizes[1] - sizes[0] < 26 * 24_000 / 8 * 4 / 3 * 1.3
    assert "nothing has changed" in study(subsync, "talk.md").err


def test_a_phone_is_let_in_when_asked(
    desk: Path, subsync: Callable[..., Done], served: list[server.PageServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By an address in the network and its QR code; else nobody but this machine is."""
    import segno

    monkeypatch.setattr(server, "own_address", lambda: "192.0.2.7")
    alone = study(subsync, "talk.md", "--serve")
    shared = study(subsync, "talk.md", "--serve", "--lan")

    assert (alone.code, shared.code) == (0, 0)
    assert [s.server_address[0] for s in served] == ["127.0.0.1", "0.0.0.0"]
    drawn = io.StringIO()
    segno.make(served[1].url, micro=False).terminal(out=drawn, compact=True)
    assert served[1].url.startswith("http://192.0.2.7:")
    assert drawn.getvalue() in shared.out
    assert shared.out.endswith(f"{served[1].url}\n")
    assert "█" not in alone.out
    assert "▄" not in alone.out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("talk.md", "--lan"), "--lan says to whom the page is served"),
        ((".", "--serve"), "several notes can be opened, not served"),
        ((".",), "no result below it"),
        (("nothing.md",), "does not exist"),
    ],
)
def test_what_makes_no_sense_is_refused(
    desk: Path, subsync: Callable[..., Done], arguments: tuple[str, ...], reason: str
) -> None:
    done = study(subsync, *arguments)

    assert (done.code, done.out) == (2, "")
    assert reason in done.err


def test_a_damaged_result_is_named(desk: Path, subsync: Callable[..., Done]) -> None:
    folder = desk / "out" / "x"
    folder.mkdir(parents=True)
    (folder / "x.study.html").touch()
    (folder / "x.sync.json").write_text("{}", encoding="utf-8")

    done = study(subsync, "out")

    assert done.code == 2
    assert "damaged" in done.err
    assert not (desk / "out" / "index.html").exists()


def test_a_result_without_a_page_is_left_out(desk: Path, subsync: Callable[..., Done]) -> None:
    """And named: it was made by an older version."""
    assert study(subsync, "talk.md").code == 0
    other = desk / "subsync-out" / "old"
    other.mkdir()
    text = (desk / "subsync-out" / "talk" / "talk.sync.json").read_text(encoding="utf-8")
    (other / "old.sync.json").write_text(text, encoding="utf-8")

    done = study(subsync, "subsync-out")

    assert done.code == 0
    assert "no study page beside it" in done.err
