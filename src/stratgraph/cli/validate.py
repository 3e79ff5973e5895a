"""``stratgraph validate``."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, get_args

import typer

from stratgraph.cli import candidates
from stratgraph.cli.reports import OutputsOption, is_standard_output, wanted_reports, write_report
from stratgraph.cli.terminal import FOUND, StoreOption, app, ending, opened_store, page_width, say
from stratgraph.errors import UsageError
from stratgraph.settings import read_settings
from stratgraph.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stratgraph.settings import Settings
    from stratgraph.store import Store
    from stratgraph.validation import Report, Ruleset


ReportFormat: TypeAlias = Literal["text", "markdown", "json", "sarif", "junit", "xlsx", "turtle"]
"""What ``validate --format`` takes."""


EngineName: TypeAlias = Literal["shacl", "pyshacl"]
"""What ``validate --engine`` takes."""


ProfileOption = Annotated[
    str | None,
    typer.Option(
        "--profile",
        help="Hold plans against this profile, whatever they name: core, results or itu.",
        autocompletion=candidates.profiles,
    ),
]

ShapesOption = Annotated[
    list[Path] | None, typer.Option("--shapes", help="Shapes of your own, a file or folder of Turtle; may be repeated.")
]


def ruleset(settings: Settings, profile: str | None, shapes: list[Path] | None) -> Ruleset:
    """What plans are held against by the settings and these options."""
    from stratgraph.validation import Ruleset  # noqa: PLC0415 - other commands do without

    return Ruleset.of(settings, profile=profile or "", shapes=shapes or ())


@app.command(
    epilog=ending(
        "stratgraph validate",
        "stratgraph validate plan.ttl --profile results",
        "stratgraph validate plan.ttl -o report.md -o report.sarif -o -",
        found="there is a Violation",
    )
)
def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD; the published plans where left out."
        ),
    ] = None,
    form: Annotated[
        ReportFormat | None, typer.Option("--format", help="Form of the report; text where nothing says it.")
    ] = None,
    outputs: OutputsOption = None,
    engine: Annotated[EngineName, typer.Option(help="SHACL engine; pyshacl is the reference.")] = "shacl",
    quiet: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--quiet", "-q", help="Print the counts alone where there is no Violation.")
    ] = False,
    plan: Annotated[
        str | None,
        typer.Option(
            help="IRI of the one published plan to check; nothing else is read.", autocompletion=candidates.plans
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=0, help="How many plans at once; 0, the default, is one for each processor.")
    ] = None,
    profile: ProfileOption = None,
    shapes: ShapesOption = None,
    store: StoreOption = None,
) -> None:
    """Check plans against the shapes."""
    from stratgraph.validation import validate_files, validate_published  # noqa: PLC0415 - other commands do without

    if files and plan:
        raise UsageError("--plan names a published plan, and files are given.", mend="Leave out one of the two.")
    settings = read_settings(store=store, jobs=jobs)
    wanted = wanted_reports(form, outputs, get_args(ReportFormat))
    rules = ruleset(settings, profile, shapes)
    at_once = settings.jobs or os.cpu_count() or 1
    with progress_bar() as progress:
        if files:
            report = validate_files(
                files,
                engine=engine,
                rules=rules,
                max_plan_bytes=settings.max_plan_bytes,
                jobs=at_once,
                progress=progress,
            )
        else:
            with opened_store(settings) as opened:
                graphs = _graphs(opened, plan)
                report = validate_published(opened, graphs, engine=engine, rules=rules, jobs=at_once, progress=progress)
    if quiet and report.conforms:
        counts = ", ".join(counted(count, severity) for severity, count in report.counts.items() if count)
        say(f"Conforms: {counts or 'no finding'}.")
        wanted = [(name, output) for name, output in wanted if not is_standard_output(output)]
    for name, output in wanted:
        on_terminal = is_standard_output(output) and sys.stdout.isatty()
        width = page_width(on_terminal=on_terminal)
        write_report(_rendered(report, name, files, width=width, colour=on_terminal), output)
    if not report.conforms:
        raise typer.Exit(FOUND)


def _rendered(report: Report, form: str, files: list[Path] | None, *, width: int, colour: bool) -> bytes:
    from stratgraph.validation import REPORT_FORMATS, render  # noqa: PLC0415 - as above

    if form in REPORT_FORMATS:
        return render(report, form, width=width, colour=colour).encode()
    from stratgraph.review.outputs import of_report  # noqa: PLC0415 - the other forms alone
    from stratgraph.review.outputs import render as render_review  # noqa: PLC0415 - likewise

    file = str(files[0]) if files else ""
    created = datetime.now(UTC)  # noqa: TID251 - a door: here the clock comes in
    return render_review(of_report(report, file=file), form, created=created)


def _graphs(store: Store, plan: str | None) -> tuple[str, ...]:
    """The graphs of the versions in force: of all plans, or of one."""
    from stratgraph.history import chosen_plan, chosen_version, newest_versions, versions_of  # noqa: PLC0415 - as above

    if plan is None:
        return tuple(newest_versions(store).values())
    if versions := versions_of(store, plan):
        return (chosen_version(versions).iris.graph,)
    # There is no such plan, and the error names the plans of the store; or the version's record is incomplete.
    return (newest_versions(store)[chosen_plan(store, plan)],)


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None] | None]:
    """The function to call with progress, which shows a bar for several pieces; None where there is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import MofNCompleteColumn, Progress  # noqa: PLC0415 - a pipe does without

    from stratgraph.cli.console import words  # noqa: PLC0415 - likewise

    with Progress(*Progress.get_default_columns(), MofNCompleteColumn(), console=words, transient=True) as bar:
        task = bar.add_task("Validating", total=None, visible=False)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=total > 1)

        yield show
