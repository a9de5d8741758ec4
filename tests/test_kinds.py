"""What is kept depends on our own code, and on that part of it alone that makes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from test_layers import imports_of_files

import subsync
from subsync.run import code
from subsync.run.code import code_of
from subsync.run.kinds import KINDS


def reached(*modules: str) -> set[str]:
    """By Python's own grammar, not by a pattern."""
    graph, found, waiting = imports_of_files(), set[str](), list(modules)
    while waiting:
        if (name := waiting.pop()) not in found and name in graph:
            found.add(name)
            waiting += graph[name]
    return found - {"subsync"}


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The package as it is, to be changed."""
    found = dict(code._sources())
    monkeypatch.setattr(code, "_sources", lambda: found)
    return found


@pytest.mark.parametrize("kind", ["transcript", "alignment", "peaks", "sound"])
def test_a_key_depends_on_each_module_that_makes_the_value(kind: str, sources: dict[str, bytes]) -> None:
    """Also on one that is imported inside a function, and on none that has nothing to do with it."""
    modules = KINDS[kind].modules
    before, mine = code_of.__wrapped__(*modules), reached(*modules)
    for name, text in [*sources.items()]:
        sources[name] = text + b"# changed\n"
        assert (code_of.__wrapped__(*modules) != before) == (name in mine), name
        sources[name] = text
    assert code_of.__wrapped__(*modules) == before
    assert all(module in mine for module in modules)


@pytest.mark.parametrize("name", ["subsync.pages.assets.review.css", "subsync.cues.search", "subsync"])
def test_a_result_depends_on_every_file(name: str, sources: dict[str, bytes]) -> None:
    """On the page's style, too, which is in its page."""
    before = code_of.__wrapped__("subsync")
    sources[name] += b"\n"
    assert code_of.__wrapped__("subsync") != before


def test_a_module_that_goes_or_comes_changes_the_key(sources: dict[str, bytes]) -> None:
    before = code_of.__wrapped__("subsync")
    sources["subsync.more"] = b""
    more = code_of.__wrapped__("subsync")
    del sources["subsync.more"], sources["subsync.times"]
    assert len({before, more, code_of.__wrapped__("subsync")}) == 3


def test_the_code_is_the_same_in_every_process() -> None:
    """Or a batch would never find what its workers have made."""
    words = "from subsync.run.code import code_of; print(code_of('subsync'))"
    where = {"PYTHONPATH": str(Path(subsync.__file__).parent.parent), "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", words], env=where, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == code_of("subsync")


def test_every_kind_that_is_kept_is_in_the_table() -> None:
    """`cache ls` would show the others without a word about what they are."""
    import re

    kept = {
        kind
        for path in Path(subsync.__file__).parent.rglob("*.py")
        for kind in re.findall(
            r'cache\.(?:path|cached|journal|get_json|put_json)\(\s*"([a-z]+)"', path.read_text(encoding="utf-8")
        )
    }
    assert kept == set(KINDS)


def test_an_alignment_depends_on_the_versions_of_what_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = KINDS["alignment"].key(1)
    monkeypatch.setattr("subsync.run.kinds.version", lambda name: "0" if name == "pocketsphinx" else "1")
    assert KINDS["alignment"].key(1) != before
