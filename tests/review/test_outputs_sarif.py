"""The review as SARIF."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator
from sample_review import FINDINGS, FIRST, REVIEW, iri

from stratgraph.errors import Location
from stratgraph.review.outputs import render
from stratgraph.review.outputs.as_sarif import artifact

if TYPE_CHECKING:
    from stratgraph.review.model import Review

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "schemas" / "sarif-2.1.0-rtm.5.json").read_text("utf-8")
)
# Errata 01: tests/data/schemas/README.md.
SCHEMA["definitions"]["region"]["anyOf"] = [{"required": [name]} for name in ("startLine", "charOffset", "byteOffset")]


def run(review: Review = REVIEW, *, show_all: bool = False) -> dict[str, Any]:
    written = render(review, "sarif", show_all=show_all, created=datetime(2030, 1, 2, 3, 4, tzinfo=UTC))
    log = json.loads(written)
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(log)] == []
    (found,) = log["runs"]
    assert isinstance(found, dict)
    return found


def test_the_schema_sees_what_is_wrong() -> None:
    log = json.loads(render(REVIEW, "sarif"))
    log["runs"][0]["results"][0]["baselineState"] = "old"
    assert not Draft7Validator(SCHEMA).is_valid(log)


def test_every_rule_that_was_asked_is_there_and_each_result_leads_to_its_own() -> None:
    found = run()
    rules = found["tool"]["driver"]["rules"]
    shapes = [rule.name for rule in REVIEW.shapes.rules.values()]
    assert [rule["id"] for rule in rules] == [
        *shapes,
        "LinkIsLookedAtAgain",
        "CoverageHasChanged",
        "NothingPublishedIsLost",
    ]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in found["results"])
    (rule,) = (rule for rule in rules if rule["id"] == "ObjectiveHasIndicator")
    assert rule["defaultConfiguration"]["level"] == "error"
    assert rule["helpUri"].startswith("https://w3id.org/")
    assert "sg:KPI" in rule["help"]["text"]
    (rule,) = (rule for rule in rules if rule["id"] == "WordingIsTidy")
    assert rule["defaultConfiguration"]["level"] == "warning"
    assert "helpUri" not in rule


def test_findings_and_effects_are_results_with_level_and_state() -> None:
    found = [(one["ruleId"], one["level"], one["baselineState"]) for one in run()["results"]]
    assert found == [
        ("ObjectiveHasIndicator", "error", "new"),
        ("ThingHasLabel", "error", "new"),
        ("WordingIsTidy", "note", "new"),
        ("ThingHasLabel", "error", "unchanged"),
        ("WordingIsTidy", "warning", "unchanged"),
        ("LinkIsLookedAtAgain", "note", "new"),
        ("CoverageHasChanged", "note", "new"),
    ]


def test_what_is_fixed_is_absent_and_there_on_demand_only() -> None:
    found = run(show_all=True)["results"]
    (fixed,) = (one for one in found if one["baselineState"] == "absent")
    assert fixed["ruleId"] == "PlanHasTitle"
    # Its line is one of the version before, and none of the file that the revision is in.
    assert fixed["message"]["text"].endswith("It was at: old.ttl:3")
    assert fixed["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "plans/the%20plan.ttl", "uriBaseId": "%SRCROOT%"}
    }


def test_without_a_version_before_no_result_has_a_state() -> None:
    results = run(replace(FIRST, findings=FINDINGS[:3]))["results"]
    assert len(results) == 3
    assert not any("baselineState" in result for result in results)


def test_a_result_stands_on_its_line() -> None:
    location = run()["results"][3]["locations"][0]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "plans/the%20plan.ttl", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 9, "startColumn": 5},
    }
    assert location["logicalLocations"] == [{"fullyQualifiedName": iri("vision"), "kind": "element"}]
    assert run()["columnKind"] == "unicodeCodePoints"


def test_a_cell_of_a_workbook_is_no_line_of_a_text() -> None:
    result = run()["results"][1]
    (location,) = result["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": "plan.xlsx", "uriBaseId": "%SRCROOT%"}}
    assert location["logicalLocations"][0]["name"] == "'KPI''s list'!AB4"
    assert "At: 'KPI''s list'!AB4" in result["message"]["text"]


def test_a_result_without_a_place_is_in_the_file() -> None:
    for result in run()["results"]:
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    (location,) = run()["results"][2]["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "plans/the%20plan.ttl", "uriBaseId": "%SRCROOT%"}
    }


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("plan.ttl", "plan.ttl"),
        ("./plan.ttl", "plan.ttl"),
        ("a b/plän#1?.ttl", "a%20b/pl%C3%A4n%231%3F.ttl"),
        ("plans\\plan 1.ttl", "plans/plan%201.ttl"),
        ("../100%.ttl", "../100%25.ttl"),
        ("plan\udc80.ttl", "plan%80.ttl"),
        ("re:view.ttl", "re%3Aview.ttl"),
    ],
)
def test_the_address_of_a_file_is_relative_and_encoded(file: str, uri: str) -> None:
    assert artifact(file) == {"uri": uri, "uriBaseId": "%SRCROOT%"}


@pytest.mark.parametrize(
    ("file", "uri"), [("/plans/a b.ttl", "file:///plans/a%20b.ttl"), ("C:\\plans\\p.ttl", "file:///C:/plans/p.ttl")]
)
def test_an_absolute_name_stays_absolute(file: str, uri: str) -> None:
    assert artifact(file) == {"uri": uri}


def test_a_fingerprint_stays_where_the_line_does_not() -> None:
    first = FINDINGS[0]
    below = replace(first, finding=replace(first.finding, line=700, column=2, message="Said in another way."))
    other = replace(first, finding=replace(first.finding, focus=iri("north/objective/2")))
    prints = [
        run(replace(REVIEW, findings=(one,)))["results"][0]["partialFingerprints"] for one in (first, below, other)
    ]
    assert prints[0] == prints[1] != prints[2]


def test_two_results_that_nothing_tells_apart_are_counted() -> None:
    results = run(replace(REVIEW, findings=(FINDINGS[0], FINDINGS[0])))["results"]
    first, second = (one["partialFingerprints"]["primaryLocationLineHash"] for one in results[:2])
    assert first.endswith(":1")
    assert second == f"{first.removesuffix(':1')}:2"


def test_a_text_is_no_place_for_arguments_and_no_link() -> None:
    spoken = replace(FINDINGS[0].finding, message="{0} [click](http://127.0.0.1/)\x1b")
    text = run(replace(REVIEW, findings=(replace(FINDINGS[0], finding=spoken),)))["results"][0]["message"]["text"]
    assert text.startswith("{{0}} [click] (http://127.0.0.1/)[U+001B ESCAPE]\n")


def test_doubts_and_notices_are_notifications() -> None:
    (invocation,) = run()["invocations"]
    doubt, notice = invocation["toolExecutionNotifications"]
    assert (doubt["level"], notice["level"]) == ("warning", "note")
    assert "could be north/objective/1/output/4, north/objective/1/output/3" in doubt["message"]["text"]
    assert notice["locations"][0]["physicalLocation"]["region"] == {"startLine": 90, "startColumn": 1}
    assert invocation["endTimeUtc"] == "2030-01-02T03:04:00Z"


def test_a_notice_in_a_workbook_says_its_cell() -> None:
    there = replace(
        REVIEW.notices[0], where=Location(file="p.xlsx", sheet="Outputs", line=2, column=1, element=iri("vision"))
    )
    notice = run(replace(REVIEW, notices=(there,)))["invocations"][0]["toolExecutionNotifications"][1]
    assert notice["message"]["text"].endswith("At: Outputs!A2")
    assert notice["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == iri("vision")
