"""Recordings as people have them: each is heard, on the clock of its player, or it is said what is not, and why."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np
import pytest
from conftest import SAMPLES
from sounds import HZ, Track, tone, write_sound, write_tracks

from subsync.datatypes import Media
from subsync.errors import AudioError
from subsync.run.session import Session
from subsync.run.settings import Settings
from subsync.sound import Recording, decode, decoder, levels, probe
from subsync.sound.container import Length
from subsync.sound.links import links_of
from subsync.sound.mixdown import Mixer
from subsync.store import Cache, sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray
    from shell import Done

    from subsync.datatypes import Ms

TALK: Ms = 9000


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> NDArray[np.float64]:
    """Nine seconds of a voice, at 48 kHz."""
    sound = decode(SAMPLES / "tide-machine.opus", tmp_path_factory.mktemp("talk") / "a.s16")
    return np.repeat(sound.read(0, TALK).astype(np.float64), HZ // 16_000)


@pytest.fixture(scope="module")
def truth(talk: NDArray[np.float64], tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """The voice alone, as it is heard where nothing is the matter."""
    folder = tmp_path_factory.mktemp("truth")
    return decode(write_sound(folder / "a.wav", talk), folder / "a.s16")


def hear(path: Path) -> Recording:
    return decode(path, path.with_suffix(".s16"))


def same_speech(found: Recording, truth: Recording, *, late: Ms = 0, by: Ms = 100) -> bool:
    """Whether speech is where it is in the truth, as well as a detector with steps of 32 ms can say."""
    return len(found.speech) == len(truth.speech) and all(
        abs(a.start - late - b.start) <= by and abs(a.end - late - b.end) <= by
        for a, b in zip(found.speech, truth.speech, strict=True)
    )


def loud_from(sound: Recording) -> Ms:
    """When the first sound is."""
    return int(np.flatnonzero(levels(sound.read(0, sound.duration)) > -35)[0]) * 10


# --- channels ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["wav", "m4a"])
def test_channels_that_cancel_each_other_are_heard_and_it_is_said(
    tmp_path: Path, talk: NDArray[np.float64], truth: Recording, kind: str
) -> None:
    """One cable turned round: each channel is clear and their sum is nothing."""
    codec = {"wav": "pcm_s16le", "m4a": "aac"}[kind]
    sound = hear(write_tracks(tmp_path / f"a.{kind}", Track(np.stack([talk, -0.9 * talk]), "stereo"), codec=codec))

    assert same_speech(sound, truth)
    assert sound.remarks == (
        "the channels of the recording cancel each other out in 9 of its 9 seconds: the louder one was heard",
    )


@pytest.mark.parametrize("channel", range(6))
def test_a_voice_in_any_one_channel_of_six_is_heard(
    tmp_path: Path, talk: NDArray[np.float64], truth: Recording, channel: int
) -> None:
    """Also in the one for the bass, which no down-mix has; nothing is there to cancel it."""
    channels = np.zeros((6, talk.size))
    channels[channel] = talk
    sound = hear(write_tracks(tmp_path / "a.wav", Track(channels, "5.1"), codec="pcm_s16le"))

    assert same_speech(sound, truth)
    assert sound.remarks == ()


@pytest.mark.parametrize(("layout", "count"), [("7.1", 8), ("hexadecagonal", 16)])
def test_a_voice_in_one_of_very_many_channels_is_heard(
    tmp_path: Path, talk: NDArray[np.float64], truth: Recording, layout: str, count: int
) -> None:
    """Eight planes fill the pointers that a frame has: who looked for a ninth has died of it."""
    channels = np.zeros((count, talk.size))
    channels[count - 2] = talk
    sound = hear(write_tracks(tmp_path / "a.wav", Track(channels, layout), codec="pcm_s16le"))

    assert same_speech(sound, truth)
    assert sound.remarks == ()


@pytest.mark.parametrize(("other", "said"), [(0.05, False), (0.2, True)])
def test_channels_cancel_each_other_only_where_both_are_loud(
    tmp_path: Path, talk: NDArray[np.float64], other: float, said: bool
) -> None:
    """The subwoofer's echo of a voice 26 dB down is nothing that cancels it."""
    channels = np.zeros((6, talk.size))
    channels[3], channels[4] = talk, -other * talk
    sound = hear(write_tracks(tmp_path / "a.wav", Track(channels, "5.1"), codec="pcm_s16le"))

    assert bool(sound.remarks) == said


