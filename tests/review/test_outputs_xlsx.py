"""The review as a workbook."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from sample_review import CHANGES, EFFECTS, FINDINGS, MATCHES, REVIEW

from stratgraph.review.outputs import render

if TYPE_CHECKING:
    from openpyxl import Workbook

    from stratgraph.review.model import Review

CREATED = datetime(2030, 1, 2, 3, 4, tzinfo=UTC)


def book(review: Review = REVIEW) -> Workbook:
    return load_workbook(io.BytesIO(render(review, "xlsx", created=CREATED)))


def rows(sheet: str, review: Review = REVIEW) -> list[dict[str, object]]:
    head, *body = book(review)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in body]


def test_there_is_a_sheet_for_each_kind_of_fact() -> None:
    opened = book()
    assert opened.sheetnames == [
        "Summary",
        "Changes",
        "Findings",
        "Effects",
        "Matches",
        "Notices",
        "Published meanwhile",
    ]
    assert all(sheet.freeze_panes == "A2" and sheet.auto_filter.ref for sheet in opened)


def test_every_fact_is_a_row() -> None:
    for sheet, facts in (("Changes", CHANGES), ("Findings", FINDINGS), ("Effects", EFFECTS), ("Matches", MATCHES)):
        assert len(rows(sheet)) == len(facts)
    assert rows("Notices") == [{"where": "plans/the plan.ttl:90:1", "what": "A picture; it stays in the source."}]


def test_the_summary_counts() -> None:
    said = {row["what"]: row["value"] for row in rows("Summary")}
    assert said["Verdict"] == "Not fit for publication: 3 Violations and 1 doubtful match."
    assert (said["Violations"], said["Findings: fixed"], said["Changes: moved"]) == (3, 1, 1)
    assert said["Made"] == "2030-01-02T03:04:00Z"


def test_a_rewording_has_both_texts_and_the_words_marked() -> None:
    row = rows("Changes")[3]
    assert (row["before"], row["after"]) == ("A road of stone", "Two roads of stone")
    assert row["changed words"] == "[-A road -]{+Two roads +}of stone"
    assert row["where"] == "plan.xlsx Outputs!C12"


def test_numbers_and_truth_stay_such() -> None:
    row = rows("Matches")[1]
    assert row["doubtful"] is True
    assert row["confidence"] == 0.61


def test_a_text_is_never_a_formula_nor_an_error() -> None:
    texts = ("=1+1", "+1", "-1", "@SUM(A1)", "#N/A", "12", "TRUE", "\x07", "_x0041_")
    changed = tuple(replace(CHANGES[0], label=text) for text in texts)
    sheet = book(replace(REVIEW, changes=changed))["Changes"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.column_letter == "E"]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)
    labels = [row["label"] for row in rows("Changes", replace(REVIEW, changes=changed))]
    # As the format has it, _x0041_ would be the letter A (ECMA-376, ST_Xstring).
    assert labels == [*texts[:-2], "[U+0007 BELL]", "_x005F_x0041_"]


def test_a_text_that_a_cell_cannot_hold_says_that_it_is_cut() -> None:
    row = rows("Changes", replace(REVIEW, changes=(replace(CHANGES[0], new="a" * 40_000),)))[0]
    text = str(row["after"])
    assert len(text) == 32_767
    assert text.endswith("[cut: a cell holds no more; the other forms have the whole]")


def test_the_clock_is_in_no_part_of_it() -> None:
    with zipfile.ZipFile(io.BytesIO(render(REVIEW, "xlsx", created=CREATED))) as opened:
        assert {member.date_time for member in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = opened.read("docProps/core.xml").decode("utf-8")
    assert properties.count("2030-01-02T03:04:00Z") == 2
