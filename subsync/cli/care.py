"""Commands about this installation: the models on this machine."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from subsync.cli.options import json_option


@click.command()
@json_option
def models(*, as_json: bool) -> None:
    """List the Whisper weights on this machine."""
    from subsync.models import available_models

    found = available_models()
    if as_json:
        click.echo(json.dumps([asdict(model) | {"path": str(model.path)} for model in found]))
    for model in [] if as_json else found:
        click.echo(f"{model.name}\t{model.source}\t{model.path}")
