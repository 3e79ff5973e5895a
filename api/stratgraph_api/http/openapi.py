"""What OpenAPI shows of the doors: what their answers mean, and the JSON of our own making."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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
    elements: int = Field(description="How many elements it has.")
    changes: int = Field(description="How many changes it makes to the version before; 0 of a first version.")
    snapshot: str = Field(description="The snapshot that is now in force.")


class VersionRollback(BaseModel):
    """A roll-back, as far as it is about one version."""

    action: str = Field(description="take back or reinstate.")
    time: str = Field(description="When.")
    by: str = Field(description="Who did it; empty where that is not on record.")
    reason: str = Field(description="Why; empty where that is not on record.")


class PublishedVersion(BaseModel):
    """One version of a plan."""

    plan: str = Field(description="IRI of the plan.")
    version: int = Field(description="Its number, from 1.")
    iri: str = Field(description="Its IRI, which is the named graph of what it states.")
    published: str | None = Field(description="When; null where that is not on record.")
    by: str = Field(description="Who published it; empty where that is not on record.")
    reason: str = Field(description="Why; empty where that is not on record.")
    allowed: list[str] = Field(description="The rules whose Violations were let pass.")
    source: str = Field(description="Title of the document that it was read from.")
    revises: str | None = Field(description="IRI of the version before it; null of a first one.")
    taken_back: bool = Field(description="Whether it does not count any more: the store was rolled back before it.")
    rollbacks: list[VersionRollback] = Field(description="What took it back or reinstated it, the oldest first.")


class SearchThing(BaseModel):
    """A thing with its name."""

    iri: str = Field(description="Its IRI.")
    label: str = Field(description="What it is called.")


class SearchCount(SearchThing):
    """A kind or a unit of what a search found."""

    count: int = Field(description="How many things of it were found.")


class SearchRun(BaseModel):
    """Characters of a text."""

    text: str = Field(description="The characters.")
    is_marked: bool = Field(description="Whether they were sought.")


class SearchResult(SearchThing):
    """A thing that a search found."""

    address: str = Field(description="Where it is described, on this server.")
    language: str | None = Field(description="Of the label; null where it has none.")
    code: str | None = Field(description="Of a concept, such as SDG 9.c; null where it has none.")
    kind: SearchThing = Field(description="Its class, or the vocabulary that it is of.")
    unit: SearchThing | None = Field(description="Its unit; null where it has none.")
    plan: SearchThing | None = Field(description="The plan that it is of; null where it is of none.")
    words: list[SearchRun] = Field(description="The words in their context.")
    words_language: str | None = Field(description="Of these; null where they have none.")
    line: int | None = Field(
        description="The line of the source that it stands in, of a workbook the row; null where that is not on record."
    )
    sheet: str | None = Field(description="The sheet of the workbook that it stands on; null of every other source.")
    cell: str | None = Field(description="The cell of that sheet, such as E2; null of every other source.")
    place: str | None = Field(description="Where that piece of the source is described, on this server.")


class SearchResults(BaseModel):
    """What a search found."""

    q: str = Field(description="What was sought.")
    total: int = Field(description="How many things were found.")
    is_cut: bool = Field(description="There are more: the words are in more texts than are ranked and counted.")
    has_all_words: bool = Field(description="False where nothing has all of the words, and these have some.")
    page: int = Field(description="The number of this page, from 1.")
    pages: int = Field(description="How many there are.")
    suggestion: str | None = Field(description="What may have been meant, where a word is not known.")
    leads_to: str | None = Field(description="The IRI of the one thing that was named by its IRI or its place.")
    results: list[SearchResult] = Field(description="The things of this page, the best first.")
    kinds: list[SearchCount] = Field(description="The kinds of all that was found, a dozen at most.")
    units: list[SearchCount] = Field(description="The units of all that was found, a dozen at most.")
    more_kinds: int = Field(description="How many more kinds there are.")
    more_units: int = Field(description="How many more units there are.")


class Restored(BaseModel):
    """A state that is in force again."""

    snapshot: str = Field(description="The snapshot that is in force now.")
    name: str = Field(description="What people call it.")
    restores: str = Field(description="The snapshot whose state it has.")
    taken_back: list[str] = Field(description="The versions of plans that do not count any more, by their IRIs.")


class PublishedGraphs(BaseModel):
    """One act of publishing or removing graphs that are no plan's."""

    action: str = Field(description="publish or remove.")
    graphs: list[str] = Field(description="The names of the graphs.")
    name: str = Field(description="What people call them.")
    time: str = Field(description="When.")
    by: str = Field(description="Who did it; empty where that is not on record.")
    reason: str = Field(description="Why; empty where that is not on record.")


