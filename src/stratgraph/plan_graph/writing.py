"""From a plan document to its statements, and from statements to the quads of both graphs of a version."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from stratgraph.document import COUNTED, Derivation, Evidence, Span, segments
from stratgraph.graph import english, facts, said, words
from stratgraph.identifiers import (
    PlanIdentifiers,
    VersionIdentifiers,
    organisation_iri,
    published_name,
    software_iri,
    unit_iri,
)
from stratgraph.statements import StatedPlan
from stratgraph.terms import AUTHORS, DCTERMS, OA, ORG, POWDER, PROV, RDF, RDFS, SG, SHAPES_NS, SKOS, SSSOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.document import Element, Mention, Part, PlanDocument, Quote, Segment, Unit
    from stratgraph.graph import Fact


def plan_version(document: PlanDocument, number: int = 1) -> VersionIdentifiers:
    """The IRIs of the version ``number`` of the document's plan."""
    return PlanIdentifiers(document.organisation, document.plan).version(number)


def to_statements(document: PlanDocument, *, file: str) -> StatedPlan:
    """The statements of a plan document; its elements are named by their places, which are provisional.

    Args:
        document: the plan.
        file: the name of its source, for people.
    """
    writer = _Writer(document)
    writer.write_document()
    return StatedPlan(
        identifiers=writer.ids,
        language=document.language,
        statements={triple: record.evidence for triple, record in writer.records.items()},
        source=document.source,
        file=file,
        decisions=document.decisions,
        provisional=frozenset(writer.ids.place_iri(element.place) for element in document.elements),
    )


def to_quads(document: PlanDocument, *, version: int = 1, software: str) -> Iterator[Quad]:
    """Both graphs of one version of a plan document, as :func:`version_quads` gives them."""
    return version_quads(to_statements(document, file=""), version=version, software=software)


def version_quads(plan: StatedPlan, *, version: int, software: str) -> Iterator[Quad]:
    """Both graphs of one version of a plan, asserted triples first.

    Args:
        plan: what it states.
        version: its number, from 1.
        software: version of the program that read it.
    """
    iris = plan.identifiers.version(version)
    graph = NamedNode(iris.graph)
    for triple in plan.statements:
        yield Quad(triple.subject, triple.predicate, triple.object, graph)
    graph = NamedNode(iris.provenance)
    for triple in _Provenance(plan, iris, software).triples():
        yield Quad(triple.subject, triple.predicate, triple.object, graph)


_Object = NamedNode | Literal


_TOML: Final = "application/toml"
"""The media type of a description."""

ROW_COUNTED: Final = Derivation("row", "Counted from 1 in the table, header rows left out.")


@dataclass(slots=True)
class _Record:
    spans: set[Span] = field(default_factory=set)
    decisions: set[str] = field(default_factory=set)
    derivations: set[Derivation] = field(default_factory=set)

    @property
    def evidence(self) -> Evidence:
        return Evidence(tuple(sorted(self.spans)), tuple(sorted(self.decisions)), tuple(sorted(self.derivations)))


# --- document to statements -----------------------------------------------------------------------------------------


