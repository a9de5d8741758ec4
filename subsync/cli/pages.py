"""Commands that open pages: to review a result, to study with it."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from subsync.cli.options import Command, audio_option, json_of, json_option, layers_options, output_option, text_of
from subsync.cli.places import PLACE, found_notes, job_of, of_notes, place_of, recording_of, renewing
from subsync.cli.sync import ran, summed_up
from subsync.cli.terminal import echo
from subsync.errors import SubsyncError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from subsync.pages.server import PageServer
    from subsync.run.job import Job
    from subsync.run.origins import Layers

_LOG = logging.getLogger("subsync")

serve_option = click.option(
    "--serve/--no-serve", default=False, help="Serve it on 127.0.0.1, where YouTube's player works, until Ctrl-C."
)
port_option = click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="With --serve; one of the folder's own unless given."
)
open_option = click.option("--open/--no-open", "show", default=True, help="Open the browser.")


@click.command(cls=Command)
@click.argument("place", metavar="NOTE|DIR", type=PLACE)
@output_option
@serve_option
@port_option
@open_option
@json_option
@layers_options
def review(*, place: Path, output: Path, serve: bool, port: int, show: bool, as_json: bool, layers: Layers) -> None:
    """Look at the results of NOTE, or those in DIR: listen, search, correct, export the corrections.

    With --serve the page can apply them itself: to the note, and to all files.
    """
    from subsync.pages.server import Door, PageServer, page_in

    folder = place_of(place, output, layers)
    page = page_in(folder)
    if not serve:
        _show(page, show=show, as_json=as_json)
        return
    with PageServer(
        folder,
        recording=_recording(folder, page),
        door=Door(port, secret=_secret()),
        apply=_applier(folder, page, layers),
    ) as server:
        _serve(server, show=show, as_json=as_json)


def _applier(folder: Path, page: Path, layers: Layers) -> Callable[[str], Mapping[str, Any]] | None:
    """What the server does with corrections: the job that made the folder, once more; ``None`` without its note."""
    from subsync.run.job import apply_edits, run_job
    from subsync.run.session import Session

    stem = page.name.rsplit(".", 2)[0]
    try:
        document = json.loads(text_of(folder / f"{stem}.sync.json"))
        note, recording = Path(document["note"]["path"]), Path(document["media"]["path"])
    except (SubsyncError, ValueError, KeyError, TypeError) as exc:
        _LOG.warning("%s; corrections can be exported, not applied", exc)
        return None
    job = renewing(note, folder.absolute().parent, layers) if note.is_file() else None
    if job is None or job.folder.resolve() != folder.resolve():
        _LOG.warning("%s: its note is not at %s any more; corrections can be exported, not applied", folder, note)
        return None

    def apply(text: str) -> Mapping[str, Any]:
        session = Session(job.settings, audio=recording if recording.is_file() else None)
        refused = apply_edits(job, text, session, path="the page")
        outcome = run_job(job, session)
        _LOG.info("%s", outcome.summary)
        return {"refused": list(refused)}

    return apply


@click.command(cls=Command)
@click.argument("place", metavar="NOTE|DIR", type=PLACE)
@output_option
@audio_option
@serve_option
@click.option("--lan/--no-lan", default=False, help="With --serve: let a phone in the same network in, by a QR code.")
@port_option
@open_option
@click.option(
    "--with-sound/--without-sound",
    default=False,
    help="Write a page with the sound in it too, 14 MB an hour, to hand on.",
)
@json_option
@layers_options
def study(
    *,
    place: Path,
    output: Path,
    audio: Path | None,
    serve: bool,
    lan: bool,
    port: int,
    show: bool,
    with_sound: bool,
    as_json: bool,
    layers: Layers,
) -> None:
    """Open the page to listen, read and practise with a NOTE; what is missing is made first.

    Of a DIR with the results of several notes, a page over all of them is written, with a search in both languages.
    """
    from subsync.pages.server import page_in
    from subsync.pages.study import SUFFIX

    if lan and not serve:
        raise UsageError("--lan says to whom the page is served", "Add --serve.")
    if place.is_dir() and not any(place.glob(f"*.{SUFFIX}")):
        if serve or with_sound:
            raise UsageError(f"{place}: several notes can be opened, not served", "Give one note with --serve.")
        _show(_index(place), show=show, as_json=as_json)
        return
    folder, made = place, {}
    if not place.is_dir():
        (one,) = found_notes((str(place),), output, layers)
        job = job_of(one, layers)
        audio = recording_of(job, audio)
        outcome = ran(job, audio)
        _LOG.info("%s", summed_up(outcome))
        folder, made["files"] = job.folder, [str(path) for path in outcome.files]
        if with_sound:
            made["files"].append(str(_with_sound(job, audio)))
        if not as_json:
            echo("\n".join(made["files"]))
    page = page_in(folder, SUFFIX)
    if not serve:
        _show(page, show=show, as_json=as_json, **made)
        return
    with _study_server(folder, page, port=port, lan=lan) as server:
        if lan and not as_json:
            _qr(server.url)
        _serve(server, show=show and not lan, as_json=as_json, **made)


def _study_server(folder: Path, page: Path, *, port: int, lan: bool) -> PageServer:
    from subsync.pages.server import Door, PageServer, own_address
    from subsync.pages.study import SUFFIX

    return PageServer(
        folder,
        recording=_recording(folder, page),
        suffix=SUFFIX,
        door=Door(port, own_address() if lan else None, _secret()),
    )


def _show(page: Path, *, show: bool, as_json: bool, **more: Any) -> None:
    echo(json.dumps({"page": str(page), **more}, ensure_ascii=False) if as_json else str(page))
    if show:
        click.launch(page.absolute().as_uri())


def _serve(server: PageServer, *, show: bool, as_json: bool, **more: Any) -> None:
    with suppress(KeyboardInterrupt):  # that is how it ends, as soon as the address is there
        echo(json.dumps({"url": server.url, **more}, ensure_ascii=False) if as_json else server.url)
        if show:
            click.launch(server.url)
        _LOG.info(
            "serving to this machine%s; Ctrl-C ends it",
            " only" if server.host == "127.0.0.1" else f" and its network, as {server.host}",
        )
        server.serve_forever()


def _qr(url: str) -> None:
    """For the phone's camera; what is on the screen is seen by who is in the room."""
    import sys

    import segno

    segno.make(url, micro=False).terminal(out=sys.stdout, compact=True)


