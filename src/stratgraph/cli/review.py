"""``stratgraph review``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from stratgraph.cli.revision import AcceptOption, AskOption, Deciding, proposal_of, read_comparison
from stratgraph.cli.terminal import FOUND, PIPE_WIDTH, StoreOption, app, out_bytes, published_store, words
from stratgraph.cli.validate import EngineName  # noqa: TC001 - typer reads the annotations
from stratgraph.files import write_bytes
from stratgraph.settings import read_settings
from stratgraph.wording import counted

if TYPE_CHECKING:
    from stratgraph.comparison import Comparison, Proposal


ReviewFormat: TypeAlias = Literal["text", "html", "json", "sarif", "junit", "xlsx", "turtle"]
"""What ``review --format`` takes."""


@app.command()
def review(
    file: Annotated[
        Path, typer.Argument(help="The revised plan: RDF, a workbook (.xlsx), StratML, or a text of the annex's form.")
    ],
    against: Annotated[
        int | None, typer.Option(help="Number of the version to compare with; the newest where left out.")
    ] = None,
    form: Annotated[ReviewFormat, typer.Option("--format", help="Form of the report.")] = "text",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the report to this file.")] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show unchanged and fixed findings too.")] = False,  # noqa: FBT002
    fix: Annotated[
        Path | None, typer.Option("--fix", help="Write the revision to this file with what can be mended mechanically.")
    ] = None,
    decisions: Annotated[
        Path | None, typer.Option("--decisions", help="File of what was decided on doubtful matches.")
    ] = None,
    accept: AcceptOption = False,  # noqa: FBT002
    ask: AskOption = False,  # noqa: FBT002
    engine: Annotated[EngineName, typer.Option(help="SHACL engine; pyshacl is the reference.")] = "shacl",
    store: StoreOption = None,
) -> None:
    """Compare a revised plan with the published one: exit code 0 where it may be published, 1 where not."""
    from stratgraph.review.outputs import render  # noqa: PLC0415 - other commands do without
    from stratgraph.review.outputs.phrases import is_fit  # noqa: PLC0415 - likewise

    settings = read_settings(store=store)
    with published_store(settings) as published:
        comparison = read_comparison(file, settings, published, against=against)
        proposal = proposal_of(comparison, Deciding(decisions, accept, ask), engine=engine)
        if fix is not None:
            proposal = _fixed(comparison, proposal, fix, engine)
    on_terminal = output is None and sys.stdout.isatty()
    report = render(
        proposal.review,
        form,
        width=words.width if on_terminal else PIPE_WIDTH,
        colour=on_terminal,
        show_all=show_all,
        created=datetime.now(UTC),  # noqa: TID251 - a door: here the clock comes in
    )
    if output is None:
        out_bytes([report])
    else:
        write_bytes(output, report)
    if not is_fit(proposal.review):
        raise typer.Exit(FOUND)


def _fixed(comparison: Comparison, proposal: Proposal, file: Path, engine: str) -> Proposal:
    """Writes the mended revision, prints what was mended, and returns the review of it."""
    from stratgraph.comparison import mend  # noqa: PLC0415 - only here
    from stratgraph.plan_files import write_revision  # noqa: PLC0415 - likewise

    mended, done = mend(comparison, proposal, engine=engine)
    write_bytes(file, write_revision(mended.plan, file=str(file)))
    for one in done:
        place = f"{one.finding.where}: " if str(one.finding.where) else ""
        words.print(f"{place}{one.description}", soft_wrap=True, markup=False)
    words.print(
        f"{counted(len(done), 'finding')} {'was' if len(done) == 1 else 'were'} mended; the plan is in {file}.",
        soft_wrap=True,
        markup=False,
    )
    return mended
