"""Where (``subsync.locate``) and when (``subsync.phones``), in order -> Alignment.

``search`` looks for the note's words and listens again where they are missing, ``quiet`` knows the pauses, ``windows``
cuts at them, ``remarks`` says what a reader should know, ``stage`` does all of it.
"""

from subsync.align.stage import Acoustics, Aligner, AlignOptions, Forced, ForcedWord, align

__all__ = ["Acoustics", "AlignOptions", "Aligner", "Forced", "ForcedWord", "align"]
