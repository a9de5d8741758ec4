"""The tools of a run. Each does its stage once for the same input and remembers the result in the cache.

A result's key is what it depends on: the recording's hash, the model's hash, the settings, the note's hash, the
version. So a second run only looks things up, and a run that was killed goes on where it was.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from subsync.datatypes import Alignment, Engine, TimedSentence, TimedWord, Transcript, Unwritten
from subsync.errors import FetchError, NoteError
from subsync.fetch import FetchOptions
from subsync.run.progress import Progress, silent
from subsync.run.workers import Workers
from subsync.store import Cache
from subsync.text.urls import canonical_url, is_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subsync.datatypes import Media, Ms, Note, RecognizedWord, Span
    from subsync.listen import Journal, WhisperRecognizer
    from subsync.listen.models import Model
    from subsync.phones import CoarseWord, Forced
    from subsync.sound import Recording, Samples
    from subsync.sound.cepstra import Floats

_METHOD = 4
"""Raised when the same note, recording and settings come out with other times."""


_SPARSE = 2
"""Raised when sparse recognition finds other words."""

_FEW_STRETCHES = 3
_FEW_WINDOWS = 20
"""So many windows, four minutes of talk, are aligned before worker processes have started."""


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """What a user can choose about the stages that touch the world."""

    audio: Path | None = None
    """The recording, where the note's source shall not be fetched."""
    model: str | None = None
    """Name or folder of Whisper weights; ``None`` for the best at hand."""
    fetching: FetchOptions = field(default_factory=FetchOptions)
    captions: Literal["auto", "only", "never"] = "auto"
    """Take a site's captions for the recognised words: where they suffice, in any case, or not at all."""
    recognition: Literal["sparse", "full"] = "sparse"
    """Recognise as little as it takes to find the note, or all of the recording."""
    threads: int = field(default_factory=lambda: min(os.cpu_count() or 1, 4))
    """Of the recogniser, and processes of the acoustic aligner. More than 4 slow Whisper down (tiny, 8 cores: 28 s with
    4, 120 s with 8)."""


