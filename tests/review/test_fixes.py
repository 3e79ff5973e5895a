"""Each mechanical mend: what it writes, what it leaves to people, and that nothing new breaks by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from stratgraph.formats import rdf
from stratgraph.graph import Graph
from stratgraph.review.fixes import Fixed, Mended, fix_description, fix_names, fixes, written
from stratgraph.review.transitions import transition_results
from stratgraph.terms import IDENTIFIERS, SG_NS
from stratgraph.validation import Finding, validate_graph
from stratgraph.validation.findings import to_findings
from stratgraph.validation.rules import SHAPE_SETS, TRANSITION_SETS, load_shapes

TOP = Path(__file__).parents[2]
SHAPES = TOP / "tests/shapes"
PREFIXES = f"""@base <{IDENTIFIERS}agency/plan/1/north/objective/1> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <{SG_NS}> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
P = f"<{IDENTIFIERS}agency/plan/1"
PLAN, TERM, AGENCY = f"{P}>", f"{P}/term/road>", f"<{IDENTIFIERS}agency>"
VISION, GOAL, OBJECTIVE = f"{P}/vision>", f"{P}/north/goal>", f"{P}/north/objective/1>"
OUTPUT, RESULT, NESTED, KPI = (f"{OBJECTIVE[:-1]}/{end}>" for end in ("output/1", "result/1", "result/1/1", "kpi/1"))
NORTH, STATEMENT = f"<{IDENTIFIERS}agency/north>", f"{GOAL[:-1]}/statement/1>"


def read(turtle: str) -> list[Triple]:
    quads = parse(PREFIXES + turtle, format=RdfFormat.TURTLE)
    return [Triple(q.subject, q.predicate, q.object) for q in quads]


BASE = read((SHAPES / "base.ttl").read_text("utf-8"))


def plan(*, less: str = "", more: str = "") -> list[Triple]:
    """The sound plan, less and with more statements."""
    missing = set(read(less))
    assert missing <= set(BASE)
    return [*(t for t in BASE if t not in missing), *read(more)]


def findings_of(triples: list[Triple], old: list[Triple] = BASE) -> list[Finding]:
    between = transition_results(triples, old)
    rules = load_shapes(TRANSITION_SETS).rules
    return [*validate_graph(triples).findings, *to_findings(between, rules, Graph(triples), None)]


def violations(triples: list[Triple]) -> set[tuple[str, str]]:
    return {(f.rule, f.focus) for f in findings_of(triples) if f.severity == "Violation"}


@dataclass(frozen=True)
class Case:
    """One mend: what is wrong with the plan, and what is to be written."""

    fix: str
    rule: str
    removed: str = ""
    added: str = ""
    less: str = ""
    more: str = ""
    then: frozenset[str] = field(default_factory=frozenset)
    """Rules with Violations afterwards: those that a second round mends, and those that were broken before."""


