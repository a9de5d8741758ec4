"""One note, from file to files.

What was made is remembered with the hashes of what it was made from. If nothing of that has changed and the files are
as they were left, nothing is computed, and what computes is not even imported.
"""

from __future__ import annotations

import hashlib
import json
import logging
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subsync.errors import FetchError, UsageError
from subsync.formats import FORMATS, all_files, media_files
from subsync.formats.chapters import chapters
from subsync.formats.media.cards import left_out
from subsync.note import read_note, require_english
from subsync.run.kinds import KINDS
from subsync.run.last import Run, keep_run, outdated, see_own
from subsync.run.progress import stage
from subsync.run.remembered import dictionary, recollect
from subsync.run.report import Tally, shortcomings, summary, tally
from subsync.run.settings import Settings
from subsync.store import encoded, output_folder, sha256_of, stem_of, whole_file, write_bytes, write_text
from subsync.store.files import errors_of, errors_of_scratch, see_writable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from subsync.align.edits import Edit
    from subsync.datatypes import Media, Note, SyncResult
    from subsync.formats import FormatOptions
    from subsync.run.session import Session

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A note to be synced, and where its files go."""

    note: Path
    output: Path
    """The folder in which the note has a folder of its own."""
    settings: Settings = field(default_factory=Settings)

    @property
    def stem(self) -> str:
        """The name of its files."""
        return stem_of(self.note)

    @property
    def folder(self) -> Path:
        """Where its files are.

        Raises:
            StoreError: a symlink leads out of ``output``.
        """
        return output_folder(self.output, self.stem)

    @property
    def stars(self) -> Path:
        """The list of starred sentences, where the study page's was put beside the results."""
        return self.folder / f"{self.stem}.stars.json"

    @property
    def picture(self) -> Path | None:
        """The user's own video of the recording, where the files need one and the recording has none."""
        if self.settings.picture is None:
            return None
        formats = self.settings.formats
        return formats.picture if formats.wants_picture else None

    @property
    def edits(self) -> Path:
        """Corrections that were applied before; they hold for every further run."""
        return self.folder / f"{self.stem}.edits.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job."""

    files: tuple[Path, ...]
    tally: Mapping[str, float]
    """The result in figures, see ``report.Tally``."""
    shortcomings: tuple[str, ...]
    """Why ``--strict`` would refuse it."""
    summary: str
    fresh: bool
    """Whether anything was computed."""
    outdated: tuple[str, ...] = ()
    """Names of files beside these that an earlier run, with more formats, wrote of another result."""


def run_job(job: Job, session: Session, *, again: bool = False) -> Outcome:
    """Sync a note and write its files, each whole or not at all; with ``again`` also when nothing has changed.

    Raises:
        SubsyncError: see ``subsync.errors``; files that were there before are whole.
    """
    _, formats = job.settings.anchors, job.settings.formats  # what makes no sense is refused before the work
    see_writable(job.folder)
    see_own(job.folder, job.stem, job.note, session.cache)
    note = read_note(job.note, source_keys=job.settings.source_keys, parse=session.parse)
    require_english(note)
    edits = edits_of(job, note)
    media, given = session.fetch(note), _given(note, session)
    if formats.wants_picture and formats.picture is None:
        formats = replace(formats, picture=session.picture(media))
    corrections = _json_of(note, edits) if edits else ""
    key = KINDS["result"].key(
        "result", note.sha256, note.path, corrections, str(media.path), session.transcript_key(media),
        stamp_of(formats.picture), str(job.folder), job.settings.of_result, sorted(_stars(job) or ()),
    )  # fmt: skip
    formats = replace(formats, cards=replace(formats.cards, stars=_stars(job)))
    known = session.cache.get_json("result", key)
    if known and not again and _untouched(job.folder, dict(known["files"])):
        return _outcome(job, known, given, session, fresh=False)
    if formats.wants_picture:
        _see_picture(formats, media)
    watch, memory = partial(stage, session.progress), partial(session.remembered, media)
    with dictionary(session.cache):
        with session.sharing.spread() as spread, session.beside(_pinned(note, edits), media) as aside:
            from subsync.pipeline import sync_note

            result = sync_note(
                note, session, job.settings.stages,
                edits=edits, watch=watch, memory=memory, spread=spread, aside=aside,
            )  # fmt: skip
        files = all_files(result, job.stem, formats) | _pages(job, result, session, edits)
    write_files(files, job.folder)
    digests = {name: hashlib.sha256(encoded(text)).hexdigest() for name, text in files.items()}
    for name, write in media_files(result, job.stem, formats).items():
        with whole_file(job.folder / name) as file, errors_of_scratch(job.folder / name):
            write(file)
        digests[name] = sha256_of(job.folder / name)
    if job.settings.chaptered_sound:
        copy = _with_chapters(job, result)
        digests[copy.name] = sha256_of(copy)
    cardless = left_out(result, formats.cards) if "apkg" in formats.also else ""
    made = {
        # Not an object: its keys would come back sorted, and the list of files in another order the next time.
        "files": [[name, digest] for name, digest in digests.items()],
        "tally": asdict(tally(result)),
        "shortcomings": shortcomings(result),
        "summary": "\n".join(filter(None, [summary(result), cardless])),
    }
    session.cache.put_json("result", key, made)
    return _outcome(job, made, given, session, fresh=True)


