"""``/id/…`` and ``/doc``: each thing has an IRI, and a document about it in every form (W3C, "Cool URIs").

What a document says is looked up by ``stratgraph.entities``; its links are those of FAIR Signposting, level 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import quote, urlencode

from fastapi import Query
from pyoxigraph import NamedNode, Triple
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import RedirectResponse, Response

from stratgraph.catalogue import graph_address, table_address
from stratgraph.entities import (
    Named,
    describe,
    is_known,
    links_of,
    near_names,
    pieces_of,
    plan_of,
    rights_iri,
)
from stratgraph.errors import NotFound
from stratgraph.graph import is_iri
from stratgraph.history import versions_of
from stratgraph.jsonld import compacted, to_json
from stratgraph.serialisation import ANNOTATED, JSON_LD, RDF_FORMS, RdfForm
from stratgraph.terms import (
    PROV_NS,
    SCHEMA_NS,
    SG,
    VOID,
)
from stratgraph_api.doors.entity_page import Found, entity_page
from stratgraph_api.http.addresses import in_language, iris_at, iris_of, local_address, page_address, split_ending
from stratgraph_api.http.annotated import annotated_rdf
from stratgraph_api.http.documents import (
    HTML,
    RDF_TYPES,
    TABLE,
    Format,
    Language,
    Link,
    asked_languages,
    base_address,
    document_form,
    prefers_labels,
    prefers_table,
    rdf,
    send_document,
)
from stratgraph_api.http.openapi import answers
from stratgraph_api.http.parameters import Iri
from stratgraph_api.http.problems import root_path

if TYPE_CHECKING:
    from stratgraph.entities import Description
    from stratgraph.history import Version
    from stratgraph.store.protocol import Reading


_PAGE: Final = ".html"


def lead_to_document(request: Request, form: Format = "", language: Language = "") -> Response:
    """A thing cannot be sent: 303 to the document about it, in the form that the client prefers."""
    return _lead_from(request, "", form, language)


def lead_from_own(request: Request, form: Format = "", language: Language = "") -> Response:
    """A thing of the operator's own: 303 to the document about it, in the form that the client prefers."""
    return _lead_from(request, request.state.settings.own_base, form, language)


def _lead_from(request: Request, own_base: str, form: Format, language: Language) -> Response:
    path = request.url.path.removeprefix(root_path(request))
    iris = tuple(filter(is_iri, iris_at(path, own_base)))
    reading: Reading = request.state.open_reading()
    known = next((iri for iri in iris if is_known(reading, iri)), None)
    if known is None:
        raise _unknown(reading, iris)
    table = table_address(known)
    if table and prefers_table(request, form):
        return _lead(request, table)
    wanted = document_form(request, form, has_labels=True)
    return _lead(request, in_language(_address(known, wanted, is_annotated=prefers_labels(request, form)), language))


def show_document(request: Request, path: str, form: Format = "", language: Language = "") -> Response:
    """The document about a thing below ``/id/``: a page, or RDF by its ending or ``Accept``."""
    if path.endswith(_PAGE):
        return _document(request, iris_of(path.removesuffix(_PAGE)), None, language)
    bare, named = split_ending(path)
    return _document(
        request,
        iris_of(bare),
        named or document_form(request, form, has_labels=True),
        language,
        is_annotated=prefers_labels(request, form),
    )


def show_description(
    request: Request,
    iri: Annotated[Iri, Query(description="The IRI of a thing.", min_length=1)],
    form: Format = "",
    language: Language = "",
) -> Response:
    """The document about anything that the store describes or leads to."""
    table = table_address(iri)
    if table and prefers_table(request, form) and is_known(request.state.open_reading(), iri):
        return _lead(request, table)
    wanted, is_annotated = document_form(request, form, has_labels=True), prefers_labels(request, form)
    home = _address(iri, wanted, is_annotated=is_annotated)
    if home.startswith("/doc?"):
        return _document(request, (iri,), wanted, language, is_annotated=is_annotated)
    return _lead(request, in_language(home, language))


def _address(iri: str, form: RdfForm | None, *, is_annotated: bool) -> str:
    """Where the document about a thing is in a form, with what its IRIs are called where that is asked for."""
    address = local_address(iri)
    # The words and the rules are documents of their own, in which they say what they are called.
    if form is None or not is_annotated or not address.startswith("/doc"):
        return local_address(iri, form)
    return _asked(address, "format", f"{ANNOTATED}{form.name}")


def _asked(address: str, name: str, value: str) -> str:
    """An address with one more parameter; a fragment stays at its end."""
    place, mark, fragment = address.partition("#")
    return f"{place}{'&' if '?' in place else '?'}{urlencode({name: value})}{mark}{fragment}"


def _lead(request: Request, address: str) -> Response:
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    return RedirectResponse(f"{root_path(request)}{address}", status_code=303, headers=headers)


