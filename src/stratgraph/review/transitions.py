"""What the rules between two versions find (``shapes/transition.ttl``).

A shape looks at one graph. So the former version's facts that the rules need stand beside the new version's triples, in
properties of their own (``sg:typeBefore`` …); this graph is made for one validation and is never kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.graph import LABELS, Graph, text_of
from stratgraph.terms import DCTERMS, OWL, RDF, SG
from stratgraph.validation.engines import ENGINES, validate
from stratgraph.validation.rules import TRANSITION_SETS, load_shapes, superclasses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stratgraph.validation.engines import Result
    from stratgraph.validation.rules import ShapesGraph

TRUE: Final = Literal(True)

_ELEMENT_FACTS: Final[Mapping[str, str]] = {RDF.TYPE: SG.TYPE_BEFORE, SG.OF_UNIT: SG.UNIT_BEFORE}
_PLAN_FACTS: Final[Mapping[str, str]] = {
    DCTERMS.PUBLISHER: SG.PUBLISHER_BEFORE,
    SG.START_YEAR: SG.START_YEAR_BEFORE,
    SG.END_YEAR: SG.END_YEAR_BEFORE,
}
_TRANSLATED_FACTS: Final[Mapping[str, str]] = {SG.TEXT: SG.TEXT_BEFORE, DCTERMS.TITLE: SG.TITLE_BEFORE}
_BEFORE: Final = frozenset(
    {
        SG.LABEL_BEFORE,
        *_TRANSLATED_FACTS.values(),
        SG.WITHDRAWN_BEFORE,
        *_ELEMENT_FACTS.values(),
        *_PLAN_FACTS.values(),
    },
)


def transition_results(
    new: Iterable[Triple], old: Iterable[Triple], shapes: ShapesGraph | None = None, *, engine: str = ENGINES[0]
) -> frozenset[Result]:
    """What the rules between two versions find.

    An element that vanished is the focus of a result and stands in the former version only; its last label is the
    result's value.

    Args:
        new: asserted triples of the revision, tombstones included, without blank nodes.
        old: asserted triples of the version before, tombstones included, without blank nodes.
        shapes: the rules, perhaps with severities of a house; as they stand without.
        engine: one of ``ENGINES``.

    Raises:
        UsageError: there is no such engine.
    """
    own = (triple for triple in new if triple.predicate.value not in _BEFORE)
    return validate([*own, *facts_before(old)], shapes or load_shapes(TRANSITION_SETS), engine=engine)


def facts_before(old: Iterable[Triple]) -> tuple[Triple, ...]:
    """What the rules need to know of the former version, in the properties that say so.

    Args:
        old: its asserted triples; their order plays no part.

    Raises:
        UsageError: there is a blank node in them.
    """
    graph = Graph.ground(old)
    plan_element = NamedNode(SG.PLAN_ELEMENT)
    elements = (SG.PLAN_ELEMENT, *(text_of(t.subject) for t in superclasses() if t.object == plan_element))
    facts: list[Triple] = []
    for iri in graph.subjects():
        if graph.has(iri, OWL.DEPRECATED, TRUE):
            facts += [Triple(NamedNode(iri), NamedNode(SG.WITHDRAWN_BEFORE), TRUE), _label(iri, graph)]
        elif graph.is_a(iri, *elements):
            facts += [*_copies(iri, graph, _ELEMENT_FACTS), *_translated(iri, graph), _label(iri, graph)]
        elif graph.is_a(iri, SG.STRATEGIC_PLAN):
            facts += [*_copies(iri, graph, _PLAN_FACTS), *_translated(iri, graph)]
    return tuple(facts)


def _copies(iri: str, graph: Graph, properties: Mapping[str, str]) -> Iterator[Triple]:
    for property_, before in properties.items():
        for value in graph.values(iri, property_):
            yield Triple(NamedNode(iri), NamedNode(before), value)


def _translated(iri: str, graph: Graph) -> Iterator[Triple]:
    """Its text and its title in each language; of what has them in one language nothing has to be known."""
    for name, before in _TRANSLATED_FACTS.items():
        if len({one.language for one in graph.literals(iri, name)}) > 1:
            yield from _copies(iri, graph, {name: before})


def _label(iri: str, graph: Graph) -> Triple:
    """Exactly one: what it is called, or else the end of its IRI."""
    labels = (label for name in LABELS for label in graph.literals(iri, name, graph.languages_of(iri)))
    return Triple(NamedNode(iri), NamedNode(SG.LABEL_BEFORE), next(labels, Literal(iri.rpartition("/")[2])))
