"""A recording -> its words, group of windows by group of windows."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from threading import Lock
from typing import TYPE_CHECKING

from subsync.datatypes import Transcript
from subsync.listen.coverage import BEAM, LOOP, recognize_windows, settle
from subsync.listen.interface import LANGUAGE, RecognizeOptions
from subsync.listen.saved import word_from_json, word_to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Self

    from subsync.datatypes import RecognizedWord, Span
    from subsync.listen.interface import JSON, Decoder, Progress
    from subsync.listen.models import Model
    from subsync.sound import Recording, Samples
    from subsync.store import Journal


def _whisper(model: Model, threads: int) -> Decoder:
    from subsync.listen.whisper import Whisper  # loads numpy: who only asks for the settings need not wait for it

    return Whisper(model, threads)


@dataclass(frozen=True)
class WhisperRecognizer:
    """faster-whisper on the CPU, 8-bit. The model is loaded at first use and kept until ``unload``."""

    model: Model
    options: RecognizeOptions = field(default_factory=RecognizeOptions)
    load: Callable[[Model, int], Decoder] = _whisper
    """Makes the decoder, for a model and a number of threads."""
    _loaded: list[Decoder] = field(default_factory=list, init=False, repr=False, compare=False)
    """It, once somebody has asked for it."""
    _loading: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)
    """Held meanwhile: threads that ask at the same time have one model."""

    def __call__(
        self, recording: Recording, *, journal: Journal | None = None, progress: Progress | None = None
    ) -> Transcript:
        """All words of the recording, ascending.

        Args:
            recording: What to listen to.
            journal: Keeps the words of each group of windows; those that it has are not recognised again. It belongs
                to this recording and these `settings`.
            progress: Told the ms done and the ms there are.

        Raises:
            ModelError: the model cannot be loaded.
        """
        windows = recording.windows(self.options.window)
        words: list[RecognizedWord] = []
        groups = self._groups(windows)
        heard = self._heard(recording, enumerate(groups), journal)
        for group, found in zip(groups, heard, strict=True):
            words += found
            if progress:
                progress(group[-1].end, recording.duration)
        return Transcript("full", recording.duration, settle(words, recording.speech), recording.speech)

    def hear(
        self, recording: Recording, windows: Sequence[Span], *, journal: Journal | None = None
    ) -> list[RecognizedWord]:
        """The words of some windows.

        Args:
            recording: What to listen to.
            windows: Ascending.
            journal: Keeps the words of each group of windows, under a number made of where they are.
        """
        numbered = [
            (int.from_bytes(sha256(repr([(w.start, w.end) for w in group]).encode()).digest()[:7]), group)
            for group in self._groups(windows)
        ]
        heard = self._heard(recording, numbered, journal)
        words = [word for found in heard for word in found]
        return list(settle(words, recording.speech))

    def _groups(self, windows: Sequence[Span]) -> list[Sequence[Span]]:
        return [windows[first : first + self.options.group] for first in range(0, len(windows), self.options.group)]

    def _heard(
        self,
        recording: Recording,
        numbered: Iterable[tuple[int, Sequence[Span]]],
        journal: Journal | None,
    ) -> Iterator[list[RecognizedWord]]:
        """The words of each group, in order; as many groups are decoded at a time as there are threads."""

        def decoded(group: Sequence[Span]) -> JSON:
            words = recognize_windows(self._decoder, recording, group)
            return [word_to_json(word) for word in words]

        waiting: deque[tuple[int, JSON | None, Future[JSON] | None]] = deque()

        def first() -> list[RecognizedWord]:
            number, value, future = waiting.popleft()
            if future is not None:
                value = future.result()
                if journal is not None:
                    journal.put(number, value)
            return [word_from_json(word) for word in value or ()]

        with _Threads(self.options.threads) as threads:
            for number, group in numbered:
                value = None if journal is None else journal.get(number)
                waiting.append((number, value, None if value is not None else threads.submit(decoded, group)))
                while len(waiting) > 2 * (self.options.threads - 1):  # one waits for each that is being decoded
                    yield first()
            while waiting:
                yield first()

    def listen(self, samples: Samples, *, hint: str = "") -> tuple[RecognizedWord, ...]:
        """Recognise up to 30 s again, more thoroughly; times from its start.

        Of 40 sentences in a noisy room 93 % of the words were heard with the right text as hint, 88 % without, and
        87 % with another's text, of which no three words in a row came out.

        Args:
            samples: The stretch.
            hint: Words that it may hold; Whisper prefers them to something that sounds alike.

        Returns:
            The words, or nothing where the text does not fit the sound: each word's probability is computed from the
            sound without the hint, so a text that is the hint's alone gives itself away.
        """
        (heard,) = self._decoder.decode([samples], beam=BEAM, hint=hint)
        mean = sum(word.probability for word in heard.words) / max(1, len(heard.words))
        return () if heard.repetition > LOOP or mean < _FITS else heard.words

    def align_words(self, samples: Samples, words: Sequence[str]) -> tuple[RecognizedWord, ...]:
        """When each of ``words`` is spoken in up to 30 s, from its start, in order.

        The first one begins with the samples and the last one ends with them, so cut those at pauses. A word that is
        not spoken comes out with hardly any duration and a probability below 0.05. What exceeds that which Whisper can
        take at a time (about 440 word pieces) is not returned.
        """
        return self._decoder.align(samples, words)

    def encode(self, samples: Samples) -> Samples:
        """What the encoder makes of up to 30 s: (20 ms frames, size of the model)."""
        return self._decoder.encode(samples)

    def settings(self) -> dict[str, str | int]:
        """What the words depend on, for cache keys."""
        return {
            "recognizer": f"faster-whisper {version('faster-whisper')}, ctranslate2 {version('ctranslate2')}, int8",
            "model": self.model.name,
            "model_sha256": self.model.sha256,
            "language": LANGUAGE,
            "window": self.options.window,
            "group": self.options.group,
            "method": 3,  # raised when other words come out of the same settings
        }

    def unload(self) -> None:
        """Let go of the model and of what it worked with, 100 to 170 MB for tiny.en; it is loaded again at next use."""
        with self._loading:
            self._loaded.clear()

    @property
    def _decoder(self) -> Decoder:
        with self._loading:
            if not self._loaded:
                self._loaded.append(self.load(self.model, self.options.threads))
            return self._loaded[0]


class _Threads:
    """A pool of threads; with one, calls are made at once and here."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count) if count > 1 else None

    def submit(self, function: Callable[[Sequence[Span]], JSON], group: Sequence[Span]) -> Future[JSON]:
        if self._pool:
            return self._pool.submit(function, group)
        future: Future[JSON] = Future()
        future.set_result(function(group))
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)


# Mean probability of the words, by what 40 sentences in a noisy room gave: their own text 0.65 or more in nine of ten,
# another's 0.27 at most; what a hint made of mere noise 0.36.
_FITS = 0.4
