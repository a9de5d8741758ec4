"""What leaves by the front door: a result -> the text of each file.

A new format is one module with a function from data to ``str``, one line in ``FORMATS`` or ``OPTIONAL`` and, in the
tests, a round trip through a reader that somebody else wrote. What handles sound and picture is loaded when it is
asked for: a run that has nothing to do need not wait for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import partial
from typing import IO, TYPE_CHECKING

from subsync.errors import UsageError
from subsync.formats.anchors import anchors_json, anchors_md
from subsync.formats.ass import ass
from subsync.formats.chapters import chapters, chapters_ffmeta, chapters_json, chapters_txt, chapters_vtt, chapters_xml
from subsync.formats.karaoke import karaoke_ass, karaoke_vtt
from subsync.formats.lrc import karaoke_lrc, lrc
from subsync.formats.media.cards import CardOptions
from subsync.formats.srt import read_srt, srt
from subsync.formats.sync_json import SavedSync, read_sync, sync_json
from subsync.formats.transcripts import bcc_json, textgrid, transcript_json, transcript_vtt, tsv
from subsync.formats.vtt import read_vtt, vtt
from subsync.store import stem_of
from subsync.text.variants import chinese_tag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from subsync.datatypes import Cue, SyncResult
    from subsync.formats.text import Top

__all__ = [
    "FORMATS",
    "OPTIONAL",
    "Format",
    "FormatOptions",
    "SavedSync",
    "all_files",
    "media_files",
    "read_cues",
    "read_sync",
]


@dataclass(frozen=True, slots=True)
class Format:
    """A file that is written when asked for."""

    about: str
    """What it is, for the help text."""
    text: Callable[[SyncResult, FormatOptions], str] | None = None
    """Its writer, of a text …"""
    into: Callable[[SyncResult, FormatOptions, IO[bytes]], None] | None = None
    """… or of bytes, into a file that can be read and sought. One of the two is there."""
    brings: tuple[str, ...] = ()
    """Suffixes of what comes with it."""


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """How files are written."""

    top: Top = "en"
    """The language of the upper lines of a bilingual cue, as in the file's name."""
    styled: bool = False
    """Whether WebVTT has what only some players understand."""
    also: tuple[str, ...] = ()
    """Suffixes of ``OPTIONAL`` that are wanted too."""
    name_like: str | None = None
    """Name of a video; the subtitles are written once more under names that players find beside it."""
    picture: Path | None = None
    """A video for ``mkv`` and ``burned.mp4``, where the recording has no picture."""
    cards: CardOptions = field(default_factory=CardOptions)
    stem: str = "note"
    """What the files are called, in front of their suffixes; ``all_files`` and ``media_files`` set it."""

    @property
    def wants_picture(self) -> bool:
        """Whether a format is asked for that shows the recording."""
        return bool({"mkv", "burned.mp4"} & set(self.also))

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
    "en.vtt": lambda r, o: vtt(r.tracks.en, styled=o.styled),
    "zh.vtt": lambda r, o: vtt(r.tracks.zh, styled=o.styled),
    "en-zh.vtt": lambda r, o: vtt(r.tracks.both, o.top, styled=o.styled),
    "anchors.json": lambda r, _: anchors_json(r.anchors),
    "anchors.md": lambda r, _: anchors_md(r.anchors),
    "chapters.vtt": lambda r, _: chapters_vtt(chapters(r.anchors, r.media.duration)),
    "chapters.txt": lambda r, _: chapters_txt(chapters(r.anchors, r.media.duration)),
    "chapters.json": lambda r, _: chapters_json(chapters(r.anchors, r.media.duration)),
    "chapters.ffmeta": lambda r, _: chapters_ffmeta(chapters(r.anchors, r.media.duration)),
    "sync.json": lambda r, _: sync_json(r),
}
"""Suffix of the file -> its writer; these are always written."""


def _condensed(write: Callable[[SyncResult, FormatOptions], str]) -> Callable[[SyncResult, FormatOptions], str]:
    """A writer of a result -> the same on the clock of its condensed sound."""

    def written(result: SyncResult, options: FormatOptions) -> str:
        from subsync.formats.media.condense import condensed

        return write(condensed(result, f"{options.stem}.condensed.m4a"), options)

    return written


def _condensed_map(result: SyncResult, _: FormatOptions) -> str:
    from subsync.formats.media.condense import map_json

    return map_json(result)


def _condensed_sound(result: SyncResult, _: FormatOptions, file: IO[bytes]) -> None:
    from subsync.formats.media.condense import condensed_sound

    condensed_sound(result, file)


def _apkg(result: SyncResult, options: FormatOptions, file: IO[bytes]) -> None:
    from subsync.formats.media.apkg import apkg

    apkg(result, options.cards, file)


def _epub(result: SyncResult, _: FormatOptions, file: IO[bytes]) -> None:
    from subsync.formats.media.epub import epub

    epub(result, file)


def _mkv(result: SyncResult, options: FormatOptions, file: IO[bytes]) -> None:
    from subsync.formats.media.video import mkv

    mkv(result, options.top, options.picture, file)


def _burned(result: SyncResult, options: FormatOptions, file: IO[bytes]) -> None:
    from subsync.formats.media.video import burned

    burned(result, options.top, options.picture, file)


