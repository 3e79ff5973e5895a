"""``stratgraph new``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from shlex import quote
from typing import Annotated

import typer

from stratgraph.cli.terminal import app, ending, say


@app.command(epilog=ending("stratgraph new roads --name 'Agency of Roads'", "cd roads && make test && make serve"))
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    name: Annotated[str, typer.Option(help="Name of the organisation; that of the folder where left out.")] = "",
    plan: Annotated[str, typer.Option(help="IRI of the plan; made of the name where left out.")] = "",
) -> None:
    """Begin a plan of your own: a folder with a workbook, rules, queries, a review in CI, make serve and make test."""
    from stratgraph.starter import begin  # noqa: PLC0415 - other commands do without

    begun = begin(folder, name=name, plan=plan)
    for file in begun.files:
        say(f"  {folder / file}", markup=False)
    say(f"The plan is <{begun.plan}>. Next: cd {quote(str(folder))}, make test, make serve.", markup=False)
