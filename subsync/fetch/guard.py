"""A yt-dlp that speaks http(s) alone, goes only where it may, and writes into one folder.

yt-dlp follows redirects wherever they lead, to this computer and its network too. Here every connection is looked at
when it is made and before anything is asked on it: the address that was really reached counts, not what a name gave a
moment before. Where a proxy makes the connection this is not ours to know; then what stands in the URL is looked at.
"""

from __future__ import annotations

from functools import cache
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit
from urllib.request import AbstractHTTPHandler, Request
from weakref import WeakSet

from subsync.fetch.failures import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

Door: TypeAlias = "Callable[[str, str | None], str | None]"
"""Host and, once it is known, address -> why not to go there, or ``None``."""


def guarded(door: Door, folder: Path) -> Any:
    """The class ``YoutubeDL`` with ``door`` before every connection, writing into ``folder``.

    What the door refuses comes out as an error of yt-dlp's with ``Refused`` behind it.
    """
    from yt_dlp import YoutubeDL
    from yt_dlp.networking._urllib import UrllibRH
    from yt_dlp.networking.exceptions import HTTPError

    guard = _guard(door)

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
            opener.add_handler(guard(proxies, context))
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

    return GuardedYoutubeDL


def _guard(door: Door) -> Any:
    from yt_dlp.networking.exceptions import RequestError
    from yt_dlp.utils.networking import select_proxy

    def admit(host: str, address: str | None) -> None:
        if reason := door(host, address):
            raise RequestError(reason, cause=Refused(reason))

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            admit(self.host, self.sock.getpeername()[0])

    class Secure(HTTPSConnection, Plain):
        """Connects as ``Plain`` does, so that it is looked at before TLS begins."""

    class Guard(AbstractHTTPHandler):
        """Opens what goes out directly, and leaves to yt-dlp's own handlers what goes through a proxy."""

        handler_order = 400  # after the proxies (100), before those that would connect by themselves (500)

        def __init__(self, proxies: Any, context: Any) -> None:
            super().__init__()
            self.proxies, self.context = proxies, context

        def _is_direct(self, request: Request) -> bool:
            admit(urlsplit(request.full_url).hostname or "", None)
            return not select_proxy(request.full_url, self.proxies)

        def http_open(self, request: Request) -> Any:
            return self.do_open(Plain, request) if self._is_direct(request) else None

        def https_open(self, request: Request) -> Any:
            return self.do_open(Secure, request, context=self.context()) if self._is_direct(request) else None

        def other_open(self, request: Request) -> Any:
            raise RequestError(cause=Refused(f"it leads to an address of the kind {request.type}:"))

        ftp_open = data_open = other_open

    return Guard
