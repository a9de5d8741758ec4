"""A YouTube link in the installed environment: the real extractor and the real solver, over answers that are made up.

No answer here is YouTube's: they have the shape that yt-dlp's extractor reads. Whether the site gives such answers
today cannot be tried without it.
"""

from __future__ import annotations

import json
import re
from http.client import HTTPResponse
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sounds import tone, write_sound

from subsync.errors import FetchError
from subsync.fetch import CAPTIONS, FetchOptions, YtDlpFetcher, fetch
from subsync.fetch import guard as guards
from subsync.sound import probe

if TYPE_CHECKING:
    from collections.abc import Callable
    from urllib.request import Request

    from subsync.datatypes import Media

PLAYER = (Path(__file__).parent / "player.js").read_text(encoding="utf-8")
VIDEO = "tideMachine"
LINK = f"https://www.youtube.com/watch?v={VIDEO}"
SIGNATURE, N = "0123456789abcdefghij", "tides_and_wheels"


CONFIG = {
    "INNERTUBE_CONTEXT": {"client": {"visitorData": "v", "clientName": "WEB", "clientVersion": "2.0"}},
    "PLAYER_JS_URL": "/s/player/0badcafe/player_ias.vflset/en_US/base.js",
    "VISITOR_DATA": "v",
}


def signature_of(given: str) -> str:
    """What the player makes of a signature, said once more in Python."""
    letters = list(reversed(given[2:]))
    letters[0], letters[5] = letters[5], letters[0]
    return "".join(letters)


def n_of(given: str) -> str:
    letters = list(reversed(given))
    letters[0], letters[3] = letters[3], letters[0]
    return "".join(letters)


class Tube:
    """Answers to the requests of an extractor, by path."""

    def __init__(self, sound: bytes) -> None:
        self.sound = sound
        self.asked: list[str] = []
        self.formats = [
            self.format(18, 'video/mp4; codecs="avc1.42001E, mp4a.40.2"', width=640, height=360, quality="medium"),
            self.format(137, 'video/mp4; codecs="avc1.640028"', width=1920, height=1080, quality="hd1080"),
            self.format(139, 'audio/mp4; codecs="mp4a.40.5"', bitrate=48_000, audioQuality="AUDIO_QUALITY_LOW"),
            self.format(140, 'audio/mp4; codecs="mp4a.40.2"', bitrate=128_000, audioQuality="AUDIO_QUALITY_MEDIUM"),
        ]
        self.status: dict[str, Any] = {"status": "OK"}

    def format(self, itag: int, mime: str, **more: Any) -> dict[str, Any]:
        url = f"https://rr1.googlevideo.com/videoplayback?itag={itag}&n={N}"
        return {
            "itag": itag,
            "mimeType": mime,
            "signatureCipher": f"s={quote(SIGNATURE)}&sp=sig&url={quote(url)}",
            "contentLength": str(len(self.sound)),
            "approxDurationMs": "4000",
            **more,
        }

    def answer(self, request: Request) -> tuple[int, str, bytes]:
        parts = urlsplit(request.full_url)
        self.asked.append(parts.path)
        if parts.path == "/videoplayback":
            return self.media(parse_qs(parts.query), request.get_header("Range") or "")
        words = [{"tStartMs": 500, "segs": [{"utf8": "tides"}, {"utf8": " turn", "tOffsetMs": 300}]}]
        for start, kind, body in (
            ("/watch", "text/html", f"<html><script>ytcfg.set({json.dumps(CONFIG)});</script></html>"),
            ("/s/player/", "text/javascript", PLAYER),
            ("/youtubei/v1/player", "application/json", json.dumps(self.player())),
            ("/youtubei/", "application/json", '{"contents": {}}'),
            ("/api/timedtext", "application/json", json.dumps({"wireMagic": "pb3", "events": words})),
        ):
            if parts.path.startswith(start):
                return 200, kind, body.encode()
        return 404, "text/plain", b""

    def media(self, query: dict[str, list[str]], wanted: str) -> tuple[int, str, bytes]:
        """The sound, for those who have run the player."""
        if query.get("n") != [n_of(N)] or query.get("sig") != [signature_of(SIGNATURE)]:
            return 403, "text/plain", b""
        start = re.match(r"bytes=(\d+)-", wanted)
        return (206, "audio/mp4", self.sound[int(start[1]) :]) if start else (200, "audio/mp4", self.sound)

    def player(self) -> dict[str, Any]:
        track = {"baseUrl": f"https://www.youtube.com/api/timedtext?v={VIDEO}&kind=asr&lang=en", "languageCode": "en"}
        return {
            "playabilityStatus": self.status,
            "videoDetails": {"videoId": VIDEO, "title": "Brass wheels", "lengthSeconds": "4", "channelId": "UC"},
            "streamingData": {"adaptiveFormats": self.formats, "expiresInSeconds": "21540"},
            "captions": {
                "playerCaptionsTracklistRenderer": {
                    "captionTracks": [{**track, "kind": "asr", "name": {"simpleText": "English (auto-generated)"}}],
                    "translationLanguages": [{"languageCode": "en", "languageName": {"simpleText": "English"}}],
                }
            },
        }


