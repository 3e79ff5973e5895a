"""``stratgraph build``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from stratgraph.cli.terminal import (
    FOUND,
    StoreOption,
    app,
    cleared_at_interrupt,
    ending,
    escape,
    out,
    published_store,
    say,
    working,
)
from stratgraph.cli.validate import ProfileOption, ShapesOption, ruleset
from stratgraph.identifiers import is_record
from stratgraph.settings import read_settings
from stratgraph.terms import SG, shortened
from stratgraph.wording import counted

if TYPE_CHECKING:
    from pyoxigraph import Triple


@app.command(
    epilog=ending(
        "stratgraph build", "stratgraph build plan.ttl --profile results",
        found="the plan has Violations, and nothing was published",
    )
)  # fmt: skip
def build(
    source: Annotated[
        Path | None,
        typer.Argument(help="A plan in any form that we read; the annex to ITU Resolution 71 where left out."),
    ] = None,
    profile: ProfileOption = None,
    shapes: ShapesOption = None,
    store: StoreOption = None,
) -> None:
    """Read a plan, check it against the shapes, and publish it as the first version of that plan."""
    from stratgraph.plan_files import ReadingLimits, read_file  # noqa: PLC0415 - likewise
    from stratgraph.publication import Target  # noqa: PLC0415 - likewise
    from stratgraph.publication import build as build_snapshot  # noqa: PLC0415 - likewise
    from stratgraph.store_contents import Act  # noqa: PLC0415 - other commands do without
    from stratgraph.validation import render  # noqa: PLC0415 - likewise

    settings = read_settings(store=store)
    rules = ruleset(settings, profile, shapes)
    with working("Building"), published_store(settings) as published, cleared_at_interrupt():
        plan = read_file(source, settings.part(ReadingLimits))
        done = build_snapshot(
            plan,
            Target.of(settings, published),
            Act(datetime.now(UTC)),  # noqa: TID251 - a door: here the clock comes in
            graphs=_shipped() if source is None else {},
            rules=rules,
        )
    if not done.report.conforms:
        out(render(done.report, "text"))
        say("Nothing was published: the plan has Violations.")
        raise typer.Exit(FOUND)
    if done.snapshot is None:
        say("The store has later versions of this plan, or roll-backs, and keeps them: nothing was built.")
        return
    elements = sum(triple.predicate.value == SG.IN_PLAN for triple in plan.statements)
    warnings = len(done.report.findings)
    say(
        f"Published [bold]{escape(done.title)}[/]: {counted(elements, 'element')}, {counted(done.quads, 'quad')}, "
        f"{counted(warnings, 'warning')} (stratgraph validate shows them), no violation. "
        f"Snapshot {done.snapshot.id} in {escape(settings.store)}.",
    )
    names = escape(", ".join(shortened(name) for name in done.left if not is_record(name)))
    if names:
        say(
            f"Left unlike the shipped ones, since somebody may have published or removed them: {names}. "
            "stratgraph import vocabulary NAME puts a shipped vocabulary there, stratgraph links publish FILE links.",
        )


def _shipped() -> dict[str, tuple[Triple, ...]]:
    """The vocabularies that come with the program, and the links that lead to them."""
    from stratgraph.links import shipped  # noqa: PLC0415 - a file of one's own does without
    from stratgraph.vocabularies import SHIPPED, read_vocabulary  # noqa: PLC0415 - likewise

    vocabularies = {name: triples for one in SHIPPED for name, triples in read_vocabulary(one).graphs.items()}
    return {**vocabularies, **dict(shipped())}
