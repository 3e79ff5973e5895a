"""``/validate``: the page with its form, and files of RDF against the shapes."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import HTMLResponse, Response

from stratgraph.errors import UsageError
from stratgraph.profiles import profiles
from stratgraph.report_forms import VALIDATION_FORMATS
from stratgraph.validation import SHAPE_SETS, Ruleset
from stratgraph_api.http.documents import HTML, addresses_of
from stratgraph_api.http.openapi import OF_FILES, answers
from stratgraph_api.http.parameters import words
from stratgraph_api.http.parts import FILE, TEXT
from stratgraph_api.http.rendering import render
from stratgraph_api.http.uploads import read_submission, taking
from stratgraph_api.work.carrying import file_fields
from stratgraph_api.work.report_page import Frame
from stratgraph_api.work.reports import offered, report_form, response_with
from stratgraph_api.work.revisions import SHAPES
from stratgraph_api.work.sent_revision import OWN_SHAPES, PROFILE, RDF, own_shapes
from stratgraph_api.work.tasks import validate

if TYPE_CHECKING:
    from stratgraph_api.http.uploads import Submission
    from stratgraph_api.work.jobs import Jobs

FORMS: Final = offered(VALIDATION_FORMATS)


class ValidateParameters(BaseModel):
    """What the door takes beside the files."""

    sets: tuple[str, ...] = Field(
        default=(),
        description="The sets of shapes that are asked; those of the plan's profile without it. May repeat.",
        json_schema_extra={"items": {"type": "string", "enum": list(SHAPE_SETS)}},
    )
    profile: str = PROFILE
    format: str = Field(
        default="",
        description="The report's format; overrides Accept.",
        json_schema_extra={"enum": [form.name for form in FORMS]},
    )


def show_form(request: Request) -> Response:
    """The page that files are sent from; it works without scripts."""
    page = render("validate.html", addresses_of(request), forms=FORMS, readable=RDF, profiles=tuple(profiles()))
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


async def validate_files(request: Request) -> Response:
    """The report, whether the files conform or not; several files are validated as one graph."""
    jobs: Jobs = request.state.jobs
    with jobs.admitted(request):
        submission = await read_submission(request, RDF, (SHAPES,))
        parameters = submission.parameters.read(ValidateParameters)
        form = report_form(request.headers, parameters.format, FORMS)
        # A door: here the clock comes in.
        now = datetime.now(UTC)  # noqa: TID251
        # In a thread: a house may have files of its own. Not in the job, whose memory settings would take.
        rules = await run_in_threadpool(
            Ruleset.of, request.state.settings, profile=parameters.profile, sets=words(parameters.sets)
        )
        settings = request.state.settings
        fields = [pair for pair in submission.parameters.pairs if pair[0] in {"profile", "sets"} and pair[1]]
        if shapes := own_shapes(submission):
            # Read in the job: what somebody sends may take its time there, and be ended.
            data, name = shapes
            rules = rules.with_shapes([(name, data)])
            fields += file_fields(SHAPES, data, name)
        frame = Frame(addresses_of(request), settings.site_name, settings.max_upload_bytes, tuple(fields))
        document = await jobs.run(request, partial(validate, _files(submission), rules, form.name, now, frame))
    return response_with(form, document.body, name="report", policy=str(document.facts.get("policy", "")))


def _files(submission: Submission) -> dict[str, bytes]:
    uploads = submission.all(FILE)
    files = {upload.name: upload.data for upload in uploads}
    if not uploads or len(files) < len(uploads):
        raise UsageError(
            "Two files have the same name." if uploads else "There is no file.",
            mend=f"Send each under a name of its own, as a part `{FILE}` of a form, one file as the body, "
            f"or its text in the field `{TEXT}`.",
        )
    return files


FORM: Final = answers("The page.", (HTML,))
ANSWERS: Final = answers(
    "The report; that the files do not conform is no error.",
    (form.media_types[0] for form in FORMS),
    *(*OF_FILES, 406),
) | taking(RDF, ValidateParameters, {FILE: "A file of RDF; all are checked together."} | OWN_SHAPES, are_many=True)
