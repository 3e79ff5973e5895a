"""The cells of a workbook, sheet by sheet: what stands in them and of which sort it is, and nothing of how it looks.

Read cell by cell: a library that builds trees of rows and styles is, for its memory, at the mercy of who wrote the
file. ECMA-376 part 1, sections 18.3 (worksheets), 18.4 (shared strings).
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Final

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from stratgraph.errors import LimitError, Location, SourceError
from stratgraph.identifiers import whole_number
from stratgraph.xlsx import unescaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stratgraph.formats.workbook.archive import Archive

MOST_COLUMNS: Final = 256
_MOST_MERGED: Final = 20
"""Merged ranges that are remembered of a sheet: one is one too many."""

_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")
_ALWAYS: Final = "xl/workbook.xml"
_LITERAL: Final = re.compile(r'"[^"]*"|[\\_*].')
"""What a format shows as it stands there, ECMA-376 part 1, section 18.8.31."""

_SCALING: Final = re.compile(r"%|[0#?],+(?![0#?,])")
"""A percentage, or commas behind the digits, each of which leaves three of them out."""

_BRACKETS: Final = re.compile(r"\[[^]]*\]")
_DAY: Final = ("d", "m", "yeb")
"""The letters of which a format has one each where it shows a whole day: its day, month, and year by some calendar."""


class Sort(Enum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    SCALED = "number that is shown as another one"
    TRUTH = "truth"
    DATE = "date"
    PART_OF_DATE = "date of which a part is shown"
    ERROR = "error"
    FORMULA = "formula"


_SORTS: Final = {"s": Sort.TEXT, "inlineStr": Sort.TEXT, "str": Sort.TEXT, "b": Sort.TRUTH, "d": Sort.DATE}
"""By the type that a cell says; a number may be a date."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not empty.

    Args:
        text: what it holds; a whole number without a fraction, ``true`` or ``false``, an error's name; a day as
            ``2014-12-31``, any other date as it stands in the file.
        sort: of which sort it is.
    """

    text: str
    sort: Sort = Sort.TEXT

    @property
    def is_blank(self) -> bool:
        """Whether nobody sees anything in it."""
        return self.sort is Sort.TEXT and not self.text.strip()


@dataclass(slots=True)
class Grid:
    """The cells of one sheet, by row and column, counted from 1; only those that are not empty."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)

    @property
    def last_row(self) -> int:
        """The number of the last row that is not empty; 0 where all are."""
        return max(self.rows, default=0)

    def filled(self) -> Iterator[tuple[int, dict[int, Cell]]]:
        """The rows after the first in which somebody sees something, in order."""
        for number in sorted(self.rows):
            if number > 1 and any(not cell.is_blank for cell in self.rows[number].values()):
                yield number, self.rows[number]


def read_grids(archive: Archive, *, file: str, max_rows: int) -> tuple[Grid, ...]:
    """The worksheets of a workbook in their order.

    Args:
        archive: of the workbook.
        file: its name, for errors.
        max_rows: the setting ``max_workbook_rows``: how many rows all sheets together may have, each counted up to its
            last one that is not empty.

    Raises:
        LimitError: there are more rows.
        SourceError: it is no workbook, or has cells beyond the last column that can mean something.
    """
    top = _Relations()
    if "_rels/.rels" in archive:
        archive.parse("_rels/.rels", top)
    workbook = next((target for kind, target in top.found.values() if kind == "officeDocument"), _ALWAYS)
    folder, name = posixpath.split(posixpath.normpath(workbook.lstrip("/")))
    relations = _Relations(folder)
    archive.parse(f"{folder}/_rels/{name}.rels".lstrip("/"), relations)
    sheets = _Sheets()
    archive.parse(f"{folder}/{name}".lstrip("/"), sheets)
    strings, styles = _Strings(), _Styles()
    for kind, target in relations.found.values():
        if kind == "sharedStrings" and target in archive:
            archive.parse(target, strings)
        if kind == "styles" and target in archive:
            archive.parse(target, styles)
    grids: list[Grid] = []
    used = 0
    for title, relation in sheets.found:
        kind, target = relations.found.get(relation, ("", ""))
        grid = Grid(title)
        if kind == "worksheet":
            room = _Room(file, max_rows, used)
            archive.parse(target, _Cells(grid, strings.found, styles.sorts, room, epoch=sheets.epoch))
            used += grid.last_row
        grids.append(grid)
    return tuple(grids)


