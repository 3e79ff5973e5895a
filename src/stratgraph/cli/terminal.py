"""What the commands share: the application, its exit codes, its tables, its errors."""

from __future__ import annotations

import signal
import sys
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperGroup

from stratgraph.errors import UsageError
from stratgraph.version import __version__
from stratgraph.wording import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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

_REST_OF_LINE: Final = "\x1b[K"
"""Clears it (ECMA-48, section 8.3.41)."""


_KINDS: Final = {
    "str": "TEXT",
    "path": "FILE",
    "int": "NUMBER",
    "int range": "NUMBER",
    "float": "NUMBER",
    "float range": "NUMBER",
}
"""What the help calls the values of options, by the names of their types."""


class Commands(TyperGroup):
    """Commands: the kinds of their values in words, their sentences uncut, and exit codes of our own.

    An interrupt and a closed pipe get theirs before typer gives them 1.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for command in self.commands.values():
            for one in command.params:
                if one.metavar is None and one.param_type_name == "option":
                    one.metavar = _KINDS.get(one.type.name)

    def make_context(self, *words: Any, **options: Any) -> Any:
        """See click: it also prints the help."""
        with _own_exit_codes():
            return super().make_context(*words, **options)

    def invoke(self, ctx: Any) -> Any:
        """See click: it runs the command."""
        with _own_exit_codes():
            return super().invoke(ctx)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """See click, which would cut the sentences."""
        rows = [(name, (self.commands[name].help or "").partition("\n")[0]) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


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


def ending(*examples: str, found: str = "") -> str:
    """What the help of a command ends with: examples, and its exit codes.

    Args:
        examples: commands that work as they stand in a store with the annex; a comment may stand behind each.
        found: what the exit code 1 means; empty where the command has none.
    """
    codes = ["0  done", *([f"1  {found}"] if found else []), "2  wrong use, or an error that says how it is mended"]
    # \b keeps the lines of a paragraph as they are (click, section "Preventing Rewrapping").
    return "\n\n".join(
        f"\b\n{heading}:\n" + "\n".join(f"  {line}" for line in lines)
        for heading, lines in (("Examples", examples), ("Exit codes", codes))
    )


app = typer.Typer(
    name="stratgraph",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Strategic plans as a validated, queryable knowledge graph with provenance for every triple.",
    epilog=ending(
        "stratgraph build",
        "stratgraph query units",
        "stratgraph serve",
        "stratgraph review plan.ttl",
        found="something was found, or a revision is not fit",
    ),
)

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
        say(f"[bold red]Error:[/] {escape(where + error.what)}")
        if error.mend:
            say(f"[bold]Mend:[/]  {escape(error.mend)}")


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,  # noqa: FBT002
) -> None:
    if version:
        out(f"stratgraph {__version__}")
        raise typer.Exit


def say(text: str, *, style: str = "", markup: bool = True) -> None:
    """Writes a sentence for the user to standard error, which the terminal wraps.

    Args:
        text: with rich's markup, unless ``markup`` is false.
        style: of all of it, such as ``dim``.
        markup: whether the text has markup; texts out of files have none.
    """
    from stratgraph.cli.console import words  # noqa: PLC0415 - a tenth of a second, and most commands say nothing

    words.print(text, style=style or None, markup=markup, soft_wrap=True)


def escape(text: str) -> str:
    """A text out of a file for a sentence with markup."""
    from rich.markup import escape as escape_markup  # noqa: PLC0415 - likewise

    return escape_markup(text)


@contextmanager
def working(what: str) -> Iterator[None]:
    """On a terminal, says from the first second on what is being done and for how long, and takes it away at the end.

    Args:
        what: is done, ``Reviewing plan.ttl``.
    """
    if not sys.stderr.isatty():
        yield
        return
    done = Event()
    teller = Thread(target=_tell_time, args=(what, done), daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _tell_time(what: str, done: Event) -> None:
    # No bar of rich, which hides the cursor: Ctrl-C ends a command at once, and nobody would bring it back.
    began = monotonic()
    is_told = False
    with suppress(OSError):
        while not done.wait(1):
            sys.stderr.write(f"\r{visible(what)}, {monotonic() - began:.0f} s{_REST_OF_LINE}")
            sys.stderr.flush()
            is_told = True
        if is_told:
            sys.stderr.write(f"\r{_REST_OF_LINE}")
            sys.stderr.flush()


def page_width(*, on_terminal: bool) -> int:
    """How many columns a text for people has: those of the terminal, or those of a page."""
    if not on_terminal:
        return PIPE_WIDTH
    from stratgraph.cli.console import words  # noqa: PLC0415 - as in say

    return words.width


def out(text: str) -> None:
    """Writes a result to standard output, with a newline at its end, and flushes: later messages come after it."""
    with writing():
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        sys.stdout.flush()


def out_bytes(pieces: Iterable[bytes]) -> None:
    """Writes a result to standard output as it is."""
    with writing():
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()


@contextmanager
def writing() -> Iterator[None]:
    """Within, standard output is written: what keeps that from being done is an error that says so."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(
            f"Standard output cannot be written: {error.strerror}.", mend="Look at where it leads."
        ) from error


def languages_of(words: str) -> tuple[str, ...]:
    """The languages that an option names, with blanks or commas between them, the preferred one first."""
    return tuple(words.replace(",", " ").split())


def opened_store(settings: Settings) -> closing[Store]:
    """The store of the settings, closed at the end of a with statement."""
    from stratgraph.store import store_of  # noqa: PLC0415 - some commands do without

    return closing(store_of(settings))


@contextmanager
def opened_reading(settings: Settings) -> Iterator[Reading]:
    """One look at the store of the settings, for several questions."""
    with opened_store(settings) as store, store.reading() as reading:
        yield reading


@contextmanager
def published_store(settings: Settings, *, tells: bool = False) -> Iterator[Store | None]:
    """The store of the settings in a with statement, or None where nothing is published there yet.

    Args:
        settings: of the command.
        tells: says so on standard error: a name with a slip in it is a store where all of a revision is new.
    """
    from stratgraph.store import store_if_published  # noqa: PLC0415 - as above

    with store_if_published(settings) as store:
        if store is None and tells:
            say(f"Nothing is published in {settings.store} yet.", markup=False)
        yield store
