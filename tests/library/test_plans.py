"""A plan in hand: its elements and what hangs at what, as the annex has them; each rests on the words of its line."""

from __future__ import annotations

from decimal import Decimal

import pytest

import stratgraph
from stratgraph.errors import NotFound, UsageError


def test_the_plan_is_that_of_the_annex(plan: stratgraph.Plan) -> None:
    assert (plan.title, plan.version) == ("Strategic plan for the Union for 2012-2015", 1)
    assert plan.iri == "https://w3id.org/stratgraph/id/itu/plan/2012-2015"
    # Counted in the annex; 85 results are rows of Tables n.2, 16 are parts of one that leads in to them.
    assert (len(plan.objectives), len(plan.expected_results), len(plan.kpis)) == (21, 101, 92)
    # Line 364: the head of Table 6.1.
    assert [one.notation for one in plan.elements("Objective", unit="ITU-D")] == ["1", "2", "3", "4", "5", "6"]
    assert plan.elements("Objective", unit="itu-d") == plan.elements("Objective", unit="ITU-D")
    assert plan["itu-d/objective/3"].elements(unit="ITU-T") == ()
    with pytest.raises(UsageError, match="has no unit 'ITU-X'") as caught:
        plan.elements(unit="ITU-X")
    assert caught.value.mend == "It has ITU, ITU-D, ITU-R, ITU-T, GS."
    assert len(plan.elements("sg:Objective")) == len(plan.elements(plan.objectives[0].kind)) == 21


def test_an_element_by_its_place_and_what_is_around_it(plan: stratgraph.Plan) -> None:
    objective = plan["itu-d/objective/3"]
    assert objective == plan[objective.iri]
    assert (objective.name, objective.units) == ("Objective 3", ("ITU-D",))
    assert objective.text.startswith("To foster the development of strategies to enhance the deployment")
    # Table 6.2 of the annex has these indicators for Objective 3 of ITU-D, and its text one goal.
    assert objective.kpis[0].text == "Increased confidence in cybersecurity"
    assert len(objective.kpis) == 5
    assert [goal.place for goal in objective.above] == ["itu-d/goal"]
    assert objective in plan["itu-d/goal"].objectives
    assert all(one.above for one in objective.elements())


def test_every_element_rests_on_words_of_its_line(plan: stratgraph.Plan, annex_lines: list[str]) -> None:
    looked_at = 0
    for element in plan:
        source = element.source
        assert source is not None
        assert source.document.startswith("Annex to Resolution 71 (Rev. Guadalajara, 2010)")
        assert source.line is not None
        first = source.words.split(" … ")[0]
        # A wording may go on in the next row of its table; it begins in this line.
        assert first.split("\n")[0] in annex_lines[source.line - 1], element
        looked_at += 1
    assert looked_at == len(plan) == 367


def test_the_sources_of_any_statement(plan: stratgraph.Plan, annex_lines: list[str]) -> None:
    (found,) = plan.sources("itu-d/objective/3/kpi/1", "sg:indicatorOf")
    assert found.line is not None
    assert found.words
    assert found.words.split(" … ")[0] in annex_lines[found.line - 1]
    assert plan.sources("itu-d/objective/3", "sg:noSuchProperty") == ()


def test_links_have_codes_and_confidence(plan: stratgraph.Plan) -> None:
    links = plan["itu-d/objective/3"].links
    codes = {link.other.code: link for link in links}
    assert "SDG 17.8.1" in codes
    assert codes["SDG 17.8.1"].confidence == Decimal("0.6")


def test_what_is_not_there_is_an_error_that_says_what_is(
    graph: stratgraph.KnowledgeGraph, plan: stratgraph.Plan
) -> None:
    assert "itu-d/objective/9" not in plan
    with pytest.raises(NotFound) as caught:
        plan["itu-d/objektive/3"]
    assert caught.value.mend == "Did you mean 'itu-d/objective/3'?"
    with pytest.raises(NotFound, match="Did you mean 'itu-d/objective/3'"):
        plan["ITU-D objective 3"]
    with pytest.raises(UsageError, match=r"asked by stratgraph.connect\(\)"):
        stratgraph.open("http://127.0.0.1:8000")
    with pytest.raises(NotFound, match="no version 7"):
        graph.plan(version=7)
    with pytest.raises(NotFound, match="has no plan"):
        graph.plan("itu/plan/2016-2019")
    with pytest.raises(UsageError, match="neither a day nor a time"):
        graph.plan(as_of="yesterday")
    with pytest.raises(NotFound, match="no version that was in force at 2011-01-01"):
        graph.plan(as_of="2011-01-01")


def test_notebooks_show_what_it_says(plan: stratgraph.Plan) -> None:
    shown = plan["itu-d/objective/3"]._repr_html_()
    assert "To foster the development of strategies" in shown
    assert "line 348" in shown
    assert repr(plan["itu-d/goal"]).endswith("…>")
    assert "<td>KPIs</td><td>92</td>" in plan._repr_html_()


def test_what_is_not_there_is_no_empty_answer(graph: stratgraph.KnowledgeGraph, plan: stratgraph.Plan) -> None:
    with pytest.raises(UsageError, match="no class of elements 'Objectives'"):
        plan.elements("Objectives")
    for thing in ("itu-d/objective/99", "itu-d objective 3"):
        with pytest.raises(NotFound, match="says nothing of"):
            plan.sources(thing, "sg:text")
    # Of all plans it would be asked, and not of this one.
    with pytest.raises(UsageError, match="no version is"):
        graph.query("SELECT * {}", plan=plan.iri)


def test_things_that_are_no_elements_have_sources_too(plan: stratgraph.Plan) -> None:
    assert plan.sources(plan.iri, "dcterms:title")[0].line == 5
