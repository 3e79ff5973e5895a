"""``POST /publish``, the one door that writes, for whoever has the operator's token; and ``/log``."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from fastapi import Security
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import HTMLResponse, JSONResponse, Response

from stratgraph.errors import UsageError
from stratgraph.history import plans, versions_of
from stratgraph.store import Entry, roll_back, snapshot_folder
from stratgraph_api.http.documents import HTML, JSON, prefers_page
from stratgraph_api.http.openapi import ProblemDetail, Publication, PublishedVersions, Restored
from stratgraph_api.http.parameters import parse_parameters
from stratgraph_api.http.problems import root_path
from stratgraph_api.http.rendering import render
from stratgraph_api.http.uploads import read_submission
from stratgraph_api.work.sent_revision import (
    DECISIONS,
    DESCRIPTION,
    PROBLEMS,
    READABLE,
    documentation,
    last,
    revision_of,
)
from stratgraph_api.work.tasks import publish

if TYPE_CHECKING:
    from stratgraph.history import Version
    from stratgraph.settings import Settings
    from stratgraph.store import Store
    from stratgraph_api.http.authorization import Operator
    from stratgraph_api.work.jobs import Jobs

_MOST_PLANS: Final = 20
"""In one request: each is a question to the store."""


async def publish_revision(request: Request) -> Response:
    """Publishes the revision as the next version of its plan, or as the first one of a new plan."""
    operator: Operator = request.state.operator
    await operator.authorize(request)
    settings: Settings = request.state.settings
    jobs: Jobs = request.state.jobs
    submission = await read_submission(request, READABLE, (DECISIONS, DESCRIPTION))
    sent, parameters = revision_of(submission), submission.parameters
    allowed = tuple(name for names in parameters.all("allow") for name in names.replace(",", " ").split())
    # A door: here the clock comes in.
    now = datetime.now(UTC)  # noqa: TID251
    by, reason = last(parameters, "by"), last(parameters, "reason")
    document = await jobs.run(request, partial(publish, sent, settings, now, by, reason, allowed), is_operators=True)
    return Response(document.body, status_code=201, media_type=JSON, headers={"Cache-Control": "no-store"})


async def roll_back_snapshot(request: Request) -> Response:
    """Makes an earlier snapshot the one in force; nothing is removed."""
    operator: Operator = request.state.operator
    await operator.authorize(request)
    settings: Settings = request.state.settings
    parameters = parse_parameters(request.scope["query_string"])
    # A door: here the clock comes in.
    now = datetime.now(UTC)  # noqa: TID251
    entry = Entry("rollback", now, last(parameters, "by"), last(parameters, "reason"))
    folder, wanted = snapshot_folder(settings.store), last(parameters, "snapshot") or None
    done = await run_in_threadpool(roll_back, folder, wanted, entry=entry)
    return JSONResponse({"snapshot": done.id, "name": done.name}, headers={"Cache-Control": "no-store"})


def show_log(request: Request) -> Response:
    """The published versions, the newest of each plan first: as a page or JSON."""
    store: Store = request.state.open_store()
    named = tuple(dict.fromkeys(parse_parameters(request.scope["query_string"]).all("plan")))
    if len(named) > _MOST_PLANS:
        raise UsageError(
            f"{len(named)} plans are named, and may be {_MOST_PLANS}.",
            mend="Ask in several requests, or name none for all plans.",
        )
    versions = [one for plan in named or plans(store) for one in reversed(versions_of(store, plan))]
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if prefers_page(request, JSON):
        return HTMLResponse(render("log.html", root=root_path(request), versions=versions), headers=headers)
    return JSONResponse({"versions": [_members(one) for one in versions]}, headers=headers)


def _members(version: Version) -> dict[str, object]:
    return {
        "plan": version.identifiers.plan_iri,
        "version": version.number,
        "iri": version.iris.graph,
        "published": version.time.isoformat() if version.time else None,
        "by": version.by,
        "reason": version.reason,
        "allowed": version.allowed,
        "source": version.title,
        "revises": version.former or None,
    }


# --- what OpenAPI shows

TOKEN: Final = Security(HTTPBearer(scheme_name="publish_token", auto_error=False))
"""How the token is shown; ``authorization`` looks at it."""

_TEXT: Final[dict[str, object]] = {"type": "string"}
PUBLISH_RESPONSES: Final[dict[int | str, dict[str, object]]] = PROBLEMS | {
    201: {"model": Publication, "description": "It is published and in force."},
    401: {"model": ProblemDetail, "description": "The token is missing or wrong."},
    403: {"model": ProblemDetail, "description": "This server has no token, and nobody publishes over HTTP."},
    409: {"model": ProblemDetail, "description": "It is not fit to be published, or somebody else published first."},
}
PUBLISH_DOCUMENTATION: Final = documentation(
    {
        "reason": (_TEXT, "Why; needed where rules are let pass."),
        "by": (_TEXT, "Who publishes."),
        "allow": (
            {"type": "array", "items": {"type": "string"}},
            "Rules whose Violations are let pass; may repeat.",
        ),
    }
)
ROLLBACK_RESPONSES: Final[dict[int | str, dict[str, object]]] = {
    200: {"model": Restored, "description": "That snapshot is in force."},
    400: {"model": ProblemDetail, "description": "The store is another server, which keeps only what is in force."},
    401: {"model": ProblemDetail, "description": "The token is missing or wrong."},
    403: {"model": ProblemDetail, "description": "This server has no token, and nobody publishes over HTTP."},
    404: {"model": ProblemDetail, "description": "There is no such snapshot, or none before the one in force."},
    503: {"model": ProblemDetail, "description": "Somebody publishes, or that snapshot is damaged."},
}
ROLLBACK_DOCUMENTATION: Final[dict[str, object]] = {
    "parameters": [
        {"name": name, "in": "query", "schema": _TEXT, "description": description}
        for name, description in (
            ("snapshot", "Id of the snapshot; the one before the one in force without it."),
            ("by", "Who rolls back."),
            ("reason", "Why."),
        )
    ]
}
LOG_RESPONSES: Final[dict[int | str, dict[str, object]]] = {
    200: {"model": PublishedVersions, "content": {HTML: {"schema": _TEXT}}, "description": "The versions."},
    503: {"model": ProblemDetail, "description": "There is no snapshot to read."},
}
LOG_DOCUMENTATION: Final[dict[str, object]] = {
    "parameters": [
        {
            "name": "plan",
            "in": "query",
            "schema": {"type": "string", "format": "iri"},
            "description": "IRI of the plan; all plans without it. May repeat.",
        }
    ]
}
