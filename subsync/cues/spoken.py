"""What is spoken of each paragraph, with the translation that goes along."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from subsync.cues.chinese import chinese, curl_quotes
from subsync.cues.english import english
from subsync.cues.flow import Flow, join, split_hard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from subsync.cues.limits import CueOptions
    from subsync.datatypes import Alignment, Bead, Clause, Link, Ms, Note, TimedWord


class ShownWord(NamedTuple):
    """An English word that is shown."""

    text: str
    start: Ms
    end: Ms
    ends_sentence: bool
    spoken: bool


class _Pair(NamedTuple):
    """Clauses that translate each other and of which some English is spoken, while they are gathered."""

    words: list[ShownWord]
    zh: list[str]


class Pair(NamedTuple):
    """The same, when they are complete."""

    words: tuple[ShownWord, ...]
    zh: tuple[str, ...]


class Said(NamedTuple):
    """What is spoken of a paragraph, not yet set in pieces: with the options it decides all that is shown of it."""

    paragraph: int
    speaker: str | None
    pairs: tuple[Pair, ...]

    @property
    def start(self) -> Ms:
        """When it begins."""
        return self.pairs[0].words[0].start

    def chinese_start(self, options: CueOptions) -> Ms | None:
        """When its first Chinese begins, if any of it is shown: with the English of its pair."""
        last = self.start
        for words, zh in self.pairs:
            if any(any(map(str.isalnum, text)) or chinese(text, options).pieces for text in zh):
                return max(last, words[0].start)
            last = max(last, *(start for start, _ in _piece_times(words, options.en_columns)))
        return None


class Unit(NamedTuple):
    """The place of a pair in a passage: ``lead.pieces[a:b]`` and ``other.pieces[p:q]``."""

    a: int
    b: int
    p: int
    q: int


@dataclass(frozen=True, slots=True)
class Passage:
    """What is spoken of a paragraph, as the search sees it."""

    lead: Flow
    """The language that has the times."""
    starts: list[Ms]
    """Of each piece of ``lead``; never descending."""
    ends: list[Ms]
    units: list[Unit]
    """They cover ``lead`` and ``other`` in order."""
    other: Flow
    """The translation that goes along; empty in a track of one language."""


def spoken(note: Note, alignment: Alignment, beads: Sequence[Bead], options: CueOptions) -> list[Said]:
    """The paragraphs of which anything is spoken, both languages of each, in the order of the recording."""
    found: list[tuple[int, list[_Pair]]] = []
    for paragraph, group in groupby(beads, lambda bead: bead.paragraph):
        links = [link for bead in group for link in bead.links]
        zh = note.paragraphs[paragraph].zh
        texts = [note.sentences[i].text for i in zh]
        shown = curl_quotes(texts) if options.chinese_display else texts
        pairs = _pairs(alignment, links, dict(zip(zh, shown, strict=True)))
        if pairs:
            found.append((paragraph, _join_unlinked(pairs, options.en_columns)))
    found.sort(key=lambda said: min(word.start for pair in said[1] for word in pair.words))
    speakers = [note.paragraphs[paragraph].speaker if options.speakers != "off" else None for paragraph, _ in found]
    if options.speakers == "name":
        for (_, pairs), before, speaker in zip(found, [None, *speakers], speakers, strict=False):
            if speaker and speaker != before:
                pairs[0] = _named(pairs[0], speaker)
    made = [
        Said(paragraph, speaker, tuple(Pair(tuple(words), tuple(zh)) for words, zh in pairs))
        for (paragraph, pairs), speaker in zip(found, speakers, strict=True)
    ]
    return sorted(made, key=lambda said: said.start)


def _named(pair: _Pair, speaker: str) -> _Pair:
    """With the speaker's name in front, in both languages; it is shown with the first word."""
    moment = pair.words[0].start
    *names, last = speaker.split() or [speaker]
    words = [ShownWord(name, moment, moment, ends_sentence=False, spoken=False) for name in (*names, f"{last}:")]
    return _Pair(words + pair.words, [f"{speaker}：", *pair.zh] if pair.zh else [])


def _pairs(alignment: Alignment, links: Sequence[Link], texts: Mapping[int, str]) -> list[_Pair]:
    """The links of a paragraph whose English is spoken; ``texts`` are its Chinese sentences.

    Chinese that is linked to nothing goes with what stands in front of it, at the start of the paragraph with what
    follows, and is left out where that is absent from the recording.
    """
    pairs: list[_Pair] = []
    waiting: list[str] = []
    near = False  # whether what stands in front is spoken
    for link in links:
        zh = [texts[clause.sentence][clause.start : clause.end] for clause in link.zh]
        if not link.en:
            (pairs[-1].zh if near else waiting).extend(zh)
            continue
        words = [word for clause in link.en for word in _shown(alignment, clause)]
        near = any(word.spoken for word in words)
        if near:
            pairs.append(_Pair(words, waiting + zh))
        waiting = []
    return pairs