def test_two_voices_in_two_channels_are_both_heard_and_nothing_is_said(tmp_path: Path) -> None:
    """Host left, guest right, one after the other and together."""
    left, right = tone(3000, silent=(1000, 2000)), tone(3000, hz=300, silent=(0, 1000))
    sound = hear(write_tracks(tmp_path / "a.wav", Track(np.stack([left, right]), "stereo"), codec="pcm_s16le"))

    level = levels(sound.read(0, 3000)).reshape(3, -1)[:, 10:90].mean(axis=1)
    assert np.ptp(level) < 4
    assert min(level) > -25
    assert sound.remarks == ()


def test_the_louder_channel_is_kept_where_both_are_about_as_loud() -> None:
    """To go from one to the other would turn the wave over in the middle of a word."""
    block = np.stack([tone(1000), -tone(1000)]).astype(np.float32)
    mixer = Mixer.of(["FL", "FR"])
    levels_of_both = ([1, 0.98], [0.98, 1], [0.5, 0.85])
    taken = [mixer(block * np.array([both], np.float32).T) for both in levels_of_both]

    assert [float(np.sign(wave[20])) for wave in taken] == [1, 1, -1]
    assert mixer.cancelled == 3
    assert mixer(np.zeros((2, 480), np.float32)).max() == 0
    assert mixer(block * np.array([[1], [0.2]], np.float32))[20] < block[0, 20]  # the mean again
    assert mixer.cancelled == 3
    for power, counted in ((0.7e-7, 3), (1.5e-7, 4)):  # what nobody would hear is no loss
        mixer(block / block.std() * np.float32(np.sqrt(power)))
        assert mixer.cancelled == counted


# --- tracks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["mkv", "mp4"])
@pytest.mark.parametrize(
    ("marks", "heard"),
    [
        ([("fra", False), ("eng", True)], 2),
        ([("eng", False), ("fra", True)], 1),
        ([("fra", False), ("eng", False)], 2),
        ([("fra", True), ("eng", True)], 2),
        ([("eng", True), ("fra", True)], 1),
        ([("und", True), ("und", True)], 1),
        ([("und", False), ("und", True)], 2),
        ([("und", False), ("eng", False)], 2),
        ([("fra", True), ("und", False)], 2),
    ],
)
def test_of_several_tracks_an_english_one_is_heard_rather_the_default_one(
    tmp_path: Path, kind: str, marks: list[tuple[str, bool]], heard: int
) -> None:
    """And the others are named."""
    hertz = [300, 1200]
    tracks = [
        Track(tone(2000, hz=hz)[None], language=language, default=default)
        for hz, (language, default) in zip(hertz, marks, strict=True)
    ]
    path = write_tracks(tmp_path / f"a.{kind}", *tracks)
    sound = hear(path)

    spectrum = np.abs(np.fft.rfft(sound.read(500, 1500)))
    told = sound.remarks[0]
    if kind == "mp4" and marks == [("und", False), ("eng", False)]:
        heard = 1  # MP4 has no file without: its first track is marked
    assert abs(int(np.argmax(spectrum)) - hertz[heard - 1]) <= 1
    assert told.startswith(f"of the 2 tracks of sound in this file number {heard}")
    assert f"not {3 - heard}" in told
    if marks[2 - heard][0] != "und":
        assert f"not {3 - heard} ({marks[2 - heard][0]})" in told


def test_one_track_is_no_news(tmp_path: Path) -> None:
    assert hear(write_sound(tmp_path / "a.mkv", tone(1000), "aac")).remarks == ()


