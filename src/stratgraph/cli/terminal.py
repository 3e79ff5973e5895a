"""What the commands share: the application, its tables, its errors."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from stratgraph import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from stratgraph.errors import StratgraphError
    from stratgraph.settings import Settings
    from stratgraph.store import Reading, Store

FOUND: Final = 1
WRONG: Final = 2
PIPE_WIDTH: Final = 120

app = typer.Typer(
    name="stratgraph",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Strategic plans as a validated, queryable knowledge graph with provenance for every triple.",
)
words = Console(stderr=True, highlight=False)

StoreOption = Annotated[
    str | None, typer.Option("--store", help="Folder of the published snapshots, or address of a SPARQL server.")
]
ByOption = Annotated[
    str, typer.Option("--by", help="Who does it, as everybody will read; nobody is named where left out.")
]


def tell(error: StratgraphError) -> None:
    """Writes an error to standard error, in its three parts."""
    where = f"{error.where}: " if error.where and str(error.where) else ""
    words.print(f"[bold red]Error:[/] {escape(where + error.what)}", soft_wrap=True)
    if error.mend:
        words.print(f"[bold]Mend:[/]  {escape(error.mend)}", soft_wrap=True)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,  # noqa: FBT002
) -> None:
    if version:
        out(f"stratgraph {__version__}")
        raise typer.Exit


def out(text: str) -> None:
    """Writes a result to standard output, with a newline at its end, and flushes: later messages come after it."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    sys.stdout.flush()


def opened_store(settings: Settings) -> closing[Store]:
    """The store of the settings, closed at the end of a with statement."""
    from stratgraph.store import store_of  # noqa: PLC0415 - some commands do without

    return closing(store_of(settings))


@contextmanager
def opened_reading(settings: Settings) -> Iterator[Reading]:
    """One look at the store of the settings, for several questions."""
    with opened_store(settings) as store, store.reading() as reading:
        yield reading


def published_store(settings: Settings) -> AbstractContextManager[Store | None]:
    """The store of the settings in a with statement, or None where nothing is published there yet."""
    from stratgraph.store import store_if_published  # noqa: PLC0415 - as above

    return store_if_published(settings)


def show(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on a terminal, tab-separated lines in a pipe."""
    if not sys.stdout.isatty():
        for row in rows:
            out("\t".join(row))
        return
    table = Table(*columns, box=SIMPLE_HEAD)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    Console(highlight=False).print(table)
    words.print(f"{table.row_count} rows", style="dim")
