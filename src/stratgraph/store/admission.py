"""Who may ask now, who waits, and who is refused: how many queries run at once, in all and of one client."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import TYPE_CHECKING

from stratgraph.errors import Cancelled, Overloaded, TooManyQueries

if TYPE_CHECKING:
    from stratgraph.store.protocol import Caller


@dataclass(slots=True, eq=False)
class _Waiting:
    client: str
    is_admitted: bool = False
    woken: Event = field(default_factory=Event)


class Admission:
    """Counts the queries that run, and lets the next ones in as places become free, in the order of their arrival.

    A client that has all the places it may have lets others pass. The program itself, a client without a name, may
    have all places.

    Args:
        workers: how many places there are.
        queries_per_client: how many of them one client may have.
        queue_length: how many may wait; of one client half as many, so that it cannot fill the queue.
        queue_wait_s: how long.
    """

    def __init__(self, *, workers: int, queries_per_client: int, queue_length: int, queue_wait_s: float) -> None:
        self._workers = workers
        self._queries_per_client = queries_per_client
        self._queue_length = queue_length
        self._queue_wait_s = queue_wait_s
        self._lock = Lock()
        self._running = 0
        self._running_of: Counter[str] = Counter()
        # Whoever stands here cannot be let in: there is no place, or its client has all that it may have.
        self._queue: deque[_Waiting] = deque()

    def enter(self, caller: Caller) -> None:
        """Takes a place, waiting for it if need be; whoever has one gives it back by :meth:`leave`.

        Raises:
            Overloaded: the queue is full, or no place became free in time.
            TooManyQueries: likewise, of this client.
            Cancelled: the caller's ``stop`` was set.
        """
        client = caller.client
        with self._lock:
            if self._has_place(client):
                self._admit(client)
                return
            self._refuse_beyond_queue(client)
            waiting = _Waiting(client)
            self._queue.append(waiting)
        if caller.stop:
            caller.stop.watch(waiting.woken.set)
        waiting.woken.wait(self._queue_wait_s)
        with self._lock:
            if waiting.is_admitted:
                return
            self._queue.remove(waiting)
            if caller.stop and caller.stop.is_set:
                raise Cancelled("The question was taken back.")
            raise self._waited_too_long(client)

    def leave(self, client: str) -> None:
        """Gives a place back, to the first one that may have it."""
        with self._lock:
            self._running -= 1
            self._running_of[client] -= 1
            if not self._running_of[client]:
                del self._running_of[client]
            following = next((waiting for waiting in self._queue if self._has_place(waiting.client)), None)
            if following is not None:
                self._queue.remove(following)
                self._admit(following.client)
                following.is_admitted = True
                following.woken.set()

    def _has_place(self, client: str) -> bool:
        return self._running < self._workers and not self._is_at_its_limit(client)

    def _is_at_its_limit(self, client: str) -> bool:
        return client != "" and self._running_of[client] >= self._queries_per_client

    def _admit(self, client: str) -> None:
        self._running += 1
        self._running_of[client] += 1

    def _refuse_beyond_queue(self, client: str) -> None:
        if len(self._queue) >= self._queue_length:
            raise Overloaded(
                f"All {self._workers} workers are busy, and {self._queue_length} queries wait already.",
                setting="queue_length",
                value=self._queue_length,
                mend="Ask again later.",
            )
        of_client = sum(waiting.client == client for waiting in self._queue)
        if client and of_client >= max(1, self._queue_length // 2):
            raise self._too_many(f"and {of_client} wait already")

    def _waited_too_long(self, client: str) -> Overloaded:
        if self._is_at_its_limit(client):
            return self._too_many(f"and none of them ended within {self._queue_wait_s:g} seconds")
        return Overloaded(
            f"All {self._workers} workers are busy, and none became free within {self._queue_wait_s:g} seconds.",
            setting="queue_wait_s",
            value=self._queue_wait_s,
            mend="Ask again later.",
        )

    def _too_many(self, why: str) -> TooManyQueries:
        return TooManyQueries(
            f"{self._queries_per_client} queries of this client are running, {why}.",
            setting="queries_per_client",
            value=self._queries_per_client,
            mend="Wait for their answers, then ask again.",
        )
