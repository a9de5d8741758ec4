"""Lines -> lines of one speaker each: dashes, ``>>`` and names in front of what is said taken off."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from subsync.formats.incoming.names import is_a_form, is_capital_label, is_sure, may_be_a_name
from subsync.formats.incoming.shown import VOICE
from subsync.formats.incoming.stops import ENDED, ENDS
from subsync.note.names import is_name, is_named_in, is_role
from subsync.text.scripts import HAN_RANGES, is_chinese
from subsync.text.words import ENGLISH_PARTICLES, SOUNDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subsync.formats.incoming.shown import Line

_SOUND = r"(?:\[[a-z][^\[\]]{1,80}\]|[\[(][A-Z]{2}[^\[\]()]{0,80}[\])])"
_INSIDE = re.compile(rf"\s+(?=>>+\s)|(?<=[.?!…])\s+(?={_SOUND}\s+[^\s\[(])")
"""Where somebody else speaks in the middle of a line, as captions of television have it, or a sound is between two
sentences."""
_INSIDE_DASHED = re.compile(
    rf"{_INSIDE.pattern}|\s*(?<=[.?!…。！？\s])(?=[-–]\w)|(?<=[.?!…。！？{ENDED}])\s*(?=[-–]\s?\w)"
)
"""The same where lyrics have two turns in one line, a dash before each."""
_OPENED = re.compile(r">>+\s*")
_DASH = re.compile(r"[-–—‐]\s?(?=[\"“‘'(\[¿¡]?\w)")
_SURE_DASH = re.compile(r"[-–‐]\s?(?=[\"“‘'(\[¿¡]?[^\W\d_a-z])")
"""One dash before a capital; one before a small letter or a number may be a sentence that goes on, or a minus."""
_NAME = r"[^\W\d_][^\n:：,，。!?！？()（）\[\]【】]{0,40}?"
_COLON = r"\s*(?:[(（][^()（）]{1,20}[)）]\s*)?(?:：|:(?=\s|$|[^\x00-\x7f]))\s*"
_LABEL = re.compile(rf"(?P<plain>{_NAME}){_COLON}")
_MANNER = r"(?:, [a-z][^\[\]【】]{0,40})?"
_BRACKETED = re.compile(
    rf"(?:[\[【](?P<square>{_NAME}){_MANNER}[\]】]|[(（](?P<round>{_NAME})[)）])(?P<colon>{_COLON})?\s*"
)
_BRACKETS = r"(?:[\[【](?P<square>[^\[\]【】]{2,80})[\]】]|[(（](?P<round>[^()（）]{2,80})[)）])"
_HEAD = re.compile(rf"{_BRACKETS}(?:\s+(?=[\"“‘'¿¡-]*[^\W_a-z]|[\[(])|\s*(?=[{HAN_RANGES}]))")
"""Brackets in front of what begins a sentence: ``[It] was good`` says what is meant."""
_TAIL = re.compile(rf"(?<=[.!?…—–\"”。！？])\s*{_BRACKETS}$")
_CHINESE_SOUND = re.compile(r".*[声聲音乐樂响響]")


class _Label(NamedTuple):
    name: str
    colon: bool
    """Whether one stands behind it: brackets alone may hold a sound."""
    end: int
    """Where the text begins."""


class _Piece(NamedTuple):
    """What may be a turn, or a part of one."""

    voice: str
    """Who says it, where the format has that."""
    opens: bool
    """It has a dash or ``>>`` in front."""
    text: str
    asides: tuple[str, ...] = ()

    def label(self) -> _Label | None:
        """What may be a name in front of the text."""
        if match := _LABEL.match(self.text):
            return _Label(match["plain"].strip(), colon=True, end=match.end())
        if match := _BRACKETED.match(self.text):
            return _Label((match["square"] or match["round"]).strip(), match["colon"] is not None, match.end())
        return None


@dataclass(slots=True)
class _Turn:
    speaker: str
    opens: bool
    texts: list[str] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)


def turns_of(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines cut where the speaker changes, each with its speaker, as far as that is known."""
    rounds = any(aside.startswith(("(", "（")) for line in lines for aside in line.asides)
    pieces = []
    before = ""
    for line in lines:
        pieces.append(([*_pieces(line.en, before, rounds=rounds)], [*_pieces(line.zh, before, rounds=rounds)]))
        before = line.en[-1] if line.en else before
    names = _names(pieces)
    out: list[Line] = []
    for line, (en, zh) in zip(lines, pieces, strict=True):
        out += _apart(line, *(_turns(side, names, rounds=rounds) for side in (en, zh)))
    return tuple(out)


