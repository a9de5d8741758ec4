"""Chinese sentences that a person moved to other English ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from subsync.bitext import move_chinese, pair
from subsync.note import parse_note

if TYPE_CHECKING:
    from subsync.datatypes import Bead, Note

TEXT = (Path(__file__).parent.parent / "samples" / "tide-machine.md").read_text(
    encoding="utf-8"
) + "\n\nThe wire runs. It adds. They move.\n\n钢丝在走。它相加。它们动。\n"


@cache
def sample() -> tuple[Note, tuple[Bead, ...]]:
    note = parse_note(TEXT, path="n.md", sha256="")
    return note, pair(note)


def test_nothing_moves_unasked() -> None:
    note, beads = sample()

    assert move_chinese(note, beads, {}) == beads
    assert move_chinese(note, beads, {bead.zh[0]: bead.en[0] for bead in beads if bead.zh and bead.en}) == beads


def test_a_moved_sentence_is_where_it_was_moved() -> None:
    """What stood between follows; a person is sure."""
    note, beads = sample()
    last = note.paragraphs[-1]
    assert [b.zh for b in beads[-3:]] == [(z,) for z in last.zh]

    after = move_chinese(note, beads, {last.zh[2]: last.en[0]})

    assert [(b.en, b.zh) for b in after[-3:]] == [((last.en[0],), last.zh), ((last.en[1],), ()), ((last.en[2],), ())]
    assert after[-3].confidence == 1.0
    assert after[:-3] == beads[:-3]


def test_nothing_leaves_its_paragraph() -> None:
    note, beads = sample()

    assert move_chinese(note, beads, {note.paragraphs[0].zh[0]: note.paragraphs[-1].en[0]}) == beads


@given(st.data())
def test_every_sentence_stays_once_and_in_order(data: st.DataObject) -> None:
    """Whatever is moved; and the clauses of each bead's links hold its sentences."""
    note, beads = sample()
    chinese = [k for k, s in enumerate(note.sentences) if s.lang == "zh"]
    english = [k for k, s in enumerate(note.sentences) if s.lang == "en"]
    moves = data.draw(st.dictionaries(st.sampled_from(chinese), st.sampled_from(english), max_size=6))

    after = move_chinese(note, beads, moves)

    assert sorted(k for b in after for k in b.zh) == chinese
    assert [k for b in after for k in b.en] == [k for b in beads for k in b.en]
    for paragraph in note.paragraphs:
        assert [k for b in after if b.paragraph == paragraph.index for k in b.zh] == list(paragraph.zh)
    for bead in after:
        assert {c.sentence for link in bead.links for c in (*link.en, *link.zh)} == {*bead.en, *bead.zh}
