"""A form that cannot say something does not delete it; what a form names by itself is known by that name."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse

from stratgraph.comparison import Comparison, propose, told
from stratgraph.document import Evidence
from stratgraph.export import STRATML
from stratgraph.formats import stratml
from stratgraph.history import Version
from stratgraph.identifiers import parse_place
from stratgraph.plan_files import ReadingLimits, read_revision
from stratgraph.plan_graph import to_statements
from stratgraph.settings import Settings
from stratgraph.terms import OWL, RDFS_NS, SCHEMA_NS, SG, SG_NS

if TYPE_CHECKING:
    from stratgraph.comparison import Proposal
    from stratgraph.document import PlanDocument
    from stratgraph.review import Review
    from stratgraph.statements import StatedPlan

DATA = Path(__file__).parents[1] / "data"
KPI = "itu-d/objective/3/kpi/4"
ITU = "https://w3id.org/stratgraph/id/itu/plan/2012-2015"


@pytest.fixture(scope="module")
def annex(annex_document: PlanDocument) -> StatedPlan:
    return to_statements(annex_document, file="annex.txt")


@pytest.fixture(scope="module")
def exported(annex: StatedPlan) -> str:
    return stratml.write(annex).decode()


def read_xml(data: str, description: Path | None = None) -> StatedPlan:
    beside = (description.read_bytes(), description.name) if description else None
    limits = Settings().part(ReadingLimits)
    return read_revision(data.encode(), file=f"revised.{STRATML}", limits=limits, description=beside)


def proposed(new: StatedPlan, old: StatedPlan) -> Proposal:
    used = frozenset(parse_place(iri)[1] for iri in old.graph.subjects(SG.IN_PLAN))
    return propose(Comparison(new, None, old, 2, told(new, old, used), used))


def briefly(review: Review) -> list[tuple[str, str, str, str]]:
    return [(c.kind.value, c.subject.partition("/plan/")[2].partition("/")[2], c.old, c.new) for c in review.changes]


def edited(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert text.count(old) == 1, f"{text.count(old)} times {old!r}"
        text = text.replace(old, new)
    return text


def standings(done: Proposal) -> set[str]:
    return {one.standing.value for one in done.review.findings}


def indicator(text: str, wording: str) -> str:
    """The first indicator of this wording."""
    found = re.findall(r" *<PerformanceIndicator(?:(?!</Perf).)*?</PerformanceIndicator>\n?", text, re.DOTALL)
    return str(next(each for each in found if f"<MeasurementDimension>{wording}</" in each))


# --- the annex, whose factors, mentions, terms and paragraphs StratML has no place for --------------------------------


def test_the_annex_as_stratml_reviewed_unedited_has_no_change_and_no_violation(
    annex: StatedPlan, exported: str
) -> None:
    done = proposed(read_xml(exported), annex)
    assert done.review.changes == ()
    assert done.review.violations == ()
    assert {one.standing.value for one in done.review.findings} == {"unchanged"}
    assert set(done.plan.statements) == set(annex.statements)
    # Nothing of what the export itself writes down is news.
    assert done.review.notices == ()


def test_what_the_file_does_not_say_rests_on_a_decision_and_not_on_its_lines(annex: StatedPlan, exported: str) -> None:
    plan = proposed(read_xml(exported), annex).plan
    factors = set(annex.graph.of_type(SG.SITUATIONAL_FACTOR))
    assert factors
    for triple, evidence in plan.statements.items():
        if triple.predicate.value == SG.TEXT and triple.subject.value in factors:
            assert evidence.spans == ()
            assert evidence.decisions == ("not-said-in-this-form",)
    (decision,) = [one for one in plan.decisions if one.name == "not-said-in-this-form"]
    assert "no place for it" in decision.reason


def test_an_indicator_reworded_in_the_export_is_one_change(annex: StatedPlan, exported: str) -> None:
    done = proposed(read_xml(edited(exported, ("Number of MoUs in effect", "Number of agreements in effect"))), annex)
    assert briefly(done.review) == [("reworded", KPI, "Number of MoUs in effect", "Number of agreements in effect")]
    assert done.review.violations == ()


def test_an_indicator_deleted_from_the_export_is_withdrawn_and_one_change(annex: StatedPlan, exported: str) -> None:
    kpi = indicator(exported, "Number of MoUs in effect")
    done = proposed(read_xml(edited(exported, (kpi, ""))), annex)
    assert briefly(done.review) == [("removed", KPI, "Number of MoUs in effect", "")]
    assert done.review.violations == ()
    assert done.plan.graph.has(f"{ITU}/{KPI}", OWL.DEPRECATED)


def test_an_indicator_added_to_the_export_is_one_change(annex: StatedPlan, exported: str) -> None:
    kpi = indicator(exported, "Number of MoUs in effect")
    new = re.sub(r" *<Identifier>.*</Identifier>\n", "", edited(kpi, ("Number of MoUs in effect", "Number of CIRTs")))
    done = proposed(read_xml(edited(exported, (kpi, kpi + new))), annex)
    assert [(kind, new) for kind, _, _, new in briefly(done.review)] == [("added", "Number of CIRTs")]
    assert done.review.violations == ()


def test_a_line_that_only_tells_of_something_changes_nothing_of_it_and_that_is_told(
    annex: StatedPlan, exported: str
) -> None:
    (line,) = re.findall(r"Situational factor 6\.1\.3 .*", exported)
    done = proposed(read_xml(edited(exported, (line, "Situational factor 6.1.3: gone"))), annex)
    assert "removed" not in {change.kind.value for change in done.review.changes}
    assert set(annex.graph.of_type(SG.SITUATIONAL_FACTOR)) == set(done.plan.graph.of_type(SG.SITUATIONAL_FACTOR))
    (told_of,) = [one.what for one in done.review.notices if "changes nothing of that" in one.what]
    assert told_of.startswith("Other information was changed")


# --- a file that names its elements itself ----------------------------------------------------------------------------

COMMERCE = (DATA / "stratml-sc-commerce.xml").read_text("utf-8")
TOML = DATA / "stratml-sc-commerce.toml"


@pytest.fixture(scope="module")
def commerce() -> StatedPlan:
    new = read_xml(COMMERCE, TOML)
    return propose(Comparison(new, None, None, 1)).plan


def test_baselines_that_a_descriptor_gives_as_its_value_are_read(commerce: StatedPlan) -> None:
    stated = len(re.findall(r"<DescriptorValue>Baseline</DescriptorValue>", COMMERCE))
    assert stated == 28
    assert len(commerce.graph.of_type(SG.BASELINE)) == stated
    kpi = commerce.identifiers.place_iri("goal/1/objective/1/kpi/2")
    (baseline,) = commerce.graph.iris(kpi, SG.HAS_BASELINE)
    assert commerce.graph.figure(baseline) == "18338 Count"


def test_a_reworded_indicator_is_known_by_its_identifier(commerce: StatedPlan) -> None:
    old = "<MeasurementDimension>Capital Investment</MeasurementDimension>"
    new = "<MeasurementDimension>Quite another thing</MeasurementDimension>"
    done = proposed(read_xml(COMMERCE.replace(old, new, 1), TOML), commerce)
    (match,) = [one for one in done.review.matches if one.how != "same place and text"]
    assert (match.how, match.confidence, match.is_doubtful) == ("same place, other text", 1.0, False)
    assert briefly(done.review) == [
        ("reworded", "goal/1/objective/1/kpi/1", "Capital Investment", "Quite another thing")
    ]


def test_an_identifier_that_stands_twice_names_nothing(commerce: StatedPlan) -> None:
    one = "_27221b52-b49a-11ee-b03e-6de190babdf6"
    other = "_27221de6-b49a-11ee-b03e-6de190babdf6"
    done = proposed(read_xml(COMMERCE.replace(other, one), TOML), commerce)
    changed = {(subject, kind) for kind, subject, _, _ in briefly(done.review)}
    assert changed == {("goal/1/objective/1/kpi/2", "amended")}


def test_one_deleted_indicator_is_one_change(commerce: StatedPlan) -> None:
    kpi = indicator(COMMERCE, "Jobs Recruited")
    done = proposed(read_xml(edited(COMMERCE, (kpi, "")), TOML), commerce)
    assert [(kind, subject) for kind, subject, _, _ in briefly(done.review)] == [
        ("removed", "goal/1/objective/1/kpi/2")
    ]


def test_two_goals_that_changed_places_are_two_changes(commerce: StatedPlan) -> None:
    first, second, *_ = re.findall(r"<Goal>.*?</Goal>", COMMERCE, re.DOTALL)
    done = proposed(read_xml(edited(COMMERCE, (first + second, second + first)), TOML), commerce)
    assert briefly(done.review) == [("renumbered", "goal/1", "1", "2"), ("renumbered", "goal/2", "2", "1")]
    new = {one.finding.rule for one in done.review.findings if one.standing.value == "new"}
    assert new == {"NumbersFollowTheOrder"}, "goal 1 follows goal 2; their chapters changed places with them"


def test_an_indicator_added_among_others_leaves_all_parts_counted_from_one(commerce: StatedPlan) -> None:
    kpi = indicator(COMMERCE, "Capital Investment")
    new = re.sub(r"\s*<Identifier>.*?</Identifier>", "", edited(kpi, ("Capital Investment", "Money from abroad")))
    new = re.sub(r"<SequenceIndicator>.*?</SequenceIndicator>", "", new)
    # The periods of the file end before they start, which a rule tells of the copy too.
    new = re.sub(r"(202[23])-06-30", lambda match: f"{int(match[1]) + 1}-06-30", new)
    done = proposed(read_xml(edited(COMMERCE, (kpi, kpi + new)), TOML), commerce)
    assert [one[0] for one in briefly(done.review)] == ["added"]
    assert standings(done) == {"unchanged"}


def test_a_file_reviewed_unedited_after_it_was_published_says_nothing_of_what_it_leaves_out_or_changes(
    commerce: StatedPlan,
) -> None:
    done = proposed(read_xml(COMMERCE, TOML), commerce)
    assert done.review.changes == ()
    assert standings(done) == {"unchanged"}
    assert [one.what for one in done.review.notices if "this form has no place" in one.what] == []
    assert len(done.review.notices) == 3, "of its namespace, its language and its schema"


def test_a_published_file_that_is_exported_and_reviewed_unedited_has_no_change(commerce: StatedPlan) -> None:
    done = proposed(read_xml(stratml.write(commerce).decode()), commerce)
    assert done.review.changes == ()
    assert {one.standing.value for one in done.review.findings} == {"unchanged"}
    assert set(done.plan.statements) == set(commerce.statements)


# --- a text of the annex's form ---------------------------------------------------------------------------------------


def plan_and(plan: StatedPlan, turtle: str) -> StatedPlan:
    """A version that says more, as one that came by a workbook or Turtle may."""
    prefixes = f"@base <{ITU}/> . @prefix sg: <{SG_NS}> . @prefix rdfs: <{RDFS_NS}> . @prefix schema: <{SCHEMA_NS}> . "
    more = {quad.triple: Evidence() for quad in parse(prefixes + turtle, format=RdfFormat.TURTLE)}
    return replace(plan, statements={**plan.statements, **more})


MORE = f"""
<{KPI}> sg:hasTarget <{KPI}/target/1> ; sg:hasBaseline <{KPI}/baseline/1> ; sg:measures <itu-d/objective/3/output/1> ;
    rdfs:label "Nombre d'accords"@fr ; schema:url <https://example.org/kpi> .
