"""The server of a review page: to whom it gives out what."""

from __future__ import annotations

import shutil
import threading
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from typing import TYPE_CHECKING

import pytest

from subsync.errors import UsageError
from subsync.pages.server import Door, PageServer, own_address, page_in, secret_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOUND = bytes(range(256)) * 1000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PageServer]:
    """Serves a folder with a page, a file, a hidden file, a link and a folder."""
    folder = tmp_path / "talk"
    (folder / "inner").mkdir(parents=True)
    (folder / "talk.review.html").write_text("<p>页</p>", encoding="utf-8")
    (folder / "talk.en.srt").write_text("1\n", encoding="utf-8")
    (folder / "a b%2e#?.txt").write_text("odd name", encoding="utf-8")
    (folder / ".hidden").write_text("secret", encoding="utf-8")
    (folder / "inner" / "x.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    recording = tmp_path / "talk.opus"
    recording.write_bytes(SOUND)
    with PageServer(folder, recording=recording) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def ask(
    server: PageServer, path: str, *, method: str = "GET", host: str | None = None, body: str = "", **headers: str
) -> tuple[HTTPResponse, bytes]:
    """The answer to a request exactly as written."""
    with closing(HTTPConnection("127.0.0.1", server.server_port, timeout=10)) as connection:
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", host or f"127.0.0.1:{server.server_port}")
        for key, value in headers.items():
            connection.putheader(key, value)
        if body:
            connection.putheader("Content-Length", str(len(body.encode())))
        connection.endheaders(body.encode() or None)
        answer = connection.getresponse()
        return answer, answer.read()


def test_the_page_and_the_files_are_given_out_to_who_knows_the_token(server: PageServer) -> None:
    page, text = ask(server, f"/{server.token}/talk.review.html")
    file, srt = ask(server, f"/{server.token}/talk.en.srt")
    odd, named = ask(server, f"/{server.token}/a%20b%252e%23%3F.txt")

    assert server.url == f"http://127.0.0.1:{server.server_port}/{server.token}/talk.review.html"
    assert (page.status, page.getheader("Content-Type"), text) == (
        200,
        "text/html; charset=utf-8",
        "<p>页</p>".encode(),
    )
    assert (file.status, file.getheader("Content-Type"), srt) == (200, "text/plain; charset=utf-8", b"1\n")
    assert (odd.status, named) == (200, b"odd name")


def test_every_answer_tells_browsers_to_be_careful(server: PageServer) -> None:
    answer, _ = ask(server, f"/{server.token}/talk.en.srt")

    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Cache-Control") == "no-store"
    assert answer.getheader("Referrer-Policy") == "strict-origin-when-cross-origin"
    assert answer.getheader("Content-Security-Policy") == "default-src 'none'; sandbox"
    assert answer.getheader("Server") == "subsync "


def test_the_folder_leads_to_its_page(server: PageServer) -> None:
    answer, _ = ask(server, f"/{server.token}/")

    assert (answer.status, answer.getheader("Location")) == (302, "talk.review.html")


def test_it_listens_on_this_machine_alone(server: PageServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "path", ["/", "/talk.review.html", "/wrong/talk.review.html", "//talk.review.html", "/%C3%A9/x"]
)
def test_without_the_token_nothing_is_there(server: PageServer, path: str) -> None:
    assert ask(server, path)[0].status == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "[::1]:80", "localhost.evil.example"])
def test_another_host_name_is_refused(server: PageServer, host: str) -> None:
    """A foreign page whose name was made to lead here."""
    answer, body = ask(server, f"/{server.token}/talk.review.html", host=host)

    assert (answer.status, body) == (403, b"403 Forbidden\n")


