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
    line: int | None = Field(default=None, description="Line of the query, from 1.")
    column: int | None = Field(default=None, description="Column of the query, from 1.")
    excerpt: str | None = Field(default=None, description="That line, and a caret below the column.")
    expected: list[str] | None = Field(default=None, description="What could stand at that place.")
    setting: str | None = Field(default=None, description="The setting whose limit was hit.")
    value: int | str | None = Field(default=None, description="Its present value.")


class Health(BaseModel):
    """That the server runs, and what it serves."""

    status: str = Field(description="`live`, or `ready`.")
    snapshot: str | None = Field(default=None, description="The snapshot that is served.")
