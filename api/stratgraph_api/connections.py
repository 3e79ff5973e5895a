"""What a connection may do before there is a request: how many there are, how large a head is, how slowly it all comes.

uvicorn has no limits of this kind. Its protocol over httptools is taken as it is, and counted beside.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from stratgraph.shares import Shares
from stratgraph_api.clients import name_of
from stratgraph_api.problems import CONNECTIONS, HEAD_SIZE, HTTP, MEDIA_TYPE, UPLOAD_STALLED
from stratgraph_api.security_headers import SECURITY_HEADERS

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Collection

    from stratgraph_api.problems import ProblemType

_log: Final = logging.getLogger(__name__)
_LINGER_S: Final = 1
_TOLD_EACH_S: Final = 10
"""A refusal of connections is told in the log no more often."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What connections are given; see the settings of these names.

    Args:
        trusted_proxies: addresses whose connections are of many clients, and are not shared.
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
    shares = Shares(limits.max_connections, limits.connections_per_client)
    return type("BoundedProtocol", (_BoundedProtocol,), {"limits": limits, "shares": shares, "told": [float("-inf")]})


class _BoundedProtocol(HttpToolsProtocol):
    """One connection.

    A request, head and body, has to come whole within ``stall_s`` seconds and what its bytes may take beyond that. The
    time in which nothing is read, because the application has not taken what is there, does not count.
    """

    limits: ConnectionLimits
    shares: Shares
    told: list[float]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._name: str | None = None
        self._is_refused = False
        self._is_within_head = True
        self._head_bytes = 0
        self._began_s = 0.0
        self._bytes = 0
        self._due: asyncio.TimerHandle | None = None

    # --- connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        name = "" if host in self.limits.trusted_proxies else name_of(host)
        if self.shares.has_room(name):
            self.shares.take(name)
            self._name = name
            self._expect()
            return
        now = self.loop.time()
        if now - self.told[0] > _TOLD_EACH_S:
            self.told[0] = now
            _log.warning("Connections are refused: %d are open, of %s %d.", *self._counts(name))
        self._refuse(CONNECTIONS, f"There are too many connections, {self.shares.taken_by(name)} of this client.")

    def connection_lost(self, exc: Exception | None) -> None:
        if self._name is not None:
            self.shares.give_back(self._name)
            self._name = None
        self._forget()
        super().connection_lost(exc)

    def _counts(self, name: str) -> tuple[int, str, int]:
        return len(self.connections), name or "a proxy", self.shares.taken_by(name)

    # --- what comes, and how fast

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self._due is None:
            self._expect()
        self._bytes += len(data)
        if self._is_within_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._is_within_head and self._head_bytes > self.limits.max_head_bytes:
            self._refuse_head()

    def _expect(self) -> None:
        """A request begins, or is to begin."""
        self._began_s, self._bytes = self.loop.time(), 0
        self._due = self.loop.call_later(self.limits.stall_s, self._look)

    def _forget(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _look(self) -> None:
        """Whether the request has come as fast as it has to."""
        now = self.loop.time()
        if self.flow.read_paused:
            self._began_s = now
        left_s = self._began_s + self.limits.stall_s + self._bytes / self.limits.min_client_bytes_per_s - now
        if left_s > 0:
            self._due = self.loop.call_later(left_s, self._look)
            return
        self._due = None
        if not self._bytes:  # nothing was asked, so nothing is answered
            self.transport.close()
            return
        self._refuse(UPLOAD_STALLED, "The request came too slowly.", setting="stall_s", value=self.limits.stall_s)

    # --- the parser's callbacks

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_within_head = True

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
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._is_within_head = True
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
        is_busy = self.cycle is not None and not self.cycle.response_complete
        if is_busy and self.cycle.response_started:
            self.transport.abort()
            return
        content = {"type": kind.path, "title": kind.title, "status": kind.status, "detail": detail}
        body = json.dumps(content | ({"mend": kind.mend} if kind.mend else {}) | members).encode()
        fields = {
            **SECURITY_HEADERS,
            "Access-Control-Allow-Origin": "*",
            "Content-Type": MEDIA_TYPE,
            "Content-Length": str(len(body)),
            "Connection": "close",
        } | ({"Retry-After": "5"} if kind.status == HTTPStatus.SERVICE_UNAVAILABLE else {})
        head = b"".join(f"{name}: {value}\r\n".encode() for name, value in fields.items())
        self.transport.write(STATUS_LINE[kind.status] + head + b"\r\n" + body)
        # What is still coming is dropped for a while: were it not read, the client would not get to read this.
        self.loop.call_later(_LINGER_S, self.transport.close)
