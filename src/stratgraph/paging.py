"""What is in an answer: some of its rows, how many there are, whether there is anything; read without holding it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, QueryBoolean, parse, parse_query_results

from stratgraph.errors import UsageError
from stratgraph.results import CSV, JSON, ResultForm, file_of, understood
from stratgraph.serialisation import N_TRIPLES, RdfForm
from stratgraph.store import Forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.store import Answer, Term

FORMS: Final = Forms(solutions=JSON, graph=N_TRIPLES)
"""The forms in which an answer is asked for, to be read here."""

MOST_COUNTED: Final = 100_000
"""So many rows behind a page are counted; beyond that it is only said that there are more."""

MOST_BYTES: Final = 4096
"""A longer answer is not empty: so much is not written for the names of variables and the prefixes of a graph."""

_STATEMENT: Final = ("subject", "predicate", "object")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of an answer.

    Args:
        variables: the columns, without question marks; of a graph ``subject``, ``predicate`` and ``object``.
        rows: for each a term for each column, None where it is not bound.
        before: how many rows come before these.
        counted: how many rows there are, as far as they were counted.
        is_cut: whether there are more than that.
        is_graph: whether the rows are the statements of a graph.
        truth: the answer to ASK, which has no rows; None of any other.
    """

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    before: int = 0
    counted: int = 0
    is_cut: bool = False
    is_graph: bool = False
    truth: bool | None = None

    @property
    def last(self) -> int:
        """The number of the last row on it; that of the one before the page where it is empty."""
        return self.before + len(self.rows)


def read_page(answer: Answer, *, before: int = 0, size: int) -> Page:
    """Some rows of an answer in one of the :data:`FORMS`; it is read as far as is needed, and closed.

    Args:
        answer: to read.
        before: how many rows are passed over.
        size: how many are taken at most.

    Raises:
        UsageError: a value in it is too long to be shown.
        LimitError, StoreError: as with ``Store.answer``.
    """
    with answer, understood():
        chunks = file_of(iter(answer))
        try:
            if not isinstance(answer.form, ResultForm):
                statements = (quad.triple for quad in parse(chunks, format=N_TRIPLES.engine))
                rows: Iterator[tuple[Term | None, ...]] = ((*triple,) for triple in statements)
                return _page(_STATEMENT, rows, before, size, is_graph=True)
            found = parse_query_results(chunks, JSON.engine)
            if isinstance(found, QueryBoolean):
                return Page((), (), truth=bool(found))
            return _page(tuple(one.value for one in found.variables), map(tuple, found), before, size)
        except MemoryError as error:  # of the parser, which reads no text of 16 megabytes
            raise UsageError("A value of the answer is too long to be shown.", mend="Ask for it in JSON.") from error


def _page(
    variables: tuple[str, ...],
    rows: Iterator[tuple[Term | None, ...]],
    before: int,
    size: int,
    *,
    is_graph: bool = False,
) -> Page:
    passed = sum(1 for _ in islice(rows, before))
    taken = tuple(islice(rows, size))
    behind = sum(1 for _ in islice(rows, MOST_COUNTED))
    is_cut = behind == MOST_COUNTED and next(rows, None) is not None
    return Page(variables, taken, passed, passed + len(taken) + behind, is_cut, is_graph)


def has_nothing(form: ResultForm | RdfForm, data: bytes) -> bool:
    """Whether an answer is no row, no triple, or false; one row that only counts nothing is none either.

    A workbook, Parquet and Markdown are not looked into: of these it is never said.

    Args:
        form: that it is in.
        data: its beginning, of at least :data:`MOST_BYTES` where it is longer.
    """
    if len(data) >= MOST_BYTES or form.engine is None:
        return False
    if isinstance(form, RdfForm):
        return not any(True for _ in parse(data, form.engine))
    if form is CSV:  # which the engine does not read
        _, *lines = data.decode().splitlines()
        return (
            data.strip() == b"false"
            or (not lines and data.strip() != b"true")
            or (len(lines) == 1 and set(lines[0].split(",")) == {"0"})
        )
    found = parse_query_results(data, form.engine)
    if isinstance(found, QueryBoolean):
        return not found
    rows = [tuple(row) for row in found]
    is_zero = len(rows) == 1 and bool(rows[0]) and all(isinstance(one, Literal) and one.value == "0" for one in rows[0])
    return not rows or is_zero
