"""Text against time: what can be seen in the picture of a result."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from subsync.datatypes import (
    Alignment,
    Engine,
    Media,
    Note,
    Paragraph,
    Section,
    Sentence,
    SyncResult,
    TimedSentence,
    Tracks,
    Unwritten,
)
from subsync.errors import UsageError
from subsync.formats.sync_json import sync_json
from subsync.pages.picture import overview, overview_of_json, picture_png, picture_svg

SVG = "{http://www.w3.org/2000/svg}"


def result(heading: str = "A heading", title: str | None = "A title") -> SyncResult:
    """Three sentences of ten letters in 100 s: a sure one, an absent one, a doubtful one after an advertisement."""
    sentences = tuple(Sentence(0, "en", "ten letter", 0, 1) for _ in range(3))
    timed = (
        TimedSentence(0, 20_000, "aligned", 0.9),
        TimedSentence(None, None, "absent", 0.0),
        TimedSentence(60_000, 80_000, "aligned", 0.3),
    )
    note = Note("n.md", "", "", title, None, (Section(heading, 2, 1),), (Paragraph(0, 0, 3, (0, 1, 2), ()),), sentences)
    alignment = Alignment(timed, (Unwritten(20_000, 60_000, "speech"),))
    media = Media(Path("a.opus"), "", 100_000)
    return SyncResult(note, media, Engine("r", "m", "", "a", "0"), alignment, (), Tracks((), (), ()), ())


def drawn(made: SyncResult) -> ET.Element:
    return ET.fromstring(picture_svg(overview(made)))


def titles(svg: ET.Element, tag: str) -> list[str]:
    found = [node.find(f"{SVG}title") for node in svg.iter(SVG + tag)]
    return [node.text or "" for node in found if node is not None]


def test_what_is_unwritten_absent_or_doubtful_is_visible_and_named() -> None:
    svg = drawn(result())

    assert titles(svg, "rect") == ["not in the note (speech): 0:20 to 1:00", "in the note, not in the recording"]
    assert titles(svg, "circle") == ["doubtful: 1:00"]
    assert titles(svg, "path") == ["A heading 0:00"]
    assert (svg.findtext(f"{SVG}title") or "").endswith(
        "2 of 3 sentences placed, 1 doubtful, 1 stretches of sound that the note does not have."
    )


def test_time_runs_from_left_to_right_over_the_stated_width() -> None:
    """Whoever turns clicks into times relies on it."""
    svg = drawn(result())
    left, wide = float(svg.get("data-left", "")), float(svg.get("data-width", ""))
    (dot,) = svg.iter(f"{SVG}circle")

    assert float(dot.get("cx", "")) == pytest.approx(left + wide * 0.6, abs=0.1)


def test_a_picture_of_the_written_file_is_the_same() -> None:
    made = result()

    assert overview_of_json(json.loads(sync_json(made))) == overview(made)


@pytest.mark.parametrize("data", [{}, {"note": None}, {"note": {"title": "a"}, "media": {"duration_ms": 5}}])
def test_another_file_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"not a sync\.json"):
        overview_of_json(data)


@pytest.mark.parametrize("text", ["</title><script>alert(1)</script>", "a & b", "]]>", '"><image href="x"/>', "-->"])
def test_hostile_headings_and_titles_stay_text(text: str) -> None:
    """Nothing becomes an element."""
    svg = drawn(result(heading=text, title=text))

    assert titles(svg, "path") == [f"{text} 0:00"]
    assert {node.tag.removeprefix(SVG) for node in svg.iter()} <= {
        "svg", "title", "defs", "pattern", "rect", "path", "text", "circle",
    }  # fmt: skip


def test_a_result_without_any_time_is_drawn() -> None:
    """All of the text is one band."""
    made = result()
    nothing = Alignment(tuple(TimedSentence(None, None, "absent", 0.0) for _ in range(3)), ())
    empty = SyncResult(made.note, made.media, made.engine, nothing, (), made.tracks, ())

    assert titles(drawn(empty), "rect") == ["in the note, not in the recording"]


def test_it_is_drawn_as_png_of_the_width_asked_for() -> None:
    data = picture_png(picture_svg(overview(result())), width=320)

    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20]) == 320


def test_without_the_library_png_is_refused_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)

    with pytest.raises(UsageError, match="pip install 'resvg-py"):
        picture_png("<svg/>")
