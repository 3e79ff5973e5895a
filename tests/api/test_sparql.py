"""Sections are of the SPARQL 1.1 Protocol unless said otherwise; figures are those of tests/data/small-plan.ttl."""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import threading
import xml.etree.ElementTree as ET
from urllib.parse import urlencode

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from stratgraph.errors import LimitError
from stratgraph.query import examples
from stratgraph.results import RESULT_FORMS
from stratgraph.settings import Settings
from stratgraph_api.app import create_app
from stratgraph_api.http import store_on_demand

TITLES = """SELECT ?t WHERE {
  ?p a <https://w3id.org/stratgraph/ontology#StrategicPlan> ; <http://purl.org/dc/terms/title> ?t }"""
GRAPH = """CONSTRUCT { ?s <http://purl.org/dc/terms/title> ?o } WHERE {
  ?s a <https://w3id.org/stratgraph/ontology#StrategicPlan> ; <http://purl.org/dc/terms/title> ?o }"""
VALUES = "SELECT ?o WHERE { ?s <http://example.org/p> ?o } ORDER BY ?o"
NAMED = "SELECT ?g ?o WHERE { GRAPH ?g { ?s <http://example.org/p> ?o } } ORDER BY ?o"
ONE, TWO = "http://example.org/one", "http://example.org/two"
FORM = "application/x-www-form-urlencoded"
SD = "http://www.w3.org/ns/sparql-service-description#"


def bindings(response):
    assert response.status_code == 200, response.text
    return [{name: term["value"] for name, term in row.items()} for row in response.json()["results"]["bindings"]]


def problem(response, status, name):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["type"] == f"/problems/{name}"
    return body


# --- 2.1.1 to 2.1.3: three ways to ask


def test_2_1_1_query_via_get(client):
    assert bindings(client.get("/sparql", params={"query": TITLES})) == [{"t": "Plan 1"}]


def test_2_1_2_query_via_form(client):
    assert bindings(client.post("/sparql", data={"query": TITLES})) == [{"t": "Plan 1"}]


def test_2_1_3_query_via_post_directly(client):
    response = client.post("/sparql", content=TITLES, headers={"Content-Type": "application/sparql-query"})
    assert bindings(response) == [{"t": "Plan 1"}]


def test_the_content_type_may_have_a_charset_and_any_case(client):
    for content_type in ("application/sparql-query; charset=utf-8", 'Application/SPARQL-Query;charset="UTF-8"'):
        response = client.post("/sparql", content=TITLES, headers={"Content-Type": content_type})
        assert bindings(response) == [{"t": "Plan 1"}]


def test_a_query_of_characters_beyond_ascii_comes_back_whole(client):
    query = 'SELECT ?x WHERE { BIND("é – 電気" AS ?x) }'
    for response in (
        client.get("/sparql", params={"query": query}),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", content=query.encode(), headers={"Content-Type": "application/sparql-query"}),
    ):
        assert bindings(response) == [{"x": "é – 電気"}]


def test_a_byte_order_mark_before_a_query_is_no_part_of_it(client):
    query = f"\ufeff{TITLES}"
    for response in (
        client.get("/sparql", params={"query": query}),
        client.post("/sparql", data={"query": query}),
        client.post("/sparql", content=query.encode(), headers={"Content-Type": "application/sparql-query"}),
    ):
        assert bindings(response) == [{"t": "Plan 1"}]


def test_parameters_that_the_protocol_does_not_know_are_ignored(client):
    assert bindings(client.get("/sparql", params={"query": TITLES, "timeout": "3"})) == [{"t": "Plan 1"}]


# --- 2.1: exactly one query


def test_2_1_two_queries_are_refused(client):
    body = problem(client.get("/sparql", params={"query": [TITLES, TITLES]}), 400, "usage")
    assert "2 query parameters" in body["detail"]
    problem(client.post("/sparql", data={"query": [TITLES, TITLES]}), 400, "usage")


def test_2_1_a_query_in_the_url_and_one_in_the_body_are_two(client):
    response = client.post(
        "/sparql", params={"query": TITLES}, content=TITLES, headers={"Content-Type": "application/sparql-query"}
    )
    problem(response, 400, "usage")