@dataclass(frozen=True)
class Session:
    """Implements ``subsync.pipeline.Tools``. Models are loaded when first needed and kept for all notes."""

    options: SessionOptions = field(default_factory=SessionOptions)
    cache: Cache = field(default_factory=Cache)
    progress: Progress = silent
    _last: dict[Path, Recording] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The recording at hand: where its speech is has not to be found twice."""

    def fetch(self, note: Note) -> Media:
        """The recording of a note: the user's file, or the note's source from the network or the cache."""
        from subsync import sound as audio
        from subsync.fetch import YtDlpFetcher, fetch

        source = str(self.options.audio.absolute()) if self.options.audio else note.source
        if not source:
            raise NoteError(
                "the front matter names no source",
                "Add `source: URL` to it, or give the recording with --audio.",
                path=note.path,
            )
        key = self.cache.key("download", _address(source))
        with self.cache.lock(key):
            return fetch(
                source,
                note_dir=Path(note.path).parent,
                folder=self.cache.path("download", key),
                fetcher=YtDlpFetcher(self.options.fetching, scripts=self.cache.root / "yt-dlp"),
                probe=audio.probe,
                progress=lambda done, total: self.progress("fetch", done, total),
            )

    def recognize(self, note: Note, media: Media) -> Transcript:
        """The words of a recording, recognised or, where the note's fit, the note's. All is kept as it comes."""
        from subsync.listen import transcript_from_json, transcript_to_json

        sparse = self.options.recognition == "sparse"
        sound = self.transcript_key(media)
        words = [w.text for w in note.words]
        key = self._words_key(note, media)
        with self.cache.lock(sound):  # notes of one recording share what was heard of it
            saved = self.cache.get_json("transcript", key)
            if saved is None:
                transcript = self._captioned(media)
                if transcript is None:
                    with closing(self.cache.journal("words", sound)) as journal:
                        transcript = self._sparse(words, media, journal) if sparse else self._full(media, journal)
                saved = transcript_to_json(transcript)
                self.cache.put_json("transcript", key, saved)
        return transcript_from_json(saved)

    def align(self, note: Note, media: Media, transcript: Transcript) -> Alignment:
        """Exact times for the words of a note."""
        from subsync.align import Acoustics, align
        from subsync.phones import force

        key = self._alignment_key(note, media)
        with self.cache.lock(key):
            saved = self.cache.get_json("alignment", key)
            if saved is None:
                alignment = align(
                    note,
                    transcript,
                    recording=self._decoded(media),
                    listener=self._recognizer,
                    acoustics=Acoustics(force, self._attention, partial(self._workers.map, few=_FEW_WINDOWS)),
                )
                self.cache.put_json("alignment", key, alignment_to_json(alignment))
                return alignment
        return alignment_from_json(note, saved)

    def _attention(
        self, samples: Samples, words: Sequence[str], *, coarse: Sequence[tuple[Ms, Ms] | None], seen: Floats
    ) -> Forced:
        """Times by the recogniser's attention where the phones of English do not fit."""
        from subsync.phones import force

        def attention(samples: Samples, words: Sequence[str]) -> list[tuple[Ms, Ms]]:
            return [(w.start, w.end) for w in self._recognizer.align_words(samples, words)]

        return force(samples, words, coarse=coarse, seen=seen, fallback=attention)

    def engine(self, transcript: Transcript) -> Engine:
        """What recognised and what aligned, with versions, and how much of the recording had to be recognised."""
        settings = self._recognizer.settings()
        share = 1.0 if transcript.heard is None else transcript.heard / max(1, transcript.duration)
        return Engine(
            recognizer=f"{settings['recognizer']}, {self.options.recognition}: heard {share:.0%}",
            model=str(settings["model"]),
            model_sha256=str(settings["model_sha256"]),
            aligner=f"subsync {version('subsync-notes')}, pocketsphinx {version('pocketsphinx')}",
            version=version("subsync-notes"),
        )

    def transcript_key(self, media: Media) -> str:
        """What the transcript of a recording, and all that follows from it, depends on."""
        parts = ["transcript", media.sha256, self._recognizer.settings(), [self.options.recognition, _SPARSE]]
        if captions := self._captions(media):
            parts += [self.options.captions, hashlib.sha256(captions.encode()).hexdigest()]
        return self.cache.key(*parts)

    def _words_key(self, note: Note, media: Media) -> str:
        sound = self.transcript_key(media)
        sparse = self.options.recognition == "sparse"
        return self.cache.key("transcript", sound, [w.text for w in note.words]) if sparse else sound

    def _alignment_key(self, note: Note, media: Media) -> str:
        pins = [p.pin for p in note.paragraphs]  # corrections are pins too, and no part of the note's hash
        return self.cache.key(
            "alignment", _METHOD, version("subsync-notes"), note.sha256, pins, self.transcript_key(media)
        )

    def entries(self, note: Note, media: Media) -> Iterator[tuple[str, str, Any]]:
        """Kind, key and value of all that was computed for a note: the cache of another machine may take them."""
        for kind, key in (
            ("transcript", self._words_key(note, media)),
            ("alignment", self._alignment_key(note, media)),
            ("peaks", self.cache.key("peaks", media.sha256)),
        ):
            yield kind, key, self.cache.get_json(kind, key)

    def _captions(self, media: Media) -> str | None:
        """The site's captions as they came with the download, where they may be used."""
        from subsync.fetch import captions_of

        return None if self.options.captions == "never" else captions_of(media)

    def _captioned(self, media: Media) -> Transcript | None:
        """The captions as a transcript, if there are any and they suffice."""
        from subsync.listen import captions_suffice, words_of_json3

        text = self._captions(media)
        words = words_of_json3(text, media.duration) if text else ()
        if words and (self.options.captions == "only" or captions_suffice(words, media.duration)):
            return Transcript("en", media.duration, words, self._decoded(media).speech)
        if self.options.captions == "only":
            raise FetchError(
                f"there are no captions with this recording: {media.url or media.path}",
                "Let the recording be recognised: --captions auto.",
                url=media.url or "",
            )
        return None

    @cached_property
    def _workers(self) -> Workers:
        return Workers(self.options.threads)

    @cached_property
    def _model(self) -> Model:
        from subsync.listen.models import find_model

        return find_model(self.options.model, stamps=self.cache.root / "stamps")

    @cached_property
    def _recognizer(self) -> WhisperRecognizer:
        from subsync.listen import RecognizeOptions, WhisperRecognizer

        return WhisperRecognizer(self._model, RecognizeOptions(threads=self.options.threads))

    def _full(self, media: Media, journal: Journal) -> Transcript:
        progress = partial(self.progress, "recognize")
        return self._recognizer(self._decoded(media), journal=journal, progress=progress)

    def _sparse(self, words: Sequence[str], media: Media, journal: Journal) -> Transcript:
        from subsync.listen.sparse import SparseOptions, sparse_transcript

        recording = self._decoded(media)

        def hear(windows: Sequence[Span]) -> list[RecognizedWord]:
            return self._recognizer.hear(recording, windows, journal=journal)

        def guess(stretches: Iterable[tuple[Floats, list[str]]]) -> Iterator[Sequence[CoarseWord | None]]:
            return self._workers.map(_laid_over, stretches, few=_FEW_STRETCHES)

        return sparse_transcript(
            words,
            recording,
            hear=hear,
            guess=guess,
            progress=partial(self.progress, "recognize"),
            options=SparseOptions(window=self._recognizer.options.window),
        )

    def peaks(self, media: Media) -> list[int]:
        """The loudness of a recording, to be drawn."""
        from subsync.pages import peaks

        key = self.cache.key("peaks", media.sha256)
        saved: list[int] | None = self.cache.get_json("peaks", key)
        if saved is None:
            saved = peaks(self._decoded(media))
            self.cache.put_json("peaks", key, saved)
        return saved

    def _decoded(self, media: Media) -> Recording:
        """The recording as samples; decoded once, the file is kept in the cache."""
        from subsync.sound import Recording, decode

        pcm = self.cache.path("sound", media.sha256, ".s16")
        if not pcm.exists():
            self._last.clear()
            tell = partial(self.progress, "decode")
            self._last[pcm] = decode(media.path, pcm, progress=tell)
        elif pcm not in self._last:
            self._last.clear()
            self._last[pcm] = Recording.of(pcm)
        return self._last[pcm]


