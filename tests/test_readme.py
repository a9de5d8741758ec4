"""What the README tells people to type is what there is."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from subsync.cli import main
from subsync.formats import OPTIONAL

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
_FENCE = re.compile(r"^(`{3,}|~{3,})[ \t]*(\w*)[^\n]*\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_SHELL = {"", "sh", "bash", "shell", "console", "zsh"}


def shell_lines(text: str) -> list[str]:
    """Lines of shell code: in fences for a shell or for nothing, or indented by four spaces."""
    fenced = [body for _, kind, body in _FENCE.findall(text) if kind.lower() in _SHELL]
    indented = re.findall(r"^(?: {4}|\t)(.*)$", _FENCE.sub("", text), re.MULTILINE)
    joined = "\n".join([*fenced, *indented]).replace("\\\n", " ")
    return [line.strip().removeprefix("$ ") for line in joined.splitlines() if line.strip()]


def commands(text: str) -> list[list[str]]:
    """The arguments of each line that calls subsync, and of each call inside a sentence or a table."""
    found = []
    for line in [*shell_lines(text), *re.findall(r"`(subsync [^`]+)`", _FENCE.sub("", text))]:
        words = line.removeprefix(".venv/bin/").removeprefix("python3 -m ").removeprefix("python -m ")
        if words.startswith("subsync "):
            found.append(shlex.split(words, comments=True)[1:])
    return found


def targets(text: str) -> set[str]:
    """What `make` is told to make, in code of any kind."""
    inline = re.findall(r"`make ([a-z][a-z-]*)`", text)
    return {*inline, *(t for line in shell_lines(text) for t in re.findall(r"(?:^|&& )make ([a-z][a-z-]*)", line))}


def parsed(arguments: list[str]) -> click.Context:
    """The context of the sub-command that the arguments name; raises `click.UsageError` if they make no sense."""
    group = main.make_context("subsync", list(arguments), resilient_parsing=False)
    name, command, rest = main.resolve_command(group, [*group._protected_args, *group.args])
    while isinstance(command, click.Group):
        group = command.make_context(name, rest, parent=group)
        name, command, rest = command.resolve_command(group, [*group._protected_args, *group.args])
    assert command is not None
    return command.make_context(name, rest, parent=group)


def every_command(group: click.Group) -> Iterator[click.Command]:
    """Those of groups too."""
    for command in group.commands.values():
        yield from every_command(command) if isinstance(command, click.Group) else [command]


@pytest.fixture(autouse=True)
def _files_of_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that the README names are not here."""
    for command in every_command(main):
        for param in command.params:
            if isinstance(param.type, click.Path):
                monkeypatch.setattr(param.type, "exists", False)


def test_every_command_of_the_readme_is_understood() -> None:
    """Its options, its arguments and their number; and there are some."""
    assert ["sync"] in [arguments[:1] for arguments in commands(README)]
    for arguments in commands(README):
        if len(arguments) > 1 and "--help" not in arguments:  # a name alone stands for the command, in prose
            parsed(arguments)


def test_every_format_that_the_readme_asks_for_is_there() -> None:
    """In commands, and wherever else it says ``--also``."""
    asked = set(re.findall(r"--also ([\w.-]+)", README))

    assert {"apkg", "epub", "condensed.m4a"} <= asked
    assert asked - set(OPTIONAL) == set()


def test_every_option_that_the_readme_names_is_there() -> None:
    """In prose, too; those of the other programs stand in no sentence."""
    named = set(re.findall(r"`(--[a-z-]+)", README))
    ours = {name for command in every_command(main) for param in command.params for name in param.opts}

    assert "--paragraphs" in named
    assert named - ours == set()


def test_every_command_is_in_the_readme() -> None:
    """Who reads it has heard of each."""
    named = {arguments[0] for arguments in commands(README) if arguments}

    assert set(main.commands) - named == set()


def test_the_readme_is_short() -> None:
    """The English of it; the Chinese is a summary."""
    english, chinese = README.split("## 中文简介")
    figures = re.findall(r"^## How right it is\n.*?(?=^## )", english, re.MULTILINE | re.DOTALL)

    assert len(english.replace(figures[0], "").splitlines()) <= 240
    assert 8 <= len(chinese.split("## ")[0].splitlines()) < 20


def test_every_command_that_prose_names_is_there() -> None:
    """As in `subsync doctor` inside a sentence."""
    named = set(re.findall(r"`subsync ([a-z]+)", README))

    assert named - set(main.commands) == set()


def test_every_target_that_the_readme_names_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert {"demo", "test"} <= targets(README)
    assert targets(README) - set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE)) == set()


