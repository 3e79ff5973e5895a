"""A SPARQL endpoint as it is: another stratgraph, or any server that somebody else runs. It is only asked."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from pyoxigraph import parse

from stratgraph.assets import query_text
from stratgraph.errors import NotFound, RemoteError, StoreError
from stratgraph.graph import text_of
from stratgraph.results import JSON
from stratgraph.serialisation import N_TRIPLES, write_rdf
from stratgraph.store.allowance import Allowance
from stratgraph.store.datasets import named_node
from stratgraph.store.evaluation import form_of_graph, form_of_solutions
from stratgraph.store.protocol import ANYBODY, WHOLE, Answer, Dataset, Forms, solutions
from stratgraph.store.remote.access import check_address
from stratgraph.store.remote.answers import Answers
from stratgraph.store.remote.endpoint import Endpoint
from stratgraph.store.remote.reading import ReaderHere
from stratgraph.store.spool import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.serialisation import RdfForm
    from stratgraph.store.protocol import Caller, Screen
    from stratgraph.store.remote.access import RemoteAccess
    from stratgraph.store.spool import Spool

_DOOR: Final = "/sparql"
_HERE: Final = ReaderHere()
_STATE_QUERY: Final = "endpoint-state"
_NAMES_QUERY: Final = "endpoint-graphs"


class PlainStore:
    """A :class:`stratgraph.store.protocol.Store` over any server that speaks the SPARQL 1.1 Protocol.

    Its default graph is that of the server, its named graphs are all that GRAPH reaches there. The server reads the
    queries, and keeps its own limits beside these.

    Args:
        address: of its queries, or of the site of a stratgraph.
        access: how it is reached.
        max_result_bytes: how large an answer may be.
        deadline_s: how many seconds an answer may take at most; None is only the time-out of ``access``.

    Raises:
        RemoteError: it cannot be reached, refuses, or does not answer as a SPARQL server does.
        StoreError: it cuts answers without saying so.
        UsageError: the address is none.
    """

    def __init__(
        self, address: str, access: RemoteAccess, *, max_result_bytes: int, deadline_s: float | None = None
    ) -> None:
        check_address(address, setting="store")
        self._endpoint = _found(address, access)
        self._answers = Answers(self._endpoint, max_result_bytes=max_result_bytes, deadline_s=deadline_s)
        self._max_result_bytes = max_result_bytes
        try:
            self._answers.refuse_row_limit()
        except BaseException:
            self._endpoint.close()
            raise

    @property
    def address(self) -> str:
        """Where its queries are sent."""
        return self._endpoint.address

    @property
    def state(self) -> str:
        """The entity tag of an answer, which a stratgraph changes with each publication; empty of a server without."""
        reply = self._endpoint.ask_by_address(query_text(_STATE_QUERY))
        try:
            b"".join(reply.chunks())
            return reply.tag.removeprefix("W/").strip('"')
        finally:
            reply.close()

    def answer(
        self,
        query: str,
        forms: Forms,
        dataset: Dataset = WHOLE,
        caller: Caller = ANYBODY,
        screen: Screen | None = None,
    ) -> Answer:
        """See :class:`stratgraph.store.protocol.Store`. An answer that is not read to its end has to be closed."""
        read = _HERE.read(query, screen, caller)
        form = form_of_graph(forms) if read.is_of_graph_kind else form_of_solutions(forms)
        asked = read.dataset if dataset == WHOLE else dataset
        for graph in (*asked.default_graphs, *asked.named_graphs):
            named_node(graph)
        return self._answers.answer(read.text, form, asked, caller)

    def read_graph(self, graph: str | None, form: RdfForm, caller: Caller = ANYBODY) -> Answer:
        """See :class:`stratgraph.store.protocol.Store`; a graph without triples is not there."""
        dataset = WHOLE if graph is None else Dataset((named_node(graph).value,))
        content = self._answers.answer(query_text("remote-graph"), N_TRIPLES, dataset, caller).read()
        if graph is not None and not content.strip():
            raise NotFound(f"There is no graph <{graph}>.")

        def write(out: Spool) -> None:
            out.begin(form)
            write_rdf((quad.triple for quad in parse(content, format=N_TRIPLES.engine)), out, form)

        return written(write, self._max_result_bytes)

    def graph_names(self) -> tuple[str, ...]:
        """See :class:`stratgraph.store.protocol.Store`."""
        return tuple(sorted(text_of(row[0]) for row in solutions(self, query_text(_NAMES_QUERY)).rows))

    @contextmanager
    def reading(self, caller: Caller = ANYBODY) -> Iterator[_Reading]:
        """See :class:`stratgraph.store.protocol.Store`; of a server without entity tags it may be of several states."""
        reading = _Reading(self, caller)
        yield reading
        if reading.questions > 1 and reading.state != self.state:
            raise StoreError(f"{self.address} was published to while it was read.", mend="Ask again.")

    def abort(self) -> None:
        """See :class:`stratgraph.store.protocol.Store`; what runs in this process runs on."""
        self.close()

    def close(self) -> None:
        """See :class:`stratgraph.store.protocol.Store`."""
        self._endpoint.close()


class _Reading:
    """See :class:`stratgraph.store.protocol.Reading`."""

    def __init__(self, store: PlainStore, caller: Caller) -> None:
        self._store = store
        self._allowance = Allowance(caller)
        self.state = store.state
        self.questions = 0

    def answer(self, query: str, forms: Forms, dataset: Dataset = WHOLE, *, screen: Screen | None = None) -> Answer:
        """See :class:`stratgraph.store.protocol.Reading`."""
        self.questions += 1
        return self._store.answer(query, forms, dataset, self._allowance.caller(), screen)

    def read_graph(self, graph: str | None, form: RdfForm) -> Answer:
        """See :class:`stratgraph.store.protocol.Reading`."""
        self.questions += 1
        return self._store.read_graph(graph, form, self._allowance.caller())

    def graph_names(self) -> tuple[str, ...]:
        """See :class:`stratgraph.store.protocol.Reading`."""
        self.questions += 1
        return self._store.graph_names()


def _found(address: str, access: RemoteAccess) -> Endpoint:
    """The endpoint at an address, or at ``/sparql`` below it where the address itself answers no queries."""
    endpoint = Endpoint(address, access)
    try:
        _try(endpoint)
    except RemoteError as error:
        endpoint.close()
        below = Endpoint(address.rstrip("/") + _DOOR, access)
        try:
            _try(below)
        except RemoteError:
            below.close()
            # What is wrong with the address that was given, and not with the one that was made of it.
            raise error from None
        return below
    return endpoint


def _try(endpoint: Endpoint) -> None:
    endpoint.query(query_text(_STATE_QUERY), JSON, WHOLE).close()
