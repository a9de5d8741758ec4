"""A recording -> its words with rough times, by one of three listeners; two of them recognise with Whisper.

Windows of 15 s are decoded in fixed groups, and each group's words go into a journal as they come: a run that was
killed continues there and ends with the same words. Where a window holds speech but no words (Whisper likes to end
its text at a long pause), or the same words over and over, that stretch is recognised again in another way.

``Means`` and ``transcribe`` are loaded when they are first asked for: whoever looks up what was heard before need not
wait for numpy.
"""

from typing import TYPE_CHECKING

from subsync.listen.captions import captions_suffice, words_of_json3
from subsync.listen.interface import (
    JSON,
    Decoder,
    Heard,
    Listener,
    Progress,
    RecognizeOptions,
)
from subsync.listen.recognizer import WhisperRecognizer
from subsync.listen.saved import transcript_from_json, transcript_to_json

if TYPE_CHECKING:
    from subsync.listen.stage import Means, transcribe

__all__ = [
    "JSON",
    "Decoder",
    "Heard",
    "Listener",
    "Means",
    "Progress",
    "RecognizeOptions",
    "WhisperRecognizer",
    "captions_suffice",
    "transcribe",
    "transcript_from_json",
    "transcript_to_json",
    "words_of_json3",
]


def __getattr__(name: str) -> object:
    if name not in {"Means", "transcribe"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from subsync.listen import stage

    return getattr(stage, name)
