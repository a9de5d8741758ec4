"""Sound from files of any maker: what is opened, what is refused, and that the clock stays the media's."""

from __future__ import annotations

import json
import os
import threading
import zipfile
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import HZ, chords, recording, silence, tone, write_sound

from subsync.datatypes import Span
from subsync.errors import AudioError, StoreError
from subsync.sound import RATE, DecodeOptions, Recording, decode, levels, pauses, probe, speech_spans, windows
from subsync.sound.cepstra import COUNT, HOP, WIDTH, cepstra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from subsync.datatypes import Ms

SAMPLE = Path(__file__).parent.parent / "samples" / "tide-machine.opus"
KINDS = {
    "wav": "pcm_s16le",
    "mp3": "libmp3lame",
    "m4a": "aac",
    "mp4": "aac",
    "webm": "libopus",
    "mkv": "aac",
    "ogg": "libopus",
    "flac": "flac",
    "aac": "aac",
    "ts": "aac",
    "wma": "wmav2",
    "aiff": "pcm_s16be",
    "caf": "pcm_s16le",
    "w64": "pcm_s16le",
    "ac3": "ac3",
    "flv": "aac",
    "avi": "libmp3lame",
    "mpg": "mp2",
}
FRAME: Ms = 35  # an AAC decoder starts up to a frame and a half early or late, which is not heard


def silences(sound: Recording, least: Ms = 100) -> list[tuple[Ms, Ms]]:
    """Where it is quiet between sounds."""
    loud = np.flatnonzero(levels(sound.read(0, sound.duration)) > -35) * 10
    return [(int(a) + 10, int(b)) for a, b in pairwise(loud) if b - a > least]


def about(found: list[tuple[Ms, Ms]], *wanted: tuple[Ms, Ms], by: Ms = FRAME) -> bool:
    return len(found) == len(wanted) and all(
        abs(a - x) <= by and abs(b - y) <= by for (a, b), (x, y) in zip(found, wanted, strict=True)
    )


# --- what is opened ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_files_of_every_common_kind_are_decoded_on_their_own_clock(tmp_path: Path, kind: str) -> None:
    """A silence from 1 to 2 s is from 1 to 2 s in the samples."""
    rate = 64_000 if kind == "wma" else None  # its encoder has none of its own
    path = write_sound(tmp_path / f"a.{kind}", tone(3000, silent=(1000, 2000)), KINDS[kind], rate=rate)

    sound = decode(path, tmp_path / "a.s16")

    frame = 2 * FRAME + 5 if kind == "wma" else FRAME  # its blocks have 43 ms, and the last one is given out whole
    assert abs(sound.duration - 3000) <= frame
    assert abs(probe(path) - 3000) <= 2 * FRAME
    assert about(silences(sound), (1000, 2000), by=frame)
    assert sound.damaged == 0
    assert Recording.of(sound.pcm) == sound


@pytest.mark.parametrize("kind", ["aac", "mp3"])
def test_a_file_that_does_not_say_how_long_it_is_is_measured(tmp_path: Path, kind: str) -> None:
    """FFmpeg guesses from the bit rate of the beginning: 16 s of AAC where 6 s are, 18 s of MP3."""
    options = {"write_xing": "0"} if kind == "mp3" else {}
    parts = [
        write_sound(tmp_path / f"{rate}.{kind}", tone(3000), KINDS[kind], options=options, rate=rate)
        for rate in (32_000, 160_000)
    ]
    path = tmp_path / f"a.{kind}"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))

    assert abs(probe(path) - 6000) <= 5 * FRAME
    assert abs(decode(path, tmp_path / "a.s16").duration - 6000) <= 5 * FRAME


