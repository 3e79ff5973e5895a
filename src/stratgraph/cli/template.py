"""``stratgraph template``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from stratgraph.cli.terminal import app, ending, say
from stratgraph.errors import UsageError
from stratgraph.files import write_bytes


@app.command(epilog=ending("stratgraph template plan.xlsx", "stratgraph template plan.xlsx --language fr"))
def template(
    output: Annotated[Path, typer.Argument(help="The workbook to write, NAME.xlsx.")],
    plan: Annotated[
        str | None, typer.Option(help="IRI of the plan that it is for; may be filled in later where left out.")
    ] = None,
    language: Annotated[str, typer.Option(help="Language of its texts (BCP 47).")] = "en",
) -> None:
    """Write an empty workbook for a plan: a sheet a class, with drop-downs for references."""
    from stratgraph.formats import workbook  # noqa: PLC0415 - other commands do without
    from stratgraph.formats.endings import WORKBOOK_ENDINGS  # noqa: PLC0415 - likewise
    from stratgraph.identifiers import plan_identifiers  # noqa: PLC0415 - likewise

    if output.suffix.lower() not in WORKBOOK_ENDINGS:
        raise UsageError(f"A template is a workbook, and {output.name} is called otherwise.", mend="Call it NAME.xlsx.")
    if output.exists():
        raise UsageError(
            f"{output} is there already, and may be filled.", mend="Name another file, or take it away first."
        )
    identifiers = plan_identifiers(plan) if plan else None
    write_bytes(output, workbook.template(identifiers=identifiers, language=language))
    say(f"The template is in {output}.", markup=False)
