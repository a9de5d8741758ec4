"""A server for a note's pages, on this machine only unless asked otherwise.

A page in a file cannot hold YouTube's player, which wants to know who embeds it (error 153), and a phone cannot open a
file of this machine. The server gives out the files of one folder and the recording, to who knows the token in the
address. What it gives out it names from a listing, so that there is no path to be led astray.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import socket
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from subsync.errors import SubsyncError, UsageError
from subsync.pages.html import served
from subsync.store.files import errors_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_LOG = logging.getLogger(__name__)

_PORTS = (49_152, 60_000)
"""Where nobody else has a fixed place (RFC 6335); what systems hand out themselves often begins above."""
_MOST = 8 << 20
"""Bytes of corrections: an hour with every sentence changed has one megabyte."""
_CHUNK = 1 << 16

_TYPES = {
    ".aac": "audio/aac", ".flac": "audio/flac", ".m4a": "audio/mp4", ".mka": "audio/x-matroska", ".mp3": "audio/mpeg",
    ".oga": "audio/ogg", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".wav": "audio/wav",
    ".m4v": "video/mp4", ".mkv": "video/x-matroska", ".mov": "video/quicktime", ".mp4": "video/mp4",
    ".ts": "video/mp2t", ".webm": "video/webm",
    ".json": "application/json", ".vtt": "text/vtt; charset=utf-8",
    ".srt": "text/plain; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".md": "text/plain; charset=utf-8",
}  # fmt: skip
"""Not the system's table, which differs from machine to machine; what is not here is to be saved, not shown."""


def page_in(folder: Path, suffix: str = "review.html") -> Path:
    """The one page of a kind in a results folder.

    Raises:
        UsageError: there is none, or there are several.
    """
    pages = sorted(folder.glob(f"*.{suffix}")) if folder.is_dir() else []
    if len(pages) != 1:
        found = ", ".join(p.name for p in pages) or "none"
        raise UsageError(
            f"{folder}: one page NAME.{suffix} is expected, found: {found}",
            "Give the folder of one note's results, such as subsync-out/NAME.",
        )
    return pages[0]


def secret_in(root: Path) -> bytes:
    """The secret of this user, made when first asked for: with it a folder keeps its address from run to run.

    What a browser keeps (stars, places, drafts of corrections) it keeps by address.
    """
    path = root / "serve.key"
    with errors_of("write", path), suppress(FileExistsError):
        root.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            os.write(fd, secrets.token_bytes(32))
        finally:
            os.close(fd)
    with errors_of("read", path):
        return path.read_bytes()


def own_address() -> str:
    """This machine's address in the network around it.

    Raises:
        UsageError: it is in none.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address of nobody (RFC 5737); connecting UDP sends nothing
            return str(probe.getsockname()[0])
        except OSError as exc:
            raise UsageError(f"this machine is in no network: {exc}", "Serve without --lan.") from exc


@dataclass(frozen=True, slots=True)
class Door:
    """Where a server listens, and who knows it."""

    port: int = 0
    """0 takes one that depends on the folder where it is free, so that the address stays the same."""
    lan: str | None = None
    """This machine's address in its network; then it listens there too, under a new token, and takes no corrections."""
    secret: bytes | None = None
    """Makes the token the same for the same folder; without it the token is a new one."""


