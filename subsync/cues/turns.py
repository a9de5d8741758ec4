"""Who speaks: short turns that share a cue, a dash in front of each (Netflix, English guide, "dual speakers")."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from subsync.text.scripts import width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.cues.limits import CueOptions
    from subsync.datatypes import Cue, Ms

DASH = "-"
_SHORT_TURN: Ms = 1500
"""A cue as short as this flashes by; one of the two is."""


def share_cues(cues: Sequence[Cue], options: CueOptions) -> tuple[Cue, ...]:
    """Put two turns that follow one another into one cue, a line each, where one of them is very short.

    Only whole turns of two known speakers that fit in one line of each language, and only where the limits allow it.
    """
    turns = Counter(cue.paragraph for cue in cues)
    shared: list[Cue] = []
    for cue in cues:
        before = shared[-1] if shared else None
        if before and turns[before.paragraph] == turns[cue.paragraph] == 1 and _may_share(before, cue, options):
            shared[-1] = _joined(before, cue)
        else:
            shared.append(cue)
    return tuple(shared)


def _may_share(one: Cue, other: Cue, options: CueOptions) -> bool:
    both = _joined(one, other)
    return (
        one.speaker is not None
        and other.speaker is not None
        and one.speaker != other.speaker
        and one.second is None
        and min(one.end - one.start, other.end - other.start) < _SHORT_TURN
        and other.start - one.end <= options.gap
        and other.end - one.start <= options.max_duration
        and (len(one.en), len(one.zh)) == (len(other.en), len(other.zh))
        and max(len(one.en), len(one.zh)) == 1 < options.lines
        and all(len(line) <= options.en_columns for line in both.en)
        and all(width(line) <= options.zh_columns for line in both.zh)
    )


def _joined(one: Cue, other: Cue) -> Cue:
    en, zh = (tuple(DASH + line for line in lines) for lines in (one.en + other.en, one.zh + other.zh))
    return replace(one, end=other.end, en=en, zh=zh, second=other.paragraph, second_speaker=other.speaker)
