"""``/catalogue`` and ``/.well-known/void``: what is published, as DCAT and VoID, and as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import RedirectResponse, Response

from stratgraph.assets import query_text
from stratgraph.catalogue import dataset_iri, dcat, downloads_of, partitions, read_catalogue, void
from stratgraph.serialisation import RDF_FORMS
from stratgraph.terms import BASE, CATALOGUE, VOID_DESCRIPTION
from stratgraph_api.http.addresses import local_address
from stratgraph_api.http.documents import (
    HTML,
    RDF_TYPES,
    Format,
    Link,
    addresses_of,
    base_address,
    document_form,
    form_of_ending,
    query_address,
    rdf,
    send_document,
)
from stratgraph_api.http.openapi import answers
from stratgraph_api.http.problems import root_path
from stratgraph_api.http.rendering import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyoxigraph import Triple

    from stratgraph.catalogue import Catalogue
    from stratgraph.serialisation import RdfForm
    from stratgraph.store.protocol import Reading

_QUERIES: Final = ("catalogue-plans", "catalogue-properties", "catalogue-classes", "catalogue-subjects", "void-links")


def show_catalogue(request: Request, named: Format = "") -> Response:
    """The catalogue: a page, or DCAT in RDF."""
    form = document_form(request, named)
    if form is not None:
        return _describe(request, CATALOGUE, _dcat, form)
    reading: Reading = request.state.open_reading()
    others = [Link(local_address(CATALOGUE, form), "alternate", form.media_types[0]) for form in RDF_FORMS]
    links = [Link(CATALOGUE, "cite-as"), *others, Link("/.well-known/void", "describedby")]
    return send_document(
        request, reading.state, None, lambda: _page(request, read_catalogue(reading), others), links=links
    )


def show_catalogue_as(request: Request, ending: str) -> Response:
    """The catalogue as DCAT in the form of an ending."""
    return _describe(request, CATALOGUE, _dcat, form_of_ending(ending))


def show_void(request: Request, named: Format = "") -> Response:
    """The VoID description in RDF; a client that prefers a page is sent to the catalogue."""
    form = document_form(request, named)
    if form is None:
        return RedirectResponse(f"{root_path(request)}/catalogue", status_code=303, headers={"Vary": "Accept"})
    return _describe(request, VOID_DESCRIPTION, _void, form)


def show_void_as(request: Request, ending: str) -> Response:
    """The VoID description in the form of an ending."""
    return _describe(request, VOID_DESCRIPTION, _void, form_of_ending(ending))


def _dcat(reading: Reading, root: str) -> Iterator[Triple]:
    return dcat(read_catalogue(reading), root)


def _void(reading: Reading, root: str) -> Iterator[Triple]:
    return void(read_catalogue(reading), partitions(reading), root)


def _describe(request: Request, iri: str, write: Callable[[Reading, str], Iterator[Triple]], form: RdfForm) -> Response:
    reading: Reading = request.state.open_reading()
    root = base_address(request)
    links = [Link(iri, "cite-as"), Link("/catalogue", "describes", HTML)]
    return send_document(request, reading.state, form, lambda: rdf(write(reading, root), form), links=links)


def _page(request: Request, catalogue: Catalogue, links: list[Link]) -> bytes:
    page = render(
        "catalogue.html",
        addresses_of(request),
        catalogue=catalogue,
        iri=CATALOGUE,
        links=links,
        downloads_of=downloads_of,
        place=lambda plan: dataset_iri(plan).partition("#")[2],
        below=lambda name: name.removeprefix(BASE),
        queries=tuple((name, query_address(query_text(name))) for name in _QUERIES),
    )
    return page.encode()


CATALOGUE_ANSWERS: Final = answers("The catalogue.", (HTML, *RDF_TYPES), 304, 406, 429, 503, 504)
VOID_ANSWERS: Final = answers(
    "The description.",
    RDF_TYPES,
    *(304, 406, 429, 503, 504),
    also={303: "The catalogue, where a page is preferred."},
)