CASES = {
    "a title without a language": Case(
        "language",
        "PlanHasTitle",
        f'{PLAN} dcterms:title "Plan 1" .',
        f'{PLAN} dcterms:title "Plan 1"@en .',
        less=f'{PLAN} dcterms:title "Plan 1"@en .',
        more=f'{PLAN} dcterms:title "Plan 1" .',
    ),
    "a text without a language": Case(
        "language",
        "WordingIsThereOnce",
        f'{VISION} sg:text "All are served." .',
        f'{VISION} sg:text "All are served."@en .',
        less=f'{VISION} sg:text "All are served."@en .',
        more=f'{VISION} sg:text "All are served." .',
    ),
    "words of a target without a language": Case(
        "language",
        "ValueIsWordedOnce",
        f'{KPI[:-1]}/target> sg:text "20 in 2033" .',
        f'{KPI[:-1]}/target> sg:text "20 in 2033"@en .',
        less=f'{KPI[:-1]}/target> sg:text "20 in 2033"@en .',
        more=f'{KPI[:-1]}/target> sg:text "20 in 2033" .',
    ),
    "a label without a language, which is a number as well": Case(
        "language",
        "ThingHasLabel",
        f'{OBJECTIVE} rdfs:label "1" .',
        f'{OBJECTIVE} rdfs:label "1"@en .',
        less=f'{OBJECTIVE} rdfs:label "To build one road."@en .',
        more=f'{OBJECTIVE} rdfs:label "1" .',
    ),
    "a lead-in without a language": Case(
        "language",
        "NoteHasLanguage",
        f'{OUTPUT} sg:leadIn "Works:" .',
        f'{OUTPUT} sg:leadIn "Works:"@en .',
        more=f'{OUTPUT} sg:leadIn "Works:" .',
    ),
    "a term without a language": Case(
        "language",
        "TermHasName",
        f'{TERM} skos:prefLabel "Road" .',
        f'{TERM} skos:prefLabel "Road"@en .',
        less=f'{TERM} skos:prefLabel "Road"@en .',
        more=f'{TERM} skos:prefLabel "Road" .',
    ),
    "a label twice, once without a language": Case(
        "language",
        "ThingHasLabel",
        f'{VISION} rdfs:label "All are served." .',
        f'{VISION} rdfs:label "All are served."@en .',
        more=f'{VISION} rdfs:label "All are served." .',
    ),
    "no label": Case(
        "label",
        "ThingHasLabel",
        added=f'{VISION} rdfs:label "All are served."@en .',
        less=f'{VISION} rdfs:label "All are served."@en .',
    ),
    "no plan": Case(
        "only-plan",
        "ElementIsInOnePlan",
        added=f"{KPI} sg:inPlan {PLAN} .",
        less=f"{KPI} sg:inPlan {PLAN} .",
    ),
    "no unit, and an objective that has one": Case(
        "unit-above",
        "ElementIsOfUnit",
        added=f"{KPI} sg:ofUnit {NORTH} .",
        less=f"{KPI} sg:ofUnit {NORTH} .",
    ),
    "no unit, deep in a list": Case(
        "unit-above",
        "ElementIsOfUnit",
        added=f"{NESTED} sg:ofUnit {NORTH} .",
        less=f"{NESTED} sg:ofUnit {NORTH} .",
    ),
    "no unit, and a goal that has one": Case(
        "unit-above",
        "ElementIsOfUnit",
        added=f"{STATEMENT} sg:ofUnit {NORTH} .",
        less=f"{STATEMENT} sg:ofUnit {NORTH} .",
    ),
    "no goal": Case(
        "only-goal",
        "ObjectiveContributesToGoal",
        added=f"{OBJECTIVE} sg:contributesTo {GOAL} .",
        less=f"{OBJECTIVE} sg:contributesTo {GOAL} .",
    ),
    "a nested result that hangs on nothing": Case(
        "nesting",
        "ResultHasOneParent",
        added=f"{NESTED} sg:partOf {RESULT} .",
        less=f"{NESTED} sg:partOf {RESULT} .",
    ),
    "a nested result that says its objective too": Case(
        "nesting",
        "ResultHasOneParent",
        f"{NESTED} sg:expectedFor {OBJECTIVE} .",
        more=f"{NESTED} sg:expectedFor {OBJECTIVE} .",
    ),
    "a gap": Case(
        "positions",
        "PositionsRunFromOne",
        f"{KPI} sg:position 3 .",
        f"{KPI} sg:position 1 .",
        less=f"{KPI} sg:position 1 .",
        more=f"{KPI} sg:position 3 .",
    ),
    "a gap among missions": Case(
        "positions",
        "PositionsRunFromOne",
        f"{P}/north/mission> sg:position 2 .",
        f"{P}/north/mission> sg:position 1 .",
        less=f"{P}/north/mission> sg:position 1 .",
        more=f"{P}/north/mission> sg:position 2 .",
    ),
    "a gap among statements of a goal": Case(
        "positions",
        "PositionsRunFromOne",
        f"{STATEMENT} sg:position 7 .",
        f"{STATEMENT} sg:position 1 .",
        less=f"{STATEMENT} sg:position 1 .",
        more=f"{STATEMENT} sg:position 7 .",
    ),
    "a bullet, blanks and a tab": Case(
        "tidy",
        "WordingIsTidy",
        f'{VISION} sg:text " •  All \\t are served. "@en .',
        f'{VISION} sg:text "All are served."@en .',
        less=f'{VISION} sg:text "All are served."@en .',
        more=f'{VISION} sg:text " •  All \\t are served. "@en .',
    ),
    "a soft hyphen": Case(
        "unseen",
        "TextShowsItself",
        f'{VISION} rdfs:label "All are ser\u00adved."@en .',
        f'{VISION} rdfs:label "All are served."@en .',
        less=f'{VISION} rdfs:label "All are served."@en .',
        more=f'{VISION} rdfs:label "All are ser\u00adved."@en .',
    ),
    "an inverse": Case(
        "inferred",
        "InferredPropertyIsNotStated",
        f"{OBJECTIVE} sg:hasOutput {OUTPUT} .",
        f"{OUTPUT} sg:supportsObjective {OBJECTIVE} .",
        more=f"{OBJECTIVE} sg:hasOutput {OUTPUT} .",
    ),
    "an inverse in place of what is to be stated": Case(
        "inferred",
        "InferredPropertyIsNotStated",
        f"{OBJECTIVE} sg:hasIndicator {KPI} .",
        f"{KPI} sg:indicatorOf {OBJECTIVE} .",
        less=f"{KPI} sg:indicatorOf {OBJECTIVE} .",
        more=f"{OBJECTIVE} sg:hasIndicator {KPI} .",
    ),
    "an inverse that leads to things of two classes": Case(
        "inferred",
        "InferredPropertyIsNotStated",
        f"{RESULT} sg:measuredBy {KPI} .",
        f"{KPI} sg:measures {RESULT} .",
        less=f"{KPI} sg:measures {RESULT} .",
        more=f"{RESULT} sg:measuredBy {KPI} .",
    ),
    "a chain": Case(
        "inferred",
        "InferredPropertyIsNotStated",
        f"{OUTPUT} sg:supportsGoal {GOAL} .",
        more=f"{OUTPUT} sg:supportsGoal {GOAL} .",
    ),
    "a number": Case(
        "notation",
        "NotationIsPlainText",
        f"{OBJECTIVE} sg:notation 1 .",
        f'{OBJECTIVE} sg:notation "1" .',
        less=f'{OBJECTIVE} sg:notation "1" .',
        more=f"{OBJECTIVE} sg:notation 1 .",
    ),
    "a number in a language": Case(
        "notation",
        "NotationIsPlainText",
        f'{OBJECTIVE} sg:notation "2.10"@en .',
        f'{OBJECTIVE} sg:notation "2.10" .',
        less=f'{OBJECTIVE} sg:notation "1" .',
        more=f'{OBJECTIVE} sg:notation "2.10"@en .',
    ),
    "a vanished tombstone": Case(
        "tombstone",
        "ElementIsNotDroppedSilently",
        added='<1/output/0> owl:deprecated true ; rdfs:label "A road of clay"@en .',
        less=f'<1/output/0> owl:deprecated true ; rdfs:label "A road of clay"@en ; dcterms:isReplacedBy {OUTPUT} .',
    ),
    "a withdrawn element that is described still": Case(
        "withdrawal",
        "TombstoneSaysNoMore",
        f"{VISION} a sg:Vision ; sg:inPlan {PLAN} ; sg:ofUnit {AGENCY} ; sg:position 1 ;"
        f' sg:statedIn {P}/text/section/1> ; sg:text "All are served."@en .',
        more=f"{VISION} owl:deprecated true .",
    ),
    "a withdrawn indicator, with its values": Case(
        "withdrawal",
        "TombstoneSaysNoMore",
        f"{KPI} a sg:KPI ; sg:inPlan {PLAN} ; sg:ofUnit {NORTH} ; sg:position 1 ; sg:statedIn {P}/text/table/1.2> ;"
        f' sg:text "Carts a day"@en ; sg:indicatorOf {OBJECTIVE} ; sg:measures {RESULT} ;'
        f" sg:hasBaseline {KPI[:-1]}/baseline> ; sg:hasTarget {KPI[:-1]}/target> ."
        f'{KPI[:-1]}/baseline> a sg:Baseline ; sg:text "2 in 2029"@en .'
        f'{KPI[:-1]}/target> a sg:Target ; sg:text "20 in 2033"@en .',
        more=f"{KPI} owl:deprecated true .",
        then=frozenset({"ObjectiveHasIndicator"}),
    ),
}


