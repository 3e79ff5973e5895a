"""Three ways: the version that a revision was made from, the one in force, and the revision."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sample_review import SUPERSEDED
from two_versions import OLD, edited, plan

from stratgraph.review.changes import changes
from stratgraph.review.meanwhile import published_meanwhile
from stratgraph.review.outputs import render
from stratgraph.review.things import Things

PIER = ('sg:text "A pier"@en', 'sg:text "A pier of stone"@en')
OTHER_PIER = ('sg:text "A pier"@en', 'sg:text "A pier of wood"@en')
LIGHT = ('sg:text "A light"@en', 'sg:text "A lighthouse"@en')
NO_PIER = (
    OLD[
        OLD.index("<agency/plan/1/north/objective/2/output/1>") : OLD.index(
            "<agency/plan/1/north/objective/2/output/2>"
        )
    ],
    "",
)
MOVED = ("sg:indicatorOf <agency/plan/1/north/objective/2> .", "sg:indicatorOf <agency/plan/1/north/objective/1> .")


def fates(in_force: list[tuple[str, str]], sent: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What became of each change between the plan and the one in force, and what the revision has there."""
    base, now, new = (Things(plan(edited(*pairs))) for pairs in ((), in_force, sent))
    return [(one.fate.value, one.here) for one in published_meanwhile(now, base, changes(new, now))]


@pytest.mark.parametrize(
    ("in_force", "sent", "expected"),
    [
        ([PIER], [LIGHT], [("undone", "A pier")]),
        ([PIER], [PIER, LIGHT], [("kept", "")]),
        ([PIER], [OTHER_PIER], [("collides", "A pier of wood")]),
        ([PIER], [NO_PIER], [("collides", "")]),
        ([NO_PIER], [LIGHT], [("undone", "A pier")]),
        ([NO_PIER], [NO_PIER, LIGHT], [("kept", "")]),
        ([NO_PIER], [OTHER_PIER], [("undone", "A pier of wood")]),
        ([MOVED], [LIGHT], [("undone", "To build a harbour.")]),
        ([PIER, LIGHT], [PIER], [("kept", ""), ("undone", "A light")]),
        ([], [LIGHT], []),
    ],
)
def test_a_change_that_was_published_meanwhile_is_kept_undone_or_collided_with(
    in_force: list[tuple[str, str]], sent: list[tuple[str, str]], expected: list[tuple[str, str]]
) -> None:
    assert fates(in_force, sent) == expected


def test_what_the_version_in_force_added_and_the_revision_does_not_have_is_undone() -> None:
    base, now = Things(plan(edited(NO_PIER))), Things(plan(OLD))
    (one,) = published_meanwhile(now, base, changes(base, now))
    assert (one.fate.value, one.change.kind.value, one.here) == ("undone", "added", "")


def test_every_form_for_people_and_programs_says_what_would_be_lost() -> None:
    text = render(SUPERSEDED, "text").decode()
    assert "Not fit for publication: 2 published changes that would be lost." in text
    assert "Made from version 1, as the file says" in text
    assert "text: A road of stone → Two roads of stone; here it is as it was before" in text
    assert "number: 3 → 4; here: 5" in text
    assert "against version 2 (against: 2)" in " ".join(text.split())
    page = render(SUPERSEDED, "html").decode()
    assert "Published since version 1" in page
    assert page.count("<td>undone</td>") == page.count("<td>collides</td>") == page.count("<td>kept</td>") == 1
    content = json.loads(render(SUPERSEDED, "json"))
    assert (content["fit"], content["counts"]["undone"], content["origin"]["is_said"]) == (False, 2, True)
    assert [one["fate"] for one in content["origin"]["meanwhile"]] == ["undone", "collides", "kept"]
    results = json.loads(render(SUPERSEDED, "sarif"))["runs"][0]["results"]
    lost = [one for one in results if one["ruleId"] == "NothingPublishedIsLost"]
    assert [one["level"] for one in lost] == ["error", "error"]
    junit = render(SUPERSEDED, "junit").decode()
    assert junit.count("<failure ") == 1
    assert "since then: 1 undone, 1 collides, 1 kept" in junit
    sheet = load_workbook(BytesIO(render(SUPERSEDED, "xlsx")))["Published meanwhile"]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["undone", "collides", "kept"]


def test_the_words_of_the_plan_keep_their_capitals_in_sarif() -> None:
    origin = SUPERSEDED.origin
    assert origin is not None
    (first, *_) = origin.meanwhile
    named = replace(first, change=replace(first.change, label="ITU-R Members"))
    review = replace(SUPERSEDED, origin=replace(origin, meanwhile=(named,)))
    (result,) = json.loads(render(review, "sarif"))["runs"][0]["results"]
    said = result["message"]["text"]
    assert "ITU-R Members" in said
    assert said.startswith("Made from version 1")
    assert "(against: " in said
