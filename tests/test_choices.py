"""What documented queries ask where a store has not the plan of their defaults: what its plan says, or a refusal.

Expected rows are those of tests/data/own-plan.ttl and tests/shapes/base.ttl.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import stratgraph
from program import run
from stores import copied, once, opened
from stratgraph.assistants import Tools
from stratgraph.choices import filled_for
from stratgraph.errors import UsageError
from stratgraph.query import example

DATA = Path(__file__).parent / "data"
OWN = "https://data.example.org/plans/2026-2030"
SMALL = "https://w3id.org/stratgraph/id/agency/plan/1"
ITU = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"
TOLD = f"objective was left out: asked with objective=objective/3 of <{OWN}>, the only plan here."


def publish(file: Path, store: Path) -> None:
    done = run("publish", file, store=store)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def one_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "one-own-plan", lambda folder: publish(DATA / "own-plan.ttl", folder))


@pytest.fixture(scope="module")
def two_plans(one_plan: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(
        tmp_path_factory, "two-plans", lambda folder: publish(DATA.parent / "shapes/base.ttl", copied(one_plan, folder))
    )


def test_the_command_asks_the_only_plan_and_says_so(one_plan: Path) -> None:
    done = run("query", "kpis-of-objective", "--format", "csv", store=one_plan)
    assert (done.returncode, done.stderr.strip()) == (0, TOLD)
    assert done.stdout.splitlines() == ["position,kpi,text", f"1,{OWN}/objective/3/kpi/1,Wells dug in a year"]


def test_the_text_that_is_shown_is_the_one_that_is_asked(one_plan: Path, tmp_path: Path) -> None:
    shown = run("query", "kpis-of-objective", "--show", store=one_plan)
    asked = run("query", shown.stdout, "--format", "csv", store=one_plan)
    assert (asked.stdout, asked.stderr) == (
        run("query", "kpis-of-objective", "--format", "csv", store=one_plan).stdout,
        "",
    )
    empty = run("query", "kpis-of-objective", "--show", store=tmp_path)
    assert (empty.returncode, empty.stderr) == (0, "")
    assert ITU in empty.stdout


def test_what_is_given_is_asked_and_a_place_is_one_in_the_only_plan(one_plan: Path) -> None:
    with opened(one_plan) as store, store.reading() as reading:
        wanted = example("kpis-of-objective")
        for given in ("objective/3", f"{OWN}/objective/3", f"<{OWN}/objective/3>"):
            filled = filled_for(reading, wanted, {"objective": given})
            assert f"{{ <{OWN}/objective/3> }}" in filled.question
            assert filled.note == ""
        assert f"{{ <{ITU}> }}" in filled_for(reading, example("units"), {"plan": "itu/plan/2012-2015"}).question
        with pytest.raises(UsageError, match="no parameter 'objektive'"):
            filled_for(reading, wanted, {"objektive": "objective/3"})


def test_where_a_plan_has_nothing_of_a_kind_the_answer_is_empty_and_its_plan_is_told(one_plan: Path) -> None:
    done = run("query", "text-of-section", "--format", "csv", store=one_plan)
    assert (done.returncode, done.stdout.splitlines()) == (0, ["position,part,text"])
    assert f"of <{OWN}>, the only plan here." in done.stderr.splitlines()[0]


def test_of_several_plans_one_has_to_be_named(two_plans: Path) -> None:
    refused = run("query", "units", store=two_plans)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "units is asked of one plan, and there are 2 plans here" in refused.stderr
    assert OWN in refused.stderr
    assert SMALL in refused.stderr
    place = run("query", "kpis-of-objective", "-p", "objective=objective/3", store=two_plans)
    assert place.returncode == 2
    assert "objective=objective/3 does not say of which" in place.stderr
    named = run("query", "units", "-p", "plan=agency/plan/1", "--format", "csv", store=two_plans)
    assert (named.returncode, named.stderr) == (0, "")
    assert "AG,Agency,organisation," in named.stdout


def test_a_thing_of_others_is_no_plan_and_stays_what_is_asked(one_plan: Path) -> None:
    """Subjects and schemes of vocabularies are addresses too, as plans of organisations are."""
    with opened(one_plan) as store, store.reading() as reading:
        for name in ("speaks-of", "objectives-sharing-subject"):
            filled = filled_for(reading, example(name), {})
            defaults = [one for one in example(name).parameters if str(one.default.value).startswith("http")]
            others = [one for one in defaults if not str(one.default.value).startswith(ITU)]
            assert others
            assert all(str(one.default) in filled.question for one in others)
            assert not set(filled.instead or {}) & {one.name for one in others}


def test_the_plan_whose_version_is_asked_is_the_one_that_is_meant(two_plans: Path) -> None:
    done = run("query", "units", "--version", "1", "--plan", SMALL, "--format", "csv", store=two_plans)
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == "plan was left out: asked with plan=agency/plan/1."
    assert "AG-N,North,Sector," in done.stdout


def test_a_plan_that_is_named_alone_is_asked(two_plans: Path) -> None:
    done = run("query", "units", "--plan", SMALL, "--format", "csv", store=two_plans)
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == "plan was left out: asked with plan=agency/plan/1."
    assert "AG-N,North,Sector," in done.stdout
    refused = run("query", "units", "--plan", f"{SMALL}/no", store=two_plans)
    assert refused.returncode == 2
    assert "has no plan" in refused.stderr
    # Somebody's own query is of all plans.
    assert run("query", "ASK {}", "--plan", SMALL, store=two_plans).returncode == 2


def test_a_plan_whose_versions_are_compared_is_named_beside_them(two_plans: Path) -> None:
    done = run("query", "units", "--compare", "1", "1", "--plan", SMALL, "--format", "tsv", store=two_plans)
    assert done.returncode == 0, done.stderr
    assert "there are" not in done.stderr


def test_it_is_said_where_the_plan_of_the_defaults_is_one_of_several(
    annex_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(annex_store) as store, store.reading() as reading:
        monkeypatch.setattr("stratgraph.choices.newest_versions", lambda _: {ITU: "1", SMALL: "1"})
        filled = filled_for(reading, example("units"), {})
        assert filled.question == example("units").text
        assert filled.note == f"plan was left out: asked of <{ITU}>, and 1 other plan is here."
        assert filled_for(reading, example("units"), {"plan": f"<{ITU}>"}).note == ""


def test_the_plan_of_the_defaults_goes_before_others(annex_store: Path) -> None:
    with opened(annex_store) as store, store.reading() as reading:
        filled = filled_for(reading, example("units"), {})
    assert (filled.question, filled.note) == (example("units").text, "")


def test_the_library_asks_the_only_plan(one_plan: Path, two_plans: Path) -> None:
    with stratgraph.open(one_plan) as graph:
        assert [row["text"] for row in graph.queries.kpis_of_objective()] == ["Wells dug in a year"]
        assert not graph.queries.any_objective_without_kpi()
        assert [row["text"] for row in graph.queries.kpis_of_objective(objective=graph.plan()["objective/3"])]
    with stratgraph.open(two_plans) as graph, pytest.raises(UsageError, match="there are 2 plans here"):
        graph.queries.units()


def test_an_assistant_is_told_which_plan_was_asked(one_plan: Path) -> None:
    with stratgraph.open(one_plan) as graph:
        answer = Tools(graph).documented_query("kpis-of-objective", {})
        assert answer.startswith(f"{TOLD}\n\n| position |")
        assert Tools(graph).documented_query("any-objective-without-kpi", {}).endswith("\n\nno")
