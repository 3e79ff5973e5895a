"""``/search``: words in all texts, labels and codes of what is published, as a page or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import RedirectResponse, Response

from stratgraph import searching
from stratgraph.reconciliation.ids import short_id
from stratgraph_api.http.addresses import local_address
from stratgraph_api.http.documents import (
    HTML,
    JSON,
    Language,
    addresses_of,
    asked_languages,
    prefers_page,
    send_document,
)
from stratgraph_api.http.openapi import SearchCount, SearchResult, SearchResults, SearchRun, SearchThing, answers
from stratgraph_api.http.parameters import Iri, Number
from stratgraph_api.http.problems import root_path
from stratgraph_api.http.rendering import render

if TYPE_CHECKING:
    from stratgraph.entities import Named
    from stratgraph.searching import Result, Results
    from stratgraph.store.protocol import Reading

_FORMS: Final = ("html", "json")


def find(
    request: Request,
    text: Annotated[
        str,
        Query(
            alias="q",
            description="Words in any language, all of which are to be found, in whatever form; phrases in quotation "
            "marks; codes such as SDG 9.c; the IRI of a thing, or its place in its plan.",
            json_schema_extra={"example": "climate change"},
        ),
    ] = "",
    kind: Annotated[
        Iri, Query(description="Only things of this class or vocabulary: an IRI, or a name such as sg:Objective.")
    ] = "",
    unit: Annotated[Iri, Query(description="Only things of the unit of this IRI.")] = "",
    language: Language = "",
    page: Annotated[Number, Query(description="The number of the page, from 1.")] = None,
    named: Annotated[
        str, Query(alias="format", description="The form; overrides Accept.", json_schema_extra={"enum": [*_FORMS]})
    ] = "",
) -> Response:
    """The things that have the words, best first; a page leads to the one that was named by its IRI or its place."""
    is_page = named.lower() == "html" or (named.lower() not in _FORMS and prefers_page(request, JSON))
    reading: Reading = request.state.open_reading()
    languages = asked_languages(request, language)
    chosen = {"kind": kind, "unit": unit}
    found = searching.search(
        reading,
        request.state.words,
        text,
        kind=kind,
        unit=unit,
        languages=languages,
        page=1 if page is None else page,
        deadline_s=request.state.settings.deadline_s,
    )
    if is_page and found.leads_to:
        target = addresses_of(request).about(found.leads_to)
        return RedirectResponse(target, status_code=303, headers={"Vary": "Accept, Accept-Language"})

    def make() -> bytes:
        return _page(request, found, chosen) if is_page else _data(request, found)

    return send_document(request, reading.state, None, make, media_type="" if is_page else JSON, languages=languages)


def _page(request: Request, found: Results, chosen: dict[str, str]) -> bytes:
    addresses = addresses_of(request)
    kept = {"q": found.text, **chosen}

    def address(**changed: str) -> str:
        """Where the same search is, but for this."""
        return addresses.to(f"/search?{urlencode({name: value for name, value in (kept | changed).items() if value})}")

    return render(
        "search.html",
        addresses,
        found=found,
        sought=found.text,
        here=address,
        facets=[
            ("Kind", "kind", [(one, short_id(one.named.iri)) for one in found.kinds], found.more_kinds),
            ("Unit", "unit", [(one, one.named.iri) for one in found.units], found.more_units),
        ],
    ).encode()


def _data(request: Request, found: Results) -> bytes:
    root = root_path(request)
    content = SearchResults(
        q=found.text,
        total=found.total,
        is_cut=found.is_cut,
        has_all_words=not found.is_any,
        page=found.page,
        pages=found.pages,
        suggestion=found.suggestion or None,
        leads_to=found.leads_to or None,
        results=[_result(one, root) for one in found.results],
        kinds=[SearchCount(**_named(one.named), count=one.count) for one in found.kinds],
        units=[SearchCount(**_named(one.named), count=one.count) for one in found.units],
        more_kinds=found.more_kinds,
        more_units=found.more_units,
    )
    return content.model_dump_json().encode()


def _result(one: Result, root: str) -> SearchResult:
    place = one.place
    return SearchResult(
        **_named(one.named),
        address=f"{root}{local_address(one.named.iri)}",
        language=one.named.language or None,
        code=one.named.code or None,
        kind=SearchThing(**_named(one.kind)),
        unit=SearchThing(**_named(one.unit)) if one.unit else None,
        plan=SearchThing(iri=one.plan.iri, label=one.plan.title) if one.plan else None,
        words=[SearchRun(text=run.text, is_marked=run.is_marked) for run in one.words or one.label],
        words_language=(one.language if one.words else one.named.language) or None,
        line=place.where.line if place else None,
        sheet=place.where.sheet if place else None,
        cell=(place.where.cell_name or None) if place else None,
        place=f"{root}{local_address(place.span)}" if place else None,
    )


def _named(one: Named) -> dict[str, str]:
    return {"iri": one.iri, "label": one.label}


ANSWERS: Final = answers(
    "What was found, at most twenty things.",
    (HTML,),
    *(304, 429, 503, 504),
    model=SearchResults,
    also={
        303: "The page of the thing that was named by its IRI or its place.",
        400: "There are too many words, or nothing that can be found is of this kind or unit.",
        404: "What was found has no such page.",
        413: "The words have to be looked through first, and are too many for that.",
    },
)
