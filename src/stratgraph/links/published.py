"""The mappings that a store has, from their records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratgraph.asking import graph_triples, text_rows, triples
from stratgraph.errors import Location, NotFound, UsageError
from stratgraph.identifiers import links_graph, natural_key, record_graph
from stratgraph.links.records import read_mappings, read_records
from stratgraph.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

    from stratgraph.links.model import Mapping, MappingSet
    from stratgraph.store import Reading


def published_sets(reading: Reading) -> tuple[MappingSet, ...]:
    """The sets of mappings that a store has, in the order of their names.

    Raises:
        SourceError: a graph of records does not describe a set.
    """
    begin, end = links_graph(""), record_graph("")
    graphs = [graph for row in text_rows(reading, "links-sets") for graph in row.values()]
    return tuple(
        read_records(graph_triples(reading, graph), name=graph.removeprefix(begin).removesuffix(end))
        for graph in graphs
        if graph.startswith(begin) and graph.endswith(end)
    )


def replaced(sets: Iterable[MappingSet], published: Iterable[MappingSet]) -> dict[str, MappingSet]:
    """The published sets in whose place these come, by their names.

    Raises:
        UsageError: a set is without mappings, or one of another ``mapping_set_id`` is published under its name.
    """
    by_name = {one.name: one for one in published}
    found = {}
    for one in sets:
        if not one.mappings:
            raise UsageError(
                f"The set {one.name} has no mappings.",
                where=Location(element=one.iri),
                mend=f"Remove it, if that is meant: stratgraph links remove {one.name}.",
            )
        known = by_name.get(one.name)
        if known and known.iri != one.iri:
            raise UsageError(
                f"Another set is published under the name {one.name}: <{known.iri}>, "
                f"{counted(len(known.mappings), 'mapping')}; this one is <{one.iri}>.",
                mend="Give its file a name of its own. A set is replaced by one of the same mapping_set_id.",
            )
        if known:
            found[one.name] = known
    return found


def chosen_sets(names: Iterable[str], published: Iterable[MappingSet]) -> tuple[MappingSet, ...]:
    """The published sets of these names or ``mapping_set_id``.

    Raises:
        NotFound: none is called so.
    """
    by_name = {name: one for one in published for name in (one.name, one.iri)}
    if unknown := [name for name in names if name not in by_name]:
        known = ", ".join(sorted({one.name for one in by_name.values()})) or "none"
        raise NotFound(f"No set of mappings is called {', '.join(unknown)}.", mend=f"There is {known}.")
    return tuple({by_name[name].name: by_name[name] for name in names}.values())


def mappings_of(reading: Reading, iri: str) -> tuple[Mapping, ...]:
    """The mappings that have this as subject or as object, without the negative ones.

    Returns:
        Sorted by subject, then the surest first, then object.

    Raises:
        SourceError: a record is no mapping.
    """
    found = read_mappings(triples(reading, "links-of", end=[iri]))
    mappings = [mapping for mapping in found if not mapping.is_negative]
    return tuple(sorted(mappings, key=lambda m: (natural_key(m.subject), -(m.confidence or 0), natural_key(m.object))))


def described(reading: Reading, things: Iterable[str]) -> list[Triple]:
    """What the current versions and the vocabularies say of things, as far as the shapes of mappings ask."""
    return triples(reading, "links-described", thing=things)
