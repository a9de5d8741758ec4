"""Timestamps go into a note and come out of it again, byte for byte."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from subsync.datatypes import Anchor
from subsync.formats.link import link_note, note_diff, unlink_note
from subsync.note import parse_note

URL = "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t={}s"
MARKDOWN = MarkdownIt("commonmark")


def at(line: int, heading: str, seconds: int | None = 754, *, slug: str = "s", paragraph: int | None = None) -> Anchor:
    """An anchor on a line; without seconds it is not in the recording."""
    if seconds is None:
        return Anchor(heading, 3, line, slug, None, None, "absent", 0.0, None, paragraph)
    start = seconds * 1000 + 321
    return Anchor(heading, 3, line, slug, start, start + 5000, "aligned", 0.9, URL.format(seconds), paragraph)


def headings_of(text: str) -> list[tuple[int, str]]:
    """Lines of a note's top-level headings, counted from 1, and their text."""
    tokens = MARKDOWN.parse(text.removeprefix("\ufeff"))
    return [
        (token.map[0] + 1, following.content)
        for token, following in itertools.pairwise(tokens)
        if token.type == "heading_open" and token.map and token.level == 0
    ]


def anchors_for(text: str, first: int = 0) -> list[Anchor]:
    """What an alignment would find: one anchor for each heading, each later than the one before."""
    return [at(line, heading, first + 60 * k, slug=f"s-{k}") for k, (line, heading) in enumerate(headings_of(text))]


NOTE = "---\ntitle: x\n---\n# One\n\nText.\n\n## Two\nText right below.\n\nThree\n=====\n\nEnd.\n"


def test_one_line_under_each_heading() -> None:
    linked = link_note(NOTE, [at(4, "One", 0), at(8, "Two", 754, slug="two"), at(11, "Three", 4000)])

    assert linked == (
        "---\ntitle: x\n---\n"
        f"# One\n[0:00]({URL.format(0)})<!-- subsync:t id=s -->\n\nText.\n\n"
        f"## Two\n[12:34]({URL.format(754)})<!-- subsync:t+ id=two -->\n\nText right below.\n\n"
        f"Three\n=====\n[1:06:40]({URL.format(4000)})<!-- subsync:t id=s -->\n\nEnd.\n"
    )
    assert unlink_note(linked) == NOTE


def test_a_browser_shows_a_link_and_the_same_headings() -> None:
    """A comment in front would make an HTML block of the line; a rule below would make a heading of it."""
    note = "# One\n---\n## Two\n    code\n\n> ### Three\n> quoted\n"
    html = MARKDOWN.render(link_note(note, [at(1, "One"), at(3, "Two"), at(6, "Three")]))

    assert html.count('<a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ&amp;t=754s">12:34</a>') == 3
    assert re.findall(r"<h\d>(.*)</h\d>", html) == ["One", "Two", "Three"]
    assert "<hr />" in html
    assert "<pre><code>code\n</code></pre>" in html
    assert html.count("<blockquote>") == 1


def test_before_each_paragraph_if_asked_for() -> None:
    note = "First.\n\n### H\nEnglish.\n中文。\nMore English.\n更多中文。\n"
    anchors = [at(k, "", 60 * k, slug=f"p{k}", paragraph=k) for k in (1, 4, 6)]
    linked = link_note(note, [*anchors, at(3, "H", 200)])

    assert [line.split("]")[0] for line in linked.splitlines()] == [
        *(
            "[1:00",
            "First.",
            "",
            "### H",
            "[3:20",
            "",
            "[4:00",
            "English.",
            "中文。",
            "[6:00",
            "More English.",
            "更多中文。",
        )
    ]
    assert unlink_note(linked) == note


def test_what_has_no_time_gets_no_line() -> None:
    assert link_note("# A\n\n# B\n", [at(1, "A", None), at(3, "B", None)]) == "# A\n\n# B\n"