class _Part:
    """A part of which the elements' beginnings are enough; the others add what they need."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        pass

    def end(self, name: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass


class _Relations(_Part):
    """Of a part to others: kind and target by identifier."""

    def __init__(self, folder: str = "") -> None:
        self._folder = folder
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(self._folder, target))
            self.found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], path)


class _Sheets(_Part):
    """The names of the sheets, each with the identifier of its relation, and the day that dates are counted from."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []
        self.epoch = CALENDAR_WINDOWS_1900

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            self.epoch = CALENDAR_MAC_1904
        if name == "sheet":
            self.found.append((" ".join(attributes.get("name", "").split()), attributes.get("id", "")))


class _Styles(_Part):
    """As what each of the cells' styles shows a number: as it is, as another one, or as a date."""

    def __init__(self) -> None:
        self._formats: dict[str, str] = {str(number): code for number, code in BUILTIN_FORMATS.items()}
        self._within = ""
        self.sorts: list[Sort] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in {"numFmts", "cellXfs"}:
            self._within = name
        elif name == "numFmt" and self._within == "numFmts":
            self._formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and self._within == "cellXfs":
            self.sorts.append(_shown_as(self._formats.get(attributes.get("numFmtId", "0"), "General")))

    def end(self, name: str) -> None:
        if name == self._within:
            self._within = ""


def _shown_as(code: str) -> Sort:
    shown = _LITERAL.sub("", code)
    if is_date_format(code):
        letters = set(_BRACKETS.sub("", shown).partition(";")[0].lower())
        return Sort.PART_OF_DATE if any(letters.isdisjoint(part) for part in _DAY) else Sort.DATE
    return Sort.SCALED if _SCALING.search(shown) else Sort.NUMBER


class _Words(_Part):
    """Collects the characters of the elements that hold text; how it is to be pronounced is none of it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._collects = False
        self._aside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        del attributes
        if name == "rPh":
            self._aside = True
        self._collects = name == "t" and not self._aside

    def end(self, name: str) -> None:
        self._collects = False
        if name == "rPh":
            self._aside = False

    def data(self, text: str) -> None:
        if self._collects:
            self._pieces.append(text)

    def taken(self) -> str:
        text = "".join(self._pieces)
        self._pieces.clear()
        return text


class _Strings(_Words):
    """The strings that cells share."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def end(self, name: str) -> None:
        super().end(name)
        if name == "si":
            self.found.append(unescaped(self.taken()))


@dataclass(frozen=True, slots=True)
class _Room:
    """How many rows there may be, and how many the sheets before have."""

    file: str
    max_rows: int
    used: int

    def check(self, sheet: str, row: int, column: int) -> None:
        where = Location(file=self.file, sheet=sheet, line=row, column=column)
        if self.used + row > self.max_rows:
            raise LimitError(
                f"The workbook has more than {self.max_rows:,} rows, counted up to this one.",
                setting="max_workbook_rows",
                value=self.max_rows,
                where=where,
                mend=f"Delete what is below the table, or raise the setting max_workbook_rows (now {self.max_rows}).",
            )
        if column > MOST_COLUMNS:
            raise SourceError(
                f"The cell stands beyond column {MOST_COLUMNS}, where no sheet has a column.",
                where=where,
                mend="Delete it.",
            )


