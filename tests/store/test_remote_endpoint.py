"""What a server can do to us: each of its failures is an error of ours with three parts, and none shows a secret."""
# ruff: noqa: S106 - passwords of no one

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from stratgraph.errors import (
    Cancelled,
    DeadlineExceeded,
    LimitError,
    QueryError,
    QuerySyntaxError,
    RemoteError,
    StoreError,
    StratgraphError,
    UsageError,
)
from stratgraph.results import CSV, JSON
from stratgraph.serialisation import N_TRIPLES, TURTLE
from stratgraph.store import Caller, Dataset, Forms, RemoteAccess, Stop, open_store, publish, solutions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stratgraph.store import Store

RESULTS = "application/sparql-results+json"
FORMS = Forms(solutions=JSON, graph=N_TRIPLES)
BASE = "https://w3id.org/stratgraph/store"
ID = "000001-20300102T030405Z"
SD = "http://www.w3.org/ns/sparql-service-description#"
GRAPHS = ("http://example.org/v1", "http://example.org/v2")
SELECT = "SELECT * WHERE { ?s ?p ?o }"


def results(*solutions: dict[str, str]) -> bytes:
    """JSON of solutions whose values are IRIs."""
    names = list(solutions[0]) if solutions else ["s"]
    bindings = [{name: {"type": "uri", "value": value} for name, value in one.items()} for one in solutions]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


DESCRIPTION = [{"subject": f"{BASE}/{ID}", "property": f"{SD}namedGraph", "value": graph} for graph in GRAPHS]


@dataclass
class Said:
    """One answer of the server; a body of None is none, ever."""

    status: int = 200
    content_type: str = RESULTS
    body: bytes | None = results()
    headers: dict[str, str] = field(default_factory=dict)


