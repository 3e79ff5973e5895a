"""Small plans made of texts, and revisions of the annex."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stratgraph.document import (
    Element,
    ElementKind,
    Evidence,
    Link,
    Part,
    PartKind,
    PlanDocument,
    Quote,
    Relation,
    Source,
    Unit,
)
from stratgraph.formats import annex
from stratgraph.plan_graph import to_statements

if TYPE_CHECKING:
    from stratgraph.statements import StatedPlan

DESCRIPTION = Path(__file__).parents[2] / "data/sources/resolution-71-annex.toml"

PlanOf = Callable[[Mapping[str, Sequence[str]]], "StatedPlan"]


def element(kind: ElementKind, place: str, position: int, text: str, notation: str | None = None) -> Element:
    return Element(
        kind,
        place,
        "u",
        position,
        text,
        Quote(f"{text}!"),
        "text/table/1",
        Evidence(),
        Evidence(),
        notation=Quote(notation) if notation else None,
    )


@pytest.fixture(scope="session")
def plan_of() -> PlanOf:
    """From the text of each objective of the one unit, in order, to the texts of its indicators: a plan."""

    def make(objectives: Mapping[str, Sequence[str]]) -> StatedPlan:
        elements, links = [], []
        for number, (text, indicators) in enumerate(objectives.items(), start=1):
            place = f"u/objective/{number}"
            elements.append(element(ElementKind.OBJECTIVE, place, number, text, str(number)))
            for order, words in enumerate(indicators, start=1):
                elements.append(element(ElementKind.KPI, f"{place}/kpi/{order}", order, words))
                links.append(Link(f"{place}/kpi/{order}", Relation.INDICATOR_OF, place, Evidence()))
        document = PlanDocument(
            organisation="o",
            plan="p",
            title=Quote("Plan"),
            citation=Quote("Plan"),
            start_year=Quote("2030"),
            end_year=Quote("2033"),
            language="en",
            units=(
                Unit("o", Quote("O"), Quote("Organisation"), False, Evidence()),
                Unit("u", Quote("U"), Quote("Unit"), True, Evidence()),
            ),
            parts=(Part(PartKind.TABLE, "text/table/1", None, Quote("Table 1"), None, None, 1, Evidence()),),
            elements=tuple(elements),
            links=tuple(links),
            terms=(),
            decisions=(),
            source=Source("", "Plan", "", 0, ""),
        )
        return to_statements(document, file="plan.txt")

    return make


@pytest.fixture(scope="session")
def annex_plan() -> Callable[[str], StatedPlan]:
    """From a text of the annex's form to its statements, with the annex's own description."""
    description = annex.read_description(DESCRIPTION.read_bytes(), file=DESCRIPTION.name)

    def make(text: str) -> StatedPlan:
        document = annex.read(text.encode(), file="revision.txt", max_bytes=5_000_000, description=description)
        return to_statements(document, file="revision.txt")

    return make
