"""Where a line of either language may break, how lines are filled, and the limits that they keep.

``english`` and ``chinese`` turn text into a :class:`Flow`, pieces with the cost of a break after each; a flow folds
itself into lines; ``limits`` has the options and the profiles.
"""

from subsync.layout.chinese import chinese, curl_quotes, show_chinese
from subsync.layout.english import english, english_break
from subsync.layout.flow import FOREIGN, GLUED, Flow, join, split_hard
from subsync.layout.limits import PROFILES, CueOptions

__all__ = [
    "FOREIGN",
    "GLUED",
    "PROFILES",
    "CueOptions",
    "Flow",
    "chinese",
    "curl_quotes",
    "english",
    "english_break",
    "join",
    "show_chinese",
    "split_hard",
]
