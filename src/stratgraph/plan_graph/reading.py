"""From the quads of both graphs of a version back to its statements, and to the characters of its source."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.document import Beside, Decision, Derivation, EarlierSpan, Evidence, Source, Span
from stratgraph.errors import Location, SourceError
from stratgraph.graph import Graph, facts, text_of
from stratgraph.identifiers import PlanIdentifiers, parse_span, plan_identifiers, whole_number
from stratgraph.statements import StatedPlan
from stratgraph.terms import AUTHORS, DCTERMS, OA, PROV, RDF, RDFS, SG, SSSOM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad

    from stratgraph.graph import Node


def stated_version(quads: Iterable[Quad]) -> StatedPlan:
    """The statements of one version, also of one that is no whole plan document.

    Args:
        quads: of its asserted graph and of its provenance graph, in any order; others do not disturb.

    Raises:
        SourceError: the provenance graph of exactly one version is not there, or it does not give the source back.
    """
    return _Reader(quads).stated()


def source_text(quads: Iterable[Quad]) -> str:
    """Every character of the source of one version, from its provenance graph alone.

    Raises:
        SourceError: as :func:`stated_version`.
    """
    return _Reader(quads).source().text


class _Graph(Graph):
    """One graph of a version, which has what it has to have, or is to be published again."""

    def each(self, class_iri: str) -> Iterator[str]:
        """What is of a class, in the order of the quads: who needs another order sorts by places."""
        return (iri for iri in self if self.is_a(iri, class_iri))

    def maybe(self, subject: str, predicate: str) -> str | None:
        """The first value's IRI or lexical form, if there is one."""
        value = self.value(subject, predicate)
        return None if value is None else text_of(value)

    def need(self, subject: str, predicate: str) -> str:
        found = self.maybe(subject, predicate)
        if found is None:
            raise SourceError(
                f"It has no <{predicate}>.", where=Location(element=subject), mend="Publish the version again."
            )
        return found

    def number(self, subject: str, predicate: str) -> int:
        number = whole_number(self.need(subject, predicate))
        if number is None:
            raise SourceError(
                f"Its <{predicate}> is no number.", where=Location(element=subject), mend="Publish the version again."
            )
        return number


def _name(iri: str) -> str:
    """That of a decision or a derivation."""
    return iri.rpartition("/")[2]