# --- the clock --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "late"),
    [(kind, late) for kind in ("m4a", "mp4", "mkv", "webm") for late in (50, 1400, 70_000)]
    + [("ogg", 1400), ("ogg", 55_000)],
)
def test_sound_that_starts_late_is_where_a_browser_plays_it(tmp_path: Path, kind: str, late: Ms) -> None:
    """As an editor exports a cut: nothing, then sound, and no picture that would set the clock."""
    codec = "libopus" if kind in {"webm", "ogg"} else "aac"
    path = write_tracks(tmp_path / f"a.{kind}", Track(tone(2000)[None], start=late), codec=codec)
    sound = hear(path)

    assert abs(loud_from(sound) - late) <= 35
    assert abs(sound.duration - 2000 - late) <= 70
    assert abs(probe(path) - 2000 - late) <= 70


@pytest.mark.parametrize(
    ("kind", "codec", "start"), [("ts", "aac", 50_000), ("ogg", "libopus", 65_000), ("ogg", "libopus", 7_200_000)]
)
def test_what_was_taken_out_of_a_broadcast_begins_at_its_beginning(
    tmp_path: Path, kind: str, codec: str, start: Ms
) -> None:
    """Its clock is the broadcaster's."""
    path = write_tracks(tmp_path / f"a.{kind}", Track(tone(2000)[None], start=start), codec=codec)
    sound = hear(path)

    assert loud_from(sound) <= 35
    assert abs(sound.duration - 2000) <= 70
    assert abs(probe(path) - 2000) <= 70
    assert sound.remarks == ()


# --- chained files ----------------------------------------------------------------------------------------------------


def chained(folder: Path, *parts: Path) -> Path:
    path = folder / "chained.opus"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


@pytest.mark.parametrize("layouts", [("mono", "mono"), ("mono", "stereo"), ("stereo", "mono", "stereo")])
@pytest.mark.parametrize(("codec", "running"), [("libopus", 0), ("libopus", 3000), ("flac", 0)])
def test_all_links_of_a_chained_file_are_heard_behind_one_another(
    tmp_path: Path, layouts: tuple[str, ...], codec: str, running: Ms
) -> None:
    """Alike or not, each with its own clock or with one that runs on: put together, or dumped from a stream."""
    parts = [
        write_tracks(
            tmp_path / f"{n}.ogg",
            Track(np.stack([tone(3000, silent=(1000, 1500))] * (1 + (layout == "stereo"))), layout, start=n * running),
            codec=codec,
        )
        for n, layout in enumerate(layouts)
    ]
    path = chained(tmp_path, *parts)
    sound = hear(path)

    loud = np.flatnonzero(levels(sound.read(0, sound.duration)) > -35) * 10
    holes = [(int(a), int(b)) for a, b in pairwise(loud) if b - a > 200]
    assert len(links_of(path)) == len(layouts)
    assert len(holes) == len(layouts)
    assert all(abs(a - 3000 * n - 1000) <= 70 and abs(b - 3000 * n - 1500) <= 70 for n, (a, b) in enumerate(holes))
    assert abs(sound.duration - 3000 * len(layouts)) <= 70
    assert abs(probe(path) - sound.duration) <= 70
    assert sound.remarks == ()


def test_a_link_that_cannot_be_heard_is_named_and_the_others_are_heard(tmp_path: Path) -> None:
    """Its headers are gone."""
    one, two, three = (
        write_tracks(tmp_path / f"{n}.ogg", Track(tone(3000)[None]), codec="libopus").read_bytes() for n in range(3)
    )
    broken = two.replace(b"OpusHead", b"OpusBread"[:8])
    path = tmp_path / "chained.opus"
    path.write_bytes(one + broken + three)
    sound = hear(path)

    assert abs(sound.duration - 6000) <= 70
    assert abs(probe(path) - 6000) <= 70
    assert len(sound.remarks) == 1
    assert sound.remarks[0].startswith("part 2 of 3 of the file, from 0:0")
    assert "cannot be heard" in sound.remarks[0]