class PageServer(ThreadingHTTPServer):
    """Serves a results folder until ``shutdown``; ``url`` is where its page is."""

    daemon_threads = True

    def __init__(
        self,
        folder: Path,
        *,
        recording: Path | None,
        suffix: str = "review.html",
        door: Door | None = None,
        apply: Callable[[str], Mapping[str, Any]] | None = None,
    ) -> None:
        """Listen.

        Args:
            folder: what is given out.
            recording: is given out as ``recording``.
            suffix: which page of the folder it is about.
            door: 127.0.0.1 with a new token unless given.
            apply: is given corrections as the page exports them; what it returns goes back to the page as JSON.

        Raises:
            UsageError: there is no such page in the folder, or the port is taken.
        """
        door = door or Door()
        port, lan = door.port, door.lan
        self.folder = folder
        self.page = page_in(folder, suffix).name
        self.recording = recording
        self.apply = None if lan else apply
        self.applying = threading.Lock()
        name = str(folder.absolute()).encode()
        if door.secret and not lan:
            digest = hmac.digest(door.secret, name, "sha256")
            self.token = base64.urlsafe_b64encode(digest[:24]).decode()
        else:  # who has seen it in the network shall not know it tomorrow
            self.token = secrets.token_urlsafe(24)
        place = "0.0.0.0" if lan else "127.0.0.1"  # noqa: S104 - asked for, see ``lan``
        first = port or _PORTS[0] + int.from_bytes(hashlib.sha256(name).digest()[:4]) % (_PORTS[1] - _PORTS[0])
        try:
            super().__init__((place, first), _Handler)
        except (OSError, OverflowError) as exc:
            if port:
                raise UsageError(f"port {port} cannot be used: {exc}", "Choose another --port, or none.") from exc
            super().__init__((place, 0), _Handler)
        self.hosts = {f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost", lan) if name}
        self.host = lan or "127.0.0.1"
        self.place = "" if lan else (folder.absolute() / self.page).as_uri()  # which is nobody else's business

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Of a visitor who has left there is nothing to say."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        """Address of the page, with the token."""
        return f"http://{self.host}:{self.server_port}/{self.token}/{quote(self.page)}"

    @property
    def made(self) -> str:
        """Tells the page as it is now from what it was before."""
        with self.opened(self.page) as (file, _):
            return _digest(file.read())

    @contextmanager
    def opened(self, name: str) -> Iterator[tuple[IO[bytes], str]]:
        """A file that is given out under a name, and its type.

        Raises:
            FileNotFoundError: no such name.
        """
        if name == "recording" and self.recording is not None:
            path, flags = self.recording, os.O_RDONLY
        else:
            # A regular file of the folder itself: no link, nothing hidden, nothing that a slash or dots could reach.
            found = next((p for p in self.folder.iterdir() if p.name == name), None)
            if found is None or name.startswith(".") or found.is_symlink() or not found.is_file():
                raise FileNotFoundError(name)
            path, flags = found, os.O_RDONLY | os.O_NOFOLLOW
        with open(os.open(path, flags), "rb") as file:  # noqa: PTH123 - pathlib cannot refuse to follow a link
            yield file, _TYPES.get(path.suffix.lower(), "application/octet-stream")


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    server: PageServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "subsync", ""
    timeout = 60

    def do_GET(self) -> None:
        """Give out a file."""
        name = self._name()
        if name is None:
            return
        try:
            if name == "":
                self._begin(HTTPStatus.FOUND, 0, "text/plain", Location=quote(self.server.page))
            elif name == self.server.page:
                self._send_page()
            else:
                self._send_file(name)
        except OSError as exc:
            if isinstance(exc, ConnectionError):  # a player that seeks leaves in the middle
                self.close_connection = True
            else:
                self._refuse(HTTPStatus.NOT_FOUND)

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        """Take corrections, where they are taken."""
        name = self._name()
        if name is None:
            return
        size = self.headers.get("Content-Length", "")
        if name != "apply" or self.server.apply is None:
            self._refuse(HTTPStatus.NOT_FOUND)
        elif self.headers.get_content_type() != "application/json" or not self._is_ours():
            self._refuse(HTTPStatus.FORBIDDEN)  # forms of foreign pages can send neither
        elif not re.fullmatch(r"\d{1,9}", size) or int(size) > _MOST:
            self.close_connection = True  # what was sent is not read
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._apply(self.server.apply, self.rfile.read(int(size)).decode("utf-8", errors="replace"))

    def _is_ours(self) -> bool:
        origin = self.headers.get("Origin")
        return origin is None or origin.removeprefix("http://") in self.server.hosts

    def _apply(self, apply: Callable[[str], Mapping[str, Any]], text: str) -> None:
        status, answer = (
            HTTPStatus.PRECONDITION_FAILED,
            {"error": "the result has changed", "remedy": "Reload the page."},
        )
        try:
            with self.server.applying:
                if self.headers.get("If-Match") in {None, f'"{self.server.made}"'}:  # else it would take back the newer
                    status, answer = HTTPStatus.OK, dict(apply(text))
        except SubsyncError as error:
            status, answer = HTTPStatus.CONFLICT, {"error": error.message, "remedy": error.remedy}
        body = json.dumps(answer, ensure_ascii=False).encode()
        with suppress(ConnectionError):
            self._begin(status, len(body), "application/json")
            self.wfile.write(body)

    def _name(self) -> str | None:
        """What is asked for, or ``None`` if the question was answered with a refusal."""
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            self._refuse(HTTPStatus.FORBIDDEN)  # another name that leads here: a foreign page is asking
            return None
        parts = self.path.partition("?")[0].split("/", 2)
        token = parts[1] if len(parts) == 3 else ""
        if not hmac.compare_digest(token.encode(), self.server.token.encode()):
            self._refuse(HTTPStatus.NOT_FOUND)
            return None
        return unquote(parts[2], errors="surrogateescape")

    def _send_page(self) -> None:
        with self.server.opened(self.server.page) as (file, _):
            read = file.read()
        text, made = read.decode("utf-8", errors="replace"), _digest(read)
        applies, place = self.server.apply is not None, self.server.place
        body = served(text, applies=applies, made=made, place=place).encode()
        self._begin(HTTPStatus.OK, len(body), "text/html; charset=utf-8")
        if self.command == "GET":
            self.wfile.write(body)

    def _send_file(self, name: str) -> None:
        with self.server.opened(name) as (file, kind):
            size = os.fstat(file.fileno()).st_size
            try:
                part = _range(self.headers.get("Range"), size)
            except ValueError:
                self._refuse(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, **{"Content-Range": f"bytes */{size}"})
                return
            first, last = part or (0, size - 1)
            more = {"Accept-Ranges": "bytes", "Content-Security-Policy": "default-src 'none'; sandbox"}
            if part:
                more["Content-Range"] = f"bytes {first}-{last}/{size}"
            self._begin(HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK, last - first + 1, kind, **more)
            if self.command == "GET":
                file.seek(first)
                left = last - first + 1
                while left and (chunk := file.read(min(_CHUNK, left))):
                    self.wfile.write(chunk)
                    left -= len(chunk)

    def _refuse(self, status: HTTPStatus, **more: str) -> None:
        body = f"{status.value} {status.phrase}\n".encode()
        with suppress(ConnectionError):
            self._begin(status, len(body), "text/plain; charset=utf-8", **more)
            if self.command != "HEAD":
                self.wfile.write(body)

    def _begin(self, status: HTTPStatus, length: int, kind: str, **more: str) -> None:
        self.send_response(status)
        headers = {
            "Content-Type": kind,
            "Content-Length": str(length),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Resource-Policy": "same-origin",
            # YouTube's player refuses pages without a referrer; this sends the origin alone, not the token.
            "Referrer-Policy": "strict-origin-when-cross-origin",
        }
        for key, value in (headers | more).items():
            self.send_header(key, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in http.server
        """Say it to who asked for details."""
        _LOG.debug("%s", (format % args).replace(self.server.token, "TOKEN"))


def _digest(read: bytes) -> str:
    return hashlib.sha256(read).hexdigest()[:16]


def _range(header: str | None, size: int) -> tuple[int, int] | None:
    """The first and last byte asked for; ``None`` for the whole.

    The whole is also the answer to what makes no sense and to several ranges at once, as RFC 9110 14.2 has it.

    Raises:
        ValueError: the range is outside the file.
    """
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", header or "", re.ASCII)
    if not match or match.groups() == ("", ""):
        return None
    if not match[1]:
        first, last = max(0, size - int(match[2])), size - 1
    else:
        first, last = int(match[1]), int(match[2] or size - 1)
        if match[2] and last < first:
            return None
    if first >= size:
        raise ValueError(header)
    return first, min(last, size - 1)
