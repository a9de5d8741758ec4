"""The phonemes of the voices -> ARPAbet as PocketSphinx's model has it."""

from __future__ import annotations

import re

_IPA = {
    # espeak's and misaki's spellings; long pieces first, since a pattern takes the first that fits
    "tʃ": "CH", "dʒ": "JH", "aɪ": "AY", "aʊ": "AW", "eɪ": "EY", "oʊ": "OW", "əʊ": "OW", "ɔɪ": "OY", "iː": "IY",
    "uː": "UW", "ɔː": "AO", "oː": "AO", "ɑː": "AA", "ɜː": "ER", "ɚɹ": "ER", "ɚ": "ER", "ɝ": "ER",
    "ɜɹ": "ER", "əɹ": "ER",
    "A": "EY", "I": "AY", "O": "OW", "Q": "OW", "W": "AW", "Y": "OY", "T": "T", "ʧ": "CH", "ʤ": "JH",
    "i": "IY", "ɪ": "IH", "ᵻ": "IH", "ɨ": "IH", "e": "EH", "ɛ": "EH", "æ": "AE", "a": "AA", "ɑ": "AA", "ɒ": "AA",
    "ɔ": "AO", "o": "AO", "ʊ": "UH", "u": "UW", "ʌ": "AH", "ə": "AH", "ɐ": "AH", "ᵊ": "AH", "ɜ": "ER",
    "p": "P", "b": "B", "t": "T", "ɾ": "T", "ʔ": "T", "d": "D", "k": "K", "ɡ": "G", "f": "F", "v": "V",
    "θ": "TH", "ð": "DH", "s": "S", "z": "Z", "ʃ": "SH", "ʒ": "ZH", "h": "HH", "m": "M", "n": "N", "ŋ": "NG",
    "l": "L", "ɹ": "R", "r": "R", "w": "W", "j": "Y", "x": "K",
}  # fmt: skip
_PIECE = re.compile("|".join(sorted(_IPA, key=len, reverse=True)))

_FESTIVAL = {"ax": ("AH",), "axr": ("ER",), "el": ("AH", "L"), "em": ("AH", "M"), "en": ("AH", "N"), "dx": ("T",)}
_SILENCES = frozenset({"pau", "h#", "brth", "ssil", "sil", "#"})


def from_ipa(symbols: list[str], lengths: list[float]) -> list[list[tuple[str, float]]]:
    """Words of phones with their lengths.

    Args:
        symbols: Single characters. Stress, length and other marks belong to the phone that they stand at; a space or
            punctuation ends a word, and its own length is left to whoever aligns.
        lengths: Of each, any unit.

    Returns:
        Words; a silence is a word of one ``SIL``. All lengths add up to those given.
    """
    words: list[list[tuple[str, float]]] = [[]]
    text, at, pending = "", list[float](), 0.0

    def flush() -> None:
        nonlocal text, at
        k = 0
        for match in _PIECE.finditer(text):
            # what stands between pieces (marks) goes to the piece before it, at the beginning to the first
            begin = k
            k = match.end()
            words[-1].append((_IPA[match[0]], sum(at[begin:k])))
        if words[-1] and k < len(at):
            phone, length = words[-1][-1]
            words[-1][-1] = (phone, length + sum(at[k:]))
        text, at = "", []

    for symbol, length in zip(symbols, lengths, strict=True):
        if symbol in "ˈˌ" or symbol in "ʲ̩̃ʰ":
            pending += length
        elif symbol.isalpha() or symbol in "ːᵻᵊ":
            text += symbol
            at.append(length + pending)
            pending = 0.0
        else:
            flush()
            words += [[("SIL", length + pending)], []]
            pending = 0.0
    flush()
    return [word for word in words if word]


def from_festival(name: str) -> tuple[str, ...] | None:
    """Phones of a segment of flite or festival; none for silence, ``None`` for what is unknown."""
    if name in _SILENCES:
        return ("SIL",)
    if name in _FESTIVAL:
        return _FESTIVAL[name]
    return (name.upper(),)
