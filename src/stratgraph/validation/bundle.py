"""Shapes that stand alone: for SHACL tools that know nothing of our ontology.

SHACL takes the instances of a class and of those below it by ``rdfs:subClassOf`` triples that it finds in the data
(SHACL, section 2.1.3.2), and a plan has none. So here each class is written out as the classes below it, in targets,
in ``sh:class`` and in queries.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from stratgraph.graph import Graph
from stratgraph.terms import ORG_NS, RDF, RDFS, SG_NS, SH, SH_NS, SHAPES, SKOS_NS
from stratgraph.validation.rules import superclasses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stratgraph.graph import Term
    from stratgraph.validation.rules import ShapesGraph

_KIND: Final = re.compile(r"\?(?P<kind>\w+) rdfs:subClassOf (?P<prefix>sg|org|skos):(?P<name>\w+) \.")
_NAMESPACES: Final = {"sg": SG_NS, "org": ORG_NS, "skos": SKOS_NS}
_CLASS: Final = f"{SH_NS}class"
_OR: Final = f"{SH_NS}or"
_IN: Final = f"{SH_NS}in"
_HAS_VALUE: Final = f"{SH_NS}hasValue"
_REST: Final = NamedNode(f"{RDF.FIRST.removesuffix('first')}rest")
_NIL: Final = NamedNode(f"{RDF.FIRST.removesuffix('first')}nil")


def stand_alone(shapes: ShapesGraph) -> tuple[Triple, ...]:
    """The triples of these shapes, which need nothing but the data.

    Args:
        shapes: of one or more sets.
    """
    return tuple(_Bundle(shapes).triples())


def _classes_below() -> Mapping[str, tuple[str, ...]]:
    """Of each class that has some the classes below it, at whatever distance, sorted."""
    above: dict[str, set[str]] = defaultdict(set)
    for triple in superclasses():
        above[triple.subject.value].add(triple.object.value)  # type: ignore[union-attr]  # both are named
    below: dict[str, set[str]] = defaultdict(set)
    for name in list(above):
        waiting, seen = [name], set()
        while waiting:
            for one in above.get(waiting.pop(), ()):
                if one not in seen:
                    seen.add(one)
                    waiting.append(one)
                    below[one].add(name)
    return {name: tuple(sorted(found)) for name, found in below.items()}


class _Bundle:
    def __init__(self, shapes: ShapesGraph) -> None:
        self.given = shapes.triples
        self.graph = Graph(shapes.triples)
        self.below = _classes_below()
        self.numbers = count(1)

    def triples(self) -> Iterator[Triple]:
        for triple in self.given:
            if triple.subject == NamedNode(SHAPES) and triple.predicate.value == RDFS.COMMENT:
                continue  # it says what they need, which these do not
            yield from self.written_out(triple)

    def written_out(self, triple: Triple) -> Iterator[Triple]:
        predicate, value = triple.predicate.value, triple.object
        below = self.below.get(value.value, ()) if isinstance(value, NamedNode) else ()
        if predicate == SH.TARGET_CLASS:
            yield triple
            yield from (Triple(triple.subject, triple.predicate, NamedNode(one)) for one in below)
        elif predicate == _CLASS and below:
            head, cells = self.listed([self.shape_of(one) for one in (value.value, *below)])  # type: ignore[union-attr]
            yield Triple(triple.subject, NamedNode(_OR), head)
            yield from cells
        elif predicate == SH.SELECT and isinstance(value, Literal):
            yield Triple(triple.subject, triple.predicate, Literal(_KIND.sub(self.values, value.value)))
        elif predicate == SH.PATH and self.is_type_path(value):
            yield Triple(triple.subject, triple.predicate, NamedNode(RDF.TYPE))
        elif predicate == _HAS_VALUE and self.is_below(triple.subject):
            head, cells = self.listed([(NamedNode(one), ()) for one in below])
            yield Triple(triple.subject, NamedNode(_IN), head)
            yield from cells
        elif not (predicate == SH.PATH and self.is_below(triple.subject)):
            yield triple

    def values(self, match: re.Match[str]) -> str:
        """The classes below one, in place of the pattern that looks for them; SHACL has no VALUES (section 5.2.1)."""
        names = self.below.get(f"{_NAMESPACES[match['prefix']]}{match['name']}", ())
        return f"FILTER (?{match['kind']} IN ({', '.join(f'<{name}>' for name in names)}))"

    def is_below(self, shape: Term) -> bool:
        """Whether a shape asks what class a class is below."""
        return self.graph.value(shape, SH.PATH) == NamedNode(RDFS.SUB_CLASS_OF)

    def is_type_path(self, path: Term) -> bool:
        """Whether a path leads to all classes of a thing, those above its own included."""
        steps = list(self.graph.members(path))
        return len(steps) > 1 and steps[0] == NamedNode(RDF.TYPE)

    def shape_of(self, name: str) -> tuple[BlankNode, tuple[Triple, ...]]:
        node = BlankNode(f"class{next(self.numbers)}")
        return node, (Triple(node, NamedNode(_CLASS), NamedNode(name)),)

    def listed(
        self, members: list[tuple[NamedNode | BlankNode, tuple[Triple, ...]]]
    ) -> tuple[BlankNode | NamedNode, list[Triple]]:
        """The head of a list of some nodes, and the triples of list and nodes."""
        cells = [BlankNode(f"cell{next(self.numbers)}") for _ in members]
        rests: list[BlankNode | NamedNode] = [*cells[1:], _NIL]
        found = [triple for _, triples in members for triple in triples]
        for cell, (node, _), rest in zip(cells, members, rests, strict=True):
            found += [Triple(cell, NamedNode(RDF.FIRST), node), Triple(cell, _REST, rest)]
        return (cells[0] if cells else _NIL), found