def test_what_a_telephone_writes_is_decoded(tmp_path: Path) -> None:
    """AMR: a line, then frames of 20 ms, each of a byte that tells its rate and 31 more (3GPP TS 26.101)."""
    path = tmp_path / "a.amr"
    path.write_bytes(b"#!AMR\n" + (b"\x3c" + bytes(range(31))) * 150)

    assert abs(probe(path) - 3000) <= 100
    assert abs(decode(path, tmp_path / "a.s16").duration - 3000) <= FRAME


def test_a_format_that_is_not_known_is_named_as_that(tmp_path: Path) -> None:
    """Not as an argument that is invalid."""
    path = write_sound(tmp_path / "a.au", tone(500), "pcm_s16be")
    with pytest.raises(AudioError, match=r"a\.au: cannot be read as sound: its format is not known here\n  Give .*amr"):
        probe(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", r"it is empty\n  Download"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html><body>Sign in</body></html>", r"it is a web page\n  Download"),
        (b"#EXTM3U\ntalk.mp3\n", r"it is a list of recordings\n  Give the recording"),
        (b'FILE "talk.mp3" MP3\n  TRACK 01 AUDIO\n', r"it is a list of recordings\n  Give the recording"),
        (b"PK\x03\x04" + bytes(300), r"it is an archive\n  Unpack"),
        (b"%PDF-1.7\n", r"it is a PDF\n  Give a recording"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", r"it only says where .*\n  Fetch"),
        (b"The tide waits for nobody.\n" * 20, r"Invalid data.*\n  Give a recording"),
    ],
)
def test_what_is_taken_for_a_recording_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    """A page to sign in that was saved as talk.mp3, a playlist, a zip: each has its own way out."""
    path = tmp_path / "talk.mp3"
    path.write_bytes(content)
    with pytest.raises(AudioError, match=rf"talk\.mp3: cannot be read as sound: {said}"):
        probe(path)


def test_the_suffix_of_a_file_means_nothing(tmp_path: Path) -> None:
    """Phones and sites give odd names."""
    path = write_sound(tmp_path / "a.wav", tone(500)).rename(tmp_path / "talk %s 'x'.txt")

    assert decode(path, tmp_path / "a.s16").duration == 500


