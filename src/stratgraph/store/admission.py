"""Who may ask now, who waits, and who is refused: how many queries run at once, in all and of one client."""

from __future__ import annotations

from threading import Event, Lock, get_ident
from typing import TYPE_CHECKING

from stratgraph.errors import Cancelled, Overloaded, TooManyQueries
from stratgraph.shares import Line, Shares, Waiting

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from stratgraph.store.protocol import Caller


class Admission:
    """Counts the queries that run, and lets the next ones in as places become free.

    Who may have a place, and who is next, are the rules of :mod:`stratgraph.shares`.

    Args:
        workers: how many places there are.
        queries_per_client: how many of them one client may have.
        queue_length: how many may wait, shared by the same rule.
        queue_wait_s: how long.
    """

    def __init__(self, *, workers: int, queries_per_client: int, queue_length: int, queue_wait_s: float) -> None:
        self._workers = workers
        self._queries_per_client = queries_per_client
        self._queue_length = queue_length
        self._queue_wait_s = queue_wait_s
        self._lock = Lock()
        self._shares = Shares(workers, queries_per_client)
        self._waiting = Shares(queue_length)
        self._line = Line(self._shares)

    def enter(self, caller: Caller) -> None:
        """Takes a place, waiting for it if need be; the caller gives it back by :meth:`leave`.

        Raises:
            Overloaded: the queue is full, or no place became free in time.
            TooManyQueries: this client's part of the queue is full, or no place became free for it in time.
            Cancelled: the caller's ``stop`` was set.
        """
        woken = Event()
        if waiting := self._join(caller.client, woken.set):
            if caller.stop:
                caller.stop.watch(woken.set)
            woken.wait(self._queue_wait_s)
            self._end_waiting(waiting, caller)

    async def enter_on_loop(self, caller: Caller) -> None:
        """As :meth:`enter`, awaited on an event loop."""
        with self._lock:
            if self._enters_at_once(caller.client):
                return
        import asyncio  # noqa: PLC0415 - who has no event loop does without

        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            if not woken.done():
                woken.set_result(None)

        here = get_ident()

        def wake_from_anywhere() -> None:
            if get_ident() == here:
                wake()
            else:
                loop.call_soon_threadsafe(wake)

        waiting = self._join(caller.client, wake_from_anywhere)
        if waiting is None:
            return
        if caller.stop:
            caller.stop.watch(wake_from_anywhere)
        timer = loop.call_later(self._queue_wait_s, wake)
        try:
            await woken
        except asyncio.CancelledError:
            with self._lock:
                if waiting.is_admitted:
                    self._leave(caller.client)
                else:
                    self._leave_line(waiting)
            raise
        finally:
            timer.cancel()
        self._end_waiting(waiting, caller)

    def leave(self, client: str) -> None:
        """Gives a place back, to the first one that may have it."""
        with self._lock:
            self._leave(client)

    def _leave(self, client: str) -> None:
        self._shares.give_back(client)
        for admitted in self._line.admit():
            self._waiting.give_back(admitted.client)

    def _join(self, client: str, wake: Callable[[], None]) -> Waiting | None:
        """Takes a place, or goes to the end of the line: then one who waits."""
        with self._lock:
            if self._enters_at_once(client):
                return None
            self._refuse_beyond_queue(client)
            waiting = Waiting(client, wake)
            self._line.join(waiting)
            self._waiting.take(client)
            return waiting

    def _enters_at_once(self, client: str) -> bool:
        """Takes a place where there is one."""
        has_room = self._shares.has_room(client)
        if has_room:
            self._shares.take(client)
        return has_room

    def _leave_line(self, waiting: Waiting) -> None:
        self._line.leave(waiting)
        self._waiting.give_back(waiting.client)

    def _end_waiting(self, waiting: Waiting, caller: Caller) -> None:
        """The time is over, or somebody has woken the one who waits: it has a place now, or is refused."""
        with self._lock:
            if waiting.is_admitted:
                return
            self._leave_line(waiting)
            if caller.stop and caller.stop.is_set:
                raise Cancelled("The question was taken back.")
            raise self._waited_too_long(waiting.client)

    def _refuse_beyond_queue(self, client: str) -> None:
        if self._waiting.has_room(client):
            return
        if client and self._waiting.taken_by(client):
            raise self._too_many(client, f"and {self._waiting.taken_by(client)} wait already")
        raise Overloaded(
            f"All {self._workers} workers are busy, and {self._queue_length} queries wait already.",
            setting="queue_length",
            value=self._queue_length,
            mend="Ask again later.",
        )

    def _waited_too_long(self, client: str) -> Overloaded:
        if client and self._shares.taken_by(client):
            return self._too_many(client, f"and none of them ended within {self._queue_wait_s:g} seconds")
        return Overloaded(
            f"All {self._workers} workers are busy, and none became free within {self._queue_wait_s:g} seconds.",
            setting="queue_wait_s",
            value=self._queue_wait_s,
            mend="Ask again later.",
        )

    def _too_many(self, client: str, why: str) -> TooManyQueries:
        return TooManyQueries(
            f"{self._shares.taken_by(client)} queries of this client are running, {why}.",
            setting="queries_per_client",
            value=self._queries_per_client,
            mend="Wait for their answers, then ask again.",
        )
