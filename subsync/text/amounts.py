"""What may be said for numbers, amounts, times and dates: a function for each kind that ``spoken`` finds.

Each takes the match of ``spoken``'s pattern, whose groups have the names used here, and gives readings, the likeliest
first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from subsync.text.forms import Form, letters
from subsync.text.numbers import ONES, below_hundred, by_digit, cardinal, fraction, in_pairs, ordinal, plural
from subsync.text.units import CENTS, MONEY, MONEY_SCALES, MONTH_NAMES, SCALES, UNITS

if TYPE_CHECKING:
    from collections.abc import Sequence


def _reads_as_year(n: int) -> bool:
    return 1100 <= n < 2000 or 2010 <= n < 2100


def whole_number(digits: str) -> list[Form]:
    """What may be said for a whole number; the first is the one that is compared."""
    if len(digits) > 15 or (len(digits) > 1 and digits[0] == "0"):
        small = len(digits) <= 15
        return [by_digit(digits), by_digit(digits, "oh"), *([cardinal(int(digits))] if small else [])]
    n = int(digits)
    forms = [cardinal(n)]
    if 100 <= n < 10_000 and (n < 1000 or n % 1000):
        forms.insert(0 if _reads_as_year(n) else 1, in_pairs(n))
    forms.append(cardinal(n, joiner=("and",)))
    forms += [("a", *form[1:]) for form in forms if len(form) > 1 and form[0] == "one"]
    if n == 0:
        forms.append(("oh",))
    elif 20 < n < 10_000 and n % 100:
        forms += [by_digit(digits), by_digit(digits, "oh")]
    return forms


def _decimal(number: str) -> list[Form]:
    whole, *parts = number.replace(",", "").split(".")
    if not parts:
        return whole_number(whole)
    tail = tuple(w for part in parts for w in ("point", *by_digit(part)))
    forms = [(*(head if whole else ()), *tail) for head in (whole_number(whole)[:2] if whole else [()])]
    forms += [tuple("oh" if w == "zero" else w for w in form) for form in forms[:1]]
    if parts == ["5"] and len(whole) <= 15:
        forms.append((*cardinal(int(whole)), "and", "a", "half") if whole.strip("0") else ("half",))
    if whole in ("", "0"):
        forms.append(tail)
    return forms


def read_comma(match: re.Match[str]) -> list[Form]:
    """``1,5`` is a decimal to most of Europe; to others two numbers."""
    whole, part = match["comma"].split(",")
    head, tail = whole_number(whole)[0], by_digit(part)
    return [(*head, "point", *tail), (*head, "comma", *tail), (*head, *whole_number(part)[0])]


def read_fraction(match: re.Match[str]) -> list[Form]:
    """``1/2``: one half, one two (``24/7``), one over two, January second."""
    over, under = (int(n) for n in match["fraction"].split("/"))
    beside = (*cardinal(over), *cardinal(under))
    dates = [(MONTH_NAMES[over - 1], *ordinal(cardinal(under)))] if 1 <= over <= 12 and 1 <= under <= 31 else []
    if under < 2 or over == 0:
        return [beside, (*cardinal(over), "slash", *cardinal(under)), *dates]
    if over >= under:
        parts = [form for form in fraction(over, under) if form[0] != "a"] if over < 10 and over != under else []
        return [beside, (*cardinal(over), "slash", *cardinal(under)), *parts, *dates]
    named = fraction(over, under)
    ahead = [beside, named[0]] if under in _SELDOM_SHARES else [named[0], beside]
    return [*ahead, (*cardinal(over), "out", "of", *cardinal(under)), *named[1:], *dates]


_SELDOM_SHARES = {11, 13, 14, 15, 17, 18, 19, *range(21, 32)} - {24, 25, 30}
"""Numbers that seldom share a whole, and may be days: ``9/11``."""


def read_mixed(match: re.Match[str]) -> list[Form]:
    """``3 1/2``, which is also how ``3½`` comes: three and a half."""
    whole, part = match["mixed"].split()
    over, under = (int(n) for n in part.split("/"))
    parts = fraction(over, under) if 0 < over < under else [(*cardinal(over), "over", *cardinal(under))]
    heads = whole_number(whole)[:2]
    # "two and a half", "three quarters": one half is "a half" behind a whole number
    ordered = sorted(parts, key=lambda form: form[0] != "a")[:3]
    return [(*head, "and", *form) for head in heads for form in ordered]


def _power(base: list[Form], exponent: str) -> list[Form]:
    n = int(exponent.lstrip("+-"))
    sign = ("minus",) if exponent.startswith("-") else ()
    plain_base = base[0]
    forms: list[Form] = []
    if not sign and n in (2, 3):
        forms.append((*plain_base, "squared" if n == 2 else "cubed"))
    forms.append((*plain_base, "to", "the", *sign, *(cardinal(n) if sign else ordinal(cardinal(n)))))
    forms.append((*plain_base, "to", "the", "power", "of", *sign, *cardinal(n)))
    if not sign:
        forms.append((*plain_base, "to", "the", *ordinal(cardinal(n)), "power"))
        forms.append((*plain_base, "to", "the", *cardinal(n)))
    # "ten to the third" before "ten cubed"
    return sorted(forms, key=lambda form: form[-1] in {"squared", "cubed"} and plain_base == ("ten",))


def unit_forms(unit: str, *, one: bool) -> list[Form]:
    """What may be said for a unit, that of one first where there is ``one``."""
    singular, several, others = UNITS[unit]
    return list(dict.fromkeys([*((singular, several) if one else (several, singular)), *others]))


SQUARES: dict[str, Form] = {"2": ("square",), "3": ("cubic",)}
"""Power of a unit -> what is said before it."""


def _suffixed(forms: Sequence[Form], written: str, before: Form, *, one: bool, is_price: bool) -> list[Form]:
    suffix = written.lower()
    if written == "D":
        return [(*form, "d.") for form in forms[:2]]  # "3D" are no days
    units = [*(MONEY_SCALES if is_price else SCALES).get(suffix, ())]
    if suffix in UNITS and not (is_price and units):
        units += unit_forms(suffix, one=one)
    if written == "G":
        units.insert(0, ("g.",))  # "5G" is no weight
    return [(*form, *before, *unit) for unit in units for form in forms[:4]]


def _priced(forms: Sequence[Form], number: str, sign: str, *, one: bool, scaled: bool) -> list[Form]:
    found: list[Form] = []
    exact = re.fullmatch(r"(?P<whole>[\d,]*)\.(?P<cents>\d\d)", number)
    if exact and not scaled and not exact["whole"].strip("0") and sign in CENTS:
        cents = int(exact["cents"])
        found.append((*cardinal(cents), CENTS[sign][cents != 1]))
    for single, several in MONEY[sign]:
        names = [tuple(single.split()), tuple(several.split())]
        found += [(*form, *name) for name in (names if one else names[::-1]) for form in forms[:4]]
    if exact and exact["whole"].strip("0") and not scaled:
        whole, cents_form = (_decimal(part.lstrip("0") or "0")[0] for part in exact.groups())
        named = (MONEY[sign][0][1],)
        found += [(*whole, *name, *cents_form) for name in ((), named, (*named, "and"))]
    return [*dict.fromkeys(found), *forms]


_RANGE_AHEAD = re.compile(rf"[-–—][{''.join(MONEY)}]?\d")
_PRICE_BEFORE = re.compile(rf"(?P<money>[{''.join(MONEY)}])[\d,.]+[-–—]\Z")
"""``$5-10`` has its sign once, and it is said once: five to ten dollars."""
_LONGEST_PRICE = 20


def read_quantity(match: re.Match[str]) -> list[Form]:
    """A number with what is written with it: a currency, a unit or a scale, a power, the ending of an ordinal."""
    number, sign, suffix = match["number"], match["money"], (match["suffix"] or "").lower()
    to_come = _RANGE_AHEAD.match(match.string, match.end())
    if not sign and (before := _PRICE_BEFORE.search(match.string[: match.start()][-_LONGEST_PRICE:])):
        sign = before["money"]
    forms = _decimal(number)
    one = number == "1"
    if match["power"] and suffix not in UNITS:
        return _power(forms, match["power"])
    if suffix in {"st", "nd", "rd", "th"}:
        forms = [(*lead, *ordinal(forms[0])) for lead in ((), ("the",))]
    elif suffix in {"s", "'s"}:
        forms = [plural(form) for form in forms[:2]] + ([(*forms[0], "seconds")] if suffix == "s" else [])
    elif suffix:
        forms = _suffixed(forms, match["suffix"], SQUARES.get(match["power"] or "", ()), one=one, is_price=bool(sign))
        if suffix == "%" and number in {"0.5", ".5"}:
            forms.insert(1, ("half", "a", "percent"))
    more = [(*form, "plus") for form in forms[:2]] if match["more"] else []
    if sign:
        bare = forms[:1] if to_come else []
        forms = [*bare, *_priced(forms, number, sign, one=one and not suffix, scaled=bool(suffix))]
        more = _priced(more, number, sign, one=False, scaled=True)[:1]
        if match["country"]:
            forms = [*(_of_country(form, match["country"]) for form in forms[:2]), *forms]
    return _or_more(more, forms) if match["more"] else forms


def _or_more(plus: Sequence[Form], forms: Sequence[Form]) -> list[Form]:
    """``1,000+``: a thousand plus, more than a thousand."""
    first = forms[0]
    whole = [first, *([("a", *first[1:])] if first[0] == "one" and first[1:2] != ("point",) else [])]
    above = [(*ahead, *form) for form in whole for ahead in (("over",), ("more", "than"))]
    return [*plus, *above, (*first, "or", "more"), *forms]


def _of_country(form: Form, country: str) -> Form:
    """``US$``: US dollars."""
    return tuple(w for word in form for w in ((*letters(country), word) if word.startswith("dollar") else (word,)))


def read_negative(_: re.Match[str]) -> list[Form]:
    """The sign in front of a number; temperatures are often said without it."""
    return [("minus",), ("negative",), ()]


def read_clock(match: re.Match[str]) -> list[Form]:
    """``10:30am``: ten thirty a.m., half past ten; ``22:10``: twenty two minutes and ten seconds."""
    hours, minutes = match["clock"].split(":")[:2]
    half = letters(match["half"].replace(".", "")) if match["half"] else ()
    hour, minute = cardinal(int(hours)), int(minutes)
    if minute == 0:
        exact = [(*hour, "o'clock"), hour, (*hour, "hundred")]
        return [(*hour, *half), *((*form, *half) for form in exact[:1])] if half else exact
    tail = ("oh", ONES[minute]) if minute < 10 else below_hundred(minute)
    forms: list[Form] = [(*hour, *tail, *half)]
    if minute == 30:
        forms.append(("half", "past", *hour))
    if 13 <= int(hours) <= 23 and not half:
        afternoon = cardinal(int(hours) - 12)
        forms += [(*afternoon, *tail), (*afternoon, *tail, "p.", "m.")]
    if not half:
        left, right = _counted(int(hours), "minute"), _counted(minute, "second")
        forms += [(*left, "and", *right), (*left, *right)]
    return forms


def _counted(number: int, unit: str) -> Form:
    return (*cardinal(number), unit if number == 1 else f"{unit}s")


def read_ratio(match: re.Match[str]) -> list[Form]:
    """``3:1``: three to one."""
    left, right = (_decimal(side)[0] for side in match["ratio"].split(":"))
    forms: list[Form] = [(*left, "to", *right), (*left, *right)]
    return [*forms, (*left, "on", *right)] if left == right else forms


def read_duration(match: re.Match[str]) -> list[Form]:
    """``1h30m``: one hour thirty minutes."""
    names = {"h": "hour", "m": "minute", "s": "second"}
    parts = []
    for number, unit in re.findall(r"(\d+)([hms]?)", match["duration"].lower()):
        name = names.get(unit, "minute")  # "1h30"
        parts.append((cardinal(int(number)), name if int(number) == 1 else f"{name}s"))
    whole = [(*number, name) for number, name in parts]
    return [
        tuple(word for part in whole for word in part),
        tuple(word for k, part in enumerate(whole) for word in (("and",) if k else ()) + part),
        tuple(word for part in whole[:-1] for word in part) + parts[-1][0],
    ]


def read_power_of_ten(match: re.Match[str]) -> list[Form]:
    """``1e6``: one e six, ten to the sixth, one million."""
    factor, exponent = match["scientific"].lower().split("e")
    number = _decimal(factor)[0]
    sign = ("minus",) if exponent.startswith("-") else ()
    forms: list[Form] = [(*number, "e.", *sign, *cardinal(int(exponent.lstrip("+-"))))]
    powers = _power([("ten",)], exponent)
    forms += [(*number, "times", *power) for power in powers[:4]]
    if factor == "1":
        forms += powers
    value = float(match["scientific"])
    if not sign and value == int(value) and value < 10**15:
        whole = cardinal(int(value))
        forms += [whole, ("a", *whole[1:])] if whole[0] == "one" else [whole]
    return forms


def read_period(match: re.Match[str]) -> list[Form]:
    """``Q3``, ``1H24``: the third quarter, the first half of twenty twenty-four."""
    text = match["period"]
    letter = next(char for char in text if char.isalpha())
    number = next(char for char in text if char.isdigit())
    name = {"q": "quarter", "h": "half"}[letter.lower()]
    count = cardinal(int(number))
    first: Form = (f"{letter.lower()}.", *count) if text[0] == letter else (*count, f"{letter.lower()}.")
    called = (*ordinal(count), name)
    forms = [first, called, ("the", *called), (name, *count)]
    if year := match["year"]:
        years = [below_hundred(int(year[-2:])), *whole_number(year)[:1]] if len(year) == 2 else whole_number(year)[:2]
        forms = [(*form, *link, *said) for said in years for link in ((), ("of",)) for form in forms]
    return forms


def read_episode(match: re.Match[str]) -> list[Form]:
    """``S01E02``: season one, episode two."""
    season, episode = (cardinal(int(number)) for number in re.findall(r"\d+", match["episode"]))
    return [("season", *season, "episode", *episode), ("s.", *season, "e.", *episode)]


def read_phone(match: re.Match[str]) -> list[Form]:
    """Digit by digit; what may be a range of two numbers is that, too."""
    text = match["phone"]
    plus = ("plus",) if text.startswith("+") else ()
    forms = [(*plus, *by_digit(text)), (*plus, *by_digit(text, "oh"))]
    if text.startswith(("1-800-", "800-")):
        rest = text.split("800-", 1)[1]
        forms.append((*(("one",) if text[0] == "1" else ()), "eight", "hundred", *by_digit(rest)))
    groups = re.findall(r"\d+", text)
    if len(groups) == 2 and groups[1][0] != "0":
        left, right = (_decimal(group)[0] for group in groups)
        forms = [(*left, "to", *right), *forms]
    return forms


def read_date(match: re.Match[str]) -> list[Form]:
    """``2024-05-01``: May first, twenty twenty-four."""
    year, month, day = (int(part) for part in match["date"].split("-"))
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return [tuple(w for part in match["date"].split("-") for w in whole_number(part)[0])]
    name, said = MONTH_NAMES[month - 1], whole_number(str(year))[0]
    return [
        (name, *ordinal(cardinal(day)), *said),
        (name, *cardinal(day), *said),
        ("the", *ordinal(cardinal(day)), "of", name, *said),
        tuple(w for part in match["date"].split("-") for w in whole_number(part)[0]),
    ]


def read_height(match: re.Match[str]) -> list[Form]:
    """``6'2"``: six foot two."""
    feet, inches = match["feet"], match["inches"]
    tall = cardinal(int(feet)), cardinal(int(inches))
    return [(*tall[0], "foot", *tall[1]), (*tall[0], *tall[1]), (*tall[0], "feet", *tall[1], "inches")]


def read_exponent(match: re.Match[str]) -> list[Form]:
    """Behind a letter: x squared, E equals m c squared."""
    exponent = match["exponent"]
    said = {"2": "squared", "3": "cubed"}.get(exponent)
    if said:
        return [(said,)]
    sign = ("minus",) if exponent.startswith("-") else ()
    return [("to", "the", *sign, *cardinal(int(exponent.lstrip("+-"))))]
