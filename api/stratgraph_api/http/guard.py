"""Around every door: a number for each request, its client's share of the server, and an answer whatever goes wrong."""

from __future__ import annotations

import asyncio
import logging
from contextvars import ContextVar
from itertools import count
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request

from stratgraph.errors import Cancelled, StratgraphError
from stratgraph.shares import Shares
from stratgraph_api.http.clients import client_of
from stratgraph_api.http.places import refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Answer = Callable[[Request, Exception], Awaitable[Response]]

_log: Final = logging.getLogger(__name__)
_FIRST_ERROR: Final = 400
_UNSHARED: Final = ("/health/live",)
"""The doors of those who watch the server: they are answered however busy it is."""

_SAID_ALREADY: Final = (
    "ASGI callable returned without completing response.",
    "ASGI callable returned without starting response.",
)

_request: Final[ContextVar[str]] = ContextVar("request", default="-")
_numbers: Final = count(1)


def tell_gone(scope: Scope) -> None:
    """Says in the log that the client of a request went away before it was answered."""
    _log.warning("%s %s: the client %s went away.", *_names(scope))


def _names(scope: Scope) -> tuple[str, str, str]:
    """Method, path and client for a line of the log, which a path decoded could end."""
    return scope["method"], quote(scope["path"], safe="/:"), client_of(scope)


class RequestNumbers(logging.Filter):
    """Lets each line of the log say of which request it is: ``%(request)s``, which is ``-`` outside of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Adds the number; False for what uvicorn says of an answer that :class:`Guard` has said is broken off."""
        record.request = _request.get()
        return record.msg not in _SAID_ALREADY


class Guard:
    """The middleware next to the routes.

    A client has a share of the requests that are taken in at once, and is refused beyond it. What a door raises that
    nobody expected is answered as a problem; where an answer has begun already the connection is broken off, so that
    the client sees that it is not whole. Each of these is a line in the log.

    Args:
        app: the routes.
        max_requests: how many requests are taken in at once.
        answer: makes the response of an error.
    """

    def __init__(self, app: ASGIApp, *, max_requests: int, answer: Answer) -> None:
        self._app = app
        self._max_requests = max_requests
        self._answer = answer
        # Used on the event loop alone, so it needs no lock.
        self._shares = Shares(max_requests)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, within its client's share."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = f"{next(_numbers):06x}"
        token = _request.set(number)
        client = client_of(scope)
        has_begun = False
        start: Message | None = None

        async def send_numbered(message: Message) -> None:
            nonlocal has_begun, start
            if message["type"] == "http.response.start":
                if message["status"] >= _FIRST_ERROR:
                    MutableHeaders(scope=message)["X-Request-Id"] = number
                # It waits for the first piece: until then another answer may be given.
                start = message
                return
            has_begun = True
            if start:
                waiting, start = start, None
                await send(waiting)
            await send(message)

        is_shared = scope["path"].removeprefix(scope.get("root_path", "")) not in _UNSHARED
        try:
            if is_shared:
                self._admit(client)
            try:
                await self._app(scope, receive, send_numbered)
            finally:
                if is_shared:
                    self._shares.give_back(client)
        except asyncio.CancelledError:
            # The server ends, and nobody waits for this any more.
            _log.warning("%s %s of %s was ended with the server.", *_names(scope))
        except Exception as error:  # noqa: BLE001 - the last place where it can be answered
            # Starlette has an error of its own for one of ours that came after the beginning of an answer.
            cause = error.__cause__ if isinstance(error, RuntimeError) else None
            ours = cause if isinstance(cause, StratgraphError) else error
            await self._end(scope, receive, send_numbered, ours, has_begun=has_begun)
        finally:
            _request.reset(token)

    def _admit(self, client: str) -> None:
        if not self._shares.has_room(client):
            own = self._shares.taken_by(client)
            what = f"{own} requests of this client are being answered." if own else "Too many requests at once."
            raise refusal(own, what, setting="max_requests", value=self._max_requests)
        self._shares.take(client)

    async def _end(self, scope: Scope, receive: Receive, send: Send, error: Exception, *, has_begun: bool) -> None:
        where = _names(scope)
        if has_begun and not isinstance(error, StratgraphError | ClientDisconnect):
            # Writing to a connection that was reset fails some moments before it is known to be lost.
            await asyncio.sleep(0)
            is_gone = await Request(scope, receive).is_disconnected()
        else:
            is_gone = isinstance(error, ClientDisconnect | Cancelled)
        if is_gone:
            if has_begun or not isinstance(error, Cancelled):  # else the error goes to the answer under way
                tell_gone(scope)
        elif has_begun and isinstance(error, StratgraphError):
            _log.warning("%s %s of %s was broken off: %s", *where, error)
        elif not isinstance(error, StratgraphError):
            _log.error("%s %s of %s failed.", *where, exc_info=error)
        if not has_begun and not isinstance(error, ClientDisconnect):
            response = await self._answer(Request(scope, receive), error)
            await response(scope, receive, send)
