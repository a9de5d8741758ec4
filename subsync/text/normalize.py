"""Text as it is written -> tokens that can be compared, and the words in which it may be spoken.

A note writes ``$3.5M``, ``2024``, ``it's`` and ``GPT-4o``; a recogniser writes the same sounds as ``3.5 million
dollars``, XX
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Form: TypeAlias = tuple[str, ...]
"""Words as they are said, in lower case. ``a.`` is the name of the letter, ``a.'s`` more than one of it."""

MOST_FORMS = 16
"""An aligner tries them all at once: more would cost time and let it choose badly."""


@dataclass(frozen=True, slots=True)
class Token:
    """A unit of comparison."""

    text: str
    """Lower case letters and digits only, a number as words."""
    word: int
    """Index of the word it came from."""
    filler: bool = False
    """A sound of hesitation, which one side may have and the other leave out."""


FILLERS = frozenset({"ah", "eh", "er", "erm", "hm", "hmm", "mhm", "mm", "mmm", "uh", "uhh", "uhm", "um", "umm"})

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SMALL = {w: n for n, w in enumerate(_ONES)} | {w: 10 * n for n, w in enumerate(_TENS) if n > 1}
_NUMERALS = {*_SMALL, "hundred", *_SCALES}
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_MONEY = {"$": "dollar", "£": "pound", "€": "euro", "¥": "yuan"}
_SUFFIXES: dict[str, tuple[Form, ...]] = {
    "%": (("percent",),),
    "x": (("x.",), ("times",)),
    "k": (("thousand",), ("k.",)),
    "m": (("million",), ("m.",), ("meters",)),
    "mn": (("million",),),
    "b": (("billion",), ("b.",)),
    "bn": (("billion",),),
    "t": (("trillion",), ("t.",)),
    "tn": (("trillion",),),
    "am": (("a.", "m."),),
    "pm": (("p.", "m."),),
    "km": (("kilometers",), ("k.", "m.")),
    "kg": (("kilograms",), ("kilos",)),
    "ft": (("feet",), ("foot",)),
    "gb": (("gigabytes",), ("g.", "b.")),
    "tb": (("terabytes",), ("t.", "b.")),
    "hz": (("hertz",),),
    "ghz": (("gigahertz",),),
    "gw": (("gigawatts",), ("gigawatt",)),
    "mw": (("megawatts",), ("megawatt",)),
    "°": (("degrees",),),
}
_SYMBOLS: dict[str, tuple[Form, ...]] = {
    "&": (("and",),),
    "+": (("plus",),),
    "@": (("at",),),
    "=": (("equals",),),
    "#": (("number",), ("hashtag",), ()),
    "%": (("percent",),),
    "/": ((), ("slash",), ("or",)),
    "_": ((), ("underscore",)),
}
_CONTRACTED = {"n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am"}
_WHOLE = {
    "can't": ("can", "not"), "cannot": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not"),
    "let's": ("let", "us"), "gonna": ("going", "to"), "wanna": ("want", "to"), "gotta": ("got", "to"),
    "kinda": ("kind", "of"), "ok": ("okay",), "alright": ("all", "right"), "y'all": ("you", "all"),
    "'cause": ("because",), "cuz": ("because",), "mr": ("mister",), "dr": ("doctor",), "vs": ("versus",),
}  # fmt: skip
# After these ``'s`` is short for "is"; after a noun it is the possessive and stays part of the word.
_IS = {"he", "here", "how", "it", "she", "that", "there", "what", "when", "where", "who", "why"}

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*|\.\d+"
_UNIT = "|".join(k for k in _SUFFIXES if k.isalpha())
_ATOM = re.compile(
    rf"""(?P<clock>\b\d{{1,2}}:[0-5]\d(?![\d:]))
    | (?P<fraction>(?<![\d/])\d{{1,2}}/\d{{1,2}}(?![\d/]))
    | (?P<money>[$£€¥])? (?P<number>{_NUMBER}) (?P<suffix>%|°|(?:st|nd|rd|th|'?s|{_UNIT})(?![a-z]))?
    | (?P<range>(?<=[\d%])[-–—](?=[$£€¥]?\d))
    | (?P<dotted>(?:[a-z]\.){{2,}}(?:[a-z](?![a-z]))?)
    | (?P<letters>[^\W\d_]+(?:'[^\W\d_]+)*|'cause\b)
    | (?P<symbol>[{re.escape("".join(_SYMBOLS))}])
    """,
    re.IGNORECASE | re.VERBOSE,
)


