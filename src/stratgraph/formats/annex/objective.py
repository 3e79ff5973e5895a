"""One objective with all places of the text that speak of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stratgraph.document import Unit
    from stratgraph.formats.annex.outline import Block, Row
    from stratgraph.formats.annex.tables import ObjectiveCell, Table


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective with all places of the text that speak of it.

    Args:
        heading: of its section.
        row: in ``details``.
        outputs: Table n.1.
        details: Table n.2.
    """

    unit: Unit
    number: str
    position: int
    heading: Block
    row: Row
    cell: ObjectiveCell
    outputs: Table
    details: Table

    @property
    def place(self) -> str:
        """The objective's place in the plan."""
        return f"{self.unit.slug}/objective/{self.number}"
