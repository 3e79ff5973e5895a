"""Errors as ``application/problem+json`` (RFC 9457): one table from the kind of error to a problem type.

What is wrong, where and how to mend it come from the fields of the error; nothing here parses a message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from stratgraph.errors import (
    Cancelled,
    DeadlineExceeded,
    EngineFailed,
    LimitError,
    Location,
    MemoryExceeded,
    NotAcceptable,
    NotFound,
    NothingPublished,
    Overloaded,
    Overtaken,
    PublicationRefused,
    QueryError,
    QuerySyntaxError,
    QueryTooLong,
    ReaderStalled,
    RemoteError,
    ResultTooLarge,
    SourceError,
    StoreError,
    StratgraphError,
    Superseded,
    TooManyQueries,
    UsageError,
    WorkerLost,
)
from stratgraph.results import RESULT_FORMS
from stratgraph.serialisation import RDF_FORMS
from stratgraph_api.http.bodies import GZIP, UnsupportedEncodingError, UnsupportedMediaTypeError
from stratgraph_api.http.parameters import refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

MEDIA_TYPE: Final = "application/problem+json"
_EXCERPT_WIDTH: Final = 100
RETRY_AFTER_S: Final = 5


class UpdateRefusedError(QueryError):
    """Somebody asks for an update of a graph that is only read."""


class ReportNotAcceptableError(NotAcceptable):
    """A report cannot be sent in any form that the client accepts.

    Args:
        available: the media types that it can be sent in.
    """

    def __init__(self, what: str, *, available: tuple[str, ...], mend: str = "") -> None:
        super().__init__(what, mend=mend)
        self.available = available


class PreconditionFailedError(UsageError):
    """``If-Match`` names a version that is not in force."""


class PublishingOffError(UsageError):
    """The operator has not allowed that anything is published over HTTP."""


class NotAuthorizedError(UsageError):
    """The client has not shown that it may."""


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem, as clients may rely on it.

    Args:
        name: the last part of its URI, ``/problems/NAME``; stable.
        status: of the answer.
        title: the same for every occurrence.
        explanation: what it means and who can mend it.
        mend: advice where the error itself gives none.
    """

    name: str
    status: HTTPStatus
    title: str
    explanation: str
    mend: str = ""

    @property
    def path(self) -> str:
        """Where it is explained."""
        return f"/problems/{self.name}"


USAGE: Final = ProblemType(
    "usage",
    HTTPStatus.BAD_REQUEST,
    "The request is not understood",
    "A parameter or a name is missing, unknown or given too often. The caller can mend it.",
)
LIMIT: Final = ProblemType(
    "limit",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "A limit was hit",
    "The query, the file or the answer is larger than this server allows. Ask for less, or have the operator raise the "
    "setting named.",
)
NOT_ACCEPTABLE: Final = ProblemType(
    "not-acceptable",
    HTTPStatus.NOT_ACCEPTABLE,
    "No acceptable format",
    "The Accept field or the format parameter allows no format that this kind of query can be answered in.",
)
NOT_FOUND: Final = ProblemType(
    "not-found",
    HTTPStatus.NOT_FOUND,
    "Nothing is here",
    "There is no page of this address, or no graph, example or snapshot of this name.",
    "The routes are listed in /openapi.json; the page at / links to the rest.",
)
METHOD_NOT_ALLOWED: Final = ProblemType(
    "method-not-allowed",
    HTTPStatus.METHOD_NOT_ALLOWED,
    "The method is not allowed here",
    "The page exists, but not for this HTTP method.",
    "Use one of the methods in the answer's Allow field.",
)
UPLOAD_STALLED: Final = ProblemType(
    "upload-stalled",
    HTTPStatus.REQUEST_TIMEOUT,
    "The request came too slowly",
    "It had not come whole after stall_s seconds and what its bytes take at min_client_bytes_per_s.",
    "Send it again over a faster connection.",
)
HEAD_SIZE: Final = ProblemType(
    "head-size",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    "The head of the request is too large",
    "The first line and the header fields of the request have more bytes than max_head_bytes, or there are more fields "
    "than max_head_fields.",
    "Send a long query by POST.",
)
CONNECTIONS: Final = ProblemType(
    "connections",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Too many connections",
    "There are max_connections connections already, or this client, told by its address, has its share of them or "
    "connections_per_client. Retry-After says when to try again.",
    "Use one connection for several requests.",
)
STORE: Final = ProblemType(
    "store",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The graph is not available",
    "The snapshot is missing, damaged or in use. The operator can mend it.",
    "Publish a snapshot with `stratgraph build`.",
)
HTTP: Final = ProblemType(
    "http",
    HTTPStatus.BAD_REQUEST,
    "The request cannot be served",
    "HTTP itself refuses the request; the status says why.",
)

