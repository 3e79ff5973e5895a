"""``/sparql``: the query operation of the SPARQL 1.1 Protocol (section 2.1), and the service description.

A request is read here, answered by ``stratgraph.query`` in a thread, and streamed. The update operation
(section 2.2) is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

import anyio
from pyoxigraph import NamedNode, Triple, serialize
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import RedirectResponse, Response, StreamingResponse

from stratgraph.errors import LimitError, Location, NotAcceptable, QuerySyntaxError, UsageError
from stratgraph.query import ask
from stratgraph.results import RESULT_FORMS, ResultForm
from stratgraph.serialisation import RDF_FORMS, TURTLE, RdfForm
from stratgraph.store.protocol import Dataset
from stratgraph.terms import RDF, SD, SD_NS
from stratgraph_api.models import ProblemDetail
from stratgraph_api.negotiation import Accepted, accept_field, accepted_forms, choose, content_type, parse_media_type
from stratgraph_api.problems import UnsupportedMediaTypeError, UpdateRefusedError, root_path

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from starlette.types import Receive, Scope, Send

    from stratgraph.settings import Settings
    from stratgraph.store.protocol import Answer, Store

FORM_BODY: Final = "application/x-www-form-urlencoded"
QUERY_BODY: Final = "application/sparql-query"
UPDATE_BODY: Final = "application/sparql-update"
HTML: Final = "text/html"

_PROTOCOL_PARAMETERS: Final = ("query", "default-graph-uri", "named-graph-uri")
# A form writes one byte as up to three characters, and the names of graphs come on top.
_FORM_GROWTH: Final = 4
# Queries with one of these words may answer differently on the same snapshot; a word in a text or a comment costs
# such a query its entity tag and nothing else.
_VARYING: Final = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|SERVICE)\b", re.IGNORECASE)
_FIRST_CHUNKS: Final = 2
_ENTITY_TAG: Final = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Parameters:
    """Names and values of a query string or a form, in their order; names may repeat."""

    pairs: tuple[tuple[str, str], ...]

    def all(self, name: str) -> tuple[str, ...]:
        """The values of ``name``."""
        return tuple(value for key, value in self.pairs if key == name)

    def names(self, *wanted: str) -> tuple[str, ...]:
        """Those of ``wanted`` that are there."""
        return tuple(name for name in wanted if self.all(name))


@dataclass(frozen=True, slots=True)
class Question:
    """A query as it was asked: its text, the dataset of the protocol, and the values of ``format``."""

    text: str
    dataset: Dataset
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Started:
    """An answer that has begun: its first chunks, what is left of it, and whether there is nothing left."""

    answer: Answer
    chunks: tuple[bytes, ...]
    rest: Iterator[bytes]
    is_complete: bool
    entity_tag: str | None


class AnswerResponse(StreamingResponse):
    """Sends the chunks of an answer and closes it, also when the client goes away before the end.

    An error after the first bytes breaks the connection off: the client sees that the answer is not whole.
    """

    def __init__(self, started: Started, *, headers: Mapping[str, str], media_type: str) -> None:
        super().__init__(_chunks(started), headers=headers)
        self.headers["Content-Type"] = media_type
        self._answer = started.answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            # The request may have been cancelled; what holds the answer has to be let go nevertheless.
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(self._answer.close)


async def answer_get(request: Request) -> Response:
    """Query by GET (protocol section 2.1.1), or the service description where there is no query."""
    parameters = _parse_parameters(request.scope["query_string"])
    _refuse_update(parameters)
    if not parameters.names(*_PROTOCOL_PARAMETERS):
        return await _describe_service(request, parameters.all("format"))
    return await _answer(request, _question(parameters, parameters.all("format")))


async def answer_post(request: Request) -> Response:
    """Query by POST, as a form (protocol section 2.1.2) or directly (section 2.1.3)."""
    in_url = _parse_parameters(request.scope["query_string"])
    _refuse_update(in_url)
    body_type = parse_media_type(request.headers.get("content-type", ""))
    settings: Settings = request.state.settings
    essence = f"{body_type.main}/{body_type.sub}"
    if essence == FORM_BODY:
        body = await _read_body(request, settings.max_query_bytes, growth=_FORM_GROWTH)
        question = _question_of_form(_parse_parameters(body), in_url)
    elif essence == QUERY_BODY:
        body = await _read_body(request, settings.max_query_bytes, growth=1)
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


# --- reading the request


def _parse_parameters(encoded: bytes) -> Parameters:
    try:
        return Parameters(tuple(parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict")))
    except UnicodeDecodeError as error:
        raise UsageError(
            "The parameters are not percent-encoded UTF-8.", mend="Encode each value as a URL component in UTF-8."
        ) from error


def _refuse_update(parameters: Parameters) -> None:
    if parameters.names("update"):
        raise _update_refused()


def _update_refused() -> UpdateRefusedError:
    return UpdateRefusedError("SPARQL Update is not offered: the graph is read-only over HTTP.")


async def _read_body(request: Request, max_query_bytes: int, *, growth: int) -> bytes:
    """The body, read no further than a query may be long; ``growth`` is how many bytes of it one of a query takes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_query_bytes * growth:
            raise LimitError(
                f"The body is longer than a query may be ({max_query_bytes} bytes).",
                setting="max_query_bytes",
                value=max_query_bytes,
            )
    return bytes(body)


