"""Time and memory of `subsync sync` as recordings and notes grow: one recording and its note, said several times over.

    make bench-scale NOTE=note.md AUDIO=talk.m4a TIMES='1 2 5 10'

The copies differ in nothing, which is the hardest case for finding text: the order alone says which is which.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import av

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("note", type=Path)
    parser.add_argument("audio", type=Path)
    parser.add_argument("times", type=int, nargs="+")
    parser.add_argument("--model", default="tiny.en")
    asked = parser.parse_args()
    print("| recording | time | time / length | all processes together |\n|---|---|---|---|")
    for count in asked.times:
        with tempfile.TemporaryDirectory() as folder:
            note, audio = grown(asked.note, asked.audio, count, Path(folder))
            seconds, memory, length = measured(note, audio, asked.model, Path(folder))
        print(f"| {length / 3600:.2f} h | {seconds:.0f} s | {seconds / length:.4f} | {memory:.0f} MB |", flush=True)


def grown(note: Path, audio: Path, count: int, folder: Path) -> tuple[Path, Path]:
    """A note and a recording ``count`` times as long."""
    text = note.read_text(encoding="utf-8")
    front, body = re.fullmatch(r"(---\n.*?\n---\n)?(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr] # always
    (folder / "note.md").write_text((front or "") + body * count, encoding="utf-8")
    with av.open(str(folder / "audio.mka"), "w") as out:
        stream = out.add_stream("libopus", rate=48_000)
        stream.bit_rate = 24_000
        stream.layout = "mono"
        for _ in range(count):
            with av.open(str(audio)) as sound:
                resampler = av.AudioResampler("flt", "mono", 48_000)
                for frame in sound.decode(audio=0):
                    for piece in resampler.resample(frame):
                        piece.pts = None
                        out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return folder / "note.md", folder / "audio.mka"


def measured(note: Path, audio: Path, model: str, folder: Path) -> tuple[float, float, float]:
    """Seconds, megabytes of all processes together at their highest, and seconds of sound."""
    command = [sys.executable, "-m", "subsync", "-q", "sync", str(note), "--audio", str(audio), "--model", model]
    command += ["-o", str(folder / "out")]
    start = time.monotonic()
    process = subprocess.Popen(
        command, env=os.environ | {"SUBSYNC_CACHE": str(folder / "cache")}, stdout=subprocess.DEVNULL
    )
    highest = 0
    while process.poll() is None:
        highest = max(highest, together(process.pid))
        time.sleep(0.25)
    seconds = time.monotonic() - start
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    with av.open(str(audio)) as sound:
        length = (sound.duration or 0) / av.time_base
    return seconds, highest / 1e6, length


def together(pid: int) -> int:
    """Bytes of a process and all below it; pages that several share count once (PSS)."""
    import psutil

    total = 0
    with suppress(psutil.Error):
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.Error):
                total += process.memory_full_info().pss
    return total


if __name__ == "__main__":
    main()
