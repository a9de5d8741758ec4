"""Corrected text in a note: those characters and no other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from subsync.note import parse_note
from subsync.note.rewrite import Patch, Rewording, moved, patched, reword

if TYPE_CHECKING:
    from collections.abc import Iterable

    from subsync.datatypes import Note

SAMPLE = (Path(__file__).parent.parent / "samples" / "tide-machine.md").read_text(encoding="utf-8")
NOTE = (
    "\ufeff---\r\ntitle: Wheels\r\nsource: talk.mp3\r\n---\r\n# Wheels --- 轮子\r\n\r\n"
    "**Mira:** You are *looking* at [24 brass](https://a.b/c_d) wheels, and\r\none very **long** wire. It adds.\r\n\r\n"
    "**Mira：** 你看到的是**24个**黄铜轮，和一根\r\n很长的[钢丝](https://a.b)。它做加法。\r\n\r\n"
    "[0:12](x)<!-- subsync:t id=a -->\r\n\r\n> It &amp; that are \\*odd\\*. Fine.\r\n\r\n> 它和那个很怪。好。"
)


def inverse(patches: Iterable[Patch]) -> tuple[Patch, ...]:
    """What takes patches back, in places of the text after them."""
    found: list[Patch] = []
    by = 0
    for patch in sorted(patches, key=lambda p: (p.start, p.end)):
        found.append(Patch(patch.start + by, patch.new, patch.old))
        by += len(patch.new) - len(patch.old)
    return tuple(found)


def changed(text: str, *wishes: tuple[int, int, str]) -> tuple[str, tuple[str, ...]]:
    """The note's text with sentences reworded, and what was refused."""
    note = parse_note(text, path="n.md", sha256="")
    wanted = []
    for first, count, to in wishes:
        lang = note.sentences[first].lang
        some = [s for s in note.sentences[first:] if s.lang == lang][:count]
        wanted.append(Rewording(first, count, (" " if lang == "en" else "").join(s.text for s in some), to))
    done = reword(note, wanted)
    assert patched(done.text, inverse(done.patches)) == text
    return done.text, done.refused


@pytest.mark.parametrize(
    ("sentence", "count", "to", "old", "new"),
    [
        (0, 1, "You are looking at 24 brass wheels, and one very short wire.", "**long**", "**short**"),
        (0, 1, "You are looking at 25 brass wheels, and one very long wire.", "[24 brass]", "[25 brass]"),
        (0, 1, "You are looking at 24 brass wheels. One very long wire.", "wheels, and\r\none", "wheels. One"),
        (0, 1, "You were looking at 24 brass wheels, and one very long wire.", "are *looking*", "were *looking*"),
        (0, 2, "You are looking at 24 brass wheels, and one very long wire, it adds.", "wire. It", "wire, it"),
        (2, 1, "你看到的是25个黄铜轮，和一根很长的钢丝。", "**24个**", "**25个**"),
        (2, 1, "你看到的是24个黄铜轮。和一根很长的钢丝。", "轮，和", "轮。和"),
        (2, 2, "你看到的是24个黄铜轮，和一根很长的钢丝，它做加法。", "。它", "，它"),
        (4, 1, "It & this are *odd*.", "that are", "this are"),
    ],
)
def test_only_the_corrected_characters_change(sentence: int, count: int, to: str, old: str, new: str) -> None:
    """Emphasis, links, line ends, the byte order mark, our marks: all as before."""
    text, refused = changed(NOTE, (sentence, count, to))

    assert refused == ()
    assert NOTE.count(old) == 1
    assert text.replace("\r\n", "\n") == NOTE.replace(old, new).replace("\r\n", "\n")
    assert parse_note(text, path="n.md", sha256="").sections == parse_note(NOTE, path="n.md", sha256="").sections


BARE = (
    "The tide machine stands here. It has wheels.\n\n潮汐机在这里。它有轮子。\n\n"
    "Only one wire runs over all of them.\n\nIt is very long indeed.\n\n它确实很长。"
)
TABLE = (
    "| English | 中文 |\n| --- | --- |\n| The tide machine stands here. | 潮汐机在这里。 |\n"
    "| It has wheels and one wire. | 它有轮子和一根钢丝。 |\n| It is very long indeed. | 它确实很长。 |"
)
WIRE = "只有一根钢丝绕过所有的轮子。"


def bare(text: str, to: str) -> tuple[Note, Rewording]:
    note = parse_note(text, path="n.md", sha256="")
    (wire,) = (k for k, s in enumerate(note.sentences) if s.text.startswith("Only one"))
    return note, Rewording(wire, 0, note.sentences[wire].text, to)


