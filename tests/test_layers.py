"""Imports point down: a room may use what stands below it and none of its neighbours."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

PACKAGE = Path(__file__).parent.parent / "subsync"

# From the ground up. Rooms on one floor never import one another.
FLOORS: list[set[str]] = [
    {"datatypes", "errors"},
    {"times", "text", "store"},
    {"spans", "sound", "note", "fetch", "locate", "bitext", "cues"},
    {"anchors", "phones", "formats"},
    {"listen"},
    {"align"},
    {"pages", "pipeline"},
    {"run"},
    {"batch"},
    {"cli"},
    {"__main__", "__init__"},
]
FLOOR = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(source: str) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            if node.level:
                names = ["subsync.relative"]
            elif node.module == "subsync":
                names = [f"subsync.{alias.name}" for alias in node.names]
            else:
                names = [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        rooms |= {name.split(".")[1] for name in names if name.startswith("subsync.")}
    return rooms


def imports_of_files() -> dict[str, set[str]]:
    """Module -> the modules of the package that it imports, also in functions; a package stands for its __init__."""
    modules = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
        for path in PACKAGE.rglob("*.py")
    }
    graph: dict[str, set[str]] = {}
    for name, path in modules.items():
        found = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                inside = {f"{node.module}.{alias.name}" for alias in node.names} & modules.keys()
                found |= inside or {node.module}
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
        graph[name] = found & modules.keys() - {name}
    return graph


def circles(graph: Mapping[str, AbstractSet[str]]) -> list[list[str]]:
    """Groups of modules that import one another, however long the way round."""
    reached = {name: {name} | others for name, others in graph.items()}
    for middle in graph:
        for name in graph:
            if middle in reached[name]:
                reached[name] |= reached[middle]
    groups = {frozenset(other for other in reached[name] if name in reached[other]) for name in graph}
    return sorted(sorted(group) for group in groups if len(group) > 1)


def test_no_files_import_one_another() -> None:
    """Neither between rooms nor inside one, hidden in a function or not."""
    graph = imports_of_files()
    assert len(graph) > 80
    assert graph["subsync.sound.recording"] >= {"subsync.sound.pcm", "subsync.sound.cepstra"}
    assert circles(graph) == []
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]


def test_the_package_can_be_taken_in_at_a_glance() -> None:
    """Few modules stand at its top, and few rooms."""
    names = [path for path in PACKAGE.iterdir() if path.name != "__pycache__"]
    assert len([path for path in names if path.suffix == ".py"]) <= 8
    assert len([path for path in names if path.is_dir()]) <= 16


def test_every_import_points_down() -> None:
    """No room imports one above it or beside it."""
    seen = 0
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        room = room_of(path)
        for other in imported_rooms(path.read_text(encoding="utf-8")) - {room}:
            seen += 1
            if other not in FLOOR or room not in FLOOR or FLOOR[other] >= FLOOR[room]:
                wrong.append(f"{path.relative_to(PACKAGE)} must not import {other}")
    assert seen > 20
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "rooms"),
    [
        ("from subsync.cues import cut", {"cues"}),
        ("import subsync.formats.srt", {"formats"}),
        ("from subsync import note", {"note"}),
        ("from . import note", {"relative"}),
        ("def f():\n    from subsync.phones import force", {"phones"}),
        ("import numpy", set()),
    ],
)
def test_the_walk_sees_imports_of_every_form(source: str, rooms: set[str]) -> None:
    """Also those inside functions, and relative ones, which have no place here."""
    assert imported_rooms(source) == rooms


def test_what_systems_do_differently_stands_behind_one_door() -> None:
    """For another system there is one file to write."""
    own = re.compile(
        r"\bfcntl\b|\bkillpg\b|\bgetpgrp\b|/proc/|\bsched_getaffinity\b|\bsysconf\b|\bgetloadavg\b|\bCDLL\b"
        r"|\bpthread_sigmask\b|\bpass_fds\b|\bprocess_group\b|\bO_DIRECTORY\b"
    )
    found = {
        str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if own.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"store/system.py"}
