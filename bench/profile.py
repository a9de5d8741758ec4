"""Where the time of `subsync sync` goes: seconds of processor for each stage, in all processes, per recording.

    make bench-profile                     the sample
    make bench-profile BENCH=FOLDER        every recording below FOLDER whose truth is known (see material.py)

Each recording is synced by a process of its own with an empty cache, its stages wrapped from outside. What a stage
costs is what this process (its threads and those of the libraries) and its workers have used between its beginning and
its end, without the stages inside it. Decoding is told from what runs beside it by the clocks of threads; hearing is
shared out by how long the calls of the recogniser's parts last. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from functools import partial, wraps
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from material import materials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

STAGES = {
    # object, as module:name, and the stage that a call of it is
    "subsync.run.job:read_note": "read the note",
    "subsync.run.session:Session.fetch": "fetch, how long",
    "subsync.run.session:Session._decoded": "decode",
    "subsync.listen.recognizer:WhisperRecognizer.hear": "hear",
    "subsync.run.session:Session._laid_over": "lay roughly",
    "subsync.run.session:Session._aligned": "align",
    "subsync.pipeline:pair": "pair",
    "subsync.pipeline:cut": "cut",
    "subsync.pipeline:check": "check",
    "subsync.run.job:all_files": "write",
    "subsync.run.job:_pages": "write",
    "subsync.run.job:write_files": "write",
}
BESIDE = {"subsync.sound.decoder:probabilities": "find speech", "subsync.sound.decoder:block_cepstra": "cepstra"}
"""In threads beside `decode`, without threads of their own."""
PARTS = {
    "faster_whisper:WhisperModel.encode": "hear: encode",
    "faster_whisper:WhisperModel.find_alignment": "hear: times of words",
}
"""Of hearing; the rest of it is writing tokens."""
REST = "start, end, between"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--one", type=Path, nargs=2, metavar=("NOTE", "AUDIO"), help="print one recording's as JSON")
    asked = parser.parse_args()
    if asked.one:
        note, audio = asked.one
        print(json.dumps(profiled(note, audio, asked.model)))
        return
    found = [(m.name, measured(m.note, m.audio, asked.model)) for m in materials(asked.folder or Path("samples"))]
    if not found:
        raise SystemExit(f"{asked.folder}: no note with a recording and a truth below it")
    print(table(found))


def measured(note: Path, audio: Path, model: str) -> dict[str, float]:
    """Seconds of processor by stage, and the ``wall`` clock's."""
    command = [sys.executable, __file__, "--one", str(note), str(audio), "--model", model]
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(command, env=os.environ | {"SUBSYNC_CACHE": folder}, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(run.stdout)
    return found | {"wall": time.monotonic() - start}


def table(found: list[tuple[str, dict[str, float]]]) -> str:
    """Stages down, recordings across."""
    names = [*dict.fromkeys(name for _, by in found for name in by if name != "wall")]
    lines = [f"| s, share | {' | '.join(name for name, _ in found)} |", "|---" * (len(found) + 1) + "|"]
    sums = [sum(seconds for name, seconds in by.items() if name != "wall") for _, by in found]
    for name in names:
        cells = [
            f"{by.get(name, 0):.1f}, {by.get(name, 0) / all_:.0%}" for (_, by), all_ in zip(found, sums, strict=True)
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines.append(f"| all processors | {' | '.join(f'{all_:.1f}' for all_ in sums)} |")
    walls = [f"{by['wall']:.1f}" for _, by in found]
    lines.append(f"| from start to end | {' | '.join(walls)} |")
    return "\n".join(lines)


# --- in the process that is looked at ---------------------------------------------------------------------------------


class Clock:
    """Seconds of processor by stage."""

    def __init__(self) -> None:
        """It begins now, with what the process has used already."""
        self.spent: defaultdict[str, float] = defaultdict(float)
        self.beside: defaultdict[str, float] = defaultdict(float)
        """Of what runs in threads beside a stage, or as a part of it."""
        self._stages = [REST]
        self._last = 0.0
        self._lock = threading.Lock()

    def tick(self) -> None:
        """What was used since the last time belongs to the innermost stage."""
        now = used()
        self.spent[self._stages[-1]] += now - self._last
        self._last = now

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Within it, what all processes use is the stage's."""
        self.tick()
        self._stages.append(name)
        try:
            yield
        finally:
            self.tick()
            self._stages.pop()

    @contextmanager
    def part(self, name: str, stage: str, clock: Callable[[], float]) -> Iterator[None]:
        """A call in any thread, by that clock, if it is made in that stage: the second ear encodes, too."""
        if self._stages[-1] != stage:
            yield
            return
        start = clock()
        try:
            yield
        finally:
            with self._lock:
                self.beside[name] += clock() - start

    def result(self) -> dict[str, float]:
        """The stages, with what ran beside `decode` and the parts of `hear` told apart."""
        self.tick()
        spent: dict[str, float] = dict(self.spent)
        for name in BESIDE.values():
            spent["decode"] = spent.get("decode", 0.0) - self.beside[name]
            spent[name] = self.beside[name]
        if whole := self.beside.pop("hear: all", 0.0):
            hear = spent.pop("hear", 0.0)
            shares = {name: self.beside[name] / whole for name in PARTS.values()}
            spent |= {name: hear * share for name, share in shares.items()}
            spent["hear: write tokens"] = hear * (1 - sum(shares.values()))
        return spent


def used() -> float:
    """Seconds of processor of this process and of all that it has started."""
    import psutil

    total = sum(os.times()[:4])  # with those of children that have ended
    for child in psutil.Process().children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def wrap(place: str, around: Callable[[], AbstractContextManager[None]]) -> None:
    """Have all calls of an object made within a context."""
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner = import_module(module)
    for step in owners:
        owner = getattr(owner, step)
    function = getattr(owner, name)

    @wraps(function)
    def wrapped(*args: Any, **named: Any) -> Any:
        with around():
            return function(*args, **named)

    setattr(owner, name, wrapped)


def profiled(note: Path, audio: Path, model: str) -> dict[str, float]:
    """Sync a note; what each stage took."""
    from subsync.run.process import prepare

    prepare()  # before numpy is loaded: it asks only then how many threads it may have
    clock = Clock()
    for place, name in STAGES.items():
        wrap(place, partial(clock.stage, name))
    for place, name in BESIDE.items():
        wrap(place, partial(clock.part, name, "decode", time.thread_time))
    for place, name in (PARTS | {"subsync.listen.whisper:Whisper.decode": "hear: all"}).items():
        wrap(place, partial(clock.part, name, "hear", time.monotonic))
    from subsync.run.job import Job, run_job
    from subsync.run.session import Session
    from subsync.run.settings import Settings

    settings = Settings(model=model)
    with tempfile.TemporaryDirectory() as folder:
        run_job(Job(note, Path(folder), settings), Session(settings, audio=audio))
    return clock.result()


if __name__ == "__main__":
    main()
