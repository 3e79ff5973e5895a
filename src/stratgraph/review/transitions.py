"""What the rules between two versions find (``shapes/transition.ttl``).

A shape looks at one graph. So the former version's facts that the rules need stand beside the new version's triples, in
properties of their own (``sg:typeBefore`` …); this graph is made for one validation and is never kept.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.identifiers import natural_key
from stratgraph.terms import DCTERMS, OWL, RDF, RDFS, SG
from stratgraph.validation.engines import ENGINES, validate
from stratgraph.validation.rules import TRANSITION_SETS, load_shapes, superclasses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stratgraph.validation.engines import Result

    Facts = Mapping[str, list[object]]

TRUE: Final = Literal(True)

_ELEMENT_FACTS: Final[Mapping[str, str]] = {RDF.TYPE: SG.TYPE_BEFORE, SG.OF_UNIT: SG.UNIT_BEFORE}
_PLAN_FACTS: Final[Mapping[str, str]] = {
    DCTERMS.PUBLISHER: SG.PUBLISHER_BEFORE,
    SG.START_YEAR: SG.START_YEAR_BEFORE,
    SG.END_YEAR: SG.END_YEAR_BEFORE,
}
_BEFORE: Final = frozenset(
    {SG.LABEL_BEFORE, SG.WITHDRAWN_BEFORE, *_ELEMENT_FACTS.values(), *_PLAN_FACTS.values()},
)


def transition_results(new: Iterable[Triple], old: Iterable[Triple], *, engine: str = ENGINES[0]) -> frozenset[Result]:
    """What the rules between two versions find.

    An element that vanished is the focus of a result and stands in the former version only; its last label is the
    result's value.

    Args:
        new: asserted triples of the revision, tombstones included, without blank nodes.
        old: those of the version before, likewise.
        engine: one of ``ENGINES``.

    Raises:
        UsageError: there is no such engine.
    """
    own = (triple for triple in new if triple.predicate.value not in _BEFORE)
    return validate([*own, *facts_before(old)], load_shapes(TRANSITION_SETS), engine=engine)


def facts_before(old: Iterable[Triple]) -> tuple[Triple, ...]:
    """What the rules need to know of the former version, in the properties that say so.

    Args:
        old: its asserted triples; their order plays no part.
    """
    described: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for triple in old:
        described[triple.subject][triple.predicate.value].append(triple.object)
    elements = {triple.subject for triple in superclasses() if triple.object == NamedNode(SG.PLAN_ELEMENT)} | {
        NamedNode(SG.PLAN_ELEMENT)
    }
    facts: list[Triple] = []
    for node, said in described.items():
        assert isinstance(node, NamedNode)  # noqa: S101 - asserted triples have no blank nodes
        if TRUE in said.get(OWL.DEPRECATED, ()):
            facts += [Triple(node, NamedNode(SG.WITHDRAWN_BEFORE), TRUE), _label(node, said)]
        elif elements & set(said.get(RDF.TYPE, ())):
            facts += [*_copies(node, said, _ELEMENT_FACTS), _label(node, said)]
        elif NamedNode(SG.STRATEGIC_PLAN) in said.get(RDF.TYPE, ()):
            facts += _copies(node, said, _PLAN_FACTS)
    return tuple(facts)


def _copies(node: NamedNode, said: Facts, properties: Mapping[str, str]) -> Iterator[Triple]:
    for property_, before in properties.items():
        for value in said.get(property_, ()):
            yield Triple(node, NamedNode(before), value)  # type: ignore[arg-type]


def _label(node: NamedNode, said: Facts) -> Triple:
    """Exactly one: the first of its labels, else of its texts, else the end of its IRI."""
    for property_ in (RDFS.LABEL, SG.TEXT):
        words = [value for value in said.get(property_, ()) if isinstance(value, Literal)]
        if words:
            first = min(words, key=lambda word: (word.language or "", natural_key(word.value)))
            return Triple(node, NamedNode(SG.LABEL_BEFORE), first)
    return Triple(node, NamedNode(SG.LABEL_BEFORE), Literal(node.value.rpartition("/")[2]))
