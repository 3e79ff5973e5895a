"""Query evaluation and syntax of SPARQL 1.0, 1.1 and 1.2, each query sent to a server and its answer compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comparison import is_same_graph, is_same_table, read_expected, read_solutions
from manifests import HOST, MF, iri_of
from pyoxigraph import NamedNode, QueryResultsFormat, RdfFormat, parse
from suites import parametrized

from stratgraph.store.tokens import TokenKind, tokens

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from manifests import Case
    from servers import Endpoint

QUERY = "application/sparql-query"
SOLUTIONS = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".tsv": "text/tab-separated-values",
}


def ask(endpoint: Endpoint, case: Case, accept: str) -> httpx.Response:
    headers = {"Host": HOST, "Content-Type": QUERY, "Accept": accept}
    return endpoint.client.post("/sparql", content=case.query.read_bytes(), headers=headers)


def graphs_of(case: Case) -> tuple[tuple[str, Path], ...]:
    """The named graphs: those of the manifest, and where it has no data at all those that the query names by FROM."""
    if case.default_graph or case.named_graphs:
        return case.named_graphs
    names = [t.text[1:-1] for t in tokens(case.query.read_text("utf-8")) if t.kind is TokenKind.IRI]
    files = dict.fromkeys(case.query.with_name(name) for name in names if name.endswith(".ttl"))
    return tuple((iri_of(file), file) for file in files)


def has_order(query: str) -> bool:
    """Whether its solutions as a whole are ordered, and not only those of a sub-query."""
    depth = 0
    for token in tokens(query):
        depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind is TokenKind.PUNCTUATION else 0
        if depth == 0 and token.is_word("ORDER"):
            return True
    return False


@parametrized("sparql10 evaluation", "sparql11 evaluation", "sparql11 entailment", "sparql12 evaluation")
def test_evaluation(endpoint: Endpoint, case: Case) -> None:
    endpoint.serve(case.default_graph, graphs_of(case))
    expected = read_expected(case.result, is_ordered=has_order(case.query.read_text("utf-8")))
    accept = SOLUTIONS.get(case.result.suffix, SOLUTIONS[".srj"])
    response = ask(endpoint, case, f"{accept}, application/n-triples")
    assert response.status_code == 200, response.text
    if isinstance(expected, list):
        assert is_same_graph((q.triple for q in parse(response.content, RdfFormat.N_TRIPLES)), expected), response.text
        return
    found = read_solutions(response.content, QueryResultsFormat.from_media_type(accept))
    if isinstance(expected, bool):
        assert found is expected
        return
    is_lax = case.facts.one(case.node, f"{MF}resultCardinality") == NamedNode(f"{MF}LaxCardinality")
    assert is_same_table(found, expected, is_lax=is_lax), f"{found}\n{expected}"


@parametrized("sparql10 syntax", "sparql11 syntax", "sparql12 syntax")
def test_syntax(endpoint: Endpoint, case: Case) -> None:
    endpoint.serve()
    response = ask(endpoint, case, "application/sparql-results+json, application/n-triples")
    if case.kind.startswith("Negative"):
        assert response.status_code == 400
        assert response.json()["type"] == "/problems/query-syntax"
    else:
        assert response.status_code == 200, response.text
