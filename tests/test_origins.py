"""Which of the places where a choice may stand decides, and what is said about names and values that make no sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from subsync.errors import NoteError, UsageError
from subsync.run.origins import Layers, layers, note_layer
from subsync.run.settings import OWN, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without a file of their own."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr("platformdirs.user_config_path", lambda _name: home)
    return home


def read(folder: Path, environ: Mapping[str, str] | None = None, **given: object) -> Layers:
    return layers(given, folder=folder, environ=environ or {})


def test_the_strongest_place_decides_and_is_named(tmp_path: Path, nobody: Path) -> None:
    """Each place here makes the choices of all below it, and one of its own."""
    project = tmp_path / "project"
    project.mkdir()
    (nobody / "subsync.toml").write_text(
        'lead = 1\nlink-style = "user"\nprofile = "bbc"\ntop = "zh"\nparagraphs = true\n'
    )
    (project / "subsync.toml").write_text('lead = 2\nlink-style = "project"\nprofile = "ted"\ntop = "en"\n')
    note = project / "deep" / "n.md"
    note.parent.mkdir()
    note.write_text("---\nsource: a\nsubsync:\n  lead: 3\n  link-style: note\n  profile: vertical\n---\n")
    found = read(note.parent, {"SUBSYNC_LEAD": "4", "SUBSYNC_LINK_STYLE": "environment", "HOME": "/"}, lead=5)

    chosen = found.of_note(note)

    assert chosen.settings == Settings(lead=5, link_style="environment", profile="vertical", top="en", paragraphs=True)
    assert {name: chosen.origins[name] for name in ("lead", "link_style", "profile", "top", "paragraphs", "also")} == {
        "lead": "command line",
        "link_style": "SUBSYNC_LINK_STYLE",
        "profile": str(note),
        "top": str(project / "subsync.toml"),
        "paragraphs": str(nobody / "subsync.toml"),
        "also": "default",
    }
    assert found.chosen().settings.profile == "ted"


def test_pyproject_has_a_table_of_ours_or_is_passed_over(tmp_path: Path) -> None:
    """A project without one inside a folder that has one is part of that."""
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.subsync]\nalso = ["en-zh.ass"]\nchinese-display = false\n')
    (inner / "pyproject.toml").write_text("[tool.other]\n")

    settings = read(inner).chosen().settings

    assert settings == Settings(also=("en-zh.ass",), chinese_display=False)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("yes", "paragraphs", True),
        ("Off", "chinese_display", False),
        ("7", "lead", 7),
        ("en-zh.ass, chapters.xml", "also", ("en-zh.ass", "chapters.xml")),
        ("vertical", "profile", "vertical"),
        ("{url}#{seconds}", "link_style", "{url}#{seconds}"),
    ],
)
def test_a_variable_gives_a_value_of_the_right_type(tmp_path: Path, text: str, name: str, value: object) -> None:
    """Written as people write them."""
    settings = read(tmp_path, {f"SUBSYNC_{name.upper()}": text}).chosen().settings

    assert getattr(settings, name) == value


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"SUBSYNC_MODLE": "x"}, r"SUBSYNC_MODLE: there is no setting modle\n  Did you mean model\?"),
        ({"SUBSYNC_XYZZY": "x"}, r"there is no setting xyzzy\n  There are: model, "),
        ({"SUBSYNC_LEAD": "-1"}, r"SUBSYNC_LEAD: lead is '-1', not a whole number from 0 up"),
        ({"SUBSYNC_MAX_HOURS": "0"}, r"max_hours is '0', not a whole number from 1 up"),
        ({"SUBSYNC_TOP": "fr"}, r"SUBSYNC_TOP: top is 'fr', not one of en, zh"),
        ({"SUBSYNC_PARAGRAPHS": "maybe"}, r"paragraphs is 'maybe', not true or false"),
        ({"SUBSYNC_MODEL": " "}, r"model is ' ', not a text"),
    ],
)
def test_what_makes_no_sense_is_an_error_with_its_place(tmp_path: Path, environ: dict[str, str], message: str) -> None:
    """And with the nearest name."""
    with pytest.raises(UsageError, match=message):
        read(tmp_path, environ)


def test_variables_that_are_no_settings_are_let_be(tmp_path: Path) -> None:
    """The cache's place and the switch for the network."""
    assert read(tmp_path, {"SUBSYNC_CACHE": "/x", "SUBSYNC_OFFLINE": "1"}).chosen().settings == Settings()
    assert read(tmp_path, {"SUBSYNC_MODEL": "", "SUBSYNC_LEAD": ""}).chosen().settings == Settings()  # as unset


