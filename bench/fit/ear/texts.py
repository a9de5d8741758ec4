"""Sentences to be spoken: made here from word lists and patterns, so that no one's text is needed.

Every sound of English must occur beside many others, in long words and in the worn-down small ones of talk; sense does
not matter. Rare words come from the dictionary of PocketSphinx's wheel (CMUdict, BSD).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

_WORDS = {
    "N": """time year way day thing man world life hand part child eye woman place work week case point company number
        group problem fact water room mother area money story month lot right study book job word business issue side
        kind head house service friend father power hour game line end member law car city community name president
        team minute idea body information back parent face level office door health person art war history party result
        change morning reason research girl guy moment air teacher force education foot boy age policy music market
        sense nation plan college interest death experience effect street field paper ocean journey measure treasure
        garden village bridge window kitchen bottle orchard ship church judge language picture engine island mountain
        shadow whisper thunder voyage pleasure vision garage machine mirror needle blanket feather thistle weather
        weapon basket jungle knuckle puzzle zipper vegetable yacht uniform cube yogurt union oil voice noise choice
        mouth south cloud crowd shower towel flower board store chair square hair bear beer pier tour cure bird girl
        shirt nurse purse earth birth beach leaf sheep queen book wood cook wolf bush soup moon shoe juice cup bus
        judge lunch sun blood cat map bag match lamp leg bed desk neck egg fish ship bridge wrist kid dog coffee song
        law wall thought knife bike night sky height road boat nose coat phone toe""",
    "P": """people years days things students countries children problems hands words questions friends houses voices
        boxes judges watches wishes months clothes teeth leaves edges bridges glasses windows changes places pages
        stories bodies horses roads lights shelves engines teachers strangers apples oranges mountains pictures""",
    "A": """good new first last long great little own other old right big high different small large next early young
        important few public bad same able whole free sure clear strange quiet loud thick thin smooth rough wealthy
        healthy northern southern yellow orange purple green bright dark heavy light narrow wide shallow deep empty
        full fresh stale sharp dull sudden huge tiny usual casual rare square fair poor pure cheerful careless brave
        clever foolish gentle honest jealous lazy noisy proud silly thirsty useful vague weird young zealous""",
    "V": """be have do say get make go know take see come think look want give use find tell ask work seem feel try
        leave call need become put mean keep let begin help talk turn start show hear play run move like live believe
        hold bring happen write provide sit stand lose pay meet include continue set learn change lead understand watch
        follow stop create speak read allow add spend grow open walk win offer remember love consider appear buy wait
        serve die send expect build stay fall cut reach kill remain suggest raise pass sell require report decide pull
        judge enjoy choose breathe teach catch push wash measure join avoid argue cure fix mix jump laugh cough""",
    "D": """said made went took came saw knew got gave found thought told became showed left felt put brought began kept
        held wrote stood heard let meant set met ran paid sat spoke lay led read grew lost fell sent built understood
        drew broke spent cut rose drove bought wore chose asked worked called tried needed wanted used looked turned
        started helped played moved liked lived believed happened watched followed stopped opened walked offered
        remembered loved waited served stayed reached passed decided pulled pushed washed measured joined judged
        laughed coughed fixed mixed jumped breathed enjoyed""",
    "R": """really actually probably usually quickly slowly almost always never often again here there now then today
        yesterday tomorrow together away maybe perhaps finally suddenly exactly basically literally obviously certainly
        especially nearly rather quite still already even ever soon later once twice outside upstairs""",
    "J": """in on at by for with about against between into through during before after above below from up down over
        under around without within along across behind beyond toward near""",
    "F": """um uh yeah well so okay right like sure hmm oh ah yes no mhm wow hey look listen anyway exactly totally
        alright hello thanks please sorry""",
    "H": "I you he she we they it this that somebody everyone nobody",
    "M": "him her them us me it you this that something everything nothing",
    "X": "the a this that my your his her our their some any every each no another",
    "U": "can could will would should might must may didn't don't won't couldn't shouldn't wouldn't can't",
    "C": "and but or because so if when while although unless since until that which",
    "W": "what why how when where who",
    "O": "one two three four five six seven eight nine ten eleven twelve thirteen fifteen twenty thirty forty fifty",
    "T": """zero one two three four five six seven eight nine ten nineteen seventy eighty ninety hundred thousand
        million first second third fourth fifth percent half quarter""",
    "G": """Anna Arthur Beth Charlie Diane Edward Fiona George Heather Ian Julia Kevin Laura Matthew Nora Oliver Peter
        Quentin Rachel Sasha Theodore Ursula Victor Walter Xavier Yvonne Zoe Joyce Judith Eugene Jonathan Keith Ruth
        Shaw Chicago Boston London Georgia Virginia Ohio Asia Europe Africa Hawaii Yukon Zurich""",
}
"""Lists of words by their kind; a pattern names kinds by these letters."""

_PATTERNS = """
H D X N J X A N.
X N J X N D R, C H D M.
H U V X A N, C X P D J M.
F, H D R J X N.
F, F, H U V M.
G D X N J X N J G.
W D H V X N?
W U H V X A P?
R, X A N D X N J X N.
O P D J X N, C O P D J X N.
X N D T T P.
H D M R, F, C H D M R.
C X N J X N D X N, H U R V X Z.
X Z J G D X A Z.
G Z D M J X N J T Z.
F, X A A N, X A N, C X Z.
R R, H D X N, F, J X N.
H U V, C H U V, C H U V J X P.
T T T, T T T.
X P J X P D R A C R A.
G, G, C G D R J X N.
H V, F, H V X N of X N of P.
there was X A N J X N, C H D M.
Z Z Z, Z C Z.
A A P V A P R.
F.
F, F.
H D M.
V M R.
X N, F, X N.
it's X A N, isn't it?
you know, H U V M, you know what I mean.
I think that's R A, F, R A.
I was gonna say, X N is kind of A.
""".strip().split("\n")

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@cache
def _rare() -> list[str]:
    """Words of the dictionary that are plain letters, no name of a letter, not too long."""
    import pocketsphinx

    path = Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict"))
    words = (line.split(" ", 1)[0] for line in path.read_text(encoding="utf-8").splitlines())
    return [word for word in words if re.fullmatch("[a-z]{4,12}", word)]


def _fill(pattern: str, rng: np.random.Generator) -> str:
    def word(match: re.Match[str]) -> str:
        kind = match[0]
        words: Sequence[str] = _rare() if kind == "Z" else _WORDS[kind].split()
        return words[int(rng.integers(len(words)))]

    text = re.sub(r"\b[A-Z]\b(?!')", lambda m: m[0] if m[0] == "I" else word(m), pattern)
    return text[0].upper() + text[1:]


def _spelled(rng: np.random.Generator) -> str:
    letters = [_LETTERS[k] for k in rng.integers(0, 26, int(rng.integers(2, 7)))]
    return f"It is written {', '.join(letters)}."


def sentences(count: int, rng: np.random.Generator) -> list[str]:
    """As many sentences, each from a pattern drawn at random; one in thirty spells letters."""
    drawn = rng.integers(0, len(_PATTERNS), count)
    return [_spelled(rng) if rng.random() < 1 / 30 else _fill(_PATTERNS[k], rng) for k in drawn]
