"""The stage: three tracks, each cut and laid out for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subsync.cues.clock import Speech, set_times
from subsync.cues.limits import CueOptions
from subsync.cues.search import Shown, Spans, lead_edges, search
from subsync.cues.spoken import Passage, chinese_alone, passages, without_chinese
from subsync.cues.turns import share_cues
from subsync.datatypes import Cue, Tracks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import Alignment, Bead, Ms, Note


def cut(note: Note, alignment: Alignment, beads: Sequence[Bead], options: CueOptions | None = None) -> Tracks:
    """Cut what is spoken of a note into cues.

    Every English word that is not absent and every Chinese clause of which some English is not absent appears, in
    order; a cue belongs to one paragraph. Chinese that is linked to nothing is shown with its neighbour.

    Args:
        note: the note.
        alignment: one timed sentence for each of ``note.sentences``.
        beads: in the order of the note.
        options: the limits; Netflix's unless given.

    Returns:
        The bilingual, the English and the Chinese track, each ascending and without overlaps.
    """
    options = options or CueOptions()
    spoken = passages(note, alignment, beads, options)
    english = [without_chinese(passage) for passage in spoken]
    translated = [chinese_alone(passage) for passage in spoken if passage.other.pieces]
    of_english = _spans(spoken, options)
    tracks = (
        _track(spoken, of_english, options),
        _track(english, of_english, options),
        _track(translated, _spans(translated, options), options),
    )
    return Tracks(*(share_cues(track, options) if options.speakers == "dash" else track for track in tracks))


def _spans(spoken: Sequence[Passage], options: CueOptions) -> list[Spans]:
    ends = [passage.ends[-1] + options.linger + options.gap for passage in spoken[-1:]]
    untils = [*(passage.starts[0] for passage in spoken[1:]), *ends]
    return [Spans(passage, until, options) for passage, until in zip(spoken, untils, strict=True)]


def _track(spoken: Sequence[Passage], spans: Sequence[Spans], options: CueOptions) -> tuple[Cue, ...]:
    pairs = zip(spoken, spans, strict=True)
    shown = [cue for passage, own in pairs for cue in search(passage, lead_edges(passage, own), options)]
    shown.sort(key=lambda cue: cue.passage.starts[cue.i])
    times = set_times([_speech(cue, options) for cue in shown], options)
    return tuple(_cue(cue, start, end) for cue, (start, end) in zip(shown, times, strict=True))


def _speech(cue: Shown, options: CueOptions) -> Speech:
    lead = cue.passage.lead
    reading = 1000 * lead.width(cue.i, cue.j) / options.cps(lead.lang)
    return Speech(cue.passage.starts[cue.i], cue.passage.ends[cue.j - 1], int(reading) + 1)


def _cue(cue: Shown, start: Ms, end: Ms) -> Cue:
    passage, i, j, p, q = cue
    lines, beside = passage.lead.fold(i, j), passage.other.fold(p, q)
    en, zh = (lines, beside) if passage.lead.lang == "en" else ((), lines)
    return Cue(start, end, en, zh, passage.paragraph, passage.speaker)
