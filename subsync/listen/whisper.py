"""Whisper, by faster-whisper and CTranslate2: samples -> words, and known words -> times."""

from __future__ import annotations

import zlib
from bisect import bisect
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from subsync.datatypes import RecognizedWord
from subsync.errors import ModelError
from subsync.listen.interface import LANGUAGE, Heard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from subsync.listen.models import Model
    from subsync.sound import Samples


class Whisper:
    """The decoder: one model in memory."""

    def __init__(self, model: Model, threads: int) -> None:
        """Load it.

        Raises:
            ModelError: the files are not a Whisper model.
        """
        from faster_whisper import WhisperModel

        try:
            self._model = WhisperModel(
                str(model.path), device="cpu", compute_type="int8", cpu_threads=1, num_workers=threads
            )
        except (RuntimeError, ValueError, OSError) as exc:
            remedy = "Delete the folder to have it fetched anew, or choose another model."
            raise ModelError(f"{model.path}: not a Whisper model that can be loaded: {exc}", remedy) from exc

    def decode(self, windows: Sequence[Samples], *, beam: int, hint: str = "") -> list[Heard]:
        """The most likely words of each window, without chance: same samples, same words."""
        from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations

        tokenizer = self._tokenizer()
        encoded, frames = self._encode(windows)
        previous = tokenizer.encode(" " + hint) if hint else []
        prompt = self._model.get_prompt(tokenizer, previous, without_timestamps=True)
        results = self._model.model.generate(
            encoded,
            [prompt] * len(windows),
            beam_size=beam,
            sampling_temperature=0,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
            return_scores=True,
            max_length=min(self._model.max_length, len(prompt) + 10 + _TOKENS * max(frames) // 100),
        )
        texts = [[t for t in result.sequences_ids[0] if t < tokenizer.eot] for result in results]
        heard = []
        aligned = self._model.find_alignment(tokenizer, texts, encoded, frames)
        for result, tokens, words in zip(results, texts, aligned, strict=True):
            merge_punctuations(words, _BEFORE, _AFTER)
            text = tokenizer.decode(tokens).encode()
            heard.append(
                Heard(
                    tuple(_word(w["word"], w["start"], w["end"], w["probability"]) for w in words if w["word"].strip()),
                    result.scores[0],
                    len(text) / len(zlib.compress(text)),
                )
            )
        return heard

    def align(self, samples: Samples, words: Sequence[str]) -> tuple[RecognizedWord, ...]:
        """When each of ``words`` is spoken, by the decoder's attention to the sound while it is made to write them.

        Of more words than it can write at a time only the first ones are returned.
        """
        tokenizer = self._tokenizer()
        encoded, frames = self._encode([samples])
        pieces = [tokenizer.encode(" " + word) for word in words]
        room = self._model.max_length - len(tokenizer.sot_sequence) - 3
        ends = [int(n) for n in np.cumsum([len(p) for p in pieces])]
        ends = ends[: bisect(ends, room)]
        tokens = [t for piece in pieces[: len(ends)] for t in piece]
        if not tokens:
            return ()
        (result,) = self._model.model.align(encoded, tokenizer.sot_sequence, [tokens], frames)
        first: dict[int, int] = {}
        for token, frame in result.alignments:
            first.setdefault(token, frame)
        times = [first[i] / 50 for i in range(len(tokens))] + [frames[0] / 100]
        timed = []
        for word, (start, end) in zip(words[: len(ends)], pairwise([0, *ends]), strict=True):
            probability = float(np.mean(result.text_token_probs[start:end]))
            timed.append(_word(word, times[start], times[end], probability))
        return tuple(timed)

    def encode(self, samples: Samples) -> NDArray[np.float32]:
        """What the encoder makes of a window: (20 ms frames, size of the model).

        Args:
            samples: 16 kHz mono, at most 30 s. They are not padded: less sound costs less.
        """
        spectrum = self._model.feature_extractor(samples)
        frames = min(3000, spectrum.shape[1] // 2 * 2)
        encoded = np.array(self._model.encode(spectrum[:, :frames].astype(np.float32)))
        return np.asarray(encoded[0, : len(samples) // _FRAME + 1], np.float32)

    def _encode(self, windows: Sequence[Samples]) -> tuple[Any, list[int]]:
        """The encoder's view of all windows, and how many 10 ms frames of sound each has.

        Short windows are not padded to Whisper's 30 s, but with a little silence: where the sound ended with the
        context, 6 of 46 windows ran into a loop; with 1 s of silence 2, with 2 s none. One at a time, since the
        encoder gains nothing from batches, and its attention takes 30 MB for each window of 20 s.
        """
        from ctranslate2 import StorageView

        frames = [max(_FEWEST, min(3000, -(-len(w) // 160))) for w in windows]
        most = min(3000, max(frames) + max(frames) % 2 + _SILENCE)
        encoded = []
        for window in windows:
            padded = np.pad(window, (0, max(0, most * 160 - len(window))))
            spectrum = self._model.feature_extractor(padded)[:, :most]
            encoded.append(np.array(self._model.encode(spectrum.astype(np.float32))))
        return StorageView.from_array(np.concatenate(encoded)), frames

    def _tokenizer(self) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        return Tokenizer(
            self._model.hf_tokenizer, self._model.model.is_multilingual, task="transcribe", language=LANGUAGE
        )


_FRAME = 320  # samples that the encoder makes one frame of
_TOKENS = 10  # a second: fast speech has 6
_SILENCE = 200  # frames
_FEWEST = 100  # frames; less than a second of context makes the encoder guess
_BEFORE = "\"'“¿([{-"  # punctuation that belongs to the word after it, and before it: Whisper's own lists
_AFTER = "\"'.。,，!！?？:：”)]}、"


def _word(text: str, start: float, end: float, probability: float) -> RecognizedWord:
    return RecognizedWord(text.strip(), round(start * 1000), round(end * 1000), round(float(probability), 3))