@pytest.mark.parametrize("text", ["tool = 3\n", 'tool = ["subsync"]\n'])
def test_a_pyproject_with_a_tool_that_is_no_table_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)

    assert read(tmp_path).chosen().settings == Settings()


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    """With the line, as tomllib gives it."""
    (tmp_path / "subsync.toml").write_text("lead = \n")
    with pytest.raises(UsageError, match=r"subsync.toml: cannot be read: .*line 1"):
        read(tmp_path)
    (tmp_path / "subsync.toml").write_text("ledd = 1\n")
    with pytest.raises(UsageError, match=r"subsync.toml: there is no setting ledd\n  Did you mean lead"):
        read(tmp_path)


def test_paths_in_a_users_file_are_seen_from_there(tmp_path: Path, nobody: Path) -> None:
    """Not from the folder in which the command runs; a name of a model stays a name."""
    (nobody / "cookies.txt").touch()
    (nobody / "subsync.toml").write_text('cookies = "cookies.txt"\nmodel = "tiny.en"\n')

    assert read(tmp_path).chosen().settings == Settings(cookies=str(nobody / "cookies.txt"), model="tiny.en")


@pytest.mark.parametrize("name", sorted(OWN))
def test_neither_a_note_nor_a_file_beside_it_decides_what_is_fetched_and_loaded(
    tmp_path: Path, nobody: Path, name: str
) -> None:
    """Whoever wrote them is not who runs it; a user's own file and the environment do."""
    with pytest.raises(NoteError, match=f"n.md:3: a note may not set {name}"):
        note_layer(f"---\nsource: a\nsubsync: {{{name}: 1}}\n---\n", "n.md")
    for file, table in (("subsync.toml", ""), ("pyproject.toml", "[tool.subsync]\n")):
        folder = tmp_path / file.partition(".")[0]
        folder.mkdir()
        (folder / file).write_text(f"{table}{name.replace('_', '-')} = 1\n")
        option = f"--{name.replace('_', '-')}"
        with pytest.raises(
            UsageError, match=rf"{file}: a settings file beside notes may not set {name}.*\n.* {option}"
        ):
            read(folder)
    (nobody / "subsync.toml").write_text(f"{name} = 1\n")
    assert read(tmp_path).chosen().origins[name] == str(nobody / "subsync.toml")
    assert read(tmp_path, {f"SUBSYNC_{name.upper()}": "1"}).chosen().origins[name] == f"SUBSYNC_{name.upper()}"


@pytest.mark.parametrize(
    ("front", "message"),
    [
        ("subsync: tiny.en", r"n.md:2: subsync is not a mapping of choices"),
        ("subsync: [a]", r"n.md:2: subsync is not a mapping of choices"),
        ("subsync:\n  model: {a: b}", r"n.md:3: subsync is not a mapping of choices"),
        ("subsync:\n  also: [[a]]", r"n.md:3: subsync is not a mapping of choices"),
        ("subsync:\n  lead: 1\n  lead: 2", r"n.md:4: subsync: lead is given twice"),
        ("subsync: {lead: 1}\nsubsync: {lead: 2}", r"n.md:3: subsync is given twice"),
        ("subsync: &a {lead: 1}", r"n.md:2: anchors and aliases"),
        ("subsync:\n  lead: &a 1", r"n.md:3: anchors and aliases"),
        ("subsync:\n  leed: 1", r"n.md:2: there is no setting leed\n  Did you mean lead"),
    ],
)
def test_choices_in_a_note_that_make_no_sense(front: str, message: str) -> None:
    """With file and line."""
    with pytest.raises(NoteError, match=message):
        note_layer(f"---\n{front}\n---\n", "n.md")


def test_what_stands_after_the_choices_of_a_note_is_read() -> None:
    """The reader of YAML goes on behind the mapping."""
    layer = note_layer("---\nsubsync:\n  also: [a, b]\n  top: zh\nsource: x\ntitle: y\n---\n", "n.md")

    assert layer is not None
    assert layer.choices == {"also": ("a", "b"), "top": "zh"}
    assert note_layer("---\nsource: x\n---\n", "n.md") is None
