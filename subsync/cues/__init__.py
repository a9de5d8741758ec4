"""Timed words and their translation -> cues that can be read.

``spoken`` gathers what is shown, ``search`` cuts it, ``clock`` says when cues come and go, ``stage`` does all three.
"""

from subsync.cues.clock import Speech, set_times
from subsync.cues.stage import cut
from subsync.layout import CueOptions

__all__ = ["CueOptions", "Speech", "cut", "set_times"]
