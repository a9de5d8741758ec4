"""Corrections that a person made on the review page: the edits file, and what it does to an alignment.

An edits file is JSON::

    {"schema_version": 1,
     "note":  {"path": "talk.md", "sha256": "..."},
     "edits": [{"sentence": 12, "text": "So the wire is the sum.", "action": "start", "ms": 45600},
               {"sentence": 13, "text": "The wire is the sum, exactly.", "action": "pin", "ms": 47000},
               {"sentence": 40, "text": "In 1953 the machine was moved.", "action": "absent"}]}

``sentence`` counts from 0 in ``sentences`` of ``sync.json`` and is an English one. ``start``: it begins exactly there.
With ``end_ms`` it ends there; ``end`` has that alone.
``pin``: it is said about there; an aligned time close by is kept. ``absent``: it is not in the recording. A sentence
is known by its ``text``, so edits outlive changes of the note elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from subsync.errors import UsageError
from subsync.times import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from subsync.datatypes import Ms, Note

SCHEMA_VERSION = 1

Action: TypeAlias = Literal["start", "pin", "end", "absent", "pair"]

SHORTEST: Ms = 100
"""Less time than this is no room for a sentence: "No." takes twice as long."""
REMEDY = "Export the edits from the review page again."


@dataclass(frozen=True, slots=True)
class Edit:
    """A correction of one English sentence; a ``pair`` is one of a Chinese sentence."""

    sentence: int
    """Index into ``Note.sentences``."""
    action: Action
    time: Ms | None = None
    """``None`` if the sentence is absent or paired, or its end alone was corrected."""
    end: Ms | None = None
    """Where it ends, if that was corrected too; of a ``start``, ``pin`` or ``end`` alone."""
    partner: int | None = None
    """The English sentence that a Chinese one translates; of a ``pair`` alone."""


_Row: TypeAlias = tuple[int, str, Action, "Ms | None", "Ms | None"]
"""Of a time: sentence, text, action, start, end."""


def parse_edits(text: str, note: Note, *, path: str) -> tuple[Edit, ...]:
    """Read an edits file.

    Args:
        text: the file's text.
        note: the note it is for; if that was changed since, sentences are found again by their text.
        path: for messages.

    Returns:
        Edits in the order of the note, one for a sentence, with ascending times.

    Raises:
        UsageError: it is no edits file, or its edits cannot all be kept.
    """
    edits, unfit = fitting_edits(text, note, path=path)
    if unfit:
        raise unfit[0]
    return edits


def fitting_edits(text: str, note: Note, *, path: str) -> tuple[tuple[Edit, ...], tuple[UsageError, ...]]:
    """Read an edits file as far as it fits the note; arguments as of ``parse_edits``.

    Returns:
        Edits as ``parse_edits`` gives them, and why each of the others is not among them.

    Raises:
        UsageError: it is no edits file.
    """
    try:
        data = json.loads(text)
        rows = [_row(row) for row in data["edits"] if row["action"] not in {"text", "pair"}]
        pairs = [_pair_row(row) for row in data["edits"] if row["action"] == "pair"]
        version = data["schema_version"]
    except (ValueError, KeyError, TypeError, RecursionError) as exc:
        raise UsageError(f"{path}: not an edits file: {exc}", REMEDY) from exc
    if version != SCHEMA_VERSION:
        raise UsageError(f"{path}: schema version {version!r}, this program reads {SCHEMA_VERSION}", REMEDY)
    unfit: list[UsageError] = []
    edits = _timed(rows, note, path, unfit) | _pairs(pairs, note, path, unfit)
    ordered = _ascending([edits[k] for k in sorted(edits)], note, path, unfit)
    return ordered, tuple(unfit)


def edits_json(note: Note, edits: Iterable[Edit]) -> str:
    """The text of an edits file."""
    rows = [
        {"sentence": e.sentence, "text": note.sentences[e.sentence].text, "action": e.action}
        | ({} if e.time is None else {"ms": e.time})
        | ({} if e.end is None else {"end_ms": e.end})
        | ({} if e.partner is None else {"with": e.partner, "with_text": note.sentences[e.partner].text})
        for e in edits
    ]
    head = {"schema_version": SCHEMA_VERSION, "note": {"path": note.path, "sha256": note.sha256}}
    return json.dumps(head | {"edits": rows}, ensure_ascii=False, indent=1) + "\n"


def _row(row: Any) -> _Row:
    index, text, action, time, end = row["sentence"], row["text"], row["action"], row.get("ms"), row.get("end_ms")
    if type(index) is not int or not isinstance(text, str):
        raise ValueError(f"sentence {index!r} with text {text!r}")
    if action == "absent" and time is None and end is None:
        return index, text, "absent", None, None
    if action == "end" and time is None and type(end) is int and end >= SHORTEST:
        return index, text, "end", None, end
    if action not in {"start", "pin"} or type(time) is not int or time < 0:
        raise ValueError(f"action {action!r} with ms {time!r} for sentence {index}")
    if end is not None and (type(end) is not int or end - time < SHORTEST):
        raise ValueError(f"from {time} to {end!r} ms for sentence {index}")
    return index, text, action, time, end


def _pair_row(row: Any) -> tuple[int, str, int, str]:
    sentence, text, partner, english = row["sentence"], row["text"], row["with"], row["with_text"]
    if (
        type(sentence) is not int
        or type(partner) is not int
        or not (isinstance(text, str) and isinstance(english, str))
    ):
        raise ValueError(f"sentence {sentence!r} with {partner!r}")
    return sentence, text, partner, english


def _timed(rows: Iterable[_Row], note: Note, path: str, unfit: list[UsageError]) -> dict[int, Edit]:
    """Each at the sentence that is meant; where the note has one of two that were alike, the nearer one's stays."""
    where: dict[str, list[int]] = {}
    for k, sentence in enumerate(note.sentences):
        if sentence.lang == "en":
            where.setdefault(sentence.text, []).append(k)
    found = []
    for index, said, action, time, end in rows:
        if said in where:
            nearest = min(where[said], key=lambda k: abs(k - index))
            found.append((abs(nearest - index), Edit(nearest, action, time, end)))
        else:
            unfit.append(UsageError(f"{path}: no English sentence of {note.path} is {short(said)}", REMEDY))
    edits: dict[int, Edit] = {}
    for _, edit in sorted(found, key=lambda pair: pair[0]):
        if edit.sentence in edits:
            said = note.sentences[edit.sentence].text
            unfit.append(UsageError(f"{path}: two edits of {short(said)}", "Remove one of them."))
        edits.setdefault(edit.sentence, edit)
    return edits


