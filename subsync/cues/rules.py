"""The reading rules as a table, and the checker that reports which cues break them.

The checker takes any cues, ours or those of a file that somebody else made: with one language or both, overlapping,
out of order, of no or negative duration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from subsync.cues.chinese import parted
from subsync.cues.english import bad_break
from subsync.cues.limits import CueOptions
from subsync.datatypes import Finding
from subsync.store.recall import in_groups, recalled
from subsync.text.scripts import width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from subsync.datatypes import Cue, Lang, Ms
    from subsync.store.recall import Known, Spread

    Measure = Callable[[Sequence[Cue], int], Iterable[float]]

_EN = "Netflix Timed Text Style Guide, English (217350977)"
_ZH = "Netflix Timed Text Style Guide, Simplified Chinese (215986007)"
_GENERAL = "Netflix Timed Text Style Guide, General Requirements (215758617)"
_TIMING = "Netflix Subtitle Timing Guidelines (360051554394)"
_WEBVTT = "WebVTT (W3C): a cue ends after it starts, its text is not empty"

_TORN = 0.5
"""A break that more probably than not parts an article, a preposition, an auxiliary or a name from what follows."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit that a reader is owed, where it comes from, and how a cue is measured against it."""

    name: str
    limit: float
    unit: str
    lang: Lang | None
    """``None``: it holds for a cue as a whole."""
    source: str
    measure: Measure
    """The values of the cue at an index, in ``unit``; none where the rule does not apply."""
    at_least: bool = False
    """The limit is the least that is allowed instead of the most."""
    reason: Callable[[Sequence[Cue], int], str] | None = None
    """What is wrong with the cue at an index, where the value alone does not say it."""

    def broken_by(self, value: float) -> bool:
        """Whether a value is beyond the limit."""
        return value < self.limit if self.at_least else value > self.limit


def rules(options: CueOptions | None = None, known: Known[Question, Breaks] | None = None) -> tuple[Rule, ...]:
    """The table, with the limits of ``options`` (Netflix's unless given) and what is ``known`` of breaks."""
    o = options or CueOptions()
    known = {} if known is None else known
    return (
        Rule("empty", 0, "cues without text", None, _WEBVTT, _empty),
        Rule("duration", 1, "ms", None, _WEBVTT, _duration, at_least=True),
        Rule("order", 0, "ms before the start of the cue in front", None, _WEBVTT, _before),
        Rule("overlap", 0, "ms", None, _GENERAL, _overlap),
        Rule("gap", o.gap, "ms", None, _TIMING, _gap, at_least=True),
        Rule(
            "pause",
            o.pause,
            "ms",
            None,
            _TIMING,
            lambda cues, n: (g for g in _gap(cues, n) if g > o.gap),
            at_least=True,
        ),
        Rule("min-duration", o.min_duration, "ms", None, _GENERAL, _positive_duration, at_least=True),
        Rule("max-duration", o.max_duration, "ms", None, _GENERAL, _positive_duration),
        Rule("en-columns", o.en_columns, "characters", "en", _EN, lambda cues, n: map(len, cues[n].en)),
        Rule("zh-columns", o.zh_columns, "columns", "zh", _ZH, lambda cues, n: map(width, cues[n].zh)),
        Rule("en-lines", o.lines, "lines", "en", _EN, lambda cues, n: [len(cues[n].en)]),
        Rule("zh-lines", o.lines, "lines", "zh", _ZH, lambda cues, n: [len(cues[n].zh)]),
        Rule("en-cps", o.en_cps, "characters per second", "en", _EN, lambda cues, n: _speed(cues, n, "en")),
        Rule("zh-cps", o.zh_cps, "columns per second", "zh", _ZH, lambda cues, n: _speed(cues, n, "zh")),
        _break_rule("en-line-break", "en", known),
        _break_rule("en-cue-break", "en", known),
        _break_rule("zh-break", "zh", known),
        Rule("zh-punctuation", 0, "lines that end with 。 ， or 、", "zh", _ZH, lambda cues, n: [_stops(cues[n].zh)]),
    )


Breaks: TypeAlias = "tuple[tuple[float, str], ...]"
"""How probably each of some breaks is a bad one, and what it parts."""


class Question(NamedTuple):
    """What is asked about the breaks of a cue."""

    rule: str
    texts: tuple[tuple[str, ...], ...]
    """What they part."""


def _break_rule(name: str, lang: Lang, known: Known[Question, Breaks]) -> Rule:
    def found(cues: Sequence[Cue], n: int) -> Breaks:
        return next(iter(recalled(list(_asked(name, cues, n)), known, _judged)), ())

    def measure(cues: Sequence[Cue], n: int) -> list[float]:
        return [chance for chance, _ in found(cues, n)]

    def reason(cues: Sequence[Cue], n: int) -> str:
        return "parts " + max(found(cues, n))[1]

    unit = "probability that it parts what belongs together"
    return Rule(name, _TORN, unit, lang, _EN if lang == "en" else _ZH, measure, reason=reason)


def _asked(rule: str, cues: Sequence[Cue], n: int) -> Iterator[Question]:
    """What a rule about breaks asks of the cue at an index, if it has any."""
    texts = tuple(_TEXTS[rule](cues, n))
    if len(texts) > 1:
        yield Question(rule, texts)


def _judged(questions: Iterable[Question]) -> list[Breaks]:
    return [tuple(_BREAKS[one.rule](one.texts)) for one in questions]


_GROUP = 50
"""Cues whose breaks are judged together, in 20 ms."""


