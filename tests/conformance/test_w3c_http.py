"""Protocol, Graph Store Protocol, service description, result formats and updates of the W3C suites."""

from __future__ import annotations

import csv
import email
import io
import json
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from comparison import is_same_graph, read_solutions
from exchanges import exchanges
from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryResultsFormat, RdfFormat, parse
from suites import parametrized

from stratgraph.store.embedded import memory_store

if TYPE_CHECKING:
    import httpx
    from exchanges import Exchange, Message
    from manifests import Case
    from pyoxigraph import Triple
    from servers import Endpoint

QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
SD = "http://www.w3.org/ns/sparql-service-description#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def media_type(response: httpx.Response) -> str:
    return response.headers["content-type"].partition(";")[0]


def send(endpoint: Endpoint, exchange: Exchange, path: str) -> httpx.Response:
    request = exchange.request
    return endpoint.client.request(exchange.method, path, headers=request.headers, content=request.body or None)


# --- SPARQL 1.1 Protocol


@parametrized("sparql11 protocol")
def test_protocol(endpoint: Endpoint, case: Case) -> None:
    endpoint.serve((), case.named_graphs)
    for exchange in exchanges(case):
        response = send(endpoint, exchange, exchange.path.replace("/sparql/", "/sparql", 1))
        assert any(response.status_code in statuses for statuses in exchange.statuses), response.text
        if exchange.format == "RDF":
            assert list(parse(response.content, RdfFormat.from_media_type(media_type(response)))) is not None
        elif exchange.format is not None:
            found = read_solutions(response.content, QueryResultsFormat.from_media_type(media_type(response)))
            assert isinstance(found, bool) is (exchange.format == "boolean")
            assert exchange.boolean in {None, found}


# --- SPARQL 1.1 Graph Store HTTP Protocol: what reads


class Graphs:
    """What the requests that write would have made of the store; the server itself refuses them."""

    def __init__(self) -> None:
        self._graphs: dict[NamedNode | DefaultGraph, set[Triple]] = {}

    def write(self, exchange: Exchange) -> None:
        graph = parse_qs(urlsplit(exchange.path).query).get("graph")
        name = NamedNode(graph[0]) if graph else DefaultGraph()
        if exchange.method in {"PUT", "DELETE"}:
            self._graphs.pop(name, None)
        if exchange.method in {"PUT", "POST"}:
            self._graphs.setdefault(name, set()).update(triples_of(exchange.request))

    def quads(self) -> list[Quad]:
        return [Quad(*triple, name) for name, triples in self._graphs.items() for triple in triples]


def triples_of(message: Message) -> list[Triple]:
    """The triples of a body of RDF, or of a form with several of them."""
    head = f"Content-Type: {message.headers['content-type']}\n\n".encode()
    parts = [p for p in email.message_from_bytes(head + message.body).walk() if not p.is_multipart()]
    return [
        quad.triple
        for part in parts
        for quad in parse(part.get_payload(decode=True), RdfFormat.from_media_type(part.get_content_type()))
    ]


@parametrized("sparql11 graph store")
def test_graph_store(endpoint: Endpoint, case: Case) -> None:
    graphs = Graphs()
    for exchange in exchanges(case):
        endpoint.store = memory_store(graphs.quads())
        response = send(endpoint, exchange, exchange.path.replace("/gsp", "/data", 1))
        if exchange.method not in {"GET", "HEAD"}:
            assert response.status_code == 405, response.text
            graphs.write(exchange)
            continue
        assert any(response.status_code in statuses for statuses in exchange.statuses), response.text
        for name, value in exchange.response.headers.items():
            # The suite leaves the length open.
            assert name == "content-length" or response.headers[name] == value
        if exchange.response.body:
            found = [q.triple for q in parse(response.content, RdfFormat.from_media_type(media_type(response)))]
            assert is_same_graph(found, triples_of(exchange.response))


# --- SPARQL 1.1 Service Description

RANGES = {
    "endpoint": None,
    "supportedLanguage": None,
    "feature": None,
    "resultFormat": None,
    "name": None,
    "defaultDataset": "Dataset",
    "defaultGraph": "Graph",
    "namedGraph": "NamedGraph",
    "graph": "Graph",
}
"""Section 3.3: properties, and the class of their values where that has to be stated with them."""


