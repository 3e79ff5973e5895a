"""A page of an answer: some of its rows, and how many there are, read without holding the others."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from pyoxigraph import QueryBoolean, parse, parse_query_results

from stratgraph.errors import UsageError
from stratgraph.results import JSON, ResultForm, file_of
from stratgraph.serialisation import N_TRIPLES
from stratgraph.store import Forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.store import Answer, Term

FORMS: Final = Forms(solutions=JSON, graph=N_TRIPLES)
"""The forms in which an answer is asked for, to be read here."""

MOST_COUNTED: Final = 100_000
"""So many rows behind a page are counted; beyond that it is only said that there are more."""

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
    with answer:
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
