"""Where pieces of the source stand, and each of several things: the one place that an answer leads to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from stratgraph.asking import text_rows
from stratgraph.errors import Location
from stratgraph.history import in_force, versions_by_plan
from stratgraph.identifiers import may_be_plan, natural_key, plans_above
from stratgraph.statements import SHEET_MARK, place_in_sheet
from stratgraph.terms import DCTERMS, RDF, RDFS, SG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.store import Reading

_TELLING: Final = (SG.TEXT, RDF.VALUE, DCTERMS.TITLE, RDFS.LABEL)
"""Properties whose values are a thing's own words, the most telling first."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing stands.

    Args:
        span: IRI of the piece of the source.
        where: the line of the source; of a workbook sheet, row and column.
    """

    span: str
    where: Location


def locations_of(reading: Reading, pieces: Iterable[tuple[str, str, str]]) -> dict[str, Location]:
    """Where pieces of sources stand, by their IRIs, as people know it who see the source.

    Args:
        reading: to ask.
        pieces: of each its IRI, and its line and its cell as they are on record; one without a line is left out.

    Returns:
        Of a workbook sheet, row and column; of any other source line and cell.
    """
    known = [(iri, int(line), int(cell)) for iri, line, cell in pieces if line]
    sheets = _sheets_of(reading, {_source(iri) for iri, _, _ in known})
    return {
        iri: place_in_sheet(sheets.get(_source(iri), ()), line, cell) or Location(line=line, column=cell, cell=True)
        for iri, line, cell in known
    }


def _sheets_of(reading: Reading, sources: set[str]) -> dict[str, list[tuple[int, str]]]:
    sheets: dict[str, list[tuple[int, str]]] = {}
    for row in text_rows(reading, "entity-sheets", source=sorted(sources)) if sources else ():
        named = int(row["line"]), row["characters"].removeprefix(SHEET_MARK)
        sheets.setdefault(row["source"], []).append(named)
    return sheets


def _source(piece: str) -> str:
    """What a piece is of: it is named by a fragment."""
    return piece.partition("#")[0]


def places_of(reading: Reading, iris: Iterable[str]) -> dict[str, Place]:
    """The place of each of these things that rests on characters of a source, as its plan's version in force has it.

    What is in no plan, or rests on no characters, is left out. Of several pieces it is the first that its own words
    rest on.

    Args:
        reading: to ask.
        iris: of things.
    """
    above = {iri: [plan for plan in plans_above(iri) if plan != iri and may_be_plan(plan)] for iri in iris}
    versions = versions_by_plan(reading, dict.fromkeys(plan for plans in above.values() for plan in plans))
    standing = {plan: version for plan, found in versions.items() if (version := in_force(found))}
    records = [version.iris.provenance for version in standing.values()]
    wanted = [iri for iri, plans in above.items() if any(plan in standing for plan in plans)]
    if not wanted:
        return {}
    found: dict[str, tuple[tuple[object, ...], tuple[str, str, str]]] = {}
    for row in text_rows(reading, "entity-places", entity=wanted, provenance=records):
        name = row["property"]
        rank = _TELLING.index(name) if name in _TELLING else len(_TELLING)
        candidate = (rank, natural_key(row["span"])), (row["span"], row["line"], row["cell"])
        if row["entity"] not in found or candidate[0] < found[row["entity"]][0]:
            found[row["entity"]] = candidate
    where = locations_of(reading, (piece for _, piece in found.values()))
    return {iri: Place(span, _by_line(where[span])) for iri, (_, (span, _, _)) in found.items()}


def _by_line(where: Location) -> Location:
    """A place without its cell where that is no cell of a sheet: a line is enough to find a thing in a text."""
    return where if where.sheet is not None else replace(where, column=None)