def _question_of_form(form: Parameters, in_url: Parameters) -> Question:
    _refuse_update(form)
    misplaced = in_url.names(*_PROTOCOL_PARAMETERS)
    if misplaced:
        raise UsageError(
            f"{' and '.join(misplaced)} stands in the URL of a form.",
            mend="Put every parameter of the protocol into the body (SPARQL 1.1 Protocol, section 2.1.2).",
        )
    return _question(form, form.all("format") or in_url.all("format"))


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
    return Question(text, _dataset(in_url), in_url.all("format"))


def _question(parameters: Parameters, formats: tuple[str, ...]) -> Question:
    queries = parameters.all("query")
    if len(queries) != 1:
        raise UsageError(
            f"There are {len(queries)} query parameters." if queries else "There is no query parameter.",
            mend="Send exactly one (SPARQL 1.1 Protocol, section 2.1).",
        )
    return Question(queries[0], _dataset(parameters), formats)


def _dataset(parameters: Parameters) -> Dataset:
    return Dataset(parameters.all("default-graph-uri"), parameters.all("named-graph-uri"))


# --- answering


async def _answer(request: Request, question: Question) -> Response:
    request.state.query = question.text
    accepted = accepted_forms(accept_field(request.headers), tuple(f for f in question.formats if f))
    # Conditions are about GET and HEAD; a POST is evaluated always.
    is_safe = request.method != "POST"
    known_tags = _ENTITY_TAG.findall(request.headers.get("if-none-match", "")) if is_safe else []
    started = await run_in_threadpool(
        _start, request.state.open_store, request.state.settings, question, accepted, known_tags
    )
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if isinstance(started, str):
        return Response(status_code=304, headers=headers | {"ETag": started})
    if is_safe and started.entity_tag:
        headers["ETag"] = started.entity_tag
    headers["Content-Disposition"] = f'inline; filename="answer{_extension(started.answer.form)}"'
    media_type = accepted.media_type_of(started.answer.form)
    if request.method == "HEAD":
        started.answer.close()
        return _without_body(headers, media_type)
    if started.is_complete:
        return Response(b"".join(started.chunks), headers=headers | {"Content-Type": media_type})
    return AnswerResponse(started, headers=headers, media_type=media_type)


