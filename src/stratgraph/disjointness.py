"""Which classes of an ontology have no member in common.

By OWL 2's own axioms (Structural Specification, sections 8.1.1 and 9.1.3): classes are declared disjoint, are below
such ones, or are a union of nothing but such ones.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, Triple

from stratgraph.graph import Graph, node_name
from stratgraph.terms import OWL, RDF, RDFS

if TYPE_CHECKING:
    from collections.abc import Iterator


@lru_cache(maxsize=1)
def disjoint_classes(axioms: tuple[Triple, ...]) -> frozenset[Triple]:
    """The pairs as owl:disjointWith, each one way, those of unions without a name included."""
    graph = Graph(axioms)
    apart: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in _declared(graph):
        apart[one].add(other)
        apart[other].add(one)
    above = {name: _above(graph, name) for name in {*graph.of_type(OWL.CLASS), *graph.subjects(RDFS.SUB_CLASS_OF)}}
    unions = {
        name: _listed(graph, name, OWL.UNION_OF)
        for name in graph.subjects(OWL.UNION_OF)
        if not graph.has(name, OWL.UNION_OF, RDF.NIL)
    }
    size = -1
    while size != (size := sum(map(len, apart.values()))):
        for name, members in unions.items():
            apart[name] |= set.intersection(*(apart[one] for one in members))
        for name, higher in above.items():
            apart[name] |= {far for one in higher for far in apart[one]}
        for name, others in list(apart.items()):
            for other in tuple(others):
                apart[other].add(name)
    return frozenset(
        Triple(_node(one), NamedNode(OWL.DISJOINT_WITH), _node(other))
        for one, others in apart.items()
        for other in others
        if one <= other
    )


def _declared(graph: Graph) -> Iterator[tuple[str, str]]:
    for one in graph.subjects(OWL.DISJOINT_WITH):
        yield from ((one, node_name(other)) for other in graph.objects(one, OWL.DISJOINT_WITH))
    for axiom in graph.of_type(OWL.ALL_DISJOINT_CLASSES):
        members = _listed(graph, axiom, OWL.MEMBERS)
        yield from ((one, other) for one in members for other in members if one != other)


def _listed(graph: Graph, name: str, predicate: str) -> list[str]:
    """The members of the lists that a property leads to."""
    return [node_name(one) for head in graph.objects(name, predicate) for one in graph.members(head)]


def _above(graph: Graph, name: str) -> list[str]:
    """A class, and those that it is below."""
    found = [name]
    for one in found:
        found += sorted({node_name(higher) for higher in graph.objects(one, RDFS.SUB_CLASS_OF)} - set(found))
    return found


def _node(name: str) -> NamedNode | BlankNode:
    return BlankNode(name[2:]) if name.startswith("_:") else NamedNode(name)
