"""A result -> the study page: to listen, to read and to practise with, on a phone first."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from subsync.pages.data import page_data, title_of, word_times, youtube_id
from subsync.pages.html import Template, page_html

if TYPE_CHECKING:
    from subsync.datatypes import SyncResult

SUFFIX = "study.html"
_PAGE = Template(
    "study.html",
    (
        "tools.js", "texts.js", "tongue.js", "core.js", "player.js", "transcript.js", "pairs.js", "fold.js", "find.js",
        "practice.js", "dictation.js", "stars.js", "study.js",
    ),
    ("base.css", "study.css"),
)  # fmt: skip


_SOUND = '<script id="sound" type="text/plain">{}</script>'
"""A data block, which no browser runs. base64 has no letter that could end it, nor can the page's text hold it."""


def study_html(result: SyncResult, *, stem: str, recording: str | None, itself: str | None = None) -> str:
    """The study page of a result.

    Args:
        result: what to study.
        stem: name of the result's files.
        recording: address of the recording from the page, a relative path with ``/`` and its special characters quoted
            as in URLs; ``None`` if the user shall choose a file.
        itself: address of the recording where ``recording`` is a copy of it, which may be gone one day.

    Returns:
        HTML, to be written as UTF-8.
    """
    data = page_data(result, stem=stem, recording=recording) | {
        "page": "study",
        "itself": itself,
        "words": [word_times(t) for t in result.alignment.sentences],
    }
    return page_html(
        _PAGE,
        title=title_of(result),
        data=data,
        parts={"sound": _SOUND.format("")},
        youtube=youtube_id(result) is not None,
    )


def with_sound(page: str, sound: bytes) -> str:
    """A study page that needs no other file: ``sound``, Opus in WebM, is in it.

    Raises:
        ValueError: it is no study page, or has its sound already.
    """
    before, place, after = page.partition(_SOUND.format(""))
    if not place:
        raise ValueError("no place for the sound in the page")
    return before + _SOUND.format(base64.b64encode(sound).decode()) + after
