"""Connections: how many, how large a head, how slowly; and that a server that is told to end does."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from stratgraph.errors import UsageError
from stratgraph.settings import Settings, read_settings
from stratgraph_api.app import create_app
from stratgraph_api.http.clients import client_of, name_of
from stratgraph_api.http.guard import tell_gone
from stratgraph_api.serving import part_of

CLI = Path(sys.executable).with_name("stratgraph")
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


@pytest.fixture
def limited(snapshots, served):
    """Starts a server with these settings; its client."""

    def start(**settings):
        return served(create_app(Settings(store=str(snapshots), **settings)))

    return start


@contextlib.contextmanager
def connected(client, source="127.0.0.1", sent=b""):
    url = client.base_url
    with socket.create_connection((url.host, url.port), source_address=(source, 0), timeout=30) as connection:
        connection.sendall(sent)
        yield connection


def answer_to(client, sent):
    """What is answered to these bytes: status, header fields in lower case, body."""
    with connected(client, sent=sent) as connection:
        received = b""
        while piece := connection.recv(65_536):
            received += piece
            if b"\r\n\r\n" in received:
                answer = parsed(received)
                if len(answer[2]) == int(answer[1]["content-length"]):
                    break
    return parsed(received)


def parsed(received):
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(first.split()[1]), fields, body


def problem_at(answer, status, name):
    code, fields, body = answer
    assert code == status
    assert fields["content-type"] == "application/problem+json"
    assert fields["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in fields["content-security-policy"]
    members = json.loads(body)
    assert (members["type"], members["status"]) == (f"/problems/{name}", status)
    return members


# --- heads


@pytest.mark.parametrize("size", [3_000, 300_000])
def test_a_head_that_is_too_large_is_refused_however_it_comes(limited, size):
    client = limited(max_head_bytes=2000)
    for head in (
        b"GET /health/live HTTP/1.1\r\nHost: a\r\nAccept: " + b"a" * size,
        b"GET /health/live?" + b"a" * size,
        b"GET /health/live HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * (size // 6),
    ):
        for end in (b"", b"\r\n\r\n"):
            members = problem_at(answer_to(client, head + end), 431, "head-size")
            assert (members["setting"], members["value"]) == ("max_head_bytes", 2000)
    assert client.get("/health/live", headers={"Accept": "a" * 1000}).status_code == 200


def test_a_head_of_too_many_fields_is_refused(limited):
    client = limited(max_head_fields=10)
    fields = b"".join(b"X-%d: a\r\n" % number for number in range(10))
    problem_at(answer_to(client, b"GET / HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n"), 431, "head-size")


def test_an_accept_of_many_ranges_is_read_to_some_length(client):
    ranges = ",".join(f"a/b{number};q=0.1" for number in range(3000))
    response = client.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": f"text/csv,{ranges}"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert (
        client.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": f"{ranges},text/csv"}).status_code == 406
    )


@pytest.mark.parametrize("hosts", [b"", b"Host: a\r\nHost: a\r\n", b"Host: a\r\nhost: b\r\n"])
def test_a_request_of_http_1_1_has_one_host(client, hosts):
    answer = answer_to(client, b"GET /health/live HTTP/1.1\r\n" + hosts + b"\r\n")
    assert "Host" in problem_at(answer, 400, "http")["detail"]


def test_a_request_of_http_1_0_need_not_have_a_host(client):
    assert answer_to(client, b"GET /health/live HTTP/1.0\r\n\r\n")[0] == 200


# --- slow ones


def begun(target, media_type, length="Content-Length: 9000", body="A"):
    return f"POST {target} HTTP/1.1\r\nHost: a\r\nContent-Type: {media_type}\r\n{length}\r\n\r\n{body}".encode()


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /health/live HTTP/1.1\r\nHost: a\r\nX: ",
        begun("/sparql", "application/sparql-query"),
        begun("/sparql", "application/sparql-query", "Transfer-Encoding: chunked", "2000\r\nASK"),
        begun("/reconcile", "application/x-www-form-urlencoded"),
        begun("/validate", "text/turtle"),
        begun("/review", "multipart/form-data; boundary=b", body="--b\r\n"),
    ],
)
def test_a_request_that_comes_by_the_byte_is_refused(limited, begun):
    client = limited(stall_s=0.5)
    with connected(client, sent=begun) as connection:
        connection.settimeout(0.1)
        received = b""
        for _ in range(100):
            with contextlib.suppress(OSError):
                connection.sendall(b"a")
            try:
                piece = connection.recv(65_536)
            except TimeoutError:
                continue
            except ConnectionResetError:
                break
            if not piece:
                break
            received += piece
        else:
            pytest.fail("the connection is still held")
    members = problem_at(parsed(received), 408, "upload-stalled")
    assert (members["setting"], members["value"]) == ("stall_s", 0.5)


def test_a_request_behind_another_in_the_same_piece_has_its_time_too(limited):
    client = limited(stall_s=0.5)
    pair = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n" + begun("/validate", "text/turtle")
    with connected(client, sent=pair) as connection:
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    first, _, rest = received.partition(b"HTTP/1.1 408")
    assert first.startswith(b"HTTP/1.1 200")
    assert rest


def test_a_request_whose_turn_has_not_come_does_not_break_the_one_before(limited):
    client = limited(stall_s=0.3, deadline_s=2)
    query = f"GET /sparql?query={ENDLESS.replace(' ', '%20')} HTTP/1.1\r\nHost: a\r\n\r\nGET /hea".encode()
    with connected(client, sent=query) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 504")


@pytest.mark.parametrize("beside", [b"0\r\n" + b"X-%d: aaaa\r\n" * 40_000, b"1;" + b"a" * 400_000])
def test_what_stands_beside_a_chunked_body_is_bounded_too(limited, beside):
    client = limited(max_head_bytes=20_000)
    sent = begun("/sparql", "application/sparql-query", "Transfer-Encoding: chunked", "1\r\nA\r\n") + beside
    problem_at(answer_to(client, sent), 431, "head-size")


def test_a_trailer_is_read_over(limited):
    sent = begun(
        "/sparql", "application/sparql-query", "Transfer-Encoding: chunked", "6\r\nASK {}\r\n0\r\nX: a\r\n\r\n"
    )
    with connected(limited(), sent=sent) as connection:
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")


def test_small_chunks_are_read(client):
    pieces = (letter.encode() for letter in "ASK { ?s ?p ?o }" + " " * 500)
    response = client.post("/sparql", content=pieces, headers={"Content-Type": "application/sparql-query"})
    assert response.json()["boolean"] is True


def test_a_connection_that_asks_nothing_is_closed(limited):
    with connected(limited(stall_s=0.3)) as connection:
        assert connection.recv(100) == b""


def test_a_body_that_goes_on_after_its_answer_does_not_hold_the_connection(limited):
    client = limited(stall_s=0.5)
    begun = b"POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\na"
    with connected(client, sent=begun) as connection:
        end = time.monotonic() + 20
        with contextlib.suppress(OSError):
            while connection.recv(65_536):
                assert time.monotonic() < end
                time.sleep(0.1)
                connection.sendall(b"a")


def test_a_body_that_comes_fast_enough_may_take_longer(limited):
    client = limited(stall_s=1, min_client_bytes_per_s=1000)

    def pieces():
        for _ in range(8):
            yield b"# " + b"a" * 1000 + b"\n"
            time.sleep(0.3)
        yield b"ASK {}"

    response = client.post("/sparql", content=pieces(), headers={"Content-Type": "application/sparql-query"})
    assert response.json()["boolean"] is True


def test_a_kept_answer_that_nobody_takes_is_given_up(snapshots, served):
    settings = Settings(store=str(snapshots), stall_s=0.5, min_client_bytes_per_s=10_000_000)
    client = served(create_app(settings))
    target = f"/sparql?query={'SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 30000'.replace(' ', '%20')}"
    size = len(client.get(target, headers={"Accept-Encoding": "identity"}).content)
    assert size > 3_000_000
    url = client.base_url
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect((url.host, url.port))
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        time.sleep(2.5)
        received = 0
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(1 << 20):
                received += len(piece)
        assert received < size


def test_a_wish_for_another_protocol_is_ignored(client):
    fields = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\nContent-Length: 6"
    sent = begun("/sparql", "application/sparql-query", fields, "ASK {}")
    with connected(client, sent=sent) as connection:
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")


def test_answers_come_in_the_order_of_their_requests(client):
    good = f"GET /sparql?query={'SELECT * { ?s ?p ?o } ORDER BY ?s'.replace(' ', '%20')} HTTP/1.1\r\nHost: a\r\n\r\n"
    with connected(client, sent=good.encode() + b"GET / HTTP/1.1\r\nX: no host\r\n\r\n") as connection:
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    assert received.startswith(b"HTTP/1.1 200")
    assert received.count(b"HTTP/1.1 ") == 1


# --- how many


def test_one_client_leaves_connections_for_others(limited):
    client = limited(max_connections=8, trusted_proxies="")
    with contextlib.ExitStack() as stack:
        for _ in range(8):
            stack.enter_context(connected(client, "127.0.0.2"))
        assert client.get("/health/live").status_code == 200
        with connected(client, "127.0.0.2") as connection:
            members = problem_at(parsed(connection.recv(65_536)), 503, "connections")
            assert "of this client" in members["detail"]
    assert client.get("/health/live").status_code == 200


def test_a_trusted_proxy_may_have_all_connections(limited):
    client = limited(max_connections=8, connections_per_client=2, trusted_proxies="127.0.0.2")
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(connected(client, "127.0.0.2")) for _ in range(7)]
        for connection in held:
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 200")


def test_one_client_s_requests_leave_room_for_others(limited):
    client = limited(max_requests=4, workers=8, queries_per_client=8, response_cache_bytes=0, trusted_proxies="")
    query = b"GET /sparql?query=" + httpx.QueryParams({"q": ENDLESS})["q"].replace(" ", "%20").encode()
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(connected(client, "127.0.0.2")) for _ in range(3)]
        for connection in held:
            connection.sendall(query + b" HTTP/1.1\r\nHost: a\r\n\r\n")
            time.sleep(0.2)
        status, fields, body = parsed(held[2].recv(65_536))
        assert (status, json.loads(body)["setting"]) == (429, "max_requests")
        assert fields["retry-after"]
        assert fields["access-control-allow-origin"] if "origin" in fields else True
        assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True


def test_those_that_are_refused_do_not_pile_up(limited):
    client = limited(max_connections=4, trusted_proxies="")
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(connected(client, "127.0.0.2")) for _ in range(120)]
        start = time.monotonic()
        ended = sum(connection.recv(65_536) != b"" for connection in held[4:])
        assert ended > 100
        # 50 of them are left open for a second, so that they can read why; the others are closed at once.
        assert time.monotonic() - start < 20
        assert client.get("/health/live").status_code == 200


@pytest.mark.parametrize("trusted", ["127.0.0.0/29", "*"])
def test_proxies_may_be_a_network(limited, trusted):
    client = limited(max_connections=8, connections_per_client=2, trusted_proxies=trusted)
    with contextlib.ExitStack() as stack:
        for _ in range(6):
            stack.enter_context(connected(client, "127.0.0.2"))
        assert client.get("/health/live").status_code == 200


def test_what_is_no_network_is_refused():
    with pytest.raises(UsageError, match="trusted_proxies"):
        read_settings(trusted_proxies="127.0.0.1 proxy.example")


# --- who is who


def test_clients_are_told_apart_by_address_and_ipv6_ones_by_network():
    assert name_of("192.0.2.7") == "192.0.2.7"
    assert name_of("::ffff:192.0.2.7") == "192.0.2.7"
    assert name_of("2001:db8:1:2:3::4") == name_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert name_of("fe80::1%eth0") == "fe80::/64"
    assert name_of("") == "unknown"
    assert len(name_of("x" * 1000)) == 100
    assert client_of({"client": None}) == "unknown"


@pytest.mark.parametrize(("trusted", "is_believed"), [("127.0.0.1", True), ("", False)])
def test_what_a_proxy_says_is_believed_where_it_is_trusted(limited, trusted, is_believed):
    client = limited(trusted_proxies=trusted)
    response = client.get("/void", headers={"X-Forwarded-Proto": "https", "Accept": "text/turtle"})
    assert ("https://127.0.0.1" in response.text) is is_believed


# --- ending


def start(store, **settings):
    """A server in a process of its own, its address, and where its log goes."""
    environment = os.environ | {f"STRATGRAPH_{name.upper()}": str(value) for name, value in settings.items()}
    process = subprocess.Popen(
        [CLI, "serve", "--port", "0", "--store", str(store)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # Rich writes the words of the terminal to standard error.
    said = ""
    while "Stop with" not in said:
        line = process.stderr.readline()
        assert line, process.stderr.read()
        said += line
    address = re.search(r"http://127\.0\.0\.1:\d+", said)[0]
    with httpx.Client(base_url=address) as client:
        end = time.monotonic() + 60
        while True:
            with contextlib.suppress(httpx.TransportError):
                if client.get("/health/ready").status_code == 200:
                    return SimpleNamespace(process=process, base_url=client.base_url)
            assert time.monotonic() < end
            time.sleep(0.05)


def children(pid):
    """All processes below one, by their numbers."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def command(pid):
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def is_alive(pid):
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_end_does_whoever_holds_what(snapshots, number):
    server = start(snapshots, shutdown_s=1, deadline_s=600)
    half = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 90\r\n\r\nA"
    query = f"GET /sparql?query={ENDLESS.replace(' ', '%20')} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    with connected(server, sent=half), connected(server, sent=query), connected(server, sent=b"GET"):
        time.sleep(0.5)
        below = children(server.process.pid)
        assert below
        server.process.send_signal(number)
        _, log = server.process.communicate(timeout=20)
    assert "Traceback" not in log
    assert "was ended with the server" in log
    end = time.monotonic() + 20
    while any(map(is_alive, below)):
        assert time.monotonic() < end, "a process is left"
        time.sleep(0.05)


