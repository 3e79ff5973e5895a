"""Reads a revised plan that was sent: its file, and how it is to be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stratgraph.errors import UsageError
from stratgraph.revision import TEXT_ENDINGS, WORKBOOK_ENDINGS, XML_ENDINGS
from stratgraph.serialisation import RDF_FORMS
from stratgraph_api.http.openapi import ProblemDetail
from stratgraph_api.http.uploads import FILE, MULTIPART, Readable
from stratgraph_api.work.tasks import SentRevision

if TYPE_CHECKING:
    from stratgraph_api.http.parameters import Parameters
    from stratgraph_api.http.uploads import Submission

DECISIONS: Final = "decisions"
DESCRIPTION: Final = "description"

_RDF: Final = {media_type: form.extensions[0] for form in RDF_FORMS for media_type in form.media_types}
READABLE: Final = Readable(
    _RDF
    | {
        "text/plain": TEXT_ENDINGS[0],
        # StratML or RDF/XML: its root element says which.
        "application/xml": XML_ENDINGS[0],
        "text/xml": XML_ENDINGS[0],
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": WORKBOOK_ENDINGS[0],
    },
    tuple(
        dict.fromkeys(
            (*(e for form in RDF_FORMS for e in form.extensions), *TEXT_ENDINGS, *WORKBOOK_ENDINGS, *XML_ENDINGS)
        )
    ),
)

_WORDS: Final = {"": False, "0": False, "false": False, "off": False, "1": True, "true": True, "on": True}


def revision_of(submission: Submission) -> SentRevision:
    """The revision that a request brings.

    Raises:
        UsageError: there is no file, or more than one, or a parameter has a value that means nothing.
    """
    upload, parameters = submission.one(FILE), submission.parameters
    return SentRevision(
        upload.name,
        upload.data,
        last(parameters, "against").strip(),
        _beside(submission, DECISIONS),
        _beside(submission, DESCRIPTION),
        is_true(parameters, "accept"),
    )


def last(parameters: Parameters, name: str) -> str:
    """The value of a parameter that may be given once; empty where it is not given.

    Raises:
        UsageError: it is given more than once.
    """
    values = parameters.all(name)
    if len(values) > 1:
        raise UsageError(f"The parameter {name} is given {len(values)} times.", mend="Give it once.")
    return values[0] if values else ""


def is_true(parameters: Parameters, name: str) -> bool:
    """Whether a parameter says yes.

    Raises:
        UsageError: it says neither yes nor no.
    """
    value = last(parameters, name)
    if value.lower() not in _WORDS:
        raise UsageError(f"The parameter {name} cannot be {value!r}.", mend="Give true or false.")
    return _WORDS[value.lower()]


def _beside(submission: Submission, part: str) -> tuple[bytes, str] | None:
    if not submission.all(part):
        return None
    upload = submission.one(part)
    return upload.data, upload.name


# --- what OpenAPI shows

_TEXT: Final = {"type": "string"}
_BINARY: Final = {"type": "string", "format": "binary"}
PROPERTIES: Final = {
    FILE: (_BINARY, "The revision: RDF, a workbook, StratML, or a text of the annex's form."),
    DECISIONS: (_BINARY, "A file of what was decided on doubtful matches, as `stratgraph review` writes it."),
    DESCRIPTION: (_BINARY, "The TOML that says what a text or StratML does not say of itself."),
    "accept": ({"type": "boolean"}, "Whether doubtful matches are taken as they are proposed."),
}
PROBLEMS: Final[dict[int | str, dict[str, object]]] = {
    400: {"model": ProblemDetail, "description": "A parameter or the file is missing, or means nothing."},
    404: {"model": ProblemDetail, "description": "The plan has no version of that number."},
    408: {"model": ProblemDetail, "description": "The file came too slowly."},
    413: {"model": ProblemDetail, "description": "The file is too large, or needs too much memory."},
    415: {"model": ProblemDetail, "description": "Neither Content-Type nor the name says a format that is read."},
    422: {"model": ProblemDetail, "description": "The file is not of its format."},
    429: {"model": ProblemDetail, "description": "Too many files of this client; Retry-After says when."},
    502: {"model": ProblemDetail, "description": "The server that has the published plan failed."},
    503: {"model": ProblemDetail, "description": "Too many files at once, or the published plan cannot be read."},
    504: {"model": ProblemDetail, "description": "It took longer than its deadline."},
}


def documentation(parameters: dict[str, tuple[dict[str, object], str]]) -> dict[str, object]:
    """The parameters and the body of a door that takes a revision.

    Args:
        parameters: its own, by name: schema and sentence.
    """
    named = {"accept": PROPERTIES["accept"], **parameters}
    in_form = PROPERTIES | parameters
    return {
        "parameters": [
            {"name": name, "in": "query", "schema": schema, "description": sentence}
            for name, (schema, sentence) in {
                FILE: (_TEXT, "What the file is called that is the body."),
                **named,
            }.items()
        ],
        "requestBody": {
            "required": True,
            "content": {
                **{media_type: {"schema": _BINARY} for media_type in READABLE.by_media_type},
                MULTIPART: {
                    "schema": {
                        "type": "object",
                        "required": [FILE],
                        "properties": {
                            name: schema | {"description": sentence} for name, (schema, sentence) in in_form.items()
                        },
                    }
                },
            },
        },
    }