@pytest.mark.parametrize(
    ("note", "paragraph"),
    [
        (BARE, f"\n\n{WIRE}"),
        (BARE.partition("\n\nIt is")[0], f"\n\n{WIRE}"),
        (BARE.replace("\n", "\r\n"), f"\r\n\r\n{WIRE}"),
        ("> " + BARE.replace("\n", "\n> "), f"\n>\n> {WIRE}"),
        ("- " + BARE.replace("\n\n", "\n- "), f"\n\n  {WIRE}"),
    ],
)
def test_a_paragraph_without_chinese_gets_some(note: str, paragraph: str) -> None:
    """Behind it, quoted or in the list as it is, with the note's line ends."""
    parsed, wish = bare(note, WIRE)
    done = reword(parsed, [wish])

    assert done.refused == ()
    assert done.text == note.replace("of them.", f"of them.{paragraph}")
    assert reword(parse_note(done.text, path="n.md", sha256=""), [wish]).patches == ()


@pytest.mark.parametrize("to", ["我的想法：很好。", "好。\n\n## 标题", "A wire.", "<!-- 好 -->"])
def test_new_chinese_that_would_be_no_translation_is_refused(to: str) -> None:
    """As is all where it stands in front of its English, for it would be taken for the next paragraph's."""
    front = "潮汐机在这里。\n\nThe tide machine stands here.\n\nOnly one wire runs over all of them.\n\n"
    front += "它确实很长。\n\nIt is very long indeed."
    for text, wanted in ((BARE, to), (front, WIRE)):
        parsed, wish = bare(text, wanted)
        done = reword(parsed, [wish])
        assert done.text == text
        assert done.refused == (f'"{wish.text}": this text cannot stand there and leave the rest as it is',)


@pytest.mark.parametrize(
    ("note", "after"),
    [
        (BARE, BARE.replace("\n\n潮汐机在这里。它有轮子。", "")),
        (BARE.replace("\n", "\r\n"), BARE.replace("\n\n潮汐机在这里。它有轮子。", "").replace("\n", "\r\n")),
        (
            "> " + BARE.replace("\n", "\n> "),
            "> " + BARE.replace("\n\n潮汐机在这里。它有轮子。", "").replace("\n", "\n> "),
        ),
        (BARE.replace("潮汐机", "**米拉：** *潮汐机*"), BARE.replace("\n\n潮汐机在这里。它有轮子。", "")),
        (TABLE, TABLE.replace("它有轮子和一根钢丝。", "")),
    ],
    ids=["paragraph", "Windows", "quoted", "with a name", "table"],
)
def test_chinese_goes(note: str, after: str) -> None:
    """With its lines, where nothing else stands in them; a second time there is nothing to do."""
    parsed = parse_note(note, path="n.md", sha256="")
    paragraph = next(p for p in parsed.paragraphs if "wheels" in " ".join(parsed.sentences[k].text for k in p.en))
    said = "".join(parsed.sentences[k].text for k in paragraph.zh)
    wish = Rewording(paragraph.zh[0], len(paragraph.zh), said, "")

    done = reword(parsed, [wish])

    assert (done.text, done.refused) == (after, ())
    assert reword(parse_note(done.text, path="n.md", sha256=""), [wish]).patches == ()


def test_english_does_not_go_nor_what_stands_beside_chinese_that_does() -> None:
    text = "Fine words here.\n\n好。 <!-- x -->"
    note = parse_note(text, path="n.md", sha256="")
    english, chinese = (reword(note, [Rewording(k, 1, note.sentences[k].text, "")]) for k in (0, 1))

    assert (english.text, len(english.refused)) == (text, 1)
    assert chinese.text == text.replace("好。", "")


@pytest.mark.parametrize("lead", ["", "> "])
def test_a_word_that_was_divided_at_the_end_of_a_line_is_put_together(lead: str) -> None:
    """Or said otherwise; the rest of the note stays."""
    note = f"{lead}We stood in the mid-\n{lead}dle of it. Fine."
    for word, new in (("middle", "middle"), ("mid-day", f"mid-\n{lead}day"), ("centre", "centre")):
        text, refused = changed(note, (0, 1, f"We stood in the {word} of it."))
        assert (text, refused) == (note.replace(f"mid-\n{lead}dle", new), ())


def test_several_corrections_at_once() -> None:
    text, refused = changed(NOTE, (1, 1, "It multiplies."), (3, 1, "它做乘法。"), (5, 1, "Good."))

    assert refused == ()
    assert text == NOTE.replace("It adds", "It multiplies").replace("加法", "乘法").replace("Fine", "Good")


def test_a_correction_finds_its_sentence_in_a_note_that_has_changed() -> None:
    """The others are named; what is there already is no trouble."""
    note = parse_note(
        NOTE.replace("**Mira:** You", "**Mira:** Well. You").replace("It adds", "It counts"), path="n.md", sha256=""
    )
    wishes = [
        Rewording(1, 1, "It adds.", "It multiplies."),
        Rewording(5, 1, "Fine.", "Good."),
        Rewording(9, 1, "It is adding.", "It counts."),
    ]

    done = reword(note, wishes)

    assert done.refused == ('"It adds.": the note does not say this any more',)
    assert done.text == note.text.replace("Fine", "Good")


