"""The program's own queries, asked of a store: the rows of a table, or the triples of a graph."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple, parse

from stratgraph.assets import query_text
from stratgraph.errors import UsageError
from stratgraph.graph import text_of
from stratgraph.query import with_values
from stratgraph.results import JSON
from stratgraph.serialisation import N_TRIPLES
from stratgraph.store import Forms, parsed_solutions, solutions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stratgraph.store import Reading, Term

    Row = dict[str, Term]


def rows(reading: Reading, query: str, **values: Iterable[str]) -> Iterator[Row]:
    """The solutions of a query of that name; a variable that is not bound is absent.

    Args:
        reading: to ask.
        query: name of its file.
        values: IRIs for each of its parameters; none asks for nothing.

    Raises:
        UsageError: what is to be an IRI is none.
    """
    with reading.answer(filled(query, **values), Forms(solutions=JSON, graph=None)) as answer:
        found = parsed_solutions(answer)
    names = [variable.value for variable in found.variables]
    for row in found:
        yield {name: term for name, term in zip(names, row, strict=True) if term is not None}


def text_rows(reading: Reading, query: str, **values: Iterable[str]) -> Iterator[dict[str, str]]:
    """The solutions of a query as IRIs and texts; empty where a variable is not bound.

    Parameters and errors are those of :func:`rows`.
    """
    answer = solutions(reading, filled(query, **values))
    for row in answer.rows:
        yield dict(zip(answer.variables, map(text_of, row), strict=True))


def triples(reading: Reading, query: str, **values: Iterable[str]) -> list[Triple]:
    """The graph that a query of that name constructs; parameters and errors as with :func:`rows`."""
    with reading.answer(filled(query, **values), Forms(solutions=None, graph=N_TRIPLES)) as answer:
        return _parsed(answer.read())


def graph_triples(reading: Reading, name: str) -> list[Triple]:
    """The triples of a named graph.

    Raises:
        NotFound: there is no such graph.
    """
    with reading.read_graph(name, N_TRIPLES) as answer:
        return _parsed(answer.read())


def _parsed(data: bytes) -> list[Triple]:
    return [quad.triple for quad in parse(data, format=N_TRIPLES.engine)]


def filled(query: str, **values: Iterable[str]) -> str:
    """The text of a query of that name with IRIs for its parameters.

    Raises:
        UsageError: what is to be an IRI is none.
    """
    text = _template(query, tuple(values))
    for name, iris in values.items():
        text = text.replace(str(_place(name)), " ".join(str(_node(iri)) for iri in iris))
    return text


@cache
def _template(query: str, names: tuple[str, ...]) -> str:
    """The query with a mark in place of the values of each parameter: finding that place takes longer than a lookup."""
    text = query_text(query)
    for name in names:
        text = with_values(text, name, [_place(name)])
    return text


def _place(name: str) -> NamedNode:
    return NamedNode(f"value:{name}")


def _node(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"{iri!r} is no IRI: {error}.", mend="Give an absolute IRI.") from error
