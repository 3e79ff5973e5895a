"""The documented queries, asked of a plan in English and of the same plan with its French beside it: one answer.

The plan is ``tests/data/other-plan.txt``, the French ``other-plan-fr.txt``; what an answer has to be was written from
them by hand.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from program import run
from small_plan import PLAN, SOURCE
from stores import copied, once, opened
from stratgraph.query import examples, fill
from stratgraph.results import CSV
from stratgraph.serialisation import N_TRIPLES
from stratgraph.store import Forms, memory_store
from stratgraph.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stratgraph.store import Store

EXAMPLES = {example.name: example for example in examples()}
EX = "http://example.org/"
W, OFF = f"{PLAN}/agy-w/goal", f"{PLAN}/off/goal"
NUMBER, LATE = "agy-w/objective/1/kpi/1", "off/objective/1/kpi/1"
VISION = "In a changing world, AGY's vision is to leave nobody behind."
STEEL = "Steel bridges (road)"
ARGUMENTS = {
    "description-of-element": {"element": f"{PLAN}/agy-w/objective/2"},
    "elements-without-links": {"class": "sg:KPI"},
    "evidence-of-link": {"subject": f"{PLAN}/agy-w/objective/2", "property": "sg:contributesTo"},
    "kpis-of-objective": {"objective": f"{PLAN}/agy-w/objective/2"},
    "linked-labels": {"element": f"{PLAN}/agy-w/objective/2"},
    "objective-neighbourhood": {"objective": f"{PLAN}/agy-w/objective/1"},
    "objectives-of-goal": {"goal": f"{PLAN}/agy-w/goal"},
    "paragraphs-that-mention": {"phrase": "bridges"},
    "row-of-objective": {"objective": f"{PLAN}/agy-w/objective/1"},
    "sdg-targets-of-objective": {"objective": f"{PLAN}/agy-w/objective/1"},
    "source-lines": {"source": f"{PLAN}/version/1/source", "firstLine": "1", "lastLine": "70"},
    "source-text": {"source": f"{PLAN}/version/1/source"},
    "speaks-of": {"words": "bridges"},
    "text-of-section": {"section": f"{PLAN}/text/section/2.1"},
    "way-to-mission": {"kpi": f"{PLAN}/agy-w/objective/2/kpi/1"},
    "where-mentioned": {"phrase": "bridges"},
}
"""For parameters other than the plan."""

RECORDS = {"derivations", "editorial-decisions", "elements-resting-on-decisions", "evidence-of-link"}
"""What these ask for each version of a plan has of its own, and the French is a second version."""

EACH_LANGUAGE = {"acronyms", "description-of-element", "objective-neighbourhood"}
"""What these give is in each language, as they say."""

EMPTY = {
    # Vocabularies and links.
    *("action-lines-by-sector", "doubtful-links", "elements-by-sdg-indicator", "eurovoc-of-objectives"),
    *("identifiers-of-others", "linked-labels", "links-as-graph", "links-from-matches", "links-with-shared-subject"),
    *("objectives-sharing-subject", "rejected-links", "sdg-goals-of-objectives", "sdg-targets-of-objective"),
    "vocabularies-and-links",
    # No text that changed after it was translated.
    "older-translations",
    # A period before.
    *("carried-over", "ended-with-period", "new-in-period"),
    # Values; below they are asked of a plan that has some.
    *("baselines", "targets-not-reached"),
    # Its text defines nothing, speaks of no climate, has no acronym in brackets and no date; nothing in it is there
    # twice or in other words, but for one output.
    *("acronyms", "climate-change", "defined-terms", "goal-wordings", "indicators-repeating-results"),
    *("objective-wordings", "outputs-in-one-table", "outputs-with-the-same-name", "repeated-indicators", "versions"),
}
"""What the plan in English has nothing of."""


def small_plan_in_french_too(small_store: Path, folder: Path) -> None:
    copied(small_store, folder)
    french = SOURCE.with_name("other-plan-fr.txt")
    done = run("publish", french, "--reason", "The French text.", store=folder)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def both(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """The plan in English, and with its French."""
    french = once(tmp_path_factory, "small-fr", lambda folder: small_plan_in_french_too(small_store, folder))
    with opened(small_store) as english, opened(french) as too:
        yield english, too


def answer(store: Store, text: str) -> list[list[str]]:
    """The rows without their head; of a graph its triples, sorted."""
    with store.answer(text, Forms(solutions=CSV, graph=N_TRIPLES)) as found:
        told = found.read().decode()
    if "\nSELECT " in text:
        return list(csv.reader(io.StringIO(told, newline="")))[1:]
    return sorted([line] for line in told.splitlines())


def asked(store: Store, name: str) -> list[list[str]]:
    plan = {"plan": PLAN} if any(one.name == "plan" for one in EXAMPLES[name].parameters) else {}
    return answer(store, fill(EXAMPLES[name], {**plan, **ARGUMENTS.get(name, {})}))


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in RECORDS | EACH_LANGUAGE])
def test_the_answer_is_that_of_the_plan_in_english(both: tuple[Store, Store], name: str) -> None:
    english, too = (asked(store, name) for store in both)
    assert too == english
    # An answer without rows would prove nothing.
    assert bool(english) != (name in EMPTY)


@pytest.mark.parametrize("name", sorted(RECORDS | EACH_LANGUAGE))
def test_where_more_is_meant_the_answer_has_that_of_the_plan_in_english(both: tuple[Store, Store], name: str) -> None:
    english, too = (asked(store, name) for store in both)
    assert [row for row in english if row not in too] == []
    if name in EACH_LANGUAGE:
        assert "each language" in EXAMPLES[name].description


def test_an_element_that_rests_on_a_decision_has_one_row_for_it(both: tuple[Store, Store]) -> None:
    rows = [(decision, element) for decision, element, *_ in asked(both[1], "elements-resting-on-decisions")]
    assert len(rows) == len(set(rows))
    # In version 1 that on the English mission; in version 2 the same, that it stays, and that on the French one.
    assert sorted(decision.removeprefix(PLAN) for decision, element in rows if element == f"{PLAN}/mission") == [
        "/version/1/decision/mission-of-agy",
        "/version/2/decision/edition-in-fr",
        "/version/2/decision/mission-of-agy",
        "/version/2/decision/mission-of-agy-in-fr",
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # Of AGY-W "Number of plans" and "Crossings …"; of OFF "Days late".
        ("counted-indicators", [["AGY-W", "1", "2"], ["OFF", "0", "1"]]),
        (
            "missions-and-visions",
            [
                ["AGY", "The mission of AGY is to build bridges.", VISION],
                ["AGY-W", "To build.", ""],
                ["OFF", "To serve.", ""],
            ],
        ),
        (
            "outputs-worded-differently",
            [[f"{PLAN}/agy-w/objective/2/output/2", "4.1", STEEL, "4.2", "Steel bridges, road", "signs"]],
        ),
        ("goal-wordings", []),
        ("objective-wordings", []),
        # Outputs from "Plans" to "Steel bridges, road", results from "roads" to "People cross".
        (
            "length-of-texts",
            [["expected result", "5", "12"], ["key performance indicator", "9", "33"], ["output", "5", "19"]],
        ),
        ("terse-indicators", [["9", "Days late", f"{PLAN}/{LATE}"], ["15", "Number of plans", f"{PLAN}/{NUMBER}"]]),
        ("titles-of-objectives", [["AGY-W", "2", "Building", "4.3.2"], ["AGY-W", "2", "Building", "4.2"]]),
        ("progress-by-goal", [[W, "Goal of AGY-W", "2", "0", "0", ""], [OFF, "Goal of OFF", "1", "0", "0", ""]]),
        # The mark stands in a paragraph that is a factor.
        (
            "footnotes",
            [["1", "1", "In any currency.", f"{PLAN}/{place}"] for place in ("factor/2.1.2", "text/paragraph/2.1.2")],
        ),
    ],
)
def test_the_answer_is_the_one_that_the_text_gives(
    both: tuple[Store, Store], name: str, expected: list[list[str]]
) -> None:
    assert asked(both[1], name) == expected


def test_a_plan_in_one_language_is_answered_in_that_one_though_it_does_not_say_which() -> None:
    store = memory_store(parsed(f'<k> a sg:KPI ; sg:inPlan <{PLAN}> ; sg:text "Retard"@fr .'))
    (row,) = asked(store, "terse-indicators")
    assert row[1] == "Retard"


def test_a_tag_is_met_by_a_longer_one_whatever_its_case() -> None:
    said = f'<{PLAN}> sg:mainLanguage "PT" . <k> a sg:KPI ; sg:inPlan <{PLAN}> ; sg:text "Atraso"@pt-BR , "Late"@en .'
    assert [row[1] for row in asked(memory_store(parsed(said)), "terse-indicators")] == ["Atraso"]


VALUES = """
<kpi> a sg:KPI ; sg:inPlan <PLAN> ; sg:indicatorOfGoal <goal> ; sg:text "Roads"@en ;
    sg:hasBaseline <from> , <words> ; sg:hasTarget <aim> ; sg:hasActualValue <now> .