class _Wire:
    """A socket that has one answer."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def makefile(self, *_: object) -> BytesIO:
        return BytesIO(self.raw)


@pytest.fixture
def tube(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tube:
    """The site, in the place where the guard would connect to it."""
    made = Tube(write_sound(tmp_path / "sound.m4a", tone(4000), "aac").read_bytes())

    def opened(guard: Any, request: Request) -> HTTPResponse:
        guard._is_direct(request)
        code, kind, body = made.answer(request)
        head = f"HTTP/1.1 {code} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        response = HTTPResponse(_Wire(head.encode() + body))  # type: ignore[arg-type]
        response.begin()
        response.url, response.msg = request.full_url, response.reason  # type: ignore[assignment]
        return response

    monkeypatch.setattr(guards._Guard, "https_open", opened)
    return made


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Media]:
    def run(link: str = LINK, *, name: str = "a", scripts: Path | None = None, **options: Any) -> Media:
        return fetch(
            link,
            note_dir=tmp_path,
            folder=tmp_path / "cache" / name,
            fetcher=YtDlpFetcher(FetchOptions(attempts=1, **options), sleep=lambda _: None, scripts=scripts),
            probe=probe,
        )

    return run


def solver(tmp_path: Path) -> Any:
    """The extractor as we open it, and its solvers."""
    params = YtDlpFetcher()._params(LINK, lambda *_: None)
    return guards.guarded({**params, "logger": None}, FetchOptions().door, tmp_path)


def test_the_installed_solver_runs_a_players_script_in_the_installed_runtime(tmp_path: Path, tube: Tube) -> None:
    """Its scripts come with yt-dlp, deno with its wheel: nothing else has to be there."""
    from yt_dlp.extractor.youtube.jsc.provider import (
        JsChallengeRequest,
        JsChallengeType,
        NChallengeInput,
        SigChallengeInput,
    )

    with solver(tmp_path) as ydl:
        extractor = ydl.get_info_extractor("Youtube")
        extractor.initialize()
        provider = next(p for p in extractor._jsc_director.providers.values() if p.PROVIDER_NAME == "deno")
        assert provider.is_available()
        from deno import find_deno_bin

        assert provider.runtime_info.path == find_deno_bin()
        url = "https://www.youtube.com/s/player/0badcafe/player_ias.vflset/en_US/base.js"
        asked = [
            JsChallengeRequest(JsChallengeType.N, NChallengeInput(url, [N, "x_y_z_1_2"]), VIDEO),
            JsChallengeRequest(JsChallengeType.SIG, SigChallengeInput(url, [SIGNATURE]), VIDEO),
        ]
        solved = {
            k: v for _, answer in extractor._jsc_director.bulk_solve(asked) for k, v in answer.output.results.items()
        }

    assert solved == {N: n_of(N), "x_y_z_1_2": n_of("x_y_z_1_2"), SIGNATURE: signature_of(SIGNATURE)}


def test_the_best_sound_of_a_video_is_fetched_with_what_its_player_asks_for(
    tmp_path: Path, tube: Tube, run: Callable[..., Media]
) -> None:
    """From the link to the file: page, player, signature, the parameter n, the captions."""
    scripts = tmp_path / "scripts"
    media = run(scripts=scripts)

    assert media.path.read_bytes() == tube.sound
    assert media.duration == probe(tmp_path / "sound.m4a")
    assert json.loads(media.path.with_name("download.json").read_text())["title"] == "Brass wheels"
    assert json.loads(media.path.with_name(CAPTIONS).read_text())["events"][0]["tStartMs"] == 500
    assert tube.asked.count("/videoplayback") == 1
    kept = [path for path in scripts.rglob("*") if path.is_file()]
    assert kept
    assert any("sigfuncs" in str(path) for path in kept)


def test_the_runtime_leaves_nothing_in_the_users_home(
    tmp_path: Path, tube: Tube, run: Callable[..., Media], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would keep what it parsed there; ours is the cache."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("DENO_DIR", raising=False)

    run(scripts=tmp_path / "scripts")

    assert list(home.rglob("*")) == []
    assert (tmp_path / "scripts" / "deno").is_dir()


def test_what_was_found_out_about_the_player_is_there_for_the_next_note(
    tmp_path: Path, tube: Tube, run: Callable[..., Media], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the cache of subsync; the parameter n is another for each video, a signature's rule is not."""
    from yt_dlp.extractor.youtube.jsc._director import JsChallengeRequestDirector

    kinds: list[str] = []
    solve = JsChallengeRequestDirector.bulk_solve

    def counted(self: Any, requests: list[Any]) -> Any:
        kinds.extend(request.type.value for request in requests if request.input.challenges)
        return solve(self, requests)

    monkeypatch.setattr(JsChallengeRequestDirector, "bulk_solve", counted)
    for name in ("a", "b"):
        run(name=name, scripts=tmp_path / "scripts")

    assert sorted(kinds) == ["n", "n", "sig"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"status": "LOGIN_REQUIRED", "reason": "Sign in to confirm you’re not a bot"}, "asks to wait"),
        ({"status": "LOGIN_REQUIRED", "reason": "This is a private video"}, "it is private"),
        ({"status": "ERROR", "reason": "This video has been removed by the uploader"}, "not there any more"),
        (
            {"status": "UNPLAYABLE", "reason": "The uploader has not made this video available in your country"},
            "blocked",
        ),
    ],
)
def test_what_the_player_answers_instead_of_formats_is_said(
    tube: Tube, run: Callable[..., Media], status: dict[str, str], said: str
) -> None:
    tube.status, tube.formats = status, []

    with pytest.raises(FetchError, match=said):
        run()


def test_formats_of_another_protection_are_said_to_be_that(tube: Tube, run: Callable[..., Media]) -> None:
    tube.formats = [{**each, "drmFamilies": ["WIDEVINE"]} for each in tube.formats]

    with pytest.raises(FetchError, match="it is protected against copying"):
        run()


def test_without_a_runtime_the_remedy_brings_one(
    tube: Tube, run: Callable[..., Media], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subsync.fetch.ytdlp.js_runtimes", lambda: {"deno": {"path": "/nowhere/deno"}})

    with pytest.raises(
        FetchError, match=r'(?s)yt-dlp cannot run the player.*pip install --upgrade "yt-dlp\[default,deno\]"'
    ):
        run()


def test_a_hosts_list_for_youtube_needs_its_media_servers(tube: Tube, run: Callable[..., Media]) -> None:
    """As the option's help says."""
    with pytest.raises(FetchError, match=r"rr1\.googlevideo\.com is not among the allowed hosts: youtube.com"):
        run(hosts=("youtube.com",))
    assert run(hosts=("youtube.com", "googlevideo.com")).duration
