"""Whole responses that are kept, so that a question asked again costs neither framework, thread nor worker.

A published snapshot never changes, so a response is the same for as long as the snapshot and what was asked are the
same. The cache stands outside of everything else: it keeps what was sent, headers and compressed bytes, and compares
what came in, not what it means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from cachetools import LRUCache

from stratgraph.errors import StoreError
from stratgraph_api.http.store_on_demand import opened_store

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_Asked: TypeAlias = "tuple[str | bytes, ...]"
_MARK: Final = "stratgraph.kept_for"
_SHARE: Final = 8
"""One response takes at most so small a part of the whole, so that a large one does not put all others out."""

_LARGEST_QUESTION: Final = 20_000
"""A request with more bytes, what it depends on all together, is passed on without a look."""

_OVERHEAD: Final = 2_500
"""About how many bytes a kept response takes beside its own and those of its request."""

# What a response depends on, beside path, query string and body.
_FIELDS: Final = (b"accept", b"accept-encoding", b"content-type", b"host", b"origin")
# A client that sends one of these wants to know more than the response.
_CONDITIONS: Final = frozenset({b"if-none-match", b"if-modified-since", b"range", b"authorization", b"cache-control"})


def keep(scope: Scope, state: str) -> None:
    """Lets the response of this request be kept while the store is in this state (read before it was asked)."""
    scope[_MARK] = state


@dataclass(frozen=True, slots=True)
class _Kept:
    start: Message
    body: bytes
    size: int


class ResponseCache:
    """The middleware.

    Args:
        app: what is asked where nothing is kept.
        paths: the only ones whose responses are kept.
        max_bytes: of all responses together, with their requests; 0 keeps none.
    """

    def __init__(self, app: ASGIApp, *, paths: Collection[str], max_bytes: int) -> None:
        self._app = app
        self._paths = frozenset(paths)
        self._most = max_bytes // _SHARE
        # Used on the event loop alone, so it needs no lock.
        self._kept: LRUCache[_Asked, _Kept] = LRUCache(max_bytes, getsizeof=lambda kept: kept.size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers from what is kept, or passes the request on and keeps its response where that may be."""
        if not self._most or scope["type"] != "http" or not self._is_simple(scope):
            await self._app(scope, receive, send)
            return
        first = await receive() if scope["method"] == "POST" else None
        asked = _asked(scope, first)
        state = _state(scope["state"]["open_store"])
        kept = self._kept.get((state, *asked)) if asked and state else None
        if kept:
            await send(kept.start)
            await send({"type": "http.response.body", "body": kept.body})
            return
        if asked:
            send = self._keeping(scope, asked, send)
        await self._app(scope, _again(first, receive) if first else receive, send)

    def _is_simple(self, scope: Scope) -> bool:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        is_asked = scope["method"] in {"GET", "POST"} and path in self._paths
        return is_asked and not any(name in _CONDITIONS for name, _ in scope["headers"])

    def _keeping(self, scope: Scope, asked: _Asked, send: Send) -> Send:
        """Passes messages on, and keeps them when the response is whole, small, and marked by :func:`keep`."""
        start: list[Message] = []
        pieces: list[bytes] = []
        size = 0

        async def send_and_keep(message: Message) -> None:
            nonlocal size
            await send(message)
            if message["type"] == "http.response.start":
                start.append(message)
                return
            size += len(message.get("body", b""))
            if size > self._most:
                pieces.clear()
                return
            pieces.append(message.get("body", b""))
            state = scope.get(_MARK)
            is_whole = not message.get("more_body") and start and start[0]["status"] == 200  # noqa: PLR2004 - RFC 9110
            if is_whole and state:
                body = b"".join(pieces)
                self._kept[state, *asked] = _Kept(start[0], body, len(body) + _size(asked) + _OVERHEAD)

        return send_and_keep


def _asked(scope: Scope, first: Message | None) -> _Asked | None:
    """What the response depends on; None where the body has more than one part, or where it all is long."""
    if first and first.get("more_body"):
        return None
    fields = (part for field in scope["headers"] if field[0] in _FIELDS for part in field)
    place = (scope["scheme"], scope.get("root_path", ""), scope["method"], scope["path"], scope["query_string"])
    asked = (*place, first.get("body", b"") if first else b"", *fields)
    return asked if _size(asked) <= _LARGEST_QUESTION else None


def _size(asked: _Asked) -> int:
    return sum(map(len, asked))


def _state(opener: object) -> str | None:
    """The state of the store, where it is open and asking it is no work; None where the store does not say."""
    opened = opened_store(opener)
    try:
        return opened.state if opened else None
    except StoreError:  # the door, which is asked next, says so
        return None


def _again(first: Message, receive: Receive) -> Receive:
    """The message that was looked at, and then the others."""
    waiting = [first]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
