"""Files are read by the programs they are made for: FFmpeg, MKVToolNix and the W3C's WebVTT validator."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import av
import pytest

from subsync.datatypes import Cue
from subsync.errors import AudioError
from subsync.formats.chapters import Chapter, chapters_ffmeta, chapters_vtt, chapters_xml
from subsync.formats.vtt import vtt
from subsync.run.embed import embed_chapters, suffix_with_chapters

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
PARSER = HERE / "node_modules" / "webvtt-parser"


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip where a program is not installed."""
    missing = [program for program in programs if not shutil.which(program)]
    return pytest.mark.skipif(
        bool(missing), reason=f"{', '.join(missing)} not installed (Debian: ffmpeg, mkvtoolnix, nodejs)"
    )


MARKS = [
    Chapter("Opening / 开场", 0, 11_357),
    Chapter(r"a=b; #1 \o/ [CHAPTER]", 11_357, 25_001),
    Chapter("<script> --> &amp;", 25_001, 40_000),
]
CODECS = {"m4a": ("ipod", "aac"), "mp3": ("mp3", "mp3"), "mka": ("ogg", "libopus"), "flac": ("flac", "flac")}
"""Suffix of the recording -> how it is made here. An Opus file is an Ogg file; its copy is a Matroska file."""


def spoken(folder: Path, kind: str) -> Path:
    """Forty seconds of silence with a title."""
    path = folder / {"mka": "talk.opus"}.get(kind, f"talk.{kind}")
    muxer, codec = CODECS[kind]
    with av.open(str(path), "w", format=muxer) as container:
        container.metadata["title"] = "潮汐"
        stream: Any = container.add_stream(codec, rate=48_000, layout="mono")
        for start in range(0, 40 * 48_000, 9600):
            frame = av.AudioFrame(format="s16", layout="mono", samples=9600)
            frame.planes[0].update(bytes(2 * 9600))
            frame.sample_rate, frame.pts = 48_000, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def copied(recording: Path, marks: Sequence[Chapter] = MARKS) -> Path:
    path = recording.with_name(f"copy.{suffix_with_chapters(recording)}")
    with path.open("w+b") as file:
        embed_chapters(recording, marks, file)
    return path


def packets(path: Path) -> str:
    """A digest of the sound as it is encoded."""
    digest = hashlib.sha256()
    with av.open(str(path)) as container:
        for packet in container.demux(container.streams.audio[0]):
            digest.update(bytes(packet))
    return digest.hexdigest()


