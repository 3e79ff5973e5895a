"""What our ontology says that a query can go against: terms, domains, ranges, inverses, disjoint classes."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.graph import ontology
from stratgraph.terms import OWL, OWL_NS, RDFS, SG_NS, SKOS

if TYPE_CHECKING:
    from stratgraph.graph import Graph

_ALL_DISJOINT: Final = f"{OWL_NS}AllDisjointClasses"
_MEMBERS: Final = f"{OWL_NS}members"
_THING: Final = f"{OWL_NS}Thing"


class Vocabulary:
    """The ontology, asked about terms by their IRIs.

    Args:
        graph: its triples.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.classes = frozenset(graph.of_type(OWL.CLASS))
        kinds = (OWL.OBJECT_PROPERTY, OWL.DATATYPE_PROPERTY, OWL.ANNOTATION_PROPERTY)
        self.properties = frozenset(graph.of_type(*kinds))
        self.object_properties = frozenset(graph.of_type(OWL.OBJECT_PROPERTY))
        # Of its own terms alone: what queries name is not kept.
        self._above: dict[str, frozenset[str]] = {}
        self._pairs: dict[tuple[str, str], bool] = {}

    def called(self, terms: frozenset[str]) -> dict[str, str]:
        """Some of its terms by what people call them: by label, else by another label, each as :func:`plain` has it."""
        graph, found = self._graph, dict[str, str]()
        for said in (RDFS.LABEL, SKOS.ALT_LABEL):
            for term in sorted(terms):
                for text in graph.texts(term, said):
                    found.setdefault(plain(text), term)
        return found

    def is_ours(self, iri: str) -> bool:
        """Whether it would be a term of our ontology."""
        return iri.startswith(SG_NS)

    def domain(self, iri: str) -> frozenset[str]:
        """The classes of which one is that of each subject of a property; empty where nothing is said."""
        return self._classes(iri, RDFS.DOMAIN)

    def range(self, iri: str) -> frozenset[str]:
        """The classes of which one is that of each value of an object property; empty where nothing is said."""
        return self._classes(iri, RDFS.RANGE) if iri in self.object_properties else frozenset()

    def inverse(self, iri: str) -> str:
        """The property that leads back; empty where there is none."""
        stated = self._graph.iri(iri, OWL.INVERSE_OF)
        return stated or next(iter(self._graph.subjects(OWL.INVERSE_OF, NamedNode(iri))), "")

    def leading(self, subjects: frozenset[str], values: frozenset[str]) -> tuple[str, ...]:
        """The properties that lead from things of some classes to things of others, the nearest first."""
        found = (one for one in self.object_properties if self.domain(one) & subjects and self.range(one) & values)
        return tuple(sorted(found))

    def excludes(self, one: frozenset[str], other: frozenset[str]) -> bool:
        """Whether nothing can be of one of some classes and of one of others; False where one of them is empty."""
        pairs = [(a, b) for a in one for b in other]
        if not self.classes.issuperset((*one, *other)):
            return False
        return bool(pairs) and all(self._are_disjoint(a, b) for a, b in pairs)

    def _are_disjoint(self, one: str, other: str) -> bool:
        if (one, other) not in self._pairs:
            above_one, above_other = self._closure(one), self._closure(other)
            self._pairs[one, other] = any(
                a != b and a in members and b in members
                for members in self._disjoint
                for a in above_one
                for b in above_other
            )
        return self._pairs[one, other]

    @cached_property
    def _disjoint(self) -> tuple[frozenset[str], ...]:
        graph = self._graph
        heads = [graph.value(one, _MEMBERS) for one in graph.of_type(_ALL_DISJOINT)]
        return tuple(
            frozenset(m.value for m in graph.members(head) if isinstance(m, NamedNode))
            for head in heads
            if head is not None
        )

    def _closure(self, iri: str) -> frozenset[str]:
        """A class and all above it."""
        if iri not in self._above:
            found, fresh = {iri}, [iri]
            while fresh:
                more = set(self._graph.iris(fresh.pop(), RDFS.SUB_CLASS_OF)) - found
                found |= more
                fresh += more
            self._above[iri] = frozenset(found)
        return self._above[iri]

    def _classes(self, iri: str, predicate: str) -> frozenset[str]:
        found = set[str]()
        for value in self._graph.objects(iri, predicate):
            if isinstance(value, NamedNode):
                found.add(value.value)
            elif head := self._graph.value(value, OWL.UNION_OF):
                found |= {m.value for m in self._graph.members(head) if isinstance(m, NamedNode)}
        return frozenset() if _THING in found else frozenset(found)


def plain(name: str) -> str:
    """A name without what it is written with: ``has KPI``, ``hasKPI`` and ``has-kpi`` are one."""
    return "".join(filter(str.isalnum, name)).casefold()


@cache
def vocabulary() -> Vocabulary:
    """That of our ontology, read once."""
    return Vocabulary(ontology())
