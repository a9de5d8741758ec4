"""Downloading through yt-dlp, as a library: sound or picture alone, over http(s) alone, with no other program."""

from __future__ import annotations

import io
import json
import logging
import os
import random
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from subsync.errors import FetchError, RateLimitedError, UsageError
from subsync.fetch.failures import OTHER_MEANS, Refused, explained, is_nameless, not_allowed
from subsync.fetch.formats import picture_of, smallest_with_sound
from subsync.fetch.options import FetchOptions
from subsync.fetch.runtimes import js_runtimes
from subsync.fetch.stage import CAPTIONS, Download
from subsync.text.urls import redacted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from subsync.fetch.stage import Progress

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class YtDlpFetcher:
    """A ``Fetcher`` that asks yt-dlp."""

    options: FetchOptions = field(default_factory=FetchOptions)
    sleep: Callable[[float], None] = time.sleep
    scripts: Path | None = None
    """Where yt-dlp keeps what it found out about YouTube's player, for the next note; ``None``: nowhere."""

    def __call__(self, url: str, folder: Path, *, progress: Progress) -> Download:
        """Download the sound at ``url`` into ``folder``, going on where an earlier try was cut.

        Raises:
            RateLimitedError: The site asks us to come back later.
            FetchError: It cannot be had; ``retryable`` says whether it may be a little later.
            StoreError: ``folder`` cannot be written.
        """
        self._check_host(url)
        attempt, reached = 1, _size(folder)
        while True:
            try:
                return self._once(url, folder, progress)
            except FetchError as exc:
                if _size(folder) > reached:
                    attempt, reached = 1, _size(folder)
                most = min(_TRIES_OF_A_NAME, self.options.attempts) if is_nameless(exc) else self.options.attempts
                if not exc.retryable or isinstance(exc, RateLimitedError) or attempt >= most:
                    raise
                log.warning("%s; trying again", exc.message)
                self._pause(attempt)
                attempt += 1

    def _check_host(self, url: str) -> None:
        if reason := self.options.door(urlsplit(url).hostname or "", None):
            raise reason.about(url)

    def _pause(self, attempt: int) -> float:
        """Sleep after a failed attempt, 1 being the first; the 0 tells yt-dlp, which calls this too, not to do so."""
        self.sleep(min(60.0, 2.0**attempt) * random.uniform(0.5, 1.5))  # noqa: S311 - no secret: keeps runs apart
        return 0.0

    def _once(self, url: str, folder: Path, progress: Progress) -> Download:
        from yt_dlp.utils import YoutubeDLError

        from subsync.fetch.guard import guarded

        if self.scripts:  # deno keeps what it parsed, by default in the user's home, which may be read-only
            os.environ.setdefault("DENO_DIR", str(self.scripts / "deno"))
        listener = _Listener()
        params = {**self._params(url, progress), **_cookies(self.options.cookies), "logger": listener}
        try:
            with guarded(params, self.options.door, folder, largest=self.options.max_bytes) as ydl:
                _check_extractor(url, self.options)
                info = _only(ydl.extract_info(url) or {})
                if self.options.captions and info.get("requested_downloads"):
                    self._fetch_captions(ydl, info, folder)
        except (YoutubeDLError, *_BUGS) as exc:
            raise explained(exc, url, listener.warnings) from exc
        for done in info.get("requested_downloads", ()):
            return Download(Path(done["filepath"]), info.get("title"))
        raise FetchError(f"there is no recording at {redacted(url)}", OTHER_MEANS, url=redacted(url))

    def _fetch_captions(self, ydl: Any, info: dict[str, Any], folder: Path) -> None:
        """Save the captions that the site's own recogniser made. They spare work, so their lack is no failure."""
        from yt_dlp.utils import YoutubeDLError

        tracks = info.get("automatic_captions") or {}
        # `en-orig` is what was recognised; `en` may be a translation, and asking for those is what draws a 429.
        track = next((t for lang in ("en-orig", "en") for t in tracks.get(lang) or () if t.get("ext") == "json3"), None)
        if track is None:
            return
        try:
            self.sleep(random.uniform(1, 3))  # noqa: S311 - as a person would, between the sound and the captions
            with ydl.urlopen(track["url"]) as answer:
                text = answer.read(_MAX_CAPTIONS + 1)
            if len(text) > _MAX_CAPTIONS or not isinstance(json.loads(text.decode()), dict):
                raise ValueError("they are not what they should be")  # noqa: TRY301 - one catcher for all that fails
            (folder / CAPTIONS).write_bytes(text)
        except (YoutubeDLError, OSError, ValueError, RecursionError) as exc:
            log.warning(
                "no captions of %s, its sound will be recognised: %s", redacted(info.get("webpage_url", "")), exc
            )

    def _format(self, url: str, context: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if self.options.picture is None:
            yield from smallest_with_sound(context)
            return
        found = picture_of(self.options.picture, context)
        if found is None:
            shown = redacted(url)
            raise FetchError(f"there is no picture at {shown}", "Give the video with --picture FILE.", url=shown)
        yield found

    def _params(self, url: str, progress: Progress) -> dict[str, Any]:
        """Options of yt-dlp, which as a library reads no configuration of the user's."""
        attempts = self.options.attempts
        return {
            "format": partial(self._format, url),
            "external_downloader": {"default": "native"},
            "ffmpeg_location": os.devnull,  # there is none: it would go wherever a playlist leads, past the guard
            "outtmpl": {"default": "audio.%(ext)s"},  # no name of the site's
            "allowed_extractors": list(self.options.allowed),
            "noplaylist": True,
            "js_runtimes": js_runtimes(),
            "cachedir": str(self.scripts) if self.scripts else False,
            "fixup": "never",
            "skip_unavailable_fragments": False,  # one that is missing would shift every time after it
            "socket_timeout": self.options.timeout,
            "retries": 0,  # covers the download alone; our own loop, what comes before it too
            "fragment_retries": attempts,
            "extractor_retries": 1,  # for each of YouTube's players; four in each of our own four took 4 minutes
            "retry_sleep_functions": dict.fromkeys(("fragment", "extractor"), lambda n: self._pause(n + 1)),
            "match_filter": partial(_check_before, url, self.options),
            "progress_hooks": [_Watch(url, self.options, progress)],
            "quiet": True,
            "noprogress": True,
            "color": {"stdout": "no_color", "stderr": "no_color"},
        }


_TRIES_OF_A_NAME = 2
"""A name that is not known is not known a minute later either; a network that is just coming up is, after seconds."""

_MAX_CAPTIONS = 32 * 1024**2
"""Bytes. An hour of speech has 1 MB."""


def _only(info: dict[str, Any]) -> dict[str, Any]:
    """What stands in a list of one, as the only episode of a feed; several were refused before."""
    while (entries := [entry for entry in info.get("entries") or () if entry]) and len(entries) == 1:
        info = entries[0]
    return info


def _cookies(path: Path | None) -> dict[str, Any]:
    """yt-dlp's option for cookies, as a stream: it writes them back to where it has them from, and no file has them."""
    if path is None:
        return {}
    from http.cookiejar import LoadError

    from yt_dlp.cookies import YoutubeDLCookieJar

    try:
        text = path.read_bytes().decode("utf-8", errors="replace").replace("\r\n", "\n")
        YoutubeDLCookieJar(io.StringIO(text)).load()
    except LoadError as exc:
        remedy = "Export it anew from the browser, and give it with --cookies."
        raise UsageError(f"{path}: is not a cookies.txt in the format of Netscape", remedy) from exc
    except OSError as exc:
        raise UsageError(f"{path}: cannot be read: {exc.strerror}", "Check the path of --cookies.") from exc
    return {"cookiefile": io.StringIO(text)}


def _check_extractor(url: str, options: FetchOptions) -> None:
    """Raise ``FetchError`` if yt-dlp has an extractor for an address that may not be used; ``generic`` would fail."""
    from yt_dlp.extractor import gen_extractor_classes

    found = next((ie.IE_NAME for ie in gen_extractor_classes() if ie.suitable(url)), "generic")
    if not options.allows(found):
        raise not_allowed(found).about(url)


# yt-dlp makes errors of its own from an extractor's KeyError, IndexError and StopIteration, and none from these.
_BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _check_before(url: str, options: FetchOptions, info: dict[str, Any], **_: bool) -> None:
    """Raise what speaks against a recording as it is described; yt-dlp calls this, perhaps twice."""
    shown = redacted(url)
    if info.get("playlist_index") is not None and info.get("n_entries") != 1:
        message = f"there are several recordings at {shown}"
        raise FetchError(message, "Give the address of the one that the note is about.", url=shown)
    if info.get("is_live") or info.get("live_status") in {"is_live", "is_upcoming", "post_live"}:
        message = f"the broadcast at {shown} is not over, or not ready yet"
        raise FetchError(message, "Run again when it can be watched from start to end.", url=shown)
    if (info.get("duration") or 0) * 1000 > options.max_duration:
        raise Refused(f"it is {info['duration'] / 3600:.1f} hours long", "max_hours").about(url)


_FRAGMENT = 64 * 1024**2
"""Bytes. yt-dlp takes each fragment into memory; ten seconds of the best picture that there is are 50 MB."""


@dataclass
class _Watch:
    """Tells how far a download is, and ends one that is too big.

    ``max_filesize`` would end it without an error, and only where the site tells the size.
    """

    url: str
    options: FetchOptions
    progress: Progress
    _fragment: tuple[int | None, int] = (None, 0)
    """The one that is coming, and the bytes that were here when it began."""

    def __call__(self, state: dict[str, Any]) -> None:
        done, total = state.get("downloaded_bytes") or 0, state.get("total_bytes") or state.get("total_bytes_estimate")
        if max(done, total or 0) > self.options.max_bytes:
            raise Refused(f"it is bigger than {self.options.max_bytes / 1e6:.0f} MB", "max_mb").about(self.url)
        if (index := state.get("fragment_index")) is not None:
            if index != self._fragment[0]:
                self._fragment = index, done
            if done - self._fragment[1] > _FRAGMENT:
                raise Refused(f"one of its fragments is bigger than {_FRAGMENT / 1e6:.0f} MB").about(self.url)
        self.progress(done, None if total is None else int(total))


class _Listener:
    """Takes what yt-dlp would print."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def debug(self, message: str) -> None:
        log.debug("yt-dlp: %s", redacted(message))

    def warning(self, message: str) -> None:
        self.warnings.append(message)
        self.debug(message)

    error = debug  # it is raised as well
