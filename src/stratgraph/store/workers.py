"""The store whose queries run in processes that can be killed; see ``docs/decisions/0004-killable-workers.md``.

Deadline, memory, size of the answer, and how many ask at once are bounded, each by a setting of its own. A query that
hits one ends with its worker; the others do not notice.
"""

from __future__ import annotations

import logging
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from stratgraph.errors import StoreError, StratgraphError, WorkerLost
from stratgraph.store.admission import Admission
from stratgraph.store.exchange import Exchange
from stratgraph.store.generation import Generation
from stratgraph.store.protocol import ANYBODY, WHOLE, Answer, Caller, Dataset, Forms, Screen
from stratgraph.store.snapshot import current_id, hold_current
from stratgraph.store.worker import WorkerLimits

if TYPE_CHECKING:
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
    that have begun go on. One that cannot be opened is told in the log, and the one before it stays.

    Raises:
        StoreError: nothing was published in the folder, or it cannot be opened.
    """

    def __init__(self, folder: Path, limits: PoolLimits, *, max_result_bytes: int) -> None:
        self._folder = folder
        self._limits = limits
        self._worker_limits = WorkerLimits(
            max_result_bytes=max_result_bytes,
            query_memory_mb=limits.query_memory_mb,
            stall_s=limits.stall_s,
            min_client_bytes_per_s=limits.min_client_bytes_per_s,
        )
        self._admission = Admission(
            workers=limits.workers,
            queries_per_client=limits.queries_per_client,
            queue_length=limits.queue_length,
            queue_wait_s=limits.queue_wait_s,
        )
        self._lock = Lock()
        self._restarting = Lock()
        self._is_closed = False
        self._is_renewing = False
        # The snapshot that could not be opened, so that it is not tried at each query.
        self._failed = ""
        # All whose processes may still run: those that are retired have answers to end.
        self._generations: WeakSet[Generation] = WeakSet()
        self._generation = self._start()

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
        request = {
            "ask": "answer",
            "query": query,
            "forms": [form and form.name for form in (forms.solutions, forms.graph)],
            "dataset": [dataset.default_graphs, dataset.named_graphs],
            "screen": screen and [screen.base, screen.services],
            "deadline_s": self._deadline_s(caller),
        }
        return self._exchange(caller).answer(request)

    def read_graph(self, graph: str | None, form: RdfForm, caller: Caller = ANYBODY) -> Answer:
        """See :class:`stratgraph.store.protocol.Store`; likewise to be closed."""
        request = {"ask": "graph", "graph": graph, "form": form.name, "deadline_s": self._deadline_s(caller)}
        return self._exchange(caller).answer(request)

    def graph_names(self) -> tuple[str, ...]:
        """See :class:`stratgraph.store.protocol.Store`."""
        generation = self._current()
        if generation.graph_names is None:
            request = {"ask": "names", "deadline_s": self._limits.deadline_s}
            generation.graph_names = self._exchange(ANYBODY).names(request)
        return generation.graph_names

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

    def _deadline_s(self, caller: Caller) -> float:
        most = self._limits.deadline_s
        return most if caller.deadline_s is None else min(caller.deadline_s, most)

    def _exchange(self, caller: Caller) -> Exchange:
        """A worker for one request, when there is one."""
        if self._is_closed:
            raise _closed()
        self._admission.enter(caller)
        try:
            generation, worker = self._take()
        except BaseException:
            self._admission.leave(caller.client)
            raise
        return Exchange(generation, worker, self._admission, caller, self._limits, self._deadline_s(caller))

    def _take(self) -> tuple[Generation, Worker]:
        for _ in range(_ATTEMPTS):
            generation = self._current()
            try:
                worker = generation.take()
            except WorkerLost:
                self._restart(generation)
            else:
                if worker is not None:
                    return generation, worker
        raise WorkerLost("The processes that answer queries end again and again.", mend="Look into the server's log.")

    # --- which snapshot

    def _current(self) -> Generation:
        if self._is_closed:
            raise _closed()
        generation = self._generation
        identifier = current_id(self._folder)
        if identifier not in {generation.state, self._failed} and self._is_first_to_renew():
            Thread(target=self._renew, args=(identifier,), name="stratgraph-renew", daemon=True).start()
        return generation

    def _is_first_to_renew(self) -> bool:
        with self._lock:
            is_first = not self._is_renewing
            self._is_renewing = True
        return is_first

    def _start(self) -> Generation:
        snapshot, held = hold_current(self._folder)
        generation = Generation(
            snapshot,
            held,
            max_memory_quads=self._limits.max_memory_quads,
            limits=self._worker_limits,
            patience_s=self._limits.deadline_s + _GRACE_S,
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


def _closed() -> StoreError:
    return StoreError("The store is closed.", mend="Open it again.")
