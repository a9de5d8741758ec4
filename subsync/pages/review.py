"""A result -> the review page: to look, to listen and to correct."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from subsync.pages.data import page_data, title_of, youtube_id
from subsync.pages.html import Template, page_html
from subsync.pages.picture import overview, picture_svg
from subsync.pages.waveform import PEAKS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.align.edits import Edit
    from subsync.datatypes import SyncResult

SUFFIX = "review.html"
_PAGE = Template(
    "review.html",
    (
        "tools.js", "texts.js", "tongue.js", "core.js", "player.js", "transcript.js", "pairs.js", "fold.js", "find.js",
        "deck.js", "lists.js", "bench.js", "correct.js", "review.js",
    ),
    ("base.css", "review.css"),
)  # fmt: skip


def review_html(  # noqa: PLR0913
    result: SyncResult,
    *,
    peaks: Sequence[int],
    stem: str,
    recording: str | None,
    itself: str | None = None,
    edits: Sequence[Edit] = (),
    at: str | None = None,
) -> str:
    """The review page of a result.

    Args:
        result: what to show.
        peaks: loudness of the recording, 0 to 255 each, ``PEAKS_PER_SECOND`` of them; may be empty.
        stem: name of the result's files, for the name under which edits are exported.
        recording: address of the recording from the page, a relative path with ``/`` and its special characters quoted
            as in URLs; ``None`` if the user shall choose a file.
        itself: address of the recording where ``recording`` is a copy of it, which may be gone one day.
        edits: corrections that the result has already; they are exported again with the new ones.
        at: address of the note from the page, as of the recording; for the command that the page shows.

    Returns:
        HTML, to be written as UTF-8.
    """
    data = page_data(result, stem=stem, recording=recording) | {
        "page": "review",
        "itself": itself,
        "at": at,
        "peaks": base64.b64encode(bytes(peaks)).decode(),
        "perSecond": PEAKS_PER_SECOND,
        "cues": [[c.start, c.end, "\n".join(c.en), "\n".join(c.zh)] for c in result.tracks.both],
        "remarks": list(result.alignment.remarks),
        "edits": [
            {"sentence": e.sentence, "action": e.action}
            | ({} if e.time is None else {"ms": e.time})
            | ({} if e.end is None else {"end_ms": e.end})
            | ({} if e.partner is None else {"with": e.partner})
            for e in edits
        ],
    }
    return page_html(
        _PAGE,
        title=title_of(result),
        data=data,
        parts={"picture": picture_svg(overview(result))},
        youtube=youtube_id(result) is not None,
    )