def test_a_name_that_looks_like_an_address_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A colon in a relative path is no protocol."""
    write_sound(tmp_path / "a.wav", tone(500)).rename(tmp_path / "concat:a.wav")
    monkeypatch.chdir(tmp_path)

    assert probe(Path("concat:a.wav")) == 500


def test_stereo_of_another_rate_becomes_mono_at_16_khz(tmp_path: Path) -> None:
    """Both sides are heard."""
    path = tmp_path / "a.wav"
    left, right = np.zeros(22_050), tone(500)[: 22_050 // 2].repeat(2)
    frame = av.AudioFrame.from_ndarray(
        (np.stack([left, right], axis=1) * 32767).astype("<i2").reshape(1, -1), format="s16", layout="stereo"
    )
    frame.sample_rate = 22_050
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=22_050)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "stereo"
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))

    sound = decode(path, tmp_path / "a.s16")

    assert abs(sound.duration - 1000) <= 1
    assert float(np.abs(sound.read(100, 900)).max()) > 0.1


def test_half_a_second_is_a_recording(tmp_path: Path) -> None:
    """With nothing said in it."""
    sound = decode(write_sound(tmp_path / "a.webm", tone(500), "libopus"), tmp_path / "a.s16")

    assert abs(sound.duration - 500) <= FRAME
    assert sound.windows(15_000) == ()


def test_silence_and_music_hold_no_speech(tmp_path: Path) -> None:
    """So nothing is given to the recogniser, which would invent text."""
    assert silence(tmp_path / "a.s16", 5000).speech == ()
    assert recording(tmp_path / "b.s16", chords(10_000)[::3]).speech == ()


def test_progress_counts_up_to_the_length(tmp_path: Path) -> None:
    """About once a second."""
    told: list[tuple[Ms, Ms]] = []

    decode(
        write_sound(tmp_path / "a.flac", tone(4500), "flac"),
        tmp_path / "a.s16",
        progress=lambda done, total: told.append((done, total)),
    )

    assert [done // 1000 for done, _ in told] == [1, 2, 3, 4]
    assert {total for _, total in told} == {4500}


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of a recording on a server, and the paths that it was asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/a.wav", paths
    server.shutdown()
    server.server_close()


def playlist(secret: str, url: str) -> bytes:
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{url}\n#EXTINF:9,\n{secret}\n#EXT-X-ENDLIST\n".encode()


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda secret, _: f"ffconcat version 1.0\nfile {secret}\n".encode(), id="ffconcat of a file"),
        pytest.param(lambda _, url: f"ffconcat version 1.0\nfile '{url}'\n".encode(), id="ffconcat of an address"),
        pytest.param(playlist, id="HLS"),
        pytest.param(lambda _, url: f"[playlist]\nFile1={url}\n".encode(), id="pls"),
        pytest.param(lambda _, url: f'<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">{url}</MPD>'.encode(), id="DASH"),
        pytest.param(lambda _, url: f"v=0\nm=audio 5004 RTP/AVP 0\nc=IN IP4 127.0.0.1\n{url}\n".encode(), id="SDP"),
        pytest.param(lambda *_: b"The tide waits for nobody.\n" * 100, id="text"),
        pytest.param(lambda *_: b"", id="nothing"),
        pytest.param(lambda *_: bytes(10_000), id="zeros"),
        pytest.param(lambda *_: b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"no sound " * 500, id="a tag alone"),
    ],
)
@pytest.mark.parametrize("suffix", ["m4a", "mp3", "wav", "m3u8", "ffconcat"])
def test_what_is_no_sound_is_refused_and_leads_nowhere(
    tmp_path: Path, asked: tuple[str, list[str]], make: Callable[[str, str], bytes], suffix: str
) -> None:
    """Neither another file nor the network is read, whatever the file is called."""
    secret = write_sound(tmp_path / "secret.wav", tone(500))
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(make(secret.name, asked[0]))

    for read in (probe, lambda p: decode(p, tmp_path / "a.s16")):
        with pytest.raises(AudioError, match=r"cannot be read as sound|can be decoded as sound"):
            read(path)

    assert asked[1] == []
    assert not list(tmp_path.glob("a.s16*"))


@pytest.mark.parametrize("place", ["{url}", "concat:{file}|{file}", "subfile,,start,0,end,99,,:{file}", "file:{file}"])
def test_an_address_is_no_path(tmp_path: Path, asked: tuple[str, list[str]], place: str) -> None:
    """FFmpeg's protocols are out of reach."""
    file = write_sound(tmp_path / "a.wav", tone(500))

    with pytest.raises(AudioError, match="no such file"):
        probe(Path(place.format(url=asked[0], file=file)))

    assert asked[1] == []


def test_a_zip_file_is_refused(tmp_path: Path) -> None:
    """Even if there is sound inside."""
    with zipfile.ZipFile(tmp_path / "a.mp3", "w") as archive:
        archive.write(write_sound(tmp_path / "b.wav", tone(500)), "b.wav")

    with pytest.raises(AudioError, match="sound"):
        probe(tmp_path / "a.mp3")


def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    """It opens, and has nothing for us."""
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))))
        container.mux(stream.encode(None))

    with pytest.raises(AudioError, match=r"a\.mp4: has no sound"):
        probe(path)


def test_a_folder_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="no such file"):
        decode(tmp_path, tmp_path / "a.s16")


@pytest.mark.parametrize("kind", ["wav", "aac"])
def test_a_recording_that_is_too_long_is_refused_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    """Also one that does not say how long it is."""
    path = write_sound(tmp_path / f"a.{kind}", tone(3000), KINDS[kind])

    with pytest.raises(AudioError, match=r"longer than 0\.0005 hours\n  Cut the recording"):
        decode(path, tmp_path / "a.s16", DecodeOptions(longest=1800))

    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_samples_that_cannot_be_kept_are_an_error_with_the_place(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match=r"cannot write .*a\.s16: "):
        decode(write_sound(tmp_path / "a.wav", tone(500)), tmp_path / "file" / "a.s16")


