"""``stratgraph build``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer
from rich.markup import escape

from stratgraph.cli.terminal import FOUND, StoreOption, app, out, words
from stratgraph.settings import read_settings


@app.command()
def build(
    source: Annotated[
        Path | None, typer.Argument(help="Text of a plan; the annex to ITU Resolution 71 where left out.")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Read a plan's text, check it against the shapes, and publish it as the current snapshot."""
    from stratgraph.publication import build as build_snapshot  # noqa: PLC0415 - other commands do without
    from stratgraph.store import RemoteAccess  # noqa: PLC0415 - likewise
    from stratgraph.validation import render  # noqa: PLC0415 - likewise

    settings = read_settings(store=store)
    done = build_snapshot(
        source,
        settings.store,
        max_source_bytes=settings.max_source_bytes,
        kept_snapshots=settings.kept_snapshots,
        created=datetime.now(UTC),  # noqa: TID251 - a door: here the clock comes in
        remote=RemoteAccess.of(settings),
    )
    if done.snapshot is None:
        out(render(done.report, "text"))
        words.print("Nothing was published: the plan has Violations.")
        raise typer.Exit(FOUND)
    document = done.document
    warnings = len(done.report.findings)
    words.print(
        f"Published [bold]{escape(document.title)}[/]: {len(document.elements)} elements, {done.quads:,} quads, "
        f"{warnings} warnings (stratgraph validate shows them), no violation. "
        f"Snapshot {done.snapshot.id} in {escape(settings.store)}.",
        soft_wrap=True,
    )
