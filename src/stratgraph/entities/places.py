"""Where each of several things stands in the source: the one place that an answer leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stratgraph.asking import text_rows
from stratgraph.history import in_force, versions_by_plan
from stratgraph.identifiers import may_be_plan, natural_key, plans_above
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
        line: of the source, from 1; of a workbook the row.
    """

    span: str
    line: str


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
    found: dict[str, tuple[tuple[object, ...], Place]] = {}
    for row in text_rows(reading, "entity-places", entity=wanted, provenance=records):
        name = row["property"]
        rank = _TELLING.index(name) if name in _TELLING else len(_TELLING)
        candidate = (rank, natural_key(row["span"])), Place(row["span"], row["line"])
        if row["entity"] not in found or candidate[0] < found[row["entity"]][0]:
            found[row["entity"]] = candidate
    return {iri: place for iri, (_, place) in found.items()}
