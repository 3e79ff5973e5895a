"""An output that serves two objectives has a place in the list of each: the row of its wording there (decision 31)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Quad

from stratgraph.comparison import Comparison, propose, told
from stratgraph.export import STRATML
from stratgraph.formats import rdf, stratml, workbook
from stratgraph.identifiers import parse_place
from stratgraph.plan_files import ReadingLimits, read_revision
from stratgraph.settings import Settings
from stratgraph.store import memory_store, solutions
from stratgraph.terms import SG
from stratgraph.validation import Ruleset, validate_graph

if TYPE_CHECKING:
    from stratgraph.statements import StatedPlan

PAGE = Path(__file__).parents[1] / "docs/reference/model.md"
PLAN = "https://w3id.org/stratgraph/id/agency/plan/1"
HEAD = f"""\
@base <{PLAN}/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/stratgraph/ontology#> .
<../../../agency> a org:FormalOrganization ; rdfs:label "Agency"@en ; sg:notation "AG" .
<{PLAN}> a sg:StrategicPlan ; rdfs:label "Plan 1"@en ; dcterms:title "Plan 1"@en ; dcterms:source "Decision 4"@en ;
    dcterms:publisher <../../../agency> ; sg:startYear 2030 ; sg:endYear 2033 .
"""


def element(place: str, kind: str, words: str, more: str) -> str:
    return (
        f'<{place}> a sg:{kind} ; rdfs:label "{words}"@en ; sg:text "{words}"@en ; sg:inPlan <{PLAN}> ;'
        f" sg:ofUnit <../../../agency> ; {more} .\n"
    )


def output(place: str, position: int, words: str, rows: dict[int, int]) -> str:
    """An output: the objectives that it serves, and its row in the table of each."""
    wordings = "".join(
        f'<{place}/mention/{number}> a sg:Mention ; sg:text "{words}"@en ; sg:position {number} ; sg:row {row} ;'
        f" sg:statedIn <text/table/{objective}> .\n"
        for number, (objective, row) in enumerate(rows.items(), 1)
    )
    leads = [f"sg:supportsObjective <objective/{objective}>" for objective in rows]
    leads += [f"sg:hasMention <{place}/mention/{number}>" for number, _ in enumerate(rows, 1)]
    stated = f"sg:position {position} ; sg:statedIn <text/table/{min(rows)}> ; {' ; '.join(leads)}"
    return element(place, "Output", words, stated) + wordings


def turtle() -> str:
    """Two objectives: the quarry is the first output of the one, and the second of the other."""
    parts = [HEAD, element("mission", "Mission", "To serve.", "sg:position 1")]
    parts.append(element("goal", "Goal", "Roads for all.", "sg:position 1 ; sg:servesMission <mission>"))
    for number, words in enumerate(("To build.", "To keep."), 1):
        at = f"<objective/{number}>"
        numbered = f'sg:position {number} ; sg:notation "{number}" ; sg:contributesTo <goal>'
        parts += [
            element(at[1:-1], "Objective", words, numbered),
            element(f"{at[1:-1]}/result/1", "ExpectedResult", f"{words} Done", f"sg:position 1 ; sg:expectedFor {at}"),
            element(f"{at[1:-1]}/kpi/1", "KPI", f"{words} Share", f"sg:position 1 ; sg:indicatorOf {at}"),
            f'<text/table/{number}> a sg:Table ; rdfs:label "List {number}"@en ; sg:position {number} .\n',
        ]
    parts.append(output("objective/1/output/1", 1, "A quarry", {1: 1, 2: 2}))
    parts.append(output("objective/1/output/2", 2, "A road", {1: 2}))
    parts.append(output("objective/2/output/1", 1, "A crew", {2: 1}))
    return "".join(parts)


@pytest.fixture(scope="module")
def plan() -> StatedPlan:
    return rdf.read(turtle().encode(), file="plan.ttl", max_bytes=1_000_000)


def test_the_plan_keeps_every_rule_and_a_workbook_has_both_places(plan: StatedPlan) -> None:
    assert validate_graph(plan.statements, rules=Ruleset(profile="results")).conforms
    data = workbook.write(plan.statements, identifiers=plan.identifiers, language="en", rights="")
    again = workbook.read(data, file="plan.xlsx", max_bytes=10**7, max_expanded_bytes=10**8, max_rows=1_000)
    assert again.statements.keys() == plan.statements.keys()


def test_the_documented_query_gives_the_list_of_each_objective_in_its_order(plan: StatedPlan) -> None:
    section = PAGE.read_text("utf-8").partition("Order under several objectives")[2]
    (query,) = re.findall(r"^```sparql\n(.*?)^```", section.partition("\n#")[0], re.DOTALL | re.MULTILINE)
    store = memory_store([Quad(*triple) for triple in plan.statements])
    rows = [tuple(str(getattr(term, "value", "")) for term in row) for row in solutions(store, query).rows]
    assert rows == [
        ("List 1", "1", "A quarry"),
        ("List 1", "2", "A road"),
        ("List 2", "1", "A crew"),
        ("List 2", "2", "A quarry"),
    ]


def test_stratml_has_no_word_for_it_and_takes_none_of_it_away(plan: StatedPlan) -> None:
    sent = read_revision(
        stratml.write(plan), file=f"plan.{STRATML}", limits=Settings().part(ReadingLimits), description=None
    )
    assert not any(triple.predicate.value == SG.ROW for triple in sent.statements)
    used = frozenset(parse_place(iri)[1] for iri in plan.graph.subjects(SG.IN_PLAN))
    done = propose(Comparison(sent, None, plan, 2, told(sent, plan, used), used))
    assert done.review.changes == ()
    rows = {triple for triple in plan.statements if triple.predicate.value == SG.ROW}
    assert rows <= done.plan.statements.keys()
