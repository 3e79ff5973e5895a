"""``/sheet``: a version of a plan as one sheet of paper, every element with its full text and its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import RedirectResponse, Response

from stratgraph.errors import UsageError
from stratgraph.history import chosen_plan, chosen_version, in_force, plans, versions_of
from stratgraph.identifiers import PlanIdentifiers
from stratgraph.sheets import sdg_matrix, sheet_of
from stratgraph.terms import SG
from stratgraph_api.doors.sheet_pictures import pictures_page
from stratgraph_api.http.addresses import in_language, local_address, sheet_address
from stratgraph_api.http.documents import (
    HTML,
    Language,
    Link,
    addresses_of,
    asked_languages,
    filled_address,
    send_document,
)
from stratgraph_api.http.openapi import answers
from stratgraph_api.http.parameters import Iri, Number
from stratgraph_api.http.rendering import render

if TYPE_CHECKING:
    from stratgraph.history import Version
    from stratgraph.sheets import Findings, Sheet
    from stratgraph.store.protocol import Reading
    from stratgraph_api.http.findings_on_demand import FindingsOnDemand

VersionNumber = Annotated[
    Number, Query(alias="version", description="Number of the version, from 1; the one in force without it.")
]

PICTURES: Final = "pictures"
View = Annotated[
    str,
    Query(
        description="What is shown of the plan: its pictures; without it, the sheet.",
        json_schema_extra={"enum": ["", PICTURES]},
    ),
]


def lead_to_sheet(
    request: Request,
    plan: Annotated[Iri, Query(description="IRI of the plan; needed where there are several.")] = "",
    number: VersionNumber = None,
    view: View = "",
    language: Language = "",
) -> Response:
    """The sheet of a plan by its IRI; without one, that of the only plan, or the list of plans."""
    reading: Reading = request.state.open_reading()
    if not plan and len(plans(reading)) != 1:
        return _lead(request, "/#plans")
    chosen = chosen_plan(reading, plan or None)
    home = sheet_address(chosen, number, view)
    if home.startswith("/sheet?"):
        return _sheet(request, chosen, number, view, language)
    return _lead(request, home)


def show_sheet(
    request: Request,
    organisation: str,
    name: str,
    number: VersionNumber = None,
    view: View = "",
    language: Language = "",
) -> Response:
    """The sheet of a plan of ours, by the names in its IRI."""
    return _sheet(request, PlanIdentifiers(organisation, name).plan_iri, number, view, language)


def _lead(request: Request, address: str) -> Response:
    return RedirectResponse(addresses_of(request).to(address), status_code=303, headers={"Cache-Control": "no-cache"})


def _sheet(request: Request, plan: str, number: int | None, view: str, language: str) -> Response:
    if view not in {"", PICTURES}:
        raise UsageError(f"There is no view {view!r} of a plan.", mend=f"Use view={PICTURES}, or none for the sheet.")
    reading: Reading = request.state.open_reading()
    languages = asked_languages(request, language)
    # Only who asks for a plan that is not there is told which there are: that looks at all of them.
    versions = versions_of(reading, plan) or versions_of(reading, chosen_plan(reading, plan))
    version = chosen_version(versions, number)

    def make() -> bytes:
        on_demand: FindingsOnDemand = request.state.findings
        findings = on_demand.of(reading, version)
        sheet = sheet_of(reading, version, findings, languages)
        if view:
            matrix = sdg_matrix(reading, sheet, languages)
            return pictures_page(request, sheet, matrix, is_in_force=version == in_force(versions))
        return _page(request, versions, sheet, findings)

    links = [Link(local_address(version.iris.graph), "describes", HTML), Link(local_address(plan), "collection", HTML)]
    return send_document(request, reading.state, None, make, languages=languages, links=links)


def _page(request: Request, versions: tuple[Version, ...], sheet: Sheet, findings: Findings) -> bytes:
    version = sheet.version
    place = sheet_address(sheet.plan, version.number)
    queries = [
        ("What the version states", f"/data?{urlencode({'graph': version.iris.graph, 'format': 'turtle'})}"),
        ("Links of its elements as a table", f"/links?{urlencode({'plan': sheet.plan})}"),
        ("Its links with others", filled_address("sheet-links", version=version.iris.graph)),
    ]
    if findings.is_recorded:
        queries.append(("What the rules found", filled_address("sheet-findings", report=version.iris.report)))
    counts = [
        (count, label, filled_address("sheet-elements", version=version.iris.graph, **{"class": kind}))
        for kind, label, count in sheet.counts
    ]
    page = render(
        "sheet.html",
        addresses_of(request),
        sheet=sheet,
        findings=findings,
        counts=counts,
        versions=[(one, sheet_address(sheet.plan, one.number)) for one in versions],
        in_force=in_force(versions),
        pictures=sheet_address(sheet.plan, version.number, PICTURES),
        languages=[(tag, in_language(place, tag)) for tag in sheet.spoken],
        goal_kinds=(SG.GOAL,),
        row_kinds=(SG.OBJECTIVE,),
        queries=queries,
    )
    return page.encode()


SHEET: Final = answers(
    "The page.", (HTML,), *(304, 400, 429, 503, 504), also={404: "There is no such plan, or no such version of it."}
)
LEADING: Final = answers(
    "The page of a plan that is not ours.",
    (HTML,),
    *(304, 400, 429, 503, 504),
    also={303: "Where the sheet is.", 404: "There is no such plan, or no such version of it."},
)
