"""A stratgraph that somebody else serves passes the contract as a store; what its server decides is said by name."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from contract import ALL, QUADS, MakeStore, Republish, StoreContract, quad, rows

from sparql_servers import serving
from stratgraph.errors import RemoteError, StoreError
from stratgraph.settings import Settings
from stratgraph.store import RemoteAccess, memory_store
from stratgraph.store.remote.plain import PlainStore
from stratgraph_api.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from pyoxigraph import Quad

    from stratgraph.store import Store


class Site:
    """A server over a store in memory, which can be replaced."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.publish(quads)

    def publish(self, quads: Iterable[Quad]) -> None:
        self.store = memory_store(quads, max_result_bytes=10_000_000)

    def served(self) -> AbstractContextManager[str]:
        settings = Settings(store="unused", max_result_bytes=10_000_000)
        return serving(create_app(settings, store=lambda: self.store))


class TestPlainStore(StoreContract):
    @pytest.fixture
    def make_store(self) -> Iterator[MakeStore]:
        with ExitStack() as stack:

            def make(quads: Iterable[Quad], max_result_bytes: int = 10_000_000) -> Store:
                self.site = Site(quads)
                address = stack.enter_context(self.site.served())
                store = PlainStore(address, RemoteAccess(), max_result_bytes=max_result_bytes)
                stack.callback(store.close)
                return store

            yield make

    @pytest.fixture
    def republish(self) -> Republish:
        def again(quads: Iterable[Quad]) -> None:
            self.site.publish(quads)

        return again

    def test_a_publication_in_between_is_not_seen(self, make_store: MakeStore, republish: Republish) -> None:
        """Not as in the contract: HTTP has no look at one state, so the answers are refused in the end."""
        store = make_store(QUADS)
        with ExitStack() as stack:
            reading = stack.enter_context(store.reading())
            assert rows(reading, ALL) == self.OWN
            republish([quad("a", "newer"), *QUADS[1:]])
            assert rows(reading, ALL) != self.OWN
            with pytest.raises(StoreError, match="was published to while it was read"):
                stack.close()

    def test_a_reading_that_has_not_asked_yet_sees_no_publication_either(
        self, make_store: MakeStore, republish: Republish
    ) -> None:
        """Not as in the contract either; one answer alone is of one state."""
        store = make_store(QUADS)
        with store.reading() as reading:
            republish([quad("a", "newer"), *QUADS[1:]])
            assert rows(reading, ALL) == self.OWN - {(None, "current")} | {(None, "newer")}


def test_what_is_wrong_is_said_of_the_address_that_was_given() -> None:
    with Site(QUADS).served() as address, pytest.raises(RemoteError, match=f"^{address}/model does not answer as"):
        PlainStore(f"{address}/model", RemoteAccess(), max_result_bytes=1000)
