"""Doors that are plain functions: each runs in a thread, in its client's turn, with one look at the store.

So a page is of one snapshot, takes no more than its client's share, ends at a deadline, and is given up when its client
goes away. ``request.state.open_reading()`` gives the door its look, a :class:`stratgraph.store.Reading`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import cache, wraps
from inspect import iscoroutinefunction, signature
from typing import TYPE_CHECKING, Any, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotation

from stratgraph.store import Caller, Stop
from stratgraph_api.http.clients import client_of
from stratgraph_api.http.watching import stopped_when_gone

if TYPE_CHECKING:
    from stratgraph.store import Reading, Store
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


async def run_on_behalf(request: Request, work: Callable[[], Any], deadline_s: float | None = None) -> Any:
    """What a function gives, which runs in a thread in the turn of a request's client; see :func:`on_behalf`.

    Args:
        request: on whose client's behalf.
        work: the function.
        deadline_s: how long what it asks may take in all, where that is less than the store allows.
    """
    pages: Places = request.state.pages
    client = client_of(request.scope)
    async with pages.place(client):
        stop = Stop()
        opened: Callable[[], Store] = request.state.open_store
        most_s: float = request.state.settings.deadline_s

        def work_on_one_reading() -> Any:
            with ExitStack() as stack:

                @cache
                def open_reading() -> Reading:
                    return stack.enter_context(
                        opened().reading(
                            Caller(client, most_s if deadline_s is None else min(deadline_s, most_s), stop)
                        )
                    )

                request.state.open_reading = open_reading
                return work()

        with stopped_when_gone(request, stop):
            return await run_in_threadpool(work_on_one_reading)
