"""Gaps of a plan at a glance: what lacks what, by unit, in a version or now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from stratgraph.assets import query_text
from stratgraph.graph import text_of
from stratgraph.query import example, with_values
from stratgraph.store import WHOLE, solutions
from stratgraph.terms import SG

if TYPE_CHECKING:
    from stratgraph.store import Dataset, Reading


KINDS: Final = (
    (SG.GOAL, "objective"),
    (SG.GOAL, "link"),
    (SG.OBJECTIVE, "goal"),
    (SG.OBJECTIVE, "output"),
    (SG.OBJECTIVE, "expected result"),
    (SG.OBJECTIVE, "indicator"),
    (SG.OBJECTIVE, "link"),
    (SG.OUTPUT, "second table that names it"),
    (SG.OUTPUT, "link"),
    (SG.EXPECTED_RESULT, "value"),
    (SG.EXPECTED_RESULT, "link"),
    (SG.KPI, "target"),
    (SG.KPI, "link"),
)
"""The gaps that the query tells of, in the order in which they are shown; a test compares them."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What elements of a class lack.

    Args:
        kind: IRI of the class.
        lacks: what, in words: ``indicator``.
        elements: IRIs of those that lack it, by their unit.
        of: how many elements of the class each unit has.
        total: how many there are, each once, of whatever units it is.
    """

    kind: str
    lacks: str
    elements: dict[str, tuple[str, ...]]
    of: dict[str, int]
    total: int

    @property
    def number(self) -> int:
        """How many lack it, each once, of whatever units it is."""
        return len({element for found in self.elements.values() for element in found})


@dataclass(frozen=True, slots=True)
class Coverage:
    """The gaps of a plan.

    Args:
        units: the abbreviations of its units by their IRIs, the organisation itself first.
        gaps: class by class; those that none of its elements has are there too, with no elements.
    """

    units: dict[str, str]
    gaps: tuple[Gap, ...]


def coverage_of(reading: Reading, plan: str, dataset: Dataset = WHOLE) -> Coverage:
    """The gaps of a plan.

    Args:
        reading: to ask.
        plan: IRI of the plan.
        dataset: the current view, or that of a version.

    Raises:
        StoreError, LimitError, RemoteError: as with ``Store.answer``.
    """
    counts: dict[str, Counter[str]] = {}
    totals: Counter[str] = Counter()
    ranks: dict[str, tuple[str, str]] = {}
    for row in solutions(reading, query_text("page-counts"), dataset).rows:
        of_plan, kind, _, _, unit, notation, rank, count = map(text_of, row)
        if of_plan == plan and not unit:
            totals[kind] += int(count)
        elif of_plan == plan:
            ranks[unit] = rank, notation
            counts.setdefault(kind, Counter())[unit] += int(count)
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    asked = with_values(example("gaps").text, "plan", [NamedNode(plan)])
    for row in solutions(reading, asked, dataset).rows:
        kind, lacks, unit, element = map(text_of, row)
        found.setdefault((kind, lacks), {}).setdefault(unit, []).append(element)
    gaps = tuple(
        Gap(
            kind,
            lacks,
            {unit: tuple(elements) for unit, elements in found.get((kind, lacks), {}).items()},
            dict(counts.get(kind, ())),
            totals[kind],
        )
        for kind, lacks in KINDS
        if kind in totals
    )
    return Coverage({unit: notation for unit, (_, notation) in sorted(ranks.items(), key=lambda one: one[1])}, gaps)
