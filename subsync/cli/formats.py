"""``subsync formats``: the files that there can be."""

from __future__ import annotations

import click

from subsync.cli.terminal import echo


@click.command()
def formats() -> None:
    """List the formats that `--also` takes, and what each is for."""
    from subsync.formats import OPTIONAL

    wide = max(map(len, OPTIONAL))
    for suffix, format_ in OPTIONAL.items():
        echo(f"{suffix:<{wide}}  {format_.about}")
