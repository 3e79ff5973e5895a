"""What the rules between two versions find: of hand-made revisions of a small plan, in both engines alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from stratgraph.errors import UsageError
from stratgraph.review.transitions import facts_before, transition_results
from stratgraph.terms import IDENTIFIERS, OWL, RDF, RDFS, SG, SHAPES_NS
from stratgraph.validation import validate_graph
from stratgraph.validation.engines import ENGINES, Result

TOP = Path(__file__).parents[2]
PREFIXES = (
    f"@base <{IDENTIFIERS}> .\n@prefix dcterms: <http://purl.org/dc/terms/> .\n@prefix sg: <{SG.TEXT[:-4]}> .\n"
    "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
)
NORTH = f"{IDENTIFIERS}agency/plan/1/north/objective/1"
OUTPUT, KPI = f"{NORTH}/output/1", f"{NORTH}/kpi/1"
VISION = f"{IDENTIFIERS}agency/plan/1/vision"
PLAN = f"{IDENTIFIERS}agency/plan/1"


def read(turtle: str) -> list[Triple]:
    quads = parse(PREFIXES + turtle, format=RdfFormat.TURTLE)
    return [Triple(q.subject, q.predicate, q.object) for q in quads]


BASE = read((TOP / "tests/shapes/base.ttl").read_text("utf-8"))


def without(subject: str) -> list[Triple]:
    return [t for t in BASE if t.subject.value != subject]


def replaced(subject: str, predicate: str, value: object) -> list[Triple]:
    """The plan with one value in place of those that a subject has of a property."""
    kept = [t for t in BASE if (t.subject.value, t.predicate.value) != (subject, predicate)]
    return [*kept, Triple(NamedNode(subject), NamedNode(predicate), value)]


def found(new: list[Triple], old: list[Triple]) -> frozenset[Result]:
    fast, reference = (transition_results(new, old, engine=engine) for engine in ENGINES)
    assert fast == reference
    return fast


def rules(results: frozenset[Result]) -> list[tuple[str, str, str]]:
    return sorted(
        (r.shape.removeprefix(SHAPES_NS), r.severity.rpartition("#")[2], r.focus.value.removeprefix(IDENTIFIERS))
        for r in results
    )


def test_a_plan_that_did_not_change_keeps_every_rule() -> None:
    assert found(BASE, BASE) == frozenset()


def test_the_first_version_keeps_every_rule() -> None:
    assert found(BASE, []) == frozenset()


def test_what_is_new_keeps_every_rule() -> None:
    assert found(BASE, without(KPI)) == frozenset()


def test_an_element_that_vanished_is_found_with_its_last_label() -> None:
    results = found(without(KPI), BASE)
    assert rules(results) == [
        ("ElementIsNotDroppedSilently", "Violation", "agency/plan/1/north/objective/1/kpi/1"),
    ]
    (result,) = results
    assert result.value == Literal("Carts a day", language="en")
    assert result.message == "“Carts a day” was in the version before; now it is neither there nor withdrawn."


def test_an_element_under_another_iri_is_pointed_out_and_not_only_missed() -> None:
    other = NamedNode(f"{NORTH}/kpi/9")
    moved = [Triple(other, t.predicate, t.object) if t.subject.value == KPI else t for t in BASE]
    (result,) = found(moved, BASE)
    assert (result.focus.value, result.value) == (KPI, Literal("Carts a day", language="en"))
    assert result.message == f"“Carts a day” was in the version before; now it is called by a new IRI, {other.value}."


def test_an_element_that_left_a_tombstone_did_not_vanish() -> None:
    tombstone = read(f'<{KPI}> owl:deprecated true ; rdfs:label "Carts a day"@en .')
    assert found([*without(KPI), *tombstone], BASE) == frozenset()


def test_a_tombstone_that_is_lost_is_found() -> None:
    """Else its number would be free again in the version after."""
    clay = f"{NORTH}/output/0"
    assert rules(found(without(clay), BASE)) == [
        ("ElementIsNotDroppedSilently", "Violation", "agency/plan/1/north/objective/1/output/0")
    ]


def test_wordings_and_parts_of_the_text_may_go_without_a_tombstone() -> None:
    gone = {f"{OUTPUT}/mention/1", f"{IDENTIFIERS}agency/plan/1/text/paragraph/1.1", f"{PLAN}/term/road"}
    new = [t for t in BASE if t.subject.value not in gone]
    assert len(new) < len(BASE)
    assert found(new, BASE) == frozenset()


def test_a_number_that_was_withdrawn_may_not_be_used_again() -> None:
    old = [*without(KPI), *read(f'<{KPI}> owl:deprecated true ; rdfs:label "Carts a year"@en .')]
    results = found(BASE, old)
    assert rules(results) == [("NumberIsNotReused", "Violation", "agency/plan/1/north/objective/1/kpi/1")]
    assert "“Carts a year”" in next(iter(results)).message


def test_an_element_that_becomes_another_kind_of_thing_is_found_with_both_classes() -> None:
    results = found(replaced(VISION, RDF.TYPE, NamedNode(SG.MISSION)), BASE)
    assert rules(results) == [("ElementKeepsItsKind", "Violation", "agency/plan/1/vision")]
    (result,) = results
    assert result.value == NamedNode(SG.MISSION)
    assert SG.VISION in result.message


def test_an_element_that_changes_its_unit_is_pointed_out() -> None:
    results = found(replaced(VISION, SG.OF_UNIT, NamedNode(f"{IDENTIFIERS}agency/office")), BASE)
    assert rules(results) == [("ElementKeepsItsUnit", "Warning", "agency/plan/1/vision")]
    (result,) = results
    assert (result.path, result.value) == (SG.OF_UNIT, NamedNode(f"{IDENTIFIERS}agency/office"))
    assert f"it was of {IDENTIFIERS}agency." in result.message.replace("<", "").replace(">", "")


def test_a_plan_of_another_organisation_is_no_version_of_this_one() -> None:
    new = replaced(PLAN, "http://purl.org/dc/terms/publisher", NamedNode(f"{IDENTIFIERS}agency/office"))
    assert rules(found(new, BASE)) == [("PlanKeepsItsPublisher", "Violation", "agency/plan/1")]


def test_a_period_that_was_extended_is_pointed_out_and_names_the_year() -> None:
    new = replaced(PLAN, SG.END_YEAR, Literal(2034))
    results = found(new, BASE)
    assert rules(results) == [("PlanKeepsItsPeriod", "Warning", "agency/plan/1")]
    (result,) = results
    assert (result.path, result.value) == (SG.END_YEAR, Literal(2034))
    assert result.message.endswith("is now 2034; it was 2033.")


def test_a_link_to_a_withdrawn_element_is_found_where_it_stands() -> None:
    result = f"{NORTH}/result/1"
    tombstone = read(f'<{result}> owl:deprecated true ; rdfs:label "Carts arrive."@en .')
    results = found([*without(result), *tombstone], BASE)
    assert rules(results) == [
        ("LinkLeadsToLivingElement", "Violation", "agency/plan/1/north/objective/1/kpi/1"),
        ("LinkLeadsToLivingElement", "Violation", "agency/plan/1/north/objective/1/result/1/1"),
    ]
    assert {r.path for r in results} == {SG.MEASURES, SG.PART_OF}


def test_a_withdrawn_element_that_is_described_still_is_found_once() -> None:
    results = found([*BASE, *read(f"<{KPI}> owl:deprecated true .")], BASE)
    assert rules(results) == [("TombstoneSaysNoMore", "Violation", "agency/plan/1/north/objective/1/kpi/1")]
    # Class, plan, unit, position, part of the text, text, objective, result, baseline, target.
    assert "10 statements" in next(iter(results)).message


def test_a_revision_cannot_say_what_the_former_version_was() -> None:
    said = read(f'<{KPI}> sg:withdrawnBefore true ; sg:typeBefore sg:Output ; sg:labelBefore "Lies"@en .')
    assert found([*BASE, *said], BASE) == frozenset()
    assert {f.rule for f in validate_graph([*BASE, *said]).findings} == {"PropertyIsKnown"}


def test_each_element_of_the_former_version_has_one_label() -> None:
    old = read(
        '<p/output/2> a sg:Output ; rdfs:label "B"@fr , "A"@en , "A"@de .\n'
        '<p/output/3> a sg:Output ; sg:text "Long"@en .\n'
        "<p/output/4> a sg:Output .\n"
        "<p/output/5> owl:deprecated true .\n"
    )
    labels = [t for t in facts_before(old) if t.predicate.value == SG.LABEL_BEFORE]
    assert {t.subject.value.removeprefix(IDENTIFIERS): t.object for t in labels} == {
        "p/output/2": Literal("A", language="en"),
        "p/output/3": Literal("Long", language="en"),
        "p/output/4": Literal("4"),
        "p/output/5": Literal("5"),
    }
    assert len(labels) == 4
    assert set(facts_before(old[::-1])) == set(facts_before(old))


def test_of_each_old_element_and_plan_the_facts_are_those_that_the_rules_need() -> None:
    facts = {
        (t.predicate.value.rpartition("#")[2], t.object)
        for t in facts_before(BASE)
        if t.subject.value in {PLAN, VISION}
    }
    assert facts == {
        ("typeBefore", NamedNode(SG.VISION)),
        ("unitBefore", NamedNode(f"{IDENTIFIERS}agency")),
        ("labelBefore", Literal("All are served.", language="en")),
        ("publisherBefore", NamedNode(f"{IDENTIFIERS}agency")),
        ("startYearBefore", Literal(2030)),
        ("endYearBefore", Literal(2033)),
    }


def test_an_element_withdrawn_and_an_element_there_have_facts_of_different_kinds() -> None:
    node = NamedNode(f"{NORTH}/output/0")
    assert Triple(node, NamedNode(OWL.DEPRECATED), Literal(True)) in BASE
    assert {t.predicate.value for t in facts_before(BASE) if t.subject == node} == {
        SG.WITHDRAWN_BEFORE, SG.LABEL_BEFORE
    }  # fmt: skip
    (label,) = (t.object for t in BASE if t.subject == node and t.predicate.value == RDFS.LABEL)
    assert Triple(node, NamedNode(SG.LABEL_BEFORE), label) in facts_before(BASE)


def test_an_engine_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="no SHACL engine"):
        transition_results(BASE, BASE, engine="topbraid")


def test_the_annex_keeps_every_rule_against_itself_and_loses_nothing_unseen() -> None:
    """21 objectives (Table 8.1) without the ones of ITU-D, which has six."""
    quads = parse((TOP / "data/plans/itu-2012-2015.ttl").read_bytes(), format=RdfFormat.TURTLE)
    annex = [Triple(q.subject, q.predicate, q.object) for q in quads]
    assert transition_results(annex, annex) == frozenset()
    itu_d = {
        t.subject for t in annex
        if t.object == NamedNode(SG.OBJECTIVE) and "/itu-d/" in t.subject.value
    }  # fmt: skip
    results = transition_results([t for t in annex if t.subject not in itu_d], annex)
    assert {r.focus for r in results} == itu_d
    assert len(results) == 6
