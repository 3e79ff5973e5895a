"""Each limit of a query over HTTP: its problem, and that the others go on."""

from __future__ import annotations

import contextlib
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import httpx
import pytest

from stratgraph.settings import Settings
from stratgraph.store import PoolLimits
from stratgraph_api.app import create_app

LIGHT = "ASK { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
LONG_STREAM = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
BIG = "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c"


@pytest.fixture
def client(snapshots, served):
    """Starts a server with these settings, which keeps no answers, so that each query needs a worker; its client."""

    def start(**settings):
        return served(create_app(Settings(store=str(snapshots), response_cache_bytes=0, **settings)))

    return start


def ask(client, query=LIGHT, **parameters):
    return client.get("/sparql", params={"query": query} | parameters)


def problem(response, status, name):
    body = response.json()
    assert (response.status_code, body["type"]) == (status, f"/problems/{name}"), body
    return body


@contextlib.contextmanager
def waiting(client, query=ENDLESS):
    """A request whose answer nobody waits for; its connection is closed at the end."""
    url = client.base_url
    with socket.create_connection((url.host, url.port)) as connection:
        target = f"/sparql?{urlencode({'query': query})}"
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {url.host}\r\n\r\n".encode())
        yield connection


def refused(client):
    """The first answer to a light query that is none; all workers are busy some time after they are asked."""
    end = time.monotonic() + 20
    while (response := ask(client)).status_code == 200:
        assert time.monotonic() < end
    return response


def test_a_query_is_stopped_at_its_deadline(client):
    body = problem(ask(client(deadline_s=0.5), ENDLESS), 504, "deadline")
    assert (body["setting"], body["value"]) == ("deadline_s", 0.5)


def test_a_client_may_lower_the_deadline_and_not_raise_it(client):
    patient = client(deadline_s=25)
    form = patient.post("/sparql", data={"query": ENDLESS, "timeout": "0.3"})
    direct = patient.post("/sparql?timeout=0.3", content=ENDLESS, headers={"Content-Type": "application/sparql-query"})
    for response in (ask(patient, ENDLESS, timeout="0.3"), form, direct):
        assert "0.3 seconds" in problem(response, 504, "deadline")["detail"]
    body = problem(ask(client(deadline_s=0.4), ENDLESS, timeout=3000), 504, "deadline")
    assert "0.4 seconds" in body["detail"]


@pytest.mark.parametrize("timeout", ["", "0", "0.0"])
def test_no_timeout_as_forms_of_other_servers_send_it_says_nothing(client, timeout):
    assert ask(client(), "ASK {}", timeout=timeout).json()["boolean"] is True


@pytest.mark.parametrize("timeout", ["-1", "x", "1e9", "inf", "nan", "١", ["1", "2"]])
def test_a_timeout_that_is_none_is_refused(client, timeout):
    assert "number of seconds" in problem(ask(client(), timeout=timeout), 400, "usage")["mend"]


def test_a_query_that_needs_too_much_memory_is_stopped(client):
    body = problem(ask(client(query_memory_mb=64), BIG), 413, "memory")
    assert (body["setting"], body["value"]) == ("query_memory_mb", 64)


def test_an_overloaded_server_says_so_and_when_to_ask_again(client):
    server = client(workers=1, queue_length=0)
    with waiting(server):
        response = refused(server)
        assert problem(response, 503, "overloaded")["setting"] == "queue_length"
        assert int(response.headers["retry-after"]) > 0


def test_a_client_with_too_many_queries_is_told(client):
    server = client(workers=2, queries_per_client=1, queue_wait_s=0.2)
    with waiting(server):
        response = refused(server)
        assert problem(response, 429, "too-many-queries")["setting"] == "queries_per_client"
        assert int(response.headers["retry-after"]) > 0


def test_light_queries_are_answered_while_heavy_ones_hold_workers(client):
    server = client(workers=8)
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(waiting(server))
        for _ in range(100):
            assert ask(server).json()["boolean"] is True
        assert server.get("/health/ready").json()["status"] == "ready"
        assert server.get("/").status_code == 200


@pytest.mark.parametrize("query", [ENDLESS, LONG_STREAM])
def test_the_query_of_a_client_that_goes_away_is_stopped(client, query):
    server = client(workers=1, queue_wait_s=20, deadline_s=600, stall_s=600)
    for _ in range(3):
        with waiting(server, query) as connection:
            if query == LONG_STREAM:
                assert connection.recv(100).startswith(b"HTTP/1.1 200")
            else:
                time.sleep(0.3)
        assert ask(server).json()["boolean"] is True


def test_the_query_of_a_client_that_goes_away_while_it_waits_for_a_worker_is_not_run(client):
    server = client(workers=1, queue_length=1, queue_wait_s=600, deadline_s=600)
    with waiting(server):
        for _ in range(3):
            with waiting(server):
                time.sleep(0.2)
    # That they are gone is noticed in a moment; a query of theirs that ran would hold the worker for ten minutes.
    end = time.monotonic() + 20
    while "boolean" not in (answer := ask(server).json()):
        assert time.monotonic() < end, answer
        time.sleep(0.05)
    assert answer["boolean"] is True


def test_a_client_that_takes_nothing_is_broken_off(client):
    server = client(workers=1, queue_wait_s=20, stall_s=0.5, deadline_s=600)
    with waiting(server, LONG_STREAM) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
        assert ask(server).json()["boolean"] is True
        rest = b""
        while piece := connection.recv(1 << 20):
            rest = rest[-100:] + piece
    # The last chunk of a whole answer is empty (RFC 9112, section 7.1).
    assert not rest.endswith(b"\r\n0\r\n\r\n")


@pytest.mark.parametrize("limits", [{"deadline_s": 1}, {"max_result_bytes": 5_000_000}])
def test_a_limit_that_is_hit_in_a_stream_breaks_it_off(client, limits):
    server = client(**limits)
    taken = 0
    with server.stream("GET", "/sparql", params={"query": LONG_STREAM}) as response:
        assert response.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            taken = sum(map(len, response.iter_raw()))
    assert taken == 0
    assert ask(server).json()["boolean"] is True


def test_many_clients_at_once_are_all_answered(client):
    server = client(workers=2, queries_per_client=2)
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: ask(server).status_code, range(200)))
    assert answers == [200] * 200


def test_the_settings_reach_the_workers():
    settings = Settings(workers=3, queries_per_client=2, deadline_s=7, query_memory_mb=70, max_memory_quads=9)
    limits = settings.part(PoolLimits)
    assert (limits.workers, limits.queries_per_client, limits.deadline_s) == (3, 2, 7)
    assert (limits.query_memory_mb, limits.max_memory_quads) == (70, 9)
