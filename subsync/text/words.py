"""Lists of words, each once for all rooms."""

from __future__ import annotations


def words_of(text: str) -> frozenset[str]:
    """A list of words, written with spaces between them."""
    return frozenset(text.split())


FILLERS = words_of("ah eh er erm hm hmm mhm mm mmm uh uhh uhm um umm")
"""Sounds of hesitation, which one writing of a speech may have and the other leave out."""

ENGLISH_PARTICLES = words_of(
    "a an and are as at be been but by can did do does don't for from had has have he her his how if i i'm in is it "
    "it's its me my no not of on or our she so that that's the their them there they they're this to was we we're were "
    "what when who why will with you your you're"
)
"""What makes an English sentence, and is hardly ever in a name quoted from it."""

CHINESE_PARTICLES = frozenset(
    "的了是在我你他她们們这這那和有也就都不很与與把被给給说說要会會吗嗎呢吧么麼为為从從对對到"
)
"""The same for Chinese: single characters."""
