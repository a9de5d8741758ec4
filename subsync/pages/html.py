"""Texts and data -> one HTML file that loads nothing but the recording.

Nothing of the note becomes markup: its text travels as JSON and reaches the page through ``textContent``. The policy
in the page allows the one script and the one style sheet that are in it, by their hashes, and no connection.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

YOUTUBE = "https://www.youtube-nocookie.com"
"""Its player keeps no cookies until it plays; the page speaks to it by messages, so none of its scripts is needed."""

_SERVED = '<html lang="en"'


@dataclass(frozen=True, slots=True)
class Template:
    """Names of the assets that make a page."""

    html: str
    scripts: tuple[str, ...]
    """They become its one script, in this order."""
    styles: tuple[str, ...]


def page_html(
    template: Template,
    *,
    title: str,
    data: Mapping[str, Any],
    parts: Mapping[str, str] | None = None,
    youtube: bool = False,
) -> str:
    """Put a page together.

    Args:
        template: what it is made of.
        title: as text.
        data: what the script finds in the element ``data``, as JSON.
        parts: further places of the template, as HTML.
        youtube: whether YouTube's player may be framed.
    """
    script, style = asset(*template.scripts), asset(*template.styles)
    filled = {
        "policy": _policy(script, style, youtube=youtube),
        "title": html.escape(title),
        "style": style,
        "data": in_script(data),
        "script": script,
        **(parts or {}),
    }
    # In one pass: what is put in is not searched for further places.
    return re.sub(r"\{\{(\w+)\}\}", lambda place: filled[place[1]], asset(template.html))


def served(page: str, *, applies: bool = False, made: str = "", place: str = "") -> str:
    """A page as our server gives it out.

    It knows where the recording is, whether corrections are taken, by ``made`` which page it is, and where its file is.
    """
    if applies:  # the one connection that a page may ever have: back to where it came from
        page = page.replace("default-src 'none';", "default-src 'none'; connect-src 'self';", 1)
    known = f'data-serving="{"apply" if applies else "look"}" data-made="{made}" data-place="{place}"'
    return page.replace(_SERVED, f"{_SERVED} {known}", 1)


def _policy(script: str, style: str, *, youtube: bool) -> str:
    rules = {
        "default-src": "'none'",
        "script-src": f"'sha256-{_hash(script)}'",
        "style-src": f"'sha256-{_hash(style)}'",
        "media-src": "'self' blob: file:",
        "img-src": "data:",
        "frame-src": YOUTUBE if youtube else "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def asset(*names: str) -> str:
    """The texts of some assets, one after the other."""
    folder = files("subsync.pages") / "assets"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def in_script(data: Mapping[str, Any]) -> str:
    """JSON that cannot end the script element it stands in, nor start a comment there."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A lone surrogate cannot be written as UTF-8; in JSON text it can only stand inside a string.
    return re.sub("[<>\u2028\u2029\ud800-\udfff]", lambda c: f"\\u{ord(c[0]):04x}", text)
