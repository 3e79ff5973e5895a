"""``stratgraph validate``."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from stratgraph.cli.terminal import FOUND, PIPE_WIDTH, StoreOption, app, opened_store, out, words
from stratgraph.settings import read_settings


class ReportFormat(StrEnum):
    """What ``validate --format`` takes."""

    TEXT = "text"
    JSON = "json"
    TURTLE = "turtle"


class EngineName(StrEnum):
    """What ``validate --engine`` takes."""

    SHACL = "shacl"
    PYSHACL = "pyshacl"


@app.command()
def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD; the published plans where left out."
        ),
    ] = None,
    form: Annotated[ReportFormat, typer.Option("--format", help="Form of the report.")] = ReportFormat.TEXT,
    engine: Annotated[EngineName, typer.Option(help="SHACL engine; pyshacl is the reference.")] = EngineName.SHACL,
    quiet: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--quiet", "-q", help="Print the counts alone where there is no Violation.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Check plans against the shapes: exit code 0 without a Violation, 1 with one."""
    from stratgraph.history import current_quads  # noqa: PLC0415 - other commands do without
    from stratgraph.validation import render, validate_files, validate_graph  # noqa: PLC0415 - likewise

    settings = read_settings(store=store)
    if files:
        report = validate_files(files, engine=engine.value, max_plan_bytes=settings.max_plan_bytes)
    else:
        with opened_store(settings) as opened:
            report = validate_graph(current_quads(opened), engine=engine.value)
    on_terminal = sys.stdout.isatty()
    width = words.width if on_terminal else PIPE_WIDTH
    if quiet and report.conforms:
        counts = ", ".join(f"{count} {severity}s" for severity, count in report.counts.items() if count)
        words.print(f"Conforms: {counts or 'no finding'}.")
        return
    out(render(report, form.value, width=width, colour=on_terminal))
    if not report.conforms:
        raise typer.Exit(FOUND)
