"""A note's moments -> what a site's own templates need to play them: data, an include, one script and one style.

The site makes the page of the note as it always does. The include puts a list of links in it; the script, which is the
same for all notes, finds the headings and paragraphs that they stand for, and plays.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from dataclasses import asdict, dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from subsync.formats.anchors import anchors_json
from subsync.text.urls import canonical_url, is_url, redacted, video_id
from subsync.times import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import Anchor, Ms, Note

Site: TypeAlias = Literal["11ty", "hugo", "quartz", "html"]
_AUDIO = ("mp3", "m4a", "m4b", "aac", "ogg", "oga", "opus", "flac", "wav", "webm", "mp4", "m4v")
"""How an address ends that a browser's own player can take; of a video it plays the sound."""
_OPENING = 40
"""Characters of a paragraph by which it is found; few paragraphs of a talk begin alike for longer."""
_GAP = re.compile(r"\n[ \t>]*\r?\n|<p\b", re.IGNORECASE)
"""Between two paragraphs of the page."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A heading or a paragraph that is said."""

    kind: Literal["h", "p"]
    text: str
    """The heading, or the beginning of the paragraph."""
    time: str
    start: Ms
    end: Ms
    link: str
    zh: str = ""
    """The beginning of the paragraph's translation, which is marked with it."""


def moments(note: Note, anchors: Sequence[Anchor]) -> tuple[Moment, ...]:
    """The anchors that can be played, in the order of the note."""
    found = []
    for a in anchors:
        if a.start is None or a.end is None or not a.link:
            continue
        kind: Literal["h", "p"] = "h" if a.paragraph is None else "p"
        text, zh = (a.heading, "") if a.paragraph is None else _openings(note, a.paragraph)
        found.append(Moment(kind, text, clock(a.start), a.start, a.end, a.link, zh))
    return tuple(found)


def player_of(source: str | None) -> dict[str, str]:
    """Which player a source has: ``kind`` and ``media``; empty where there is none, and links stay links."""
    if not source or not is_url(source):
        return {}
    try:
        url = canonical_url(source)
    except ValueError:
        return {}
    if video := video_id(url):
        return {"kind": "youtube", "media": video}
    if found := re.match(r"https://www\.bilibili\.com/video/(BV\w+)(?:\?(p=\d+)$)?", url, re.ASCII):
        return {"kind": "bilibili", "media": "&".join(filter(None, found.groups()))}  # as its player asks for a part
    plays = re.search(rf"\.(?:{'|'.join(_AUDIO)})(?:\?|$)", url, re.IGNORECASE)
    return {"kind": "audio", "media": url} if plays else {}


def without_player(source: str | None) -> tuple[str, str] | None:
    """Why a published note will have no player, and what would help; ``None`` if it has one."""
    if player_of(source):
        return None
    if not source:
        return "no player and no links: it has no source", "Put the address of its recording into `source:`."
    if not is_url(source):
        return (
            f"links without a player: its source {source} is no address on the web",
            "Put the recording where readers can fetch it, and that address into `source:`.",
        )
    shown = redacted(source)
    what = f"links without a player: its source {shown} is no video of YouTube or Bilibili nor, by its name, sound"
    some = ", .".join(_AUDIO[:3])
    return what, f"Put the address of the sound itself into `source:`; it ends in .{some} or the like, a feed has it."


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """What a site needs to play a note: path -> text."""

    own: dict[str, str]
    """Of this note alone. That of 11ty belongs beside the note, where 11ty looks for it."""
    shared: dict[str, str]
    """The same for all notes of the site, from its root."""


def site_files(page: str, note: Note, anchors: Sequence[Anchor], site: Site) -> SiteFiles:
    """The files of a note in a site.

    Args:
        page: the note's path: for Hugo that below its content, with the name of that folder in front; for others the
            note's folder and its name.
        note: what the anchors are of.
        anchors: those of paragraphs, too.
        site: what makes the site.
    """
    stem = PurePosixPath(page).stem
    ours = files("subsync.pages").joinpath("site")
    script, style = (ours.joinpath(f"subsync.{kind}").read_text("utf-8") for kind in ("js", "css"))
    if site == "11ty":
        shared = {"_includes/subsync.njk": _NUNJUCKS, "subsync.js": script, "subsync.css": style}
        return SiteFiles({f"{stem}.11tydata.json": eleventy_data(page, note, anchors)}, shared)
    data = _data(page, note, anchors)
    if site == "hugo":
        shared = {
            "layouts/shortcodes/subsync.html": _HUGO, "static/subsync.js": script, "static/subsync.css": style
        }  # fmt: skip
        # A name that no path can spoil: Hugo parts names of data at slashes and at dots.
        name = hashlib.sha256(page.partition("/")[2].encode("utf-8", "replace")).hexdigest()[:16]
        return SiteFiles({f"data/subsync/{name}.json": _json(data)}, shared)
    folder = "quartz/static/" if site == "quartz" else ""
    place = "/static/" if site == "quartz" else ""
    own = {f"{folder}{stem}.subsync.html": _snippet(data, place)}
    return SiteFiles(own, {f"{folder}subsync.js": script, f"{folder}subsync.css": style})


def published_page(text: str) -> str | None:
    """Whose a file of a note's own is: the ``page`` that ``site_files`` wrote into it."""
    found = re.search(r'^ ?"page": (".*"),?$|<nav class="subsync"[^>]* data-page="([^"]*)"', text, re.MULTILINE)
    if found is None:
        return None
    return str(json.loads(found[1])) if found[1] else html.unescape(found[2])


