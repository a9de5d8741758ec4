"""The number words of both languages: one table for those who say numbers and for those who read them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subsync.text.forms import Form

# --- English ----------------------------------------------------------------------------------------------------------

ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SMALL = {w: n for n, w in enumerate(ONES)} | {w: 10 * n for n, w in enumerate(TENS) if n > 1}
NUMERALS = frozenset({*SMALL, "hundred", *SCALES})
ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
"""Those that are not the number with ``th``."""
SUFFIXES = {"k": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9, "t": 10**12, "tn": 10**12}
"""What is written behind digits for a scale: ``$3.5M``."""

_ROMAN = re.compile(r"(?=[IVXLC])(?P<c>C{0,3})(?P<x>XC|XL|L?X{0,3})(?P<i>IX|IV|V?I{0,3})")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def cardinal(n: int, *, joiner: Form = ()) -> Form:
    """A whole number from 0 to 10**15 - 1; ``joiner`` stands before the last two digits: "two hundred (and) five"."""
    if n < 100:
        return below_hundred(n)
    for name, scale in reversed(SCALES.items()):
        if n >= scale:
            head, rest = divmod(n, scale)
            link = joiner if 0 < rest < 100 else ()
            return (*cardinal(head, joiner=joiner), name, *link, *(cardinal(rest, joiner=joiner) if rest else ()))
    rest = n % 100
    return (ONES[n // 100], "hundred", *((*joiner, *below_hundred(rest)) if rest else ()))


def below_hundred(n: int) -> Form:
    """The words of 0 to 99."""
    if n < 20:
        return (ONES[n],)
    return (TENS[n // 10],) if n % 10 == 0 else (TENS[n // 10], ONES[n % 10])


def in_pairs(n: int) -> Form:
    """915 -> nine fifteen, 1500 -> fifteen hundred, 2005 -> twenty oh five."""
    head, rest = divmod(n, 100)
    if rest == 0:
        return (*below_hundred(head), "hundred")
    return (*below_hundred(head), *(("oh", ONES[rest]) if rest < 10 else below_hundred(rest)))


def by_digit(digits: str, zero: str = "zero") -> Form:
    """Each digit by itself; what is no digit is left out."""
    return tuple(zero if d == "0" else ONES[int(d)] for d in digits if d.isdigit())


def ordinal(form: Form) -> Form:
    """``("twenty", "one")`` -> ``("twenty", "first")``."""
    last = form[-1]
    changed = ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return (*form[:-1], changed)


def plural(form: Form) -> Form:
    """``("nineties",)`` of ``("ninety",)``, ``("thirds",)`` of ``("third",)``."""
    last = form[-1]
    if last.endswith("y"):
        return (*form[:-1], f"{last[:-1]}ies")
    return (*form[:-1], f"{last}es" if last in {"six", "inch"} else f"{last}s")


_PARTS: dict[int, tuple[Form, ...]] = {2: (("half",),), 4: (("quarter",), ("fourth",))}


def fraction(over: int, under: int) -> list[Form]:
    """What is said for a share of a whole: one half, three quarters, five eighths; ``over`` is less than ``under``."""
    names: list[Form] = list(_PARTS.get(under, ())) or [ordinal(cardinal(under))]
    forms = [(*cardinal(over), *(name if over == 1 else plural(name))) for name in names]
    if over == 1:
        forms += [("a", *name) for name in names] + ([names[0]] if under == 2 else [])
    return [*forms, (*cardinal(over), "over", *cardinal(under))]


def roman(text: str) -> int | None:
    """The value of a Roman numeral in capitals, 1 to 399; ``None`` for anything else."""
    match = _ROMAN.fullmatch(text)
    if match is None:
        return None
    values = [_ROMAN_DIGITS[letter] for letter in text]
    return sum(-one if one < two else one for one, two in zip(values, [*values[1:], 0], strict=True))


# --- Chinese ----------------------------------------------------------------------------------------------------------

ZH_DIGITS = dict(zip("〇零一二三四五六七八九两兩0123456789", (0, *range(10), 2, 2, *range(10)), strict=True))
ZH_UNITS = {"十": 10, "百": 10**2, "千": 10**3}
ZH_SCALES = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
ZH_NUMERALS = "".join(dict.fromkeys([*(d for d in ZH_DIGITS if not d.isdecimal()), *ZH_UNITS, *ZH_SCALES]))
"""Every character that a number in Chinese numerals may have."""


def zh_value(numerals: str) -> float:
    """Value of a number in Chinese numerals: 三千五百万, 二〇二四, 一点五."""
    whole, _, decimals = numerals.replace("點", "点").partition("点")
    fraction = "".join(str(ZH_DIGITS.get(c, 0)) for c in decimals)
    tail = float(f"0.{fraction}") if fraction else 0.0
    if all(c in ZH_DIGITS for c in whole):
        return float("".join(str(ZH_DIGITS[c]) for c in whole) or 0) + tail
    total, group, digit = 0.0, 0.0, 0.0
    for c in whole:
        if c in ZH_DIGITS:
            digit = float(ZH_DIGITS[c])
        elif c in ZH_UNITS:
            group, digit = group + (digit or 1) * ZH_UNITS[c], 0.0
        else:
            total, group, digit = (total + group + digit or 1) * ZH_SCALES[c], 0.0, 0.0
    return total + group + digit + tail
