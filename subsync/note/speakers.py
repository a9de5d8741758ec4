"""Who speaks: labels in front of passages that are typed like any text (``Brad Gerstner: So ...``)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from subsync.note.names import is_chinese_role, is_name, is_named_in, is_surely_a_name
from subsync.note.pairs import Pair
from subsync.text.scripts import is_chinese

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from subsync.note.passages import Passage

# Typed labels ("Brad Gerstner: So ...") look like prose ("Again: similar"). They count if they come back in the note or
# if the translation has one too, and if they can be a name.
_ENGLISH_LABEL = re.compile(
    r"\s*(?:[–—•-]\s*)?(?:\[(?P<square>[^\[\]\n]{1,40})\]\s*[:：]?|(?P<name>[A-Z][^\n:：,!?\[]{0,40})[:：](?!\d))\s*"
)
_CHINESE_LABEL = re.compile(
    r"\s*(?:[–—•-]\s*)?(?:[\[【](?P<square>[^\[\]【】\n]{1,40})[\]】]\s*[:：]?"
    r"|(?P<name>[^\s:：，。！？、；“”「」]{1,24})\s?[:：](?!\d))\s*"
)


def _label(passage: Passage) -> re.Match[str] | None:
    """What may be a speaker's label at the start of ``passage``."""
    pattern = _ENGLISH_LABEL if passage.lang == "en" else _CHINESE_LABEL
    return pattern.match(passage.text) if passage.speaker is None else None


def _name(label: re.Match[str]) -> str:
    return (label["square"] or label["name"]).strip()


def _speak(passage: Passage, label: re.Match[str]) -> Passage:
    return replace(passage, speaker=_name(label), start=label.end())


_QUESTION = re.compile(r"[QA]\d{0,3}")
"""``Q1``, ``A1``: where there are both, each is who speaks, though none comes twice."""
_DIALOGUE = 0.5
"""Share of the English passages that labels have to stand before for a note to be a dialogue."""


def label_by_recurrence(passages: Sequence[Passage]) -> list[Passage]:
    """Take labels that come twice or more.

    One that is a word of the language, too ("Mark", "Question"), counts only where labels part most of the note.
    """
    labels = [_label(passage) for passage in passages]
    counts = Counter(_name(label) for label in labels if label)
    names = {name for name, count in counts.items() if count > 1 and is_name(name)}
    english = {name for name in names if not is_chinese(name)}
    spoken = [passage.lang == "en" for passage in passages].count(True)
    is_dialogue = len(english) > 1 and sum(counts[name] for name in english) >= _DIALOGUE * spoken
    known = {name for name in english if is_dialogue or is_surely_a_name(name)}
    known |= {name for name in names - english if is_chinese_role(name)}
    turns = {name for name in counts if _QUESTION.fullmatch(name)}
    if {name[0] for name in turns} == {"Q", "A"}:
        known |= turns
    return [
        _speak(passage, label) if label and _name(label) in known else passage
        for passage, label in zip(passages, labels, strict=True)
    ]


def label_by_partner(passages: Sequence[Passage], pairs: Iterable[Pair]) -> list[Passage]:
    """Take labels that stand in both languages."""
    found = list(passages)
    for pair in pairs:
        if not (pair.en and pair.zh):
            continue
        en, zh = pair.en[0], pair.zh[0]
        labels = {place: label for place in (en, zh) if (label := _label(found[place])) and is_name(_name(label))}
        if not all(place in labels or found[place].speaker for place in (en, zh)):
            continue
        if en in labels and zh in labels:
            name, other = _name(labels[en]), _name(labels[zh])
            if not (is_surely_a_name(name) or is_named_in(name, other)):
                continue
        for place, label in labels.items():
            found[place] = _speak(found[place], label)
    return found


def parted_by_speaker(passages: Sequence[Passage], pairs: Sequence[Pair]) -> list[Pair]:
    """Leave the turns of others out of the pair of a translation that says whose it is.

    A translator who names speakers names each; a turn beside it that was grouped with it has no translation. What the
    other language calls a speaker is seen where one passage stands against one.
    """
    alone = [(passages[p.en[0]].speaker, passages[p.zh[0]].speaker) for p in pairs if len(p.en) == len(p.zh) == 1]
    called = Counter(alone)
    found: list[Pair] = []
    for pair in pairs:
        named = {passages[place].speaker for place in pair.zh} - {None}
        turns: list[list[int]] = []
        for place in pair.en:
            if turns and passages[place].speaker in (None, passages[turns[-1][0]].speaker):
                turns[-1].append(place)  # what has no label goes on with the turn in front
            else:
                turns.append([place])
        own = [turn for turn in turns if _are_of(passages[turn[0]].speaker, named, called)]
        if len(own) == 1 < len(turns):
            found += [Pair(tuple(turn), pair.zh if turn is own[0] else ()) for turn in turns]
        else:
            found.append(pair)
    return sorted(found, key=lambda pair: pair.first)


def _are_of(speaker: str | None, named: Collection[str | None], called: Counter[tuple[str | None, str | None]]) -> bool:
    return speaker is not None and any(speaker == name or called[speaker, name] > 0 for name in named)
