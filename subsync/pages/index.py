"""Many results -> one page: what there is, and a search in both languages over all of it."""

from __future__ import annotations

import base64
import gzip
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from subsync.pages.html import Template, page_html
from subsync.text.variants import chinese_tag, read_variants

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PAGE = Template(
    "index.html",
    (
        "tools.js", "texts.js", "tongue.js", "fold.js", "index.js",
    ),
    ("base.css", "index.css"),
)  # fmt: skip
_DOUBT = 0.5
"""Below this confidence a sentence is called doubtful, as everywhere."""


def index_html(results: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """The page over a garden.

    The texts travel compressed, 90 kB for an hour, and are unpacked when somebody searches.

    Args:
        results: path of each note's study page from this one, with ``/``, and its ``sync.json``, read.

    Returns:
        HTML, to be written as UTF-8.

    Raises:
        KeyError, TypeError: a document is no ``sync.json``.
    """
    notes, texts = [], []
    for page, document in results:
        notes.append(_note(page, document))
        texts.append(_rows(document))
    packed = gzip.compress(json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode(), mtime=0)
    chinese = "".join(row[1] for rows in texts for row in rows)
    data = {
        "notes": notes,
        "texts": base64.b64encode(packed).decode(),
        "variants": list(read_variants(chinese).items()),
    }
    return page_html(_PAGE, title="subsync", data=data)


def _note(page: str, document: Mapping[str, Any]) -> dict[str, Any]:
    english = [s for s in document["sentences"] if s["lang"] == "en"]
    placed = [s for s in english if s["start_ms"] is not None]
    sure = sum(s["confidence"] >= _DOUBT for s in placed)
    chinese = "".join(s["text"] for s in document["sentences"] if s["lang"] == "zh")
    return {
        "page": quote(page),
        "title": document["note"]["title"] or document["note"]["path"],
        "duration": document["media"]["duration_ms"],
        "sentences": len(english),
        "placed": len(placed),
        "sure": round(100 * sure / len(english)) if english else 0,
        "zh": chinese_tag(chinese),
        "sections": [[s["heading"], s["start_ms"]] for s in document["sections"]],
    }


def _rows(document: Mapping[str, Any]) -> list[tuple[str, str, int | None]]:
    """English, Chinese and a sentence to go to, for each bead and for what is in none."""
    sentences = document["sentences"]
    seen: set[int] = set()
    rows: list[tuple[str, str, int | None]] = []
    for bead in document["beads"]:
        seen.update(bead["en"], bead["zh"])
        rows.append(_row(sentences, bead["en"], bead["zh"]))
    for k, sentence in enumerate(sentences):
        if k not in seen:
            rows.append(_row(sentences, *(([k], []) if sentence["lang"] == "en" else ([], [k]))))
    return rows


def _row(sentences: list[dict[str, Any]], en: list[int], zh: list[int]) -> tuple[str, str, int | None]:
    english, chinese = (gap.join(sentences[k]["text"] for k in side) for gap, side in ((" ", en), ("", zh)))
    return english, chinese, next(iter([*en, *zh]), None)
