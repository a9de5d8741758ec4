"""Which sentences are worth a card: sure of their times, of a length one can hold, each text once."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from subsync.datatypes import Span
from subsync.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from subsync.datatypes import Ms, SyncResult, TimedSentence

_SURE = 0.5
"""Below it one has to look (README, "How right it is"); a card with the wrong sound teaches the wrong thing."""
_SHORTEST: Ms = 1000
_LONGEST: Ms = 15_000
"""What can be repeated after one hearing, and no more."""
_AIR: Ms = 15
"""Kept on either side of the measured edges, for the fade: 20 ms off is what nobody hears."""

CARD_TYPES = ("listening", "reading", "cloze")


@dataclass(frozen=True, slots=True)
class CardOptions:
    """Which cards a deck has."""

    which: str = "all"
    """``all``, ``starred``, or a number: so many, the surest."""
    types: tuple[str, ...] = ("listening", "reading")
    """Of ``CARD_TYPES``."""
    stars: frozenset[str] | None = None
    """Texts of the sentences that were starred, if there is a list."""

    def __post_init__(self) -> None:
        """Refuse what cannot be chosen.

        Raises:
            UsageError: neither a word that is known nor a number.
        """
        if self.which not in {"all", "starred"} and not re.fullmatch(r"[1-9]\d{0,5}", self.which, re.ASCII):
            raise UsageError(f"--cards is {self.which!r}", "Give all, starred, or a number of cards.")
        if unknown := [name for name in self.types if name not in CARD_TYPES]:
            raise UsageError(f"no type of cards {unknown[0]!r}", f"There are {', '.join(CARD_TYPES)}.")


@dataclass(frozen=True, slots=True)
class Card:
    """A sentence and what goes with it."""

    sentence: int
    """Index into ``Note.sentences``."""
    english: str
    chinese: str
    """Of its bead; empty where nothing translates it."""
    start: Ms
    clip: Span
    """What is cut out of the recording."""
    speaker: str
    section: str


def cards(result: SyncResult, options: CardOptions) -> tuple[Card, ...]:
    """The sentences that get cards, in the order of the note.

    Raises:
        UsageError: the starred ones are wanted and there is no list of stars.
    """
    if options.which == "starred" and options.stars is None:
        raise UsageError(
            "--cards starred: there is no list of stars beside the results",
            "Star sentences in the study page, save the list as NAME.stars.json, and put it into the note's folder.",
        )
    fit = _fitting(result, options.stars if options.which == "starred" else None)
    if options.which.isdigit():
        sureness = {card.sentence: result.alignment.sentences[card.sentence].confidence for card in fit}
        fit = sorted(fit, key=lambda card: -sureness[card.sentence])[: int(options.which)]
    return tuple(sorted(fit, key=lambda card: card.sentence))


def _fitting(result: SyncResult, stars: Collection[str] | None) -> list[Card]:
    note, chinese = result.note, _translations(result)
    found: list[Card] = []
    for k, reason in _judged(result, stars):
        sentence, timed = note.sentences[k], result.alignment.sentences[k]
        if reason is None and timed.start is not None and timed.end is not None:
            paragraph = note.paragraphs[sentence.paragraph]
            card = Card(
                sentence=k,
                english=sentence.text,
                chinese=chinese.get(k, ""),
                start=timed.start,
                clip=Span(max(0, timed.start - _AIR), min(timed.end + _AIR, result.media.duration)),
                speaker=paragraph.speaker or "",
                section="" if paragraph.section is None else note.sections[paragraph.section].heading,
            )
            found.append(card)
    return found


def left_out(result: SyncResult, options: CardOptions) -> str:
    """A sentence about how many English sentences get no card, and why; empty where all have one."""
    reasons = Counter(reason for _, reason in _judged(result, options.stars if options.which == "starred" else None))
    fit = reasons.pop(None, 0)
    if options.which.isdigit() and fit > int(options.which):
        reasons["less sure than the others"] = fit - int(options.which)
        fit = int(options.which)
    if not reasons:
        return ""
    why = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
    return f"Anki: {fit} of {fit + reasons.total()} English sentences have cards; without one: {why}"


def _judged(result: SyncResult, stars: Collection[str] | None) -> Iterator[tuple[int, str | None]]:
    """Each English sentence, and why it gets no card; ``None`` if it gets one. Stars are a person's wish."""
    taken: set[str] = set()
    for k, (sentence, timed) in enumerate(result.timed):
        if sentence.lang != "en":
            continue
        reason = None
        if stars is not None and sentence.text not in stars:
            reason = "not starred"
        elif timed.start is None or timed.end is None:
            reason = "not in the recording"
        elif sentence.text in taken:
            reason = "said before in the same words"
        elif stars is None:
            reason = _unfit(timed, timed.end - timed.start)
        if reason is None:
            taken.add(sentence.text)
        yield k, reason


def _unfit(timed: TimedSentence, length: Ms) -> str | None:
    """Why a sentence is no card unless somebody wants it."""
    if timed.confidence < _SURE:
        return "doubtful"
    if any(word.start is None for word in timed.words):
        return "with a word that was not found"
    if length < _SHORTEST:
        return f"shorter than {_SHORTEST // 1000} s"
    return f"longer than {_LONGEST // 1000} s" if length > _LONGEST else None


def _translations(result: SyncResult) -> dict[int, str]:
    return {
        sentence: "".join(result.note.sentences[z].text for z in bead.zh)
        for bead in result.beads
        for sentence in bead.en
    }
