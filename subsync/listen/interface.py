"""What recognition takes and gives, and the parts of it that can be exchanged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from subsync.datatypes import Ms, RecognizedWord
    from subsync.sound import Samples

LANGUAGE = "en"
"""What is listened to: the language of the notes. A model for English alone hears nothing else."""

JSON: TypeAlias = Any
"""What `json.loads` gives."""

Progress: TypeAlias = "Callable[[Ms, Ms], None]"
"""Told the ms done and the ms there are."""


class Listener(Protocol):
    """Recognises a short stretch anew, knowing what it may hold."""

    def listen(self, samples: Samples, *, hint: str = "") -> tuple[RecognizedWord, ...]: ...  # noqa: D102


WINDOW: Ms = 15_000
"""Longest window. On 10 min of podcast with room and noise (tiny.en, batches of 8, greedy, nothing heard again) 30, 20
and 15 s found 80.5, 87.5 and 85.8 % of the words in 18.8, 14.2 and 11.9 s: in a long window Whisper more often ends its
text at a pause."""


@dataclass(frozen=True, slots=True)
class RecognizeOptions:
    """How Whisper listens."""

    window: Ms = WINDOW
    group: int = 4
    """Windows that are decoded together. Eight take 120 MB more for each thread and are no faster. Two take 60 MB less;
    that is no slower with tiny.en, but takes 2 s more for an hour with base, whose weights are read twice as often."""
    threads: int = 1
    """Groups that are decoded at the same time, a thread each: small models gain little from several threads for one
    group (an hour of talk, 2 cores, tiny.en: 45 s with two threads for each group, 31 s with two groups at a time)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the decoder made of one window; times from the window's start."""

    words: tuple[RecognizedWord, ...]
    logprob: float
    """Mean over its tokens."""
    repetition: float
    """How many times smaller its text gets by compression."""


class Decoder(Protocol):
    """Whisper itself."""

    def decode(self, windows: Sequence[Samples], *, beam: int, hint: str = "") -> list[Heard]: ...  # noqa: D102
    def align(self, samples: Samples, words: Sequence[str]) -> tuple[RecognizedWord, ...]: ...  # noqa: D102
    def encode(self, samples: Samples) -> Samples: ...  # noqa: D102
