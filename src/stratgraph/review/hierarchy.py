"""Below what each thing of a plan stands, its unit, and what people call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stratgraph.document import OWNING, VALUES
from stratgraph.document import label as short_label
from stratgraph.terms import DCTERMS, ORG, RDF, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Callable

    from stratgraph.graph import Graph

UPWARD: Final = (
    SG.PART_OF,
    SG.EXPECTED_FOR,
    SG.SUPPORTS_OBJECTIVE,
    SG.INDICATOR_OF,
    DCTERMS.IS_PART_OF,
    ORG.UNIT_OF,
    SKOS.IN_SCHEME,
)
"""Properties from a thing to the one below which it stands."""

DOWNWARD: Final = (SG.HAS_STATEMENT, *OWNING)
"""Properties from a thing to one that stands below it."""

_HEADS: Final = frozenset({SG.OBJECTIVE, SG.GOAL})
_UNITS: Final = frozenset({SG.SECTOR, ORG.FORMAL_ORGANIZATION, ORG.ORGANIZATIONAL_UNIT, ORG.ORGANIZATION})


class Hierarchy:
    """The things of a graph, each with those above it.

    Args:
        graph: what a plan states.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._above: dict[str, frozenset[tuple[str, str]]] = {}
        self._heads: dict[str, str] = {}
        self._units: dict[str, str] = {}

    def type(self, iri: str) -> str:
        """IRI of its class, or empty."""
        return self.graph.iri(iri, RDF.TYPE)

    def above(self, iri: str) -> frozenset[tuple[str, str]]:
        """The things below which it stands, each with the property that says so."""
        if iri not in self._above:
            graph = self.graph
            up = ((name, parent) for name in UPWARD for parent in graph.iris(iri, name))
            down = ((name, parent) for name in DOWNWARD for parent in graph.subjects(name, iri))
            self._above[iri] = frozenset((*up, *down))
        return self._above[iri]

    def chain(self, iri: str) -> tuple[str, ...]:
        """The thing and those above it, from below; where there are several, the first of them."""
        found: dict[str, None] = {}
        while iri and iri not in found:
            found[iri] = None
            iri = min((parent for _, parent in self.above(iri)), default="")
        return tuple(found)

    def head(self, iri: str) -> str:
        """IRI of the objective or goal that it is or stands below, or empty."""
        return self._from_above(iri, self._heads, lambda above: above if self.type(above) in _HEADS else "")

    def unit(self, iri: str) -> str:
        """Notation or name of its unit, of a unit its own; empty where it has none."""
        return self._from_above(iri, self._units, self._own_unit)

    def _own_unit(self, iri: str) -> str:
        unit = iri if self.type(iri) in _UNITS else self.graph.iri(iri, SG.OF_UNIT)
        return self.graph.text(unit, SG.NOTATION) or self.label(unit) if unit else ""

    def _from_above(self, iri: str, known: dict[str, str], own: Callable[[str], str]) -> str:
        """What the nearest of a thing and those above it has of its own; found once for each of them."""
        way: dict[str, None] = {}
        found = ""
        while iri and iri not in way and not (found := known.get(iri, "") or own(iri)):
            way[iri] = None
            if iri in known:
                break
            iri = min((parent for _, parent in self.above(iri)), default="")
        known.update(dict.fromkeys([*way, iri] if found else way, found))
        return found

    def label(self, iri: str) -> str:
        """What people call it; its IRI where nothing is said of it. A value is called by what it is of and when."""
        if above := self._measured(iri):
            graph = self.graph
            days = "–".join(graph.texts(iri, SG.START_DATE, SG.END_DATE))
            return ", ".join(filter(None, (self.label(above), days, *graph.texts(iri, SG.BREAKDOWN))))
        named = self.graph.label(iri) or iri
        return short_label(named) if " " in named else named

    def _measured(self, iri: str) -> str:
        """IRI of what a value is of; empty for anything else."""
        if not self.graph.is_a(iri, *VALUES):
            return ""
        return min((parent for _, parent in self.above(iri)), default="")
