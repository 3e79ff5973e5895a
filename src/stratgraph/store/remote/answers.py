"""A server's answer in the form that was wanted.

JSON and N-Triples go over the wire, which every server writes well; other forms are written here, so that an answer is
the same whichever store gives it. What needs no writing is passed on as it comes; what does is whole before its first
byte is given out.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import QuerySolutions, parse, parse_query_results

from stratgraph.assets import query_text
from stratgraph.errors import QueryError, RemoteError, StoreError
from stratgraph.results import JSON, ResultForm, file_of, write_results
from stratgraph.serialisation import N_QUADS, N_TRIPLES, RdfForm, write_rdf
from stratgraph.store.evaluation import result_too_large
from stratgraph.store.protocol import Answer
from stratgraph.store.remote.publication import NO_GRAPH, rows
from stratgraph.store.remote.quirks import ASK_VARIABLE, mended_json
from stratgraph.store.spool import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stratgraph.store.protocol import Caller, Dataset
    from stratgraph.store.remote.endpoint import Endpoint, Reply
    from stratgraph.store.spool import Spool

_HEAD_CHUNKS: Final = 4


class Answers:
    """Asks a server, and gives its answers in every form.

    Args:
        endpoint: the server.
        max_result_bytes: how large an answer may be.
        deadline_s: how many seconds an answer may take at most; None is only the time-out of the endpoint.
    """

    def __init__(self, endpoint: Endpoint, *, max_result_bytes: int, deadline_s: float | None) -> None:
        self._endpoint = endpoint
        self._max_result_bytes = max_result_bytes
        self._deadline_s = deadline_s

    def answer(self, query: str, form: ResultForm | RdfForm, dataset: Dataset, caller: Caller) -> Answer:
        """The answer to a query in a form of its kind; raises what :meth:`Endpoint.query` raises."""
        wanted = JSON if isinstance(form, ResultForm) else N_TRIPLES
        seconds = [s for s in (caller.deadline_s, self._deadline_s) if s is not None]
        hurried = replace(caller, deadline_s=min(seconds, default=None))
        reply = self._endpoint.query(query, wanted, dataset, hurried)
        # Triples are their own quads in the default graph.
        if form in {JSON, N_TRIPLES, N_QUADS} and not self._endpoint.is_virtuoso:
            passed_on = _PassedOn(reply, self._max_result_bytes)
            return Answer(form, passed_on.chunks(), passed_on.close)
        try:
            return written(lambda out: self._rewrite(reply, form, out), self._max_result_bytes)
        except SyntaxError as error:
            raise RemoteError(
                f"{self._endpoint.address} answers with what is no {wanted.name} of SPARQL: {error}."
            ) from error
        finally:
            reply.close()

    def refuse_row_limit(self) -> None:
        """Raises StoreError where the server cuts graphs and says nothing of it."""
        if not self._endpoint.is_virtuoso:
            return
        try:
            ((limit, *_),) = rows(self._endpoint, query_text("remote-row-limit"), NO_GRAPH)
        except (RemoteError, QueryError, ValueError) as error:
            raise StoreError(
                f"Whether {self._endpoint.address} cuts answers cannot be found out: {error}",
                mend="Let its user for SPARQL call bif:cfg_item_value.",
            ) from error
        if limit is not None:
            raise StoreError(
                f"{self._endpoint.address} cuts graphs at {getattr(limit, 'value', limit)} rows and says nothing.",
                mend="Remove ResultSetMaxRows from [SPARQL] of its configuration; max_result_bytes bounds answers.",
            )

    def _rewrite(self, reply: Reply, form: ResultForm | RdfForm, out: Spool) -> None:
        out.begin(form)
        if isinstance(form, RdfForm):
            triples = (quad.triple for quad in parse(file_of(reply.chunks()), format=N_TRIPLES.engine))
            write_rdf(triples, out, form)
            return
        source = mended_json(reply.lines()) if self._endpoint.is_virtuoso else reply.chunks()
        found = parse_query_results(file_of(source), JSON.engine)
        try:
            if isinstance(found, QuerySolutions) and [v.value for v in found.variables] == [ASK_VARIABLE]:
                is_true = any(getattr(row[0], "value", "") == "1" for row in found)
                found = parse_query_results(_TRUE if is_true else _FALSE, JSON.engine)
            write_results(found, out, form)
        finally:
            # See evaluation.write_answer: it must end in this thread.
            del found


_TRUE: Final = b'{"head":{},"boolean":true}'
_FALSE: Final = b'{"head":{},"boolean":false}'


class _PassedOn:
    """An answer that is given out as it comes; what goes wrong in its first pieces is raised at once."""

    def __init__(self, reply: Reply, max_result_bytes: int) -> None:
        self._reply = reply
        self._is_closed = False
        self._rest = self._bounded(max_result_bytes)
        self._head = []
        try:
            for chunk in self._rest:
                self._head.append(chunk)
                if len(self._head) == _HEAD_CHUNKS:
                    break
        except BaseException:
            reply.close()
            raise

    def chunks(self) -> Iterator[bytes]:
        for chunk in itertools.chain(self._head, self._rest):
            yield chunk
            if self._is_closed:
                raise ValueError("The answer is closed.")
        self._reply.close()

    def close(self) -> None:
        self._is_closed = True
        self._reply.close()

    def _bounded(self, max_result_bytes: int) -> Iterator[bytes]:
        size = 0
        for chunk in self._reply.chunks():
            size += len(chunk)
            if size > max_result_bytes:
                self._reply.close()
                raise result_too_large(max_result_bytes)
            yield chunk
