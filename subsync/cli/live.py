"""What a batch tells, for people at a terminal, for log files, for programs."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from subsync.cli.terminal import echo, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Group

    from subsync.batch import Event, Listener

_LOG = logging.getLogger("subsync")


@contextmanager
def listener(*, as_json: bool) -> Iterator[Listener]:
    """A live table on a terminal, plain lines elsewhere, or one JSON object a line on standard output."""
    if as_json:
        yield _json_lines
    elif sys.stderr.isatty() and _LOG.isEnabledFor(logging.INFO):
        from rich.console import Console
        from rich.live import Live

        view = _View()
        with Live(
            get_renderable=view.table, console=Console(stderr=True), refresh_per_second=4, transient=True
        ) as live:

            def show(event: Event) -> None:
                view.take(event)
                if line := _line(event):
                    live.console.print(visible(line), markup=False, highlight=False, soft_wrap=True)

            yield show
    else:
        yield _plain


def _json_lines(event: Event) -> None:
    echo(json.dumps(event.as_json(), ensure_ascii=False))
    sys.stdout.flush()


def _plain(event: Event) -> None:
    line = _line(event)
    if not line:
        return
    (_LOG.error if event.kind == "failed" else _LOG.info)("%s", line)


def _line(event: Event) -> str:
    """What is told at once; the summary names the failures again."""
    facts = event.facts
    line = ""
    match event.kind:
        case "plan":
            line = f"{facts['todo']} notes to do, {facts['current']} up to date"
            line += f", {facts['failed']} that cannot be done" if facts["failed"] else ""
        case "done":
            placed = f"{facts['placed']} of {facts['sentences']} sentences placed" if "placed" in facts else "done"
            line = "; ".join([placed, *facts.get("shortcomings", ())])
        case "failed":
            line = facts["message"]
        case "deferred":
            line = f"put off: {facts['message']}"
        case "retry":
            line = f"{facts['message']}; trying again in {facts['seconds']:.0f} s"
        case "log":
            line = facts["text"]
    return f"{event.note}: {line}" if line and event.note else line


@dataclass
class _Doing:
    stage: str
    since: float
    done: float = 0.0
    total: float | None = None

    def left(self, now: float) -> float | None:
        """Seconds, by how it went so far."""
        if not self.total or self.done <= 0:
            return None
        return (now - self.since) * (self.total - self.done) / self.done


@dataclass
class _View:
    """What the live table shows."""

    counts: Counter[str] = field(default_factory=Counter)
    todo: int = 0
    began: float = field(default_factory=time.monotonic)
    doing: dict[str, _Doing] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        now = time.monotonic()
        match event.kind:
            case "plan":
                self.todo = event.facts["todo"]
            case "start":
                self.doing[event.note] = _Doing(event.stage, now)
            case "progress" if event.note in self.doing:
                doing = self.doing[event.note]
                doing.done, doing.total = event.facts["done"], event.facts["total"]
            case "done" | "failed" | "deferred" | "pending":
                self.counts[event.kind] += 1
                self.doing.pop(event.note, None)
            case "retry":
                self.doing.pop(event.note, None)

    def table(self) -> Group:
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        now = time.monotonic()
        table = Table("note", "stage", "done", "speed", "left", box=None, pad_edge=False, header_style="dim")
        for note, doing in self.doing.items():
            share = f"{doing.done / doing.total:.0%}" if doing.total else ""
            table.add_row(Text(visible(note)[-50:]), doing.stage, share, _speed(doing, now), _clock(doing.left(now)))
        settled = sum(self.counts.values())
        left = (now - self.began) * (self.todo - settled) / settled if settled else None
        counts = ", ".join(f"{n} {state}" for state, n in sorted(self.counts.items()))
        return Group(table, Text(f"{settled} of {self.todo} notes{f' ({counts})' if counts else ''}  {_clock(left)}"))


def _speed(doing: _Doing, now: float) -> str:
    """How often faster than it is spoken, or bytes a second."""
    seconds = now - doing.since
    if seconds < 0.5 or doing.done <= 0:
        return ""
    return f"{doing.done / seconds / 1e6:.1f} MB/s" if doing.stage == "fetch" else f"{doing.done / seconds / 1000:.1f}x"


def _clock(seconds: float | None) -> str:
    return "" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02} left"
