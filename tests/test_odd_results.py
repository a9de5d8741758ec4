"""What goes into decks, books, sound, video and pages when a note is odd: a right file or a plain answer."""

from __future__ import annotations

import errno
import json
import os
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import av
import pytest
from carried import NOTE, recorded
from fakes import Tools, note_of
from sounds import tone, write_sound

from subsync.datatypes import Alignment
from subsync.errors import AudioError, StoreError, SubsyncError
from subsync.formats import OPTIONAL, FormatOptions, all_files, media_files
from subsync.pages import review_html, study_html
from subsync.pipeline import sync_note
from subsync.store import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from subsync.datatypes import SyncResult

TEXTS = tuple(suffix for suffix, f in OPTIONAL.items() if f.text is not None)
MEDIA = ("apkg", "epub", "condensed.m4a")


def made(result: SyncResult, folder: Path, *, stem: str = "talk") -> tuple[list[str], dict[str, str]]:
    """The names of the files that were made, and what was answered instead of the others."""
    folder.mkdir(exist_ok=True)
    names, refused = [], {}
    for name, text in all_files(result, stem, FormatOptions(also=TEXTS)).items():
        (folder / name).write_text(text, encoding="utf-8")
        names.append(name)
    for suffix in MEDIA:
        for name, write in media_files(result, stem, FormatOptions(also=(suffix,))).items():
            try:
                with whole_file(folder / name) as file:
                    write(file)
                names.append(name)
            except SubsyncError as error:
                refused[suffix] = str(error)
    return names, refused


def page_of(html: str) -> Any:
    return json.loads(re.findall(r'<script[^>]*id="data"[^>]*>(.*?)</script>', html, re.DOTALL)[0])


def synced(folder: Path, text: str, **how: Any) -> SyncResult:
    result = sync_note(note_of(text), Tools(**how))
    length = max((s.end or 0 for s in result.alignment.sentences), default=0) + 2000
    path = write_sound(folder / "talk.wav", tone(length))
    return replace(result, media=replace(result.media, path=path, duration=length))


def test_a_sentence_of_two_minutes(tmp_path: Path) -> None:
    """Whole in the book, the pages and the sound; no card, which nobody could hold in mind."""
    words = " ".join(f"wheel{k}" for k in range(330))
    result = synced(tmp_path, f"The {words}.\n\n{'黄铜轮子，' * 30}完。\n")
    (first, *_) = result.alignment.sentences
    assert (first.end or 0) - (first.start or 0) > 120_000

    names, refused = made(result, tmp_path / "out")

    assert list(refused) == ["apkg"]
    assert "no sentence" in refused["apkg"].lower()
    assert {"talk.epub", "talk.condensed.m4a", "talk.lrc"} <= set(names)
    with zipfile.ZipFile(tmp_path / "out" / "talk.epub") as book:
        assert any("wheel329" in book.read(name).decode("utf-8", "replace") for name in book.namelist())
    with av.open(str(tmp_path / "out" / "talk.condensed.m4a")) as sound:
        assert (sound.duration or 0) / 1e6 > 120
    assert page_of(study_html(result, stem="talk", recording="talk.opus"))["sentences"][0][1].endswith("wheel329.")
    assert all(len(line) <= 42 for cue in result.tracks.en for line in cue.en)


def test_a_note_without_chinese(tmp_path: Path) -> None:
    """Every file is there, and no card, page or track has an empty line where Chinese would be."""
    result = synced(tmp_path, "### Wheels\n\nHow many wheels are there?\n\nThere are twenty of them here.\n")

    names, refused = made(result, tmp_path / "out")

    assert refused == {}
    assert {"talk.apkg", "talk.epub", "talk.condensed.m4a"} <= set(names)
    assert (tmp_path / "out" / "talk.zh.srt").read_text(encoding="utf-8") == ""
    assert "How many wheels" in (tmp_path / "out" / "talk.en-zh.srt").read_text(encoding="utf-8")
    for html in (
        study_html(result, stem="talk", recording=None),
        review_html(result, peaks=[], stem="talk", recording=None),
    ):
        assert [row[2] for row in page_of(html)["rows"]] == [[], []]


