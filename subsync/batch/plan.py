"""What there is to do: which notes have changed since they were last done, which come first."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from shlex import quote
from typing import TYPE_CHECKING, Any, Literal

from subsync.batch.hosts import host_of
from subsync.batch.manifest import Row
from subsync.batch.work import Task, inputs_of
from subsync.errors import AudioError, FetchError, ModelError, NoteError, StoreError, SubsyncError
from subsync.fetch import local_path
from subsync.listen.models import find_model
from subsync.note.frontmatter import parse_front_matter
from subsync.run.job import Job
from subsync.run.last import last_audio
from subsync.store import Cache, sha256_of
from subsync.text.urls import canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from subsync.batch.discover import Found
    from subsync.run.origins import Layers

_LETTERS_PER_MS = 0.015
"""English as it is spoken: 15 characters a second, spaces included. Only the order comes from it."""


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """Which notes to do, and in which order."""

    order: Literal["quick", "given"] = "quick"
    """``quick``: short notes first, so that there is soon something to look at."""
    retry_failed: bool = False
    """Try again what failed for a reason that lasts (no such address, no valid front matter)."""
    force: bool = False
    """Do again what is up to date."""


@dataclass
class Item:
    """A note of the batch, and how far it is."""

    key: str
    task: Task
    row: Row
    length: float
    """Of its recording in ms; guessed from the text until the recording is here."""
    attempts: int = 0
    ready: float = 0.0
    """Not before this time, on the monotonic clock."""

    @cached_property
    def host(self) -> str | None:
        """Whom its recording is asked of."""
        return host_of(self.task.source)

    @cached_property
    def source(self) -> str:
        """One name for one recording."""
        source = self.task.source or ""
        if self.host is None:
            with suppress(FetchError, OSError):  # a recording of two notes may be named from two folders
                return os.path.realpath(local_path(source, self.task.job.note.parent))
            return str(self.task.job.note.parent / source)
        try:
            return canonical_url(source)
        except ValueError:
            return source  # who fetches it says so


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a note could not be done, as it is kept and shown."""

    kind: str
    """Name of the error's class."""
    message: str
    remedy: str
    lasting: bool
    """Whether another try would end the same way, as long as note and recording are what they are."""

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """What an error says."""
        if not isinstance(error, SubsyncError):
            return cls(type(error).__name__, str(error), "This is a fault of subsync: please report it.", lasting=False)
        lasting = isinstance(error, (NoteError, AudioError, FetchError)) and not getattr(error, "retryable", False)
        return cls(type(error).__name__, error.message, error.remedy, lasting)

    def of_note(self, job: Job) -> Failure:
        """As a batch says it, which has no ``--audio``: the note is done alone once, and the batch knows its recording.

        The error is raised where nobody knows who asked.
        """
        command = f"subsync sync {quote(str(job.note))} --audio FILE -o {quote(str(job.output))}"
        return replace(self, remedy=self.remedy.replace("with --audio", f"once: {command}"))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, what is done already, and what cannot be done."""

    todo: tuple[Item, ...] = ()
    current: tuple[Item, ...] = ()
    """Up to date."""
    failed: tuple[tuple[Item, Failure], ...] = ()
    """Fails now, or failed before for a reason that is still there."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why a note is to be done, by its key."""


def plan(
    found: Iterable[Found],
    layers: Layers,
    rows: Iterable[Row] = (),
    *,
    options: PlanOptions | None = None,
    cache: Cache | None = None,
    threads: int | None = None,
) -> Plan:
    """Look at every note; nothing is made.

    Raises:
        UsageError: a setting makes no sense.
    """
    options, cache = options or PlanOptions(), cache or Cache()
    known = {row.note: row for row in rows}
    models: dict[str | None, str | None] = {}
    todo, current, failed, reasons = [], [], [], {}
    for one in found:
        item, error = _item(one, layers, cache, threads, again=options.force)
        before = known.get(item.key)
        changes = _changes(item, before, models, cache) if before else ()
        if changes:
            before = None
        if error is not None:
            failed.append((item, Failure.of(error)))
        elif before is not None and before.state == "done" and not options.force:
            item.row = before
            current.append(item)
        elif (
            before is not None
            and before.state == "failed"
            and before.result.get("lasting")
            and not (options.retry_failed or options.force)
        ):
            failed.append((item, _remembered(before)))
        else:
            reasons[item.key] = f"changed: {', '.join(changes)}" if changes else _reason(before)
            todo.append(item)
    if options.order == "quick":
        todo.sort(key=lambda item: item.length)
    return Plan(tuple(todo), tuple(current), tuple(failed), reasons)


