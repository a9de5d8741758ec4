"""How long the whole job takes, beside transcribing alone: same model, threads and file, in turn, as ratios.

    make bench-speed                                        the sample
    make bench-speed NOTE=note.md AUDIO=talk.m4a MODEL=DIR  yours

Each run is a process of its own, from its start to its end; `subsync sync` starts with an empty cache. ``again`` is the
same command a second time, with nothing changed.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("note", type=Path)
    parser.add_argument("audio", type=Path)
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sequential", action="store_true", help="compare with faster-whisper's sequential mode too")
    asked = parser.parse_args()
    times: dict[str, list[float]] = {}
    for _ in range(asked.runs):
        for name, seconds in one_round(asked):
            times.setdefault(name, []).append(seconds)
            print(f"{name}: {seconds:.1f} s", file=sys.stderr)
    base = median(times["faster-whisper, batched"])
    print(f"| {asked.audio.name}, {Path(asked.model).name} | median | of batched transcription |\n|---|---|---|")
    for name, runs in times.items():
        print(f"| {name} | {median(runs):.1f} s | {median(runs) / base:.2f} |")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nLargest process: {peak:.0f} MB.")


def one_round(asked: argparse.Namespace) -> list[tuple[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        sync = [sys.executable, "-m", "subsync", "-q", "sync", str(asked.note), "--audio", str(asked.audio)]
        sync += ["--model", asked.model, "-o", f"{folder}/out"]
        cache = {"SUBSYNC_CACHE": f"{folder}/cache"}
        found = [("subsync sync", timed(sync, cache)), ("subsync sync, again", timed(sync, cache))]
        full = {"SUBSYNC_CACHE": f"{folder}/full"}
        found.append(("subsync sync --recognition full", timed([*sync, "--recognition", "full"], full)))
    for mode in ("batched", "sequential") if asked.sequential else ("batched",):
        command = [sys.executable, str(HERE / "transcribe.py"), str(asked.audio), asked.model, mode]
        found.append((f"faster-whisper, {mode}", timed(command, {})))
    return found


def timed(command: list[str], environment: dict[str, str]) -> float:
    start = time.monotonic()
    subprocess.run(command, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


if __name__ == "__main__":
    main()