def check(
    cues: Sequence[Cue],
    options: CueOptions | None = None,
    *,
    known: Known[Question, Breaks] | None = None,
    spread: Spread = map,
) -> tuple[Finding, ...]:
    """What breaks the rules.

    Args:
        cues: of one file, in its order.
        options: the limits; Netflix's unless given.
        known: breaks that were judged before; new ones are added.
        spread: how those are shared among workers.

    Returns:
        One finding for each cue and rule, with the worst value; in the order of the cues, then of the table.
    """
    questions = [question for n in range(len(cues)) for rule in _TEXTS for question in _asked(rule, cues, n)]
    breaks = recalled(
        questions,
        {} if known is None else known,
        lambda unknown: in_groups(spread, _judged, unknown, _GROUP),
    )
    table = rules(options, dict(zip(questions, breaks, strict=True)))
    return tuple(finding for n in range(len(cues)) for rule in table for finding in _findings(rule, cues, n))


def _findings(rule: Rule, cues: Sequence[Cue], n: int) -> Iterator[Finding]:
    broken = [value for value in rule.measure(cues, n) if rule.broken_by(value)]
    if broken:
        worst = min(broken) if rule.at_least else max(broken)
        yield Finding(rule.name, n + 1, round(worst, 2), rule.limit, rule.reason(cues, n) if rule.reason else "")


def _empty(cues: Sequence[Cue], n: int) -> list[int]:
    return [int(not any(line.strip() for line in cues[n].en + cues[n].zh))]


def _duration(cues: Sequence[Cue], n: int) -> list[Ms]:
    return [cues[n].end - cues[n].start]


def _positive_duration(cues: Sequence[Cue], n: int) -> list[Ms]:
    return [ms for ms in _duration(cues, n) if ms > 0]


def _before(cues: Sequence[Cue], n: int) -> list[Ms]:
    return [cues[n - 1].start - cues[n].start] if n else []


def _overlap(cues: Sequence[Cue], n: int) -> list[Ms]:
    """With the cue in front; a cue that starts before that one is out of order instead."""
    return [cues[n - 1].end - cues[n].start] if n and cues[n].start >= cues[n - 1].start else []


def _gap(cues: Sequence[Cue], n: int) -> list[Ms]:
    return [gap for cue in cues[n + 1 : n + 2] if (gap := cue.start - cues[n].end) >= 0]


def _speed(cues: Sequence[Cue], n: int, lang: Lang) -> Iterator[float]:
    """Of the text and all the time it stands: it may be held over cues in which the other language changes."""
    text = _text(cues[n], lang)
    if not any(text) or (n and _text(cues[n - 1], lang) == text):
        return
    last = n
    while last + 1 < len(cues) and _text(cues[last + 1], lang) == text:
        last += 1
    if (stands := cues[last].end - cues[n].start) > 0:
        yield sum(map(len if lang == "en" else width, text)) * 1000 / stands


def _text(cue: Cue, lang: Lang) -> tuple[str, ...]:
    return cue.en if lang == "en" else cue.zh


def _words(line: str) -> tuple[str, ...]:
    return tuple(line.split())


def _beside(cues: Sequence[Cue], n: int) -> Iterator[tuple[str, ...]]:
    """The words of a cue and of the next of the same paragraph; of a file that somebody else made the next is taken."""
    if n + 1 < len(cues) and cues[n].paragraph == cues[n + 1].paragraph:
        yield from (tuple(word for line in cue.en for word in _words(line)) for cue in cues[n : n + 2])


def _between_words(texts: Sequence[tuple[str, ...]]) -> Iterator[tuple[float, str]]:
    words = tuple(word for text in texts for word in text)
    end = 0
    for text in texts[:-1]:
        end += len(text)
        if 0 < end < len(words):
            yield bad_break(words, end - 1)


def _chinese_lines(cues: Sequence[Cue], n: int) -> Iterator[tuple[str, ...]]:
    """The lines of a cue, and the first one of the next of the same paragraph.

    At the end of a line a stop is not shown; that there is one is seen where the English has it.
    """
    one, after = cues[n], cues[n + 1] if n + 1 < len(cues) else None
    goes_on = after is not None and after.paragraph == one.paragraph and after.zh != one.zh
    stops = bool(one.en) and _STOP.search(one.en[-1]) is not None
    return ((line,) for line in (*one.zh, *(after.zh[:1] if after and goes_on and not stops else ())))


_STOP = re.compile(r"[.?!,;:…][\"”’')]*$")


def _chinese_breaks(texts: Sequence[tuple[str, ...]]) -> Iterator[tuple[float, str]]:
    """Of a full stop that ends a line nothing is left to see: two numbers, or a number and a Latin word, were apart."""
    for (upper,), (lower,) in pairwise(texts):
        ends = upper[-1:] + lower[:1]
        if ends.isascii() and not ends.isalpha():
            continue
        if upper[-1:].isalnum() and lower[:1].isalnum() and (what := parted(upper, lower)):
            yield 1.0, what


_TEXTS: dict[str, Callable[[Sequence[Cue], int], Iterable[tuple[str, ...]]]] = {
    "en-line-break": lambda cues, n: map(_words, cues[n].en),
    "en-cue-break": _beside,
    "zh-break": _chinese_lines,
}
"""What the breaks of a cue part, by rule."""
_BREAKS: dict[str, Callable[[Sequence[tuple[str, ...]]], Iterator[tuple[float, str]]]] = {
    "en-line-break": _between_words,
    "en-cue-break": _between_words,
    "zh-break": _chinese_breaks,
}
"""How they are judged."""


def _stops(lines: Sequence[str]) -> int:
    return sum(line.rstrip().endswith(("。", "，", "、")) for line in lines)