@pytest.mark.parametrize(
    "to",
    ["# Fine.", "Fine.\n\nNo.", "<!-- Fine", "**Fine.", "[0:30] Fine.", "`Fine.", "", "全是中文。", "<b>Fine</b>."],
)
def test_a_text_that_would_change_the_note_elsewhere_is_refused(to: str) -> None:
    """Markup is no text: what would not be read as it was typed is not written."""
    text, refused = changed(NOTE, (5, 1, to))

    if refused:
        assert text == NOTE
        assert refused == ('"Fine.": this text cannot stand there and leave the rest as it is',)
    else:
        after = parse_note(text, path="n.md", sha256="")
        assert after.paragraphs[1].en
        assert " ".join(after.sentences[k].text for k in after.paragraphs[1].en) == f"It & that are *odd*. {to}"


def test_the_same_sentence_is_corrected_once() -> None:
    text, refused = changed(NOTE, (5, 1, "Good."), (5, 1, "Bad."))

    assert text == NOTE.replace("Fine", "Good")
    assert refused == ('"Fine.": corrected twice; the first correction is taken',)


# --- properties -------------------------------------------------------------------------------------------------------

CHARS = st.sampled_from([*"abc *_[]()#>`~<&;\\-=%:.!?\r\n，。轮子的", "\n\n", "**", "[[", "%%", "<!--", "-->"])


@st.composite
def patches_of(draw: st.DrawFn, text: str) -> list[Patch]:
    """Patches that do not touch each other."""
    places = sorted(draw(st.lists(st.integers(0, len(text)), unique=True, max_size=8)))
    pairs = zip(places[::2], places[1::2], strict=False)
    return [Patch(a, text[a:b], draw(st.text(max_size=4))) for a, b in pairs]


@given(st.data(), st.text(max_size=60))
def test_patches_are_undone_and_their_order_does_not_matter(data: st.DataObject, text: str) -> None:
    """Applied at once, one after the other, the other way round; what is outside keeps its place and its bytes."""
    patches = data.draw(patches_of(text))
    after = patched(text, patches)

    assert patched(after, inverse(patches)) == text
    assert patched(text, list(reversed(patches))) == after
    ascending = descending = text
    for patch in reversed(patches):
        descending = patched(descending, [patch])
    for n, patch in enumerate(patches):
        ascending = patched(ascending, [Patch(moved(patch.start, patches[:n]), patch.old, patch.new)])
    assert ascending == descending == after
    inside = {k for p in patches for k in range(p.start, p.end)}
    assert all(after[moved(k, patches)] == char for k, char in enumerate(text) if k not in inside)


def test_a_patch_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        patched("abc", [Patch(1, "x", "y")])
    with pytest.raises(ValueError, match="does not fit"):
        patched("abc", [Patch(0, "ab", "y"), Patch(1, "b", "z")])


@given(st.data(), st.lists(CHARS, max_size=60).map("".join), st.text("ab轮*_# .\n<`", min_size=1, max_size=12))
def test_a_correction_changes_what_it_names_and_nothing_else(data: st.DataObject, body: str, to: str) -> None:
    """In any note, to any text: either the note now says exactly that, or it is untouched."""
    note = parse_note(f"# H\n\n{body}\n\nFine words here.\n\n好。", path="n.md", sha256="")
    assume(note.sentences)
    k = data.draw(st.integers(0, len(note.sentences) - 1))
    sentence = note.sentences[k]
    done = reword(note, [Rewording(k, 1, sentence.text, to)])

    assert patched(done.text, inverse(done.patches)) == note.text
    if done.refused:
        assert done.text == note.text
        return
    after = parse_note(done.text, path="n.md", sha256="")
    assert [s.heading for s in after.sections] == [s.heading for s in note.sections]
    before, behind = sentence.start_char, len(note.text) - sentence.end_char
    if done.patches:
        assert done.text[:before] == note.text[:before]
        assert done.text[len(done.text) - behind :] == note.text[len(note.text) - behind :]


@settings(max_examples=25)
@given(st.data())
def test_corrections_of_different_sentences_commute(data: st.DataObject) -> None:
    """Of the sample, with a word changed in each."""
    note = parse_note(SAMPLE, path="n.md", sha256="")
    some = data.draw(st.lists(st.integers(0, len(note.sentences) - 1), min_size=2, max_size=3, unique=True))
    wishes = [
        Rewording(k, 1, note.sentences[k].text, f"Well {k}, {note.sentences[k].text}")
        for k in some
        if note.sentences[k].lang == "en"
    ]
    once = reword(note, wishes).text
    step = SAMPLE
    for wish in reversed(wishes):
        step = reword(parse_note(step, path="n.md", sha256=""), [wish]).text

    assert once == step == reword(note, wishes[::-1]).text


@pytest.mark.parametrize("heading", ["", "# A\n\n"])
def test_a_text_that_would_be_another_language_is_refused(heading: str) -> None:
    """Under a heading and before the first one."""
    note = parse_note(f"{heading}We keep the old machine.\n\n我们留着这台老机器。\n", path="n.md", sha256="")

    done = reword(note, [Rewording(0, 1, "We keep the old machine.", "全是中文的一句话。")])

    assert done.refused
    assert done.text == note.text
