"""A plan that somebody typed into a template: its rows by sheet, the workbook, and what is read from it."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

import openpyxl

from stratgraph.formats import workbook
from stratgraph.identifiers import PlanIdentifiers

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl import Workbook

    from stratgraph.statements import StatedPlan

Rows = dict[str, list[dict[str, Any]]]

ACME = PlanIdentifiers("acme", "2030")
PLAN = ACME.plan_iri


def place(words: str) -> str:
    return f"{PLAN}/{words}"


def small() -> Rows:
    """A plan of one unit, an objective, an output and a result."""
    return {
        "Plan": [{"Place": PLAN, "Title (en)": "Plan of Acme"}],
        "Organisations": [
            {"Place": "acme", "Kind": "Organisation", "Label (en)": "Acme"},
            {"Place": "acme/east", "Kind": "Unit", "Label (en)": "East", "Unit of": "acme"},
        ],
        "Goals": [{"Place": "east/goal", "Text (en)": "Grow.", "Is of unit": "acme/east"}],
        "Objectives": [
            {
                "Place": "east/objective/1",
                "Text (en)": "More.",
                "Is of unit": "acme/east",
                "Contributes to": "east/goal",
                "Position": 1,
            }
        ],
        "Outputs": [
            {"Place": "east/objective/1/output/1", "Text (en)": "A road.", "Supports objective": "east/objective/1"}
        ],
        "Expected results": [
            {"Place": "east/objective/1/result/1", "Text (en)": "Trade.", "Is expected for": "east/objective/1"}
        ],
    }


@cache
def empty() -> bytes:
    return workbook.template(identifiers=None, language="en")


def filled(rows: Rows, change: Callable[[Workbook], object] = lambda _: None) -> bytes:
    """A template with these rows."""
    book = openpyxl.load_workbook(io.BytesIO(empty()))
    for name, things in rows.items():
        columns = {cell.value: cell.column for cell in book[name][1]}
        for number, thing in enumerate(things, start=2):
            for heading, value in thing.items():
                book[name].cell(number, columns[heading], value)
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes, *, max_rows: int = 2_000) -> StatedPlan:
    return workbook.read(data, file="p.xlsx", max_bytes=10_000_000, max_expanded_bytes=50_000_000, max_rows=max_rows)


def measured() -> Rows:
    """The small plan with titles, and an indicator that has a baseline, two targets and a frequency."""
    rows = small()
    rows["Plan"][0] |= {"Publisher": "acme", "Start year": 2026, "End year": 2030, "Main language": "en"}
    rows["Missions"] = [{"Place": "east/mission", "Text (en)": "Serve.", "Is of unit": "acme/east"}]
    rows["Goals"][0] |= {"Title (en)": "Growth", "Serves mission": "east/mission"}
    for sheet in ("Outputs", "Expected results"):
        rows[sheet][0]["Is of unit"] = "acme/east"
    rows["Objectives"][0]["Title (en)"] = "Reach"
    rows["KPIs"] = [
        {
            "Place": "east/objective/1/kpi/1",
            "Text (en)": "Visits to the site.",
            "Is of unit": "acme/east",
            "Is indicator of": "east/objective/1",
            "Kind of measure": "quantitative",
            "Frequency (en)": "Each month",
        }
    ]
    values: dict[str, Any] = {"Unit of measure (en)": "visits"}
    kpi = "east/objective/1/kpi/1"
    rows["Baselines"] = [
        {
            "Place": f"{kpi}/baseline/1",
            "Is baseline of": kpi,
            "Number": 25000,
            "Start date": "2025-01-01",
            "End date": "2025-12-31",
            **values,
        }
    ]
    rows["Targets"] = [
        {
            "Place": f"{kpi}/target/1",
            "Is target of": kpi,
            "Number": 40000,
            "Start date": "2028-01-01",
            "End date": "2028-12-31",
            **values,
        },
        {"Place": f"{kpi}/target/2", "Is target of": kpi, "Number": 60000, "End date": "2030-12-31", **values},
    ]
    return rows


def remeasured() -> Rows:
    """The next version of it: a target is changed, one is removed, and an actual value is new."""
    rows = measured()
    gone, kpi = rows["Targets"].pop(), rows["KPIs"][0]["Place"]
    rows["Targets"][0]["Number"] = 30000
    rows["Actual values"] = [
        {"Place": f"{kpi}/actual/1", "Is actual value of": kpi, "Number": 27000, "Unit of measure (en)": "visits"}
    ]
    rows["Withdrawn"] = [{"Place": gone["Place"]}]
    return rows
