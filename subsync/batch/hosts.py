"""Who may be asked for a recording now: one download at a time from each host, with waits between.

yt-dlp's wiki (Extractors) advises 5 to 10 s between downloads; a guest of YouTube has some 300 videos an hour.
"""

from __future__ import annotations

import ipaddress
import math
import random
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from subsync.text.urls import is_url, video_id

CLOSED = 3600.0
"""Seconds. YouTube's limit lasts "up to an hour" (yt-dlp's wiki)."""


def host_of(source: str | None) -> str | None:
    """Whom a source is asked of; ``None`` for a file. All names of YouTube are one host."""
    if not source or not is_url(source):
        return None
    if video_id(source):
        return "youtube.com"
    try:
        return (urlsplit(source.strip()).hostname or "").rstrip(".").removeprefix("www.") or None
    except ValueError:
        return None


@dataclass
class Hosts:
    """Keeps count; nothing is asked here."""

    pause: tuple[float, float]
    """Shortest and longest wait between two downloads from one host."""
    closed: dict[str, float] = field(default_factory=dict)
    """Until when, in seconds since 1970."""
    _busy: set[str] = field(default_factory=set)
    _rest: dict[str, float] = field(default_factory=dict)

    def may_ask(self, host: str) -> bool:
        """Whether a download from there may begin now."""
        return host not in self._busy and time.monotonic() >= self._rest.get(host, 0.0)

    def wakes(self) -> float:
        """When the next wait is over, on the monotonic clock; infinity where nobody waits."""
        now = time.monotonic()
        return min((rest for rest in self._rest.values() if rest > now), default=math.inf)

    def is_closed(self, host: str | None) -> bool:
        """Whether it has told us to stay away."""
        return host is not None and self.closed.get(host, 0.0) > time.time()

    def begin(self, host: str) -> None:
        """A download from there begins."""
        self._busy.add(host)

    def end(self, host: str, *, asked: bool = True) -> None:
        """It is over. There is no wait for the user's own machine, nor if nothing had to be asked."""
        self._busy.discard(host)
        if asked and not _own(host):
            self._rest[host] = time.monotonic() + random.uniform(*self.pause)  # noqa: S311 - no secret

    def shut(self, host: str) -> float:
        """It asks us to come back later: until when."""
        self.closed[host] = time.time() + CLOSED
        return self.closed[host]


def _own(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
