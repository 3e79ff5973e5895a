"""What the commands share: the application, its exit codes, its tables, its errors."""

from __future__ import annotations

import signal
import sys
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from stratgraph.errors import UsageError
from stratgraph.version import __version__
from stratgraph.wording import cell, counted, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from rich.text import Text

    from stratgraph.errors import StratgraphError
    from stratgraph.settings import Settings
    from stratgraph.store import Reading, Store

FOUND: Final = 1
"""There are findings, or a revision is not fit; nothing else exits so."""

WRONG: Final = 2
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
"""What a shell says of a program that SIGINT or SIGPIPE ended."""

PIPE_WIDTH: Final = 120


class _Commands(TyperGroup):
    """The commands; an interrupt and a closed pipe get their exit codes before typer gives them 1."""

    def make_context(self, *words: Any, **options: Any) -> Any:
        """See click: it also prints the help."""
        with _own_exit_codes():
            return super().make_context(*words, **options)

    def invoke(self, ctx: Any) -> Any:
        """See click: it runs the command."""
        with _own_exit_codes():
            return super().invoke(ctx)


@contextmanager
def _own_exit_codes() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt as error:
        raise typer.Exit(INTERRUPTED) from error
    except BrokenPipeError as error:
        raise typer.Exit(PIPE_CLOSED) from error


def end_at_interrupt() -> None:
    """Lets Ctrl-C end this process at once from now on, whatever it does; :func:`cleared_at_interrupt` excepted.

    Python would raise KeyboardInterrupt when the main thread is back from a library's call, which may take minutes.
    """
    # Who started us may have told us to ignore it, as a shell does in the background.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def cleared_at_interrupt() -> Iterator[None]:
    """Within, Ctrl-C is the exception KeyboardInterrupt, so that what was begun is cleared away before the end."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Terminal(Console):
    """A console that shows control characters by their names: no text out of a file commands a terminal."""

    def render_str(self, text: str, **options: Any) -> Text:
        """See rich."""
        return super().render_str(visible(text), **options)

    def on_broken_pipe(self) -> None:
        """See rich, which would exit with 1."""
        raise BrokenPipeError


app = typer.Typer(
    name="stratgraph",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Strategic plans as a validated, queryable knowledge graph with provenance for every triple.",
)
words = _Terminal(stderr=True, highlight=False)

StoreOption = Annotated[
    str | None, typer.Option("--store", help="Folder of the published snapshots, or address of a SPARQL server.")
]
ByOption = Annotated[
    str, typer.Option("--by", help="Who does it, as everybody will read; nobody is named where left out.")
]


def tell(error: StratgraphError) -> None:
    """Writes an error to standard error, in its three parts; where that cannot be written, the exit code is left."""
    where = f"{error.where}: " if error.where and str(error.where) else ""
    with suppress(OSError):
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
    with _writing():
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        sys.stdout.flush()


def out_bytes(pieces: Iterable[bytes]) -> None:
    """Writes a result to standard output as it is."""
    with _writing():
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(
            f"Standard output cannot be written: {error.strerror}.", mend="Look at where it leads."
        ) from error


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
    """A table on a terminal; in a pipe lines of cells with tabs between them.

    There a control character in a cell, or a backslash, is escaped: a row is a line.
    """
    if not sys.stdout.isatty():
        out_bytes(("\t".join(map(cell, row)) + "\n").encode("utf-8", "backslashreplace") for row in rows)
        return
    table = Table(*columns, box=SIMPLE_HEAD)
    for row in rows:
        table.add_row(*map(escape, row))
    with _writing():
        _Terminal(highlight=False).print(table)
    words.print(counted(table.row_count, "row"), style="dim")
