"""Which rules a plan is held against: its profile, what somebody chooses, and what the house has of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from program import run
from stratgraph.errors import SourceError, UsageError
from stratgraph.profiles import profile, profiles
from stratgraph.settings import read_settings
from stratgraph.validation import ENGINES, Ruleset, validate_contents, validate_graph
from stratgraph.validation.bundle import stand_alone
from stratgraph.validation.engines import engine_with, validate
from stratgraph.validation.house import ChangedRule, House
from stratgraph.validation.reading import n_triples
from stratgraph.validation.rules import SHAPE_SETS

TOP = Path(__file__).parents[2]
BASE = (TOP / "tests/shapes/base.ttl").read_text("utf-8")
WITHOUT_OUTPUT = BASE.replace("sg:supportsObjective <agency/plan/1/north/objective/1> ;", "")
NAMES = "https://w3id.org/stratgraph/shapes#"
HOUSE = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix sg: <https://w3id.org/stratgraph/ontology#> .
@prefix ex: <https://house.example/rules#> .
ex:Brief a sh:NodeShape ; sh:targetClass sg:KPI ; sh:property [ sh:path sg:text ; sh:maxLength 5 ] .
[] sh:targetClass sg:Objective ; sh:path sg:notation ; sh:pattern "^O" ; sh:severity sh:Warning .
ex:Vowel a sh:NodeShape ; sh:targetClass sg:Goal ; sh:message "A goal begins with A."@en ;
    sh:sparql [ sh:select '''SELECT $this WHERE {
        $this <https://w3id.org/stratgraph/ontology#text> ?text . FILTER (!STRSTARTS(?text, "A")) }''' ] .
"""


def triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]


def rules_of(text: str, rules: Ruleset) -> set[tuple[str, str]]:
    return {(one.severity, one.rule) for one in validate_graph(triples(text), rules=rules).findings}


def named(name: str) -> str:
    return BASE.replace(f"<{NAMES}itu>", f"<{NAMES}{name}>")


def house(text: str = HOUSE, *changes: ChangedRule) -> Ruleset:
    return Ruleset(house=House((("house.ttl", text.encode()),) if text else (), changes))


# --- profiles --------------------------------------------------------------------------------------------------------


def test_each_profile_has_the_sets_of_the_one_before_and_its_own() -> None:
    assert list(profiles()) == ["core", "results", "itu"]
    assert profile("core").sets == {"required", "recommended", "vocabulary"}
    assert profile("results").sets == profile("core").sets | {"results"}
    assert profile("itu").sets == set(SHAPE_SETS)
    assert profile(f"{NAMES}itu") is profile("itu")
    with pytest.raises(UsageError, match="no profile 'strict'") as caught:
        profile("strict")
    assert "core, results, itu" in caught.value.mend


def test_a_plan_is_held_against_the_profile_that_it_names() -> None:
    lonely = BASE.replace("sg:indicatorOf <agency/plan/1/north/objective/1> ;", "")
    found = {name: rules_of(lonely.replace(f"<{NAMES}itu>", f"<{NAMES}{name}>"), Ruleset()) for name in profiles()}
    # An indicator that measures a result need not be of an objective, but for the family of the annex.
    of_results, of_itu = ("Violation", "ObjectiveHasIndicator"), ("Violation", "KpiIsIndicatorOfOneObjective")
    assert {of_results, of_itu} & found["core"] == set()
    assert {of_results, of_itu} & found["results"] == {of_results}
    assert {of_results, of_itu} & found["itu"] == {of_results, of_itu}


def test_one_that_names_none_is_held_against_the_one_of_the_house() -> None:
    text = BASE.replace(" ; sg:endYear 2033", "").replace(f"dcterms:conformsTo <{NAMES}itu>", "dcterms:rights 'none'")
    assert ("Violation", "PlanHasEndYear") not in rules_of(text, Ruleset())
    assert ("Violation", "PlanHasEndYear") in rules_of(text, Ruleset(default="results"))


def test_what_somebody_chooses_is_asked_whatever_a_plan_names() -> None:
    text = named("core").replace(" ; sg:endYear 2033", "")
    assert rules_of(text, Ruleset()) == set()
    assert rules_of(text, Ruleset(profile="results")) == {("Violation", "PlanHasEndYear")}
    assert rules_of(text, Ruleset(sets=("results",))) == {("Violation", "PlanHasEndYear")}


