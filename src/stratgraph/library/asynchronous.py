"""A graph that is asked on an event loop: each question waits in a thread, and is taken back with its task."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from stratgraph.library.knowledge import connect
from stratgraph.store import Stop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from pyoxigraph import Triple

    from stratgraph.library.knowledge import KnowledgeGraph
    from stratgraph.library.rows import Row, Rows

Given = TypeVar("Given")

_AT_ONCE: Final = 500
"""So many rows a thread fetches before the loop gets them."""


class AsyncKnowledgeGraph:
    """A graph on an event loop. A question whose task is cancelled ends at the server, or in its process, too.

    Args:
        graph: that is asked, opened or connected to; all else of it is reached by :meth:`run`.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.graph = graph

    async def query(self, text: str, *, version: int | None = None, plan: str | None = None) -> Rows:
        """As :meth:`KnowledgeGraph.query`."""
        return await self._stoppable(self.graph.query, text, version=version, plan=plan)

    async def ask(self, text: str) -> bool:
        """As :meth:`KnowledgeGraph.ask`."""
        return await self._stoppable(self.graph.ask, text)

    async def construct(self, text: str) -> tuple[Triple, ...]:
        """As :meth:`KnowledgeGraph.construct`."""
        return await self._stoppable(self.graph.construct, text)

    @asynccontextmanager
    async def stream(self, text: str) -> AsyncIterator[AsyncIterator[Row]]:
        """As :meth:`KnowledgeGraph.stream`, with ``async with`` and ``async for``."""
        stop, loop, held = Stop(), asyncio.get_running_loop(), ExitStack()
        # One thread for the whole of it: rows come in the thread that asked.
        thread = ThreadPoolExecutor(1)
        try:
            rows = await loop.run_in_executor(
                thread, lambda: iter(held.enter_context(self.graph.stream(text, stop=stop)))
            )

            async def come() -> AsyncIterator[Row]:
                while found := await loop.run_in_executor(thread, lambda: list(islice(rows, _AT_ONCE))):
                    for row in found:
                        yield row

            yield come()
        except asyncio.CancelledError:
            stop.set()
            raise
        finally:
            thread.submit(held.close)
            thread.shutdown(wait=False)

    async def run(self, call: Callable[..., Given], *arguments: Any, **named: Any) -> Given:
        """Calls anything of the graph beside the loop: ``await graph.run(graph.graph.plan, version=2)``."""
        return await asyncio.to_thread(call, *arguments, **named)

    async def close(self) -> None:
        """Ends what it holds."""
        await asyncio.to_thread(self.graph.close)

    @staticmethod
    async def _stoppable(call: Callable[..., Given], *arguments: Any, **named: Any) -> Given:
        stop = Stop()
        try:
            return await asyncio.to_thread(call, *arguments, stop=stop, **named)
        except asyncio.CancelledError:
            stop.set()
            raise


@asynccontextmanager
async def connect_async(url: str) -> AsyncIterator[AsyncKnowledgeGraph]:
    """As :func:`stratgraph.connect`, on an event loop, with ``async with``."""
    graph = AsyncKnowledgeGraph(await asyncio.to_thread(connect, url))
    try:
        yield graph
    finally:
        await graph.close()
