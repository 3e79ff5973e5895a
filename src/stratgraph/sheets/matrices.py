"""The objectives of a plan against its goals, and against the Sustainable Development Goals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.entities import names_of
from stratgraph.graph import text_of
from stratgraph.identifiers import natural_key
from stratgraph.query import example, with_values
from stratgraph.store import solutions
from stratgraph.terms import SG

if TYPE_CHECKING:
    from stratgraph.entities import Named
    from stratgraph.sheets.model import Node, Sheet
    from stratgraph.store import Reading

SDG_QUERY: Final = "sdg-goals-of-objectives"
"""The documented query that the matrix of SDGs shows the answer of."""


@dataclass(frozen=True, slots=True)
class GoalMatrix:
    """Which objective contributes to which goal: rows as the sheet has them, a truth value for each goal."""

    goals: tuple[Node, ...]
    rows: tuple[tuple[Node, tuple[bool, ...]], ...]


@dataclass(frozen=True, slots=True)
class SdgMatrix:
    """How many links lead from each objective, and what is below it, to each goal of the SDGs that any leads to."""

    goals: tuple[Named, ...]
    rows: tuple[tuple[Node, tuple[int, ...]], ...]


def goal_matrix(sheet: Sheet) -> GoalMatrix:
    """The matrix of a sheet."""
    goals = _once(sheet, SG.GOAL)
    served = [{node.iri for node in goal.of(SG.OBJECTIVE)} for goal in goals]
    rows = ((one, tuple(one.iri in objectives for objectives in served)) for one in _once(sheet, SG.OBJECTIVE))
    return GoalMatrix(goals, tuple(rows))


def sdg_matrix(reading: Reading, sheet: Sheet, languages: tuple[str, ...] = ()) -> SdgMatrix:
    """The matrix of a sheet's objectives, from the links that are published now.

    Args:
        reading: to ask.
        sheet: whose objectives.
        languages: in which the SDGs are called so.
    """
    answer = solutions(reading, with_values(example(SDG_QUERY).text, "plan", [NamedNode(sheet.plan)]))
    found = [dict(zip(answer.variables, map(text_of, row), strict=True)) for row in answer.rows]
    counts = {(row["objective"], row["goal"]): int(row["links"]) for row in found}
    goals = sorted({row["goal"] for row in found}, key=natural_key)
    names = names_of(reading, goals, languages)
    rows = ((one, tuple(counts.get((one.iri, goal), 0) for goal in goals)) for one in _once(sheet, SG.OBJECTIVE))
    return SdgMatrix(tuple(names[goal] for goal in goals), tuple(rows))


def _once(sheet: Sheet, kind: str) -> tuple[Node, ...]:
    return tuple(node for node in sheet.walk() if node.kind == kind and not node.is_repeated)