def test_samples_that_are_gone_are_an_error_with_the_place(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"a\.s16: decoded sound cannot be read"):
        Recording.of(tmp_path / "a.s16")


# --- the clock --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["m4a", "mp4", "webm", "mkv", "ogg", "ts"])
def test_where_the_clock_jumps_there_is_silence_of_that_length(tmp_path: Path, kind: str) -> None:
    """As a stream has it that was interrupted: what follows is not early."""
    path = write_sound(tmp_path / f"a.{kind}", tone(2000), KINDS[kind], hole=(1000, 70_000))

    sound = decode(path, tmp_path / "a.s16")

    assert about(silences(sound), (1000, 71_000), by=2 * FRAME)
    assert abs(sound.duration - 72_000) <= 2 * FRAME


@pytest.mark.parametrize("kind", ["mp4", "mkv", "ts"])
def test_sound_that_begins_after_the_picture_is_not_early(tmp_path: Path, kind: str) -> None:
    """Its first second has a picture alone."""
    path = tmp_path / f"a.{kind}"
    with av.open(str(path), "w") as container:
        video, audio = container.add_stream("mpeg4", rate=25), container.add_stream("aac", rate=HZ)
        assert isinstance(video, av.VideoStream)
        assert isinstance(audio, av.AudioStream)
        video.width = video.height = 64
        video.pix_fmt = "yuv420p"
        audio.layout = "mono"
        for n in range(75):
            picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))
            picture.pts, picture.time_base = n, Fraction(1, 25)
            container.mux(video.encode(picture))
        for start in range(0, 2 * HZ, 960):
            piece = (tone(2000)[start : start + 960] * 32767).astype("<i2").reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
            frame.sample_rate, frame.time_base, frame.pts = HZ, Fraction(1, HZ), HZ + start
            container.mux(audio.encode(frame))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))

    sound = decode(path, tmp_path / "a.s16")

    first = int(np.flatnonzero(levels(sound.read(0, sound.duration)) > -35)[0]) * 10
    assert abs(first - 1000) <= 2 * FRAME
    assert abs(sound.duration - 3000) <= 3 * FRAME


@pytest.mark.parametrize("kind", ["ogg", "webm", "mkv", "m4a", "ts", "flac", "wav"])
def test_damage_is_silent_and_does_not_move_what_follows(tmp_path: Path, kind: str) -> None:
    """A disk error or a cut download in the middle costs its own seconds only."""
    path = write_sound(tmp_path / f"a.{kind}", tone(16_000, silent=(13_000, 14_000)), KINDS[kind])
    data = bytearray(path.read_bytes())
    first, last = len(data) * 36 // 100, len(data) * 40 // 100
    data[first:last] = np.random.default_rng(3).bytes(last - first)
    path.write_bytes(data)

    sound = decode(path, tmp_path / "a.s16")

    assert about(silences(sound)[-1:], (13_000, 14_000), by=2 * FRAME)
    assert abs(sound.duration - 16_000) <= 2 * FRAME


