"""What one client cannot take from the others, and that whatever goes wrong is answered with all headers."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from urllib.parse import urlencode

import httpx
import pytest
from starlette.responses import PlainTextResponse

from stratgraph.errors import StoreError
from stratgraph.settings import Settings
from stratgraph.store import solutions
from stratgraph_api.app import create_app
from stratgraph_api.doors import pages
from stratgraph_api.http.guard import Guard

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


@pytest.fixture
def server(snapshots, served):
    """Starts a server that believes no proxy and keeps no answers; its client."""

    def start(**settings):
        found = Settings(store=str(snapshots), response_cache_bytes=0, trusted_proxies="", **settings)
        return served(create_app(found))

    return start


@contextlib.contextmanager
def asking(client, source, target, count):
    """So many requests of a client, whose answers it waits for."""
    url = client.base_url
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            made = stack.enter_context(socket.create_connection((url.host, url.port), 30, (source, 0)))
            made.sendall(f"GET {target} HTTP/1.1\r\nHost: {url.host}\r\n\r\n".encode())
        yield


def test_clients_that_ask_all_they_can_leave_a_worker_for_another(server):
    client = server(queue_wait_s=2, deadline_s=600)
    target = f"/sparql?{urlencode({'query': ENDLESS})}"
    with contextlib.ExitStack() as stack:
        for source in ("127.0.0.2", "127.0.0.3", "127.0.0.4"):
            stack.enter_context(asking(client, source, target, 8))
            time.sleep(0.3)
        for _ in range(20):
            assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True


@pytest.fixture
def slow_page(monkeypatch):
    """Makes the front page wait until it is let go; the texts of what it asked then."""
    gate, waiting, asked = threading.Event(), [], []

    def counted(*_):
        waiting.append(1)
        gate.wait(20)
        return ()

    monkeypatch.setattr(pages, "_plans", counted)
    yield gate, waiting, asked
    gate.set()


def test_one_client_s_pages_leave_places_for_others(server, slow_page):
    gate, waiting, _ = slow_page
    client = server(queue_wait_s=0.5, pages_at_once=4)
    with asking(client, "127.0.0.2", "/", 10):
        end = time.monotonic() + 10
        while len(waiting) < 2:
            assert time.monotonic() < end
            time.sleep(0.01)
        assert client.get("/log").status_code == 200
        assert len(waiting) == 2
        assert client.get("/health/ready").status_code == 200
        with httpx.Client(base_url=client.base_url, transport=httpx.HTTPTransport(local_address="127.0.0.2")) as same:
            response = same.get("/log")
        assert (response.status_code, response.json()["setting"]) == (429, "pages_at_once")
        gate.set()


def test_a_page_asks_in_its_client_s_name_and_is_given_up_with_it(server, monkeypatch):
    client = server(workers=8, deadline_s=600)

    def endless(store, _):
        return solutions(store, ENDLESS).rows

    monkeypatch.setattr(pages, "_plans", endless)
    with asking(client, "127.0.0.2", "/", 2):
        time.sleep(0.5)
    # Both have gone: were their questions not stopped, no page would be made any more.
    monkeypatch.setattr(pages, "_plans", lambda *_: ())
    with asking(client, "127.0.0.2", "/", 1):
        assert client.get("/").status_code == 200


def test_a_page_ends_at_the_deadline_of_a_query(server, monkeypatch):
    client = server(deadline_s=0.5)
    monkeypatch.setattr(pages, "_plans", lambda store, _: solutions(store, ENDLESS).rows)
    response = client.get("/", headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["setting"]) == (504, "deadline_s")


def test_a_log_of_many_plans_is_refused_and_of_one_many_times_is_one(client):
    many = [("plan", f"https://w3id.org/stratgraph/id/x/plan/{number}") for number in range(21)]
    response = client.get("/log", params=many)
    assert (response.status_code, response.json()["type"]) == (400, "/problems/usage")
    assert "20" in response.json()["detail"]
    assert client.get("/log", params=many[:1] * 1000).status_code == 200


def test_an_error_of_the_program_is_answered_with_all_headers(server, monkeypatch):
    def fail(_):
        raise RuntimeError("no such luck")

    client = server()
    monkeypatch.setattr(pages, "_plans", fail)
    response = client.get("/", headers={"Accept": "application/json", "Origin": "https://a.example"})
    assert (response.status_code, response.json()["type"]) == (500, "/problems/internal")
    assert "no such luck" not in response.text
    for name in ("content-security-policy", "x-content-type-options", "referrer-policy", "x-request-id"):
        assert response.headers[name]
    assert response.headers["access-control-allow-origin"] == "*"


def test_an_error_of_ours_before_the_first_piece_is_answered_as_itself():
    async def app(_, __, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("already started") from StoreError("It is gone.")

    async def answer(_, error):
        return PlainTextResponse(type(error).__name__, status_code=503)

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "client": None, "headers": []}
    asyncio.run(Guard(app, max_requests=1, answer=answer)(scope, None, send))
    assert [message.get("status") for message in sent] == [503, None]
    assert sent[1]["body"] == b"StoreError"