class Server(ThreadingHTTPServer):
    """Knows what is published, and says to every other query what a test has told it to."""

    daemon_threads = True
    says = Said()
    demands = ""
    is_empty = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, list[str]]] = []
        self.authorizations: list[str] = []
        self.connections = 0
        self.released = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"

    def answer(self, form: dict[str, list[str]]) -> Said:
        text = form["query"][0]
        if "defaultDataset" in text:
            return Said(body=results(*[{"publication": f"{BASE}/{ID}"}] * (not self.is_empty)))
        if "?subject ?property ?value" in text and form["default-graph-uri"] == [f"{BASE}/{ID}"]:
            return Said(body=results(*DESCRIPTION))
        self.asked.append(form)
        return self.says


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        given = self.headers.get("Authorization", "")
        self.server.authorizations.append(given)
        if self.server.demands and not given:
            said = Said(401, "text/plain", b"who are you?", {"WWW-Authenticate": self.server.demands})
        else:
            said = self.server.answer(parse_qs(content.decode()))
        if said.body is None:
            self.server.released.wait(20)
            return
        self.send_response(said.status)
        for name, value in ({"Content-Length": str(len(said.body))} | said.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Type", said.content_type)
        self.end_headers()
        self.wfile.write(said.body)
        if int(said.headers.get("Content-Length", "0")) > len(said.body):
            self.server.released.wait(0 if "Broken" in said.headers else 20)
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as found:
        thread = threading.Thread(target=found.serve_forever, args=(0.01,))
        thread.start()
        yield found
        found.released.set()
        found.shutdown()
        thread.join()


@pytest.fixture
def connect(server: Server) -> Iterator[Callable[..., Store]]:
    opened = []

    def connect(max_result_bytes: int = 1_000_000, **access: object) -> Store:
        opened.append(open_store(server.address, max_result_bytes=max_result_bytes, remote=RemoteAccess(**access)))
        return opened[-1]

    yield connect
    for store in opened:
        store.close()


# --- what is sent ---


def test_a_query_is_asked_of_the_current_view_and_of_no_other_graph(
    server: Server, connect: Callable[..., Store]
) -> None:
    assert solutions(connect(), SELECT).rows == ()
    (sent,) = server.asked
    assert sent["query"] == [SELECT]
    assert sent["default-graph-uri"] == [f"{BASE}/{ID}/current"]
    assert sent["named-graph-uri"] == [f"{BASE}/none"]


def test_the_names_of_graphs_are_sent_to_a_query_that_has_graph(server: Server, connect: Callable[..., Store]) -> None:
    solutions(connect(), "SELECT * WHERE { graph ?g { ?s ?p ?o } }")
    assert server.asked[0]["named-graph-uri"] == list(GRAPHS)


@pytest.mark.parametrize(
    ("clauses", "default", "named"),
    [
        ("FROM <http://example.org/v1>", [GRAPHS[0]], [f"{BASE}/none"]),
        ("from named ex:v1 FROM NAMED <http://example.org/v2>", [f"{BASE}/none"], list(GRAPHS)),
        ("FROM <v2>", [GRAPHS[1]], [f"{BASE}/none"]),
        (r"FROM <http://example.org/v\u0031>", [GRAPHS[0]], [f"{BASE}/none"]),
        ("FROM <http://example.org/of-somebody-else>", [f"{BASE}/none"], [f"{BASE}/none"]),
    ],
)
def test_from_clauses_are_sent_as_the_protocols_dataset(
    server: Server, connect: Callable[..., Store], clauses: str, default: list[str], named: list[str]
) -> None:
    prologue = "BASE <http://example.org/> PREFIX ex: <http://example.org/>"
    solutions(connect(), f"{prologue} SELECT * {clauses} WHERE {{ ?s ?p 'FROM <x>' }}")
    (sent,) = server.asked
    assert (sent["default-graph-uri"], sent["named-graph-uri"]) == (default, named)
    assert sent["query"][0].replace(" ", "") == f"{prologue}SELECT*WHERE{{?s?p'FROM<x>'}}".replace(" ", "")


def test_a_dataset_of_the_request_goes_before_from(server: Server, connect: Callable[..., Store]) -> None:
    text = SELECT.replace("WHERE", f"FROM <{GRAPHS[0]}> WHERE")
    with connect().answer(text, FORMS, Dataset(default_graphs=(GRAPHS[1],))) as answer:
        answer.read()
    assert server.asked[0]["default-graph-uri"] == [GRAPHS[1]]
    assert "FROM" not in server.asked[0]["query"][0]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (<bif:http_get>('http://127.0.0.1/') AS ?x) {}",
        "PREFIX b: <bif:> SELECT (b:http_get('http://127.0.0.1/') AS ?x) {}",
        r"PREFIX b: <\u0062if:> SELECT (b:http_get('http://127.0.0.1/') AS ?x) {}",
        "PREFIX b: <SQL:> SELECT (b:anything() AS ?x) {}",
        "BASE <x:y> PREFIX b: <bi> SELECT (b:f(1) AS ?x) {}",
    ],
)
def test_functions_of_the_servers_own_are_never_sent(server: Server, connect: Callable[..., Store], text: str) -> None:
    # On Virtuoso the first of them reads any address that the server reaches.
    with pytest.raises(QueryError, match="server's own"):
        connect().answer(text, FORMS)
    assert server.asked == []


@pytest.mark.parametrize("text", ["define input:default-graph-uri <x:y> SELECT * { ?s ?p ?o }", "CLEAR ALL", "SELECT"])
def test_what_is_no_query_of_sparql_1_1_is_not_sent(server: Server, connect: Callable[..., Store], text: str) -> None:
    server.says = Said(400, "text/plain", b"no")
    with pytest.raises(QueryError):
        connect().answer(text, FORMS)
    assert [sent["query"] for sent in server.asked] in ([], [["SELECT"]])


def test_connections_are_kept(server: Server, connect: Callable[..., Store]) -> None:
    store = connect()
    for _ in range(5):
        solutions(store, SELECT)
    assert server.connections == 1


# --- what comes back ---