def test_every_file_that_the_readme_links_to_is_there() -> None:
    """Pictures too."""
    links = re.findall(r"\]\((?!https?:|#|…)([^)#\s]+)", _FENCE.sub("", README))

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_command_and_option_of_the_changelog_is_there() -> None:
    """What was renamed since is named as it is now; nothing is told twice."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    ours = {name for command in every_command(main) for p in command.params for name in (*p.opts, *p.secondary_opts)}
    items = re.findall(r"^- (.*)$", text, re.MULTILINE)

    assert set(re.findall(r"`subsync ([a-z]+)", text)) - set(main.commands) == set()
    assert set(re.findall(r"`(--[a-z-]+)", text)) - ours == set()
    assert len(items) == len({item[:30] for item in items})


def test_every_file_that_contributing_names_is_there() -> None:
    """And every room of the package is on its map."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w./]+(?:/|\.py))`", text))
    rooms = {path.name for path in (ROOT / "subsync").iterdir() if (path / "__init__.py").is_file()}

    assert {"formats/__init__.py", "align/whether.py"} <= named
    assert [name for name in named if not ((ROOT / "subsync" / name).exists() or (ROOT / name).exists())] == []
    assert rooms - {name.strip("/") for name in named} == set()


def test_contributing_names_what_is_in_those_files() -> None:
    """The tables and functions at which the five changes begin."""
    named = re.findall(r"`(\w+)`(?: in|,) `([\w/]+\.py)`", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))

    assert {name for name, _ in named} >= {"OPTIONAL", "STYLES", "REASONS", "load", "Acoustics", "KINDS"}
    assert [n for n, file in named if n not in (ROOT / "subsync" / file).read_text(encoding="utf-8")] == []


SAMPLE = """Run `make demo`, then `subsync sync NOTE`:

    make test && make bench
    python -m subsync check a.srt --strict

```sh
$ subsync sync note.md --top zh \\
    --also en-zh.ass   # Chinese above
subsync review subsync-out/note --serve
```
```json
subsync is no command here
```
"""


def test_commands_are_found_in_every_kind_of_code() -> None:
    """The tests' own eyes."""
    assert commands(SAMPLE) == [
        ["sync", "note.md", "--top", "zh", "--also", "en-zh.ass"],
        ["review", "subsync-out/note", "--serve"],
        ["check", "a.srt", "--strict"],
        ["sync", "NOTE"],
    ]
    assert targets(SAMPLE) == {"demo", "test", "bench"}
    assert [parsed(arguments).command.name for arguments in commands(SAMPLE)] == ["sync", "review", "check", "sync"]


@pytest.mark.parametrize(
    "line", ["dance", "sync", "sync a.md --loud", "sync a.md b.md", "check a.srt --profile cinema"]
)
def test_what_makes_no_sense_is_seen(line: str) -> None:
    with pytest.raises(click.UsageError):
        parsed(line.split())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_works_as_the_readme_says(shell: str) -> None:
    """The command gives a script for each shell that is named, and completes by the words so far."""
    assert f"_SUBSYNC_COMPLETE={shell}_source subsync" in README
    program = [sys.executable, "-c", "from subsync.cli import run; run()"]
    env = os.environ | {"PYTHONPATH": str(ROOT), "_SUBSYNC_COMPLETE": f"{shell}_source"}
    script = subprocess.run(program, env=env, capture_output=True, text=True, check=False)
    assert f"_SUBSYNC_COMPLETE={shell}_complete" in script.stdout
    if shell == "bash":
        env |= {"_SUBSYNC_COMPLETE": "bash_complete", "COMP_WORDS": "subsync sy", "COMP_CWORD": "1"}
        done = subprocess.run(program, env=env, capture_output=True, text=True, check=False)
        assert done.stdout.split(",")[-1].strip() == "sync"


def told_to_install() -> list[tuple[str, str]]:
    """What people are told to give to pip, by our code and by what we write: file and requirement."""
    files = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("subsync/**/*.py")]
    pattern = re.compile(r"pip install(?: --?[\w-]+)*\s+[\\\"']*([^\s\"'`;]+)")
    return [(path.name, found) for path in files for found in pattern.findall(path.read_text(encoding="utf-8"))]


def test_nobody_is_told_to_install_a_name_that_we_do_not_depend_on() -> None:
    """Our own name is in no registry: whoever took it there would be installed. It is a path, or what it stands for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(name for names in extras.values() for name in names)]
    allowed = {".", *(f".[{extra}]" for extra in extras), *wanted, *(re.split("[<>=]", name)[0] for name in wanted)}

    told = told_to_install()

    assert {"models.py", "README.md", "cluster.py", "picture.py", "doctor.py"} <= {f for f, _ in told}
    assert [(file, name) for file, name in told if name not in allowed] == []
    written = [*ROOT.glob("*.md"), *ROOT.glob("bench/**/*.md"), *ROOT.glob("subsync/**/*.py")]
    assert [path.name for path in written if f"{project['name']}[" in path.read_text("utf-8")] == []
