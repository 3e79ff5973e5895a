"""The HTTP of it: connections that can be cut, credentials, and a server's errors as ours.

Proxies and ``.netrc`` of the environment are not looked at, and no redirect is followed: queries and credentials go
where the settings say, and nowhere else.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import time
from contextlib import contextmanager, suppress
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import httpx  # noqa: TID251 - the library's one HTTP client

from stratgraph.errors import (
    Cancelled,
    DeadlineExceeded,
    Location,
    QueryError,
    QuerySyntaxError,
    RemoteError,
    StoreError,
    StratgraphError,
)
from stratgraph.results import JSON
from stratgraph.store.protocol import ANYBODY
from stratgraph.store.remote.quirks import MAX_ROWS_HEADER, is_oxigraph, is_unknown_function, is_virtuoso
from stratgraph.store.spool import CHUNK_BYTES

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from stratgraph.results import ResultForm
    from stratgraph.serialisation import RdfForm
    from stratgraph.store.protocol import Caller, Dataset
    from stratgraph.store.remote.access import RemoteAccess

_N_TRIPLES: Final = {"Content-Type": "application/n-triples"}
_UPDATE: Final = {"Content-Type": "application/sparql-update"}
_MAX_ERROR_BYTES: Final = 2_000
_SHOWN: Final = 300
_PLACE: Final = re.compile(r"\bline (\d+),? (?:column|col\.?|char) (\d+)", re.IGNORECASE)
_BUSY: Final = (408, 429, 503, 504)
_REFUSED: Final = (401, 403)
_NOT_SPARQL: Final = (404, 405, 406, 415)
_PROBLEM: Final = "application/problem+json"
_NOT_SYNTAX: Final = "/problems/query-syntax"


class Reply:
    """What a server answers to a query: its head, then its bytes; to be closed."""

    def __init__(self, endpoint: Endpoint, lane: _Lane, response: httpx.Response, caller: Caller) -> None:
        self._endpoint = endpoint
        self._lane = lane
        self._response = response
        self._caller = caller
        self._is_closed = False

    @property
    def is_cut_short(self) -> bool:
        """Whether the server says that it has left something out."""
        return self._response.status_code == httpx.codes.PARTIAL_CONTENT or MAX_ROWS_HEADER in self._response.headers

    @property
    def media_type(self) -> str:
        """Without parameters, in lower case."""
        return str(self._response.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def tag(self) -> str:
        """The entity tag, by which a server tells states apart (RFC 9110, section 8.8.3); empty where it has none."""
        return str(self._response.headers.get("etag", ""))

    def chunks(self) -> Iterator[bytes]:
        """The bytes."""
        with self._endpoint.translated(self._caller):
            for chunk in self._response.iter_bytes(CHUNK_BYTES):
                yield chunk
                self._endpoint.check_deadline(self._caller, self._lane.began)
            self._lane.is_clean = True

    def lines(self) -> Iterator[bytes]:
        """The bytes, in lines with their ends."""
        rest = b""
        for chunk in self.chunks():
            *whole, rest = (rest + chunk).splitlines(keepends=True)
            yield from whole
        yield rest

    def beginning(self) -> str:
        """The first words of an error, and closes it."""
        taken = b""
        with suppress(StratgraphError):
            for chunk in self.chunks():
                taken += chunk
                if len(taken) > _MAX_ERROR_BYTES:
                    break
        self.close()
        return taken[:_MAX_ERROR_BYTES].decode("utf-8", "replace")

    def close(self) -> None:
        """Gives the connection back, or ends it where the answer was not read to its end."""
        if not self._is_closed:
            self._is_closed = True
            if self._caller.stop:
                self._caller.stop.watch(None)
            self._endpoint.give_back(self._lane, self._response)


class Endpoint:
    """A server: the address of its queries, and those of its updates and graphs where it takes any."""

    def __init__(self, address: str, access: RemoteAccess) -> None:
        self.address = address
        self._access = access
        self._lock = Lock()
        self._free: list[_Lane] = []
        self._is_closed = False
        self._server = ""

    @property
    def is_oxigraph(self) -> bool:
        """Whether it is one, as far as its answers have said."""
        return is_oxigraph(self._server)

    @property
    def is_virtuoso(self) -> bool:
        """Whether it is one, as far as its answers have said."""
        return is_virtuoso(self._server)

    @property
    def has_graph_store(self) -> bool:
        """Whether graphs can be written by the Graph Store Protocol."""
        return bool(self._access.graph_store)

    def query(self, text: str, wanted: ResultForm | RdfForm, dataset: Dataset, caller: Caller = ANYBODY) -> Reply:
        """Asks by a form (SPARQL 1.1 Protocol, section 2.1.2), which takes queries and datasets of any length.

        Raises:
            RemoteError: it cannot be reached, refuses, or answers with something else.
            QueryError: it refuses this query.
            DeadlineExceeded: the caller's time is over.
            Cancelled: the caller has taken it back.
            StoreError: it is closed.
        """
        form = {
            "query": text,
            "default-graph-uri": list(dataset.default_graphs),
            "named-graph-uri": list(dataset.named_graphs),
        }
        return self._asked(wanted, caller, "POST", data=form)

    def ask_by_address(self, text: str) -> Reply:
        """Asks an ASK by an address (section 2.1.1), to which servers give entity tags; raises as :meth:`query`."""
        return self._asked(JSON, ANYBODY, "GET", params={"query": text})

    def _asked(self, wanted: ResultForm | RdfForm, caller: Caller, method: str, **options: Any) -> Reply:
        accept = {"Accept": wanted.media_types[0]}
        reply = self._send(method, self.address, caller, headers=accept, **options)
        if reply.media_type in wanted.media_types and not reply.is_cut_short:
            return reply
        reply.close()
        if reply.is_cut_short:
            raise RemoteError(
                f"{self.address} has answered with a part of the result only.",
                mend="Ask for less, or have that server's limits raised (of Virtuoso, ResultSetMaxRows).",
            )
        raise RemoteError(
            f"{self.address} answers with {reply.media_type or 'no media type'} where {wanted.media_types[0]} was "
            "asked for.",
            mend="Look whether it is the address of a SPARQL endpoint, and not of a page.",
        )

    def update(self, text: str) -> None:
        """Sends an update; raises StoreError where no address for that is set, or as :meth:`query`."""
        if not self._access.update:
            raise StoreError(
                f"{self.address} is for queries, and no address for updates is set.",
                mend="Set remote_update, and remote_graph_store where the server has one.",
            )
        try:
            self._send("POST", self._access.update, ANYBODY, content=text.encode(), headers=_UPDATE).beginning()
        except QueryError as error:
            raise RemoteError(error.what, mend="Look whether that is the address for updates.") from error

    def put_graph(self, graph: str, content: bytes) -> None:
        """Makes N-Triples the content of a graph (Graph Store Protocol, section 5.3)."""
        if self.is_virtuoso:
            self.delete_graph(graph)
        self._write("PUT", graph, content=content, headers=_N_TRIPLES)

    def add_to_graph(self, graph: str, content: bytes) -> None:
        """Adds N-Triples to a graph (section 5.5)."""
        self._write("POST", graph, content=content, headers=_N_TRIPLES)

    def delete_graph(self, graph: str) -> None:
        """Removes a graph if it is there (section 5.4)."""
        self._write("DELETE", graph, accepted=(404,))

    def close(self) -> None:
        """What is asked goes on; nothing more can be asked."""
        with self._lock:
            self._is_closed = True
            free, self._free = self._free, []
        for lane in free:
            lane.close()

    def _write(self, method: str, graph: str, accepted: tuple[int, ...] = (), **options: Any) -> None:
        address = self._access.graph_store
        self._send(method, address, ANYBODY, accepted, params={"graph": graph}, **options).beginning()

    def _send(self, method: str, address: str, caller: Caller, accepted: tuple[int, ...] = (), **options: Any) -> Reply:
        lane = self._take_lane()
        try:
            with self.translated(caller, address):
                if caller.stop:
                    caller.stop.watch(lane.cut)
                response = lane.send(method, address, self._seconds(caller), options)
        except BaseException:
            if caller.stop:
                caller.stop.watch(None)
            lane.close()
            raise
        self._server = response.headers.get("server", "") or self._server
        reply = Reply(self, lane, response, caller)
        if response.is_success or response.status_code in accepted:
            return reply
        words = reply.beginning()
        is_problem = response.headers.get("content-type", "").startswith(_PROBLEM)
        problem = _problem(address, response.status_code, words) if is_problem else None
        raise problem or _refusal(address, response.status_code, response.headers, words)

    def _take_lane(self) -> _Lane:
        with self._lock:
            if self._is_closed:
                raise StoreError("The store is closed.", mend="Open it again.")
            if self._free:
                return self._free.pop()
        return _Lane(self._access, self._authorities)

    def give_back(self, lane: _Lane, response: httpx.Response) -> None:
        """A connection is free, unless something is left in it."""
        response.close()
        with self._lock:
            is_kept = lane.is_clean and not self._is_closed
            if is_kept:
                self._free.append(lane)
        if not is_kept:
            lane.close()

    @cached_property
    def _authorities(self) -> ssl.SSLContext | None:
        """The system's, which may hold one's own; reading them takes time that a plain address does without."""
        addresses = (self.address, self._access.update, self._access.graph_store)
        is_encrypted = any(address.lower().startswith("https:") for address in addresses)
        return ssl.create_default_context() if is_encrypted else None

    def _seconds(self, caller: Caller) -> float:
        return min(self._access.timeout_s, caller.deadline_s or self._access.timeout_s)

    def check_deadline(self, caller: Caller, began: float) -> None:
        """Raises DeadlineExceeded where the caller's time is over."""
        if caller.deadline_s is not None and time.monotonic() - began > caller.deadline_s:
            raise _deadline_exceeded(caller.deadline_s)

    @contextmanager
    def translated(self, caller: Caller, address: str = "") -> Iterator[None]:
        """The HTTP client's errors as ours."""
        place = address or self.address
        try:
            yield
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            if caller.stop and caller.stop.is_set:
                raise Cancelled("The question was taken back.") from error
            if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout | httpx.PoolTimeout):
                if caller.deadline_s is not None and caller.deadline_s < self._access.timeout_s:
                    raise _deadline_exceeded(caller.deadline_s) from error
                raise RemoteError(
                    f"{place} has not answered for {self._access.timeout_s:g} seconds.",
                    mend="Ask for less, or raise remote_timeout_s.",
                ) from error
            if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
                raise RemoteError(
                    f"{place} cannot be reached: {error}.", mend="Look whether the server runs, and at its address."
                ) from error
            raise RemoteError(f"{place} broke off its answer: {error}.", mend="Try again.") from error


