"""What a user can choose, flat: one name for each choice, on the command line, in a file, in a note.

This class is the only place that says what there is, what it means and what holds unless another value is given: the
command's options, its help and the settings files are made from its fields. It imports nothing heavy, so that the
command's help is there at once; what the stages take is made of it when it is needed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_type_hints

from subsync.anchors import STYLES, AnchorOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from subsync.fetch import FetchOptions
    from subsync.formats import FormatOptions
    from subsync.pipeline import SyncOptions

HEARING, CUES, LINKS, FETCHING = "What is heard", "Subtitles and files", "Links and anchors", "What may be fetched"
"""Groups of choices."""


def choice(default: Any, group: str, text: str, *, metavar: str = "", off: str = "", least: int = 0) -> Any:
    """A field of ``Settings``.

    Args:
        default: What holds unless another value is given.
        group: Under which heading the help has it.
        text: What it means; ``{default}`` stands for the default.
        metavar: What stands for its value.
        off: The option that switches it off, where that is not ``--no-NAME``.
        least: The smallest number.
    """
    meaning = text.replace("{default}", ",".join(default) if isinstance(default, tuple) else str(default))
    return field(
        default=default, metadata={"group": group, "help": meaning, "metavar": metavar, "off": off, "least": least}
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """A user's choices about one note."""

    model: str | None = choice(
        None,
        HEARING,
        "Whisper weights. Default: base.en if they can be had, else the embedded tiny.en.",
        metavar="NAME|FOLDER",
    )
    source_keys: tuple[str, ...] = choice(
        (),
        HEARING,
        "What names the recording in front matter that has no `source`: url, link, audio, media, video …; may be given "
        "several times.",
        metavar="KEY",
    )
    recognition: Literal["sparse", "full"] = choice(
        "sparse",
        HEARING,
        "Recognise as little of the recording as it takes to find the note (sparse), or all of it; {default} unless "
        "given.",
    )
    captions: Literal["auto", "only", "never"] = choice(
        "auto",
        HEARING,
        "Use a site's automatic captions instead of recognising: where they suffice (auto), always, never; {default} "
        "unless given.",
    )
    profile: Literal["netflix", "bbc", "ted", "vertical"] = choice(
        "netflix", CUES, "Whose limits the cues keep; {default} unless given."
    )
    top: Literal["en", "zh"] = choice(
        "en", CUES, "The language of the upper lines of a bilingual cue; {default} unless given."
    )
    speakers: Literal["off", "dash", "name"] = choice(
        "dash",
        CUES,
        "Of a note with speakers' names: let two short turns share a cue with a dash each (dash), begin each turn with "
        "the name (name), or neither (off); {default} unless given.",
    )
    chinese_display: bool = choice(
        True,  # noqa: FBT003 - a default
        CUES,
        "Show Chinese as subtitles do (a space for 。 and ，, the default), or with all its punctuation.",
        off="chinese-as-written",
    )
    styled_vtt: bool = choice(False, CUES, "WebVTT with <lang> spans and styles.")  # noqa: FBT003
    also: tuple[str, ...] = choice(
        (),
        CUES,
        "Write this format too; may be given several times. `subsync formats` lists them.",
        metavar="SUFFIX",
    )
    name_like: str | None = choice(
        None,
        CUES,
        "Write the subtitles once more, named as Jellyfin, Plex and mpv want them beside VIDEO.",
        metavar="VIDEO",
    )
    video: bool = choice(False, CUES, "Write a Matroska file with the picture, subtitles and chapters.")  # noqa: FBT003
    burn: bool = choice(False, CUES, "Write an MP4 with the subtitles drawn in, by an ffmpeg with libass.")  # noqa: FBT003
    picture: str | None = choice(
        None, CUES, "The video for --video and --burn, where the recording is sound alone.", metavar="FILE"
    )
    cards: str = choice(
        "all",
        CUES,
        "Which sentences get Anki cards: all that are sure, take 1 to 15 s and come for the first time (all), those of "
        "them that are surest (a number), or those you starred, whatever they are (starred); {default} unless given.",
        metavar="WHICH",
    )
    card_types: tuple[str, ...] = choice(
        ("listening", "reading"), CUES, "listening, reading, cloze; {default} unless given.", metavar="TYPE"
    )
    chaptered_sound: bool = choice(False, CUES, "Write a copy of the sound with the chapters in it too.")  # noqa: FBT003
    link_style: str = choice(
        "youtube",
        LINKS,
        f"{', '.join(STYLES)}, or a template with "
        "{url} {id} {seconds} {ms} {time} {and}; {default} unless given.",
        metavar="STYLE|TEMPLATE",
    )
    lead: int = choice(0, LINKS, "Let links start so many seconds earlier.", metavar="SECONDS")
    paragraphs: bool = choice(False, LINKS, "Anchors for paragraphs too.")  # noqa: FBT003
    allow_private: bool = choice(False, FETCHING, "Fetch from this machine and its network too.")  # noqa: FBT003
    hosts: tuple[str, ...] = choice(
        (),
        FETCHING,
        "Fetch from this host and those below it alone (a YouTube video needs youtube.com and googlevideo.com).",
        metavar="HOST",
    )
    extractors: tuple[str, ...] = choice(
        ("default",),
        FETCHING,
        "Extractors of yt-dlp that may be used; `default` stands for YouTube, Bilibili, podcasts, plain files ….",
        metavar="NAME",
    )
    video_height: int = choice(
        720, FETCHING, "Lines of the picture that --video and --burn fetch, at most; {default} unless given.", least=1
    )
    cookies: str | None = choice(None, FETCHING, "A cookies.txt to fetch with; it is never written to.", metavar="FILE")
    max_hours: int = choice(12, FETCHING, "Longest recording to fetch; {default} unless given.", least=1)
    max_mb: int = choice(
        2048, FETCHING, "Largest file to fetch, in MB of 1024 * 1024 bytes; {default} unless given.", least=1
    )

    @property
    def of_result(self) -> dict[str, Any]:
        """The choices that a result depends on, as JSON: not what may be fetched from where."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if group_of(name) != FETCHING
        }

    @property
    def anchors(self) -> AnchorOptions:
        """Which anchors there are and how they link.

        Raises:
            UsageError: the link style is neither a name nor a template.
        """
        return AnchorOptions(self.link_style, self.lead, self.paragraphs)

    @property
    def stages(self) -> SyncOptions:
        """What the stages of the pipeline take.

        Raises:
            UsageError: as ``anchors``.
        """
        from subsync.cues import PROFILES
        from subsync.pipeline import SyncOptions

        cues = replace(PROFILES[self.profile], chinese_display=self.chinese_display, speakers=self.speakers)
        return SyncOptions(cues, self.anchors)

    @property
    def formats(self) -> FormatOptions:
        """What the writers take."""
        from subsync.formats import FormatOptions
        from subsync.formats.media.cards import CardOptions

        video = (*(["mkv"] if self.video else []), *(["burned.mp4"] if self.burn else []))
        return FormatOptions(
            self.top,
            self.styled_vtt,
            (*self.also, *video),
            self.name_like,
            Path(self.picture).expanduser() if self.picture else None,
            CardOptions(self.cards, self.card_types),
        )

    @property
    def fetching(self) -> FetchOptions:
        """What may be fetched, and how."""
        from subsync.fetch import FetchOptions

        return FetchOptions(
            extractors=self.extractors,
            hosts=self.hosts,
            allow_private=self.allow_private,
            cookies=Path(self.cookies).expanduser() if self.cookies else None,
            captions=self.captions != "never",
            max_bytes=self.max_mb * 1024**2,
            max_duration=self.max_hours * 3_600_000,
        )


@cache
def types() -> Mapping[str, Any]:
    """The type of each choice, in their order."""
    hints = get_type_hints(Settings)
    return {name: hints[name] for name in Settings.__dataclass_fields__}


def group_of(name: str) -> str:
    """The heading under which a choice stands."""
    group: str = Settings.__dataclass_fields__[name].metadata["group"]
    return group


OWN = frozenset({"model", "picture", *(name for name in Settings.__dataclass_fields__ if group_of(name) == FETCHING)})
"""What a user alone decides, on the command line, in the environment, in their own file: what is fetched and loaded.
Whoever wrote a note, or a settings file beside it, does not."""
