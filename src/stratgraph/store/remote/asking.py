"""The remote store: what is asked of what was published, and of which graphs."""

from __future__ import annotations

import time
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

from pyoxigraph import parse_query_results

from stratgraph.assets import query_text
from stratgraph.errors import NotFound, NothingPublished, QueryError, StoreError
from stratgraph.results import JSON
from stratgraph.store.allowance import Allowance
from stratgraph.store.datasets import named_node
from stratgraph.store.evaluation import form_of_graph, form_of_solutions
from stratgraph.store.protocol import ANYBODY, WHOLE, Answer, Caller, Dataset, Forms
from stratgraph.store.remote.access import check_address
from stratgraph.store.remote.answers import Answers
from stratgraph.store.remote.endpoint import Endpoint
from stratgraph.store.remote.publication import NO_GRAPH, Publication, current_id, known_ids, read_publication
from stratgraph.store.remote.reading import Reach, ReaderHere
from stratgraph.store.rewriting import is_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.serialisation import RdfForm
    from stratgraph.store.protocol import Screen
    from stratgraph.store.remote.access import RemoteAccess
    from stratgraph.store.remote.reading import Reader

_FRESH_S: Final = 1.0
"""How long it is taken for granted which publication is in force; what it holds does not change."""

_ENGINE_WORDS: Final = "error at "
_HERE: Final = ReaderHere()


class RemoteStore:
    """A :class:`stratgraph.store.protocol.Store` over a server that speaks the SPARQL 1.1 Protocol.

    It serves what ``publish_remotely`` has written there, and nothing else that the server may hold.

    Args:
        address: of its queries.
        access: how it is reached.
        max_result_bytes: how large an answer may be.
        deadline_s: how many seconds an answer may take at most; None is only the time-out of ``access``.
        fresh_s: for how many seconds a publication that has just been looked up is taken to be the one in force.
        reader: reads what strangers ask.

    Raises:
        StoreError: nothing was published there, or the server cuts answers without saying so.
        RemoteError: it cannot be reached or refuses.
        UsageError: an address is none.
    """

    def __init__(
        self,
        address: str,
        access: RemoteAccess,
        *,
        max_result_bytes: int,
        deadline_s: float | None = None,
        fresh_s: float = _FRESH_S,
        reader: Reader | None = None,
    ) -> None:
        check_address(address, setting="store")
        self._endpoint = Endpoint(address, access)
        self._answers = Answers(self._endpoint, max_result_bytes=max_result_bytes, deadline_s=deadline_s)
        self._fresh_s = fresh_s
        self._reader = reader or _HERE
        self._lock = Lock()
        self._known: Publication | None = None
        self._looked_up = 0.0
        self._apart: tuple[tuple[str, tuple[str, ...]], bool] = (("", ()), True)
        try:
            self._in_force()
            self._answers.refuse_row_limit()
        except BaseException:
            self._endpoint.close()
            raise

    @property
    def state(self) -> str:
        """The id of the publication in force."""
        return self._in_force().id

    def answer(
        self,
        query: str,
        forms: Forms,
        dataset: Dataset = WHOLE,
        caller: Caller = ANYBODY,
        screen: Screen | None = None,
    ) -> Answer:
        """See :class:`stratgraph.store.protocol.Store`. An answer that is not read to its end has to be closed."""
        return self.answer_from(self._in_force(), query, forms, dataset, caller, screen)

    def answer_from(
        self,
        publication: Publication,
        query: str,
        forms: Forms,
        dataset: Dataset,
        caller: Caller,
        screen: Screen | None = None,
    ) -> Answer:
        """As :meth:`answer`, of one publication."""
        # Our own queries are read where they are asked.
        reader = self._reader if screen else _HERE
        reach = None
        if screen and self._endpoint.is_oxigraph:
            reach = Reach(dataset, tuple(publication.digests) if "graph" in query.lower() else ())
        read = reader.read(query, screen, caller, reach)
        form = form_of_graph(forms) if read.is_of_graph_kind else form_of_solutions(forms)
        asked = _asked(publication, read.dataset if dataset == WHOLE else dataset, read.text)
        if reach and len(set(asked.default_graphs)) > 1 and not is_set(read.text.upper()):
            self._refuse_shared(publication, tuple(dict.fromkeys(asked.default_graphs)), caller)
        try:
            return self._answers.answer(read.text, form, asked, caller)
        except QueryError as error:
            if _ENGINE_WORDS in error.what or read.is_open:
                raise reader.explain(query, screen, caller, error.what) from error
            raise

    def _refuse_shared(self, publication: Publication, graphs: tuple[str, ...], caller: Caller) -> None:
        """Refuses default graphs that an Oxigraph server would count a triple of twice (:mod:`..datasets`)."""
        key = (publication.id, graphs)
        if self._apart[0] != key:
            reply = self._endpoint.query(query_text("graphs-apart"), JSON, Dataset(graphs, graphs), caller)
            try:
                found = parse_query_results(b"".join(reply.chunks()), JSON.engine)
            finally:
                reply.close()
            self._apart = key, bool(found)
        if not self._apart[1]:
            raise QueryError(
                f"The {len(graphs)} default graphs have triples in common, which {self._endpoint.address} would count "
                "once for each graph.",
                mend="Ask by SELECT DISTINCT, without counting; or ask of one graph, or of a store that is a folder.",
            )

    def read_graph(self, graph: str | None, form: RdfForm, caller: Caller = ANYBODY) -> Answer:
        """See :class:`stratgraph.store.protocol.Store`. An answer that is not read to its end has to be closed."""
        return self.graph_from(self._in_force(), graph, form, caller)

    def graph_from(self, publication: Publication, graph: str | None, form: RdfForm, caller: Caller) -> Answer:
        """As :meth:`read_graph`, of one publication."""
        name = publication.default_graph if graph is None else named_node(graph).value
        if graph is not None and graph not in publication.digests:
            raise NotFound(f"There is no graph <{graph}>.")
        return self._answers.answer(query_text("remote-graph"), form, Dataset((name,), (NO_GRAPH,)), caller)

    def graph_names(self) -> tuple[str, ...]:
        """See :class:`stratgraph.store.protocol.Store`."""
        return tuple(sorted(self._in_force().digests))

    @contextmanager
    def reading(self, caller: Caller = ANYBODY) -> Iterator[_Reading]:
        """See :class:`stratgraph.store.protocol.Store`.

        The server keeps the view of the publication before, and replaces the other graphs that have changed. So where
        several questions were asked, it is looked at in the end whether what they were asked of is still there.
        """
        reading = _Reading(self, self._in_force(), caller)
        yield reading
        if reading.questions > 1:
            self._refuse_overtaken(reading.publication)

    def _refuse_overtaken(self, publication: Publication) -> None:
        identifier = current_id(self._endpoint)
        if identifier in {None, publication.id}:
            return
        now = read_publication(self._endpoint, identifier)
        is_whole = all(now.digests.get(graph) == digest for graph, digest in publication.digests.items())
        if not is_whole or publication.id not in known_ids(self._endpoint):
            raise StoreError(
                f"Publication {identifier} came into force while {publication.id} was read.", mend="Ask again."
            )

    def abort(self) -> None:
        """See :class:`stratgraph.store.protocol.Store`; what runs in this process runs on."""
        self.close()

    def close(self) -> None:
        """See :class:`stratgraph.store.protocol.Store`."""
        self._endpoint.close()
        self._reader.close()
        with self._lock:
            self._looked_up = 0.0

    def _in_force(self) -> Publication:
        with self._lock:
            known = self._known
            if known is not None and time.monotonic() - self._looked_up < self._fresh_s:
                return known
        now = time.monotonic()
        identifier = current_id(self._endpoint)
        if identifier is None:
            raise NothingPublished(f"Nothing is published at {self._endpoint.address}.", mend="Run stratgraph build.")
        while known is None or known.id != identifier:
            known = read_publication(self._endpoint, identifier)
            # What describes it goes when it has been replaced twice: then what was read is not all of it.
            identifier = current_id(self._endpoint) or identifier
        with self._lock:
            self._known, self._looked_up = known, now
        return known


