"""What may be said for a piece of writing: forms, and how those of several pieces go together."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Form: TypeAlias = tuple[str, ...]
"""Words as they are said, in lower case. ``a.`` is the name of the letter, ``a.'s`` more than one of it."""


def letters(text: str) -> Form:
    """The names of the letters of an acronym, digits as they are: ``TPUs`` -> ``t. p. u.'s``."""
    plural_of = text.endswith("s") and text[:-1].rstrip("'").isupper()
    singular = text[:-1].rstrip("'") if plural_of else text
    names = [f"{c}." for c in singular.lower() if c.isalnum()]
    return (*names[:-1], f"{names[-1]}'s") if plural_of else tuple(names)


_MOST_VARIED = 12
"""Pieces of one word that are read in more than one way; the others are read in the likeliest."""


def combined(parts: Sequence[Sequence[Form]], most: int) -> list[Form]:
    """One form of each part, joined: the likeliest of all first, then those that depart least from it.

    Work is bounded by ``most`` and the length of ``parts``, however many combinations there are.
    """
    varied: list[Sequence[Form]] = []
    fixed: list[list[str]] = [[]]  # what is said before each of the varied parts and behind the last
    for forms in parts:
        if len(forms) > 1 and len(varied) < _MOST_VARIED:
            varied.append(forms)
            fixed.append([])
        elif forms:
            fixed[-1] += forms[0]
    start = (0,) * len(varied)
    queue = [(0, start)]
    seen = {start}
    found: dict[Form, None] = {}
    for _ in range(4 * most):
        if not queue or len(found) == most:
            break
        _, choice = heappop(queue)
        words = list(fixed[0])
        for forms, k, behind in zip(varied, choice, fixed[1:], strict=True):
            words += [*forms[k], *behind]
        found[tuple(words)] = None
        for place, forms in enumerate(varied):
            further = (*choice[:place], choice[place] + 1, *choice[place + 1 :])
            if further[place] < len(forms) and further not in seen:
                seen.add(further)
                heappush(queue, (sum(further), further))
    return list(found)