def test_a_second_signal_ends_the_server_at_once(snapshots):
    server = start(snapshots, shutdown_s=600, deadline_s=600)
    query = f"GET /sparql?query={ENDLESS.replace(' ', '%20')} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    with connected(server, sent=query):
        time.sleep(0.5)
        below = children(server.process.pid)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert server.process.poll() is None
        server.process.send_signal(signal.SIGTERM)
        _, log = server.process.communicate(timeout=20)
    assert server.process.returncode == 128 + signal.SIGTERM
    assert "second signal" in log
    end = time.monotonic() + 20
    while any(map(is_alive, below)):
        assert time.monotonic() < end, "a process is left"
        time.sleep(0.05)


# --- the log and the environment


def test_several_processes_serve_on_one_port_and_one_that_ends_is_replaced(snapshots):
    server = start(snapshots, processes=2, shutdown_s=2)
    serving = [pid for pid in children(server.process.pid) if b"spawn_main" in command(pid)]
    assert len(serving) == 2
    # All of them take connections: each has a keeper of its own once it has opened the store.
    with httpx.Client(base_url=server.base_url, headers={"Connection": "close"}) as client:
        end = time.monotonic() + 60
        while any(b"store.keeper" not in b"".join(map(command, children(pid))) for pid in serving):
            assert time.monotonic() < end
            assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
        os.kill(serving[0], signal.SIGKILL)
        while len({pid for pid in children(server.process.pid) if b"spawn_main" in command(pid)} - {serving[0]}) < 2:
            assert time.monotonic() < end
            time.sleep(0.05)
        assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
    below = children(server.process.pid)
    server.process.send_signal(signal.SIGTERM)
    _, log = server.process.communicate(timeout=60)
    assert server.process.returncode == 0
    assert "Traceback" not in log
    assert f"Process {serving[0]} has ended with -9, and another one is started." in log
    end = time.monotonic() + 20
    while any(map(is_alive, below)):
        assert time.monotonic() < end, "a process is left"
        time.sleep(0.05)


