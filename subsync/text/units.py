"""What is written short and said long: units, money, signs, abbreviations. Tables only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subsync.text.words import words_of

if TYPE_CHECKING:
    from subsync.text.forms import Form


def _said(*forms: str) -> tuple[Form, ...]:
    """Forms with spaces between their words; an empty one is left unsaid."""
    return tuple(tuple(form.split()) for form in forms)


def _unit(one: str, more: str, *others: str) -> tuple[Form, Form, tuple[Form, ...]]:
    return tuple(one.split()), tuple(more.split()), _said(*others)


_REGULAR = {
    "°": "degree", "cm": "centimeter", "mm": "millimeter", "nm": "nanometer", "mi": "mile", "yd": "yard",
    "mg": "milligram", "lb": "pound", "lbs": "pound", "oz": "ounce", "l": "liter", "ml": "milliliter", "w": "watt",
    "kw": "kilowatt", "mw": "megawatt", "gw": "gigawatt", "kwh": "kilowatt hour", "μg": "microgram",
    "mp": "megapixel", "v": "volt", "ms": "millisecond", "μs": "microsecond", "ns": "nanosecond", "bp": "basis point",
    "pp": "percentage point", "sec": "second", "secs": "second", "min": "minute", "mins": "minute", "hr": "hour",
    "hrs": "hour", "yr": "year", "yrs": "year", "¢": "cent",
}  # fmt: skip
"""Those that add an s for several of them."""
UNITS: dict[str, tuple[Form, Form, tuple[Form, ...]]] = {
    **{short: _unit(one, f"{one}s") for short, one in _REGULAR.items()},
    "%": _unit("percent", "percent"),
    "°c": _unit("degree celsius", "degrees celsius", "degrees"),
    "°f": _unit("degree fahrenheit", "degrees fahrenheit", "degrees"),
    "km": _unit("kilometer", "kilometers", "k. m.", "k."),
    "km/h": _unit("kilometer per hour", "kilometers per hour", "kilometers an hour"),
    "m": _unit("meter", "meters", "m."),
    "ft": _unit("foot", "feet"),
    "in": _unit("inch", "inches"),
    "kg": _unit("kilogram", "kilograms", "kilos", "kilo"),
    "g": _unit("gram", "grams", "g."),
    "hz": _unit("hertz", "hertz"),
    "khz": _unit("kilohertz", "kilohertz"),
    "mhz": _unit("megahertz", "megahertz"),
    "ghz": _unit("gigahertz", "gigahertz"),
    "μm": _unit("micrometer", "micrometers", "microns", "micron"),
    "kph": _unit("kilometer per hour", "kilometers per hour", "kilometers an hour"),
    "m/s": _unit("meter per second", "meters per second", "meters a second"),
    "yo": _unit("year old", "year old", "years old"),
    "‰": _unit("per mille", "per mille", "per thousand"),
    "kb": _unit("kilobyte", "kilobytes", "k. b.", "k."),
    "mb": _unit("megabyte", "megabytes", "m. b.", "megs"),
    "gb": _unit("gigabyte", "gigabytes", "g. b.", "gigs", "gig"),
    "tb": _unit("terabyte", "terabytes", "t. b."),
    "mbps": _unit("megabit per second", "megabits per second"),
    "gbps": _unit("gigabit per second", "gigabits per second"),
    "fps": _unit("frame per second", "frames per second", "f. p. s."),
    "mph": _unit("mile per hour", "miles per hour", "miles an hour", "m. p. h."),
    "rpm": _unit("revolution per minute", "revolutions per minute", "r. p. m."),
    "bps": _unit("basis point", "basis points", "bips"),
    "h": _unit("hour", "hours", "h."),
    "d": _unit("day", "days", "d."),
    "am": _unit("a. m.", "a. m."),
    "pm": _unit("p. m.", "p. m."),
}
"""Written unit, in small letters -> one of it, several, and what else is said."""

SCALES: dict[str, tuple[Form, ...]] = {
    "x": _said("x.", "times"),
    "k": _said("thousand", "k."),
    "m": _said("million", "m."),
    "mn": _said("million"),
    "b": _said("billion", "b."),
    "bn": _said("billion"),
    "t": _said("trillion", "t."),
    "tn": _said("trillion"),
}
"""Written behind digits: ``3x``, ``$3.5M``. An ``m`` may be a unit, too."""
MONEY_SCALES = {**SCALES, "mm": SCALES["mn"]}
"""Behind an amount of money: ``$5mm`` are millions."""

MONEY: dict[str, tuple[tuple[str, str], ...]] = {
    "$": (("dollar", "dollars"),),
    "£": (("pound", "pounds"),),
    "€": (("euro", "euros"),),
    "¥": (("yuan", "yuan"), ("yen", "yen"), ("r. m. b.", "r. m. b.")),
    "₹": (("rupee", "rupees"),),
    "₩": (("won", "won"),),
    "₽": (("ruble", "rubles"),),
    "₿": (("bitcoin", "bitcoins"),),
}
"""Sign -> one and several of each currency that it stands for."""
CENTS = {"$": ("cent", "cents"), "€": ("cent", "cents"), "£": ("penny", "pence")}
"""The hundredth part, where an amount below one is said in it."""

SIGNS: dict[str, tuple[Form, ...]] = {
    "&": _said("and"),
    "+": _said("plus", "and", ""),
    "@": _said("at"),
    "=": _said("equals", "is"),
    "≈": _said("approximately", "about", "is about"),
    "~": _said("", "about", "around", "approximately"),
    "±": _said("plus or minus", "plus minus"),
    "×": _said("times", "by"),
    "÷": _said("divided by", "over"),
    "<": _said("less than", "under"),
    ">": _said("greater than", "more than", "over"),
    "≤": _said("at most", "less than or equal to"),
    "≥": _said("at least", "greater than or equal to"),
    "#": _said("number", "hashtag", ""),
    "%": _said("percent"),
    "♯": _said("sharp"),
    "♭": _said("flat"),
    "√": _said("square root of", "root", "the square root of"),
    "≠": _said("does not equal", "is not"),
    "→": _said("to", "", "arrow"),
    "∞": _said("infinity"),
    "/": _said("", "slash", "or", "per"),
    "_": _said("", "underscore"),
    "¢": _said("cents"),
    "°": _said("degrees"),
    "§": _said("section"),
    "$": _said("dollars", "dollar", ""),
    "£": _said("pounds", "pound", ""),
    "€": _said("euros", "euro", ""),
    "¥": _said("yuan", "yen", ""),
}
"""Signs that stand for words wherever they stand."""

MONTHS: dict[str, str] = {
    "jan": "january", "feb": "february", "mar": "march", "apr": "april", "jun": "june", "jul": "july",
    "aug": "august", "sep": "september", "sept": "september", "oct": "october", "nov": "november", "dec": "december",
}  # fmt: skip
"""Written short, without its full stop."""
MONTH_NAMES = (*dict.fromkeys([*list(MONTHS.values())[:4], "may", *list(MONTHS.values())[4:]]),)
"""January first."""

_ONE_WORD = {
    "tue.": "tuesday", "tues.": "tuesday", "thu.": "thursday", "thur.": "thursday", "thurs.": "thursday",
    "fri.": "friday", "ep.": "episode", "eps.": "episodes", "w/": "with", "w/o": "without", "b/c": "because",
    "b/w": "between", "mr.": "mister", "mrs.": "missus", "prof.": "professor", "ave.": "avenue", "blvd.": "boulevard",
    "mt.": "mount", "jr.": "junior", "sr.": "senior", "gov.": "governor", "sen.": "senator", "gen.": "general",
    "capt.": "captain", "sgt.": "sergeant", "lt.": "lieutenant", "rev.": "reverend", "dept.": "department",
    "ext.": "extension", "ltd.": "limited", "nos.": "numbers", "vol.": "volume", "pp.": "pages", "ch.": "chapter",
    "fig.": "figure", "eq.": "equation",
}  # fmt: skip
"""Those with one reading of one word."""
ABBREVIATIONS: dict[str, tuple[Form, ...]] = {
    **{short: _said(word) for short, word in _ONE_WORD.items()},
    "e.g.": _said("for example", "e. g.", "for instance"),
    "eg": _said("for example", "e. g."),
    "i.e.": _said("that is", "i. e."),
    "etc.": _said("et cetera"),
    "mon.": _said("monday", "mon"),
    "wed.": _said("wednesday", "wed"),
    "sat.": _said("sat", "saturday"),
    "sun.": _said("sun", "sunday"),
    "mph": _said("miles per hour", "miles an hour", "m. p. h."),
    "km/h": _said("kilometers per hour", "kilometers an hour"),
    "°c": _said("degrees celsius", "celsius", "degrees c."),
    "°f": _said("degrees fahrenheit", "fahrenheit", "degrees f."),
    "c/o": _said("care of", "c. o."),
    "n/a": _said("n. a.", "not applicable", "not available"),
    "aka": _said("also known as", "a. k. a."),
    "k-12": _said("k. through twelve", "k. twelve", "k. to twelve"),
    "a.k.a.": _said("also known as", "a. k. a."),
    "vs.": _said("versus", "against", "v. s."),
    "v.": _said("versus", "v.", "against"),
    "ph.d.": _said("p. h. d.", "doctorate"),
    "m.d.": _said("m. d."),
    "ms.": _said("miz", "miss"),
    "dr.": _said("doctor", "drive"),
    "st.": _said("saint", "street"),
    "ft.": _said("fort", "feet", "featuring"),
    "est.": _said("established", "estimated"),
    "approx.": _said("approximately", "about"),
    "tel.": _said("telephone", "phone"),
    "inc.": _said("incorporated", "ink"),
    "corp.": _said("corporation", "corp"),
    "no.": _said("no", "number"),
    "p.": _said("page", "p."),
    "ca.": _said("circa", "about"),
    "wwi": _said("world war one", "world war i.", "w. w. one"),
    "wwii": _said("world war two", "w. w. two", "the second world war"),
    "wwiii": _said("world war three", "w. w. three"),
}
"""Written as here, in small letters -> what is said; one with its full stop at the end may be written without it,
unless it is a word then."""
WORDS_WITHOUT_STOP = words_of("ep eps mon wed sat sun no gen sen fig rev ms st v p ca ch est ft tel")
"""Those that are another word, or none, without their full stop."""

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega", "Δ": "delta", "Σ": "sigma", "Ω": "omega",
}  # fmt: skip
"""A Greek letter by itself is a sign, called by its name."""

COUNTED = words_of(
    "part chapter volume book act scene section war bowl type phase level class title article grade stage step mark "
    "apollo generation figure table appendix schedule amendment tier category round season episode version group"
)
"""Behind these a Roman numeral counts ("Chapter Two"); behind a name it is an ordinal ("Henry the Eighth")."""
