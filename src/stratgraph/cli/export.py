"""``stratgraph export``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated, Literal, TypeAlias

import typer

from stratgraph.cli import candidates
from stratgraph.cli.terminal import StoreOption, app, ending, opened_reading, out_bytes
from stratgraph.files import write_bytes
from stratgraph.settings import read_settings

ExportFormat: TypeAlias = Literal[
    "source", "turtle", "ntriples", "rdfxml", "jsonld", "trig", "nquads", "xlsx", "stratml"
]
"""What ``export --format`` takes."""


@app.command(
    epilog=ending(
        "stratgraph export --format turtle --output plan.ttl",
        "stratgraph export --format xlsx --version 1 -o plan.xlsx",
    )
)
def export(
    form: Annotated[ExportFormat, typer.Option("--format", help="Form of the plan; source is the very file.")],
    plan: Annotated[
        str | None,
        typer.Option(
            help="IRI of the plan, where the store has several.",
            autocompletion=candidates.plans,
        ),
    ] = None,
    version: Annotated[int | None, typer.Option(help="Number of the version; the newest where left out.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    store: StoreOption = None,
) -> None:
    """Write a version of a plan, from the graph alone."""
    from stratgraph.export import export as export_plan  # noqa: PLC0415 - other commands do without

    with opened_reading(read_settings(store=store)) as reading:
        data = export_plan(reading, form, plan=plan, number=version)
    if output is None:
        out_bytes([data])
    else:
        write_bytes(output, data)
