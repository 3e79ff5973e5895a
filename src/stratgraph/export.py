"""A version of a plan, from the store, in any format: its RDF, or the very file that it was read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, parse

from stratgraph.assets import query_text
from stratgraph.errors import NotFound, UsageError
from stratgraph.plan_graph import source_text
from stratgraph.serialisation import N_QUADS, TRIG, TURTLE, form_of_name, to_bytes, turtle
from stratgraph.store import solutions
from stratgraph.terms import IDENTIFIERS

if TYPE_CHECKING:
    from stratgraph.store import Store

_OF_DATASETS = (TRIG, N_QUADS)

SOURCE = "source"
"""The name of the format that is the source itself."""


def versions(store: Store) -> tuple[tuple[str, str, str], ...]:
    """What is published: of each version its plan, its graph and its statement of rights, the newest of a plan last."""
    found = solutions(store, query_text("versions")).rows
    return tuple((_text(plan), _text(graph), _text(rights)) for plan, graph, rights in found)


def export(store: Store, form_name: str, *, plan: str | None = None) -> bytes:
    """The current version of a plan.

    Args:
        store: where it is published.
        form_name: ``source``, or the name of an RDF format. A format of graphs gives the asserted triples, a format of
            data sets these and their provenance, each in its named graph.
        plan: its IRI; may be left out where the store has only one.

    Raises:
        NotFound: there is no such plan.
        UsageError: there are several and none is named, or no such format.
    """
    graph, rights = _version(store, plan)
    if form_name == SOURCE:
        return source_text(_quads(store, f"{graph}/provenance")).encode("utf-8")
    form = form_of_name(form_name)
    asserted = _quads(store, graph)
    if form in _OF_DATASETS:
        return to_bytes([*asserted, *_quads(store, f"{graph}/provenance")], form)
    triples = [quad.triple for quad in asserted]
    if form is TURTLE:
        note = f"Generated from <{graph}> by “stratgraph export --format turtle”; do not edit. {rights}".rstrip()
        return turtle(triples, base=IDENTIFIERS, comment=note)
    return to_bytes(sorted(triples, key=str), form)


def current_quads(store: Store) -> list[Quad]:
    """The asserted quads of the current version of every plan, in their named graphs."""
    current = {plan: graph for plan, graph, _ in versions(store)}
    return [quad for graph in current.values() for quad in _quads(store, graph)]


def _version(store: Store, plan: str | None) -> tuple[str, str]:
    published = {iri: (graph, rights) for iri, graph, rights in versions(store)}
    if plan is None and len(published) > 1:
        raise UsageError(
            f"The store has {len(published)} plans.", mend=f"Name one with --plan: {', '.join(sorted(published))}."
        )
    chosen = plan or next(iter(published), "")
    if chosen not in published:
        raise NotFound(
            f"The store has no plan <{chosen}>." if chosen else "The store has no plan.",
            mend=f"It has {', '.join(sorted(published)) or 'none'}.",
        )
    return published[chosen]


def _quads(store: Store, graph: str) -> list[Quad]:
    """Of one named graph, each with its name."""
    with store.read_graph(graph, N_QUADS) as answer:
        name = NamedNode(graph)
        data = b"".join(answer)
    return [Quad(q.subject, q.predicate, q.object, name) for q in parse(data, format=N_QUADS.engine)]


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""