@parametrized("sparql11 service description")
def test_service_description(endpoint: Endpoint, case: Case) -> None:
    endpoint.serve()
    endpoint.store = memory_store([Quad(*(NamedNode(f"http://example.org/{n}") for n in "spog"))])
    response = endpoint.client.get("/sparql")
    assert response.status_code == 200
    triples = [q.triple for q in parse(response.content, RdfFormat.from_media_type(media_type(response)))]
    types = {(t.subject, t.object.value) for t in triples if t.predicate.value == RDF_TYPE}
    ((service, _),) = [t for t in types if t[1] == f"{SD}Service"]
    test = case.name.rpartition("#")[2]
    if test == "returns-rdf":
        assert triples
    elif test == "has-endpoint-triple":
        endpoints = [t.object for t in triples if (t.subject, t.predicate.value) == (service, f"{SD}endpoint")]
        assert endpoints == [NamedNode(str(response.url))]
    else:
        assert test == "conforms-to-schema"
        # Terms of other vocabularies stand beside the schema's: VoID, the documented queries, prefixes.
        of_schema = [triple for triple in triples if triple.predicate.value.startswith(SD)]
        assert len(of_schema) > 10
        for triple in of_schema:
            wanted = RANGES[triple.predicate.value.removeprefix(SD)]
            assert isinstance(triple.object, NamedNode)
            assert wanted is None or (triple.object, f"{SD}{wanted}") in types


# --- SPARQL 1.1 Query Results: CSV, TSV, JSON


def without_labels(cell: str) -> str:
    return "_:" if cell.startswith("_:") else cell


def read_text(text: str, suffix: str) -> Counter[frozenset[tuple[str, str]]]:
    """The lines of CSV or TSV as they are written, each cell with its column's name, blank nodes without labels."""
    if suffix == ".csv":
        header, *rows = csv.reader(io.StringIO(text, newline=""))
    else:
        header, *rows = (line.split("\t") for line in text.splitlines())
    return Counter(frozenset(zip(header, map(without_labels, row), strict=True)) for row in rows)


def read_json(text: str) -> dict[str, object]:
    """The whole of a result in JSON, blank nodes without their labels, variables and solutions in any order."""
    document = json.loads(text)
    document["head"].get("vars", []).sort()
    for row in document.get("results", {}).get("bindings", []):
        for term in row.values():
            if term["type"] == "bnode":
                term["value"] = ""
    if "results" in document:
        document["results"]["bindings"].sort(key=lambda row: json.dumps(row, sort_keys=True))
    return document


# All of them are SELECT *, which gives its variables in no certain order.
@parametrized("sparql11 results")
def test_result_formats(endpoint: Endpoint, case: Case) -> None:
    endpoint.serve(case.default_graph)
    suffix = case.result.suffix
    accept = {
        ".csv": "text/csv",
        ".tsv": "text/tab-separated-values",
        ".srj": "application/sparql-results+json",
    }[suffix]
    response = endpoint.client.get(
        "/sparql", params={"query": case.query.read_text("utf-8")}, headers={"Accept": accept}
    )
    assert response.status_code == 200, response.text
    assert media_type(response) == accept
    expected = case.result.read_text("utf-8")
    if suffix == ".srj":
        assert read_json(response.text) == read_json(expected)
    else:
        assert read_text(response.text, suffix) == read_text(expected, suffix)


# --- SPARQL Update: refused, whatever it is


@parametrized("sparql11 update", "sparql12 update")
def test_an_update_is_refused(endpoint: Endpoint, case: Case) -> None:
    endpoint.serve()
    update = case.query.read_bytes()
    response = endpoint.client.post("/sparql", content=update, headers={"Content-Type": UPDATE})
    assert (response.status_code, response.json()["type"]) == (403, "/problems/read-only")
    response = endpoint.client.post("/sparql", content=update, headers={"Content-Type": QUERY})
    assert response.status_code == 400
    assert response.json()["type"] in {"/problems/query-refused", "/problems/query-syntax"}