PROBLEM_TYPES: Final[Mapping[type[Exception], ProblemType]] = {
    UpdateRefusedError: ProblemType(
        "read-only",
        HTTPStatus.FORBIDDEN,
        "The graph is read-only over HTTP",
        "SPARQL Update is refused: what is published changes only by publishing a new snapshot.",
        "Ask a query, or publish a changed plan with the command line.",
    ),
    UnsupportedMediaTypeError: ProblemType(
        "unsupported-media-type",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "The body's media type is not supported",
        "The Content-Type of the request is none that is read here; the answer's Accept field lists those that are.",
    ),
    UnsupportedEncodingError: ProblemType(
        "unsupported-encoding",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "The body's content coding is not supported",
        "The Content-Encoding of the request is none that is read here; the answer's Accept-Encoding field lists those "
        "that are.",
    ),
    PublishingOffError: ProblemType(
        "publishing-off",
        HTTPStatus.FORBIDDEN,
        "Nothing is published over HTTP here",
        "This server has no publish_token, and without one nobody publishes over HTTP. The operator can set it.",
        "Publish with `stratgraph publish`, or have the operator set publish_token.",
    ),
    NotAuthorizedError: ProblemType(
        "not-authorized",
        HTTPStatus.UNAUTHORIZED,
        "The token is missing or wrong",
        "A publication shows the token of this server in the Authorization field, as `Bearer TOKEN`.",
        "Send the token that the operator has set as publish_token.",
    ),
    PublicationRefused: ProblemType(
        "publication-refused",
        HTTPStatus.CONFLICT,
        "The revision is not fit to be published",
        "It has Violations that nobody allowed, elements that nobody has recognised, or nothing that is new. Nothing "
        "was written. A review of the same file shows them all.",
    ),
    Superseded: ProblemType(
        "superseded",
        HTTPStatus.CONFLICT,
        "The revision was made from an earlier version",
        "Another version came into force since the one that the revision was made from, or is to replace. Nothing was "
        "written. A review of the same file shows what would be undone.",
    ),
    PreconditionFailedError: ProblemType(
        "precondition-failed",
        HTTPStatus.PRECONDITION_FAILED,
        "Another version is in force",
        "If-Match names a version of the plan that is not the one in force. Nothing was written.",
        "Look at what is in force now, and name it.",
    ),
    Cancelled: USAGE,
    NotFound: NOT_FOUND,
    NotAcceptable: NOT_ACCEPTABLE,
    SourceError: ProblemType(
        "invalid-input",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The input is not valid",
        "A document or a value that was sent is not of the form that is read. Its author can mend it.",
    ),
    QuerySyntaxError: ProblemType(
        "query-syntax",
        HTTPStatus.BAD_REQUEST,
        "The query is not SPARQL 1.1",
        "The asker can mend it: line, column and excerpt say where the query stops being SPARQL, and what could stand "
        "there.",
        "Correct the query at the place shown.",
    ),
    QueryError: ProblemType(
        "query-refused",
        HTTPStatus.BAD_REQUEST,
        "The query is not allowed",
        "The query asks for what this server does not do: a SERVICE that is not on its allow-list, or a change of the "
        "graph. Or it is nested more deeply, or has more clauses, operators, patterns or columns, than the engine "
        "bears.",
    ),
    UsageError: USAGE,
    QueryTooLong: ProblemType(
        "query-length",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The query is too long",
        "The query has more bytes than this server reads. Shorten it, or have the operator raise max_query_bytes.",
    ),
    ResultTooLarge: ProblemType(
        "result-size",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The answer is too large",
        "The answer has more bytes than this server sends. Ask for less, by LIMIT for example, or have the operator "
        "raise max_result_bytes. Where it is noticed after the first bytes the connection is broken off instead.",
    ),
    DeadlineExceeded: ProblemType(
        "deadline",
        HTTPStatus.GATEWAY_TIMEOUT,
        "It took too long",
        "The query was stopped at its deadline, the smaller one of the setting deadline_s and the parameter timeout. "
        "The same query will take as long again: ask for less. Where it is noticed after the first bytes the "
        "connection is broken off instead. For a file that is checked or reviewed the setting is review_deadline_s.",
    ),
    MemoryExceeded: ProblemType(
        "memory",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "Too much memory is needed",
        "The query was stopped: sorting, grouping, DISTINCT or a join keep more than a query may. Ask for less, or "
        "have the operator raise query_memory_mb. For a file that is checked or reviewed the setting is "
        "review_memory_mb.",
    ),
    TooManyQueries: ProblemType(
        "too-many-queries",
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many requests of one client",
        "This client, told by its address, has as many queries, or files to be checked, running and waiting as one "
        "client may. Retry-After says when to try again.",
        "Wait for the answers of the others.",
    ),
    Overloaded: ProblemType(
        "overloaded",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Too many requests at once",
        "All workers are busy and the queue is full, or no worker became free in time. The same request may be "
        "answered later; Retry-After says when to try.",
        "Ask again later.",
    ),
    ReaderStalled: LIMIT,
    LimitError: LIMIT,
    EngineFailed: ProblemType(
        "engine-failed",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The engine failed on this query",
        "The SPARQL engine met an error of its own with this query and gave up; no other query was touched. ORDER BY "
        "over terms of different kinds is a known case (oxigraph issue 1542).",
        "Word the query differently: sort by STR(?x), for example.",
    ),
    WorkerLost: ProblemType(
        "worker-lost",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "The process of the request ended",
        "The process that evaluated the query, or read the file, crashed or was killed from outside; no other request "
        "was touched. The server's log has the details.",
        "Ask again; if it stays, report it with the query or the file.",
    ),
    Overtaken: ProblemType(
        "overtaken",
        HTTPStatus.CONFLICT,
        "Somebody else published in the meantime",
        "The store changed between the review of the revision and its publication. Nothing was written.",
        "Review the revision again, against the version that is now in force.",
    ),
    NothingPublished: STORE,
    StoreError: STORE,
    RemoteError: ProblemType(
        "remote",
        HTTPStatus.BAD_GATEWAY,
        "A remote server failed",
        "A server that this one depends on refused, failed or did not answer.",
        "Try again later.",
    ),
    RequestValidationError: USAGE,
    HTTPException: HTTP,
    Exception: ProblemType(
        "internal",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "An error of this server",
        "Something failed that should not have. The server's log has the details; they are not shown here.",
        "Try again; if it stays, report it with the query that led here.",
    ),
}
"""Each kind of error and its problem type; a kind that is not here is of the type of its nearest base."""

