"""The versions of a plan in a store: found, read, asked, compared; another plan does not come into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from stratgraph.asking import text_rows
from stratgraph.errors import NotFound, UsageError
from stratgraph.formats import rdf
from stratgraph.history import (
    chosen_plan,
    chosen_version,
    compare_rows,
    dataset_of,
    newest_versions,
    plans,
    read_version,
    used_places,
    versions_by_plan,
    versions_of,
)
from stratgraph.identifiers import PlanIdentifiers
from stratgraph.query import QueryKind, example, examples
from stratgraph.store import Solutions, memory_store, solutions
from stratgraph.store.embedded import published_store
from stratgraph.store_contents import Act, contents, version_graphs
from stratgraph.terms import OWL, SG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.statements import StatedPlan
    from stratgraph.store import Store

BASE = Path(__file__).parent / "shapes/base.ttl"
PLAN = "https://w3id.org/stratgraph/id/agency/plan/1"
OTHER = "https://w3id.org/stratgraph/id/bureau/plan/1"
FIRST = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
SECOND = datetime(2031, 6, 7, 8, 9, 10, tzinfo=UTC)
TEXTS = "PREFIX sg: <https://w3id.org/stratgraph/ontology#> SELECT ?text { ?goal a sg:Goal ; sg:text ?text }"


def read(text: str) -> StatedPlan:
    return rdf.read(text.encode(), file="plan.ttl", max_bytes=1_000_000)


def reworded(plan: StatedPlan, element: str, words: str) -> StatedPlan:
    node = NamedNode(f"{plan.identifiers.plan_iri}/{element}")
    statements = {
        Triple(t.subject, t.predicate, Literal(words, language="en"))
        if t.subject == node and t.predicate.value == SG.TEXT
        else t: evidence
        for t, evidence in plan.statements.items()
    }
    assert set(statements) != set(plan.statements)
    return replace(plan, statements=statements)


@pytest.fixture(scope="module")
def first() -> StatedPlan:
    return read(BASE.read_text("utf-8"))


@pytest.fixture(scope="module")
def goal(first: StatedPlan) -> str:
    """The place of a goal of that plan."""
    found = sorted(t.subject.value for t in first.statements if t.object == NamedNode(SG.GOAL))
    return found[0].removeprefix(f"{PLAN}/")


@pytest.fixture(scope="module")
def store(first: StatedPlan, goal: str) -> Store:
    """Two versions of one plan and one of another; the second version withdraws an element."""
    withdrawn = Triple(NamedNode(f"{PLAN}/objective/9"), NamedNode(OWL.DEPRECATED), Literal(value=True))
    second = reworded(first, goal, "Serve everybody.")
    second = replace(second, statements={**second.statements, withdrawn: next(iter(second.statements.values()))})
    other = read(BASE.read_text("utf-8").replace("agency", "bureau"))
    one = memory_store(contents(None, version_graphs(first, 1, Act(FIRST, "Ann", "adopted"))))
    act = Act(SECOND, "Bob", "amended", ("PlanHasTitle", "PlanHasEndYear"))
    written = version_graphs(second, 2, act, former=first.identifiers.version(1).graph)
    two = memory_store(contents(one, written))
    return memory_store(contents(two, version_graphs(other, 1, Act(SECOND))))


def test_each_version_says_who_published_it_when_and_why(store: Store) -> None:
    one, two = versions_of(store, PLAN)
    assert (one.number, one.time, one.by, one.reason, one.former, one.allowed) == (1, FIRST, "Ann", "adopted", "", ())
    assert (two.number, two.time, two.by, two.reason) == (2, SECOND, "Bob", "amended")
    assert two.former == one.iris.graph == f"{PLAN}/version/1"
    assert set(two.allowed) == {"PlanHasTitle", "PlanHasEndYear"}
    assert versions_of(store, f"{PLAN}9") == ()


def test_the_versions_of_several_plans_are_those_of_each_asked_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def counted(reading: Store, name: str, **values: Iterable[str]) -> tuple[dict[str, str], ...]:
        asked.append(name)
        return text_rows(reading, name, **values)

    monkeypatch.setattr("stratgraph.history.text_rows", counted)
    found = versions_by_plan(store, [OTHER, PLAN])
    assert sorted(asked) == ["plan-rollbacks", "plan-versions"]
    assert [(plan, [one.number for one in versions]) for plan, versions in found.items()] == [
        (OTHER, [1]),
        (PLAN, [1, 2]),
    ]
    assert found == {plan: versions_of(store, plan) for plan in (OTHER, PLAN)}
    assert versions_by_plan(store, []) == {}


def test_a_version_is_read_as_it_was_stated(store: Store, first: StatedPlan) -> None:
    stated = read_version(store, versions_of(store, PLAN)[0])
    assert dict(stated.statements) == dict(first.statements)
    assert stated.source == first.source


def test_the_current_view_is_the_newest_version_of_each_plan(store: Store, first: StatedPlan, goal: str) -> None:
    texts = [row[0].value for row in solutions(store, TEXTS).rows if row[0]]
    assert texts.count("Serve everybody.") == 1
    olds = {
        t.object.value
        for t in first.statements
        if t.subject == NamedNode(f"{PLAN}/{goal}") and t.predicate.value == SG.TEXT
    }
    assert sorted(texts).count(*olds) == 1  # of the other plan alone
    assert newest_versions(store) == {PLAN: f"{PLAN}/version/2", OTHER: f"{OTHER}/version/1"}
    assert plans(store) == (PLAN, OTHER)


def test_what_follows_from_an_old_version_can_be_asked_of_it(store: Store) -> None:
    query = (
        "PREFIX sg: <https://w3id.org/stratgraph/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "SELECT ?text ?class "
        "{ ?plan sg:hasElement ?goal . ?goal a sg:Goal ; sg:text ?text . sg:Goal rdfs:label ?class }"
    )
    found = [
        {row[0].value for row in solutions(store, query, dataset_of(store, version)).rows if row[0]}
        for version in versions_of(store, PLAN)
    ]
    assert found[0] - found[1]
    assert found[1] - found[0] == {"Serve everybody."}


def test_a_version_is_asked_with_the_links_and_vocabularies_that_are_published(linked_folder: Path) -> None:
    """Of the one version there is each documented query has the rows that it has of the current view.

    What these are is written by hand in ``queries/expected``.
    """
    store = published_store(linked_folder, max_result_bytes=100_000_000)
    dataset = dataset_of(store, versions_of(store, PlanIdentifiers("itu", "2012-2015").plan_iri)[0])
    queries = [one for one in examples() if one.kind is QueryKind.SELECT]
    # Those that reach named graphs last: their merge has these too.
    for one in sorted(queries, key=lambda one: "GRAPH" in one.text):
        assert compare_rows(solutions(store, one.text), solutions(store, one.text, dataset)) == (), one.name
    assert len(solutions(store, example("defined-terms").text, dataset).rows) == 6


def test_places_once_used_are_known_withdrawn_ones_too(store: Store) -> None:
    versions = versions_of(store, PLAN)
    assert "objective/9" in used_places(store, versions)
    assert "objective/9" not in used_places(store, versions[:1])
    assert used_places(store, ()) == frozenset()


def test_a_version_is_chosen_by_number_by_time_or_as_the_newest(store: Store) -> None:
    versions = versions_of(store, PLAN)
    assert chosen_version(versions).number == 2
    assert chosen_version(versions, 1).number == 1
    assert chosen_version(versions, as_of=FIRST).number == 1
    assert chosen_version(versions, as_of=datetime(2031, 6, 7, 8, 9, 9, tzinfo=UTC)).number == 1
    assert chosen_version(versions, as_of=SECOND).number == 2
    with pytest.raises(NotFound, match="no version 3") as caught:
        chosen_version(versions, 3)
    assert "1 (2030-01-02 03:04 UTC), 2 (2031-06-07 08:09 UTC)" in caught.value.mend
    with pytest.raises(NotFound, match=r"no version that was in force at 2029-01-01 00:00 UTC\."):
        chosen_version(versions, as_of=datetime(2029, 1, 1, tzinfo=UTC))
    with pytest.raises(NotFound, match="no version in force") as caught:
        chosen_version(tuple(replace(version, is_taken_back=True) for version in versions))
    assert "2 (2031-06-07 08:09 UTC, taken back)" in caught.value.mend


def test_a_plan_is_named_where_there_are_several(store: Store) -> None:
    assert chosen_plan(store, PLAN) == PLAN
    with pytest.raises(UsageError, match="has 2 plans"):
        chosen_plan(store, None)
    with pytest.raises(NotFound, match="no plan"):
        chosen_plan(store, f"{PLAN}9")


def test_compared_rows_are_those_of_one_answer_only_as_often_as_it_has_them_more() -> None:
    a, b, c = (Literal(text) for text in ("a 10", "a 9", "c"))
    before = Solutions(("x",), ((a,), (a,), (b,), (None,)))
    after = Solutions(("x",), ((a,), (c,), (None,)))
    assert compare_rows(before, after) == (("-", (b,)), ("-", (a,)), ("+", (c,)))
    assert compare_rows(before, before) == ()
