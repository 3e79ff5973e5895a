"""The documented queries about values, asked of a plan with numbers; the annex has none. Answers reckoned by hand."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, QuerySolutions, RdfFormat, Store

from stratgraph.query import examples, fill

PLAN = "https://w3id.org/stratgraph/id/agency/plan/1"
EXAMPLES = {example.name: example for example in examples()}
DATA = f"""
@base <{PLAN}/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/stratgraph/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<goal/1> a sg:Goal ; sg:inPlan <{PLAN}> ; rdfs:label "Roads"@en .
<goal/2> a sg:Goal ; sg:inPlan <{PLAN}> ; rdfs:label "Ships"@en .

# Half of the way by the end of 2031, when the target was 40: behind. What the east has says nothing of the whole.
<kpi/1> a sg:KPI ; sg:inPlan <{PLAN}> ; sg:text "Roads built"@en ; sg:indicatorOfGoal <goal/1> ;
    sg:hasBaseline <kpi/1/baseline/1> ; sg:hasTarget <kpi/1/target/1> , <kpi/1/target/2> ;
    sg:hasActualValue <kpi/1/actual/1> , <kpi/1/actual/2> , <kpi/1/actual/3> .
<kpi/1/baseline/1> sg:numericValue 10.0 ; sg:unitOfMeasure "roads"@en ; sg:endDate "2029-12-31"^^xsd:date .
<kpi/1/target/1> sg:numericValue 40.0 ; sg:unitOfMeasure "roads"@en ; sg:endDate "2031-12-31"^^xsd:date .
<kpi/1/target/2> sg:numericValue 50.0 ; sg:unitOfMeasure "roads"@en ; sg:endDate "2033-12-31"^^xsd:date .
<kpi/1/actual/1> sg:numericValue 60.0 ; sg:unitOfMeasure "roads"@en ; sg:endDate "2030-12-31"^^xsd:date .
<kpi/1/actual/2> sg:numericValue 30.0 ; sg:unitOfMeasure "roads"@en ; sg:endDate "2031-12-31"^^xsd:date .
<kpi/1/actual/3> sg:numericValue 99.0 ; sg:unitOfMeasure "roads"@en ; sg:endDate "2032-12-31"^^xsd:date ;
    sg:breakdown "Region: East"@en .

# To come down from 8 to 4, and at 4: reached, the whole of the way.
<kpi/2> a sg:KPI ; sg:inPlan <{PLAN}> ; sg:text "Days to repair"@en ; sg:indicatorOfGoal <goal/1> ;
    sg:hasBaseline <kpi/2/baseline/1> ; sg:hasTarget <kpi/2/target/1> ; sg:hasActualValue <kpi/2/actual/1> .
<kpi/2/baseline/1> sg:numericValue 8.0 ; sg:unitOfMeasure "days"@en .
<kpi/2/target/1> sg:numericValue 4.0 ; sg:unitOfMeasure "days"@en .
<kpi/2/actual/1> sg:numericValue 4.0 ; sg:unitOfMeasure "days"@en .

# To come down from 8 to 4, and at 7: behind, though 7 is more than 4.
<kpi/3> a sg:KPI ; sg:inPlan <{PLAN}> ; sg:text "Days to land"@en ; sg:indicatorOfGoal <goal/2> ;
    sg:hasBaseline <kpi/3/baseline/1> ; sg:hasTarget <kpi/3/target/1> ; sg:hasActualValue <kpi/3/actual/1> .
<kpi/3/baseline/1> sg:numericValue 8.0 ; sg:unitOfMeasure "days"@en .
<kpi/3/target/1> sg:numericValue 4.0 ; sg:unitOfMeasure "days"@en .
<kpi/3/actual/1> sg:numericValue 7.0 ; sg:unitOfMeasure "days"@en .

# Per cent and ships are not compared; words are no number.
<kpi/4> a sg:KPI ; sg:inPlan <{PLAN}> ; sg:text "Ships that land"@en ; sg:indicatorOfGoal <goal/2> ;
    sg:hasTarget <kpi/4/target/1> , <kpi/4/target/2> ; sg:hasActualValue <kpi/4/actual/1> .
<kpi/4/target/1> sg:numericValue 90.0 ; sg:unitOfMeasure "per cent"@en .
<kpi/4/target/2> sg:text "All"@en .
<kpi/4/actual/1> sg:numericValue 12.0 ; sg:unitOfMeasure "ships"@en .

<kpi/5> a sg:KPI ; sg:inPlan <{PLAN}> ; sg:text "Captains who are content"@en ; sg:indicatorOfGoal <goal/2> ;
    sg:hasBaseline <kpi/5/baseline/1> .
<kpi/5/baseline/1> sg:text "Most"@en .

# Of another plan.
<../2/kpi/1> a sg:KPI ; sg:inPlan <../2> ; sg:text "Carts"@en ;
    sg:hasTarget <../2/kpi/1/target/1> ; sg:hasActualValue <../2/kpi/1/actual/1> .
<../2/kpi/1/target/1> sg:numericValue 9.0 .
<../2/kpi/1/actual/1> sg:numericValue 1.0 .
"""


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(DATA.encode(), format=RdfFormat.TURTLE)
    return store


def rows(store: Store, name: str) -> list[tuple[str, ...]]:
    answer = store.query(fill(EXAMPLES[name], {"plan": PLAN}))
    assert isinstance(answer, QuerySolutions)
    found = []
    for solution in answer:
        cells = (solution[variable.value] for variable in answer.variables)
        texts = (one.value if isinstance(one, Literal) else str(one or "").strip("<>") for one in cells)
        found.append(tuple(text.removeprefix(f"{PLAN}/") for text in texts))
    return found


def test_what_is_behind_its_target_is_found_up_and_down_with_the_latest_value(store: Store) -> None:
    assert rows(store, "targets-not-reached") == [
        ("kpi/1", "Roads built", "10", "30", "2031-12-31", "40", "2031-12-31", "roads"),
        ("kpi/1", "Roads built", "10", "30", "2031-12-31", "50", "2033-12-31", "roads"),
        ("kpi/3", "Days to land", "8", "7", "", "4", "", "days"),
    ]


def test_a_baseline_is_shown_by_its_number_and_unit_or_by_its_words(store: Store) -> None:
    assert [(row[0], row[2]) for row in rows(store, "baselines")] == [
        ("kpi/1", "10 roads"), ("kpi/2", "8 days"), ("kpi/3", "8 days"), ("kpi/5", "Most"),
    ]  # fmt: skip


def test_an_indicator_without_a_target_is_found(store: Store) -> None:
    assert rows(store, "indicators-without-target") == [("kpi/5", "Captains who are content", "true")]


def test_progress_is_the_share_of_the_way_from_the_baseline_to_the_last_target(store: Store) -> None:
    # Goal 1: (30 - 10) / (50 - 10) = 50 %, and 100 %; on average 75 %. Goal 2: (7 - 8) / (4 - 8) = 25 %.
    assert rows(store, "progress-by-goal") == [
        ("goal/1", "Roads", "2", "2", "2", "75"),
        ("goal/2", "Ships", "3", "2", "1", "25"),
    ]