def test_forms_that_were_not_asked_for_are_written_here(server: Server, connect: Callable[..., Store]) -> None:
    server.says = Said(body=results({"s": "http://example.org/a"}))
    with connect().answer(SELECT, Forms(solutions=CSV, graph=None)) as answer:
        assert answer.read() == b"s\r\nhttp://example.org/a\r\n"
    server.says = Said(content_type="application/n-triples", body=b"<a:b>\t<a:c> <a:d> .\n")
    with connect().answer("CONSTRUCT WHERE { ?s ?p ?o }", Forms(solutions=None, graph=TURTLE)) as answer:
        assert answer.read().endswith(b"<a:b> <a:c> <a:d> .\n")


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (Said(401, "text/plain", b""), RemoteError, "refuses us"),
        (Said(403, "text/plain", b""), RemoteError, "refuses us"),
        (Said(404, "text/html", b"<p>x"), RemoteError, "does not answer as a SPARQL server does"),
        (Said(405, "text/plain", b""), RemoteError, "does not answer as a SPARQL server does"),
        (Said(500, "text/plain", b"out of order"), RemoteError, "out of order"),
        (Said(500, "text/html", b"<html>secret details"), RemoteError, "failed .500.\\. Look at that server's log.$"),
        (Said(503, "text/plain", b"later"), RemoteError, "busy"),
        (Said(302, "text/plain", b"", {"Location": "http://127.0.0.1:9/"}), RemoteError, "sends us to"),
        (Said(200, "text/html", b"<html>Welcome</html>"), RemoteError, "text/html where application/sparql-results"),
        (Said(206), RemoteError, "a part of the result only"),
        (Said(headers={"X-SPARQL-MaxRows": "10"}), RemoteError, "a part of the result only"),
        (Said(headers={"Content-Length": "999", "Broken": "yes"}), RemoteError, "broke off"),
        (Said(400, "text/plain", b"Aggregates are forbidden here"), QueryError, "Aggregates are forbidden"),
        (Said(500, "text/plain", b"Error SR185: Undefined procedure DB.DBA.f."), QueryError, "Undefined procedure"),
        (Said(500, "text/plain", b"The custom function <a:b> is not supported"), QueryError, "custom function"),
    ],
)
def test_a_failure_is_told_by_who_can_mend_it(
    server: Server, connect: Callable[..., Store], said: Said, kind: type[StratgraphError], words: str
) -> None:
    store = connect()
    server.says = said
    with pytest.raises(kind, match=words) as raised:
        store.answer(SELECT, FORMS).read()
    assert type(raised.value) is kind
    assert "secret details" not in str(raised.value)
    server.says = Said()
    assert solutions(store, SELECT).rows == ()  # and the next query has a connection that works


def test_results_that_are_none_are_refused(server: Server, connect: Callable[..., Store]) -> None:
    server.says = Said(body=b'{"head": {"vars": ["s"]}, "results": {"bindings": [{')
    with pytest.raises(RemoteError, match="no json of SPARQL"):
        connect().answer(SELECT, Forms(solutions=CSV, graph=None))


def test_a_syntax_error_has_its_place_whatever_the_server_says(server: Server, connect: Callable[..., Store]) -> None:
    server.says = Said(400, "text/plain", b"syntax error")
    with pytest.raises(QuerySyntaxError) as raised:
        connect().answer("SELECT * WHERE {\n ?s ?p ?o", FORMS)
    assert raised.value.where is not None
    assert (raised.value.where.line, raised.value.where.column) == (2, 10)
    server.says = Said(400, "text/plain", b"Cannot do that at line 3, column 5.")
    with pytest.raises(QueryError) as refused:
        connect().answer(SELECT, FORMS)
    assert refused.value.where is not None
    assert (refused.value.where.line, refused.value.where.column) == (3, 5)


def test_a_large_answer_is_refused_and_never_cut(server: Server, connect: Callable[..., Store]) -> None:
    server.says = Said(body=results(*[{"s": f"http://example.org/{n}"} for n in range(20_000)]))
    limit = len(server.says.body or b"") - 1
    with pytest.raises(LimitError), connect(limit).answer(SELECT, FORMS) as answer:
        for _ in answer:
            pass
    assert connect(limit + 1).answer(SELECT, FORMS).read() == server.says.body


def test_nothing_published_says_what_to_run(server: Server, connect: Callable[..., Store]) -> None:
    server.is_empty = True
    with pytest.raises(StoreError, match="Nothing is published") as raised:
        connect()
    assert "stratgraph build" in raised.value.mend


def test_a_server_that_is_not_there_cannot_be_reached() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/sparql"
        with pytest.raises(RemoteError, match="cannot be reached") as raised:
            open_store(address, max_result_bytes=1)
    assert address in raised.value.what
    assert raised.value.mend


# --- time ---