class _Lane:
    """One connection, kept open from answer to answer, which another thread can cut."""

    def __init__(self, access: RemoteAccess, authorities: ssl.SSLContext | None) -> None:
        self.is_clean = True
        self.began = 0.0
        self._is_cut = False
        self._stream: Any = None
        headers = {"Accept-Encoding": "identity", "User-Agent": "stratgraph"}
        if access.token:
            headers["Authorization"] = f"Bearer {access.token}"
        self._client = httpx.Client(
            auth=_Credentials(access.user, access.password) if access.user else None,
            headers=headers,
            verify=authorities or False,  # none where no address is encrypted
            trust_env=False,
            limits=httpx.Limits(max_connections=1),
        )

    def send(self, method: str, address: str, seconds: float, options: dict[str, Any]) -> httpx.Response:
        self.is_clean = False
        self.began = time.monotonic()
        request = self._client.build_request(
            method, address, timeout=seconds, extensions={"trace": self._remember}, **options
        )
        return self._client.send(request, stream=True)

    def cut(self) -> None:
        """Ends it at once: a caller that waits for it gets an error."""
        self._is_cut = True
        if self._stream is not None:
            with suppress(OSError):
                # Of the plain class: TLS would first wait to say goodbye.
                socket.socket.shutdown(self._stream.get_extra_info("socket"), socket.SHUT_RDWR)

    def close(self) -> None:
        self._client.close()

    def _remember(self, event: str, info: Mapping[str, Any]) -> None:
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._stream = info["return_value"]
            if self._is_cut:
                self.cut()


