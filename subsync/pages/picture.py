"""The whole at a glance: a note's text against the time of its recording, as SVG.

A straight rising line is a note that the recording follows. A step along the time axis is sound that the note does not
have (an ad, hatched); a gap in the text axis is text that nobody says; a doubtful sentence is a red dot.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from subsync.errors import UsageError
from subsync.spans import section_span
from subsync.times import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from subsync.datatypes import Ms, SyncResult

_DOUBT = 0.5
"""Below this confidence a sentence is doubtful, as in the summary of a run."""

_WIDE, _TALL = 640, 400
_LEFT, _TOP, _RIGHT, _BOTTOM = 56, 12, 34, 40
_FONTS = "system-ui, DejaVu Sans, Noto Sans, Liberation Sans, Arial, Helvetica, Noto Sans CJK SC, sans-serif"
"""Named one by one for resvg, which knows no fallback and leaves out text without a font."""
_TICKS: tuple[Ms, ...] = tuple(1000 * s for s in (5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200))


@dataclass(frozen=True, slots=True)
class Mark:
    """An English sentence: where it is in the note's spoken text, in letters, and in the recording."""

    first: int
    last: int
    start: Ms | None
    end: Ms | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Overview:
    """What the picture shows."""

    title: str
    duration: Ms
    letters: int
    """Length of the English text."""
    marks: tuple[Mark, ...]
    unwritten: tuple[tuple[Ms, Ms, str], ...]
    """Start, end, kind."""
    sections: tuple[tuple[str, Ms], ...]
    """Heading and start of those that have one."""


def overview(result: SyncResult) -> Overview:
    """The picture of a result."""
    note, alignment = result.note, result.alignment
    timed = zip(note.sentences, alignment.sentences, strict=True)
    rows = [(len(s.text), t.start, t.end, t.confidence) for s, t in timed if s.lang == "en"]
    spans = [(s.heading, section_span(k, note, alignment).start) for k, s in enumerate(note.sections)]
    return _overview(
        note.title or note.path,
        result.media.duration,
        rows,
        unwritten=[(u.start, u.end, u.kind) for u in alignment.unwritten],
        sections=spans,
    )


def overview_of_json(data: Mapping[str, Any], *, path: str = "sync.json") -> Overview:
    """The picture of a result that was written before: of a parsed ``sync.json``; ``path`` is for messages.

    Raises:
        UsageError: it is something else.
    """
    try:
        return _overview(
            data["note"]["title"] or data["note"]["path"],
            data["media"]["duration_ms"],
            [
                (len(s["text"]), s["start_ms"], s["end_ms"], s["confidence"])
                for s in data["sentences"]
                if s["lang"] == "en"
            ],
            unwritten=[(u["start_ms"], u["end_ms"], u["kind"]) for u in data["unwritten"]],
            sections=[(s["heading"], s["start_ms"]) for s in data["sections"]],
        )
    except (KeyError, TypeError) as exc:
        raise UsageError(f"{path}: not a sync.json: {exc!r}", "Give the folder that `subsync sync` wrote.") from exc


def _overview(
    title: str,
    duration: Ms,
    rows: Sequence[tuple[int, Ms | None, Ms | None, float]],
    *,
    unwritten: Sequence[tuple[Ms, Ms, str]],
    sections: Sequence[tuple[str, Ms | None]],
) -> Overview:
    marks, done = [], 0
    for letters, start, end, confidence in rows:
        marks.append(Mark(done, done + letters, start, end, confidence))
        done += letters
    placed = tuple((heading, start) for heading, start in sections if start is not None)
    return Overview(title, max(1, duration), max(1, done), tuple(marks), tuple(unwritten), placed)


def picture_svg(view: Overview) -> str:
    """SVG 1.1 without styles or scripts, so that it can stand in a page that forbids them; text is in ``currentColor``.

    ``data-left`` and ``data-width`` say where time begins and how wide all of it is, for a page that turns clicks into
    times.
    """
    body = "".join([*_axes(view), *_sounds(view), *_text(view)])
    wide = _WIDE - _LEFT - _RIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_TALL}" role="img" font-family="{_FONTS}" '
        f'font-size="20" fill="currentColor" data-left="{_LEFT}" data-width="{wide}">'
        f"<title>{escape(_caption(view))}</title>"
        '<defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="2" height="6" fill="#c9a227"/></pattern></defs>'
        f"{body}</svg>"
    )


