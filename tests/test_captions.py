"""Captions of a site: read as words, fetched beside the sound, and taken for a recognition where they suffice."""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from subsync.datatypes import Media, RecognizedWord, Span, Transcript
from subsync.errors import FetchError
from subsync.fetch import CAPTIONS, FetchOptions, YtDlpFetcher, captions_of
from subsync.listen import captions_suffice, words_of_json3
from subsync.note import parse_note
from subsync.run.session import Session
from subsync.run.settings import Settings
from subsync.sound import RATE, Recording
from subsync.store import Cache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# By hand, after what yt-dlp's documentation and its tracker show of `fmt=json3`.
JSON3 = json.dumps(
    {
        "wireMagic": "pb3",
        "events": [
            {"tStartMs": 0, "dDurationMs": 9000, "id": 1, "wpWinPosId": 1, "wsWinStyleId": 1},
            {
                "tStartMs": 1200,
                "dDurationMs": 3000,
                "wWinId": 1,
                "segs": [
                    {"utf8": "the", "acAsrConf": 0},
                    {"utf8": " art", "tOffsetMs": 320, "acAsrConf": 204},
                    {"utf8": " of", "tOffsetMs": 2320},
                ],
            },
            {"tStartMs": 4190, "wWinId": 1, "aAppend": 1, "segs": [{"utf8": "\n"}]},
            {"tStartMs": 4200, "dDurationMs": 2000, "wWinId": 1, "segs": [{"utf8": "listening"}]},
        ],
    }
)


NOTE = parse_note("Good evening.\n", path="n.md", sha256="0" * 64)


# Made up, in the shape that answers of the site have in other projects' fixtures: pens, styles and positions of windows
# first, two windows at once, roll-up lines that are appended to, a person's line in two colours, numbers as texts.
WINDOWS = json.dumps(
    {
        "wireMagic": "pb3",
        "pens": [{}, {"fcForeColor": 65535, "bAttr": 1}, {"iAttr": 1, "szPenSize": 150}],
        "wsWinStyles": [{}, {"mhModeHint": 2, "juJustifCode": 0, "sdScrollDir": 3}, {"juJustifCode": 1}],
        "wpWinPositions": [
            {},
            {"apPoint": 6, "ahHorPos": 20, "avVerPos": 100, "rcRows": 2, "ccCols": 40},
            {"apPoint": 0, "ahHorPos": 70, "avVerPos": 10},
        ],
        "events": [
            {"tStartMs": 0, "dDurationMs": 60000, "id": 1, "wpWinPosId": 1, "wsWinStyleId": 1},
            {"tStartMs": 0, "dDurationMs": 60000, "id": 2, "wpWinPosId": 2, "wsWinStyleId": 2},
            {"tStartMs": 80, "dDurationMs": 2000, "wWinId": 1, "segs": [{"utf8": "[Music]"}]},
            {
                "tStartMs": 2000,
                "dDurationMs": 2500,
                "wWinId": 1,
                "segs": [
                    {"utf8": ">>", "acAsrConf": 0},
                    {"utf8": " brass", "tOffsetMs": 80, "acAsrConf": 0},
                    {"utf8": " wheels", "tOffsetMs": 400, "acAsrConf": 0},
                    {"utf8": " [ __ ]", "tOffsetMs": 700, "acAsrConf": 0},
                ],
            },
            {"tStartMs": 4490, "dDurationMs": 10, "wWinId": 1, "aAppend": 1, "segs": [{"utf8": "\n"}]},
            {
                "tStartMs": "3000",
                "dDurationMs": "1500",
                "wWinId": 2,
                "segs": [{"utf8": "turn", "pPenId": 1}, {"utf8": " slowly", "tOffsetMs": "350", "pPenId": 2}],
            },
            {
                "tStartMs": 2000,
                "dDurationMs": 2500,
                "wWinId": 2,
                "segs": [{"utf8": "brass", "tOffsetMs": 80}, {"utf8": " wheels", "tOffsetMs": 400}],
            },
            {"tStartMs": 5000, "wWinId": 2, "segs": [{"utf8": "Look,", "pPenId": 1}, {"utf8": " here", "pPenId": 2}]},
            {"tStartMs": 5500, "wWinId": 2, "segs": [{"utf8": "a whole line", "pPenId": 1}]},
            {"tStartMs": None, "segs": [{"utf8": "never"}]},
            {"tStartMs": 6000, "segs": 7},
            "no event",
            {"tStartMs": 7000, "wWinId": 1, "segs": [{"utf8": "♪"}, {"utf8": " quietly", "tOffsetMs": 100}]},
        ],
    }
)


def test_words_of_several_windows_and_styles_stand_once_in_their_order() -> None:
    """What is no word, and lines of which only the beginning has a time, are left out; so is what makes no sense."""
    assert [(word.text, word.start) for word in words_of_json3(WINDOWS, 60_000)] == [
        ("brass", 2080),
        ("wheels", 2400),
        ("turn", 3000),
        ("slowly", 3350),
        ("quietly", 7100),
    ]


