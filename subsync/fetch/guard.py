"""A yt-dlp that speaks http(s) alone, goes only where it may, reads only so much, and writes into one folder.

yt-dlp follows redirects wherever they lead, to this computer and its network too. Here every connection is looked at
when it is made and before anything is asked on it: the address that was really reached counts, not what a name gave a
moment before. Where a proxy makes the connection this is not ours to know; then what stands in the URL is looked at.

For this, methods of yt-dlp's are overridden that it may rename in any release. So what was opened is tried out at once:
if a request gets past the guard, nothing is fetched with this yt-dlp.
"""

from __future__ import annotations

import zlib
from functools import cache, partial
from http.client import HTTPConnection, HTTPSConnection
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit
from urllib.request import AbstractHTTPHandler, Request
from urllib.response import addinfourl
from weakref import WeakSet

from subsync.errors import FetchError
from subsync.fetch.failures import OTHER_MEANS, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Door: TypeAlias = "Callable[[str, str | None], Refused | None]"
"""Host and, once it is known, address -> why not to go there, or ``None``."""

_NOWHERE = "guard.subsync.invalid"
"""A host that is always refused, and that no name server knows (RFC 2606)."""
_LARGEST = 32 * 1024**2
"""Bytes of a page that is read in one go, packed or unpacked. YouTube's player is 3 MB, the feeds of the busiest
podcasts 10; what is larger comes in pieces onto the disk, or is meant to fill the memory."""


def guarded(params: Mapping[str, Any], door: Door, folder: Path, *, largest: int = _LARGEST) -> Any:
    """A ``YoutubeDL`` with ``door`` before every connection, writing into ``folder``; a context that closes it.

    What is refused comes out as an error of yt-dlp's with ``Refused`` behind it.

    Args:
        params: yt-dlp's options.
        door: Asked before every connection, and again once it is made.
        folder: Where all its files go.
        largest: Bytes of a page, as it comes and unpacked; what is downloaded in pieces is not a page.

    Raises:
        FetchError: this yt-dlp cannot be guarded.
    """
    from yt_dlp import YoutubeDL
    from yt_dlp.networking._urllib import UrllibRH
    from yt_dlp.networking.exceptions import HTTPError

    class GuardedRH(UrllibRH):  # type: ignore[misc]  # yt-dlp has no types
        RH_KEY = "Urllib"
        _SUPPORTED_URL_SCHEMES = ("http", "https")

        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            self.responses: WeakSet[Any] = WeakSet()

        def _create_instance(self, proxies: Any, cookiejar: Any, legacy_ssl_support: Any = None) -> Any:
            opener = super()._create_instance(proxies, cookiejar, legacy_ssl_support)
            # Made when it is first needed: reading the certificates takes longer than a request to the next room.
            context = cache(lambda: self._make_sslcontext(legacy_ssl_support=legacy_ssl_support))
            opener.add_handler(_Guard(door, min(largest, _LARGEST), proxies, context))
            return opener

        def _send(self, request: Any) -> Any:
            try:
                response = super()._send(request)
            except HTTPError as exc:
                self.responses.add(exc.response)
                raise
            self.responses.add(response)
            return response

        def close(self) -> None:
            # yt-dlp leaves open what it does not read to the end, and an error holds on to it.
            for response in tuple(self.responses):
                response.close()
            super().close()

    class GuardedYoutubeDL(YoutubeDL):  # type: ignore[misc]  # yt-dlp has no types
        def build_request_director(self, _handlers: Any, preferences: Any = None) -> Any:
            return super().build_request_director([GuardedRH], preferences)

        def get_output_path(self, _kind: str = "", filename: str | None = None) -> str:
            # Its own takes "$HOME" and "~" in the name of a folder for variables, and has no way to quote them.
            return str(folder / Path(filename or "").name)

    ydl = GuardedYoutubeDL(dict(params))
    try:
        _try_out(ydl, folder)
    except BaseException:  # Ctrl-C too: nobody else has it yet to close it
        ydl.close()
        raise
    return ydl


def _try_out(ydl: Any, folder: Path) -> None:
    """Make sure that nothing gets past the guard.

    Raises:
        FetchError: something does.
    """
    try:
        handlers = [*ydl._request_director.handlers.values()]  # noqa: SLF001 - what is tried out is private
        senders = [ydl.urlopen, *(handler.send for handler in handlers)]
        gap = next((way for way in map(_gap, senders) if way), "" if handlers else "there is no way to send a request")
        outside = Path(ydl.prepare_filename({"id": "x", "title": "x", "ext": "x"})).parent != folder
    except (AttributeError, LookupError, TypeError, ValueError) as exc:
        gap, outside = f"{type(exc).__name__}: {exc}", False
    if gap or outside:
        from importlib.metadata import version

        what = gap or "it writes into another folder"
        raise FetchError(
            f"yt-dlp {version('yt-dlp')} is not as we know it, so what it connects to cannot be watched ({what})",
            f"Update subsync, or install an older yt-dlp. {OTHER_MEANS}",
        )