def of_rule(findings: list[Finding], rule: str) -> list[Finding]:
    return [finding for finding in findings if finding.rule == rule]


@pytest.mark.parametrize("name", CASES)
def test_a_fix_writes_what_is_meant_and_breaks_nothing(name: str) -> None:
    case = CASES[name]
    broken = plan(less=case.less, more=case.more)
    findings = findings_of(broken)
    asked = of_rule(findings, case.rule)
    assert asked, "the case breaks the rule"
    fixed = fixes(broken, asked)
    assert set(fixed.triples) == (set(broken) - set(read(case.removed))) | set(read(case.added))
    assert len(fixed.triples) == len(set(fixed.triples))
    assert fixed.left == ()
    assert {mended.finding.rule for mended in fixed.mended} == {case.rule}
    assert {mended.description for mended in fixed.mended} == {fix_description(case.fix)}
    assert {t for mended in fixed.mended for t in mended.removed} == set(read(case.removed))
    assert {t for mended in fixed.mended for t in mended.added} == set(read(case.added))
    after = findings_of(list(fixed.triples))
    assert of_rule(after, case.rule) == []
    assert {rule for rule, _ in violations(list(fixed.triples)) - violations(broken)} == case.then


def test_each_fix_has_a_case_and_each_rule_that_names_one() -> None:
    assert {case.fix for case in CASES.values()} == set(fix_names())
    rules = [rule for sets in (SHAPE_SETS, TRANSITION_SETS) for rule in load_shapes(sets).rules.values()]
    assert {(case.rule, case.fix) for case in CASES.values()} == {
        (rule.name, fix) for rule in rules for fix in rule.fixes
    }


