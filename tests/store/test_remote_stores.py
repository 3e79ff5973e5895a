"""Real servers pass the contract: the native Oxigraph server and Virtuoso; what Virtuoso cannot do is said by name."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from contract import QUADS, MakeStore, StoreContract
from sparql_servers import oxigraph

from stratgraph.store import open_store, publish

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad
    from sparql_servers import Server

    from stratgraph.store import Store

TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


NUMBERS = itertools.count()


def published(server: Server, quads: Iterable[Quad], max_result_bytes: int = 10_000_000) -> Store:
    created = TIME.replace(year=2030 + next(NUMBERS))
    publish(server.address, quads, name="a test", created=created, remote=server.access)
    return open_store(server.address, max_result_bytes=max_result_bytes, remote=server.access)


@pytest.mark.usefixtures("has_oxigraph")
class TestOxigraphServer(StoreContract):
    @pytest.fixture
    def make_store(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeStore]:
        with ExitStack() as stack:

            def make(quads: Iterable[Quad], max_result_bytes: int = 10_000_000) -> Store:
                server = stack.enter_context(oxigraph(tmp_path_factory.mktemp("oxigraph")))
                store = published(server, quads, max_result_bytes)
                stack.callback(store.close)
                return store

            yield make


class TestVirtuoso(StoreContract):
    @pytest.fixture
    def make_store(self, virtuoso_server: Server) -> Iterator[MakeStore]:
        with ExitStack() as stack:

            def make(quads: Iterable[Quad], max_result_bytes: int = 10_000_000) -> Store:
                store = published(virtuoso_server, quads, max_result_bytes)
                stack.callback(store.close)
                return store

            yield make

    def test_the_state_is_another_one_when_the_content_is(self, make_store: MakeStore) -> None:
        """Not two stores at once as in the contract: a server holds one publication, which the second replaces."""
        states = [make_store(QUADS).state, make_store(QUADS[:-1]).state, make_store(QUADS).state]
        assert len(set(states)) == 3
        assert all(state.isprintable() and not set(state) & set('" ') for state in states)
