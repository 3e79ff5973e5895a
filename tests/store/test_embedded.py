"""The embedded store passes the contract, on disk and in memory."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

import pytest
from contract import MakeStore, Republish, StoreContract

from stratgraph.store import Store, memory_store, open_store, publish_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pyoxigraph import Quad

TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


class TestOnDisk(StoreContract):
    @pytest.fixture
    def make_store(self, tmp_path: Path) -> MakeStore:
        self.folders = [tmp_path]

        def make(quads: Iterable[Quad], max_result_bytes: int = 10_000_000) -> Store:
            self.folders.append(tmp_path / str(len(self.folders)))
            self.publish(quads)
            return open_store(str(self.folders[-1]), max_result_bytes=max_result_bytes)

        return make

    @pytest.fixture
    def republish(self) -> Republish:
        return self.publish

    def publish(self, quads: Iterable[Quad]) -> None:
        publish_snapshot(self.folders[-1], quads, name="a test", created=TIME.replace(year=2030 + len(self.folders)))


class TestInMemory(StoreContract):
    @pytest.fixture
    def make_store(self) -> MakeStore:
        return memory_store

    # Nothing is published into a store in memory.
    test_a_publication_in_between_is_not_seen: ClassVar = None
    test_a_reading_that_has_not_asked_yet_sees_no_publication_either: ClassVar = None
