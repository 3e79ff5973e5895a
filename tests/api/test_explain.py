"""``/explain``, and the link that leads there from an answer."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from stratgraph.settings import Settings
from stratgraph_api.app import create_app

SG = "https://w3id.org/stratgraph/ontology#"
EMPTY = f"PREFIX sg: <{SG}>\nSELECT ?o WHERE {{ ?o a sg:Objectives }}"


def test_an_empty_answer_is_explained_in_json(client):
    response = client.get("/explain", params={"query": EMPTY})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert (body["empty"], body["left_out"]) == (True, "")
    assert body["findings"][0] == {
        "kind": "unknown-term",
        "what": "There is no class sg:Objectives.",
        "mend": "Did you mean sg:Objective?",
        "line": 2,
        "column": 24,
        "offset": EMPTY.index("sg:Objectives"),
        "text": "sg:Objectives",
        "replacement": "sg:Objective",
    }


def test_an_answer_that_is_right_has_no_findings_and_the_graphs_asked_are_those_of_the_protocol(client):
    query = f"PREFIX sg: <{SG}> SELECT ?o WHERE {{ ?o a sg:Objective }}"
    assert client.get("/explain", params={"query": query}).json() == {"empty": False, "findings": [], "left_out": ""}
    one = "http://example.org/one"
    asked = {"query": "ASK { <http://example.org/one/s> ?p ?o }", "default-graph-uri": one}
    assert client.get("/explain", params=asked).json()["empty"] is False
    body = client.get("/explain", params={"query": f"ASK {{ GRAPH <{one}s> {{ ?s ?p ?o }} }}"}).json()
    assert body["findings"][0]["replacement"] == f"<{one}>"


def test_a_query_that_is_wrong_or_missing_is_a_problem(client):
    for query, status, kind in (
        ("SELECT ?s WHERE { ?s ?p ?o", 400, "query-syntax"),
        ("SELECT * { SERVICE <http://a.example/> { ?s ?p ?o } }", 400, "query-refused"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 400, "query-refused"),
        ("", 400, "usage"),
        (f"ASK {{ ?s ?p '{'x' * 20_000}' }}", 400, "usage"),
    ):
        response = client.get("/explain", params={"query": query})
        assert response.headers["content-type"] == "application/problem+json"
        assert (response.status_code, response.json()["type"]) == (status, f"/problems/{kind}")
    body = client.get("/explain", params={"query": "SELECT ?s WHERE { ?s ?p ?o"}).json()
    assert body["detail"] == "The query ends too early: the { of line 1, column 17 is not closed."
    assert body["excerpt"].endswith(" ^")


def test_an_answer_to_get_leads_to_its_explanation_where_the_address_is_not_long(client, served, snapshots):
    def linked(response):
        found = re.fullmatch(r'<(/.*)>; rel="help"', response.headers.get("link", ""))
        return found and found[1]

    graphs = ["http://example.org/one", "http://example.org/two"]
    query = f'{EMPTY} # ">'
    asked = {"query": query, "named-graph-uri": graphs, "format": "csv"}
    address = linked(client.get("/sparql", params=asked))
    assert parse_qs(urlsplit(address).query) == {"query": [query], "named-graph-uri": graphs}
    assert client.get(address).json()["findings"][0]["kind"] == "unknown-term"
    assert linked(client.post("/sparql", data=asked)) is None
    assert linked(client.get("/sparql", params={"query": f"ASK {{}} # {'é' * 700}"})) is None
    below = served(create_app(Settings(store=str(snapshots))), root_path="/plans")
    assert linked(below.get("/sparql", params={"query": "ASK {}"})) == "/plans/explain?query=ASK+%7B%7D"


def test_a_graph_that_from_names_relative_to_the_base_is_the_one_that_is_explained(client):
    query = 'BASE <http://example.org/> SELECT ?o FROM <one> { ?s <p> ?o FILTER(?o = "in two") }'
    found = client.get("/explain", params={"query": query}).json()
    assert found["left_out"] == ""
    assert found["findings"][-1]["kind"] == "leaves-nothing"
