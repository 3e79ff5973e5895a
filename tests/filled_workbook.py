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
