"""``stratgraph publish``, ``rollback`` and ``log``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from stratgraph.cli import candidates
from stratgraph.cli.revision import AcceptOption, AskOption, Deciding, proposal_of, read_comparison
from stratgraph.cli.table import Iri, show
from stratgraph.cli.terminal import (
    FOUND,
    PIPE_WIDTH,
    ByOption,
    StoreOption,
    app,
    cleared_at_interrupt,
    ending,
    escape,
    opened_reading,
    out_bytes,
    published_store,
    say,
)
from stratgraph.cli.validate import ProfileOption, ShapesOption, ruleset
from stratgraph.settings import read_settings
from stratgraph.terms import shortened

if TYPE_CHECKING:
    from stratgraph.history import Version
    from stratgraph.store import Entry

ReasonOption = Annotated[str, typer.Option("--reason", help="Why.")]


@app.command(
    epilog=ending(
        "stratgraph publish plan.ttl --by 'The secretariat' --reason 'Adopted'",
        "stratgraph publish plan.xlsx --ask --decisions decisions.tsv",
        found="it has Violations, or would undo what was published; nothing was published",
    )
)
def publish(
    file: Annotated[
        Path, typer.Argument(help="The revised plan: RDF, a workbook (.xlsx), StratML, or a text of the annex's form.")
    ],
    reason: ReasonOption = "",
    by: ByOption = "",
    allow: Annotated[
        list[str] | None, typer.Option("--allow", help="Rule whose Violations are let pass; may be repeated.")
    ] = None,
    decisions: Annotated[
        Path | None, typer.Option("--decisions", help="File of what was decided on doubtful matches.")
    ] = None,
    accept: AcceptOption = False,  # noqa: FBT002
    ask: AskOption = False,  # noqa: FBT002
    against: Annotated[
        int | None,
        typer.Option(
            help="Number of the version that is to be replaced, whatever the file was made from; 0 for a new plan."
        ),
    ] = None,
    profile: ProfileOption = None,
    shapes: ShapesOption = None,
    store: StoreOption = None,
) -> None:
    """Publish a revised plan as the next version, or a new plan as its first, unless it has Violations."""
    from stratgraph.publication import Target, publish_proposal, refused_by  # noqa: PLC0415 - likewise
    from stratgraph.review.outputs import render  # noqa: PLC0415 - likewise
    from stratgraph.review.outputs.phrases import mend_of_undone, number_of_changes  # noqa: PLC0415 - likewise
    from stratgraph.store_contents import Act  # noqa: PLC0415 - other commands do without

    settings = read_settings(store=store)
    act = Act(_now(), by, reason, tuple(dict.fromkeys(allow or ())))
    rules = ruleset(settings, profile, shapes)
    with published_store(settings, tells=True) as published:
        comparison = read_comparison(file, settings, published, rules, against="" if against is None else str(against))
        proposal = proposal_of(comparison, Deciding(decisions, accept, ask))
        refused = bool(refused_by(proposal.review, act.allowed))
        if refused or proposal.review.undone:
            report = render(proposal.review, "text", width=PIPE_WIDTH)
            out_bytes([report])
        if refused:
            say("Nothing was published: the revision has Violations.")
            say("Mend them, or let rules pass with --allow and a --reason.")
        elif proposal.review.undone:
            say("Nothing was published: the revision would undo what was published since its own version.")
            say(mend_of_undone(proposal.review))
        if refused or proposal.review.undone:
            raise typer.Exit(FOUND)
        with cleared_at_interrupt():
            done = publish_proposal(Target.of(settings, published), proposal, act)
    say(
        f"Published version {proposal.number} of [bold]{escape(proposal.review.title)}[/]: "
        f"{number_of_changes(proposal.review)}. Snapshot {done.id} in {escape(settings.store)}.",
    )


@app.command(epilog=ending("stratgraph rollback --reason 'Published too early'"))
def rollback(
    snapshot: Annotated[
        str | None, typer.Argument(help="Id of a snapshot (stratgraph log --snapshots); the one before where left out.")
    ] = None,
    reason: ReasonOption = "",
    by: ByOption = "",
    store: StoreOption = None,
) -> None:
    """Bring the state of an earlier snapshot back; versions since then stay, marked as taken back."""
    from stratgraph.publication import Target  # noqa: PLC0415 - other commands do without
    from stratgraph.publication import roll_back as bring_back  # noqa: PLC0415 - likewise
    from stratgraph.store_contents import Act  # noqa: PLC0415 - likewise

    settings = read_settings(store=store)
    with cleared_at_interrupt():
        done = bring_back(Target.of(settings, None), Act(_now(), by, reason), snapshot)
    say(f"Snapshot {done.id} has the state of {done.restores}: {escape(done.name)}.")
    for version in done.taken_back:
        say(f"Taken back: {shortened(version)}.", markup=False)


@app.command(epilog=ending("stratgraph log", "stratgraph log --snapshots"))
def log(
    plan: Annotated[
        str | None,
        typer.Option(
            help="IRI of the plan; all plans where left out.",
            autocompletion=candidates.plans,
        ),
    ] = None,
    snapshots: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--snapshots", help="Show what was done to the store, rollbacks included.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """List what was published, the newest first: versions of plans, then links and vocabularies."""
    from stratgraph.history import plans, versions_by_plan  # noqa: PLC0415 - other commands do without
    from stratgraph.store import journal_of  # noqa: PLC0415 - likewise

    settings = read_settings(store=store)
    if snapshots:
        _show_snapshots(settings.store)
        return
    with opened_reading(settings) as reading:
        rows: list[tuple[str, ...]] = [
            (
                Iri(version.identifiers.plan_iri),
                str(version.number),
                _time(version.time),
                version.by,
                version.reason,
                ", ".join(version.allowed),
                version.title,
                _taken_back(version),
            )
            for found in versions_by_plan(reading, [plan] if plan else plans(reading)).values()
            for version in reversed(found)
        ]
    rows += [
        (_of(entry), "", _time(entry.time), entry.by, entry.reason, "", entry.name, "")
        for entry in reversed(journal_of(settings.store))
        if entry.graphs and not plan
    ]
    show(("of", "version", "published", "by", "reason", "let pass", "source", "taken back"), rows)


def _taken_back(version: Version) -> str:
    """When, by whom and why a version was taken back; empty where it counts."""
    if not version.is_taken_back:
        return ""
    last = version.taken_back_by
    return ", ".join(filter(None, (_time(last.time), last.by, last.reason))) if last else "yes"


def _of(entry: Entry) -> str:
    """What an act was about: a version of a plan, or graphs, without those of their records."""
    if entry.plan:
        return f"{entry.plan} version {entry.version}"
    if entry.action == "rollback":
        return entry.name
    return " ".join((*(["removed:"] if entry.action == "remove" else []), *entry.things))


def _show_snapshots(location: str) -> None:
    from stratgraph.store import current_id, journal_of, list_snapshots, snapshot_folder  # noqa: PLC0415 - only here

    folder = snapshot_folder(location)
    there = {one.id: one for one in list_snapshots(folder)}
    current = current_id(folder)
    rows = []
    for entry in reversed(journal_of(location)):
        state = "in force" if entry.snapshot == current else "kept" if entry.snapshot in there else "removed"
        rows.append((_time(entry.time), entry.action, entry.snapshot, state, _of(entry), entry.by, entry.reason))
    show(("time", "what", "snapshot", "it is", "of", "by", "reason"), rows)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a door: here the clock comes in


def _time(time: datetime | None) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z" if time else ""
