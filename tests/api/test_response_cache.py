"""Responses that are kept: what counts as the same question, for how long, and what is never kept."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from stratgraph.settings import Settings
from stratgraph_api.app import create_app
from stratgraph_api.doors import sparql
from stratgraph_api.http.response_cache import ResponseCache, keep

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


def test_the_scheme_and_the_root_are_part_of_the_question(folder, served):
    client = served(create_app(Settings(store=str(folder))))
    asked = {"url": "/void?a=1", "headers": {"Host": "plans.example", "Accept": "text/turtle"}}
    for scheme in ("http", "https", "http"):
        headers = asked["headers"] | {"X-Forwarded-Proto": scheme}
        assert f"{scheme}://plans.example/" in client.get(asked["url"], headers=headers).text


def test_what_is_kept_is_counted_with_what_it_was_asked_by():
    kept = ResponseCache(None, paths=("/sparql",), max_bytes=1_000_000)
    for number in range(500):
        asyncio.run(answered(kept, b"n=%d&" % number + b"a" * 15_000))
    assert 0 < kept._kept.currsize <= 1_000_000
    assert len(kept._kept) <= 1_000_000 // 15_000


def test_a_long_question_is_not_kept():
    kept = ResponseCache(None, paths=("/sparql",), max_bytes=1_000_000)
    for field in (b"origin", b"accept", b"host"):
        asyncio.run(answered(kept, b"", [(field, b"a" * 30_000)]))
    asyncio.run(answered(kept, b"a" * 30_000))
    assert not kept._kept


async def answered(cache, query_string, headers=()):
    """A request whose response, of a few bytes, may be kept."""

    async def app(scope, _, send):
        keep(scope, "state")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async def send(message):
        pass

    cache._app = app
    opener = SimpleNamespace(opened=SimpleNamespace(state="state"))
    scope = {
        "type": "http",
        "scheme": "http",
        "method": "GET",
        "path": "/sparql",
        "query_string": query_string,
        "headers": list(headers),
        "state": {"open_store": opener},
    }
    await cache(scope, None, send)


def test_a_store_that_has_lost_what_is_in_force_is_told_with_all_headers(folder, served):
    client = served(create_app(Settings(store=str(folder))))
    assert client.get("/sparql", params={"query": QUERY}).status_code == 200
    (folder / "current").unlink()
    for address in (f"/sparql?query={QUERY}", "/void", "/", "/log"):
        response = client.get(address, headers={"Origin": "https://a.example", "Accept": "application/json"})
        assert (response.status_code, response.json()["type"]) == (503, "/problems/store"), address
        assert "default-src 'self'" in response.headers["content-security-policy"]
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["access-control-allow-origin"] == "*"
        assert str(folder) not in response.text
