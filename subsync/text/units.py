"""What is written short and said long: units, money, signs, abbreviations. Tables only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subsync.text.words import words_of

if TYPE_CHECKING:
    from subsync.text.forms import Form


def _unit(one: str, more: str, *others: str) -> tuple[Form, Form, tuple[Form, ...]]:
    return tuple(one.split()), tuple(more.split()), tuple(tuple(other.split()) for other in others)


UNITS: dict[str, tuple[Form, Form, tuple[Form, ...]]] = {
    "%": _unit("percent", "percent"),
    "°": _unit("degree", "degrees"),
    "°c": _unit("degree celsius", "degrees celsius", "degrees"),
    "°f": _unit("degree fahrenheit", "degrees fahrenheit", "degrees"),
    "km": _unit("kilometer", "kilometers", "k. m.", "k."),
    "km/h": _unit("kilometer per hour", "kilometers per hour", "kilometers an hour"),
    "m": _unit("meter", "meters", "m."),
    "cm": _unit("centimeter", "centimeters"),
    "mm": _unit("millimeter", "millimeters"),
    "nm": _unit("nanometer", "nanometers"),
    "mi": _unit("mile", "miles"),
    "ft": _unit("foot", "feet"),
    "in": _unit("inch", "inches"),
    "yd": _unit("yard", "yards"),
    "kg": _unit("kilogram", "kilograms", "kilos", "kilo"),
    "g": _unit("gram", "grams", "g."),
    "mg": _unit("milligram", "milligrams"),
    "lb": _unit("pound", "pounds"),
    "lbs": _unit("pound", "pounds"),
    "oz": _unit("ounce", "ounces"),
    "l": _unit("liter", "liters"),
    "ml": _unit("milliliter", "milliliters"),
    "hz": _unit("hertz", "hertz"),
    "khz": _unit("kilohertz", "kilohertz"),
    "mhz": _unit("megahertz", "megahertz"),
    "ghz": _unit("gigahertz", "gigahertz"),
    "w": _unit("watt", "watts"),
    "kw": _unit("kilowatt", "kilowatts"),
    "mw": _unit("megawatt", "megawatts"),
    "gw": _unit("gigawatt", "gigawatts"),
    "kwh": _unit("kilowatt hour", "kilowatt hours"),
    "μg": _unit("microgram", "micrograms"),
    "μm": _unit("micrometer", "micrometers", "microns", "micron"),
    "mp": _unit("megapixel", "megapixels"),
    "kph": _unit("kilometer per hour", "kilometers per hour", "kilometers an hour"),
    "m/s": _unit("meter per second", "meters per second", "meters a second"),
    "yo": _unit("year old", "year old", "years old"),
    "‰": _unit("per mille", "per mille", "per thousand"),
    "v": _unit("volt", "volts"),
    "kb": _unit("kilobyte", "kilobytes", "k. b.", "k."),
    "mb": _unit("megabyte", "megabytes", "m. b.", "megs"),
    "gb": _unit("gigabyte", "gigabytes", "g. b.", "gigs", "gig"),
    "tb": _unit("terabyte", "terabytes", "t. b."),
    "mbps": _unit("megabit per second", "megabits per second"),
    "gbps": _unit("gigabit per second", "gigabits per second"),
    "fps": _unit("frame per second", "frames per second", "f. p. s."),
    "mph": _unit("mile per hour", "miles per hour", "miles an hour", "m. p. h."),
    "rpm": _unit("revolution per minute", "revolutions per minute", "r. p. m."),
    "ms": _unit("millisecond", "milliseconds"),
    "μs": _unit("microsecond", "microseconds"),
    "ns": _unit("nanosecond", "nanoseconds"),
    "bp": _unit("basis point", "basis points"),
    "bps": _unit("basis point", "basis points", "bips"),
    "pp": _unit("percentage point", "percentage points"),
    "h": _unit("hour", "hours", "h."),
    "d": _unit("day", "days", "d."),
    "sec": _unit("second", "seconds"),
    "secs": _unit("second", "seconds"),
    "min": _unit("minute", "minutes"),
    "mins": _unit("minute", "minutes"),
    "hr": _unit("hour", "hours"),
    "hrs": _unit("hour", "hours"),
    "yr": _unit("year", "years"),
    "yrs": _unit("year", "years"),
    "¢": _unit("cent", "cents"),
    "am": _unit("a. m.", "a. m."),
    "pm": _unit("p. m.", "p. m."),
}
"""Written unit, in small letters -> one of it, several, and what else is said."""

SCALES: dict[str, tuple[Form, ...]] = {
    "x": (("x.",), ("times",)),
    "k": (("thousand",), ("k.",)),
    "m": (("million",), ("m.",)),
    "mn": (("million",),),
    "b": (("billion",), ("b.",)),
    "bn": (("billion",),),
    "t": (("trillion",), ("t.",)),
    "tn": (("trillion",),),
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
    "&": (("and",),),
    "+": (("plus",), ("and",), ()),
    "@": (("at",),),
    "=": (("equals",), ("is",)),
    "≈": (("approximately",), ("about",), ("is", "about")),
    "~": ((), ("about",), ("around",), ("approximately",)),
    "±": (("plus", "or", "minus"), ("plus", "minus")),
    "×": (("times",), ("by",)),
    "÷": (("divided", "by"), ("over",)),
    "<": (("less", "than"), ("under",)),
    ">": (("greater", "than"), ("more", "than"), ("over",)),
    "≤": (("at", "most"), ("less", "than", "or", "equal", "to")),
    "≥": (("at", "least"), ("greater", "than", "or", "equal", "to")),
    "#": (("number",), ("hashtag",), ()),
    "%": (("percent",),),
    "♯": (("sharp",),),
    "♭": (("flat",),),
    "√": (("square", "root", "of"), ("root",), ("the", "square", "root", "of")),
    "≠": (("does", "not", "equal"), ("is", "not")),
    "→": (("to",), (), ("arrow",)),
    "∞": (("infinity",),),
    "/": ((), ("slash",), ("or",), ("per",)),
    "_": ((), ("underscore",)),
    "¢": (("cents",),),
    "°": (("degrees",),),
    "§": (("section",),),
    "$": (("dollars",), ("dollar",), ()),
    "£": (("pounds",), ("pound",), ()),
    "€": (("euros",), ("euro",), ()),
    "¥": (("yuan",), ("yen",), ()),
}
"""Signs that stand for words wherever they stand."""

MONTHS: dict[str, str] = {
    "jan": "january", "feb": "february", "mar": "march", "apr": "april", "jun": "june", "jul": "july",
    "aug": "august", "sep": "september", "sept": "september", "oct": "october", "nov": "november", "dec": "december",
}  # fmt: skip
"""Written short, without its full stop."""
MONTH_NAMES = (*dict.fromkeys([*list(MONTHS.values())[:4], "may", *list(MONTHS.values())[4:]]),)
"""January first."""

ABBREVIATIONS: dict[str, tuple[Form, ...]] = {
    "e.g.": (("for", "example"), ("e.", "g."), ("for", "instance")),
    "eg": (("for", "example"), ("e.", "g.")),
    "i.e.": (("that", "is"), ("i.", "e.")),
    "etc.": (("et", "cetera"),),
    "mon.": (("monday",), ("mon",)),
    "tue.": (("tuesday",),),
    "tues.": (("tuesday",),),
    "wed.": (("wednesday",), ("wed",)),
    "thu.": (("thursday",),),
    "thur.": (("thursday",),),
    "thurs.": (("thursday",),),
    "fri.": (("friday",),),
    "sat.": (("sat",), ("saturday",)),
    "sun.": (("sun",), ("sunday",)),
    "mph": (("miles", "per", "hour"), ("miles", "an", "hour"), ("m.", "p.", "h.")),
    "km/h": (("kilometers", "per", "hour"), ("kilometers", "an", "hour")),
    "°c": (("degrees", "celsius"), ("celsius",), ("degrees", "c.")),
    "°f": (("degrees", "fahrenheit"), ("fahrenheit",), ("degrees", "f.")),
    "c/o": (("care", "of"), ("c.", "o.")),
    "n/a": (("n.", "a."), ("not", "applicable"), ("not", "available")),
    "aka": (("also", "known", "as"), ("a.", "k.", "a.")),
    "k-12": (("k.", "through", "twelve"), ("k.", "twelve"), ("k.", "to", "twelve")),
    "ep.": (("episode",),),
    "eps.": (("episodes",),),
    "w/": (("with",),),
    "w/o": (("without",),),
    "b/c": (("because",),),
    "b/w": (("between",),),
    "a.k.a.": (("also", "known", "as"), ("a.", "k.", "a.")),
    "vs.": (("versus",), ("against",), ("v.", "s.")),
    "v.": (("versus",), ("v.",), ("against",)),
    "ph.d.": (("p.", "h.", "d."), ("doctorate",)),
    "m.d.": (("m.", "d."),),
    "mr.": (("mister",),),
    "mrs.": (("missus",),),
    "ms.": (("miz",), ("miss",)),
    "dr.": (("doctor",), ("drive",)),
    "prof.": (("professor",),),
    "st.": (("saint",), ("street",)),
    "ave.": (("avenue",),),
    "blvd.": (("boulevard",),),
    "mt.": (("mount",),),
    "ft.": (("fort",), ("feet",), ("featuring",)),
    "jr.": (("junior",),),
    "sr.": (("senior",),),
    "gov.": (("governor",),),
    "sen.": (("senator",),),
    "gen.": (("general",),),
    "capt.": (("captain",),),
    "sgt.": (("sergeant",),),
    "lt.": (("lieutenant",),),
    "rev.": (("reverend",),),
    "dept.": (("department",),),
    "est.": (("established",), ("estimated",)),
    "approx.": (("approximately",), ("about",)),
    "ext.": (("extension",),),
    "tel.": (("telephone",), ("phone",)),
    "inc.": (("incorporated",), ("ink",)),
    "ltd.": (("limited",),),
    "corp.": (("corporation",), ("corp",)),
    "no.": (("no",), ("number",)),
    "nos.": (("numbers",),),
    "vol.": (("volume",),),
    "pp.": (("pages",),),
    "p.": (("page",), ("p.",)),
    "ch.": (("chapter",),),
    "fig.": (("figure",),),
    "eq.": (("equation",),),
    "ca.": (("circa",), ("about",)),
    "wwi": (("world", "war", "one"), ("world", "war", "i."), ("w.", "w.", "one")),
    "wwii": (("world", "war", "two"), ("w.", "w.", "two"), ("the", "second", "world", "war")),
    "wwiii": (("world", "war", "three"), ("w.", "w.", "three")),
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