def apply_edits(job: Job, text: str, session: Session, *, path: str) -> tuple[str, ...]:
    """Correct a note's text, and keep its corrected times beside its results; the next run obeys them.

    Args:
        job: whose note it is.
        text: of an edits file.
        session: that will run the job; it knows the note as it was.
        path: of the edits file, for messages.

    Returns:
        Corrections that do not fit the note any more, each with its reason; the others are done.

    Raises:
        UsageError: they are not corrections of this note, or the results are another's; nothing is changed then.
    """
    from subsync.run.corrections import correct, left_behind

    see_own(job.folder, job.stem, job.note, session.cache)
    recollect(job.note, session.cache)
    note = read_note(job.note, source_keys=job.settings.source_keys, parse=session.parse)
    done = correct(note, text, path=path)
    before = _kept_sentences(job)
    if done.text != note.text:
        write_bytes(job.note.resolve(), done.text.encode())  # a symlink stays one
        note = read_note(job.note, source_keys=job.settings.source_keys, parse=session.parse)
    if gone := left_behind(before, text, note, done.edits):
        these = "correction of times is" if gone == 1 else "corrections of times are"
        _LOG.warning("%d earlier %s not in %s: left out from now on", gone, these, path)
    write_text(job.edits, _json_of(note, done.edits))
    return done.refused


