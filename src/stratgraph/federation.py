"""SERVICE: the endpoints that a query may call, reached through a gateway of our own.

The engine would call any address that a query names, follow any redirect, and read without end. So a query that calls
an endpoint on the allow-list is given the gateway's address instead: a server on loopback that passes on what the
engine sends. It looks at the address that a name resolves to before it connects, follows a redirect only to the same
origin or to another endpoint of the list, and stops at limits. What one entry of the list allows it allows for itself
only: that an address is listed lets no name of another entry lead there. An address that is not listed was refused
before (``stratgraph.store.screening``).
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
from contextlib import contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urljoin, urlsplit

import httpcore

from stratgraph.errors import UsageError
from stratgraph.identifiers import is_address, uri_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from types import TracebackType

    from stratgraph.settings import Settings

_REDIRECTS: Final = frozenset({301, 302, 307, 308})
_MAX_REDIRECTS: Final = 3
_PASSED_ON: Final = ("accept", "content-type", "user-agent")
_PORTS: Final = {"http": 80, "https": 443}
# Its addresses stand for any of IPv4, private ones among them (RFC 6052).
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Origin = tuple[str, str, int]


class _Refused(Exception):  # noqa: N818 - within this module only
    """Raised where an endpoint must not be called, or its answer not be taken; its text is the reason."""


class Gateway:
    """Answers on loopback for the endpoints of the allow-list; use it in a ``with`` statement.

    Args:
        endpoints: their exact IRIs. One whose host is an address may be called there, whatever the address.
        networks: in CIDR notation: where a host's name may lead beside public addresses, ``10.1.0.0/16``.
        timeout_s: for connecting, and between two pieces of an answer.
        max_bytes: of one answer.

    Raises:
        UsageError: a network is none, or an endpoint is no address of HTTP.
    """

    def __init__(
        self, endpoints: Collection[str], *, networks: Iterable[str] = (), timeout_s: float, max_bytes: int
    ) -> None:
        self._endpoints = tuple(endpoints)
        self._max_bytes = max_bytes
        self._timeouts = dict.fromkeys(("connect", "read", "write", "pool"), timeout_s)
        origins = {_listed_origin(endpoint) for endpoint in self._endpoints}
        self._pool = httpcore.ConnectionPool(network_backend=_GuardedBackend(origins, _networks(networks)))
        # Other users of this machine cannot use the gateway without the word.
        self._word = secrets.token_urlsafe(16)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Door", (_Door,), {"gateway": self}))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, name="service-gateway", daemon=True)
        self._thread.start()

    @property
    def routes(self) -> tuple[tuple[str, str], ...]:
        """Each endpoint that may be called, with the address by which a query reaches it here."""
        return tuple((endpoint, self.address(endpoint)) for endpoint in self._endpoints)

    def address(self, endpoint: str) -> str:
        """Where a query finds an endpoint of the list."""
        return f"http://127.0.0.1:{self._server.server_port}/{self._word}/{self._endpoints.index(endpoint)}"

    def endpoint(self, path: str) -> str | None:
        """The endpoint that a path of the gateway stands for."""
        word, _, number = path.strip("/").partition("/")
        if not secrets.compare_digest(word.encode(), self._word.encode()) or not number.isdecimal():
            return None
        return self._endpoints[int(number)] if int(number) < len(self._endpoints) else None

    @contextmanager
    def call(
        self, endpoint: str, headers: Mapping[str | bytes, str | bytes], body: bytes
    ) -> Iterator[tuple[int, str, Iterator[bytes]]]:
        """Asks an endpoint: status, media type and pieces of its answer; a redirect is followed where it may be."""
        target = uri_of(endpoint)
        for _ in range(_MAX_REDIRECTS + 1):
            with self._pool.stream(
                "POST",
                target,
                headers={**headers, "host": urlsplit(target).netloc},
                content=body,
                extensions={"timeout": self._timeouts},
            ) as answer:
                location = _header(answer, b"location")
                if answer.status in _REDIRECTS and location:
                    target = self._redirected(target, location)
                    continue
                yield answer.status, _header(answer, b"content-type"), self._bounded(answer.iter_stream())
                return
        raise _Refused(f"it redirects more than {_MAX_REDIRECTS} times")

    def close(self) -> None:
        """Stops answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _redirected(self, asked: str, location: str) -> str:
        """Where a redirect leads: within its origin (RFC 6454, section 4), or to an endpoint of the list."""
        try:
            target = urljoin(asked, uri_of(location))
        except ValueError as error:
            raise _Refused(f"it redirects to {location!r}, which is no address") from error
        origin = _origin(target)
        if origin is None:
            raise _Refused(f"it redirects to {target}, which is no address of HTTP")
        if origin != _origin(asked) and target not in map(uri_of, self._endpoints):
            raise _Refused(f"it redirects to {target}, which is not on the allow-list")
        return target

    def _bounded(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        size = 0
        for piece in pieces:
            size += len(piece)
            if size > self._max_bytes:
                raise _Refused(f"its answer is larger than {self._max_bytes:,} bytes (max_service_bytes)")
            if piece:
                yield piece


def open_gateway(settings: Settings) -> AbstractContextManager[Gateway | None]:
    """The gateway of the settings in a ``with`` statement.

    None where no endpoint is on the list, and where the store is another server: it would make the call itself, beyond
    our limits and out of reach of our loopback, so SERVICE is refused there.
    """
    if not settings.service_allow_list or is_address(settings.store):
        return nullcontext()
    return Gateway(
        settings.service_allow_list,
        networks=settings.service_networks,
        timeout_s=settings.service_timeout_s,
        max_bytes=settings.max_service_bytes,
    )


class _Door(BaseHTTPRequestHandler):
    """One request of the engine, passed on."""

    gateway: Gateway
    # Chunks show where an answer that was broken off is not whole; without them its end would be the connection's.
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Passes on a query that the engine sends by POST."""
        endpoint = self.gateway.endpoint(self.path)
        if endpoint is None:
            self.send_error(404)
            return
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers: dict[str | bytes, str | bytes] = {
            name: value for name in _PASSED_ON if (value := self.headers.get(name))
        }
        begun = False
        try:
            with self.gateway.call(endpoint, headers, body) as (status, media_type, pieces):
                begun = True
                self._begin(status, media_type)
                for piece in pieces:
                    self._send(piece)
                self._send(b"")
        except (
            _Refused,
            httpcore.NetworkError,
            httpcore.TimeoutException,
            httpcore.ProtocolError,
            httpcore.UnsupportedProtocol,
            OSError,
        ) as error:
            reason = str(error) or type(error).__name__
            if not begun:
                self._fail(f"{endpoint}: {reason}")
            # What has begun cannot be taken back, only broken off.
            self.connection.shutdown(socket.SHUT_RDWR)

    def _fail(self, reason: str) -> None:
        self._begin(502, "text/plain; charset=utf-8")
        self._send(reason.encode())
        self._send(b"")

    def _begin(self, status: int, media_type: str) -> None:
        self.close_connection = True
        self.send_response(status)
        for name, value in (("Content-Type", media_type), ("Transfer-Encoding", "chunked"), ("Connection", "close")):
            self.send_header(name, value)
        self.end_headers()

    def _send(self, piece: bytes) -> None:
        """Sends one chunk; an empty one ends the answer."""
        self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))

    def log_message(self, *_: Any) -> None:
        """Logs nothing: the server logs the query itself."""


class _GuardedBackend(httpcore.SyncBackend):
    """Connects to the very address that it has checked, so that a name cannot lead elsewhere in between."""

    def __init__(self, origins: Collection[_Origin], networks: Collection[_Network]) -> None:
        super().__init__()
        self._literals = {(address, port) for _, host, port in origins if (address := _literal(host))}
        self._networks = networks

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolves a name, checks the address, and connects to it.

        Raises:
            _Refused: the host leads to an address that is out of reach.
        """
        if (listed := _literal(host)) and (listed, port) in self._literals:
            return super().connect_tcp(str(listed), port, timeout, local_address, socket_options)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError as error:
            raise _Refused(f"{host} is no name of a host") from error
        addresses = [_unwrapped(ipaddress.ip_address(info[4][0])) for info in found]
        for address in addresses:
            if not self._may_reach(address):
                raise _Refused(f"{host} leads to {address}, which is not public and on no list")
        return super().connect_tcp(str(addresses[0]), port, timeout, local_address, socket_options)

    def _may_reach(self, address: _Address) -> bool:
        is_public = address.is_global and not address.is_multicast and address not in _NAT64
        return is_public or any(address in network for network in self._networks)


def _unwrapped(address: _Address) -> _Address:
    """The IPv4 address that an IPv6 address stands for, or the address itself."""
    return getattr(address, "ipv4_mapped", None) or address


def _literal(host: str) -> _Address | None:
    try:
        return _unwrapped(ipaddress.ip_address(host))
    except ValueError:
        return None


def _origin(address: str) -> _Origin | None:
    """Scheme, host and port; None where it is no address of HTTP, or has a user or a password in it."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, _PORTS[parts.scheme] if port is None else port


def _listed_origin(endpoint: str) -> _Origin:
    origin = _origin(endpoint)
    if origin is None:
        raise UsageError(
            f"The endpoint {_without_user(endpoint)} is no address of HTTP.",
            mend="Write it as https://… in service_allow_list, without user and password.",
        )
    return origin


def _without_user(address: str) -> str:
    """An address without user and password, as messages show it."""
    scheme, separator, rest = address.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}"


def _networks(words: Iterable[str]) -> tuple[_Network, ...]:
    try:
        return tuple(ipaddress.ip_network(word) for word in words)
    except ValueError as error:
        raise UsageError(f"{error}.", mend="Write service_networks in CIDR notation, 10.1.0.0/16.") from error


def _header(answer: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in answer.headers if key.lower() == name), "")
