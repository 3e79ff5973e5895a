"""SPARQL 1.1 Federated Query: each endpoint of a case is a server of its own on this machine.

The endpoints' addresses in queries, data and results are replaced by those of the servers.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import httpx
from comparison import is_same_table, read_solutions
from manifests import MF, QT
from pyoxigraph import DefaultGraph, Quad, QueryResultsFormat, RdfFormat, parse
from servers import listening, serving
from suites import parametrized

from stratgraph.settings import Settings
from stratgraph.store.embedded import memory_store
from stratgraph_api.app import create_app

if TYPE_CHECKING:
    from pathlib import Path

    from manifests import Case

    from stratgraph.store.protocol import Store

NOBODY = "http://invalid.endpoint.org/sparql"
QUERY = "application/sparql-query"
XML = "application/sparql-results+xml"


def endpoints_of(case: Case) -> dict[str, tuple[Path, ...]]:
    """The remote endpoints of a case with their files."""
    facts = case.facts
    nodes = facts.all(facts.one(case.node, f"{MF}action"), f"{QT}serviceData")
    return {
        facts.text(node, f"{QT}endpoint"): tuple(facts.file(n) for n in facts.all(node, f"{QT}data")) for node in nodes
    }


class Neighbourhood:
    """The servers of a case, which may all call each other; one address is nobody's."""

    def __init__(self, stack: ExitStack, endpoints: dict[str, tuple[Path, ...]]) -> None:
        self._stack = stack
        self._endpoints = endpoints
        self._sockets = {iri: stack.enter_context(listening()) for iri in endpoints}
        # Bound and not listening: it refuses, and nobody else can get the port meanwhile.
        _, closed = stack.enter_context(listening())
        self._addresses = {NOBODY: f"{closed}/sparql"}
        self._addresses |= {iri: f"{address}/sparql" for iri, (_, address) in self._sockets.items()}

    def start(self) -> None:
        for iri, files in self._endpoints.items():
            self._stack.enter_context(serving(self._app(files), self._sockets[iri][0]))

    def serve(self, files: tuple[Path, ...]) -> httpx.Client:
        """A server with these files, and a client of it."""
        listener, address = self._stack.enter_context(listening())
        self._stack.enter_context(serving(self._app(files), listener))
        return self._stack.enter_context(httpx.Client(base_url=address, timeout=60))

    def read(self, file: Path) -> bytes:
        """What is in a file, with the servers' addresses."""
        content = file.read_bytes()
        for iri, address in self._addresses.items():
            content = content.replace(iri.encode(), address.encode())
        return content

    def _app(self, files: tuple[Path, ...]) -> object:
        store = self._store(files)
        return create_app(Settings(service_allow_list=tuple(self._addresses.values())), store=lambda: store)

    def _store(self, files: tuple[Path, ...]) -> Store:
        return memory_store(
            Quad(*quad.triple, DefaultGraph()) for file in files for quad in parse(self.read(file), RdfFormat.TURTLE)
        )


@parametrized("sparql11 federation")
def test_federation(case: Case) -> None:
    with ExitStack() as stack:
        neighbourhood = Neighbourhood(stack, endpoints_of(case))
        neighbourhood.start()
        client = neighbourhood.serve(case.default_graph)
        query = neighbourhood.read(case.query)
        response = client.post("/sparql", content=query, headers={"Content-Type": QUERY, "Accept": XML})
        assert response.status_code == 200, response.text
        found = read_solutions(response.content, QueryResultsFormat.XML)
        assert is_same_table(found, read_solutions(neighbourhood.read(case.result), QueryResultsFormat.XML))
