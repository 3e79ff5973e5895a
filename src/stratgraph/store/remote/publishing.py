"""Publishing to a server: written beside, counted, then switched by one request.

1. The new publication is registered, and what it will hold is described.
2. Its current view and the graphs that the server does not have yet are uploaded where nobody looks for them. A graph
   that is published with the same content is left alone; one whose content has changed is uploaded beside it.
3. One update moves the changed graphs to their places and makes the publication the one in force. On a server whose
   updates are transactions that is one step; Virtuoso replaces changed graphs one by one before.
4. Graphs of older publications are removed; those of the one before stay, for readers that began with them.

A publication that is broken off leaves the old one in force; the next one clears what it left.
"""

from __future__ import annotations

import hashlib
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
from stratgraph.store.remote.publication import Publication, current_id, known_ids, read_publication, rows
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
            be none; None where that does not matter. Looked at before the work and right before the switch: a server
            has no lock, so two switches in the same moment can still meet.

    Raises:
        Overtaken: another one is in force.
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
        self._expected = expected
        identifier = self._in_force()
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
        identifier = f"{number:06d}-{created.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        digests = {iri: graph.digest for iri, graph in graphs.items() if iri is not None}
        changed = sorted(g for g, digest in digests.items() if self._before.digests.get(g, digest) != digest)
        publication = Publication(identifier, name, digests)
        moved = {g: f"{publication.iri}/new/{n}" for n, g in enumerate(changed)}
        publication = replace(publication, new=tuple(moved.values()))

        self._update("remote-register", publications=PUBLICATIONS, publication=publication.iri)
        with closing(_Graph()) as description:
            for triple in publication.triples():
                description.add(str(triple), has_blank_node=False)
            self._upload(publication.iri, description)
        current = graphs[None]
        self._upload(publication.default_graph, current)
        for iri in digests:
            if iri not in self._before.digests:
                self._upload(iri, graphs[iri])
        if self._endpoint.is_virtuoso:
            for iri in changed:
                self._upload(iri, graphs[iri])
            if self._copied_to:
                self._upload(self._copied_to, current)
            self._switch(publication, {})
        else:
            for iri, beside in moved.items():
                self._upload(beside, graphs[iri])
            self._switch(publication, moved)
        self._clear(publication)
        return RemotePublication(identifier, sum(graph.count for graph in graphs.values()))

    def _in_force(self) -> str | None:
        identifier = current_id(self._endpoint)
        if self._expected is not None and (identifier or "") != self._expected:
            raise Overtaken(
                f"Publication {identifier or 'none'} is in force, where {self._expected or 'none'} was.",
                mend="Somebody else has published: look at what is in force now, and try again.",
            )
        return identifier

    def _upload(self, iri: str, graph: _Graph) -> None:
        """Makes it the content of a graph, and counts what has arrived."""
        self._remove(iri)
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
            raise StoreError(
                f"The server has {getattr(count, 'value', 'no')} triples of <{iri}> where {graph.count} were written.",
                mend="It keeps some of them as one (see docs/how-to/scale.md); the old publication is in force.",
            )

    def _remove(self, iri: str) -> None:
        if self._endpoint.has_graph_store:
            self._endpoint.delete_graph(iri)
        else:
            self._update("remote-drop", graph=iri)

    def _switch(self, publication: Publication, moved: dict[str, str]) -> None:
        self._in_force()
        steps = [_filled("remote-move", **{"from": beside, "to": iri}) for iri, beside in moved.items()]
        view = publication.default_graph
        if self._copied_to == SERVERS_DEFAULT:
            steps.append(_filled("remote-copy-to-default", **{"from": view}))
        elif self._copied_to and not self._endpoint.is_virtuoso:
            steps.append(_filled("remote-copy", **{"from": view, "to": self._copied_to}))
        steps.append(_filled("remote-switch", publications=PUBLICATIONS, publication=publication.iri))
        self._endpoint.update(" ;\n".join(steps))

    def _clear(self, publication: Publication) -> None:
        """Removes what is not in force any more, but for the view that somebody may still be reading."""
        gone = set(self._before.digests)
        for identifier in self._known:
            if identifier != self._before.id:
                old = read_publication(self._endpoint, identifier)
                gone |= old.digests.keys()
                for iri in (*old.new, old.default_graph, old.iri):
                    self._remove(iri)
                self._update("remote-forget", publications=PUBLICATIONS, publication=old.iri)
        for iri in sorted(gone - publication.digests.keys()):
            self._remove(iri)

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
