"""What a user can choose, flat: one name for each choice, on the command line, in a file, in a note.

The stages keep their own options with their own defaults; here a profile, a style and a few switches become those.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from subsync.anchors import AnchorOptions
from subsync.formats import FormatOptions, VttOptions
from subsync.layout import CueOptions
from subsync.pipeline import SyncOptions

if TYPE_CHECKING:
    from subsync.formats.text import Top


@dataclass(frozen=True, slots=True)
class Settings:
    """A user's choices about one note."""

    model: str | None = None
    """Name or folder of Whisper weights; ``None`` for the best at hand."""
    recognition: Literal["sparse", "full"] = "sparse"
    """Recognise as little of the recording as it takes to find the note, or all of it."""
    profile: Literal["netflix", "bbc", "ted", "vertical"] = "netflix"
    """Whose limits the cues keep."""
    top: Top = "en"
    """The language of the upper lines of a bilingual cue."""
    chinese_display: bool = True
    """Show Chinese as subtitles do: spaces for 。 and ，."""
    styled_vtt: bool = False
    """``<lang>`` spans, positions and a STYLE block in WebVTT."""
    also: tuple[str, ...] = ()
    """Suffixes of further files: ``en-zh.ass``, ``chapters.xml``."""
    embed: bool = False
    """Write a copy of the sound with the chapters in it."""
    link_style: str = "youtube"
    """How a link names a moment: a style or a template."""
    lead: int = 0
    """Seconds that a link starts earlier."""
    paragraphs: bool = False
    """Paragraphs have anchors too."""
    embeddings: bool = False
    """Pair the languages with a sentence encoder too."""
    allow_private: bool = False
    """Fetch from addresses of this machine and its network too."""

    @property
    def stages(self) -> SyncOptions:
        """What the stages of the pipeline take.

        Raises:
            UsageError: the link style is neither a name nor a template.
        """
        cues = replace(CueOptions.profile(self.profile), chinese_display=self.chinese_display)
        return SyncOptions(cues, AnchorOptions(self.link_style, self.lead, self.paragraphs), self.embeddings)

    @property
    def formats(self) -> FormatOptions:
        """What the writers take."""
        return FormatOptions(self.top, VttOptions(self.styled_vtt), self.also)