class _Cells(_Words):
    """The cells of one sheet."""

    def __init__(self, grid: Grid, strings: list[str], sorts: list[Sort], room: _Room, *, epoch: datetime) -> None:
        super().__init__()
        self._grid = grid
        self._strings = strings
        self._sorts = sorts
        self._epoch = epoch
        self._room = room
        self._row = self._column = 0
        self._is_in_rows = self._is_in_cell = self._has_formula = False
        self._attributes: Mapping[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        super().start(name, attributes)
        if name == "sheetData":
            self._is_in_rows = True
        elif name == "mergeCell" and len(self._grid.merged) < _MOST_MERGED:
            self._grid.merged.append(attributes.get("ref", ""))
        elif self._is_in_rows:
            self._start_within(name, attributes)

    def _start_within(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            told = attributes.get("r", str(self._row + 1))
            self._row, self._column = whole_number(told) or 0, 0
            if self._row < 1:
                raise ValueError(f"there is no row {told:.20}")
        elif name == "c":
            self._row, self._column = self._place(attributes)
            self._attributes = attributes
            self._is_in_cell, self._has_formula = True, False
            self.taken()
        elif self._is_in_cell and name == "f":
            self._has_formula = True
        elif self._is_in_cell and name == "v":
            self._collects = True

    def _place(self, attributes: Mapping[str, str]) -> tuple[int, int]:
        if "r" not in attributes:
            return self._row, self._column + 1
        place = _REFERENCE.fullmatch(attributes["r"])
        if place is None:
            raise ValueError(f"there is no cell {attributes['r']}")
        return int(place[2]), column_index_from_string(place[1])

    def end(self, name: str) -> None:
        super().end(name)
        if name == "sheetData":
            self._is_in_rows = False
        elif name == "c" and self._is_in_cell:
            self._is_in_cell = False
            self._keep(self._cell(self.taken()))

    def _keep(self, cell: Cell | None) -> None:
        if cell is None:
            return
        self._room.check(self._grid.name, self._row, self._column)
        cells = self._grid.rows.setdefault(self._row, {})
        if self._column in cells:
            raise ValueError(f"the cell in row {self._row}, column {self._column} is there twice")
        cells[self._column] = cell

    def _cell(self, text: str) -> Cell | None:
        kind = self._attributes.get("t", "n")
        if self._has_formula:
            return Cell(text, Sort.FORMULA)
        if kind == "s" and text:
            number = whole_number(text.strip())
            if number is None or number >= len(self._strings):
                raise ValueError(f"there is no shared string {text:.20}")
            text = self._strings[number]
        elif kind in {"inlineStr", "str"}:
            text = unescaped(text)
        if not text:
            return None
        if kind == "n":
            return self._number(text.strip())
        if kind == "b":
            text = "true" if text.strip() == "1" else "false"
        return Cell(text, _SORTS.get(kind, Sort.ERROR))

    def _number(self, text: str) -> Cell:
        style = whole_number(self._attributes.get("s", "0"))
        sort = self._sorts[style] if style is not None and style < len(self._sorts) else Sort.NUMBER
        if sort in {Sort.DATE, Sort.PART_OF_DATE}:
            return Cell(self._day(text), sort)
        if _WHOLE.fullmatch(text):
            return Cell(str(int(text)), sort)
        try:
            number = float(text)
        except ValueError:
            return Cell(text, Sort.ERROR)
        is_whole = number.is_integer() and _WHOLE.fullmatch(f"{number:.0f}")
        return Cell(f"{number:.0f}" if is_whole else f"{Decimal(repr(number)):f}", sort)

    def _day(self, text: str) -> str:
        """The day that a number of days is, ECMA-376 part 1, section 18.17.4; the number where it is none."""
        number = whole_number(text)
        if not number:
            return text
        try:
            found = from_excel(number, self._epoch)
        except (OverflowError, ValueError):
            return text
        return found.date().isoformat() if isinstance(found, datetime) else text