def test_2_1_no_query_is_refused_where_a_query_is_meant(client):
    assert "no query" in problem(client.post("/sparql", data={"format": "json"}), 400, "usage")["detail"]
    problem(client.get("/sparql", params={"default-graph-uri": ONE}), 400, "usage")


def test_an_empty_query_is_a_query_and_not_sparql(client):
    assert problem(client.get("/sparql", params={"query": ""}), 400, "query-syntax")["line"] == 1


# --- 2.1.4: the dataset


def test_2_1_4_without_a_dataset_the_current_view_is_asked(client):
    assert bindings(client.get("/sparql", params={"query": VALUES})) == []
    assert [b["g"] for b in bindings(client.get("/sparql", params={"query": NAMED}))] == [ONE, TWO]


def test_2_1_4_default_graphs_are_merged(client):
    response = client.get("/sparql", params={"query": VALUES, "default-graph-uri": [ONE, TWO]})
    assert bindings(response) == [{"o": "in one"}, {"o": "in two"}]


def test_2_1_4_named_graphs_of_the_protocol_are_the_only_ones(client):
    response = client.get("/sparql", params={"query": NAMED, "named-graph-uri": TWO})
    assert bindings(response) == [{"g": TWO, "o": "in two"}]
    assert bindings(client.get("/sparql", params={"query": TITLES, "named-graph-uri": TWO})) == []


def test_2_1_4_the_protocols_dataset_overrides_from(client):
    query = VALUES.replace("WHERE", f"FROM <{TWO}> WHERE")
    assert bindings(client.get("/sparql", params={"query": query})) == [{"o": "in two"}]
    response = client.get("/sparql", params={"query": query, "default-graph-uri": ONE})
    assert bindings(response) == [{"o": "in one"}]


def test_2_1_2_the_dataset_of_a_form_is_in_its_body_or_in_the_url(client):
    # The W3C's case query_post_form has it in the URL.
    for parameters, data in (({}, {"default-graph-uri": ONE}), ({"default-graph-uri": ONE}, {})):
        response = client.post("/sparql", params=parameters, data={"query": VALUES} | data)
        assert bindings(response) == [{"o": "in one"}]
    response = client.post(
        "/sparql", params={"default-graph-uri": ONE}, data={"query": VALUES, "default-graph-uri": TWO}
    )
    assert bindings(response) == [{"o": "in one"}, {"o": "in two"}]


def test_2_1_2_a_query_in_the_url_of_a_form_is_refused(client):
    response = client.post("/sparql", params={"query": VALUES}, data={"query": VALUES})
    assert "in the URL" in problem(response, 400, "usage")["detail"]


# --- the base of relative IRIs: the address of the endpoint (RFC 3986, section 5.1.4)


def test_relative_iris_are_relative_to_the_endpoint(client, address):
    query = "CONSTRUCT { <s> <#p> <> } WHERE {}"
    for response in (
        client.get("/sparql", params={"query": query, "format": "ntriples"}),
        client.post("/sparql", data={"query": query, "format": "ntriples"}),
    ):
        assert response.text == f"<{address}/s> <{address}/sparql#p> <{address}/sparql> .\n"


def test_a_base_in_the_query_comes_first(client, address):
    query = "BASE <http://example.org/a/> ASK { FILTER(<b> = IRI('http://example.org/a/b')) }"
    assert client.get("/sparql", params={"query": query}).json()["boolean"] is True
    query = f"BASE <a/> ASK {{ FILTER(str(<b>) = '{address}/a/b') }}"
    assert client.get("/sparql", params={"query": query}).json()["boolean"] is True


def test_a_base_moves_no_error(client):
    body = problem(client.get("/sparql", params={"query": "SELECT *\nWHERE { <s> ?p }"}), 400, "query-syntax")
    assert (body["line"], body["column"]) == (2, 16)
    assert body["excerpt"].startswith("WHERE { <s> ?p }\n")


def test_a_host_cannot_smuggle_a_query_in(client):
    host = {"Host": "example.org/> SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } #"}
    response = client.get("/sparql", params={"query": "ASK { <s> ?p ?o }"}, headers=host)
    assert response.json() == {"head": {}, "boolean": False}


def test_2_1_3_the_dataset_of_a_direct_post_is_in_the_url(client):
    response = client.post(
        "/sparql",
        params={"default-graph-uri": [ONE, TWO]},
        content=VALUES,
        headers={"Content-Type": "application/sparql-query"},
    )
    assert bindings(response) == [{"o": "in one"}, {"o": "in two"}]


