"""Windows -> words, with another try wherever there is speech but no words, and word edges kept out of pauses."""

from __future__ import annotations

import logging
from bisect import bisect
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from subsync.datatypes import RecognizedWord, Span
from subsync.text.words import need

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from subsync.datatypes import Ms
    from subsync.listen.interface import Decoder
    from subsync.sound import Recording

_log = logging.getLogger(__name__)

BEAM = 5  # Whisper's own default; the first pass is greedy
LOOP = 2.4  # text that gets smaller than this is the same words over and over: Whisper's own limit
_DOUBT: float = -1.0  # mean log probability below which Whisper calls a decoding failed
_REACH: Ms = 300  # a word's time may be off by as much
_LONGEST_WORD: Ms = 1500  # what is longer has been stretched over something that was not written
_UNHEARD: Ms = 1500  # so much speech without a word is worth another try
_ONSET: Ms = 600  # speech starts at most this long before its first word does; 300 left twice as many late
_NO_TIME = 4  # so many words in a row that take no time are an error of Whisper's; two or three may be very short
_LONGEST_PHRASE = 8  # words that are said again and again
_FASTEST = 3  # times as fast as people talk, and nobody does any more
_AGAIN: tuple[Ms, ...] = (10_000, 5_000)  # longest piece of each next try


def recognize_windows(decoder: Decoder, recording: Recording, windows: Sequence[Span]) -> list[RecognizedWord]:
    """The words of some windows, in order; where speech has none it is heard again, in ever smaller pieces."""
    words: list[RecognizedWord] = []
    todo, beam = list(windows), 1
    for longest in (*_AGAIN, None):
        unheard: list[Span] = []
        tried = decoder.decode([recording.read(w.start, w.end) for w in todo], beam=beam)
        for window, heard in zip(todo, tried, strict=True):
            failed = heard.repetition > LOOP or heard.logprob < _DOUBT or (longest and _stuck(heard.words))
            new = [] if failed else [_later(word, window.start) for word in _timed(heard.words)]
            words += new
            unheard += _unheard(window, new, recording.speech)
        if longest is None or not unheard:
            break
        todo, beam = [p for span in unheard for p in _pieces(span, recording.speech, longest)], BEAM
        seconds = sum(span.duration for span in unheard) / 1000
        _log.debug("%.0f s of speech without words: heard again in %d pieces", seconds, len(todo))
    return sorted(words, key=lambda word: word.start)


def _stuck(words: Sequence[RecognizedWord]) -> bool:
    """Whether the same one to eight words stand there four times running, or four words take no time."""
    texts = _plain(words)
    loops = any(
        texts[i : i + n] * 3 == texts[i + n : i + 4 * n]
        for n in range(1, _LONGEST_PHRASE + 1)
        for i in range(len(texts) - 4 * n + 1)
    )
    return loops or any(words[i].start == words[i + _NO_TIME - 1].end for i in range(len(words) - _NO_TIME + 1))


def _timed(words: Sequence[RecognizedWord]) -> list[RecognizedWord]:
    """The words without four in a row that take no time, and without a phrase that is said again in no time."""
    texts = _plain(words)
    untimed: set[int] = set()
    for n in range(2, _LONGEST_PHRASE + 1):
        for first in range(len(words) - n + 1):
            took = words[first + n - 1].end - words[first].start
            again = texts[max(0, first - n) : first] == texts[first : first + n]
            if (n == _NO_TIME and took == 0) or (again and took * _FASTEST < need(texts[first : first + n])):
                untimed.update(range(first, first + n))
    return [word for k, word in enumerate(words) if k not in untimed]


def _plain(words: Sequence[RecognizedWord]) -> list[str]:
    return [word.text.lower().strip(".,?!") for word in words]


def _later(word: RecognizedWord, by: Ms) -> RecognizedWord:
    return RecognizedWord(word.text, word.start + by, word.end + by, word.probability)


def _unheard(window: Span, words: Sequence[RecognizedWord], speech: Sequence[Span]) -> list[Span]:
    """Stretches of the window that hold speech but no words."""
    first = bisect(speech, window.start, key=lambda span: span.end)
    last = bisect(speech, window.end, key=lambda span: span.start)
    edges = [window.start]
    for i, word in enumerate(words):
        # Whisper lets the first word begin with the window and the last one end with it.
        start = max(word.start, word.end - _LONGEST_WORD) if i == 0 else word.start
        edges += [start - _REACH, min(word.end, start + _LONGEST_WORD) + _REACH]
    edges.append(window.end)
    found = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        parts = [(max(start, s.start), min(end, s.end)) for s in speech[first:last] if s.start < end and s.end > start]
        if sum(b - a for a, b in parts) >= _UNHEARD:
            found.append(Span(max(window.start, parts[0][0] - _REACH), min(window.end, parts[-1][1] + _REACH)))
    return found


def _pieces(span: Span, speech: Iterable[Span], longest: Ms) -> list[Span]:
    """``span`` halved until no piece is longer, at the pause that is nearest to the middle."""
    if span.duration <= longest:
        return [span]
    middle = (span.start + span.end) // 2
    quarter = span.duration // 4
    pauses = [(a.end + b.start) // 2 for a, b in pairwise(speech)]
    cut = min((p for p in pauses if abs(p - middle) < quarter), key=lambda p: abs(p - middle), default=middle)
    return _pieces(Span(span.start, cut), speech, longest) + _pieces(Span(cut, span.end), speech, longest)


def settle(words: Sequence[RecognizedWord], speech: Sequence[Span]) -> tuple[RecognizedWord, ...]:
    """The words with their edges moved out of the pauses between speech.

    Whisper stretches words over pauses and starts the first one after a pause late. Measured on the first and last
    words of 480 sentences with room and noise: start median 136 -> 18 ms, p95 359 -> 226; end 95 -> 56, 328 -> 174.
    """
    onsets = [span.start for span in speech]
    settled: list[RecognizedWord] = []
    before = 0
    for word, following in zip_longest(words, words[1:]):
        start, end = word.start, word.end
        if following and following.start > start:  # what was heard again may lie within a word that was stretched
            end = min(end, following.start)
        near = speech[max(0, bisect(onsets, start) - 1) : bisect(onsets, end)]
        parts = [(max(start, s.start), min(end, s.end), s) for s in near if s.end > start < end]
        if parts:
            start, end, span = max(parts, key=lambda part: part[1] - part[0])
            if before <= span.start and start - span.start <= _ONSET:
                start = span.start
        start = max(start, settled[-1].start if settled else 0)
        settled.append(RecognizedWord(word.text, start, max(start, end), word.probability))
        before = max(before, end)
    return tuple(settled)
