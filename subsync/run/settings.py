"""What a user can choose, flat: one name for each choice, on the command line, in a file, in a note.

The stages keep their own options with their own defaults; here a profile, a style and a few switches become those.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from subsync.anchors import AnchorOptions
from subsync.cues import CueOptions
from subsync.formats import FormatOptions, VttOptions
from subsync.pipeline import SyncOptions


@dataclass(frozen=True, slots=True)
class Settings:
    """A user's choices about one note."""

    model: str | None = None
    """Name or folder of Whisper weights; ``None`` for the best at hand."""
    recognition: Literal["sparse", "full"] = "sparse"
    """Recognise as little of the recording as it takes to find the note, or all of it."""
    profile: Literal["netflix", "bbc", "ted", "vertical"] = "netflix"
    """Whose limits the cues keep."""
    top: Literal["en", "zh"] = "en"
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
    hosts: tuple[str, ...] = ()
    """If any: fetch only from these hosts and those below them."""
    extractors: tuple[str, ...] = ("default",)
    """Names of yt-dlp's extractors that may be used; ``default`` stands for those that `FetchOptions` names."""
    cookies: str | None = None
    """A cookies.txt to fetch with; it is copied, never written to."""
    captions: Literal["auto", "only", "never"] = "auto"
    """Take a site's own captions for the recognised words: where they suffice, in any case, or not at all."""
    max_hours: int = 12
    """Longest recording that is fetched."""
    max_mb: int = 2048
    """Largest file that is fetched, in MB of 1024 * 1024 bytes."""

    @property
    def of_result(self) -> dict[str, Any]:
        """The choices that a result depends on, as JSON: not what may be fetched from where."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if name not in FETCHING
        }

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


FETCHING = frozenset({"allow_private", "hosts", "extractors", "cookies", "max_hours", "max_mb"})
"""What may be fetched, and how."""

OWN = FETCHING | {"model"}
"""What a user alone decides, on the command line, in the environment, in their own file: what is fetched and loaded.
Whoever wrote a note, or a settings file beside it, does not."""
