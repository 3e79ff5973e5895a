"""A plan document from the quads of a version: proves that ``plan_graph`` loses nothing in writing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pyoxigraph import NamedNode

from stratgraph.document import (
    Element,
    ElementKind,
    Link,
    Mention,
    Part,
    PartKind,
    PlanDocument,
    Quote,
    Relation,
    Term,
    Unit,
    in_order,
)
from stratgraph.identifiers import parse_place
from stratgraph.plan_graph.reading import _Reader
from stratgraph.terms import DCTERMS, RDF, RDFS, SG, SHAPES_NS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad

_Value = TypeVar("_Value")

_KINDS = {kind.value: kind for kind in ElementKind}
_PARTS = {kind.value: kind for kind in PartKind}


def from_quads(quads: Iterable[Quad]) -> PlanDocument:
    """The plan document of one version.

    Args:
        quads: of its asserted graph and of its provenance graph, in any order; others do not disturb.

    Raises:
        SourceError: the provenance graph of exactly one version is not there, or it does not give the source back.
    """
    return _DocumentReader(quads).document()


class _DocumentReader(_Reader):
    def document(self) -> PlanDocument:
        graph, plan = self.asserted, self.ids.plan_iri
        return in_order(
            PlanDocument(
                organisation=self.ids.organisation,
                plan=self.ids.plan,
                title=self.quote(plan, DCTERMS.TITLE),
                citation=self.quote(plan, DCTERMS.SOURCE),
                start_year=self.quote(plan, SG.START_YEAR),
                end_year=self.quote(plan, SG.END_YEAR),
                language=self.language(),
                units=tuple(self.unit(iri) for iri in graph if self.is_unit(iri)),
                parts=tuple(self.part(iri, kind) for iri, kind in self.places(_PARTS)),
                elements=tuple(self.element(iri, kind) for iri, kind in self.places(_KINDS)),
                links=tuple(self.links()),
                terms=tuple(self.term(iri) for iri in graph.of_type(SKOS.CONCEPT)),
                decisions=tuple(self.decision(iri) for iri in self.decisions),
                source=self.source(),
                profile=self.profile(plan),
            )
        )

    def profile(self, plan: str) -> Quote | None:
        found = self.asserted.maybe(plan, DCTERMS.CONFORMS_TO)
        name = found and found.removeprefix(SHAPES_NS)
        return Quote(name, self.evidence(plan, DCTERMS.CONFORMS_TO)) if name else None

    def quote(self, iri: str, predicate: str) -> Quote:
        return Quote(self.asserted.need(iri, predicate), self.evidence(iri, predicate))

    def maybe_quote(self, iri: str, predicate: str) -> Quote | None:
        return self.quote(iri, predicate) if self.asserted.maybe(iri, predicate) is not None else None

    def place(self, iri: str) -> str:
        return parse_place(iri)[1]

    def places(self, kinds: dict[SG, _Value]) -> list[tuple[str, _Value]]:
        return [(iri, kind) for class_iri, kind in kinds.items() for iri in self.asserted.of_type(class_iri)]

    def is_unit(self, iri: str) -> bool:
        """Organisations and units have a notation and belong to no plan."""
        return self.asserted.has(iri, SG.NOTATION) and not iri.startswith(self.ids.plan_iri)

    def unit(self, iri: str) -> Unit:
        graph = self.asserted
        return Unit(
            slug=iri.rpartition("/")[2],
            notation=self.quote(iri, SG.NOTATION),
            name=self.quote(iri, RDFS.LABEL),
            is_sector=graph.need(iri, RDF.TYPE) == SG.SECTOR,
            evidence=self.evidence(iri, RDF.TYPE),
        )

    def part(self, iri: str, kind: PartKind) -> Part:
        graph = self.asserted
        parent = graph.maybe(iri, DCTERMS.IS_PART_OF)
        return Part(
            kind=kind,
            place=self.place(iri),
            notation=self.maybe_quote(iri, SG.NOTATION),
            label=self.quote(iri, RDFS.LABEL),
            text=self.maybe_quote(iri, SG.TEXT),
            parent=self.place(parent) if parent else None,
            position=graph.number(iri, SG.POSITION),
            evidence=self.evidence(iri, RDF.TYPE),
        )

    def element(self, iri: str, kind: ElementKind) -> Element:
        graph = self.asserted
        mentions = sorted(graph.iris(iri, SG.HAS_MENTION), key=lambda m: graph.number(m, SG.POSITION))
        return Element(
            kind=kind,
            place=self.place(iri),
            unit=graph.need(iri, SG.OF_UNIT).rpartition("/")[2],
            position=graph.number(iri, SG.POSITION),
            text=graph.need(iri, SG.TEXT),
            label=self.quote(iri, RDFS.LABEL),
            part=self.place(graph.need(iri, SG.STATED_IN)),
            evidence=self.evidence(iri, SG.TEXT),
            kind_evidence=self.evidence(iri, RDF.TYPE),
            notation=self.maybe_quote(iri, SG.NOTATION),
            title=self.maybe_quote(iri, DCTERMS.TITLE),
            mentions=tuple(self.mention(mention) for mention in mentions),
            note=self.maybe_quote(iri, SKOS.EDITORIAL_NOTE),
            lead_in=self.maybe_quote(iri, SG.LEAD_IN),
            baselines=tuple(self.quote(one, SG.TEXT) for one in sorted(graph.iris(iri, SG.HAS_BASELINE))),
        )

    def mention(self, iri: str) -> Mention:
        graph = self.asserted
        return Mention(
            text=graph.need(iri, SG.TEXT),
            part=self.place(graph.need(iri, SG.STATED_IN)),
            evidence=self.evidence(iri, SG.TEXT),
            title=self.maybe_quote(iri, DCTERMS.TITLE),
            qualifier=self.maybe_quote(iri, SG.QUALIFIER),
            lead_in=self.maybe_quote(iri, SG.LEAD_IN),
            row=graph.number(iri, SG.ROW) if graph.maybe(iri, SG.ROW) else None,
        )

    def links(self) -> Iterable[Link]:
        for relation in Relation:
            for subject in self.asserted.subjects(relation.value):
                for target in self.asserted.iris(subject, relation.value):
                    evidence = self.evidence(subject, relation.value, NamedNode(target))
                    yield Link(self.place(subject), relation, self.place(target), evidence)

    def term(self, iri: str) -> Term:
        return Term(self.place(iri), self.quote(iri, SKOS.PREF_LABEL), self.quote(iri, SKOS.DEFINITION))
