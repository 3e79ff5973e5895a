"""``stratgraph shapes``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from stratgraph.cli import candidates
from stratgraph.cli.terminal import app, ending, out_bytes
from stratgraph.cli.validate import ShapesOption, ruleset
from stratgraph.files import write_bytes
from stratgraph.settings import read_settings


@app.command(epilog=ending("stratgraph shapes --profile core --output shapes.ttl"))
def shapes(
    profile: Annotated[
        str | None,
        typer.Option(
            help="Whose shapes: core, results or itu; those of the house where left out.",
            autocompletion=candidates.profiles,
        ),
    ] = None,
    own: ShapesOption = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
) -> None:
    """Write the shapes of a profile as Turtle that works alone in any SHACL tool, without our ontology."""
    from stratgraph.serialisation import turtle_in_order  # noqa: PLC0415 - other commands do without
    from stratgraph.validation.bundle import stand_alone  # noqa: PLC0415 - likewise

    data = turtle_in_order(stand_alone(ruleset(read_settings(), profile, own).shapes()))
    if output is None:
        out_bytes([data])
    else:
        write_bytes(output, data)
