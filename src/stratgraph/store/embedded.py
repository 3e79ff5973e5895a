"""The store in this process: Oxigraph, over a published snapshot or in memory.

A query runs to its end here: the engine has no deadline and no way to stop it. Worker processes that can be killed are
another implementation of the same protocol, and will stream; here an answer is whole before its first byte is given
out, so that one that is too large is refused and never cut.
"""

from __future__ import annotations

import hashlib
import os
import weakref
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import IO, TYPE_CHECKING, Final, NoReturn, Protocol, cast

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,  # noqa: TID251 - the one place where stores are opened to be asked
    serialize,
)

from stratgraph.errors import LimitError, NotAcceptable, NotFound, QueryError, RemoteError, StoreError, UsageError
from stratgraph.store.protocol import WHOLE, Answer, Dataset, Forms
from stratgraph.store.snapshot import current_id, hold, read_snapshot
from stratgraph.store.syntax import explain
from stratgraph.store.tokens import tokens
from stratgraph.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Quad

    from stratgraph.results import ResultForm
    from stratgraph.serialisation import RdfForm

_CHUNK_BYTES: Final = 65_536
_IN_MEMORY_BYTES: Final = 1_048_576
"""A larger answer waits on the disk."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class _Content:
    """One immutable content; lives as long as somebody asks it."""

    state: str
    store: Store


class _Source(Protocol):
    """Where the content comes from; it may be another one at each call."""

    def __call__(self) -> _Content: ...


class _Fixed:
    """The same content always."""

    def __init__(self, content: _Content) -> None:
        self._content = content

    def __call__(self) -> _Content:
        return self._content


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
        identifier = current_id(self._folder)
        held = hold(self._folder, identifier)
        while held is None:
            # Removed since the link was read, or the link leads nowhere.
            before, identifier = identifier, current_id(self._folder)
            if identifier == before:
                read_snapshot(self._folder, identifier)
            held = hold(self._folder, identifier)
        try:
            snapshot = read_snapshot(self._folder, identifier)
            content = _Content(identifier, Store.read_only(str(snapshot.store_folder)))
        except OSError as error:
            os.close(held)
            raise StoreError(
                f"The snapshot {identifier} in {self._folder} cannot be opened: {error}.",
                mend="Roll back to an earlier one, or run stratgraph build.",
            ) from error
        except StoreError:
            os.close(held)
            raise
        weakref.finalize(content, os.close, held)
        return content


class EmbeddedStore:
    """A :class:`stratgraph.store.protocol.Store` over Oxigraph.

    Made by :func:`published_store` and :func:`memory_store`.
    """

    def __init__(self, source: _Source, *, max_result_bytes: int) -> None:
        self._source: _Source | None = source
        self._max_result_bytes = max_result_bytes

    @property
    def state(self) -> str:
        """The snapshot's id; of a store in memory, a digest."""
        return self._content().state

    def answer(self, query: str, forms: Forms, dataset: Dataset = WHOLE) -> Answer:
        """See :class:`stratgraph.store.protocol.Store`."""
        content = self._content()
        with _translated(query):
            found = _evaluate(content.store, query, dataset)
            try:
                if isinstance(found, QueryTriples):
                    graph = forms.graph or _refuse("graph, in a format of RDF", "CONSTRUCT or DESCRIBE")
                    return self._write(
                        graph,
                        lambda out: serialize(found, out, graph.engine, prefixes=PREFIXES),  # noqa: F821 - deleted below
                    )
                form = forms.solutions or _refuse("table, in a SPARQL result format", "SELECT or ASK")
                return self._write(form, lambda out: found.serialize(out, form.engine))  # noqa: F821 - deleted below
            finally:
                # The engine's iterators must end in the thread that they began in, and a traceback, which holds the
                # variables of this function, may travel to another one.
                del found

    def read_graph(self, graph: str | None, form: RdfForm) -> Answer:
        """See :class:`stratgraph.store.protocol.Store`."""
        store = self._content().store
        name = DefaultGraph() if graph is None else _node(graph)
        if isinstance(name, NamedNode) and not store.contains_named_graph(name):
            raise NotFound(f"There is no graph <{graph}>.")
        with _translated(""):
            return self._write(form, lambda out: store.dump(out, form.engine, from_graph=name, prefixes=PREFIXES))

    def graph_names(self) -> tuple[str, ...]:
        """See :class:`stratgraph.store.protocol.Store`."""
        return tuple(sorted(g.value for g in self._content().store.named_graphs() if isinstance(g, NamedNode)))

    def close(self) -> None:
        """See :class:`stratgraph.store.protocol.Store`."""
        self._source = None

    def _content(self) -> _Content:
        source = self._source
        if source is None:
            raise StoreError("The store is closed.", mend="Open it again.")
        return source()

    def _write(self, form: ResultForm | RdfForm, write: _Writer) -> Answer:
        spool = _Spool(self._max_result_bytes)
        try:
            write(cast("IO[bytes]", spool))
        except BaseException:
            spool.close()
            raise
        return Answer(form, spool.chunks(), spool.close)


