"""``/explain``: what is wrong with a query, or why its answer is empty, as JSON and as a page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Query
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import HTMLResponse, JSONResponse, Response

from stratgraph.errors import NotAcceptable, UsageError
from stratgraph.explanation import FindingKind, ask_and_explain, mended
from stratgraph.store import Dataset
from stratgraph_api.http.documents import HTML, JSON, addresses_of, base_address, explanation_address, query_address
from stratgraph_api.http.negotiation import accept_field, choose
from stratgraph_api.http.openapi import QueryExplanation, answers
from stratgraph_api.http.rendering import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stratgraph.explanation import Explanation, Finding
    from stratgraph.settings import Settings
    from stratgraph.store import Reading

_SPARQL: Final = "/sparql"
_FORMS: Final = {"json": JSON, "html": HTML}


def explain_query(
    request: Request,
    query: Annotated[str, Query(description="SPARQL 1.1; without it a browser gets a form.")] = "",
    default_graphs: Annotated[
        tuple[str, ...],
        Query(alias="default-graph-uri", description="As at /sparql: the graphs that it is asked of; may repeat."),
    ] = (),
    named_graphs: Annotated[
        tuple[str, ...],
        Query(alias="named-graph-uri", description="As at /sparql: the named graphs that it reaches; may repeat."),
    ] = (),
    form: Annotated[
        str, Query(alias="format", description="Overrides Accept.", json_schema_extra={"enum": [*_FORMS]})
    ] = "",
) -> Response:
    """Asks a query, and says what is found about it and its answer; nothing is kept."""
    media_type = _media_type(request, form)
    dataset = Dataset(tuple(filter(None, default_graphs)), tuple(filter(None, named_graphs)))
    if not query.strip():
        if media_type != HTML:
            raise UsageError("There is no query parameter.", mend="Send the query that is to be explained.")
        return _page(request, query, dataset, None)
    settings: Settings = request.state.settings
    request.state.query, request.state.dataset = query, dataset
    reading: Reading = request.state.open_reading()
    explanation = ask_and_explain(
        query,
        reading,
        dataset=dataset,
        base=f"{base_address(request)}{_SPARQL}",
        max_query_bytes=settings.max_query_bytes,
        gateway=request.state.gateway,
    )
    if media_type == HTML:
        return _page(request, query, dataset, explanation)
    return JSONResponse(_members(explanation), headers=_HEADERS)


_HEADERS: Final = {"Cache-Control": "no-cache", "Vary": "Accept"}


def _media_type(request: Request, form: str) -> str:
    """The media type that a client gets: by the name of a form, or else by ``Accept``."""
    if form:
        if form not in _FORMS:
            raise UsageError(f"There is no format {form!r}.", mend=f"Use one of {', '.join(_FORMS)}.")
        return _FORMS[form]
    chosen = choose(accept_field(request.headers), list(_FORMS.values()))
    if chosen is None:
        raise NotAcceptable(
            "An explanation is not available in a format that you accept.",
            mend=f"Accept one of {', '.join(_FORMS.values())}.",
        )
    return chosen


def _members(explanation: Explanation) -> dict[str, object]:
    """The explanation as JSON: see :class:`QueryExplanation`."""
    found = [
        {
            "kind": one.kind.value,
            "what": one.what,
            "mend": one.mend,
            "line": one.where.line,
            "column": one.where.column,
            "offset": one.start,
            "text": one.text,
            "replacement": one.replacement or None,
        }
        for one in explanation.findings
    ]
    return {"empty": explanation.is_empty, "findings": found, "left_out": explanation.left_out}


# --- the page


@dataclass(frozen=True, slots=True)
class Told:
    """A finding on the page.

    Args:
        number: of it, from 1.
        finding: itself.
        mended: the query with what is to be written; empty where no words can be given.
    """

    number: int
    finding: Finding
    mended: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the query's text.

    Args:
        text: of it.
        begins: the numbers of the findings whose place begins here.
        is_marked: whether it is a finding's.
    """

    text: str
    begins: tuple[int, ...]
    is_marked: bool


def _page(request: Request, query: str, dataset: Dataset, explanation: Explanation | None) -> Response:
    found = [
        Told(number, one, mended(query, (one,)) if one.replacement else "")
        for number, one in enumerate(explanation.findings if explanation else (), 1)
    ]
    whole = mended(query, (one.finding for one in found))
    page = render(
        "explain.html",
        addresses_of(request),
        query=query,
        graphs=dataset,
        explanation=explanation,
        noticed=[one for one in found if one.finding.kind is not FindingKind.LEAVES_NOTHING],
        leaving_nothing=[one for one in found if one.finding.kind is FindingKind.LEAVES_NOTHING],
        pieces=list(_pieces(query, found)),
        mended=whole if whole != query else "",
        address_of_query=lambda text: query_address(text, dataset),
        address_of_explanation=lambda text: explanation_address(text, dataset),
    )
    return HTMLResponse(page, headers=_HEADERS)


def _pieces(query: str, found: Sequence[Told]) -> Iterator[Piece]:
    """The query, cut where the place of a finding begins or ends."""
    spans = [(one.number, one.finding.start, one.finding.start + len(one.finding.text)) for one in found]
    cuts = sorted({0, len(query), *(place for _, *places in spans for place in places)})
    for start, end in pairwise(cuts):
        begins = tuple(number for number, first, _ in spans if first == start)
        yield Piece(query[start:end], begins, any(first <= start < last for _, first, last in spans))


ANSWERS: Final = answers(
    "What is found; nothing where all is well.",
    (HTML,),
    406,
    429,
    503,
    504,
    model=QueryExplanation,
    also={
        400: "There is no query, or it is not SPARQL; line and column say where.",
        413: "The query is too long.",
    },
)