class _Reader:
    def __init__(self, quads: Iterable[Quad]) -> None:
        self.quads: dict[str, list[Quad]] = defaultdict(list)
        for quad in quads:
            if isinstance(quad.graph_name, NamedNode):
                self.quads[quad.graph_name.value].append(quad)
        graphs = {name: _Graph.ground(found) for name, found in self.quads.items()}
        versions = [(g, v) for g in graphs.values() for v in g.each(PROV.ENTITY) if g.has(v, DCTERMS.IS_VERSION_OF)]
        if len(versions) != 1:
            raise SourceError(
                f"The quads hold the provenance of {len(versions) or 'no'} version; expected that of exactly one.",
                mend="Give the quads of a version's graph and of its provenance graph.",
            )
        self.provenance, self.version = versions[0]
        self.asserted = graphs.get(self.version) or _Graph(())
        self.ids: PlanIdentifiers = plan_identifiers(self.provenance.need(self.version, DCTERMS.IS_VERSION_OF))
        self.decisions = self.provenance.of_type(SG.EDITORIAL_DECISION)
        self.derivations = {
            iri: Derivation(_name(iri), self.provenance.need(iri, RDFS.COMMENT))
            for iri in self.provenance.of_type(SG.DERIVATION)
        }
        self.own_source = self.provenance.need(self.version, PROV.WAS_DERIVED_FROM)
        self.earlier = {
            iri: EarlierSpan(
                iri,
                source,
                self.provenance.number(iri, SG.LINE),
                self.provenance.number(iri, SG.CELL),
                self.provenance.need(iri, RDF.VALUE),
            )
            for iri in self.provenance.each(SG.SPAN)
            if (source := self.provenance.need(iri, OA.HAS_SOURCE)) != self.own_source
        }
        self.statements: dict[tuple[str, str, Node | None], str] = {
            (
                self.provenance.need(record, RDF.SUBJECT),
                self.provenance.need(record, RDF.PREDICATE),
                self.provenance.values(record, RDF.OBJECT)[0],
            ): record
            for record in self.provenance.each(RDF.STATEMENT)
        }

    def stated(self) -> StatedPlan:
        source, iri = self.source(), self.provenance.need(self.version, PROV.WAS_DERIVED_FROM)
        return StatedPlan(
            identifiers=self.ids,
            language=self.language(),
            statements={
                Triple(*fact): self.evidence(fact.subject.value, fact.predicate.value, fact.object)
                for fact in facts(self.quads[self.version])
            },
            source=source,
            file=self.provenance.maybe(iri, DCTERMS.IDENTIFIER) or source.title,
            decisions=tuple(self.decision(iri) for iri in self.decisions),
        )

    def language(self) -> str:
        return next(iter(self.asserted.languages_of(self.ids.plan_iri)), "")

    def evidence(self, subject: str, predicate: str, value: NamedNode | Literal | None = None) -> Evidence:
        """What the record of a triple says; of the first value where none is given."""
        graph = self.provenance
        record = self.statements.get((subject, predicate, value or self.asserted.value(subject, predicate)))
        if record is None:
            raise SourceError(
                f"No provenance record is there for its <{predicate}>.",
                where=Location(element=subject),
                mend="Publish the version again.",
            )
        places = graph.iris(record, PROV.WAS_DERIVED_FROM)
        spans = [parse_span(iri) for iri in places if iri not in self.earlier]
        acts = graph.iris(record, PROV.WAS_GENERATED_BY)
        return Evidence(
            tuple(sorted(Span(*span) for span in spans if span)),
            tuple(sorted(_name(iri) for iri in acts if iri in self.decisions)),
            tuple(sorted(self.derivations[iri] for iri in acts if iri in self.derivations)),
            tuple(sorted(filter(None, map(self.earlier_span, places)))),
        )

    def earlier_span(self, place: str) -> EarlierSpan | None:
        """A place in an earlier version's source, or that source as a whole; None where it is in this version's."""
        if place in self.earlier or place == self.own_source or parse_span(place):
            return self.earlier.get(place)
        return EarlierSpan.of_source(place)

    def decision(self, iri: str) -> Decision:
        by_rule = not self.provenance.has(iri, PROV.WAS_ASSOCIATED_WITH, AUTHORS)
        sure = self.provenance.maybe(iri, SSSOM.CONFIDENCE)
        confidence = float(sure) if sure else None
        return Decision(_name(iri), self.provenance.need(iri, RDFS.COMMENT), by_rule=by_rule, confidence=confidence)

    def source(self) -> Source:
        graph = self.provenance
        iri = graph.need(self.version, PROV.WAS_DERIVED_FROM)
        source = Source(
            text=self._joined_segments(),
            title=graph.need(iri, DCTERMS.TITLE),
            publisher=graph.maybe(iri, DCTERMS.PUBLISHER) or "",
            issued=whole_number(graph.maybe(iri, DCTERMS.ISSUED) or "") or 0,
            rights=graph.maybe(iri, DCTERMS.RIGHTS) or "",
            media_type=graph.need(iri, DCTERMS.FORMAT),
            beside=self.beside(iri),
            language=self._own_language(iri),
            rights_language=self._rights_language(iri),
        )
        if source.sha256 != graph.need(iri, SG.SHA256):
            raise SourceError(
                "The segments of the provenance graph do not give back the text whose digest it has.",
                where=Location(element=iri),
                mend="Some are missing or changed: publish the version again.",
            )
        return source

    def _own_language(self, source: str) -> str:
        """That of an edition; of the plan's own text it is the plan's, and not said again."""
        title = self.provenance.value(source, DCTERMS.TITLE)
        language = (title.language or "") if isinstance(title, Literal) else ""
        return "" if language == self.language() else language

    def _rights_language(self, source: str) -> str:
        """That of the statement of rights, where it is another one than the document's."""
        rights, title = (self.provenance.value(source, name) for name in (DCTERMS.RIGHTS, DCTERMS.TITLE))
        tags = [(one.language or "") if isinstance(one, Literal) else "" for one in (rights, title)]
        return "" if tags[0] == tags[1] else tags[0]

    def beside(self, source: str) -> Beside | None:
        """The description that was read with the source."""
        graph = self.provenance
        described = (iri for iri in graph.of_type(SG.SOURCE_DOCUMENT) if iri != source)
        return next(
            (Beside(graph.maybe(i, DCTERMS.IDENTIFIER) or "", graph.need(i, SG.SHA256)) for i in described), None
        )

    def _joined_segments(self) -> str:
        """A tab between the cells of a line, a newline between lines."""
        graph = self.provenance
        segments = sorted(
            (parse_span(iri) or (0, 0), graph.number(iri, SG.LINE), graph.need(iri, RDF.VALUE))
            for iri in graph.each(SG.SEGMENT)
        )
        pieces = []
        previous = None
        for _, line, words in segments:
            if previous is not None:
                pieces.append("\t" if line == previous else "\n")
            pieces.append(words)
            previous = line
        return "".join(pieces)
