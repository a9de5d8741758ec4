"""What is published works where nothing else is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOTE = ROOT / "samples" / "tide-machine.md"


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def test_a_wheel_in_an_empty_environment_does_the_demo(tmp_path: Path) -> None:
    """Build it, install it with its embedded model, ask for help, sync the sample."""
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("subsync_notes-*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    constraints = ROOT / ".ci" / "constraints.txt"
    run(python, "-m", "pip", "install", "--quiet", "--constraint", constraints, f"{wheel}[tiny]", cwd=tmp_path)
    for name in ("tide-machine.md", "tide-machine.opus"):
        shutil.copy(NOTE.parent / name, tmp_path)

    usage = run(tmp_path / "venv" / "bin" / "subsync", "--help", cwd=tmp_path)
    command = (python, "-m", "subsync", "sync", "tide-machine.md", "--model", "tiny.en")
    written = run(*command, cwd=tmp_path, SUBSYNC_CACHE=str(tmp_path / "cache")).splitlines()

    assert "sync" in usage
    subtitles = tmp_path / "subsync-out" / "tide-machine" / "tide-machine.en-zh.srt"
    assert str(subtitles) in written
    cues = subtitles.read_text(encoding="utf-8")
    assert "常有人问我" in cues
