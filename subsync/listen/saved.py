"""Transcripts as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from subsync.datatypes import LaidWord, ListenerName, RecognizedWord, Span, Transcript

if TYPE_CHECKING:
    from subsync.datatypes import SpokenWord
    from subsync.listen.interface import JSON


def transcript_to_json(transcript: Transcript) -> JSON:
    """One object: listener, duration, words as [text, start, end(, probability)], speech as [start, end]."""
    return {
        "listener": transcript.listener,
        "duration": transcript.duration,
        "words": [_spoken_to_json(word) for word in transcript.words],
        "speech": [[span.start, span.end] for span in transcript.speech],
        "heard": transcript.heard,
    }


def transcript_from_json(value: JSON) -> Transcript:
    """What `transcript_to_json` made a value of.

    Raises:
        ValueError: it is something else.
    """
    try:
        return Transcript(
            listener=_LISTENERS[value["listener"]],
            duration=int(value["duration"]),
            words=tuple(map(_spoken_from_json, value["words"])),
            speech=tuple(Span(int(start), int(end)) for start, end in value["speech"]),
            heard=value.get("heard"),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise ValueError(f"not a transcript: {exc}") from exc


def word_to_json(word: RecognizedWord) -> JSON:
    """[text, start, end, probability]."""
    return [word.text, word.start, word.end, word.probability]


def word_from_json(value: JSON) -> RecognizedWord:
    """What `word_to_json` made a value of."""
    text, start, end, probability = value
    return RecognizedWord(str(text), int(start), int(end), float(probability))


_LISTENERS: dict[str, ListenerName] = {name: name for name in get_args(ListenerName)}


def _spoken_to_json(word: SpokenWord) -> JSON:
    return word_to_json(word) if isinstance(word, RecognizedWord) else [word.text, word.start, word.end]


def _spoken_from_json(value: JSON) -> SpokenWord:
    if len(value) == 3:
        text, start, end = value
        return LaidWord(str(text), int(start), int(end))
    return word_from_json(value)