def _document(
    request: Request, iris: tuple[str, ...], form: RdfForm | None, language: str, *, is_annotated: bool = False
) -> Response:
    reading: Reading = request.state.open_reading()
    state = reading.state
    languages = asked_languages(request, language) if form is None else ()
    found = _find(reading, iris, base_address(request), languages)
    if form is None:
        links = _page_links(found)
        page = in_language(page_address(found.description.iri), language)
        chosen = {"Content-Location": f"{root_path(request)}{page}"}
        return send_document(
            request,
            state,
            None,
            lambda: entity_page(request, reading, found, links),
            languages=languages,
            links=links,
            headers=chosen,
        )

    def write() -> bytes:
        if is_annotated:
            return annotated_rdf(reading, found.triples, form)
        if form is JSON_LD:
            return to_json(compacted(found.triples, first=found.description.iri))
        return rdf(found.triples, form)

    iri = found.description.iri
    home = local_address(iri)
    links = [Link(iri, "cite-as"), Link(home, "describes", HTML), Link(home, "collection", HTML), *_rights(found)]
    kind = f"{ANNOTATED}{form.name}" if is_annotated else ""
    address = {"Content-Location": f"{root_path(request)}{_address(iri, form, is_annotated=is_annotated)}"}
    return send_document(request, state, form, write, kind=kind, links=links, headers=address)


def _unknown(reading: Reading, iris: tuple[str, ...]) -> NotFound:
    near = near_names(reading, next(filter(is_iri, iris), ""))
    return NotFound(
        f"Nothing is known of <{iris[0]}>.",
        mend=f"There is {', '.join(f'<{iri}>' for iri in near)}." if near else "The catalogue leads to what is here.",
    )


def _find(reading: Reading, iris: tuple[str, ...], base: str, languages: tuple[str, ...]) -> Found:
    described = (describe(reading, iri, languages) for iri in iris if is_iri(iri))
    description = next(filter(None, described), None)
    if description is None:
        raise _unknown(reading, iris)
    iri = description.iri
    stated = (value.iri for value in description.of(SG.IN_PLAN) if isinstance(value, Named))
    plan = plan_of(reading, iri, stated, languages)
    versions = versions_of(reading, plan.iri) if plan else ()
    version = _version(description, versions)
    mappings, records = links_of(reading, iri, languages)
    pieces, said = pieces_of(reading, iri) if description.is_a(SG.SOURCE_DOCUMENT) else ((), ())
    stating = [Triple(NamedNode(iri), NamedNode(VOID.IN_DATASET), NamedNode(graph)) for graph in description.graphs]
    if iri in reading.graph_names():
        stating.append(Triple(NamedNode(iri), NamedNode(VOID.DATA_DUMP), NamedNode(graph_address(base, iri))))
    return Found(
        description, plan, versions, version, mappings, (*description.triples, *records, *said, *stating), pieces
    )


def _version(description: Description, versions: tuple[Version, ...]) -> Version | None:
    """The version that a thing is or belongs to; else the newest that states it, of those that count where one does."""
    for version in versions:
        if f"{description.iri}/".startswith(f"{version.iris.graph}/"):
            return version
    stating = [one for one in versions if one.iris.graph in description.graphs]
    return max(stating, key=lambda one: (not one.is_taken_back, one.number), default=None)


# --- links


def _page_links(found: Found) -> list[Link]:
    """Of a page: what it is about, its other forms, who made it, what belongs to it (FAIR Signposting, level 1)."""
    description, plan = found.description, found.plan
    iri = description.iri
    links = [Link(iri, "cite-as"), Link(f"{SCHEMA_NS}AboutPage", "type")]
    links += [Link(one.iri, "type") for one in description.classes[:1]]
    links += [Link(local_address(iri, form), "alternate describedby", form.media_types[0]) for form in RDF_FORMS]
    if plan:
        links.append(Link(plan.publisher, "author"))
        if plan.iri != iri:
            links.append(Link(local_address(plan.iri), "collection", HTML))
    links += [Link(one.address, "item", one.media_type) for one in found.downloads]
    links += [Link(found.table, "item", TABLE)] if found.table else []
    if found.version:
        provenance = f"/data?graph={quote(found.version.iris.provenance, safe='')}"
        links.append(Link(provenance, f"{PROV_NS}has_provenance"))
    return links + _rights(found)


def _rights(found: Found) -> list[Link]:
    """On what terms, as far as that is known."""
    if found.version and (terms := rights_iri(found.version)):
        return [Link(local_address(terms), "license", HTML)]
    return []


LEADING: Final = answers(
    "Where the thing is described.",
    (),
    *(406, 429, 503, 504),
    status=303,
    also={404: "Nothing is known of it; what is like it is named."},
)
DOCUMENT: Final = answers(
    "The document.",
    (HTML, *RDF_TYPES),
    *(304, 406, 429, 503, 504),
    also={404: "Nothing is known of it; what is like it is named."},
)
DESCRIPTION: Final = answers(
    "The document.",
    (HTML, *RDF_TYPES),
    *(304, 400, 406, 429, 503, 504),
    also={303: "It has an address of its own.", 404: "Nothing is known of it; what is like it is named."},
)
