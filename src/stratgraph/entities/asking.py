"""The program's own queries about one thing, asked and given as terms."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple, parse

from stratgraph.assets import query_text
from stratgraph.errors import UsageError
from stratgraph.query import with_values
from stratgraph.serialisation import N_TRIPLES
from stratgraph.store import Forms, solutions

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
    answer = solutions(reading, _filled(query, values))
    for row in answer.rows:
        pairs = zip(answer.variables, row, strict=True)
        yield {variable: term for variable, term in pairs if term is not None}


def triples(reading: Reading, query: str, **values: Iterable[str]) -> list[Triple]:
    """The graph that a query of that name constructs; parameters and errors as with :func:`rows`."""
    with reading.answer(_filled(query, values), Forms(solutions=None, graph=N_TRIPLES)) as answer:
        return [quad.triple for quad in parse(answer.read(), format=N_TRIPLES.engine)]


def text(term: object) -> str:
    """The value of a term; empty where there is none."""
    return term.value if isinstance(term, NamedNode | Literal) else ""


def _filled(query: str, values: dict[str, Iterable[str]]) -> str:
    filled = _template(query, tuple(values))
    for name, iris in values.items():
        filled = filled.replace(str(_place(name)), " ".join(str(_node(iri)) for iri in iris))
    return filled


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
