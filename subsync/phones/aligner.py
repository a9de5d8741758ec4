"""A window's words laid over its sound: near the rough times and, where that fits badly, anywhere in the window."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from subsync.phones import acoustics, ear
from subsync.phones.edges import EdgeOptions, place
from subsync.phones.lattice import OTHER, Costs, bands, best_path, build
from subsync.sound import cepstra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from subsync.datatypes import Ms
    from subsync.phones.lattice import Ints, Lattice
    from subsync.phones.pronounce import Phones, Pronounced
    from subsync.sound.cepstra import Floats

    Rough: TypeAlias = Sequence[tuple[Ms, Ms] | None]

Method: TypeAlias = Literal["phones", "phones, freely", "none"]
"""How the times were found. ``phones, freely``: the rough times were ignored, since without them it fits better."""

_FRAME = 1000 * cepstra.HOP / cepstra.RATE
_CENTRE = 1000 * cepstra.WIDTH / 2 / cepstra.RATE


# Mean fit of words in eight minutes each of clean and of noisy talk: 1st, 5th, 25th percentile -2.8, -1.1, 0.2 and
# -4.2, -2.0, -0.5. Of words put in or exchanged at random, if they are not left out as two in three are: 25th, 50th,
# 75th percentile -7.0, -5.4, -3.7 and -6.2, -4.6, -2.9. A logistic fit has this steepness; its middle lies between -1.5
# and -3.6, as such words are common or rare.
_STEEPNESS, _DOUBTFUL = 1.24, -2.0


@dataclass(frozen=True, slots=True)
class ForceOptions:
    """How words are laid over sound."""

    costs: Costs = field(default_factory=Costs)
    costs_both: Costs = field(default_factory=lambda: Costs(other=-12.0))
    """The same where both ears are asked: in noise what is none of the words is less unlike them."""
    edges: EdgeOptions = field(default_factory=EdgeOptions)
    late: Ms = 12
    """By how much more than the first ear alone both together end a word late beside a pause."""
    other_sound: float = -5.0
    """Log likelihood, per frame, of sound that is no word, against the phone that fits best in that frame."""
    first: float = 0.5
    second: float = 0.5
    """What the two ears count for where both are asked. The second alone loses fewer words, the first keeps edges
    sharp: with twice the weight of the second the ends of sentences are 15 ms later in music and in a hall."""
    other_second: float = -4.0
    """As ``other_sound``, for the second ear, which is more sure of what it hears."""
    tolerance: Ms = 500
    """How far a rough time may be off at no cost. Recognised times are good to 0.1 to 0.3 s."""
    slope: float = 0.02
    """What each frame costs for each ms beyond that: 0.5 s further is as unlikely as a wrong phone."""
    reach: Ms = 1000
    """Further from its rough time no word is looked for."""
    sure: float = 0.75
    """Mean score below which the words are also looked for in the whole window: a rough time may have been wrong."""
    better: float = 0.05
    """By how much the mean score without rough times must be higher to be believed."""
    enough: float = 0.36
    """Mean score with which a window passes. Windows of 15 s with their own text have 0.73 or more in a quiet room (5th
    percentile), 0.65 on the telephone, with both ears 0.48 in music and 0.39 in a crowd 10 dB below the voice; with
    another text they have 0.39 at most with one ear, 0.35 with both."""


@dataclass(frozen=True, slots=True)
class ForcedWord:
    """A word of the window; times from the window's start."""

    start: Ms
    end: Ms
    score: float
    """0 to 1: how sure it is that this word is said here."""


@dataclass(frozen=True, slots=True)
class Forced:
    """What was made of a window."""

    words: tuple[ForcedWord | None, ...]
    """One for each word given; ``None`` for a word that has no sound (a dash) or that was not heard."""
    method: Method
    score: float
    """Mean score of the words that have a sound, 0 for those that were not heard."""
    unheard: tuple[int, ...] = ()
    """Words that have a sound of which there is no trace: probably not said. Empty where nothing fits."""