def test_what_has_no_link_gets_its_time() -> None:
    anchor = Anchor("A", 1, 1, "a", 754_999, 760_000, "aligned", 1.0)
    linked = link_note("# A\n", [anchor])

    assert linked == "# A\n12:34<!-- subsync:t id=a -->\n"
    assert unlink_note(linked) == "# A\n"


def test_a_new_alignment_changes_its_own_lines_only() -> None:
    before = link_note(NOTE, [at(4, "One", 1), at(8, "Two", 2), at(11, "Three", 3)])
    after = link_note(before, [at(4, "One", 1), at(8, "Two", 99), at(11, "Three", None)])

    assert [line for line in note_diff(before, after, "note.md").splitlines()[2:] if line[0] in "+-"] == [
        f"-[0:02]({URL.format(2)})<!-- subsync:t+ id=s -->",
        f"+[1:39]({URL.format(99)})<!-- subsync:t+ id=s -->",
        f"-[0:03]({URL.format(3)})<!-- subsync:t id=s -->",
    ]


def test_lines_are_understood_with_and_without_timestamps() -> None:
    """Anchors of an earlier run count the lines of the note as it was then."""
    note = "# A\n\n# B\n\n# C\n"
    linked = link_note(note, anchors_for(note))

    assert link_note(linked, anchors_for(note)) == linked
    assert link_note(linked, anchors_for(linked)) == linked
    assert [anchor.line for anchor in anchors_for(note)] != [anchor.line for anchor in anchors_for(linked)]


def test_a_heading_that_moved_since_gets_no_wrong_time() -> None:
    assert link_note("# New\n\n# A\n", [at(1, "A")]) == "# New\n\n# A\n"
    assert link_note("# A\n", [at(7, "A"), at(0, "A")]) == "# A\n"


@pytest.mark.parametrize("written", ["##开场\n\nNobody did.\n", "##开场\nNobody did.\n", "> ##开场\n> Nobody did.\n"])
def test_a_heading_without_the_space_behind_its_marks_is_one(written: str) -> None:
    """As the note room reads it: the same sections and sentences with the line as without."""
    linked = link_note(written, [at(1, "开场")])
    plain, note = (parse_note(text, path="a.md", sha256="") for text in (written, linked))

    assert linked.splitlines()[1].endswith("<!-- subsync:t" + ("+" if "\n\n" not in written else "") + " id=s -->")
    assert [s.heading for s in note.sections] == [s.heading for s in plain.sections] == ["开场"]
    assert [s.text for s in note.sentences] == [s.text for s in plain.sentences] == ["Nobody did."]
    assert unlink_note(linked) == written


@pytest.mark.parametrize(
    ("written", "heading"),
    [
        ("# **Bold** and [linked](http://x.y)", "Bold and linked"),
        ("# 12:34 Pinned", "Pinned"),
        ("# A &amp; caf&eacute; `code` #", "A & café code"),
        ("  # Indented", "Indented"),
        ("Two\nlines\n---", "Two lines"),
        ("# ]() `tick` <script>alert(1)</script> --> [x](javascript:alert(1))", "]() tick alert(1) --> x"),
    ],
)
def test_headings_are_found_under_their_markup(written: str, heading: str) -> None:
    linked = link_note(f"{written}\n", [at(1, heading)])

    assert linked.startswith(f"{written}\n")
    assert linked.count("<!-- subsync:t id=s -->") == 1
    assert unlink_note(linked) == f"{written}\n"


@pytest.mark.parametrize(
    "note",
    [
        "# A\n\n```\n[12:34](http://x)<!-- subsync:t id=a -->\n```\n",
        "> ~~~\n> [12:34](http://x)<!-- subsync:t id=a -->\n> ~~~\n",
        "    [12:34](http://x)<!-- subsync:t id=a -->\n",
        "<div>\n[12:34](http://x)<!-- subsync:t id=a -->\n</div>\n",
        "---\nx: |\n[12:34](http://x)<!-- subsync:t id=a -->\n---\n",
        "See [12:34](http://x)<!-- subsync:t id=a -->\n",
        "<!-- subsync:t id=a -->\n",
        "```\n[12:34](http://x)<!-- subsync:t id=a -->",
    ],
)
def test_what_only_looks_like_ours_stays(note: str) -> None:
    assert unlink_note(note) == note
    assert unlink_note(link_note(note, anchors_for(note))) == note


