"""What a person corrected on the review page -> a note with its text corrected, and times for the aligner to obey.

An edits file has three kinds of rows: times (see ``align.edits``), and ::

    {"sentence": 12, "count": 1, "action": "text", "text": "So the wire is the some.", "to": "So the wire is the sum."}
    {"sentence": 13, "action": "pair", "text": "所以钢丝就是总和。", "with": 12, "with_text": "So the wire is the sum."}

``text`` and ``to`` are sentences of one language, ``count`` of them from ``sentence`` on. With a count of 0 ``to`` is
Chinese for the paragraph of that English sentence, which has none. An empty ``to`` takes Chinese out.
"""

from __future__ import annotations

import json
from bisect import bisect
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from subsync.align.edits import Edit, fitting_edits
from subsync.errors import UsageError
from subsync.note import parse_note
from subsync.note.rewrite import Rewording, moved, reword

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from subsync.datatypes import Note
    from subsync.note.rewrite import Patch

_REMEDY = "Export the edits from the review page again."


@dataclass(frozen=True, slots=True)
class Corrected:
    """A note with corrections."""

    text: str
    """The note's file with the corrected characters; where no text was corrected, as it was."""
    edits: tuple[Edit, ...]
    """Corrections of times, of the sentences as they are now."""
    refused: tuple[str, ...]
    """Corrections that do not fit the note any more, each with its reason."""


def correct(note: Note, text: str, *, path: str) -> Corrected:
    """Apply an edits file to a note.

    Args:
        note: as it is now; it may have changed since the page was made.
        text: of the edits file.
        path: of the edits file, for messages.

    Raises:
        UsageError: it is no edits file, or its times cannot all be kept.
    """
    try:
        data = json.loads(text)
        rows = [dict(row) for row in data["edits"]]
        made_of = data["note"]["sha256"] if "note" in data else note.sha256
        wanted = [_rewording(row) for row in rows if row["action"] == "text"]
    except (ValueError, KeyError, TypeError, RecursionError) as exc:
        raise UsageError(f"{path}: not an edits file: {exc}", _REMEDY) from exc
    done = reword(note, wanted)
    refused = list(done.refused)
    gone_texts = [wish.text for wish in wanted if not wish.to]
    times = [row for row in rows if row["action"] != "text" and not any(str(row.get("text")) in t for t in gone_texts)]
    if made_of != note.sha256:
        times, gone = _still_there(times, wanted, note)
        refused += gone
    before, unfit = fitting_edits(json.dumps(data | {"edits": times}), note, path=path)
    if unfit and made_of == note.sha256:
        raise unfit[0]
    refused += [reason.message for reason in unfit]
    after = parse_note(done.text, path=note.path, sha256="") if done.patches else note
    return Corrected(done.text, _carried(before, note, after, done.patches), tuple(refused))


def merged(texts: Mapping[str, str], note: Note) -> str:
    """Several edits files of one note as one; of a sentence that is in more of them, the last one's correction holds.

    Args:
        texts: of the files, by their paths, in the order given.
        note: as it is now.

    Raises:
        UsageError: one of them is no edits file.
    """
    heads: list[dict[str, Any]] = []
    old: list[dict[str, Any]] = []  # heads of files that were made of the note as it was
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for path, text in texts.items():
        try:
            data = json.loads(text)
            heads.append({key: value for key, value in data.items() if key != "edits"})
            if data.get("note", {}).get("sha256", note.sha256) != note.sha256:
                old.append(heads[-1])
            for row in data["edits"]:
                kind = row["action"] if row["action"] in {"text", "pair"} else "time"
                kind = "new" if row.get("count") == 0 else kind  # beside a correction of the English
                key = (kind, row["sentence"], row.get("text"))
                rows.pop(key, None)
                rows[key] = row
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
            raise UsageError(f"{path}: not an edits file: {exc}", _REMEDY) from exc
    return json.dumps((old or heads)[-1] | {"edits": list(rows.values())}, ensure_ascii=False)


