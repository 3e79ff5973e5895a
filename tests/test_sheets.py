"""The sheet of a plan: figures are the annex's by design section 2, other plans are written here."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse

from stores import opened
from stratgraph.graph import Graph
from stratgraph.history import Version, graph_quads, versions_of
from stratgraph.identifiers import plan_identifiers
from stratgraph.plan_graph import to_statements
from stratgraph.sheets import Finding, Findings, Sheet, findings_of, lay_out, sheet_of
from stratgraph.store import memory_store
from stratgraph.store_contents import Act, contents, version_graphs
from stratgraph.terms import DCTERMS, SG, SH, SHAPES_NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stratgraph.document import PlanDocument
    from stratgraph.sheets import Node
    from stratgraph.store import Store

PLAN = "https://w3id.org/stratgraph/id/agy/plan/1"
ITU = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"
NOTHING = Findings((), is_recorded=True)


def laid_out(elements: str, findings: Findings = NOTHING) -> Sheet:
    """The sheet of a plan of some elements: Turtle with names below the plan; ``sg:inPlan`` is added to each."""
    text = f"@prefix sg: <{SG.TEXT.removesuffix('text')}> . @base <{PLAN}/> . {elements}"
    said = list(parse(text, RdfFormat.TURTLE))
    for subject in {quad.subject.value for quad in said} - {f"{PLAN}/target"}:
        said += parse(f"<{subject}> <{SG.IN_PLAN}> <{PLAN}> .", RdfFormat.TURTLE)
    version = Version(plan_identifiers(PLAN), 1, "", "", "", "", None, "", "", ())
    return lay_out(Graph(said), version, {}, findings)


def tree(node: Node) -> str:
    """Places as they hang: ``goal(objective(kpi))``; a repeated one with ``=``."""
    below = ", ".join(tree(one) for group in node.groups for one in group.nodes)
    return f"{'=' if node.is_repeated else ''}{node.place}{f'({below})' if below else ''}"


@pytest.fixture(scope="module")
def linked(linked_folder: Path) -> Iterator[Store]:
    with opened(linked_folder) as store:
        yield store


def test_every_element_of_the_annex_stands_in_full_once(linked: Store) -> None:
    (version,) = versions_of(linked, ITU)
    sheet = sheet_of(linked, version, findings_of(linked, version))
    there = Counter(node.iri for node in sheet.walk())
    assert set(there.values()) == {1}
    assert len(there) == sheet.size
    by_kind = {kind: count for kind, _, count in sheet.counts}
    assert (by_kind[SG.MISSION], by_kind[SG.VISION], by_kind[SG.GOAL], by_kind[SG.KPI]) == (5, 4, 4, 92)
    goals = [goal for band in sheet.bands for goal in band.goals]
    assert [(goal.units, len(goal.of(SG.OBJECTIVE))) for goal in goals] == [
        (("ITU-D",), 6), (("ITU-R",), 5), (("ITU-T",), 4), (("GS",), 6),
    ]  # fmt: skip
    assert sheet.loose == ()


def test_an_element_has_its_links_and_the_findings_of_a_first_version_too(linked: Store) -> None:
    (version,) = versions_of(linked, ITU)
    findings = findings_of(linked, version)
    assert findings.is_recorded
    nodes = {node.place: node for node in sheet_of(linked, version, findings).walk()}
    # Design section 2: it is worded as an expected result too.
    (worded,) = nodes["itu-d/objective/3/kpi/1"].findings
    assert (worded.severity, worded.rule) == ("Warning", "KpiIsNotWordedAsResult")
    assert worded.shape == f"{SHAPES_NS}KpiIsNotWordedAsResult"
    assert nodes["itu-d/objective/3"].links[0].other.iri.startswith("http://metadata.un.org/sdg/")


def test_what_the_report_of_a_version_says_is_taken_from_it(revised_site: Path) -> None:
    with opened(revised_site) as store:
        first, second = versions_of(store, ITU)
        assert [findings_of(store, one).is_recorded for one in (first, second)] == [True, True]
        assert {one.rule for one in findings_of(store, second).found} >= {"KpiIsNotWordedAsResult"}


def test_a_build_keeps_the_report_that_says_what_the_rules_find_and_where(
    annex_store: Path, annex_document: PlanDocument
) -> None:
    plan, act = to_statements(annex_document, file="annex.txt"), Act(datetime(2030, 1, 2, tzinfo=UTC))
    # As stores of former times have it: no report was kept with the version.
    kept_nothing = memory_store(contents(None, version_graphs(plan, 1, act)))
    with closing(kept_nothing) as without, opened(annex_store) as store:
        (version,) = versions_of(store, ITU)
        kept, found = findings_of(store, version), findings_of(without, version)
        assert (kept.is_recorded, found.is_recorded) == (True, False)
        assert kept.found == found.found != ()
        said = Graph(graph_quads(store, version.iris.report))
        places = [said.text(one, DCTERMS.SOURCE) for one in said.iris(version.iris.report, SH.RESULT)]
        assert len(places) == len(kept.found)
        # The row of objective 3 in Table 6.2 is line 412 of the source, its indicators are the fourth cell.
        assert "resolution-71-annex.txt:412:4" in places


def test_parts_stand_at_their_wholes_and_what_measures_a_result_says_so() -> None:
    sheet = laid_out(
        "<mission> a sg:Mission . <goal> a sg:Goal ; sg:servesMission <mission> ; sg:hasStatement <statement> ."
        "<statement> a sg:GoalStatement . <objective> a sg:Objective ; sg:contributesTo <goal> ."
        "<result> a sg:ExpectedResult ; sg:expectedFor <objective> . <part> a sg:ExpectedResult ; sg:partOf <result> ."
        "<kpi> a sg:KPI ; sg:indicatorOf <objective> ; sg:measures <result> ; sg:hasTarget <target> ."
        "<target> a sg:Target ; sg:numericValue 7 ; sg:unitOfMeasure 'wells' ."
    )
    (band,) = sheet.bands
    assert band.mission is not None
    assert tree(band.mission) == "mission(goal(statement, objective(result(part), kpi)))"
    kpi = next(node for node in sheet.walk() if node.place == "kpi")
    assert [(label, node.place) for label, node in kpi.related] == [("measures", "result")]
    assert [(value.kind, value.text) for value in kpi.values] == [("target", "7 wells")]


def test_an_objective_of_two_goals_stands_at_both_and_in_full_at_one() -> None:
    sheet = laid_out(
        "<goal/1> a sg:Goal . <goal/2> a sg:Goal . <kpi> a sg:KPI ; sg:indicatorOf <objective> ."
        "<objective> a sg:Objective ; sg:contributesTo <goal/1> , <goal/2> ."
    )
    (band,) = sheet.bands
    assert band.mission is None
    assert [tree(goal) for goal in band.goals] == ["goal/1(objective(kpi))", "goal/2(=objective)"]


def test_what_hangs_at_nothing_or_in_a_circle_is_not_lost() -> None:
    deep = " ".join(f"<r/{n}> a sg:ExpectedResult ; sg:partOf <r/{n - 1}> ." for n in range(2, 40))
    sheet = laid_out(
        "<output> a sg:Output . <objective> a sg:Objective ; sg:contributesTo <elsewhere> ."
        "<a> a sg:ExpectedResult ; sg:partOf <b> . <b> a sg:ExpectedResult ; sg:partOf <a> ."
        f"<r/1> a sg:Mission . {deep}"
    )
    full = Counter(node.place for node in sheet.walk() if not node.is_repeated)
    assert len(full) == sheet.size == 43
    assert set(full.values()) == {1}
    assert {tree(node) for node in sheet.loose} >= {"output", "objective", "a(b(=a))"}


def test_gaps_are_said_at_the_element_and_of_the_plan() -> None:
    sheet = laid_out(
        "<goal> a sg:Goal . <objective/1> a sg:Objective ; sg:contributesTo <goal> ."
        "<objective/2> a sg:Objective ; sg:contributesTo <goal> . <kpi> a sg:KPI ; sg:indicatorOf <objective/1> ."
    )
    lacks = {node.place: node.lacks for node in sheet.walk()}
    assert lacks == {"goal": (), "objective/1": (), "objective/2": ("indicator",), "kpi": ()}
    assert [(gap.words, [node.place for node in gap.nodes]) for gap in sheet.gaps] == [
        ("The plan states no output at all", []),
        ("The plan states no expected result at all", []),
        ("Objectives without indicator", ["objective/2"]),
        ("KPIs without baseline", ["kpi"]),
        ("KPIs without target", ["kpi"]),
        ("KPIs without actual value", ["kpi"]),
    ]


def test_a_finding_of_what_is_below_an_element_is_shown_there_and_others_at_the_plan() -> None:
    found = [Finding(f"{PLAN}{name}", "Rule", "Warning", "", "") for name in ("", "/kpi/target", "/kpi")]
    sheet = laid_out("<kpi> a sg:KPI .", Findings(tuple(found), is_recorded=True))
    assert [finding.focus for finding in sheet.findings] == [PLAN]
    assert [finding.focus for finding in sheet.loose[0].findings] == [f"{PLAN}/kpi/target", f"{PLAN}/kpi"]