class _Writer:
    def __init__(self, document: PlanDocument) -> None:
        self.document = document
        self.ids = PlanIdentifiers(document.organisation, document.plan)
        self.units = {unit.slug: unit for unit in document.units}
        self.parts = {part.place: part for part in document.parts}
        self.records: dict[Triple, _Record] = defaultdict(_Record)

    def say(self, subject: str, predicate: str, value: _Object | None, *evidence: Evidence) -> None:
        """States something; nothing where there is no value."""
        if value is None:
            return
        record = self.records[Triple(NamedNode(subject), NamedNode(predicate), value)]
        for one in evidence:
            record.spans.update(one.spans)
            record.decisions.update(one.decisions)
            record.derivations.update(one.derivations)

    def quote(self, subject: str, predicate: str, quote: Quote | None) -> None:
        """States words in the document's language; nothing where there are none."""
        if quote:
            self.say(subject, predicate, self.words(quote.text), quote.evidence)

    def notation(self, subject: str, quote: Quote | None) -> None:
        if quote:
            self.say(subject, SG.NOTATION, Literal(quote.text), quote.evidence)

    def words(self, text: str) -> Literal:
        return Literal(text, language=self.document.language)

    def place(self, place: str) -> NamedNode:
        return NamedNode(self.ids.place_iri(place))

    def write_document(self) -> None:
        self._plan()
        for unit in self.document.units:
            self._unit(unit)
        for part in self.document.parts:
            self._part(part)
        for element in self.document.elements:
            self._element(element, self.units[element.unit])
        for link in self.document.links:
            self.say(self.ids.place_iri(link.subject), link.relation.value, self.place(link.object), link.evidence)
        if self.document.terms:
            self._terms()

    def _plan(self) -> None:
        document, iri = self.document, self.ids.plan_iri
        self.say(iri, RDF.TYPE, NamedNode(SG.STRATEGIC_PLAN), document.title.evidence)
        self.quote(iri, RDFS.LABEL, document.title)
        self.quote(iri, DCTERMS.TITLE, document.title)
        self.quote(iri, DCTERMS.SOURCE, document.citation)
        publisher = self.units[document.organisation].evidence
        self.say(iri, DCTERMS.PUBLISHER, NamedNode(organisation_iri(document.organisation)), publisher)
        if document.profile:
            profile = NamedNode(f"{SHAPES_NS}{document.profile.text}")
            self.say(iri, DCTERMS.CONFORMS_TO, profile, document.profile.evidence)
        for predicate, year in ((SG.START_YEAR, document.start_year), (SG.END_YEAR, document.end_year)):
            self.say(iri, predicate, Literal(int(year.text)), year.evidence)

    def _unit(self, unit: Unit) -> None:
        organisation = self.document.organisation
        iri, said = unit_iri(organisation, unit.slug), unit.evidence
        kind = ORG.FORMAL_ORGANIZATION if unit.slug == organisation else ORG.ORGANIZATIONAL_UNIT
        self.say(iri, RDF.TYPE, NamedNode(SG.SECTOR if unit.is_sector else kind), said)
        self.quote(iri, RDFS.LABEL, unit.name)
        self.notation(iri, unit.notation)
        if unit.slug != organisation:
            self.say(iri, ORG.UNIT_OF, NamedNode(organisation_iri(organisation)), said)

    def _part(self, part: Part) -> None:
        iri, said = self.ids.place_iri(part.place), part.evidence
        self.say(iri, RDF.TYPE, NamedNode(part.kind.value), said)
        self.quote(iri, RDFS.LABEL, part.label)
        self.say(iri, SG.POSITION, Literal(part.position), said.made_by(COUNTED))
        self.notation(iri, part.notation)
        self.quote(iri, SG.TEXT, part.text)
        if part.parent:
            self.say(iri, DCTERMS.IS_PART_OF, self.place(part.parent), said, self.parts[part.parent].evidence)

    def _element(self, element: Element, unit: Unit) -> None:
        iri, said = self.ids.place_iri(element.place), element.evidence
        self.say(iri, RDF.TYPE, NamedNode(element.kind.value), element.kind_evidence)
        self.quote(iri, RDFS.LABEL, element.label)
        self.say(iri, SG.TEXT, self.words(element.text), said)
        self.say(iri, SG.POSITION, Literal(element.position), said.made_by(COUNTED))
        self.say(iri, SG.IN_PLAN, NamedNode(self.ids.plan_iri), said, self.document.title.evidence)
        self.say(iri, SG.OF_UNIT, NamedNode(unit_iri(self.document.organisation, unit.slug)), said, unit.evidence)
        self._stated_in(iri, element.part, said)
        self.notation(iri, element.notation)
        self.quote(iri, DCTERMS.TITLE, element.title)
        self.quote(iri, SG.LEAD_IN, element.lead_in)
        if element.note:
            # The reader's own words, whatever the language of the text.
            self.say(iri, SKOS.EDITORIAL_NOTE, english(element.note.text), element.note.evidence)
        for number, mention in enumerate(element.mentions, start=1):
            self._mention(iri, f"{element.place}/mention/{number}", number, mention)
        for number, baseline in enumerate(element.baselines, start=1):
            place = self.place(f"{element.place}/baseline/{number}")
            self.say(iri, SG.HAS_BASELINE, place, baseline.evidence)
            self.say(place.value, RDF.TYPE, NamedNode(SG.BASELINE), baseline.evidence)
            self.quote(place.value, SG.TEXT, baseline)

    def _stated_in(self, iri: str, part: str, said: Evidence) -> None:
        """Where a wording stands, by its own characters and by the heading or caption that they stand under."""
        self.say(iri, SG.STATED_IN, self.place(part), said, self.parts[part].evidence)

    def _mention(self, element: str, place: str, number: int, mention: Mention) -> None:
        iri, said = self.ids.place_iri(place), mention.evidence
        self.say(element, SG.HAS_MENTION, NamedNode(iri), said)
        self.say(iri, RDF.TYPE, NamedNode(SG.MENTION), said)
        self.say(iri, SG.TEXT, self.words(mention.text), said)
        self.say(iri, SG.POSITION, Literal(number), said.made_by(COUNTED))
        if mention.row is not None:
            self.say(iri, SG.ROW, Literal(mention.row), said.made_by(ROW_COUNTED))
        self._stated_in(iri, mention.part, said)
        self.quote(iri, DCTERMS.TITLE, mention.title)
        self.quote(iri, SG.QUALIFIER, mention.qualifier)
        self.quote(iri, SG.LEAD_IN, mention.lead_in)

    def _terms(self) -> None:
        scheme = NamedNode(self.ids.terms_iri)
        for term in self.document.terms:
            iri, said = self.ids.place_iri(term.place), term.label.evidence | term.definition.evidence
            self.say(iri, RDF.TYPE, NamedNode(SKOS.CONCEPT), said)
            self.quote(iri, SKOS.PREF_LABEL, term.label)
            self.quote(iri, SKOS.DEFINITION, term.definition)
            self.say(iri, SKOS.IN_SCHEME, scheme, said)
            self.say(scheme.value, RDF.TYPE, NamedNode(SKOS.CONCEPT_SCHEME), said)