def _address(source: str) -> str:
    """One name for all the forms of an address."""
    try:
        return canonical_url(source) if is_url(source) else source
    except ValueError:
        return source  # no address at all: ``fetch`` will say so


def _laid_over(stretch: tuple[Floats, list[str]]) -> Sequence[CoarseWord | None]:
    """In a worker process."""
    from subsync.phones import coarse

    return coarse(*stretch)


def alignment_to_json(alignment: Alignment) -> Any:
    """Times, states and confidences; the text is the note's."""
    return {
        "sentences": [
            [s.start, s.end, s.status, s.confidence, [[w.start, w.end, w.status, w.confidence] for w in s.words]]
            for s in alignment.sentences
        ],
        "unwritten": [[u.start, u.end, u.kind] for u in alignment.unwritten],
        "remarks": list(alignment.remarks),
    }


def alignment_from_json(note: Note, value: Any) -> Alignment:
    """What ``alignment_to_json`` made of an alignment of the same note."""
    return Alignment(
        sentences=tuple(
            TimedSentence(
                start,
                end,
                status,
                confidence,
                tuple(TimedWord(word.text, *timed) for word, timed in zip(sentence.words, words, strict=True)),
            )
            for sentence, (start, end, status, confidence, words) in zip(
                note.sentences, value["sentences"], strict=True
            )
        ),
        unwritten=tuple(Unwritten(*sound) for sound in value["unwritten"]),
        remarks=tuple(value["remarks"]),
    )
