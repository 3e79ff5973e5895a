"""Where on a server a publication is, and which one is in force.

    <PUBLICATIONS>               a graph: which publications there are, and which one is in force: one triple
    <PUBLICATIONS/ID>            a graph: what publication ID holds, its graphs with their digests
    <PUBLICATIONS/ID/current>    its current view
    <PUBLICATIONS/ID/new/N>      a graph that is to be published under its own name
    the plans' own graphs        under their own names

The current view is a graph of its own for each publication, because servers differ in what their default graph is, and
because one triple can be switched in one step where a large graph cannot. Queries name it as their default graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, QuerySolutions, parse_query_results

from stratgraph.assets import query_text
from stratgraph.errors import RemoteError
from stratgraph.graph import said, text_of
from stratgraph.results import JSON
from stratgraph.store.protocol import Dataset
from stratgraph.store.remote.quirks import mended_json
from stratgraph.terms import DCTERMS, PUBLICATIONS, SD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import Triple

    from stratgraph.store.protocol import Term
    from stratgraph.store.remote.endpoint import Endpoint

NO_GRAPH = f"{PUBLICATIONS}/none"
"""A graph that is never there; in a dataset it stands for none, and so it does for the publication in force."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What one publication holds.

    Args:
        id: its number and time.
        title: what it was called.
        digests: of the plans' own graphs, by their IRIs.
        new: where its graphs are that the server did not have, until they are at their places.
    """

    id: str
    title: str
    digests: Mapping[str, str]
    new: tuple[str, ...] = ()

    @property
    def iri(self) -> str:
        """Its own, which is also that of the graph that describes it."""
        return f"{PUBLICATIONS}/{self.id}"

    @property
    def default_graph(self) -> str:
        """The graph of its current view."""
        return f"{self.iri}/current"

    def triples(self) -> list[Triple]:
        """Its description."""
        graphs = [
            *((SD.NAMED_GRAPH, graph) for graph in self.digests),
            *((DCTERMS.HAS_PART, graph) for graph in self.new),
        ]
        found = [*said(self.iri, (DCTERMS.TITLE, Literal(self.title)), (SD.DEFAULT_GRAPH, self.default_graph), *graphs)]
        for graph, digest in self.digests.items():
            found += said(graph, (DCTERMS.IDENTIFIER, Literal(digest)))
        return found


def current_id(endpoint: Endpoint) -> str | None:
    """The id of the publication in force; None where there is none."""
    found = rows(endpoint, query_text("remote-in-force"), PUBLICATIONS)
    return next((_id(row[0]) for row in found if text_of(row[0]) != NO_GRAPH), None)


def known_ids(endpoint: Endpoint) -> tuple[str, ...]:
    """The ids of all publications that have left something on the server, also of those that were broken off."""
    return tuple(sorted(_id(row[0]) for row in rows(endpoint, query_text("remote-publications"), PUBLICATIONS)))


def read_publication(endpoint: Endpoint, identifier: str) -> Publication:
    """What a publication holds, by its own description; nothing where that was never written."""
    described = rows(endpoint, query_text("remote-description"), f"{PUBLICATIONS}/{identifier}")
    by_property: dict[str, list[tuple[str, str]]] = {}
    for subject, predicate, value in described:
        by_property.setdefault(text_of(predicate), []).append((text_of(subject), text_of(value)))
    digests = dict(by_property.get(DCTERMS.IDENTIFIER, ()))
    return Publication(
        identifier,
        title=next((title for _, title in by_property.get(DCTERMS.TITLE, ())), ""),
        digests={graph: digests.get(graph, "") for _, graph in by_property.get(SD.NAMED_GRAPH, ())},
        new=tuple(sorted(graph for _, graph in by_property.get(DCTERMS.HAS_PART, ()))),
    )


def rows(endpoint: Endpoint, query: str, graph: str) -> list[tuple[Term | None, ...]]:
    """The solutions of one of our own queries, asked of one graph."""
    dataset = Dataset((graph,), (NO_GRAPH,))
    reply = endpoint.query(query, JSON, dataset)
    try:
        content = b"".join(mended_json(reply.lines()) if endpoint.is_virtuoso else reply.chunks())
    finally:
        reply.close()
    try:
        found = parse_query_results(content, JSON.engine)
        return [tuple(row) for row in found] if isinstance(found, QuerySolutions) else []
    except SyntaxError as error:
        raise RemoteError(f"{endpoint.address} answers with JSON that is no result of a query: {error}.") from error


def _id(term: Term | None) -> str:
    return text_of(term).removeprefix(f"{PUBLICATIONS}/")
