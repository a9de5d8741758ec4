"""The stage: three tracks, each cut and laid out for itself."""

from __future__ import annotations

from dataclasses import astuple
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from subsync.cues.chinese import parted
from subsync.cues.clock import Speech, set_times
from subsync.cues.english import english_breaks
from subsync.cues.limits import CueOptions
from subsync.cues.search import Spans, lead_edges, search
from subsync.cues.spoken import Pair, chinese_alone, passage_of, spoken, without_chinese
from subsync.cues.turns import share_cues
from subsync.datatypes import Cue, Tracks
from subsync.store.recall import recalled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subsync.cues.search import Shown
    from subsync.cues.spoken import Passage, Said
    from subsync.datatypes import Alignment, Bead, Ms, Note
    from subsync.store.recall import Known, Spread


class Question(NamedTuple):
    """What is asked about a paragraph, and all that decides the answer."""

    pairs: tuple[Pair, ...]
    until: Ms | None
    """When the next one starts; ``None`` for the last."""
    chinese_until: Ms | None
    """When the Chinese of the next one that has any starts."""
    options: tuple[object, ...]
    """``CueOptions`` as a value."""


class Laid(NamedTuple):
    """A cue whose times are not yet set."""

    speech: Speech
    en: tuple[str, ...]
    zh: tuple[str, ...]


Cut: TypeAlias = tuple[tuple[Laid, ...], tuple[Laid, ...], tuple[Laid, ...]]
"""A paragraph in the bilingual, the English and the Chinese track."""


def load() -> None:
    """Read what cuts both languages, a third of a second of work, before it is asked for."""
    english_breaks(("As", "said"))
    parted("据", "说")


def cut(  # noqa: PLR0913
    note: Note,
    alignment: Alignment,
    beads: Sequence[Bead],
    options: CueOptions | None = None,
    *,
    until: Ms | None = None,
    known: Known[Question, Cut] | None = None,
    spread: Spread = map,
) -> Tracks:
    """Cut what is spoken of a note into cues.

    Every English word that is not absent and every Chinese clause of which some English is not absent appears, in
    order; a cue belongs to one paragraph. Chinese that is linked to nothing is shown with its neighbour.

    Args:
        note: the note.
        alignment: one timed sentence for each of ``note.sentences``.
        beads: in the order of the note.
        options: the limits; Netflix's unless given.
        until: the end of the recording; no cue stays longer.
        known: paragraphs that were cut before; new ones are added.
        spread: how those are shared among workers.

    Returns:
        The bilingual, the English and the Chinese track, each ascending and without overlaps.
    """
    options = options or CueOptions()
    said = spoken(note, alignment, beads, options)
    chinese = [one.chinese_start(options) for one in said]
    chosen = astuple(options)
    questions = [
        Question(
            one.pairs,
            next((other.start for other in said[k:]), None),
            next((start for start in chinese[k:] if start is not None), None),
            chosen,
        )
        for k, one in enumerate(said, start=1)
    ]
    laid = recalled(questions, {} if known is None else known, partial(spread, partial(_laid, options)))
    tracks = [_track(said, [of_one[k] for of_one in laid], options, until) for k in range(3)]
    return Tracks(*(share_cues(track, options) if options.speakers == "dash" else track for track in tracks))


def _laid(options: CueOptions, question: Question) -> Cut:
    """The cues of a paragraph in each track: it is cut for itself, but leaves the next one room."""
    passage = passage_of(question.pairs, options)
    of_english = _spans(passage, question.until, options)
    chinese = chinese_alone(passage) if passage.other.pieces else None
    return (
        tuple(_cues(passage, of_english, options)),
        tuple(_cues(without_chinese(passage), of_english, options)),
        tuple(_cues(chinese, _spans(chinese, question.chinese_until, options), options)) if chinese else (),
    )


def _spans(passage: Passage, until: Ms | None, options: CueOptions) -> Spans:
    return Spans(passage, passage.ends[-1] + options.linger + options.gap if until is None else until, options)


def _cues(passage: Passage, spans: Spans, options: CueOptions) -> Iterator[Laid]:
    for cue in search(passage, lead_edges(passage, spans), options):
        lines, beside = passage.lead.fold(cue.i, cue.j), passage.other.fold(cue.p, cue.q)
        yield Laid(_speech(cue, options), *((lines, beside) if passage.lead.lang == "en" else ((), lines)))


def _speech(cue: Shown, options: CueOptions) -> Speech:
    lead = cue.passage.lead
    reading = 1000 * lead.width(cue.i, cue.j) / options.cps(lead.lang)
    return Speech(cue.passage.starts[cue.i], cue.passage.ends[cue.j - 1], int(reading) + 1)


def _track(
    said: Sequence[Said], laid: Iterable[Sequence[Laid]], options: CueOptions, until: Ms | None
) -> tuple[Cue, ...]:
    shown = [(cue, one) for one, cues in zip(said, laid, strict=True) for cue in cues]
    shown.sort(key=lambda each: each[0].speech.start)
    times = set_times([cue.speech for cue, _ in shown], options, until)
    return tuple(
        Cue(start, end, cue.en, cue.zh, one.paragraph, one.speaker)
        for (cue, one), (start, end) in zip(shown, times, strict=True)
    )
