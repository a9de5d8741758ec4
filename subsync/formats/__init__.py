"""What leaves by the front door: a result -> the text of each file.

A new format is one module with a function from data to ``str``, one line in ``FORMATS`` and, in the tests, a round
trip through a reader that somebody else wrote.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from subsync.errors import UsageError
from subsync.formats.anchors import anchors_json, anchors_md
from subsync.formats.ass import ass
from subsync.formats.chapters import chapters, chapters_ffmeta, chapters_json, chapters_txt, chapters_vtt, chapters_xml
from subsync.formats.srt import read_srt, srt
from subsync.formats.sync_json import SavedSync, read_sync, sync_json
from subsync.formats.vtt import VttOptions, read_vtt, vtt

if TYPE_CHECKING:
    from collections.abc import Callable

    from subsync.datatypes import Cue, SyncResult
    from subsync.formats.text import Top

__all__ = [
    "FORMATS",
    "OPTIONAL",
    "FormatOptions",
    "SavedSync",
    "VttOptions",
    "all_files",
    "read_cues",
    "read_sync",
]


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """How files are written."""

    top: Top = "en"
    """The language of the upper lines of a bilingual cue, as in the file's name."""
    vtt: VttOptions = field(default_factory=VttOptions)
    also: tuple[str, ...] = ()
    """Suffixes of ``OPTIONAL`` that are wanted too."""

    def __post_init__(self) -> None:
        """Refuse a format that there is not.

        Raises:
            UsageError: ``also`` asks for one.
        """
        if unknown := set(self.also) - set(OPTIONAL):
            formats = ", ".join(OPTIONAL)
            raise UsageError(f"no format {min(unknown)!r}", f"Beside those always written there are {formats}.")


FORMATS: dict[str, Callable[[SyncResult, FormatOptions], str]] = {
    "en.srt": lambda r, _: srt(r.tracks.en),
    "zh.srt": lambda r, _: srt(r.tracks.zh),
    "en-zh.srt": lambda r, o: srt(r.tracks.both, o.top),
    "en.vtt": lambda r, o: vtt(r.tracks.en, options=o.vtt),
    "zh.vtt": lambda r, o: vtt(r.tracks.zh, options=o.vtt),
    "en-zh.vtt": lambda r, o: vtt(r.tracks.both, o.top, o.vtt),
    "anchors.json": lambda r, _: anchors_json(r.anchors),
    "anchors.md": lambda r, _: anchors_md(r.anchors),
    "chapters.vtt": lambda r, _: chapters_vtt(chapters(r.anchors, r.media.duration)),
    "chapters.txt": lambda r, _: chapters_txt(chapters(r.anchors, r.media.duration)),
    "chapters.json": lambda r, _: chapters_json(chapters(r.anchors, r.media.duration)),
    "chapters.ffmeta": lambda r, _: chapters_ffmeta(chapters(r.anchors, r.media.duration)),
    "sync.json": lambda r, _: sync_json(r),
}
"""Suffix of the file -> its writer; these are always written."""

OPTIONAL: dict[str, Callable[[SyncResult, FormatOptions], str]] = {
    "chapters.xml": lambda r, _: chapters_xml(chapters(r.anchors, r.media.duration)),
    "en-zh.ass": lambda r, o: ass(r.tracks.both, o.top),
}
"""The same for those that are written when asked for."""


def all_files(result: SyncResult, stem: str, options: FormatOptions | None = None) -> dict[str, str]:
    """Name -> text of every file of a result."""
    options = options or FormatOptions()
    wanted = FORMATS | {suffix: OPTIONAL[suffix] for suffix in options.also}
    return {f"{stem}.{suffix}": write(result, options) for suffix, write in wanted.items()}


def read_cues(text: str, *, path: str = "subtitles") -> tuple[Cue, ...]:
    """The cues of a SubRip or WebVTT file that anybody made; which of the two it is, its first word says.

    Raises:
        SubsyncError: It is neither, or has times that cannot be read.
    """
    return (read_vtt if text.removeprefix("\ufeff").startswith("WEBVTT") else read_srt)(text, path=path)
