"""The two ways to write a Chinese character, as CC-CEDICT pairs them: 關 and 关."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from subsync.text.cedict import characters
from subsync.text.scripts import HAN_RANGES

if TYPE_CHECKING:
    from collections.abc import Mapping

_HAN = re.compile(f"[{HAN_RANGES}]")


def read_variants(text: str) -> dict[str, str]:
    """Traditional character -> simplified one, of the characters in ``text`` and their counterparts.

    A character that is both, as 后 and 干 are, is taken for the simplified one: text is compared by this, not
    rewritten.
    """
    known = set(_HAN.findall(text))
    if not known:
        return {}
    pairs = sorted((old, new) for old, new, _ in characters() if old in known or new in known)
    simplified = {new for _, new in pairs}
    return {old: new for old, new in pairs if old not in simplified}


def is_traditional(text: str, variants: Mapping[str, str] | None = None) -> bool:
    """Whether Chinese text is written in traditional characters.

    Args:
        text: any text; what is not Chinese does not count.
        variants: what ``read_variants`` has of it, if that is known already.
    """
    known = read_variants(text) if variants is None else variants
    simplified = set(known.values())
    return sum(char in known for char in text) > sum(char in simplified for char in text)


def chinese_tag(text: str) -> str:
    """The language tag of Chinese text (BCP 47), by which browsers, readers and players choose a font."""
    return "zh-Hant" if is_traditional(text) else "zh-Hans"
