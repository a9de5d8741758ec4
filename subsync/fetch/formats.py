"""Which of the formats that a site offers is taken: sound alone where there is any, and no more picture than needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_NATIVE = {"http", "https", "m3u8_native", "http_dash_segments"}
"""yt-dlp's own downloaders, which go through our guard; other protocols need other programs."""


def picture_of(most: int, context: dict[str, Any]) -> dict[str, Any] | None:
    """The best picture that is not too high, alone if there is one; the lowest where all are; ``None`` without any.

    Args:
        most: lines of the picture.
        context: ``formats``, as yt-dlp's option ``format`` is given them: what there is, the worst first.
    """
    usable = [f for f in context["formats"] if f.get("protocol") in _NATIVE and f.get("vcodec") != "none"]
    heights = [f.get("height") or 0 for f in usable]  # one that does not say is not known to be higher
    ranks = [(height, f.get("acodec") == "none", k) for k, (f, height) in enumerate(zip(usable, heights, strict=True))]
    fitting = [rank for rank in ranks if rank[0] <= most]
    best = max(fitting) if fitting else min(ranks, default=None)
    return None if best is None else usable[best[2]]


def smallest_with_sound(context: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """yt-dlp's option ``format`` as a function: the best of those that are sound alone, else the smallest with sound.

    Args:
        context: ``formats``: what there is, the worst first (an original language above those dubbed over it).
    """
    usable = [f for f in context["formats"] if f.get("protocol") in _NATIVE and f.get("acodec") != "none"]
    if alone := [f for f in usable if f.get("vcodec") == "none"]:
        yield alone[-1]
    elif usable:
        # One whose codecs the site does not name may have no sound.
        known = [f for f in usable if f.get("acodec")] or usable
        sizes = (
            [f.get("filesize") or f.get("filesize_approx") for f in known],
            [f.get("tbr") for f in known],
            [f.get("height") for f in known],
        )
        comparable = next((measure for measure in sizes if all(measure)), range(len(known)))
        yield min(zip(comparable, range(len(known)), known, strict=True))[2]