def _pieces(texts: Iterable[str], before: str, *, rounds: bool) -> Iterator[_Piece]:
    voiced = [text.rpartition(VOICE) for text in _closed(texts)]
    dashes = sum(_DASH.match(said) is not None for _, _, said in voiced)
    dash = _DASH if dashes > 1 else _SURE_DASH
    for voice, _, said in voiced:
        inside = _INSIDE_DASHED if dash.match(said) else _INSIDE
        for k, part in enumerate(inside.split(said)):
            mark = _OPENED.match(part) or dash.match(part)
            begins = k > 0 or mark is not None or not before or ENDS.search(_TAIL.sub("", before)) is not None
            bare = part[mark.end() :] if mark else part
            asides, rest = _without_sounds(bare.strip(), begins=begins, rounds=rounds)
            if rest or asides or k == 0:
                yield _Piece("" if k else voice, mark is not None or any(map(_names_a_role, asides)), rest, asides)
        before = said


def _closed(texts: Iterable[str]) -> Iterator[str]:
    """Lines of a cue, those over which a bracket goes as one."""
    held, depth = [], 0
    for text in texts:
        held.append(text)
        depth += text.count("[") - text.count("]")
        if depth <= 0:
            yield " ".join(held)
            held, depth = [], 0
    if held:
        yield " ".join(held)


def _apart(line: Line, en: Sequence[_Turn], zh: Sequence[_Turn]) -> Iterator[Line]:
    """One line for each turn; Chinese in more turns than its English is in the last of them."""
    count = len(en) or len(zh) or 1
    for k in range(count):
        own = en[k : k + 1]
        other = zh[k : k + 1] if k + 1 < count else zh[k:]
        yield replace(
            line,
            en=tuple(chain.from_iterable(turn.texts for turn in own)),
            zh=tuple(chain.from_iterable(turn.texts for turn in other)),
            speaker=next((turn.speaker for turn in (*own, *other) if turn.speaker), ""),
            chinese_name=next((turn.speaker for turn in other if turn.speaker), ""),
            asides=(*(line.asides if k == 0 else ()), *(aside for turn in (*own, *other) for aside in turn.asides)),
            turn=k > 0 or any(turn.opens for turn in (*own, *other)),
        )


def _turns(pieces: Sequence[_Piece], names: frozenset[str], *, rounds: bool) -> list[_Turn]:
    turns: list[_Turn] = []
    for piece in pieces:
        speaker, text = piece.voice, piece.text
        asides: tuple[str, ...] = ()
        if (label := piece.label()) and (label.name in names or label.name == piece.voice):
            speaker, text = speaker or label.name, text[label.end :]
            asides, text = _without_sounds(text, begins=True, rounds=rounds)
        if not turns or piece.opens or (speaker and speaker != turns[-1].speaker):
            turns.append(_Turn(speaker, piece.opens))
        turns[-1].texts += [text] if text else []
        turns[-1].asides += (*piece.asides, *asides)
    return turns


# --- sounds beside what is said ---------------------------------------------------------------------------------------


