"""The door to the three listeners: a site's captions, all of the sound, or as little of it as explains the note."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from subsync.datatypes import Transcript
from subsync.listen.sparse import sparse_transcript

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import ListenerName, RecognizedWord
    from subsync.listen.interface import Progress
    from subsync.listen.recognizer import WhisperRecognizer
    from subsync.listen.sparse import Guess
    from subsync.sound import Recording
    from subsync.store import Journal


@dataclass(frozen=True, slots=True)
class Means:
    """What the listeners listen with."""

    recognizer: WhisperRecognizer
    """For ``full`` and ``sparse``; its model is loaded when it is needed."""
    guess: Guess
    """For ``sparse``: lays words over sound."""
    captions: Sequence[RecognizedWord] = ()
    """For ``captions``: what they say, ascending."""
    journal: Journal | None = None
    """Keeps what was recognised so far."""


def transcribe(
    words: Sequence[str],
    recording: Recording,
    *,
    by: ListenerName,
    means: Means,
    progress: Progress | None = None,
) -> Transcript:
    """What is said in a recording, with rough times.

    Args:
        words: Of the note, in its order; only ``sparse`` uses them.
        recording: What may hold them.
        by: The listener.
        means: What it listens with.
        progress: Told the ms done and the ms there are.

    Raises:
        ModelError: the recogniser's model cannot be loaded.
    """
    if by == "captions":
        return Transcript(by, recording.duration, tuple(means.captions), recording.speech)
    if by == "full":
        return means.recognizer(recording, journal=means.journal, progress=progress)
    hear = partial(means.recognizer.hear, recording, journal=means.journal)
    return sparse_transcript(words, recording, hear=hear, guess=means.guess, progress=progress)