def test_each_query_of_a_fix_is_named_by_a_shape() -> None:
    files = (TOP / "src/stratgraph/queries").glob("fix-*.rq")
    assert sorted(f"fix-{name}" for name in fix_names()) == sorted(path.stem for path in files)


@pytest.mark.parametrize("name", fix_names())
def test_a_fix_says_in_a_sentence_what_it_does(name: str) -> None:
    assert fix_description(name)[0].isupper()
    assert fix_description(name).endswith(".")


def test_what_nobody_can_mend_but_a_person_is_left_and_the_plan_stays_as_it_is() -> None:
    broken = plan(less=f"{KPI} sg:indicatorOf {OBJECTIVE} .")
    findings = findings_of(broken)
    assert {finding.rule for finding in findings} >= {"KpiIsIndicatorOfOneObjective", "ObjectiveHasIndicator"}
    assert fixes(broken, findings) == Fixed(tuple(broken), (), tuple(findings))


def item(place: str, kind: str, link: str, position: int, text: str) -> str:
    return (
        f'<1/{place}> a sg:{kind} ; rdfs:label "{place}"@en ; sg:text "{text}"@en ; sg:inPlan {PLAN} ;'
        f" sg:ofUnit {NORTH} ; sg:position {position} ; sg:statedIn {P}/text/table/1.2> ; sg:{link} {OBJECTIVE} ."
    )


def indicator(place: str, *, position: int, text: str = "Carts a night") -> str:
    return item(place, "KPI", "indicatorOf", position, text)


LEFT = {
    "a second text in the language": f'{VISION} sg:text "Everybody is served." .',
    "an empty text": f'{VISION} sg:text "" .',
    "an inverse that leads nowhere": f"{OBJECTIVE} sg:hasOutput <1/output/9> .",
    "org:unitOf mistaken for sg:unitOf": f"{NORTH} sg:unitOf {AGENCY} .",
    "a chain that nothing leads along": f"{P}/north/mission> sg:servedByGoal {OBJECTIVE} .",
    "a number that a store would write otherwise": f'{NORTH} sg:notation "02.10"^^xsd:decimal .',
    "two of one position": indicator("kpi/2", position=1),
    "a tag in a text": indicator("kpi/2", position=2, text="<b>K</b> "),
    "a goal beside one that is nowhere": f"{OBJECTIVE} sg:contributesTo {GOAL[:-1]}/9> .",
    "a withdrawn element without a label": '<1/kpi/2> owl:deprecated true ; sg:text "K"@en .',
}


