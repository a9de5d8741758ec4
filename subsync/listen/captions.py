"""Captions that a site's own recogniser made -> words with rough times, as if we had recognised them."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from subsync.datatypes import RecognizedWord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import Ms

_LONGEST: Ms = 800
"""json3 has no ends of words; one lasts until the next starts, but no longer than this. Slow speech has 600 ms each."""
_GAP: Ms = 120_000
"""A longer stretch without words is music, or captions that are not whole."""


def words_of_json3(text: str, duration: Ms) -> tuple[RecognizedWord, ...]:
    """The words of YouTube's json3, ascending; what cannot be read is left out.

    Each event has a start and pieces of text with offsets from it; events without text describe windows and styles.
    Captions that a person wrote have one piece for a whole line, or one for each style in it: those give no words,
    since only the line has a time. What stands in two windows at once is there once.
    """
    try:
        events = json.loads(text)["events"]
    except (ValueError, LookupError, TypeError):
        return ()
    events = [event for event in events if isinstance(event, dict)] if isinstance(events, list) else []
    found = sorted({word for event in events for word in _words(event)}, key=_ORDER)
    starts = [start for _, start, _ in found] + [duration]
    return tuple(
        RecognizedWord(text, start, max(start, min(after, start + _LONGEST, duration)), probability)
        for (text, start, probability), (_, after) in zip(found, pairwise(starts), strict=True)
        if start < duration
    )


def captions_suffice(words: Sequence[RecognizedWord], duration: Ms) -> bool:
    """Whether captions can stand for a recognition: words through all of the recording.

    Speech has 2 to 3 words a second; half a word leaves room for music and pauses.
    """
    edges = [0, *(word.start for word in words), duration]
    return 2000 * len(words) >= duration and all(after - before <= _GAP for before, after in pairwise(edges))


_ORDER = itemgetter(1, 0)

_NO_WORD = re.compile(r"\[.*\]|\(.*\)|>+|[♪♫\s]*")
"""[Music], (laughs), [ __ ] for what the site would not write, >> for another speaker."""


def _words(event: dict[str, Any]) -> list[tuple[str, Ms, float]]:
    """Text, start and probability of the words of an event; none if it has no times for them, or makes no sense."""
    try:
        start = int(event["tStartMs"])  # a number, or its digits as a text
        pieces = [piece for piece in event.get("segs", ()) if piece.get("utf8", "").strip()]
        if any("tOffsetMs" not in piece for piece in pieces[1:]):
            return []
        words = [
            # From 0 to 255; 0 where it was not kept.
            (text, start + int(piece.get("tOffsetMs", 0)), round((piece.get("acAsrConf") or 255) / 255, 3))
            for piece in pieces
            if not _NO_WORD.fullmatch(text := piece["utf8"].strip())
        ]
    except (LookupError, TypeError, ValueError, AttributeError):
        return []
    return [] if any(" " in text for text, _, _ in words) else words
