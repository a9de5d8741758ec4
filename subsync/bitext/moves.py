"""Chinese sentences that a person moved to other English ones -> beads that have them there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from subsync.bitext.links import Spoken, parts, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from subsync.datatypes import Bead, Note


def move_chinese(note: Note, beads: Sequence[Bead], moves: Mapping[int, int]) -> tuple[Bead, ...]:
    """Give Chinese sentences to the beads of other English ones.

    Both languages keep their order: Chinese between a moved sentence and its new place moves along.

    Args:
        note: what the beads are of.
        beads: as ``pair`` found them.
        moves: Chinese sentence -> English sentence that it translates, indices into ``Note.sentences``; one whose
            English is in another paragraph is left where it is.
    """
    if not moves:
        return tuple(beads)
    home = {k: n for n, bead in enumerate(beads) for k in (*bead.en, *bead.zh)}
    place = {k: home[k] for bead in beads for k in bead.zh}
    for zh, en in sorted(moves.items()):
        if zh not in place or en not in home or note.sentences[zh].paragraph != note.sentences[en].paragraph:
            continue
        goal = place[zh] = home[en]
        for other, at in list(place.items()):
            if note.sentences[other].paragraph == note.sentences[zh].paragraph:
                place[other] = min(at, goal) if other < zh else max(at, goal)
    found = []
    for n, bead in enumerate(beads):
        mine = tuple(sorted(k for k, goal in place.items() if goal == n))
        if mine == bead.zh:
            found.append(bead)
        elif mine or bead.en:
            found.append(_with(note, bead, mine))
    return tuple(found)


def _with(note: Note, bead: Bead, zh: tuple[int, ...]) -> Bead:
    """A bead with other Chinese; a person has said so, but how their clauses go together nobody has."""
    english, chinese = (_spoken(note, side) for side in (bead.en, zh))
    return replace(bead, zh=zh, confidence=1.0, links=(whole(parts(english), parts(chinese), 1.0),), words=())


def _spoken(note: Note, sentences: Iterable[int]) -> list[Spoken]:
    return [Spoken(k, note.sentences[k].lang, note.sentences[k].text, 0) for k in sentences]
