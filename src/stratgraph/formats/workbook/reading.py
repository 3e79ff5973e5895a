"""From the cells of a workbook to the statements of a plan, each with the cell that it rests on."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import BaseDirection, Literal, NamedNode, Triple

from stratgraph.document import NUMBER, Derivation, Evidence, Source, Span
from stratgraph.errors import Location, SourceError, UsageError
from stratgraph.formats.workbook.book import heading
from stratgraph.formats.workbook.columns import nearest, read_sheets
from stratgraph.formats.workbook.faults import Address, Faults
from stratgraph.formats.workbook.layout import (
    ABOUT,
    IRI_DATATYPE,
    KIND,
    MADE_FROM,
    ORGANISATIONS,
    OTHER,
    OTHER_COLUMNS,
    PLACE,
    PLAN,
    RIGHTS,
    WITHDRAWN,
    ColumnKind,
)
from stratgraph.formats.workbook.names import BLANKS, read_name, written
from stratgraph.formats.workbook.places import MadeUpPlaces
from stratgraph.formats.workbook.sheets import Cell, Grid, Sort
from stratgraph.formats.workbook.writing import TRUE, place_base, said_by_row
from stratgraph.graph import day, decimal
from stratgraph.identifiers import plan_identifiers, published_name
from stratgraph.statements import SHEET_MARK, SHEETS, StatedPlan, language_of
from stratgraph.terms import IDENTIFIERS, OWL, RDF, RDF_NS, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from stratgraph.formats.workbook.columns import ReadSheet
    from stratgraph.formats.workbook.layout import Column, Sheet
    from stratgraph.formats.workbook.writing import Slot
    from stratgraph.identifiers import PlanIdentifiers

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,300}")
_WHOLE: Final = re.compile(r"-?[0-9]+")
_TAGGED: Final = (f"{RDF.LANG_STRING}", f"{RDF_NS}dirLangString")
_BY_SHEET: Final = Derivation("withdrawn", "True of each thing that has a row on the sheet of what was withdrawn.")
_AS_SHOWN: Final = 'Format the cell as a plain number, and type what is meant: for 90 %, 90, and "%" as the unit.'
_AS_DAY: Final = "Give the cell a format with day, month and year, and look whether it is the day that is meant."
_AS_TEXT: Final = "Format the cell as text, and type it again."


def to_statements(grids: tuple[Grid, ...], *, file: str) -> StatedPlan:
    """The plan that the sheets of a workbook describe.

    Args:
        grids: the cells of its sheets.
        file: its name.

    Raises:
        SourceError: sheets, columns or cells are not what they should be; tells all of them.
    """
    faults = Faults(file, tuple(grid.name for grid in grids))
    reader = _Reader(read_sheets(grids, faults), faults, file)
    reader.read()
    text, statements = _with_evidence(reader)
    return StatedPlan(
        identifiers=reader.identifiers,
        language=language_of(statements, reader.plan),
        statements=statements,
        source=Source(
            text,
            title=published_name(file),
            publisher="",
            issued=0,
            rights=_about(grids, RIGHTS),
            media_type=SHEETS,
        ),
        file=file,
        provisional=frozenset(reader.provisional),
        made_from=reader.identifiers.version_number(_about(grids, MADE_FROM).strip()),
        withdraws=True,
        headings={name: frozenset(map(heading, one.slots.values())) for name, one in reader.by_name.items()},
    )


def _about(grids: tuple[Grid, ...], word: str) -> str:
    """What stands beside a word on the first sheet: the statement of rights, which is of the texts, and the like."""
    about = next((grid for grid in grids if grid.name.casefold() == ABOUT.casefold()), Grid(ABOUT))
    for _, cells in about.filled():
        if 1 in cells and 2 in cells and cells[1].text.strip() == word:  # noqa: PLR2004 - beside it
            return cells[2].text
    return ""


@dataclass(frozen=True, slots=True)
class _Figure:
    """What a cell may hold in place of words: what it is called, its sort, how it is read, and what to give."""

    name: str
    sort: Sort
    read: Callable[[str], Literal | None]
    mend: str


_FIGURES: Final = {
    ColumnKind.DECIMAL: _Figure(
        "number", Sort.NUMBER, decimal, "Give a number such as 12500 or 0.5, and its unit in the column of units."
    ),
    ColumnKind.DATE: _Figure(
        "day", Sort.DATE, day, "Give a day such as 2014-12-31; a year is the days from 2014-01-01 to 2014-12-31."
    ),
}


@dataclass(frozen=True, slots=True)
class _Line:
    """A row in which something stands.

    Args:
        read: its sheet.
        sheet: what that is.
        row: its number.
        cells: by the numbers of their columns.
        address: of the cell that says that the thing is there: its place, or the first that is filled.
    """

    read: ReadSheet
    sheet: Sheet
    row: int
    cells: Mapping[int, Cell]
    address: Address

    def at(self, column: int) -> Address:
        return Address(self.read.number, self.row, column)

    def named(self, word: str) -> tuple[Cell | None, Address]:
        """The cell in the column Place or Kind, None where it is blank, and where it is."""
        column = self.read.named.get(word, 0)
        cell = self.cells.get(column)
        return (None if cell is None or cell.is_blank else cell), self.at(column or 1)

    def values(self) -> Iterator[tuple[int, Slot, Cell]]:
        """The cells of properties that are not blank."""
        for column, slot in self.read.slots.items():
            cell = self.cells.get(column)
            if cell is not None and not cell.is_blank:
                yield column, slot, cell


class _Reader:
    """Reads the sheets of one workbook.

    ``found`` has each statement with the cell that it rests on, ``made`` how the object was made of what that holds.
    """

    def __init__(self, read: tuple[ReadSheet, ...], faults: Faults, file: str) -> None:
        self.sheets = read
        self.faults = faults
        self.file = file
        self.found: list[tuple[Triple, Address]] = []
        self.made: dict[Triple, tuple[Derivation, ...]] = {}
        self.provisional: set[str] = set()
        self.known: dict[str, Address] = {}
        self.by_name = {one.sheet.name if one.sheet else OTHER: one for one in read}
        self.lines = [
            _Line(one, one.sheet, row, cells, _first(one, row, cells))
            for one in read
            if one.sheet is not None
            for row, cells in one.grid.filled()
        ]
        self.identifiers = self.find_plan()
        self.plan = NamedNode(self.identifiers.plan_iri)
        self.base = place_base("", self.identifiers)

    def read(self) -> None:
        """Fills ``found`` and ``provisional``; raises SourceError where cells are wrong."""
        for one in self.sheets:
            if one.sheet is None:
                self.read_other(one)
        for line, iri in self.name_rows():
            if iri is not None:
                self.read_row(line, NamedNode(iri))
        self.faults.check()
        self.found.sort(key=lambda one: one[1])

    # --- which thing a row is about ---

    def find_plan(self) -> PlanIdentifiers:
        lines = [line for line in self.lines if line.sheet.name == PLAN]
        if not lines:
            self.faults.check()
            raise SourceError(
                f"There is no plan: no row of a sheet called {PLAN} describes it.",
                where=Location(file=self.file),
                mend="Begin with a template: stratgraph template plan.xlsx",
            )
        found = [self.plan_of(line) for line in lines]
        for line in lines[1:]:
            self.faults.add(line.address, "A workbook is of one plan, and this is a second one.", "Delete the row.")
        if found[0] is None:
            self.faults.check()
        assert found[0] is not None  # noqa: S101 - else there was a fault
        return found[0]

    def plan_of(self, line: _Line) -> PlanIdentifiers | None:
        cell, address = line.named(PLACE)
        with suppress(UsageError, ValueError):
            return plan_identifiers(read_name(cell.text, "") if cell else "")
        mend = f"Such are <{IDENTIFIERS}ORGANISATION/plan/NAME>, and addresses of the organisation's own."
        self.faults.add(address, "This is not the IRI of a plan.", mend)
        return None

    def name_rows(self) -> list[tuple[_Line, str | None]]:
        """The IRI of each row; None for one whose place cannot be read, which is a fault."""
        named: list[tuple[_Line, str | None]] = []
        for line in self.lines:
            cell, address = line.named(PLACE)
            iri = self.iri(cell, address, place_base(line.sheet.name, self.identifiers)) if cell else None
            if iri in self.known:
                before = self.known[iri]
                what = f'The place "{written(iri, self.base)}" is that of {self.faults.cell_name(before)} already.'
                self.faults.add(address, what, "Give the row a place of its own; one that nothing names may be empty.")
            elif iri is not None:
                self.known[iri] = address
            named.append((line, iri))
        stated = {
            t.value for triple, _ in self.found for t in (triple.subject, triple.object) if isinstance(t, NamedNode)
        }
        made_up = MadeUpPlaces(self.identifiers, {*self.known, *stated})
        return [(line, self.made_up(line, made_up) if line.named(PLACE)[0] is None else iri) for line, iri in named]

    def made_up(self, line: _Line, places: MadeUpPlaces) -> str | None:
        """A place for a row that says none."""
        if not line.sheet.parents:
            examples = {ORGANISATIONS: ", such as itu or itu/itu-r"}
            what = f"The row has no place{examples.get(line.sheet.name, '')}."
            self.faults.add(line.named(PLACE)[1], what, "Say which thing it is.")
            return None
        if not any(slot[0].kind in {ColumnKind.TEXT, ColumnKind.DECIMAL} for _, slot, _ in line.values()):
            has_numbers = any(column.kind is ColumnKind.DECIMAL for column in line.sheet.columns)
            missing = "no place, text or number" if has_numbers else "no place, label or text"
            self.faults.add(line.address, f"The row says nothing of what it is: {missing}.", "Fill it, or empty it.")
            return None
        parents: dict[str, str] = {}
        name = ""
        for _, (column, _), cell in line.values():
            if column.property == line.sheet.named_by and not name:
                name = cell.text.strip()
            if column.kind is ColumnKind.REFERENCES:
                known = (iri for iri in self.references(cell, column) if iri in self.known)
                if first := next(known, None):
                    parents[column.property] = first
        iri = places.make(line.sheet, parents, name)
        if line.sheet.is_of_elements:
            self.provisional.add(iri)
        return iri

    def references(self, cell: Cell, column: Column) -> Iterator[str]:
        """The IRIs that a cell names, as far as they are such."""
        base = place_base(column.targets[0], self.identifiers)
        for words in cell.text.split("\n"):
            if words.strip(BLANKS):
                with suppress(ValueError):
                    yield read_name(words, base)

    # --- what a row says ---

    def add(self, triple: Triple, address: Address, *how: Derivation) -> None:
        """Notes a statement whose object is made of what its cell holds, where that is not the object itself."""
        self.found.append((triple, address))
        if how:
            self.made[triple] = how

    def read_row(self, line: _Line, subject: NamedNode) -> None:
        if line.sheet.name == WITHDRAWN:
            self.add(Triple(subject, NamedNode(OWL.DEPRECATED), TRUE), line.address, _BY_SHEET)
        elif class_iri := self.class_of(line):
            said = said_by_row(subject, line.sheet, class_iri, self.plan.value)
            self.found += [(Triple(*fact), line.address) for fact in said]
        for number, slot, cell in line.values():
            self.read_cell(subject, slot, cell, line.at(number))

    def read_cell(self, subject: NamedNode, slot: Slot, cell: Cell, address: Address) -> None:
        column, language = slot
        predicate = NamedNode(column.property)
        if column.kind is ColumnKind.REFERENCES:
            for target in self.targets(cell, column, address):
                ends = (target, subject) if column.is_turned else (subject, target)
                self.found.append((Triple(ends[0], predicate, ends[1]), address))
        elif column.kind is ColumnKind.NAMES:
            self.found += [(Triple(subject, predicate, name), address) for name in self.names(cell, address)]
        elif column.kind is ColumnKind.CHOICE:
            if chosen := self.chosen(cell, column, address):
                self.found.append((Triple(subject, predicate, chosen), address))
        elif literal := self.literal(cell, column, language, address):
            how = () if literal.value == cell.text else (NUMBER,)
            self.add(Triple(subject, predicate, literal), address, *how)

    def class_of(self, line: _Line) -> str | None:
        kinds = {word.casefold(): class_iri for word, class_iri in line.sheet.kinds}
        if "" in kinds:
            return kinds[""]
        cell, address = line.named(KIND)
        word = cell.text.strip() if cell else ""
        if word.casefold() not in kinds:
            what = f'"{word}" is no kind.' if word else "The row does not say its kind."
            names = ", ".join(word for word, _ in line.sheet.kinds)
            self.faults.add(address, what, f"Say one of {names}.")
        return kinds.get(word.casefold())

    def targets(self, cell: Cell, column: Column, address: Address) -> Iterator[NamedNode]:
        """The things that a cell refers to."""
        words = self.text(cell, address) or ""
        base = place_base(column.targets[0], self.identifiers)
        for name in filter(None, (one.strip(BLANKS) for one in words.split("\n"))):
            iri = self.iri(Cell(name), address, base)
            if iri in self.known:
                yield NamedNode(iri)
            elif iri is not None:
                self.add_unknown(name, column, address)

    def names(self, cell: Cell, address: Address) -> Iterator[NamedNode]:
        """The things elsewhere that a cell names, one a line: IRIs, or what follows ``…/id/`` in one of ours."""
        words = self.text(cell, address) or ""
        for name in filter(None, (one.strip(BLANKS) for one in words.split("\n"))):
            if iri := self.iri(Cell(name), address, IDENTIFIERS):
                yield NamedNode(iri)

    def chosen(self, cell: Cell, column: Column, address: Address) -> NamedNode | None:
        """What a cell chooses; None where it chooses nothing that there is, which is a fault."""
        word = (self.text(cell, address) or "").strip()
        iri = next((iri for one, iri in column.choices if one == word.casefold()), None)
        if word and iri is None:
            names = ", ".join(one for one, _ in column.choices)
            self.faults.add(address, f'"{word}" is none of those that can be chosen.', f"Say one of {names}.")
        return NamedNode(iri) if iri else None

    def add_unknown(self, name: str, column: Column, address: Address) -> None:
        advice = ""
        if not self.faults.is_full:
            base = place_base(column.targets[0], self.identifiers)
            among = {self.by_name[one].number for one in column.targets if one in self.by_name}
            advice = nearest(name, (written(iri, base) for iri, at in self.known.items() if at.sheet in among))
        sheets = " or ".join(filter(None, (", ".join(column.targets[:-1]), column.targets[-1])))
        dropped = f"is withdrawn, {'delete this row too' if column.is_turned else 'take it out here'}"
        what, mend = "", f"{advice} Give a place of the sheet {sheets}; where it {dropped}."
        if self.by_name.keys().isdisjoint(column.targets):
            what, mend = f", for it has no sheet {sheets}", "Put the sheet back."
        self.faults.add(address, f'There is no place "{name}" in the workbook{what}.', mend.lstrip())

    # --- what a cell says ---

    def text(self, cell: Cell, address: Address, *, also: Sort = Sort.TEXT) -> str | None:
        """The words in a cell; None where it holds something else, which is a fault."""
        if cell.sort in {Sort.TEXT, also} or (cell.sort is Sort.NUMBER and _WHOLE.fullmatch(cell.text)):
            return cell.text
        what, mend = {
            Sort.NUMBER: (f"It is the number {cell.text}, of which zeros may be lost.", _AS_TEXT),
            Sort.SCALED: (
                f"It holds {cell.text}, and its format shows another number.",
                _AS_SHOWN if also is Sort.NUMBER else _AS_TEXT,
            ),
            Sort.TRUTH: (f"It is the truth value {cell.text.upper()}.", _AS_TEXT),
            Sort.DATE: ("It is a date.", _AS_TEXT),
            Sort.PART_OF_DATE: (
                f"It holds {cell.text}, and its format shows a part of that.",
                _AS_DAY if also is Sort.DATE else _AS_TEXT,
            ),
            Sort.ERROR: (f"It is the error {cell.text}.", "Type what is meant."),
            Sort.FORMULA: ("It is a formula.", "Copy the cell, and paste it as a value."),
        }[cell.sort]
        self.faults.add(address, what, mend)
        return None

    def iri(self, cell: Cell, address: Address, base: str) -> str | None:
        """The IRI that a cell names; None where it is none, which is a fault."""
        words = self.text(cell, address)
        if words is None:
            return None
        try:
            return read_name(words, base)
        except ValueError as error:
            what = f'"{words.strip(BLANKS)}" cannot be a place: {error}.'
            self.faults.add(address, what, "A place is made of letters, digits, - and /.")
            return None

    def literal(self, cell: Cell, column: Column, language: str | None, address: Address) -> Literal | None:
        if column.kind in _FIGURES:
            return self.figure(cell, _FIGURES[column.kind], address)
        words = self.text(cell, address)
        if words is None or column.kind is ColumnKind.TEXT:
            return None if words is None else Literal(words, language=language)
        if not _INTEGER.fullmatch(words.strip(BLANKS)):
            self.faults.add(address, f'"{words}" is no whole number.', "Give a number such as 3.")
            return None
        return Literal(str(int(words)), datatype=NamedNode(XSD.INTEGER))

    def figure(self, cell: Cell, kind: _Figure, address: Address) -> Literal | None:
        """A number or a day; None where the cell holds none, which is a fault."""
        words = self.text(cell, address, also=kind.sort)
        found = kind.read(words.strip(BLANKS)) if words is not None else None
        if words is not None and found is None:
            self.faults.add(address, f'"{words}" is no {kind.name}.', kind.mend)
        return found

    # --- other statements ---

    def read_other(self, one: ReadSheet) -> None:
        """Each row of the sheet is a statement."""
        if not set(OTHER_COLUMNS[:3]) <= one.named.keys():
            return  # a fault already
        for row, cells in one.grid.filled():
            held = {word: cells[column] for word, column in one.named.items() if column in cells}
            at = {word: Address(one.number, row, one.named.get(word, 1)) for word in OTHER_COLUMNS}
            subject, predicate, value, _, _ = OTHER_COLUMNS
            names: list[str] = []
            for word, base in (subject, self.base), (predicate, ""):
                if word not in held or held[word].is_blank:
                    self.faults.add(at[word], f"The {word.lower()} is missing.", "Fill it, or empty the row.")
                else:
                    names += filter(None, [self.iri(held[word], at[word], base)])
            term = self.term(held, at)
            if len(names) == len((subject, predicate)) and term is not None:
                address = at[value] if value in held else at[predicate]
                self.found.append((Triple(NamedNode(names[0]), NamedNode(names[1]), term), address))

    def term(self, held: Mapping[str, Cell], at: Mapping[str, Address]) -> NamedNode | Literal | None:
        """The object of such a row; None where it cannot be read, which is a fault."""
        value, datatype, language = OTHER_COLUMNS[2:]
        if datatype in held and held[datatype].text.strip().casefold() == IRI_DATATYPE.casefold():
            iri = self.iri(held.get(value, Cell("")), at[value], self.base)
            return NamedNode(iri) if iri else None
        words = self.text(held.get(value, Cell("")), at[value], also=Sort.TRUTH)
        if words is None:
            return None
        tag = held[language].text.strip() if language in held else ""
        kind = self.iri(held[datatype], at[datatype], "") if datatype in held and not held[datatype].is_blank else None
        name, _, direction = tag.partition("--")
        if tag and kind:
            self.faults.add(at[language], "A text in a language has no datatype.", "Empty one of the two cells.")
            return None
        try:
            return _literal(words, name, direction, kind)
        except ValueError as error:
            self.faults.add(at[language if tag else datatype], f"This cannot be: {error}.", "Mend it, or empty it.")
            return None


def _literal(words: str, language: str, direction: str, datatype: str | None) -> Literal:
    if datatype in _TAGGED:
        raise ValueError("a text in a language needs the language")
    if direction:
        return Literal(words, language=language, direction=BaseDirection(direction))
    return Literal(words, language=language or None, datatype=NamedNode(datatype) if datatype else None)


def _first(read: ReadSheet, row: int, cells: Mapping[int, Cell]) -> Address:
    place = read.named.get(PLACE, 0)
    filled = [column for column in sorted(cells) if not cells[column].is_blank]
    return Address(read.number, row, place if place in filled else filled[0])


# --- the text that statements rest on ---

_MARKS: Final = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\f": "\\f"})
"""How characters stand in the text of a workbook that divide its cells, rows and sheets."""


def _with_evidence(reader: _Reader) -> tuple[str, dict[Triple, Evidence]]:
    """The text of the sheets, and the statements with the span of their cell in it."""
    lines: list[str] = []
    spans: dict[Address, Span] = {}
    offset = 0
    for one in reader.sheets:
        lines.append(f"{SHEET_MARK}{one.grid.name}")
        offset += len(lines[-1]) + 1
        for row in range(1, one.grid.last_row + 1):
            cells = one.grid.rows.get(row, {})
            pieces = [cells[column].text.translate(_MARKS) if column in cells else "" for column in _up_to(cells)]
            for column, piece in enumerate(pieces, start=1):
                spans[Address(one.number, row, column)] = Span(offset, offset + len(piece))
                offset += len(piece) + 1
            offset += not pieces
            lines.append("\t".join(pieces))
    statements: dict[Triple, Evidence] = {}
    for triple, address in reader.found:
        said = Evidence((spans[address],), derivations=reader.made.get(triple, ()))
        statements[triple] = statements.get(triple, Evidence()) | said
    return "\n".join(lines), statements


def _up_to(cells: Mapping[int, Cell]) -> range:
    return range(1, max(cells, default=0) + 1)
