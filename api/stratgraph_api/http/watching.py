"""Watches the client of a request while something is done for it, so that it can be stopped when the client goes."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from stratgraph.store.protocol import Stop


@asynccontextmanager
async def stopped_when_gone(request: Request, stop: Stop) -> AsyncIterator[None]:
    """Sets a stop when the client goes away before the ``with`` statement ends; the body of the request is read."""
    watching = asyncio.create_task(_stop_when_gone(request, stop))
    try:
        yield
    finally:
        watching.cancel()


async def until_gone(request: Request) -> None:
    """Returns when the client has gone away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _stop_when_gone(request: Request, stop: Stop) -> None:
    await until_gone(request)
    await run_in_threadpool(stop.set)
