"""Findings speak in the words of the form that was sent: a sheet's column, a tag of StratML, a table of the text."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import openpyxl
import pytest
from faulty_plans import sound_plan

from stratgraph.formats import stratml, workbook
from stratgraph.formats.annex.words import WORDS as ANNEX
from stratgraph.formats.stratml.schema import CONTENT
from stratgraph.plan_files import ReadingLimits, read_revision
from stratgraph.review import review
from stratgraph.serialisation import N_TRIPLES, to_bytes
from stratgraph.settings import Settings
from stratgraph.terms import DCTERMS, SG
from stratgraph.validation.rules import SHAPE_SETS, TRANSITION_SETS, load_shapes
from stratgraph.validation.rulesets import Ruleset

if TYPE_CHECKING:
    from stratgraph.formats.words import FormWords
    from stratgraph.statements import StatedPlan
    from stratgraph.validation import Finding

FORMS = {"workbook": workbook.WORDS, "StratML": stratml.WORDS, "text": ANNEX}
LIMITS = Settings().part(ReadingLimits)


def read(data: bytes, file: str) -> StatedPlan:
    return read_revision(data, file=file, limits=LIMITS)


def without(predicate: str, kind: SG) -> StatedPlan:
    """The small sound plan without a property of the things of a class."""
    plan = sound_plan()
    wrong = [t for t in plan.triples if t.predicate.value == predicate and t.subject in plan.of(kind)]
    assert wrong
    return read(to_bytes(plan.without(*wrong).triples, N_TRIPLES), "plan.nt")


def as_workbook(plan: StatedPlan) -> StatedPlan:
    return read(workbook.write(plan.statements, identifiers=plan.identifiers, language="en"), "plan.xlsx")


def as_stratml(plan: StatedPlan) -> StatedPlan:
    return read(stratml.write(plan), "plan.stratml")


def found(plan: StatedPlan, rule: str) -> Finding:
    reviewed = review(plan, None, against="", version=1, rules=Ruleset(sets=SHAPE_SETS)).findings
    return next(one.finding for one in reviewed if one.finding.rule == rule)


def test_a_workbook_is_told_of_its_sheets_and_columns() -> None:
    result = found(as_workbook(without(SG.EXPECTED_FOR, SG.EXPECTED_RESULT)), "ObjectiveHasExpectedResult")
    assert result.mend == (
        "Let a row of sheet Expected results lead to the objective in column “Is expected for” of sheet Expected "
        "results."
    )
    number = found(as_workbook(without(SG.NOTATION, SG.OBJECTIVE)), "ObjectiveIsNumbered")
    assert number.mend == "Give the number that the source gives it in column “Notation”."


def test_a_message_has_the_words_of_the_form_too() -> None:
    plan = as_workbook(without(SG.EXPECTED_FOR, SG.EXPECTED_RESULT))
    message = found(plan, "ResultHasOneParent").message
    assert "neither column “Is expected for” of sheet Expected results nor column “Is part of”" in message


def test_stratml_is_told_of_its_tags() -> None:
    assert found(as_stratml(without(SG.START_YEAR, SG.STRATEGIC_PLAN)), "PlanHasStartYear").mend == (
        "Give the first year of the period as <StartDate>, such as 2012."
    )
    assert found(as_stratml(without(SG.INDICATOR_OF, SG.KPI)), "ObjectiveHasIndicator").mend == (
        "Let a <PerformanceIndicator> lead to the objective by the <Objective> that it stands in."
    )


def test_rdf_is_told_in_its_own_words() -> None:
    result = found(without(SG.EXPECTED_FOR, SG.EXPECTED_RESULT), "ObjectiveHasExpectedResult")
    assert result.mend == "Let an sg:ExpectedResult lead to the objective by sg:expectedFor."


def test_a_text_is_told_of_its_tables() -> None:
    assert ANNEX.told("Let an sg:Output lead to the objective by sg:supportsObjective.", SG.OBJECTIVE) == (
        "Let an output lead to the objective by column “Outputs” of the objective's row, with the X in the other table."
    )
    assert ANNEX.told("Give exactly one sg:text.", SG.KPI) == "Give exactly one wording."


def test_what_a_form_has_no_place_for_is_named_and_where_it_is_mended() -> None:
    told = stratml.WORDS.told("Let sg:statedIn lead to the table; or correct sg:notation.", SG.KPI)
    assert told == (
        "Let sg:statedIn lead to the table; or correct <SequenceIndicator>. StratML has no place for sg:statedIn: mend "
        "that in a workbook or in Turtle."
    )


def sentences() -> list[str]:
    rules = load_shapes((*SHAPE_SETS, *TRANSITION_SETS)).rules.values()
    return [text for rule in rules for text in (rule.message, rule.mend)]


@pytest.mark.parametrize("words", FORMS.values(), ids=FORMS.keys())
def test_no_rule_names_a_property_in_vain(words: FormWords) -> None:
    """What is left of RDF's words is of a class without a name in the form, or is said to have no place there."""
    for sentence in sentences():
        told = words.told(sentence, "")
        for name in set(re.findall(r"\b(?:sg|dcterms|skos|org|rdfs|owl):[a-z]\w*", told)):
            assert told.count(name) > sentence.count(name), told
        assert not re.search(r"\b(?:an? (?:the|a|an)|one (?:a|the)) |\bIRI\b.*\bplace\b.*\bIRI\b", told), told


def test_the_sheets_and_columns_that_are_named_are_in_a_workbook() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.template(identifiers=None, language="en")))
    headings = {
        sheet.title: {str(cell.value).removesuffix(" (en)") for row in sheet.iter_rows() for cell in row}
        for sheet in book
    }
    told = " ".join(workbook.WORDS.told(sentence, "") for sentence in sentences())
    on_sheets = re.findall(rf"column “([^”]+)” of sheet ({'|'.join(headings)})", told)
    assert ("Is expected for", "Expected results") in on_sheets
    assert len(on_sheets) == told.count("” of sheet ")
    assert all(label in headings[sheet] for label, sheet in on_sheets)
    assert set(re.findall(r"column “([^”]+)”", told)) <= set.union(*headings.values())
    assert set(re.findall(rf"row of sheet ({'|'.join(headings)})", told)) >= {"Outputs", "KPIs", "Baselines"}


def test_the_tags_that_are_named_are_in_the_schema() -> None:
    known = {child.rstrip("*") for children in CONTENT.values() for child in children}
    named = {
        tag for sentence in sentences() for tag in re.findall(r"<([A-Z]\w+)", stratml.WORDS.told(sentence, SG.KPI))
    }
    assert "SequenceIndicator" in named
    assert named <= known


def test_a_title_is_the_name_of_a_plan() -> None:
    assert stratml.WORDS.told("Give the plan one dcterms:title.", SG.STRATEGIC_PLAN) == "Give the plan one <Name>."
    assert workbook.WORDS.told(f"It is said by {DCTERMS.TITLE}.", "") == "It is said in column “Title”."
