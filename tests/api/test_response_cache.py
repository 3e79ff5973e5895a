"""Responses that are kept: what counts as the same question, for how long, and what is never kept."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from stratgraph.settings import Settings
from stratgraph_api import sparql
from stratgraph_api.app import create_app

QUERY = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"
FORM = "application/x-www-form-urlencoded"


def quads(*values):
    return [Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal(value)) for value in values]


@pytest.fixture
def asked(monkeypatch):
    """The texts of the queries that came as far as being asked."""
    texts = []
    real = sparql.ask

    def ask(store, text, *rest, **more):
        texts.append(text)
        return real(store, text, *rest, **more)

    monkeypatch.setattr(sparql, "ask", ask)
    return texts


@pytest.fixture
def folder(tmp_path, publish):
    return publish(tmp_path / "store", quads("a"))


@pytest.fixture
def client(folder, served):
    return served(create_app(Settings(store=str(folder))))


def test_a_question_asked_again_is_answered_from_what_is_kept(client, asked):
    first, again = (client.get("/sparql", params={"query": QUERY}) for _ in range(2))
    assert asked == [QUERY]
    assert first.content == again.content
    assert {**first.headers, "date": ""} == {**again.headers, "date": ""}


def test_a_query_sent_in_the_body_is_kept_too(client, asked):
    for _ in range(2):
        client.post("/sparql", data={"query": QUERY})
        client.post("/sparql", content=QUERY, headers={"Content-Type": "application/sparql-query"})
    assert asked == [QUERY, QUERY]
    other = client.post("/sparql", data={"query": "ASK {}"})
    assert (other.json()["boolean"], asked[2:]) == (True, ["ASK {}"])


@pytest.mark.parametrize(
    "headers",
    [{"Accept": "text/csv"}, {"Accept-Encoding": "identity"}, {"Origin": "https://a.example"}, {"Host": "b.example"}],
)
def test_another_way_of_asking_is_another_question(client, asked, headers):
    client.get("/sparql", params={"query": QUERY})
    client.get("/sparql", params={"query": QUERY}, headers=headers)
    client.get("/sparql", params={"query": QUERY, "format": "xml"})
    assert len(asked) == 3


@pytest.mark.parametrize("query", ["SELECT (NOW() AS ?t) {}", "SELECT (RAND() AS ?r) {}", "SELECT"])
def test_what_varies_and_what_is_wrong_is_not_kept(client, asked, query):
    answers = [client.get("/sparql", params={"query": query}).status_code for _ in range(2)]
    assert len(asked) == 2
    assert len(set(answers)) == 1


def test_a_condition_and_head_are_asked_always(client, asked):
    tag = client.get("/sparql", params={"query": QUERY}).headers["ETag"]
    assert client.get("/sparql", params={"query": QUERY}, headers={"If-None-Match": tag}).status_code == 304
    assert client.head("/sparql", params={"query": QUERY}).content == b""
    assert len(asked) == 2


def test_a_new_snapshot_has_its_own_answers(client, asked, folder, publish, changed):
    before = client.get("/sparql", params={"query": QUERY})
    publish(folder, quads("b"))
    after = changed(lambda: client.get("/sparql", params={"query": QUERY}), before.headers["ETag"])
    assert "b" in after.text
    assert len(asked) >= 2


def test_a_large_answer_and_a_cache_of_no_bytes_keep_nothing(folder, publish, served, asked):
    publish(folder, quads("x" * 5000))
    for most in (8000, 0):
        client = served(create_app(Settings(store=str(folder), response_cache_bytes=most)))
        for _ in range(2):
            answer = client.get("/sparql", params={"query": QUERY}, headers={"Accept-Encoding": "identity"})
            assert "xxx" in answer.text
    assert len(asked) == 4


def test_a_graph_is_kept_like_an_answer(client):
    first, again = (client.get("/data", params={"default": ""}) for _ in range(2))
    assert first.content == again.content
    assert first.headers["etag"] == again.headers["etag"]
