"""The pictures of a plan as a page: each with a table of the same facts, and the query behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from stratgraph.sheets import SDG_QUERY, goal_matrix
from stratgraph.terms import SG
from stratgraph_api.drawings import Box, Flow, flow
from stratgraph_api.http.addresses import quoted_path, sheet_address
from stratgraph_api.http.documents import addresses_of, filled_address
from stratgraph_api.http.rendering import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from stratgraph.sheets import GoalMatrix, Node, SdgMatrix, Sheet

_COUNTED: Final = ((SG.OUTPUT, "Outputs"), (SG.EXPECTED_RESULT, "Expected results"), (SG.KPI, "Indicators"))
_COUNTS_QUERY: Final = "objectives-at-a-glance"


@dataclass(frozen=True, slots=True)
class Counted:
    """An objective, and how many things of each kind hang directly at it."""

    node: Node
    counts: tuple[int, ...]


def pictures_page(request: Request, sheet: Sheet, sdgs: SdgMatrix, *, is_in_force: bool) -> bytes:
    """The page.

    Args:
        request: that asks for it.
        sheet: of the version.
        sdgs: the links of its objectives.
        is_in_force: whether the version is: links are those of today.
    """
    addresses = addresses_of(request)
    place = sheet_address(sheet.plan, sheet.version.number)
    goals = goal_matrix(sheet)
    counted = [Counted(node, tuple(len(node.of(kind)) for kind, _ in _COUNTED)) for node, _ in goals.rows]
    kinds = [label for _, label in _COUNTED]

    def place_of(node: Node) -> str:
        return addresses.to(f"{place}#{quoted_path(node.place)}")

    asked = urlencode({"plan": sheet.plan})
    page = render(
        "pictures.html",
        addresses,
        is_in_force=is_in_force,
        place_of=place_of,
        sheet=sheet,
        sheet_place=place,
        goals=goals,
        sdgs=sdgs,
        kinds=kinds,
        flows=counted,
        flow=_flow(goals, counted, kinds, place_of),
        counts_query=f"/queries/{_COUNTS_QUERY}?{asked}",
        goals_query=filled_address("sheet-contributions", version=sheet.version.iris.graph),
        sdgs_query=f"/queries/{SDG_QUERY}?{asked}",
    )
    return page.encode()


def _flow(goals: GoalMatrix, counted: list[Counted], kinds: list[str], place_of: Callable[[Node], str]) -> str:
    def box(node: Node) -> Box:
        return Box(node.iri, f"{', '.join(node.units)} {node.name}: {node.words}", place_of(node))

    flows = [
        Flow(
            box(node),
            tuple(goal.iri for goal, is_marked in zip(goals.goals, marks, strict=True) if is_marked),
            one.counts,
        )
        for (node, marks), one in zip(goals.rows, counted, strict=True)
    ]
    return flow(
        [box(goal) for goal in goals.goals],
        flows,
        kinds,
        "Goals, the objectives that contribute to them, and how much belongs to each",
        "The table below says the same.",
    )
