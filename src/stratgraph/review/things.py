"""A plan, thing by thing: what is said of each, below what it stands, and what people call it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.document import OWNING, VALUES
from stratgraph.document import label as short_label
from stratgraph.graph import LABELS, ontology
from stratgraph.statements import Places
from stratgraph.terms import DCTERMS, ORG, OWL, RDF, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Callable

    from stratgraph.errors import Location
    from stratgraph.statements import StatedPlan

Term = NamedNode | Literal

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


class Things:
    """The things that a plan describes, each with what is said of it.

    Args:
        plan: the plan.
    """

    def __init__(self, plan: StatedPlan) -> None:
        self.plan = plan
        self.graph = plan.graph
        self._places = Places(plan)
        self._above: dict[str, frozenset[tuple[str, str]]] = {}
        self._heads: dict[str, str] = {}
        self._units: dict[str, str] = {}
        self.iris = frozenset(iri for iri in self.graph if self._is_described(iri))
        """The things that it describes; what it only says to be withdrawn, or names the type of, is none."""

    def _is_described(self, iri: str) -> bool:
        properties = self.graph.predicates(iri)
        return properties != (RDF.TYPE,) and (OWL.DEPRECATED not in properties or RDF.TYPE in properties)

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

    def wording(self, iri: str) -> str:
        """Its text, or a term's definition; of a value its number and unit, then its words. Empty where it has none."""
        return "; ".join(filter(None, (self.graph.figure(iri), self.graph.text(iri, SG.TEXT, SKOS.DEFINITION))))

    def shown(self, term: Term) -> str:
        """A value as people read it: a label where it is a reference."""
        if isinstance(term, Literal):
            return term.value
        return self.label(term.value) if term in self.graph else ontology().label(term) or term.value

    def part(self, iri: str) -> str:
        """Label of the part of the text that states it or one of its wordings; of a part its own; else empty."""
        if is_part(self.type(iri)):
            return self.label(iri)
        parts = (self.graph.iri(stated, SG.STATED_IN) for stated in (iri, *self.graph.iris(iri, SG.HAS_MENTION)))
        return next((self.label(part) for part in parts if part), "")

    def where(self, iri: str, predicate: str = "", value: Term | None = None) -> Location | None:
        """Where a fact stands; the thing itself where it is none of the plan's, or rests on the source as a whole."""
        wanted = [(predicate, value)] if value is not None else []
        wanted += [(name, term) for name in (SG.TEXT, *LABELS, RDF.TYPE) for term in self.graph.values(iri, name)]
        for name, term in wanted:
            if found := self._places.of_triple(Triple(NamedNode(iri), NamedNode(name), term)):
                return found
        return None


def is_part(kind: str) -> bool:
    """Whether a class is one of parts of the text."""
    return kind in {SG.SECTION, SG.PARAGRAPH, SG.TABLE, SG.FOOTNOTE, SG.DOCUMENT_PART}


def kind_label(iri: str) -> str:
    """The label of a class as a heading has it, ``Output``; empty for none."""
    label = term_label(iri)
    return label[:1].upper() + label[1:]


def term_label(iri: str) -> str:
    """The label of a class or property, ``supports objective``; of a foreign one, the words of its name."""
    name = re.split(r"[#/:]", iri)[-1]
    return ontology().label(iri) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