def _item(
    found: Found, layers: Layers, cache: Cache, threads: int | None, *, again: bool
) -> tuple[Item, SubsyncError | None]:
    """A note as an item, and why it cannot be done, if that is known already."""
    error: SubsyncError | None = None
    source, audio, settings, size, inputs = None, None, layers.chosen().settings, 0, dict[str, Any]()
    try:
        settings = layers.of_note(found.note).settings
        _ = settings.anchors  # refuses a link style that makes no sense
        data = found.note.read_bytes()
        size = len(data)
        text, keys = data.decode(errors="replace"), settings.source_keys
        source = parse_front_matter(text, path=str(found.note), source_keys=keys).source
        audio = _given(found, source, cache)
    except SubsyncError as exc:
        error = exc
    except OSError:
        pass  # `inputs_of` says so
    job = Job(found.note, found.output, settings)
    task = Task(job, cache.root, str(audio) if audio else source, audio, threads, again)
    try:
        inputs = inputs_of(task)
    except SubsyncError as exc:
        error = error or exc
    except OSError as exc:  # a path that this system cannot have
        error = error or StoreError(f"cannot use {found.output}: {exc.strerror}", "Choose another place with -o.")
    key = os.path.realpath(found.note)  # of a link that leads to itself, too
    return Item(key, task, Row(key, str(found.note), str(found.place), inputs=inputs), size / _LETTERS_PER_MS), error


def _given(found: Found, source: str | None, cache: Cache) -> Path | None:
    """The recording that was given by hand to the run that made the newest result of a note."""
    saved = found.results()
    return last_audio(saved.parent, found.note, source, cache) if saved else None


_INPUTS = {
    "code": "the version of subsync",
    "note_sha256": "text",
    "edits_sha256": "corrections",
    "audio": "recording",
    "stars_sha256": "stars",
    "picture": "picture",
}
"""What a result is made from, as a user calls it; settings are named one by one."""


def _changes(item: Item, before: Row, models: dict[str | None, str | None], cache: Cache) -> tuple[str, ...]:
    """What is not as it was then: of the inputs, of the outputs, the model."""
    made, now = dict(before.inputs), dict(item.row.inputs)
    sound, model = made.pop("media_sha256", None), made.pop("model_sha256", None)
    if made != now:
        old, new = made.pop("settings", {}), now.pop("settings", {})
        return (
            *(_INPUTS.get(key, key) for key in sorted(made | now) if made.get(key) != now.get(key)),
            *(f"setting {name}" for name in sorted(old | new) if old.get(name) != new.get(name)),
        )
    if before.state != "done":
        return ()
    name = item.task.job.settings.model
    if name not in models:
        try:
            models[name] = find_model(name, stamps=cache.root / "stamps").sha256
        except ModelError:
            models[name] = None  # what is there is as good as can be had
    if sound is None or models[name] not in {None, model}:
        return ("the model",)
    try:
        folder = item.task.job.folder
        there = {n: (folder / n).is_file() for n in before.outputs}
        other = [n for n, digest in before.outputs.items() if there[n] and sha256_of(folder / n) != digest]
    except StoreError as exc:
        return (exc.message,)
    return (*(f"{n} is missing" for n in there if not there[n]), *(f"{n} was written to" for n in other))


def _remembered(row: Row) -> Failure:
    return Failure(row.error_class, row.message, row.remedy, lasting=True)


def _reason(same: Row | None) -> str:
    """Why a note is done of which nothing has changed."""
    if same is None:
        return "new"
    return {"done": "forced", "running": "was killed", "pending": "was stopped"}.get(same.state, same.state)