class _Writer(Protocol):
    """Writes an answer into a file."""

    def __call__(self, out: IO[bytes], /) -> object: ...


class _Spool:
    """A file that refuses to grow beyond a limit: what the engine writes into, and what an answer reads from."""

    def __init__(self, max_result_bytes: int) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - the answer closes it
        self._size = 0
        self._max_result_bytes = max_result_bytes

    def write(self, data: bytes) -> int:
        self._size += len(data)
        if self._size > self._max_result_bytes:
            raise LimitError(
                f"The answer is larger than {self._max_result_bytes:,} bytes.",
                setting="max_result_bytes",
                value=self._max_result_bytes,
                mend=f"Ask for less, by LIMIT for example, or raise max_result_bytes (now {self._max_result_bytes}).",
            )
        return self._file.write(data)

    def flush(self) -> None:
        """The engine calls it at the end; nothing waits here."""

    def chunks(self) -> Iterator[bytes]:
        self._file.seek(0)
        while chunk := self._file.read(_CHUNK_BYTES):
            yield chunk

    def close(self) -> None:
        self._file.close()


def published_store(folder: Path, *, max_result_bytes: int) -> EmbeddedStore:
    """Serves the snapshot in force, read-only; a newly published one from the next query on.

    Raises:
        StoreError: nothing was published there, or it cannot be opened.
    """
    return EmbeddedStore(_Published(folder), max_result_bytes=max_result_bytes)


def memory_store(quads: Iterable[Quad], *, max_result_bytes: int = 200_000_000) -> EmbeddedStore:
    """Serves some quads from memory; nothing is written."""
    store = Store()
    store.bulk_extend(quads)
    digest = hashlib.sha256("\n".join(sorted(map(str, store))).encode())
    return EmbeddedStore(_Fixed(_Content(digest.hexdigest()[:16], store)), max_result_bytes=max_result_bytes)


def _evaluate(store: Store, query: str, dataset: Dataset) -> QuerySolutions | QueryBoolean | QueryTriples:
    if dataset == WHOLE:
        return store.query(query)
    # Both lists, also an empty one: to the engine None is "all there are", and an empty list "none".
    return store.query(
        query,
        default_graph=[_node(iri) for iri in dataset.default_graphs],
        named_graphs=[_node(iri) for iri in dataset.named_graphs],
    )


def _node(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise UsageError(f"{iri!r} is not an IRI: {error}.", mend="Write it from its scheme on, https://…") from error


def _refuse(accepted: str, kinds: str) -> NoReturn:
    raise NotAcceptable(f"The answer to {kinds} is a {accepted}, and none is accepted.", mend=f"Accept a {accepted}.")


@contextmanager
def _translated(query: str) -> Iterator[None]:
    """The engine's errors as ours."""
    try:
        yield
    except SyntaxError as error:
        raise explain(query, str(error)) from error
    except UnicodeEncodeError as error:
        raise QueryError("The query holds half of a surrogate pair, which is no character.") from error
    except RuntimeError as error:
        raise QueryError(f"{error}.", mend="Use the functions of SPARQL 1.1.") from error
    except OSError as error:
        if any(token.is_word("SERVICE") for token in tokens(query)):
            raise RemoteError(f"The endpoint of a SERVICE failed: {error}.") from error
        raise StoreError(f"The store cannot be read: {error}.", mend="Run stratgraph build.") from error