def _plain(text: str) -> str:
    """NFKC, straight apostrophes, no accents."""
    text = unicodedata.normalize("NFKC", text)
    for odd, plain in (("\N{RIGHT SINGLE QUOTATION MARK}", "'"), ("`", "'"), ("\N{FRACTION SLASH}", "/")):
        text = text.replace(odd, plain)
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


# --- numbers ----------------------------------------------------------------------------------------------------------


def _below_hundred(n: int) -> Form:
    if n < 20:
        return (_ONES[n],)
    return (_TENS[n // 10],) if n % 10 == 0 else (_TENS[n // 10], _ONES[n % 10])


def _cardinal(n: int, *, joiner: Form = ()) -> Form:
    """``joiner`` stands before the last two digits: "two hundred (and) five"."""
    if n < 100:
        return _below_hundred(n)
    for name, scale in reversed(_SCALES.items()):
        if n >= scale:
            head, rest = divmod(n, scale)
            link = joiner if 0 < rest < 100 else ()
            return (*_cardinal(head, joiner=joiner), name, *link, *(_cardinal(rest, joiner=joiner) if rest else ()))
    rest = n % 100
    return (_ONES[n // 100], "hundred", *((*joiner, *_below_hundred(rest)) if rest else ()))


def _in_pairs(n: int) -> Form:
    """915 -> nine fifteen, 1500 -> fifteen hundred, 2005 -> twenty oh five."""
    head, rest = divmod(n, 100)
    if rest == 0:
        return (*_below_hundred(head), "hundred")
    return (*_below_hundred(head), *(("oh", _ONES[rest]) if rest < 10 else _below_hundred(rest)))


def _by_digit(digits: str, zero: str = "zero") -> Form:
    return tuple(zero if d == "0" else _ONES[int(d)] for d in digits)


def _reads_as_year(n: int) -> bool:
    return 1100 <= n < 2000 or 2010 <= n < 2100


def _whole(digits: str) -> list[Form]:
    """What may be said for a whole number; the first is the one that is compared."""
    n = int(digits)
    if len(digits) > 15 or (len(digits) > 1 and digits[0] == "0"):
        return [_by_digit(digits), _by_digit(digits, "oh"), *([_cardinal(n)] if n < 10**15 else [])]
    forms = [_cardinal(n)]
    if 100 <= n < 10_000 and (n < 1000 or n % 1000):
        pairs = _in_pairs(n)
        forms.insert(0 if _reads_as_year(n) else 1, pairs)
    forms.append(_cardinal(n, joiner=("and",)))
    forms += [("a", *form[1:]) for form in forms if len(form) > 1 and form[0] == "one"]
    if n == 0:
        forms.append(("oh",))
    elif 20 < n < 10_000 and n % 100:
        forms += [_by_digit(digits), _by_digit(digits, "oh")]
    return forms


def _decimal(number: str) -> list[Form]:
    whole, *parts = number.replace(",", "").split(".")
    if not parts:
        return _whole(whole)
    tail = tuple(w for part in parts for w in ("point", *_by_digit(part)))
    forms = [(*(head if whole else ()), *tail) for head in (_whole(whole)[:2] if whole else [()])]
    forms += [tuple("oh" if w == "zero" else w for w in form) for form in forms[:1]]
    if parts == ["5"]:
        forms.append((*_cardinal(int(whole or 0)), "and", "a", "half"))
    if whole in ("", "0"):
        forms.append(tail)
    return forms


def _ordinal(form: Form) -> Form:
    last = form[-1]
    changed = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return (*form[:-1], changed)


def _plural(form: Form) -> Form:
    last = form[-1]
    return (*form[:-1], f"{last[:-1]}ies" if last.endswith("y") else f"{last}es" if last == "six" else f"{last}s")


def _quantity(number: str, money: str | None, suffix: str | None) -> list[Form]:
    forms = _decimal(number)
    suffix = (suffix or "").lower()
    if suffix in {"st", "nd", "rd", "th"}:
        return [(*lead, *_ordinal(forms[0])) for lead in ((), ("the",))]
    if suffix in {"s", "'s"}:
        return [_plural(form) for form in forms[:2]]
    if suffix:
        forms = [(*form, *unit) for unit in _SUFFIXES[suffix] for form in forms[:4]]
    if money:
        unit = _MONEY[money]
        units = [unit] if number == "1" and not suffix else [f"{unit}s", unit]
        priced = [(*form, name) for name in units for form in forms[:4]]
        if match := re.fullmatch(r"([\d,]+)\.(\d\d)", number):
            whole, cents = (_decimal(part.lstrip("0") or "0")[0] for part in match.groups())
            priced += [(*whole, *name, *cents) for name in ((), (units[0],), (units[0], "and"))]
        forms = priced + forms
    return forms


def _fraction(text: str) -> list[Form]:
    over, under = (int(n) for n in text.split("/"))
    beside = (*_cardinal(over), *_cardinal(under))
    if under < 2 or over >= under:
        return [beside, (*_cardinal(over), "slash", *_cardinal(under))]
    part = {2: ("half",), 4: ("quarter",)}.get(under) or _ordinal(_cardinal(under))
    named = (*_cardinal(over), *(part if over == 1 else _plural(part)))
    return [named, beside, *([("a", *part)] if over == 1 else []), (*_cardinal(over), "over", *_cardinal(under))]


def _clock(text: str) -> list[Form]:
    hours, minutes = text.split(":")
    hour, minute = _cardinal(int(hours)), int(minutes)
    if minute == 0:
        return [(*hour, "o'clock"), hour, (*hour, "hundred")]
    tail = ("oh", _ONES[minute]) if minute < 10 else _below_hundred(minute)
    return [(*hour, *tail)]


# --- spoken forms -----------------------------------------------------------------------------------------------------


def _letters(text: str) -> Form:
    plural = text.endswith("s") and text[:-1].rstrip("'").isupper()
    letters = text[:-1].rstrip("'") if plural else text
    names = [f"{c}." for c in letters.lower() if c.isalnum()]
    return (*names[:-1], f"{names[-1]}'s") if plural else tuple(names)


def _word_forms(text: str) -> list[Form]:
    """A run of letters: a word, an acronym, or both glued together (``OpenAI``)."""
    lower = text.lower()
    core = text.removesuffix("'s")
    stem = core.removesuffix("s") if core[:-1].isupper() and len(core) > 2 else core
    if len(text) == 1 and text not in "aAI" and text.isascii():
        return [_letters(text)]
    if stem.isupper() and stem.isascii() and 1 < len(stem) <= 5:
        spelled = _letters(text)
        sayable = len(stem) > 3 and any(c in "AEIOU" for c in stem)
        return [(lower,), spelled] if sayable else [spelled, (lower,)]
    humps = re.findall(r"[A-Z]+'s|[A-Z][a-z]+(?:'[a-z]+)?|[A-Z]+(?![a-z])|[a-z]+", text)
    if len(humps) > 1 and "".join(humps) == text:
        return [tuple(w for part in parts for w in part) for parts in product(*map(_word_forms, humps))] + [(lower,)]
    return [(lower,)]


def _atoms(word: str) -> Iterator[tuple[str, list[Form]]]:
    """The pieces of a written word, each with what may be said for it."""
    text = _plain(word)
    for match in _ATOM.finditer(text):
        kind, piece = match.lastgroup, match.group()
        if match["number"]:
            yield "number", _quantity(match["number"], match["money"], match["suffix"])
        elif kind == "clock":
            yield "number", _clock(piece)
        elif kind == "fraction":
            yield "number", _fraction(piece)
        elif kind == "range":
            yield "number", [("to",), (), ("dash",)]
        elif kind == "dotted":
            yield piece.replace(".", "").lower(), [_letters(piece.replace(".", "").upper())]
        elif kind == "symbol":
            yield "number", list(_SYMBOLS[piece])
        else:
            yield piece.lower(), _word_forms(piece)


@lru_cache(maxsize=65_536)
def spoken_forms(word: str, *, previous: str = "") -> tuple[Form, ...]:
    """What a speaker may say for a written word, the likeliest first, ``MOST_FORMS`` at most.

    Args:
        word: One word of the note, punctuation included.
        previous: The word before it. After ``$750``, ``billion`` may be said as "billion dollars".

    Returns:
        Alternatives, each a tuple of words in lower case. Names of letters are written ``a.``; a plural of them
        ``a.'s``. Plain words come back as they are, so that a dictionary decides how they sound. Empty for punctuation
        alone.
    """
    readings = [forms for _, forms in _atoms(word)]
    forms = [tuple(w for part in parts for w in part) for parts in islice(product(*readings), 4 * MOST_FORMS)]
    lower = "".join(c for c in _plain(word).lower() if c.isalpha())
    if lower in _SCALES and (match := re.search(r"([$£€¥])[\d.,]+$", _plain(previous))):
        forms = [form + tail for form in forms for tail in ((f"{_MONEY[match[1]]}s",), ())]
    return tuple(islice(dict.fromkeys(form for form in forms if form), MOST_FORMS))


# --- tokens -----------------------------------------------------------------------------------------------------------


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


@lru_cache(maxsize=65_536)
def _compared(word: str) -> Form:
    """One spelling of a written word. Acronyms stay whole; of a number it is the likeliest reading."""
    texts: list[str] = []
    for kind, forms in _atoms(word):
        texts += (w.replace(".", "").replace("'", "") for w in forms[0]) if kind == "number" else _expand(kind)
    return tuple(texts)


def _value(run: Sequence[str]) -> int | None:
    """The whole number that a run of numerals says, or ``None`` if it says several or none."""
    total, group, last_scale, room = 0, 0, 10**15, 10**3
    for word in run:
        if word in _SCALES:
            scale = _SCALES[word]
            if not group or scale >= last_scale:
                return None
            total, group, last_scale, room = total + group * scale, 0, scale, 10**3
        elif word == "hundred":
            if not 0 < group < 100:
                return None
            group, room = group * 100, 100
        elif (small := _SMALL[word]) < room and (small or len(run) == 1):
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
    large = {"hundred", *_SCALES}

    def text(k: int) -> str:
        return tokens[k].text if k < len(tokens) else ""

    k = first + (text(first) == "a" and text(first + 1) in large)
    while text(k) in _NUMERALS or (k > first and text(k) == "and" and text(k - 1) in large and text(k + 1) in _SMALL):
        k += 1
    return k


def _numerals_as_compared(tokens: Sequence[Token]) -> Iterator[Token]:
    """Rewrite spelled-out numbers to the reading of digits: "two thousand and twenty-four" as "twenty twenty four"."""
    i = 0
    while i < len(tokens):
        if tokens[i].text not in _NUMERALS and tokens[i].text != "a":
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
            yield from _spread(_whole(str(value))[0], [t.word for t in tokens[i:j]])
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
    tokens: list[Token] = []
    i = 0
    while i < len(words):
        j = i + 1
        while j < len(words) and words[j][:1] in _RESUMES and words[j][1:2].isdigit() and words[j - 1][-1:].isdigit():
            j += 1
        if j == i + 1:
            tokens += (Token(text, i, text in FILLERS) for text in _compared(words[i]))
        else:
            tokens += _spread(_compared("".join(words[i:j])), range(i, j))
        i = j
    return tuple(_numerals_as_compared(tokens))