def left_behind(before: Sequence[str], rows: str, after: Note, edits: Sequence[Edit]) -> int:
    """How many corrections that were kept before are not among those that are kept now.

    Args:
        before: The sentences of the former.
        rows: The edits file that replaces them.
        after: The note as it is corrected.
        edits: The latter.
    """
    named = {row.get("text") for row in json.loads(rows)["edits"]}
    named |= {after.sentences[edit.sentence].text for edit in edits}
    return sum(text not in named for text in before)


def _rewording(row: dict[str, Any]) -> Rewording:
    sentence, count, text, to = row["sentence"], row["count"], row["text"], row["to"]
    if type(sentence) is not int or type(count) is not int or count < 0:
        raise ValueError(f"sentence {sentence!r}, count {count!r}")
    if not isinstance(text, str) or not isinstance(to, str) or not (count or to.strip()):
        raise TypeError(f"sentence {sentence} shall become {to!r}")
    return Rewording(sentence, count, text, to if to.strip() else "")


def _still_there(
    times: Sequence[dict[str, Any]], wanted: Sequence[Rewording], note: Note
) -> tuple[list[dict[str, Any]], list[str]]:
    """Corrections of times whose sentences the note has, perhaps in the wording that was corrected before."""
    texts = [s.text for s in note.sentences if s.lang == "en"]
    known = {s.text for s in note.sentences}
    kept: list[dict[str, Any]] = []
    gone: list[str] = []
    for row in times:
        said = row.get("text")
        if said not in known:
            wish = next((w for w in wanted if w.count and isinstance(said, str) and w.text.startswith(said)), None)
            said = next((t for t in texts if wish and wish.to.startswith(t)), None)
        if said is None or row.get("with_text", said) not in known:
            what = "pair" if row["action"] == "pair" else "time"
            gone.append(
                f'"{str(row.get("text"))[:60]}": the note has no such sentence any more, its {what} is left out'
            )
        else:
            kept.append(row | {"text": said})
    return kept, gone


def _carried(edits: Sequence[Edit], before: Note, after: Note, patches: Sequence[Patch]) -> tuple[Edit, ...]:
    """Edits of the sentences that now stand where theirs stood; one for each.

    Of sentences that became one the first one's start counts and the last one's end, and it is absent if all were; of
    one that became several the first has the start, the last the end.
    """
    if not patches:
        return tuple(edits)
    now = {
        lang: sorted((s.start_char, k) for k, s in enumerate(after.sentences) if s.lang == lang)
        for lang in ("en", "zh")
    }
    places: dict[int, int] = {}  # of a sentence, among those of its language now
    parts: dict[tuple[str, int], list[int]] = {}
    for n, sentence in enumerate(before.sentences):
        starts = now[sentence.lang]
        places[n] = max(0, bisect(starts, (moved(sentence.start_char, patches), len(after.sentences))) - 1)
        parts.setdefault((sentence.lang, places[n]), []).append(n)
    given = {edit.sentence: edit for edit in edits}
    found: dict[int, Edit] = {}
    for (lang, place), olds in parts.items():
        mine = [given.get(n) for n in olds]
        if not any(mine):
            continue
        following = next(p for p in range(place + 1, len(now[lang]) + 1) if (lang, p) in parts or p == len(now[lang]))
        pieces = [k for _, k in now[lang][place:following]]
        k, first, last = pieces[0], mine[0], mine[-1]
        pair = next((e for e in mine if e is not None and e.partner is not None), None)
        if pair is not None and pair.partner is not None:
            found[k] = replace(pair, sentence=k, partner=now["en"][places[pair.partner]][1])
        elif all(e is not None and e.action == "absent" for e in mine):
            found |= {h: Edit(h, "absent") for h in pieces}
        elif first is not None and first.time is not None:
            found[k] = replace(first, sentence=k, end=None)
        if last is not None and last.end is not None:
            end = pieces[-1]
            found[end] = replace(found.get(end, Edit(end, "end")), end=last.end)
    return tuple(found[k] for k in sorted(found))
