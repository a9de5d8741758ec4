"""Which labels of a file are names: it has them in capitals, with accents, and in brackets."""

from __future__ import annotations

import re
import unicodedata

from subsync.note.names import is_chinese_role, is_name, is_role, is_surely_a_name
from subsync.text.cedict import is_english_word
from subsync.text.scripts import is_chinese
from subsync.text.words import SOUNDS, words_of

_SHORT = words_of("aka ai asap btw diy eta eu faq fyi idk imo nb nyc ps qed rip tbd tldr uk un us usa ufo")
"""Words in capitals that somebody says."""


def may_be_a_name(name: str) -> bool:
    """As the reader of notes judges, whose names have plain letters; capitals throughout are a habit of captions."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() if name[:1].isupper() else name
    return is_name(plain.title() if plain.isupper() and not re.search(r"[\d_]", plain) else plain)


def is_sure(name: str) -> bool:
    """Whether a label is no words of the language: ``Mira``, ``Speaker 1``, and not ``Look`` or ``The Point``."""
    if is_chinese(name):
        return is_chinese_role(name)
    words = re.split(r"[ _]", name)
    if len(words) == 1:
        return is_surely_a_name(name) and not is_a_form(name) and name.lower() not in SOUNDS
    return any(
        is_role(word) or not (word.isdigit() or is_a_form(word) or is_english_word(word.lower())) for word in words
    )


def is_a_form(word: str) -> bool:
    """Whether a word is an inflected one, which dictionaries do not list: ``Rules``, ``Oddly``."""
    return any(
        word.lower().endswith(end) and is_english_word(word.lower().removesuffix(end))
        for end in ("s", "ly", "ing", "ed")
    )


def is_capital_label(name: str, text: str, *, opens: bool) -> bool:
    """Whether a name in capitals stands behind a mark of a turn, or in front of a sentence that has none of them.

    Where it is an ordinary word (``WARNING: it is hot``, ``MARK: it is hot``) it may be said.
    """
    if not name.isupper() or is_chinese(name) or len(name) < 3 or name.lower() in _SHORT:
        return False
    return opens or (any(map(str.islower, text)) and re.match(r"[\"“‘'(\[¿¡]*[^\W_a-z]", text) is not None)
