"""The data that walks through the rooms, one frozen type for each thing a stage hands to the next.

    Note --fetch--> Media --recognize--> Transcript --align--> Alignment --pair--> Beads --cut--> Tracks, Anchors

Times are whole milliseconds on the recording's clock; every range, of time or of characters, is half-open.
An unknown time is ``None``; a guessed one is marked ``interpolated``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Ms: TypeAlias = int
"""A time on the recording's clock, or a duration, in whole milliseconds."""

Lang: TypeAlias = Literal["en", "zh"]
"""``en`` is what is spoken (the reference), ``zh`` its translation."""

Status: TypeAlias = Literal["aligned", "interpolated", "absent"]
"""Found in the recording; placed between two that were found; not in the recording (has no times)."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the recording."""

    start: Ms
    end: Ms

    def __post_init__(self) -> None:
        """Refuse a stretch that ends before it starts."""
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a stretch of time: {self.start} to {self.end} ms")

    @property
    def duration(self) -> Ms:
        """Its length in ms."""
        return self.end - self.start


# --- the note ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the note as it is written: punctuation included, markup left out, no white space inside."""

    text: str
    start_char: int
    """Offset of its first character in ``Note.text``, in code points."""
    end_char: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the note.

    For English, ``text`` is its words joined by single spaces. For Chinese there are no words and ``text`` is the
    sentence without markup and line breaks. ``start_char``/``end_char`` bound its place in the note, markup included.
    """

    paragraph: int
    """Index into ``Note.paragraphs``."""
    lang: Lang
    text: str
    start_char: int
    end_char: int
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """An English paragraph and its translation, or one of them alone."""

    index: int
    section: int | None
    """Index into ``Note.sections``; ``None`` for text above the first heading."""
    line: int
    """Line of the note on which it starts, counted from 1."""
    en: tuple[int, ...]
    """Indices into ``Note.sentences``."""
    zh: tuple[int, ...]
    speaker: str | None = None
    """The label in front (``**Brad:**``), which is not spoken."""
    pin: Ms | None = None
    """A time that the writer put in front of it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the note."""

    heading: str
    """Its text without markup and without a pin."""
    level: int
    """1 to 6."""
    line: int
    """Counted from 1."""
    pin: Ms | None = None


UnreadKind: TypeAlias = Literal[
    "code block",
    "table",
    "HTML block",
    "comment",
    "callout title",
    "footnote",
    "embed",
    "field",
    "formula",
    "glossary line",
    "reference",
    "repetition",
    "pronunciation",
    "tag",
    "sound",
]


@dataclass(frozen=True, slots=True)
class Unread:
    """Text of the note that is neither spoken nor a translation, so that no file of ours has it."""

    line: int
    """Counted from 1."""
    kind: UnreadKind
    text: str


@dataclass(frozen=True)
class Note:
    """A literature note: what was said in a recording, and its translation."""

    path: str
    """As the user gave it."""
    text: str
    """The whole file as decoded (byte order mark and line endings kept)."""
    sha256: str
    """Of the file's bytes."""
    title: str | None
    source: str | None
    """URL or path of the recording, from the front matter."""
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    sentences: tuple[Sentence, ...]
    """In the order of the file, both languages."""
    unread: tuple[Unread, ...] = ()
    """In the order of the file."""

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All English words, in the order of the file."""
        return tuple(w for s in self.sentences for w in s.words)


# --- the recording ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Media:
    """A recording on this machine."""

    path: Path
    sha256: str
    duration: Ms
    url: str | None = None
    """Where it came from; ``None`` for a file of the user's."""


@dataclass(frozen=True, slots=True)
class RecognizedWord:
    """A word that a recogniser heard, at a rough time (good to about 0.1 to 0.3 s)."""

    text: str
    start: Ms
    end: Ms
    probability: float
    """0 to 1, the recogniser's own."""


@dataclass(frozen=True, slots=True)
class LaidWord:
    """A word of the note that nobody recognised: its phones fit the sound where it has to be (good to about 0.1 s)."""

    text: str
    start: Ms
    end: Ms


SpokenWord: TypeAlias = RecognizedWord | LaidWord
"""A word of a transcript: heard, or only laid over the sound."""

