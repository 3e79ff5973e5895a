"""A plan, thing by thing: what is said of each, below what it stands, and what people call it."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from textwrap import shorten
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from stratgraph.assets import read_asset
from stratgraph.statements import Places
from stratgraph.terms import DCTERMS, ORG, OWL, RDF, RDFS, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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

DOWNWARD: Final = (SG.HAS_STATEMENT, SG.HAS_MENTION, SG.HAS_BASELINE, SG.HAS_TARGET)
"""Properties from a thing to one that stands below it."""

_NAMES: Final = (RDFS.LABEL, SKOS.PREF_LABEL, DCTERMS.TITLE, SG.TEXT)
_LABEL_LENGTH: Final = 100
_HEADS: Final = frozenset({SG.OBJECTIVE, SG.GOAL})
_UNITS: Final = frozenset({SG.SECTOR, ORG.FORMAL_ORGANIZATION, ORG.ORGANIZATIONAL_UNIT, ORG.ORGANIZATION})
_NO_FACTS: Final[Mapping[str, frozenset[Term]]] = {}


class Things:
    """The things that a plan describes, each with what is said of it.

    Args:
        plan: the plan.
    """

    def __init__(self, plan: StatedPlan) -> None:
        self.plan = plan
        self._places = Places(plan)
        self._facts: dict[str, dict[str, set[Term]]] = defaultdict(lambda: defaultdict(set))
        self._above: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._heads: dict[str, str] = {}
        self._units: dict[str, str] = {}
        for triple in plan.statements:
            subject, predicate, value = triple.subject, triple.predicate.value, triple.object
            # Statements have no blank nodes.
            assert isinstance(subject, NamedNode)  # noqa: S101
            assert isinstance(value, NamedNode | Literal)  # noqa: S101
            self._facts[subject.value][predicate].add(value)
            if isinstance(value, Literal):
                continue  # where a thing belongs, a text leads to none; the shapes say so
            if predicate in UPWARD:
                self._above[subject.value].add((predicate, value.value))
            elif predicate in DOWNWARD:
                self._above[value.value].add((predicate, subject.value))
        self.iris = frozenset(
            i for i, facts in self._facts.items() if set(facts) != {RDF.TYPE} and not _withdrawn(facts)
        )
        """The things that it describes; what it only says to be withdrawn, or names the type of, is none."""

    def facts(self, iri: str) -> Mapping[str, frozenset[Term] | set[Term]]:
        """What is said of a thing, by property; nothing of one that is not described."""
        return self._facts.get(iri, _NO_FACTS)

    def values(self, iri: str, predicate: str) -> frozenset[Term] | set[Term]:
        """The values of one property."""
        return self.facts(iri).get(predicate, frozenset())

    def value(self, iri: str, predicate: str) -> str:
        """One value of a property: the one in the plan's language, or the first; empty where there is none."""
        found = self.values(iri, predicate)
        own = [term.value for term in found if isinstance(term, Literal) and term.language == self.plan.language]
        return min(own or (term.value for term in found), default="")

    def references(self, iri: str, predicate: str) -> tuple[str, ...]:
        """The IRIs that a property leads to, sorted; a text in the place of one is none."""
        return tuple(sorted(term.value for term in self.values(iri, predicate) if isinstance(term, NamedNode)))

    def reference(self, iri: str, predicate: str) -> str:
        """The first IRI that a property leads to; empty where there is none."""
        return next(iter(self.references(iri, predicate)), "")

    def type(self, iri: str) -> str:
        """IRI of its class, or empty."""
        return self.reference(iri, RDF.TYPE)

    def above(self, iri: str) -> frozenset[tuple[str, str]]:
        """The things below which it stands, each with the property that says so."""
        return frozenset(self._above.get(iri, ()))

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
        unit = iri if self.type(iri) in _UNITS else self.reference(iri, SG.OF_UNIT)
        return self.value(unit, SG.NOTATION) or self.label(unit) if unit else ""

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
        """What people call it; its IRI where nothing is said of it."""
        named = next((name for predicate in _NAMES if (name := self.value(iri, predicate))), iri)
        return shorten(named, _LABEL_LENGTH, placeholder=" …") if " " in named else named

    def shown(self, term: Term) -> str:
        """A value as people read it: a label where it is a reference."""
        if isinstance(term, Literal):
            return term.value
        return self.label(term.value) if self.facts(term.value) else _own_labels().get(term.value, term.value)

    def part(self, iri: str) -> str:
        """Label of the part of the text that states it or one of its wordings; of a part its own; else empty."""
        if is_part(self.type(iri)):
            return self.label(iri)
        mentions = self.references(iri, SG.HAS_MENTION)
        parts = (self.reference(stated, SG.STATED_IN) for stated in (iri, *mentions))
        return next((self.label(part) for part in parts if part), "")

    def where(self, iri: str, predicate: str = "", value: Term | None = None) -> Location | None:
        """Where a fact stands; the thing itself where it is none of the plan's, or rests on the source as a whole."""
        wanted = [(predicate, value)] if value is not None else []
        wanted += [
            (name, term) for name in (SG.TEXT, *_NAMES, RDF.TYPE) for term in sorted_terms(self.values(iri, name))
        ]
        for name, term in wanted:
            if found := self._places.of_triple(Triple(NamedNode(iri), NamedNode(name), term)):
                return found
        return None


def sorted_terms(terms: Iterable[Term]) -> list[Term]:
    """In an order of their own."""
    return sorted(terms, key=str)


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
    return _own_labels().get(iri) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _withdrawn(facts: Mapping[str, set[Term]]) -> bool:
    return OWL.DEPRECATED in facts and RDF.TYPE not in facts


@cache
def _own_labels() -> Mapping[str, str]:
    content = read_asset("ontology", "stratgraph.ttl")
    return {
        quad.subject.value: quad.object.value
        for quad in parse(content, format=RdfFormat.TURTLE)
        if quad.predicate.value == RDFS.LABEL
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, Literal)
    }