def _start(
    open_store: Callable[[], Store],
    settings: Settings,
    question: Question,
    accepted: Accepted,
    known_tags: list[str],
) -> Started | str:
    """Begins the answer, or gives its entity tag where the client has it already.

    The first chunks are taken here, in the same thread: an error in them still gets a status of its own, and a short
    answer needs no stream.
    """
    store = open_store()
    tag = None
    if not _VARYING.search(question.text):
        # Weak: the engine does not promise the same order of solutions each time. Read before the query is run: should
        # a snapshot be published in between, a new answer has an old tag, which costs one more request; never the
        # other way round.
        tag = f'"{store.state}.{accepted.key}"'
        if tag in known_tags:
            return f"W/{tag}"
    answer = ask(
        store,
        question.text,
        accepted.forms,
        question.dataset,
        max_query_bytes=settings.max_query_bytes,
        service_allow_list=settings.service_allow_list,
    )
    rest = iter(answer)
    try:
        chunks = tuple(islice(rest, _FIRST_CHUNKS))
    except BaseException:
        answer.close()
        raise
    is_complete = len(chunks) < _FIRST_CHUNKS
    if is_complete:
        answer.close()
    return Started(answer, chunks, rest, is_complete, tag and f"W/{tag}")


async def _chunks(started: Started) -> AsyncIterator[bytes]:
    for chunk in started.chunks:
        yield chunk
    while (following := await run_in_threadpool(_next, started.rest)) is not None:
        yield following


def _next(chunks: Iterator[bytes]) -> bytes | None:
    return next(chunks, None)


def _extension(form: ResultForm | RdfForm) -> str:
    return form.extensions[0] if isinstance(form, RdfForm) else form.extension


def _without_body(headers: Mapping[str, str], media_type: str) -> Response:
    # A Response of no bytes would promise a GET of no bytes; a stream promises no length.
    response = StreamingResponse(iter(()), headers=headers)
    response.headers["Content-Type"] = media_type
    return response


# --- service description


async def _describe_service(request: Request, formats: tuple[str, ...]) -> Response:
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    form, media_type = _description_form(accept_field(request.headers), formats)
    if form is None:
        return RedirectResponse(f"{root_path(request)}/", status_code=303, headers=headers)
    store: Store = await run_in_threadpool(request.state.open_store)
    names = await run_in_threadpool(store.graph_names)
    triples = _service(str(request.url.replace(query="", fragment="")), names, request.state.settings)
    body = serialize(triples, format=form.engine, prefixes={"sd": SD_NS})
    return Response(body, headers=headers | {"Content-Type": content_type(media_type)})


def _description_form(accept: str | None, formats: tuple[str, ...]) -> tuple[RdfForm | None, str]:
    """The RDF form to describe the service in, or None for a person, who is better served by a page."""
    if formats:
        choice = accepted_forms(accept, formats).graph
        if choice:
            return choice.form, choice.media_type
    # HTML stands last: a client that does not care gets RDF.
    offers = [media_type for form in RDF_FORMS for media_type in form.media_types]
    chosen = choose(accept, [TURTLE.media_types[0], *offers, HTML])
    if chosen is None:
        raise NotAcceptable(
            "The service description is not available in a format that you accept.",
            mend=f"Accept one of {', '.join(form.media_types[0] for form in RDF_FORMS)}, or {HTML} for a page.",
        )
    return next((form for form in RDF_FORMS if chosen in form.media_types), None), chosen


