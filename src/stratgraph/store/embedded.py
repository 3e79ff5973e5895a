"""The store in this process: Oxigraph, over a published snapshot or in memory.

A query runs to its end here: the engine has no deadline and no way to stop it; ``workers`` has. An answer is whole
before its first byte is given out, so that one that is too large is refused and never cut.
"""

from __future__ import annotations

import hashlib
import os
import sys
import weakref
from contextlib import nullcontext
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from pyoxigraph import Store  # noqa: TID251 - one of the places where stores are opened to be asked

from stratgraph.confinement import run_deep
from stratgraph.errors import StoreError
from stratgraph.store.damage import ENGINE_ERRORS, MEND, store_error
from stratgraph.store.datasets import Datasets
from stratgraph.store.evaluation import graph_names, write_answer, write_graph
from stratgraph.store.protocol import ANYBODY, WHOLE, Answer, Caller, Dataset, Forms, Screen
from stratgraph.store.snapshot import cannot_be_opened, current_id, hold_current, hold_snapshot
from stratgraph.store.spool import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pyoxigraph import Quad

    from stratgraph.serialisation import RdfForm
    from stratgraph.store.protocol import Reading
    from stratgraph.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True, weakref_slot=True)
class _Content:
    """One immutable content; lives as long as somebody asks it."""

    state: str
    datasets: Datasets


class _Published:
    """The snapshot in force; a query that is running keeps the one that it began with."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._content = self._open_current()

    def __call__(self) -> _Content:
        content = self._content
        if content.state == current_id(self._folder):
            return content
        with self._lock:  # one thread opens it, the others wait for that
            if self._content.state != current_id(self._folder):
                self._content = self._open_current()
            return self._content

    def _open_current(self) -> _Content:
        return _opened(*hold_current(self._folder))


def _opened(snapshot: Snapshot, held: int) -> _Content:
    """The content of a snapshot that is held; let go when nobody asks it any more."""
    try:
        content = _Content(snapshot.id, Datasets(Store.read_only(str(snapshot.store_folder))))
    except ENGINE_ERRORS as error:
        os.close(held)
        raise cannot_be_opened(snapshot, error) from error
    weakref.finalize(content, os.close, held)
    return content


class _Reading:
    """See :class:`stratgraph.store.protocol.Reading`: it holds one content."""

    def __init__(self, content: _Content, max_result_bytes: int) -> None:
        self.state = content.state
        self._datasets = content.datasets
        self._content = content  # its snapshot is kept while this refers to it
        self._max_result_bytes = max_result_bytes

    def answer(self, query: str, forms: Forms, dataset: Dataset = WHOLE, *, screen: Screen | None = None) -> Answer:
        def answered() -> Answer:
            return written(
                lambda out: write_answer(self._datasets, query, forms, dataset, out, screen), self._max_result_bytes
            )

        # The program's own queries are not deep.
        return run_deep(answered) if screen else answered()

    def read_graph(self, graph: str | None, form: RdfForm) -> Answer:
        return written(lambda out: write_graph(self._datasets.store, graph, form, out), self._max_result_bytes)

    def graph_names(self) -> tuple[str, ...]:
        return graph_names(self._datasets.store)


class EmbeddedStore:
    """A :class:`stratgraph.store.protocol.Store` over Oxigraph.

    Made by :func:`published_store` and :func:`memory_store`.

    Args:
        source: gives the content to ask, which may be another one at each call.
        max_result_bytes: how large an answer may be.
    """

    def __init__(self, source: Callable[[], _Content], *, max_result_bytes: int) -> None:
        self._source: Callable[[], _Content] | None = source
        self._max_result_bytes = max_result_bytes

    @property
    def state(self) -> str:
        """The snapshot's id; of a store in memory, a digest."""
        return self._look().state

    def answer(
        self,
        query: str,
        forms: Forms,
        dataset: Dataset = WHOLE,
        caller: Caller = ANYBODY,
        screen: Screen | None = None,
    ) -> Answer:
        """See :class:`stratgraph.store.protocol.Store`; ``caller`` is ignored here."""
        del caller
        return self._look().answer(query, forms, dataset, screen=screen)

    def read_graph(self, graph: str | None, form: RdfForm, caller: Caller = ANYBODY) -> Answer:
        """See :class:`stratgraph.store.protocol.Store`."""
        del caller
        return self._look().read_graph(graph, form)

    def graph_names(self) -> tuple[str, ...]:
        """See :class:`stratgraph.store.protocol.Store`."""
        return self._look().graph_names()

    def reading(self, caller: Caller = ANYBODY) -> AbstractContextManager[Reading]:
        """See :class:`stratgraph.store.protocol.Store`; ``caller`` is ignored here."""
        del caller
        return nullcontext(self._look())

    def abort(self) -> None:
        """See :class:`stratgraph.store.protocol.Store`; what runs in this process runs on."""
        self.close()

    def close(self) -> None:
        """See :class:`stratgraph.store.protocol.Store`."""
        self._source = None

    def _look(self) -> _Reading:
        source = self._source
        if source is None:
            raise StoreError("The store is closed.", mend="Open it again.")
        return _Reading(source(), self._max_result_bytes)


def published_store(folder: Path, *, max_result_bytes: int) -> EmbeddedStore:
    """Serves the snapshot in force, read-only; a newly published one from the next query on.

    Raises:
        StoreError: nothing was published there, or it cannot be opened.
    """
    return EmbeddedStore(_Published(folder), max_result_bytes=max_result_bytes)


def snapshot_store(folder: Path, identifier: str) -> EmbeddedStore:
    """One snapshot, in force or not, for the program's own questions; it is kept while somebody asks it.

    Raises:
        StoreError: it is gone, or cannot be opened.
    """
    content = _opened(*hold_snapshot(folder, identifier))
    return EmbeddedStore(lambda: content, max_result_bytes=sys.maxsize)


def unfinished_store(folder: Path) -> EmbeddedStore:
    """The store of a snapshot that is being written, for the program's own questions, with answers of any size.

    Args:
        folder: of the snapshot.

    Raises:
        StoreError: it cannot be opened.
    """
    try:
        content = _Content("", Datasets(Store.read_only(str(folder / "store"))))
    except ENGINE_ERRORS as error:
        raise store_error("The snapshot cannot be opened", folder, error, MEND) from error
    return EmbeddedStore(lambda: content, max_result_bytes=sys.maxsize)


def memory_store(quads: Iterable[Quad], *, max_result_bytes: int = sys.maxsize) -> EmbeddedStore:
    """Serves some quads from memory, answers of any size where none is named; nothing is written."""
    store = Store()
    store.bulk_extend(quads)
    digest = hashlib.sha256("\n".join(sorted(map(str, store))).encode())
    content = _Content(digest.hexdigest()[:16], Datasets(store))
    return EmbeddedStore(lambda: content, max_result_bytes=max_result_bytes)
