"""The mappings that a store has, from their records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, parse

from stratgraph.assets import query_text
from stratgraph.identifiers import links_graph, natural_key, record_graph
from stratgraph.links.records import read_mappings, read_records
from stratgraph.query import with_values
from stratgraph.serialisation import N_TRIPLES
from stratgraph.store import Forms, solutions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Triple

    from stratgraph.links.model import Mapping, MappingSet
    from stratgraph.store import Reading


def published_sets(reading: Reading) -> tuple[MappingSet, ...]:
    """The sets of mappings that a store has, in the order of their names.

    Raises:
        SourceError: a graph of records does not describe a set.
    """
    begin, end = links_graph(""), record_graph("")
    found = solutions(reading, query_text("links-sets")).rows
    graphs = [graph.value for (graph,) in found if isinstance(graph, NamedNode)]
    return tuple(
        read_records(_graph(reading, graph), name=graph.removeprefix(begin).removesuffix(end))
        for graph in graphs
        if graph.startswith(begin) and graph.endswith(end)
    )


def mappings_of(reading: Reading, iri: str) -> tuple[Mapping, ...]:
    """The mappings that have this as subject or as object, without the negative ones.

    Returns:
        Sorted by subject, then the surest first, then object.

    Raises:
        SourceError: a record is no mapping.
    """
    found = _constructed(reading, "links-of", "end", [NamedNode(iri)])
    mappings = [mapping for mapping in read_mappings(found) if not mapping.is_negative]
    return tuple(sorted(mappings, key=lambda m: (natural_key(m.subject), -(m.confidence or 0), natural_key(m.object))))


def described(reading: Reading, things: list[NamedNode]) -> Iterator[Triple]:
    """What the current versions and the vocabularies say of things, as far as the shapes of mappings ask."""
    return _constructed(reading, "links-described", "thing", things)


def _constructed(reading: Reading, query: str, variable: str, values: list[NamedNode]) -> Iterator[Triple]:
    text = with_values(query_text(query), variable, values)
    with reading.answer(text, Forms(solutions=None, graph=N_TRIPLES)) as answer:
        data = answer.read()
    return (quad.triple for quad in parse(data, format=N_TRIPLES.engine))


def _graph(reading: Reading, graph: str) -> Iterator[Triple]:
    with reading.read_graph(graph, N_TRIPLES) as answer:
        data = answer.read()
    return (quad.triple for quad in parse(data, format=N_TRIPLES.engine))
