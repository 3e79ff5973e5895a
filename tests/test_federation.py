"""The gateway to SERVICE endpoints: real servers on loopback, and what must stay out of reach."""

from __future__ import annotations

import ipaddress
import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from stratgraph import federation
from stratgraph.errors import RemoteError, UsageError
from stratgraph.federation import Gateway, _Refused, open_gateway
from stratgraph.results import JSON
from stratgraph.settings import Settings
from stratgraph.store import Forms, memory_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ANSWER = json.dumps(
    {"head": {"vars": ["o"]}, "results": {"bindings": [{"o": {"type": "literal", "value": "from afar"}}]}}
).encode()


@contextmanager
def far_side(reply: Callable[[BaseHTTPRequestHandler], None], host: str = "127.0.0.1") -> Iterator[str]:
    """A server that answers each POST as ``reply`` says; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            reply(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}/sparql"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def good(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Type", "application/sparql-results+json")
    request.end_headers()
    request.wfile.write(ANSWER)


def redirect_to(target: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(307)
        request.send_header("Location", target)
        request.end_headers()

    return reply


def ask(gateway: Gateway, endpoint: str) -> str:
    """Asks the engine a query that calls the endpoint through the gateway."""
    with memory_store([Quad(NamedNode("urn:a"), NamedNode("urn:b"), Literal("here"))]).answer(
        f"SELECT ?o {{ SERVICE <{gateway.address(endpoint)}> {{ ?s ?p ?o }} }}", Forms(JSON, None)
    ) as answer:
        return answer.read().decode()


def gateway(*endpoints: str, networks: tuple[str, ...] = (), max_bytes: int = 10_000, timeout_s: float = 5) -> Gateway:
    return Gateway(endpoints, networks=networks, timeout_s=timeout_s, max_bytes=max_bytes)


def test_an_endpoint_that_is_listed_by_its_address_answers() -> None:
    with far_side(good) as endpoint, gateway(endpoint) as through:
        assert "from afar" in ask(through, endpoint)


def test_a_name_that_leads_to_a_private_address_is_out_of_reach_unless_its_network_is_listed() -> None:
    with far_side(good) as address:
        endpoint = address.replace("127.0.0.1", "localhost")
        with gateway(endpoint) as through, pytest.raises(RemoteError, match="not public"):
            ask(through, endpoint)
        with gateway(endpoint, networks=("127.0.0.0/8", "::1/128")) as through:
            assert "from afar" in ask(through, endpoint)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "169.254.169.254", "192.168.1.1", "[::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "224.0.0.1"]
)
def test_no_redirect_leads_to_another_host(host: str) -> None:
    target = f"http://{host}/sparql"
    with (
        far_side(redirect_to(target)) as endpoint,
        gateway(endpoint) as through,
        pytest.raises(RemoteError, match="not on the allow-list"),
    ):
        ask(through, endpoint)


def test_a_redirect_to_another_listed_endpoint_is_followed_and_to_another_port_is_not() -> None:
    with far_side(good) as other, far_side(redirect_to(other)) as endpoint:
        with gateway(endpoint) as through, pytest.raises(RemoteError, match="not on the allow-list"):
            ask(through, endpoint)
        with gateway(endpoint, f"{other}/beside") as through, pytest.raises(RemoteError, match="not on the allow-list"):
            ask(through, endpoint)
        with gateway(endpoint, other) as through:
            assert "from afar" in ask(through, endpoint)


@pytest.mark.parametrize(
    "location", ["/moved", "moved?x=1", "//{netloc}/moved", "http://{netloc}/moved", "/verschöben"]
)
def test_a_redirect_within_an_origin_is_followed(location: str) -> None:
    def reply(request: BaseHTTPRequestHandler) -> None:
        if request.path == "/sparql":
            redirect_to(location.format(netloc=request.headers["host"]))(request)
        else:
            good(request)

    with far_side(reply) as endpoint, gateway(endpoint) as through:
        assert "from afar" in ask(through, endpoint)


def test_behind_a_redirect_to_another_endpoint_the_rule_is_that_endpoint_s() -> None:
    with (
        far_side(good) as first,
        far_side(redirect_to(f"{first}/elsewhere")) as last,
        far_side(redirect_to(last)) as endpoint,
        gateway(endpoint, last) as through,
        pytest.raises(RemoteError, match="not on the allow-list"),
    ):
        ask(through, endpoint)


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/hosts",
        "gopher://127.0.0.1:70/x",
        "ftp://127.0.0.1/",
        "javascript:alert(1)",
        "https://127.0.0.1:{port}/",
        "http://user:secret@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}@other.example/",
        "http://[::1",
        "http://[nonsense]/",
        "http://127.0.0.1:port/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:-1/",
        "http://a..b/",
        "http://例え.jp/",
        "http://\x01/",
    ],
)
def test_a_redirect_to_what_is_no_address_of_the_endpoint_is_an_error_in_clear_words(
    target: str, capfd: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def reply(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        port = request.headers["host"].rpartition(":")[2]
        # As bytes: what a server sends need not be what a server may send.
        location = target.format(port=port).encode()
        request.wfile.write(b"HTTP/1.1 307 Elsewhere\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n")
        request.close_connection = True

    with far_side(reply) as endpoint, gateway(endpoint) as through, pytest.raises(RemoteError) as raised:
        ask(through, endpoint)
    assert any(words in raised.value.what for words in ("it redirects to", "llegal header value")), raised.value.what
    assert asked == ["/sparql"]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("host", ["a..b", "x" * 64, "ü" * 64])
def test_an_endpoint_whose_host_can_be_no_name_is_an_error_in_clear_words(
    host: str, capfd: pytest.CaptureFixture[str]
) -> None:
    endpoint = f"http://{host}.example/sparql"
    with gateway(endpoint) as through, pytest.raises(RemoteError, match=r"no name of a host|Name or service|not known"):
        ask(through, endpoint)
    assert capfd.readouterr().err == ""


def test_a_name_does_not_lead_to_an_address_that_another_entry_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def rebound(host: str, *rest: Any, **options: Any) -> Any:
        return real("127.0.0.1" if host == "rebind.example" else host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    with far_side(good) as listed:
        named = listed.replace("127.0.0.1", "rebind.example")
        with gateway(named, listed) as through:
            assert "from afar" in ask(through, listed)
            with pytest.raises(RemoteError, match=r"rebind\.example leads to 127\.0\.0\.1"):
                ask(through, named)


def test_an_address_is_reached_at_the_port_that_is_listed_alone() -> None:
    with far_side(good) as listed, far_side(good) as other:
        port = int(other.rpartition(":")[2].removesuffix("/sparql"))
        with gateway(listed) as through, pytest.raises(_Refused, match="not public"):
            # Asked of what connects itself, because no redirect leads there.
            through._pool._network_backend.connect_tcp("127.0.0.1", port)


def test_redirects_that_go_in_circles_end() -> None:
    def reply(request: BaseHTTPRequestHandler) -> None:
        redirect_to(f"http://{request.headers['host']}/again")(request)

    with far_side(reply) as endpoint, gateway(endpoint) as through, pytest.raises(RemoteError, match="more than 3"):
        ask(through, endpoint)


def test_a_name_is_looked_at_when_it_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that led to a public address when it was listed may lead to a private one now."""
    real = socket.getaddrinfo

    def rebound(host: str, *rest: Any, **options: Any) -> Any:
        return real("127.0.0.1" if host == "example.org" else host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    endpoint = "http://example.org/sparql"
    with gateway(endpoint) as through, pytest.raises(RemoteError, match=r"example\.org leads to 127\.0\.0\.1"):
        ask(through, endpoint)


def test_an_answer_that_is_too_large_is_broken_off_and_an_error() -> None:
    def large(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/tab-separated-values")
        request.end_headers()
        request.wfile.write(b"?o\n" + b'"x"\n' * 100_000)

    with far_side(large) as endpoint, gateway(endpoint) as through, pytest.raises(RemoteError):
        ask(through, endpoint)


def test_an_endpoint_that_does_not_answer_is_given_up() -> None:
    ended = threading.Event()
    with far_side(lambda _: ended.wait(30) and None) as endpoint, gateway(endpoint, timeout_s=0.3) as through:
        with pytest.raises(RemoteError):
            ask(through, endpoint)
        ended.set()


def test_an_error_of_the_far_side_is_passed_on_and_silent_hides_it() -> None:
    def broken(request: BaseHTTPRequestHandler) -> None:
        request.send_error(500, "on fire")

    with far_side(broken) as endpoint, gateway(endpoint) as through:
        with pytest.raises(RemoteError):
            ask(through, endpoint)
        silent = f"SELECT ?o {{ SERVICE SILENT <{through.address(endpoint)}> {{ ?s ?p ?o }} }}"
        with memory_store([]).answer(silent, Forms(JSON, None)) as answer:
            assert json.loads(answer.read())["results"]["bindings"] == [{}]


def test_nobody_uses_the_gateway_without_its_word() -> None:
    with far_side(good) as endpoint, gateway(endpoint) as through:
        address = through.address(endpoint)
        assert httpx.post(address, content="ASK {}").status_code == 200
        head, number = address.rsplit("/", 1)
        for wrong in (
            f"{head}x/{number}",
            f"{head}/7",
            f"{head}/-1",
            head,
            address.split("/", 3)[0] + "//" + address.split("/")[2],
        ):
            assert httpx.post(wrong, content="ASK {}").status_code == 404
        assert httpx.get(address).status_code == 501


@pytest.mark.parametrize("store", ["http://127.0.0.1:1/sparql", "HTTPS://db.example/sparql"])
def test_where_the_store_is_another_server_there_is_no_gateway(store: str) -> None:
    with open_gateway(Settings(store=store, service_allow_list=("http://127.0.0.1:1/",))) as found:
        assert found is None
    with open_gateway(Settings(store="folder", service_allow_list=("http://127.0.0.1:1/",))) as found:
        assert found is not None


def test_settings_that_make_no_sense_are_refused() -> None:
    for endpoint in ("file:///etc/passwd", "http://127.0.0.1:x/", "http://[::1", "http:///sparql"):
        with pytest.raises(UsageError, match="no address"):
            gateway(endpoint)
    with pytest.raises(UsageError, match="without user and password") as raised:
        gateway("http://someone:secret@127.0.0.1/sparql")
    assert "secret" not in str(raised.value)
    with pytest.raises(UsageError):
        gateway("http://127.0.0.1/", networks=("everywhere",))


@pytest.mark.parametrize(
    ("address", "is_reached"),
    [
        ("64:ff9b::7f00:1", False),  # 127.0.0.1 behind a gateway of NAT64 (RFC 6052)
        ("64:ff9b::c000:201", False),
        ("::ffff:127.0.0.1", False),
        ("2606:4700::1", True),
        ("ff0e::1", False),
    ],
)
def test_what_stands_for_a_private_address_is_not_public(address: str, *, is_reached: bool) -> None:
    backend = federation._GuardedBackend((), ())
    assert backend._may_reach(federation._unwrapped(ipaddress.ip_address(address))) is is_reached
