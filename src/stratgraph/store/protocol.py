"""What a store must do: text of a query in, serialised bytes out.

Callers depend on this module and on no backend, so that an embedded store, worker processes that can be killed
and a remote SPARQL endpoint are the same to them. ``tests/store/contract.py`` is the suite that each has to pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, Self, TypeAlias, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple, parse_query_results

from stratgraph.errors import QueryError
from stratgraph.results import JSON, understood

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from contextlib import AbstractContextManager
    from types import TracebackType

    from stratgraph.results import ResultForm
    from stratgraph.serialisation import RdfForm

Given = TypeVar("Given", covariant=True)  # noqa: PLC0105 - functions have it too, where it is neither
Term: TypeAlias = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class Forms:
    """What the asker accepts.

    Args:
        solutions: the form of an answer to SELECT and ASK; None where none is acceptable.
        graph: the form of an answer to CONSTRUCT and DESCRIBE; None where none is acceptable.
    """

    solutions: ResultForm | None
    graph: RdfForm | None


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a query is asked of, by their IRIs (SPARQL 1.1 Protocol, section 2.1.4).

    Both empty: the store's own dataset, or that of the query's FROM clauses. Otherwise the default graph is the merge
    of ``default_graphs``, GRAPH reaches the ``named_graphs`` only, and FROM clauses do not count. A graph that does
    not exist is an empty one.
    """

    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


WHOLE: Final = Dataset()
"""The store's own dataset."""


class Stop:
    """Lets somebody take a question back from another thread; can be set once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_set = False
        self._action: Callable[[], None] | None = None

    @property
    def is_set(self) -> bool:
        """Whether the question was taken back."""
        return self._is_set

    def set(self) -> None:
        """Takes it back: what runs for it is stopped."""
        with self._lock:
            self._is_set, action = True, self._action
        if action:
            action()

    def watch(self, action: Callable[[], None] | None) -> None:
        """What is to be done when it is set, instead of what was before; done at once where it is set already."""
        with self._lock:
            self._action, is_set = action, self._is_set
        if is_set and action:
            action()


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf a store is asked, where it is shared.

    Args:
        client: tells clients apart, so that none takes all; empty is the program itself.
        deadline_s: how many seconds the evaluation may take, where that is less than the store allows.
        stop: takes the question back.
    """

    client: str = ""
    deadline_s: float | None = None
    stop: Stop | None = None


ANYBODY: Final = Caller()
"""The program itself."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Says that a query is a stranger's, who must not do all that the engine can (:mod:`stratgraph.store.screening`).

    Args:
        base: the IRI that relative IRIs of the query are relative to; None where they are not to be resolved.
        services: the endpoints that SERVICE may call, each with the address that is called in its place.
    """

    base: str | None = None
    services: tuple[tuple[str, str], ...] = ()


class Answer:
    """An answer in its serialised form: iterate over its chunks, or :meth:`read` it; close it, or use ``with``.

    Args:
        form: the form it is written in.
        chunks: its bytes.
        release: gives back what it holds; called by :meth:`close`, perhaps more than once.
        whole: all its bytes, where they are here already.
    """

    def __init__(
        self,
        form: ResultForm | RdfForm,
        chunks: Iterator[bytes],
        release: Callable[[], None],
        whole: bytes | None = None,
    ) -> None:
        self.form = form
        self.whole = whole
        self._chunks = chunks
        self._release = release

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def read(self) -> bytes:
        """What is left of it, in one piece; the answer is closed."""
        try:
            return b"".join(self._chunks)
        finally:
            self.close()

    def close(self) -> None:
        """Gives back what it holds; reading on is then an error."""
        self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class Reading(Protocol):
    """One look at a store: all its answers are of one published state, whatever is published meanwhile.

    :meth:`Store.reading` gives one, to be used from one thread at a time. An answer is read or closed before the next
    question. A store can stand for a reading where one question is asked alone.
    """

    @property
    def state(self) -> str:
        """A word that is another one when the content is another one."""

    def answer(self, query: str, forms: Forms, dataset: Dataset = WHOLE, *, screen: Screen | None = None) -> Answer:
        """The answer to a query; arguments and errors as of :meth:`Store.answer`."""

    def read_graph(self, graph: str | None, form: RdfForm) -> Answer:
        """The triples of one graph; arguments and errors as of :meth:`Store.read_graph`."""

    def graph_names(self) -> tuple[str, ...]:
        """The IRIs of the named graphs, sorted."""