@dataclass(frozen=True)
class _Window:
    """A window's words as far as they have a sound, and what is heard in it."""

    which: tuple[int, ...]
    """Index of each such word among those given."""
    lattice: Lattice
    rough: Rough
    scores: Floats
    """How well each frame fits what may be heard, against the phone that it fits best: (frames, columns)."""
    column: NDArray[np.intp]
    """Of each state of the lattice."""
    scale: float
    """By how much the scores are larger than the first ear's alone."""


@dataclass(frozen=True)
class _Fit:
    """How well each frame fits the states that it may be in."""

    bands: Sequence[tuple[int, int]]
    """For each frame the half-open range of those states."""
    rows: Sequence[Floats]
    """Their fits."""

    def at(self, frame: int, state: int) -> float:
        low, high = self.bands[frame]
        return float(self.rows[frame][state - low]) if low <= state < high else -np.inf


def force(  # noqa: PLR0913
    samples: NDArray[np.float32],
    words: Sequence[Pronounced],
    *,
    coarse: Rough,
    seen: Floats | None = None,
    encoded: Floats | None = None,
    freely: bool = True,
    options: ForceOptions = ForceOptions(),
) -> Forced:
    """Find when known words are said.

    Args:
        samples: 16 kHz mono, -1 to 1; a window of up to some 20 s that begins and ends in a pause where there is one.
        words: What ``pronounced`` gave for them.
        coarse: A rough time for each, from the window's start, or ``None``.
        seen: The samples' cepstra, where they are known.
        encoded: What the encoder that ``ear`` listens to makes of them, where the second ear shall be asked, too.
        freely: Whether to look in the whole window where the words fit badly near their rough times.
        options: How.

    Returns:
        Times of the words, ascending and apart, and what was not heard.
    """
    which = tuple(k for k, word in enumerate(words) if word.readings)
    observed = cepstra.features(cepstra.cepstra(samples) if seen is None else seen)
    best = Forced((None,) * len(words), "none", 0.0)
    if which and len(observed):
        window = _listen(
            observed, encoded, which, [words[k].readings for k in which], [coarse[k] for k in which], options
        )
        best = _by_phones(window, len(words), options, near=True)
        if freely and best.score < options.sure:
            anywhere = _by_phones(window, len(words), options, near=False)
            best = anywhere if anywhere.score > best.score + options.better else best
    if best.score >= options.enough:
        edges = options.edges if encoded is None else options.edges.ending_earlier(options.late)
        return _on_edges(samples, words, best, edges)
    return Forced((None,) * len(words), "none", best.score)


def _on_edges(samples: Floats, words: Sequence[Pronounced], forced: Forced, options: EdgeOptions) -> Forced:
    heard = [k for k, word in enumerate(forced.words) if word]
    path = [(w.start, w.end) for w in forced.words if w]
    spans = place(samples, path, [words[k].text for k in heard], [words[k].readings[0] for k in heard], options)
    moved = dict(zip(heard, spans, strict=True))
    return replace(
        forced,
        words=tuple(w and replace(w, start=moved[k][0], end=moved[k][1]) for k, w in enumerate(forced.words)),
    )


def _listen(
    observed: Floats,
    encoded: Floats | None,
    which: tuple[int, ...],
    readings: Sequence[Sequence[Phones]],
    rough: Rough,
    options: ForceOptions,
) -> _Window:
    """Score each frame for each of the words' tied states, against the phone that fits the frame best.

    What 25 ms sound like changes little in 10: every other frame is scored, and one between two lies between them. Half
    of the work is saved; of nothing that was measured is a word or a time the worse for it, at a third something is.
    """
    model = acoustics.load()
    lattice = build(readings, model, options.costs if encoded is None else options.costs_both)
    spoken = lattice.tied != OTHER
    tied, places = np.unique(lattice.tied[spoken], return_inverse=True)
    scores = _between_frames(model.scores(observed[::2], np.concatenate([tied, model.plain.ravel()])), len(observed))
    scores -= scores[:, len(tied) :].max(axis=1, keepdims=True)
    scores = scores[:, : len(tied) + 1]
    scores[:, len(tied)] = options.other_sound
    if encoded is not None:
        second = ear.load().hear(encoded, len(observed))
        scores *= options.first
        scores[:, :-1] += options.second * (second.of_tied(tied) - second.scores.max(axis=(1, 2))[:, None])
        scores[:, -1] += options.second * options.other_second
    column = np.full(len(spoken), len(tied))
    column[spoken] = places
    scale = 1.0 if encoded is None else options.first + options.second
    return _Window(which, lattice, rough, scores, column, scale)


