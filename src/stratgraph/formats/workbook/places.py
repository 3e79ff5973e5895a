"""Places for the rows that have none: below their parent, and never one that is in use (docs/reference/model.md)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stratgraph.identifiers import PlanIdentifiers, slug
from stratgraph.terms import SG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stratgraph.formats.workbook.layout import Sheet

_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_NOTATION: Final = re.compile(r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*")


class MadeUpPlaces:
    """Makes up places.

    Args:
        identifiers: of the plan.
        used: the IRIs that the workbook names; what is made up is added.
    """

    def __init__(self, identifiers: PlanIdentifiers, used: Iterable[str]) -> None:
        self._identifiers = identifiers
        self._base = f"{identifiers.plan_iri}/"
        self._used = set(used)
        self._highest: dict[str, int] = {}
        for iri in self._used:
            self._count(iri)

    def _count(self, iri: str) -> None:
        """Remembers the numbers in a place, by what stands before them."""
        start = len(self._base)
        if not iri.startswith(self._base):
            return
        for segment in iri[start:].split("/"):
            if _NUMBER.fullmatch(segment):
                before = iri[:start]
                self._highest[before] = max(self._highest.get(before, 0), int(segment))
            start += len(segment) + 1

    def make(self, sheet: Sheet, parents: Mapping[str, str], name: str) -> str:
        """The IRI of a row of a sheet.

        Args:
            sheet: that it is on.
            parents: by property, the first thing that the row names.
            name: the words that the sheet's places are named by; empty where there are none.
        """
        below = next((p for p in sheet.parents if not p.property or p.property in parents), sheet.parents[-1])
        top = self._below(below.property, parents.get(below.property))
        before = f"{top}{below.segment}/" if below.segment else top
        iri = self._named(sheet, before, name) or f"{before}{self._highest.get(before, 0) + 1}"
        self._used.add(iri)
        self._count(iri)
        return iri

    def _named(self, sheet: Sheet, before: str, name: str) -> str:
        """An IRI without a number of its own, if the sheet has such and it is free."""
        words = name if _NOTATION.fullmatch(name) and sheet.named_by == SG.NOTATION else ""
        if sheet.named_by and sheet.named_by != SG.NOTATION:
            words = slug(name)
        iri = before.rstrip("/") if sheet.is_single else f"{before}{words}" if words else ""
        return "" if iri in self._used else iri

    def _below(self, relation: str, parent: str | None) -> str:
        """What a thing's place begins with; what is the organisation's own stands below the plan itself."""
        if parent is None:
            return self._base
        if relation != SG.OF_UNIT:
            return f"{parent}/"
        organisation = self._identifiers.organisation_iri
        unit = parent.removeprefix(organisation) if organisation else ""
        return f"{self._base}{unit.removeprefix('/')}/" if unit.startswith("/") else self._base