def test_links_are_found_behind_damage(tmp_path: Path) -> None:
    """Also where a page says that it is longer than it is."""
    one, two = (write_tracks(tmp_path / f"{n}.ogg", Track(tone(4000)[None]), codec="libopus") for n in range(2))
    data = bytearray(one.read_bytes())
    middle = data.index(b"OggS", len(data) // 2)
    data[middle : middle + 400] = bytes(400)
    one.write_bytes(data)
    path = chained(tmp_path, one, two)

    assert [link.start for link in links_of(path)] == [0, len(data)]
    assert links_of(write_sound(tmp_path / "a.wav", tone(100)))[0].end is None


# --- lengths ----------------------------------------------------------------------------------------------------------


def patched(path: Path, mark: bytes, offset: int, new: bytes) -> None:
    data = bytearray(path.read_bytes())
    place = data.index(mark) + offset
    data[place : place + len(new)] = new
    path.write_bytes(data)


@pytest.mark.parametrize("said", [1, 500, 100_000])
def test_a_length_that_is_wrong_is_not_believed(tmp_path: Path, said: int) -> None:
    """Too short or too long by far: in an MP4's header, in milliseconds."""
    path = write_sound(tmp_path / "a.m4a", tone(9000), "aac")
    for header, at in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20)):
        rate = HZ if header == b"mdhd" else 1000
        patched(path, header, at, (said * rate // 1000).to_bytes(4))

    assert abs(probe(path) - 9000) <= 100
    assert abs(hear(path).duration - 9000) <= 100


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF])
def test_a_wave_file_from_a_pipe_does_not_say_how_long_it_is(tmp_path: Path, size: int) -> None:
    """Its header was written before anybody knew."""
    path = write_sound(tmp_path / "a.wav", tone(9000))
    patched(path, b"data", 4, size.to_bytes(4, "little"))
    sound = hear(path)

    assert abs(probe(path) - 9000) <= 100
    assert abs(sound.duration - 9000) <= 100
    assert sound.remarks == ()


@pytest.mark.parametrize(("missing", "told"), [(1500, False), (2500, True)])
def test_a_file_that_lacks_seconds_of_what_it_says_breaks_off(tmp_path: Path, missing: Ms, told: bool) -> None:
    """Its header has the samples that it had."""
    path = write_sound(tmp_path / "a.flac", np.random.default_rng(1).normal(0, 0.1, 9 * HZ), "flac")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * (9000 - missing) // 9000])

    assert any("breaks off" in remark for remark in hear(path).remarks) == told


def test_sound_that_ends_before_its_picture_does_not_break_off(tmp_path: Path) -> None:
    """Silent credits; another track that is longer."""
    tracks = Track(tone(3000)[None], language="eng"), Track(tone(9000)[None], language="fra")
    assert [remark[:9] for remark in hear(write_tracks(tmp_path / "a.mkv", *tracks)).remarks] == ["of the 2 "]


