"""Numbers brought to values that two languages can compare: ``$750 billion`` = ``7500亿美元``, ``三倍`` = ``3x``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from subsync.text.numbers import SCALES, SMALL, SUFFIXES, ZH_NUMERALS, ZH_SCALES, ZH_UNITS, zh_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Value: TypeAlias = float | tuple[str, float]
"""A number, or ``("few", scale)`` for some of a scale: "a few hundred million" and 几亿 are both ``("few", 1e8)``."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number at ``text[start:end]``. Two quantities agree if they share a value."""

    start: int
    end: int
    values: frozenset[Value]

    @property
    def weight(self) -> float:
        """How much an agreement tells: small numbers stand everywhere (一个, "one of"), 7500亿 does not."""
        small = all(v[1] == 1 if isinstance(v, tuple) else v <= 10 for v in self.values)
        return 0.5 if small else 1.5


# --- English ----------------------------------------------------------------------------------------------------------

_EN_SCALES = {"hundred": 10**2, **SCALES}
_EN_WORDS: dict[str, tuple[Value, ...]] = {
    "half": (0.5, 50.0), "twice": (2.0,), "double": (2.0,), "doubled": (2.0,), "doubling": (2.0,), "doubles": (2.0,),
    "triple": (3.0,), "tripled": (3.0,), "tripling": (3.0,), "quadruple": (4.0,), "first": (1.0,), "second": (2.0,),
    "third": (3.0, 1 / 3), "fourth": (4.0,), "fifth": (5.0,), "dozen": (12.0,), "dozens": (("few", 10.0),),
}  # fmt: skip
_SCALE = "|".join(_EN_SCALES)
_SMALL = "|".join(sorted(SMALL, key=len, reverse=True))
_EN = re.compile(
    rf"""(?P<digits>[0-9][0-9,]*(?:\.[0-9]+)?)
        (?:(?P<suffix>(?:k|mn?|bn?|tn?)\b) | (?:[\s-]+(?P<scales>(?:{_SCALE})\b(?:\s+(?:{_SCALE})\b)*)))?
    | \b(?P<few>few|couple|several|some|many)\b (?:\s+of)? (?P<fewscales>(?:\s+(?:{_SCALE})\b)*)
    | \b(?P<many>tens|hundreds|thousands|millions|billions|trillions)\b
        (?P<of>(?:\s+of\s+(?:thousands|millions|billions|trillions))*)
    | \b(?P<words>(?:an?\s+(?=hundred|thousand|million|billion|trillion))?(?:{_SMALL}|{_SCALE})\b
        (?:(?:\s+and)?[\s-]+(?:{_SMALL}|{_SCALE})\b)*)
    | \b(?P<word>{"|".join(_EN_WORDS)})\b""",
    re.IGNORECASE | re.VERBOSE,
)


def _scaled(words: str | None) -> float:
    factor = 1.0
    for word in (words or "").lower().split():
        factor *= _EN_SCALES.get(word.removesuffix("s"), 1.0)
    return factor


def _en_words(words: str) -> set[Value]:
    """Value of a spelled number; two pairs of digits ("twenty twenty-four") are a year."""
    total, group = 0.0, 0.0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word in SMALL:
            small = SMALL[word]
            group = (
                group * 100 + small if 10 <= group < 100 and small >= 10 and group % 10 + small >= 10 else group + small
            )
        elif word == "hundred":
            group = (group or 1) * 100
        elif word in _EN_SCALES:
            total, group = total + (group or 1) * _EN_SCALES[word], 0.0
    return {total + group}


def english_quantities(text: str) -> Iterator[Quantity]:
    """Numbers of an English text, in order, written in digits or in words."""
    for match in _EN.finditer(text):
        found: set[Value]
        if match["digits"]:
            plain = float(match["digits"].replace(",", ""))
            found = {plain * SUFFIXES.get((match["suffix"] or "").lower(), 1.0) * _scaled(match["scales"])}
        elif match["few"]:
            scale = _scaled(match["fewscales"])
            if scale == 1 and match["few"].lower() in {"some", "many"}:
                continue
            found = {("few", scale)} | ({2.0} if match["few"].lower() == "couple" and scale == 1 else set())
        elif match["many"]:
            first = 10.0 if match["many"].lower() == "tens" else _EN_SCALES[match["many"].lower()[:-1]]
            found = {("few", first * _scaled(match["of"].replace("of", "")))}
        elif match["words"]:
            found = _en_words(match["words"])
        else:
            found = set(_EN_WORDS[match["word"].lower()])
        yield Quantity(match.start(), match.end(), frozenset(found))


# --- Chinese ----------------------------------------------------------------------------------------------------------

_ZH_ALL: Mapping[str, float] = ZH_UNITS | ZH_SCALES
_ZH = re.compile(
    rf"""(?P<times>翻倍|翻番|翻了?一番|加倍|[增加提高]长?了?一倍|一倍)
    | (?P<few>[几幾]十?|[数數]十|[数數上](?=[百千万萬亿億])|成(?=[百千万萬])) (?P<fewscales>[十百千万萬亿億]*)
    | 百分之 (?P<percent>[0-9]+(?:\.[0-9]+)?|[{ZH_NUMERALS}点點]+)
    | (?P<under>[0-9{ZH_NUMERALS}]+)分之(?P<over>[0-9{ZH_NUMERALS}]+)
    | (?P<digits>[0-9][0-9,，]*(?:\.[0-9]+)?) [ ]? (?P<scales>[十百千万萬亿億兆]*)
    | (?P<words>[{ZH_NUMERALS}]+(?:[点點][{ZH_NUMERALS}]+)?)
    | (?P<half>半)""",
    re.VERBOSE,
)


def _factor(units: str) -> float:
    factor = 1.0
    for unit in units:
        factor *= _ZH_ALL.get(unit, 1.0)
    return factor


def _zh_number(text: str) -> float:
    return float(text) if re.fullmatch(r"[0-9.]+", text) else zh_value(text)


def chinese_quantities(text: str) -> Iterator[Quantity]:
    """Numbers of a Chinese text, in order, in Arabic digits or in Chinese numerals."""
    for match in _ZH.finditer(text):
        found: set[Value]
        if match["times"]:
            found = {2.0}
        elif match["few"]:
            found = {("few", _factor(match["few"]) * _factor(match["fewscales"]))}
        elif match["percent"]:
            value = _zh_number(match["percent"])
            found = {value, value / 100}
        elif match["under"]:
            under = _zh_number(match["under"])
            found = {_zh_number(match["over"]) / under} if under else set()
        elif match["digits"]:
            found = {float(re.sub("[,，]", "", match["digits"])) * _factor(match["scales"])}
        elif match["words"]:
            found = {zh_value(match["words"])}
        else:
            found = {0.5}
        if found:
            yield Quantity(match.start(), match.end(), frozenset(found))