class _Reading:
    """See :class:`stratgraph.store.protocol.Reading`: the graphs of one publication."""

    def __init__(self, store: RemoteStore, publication: Publication, caller: Caller) -> None:
        self._store = store
        self.publication = publication
        self._allowance = Allowance(caller)
        self.questions = 0

    @property
    def state(self) -> str:
        """The id of the publication."""
        return self.publication.id

    def answer(self, query: str, forms: Forms, dataset: Dataset = WHOLE, *, screen: Screen | None = None) -> Answer:
        """See :class:`stratgraph.store.protocol.Reading`."""
        self.questions += 1
        return self._store.answer_from(self.publication, query, forms, dataset, self._allowance.caller(), screen)

    def read_graph(self, graph: str | None, form: RdfForm) -> Answer:
        """See :class:`stratgraph.store.protocol.Reading`."""
        self.questions += 1
        return self._store.graph_from(self.publication, graph, form, self._allowance.caller())

    def graph_names(self) -> tuple[str, ...]:
        """See :class:`stratgraph.store.protocol.Reading`."""
        return tuple(sorted(self.publication.digests))


def _asked(publication: Publication, dataset: Dataset, text: str) -> Dataset:
    """The graphs of the server that a query is asked of: of both kinds at least one (see ``quirks``)."""
    if dataset == WHOLE:
        # Their names are sent only to a query that can reach them: there may be thousands.
        named = tuple(publication.digests) if "graph" in text.lower() else ()
        return Dataset((publication.default_graph,), named or (NO_GRAPH,))
    there = [
        tuple(graph for graph in graphs if named_node(graph).value in publication.digests)
        for graphs in (dataset.default_graphs, dataset.named_graphs)
    ]
    return Dataset(there[0] or (NO_GRAPH,), there[1] or (NO_GRAPH,))
