"""Raised digits: powers, or the marks of footnotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from subsync.text.words import ENGLISH_PARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterator

RAISED = re.compile("[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_BASE = re.compile(r"(?P<number>\d+)\Z|(?<![^\W\d_])(?P<letters>[^\W\d_]{1,2})\Z")
_YEAR = re.compile(r"(?:19|20)\d\d")


def is_power(before: str) -> bool:
    """Whether raised digits behind ``before`` are a power: ``10³``, ``x²``, ``km²``.

    Behind a longer word, a year, or punctuation they are the mark of a footnote, which nobody says.
    """
    base = _BASE.search(before[-5:])
    return (
        base is not None
        and not _YEAR.fullmatch(base[0])
        and base[0].lower() not in ENGLISH_PARTICLES
        and (base[0].isascii())
    )


def footnote_marks(text: str) -> Iterator[tuple[int, int]]:
    """Places of the raised digits in ``text`` that are marks of footnotes."""
    for match in RAISED.finditer(text):
        if not is_power(text[max(0, match.start() - 5) : match.start()]):
            yield match.span()


def lowered(raised: str) -> str:
    """``⁻³`` -> ``-3``."""
    return raised.translate(_DIGITS)
