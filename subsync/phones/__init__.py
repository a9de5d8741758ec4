"""Known words and the sound that holds them -> when each word is said, to some ten milliseconds, and whether it is.

A recogniser says roughly where words are. Here the note's own words, in every way they may be pronounced, are laid over
the sound with an acoustic model; silence, other sound and missing words have their place, so nothing is squeezed or
stretched to make the text fit.
"""

from subsync.phones.aligner import Forced, ForcedWord, ForceOptions, force
from subsync.phones.coarse import CoarseOptions, CoarseWord, coarse
from subsync.phones.pronounce import Pronounced, pronounced

__all__ = [
    "CoarseOptions",
    "CoarseWord",
    "ForceOptions",
    "Forced",
    "ForcedWord",
    "Pronounced",
    "coarse",
    "force",
    "pronounced",
]