def test_a_blank_line_that_somebody_took_out_is_not_asked_for_again() -> None:
    linked = link_note("# A\ntext\n", [at(1, "A")])

    assert "-->\n\ntext" in linked
    assert unlink_note(linked.replace("-->\n\n", "-->\n")) == "# A\ntext\n"


def test_items_of_a_list_are_left_alone() -> None:
    """A line between them would tear the list."""
    note = "- # A\n- one\n- two\n\n1. three\n"
    anchors = [at(1, "A"), *(at(k, "", paragraph=k) for k in (2, 3, 5))]

    assert link_note(note, anchors) == note


def test_what_stands_deep_in_a_list_is_left_alone() -> None:
    note = "- a\n  - b\n\n    # Deep\n\n    text\n"

    assert link_note(note, [at(4, "Deep"), at(6, "", paragraph=0)]) == note


def test_a_paragraph_at_the_end_gets_the_line_ending_of_the_note() -> None:
    assert "-->\r\nText" in link_note("# A\r\n\r\nText", [at(3, "", paragraph=0)])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", [True, False])
def test_line_endings_stay_as_they_are(newline: str, bom: str, *, end: bool) -> None:
    note = bom + "# A\n\ntext\n\n# B\ntext\n\n# C\n".replace("\n", newline)
    note = note if end else note.removesuffix(newline)
    linked = link_note(note, anchors_for(note))

    assert linked.count("subsync:t") == 3
    assert re.sub(newline, "", linked).count("\r") == re.sub(newline, "", linked).count("\n") == 0
    assert linked.startswith(f"{bom}# A")
    assert linked.endswith(newline) == end
    assert unlink_note(linked) == note


@pytest.mark.parametrize(("fence", "text"), [("+++", "# One"), ("---", "# One")])
def test_front_matter_is_left_alone(fence: str, text: str) -> None:
    """A comment in it is no heading, in TOML as little as in YAML."""
    from subsync.formats.link import _Page

    lines = [f"{fence}\n", f"{text}\n", f"{fence}\n", "# Two\n"]
    assert _Page(lines).headings == {3: 4}


def test_the_byte_order_mark_stays_in_front() -> None:
    note = "\ufeffText."
    linked = link_note(note, [at(1, "", paragraph=0)])

    assert linked == f"\ufeff[12:34]({URL.format(754)})<!-- subsync:t id=s -->\nText."
    assert unlink_note(linked) == note


def test_no_address_leaves_its_parentheses() -> None:
    link = "https://x.y/a b(c)\\`d`<e>\n[f](g)?t=1"
    linked = link_note("# A\n\n`code`\n", [Anchor("A", 1, 1, "a", 0, 1, "aligned", 1.0, link)])
    html = MARKDOWN.render(linked)

    assert html.count("<a ") == 1
    assert "<code>code</code>" in html
    assert len(linked.splitlines()) == 4
    assert unlink_note(linked) == "# A\n\n`code`\n"


@pytest.mark.parametrize("slug", ["a--b", "-->", "<script>", "a b", "-", "", "中文"])
def test_no_name_ends_the_comment(slug: str) -> None:
    linked = link_note("# A\n", [at(1, "A", slug=slug)])

    assert re.search(r"<!-- subsync:t id=(?:(?!--)[\w-])+ -->\n\Z", linked)
    assert unlink_note(linked) == "# A\n"


