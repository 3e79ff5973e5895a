"""Reading a query before a server is asked: screened, explained where it is not SPARQL, its kind and its FROM clauses.

A server of ours reads no stranger's text in its own process, so there it happens in others.
"""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from stratgraph.confinement import run_deep
from stratgraph.errors import QueryError, StratgraphError, WorkerLost
from stratgraph.store.remote.clauses import is_of_graph_kind, is_open, take_dataset
from stratgraph.store.remote.quirks import refuse_native_names
from stratgraph.store.screening import screened
from stratgraph.store.syntax import explain, is_beginning
from stratgraph.store.tokens import tokens
from stratgraph.store.wire import pack_error, unpack_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from stratgraph.store.protocol import Dataset, Screen

T = TypeVar("T")

_AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class ReadQuery:
    """What is known of a query that has been read.

    Args:
        text: as it may be sent, without its FROM clauses.
        dataset: that these clauses make; the whole where there are none.
        is_of_graph_kind: it is a CONSTRUCT or DESCRIBE.
        is_open: a bracket is not closed.
    """

    text: str
    dataset: Dataset
    is_of_graph_kind: bool
    is_open: bool


class Reader(Protocol):
    """Reads queries somewhere."""

    def read(self, query: str, screen: Screen | None) -> ReadQuery:
        """The query, read; raises QueryError where it may not be asked or is not SPARQL."""

    def explain(self, query: str, screen: Screen | None, message: str) -> QueryError:
        """The error of a query that a server refused with this message."""

    def close(self) -> None:
        """Nothing more is read."""


class ReaderHere:
    """Reads in this process: for one's own queries."""

    def read(self, query: str, screen: Screen | None) -> ReadQuery:
        """See :class:`Reader`."""
        return run_deep(lambda: _read(query, screen))

    def explain(self, query: str, screen: Screen | None, message: str) -> QueryError:
        """See :class:`Reader`."""
        return run_deep(lambda: _explain(query, screen, message))

    def close(self) -> None:
        """Nothing is held."""


class ReaderInProcesses:
    """Reads in processes of its own, which are started at need and end themselves at the deadline.

    Args:
        deadline_s: how many seconds the reading of one query may take.
    """

    def __init__(self, deadline_s: float) -> None:
        self._deadline_s = deadline_s
        self._lock = Lock()
        self._pool: ProcessPoolExecutor | None = None

    def read(self, query: str, screen: Screen | None) -> ReadQuery:
        """See :class:`Reader`; raises WorkerLost too, where the process ended."""
        found = self._done(_read_there, query, screen)
        if isinstance(found, _Failed):
            raise unpack_error(found.packed)
        return found

    def explain(self, query: str, screen: Screen | None, message: str) -> QueryError:
        """See :class:`Reader`; raises WorkerLost too, where the process ended."""
        error = unpack_error(self._done(_explain_there, query, screen, message))
        return error if isinstance(error, QueryError) else QueryError(error.what)

    def close(self) -> None:
        """Ends the processes."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool:
            pool.shutdown(cancel_futures=True)

    def _done(self, work: Callable[..., T], *arguments: object) -> T:
        with self._lock:
            # Not forked from here: this process has threads.
            pool = self._pool = self._pool or ProcessPoolExecutor(_AT_ONCE, multiprocessing.get_context("spawn"))
        try:
            return pool.submit(work, self._deadline_s, *arguments).result()
        except BrokenProcessPool as error:
            with self._lock:
                if self._pool is pool:
                    self._pool = None
            pool.shutdown(wait=False)
            raise WorkerLost("The process that read the query ended before its time.", mend="Simplify it.") from error


@dataclass(frozen=True, slots=True)
class _Failed:
    """An error as bytes: the classes of errors take arguments that pickle does not hand over."""

    packed: bytes


def _read_there(deadline_s: float, query: str, screen: Screen | None) -> ReadQuery | _Failed:
    signal.setitimer(signal.ITIMER_REAL, deadline_s)
    try:
        return run_deep(lambda: _read(query, screen))
    except StratgraphError as error:
        return _Failed(pack_error(error))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _explain_there(deadline_s: float, query: str, screen: Screen | None, message: str) -> bytes:
    signal.setitimer(signal.ITIMER_REAL, deadline_s)
    try:
        return pack_error(run_deep(lambda: _explain(query, screen, message)))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _read(query: str, screen: Screen | None) -> ReadQuery:
    try:
        query.encode()
    except UnicodeEncodeError as error:
        raise QueryError("The query holds half of a surrogate pair, which is no character.") from error
    with screened(query, screen) as text:
        if not is_beginning(text):
            raise explain(text, "")
        found = list(tokens(text))
        refuse_native_names(text, found)
        sent, dataset = take_dataset(text, found)
    return ReadQuery(sent, dataset, is_of_graph_kind(found), is_open(found))


def _explain(query: str, screen: Screen | None, message: str) -> QueryError:
    try:
        with screened(query, screen) as text:
            raise explain(text, message)
    except QueryError as error:
        return error