def test_plans_that_are_checked_together_have_each_its_own_profile() -> None:
    loose = named("core").replace("plan/1", "plan/2").replace(" ; sg:endYear 2033", "")
    strict = BASE.replace(" ; sg:endYear 2033", "")
    report = validate_contents({"one.ttl": strict.encode(), "two.ttl": loose.encode()})
    assert [(one.rule, one.focus) for one in report.findings] == [
        ("PlanHasEndYear", "https://w3id.org/stratgraph/id/agency/plan/1")
    ]
    assert report.shapes.profiles == ("core 1", "itu 1")


def test_a_profile_of_others_changes_nothing() -> None:
    text = BASE.replace(f"<{NAMES}itu>", f"<{NAMES}results> , <https://standards.example/any>")
    assert rules_of(text.replace(" ; sg:endYear 2033", ""), Ruleset()) == {("Violation", "PlanHasEndYear")}


def test_the_reason_of_a_rule_is_no_text_of_another_plan() -> None:
    broken = BASE.replace("sg:contributesTo <agency/plan/1/north/goal> .", "sg:qualifier 'none'@en .")
    found = {one.rule: one.reason for one in validate_graph(triples(broken)).findings}
    assert found["ObjectiveContributesToGoal"].startswith("Objectives are there for the goals")
    as_itu = broken.replace("agency/plan/1", "itu/plan/2012-2015").replace("<agency", "<itu")
    found = {one.rule: one.reason for one in validate_graph(triples(as_itu)).findings}
    assert found["ObjectiveContributesToGoal"].endswith("itu/plan/2012-2015/term/goals")


# --- what a house has of its own -------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_shapes_of_a_house_without_name_or_message_read_well(engine: str) -> None:
    report = validate_graph(triples(BASE), rules=house(), engine=engine)
    assert [(f.severity, f.rule, f.message, f.label) for f in report.findings] == [
        ("Violation", "Brief/text", "It does not meet sh:maxLength 5 of sg:text.", "Carts a day"),
        ("Violation", "Vowel", "A goal begins with A.", "To connect the north."),
        ("Warning", "house.ttl/1", "It does not meet sh:pattern ^O of sg:notation.", "To build one road."),
    ]
    assert {f.reason for f in report.findings} == {"A rule of house.ttl."}
    assert report.shapes.own == ("house.ttl",)


def test_they_stand_on_their_lines_as_ours_do() -> None:
    lines = BASE.split("\n")
    report = validate_contents({"plan.ttl": BASE.encode()}, rules=house())
    (line,) = (one.line for one in report.findings if one.rule == "Vowel")
    assert lines[(line or 0) - 1].startswith("<agency/plan/1/north/goal> a sg:Goal")


