"""``/review``: the page with its form, and the review of a revision that is sent there."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from pydantic import Field
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import HTMLResponse, Response

from stratgraph.profiles import profiles
from stratgraph.report_forms import REVIEW_FORMATS
from stratgraph.review.outputs import schema
from stratgraph_api.http.documents import HTML, addresses_of
from stratgraph_api.http.openapi import OF_FILES, answers
from stratgraph_api.http.rendering import render
from stratgraph_api.http.uploads import taking
from stratgraph_api.work.reports import offered, report_form, response_with
from stratgraph_api.work.sent_revision import OWN_SHAPES, READABLE, REVISION, RevisionParameters, read_sent, revision_of
from stratgraph_api.work.tasks import review

if TYPE_CHECKING:
    from stratgraph_api.work.jobs import Jobs

FORMS: Final = offered(REVIEW_FORMATS)


class ReviewParameters(RevisionParameters):
    """What the door takes beside the files."""

    all: bool = Field(default=False, description="Whether a text shows the findings too that were there before.")
    format: str = Field(
        default="",
        description="The format of the review; overrides Accept.",
        json_schema_extra={"enum": [form.name for form in FORMS]},
    )


def show_form(request: Request) -> Response:
    """The page that a revision is sent from; it works without scripts."""
    page = render("review.html", addresses_of(request), forms=FORMS, readable=READABLE, profiles=tuple(profiles()))
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


def show_schema() -> Response:
    """The JSON Schema of a review in JSON, at the place that its ``$id`` names."""
    return Response(schema(), media_type="application/schema+json", headers={"Cache-Control": "no-cache"})


async def review_revision(request: Request) -> Response:
    """The review, whether the revision is fit to be published or not."""
    jobs: Jobs = request.state.jobs
    with jobs.admitted(request):
        submission = await read_sent(request)
        parameters = submission.parameters.read(ReviewParameters)
        form = report_form(request.headers, parameters.format, FORMS)
        sent = revision_of(submission, parameters)
        # A door: here the clock comes in.
        now = datetime.now(UTC)  # noqa: TID251
        settings, addresses = request.state.settings, addresses_of(request)
        work = partial(review, sent, settings, form.name, now, addresses=addresses, show_all=parameters.all)
        document = await jobs.run(request, work)
    return response_with(form, document.body, name="review", policy=str(document.facts.get("policy", "")))


FORM: Final = answers("The page.", (HTML,))
SCHEMA: Final = answers("The schema.", ("application/schema+json",))
ANSWERS: Final = answers(
    "The review; that the revision is not fit to be published is no error.",
    (form.media_types[0] for form in FORMS),
    *(*OF_FILES, 406, 502),
    also={404: "The plan has no version of that number."},
) | taking(READABLE, ReviewParameters, REVISION | OWN_SHAPES)