def test_an_mp3_of_no_even_bit_rate_says_that_browsers_jump_to_wrong_moments(tmp_path: Path) -> None:
    """And what FFmpeg takes for its length, a guess from the bit rate, is not what the file says."""
    noise = np.random.default_rng(1).normal(0, 0.1, 9 * HZ)
    plain = {"write_xing": "0", "id3v2_version": "0"}
    slow, fast = (
        write_sound(tmp_path / f"{rate}.mp3", noise, "libmp3lame", rate=rate, options=plain).read_bytes()
        for rate in (32_000, 128_000)
    )
    even = write_sound(tmp_path / "even.mp3", noise, "libmp3lame", rate=128_000)
    data = even.read_bytes()
    (tmp_path / "uneven.mp3").write_bytes(slow + fast)
    (tmp_path / "joined.mp3").write_bytes(data + data)
    (tmp_path / "cut.mp3").write_bytes(data[: len(data) // 2])
    told = {
        name: [remark[:8] for remark in hear(tmp_path / f"{name}.mp3").remarks]
        for name in ("even", "uneven", "joined", "cut", "128000")
    }

    assert (told["even"], told["128000"], told["uneven"]) == ([], [], ["this MP3"])
    assert told["joined"][-1] == "this MP3"
    # The second one's table is no sound: where it stands is silence of its length.
    assert abs(hear(tmp_path / "joined.mp3").duration - probe(tmp_path / "joined.mp3")) <= 5
    assert told["cut"] == ["the reco"]


def test_pages_play_a_copy_of_an_mp3_in_which_browsers_jump_to_wrong_moments(tmp_path: Path) -> None:
    """On the same clock, to the sample; made once, and of no other recording."""
    noise = np.random.default_rng(1).normal(0, 0.1, 9 * HZ)
    even = write_sound(tmp_path / "even.mp3", noise, "libmp3lame", rate=128_000)
    joined = tmp_path / "joined.mp3"
    joined.write_bytes(
        even.read_bytes() + write_sound(tmp_path / "b.mp3", noise, "libmp3lame", rate=32_000).read_bytes()
    )
    session = Session(Settings(), Cache(tmp_path / "cache"))

    def playable(path: Path) -> Path:
        return session.playable(Media(path, sha256_of(path), 9000))

    copy = playable(joined)
    made = copy.stat().st_mtime_ns
    assert [playable(path) for path in (even, SAMPLES / "tide-machine.opus", joined)] == [
        even, SAMPLES / "tide-machine.opus", copy
    ]  # fmt: skip
    assert copy.stat().st_mtime_ns == made
    sounds = [np.fromfile(decode(path, tmp_path / "a.s16").pcm, "<i2") for path in (joined, copy)]
    assert copy.suffix == ".mp4"
    assert len(sounds[0]) > 17 * 16_000
    assert np.array_equal(sounds[0][: 8 * 16_000], sounds[1][: 8 * 16_000])


@pytest.mark.parametrize("begins", [-500, 0])
def test_what_stands_in_front_of_a_cut_is_not_heard(monkeypatch: pytest.MonkeyPatch, begins: Ms) -> None:
    """Vorbis that was cut without decoding: its frames have times below 0, and its file says that it starts at 0."""
    frames = [SimpleNamespace(time=(begins + 100 * n) / 1000, samples=4800, rate=48_000) for n in range(8)]
    monkeypatch.setattr(decoder, "_decoded", lambda *_: iter(frames))
    notes = decoder._Notes()
    length = Length(0, 800)
    found = list(decoder._of_link(None, None, notes, 0.0, 0, length))

    assert [timed.due for timed in found] == [1600 * n for n in range(len(found))]
    assert len(found) == 8 + begins // 100


def test_a_recording_in_pieces_without_a_length_is_measured(tmp_path: Path) -> None:
    """As browsers record: WebM that says nothing, MP4 in fragments."""
    live = write_sound(tmp_path / "a.webm", tone(9000), "libopus", options={"live": "1"})
    fragments = write_sound(tmp_path / "a.mp4", tone(9000), "aac", options={"movflags": "frag_keyframe+empty_moov"})
    for path in (live, fragments):
        assert abs(probe(path) - 9000) <= 100
        assert abs(hear(path).duration - 9000) <= 100


def test_a_recording_that_breaks_off_says_where(tmp_path: Path) -> None:
    """A download with its index in front, cut."""
    path = write_sound(tmp_path / "a.m4a", tone(20_000), "aac", options={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 5])
    sound = hear(path)

    assert 9000 <= sound.duration <= 14_000
    assert any("the recording breaks off at 0:1" in r and "says that it is 0:20 long" in r for r in sound.remarks)


def test_damage_is_told_with_its_place(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mkv", tone(20_000), "aac")
    data = bytearray(path.read_bytes())
    first, last = len(data) * 50 // 100, len(data) * 54 // 100
    data[first:last] = np.random.default_rng(3).bytes(last - first)
    path.write_bytes(data)
    sound = hear(path)

    assert sound.damaged
    several = r"\d+ pieces of the recording cannot be decoded and are silent here, at 0:\d\d"
    one = r"a piece of the recording cannot be decoded and is silent here, at 0:\d\d"
    assert any(re.match(several if sound.damaged > 1 else one, remark) for remark in sound.remarks)


# --- what cannot be heard ---------------------------------------------------------------------------------------------


def test_an_m4a_without_its_index_is_told_from_other_files(tmp_path: Path) -> None:
    """A phone that ran out of power writes the index last, that is, never."""
    path = write_sound(tmp_path / "a.m4a", tone(5000), "aac")
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"moov") - 4])

    for read in (probe, hear):
        with pytest.raises(AudioError, match=r"a\.m4a: has no index \(the part called moov\): .* broke off\n.*untrunc"):
            read(path)


