"""``/explain``: what is wrong with a query, or why its answer is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Query
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import JSONResponse

from stratgraph.errors import UsageError
from stratgraph.explanation import ask_and_explain
from stratgraph.store import Dataset
from stratgraph_api.http.documents import base_address
from stratgraph_api.http.openapi import QueryExplanation, answers

if TYPE_CHECKING:
    from stratgraph.explanation import Explanation
    from stratgraph.settings import Settings
    from stratgraph.store import Reading

_SPARQL: Final = "/sparql"


def explain_query(
    request: Request,
    query: Annotated[str, Query(description="SPARQL 1.1.")] = "",
    default_graphs: Annotated[
        tuple[str, ...],
        Query(alias="default-graph-uri", description="As at /sparql: the graphs that it is asked of; may repeat."),
    ] = (),
    named_graphs: Annotated[
        tuple[str, ...],
        Query(alias="named-graph-uri", description="As at /sparql: the named graphs that it reaches; may repeat."),
    ] = (),
) -> JSONResponse:
    """Asks a query, and says what is found about it and its answer; nothing is kept."""
    if not query:
        raise UsageError("There is no query parameter.", mend="Send the query that is to be explained.")
    settings: Settings = request.state.settings
    request.state.query = query
    reading: Reading = request.state.open_reading()
    explanation = ask_and_explain(
        query,
        reading,
        dataset=Dataset(tuple(filter(None, default_graphs)), tuple(filter(None, named_graphs))),
        base=f"{base_address(request)}{_SPARQL}",
        max_query_bytes=settings.max_query_bytes,
        gateway=request.state.gateway,
    )
    return JSONResponse(_members(explanation), headers={"Cache-Control": "no-cache"})


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


ANSWERS: Final = answers(
    "What is found; nothing where all is well.",
    (),
    429,
    503,
    504,
    model=QueryExplanation,
    also={
        400: "There is no query, or it is not SPARQL; line and column say where.",
        413: "The query is too long.",
    },
)
