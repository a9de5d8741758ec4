"""An Anki deck, through genanki: a note for each sentence, with its sound.

A note's identity comes from the recording's address and the sentence's words, not from its place: a new sync changes
the cards that are there, with what has been learned of them, instead of adding others.
"""

from __future__ import annotations

import hashlib
import html
import io
import os
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

from subsync.errors import UsageError
from subsync.formats.media.cards import cards
from subsync.formats.media.sound import faded, stretches, write_m4a
from subsync.text.variants import is_traditional
from subsync.times import clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subsync.datatypes import SyncResult
    from subsync.formats.media.cards import Card, CardOptions

_FIELDS = ("English", "Chinese", "Sound", "Speaker", "Section", "Moment", "Cloze")
_BITS = 64_000
_FOOT = '<div class="foot">{{Speaker}} · {{Section}} · {{Moment}}</div>'
_BACK = '<div class="en" lang="en">{{English}}</div><div class="zh" lang="zh">{{Chinese}}</div>' + _FOOT
_TEMPLATES = {
    "listening": ("{{Sound}}", "{{FrontSide}}<hr id=answer>" + _BACK),
    "reading": (
        '<div class="en" lang="en">{{English}}</div>',
        '{{FrontSide}}<hr id=answer>{{Sound}}<div class="zh" lang="zh">{{Chinese}}</div>' + _FOOT,
    ),
    "cloze": (
        '<div class="en" lang="en">{{cloze:Cloze}}</div><div class="zh" lang="zh">{{Chinese}}</div>',
        '<div class="en" lang="en">{{cloze:Cloze}}</div><hr id=answer>{{Sound}}'
        '<div class="zh" lang="zh">{{Chinese}}</div>' + _FOOT,
    ),
}
_CSS = (
    ".card{font:20px/1.5 system-ui,sans-serif;text-align:center}.zh{margin-top:.5em}"
    ".foot{margin-top:1.5em;font-size:14px;opacity:.7}.cloze{font-weight:bold}"
)


@dataclass(frozen=True, slots=True)
class _Clip:
    card: Card
    path: Path
    traditional: bool
    """Whether its Chinese is."""


def apkg(result: SyncResult, options: CardOptions, file: IO[bytes]) -> None:
    """Write a deck.

    Raises:
        UsageError: no sentence fits what was asked for.
        AudioError: the recording cannot be read.
    """
    import genanki

    chosen = cards(result, options)
    if not chosen:
        raise UsageError(
            "no sentence for a card: none is sure enough and between 1 and 15 s long",
            "Look at the review page, or star sentences and give --cards starred.",
        )
    title = " ".join((result.note.title or Path(result.note.path).stem).replace("::", " ").split())
    deck = genanki.Deck(_number("deck", _identity(result)), title)
    with TemporaryDirectory() as folder:
        clips = list(_clips(result, chosen, Path(folder)))
        for clip in clips:
            for note in _notes(result, clip, options):
                deck.add_note(note)
        package = genanki.Package(deck)
        package.media_files = [str(clip.path) for clip in clips]
        made = io.BytesIO()
        # Anki changes a note that it has only if the new one is younger.
        package.write_to_file(made, timestamp=float(os.environ.get("SOURCE_DATE_EPOCH") or time.time()))
    _dateless(made, file)


def _clips(result: SyncResult, chosen: Sequence[Card], folder: Path) -> Iterator[_Clip]:
    traditional = is_traditional("".join(s.text for s in result.note.sentences if s.lang == "zh"))
    for k, sound in stretches(result.media.path, [card.clip for card in chosen]):
        data = io.BytesIO()
        write_m4a(data, [faded(sound)], bits=_BITS)
        # A name that says what is in it: Anki keeps its own file where a new one has the same name.
        path = folder / f"subsync-{hashlib.sha256(data.getvalue()).hexdigest()[:20]}.m4a"
        path.write_bytes(data.getvalue())
        yield _Clip(chosen[k], path, traditional and bool(chosen[k].chinese))


def _notes(result: SyncResult, clip: _Clip, options: CardOptions) -> Iterator[Any]:
    import genanki

    card = clip.card
    chinese = html.escape(card.chinese)
    if clip.traditional:  # `zh` alone is drawn as simplified, and the templates are those of all decks
        chinese = f'<span lang="zh-Hant">{chinese}</span>'
    fields = [
        html.escape(card.english),
        chinese,
        f"[sound:{clip.path.name}]",
        html.escape(card.speaker),
        html.escape(card.section),
        _moment(result, card),
        _with_gap(card.english),
    ]
    if faces := [name for name in options.types if name != "cloze"]:
        yield genanki.Note(_model(faces), fields, guid=_guid(result, card, "sentence"))
    if "cloze" in options.types:
        gaps = _model(["cloze"], model_type=genanki.Model.CLOZE)
        yield genanki.Note(gaps, fields, guid=_guid(result, card, "cloze"))


def _model(faces: Sequence[str], **more: int) -> Any:
    import genanki

    return genanki.Model(
        _number("model", *faces),
        f"subsync {' + '.join(faces)}",
        fields=[{"name": name} for name in _FIELDS],
        templates=[{"name": name, "qfmt": _TEMPLATES[name][0], "afmt": _TEMPLATES[name][1]} for name in faces],
        css=_CSS,
        **more,
    )


def _moment(result: SyncResult, card: Card) -> str:
    """The time, as a link where the source is an address of the web."""
    source = result.note.source or ""
    if not source.startswith(("https://", "http://")):
        return clock(card.start)
    mark = (
        f"{'&' if '?' in source else '?'}t={card.start // 1000}s" if "youtu" in source else f"#t={card.start // 1000}"
    )
    return f'<a href="{html.escape(source + mark)}">{clock(card.start)}</a>'


def _with_gap(text: str) -> str:
    """The sentence with a gap for its longest word; braces and colons of its own are kept from being Anki's."""
    words = text.split()
    letters = ["".join(filter(str.isalpha, word)) for word in words]
    k = max(range(len(words)), key=lambda n: len(letters[n]))
    safe = [html.escape(word).replace("{", "&#123;").replace("}", "&#125;").replace("::", ":&#58;") for word in words]
    return " ".join([*safe[:k], f"{{{{c1::{safe[k]}}}}}", *safe[k + 1 :]])


# --- what stays the same ----------------------------------------------------------------------------------------------


def _identity(result: SyncResult) -> str:
    return result.note.source or result.media.sha256


def _guid(result: SyncResult, card: Card, kind: str) -> str:
    return _digest(_identity(result), card.english, kind)[:20]


def _number(*parts: str) -> int:
    """An identifier as Anki has them, below 2^53 so that its JavaScript can hold it."""
    return int(_digest(*parts)[:13], 16)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _dateless(made: io.BytesIO, file: IO[bytes]) -> None:
    """The same archive, every file of one date: the deck says itself when it was made."""
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as new:
        for info in old.infolist():
            new.writestr(zipfile.ZipInfo(info.filename), old.read(info))
