"""Where, when, whether: a note's words in its recording -> Alignment.

``where`` finds the words in what was heard, ``when`` lays them over the sound, ``whether`` says what is believed.
"""

from subsync.align.stage import align
from subsync.align.when import Acoustics

__all__ = ["Acoustics", "align"]
