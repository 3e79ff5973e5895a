"""``stratgraph sarif``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from stratgraph.cli.terminal import app, ending, out_bytes
from stratgraph.files import read_bytes, write_bytes
from stratgraph.settings import read_settings


@app.command(
    epilog=ending(
        "pyshacl --shacl shapes.ttl --format turtle data.ttl > report.ttl",
        "stratgraph sarif report.ttl data.ttl --tool pySHACL --output report.sarif",
    )
)
def sarif(
    report: Annotated[Path, typer.Argument(help="The validation report that any SHACL engine wrote: a file of RDF.")],
    data: Annotated[list[Path], typer.Argument(help="The data that it is of: files of RDF.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    tool: Annotated[str, typer.Option(help="Name of the engine, as code hosts show it.")] = "SHACL",
) -> None:
    """Make SARIF of any SHACL report: code hosts show each finding on the line of the data where it stands."""
    from stratgraph.review.outputs import of_report, render_sarif  # noqa: PLC0415 - other commands do without
    from stratgraph.validation.others import read_report_of_others  # noqa: PLC0415 - likewise

    most = read_settings().max_plan_bytes
    contents = {str(path): read_bytes(path, most=most, setting="max_plan_bytes") for path in data}
    written = read_bytes(report, most=most, setting="max_plan_bytes")
    found = read_report_of_others(written, file=str(report), data=contents)
    now = datetime.now(UTC)  # noqa: TID251 - a door: here the clock comes in
    made = render_sarif(of_report(found, file=str(data[0])), created=now, tool=tool)
    if output is None:
        out_bytes([made])
    else:
        write_bytes(output, made)
