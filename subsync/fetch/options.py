"""What may be downloaded from where: the extractors, hosts, addresses and sizes that a user allows."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from subsync.errors import UsageError
from subsync.fetch.failures import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from subsync.datatypes import Ms

DEFAULT_EXTRACTORS = (
    # Video sites where talks and interviews are.
    "youtube", "BiliBili", "vimeo", "dailymotion", "TedTalk", "TedEmbed", "PeerTube", "lbry", "Rumble", "AcFunVideo",
    # Podcasts: directories, and the hosts that most shows lie on.
    "apple:podcasts", "ximalaya", "netease:program", "acast", "Art19", "AudioBoom", "simplecast", "simplecast:episode",
    "megaphone.fm", "Libsyn", "Spreaker", "iheartradio", "tunein:podcast", "Podchaser", "Substack", "patreon",
    # Broadcasters and newspapers.
    "bbc", "bbc.co.uk", "Npr", "radiofrance", "abc.net.au", "cbc.ca:listen", "TheGuardianPodcast", "Bloomberg",
    # Sound alone, archives, lectures, files that somebody shares.
    "soundcloud", "SoundcloudEmbed", "mixcloud", "Bandcamp", "BilibiliAudio", "archive.org",
    "Kaltura", "Panopto", "Wistia", "loom", "Dropbox", "GoogleDrive",
    # Plain files and the enclosures of feeds; pages with a player of the browser's own or with structured data (as
    # xiaoyuzhoufm.com, for which yt-dlp has no extractor).
    "generic", "html5",
)  # fmt: skip
"""Names of yt-dlp's extractors."""


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """What may be downloaded from where, and how patiently."""

    extractors: tuple[str, ...] = ("default",)
    """Names of yt-dlp's extractors: regular expressions that match the whole name in any case. ``default`` stands for
    ``DEFAULT_EXTRACTORS``, ``all`` for all that yt-dlp has."""
    hosts: tuple[str, ...] = ()
    """If any: only these, and those below them, are asked for anything, be it by the source, a page or a redirect. One
    named here may also have a private address."""
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
    picture: int | None = None
    """Take the picture, of so many lines at most, instead of the sound."""
    captions: bool = True
    """Take a site's automatic English captions along."""
    cookies: Path | None = None
    """A cookies.txt of the user's, read and never written. Accounts have been banned for downloads (yt-dlp's wiki)."""

    @property
    def allowed(self) -> tuple[str, ...]:
        """The extractors, ``default`` written out.

        Raises:
            UsageError: a name is not a regular expression.
        """
        names: list[str] = []
        for name in self.extractors:
            try:
                re.compile(name)
            except re.error as exc:
                raise UsageError(f"extractors: {name!r} is not a regular expression: {exc}", "Mend that name.") from exc
            names += DEFAULT_EXTRACTORS if name == "default" else [".*" if name == "all" else name]
        return tuple(dict.fromkeys(names))

    def allows(self, extractor: str) -> bool:
        """Whether yt-dlp may use this extractor."""
        return any(re.fullmatch(name, extractor, re.IGNORECASE) for name in self.allowed)

    def door(self, host: str, address: str | None) -> Refused | None:
        """Why not to talk to ``host``, which has ``address`` (``None`` while that is not known), or ``None``."""
        host = host.lower().rstrip(".")
        named = [name.lower().strip(".") for name in self.hosts]
        if not self.allow_private and host not in named:
            if host == "localhost" or host.endswith(".localhost"):
                return Refused(f"{host} is this computer", "allow_private")
            for private in filter(_is_private, _addresses(address or host)):
                return Refused(f"{host} has the private address {private}", "allow_private")
        if named and not any(host == name or host.endswith(f".{name}") for name in named):
            return Refused(f"{host} is not among the allowed hosts: {', '.join(self.hosts)}", "hosts")
        return None


def _is_private(ip: IPv4Address | IPv6Address) -> bool:
    local = isinstance(ip, IPv6Address) and (ip.is_site_local or ip in _NAT64_LOCAL)
    return local or not ip.is_global or ip.is_multicast


_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")  # RFC 8215; Python 3.11 takes it for global
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
_COMPATIBLE = IPv6Network("::/96")  # RFC 4291, 2.5.5.1: no longer in use, and still routed to IPv4 by some systems
_ISATAP = 0x5EFE  # RFC 5214: the second quarter of the interface's half, with or without the bit for "global"


def _addresses(text: str) -> Iterator[IPv4Address | IPv6Address]:
    """The address that a text is, in any of its forms, and the IPv4 addresses in which one of IPv6 ends up."""
    try:
        ip = ip_address(text)
    except ValueError:
        try:
            ip = IPv4Address(socket.inet_aton(text))  # as systems do: 127.1, 2130706433, 0x7f.0.0.1
        except (OSError, ValueError):
            return  # a name: its address is looked at when it is known
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    yield mapped or ip
    if isinstance(ip, IPv4Address) or mapped:
        return
    low = int(ip) & 0xFFFF_FFFF
    if ip in _NAT64 or (ip in _COMPATIBLE and low > 1) or int(ip) >> 32 & 0xFDFF_FFFF == _ISATAP:
        yield IPv4Address(low)
    if ip.sixtofour:
        yield ip.sixtofour
    yield from ip.teredo or ()
