"""The tools of a run. Each does its stage once for the same input and remembers the result in the cache.

A second run only looks things up, and a run that was killed goes on where it was. What a result depends on is its key:
the recording, the words and pins of the note, the settings, the model, and our own code (``kinds``). What computes is
imported where it is used: a run for which all is there does not load it.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from subsync.datatypes import Engine
from subsync.errors import AudioError, FetchError, NoteError, StoreError
from subsync.run.kinds import ANSWERS, KINDS
from subsync.run.progress import Progress, silent, stage
from subsync.run.remembered import answers, glosses, readings
from subsync.run.settings import Settings
from subsync.run.sharing import Sharing
from subsync.store import Cache, sha256_of, whole_file
from subsync.store.system import give_back
from subsync.text.urls import canonical_url, is_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from subsync.align.quiet import Quiet
    from subsync.datatypes import Alignment, ListenerName, Media, Ms, Note, RecognizedWord, Transcript
    from subsync.fetch import FetchOptions
    from subsync.listen import WhisperRecognizer
    from subsync.listen.models import Model
    from subsync.listen.sparse import Stretch
    from subsync.phones import CoarseWord
    from subsync.pipeline import Aside
    from subsync.run.answers import Answers, Shape
    from subsync.sound import Recording
    from subsync.store import Hold

A = TypeVar("A")

_THREADS = 4
"""More slow Whisper down (tiny, 8 cores: 28 s with 4, 120 s with 8)."""


@dataclass(frozen=True)
class Session:
    """Implements ``subsync.pipeline.Tools``. Models are loaded when first needed and kept for all notes."""

    settings: Settings = field(default_factory=Settings)
    cache: Cache = field(default_factory=Cache)
    progress: Progress = silent
    audio: Path | None = None
    """The recording, where the note's source shall not be fetched."""
    threads: int = field(default_factory=lambda: min(os.cpu_count() or 1, _THREADS))
    """Of the recogniser, and processes of the acoustic aligner."""
    _held: dict[str, Hold] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What is used by its path, by kind: nobody may remove it meanwhile."""
    _last: dict[Path, Recording] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The recording at hand: where its speech is has not to be found twice."""

    def parse(self, text: str, *, path: str, sha256: str, source_keys: Sequence[str]) -> Note:
        """As ``parse_note``: which paragraphs are pairs takes a dictionary and half a second, so it is asked once."""
        from subsync.note import note_from_json, note_to_json

        def parsed() -> Note:
            from subsync.note import parse_note
            from subsync.text.cedict import pack

            with glosses(Path(path), text, self.cache):
                note = parse_note(text, path=path, sha256=sha256, source_keys=source_keys)
            pack()  # until the note is paired, after hours of sound perhaps
            return note

        return self.cache.cached(
            "note",
            KINDS["note"].key("note", sha256, list(source_keys)),
            parsed,
            load=partial(note_from_json, text=text, path=path, sha256=sha256),
            save=note_to_json,
        )

    def fetch(self, note: Note) -> Media:
        """The recording of a note: the user's file, or the note's source from the network or the cache."""
        source = str(self.audio.absolute()) if self.audio else note.source
        if not source:
            raise NoteError(
                "the front matter names no source",
                "Add `source: URL` to it, or give the recording with --audio.",
                path=note.path,
            )
        key = KINDS["download"].key("download", _address(source))
        folder = Path(note.path).parent
        return self._fetched(source, key, self.settings.fetching, self._length, note_dir=folder, held="download")

    def picture(self, media: Media) -> Path | None:
        """The picture of a recording from the network; ``None`` for a file of the user's, which has it or has none."""
        from subsync.sound import probe_picture

        if not media.url:
            return None
        height = self.settings.video_height
        key = KINDS["download"].key("picture", media.url, height)
        options = replace(self.settings.fetching, picture=height, captions=False)
        return self._fetched(media.url, key, options, probe_picture, note_dir=Path(), held="picture").path

    def _fetched(
        self, source: str, key: str, options: FetchOptions, probe: Callable[[Path], Ms], *, note_dir: Path, held: str
    ) -> Media:
        """See ``subsync.fetch.fetch``; what was downloaded is held under the name ``held``."""
        from subsync.fetch import YtDlpFetcher, fetch

        with self.cache.lock(key):
            media = fetch(
                source,
                note_dir=note_dir,
                folder=self.cache.path("download", key),
                fetcher=YtDlpFetcher(options, scripts=self.cache.root / "yt-dlp"),
                probe=probe,
                progress=partial(self.progress, "fetch"),
            )
            if media.url:
                self._held[held] = self.cache.hold(key)
        return media

    def _length(self, path: Path) -> Ms:
        """How long a file of sound is; the same bytes are read through once."""
        key = KINDS["length"].key("length", sha256_of(path))
        return self.cache.cached("length", key, partial(_probed, path), load=int, save=int)

    def recognize(self, note: Note, media: Media) -> Transcript:
        """The words of a recording, recognised or, where the note's fit, the note's. All is kept as it comes."""
        from subsync.listen import transcript_from_json, transcript_to_json

        sound = self.transcript_key(media)  # notes of one recording share what was heard of it
        return self.cache.cached(
            "transcript",
            self._words_key(note, media),
            lambda: self._heard([w.text for w in note.words], media, sound),
            load=transcript_from_json,
            save=transcript_to_json,
            lock=sound,
        )

    def _heard(self, words: list[str], media: Media, sound: str) -> Transcript:
        from subsync.listen import Means, transcribe
        from subsync.locate import remembering
        from subsync.run.answers import PAIRS, STRETCH

        captions = self._captioned(media)
        by: ListenerName = "captions" if captions else self.settings.recognition
        recording = self._decoded(media)
        with (
            self.cache.journal("words", sound) as journal,
            self._answers("stretches", STRETCH, media) as known,
            self._answers("rectangles, heard", PAIRS, media) as pairs,
            remembering(pairs),
            readings(self.cache),
            stage(self.progress, "recognize") as progress,
        ):
            means = Means(self._recognizer, partial(self._laid_over, recording, words, known), captions, journal)
            return transcribe(words, recording, by=by, means=means, progress=progress)

    def _laid_over(
        self,
        recording: Recording,
        note: Sequence[str],
        known: Answers[Stretch, Sequence[CoarseWord | None]],
        stretches: Sequence[Stretch],
    ) -> list[Sequence[CoarseWord | None]]:
        from subsync.phones.pronounce import pronounced_all
        from subsync.store.recall import recalled

        def lay(unknown: Iterable[Stretch]) -> Iterable[Sequence[CoarseWord | None]]:
            asked = list(unknown)
            with self.sharing.stretches(len(asked)) as coarse:
                if not known.before:
                    pronounced_all([note])  # all words at once: to load what reads them takes a quarter of a second
                said = pronounced_all(words for _, _, words in asked)
                places = ((start, end) for start, end, _ in asked)
                yield from coarse((recording.cepstra(*place), words) for place, words in zip(places, said, strict=True))

        return recalled(stretches, known, lay)

    def _answers(self, what: str, shape: Shape[A], media: Media) -> AbstractContextManager[Answers[Any, A]]:
        return answers(self._answers_key(what, media), shape, self.cache)

    def _answers_key(self, what: str, media: Media) -> str:
        return ANSWERS.get(what, KINDS["answers"]).key(what, self.transcript_key(media))

    def remembered(self, media: Media, what: str) -> AbstractContextManager[Answers[Any, Any]]:
        """What was answered about a note of a recording, see ``subsync.pipeline.Memory``."""
        from subsync.run.answers import OF_NOTES

        return self._answers(what, OF_NOTES[what], media)

    def align(self, note: Note, media: Media, transcript: Transcript) -> Alignment:
        """Exact times for the words of a note."""
        from subsync.align.saved import alignment_from_json, alignment_to_json

        found: Alignment = self.cache.cached(
            "alignment",
            self._alignment_key(note, media),
            lambda: self._aligned(note, media, transcript),
            load=partial(alignment_from_json, note),
            save=partial(alignment_to_json, note),
        )
        return found

    def _aligned(self, note: Note, media: Media, transcript: Transcript) -> Alignment:
        from subsync.align import Acoustics, align
        from subsync.locate import remembering
        from subsync.phones import force
        from subsync.run.answers import PAIRS, WINDOW, WORDS, Remembering

        recording = self._decoded(media)
        self._unload()  # the workers need its memory; who asks the recogniser has it again in 0.3 s
        with (
            self._answers("pieces", WORDS, media) as pieces,
            self._answers("windows", WINDOW, media) as known,
            self._answers("rectangles, timed", PAIRS, media) as pairs,
            remembering(pairs),
            readings(self.cache),
            stage(self.progress, "align") as told,
        ):
            listener = Remembering(self._alone, pieces)
            encode = self._ear.encode if self._ear else None
            acoustics = Acoustics(force, listener.attention, encode, self.sharing.windows, known, told)
            silence = self._silence(media)
            alignment = align(
                note, transcript, recording=recording, listener=listener, acoustics=acoustics, silence=silence
            )
        self._unload()
        return replace(alignment, remarks=(*recording.remarks, *alignment.remarks))

    def beside(self, note: Note, media: Media) -> AbstractContextManager[Aside]:
        """Some work on a note's text while this process is busy with its sound, if there is a core for it."""
        if self.threads == 1 or self.cache.path("alignment", self._alignment_key(note, media), ".json").exists():
            return nullcontext(lambda work: work)
        return self.sharing.beside(corrected=self._was_aligned(media))

    def _was_aligned(self, media: Media) -> bool:
        """Whether it was, with some note: this one with other words, nearly always."""
        return self.cache.path("answers", self._answers_key("windows", media), ".json").exists()

    def _silence(self, media: Media) -> Quiet:
        """Where a recording is quiet."""
        from subsync.align.quiet import Quiet, quiet

        return self.cache.cached(
            "quiet",
            KINDS["quiet"].key("quiet", media.sha256),
            lambda: quiet(self._decoded(media).blocks()),
            load=lambda edges: Quiet(*map(tuple, edges)),
            save=lambda found: [found.starts, found.ends],
        )

    @cached_property
    def _ear(self) -> WhisperRecognizer | None:
        """What the second ear listens to: the encoder that it was taught with, if it is on this machine."""
        from subsync.listen import RecognizeOptions, WhisperRecognizer
        from subsync.listen.models import local_model
        from subsync.phones import ear

        taught = local_model(ear.ENCODER, stamps=self.cache.root / "stamps")
        if taught is None:
            return None
        if taught.sha256 == self._model.sha256:
            return self._alone
        return WhisperRecognizer(taught, RecognizeOptions(threads=1))

    def _unload(self) -> None:
        """Let go of what listens, until somebody asks it again."""
        for recognizer in (self._recognizer, self._alone, self._ear):
            if recognizer:
                recognizer.unload()
        give_back()

    def engine(self, transcript: Transcript) -> Engine:
        """What listened and what aligned, with versions, and how much of the recording had to be recognised.

        With captions, the model is the one that listens again where they leave gaps.
        """
        settings = self._recognizer.settings()
        share = 1.0 if transcript.heard is None else transcript.heard / max(1, transcript.duration)
        heard = f"{settings['recognizer']}, {transcript.listener}: heard {share:.0%}"
        return Engine(
            recognizer="captions of the site (json3)" if transcript.listener == "captions" else heard,
            model=str(settings["model"]),
            model_sha256=str(settings["model_sha256"]),
            aligner=f"subsync {version('subsync-notes')}, pocketsphinx {version('pocketsphinx')}",
            version=version("subsync-notes"),
        )

    def transcript_key(self, media: Media) -> str:
        """What the transcript of a recording, and all that follows from it, depends on."""
        parts = [media.sha256, self._recognizer.settings(), self.settings.recognition]
        if captions := self._captions(media):
            parts += [self.settings.captions, hashlib.sha256(captions.encode()).hexdigest()]
        return KINDS["words"].key("transcript", *parts)

    def _words_key(self, note: Note, media: Media) -> str:
        words = [w.text for w in note.words] if self.settings.recognition == "sparse" else None
        return KINDS["transcript"].key("transcript", self.transcript_key(media), words)

    def _alignment_key(self, note: Note, media: Media) -> str:
        """The words and pins of a note and how they hang together; not its Chinese, its headings or its layout."""
        return KINDS["alignment"].key(
            "alignment",
            [[s.lang, s.paragraph, [w.text for w in s.words]] for s in note.sentences],
            [[p.section, p.en, p.zh, p.pin] for p in note.paragraphs],
            [section.pin for section in note.sections],
            self.transcript_key(media),
        )

    def _peaks_key(self, media: Media) -> str:
        return KINDS["peaks"].key("peaks", media.sha256)

    def entries(self, note: Note, media: Media) -> Iterator[tuple[str, str, Any]]:
        """Kind, key and value of all that was computed for a note: the cache of another machine may take them."""
        for kind, key in (
            ("transcript", self._words_key(note, media)),
            ("alignment", self._alignment_key(note, media)),
            ("peaks", self._peaks_key(media)),
        ):
            yield kind, key, self.cache.get_json(kind, key)

    def _captions(self, media: Media) -> str | None:
        """The site's captions as they came with the download, where they may be used."""
        from subsync.fetch import captions_of

        return None if self.settings.captions == "never" else captions_of(media)

    def _captioned(self, media: Media) -> tuple[RecognizedWord, ...]:
        """The words of the captions, if there are any and they suffice.

        Raises:
            FetchError: There are none, and nothing else shall be taken.
        """
        from subsync.listen import captions_suffice, words_of_json3

        text = self._captions(media)
        words = words_of_json3(text, media.duration) if text else ()
        if words and (self.settings.captions == "only" or captions_suffice(words, media.duration)):
            return words
        if self.settings.captions == "only":
            raise FetchError(
                f"there are no captions with this recording: {media.url or media.path}",
                "Let the recording be recognised: --captions auto.",
                url=media.url or "",
            )
        return ()

    @cached_property
    def sharing(self) -> Sharing:
        """What is shared among processes."""
        return Sharing(self.threads)

    @cached_property
    def _model(self) -> Model:
        from subsync.listen.models import find_model

        return find_model(self.settings.model, stamps=self.cache.root / "stamps")

    @cached_property
    def _recognizer(self) -> WhisperRecognizer:
        from subsync.listen import RecognizeOptions, WhisperRecognizer

        return WhisperRecognizer(self._model, RecognizeOptions(threads=self.threads))

    @cached_property
    def _alone(self) -> WhisperRecognizer:
        """The same for one call at a time, as `align` makes them: each thread has 30 MB to work with."""
        return replace(self._recognizer, options=replace(self._recognizer.options, threads=1))

    def peaks(self, media: Media) -> list[int]:
        """The loudness of a recording, to be drawn."""
        from subsync.pages import peaks

        return self.cache.cached(
            "peaks", self._peaks_key(media), lambda: peaks(self._decoded(media)), load=list, save=list
        )

    def opus(self, media: Media) -> bytes:
        """The sound of a recording, small enough to be put into a page."""
        from subsync.run.opus import opus_webm

        return opus_webm(self._decoded(media), progress=partial(self.progress, "encode"))

    def playable(self, media: Media) -> Path:
        """What pages play: the recording, or a copy with an index of an MP3 in which browsers jump to wrong moments."""
        from subsync.run.embed import indexed_copy
        from subsync.sound import is_uneven

        key = KINDS["indexed"].key("indexed", media.sha256)
        path = self.cache.path("indexed", key, ".mp4")
        with self.cache.lock(key), suppress(AudioError):  # it may still be played as it is
            if not path.is_file():
                if not is_uneven(media.path):
                    return media.path
                with whole_file(path) as file:
                    indexed_copy(media.path, file)
            self._held["indexed"] = self.cache.hold(key)
            return path
        return media.path

    def _decoded(self, media: Media) -> Recording:
        """The recording as samples; decoded once, the file is kept in the cache."""
        from subsync.sound import Recording, decode

        key = KINDS["sound"].key("sound", media.sha256)
        pcm = self.cache.path("sound", key, ".s16")
        if pcm not in self._last or not pcm.exists():
            self._last.clear()
            with self.cache.lock(key):
                self._held["sound"] = self.cache.hold(key)
                try:
                    self._last[pcm] = Recording.of(pcm)
                except StoreError:
                    with stage(self.progress, "decode") as progress:
                        self._last[pcm] = decode(media.path, pcm, progress=progress)
                    give_back()
        return self._last[pcm]


def _address(source: str) -> str:
    """One name for all the forms of an address."""
    try:
        return canonical_url(source) if is_url(source) else source
    except ValueError:
        return source  # no address at all: ``fetch`` will say so


def _probed(path: Path) -> Ms:
    from subsync.sound import probe

    return probe(path)
