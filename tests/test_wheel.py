"""What is published works where nothing else is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def required(wanted: Requirement, found: dict[str, Distribution]) -> None:
    """Add what a requirement needs of the packages that are installed here, as their own metadata declare it."""
    installed = distribution(wanted.name)
    assert wanted.specifier.contains(installed.version, prereleases=True), f"{wanted} is {installed.version} here"
    for extra in (*wanted.extras, ""):
        key = f"{canonicalize_name(wanted.name)}[{extra}]"
        if key in found:
            continue
        found[key] = installed
        for line in installed.requires or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                required(needed, found)


def link(package: Distribution, site: Path) -> None:
    """Put a package into another environment: links to its files, but for programs."""
    for file in package.files or ():
        if ".." not in file.parts:
            target = site / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(Path(str(file.locate())))


def test_a_wheel_in_an_empty_environment_works(tmp_path: Path, opening: Path) -> None:
    """Build it, install it beside what it declares and nothing else, ask for help, sync the sample's opening."""
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--wheel-dir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("subsync_notes-*.whl")
    venv.create(tmp_path / "venv", symlinks=True)
    python = tmp_path / "venv" / "bin" / "python"
    run(*pip, "--python", python, "install", "--no-deps", wheel, cwd=tmp_path)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip())
    (metadata,) = site.glob("subsync_notes-*.dist-info")
    needed: dict[str, Distribution] = {}
    for line in Distribution.at(metadata).requires or ():
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate({"extra": "tiny"}):
            required(wanted, needed)
    for package in {package.name: package for package in needed.values()}.values():
        link(package, site)
    shutil.copytree(opening, tmp_path, dirs_exist_ok=True)

    usage = run(tmp_path / "venv" / "bin" / "subsync", "--help", cwd=tmp_path)
    command = (python, "-m", "subsync", "sync", "talk.md", "--model", "tiny.en")
    written = run(*command, cwd=tmp_path, SUBSYNC_CACHE=str(tmp_path / "cache")).splitlines()

    assert "sync" in usage
    subtitles = tmp_path / "subsync-out" / "talk" / "talk.en-zh.srt"
    assert str(subtitles) in written
    cues = subtitles.read_text(encoding="utf-8")
    assert "常有人问我" in cues
