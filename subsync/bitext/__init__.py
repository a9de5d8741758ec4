"""English and Chinese sentences of a paragraph -> beads, and times for the Chinese.

Pairing is a log-linear model over what can be known without a language model: lengths, CC-CEDICT glosses (CC BY-SA
4.0), numbers, Latin words, the sound of names, punctuation.
"""

from subsync.bitext.model import ClauseWeights, SentenceWeights
from subsync.bitext.moves import move_chinese
from subsync.bitext.pair import PairOptions, pair
from subsync.bitext.times import carry_times

__all__ = ["ClauseWeights", "PairOptions", "SentenceWeights", "carry_times", "move_chinese", "pair"]
