"""``/review``: the page with its form, and the review of a revision that is sent there."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import HTMLResponse, Response

from stratgraph.review.outputs import schema
from stratgraph_api.http.openapi import ProblemDetail
from stratgraph_api.http.problems import root_path
from stratgraph_api.http.rendering import render
from stratgraph_api.http.uploads import read_submission
from stratgraph_api.work.reports import forms_of, report_form
from stratgraph_api.work.sent_revision import (
    DECISIONS,
    DESCRIPTION,
    PROBLEMS,
    READABLE,
    documentation,
    is_true,
    revision_of,
)
from stratgraph_api.work.tasks import REVIEW_FORMATS, review

if TYPE_CHECKING:
    from stratgraph_api.work.jobs import Jobs

FORMS: Final = forms_of(REVIEW_FORMATS)


def show_form(request: Request) -> Response:
    """The page that a revision is sent from; it works without scripts."""
    page = render("review.html", root=root_path(request), forms=FORMS, endings=READABLE.endings)
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


def show_schema() -> Response:
    """The JSON Schema of a review in JSON, at the place that its ``$id`` names."""
    return Response(schema(), media_type="application/schema+json", headers={"Cache-Control": "no-cache"})


async def review_revision(request: Request) -> Response:
    """The review, whether the revision is fit to be published or not."""
    jobs: Jobs = request.state.jobs
    with jobs.admitted(request):
        submission = await read_submission(request, READABLE, (DECISIONS, DESCRIPTION))
        form = report_form(request.headers, [f for f in submission.parameters.all("format") if f], FORMS)
        sent, show_all = revision_of(submission), is_true(submission.parameters, "all")
        # A door: here the clock comes in.
        now = datetime.now(UTC)  # noqa: TID251
        work = partial(review, sent, request.state.settings, form.name, now, show_all=show_all)
        document = await jobs.run(request, work)
    return form.response(document.body, name="review", policy=str(document.facts.get("policy", "")))


# --- what OpenAPI shows

RESPONSES: Final[dict[int | str, dict[str, object]]] = PROBLEMS | {
    200: {
        "description": "The review; that the revision is not fit to be published is no error.",
        "content": {form.media_types[0]: {"schema": {"type": "string"}} for form in FORMS},
    },
    406: {"model": ProblemDetail, "description": "No format that the client accepts."},
}
DOCUMENTATION: Final = documentation(
    {
        "against": (
            {"type": "string"},
            "Number or IRI of the version to compare with; the newest one without it.",
        ),
        "all": ({"type": "boolean"}, "Whether a text shows the findings too that were there before."),
        "format": (
            {"type": "string", "enum": [form.name for form in FORMS]},
            "The format of the review; overrides Accept.",
        ),
    }
)
