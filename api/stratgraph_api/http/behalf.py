"""Doors that are plain functions: each runs in a thread, in its client's turn, and asks in its client's name.

So a page takes no more than its client's share, ends at a deadline, and is given up when its client goes away.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction, signature
from typing import TYPE_CHECKING, Any, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation

from stratgraph.store import Caller, OnBehalf, Stop
from stratgraph_api.http.clients import client_of
from stratgraph_api.http.watching import stopped_when_gone

if TYPE_CHECKING:
    from stratgraph.store import Store
    from stratgraph_api.http.places import Places

Door: TypeAlias = Callable[..., Any]


def on_behalf(door: Door) -> Door:
    """The door as a coroutine function with the same parameters; as it is where it does nothing with a request.

    Raises:
        StratgraphError: what the door raises.
        Overloaded: no place became free in time (TooManyQueries: and this client has some).
        DeadlineExceeded: what it asks takes longer than a query may.
    """
    if iscoroutinefunction(door) or "request" not in signature(door).parameters:
        return door

    @wraps(door)
    async def taken_in_turn(request: Request, **rest: Any) -> Any:
        return await run_on_behalf(request, lambda: door(request, **rest))

    return taken_in_turn


async def run_on_behalf(request: Request, work: Callable[[], Any]) -> Any:
    """What a function gives, which runs in a thread in the turn of a request's client; see :func:`on_behalf`."""
    pages: Places = request.state.pages
    client = client_of(request.scope)
    async with pages.place(client):
        stop = Stop()
        opened: Callable[[], Store] = request.state.open_store
        deadline_s: float = request.state.settings.deadline_s
        bound: list[OnBehalf] = []

        def open_bound() -> Store:
            # One for the whole request, so that its time is counted once.
            if not bound:
                bound.append(OnBehalf(opened(), Caller(client, deadline_s, stop)))
            return bound[0]

        request.state.open_store = open_bound
        try:
            async with stopped_when_gone(request, stop):
                return await run_in_threadpool(work)
        finally:
            request.state.open_store = opened