def _shown(alignment: Alignment, clause: Clause) -> Iterator[ShownWord]:
    """The words of a clause that are shown if any of them is spoken."""
    timed = alignment.sentences[clause.sentence].words
    offset = 0
    for n, (word, time) in enumerate(zip(timed, _times(timed), strict=True), start=1):
        if time and clause.start <= offset < clause.end:
            yield ShownWord(word.text, *time, n == len(timed), word.start is not None)
        offset += len(word.text) + 1


_SLIPPED = 4
"""So many words in a row that a speaker left out, or nobody could find, are shown with the rest of their clause: a
reader wants "look at Japan last week" even where "last" was swallowed."""


def _times(words: Sequence[TimedWord]) -> list[tuple[Ms, Ms] | None]:
    """When each word of a sentence is shown; a few absent ones, fewer than are spoken, come with their neighbour."""
    times = [None if w.start is None or w.end is None else (w.start, w.end) for w in words]
    spoken = [k for k, time in enumerate(times) if time]
    if 2 * len(spoken) <= len(words):
        return times
    for before, after in pairwise([-1, *spoken, len(words)]):
        if after - before - 1 <= _SLIPPED:
            beside = times[before] if before >= 0 else times[after]
            assert beside is not None
            moment = beside[1] if before >= 0 else beside[0]
            times[before + 1 : after] = [(moment, moment)] * (after - before - 1)
    return times


def _join_unlinked(pairs: Iterable[_Pair], columns: int) -> list[_Pair]:
    """Give English that nothing translates (fillers, false starts) to its neighbour, unless it fills a line.

    It belongs to what follows, unless it ends a sentence.
    """
    joined: list[_Pair] = []
    waiting: list[ShownWord] = []
    for words, zh in pairs:
        if zh or sum(len(word.text) + 1 for word in words) > columns:
            joined.append(_Pair(waiting + words, zh))
            waiting = []
        elif joined and not waiting and words[-1].ends_sentence:
            joined[-1].words.extend(words)
        else:
            waiting += words
    if joined:
        joined[-1].words.extend(waiting)
    return joined or [_Pair(waiting, [])]


_NOTHING = join((), "zh", 1)


def passage_of(pairs: Sequence[Pair], options: CueOptions) -> Passage:
    """What is spoken of a paragraph, set in pieces."""
    words = [word for pair in pairs for word in pair.words]
    ends = frozenset(i for i, word in enumerate(words) if word.ends_sentence)
    times = [_piece_times(pair.words, options.en_columns) for pair in pairs]
    zh_columns = options.zh_columns
    translations = [join([chinese(text, options) for text in pair.zh], "zh", zh_columns) for pair in pairs]
    a = accumulate(map(len, times), initial=0)
    p = accumulate((len(flow.pieces) for flow in translations), initial=0)
    flat = [time for part in times for time in part]
    # Words out of order are put in order: each starts no earlier than the one in front.
    starts = list(accumulate((start for start, _ in flat), max))
    return Passage(
        english([word.text for word in words], options.en_columns, ends),
        starts,
        [max(start, end) for start, (_, end) in zip(starts, flat, strict=True)],
        [Unit(*ab, *pq) for ab, pq in zip(pairwise(a), pairwise(p), strict=True)],
        join(translations, "zh", zh_columns),
    )


def _piece_times(words: Iterable[ShownWord], columns: int) -> list[tuple[Ms, Ms]]:
    """Times of the pieces of each word: its own, shared out by characters where it is wider than a line."""
    times: list[tuple[Ms, Ms]] = []
    for word in words:
        lengths = map(len, split_hard(word.text, columns, len))
        per_character = (word.end - word.start) / max(1, len(word.text))
        times += pairwise(word.start + round(n * per_character) for n in accumulate(lengths, initial=0))
    return times


def without_chinese(passage: Passage) -> Passage:
    """The English alone; the clauses stay as they are."""
    return replace(passage, units=[unit._replace(p=0, q=0) for unit in passage.units], other=_NOTHING)


def chinese_alone(passage: Passage) -> Passage:
    """The Chinese with the times of the English that it goes with; each piece starts where a word starts."""
    starts: list[Ms] = []
    ends: list[Ms] = []
    units = []
    for a, b, p, q in passage.units:
        shares = [passage.lead.share(a, b, j) for j in range(a, b)]
        firsts = [a + min(b - a - 1, bisect_left(shares, passage.other.share(p, q, k))) for k in range(p, q)]
        starts += [passage.starts[j] for j in firsts]
        ends += [passage.ends[max(j, after - 1)] for j, after in pairwise([*firsts, b])]
        if p < q:
            units.append(Unit(p, q, 0, 0))
    return Passage(passage.other, starts, ends, units, _NOTHING)