def picture_png(svg: str, *, width: int = 1280) -> bytes:
    """The picture as PNG, on white.

    Raises:
        UsageError: the library that draws it is not installed.
    """
    try:
        from resvg_py import svg_to_bytes
    except ImportError as exc:
        raise UsageError(
            "drawing PNG needs the package resvg-py",
            "Install it with: pip install 'resvg-py>=0.2'; or take the SVG.",
        ) from exc
    return bytes(svg_to_bytes(svg_string=svg, width=width, background="#ffffff"))


def _caption(view: Overview) -> str:
    placed = sum(m.start is not None for m in view.marks)
    doubtful = sum(m.start is not None and m.confidence < _DOUBT for m in view.marks)
    return (
        f"{view.title}: text against time. {placed} of {len(view.marks)} sentences placed, {doubtful} doubtful, "
        f"{len(view.unwritten)} stretches of sound that the note does not have."
    )


def _x(view: Overview, ms: Ms) -> float:
    return round(_LEFT + (_WIDE - _LEFT - _RIGHT) * min(ms, view.duration) / view.duration, 1)


def _y(view: Overview, letter: int) -> float:
    """The note begins at the top, as on the page."""
    return round(_TOP + (_TALL - _TOP - _BOTTOM) * letter / view.letters, 1)


def _axes(view: Overview) -> Iterator[str]:
    low = _TALL - _BOTTOM
    yield f'<rect x="{_LEFT}" y="{_TOP}" width="{_WIDE - _LEFT - _RIGHT}" height="{low - _TOP}" fill="none" '
    yield 'stroke="currentColor" stroke-opacity="0.4"/>'
    tick = next((t for t in _TICKS if view.duration / t <= 6), _TICKS[-1])
    for ms in range(0, view.duration + 1, tick):
        x = _x(view, ms)
        yield f'<path d="M{x} {low}v5" stroke="currentColor"/>'
        yield f'<text x="{x}" y="{low + 26}" text-anchor="middle">{clock(ms)}</text>'
    yield f'<text x="{_LEFT - 6}" y="{_TOP + 16}" text-anchor="end">text</text>'
    yield f'<text x="{_LEFT - 6}" y="{low}" text-anchor="end">end</text>'
    for heading, start in view.sections:
        x = _x(view, start)
        yield f'<path d="M{x} {_TOP}V{low}" stroke="#4a86d8" stroke-opacity="0.6" stroke-dasharray="3 3">'
        yield f"<title>{escape(heading)} {clock(start)}</title></path>"


def _sounds(view: Overview) -> Iterator[str]:
    """Sound that the note does not have: a hatched column."""
    for start, end, kind in view.unwritten:
        x = _x(view, start)
        wide = max(1.5, round(_x(view, end) - x, 1))
        yield f'<rect x="{x}" y="{_TOP}" width="{wide}" height="{_TALL - _TOP - _BOTTOM}" fill="url(#stripes)" '
        yield f'fill-opacity="{0.75 if kind == "speech" else 0.35}">'
        yield f"<title>not in the note ({escape(kind)}): {clock(start)} to {clock(end)}</title></rect>"


def _text(view: Overview) -> Iterator[str]:
    """Sentences: one path for all sure ones, a band for each stretch that nobody says, dots for the doubtful."""
    sure = [
        f"M{_x(view, m.start)} {_y(view, m.first)}L{_x(view, m.end)} {_y(view, m.last)}"
        for m in view.marks
        if m.start is not None and m.end is not None
    ]
    for first, last in _unspoken(view):
        top = _y(view, first)
        tall = max(1.5, round(_y(view, last) - top, 1))
        yield f'<rect x="{_LEFT}" y="{top}" width="{_WIDE - _LEFT - _RIGHT}" height="{tall}" fill="#8a8d98" '
        yield 'fill-opacity="0.35"><title>in the note, not in the recording</title></rect>'
    yield f'<path d="{"".join(sure)}" fill="none" stroke="#2b7de0" stroke-width="2.5" stroke-linecap="round"/>'
    for mark in view.marks:
        if mark.start is not None and mark.confidence < _DOUBT:
            yield f'<circle cx="{_x(view, mark.start)}" cy="{_y(view, mark.first)}" r="3.5" fill="#d93025">'
            yield f"<title>doubtful: {clock(mark.start)}</title></circle>"


def _unspoken(view: Overview) -> Iterator[tuple[int, int]]:
    """Stretches of text, in letters, that have no time."""
    first: int | None = None
    for mark in view.marks:
        if mark.start is None:
            first = mark.first if first is None else first
        elif first is not None:
            yield first, mark.first
            first = None
    if first is not None:
        yield first, view.letters
