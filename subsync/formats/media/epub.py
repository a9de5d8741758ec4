"""EPUB 3 with media overlays, both languages: a book that reads itself aloud and shows the sentence that is said.

A document for each section, a sentence of English beneath each other with the Chinese of its bead behind it, and a SMIL
file that ties each English sentence to its stretch of the sound (EPUB 3.3, section 9). Of the sound formats that a
reader must play only MP3 and AAC in MP4 come into question (3.3, 3.2): sound that is one of them is copied, all other
is encoded anew.
"""

from __future__ import annotations

import hashlib
import os
import time
import zipfile
from dataclasses import dataclass
from html import escape
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from subsync.datatypes import Span
from subsync.errors import AudioError
from subsync.formats.media.sound import packed, stretches, write_m4a
from subsync.text.scripts import is_chinese
from subsync.text.variants import chinese_tag
from subsync.times import seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from subsync.datatypes import Bead, Ms, SyncResult

_BITS = 64_000
_PART: Ms = 60_000
_CSS = """\
body { line-height: 1.6 }
.zh { display: block; margin: 0 0 .6em; opacity: .85 }
.en { display: block }
.speaker { font-weight: bold; margin: 1em 0 .2em }
.absent { opacity: .5 }
.speaking { background: #ffe08a; color: #000 }
"""
_CONTAINER = """\
<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_TYPES = {"m4a": "audio/mp4", "mp3": "audio/mpeg"}


@dataclass(frozen=True, slots=True)
class _Chapter:
    """A section of the note as a document of the book."""

    name: str
    title: str
    body: str
    spoken: tuple[tuple[str, Ms, Ms], ...]
    """Identifier, start and end of each sentence that is in the recording."""

    @property
    def duration(self) -> Ms:
        return sum(end - start for _, start, end in self.spoken)


def epub(result: SyncResult, file: IO[bytes]) -> None:
    """Write the book.

    Raises:
        AudioError: the recording cannot be read.
    """
    chinese = "".join(s.text for s in result.note.sentences if s.lang == "zh")
    book = _Book(result, chinese_tag(chinese))
    chapters = book.chapters()
    with TemporaryFile() as sound, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        suffix = _write_sound(result, sound)
        _put(archive, "mimetype", "application/epub+zip", zipfile.ZIP_STORED)  # first, and not compressed (OCF, 4.3)
        _put(archive, "META-INF/container.xml", _CONTAINER)
        _put(archive, "EPUB/book.opf", book.package(chapters, suffix))
        _put(archive, "EPUB/nav.xhtml", book.contents(chapters))
        _put(archive, "EPUB/style.css", _CSS)
        for chapter in chapters:
            _put(archive, f"EPUB/{chapter.name}.xhtml", book.document(chapter))
            if chapter.spoken:
                _put(archive, f"EPUB/{chapter.name}.smil", _overlay(chapter, suffix))
        sound.seek(0)
        with archive.open(_entry(f"EPUB/sound.{suffix}", zipfile.ZIP_STORED), "w", force_zip64=True) as inside:
            while block := sound.read(1 << 20):
                inside.write(block)


@dataclass(frozen=True, slots=True)
class _Book:
    result: SyncResult
    zh: str
    """The language tag of the Chinese."""

    def chapters(self) -> list[_Chapter]:
        """One for each section, and one for what stands above the first heading."""
        note = self.result.note
        found: list[_Chapter] = []
        for section in (None, *range(len(note.sections))):
            paragraphs = [p.index for p in note.paragraphs if p.section == section]
            if section is None and not paragraphs:
                continue
            title = self.title if section is None else note.sections[section].heading or "…"
            body = "\n".join(map(self._paragraph, paragraphs))
            spoken = tuple(sorted(self._spoken(paragraphs), key=lambda item: int(item[0][1:])))
            found.append(_Chapter(f"c{len(found) + 1}", title, body, spoken))
        return found or [_Chapter("c1", self.title, "<p/>", ())]

    @property
    def title(self) -> str:
        return _text(self.result.note.title or "") or "…"

    def _paragraph(self, index: int) -> str:
        paragraph = self.result.note.paragraphs[index]
        beads = [bead for bead in self.result.beads if bead.paragraph == index]
        speaker = f'<p class="speaker"{self._lang(name)}>{_text(name)}</p>' if (name := paragraph.speaker) else ""
        return f'{speaker}<div class="paragraph">{"".join(map(self._bead, beads))}</div>'

    def _bead(self, bead: Bead) -> str:
        note, timed = self.result.note, self.result.alignment.sentences
        english = " ".join(
            f'<span id="s{k}"{"" if timed[k].start is not None else _ABSENT}>{_text(note.sentences[k].text)}</span>'
            for k in bead.en
        )
        chinese = "".join(_text(note.sentences[k].text) for k in bead.zh)
        return (f'<p class="en">{english}</p>' if english else "") + (
            f'<p class="zh" lang="{self.zh}" xml:lang="{self.zh}">{chinese}</p>' if chinese else ""
        )

    def _spoken(self, paragraphs: Iterable[int]) -> Iterator[tuple[str, Ms, Ms]]:
        inside = set(paragraphs)
        for k, (sentence, timed) in enumerate(self.result.timed):
            if sentence.lang == "en" and sentence.paragraph in inside and timed.start is not None and timed.end:
                yield f"s{k}", timed.start, max(timed.end, timed.start + 1)

    def document(self, chapter: _Chapter) -> str:
        named = self._lang(chapter.title)
        return _page(chapter.title, f"<h1{named}>{_text(chapter.title)}</h1>\n{chapter.body}", named)

    def contents(self, chapters: Iterable[_Chapter]) -> str:
        rows = "\n".join(
            f'<li><a href="{c.name}.xhtml"{self._lang(c.title)}>{_text(c.title)}</a></li>' for c in chapters
        )
        body = f'<nav epub:type="toc" id="toc"><ol>\n{rows}\n</ol></nav>'
        return _page(self.title, body, self._lang(self.title))

    def _lang(self, text: str) -> str:
        """The attributes of an element whose text may be in either language; the book is English unless they say so."""
        return f' lang="{self.zh}" xml:lang="{self.zh}"' if is_chinese(text) else ""

    def package(self, chapters: list[_Chapter], suffix: str) -> str:
        note = self.result.note
        name = hashlib.sha256(f"{note.source or self.result.media.sha256}\0{note.path}".encode("utf-8", "replace"))
        items = [
            '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
            '<item id="css" href="style.css" media-type="text/css"/>',
            f'<item id="sound" href="sound.{suffix}" media-type="{_TYPES[suffix]}"/>',
        ]
        durations = []
        for c in chapters:
            overlay = f' media-overlay="{c.name}-o"' if c.spoken else ""
            items.append(f'<item id="{c.name}" href="{c.name}.xhtml" media-type="application/xhtml+xml"{overlay}/>')
            if c.spoken:
                items.append(f'<item id="{c.name}-o" href="{c.name}.smil" media-type="application/smil+xml"/>')
                durations.append(f'<meta property="media:duration" refines="#{c.name}-o">{seconds(c.duration)}s</meta>')
        spoken = [
            *durations,
            f'<meta property="media:duration">{seconds(sum(c.duration for c in chapters))}s</meta>',
            '<meta property="media:active-class">speaking</meta>',
        ]
        titled = f' xml:lang="{self.zh}"' if is_chinese(self.title) else ""
        source = f"<dc:source>{_text(note.source)}</dc:source>" if note.source else ""
        moment = time.gmtime(float(os.environ.get("SOURCE_DATE_EPOCH") or time.time()))
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">',
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">',
            f'<dc:identifier id="id">urn:subsync:{name.hexdigest()[:32]}</dc:identifier>',
            f"<dc:title{titled}>{self.title}</dc:title>",
            f"<dc:language>en</dc:language><dc:language>{self.zh}</dc:language>{source}",
            f'<meta property="dcterms:modified">{time.strftime("%Y-%m-%dT%H:%M:%SZ", moment)}</meta>',
            *(spoken if durations else ()),
            f"</metadata>\n<manifest>\n{chr(10).join(items)}\n</manifest>",
            f"<spine>{''.join(f'<itemref idref={chr(34)}{c.name}{chr(34)}/>' for c in chapters)}</spine>",
            "</package>",
        ]
        return "\n".join(lines) + "\n"


_ABSENT = ' class="absent"'


def _overlay(chapter: _Chapter, suffix: str) -> str:
    pairs = "\n".join(
        f'<par id="p{name[1:]}"><text src="{chapter.name}.xhtml#{name}"/>'
        f'<audio src="sound.{suffix}" clipBegin="{seconds(start)}s" clipEnd="{seconds(end)}s"/></par>'
        for name, start, end in chapter.spoken
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<smil xmlns="http://www.w3.org/ns/SMIL" '
        'xmlns:epub="http://www.idpf.org/2007/ops" version="3.0"><body>\n'
        f'<seq id="all" epub:textref="{chapter.name}.xhtml">\n{pairs}\n</seq>\n</body></smil>\n'
    )


def _page(title: str, body: str, named: str) -> str:
    """A document; ``named`` are the attributes of its title."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="en" xml:lang="en">\n<head><title{named}>{_text(title)}</title>'
        f'<link rel="stylesheet" type="text/css" href="style.css"/></head>\n<body>\n{body}\n</body>\n</html>\n'
    )


def _text(text: str) -> str:
    """Text as XML can hold it."""
    kept = (c if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\x7f\ufffe\uffff" else " " for c in text)
    return escape(" ".join("".join(kept).split()))


def _write_sound(result: SyncResult, file: IO[bytes]) -> str:
    """The sound of the recording; its suffix."""
    path = result.media.path
    if suffix := packed(path, file):
        return suffix
    ends = range(0, result.media.duration, _PART)
    minutes = [Span(start, min(start + _PART, result.media.duration)) for start in ends]
    if not minutes:
        raise AudioError(f"{path}: has no length", "Get the recording again.")
    write_m4a(file, (sound for _, sound in stretches(path, minutes)), bits=_BITS)
    return "m4a"


def _put(archive: zipfile.ZipFile, name: str, text: str, method: int = zipfile.ZIP_DEFLATED) -> None:
    archive.writestr(_entry(name, method), text)


def _entry(name: str, method: int) -> zipfile.ZipInfo:
    """A file of the archive, always of the same date."""
    info = zipfile.ZipInfo(name)
    info.compress_type = method
    return info