PIECES = st.sampled_from(
    [
        *(
            "# A",
            "## A b",
            "###",
            "B\n===",
            "B\n---",
            "- # C",
            "- item",
            "1. one",
            "> # Q",
            "> quote",
            "  # D",
            "    # code",
        ),
        *(
            "```",
            "~~~",
            "````\n```",
            "<div>",
            "</div>",
            "<!--",
            "-->",
            "---",
            "text",
            "中文",
            "",
            "",
            "",
            "\t",
            "|a|b|",
            ">",
            "\\",
        ),
        *("[12:34](http://x)<!-- subsync:t id=a -->", "12:34", "\x0c", "\u2028", "\0", "[a]: http://x", "    "),
    ]
)
NOTES = st.builds(
    lambda bom, pieces, newline, end: bom + newline.join(pieces).replace("\n", newline) + newline * end,
    st.sampled_from(["", "\ufeff"]),
    st.lists(PIECES | st.text(max_size=12), max_size=14),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)


@given(NOTES, st.integers(0, 4000), st.integers(0, 4000))
@example("```\n# A", 0, 0)
def test_any_note_comes_back_as_it_was(note: str, first: int, second: int) -> None:
    """Twice is once, a new alignment replaces the old one, and all can be taken out."""
    plain = unlink_note(note)
    linked = link_note(plain, anchors_for(plain, first))

    assert unlink_note(linked) == plain
    assert link_note(linked, anchors_for(linked, first)) == linked
    assert link_note(linked, anchors_for(plain, first)) == linked
    assert link_note(linked, anchors_for(linked, second)) == link_note(plain, anchors_for(plain, second))


@given(NOTES)
def test_headings_and_all_else_stay_what_they_are(note: str) -> None:
    plain = unlink_note(note)
    linked = link_note(plain, anchors_for(plain))

    assert [text for _, text in headings_of(linked)] == [text for _, text in headings_of(plain)]
    inserted = iter(re.split(r"\r\n|\r|\n", linked))
    assert all(line in inserted for line in re.split(r"\r\n|\r|\n", plain))


@given(NOTES, st.lists(st.integers(-1, 20)))
def test_paragraph_timestamps_come_out_again(note: str, lines: list[int]) -> None:
    plain = unlink_note(note)
    linked = link_note(plain, [at(line, "", line, slug=f"p{line}", paragraph=line) for line in lines if line >= 0])

    assert unlink_note(linked) == plain


@given(NOTES.filter(lambda note: "\\" not in note))  # at the end of a line it is a break, at that of a paragraph text
def test_the_next_run_reads_the_same_note(note: str) -> None:
    """What was put in, before paragraphs too, is no text to be spoken and no pin: the note says what it said."""
    plain = unlink_note(note)
    before = parse_note(plain, path="n.md", sha256="")
    paragraphs = [at(p.line, "", slug=f"p{p.index}", paragraph=p.index) for p in before.paragraphs]
    after = parse_note(link_note(plain, [*anchors_for(plain), *paragraphs]), path="n.md", sha256="")

    assert [s.text for s in after.sentences] == [s.text for s in before.sentences]
    assert [(s.heading, s.level, s.pin) for s in after.sections] == [
        (s.heading, s.level, s.pin) for s in before.sections
    ]
    assert [(p.en, p.zh, p.pin, p.section) for p in after.paragraphs] == [
        (p.en, p.zh, p.pin, p.section) for p in before.paragraphs
    ]


def test_one_enormous_line_is_no_trouble() -> None:
    note = "# A\n\n" + "x" * 10_000_000
    linked = link_note(note, [at(1, "A")])

    assert len(linked) - len(note) < 200
    assert unlink_note(linked) == note


def test_a_diff_says_where_a_newline_is_missing() -> None:
    assert note_diff("a\n", "a\n", "note.md") == ""
    assert note_diff("a", "a\nb", "note.md") == (
        "--- a/note.md\n+++ b/note.md\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n"
        "+a\n+b\n\\ No newline at end of file\n"
    )