class _Credentials(httpx.Auth):
    """User and password as the server asks for them: Digest, which Virtuoso wants, or Basic."""

    def __init__(self, user: str, password: str) -> None:
        self._basic = httpx.BasicAuth(user, password)
        self._digest = httpx.DigestAuth(user, password)
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._chosen is None:
            # A body is sent only when it is known how: a probe without one is refused alike.
            response = yield request
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return
            wanted = response.headers.get("www-authenticate", "").lower()
            self._chosen = self._digest if wanted.startswith("digest") else self._basic
        yield from self._chosen.auth_flow(request)


def _deadline_exceeded(seconds: float) -> DeadlineExceeded:
    return DeadlineExceeded(
        f"The query took longer than {seconds:g} seconds.", setting="deadline_s", value=seconds, mend="Ask for less."
    )


def _refusal(address: str, status: int, headers: Mapping[str, str], words: str) -> StratgraphError:
    """The error that an answer of HTTP is, in the server's words."""
    is_page = "html" in headers.get("content-type", "")
    said = " ".join(words.split())[:_SHOWN] if not is_page else ""
    if status in _REFUSED:
        return RemoteError(
            f"{address} refuses us ({status}).", mend="Set remote_user and remote_password, or remote_token."
        )
    if status in _NOT_SPARQL:
        return RemoteError(
            f"{address} does not answer as a SPARQL server does ({status}).", mend="Look at the address."
        )
    if status in _BUSY:
        return RemoteError(f"{address} is busy or gave up ({status}). {said}".rstrip(), mend="Try again later.")
    if httpx.codes.is_redirect(status):
        return RemoteError(
            f"{address} sends us to {headers.get('location', 'another address')}.",
            mend="Set that address, if it is right.",
        )
    if status == httpx.codes.BAD_REQUEST or is_unknown_function(words):
        place = _PLACE.search(words)
        where = Location(line=int(place[1]), column=int(place[2])) if place else None
        return QueryError(f"{address} refuses the query: {said or status}.", where=where)
    return RemoteError(f"{address} failed ({status}). {said}".rstrip(), mend="Look at that server's log.")


def _problem(address: str, status: int, words: str) -> StratgraphError | None:
    """The error that a server explains by RFC 9457, with the members that ours adds; None where it does not."""
    try:
        said = json.loads(words)
        what, mend = str(said["detail"]), str(said.get("mend") or "")
        place = [None if said.get(name) is None else int(said[name]) for name in ("line", "column")]
    except (ValueError, TypeError, LookupError, AttributeError):
        return None
    if status in _REFUSED or status in _NOT_SPARQL:
        return None
    if status == httpx.codes.BAD_REQUEST:
        kind = QuerySyntaxError if said.get("type") == _NOT_SYNTAX else QueryError
        return kind(what, where=Location(line=place[0], column=place[1]) if any(place) else None, mend=mend)
    return RemoteError(f"{address}: {what}", mend=mend)