@pytest.mark.parametrize("name", LEFT)
def test_what_has_to_be_decided_is_left(name: str) -> None:
    broken = plan(more=LEFT[name])
    findings = findings_of(broken)
    rules = {
        rule.name for sets in (SHAPE_SETS, TRANSITION_SETS) for rule in load_shapes(sets).rules.values() if rule.fixes
    }
    assert {finding.rule for finding in findings} & rules, "the case breaks a rule that has a fix"
    fixed = fixes(broken, findings)
    assert fixed.mended == ()
    assert list(fixed.triples) == broken


def test_a_language_is_not_guessed_where_the_plan_has_two() -> None:
    broken = plan(
        less=f'{TERM} skos:prefLabel "Road"@en . {NESTED} sg:text "Carts arrive in winter."@en .',
        more=f'{TERM} skos:prefLabel "Road" . {NESTED} sg:text "Des charrettes arrivent en hiver."@fr .',
    )
    assert fixes(broken, of_rule(findings_of(broken), "TermHasName")).mended == ()


def test_an_objective_of_a_unit_with_two_goals_is_left() -> None:
    second = f"{GOAL[:-1]}2> a sg:Goal ; sg:ofUnit {NORTH} ; sg:inPlan {PLAN} ."
    broken = plan(less=f"{OBJECTIVE} sg:contributesTo {GOAL} .", more=second)
    assert fixes(broken, of_rule(findings_of(broken), "ObjectiveContributesToGoal")).mended == ()


def test_a_group_in_order_is_mended_beside_one_that_nobody_can_order() -> None:
    """Two results of one position are in no order; the indicators 1 and 3 are."""

    broken = plan(
        more=indicator("kpi/2", position=3) + item("result/2", "ExpectedResult", "expectedFor", 1, "Carts leave.")
    )
    findings = of_rule(findings_of(broken), "PositionsRunFromOne")
    assert len(findings) == 2
    fixed = fixes(broken, findings)
    assert [mended.added for mended in fixed.mended] == [tuple(read("<1/kpi/2> sg:position 2 ."))]
    assert [SG_NS + "expectedFor" in finding.message for finding in fixed.left] == [True]


def test_a_long_text_gives_a_label_of_whole_words() -> None:
    text = " ".join(["word"] * 30)  # 149 characters
    broken = plan(
        less=f'{VISION} rdfs:label "All are served."@en ; sg:text "All are served."@en .',
        more=f'{VISION} sg:text "{text}"@en .',
    )
    fixed = fixes(broken, of_rule(findings_of(broken), "ThingHasLabel"))
    # 19 words with their blanks are 95 characters, and 20 would leave no room for " …".
    (label,) = fixed.mended[0].added
    assert label.object.value == " ".join(["word"] * 19) + " …"


def test_a_vanished_element_becomes_a_tombstone_and_a_second_round_closes_the_gap() -> None:
    old = plan(more=indicator("kpi/2", position=2))
    gone = {KPI, f"{KPI[:-1]}/baseline>", f"{KPI[:-1]}/target>"}
    new = [t for t in old if str(t.subject) not in gone]
    findings = findings_of(new, old)
    assert sorted(f.rule for f in findings) == ["ElementIsNotDroppedSilently", "PositionsRunFromOne"]
    fixed = fixes(new, findings)
    assert fixed.left == ()
    assert set(fixed.triples) - set(new) == set(
        read(f'{KPI} owl:deprecated true ; rdfs:label "Carts a day"@en . <1/kpi/2> sg:position 1 .')
    )
    assert findings_of(list(fixed.triples), old) == []

    marked = [*old, *read(f"{KPI} owl:deprecated true .")]
    once = fixes(marked, findings_of(marked, old))
    assert [f.rule for f in findings_of(list(once.triples), old)] == ["PositionsRunFromOne"]
    twice = fixes(once.triples, findings_of(list(once.triples), old))
    assert set(twice.triples) == set(fixed.triples)


