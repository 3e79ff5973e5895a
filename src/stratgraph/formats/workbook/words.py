"""What a workbook calls what rules name: columns, and rows of sheets."""

from __future__ import annotations

from functools import cache
from typing import Final

from stratgraph.formats.words import FormWords
from stratgraph.formats.workbook.layout import OTHER, PLACE, WITHDRAWN, sheets
from stratgraph.terms import OWL
from stratgraph.wording import listing

_FEW: Final = 3
"""So many sheets that have a column are named."""


@cache
def _sheet_of(kind: str) -> str:
    return next((sheet.name for sheet in sheets() for _, one in sheet.kinds if one == kind), "")


@cache
def _column(iri: str, kind: str) -> str:
    """``column “Is expected for” of sheet Expected results``; without the sheet where many have the column."""
    if iri == OWL.DEPRECATED:
        return f"the row on sheet {WITHDRAWN}"
    found = {sheet.name: column for sheet in sheets() for column in sheet.columns if column.property == iri}
    if not found:
        return ""
    own = _sheet_of(kind)
    label = f"column “{next(iter(found.values())).label}”"
    if len(found) > _FEW:
        return label
    names = [own] if own in found else list(found)
    return f"{label} of {'sheet' if len(names) == 1 else 'sheets'} {listing(names)}"


def _row(iri: str) -> str:
    return f"row of sheet {_sheet_of(iri)}" if _sheet_of(iri) else ""


WORDS: Final = FormWords(
    property=_column,
    thing=_row,
    elsewhere=f"What is said by {{}} stands on sheet {OTHER}.",
    within="in",
    entry="entry in",
    identifier=PLACE.lower(),
    tag="(en) in the heading of the column",
)
