"""``stratgraph reason``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from stratgraph.assets import read_asset
from stratgraph.cli.table import show
from stratgraph.cli.terminal import FOUND, app, ending, say
from stratgraph.files import read_bytes
from stratgraph.settings import read_settings


@app.command(
    epilog=ending(
        "stratgraph reason", "stratgraph reason plan.ttl", found="there is a contradiction, which is explained"
    )
)
def reason(
    files: Annotated[
        list[Path] | None, typer.Argument(help="RDF to check with the ontology; the annex's graph where left out.")
    ] = None,
) -> None:
    """Prove by HermiT that the ontology, alone and with a plan, has no contradiction."""
    from stratgraph.reasoning import check_consistency  # noqa: PLC0415 - half a second that others do without
    from stratgraph.serialisation import read_rdf  # noqa: PLC0415 - likewise

    memory = read_settings().java_memory_mb
    contents = {str(file): read_bytes(file) for file in files or ()}
    if not files:
        contents["data/plans/itu-2012-2015.ttl"] = read_asset("data", "plans", "itu-2012-2015.ttl")
    # A file that cannot be read is told before the reasoner takes its seconds.
    data = {name: read_rdf(content, file=name) for name, content in contents.items()}
    found = [("the ontology alone", check_consistency(java_memory_mb=memory))]
    for name, quads in data.items():
        found.append((f"with {name}", check_consistency(quads, java_memory_mb=memory)))
    show(
        ("what", "consistent", "unsatisfiable classes", "classes", "individuals"),
        [
            (
                what,
                "yes" if one.consistent else "no",
                str(len(one.unsatisfiable)),
                str(one.classes),
                str(one.individuals),
            )
            for what, one in found
        ],
    )
    unsound = [(what, one) for what, one in found if not one.is_sound]
    for what, one in unsound:
        for sentence in one.explanation:
            say(f"{what}: {sentence}", markup=False)
    if unsound:
        raise typer.Exit(FOUND)
