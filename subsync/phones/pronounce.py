"""A word as it is written -> the ways it may sound, in the phones of the acoustic model (ARPAbet without stress).

Known words come from the CMU dictionary of PocketSphinx's wheel. What it lacks is put together from parts (possessives,
compounds) and, failing that, read by hibari's lexicon and its small model for unknown words.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import islice, product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from subsync.store.system import give_back
from subsync.text.spoken import spoken_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Phones: TypeAlias = tuple[str, ...]


class Pronounced(NamedTuple):
    """A word and how it is said."""

    text: str
    """As the note writes it."""
    readings: tuple[Phones, ...]
    """What ``pronunciations`` gives for it."""


MOST = 8
"""Readings of one word that an aligner tries at once. Each costs time; beyond a few they only let it fit noise."""

VOWELS = frozenset({"AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"})
_HISSING = frozenset({"S", "Z", "SH", "ZH", "CH", "JH"})
_VOICELESS = frozenset({"P", "T", "K", "F", "TH"})

# Long pieces first: a pattern takes the first that fits.
_ARPABET = {
    "ɜɹ": "ER", "əɹ": "ER", "ɚ": "ER", "ɝ": "ER", "ɜː": "ER", "ʌɹ": "ER", "tʃ": "CH", "dʒ": "JH",
    "A": "EY", "I": "AY", "O": "OW", "Q": "OW", "W": "AW", "Y": "OY", "T": "T",
    "i": "IY", "ɪ": "IH", "ᵻ": "IH", "ɨ": "IH", "e": "EH", "ɛ": "EH", "æ": "AE", "a": "AA", "ɑ": "AA", "ɒ": "AA",
    "ɔ": "AO", "o": "OW", "ʊ": "UH", "u": "UW", "ʌ": "AH", "ə": "AH", "ɐ": "AH", "ᵊ": "AH", "ɜ": "ER",
    "p": "P", "b": "B", "t": "T", "ɾ": "T", "ʔ": "T", "d": "D", "k": "K", "ɡ": "G", "f": "F", "v": "V",
    "θ": "TH", "ð": "DH", "s": "S", "z": "Z", "ʃ": "SH", "ʒ": "ZH", "h": "HH", "ʧ": "CH", "ʤ": "JH",
    "m": "M", "n": "N", "ŋ": "NG", "l": "L", "ɹ": "R", "r": "R", "w": "W", "j": "Y", "y": "Y", "x": "K",
}  # fmt: skip
_IPA = re.compile("|".join(sorted(_ARPABET, key=len, reverse=True)))


@lru_cache(maxsize=65_536)
def pronunciations(word: str, *, previous: str = "") -> tuple[Phones, ...]:
    """The ways a written word may sound.

    Args:
        word: As the note writes it, punctuation included: ``$750``, ``GPT-4o``, ``Lasky's``.
        previous: The word before it, on which the reading of amounts depends.

    Returns:
        At most ``MOST`` readings, the likeliest first; empty for a word that has no sound (a dash).
    """
    forms = [tuple(_in_order(form)) for form in spoken_forms(word, previous=previous)]
    # The best reading of every form comes before the second of any: forms differ more than readings of one form do.
    ranked = [form[k] for k in range(MOST) for form in forms if k < len(form)]
    return tuple(islice(dict.fromkeys([*ranked, *map(_without_r, ranked)]), MOST))


def pronounced(words: Sequence[str]) -> list[Pronounced]:
    """The words of a text with the ways in which they may sound."""
    before = ("", *words)
    return [Pronounced(word, pronunciations(word, previous=before[k])) for k, word in enumerate(words)]


def pronounced_all(texts: Iterable[Sequence[str]]) -> list[list[Pronounced]]:
    """The same for several texts, after which the lexicons are let go of: 170 MB of memory.

    So they are in one process for half a second, and not in each for as long as it lives. What was read with them is
    remembered; for another word they are loaded again.
    """
    found = [pronounced(words) for words in texts]
    _dictionary.cache_clear()
    _reader.cache_clear()
    give_back()
    return found


def _without_r(phones: Phones) -> Phones:
    """As most of England, Australia and New Zealand say it: an r is heard before vowels only.

    The dictionary is American. On hand-labelled Australian speech the mean error of word edges falls from 17.6 to 16.8
    ms, and the words concerned fit better.
    """
    heard: list[str] = []
    for phone, following in zip(phones, (*phones[1:], ""), strict=True):
        if following in VOWELS or phone not in {"R", "ER"} or not heard:
            heard.append(phone)
        elif phone == "ER" or heard[-1] in {"EH", "IH", "IY", "UH"}:
            heard.append("AH")
    return tuple(heard)


def _in_order(form: tuple[str, ...]) -> Iterator[Phones]:
    """Readings of several words said in one go."""
    parts = [_readings(word) for word in form]
    for choice in islice(product(*parts), MOST):
        if phones := tuple(phone for part in choice for phone in part):
            yield phones


@lru_cache(maxsize=65_536)
def _readings(word: str) -> tuple[Phones, ...]:
    """Readings of one spoken word, ``a.`` being the name of a letter."""
    if known := _known(word):
        return known
    stem, ending = _parted(word)
    if ending:
        return tuple(_with_s(phones) for phones in _readings(stem))
    return tuple(dict.fromkeys([*_compound(word), *_guessed(word)]))


def _parted(word: str) -> tuple[str, str]:
    """``lasky's`` -> ``lasky``, ``'s``. An apostrophe alone (``friends'``) has no sound."""
    for ending in ("'s", "s'", "'"):
        stem = word.removesuffix(ending)
        if stem != word and stem.strip("'."):
            return (f"{stem}s", "") if ending == "s'" and _known(f"{stem}s") else (stem, "s" if "s" in ending else "")
    return word, ""


def _with_s(phones: Phones) -> Phones:
    if phones[-1] in _HISSING:
        return (*phones, "IH", "Z")
    return (*phones, "S" if phones[-1] in _VOICELESS else "Z")


def _compound(word: str) -> Iterator[Phones]:
    """Two words of the dictionary written as one (``datacenter``), cut where the shorter of the two is longest."""
    cuts = sorted(range(3, len(word) - 2), key=lambda k: abs(2 * k - len(word)))
    for k in cuts:
        if (left := _known(word[:k])) and (right := _known(word[k:])):
            yield left[0] + right[0]
            return


# --- sources ----------------------------------------------------------------------------------------------------------


@cache
def _dictionary() -> bytes:
    """A word and its phones on each line, further readings behind it as ``word(2)``: 134 860, sorted by words.

    It is searched as it lies: lines or a table of them would take 60 or 400 ms to make, which is long where one word
    is looked up.
    """
    import pocketsphinx

    return Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict")).read_bytes()


def _head(line: bytes) -> bytes:
    return line.partition(b" ")[0].partition(b"(")[0]


def _line(text: bytes, at: int) -> tuple[int, int]:
    """Where the line begins and ends that a place is in."""
    end = text.find(b"\n", at)
    return text.rfind(b"\n", 0, at) + 1, len(text) if end < 0 else end


def _known(word: str) -> tuple[Phones, ...]:
    text, wanted = _dictionary(), word.encode()
    low, high = 0, len(text)
    while low < high:  # its first line begins between the two
        start, end = _line(text, (low + high) // 2)
        low, high = (end + 1, high) if _head(text[start:end]) < wanted else (low, start)
    found: list[Phones] = []
    while low < len(text) and _head(line := text[slice(*_line(text, low))]) == wanted:
        found.append(tuple(line.decode().split()[1:]))
        low += len(line) + 1
    return tuple(found)


@cache
def _reader() -> Any:
    """The lexicon and network of hibari, without its voices."""
    from hibari.g2p import G2P

    return G2P()


_READ: dict[str, Phones] = {}
"""What it read, the latest words last."""
_MOST_READ = 10_000
"""An hour of talk has a hundred words that are not in the dictionary."""


def learn(readings: Mapping[str, Phones]) -> None:
    """Know what was read before, so that nothing has to be loaded for it: that takes a third of a second."""
    _READ.update(readings)


def learned() -> dict[str, Phones]:
    """What was read of words that are not in the dictionary, to be known another time."""
    return dict(list(_READ.items())[-_MOST_READ:])


def _guessed(word: str) -> Iterator[Phones]:
    letters = "".join(c for c in word if c.isalpha() or c == "'").strip("'")
    if letters and letters not in _READ:
        _READ[letters] = _to_arpabet(_reader()(letters, normalize_text=False))
    if letters and _READ[letters]:
        yield _READ[letters]


def _to_arpabet(ipa: str) -> Phones:
    """From hibari's phonemes (IPA, with capitals for diphthongs) to phones; stress and length are dropped."""
    return tuple(_ARPABET[piece] for piece in _IPA.findall(re.sub("[ˈˌ]", "", ipa)))
