"""A property path of SHACL, which is a tree of nodes, as SPARQL writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.terms import RDF, SH

if TYPE_CHECKING:
    from stratgraph.graph import Graph, Term

_MARKS: Final = {SH.ZERO_OR_MORE_PATH: "*", SH.ONE_OR_MORE_PATH: "+", SH.ZERO_OR_ONE_PATH: "?"}


def path_text(path: Term, graph: Graph) -> str:
    """The path that begins at a node.

    Returns:
        The bare IRI of a path that is one property; otherwise each IRI is in angle brackets, and alternatives,
        sequences and what is repeated within others are in round ones: ``(^<a>|<b>/(<c>)*)``, without the outermost.
    """
    return path.value if isinstance(path, NamedNode) else _written(path, graph)


def _written(path: Term, graph: Graph) -> str:
    if isinstance(path, NamedNode):
        return str(path)
    if inverse := graph.value(path, SH.INVERSE_PATH):
        return f"^{_inner(inverse, graph)}"
    for predicate, mark in _MARKS.items():
        if repeated := graph.value(path, predicate):
            return f"({_written(repeated, graph)}){mark}"
    alternatives = graph.value(path, SH.ALTERNATIVE_PATH)
    steps = graph.members(alternatives or path)
    return ("|" if alternatives else "/").join(_inner(step, graph) for step in steps)


def _inner(path: Term, graph: Graph) -> str:
    """In brackets where it is several, one after the other or to choose from."""
    is_several = graph.has(path, SH.ALTERNATIVE_PATH) or graph.has(path, RDF.FIRST)
    written = _written(path, graph)
    return f"({written})" if is_several else written
