"""``stratgraph review``."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from stratgraph.cli.reports import OutputsOption, is_standard_output, wanted_reports, write_report
from stratgraph.cli.revision import AcceptOption, AskOption, Deciding, proposal_of, read_comparison
from stratgraph.cli.terminal import FOUND, StoreOption, app, ending, page_width, published_store, say, working
from stratgraph.cli.validate import EngineName, ProfileOption, ShapesOption, ruleset
from stratgraph.files import write_bytes
from stratgraph.report_forms import REVIEW_FORMATS
from stratgraph.settings import read_settings
from stratgraph.wording import counted

if TYPE_CHECKING:
    from stratgraph.comparison import Comparison, Proposal


ReviewFormat: TypeAlias = Literal[
    "text", "html", "markdown", "json", "sarif", "junit", "xlsx", "turtle", "kgcl", "rdf-patch"
]
"""What ``review --format`` takes."""


@app.command(
    epilog=ending(
        "stratgraph review plan.ttl",
        "stratgraph review plan.ttl -o review.md -o review.sarif -o -",
        "stratgraph review plan.ttl --format kgcl",
        found="the revision is not fit to be published",
    )
)
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
    form: Annotated[
        ReviewFormat | None, typer.Option("--format", help="Form of the report; text where nothing says it.")
    ] = None,
    outputs: OutputsOption = None,
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
    """Compare a revised plan with the published one: what changed, what broke, what follows."""
    from stratgraph.review.outputs import render  # noqa: PLC0415 - other commands do without
    from stratgraph.review.outputs.phrases import is_fit  # noqa: PLC0415 - likewise

    settings = read_settings(store=store)
    wanted = wanted_reports(form, outputs, REVIEW_FORMATS)
    rules = ruleset(settings, profile, shapes)
    with published_store(settings, tells=True) as published:
        with working(f"Reading {file.name}"):
            comparison = read_comparison(file, settings, published, rules, against=against)
        # Who is asked something is not told the time meanwhile.
        with nullcontext() if ask else working(f"Reviewing {file.name}"):
            proposal = proposal_of(comparison, Deciding(decisions, accept, ask), engine=engine)
        if fix is not None:
            _fix(comparison, proposal, fix, engine)
    created = datetime.now(UTC)  # noqa: TID251 - a door: here the clock comes in
    for name, output in wanted:
        on_terminal = is_standard_output(output) and sys.stdout.isatty()
        width = page_width(on_terminal=on_terminal)
        report = render(proposal.review, name, width=width, colour=on_terminal, show_all=show_all, created=created)
        write_report(report, output)
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
        say(f"Nothing can be mended without deciding something; {file} is not written.")
        return
    data, is_edited = write_revision(mended.plan, file=str(file), sent=proposal.plan)
    write_bytes(file, data)
    for one in done:
        place = f"{one.finding.where}: " if str(one.finding.where) else ""
        say(f"{place}{one.finding.label}: {one.description}", markup=False)
        for line in written(one, proposal.plan):
            say(f"  {line}", markup=False)
    were = "was" if len(done) == 1 else "were"
    say(f"{counted(len(done), 'finding')} {were} mended; the plan is in {file}.", markup=False)
    if not is_edited:
        say(
            f"{file} is written anew: comments and the order of {proposal.plan.file} are not in it.",
            markup=False,
        )
    say(f"{file}: {verdict(mended.review)} The report is of {proposal.plan.file}.", markup=False)
