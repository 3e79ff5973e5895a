"""``/data``: the reading part of the SPARQL 1.1 Graph Store HTTP Protocol (sections 5.2 and 5.6).

A graph is named in the query string (section 4.2, indirect identification): ``?default`` or ``?graph=IRI``. Methods
that would change it are not offered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import Response  # noqa: TC002 - likewise

from stratgraph.errors import NotAcceptable, NotFound, UsageError
from stratgraph.serialisation import RDF_FORMS, RdfForm
from stratgraph_api.http.answers import send_answer
from stratgraph_api.http.negotiation import Choice, accept_field, accepted_forms, content_type
from stratgraph_api.http.openapi import answers, parameter
from stratgraph_api.http.parameters import Parameters, parse_parameters

if TYPE_CHECKING:
    from stratgraph.store.protocol import Asked, Caller, Given


async def read_graph(request: Request) -> Response:
    """One graph of the store, in the format that the client prefers."""
    parameters = parse_parameters(request.scope["query_string"])
    graph = _graph(parameters)
    chosen = _form(request, parameters)

    def begin(store: Asked[Given], caller: Caller) -> Given:
        return store.read_graph(graph, chosen.form, caller)

    try:
        return await send_answer(
            request,
            begin,
            tag_of=lambda state: f"{state}.{chosen.form.name}",
            media_type_of=lambda _: content_type(chosen.media_type),
        )
    except NotFound as error:
        raise NotFound(
            error.what, mend="The service description at /sparql names the graphs; ?default is the current view."
        ) from error


def _graph(parameters: Parameters) -> str | None:
    """The IRI of the graph that is asked for, None for the default graph."""
    graphs, defaults = parameters.all("graph"), parameters.all("default")
    if len(graphs) + len(defaults) != 1:
        raise UsageError(
            "More than one graph is named." if graphs or defaults else "No graph is named.",
            mend="Name exactly one, by ?default or by ?graph= and its IRI, percent-encoded.",
        )
    if any(defaults):
        raise UsageError("The parameter default has a value.", mend="Write ?default, without one.")
    return graphs[0] if graphs else None


def _form(request: Request, parameters: Parameters) -> Choice[RdfForm]:
    formats = tuple(f for f in parameters.all("format") if f)
    chosen = accepted_forms(accept_field(request.headers), formats).graph
    if chosen is None:
        raise NotAcceptable(
            "A graph is sent in a format of RDF, and none is accepted.",
            mend=f"Accept one of {', '.join(form.media_types[0] for form in RDF_FORMS)}.",
        )
    return chosen


# --- what OpenAPI shows

_PARAMETERS: Final = [
    parameter("default", "The default graph: the current view. Either this or `graph`.", enum=[""])
    | {"allowEmptyValue": True},
    parameter("graph", "The IRI of a named graph. Either this or `default`.", format="iri"),
    parameter("format", "The graph's format; overrides Accept.", enum=[form.name for form in RDF_FORMS]),
]
ANSWERS: Final = answers(
    "The graph.",
    (form.media_types[0] for form in RDF_FORMS),
    *(304, 406, 429, 503, 504),
    also={
        400: "No graph is named, or more than one, or not by an IRI.",
        404: "There is no graph of this name.",
        413: "The graph is larger than an answer may be.",
    },
) | {"openapi_extra": {"parameters": _PARAMETERS}}
