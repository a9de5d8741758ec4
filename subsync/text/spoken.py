"""A written word -> the words in which it may be spoken.

A note writes ``$3.5M``, ``2024``, ``GPT-4o`` and ``Henry VIII``; people say "three point five million dollars". A word
is cut into atoms by ``_ATOM``, each of which has a function that gives its readings.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from subsync.text.amounts import (
    SQUARES,
    read_clock,
    read_comma,
    read_date,
    read_duration,
    read_episode,
    read_exponent,
    read_fraction,
    read_height,
    read_mixed,
    read_negative,
    read_period,
    read_phone,
    read_power_of_ten,
    read_quantity,
    read_ratio,
    unit_forms,
)
from subsync.text.forms import Form, combined, letters
from subsync.text.numbers import SCALES as NAMED_SCALES
from subsync.text.numbers import cardinal, ordinal, roman
from subsync.text.raised import RAISED, is_power, lowered
from subsync.text.units import (
    ABBREVIATIONS,
    COUNTED,
    GREEK,
    MONEY,
    MONTH_NAMES,
    MONTHS,
    SCALES,
    SIGNS,
    UNITS,
    WORDS_WITHOUT_STOP,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_FORMS = 16
"""An aligner tries them all at once: more would cost time and let it choose badly."""

# --- writing ----------------------------------------------------------------------------------------------------------

_VULGAR = re.compile("[¼-¾⅐-⅞↉]")
_ODD = (
    ("\N{RIGHT SINGLE QUOTATION MARK}", "'"),
    ("`", "'"),
    ("\N{MODIFIER LETTER APOSTROPHE}", "'"),
    ("\N{FRACTION SLASH}", "/"),
    ("\N{MINUS SIGN}", "-"),
    ("\N{NON-BREAKING HYPHEN}", "-"),
)


def _raised(match: re.Match[str]) -> str:
    """A power with a circumflex; the mark of a footnote is not said."""
    is_base = is_power(match.string[max(0, match.start() - 5) : match.start()])
    return f"^{lowered(match[0])}" if is_base else ""


def _is_silent(char: str) -> bool:
    return unicodedata.combining(char) > 0 or unicodedata.category(char) == "Cf"


def plain(text: str) -> str:
    """NFKC, straight apostrophes, no accents, nothing invisible; fractions as ``3 1/2``, powers as ``10^3``."""
    if not text.isascii():
        text = RAISED.sub(_raised, text)
        text = _VULGAR.sub(lambda match: " " + unicodedata.normalize("NFKC", match[0]), text)
        degrees = text.replace("℃", "°C").replace("℉", "°F")
        text = unicodedata.normalize("NFKC", degrees)
        # Neither accents nor what nobody sees: soft hyphens, joiners, marks of direction.
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not _is_silent(c))
    for odd, usual in _ODD:
        text = text.replace(odd, usual)
    return text.strip()


# --- letters ----------------------------------------------------------------------------------------------------------


_HUMP = re.compile(r"[A-Z]+'s|[A-Z][a-z]+(?:'[a-z]+)?|[A-Z]+(?![a-z])|[a-z]+")


def _word_forms(text: str) -> list[Form]:
    """A run of letters: a word, an acronym, or both glued together (``OpenAI``)."""
    lower = text.lower()
    core = text.removesuffix("'s")
    stem = core.removesuffix("s") if core[:-1].isupper() and len(core) > 2 else core
    if text in GREEK:
        return [(GREEK[text],)]
    if len(text) == 1 and text not in "aAI" and text.isascii():
        return [letters(text)]
    if stem.isupper() and stem.isascii() and 1 < len(stem) <= 5:
        spelled = letters(text)
        sayable = len(stem) > 3 and any(c in "AEIOU" for c in stem)
        return [(lower,), spelled] if sayable else [spelled, (lower,)]
    humps = _HUMP.findall(text)
    if len(humps) > 1 and "".join(humps) == text:
        return [*combined([_word_forms(hump) for hump in humps], MOST_FORMS - 1), (lower,)]
    return [(lower,)]


# --- atoms ------------------------------------------------------------------------------------------------------------

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*|\.\d+"
_UNIT = "|".join(sorted((re.escape(k) for k in {*UNITS, *SCALES} if k[0].isalpha()), key=len, reverse=True))
_SIGN = "".join(MONEY)
_START = r"(?<![\w.)\]%])"
_ATOM = re.compile(
    rf"""(?P<date>{_START}[12]\d\d\d-\d\d-\d\d(?!\d))
    | (?P<phone>{_START}(?!(?:1[1-9]|20)\d\d[-.](?:1[1-9]|20)\d\d\b)
        (?:\+?\d{{1,3}}[-.])?(?:\(?\d{{3,4}}\)?[-.])?\d{{3,4}}[-.]\d{{4}}(?![\w-]|[.,]\d))
    | (?P<period>(?-i:\b(?:[QH][1-4](?=\b|FY)|[1-4][QH](?=\d\d|\b))))(?:[-’']?(?P<year>(?:20)?\d\d)\b)?
    | (?P<fiscal>(?-i:\bFY)(?=['’]?\d))['’]?
    | (?P<episode>\bS\d{{1,2}}E\d{{1,3}}\b)
    | (?P<duration>\b\d{{1,2}}h\d{{1,2}}(?:m(?:in)?)?\b|\b\d{{1,3}}m\d{{1,2}}s\b)
    | (?P<scientific>\b\d+(?:\.\d+)?e[-+]?\d{{1,2}}\b)
    | (?P<either>\+/-|-/\+)
    | (?P<times>\bx(?=\d+\b))
    | (?P<cash>\$(?=[a-z]))
    | (?P<tag>\#(?=[a-z]))
    | (?P<numbered>\bno\.(?=\d))
    | (?P<version>(?<![\w'])v(?=\d+\.\d))
    | (?P<comma>(?<![\d.,])\d+,\d{{1,2}}(?![\d,.]|\s?\d))
    | (?P<clock>\b\d{{1,2}}:[0-5]\d(?![\d:]))\s?(?P<half>[ap]\.?m\b\.?)?
    | (?P<ratio>\b\d+(?:\.\d+)?:\d+(?:\.\d+)?(?![\d:]))
    | (?P<height>\b(?P<feet>\d)'(?P<inches>\d{{1,2}})(?:"|''|”|\b))
    | (?P<mixed>\b\d+[ ]\d{{1,2}}/\d{{1,2}}(?![\d/]))
    | (?P<fraction>(?<![\d/])\d{{1,2}}/\d{{1,2}}(?![\d/]))
    | (?P<negative>{_START}(?<![-–—])[-–](?=[{_SIGN}]?\.?\d))
    | (?:(?P<country>\b(?:US|HK|NT|C|A|S))?(?P<money>[{_SIGN}])[ ]?)? (?P<number>{_NUMBER})
        (?:(?P<suffix>[%‰]|°[cf]?|¢|(?!x\d)(?:st|nd|rd|th|'?s|{_UNIT})(?![a-z\d])))?(?:\^(?P<power>[-+]?\d{{1,3}}))?
        (?P<more>\+(?!\w))?
    | (?P<range>(?:(?<=[\d%°])|(?<=\d[a-z])|(?<=\d[a-z]{{2}}))[-–—](?=[{_SIGN}]?\d|[a-z]\d))
    | (?P<by>(?<=\d)[x×](?=\d))
    | \^(?P<exponent>[-+]?\d{{1,3}})
    | (?P<raised>\^(?=[a-z]))
    | (?P<factors>(?<![a-z])[b-df-hj-np-tv-z]{{2,3}}(?=\^))
    | (?P<sharp>\b[A-G]\#(?!\w))
    | (?P<spelled>(?<![\w'-])[a-z](?:-[a-z]){{2,}}(?![\w'-]))
    | (?P<dotted>(?:[a-z]\.){{2,}}(?:[a-z](?![a-z]))?)
    | (?P<scheme>https?://(?:www\.)?)
    | (?P<dot>(?<=[^\W\d_])\.(?=[^\W\d_]))
    | (?P<initial>(?<![\w'])[AI](?=-[^\W\d_]{{2}}))
    | (?P<letters>[^\W\d_]+(?:'[^\W\d_]+)*|'cause\b)
    | (?P<symbol>[{re.escape("".join(SIGNS))}])
    """,
    re.IGNORECASE | re.VERBOSE,
)


_READERS: tuple[tuple[str, Callable[[re.Match[str]], list[Form]]], ...] = (
    ("date", read_date),
    ("phone", read_phone),
    ("numbered", lambda _: [("number",), ("no",)]),
    ("version", lambda _: [("v.",), ("version",)]),
    ("comma", read_comma),
    ("clock", read_clock),
    ("ratio", read_ratio),
    ("height", read_height),
    ("mixed", read_mixed),
    ("fraction", read_fraction),
    ("negative", read_negative),
    ("number", read_quantity),
    ("range", lambda _: [("to",), (), ("through",), ("dash",)]),
    ("period", read_period),
    ("fiscal", lambda _: [("f.", "y."), ("fiscal",), ("fiscal", "year"), ("the", "fiscal", "year")]),
    ("episode", read_episode),
    ("duration", read_duration),
    ("scientific", read_power_of_ten),
    ("either", lambda _: list(SIGNS["±"])),
    ("times", lambda _: [("x.",), ("times",), ("by",)]),
    ("cash", lambda _: [(), ("dollar",)]),
    ("tag", lambda _: [(), ("hashtag",)]),
    ("raised", lambda _: [("to", "the"), ("to", "the", "power", "of"), ()]),
    ("factors", lambda match: [letters(match["factors"].upper()), (match["factors"].lower(),)]),
    ("sharp", lambda match: [(f"{match['sharp'][0].lower()}.", "sharp")]),
    ("by", lambda match: [("times",), ("by",)] if match["by"] == "×" else [("by",), ("times",), ("x.",)]),
    ("exponent", read_exponent),
    ("symbol", lambda match: list(SIGNS[match["symbol"]])),
)
"""Group of ``_ATOM`` -> what may be said; of these the words are compared."""


def atoms(word: str, previous: str = "") -> Iterator[tuple[str | None, list[Form]]]:
    """The pieces of a written word, each with what may be said for it, the likeliest first.

    Before it stand its letters in lower case, or ``None`` for a piece that is compared by what is said for it.
    """
    text = plain(word)
    if whole := _as_a_whole(text, plain(previous)):
        yield None, whole
        return
    is_address = "@" in text or "://" in text or text.lower().startswith("www.")
    for match in _ATOM.finditer(text):
        piece = match.group()
        reader = next((read for group, read in _READERS if match[group] is not None), None)
        if reader:
            forms = reader(match)
            is_even = match["range"] is not None and _is_even(text, match.start())
            yield None, [(), *forms] if is_even else forms
        elif match["spelled"]:
            yield None, [tuple(f"{c}." for c in piece.lower() if c != "-")]
        elif match["dotted"]:
            yield piece.replace(".", "").lower(), [letters(piece.replace(".", "").upper())]
        elif match["scheme"]:
            yield None, [(), ("h.", "t.", "t.", "p.", *(("s.",) if "s:" in piece.lower() else ()))]
        elif match["dot"]:
            yield None, [("dot",), ()] if is_address else [(), ("dot",)]
        elif match["initial"]:
            yield piece.lower(), [letters(piece.upper())]
        else:
            yield piece.lower(), _word_forms(piece)


def _is_even(text: str, place: int) -> bool:
    """Whether a hyphen stands between two equal numbers: "fifty-fifty" is no range."""
    left = re.search(r"\d+$", text[max(0, place - _LONGEST_NUMBER) : place])
    right = re.match(r"\d+", text[place + 1 : place + 1 + _LONGEST_NUMBER])
    return bool(left and right and left[0] == right[0])


_LONGEST_NUMBER = 20
"""Digits that are looked at on either side of a hyphen."""

# --- words as a whole -------------------------------------------------------------------------------------------------

_AROUND = "\"'“”‘’()[]{}«»,;:!?…"
_POWER_OF_UNIT = re.compile(r"(?P<unit>[a-z]{1,2})\^(?P<power>[23])")
_IS_NUMBER = re.compile(r"[^\w]*[$£€¥]?(?:\d[\d,.]*(?: \d+/\d+)?|\d+/\d+)%?", re.ASCII)


def _as_a_whole(text: str, previous: str) -> list[Form] | None:
    """Readings of a word that is more than its letters: an abbreviation, a unit, a Roman numeral, a day's number."""
    core = text.strip(_AROUND)
    lower = core.lower()
    bare = lower.rstrip(".")
    if known := ABBREVIATIONS.get(lower) or ABBREVIATIONS.get(bare):
        return list(known)
    if f"{bare}." in ABBREVIATIONS and bare not in WORDS_WITHOUT_STOP and bare == lower:
        return list(ABBREVIATIONS[f"{bare}."])
    if bare in MONTHS and (lower != bare or core[:1].isupper()):
        names: list[Form] = [(MONTHS[bare],), (bare,)]
        return names if lower != bare else names[::-1]
    power = _POWER_OF_UNIT.fullmatch(bare)
    if power and power["unit"] in UNITS:
        forms = unit_forms(power["unit"], one=previous.strip(_AROUND) == "1")
        return [(*SQUARES[power["power"]], *form) for form in forms]
    if bare in UNITS and _IS_NUMBER.fullmatch(previous) and (bare == lower or not core[:1].isupper()):
        forms = unit_forms(bare, one=previous.strip(_AROUND) == "1")
        return [*forms, (bare,)] if bare.isalpha() and bare not in {"km", "kg"} else forms
    return _roman_forms(core.rstrip("."), previous) or _day_forms(bare, previous)


def _day_forms(bare: str, previous: str) -> list[Form] | None:
    """Behind a month's name a number is a day of it: "July fourth"."""
    month = previous.strip(_AROUND).rstrip(".").lower()
    if not (month in MONTHS or month in MONTH_NAMES) or not re.fullmatch(r"\d{1,2}", bare) or not 1 <= int(bare) <= 31:
        return None
    number = cardinal(int(bare))
    return [number, ordinal(number), ("the", *ordinal(number))]


def _roman_forms(core: str, previous: str) -> list[Form] | None:
    """``VIII`` behind a name is "the eighth", behind "Chapter" it is "eight"; by itself it may be spelled, too."""
    stem = core.removesuffix("'s")
    value = roman(stem)
    before = previous.strip(_AROUND).rstrip(".")
    counts = before.lower() in COUNTED
    is_name = before[:1].isupper() and before[1:2].islower()
    if value is None or (len(stem) == 1 and not counts and not (is_name and stem != "I")):
        return None
    number, spelled = cardinal(value), letters(stem)
    forms: list[Form] = [number, spelled]
    if is_name and not counts:
        forms = [("the", *ordinal(number)), number, ordinal(number), spelled]
    elif not counts and set(stem) - set("IVX"):
        forms = [spelled, (stem.lower(),), number]  # "CD", "MIX" and "XL" are what they are
    elif len(stem) == 1 or stem == "IV":
        forms = [number, spelled] if counts else [spelled, number]
    possessive = core != stem
    return [(*form[:-1], f"{form[-1]}'s") for form in forms] if possessive else forms


# --- together ---------------------------------------------------------------------------------------------------------


_PRICE = re.compile(rf"([{_SIGN}])[\d.,]+(?:[-–—][{_SIGN}]?[\d.,]+)?$")


@lru_cache(maxsize=65_536)
def spoken_forms(word: str, *, previous: str = "") -> tuple[Form, ...]:
    """What a speaker may say for a written word, the likeliest first, ``MOST_FORMS`` at most.

    Args:
        word: One word of the note, punctuation included.
        previous: The word before it. After ``$750``, ``billion`` may be said as "billion dollars"; after ``1``, ``km``
            is a kilometer; after ``Henry``, ``VIII`` is the eighth.

    Returns:
        Alternatives, each a tuple of words in lower case. Names of letters are written ``a.``; a plural of them
        ``a.'s``. Plain words come back as they are, so that a dictionary decides how they sound. Empty for punctuation
        alone.
    """
    forms = combined([forms for _, forms in atoms(word, previous)], 2 * MOST_FORMS)
    lower = "".join(c for c in plain(word).lower() if c.isalpha())
    if lower in NAMED_SCALES and (match := _PRICE.search(plain(previous))):
        (_, several), *_ = MONEY[match[1]]
        forms = [form + tail for form in forms for tail in ((several,), ())]
    return tuple(islice((form for form in forms if form), MOST_FORMS))