_OF_CONDENSED: dict[str, Format] = {
    "condensed.en.srt": Format("its subtitles, English", _condensed(FORMATS["en.srt"])),
    "condensed.zh.srt": Format("its subtitles, Chinese", _condensed(FORMATS["zh.srt"])),
    "condensed.en-zh.srt": Format("its subtitles, both languages", _condensed(FORMATS["en-zh.srt"])),
    "condensed.lrc": Format("its lyrics", _condensed(lambda r, o: lrc(r, o.top))),
    "condensed.anchors.md": Format("its sections with links into it", _condensed(FORMATS["anchors.md"])),
    "condensed.map.json": Format("which stretches of the recording it has, and where", _condensed_map),
}

OPTIONAL: dict[str, Format] = {
    "en-zh.ass": Format("subtitles with a style for each language", lambda r, o: ass(r.tracks.both, o.top)),
    "karaoke.ass": Format("the same; words fill with colour as they are said", lambda r, o: karaoke_ass(r, o.top)),
    "karaoke.vtt": Format("WebVTT with a stamp for each word", lambda r, o: karaoke_vtt(r, o.top)),
    "lrc": Format("lyrics for music players, both languages", lambda r, o: lrc(r, o.top)),
    "karaoke.lrc": Format("the same with a time for each word", lambda r, o: karaoke_lrc(r, o.top)),
    "transcript.json": Format("transcript for podcast apps (Podcasting 2.0)", lambda r, _: transcript_json(r, "en")),
    "zh.transcript.json": Format("the Chinese one", lambda r, _: transcript_json(r, "zh")),
    "transcript.vtt": Format("WebVTT that names the speakers", lambda r, _: transcript_vtt(r, "en")),
    "zh.transcript.vtt": Format("the Chinese one", lambda r, _: transcript_vtt(r, "zh")),
    "en-zh.bcc.json": Format("subtitles for Bilibili, both languages", lambda r, o: bcc_json(r.tracks.both, o.top)),
    "en.bcc.json": Format("English ones", lambda r, o: bcc_json(r.tracks.en, o.top)),
    "zh.bcc.json": Format("Chinese ones", lambda r, o: bcc_json(r.tracks.zh, o.top)),
    "apkg": Format(
        "an Anki deck: a card with its sound for each sentence that is sure and takes 1 to 15 s (--cards)", into=_apkg
    ),
    "epub": Format("a book in both languages that reads itself aloud (EPUB 3)", into=_epub),
    "mkv": Format("picture, sound, three subtitle tracks and chapters in one file (--video)", into=_mkv),
    "burned.mp4": Format("the video with the subtitles drawn in, by ffmpeg (--burn)", into=_burned),
    "condensed.m4a": Format(
        "the sound without what the note does not have and without long pauses; the next six come with it",
        into=_condensed_sound,
        brings=tuple(_OF_CONDENSED),
    ),
    **_OF_CONDENSED,
    "TextGrid": Format("words and sentences for Praat", lambda r, _: textgrid(r)),
    "tsv": Format("a table of all sentences", lambda r, _: tsv(r)),
    "chapters.xml": Format("chapters for mkvmerge", lambda r, _: chapters_xml(chapters(r.anchors, r.media.duration))),
}
"""Suffix of a file that is written when asked for -> what it is and its writer. `--also` takes these."""


def all_files(result: SyncResult, stem: str, options: FormatOptions | None = None) -> dict[str, str]:
    """Name -> text of every file of a result."""
    options = replace(options or FormatOptions(), stem=stem)
    wanted = FORMATS | {suffix: write for suffix in _also(options) if (write := OPTIONAL[suffix].text)}
    files = {f"{stem}.{suffix}": write(result, options) for suffix, write in wanted.items()}
    return files | (_named_like(options.name_like, files, stem, result) if options.name_like else {})


def media_files(result: SyncResult, stem: str, options: FormatOptions) -> dict[str, Callable[[IO[bytes]], None]]:
    """Name -> writer of every file that holds sound, picture or an archive; they read the recording."""
    options = replace(options, stem=stem)
    writers = {suffix: write for suffix in _also(options) if (write := OPTIONAL[suffix].into)}
    return {f"{stem}.{suffix}": partial(write, result, options) for suffix, write in writers.items()}


def _also(options: FormatOptions) -> tuple[str, ...]:
    """The suffixes that are wanted, and those that come with them, each once."""
    return tuple(dict.fromkeys(suffix for name in options.also for suffix in (name, *OPTIONAL[name].brings)))


def _named_like(video: str, files: Mapping[str, str], stem: str, result: SyncResult) -> dict[str, str]:
    """The three SubRip files under the names by which Jellyfin, Plex and mpv find them beside a video.

    They read what stands between the video's name and the suffix as a language tag (BCP 47); `mul` is ISO 639-2 for
    several languages: `en-zh` would be the English of a region ZH.
    """
    chinese = "".join(s.text for s in result.note.sentences if s.lang == "zh")
    tags = {"en": "en", "zh": chinese_tag(chinese), "en-zh": "mul"}
    name = re.sub(r"\.\w{1,5}$", "", re.split(r"[/\\]", video)[-1])
    return {f"{stem_of(name)}.{tag}.srt": files[f"{stem}.{lang}.srt"] for lang, tag in tags.items()}


def read_cues(text: str, *, path: str = "subtitles") -> tuple[Cue, ...]:
    """The cues of a SubRip or WebVTT file that anybody made; which of the two it is, its first word says.

    Raises:
        SubsyncError: It is neither, or has times that cannot be read.
    """
    return (read_vtt if text.removeprefix("\ufeff").startswith("WEBVTT") else read_srt)(text, path=path)
