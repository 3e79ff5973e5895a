"""The mappings that a store has, from their records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratgraph.asking import graph_triples, text_rows, triples
from stratgraph.identifiers import links_graph, natural_key, record_graph
from stratgraph.links.records import read_mappings, read_records

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

    from stratgraph.links.model import Mapping, MappingSet
    from stratgraph.store import Store


def published_sets(store: Store) -> tuple[MappingSet, ...]:
    """The sets of mappings that a store has, in the order of their names.

    Raises:
        SourceError: a graph of records does not describe a set.
    """
    begin, end = links_graph(""), record_graph("")
    graphs = [graph for row in text_rows(store, "links-sets") for graph in row.values()]
    return tuple(
        read_records(graph_triples(store, graph), name=graph.removeprefix(begin).removesuffix(end))
        for graph in graphs
        if graph.startswith(begin) and graph.endswith(end)
    )


def mappings_of(store: Store, iri: str) -> tuple[Mapping, ...]:
    """The mappings that have this as subject or as object, without the negative ones.

    Returns:
        Sorted by subject, then the surest first, then object.

    Raises:
        SourceError: a record is no mapping.
    """
    found = read_mappings(triples(store, "links-of", end=[iri]))
    mappings = [mapping for mapping in found if not mapping.is_negative]
    return tuple(sorted(mappings, key=lambda m: (natural_key(m.subject), -(m.confidence or 0), natural_key(m.object))))


def described(store: Store, things: Iterable[str]) -> list[Triple]:
    """What the current versions and the vocabularies say of things, as far as the shapes of mappings ask."""
    return triples(store, "links-described", thing=things)
