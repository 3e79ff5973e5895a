"""Publishing to a server: written beside, counted, then switched by one request, which does nothing where it is late.

1. The new publication is registered under a name of its own, and what it will hold is described.
2. Its current view, and the graphs that the server does not have yet with that content, are uploaded below that name,
   where nobody else looks or writes. A graph that is published with the same content is left alone.
3. One update makes the publication the one in force if the one before still is, and, if that came about, copies the
   new and changed graphs to their places and empties those that are gone. On a server whose updates are transactions
   that is one step; Virtuoso takes one graph after the other.
4. What other publications have left is removed; the view of the one before stays, for readers that began with it.

A publication that is broken off leaves the old one in force; the next one clears what it left. Of two at a time one
comes into force; the other clears its own and says so. What is cleared is never somebody's who can still come into
force: all that were registered before this one began expect a state that is over.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode

from stratgraph.assets import query_text, update_text
from stratgraph.errors import Overtaken, StoreError, UsageError
from stratgraph.store.datasets import named_node
from stratgraph.store.remote.access import check_address
from stratgraph.store.remote.endpoint import Endpoint
from stratgraph.store.remote.publication import NO_GRAPH, Publication, current_id, known_ids, read_publication, rows
from stratgraph.terms import PUBLICATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pyoxigraph import Quad

    from stratgraph.store.remote.access import RemoteAccess

SERVERS_DEFAULT: Final = "default"
"""The value of ``remote_default_graph`` that is the server's own default graph."""

_PART_BYTES: Final = 8_000_000
_UPDATE_BYTES: Final = 500_000
_IN_MEMORY_BYTES: Final = 16_000_000
_TRIPLES: Final = "# the triples\n"


@dataclass(frozen=True, slots=True)
class RemotePublication:
    """What was published.

    Args:
        id: its number and time, as of a snapshot.
        quads: how many it holds.
    """

    id: str
    quads: int


def publish_remotely(
    address: str,
    access: RemoteAccess,
    quads: Iterable[Quad],
    *,
    name: str,
    created: datetime,
    expected: str | None = None,
) -> RemotePublication:
    """Publishes to a server, in place of what was published there before.

    Args:
        address: of its queries.
        access: how it is reached, and where it takes updates and graphs.
        quads: what is published; read once, as a stream.
        name: what people call it.
        created: the time of publication, with its time zone.
        expected: id of the publication that is to be in force when this one comes into force, empty where there is to
            be none; None is the one that is in force now.

    Raises:
        Overtaken: another one is in force; nothing of this one is left.
        StoreError: the server takes no updates, or does not keep what it is given.
        RemoteError: it cannot be reached, refuses or fails.
        UsageError: an address is none.
    """
    check_address(address, setting="store")
    endpoint = Endpoint(address, access)
    try:
        return _Publishing(endpoint, access.default_graph, expected).publish(quads, name, created)
    finally:
        endpoint.close()


