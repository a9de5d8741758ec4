"""What words of a note are looked for in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subsync.align.quiet import Quiet
    from subsync.datatypes import SpokenWord
    from subsync.sound import Recording


@dataclass(frozen=True, slots=True)
class Scene:
    """A recording, where it is quiet, and what was heard in it."""

    recording: Recording
    silence: Quiet
    heard: tuple[SpokenWord, ...]