# --- 2.2: updates


@pytest.mark.parametrize(
    "request_of",
    [
        lambda c: c.get("/sparql", params={"update": "CLEAR ALL"}),
        lambda c: c.post("/sparql", data={"update": "CLEAR ALL"}),
        lambda c: c.post("/sparql", params={"update": "CLEAR ALL"}),
        lambda c: c.post("/sparql", content="CLEAR ALL", headers={"Content-Type": "application/sparql-update"}),
    ],
)
def test_2_2_updates_are_refused(client, request_of):
    problem(request_of(client), 403, "read-only")
    assert bindings(client.get("/sparql", params={"query": TITLES})) == [{"t": "Plan 1"}]


@pytest.mark.parametrize("update", ["CLEAR ALL", "INSERT DATA { <a:a> <a:b> <a:c> }", "LOAD <http://example.org/>"])
def test_an_update_sent_as_a_query_is_refused(client, update):
    problem(client.post("/sparql", data={"query": update}), 400, "query-refused")


def test_a_service_that_is_not_allowed_is_refused(client):
    query = "SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
    body = problem(client.get("/sparql", params={"query": query}), 400, "query-refused")
    assert "http://127.0.0.1:1/" in body["detail"]


# --- bodies


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "multipart/form-data; boundary=x"])
def test_other_bodies_are_unsupported_and_the_answer_says_what_is(client, content_type):
    response = client.post("/sparql", content=TITLES, headers={"Content-Type": content_type})
    body = problem(response, 415, "unsupported-media-type")
    assert body["supported"] == ["application/sparql-query", FORM]
    assert response.headers["accept"] == f"application/sparql-query, {FORM}"


def test_a_body_without_a_type_is_unsupported(client):
    assert "no Content-Type" in problem(client.post("/sparql"), 415, "unsupported-media-type")["detail"]


def test_bytes_that_are_not_utf_8_are_refused_with_their_place(client):
    response = client.post(
        "/sparql", content=b"SELECT *\nWHERE { \xff }", headers={"Content-Type": "application/sparql-query"}
    )
    body = problem(response, 400, "query-syntax")
    assert (body["line"], body["column"]) == (2, 9)
    problem(client.get("/sparql?query=%FF"), 400, "usage")
    problem(client.post("/sparql", content=b"query=%FF", headers={"Content-Type": FORM}), 400, "usage")


def test_another_character_set_is_unsupported(client):
    response = client.post(
        "/sparql", content=TITLES, headers={"Content-Type": "application/sparql-query; charset=utf-16"}
    )
    problem(response, 415, "unsupported-media-type")


# --- formats


def read_json(body):
    return [row["t"]["value"] for row in json.loads(body)["results"]["bindings"]]


def read_xml(body):
    return [e.text for e in ET.fromstring(body).iter("{http://www.w3.org/2005/sparql-results#}literal")]  # noqa: S314


def read_csv(body):
    return [row["t"] for row in csv.DictReader(io.StringIO(body.decode()))]


def read_tsv(body):
    return [line.partition("@")[0].strip('"') for line in body.decode().splitlines()[1:]]


@pytest.mark.parametrize(
    ("name", "media_type", "read"),
    [
        ("json", "application/sparql-results+json", read_json),
        ("xml", "application/sparql-results+xml", read_xml),
        ("csv", "text/csv", read_csv),
        ("tsv", "text/tab-separated-values", read_tsv),
    ],
)
def test_solutions_come_in_each_format_by_accept_and_by_name(client, name, media_type, read):
    for response in (
        client.get("/sparql", params={"query": TITLES}, headers={"Accept": f"{media_type}, */*;q=0.1"}),
        client.get("/sparql", params={"query": TITLES, "format": name}, headers={"Accept": "image/png"}),
        client.post("/sparql", data={"query": TITLES, "format": name}),
        client.post("/sparql", params={"format": name}, data={"query": TITLES}),
    ):
        assert response.status_code == 200
        assert response.headers["content-type"].partition(";")[0] == media_type
        assert read(response.content) == ["Plan 1"]


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
def test_graphs_come_in_each_format_by_accept_and_by_name(client, name, media_type, form):
    for response in (
        client.get("/sparql", params={"query": GRAPH}, headers={"Accept": media_type}),
        client.get("/sparql", params={"query": GRAPH, "format": name}),
    ):
        assert response.status_code == 200
        assert response.headers["content-type"].partition(";")[0] == media_type
        assert [quad.object.value for quad in parse(response.content, form)] == ["Plan 1"]


