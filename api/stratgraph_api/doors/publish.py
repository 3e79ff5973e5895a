"""``POST /publish``, the one door that writes, for clients with the operator's token; and ``/log``."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Query, Security
from fastapi.security import HTTPBearer
from pydantic import Field
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import HTMLResponse, JSONResponse, Response

from stratgraph.errors import LimitError, Superseded, UsageError
from stratgraph.history import plans, versions_by_plan
from stratgraph.store import journal_of
from stratgraph_api.http.bodies import body_chunks
from stratgraph_api.http.conditional import tag_to_match
from stratgraph_api.http.documents import HTML, JSON, addresses_of, prefers_page
from stratgraph_api.http.openapi import OF_FILES, Publication, PublishedVersions, Restored, answers
from stratgraph_api.http.parameters import Iri, words
from stratgraph_api.http.problems import PreconditionFailedError
from stratgraph_api.http.rendering import render
from stratgraph_api.http.uploads import taking
from stratgraph_api.work.sent_revision import READABLE, REVISION, RevisionParameters, read_sent, revision_of
from stratgraph_api.work.tasks import publish, roll_back

if TYPE_CHECKING:
    from stratgraph.history import Version
    from stratgraph.settings import Settings
    from stratgraph.store import Entry, Store
    from stratgraph_api.http.authorization import Operator
    from stratgraph_api.work.jobs import Jobs

_MOST_PLANS: Final = 20
"""In one request: each is a question to the store."""


class PublishParameters(RevisionParameters):
    """What the door takes beside the files."""

    reason: str = Field(default="", description="Why; needed where rules are let pass.")
    by: str = Field(default="", description="Who publishes.")
    allow: tuple[str, ...] = Field(default=(), description="Rules whose Violations are let pass; may repeat.")


async def publish_revision(request: Request) -> Response:
    """Publishes the revision as the next version of its plan, or as the first one of a new plan."""
    operator: Operator = request.state.operator
    await operator.authorize(request)
    settings: Settings = request.state.settings
    jobs: Jobs = request.state.jobs
    submission = await read_sent(request)
    parameters = submission.parameters.read(PublishParameters)
    tag = tag_to_match(request)
    if tag is not None and parameters.against not in {"", tag}:
        raise UsageError(f"If-Match names version {tag}, and against {parameters.against}.", mend="Give one of them.")
    sent = revision_of(submission, parameters, against=tag or "")
    if sent.shapes:
        raise UsageError(
            "What is published is held against the rules of this server, and not against shapes that are sent with it.",
            mend="Send them to /review, and the revision alone to this address.",
        )
    # A door: here the clock comes in.
    now = datetime.now(UTC)  # noqa: TID251
    work = partial(publish, sent, settings, now, parameters.by, parameters.reason, words(parameters.allow))
    try:
        document = await jobs.run(request, work, is_operators=True)
    except Superseded as error:
        if tag is None:
            raise
        raise PreconditionFailedError(error.what, mend=error.mend) from error
    return Response(document.body, status_code=201, media_type=JSON, headers={"Cache-Control": "no-store"})


async def roll_back_snapshot(
    request: Request,
    snapshot: Annotated[str, Query(description="Its id; the one before the one in force without it.")] = "",
    by: Annotated[str, Query(description="Who rolls back.")] = "",
    reason: Annotated[str, Query(description="Why.")] = "",
) -> Response:
    """Brings the state of an earlier snapshot back; versions since then stay, marked as taken back."""
    operator: Operator = request.state.operator
    await operator.authorize(request)
    jobs: Jobs = request.state.jobs
    most: int = request.state.settings.max_upload_bytes
    too_large = LimitError(f"The body has more than {most} bytes.", setting="max_upload_bytes", value=most)
    async for _ in body_chunks(request, most, too_large):
        pass  # it says nothing; a client is watched once its request has come
    # A door: here the clock comes in.
    now = datetime.now(UTC)  # noqa: TID251
    work = partial(roll_back, request.state.settings, snapshot, now, by, reason)
    document = await jobs.run(request, work, is_operators=True)
    return Response(document.body, media_type=JSON, headers={"Cache-Control": "no-store"})


def show_log(
    request: Request,
    named: Annotated[
        tuple[Iri, ...], Query(alias="plan", description="IRI of a plan; all plans without it. May repeat.")
    ] = (),
) -> Response:
    """The published versions, the newest of each plan first, then links and vocabularies: as a page or JSON."""
    store: Store = request.state.open_reading()
    chosen = dict.fromkeys(named)
    if len(chosen) > _MOST_PLANS:
        raise UsageError(
            f"{len(chosen)} plans are named, and may be {_MOST_PLANS}.",
            mend="Ask in several requests, or name none for all plans.",
        )
    found = versions_by_plan(store, chosen or plans(store))
    versions = [one for of_plan in found.values() for one in reversed(of_plan)]
    settings: Settings = request.state.settings
    acts = () if chosen else journal_of(settings.store)
    graphs = [entry for entry in reversed(acts) if entry.graphs]
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if prefers_page(request, JSON):
        page = render("log.html", addresses_of(request), versions=versions, graphs=graphs)
        return HTMLResponse(page, headers=headers)
    content = {"versions": [_members(one) for one in versions], "graphs": [_of_graphs(one) for one in graphs]}
    return JSONResponse(content, headers=headers)


def _of_graphs(entry: Entry) -> dict[str, object]:
    return {
        "action": entry.action,
        "graphs": entry.things,
        "name": entry.name,
        "time": entry.time.isoformat(),
        "by": entry.by,
        "reason": entry.reason,
    }


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
        "taken_back": version.is_taken_back,
        "rollbacks": [
            {
                "action": "reinstate" if one.reinstates else "take back",
                "time": one.time.isoformat(),
                "by": one.by,
                "reason": one.reason,
            }
            for one in version.rollbacks
        ],
    }


# --- what OpenAPI shows

TOKEN: Final = Security(HTTPBearer(scheme_name="publish_token", auto_error=False))
"""How the token is shown; ``authorization`` looks at it."""

_TOKENS: Final = {
    401: "The token is missing or wrong.",
    403: "This server has no token, and nobody publishes over HTTP.",
}
PUBLISHED: Final = (
    answers(
        "It is published and in force.",
        (),
        *(*OF_FILES, 502),
        status=201,
        model=Publication,
        also=_TOKENS
        | {
            409: "It is not fit to be published, would undo what was published, or somebody else published first.",
            412: "If-Match names a version that is not in force.",
        },
    )
    | taking(READABLE, PublishParameters, REVISION)
    | {"dependencies": [TOKEN]}
)
ROLLED_BACK: Final = answers(
    "That state is in force.",
    model=Restored,
    also=_TOKENS
    | {
        400: "The store is another server, which keeps only what is in force.",
        404: "There is no such snapshot, or none before the one in force.",
        503: "Somebody publishes, or that snapshot is damaged.",
    },
) | {"dependencies": [TOKEN]}
LOG: Final = answers("The versions.", (HTML,), 400, 429, 503, 504, model=PublishedVersions)