class PublishedVersions(BaseModel):
    """The versions that a store has, those of a plan together, and what else was published, the newest first."""

    versions: list[PublishedVersion]
    graphs: list[PublishedGraphs] = Field(
        description="Links and vocabularies; empty where plans are named, and of a store that is another server."
    )


class QueryFinding(BaseModel):
    """One thing that is wrong with a query, or that is the reason of its answer."""

    kind: str = Field(description="What it is about; see the kinds in the reference of /explain.")
    what: str = Field(description="What is wrong, in one sentence.")
    mend: str = Field(description="How to mend it, in one sentence.")
    line: int = Field(description="Line in the query, from 1.")
    column: int = Field(description="Column in that line, from 1.")
    offset: int = Field(description="How many characters of the query stand before it.")
    text: str = Field(description="What stands there.")
    replacement: str | None = Field(description="What to write in its place; null where no words can be given.")


class QueryExplanation(BaseModel):
    """What is found about a query and its answer."""

    empty: bool | None = Field(description="Whether the answer has nothing; null where there was none in time.")
    findings: list[QueryFinding] = Field(description="In the order in which they should be looked at.")
    left_out: str = Field(description="What was not looked at, and why; empty where all was.")


_USUAL: Final = {
    304: "The client has it already.",
    400: "A parameter is missing, or means nothing.",
    406: "No form that the client accepts.",
    408: "The file came too slowly.",
    413: "The file is too large, or needs too much memory.",
    415: "Neither Content-Type nor the name of a file says a format that is read.",
    422: "A file is not of its format.",
    429: "Too many requests of this client at once; Retry-After says when.",
    502: "The server that has what is published failed.",
    503: "There is no snapshot to read, or too many ask at once; Retry-After says when.",
    504: "It took longer than its deadline.",
}
OF_FILES: Final = (400, 408, 413, 415, 422, 429, 503, 504)
"""What may go wrong at a door that takes files."""

_FIRST_PROBLEM: Final = 400


def parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    """A parameter that a door reads of the query string itself; a text where the schema says nothing else."""
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string"} | schema}


def answers(
    what: str,
    media_types: Iterable[str] = (),
    *usual: int,
    status: int = 200,
    model: type[BaseModel] | None = None,
    also: Mapping[int, str] | None = None,
) -> dict[str, Any]:
    """What a door answers, as the table of routes has it.

    Args:
        what: the answer where all is well.
        media_types: of that answer.
        usual: further statuses that mean what they usually mean.
        status: of the answer where all is well.
        model: of its JSON.
        also: further statuses, each with what it means at this door.
    """
    said = {one: _USUAL[one] for one in usual} | dict(also or {})
    content = {one: {"schema": {"type": "object" if one == "application/json" else "string"}} for one in media_types}
    responses: dict[int | str, dict[str, Any]] = {
        one: {"description": text} | ({"model": ProblemDetail} if one >= _FIRST_PROBLEM else {})
        for one, text in sorted(said.items())
    }
    # The last one stands in for what FastAPI would show otherwise: errors of a form of its own.
    responses["default"] = {"description": "Another problem.", "model": ProblemDetail}
    first = {"description": what} | ({"content": content} if content else {}) | ({"model": model} if model else {})
    return {"response_class": Response, "status_code": status, "responses": {status: first} | responses}
