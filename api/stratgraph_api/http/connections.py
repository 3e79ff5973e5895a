"""What a connection may do before there is a request: how many there are, how large a head is, how slowly it all comes.

uvicorn has no limits of this kind. Its protocol over httptools is taken as it is, and counted beside.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from stratgraph.shares import Shares
from stratgraph_api.http.clients import name_of
from stratgraph_api.http.problems import (
    CONNECTIONS,
    HEAD_SIZE,
    HTTP,
    MEDIA_TYPE,
    RETRY_AFTER_S,
    UPLOAD_STALLED,
    Problem,
)
from stratgraph_api.http.security_headers import SECURITY_HEADERS

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Collection
    from ipaddress import IPv4Network, IPv6Network

    from stratgraph_api.http.problems import ProblemType

_log: Final = logging.getLogger(__name__)
_UPGRADE: Final = re.compile(rb"(?<=\n)upgrade(?=:)", re.IGNORECASE)
_BESIDE_A_BYTE: Final = 16
"""How many bytes may stand beside one of a body: of the smallest chunk there are five."""

_LINGER_S: Final = 1
_MOST_LINGERING: Final = 50
_TOLD_EACH_S: Final = 10
"""At most one line in this time logs refused connections."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What connections are given; see the settings of these names.

    Args:
        trusted_proxies: addresses and networks whose connections are of many clients, and are not shared; ``*`` is any.
    """

    max_connections: int
    connections_per_client: int
    max_head_bytes: int
    max_head_fields: int
    stall_s: float
    min_client_bytes_per_s: int
    trusted_proxies: Collection[str]


def bounded_protocol(limits: ConnectionLimits) -> type[HttpToolsProtocol]:
    """The class of uvicorn's that keeps these limits, for all connections of one server together."""
    members = {
        "limits": limits,
        "proxies": tuple(ip_network(one, strict=False) for one in limits.trusted_proxies if one != "*"),
        "shares": Shares(limits.max_connections, limits.connections_per_client),
        "state": _State(),
    }
    return type("BoundedProtocol", (_BoundedProtocol,), members)


@dataclass(slots=True)
class _State:
    """Of all connections together.

    Args:
        told_s: when a refusal of a connection was last told in the log.
        lingering: how many connections are refused and not yet closed.
    """

    told_s: float = float("-inf")
    lingering: int = 0


