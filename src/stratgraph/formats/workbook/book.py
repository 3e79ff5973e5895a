"""From tables to the bytes of a workbook: sheets that people like to fill, and the same bytes each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from stratgraph.errors import Location, UsageError
from stratgraph.formats.workbook.layout import (
    ABOUT,
    KIND,
    LISTS,
    MADE_FROM,
    OTHER,
    OTHER_COLUMNS,
    PLACE,
    PLAN,
    RIGHTS,
    Column,
    ColumnKind,
    Sheet,
)
from stratgraph.terms import PREFIXES
from stratgraph.xlsx import MOST_UNITS, escaped, packed, units

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from stratgraph.formats.workbook.writing import Slot, Table, Tables

_LAST_ROW: Final = 1_048_576
_TEXT_FORMAT: Final = "@"
"""What is typed into such a cell stays as it was typed: no number, no date, no formula is made of it."""

_WIDTHS: Final = {ColumnKind.TEXT: 50, ColumnKind.REFERENCES: 28, ColumnKind.CHOICE: 14, ColumnKind.INTEGER: 10}
_NARROW: Final = 14
_NUMBERS: Final = (ColumnKind.INTEGER, ColumnKind.DECIMAL)
_HEADING: Final = PatternFill("solid", fgColor="DDE6F0")
_BOLD: Final = Font(bold=True)
_WRAPPED: Final = Alignment(vertical="top", wrap_text=True)
_HOW_TO: Final = f"""\
One sheet is for one sort of thing, one row for one thing, one column for one property. Point at a heading to read \
what it means.
Place says which thing a row is. Leave the places of rows as they are: so a thing that is reworded is told from a new \
one. In a new row leave it empty; or give one that no row has had, where other rows refer to it.
A cell that refers to other things holds their places, one a line. Its list offers the places there are; a list over \
several sheets offers those that there were when this file was written.
A new row needs no label and no position: it is called by the beginning of its text, and comes after the others.
To withdraw something, delete its row, with the rows of its mentions and values, and do not use its place \
for anything else. Positions close up by themselves. Keep all sheets and columns, also empty ones: one that is missing \
is refused.
A heading such as Text (en) names the language of its texts. For another language add a column: Text (fr).
What no column is for stands on the sheet {OTHER}: subject, predicate, object, and the object's datatype or language; \
where the datatype is IRI, the object is a place or an IRI.
No formulas, no merged cells: texts, numbers and days. A number stands without its unit and without separators, \
12500 or 0.5; a day as 2014-12-31 or as a date of the program. The order of rows and columns, widths and \
colours do not matter. Of this sheet only the rights are read, and which version it was made from.
""".splitlines()


def to_bytes(tables: Tables, *, plan: str, rights: str, version: str = "") -> bytes:
    """The workbook.

    Args:
        tables: what its sheets hold.
        plan: IRI of the plan; empty where there is none yet.
        rights: the statement of rights that goes with its texts; empty where there is none.
        version: IRI of the version that it was made from; empty where it was made from none.

    Raises:
        UsageError: a text is longer than a cell.
    """
    book = Workbook()
    # Neither who made it nor when: two exports of one plan are the same file.
    book.properties.creator = "stratgraph"
    about = book.worksheets[0]
    about.title = ABOUT
    lists = _Lists(tables.tables)
    for table in tables.tables:
        _Pen(book.create_sheet(table.sheet.name)).write_table(table, lists)
    _Pen(book.create_sheet(OTHER)).write_other(tables.other)
    if lists.columns:
        lists.write(_Pen(book.create_sheet(LISTS)))
    _write_about(_Pen(about), tables, (("Plan", plan), (RIGHTS, rights), (MADE_FROM, version)))
    return packed(book)


class _Pen:
    """Writes on one sheet."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet

    def put(self, row: int, column: int, value: str | float, *, is_bold: bool = False) -> Cell:
        """Puts a value into a cell; a text stays a text, whatever it looks like."""
        cell = self.sheet.cell(row, column)
        assert isinstance(cell, Cell)  # noqa: S101 - nothing is merged
        cell.alignment = _WRAPPED
        if is_bold:
            cell.font = _BOLD
        if not isinstance(value, str):
            cell.value = value
            return cell
        if units(value) > MOST_UNITS:
            raise UsageError(
                f"The text has {len(value):,} characters; a cell of a workbook holds {MOST_UNITS:,}.",
                where=Location(sheet=self.sheet.title, line=row, column=column),
                mend="Export the plan as Turtle.",
            )
        cell.value = escaped(value)
        cell.data_type = "s"  # also where it looks like a formula or an error
        cell.number_format = _TEXT_FORMAT
        return cell

    def head(self, headings: Sequence[tuple[str, str, int]], *, is_text: Sequence[bool]) -> None:
        """Writes the first row: heading, what it means, width."""
        for number, (heading, meaning, width) in enumerate(headings, start=1):
            cell = self.put(1, number, heading, is_bold=True)
            cell.fill = _HEADING
            if meaning:
                cell.comment = Comment(meaning, "stratgraph", height=140, width=320)
            dimension = self.sheet.column_dimensions[get_column_letter(number)]
            dimension.width = width
            if is_text[number - 1]:
                dimension.number_format = _TEXT_FORMAT
        self.sheet.freeze_panes = "B2"
        self.sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}1"

    def offer(self, column: int, formula: str) -> None:
        """Lets a column's cells offer a list. Other entries stay possible: a cell may name several things."""
        letter = get_column_letter(column)
        choice = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
        choice.add(f"{letter}2:{letter}{_LAST_ROW}")
        self.sheet.add_data_validation(choice)

    def write_table(self, table: Table, lists: _Lists) -> None:
        """Writes one sheet."""
        sheet = table.sheet
        words = [word for word, _ in sheet.kinds if word]
        headings = [(PLACE, _place_meaning(sheet), 34)]
        headings += [(KIND, f"One of {', '.join(words)}.", _NARROW)] if words else []
        first = len(headings) + 1
        headings += [(heading(slot), _meaning(slot[0]), _width(slot)) for slot in table.slots]
        is_text = [True] * (first - 1) + [slot[0].kind not in _NUMBERS for slot in table.slots]
        self.head(headings, is_text=is_text)
        if words:
            self.offer(first - 1, f'"{",".join(words)}"')
        for number, (column, _) in enumerate(table.slots, start=first):
            if formula := lists.formula(column):
                self.offer(number, formula)
        for line, row in enumerate(table.rows, start=2):
            self.put(line, 1, row.place)
            if words:
                self.put(line, 2, row.kind)
            for number, slot in enumerate(table.slots, start=first):
                if slot in row.cells:
                    self.put(line, number, row.cells[slot])

    def write_other(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Writes the sheet of other statements."""
        prefixes = ", ".join(PREFIXES)
        meanings = (
            "The place of a thing of this plan, or an IRI.",
            f"A property, with one of the prefixes {prefixes}, or an IRI.",
            "A text, a number, or the place or IRI of a thing.",
            "Empty for a text; IRI where the object is a place or an IRI; else a datatype, such as xsd:date.",
            "The language of the object, such as en.",
        )
        headings = [*zip(OTHER_COLUMNS, meanings, (34, 28, 60, _NARROW, _NARROW), strict=True)]
        self.head(headings, is_text=[True] * len(headings))
        for line, row in enumerate(rows, start=2):
            for number, words in enumerate(row, start=1):
                if words:
                    self.put(line, number, words)


def heading(slot: Slot) -> str:
    """What stands above a column: its label, and the language of its texts."""
    column, language = slot
    return f"{column.label} ({language})" if language else column.label


def _place_meaning(sheet: Sheet) -> str:
    if sheet.name == PLAN:
        return "The plan's IRI."
    return f"{sheet.definition}\n\nPlace: which thing this row is. Leave it as it is; leave it empty in a new row."


def _meaning(column: Column) -> str:
    lines = [column.definition]
    if column.example:
        lines.append(f"Example: {column.example}")
    if column.targets:
        lines.append(f"Holds places, one a line, of: {', '.join(column.targets)}.")
    return "\n\n".join(lines)


def _width(slot: Slot) -> int:
    column = slot[0]
    is_short = column.kind is ColumnKind.TEXT and not column.is_tagged
    return _NARROW if is_short else _WIDTHS.get(column.kind, _NARROW)


class _Lists:
    """What the drop-downs offer: the column Place of a sheet; of several sheets a list of the places there are now."""

    def __init__(self, tables: Iterable[Table]) -> None:
        places = {table.sheet.name: [row.place for row in table.rows] for table in tables}
        groups = dict.fromkeys(c.targets for t in tables for c in t.sheet.columns if len(c.targets) > 1)
        found = {names: [place for name in names for place in places[name]] for names in groups}
        self.columns = {names: offered for names, offered in found.items() if offered}

    def formula(self, column: Column) -> str:
        """The range or list that a column's cells offer; empty where there is none."""
        if column.choices:
            return f'"{",".join(word for word, _ in column.choices)}"'
        if len(column.targets) == 1:
            sheet = quote_sheetname(column.targets[0])
            # The list grows with the sheet; without its empty rows, which would be offered too.
            return f"OFFSET({sheet}!$A$2,0,0,MAX(1,COUNTA({sheet}!$A:$A)-1),1)"
        if column.targets not in self.columns:
            return ""
        letter = get_column_letter([*self.columns].index(column.targets) + 1)
        return f"{LISTS}!${letter}$2:${letter}${len(self.columns[column.targets]) + 1}"

    def write(self, pen: _Pen) -> None:
        """Writes the sheet that holds them, which nobody needs to see."""
        pen.sheet.sheet_state = "hidden"
        for number, (names, places) in enumerate(self.columns.items(), start=1):
            pen.put(1, number, ", ".join(names), is_bold=True)
            for line, place in enumerate(places, start=2):
                pen.put(line, number, place)


def _write_about(pen: _Pen, tables: Tables, facts: tuple[tuple[str, str], ...]) -> None:
    for letter, width in zip("ABCDE", (24, 30, 70, 50, 30), strict=True):
        pen.sheet.column_dimensions[letter].width = width
    rows: list[tuple[str, ...]] = [("A strategic plan as a workbook",), *facts, ()]
    rows += [("How to fill it" if not number else "", "", text) for number, text in enumerate(_HOW_TO)]
    rows += [(), ("Sheet", "Column", "What it is", "Example", "Refers to")]
    header = len(rows)
    for table in tables.tables:
        rows.append((table.sheet.name, "", table.sheet.definition))
        rows += [
            ("", heading(slot), slot[0].definition, slot[0].example, ", ".join(slot[0].targets)) for slot in table.slots
        ]
    for line, row in enumerate(rows, start=1):
        for number, words in enumerate(row, start=1):
            if words:
                pen.put(line, number, words, is_bold=number == 1 or line == header)