def test_a_note_of_which_nothing_is_in_the_recording(tmp_path: Path) -> None:
    """What needs a moment says that there is none; the texts and the book are there all the same."""
    whole = recorded(tmp_path)
    absent = tuple(
        replace(s, start=None, end=None, status="absent", confidence=0.0,
                words=tuple(replace(w, start=None, end=None, status="absent") for w in s.words))
        for s in whole.alignment.sentences
    )  # fmt: skip
    result = sync_note(whole.note, Tools(absent=frozenset(range(4))))
    result = replace(result, media=whole.media, alignment=Alignment(absent, ()))

    names, refused = made(result, tmp_path / "out")

    assert set(refused) == {"apkg", "condensed.m4a"}
    assert all("\n" in answer for answer in refused.values()), "each with what to do"
    assert "talk.epub" in names
    assert (tmp_path / "out" / "talk.en-zh.srt").read_text(encoding="utf-8") == ""
    assert not [p.name for p in (tmp_path / "out").iterdir() if p.name not in names]
    assert {s[4] for s in page_of(study_html(result, stem="talk", recording=None))["sentences"]} == {2}


@pytest.mark.parametrize("suffix", ["mkv", *MEDIA])
def test_no_room_on_the_disk_leaves_nothing_half_written(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old file stays whole, nothing else is left, and the answer names the place."""
    result = recorded(tmp_path)
    film = tmp_path / "talk.mkv"
    ((name, write),) = media_files(result, "talk", FormatOptions(also=(suffix,), picture=None)).items()
    if suffix == "mkv":
        with av.open(str(film), "w") as container:
            image: Any = container.add_stream("libx264", rate=1)
            image.width, image.height, image.pix_fmt = 64, 64, "yuv420p"
            import numpy as np

            for k in range(40):
                frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
                frame.pts = k
                container.mux(image.encode(frame))
            container.mux(image.encode(None))
        ((name, write),) = media_files(result, "talk", FormatOptions(also=(suffix,), picture=film)).items()
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_bytes(b"the old one")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def attempt() -> None:
        with whole_file(out / name) as file:
            write(file)
            file.flush()
            assert os.fstat(file.fileno()).st_size
            monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(StoreError, match=rf"cannot write .*{re.escape(name)}.*[Nn]o space"):
        attempt()

    assert [p.name for p in out.iterdir()] == [name]
    assert (out / name).read_bytes() == b"the old one"


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Any]:
    anki = pytest.importorskip("anki.collection")
    opened = anki.Collection(str(tmp_path / "user.anki2"))
    yield opened
    opened.close()


@pytest.mark.parametrize("ascii", [False, True], ids=["as it is", "escaped as JSON does it"])
@pytest.mark.parametrize("stem", ["say \"wheels\" & 'wires' 🛞", "轮子：#1 100%", "-v"])
def test_names_with_quotes_and_emoji(tmp_path: Path, stem: str, collection: Any, *, ascii: bool) -> None:  # noqa: A002
    """In every file, in its links, and in Anki."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    title = f"title: {json.dumps(stem, ensure_ascii=ascii)}"
    result = recorded(tmp_path, NOTE.replace('title: Wheels & "wires" 🛞', title))

    names, refused = made(result, tmp_path / "out", stem=stem)

    assert refused == {}
    assert all(name.startswith(stem) for name in names)
    assert page_of(study_html(result, stem=stem, recording=None))["stem"] == stem
    with av.open(str(tmp_path / "out" / f"{stem}.condensed.m4a")) as sound:
        assert sound.metadata["title"] == stem
    package = str(tmp_path / "out" / f"{stem}.apkg")
    for _ in range(2):
        request = ImportAnkiPackageRequest(package_path=package, options=ImportAnkiPackageOptions(merge_notetypes=True))
        collection.import_anki_package(request)
    assert collection.note_count() == 4
    assert any(stem.replace(":", "") in deck.name.replace(":", "") for deck in collection.decks.all_names_and_ids())


def test_a_recording_without_a_picture_makes_no_half_a_video(tmp_path: Path) -> None:
    result = recorded(tmp_path)
    ((name, write),) = media_files(result, "talk", FormatOptions(also=("mkv",))).items()
    (tmp_path / "out").mkdir()

    with pytest.raises(AudioError, match="sound without a picture"), whole_file(tmp_path / "out" / name) as file:
        write(file)

    assert list((tmp_path / "out").iterdir()) == []
