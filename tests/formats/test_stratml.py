"""StratML is read leniently: what it states is stated with its place, and nothing is dropped.

Figures of the real files are counted in their text by other means than the reader's, or read off by eye.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode
from stratml_files import (
    BRIDGES,
    DATA,
    TYPE,
    WORDS,
    Facts,
    missing,
    needs_shared,
    plan,
    read,
    read_cnxt,
    read_oecd,
    said_in,
    shared,
    written,
    xml,
)

from stratgraph.document import segments
from stratgraph.errors import SourceError
from stratgraph.formats import annex, stratml
from stratgraph.plan_graph import source_text, stated_version, version_quads
from stratgraph.statements import Places
from stratgraph.terms import DCTERMS, IDENTIFIERS, ORG, RDFS, SG
from stratgraph.validation import Ruleset, validate_graph

if TYPE_CHECKING:
    from collections.abc import Callable

GOAL = "<Goal><Name>A</Name><Description>Do a</Description>{}</Goal>"
OBJECTIVE = "<Objective><Name>B</Name><Description>Do b</Description>{}</Objective>"
MISSION = "<Mission><Description>To be</Description></Mission>"

OF_RESULTS = Ruleset(sets=("required", "results"))


@pytest.fixture(scope="module")
def bridges() -> Facts:
    return Facts(read(BRIDGES, file="bridges.xml"))


# --- the plan and its elements ---------------------------------------------------------------------------------------


def test_the_plan_has_title_period_publisher_and_source(bridges: Facts) -> None:
    assert bridges.base == f"{IDENTIFIERS}brag/plan/2030-2034"
    assert bridges.plan.language == "en-gb"
    assert bridges.values("", DCTERMS.TITLE) == ["Strategic plan of the Bridge Agency"]
    assert (bridges.values("", SG.START_YEAR), bridges.values("", SG.END_YEAR)) == (["2030"], ["2034"])
    assert bridges.values("", DCTERMS.SOURCE) == ["https://bridges.example/plan"]
    assert bridges.values("", DCTERMS.IDENTIFIER) == ["_plan"]
    (publisher,) = bridges.values("", DCTERMS.PUBLISHER)
    assert bridges.values(publisher, TYPE) == [ORG.FORMAL_ORGANIZATION]
    assert bridges.values(publisher, RDFS.LABEL) == ["Bridge Agency"]
    assert bridges.values(publisher, SG.NOTATION) == ["BRAG"]
    assert bridges.plan.source.issued == 2029


def test_elements_stand_at_their_places(bridges: Facts) -> None:
    assert {kind: bridges.places(kind) for kind in (SG.MISSION, SG.VISION, SG.GOAL, SG.OBJECTIVE)} == {
        SG.MISSION: {"mission"},
        SG.VISION: {"vision"},
        SG.GOAL: {"goal/1", "goal/2"},
        SG.OBJECTIVE: {"goal/1/objective/1", "goal/1/objective/2"},
    }
    first = "goal/1/objective/1"
    assert bridges.places(SG.OUTPUT) == {f"{first}/output/1"}
    assert bridges.places(SG.EXPECTED_RESULT) == {f"{first}/result/1", f"{first}/result/2"}
    assert bridges.places(SG.KPI) == {f"{first}/kpi/1"}
    assert bridges.plan.provisional == {f"{bridges.base}/{place}" for place in bridges.places()}


def test_an_element_says_what_its_xml_says(bridges: Facts) -> None:
    assert bridges.values("goal/1", SG.TEXT) == ["Every bridge bears\nwhat it has to bear"]
    assert bridges.values("goal/1", DCTERMS.TITLE) == ["Safe bridges"]
    assert bridges.values("goal/1", SG.NOTATION) == ["1"]
    assert bridges.values("goal/1", DCTERMS.IDENTIFIER) == ["_g1"]
    assert bridges.values("goal/1", SG.SERVES_MISSION) == ["mission"]
    assert bridges.values("goal/1/objective/2", SG.CONTRIBUTES_TO) == ["goal/1"]
    assert bridges.values("goal/1/objective/2", SG.POSITION) == ["2"]
    assert bridges.values("goal/1/objective/1", RDFS.LABEL) == ["BRAG objective 1.1: Inspection"]
    assert bridges.values("mission", SG.TEXT) == ["To build bridges"]
    assert bridges.values("mission", RDFS.LABEL) == ["Mission of BRAG"]
    assert bridges.values("vision", SG.STATED_IN) == ["vision/section"]
    assert bridges.values("goal/1", SG.OF_UNIT) == [f"{IDENTIFIERS}brag"]


def test_a_name_without_description_is_the_text_and_no_title(bridges: Facts) -> None:
    assert bridges.values("goal/2", SG.TEXT) == ["New bridges"]
    assert bridges.values("goal/2", DCTERMS.TITLE) == []


def test_an_indicator_that_measures_nothing_is_what_its_stage_says(bridges: Facts) -> None:
    first = "goal/1/objective/1"
    assert bridges.values(f"{first}/output/1", SG.SUPPORTS_OBJECTIVE) == [first]
    assert bridges.values(f"{first}/result/1", SG.EXPECTED_FOR) == [first]
    assert bridges.values(f"{first}/result/2", SG.PART_OF) == [f"{first}/result/1"]
    assert bridges.values(f"{first}/result/2", SG.EXPECTED_FOR) == []
    assert [bridges.values(f"{first}/result/{n}", SG.POSITION) for n in (1, 2)] == [["1"], ["1"]]


def test_an_indicator_has_its_targets_baseline_and_what_was_reached(bridges: Facts) -> None:
    kpi = "goal/1/objective/1/kpi/1"
    assert bridges.values(kpi, SG.TEXT) == ["Bridges inspected"]
    assert bridges.values(kpi, SG.INDICATOR_OF) == ["goal/1/objective/1"]
    assert bridges.values(kpi, SG.HAS_TARGET) == [f"{kpi}/target/1"]
    target = f"{kpi}/target/1"
    assert bridges.values(target, SG.TEXT) == ["Stone bridges first"]
    assert bridges.values(target, SG.NUMERIC_VALUE) == ["60"]
    assert bridges.values(target, SG.UNIT_OF_MEASURE) == ["per cent"]
    assert bridges.evidence(target, SG.UNIT_OF_MEASURE) == ["per cent"]
    assert bridges.values(target, SG.START_DATE) == ["2031-01-01"]
    assert bridges.values(target, SG.END_DATE) == ["2031-12-31"]
    assert bridges.evidence(target, SG.END_DATE) == ["2031-12-31"]
    assert bridges.values(kpi, SG.HAS_BASELINE) == [f"{kpi}/baseline/1"]
    assert bridges.values(f"{kpi}/baseline/1", SG.TEXT) == ["40 per cent in 2029"]
    assert bridges.evidence(f"{kpi}/baseline/1", SG.TEXT) == ["40 per cent in 2029"]
    assert bridges.evidence(f"{kpi}/baseline/1", TYPE) == ["<ActualResult>", "Baseline"]
    assert bridges.values(kpi, SG.HAS_ACTUAL_VALUE) == [f"{kpi}/actual/1"]
    assert bridges.values(f"{kpi}/actual/1", SG.NUMERIC_VALUE) == ["55"]


DESCRIPTOR = "<Descriptor><DescriptorName>{}</DescriptorName><DescriptorValue>East</DescriptorValue></Descriptor>"
RESULTS = """<Goal><Name>A</Name><Objective><Name>B</Name><PerformanceIndicator PerformanceIndicatorType="Qualitative">
<MeasurementDimension>Roads</MeasurementDimension><UnitOfMeasurement>km</UnitOfMeasurement>
<MeasurementInstance>{}</MeasurementInstance></PerformanceIndicator></Objective></Goal>"""


@pytest.mark.parametrize(
    ("result", "kind", "said"),
    [
        (
            "<ActualResult><NumberOfUnits>18338.50</NumberOfUnits><Description>18,338.5</Description></ActualResult>",
            "actual",
            {SG.NUMERIC_VALUE: ["18338.5"], SG.UNIT_OF_MEASURE: ["km"]},
        ),
        (
            "<ActualResult><NumberOfUnits>18338</NumberOfUnits><Description>18,339</Description></ActualResult>",
            "actual",
            {SG.NUMERIC_VALUE: ["18338"], SG.TEXT: ["18,339"], SG.UNIT_OF_MEASURE: ["km"]},
        ),
        (
            f"<ActualResult>{DESCRIPTOR.format('Region')}<NumberOfUnits>5</NumberOfUnits></ActualResult>",
            "actual",
            {SG.NUMERIC_VALUE: ["5"], SG.BREAKDOWN: ["Region: East"], SG.UNIT_OF_MEASURE: ["km"]},
        ),
        (
            f"<ActualResult>{DESCRIPTOR.format('Baseline')}<NumberOfUnits>5</NumberOfUnits></ActualResult>",
            "baseline",
            {SG.NUMERIC_VALUE: ["5"], SG.BREAKDOWN: ["East"], SG.UNIT_OF_MEASURE: ["km"]},
        ),
        (
            "<TargetResult><NumberOfUnits>12,500</NumberOfUnits><EndDate>June</EndDate></TargetResult>",
            "target",
            {SG.TEXT: ["12,500; June"]},
        ),
    ],
    ids=["number twice", "number and another", "breakdown", "baseline of a part", "neither number nor day"],
)
def test_each_part_of_a_result_is_said_as_what_it_is(result: str, kind: str, said: dict[SG, list[str]]) -> None:
    facts = Facts(read(plan(RESULTS.format(result))))
    kpi = "goal/1/objective/1/kpi/1"
    found = {name: facts.values(f"{kpi}/{kind}/1", name) for name in SG if facts.values(f"{kpi}/{kind}/1", name)}
    assert found == said
    assert facts.values(kpi, SG.MEASURE_KIND) == ["qualitative"]


def test_a_result_that_is_still_to_come_is_no_value_and_is_kept() -> None:
    to_come = "<ActualResult><Description>[To be determined]</Description><EndDate>2031-06-30</EndDate></ActualResult>"
    facts = Facts(read(plan(RESULTS.format(to_come))))
    assert facts.values("goal/1/objective/1/kpi/1", SG.HAS_ACTUAL_VALUE) == []
    assert {"[To be determined]", "2031-06-30"} <= set(facts.kept().values())


def test_the_targets_and_baselines_of_a_real_plan_have_their_numbers() -> None:
    """Of the 28 indicators of the file; the figures are those of indicator 1.1.2, read in it by eye."""
    described = DATA / "stratml-sc-commerce.toml"
    description = stratml.read_description(described.read_bytes(), file=described.name)
    graph = read((DATA / "stratml-sc-commerce.xml").read_bytes(), description=description).graph
    for kind in SG.TARGET, SG.BASELINE:
        values = graph.of_type(kind)
        assert len(values) == 28
        assert all(graph.has(one, SG.NUMERIC_VALUE) and graph.has(one, SG.UNIT_OF_MEASURE) for one in values)
        assert all(graph.has(one, SG.START_DATE) and graph.has(one, SG.END_DATE) for one in values)
    assert graph.of_type(SG.ACTUAL_VALUE) == ()
    (indicator,) = (one for one in graph.of_type(SG.KPI) if graph.text(one, SG.NOTATION) == "1.1.2")
    (target,), (baseline,) = (graph.iris(indicator, name) for name in (SG.HAS_TARGET, SG.HAS_BASELINE))
    assert (graph.figure(target), graph.figure(baseline)) == ("12500 Count", "18338 Count")
    assert graph.text(target, SG.START_DATE) == "2023-07-01"
    assert graph.text(target, SG.TEXT) == "Meet or Exceed jobs recruited goal established by agency"
    assert graph.text(baseline, SG.TEXT) == ""


def test_each_fact_rests_on_its_characters(bridges: Facts) -> None:
    assert bridges.evidence("goal/1", SG.TEXT) == ["Every bridge bears", "what it has to bear"]
    assert bridges.evidence("goal/1", TYPE) == ["<Goal>"]
    assert bridges.evidence("mission", SG.TEXT) == ["To build", "bridges"]
    assert bridges.evidence("", SG.START_YEAR) == ["2030-04-01"]
    assert bridges.evidence("goal/1/objective/1", SG.CONTRIBUTES_TO) == ["<Goal>", "<Objective>"]
    text = bridges.plan.source.text
    (triple,) = (t for t in bridges.plan.statements if str(t.object).startswith('"Repair what is weak"'))
    where = Places(bridges.plan).of_triple(triple)
    assert where is not None
    assert where.line == text[: text.index("Repair what")].count("\n") + 1


def test_what_the_model_has_no_place_for_is_kept_with_its_place_and_told(bridges: Facts) -> None:
    kept = bridges.kept()
    assert kept["Description"] == "Bridges & tunnels,\nand how they are kept."
    assert kept["Goal 1 › Other information"] == "Tested <every> year"
    assert kept["Organization 1 › Stakeholder 1 › Role 1 › Role type"] == "Beneficiary"
    assert kept["Organization 1 › Stakeholder 1 › Stakeholder type type"] == "Generic_Group"
    assert kept["Value 1 › Name"] == "Patience"
    indicator = "Goal 1 › Objective 1 › Performance indicator 4"
    assert [name for name in kept if name.startswith(indicator)] == [f"{indicator} › Value chain stage"]
    assert kept["Goal 2 › Objective 1 › Identifier"] == "_empty"
    assert kept["Administrative information › Publication date"] == "2029-11-05"
    assert kept["Submitter › Email address"] == "ada@bridges.example"
    assert kept["Type"] == "Performance_Plan"
    told = {(n.what.partition(":")[0], n.where.line) for n in bridges.plan.notices}
    lines = bridges.plan.source.text.split("\n")
    stakeholder = next(n for n, line in enumerate(lines, 1) if "<Stakeholder " in line)
    assert ("Organization 1 › Stakeholder 1", stakeholder) in told
    assert ("Submitter", next(n for n, line in enumerate(lines, 1) if "<Submitter>" in line)) in told
    # The dates and the type are said; of a whole that is kept, its parts are not told again.
    names = [name for name, _ in told]
    assert not [n for n in names if "date" in n or n == "Type" or "Role" in n]
    described = next(n.where.element for n in bridges.plan.notices if n.what.startswith("Description:"))
    assert described == f"{bridges.base}/text/section/plan/paragraph/2"


def test_a_form_that_nobody_filled_in_states_nothing(bridges: Facts) -> None:
    assert not [place for place in bridges.places() if place.startswith("goal/2/")]
    (told,) = (what for what in bridges.told() if "Goal 2" in what)
    assert told.startswith("Goal 2 › Objective 1: it has no words")


def test_a_version_made_of_it_holds_the_same(bridges: Facts) -> None:
    quads = list(version_quads(bridges.plan, version=1, software="0"))
    again = stated_version(quads)
    assert again.statements == bridges.plan.statements
    assert again.source == bridges.plan.source
    assert source_text(quads).encode() == BRIDGES


# --- identity --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["stratgraph.{}", IDENTIFIERS + "{}"])
def test_an_identifier_of_ours_names_the_element(form: str) -> None:
    def own(path: str) -> str:
        return form.format(path if ":" in form else path.replace("/", "__"))

    named = f"<Identifier>{own('us/plan/2030-2034/goal/7')}</Identifier>"
    other = f"<Identifier>{own('them/plan/1/goal/8')}</Identifier>"
    facts = Facts(read(plan(GOAL.format(named) + GOAL.format("") + GOAL.format(named) + GOAL.format(other))))
    assert facts.places() == {"goal/7", "goal/8", "goal/9", "goal/10"}
    assert facts.plan.provisional == {f"{facts.base}/goal/{n}" for n in (8, 9, 10)}
    assert [facts.values(f"goal/{n}", SG.POSITION) for n in (7, 8, 9, 10)] == [["1"], ["2"], ["3"], ["4"]]
    assert set(facts.kept()) == {"Goal 3 › Identifier", "Goal 4 › Identifier"}


def test_what_is_new_stands_in_the_series_of_its_siblings() -> None:
    named = OBJECTIVE.format("<Identifier>stratgraph.us__plan__2030-2034__x__objective__3</Identifier>")
    facts = Facts(read(plan(GOAL.format(named + OBJECTIVE.format("")))))
    assert facts.places(SG.OBJECTIVE) == {"x/objective/3", "x/objective/4"}


@pytest.mark.parametrize(
    "identifier",
    ["stratgraph.us__plan__2030-2034__a_20_b", "stratgraph.us__plan__2030-2034__a_3c_", "stratgraph.", "x y"],
)
def test_an_identifier_that_no_iri_can_be_made_of_names_nothing(identifier: str) -> None:
    facts = Facts(read(plan(GOAL.format(f"<Identifier>{identifier}</Identifier>"))))
    assert facts.places() == {"goal/1"}
    assert facts.plan.provisional == {f"{facts.base}/goal/1"}


def test_years_come_from_the_title_where_no_dates_are_given() -> None:
    facts = Facts(read(plan("")))
    assert facts.base.endswith("/us/plan/2030-2034")
    assert facts.values("", SG.END_YEAR) == ["2034"]
    assert [d.name for d in facts.plan.decisions] == ["period-of-title"]


def test_a_plan_without_years_is_named_by_its_title_and_found_to_lack_them() -> None:
    facts = Facts(read(plan(MISSION + GOAL.format(""), head="<Name>Über allem: Bridges!</Name>")))
    assert facts.base.endswith("/us/plan/uber-allem-bridges")
    rules = {finding.rule for finding in validate_graph(facts.plan.statements, rules=OF_RESULTS).findings}
    assert rules == {"PlanHasStartYear", "PlanHasEndYear", "GoalHasObjective"}


def test_a_file_that_names_no_organisation_is_read_and_found_to_lack_it() -> None:
    facts = Facts(
        read("<StrategicPlan><Name>—</Name><Goal><Name>A</Name></Goal></StrategicPlan>", file="d/My plan.xml")
    )
    assert facts.base == f"{IDENTIFIERS}unknown/plan/my-plan"
    rules = {finding.rule for finding in validate_graph(facts.plan.statements, rules=OF_RESULTS).findings}
    assert {"PlanHasPublisher", "ElementIsOfUnit"} <= rules
    assert "The file names no organisation." in facts.told()


def test_a_description_says_what_the_file_does_not() -> None:
    toml = (
        b'organisation = "ours"\nplan = "p1"\nstart_year = 2001\nend_year = 2002\nreason = "R."\nrights = "(c)"\n'
        b"issued = 2000\n"
    )
    described = stratml.read_description(toml, file="plan.toml")
    stated = read(plan(""), description=described)
    facts = Facts(stated)
    assert facts.base == f"{IDENTIFIERS}ours/plan/p1"
    assert facts.values("", SG.START_YEAR) == ["2001"]
    assert (stated.source.rights, stated.source.issued, stated.source.publisher) == ("(c)", 2000, "Us")
    (decision,) = stated.decisions
    assert (decision.reason, decision.by_rule) == (
        "plan.toml says that the plan begins in 2001 and ends in 2002: R.",
        False,
    )


@pytest.mark.parametrize(
    ("toml", "what"),
    [
        ("start_year = 2001", "reason why"),
        ('reason = "R"\nstart_year = true', "has years"),
        ('plan = "a/b"', "stands in IRIs"),
        ("title = 3", "has texts as"),
        ("goal = 3", "may have"),
        ("title", "is not TOML"),
        ("issued = " + "9" * 5_000, "is not TOML"),
        ("title = " + "[" * 5_000, "is not TOML"),
        ("issued = 0x" + "f" * 5_000, "has years"),
    ],
)
def test_a_description_that_is_none_is_refused(toml: str, what: str) -> None:
    with pytest.raises(SourceError, match=what):
        stratml.read_description(toml.encode(), file="plan.toml")


# --- files that break the schema -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "root",
    [
        "PerformancePlanOrReport Type='strategic plan'",
        "StrategicPlan xmlns='urn:ISO:std:iso:17469:tech:xsd:stratml_core'",
        "stratml:StrategicPlan xmlns:stratml='http://www.stratml.net'",
        "s:strategicplan",
    ],
)
def test_any_root_of_the_standard_in_any_namespace_is_read(root: str) -> None:
    name = root.split(maxsplit=1)[0]
    facts = Facts(read(f"<{root}><GOAL><name>A</name></GOAL></{name}>"))
    assert facts.values("goal/1", SG.TEXT) == ["A"]


def test_another_root_is_refused_and_one_round_a_plan_is_not() -> None:
    with pytest.raises(SourceError, match="its root is <rss>") as caught:
        read("<?xml version='1.0'?>\n<rss><Goal/></rss>")
    assert caught.value.where
    assert caught.value.where.line == 2
    facts = Facts(read(f"<export by='me'><date>today</date>{plan(GOAL.format(''))}</export>"))
    assert facts.places() == {"goal/1"}
    assert facts.kept() == {"by": "me", "date": "today"}
    assert "The root is <export>, and not one of StratML; the plan was found in it." in facts.told()


def test_order_does_not_matter() -> None:
    tail = "<AdministrativeInformation><EndDate>2034-1</EndDate><StartDate>2030</StartDate></AdministrativeInformation>"
    goal = "<Goal><Objective><Description>Do b</Description></Objective><Description>Do a</Description></Goal>"
    facts = Facts(read(f"<StrategicPlan>{tail}{goal}{MISSION}<Name>P</Name></StrategicPlan>"))
    assert facts.values("goal/1/objective/1", SG.CONTRIBUTES_TO) == ["goal/1"]
    assert facts.values("goal/1", SG.SERVES_MISSION) == ["mission"]
    assert facts.values("", SG.START_YEAR) == ["2030"]


def test_elements_at_the_wrong_depth_are_read_where_they_are() -> None:
    core = (
        "<Organization><Name>Us too</Name>"
        + GOAL.format(GOAL.format(OBJECTIVE.format(OBJECTIVE.format(""))))
        + "</Organization>"
        "<Objective><Name>Alone</Name></Objective>"
        "<PerformanceIndicator><MeasurementDimension>Loose</MeasurementDimension></PerformanceIndicator>"
    )
    facts = Facts(read(plan(core)))
    assert facts.places(SG.GOAL) == {"goal/1", "goal/2"}
    assert facts.values("goal/2/objective/1", SG.CONTRIBUTES_TO) == ["goal/2"]
    assert facts.values("goal/2/objective/2", SG.CONTRIBUTES_TO) == ["goal/2"]
    assert facts.values("objective/1", SG.CONTRIBUTES_TO) == []
    assert facts.values("kpi/1", SG.TEXT) == ["Loose"]
    assert facts.kept()["Organization 2 › Name"] == "Us too"
    rules = Counter(f.rule for f in validate_graph(facts.plan.statements, rules=OF_RESULTS).findings)
    assert rules["ObjectiveContributesToGoal"] == rules["KpiIsOfSomething"] == 1


def test_a_goal_without_words_that_has_objectives_is_there_and_found() -> None:
    facts = Facts(read(plan(f"{MISSION}<Goal><Name/>{OBJECTIVE.format('')}</Goal>")))
    assert facts.values("goal/1", RDFS.LABEL) == ["Goal 1"]
    findings = validate_graph(facts.plan.statements, rules=OF_RESULTS).findings
    assert [f.focus for f in findings if f.rule == "WordingIsThereOnce"] == [f"{facts.base}/goal/1"]


def test_text_where_elements_should_be_is_read() -> None:
    facts = Facts(read(plan("<Mission>To be</Mission>Loose<Goal>Do a<Name>A</Name></Goal>")))
    assert facts.values("mission", SG.TEXT) == ["To be"]
    assert facts.values("goal/1", SG.TEXT) == ["A"]
    assert facts.kept() == {"Text": "Loose", "Goal 1 › Text": "Do a"}


def test_doubles_and_unknown_elements_and_attributes_are_kept() -> None:
    extra = "<Description>More</Description><Budget unit='M'>5<i>!</i></Budget><Cost xml:lang='x'>7</Cost>"
    facts = Facts(read(plan(MISSION * 2 + GOAL.format(extra))))
    assert facts.places(SG.MISSION) == {"mission", "mission/2"}
    assert facts.kept() == {
        "Goal 1 › Description": "More",
        "Goal 1 › Budget › unit": "M",
        "Goal 1 › Budget › Text": "5",
        "Goal 1 › Budget › i": "!",
        "Goal 1 › Cost": "7",
        "Goal 1 › Cost › xml:lang": "x",
    }
    assert "Goal 1 › Budget: StratML has no “Budget”; it is kept as a part of the text." in facts.told()


def test_odd_characters_and_encodings_are_told_and_kept() -> None:
    text = plan(GOAL.format("").replace("Do a", "\u200b Ño\u00a0x\u2028 ")).replace(
        "<Perf", "<?xml version='1.0' encoding='latin-1'?>\n<Perf", 1
    )
    facts = Facts(read(("Subject: plan\n" + text.replace("\u200b", "").replace("\u2028", "")).encode("latin-1")))
    assert facts.values("goal/1", SG.TEXT) == ["Ño\u00a0x"]
    assert [what.partition(";")[0] for what in facts.told()] == [
        "The file is in LATIN-1",
        "“Subject: plan” stands before the XML",
    ]
    assert Facts(read(text.replace("latin-1", "utf-8"))).values("goal/1", SG.TEXT) == ["Ño\u00a0x"]


# --- nothing is dropped ----------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(st.lists(xml(), max_size=4), WORDS)
def test_nothing_of_any_file_is_dropped(elements: list[str], name: str) -> None:
    source = written(elements, name)
    try:
        stated = read(source)
    except SourceError as error:
        # An organisation whose name has no letter that anyascii knows: that is asked about.
        assume("nothing that identifiers can be made of" not in error.what)
        raise
    assert missing(stated, said_in(source)) == set()
    assert not [t for t in stated.statements if not t.object.value.strip()]
    cut = segments(stated.source.text)
    inside = {(s.start, s.end) for e in stated.statements.values() for s in e.spans}
    assert all(any(s.start <= start < end <= s.end for s in cut) for start, end in inside)
    parts = [t.subject for t in stated.statements if t.predicate.value == TYPE]
    assert len(parts) == len(set(parts))
    list(version_quads(stated, version=1, software="0"))


# --- real files ------------------------------------------------------------------------------------------------------


@needs_shared
def test_the_plan_of_oecd_ai_has_three_goals_of_one_mission() -> None:
    facts = Facts(read_oecd())
    assert facts.base == f"{IDENTIFIERS}oecd-ai/plan/2020"
    assert facts.values("", DCTERMS.TITLE) == ["About OECD.AI"]
    assert facts.values("", DCTERMS.SOURCE) == ["https://oecd.ai/about"]
    assert facts.places() == {"mission", "vision", "goal/1", "goal/2", "goal/3"}
    assert facts.values("mission", SG.TEXT) == ["To facilitate dialogue and provide policy analysis on AI"]
    assert [facts.values(f"goal/{n}", DCTERMS.TITLE)[0] for n in (1, 2, 3)] == [
        "Multidisciplinarity",
        "Analysis",
        "Partnerships",
    ]
    assert facts.values("goal/2", SG.NOTATION) == ["2"]
    assert facts.values("goal/2", DCTERMS.IDENTIFIER) == ["_b980744e-b1a1-11ea-a710-051b2b83ea00"]
    kept = facts.kept()
    assert kept["Organization 1 › Stakeholder 5 › Name"] == "Jožef Stefan Institute"
    assert kept["Goal 3 › Stakeholder 6 › Name"] == "International Organisations"
    # The one line of the file that holds the plan.
    assert {notice.where.line for notice in facts.plan.notices} == {3}


@needs_shared
def test_the_plan_of_oecd_ai_keeps_the_core_and_by_results_lacks_objectives_that_have_words() -> None:
    assert validate_graph(read_oecd().statements).findings == ()
    findings = validate_graph(read_oecd().statements, rules=Ruleset(profile="results")).findings
    assert Counter((f.severity, f.rule) for f in findings) == {("Violation", "GoalHasObjective"): 3}


@needs_shared
def test_the_plan_of_cnxt_is_read_with_its_objectives() -> None:
    facts = Facts(read_cnxt())
    assert facts.base == f"{IDENTIFIERS}cnxt/plan/cnxt-thexdesk"
    assert len(facts.places(SG.GOAL)) == 5
    # Eight objectives, of which the last two have no words.
    assert sorted(facts.places(SG.OBJECTIVE)) == [
        "goal/1/objective/1",
        "goal/1/objective/2",
        "goal/1/objective/3",
        "goal/2/objective/1",
        "goal/3/objective/1",
    ]
    assert facts.values("goal/3/objective/1", DCTERMS.TITLE) == ["Products & Services"]
    assert facts.values("", SG.START_YEAR) == ["2019"]
    assert facts.values("", SG.END_YEAR) == []
    assert facts.values("goal/1/objective/2", SG.POSITION) == ["2"]
    # The text of a description over many lines rests on each of its lines.
    lines = facts.evidence("text/section/plan/paragraph/2", SG.TEXT)
    assert lines[-2:] == ["$://openmarketoperations.app_", "$://marketvalue.app"]


@needs_shared
@pytest.mark.parametrize("name", ["oecd-ai.xml", "cnxt.xml"])
def test_nothing_of_a_real_file_is_dropped(name: str) -> None:
    source = shared(name).read_bytes()
    stated = read(source, file=name)
    body = re.sub(r"<\?[^>]*\?>", "", source.decode())
    said = [
        piece
        for piece in said_in(body)
        if not piece.startswith("urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport")
    ]
    assert len(said) > 80
    assert missing(stated, [p for p in said if "XMLSchema-instance" not in p]) == set()
    assert source_text(list(version_quads(stated, version=1, software="0"))).encode() == source


def test_a_description_names_the_profile_as_somebodys_decision() -> None:
    description = stratml.read_description(b'profile = "results"', file="plan.toml")
    found = read(plan("<Mission><Description>To serve.</Description></Mission>"), description=description)
    (triple,) = (one for one in found.statements if one.predicate.value == DCTERMS.CONFORMS_TO)
    assert triple.object == NamedNode("https://w3id.org/stratgraph/shapes#results")
    assert found.statements[triple].decisions == ("profile",)
    (decision,) = (one for one in found.decisions if one.name == "profile")
    assert (decision.reason, decision.by_rule) == ("plan.toml says so: the plan conforms to results.", False)


@pytest.mark.parametrize("read_described", [stratml.read_description, annex.read_description])
def test_a_profile_that_is_none_is_refused_with_those_that_there_are(
    read_described: Callable[..., object],
) -> None:
    with pytest.raises(SourceError, match="core, results, itu as its profile, and not “resluts”"):
        read_described(b'profile = "resluts"', file="plan.toml")
