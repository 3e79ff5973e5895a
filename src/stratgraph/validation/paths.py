"""A property path of SHACL, which is a tree of nodes, as SPARQL writes it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from stratgraph.terms import RDF, SH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
Described: TypeAlias = "dict[Term, dict[str, list[Term]]]"
"""Of each subject and the IRI of each of its predicates the objects, in their order."""

_MARKS: Final = {SH.ZERO_OR_MORE_PATH: "*", SH.ONE_OR_MORE_PATH: "+", SH.ZERO_OR_ONE_PATH: "?"}


def described(triples: Iterable[Triple]) -> Described:
    """The triples by subject and predicate."""
    found: Described = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        found[triple.subject][triple.predicate.value].append(triple.object)
    return found


def path_text(path: Term, triples: Described) -> str:
    """The path that begins at a node.

    Returns:
        The bare IRI of a path that is one property; otherwise each IRI is in angle brackets, and alternatives,
        sequences and what is repeated within others are in round ones: ``(^<a>|<b>/(<c>)*)``, without the outermost.
    """
    return path.value if isinstance(path, NamedNode) else _written(path, triples)


def _written(path: Term, triples: Described) -> str:
    if isinstance(path, NamedNode):
        return str(path)
    facts = triples[path]
    if SH.INVERSE_PATH in facts:
        return f"^{_inner(facts[SH.INVERSE_PATH][0], triples)}"
    for predicate, mark in _MARKS.items():
        if predicate in facts:
            return f"({_written(facts[predicate][0], triples)}){mark}"
    alternatives = facts.get(SH.ALTERNATIVE_PATH)
    steps = members(alternatives[0] if alternatives else path, triples)
    return ("|" if alternatives else "/").join(_inner(step, triples) for step in steps)


def _inner(path: Term, triples: Described) -> str:
    """In brackets where it is several, one after the other or to choose from."""
    is_several = not isinstance(path, NamedNode) and (
        SH.ALTERNATIVE_PATH in triples[path] or RDF.FIRST in triples[path]
    )
    written = _written(path, triples)
    return f"({written})" if is_several else written


def members(cell: Term, triples: Described) -> Iterator[Term]:
    """The members of the list that begins at a node."""
    while cell in triples and RDF.FIRST in triples[cell]:
        yield triples[cell][RDF.FIRST][0]
        cell = triples[cell][RDF.REST][0]
