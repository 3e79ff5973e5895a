"""Reading a query before a server is asked: screened, explained where it is not SPARQL, its kind and its FROM clauses.

A server of ours reads no stranger's text in its own process, so there it happens in others.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from stratgraph.confinement import run_deep
from stratgraph.errors import DeadlineExceeded, QueryError, StratgraphError, WorkerLost
from stratgraph.store.admission import Admission
from stratgraph.store.datasets import take_dataset
from stratgraph.store.protocol import WHOLE
from stratgraph.store.remote.clauses import is_of_graph_kind, is_open
from stratgraph.store.remote.quirks import refuse_native_names
from stratgraph.store.rewriting import rewritten
from stratgraph.store.screening import screened
from stratgraph.store.syntax import explain, is_beginning
from stratgraph.store.tokens import split_tokens
from stratgraph.store.wire import pack_error, unpack_error

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from stratgraph.store.limits import PoolLimits
    from stratgraph.store.protocol import Caller, Dataset, Screen

_Task: TypeAlias = "tuple[str, Screen | None, Reach | None, str | None]"

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


@dataclass(frozen=True, slots=True)
class Reach:
    """What GRAPH reaches in a query that is to be rewritten for the server's engine.

    Args:
        dataset: by the protocol.
        published: the IRIs of all named graphs; may be left out where the query has no GRAPH.
    """

    dataset: Dataset
    published: tuple[str, ...]

    def names(self, said: Dataset) -> tuple[str, ...]:
        """The IRIs of the named graphs, where the query's clauses say this."""
        asked = said if self.dataset == WHOLE else self.dataset
        return self.published if asked == WHOLE else asked.named_graphs


class Reader(Protocol):
    """Reads queries somewhere."""

    def read(self, query: str, screen: Screen | None, caller: Caller, reach: Reach | None = None) -> ReadQuery:
        """The query, read; raises QueryError where it may not be asked or is not SPARQL.

        Args:
            query: its text.
            screen: what a stranger's is screened by.
            caller: on whose behalf.
            reach: where the query is to be rewritten.
        """

    def explain(self, query: str, screen: Screen | None, caller: Caller, message: str) -> QueryError:
        """The error of a query that a server refused with this message."""

    def close(self) -> None:
        """Nothing more is read."""


class ReaderHere:
    """Reads in this process: for the program's own queries, and for one person's."""

    def read(self, query: str, screen: Screen | None, caller: Caller, reach: Reach | None = None) -> ReadQuery:
        """See :class:`Reader`; ``caller`` is ignored here."""
        del caller
        # The program's own queries are not deep.
        return run_deep(lambda: _read(query, screen, reach)) if screen else _read(query, screen, reach)

    def explain(self, query: str, screen: Screen | None, caller: Caller, message: str) -> QueryError:
        """See :class:`Reader`; ``caller`` is ignored here."""
        del caller
        return run_deep(lambda: _explain(query, screen, message))

    def close(self) -> None:
        """Nothing is held."""


class ReaderInProcesses:
    """Reads in processes of its own, which are started at need, shared among clients, and killed at the deadline.

    Args:
        limits: those of queries: their deadline, and how many wait for how long.
    """

    def __init__(self, limits: PoolLimits) -> None:
        self._deadline_s = limits.deadline_s
        self._admission = Admission(
            workers=_AT_ONCE,
            queries_per_client=_AT_ONCE,
            queue_length=limits.queue_length,
            queue_wait_s=limits.queue_wait_s,
        )
        self._lock = Lock()
        self._idle: list[_Process] = []
        self._is_closed = False

    def read(self, query: str, screen: Screen | None, caller: Caller, reach: Reach | None = None) -> ReadQuery:
        """See :class:`Reader`.

        Raises:
            DeadlineExceeded: the reading took too long.
            WorkerLost: its process ended before its time.
            Overloaded: too many wait; TooManyQueries: of this client.
            Cancelled: the caller's ``stop`` was set.
        """
        found = self._done(caller, (query, screen, reach, None))
        if not isinstance(found, ReadQuery):
            raise found
        return found

    def explain(self, query: str, screen: Screen | None, caller: Caller, message: str) -> QueryError:
        """See :class:`Reader`; raises what :meth:`read` raises."""
        found = self._done(caller, (query, screen, None, message))
        return found if isinstance(found, QueryError) else QueryError(message)

    def close(self) -> None:
        """Ends the processes."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for process in idle:
            process.end()

    def _done(self, caller: Caller, task: _Task) -> ReadQuery | StratgraphError:
        self._admission.enter(caller)
        try:
            with self._lock:
                process = self._idle.pop() if self._idle else None
            process = process or _Process()
            try:
                found = process.do(task, self._deadline_s)
            except BaseException:
                process.end()
                raise
            with self._lock:
                is_kept = not self._is_closed
                if is_kept:
                    self._idle.append(process)
            if not is_kept:
                process.end()
            return found
        finally:
            self._admission.leave(caller.client)


class _Process:
    """A process that reads, and the connection to it."""

    def __init__(self) -> None:
        # Not forked from here: this process has threads.
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def do(self, task: _Task, deadline_s: float) -> ReadQuery | StratgraphError:
        """What is read of a task, or the error of it."""
        try:
            self._ours.send(task)
            if not self._ours.poll(deadline_s):
                raise DeadlineExceeded(
                    f"The query was not read within {deadline_s:g} seconds.", setting="deadline_s", value=deadline_s
                )
            found: ReadQuery | bytes = self._ours.recv()
        except (EOFError, OSError) as error:
            raise WorkerLost("The process that read the query ended before its time.", mend="Ask again.") from error
        return unpack_error(found) if isinstance(found, bytes) else found

    def end(self) -> None:
        """Ends it, whatever it does."""
        self._process.kill()
        self._process.join()
        self._ours.close()


def _serve(channel: Connection) -> None:
    """Reads what is sent until there will be nothing more; errors go back as bytes, since pickle cannot carry them."""
    run_deep(lambda: _serve_deep(channel))


def _serve_deep(channel: Connection) -> None:
    while True:
        try:
            query, screen, reach, message = channel.recv()
        except EOFError:
            return
        found: ReadQuery | bytes
        try:
            found = _read(query, screen, reach) if message is None else pack_error(_explain(query, screen, message))
        except StratgraphError as error:
            found = pack_error(error)
        channel.send(found)


def _read(query: str, screen: Screen | None, reach: Reach | None) -> ReadQuery:
    try:
        query.encode()
    except UnicodeEncodeError as error:
        raise QueryError("The query holds half of a surrogate pair, which is no character.") from error
    with screened(query, screen) as text:
        if not is_beginning(text):
            raise explain(text, "")
        found = split_tokens(text)
        refuse_native_names(text, found)
        sent, dataset = take_dataset(text, found)
        if reach:
            sent = rewritten(sent, lambda: reach.names(dataset), has_functions=False)
    return ReadQuery(sent, dataset, is_of_graph_kind(found), is_open(found))


def _explain(query: str, screen: Screen | None, message: str) -> QueryError:
    try:
        with screened(query, screen) as text:
            raise explain(text, message)
    except QueryError as error:
        return error
