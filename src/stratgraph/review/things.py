"""A plan, thing by thing: what is said of each, and where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.graph import LABELS, ontology
from stratgraph.review.hierarchy import Hierarchy
from stratgraph.statements import Places
from stratgraph.terms import OWL, RDF, SG, SKOS

if TYPE_CHECKING:
    from stratgraph.errors import Location
    from stratgraph.statements import StatedPlan

Term = NamedNode | Literal


class Things(Hierarchy):
    """The things that a plan describes, each with what is said of it.

    Args:
        plan: the plan.
    """

    def __init__(self, plan: StatedPlan) -> None:
        super().__init__(plan.graph)
        self.plan = plan
        self._places = Places(plan)
        self.iris = frozenset(iri for iri in self.graph if self._is_described(iri))
        """The things that it describes; what it only says to be withdrawn, or names the type of, is none."""

    def _is_described(self, iri: str) -> bool:
        properties = self.graph.predicates(iri)
        return properties != (RDF.TYPE,) and (OWL.DEPRECATED not in properties or RDF.TYPE in properties)

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
