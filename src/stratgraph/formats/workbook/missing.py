"""Sheets and columns that a workbook has not, though the version before has something there.

A row that is not there withdraws its thing, an empty cell takes its value away. A sheet or a column that is not there
is no such edit: it may be lost, or somebody sent a part of the workbook. So it is refused, and not read as a deletion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stratgraph.document import label
from stratgraph.errors import Location, SourceError
from stratgraph.formats.workbook.book import heading
from stratgraph.formats.workbook.layout import OTHER, WITHDRAWN, ColumnKind
from stratgraph.formats.workbook.writing import to_tables
from stratgraph.terms import DCTERMS, RDFS, SG
from stratgraph.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.formats.workbook.writing import Slot, Table
    from stratgraph.statements import StatedPlan


def check_whole(revision: StatedPlan, former: StatedPlan, number: int) -> None:
    """Refuses a workbook in which sheets or columns are missing.

    Args:
        revision: read from a workbook.
        former: the version that it revises.
        number: of that version.

    Raises:
        SourceError: some are; tells all of them.
    """
    found = [*_missing(revision, former, f"version {number}")]
    if not found:
        return
    if len(found) == 1:
        sheet, what, mend = found[0]
        raise SourceError(what, where=Location(file=revision.file, sheet=sheet), mend=mend)
    lines = [f"{what} {mend}" for _, what, mend in found]
    raise SourceError(
        "\n  ".join((f"{counted(len(found), 'sheet or column', 'sheets and columns')} are missing:", *lines)),
        where=Location(file=revision.file),
        mend="To begin anew: stratgraph export --format xlsx.",
    )


def _missing(revision: StatedPlan, former: StatedPlan, version: str) -> Iterator[tuple[str | None, str, str]]:
    """Of each, the sheet where it should be if that is there, what is missing, and how to mend it."""
    tables = to_tables(former.statements, identifiers=former.identifiers, language=former.language)
    rows = {table.sheet.name: len(table.rows) for table in tables.tables} | {OTHER: len(tables.other)}
    # What was withdrawn before stays so without being said again.
    for name in (name for name, number in rows.items() if number and name not in {*revision.headings, WITHDRAWN}):
        yield (
            None,
            f"The workbook has no sheet {name}, and {version} has {counted(rows[name], 'row')} there.",
            f"Put the sheet back. If all of that is withdrawn, let a sheet {name} be there with its headings alone.",
        )
    for table in tables.tables:
        if table.sheet.name in revision.headings and _has_rows(revision, table):
            for slot, number in _gone(table, revision.headings[table.sheet.name]):
                if _is_said_elsewhere(slot, revision, former) or _is_made_of_texts(slot, table):
                    continue
                there = f"{version} has {counted(number, 'cell')} filled there"
                yield (
                    table.sheet.name,
                    f'The sheet {table.sheet.name} has no column "{heading(slot)}", and {there}.',
                    "Put the column back. If all of that is to go, let the column be there with its heading alone.",
                )


def _is_said_elsewhere(slot: Slot, revision: StatedPlan, former: StatedPlan) -> bool:
    """Whether other statements say all that the column would: a workbook of an earlier release has it there."""
    column = slot[0]
    said = [triple for triple in former.statements if triple.predicate.value == column.property]
    return column.kind is ColumnKind.NAMES and revision.statements.keys() >= set(said)


def _is_made_of_texts(slot: Slot, table: Table) -> bool:
    """Whether each label in the column is the beginning of its row's text in that language, of which it is made again.

    Nobody typed it: who fills texts in two languages has no column for the labels in the second one.
    """
    column, language = slot
    is_plan = any(iri == SG.STRATEGIC_PLAN for _, iri in table.sheet.kinds)
    wording = DCTERMS.TITLE if is_plan else SG.TEXT
    return column.property == RDFS.LABEL and all(
        any(
            (one.property, tag) == (wording, language) and label(str(text)) == row.cells[slot]
            for (one, tag), text in row.cells.items()
        )
        for row in table.rows
        if slot in row.cells
    )


def _has_rows(revision: StatedPlan, table: Table) -> bool:
    return not table.sheet.kinds or bool(revision.graph.of_type(*(iri for _, iri in table.sheet.kinds)))


def _gone(table: Table, headings: frozenset[str]) -> Iterator[tuple[Slot, int]]:
    """The columns that the rows need and the sheet has not, each with the number of its cells.

    Where another language came in the stead of the column's, its texts may only be said to be in that one.
    """
    known = {heading(slot) for slot in table.slots}
    came = {label.partition(" (")[0] for label in headings - known}
    for slot in table.slots:
        number = sum(slot in row.cells for row in table.rows)
        if number and heading(slot) not in headings and slot[0].label not in came:
            yield slot, number
