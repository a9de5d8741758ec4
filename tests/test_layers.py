"""Imports point down: a room may use what stands below it and none of its neighbours."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "subsync"

# From the ground up. Rooms on one floor never import one another.
FLOORS: list[set[str]] = [
    {"datatypes", "errors", "process"},
    {"timestamps", "language", "normalize", "urls", "workers", "cepstra"},
    {"spans", "layout"},
    {"note", "fetch", "audio", "models", "recognize", "locate", "force", "bitext", "cues", "rules"}
    | {"anchors", "formats", "score", "edits", "picture"},
    {"align", "embed", "link", "review", "sparse", "store"},
    {"pipeline"},
    {"session", "report", "settings"},
    {"job", "serve", "origins", "doctor"},
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
        ("def f():\n    from subsync.force import force", {"force"}),
        ("import numpy", set()),
    ],
)
def test_the_walk_sees_imports_of_every_form(source: str, rooms: set[str]) -> None:
    """Also those inside functions, and relative ones, which have no place here."""
    assert imported_rooms(source) == rooms
