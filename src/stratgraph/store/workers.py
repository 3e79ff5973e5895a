"""The store whose queries run in processes that can be killed; see ``docs/decisions/0004-killable-workers.md``.

Deadline, memory, size of the answer, and how many ask at once are bounded, each by a setting of its own. A query that
hits one ends with its worker; the others do not notice.
"""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager, suppress
from functools import lru_cache
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from stratgraph.errors import StoreError, StratgraphError, WorkerLost
from stratgraph.store.admission import Admission
from stratgraph.store.allowance import Allowance
from stratgraph.store.exchange import Exchange, in_thread
from stratgraph.store.generation import Generation
from stratgraph.store.lease import Lease
from stratgraph.store.protocol import ANYBODY, WHOLE, Answer, Caller, Dataset, Forms, OnLoop, Screen
from stratgraph.store.snapshot import current_id, hold_current
from stratgraph.store.wire import Request, request_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from stratgraph.serialisation import RdfForm
    from stratgraph.store.generation import Worker
    from stratgraph.store.limits import PoolLimits

_log: Final = logging.getLogger(__name__)
_GRACE_S: Final = 5
"""A worker keeps its deadline itself; one that says nothing for so much longer is killed."""

_ATTEMPTS: Final = 3
"""How many keepers may end under one query."""


