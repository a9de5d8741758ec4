"""What can be the name of a speaker: a name, a role, and no word of a sentence."""

from __future__ import annotations

import re

from subsync.text.cedict import glosses_of, is_english_word
from subsync.text.scripts import is_chinese
from subsync.text.words import TRANSCRIBING, words_of

_ENGLISH_NAME = re.compile(
    r"(?:[A-Z][\w’'-]*|Dr\.|Mr\.|Mrs\.|Ms\.)(?: (?:[A-Z][\w.’'-]*|\d+|de|la|le|van|von|der|den|di|da|del|bin|al)){0,3}"
)
_NOT_A_NAME = re.compile(
    r"(?:again|also|and|anyway|applause|basically|because|but|chapter|chuckles|crosstalk|example|fact|finally|first|here"
    r"|however|ie|inaudible|instead|last|laughs|laughter|listen|look|maybe|meaning|meanwhile|music|namely|no|noise|note|now"
    r"|ok|okay|or|part|plus|point|remember|result|right|second|silence|similarly|so|step|still|sure|that|then|there"
    r"|therefore|third|this|thus|today|tomorrow|well|what|why|yeah|yes|yesterday|yet"
    r"|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|january|february|march|april|june|july|august"
    r"|september|october|november|december|morning|noon|evening|lunch|dinner|takeaways?|caveat|update|pros?|cons?|summary|conclusion|transcript|transcribed|subtitles|captions|figure|fig|table|chart|slide|section|episode|room"
    r"|teaser|intro|outro|introduction|recap|credits|sponsors?|ads?|[ap]m|watch|play|jump|time|tags?|source"
    r"|跳转|跳轉|播放|观看|觀看|收听|收聽)\b.*",
    re.IGNORECASE,
)
_CHINESE_NAME = re.compile(
    r"(?![第首其所但因例比注另即而他她它我你这那再又同然]).{1,12}(?<![说道称想写讲的了是如以此下意先外样似果实声乐])"
)
# "答案很简单：" comes back too; of Chinese labels only those that say what somebody is are known without their partner.
_CHINESE_ROLE = re.compile(
    r".*(?:人|者|嘉宾|嘉賓|观众|觀眾|旁白|主播|先生|女士|教授|博士|·.*)\d{0,2}(?:[(（][^()（）]{1,20}[)）])?|[问問答]|[A-Za-z]+\d*"
)
_ROLES = words_of(
    "a audience anchor caller coach commentator expert female guest host interviewee interviewer lecturer male man "
    "member moderator narrator participant presenter producer professor q reporter speaker student teacher translator "
    "voice witness woman"
)
"""Who speaks, where a transcript has no names; ``Q`` and ``A`` among them."""


def is_name(name: str) -> bool:
    """Whether a label can be a name at all: words with capitals, or a few Chinese characters."""
    if re.search(r"[^\W\d_]", name) is None or _NOT_A_NAME.fullmatch(name):
        return False
    return bool(_ENGLISH_NAME.fullmatch(name) or (is_chinese(name) and _CHINESE_NAME.fullmatch(name)))


def is_role(word: str) -> bool:
    """Whether a word says who speaks without a name: ``Speaker``, ``host``."""
    return word.lower() in _ROLES


def is_chinese_role(name: str) -> bool:
    """Whether a Chinese label says what somebody is: ``主持人``, ``李教授``; or is a name in Latin letters."""
    return _CHINESE_ROLE.fullmatch(name) is not None


def is_surely_a_name(name: str) -> bool:
    """Whether an English name is none but that: several words, a role, or no word of the language.

    ``Question: what is it?`` has a word of what is said in front of its colon; ``Brad: ...`` has not.
    """
    words = name.split()
    return len(words) > 1 or is_role(words[0]) or not is_english_word(words[0].lower())


def is_named_in(name: str, chinese: str) -> bool:
    """Whether a Chinese word is a name rather than a translation: ``马克`` is ``Mark``."""
    if all(char in TRANSCRIBING for char in chinese):
        return True
    return any(re.search(rf"\b{re.escape(name)}\b", gloss) for gloss in glosses_of(chinese))
