"""Shapes that stand alone: for SHACL tools that know nothing of our ontology.

SHACL takes the instances of a class and of those below it by ``rdfs:subClassOf`` triples that it finds in the data
(SHACL, section 2.1.3.2), and a plan has none. So here each class is written out as the classes below it, in targets,
in ``sh:class`` and in queries.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from stratgraph.graph import Graph, listed
from stratgraph.terms import ORG_NS, RDF, RDFS, SG_NS, SH, SH_NS, SHAPES, SKOS_NS
from stratgraph.validation.rules import superclasses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.graph import Term
    from stratgraph.validation.rules import ShapesGraph

_KIND: Final = re.compile(r"\?(?P<kind>\w+) rdfs:subClassOf (?P<prefix>sg|org|skos):(?P<name>\w+) \.")
_NAMESPACES: Final = {"sg": SG_NS, "org": ORG_NS, "skos": SKOS_NS}
_CLASS: Final = f"{SH_NS}class"
_OR: Final = f"{SH_NS}or"
_IN: Final = f"{SH_NS}in"
_HAS_VALUE: Final = f"{SH_NS}hasValue"


def stand_alone(shapes: ShapesGraph) -> tuple[Triple, ...]:
    """The triples of these shapes, which need nothing but the data.

    Args:
        shapes: of one or more sets.
    """
    return tuple(_Bundle(shapes).triples())


class _Bundle:
    def __init__(self, shapes: ShapesGraph) -> None:
        self.given = shapes.triples
        self.graph = Graph(shapes.triples)
        self.hierarchy = Graph(superclasses())
        self.numbers = count(1)

    def triples(self) -> Iterator[Triple]:
        for triple in self.given:
            if triple.subject == NamedNode(SHAPES) and triple.predicate.value == RDFS.COMMENT:
                continue  # it says what they need, which these do not
            yield from self.written_out(triple)

    def written_out(self, triple: Triple) -> Iterator[Triple]:
        predicate, value = triple.predicate.value, triple.object
        below = self.classes_below(value.value) if isinstance(value, NamedNode) else ()
        if predicate == SH.TARGET_CLASS:
            yield triple
            yield from (Triple(triple.subject, triple.predicate, NamedNode(one)) for one in below)
        elif predicate == _CLASS and below:
            shapes: dict[NamedNode | BlankNode, Term] = {self.node(): NamedNode(one) for one in below}
            shapes[self.node()] = value
            head, cells = listed([*shapes], self.node)
            yield Triple(triple.subject, NamedNode(_OR), head)
            yield from (Triple(node, triple.predicate, one) for node, one in shapes.items())
            yield from cells
        elif predicate == SH.SELECT and isinstance(value, Literal):
            yield Triple(triple.subject, triple.predicate, Literal(_KIND.sub(self.values, value.value)))
        elif predicate == SH.PATH and self.is_type_path(value):
            yield Triple(triple.subject, triple.predicate, NamedNode(RDF.TYPE))
        elif predicate == _HAS_VALUE and self.is_below(triple.subject):
            head, cells = listed([NamedNode(one) for one in below], self.node)
            yield Triple(triple.subject, NamedNode(_IN), head)
            yield from cells
        elif not (predicate == SH.PATH and self.is_below(triple.subject)):
            yield triple

    def values(self, match: re.Match[str]) -> str:
        """The classes below one, in place of the pattern that looks for them; SHACL has no VALUES (section 5.2.1)."""
        names = self.classes_below(f"{_NAMESPACES[match['prefix']]}{match['name']}")
        return f"FILTER (?{match['kind']} IN ({', '.join(f'<{name}>' for name in names)}))"

    def is_below(self, shape: Term) -> bool:
        """Whether a shape asks what class a class is below."""
        return self.graph.value(shape, SH.PATH) == NamedNode(RDFS.SUB_CLASS_OF)

    def is_type_path(self, path: Term) -> bool:
        """Whether a path leads to all classes of a thing, those above its own included."""
        steps = list(self.graph.members(path))
        return len(steps) > 1 and steps[0] == NamedNode(RDF.TYPE)

    def classes_below(self, name: str) -> tuple[str, ...]:
        """The classes below one, at whatever distance, sorted."""
        direct = self.hierarchy.subjects(RDFS.SUB_CLASS_OF, NamedNode(name))
        return tuple(sorted({*direct, *(one for below in direct for one in self.classes_below(below))}))

    def node(self) -> BlankNode:
        return BlankNode(f"node{next(self.numbers)}")