class WorkerStore:
    """A :class:`stratgraph.store.protocol.Store` over the snapshot in force; safe to call from many threads.

    A snapshot that is newly published is loaded beside the one that is served, and is then served instead; answers
    that have begun go on. One that cannot be opened is a line of the log, and the one before it stays.

    Args:
        folder: of the snapshots.
        limits: of the workers.
        max_result_bytes: how large an answer may be.
        is_forked: the processes of the snapshot that is in force now are forked from this one, which has one thread;
            see :class:`stratgraph.store.generation.Generation`.

    Raises:
        StoreError: nothing was published in the folder, or it cannot be opened.
    """

    def __init__(self, folder: Path, limits: PoolLimits, *, max_result_bytes: int, is_forked: bool = False) -> None:
        self._folder = folder
        self._limits = limits
        self._max_result_bytes = max_result_bytes
        self._admission = Admission(
            workers=limits.workers,
            queries_per_client=limits.queries_per_client,
            queue_length=limits.queue_length,
            queue_wait_s=limits.queue_wait_s,
        )
        self._link = f"{folder}/current"
        self._patience_s = limits.deadline_s + _GRACE_S
        self._lock = Lock()
        self._restarting = Lock()
        self._is_closed = False
        self._is_renewing = False
        # The snapshot that could not be opened, so that it is not tried at each query.
        self._failed = ""
        # All whose processes may still run: those that are retired have answers to end.
        self._generations: WeakSet[Generation] = WeakSet()
        self._generation = self._start(is_forked=is_forked)
        self.on_loop = OnLoop(self.answer_on_loop, self.read_graph_on_loop)

    @property
    def state(self) -> str:
        """The id of the snapshot that is served."""
        return self._current().state

    def answer(
        self,
        query: str,
        forms: Forms,
        dataset: Dataset = WHOLE,
        caller: Caller = ANYBODY,
        screen: Screen | None = None,
    ) -> Answer:
        """See :class:`stratgraph.store.protocol.Store`. An answer that is not read to its end has to be closed."""
        return self.exchange(self.lease(caller), caller).answer(_query_request(query, forms, dataset, screen))

    def read_graph(self, graph: str | None, form: RdfForm, caller: Caller = ANYBODY) -> Answer:
        """See :class:`stratgraph.store.protocol.Store`. An answer that is not read to its end has to be closed."""
        return self.exchange(self.lease(caller), caller).answer(_graph_request(graph, form))

    def answer_on_loop(
        self, query: str, forms: Forms, dataset: Dataset, caller: Caller, screen: Screen | None
    ) -> Awaitable[Answer]:
        """See :class:`stratgraph.store.protocol.OnLoop`."""
        return self._answer_on_loop(_query_request(query, forms, dataset, screen), caller)

    def read_graph_on_loop(self, graph: str | None, form: RdfForm, caller: Caller) -> Awaitable[Answer]:
        """See :class:`stratgraph.store.protocol.OnLoop`."""
        return self._answer_on_loop(_graph_request(graph, form), caller)

    async def _answer_on_loop(self, request: Request, caller: Caller) -> Answer:
        if self._is_closed:
            raise _closed()
        await self._admission.enter_on_loop(caller)
        try:
            generation = self._generation
            worker = generation.take_idle()
        except BaseException:
            self._admission.leave(caller.client)
            raise
        if worker is None:
            lease = await in_thread(lambda: self._leased(caller), Lease.give_back)
        else:
            lease = Lease(generation, worker, self._admission, caller.client)
        return await self.exchange(lease, caller).answer_on_loop(request, self._patience_s)

    def graph_names(self) -> tuple[str, ...]:
        """See :class:`stratgraph.store.protocol.Store`."""
        with self.reading() as reading:
            return reading.graph_names()

    @contextmanager
    def reading(self, caller: Caller = ANYBODY) -> Iterator[_Reading]:
        """See :class:`stratgraph.store.protocol.Store`; it takes a worker at its first question, and keeps it."""
        while not (generation := self._current()).hold():
            pass  # it has been retired in this moment, and there is another one
        reading = _Reading(self, generation, caller)
        try:
            yield reading
        finally:
            reading.end()
            generation.release()

    def close(self) -> None:
        """See :class:`stratgraph.store.protocol.Store`; the processes end with the last answer."""
        with self._lock:
            self._is_closed = True
        self._generation.retire()

    def abort(self) -> None:
        """See :class:`stratgraph.store.protocol.Store`."""
        with self._lock:
            self._is_closed = True
            generations = tuple(self._generations)
        for generation in generations:
            generation.abort()

    def exchange(self, lease: Lease, caller: Caller) -> Exchange:
        """One request to the worker of a lease."""
        most = self._limits.deadline_s
        deadline_s = most if caller.deadline_s is None else min(caller.deadline_s, most)
        return Exchange(lease, caller, self._limits, deadline_s)

    def lease(
        self, caller: Caller, held: Generation | None = None, keep: Callable[[Lease], None] | None = None
    ) -> Lease:
        """A worker, when there is one: of the snapshot in force, or of one that the caller holds.

        Args:
            caller: on whose behalf.
            held: the workers of the snapshot that the caller holds.
            keep: takes the lease when the worker has answered, and returns it at last.

        Raises:
            LimitError, Cancelled, StoreError: as of :meth:`answer`.
        """
        if self._is_closed:
            raise _closed()
        self._admission.enter(caller)
        return self._leased(caller, held, keep)

    def _leased(
        self, caller: Caller, held: Generation | None = None, keep: Callable[[Lease], None] | None = None
    ) -> Lease:
        """A worker for one who has been let in."""
        try:
            generation, worker = self._take(held)
        except BaseException:
            self._admission.leave(caller.client)
            raise
        return Lease(generation, worker, self._admission, caller.client, keep)

    def _take(self, held: Generation | None) -> tuple[Generation, Worker]:
        for _ in range(_ATTEMPTS):
            generation = held or self._current()
            try:
                worker = generation.take(is_held=held is not None)
            except WorkerLost:
                self._restart(generation)
                if held:
                    raise
            else:
                if worker is not None:
                    return generation, worker
        raise WorkerLost("The processes that answer queries end again and again.", mend="Look into the server's log.")

    # --- which snapshot

    def _current(self) -> Generation:
        if self._is_closed:
            raise _closed()
        generation = self._generation
        with suppress(OSError):
            # As ``current_id`` does, for each query, without looking at what is usually right.
            if os.readlink(self._link).rpartition("/")[2] == generation.state:  # noqa: PTH115 - faster
                return generation
        identifier = current_id(self._folder)
        if identifier not in {generation.state, self._failed} and self._is_first_to_renew():
            Thread(target=self._renew, args=(identifier,), name="stratgraph-renew", daemon=True).start()
        return generation

    def _is_first_to_renew(self) -> bool:
        with self._lock:
            is_first = not self._is_renewing
            self._is_renewing = True
        return is_first

    def _start(self, *, is_forked: bool = False) -> Generation:
        snapshot, held = hold_current(self._folder)
        generation = Generation(
            snapshot,
            held,
            limits=self._limits,
            max_result_bytes=self._max_result_bytes,
            patience_s=self._patience_s,
            is_forked=is_forked,
        )
        with self._lock:
            self._generations.add(generation)
        return generation

    def _renew(self, identifier: str) -> None:
        try:
            self._put(self._start())
        except StratgraphError as error:
            self._failed = identifier
            _log.error("The new snapshot is not served: %s", error)
        finally:
            self._is_renewing = False

    def _put(self, generation: Generation) -> None:
        """Serves this one instead of the one before."""
        with self._lock:
            if not self._is_closed:
                self._generation, generation = generation, self._generation
        generation.retire()

    def _restart(self, dead: Generation) -> None:
        """A new keeper for one that has ended; one thread starts it, and the others wait for that."""
        with self._restarting:
            if self._generation is dead and not self._is_closed:
                _log.warning("The keeper of the workers has ended, and another one is started.")
                self._put(self._start())