def _gap(send: Callable[[Any], Any]) -> str:
    """What gets past the guard, if anything. Nobody is asked: the host of these requests does not exist."""
    from yt_dlp.networking import Request as Wanted
    from yt_dlp.networking.exceptions import RequestError

    for kind in ("http", "https", "ftp", "file"):
        try:
            send(Wanted(f"{kind}://{_NOWHERE}/")).close()
        except RequestError as exc:
            reason = exc.cause if isinstance(exc.cause, Refused) else None
            if kind.startswith("http") and str(reason) != _NOWHERE:
                return f"a request over {kind} went on: {exc}"
        else:
            return f"a request over {kind} was answered"
    return ""


# --- in yt-dlp's opener -----------------------------------------------------------------------------------------------


class _Plain(HTTPConnection):
    """Is looked at as soon as it is made."""

    admit: Callable[[str, str | None], None]

    def connect(self) -> None:
        super().connect()
        self.admit(self.host, self.sock.getpeername()[0])


class _Secure(HTTPSConnection, _Plain):
    """Connects as ``_Plain`` does, so that it is looked at before TLS begins."""


def _connection(kind: type[_Plain], admit: Callable[[str, str | None], None], *args: Any, **settings: Any) -> _Plain:
    made = kind(*args, **settings)
    made.admit = admit
    return made


class _Guard(AbstractHTTPHandler):
    """Opens what goes out directly, and leaves to yt-dlp's own handlers what goes through a proxy."""

    handler_order = 400  # after the proxies (100), before those that would connect by themselves (500)

    def __init__(self, door: Door, largest: int, proxies: Any, context: Callable[[], Any]) -> None:
        super().__init__()
        self.door, self.largest, self.proxies, self.context = door, largest, proxies, context

    def admit(self, host: str, address: str | None) -> None:
        if reason := Refused(_NOWHERE) if host == _NOWHERE else self.door(host, address):
            raise _refusal(reason)

    def _is_direct(self, request: Request) -> bool:
        from yt_dlp.utils.networking import select_proxy

        self.admit(urlsplit(request.full_url).hostname or "", None)
        return not select_proxy(request.full_url, self.proxies)

    def http_open(self, request: Request) -> Any:
        return self.do_open(partial(_connection, _Plain, self.admit), request) if self._is_direct(request) else None

    def https_open(self, request: Request) -> Any:
        secure: Any = partial(_connection, _Secure, self.admit)
        return self.do_open(secure, request, context=self.context()) if self._is_direct(request) else None

    def other_open(self, request: Request) -> Any:
        raise _refusal(Refused(f"it leads to an address of the kind {request.type}:"))

    ftp_open = data_open = other_open

    def http_request(self, request: Request) -> Request:
        if request.get_header("Accept-encoding", "identity") != "identity":
            request.add_header("Accept-Encoding", "gzip, deflate")  # what can be unpacked up to a limit
        return request

    def http_response(self, _: Request, response: Any) -> Any:
        """Let nobody read more than ``largest`` in one go, and unpack before yt-dlp does, which knows no limit."""
        response.read = partial(self._read, response, response.read)
        packed = [name.strip().lower() for name in response.headers.get("Content-Encoding", "").split(",")]
        if not any(name not in {"", "identity"} for name in packed):
            return response
        try:
            body = response.read()
            for encoding in reversed(packed):
                body = self._bounded(_unpacked(body, encoding, self.largest + 1))
        finally:
            response.close()
        del response.headers["Content-Encoding"]
        unpacked: Any = addinfourl(BytesIO(body), response.headers, response.url, response.code)
        unpacked.msg = response.msg
        return unpacked

    https_request, https_response = http_request, http_response

    def _read(self, response: Any, read: Any, amount: int | None = None) -> Any:
        if amount is not None and amount >= 0:
            return read(amount)
        if response.length is not None and response.length <= self.largest:
            return read()  # which notices if less comes
        try:
            return self._bounded(read(self.largest + 1))
        finally:
            response.close()

    def _bounded(self, body: bytes) -> bytes:
        if len(body) > self.largest:
            raise _refusal(Refused(f"a page of it is larger than {self.largest / 1e6:.0f} MB", "max_mb"))
        return body


def _refusal(reason: Refused) -> Exception:
    from yt_dlp.networking.exceptions import RequestError

    error: Exception = RequestError(str(reason), cause=reason)
    return error


def _unpacked(body: bytes, encoding: str, at_most: int) -> bytes:
    """A body as it was before it was packed, or the beginning of it; as yt-dlp does, with or without zlib's header."""
    if encoding == "gzip":
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, at_most)
    if encoding == "deflate":
        try:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(body, at_most)
        except zlib.error:
            return zlib.decompressobj().decompress(body, at_most)
    if encoding in {"", "identity"}:
        return body
    raise zlib.error(f"it is packed as {encoding}, which we did not ask for")