def test_an_encrypted_recording_is_named_and_not_taken_for_noise(tmp_path: Path) -> None:
    """Its first frame decodes, as it happens, and it would be a recording of 20 ms."""
    options = {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": "0123456789abcdef" * 2,
        "encryption_kid": "ab" * 16,
    }
    path = write_sound(tmp_path / "a.m4a", tone(5000), "aac", options=options)

    for read in (probe, hear):
        with pytest.raises(AudioError, match=r"a\.m4a: is protected against copying \(DRM\)"):
            read(path)


# --- quiet ones -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decibel", [-50, -60])
def test_a_very_quiet_recording_is_made_louder_by_one_factor_throughout(
    tmp_path: Path, talk: NDArray[np.float64], truth: Recording, decibel: int
) -> None:
    """In 32-bit floats nothing is lost: a listener turns up the volume. Times and relations of levels stay."""
    quiet = talk * 10 ** (decibel / 20)
    sound = hear(write_tracks(tmp_path / "a.wav", Track(quiet[None]), codec="pcm_f32le", form="flt"))

    assert same_speech(sound, truth)
    assert sound.duration == truth.duration
    loud = truth.read(0, TALK)
    factor = float(np.dot(sound.read(0, TALK), loud) / np.dot(loud, loud)) / 10 ** (decibel / 20)
    assert abs(np.log2(factor) - round(np.log2(factor))) < 0.01
    np.testing.assert_allclose(sound.read(0, TALK), loud * factor * 10 ** (decibel / 20), atol=3e-4)
    seconds = 20 * np.log10(np.sqrt(np.mean(np.square(sound.read(0, 9000).reshape(9, -1)), axis=1)))
    assert -31.1 < np.sort(seconds)[-2] <= -24.9  # within a factor of two below what talk has
    said = round(20 * np.log10(factor))
    assert sound.remarks == (f"the recording is very quiet: it was made {said} dB louder to be heard",)


@pytest.mark.parametrize("level", [0.0, 1e-6, 0.01])
def test_silence_and_what_is_loud_enough_stay_as_they_are(tmp_path: Path, level: float) -> None:
    """An encoder's noise is not made a sound; a faint tone that is found anyway is not touched."""
    path = write_tracks(tmp_path / "a.wav", Track(tone(3000, level=level)[None]), codec="pcm_f32le", form="flt")
    sound = hear(path)

    assert float(np.abs(sound.read(0, 3000)).max()) == pytest.approx(level, abs=2e-5)
    assert sound.remarks == ()


@pytest.mark.parametrize(("decibel", "louder"), [(-44, False), (-46, True), (-99, True), (-101, False)])
def test_what_is_made_louder_has_a_level(tmp_path: Path, decibel: int, louder: bool) -> None:
    """From where speech is hardly found, to where there is nothing."""
    level = np.sqrt(2) * 10 ** (decibel / 20)
    sound = hear(write_tracks(tmp_path / "a.wav", Track(tone(3000, level=level)[None]), codec="pcm_f32le", form="flt"))

    assert (sound.remarks != ()) == louder