ListenerName: TypeAlias = Literal["full", "captions", "sparse"]
"""All was recognised; a site's captions were taken for it; some was recognised and the note laid over the rest."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What is said in a recording, before anybody asks exactly when."""

    listener: ListenerName
    """What it comes from."""
    duration: Ms
    words: tuple[SpokenWord, ...]
    """Ascending; only ``sparse`` has some that were not heard."""
    speech: tuple[Span, ...]
    """Where a voice activity detector found speech, ascending and apart."""
    heard: Ms | None = None
    """How much of it was recognised, where that is not all."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What made a result, for ``sync.json`` and for cache keys."""

    recognizer: str
    model: str
    model_sha256: str
    aligner: str
    version: str


# --- the alignment ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word of the note with its time; both times are ``None`` if and only if it is absent."""

    text: str
    start: Ms | None
    end: Ms | None
    status: Status
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class TimedSentence:
    """A sentence of the note with its time: from its first to its last timed word."""

    start: Ms | None
    end: Ms | None
    status: Status
    confidence: float
    words: tuple[TimedWord, ...] = ()
    """One for each word of the sentence, absent ones included; empty for Chinese."""


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Sound that the note does not have: an ad, music, a passage left out."""

    start: Ms
    end: Ms
    kind: Literal["speech", "other"]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where the note is in the recording."""

    sentences: tuple[TimedSentence, ...]
    """One for each of ``Note.sentences``, in the same order."""
    unwritten: tuple[Unwritten, ...]
    remarks: tuple[str, ...] = ()
    """What a reader should know, in sentences: a pin that the recording contradicts, another recording's text."""


# --- the two languages ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence: ``Note.sentences[sentence].text[start:end]``."""

    sentence: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Link:
    """Clauses of a bead that say the same thing. Either side may be empty (nothing corresponds)."""

    en: tuple[Clause, ...]
    zh: tuple[Clause, ...]
    confidence: float


class WordLink(NamedTuple):
    """An English word and the Chinese that renders it."""

    en: int
    """The English sentence, an index into ``Note.sentences``."""
    word: int
    """Index into its words."""
    zh: int
    """The Chinese sentence."""
    start: int
    """In its text, the half-open range of characters."""
    end: int


@dataclass(frozen=True, slots=True)
class Bead:
    """English and Chinese sentences of one paragraph that translate each other; either side may be empty.

    The clauses of ``links`` cover both sides completely, in order.
    """

    paragraph: int
    en: tuple[int, ...]
    """Indices into ``Note.sentences``, consecutive within the paragraph's ``en``."""
    zh: tuple[int, ...]
    confidence: float
    links: tuple[Link, ...] = ()
    words: tuple[WordLink, ...] = ()
    """Words that surely render each other; many have no link."""


# --- what is shown ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cue:
    """What stands on the screen for a while: lines of English, lines of Chinese, or both. No markup."""

    start: Ms
    end: Ms
    en: tuple[str, ...]
    zh: tuple[str, ...]
    paragraph: int | None = None
    speaker: str | None = None
    """Who says it, where the note has labels and they are wanted."""
    second: int | None = None
    """The paragraph of the lower line of each language, where two speakers share the cue."""
    second_speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Tracks:
    """The three subtitle tracks, each laid out for itself."""

    both: tuple[Cue, ...]
    en: tuple[Cue, ...]
    zh: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A reading rule that a cue breaks."""

    rule: str
    cue: int
    """Number of the cue in its file, counted from 1."""
    value: float
    limit: float
    reason: str = ""
    """What is wrong, where rule and value do not say it: what a break parts."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place of the note and its moment in the recording."""

    heading: str
    level: int
    line: int
    """Line of the note, counted from 1."""
    slug: str
    """Unique in the note."""
    start: Ms | None
    end: Ms | None
    status: Status
    confidence: float
    link: str | None = None
    """URL that plays from ``start``, or ``None`` where there is no time or no source to link to."""
    paragraph: int | None = None
    """The paragraph it stands for; ``None`` for a section."""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """All that is known about a note and its recording. Files are views of it."""

    note: Note
    media: Media
    engine: Engine
    alignment: Alignment
    beads: tuple[Bead, ...]
    tracks: Tracks
    anchors: tuple[Anchor, ...]
    checks: tuple[Finding, ...] = ()

    @property
    def timed(self) -> Iterator[tuple[Sentence, TimedSentence]]:
        """The note's sentences, each with its time."""
        return zip(self.note.sentences, self.alignment.sentences, strict=True)