class _BoundedProtocol(HttpToolsProtocol):
    """One connection.

    A request, head and body, has to come whole within ``stall_s`` seconds and what its bytes may take beyond that. The
    time in which nothing is read, because the application has not taken what is there, does not count.
    """

    limits: ConnectionLimits
    proxies: tuple[IPv4Network | IPv6Network, ...]
    shares: Shares
    state: _State

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._name: str | None = None
        self._is_refused = False
        self._lingers = False
        self._is_within_head = True
        # A request has begun, and is not here whole.
        self._is_coming = False
        self._head_bytes = 0
        self._began_s = 0.0
        # Of the request that is coming: all, and those of its body.
        self._bytes = 0
        self._body_bytes = 0
        self._due: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None

    # --- connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        name = "" if self._is_proxy(host) else name_of(host)
        if self.shares.has_room(name):
            self.shares.take(name)
            self._name = name
            self._expect()
            return
        now, own = self.loop.time(), self.shares.taken_by(name)
        if now - self.state.told_s > _TOLD_EACH_S:
            self.state.told_s = now
            whose = name or "a proxy"
            _log.warning("Connections are refused: %d are open, of %s %d.", len(self.connections), whose, own)
        self._refuse(CONNECTIONS, f"There are too many connections, {own} of this client.")

    def connection_lost(self, exc: Exception | None) -> None:
        if self._name is not None:
            self.shares.give_back(self._name)
            self._name = None
        if self._lingers:
            self.state.lingering -= 1
        self._forget()
        self.resume_writing()
        super().connection_lost(exc)

    def _is_proxy(self, host: str) -> bool:
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return "*" in self.limits.trusted_proxies or any(address in network for network in self.proxies)

    # --- what comes, and how fast

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self._due is None:
            self._expect()
        self._bytes += len(data)
        if self._is_within_head:
            if b"pgrade" in data:
                data = _without_upgrade(data)
            self._head_bytes += len(data)
        super().data_received(data)
        if self._is_within_head:
            is_too_much = self._head_bytes > self.limits.max_head_bytes
        else:
            # What is neither head nor body: the lengths of chunks, their extensions, the trailer.
            beside = self._bytes - self._body_bytes
            is_too_much = beside > 2 * self.limits.max_head_bytes + _BESIDE_A_BYTE * self._body_bytes
        if is_too_much:
            self._refuse_head()

    def _expect(self) -> None:
        """A request begins, or is to begin."""
        self._began_s, self._bytes, self._body_bytes = self.loop.time(), 0, 0
        self._due = self.loop.call_later(self.limits.stall_s, self._look)

    def _forget(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _look(self) -> None:
        """Whether the request has come as fast as it has to."""
        now = self.loop.time()
        cycle = self.cycle
        is_being_answered = cycle is not None and not cycle.response_complete and not cycle.more_body
        if self.flow.read_paused or is_being_answered:
            # Not the client's time, or that of a request whose turn has not come.
            self._began_s = now
        left_s = self._began_s + self.limits.stall_s + self._bytes / self.limits.min_client_bytes_per_s - now
        if left_s > 0:
            self._due = self.loop.call_later(left_s, self._look)
            return
        self._due = None
        if not self._is_coming and not self._bytes:  # nothing was asked, so nothing is answered
            self.transport.close()
            return
        self._refuse(UPLOAD_STALLED, "The request came too slowly.", setting="stall_s", value=self.limits.stall_s)

    # --- how fast an answer is taken

    def pause_writing(self) -> None:
        super().pause_writing()
        left = self.transport.get_write_buffer_size()
        self._taking = self.loop.call_later(
            self.limits.stall_s + left / self.limits.min_client_bytes_per_s, self.transport.abort
        )

    def resume_writing(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None
        super().resume_writing()

    # --- the parser's callbacks

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_within_head = self._is_coming = True
        if self._due is None and not self._is_refused:
            # Behind another one in the same piece.
            self._expect()

    def on_header(self, name: bytes, value: bytes) -> None:
        # Behind a body it is a field of the trailer, which nobody here asks for.
        if self._is_within_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._is_within_head = False
        self._head_bytes = 0
        if self._is_refused:
            return
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > self.limits.max_head_bytes or len(self.headers) > self.limits.max_head_fields:
            self._refuse_head()
            return
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts != 1 and (hosts or self.parser.get_http_version() == "1.1"):
            self._refuse(HTTP, f"The request has {hosts} Host fields, and has to have one (RFC 9112, section 3.2).")
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._is_within_head = True
        self._is_coming = False
        self._forget()
        if not self._is_refused:
            super().on_message_complete()

    # --- refusing

    def _refuse_head(self) -> None:
        what = f"The head of the request has more than {self.limits.max_head_bytes} bytes"
        self._refuse(
            HEAD_SIZE,
            f"{what}, or more than {self.limits.max_head_fields} fields.",
            setting="max_head_bytes",
            value=self.limits.max_head_bytes,
        )

    def _refuse(self, kind: ProblemType, detail: str, **members: object) -> None:
        """Answers where nothing was answered yet, and closes the connection."""
        if self._is_refused:
            return
        self._is_refused = True
        self._forget()
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if not cycle.more_body:
                # It is about the next one: those before it are answered, and then there are no more.
                cycle.keep_alive = False
                return
            if cycle.response_started:
                self.transport.abort()
                return
        problem = Problem(kind, kind.status, detail, kind.mend, members)
        body = json.dumps(problem.members(self.root_path.rstrip("/"))).encode()
        fields = {
            **SECURITY_HEADERS,
            "Access-Control-Allow-Origin": "*",
            "Content-Type": MEDIA_TYPE,
            "Content-Length": str(len(body)),
            "Connection": "close",
        } | ({"Retry-After": str(RETRY_AFTER_S)} if kind.status == HTTPStatus.SERVICE_UNAVAILABLE else {})
        head = b"".join(f"{name}: {value}\r\n".encode() for name, value in fields.items())
        self.transport.write(STATUS_LINE[kind.status] + head + b"\r\n" + body)
        if self.state.lingering >= _MOST_LINGERING:
            self.transport.close()
            return
        # What is still coming is dropped for a while: were it not read, the client would not get to read this.
        self._lingers = True
        self.state.lingering += 1
        self.loop.call_later(_LINGER_S, self.transport.close)


def _without_upgrade(data: bytes) -> bytes:
    """The beginning of a request without the wish for another protocol, which may be ignored (RFC 9110, section 7.8).

    The parser would take the body for that protocol's. Java's clients send this wish with each first request.
    """
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"x-upgrade", head) + end + rest
