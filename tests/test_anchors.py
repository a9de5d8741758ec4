"""The moment of each heading, and the link that plays from there."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsync.anchors import STYLES, AnchorOptions, anchor, link, slugify
from subsync.datatypes import Alignment, Note, Paragraph, Section, Sentence, TimedSentence
from subsync.errors import UsageError
from subsync.run.settings import Settings
from subsync.spans import section_span

WATCH = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"

Layout = list[tuple[str, int, list[int | None]]]
"""Heading, level, and the start of each of its one-sentence paragraphs in seconds (None: absent)."""


def a_note(layout: Layout, source: str | None = WATCH) -> tuple[Note, Alignment]:
    """A note with these sections, each paragraph a sentence of five seconds, and where it is in the recording."""
    sections: list[Section] = []
    paragraphs: list[Paragraph] = []
    timed: list[TimedSentence] = []
    for heading, level, starts in layout:
        sections.append(Section(heading, level, 10 * len(sections) + 1))
        for start in starts:
            k = len(paragraphs)
            paragraphs.append(Paragraph(k, len(sections) - 1, sections[-1].line + len(paragraphs) + 1, (k,), ()))
            timed.append(
                TimedSentence(None, None, "absent", 0.0)
                if start is None
                else TimedSentence(start * 1000 + 999, start * 1000 + 5999, "aligned", 0.9)
            )
    sentences = tuple(Sentence(k, "en", "text", 0, 4) for k in range(len(paragraphs)))
    note = Note("note.md", "", "0" * 64, None, source, tuple(sections), tuple(paragraphs), sentences)
    return note, Alignment(tuple(timed), ())


def test_a_section_lasts_until_its_last_sentence() -> None:
    note, alignment = a_note([("A", 2, [0, 10]), ("B", 2, [60])])

    assert [(a.heading, a.start, a.end, a.status) for a in anchor(note, alignment)] == [
        ("A", 999, 15_999, "aligned"),
        ("B", 60_999, 65_999, "aligned"),
    ]


def test_a_section_holds_its_deeper_sections() -> None:
    layout: Layout = [("A", 1, []), ("B", 2, [5]), ("C", 3, [20]), ("D", 2, [30]), ("E", 1, [90])]
    spans = {a.heading: (a.start, a.end) for a in anchor(*a_note(layout))}

    assert spans == {
        "A": (5999, 35_999),
        "B": (5999, 25_999),
        "C": (20_999, 25_999),
        "D": (30_999, 35_999),
        "E": (90_999, 95_999),
    }


def test_a_section_whose_beginning_is_missing_starts_at_what_is_spoken_and_says_so() -> None:
    first, second = anchor(*a_note([("A", 2, [None, 40]), ("B", 2, [50, None])]))

    assert (first.start, first.status) == (40_999, "interpolated")
    assert (second.start, second.status) == (50_999, "aligned")


def test_a_section_that_nobody_says_has_no_time_and_no_link() -> None:
    absent, empty = anchor(*a_note([("A", 2, [None]), ("B", 2, [])]))

    for made in (absent, empty):
        assert (made.start, made.end, made.status, made.link) == (None, None, "absent", None)


def test_the_link_floors_and_leads() -> None:
    note, alignment = a_note([("A", 2, [754])])

    assert anchor(note, alignment)[0].link == f"{WATCH}&t=754s"
    assert anchor(note, alignment, AnchorOptions(lead=4))[0].link == f"{WATCH}&t=750s"
    assert anchor(note, alignment, AnchorOptions(lead=4))[0].start == 754_999
    assert link(WATCH, 2000, AnchorOptions(lead=10)) == f"{WATCH}&t=0s"


def test_paragraphs_have_anchors_if_asked_for() -> None:
    anchors = anchor(*a_note([("A", 2, [1, None]), ("P1", 2, [9])]), AnchorOptions(paragraphs=True))

    assert [(a.paragraph, a.heading, a.slug, a.start) for a in anchors] == [
        (None, "A", "a", 1999),
        (0, "", "p1-2", 1999),
        (1, "", "p2", None),
        (None, "P1", "p1", 9999),
        (2, "", "p3", 9999),
    ]
    assert len({a.line for a in anchors}) == len(anchors)


@pytest.mark.parametrize(
    ("style", "source", "expected"),
    [
        ("youtube", WATCH, f"{WATCH}&t=754s"),
        ("youtube", "https://youtu.be/dQw4w9WgXcQ?si=x&t=9", f"{WATCH}&t=754s"),
        ("youtube+fragment", WATCH, f"{WATCH}&t=754s#t=754"),
        ("media-extended", WATCH, f"{WATCH}#t=754"),
        ("media-notes", WATCH, f"{WATCH}&t=754"),
        ("bilibili", "https://www.bilibili.com/video/BV1xx?p=2", "https://www.bilibili.com/video/BV1xx?p=2&t=754"),
        ("youtube", "https://www.bilibili.com/video/BV1xx/", "https://www.bilibili.com/video/BV1xx?t=754"),
        ("podcast", "https://pod.example/ep.mp3?k=1", "https://pod.example/ep.mp3?k=1#t=754"),
        ("youtube", "https://pod.example/ep.mp3", "https://pod.example/ep.mp3#t=754"),
        ("youtube+fragment", "https://pod.example/ep.mp3#x", "https://pod.example/ep.mp3#t=754"),
        ("youtube", "media/talk (1).opus", "media/talk%20%281%29.opus#t=754"),
        ("youtube", "a\ud800.m4a", "a%3F.m4a#t=754"),
        ("youtube", "录音.m4a", "%E5%BD%95%E9%9F%B3.m4a#t=754"),
        ("https://youtu.be/{id}?t={seconds}", WATCH, "https://youtu.be/dQw4w9WgXcQ?t=754"),
        ("obsidian://open?file=a&t={ms}&at={time}", WATCH, "obsidian://open?file=a&t=754999&at=12:34"),
        ("https://youtu.be/{id}?t={seconds}", "https://pod.example/ep.mp3", None),
        ("{url}{and}s={seconds}", "https://pod.example/ep.mp3", "https://pod.example/ep.mp3?s=754"),
    ],
)
def test_styles_of_links(style: str, source: str, expected: str | None) -> None:
    assert link(source, 754_999, AnchorOptions(style=style)) == expected


@pytest.mark.parametrize(
    "source",
    ["javascript:alert(1)", "JAVASCRIPT:alert(1)//", "data:text/html,x", "ftp://a.example/b", "http://[::1", "", None],
)
@pytest.mark.parametrize("style", [*STYLES, "{url}#{seconds}"])
def test_what_plays_nothing_is_not_linked(source: str | None, style: str) -> None:
    assert link(source, 1000, AnchorOptions(style=style)) is None


@pytest.mark.parametrize(
    ("style", "message"),
    [
        ("you-tube", "no link style 'you-tube'"),
        ("", "no link style ''"),
        ("{url}", "no link style '{url}'"),
        ("{url}#t={second}", "no link style"),
        ("{url}#t={seconds}&{url.__class__}", r"unknown field \{url.__class__\}"),
        ("{seconds}{}", r"unknown field \{\}"),
        (" javascript:go({seconds})", "runs a script"),
    ],
)
def test_a_template_that_makes_no_links_is_refused(style: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        AnchorOptions(style=style)


@given(st.text(), st.integers(0, 10**9), st.sampled_from([*STYLES, "{url}{and}{seconds}{ms}"]))
def test_any_source_is_linked_or_not(source: str, start: int, style: str) -> None:
    """A link has the whole seconds before the start, and an address that a browser opens."""
    made = link(source, start, AnchorOptions(style=style))

    assert made is None or (str(start // 1000) in made and not made.lower().startswith("javascript:"))


@given(st.integers(0, 10**9), st.integers(0, 100))
def test_a_link_never_starts_after_its_anchor(start: int, lead: int) -> None:
    made = link(WATCH, start, AnchorOptions(lead=lead))

    assert made is not None
    seconds = int(parse_qs(urlsplit(made).query)["t"][0].removesuffix("s"))
    assert seconds * 1000 <= start
    assert seconds == 0 or start - seconds * 1000 < (lead + 1) * 1000


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        # As @sindresorhus/slugify 3.0 makes them, which 11ty uses.
        ("What's New? (2024)", "whats-new-2024"),
        ("R&D in the USA", "r-and-d-in-the-usa"),
        ("fooBar baz", "foo-bar-baz"),
        ("HTMLParser and the APIs", "html-parser-and-the-apis"),
        ("3.5 GHz CPUs", "3-5-g-hz-cpus"),
        ("snake_case_name", "snake-case-name"),
        ("don't stop, they're here, I'm Tom's", "dont-stop-they-re-here-i-m-toms"),
        ("John’s café", "johns-cafe"),
        ("OpenAI GPT4o mini", "open-ai-gpt-4o-mini"),
        ("  --Trim me--", "trim-me"),
        # Where it leaves letters out, they stay.
        ("AI领域的快速回归", "ai领域的快速回归"),
        ("《论语》·学而", "论语-学而"),
        ("プログラム", "プログラム"),
        ("?!", ""),
    ],
)
def test_names_are_those_of_11ty(heading: str, slug: str) -> None:
    assert slugify(heading) == slug


@given(
    st.lists(
        st.sampled_from(["A", "a", "A 2", "A-2", "", "?", "section", "中文", "a 2 2"]) | st.text(max_size=5),
        max_size=12,
    )
)
def test_no_two_headings_share_a_name(headings: list[str]) -> None:
    anchors = anchor(*a_note([(heading, 2, []) for heading in headings]))

    assert len({a.slug for a in anchors}) == len(headings)
    assert all(a.slug and "--" not in a.slug for a in anchors)


def test_the_second_of_two_is_numbered() -> None:
    anchors = anchor(*a_note([("问答", 2, []), ("问答", 2, []), ("问答", 3, [])]))

    assert [a.slug for a in anchors] == ["问答", "问答-2", "问答-3"]


def test_shifting_the_recording_shifts_every_section() -> None:
    layout: Layout = [("A", 1, [None, 3]), ("B", 2, [7])]
    later: Layout = [(h, level, [None if s is None else s + 60 for s in starts]) for h, level, starts in layout]

    for k in (0, 1):
        before, after = section_span(k, *a_note(layout)), section_span(k, *a_note(later))
        assert before.start is not None
        assert before.end is not None
        assert (after.start, after.end) == (before.start + 60_000, before.end + 60_000)


def test_the_help_names_each_style() -> None:
    """A new one is added in one place."""
    said = Settings.__dataclass_fields__["link_style"].metadata["help"]

    assert [style for style in STYLES if style not in said.split(", ")] == []