def _without_sounds(text: str, *, begins: bool, rounds: bool) -> tuple[tuple[str, ...], str]:
    """The descriptions of sounds in front of a text and behind it, and the text.

    Args:
        text: what somebody says.
        begins: a sentence begins with it, so that brackets in front of it are not amid one.
        rounds: sounds stand in round brackets in this file.
    """
    front, behind = [], []
    while (match := _HEAD.match(text)) and _is_sound(match, small=begins, rounds=rounds):
        front.append(match[0].strip())
        text = text[match.end() :]
    if (match := _TAIL.search(text)) and _is_sound(match, small=False, rounds=rounds):
        behind.append(match[0].strip())
        text = text[: match.start()]
    return (*front, *behind), text


def _is_sound(match: re.Match[str], *, small: bool, rounds: bool) -> bool:
    """Whether brackets hold what is heard or who is heard, not what is meant and no name alone.

    ``[man on radio]`` begins small, ``[Door slams]`` and ``(DOOR SLAMS)`` have a word of what is done. What is one of
    ``SOUNDS`` stays in the text, where the reader of notes knows it.
    """
    said = (match["square"] or match["round"]).strip()
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", said)
    if said.lower() in SOUNDS or not words:
        return False
    if is_chinese(said):
        return _CHINESE_SOUND.fullmatch(said) is not None
    if match["square"] and small and words[0].islower() and not ENGLISH_PARTICLES.issuperset(words):
        return True
    done = [word for word in words if word.islower() or said.isupper()]
    return (match["square"] is not None or rounds or said.isupper()) and any(map(_is_done, done))


def _is_done(word: str) -> bool:
    """Whether a word is of a sound, or what somebody or something does: ``slams``, ``ringing``."""
    return word.lower() in SOUNDS or (word.lower().endswith(("s", "ing")) and is_a_form(word))


def _names_a_role(aside: str) -> bool:
    return any(map(is_role, re.findall(r"\w+", aside)[:1]))


# --- which labels are names -------------------------------------------------------------------------------------------

_DIALOGUE = 0.2
"""Share of the lines before which labels have to stand for ordinary words among them (``Mark``) to be names."""


def _names(cues: Sequence[tuple[Sequence[_Piece], Sequence[_Piece]]]) -> frozenset[str]:
    """The labels that are names of speakers: one label alone parts nobody, and what can be a word has to come back."""
    counts: Counter[str] = Counter()
    bracketed: Counter[str] = Counter()
    known: set[str] = set()
    capitals: set[str] = set()
    for en, zh in cues:
        known |= {piece.voice for piece in (*en, *zh) if piece.voice} | _partners(en, zh)
        for piece in (*en, *zh):
            if (label := piece.label()) and may_be_a_name(label.name):
                (counts if label.colon else bracketed)[label.name] += 1
                if label.colon and is_capital_label(label.name, piece.text[label.end :], opens=piece.opens):
                    (known if piece.opens else capitals).add(label.name)
    surely = {name for name in capitals if is_sure(name)}
    known |= capitals if len(surely) > 1 else surely  # where others are named so, ``MARK`` is a name
    again = {name for name, count in counts.items() if count > 1}
    known |= {name for name in again if " " in name or is_sure(name)}
    known |= {name for name in counts if " " in name and is_sure(name)}
    known |= {name for name, count in bracketed.items() if count > 1 and is_sure(name) and not name.isupper()}
    if known & bracketed.keys():
        known |= {name for name in bracketed if is_sure(name) and not name.isupper()}
    sure = {name for name in counts if is_sure(name)}
    known |= sure if len(sure | known) > 1 else set()
    named = again | known
    if len(named) > 1 and sum(counts[name] for name in named) >= _DIALOGUE * sum(len(en) or len(zh) for en, zh in cues):
        known |= again
    return frozenset(known)


def _partners(en: Sequence[_Piece], zh: Sequence[_Piece]) -> set[str]:
    """Labels that stand in both languages of a cue: the same, or the Chinese for it."""
    one, two = (next((piece.label() for piece in side), None) for side in (en, zh))
    if not (one and two and one.colon and two.colon):
        return set()
    name, other = one.name, two.name
    same = name == other and is_name(name.title())
    if same or (may_be_a_name(name) and is_name(other) and (is_sure(name) or is_named_in(name, other))):
        return {name, other}
    return set()
