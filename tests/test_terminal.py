"""Nothing that a note, a site or a file name holds steers the terminal on which it is shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsync.batch import Event
from subsync.cli.live import _View
from subsync.cli.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from shell import Done

CLIPBOARD = "\x1b]52;c;cm0gLXJmIH4=\x07"
NAME = f"tide{CLIPBOARD}\x9b2J\u202e.md"
NOTE = f"---\nsource: ftp://{CLIPBOARD}x\ntitle: {CLIPBOARD.encode().hex()}\n---\n### A {CLIPBOARD} wheel\n\nWords.\n"


@given(st.text())
def test_what_is_visible_has_no_control_but_line_ends_and_tabs(text: str) -> None:
    """And nothing else of the text is changed."""
    shown = visible(text)

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", shown)
    harmless = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", "", text)
    assert visible(harmless) == harmless
    assert visible("\u200d·é潮\t\n") == "\u200d·é潮\t\n"
    assert visible("\x1b\x9b\u202e\r") == r"\x1b\x9b\u202e\x0d"


def on_a_terminal(folder: Path, *arguments: str) -> str:
    """What a terminal gets from a command."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "subsync", *arguments],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"SUBSYNC_CACHE": str(folder / "cache"), "TERM": "xterm", "COLUMNS": "400"},
    )
    os.close(theirs)
    got = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux says so when nobody writes any more
            break
        if not piece:
            break
        got += piece
    process.wait()
    os.close(ours)
    return got.decode()


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("sync", NAME), r"tide\x1b]52;c;"),
        (("sync", "gone" + CLIPBOARD), r"gone\x1b]52"),
        (("-v", "sync", NAME), r"\x1b]52;c;"),
        (("sync", NAME, "--profile", CLIPBOARD), r"\x1b]52;c;"),
        ((f"no{CLIPBOARD}",), r"\x1b]52;c;"),
        (("batch", "."), r"tide\x1b]52;c;"),
        (("status",), r"tide\x1b]52;c;"),
        (("config", NAME, "--link-style", CLIPBOARD), r"\x1b]52;c;"),
    ],
)
def test_a_terminal_gets_no_command_from_a_note(tmp_path: Path, arguments: tuple[str, ...], shown: str) -> None:
    """On either stream, in results, errors and tables; what was meant is seen."""
    (tmp_path / NAME).write_text(NOTE, encoding="utf-8")
    if arguments[0] == "status":
        on_a_terminal(tmp_path, "batch", ".")

    got = on_a_terminal(tmp_path, *arguments)

    assert "\x1b]" not in got
    assert not re.search("[\x07\x9b\u202e]", got)
    assert shown in got


def test_a_live_table_shows_names_in_visible_characters() -> None:
    """rich leaves escape sequences in what it prints."""
    from rich.console import Console

    view = _View()
    view.take(Event("start", NAME, "fetch", {}))
    console = Console(force_terminal=True, width=200, color_system=None)
    with console.capture() as shown:
        console.print(view.table())

    assert "\x1b]52" not in shown.get()
    assert r"\x1b]52" in shown.get()


def test_another_program_gets_what_is_there(desk: Path, subsync: Callable[..., Done]) -> None:
    """A file or a pipe: byte for byte."""
    note = desk / "talk.md"
    note.write_text(note.read_text(encoding="utf-8").replace("### ", "### \x9b", 1), encoding="utf-8")

    assert "\x9b" in subsync("config", "talk.md", "--link-style", "\x9b").out


def test_nothing_is_printed_past_this_place() -> None:
    """Results through `terminal.echo`, messages through logging."""
    package = Path(__file__).parent.parent / "subsync"
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name != "terminal.py":
            assert not re.search(r"click\.s?echo\(|\bprint\(\"|sys\.stdout\.write", text), path
