"""``/queries``: each documented query as a resource, whose parameters are those of its address."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import JSONResponse, RedirectResponse, Response

from stratgraph.assets import example_files
from stratgraph.catalogue import prefixes
from stratgraph.choices import Filled, defaults_for, filled_for, needs_store, things_of
from stratgraph.entities import names_of
from stratgraph.errors import NotFound
from stratgraph.query import (
    ParameterKind,
    ask,
    ask_in,
    example,
    examples,
    fill,
    may_vary,
    short_value,
)
from stratgraph.results import RESULT_FORMS
from stratgraph.serialisation import RDF_FORMS, TURTLE, RdfForm, read_rdf
from stratgraph.terms import QUERIES
from stratgraph.version import __version__
from stratgraph_api.doors.answer_page import OWN_PARAMETERS, answer_page, answered
from stratgraph_api.http.addresses import local_address, split_ending
from stratgraph_api.http.annotated import send_annotated
from stratgraph_api.http.answers import send_answer
from stratgraph_api.http.behalf import run_on_behalf
from stratgraph_api.http.documents import (
    HTML,
    JSON,
    Format,
    Link,
    addresses_of,
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
    from stratgraph.query import ExampleQuery, Parameter
    from stratgraph.settings import Settings
    from stratgraph.store.protocol import Answer, Asked, Caller, Forms, Given, Reading

_PREFIXES: Final = "prefixes"
_ANSWERS: Final = tuple(form.media_types[0] for form in (*RESULT_FORMS, *RDF_FORMS))


def list_queries(
    request: Request,
    words: Annotated[str, Query(description="Words that the query's title, description or keywords have.")] = "",
    tag: Annotated[str, Query(description="A keyword of the query.")] = "",
) -> Response:
    """The documented queries with their parameters, or those that are looked for: a page, or JSON."""
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    found = tuple(one for one in examples() if _is_meant(one, words, tag))
    if not prefers_page(request, JSON):
        asked = defaults_for(request.state.open_reading(), found)
        members = [_members(request, one, asked[one.name]) for one in found]
        return JSONResponse({"queries": members}, headers=headers)
    parameters: dict[str, list[ExampleQuery]] = {}
    for one in found:
        for parameter in one.parameters:
            parameters.setdefault(parameter.name, []).append(one)
    tags = Counter(keyword for one in examples() for keyword in one.keywords)
    page = render(
        "queries.html",
        addresses_of(request),
        examples=found,
        parameters=parameters,
        tags=sorted(name for name, count in tags.items() if count > 1),
        words=words,
        tag=tag,
    )
    return Response(page, headers=headers, media_type=HTML)


def _is_meant(one: ExampleQuery, words: str, tag: str) -> bool:
    said = " ".join((one.name, one.title, one.description, *one.keywords)).casefold()
    return all(word in said for word in words.casefold().split()) and (not tag or tag in one.keywords)


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
    request.state.query = fill(wanted, values)
    settings: Settings = request.state.settings
    accepted = accepted_forms(accept_field(request.headers), named)
    if accepted.is_page:
        page: Response = await run_on_behalf(request, lambda: _page(request, wanted, values, parameters))
        return page
    filled, state = await _filled(request, wanted, values)
    text = request.state.query = filled.question

    if accepted.has_annotations:

        def ask_reading(reading: Reading, forms: Forms) -> Answer:
            return ask_in(reading, text, forms, max_query_bytes=settings.max_query_bytes)

        sent: Response = await run_on_behalf(
            request, lambda: send_annotated(request, accepted, ask_reading, varies=may_vary(text))
        )
        return sent

    def begin(store: Asked[Given], caller: Caller) -> Given:
        return ask(store, text, accepted.forms, caller=caller, max_query_bytes=settings.max_query_bytes)

    return await send_answer(
        request,
        begin,
        # What a store chose is not kept for another state of it.
        tag_of=lambda current: f"{current}.{accepted.key}.{__version__}" if state in {"", current} else None,
        media_type_of=accepted.media_type_of,
        location=_location(request, wanted, values, filled),
    )


async def _filled(request: Request, wanted: ExampleQuery, values: dict[str, str]) -> tuple[Filled, str]:
    """The query as it is asked of the store, and the state of the store that it depends on; empty where on none."""
    if not needs_store(wanted, values):
        return Filled(fill(wanted, values)), ""

    def look() -> tuple[Filled, str]:
        reading: Reading = request.state.open_reading()
        return filled_for(reading, wanted, values), reading.state

    found: tuple[Filled, str] = await run_on_behalf(request, look)
    return found


def _location(request: Request, wanted: ExampleQuery, values: dict[str, str], filled: Filled) -> str:
    """The address that says all that is asked (RFC 9110, section 8.7); empty where the one that was called does."""
    if not filled.instead:
        return ""
    return f"{root_path(request)}/queries/{wanted.name}?{urlencode({**filled.instead, **values})}"


def _page(request: Request, wanted: ExampleQuery, values: dict[str, str], parameters: Parameters) -> Response:
    """What the query is about, a form for its parameters, and below it the answer, where nothing has to be chosen."""
    reading: Reading = request.state.open_reading()
    filled = filled_for(reading, wanted, values)
    text = request.state.query = filled.text
    iri = f"{QUERIES}{wanted.name}"
    alternates = [Link(local_address(iri, form), "describedby", form.media_types[0]) for form in RDF_FORMS]
    languages = asked_languages(request, parameters.one("lang") or "")

    def make() -> bytes:
        return answer_page(
            request,
            "query.html",
            None if filled.unmet else answered(request, text, parameters, languages),
            query=wanted,
            iri=iri,
            links=alternates,
            members=_members(request, wanted, filled),
            choices=_choices(reading, wanted, languages, filled.home),
            values={one.name: _shown(one, values.get(one.name), filled) for one in wanted.parameters},
            text=text,
            note=filled.note,
            unmet=filled.unmet,
        )

    state = None if may_vary(text) else f"{reading.state}.{wanted.name}"
    return send_document(request, state, None, make, languages=languages, links=[Link(iri, "cite-as"), *alternates])


def _shown(parameter: Parameter, given: str | None, filled: Filled) -> str:
    """The value of a parameter in the form: as it was given, or what is asked without, in few characters."""
    if given is not None:
        return given
    asked = filled.default(parameter) or ""
    return short_value(parameter, asked, filled.home) if parameter.kind is ParameterKind.IRI else asked


def _choices(
    reading: Reading, wanted: ExampleQuery, languages: tuple[str, ...], home: str
) -> dict[str, tuple[tuple[str, str], ...]]:
    """For each parameter that takes one of not too many things: how each is given as a value, and what it is called."""
    found = {}
    for parameter in wanted.parameters:
        if things := things_of(reading, parameter):
            names = names_of(reading, things, languages)
            found[parameter.name] = tuple((short_value(parameter, iri, home), names[iri].label) for iri in things)
    return found


def _description(request: Request, name: str, form: RdfForm) -> Response:
    is_prefixes = name == _PREFIXES
    if not is_prefixes:
        example(name)

    def write() -> bytes:
        if is_prefixes:
            return rdf(prefixes(f"{QUERIES}{_PREFIXES}"), form)
        data = next(file for file in example_files() if file.name == f"{name}.ttl").read_bytes()
        return data if form is TURTLE else rdf((q.triple for q in read_rdf(data, file=name, form=TURTLE)), form)

    links = [Link(f"{QUERIES}{name}", "cite-as"), Link(local_address(f"{QUERIES}{name}"), "describes", HTML)]
    return send_document(request, f"query.{name}", form, write, links=links[: 1 if is_prefixes else 2])


def _members(request: Request, one: ExampleQuery, asked: Filled) -> dict[str, object]:
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
                "default": asked.default(parameter),
            }
            for parameter in one.parameters
        ],
        "query": asked.text,
    }


LIST: Final = answers("The queries.", (JSON, HTML), 429, 503)
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
