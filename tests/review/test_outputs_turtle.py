"""The review as RDF."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from sample_review import FINDINGS, PLAN, REVIEW, iri

from stratgraph.review.outputs import render, report_iri, triples
from stratgraph.terms import DCTERMS, PROV, RDF, RDFS, SG, SH, SH_NS

if TYPE_CHECKING:
    from stratgraph.review.model import Review

BASE = f"{PLAN}/version/2/report"


def facts(node: str, review: Review = REVIEW) -> dict[str, set[object]]:
    found: dict[str, set[object]] = {}
    for triple in triples(review, BASE):
        if triple.subject == NamedNode(node):
            found.setdefault(triple.predicate.value, set()).add(triple.object)
    return found


def test_it_is_below_the_version_that_the_revision_would_be() -> None:
    assert report_iri(REVIEW) == BASE
    below = {triple.subject.value for triple in triples(REVIEW, BASE)}
    assert all(node == BASE or node.startswith(f"{BASE}/") for node in below)


def test_there_are_no_blank_nodes_though_the_data_has_one() -> None:
    assert isinstance(FINDINGS[1].finding.result.focus, BlankNode)
    terms = {term for triple in triples(REVIEW, BASE) for term in (triple.subject, triple.object)}
    assert not any(isinstance(term, BlankNode) for term in terms)


def test_the_report_is_one_of_the_specification_and_a_review() -> None:
    found = facts(BASE)
    assert found[RDF.TYPE] == {NamedNode(SG.REVIEW), NamedNode(SH.VALIDATION_REPORT)}
    assert found[SH.CONFORMS] == {Literal(value=False)}
    assert found[PROV.WAS_DERIVED_FROM] == {NamedNode(f"{PLAN}/version/1")}
    assert len(found[SG.HAS_CHANGE]) == 9


def test_what_is_fixed_is_no_result_of_the_revision() -> None:
    found = facts(BASE)
    assert found[SH.RESULT] == {NamedNode(f"{BASE}/result/{number}") for number in range(1, 6)}
    assert found[DCTERMS.HAS_PART] == {NamedNode(f"{BASE}/result/6")}
    assert facts(f"{BASE}/result/6")[SG.STANDING] == {Literal("fixed")}
    fixed_alone = replace(REVIEW, findings=FINDINGS[5:])
    assert facts(BASE, fixed_alone)[SH.CONFORMS] == {Literal(value=True)}


def test_a_change_says_of_what_and_from_what_to_what() -> None:
    assert facts(f"{BASE}/change/4") == {
        RDF.TYPE: {NamedNode(SG.REWORDING)},
        SG.CHANGE_OF: {NamedNode(iri("north/objective/1/output/4"))},
        RDFS.LABEL: {Literal("Two roads")},
        SG.CHANGED_PROPERTY: {NamedNode(SG.TEXT)},
        SG.BEFORE: {Literal("A road of stone")},
        SG.AFTER: {Literal("Two roads of stone")},
        DCTERMS.SOURCE: {Literal("plan.xlsx Outputs!C12")},
    }


def test_every_kind_of_change_has_its_class() -> None:
    classes = [
        next(iter(facts(f"{BASE}/change/{number}")[RDF.TYPE])).value  # type: ignore[attr-defined]
        for number in range(1, 10)
    ]
    assert [name.rpartition("#")[2] for name in classes] == [
        "Amendment", "Addition", "Removal", "Rewording", "Renumbering", "Move", "Relinking",
        "Revaluation", "Translation",
    ]  # fmt: skip


def test_a_result_has_what_the_specification_asks_for_and_what_we_know_more() -> None:
    found = facts(f"{BASE}/result/1")
    assert found[SH.FOCUS_NODE] == {NamedNode(iri("north/objective/1"))}
    assert found[SH.RESULT_SEVERITY] == {NamedNode(f"{SH_NS}Violation")}
    assert found[SG.STANDING] == {Literal("new")}
    assert found[SG.MEND] == {Literal("Mend it.", language="en")}
    assert found[DCTERMS.SOURCE] == {Literal("the plan.ttl:7")}
    assert found[DCTERMS.BIBLIOGRAPHIC_CITATION] == {Literal("1 The north")}
    assert {SH.RESULT_MESSAGE, SH.SOURCE_SHAPE, SH.SOURCE_CONSTRAINT_COMPONENT} <= set(found)


def test_a_path_of_more_than_one_property_has_a_node_of_its_own() -> None:
    assert facts(f"{BASE}/result/1")[SH.RESULT_PATH] == {NamedNode(f"{BASE}/result/1/path/1")}
    assert facts(f"{BASE}/result/1/path/1") == {SH.INVERSE_PATH: {NamedNode(SG.INDICATOR_OF)}}
    assert facts(f"{BASE}/result/2")[SH.RESULT_PATH] == {NamedNode(RDFS.LABEL)}


def test_the_turtle_says_the_same() -> None:
    written = parse(render(REVIEW, "turtle"), format=RdfFormat.TURTLE)
    assert {Triple(quad.subject, quad.predicate, quad.object) for quad in written} == set(triples(REVIEW, BASE))