def test_processes_end_with_the_one_that_started_them(snapshots):
    server = start(snapshots, processes=2)
    below = children(server.process.pid)
    server.process.kill()
    server.process.communicate(timeout=20)
    end = time.monotonic() + 20
    while any(map(is_alive, below)):
        assert time.monotonic() < end, "a process is left"
        time.sleep(0.05)


def test_the_limits_of_processes_are_those_of_the_whole():
    settings = Settings(processes=3, workers=9, max_requests=200, pages_at_once=3, reviews_at_once=3)
    part = part_of(settings)
    assert (part.workers, part.max_requests, part.pages_at_once) == (3, 66, 1)
    assert part.deadline_s == settings.deadline_s
    with pytest.raises(UsageError, match="5 processes cannot share queries_per_client, which is 4") as raised:
        part_of(Settings(processes=5, pages_at_once=5))
    assert raised.value.mend == "Start fewer processes, or raise queries_per_client."


def test_the_log_has_a_line_with_time_and_request_for_what_was_broken_off_or_ended(snapshots):
    server = start(snapshots, deadline_s=0.5)
    half = b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 90\r\n\r\nA"
    with connected(server, sent=half):
        time.sleep(0.3)
    response = httpx.get(f"{server.base_url}/sparql", params={"query": ENDLESS})
    assert response.status_code == 504
    time.sleep(0.3)
    server.process.send_signal(signal.SIGTERM)
    _, log = server.process.communicate(timeout=30)
    assert "Traceback" not in log
    line = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} WARNING \[[0-9a-f]{6}\] "
    gone = rf"{line}stratgraph_api\.http\.guard: POST /sparql: the client \S+ went away\.$"
    assert len(re.findall(gone, log, re.MULTILINE)) == 1
    (ended,) = re.findall(rf"{line}(stratgraph\.store\.exchange: .*)$", log, re.MULTILINE)
    assert "took longer" in ended
    assert "SELECT (COUNT(*)" in ended
    assert response.headers["x-request-id"] in log


