"""Notes and their results -> notes with timestamps, as many as there are; what is written is up to the caller."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from subsync.anchors import anchor
from subsync.batch.discover import no_result
from subsync.errors import StoreError, SubsyncError
from subsync.formats import read_sync
from subsync.formats.link import link_note, unlink_note
from subsync.note import read_note
from subsync.pages.publish import eleventy_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from subsync.anchors import AnchorOptions
    from subsync.batch.discover import Found
    from subsync.datatypes import Anchor, Note
    from subsync.run.origins import Layers

Wish: TypeAlias = Literal["link", "remove", "data"]
"""Timestamps in the note; none; or the moments in a data file of 11ty beside it."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A file as it is and as it should be."""

    note: Path
    path: Path
    """What is to be written: the note itself, through a symlink, or the file beside it."""
    before: str = ""
    after: str = ""
    error: SubsyncError | None = None
    """Why it cannot be said how it should be."""
    result: bool = True
    """Whether there is a result of this note at all."""

    @property
    def changed(self) -> tuple[int, int]:
        """Lines that come and lines that go."""
        codes = difflib.SequenceMatcher(None, self.before.splitlines(), self.after.splitlines(), autojunk=False)
        moved = [code for code in codes.get_opcodes() if code[0] != "equal"]
        return sum(code[4] - code[3] for code in moved), sum(code[2] - code[1] for code in moved)


def link_notes(found: Iterable[Found], layers: Layers, wish: Wish, *, output: Path) -> Iterator[Linked]:
    """What would be written for each note. What is wrong with one does not keep the others from being done.

    Args:
        found: The notes and where their results are.
        layers: The choices of the user.
        wish: What is to be made.
        output: As the user named the folder of the results, for remedies.
    """
    for one in found:
        path = Path(os.path.realpath(one.note))  # a note that is a symlink is written where it is
        saved = None
        try:
            settings = layers.of_note(one.note).settings
            note = read_note(one.note, source_keys=settings.source_keys)
            if wish == "remove":
                yield Linked(one.note, path, note.text, unlink_note(note.text))
                continue
            saved = one.results()
            if saved is None:
                raise no_result(one.note, output)
            options = settings.anchors
            anchors = anchors_of(one, note, saved, options if wish == "link" else replace(options, paragraphs=True))
            if wish == "link":
                yield Linked(one.note, path, note.text, link_note(note.text, anchors))
            else:
                beside = one.note.with_name(f"{one.note.stem}.11tydata.json")
                yield Linked(one.note, beside, _text(beside), eleventy_data(page_of(one.note), note, anchors))
        except SubsyncError as error:
            yield Linked(one.note, path, error=error, result=saved is not None)


def anchors_of(one: Found, note: Note, saved: Path, options: AnchorOptions) -> tuple[Anchor, ...]:
    """The anchors of a note by the times of its last result."""
    result = read_sync(_text(saved), path=str(saved))
    output = one.output if saved.parent.parent == Path(os.path.realpath(one.output)) else one.root
    return anchor(note, result.alignment_of(note, output), options)


def page_of(note: Path, root: Path | None = None) -> str:
    """A note's path from a folder, its own unless given, with that folder's name in front; slashes on all systems."""
    whole = absolute(note)
    return whole.relative_to(absolute(root).parent if root else whole.parent.parent).as_posix()


def absolute(path: Path) -> Path:
    """A path as the user sees it: without ``..``, but through symlinks, by whose names a site knows its pages."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps "..", Path.resolve follows symlinks


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as exc:
        raise StoreError(f"{path}: cannot be read: {exc}", "Check that file.") from exc