def test_without_a_preference_solutions_are_json_and_graphs_turtle(client):
    for accept in ("*/*", ""):
        headers = {"Accept": accept}
        solutions = client.get("/sparql", params={"query": TITLES}, headers=headers)
        graph = client.get("/sparql", params={"query": GRAPH}, headers=headers)
        assert solutions.headers["content-type"] == "application/sparql-results+json"
        assert graph.headers["content-type"] == "text/turtle; charset=utf-8"


def test_accept_may_come_in_several_lines(client):
    headers = [("Accept", "image/png"), ("Accept", "text/csv")]
    response = client.get("/sparql", params={"query": TITLES}, headers=headers)
    assert response.headers["content-type"] == "text/csv; charset=utf-8"


def test_an_answer_that_is_saved_has_a_name_with_an_ending(client):
    for query, name, ending in ((TITLES, "csv", ".csv"), (GRAPH, "turtle", ".ttl")):
        response = client.get("/sparql", params={"query": query, "format": name})
        assert response.headers["content-disposition"] == f'inline; filename="answer{ending}"'


def test_ask_answers_true_and_false(client):
    for query, expected in (("ASK { ?s ?p ?o }", True), ("ASK { <a:a> ?p ?o }", False)):
        assert client.get("/sparql", params={"query": query}).json()["boolean"] is expected


def test_describe_gives_a_graph(client):
    query = "DESCRIBE <https://w3id.org/stratgraph/id/agency>"
    found = parse(client.get("/sparql", params={"query": query}).content, RdfFormat.TURTLE)
    assert {quad.subject for quad in found} == {NamedNode("https://w3id.org/stratgraph/id/agency")}


def test_one_format_serves_every_kind_of_query(client):
    graph = client.get("/sparql", params={"query": GRAPH, "format": "json"})
    assert [quad.object.value for quad in parse(graph.content, RdfFormat.JSON_LD)] == ["Plan 1"]
    assert graph.headers["content-type"] == "application/ld+json"


@pytest.mark.parametrize(("query", "accept"), [(TITLES, "text/turtle"), (GRAPH, "text/csv"), (TITLES, "image/png")])
def test_406_names_what_is_available(client, query, accept):
    response = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    available = problem(response, 406, "not-acceptable")["available"]
    assert available["tables"] == [
        "application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.apache.parquet",
        "text/markdown",
    ]  # fmt: skip
    assert available["graphs"] == [
        "text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/trig",
        "application/n-quads",
    ]  # fmt: skip


# --- HTTP: HEAD, entity tags, Vary, CORS


def test_head_has_the_headers_of_get_and_no_body(client):
    get = client.get("/sparql", params={"query": TITLES, "format": "csv"})
    head = client.head("/sparql", params={"query": TITLES, "format": "csv"})
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "etag", "vary", "cache-control"):
        assert head.headers[name] == get.headers[name]
    assert client.head("/sparql", params={"query": "SELECT"}).status_code == 400