def _between_frames(every_other: Floats, frames: int) -> Floats:
    """Scores of every other frame -> of each: (frames, columns)."""
    scores = np.empty((frames, every_other.shape[1]), np.float32)
    scores[::2] = every_other
    scores[1::2] = every_other[: frames // 2]
    between = scores[1 : 2 * len(every_other) - 1 : 2]
    between += every_other[1:]
    between /= 2
    return scores


def _fit(window: _Window, within: Sequence[tuple[int, int]]) -> _Fit:
    return _Fit(within, [row[window.column[a:b]] for row, (a, b) in zip(window.scores, within, strict=True)])


def _by_phones(window: _Window, count: int, options: ForceOptions, *, near: bool) -> Forced:
    lattice = window.lattice
    frames = len(window.scores)
    if near:
        centres = np.arange(frames) * _FRAME + _CENTRE
        bounds = _bounds(window.rough, frames * _FRAME)
        within = bands(lattice, bounds, centres, options.reach)
        fit = _fit(window, within)
        off = np.maximum(bounds[:, 0] - centres[:, None], centres[:, None] - bounds[:, 1]) - options.tolerance
        penalty = np.pad(options.slope * np.maximum(off, 0), ((0, 0), (0, 1))).astype(np.float32)
        weighed = [
            row - late[lattice.word[slice(*band)]] for row, late, band in zip(fit.rows, penalty, within, strict=True)
        ]
    else:
        within = [(0, len(lattice.tied))] * frames
        fit = _fit(window, within)
        weighed = list(fit.rows)
    found = best_path(lattice, weighed, within)
    method: Method = "phones" if near else "phones, freely"
    if found is None:
        return Forced((None,) * count, method, 0.0)
    path, _ = found
    fits = np.array([fit.at(frame, state) for frame, state in enumerate(path.tolist())])
    result: list[ForcedWord | None] = [None] * count
    said = lattice.word[path]
    for k, index in enumerate(window.which):
        mine = np.flatnonzero(said == k)
        if len(mine):
            start, end = (_boundary(fit, path, int(edge)) for edge in (mine[0], mine[-1] + 1))
            result[index] = ForcedWord(start, max(start, end), _score(fits[mine] / window.scale))
    unheard = tuple(k for k in window.which if result[k] is None)
    score = sum(w.score for w in result if w) / len(window.which)
    return Forced(tuple(result), method, round(score, 4), unheard)


def _score(fits: NDArray[np.floating]) -> float:
    """From how well a word's frames fit, against what fits them best."""
    return round(float(1 / (1 + np.exp(_STEEPNESS * (_DOUBTFUL - fits.mean())))), 4)


def _bounds(rough: Rough, duration: float) -> NDArray[np.float64]:
    """Between which times each word is expected; one without a rough time, anywhere between its neighbours."""
    low = [time[0] if time else None for time in rough]
    high = [time[1] if time else None for time in rough]
    start, end = 0.0, duration
    bounds = np.empty((len(rough), 2))
    for k in range(len(rough)):
        start = bounds[k, 0] = start if (value := low[k]) is None else value
        end = bounds[-1 - k, 1] = end if (value := high[-1 - k]) is None else value
    return bounds


def _boundary(fit: _Fit, path: Ints, frame: int) -> Ms:
    """When the path passes from one frame's state to the next's: where both fit alike between the frames' centres."""
    share = 0.5
    if 0 < frame < len(path):
        before, after = path[frame - 1 : frame + 1].tolist()
        earlier, later = (fit.at(k, after) - fit.at(k, before) for k in (frame - 1, frame))
        if -np.inf < earlier < 0 < later < np.inf:
            share = earlier / (earlier - later)
    return max(0, round((frame - 1 + share) * _FRAME + _CENTRE))
