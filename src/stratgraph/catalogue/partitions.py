"""The current view by class, property and what values are, in VoID: what tools complete and write queries from.

Counting looks at every triple, so a snapshot keeps the figures that it was published with
(:mod:`stratgraph.catalogue.self_description`). A thing counts in each of its classes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from stratgraph.asking import text_rows
from stratgraph.graph import said
from stratgraph.terms import RDF, SELF_DESCRIPTION, VOID, VOID_DESCRIPTION, VOID_EXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Triple

    from stratgraph.store import Reading, View

CURRENT: Final = f"{VOID_DESCRIPTION}#current-view"
_PARTS: Final = f"{SELF_DESCRIPTION}/class"


@dataclass(slots=True)
class _Property:
    """How many triples of a property the things of a class have, in all and by what their values are."""

    triples: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    datatypes: Counter[str] = field(default_factory=Counter)


class _Tally:
    """The figures as they are counted: things by class, and what is said of these by class and property."""

    def __init__(self) -> None:
        self.entities: Counter[str] = Counter()
        self.properties: defaultdict[str, defaultdict[str, _Property]] = defaultdict(lambda: defaultdict(_Property))

    def said(self) -> Iterator[Triple]:
        """In VoID, without blank nodes; parts are numbered in the order of what they are parts by."""
        yield from said(CURRENT, (RDF.TYPE, VOID.DATASET))
        for number, (name, count) in enumerate(sorted(self.entities.items()), 1):
            part = f"{_PARTS}/{number}"
            yield from said(CURRENT, (VOID.CLASS_PARTITION, part))
            yield from said(part, (VOID.CLASS, name), (VOID.ENTITIES, count))
            for position, (one, of) in enumerate(sorted(self.properties[name].items()), 1):
                yield from _property(part, f"{part}/property/{position}", one, of)


def partitions_of(view: View) -> Iterator[Triple]:
    """The classes of a view, the properties of their things, and the classes and datatypes of the values.

    An IRI of which the view says no class, a concept of elsewhere say, is counted with its property alone.
    """
    of: defaultdict[object, tuple[str, ...]] = defaultdict(tuple)
    tally = _Tally()
    for quad in view(NamedNode(RDF.TYPE)):
        if isinstance(quad.object, NamedNode):
            of[quad.subject] += (quad.object.value,)
            tally.entities[quad.object.value] += 1
    # Things of the same classes are counted together: there are some fifty such kinds.
    counts: Counter[tuple[tuple[str, ...], NamedNode, NamedNode | tuple[str, ...]]] = Counter()
    for quad in view(None):
        value = quad.object
        if classes := of.get(quad.subject):
            counts[classes, quad.predicate, value.datatype if isinstance(value, Literal) else of.get(value, ())] += 1
    for (classes, predicate, kind), number in counts.items():
        for name in classes:
            one = tally.properties[name][predicate.value]
            one.triples += number
            if isinstance(kind, NamedNode):
                one.datatypes[kind.value] += number
            else:
                one.classes.update(dict.fromkeys(kind, number))
    yield from tally.said()


def count_partitions(reading: Reading) -> Iterator[Triple]:
    """The same of a store, which counts itself.

    Raises:
        StoreError, LimitError, RemoteError: as with ``Store.answer``.
    """
    tally = _Tally()
    for row in text_rows(reading, "void-entities"):
        tally.entities[row["class"]] = int(row["entities"])
    for row in text_rows(reading, "void-objects"):
        one, number = tally.properties[row["class"]][row["property"]], int(row["triples"])
        one.triples += number
        if row["datatype"]:
            one.datatypes[row["datatype"]] += number
    for row in text_rows(reading, "void-targets"):
        tally.properties[row["class"]][row["property"]].classes[row["target"]] += int(row["triples"])
    yield from tally.said()


def _property(part: str, iri: str, name: str, of: _Property) -> Iterator[Triple]:
    yield from said(part, (VOID.PROPERTY_PARTITION, iri))
    yield from said(iri, (VOID.PROPERTY, name), (VOID.TRIPLES, of.triples))
    for counts, kind, place, what in (
        (of.classes, VOID.CLASS_PARTITION, "class", VOID.CLASS),
        (of.datatypes, VOID_EXT.DATATYPE_PARTITION, "datatype", VOID_EXT.DATATYPE),
    ):
        for number, (target, count) in enumerate(sorted(counts.items()), 1):
            inner = f"{iri}/{place}/{number}"
            yield from said(iri, (kind, inner))
            yield from said(inner, (what, target), (VOID.TRIPLES, count))
