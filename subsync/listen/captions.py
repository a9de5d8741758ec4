"""Captions that a site's own recogniser made -> words with rough times, as if we had recognised them."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from subsync.datatypes import RecognizedWord

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.datatypes import Ms

_LONGEST: Ms = 800
"""json3 has no ends of words; one lasts until the next starts, but no longer than this. Slow speech has 600 ms each."""
_GAP: Ms = 120_000
"""A longer stretch without words is music, or captions that are not whole."""


def words_of_json3(text: str, duration: Ms) -> tuple[RecognizedWord, ...]:
    """The words of YouTube's json3, ascending; what cannot be read is left out.

    Each event has a start and pieces of text with offsets from it. Captions that a person wrote have one piece for a
    whole line: those give no words, since only the line has a time.
    """
    try:
        events = json.loads(text)["events"]
        found = sorted(_words(events), key=lambda word: word[1])
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()
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


def _words(events: list[dict[str, Any]]) -> Iterator[tuple[str, Ms, float]]:
    for event in events:
        pieces = [piece for piece in event.get("segs", ()) if piece.get("utf8", "").strip()]
        start = event.get("tStartMs")
        if not isinstance(start, int) or (len(pieces) == 1 and " " in pieces[0]["utf8"].strip()):
            continue
        for piece in pieces:
            confidence = piece.get("acAsrConf", 255)  # 0 to 255; 0 where it was not kept
            yield piece["utf8"].strip(), start + int(piece.get("tOffsetMs", 0)), round((confidence or 255) / 255, 3)