def test_an_element_that_stands_under_another_iri_is_not_withdrawn_without_asking() -> None:
    old = plan()
    new = [Triple(NamedNode(f"{KPI[1:-1]}9"), t.predicate, t.object) if str(t.subject) == KPI else t for t in old]
    assert new != old
    findings = of_rule(findings_of(new, old), "ElementIsNotDroppedSilently")
    assert findings
    fixed = fixes(new, findings)
    assert fixed.mended == ()
    assert list(fixed.left) == findings


@pytest.mark.parametrize(
    ("less", "more", "message"),
    [
        (f'{VISION} rdfs:label "All are served."@en .', "", "There is no label."),
        ("", f'{VISION} rdfs:label "Served"@en .', "There is more than one label in the same language."),
        ("", f'{VISION} rdfs:label "Served" .', "The label is in no language."),
        ("", f'{VISION} rdfs:label " "@fr .', "The label is empty."),
        (f'{VISION} sg:text "All are served."@en .', "", "There is no text."),
        ("", f'{VISION} sg:text "Served"@en .', "There is more than one text in the same language."),
        ("", f'{VISION} dcterms:title "One"@en , "Two"@en .', "There is more than one title in the same language."),
    ],
)
def test_a_rule_that_asks_several_things_of_words_says_which_is_broken(less: str, more: str, message: str) -> None:
    broken = plan(less=less, more=more)
    assert message in {finding.message for finding in findings_of(broken)}
    assert not [finding.message for finding in findings_of(broken) if ", or " in finding.message]


def test_several_faults_of_several_rules_are_mended_in_one_go_in_the_order_of_the_source() -> None:
    broken = plan(
        less=f'{KPI} sg:ofUnit {NORTH} ; sg:inPlan {PLAN} . {VISION} rdfs:label "All are served."@en .',
        more=f"{OBJECTIVE} sg:hasOutput {OUTPUT} .",
    )
    fixed = fixes(broken, findings_of(broken))
    assert set(fixed.triples) == set(BASE)
    assert fixed.left == ()
    kept = [triple for triple in fixed.triples if triple in set(broken)]
    assert kept == [triple for triple in broken if triple in set(fixed.triples)]


def test_the_same_comes_out_in_whatever_order_the_findings_come() -> None:
    broken = plan(
        less=f"{KPI} sg:ofUnit {NORTH} ; sg:inPlan {PLAN} . {NESTED} sg:partOf {RESULT} ; sg:ofUnit {NORTH} ."
    )
    findings = findings_of(broken)
    forward, backward = fixes(broken, findings), fixes(broken, findings[::-1])
    assert set(forward.triples) == set(backward.triples)
    assert {id(m.finding) for m in forward.mended} == {id(m.finding) for m in backward.mended}


def test_a_sound_plan_is_left_as_it_is() -> None:
    assert fixes(BASE, findings_of(BASE)) == Fixed(tuple(BASE), (), ())


def test_a_gap_that_a_lost_statement_of_a_goal_leaves_is_not_closed() -> None:
    second = f"{GOAL[:-1]}/statement/2>"
    whole = plan(
        more=f"{GOAL} sg:hasStatement {second} . "
        + "".join(
            f"{second} {t.predicate} {t.object} . "
            for t in BASE
            if str(t.subject) == STATEMENT and t.predicate.value != f"{SG_NS}position"
        )
        + f"{second} sg:position 2 ."
    )
    lost = [t for t in whole if f"{t.subject} {t.object}" != f"{GOAL} {STATEMENT}"]
    assert len(lost) == len(whole) - 1
    findings = findings_of(lost)
    assert "PositionsRunFromOne" in {f.rule for f in findings}
    fixed = fixes(lost, findings)
    assert "PositionsRunFromOne" not in {one.finding.rule for one in fixed.mended}


def test_what_was_done_is_a_line_for_each_value() -> None:
    (one,) = (
        f for f in findings_of(plan(less=f'{VISION} rdfs:label "All are served."@en .')) if f.rule == "ThingHasLabel"
    )
    gone = tuple(read(f'{VISION} rdfs:label "deux"@fr , "one"@en .'))
    stated = rdf.read((SHAPES / "base.ttl").read_bytes(), file="base.ttl", max_bytes=100_000)
    assert list(written(Mended(one, "", gone, ()), stated)) == [
        "vision, label: deux → (nothing)",
        "vision, label: one → (nothing)",
    ]
