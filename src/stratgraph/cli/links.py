"""``stratgraph links``: mappings of elements to the concepts of others, checked, published and listed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias

import typer

from stratgraph.cli import candidates
from stratgraph.cli.table import Iri, show
from stratgraph.cli.terminal import (
    FOUND,
    ByOption,
    Commands,
    StoreOption,
    app,
    cleared_at_interrupt,
    ending,
    escape,
    opened_reading,
    opened_store,
    out,
    out_bytes,
    say,
)
from stratgraph.errors import UsageError
from stratgraph.files import read_bytes, write_bytes
from stratgraph.settings import read_settings
from stratgraph.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stratgraph.links import MappingSet
    from stratgraph.store import Reading

links = typer.Typer(cls=Commands, no_args_is_help=True, help="Mappings of elements to the concepts of others.")
app.add_typer(links, name="links")

_COLUMNS: Final = ("subject", "relation", "object", "called", "sure", "by", "on", "why")


PlanOfPlaceOption = Annotated[
    str | None, typer.Option("--plan", help="IRI of the plan of a place.", autocompletion=candidates.plans)
]

LinkReportFormat: TypeAlias = Literal["text", "json"]
"""What ``links check --format`` takes."""


@links.command(
    epilog=ending("stratgraph links check", "stratgraph links check ours.sssom.tsv", found="a mapping has a finding")
)
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Sets of mappings (.sssom.tsv); the published ones where left out.")
    ] = None,
    form: Annotated[LinkReportFormat, typer.Option("--format", help="Form of the report.")] = "text",
    store: StoreOption = None,
) -> None:
    """Find mappings that are broken, stale or dubious."""
    from stratgraph.links import Trouble, check_links, published_sets, render_links  # noqa: PLC0415 - as in validate

    with opened_reading(read_settings(store=store)) as opened:
        published = published_sets(opened)
        sets = _read(files, published) if files else published
        checked = {one.name for one in sets}
        beside = [one for one in published if one.name not in checked]
        found = check_links(sets, opened, beside=beside)
    out(render_links(found, sets, form))
    if any(one.trouble is not Trouble.UNCHECKED for one in found):
        raise typer.Exit(FOUND)


@links.command(
    epilog=ending(
        "stratgraph links publish ours.sssom.tsv --by 'The editors'",
        found="a mapping does not hold, and nothing was published",
    )
)
def publish(
    files: Annotated[list[Path], typer.Argument(help="Sets of mappings (.sssom.tsv).")],
    by: ByOption = "",
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    store: StoreOption = None,
) -> None:
    """Publish sets of mappings, each in place of one of the same mapping_set_id, unless a mapping is broken."""
    from stratgraph.links import check_links, graphs_of_set, published_sets, render_links, replaced  # noqa: PLC0415
    from stratgraph.publication import Target, publish_graphs  # noqa: PLC0415
    from stratgraph.store_contents import Act  # noqa: PLC0415 - other commands do without

    settings = read_settings(store=store)
    with opened_store(settings) as opened:
        target = Target.of(settings, opened)
        published = published_sets(opened)
        sets = _read(files, published)
        former = replaced(sets, published)
        names = {one.name for one in sets}
        beside = [one for one in published if one.name not in names]
        broken = [one for one in check_links(sets, opened, beside=beside) if one.finding.severity == "Violation"]
        if broken:
            out(render_links(broken, sets))
            say("Nothing was published: there are mappings that do not hold.")
            raise typer.Exit(FOUND)
        with cleared_at_interrupt():
            done = publish_graphs(
                target,
                {graph: triples for one in sets for graph, triples in graphs_of_set(one).items()},
                Act(datetime.now(UTC), by, reason),  # noqa: TID251 - a door: here the clock comes in
                name="; ".join(one.title or one.name for one in sets),
            )
    for one in sets:
        say(
            f"Published [bold]{escape(one.title or one.name)}[/]: {counted(len(one.mappings), 'mapping')}"
            f"{_in_place_of(former.get(one.name), one)}.",
        )
    say(f"Snapshot {done.id} in {escape(settings.store)}.")


def _in_place_of(former: MappingSet | None, new: MappingSet) -> str:
    """How many mappings it replaces, and how many of them are not in it any more."""
    if former is None:
        return ""
    gone = {one.record for one in former.mappings} - {one.record for one in new.mappings}
    return f", in place of {len(former.mappings)}, of which {len(gone)} are not in it any more"


@links.command(epilog=ending("stratgraph links remove ours --reason 'Out of date'"))
def remove(
    names: Annotated[list[str], typer.Argument(help="Published sets, by their names or mapping_set_ids.")],
    by: ByOption = "",
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    store: StoreOption = None,
) -> None:
    """Take published sets of mappings away, with their records."""
    from stratgraph.links import chosen_sets, published_sets  # noqa: PLC0415 - other commands do without
    from stratgraph.publication import Target, publish_graphs  # noqa: PLC0415 - likewise
    from stratgraph.store_contents import Act  # noqa: PLC0415 - likewise

    settings = read_settings(store=store)
    with opened_store(settings) as opened:
        target = Target.of(settings, opened)
        sets = chosen_sets(names, published_sets(opened))
        with cleared_at_interrupt():
            done = publish_graphs(
                target,
                {graph: () for one in sets for graph in (one.graph, one.record)},
                Act(datetime.now(UTC), by, reason),  # noqa: TID251 - a door: here the clock comes in
                name="; ".join(one.title or one.name for one in sets),
                action="remove",
            )
    for one in sets:
        say(
            f"Removed [bold]{escape(one.title or one.name)}[/]: {counted(len(one.mappings), 'mapping')}.",
        )
    say(f"Snapshot {done.id} in {escape(settings.store)}.")


@links.command(epilog=ending("stratgraph links export itu-sdg --output itu-sdg.sssom.tsv"))
def export(
    name: Annotated[str, typer.Argument(help="Published set, by its name or mapping_set_id.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    store: StoreOption = None,
) -> None:
    """Write a published set of mappings as a table (SSSOM/TSV), with all that is on record of it."""
    from stratgraph.links import chosen_sets, published_sets, write_mapping_set  # noqa: PLC0415 - as above

    with opened_reading(read_settings(store=store)) as opened:
        (chosen,) = chosen_sets([name], published_sets(opened))
    data = write_mapping_set(chosen)
    if output is None:
        out_bytes([data])
    else:
        write_bytes(output, data)


@links.command(
    "list", epilog=ending("stratgraph links list itu-d/objective/5", "stratgraph links list --target sdg:9.c")
)
def list_links(
    element: Annotated[
        str | None,
        typer.Argument(
            help="Element of a plan: its IRI, or its place, such as itu-d/objective/5.",
            autocompletion=candidates.elements,
        ),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option("--target", help="A concept, by its IRI or with a usual prefix: what is linked with it."),
    ] = None,
    plan: PlanOfPlaceOption = None,
    store: StoreOption = None,
) -> None:
    """List the links of an element, or to a concept: on whose word, and how sure."""
    from stratgraph.links import mappings_of  # noqa: PLC0415 - other commands do without
    from stratgraph.query import full_iri  # noqa: PLC0415 - likewise

    if (element is None) == (target is None):
        raise UsageError(
            "One thing is needed whose links are listed.", mend="Name an element, or a concept by --target."
        )
    with opened_reading(read_settings(store=store)) as opened:
        iri = full_iri(target, "") if target else _element(opened, str(element), plan)
        found = mappings_of(opened, iri)
    rows = [
        (
            Iri(m.subject),
            m.predicate.rpartition("#")[2],
            Iri(m.object),
            m.object_label,
            "" if m.confidence is None else f"{m.confidence:g}",
            ", ".join(m.author_labels or m.authors),
            m.date.isoformat() if m.date else "",
            m.comment,
        )
        for m in found
    ]
    show(_COLUMNS, rows)


@links.command(epilog=ending("stratgraph links convert ours.sssom.tsv"))
def convert(
    files: Annotated[list[Path], typer.Argument(help="Sets of mappings (.sssom.tsv).")],
) -> None:
    """Write the records of sets of mappings as Turtle, beside each table (NAME.ttl)."""
    from stratgraph.links import TABLE_ENDING, record_turtle  # noqa: PLC0415 - other commands do without

    for file, one in zip(files, _read(files), strict=True):
        beside = file.with_name(f"{file.name.removesuffix(TABLE_ENDING)}.ttl")
        write_bytes(beside, record_turtle(one))
        say(f"Wrote {escape(str(beside))}: {counted(len(one.mappings), 'mapping')}.")


def _read(files: Sequence[Path], published: Sequence[MappingSet] = ()) -> tuple[MappingSet, ...]:
    """The mapping sets of these tables; one that is published keeps its name.

    Raises:
        UsageError: two have one name, and one would be published in place of the other.
    """
    from stratgraph.links import read_mapping_set  # noqa: PLC0415 - other commands do without

    known = {one.iri: one.name for one in published}
    sets = tuple(read_mapping_set(read_bytes(file), file=str(file), names=known) for file in files)
    names = [one.name for one in sets]
    if len(set(names)) < len(names):
        raise UsageError("Two of the sets have the same name.", mend="Give them mapping_set_ids of their own.")
    return sets


def _element(reading: Reading, element: str, plan: str | None) -> str:
    """The IRI of an element that is named by its IRI or its place."""
    from stratgraph.history import chosen_plan  # noqa: PLC0415 - other commands do without

    return element if "://" in element else f"{chosen_plan(reading, plan)}/{element}"
