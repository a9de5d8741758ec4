"""Recordings whose truth is known: every note below a folder that has a recording and a truth beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SOUND = (".opus", ".wav", ".mp3", ".m4a", ".flac", ".webm", ".ogg")


@dataclass(frozen=True)
class Material:
    """A note, its recording, and when what is said."""

    name: str
    note: Path
    audio: Path
    truth: Path | None
    """Times of sentences, in a form that ``subsync score`` reads."""
    words: tuple[dict[str, Any], ...] = ()
    """Times of words, labelled by hand, in seconds."""


def materials(folder: Path) -> Iterator[Material]:
    """All that can be measured below a folder.

    ``NOTE.md`` with ``NOTE.opus`` and ``NOTE.truth.json``, or ``note.md`` with ``audio.*`` and ``truth.json`` or
    ``words.json``.
    """
    for note in sorted(folder.rglob("*.md")):
        stems = (note.stem, "audio")
        audio = next((p for s in stems for e in _SOUND if (p := note.with_name(s + e)).is_file()), None)
        truths = (note.with_suffix(".truth.json"), note.with_name("truth.json"))
        truth = next((p for p in truths if p.is_file()), None)
        labels = note.with_name("words.json")
        words = json.loads(labels.read_text(encoding="utf-8")) if labels.is_file() else []
        if audio and (truth or words):
            name = note.stem if note.stem != "note" else str(note.parent.relative_to(folder))
            yield Material(name, note, audio, truth, tuple(words))