# --- statements to quads --------------------------------------------------------------------------------------------


class _Provenance:
    def __init__(self, plan: StatedPlan, iris: VersionIdentifiers, software: str) -> None:
        self.plan = plan
        self.iris = iris
        self.software = software

    def triples(self) -> Iterator[Triple]:
        yield from self._activities()
        cut = segments(self.plan.source.text)
        for segment in cut:
            yield from self._span(Span(segment.start, segment.end), segment, SG.SEGMENT)
        whole = {Span(segment.start, segment.end) for segment in cut}
        holders = iter(cut)
        holder = next(holders)
        for span in sorted({span for evidence in self.plan.statements.values() for span in evidence.spans} - whole):
            while holder.end < span.end:
                holder = next(holders)
            yield from self._span(span, holder, SG.SPAN)
        statements = self.plan.statements
        for one in sorted({one for evidence in statements.values() for one in evidence.earlier if one.line}):
            yield from said(
                one.iri,
                (RDF.TYPE, SG.SPAN),
                (RDF.VALUE, Literal(one.characters)),
                (SG.LINE, one.line),
                (SG.CELL, one.cell),
                (OA.HAS_SOURCE, one.source),
            )
        for fact, evidence in zip(facts(statements), statements.values(), strict=True):
            yield from self._statement(fact, evidence)

    def _activities(self) -> Iterator[Triple]:
        iris, source = self.iris, self.plan.source
        language = source.language or self.plan.language
        yield from said(
            iris.graph,
            (RDF.TYPE, PROV.ENTITY),
            (DCTERMS.IS_VERSION_OF, self.plan.identifiers.plan_iri),
            (PROV.WAS_DERIVED_FROM, iris.source),
            (PROV.WAS_GENERATED_BY, iris.reading),
        )
        yield from said(
            iris.source,
            (RDF.TYPE, SG.SOURCE_DOCUMENT),
            (DCTERMS.TITLE, Literal(source.title, language=language or None)),
            (DCTERMS.PUBLISHER, words(source.publisher, language)),
            (DCTERMS.RIGHTS, words(source.rights, source.rights_language or language)),
            (DCTERMS.ISSUED, source.issued or None),
            (DCTERMS.IDENTIFIER, words(self.plan.file and published_name(self.plan.file))),
            (DCTERMS.FORMAT, Literal(source.media_type)),
            (SG.SHA256, Literal(source.sha256)),
            (POWDER.DESCRIBED_BY, iris.description if source.beside else None),
        )
        agent = software_iri(self.software)
        yield from said(agent, (RDF.TYPE, PROV.SOFTWARE_AGENT), (RDFS.LABEL, Literal(f"stratgraph {self.software}")))
        yield from said(
            iris.reading,
            (RDF.TYPE, PROV.ACTIVITY),
            (PROV.USED, iris.source),
            (PROV.USED, iris.description if source.beside else None),
            (PROV.WAS_ASSOCIATED_WITH, agent),
        )
        if source.beside:
            yield from said(
                iris.description,
                (RDF.TYPE, SG.SOURCE_DOCUMENT),
                (DCTERMS.IDENTIFIER, words(published_name(source.beside.file))),
                (DCTERMS.FORMAT, Literal(_TOML)),
                (SG.SHA256, Literal(source.beside.sha256)),
            )
        for decision in self.plan.decisions:
            yield from said(
                iris.decision(decision.name),
                (RDF.TYPE, SG.EDITORIAL_DECISION),
                (RDFS.COMMENT, english(decision.reason)),
                (SSSOM.CONFIDENCE, None if decision.confidence is None else Literal(decision.confidence)),
                (PROV.USED, iris.source),
                (PROV.WAS_ASSOCIATED_WITH, agent if decision.by_rule else AUTHORS),
            )
        for derivation in sorted({one for rests in self.plan.statements.values() for one in rests.derivations}):
            yield from said(
                iris.derivation(derivation.name),
                (RDF.TYPE, SG.DERIVATION),
                (RDFS.COMMENT, english(derivation.how)),
                (PROV.USED, iris.source),
                (PROV.WAS_ASSOCIATED_WITH, agent),
            )

    def _span(self, span: Span, segment: Segment, kind: str) -> Iterator[Triple]:
        selector = self.iris.selector(span.start, span.end)
        yield from said(
            self.iris.span(span.start, span.end),
            (RDF.TYPE, kind),
            # Characters as they stand, in no language: markup, bullets and numbers among them.
            (RDF.VALUE, Literal(self.plan.source.text[span.start : span.end])),
            (SG.LINE, segment.line),
            (SG.CELL, segment.cell),
            (OA.HAS_SOURCE, self.iris.source),
            (OA.HAS_SELECTOR, selector),
        )
        yield from said(selector, (RDF.TYPE, OA.TEXT_POSITION_SELECTOR), (OA.START, span.start), (OA.END, span.end))

    def _statement(self, fact: Fact, evidence: Evidence) -> Iterator[Triple]:
        key = hashlib.sha256(str(Triple(*fact)).encode()).hexdigest()[:16]
        sources = [self.iris.span(s.start, s.end) for s in evidence.spans]
        sources = [*sources, *(one.iri for one in evidence.earlier)] or [self.iris.source]
        acts = [self.iris.decision(name) for name in evidence.decisions]
        acts += [self.iris.derivation(one.name) for one in evidence.derivations]
        return said(
            self.iris.statement(key),
            (RDF.TYPE, RDF.STATEMENT),
            (RDF.SUBJECT, fact.subject),
            (RDF.PREDICATE, fact.predicate),
            (RDF.OBJECT, fact.object),
            *((PROV.WAS_DERIVED_FROM, source) for source in sources),
            *((PROV.WAS_GENERATED_BY, act) for act in acts or [self.iris.reading]),
        )