def probed(path: Path) -> list[tuple[int, int, str]]:
    """Chapters as ffprobe reads them, in ms."""
    command = ["ffprobe", "-v", "error", "-show_chapters", "-of", "json", str(path)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["chapters"]
    return [(ms(c["start_time"]), ms(c["end_time"]), c["tags"]["title"]) for c in found]


def ms(seconds: str) -> int:
    return round(float(seconds) * 1000)


# --- chapters in a copy of the recording ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CODECS)
def test_the_copy_has_the_same_sound_and_the_chapters(tmp_path: Path, kind: str) -> None:
    """The tags too, and not a byte of the sound is another one."""
    recording = spoken(tmp_path, kind)
    copy = copied(recording)

    with av.open(str(copy)) as container:
        chapters: list[Any] = list(container.chapters())
        read = [(c["start"] * c["time_base"], c["end"] * c["time_base"], c["metadata"]) for c in chapters]
        assert container.metadata["title"] == "潮汐"
        assert len(container.streams.audio) == 1
    assert [(1000 * start, 1000 * end, tags["title"]) for start, end, tags in read] == [
        (c.start, c.end, c.title) for c in MARKS
    ]
    assert copy.suffix == {"flac": ".mka"}.get(kind, f".{kind}")
    assert packets(copy) == packets(recording)


@needs("ffprobe")
@pytest.mark.parametrize("kind", CODECS)
def test_ffprobe_reads_the_chapters_of_the_copy(tmp_path: Path, kind: str) -> None:
    assert probed(copied(spoken(tmp_path, kind))) == [(c.start, c.end, c.title) for c in MARKS]


@pytest.mark.parametrize("kind", CODECS)
def test_the_same_recording_makes_the_same_copy(tmp_path: Path, kind: str) -> None:
    recording = spoken(tmp_path, kind)
    first = copied(recording).read_bytes()

    assert copied(recording).read_bytes() == first


def test_a_recording_without_chapters_is_copied_without(tmp_path: Path) -> None:
    with av.open(str(copied(spoken(tmp_path, "m4a"), []))) as container:
        assert container.chapters() == []


def test_uncompressed_sound_goes_into_matroska(tmp_path: Path) -> None:
    path = tmp_path / "talk.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 8000 * 40))

    assert copied(path).suffix == ".mka"
    assert packets(copied(path)) == packets(path)


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "talk.m4a"
    path.write_text("no sound", encoding="utf-8")

    with pytest.raises(AudioError, match=r"talk\.m4a: cannot be read as sound"):
        embed_chapters(path, MARKS, io.BytesIO())


# --- chapter files ----------------------------------------------------------------------------------------------------


@needs("ffprobe")
def test_ffprobe_reads_the_metadata_file(tmp_path: Path) -> None:
    path = tmp_path / "talk.chapters.ffmeta"
    path.write_text(chapters_ffmeta(MARKS), encoding="utf-8")

    assert probed(path) == [(c.start, c.end, c.title) for c in MARKS]


@needs("mkvmerge", "mkvextract")
def test_mkvmerge_takes_the_titles_of_both_languages(tmp_path: Path) -> None:
    """What it wrote is read back by its own tool."""
    recording, xml, merged = spoken(tmp_path, "mka"), tmp_path / "c.xml", tmp_path / "m.mka"
    xml.write_text(chapters_xml(MARKS), encoding="utf-8")
    subprocess.run(["mkvmerge", "-q", "-o", merged, "--chapters", xml, recording], check=True)
    subprocess.run(["mkvextract", "-q", merged, "chapters", tmp_path / "read.xml"], check=True)

    atoms = list(ET.parse(tmp_path / "read.xml").iter("ChapterAtom"))
    assert [
        [(d.findtext("ChapterString"), d.findtext("ChapterLanguage")) for d in atom.iter("ChapterDisplay")]
        for atom in atoms
    ] == [[("Opening", "eng"), ("开场", "chi")], [(MARKS[1].title, "eng")], [(MARKS[2].title, "eng")]]
    assert [a.findtext("ChapterTimeStart") for a in atoms] == [
        "00:00:00.000000000",
        "00:00:11.357000000",
        "00:00:25.001000000",
    ]
    assert [a.findtext("ChapterTimeEnd") for a in atoms] == [
        "00:00:11.357000000",
        "00:00:25.001000000",
        "00:00:40.000000000",
    ]


@needs("mkvmerge")
@pytest.mark.parametrize("kind", CODECS)
def test_mkvmerge_sees_the_chapters_of_the_copy(tmp_path: Path, kind: str) -> None:
    copy = copied(spoken(tmp_path, kind))
    seen = json.loads(subprocess.run(["mkvmerge", "-J", copy], capture_output=True, check=True).stdout)

    # It reads no chapters of MP3 files (ID3 CHAP), which ffprobe does.
    assert [c["num_entries"] for c in seen["chapters"]] == ([] if kind == "mp3" else [len(MARKS)])


# --- WebVTT by the standard -------------------------------------------------------------------------------------------

TEXTS = [
    "a --> b", "<i>no</i> & <b", "AT&amp;T &lt;", r"{\an8}up", "NOTE x", "WEBVTT", "STYLE", "00:01.000 --> 00:02.000",
    "- >", "\u202eabc\u202c", "👩‍👩‍👧", "&nbsp;", "</c>", "<00:01.000>",
]  # fmt: skip


def validated(folder: Path, **files: str) -> list[dict[str, Any]]:
    """What webvtt-parser reads in files of these contents, named as keywords with ``_`` for a dot."""
    paths = [folder / name.replace("_", ".") for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    command = ["node", str(HERE / "webvtt.js"), *map(str, paths)]
    read: list[dict[str, Any]] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return read


@needs("node")
@pytest.mark.skipif(not PARSER.is_dir(), reason="webvtt-parser is not installed (npm install --prefix tests)")
def test_the_validator_of_webvtt_finds_no_error(tmp_path: Path) -> None:
    """Subtitles, styled ones and chapters: every time and every letter, and nothing to complain about."""
    cues = [Cue(1000 * k, 1000 * k + 999, (text,), ("中文", text)) for k, text in enumerate(TEXTS)]
    plain, styled, marked = validated(
        tmp_path,
        talk_en_vtt=vtt(cues),
        talk_styled_vtt=vtt(cues, styled=True),
        talk_chapters_vtt=chapters_vtt(MARKS),
    )

    expected = [[c.start, c.end, "\n".join((*c.en, *c.zh))] for c in cues]
    assert plain == {"errors": [], "cues": expected}
    assert styled == {"errors": [], "cues": expected}
    assert marked == {"errors": [], "cues": [[c.start, c.end, c.title] for c in MARKS]}


@needs("node")
@pytest.mark.skipif(not PARSER.is_dir(), reason="webvtt-parser is not installed (npm install --prefix tests)")
def test_the_validator_would_find_an_error(tmp_path: Path) -> None:
    (read,) = validated(tmp_path, bad_vtt="WEBVTT\n\n00:02.000 --> 00:01.000\n<x>a\n")

    assert len(read["errors"]) >= 2