<goal> a sg:Goal ; sg:inPlan <PLAN> ; rdfs:label "Goal"@en .
<from> sg:numericValue 10.0 ; sg:unitOfMeasure "roads"@en .
<words> sg:text "few"@en .
<aim> sg:numericValue 50.0 ; sg:unitOfMeasure "roads"@en .
<now> sg:numericValue 30.0 ; sg:unitOfMeasure "roads"@en .
""".replace("<PLAN>", f"<{PLAN}>")
FRENCH_VALUES = f"""
<{PLAN}> sg:mainLanguage "en" .
<kpi> sg:text "Routes"@fr . <goal> rdfs:label "But"@fr . <words> sg:text "peu"@fr .
<from> sg:unitOfMeasure "routes"@fr . <aim> sg:unitOfMeasure "routes"@fr . <now> sg:unitOfMeasure "routes"@fr .
"""


@pytest.mark.parametrize("french", ["", FRENCH_VALUES], ids=["english", "both"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("baselines", [["e:kpi", "Roads", "10 roads"], ["e:kpi", "Roads", "few"]]),
        ("targets-not-reached", [["e:kpi", "Roads", "10", "30", "", "50", "", "roads"]]),
        ("progress-by-goal", [["e:goal", "Goal", "1", "1", "1", "50"]]),
    ],
)
def test_values_are_told_once(name: str, expected: list[list[str]], french: str) -> None:
    found = asked(memory_store(parsed(VALUES + french)), name)
    assert [[cell.replace(EX, "e:") for cell in row] for row in found] == expected


def parsed(turtle: str) -> list[Quad]:
    head = "\n".join(f"@prefix {name}: <{PREFIXES[name]}> ." for name in ("sg", "rdfs"))
    return list(parse(f"@base <{EX}> .\n{head}\n{turtle}", format=RdfFormat.TURTLE))
