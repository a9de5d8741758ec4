"""Downloading through yt-dlp, as a library: the sound alone, over http(s) alone, with no other program."""

from __future__ import annotations

import ipaddress
import json
import logging
import random
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from subsync.errors import FetchError, RateLimitedError, UsageError
from subsync.fetch.failures import OTHER_MEANS, explained, refusal
from subsync.fetch.stage import CAPTIONS, Download
from subsync.text.urls import redacted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from subsync.datatypes import Ms
    from subsync.fetch.stage import Progress

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """What may be downloaded from where, and how patiently."""

    extractors: tuple[str, ...] = ("youtube", "BiliBili", "generic", "html5")
    """Names of yt-dlp's extractors: regular expressions that match the whole name in any case. ``generic`` takes plain
    files, ``html5`` pages with a player of the browser's own."""
    hosts: tuple[str, ...] = ()
    """If any: only these, and those below them, may be a source. One named here may also have a private address."""
    allow_private: bool = False
    """Whether this computer, private and link-local addresses may be asked, by the source or after redirects."""
    max_bytes: int = 2 * 1024**3
    """Ten hours of the best sound that YouTube has (160 kbit/s) are 0.7 GB."""
    max_duration: Ms = 12 * 3_600_000
    """YouTube takes videos of up to 12 hours (support.google.com/youtube/answer/71673)."""
    attempts: int = 4
    """How often to try in a row without getting further."""
    timeout: float = 20.0
    """Seconds to wait for an answer; yt-dlp's own default."""
    captions: bool = True
    """Take a site's automatic English captions along."""
    cookies: Path | None = None
    """A cookies.txt of the user's, read and never written. Accounts have been banned for downloads (yt-dlp's wiki)."""

    def door(self, host: str, address: str | None) -> str | None:
        """Why not to talk to ``host``, which has ``address`` (``None`` while that is not known), or ``None``."""
        if self.allow_private or host.lower() in self.hosts:
            return None
        try:
            ip = ipaddress.ip_address(address or host)
        except ValueError:
            return f"{host} is this computer" if host.lower().rstrip(".").endswith("localhost") else None
        ip = getattr(ip, "ipv4_mapped", None) or ip
        return None if ip.is_global and not ip.is_multicast else f"{host} has the private address {ip}"


@dataclass(frozen=True, slots=True)
class YtDlpFetcher:
    """A ``Fetcher`` that asks yt-dlp."""

    options: FetchOptions = field(default_factory=FetchOptions)
    sleep: Callable[[float], None] = time.sleep

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
                if not exc.retryable or isinstance(exc, RateLimitedError) or attempt >= self.options.attempts:
                    raise
                log.warning("%s; trying again", exc.message)
                self._pause(attempt)
                attempt += 1

    def _check_host(self, url: str) -> None:
        host, hosts = urlsplit(url).hostname or "", self.options.hosts
        if hosts and not any(host == named or host.endswith(f".{named}") for named in hosts):
            raise refusal(url, f"{host} is not among the allowed hosts: {', '.join(hosts)}")
        if reason := self.options.door(host, None):
            raise refusal(url, reason)

    def _pause(self, attempt: int) -> float:
        """Sleep after a failed attempt, 1 being the first; the 0 tells yt-dlp, which calls this too, not to do so."""
        self.sleep(min(60.0, 2.0**attempt) * random.uniform(0.5, 1.5))  # noqa: S311 - no secret: keeps runs apart
        return 0.0

    def _once(self, url: str, folder: Path, progress: Progress) -> Download:
        from yt_dlp.utils import YoutubeDLError

        from subsync.fetch.guard import guarded

        listener = _Listener()
        try:
            params = {**self._params(url, progress), "logger": listener}
            with _copied(self.options.cookies) as cookies, guarded(self.options.door, folder)(params | cookies) as ydl:
                info = ydl.extract_info(url) or {}
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
            if len(text) > _MAX_CAPTIONS or not isinstance(json.loads(text), dict):
                raise ValueError("they are not what they should be")  # noqa: TRY301 - one catcher for all that fails
            (folder / CAPTIONS).write_bytes(text)
        except (YoutubeDLError, OSError, ValueError) as exc:
            log.warning(
                "no captions of %s, its sound will be recognised: %s", redacted(info.get("webpage_url", "")), exc
            )

    def _params(self, url: str, progress: Progress) -> dict[str, Any]:
        """Options of yt-dlp, which as a library reads no configuration of the user's."""
        attempts = self.options.attempts
        return {
            "format": "bestaudio[protocol^=http]/best[protocol^=http]",  # other protocols need other programs
            "outtmpl": {"default": "audio.%(ext)s"},  # no name of the site's
            "allowed_extractors": list(self.options.extractors),
            "noplaylist": True,
            "cachedir": False,
            "fixup": "never",
            "skip_unavailable_fragments": False,  # one that is missing would shift every time after it
            "socket_timeout": self.options.timeout,
            "retries": 0,  # covers the download alone; our own loop, what comes before it too
            "fragment_retries": attempts,
            "extractor_retries": attempts,
            "retry_sleep_functions": dict.fromkeys(("fragment", "extractor"), lambda n: self._pause(n + 1)),
            "match_filter": partial(_check_before, url, self.options),
            "progress_hooks": [partial(_check_while, url, self.options, progress)],
            "quiet": True,
            "noprogress": True,
            "color": {"stdout": "no_color", "stderr": "no_color"},
        }


_MAX_CAPTIONS = 64 * 1024**2
"""Bytes. An hour of speech has 1 MB."""


@contextmanager
def _copied(cookies: Path | None) -> Iterator[dict[str, str]]:
    """yt-dlp's option for a copy of the cookies that only we can read: it writes back to the file that it is given."""
    if cookies is None:
        yield {}
        return
    with TemporaryDirectory(prefix="subsync-") as folder:  # made with 0700
        copy = Path(folder) / "cookies.txt"
        try:
            copy.touch(0o600)
            copy.write_bytes(cookies.read_bytes())
        except OSError as exc:
            raise UsageError(f"{cookies}: cannot be read: {exc.strerror}", "Check the path of --cookies.") from exc
        yield {"cookiefile": str(copy)}


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
        raise refusal(url, f"it is {info['duration'] / 3600:.1f} hours long")


def _check_while(url: str, options: FetchOptions, progress: Progress, state: dict[str, Any]) -> None:
    """Tell how far a download is, and end one that is too big.

    ``max_filesize`` would end it without an error, and only where the site tells the size.
    """
    done, total = state.get("downloaded_bytes") or 0, state.get("total_bytes") or state.get("total_bytes_estimate")
    if max(done, total or 0) > options.max_bytes:
        raise refusal(url, f"it is bigger than {options.max_bytes / 1e6:.0f} MB")
    progress(done, None if total is None else int(total))


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
