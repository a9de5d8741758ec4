"""Note words against recognised words -> where each stretch of the note is, and what is missing on either side.

``chain`` finds anchors that are unambiguous on both sides, ``affine`` aligns what lies between them, ``stage`` decides
which of it to believe.
"""

from subsync.locate.affine import Pair, Rectangle, remembering
from subsync.locate.stage import PER_WORD, PIN_SLACK, Gap, Located, Location, Place, locate

__all__ = [
    "PER_WORD",
    "PIN_SLACK",
    "Gap",
    "Located",
    "Location",
    "Pair",
    "Place",
    "Rectangle",
    "locate",
    "remembering",
]
