"""What yt-dlp's errors mean: by what caused them, by their HTTP status, by their words."""

from __future__ import annotations

import errno
import re
import socket
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from subsync.errors import FetchError, RateLimitedError, StoreError
from subsync.text.urls import redacted

if TYPE_CHECKING:
    from collections.abc import Iterator

OTHER_MEANS = "Check the note's source, or download it by other means and give the file with --audio."
_ACCOUNT = "Download it with your own account and give the file with --audio."
_UPDATE = 'Update it: pip install --upgrade "yt-dlp[default,deno]" (deno runs the scripts of YouTube\'s player).'


class Refused(Exception):  # noqa: N818 - said of an address, not of a fault
    """What the options of fetching do not let through."""

    def __init__(self, reason: str, setting: str = "") -> None:
        """``setting``: the one that could allow it; none where nothing can."""
        super().__init__(reason)
        self.setting = setting

    def about(self, url: str) -> FetchError:
        """The error for a source that leads there."""
        other = "ownload it by other means and give the file with --audio."
        option = f"--{self.setting.replace('_', '-')}"
        remedy = (
            f"Allow it with {option} (or SUBSYNC_{self.setting.upper()}), or d{other}" if self.setting else f"D{other}"
        )
        return FetchError(f"refused to fetch {redacted(url)}: {self}", remedy, url=redacted(url))


def not_allowed(extractor: str) -> Refused:
    """yt-dlp has an extractor for it that the options do not name."""
    return Refused(f"it needs yt-dlp's extractor {extractor}, which is not among the allowed extractors", "extractors")


class _Meaning(NamedTuple):
    again: Literal["never", "soon", "later"]
    what: str
    remedy: str


_LATER = _Meaning("later", "the site asks to wait", "Run again in an hour.")
"""YouTube's limit lasts "up to an hour" (yt-dlp's wiki, Extractors)."""
_GONE = _Meaning("never", "it is not there, or not there any more", OTHER_MEANS)
_DENIED = _Meaning("never", "the site refuses", f"If it plays in a browser, yt-dlp may be too old. {_UPDATE}")
_SOON = _Meaning("soon", "the site does not answer as it should", "Run again a little later.")
_NAMELESS = _Meaning(
    "soon", "its name cannot be looked up", "See that this computer has a network, and that the address is right."
)
_UNKNOWN = _Meaning(
    "never", "yt-dlp failed", f"{OTHER_MEANS} If it plays in a browser, yt-dlp may be too old. {_UPDATE}"
)

_SCRIPTS = _Meaning("never", "yt-dlp cannot run the player's script", _UPDATE)
_OF_SCRIPTS = r"n challenge|javascript runtime|only images"
_NO_SOUND = _Meaning("never", "there is no sound that we can fetch", _UPDATE)
"""What comes of it where the scripts could not be run, of which there was only a warning."""

_BY_STATUS = {
    401: _DENIED,
    403: _DENIED,
    404: _GONE,
    408: _SOON,
    410: _GONE,
    425: _SOON,
    429: _LATER,
}

_BY_WORDS = {
    # From yt-dlp's source, release 2026.10.26, and threads on its tracker. The first that matches counts.
    r"try again later|rate-limited|not a bot|captcha": _LATER,
    r"private video|video is private": _Meaning("never", "it is private", _ACCOUNT),
    r"members.only|join this channel|premium|payment": _Meaning("never", "only members may watch it", _ACCOUNT),
    r"confirm your age|age-restricted": _Meaning("never", "it is only for adults with an account", _ACCOUNT),
    r"in your country|geo.?restrict|your location|your region": _Meaning("never", "it is blocked here", OTHER_MEANS),
    r"DRM protected": _Meaning("never", "it is protected against copying", OTHER_MEANS),
    r"will begin in|premieres in|not currently live": _Meaning("never", "it is not out yet", "Run again when it is."),
    r"removed|terminated|video unavailable|does not exist|deleted|no longer available": _GONE,
    r"unsupported url": _Meaning(
        "never", "there is no recording that we know of", f"{OTHER_MEANS} yt-dlp may know more sites: --extractors all."
    ),
    _OF_SCRIPTS: _SCRIPTS,
    r"requested format|no video formats": _NO_SOUND,
    r"sign in|log ?in|registered users": _Meaning("never", "it needs an account", _ACCOUNT),
    r"certificate verify failed": _Meaning("never", "the site cannot prove who it is", "Check this computer's clock."),
    r"unable to extract|latest version": _Meaning("never", "yt-dlp no longer understands the site", _UPDATE),
}

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}


def explained(exc: BaseException, url: str, warnings: list[str]) -> FetchError | StoreError:
    """Our error for one of yt-dlp's.

    Args:
        exc: What it raised.
        url: What was asked for.
        warnings: What it had said before; the reason is sometimes only there.
    """
    url = redacted(url)
    causes = tuple(_causes(exc))
    for cause in causes:
        if isinstance(cause, Refused):
            return cause.about(url)
        if isinstance(cause, OSError) and cause.errno in _NO_ROOM:
            return StoreError(f"cannot keep what {url} gives: {cause.strerror}", "Make room on the disk.")
    text = redacted(re.sub(r"\x1b\[[\d;]*m|^ERROR: *|; please report this issue.*", "", str(exc)).strip())
    if needed := re.search(r"no suitable extractor(?: \((\w+)\))? found", text, re.IGNORECASE):
        return not_allowed(needed[1] or "for this address").about(url)
    meaning = _meaning(causes, [text, *warnings])
    kind = RateLimitedError if meaning.again == "later" else FetchError
    return kind(
        f"cannot fetch {url}: {meaning.what} ({text})", meaning.remedy, url=url, retryable=meaning.again != "never"
    )


def _meaning(causes: tuple[BaseException, ...], said: list[str]) -> _Meaning:
    from yt_dlp.networking.exceptions import HTTPError, TransportError
    from yt_dlp.utils import ContentTooShortError

    status = next((cause.status for cause in causes if isinstance(cause, HTTPError)), None)
    if status == 429:
        return _LATER
    for words in said:
        # Not those of the address or of the id, which the extractor puts in front.
        own = re.sub(r"https?://\S+|^\s*\[[^\]]*\] (?:\S+: )?", "", words)
        for pattern, meaning in _BY_WORDS.items():
            if re.search(pattern, own, re.IGNORECASE):
                scripts = meaning is _NO_SOUND and re.search(_OF_SCRIPTS, " ".join(said), re.IGNORECASE)
                return _SCRIPTS if scripts else meaning
    if status is not None:
        return _SOON if status >= 500 else _BY_STATUS.get(status, _UNKNOWN)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return _NAMELESS
    # "Got error" is what the downloader says of a cut that is worth another try; its cause is then lost.
    cut = any(isinstance(cause, (TransportError, ContentTooShortError, TimeoutError)) for cause in causes)
    return _SOON if cut or "Got error: " in said[0] else _UNKNOWN


def is_nameless(error: BaseException) -> bool:
    """Whether a host's name could not be looked up, as where there is no network."""
    return any(isinstance(cause, socket.gaierror) for cause in _causes(error))


def _causes(exc: BaseException) -> Iterator[BaseException]:
    """An error and those behind it, which yt-dlp keeps in three places."""
    todo: list[Any] = [exc]
    seen: set[int] = set()
    while todo:
        error = todo.pop(0)
        if isinstance(error, BaseException) and id(error) not in seen:
            seen.add(id(error))
            yield error
            held = getattr(error, "exc_info", None) or (None, None)
            todo += [held[1], getattr(error, "cause", None), error.__cause__]
