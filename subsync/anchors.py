"""Note and alignment -> anchors: the moment of each heading, and the link that plays from there."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from subsync.datatypes import Anchor
from subsync.errors import UsageError
from subsync.spans import paragraph_span, section_span
from subsync.text.urls import canonical_url, is_url, video_id
from subsync.times import clock

if TYPE_CHECKING:
    from subsync.datatypes import Alignment, Ms, Note
    from subsync.spans import Timespan

STYLES = {
    "youtube": "{url}{and}t={seconds}s",
    # Readers of Media Extended take the fragment, browsers the query (obsidian-yt-transcript#52 asks for both).
    "youtube+fragment": "{url}{and}t={seconds}s#t={seconds}",
    "media-extended": "{url}#t={seconds}",
    "media-notes": "{url}{and}t={seconds}",
    "bilibili": "{url}{and}t={seconds}",
    "podcast": "{url}#t={seconds}",
}
"""How a link names a moment, in whole seconds: Media Extended rejects ``1:35``, a colon breaks Markdown links.

The first two are YouTube's way; another source has its own instead, which is that of ``bilibili`` or ``podcast``.
"""
_YOUTUBES = ("youtube", "youtube+fragment")
_FIELD = re.compile(r"\{(url|id|seconds|ms|time|and)\}")


@dataclass(frozen=True, slots=True)
class AnchorOptions:
    """Which anchors there are and how they link."""

    style: str = "youtube"
    """A name of ``STYLES`` or a template with ``{url} {id} {seconds} {ms} {time} {and}``, the last of which is ``&`` or
    ``?``, whichever the address needs. One with ``{id}`` gives links to YouTube videos only."""
    lead: int = 0
    """Seconds that a link starts earlier."""
    paragraphs: bool = False
    """Paragraphs have anchors too."""

    def __post_init__(self) -> None:
        """Refuse a template that says nothing about the moment, or runs a script.

        Raises:
            UsageError: It is neither a style nor such a template.
        """
        if self.style in STYLES:
            return
        if not re.search(r"\{(seconds|ms|time)\}", self.style):
            raise UsageError(
                f"no link style {self.style!r}",
                f"One of {', '.join(STYLES)}, or a template such as {{url}}#t={{seconds}}.",
            )
        if unknown := re.search(r"\{[^{}]*\}", _FIELD.sub("", self.style)):
            raise UsageError(
                f"the link template {self.style!r} has an unknown field {unknown[0]}",
                "Its fields are {url}, {id}, {seconds}, {ms}, {time} and {and} (an ampersand or a question mark).",
            )
        if re.match(r"\s*(javascript|data|vbscript):", self.style, re.IGNORECASE):
            raise UsageError(
                f"the link template {self.style!r} runs a script", "Start it with {url}, https: or obsidian:."
            )


def anchor(note: Note, alignment: Alignment, options: AnchorOptions | None = None) -> tuple[Anchor, ...]:
    """The anchors of a note's headings, in its order, and of its paragraphs if asked for.

    A section lasts until the last spoken sentence under it and under its sub-headings. One whose beginning is not in
    the recording starts with what is spoken first and is marked ``interpolated``.
    """
    options = options or AnchorOptions()
    slugs = _Slugs()

    def made(line: int, span: Timespan, *, heading: str, level: int, slug: str, paragraph: int | None = None) -> Anchor:
        url = None if span.start is None else link(note.source, span.start, options)
        return Anchor(heading, level, line, slug, span.start, span.end, span.status, span.confidence, url, paragraph)

    anchors = [
        made(
            s.line,
            section_span(k, note, alignment),
            heading=s.heading,
            level=s.level,
            slug=slugs.unique(slugify(s.heading) or "section"),
        )
        for k, s in enumerate(note.sections)
    ]
    if options.paragraphs:
        anchors += [
            made(
                p.line,
                paragraph_span(p, alignment),
                heading="",
                level=0,
                slug=slugs.unique(f"p{p.index + 1}"),
                paragraph=p.index,
            )
            for p in note.paragraphs
        ]
    return tuple(sorted(anchors, key=lambda a: a.line))


def link(source: str | None, start: Ms, options: AnchorOptions) -> str | None:
    """The link that plays a source from a moment, floored to the second; ``None`` where nothing can play it."""
    if not source:
        return None
    style, start = options.style, max(0, start - options.lead * 1000)
    if is_url(source):
        try:
            url = canonical_url(source)
        except ValueError:
            return None
    elif re.match(r"[a-z][a-z0-9+.-]*:", source, re.IGNORECASE):  # javascript:, and the drives of Windows
        return None
    else:
        url = quote(source, safe="/~", errors="replace")
    if style in _YOUTUBES and not video_id(url):
        style = "bilibili" if "//www.bilibili.com/" in url else "podcast"
    template = STYLES.get(style, style)
    if "{id}" in template and not video_id(url):
        return None
    return _fill(template, url, start)


def _fill(template: str, url: str, start: Ms) -> str:
    fields = {
        "url": url,
        "id": video_id(url) or "",
        "seconds": str(start // 1000),
        "ms": str(start),
        "time": clock(start),
        "and": "&" if "?" in url else "?",
    }
    return _FIELD.sub(lambda match: fields[match[1]], template)


def slugify(heading: str) -> str:
    """A heading in an address, as 11ty's ``slugify`` has it, but with the letters of all scripts.

    11ty leaves Chinese out, so that most headings of a Chinese garden would have no name at all.
    """
    plain = unicodedata.normalize("NFC", re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFD", heading)))
    plain = re.sub(r"(?<=[^\W_])['’](?=[ts]\b)", "", plain.replace("&", " and "))
    plain = re.sub(r"(?<=[A-Z]{2})(?=\d)", " ", plain)
    # "fooBar" and "HTMLParser" are two words each, "APIs" is one.
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z]{2,}|[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-rt-z0-9])", " ", plain)
    return "-".join(re.findall(r"[^\W_]+", plain.lower()))


class _Slugs:
    """Names that are unique in a note: the second of two has ``-2`` behind it, as 11ty's IdAttributePlugin counts."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def unique(self, slug: str) -> str:
        while True:
            self._used[slug] += 1
            if self._used[slug] == 1:
                return slug
            slug = f"{slug}-{self._used[slug]}"
