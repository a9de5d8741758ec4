"""A note and its recording -> when each word is said, and which are not: three questions, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subsync.align.between import between
from subsync.align.quiet import quiet
from subsync.align.remarks import sentence_words
from subsync.align.scene import Scene
from subsync.align.unwritten import unwritten
from subsync.align.when import when
from subsync.align.where import where
from subsync.align.whether import believed, whether
from subsync.datatypes import Alignment
from subsync.text.tokens import forget

if TYPE_CHECKING:
    from subsync.align.quiet import Quiet
    from subsync.align.when import Acoustics
    from subsync.datatypes import Note, Transcript
    from subsync.listen import Listener
    from subsync.sound import Recording


def align(
    note: Note,
    transcript: Transcript,
    *,
    recording: Recording,
    acoustics: Acoustics,
    listener: Listener | None = None,
    silence: Quiet | None = None,
) -> Alignment:
    """Time the note's English words.

    Args:
        note: What was said, in order, and perhaps more or less.
        transcript: What a recogniser heard.
        recording: The sound.
        acoustics: What times words by their sound.
        listener: Recognises open gaps again.
        silence: Where the recording is quiet, if that is known.

    Returns:
        Every sentence of the note; the Chinese ones have no times here. What a reader should know is in ``remarks``.
    """
    words = tuple(w.text for w in note.words)
    ranges = sentence_words(note)
    scene = Scene(recording, silence or quiet(recording.blocks()), transcript.words)
    placed = where(note, scene, listener)
    forget()  # from here on no text is compared
    said = believed(when(words, placed, scene, acoustics), ranges)
    timings = list(between(words, said, ranges, scene.silence))
    outside = unwritten(timings, transcript.speech, transcript.duration, scene.silence)
    return Alignment(whether(note, ranges, timings), tuple(outside), placed.remarks)
