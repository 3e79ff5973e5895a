"""What is wrong in the cells of a workbook: one error lists all of it, so that nobody mends one cell a try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stratgraph.errors import Location, SourceError

SHOWN: Final = 20
"""How many faults an error tells; of the others it says how many they are."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """A cell: number of its sheet in the workbook from 0, row and column from 1; zeros for the sheet as a whole."""

    sheet: int
    row: int
    column: int


class Faults:
    """Collects what is wrong.

    Args:
        file: the workbook's name.
        sheets: the names of its sheets.
    """

    def __init__(self, file: str, sheets: tuple[str, ...]) -> None:
        self._file = file
        self._sheets = sheets
        self._found: list[tuple[Address, str, str]] = []

    @property
    def is_full(self) -> bool:
        """Whether there are enough to tell, so that no more work should go into advice."""
        return len(self._found) >= SHOWN

    def add(self, address: Address, what: str, mend: str) -> None:
        """Notes one: what is wrong, how to mend it."""
        self._found.append((address, what, mend))

    def check(self) -> None:
        """Raises SourceError where there are any; with the place of the one, or a line for each of several."""
        if not self._found:
            return
        found = sorted(self._found, key=lambda fault: fault[0])
        if len(found) == 1:
            address, what, mend = found[0]
            raise SourceError(what, where=self._location(address), mend=mend)
        lines = [f"{self.cell_name(address)}: {what} {mend}".rstrip() for address, what, mend in found[:SHOWN]]
        more = [f"and {len(found) - SHOWN:,} more"] if len(found) > SHOWN else []
        raise SourceError(
            "\n  ".join((f"{len(found):,} things are wrong in the workbook:", *lines, *more)),
            where=Location(file=self._file),
            mend="Mend these cells, then read the workbook again.",
        )

    def cell_name(self, address: Address) -> str:
        """The cell as people call it: sheet and cell."""
        where = self._location(address)
        return str(Location(sheet=where.sheet, line=where.line, column=where.column))

    def _location(self, address: Address) -> Location:
        return Location(
            file=self._file,
            sheet=self._sheets[address.sheet],
            line=address.row or None,
            column=address.column or None,
        )