def test_a_server_that_does_not_answer_is_waited_for_no_longer_than_set(
    server: Server, connect: Callable[..., Store]
) -> None:
    store = connect(timeout_s=0.2)
    server.says = Said(body=None)
    with pytest.raises(RemoteError, match=r"0\.2 seconds") as raised:
        store.answer(SELECT, FORMS)
    assert "remote_timeout_s" in raised.value.mend


def test_an_askers_deadline_is_a_limit(server: Server, connect: Callable[..., Store]) -> None:
    store = connect(timeout_s=20)
    server.says = Said(body=None)
    with pytest.raises(DeadlineExceeded):
        store.answer(SELECT, FORMS, caller=Caller(deadline_s=0.2))


def test_a_question_can_be_taken_back_while_the_server_thinks(server: Server, connect: Callable[..., Store]) -> None:
    for store in (connect(timeout_s=20), connect(timeout_s=20)):  # with a kept connection, then with a new one
        server.says = Said(body=None)
        stop = Stop()
        threading.Timer(0.1, stop.set).start()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            store.answer(SELECT, FORMS, caller=Caller(stop=stop))
        assert time.monotonic() - began < 10  # not the twenty seconds of the server


def test_a_question_can_be_taken_back_within_its_answer(server: Server, connect: Callable[..., Store]) -> None:
    whole = results(*[{"s": f"http://example.org/{n}"} for n in range(20_000)])
    server.says = Said(body=whole, headers={"Content-Length": str(len(whole) + 1)})
    stop = Stop()
    with connect(10_000_000).answer(SELECT, FORMS, caller=Caller(stop=stop)) as answer:
        chunks = iter(answer)
        next(chunks)
        stop.set()
        with pytest.raises(Cancelled):
            for _ in chunks:
                pass


def test_a_question_that_was_taken_back_before_is_not_asked(server: Server, connect: Callable[..., Store]) -> None:
    store, stop = connect(), Stop()
    stop.set()
    with pytest.raises(Cancelled):
        store.answer(SELECT, FORMS, caller=Caller(stop=stop))
    assert server.asked == []


# --- credentials ---


def test_basic_is_used_where_the_server_wants_it(server: Server, connect: Callable[..., Store]) -> None:
    server.demands = 'Basic realm="x"'
    solutions(connect(user="me", password="pass:wörd"), SELECT)
    assert server.authorizations[-1] == "Basic " + base64.b64encode("me:pass:wörd".encode()).decode()


def test_digest_is_used_where_the_server_wants_it(server: Server, connect: Callable[..., Store]) -> None:
    server.demands = 'Digest realm="SPARQL", nonce="abc", opaque="def", qop="auth", algorithm="MD5"'
    solutions(connect(user="dba", password="hidden"), SELECT)
    assert server.authorizations[-1].startswith('Digest username="dba", realm="SPARQL"')
    assert "hidden" not in "".join(server.authorizations)


def test_a_token_is_sent_at_once(server: Server, connect: Callable[..., Store]) -> None:
    solutions(connect(token="t0ken"), SELECT)
    assert set(server.authorizations) == {"Bearer t0ken"}


def test_secrets_are_not_shown(server: Server, connect: Callable[..., Store]) -> None:
    access = RemoteAccess(user="me", password="hidden", token="t0ken")
    assert "hidden" not in repr(access)
    assert "t0ken" not in repr(access)
    server.says = Said(403, "text/plain", b"")
    with pytest.raises(RemoteError) as raised:
        connect(user="me", password="hidden").answer(SELECT, FORMS)
    assert "hidden" not in str(raised.value)


@pytest.mark.parametrize("address", ["http://me:hidden@127.0.0.1/sparql", "http://", "http://h:port/"])
def test_an_address_with_a_password_in_it_is_refused_without_showing_it(address: str) -> None:
    for use in (
        lambda: open_store(address, max_result_bytes=1),
        lambda: publish(address, [], name="x", created=None),
        lambda: RemoteAccess(update=address),
        lambda: RemoteAccess(graph_store=address),
    ):
        with pytest.raises(UsageError) as raised:
            use()
        assert "hidden" not in str(raised.value)


def test_a_closed_store_gives_its_connections_back(connect: Callable[..., Store]) -> None:
    store = connect()
    solutions(store, SELECT)
    with closing(store):
        pass
    with pytest.raises(StoreError, match="closed"):
        solutions(store, SELECT)
