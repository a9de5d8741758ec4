"""Words of a note or of a recogniser -> tokens that can be compared.

A note writes ``$3.5M``, ``2024`` and ``it's``; a recogniser writes the same sounds as ``3.5 million dollars``, ``two
thousand and twenty four`` and ``it is``. Tokens are what both become.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from subsync.text.amounts import whole_number
from subsync.text.numbers import NUMERALS, SCALES, SMALL
from subsync.text.spoken import atoms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.text.forms import Form


class Token(NamedTuple):
    """A unit of comparison."""

    text: str
    """Lower case letters and digits only, a number as words."""
    word: int
    """Index of the word it came from."""


_CONTRACTED = {"n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am"}
_WHOLE = {
    "can't": ("can", "not"), "cannot": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not"),
    "let's": ("let", "us"), "gonna": ("going", "to"), "wanna": ("want", "to"), "gotta": ("got", "to"),
    "kinda": ("kind", "of"), "ok": ("okay",), "alright": ("all", "right"), "y'all": ("you", "all"),
    "'cause": ("because",), "cuz": ("because",),
}  # fmt: skip
# After these ``'s`` is short for "is"; after a noun it is the possessive and stays part of the word.
_IS = {"he", "here", "how", "it", "she", "that", "there", "what", "when", "where", "who", "why"}


def _expand(letters: str) -> Form:
    """A lower case word without its contractions."""
    if letters in _WHOLE:
        return _WHOLE[letters]
    for ending, full in _CONTRACTED.items():
        if letters.endswith(ending) and len(letters) > len(ending):
            return (letters.removesuffix(ending), full)
    if letters.endswith("'s") and letters[:-2] in _IS:
        return (letters[:-2], "is")
    return (letters.replace("'", ""),)


def _before(words: Sequence[str], i: int) -> str:
    """The word in front of another, if that may be read otherwise for it: a number, a Roman one, a unit behind one.

    For most words it is not, so that each is looked at once and not behind each of its neighbours.
    """
    before = words[i - 1] if i else ""
    return before if not words[i].islower() or any(map(str.isnumeric, before)) else ""


@lru_cache(maxsize=65_536)
def _compared(word: str, previous: str = "") -> Form:
    """One spelling of a written word. Acronyms stay whole; of a number it is the likeliest reading."""
    texts: list[str] = []
    for letters, forms in atoms(word, previous):
        if letters is None:
            texts += (w.replace(".", "").replace("'", "") for w in forms[0])
        else:
            texts += _expand(letters)
    return tuple(texts)


def _value(run: Sequence[str]) -> int | None:
    """The whole number that a run of numerals says, or ``None`` if it says several or none."""
    total, group, last_scale, room = 0, 0, 10**15, 10**3
    for word in run:
        if word in SCALES:
            scale = SCALES[word]
            if not group or scale >= last_scale:
                return None
            total, group, last_scale, room = total + group * scale, 0, scale, 10**3
        elif word == "hundred":
            if not 0 < group < 100:
                return None
            group, room = group * 100, 100
        elif (small := SMALL[word]) < room and (small or len(run) == 1):
            group, room = group + small, 10 if small >= 20 else 1
        elif 10 <= small < 100 and not total and 10 <= group < 100:
            group, room = group * 100 + small, 10 if small >= 20 else 1  # "nineteen eighty"
        else:
            return None
    return total + group


def _spread(texts: Sequence[str], words: Sequence[int]) -> Iterator[Token]:
    """Share tokens out over the words they came from, in order."""
    for k, text in enumerate(texts):
        yield Token(text, words[k * len(words) // len(texts)])


def _end_of_number(tokens: Sequence[Token], first: int) -> int:
    """Where a run of numerals from ``first`` on ends; "and" and "a" may be part of it. ``first`` if there is none."""
    large = {"hundred", *SCALES}

    def text(k: int) -> str:
        return tokens[k].text if k < len(tokens) else ""

    k = first + (text(first) == "a" and text(first + 1) in large)
    while text(k) in NUMERALS or (k > first and text(k) == "and" and text(k - 1) in large and text(k + 1) in SMALL):
        k += 1
    return k


def _numerals_as_compared(tokens: Sequence[Token]) -> Iterator[Token]:
    """Rewrite spelled-out numbers to the reading of digits: "two thousand and twenty-four" as "twenty twenty four"."""
    i = 0
    while i < len(tokens):
        if tokens[i].text not in NUMERALS and tokens[i].text != "a":
            yield tokens[i]
            i += 1
            continue
        j = _end_of_number(tokens, i)
        run = ["one" if t.text == "a" else t.text for t in tokens[i:j] if t.text != "and"]
        value = _value(run) if len(run) > 1 else None
        if value is None:
            j = max(j, i + 1)
            yield from tokens[i:j]
        else:
            yield from _spread(whole_number(str(value))[0], [t.word for t in tokens[i:j]])
        i = j


_RESUMES = frozenset(".,:")
"""What a recogniser begins the next piece of a number with."""


def tokenize(words: Sequence[str]) -> tuple[Token, ...]:
    """Bring words to a form in which two writings of the same speech are equal.

    Args:
        words: Of a note, or of a recogniser, which may break numbers in pieces (``4`` ``.5``).

    Returns:
        Tokens in order. A word gives none (a dash), one, or several (``it's``, ``$750``).
    """
    return _tokenized(tuple(words))


def forget() -> None:
    """Let go of the tokens that ``tokenize`` remembers, of a note and what was heard: 2 MB for an hour of talk."""
    _tokenized.cache_clear()


@lru_cache(maxsize=4)  # a note is held against what was heard again and again, until enough was
def _tokenized(words: tuple[str, ...]) -> tuple[Token, ...]:
    tokens: list[Token] = []
    i = 0
    while i < len(words):
        j = i + 1
        while j < len(words) and words[j][:1] in _RESUMES and words[j][1:2].isdigit() and words[j - 1][-1:].isdigit():
            j += 1
        if j == i + 1:
            tokens += (Token(text, i) for text in _compared(words[i], _before(words, i)))
        else:
            tokens += _spread(_compared("".join(words[i:j])), range(i, j))
        i = j
    return tuple(_numerals_as_compared(tokens))