def _secret() -> bytes:
    from subsync.pages.server import secret_in
    from subsync.store import Cache

    return secret_in(Cache().root)


def _recording(folder: Path, page: Path) -> Path | None:
    """The recording of a result, if it is still where it was."""
    from subsync.formats import read_sync
    from subsync.run.session import Session
    from subsync.run.settings import Settings

    saved = folder / f"{page.name.rsplit('.', 2)[0]}.sync.json"
    try:
        media = read_sync(text_of(saved), path=str(saved)).media
    except SubsyncError as error:
        _LOG.warning("%s; the page asks for the recording", error.message)
        return None
    return Session(Settings()).playable(media) if media.path.is_file() else None


def _with_sound(job: Job, audio: Path | None) -> Path:
    """The study page with the sound in it, beside the one without."""
    from subsync.cli.options import progress_bars
    from subsync.note import read_note
    from subsync.pages import with_sound
    from subsync.run.last import keep_file
    from subsync.run.session import Session
    from subsync.store import write_text

    with progress_bars() as progress:
        session = Session(job.settings, progress=progress, audio=audio)
        sound = session.opus(session.fetch(read_note(job.note, source_keys=job.settings.source_keys)))
    path = job.folder / f"{job.stem}.study.sound.html"
    write_text(path, with_sound(text_of(job.folder / f"{job.stem}.study.html"), sound))
    keep_file(path, session.cache)
    return path


def _index(folder: Path) -> Path:
    """Write the page over all results below a folder."""
    from subsync.pages.index import index_html
    from subsync.store import write_text

    path = folder / "index.html"
    try:
        text = index_html(_documents(folder))
    except (KeyError, TypeError, AttributeError) as exc:
        raise UsageError(f"{folder}: a sync.json below it is damaged: {exc!r}", "Run `subsync sync` again.") from exc
    write_text(path, text)
    return path


def _documents(folder: Path) -> Iterator[tuple[str, Any]]:
    """Each study page below a folder with its ``sync.json``; one at a time, of an hour that takes ten megabytes."""
    count = 0
    for path in of_notes(sorted(folder.rglob("*.sync.json"))):
        page = path.with_name(path.name.replace(".sync.json", ".study.html"))
        if not page.is_file():
            _LOG.warning("%s: no study page beside it; run `subsync sync` for this note again", path)
            continue
        document = json_of(path)
        count += 1
        yield page.relative_to(folder).as_posix(), document
    if not count:
        raise UsageError(f"{folder}: no result below it", "Give a note, or a folder that `subsync sync` wrote into.")