def test_a_known_answer_is_not_sent_again(client):
    first = client.get("/sparql", params={"query": TITLES})
    again = client.get("/sparql", params={"query": TITLES}, headers={"If-None-Match": f'"x", {first.headers["etag"]}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["vary"] == first.headers["vary"]


def test_each_format_has_a_tag_of_its_own(client):
    tags = {client.get("/sparql", params={"query": TITLES, "format": f.name}).headers["etag"] for f in RESULT_FORMS}
    assert len(tags) == len(RESULT_FORMS)


def test_a_new_snapshot_is_served_and_changes_the_tag(tmp_path, served, publish, quads, elsewhere, changed):
    folder = publish(tmp_path / "store", quads)
    client = served(create_app(Settings(store=str(folder))))
    first = client.get("/sparql", params={"query": TITLES})
    assert bindings(first) == [{"t": "Plan 1"}]
    tag = first.headers["etag"]
    publish(folder, elsewhere)
    again = changed(lambda: client.get("/sparql", params={"query": TITLES}, headers={"If-None-Match": tag}), tag)
    assert bindings(again) == []


@pytest.mark.parametrize(
    "query",
    [
        *(f"SELECT ({call} AS ?x) WHERE {{}}" for call in ("NOW()", "rand()", "UUID()", "STRUUID()", "BNODE()")),
        "SELECT (BNODE('a') AS ?x) WHERE {}",
        "SELECT * WHERE { ?s ?p ?o } ORDER BYRAND()",
        "ASK { FILTERRAND() }",
        "SELECT (NOW # here\n ( ) AS ?x) WHERE {}",
    ],
)
def test_an_answer_that_varies_has_no_tag(client, query):
    response = client.get("/sparql", params={"query": query})
    assert response.status_code == 200
    assert "etag" not in response.headers


@pytest.mark.parametrize("name", ["?known", "?brand", "?bnode"])
def test_a_name_that_holds_such_a_word_takes_no_tag(client, name):
    assert "etag" in client.get("/sparql", params={"query": f"SELECT {name} WHERE {{ ?s ?p {name} }}"}).headers


def test_a_post_is_evaluated_whatever_the_client_knows(client):
    known = client.get("/sparql", params={"query": TITLES}).headers["etag"]
    response = client.post("/sparql", data={"query": TITLES}, headers={"If-None-Match": known})
    assert bindings(response) == [{"t": "Plan 1"}]


def test_answers_vary_by_accept_and_origin(client):
    for response in (client.get("/sparql", params={"query": TITLES}), client.get("/sparql")):
        assert {v.strip() for v in response.headers["vary"].split(",")} - {"Accept-Encoding"} == {"Accept", "Origin"}


def test_pages_of_any_origin_may_ask_and_read_the_tag(client):
    headers = {"Origin": "https://example.org"}
    response = client.get("/sparql", params={"query": TITLES}, headers=headers)
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["access-control-expose-headers"] == "ETag, Link, Content-Location"
    # An error has to be readable too.
    error = client.get("/sparql", params={"query": "SELECT"}, headers=headers)
    assert error.headers["access-control-allow-origin"] == "*"


def test_a_direct_post_from_a_page_passes_its_preflight(client):
    response = client.options(
        "/sparql",
        headers={
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,queryid,user-agent,x-requested-with",
        },
    )
    assert response.status_code == 200
    assert {"authorization", "content-type", "queryid", "user-agent", "x-requested-with"} <= {
        name.strip().lower() for name in response.headers["access-control-allow-headers"].split(",")
    }
    assert response.headers["access-control-allow-origin"] == "*"


def test_only_the_origins_of_the_setting_may_read(snapshots, served):
    app = create_app(Settings(store=str(snapshots), cors_origins=("https://good.example",)))
    client = served(app)
    for origin, expected in (("https://good.example", "https://good.example"), ("https://bad.example", None)):
        response = client.get("/sparql", params={"query": TITLES}, headers={"Origin": origin})
        assert response.headers.get("access-control-allow-origin") == expected


# --- errors and limits


def test_a_syntax_error_has_line_column_and_excerpt(client):
    query = "SELECT ?s\nWHERE { ?s ?p }\n"
    body = problem(client.get("/sparql", params={"query": query}), 400, "query-syntax")
    # The object is missing where the brace closes.
    assert (body["line"], body["column"]) == (2, 15)
    assert body["excerpt"] == "WHERE { ?s ?p }\n" + " " * 14 + "^"
    assert body["mend"]


def test_a_query_beyond_its_limit_names_the_setting(snapshots, served):
    client = served(create_app(Settings(store=str(snapshots), max_query_bytes=200)))
    long = TITLES + "#" * 200
    for response in (
        client.get("/sparql", params={"query": long}),
        client.post("/sparql", data={"query": long}),
        client.post("/sparql", content=long, headers={"Content-Type": "application/sparql-query"}),
        client.post("/sparql", content=b"query=" + b"x" * 5000, headers={"Content-Type": FORM}),
    ):
        body = problem(response, 413, "query-length")
        assert (body["setting"], body["value"]) == ("max_query_bytes", 200)
    assert bindings(client.post("/sparql", data={"query": TITLES})) == [{"t": "Plan 1"}]


ALL_PAIRS = "SELECT ?a ?b ?c WHERE { ?a a ?x . ?b a ?y . ?c a ?z } LIMIT 40000"


def test_a_long_answer_is_streamed_whole(client):
    with client.stream("GET", "/sparql", params={"query": ALL_PAIRS, "format": "tsv"}) as response:
        assert "content-length" not in response.headers
        body = response.read()
    # The header and one line a solution (SPARQL 1.1 Query Results CSV and TSV Formats, section 4).
    assert body.count(b"\n") == 40_001


def test_an_answer_beyond_its_limit_is_never_cut_silently(snapshots, served):
    client = served(create_app(Settings(store=str(snapshots), max_result_bytes=500_000)))
    try:
        response = client.get("/sparql", params={"query": ALL_PAIRS})
    except httpx.RemoteProtocolError:
        return  # broken off: the client knows
    assert problem(response, 413, "result-size")["setting"] == "max_result_bytes"


class Chunks:
    """An answer whose chunks the test controls."""

    form = RESULT_FORMS[0]

    def __init__(self, chunks):
        self._chunks = iter(chunks)
        self.closed = threading.Event()

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._chunks)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.closed.set()


class StoreOf:
    """A store that gives one prepared answer."""

    state = "0"

    def __init__(self, chunks):
        self.chunks = Chunks(chunks)

    def answer(self, *_args, **_kwargs):
        return self.chunks

    def close(self):
        pass


@pytest.fixture
def answering(monkeypatch, served):
    """A client of a server whose store gives these chunks."""

    def start(chunks):
        store = StoreOf(chunks)
        monkeypatch.setattr(store_on_demand, "open_store", lambda *_args, **_kwargs: store)
        return served(create_app(Settings())), store.chunks

    return start


def test_an_answer_is_closed_when_it_was_sent(answering):
    client, chunks = answering([b"a", b"b", b"c"])
    assert client.get("/sparql", params={"query": TITLES}).content == b"abc"
    assert chunks.closed.wait(10)


def test_an_answer_is_closed_when_the_client_goes_away(answering):
    def endless():
        while True:
            yield b"x" * 65536

    client, chunks = answering(endless())
    with client.stream("GET", "/sparql", params={"query": TITLES}) as response:
        next(response.iter_raw())
        assert not chunks.closed.is_set()
    assert chunks.closed.wait(10)


def test_an_answer_is_closed_after_head(answering):
    client, chunks = answering([b"a", b"b", b"c"])
    assert client.head("/sparql", params={"query": TITLES}).status_code == 200
    assert chunks.closed.wait(10)


def test_an_error_in_the_first_bytes_still_has_its_status(answering):
    def failing():
        yield b"x"
        raise LimitError("Too long.", setting="max_result_bytes", value=1)

    client, chunks = answering(failing())
    assert problem(client.get("/sparql", params={"query": TITLES}), 413, "limit")["value"] == 1
    assert chunks.closed.wait(10)


def test_an_error_after_the_first_bytes_breaks_the_connection_off(answering):
    def failing():
        yield from (b"x", b"y", b"z")
        raise LimitError("Too long.", setting="max_result_bytes", value=3)

    client, chunks = answering(failing())
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/sparql", params={"query": TITLES})
    assert chunks.closed.wait(10)


def test_a_query_that_takes_its_time_does_not_stop_the_others(answering):
    may_go_on = threading.Event()

    def waiting():
        assert may_go_on.wait(30)
        yield b"done"

    client, _ = answering(waiting())
    answers = []
    asking = threading.Thread(target=lambda: answers.append(client.get("/sparql", params={"query": TITLES})))
    asking.start()
    try:
        assert client.get("/health/live").json()["status"] == "live"
        assert not answers
    finally:
        may_go_on.set()
        asking.join()
    assert answers[0].content == b"done"


# --- service description (SPARQL 1.1 Service Description)


@pytest.mark.parametrize(
    ("media_type", "form"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/n-triples", RdfFormat.N_TRIPLES),
    ],
)
def test_sd_2_the_endpoint_describes_itself(client, address, media_type, form):
    response = client.get("/sparql", headers={"Accept": media_type})
    assert response.headers["content-type"].partition(";")[0] == media_type
    facts = {(q.subject.value, q.predicate.value, q.object.value) for q in parse(response.content, form)}

    def objects(name):
        return {o for _, p, o in facts if p == f"{SD}{name}"}

    assert objects("endpoint") == {f"{address}/sparql"}
    assert objects("supportedLanguage") == {f"{SD}SPARQL11Query", f"{SD}SPARQL12Query"}
    assert "http://www.w3.org/ns/formats/SPARQL_Results_CSV" in objects("resultFormat")
    assert len(objects("resultFormat")) == 10
    assert objects("name") == {ONE, TWO}
    assert len(objects("defaultDataset")) == len(objects("defaultGraph")) == 1
    assert objects("feature") == set()


def test_sd_federation_is_a_feature_where_it_is_allowed(snapshots, served):
    client = served(create_app(Settings(store=str(snapshots), service_allow_list=("http://127.0.0.1:1/sparql",))))
    assert "BasicFederatedQuery" in client.get("/sparql").text


def test_the_description_is_turtle_without_a_preference(client):
    assert client.get("/sparql").headers["content-type"] == "text/turtle; charset=utf-8"
    assert client.get("/sparql?format=ntriples").headers["content-type"] == "application/n-triples"


def test_a_browser_gets_a_page_to_ask_from(client):
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
    for response in (client.get("/sparql", headers={"Accept": accept}), client.get("/sparql?format=html")):
        assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert '<textarea id="query"' in response.text
        for example in examples():
            assert f'href="/queries/{example.name}"' in response.text
            assert example.title in html.unescape(response.text)


def test_a_description_that_nobody_can_read_is_not_acceptable(client):
    body = problem(client.get("/sparql", headers={"Accept": "image/png"}), 406, "not-acceptable")
    assert "text/turtle" in body["mend"]


# --- what clients send


@pytest.mark.parametrize(
    ("name", "accept", "sent"),
    [  # of SPARQLWrapper, Virtuoso's form and others, with the Accept that they send beside it
        ("n3", "application/turtle,text/turtle,text/rdf+n3,*/*", "text/turtle"),
        ("rdf", "*/*", "application/rdf+xml"),
        ("rdf+xml", "*/*", "application/rdf+xml"),
        ("ttl", "*/*", "text/turtle"),
        ("NT", "*/*", "application/n-triples"),
        ("json-ld", "*/*", "application/ld+json"),
        ("docx", "application/n-quads", "application/n-quads"),
        ("nonsense", "*/*", "text/turtle"),
    ],
)
def test_format_takes_the_words_of_clients_and_falls_back_on_accept(client, name, accept, sent):
    query = {"query": "CONSTRUCT WHERE { ?s a ?o }", "format": name}
    response = client.get("/sparql", params=query, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"].split(";")[0] == sent


def test_an_empty_graph_of_a_form_names_none(client):
    data = {"query": TITLES, "default-graph-uri": "", "named-graph-uri": ""}
    assert bindings(client.post("/sparql", data=data)) == [{"t": "Plan 1"}]


def test_a_body_in_gzip_is_read(client):
    packed = gzip.compress(TITLES.encode())
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    for content in (packed, gzip.compress(b"#\n") + packed):  # also in two members
        assert bindings(client.post("/sparql", content=content, headers=headers)) == [{"t": "Plan 1"}]
    form = headers | {"Content-Type": "application/x-www-form-urlencoded"}
    body = gzip.compress(urlencode({"query": TITLES}).encode())
    assert bindings(client.post("/sparql", content=body, headers=form)) == [{"t": "Plan 1"}]


def test_a_body_in_gzip_is_unpacked_no_further_than_a_query_may_be_long(client):
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 100_000
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    assert problem(client.post("/sparql", content=bomb, headers=headers), 413, "query-length")["setting"]


@pytest.mark.parametrize("body", [b"ASK {}", gzip.compress(b"ASK {}")[:-4], b""], ids=["plain", "cut", "empty"])
def test_what_is_no_whole_gzip_is_told(client, body):
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    assert "gzip" in problem(client.post("/sparql", content=body, headers=headers), 400, "usage")["detail"]


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip"])
def test_another_coding_is_415_and_says_what_is_read(client, coding):
    headers = {"Content-Type": "application/sparql-query", "Content-Encoding": coding}
    response = client.post("/sparql", content=b"ASK {}", headers=headers)
    problem(response, 415, "unsupported-encoding")
    assert response.headers["accept-encoding"] == "gzip, x-gzip"