def _pairs(
    rows: Iterable[tuple[int, str, int, str]], note: Note, path: str, unfit: list[UsageError]
) -> dict[int, Edit]:
    found: dict[int, Edit] = {}
    for sentence, text, partner, english in rows:
        ends = []
        for lang, said, index in (("zh", text, sentence), ("en", english, partner)):
            same = [k for k, s in enumerate(note.sentences) if s.lang == lang and s.text == said]
            if not same:
                unfit.append(UsageError(f"{path}: no sentence of {note.path} is {short(said)}", REMEDY))
                break
            ends.append(min(same, key=lambda k: abs(k - index)))
        else:
            found[ends[0]] = Edit(ends[0], "pair", partner=ends[1])
    return found


def _ascending(edits: Sequence[Edit], note: Note, path: str, unfit: list[UsageError]) -> tuple[Edit, ...]:
    """Without times that come before those of sentences further up."""
    kept: list[Edit] = []
    last: tuple[int, Ms] | None = None
    for edit in edits:
        if edit.time is not None:
            if last and edit.time - last[1] < SHORTEST:
                one, before = note.sentences[last[0]].text, last[1]
                unfit.append(
                    UsageError(
                        f"{path}: {short(note.sentences[edit.sentence].text)} at {clock(edit.time)} follows "
                        f"{short(one)} at {clock(before)} in the note",
                        f"Sentences have to be in the note's order, {SHORTEST} ms apart at least.",
                    )
                )
                continue
            last = edit.sentence, edit.time
        kept.append(edit)
    return tuple(kept)


def short(text: str) -> str:
    """A sentence as messages quote it."""
    return f'"{text if len(text) <= 40 else text[:39] + "…"}"'