@pytest.mark.parametrize("kind", ["ogg", "webm", "mp3", "flac", "wav"])
def test_a_file_that_was_cut_short_is_heard_up_to_there(tmp_path: Path, kind: str) -> None:
    """A download that broke off."""
    path = write_sound(tmp_path / f"a.{kind}", tone(8000, silent=(1000, 2000)), KINDS[kind])
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 5])

    sound = decode(path, tmp_path / "a.s16")

    assert about(silences(sound), (1000, 2000))
    assert 3000 <= sound.duration <= 5500


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ramp(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """A second in which every sample is another."""
    return recording(tmp_path_factory.mktemp("ramp") / "a.s16", np.linspace(-1, 1, 1000 * RATE + 7))


@given(st.integers(-2000, 3000), st.integers(-2000, 3000))
def test_reading_is_clipped_to_the_recording(ramp: Recording, start: Ms, end: Ms) -> None:
    """Whatever is asked for, what is there comes."""
    whole = ramp.read(0, 1001)
    first, last = max(0, start * RATE), max(0, end * RATE)

    np.testing.assert_array_equal(ramp.read(start, end), whole[first:last])
    assert len(whole) == 1000 * RATE + 7
    assert ramp.duration == 1000


@given(st.integers(1, 1500))
def test_blocks_are_the_whole_recording(ramp: Recording, length: Ms) -> None:
    np.testing.assert_array_equal(np.concatenate(list(ramp.blocks(length))), ramp.read(0, 2000))


# --- speech -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return decode(SAMPLE, tmp_path_factory.mktemp("talk") / "a.s16")


def test_speech_is_found_where_the_truth_has_it(talk: Recording) -> None:
    """Every sentence of the sample is covered nearly whole; the music and the pauses are not speech."""
    truth = json.loads(SAMPLE.with_name("tide-machine.truth.json").read_text(encoding="utf-8"))
    for line in truth:
        start, end = line["start"] * 1000, line["end"] * 1000
        covered = sum(max(0, min(end, s.end) - max(start, s.start)) for s in talk.speech)
        assert covered >= 0.75 * (end - start), line["text"]
    assert all(a.end < b.start for a, b in pairwise(talk.speech))
    assert talk.speech[-1].end <= talk.duration


def test_a_quiet_voice_is_heard_too(talk: Recording, tmp_path: Path) -> None:
    """Eighty times fainter, as from a distant microphone, it has most of the speech that it has when loud."""
    first = talk.read(0, 20_000).astype(np.float64)
    loud, faint = (recording(tmp_path / f"{n}.s16", first * gain) for n, gain in enumerate((1, 1 / 80)))

    lengths = [sum(s.duration for s in speech_spans(r)) for r in (loud, faint)]

    assert lengths[1] >= 0.6 * lengths[0]


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Ten minutes of silence that take no room on the disk."""
    path = tmp_path_factory.mktemp("long") / "a.s16"
    with path.open("wb") as file:
        file.truncate(600_000 * RATE * 2)
    return Recording(path, 600_000 * RATE)


SPANS = st.lists(st.tuples(st.integers(10, 4000), st.integers(100, 40_000)), max_size=12)


def spans_of(steps: list[tuple[Ms, Ms]]) -> tuple[Span, ...]:
    """Spans with these pauses before them and these lengths."""
    at, found = 0, []
    for pause, length in steps:
        found.append(Span(at + pause, at + pause + length))
        at += pause + length
    return tuple(found)


@given(SPANS, st.sampled_from([5000, 15_000, 30_000]), st.integers(0, 3000))
def test_windows_hold_all_speech_and_none_is_too_long(
    long: Recording, steps: list[tuple[Ms, Ms]], longest: Ms, rest: Ms
) -> None:
    """In order, apart, inside the recording, with nothing of a word cut off at a pause."""
    speech = spans_of(steps)
    end = speech[-1].end + rest if speech else rest
    sound = Recording(long.pcm, end * RATE)

    found = windows(sound, speech, longest=longest)

    assert all(window.duration <= longest for window in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert not found or (found[0].start >= 0 and found[-1].end <= end)
    held = sum(max(0, min(w.end, s.end) - max(w.start, s.start)) for w in found for s in speech)
    assert held == sum(s.duration for s in speech)


@given(SPANS, st.integers(0, 3000))
def test_speech_and_pauses_are_the_whole_recording(long: Recording, steps: list[tuple[Ms, Ms]], rest: Ms) -> None:
    """Without overlap."""
    speech = spans_of(steps)
    end = speech[-1].end + rest if speech else rest

    quiet = pauses(Recording(long.pcm, end * RATE), speech)

    edges = sorted([*speech, *quiet], key=lambda span: span.start)
    assert sum(span.duration for span in edges) == end
    assert all(a.end == b.start for a, b in pairwise(edges))


def test_long_talk_is_cut_at_its_quietest_moments(tmp_path: Path) -> None:
    """Where nobody pauses for the detector, a dip between words is better than the middle of one."""
    noise = np.random.default_rng(1).standard_normal(30_000 * RATE) * 0.1
    dips = [4200, 7100, 11_900, 14_600, 19_100, 22_300, 26_900]
    for dip in dips:
        noise[(dip - 60) * RATE : (dip + 60) * RATE] *= 0.01
    sound = recording(tmp_path / "a.s16", noise)

    found = windows(sound, (Span(0, 30_000),), longest=15_000)

    assert found
    assert all(min(abs(w.end - dip) for dip in dips) <= 100 for w in found[:-1])


@given(st.floats(-90, 0))
def test_levels_are_in_decibel(level: float) -> None:
    """A square wave of 1 has 0 dB, silence -100."""
    samples = np.full(RATE * 25, 10 ** (level / 20), np.float32)

    np.testing.assert_allclose(levels(samples)[:2], level, atol=0.01)
    assert len(levels(samples)) == 3
    np.testing.assert_allclose(levels(np.zeros(160, np.float32)), [-100])


def test_sounds_are_made_at_the_rate_that_they_claim() -> None:
    """The tests' own ruler."""
    assert len(tone(1000)) == len(chords(1000)) == HZ


# --- what is computed while it is decoded -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hum(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Seven minutes of noise whose level rises and falls: two whole blocks and a part of one."""
    folder = tmp_path_factory.mktemp("hum")
    times = np.arange(7 * 60 * HZ) / HZ
    noise = np.random.default_rng(1).normal(0, 0.05, len(times)) * (1 + np.sin(times / 3))
    return decode(write_sound(folder / "hum.wav", noise, KINDS["wav"]), folder / "hum.s16")


def test_speech_and_cepstra_are_there_when_a_recording_is(hum: Recording) -> None:
    path = hum.pcm.with_suffix(".mfc")
    written = path.read_bytes()
    assert len(written) == ((hum.samples - WIDTH) // HOP + 1) * COUNT * 4
    assert hum.speech == speech_spans(Recording.of(hum.pcm))
    path.unlink()
    Recording.of(hum.pcm).cepstra(0, 1000)
    assert path.read_bytes() == written


def test_cepstra_of_samples_that_were_replaced_are_computed_anew(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", tone(3000), KINDS["wav"])
    sound = decode(path, tmp_path / "a.s16")
    before = sound.cepstra(0, 3000)
    later = sound.pcm.stat().st_mtime + 10
    sound.pcm.write_bytes(sound.read(0, 3000)[::-1].astype("<i2").tobytes())
    os.utime(sound.pcm, (later, later))
    assert not np.array_equal(sound.cepstra(0, 3000), before)


@given(start=st.integers(0, 42_000).map(lambda k: 10 * k), length=st.integers(0, 4000))
def test_frames_are_those_that_lie_within(hum: Recording, start: Ms, length: Ms) -> None:
    found = hum.cepstra(start, start + length)
    samples = hum.read(start, start + length)
    assert found.shape == (max(0, (len(samples) - WIDTH) // HOP + 1), COUNT)


def test_cepstra_do_not_depend_on_where_blocks_are_cut(hum: Recording) -> None:
    """After the 10 s that a block begins before its start, the floor of the noise is what it would be in one go."""
    whole = cepstra(hum.read(0, hum.duration))
    np.testing.assert_allclose(hum.cepstra(0, hum.duration), whole, atol=0.1)
