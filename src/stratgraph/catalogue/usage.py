"""Classes and properties as the current view uses them, and what rules say of them: what an editor offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stratgraph.asking import text_rows
from stratgraph.graph import Graph
from stratgraph.identifiers import whole_number
from stratgraph.terms import RDF, RDFS, SH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

    from stratgraph.store import Reading


@dataclass(frozen=True, slots=True)
class Rule:
    """What a shape says of how often things of a class have a property.

    Args:
        least: how often at least.
        most: how often at most; None where it sets no bound.
        label: the rule, in words.
    """

    least: int
    most: int | None
    label: str


@dataclass(frozen=True, slots=True)
class UsedProperty:
    """A property of the things of a class.

    Args:
        iri: of the property.
        entities: how many of them have it.
        rules: that speak of it.
    """

    iri: str
    entities: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class UsedClass:
    """A class, how many things are of it, and the properties that they have, the most frequent first."""

    iri: str
    entities: int
    properties: tuple[UsedProperty, ...]


def used_classes(reading: Reading, shapes: Iterable[Triple]) -> tuple[UsedClass, ...]:
    """The classes of the current view, by their IRIs.

    Args:
        reading: to ask.
        shapes: the rules that hold.

    Raises:
        StoreError, LimitError, RemoteError: as with ``Store.answer``.
    """
    rules = _rules(Graph(shapes))
    found: dict[str, dict[str, int]] = {}
    for row in text_rows(reading, "catalogue-usage"):
        found.setdefault(row["class"], {})[row["property"]] = int(row["entities"])
    return tuple(
        UsedClass(
            name,
            counts[RDF.TYPE],
            tuple(
                UsedProperty(one, count, rules.get((name, one), ()))
                for one, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
                if one != RDF.TYPE
            ),
        )
        for name, counts in found.items()
    )


def _rules(shapes: Graph) -> dict[tuple[str, str], tuple[Rule, ...]]:
    """What shapes with one property say of it, by the class that they are for (SHACL, sections 2.1.3.1 and 4.2)."""
    found: dict[tuple[str, str], tuple[Rule, ...]] = {}
    for shape in shapes.subjects(SH.PATH):
        path = shapes.iri(shape, SH.PATH)
        least, most = (whole_number(shapes.text(shape, name)) for name in (SH.MIN_COUNT, SH.MAX_COUNT))
        if path and (least or most is not None):
            rule = Rule(least or 0, most, shapes.text(shape, RDFS.LABEL))
            for target in shapes.iris(shape, SH.TARGET_CLASS):
                found[target, path] = (*found.get((target, path), ()), rule)
    return found