class Store(Protocol):
    """A dataset that can be asked; every method may be called from several threads at once."""

    @property
    def state(self) -> str:
        """A word that is another one when the content is another one."""

    def answer(
        self,
        query: str,
        forms: Forms,
        dataset: Dataset = WHOLE,
        caller: Caller = ANYBODY,
        screen: Screen | None = None,
    ) -> Answer:
        """The answer to a SPARQL query; what hinders it later than at this call is raised where its bytes are read.

        Args:
            query: what SPARQL 1.1 Query allows.
            forms: what the asker accepts.
            dataset: the graphs that are asked.
            caller: on whose behalf; a store that is not shared need not look at it.
            screen: what a stranger's query is screened by; None for the program's own, which may call any SERVICE.

        Raises:
            QueryError: the query is not SPARQL (QuerySyntaxError, with place) or uses an unknown function.
            NotAcceptable: ``forms`` has none for this kind of query.
            LimitError: the answer is larger, or takes more time or memory, than this store allows, or too many ask.
            Cancelled: the caller's ``stop`` was set.
            RemoteError: the endpoint of a SERVICE failed.
            StoreError: the store is closed, or its content cannot be read.
        """

    def read_graph(self, graph: str | None, form: RdfForm, caller: Caller = ANYBODY) -> Answer:
        """The triples of one graph, by its IRI; None is the default graph.

        Raises:
            NotFound: there is no such graph.
            LimitError: as with :meth:`answer`.
            StoreError: as with :meth:`answer`.
        """

    def graph_names(self) -> tuple[str, ...]:
        """The IRIs of the named graphs, sorted."""

    def reading(self, caller: Caller = ANYBODY) -> AbstractContextManager[Reading]:
        """One look at the store, for several questions, which counts as one question of the caller.

        Args:
            caller: on whose behalf; its deadline, in seconds from now, is that of all questions together.

        Raises:
            StoreError: the store is closed, or its content cannot be read; at the end: another publication came in
                between, and has replaced what was read.
        """

    def close(self) -> None:
        """Answers go on to their end; nothing more can be asked."""

    def abort(self) -> None:
        """Nothing more can be asked, and answers that are still under way end as soon as they can."""


class Asked(Protocol[Given]):
    """What is asked as a store is: it gives answers (a :class:`Store`), or they are awaited (:class:`OnLoop`)."""

    @property
    def answer(self) -> Callable[..., Given]:
        """See :meth:`Store.answer`."""

    @property
    def read_graph(self) -> Callable[..., Given]:
        """See :meth:`Store.read_graph`."""


class OnLoop(NamedTuple):
    """A store as it is asked on an event loop: a short answer takes no thread, and is whole.

    An answer is of the snapshot that :attr:`Store.state` told of last, or of a later one.

    Args:
        answer: as :meth:`Store.answer`, awaited.
        read_graph: as :meth:`Store.read_graph`, awaited.
    """

    answer: Callable[..., Awaitable[Answer]]
    read_graph: Callable[..., Awaitable[Answer]]


class StoreOnLoop(Store, Protocol):
    """A store that can be asked on an event loop too."""

    @property
    def on_loop(self) -> OnLoop:
        """The store as it is asked there."""


@dataclass(frozen=True, slots=True)
class Solutions:
    """The solutions of a SELECT.

    Args:
        variables: their names, without the question mark, in the order of the SELECT clause.
        rows: for each solution a term for each variable, None where it is not bound.
    """

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


def solutions(reading: Reading, query: str, dataset: Dataset = WHOLE) -> Solutions:
    """The solutions of a SELECT as terms; arguments as of :meth:`Store.answer`.

    Raises:
        QueryError: the query is not a SELECT, or as with :meth:`Store.answer`.
    """
    with reading.answer(query, Forms(solutions=JSON, graph=None), dataset) as answer:
        return solutions_of(answer)


def solutions_of(answer: Answer) -> Solutions:
    """The solutions in an answer of the form JSON, which is read to its end.

    Raises:
        QueryError: it is one to an ASK.
    """
    parsed = parsed_solutions(answer)
    with understood():
        return Solutions(tuple(v.value for v in parsed.variables), tuple(tuple(solution) for solution in parsed))


def parsed_solutions(answer: Answer) -> QuerySolutions:
    """As :func:`solutions_of`, one after the other: of very many only one is in memory at a time."""
    content = answer.read()
    with understood():
        parsed = parse_query_results(content, JSON.engine)
    if not isinstance(parsed, QuerySolutions):
        raise QueryError("An ASK query has no solutions.", mend="Ask by SELECT.")
    return parsed
