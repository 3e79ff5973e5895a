"""A plan as a workbook (XLSX): the statements of one version as tables, a sheet a class, a column a property.

``layout`` says which sheets and columns there are, from the ontology. What no cell can hold stands on a sheet of its
own, so that ``read(write(statements))`` gives the same statements whatever they are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stratgraph.formats.workbook import book
from stratgraph.formats.workbook.archive import Archive
from stratgraph.formats.workbook.layout import ORGANISATIONS, PLAN
from stratgraph.formats.workbook.missing import check_whole
from stratgraph.formats.workbook.reading import to_statements
from stratgraph.formats.workbook.sheets import read_grids
from stratgraph.formats.workbook.words import WORDS
from stratgraph.formats.workbook.writing import Row, empty_tables, to_tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

    from stratgraph.identifiers import PlanIdentifiers
    from stratgraph.statements import StatedPlan

__all__ = ["WORDS", "check_whole", "read", "template", "write"]


def write(
    triples: Iterable[Triple],
    *,
    identifiers: PlanIdentifiers,
    language: str,
    rights: str = "",
    made_from: int | None = None,
) -> bytes:
    """The workbook of one version of a plan; the same bytes for the same statements.

    Args:
        triples: its asserted graph, in any order.
        identifiers: of the plan.
        language: of most of its texts, in lower case; empty for texts in no language.
        rights: the statement of rights that goes with its texts; empty where there is none.
        made_from: number of the version that this is; None where it is none, or nobody knows.

    Raises:
        UsageError: there is a blank node or a quoted triple; the plan itself is not described; a text is longer than a
            cell can be.
    """
    tables = to_tables(triples, identifiers=identifiers, language=language)
    version = identifiers.version(made_from).graph if made_from is not None else ""
    return book.to_bytes(tables, plan=identifiers.plan_iri, rights=rights, version=version)


def template(*, identifiers: PlanIdentifiers | None, language: str) -> bytes:
    """A workbook to be filled: every sheet with its columns and drop-downs.

    Args:
        identifiers: of the plan, which gets its row, and of ours its organisation's; None where there is no plan yet.
        language: that the texts will be in.
    """
    tables = empty_tables(language)
    if identifiers is not None:
        rows = {PLAN: Row(identifiers.plan_iri, "", {})}
        if identifiers.organisation:
            rows[ORGANISATIONS] = Row(identifiers.organisation, "Organisation", {})
        filled = (replace(t, rows=(rows[t.sheet.name],)) if t.sheet.name in rows else t for t in tables.tables)
        tables = replace(tables, tables=tuple(filled))
    return book.to_bytes(tables, plan=identifiers.plan_iri if identifiers else "", rights="")


def read(data: bytes, *, file: str, max_bytes: int, max_expanded_bytes: int, max_rows: int) -> StatedPlan:
    """What a workbook states; each statement rests on its cell.

    A row of an element without a place gets one made up, which is provisional.

    Args:
        data: the file's bytes.
        file: its name, for errors.
        max_bytes: the setting ``max_plan_bytes``.
        max_expanded_bytes: the setting of that name: what the file may have when it is unpacked.
        max_rows: the setting ``max_workbook_rows``.

    Raises:
        LimitError: it is larger than one of these.
        SourceError: it is no workbook, is not safe to open, or has sheets, columns or cells that cannot be understood;
            one error lists all of these, each with its cell.
    """
    archive = Archive(data, file=file, max_bytes=max_bytes, max_expanded_bytes=max_expanded_bytes)
    return to_statements(read_grids(archive, file=file, max_rows=max_rows), file=file)
