"""CC-CEDICT read for one note: which English stems each Chinese word of the note may stand for.

Of its 118,000 entries a note needs some 3,500, found here in 0.2 s: keep the lines whose headword occurs in the note.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from subsync.text.cedict import dictionary
from subsync.text.scripts import HAN_RANGES
from subsync.text.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

LONGEST_WORD = 8
"""Characters. 0.6 % of the headwords are longer, nearly all of them proverbs."""

HAN = re.compile(f"[{HAN_RANGES}]+")
"""A run of Chinese characters."""
_ENTRY = re.compile(r"(\S+) (\S+) \[([^\]]*)\] /(.*)/")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\]]*\]|[\u3007-\U000323af|]+")
_NO_GLOSS = re.compile(
    r"(?:surname|CL:|variant of|old variant|used in|see |same as|also written|also pr\.|abbr\. of|radical)"
)
_LATIN = re.compile(r"[a-z]+(?:'[a-z]+)?", re.IGNORECASE)

_IRREGULAR = {
    form: base
    for base, forms in {
        "be": "am is are was were been being", "do": "did does done", "have": "has had having",
        "go": "went goes gone", "say": "said", "make": "made", "think": "thought", "get": "got gotten",
        "see": "saw seen", "tell": "told", "take": "took taken", "come": "came", "know": "knew known",
        "give": "gave given", "find": "found", "become": "became", "leave": "left", "feel": "felt",
        "bring": "brought", "begin": "began begun", "keep": "kept", "hold": "held", "write": "wrote written",
        "stand": "stood", "hear": "heard", "mean": "meant", "meet": "met", "run": "ran", "pay": "paid",
        "sit": "sat", "speak": "spoke spoken", "lead": "led", "grow": "grew grown", "lose": "lost",
        "fall": "fell fallen", "send": "sent", "build": "built", "understand": "understood", "draw": "drew drawn",
        "break": "broke broken", "spend": "spent", "buy": "bought", "drive": "drove driven", "win": "won",
        "choose": "chose chosen", "eat": "ate eaten", "teach": "taught", "sell": "sold", "catch": "caught",
        "fight": "fought", "rise": "rose risen", "throw": "threw thrown", "fly": "flew flown",
        "forget": "forgot forgotten", "child": "children", "man": "men", "woman": "women", "person": "people",
        "good": "better best", "bad": "worse worst", "can": "could", "will": "would", "shall": "should",
        "i": "me my mine myself", "we": "us our ours ourselves", "you": "your yours yourself yourselves",
        "he": "him his himself", "she": "her hers herself", "they": "them their theirs themselves",
        "it": "its itself", "who": "whom whose", "this": "these", "that": "those", "many": "much", "wife": "wives",
        "life": "lives", "no": "none", "not": "n't",
    }.items()
    for form in forms.split()
}  # fmt: skip

# Said in every sentence and glossed in every second entry: they tell nothing about which piece stands for which.
EMPTY = words_of("a an the of to in at on by as be do sth sb one's oneself etc esp")


@cache
def stem(word: str) -> str:
    """An English word without its inflection: ``deals``, ``dealing`` and ``deal`` are equal. Not itself a word."""
    word = word.lower().replace("\u2019", "'").removesuffix("'s")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3:
        return word
    for ending, put in (("ies", "y"), ("ied", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending):
            word = word.removesuffix(ending) + put
            break
    else:
        if word.endswith("s") and not word.endswith(("ss", "us", "is")):
            word = word[:-1]
        for ending in ("ing", "ed", "ly"):
            rest = word.removesuffix(ending)
            if rest != word and len(rest) >= 3 and re.search("[aeiouy]", rest):
                word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
                break
    return word.removesuffix("e") if len(word) > 3 else word


Glosses: TypeAlias = "Mapping[str, Mapping[str, float]]"
"""Chinese word -> English stem -> how well it renders it, 0 to 1. An acronym (``AI``) stands in capitals."""


def _gloss_stems(definitions: str) -> dict[str, float]:
    """A gloss of one word renders its headword best; of a word in a longer gloss one can be less sure."""
    stems: dict[str, float] = {}
    for gloss in re.split("[/;]", definitions):
        if _NO_GLOSS.match(gloss.strip()):
            continue
        words = _LATIN.findall(_ASIDE.sub(" ", gloss).replace("abbr. for", ""))
        full = [w for w in words if w.lower() not in EMPTY] or words
        if not 0 < len(full) <= 5:
            continue
        for word in full:
            if not word.isupper() or len(word) == 1:
                key = stem(word)
                stems[key] = max(stems.get(key, 0.0), (1.0, 0.8, 0.5, 0.35, 0.25)[len(full) - 1])
        if len(full) > 1 and not gloss.strip().startswith("to "):
            initials = "".join(w[0] for w in full).upper()
            stems[initials] = max(stems.get(initials, 0.0), 0.8)
        for word in full:
            if word.isupper() and len(word) > 1:
                stems[word] = 1.0
    return stems


def _entries(words: AbstractSet[str]) -> Iterator[re.Match[str]]:
    """Lines of the dictionary for these words: traditional and simplified form, pinyin, definitions."""
    known = "".join(sorted({c for word in words for c in word}))
    # The expression alone finds what is spelled with the note's characters: a third of the dictionary, in 0.02 s.
    for line in re.findall(rf"\n((?:[{known}]+ \S+|\S+ [{known}]+) \[.*)", dictionary()):
        traditional, simplified, _ = line.split(" ", 2)
        if (traditional in words or simplified in words) and (match := _ENTRY.match(line)):
            yield match


@dataclass(slots=True)
class _LookedUp:
    """What was looked up so far: a note is read, paired, corrected and read again with nearly the same Chinese."""

    runs: set[str] = field(default_factory=set)
    """Runs of Chinese of which every word was looked up."""
    stems: dict[str, Mapping[str, float]] = field(default_factory=dict)
    """Of those words that the dictionary has; never taken out again, since ``read_glosses`` gives it away."""


_MOST = 50_000
"""Runs that are kept in mind; an hour of talk has four thousand."""
_looked_up = _LookedUp()


def read_glosses(texts: Iterable[str]) -> Glosses:
    """Look up every Chinese word, simplified or traditional, that occurs in ``texts``."""
    if new := {run for text in texts for run in HAN.findall(text)} - _looked_up.runs:
        learn(new, _stems_of(_parts(new) - _looked_up.stems.keys()))
    return _looked_up.stems


def learn(runs: Iterable[str], stems: Glosses) -> None:
    """Know what the dictionary says of all words in some runs of Chinese: to search it takes a third of a second."""
    global _looked_up  # noqa: PLW0603 - a memory
    if len(_looked_up.runs) > _MOST:
        _looked_up = _LookedUp()
    _looked_up.stems.update(stems)
    _looked_up.runs.update(runs)


def looked_up(text: str) -> list[str]:
    """The runs of Chinese in a text of which every word was looked up."""
    return sorted(set(HAN.findall(text)) & _looked_up.runs)


def stems_in(runs: Iterable[str]) -> dict[str, Mapping[str, float]]:
    """What ``learn`` has to be told of these runs to know the same of them."""
    stems = _looked_up.stems
    return {word: stems[word] for word in sorted(_parts(runs)) if word in stems}


def _parts(runs: Iterable[str]) -> set[str]:
    """All that may be a word."""
    return {
        run[i : i + n] for run in runs for i in range(len(run)) for n in range(1, min(LONGEST_WORD, len(run) - i) + 1)
    }


def _stems_of(words: AbstractSet[str]) -> dict[str, Mapping[str, float]]:
    stems: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for entry in _entries(words) if words else ():
        glosses = _gloss_stems(entry[4])
        for word in {entry[1], entry[2]} & words:
            for key, weight in glosses.items():
                stems[word][key] = max(stems[word].get(key, 0.0), weight)
    return dict(stems)