def test_localhost_is_this_machine_too(server: PageServer) -> None:
    assert ask(server, f"/{server.token}/talk.en.srt", host=f"localhost:{server.server_port}")[0].status == 200


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "..%5csecret.txt", "....//secret.txt", "/etc/passwd",
        "%2fetc%2fpasswd", "inner/x.txt", "inner%2fx.txt", "inner", ".hidden", "link.txt", "nothing.txt", "%00", "%ff",
        "talk.en.srt/", "..", ".", "talk.en.srt%00.html",
    ],
)  # fmt: skip
def test_nothing_outside_the_folder_is_given_out(server: PageServer, name: str) -> None:
    """Nor what is hidden or a link in it."""
    answer, body = ask(server, f"/{server.token}/{name}")

    assert answer.status == 404
    assert b"secret" not in body


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=1000-1999", 1000, 1999),
        ("bytes=255000-", 255_000, 255_999),
        ("bytes=-500", 255_500, 255_999),
        ("bytes=255999-999999999", 255_999, 255_999),
        ("bytes=-999999999", 0, 255_999),
    ],
)
def test_parts_of_the_recording_are_given_out(server: PageServer, asked: str, first: int, last: int) -> None:
    """Players seek by them."""
    answer, body = ask(server, f"/{server.token}/recording", Range=asked)

    assert (answer.status, answer.getheader("Content-Type")) == (206, "audio/ogg")
    assert answer.getheader("Content-Range") == f"bytes {first}-{last}/256000"
    assert body == SOUND[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=256000-", "bytes=256000-256001", "bytes=-0"])
def test_a_part_beyond_the_end_is_refused(server: PageServer, asked: str) -> None:
    answer, _ = ask(server, f"/{server.token}/recording", Range=asked)

    assert (answer.status, answer.getheader("Content-Range")) == (416, "bytes */256000")


@pytest.mark.parametrize(
    "asked", ["bytes=5-3", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=1" + "0" * 99]
)
def test_a_range_that_makes_no_sense_gets_the_whole(server: PageServer, asked: str) -> None:
    """As RFC 9110 has it; several ranges at once are such a case."""
    answer, body = ask(server, f"/{server.token}/recording", Range=asked)

    assert (answer.status, answer.getheader("Accept-Ranges"), body) == (200, "bytes", SOUND)


def test_head_gives_no_body(server: PageServer) -> None:
    answer, body = ask(server, f"/{server.token}/recording", method="HEAD")

    assert (answer.status, answer.getheader("Content-Length"), body) == (200, "256000", b"")


@pytest.mark.parametrize(("method", "status"), [("POST", 404), ("PUT", 501), ("DELETE", 501), ("OPTIONS", 501)])
@pytest.mark.parametrize("name", ["talk.en.srt", "apply"])
def test_nothing_can_be_written(server: PageServer, name: str, method: str, status: int) -> None:
    """Nor corrected, where the server was not started for that."""
    assert ask(server, f"/{server.token}/{name}", method=method)[0].status == status


def test_a_recording_that_is_gone_is_missing_alone(server: PageServer) -> None:
    assert server.recording is not None
    server.recording.unlink()

    assert ask(server, f"/{server.token}/recording")[0].status == 404
    assert ask(server, f"/{server.token}/talk.en.srt")[0].status == 200


def test_two_servers_have_different_tokens(server: PageServer) -> None:
    with PageServer(server.folder, recording=None) as other:
        assert other.token != server.token
        assert len(other.token) == 32


def test_a_port_that_is_taken_is_refused(server: PageServer) -> None:
    with pytest.raises(UsageError, match=f"port {server.server_port} cannot be used"):
        PageServer(server.folder, recording=None, door=Door(server.server_port))


@pytest.mark.parametrize(("names", "found"), [((), "none"), (("a", "b"), r"a\.review\.html, b\.review\.html")])
def test_a_folder_without_one_page_is_refused(tmp_path: Path, names: tuple[str, ...], found: str) -> None:
    for name in names:
        (tmp_path / f"{name}.review.html").touch()

    with pytest.raises(UsageError, match=f"found: {found}"):
        page_in(tmp_path)


def test_a_folder_keeps_its_address(server: PageServer) -> None:
    """What a browser keeps it keeps by address; another folder, another user or the network has another token."""
    folder = server.folder.with_name("other")
    shutil.copytree(server.folder, folder, symlinks=True)
    addresses = []
    for secret in (b"one", b"one", b"other"):
        with PageServer(folder, recording=None, door=Door(secret=secret)) as again:
            addresses.append((again.server_port, again.token))
    with PageServer(folder, recording=None, door=Door(lan="127.0.0.1", secret=b"one")) as lan:
        assert lan.token not in {token for _, token in addresses}

    assert addresses[0] == addresses[1]
    assert addresses[0][1] != addresses[2][1]
    assert len(addresses[0][1]) == 32


def test_the_secret_is_made_once_and_is_the_users_alone(tmp_path: Path) -> None:
    made = secret_in(tmp_path / "cache")

    assert len(made) == 32
    assert secret_in(tmp_path / "cache") == made
    assert (tmp_path / "cache" / "serve.key").stat().st_mode & 0o777 == 0o600


def test_the_network_is_let_in_when_asked(server: PageServer) -> None:
    """By this machine's address there, and no other name."""
    with PageServer(server.folder, recording=None, door=Door(lan="127.0.0.2"), apply=lambda _: {}) as lan:
        thread = threading.Thread(target=lan.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            path = f"/{lan.token}/talk.en.srt"
            statuses = [
                ask(lan, path, host=f"{name}:{lan.server_port}")[0].status for name in ("127.0.0.2", "evil.example")
            ]
            page = ask(lan, f"/{lan.token}/talk.review.html")[1]
        finally:
            lan.shutdown()
            thread.join()

    assert lan.server_address[0] == "0.0.0.0"
    assert lan.url.startswith(f"http://127.0.0.2:{lan.server_port}/")
    assert statuses == [200, 403]
    assert b"apply" not in page
    assert lan.apply is None  # who is in the network may look


def test_nothing_is_said_of_a_visitor_who_left(server: PageServer, capsys: pytest.CaptureFixture[str]) -> None:
    """While anything else that goes wrong is."""
    for error, told in ((ConnectionResetError(), False), (ValueError("odd"), True)):
        try:
            raise error
        except (ConnectionError, ValueError):
            server.handle_error(None, ("127.0.0.1", 9))
        assert bool(capsys.readouterr().err) is told


def test_where_a_page_lies_is_told_to_this_machine_alone(tmp_path: Path) -> None:
    (tmp_path / "a.review.html").write_text("", encoding="utf-8")
    places = []
    for lan in (None, "127.0.0.1"):
        with PageServer(tmp_path, recording=None, door=Door(lan=lan)) as made:
            places.append(made.place)
    assert places == [(tmp_path / "a.review.html").as_uri(), ""]


def test_a_machine_without_a_network_says_so() -> None:
    """The tests have none."""
    with pytest.raises(UsageError, match="in no network"):
        own_address()
