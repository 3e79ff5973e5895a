"""The store in worker processes passes the contract, from memory and from disk, and keeps its limits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from contract import MakeStore, Republish, StoreContract

from stratgraph.settings import Settings
from stratgraph.store import PoolLimits, Store, open_store, publish_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import Quad

TIME = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


class InWorkers(StoreContract):
    limits: PoolLimits

    @pytest.fixture
    def make_store(self, tmp_path: Path) -> Iterator[MakeStore]:
        self.folders = [tmp_path]
        stores = []

        def make(quads: Iterable[Quad], max_result_bytes: int = 10_000_000) -> Store:
            self.folders.append(tmp_path / str(len(self.folders)))
            self.publish(quads)
            stores.append(open_store(str(self.folders[-1]), max_result_bytes=max_result_bytes, pool=self.limits))
            return stores[-1]

        yield make
        for store in stores:
            store.close()

    @pytest.fixture
    def republish(self) -> Republish:
        return self.publish

    def publish(self, quads: Iterable[Quad]) -> None:
        publish_snapshot(self.folders[-1], quads, name="a test", created=TIME.replace(year=2030 + len(self.folders)))


class TestFromMemory(InWorkers):
    limits = Settings().part(PoolLimits)


class TestFromDisk(InWorkers):
    limits = Settings(max_memory_quads=0).part(PoolLimits)