class _Publishing:
    """One publication."""

    def __init__(self, endpoint: Endpoint, copied_to: str, expected: str | None) -> None:
        self._endpoint = endpoint
        self._copied_to = copied_to
        identifier = current_id(endpoint)
        self._expected = (identifier or "") if expected is None else expected
        self._check_expected(identifier)
        self._before = read_publication(endpoint, identifier) if identifier else Publication("", "", {})
        self._known = known_ids(endpoint)
        if copied_to == SERVERS_DEFAULT and endpoint.is_virtuoso:
            raise UsageError(
                "Virtuoso has no default graph of its own: it is the union of all graphs.",
                mend="Give remote_default_graph the IRI of a graph.",
            )
        if copied_to and copied_to != SERVERS_DEFAULT:
            named_node(copied_to)

    def publish(self, quads: Iterable[Quad], name: str, created: datetime) -> RemotePublication:
        graphs = _by_graph(quads)
        try:
            return self._publish(graphs, name, created)
        finally:
            for graph in graphs.values():
                graph.close()

    def _publish(self, graphs: dict[str | None, _Graph], name: str, created: datetime) -> RemotePublication:
        number = max((int(known[:6]) for known in (self._before.id, *self._known) if known), default=0) + 1
        # Two that begin in the same second are told apart by the last part.
        identifier = f"{number:06d}-{created.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        digests = {iri: graph.digest for iri, graph in graphs.items() if iri is not None}
        unlike = sorted(graph for graph, digest in digests.items() if self._before.digests.get(graph) != digest)
        publication = Publication(identifier, name, digests)
        beside = {g: f"{publication.iri}/new/{n}" for n, g in enumerate(unlike)}
        publication = replace(publication, new=tuple(beside.values()))

        try:
            self._write(publication, graphs, beside)
            self._check_expected(current_id(self._endpoint))
            self._switch(publication, beside)
        except Overtaken:
            self._forget(publication)
            raise
        self._clear(publication)
        return RemotePublication(identifier, sum(graph.count for graph in graphs.values()))

    def _write(self, publication: Publication, graphs: dict[str | None, _Graph], beside: dict[str, str]) -> None:
        """Writes it where nobody looks."""
        self._update("remote-register", publications=PUBLICATIONS, publication=publication.iri)
        if not self._before.id:
            self._update("remote-begin", publications=PUBLICATIONS, publication=publication.iri, none=NO_GRAPH)
        with closing(_Graph()) as description:
            for triple in publication.triples():
                description.add(str(triple), has_blank_node=False)
            self._upload(publication.iri, description)
        self._upload(publication.default_graph, graphs[None])
        for graph, place in beside.items():
            self._upload(place, graphs[graph])

    def _check_expected(self, identifier: str | None) -> None:
        if (identifier or "") != self._expected:
            raise Overtaken(
                f"Publication {identifier or 'none'} is in force, where {self._expected or 'none'} was.",
                mend="Somebody else has published: look at what is in force now, and try again.",
            )

    def _upload(self, iri: str, graph: _Graph) -> None:
        """Makes it the content of a graph that is not there yet, and counts what has arrived."""
        if graph.count == 0:
            return
        for position, part in enumerate(graph.parts(_PART_BYTES if self._endpoint.has_graph_store else _UPDATE_BYTES)):
            if not self._endpoint.has_graph_store:
                text = _filled("remote-add", graph=iri).replace(_TRIPLES, part.decode())
                self._endpoint.update(text)
            elif position == 0:
                self._endpoint.put_graph(iri, part)
            else:
                self._endpoint.add_to_graph(iri, part)
        ((count, *_),) = rows(self._endpoint, query_text("remote-count"), iri)
        if getattr(count, "value", "") != str(graph.count):
            # Who has come into force meanwhile clears what others have begun.
            self._check_expected(current_id(self._endpoint))
            raise StoreError(
                f"The server has {getattr(count, 'value', 'no')} triples of <{iri}> where {graph.count} were written.",
                mend="It keeps some of them as one (see docs/how-to/scale.md); the old publication is in force.",
            )

    def _remove(self, iri: str) -> None:
        if self._endpoint.has_graph_store:
            self._endpoint.delete_graph(iri)
        else:
            self._update("remote-drop", graph=iri)

    def _switch(self, publication: Publication, beside: dict[str, str]) -> None:
        names = {"publications": PUBLICATIONS, "publication": publication.iri}
        steps = [_filled("remote-switch", **names, before=self._before.iri if self._before.id else NO_GRAPH)]
        copied = list(beside.items())
        # Also one that is new: a publication of an older release may have left something there when it broke off.
        emptied = [*beside, *self._gone(publication)]
        if self._copied_to == SERVERS_DEFAULT:
            steps.append(_filled("remote-empty-default", **names))
            steps.append(_filled("remote-copy-to-default", **names, **{"from": publication.default_graph}))
        elif self._copied_to:
            emptied.append(self._copied_to)
            copied.append((self._copied_to, publication.default_graph))
        steps += [_filled("remote-empty", **names, graph=graph) for graph in emptied]
        steps += [_filled("remote-copy", **names, **{"from": place, "to": graph}) for graph, place in copied]
        self._endpoint.update(" ;\n".join(steps))
        if not rows(self._endpoint, query_text("remote-replaced"), publication.iri):
            self._check_expected(current_id(self._endpoint))
            raise StoreError("The server has not taken the update that makes the publication the one in force.")

    def _gone(self, publication: Publication) -> list[str]:
        """The graphs that others have published, or wanted to, and this one does not hold."""
        others = (self._before, *(read_publication(self._endpoint, known) for known in self._known))
        return sorted({graph for other in others for graph in other.digests} - publication.digests.keys())

    def _clear(self, publication: Publication) -> None:
        """Removes what is not in force any more, but for the view that somebody may still be reading."""
        for place in publication.new:
            self._remove(place)
        for identifier in self._known:
            if identifier != self._before.id:
                self._forget(read_publication(self._endpoint, identifier))

    def _forget(self, publication: Publication) -> None:
        for graph in (*publication.new, publication.default_graph, publication.iri):
            self._remove(graph)
        self._update("remote-forget", publications=PUBLICATIONS, publication=publication.iri)

    def _update(self, name: str, **iris: str) -> None:
        self._endpoint.update(_filled(name, **iris))


def _filled(update: str, **iris: str) -> str:
    """One of our updates with IRIs in place of ``<x:name>``."""
    text = update_text(update)
    for name, iri in iris.items():
        text = text.replace(f"<x:{name}>", str(NamedNode(iri)))
    return text


class _Graph:
    """The triples of one graph as N-Triples, each once, in a file; a digest that does not depend on their order."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - close() closes it
        self._with_blank_nodes: list[bytes] = []
        self._seen = set[bytes]()
        self._sum = 0

    def add(self, triple: str, *, has_blank_node: bool) -> None:
        line = f"{triple} .\n".encode()
        digest = hashlib.sha256(line).digest()
        if digest in self._seen:
            return
        self._seen.add(digest)
        self._sum += int.from_bytes(digest, "big")
        if has_blank_node:
            self._with_blank_nodes.append(line)
        else:
            self._file.write(line)

    @property
    def count(self) -> int:
        return len(self._seen)

    @property
    def digest(self) -> str:
        return f"{self._sum % 2**256:064x}"

    def parts(self, size: int) -> Iterator[bytes]:
        """In pieces of about that size; all blank nodes are in the first one, where their labels mean the same."""
        self._file.seek(0)
        part = b"".join(self._with_blank_nodes)
        while lines := self._file.readlines(size):
            yield part + b"".join(lines)
            part = b""
        if part:
            yield part

    def close(self) -> None:
        self._file.close()


def _by_graph(quads: Iterable[Quad]) -> dict[str | None, _Graph]:
    """By their graphs' IRIs; None is the default graph, which is always there."""
    graphs: dict[str | None, _Graph] = {None: _Graph()}
    for quad in quads:
        name = None if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value
        graph = graphs.get(name)
        if graph is None:
            graph = graphs[name] = _Graph()
        graph.add(
            str(quad.triple), has_blank_node=isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)
        )
    return graphs
