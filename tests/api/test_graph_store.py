"""Sections are of the SPARQL 1.1 Graph Store HTTP Protocol; figures are those of tests/data/small-plan.ttl."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, RdfFormat, parse

from stratgraph.settings import Settings
from stratgraph_api.app import create_app

ONE = "http://example.org/one"
# The one triple of that graph, as tests/api/conftest.py publishes it.
IN_ONE = {("http://example.org/one/s", "http://example.org/p", "in one")}


def triples(response, form=RdfFormat.TURTLE):
    assert response.status_code == 200, response.text
    return {(q.subject.value, q.predicate.value, q.object.value) for q in parse(response.content, form)}


def problem(response, status, name):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["type"]) == (status, f"/problems/{name}")
    return body


# --- 5.2: GET


def test_5_2_a_named_graph_by_its_iri(client):
    response = client.get("/data", params={"graph": ONE})
    assert triples(response) == IN_ONE
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"


def test_5_2_the_default_graph_is_the_current_view(client, quads):
    response = client.get("/data?default", headers={"Accept": "application/n-triples"})
    found = list(parse(response.content, RdfFormat.N_TRIPLES))
    assert len(found) == len({q.triple for q in quads if q.graph_name == DefaultGraph()}) > 100
    assert {q.object.value for q in found if q.predicate.value == "http://purl.org/dc/terms/title"} >= {"Plan 1"}


@pytest.mark.parametrize(
    ("name", "media_type", "form"),
    [
        ("turtle", "text/turtle", RdfFormat.TURTLE),
        ("ntriples", "application/n-triples", RdfFormat.N_TRIPLES),
        ("rdfxml", "application/rdf+xml", RdfFormat.RDF_XML),
        ("jsonld", "application/ld+json", RdfFormat.JSON_LD),
        ("trig", "application/trig", RdfFormat.TRIG),
        ("nquads", "application/n-quads", RdfFormat.N_QUADS),
    ],
)
def test_each_format_by_accept_and_by_name(client, name, media_type, form):
    for response in (
        client.get("/data", params={"graph": ONE}, headers={"Accept": f"text/html, {media_type};q=0.5"}),
        client.get("/data", params={"graph": ONE, "format": name}, headers={"Accept": "image/png"}),
    ):
        assert triples(response, form) == IN_ONE
        assert response.headers["content-type"].partition(";")[0] == media_type


def test_an_answer_that_is_saved_has_a_name_with_an_ending(client):
    response = client.get("/data", params={"graph": ONE, "format": "rdfxml"})
    assert response.headers["content-disposition"] == 'inline; filename="answer.rdf"'


@pytest.mark.parametrize("parameters", [{"format": "csv"}, {"format": "tsv"}])
def test_a_format_of_tables_is_not_acceptable(client, parameters):
    problem(client.get("/data", params={"graph": ONE} | parameters), 406, "not-acceptable")


def test_406_says_what_is_sent(client):
    body = problem(client.get("/data?default", headers={"Accept": "image/png"}), 406, "not-acceptable")
    assert "text/turtle" in body["mend"]
    # A format that is not known leaves the choice to Accept.
    unknown = {"graph": ONE, "format": "yaml"}
    problem(client.get("/data", params=unknown, headers={"Accept": "image/png"}), 406, "not-acceptable")
    assert client.get("/data", params=unknown).status_code == 200


# --- 4.2: which graph


def test_4_2_a_graph_that_is_not_there(client):
    body = problem(client.get("/data", params={"graph": "http://example.org/three"}), 404, "not-found")
    assert "<http://example.org/three>" in body["detail"]
    assert "/sparql" in body["mend"]


def test_4_2_an_iri_is_decoded_once(client):
    # %2565 is the three characters %65, another IRI than the one with e.
    assert client.get("/data?graph=http%3A%2F%2Fexample.org%2Fon%65").status_code == 200
    assert client.get("/data?graph=http://example.org/on%2565").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "",
        "format=turtle",
        "default&graph=http://example.org/one",
        "graph=http://example.org/one&graph=http://example.org/two",
        "default&default",
        "default=http://example.org/one",
        "graph=one",
        "graph=",
        "graph=http://example.org/%20",
        "graph=%FF",
    ],
)
def test_anything_but_exactly_one_graph_is_refused(client, query):
    assert problem(client.get(f"/data?{query}"), 400, "usage")["mend"]


# --- 5.6: HEAD


def test_5_6_head_has_the_headers_of_get_and_no_body(client):
    get = client.get("/data", params={"graph": ONE})
    head = client.head("/data", params={"graph": ONE})
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "etag", "vary", "cache-control", "content-disposition"):
        assert head.headers[name] == get.headers[name]
    assert client.head("/data", params={"graph": "http://example.org/three"}).status_code == 404


# --- HTTP


def test_a_known_graph_is_not_sent_again_until_a_new_snapshot(tmp_path, served, publish, quads, elsewhere, changed):
    folder = publish(tmp_path / "store", quads)
    client = served(create_app(Settings(store=str(folder))))
    first = client.get("/data?default")
    known = {"If-None-Match": f'"x", {first.headers["etag"]}'}
    again = client.get("/data?default", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get("/data?default&format=ntriples", headers=known).status_code == 200
    publish(folder, elsewhere)
    assert triples(changed(lambda: client.get("/data?default", headers=known), first.headers["etag"])) == set()


def test_pages_of_any_origin_may_read(client):
    response = client.get("/data?default", headers={"Origin": "https://example.org"})
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_graph_beyond_the_limit_is_never_cut_silently(snapshots, served):
    client = served(create_app(Settings(store=str(snapshots), max_result_bytes=1000)))
    body = problem(client.get("/data?default"), 413, "result-size")
    assert (body["setting"], body["value"]) == ("max_result_bytes", 1000)


def test_without_a_snapshot_it_says_what_is_missing(tmp_path, served):
    client = served(create_app(Settings(store=str(tmp_path / "none"))))
    assert "stratgraph build" in problem(client.get("/data?default"), 503, "store")["mend"]


# --- 5.3 to 5.5 and 5.7: what changes a graph is not offered


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_methods_that_change_a_graph_are_not_allowed(client, method):
    body = b"<a:a> <a:b> <a:c> ."
    response = client.request(
        method, "/data", params={"graph": ONE}, content=body, headers={"Content-Type": "text/turtle"}
    )
    assert "read-only" in problem(response, 405, "method-not-allowed")["detail"]
    assert response.headers["allow"] == "GET, HEAD"
    assert triples(client.get("/data", params={"graph": ONE})) == IN_ONE