def test_a_rule_is_lowered_or_raised_with_a_reason_that_reports_show() -> None:
    text = BASE.replace(" ; sg:endYear 2033", "").replace('"Carts a day"@en', '"• Carts a day"@en')
    lower = ChangedRule("PlanHasEndYear", "Info", "Our plans are open-ended.")
    higher = ChangedRule("WordingIsTidy", "Violation", "We publish as it is.")
    for engine in ENGINES:
        report = validate_graph(triples(text), rules=house("", lower, higher), engine=engine)
        found = {one.rule: (one.severity, one.reason) for one in report.findings}
        assert found["PlanHasEndYear"][0] == "Info"
        assert found["PlanHasEndYear"][1].endswith("Our plans are open-ended.")
        assert found["WordingIsTidy"][0] == "Violation"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (ChangedRule("PlanHasEndYear", "Error", "So."), "Violation, Warning, Info"),
        (ChangedRule("PlanHasEndYear", "Info", " "), "reason"),
        (ChangedRule("PlanHasEndYaer", "Info", "So."), "PlanHasEndYear"),
    ],
)
def test_a_change_that_means_nothing_is_refused(change: ChangedRule, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        house("", change).shapes()
    assert said in f"{caught.value.what} {caught.value.mend}"


def test_a_change_of_a_rule_that_the_profile_has_not_is_no_error() -> None:
    change = ChangedRule("PlanHasEndYear", "Info", "So.")
    assert Ruleset(profile="core", house=House((), (change,))).shapes().rules


def test_files_that_have_no_shapes_are_refused_with_their_place(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no shape"):
        house("<a:b> <a:c> <a:d> .").shapes()
    with pytest.raises(SourceError, match=r"house\.ttl, line 2"):
        house("<a:b> <a:c> <a:d> .\n<a:b> oops .").shapes()
    with pytest.raises(UsageError, match="has no shapes"):
        House.read([tmp_path])
    with pytest.raises(UsageError):
        House.read([tmp_path / "nothing.ttl"])


def test_settings_name_profile_shapes_and_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/house.ttl").write_text(HOUSE, "utf-8")
    (tmp_path / "stratgraph.toml").write_text(
        'profile = "results"\nshapes = ["rules"]\n'
        '[rules.PlanHasEndYear]\nseverity = "Warning"\nreason = "Our plans are open-ended."\n',
        "utf-8",
    )
    shapes = Ruleset.of(read_settings()).shapes()
    assert shapes.profiles == ("results 1",)
    assert shapes.own == ("house.ttl",)
    assert shapes.rules[f"{NAMES}PlanHasEndYear"].severity == "Warning"
    assert shapes.rules[f"{NAMES}PlanHasEndYear"].changed == "Our plans are open-ended."


CHANGES = """
[rules.PlanKeepsItsPeriod]
severity = "Violation"
reason = "The council decides on periods."
[rules.ElementIsNotDroppedSilently]
severity = "Info"
reason = "Nobody links to our plans yet."
"""


def test_the_house_changes_rules_between_versions_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In tests/data/own-plan.ttl the period ends in 2030; an indicator leads to nothing else."""
    text = (TOP / "tests/data/own-plan.ttl").read_text("utf-8")
    dropped = text[: text.index("<2026-2030/objective/3/kpi/1>")]
    revised = dropped.replace("sg:endYear 2030", "sg:endYear 2031")
    monkeypatch.chdir(tmp_path)
    former, file = tmp_path / "former.ttl", tmp_path / "revised.ttl"
    former.write_text(text, "utf-8")
    file.write_text(revised, "utf-8")
    assert run("publish", former, store=tmp_path / "store").returncode == 0

    def found() -> tuple[dict[str, tuple[str, str]], int]:
        done = run("review", file, "--format", "json", store=tmp_path / "store")
        findings = json.loads(done.stdout)["findings"]
        return {one["rule"]: (one["severity"], one["reason"]) for one in findings}, done.returncode

    usual, _ = found()
    assert usual["PlanKeepsItsPeriod"][0] == "Warning"
    assert usual["ElementIsNotDroppedSilently"][0] == "Violation"
    (tmp_path / "stratgraph.toml").write_text(CHANGES, "utf-8")
    here, code = found()
    assert code == 1
    assert here["PlanKeepsItsPeriod"][0] == "Violation"
    assert here["PlanKeepsItsPeriod"][1].endswith(" The council decides on periods.")
    assert here["ElementIsNotDroppedSilently"][0] == "Info"
    assert here["ElementIsNotDroppedSilently"][1].endswith(" Nobody links to our plans yet.")
    report = run("review", file, "--format", "html", store=tmp_path / "store").stdout
    assert "Not fit for publication" in report
    assert "2 changed rules" in report
    assert run("publish", file, store=tmp_path / "store").returncode == 1
    (tmp_path / "stratgraph.toml").write_text(CHANGES.replace('"Violation"', '"Info"'), "utf-8")
    assert run("publish", file, store=tmp_path / "store").returncode == 0
    (tmp_path / "stratgraph.toml").write_text(CHANGES.replace("ItsPeriod", "ItsPeriods"), "utf-8")
    refused = run("review", file, store=tmp_path / "store")
    assert (refused.returncode, "do you mean PlanKeepsItsPeriod?" in refused.stderr) == (2, True)


# --- shapes that stand alone -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_a_bundle_finds_without_our_ontology_what_we_find_with_it(engine: str) -> None:
    shapes = Ruleset(profile="itu").shapes()
    alone = engine_with(stand_alone(shapes), engine=engine)
    doubled = "<agency/plan/1/north/goal> a sg:Objective . <agency/plan/1/text/table/1.1> a sg:Goal ."
    for text in (BASE, f"{BASE}{doubled}", WITHOUT_OUTPUT, BASE.replace("text/table/1.2>", "text/table/9>")):
        data = triples(text)
        found = {(one.shape, one.focus, one.value) for one in alone.outcome(n_triples(data)).results}
        assert found == {(one.shape, one.focus, one.value) for one in validate(data, shapes)}


def test_a_bundle_finds_in_the_annex_what_we_find() -> None:
    shapes = Ruleset(profile="itu").shapes()
    data = triples((TOP / "data/plans/itu-2012-2015.ttl").read_text("utf-8"))
    alone = engine_with(stand_alone(shapes), engine="shacl").outcome(n_triples(data)).results
    assert len(alone) == len(validate(data, shapes)) > 0
    # The same file of shapes, as it is, finds hundreds of Violations in the same data, for want of the hierarchy.
    as_it_is = engine_with(shapes.triples, engine="shacl").outcome(n_triples(data)).results
    assert len(as_it_is) > len(alone) + 100
