"""A file of sound -> 16 kHz mono samples on disk, where there is speech in them, and what an acoustic model sees.

Decoding, speech and cepstra are one pass: each block is looked at while the next is decoded.
"""

from subsync.sound.container import opened, packets, probe_picture
from subsync.sound.decoder import DecodeOptions, decode, is_uneven, probe
from subsync.sound.pcm import RATE, Samples, levels
from subsync.sound.recording import Recording, is_kept
from subsync.sound.speech import SpeechOptions, pauses, speech_spans, windows

__all__ = [
    "RATE",
    "DecodeOptions",
    "Recording",
    "Samples",
    "SpeechOptions",
    "decode",
    "is_kept",
    "is_uneven",
    "levels",
    "opened",
    "packets",
    "pauses",
    "probe",
    "probe_picture",
    "speech_spans",
    "windows",
]
