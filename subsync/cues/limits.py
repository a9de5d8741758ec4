"""What a cue may hold and how long it stands; profiles of several houses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from subsync.datatypes import Lang, Ms


@dataclass(frozen=True, slots=True)
class CueOptions:
    """What a cue may hold and how long it stands. The defaults are Netflix's timed text style guides.

    Pages: 217350977 (English), 215986007 (Simplified Chinese), 215758617 (general), 360051554394 (timing).
    """

    en_columns: int = 42
    """Characters of a line."""
    zh_columns: int = 16
    """Columns of a line: a full-width character is 1, a half-width one 0.5."""
    lines: int = 2
    """Of each language."""
    en_cps: float = 20.0
    """Characters per second, spaces and punctuation included."""
    zh_cps: float = 9.0
    """Columns per second."""
    min_duration: Ms = 833
    """Five sixths of a second: 20 frames at 24 frames per second."""
    max_duration: Ms = 7000
    linger: Ms = 500
    """How long a cue may stay after its last word."""
    pause: Ms = 500
    """The shortest gap that is left open; cues that are nearer follow one another at ``gap``."""
    frames_between: int = 2
    frame_rate: float = 24.0
    speakers: Literal["off", "dash", "name"] = "dash"
    """Of a note with labels: two short turns may share a cue, with a dash each; or each turn begins with the name."""
    chinese_display: bool = True
    """Show Chinese as subtitles do: a space for 。， and ；, none of them at the end of a line, full-width quotes."""

    @property
    def gap(self) -> Ms:
        """What stays between two cues that follow one another: 83 ms at 24 frames per second."""
        return round(self.frames_between * 1000 / self.frame_rate)

    def cps(self, lang: Lang) -> float:
        """Reading speed of a language."""
        return self.en_cps if lang == "en" else self.zh_cps


PROFILES = {
    "netflix": CueOptions(),
    # BBC subtitle guidelines 1.2.3: 37 characters, 160 to 180 words a minute (3 words of 5.7 characters a second), a
    # gap of a second or none. They say nothing about Chinese.
    "bbc": CueOptions(en_columns=37, en_cps=17.0, pause=1000),
    # TED's and IWSLT's subtitling rules: 21 characters a second.
    "ted": CueOptions(en_cps=21.0),
    # Upright telephones: 20 Latin characters, as KrillinAI sets its vertical subtitles, which is as wide as 10 Han.
    "vertical": CueOptions(en_columns=20, zh_columns=10),
}