def test_a_click_does_not_keep_a_quiet_recording_quiet(
    tmp_path: Path, talk: NDArray[np.float64], truth: Recording
) -> None:
    """The level of the louder seconds counts, not the highest sample."""
    quiet = talk * 10 ** (-50 / 20)
    quiet[HZ // 4 : HZ // 4 + 20] = 0.9
    sound = hear(write_tracks(tmp_path / "a.wav", Track(quiet[None]), codec="pcm_f32le", form="flt"))

    assert sound.remarks[0].endswith("dB louder to be heard")
    assert abs(sound.speech[-1].end - truth.speech[-1].end) <= 200


# --- what the cache keeps ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("harm", ["shorter", "changed", "no card", "bad card", "views", "no views"])
def test_decoded_sound_that_was_damaged_is_not_used(tmp_path: Path, harm: str) -> None:
    """Half of a file would be "the note is not in the recording"; remarks and speech come back with it."""
    from subsync.run.kinds import CHECKS
    from subsync.store import Cache

    cache = Cache(tmp_path / "cache")
    pcm = cache.path("sound", "ab" * 32, ".s16")
    path = write_tracks(tmp_path / "a.mkv", Track(tone(2000)[None]), Track(tone(2000)[None]))
    made = decode(path, pcm)
    views, card = pcm.with_suffix(".mfc"), pcm.with_suffix(".json")
    whole = views.read_bytes()
    kept = Recording.of(pcm)
    assert (kept, kept.remarks, kept.speech) == (made, made.remarks, made.speech)
    assert made.remarks
    assert cache.verify(CHECKS) == ()

    harms: dict[str, Callable[[], object]] = {
        "shorter": lambda: pcm.write_bytes(pcm.read_bytes()[:-3200]),
        "changed": lambda: pcm.write_bytes(b"x" + pcm.read_bytes()[1:]),
        "no card": card.unlink,
        "bad card": lambda: card.write_bytes(card.read_bytes().replace(b'"damaged":0', b'"damaged":9')),
        "views": lambda: views.write_bytes(whole[:-52]),
        "no views": views.unlink,
    }
    harms[harm]()

    if "views" in harm:
        again = Recording.of(pcm)
        assert again == made
        again.cepstra(0, 2000)
        assert views.read_bytes() == whole
    else:
        from subsync.errors import StoreError

        with pytest.raises(StoreError, match="decoded sound cannot be read: it is gone or damaged"):
            Recording.of(pcm)
        assert {entry.path.suffix for entry in cache.verify(CHECKS)} & {".s16", ".json", ".mfc"}


def test_decoded_sound_is_read_through_when_it_is_written_and_once_after_each_start_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut takes what was written last and leaves the time at which it was written."""
    read = Mock(wraps=sha256_of)
    monkeypatch.setattr("subsync.sound.recording.sha256_of", read)
    monkeypatch.setattr("subsync.sound.recording.boot", lambda: started)
    pcm = tmp_path / "a.s16"
    started: str | None = "first"
    made = decode(write_sound(tmp_path / "a.wav", tone(500), "pcm_s16le"), pcm)
    counts = []
    for started in ("first", "first", "second", "second", None, None):
        read.reset_mock()
        assert Recording.of(pcm) == made
        counts.append(read.call_count)
        assert started is None or started in pcm.with_suffix(".json").read_text(encoding="utf-8")
    assert counts == [0, 0, 2, 0, 2, 2]
    assert "second" in pcm.with_suffix(".json").read_text(encoding="utf-8"), "nothing is written where it saves nothing"


@pytest.mark.model
def test_what_is_to_be_said_of_a_recording_stands_in_the_summary(desk: Path, subsync: Callable[..., Done]) -> None:
    """Of two tracks the second is in English, its channels cancel each other, and it starts late: all is placed."""
    whole = decode(desk / "talk.wav", desk / "talk.s16")
    voice = np.repeat(whole.read(0, whole.duration).astype(np.float64), 3)
    french = Track(tone(whole.duration)[None], language="fra", default=False)
    english = Track(np.stack([voice, -voice]), "stereo", language="eng", start=1500)
    write_tracks(desk / "two.mkv", french, english)

    done = subsync("sync", "talk.md", "--audio", "two.mkv", "--model", "tiny.en")

    assert done.code == 0
    assert "5 of 5 English sentences placed" in done.err
    assert "of the 2 tracks of sound in this file number 2 (eng) was heard, not 1 (fra)" in done.err
    assert re.search(r"cancel each other out in 2\d of its 2\d seconds: the louder one was heard", done.err)
    before, after = (
        json.loads((desk / "subsync-out" / "talk" / "talk.sync.json").read_text(encoding="utf-8"))["sentences"]
        for audio in ("talk.wav", "two.mkv")
        if subsync("sync", "talk.md", "--audio", audio, "--model", "tiny.en").code == 0
    )
    starts = [(a["start_ms"], b["start_ms"]) for a, b in zip(before, after, strict=True) if a["lang"] == "en"]
    assert all(abs(late - start - 1500) <= 60 for start, late in starts)
