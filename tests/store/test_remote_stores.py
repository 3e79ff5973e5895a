"""Real servers pass the contract: the native Oxigraph server and Virtuoso; what Virtuoso cannot do is said by name."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from contract import ALL, QUADS, MakeStore, Republish, StoreContract, quad, rows

from sparql_servers import oxigraph
from stratgraph.errors import StoreError
from stratgraph.store import open_store, publish

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad

    from sparql_servers import Server
    from stratgraph.store import Store

TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


NUMBERS = itertools.count()


def publish_to(server: Server, quads: Iterable[Quad]) -> None:
    created = TIME.replace(year=2030 + next(NUMBERS))
    publish(server.address, quads, name="a test", created=created, remote=server.access)


def published(server: Server, quads: Iterable[Quad], max_result_bytes: int = 10_000_000) -> Store:
    publish_to(server, quads)
    return open_store(server.address, max_result_bytes=max_result_bytes, remote=server.access)


@pytest.mark.usefixtures("has_oxigraph")
class TestOxigraphServer(StoreContract):
    @pytest.fixture
    def make_store(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeStore]:
        with ExitStack() as stack:

            def make(quads: Iterable[Quad], max_result_bytes: int = 10_000_000) -> Store:
                self.server = stack.enter_context(oxigraph(tmp_path_factory.mktemp("oxigraph")))
                store = published(self.server, quads, max_result_bytes)
                stack.callback(store.close)
                return store

            yield make

    @pytest.fixture
    def republish(self) -> Republish:
        return lambda quads: publish_to(self.server, quads)

    def test_a_reading_whose_graphs_were_replaced_is_refused_in_the_end(
        self, make_store: MakeStore, republish: Republish
    ) -> None:
        store = make_store(QUADS)
        with ExitStack() as stack:
            reading = stack.enter_context(store.reading())
            rows(reading, ALL)
            republish([*QUADS[:-1], quad("a", "another second", "v2")])
            rows(reading, ALL)
            with pytest.raises(StoreError, match="came into force while"):
                stack.close()

    def test_a_reading_whose_view_is_gone_is_refused_in_the_end(
        self, make_store: MakeStore, republish: Republish
    ) -> None:
        store = make_store(QUADS)
        with ExitStack() as stack:
            reading = stack.enter_context(store.reading())
            rows(reading, ALL)
            republish([quad("a", "newer"), *QUADS[1:]])
            republish([quad("a", "newest"), *QUADS[1:]])
            rows(reading, ALL)
            with pytest.raises(StoreError, match="came into force while"):
                stack.close()


class TestVirtuoso(StoreContract):
    @pytest.fixture
    def make_store(self, virtuoso_server: Server) -> Iterator[MakeStore]:
        with ExitStack() as stack:

            def make(quads: Iterable[Quad], max_result_bytes: int = 10_000_000) -> Store:
                store = published(virtuoso_server, quads, max_result_bytes)
                stack.callback(store.close)
                return store

            yield make

    @pytest.fixture
    def republish(self, virtuoso_server: Server) -> Republish:
        return lambda quads: publish_to(virtuoso_server, quads)

    def test_the_state_is_another_one_when_the_content_is(self, make_store: MakeStore) -> None:
        """Not two stores at once as in the contract: a server holds one publication, which the second replaces."""
        states = [make_store(QUADS).state, make_store(QUADS[:-1]).state, make_store(QUADS).state]
        assert len(set(states)) == 3
        assert all(state.isprintable() and not set(state) & set('" ') for state in states)