def write_files(files: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
    """Write texts under their names into a folder; files that hold the same already are left as they are."""
    paths = tuple(folder / name for name in files)
    for path, text in zip(paths, files.values(), strict=True):
        with errors_of("read", path):
            same = path.is_file() and path.read_bytes() == encoded(text)
        if not same:
            write_text(path, text)
    return paths


def edits_of(job: Job, note: Note) -> tuple[Edit, ...]:
    """The corrections that are kept beside a note's results.

    Those that the note has no sentence for any more are named and left out; the file keeps them, the sentence may
    come back.
    """
    if not job.edits.is_file():
        return ()
    try:
        text = job.edits.read_text(encoding="utf-8")
    except (OSError, ValueError) as exc:
        raise UsageError(f"{job.edits}: cannot be read: {exc}", "Mend that file, or take it away.") from exc
    from subsync.align.edits import fitting_edits

    edits, unfit = fitting_edits(text, note, path=str(job.edits))
    for reason in unfit:
        _LOG.warning("%s; that correction is left out", reason.message)
    return edits


def _kept_sentences(job: Job) -> list[str]:
    """What is said in the sentences whose corrections are kept; none where the file is damaged, it is replaced."""
    try:
        return [str(row["text"]) for row in json.loads(job.edits.read_text(encoding="utf-8"))["edits"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _pinned(note: Note, edits: Sequence[Edit]) -> Note:
    if not edits:
        return note  # without loading what says so
    from subsync.align.constrain import pinned

    return pinned(note, edits)


def _json_of(note: Note, edits: Sequence[Edit]) -> str:
    from subsync.align.edits import edits_json

    return edits_json(note, edits)


def _stars(job: Job) -> frozenset[str] | None:
    """The sentences that were starred in the study page, if its list lies beside the results and is asked for.

    Raises:
        UsageError: it cannot be read.
    """
    path = job.stars
    if job.settings.cards != "starred" or not path.is_file():
        return None
    try:
        return frozenset(map(str, json.loads(path.read_text(encoding="utf-8"))["texts"]))
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise UsageError(f"{path}: cannot be read: {exc!r}", "Save the list from the study page again.") from exc


def stamp_of(path: Path | None) -> list[Any] | None:
    """A file by its place, size and time of change; ``None`` for none, its place alone where it is not there."""
    if path is None:
        return None
    try:
        state = path.stat()
    except OSError:
        return [str(path)]
    return [str(path), state.st_size, state.st_mtime_ns]


def _see_picture(formats: FormatOptions, media: Media) -> None:
    """See that the picture that is asked for is one: before the work.

    Raises:
        UsageError: there is no such file, or no FFmpeg that draws.
        AudioError: it is no video.
    """
    from subsync.formats.media.video import require_video

    if formats.picture and not formats.picture.is_file():
        raise UsageError(f"--picture {formats.picture}: no such file", "Give the video of this recording.")
    require_video(formats.picture or media.path, drawn="burned.mp4" in formats.also)


def _pages(job: Job, result: SyncResult, session: Session, edits: tuple[Edit, ...]) -> dict[str, str]:
    from subsync.pages import recording_address, review_html, study_html

    playable = session.playable(result.media)
    recording = recording_address(playable, job.folder)
    itself = None if playable == result.media.path else recording_address(result.media.path, job.folder)
    peaks = session.peaks(result.media)
    return {
        f"{job.stem}.review.html": review_html(
            result,
            peaks=peaks,
            stem=job.stem,
            recording=recording,
            itself=itself,
            edits=edits,
            at=recording_address(job.note, job.folder),
        ),
        f"{job.stem}.study.html": study_html(result, stem=job.stem, recording=recording, itself=itself),
    }


def _with_chapters(job: Job, result: SyncResult) -> Path:
    """A copy of the recording's sound with the chapters in it, beside the other files."""
    from subsync.run.embed import embed_chapters, suffix_with_chapters

    marks = chapters(result.anchors, result.media.duration)
    path = job.folder / f"{job.stem}.chapters.{suffix_with_chapters(result.media.path)}"
    with whole_file(path) as file:
        embed_chapters(result.media.path, marks, file)
    return path


def _untouched(folder: Path, files: Mapping[str, str]) -> bool:
    return all((folder / name).is_file() and sha256_of(folder / name) == digest for name, digest in files.items())


def _given(note: Note, session: Session) -> tuple[Path | None, str | None]:
    """The recording that the user gave by hand, and the note's source. What the source itself leads to was not."""
    audio = session.audio
    if audio is None or audio.absolute().is_relative_to(session.cache.root):  # a download
        return None, note.source
    from subsync.fetch import local_path

    with suppress(FetchError, OSError):
        if note.source and local_path(note.source, Path(note.path).parent).samefile(audio):
            return None, note.source
    return audio, note.source


def _outcome(
    job: Job, made: Mapping[str, Any], given: tuple[Path | None, str | None], session: Session, *, fresh: bool
) -> Outcome:
    digests = dict(made["files"])
    run = Run(job.note, job.settings.of_result, tuple(digests), _mark(job, digests), *given)
    keep_run(job.folder, run, session.cache)
    files = tuple(job.folder / name for name in digests)
    figures = {figure.name: made["tally"][figure.name] for figure in fields(Tally)}  # in their order, not the cache's
    return Outcome(
        files, figures, tuple(made["shortcomings"]), made["summary"], fresh, outdated(job.folder, session.cache)
    )


def _mark(job: Job, digests: Mapping[str, str]) -> str:
    """One for all results that read alike: ``sync.json`` also has how the note was named on the command line."""
    told = [digests[f"{job.stem}.{suffix}"] for suffix in FORMATS if suffix != "sync.json"]
    return hashlib.sha256("".join(told).encode()).hexdigest()
