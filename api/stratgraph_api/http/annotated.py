"""Graphs with what their IRIs are called, for clients that accept Prez's annotated media types.

What is sent has the plain media type of its form, as Prez sends it: it is RDF of that form, with more triples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import parse
from starlette.responses import Response

from stratgraph.entities import annotations_of
from stratgraph.serialisation import N_TRIPLES
from stratgraph.store import Forms
from stratgraph.version import __version__
from stratgraph_api.http.conditional import known_tags
from stratgraph_api.http.documents import rdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyoxigraph import Triple
    from starlette.requests import Request

    from stratgraph.serialisation import RdfForm
    from stratgraph.store import Answer, Reading
    from stratgraph_api.http.negotiation import Accepted


def annotated_rdf(reading: Reading, triples: Iterable[Triple], form: RdfForm) -> bytes:
    """The triples in a form, with labels and definitions of their IRIs."""
    said = list(triples)
    return rdf((*said, *annotations_of(reading, said)), form)


def send_annotated(
    request: Request, accepted: Accepted, ask: Callable[[Reading, Forms], Answer], *, varies: bool
) -> Response:
    """The response with the answer of a query, whole: a graph with its annotations, solutions as they are.

    Args:
        request: within its client's turn.
        accepted: what the client accepts, for a graph an annotated form.
        ask: asks a reading, for the answer in one of the forms.
        varies: whether the answer may be another one each time.
    """
    reading: Reading = request.state.open_reading()
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if not varies:
        tag = f"{reading.state}.{accepted.key}.{__version__}"
        headers["ETag"] = f'W/"{tag}"'
        if tag in known_tags(request):
            return Response(status_code=304, headers=headers)
    solutions = accepted.solutions.form if accepted.solutions else None
    graph = accepted.graph.form if accepted.graph else None
    with ask(reading, Forms(solutions, N_TRIPLES)) as answer:
        form, body = answer.form, answer.read()
    if form is N_TRIPLES and graph:
        triples = (quad.triple for quad in parse(body, format=N_TRIPLES.engine))
        form, body = graph, annotated_rdf(reading, triples, graph)
    return Response(body, headers=headers | {"Content-Type": accepted.media_type_of(form)})
