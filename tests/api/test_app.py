from __future__ import annotations

import re
from pathlib import Path

import pytest

from stratgraph.settings import Settings
from stratgraph_api.app import ROUTES, create_app

EXAMPLES = {
    "/data": "/data?default",
    "/doc": "/doc?iri=http://purl.org/dc/terms/title",
    "/doc/{path:path}": "/doc/agency",
    "/ontology.{ending}": "/ontology.ttl",
    "/catalogue.{ending}": "/catalogue.ttl",
    "/void.{ending}": "/void.ttl",
    "/ontology/{part:path}": "/ontology/context.jsonld",
    "/shapes.{ending}": "/shapes.ttl",
    "/queries/{name}": "/queries/acronyms",
    "/query/{name}": "/query/acronyms",
    "/reconcile/suggest/{kind}": "/reconcile/suggest/entity?prefix=a",
}
"""Addresses of routes whose path alone is none."""

LACKING = {
    *(
        "/id/{path:path}",
        "/vocabulary/{path:path}",
        "/links/{path:path}",
        "/links/{name}.sssom.tsv",
        "/software/{name}",
        "/self-description",
        "/self-description/{path:path}",
    ),
    *("/authors", "/doc/{path:path}", "/export"),
}
"""What the small plan has nothing of: it has no IRIs of ours, no links, no version and no description on record."""

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "http.md"


@pytest.mark.parametrize("path", sorted({path for _, path, _, _ in ROUTES}))
def test_each_route_is_in_the_reference_with_its_methods(path):
    written = path.replace(":path", "")
    (row,) = [line for line in REFERENCE.read_text("utf-8").splitlines() if line.startswith(f"| `{written}` |")]
    assert row.split("|")[2].strip() == ", ".join(method for method, p, _, _ in ROUTES if p == path)


def test_openapi_documents_each_route_and_the_endpoints_formats(client):
    document = client.get("/openapi.json").json()
    found = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert found == {(method, path.replace(":path", "")) for method, path, _, _ in ROUTES}
    get = document["paths"]["/sparql"]["get"]
    assert {p["name"] for p in get["parameters"]} == {
        *("query", "default-graph-uri", "named-graph-uri", "format", "timeout", "page", "lang")
    }
    assert "text/turtle" in get["responses"]["200"]["content"]
    post = document["paths"]["/sparql"]["post"]
    assert set(post["requestBody"]["content"]) == {"application/sparql-query", "application/x-www-form-urlencoded"}
    assert {"400", "403", "406", "413", "415", "429", "503", "504"} <= set(post["responses"])


def test_openapi_describes_each_parameter_and_each_problem_as_ours(client):
    document = client.get("/openapi.json").json()
    operations = [(path, one) for path, methods in document["paths"].items() for one in methods.values()]
    parameters = [(path, one) for path, operation in operations for one in operation.get("parameters", ())]
    assert [(path, one["name"]) for path, one in parameters if one["in"] == "query" and not one["description"]] == []
    problem = {"$ref": "#/components/schemas/ProblemDetail"}
    for path, operation in operations:
        for status, response in operation["responses"].items():
            if status >= "400":
                assert response["content"] == {"application/problem+json": {"schema": problem}}, (path, status)
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_there_are_no_pages_that_load_scripts_from_elsewhere(client):
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


def test_each_get_answers_head(client):
    for method, path, _, _ in ROUTES:
        if method == "GET":
            address = EXAMPLES.get(path, path.replace("{name}", "limit"))
            response, whole = client.head(address), client.get(address)
            assert (response.status_code, response.content) == (whole.status_code, b""), path
            assert whole.status_code in {200, 303, 400} or path in LACKING, path


def test_behind_a_proxy_that_strips_a_path_every_link_keeps_it(snapshots, served):
    # The proxy sends what came for /plans/… on without /plans; uvicorn is told so by --root-path.
    client = served(create_app(Settings(store=str(snapshots))), root_path="/plans")
    page = client.get("/").text
    assert 'href="/plans/static/style.css"' in page
    assert 'href="/sparql' not in page
    assert client.get("/static/style.css").status_code == 200
    assert client.get("/none").json()["type"] == "/plans/problems/not-found"
    assert client.get("/static/none").json()["type"] == "/plans/problems/not-found"
    answer = client.get("/sparql", params={"query": "SELECT (<a:a> AS ?a) {}", "format": "html"}).text
    assert re.findall(r'(?:href|action)="/(?!plans/)', answer) == []
    assert "/plans/sparql?query=" in answer
    assert "/plans/sparql>" in client.get("/sparql").text
