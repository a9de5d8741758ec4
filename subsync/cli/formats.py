"""``subsync formats``: the files that there can be."""

from __future__ import annotations

import json

import click

from subsync.cli.options import Command, json_option
from subsync.cli.terminal import echo


@click.command(cls=Command)
@json_option
def formats(*, as_json: bool) -> None:
    """List the formats that `--also` takes, and what each is for."""
    from subsync.formats import OPTIONAL

    if as_json:
        echo(json.dumps({suffix: format_.about for suffix, format_ in OPTIONAL.items()}, ensure_ascii=False))
        return
    wide = max(map(len, OPTIONAL))
    for suffix, format_ in OPTIONAL.items():
        echo(f"{suffix:<{wide}}  {format_.about}")
