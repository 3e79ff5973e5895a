"""``/sparql``: the query operation of the SPARQL 1.1 Protocol (section 2.1), and the service description.

A request is read here, answered by ``stratgraph.query``, and streamed; for a person the answer is a page. The update
operation (section 2.2) is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import Response  # noqa: TC002 - FastAPI reads the annotation

from stratgraph.assets import query_text
from stratgraph.catalogue import CURRENT, ENDPOINT, called, how_to_ask, partitions
from stratgraph.errors import Location, NotAcceptable, QuerySyntaxError, UsageError
from stratgraph.graph import said
from stratgraph.query import ask, ask_in, examples, may_vary
from stratgraph.results import RESULT_FORMS
from stratgraph.serialisation import RDF_FORMS, TURTLE, RdfForm
from stratgraph.store.protocol import WHOLE, Dataset
from stratgraph.terms import RDF, RDFS, SD
from stratgraph_api.doors.answer_page import answer_page, answered
from stratgraph_api.http.annotated import send_annotated
from stratgraph_api.http.answers import send_answer
from stratgraph_api.http.behalf import run_on_behalf
from stratgraph_api.http.bodies import UnsupportedMediaTypeError, read_query_body
from stratgraph_api.http.documents import asked_languages, explanation_address, rdf, send_document
from stratgraph_api.http.negotiation import HTML, accept_field, accepted_forms, choose, parse_media_type
from stratgraph_api.http.openapi import answers, parameter
from stratgraph_api.http.parameters import Parameters, parse_parameters
from stratgraph_api.http.problems import UpdateRefusedError, root_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Triple
    from starlette.types import ASGIApp, Receive, Scope, Send

    from stratgraph.settings import Settings
    from stratgraph.store.protocol import Answer, Asked, Caller, Forms, Given, Reading

PATH: Final = "/sparql"
FORM_BODY: Final = "application/x-www-form-urlencoded"
QUERY_BODY: Final = "application/sparql-query"
UPDATE_BODY: Final = "application/sparql-update"

_PROTOCOL_PARAMETERS: Final = ("query", "default-graph-uri", "named-graph-uri")
# A form writes one byte as up to three characters, and the names of graphs come on top.
_FORM_GROWTH: Final = 4
# A proxy takes a head of 4 kB in all where nobody has told it more (nginx, proxy_buffer_size).
_MOST_LINKED: Final = 2_000
# A query alone, in characters that may stand in a link as they came (RFC 3986, section 3.4).
_QUERY_ALONE: Final = re.compile(rb"query=[A-Za-z0-9%+._~!$'()*,:@/?-]*")
_NO_SECONDS: Final = re.compile(r"(?:0+(?:\.0+)?)?")
_SECONDS: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Question:
    """A query as it was asked: its text, the dataset of the protocol, and the values of ``format`` and ``timeout``.

    Its parameters are those of an address that asks the same.
    """

    text: str
    dataset: Dataset
    formats: tuple[str, ...]
    deadline_s: float | None
    parameters: Parameters


async def answer_get(request: Request) -> Response:
    """Query by GET (protocol section 2.1.1), or the service description where there is no query."""
    parameters = parse_parameters(request.scope["query_string"])
    _refuse_update(parameters)
    if not parameters.names(*_PROTOCOL_PARAMETERS):
        return await _describe_service(request, parameters.all("format"))
    return await _answer(request, _question(parameters, parameters.all("format")))


async def answer_post(request: Request) -> Response:
    """Query by POST, as a form (protocol section 2.1.2) or directly (section 2.1.3)."""
    in_url = parse_parameters(request.scope["query_string"])
    _refuse_update(in_url)
    body_type = parse_media_type(request.headers.get("content-type", ""))
    essence = f"{body_type.main}/{body_type.sub}"
    if essence == FORM_BODY:
        body = await read_query_body(request, growth=_FORM_GROWTH)
        question = _question_of_form(parse_parameters(body), in_url)
    elif essence == QUERY_BODY:
        body = await read_query_body(request, growth=1)
        question = _question_of_body(body, in_url, dict(body_type.parameters).get("charset", "utf-8"))
    elif essence == UPDATE_BODY:
        raise _update_refused()
    else:
        sent = request.headers.get("content-type")
        raise UnsupportedMediaTypeError(
            f"A query cannot be read from a body of type {sent!r}." if sent else "The body has no Content-Type.",
            supported=(QUERY_BODY, FORM_BODY),
        )
    return await _answer(request, question)


class BeforeRouting:
    """The middleware that gives ``/sparql`` its requests before a route is looked for, which takes longer than it does.

    What the table of routes says of it stays: errors and other methods are answered as everywhere.

    Args:
        app: is passed all other requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request for ``/sparql``, or passes it on."""
        door = _DOORS.get(scope.get("method", "")) if scope.get("path") == scope.get("root_path", "") + PATH else None
        if door is None:
            await self._app(scope, receive, send)
            return
        response = await door(Request(scope, receive))
        await response(scope, receive, send)


_DOORS: Final = {"GET": answer_get, "HEAD": answer_get, "POST": answer_post}


# --- reading the request


def _refuse_update(parameters: Parameters) -> None:
    if parameters.names("update"):
        raise _update_refused()


def _update_refused() -> UpdateRefusedError:
    return UpdateRefusedError("SPARQL Update is not offered: the graph is read-only over HTTP.")


def _question_of_form(form: Parameters, in_url: Parameters) -> Question:
    _refuse_update(form)
    if in_url.names("query"):
        raise UsageError(
            "A query stands in the URL of a form.",
            mend="Put every parameter of the protocol into the body (SPARQL 1.1 Protocol, section 2.1.2).",
        )
    # The section wants the dataset in the body; the W3C's own tests of the protocol have it in the URL.
    return _question(Parameters(form.pairs + in_url.pairs), form.all("format") or in_url.all("format"))


def _question_of_body(body: bytes, in_url: Parameters, charset: str) -> Question:
    if in_url.names("query"):
        raise UsageError("There is a query in the URL and another one in the body.", mend="Send one query a request.")
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMediaTypeError(f"A query cannot be read in {charset}.", supported=(QUERY_BODY, FORM_BODY))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        raise QuerySyntaxError(
            "The query is not UTF-8.",
            where=Location(line=before.count("\n") + 1, column=len(before.rpartition("\n")[2]) + 1),
            mend="Send the query in UTF-8.",
        ) from error
    asking = Parameters((("query", text), *in_url.pairs))
    return Question(text, _dataset(in_url), in_url.all("format"), _deadline_s(in_url), asking)


def _question(parameters: Parameters, formats: tuple[str, ...]) -> Question:
    queries = parameters.all("query")
    if len(queries) != 1:
        raise UsageError(
            f"There are {len(queries)} query parameters." if queries else "There is no query parameter.",
            mend="Send exactly one (SPARQL 1.1 Protocol, section 2.1).",
        )
    return Question(queries[0], _dataset(parameters), formats, _deadline_s(parameters), parameters)


def _deadline_s(parameters: Parameters) -> float | None:
    # 0 is what Virtuoso's form sends where none was chosen, and an empty value what a form does.
    values = tuple(value for value in parameters.all("timeout") if not _NO_SECONDS.fullmatch(value))
    if not values:
        return None
    if len(values) > 1 or not _SECONDS.fullmatch(values[0]):
        raise UsageError(
            f"The timeout cannot be {' and '.join(values)!r}.",
            mend="Give it once, as a number of seconds; the server's own deadline holds where it is less.",
        )
    return float(values[0])


def _dataset(parameters: Parameters) -> Dataset:
    # A form sends the fields that nobody filled too.
    default, named = (tuple(filter(None, parameters.all(f"{name}-graph-uri"))) for name in ("default", "named"))
    return Dataset(default, named)


# --- answering


async def _answer(request: Request, question: Question) -> Response:
    request.state.query, request.state.dataset = question.text, question.dataset
    settings: Settings = request.state.settings
    accepted = accepted_forms(accept_field(request.headers), tuple(f for f in question.formats if f))
    varies = may_vary(question.text)
    endpoint = _endpoint(request)
    if accepted.is_page:
        page: Response = await run_on_behalf(request, lambda: _page(request, question, endpoint), question.deadline_s)
        return page

    if accepted.has_annotations:

        def ask_reading(reading: Reading, forms: Forms) -> Answer:
            return ask_in(
                reading,
                question.text,
                forms,
                question.dataset,
                base=endpoint,
                max_query_bytes=settings.max_query_bytes,
                gateway=request.state.gateway,
            )

        sent: Response = await run_on_behalf(
            request, lambda: send_annotated(request, accepted, ask_reading, varies=varies), question.deadline_s
        )
        return sent

    def begin(store: Asked[Given], caller: Caller) -> Given:
        return ask(
            store,
            question.text,
            accepted.forms,
            question.dataset,
            caller,
            base=endpoint,
            max_query_bytes=settings.max_query_bytes,
            gateway=request.state.gateway,
        )

    return await send_answer(
        request,
        begin,
        tag_of=lambda state: None if varies else f"{state}.{accepted.key}",
        media_type_of=accepted.media_type_of,
        deadline_s=question.deadline_s,
        link=_help(request, question),
    )


def _page(request: Request, question: Question, endpoint: str) -> Response:
    """The answer for a person."""
    languages = asked_languages(request, question.parameters.one("lang") or "")
    state = None if may_vary(question.text) else request.state.open_reading().state

    def make() -> bytes:
        shown = answered(
            request, question.text, question.parameters, languages, dataset=question.dataset, base=endpoint
        )
        return answer_page(
            request, "answer.html", shown, question.parameters.one("lang"), text=question.text, graphs=question.dataset
        )

    return send_document(request, state, None, make, languages=languages)


def _ask_page(request: Request) -> Response:
    """The page to ask from."""

    def make() -> bytes:
        starter = query_text("page-starter")
        return answer_page(request, "ask.html", None, text=starter, graphs=WHOLE, examples=examples())

    return send_document(request, "ask", None, make)


def _help(request: Request, question: Question) -> str:
    """The link to the explanation of a query (RFC 8288; ``help`` is HTML's); empty where its address would be long."""
    asked: bytes = request.scope["query_string"]
    if len(asked) <= _MOST_LINKED and _QUERY_ALONE.fullmatch(asked):
        # To encode it anew takes as long as a tenth of a light query.
        address = f"/explain?{asked.decode()}"
    elif len(question.text) <= _MOST_LINKED:
        try:
            address = explanation_address(question.text, question.dataset)
        except UnicodeEncodeError:  # half of a surrogate pair, which the store refuses
            return ""
    else:
        return ""
    address = f"{root_path(request)}{address}"
    return f'<{address}>; rel="help"' if len(address) <= _MOST_LINKED else ""


def _endpoint(request: Request) -> str:
    """The address of this endpoint, which is also the base of the relative IRIs in a query."""
    scope = request.scope
    return _address(scope["scheme"], request.headers.get("host"), scope["server"], scope.get("root_path", "") + PATH)


@lru_cache(maxsize=100)
def _address(scheme: str, host: str | None, server: tuple[str, int], path: str) -> str:
    headers = [(b"host", host.encode("latin-1"))] if host else []
    scope = {"scheme": scheme, "server": server, "path": path, "query_string": b"", "headers": headers}
    return str(URL(scope=scope))


# --- service description


async def _describe_service(request: Request, formats: tuple[str, ...]) -> Response:
    form, media_type = _description_form(accept_field(request.headers), formats)
    if form is None:
        return _ask_page(request)
    found: Response = await run_on_behalf(request, lambda: _description(request, form, media_type))
    return found


def _description(request: Request, form: RdfForm, media_type: str) -> Response:
    """The service, what can be asked of it, and how."""
    endpoint = _endpoint(request)
    reading: Reading = request.state.open_reading()

    def write() -> bytes:
        parts = partitions(reading)
        service = _service(endpoint, reading.graph_names(), request.state.settings)
        # The name that leads here wherever the store is served.
        named = said(ENDPOINT, (RDFS.SEE_ALSO, f"{endpoint}#service"))
        return rdf((*service, *named, *parts, *called(parts), *how_to_ask(endpoint)), form)

    return send_document(request, reading.state, form, write, media_type=media_type)


def _description_form(accept: str | None, formats: tuple[str, ...]) -> tuple[RdfForm | None, str]:
    """The RDF form to describe the service in, or None for a person, who is better served by a page."""
    if formats:
        accepted = accepted_forms(accept, formats)
        if accepted.is_page:
            return None, HTML
        if accepted.graph:
            return accepted.graph.form, accepted.graph.media_type
    # HTML stands last: a client that does not care gets RDF.
    offers = [media_type for form in RDF_FORMS for media_type in form.media_types]
    chosen = choose(accept, [TURTLE.media_types[0], *offers, HTML])
    if chosen is None:
        raise NotAcceptable(
            "The service description is not available in a format that you accept.",
            mend=f"Accept one of {', '.join(form.media_types[0] for form in RDF_FORMS)}, or {HTML} for a page.",
        )
    return next((form for form in RDF_FORMS if chosen in form.media_types), None), chosen


def _service(endpoint: str, graph_names: tuple[str, ...], settings: Settings) -> Iterator[Triple]:
    """SPARQL 1.1 Service Description of this endpoint."""
    dataset = f"{endpoint}#dataset"
    graphs = {f"{endpoint}#named-graph-{number}": name for number, name in enumerate(graph_names, start=1)}
    yield from said(
        f"{endpoint}#service",
        (RDF.TYPE, SD.SERVICE),
        (SD.ENDPOINT, endpoint),
        (SD.SUPPORTED_LANGUAGE, SD.SPARQL_11_QUERY),
        (SD.SUPPORTED_LANGUAGE, SD.SPARQL_12_QUERY),
        (SD.FEATURE, SD.BASIC_FEDERATED_QUERY if settings.service_allow_list else None),
        *((SD.RESULT_FORMAT, form.engine.iri) for form in (*RESULT_FORMS, *RDF_FORMS) if form.engine),
        (SD.DEFAULT_DATASET, dataset),
    )
    named = ((SD.NAMED_GRAPH, graph) for graph in graphs)
    yield from said(dataset, (RDF.TYPE, SD.DATASET), (SD.DEFAULT_GRAPH, CURRENT), *named)
    yield from said(CURRENT, (RDF.TYPE, SD.GRAPH))
    for graph, name in graphs.items():
        yield from said(graph, (RDF.TYPE, SD.NAMED_GRAPH_CLASS), (SD.NAME, name))


# --- what OpenAPI shows

_GRAPHS: Final = {"type": "array", "items": {"type": "string", "format": "iri"}}
_QUERY: Final = parameter("query", "SPARQL 1.1. Without it the service is described.")
_IN_URL: Final = [
    parameter("page", "Which page of the answer is shown, from 1; of a page alone.", type="integer", minimum=1),
    parameter("lang", "The languages that things are named in; of a page alone.", type="string"),
    parameter(
        "default-graph-uri",
        "Graphs that the default graph of the query's dataset is merged from; may repeat.",
        **_GRAPHS,
    ),
    parameter("named-graph-uri", "Named graphs of the query's dataset; may repeat.", **_GRAPHS),
    parameter(
        "format",
        "The answer's format; overrides Accept.",
        enum=["html", *(form.name for form in (*RESULT_FORMS, *RDF_FORMS))],
    ),
    parameter(
        "timeout",
        "How long the query may be evaluated, in seconds; the server's own deadline is not raised.",
        type="number",
        exclusiveMinimum=0,
    ),
]
_WHAT: Final = "The answer: solutions for SELECT and ASK, a graph for CONSTRUCT and DESCRIBE."
_TYPES: Final = (*(form.media_types[0] for form in (*RESULT_FORMS, *RDF_FORMS)), HTML)
_SAID: Final = {
    400: "The query or the request is wrong; line and column say where.",
    403: "An update: the graph is read-only.",
    413: "The query, its answer or its memory is too large.",
    504: "The query took longer than its deadline.",
}
ASKED: Final = answers(_WHAT, _TYPES, 304, 406, 429, 503, also=_SAID) | {
    "openapi_extra": {"parameters": [_QUERY, *_IN_URL]}
}
_FORM: Final = {
    "type": "object",
    "required": ["query"],
    "properties": {one["name"]: one["schema"] for one in (_QUERY, *_IN_URL)},
}
SENT: Final = answers(_WHAT, _TYPES, 406, 429, 503, also=_SAID | {415: "The body is neither a query nor a form."}) | {
    "openapi_extra": {
        "parameters": _IN_URL,
        "requestBody": {
            "required": True,
            "content": {QUERY_BODY: {"schema": {"type": "string"}}, FORM_BODY: {"schema": _FORM}},
        },
    }
}