class _Reading:
    """See :class:`stratgraph.store.protocol.Reading`: one worker for all questions, of a generation that is held."""

    def __init__(self, store: WorkerStore, generation: Generation, caller: Caller) -> None:
        self._store = store
        self._generation = generation
        self._allowance = Allowance(caller)
        self._lease: Lease | None = None
        self._answer: Answer | None = None

    @property
    def state(self) -> str:
        """The id of the snapshot."""
        return self._generation.state

    def answer(self, query: str, forms: Forms, dataset: Dataset = WHOLE, *, screen: Screen | None = None) -> Answer:
        """See :class:`stratgraph.store.protocol.Reading`."""
        return self._keep(self._exchange().answer(_query_request(query, forms, dataset, screen)))

    def read_graph(self, graph: str | None, form: RdfForm) -> Answer:
        """See :class:`stratgraph.store.protocol.Reading`."""
        return self._keep(self._exchange().answer(_graph_request(graph, form)))

    def graph_names(self) -> tuple[str, ...]:
        """See :class:`stratgraph.store.protocol.Reading`."""
        if self._generation.graph_names is None:
            self._generation.graph_names = self._exchange().names(request_of("names"))
        return self._generation.graph_names

    def end(self) -> None:
        """Closes the last answer, and gives the worker back."""
        self._close_answer()
        if lease := self._taken():
            lease.return_worker()

    def _exchange(self) -> Exchange:
        self._close_answer()
        caller = self._allowance.caller()
        lease = self._taken() or self._store.lease(caller, self._generation, self._put)
        return self._store.exchange(lease, caller)

    def _taken(self) -> Lease | None:
        lease, self._lease = self._lease, None
        return lease

    def _put(self, lease: Lease) -> None:
        """A question has ended, and its worker is ready for the next one."""
        self._lease = lease

    def _keep(self, answer: Answer) -> Answer:
        self._answer = answer
        return answer

    def _close_answer(self) -> None:
        if self._answer:
            self._answer.close()
            self._answer = None


def _query_request(query: str, forms: Forms, dataset: Dataset, screen: Screen | None) -> Request:
    solutions, graph = forms.solutions, forms.graph
    return Request(_query_members(solutions and solutions.name, graph and graph.name, dataset, screen), query)


@lru_cache(maxsize=100)
def _query_members(solutions: str | None, graph: str | None, dataset: Dataset, screen: Screen | None) -> bytes:
    return request_of(
        "answer",
        forms=[solutions, graph],
        dataset=[dataset.default_graphs, dataset.named_graphs],
        screen=screen and [screen.base, screen.services],
    ).members


def _graph_request(graph: str | None, form: RdfForm) -> Request:
    return request_of("graph", graph=graph, form=form.name)


def _closed() -> StoreError:
    return StoreError("The store is closed.", mend="Open it again.")
