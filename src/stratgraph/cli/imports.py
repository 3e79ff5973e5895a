"""``stratgraph import``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Final

import typer

from stratgraph.cli import candidates
from stratgraph.cli.table import show
from stratgraph.cli.terminal import (
    FOUND,
    ByOption,
    Commands,
    StoreOption,
    app,
    cleared_at_interrupt,
    ending,
    escape,
    opened_store,
    out,
    published_store,
    say,
)
from stratgraph.errors import NotFound, UsageError
from stratgraph.settings import read_settings
from stratgraph.wording import counted

if TYPE_CHECKING:
    from stratgraph.settings import Settings
    from stratgraph.vocabularies import KeptVocabulary

imports = typer.Typer(cls=Commands, no_args_is_help=True, help="Take in what others publish.")
app.add_typer(imports, name="import")

_COLUMNS: Final = ("name", "version", "in the store", "title", "terms")


@imports.command(
    epilog=ending(
        "stratgraph import vocabulary", "stratgraph import vocabulary sdg",
        "stratgraph import vocabulary mine --file mine.ttl",
        found="the vocabulary has Violations, and nothing was published",
    )
)  # fmt: skip
def vocabulary(
    name: Annotated[
        str | None,
        typer.Argument(
            help="Name of the vocabulary; without it, all names are listed.", autocompletion=candidates.vocabularies
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="SKOS in any form of RDF, or a described table (.tsv); may be packed (.gz)."),
    ] = None,
    by: ByOption = "",
    store: StoreOption = None,
) -> None:
    """Publish a vocabulary, for links to lead to, in place of one of the same name; one with Violations is refused."""
    settings = read_settings(store=store)
    if name is None:
        if file is not None:
            raise UsageError("The vocabulary has no name.", mend="Say what it is to be called: import vocabulary NAME.")
        _list(settings)
        return
    _publish(name, file, by, settings)


@imports.command(epilog=ending("stratgraph import remove mine --reason 'It moved'"))
def remove(
    name: Annotated[str, typer.Argument(help="Name of a vocabulary that the store has.")],
    by: ByOption = "",
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    store: StoreOption = None,
) -> None:
    """Take a vocabulary out of the store; links that lead to it stay, and links check tells of them."""
    from stratgraph.identifiers import record_graph, vocabulary_graph  # noqa: PLC0415 - likewise
    from stratgraph.publication import Target, publish_graphs  # noqa: PLC0415 - likewise
    from stratgraph.store_contents import Act  # noqa: PLC0415 - other commands do without
    from stratgraph.vocabularies import kept_vocabularies  # noqa: PLC0415 - likewise

    settings, graph = read_settings(store=store), vocabulary_graph(name)
    with opened_store(settings) as opened:
        target = Target.of(settings, opened)
        kept = {one.name: one for one in kept_vocabularies(opened)}
        if name not in kept:
            raise NotFound(f"The store has no vocabulary {name}.", mend=f"It has {', '.join(kept) or 'none'}.")
        now = datetime.now(UTC)  # noqa: TID251 - a door: here the clock comes in
        graphs, title = {graph: (), record_graph(graph): ()}, kept[name].title
        with cleared_at_interrupt():
            done = publish_graphs(target, graphs, Act(now, by, reason), name=title, action="remove")
    say(
        f"Removed [bold]{escape(title)}[/]. Snapshot {done.id} in {escape(settings.store)}.",
    )


def _publish(name: str, file: Path | None, by: str, settings: Settings) -> None:
    from stratgraph.publication import Target, publish_graphs  # noqa: PLC0415 - likewise
    from stratgraph.store_contents import Act  # noqa: PLC0415 - other commands do without
    from stratgraph.validation import render  # noqa: PLC0415 - likewise
    from stratgraph.vocabularies import (  # noqa: PLC0415 - likewise
        check_vocabulary,
        is_kept,
        kept_vocabularies,
        read_vocabulary,
        read_vocabulary_file,
    )

    now = datetime.now(UTC)  # noqa: TID251 - a door: here the clock comes in
    if file is None:
        read = read_vocabulary(name)
    else:
        largest = settings.max_vocabulary_bytes
        read = read_vocabulary_file(file, name=name, retrieved=now.date(), max_vocabulary_bytes=largest)
    report = check_vocabulary(read)
    if not report.conforms:
        out(render(report, "text"))
        say("Nothing was published: the vocabulary has Violations.")
        raise typer.Exit(FOUND)
    with published_store(settings) as published:
        target = Target.of(settings, published)
        if published and is_kept(published, read):
            say(f"The store has [bold]{escape(read.title)}[/] as it is: nothing was published.")
            return
        former = [one.title for one in kept_vocabularies(published) if one.name == read.name] if published else []
        with cleared_at_interrupt():
            done = publish_graphs(target, read.graphs, Act(now, by), name=read.title)
    for note in read.notes:
        say(f"Note: {note}", markup=False)
    say(
        f"Published [bold]{escape(read.title)}[/]: {counted(read.concepts, 'concept')}, "
        f"{counted(len(read.triples), 'triple')}, {counted(len(report.findings), 'warning')}, no violation. "
        f"{f'It stands in place of {escape(former[0])}. ' if former else ''}"
        f"Snapshot {done.id} in {escape(settings.store)}.",
    )


def _list(settings: Settings) -> None:
    """Lists the vocabularies that come with the program, and others that the store has."""
    from stratgraph.vocabularies import SHIPPED, describe_vocabulary, kept_vocabularies  # noqa: PLC0415 - as above

    with published_store(settings) as published:
        kept = {one.name: one for one in kept_vocabularies(published)} if published else {}
    rows = []
    for name in SHIPPED:
        described = describe_vocabulary(name)
        rows.append((name, described.version, _state(kept.pop(name, None)), described.title, described.licence))
    rows += [(one.name, one.version, _state(one), one.title, "") for one in kept.values()]
    show(_COLUMNS, rows)


def _state(kept: KeptVocabulary | None) -> str:
    return f"yes, of {kept.retrieved}" if kept else "no"