def _service(endpoint: str, graph_names: tuple[str, ...], settings: Settings) -> list[Triple]:
    """SPARQL 1.1 Service Description of this endpoint."""
    service = NamedNode(f"{endpoint}#service")
    dataset = NamedNode(f"{endpoint}#dataset")
    default_graph = NamedNode(f"{endpoint}#default-graph")
    facts: list[tuple[NamedNode, str, NamedNode]] = [
        (service, RDF.TYPE, NamedNode(SD.SERVICE)),
        (service, SD.ENDPOINT, NamedNode(endpoint)),
        (service, SD.SUPPORTED_LANGUAGE, NamedNode(SD.SPARQL_11_QUERY)),
        *((service, SD.RESULT_FORMAT, NamedNode(form.engine.iri)) for form in (*RESULT_FORMS, *RDF_FORMS)),
        (service, SD.DEFAULT_DATASET, dataset),
        (dataset, RDF.TYPE, NamedNode(SD.DATASET)),
        (dataset, SD.DEFAULT_GRAPH, default_graph),
        (default_graph, RDF.TYPE, NamedNode(SD.GRAPH)),
    ]
    if settings.service_allow_list:
        facts.append((service, SD.FEATURE, NamedNode(SD.BASIC_FEDERATED_QUERY)))
    for number, name in enumerate(graph_names, start=1):
        graph = NamedNode(f"{endpoint}#named-graph-{number}")
        facts += [
            (dataset, SD.NAMED_GRAPH, graph),
            (graph, RDF.TYPE, NamedNode(SD.NAMED_GRAPH_CLASS)),
            (graph, SD.NAME, NamedNode(name)),
        ]
    return [Triple(subject, NamedNode(predicate), value) for subject, predicate, value in facts]


# --- what OpenAPI shows

_TEXT: Final = {"type": "string"}
_GRAPHS: Final = {"type": "array", "items": {"type": "string", "format": "iri"}}
_FORMATS: Final = {"type": "string", "enum": [form.name for form in (*RESULT_FORMS, *RDF_FORMS)]}
_IN_URL: Final = [
    {
        "name": "default-graph-uri",
        "in": "query",
        "schema": _GRAPHS,
        "description": "Graphs that the default graph of the query's dataset is merged from; may repeat.",
    },
    {
        "name": "named-graph-uri",
        "in": "query",
        "schema": _GRAPHS,
        "description": "Named graphs of the query's dataset; may repeat.",
    },
    {"name": "format", "in": "query", "schema": _FORMATS, "description": "The answer's format; overrides Accept."},
]
RESPONSES: Final[dict[int | str, dict[str, object]]] = {
    200: {
        "description": "The answer: solutions for SELECT and ASK, a graph for CONSTRUCT and DESCRIBE.",
        "content": {form.media_types[0]: {"schema": _TEXT} for form in (*RESULT_FORMS, *RDF_FORMS)},
    },
    400: {"model": ProblemDetail, "description": "The query or the request is wrong; line and column say where."},
    403: {"model": ProblemDetail, "description": "An update: the graph is read-only."},
    406: {"model": ProblemDetail, "description": "No format that the client accepts."},
    413: {"model": ProblemDetail, "description": "A limit was hit; the setting is named."},
    503: {"model": ProblemDetail, "description": "There is no snapshot to ask."},
}
GET_RESPONSES: Final = RESPONSES | {
    303: {"description": "No query, from a browser: the front page."},
    304: {"description": "The client has this answer already."},
}
POST_RESPONSES: Final = RESPONSES | {
    415: {"model": ProblemDetail, "description": "The body is neither a query nor a form."}
}
GET_DOCUMENTATION: Final[dict[str, object]] = {
    "parameters": [
        {
            "name": "query",
            "in": "query",
            "schema": _TEXT,
            "description": "SPARQL 1.1. Without it the service is described.",
        },
        *_IN_URL,
    ]
}
POST_DOCUMENTATION: Final[dict[str, object]] = {
    "parameters": _IN_URL,
    "requestBody": {
        "required": True,
        "content": {
            QUERY_BODY: {"schema": _TEXT},
            FORM_BODY: {
                "schema": {
                    "type": "object",
                    "required": ["query"],
                    "properties": {
                        "query": _TEXT,
                        "default-graph-uri": _GRAPHS,
                        "named-graph-uri": _GRAPHS,
                        "format": _FORMATS,
                    },
                }
            },
        },
    },
}