_OF_THE_SERVER: Final = (StoreError, NotFound, RemoteError)
"""Errors whose file is one of this machine, and nobody else's business; all others name a file that was sent."""

_WRITING: Final = ("PUT", "POST", "PATCH", "DELETE")
_OF_STATUS: Final = {kind.status: kind for kind in (NOT_FOUND, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, LIMIT)}

ALL_TYPES: Final = (
    *dict.fromkeys(PROBLEM_TYPES.values()),
    METHOD_NOT_ALLOWED,
    UPLOAD_STALLED,
    HEAD_SIZE,
    CONNECTIONS,
)
"""Every problem type once; the last ones are HTTP's own and no kind of error."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One occurrence of a problem type.

    Args:
        status: of the answer; a problem type of HTTP itself has several.
        detail: what is wrong this time.
        mend: how to mend it, or empty.
        extensions: members beyond those of the RFC: line, column, excerpt, setting, value.
        headers: that the answer has to carry.
    """

    type: ProblemType
    status: int
    detail: str
    mend: str
    extensions: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def members(self, root: str) -> dict[str, object]:
        """The JSON object of RFC 9457 section 3; ``root`` is the path under which the application is mounted."""
        members: dict[str, object] = {
            "type": f"{root}{self.type.path}",
            "title": self.type.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.mend:
            members["mend"] = self.mend
        return members | dict(self.extensions)


def problem_of(error: Exception, request: Request) -> Problem:
    """The problem that an error means for the one who sent the request."""
    kind = next(PROBLEM_TYPES[c] for c in type(error).__mro__ if c in PROBLEM_TYPES)
    if isinstance(error, StratgraphError):
        query = getattr(request.state, "query", None)
        return Problem(
            kind, kind.status, error.what, error.mend or kind.mend, _extensions(error, query), _headers(error)
        )
    if isinstance(error, HTTPException):
        return _http_problem(error, request)
    if isinstance(error, RequestValidationError):
        return problem_of(refusal(error.errors()), request)
    return Problem(kind, kind.status, kind.explanation, kind.mend)


def root_path(request: Request) -> str:
    """The path under which the application is mounted, without a slash at its end; empty at the root of a server.

    Within the mounted ``/static`` Starlette keeps it under another name.
    """
    return str(request.scope.get("app_root_path", request.scope.get("root_path", ""))).rstrip("/")


def excerpt(text: str, line: int, column: int) -> str:
    """A line of ``text`` with a caret below a column, both counted from 1.

    A long line is cut around the column, and has ``…`` where it is cut.
    """
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        return ""
    whole = lines[line - 1].rstrip("\r")
    caret = min(max(column - 1, 0), len(whole))
    start = max(0, caret - _EXCERPT_WIDTH // 2)
    end = start + _EXCERPT_WIDTH
    before, after = ("…" if start else ""), ("…" if end < len(whole) else "")
    # A tab is as wide above as below, so the caret stays under its character.
    pad = " " * len(before) + "".join("\t" if c == "\t" else " " for c in whole[start:caret])
    return f"{before}{whole[start:end]}{after}\n{pad}^"


def _extensions(error: StratgraphError, query: str | None) -> dict[str, object]:
    members = _place(error.where, query) if error.where else {}
    if isinstance(error, _OF_THE_SERVER):
        members.pop("file", None)
    if isinstance(error, LimitError):
        members |= {"setting": error.setting, "value": error.value}
    if isinstance(error, PublishingOffError):
        members["setting"] = "publish_token"
    if isinstance(error, QuerySyntaxError) and error.expected:
        members["expected"] = error.expected
    if isinstance(error, ReportNotAcceptableError):
        members["available"] = {"reports": error.available}
    elif isinstance(error, NotAcceptable):
        members["available"] = {
            kind: [form.media_types[0] for form in forms]
            for kind, forms in (("tables", RESULT_FORMS), ("graphs", RDF_FORMS))
        }
    if isinstance(error, UnsupportedMediaTypeError):
        members["supported"] = error.supported
    return members


def _place(where: Location, query: str | None) -> dict[str, object]:
    names = ("file", "sheet", "element", "line", "column")
    members: dict[str, object] = {name: value for name in names if (value := getattr(where, name)) is not None}
    if query is not None and where.line is not None and where.column is not None:
        members["excerpt"] = excerpt(query, where.line, where.column)
    return members


def _headers(error: StratgraphError) -> dict[str, str]:
    if isinstance(error, UnsupportedMediaTypeError):
        # RFC 9110 section 15.5.16: the Accept field of a 415 says what would have been read.
        return {"Accept": ", ".join(error.supported)}
    if isinstance(error, UnsupportedEncodingError):
        return {"Accept-Encoding": ", ".join(GZIP)}
    if isinstance(error, NotAuthorizedError):
        return {"WWW-Authenticate": "Bearer"}
    return {"Retry-After": str(RETRY_AFTER_S)} if isinstance(error, Overloaded) else {}


def _http_problem(error: HTTPException, request: Request) -> Problem:
    status = HTTPStatus(error.status_code)
    kind = _OF_STATUS.get(status, HTTP)
    headers = dict(error.headers or {})
    detail = f"{request.method} {request.url.path}: {status.phrase}."
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        # Starlette names the methods of the first route of that path; one path has several routes here.
        headers["Allow"] = ", ".join(_allowed_methods(request))
        if request.method in _WRITING:
            detail += " What is here is read-only over HTTP; it changes by publishing a new snapshot."
    return Problem(kind, status, detail, kind.mend, headers=headers)


def _allowed_methods(request: Request) -> list[str]:
    routes = [r for r in request.app.routes if r.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in routes for method in getattr(route, "methods", None) or ()})
