"""Commands about this installation: models, cache, settings, health."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from subsync.cli.options import NOTE, Command, json_option, layers_options, output_option
from subsync.cli.terminal import echo

if TYPE_CHECKING:
    from pathlib import Path

    from subsync.run.origins import Layers


@click.command(cls=Command)
@json_option
def models(*, as_json: bool) -> None:
    """List the Whisper weights on this machine."""
    from subsync.listen.models import available_models

    found = available_models()
    if as_json:
        echo(json.dumps([asdict(model) | {"path": str(model.path)} for model in found]))
    for model in [] if as_json else found:
        echo(f"{model.name}\t{model.source}\t{model.path}")


@click.command(cls=Command)
@click.argument("note", type=NOTE, required=False)
@click.option("--origin/--no-origin", default=False, help="Show where each comes from.")
@json_option
@layers_options
def config(*, note: Path | None, origin: bool, as_json: bool, layers: Layers) -> None:
    """Show the settings that hold, for NOTE if given.

    The first of these that has a setting decides: command line, SUBSYNC_<NAME>, the note's `subsync:`, subsync.toml
    or [tool.subsync] in pyproject.toml of this folder or one above, subsync.toml of the user, default.
    """
    chosen = layers.of_note(note) if note else layers.chosen()
    values = asdict(chosen.settings)
    if as_json:
        rows = {name: {"value": value, "origin": chosen.origins[name]} for name, value in values.items()}
        echo(json.dumps(rows if origin else values, ensure_ascii=False))
        return
    for name, value in values.items():
        shown = ",".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        echo(f"{name}\t{shown}\t{chosen.origins[name]}" if origin else f"{name}\t{shown}")


@click.command(cls=Command)
@output_option
@json_option
def doctor(*, output: Path, as_json: bool) -> int:
    """Look at what is installed and how fresh it is, and say what to run to mend it.

    Exits with 1 if something will fail.
    """
    from subsync.run.doctor import examine

    findings = examine(output=output)
    if as_json:
        echo(json.dumps([asdict(finding) for finding in findings]))
    for finding in [] if as_json else findings:
        sign = {"good": "ok  ", "poor": "poor", "bad": "BAD "}[finding.state]
        echo(f"{sign}  {finding.what}: {finding.found}")
        if finding.state != "good":
            echo(f"      {finding.mend}")
    return 1 if any(finding.state == "bad" for finding in findings) else 0


@click.group()
def cache() -> None:
    """Look at and tidy up what was downloaded and computed (in $SUBSYNC_CACHE, or the cache folder of this system)."""


@cache.command(cls=Command)
@json_option
def ls(*, as_json: bool) -> None:
    """List what is there, the least recently used first."""
    from subsync.run.doctor import age_in_words
    from subsync.store import Cache

    found = Cache()
    entries = found.entries()
    if as_json:
        echo(json.dumps([asdict(entry) | {"path": str(entry.path)} for entry in entries]))
        return
    for entry in entries:
        echo(f"{entry.size / 1e6:10.1f} MB  {entry.kind:<11} {age_in_words(entry.used):<15} {entry.path.name}")
    echo(f"{sum(e.size for e in entries) / 1e6:10.1f} MB in {len(entries)} entries of {found.root}")


@cache.command(cls=Command)
@click.option("--max-mb", type=click.IntRange(min=0), default=10_000, show_default=True, help="What may be left.")
@json_option
def prune(*, max_mb: int, as_json: bool) -> None:
    """Remove the least recently used; results stay, and what is removed is made anew when it is needed."""
    from subsync.run.kinds import STAY
    from subsync.store import Cache

    removed = Cache().prune(max_mb * 1_000_000, spared=STAY)
    size = sum(entry.size for entry in removed)
    if as_json:
        echo(json.dumps({"removed": [str(entry.path) for entry in removed], "bytes": size}))
        return
    echo(f"removed {len(removed)} entries, {size / 1e6:.1f} MB")


@cache.command(cls=Command)
@click.option("--remove/--no-remove", default=False, help="Remove what is damaged.")
@json_option
def verify(*, remove: bool, as_json: bool) -> int:
    """Compare all entries with their checksums. Exits with 1 if some are damaged and stay."""
    from subsync.run.kinds import CHECKS
    from subsync.store import Cache

    found = Cache()
    damaged = found.verify(CHECKS)
    rows = [{"path": str(entry.path), "removed": remove and found.remove(entry)} for entry in damaged]
    left = len(found.entries())
    if as_json:
        echo(json.dumps({"entries": left, "damaged": rows}))
    else:
        for row in rows:
            echo(f"{'removed' if row['removed'] else 'damaged'}: {row['path']}")
        echo(f"{left} entries, {len(rows)} damaged")
    return 0 if all(row["removed"] for row in rows) else 1
