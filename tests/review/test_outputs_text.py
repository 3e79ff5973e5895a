"""The review at a terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sample_review import CHANGES, FINDINGS, FIRST, OBJECTIVE, REVIEW

from stratgraph.review.model import ChangeKind
from stratgraph.review.outputs import render

CODES = re.compile(r"\x1b\[[0-9;]*m")


def text(**options: object) -> str:
    return render(REVIEW, "text", **options).decode("utf-8")  # type: ignore[arg-type]


def test_it_begins_with_plan_comparison_and_verdict() -> None:
    assert text().splitlines()[:3] == [
        "Plan 1",
        "plans/the plan.ttl, against agency/plan/1/version/1; it would be version 2",
        "Not fit for publication: 3 Violations and 1 doubtful match.",
    ]


def test_changes_stand_below_unit_and_group_with_their_marks() -> None:
    lines = [line.strip() for line in text().splitlines()]
    start = lines.index("AG-N")
    assert lines[start : start + 12] == [
        "AG-N",
        OBJECTIVE,
        "+ Output: A bridge",
        "agency/plan/1/north/objective/1/output/2 · plans/the plan.ttl:12:3 · Table 1",
        "A bridge of stone",
        "- Output: A ferry",
        "agency/plan/1/north/objective/1/output/3 · Table 2",
        "~ Output: Two roads",
        "agency/plan/1/north/objective/1/output/4 · plan.xlsx Outputs!C12",
        "~ reworded: [-A road-] {+Two roads+} of stone",
        "# renumbered: number: 3 → 4",
        "AG-S",
    ]
    assert "* amended: label: (nothing) → Plan 1" in lines


def test_with_colour_the_words_are_struck_or_bold_and_have_no_brackets() -> None:
    coloured = text(colour=True)
    assert "[-" not in coloured
    assert re.search(r"\x1b\[9;31mA road ", coloured)
    assert re.search(r"\x1b\[1;32mTwo roads ", coloured)


def test_without_colour_there_are_no_codes_and_texts_cannot_bring_any() -> None:
    assert "\x1b" not in text()
    assert "\u202e" not in text()
    # With colour, the codes that a text brings are written out, not sent.
    assert "[U+001B ESCAPE][31m" in CODES.sub("", text(colour=True))


def test_words_of_anything_but_the_text_say_of_what_they_are() -> None:
    amended = replace(CHANGES[3], kind=ChangeKind.AMENDED, property_label="title")
    page = render(replace(REVIEW, changes=(amended,)), "text").decode("utf-8")
    assert "* amended: title: [-A road-] {+Two roads+} of stone" in page


def test_new_findings_and_old_violations_are_shown_and_the_rest_counted() -> None:
    page = text()
    assert "Findings: 3 new, 2 unchanged, 1 fixed" in page
    assert "new Violation ObjectiveHasIndicator" in page
    assert "plan.xlsx 'KPI''s list'!AB4" in page
    assert "unchanged Violation ThingHasLabel" in page
    assert "unchanged Warning WordingIsTidy" not in page
    assert "PlanHasTitle" not in page


def test_all_shows_every_finding_and_match() -> None:
    page = text(show_all=True)
    assert "unchanged Warning WordingIsTidy" in page
    assert "fixed Violation PlanHasTitle" in page
    assert "Value: • A" in page
    assert "(nothing) is north/objective/1/output/3" in page
    assert "north/objective/1/output/3 is new: north/objective/1/output/5" in page


def test_only_doubtful_matches_are_asked_about() -> None:
    page = text()
    assert "Elements recognised: 2 sure, 1 doubtful" in page
    assert "or north/objective/1/output/3" in page
    assert "A canal" not in page


def test_effects_and_notices_are_told() -> None:
    page = text(width=150)
    assert "agency/plan/1/north/objective/1/output/4 · plans/the plan.ttl:12 · Table 1" in page
    assert "Mend: Look at the mapping again." in page
    assert "plans/the plan.ttl:90:1: A picture; it stays in the source." in page
    # What was not read may explain the changes, and stands before them.
    assert page.index("\nNotices") < page.index("\nChanges")


def test_the_last_line_sums_up() -> None:
    assert text(width=200).splitlines()[-1] == (
        "9 changes; findings: 3 new, 2 unchanged, 1 fixed; 2 effects; 1 doubtful match; 1 notice. "
        "Not fit for publication: 3 Violations and 1 doubtful match."
    )


@pytest.mark.parametrize("width", [40, 72])
def test_no_line_is_wider_than_asked(width: int) -> None:
    assert max(map(len, text(width=width, show_all=True).splitlines())) <= width


def test_a_review_without_anything_is_short() -> None:
    assert render(FIRST, "text").decode("utf-8") == (
        "Plan 1\nplans/the plan.ttl, a first version; it would be version 1\nFit for publication.\n\n"
        "Changes: a first version with 12 elements\n\nFindings: none\n\n"
        "A first version with 12 elements; findings: none. Fit for publication.\n"
    )


def test_a_value_that_the_message_has_is_not_said_twice() -> None:
    repeating = replace(FINDINGS[4].finding, message="The text • A begins with a bullet.")
    review = replace(REVIEW, findings=(replace(FINDINGS[4], finding=repeating),))
    assert "Value:" not in render(review, "text", show_all=True).decode("utf-8")
