"""Transcribe a recording with faster-whisper alone, in a process of its own: what ``speed.py`` compares with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from faster_whisper import decode_audio
from otherwise import transcribe

from subsync.listen.models import find_model

audio, model, mode = sys.argv[1:4]
heard = transcribe(
    decode_audio(str(Path(audio).resolve())),
    find_model(model),
    batched=mode == "batched",
    threads=min(os.cpu_count() or 1, 4),
)
print(f"{len(heard)} words")
