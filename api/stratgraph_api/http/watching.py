"""Watches the client of a request while something is done for it, so that it can be stopped when the client goes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

if TYPE_CHECKING:
    from starlette.requests import Request

    from stratgraph.store.protocol import Stop

_UNWATCHED_S: Final = 0.05


class stopped_when_gone:  # noqa: N801 - a context manager, called like a function
    """Sets a stop when the client goes away before the ``with`` statement ends; the body of the request is read.

    Watching begins after a moment, since it costs more than a short answer does.
    """

    def __init__(self, request: Request, stop: Stop) -> None:
        self._request = request
        self._stop = stop
        self._watching: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_UNWATCHED_S, self._watch)

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()
        if self._watching:
            self._watching.cancel()

    def _watch(self) -> None:
        self._watching = asyncio.create_task(_stop_when_gone(self._request, self._stop))


async def until_gone(request: Request) -> None:
    """Returns when the client has gone away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _stop_when_gone(request: Request, stop: Stop) -> None:
    await until_gone(request)
    await run_in_threadpool(stop.set)
