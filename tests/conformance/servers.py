"""Servers on free ports of this machine, and one whose store is that of the case at hand."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import httpx
from manifests import iri_of
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from stratgraph.store.embedded import memory_store
from stratgraph_api.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

    from stratgraph.store.protocol import Store


def graph(file: Path, name: NamedNode | DefaultGraph) -> Iterator[Quad]:
    """The quads of a file; triples are put into the graph of this name."""
    form = RdfFormat.from_extension(file.suffix[1:])
    # Two files may use the same label for two blank nodes.
    for quad in parse(path=str(file), format=form, base_iri=iri_of(file), rename_blank_nodes=True):
        yield Quad(*quad.triple, quad.graph_name if form.supports_datasets else name)


@cache
def store_of(default_graph: tuple[Path, ...], named_graphs: tuple[tuple[str, Path], ...]) -> Store:
    quads = [quad for file in default_graph for quad in graph(file, DefaultGraph())]
    quads += [quad for name, file in named_graphs for quad in graph(file, NamedNode(name))]
    return memory_store(quads)


class Endpoint:
    """The server's address, and the store behind it, which each test sets."""

    def __init__(self) -> None:
        self.store = memory_store([])
        self.client = httpx.Client(timeout=60)

    def __call__(self) -> Store:
        return self.store

    def serve(self, default_graph: tuple[Path, ...] = (), named_graphs: tuple[tuple[str, Path], ...] = ()) -> None:
        self.store = store_of(default_graph, named_graphs)


@contextmanager
def listening() -> Iterator[tuple[socket.socket, str]]:
    """A socket on a free port, and the address of the server that will use it."""
    # asyncio switches Nagle's algorithm off where the protocol is said; otherwise each answer waits 40 ms.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        yield listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def serving(app: FastAPI, listener: socket.socket) -> Iterator[None]:
    server = make_server(app, app.state.settings, log_level="critical", log_config=None)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            thread.join(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join()
