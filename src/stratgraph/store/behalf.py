"""A store that is asked in somebody's name, within a time for all questions together."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from stratgraph.errors import Cancelled, DeadlineExceeded
from stratgraph.store.protocol import ANYBODY, WHOLE

if TYPE_CHECKING:
    from stratgraph.serialisation import RdfForm
    from stratgraph.store.protocol import Answer, Caller, Dataset, Forms, Screen, Store


class OnBehalf:
    """A :class:`stratgraph.store.protocol.Store` for whoever would ask another one as nobody in particular.

    Args:
        store: that is asked; closing this one does not close it.
        caller: in whose name. Its deadline, in seconds from now, is that of all questions together.
    """

    def __init__(self, store: Store, caller: Caller) -> None:
        self._store = store
        self._caller = caller
        self._end = None if caller.deadline_s is None else time.monotonic() + caller.deadline_s

    @property
    def state(self) -> str:
        """See :class:`stratgraph.store.protocol.Store`."""
        return self._store.state

    def answer(
        self,
        query: str,
        forms: Forms,
        dataset: Dataset = WHOLE,
        caller: Caller = ANYBODY,
        screen: Screen | None = None,
    ) -> Answer:
        """See :class:`stratgraph.store.protocol.Store`; a caller who has a name is asked for as such."""
        return self._store.answer(query, forms, dataset, self._named(caller), screen)

    def read_graph(self, graph: str | None, form: RdfForm, caller: Caller = ANYBODY) -> Answer:
        """See :class:`stratgraph.store.protocol.Store`; likewise."""
        return self._store.read_graph(graph, form, self._named(caller))

    def graph_names(self) -> tuple[str, ...]:
        """See :class:`stratgraph.store.protocol.Store`."""
        return self._store.graph_names()

    def close(self) -> None:
        """Nothing is held here."""

    def abort(self) -> None:
        """Nothing is held here."""

    def _named(self, caller: Caller) -> Caller:
        if caller is not ANYBODY:
            return caller
        own = self._caller
        if own.stop and own.stop.is_set:
            raise Cancelled("The question was taken back.")
        if self._end is None or own.deadline_s is None:
            return own
        left_s = self._end - time.monotonic()
        if left_s <= 0:
            raise DeadlineExceeded(
                f"What is asked for here took longer than {own.deadline_s:g} seconds.",
                setting="deadline_s",
                value=own.deadline_s,
                mend="Ask for less.",
            )
        return replace(own, deadline_s=left_s)
