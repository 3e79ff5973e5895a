"""``POST /validate``: files of RDF against the shapes."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - likewise

from stratgraph.errors import UsageError
from stratgraph.serialisation import RDF_FORMS
from stratgraph.validation import SHAPE_SETS
from stratgraph_api.http.openapi import ProblemDetail
from stratgraph_api.http.problems import root_path
from stratgraph_api.http.uploads import FILE, MULTIPART, Readable, read_submission
from stratgraph_api.work.reports import forms_of, report_form
from stratgraph_api.work.tasks import VALIDATION_FORMATS, validate

if TYPE_CHECKING:
    from stratgraph_api.http.uploads import Submission
    from stratgraph_api.work.jobs import Jobs

FORMS: Final = forms_of(VALIDATION_FORMATS)

READABLE: Final = Readable(
    {media_type: form.extensions[0] for form in RDF_FORMS for media_type in form.media_types},
    tuple(ending for form in RDF_FORMS for ending in form.extensions),
)


async def validate_files(request: Request) -> Response:
    """The report, whether the files conform or not; several files are validated as one graph."""
    jobs: Jobs = request.state.jobs
    with jobs.admitted(request):
        submission = await read_submission(request, READABLE)
        form = report_form(request.headers, [f for f in submission.parameters.all("format") if f], FORMS)
        sets = tuple(name for names in submission.parameters.all("sets") for name in names.replace(",", " ").split())
        # A door: here the clock comes in.
        now = datetime.now(UTC)  # noqa: TID251
        work = partial(validate, _files(submission), sets, form.name, now, root_path(request))
        document = await jobs.run(request, work)
    return form.response(document.body, name="report")


def _files(submission: Submission) -> dict[str, bytes]:
    uploads = submission.all(FILE)
    files = {upload.name: upload.data for upload in uploads}
    if not uploads or len(files) < len(uploads):
        raise UsageError(
            "Two files have the same name." if uploads else "There is no file.",
            mend=f"Send each under a name of its own, as a part `{FILE}` of a form, or one file as the body.",
        )
    return files


# --- what OpenAPI shows

_BINARY: Final = {"type": "string", "format": "binary"}
_FORMAT: Final = {"type": "string", "enum": [form.name for form in FORMS]}
_SETS: Final = {"type": "array", "items": {"type": "string", "enum": list(SHAPE_SETS)}}
RESPONSES: Final[dict[int | str, dict[str, object]]] = {
    200: {
        "description": "The report; that the files do not conform is no error.",
        "content": {form.media_types[0]: {"schema": {"type": "string"}} for form in FORMS},
    },
    400: {"model": ProblemDetail, "description": "A parameter or a file is missing, or the form is not one."},
    406: {"model": ProblemDetail, "description": "No format that the client accepts."},
    408: {"model": ProblemDetail, "description": "The file came too slowly."},
    413: {"model": ProblemDetail, "description": "The file is too large, or needs too much memory."},
    415: {"model": ProblemDetail, "description": "Neither Content-Type nor a name says a format that is read."},
    422: {"model": ProblemDetail, "description": "A file is not of its format, or there is no plan in it."},
    429: {"model": ProblemDetail, "description": "Too many files of this client; Retry-After says when."},
    503: {"model": ProblemDetail, "description": "Too many files at once; Retry-After says when."},
    504: {"model": ProblemDetail, "description": "It took longer than its deadline."},
}
DOCUMENTATION: Final[dict[str, object]] = {
    "parameters": [
        {
            "name": FILE,
            "in": "query",
            "schema": {"type": "string"},
            "description": "What the file is called that is the body; findings show it.",
        },
        {
            "name": "sets",
            "in": "query",
            "schema": _SETS,
            "description": "The sets of shapes that are asked; all of them without it. May repeat.",
        },
        {"name": "format", "in": "query", "schema": _FORMAT, "description": "The report's format; overrides Accept."},
    ],
    "requestBody": {
        "required": True,
        "content": {
            **{media_type: {"schema": _BINARY} for media_type in READABLE.by_media_type},
            MULTIPART: {
                "schema": {
                    "type": "object",
                    "required": [FILE],
                    "properties": {FILE: {"type": "array", "items": _BINARY}, "sets": _SETS, "format": _FORMAT},
                }
            },
        },
    },
}
