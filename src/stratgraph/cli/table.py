"""Tables: for people with all that tells rows apart, for programs lines of cells."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from stratgraph.cli.terminal import PIPE_WIDTH, out_bytes, say, writing
from stratgraph.terms import COMMON_PREFIXES, IDENTIFIERS, prefixed
from stratgraph.wording import cell, counted, listing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from rich.console import Console
    from rich.table import Table

_LEAST: Final = 20
"""A column that has fewer characters than its longest word and fewer than this is no column to read."""

_WORTH: Final = 10
"""A common beginning of fewer characters is not dropped: to say so takes more room."""


class Iri(str):
    """A cell that is an IRI: people see it shortened, a pipe gets it whole."""

    __slots__ = ()


def show(columns: Sequence[str], rows: Iterable[Sequence[str]], *, whole: Collection[str] = ()) -> None:
    """A table on a terminal; in a pipe lines of cells with tabs between them.

    There a control character in a cell, or a backslash, is escaped: a row is a line.

    Args:
        columns: their headings, which a pipe does not get.
        rows: a text for each column.
        whole: the columns whose cells people have to type: they stay in one piece.
    """
    if sys.stdout.isatty():
        show_table(columns, rows, whole=whole)
        return
    out_bytes(("\t".join(map(cell, row)) + "\n").encode("utf-8", "backslashreplace") for row in rows)


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, whole: Collection[str] = ()) -> None:
    """A table for people, of the width of the terminal, or of a page where there is none.

    Nothing in it is cut: what is too long goes on in the next line, and where the columns would be too narrow to be
    read, each row is a block of lines. IRIs lose what those of their column all begin with; a line says so.
    """
    from stratgraph.cli.console import Terminal  # noqa: PLC0415 - a tenth of a second that a pipe does without

    shown = [[_short(one) for one in row] for row in rows]
    dropped = _dropped(columns, shown)
    # As it is given, a terminal's width counts; a page has one of its own.
    console = Terminal(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)
    with writing():
        if _are_columns(columns, shown, whole, console.width):
            console.print(_table(columns, shown, whole))
        else:
            for row in shown:
                _print_block(console, columns, row, whole)
    for beginning, names in dropped.items():
        say(f"{listing(names)} {'begins' if len(names) == 1 else 'begin'} with {beginning}", style="dim", markup=False)
    say(counted(len(shown), "row"), style="dim")


def short_iri(iri: str) -> str:
    """An IRI as people write it: with a usual prefix, or without what all our identifiers begin with."""
    return prefixed(iri, COMMON_PREFIXES) or iri.removeprefix(IDENTIFIERS)


def _short(text: str) -> str:
    return Iri(short_iri(text)) if isinstance(text, Iri) else text


def _dropped(columns: Sequence[str], rows: list[list[str]]) -> dict[str, list[str]]:
    """Takes out of the cells what the IRIs of a column all begin with; gives the columns by what was taken."""
    taken: dict[str, list[str]] = {}
    for place, name in enumerate(columns):
        iris = [row[place] for row in rows if row[place]]
        beginning = _common_beginning(iris) if all(isinstance(one, Iri) for one in iris) else ""
        if len(set(iris)) > 1 and len(beginning) >= _WORTH and beginning not in iris:
            for row in rows:
                row[place] = row[place].removeprefix(beginning)
            taken.setdefault(beginning, []).append(name)
    return taken


def _common_beginning(iris: Sequence[str]) -> str:
    """What several IRIs begin with, up to a slash."""
    first, last = min(iris, default=""), max(iris, default="")
    same = next((n for n, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    return first[: first.rfind("/", 0, same) + 1]


def _are_columns(columns: Sequence[str], rows: list[list[str]], whole: Collection[str], width: int) -> bool:
    """Whether the columns have room beside each other."""
    needed = 0
    for place, name in enumerate(columns):
        cells = [name, *(row[place] for row in rows)]
        longest = max(len(one) for text in cells for one in ([text] if name in whole else text.split() or [""]))
        needed += 2 + (longest if name in whole else min(longest, _LEAST))
    return needed <= width


def _table(columns: Sequence[str], rows: list[list[str]], whole: Collection[str]) -> Table:
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - see above
    from rich.markup import escape  # noqa: PLC0415 - likewise
    from rich.table import Table  # noqa: PLC0415 - likewise

    table = Table(box=SIMPLE_HEAD)
    for name in columns:
        table.add_column(escape(name), no_wrap=name in whole, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def _print_block(console: Console, columns: Sequence[str], row: list[str], whole: Collection[str]) -> None:
    from rich.markup import escape  # noqa: PLC0415 - see above
    from rich.table import Table  # noqa: PLC0415 - likewise

    block = Table.grid(padding=(0, 1))
    block.add_column(style="dim", no_wrap=True)
    block.add_column(overflow="fold")
    for name, text in zip(columns, row, strict=True):
        if name in whole:
            # The terminal wraps it, and it can be copied in one piece.
            console.print(escape(text), soft_wrap=True, style="bold")
        elif text:
            block.add_row(escape(name), escape(text))
    console.print(block)
    console.print()
