"""The review as JUnit XML."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, fromstring

import pytest
import xmlschema
from sample_review import FIRST, REVIEW

from stratgraph.review.outputs import render
from stratgraph.validation.rules import load_shapes

if TYPE_CHECKING:
    from stratgraph.review.model import Review

SCHEMA = xmlschema.XMLSchema(Path(__file__).parents[1] / "data" / "schemas" / "junit-10.xsd")


def suites(review: Review = REVIEW) -> Element:
    return fromstring(render(review, "junit", created=datetime(2030, 1, 2, 3, 4, tzinfo=UTC)))  # noqa: S314 - our own


def case(name: str, review: Review = REVIEW) -> Element:
    (found,) = (one for one in suites(review).iter("testcase") if one.get("name") == name)
    return found


@pytest.mark.parametrize("review", [REVIEW, FIRST], ids=["everything", "nothing"])
def test_it_is_valid(review: Review) -> None:
    SCHEMA.validate(render(review, "junit").decode("utf-8"))
    SCHEMA.validate(render(review, "junit", created=datetime(2030, 1, 2, tzinfo=UTC)).decode("utf-8"))


def test_the_schema_sees_what_is_wrong() -> None:
    spoilt = render(REVIEW, "junit").decode("utf-8").replace("<failure", "<failed").replace("</failure", "</failed")
    assert not SCHEMA.is_valid(spoilt)


def test_a_suite_is_a_set_of_shapes_and_a_test_a_rule() -> None:
    root = suites()
    assert [suite.get("name") for suite in root] == [
        "stratgraph.required",
        "stratgraph.recommended",
        "stratgraph.results",
        "stratgraph.recognition",
        "stratgraph.published",
    ]
    for suite, name in zip(root, REVIEW.shapes.sets, strict=False):
        rules = [rule.name for rule in load_shapes((name,)).rules.values()]
        assert [one.get("name") for one in suite] == rules
        assert {one.get("classname") for one in suite} == {f"stratgraph.{name}"}
        assert suite.get("timestamp") == "2030-01-02T03:04:00"


def test_the_counts_are_those_of_the_tests() -> None:
    root = suites()
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        assert element.get("tests") == str(len(cases))
        assert element.get("failures") == str(sum(one.find("failure") is not None for one in cases))
    assert [suite.get("failures") for suite in root] == ["1", "0", "1", "1", "0"]


def test_violations_new_and_old_fail_their_rule_once() -> None:
    (failure,) = case("ThingHasLabel").findall("failure")
    assert failure.get("message") == "A thing has a label: 2 Violations, 1 new"
    assert failure.text is not None
    assert "plan.xlsx 'KPI''s list'!AB4: Violation (new)" in failure.text
    assert "plans/the plan.ttl:9:5: Violation (unchanged)" in failure.text


def test_warnings_and_what_is_fixed_are_output() -> None:
    for name, said in (("WordingIsTidy", "Warning (unchanged)"), ("PlanHasTitle", "old.ttl:3: Violation (fixed)")):
        found = case(name)
        assert found.find("failure") is None
        assert said in (found.findtext("system-out") or "")


def test_a_doubtful_match_fails_a_test_of_its_own() -> None:
    failure = case("EveryElementIsRecognised").find("failure")
    assert failure is not None
    assert "north/objective/1/output/2 is taken for north/objective/1/output/4 (similar text, 61%)." in str(
        failure.text
    )
    assert case("EveryElementIsRecognised", FIRST).find("failure") is None
