"""What a review of the plan of the next period says of the plan before, in each form."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import jsonschema
from openpyxl import load_workbook
from sample_review import NEXT, PLAN

from stratgraph.review.outputs import render, schema
from stratgraph.review.periods import RULES
from stratgraph.terms import SH
from stratgraph.validation.rules import load_shapes

if TYPE_CHECKING:
    from stratgraph.review import Review


def text(review: Review, *, show_all: bool = False) -> list[str]:
    return [line.strip() for line in render(review, "text", show_all=show_all).decode().splitlines()]


def test_a_text_says_what_became_of_what_and_how_sure_that_is() -> None:
    lines = text(NEXT)
    start = lines.index("From agency/plan/1/before/version/3: 1 split, 2 ended, 1 new")
    assert lines[start + 1].startswith("The plan says that it replaces this one: publication records")
    assert "objective/2 and objective/3 were objective/1" in lines
    assert "their words together (87%, to be looked at)" in lines
    assert "nothing like it before (75%)" in lines


def test_a_text_leaves_out_what_ended_below_what_ended() -> None:
    assert "objective/4, and 1 below it" in text(NEXT)
    assert "objective/4/output/1" not in text(NEXT)
    assert "objective/4/output/1" in text(NEXT, show_all=True)


def test_a_plan_that_does_not_say_what_it_replaces_is_told_that_nothing_is_recorded() -> None:
    assert NEXT.predecessor is not None
    review = replace(NEXT, predecessor=replace(NEXT.predecessor, is_stated=False))
    told = " ".join(text(review))
    assert f"(dcterms:replaces <{PLAN}/before>): nothing is recorded" in told


def test_json_has_all_of_it() -> None:
    content = json.loads(render(NEXT, "json"))
    jsonschema.Draft202012Validator(json.loads(schema())).validate(content)
    before = content["predecessor"]
    assert (before["plan"], before["version"]) == (f"{PLAN}/before", f"{PLAN}/before/version/3")
    assert [one["relation"] for one in before["successions"]] == ["split", "ended", "ended", "new"]
    split = before["successions"][0]
    assert [new["place"] for new in split["new"]] == ["objective/2", "objective/3"]
    assert (split["how"], split["confidence"], split["is_doubtful"]) == ("their words together", 0.87, True)
    assert json.loads(render(replace(NEXT, predecessor=None), "json"))["predecessor"] is None


def test_a_page_has_a_table_of_it_in_which_nothing_is_markup() -> None:
    page = render(NEXT, "html").decode()
    assert "1 split, 2 ended, 1 new" in page
    assert "What is carried on, and what is new: 2" in page
    assert "What ended: 2" in page
    assert "their words together (87%, to be looked at)" in page
    assert "<script" not in page


def test_a_workbook_has_a_sheet_of_it() -> None:
    rows = list(load_workbook(BytesIO(render(NEXT, "xlsx")))["Plan before"].values)
    assert rows[0][:1] == ("relation",)
    assert rows[1][-2:] == ("objective/1", "objective/2\nobjective/3")
    assert "Plan before" not in load_workbook(BytesIO(render(replace(NEXT, predecessor=None), "xlsx"))).sheetnames


def test_the_rules_between_two_periods_are_those_of_the_shapes_that_look_at_what_a_plan_replaces() -> None:
    shapes = load_shapes()
    holders = {triple.object: triple.subject for triple in shapes.triples if triple.predicate.value == SH.SPARQL}
    asked = {
        holders[triple.subject].value
        for triple in shapes.triples
        if triple.predicate.value == SH.SELECT and "dcterms:replaces" in triple.object.value
    }
    assert asked == RULES
