"""A document and its two graphs hold the same; every asserted triple has its provenance."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from plan_documents import from_quads
from stratgraph.document import (
    Beside,
    Decision,
    Derivation,
    Element,
    ElementKind,
    Evidence,
    Link,
    Mention,
    Part,
    PartKind,
    PlanDocument,
    Quote,
    Relation,
    Source,
    Span,
    Term,
    Unit,
    in_order,
)
from stratgraph.errors import SourceError
from stratgraph.formats import annex
from stratgraph.identifiers import parse_span
from stratgraph.plan_graph import plan_version, source_text, to_quads
from stratgraph.terms import OA, PROV, RDF, SG

PLAN = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"


@pytest.fixture(scope="module")
def quads(annex_document: PlanDocument) -> list[Quad]:
    return list(to_quads(annex_document, software="0.0.0"))


def graph(quads: list[Quad], name: str) -> list[Quad]:
    return [quad for quad in quads if quad.graph_name == NamedNode(name)]


def test_the_annex_comes_back_from_its_quads_in_any_order(annex_document: PlanDocument, quads: list[Quad]) -> None:
    shuffled = list(quads)
    random.Random(71).shuffle(shuffled)  # noqa: S311 - an order, no secret
    assert from_quads(shuffled) == annex_document


def test_the_file_comes_back_byte_for_byte_from_the_provenance_alone(quads: list[Quad], annex_bytes: bytes) -> None:
    provenance = graph(quads, f"{PLAN}/version/1/provenance")
    assert source_text(provenance).encode() == annex_bytes


def test_every_asserted_triple_has_one_record_with_a_span(quads: list[Quad]) -> None:
    asserted = graph(quads, f"{PLAN}/version/1")
    provenance = graph(quads, f"{PLAN}/version/1/provenance")
    assert len(asserted) + len(provenance) == len(quads) == len(set(quads))
    about: dict[object, dict[str, object]] = {}
    spans = set()
    for quad in provenance:
        about.setdefault(quad.subject, {})[quad.predicate.value] = quad.object
        if quad.predicate.value == PROV.WAS_DERIVED_FROM and parse_span(str(quad.object)[1:-1]):
            spans.add(quad.subject)
    records = {(v[RDF.SUBJECT], v[RDF.PREDICATE], v[RDF.OBJECT]): iri for iri, v in about.items() if RDF.SUBJECT in v}
    assert set(records) == {(q.subject, q.predicate, q.object) for q in asserted}
    assert set(records.values()) <= spans


def test_segments_and_spans_have_their_characters_line_and_cell(quads: list[Quad], annex_bytes: bytes) -> None:
    text = annex_bytes.decode()
    values: dict[object, dict[str, str]] = {}
    for quad in quads:
        if parse_span(str(quad.subject)[1:-1]):
            values.setdefault(quad.subject, {})[quad.predicate.value] = str(getattr(quad.object, "value", ""))
    segments = [v for v in values.values() if v[RDF.TYPE] == SG.SEGMENT]
    assert len(segments) == 1262
    assert len(values) > len(segments)
    lines = text.split("\n")
    for node, about in values.items():
        start, end = parse_span(str(node)[1:-1]) or (0, 0)
        assert about[RDF.VALUE] == text[start:end]
        assert about[RDF.VALUE] in lines[int(about[SG.LINE]) - 1].split("\t")[int(about[SG.CELL]) - 1]
        assert about[OA.HAS_SELECTOR].endswith(f"/selector/{start}-{end}")


def test_inverses_and_chains_are_not_asserted(quads: list[Quad]) -> None:
    used = {quad.predicate.value for quad in quads}
    assert not used & {SG.HAS_OUTPUT, SG.HAS_INDICATOR, SG.HAS_ELEMENT, SG.ADVANCES_MISSION, SG.SUPPORTS_GOAL}
    assert not [q for q in quads if isinstance(q.subject, BlankNode) or isinstance(q.object, BlankNode)]


def test_versions_do_not_share_graphs(annex_document: PlanDocument) -> None:
    second = list(to_quads(annex_document, version=2, software="0.0.0"))
    names = {quad.graph_name for quad in second}
    assert names == {NamedNode(f"{PLAN}/version/2"), NamedNode(f"{PLAN}/version/2/provenance")}
    assert plan_version(annex_document, 2).graph == f"{PLAN}/version/2"
    with pytest.raises(SourceError, match="exactly one"):
        from_quads([*second, *to_quads(annex_document, software="0.0.0")])


def test_quads_that_hold_no_version_are_refused() -> None:
    with pytest.raises(SourceError, match="no version"):
        from_quads([])


def test_a_changed_segment_is_found_by_the_digest(quads: list[Quad]) -> None:
    changed = [
        Quad(q.subject, q.predicate, Literal("Sounds"), q.graph_name)
        if q.predicate.value == RDF.VALUE and q.object == Literal("Seminars")
        else q
        for q in quads
    ]
    assert changed != quads
    with pytest.raises(SourceError, match="digest"):
        source_text(changed)


def test_a_lost_record_is_named(quads: list[Quad]) -> None:
    subject = f"{PLAN}/itu-r/objective/1"
    lost = next(q.subject for q in quads if q.predicate.value == RDF.SUBJECT and q.object == NamedNode(subject))
    with pytest.raises(SourceError, match="provenance record"):
        from_quads([q for q in quads if q.subject != lost and q.predicate.value != SG.HAS_MENTION])


def test_another_text_comes_back_too() -> None:
    data = (Path(__file__).parent / "data/other-plan.txt").read_bytes()
    document = annex.read(data, file="other-plan.txt", max_bytes=10**6)
    assert from_quads(to_quads(document, software="1")) == document


# --- any document --------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(str.strip)
WAYS = (Derivation("counted", "Counted."), Derivation("shortened", "Cut after 100 characters."))
BESIDE = st.none() | st.just(Beside("plan.toml", "0" * 64))
ROWS = st.none() | st.integers(1, 9)
SOURCE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), min_size=1, max_size=60)


@st.composite
def documents(draw: st.DrawFn) -> PlanDocument:
    text = draw(SOURCE)
    lines = [0]
    for line in text.replace("\t", "\n").split("\n"):
        lines.append(lines[-1] + len(line) + 1)

    def evidence(*decisions: str) -> Evidence:
        spans = set()
        for start, after in draw(st.lists(st.sampled_from(list(pairwise(lines))), max_size=2)):
            one, two = sorted(draw(st.tuples(*[st.integers(start, after - 1)] * 2)))
            spans.add(Span(one, two))
        chosen = draw(st.sets(st.sampled_from(decisions))) if decisions else set()
        made = draw(st.sets(st.sampled_from(WAYS), max_size=1))
        return Evidence(tuple(sorted(spans)), tuple(sorted(chosen)), tuple(made))

    def quote(text: str, *decisions: str) -> Quote:
        return Quote(text, evidence(*decisions))

    def maybe(*decisions: str) -> Quote | None:
        return draw(st.none()) if draw(st.booleans()) else quote(draw(WORDS), *decisions)

    decisions = tuple(Decision(name, draw(WORDS), by_rule=draw(st.booleans())) for name in ("first", "second-1"))
    names = [d.name for d in decisions]
    units = (Unit("org", quote("ORG"), quote(draw(WORDS)), is_sector=False, evidence=evidence()),)
    units += (Unit("org-a", quote("A"), quote(draw(WORDS)), is_sector=draw(st.booleans()), evidence=evidence()),)
    parts = tuple(
        Part(kind, f"text/{n}", maybe(), quote(draw(WORDS)), maybe(), None if n == 0 else "text/0", n, evidence())
        for n, kind in enumerate(draw(st.lists(st.sampled_from(PartKind), min_size=1, max_size=3)))
    )
    elements = tuple(
        Element(
            kind=kind,
            place=f"org-a/{kind.name.lower()}/{n}",
            unit=draw(st.sampled_from(["org", "org-a"])),
            position=n,
            text=draw(WORDS),
            label=quote(draw(WORDS), *names),
            part="text/0",
            evidence=evidence(*names),
            kind_evidence=evidence(),
            notation=maybe(),
            title=maybe(*names),
            mentions=tuple(
                Mention(draw(WORDS), "text/0", evidence(*names), maybe(), maybe(), maybe(*names), draw(ROWS))
                for _ in range(draw(st.integers(0, 2)))
            ),
            note=maybe(*names),
            lead_in=maybe(),
            baselines=tuple(quote(draw(WORDS)) for _ in range(draw(st.integers(0, 2)))),
        )
        for n, kind in enumerate(draw(st.lists(st.sampled_from(ElementKind), max_size=4)), start=1)
    )
    links = tuple(
        Link(one.place, draw(st.sampled_from(Relation)), other.place, evidence(*names))
        for one in elements
        for other in elements[:1]
    )
    return in_order(
        PlanDocument(
            organisation="org",
            plan="2030-2034",
            title=quote(draw(WORDS)),
            citation=quote(draw(WORDS)),
            start_year=quote("2030"),
            end_year=quote("2034"),
            language=draw(st.sampled_from(["en", "fr", "zh-hans"])),
            units=units,
            parts=parts,
            elements=elements,
            links=links,
            terms=(Term("term/x", quote(draw(WORDS)), quote(draw(WORDS))),),
            decisions=decisions,
            source=Source(text, draw(WORDS), draw(WORDS), 2030, draw(st.just("") | WORDS), beside=draw(BESIDE)),
        )
    )


@given(documents())
@settings(max_examples=60)
def test_any_document_comes_back_from_its_quads(document: PlanDocument) -> None:
    assert from_quads(to_quads(document, software="1")) == document


def test_equal_links_are_made_one() -> None:
    data = (Path(__file__).parent / "data/other-plan.txt").read_bytes()
    document = annex.read(data, file="other-plan.txt", max_bytes=10**6)
    twice = replace(document, links=document.links * 2, elements=document.elements[::-1])
    assert in_order(twice) == document
