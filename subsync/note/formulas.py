"""Formulas between the signs of LaTeX: ``$x^2$`` is "x squared"; what needs a page to be said is not read."""

from __future__ import annotations

import re

from subsync.text.words import words_of

_FORMULA = re.compile(r"(?<![\\$A-Za-z\d_])\$(?=\S)(?P<kept>[^$\n]{1,120})(?<=[^\s\\])\$(?![\d$])(?![A-Za-z]{2})")
_MONEY = re.compile(r"\d[^\\^_=<>]*\s[^\\^_=<>]*")
"""Between two signs of dollars that are no formula's: ``$5 to US$``."""
_PROSE = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{4,}|\s[A-Za-z]{2,}[,.;:]?\s")
_COMMAND = re.compile(r"\\(?:(?P<name>[A-Za-z]+)|[,;!: ])")
_COMMANDS = {
    "times": "×", "cdot": "×", "div": "÷", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠",
    "approx": "≈", "sim": "~", "pm": "±", "to": "→", "rightarrow": "→", "infty": "∞", "sqrt": "√",
}  # fmt: skip
_WORDS = words_of(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega log exp sin cos tan max min in"
)
"""Commands that are said as they are written, letters among them."""
_DRAWN = {"text", "mathrm", "mathbf", "mathit", "mathbb", "mathcal", "operatorname", "left", "right"}
"""Commands that say only how something looks."""
_FRACTION = re.compile(r"\\[dt]?frac\{(?P<over>[^{}]*)\}\{(?P<under>[^{}]*)\}")


def without_marks(text: str, mask: str) -> tuple[str, list[tuple[int, int]]]:
    """Mask the marks of formulas that can be said as they stand; the text of that, and the places of those that cannot.

    No place moves.
    """
    unsaid: list[tuple[int, int]] = []

    def said(match: re.Match[str]) -> str:
        kept = match["kept"]
        if _MONEY.fullmatch(kept) or _PROSE.search(re.sub(r"\\[A-Za-z]+(?:\{[^{}]*\})?", "", kept)):
            return match[0]
        reading = _said(kept, mask)
        if reading is None:
            unsaid.append(match.span())
            return match[0]
        return f"{mask}{reading}{mask}"

    return _FORMULA.sub(said, text), unsaid


def _said(formula: str, mask: str) -> str | None:
    """A formula of LaTeX as people type one without it, of the same length; ``None`` for one that needs more."""

    def fraction(match: re.Match[str]) -> str:
        begin = mask * (match.start("over") - match.start())
        return f"{begin}{match['over']}{mask}/{match['under']}{mask}"

    def command(match: re.Match[str]) -> str:
        name, length = match["name"] or "", len(match[0])
        if name in _COMMANDS:
            return mask * (length - 1) + _COMMANDS[name]
        if name.lower() in _WORDS:
            return mask + name
        return mask * length if name in _DRAWN or not name else match[0]

    text = _COMMAND.sub(command, _FRACTION.sub(fraction, formula))
    if "\\" in text.replace("\\%", ""):
        return None
    return re.sub(r"[{}]|\\(?=%)", mask, text)