def test_the_words_of_json3_have_their_times() -> None:
    """The end is the next word's start, at most 0.8 s later; windows and line ends are no words."""
    assert words_of_json3(JSON3, 4_500) == (
        RecognizedWord("the", 1200, 1520, 1.0),
        RecognizedWord("art", 1520, 2320, 0.8),
        RecognizedWord("of", 3520, 4200, 1.0),
        RecognizedWord("listening", 4200, 4500, 1.0),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>",
        "[]",
        "{}",
        '{"events": 3}',
        '{"events": [{"tStartMs": 0, "segs": [{"utf8": "a whole line by hand"}]}]}',
        '{"events": [{"tStartMs": "x", "segs": [{"utf8": "a"}]}]}',
        '{"events": [{"tStartMs": 9000, "segs": [{"utf8": "late"}]}]}',
    ],
)
def test_what_gives_no_words(text: str) -> None:
    """Something else, or times of lines alone, or after the end."""
    assert words_of_json3(text, 4_500) == ()


def test_captions_suffice_if_they_go_through_the_recording() -> None:
    """Half a word a second, and no two minutes without."""
    words = [RecognizedWord("a", i * 1000, i * 1000 + 500, 1.0) for i in range(600)]
    hole = [word for word in words if not 100_000 < word.start < 230_000]

    assert captions_suffice(words, 600_000)
    assert not captions_suffice(words[:400], 600_000)
    assert not captions_suffice(words[::3], 600_000)
    assert not captions_suffice(hole, 600_000)
    assert not captions_suffice((), 600_000)


# --- in a session -----------------------------------------------------------------------------------------------------


def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, captions: Any, text: str) -> tuple[Session, Media]:
    folder = tmp_path / "download"
    folder.mkdir(exist_ok=True)
    (folder / CAPTIONS).write_text(text, encoding="utf-8")
    heard = Transcript("sparse", 4_500, (RecognizedWord("heard", 0, 100, 1.0),), ())
    sound = Recording(tmp_path / "sound", 4_500 * RATE, spoken=(Span(0, 3000),))
    monkeypatch.setattr(Session, "_decoded", lambda *_: sound)
    monkeypatch.setattr("subsync.listen.stage.sparse_transcript", lambda *_, **__: heard)
    made = Session(Settings(model="tiny.en", captions=captions), Cache(tmp_path / "cache"))
    return made, Media(folder / "audio.webm", "0" * 64, 4_500, "https://example.org/")


@pytest.mark.parametrize(
    ("captions", "text", "first", "listener"),
    [
        ("auto", JSON3, "the", "captions"),
        ("auto", "{}", "heard", "sparse"),
        ("never", JSON3, "heard", "sparse"),
        ("only", JSON3, "the", "captions"),
    ],
)
def test_captions_stand_for_a_recognition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, captions: str, text: str, first: str, listener: str
) -> None:
    """Where they suffice and may; the result says what listened."""
    made, media = session(tmp_path, monkeypatch, captions, text)

    transcript = made.recognize(NOTE, media)

    assert (transcript.words[0].text, transcript.listener) == (first, listener)
    assert (transcript.duration, transcript.speech) == (4_500, (Span(0, 3000),) if listener == "captions" else ())
    assert ("captions" in made.engine(transcript).recognizer) == (listener == "captions")
    assert ("whisper" in made.engine(transcript).recognizer) == (listener == "sparse")
    assert made.engine(transcript).model == "tiny.en"
    assert made.recognize(NOTE, media) == transcript


def test_without_captions_only_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That says what to do."""
    made, media = session(tmp_path, monkeypatch, "only", "{}")
    with pytest.raises(FetchError, match=r"no captions with this recording.*\n.*--captions auto"):
        made.recognize(NOTE, media)


def test_a_transcript_depends_on_the_captions_it_was_made_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another choice is another transcript; a file of the user's has none."""
    made, media = session(tmp_path, monkeypatch, "auto", JSON3)
    never = Session(replace(made.settings, captions="never"), made.cache)

    assert made.transcript_key(media) != never.transcript_key(media)
    assert made.transcript_key(replace(media, url=None)) == never.transcript_key(media)
    assert captions_of(replace(media, url=None)) is None


# --- from a site ------------------------------------------------------------------------------------------------------


@pytest.fixture
def site() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            bodies = {"/good": JSON3.encode(), "/html": b"<html>", "/deep": b"[" * 100_000}
            bodies["/wide"] = JSON3.encode("utf-16")
            if self.path not in bodies:
                self.send_error(429)
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(bodies[self.path])

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "private", "said"),
    [
        ("/good", True, ""),
        ("/html", True, "no captions of"),
        ("/deep", True, "no captions of"),
        ("/wide", True, "no captions of"),
        ("/limited", True, "429"),
        ("/good", False, "has the private address"),
    ],
)
def test_captions_are_fetched_and_their_lack_is_a_warning(
    tmp_path: Path, site: str, caplog: pytest.LogCaptureFixture, path: str, *, private: bool, said: str
) -> None:
    """Through the same door as the sound; a site that refuses them has not refused the recording."""
    from subsync.fetch.guard import guarded

    caplog.set_level(logging.WARNING)
    fetcher = YtDlpFetcher(FetchOptions(allow_private=private), sleep=lambda _: None)
    track = {"ext": "json3", "url": f"{site}{path}"}
    info = {"automatic_captions": {"en": [{"ext": "vtt", "url": "x"}, track], "de": [track]}, "webpage_url": "u"}
    with guarded({"quiet": True, "cachedir": False}, fetcher.options.door, tmp_path) as ydl:
        fetcher._fetch_captions(ydl, info, tmp_path)

    assert (tmp_path / CAPTIONS).exists() == (not said)
    assert said in caplog.text
    assert bool(caplog.text) == bool(said)
