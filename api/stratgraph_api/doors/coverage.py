"""``/coverage``: the gaps of a plan and what rules found in it, by unit, beside another version or plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import JSONResponse, Response

from stratgraph.coverage import coverage_of
from stratgraph.entities import names_of, places_of
from stratgraph.history import chosen_plan, chosen_version, dataset_of, plans, versions_of
from stratgraph.identifiers import natural_key, whole_number
from stratgraph.store import WHOLE
from stratgraph_api.http.documents import (
    HTML,
    JSON,
    Language,
    addresses_of,
    asked_languages,
    prefers_page,
    send_document,
)
from stratgraph_api.http.openapi import answers
from stratgraph_api.http.parameters import Iri, Number
from stratgraph_api.http.rendering import render

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stratgraph.coverage import Coverage, Gap
    from stratgraph.history import Version
    from stratgraph.sheets import Finding
    from stratgraph.store import Dataset, Reading
    from stratgraph_api.http.findings_on_demand import FindingsOnDemand

PATH: Final = "/coverage"


@dataclass(frozen=True, slots=True)
class Cell:
    """How many elements of a unit lack something, of how many; and how many did in what is compared.

    Args:
        number: of those that lack it.
        of: of all of the class.
        before: of those that lacked it; None where nothing is compared, or it had none of the class.
        address: of the list of those that lack it, without parameters of the page that stay.
    """

    number: int
    of: int
    before: int | None
    address: str


def show_coverage(
    request: Request,
    plan: Annotated[Iri, Query(description="IRI of the plan; needed where there are several.")] = "",
    number: Annotated[
        Number, Query(alias="version", description="Number of the version; the one in force without it.")
    ] = None,
    against: Annotated[
        str, Query(description="What it is compared with: the number of a version, or the IRI of another plan.")
    ] = "",
    gap: Annotated[str, Query(description="The gap whose elements are listed, such as Objective.indicator.")] = "",
    unit: Annotated[str, Query(description="IRI of the unit whose elements are listed.")] = "",
    language: Language = "",
) -> Response:
    """Gaps by kind and unit, each number with its list; a page, or JSON."""
    reading: Reading = request.state.open_reading()
    known = plans(reading)
    if not known:
        return _nothing(request, reading)
    chosen = chosen_plan(reading, plan or known[0])
    versions = versions_of(reading, chosen)
    version = _version(versions, number)
    found = coverage_of(reading, chosen, _dataset(reading, version))
    gaps = found.gaps
    earlier = _compared(reading, chosen, versions, against)
    if not prefers_page(request, JSON):
        return JSONResponse(_members(chosen, version, gaps), headers={"Vary": "Accept", "Cache-Control": "no-cache"})
    languages = asked_languages(request, language)

    def make() -> bytes:
        kept = {"plan": chosen, "version": number or "", "against": against}
        listed = next((one for one in gaps if _key(one) == gap), None)
        elements = _listed(listed, unit)
        wanted = (*known, *found.units, *(one.kind for one in gaps), *elements)
        on_demand: FindingsOnDemand = request.state.findings
        findings = on_demand.of(reading, version).found if version else ()
        page = render(
            "coverage.html",
            addresses_of(request),
            names=names_of(reading, (*wanted, *(one.focus for one in findings)), languages),
            places=places_of(reading, elements),
            known=known,
            plan=chosen,
            version=version,
            versions=versions,
            against=against,
            units=found.units,
            rows=_table(found, earlier, kept),
            listed=listed,
            unit=unit,
            elements=elements,
            rules=_by_rule(findings),
            query=f"/queries/gaps?{urlencode({'plan': chosen})}",
        )
        return page.encode()

    return send_document(request, reading.state, None, make, languages=languages)


def _nothing(request: Request, reading: Reading) -> Response:
    if not prefers_page(request, JSON):
        return JSONResponse({"gaps": []}, headers={"Vary": "Accept", "Cache-Control": "no-cache"})
    page = render("coverage.html", addresses_of(request), plan="")
    return send_document(request, reading.state, None, page.encode)


def _version(versions: tuple[Version, ...], number: int | None) -> Version | None:
    """The version of a number, or the one in force; None of a plan that stands in the current view alone."""
    return chosen_version(versions, number) if versions or number is not None else None


def _dataset(reading: Reading, version: Version | None) -> Dataset:
    return dataset_of(reading, version) if version else WHOLE


def _compared(reading: Reading, plan: str, versions: tuple[Version, ...], against: str) -> dict[str, Gap] | None:
    """The gaps of what is compared with, by their keys: of another version, or of another plan."""
    if not against:
        return None
    other = whole_number(against)
    if other is None:
        plan = chosen_plan(reading, against)
        versions = versions_of(reading, plan)
    found = coverage_of(reading, plan, _dataset(reading, _version(versions, other)))
    return {_key(one): one for one in found.gaps}


def _key(gap: Gap) -> str:
    return f"{gap.kind.partition('#')[2]}.{gap.lacks}"


def _listed(gap: Gap | None, unit: str) -> list[str]:
    if gap is None:
        return []
    found = gap.elements.get(unit, ()) if unit else [one for some in gap.elements.values() for one in some]
    return sorted(set(found), key=natural_key)


def _table(
    found: Coverage, earlier: dict[str, Gap] | None, kept: dict[str, Any]
) -> list[tuple[Gap, list[Cell | None], Cell]]:
    """A row for each gap: a cell for each unit, None where it has none of the class, and one for all."""
    rows = []
    for gap in found.gaps:
        before = earlier.get(_key(gap)) if earlier is not None else None
        cells = {unit: _cell(gap, before, unit, kept) for unit in ("", *gap.of)}
        rows.append((gap, [cells.get(unit) for unit in found.units], cells[""]))
    return rows


def _cell(gap: Gap, before: Gap | None, unit: str, kept: dict[str, Any]) -> Cell:
    """The cell of a unit, or of all of them."""
    then = None if before is None else len(before.elements.get(unit, ())) if unit else before.number
    wanted = {**kept, "gap": _key(gap), "unit": unit}
    address = f"{PATH}?{urlencode({name: value for name, value in wanted.items() if value})}#elements"
    if unit:
        return Cell(len(gap.elements.get(unit, ())), gap.of[unit], then, address)
    return Cell(gap.number, gap.total, then, address)


def _by_rule(findings: Iterable[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """The findings rule by rule, in their order: the worst first."""
    found: dict[str, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.rule, []).append(one)
    return [(some[0], some) for some in found.values()]


def _members(plan: str, version: Version | None, gaps: tuple[Gap, ...]) -> dict[str, Any]:
    return {
        "plan": plan,
        "version": version and version.number,
        "gaps": [
            {
                "class": one.kind,
                "lacks": one.lacks,
                "number": one.number,
                "total": one.total,
                "of": one.of,
                "elements": one.elements,
            }
            for one in gaps
        ],
    }


ANSWERS: Final = answers(
    "The gaps.", (JSON, HTML), *(304, 429, 503, 504), also={404: "There is no such plan or version."}
)
