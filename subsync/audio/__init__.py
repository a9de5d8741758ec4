"""A file of sound -> 16 kHz mono samples on disk, where there is speech in them, and what an acoustic model sees.

Decoding, speech and cepstra are one pass: each block is looked at while the next is decoded.
"""

from subsync.audio.decoder import DecodeOptions, decode, opened, probe
from subsync.audio.recording import RATE, Recording, Samples, levels
from subsync.audio.speech import SpeechOptions, pauses, speech_spans, windows

__all__ = [
    "RATE",
    "DecodeOptions",
    "Recording",
    "Samples",
    "SpeechOptions",
    "decode",
    "levels",
    "opened",
    "pauses",
    "probe",
    "speech_spans",
    "windows",
]
