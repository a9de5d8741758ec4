"""``subsync import``: for people who have subtitles and no note yet."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import click

from subsync.cli.options import FILE, Command, json_option
from subsync.cli.terminal import echo
from subsync.errors import UsageError

_LOG = logging.getLogger("subsync")


@click.command(name="import", cls=Command)
@click.argument("files", metavar="FILE...", type=FILE, nargs=-1, required=True)
@click.option("--audio", type=FILE, help="The recording: becomes the note's `source:`.")
@click.option("--source", metavar="URL", help="Where the recording is to be had: becomes the note's `source:`.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The note; FILE.md unless given.")
@json_option
def import_(
    *, files: tuple[Path, ...], audio: Path | None, source: str | None, output: Path | None, as_json: bool
) -> None:
    """Make a note of subtitles or a transcript, in English, Chinese or both, in one FILE or two.

    SRT, WebVTT, ASS, LRC, SBV, TTML, TSV, the XML of YouTube, the JSON of Whisper, YouTube and Bilibili, and plain text
    are read.
    `subsync sync` then finds the times anew, those of the Chinese included.
    """
    from subsync.formats.incoming import LARGEST, merged, note_of_lines, read_file, scrambled, tidied
    from subsync.store import write_text

    if audio and source:
        raise UsageError("--audio and --source exclude each other", "Give the one that shall stand in the note.")
    if len(files) > 2:
        raise UsageError(f"{len(files)} files are given", "Give one, or an English and a Chinese one.")
    note = output or files[0].with_suffix(".md")
    if note.exists():
        raise UsageError(f"{note}: is there already", "Choose another name with -o, or move it away.")
    where = os.path.relpath(audio, note.parent) if audio else source
    read = []
    for path in files:
        with path.open("rb") as file:
            read.append(read_file(file.read(LARGEST + 1), path=str(path)))
    lines = merged([tidied(one) for one in read])
    write_text(note, note_of_lines(lines, title=files[0].stem, source=where))
    echo(json.dumps({"note": str(note), "source": where}, ensure_ascii=False) if as_json else str(note))
    for path, one in zip(files, read, strict=True):
        if strange := scrambled(text for line in one for text in (*line.en, *line.zh)):
            _LOG.warning(
                "%s: %d of its texts look scrambled, such as %r; give the file as it was, or correct the note",
                path,
                len(strange),
                strange[0][:20],
            )
    if where is None:
        _LOG.info("there is no source in it; run: subsync sync %s --audio FILE", note)
