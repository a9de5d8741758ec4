"""Commands about results: rules that subtitles break, how right times are, a picture to look at."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import click

from subsync.cli.options import FILE, Command, json_of, json_option, output_option, setting_option, strict_option
from subsync.cli.places import PLACE, of_notes, place_of
from subsync.cli.terminal import echo
from subsync.errors import LowQualityError, UsageError
from subsync.run.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from subsync.cues import CueOptions
    from subsync.datatypes import Cue, Finding

_LOG = logging.getLogger("subsync")


@click.command(cls=Command)
@click.argument("place", metavar="FILE|DIR", type=PLACE)
@setting_option("profile", default=Settings().profile, help="Whose limits to check.", show_default=True)
@strict_option
@json_option
def check(*, place: Path, profile: str, strict: bool, as_json: bool) -> None:
    """Report the reading rules that subtitles break, ours or anybody's.

    FILE is an SRT or WebVTT file in English, Chinese or both; of a DIR all such files below it are checked.
    """
    from subsync.cues import PROFILES
    from subsync.cues.rules import check as findings_of
    from subsync.formats import read_cues

    limits = PROFILES[profile]
    found: list[dict[str, object]] = []
    files = 0
    for path in _subtitles(place):
        cues = read_cues(_subtitles_of(path), path=str(path))
        files += 1
        for finding in findings_of(cues, limits):
            row = _finding(path, finding, cues, limits)
            found.append(row)
            if not as_json:
                echo(_line(row))
    if as_json:
        echo(json.dumps(found, ensure_ascii=False))
    _LOG.info("%d files, %d findings", files, len(found))
    if strict and found:
        raise LowQualityError(f"{len(found)} findings", "Mend the cues that are named above.")


def _subtitles_of(path: Path) -> str:
    """The text of a subtitle file that anybody made, in the encodings that people have.

    Raises:
        UsageError: it cannot be read.
    """
    from subsync.formats.decoding import decoded

    try:
        return decoded(path.read_bytes())
    except (OSError, ValueError) as exc:
        remedy = "Check the path; known are UTF-8, UTF-16, GBK, GB 18030, Big5 and Windows-1252."
        raise UsageError(f"{path}: cannot be read: {exc}", remedy) from exc


def _subtitles(place: Path) -> Iterator[Path]:
    if not place.is_dir():
        yield place
        return
    found = sorted(
        p for p in place.rglob("*") if p.suffix.lower() in {".srt", ".vtt"} and ".chapters" not in p.suffixes
    )
    if not found:
        raise UsageError(f"{place}: no .srt or .vtt file below it", "Give a subtitle file or the folder of some.")
    yield from found


def _finding(path: Path, finding: Finding, cues: tuple[Cue, ...], limits: CueOptions) -> dict[str, object]:
    from subsync.cues.rules import rules
    from subsync.times import clock

    (rule,) = (rule for rule in rules(limits) if rule.name == finding.rule)
    return {
        "file": str(path),
        "cue": finding.cue,
        "time": clock(cues[finding.cue - 1].start),
        "rule": finding.rule,
        "value": finding.value,
        "limit": finding.limit,
        "unit": rule.unit,
        "source": rule.source,
        "reason": finding.reason,
    }


def _line(row: dict[str, object]) -> str:
    line = "{file}:{cue}: {rule}: {value} {unit} (limit {limit}; {source})".format(**row)
    return f"{line}: {row['reason']}" if row["reason"] else line


@click.command(cls=Command)
@click.argument("result", metavar="SYNC.json", type=FILE)
@click.argument("truth", metavar="TRUTH.json|SRT|VTT", type=FILE)
@json_option
def score(*, result: Path, truth: Path, as_json: bool) -> None:
    """Measure a result against times that are known, of sentences as JSON, SRT or WebVTT."""
    from subsync.run.score import read_truth
    from subsync.run.score import score as measured

    document = json_of(result, "Give the NAME.sync.json that `subsync sync` wrote.")
    figures = measured(document, read_truth(_subtitles_of(truth))).figures()
    if as_json:
        echo(json.dumps(figures))
        return
    for name, value in figures.items():
        shown = "  ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
        echo(f"{name:<22} {shown}")


@click.command(cls=Command)
@click.argument("place", metavar="NOTE|SYNC.json|DIR", type=PLACE)
@output_option
@click.option("--png/--no-png", default=False, help="Draw a PNG file too (needs the package resvg-py).")
@json_option
def report(*, place: Path, output: Path, png: bool, as_json: bool) -> None:
    """Draw the result of NOTE, that in SYNC.json, or each one below DIR.

    That is text against time, with ads, cuts and doubtful places.

    Writes NAME.overview.svg beside NAME.sync.json.
    """
    from subsync.pages.picture import overview_of_json, picture_png, picture_svg
    from subsync.run.last import keep_file
    from subsync.run.origins import layers
    from subsync.store import Cache, write_bytes, write_text

    alone = place.is_file() and place.name.endswith(".sync.json")
    folder = place if alone else place_of(place, output, layers({}))
    found = [place] if alone else of_notes(sorted(folder.rglob("*.sync.json")))
    drawn: list[Path] = []
    if not found:
        raise UsageError(f"{folder}: no result below it", "Give a folder that `subsync sync` wrote into.")
    for path in found:
        svg = picture_svg(overview_of_json(json_of(path), path=str(path)))
        drawing = path.with_name(path.name.replace(".sync.json", ".overview.svg"))
        write_text(drawing, svg)
        drawn.append(drawing)
        if png:
            drawn.append(drawing.with_suffix(".png"))
            write_bytes(drawn[-1], picture_png(svg))
        for made in (new := drawn[-2 if png else -1 :]):
            keep_file(made, Cache())
        if not as_json:
            echo("\n".join(map(str, new)))
    if as_json:
        echo(json.dumps({"files": [str(path) for path in drawn]}, ensure_ascii=False))
