"""Timed words and their translation -> cues that can be read.

``spoken`` gathers what is shown, ``search`` cuts it, ``clock`` says when cues come and go, ``stage`` does all three.
``english`` and ``chinese`` turn text into a flow, pieces with the cost of a break after each, which folds itself into
lines; ``limits`` has the options and the profiles, ``rules`` the checker of any subtitle file.
"""

from subsync.cues.clock import Speech, set_times
from subsync.cues.limits import PROFILES, CueOptions
from subsync.cues.rules import check
from subsync.cues.stage import cut, load

__all__ = ["PROFILES", "CueOptions", "Speech", "check", "cut", "load", "set_times"]