<{KPI}/target/1> a sg:Target ; sg:text "50 in 2015"@en .
<{KPI}/baseline/1> a sg:Baseline ; sg:text "12 in 2011"@en .
<https://example.org/kpi> rdfs:label "Where it is counted"@en .
"""


def test_a_text_of_the_annex_does_not_withdraw_what_a_text_cannot_say(annex: StatedPlan) -> None:
    old = plan_and(annex, MORE)
    done = proposed(annex, old)
    assert briefly(done.review) == []
    assert done.plan.statements.keys() == old.statements.keys()
    added = old.statements.keys() - annex.statements.keys()
    assert {done.plan.statements[triple].decisions for triple in added} == {("not-said-in-this-form",)}
    assert "not-said-in-this-form" in [one.name for one in done.plan.decisions]


def test_what_a_text_cannot_say_goes_with_the_indicator_that_it_is_of(annex: StatedPlan) -> None:
    old = plan_and(annex, MORE)
    iri = f"{ITU}/{KPI}"
    rest = {triple: e for triple, e in annex.statements.items() if triple.subject.value != iri}
    done = proposed(replace(annex, statements=rest, provisional=annex.provisional - {iri}), old)
    graph = done.plan.graph
    assert not graph.of_type(SG.TARGET)
    assert graph.has(iri, OWL.DEPRECATED)
    assert not graph.has(iri, SG.MEASURES)
    assert SCHEMA_NS + "url" not in graph.predicates(iri)
    assert "https://example.org/kpi" not in graph


def test_a_baseline_that_the_text_gives_in_brackets_is_the_texts_to_take_away(annex: StatedPlan) -> None:
    assert told(annex, annex, frozenset()) is None, "a text says all that was read from one"
    (first, *_) = annex.graph.subjects(SG.HAS_BASELINE)
    (baseline,) = annex.graph.iris(first, SG.HAS_BASELINE)
    without = {t: e for t, e in annex.statements.items() if baseline not in {t.subject.value, t.object.value}}
    done = proposed(replace(annex, statements=without), plan_and(annex, MORE))
    assert [(kind, place) for kind, place, _, _ in briefly(done.review)] == [
        ("removed", baseline.removeprefix(ITU + "/"))
    ]


def test_a_version_that_says_more_than_a_text_is_not_taken_for_what_an_old_text_was_made_from(
    annex: StatedPlan,
) -> None:
    """What the text lacks of what it could say was published since, and would be lost: the text is of version 1."""
    output = "gs/objective/1/output/99"
    more = f'{MORE} <{output}> a sg:Output ; sg:inPlan <{ITU}> ; sg:text "Another"@en ; rdfs:label "Another"@en .'
    version = Version(annex.identifiers, 1, "Plan", "text/plain", "", "", None, "", "", ())
    old = plan_and(annex, more)
    used = frozenset[str]()
    in_force = replace(version, number=2)
    comparison = Comparison(
        annex, in_force, old, 3, told(annex, old, used), used, earlier=((version, frozenset(annex.statements)),)
    )
    origin = propose(comparison).review.origin
    assert origin is not None
    assert origin.version == 1
    assert {one.change.subject.removeprefix(f"{ITU}/"): one.fate.value for one in origin.meanwhile} == {
        output: "undone",
        f"{KPI}/target/1": "kept",
        f"{KPI}/baseline/1": "kept",
        KPI: "kept",
        "https://example.org/kpi": "kept",
    }


def test_of_what_was_dropped_a_finding_says_where_it_stood_before(annex: StatedPlan) -> None:
    rest = {triple: e for triple, e in annex.statements.items() if triple.subject.value != f"{ITU}/{KPI}"}
    done = proposed(replace(annex, statements=rest, provisional=frozenset(), file="revised.ttl"), annex)
    (finding,) = [one.finding for one in done.review.findings if one.finding.rule == "ElementIsNotDroppedSilently"]
    before, found, _ = annex.source.text.partition("Number of MoUs in effect")
    assert found
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert finding.message.endswith(f"It stood in annex.txt, line {line}, column {column}.")
    assert finding.line is None, "it does not stand in the revision"
