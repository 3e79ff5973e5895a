"""``stratgraph review``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from stratgraph.cli.revision import AcceptOption, AskOption, Deciding, proposal_of, read_comparison
from stratgraph.cli.terminal import FOUND, PIPE_WIDTH, StoreOption, app, out_bytes, published_store, words
from stratgraph.cli.validate import EngineName, ProfileOption, ShapesOption, ruleset
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
        str,
        typer.Option(
            help="Number of the version to compare with, 0 for none; the newest where left out. Or the plan of the "
            "period before, by its IRI or the end of that."
        ),
    ] = "",
    form: Annotated[ReviewFormat, typer.Option("--format", help="Form of the report.")] = "text",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the report to this file.")] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show unchanged and fixed findings too.")] = False,  # noqa: FBT002
    fix: Annotated[
        Path | None,
        typer.Option(
            "--fix",
            help="Write to this file what can be mended mechanically; the report is of the revision as sent.",
        ),
    ] = None,
    decisions: Annotated[
        Path | None, typer.Option("--decisions", help="File of what was decided on doubtful matches.")
    ] = None,
    accept: AcceptOption = False,  # noqa: FBT002
    ask: AskOption = False,  # noqa: FBT002
    engine: Annotated[EngineName, typer.Option(help="SHACL engine; pyshacl is the reference.")] = "shacl",
    profile: ProfileOption = None,
    shapes: ShapesOption = None,
    store: StoreOption = None,
) -> None:
    """Compare a revised plan with the published one: exit code 0 where it may be published, 1 where not."""
    from stratgraph.review.outputs import render  # noqa: PLC0415 - other commands do without
    from stratgraph.review.outputs.phrases import is_fit  # noqa: PLC0415 - likewise

    settings = read_settings(store=store)
    rules = ruleset(settings, profile, shapes)
    with published_store(settings) as published:
        comparison = read_comparison(file, settings, published, rules, against=against)
        proposal = proposal_of(comparison, Deciding(decisions, accept, ask), engine=engine)
        if fix is not None:
            _fix(comparison, proposal, fix, engine)
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


def _fix(comparison: Comparison, proposal: Proposal, file: Path, engine: str) -> None:
    """Writes the mended revision where there is something to mend, and prints what was done to which element."""
    from stratgraph.comparison import mend  # noqa: PLC0415 - only here
    from stratgraph.plan_files import write_revision  # noqa: PLC0415 - likewise
    from stratgraph.review.fixes import written  # noqa: PLC0415 - likewise
    from stratgraph.review.outputs.phrases import verdict  # noqa: PLC0415 - likewise

    mended, done = mend(comparison, proposal, engine=engine)
    if not done:
        words.print(f"Nothing can be mended without deciding something; {file} is not written.", soft_wrap=True)
        return
    data, is_edited = write_revision(mended.plan, file=str(file), sent=proposal.plan)
    write_bytes(file, data)
    for one in done:
        place = f"{one.finding.where}: " if str(one.finding.where) else ""
        words.print(f"{place}{one.finding.label}: {one.description}", soft_wrap=True, markup=False)
        for line in written(one, proposal.plan):
            words.print(f"  {line}", soft_wrap=True, markup=False)
    were = "was" if len(done) == 1 else "were"
    words.print(f"{counted(len(done), 'finding')} {were} mended; the plan is in {file}.", soft_wrap=True, markup=False)
    if not is_edited:
        words.print(
            f"{file} is written anew: comments and the order of {proposal.plan.file} are not in it.",
            soft_wrap=True,
            markup=False,
        )
    words.print(
        f"{file}: {verdict(mended.review)} The report is of {proposal.plan.file}.", soft_wrap=True, markup=False
    )
