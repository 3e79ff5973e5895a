"""Which columns the sheets of a given workbook have: its headings, understood."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal
from rapidfuzz import fuzz, process

from stratgraph.formats.workbook.faults import Address, Faults
from stratgraph.formats.workbook.layout import (
    ABOUT,
    KIND,
    LISTS,
    OTHER,
    OTHER_COLUMNS,
    PLACE,
    Column,
    ColumnKind,
    Sheet,
    sheets,
)
from stratgraph.formats.workbook.sheets import Sort

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stratgraph.formats.workbook.sheets import Grid
    from stratgraph.formats.workbook.writing import Slot

_NUMBER: Final = re.compile(r"[0-9]+")
_IN_LANGUAGE: Final = re.compile(r"(?P<label>.*\S)\s*\((?P<language>[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\)")


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """One sheet of a workbook that holds things of a plan, or other statements.

    Args:
        number: in the workbook, from 0.
        grid: its cells.
        sheet: which one it is; None for other statements.
        named: the numbers of the columns that are of no property, by their headings.
        slots: what the other columns hold, by their numbers.
    """

    number: int
    grid: Grid
    sheet: Sheet | None
    named: Mapping[str, int]
    slots: Mapping[int, Slot]


def nearest(name: str, known: Iterable[str]) -> str:
    """A question for what may be meant, or nothing: ``Do you mean "Goals"?``.

    Of two names that differ in numbers alone neither is a slip for the other: ``kpi/2`` is not meant by ``kpi/3``.
    """
    numbered = _NUMBER.split(name.casefold())
    among = [one for one in known if len(numbered) == 1 or _NUMBER.split(one.casefold()) != numbered]
    found = process.extractOne(name, among, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=65)
    return f'Do you mean "{found[0]}"?' if found else ""


def read_sheets(grids: tuple[Grid, ...], faults: Faults) -> tuple[ReadSheet, ...]:
    """The sheets that mean something, in the order of the workbook; what nobody can understand is a fault."""
    known = {sheet.name.casefold(): sheet for sheet in sheets()}
    found: list[ReadSheet] = []
    for number, grid in enumerate(grids):
        name = grid.name.casefold()
        if name in {ABOUT.casefold(), LISTS.casefold()}:
            continue
        if name not in known and name != OTHER.casefold():
            if any(not cell.is_blank for row in grid.rows.values() for cell in row.values()):
                names = [*(sheet.name for sheet in sheets()), OTHER, ABOUT]
                advice = nearest(grid.name, names) or f"The sheets are {', '.join(names)}."
                faults.add(
                    Address(number, 0, 0), f'No sheet is called "{grid.name}".', f"{advice} Rename or delete it."
                )
            continue
        for merged in grid.merged:
            faults.add(Address(number, 0, 0), f"The cells {merged} are merged.", "Unmerge them, and fill each.")
        found.append(_read_sheet(number, grid, known.get(name), faults))
    return tuple(found)


def _read_sheet(number: int, grid: Grid, sheet: Sheet | None, faults: Faults) -> ReadSheet:
    named: dict[str, int] = {}
    slots: dict[int, Slot] = {}
    fixed = OTHER_COLUMNS if sheet is None else (PLACE, KIND) if _has_kinds(sheet) else (PLACE,)
    for column, cell in sorted(grid.rows.get(1, {}).items()):
        if cell.is_blank:
            continue
        heading = " ".join(cell.text.split())
        address = Address(number, 1, column)
        word = next((word for word in fixed if word.casefold() == heading.casefold()), None)
        slot = None if word or cell.sort is not Sort.TEXT else _slot(sheet, heading)
        if word in named or (slot and slot in slots.values()):
            faults.add(address, f'There are two columns called "{heading}".', "Keep one of them.")
        elif word:
            named[word] = column
        elif slot:
            slots[column] = slot
        else:
            names = [*fixed, *(column.label for column in (sheet.columns if sheet else ()))]
            advice = nearest(heading.partition(" (")[0], names) or f"The columns are {', '.join(names)}."
            faults.add(address, f'No column of this sheet is called "{heading}".', f"{advice} Rename or delete it.")
            named[f"\n{column}"] = column  # its cells are no further faults
    _refuse_nameless({*named.values(), *slots}, number, grid, faults)
    for word in OTHER_COLUMNS[:3] if sheet is None else ():
        if word not in named and any(True for _ in grid.filled()):
            faults.add(Address(number, 1, 1), f'The column "{word}" is missing.', "Put it back.")
    return ReadSheet(number, grid, sheet, named, slots)


def _has_kinds(sheet: Sheet) -> bool:
    return any(word for word, _ in sheet.kinds)


def _refuse_nameless(known: set[int], number: int, grid: Grid, faults: Faults) -> None:
    """The first cell of each column that has no heading."""
    told = set(known)
    for row, cells in grid.filled():
        for column in sorted(cells.keys() - told):
            if not cells[column].is_blank:
                told.add(column)
                faults.add(
                    Address(number, row, column), "The cell's column has no heading.", "Give it one, or delete it."
                )


def _slot(sheet: Sheet | None, heading: str) -> Slot | None:
    """What a heading means: the label of a column, perhaps with a language."""
    if sheet is None:
        return None
    if column := _labelled(sheet, heading):
        return column, None
    match = _IN_LANGUAGE.fullmatch(heading)
    column = _labelled(sheet, match["label"]) if match else None
    if match and column and column.kind is ColumnKind.TEXT:
        with suppress(ValueError):  # it is no language
            return column, Literal("", language=match["language"]).language
    return None


def _labelled(sheet: Sheet, label: str) -> Column | None:
    return next((column for column in sheet.columns if column.label.casefold() == label.casefold()), None)