def eleventy_data(page: str, note: Note, anchors: Sequence[Anchor]) -> str:
    """The data file of a note for 11ty, ``NAME.11tydata.json``, whichever command writes it.

    Templates find ``subsync.anchors``, the sections as in ``NAME.anchors.json``; ``subsync.moments``, what can be
    played; ``subsync.kind`` and ``subsync.media`` of the player; and ``subsync.page``, the note that they are of. By
    that the include tells it from the neighbours of ``talk/talk.md``: to 11ty its data are those of the whole folder.

    Args:
        page: the note's folder and its name.
        note: what the anchors are of.
        anchors: those of paragraphs, too.
    """
    sections = json.loads(anchors_json([a for a in anchors if a.paragraph is None]))
    # 11ty would put a note's moments behind those of its folder, were it not told that they take their place.
    return _json({"override:subsync": {**_data(page, note, anchors), "anchors": sections}})


def _data(page: str, note: Note, anchors: Sequence[Anchor]) -> dict[str, Any]:
    return {"page": page, **player_of(note.source), "moments": [asdict(m) for m in moments(note, anchors)]}


def _openings(note: Note, paragraph: int) -> tuple[str, str]:
    """Of its text and of its translation; the latter is empty where Chinese stands alone."""
    place = note.paragraphs[paragraph]
    en, zh = (_opening(note, side) for side in (place.en, place.zh))
    return (en, zh) if en else (zh, "")


def _opening(note: Note, sentences: Sequence[int]) -> str:
    said = [note.sentences[k] for k in sentences]
    # Turns without a translation between them are one paragraph of ours and several of the page: the first is enough.
    ends = (k for k, (one, two) in enumerate(pairwise(said), 1) if _GAP.search(note.text, one.end_char, two.start_char))
    return " ".join(s.text for s in said[: next(ends, None)])[:_OPENING]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace").decode() + "\n"


def _snippet(data: dict[str, Any], place: str) -> str:
    """The list as HTML, to be put into a page."""
    rows = "\n".join(
        f'<li{" hidden" if m["kind"] == "p" else ""}><a href="{_q(m["link"])}" data-kind="{m["kind"]}" '
        f'data-t="{m["start"]}" data-e="{m["end"]}" data-time="{m["time"]}" data-text="{_q(m["text"])}"'
        f"{_zh(m['zh'])}>{m['time']} {_q(m['text'])}</a></li>"
        for m in data["moments"]
    )
    player = f' data-kind="{data["kind"]}" data-media="{_q(data["media"])}"' if "kind" in data else ""
    return (
        f'<link rel="stylesheet" href="{place}subsync.css">\n'
        f'<nav class="subsync" aria-label="Moments"{player} data-page="{_q(data["page"])}">\n'
        f'<ol>\n{rows}\n</ol>\n</nav>\n<script src="{place}subsync.js" defer></script>\n'
    )


def _zh(text: str) -> str:
    return f' data-zh="{_q(text)}"' if text else ""


def _q(text: str) -> str:
    return html.escape(text.encode("utf-8", "replace").decode())


_NUNJUCKS = """\
{%- if subsync and subsync.moments and (("/" + page.inputPath).endsWith("/" + subsync.page) \
or page.inputPath == "." + subsync.page.slice(subsync.page.indexOf("/"))) -%}
<link rel="stylesheet" href="{{ "/subsync.css" | url }}">
<nav class="subsync" aria-label="Moments"{% if subsync.kind %} data-kind="{{ subsync.kind | escape }}" \
data-media="{{ subsync.media | escape }}"{% endif %}>
<ol>
{% for m in subsync.moments -%}
<li{% if m.kind == "p" %} hidden{% endif %}><a href="{{ m.link | escape }}" data-kind="{{ m.kind | escape }}" \
data-t="{{ m.start | escape }}" data-e="{{ m.end | escape }}" data-time="{{ m.time | escape }}" \
data-text="{{ m.text | escape }}"{% if m.zh %} data-zh="{{ m.zh | escape }}"{% endif %}>\
{{ m.time | escape }} {{ m.text | escape }}</a></li>
{% endfor -%}
</ol>
</nav>
<script src="{{ "/subsync.js" | url }}" defer></script>
{%- endif -%}
"""
_HUGO = """\
{{- $data := dict -}}
{{- with .Page.File -}}
{{- $path := replace .Path "\\\\" "/" -}}
{{- $file := replace .Filename "\\\\" "/" -}}
{{- /* Below its content, or, where that is mounted from elsewhere, at the end of the file's own path. */ -}}
{{- $paths := slice -}}
{{- $names := split $file "/" -}}
{{- range seq (len $names) -}}{{- $paths = $paths | append (delimit (last . $names) "/") -}}{{- end -}}
{{- range $paths | append $path -}}
{{- $it := . -}}
{{- with index site.Data.subsync (substr (sha256 .) 0 16) -}}
{{- if or (eq $it $path) (strings.HasSuffix $file (printf "/%s" .page)) -}}{{- $data = . -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- if not $data -}}{{- warnf "subsync: nothing is published for %s" .Path -}}{{- end -}}
{{- end -}}
{{- with $data -}}
<link rel="stylesheet" href="{{ "subsync.css" | relURL }}">
<nav class="subsync" aria-label="Moments"{{ with .kind }} data-kind="{{ . }}"{{ end }}{{ with .media }} \
data-media="{{ . }}"{{ end }}>
<ol>
{{- range .moments }}
<li{{ if eq .kind "p" }} hidden{{ end }}><a href="{{ .link }}" data-kind="{{ .kind }}" data-t="{{ .start }}" \
data-e="{{ .end }}" data-time="{{ .time }}" data-text="{{ .text }}"{{ with .zh }} data-zh="{{ . }}"{{ end }}>\
{{ .time }} {{ .text }}</a></li>
{{- end }}
</ol>
</nav>
<script src="{{ "subsync.js" | relURL }}" defer></script>
{{- end -}}
"""
