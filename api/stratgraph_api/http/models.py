"""What goes out as JSON of our own making, as OpenAPI shows it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ProblemDetail(BaseModel):
    """RFC 9457, with the members that this server adds."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="Which kind of problem: a URI reference that stays the same.")
    title: str = Field(description="The kind in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong this time.")
    mend: str | None = Field(default=None, description="How to mend it.")
    file: str | None = Field(default=None, description="The file that was sent, where it is about one.")
    sheet: str | None = Field(default=None, description="Of a workbook.")
    element: str | None = Field(default=None, description="IRI of the element that it is about.")
    line: int | None = Field(default=None, description="Line of the query or the file, or row of the sheet, from 1.")
    column: int | None = Field(default=None, description="Column of the query, the file or the sheet, from 1.")
    excerpt: str | None = Field(default=None, description="That line, and a caret below the column.")
    expected: list[str] | None = Field(default=None, description="What could stand at that place.")
    setting: str | None = Field(default=None, description="The setting whose limit was hit.")
    value: int | str | None = Field(default=None, description="Its present value.")


class Health(BaseModel):
    """That the server runs, and what it serves."""

    status: str = Field(description="`live`, or `ready`.")
    snapshot: str | None = Field(default=None, description="The snapshot that is served.")


class Publication(BaseModel):
    """What was published."""

    plan: str = Field(description="IRI of the plan.")
    version: int = Field(description="Number of the version, from 1.")
    iri: str = Field(description="IRI of the version, which is the named graph of what it states.")
    changes: int = Field(description="How many changes it makes to the version before.")
    snapshot: str = Field(description="The snapshot that is now in force.")


class PublishedVersion(BaseModel):
    """One version of a plan."""

    plan: str = Field(description="IRI of the plan.")
    version: int = Field(description="Its number, from 1.")
    iri: str = Field(description="Its IRI, which is the named graph of what it states.")
    published: str | None = Field(description="When; null where that is not on record.")
    by: str = Field(description="Who published it; empty where that is not on record.")
    reason: str = Field(description="Why; likewise.")
    allowed: list[str] = Field(description="The rules whose Violations were let pass.")
    source: str = Field(description="Title of the document that it was read from.")
    revises: str | None = Field(description="IRI of the version before it; null of a first one.")


class Restored(BaseModel):
    """A snapshot that is in force again."""

    snapshot: str
    name: str


class PublishedVersions(BaseModel):
    """The versions that a store has, those of a plan together, the newest first."""

    versions: list[PublishedVersion]