def test_a_path_cannot_write_lines_into_the_log(snapshots, served, caplog):
    client = served(create_app(Settings(store=str(snapshots), response_cache_bytes=0)))
    target = "/id/a%0A2026-01-01 ERROR forged".replace(" ", "%20")
    with connected(client, sent=begun(target, "a/b")):
        time.sleep(0.2)
    scope = {"method": "GET", "path": "/id/a\n2026 ERROR", "client": None}
    tell_gone(scope)
    assert not any("\n" in record.getMessage() for record in caplog.records)


def test_no_child_of_the_server_has_the_token(snapshots):
    token = "t0ken-of-this-test"  # noqa: S105 - it opens nothing
    server = start(snapshots, publish_token=token, remote_password="pa55word-of-this-test")  # noqa: S106
    answer = httpx.post(f"{server.base_url}/validate", content=b"", headers={"Content-Type": "text/turtle"})
    assert answer.status_code < 500
    below = children(server.process.pid)
    assert len(below) >= 3
    for pid in below:
        environment = (Path("/proc") / str(pid) / "environ").read_bytes()
        assert token.encode() not in environment
        assert b"pa55word" not in environment
    server.process.send_signal(signal.SIGTERM)
    _, log = server.process.communicate(timeout=30)
    assert token not in log
