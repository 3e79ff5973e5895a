"""``/queries``: each documented query as a resource, whose parameters are those of its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Query
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import JSONResponse, RedirectResponse, Response

from stratgraph import __version__
from stratgraph.assets import example_files, query_prefixes
from stratgraph.errors import NotFound
from stratgraph.query import ask, example, examples, fill, may_vary
from stratgraph.results import RESULT_FORMS
from stratgraph.serialisation import RDF_FORMS, TURTLE, RdfForm, read_rdf
from stratgraph.terms import QUERIES
from stratgraph_api.doors.answer_page import OWN_PARAMETERS, answer_page, answered
from stratgraph_api.http.addresses import local_address, split_ending
from stratgraph_api.http.answers import send_answer
from stratgraph_api.http.behalf import run_on_behalf
from stratgraph_api.http.documents import (
    HTML,
    JSON,
    Format,
    Link,
    asked_languages,
    document_form,
    prefers_page,
    rdf,
    send_document,
)
from stratgraph_api.http.negotiation import accept_field, accepted_forms
from stratgraph_api.http.openapi import answers
from stratgraph_api.http.parameters import Parameters, parse_parameters
from stratgraph_api.http.problems import root_path
from stratgraph_api.http.rendering import render

if TYPE_CHECKING:
    from stratgraph.query import ExampleQuery
    from stratgraph.settings import Settings
    from stratgraph.store.protocol import Asked, Caller, Given

_PREFIXES: Final = "prefixes"
_ANSWERS: Final = tuple(form.media_types[0] for form in (*RESULT_FORMS, *RDF_FORMS))


def list_queries(request: Request) -> Response:
    """The documented queries with their parameters: a page, or JSON."""
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if prefers_page(request, JSON):
        parameters: dict[str, list[ExampleQuery]] = {}
        for one in examples():
            for parameter in one.parameters:
                parameters.setdefault(parameter.name, []).append(one)
        page = render("queries.html", root=root_path(request), queries=examples(), parameters=parameters)
        return Response(page, headers=headers, media_type=HTML)
    return JSONResponse({"queries": [_members(request, one) for one in examples()]}, headers=headers)


def lead_to_query(request: Request, name: str, named: Format = "") -> Response:
    """The IRI of a query, or of a parameter of queries: 303 to what describes it."""
    form = document_form(request, named)
    known = {one.name for one in examples()}
    if name in known or name == _PREFIXES:
        target = local_address(f"{QUERIES}{name}", form if form or name in known else TURTLE)
    elif any(parameter.name == name for one in examples() for parameter in one.parameters):
        target = f"/queries#parameter-{name}"
    else:
        example(name)  # says what is near
        raise NotFound(f"There is no query {name!r}.")
    return RedirectResponse(f"{root_path(request)}{target}", status_code=303, headers={"Vary": "Accept"})


async def answer_query(
    request: Request,
    name: str,
    formats: Annotated[
        tuple[str, ...],
        Query(
            alias="format",
            description="The answer's form; overrides Accept. All other parameters are the query's own.",
            json_schema_extra={
                "items": {"type": "string", "enum": ["html", *(form.name for form in (*RESULT_FORMS, *RDF_FORMS))]}
            },
        ),
    ] = (),
) -> Response:
    """The answer of a documented query, for a person a page with its form; or its description as RDF."""
    bare, form = split_ending(name)
    if form:
        return _description(request, bare, form)
    wanted = example(name)
    parameters = parse_parameters(request.scope["query_string"])
    named = tuple(filter(None, formats))
    values = {key: parameters.one(key) or "" for key, _ in parameters.pairs if key not in OWN_PARAMETERS}
    text = fill(wanted, values)
    request.state.query = text
    settings: Settings = request.state.settings
    accepted = accepted_forms(accept_field(request.headers), named)
    if accepted.is_page:
        page: Response = await run_on_behalf(request, lambda: _page(request, wanted, values, text, parameters))
        return page

    def begin(store: Asked[Given], caller: Caller) -> Given:
        return ask(store, text, accepted.forms, caller=caller, max_query_bytes=settings.max_query_bytes)

    return await send_answer(
        request,
        begin,
        tag_of=lambda state: f"{state}.{accepted.key}.{__version__}",
        media_type_of=accepted.media_type_of,
    )


def _page(
    request: Request, wanted: ExampleQuery, values: dict[str, str], text: str, parameters: Parameters
) -> Response:
    """What the query is about, a form for its parameters, and below it the answer."""
    iri = f"{QUERIES}{wanted.name}"
    alternates = [Link(local_address(iri, form), "describedby", form.media_types[0]) for form in RDF_FORMS]
    languages = asked_languages(request, parameters.one("lang") or "")

    def make() -> bytes:
        shown = answered(request, text, parameters, languages)
        members = _members(request, wanted)
        context = {"query": wanted, "iri": iri, "links": alternates, "members": members, "values": values, "text": text}
        return answer_page(request, "query.html", shown, **context)

    state = None if may_vary(text) else f"{request.state.open_reading().state}.{wanted.name}"
    return send_document(request, state, None, make, languages=languages, links=[Link(iri, "cite-as"), *alternates])


def _description(request: Request, name: str, form: RdfForm) -> Response:
    if name == _PREFIXES:
        data = query_prefixes()
    else:
        example(name)
        data = next(file for file in example_files() if file.name == f"{name}.ttl").read_bytes()

    def write() -> bytes:
        return data if form is TURTLE else rdf((q.triple for q in read_rdf(data, file=name, form=TURTLE)), form)

    links = [Link(f"{QUERIES}{name}", "cite-as"), Link(local_address(f"{QUERIES}{name}"), "describes", HTML)]
    return send_document(request, f"query.{name}", form, write, links=links[: 1 if name == _PREFIXES else 2])


def _members(request: Request, one: ExampleQuery) -> dict[str, object]:
    return {
        "name": one.name,
        "title": one.title,
        "description": one.description,
        "keywords": one.keywords,
        "address": f"{root_path(request)}/queries/{one.name}",
        "parameters": [
            {
                "name": parameter.name,
                "description": parameter.description,
                "kind": parameter.kind.value,
                "default": parameter.default.value,
            }
            for parameter in one.parameters
        ],
        "query": one.text,
    }


LIST: Final = answers("The queries.", (JSON, HTML), 429)
LEADING: Final = answers(
    "Where the query, or the parameter, is described.",
    (),
    406,
    429,
    status=303,
    also={404: "There is none."},
)
ANSWERS: Final = answers(
    "The answer, or a page with a form.",
    (*_ANSWERS, HTML),
    *(304, 406, 429, 503),
    also={
        400: "There is no such parameter, or its value is of another kind.",
        404: "There is no such query; the one most like it is named.",
        413: "The query, its answer or its memory is too large.",
        504: "The query took longer than its deadline.",
    },
)
