"""Reads a revised plan that was sent: its file, and how it is to be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, Field

from stratgraph.errors import UsageError
from stratgraph.formats.endings import RDF_ENDINGS, TEXT_ENDINGS, WORKBOOK_ENDINGS, XML_ENDINGS
from stratgraph.profiles import profiles
from stratgraph.serialisation import RDF_FORMS
from stratgraph_api.http.parts import FILE
from stratgraph_api.http.uploads import Readable, read_submission
from stratgraph_api.work.revisions import DECIDE, DECISIONS, DESCRIPTION, LEFT_OPEN, SHAPES, SentRevision

if TYPE_CHECKING:
    from starlette.requests import Request

    from stratgraph_api.http.uploads import Submission

PROFILE: Final = Field(
    default="",
    description="The profile that plans are held against, whatever they name.",
    json_schema_extra={"enum": list(profiles())},
)
"""The parameter of that name."""

RDF: Final = Readable(
    {media_type: form.extensions[0] for form in RDF_FORMS for media_type in form.media_types},
    RDF_ENDINGS,
    {form.name: form.extensions[0] for form in RDF_FORMS},
)
"""RDF in each of its forms."""

READABLE: Final = Readable(
    {
        **RDF.by_media_type,
        "text/plain": TEXT_ENDINGS[0],
        # StratML or RDF/XML: its root element says which.
        "application/xml": XML_ENDINGS[0],
        "text/xml": XML_ENDINGS[0],
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": WORKBOOK_ENDINGS[0],
    },
    tuple(dict.fromkeys((*RDF.endings, *TEXT_ENDINGS, *WORKBOOK_ENDINGS, *XML_ENDINGS))),
    {**RDF.texts, "text of the annex’s form": TEXT_ENDINGS[0], "StratML": XML_ENDINGS[-1]},
)

REVISION: Final = {
    FILE: "The revision: RDF, a workbook, StratML, or a text of the annex's form.",
    DECISIONS: "A file of what was decided on doubtful matches, as `stratgraph review` writes it.",
    DESCRIPTION: "The TOML that says what a text or StratML does not say of itself.",
}
"""The files of a revision, each with what it is."""

OWN_SHAPES: Final = {SHAPES: "Shapes of your own, in Turtle, which are asked beside those of the profile."}
"""The file of shapes, at doors that keep nothing."""


class RevisionParameters(BaseModel):
    """What every door takes that takes a revision."""

    against: str = Field(
        default="",
        description="Number or IRI of the version to compare with, and to be replaced, 0 for none; else the newest. "
        "Of a review also the plan of the period before, by its IRI or the end of that.",
    )
    accept: bool = Field(default=False, description="Whether doubtful matches are taken as they are proposed.")
    profile: str = PROFILE


async def read_sent(request: Request) -> Submission:
    """What a request brings with a revision; arguments and errors as of :func:`read_submission`."""
    return await read_submission(request, READABLE, (DECISIONS, DESCRIPTION, SHAPES))


def revision_of(submission: Submission, parameters: RevisionParameters, *, against: str = "") -> SentRevision:
    """The revision that a request brings.

    Args:
        submission: with its files.
        parameters: that came with them.
        against: the version to compare with, where something else than the parameter says so.

    Raises:
        UsageError: there is no file, or more than one.
    """
    upload = submission.one(FILE)
    decisions, description = _beside(submission, DECISIONS), _beside(submission, DESCRIPTION)
    return SentRevision(
        upload.name,
        upload.data,
        (against or parameters.against).strip(),
        decisions,
        description,
        parameters.accept,
        parameters.profile,
        tuple(
            (name.removeprefix(DECIDE), value)
            for name, value in submission.parameters.pairs
            if name.startswith(DECIDE) and value != LEFT_OPEN
        ),
        own_shapes(submission),
    )


def own_shapes(submission: Submission) -> tuple[bytes, str] | None:
    """The shapes of the sender's own: their content and the name of their file; None where there are none.

    Raises:
        UsageError: there are several files, or the parameter is no file.
    """
    if submission.parameters.one(SHAPES):
        raise UsageError("The shapes are no file.", mend=f"Send them in a form: curl -F {SHAPES}=@NAME.ttl.")
    return _beside(submission, SHAPES)


def _beside(submission: Submission, part: str) -> tuple[bytes, str] | None:
    if not submission.all(part):
        return None
    upload = submission.one(part)
    return upload.data, upload.name
