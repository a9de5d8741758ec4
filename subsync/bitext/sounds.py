"""Foreign names in Chinese characters: 拉斯基 sounds like ``Lasky``.

A name is reduced to its consonants, in classes that Mandarin does not keep apart (b/p, d/t, g/k, r/l); vowels are too
unsteady to compare.
"""

from __future__ import annotations

import re
from functools import lru_cache

_ENGLISH = (
    (r"^(kn|gn|pn)", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"^x", "s"), (r"mb$", "m"), (r"gh(?=t|$)", ""),
    (r"sch|tch|ch", "j"), (r"sh|tion|sion", "x"), (r"ph", "f"), (r"th", "t"), (r"dge|dg", "j"), (r"c(?=[eiy])", "s"),
    (r"ck|q|c", "k"), (r"x", "ks"), (r"z", "s"), (r"g(?=[eiy])", "j"), (r"v", "w"),
)  # fmt: skip
_CLASS = str.maketrans("bpdtgkjxsflrmnwh", "PPTTKKJXSFLLMNWH", "aeiouy'’.-")
_PINYIN = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcswy])?([a-zü:]*?)(n|ng|r)?\d?$")
_INITIALS = {
    "zh": "J", "ch": "J", "sh": "X", "b": "P", "p": "P", "m": "M", "f": "F", "d": "T", "t": "T",
    "n": "N", "l": "L", "g": "K", "k": "K", "h": "H", "j": "J", "q": "J", "x": "X",
    "r": "L", "z": "S", "c": "S", "s": "S", "w": "W", "y": "",
}  # fmt: skip
# Classes that transcriptions confuse: 基 for "ky", 希 for "hi", 弗 or 维 for "v", 杰 for "g", 金 for "king".
_NEAR = {frozenset(p) for p in ("KJ", "JX", "XS", "XH", "FW", "FP", "PW", "NM", "HK", "SJ", "HF", "TJ", "TS")}


@lru_cache(maxsize=4096)
def english_sound(name: str) -> str:
    """Consonant classes of an English name."""
    lower = name.lower()
    for pattern, sound in _ENGLISH:
        lower = re.sub(pattern, sound, lower)
    classes = lower.translate(_CLASS)
    return re.sub(r"(.)\1+", r"\1", "".join(c for c in classes if c.isascii() and c.isalpha()))


@lru_cache(maxsize=4096)
def pinyin_sound(syllable: str) -> str:
    """Consonant classes of one syllable of pinyin (``ke4``); 尔 (``er``) stands for a consonant, l or r."""
    if syllable.lower().startswith("er"):
        return "L"
    match = _PINYIN.match(syllable.lower())
    if match is None:
        return ""
    return _INITIALS.get(match[1] or "", "") + ("N" if match[3] in {"n", "ng"} else "")


def _apart(a: str, b: str) -> float:
    return 0.0 if a == b else 0.4 if frozenset((a, b)) in _NEAR else 1.0


@lru_cache(maxsize=65_536)
def alike(english: str, chinese: str) -> float:
    """How alike two strings of consonant classes sound, 0 to 1: one minus edit distance over the longer length."""
    row = [0.7 * j for j in range(len(chinese) + 1)]
    for i, a in enumerate(english, 1):
        previous, row = row, [0.7 * i]
        for j, b in enumerate(chinese, 1):
            row.append(min(previous[j - 1] + _apart(a, b), previous[j] + 0.7, row[j - 1] + 0.7))
    return max(0.0, 1.0 - row[-1] / max(len(english), len(chinese), 1))
