"""Addresses: where one stands in a text; of recordings their many forms, and what of them may be shown."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit, urlunsplit

ADDRESS = re.compile(
    r"(?:https?://|www\.)[!-~]*[A-Za-z0-9/=_~&#-]|[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII
)
"""In a text, without the punctuation behind it."""

_YOUTUBE_HOST = re.compile(r"(?:(?:www|m|music)\.)?(?:youtube\.com|youtube-nocookie\.com|youtu\.be)")
_YOUTUBE_PATH = re.compile(r"/(?:(?:shorts|embed|live|v|e)/)?([\w-]{11})/?", re.ASCII)
_NOT_VIDEOS = {"videoseries", "live_stream"}  # in the place of an id: a playlist, and whatever a channel plays now


_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id|igshid|spm|share_source|vd_source)(?:=|\Z)")
"""Parts of a query that say who shared an address; the recording is the same."""


def is_url(source: str) -> bool:
    """Whether a source is an http(s) address."""
    return re.match(r"\s*https?://", source, re.IGNORECASE) is not None


def video_id(url: str) -> str | None:
    """The id of a YouTube video in any of the forms of its address, or ``None`` for any other address."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in {"http", "https"} or not _YOUTUBE_HOST.fullmatch(host):
        return None
    if parts.path.rstrip("/") == "/watch":
        found = parse_qs(parts.query).get("v", [""])[0]
        return found if re.fullmatch(r"[\w-]{11}", found, re.ASCII) else None
    match = _YOUTUBE_PATH.fullmatch(parts.path)
    # Only youtu.be has ids at the root; youtube.com/xxxxxxxxxxx is a channel.
    at_root = parts.path.rstrip("/").count("/") == 1
    return match[1] if match and match[1] not in _NOT_VIDEOS and (host == "youtu.be" or not at_root) else None


def canonical_url(url: str) -> str:
    """One address for one recording: what the cache goes by and what links are made from.

    Raises:
        ValueError: It is not an http(s) address.
    """
    if found := video_id(url):
        return f"https://www.youtube.com/watch?v={found}"
    parts = urlsplit(url.partition("#")[0].strip())
    host, port, path, query = (parts.hostname or "").rstrip("."), parts.port, parts.path or "/", parts.query
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError("it is not an http(s) address")
    if host in {"bilibili.com", "www.bilibili.com", "m.bilibili.com"} and path.startswith("/video/"):
        part = parse_qs(query).get("p", ["1"])[0]  # what else it has is about who shared it
        host, path, query = "www.bilibili.com", path.rstrip("/"), "" if part == "1" else f"p={part}"
    query = "&".join(part for part in query.split("&") if not _TRACKING.match(part))
    place = f"[{host}]" if ":" in host else host
    if port not in {None, {"http": 80, "https": 443}[parts.scheme]}:
        place = f"{place}:{port}"
    user, at, _ = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme, user + at + place, path, query, ""))


def redacted(text: str) -> str:
    """``text`` with what may be secret in its addresses (passwords, values in queries) blotted out."""
    text = re.sub(r"(?<=://)[^/\s@]+@", "***@", text)
    return re.sub(r"([?&;](?!(?:v|t|p|list)=)[\w.~%-]+=)[^&;#\s'\"<>)]+", r"\1***", text)
